"""The binary files of ParaVision: integers or doubles, real and imaginary part in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

from mrsviewer.formats.samples import SEND_AGAIN, check_samples, check_size, complex_pairs
from mrsviewer.formats.signs import turned
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.formats.bruker_folder import Experiment, Kind

_WORDS = {
    "GO_32BIT_SGN_INT": "i4",
    "GO_16BIT_SGN_INT": "i2",
    "GO_32BIT_FLOAT": "f4",
    "STORE_32bit_signed": "i4",
    "STORE_64bit_float": "f8",
    "_8BIT_UNSGN_INT": "u1",
    "_16BIT_SGN_INT": "i2",
    "_32BIT_SGN_INT": "i4",
    "_32BIT_FLOAT": "f4",
}
_BLOCK_BYTES = 1024
_LONGEST = 1 << 24


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of each a file holds, the outermost first; every one at least 1."""

    repetitions: int
    objects: int
    excitations: int
    receivers: int


def counts_of(experiment: Experiment) -> Counts:
    """Return how often the experiment was repeated, and with how many receivers."""
    acqp, method = experiment.acqp, experiment.method
    return Counts(
        _whole(acqp.number("NR") or method.number("PVM_NRepetitions")),
        _whole(acqp.number("NI")),
        _whole(method.number("PVM_NAverages") or acqp.number("NA")),
        _whole(method.number("PVM_EncNReceivers")),
    )


def read_samples(
    path: Path, data: bytes, experiment: Experiment, kind: Kind
) -> NDArray[np.complex128]:
    """Return the signals of a file, shape (signals, receivers, points), in this program's sign.

    Raises
    ------
    FormatError
        If the file has another size than the parameters say, or is the magnitude of a spectrum.
    """
    if kind == "spectrum":
        fid = _of_spectrum(path, data, experiment)
    elif kind == "processed":
        points = _points(path, experiment.method.number("PVM_SpecMatrix", "PVM_DigNp"), 1)
        fid = _shaped(path, data, "<f8", 2 * points, experiment)
    else:
        fid = _of_receiver(path, data, experiment, kind)
    check_samples(path, fid)
    return fid


def _of_receiver(
    path: Path, data: bytes, experiment: Experiment, kind: Kind
) -> NDArray[np.complex128]:
    """Return what the receiver wrote: rawdata.job0, fid.raw, fid, fid.refscan."""
    acqp, counts = experiment.acqp, counts_of(experiment)
    dtype = _dtype(experiment)
    job = acqp.structs("ACQ_jobs")
    of_job = _number(job[0][0]) if job and job[0] else None
    size = of_job if path.name == "rawdata.job0" else acqp.number("ACQ_size") or of_job
    values = 2 * _points(path, size, 2)
    if kind == "raw":
        stored = _number(job[0][3]) if job and len(job[0]) > 3 else None
        signals = counts.repetitions * counts.objects * counts.excitations
        if path.name == "rawdata.job0" and stored:
            signals = _whole(stored)
        each = counts.receivers if path.name == "rawdata.job0" else 1
        expected = signals * each * values * np.dtype(dtype).itemsize
        check_size(path, expected, len(data), f"{signals} x {each} signals")
        pairs = complex_pairs(np.frombuffer(data, dtype))
        return turned(pairs.reshape(signals, each, values // 2), "bruker")
    return _shaped(path, data, dtype, values, experiment)


def _shaped(
    path: Path, data: bytes, dtype: str, values: int, experiment: Experiment
) -> NDArray[np.complex128]:
    """Return summed signals, of all receivers together or of each; perhaps padded to 1 kB."""
    counts = counts_of(experiment)
    used = values * np.dtype(dtype).itemsize
    padded = experiment.acqp.text("GO_block_size") == "Standard_KBlock_Format"
    block = -(-used // _BLOCK_BYTES) * _BLOCK_BYTES if padded and dtype != "<f8" else used
    reference = "refscan" in path.name
    signals = 1 if reference else counts.repetitions * counts.objects
    each = counts.receivers if len(data) == signals * counts.receivers * block else 1
    check_size(path, signals * each * block, len(data), f"{signals} x {each} signals")
    table = np.frombuffer(data, dtype).reshape(signals * each, -1)[:, :values]
    return turned(complex_pairs(table).reshape(signals, each, values // 2), "bruker")


def _of_spectrum(path: Path, data: bytes, experiment: Experiment) -> NDArray[np.complex128]:
    """Return the signals of a complex ``2dseq``, whose first point has the highest ppm."""
    visu = experiment.visu
    types = visu.words("VisuCoreFrameType")
    if not {"REAL_IMAGE", "IMAGINARY_IMAGE"} <= set(types):
        cause = "It holds the magnitude of a spectrum: the phase, and with it the signal, is lost."
        raise FormatError(path, cause, "Open the fid or rawdata.job0 of the same experiment.")
    points = _points(path, visu.number("VisuCoreSize"), 1)
    frames = _whole(visu.number("VisuCoreFrameCount"))
    word = _WORDS.get(visu.text("VisuCoreWordType") or "", "i2")
    dtype = word if word == "u1" else _ordered(word, visu.text("VisuCoreByteOrder"))
    expected = frames * points * np.dtype(dtype).itemsize
    check_size(path, expected, len(data), f"{frames} frames of {points} points")
    if frames % 2:
        raise FormatError(path, "A real frame has no imaginary partner.", SEND_AGAIN)
    slope, offset = (
        np.resize(np.array(visu.numbers(label) or [default]), frames)[:, None]
        for label, default in (("VisuCoreDataSlope", 1.0), ("VisuCoreDataOffs", 0.0))
    )
    table = np.frombuffer(data, dtype).reshape(frames, points).astype(np.float64) * slope + offset
    falling = _complex(table, visu.structs("VisuFGOrderDesc"))
    signal = np.asarray(fft.ifft(fft.ifftshift(falling, axes=-1), axis=-1))
    return turned(signal, "bruker_2dseq")[:, None]


def _complex(
    frames: NDArray[np.float64], groups: tuple[tuple[str, ...], ...]
) -> NDArray[np.complex128]:
    """Return complex spectra of frames in which real and imaginary alternate, or follow all."""
    names = [group[1] for group in groups if len(group) > 1]
    points = frames.shape[-1]
    if names and names[0] != "FG_COMPLEX":  # the first group changes fastest
        real, imaginary = frames.reshape(2, -1, points)
        return real + 1j * imaginary
    return frames[::2] + 1j * frames[1::2]


def _dtype(experiment: Experiment) -> str:
    """Return the type of the receiver's words as ParaVision 5 to 7, or 360, say it."""
    acqp = experiment.acqp
    word = _WORDS.get(acqp.text("GO_raw_data_format") or "")
    if word is None:
        said = acqp.values.get("ACQ_ScanPipeJobSettings", "")
        word = next((code for name, code in _WORDS.items() if name in said), "i4")
    return _ordered(word, acqp.text("BYTORDA"))


def _ordered(word: str, order: str | None) -> str:
    return f">{word}" if (order or "").lower().startswith("big") else f"<{word}"


def _points(path: Path, value: float | None, values_each: int) -> int:
    """Return how many complex points a count of numbers stands for."""
    if value is None or not 2 <= value / values_each <= _LONGEST or value % values_each:
        said = "not at all" if value is None else f"as {value:g}"
        raise FormatError(path, f"Its parameters give the points {said}.", SEND_AGAIN)
    return int(value) // values_each


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _whole(value: float | None) -> int:
    """Return a count, 1 where it is missing or absurd."""
    return int(value) if value is not None and 1 <= value < 1 << 20 else 1
