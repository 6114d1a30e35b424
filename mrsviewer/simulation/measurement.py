"""One simulated spectrum with everything known: content, disturbance, noise.

The model is ``y(t) = g sum_k a_k b_k(t) d_k(t) f(t) exp(i phase) + added signals + noise``: the
basis signal b_k holds the lines ``exp(2 pi i f t)`` of metabolite k, d_k its decay
``exp(-t / T2_k)``, f what the scanner did to all of them and g the receiver gain.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrsviewer.dsp.conventions import ppm_axis, spectrum, time_axis
from mrsviewer.dsp.lineshapes import gaussian_decay, lorentzian_decay
from mrsviewer.simulation import forward
from mrsviewer.simulation.birch import MeasuredMacromolecules, macromolecule_fid
from mrsviewer.simulation.disturbance import AddedLine, Disturbance, added_line, hump_fid
from mrsviewer.simulation.forward import Decay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from mrsviewer.model.basis import BasisSet

WINDOW_PPM = (0.2, 4.2)
"""Where peaks, baselines and scores are measured."""


@dataclass(frozen=True, slots=True)
class Snr:
    """How much signal there is to the noise.

    Attributes
    ----------
    value
        Size.
    meaning
        "power dB": ``10 log10`` of the mean power of the noise-free samples over that of the
        noise. "peak": highest point of the metabolites' real spectrum over the standard deviation
        of the noise in it.
    """

    value: float
    meaning: Literal["power dB", "peak"]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Signal of other tissue that slice profiles let in.

    ``share`` of the voxel's own signal, content of ``amounts``, ``shift_hz`` away in field.
    """

    share: float
    amounts: Mapping[str, float]
    shift_hz: float
    linewidth_hz: float


@dataclass(frozen=True, slots=True)
class Plan:
    """All that determines a spectrum but the noise.

    Attributes
    ----------
    amounts
        Basis signal by name: its amplitude; metabolites and parametrised macromolecules alike.
    decay, shift_hz
        By name, where there is any.
    snr
        Size of the noise.
    macromolecules
        Measured ones, beside or in place of parametrised ones.
    disturbance, neighbour
        What departs from the ideal.
    gain
        Receiver gain; known to whoever scales the result.
    first_sample
        What the first sample is multiplied by, noise and all; some systems halve it.
    """

    amounts: Mapping[str, float]
    decay: Mapping[str, Decay]
    snr: Snr
    shift_hz: Mapping[str, float] = field(default_factory=dict)
    macromolecules: MeasuredMacromolecules | None = None
    disturbance: Disturbance = field(default_factory=Disturbance)
    neighbour: Neighbour | None = None
    gain: float = 1.0
    first_sample: float = 1.0

    def undisturbed(self) -> Plan:
        """Return the same content, measured ideally: no mismatch with the basis is left."""
        disturbance = Disturbance()
        return replace(self, shift_hz={}, disturbance=disturbance, neighbour=None, first_sample=1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Measurement:
    """A spectrum and the truth about it; arrays of shape (points,).

    Attributes
    ----------
    noisy, clean
        Samples with and without noise.
    metabolites
        The metabolites' part of ``clean``, its zero-order phase taken off.
    phase_rad
        That phase.
    noise_sd
        Of the real part of ``fft(noisy)``.
    peak_snr
        Highest point of the metabolites' real spectrum over ``noise_sd``.
    """

    noisy: NDArray[np.complex128]
    clean: NDArray[np.complex128]
    metabolites: NDArray[np.complex128]
    phase_rad: float
    noise_sd: float
    peak_snr: float


def simulate(basis: BasisSet, plan: Plan, rng: np.random.Generator) -> Measurement:
    """Return the measurement of a plan; the same generator state gives the same samples.

    Parameters
    ----------
    basis
        Has every signal that the plan names; its time grid is the measurement's.
    plan, rng
        What to measure, and where the noise comes from.

    Raises
    ------
    KeyError
        If the basis lacks a signal.
    """
    points = basis.fids.shape[-1]
    factor = plan.gain * plan.disturbance.factor(points, basis.dwell_s)
    kinds = {component.name: component.kind for component in basis.components}
    wanted = [name for name in plan.amounts if kinds.get(name, "metabolite") == "metabolite"]
    metabolites = factor * _signal(basis, plan, wanted)
    broad = factor * _signal(basis, plan, [name for name in plan.amounts if name not in wanted])
    if plan.macromolecules is not None:
        broad = broad + factor * macromolecule_fid(plan.macromolecules, basis)
    peak = _peak(metabolites, basis)
    phase = float(np.deg2rad(plan.disturbance.phase_deg))
    voxel = metabolites + broad
    clean = (voxel + _neighbour(basis, plan, factor) + _added(basis, plan, peak)) * np.exp(
        1j * phase
    )
    sd = _sample_noise(plan.snr, voxel, peak)
    parts = rng.standard_normal((2, points))
    noise_sd = sd * float(np.sqrt(points))
    first = np.ones(points)
    first[0] = plan.first_sample
    return Measurement(
        first * (clean + sd * (parts[0] + 1j * parts[1])),
        first * clean,
        metabolites,
        phase,
        noise_sd,
        peak / noise_sd,
    )


def water_reference(
    basis: BasisSet, plan: Plan, amplitude: float, more_hz: float
) -> NDArray[np.complex128]:
    """Return the unsuppressed water of the same voxel, without noise, shape (points,).

    It went through the same field, eddy currents included, and keeps its first sample. Its line is
    that of creatine, ``more_hz`` of Lorentz added: Gaussian widths of water and metabolites agree
    (:mod:`mrsviewer.fitting.water_line`), and T2 of water is shorter.
    """
    points = basis.fids.shape[-1]
    time = time_axis(points, basis.dwell_s)
    factor = plan.gain * plan.disturbance.factor(points, basis.dwell_s)
    phase = np.exp(1j * np.deg2rad(plan.disturbance.phase_deg))
    line = plan.decay.get("Cr", Decay())
    decay = lorentzian_decay(time, line.lorentzian_hz + more_hz)
    decay = decay * gaussian_decay(time, line.gaussian_hz)
    return np.asarray(amplitude * phase * factor * decay)


def least_covariance(
    basis: BasisSet, plan: Plan, noise_sd: float
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return the names in a plan, and the covariance with which anyone could find their amounts.

    It is the Cramer-Rao bound for someone who knows everything else - every line's place, width,
    shape and phase, baseline, and measured macromolecules - and uses all samples.

    Parameters
    ----------
    basis, plan
        What was measured.
    noise_sd
        As in :class:`Measurement`.
    """
    names = tuple(plan.amounts)
    factor = plan.gain * plan.disturbance.factor(basis.fids.shape[-1], basis.dwell_s)
    one = replace(plan, amounts=dict.fromkeys(names, 1.0))
    rows = factor * np.array([_signal(basis, one, [name]) for name in names])
    variance = noise_sd**2 / basis.fids.shape[-1]
    return names, np.linalg.inv((rows @ rows.conj().T).real / variance)


def _signal(basis: BasisSet, plan: Plan, names: list[str]) -> NDArray[np.complex128]:
    time = time_axis(basis.fids.shape[-1], basis.dwell_s)
    fid = np.zeros(time.size, np.complex128)
    for name in names:
        one = forward.mixture(basis, {name: plan.amounts[name]}, plan.decay)
        fid += one * np.exp(2j * np.pi * plan.shift_hz.get(name, 0.0) * time)
    return fid


def _neighbour(
    basis: BasisSet, plan: Plan, factor: NDArray[np.complex128]
) -> NDArray[np.complex128]:
    """Return what comes from next door; it goes through the same scanner."""
    other = plan.neighbour
    if other is None:
        return np.zeros(factor.size, np.complex128)
    time = time_axis(factor.size, basis.dwell_s)
    fid = forward.mixture(basis, other.amounts, plan.decay)
    turn = np.exp(2j * np.pi * other.shift_hz * time - np.pi * other.linewidth_hz * time)
    return np.asarray(other.share * factor * fid * turn)


def _added(basis: BasisSet, plan: Plan, peak: float) -> NDArray[np.complex128]:
    """Return baseline, foreign lines and water, sized by the highest metabolite peak."""
    disturbance = plan.disturbance
    time = time_axis(basis.fids.shape[-1], basis.dwell_s)
    hz_per_ppm = basis.frequency_hz * 1e-6
    fid = np.zeros(time.size, np.complex128)
    if disturbance.baseline and disturbance.humps:
        for hump in disturbance.humps:
            fid += hump_fid(hump, time, hz_per_ppm, basis.centre_ppm)
        fid *= disturbance.baseline / max(_peak(fid, basis, absolute=True), 1e-300)
    for line in disturbance.lines:
        fid += added_line(line, time, (line.ppm - basis.centre_ppm) * hz_per_ppm)
    for water in disturbance.water:
        line = AddedLine(basis.centre_ppm, water.width_hz, water.amplitude, water.phase_deg)
        fid += added_line(line, time, water.shift_hz)
    return np.asarray(peak * fid)


def _peak(fid: NDArray[np.complex128], basis: BasisSet, *, absolute: bool = False) -> float:
    """Return the highest point of the real spectrum in the window."""
    ppm = ppm_axis(fid.size, basis.dwell_s, basis.frequency_hz * 1e-6, basis.centre_ppm)
    inside = spectrum(fid).real[(ppm > WINDOW_PPM[0]) & (ppm < WINDOW_PPM[1])]
    return float(np.abs(inside).max() if absolute else inside.max())


def _sample_noise(snr: Snr, voxel: NDArray[np.complex128], peak: float) -> float:
    """Return the noise SD of the real (and of the imaginary) part of one sample."""
    if snr.meaning == "peak":
        return peak / snr.value / float(np.sqrt(voxel.size))
    power = float(np.mean(np.abs(voxel) ** 2))
    return float(np.sqrt(power / 10 ** (snr.value / 10) / 2))
