"""The report as PDF: A4, vector curves, the same bytes for the same analysis."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mrsviewer import __version__
from mrsviewer.present.table import MACROMOLECULES
from mrsviewer.report import drawing as d
from mrsviewer.report import pdf_parts as part
from mrsviewer.report.chart import spectrum_drawing
from mrsviewer.report.content import DISCLAIMER, TITLE
from mrsviewer.report.pdf_drawing import BOLD, FONT, to_reportlab
from mrsviewer.report.slices import slices_drawing
from mrsviewer.resources import resource

if TYPE_CHECKING:
    from mrsviewer.report.content import ReportContent

_PAGE = (595.28, 841.89)
_MARGIN, _TOP, _BOTTOM = 36.0, 50.0, 40.0
_WIDTH = 523.0
_TABLE_WIDTH = 196.0
_SLICES_HEIGHT, _OUTLINE_HEIGHT = 150.0, 100.0
_CHART_HEIGHTS = (260.0, 370.0)
_ROWS_BESIDE_CHART = 30


def pdf_bytes(content: ReportContent) -> bytes:
    """Return the report as a PDF document."""
    _register_fonts()
    pages = _build(content, 0)[1]
    return _build(content, pages)[0]


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    """Make the bundled fonts known to reportlab."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415  (only reports need it)
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    for name in (FONT, BOLD):
        pdfmetrics.registerFont(TTFont(name, str(resource("fonts", f"{name}.ttf"))))
    pdfmetrics.registerFontFamily(FONT, normal=FONT, bold=BOLD, italic=FONT, boldItalic=BOLD)


def _build(content: ReportContent, pages: int) -> tuple[bytes, int]:
    """Return the document that says it has so many pages, and how many it has."""
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate  # noqa: PLC0415

    buffer = io.BytesIO()
    document = BaseDocTemplate(
        buffer,
        pagesize=_PAGE,
        invariant=1,
        title=TITLE,
        author="",
        subject=DISCLAIMER,
        creator=f"mrsviewer {__version__}",
        lang="en",
    )
    height = _PAGE[1] - _TOP - _BOTTOM
    frame = Frame(
        _MARGIN, _BOTTOM, _WIDTH, height, leftPadding=0, rightPadding=0, topPadding=0,
        bottomPadding=0,
    )  # fmt: skip

    def furnish(canvas: Any, _document: Any) -> None:
        _furnish(canvas, content.headline, pages)

    document.addPageTemplates([PageTemplate("page", [frame], onPage=furnish)])
    document.build(_story(content))
    return buffer.getvalue(), int(document.page)


def _furnish(canvas: Any, headline: str, pages: int) -> None:
    """Draw head and foot of a page."""
    top, right = _PAGE[1] - 34, _MARGIN + _WIDTH
    canvas.setFillColor(d.INK)
    canvas.setFont(BOLD, 12)
    canvas.drawString(_MARGIN, top, TITLE)
    canvas.setFont(FONT, 8)
    canvas.drawRightString(right, top, headline)
    canvas.setStrokeColor(d.HAIR)
    canvas.line(_MARGIN, top - 6, right, top - 6)
    canvas.line(_MARGIN, 32, right, 32)
    canvas.setFont(BOLD, 8)
    canvas.drawCentredString(_PAGE[0] / 2, 21, f"{DISCLAIMER}.")
    canvas.setFont(FONT, 7)
    canvas.setFillColor(d.DIM)
    canvas.drawString(_MARGIN, 21, f"mrsviewer {__version__}")
    canvas.drawRightString(right, 21, f"Page {canvas.getPageNumber()} of {pages}")


def _story(content: ReportContent) -> list[Any]:
    from reportlab.platypus import PageBreak, Spacer  # noqa: PLC0415

    story = [_people(content), Spacer(0, 4)]
    for said in content.alarms:
        story += [part.alarm(said), Spacer(0, 2)]
    story += [Spacer(0, 2), *_voxel(content), Spacer(0, 6), *_result(content)]
    return [*story, PageBreak(), *_second_page(content)]


def _people(content: ReportContent) -> Any:
    """Return patient and acquisition side by side."""
    lines = content.acquisition
    half = (len(lines) + 1) // 2
    cells = [
        part.pairs(content.patient, 48, 125),
        part.pairs(lines[:half], 55, 115),
        part.pairs(lines[half:], 68, 102),
    ]
    return part.table([cells], [176.0, 174.0, 173.0])


def _voxel(content: ReportContent) -> list[Any]:
    if content.anatomy is None:
        return [part.text("The files do not say where the voxel was.", 7, d.DIM)]
    empty = content.anatomy.caption.startswith("No anatomical image")
    height = _OUTLINE_HEIGHT if empty else _SLICES_HEIGHT
    side = f"Voxel: {content.place}. " if content.place else ""
    picture = to_reportlab(slices_drawing(content.anatomy, _WIDTH, height))
    if content.side_doubted:
        warning = part.text(side, 9, part.RED, bold=True)
        return [picture, warning, part.text(content.anatomy.caption, 7)]
    return [picture, part.text(f"{side}{content.anatomy.caption}", 7)]


def _result(content: ReportContent) -> list[Any]:
    """Return verdict, spectrum and the table beside it; without numbers, only the spectrum."""
    height = _chart_height(content)
    if content.no_numbers:
        chart = spectrum_drawing(content.spectrum, _WIDTH, height)
        return [
            part.text(content.no_numbers, 8, part.RED, bold=True),
            *([] if chart is None else [to_reportlab(chart)]),
        ]
    chart = spectrum_drawing(content.spectrum, _WIDTH - _TABLE_WIDTH - 14, height)
    rows = [row for row in content.table.rows if row.group != MACROMOLECULES]
    beside = part.concentrations(content.table.headings, rows[:_ROWS_BESIDE_CHART], _TABLE_WIDTH)
    left = "" if chart is None else to_reportlab(chart)
    both = part.table([[left, beside]], [_WIDTH - _TABLE_WIDTH, _TABLE_WIDTH], padding=0)
    return [part.verdict(content.verdict), both, part.text(content.table.caption, 6.5, d.DIM)]


def _chart_height(content: ReportContent) -> float:
    """Return what identity, alarms and voxel leave of the first page, about."""
    lines = sum(1 + (len(said.title) + len(said.text)) // 120 for said in content.alarms)
    caption = 10.0 * (1 + len(content.table.caption) // 140)
    rest = _PAGE[1] - _TOP - _BOTTOM - 110 - 6 * len(content.alarms) - 9.5 * lines - caption
    rest -= 0 if content.anatomy is None else _SLICES_HEIGHT + 22
    return min(max(rest, _CHART_HEIGHTS[0]), _CHART_HEIGHTS[1])


def _second_page(content: ReportContent) -> list[Any]:
    quality = [part.verdict(content.verdict)]
    if content.quality:
        quality += [part.quality(content.quality), part.definitions(content.definitions)]
    story = [part.section("Quality", *quality)]
    story += [part.section("How this was computed", part.recipe(content.recipe))]
    story += _more_rows(content)
    if content.constants:
        story.append(part.section("Constants used", part.pairs(content.constants, 130, 393)))
    return [*story, part.section("Versions", _columns(content.versions))]


def _more_rows(content: ReportContent) -> list[Any]:
    """Return the rows of the table that are not on the first page."""
    main = [row for row in content.table.rows if row.group != MACROMOLECULES]
    rest = main[_ROWS_BESIDE_CHART:]
    rest += [row for row in content.table.rows if row.group == MACROMOLECULES]
    if not rest:
        return []
    half = (len(rest) + 1) // 2
    halves = [
        part.concentrations(content.table.headings, some, _WIDTH / 2 - 16)
        for some in (rest[:half], rest[half:])
        if some
    ]
    title = "Further rows of the table" if len(main) > _ROWS_BESIDE_CHART else MACROMOLECULES
    cells = part.table([halves], [_WIDTH / 2] * len(halves), padding=0)
    return [part.section(title, cells)]


def _columns(lines: tuple[tuple[str, str], ...]) -> Any:
    """Return lines of label and value in two columns."""
    half = (len(lines) + 1) // 2
    cells = [part.pairs(some, 102, 156) for some in (lines[:half], lines[half:])]
    return part.table([cells], [262.0, 261.0])
