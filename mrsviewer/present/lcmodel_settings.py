"""The settings of an LCModel control file in words, for ``mrsviewer info``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from mrsviewer.present.fmt import one_line

if TYPE_CHECKING:
    from mrsviewer.analysis.lcmodel.settings import LcmodelSettings
    from mrsviewer.model.exam import Finding


def lines_of_settings(settings: LcmodelSettings) -> list[tuple[str, str]]:
    """Return a (label, words) line for the basis set and for each remark on the settings."""
    basis = settings.recipe.fit.basis_path
    words = "simulated" if basis is None else basis if settings.basis else f"{basis}, not found"
    return [
        ("Basis set", words),
        *((_label(f), one_line(f"{f.title}. {f.detail}")) for f in settings.findings),
    ]


def facts_of_settings(settings: LcmodelSettings) -> dict[str, object]:
    """Return the recipe, and the remarks on what was and what was not taken over."""
    return {
        "recipe": msgspec.to_builtins(settings.recipe),
        "findings": [
            {"severity": f.severity, "title": f.title, "detail": f.detail}
            for f in settings.findings
        ],
    }


def _label(finding: Finding) -> str:
    return "LCModel" if finding.severity == "info" else f"LCModel {finding.severity}"
