"""How often intervals hold the truth, as a table of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.analysis.benchmark.calibration import JUDGED
from mrsviewer.present.scenes import TableRow, TableScene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.analysis.benchmark.calibration import Calibration


def calibration_table(rows: Sequence[Calibration]) -> TableScene:
    """Return one line per case, engine, method and SNR band; cells are coverage in percent.

    Behind the coverage stands the mean full width of the intervals in percent of the truth.
    """
    found: dict[tuple[str, ...], dict[str, Calibration]] = {}
    for row in rows:
        key = (row.case, row.engine, row.method, _band(row), f"{row.spectra}")
        found.setdefault(key, {})[row.name] = row
    lines = tuple(
        TableRow(
            "/".join(key),
            (*key, *(_cell(one.get(name)) for name in JUDGED)),
            weak=False,
            group="intervals",
            tooltip="",
        )
        for key, one in found.items()
    )
    return TableScene(("case", "engine", "by", "peak SNR", "n", *JUDGED), lines)


def _band(row: Calibration) -> str:
    if row.high_snr is None:
        return f"> {row.low_snr:g}"
    return f"{row.low_snr:g}-{row.high_snr:g}"


def _cell(one: Calibration | None) -> str:
    return "-" if one is None else f"{100 * one.coverage:.0f} ({one.width_percent:.0f})"
