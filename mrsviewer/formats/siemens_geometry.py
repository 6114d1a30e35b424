"""Where a Siemens voxel is: the file's own statements held against one another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrsviewer.dsp.conventions import lps_to_ras
from mrsviewer.formats.siemens_ascconv import planned_voi
from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mrsviewer.model.voxel import Voxel

TOLERANCE_MM = 1.0
TITLE = "The file contradicts itself on the voxel"


def checked(
    voxel: Voxel | None,
    protocol: Mapping[str, str],
    corner_centre: Voxel | None = None,
    *,
    named: str = "CSA header",
) -> tuple[Voxel | None, tuple[Finding, ...]]:
    """Return the voxel to believe, and a red finding where the file contradicts itself.

    Parameters
    ----------
    voxel
        From the header of the data (CSA VoiPosition, or enhanced DICOM).
    protocol
        The planned measurement (ASCCONV): a second statement by the same scanner. Some 7 T
        systems (E12) write VoiPosition twice too large, the protocol right.
    corner_centre
        The box centred by the image position, a third statement where there is one.
    named
        What the first statement is called.
    """
    planned = planned_voi(protocol)
    if voxel is None:
        title = "Voxel position unknown"
        return None, (Finding("warning", title, "The header gives no complete box."),)
    if planned is None:
        return voxel, ()
    findings = []
    away = planned.distance_mm(voxel)
    same_shape = planned.agrees_in_shape(voxel)
    if away <= TOLERANCE_MM and same_shape:
        findings.append(agreement(named, "protocol (ASCCONV)", away))
    if away > TOLERANCE_MM:
        centre = lps_to_ras(planned.centre_lps_mm)
        witness = corner_centre is not None and planned.distance_mm(corner_centre) <= TOLERANCE_MM
        chosen = "the protocol's, which the image position confirms" if witness else "the header's"
        detail = (
            f"Header {_millimetres(voxel.centre_ras_mm)}, protocol {_millimetres(centre)} "
            f"(RAS mm): {away:.1f} mm apart. Shown is {chosen}. Check it against the image."
        )
        findings.append(Finding("danger", TITLE, detail, "geometry"))
        if witness:
            x, y, z = (float(part) for part in centre)
            voxel = replace(voxel, centre_ras_mm=(x, y, z))
    if not same_shape:
        detail = "Size or tilt in the header and in the protocol differ. Check the voxel's outline."
        findings.append(Finding("danger", TITLE, detail, "geometry"))
    return voxel, tuple(findings)


def agreement(one: str, other: str, away_mm: float) -> Finding:
    """Return the remark that two statements of one file put the voxel in the same place."""
    detail = f"{one} and {other} agree within {max(away_mm, 0.1):.1f} mm, in size and in tilt."
    return Finding("info", "Voxel geometry proved", detail, "geometry")


def _millimetres(vector: Iterable[float]) -> str:
    """Return a position for a sentence."""
    return ", ".join(f"{part:.1f}" for part in vector)
