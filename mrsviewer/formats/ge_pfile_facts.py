"""What the header of a GE P-file says: acquisition, voxel, identity."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import lps_to_ras
from mrsviewer.formats.dicom_file import date
from mrsviewer.formats.orientation import voxel_from_lps
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.model.acquisition import GYROMAGNETIC_RATIO_HZ_PER_T, Acquisition, Identity
from mrsviewer.model.exam import Finding

if TYPE_CHECKING:
    from mrsviewer.formats.ge_pfile_header import PfileHeader
    from mrsviewer.model.voxel import Voxel

_CORNERS = {
    which: tuple(f"rhi_{which}_{axis}" for axis in "RAS") for which in ("tlhc", "trhc", "brhc")
}
_SEQUENCES = (("probe-sl", "sLASER"), ("probe-s", "STEAM"), ("probe-p", "PRESS"))
"""GE's own names of sequences."""
NUCLEUS_TOLERANCE = 0.02


def acquisition(
    header: PfileHeader, *, echoes: int, summed: int
) -> tuple[Acquisition, tuple[Finding, ...]]:
    """Return what the header says of the acquisition; its times are in microseconds.

    Parameters
    ----------
    header
        Of the P-file.
    echoes
        Signals per excitation; two or four are those of an edited sequence.
    summed
        Excitations that were added into each frame.

    Raises
    ------
    ValueError
        If frequency or spectral width are missing or absurd.
    """
    hertz = (header.number("rhr_rh_ps_mps_freq") or 0) / 10
    width_hz = header.number("rhr_spectral_width") or 0
    if not 1e6 < hertz < 3e9 or not 10 < width_hz < 1e6:
        msg = "its header lacks frequency or spectral width"
        raise ValueError(msg)
    nucleus, findings = _nucleus(hertz, (header.number("rhe_magstrength") or 0) * 1e-4)
    sequence = (header.text("rhi_psdname") or "").split("/")[-1]
    known = next((kind for name, kind in _SEQUENCES if sequence.lower().startswith(name)), None)
    kind = localisation_of(known, sequence, header.text("rhs_se_desc"))
    facts = Acquisition(
        nucleus=nucleus,
        frequency_hz=hertz,
        dwell_s=1 / width_hz,
        echo_time_s=_seconds(header.number("rhi_te")),
        repetition_time_s=_seconds(header.number("rhi_tr")),
        inversion_time_s=_seconds(header.number("rhi_ti")),
        sequence=sequence or None,
        localisation="mega-press" if echoes > 1 and kind in {None, "press"} else kind,
        averages=summed,
        vendor="GE",
        scanner=header.text("rhe_ex_sysid"),
        software=header.text("rhe_ex_verscre"),
    )
    return facts, findings


def _nucleus(hertz: float, field_t: float) -> tuple[str, tuple[Finding, ...]]:
    """Return the nucleus by frequency and field; hydrogen, with a warning, without a field."""
    for name, ratio in GYROMAGNETIC_RATIO_HZ_PER_T.items():
        if field_t > 0 and abs(hertz / (ratio * field_t) - 1) < NUCLEUS_TOLERANCE:
            return name, ()
    detail = f"The header gives no field that fits {hertz * 1e-6:.2f} MHz; hydrogen is assumed."
    return "1H", (Finding("warning", "Check the nucleus", detail),)


def voxel(header: PfileHeader) -> Voxel | None:
    """Return the box: prescribed centre and size (RAS), tilted as the image plane is.

    The three sizes belong to right-left, anterior-posterior and head-foot; in a tilted box to the
    edges closest to these.
    """
    centre = header.numbers(*(f"rhi_user{k}" for k in (11, 12, 13)))
    extent = header.numbers(*(f"rhi_user{k}" for k in (8, 9, 10)))
    corners = [header.numbers(*names) for names in _CORNERS.values()]
    if centre is None or extent is None or None in corners:
        return None
    left, right, low = (np.array(corner, float) for corner in corners)
    edges = [right - left, low - right]
    lengths = [float(np.linalg.norm(edge)) for edge in edges]
    if min(lengths) == 0 or not np.all(np.isfinite(lengths)):
        return None
    row, column = (edge / length for edge, length in zip(edges, lengths, strict=True))
    axes = np.array([row, column, np.cross(row, column)])
    nearest = np.argmax(np.abs(axes), axis=0)
    size = np.zeros(3)
    size[nearest] = extent
    lps = [lps_to_ras(vector).tolist() for vector in (np.array(centre), row, column)]
    try:
        box = voxel_from_lps(lps[0], lps[1], lps[2], size.tolist())
    except ValueError:
        return None
    # The third edge of GE's image plane points the other way.
    x, y, z = ((a, b, -c + 0.0) for a, b, c in box.axes_ras)
    return replace(box, axes_ras=(x, y, z))


def identity(header: PfileHeader) -> Identity:
    """Return whose data these are; GE counts years from 1900."""
    day = re.fullmatch(r"(\d\d)/(\d\d)/(\d{2,3})", header.text("rhr_rh_scan_date") or "")
    written = f"{1900 + int(day[3]):04}-{day[1]}-{day[2]}" if day else None
    sex = {1: "M", 2: "F"}.get(int(header.number("rhe_patsex") or 0))
    return Identity(
        patient_name=header.text("rhe_patname"),
        patient_id=header.text("rhe_patid"),
        birth_date=date(header.text("rhe_dateofbirth")),
        sex=sex,
        study_date=written,
        institution=header.text("rhe_hospname"),
        protocol=header.text("rhs_se_desc"),
    )


def _seconds(microseconds: float | None) -> float | None:
    """Return a time in s; 0 stands for none."""
    return microseconds / 1e6 if microseconds and microseconds > 0 else None
