"""Paragraphs and tables of the PDF report."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from mrsviewer.report import drawing as d
from mrsviewer.report.pdf_drawing import BOLD, FONT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mrsviewer.present.scenes import TableRow
    from mrsviewer.report.content import Alarm, QualityLine, RecipeLine

RED = "#B3261E"
AMBER = "#8A5A00"
GREEN = "#1B7340"
SIGNS = {"good": "✓", "borderline": "▲", "poor": "✗", "unknown": "?"}
_GRADE_COLOURS = {"good": GREEN, "borderline": AMBER, "poor": RED, "unknown": d.DIM}
_ALARM_LOOK = {
    "failed": ("✗ ", RED, "#FBEAE8"),
    "danger": ("✗ Danger: ", RED, "#FBEAE8"),
    "warning": ("▲ Warning: ", AMBER, "#FBF3E0"),
    "info": ("Note: ", d.DIM, "#F1F4F6"),
}
_WEAK = "#59626A"


def text(words: str, size: float = 7.5, colour: str = d.INK, *, bold: bool = False) -> Any:
    """Return a paragraph of plain words."""
    return markup(escape(words), size, colour, bold=bold)


def markup(words: str, size: float = 7.5, colour: str = d.INK, *, bold: bool = False) -> Any:
    """Return a paragraph of words with reportlab's tags in it, already escaped."""
    from reportlab.lib.styles import ParagraphStyle  # noqa: PLC0415  (only reports need it)
    from reportlab.platypus import Paragraph  # noqa: PLC0415

    style = ParagraphStyle(
        "text",
        fontName=BOLD if bold else FONT,
        fontSize=size,
        leading=size * 1.28,
        textColor=colour,
        splitLongWords=True,
    )
    return Paragraph(words, style)


def section(words: str, *content: Any) -> Any:
    """Return a heading with its section, kept on one page where that is possible."""
    from reportlab.platypus import KeepTogether, Spacer  # noqa: PLC0415

    heading = table([[text(words, 8.5, bold=True)]], [523.0], [("LINEBELOW", d.HAIR, 0.5)])
    return KeepTogether([heading, *content, Spacer(0, 6)])


def table(
    rows: Sequence[Sequence[Any]],
    widths: Sequence[float],
    lines: Iterable[tuple[str, str, float]] = (),
    *,
    padding: float = 1.2,
    style: Iterable[tuple[Any, ...]] = (),
) -> Any:
    """Return a left-aligned table with little space around its cells."""
    from reportlab.lib.colors import HexColor  # noqa: PLC0415
    from reportlab.platypus import Table  # noqa: PLC0415

    whole = ((0, 0), (-1, -1))
    base: list[tuple[Any, ...]] = [
        ("FONT", *whole, FONT, 7.0),
        ("TEXTCOLOR", *whole, HexColor(d.INK)),
        ("VALIGN", *whole, "TOP"),
        ("LEFTPADDING", *whole, 0),
        ("RIGHTPADDING", *whole, 4),
        ("TOPPADDING", *whole, padding),
        ("BOTTOMPADDING", *whole, padding),
    ]
    base += [(kind, *whole, width, HexColor(colour)) for kind, colour, width in lines]
    return Table(list(rows), colWidths=list(widths), style=[*base, *style], hAlign="LEFT")


def pairs(lines: Sequence[tuple[str, str]], label: float, value: float) -> Any:
    """Return lines of label and value."""
    rows = [[text(k, 6.8, d.DIM), text(v, 6.8)] for k, v in lines]
    return table(rows or [["", ""]], [label, value], padding=0.6)


def alarm(said: Alarm) -> Any:
    """Return a finding or failure in a tinted box; what is dangerous is red."""
    from reportlab.lib.colors import HexColor  # noqa: PLC0415

    sign, colour, tint = _ALARM_LOOK[said.kind]
    stop = "" if said.title.endswith((".", ":")) or not said.text else ":"
    words = f"<b>{escape(sign + said.title)}{stop}</b> {escape(said.text)}"
    whole = ((0, 0), (-1, -1))
    style = [
        ("BACKGROUND", *whole, HexColor(tint)),
        ("LINEBEFORE", *whole, 2.5, HexColor(colour)),
        ("LEFTPADDING", *whole, 6),
    ]
    return table([[markup(words, 7, colour)]], [523.0], padding=2.0, style=style)


_SHARES = {
    3: (0.42, 0.32, 0.26),
    4: (0.32, 0.21, 0.19, 0.28),
    5: (0.22, 0.16, 0.16, 0.25, 0.21),
}
"""Widths of the columns of the table of concentrations: alone, with ratios, with priors too."""


def concentrations(headings: Sequence[str], rows: Sequence[TableRow], width: float) -> Any:
    """Return the table of concentrations; sums are bold, weak values dimmed beside their sign."""
    from reportlab.lib.colors import HexColor  # noqa: PLC0415

    shares = _SHARES[len(headings)]
    style: list[tuple[Any, ...]] = [
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("FONT", (0, 0), (-1, 0), BOLD, 6.5),
        ("LINEBELOW", (0, 0), (-1, 0), 0.6, HexColor(d.DIM)),
    ]
    for place, row in enumerate(rows, 1):
        if row.group == "Sums":
            style.append(("FONT", (0, place), (-1, place), BOLD, 7.0))
        if row.weak:
            style.append(("TEXTCOLOR", (0, place), (-1, place), HexColor(_WEAK)))
        if place > 1 and row.group != rows[place - 2].group:
            style.append(("LINEABOVE", (0, place), (-1, place), 0.4, HexColor(d.HAIR)))
    cells = [list(headings), *(list(row.cells) for row in rows)]
    return table(cells, [share * width for share in shares], padding=0.9, style=style)


def quality(lines: Sequence[QualityLine]) -> Any:
    """Return metrics with sign, value and reason."""
    rows = [
        [
            markup(_graded(line), 6.6, _GRADE_COLOURS[line.grade]),
            text(line.label, 6.6),
            text(line.value, 6.6),
            text(line.reason, 6.6),
        ]
        for line in lines
    ]
    return table(rows, [58.0, 86.0, 62.0, 317.0], padding=0.4)


def definitions(lines: Iterable[tuple[str, str]]) -> Any:
    """Return names of metrics, each with its definition, as one small paragraph."""
    said = (f"<b>{escape(names)}</b>: {escape(words)}" for names, words in lines)
    return markup(". ".join(said) + ".", 6.3, d.DIM)


def verdict(line: QualityLine) -> Any:
    """Return the overall verdict with its reason."""
    reason = f": {escape(line.reason)}" if line.reason else ""
    words = f"<b>Quality {escape(SIGNS[line.grade])} {escape(line.value)}</b>{reason}"
    return markup(words, 8, _GRADE_COLOURS[line.grade])


def recipe(lines: Sequence[RecipeLine]) -> Any:
    """Return the steps in words, with what each found."""
    colours = {"failed": RED, "manual": AMBER}
    rows = []
    for number, line in enumerate(lines, 1):
        colour = colours.get(line.state, d.INK)
        by_hand = " (by hand)" if line.state == "manual" else ""
        found = "not done" if line.state == "waiting" else line.note
        dim = RED if line.state == "failed" else d.DIM
        said = f'{escape(line.words)} <font color="{dim}">{escape(found)}</font>'
        rows.append(
            [text(f"{number}. {line.title}{by_hand}", 6.8, colour), markup(said.strip(), 6.8)]
        )
    return table(rows, [122.0, 401.0], padding=0.4)


def _graded(line: QualityLine) -> str:
    return f"<b>{escape(SIGNS[line.grade])} {escape(line.grade)}</b>"
