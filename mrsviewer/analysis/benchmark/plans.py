"""Spectra drawn at random: healthy brain, tumour, and the Voigt sets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.simulation import birch
from mrsviewer.simulation.content import HEALTHY, MACROMOLECULES, TUMOUR, about
from mrsviewer.simulation.disturbance import Disturbance, Hump
from mrsviewer.simulation.forward import Decay
from mrsviewer.simulation.measurement import Plan, Snr

if TYPE_CHECKING:
    from mrsviewer.analysis.benchmark.setting import Setting

SHIM_HZ = 3.0
"""Lorentz width that the field adds to the natural one where nothing is perturbed."""

BROADER = 1.2
"""Parametrised macromolecules are this much broader than the least width they are drawn at."""

SPREAD, BROAD_SPREAD = 0.3, 0.5
"""Relative half-ranges of the amounts, in the plain cases and in the Voigt sets."""

PEAK_SNR = (8.0, 80.0)
LORENTZ_HZ, GAUSS_HZ = (2.0, 9.0), (0.0, 6.0)
OWN_SHIFT_PPM = 0.003
MM_VARIATION = 0.15


def healthy(setting: Setting, rng: np.random.Generator, snr: Snr) -> Plan:
    """Return healthy brain, lines with their T2 and a Lorentzian shim."""
    return _plain(setting, {**about(HEALTHY, rng, SPREAD), **about(MACROMOLECULES, rng, 0.2)}, snr)


def tumour(setting: Setting, rng: np.random.Generator, snr: Snr) -> Plan:
    """Return a tumour with mobile lipid up to the size of its metabolites."""
    lipid = {"Lip13a": rng.uniform(1, 6), "Lip13b": rng.uniform(1, 6), "Lip09": rng.uniform(0.5, 2)}
    broad = {**about(MACROMOLECULES, rng, 0.4), **lipid}
    return _plain(setting, {**about(TUMOUR, rng, SPREAD), **broad}, snr)


@dataclass(frozen=True, slots=True)
class VoigtSet:
    """Draws Voigt lines with own shifts over a smooth baseline, out of phase and off frequency.

    Attributes
    ----------
    tumours
        Share of tumours among the spectra; the others are healthy brain.
    even_snr
        Whether all peak SNRs of the range are as likely; otherwise all their logarithms are, and
        half of the spectra lie below 25.
    unlike
        Whether macromolecules are drawn as measured by Birch, which is none of the engines' own;
        otherwise they are the measured ones of the setting.
    """

    tumours: float = 0.0
    even_snr: bool = False
    unlike: bool = False

    def __call__(self, setting: Setting, rng: np.random.Generator) -> Plan:
        """Return one spectrum of the set."""
        amounts = about(TUMOUR if rng.random() < self.tumours else HEALTHY, rng, BROAD_SPREAD)
        decay = Decay(float(rng.uniform(*LORENTZ_HZ)), float(rng.uniform(*GAUSS_HZ)))
        size = float(rng.uniform(3.0, 6.0))
        macromolecules = birch.drawn(rng, size, MM_VARIATION) if self.unlike else None
        if macromolecules is None:
            amounts[setting.measured] = setting.measured_unit * size
        sd = OWN_SHIFT_PPM * setting.hz_per_ppm
        shifts = np.clip(sd * rng.standard_normal(len(amounts)), -2.5 * sd, 2.5 * sd)
        return Plan(
            amounts=amounts,
            decay=dict.fromkeys(amounts, decay),
            snr=Snr(self._peak_snr(rng), "peak"),
            shift_hz={name: float(s) for name, s in zip(amounts, shifts, strict=True)},
            macromolecules=macromolecules,
            disturbance=Disturbance(
                shift_hz=float(rng.uniform(-5, 5)),
                phase_deg=float(rng.uniform(-30, 30)),
                baseline=float(rng.uniform(0.0, 0.2)),
                humps=random_humps(rng),
            ),
            gain=float(10 ** rng.uniform(-1, 1)),
        )

    def _peak_snr(self, rng: np.random.Generator) -> float:
        if self.even_snr:
            return float(rng.uniform(*PEAK_SNR))
        return float(np.exp(rng.uniform(*np.log(PEAK_SNR))))


def random_humps(rng: np.random.Generator) -> tuple[Hump, ...]:
    """Return a smooth random baseline: three to six broad Gaussians of either sign."""
    return tuple(
        Hump(
            ppm=float(rng.uniform(-0.3, 4.6)),
            width_ppm=float(rng.uniform(0.4, 1.5)),
            height=float(rng.standard_normal()),
            phase_deg=float(rng.uniform(-40, 40)),
        )
        for _ in range(int(rng.integers(3, 7)))
    )


def _plain(setting: Setting, amounts: dict[str, float], snr: Snr) -> Plan:
    decay = {name: Decay(1 / (np.pi * t2) + SHIM_HZ) for name, t2 in setting.t2_s.items()}
    return Plan(amounts, {**decay, **_broad_decay(setting)}, snr)


def _broad_decay(setting: Setting) -> dict[str, Decay]:
    more = float(np.sqrt(BROADER**2 - 1))
    return {name: Decay(0.0, more * width) for name, width in setting.drawn_hz.items()}


def ideal(setting: Setting, plan: Plan) -> Plan:
    """Return the plan without anything that the engines' basis set cannot describe exactly."""
    clean = plan.undisturbed()
    amounts = {name: v for name, v in plan.amounts.items() if name in setting.basis.names}
    if plan.macromolecules is not None:
        size = plan.macromolecules.amplitude
    elif len(amounts) < len(plan.amounts):
        size = plan.amounts[setting.measured] / setting.measured_unit
    else:
        return clean
    size /= MACROMOLECULES["MM09"]
    broad = {name: size * value for name, value in MACROMOLECULES.items()}
    return replace(
        clean,
        amounts={**amounts, **broad},
        decay={**plan.decay, **_broad_decay(setting)},
        macromolecules=None,
    )
