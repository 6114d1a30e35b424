"""A control file's settings for LCModel itself, where it is to fit the case."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mrsviewer.analysis.lcmodel.keys import FILES_AND_AXES, OUTPUT

if TYPE_CHECKING:
    from mrsviewer.formats.lcmodel_case import LcmodelCase

_LEFT = FILES_AND_AXES | OUTPUT | {"PPMST", "PPMEND", "DOWS", "DOECC", "NSIMUL"}
"""What has an option of its own or is no setting of the fit; eddy currents are corrected before."""

_PLAIN = re.compile(r"[-+.\dEDed*]+|\.?(?:T|F|TRUE|FALSE)\.?", re.IGNORECASE)
_SAFE = re.compile(r"[^;$&\n']*")


def options_for_lcmodel(case: LcmodelCase) -> dict[str, Any]:
    """Return options of the engine that runs LCModel: the file's settings, word for word.

    Values that could end a setting or a namelist are left out; LCModel has no such settings.
    """
    lines = [
        f"{key} = {', '.join(map(_written, values))}"
        for key, values in case.values.items()
        if key.split("(", 1)[0] not in _LEFT and values
        if all(_SAFE.fullmatch(value) for value in values)
    ]
    if case.simulated > 0:
        lines.append(f"NSIMUL = {case.simulated}")
    return {
        "window_ppm": list(case.window_ppm),
        "simulated": "its own" if case.simulated else "none",
        "water_scaling": case.water_scaling,
        "control": "; ".join(lines),
    }


def _written(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else f"'{value}'"
