"""Where fit engines agree, as tables for other programs: CSV and JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from mrsviewer.present.agreement import differing
from mrsviewer.report.atomic import make_folder, write_bytes, write_text
from mrsviewer.report.tables import csv_text, number_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mrsviewer.analysis.agreement import Agreement, MetaboliteAgreement
    from mrsviewer.analysis.recipe import FitSettings


def write_agreement(
    found: Agreement, settings: Mapping[str, FitSettings], folder: Path
) -> tuple[Path, ...]:
    """Write agreement.csv and agreement.json; return their paths.

    Raises
    ------
    WriteError
        If the folder cannot be written to.
    """
    make_folder(folder)
    return (
        write_text(folder / "agreement.csv", agreement_csv(found)),
        write_bytes(folder / "agreement.json", agreement_json(found, settings)),
    )


def agreement_csv(found: Agreement) -> str:
    """Return one line per metabolite and sum; two columns per engine, its value and its SD."""
    of_engines = [name for label in found.engines for name in (label, f"{label}_sd")]
    heading = ("metabolite", "unit", *of_engines, "mean", "spread", "spread_percent", "disagreeing")
    return csv_text(heading, (_row(one, found) for one in found.metabolites))


def agreement_json(found: Agreement, settings: Mapping[str, FitSettings]) -> bytes:
    """Return the same with the concordance, how each engine fitted, and why engines failed."""
    said: dict[str, Any] = {
        "engines": found.engines,
        "unit": found.unit,
        "metabolites": [_facts(one, found.engines) for one in found.metabolites],
        "concordance": [
            [None if np.isnan(value) else float(value) for value in line]
            for line in found.concordance
        ],
        "failures": {
            label: [asdict(one) for one in failures] for label, failures in found.failures.items()
        },
        "settings": dict(settings),
    }
    return msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n"


def _row(one: MetaboliteAgreement, found: Agreement) -> list[str]:
    values = [
        value
        for opinion in one.opinions
        for value in ((None, None) if opinion is None else (opinion.value, opinion.sd))
    ]
    numbers = (*values, one.mean, one.spread, one.spread_percent)
    differ = differing(one, found.engines)
    return [one.name, found.unit, *(number_text(value) for value in numbers), differ]


def _facts(one: MetaboliteAgreement, engines: tuple[str, ...]) -> dict[str, Any]:
    said = zip(engines, one.opinions, strict=True)
    return {
        "name": one.name,
        "opinions": {
            label: None if opinion is None else asdict(opinion) for label, opinion in said
        },
        "mean": one.mean,
        "spread": one.spread,
        "spread_percent": one.spread_percent,
        "disagreeing": [[engines[i], engines[j]] for i, j in one.disagreeing],
    }
