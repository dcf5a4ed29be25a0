// Draws the tables of the oversight screen as charts: the same numbers, from the cells themselves.
const value = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const rtl = document.documentElement.dir === "rtl";

const sides = (start, end) => ({ [rtl ? "right" : "left"]: start, [rtl ? "left" : "right"]: end });

const NARROW = 480;

const read = (table, width) => {
  const heads = [...table.tHead.rows[0].cells];
  const series = heads.filter((cell) => cell.dataset.series);
  const rows = [...table.tBodies[0].rows];
  return {
    names: rows.map(({ cells: [head] }) => (width < NARROW && head.dataset.tick) || head.textContent.trim()),
    series: series.map((head) => ({
      key: head.dataset.series,
      name: head.textContent.trim(),
      data: rows.map((row) => Number(row.cells[head.cellIndex].dataset.n)),
    })),
  };
};

const colours = {
  in_time: "--c-1", due: "--c-2", late: "--st-late-mark", paused: "--c-5", received: "--c-1", finished: "--c-2",
};
const decals = {
  due: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4, color: "rgba(255,255,255,.55)" },
  paused: { symbol: "circle", symbolSize: 0.6, color: "rgba(255,255,255,.7)" },
};

const options = (kind, { names, series }, width) => ({
  animation: false,
  textStyle: { fontFamily: value("--font"), fontSize: 12, color: value("--ink-2") },
  // on a phone the legend takes two lines, and names of bars three
  grid: { top: width < NARROW ? 60 : 40, bottom: kind === "stack" ? 52 : 28, ...sides(40, 12) },
  legend: { ...sides(0, "auto"), top: 0, icon: "rect", textStyle: { color: value("--ink-2") } },
  tooltip: { trigger: "axis", confine: true, extraCssText: `direction:${rtl ? "rtl" : "ltr"};text-align:start` },
  xAxis: {
    type: "category", data: names, inverse: rtl, axisTick: { show: false },
    axisLine: { lineStyle: { color: value("--axis") } },
    axisLabel: { color: value("--ink-2"), ...(kind === "stack" ? { interval: 0, width: Math.min(72, (width - 52) / names.length - 4), overflow: "break" } : {}) },
  },
  yAxis: {
    type: "value", minInterval: 1, position: rtl ? "right" : "left", min: 0,
    splitLine: { lineStyle: { color: value("--grid") } }, axisLabel: { color: value("--ink-2") },
  },
  series: series.map((one, at) => ({
    name: one.name, data: one.data,
    color: value(colours[one.key]),
    ...(kind === "stack"
      ? { type: "bar", stack: "all", barMaxWidth: 56, itemStyle: decals[one.key] ? { decal: decals[one.key] } : {} }
      : { type: "line", symbolSize: 5, lineStyle: { width: 2.5, type: at ? "dashed" : "solid" } }),
  })),
});

let charts = [];
const draw = () => {
  charts.forEach((chart) => chart.dispose());
  charts = [...document.querySelectorAll("[data-chart]")].map((place) => {
    const chart = globalThis.echarts.init(place, null, { renderer: "canvas" });
    const width = place.clientWidth;
    const told = read(document.getElementById(place.dataset.table), width);
    chart.setOption(options(place.dataset.chart, told, width));
    return chart;
  });
};

draw();
document.body.addEventListener("htmx:afterSwap", draw);
addEventListener("resize", draw);
matchMedia("(prefers-color-scheme:dark)").addEventListener("change", draw);
