"""Bruker ParaVision 5 to 360: an experiment's folder, or a file of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.formats import bruker_folder, jcamp
from mrsviewer.formats.bruker_header import (
    acquisition_of,
    centre_of,
    delay_of,
    identity_of,
    voxel_of,
)
from mrsviewer.formats.bruker_samples import counts_of, read_samples
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.dataset import Applied, Dataset, Dimension
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.formats.bruker_folder import Experiment

FORMAT = "Bruker ParaVision"
_BEFORE_ECHO = 0.7
_WEAK = 0.5
_NO_DECAY = 0.9
_ANOTHER = "Choose an experiment with single-voxel spectroscopy."


def sniff(path: Path, head: bytes) -> bool:
    """Return whether a path is an experiment's folder, or a signal or parameter file of one."""
    folder = bruker_folder.experiment_folder(path)
    if folder is None:
        return False
    if path.is_dir() or bruker_folder.kind_of(path) is not None:
        return jcamp.is_parameter_file((folder / "acqp").read_bytes()[:256])
    return jcamp.is_parameter_file(head)


def read(path: Path) -> tuple[Scan, ...]:
    """Return the scan of an experiment, and its water reference scan where there is one.

    Parameters
    ----------
    path
        The folder, a signal in it, or one of its parameter files. The same signal gives the same
        scans, whichever was named.

    Raises
    ------
    FormatError
        If a file is missing, cut off or damaged, or the experiment is no single-voxel scan.
    """
    folder = bruker_folder.experiment_folder(path)
    if folder is None:
        cause = "The parameter files acqp and method do not lie beside it."
        raise FormatError(path, cause, "Keep the files of an experiment's folder together.")
    named = path if bruker_folder.kind_of(path) is not None else None
    experiment = bruker_folder.read_experiment(folder, named)
    _refuse_images(path, experiment)
    receivers = counts_of(experiment).receivers
    data = named or bruker_folder.signal_of(folder, receivers)
    if data is None:
        cause = "The experiment's folder holds no signal (rawdata.job0, fid)."
        raise FormatError(path, cause, "Copy the whole folder of the experiment.")
    scans = [_scan(data, experiment)]
    reference = bruker_folder.reference_of(folder)
    if reference is not None and not bruker_folder.is_reference(data):
        scans.append(_scan(reference, experiment))
    return tuple(scans)


def _refuse_images(path: Path, experiment: Experiment) -> None:
    """Raise FormatError for images and spectroscopic imaging."""
    axes = [axis.lower() for axis in experiment.acqp.words("ACQ_dim_desc")]
    if "spatial" in axes:
        what = "spectroscopic imaging" if "spectroscopic" in axes else "an image"
        raise FormatError(path, f"The experiment is {what}.", _ANOTHER)
    if "spectroscopic" not in axes:
        cause = "Its parameters do not say that it is spectroscopy (ACQ_dim_desc)."
        raise FormatError(path, cause, _ANOTHER)


def _scan(path: Path, experiment: Experiment) -> Scan:
    """Return one signal file as a scan."""
    kind = bruker_folder.kind_of(path) or "fid"
    data = read_bytes(path)
    fid = read_samples(path, data, experiment, kind)
    is_reference = bruker_folder.is_reference(path)
    averages = 1 if kind == "raw" else counts_of(experiment).excitations
    if is_reference:
        averages = int(experiment.method.number("PVM_RefScanNA") or 1)
    acquisition, doubts = acquisition_of(path, experiment, averages)
    fid, applied, cut = _from_echo(fid, delay_of(experiment))
    fid, dims = _arranged(fid)
    voxel, place = voxel_of(experiment)
    centre = centre_of(experiment, acquisition.nucleus)
    dataset = Dataset(fid, acquisition, centre, dims, voxel, applied)
    gains = _gains(experiment) if is_reference else ()
    checks = (*_decay(fid), *check_signal(fid, acquisition, centre))
    headers = b"".join((experiment.folder / name).read_bytes() for name in ("acqp", "method"))
    return Scan(
        dataset,
        FORMAT,
        path,
        digest(data + headers),
        identity_of(experiment),
        (*doubts, *cut, *place, *gains, *checks),
    )


def _from_echo(
    fid: NDArray[np.complex128], delay: float
) -> tuple[NDArray[np.complex128], tuple[Applied, ...], tuple[Finding, ...]]:
    """Return the signal without the points before the echo, where the signal shows them.

    The receiver's digital filter puts its group delay in front; some files have it taken off.
    """
    drop = round(delay)
    before = round(_BEFORE_ECHO * drop)
    if before < 1 or fid.shape[-1] < 4 * drop:
        return fid, (), ()
    power = np.mean(np.abs(fid.reshape(-1, fid.shape[-1])) ** 2, axis=0)
    if power[:before].mean() > _WEAK * power[drop : drop + before].mean():
        detail = f"The signal is there from its first point; the {drop} points are not left out."
        return fid, (), (Finding("info", "Filter delay taken off already", detail),)
    parameters = json.dumps({"points": drop, "delay": delay})
    note = f"{drop} points before the echo left out (delay of the digital filter {delay:g})"
    return fid[..., drop:], (Applied("read Bruker", 1, parameters, note),), ()


def _decay(fid: NDArray[np.complex128]) -> tuple[Finding, ...]:
    """Return a warning where the signal does not decay: the file has no mark of its own."""
    power = np.mean(np.abs(fid.reshape(-1, fid.shape[-1])) ** 2, axis=0)
    part = max(1, power.size // 8)
    if power[-part:].mean() < _NO_DECAY * power[:part].mean():
        return ()
    detail = "Its end is as strong as its beginning: noise, or not the data of this experiment."
    return (Finding("danger", "The file holds no signal that decays", detail),)


def _arranged(
    fid: NDArray[np.complex128],
) -> tuple[NDArray[np.complex128], tuple[Dimension, ...]]:
    """Return (signals, receivers, points) without axes of length 1, and the names of the rest."""
    names: tuple[Dimension, ...] = ("transient", "coil")
    dims = tuple(name for name, count in zip(names, fid.shape, strict=False) if count > 1)
    shape = [count for count in fid.shape[:2] if count > 1]
    return np.ascontiguousarray(fid.reshape([*shape, fid.shape[-1]])), dims


def _gains(experiment: Experiment) -> tuple[Finding, ...]:
    """Return a warning where the reference was received with another gain than the data."""
    own = experiment.method.number("PVM_RefScanRG")
    data = experiment.method.number("PVM_RgValue") or experiment.acqp.number("RG")
    if not own or not data or abs(own / data - 1) < 1e-6:
        return ()
    detail = f"Gain {own:g} against {data:g}: amounts by water are off by that ratio."
    return (Finding("warning", "Water reference of another receiver gain", detail),)
