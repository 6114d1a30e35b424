"""The times of fit engines as a table of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.present.scenes import TableRow, TableScene

if TYPE_CHECKING:
    from mrsviewer.analysis.benchmark.timing import Timing, TimingBoard


def timing_table(board: TimingBoard) -> TableScene:
    """Return one line per engine: CPU milliseconds of single fits, and per voxel of a grid."""
    headings = (
        "engine", "fits", "refused", "median ms", "worst ms", "worst kind", "voxels", "ms/voxel",
        "voxels refused",
    )  # fmt: skip
    return TableScene(headings, tuple(_row(one) for one in board.timings))


def timing_lines(board: TimingBoard) -> tuple[str, ...]:
    """Return what the times were measured on, and which engines were not timed."""
    return (board.machine, *(f"Left out: {reason}" for reason in board.absent))


def _row(one: Timing) -> TableRow:
    batch = ("-", "-", "-")
    if one.batch_ms is not None:
        batch = (f"{one.batch}", f"{one.batch_ms:.1f}", f"{one.batch_refused}")
    cells = (
        one.engine, f"{one.fits}", f"{one.refused}", f"{one.median_ms:.1f}",
        f"{one.worst_ms:.1f}", one.worst_case, *batch,
    )  # fmt: skip
    return TableRow(one.engine, cells, weak=False, group="timing", tooltip="")
