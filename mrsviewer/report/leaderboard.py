"""The benchmark's scores as files: CSV, JSON and pictures."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.analysis.benchmark.calibration import Calibration
from mrsviewer.analysis.benchmark.timing import Timing
from mrsviewer.report.atomic import make_folder, write_bytes, write_text
from mrsviewer.report.leaderboard_chart import leaderboard_drawing
from mrsviewer.report.png import to_png
from mrsviewer.report.svg import to_svg

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrsviewer.analysis.benchmark.challenge import ChallengeFit
    from mrsviewer.analysis.benchmark.run import Leaderboard
    from mrsviewer.analysis.benchmark.scores import MetaboliteScore
    from mrsviewer.analysis.benchmark.timing import TimingBoard

CASE_COLUMNS = (
    "engine", "version", "family", "case", "spectra", "refused", "doubtful", "psnr_db", "ssim",
    "median_ms", "worst_ms",
)  # fmt: skip
METABOLITE_COLUMNS = (
    "name", "true_mean", "bias_percent", "rms_percent", "relative_rms_percent", "sd_percent",
    "ratio_mae_mm", "ratio_bias_mm", "coverage", "slope", "data", "noise", "model", "mismatch",
)  # fmt: skip


def write_leaderboard(board: Leaderboard, folder: Path) -> tuple[Path, ...]:
    """Write leaderboard.csv, .json, .svg and .png; return their paths.

    Raises
    ------
    WriteError
        If the folder cannot be written to.
    """
    make_folder(folder)
    drawing = leaderboard_drawing(board)
    return (
        write_text(folder / "leaderboard.csv", leaderboard_csv(board)),
        write_bytes(folder / "leaderboard.json", _json(board)),
        write_text(folder / "leaderboard.svg", to_svg(drawing)),
        write_bytes(folder / "leaderboard.png", to_png(drawing)),
    )


def write_challenge(fits: Sequence[ChallengeFit], folder: Path) -> tuple[Path, ...]:
    """Write challenge.json, one entry per file and engine; return its path.

    Raises
    ------
    WriteError
        If the folder cannot be written to.
    """
    make_folder(folder)
    return (write_bytes(folder / "challenge.json", _json(fits)),)


def write_timing(board: TimingBoard, folder: Path) -> tuple[Path, ...]:
    """Write timing.csv and timing.json; return their paths.

    Raises
    ------
    WriteError
        If the folder cannot be written to.
    """
    make_folder(folder)
    return (
        write_text(folder / "timing.csv", _columns(board.timings, Timing)),
        write_bytes(folder / "timing.json", _json(board)),
    )


def write_calibration(rows: Sequence[Calibration], folder: Path) -> tuple[Path, ...]:
    """Write intervals.csv, one line per engine, case, method, SNR band and metabolite.

    Raises
    ------
    WriteError
        If the folder cannot be written to.
    """
    make_folder(folder)
    return (write_text(folder / "intervals.csv", _columns(rows, Calibration)),)


def leaderboard_csv(board: Leaderboard) -> str:
    """Return one line per engine, case and metabolite; a case without numbers has one line."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow((*CASE_COLUMNS, *METABOLITE_COLUMNS))
    for score in board.scores:
        start = [_cell(getattr(score, column)) for column in CASE_COLUMNS]
        lines: tuple[MetaboliteScore | None, ...] = score.metabolites or (None,)
        for one in lines:
            cells = [_cell(getattr(one, c)) if one else "" for c in METABOLITE_COLUMNS]
            table.writerow((*start, *cells))
    return text.getvalue()


def _columns(rows: Sequence[msgspec.Struct], kind: type[msgspec.Struct]) -> str:
    """Return structs as CSV, one column per field."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(kind.__struct_fields__)
    for row in rows:
        table.writerow([_cell(getattr(row, column)) for column in kind.__struct_fields__])
    return text.getvalue()


def _json(content: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
