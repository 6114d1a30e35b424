"""Writing LCModel BASIS files; the reverse of :mod:`mrsviewer.formats.lcmodel_basis`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.dsp.conventions import WATER_PPM, time_axis
from mrsviewer.dsp.linewidth import fwhm_hz
from mrsviewer.formats.lcmodel_writer import LAYOUT, columns, milliseconds, sequence_name
from mrsviewer.formats.signs import turned
from mrsviewer.formats.target_file import replace_file, write_error
from mrsviewer.formats.writable import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.model.basis import BasisSet

LONGEST_NAME = 6
"""LCModel keeps names in CHARACTER*6."""

_NAMES = {"sIns": "Scyllo"}
_SINGLETS = (("Cr", 3.027), ("NAA", 2.008))


def write(basis: BasisSet, path: Path) -> tuple[Path, ...]:
    """Write a basis set for LCModel; return the path.

    The signals are zero-filled to twice their length, as LCModel wants, and moved so that 0 Hz
    is 4.65 ppm.

    Raises
    ------
    MrsError
        If a name is too long for LCModel, or the place cannot be written to.
    """
    names = [_NAMES.get(name, name) for name in basis.names]
    long = [name for name in names if len(name) > LONGEST_NAME]
    if long:
        cause = f"LCModel allows {LONGEST_NAME} letters in a name; {', '.join(long)} has more."
        raise write_error(path, cause, "Leave those components out.")
    points = 2 * basis.fids.shape[1]
    away_hz = (basis.centre_ppm - WATER_PPM) * basis.frequency_hz * 1e-6
    time = time_axis(basis.fids.shape[1], basis.dwell_s)
    fids = turned(basis.fids * np.exp(2j * np.pi * away_hz * time), "lcmodel_basis")
    spectra = np.asarray(fft.fft(fids, points, axis=1)) / np.sqrt(points)
    text = _header(basis, points)
    for name, row in zip(names, spectra, strict=True):
        text += f" $BASIS\n ID = '{name}',\n METABO = '{name}',\n CONC = 1.,\n TRAMP = 1.,\n"
        text += f" VOLUME = 1.,\n ISHIFT = 0\n $END\n{columns(row)}"
    replace_file(path, text.encode())
    return (path,)


def _header(basis: BasisSet, points: int) -> str:
    first = "" if basis.te1_s is None else f" TE1={basis.te1_s * 1e3:.6g}"
    width = _line_width_ppm(basis)
    return (
        f" $SEQPAR\n FWHMBA = {'-1.' if width is None else f'{width:.6g}'},\n"
        f" HZPPPM = {basis.frequency_hz * 1e-6:.12g},\n"
        f" ECHOT = {milliseconds(basis.echo_time_s)},\n"
        f" SEQ = '{sequence_name(basis.localisation)}'\n $END\n"
        f" $BASIS1\n IDBASI = '{one_line(basis.source)[:60]}{first}',\n"
        f" FMTBAS = '{LAYOUT}',\n BADELT = {basis.dwell_s:.12g},\n NDATAB = {points}\n $END\n"
    )


def _line_width_ppm(basis: BasisSet) -> float | None:
    """Return the full width of the creatine or NAA singlet, None where neither can be measured."""
    per_ppm = basis.frequency_hz * 1e-6
    for name, ppm in _SINGLETS:
        if name in basis.names:
            fid = basis.fids[basis.names.index(name)]
            window = (ppm - 0.15, ppm + 0.15)
            width = fwhm_hz(fid, basis.dwell_s, per_ppm, basis.centre_ppm, window)
            if width is not None:
                return width / per_ppm
    return None
