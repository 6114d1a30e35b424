"""Spectra that a network was not trained for, though their header says it was.

A network always answers; what counts is that the engine refuses where the answer is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.analysis.learning.trials import LearningTrial, acquisition_of
from mrsviewer.basis.matching import matching_basis
from mrsviewer.fitting.engine import FitProblem
from mrsviewer.model.dataset import Dataset
from mrsviewer.simulation import birch
from mrsviewer.simulation.content import HEALTHY, TUMOUR, about
from mrsviewer.simulation.disturbance import AddedLine, Disturbance, FieldSpread
from mrsviewer.simulation.forward import Decay, EddyCurrent, WaterLine
from mrsviewer.simulation.measurement import Plan, Snr, simulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from mrsviewer.fitting.learned_card import Protocol
    from mrsviewer.model.acquisition import Acquisition, SlicePulses
    from mrsviewer.model.basis import BasisSet

    Complex = NDArray[np.complex128]

POINTS = 1024
SNR = (15.0, 60.0)
LINE = (2.0, 5.0)
MM_AMPLITUDE = (3.0, 6.0)


@dataclass(frozen=True, slots=True)
class Strange:
    """One kind.

    Attributes
    ----------
    name
        What it is.
    disturbance
        What is added.
    amounts
        About what.
    line_hz
        Lorentz and Gauss width are drawn from these.
    macromolecules
        Whether there are any.
    echo_time_s, localisation
        With which the data are really acquired; None: as the header says.
    after
        What happens to the samples: (FID, times in s, Hz per ppm) to FID.
    other_pulses
        Whether the voxel was selected by the pulses that the training did not have, where it had
        one kind only; the header says so.
    names
        Further metabolites, beyond those of the usual basis set.
    wrong
        Whether an answer would be wrong: false for kinds that should be answered.
    """

    name: str
    disturbance: Disturbance = field(default_factory=Disturbance)
    amounts: Mapping[str, float] = field(default_factory=lambda: HEALTHY)
    line_hz: tuple[float, float] = LINE
    macromolecules: bool = True
    echo_time_s: float | None = None
    localisation: str | None = None
    after: Callable[[Complex, NDArray[np.float64], float], Complex] | None = None
    other_pulses: bool = False
    names: tuple[str, ...] = ()
    wrong: bool = True


def _lipid(size: float, phase: float) -> Disturbance:
    return Disturbance(
        lines=(
            AddedLine(0.90, 22.0, 0.4 * size, phase),
            AddedLine(1.30, 20.0, size, phase),
            AddedLine(2.05, 25.0, 0.15 * size, phase),
        )
    )


def _turned(fid: Complex, *_: object) -> Complex:
    return np.asarray(fid.conj())


def _echo(fid: Complex, time: NDArray[np.float64], hz_per_ppm: float) -> Complex:
    """Add a spurious echo: a burst of signal at 60 ms."""
    burst = np.exp(-(((time - 0.06) / 0.008) ** 2) + 2j * np.pi * 0.4 * hz_per_ppm * time)
    return np.asarray(fid + 0.25 * np.abs(fid[1]) * burst)


def _split(fid: Complex, time: NDArray[np.float64], _: float) -> Complex:
    return np.asarray(fid * (0.5 + 0.5 * np.exp(2j * np.pi * 14.0 * time)))


def _dropped(fid: Complex, *_: object) -> Complex:
    return np.concatenate([fid[8:], np.zeros(8, fid.dtype)])


KINDS = (
    Strange("healthy (to be answered)", wrong=False),
    Strange("tumour (to be answered)", amounts=TUMOUR, wrong=False),
    Strange("no macromolecules (to be answered)", macromolecules=False, wrong=False),
    Strange("really TE 35 ms", echo_time_s=0.035),
    Strange("really TE 68 ms", echo_time_s=0.068),
    Strange("really TE 144 ms", echo_time_s=0.144),
    Strange("really STEAM TE 20 ms", echo_time_s=0.020, localisation="steam"),
    Strange("lipid 5 times, out of phase", _lipid(5.0, 60.0)),
    Strange("lipid 20 times", _lipid(20.0, 0.0)),
    Strange("lipid 20 times, out of phase", _lipid(20.0, 100.0)),
    Strange("water 10 times at 4.5 ppm", Disturbance(water=(WaterLine(10, -18, 10, 60),))),
    Strange("water 50 times at 4.65 ppm", Disturbance(water=(WaterLine(50, 0, 8, 120),))),
    Strange("water 20 times at 4.2 ppm", Disturbance(water=(WaterLine(20, -55, 8, 100),))),
    Strange("water 50 times at 4.0 ppm", Disturbance(water=(WaterLine(50, -80, 10, 60),))),
    Strange("conjugated", after=_turned),
    Strange("lines doubled by 14 Hz", after=_split),
    Strange("spurious echo", after=_echo),
    Strange("first 8 samples lost", after=_dropped),
    Strange("eddy currents of 15 Hz", Disturbance(eddy=(EddyCurrent(15.0, 0.04),))),
    Strange("lines of 20 Hz", line_hz=(18.0, 12.0)),
    Strange("skewed field, 10 Hz", Disturbance(field_spread=FieldSpread(10.0, 0.6))),
    Strange("lone creatine", amounts={"Cr": 10.0}, line_hz=(1.0, 1.0), macromolecules=False),
    Strange("lone lactate", amounts={"Lac": 10.0}, line_hz=(1.0, 1.0), macromolecules=False),
    Strange(
        "2HG and alanine in a tumour",
        amounts={**TUMOUR, "2HG": 8.0, "Ala": 5.0},
        names=("2HG",),
    ),
    Strange("ethanol 8 mM", amounts={**HEALTHY, "EtOH": 8.0}, names=("EtOH",)),
    Strange("healthy, other slice pulses (to be answered)", other_pulses=True, wrong=False),
)


def strange_trials(
    kind: Strange, protocol: Protocol, count: int, seed: int
) -> Iterator[LearningTrial]:
    """Yield spectra of a kind, told as data of the protocol; the same for the same seed."""
    rng = np.random.default_rng([seed, KINDS.index(kind) if kind in KINDS else len(KINDS)])
    told = replace(acquisition_of(protocol), slice_pulses=_pulses(kind, protocol))
    te1 = sorted(protocol.te1_s)[len(protocol.te1_s) // 2] if protocol.te1_s else None
    basis = matching_basis(told, POINTS, te1_s=te1)
    real = _real_basis(kind, told, te1)
    time = np.asarray(np.arange(POINTS) * told.dwell_s, np.float64)
    for _ in range(count):
        plan = _plan(kind, real, rng)
        measured = simulate(real, plan, rng)
        fid = measured.noisy
        if kind.after is not None:
            fid = kind.after(fid, time, told.hz_per_ppm)
        truth = {name: plan.amounts.get(name, 0.0) for name in basis.names}
        data = Dataset(fid, told, basis.centre_ppm)
        yield LearningTrial(FitProblem(data, basis), truth, measured.peak_snr)


def _pulses(kind: Strange, protocol: Protocol) -> SlicePulses:
    trained = protocol.slice_pulses
    if not kind.other_pulses:
        return trained[0]
    return "ideal" if "ideal" not in trained else "usual"


def _real_basis(kind: Strange, told: Acquisition, te1_s: float | None) -> BasisSet:
    if kind.echo_time_s is None:
        acquisition = told
    else:
        where = kind.localisation or told.localisation
        tm = 0.01 if where == "steam" else None
        acquisition = replace(
            told,
            echo_time_s=kind.echo_time_s,
            localisation=where,  # type: ignore[arg-type] # one of the literal's words
            mixing_time_s=tm,
        )
        te1_s = None
    usual = matching_basis(told, POINTS, te1_s=te1_s, macromolecules=False)
    metabolites = tuple(name for name in usual.names if name not in kind.names)
    return matching_basis(
        acquisition, POINTS, te1_s=te1_s, names=(*metabolites, *kind.names), macromolecules=False
    )


def _plan(kind: Strange, basis: BasisSet, rng: np.random.Generator) -> Plan:
    amounts = about(kind.amounts, rng, 0.3)
    lorentz, gauss = kind.line_hz
    decay = Decay(lorentz * rng.uniform(0.8, 1.3), gauss * rng.uniform(0.8, 1.3))
    broad = birch.drawn(rng, rng.uniform(*MM_AMPLITUDE), 0.15) if kind.macromolecules else None
    disturbance = replace(
        kind.disturbance,
        shift_hz=float(rng.uniform(-5, 5)),
        phase_deg=float(rng.uniform(-60, 60)),
    )
    return Plan(
        amounts=amounts,
        decay=dict.fromkeys(basis.names, decay),
        snr=Snr(float(np.exp(rng.uniform(*np.log(SNR)))), "peak"),
        macromolecules=broad,
        disturbance=disturbance,
    )
