"""Charts for PDF, drawn by matplotlib in the direction of reading.

Matplotlib from 3.11 on joins Arabic letters and orders mixed lines itself (libraqm); reshaping
them beforehand would do it twice. Words become outlines, so that the picture needs no font.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.figure import Figure

from kernel.bidi import strip_controls
from kernel.language import Language
from reports.fonts import FAMILIES, Fonts
from reports.tables import Chart, Series

COLOURS = {
    "1": "#0B5B66",
    "2": "#B97C10",
    "3": "#4F86D2",
    "4": "#B8629F",
    "5": "#768B84",
    "late": "#C42B1E",
}
"""The order of the look; colours never say it alone, see ``HATCHES`` and ``DASHES``."""
HATCHES = {"2": "////", "5": "...."}
DASHES: dict[str, Any] = {"1": "-", "2": (0, (5, 2)), "3": (0, (1, 1.5))}
MARKS = {"1": "o", "2": "s", "3": "^"}
INK, PALE, GRID, AXIS = "#10211F", "#3B4F4B", "#DCE5E3", "#74877F"
WIDTH_IN, HEIGHT_IN = 7.0, 1.75
LINE_IN = 0.4
LABEL_LINE, LABEL_LINES = 30, 2
STYLE: Any = {
    "font.family": list(FAMILIES),
    "font.size": 9.0,
    "svg.fonttype": "path",
    "svg.hashsalt": "baddala",
    "hatch.linewidth": 0.8,
    "axes.unicode_minus": True,
}


class Drawing:
    """Draws charts of one language; make it by ``drawing``."""

    def __init__(self, language: Language) -> None:
        self._rtl = language is Language.AR

    def svg(self, chart: Chart) -> str:
        """Return a chart as SVG, as wide as a page."""
        with mpl.rc_context(STYLE):
            height = HEIGHT_IN if not chart.lying else 0.5 + LINE_IN * max(len(chart.labels), 1)
            figure = Figure(figsize=(WIDTH_IN, height), layout="constrained")
            axes = figure.add_subplot()
            if chart.lines:
                self._lines(axes, chart)
            elif chart.lying:
                self._lying(axes, chart)
            else:
                self._standing(axes, chart)
            text = io.StringIO()
            figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
        return text.getvalue()

    def _standing(self, axes: Any, chart: Chart) -> None:
        places = range(len(chart.labels))
        many = 1 if chart.stacked else len(chart.series)
        wide = 0.62 / many
        base = [0.0] * len(chart.labels)
        for number, series in enumerate(chart.series):
            heights = [value or 0.0 for value in series.values]
            shift = 0.0 if chart.stacked else (number - (many - 1) / 2) * wide
            bars = axes.bar(
                [place + shift for place in places],
                heights,
                wide * (1 if chart.stacked else 0.9),
                bottom=base if chart.stacked else None,
                **_fill(series.sign),
            )
            if chart.stacked:
                base = [below + more for below, more in zip(base, heights, strict=True)]
            else:
                axes.bar_label(bars, fmt=_plain, color=INK, padding=2, fontsize=8)
        if chart.stacked:
            for place, whole in zip(places, base, strict=True):
                axes.annotate(
                    _plain(whole), (place, whole), (0, 2), textcoords="offset points",
                    ha="center", color=INK, fontsize=8,
                )  # fmt: skip
        self._frame(axes, chart)

    def _lines(self, axes: Any, chart: Chart) -> None:
        for series in chart.series:
            heights = [float("nan") if one is None else one * 100 for one in series.values]
            axes.plot(
                range(len(chart.labels)), heights, color=COLOURS[series.sign], linewidth=1.8,
                linestyle=DASHES[series.sign], marker=MARKS[series.sign], markersize=4.5,
                clip_on=False, zorder=3,
            )  # fmt: skip
        self._frame(axes, chart)
        axes.set_ylim(0, 100)
        axes.set_yticks((0, 25, 50, 75, 100), [f"{one}%" for one in (0, 25, 50, 75, 100)])
        axes.set_xlim(-0.3, len(chart.labels) - 0.7)
        if self._rtl:
            axes.invert_xaxis()

    def _lying(self, axes: Any, chart: Chart) -> None:
        places = range(len(chart.labels))
        base = [0.0] * len(chart.labels)
        for series in chart.series:
            lengths = [value or 0.0 for value in series.values]
            axes.barh(places, lengths, 0.62, left=base, **_fill(series.sign))
            base = [before + more for before, more in zip(base, lengths, strict=True)]
        for place, whole in zip(places, base, strict=True):
            axes.annotate(
                _plain(whole), (whole, place), (-4 if self._rtl else 4, 0),
                textcoords="offset points", va="center", ha="right" if self._rtl else "left",
                color=INK, fontsize=8,
            )  # fmt: skip
        labels = [_short(one) for one in chart.labels]
        axes.set_yticks(
            places, labels, linespacing=1.0, multialignment="left" if self._rtl else "right"
        )
        axes.set_ylim(len(labels) - 0.5, -0.5)
        axes.set_xlim(0, max([*base, 1.0]) * 1.08)
        axes.set_xticks(())
        if self._rtl:
            axes.invert_xaxis()
            axes.yaxis.tick_right()
        _bare(axes, keep="right" if self._rtl else "left")

    def _frame(self, axes: Any, chart: Chart) -> None:
        axes.set_xticks(range(len(chart.labels)), [_short(one) for one in chart.labels])
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(5, integer=True))
        axes.margins(y=0.12)
        axes.set_ylim(bottom=0)
        if self._rtl:
            axes.yaxis.tick_right()
            if not chart.lines:
                axes.invert_xaxis()
        _bare(axes, keep="bottom")


@contextmanager
def drawing(language: Language, fonts: Fonts) -> Iterator[Drawing]:
    """Give what draws, with the typeface of the house."""
    with fonts.as_truetype() as paths:
        known = list(font_manager.fontManager.ttflist)
        for path in paths:
            font_manager.fontManager.addfont(path)
        try:
            yield Drawing(language)
        finally:
            font_manager.fontManager.ttflist = known  # the files go


def _fill(sign: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"color": COLOURS[sign]}
    if sign in HATCHES:
        facts |= {"hatch": HATCHES[sign], "edgecolor": "white", "linewidth": 0}
    return facts


def _bare(axes: Any, *, keep: str) -> None:
    for side, spine in axes.spines.items():
        spine.set_visible(side == keep)
        spine.set_color(AXIS)
    axes.tick_params(length=0, colors=PALE)


def _plain(value: float) -> str:
    return f"{value:,.0f}"


def _short(label: str) -> str:
    """Return a label in lines that leave room for the picture."""
    plain = strip_controls(label)
    return "\n".join(wrap(plain, LABEL_LINE, max_lines=LABEL_LINES, placeholder="…"))


def _told(chart: Chart) -> list[Series]:
    return [one for one in chart.series if any(value is not None for value in one.values)]


def legend(chart: Chart) -> Sequence[tuple[str, str]]:
    """Return name and sign of each series, for words beside the picture."""
    return [(one.name, one.sign) for one in _told(chart)] if len(chart.series) > 1 else []
