"""Readouts of a TWIX file to signals: kinds of readouts, oversampling, samples before the echo."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrsviewer.formats.embedded_water import FIRST_SAMPLES
from mrsviewer.formats.siemens_twix_layout import BYTES_PER_SAMPLE
from mrsviewer.formats.signs import turned

if TYPE_CHECKING:
    from collections.abc import Sequence
    from mmap import mmap

    from numpy.typing import NDArray

    from mrsviewer.formats.siemens_twix_layout import Readout

Kind = Literal["signal", "noise", "phase correction", "feedback", "navigator"]

_KINDS: tuple[tuple[int, Kind], ...] = (
    (1 << 25, "noise"),
    (1 << 1 | 1 << 2, "feedback"),
    (1 << 14 | 1 << 15, "phase correction"),
    (1 << 21, "phase correction"),
)
"""Flags of the evaluation mask; the first that is set decides."""

OVERSAMPLING = 2


@dataclass(frozen=True, slots=True)
class Window:
    """Which of the samples of a readout are the signal.

    Attributes
    ----------
    points
        Samples that remain.
    oversampling
        How many acquired samples make one: 2 or 1.
    before
        Samples acquired before the echo, which are cut off.
    """

    points: int
    oversampling: int
    before: int


def kind_of(readout: Readout, least_samples: int) -> Kind:
    """Return what a readout is; too short a one is a navigator."""
    for mask, kind in _KINDS:
        if readout.flags & mask:
            return kind
    return "navigator" if readout.samples < least_samples else "signal"


def sorted_by_kind(readouts: Sequence[Readout], points: int) -> dict[Kind, list[Readout]]:
    """Return the readouts by kind, in their order; noise and the like stand apart.

    Phase-correction scans of the same length as the signals are kept whole: in spectroscopy they
    are shots without water suppression.
    """
    found: dict[Kind, list[Readout]] = {}
    for readout in readouts:
        found.setdefault(kind_of(readout, points), []).append(readout)
    signals = found.get("signal", [])
    if signals:
        usual, _ = Counter((each.samples, len(each.offsets)) for each in signals).most_common(1)[0]
        odd = [each for each in signals if (each.samples, len(each.offsets)) != usual]
        found["signal"] = [each for each in signals if each not in odd]
        if odd:
            found.setdefault("navigator", []).extend(odd)
    return found


def window_of(readout: Readout, points: int, sequence: str | None) -> Window:
    """Return which samples of a readout are the signal.

    Sequences acquire some samples more than the oversampled signal needs, before the echo and
    after the end, so that the digital filter has something to start and end with. Their number
    before the echo stands in the first free parameter, in CMRR sequences of VD and later in
    the fifth parameter for the reconstruction, in edited works-in-progress in the cut-off field.

    Raises
    ------
    ValueError
        If there are fewer samples than the protocol asks for.
    """
    oversampling = OVERSAMPLING if readout.samples >= OVERSAMPLING * points else 1
    spare = readout.samples - oversampling * points
    if spare < 0:
        msg = f"a readout has {readout.samples} samples, the protocol asks for {points}"
        raise ValueError(msg)
    name = (sequence or "").lower()
    places = [readout.free, readout.ice, readout.cut_before]
    if name.startswith("eja_"):
        places = [readout.ice, readout.free, readout.cut_before]
    if "edit_529" in name or "edit_859" in name:
        places = [readout.cut_before, readout.free, readout.ice]
    before = next((count for count in places if 0 < count <= spare), 0)
    return Window(points, oversampling, before)


def signals(data: mmap, readouts: Sequence[Readout], window: Window) -> NDArray[np.complex128]:
    """Return the signals, shape (readouts, coils, points), in the program's sign.

    The file is read readout by readout, so that little more than the result is ever in memory.
    """
    coils = len(readouts[0].offsets)
    fids = np.empty((len(readouts), coils, window.points), np.complex128)
    with np.errstate(over="ignore", invalid="ignore"):
        for row, readout in zip(fids, readouts, strict=True):
            for coil, offset in enumerate(readout.offsets):
                row[coil] = without_oversampling(_samples(data, offset, readout.samples), window)
    return turned(fids, "siemens_twix")


def without_oversampling(full: NDArray[np.complex128], window: Window) -> NDArray[np.complex128]:
    """Return one signal without the outer half of its band and without spare samples.

    The outer half of the spectrum is dropped, which leaves the inner half as it was. The
    spare samples take part, so that the jump from the end to the beginning, which rings, falls on
    them; then they are cut off.
    """
    if window.oversampling == 1:
        return full[window.before : window.before + window.points]
    full = full[: full.size // 4 * 4]
    quarter = full.size // 4
    spectrum = np.fft.fft(full)
    if window.before % 2:
        spectrum *= np.exp(2j * np.pi * np.fft.fftfreq(full.size))
    half = np.concatenate([spectrum[:quarter], spectrum[-quarter:]])
    start = window.before // 2
    return np.fft.ifft(half)[start : start + window.points] * 0.5


def sizes(data: mmap, readouts: Sequence[Readout], window: Window) -> NDArray[np.float64]:
    """Return how large the first samples of each readout are (rms over all coils)."""
    start = window.before * BYTES_PER_SAMPLE
    first = min(FIRST_SAMPLES, window.points)

    def power(offset: int) -> float:
        head = _samples(data, offset + start, first)
        return float(np.vdot(head, head).real) / first

    with np.errstate(over="ignore", invalid="ignore"):
        return np.sqrt([np.mean([power(offset) for offset in each.offsets]) for each in readouts])


def _samples(data: mmap, offset: int, count: int) -> NDArray[np.complex128]:
    """Return a copy of samples, so that nothing refers to the mapped file."""
    stored = np.frombuffer(data[offset : offset + count * BYTES_PER_SAMPLE], "<c8")
    with np.errstate(invalid="ignore"):  # signalling NaN in damaged files
        return stored.astype(np.complex128)
