"""A report as a PDF that people read: laid out by WeasyPrint, whose Pango shapes Arabic.

Nothing is fetched from anywhere: fonts and pictures are in the page.
"""

from __future__ import annotations

import base64
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

import jinja2

from kernel.language import base_direction
from reports.archive import PdfNotPossible
from reports.charts import COLOURS, Drawing, drawing, legend
from reports.fonts import Fonts
from reports.tables import Chart, Report

if TYPE_CHECKING:
    from weasyprint import Document

MEDIA_TYPE = "application/pdf"


def report_pdf(report: Report, fonts: Fonts) -> bytes:
    """Return a report as a PDF with tags for screen readers.

    Raises:
        PdfNotPossible: the libraries of the system are missing.
    """
    found = rendered(report, fonts).write_pdf(pdf_variant="pdf/ua-1")
    if not isinstance(found, bytes):
        raise TypeError("a PDF is bytes")
    return found


def rendered(report: Report, fonts: Fonts) -> Document:
    """Return the pages, laid out."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except OSError as error:  # its way to say that a shared library is missing
        raise PdfNotPossible(str(error)) from error
    with drawing(report.language, fonts) as draw:
        page = page_of(report, fonts, draw)
    html = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=("data",)))
    return html.render(pdf_variant="pdf/ua-1")


def page_of(report: Report, fonts: Fonts, draw: Drawing) -> str:
    """Return the page that becomes the PDF."""

    def picture(chart: Chart) -> str:
        svg = draw.svg(chart)
        return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"

    return (
        _templates()
        .get_template("report.html")
        .render(
            report=report,
            fonts=fonts.css(),
            picture=picture,
            legend=legend,
            colours=COLOURS,
            way=partial(base_direction, default=report.language.direction),
        )
    )


@cache
def _templates() -> jinja2.Environment:
    def source(name: str) -> str:
        return files("reports").joinpath("templates", name).read_text("utf-8")

    return jinja2.Environment(
        loader=jinja2.FunctionLoader(source),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
