"""Write a basis set in the format that is asked for, or that the ending of the name stands for."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast, get_args

import numpy as np

from mrsviewer.dsp.conventions import WATER_PPM, time_axis
from mrsviewer.formats import jmrui_writer, lcmodel_basis_writer, mrsviewer_basis
from mrsviewer.formats.target_file import write_error
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset

if TYPE_CHECKING:
    from mrsviewer.model.basis import BasisSet

WritableBasis = Literal["lcmodel", "mrsviewer", "jmrui-folder"]
_PLAIN = re.compile(r"[\w.+-]+")
_ENDINGS: dict[str, WritableBasis] = {".basis": "lcmodel", mrsviewer_basis.SUFFIX: "mrsviewer"}


def kind_of(path: Path) -> WritableBasis:
    """Return the format that a name stands for: a name without ending is a folder.

    Raises
    ------
    MrsError
        If it stands for none.
    """
    ending = path.suffix.lower()
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if not ending:
        return "jmrui-folder"
    cause = "Its ending does not say in which format to write."
    remedy = "End it in .basis (LCModel) or .mrsbasis (this program), or in nothing (jMRUI folder)."
    raise write_error(path, cause, remedy)


def write_basis(basis: BasisSet, path: Path, kind: str | None = None) -> tuple[Path, ...]:
    """Write a basis set and return the files written.

    Parameters
    ----------
    basis
        What is to be written.
    path
        Where; a file is replaced whole, a folder must be new or empty.
    kind
        "lcmodel", "mrsviewer" or "jmrui-folder"; None: by the name, see :func:`kind_of`.

    Raises
    ------
    MrsError
        If the format cannot hold the set or the place cannot be written to.
    """
    chosen = kind_of(path) if kind is None else _known(kind)
    if chosen == "lcmodel":
        return lcmodel_basis_writer.write(basis, path)
    if chosen == "mrsviewer":
        return mrsviewer_basis.write(basis, path)
    return _write_folder(basis, path)


def _known(kind: str) -> WritableBasis:
    if kind not in get_args(WritableBasis):
        msg = f"no format {kind!r}"
        raise ValueError(msg)
    return cast("WritableBasis", kind)


def _write_folder(basis: BasisSet, folder: Path) -> tuple[Path, ...]:
    """Write one jMRUI text file for each component into a folder that appears when all are there.

    0 Hz is 4.65 ppm; the format has no place for the echo time.
    """
    odd = [name for name in basis.names if not _PLAIN.fullmatch(name)]
    if odd:
        cause = f"{', '.join(odd)} cannot be the name of a file."
        raise write_error(folder, cause, "Rename those components.")
    try:
        if folder.is_dir():
            folder.rmdir()
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        cause = f"The system does not let it be made: {error.strerror or error}."
        remedy = "Choose the name of a folder that is not there."
        raise write_error(folder, cause, remedy) from error
    try:
        away_hz = (basis.centre_ppm - WATER_PPM) * basis.frequency_hz * 1e-6
        turn = np.exp(2j * np.pi * away_hz * time_axis(basis.fids.shape[1], basis.dwell_s))
        how = Acquisition("1H", basis.frequency_hz, basis.dwell_s, localisation=basis.localisation)
        for name, fid in zip(basis.names, basis.fids * turn, strict=True):
            jmrui_writer.write(Dataset(fid, how, WATER_PPM), beside / f"{name}.txt")
        beside.chmod(0o755)
        beside.rename(folder)
    except OSError as error:
        cause = f"The system does not let it be written: {error.strerror or error}."
        raise write_error(folder, cause, "Choose another folder.") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return tuple(folder / f"{name}.txt" for name in basis.names)
