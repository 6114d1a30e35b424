"""The report as one HTML file that needs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer import __version__
from mrsviewer.report.chart import spectrum_drawing
from mrsviewer.report.content import DISCLAIMER, TITLE
from mrsviewer.report.pdf_parts import SIGNS
from mrsviewer.report.slices import slices_drawing
from mrsviewer.report.svg import to_svg
from mrsviewer.resources import resource

if TYPE_CHECKING:
    from mrsviewer.report.content import ReportContent
    from mrsviewer.report.drawing import Drawing


def html_text(content: ReportContent) -> str:
    """Return the report as an HTML document; all text in it is escaped."""
    from jinja2 import Environment, StrictUndefined, select_autoescape  # noqa: PLC0415  (0.1 s)
    from markupsafe import Markup  # noqa: PLC0415

    def svg(drawing: Drawing | None) -> Markup:
        return Markup("" if drawing is None else to_svg(drawing))  # noqa: S704  (svg.py escapes)

    environment = Environment(
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.from_string(resource("report", "report.html").read_text("utf-8"))
    slices = None if content.anatomy is None else slices_drawing(content.anatomy, 560, 188)
    return template.render(
        content=content,
        slices=svg(slices),
        spectrum=svg(spectrum_drawing(content.spectrum, 400, 380)),
        title=TITLE,
        disclaimer=DISCLAIMER,
        program=f"mrsviewer {__version__}",
        signs=SIGNS,
    )
