// The drawings of LOOK.md: glyphs for things, lamps for states, the cord for us.
import { draw } from "./dom.js";

const path = (d) => ["path", { d }];
const ring = (cx, cy, r) => ["circle", { cx, cy, r }];
const solid = (tag, given) => [tag, { fill: "currentColor", stroke: "none", ...given }];

const GLYPHS = {
  bot: [
    ["rect", { x: 3.5, y: 6.5, width: 13, height: 9, rx: 2.5 }],
    path("M10 6.5V3.5M7.5 10.2v1.3M12.5 10.2v1.3"),
    ring(10, 3, 0.6),
  ],
  up: [path("M3.5 9h3v7h-3ZM6.5 9 10 3.2c1.3 0 2 .9 1.7 2.2L11 8h4.5c1 0 1.6.9 1.3 1.9l-1.5 5c-.2.7-.8 1.1-1.5 1.1H6.5")],
  down: [path("M3.5 11h3V4h-3ZM6.5 11l3.5 5.8c1.3 0 2-.9 1.7-2.2L11 12h4.5c1 0 1.6-.9 1.3-1.9l-1.5-5c-.2-.7-.8-1.1-1.5-1.1H6.5")],
  check: [path("m4 10.5 4 4 8-9")],
  cases: [path("M2.5 6.5h15v9.5h-15Z"), path("M7 6.5V4h6v2.5M2.5 10.5h15")],
  complaint: [path("M5 17.5v-14M5 4h10.5l-2.5 3.7 2.5 3.8H5")],
  suggestion: [path("M7.5 14.5h5M8.2 17h3.6M7.8 12.3C6.3 11.3 5.3 9.8 5.3 8a4.7 4.7 0 0 1 9.4 0c0 1.8-1 3.3-2.5 4.3l-.2 2.2H8Z")],
  consultation: [path("M2.5 4h9v6.5H7L4.5 13v-2.5h-2Z"), path("M14 7.5h3.5V14h-2v2.5L13 14H8.5v-1")],
  callback: [path("M4.5 3.5h3l1.3 3.6-1.9 1.4a9 9 0 0 0 4.6 4.6l1.4-1.9 3.6 1.3v3c0 .6-.5 1-1 1C9.6 16.2 3.8 10.4 3.5 4.5c0-.6.4-1 1-1Z")],
  copy: [["rect", { x: 7, y: 7, width: 9.5, height: 9.5, rx: 1.5 }], path("M13 7V3.5H3.5V13H7")],
  warn: [path("M10 3 2.5 16.5h15Z"), path("M10 8v4M10 14.3v.1")],
  retry: [path("M15.5 7.5A6.5 6.5 0 1 0 16.5 11M16 3.5v4h-4")],
  edit: [path("M4 16h3l8.5-8.5-3-3L4 13ZM10.5 6.5l3 3")],
  wide: [path("M12 3.5h4.5V8M8 16.5H3.5V12M16.5 3.5 11.5 8.5M3.5 16.5l5-5")],
  narrow: [path("M16.5 8H12V3.5M3.5 12H8v4.5M12 8l4.5-4.5M8 12l-4.5 4.5")],
  minimise: [path("M4 10h12")],
  send: [path("M3 4.5 17.5 10 3 15.5 5 10Z"), path("M5 10h6")],
  globe: [ring(10, 10, 7), path("M3 10h14M10 3c2 2 2.8 4.4 2.8 7s-.8 5-2.8 7c-2-2-2.8-4.4-2.8-7S8 5 10 3Z")],
  theme_dark: [path("M16 12.2A6.6 6.6 0 0 1 7.8 4a6.6 6.6 0 1 0 8.2 8.2Z")],
  theme_light: [
    ring(10, 10, 3.2),
    path("M10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M15.3 4.7l-1.4 1.4M6.1 13.9l-1.4 1.4"),
  ],
  clip: [path("M14.5 9.5 9 15a3.2 3.2 0 0 1-4.5-4.5l6.3-6.3a2.1 2.1 0 0 1 3 3l-6.2 6.2a1 1 0 0 1-1.4-1.4L11.5 7")],
  file: [path("M5 2.5h6.5L15.5 6.500V17.500H5ZM11.500 2.500V6.500H15.500")],
  save: [path("M10 3.5v9M6 9l4 4 4-4M4 16.500h12")],
  cross: [path("M5 5l10 10M15 5 5 15")],
  arrow: [path("M10 4v12M5 11l5 5 5-5")],
};

const LAMPS = {
  new: [solid("circle", { cx: 8, cy: 8, r: 6.5 })],
  open: [ring(8, 8, 6), solid("circle", { cx: 8, cy: 8, r: 2.6 })],
  cit: [ring(8, 8, 6), solid("path", { d: "M2 8a6 6 0 0 0 12 0Z" })],
  ent: [ring(3.8, 8, 2.8), ring(12.2, 8, 2.8), path("M6.6 8h2.8")],
  late: [
    solid("path", { d: "M8 .8 16 15.2H0Z" }),
    ["path", { d: "M8 6v4M8 12.2v.6", stroke: "var(--g,#fff)", "stroke-width": 1.8 }],
  ],
  done: [["path", { d: "m1.8 8.6 4 4 8.4-9.2", "stroke-width": 2.4 }]],
};

// Drawings that have a reading direction turn with it; a digit, a check or a handset never does.
const TURNING = new Set(["send", "retry", "complaint", "consultation"]);

export function icon(name) {
  return draw(TURNING.has(name) ? "ico flip" : "ico", "0 0 20 20", GLYPHS[name]);
}

export function lamp(state) {
  return draw("lamp", "0 0 16 16", LAMPS[state]);
}

/** The cord between two jacks, which is also the letter ب. */
export function mark() {
  return draw("mark", "0 0 40 36", [
    ["path", { class: "cord", d: "M6 9v4.5c0 7 5.5 9 14 9s14-2 14-9V9" }],
    ["circle", { class: "cord", cx: 6, cy: 6.5, r: 4.2 }],
    ["circle", { class: "cord", cx: 34, cy: 6.5, r: 4.2 }],
    ["circle", { class: "lampdot", cx: 20, cy: 31, r: 3.6 }],
  ]);
}
