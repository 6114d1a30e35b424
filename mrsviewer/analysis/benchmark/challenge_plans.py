"""Spectra like those of the ISMRM fitting challenge, kind by kind.

Its 28 sets, as far as fits of them tell: lines of 3 to 9 Hz, Lorentzian and Gaussian (1-6), odd
lines at high SNR (7, 8), the usual again (9, 10), hardly any macromolecules (11), low SNR (12-20,
the last three with more choline), high SNR (21), eddy currents (22), residual water (23), water
inside the window (24), tumours (25-27), lipid twenty times the metabolites (28). Peak SNRs are
those that fits find in the sets at hand. Amounts are our own; the sets' true ones are not public.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.simulation.content import CHALLENGE, NECROSIS, TUMOUR, about
from mrsviewer.simulation.disturbance import AddedLine, Disturbance, FieldSpread
from mrsviewer.simulation.forward import Decay, EddyCurrent, WaterLine
from mrsviewer.simulation.measurement import Plan, Snr

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrsviewer.analysis.benchmark.setting import Setting

    Drawing = Callable[[Setting, np.random.Generator], Plan]

SPREAD = 0.3
MACROMOLECULES = (3.5, 5.5)
"""Range of their amount, in units of Birch's spectrum."""

USUAL = Decay(3.0)
LINES = (
    (Decay(3.0), 67.0), (Decay(6.2), 53.0), (Decay(8.7), 41.0),
    (Decay(0.0, 2.9), 75.0), (Decay(0.0, 5.4), 57.0), (Decay(0.0, 8.4), 45.0),
)  # fmt: skip
"""What broadens the lines of sets 1 to 6, and the peak SNR: the noise is the same in all."""

NOISY = (14.0, 20.0, 31.0)
MORE_CHOLINE = 2.2
HALVED = 0.5
"""The first sample of every spectrum of the challenge is half as large as it should be."""


def _lines(setting: Setting, rng: np.random.Generator) -> Plan:
    return _plan(setting, rng, CHALLENGE, LINES[int(rng.integers(len(LINES)))])


def _odd_lines(setting: Setting, rng: np.random.Generator) -> Plan:
    bend = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 0.9))
    spread = FieldSpread(float(rng.uniform(3.0, 6.0)), bend)
    decay = Decay(float(rng.uniform(0.5, 2.0)))
    odd = Disturbance(field_spread=spread, phase_deg=_small_phase(rng))
    return _plan(setting, rng, CHALLENGE, (decay, 126.0), odd)


def _usual(setting: Setting, rng: np.random.Generator) -> Plan:
    return _plan(setting, rng, CHALLENGE, (USUAL, 67.0))


def _without_macromolecules(setting: Setting, rng: np.random.Generator) -> Plan:
    share = float(rng.uniform(0.0, 0.2))
    return _plan(setting, rng, CHALLENGE, (USUAL, 67.0), macromolecules=share)


def _noisy(setting: Setting, rng: np.random.Generator) -> Plan:
    snr = NOISY[int(rng.integers(len(NOISY)))]
    content = dict(CHALLENGE)
    if snr == NOISY[-1]:
        content |= {name: MORE_CHOLINE * CHALLENGE[name] for name in ("GPC", "PCh")}
    return _plan(setting, rng, content, (USUAL, snr))


def _unusual(setting: Setting, rng: np.random.Generator) -> Plan:
    """Return amounts that no expectation foresees: a third to three times the usual ones."""
    content = {
        name: value * float(np.exp(rng.uniform(-np.log(3.0), np.log(3.0))))
        for name, value in CHALLENGE.items()
    }
    return _plan(setting, rng, content, (USUAL, 67.0))


def _high_snr(setting: Setting, rng: np.random.Generator) -> Plan:
    return _plan(setting, rng, CHALLENGE, (USUAL, 107.0))


def _eddy_currents(setting: Setting, rng: np.random.Generator) -> Plan:
    side = float(rng.choice([-1.0, 1.0]))
    currents = (
        EddyCurrent(side * float(rng.uniform(5, 12)), float(rng.uniform(0.02, 0.05))),
        EddyCurrent(-side * float(rng.uniform(1, 3)), float(rng.uniform(0.1, 0.2))),
    )
    return _plan(setting, rng, CHALLENGE, (USUAL, 120.0), Disturbance(eddy=currents))


def _residual_water(setting: Setting, rng: np.random.Generator) -> Plan:
    water = tuple(
        WaterLine(
            float(rng.uniform(5, 30)),
            float(rng.uniform(-15, 15)),
            float(rng.uniform(5, 15)),
            float(rng.uniform(-180, 180)),
        )
        for _ in range(3)
    )
    return _plan(setting, rng, CHALLENGE, (USUAL, 67.0), Disturbance(water=water))


def _water_inside(setting: Setting, rng: np.random.Generator) -> Plan:
    """Return a spectrum whose water lies about 4.2 ppm, out of phase."""
    shift = float(rng.uniform(-65, -45))
    water = (
        WaterLine(float(rng.uniform(5, 30)), shift, float(rng.uniform(5, 12)), 90.0),
        WaterLine(float(rng.uniform(2, 8)), shift + 8.0, 12.0, float(rng.uniform(-180, 180))),
    )
    return _plan(setting, rng, CHALLENGE, (USUAL, 67.0), Disturbance(water=water))


def _tumour(setting: Setting, rng: np.random.Generator) -> Plan:
    content = TUMOUR if rng.random() < 0.5 else NECROSIS
    lipid = _lipid(rng, float(rng.uniform(0.3, 4.0)), float(rng.uniform(-10, 10)))
    return _plan(
        setting, rng, content, (USUAL, float(rng.uniform(20, 40))), Disturbance(lines=lipid)
    )


def _lipid_flood(setting: Setting, rng: np.random.Generator) -> Plan:
    lipid = _lipid(rng, 20.0, float(rng.uniform(-20, 20)))
    return _plan(setting, rng, CHALLENGE, (USUAL, 67.0), Disturbance(lines=lipid))


PLANS: Mapping[str, Drawing] = {
    "lines (1-6)": _lines,
    "odd lines (7-8)": _odd_lines,
    "usual (9-10)": _usual,
    "hardly any MM (11)": _without_macromolecules,
    "noisy (12-20)": _noisy,
    "high SNR (21)": _high_snr,
    "eddy currents (22)": _eddy_currents,
    "residual water (23)": _residual_water,
    "water inside (24)": _water_inside,
    "tumour (25-27)": _tumour,
    "lipid 20x (28)": _lipid_flood,
    "unusual amounts": _unusual,
}
"""By the name of the case; in brackets the sets that it stands for, the last for none."""


def _plan(
    setting: Setting,
    rng: np.random.Generator,
    typical: Mapping[str, float],
    line: tuple[Decay, float],
    disturbance: Disturbance | None = None,
    *,
    macromolecules: float = 1.0,
) -> Plan:
    """Return a plan; ``line`` is what broadens the lines, and the peak SNR."""
    decay, snr = line
    amounts = about(typical, rng, SPREAD)
    broad = macromolecules * float(rng.uniform(*MACROMOLECULES))
    amounts[setting.measured] = setting.measured_unit * broad
    decays = dict.fromkeys(amounts, decay)
    if rng.random() < 0.5:
        # A measured macromolecule spectrum has the shim of its own scan already.
        decays[setting.measured] = Decay()
    small = Disturbance(shift_hz=float(rng.uniform(-0.5, 0.5)), phase_deg=_small_phase(rng))
    return Plan(
        amounts=amounts,
        decay=decays,
        snr=Snr(snr, "peak"),
        disturbance=disturbance or small,
        first_sample=HALVED,
    )


def _small_phase(rng: np.random.Generator) -> float:
    return float(rng.uniform(-5, 5))


def _lipid(rng: np.random.Generator, height: float, phase_deg: float) -> tuple[AddedLine, ...]:
    """Return lipid whose highest line is ``height`` times the highest metabolite peak."""
    relative = ((1.28, 1.0), (0.89, 0.35), (2.04, 0.15), (2.25, 0.06), (2.80, 0.08))
    return tuple(
        AddedLine(
            ppm=ppm + float(rng.uniform(-0.01, 0.01)),
            width_hz=float(rng.uniform(4, 10)),
            height=height * share * float(rng.uniform(0.7, 1.3)),
            phase_deg=phase_deg,
            gaussian_hz=float(rng.uniform(14, 24)),
        )
        for ppm, share in relative
    )
