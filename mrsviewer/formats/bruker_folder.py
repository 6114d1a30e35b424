"""Where the files of a ParaVision experiment are, and which of them is the signal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrsviewer.formats.jcamp import Parameters, read_parameters

if TYPE_CHECKING:
    from pathlib import Path

Kind = Literal["raw", "fid", "processed", "spectrum"]

_KINDS: dict[str, Kind] = {
    "rawdata.job0": "raw",
    "fid.raw": "raw",
    "fid": "fid",
    "fid.refscan": "fid",
    "fid_proc.64": "processed",
    "fid_refscan.64": "processed",
    "2dseq": "spectrum",
}
"""How the samples of a file are laid out, by its name: the files have no mark of their own."""

_PREFERRED = ("rawdata.job0", "fid.raw", "fid", "pdata/1/fid_proc.64", "pdata/1/2dseq")
_COMBINED = ("fid", "pdata/1/fid_proc.64", *_PREFERRED)
_REFERENCES = ("fid.refscan", "pdata/1/fid_refscan.64")


@dataclass(frozen=True, slots=True)
class Experiment:
    """A folder of one experiment with its parameters.

    Attributes
    ----------
    folder
        Where ``acqp`` and ``method`` are.
    acqp, method, visu
        Acquisition, method, and what describes the result; ``visu`` is empty where it is missing.
    """

    folder: Path
    acqp: Parameters
    method: Parameters
    visu: Parameters


def experiment_folder(path: Path) -> Path | None:
    """Return the folder with ``acqp`` and ``method`` that a path is, or lies in; or None."""
    parents = [path.parent, path.parent.parent.parent] if not path.is_dir() else [path]
    for folder in parents:
        if (folder / "acqp").is_file() and (folder / "method").is_file():
            return folder
    return None


def kind_of(path: Path) -> Kind | None:
    """Return how the samples of a file are laid out, None if it holds none."""
    return _KINDS.get(path.name)


def is_reference(path: Path) -> bool:
    """Return whether a file is the water reference scan of its experiment."""
    return path.name in {"fid.refscan", "fid_refscan.64"}


def reference_of(folder: Path) -> Path | None:
    """Return the water reference scan that ParaVision took with the experiment, or None."""
    return next((folder / name for name in _REFERENCES if (folder / name).is_file()), None)


def signal_of(folder: Path, receivers: int) -> Path | None:
    """Return the file to read when the folder is named, or None.

    The single excitations go before their sum. With a water reference, which ParaVision stores
    combined over the receivers, the combined signal goes first, or the two would not match.
    """
    matched = receivers > 1 and reference_of(folder) is not None
    order = _COMBINED if matched else _PREFERRED
    return next((folder / name for name in order if (folder / name).is_file()), None)


def read_experiment(folder: Path, data: Path | None) -> Experiment:
    """Return the parameters of a folder.

    Parameters
    ----------
    folder
        Where ``acqp`` and ``method`` are.
    data
        The file that is read; a ``visu_pars`` beside it goes before the folder's.

    Raises
    ------
    FormatError
        If a parameter file is empty or no text.
    """
    beside = data.parent / "visu_pars" if data is not None else folder / "visu_pars"
    places = (beside, folder / "visu_pars", folder / "pdata" / "1" / "visu_pars")
    visu = next((read_parameters(place) for place in places if place.is_file()), Parameters({}))
    method = read_parameters(folder / "method")
    return Experiment(folder, read_parameters(folder / "acqp"), method, visu)
