"""What is known of a network: what it was trained for, how, and how good it is."""

from __future__ import annotations

import msgspec

from mrsviewer.fitting.learned_grid import Grid
from mrsviewer.model.acquisition import Localisation, SlicePulses

FORMAT = 1


class Protocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was simulated for the training.

    Attributes
    ----------
    localisation, echo_time_s
        Sequence and echo time.
    te1_s
        First echoes of PRESS among which the training chose; empty for other sequences.
    frequency_hz
        Spectrometer frequencies among which it chose; the first is that of the grid.
    slice_pulses
        Kinds of slice pulses among which it chose, each as often.
    """

    localisation: Localisation
    echo_time_s: float
    te1_s: tuple[float, ...]
    frequency_hz: tuple[float, ...]
    slice_pulses: tuple[SlicePulses, ...] = ("ideal",)

    def in_words(self) -> str:
        """Return it for captions and refusals."""
        return (
            f"{self.localisation.upper()} TE {self.echo_time_s * 1e3:g} ms"
            f"{_range(self.te1_s, 1e3, ' (TE1 ', ' ms)')}"
            f"{_range(self.frequency_hz, 1e-6, ', ', ' MHz')}"
            f", {' or '.join(self.slice_pulses)} slice pulses"
        )


def _range(values: tuple[float, ...], scale: float, before: str, after: str) -> str:
    if not values:
        return ""
    ends = sorted({min(values) * scale, max(values) * scale})
    return before + " to ".join(f"{end:g}" for end in ends) + after


class Training(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How it came about.

    Attributes
    ----------
    seed, steps, batch
        Of the training.
    recipe
        Digest of all ranges that spectra are drawn from.
    data
        Digest of the first spectra that were drawn: the same seed and program give the same.
    basis
        Digests of the basis sets.
    versions
        Of the programs by name.
    seconds
        CPU time.
    """

    seed: int
    steps: int
    batch: int
    recipe: str
    data: str
    basis: tuple[str, ...]
    versions: dict[str, str]
    seconds: float


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Beyond which a spectrum counts as unlike the training: quantiles of fresh spectra.

    Attributes
    ----------
    distance
        Of the features from their mean, in Mahalanobis' measure, divided by its dimension.
    misfit
        Of what the drawn result leaves of the data, see
        :mod:`mrsviewer.fitting.learned_drawing`.
    strength
        Of the singlets that spectra are aligned by, in standard deviations of noise; at least.
    """

    distance: float
    misfit: float
    strength: float


class Score(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one engine for one metabolite: percentages of the mean true amount, slope on truth."""

    rms_percent: float
    bias_percent: float
    slope: float
    coverage_percent: float


class BandScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one metabolite or sum at one range of the signal-to-noise ratio.

    Attributes
    ----------
    snr, name, spectra
        Where, what, and how many spectra both engines answered.
    share_of_data
        Mean share of data in the value as the network itself tells it: what the slope should be.
    learned, lcm
        Scores of the two engines.
    """

    snr: tuple[float, float]
    name: str
    spectra: int
    share_of_data: float
    learned: Score
    lcm: Score


class StrangeScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one kind of spectra that the training did not have.

    Attributes
    ----------
    kind, to_be_answered, spectra
        What it is, whether a right answer is possible, and how many there were.
    refused_percent, wrong_unannounced_percent
        How many were refused; how many were answered and a strong metabolite was wrong.
    reasons
        Titles of the refusals.
    """

    kind: str
    to_be_answered: bool
    spectra: int
    refused_percent: float
    wrong_unannounced_percent: float
    reasons: tuple[str, ...]


class FileScore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one real file: its name, why it was refused, and ratios to tCr of the two engines."""

    file: str
    refusal: str | None
    learned: dict[str, float]
    lcm: dict[str, float]


class Evaluation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An examination: held-out spectra of the training's kind, other kinds, and real files."""

    held_out: int
    refused_percent: float
    bands: tuple[BandScore, ...]
    strange: tuple[StrangeScore, ...]
    files: tuple[FileScore, ...] = ()


NOT_EXAMINED = Evaluation(0, 0.0, (), ())


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that is kept beside a network.

    Attributes
    ----------
    format
        Of this file.
    name, digest
        Of the network, and of the file it is in.
    protocol, grid
        For what, and on which grid.
    metabolites
        What the outputs are.
    mean, sd
        Of the amounts in the training, per metabolite, at the usual gain.
    widen
        Factor on the standard deviation of each metabolite: the calibration.
    before
        Standard deviation of the amounts before the data, calibrated so that shares of data are
        slopes; like ``mean`` at the usual gain.
    limits
        Of what it answers.
    training
        How it came about.
    evaluation
        How good it is, as the examination gave it.
    """

    format: int
    name: str
    digest: str
    protocol: Protocol
    grid: Grid
    metabolites: tuple[str, ...]
    mean: tuple[float, ...]
    sd: tuple[float, ...]
    widen: tuple[float, ...]
    before: tuple[float, ...]
    limits: Limits
    training: Training
    evaluation: Evaluation = NOT_EXAMINED
