"""Writing LCModel RAW and H2O files, and the CONTROL file that says their axes.

RAW holds the samples only; LCModel takes dwell time, frequency and number of points from the
control file, so one is written beside it under the same name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer import __version__
from mrsviewer.formats.signs import turned
from mrsviewer.formats.target_file import replace_file, write_error
from mrsviewer.formats.writable import signals_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from mrsviewer.model.acquisition import Acquisition, Localisation
    from mrsviewer.model.dataset import Dataset, Dimension

LAYOUT = "(2E16.8)"
"""Nine digits: what single precision needs."""

_AXES: tuple[Dimension, ...] = ("measurement",)
_MARK = "Written by mrsviewer"
_NAMES: Mapping[Localisation, str] = {"spin-echo": "SE"}
_LICENCE_KEY = 210387309
"""The key with which LCModel has been free for all since version 6.3-1."""


def write_raw(dataset: Dataset, path: Path) -> tuple[Path, ...]:
    """Write a RAW or H2O file, by the ending of ``path``, and its CONTROL file; return both.

    Each entry of the axis "measurement" becomes a voxel.

    Raises
    ------
    MrsError
        If coils or transients are not combined, the nucleus is not 1H, the place cannot be
        written to, or a control file of that name exists that this program did not write.
    """
    if dataset.acquisition.nucleus != "1H":
        cause = f"LCModel knows 1H only; these are {dataset.acquisition.nucleus} data."
        raise write_error(path, cause, "Write NIfTI-MRS (.nii.gz) or jMRUI text (.txt).")
    rows = turned(signals_of(dataset, path, "an LCModel file", _AXES), "lcmodel_raw")
    control = path.with_suffix(".control")
    _check_ours(control)
    text = f"{sequence_group(dataset.acquisition)} $NMID\n ID = '{path.stem[:20]}',\n"
    text += f" FMTDAT = '{LAYOUT}',\n TRAMP = 1., VOLUME = 1.\n $END\n"
    replace_file(path, (text + columns(rows)).encode())
    replace_file(control, _control(path, dataset, len(rows)).encode())
    return path, control


def columns(rows: NDArray[np.complex128]) -> str:
    """Return complex numbers as lines in :data:`LAYOUT`, real and imaginary part on each."""
    return "".join(f"{z.real:16.8E}{z.imag:16.8E}\n" for z in rows.ravel().tolist())


def sequence_group(acquisition: Acquisition) -> str:
    """Return the namelist SEQPAR; only names that LCModel knows."""
    return (
        f" $SEQPAR\n HZPPPM = {acquisition.hz_per_ppm:.12g},\n"
        f" ECHOT = {milliseconds(acquisition.echo_time_s)},\n"
        f" SEQ = '{sequence_name(acquisition.localisation)}'\n $END\n"
    )


def milliseconds(echo_time_s: float | None) -> str:
    """Return an echo time as LCModel wants it; -1 is its "unknown"."""
    return "-1." if echo_time_s is None else f"{echo_time_s * 1e3:.6g}"


def sequence_name(localisation: Localisation | None) -> str:
    """Return LCModel's name of a sequence, a blank where it is not known."""
    return " " if localisation is None else _NAMES.get(localisation, localisation.upper())


def _control(path: Path, dataset: Dataset, voxels: int) -> str:
    """Return the control file of a RAW and H2O pair, of which at least one is there."""
    acquisition = dataset.acquisition
    is_water = path.suffix.lower() == ".h2o"
    raw = path.with_suffix(".RAW") if is_water else path
    water = path if is_water else path.with_suffix(".H2O")
    values: dict[str, object] = {
        "KEY": _LICENCE_KEY,
        "TITLE": f"'{_MARK} {__version__}'",
        "FILRAW": f"'{raw.name}'",
        "NUNFIL": dataset.points,
        "DELTAT": f"{acquisition.dwell_s:.12g}",
        "HZPPPM": f"{acquisition.hz_per_ppm:.12g}",
        "ECHOT": milliseconds(acquisition.echo_time_s),
    }
    if is_water or water.exists():
        values |= {"FILH2O": f"'{water.name}'", "DOWS": "T"}
    if voxels > 1:
        values |= {"NDCOLS": voxels, "NDROWS": 1, "NDSLIC": 1, "ICOLST": 1, "ICOLEN": voxels}
    return " $LCMODL\n" + "".join(f" {k} = {v}\n" for k, v in values.items()) + " $END\n"


def _check_ours(control: Path) -> None:
    """Raise MrsError where a control file would be lost that a person wrote."""
    if not control.exists():
        return
    try:
        ours = _MARK in control.read_bytes().decode("latin-1")
    except OSError:
        ours = False
    if not ours:
        cause = "A control file of that name is there, and it is not by this program."
        raise write_error(control, cause, "Choose another name for the RAW file.")
