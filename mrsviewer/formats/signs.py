"""The sign of the frequency in every format, in one table.

This program's rule is in :mod:`mrsviewer.dsp.conventions`: after ``fft`` a higher frequency is a
higher chemical shift. About half of all formats store the complex conjugate of that. Every reader
and writer takes its rule from here; conjugation undoes itself, so one function serves both ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

Evidence = Literal["real files", "synthetic files", "specification"]


@dataclass(frozen=True, slots=True)
class SignRule:
    """How a format stores its signal.

    Attributes
    ----------
    conjugate
        Whether the file holds the complex conjugate of this program's signal.
    source
        Where the rule is from.
    evidence
        The best that it was tested on.
    """

    conjugate: bool
    source: str
    evidence: Evidence


SIGNS: Mapping[str, SignRule] = {
    "nifti_mrs": SignRule(
        True,
        "Standard, section on conventions: higher frequency is lower ppm "
        "(Clarke et al., MRM 2022;88:2358)",
        "real files",
    ),
    "siemens_rda": SignRule(True, "Water and NAA of files from VA25 to VD13", "real files"),
    "siemens_dicom": SignRule(
        True, "The same samples as the RDA of one scan; VA21, VB17, VD13", "real files"
    ),
    "dicom_spectroscopy": SignRule(
        False, "Peaks of Siemens XA60 and Philips R3.2 files", "real files"
    ),
    "uih_dicom": SignRule(True, "spec2nii takes the samples as they are", "specification"),
    "siemens_twix": SignRule(
        False, "Coil-combined TWIX and DICOM of one VB17 scan are the same signal", "real files"
    ),
    "ge_pfile": SignRule(
        True, "Creatine, lactate and acetate of a phantom in revision 9", "real files"
    ),
    "philips_sdat": SignRule(
        False, "Peaks of files from 2004 to R5; RAW of one scan", "real files"
    ),
    "lcmodel_raw": SignRule(
        True, "LCModel manual, section 5.3; RAW and jMRUI of one scan", "real files"
    ),
    "lcmodel_raw, BRUKER=T": SignRule(False, "LCModel manual, section 5.3", "real files"),
    "lcmodel_basis": SignRule(
        True, "LCModel manual, section 8; singlets of five makers' files", "real files"
    ),
    "jmrui": SignRule(False, "RAW and jMRUI of one scan; fitting challenge", "real files"),
    "jmrui_binary": SignRule(
        False, "Macromolecules of one file at 9.4 T: 0.9 ppm where it belongs", "real files"
    ),
    "tarquin_dpt": SignRule(
        True, "dpt and SDAT of one scan; choline of a 1.5 T file", "real files"
    ),
    "bruker": SignRule(
        False,
        "fid and 2dseq of one PV 6.0.1 scan, 2dseq drawn with ppm falling; water only, no peak",
        "real files",
    ),
    "bruker_2dseq": SignRule(
        True, "Magnitude of one PV 6.0.1 scan: ppm falls from the first point", "real files"
    ),
    "varian": SignRule(
        True, "NAA at 7 T, macromolecules at 3 T and 9.4 T of three files", "real files"
    ),
    "philips_data": SignRule(False, "As SDAT, which the scanner makes of it", "specification"),
    "osprey_basis": SignRule(False, "Singlets of one file; checked on every reading", "real files"),
    "csv_table": SignRule(
        False, "Written here only, with its ppm axis beside it", "synthetic files"
    ),
}
"""One row per format, by the name of its reader."""


def turned(fid: NDArray[np.complex128], name: str) -> NDArray[np.complex128]:
    """Return samples of format ``name`` in this program's sign, or the reverse.

    Parameters
    ----------
    fid
        Any shape.
    name
        A key of :data:`SIGNS`.

    Raises
    ------
    KeyError
        If the format has no row: its sign is not known, so nothing may be read or written.
    """
    return np.conj(fid) if SIGNS[name].conjugate else fid
