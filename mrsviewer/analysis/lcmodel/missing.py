"""Files that a control file names and that are not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from mrsviewer.formats.lcmodel_case import LcmodelCase

_REMEDIES = {
    "FILBAS": (
        "basis set",
        "so nothing can be fitted. Put it beside the control file and open that again, or choose "
        "a basis set.",
    ),
    "FILH2O": (
        "water reference",
        "so LCModel would refuse to scale by it. Put it beside the control file and open that "
        "again, or add a water reference.",
    ),
}


def missing_files(case: LcmodelCase) -> tuple[Finding, ...]:
    """Return a warning for each file that is named and not there, and for a set not named."""
    found = [
        Finding(
            "warning",
            f"The {_REMEDIES[key][0]} {name} was not found",
            f"It is named as {key} and lies neither there nor beside the control file, "
            f"{_REMEDIES[key][1]}",
        )
        for key, name in case.lost
        if key in _REMEDIES
    ]
    if "FILBAS" not in case.given:
        title = "The control file names no basis set (FILBAS)"
        detail = "LCModel would refuse it. A set that matches the data is simulated here."
        found.append(Finding("warning", title, detail))
    return tuple(found)
