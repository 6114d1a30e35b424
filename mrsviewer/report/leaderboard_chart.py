"""The leaderboard as a picture: error, coverage, likeness and time by case and engine."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.report import drawing as d

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrsviewer.analysis.benchmark.run import Leaderboard
    from mrsviewer.analysis.benchmark.scores import CaseScore

_COLOURS = ("#B73814", "#6F38FF", "#2B3036", "#6F1481", "#14708C", "#8A6A00")
_LEFT, _TOP, _ROW, _PANEL, _GAP = 118.0, 44.0, 15.0, 104.0, 20.0
_DOT = 2.6
_CORNERS = 12


@dataclass(frozen=True, slots=True)
class _Panel:
    """One quantity on an axis of its own.

    ``good`` is the range to be in; ``log`` says whether the axis is logarithmic.
    """

    title: str
    value: Callable[[CaseScore], float | None]
    low: float
    high: float
    ticks: tuple[float, ...]
    good: tuple[float, float] | None = None
    log: bool = False

    def place(self, value: float) -> float:
        """Return where a value stands on the axis, 0 to 1; beyond its ends at its ends."""
        ends = np.array([self.low, self.high, max(value, 1e-9) if self.log else value])
        low, high, at = np.log(ends) if self.log else ends
        return float(np.clip((at - low) / (high - low), 0.0, 1.0))


def _percent(value: float | None) -> float | None:
    return None if value is None else 100.0 * value


_PANELS = (
    _Panel("error of ratios, mM", lambda s: s.ratio_mae_mm, 0.05, 3.0, (0.1, 0.3, 1.0), log=True),
    _Panel(
        "coverage of 95 % intervals, %",
        lambda s: _percent(s.coverage),
        0.0,
        100.0,
        (0, 50, 90),
        (90, 98),
    ),
    _Panel("PSNR of the spectrum, dB", lambda s: s.psnr_db, 15.0, 60.0, (20, 30, 40, 50)),
    _Panel(
        "CPU ms per fit",
        lambda s: s.median_ms,
        1.0,
        3000.0,
        (1, 10, 100, 1000),
        (1.0, 25.0),
        log=True,
    ),
)


def leaderboard_drawing(board: Leaderboard) -> d.Drawing:
    """Return one row per case, one panel per quantity, one dot per engine."""
    engines = tuple(dict.fromkeys(score.engine for score in board.scores))
    cases = tuple(dict.fromkeys(score.case for score in board.scores))
    width = _LEFT + len(_PANELS) * (_PANEL + _GAP)
    height = _TOP + _ROW * len(cases) + 34.0
    shapes: list[d.Shape] = [d.rectangle(0, 0, width, height, "#FFFFFF")]
    shapes += _key(engines)
    for row, case in enumerate(cases):
        y = _TOP + _ROW * (row + 0.5)
        shapes.append(d.Label(_LEFT - 8, y + 2.5, case, 7.0, d.INK, "end"))
    shapes += _family_lines(board, cases, width)
    for number, panel in enumerate(_PANELS):
        left = _LEFT + number * (_PANEL + _GAP)
        shapes += _axis(panel, left, len(cases))
        shapes += _dots(board, panel, left, (cases, engines))
    foot = (
        f"mrsviewer {board.program}, seed {board.seed}, {board.half} half, {board.spectra} spectra "
        f"per case; {board.machine}. Shaded: wanted. Dots at an end of an axis may lie beyond it."
    )
    shapes.append(d.Label(8, height - 6, foot, 6.5, d.DIM))
    words = f"Scores of {', '.join(engines)} in {len(cases)} cases"
    return d.Drawing(width, height, tuple(shapes), words)


def _key(engines: tuple[str, ...]) -> list[d.Shape]:
    shapes: list[d.Shape] = []
    x = 8.0
    for number, engine in enumerate(engines):
        colour = _COLOURS[number % len(_COLOURS)]
        shapes += [_dot(x + 3, 11, colour), d.Label(x + 9, 13.5, engine, 7.5, colour, bold=True)]
        x += 22 + 4.6 * len(engine)
    return shapes


def _family_lines(board: Leaderboard, cases: tuple[str, ...], width: float) -> list[d.Shape]:
    """Return a line where one family of cases ends and the next begins."""
    family = {score.case: score.family for score in board.scores}
    return [
        d.line(8, _TOP + _ROW * row, width - 8, _TOP + _ROW * row, d.HAIR, 0.8)
        for row, (before, after) in enumerate(pairwise(cases), 1)
        if family[before] != family[after]
    ]


def _axis(panel: _Panel, left: float, rows: int) -> list[d.Shape]:
    bottom = _TOP + _ROW * rows
    shapes: list[d.Shape] = []
    if panel.good is not None:
        start, end = (left + _PANEL * panel.place(v) for v in panel.good)
        shapes.append(d.rectangle(start, _TOP, end - start, bottom - _TOP, d.BAND))
    shapes.append(d.Label(left, _TOP - 8, panel.title, 7.0, d.INK))
    shapes.append(d.line(left, bottom, left + _PANEL, bottom, d.DIM))
    for row in range(rows):
        y = _TOP + _ROW * (row + 0.5)
        shapes.append(d.line(left, y, left + _PANEL, y, d.BAND, 0.4))
    for tick in panel.ticks:
        x = left + _PANEL * panel.place(tick)
        shapes += [
            d.line(x, _TOP, x, bottom + 3, d.HAIR, 0.4),
            d.Label(x, bottom + 10, f"{tick:g}", 6.5, d.DIM, "middle"),
        ]
    return shapes


def _dots(
    board: Leaderboard,
    panel: _Panel,
    left: float,
    order: tuple[tuple[str, ...], tuple[str, ...]],
) -> list[d.Shape]:
    """Return one dot per score; engines of a case stand a little above one another."""
    cases, engines = order
    shapes: list[d.Shape] = []
    for score in board.scores:
        value = panel.value(score)
        if value is None:
            continue
        place = engines.index(score.engine)
        apart = (place - 0.5 * (len(engines) - 1)) * min(2.0, 9.0 / len(engines))
        y = _TOP + _ROW * (cases.index(score.case) + 0.5) + apart
        colour = _COLOURS[place % len(_COLOURS)]
        shapes.append(_dot(left + _PANEL * panel.place(value), y, colour))
    return shapes


def _dot(x: float, y: float, colour: str) -> d.Path:
    angle = 2 * np.pi * np.arange(_CORNERS) / _CORNERS
    points = np.column_stack([x + _DOT * np.cos(angle), y + _DOT * np.sin(angle)])
    return d.Path(points, None, 0.0, (), True, colour)
