"""Where the benchmark measures, at 3 T with PRESS TE 30 ms, and with which basis set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from mrsviewer.basis.macromolecules import measured_macromolecules
from mrsviewer.basis.matching import matching_basis, with_macromolecules
from mrsviewer.basis.normalisation import normalise
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.quantification.relaxation import find_table
from mrsviewer.simulation.birch import MeasuredMacromolecules, macromolecule_fid
from mrsviewer.simulation.forward import Decay, faded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrsviewer.jobs.context import JobContext

POINTS = 2048
TE_S, TR_S = 0.030, 2.0
OTHER_T2_S = 0.16
"""T2 of a metabolite that the relaxation table does not name."""

MEASURED = "Mac"
Macromolecules = Literal["parametrised", "measured", "hidden"]


@dataclass(frozen=True, slots=True)
class Protocol:
    """How spectra are measured, and what the engines are told about macromolecules.

    Attributes
    ----------
    dwell_s, te1_s, frequency_hz
        Sampling, first echo and spectrometer frequency.
    macromolecules
        What the engines' basis set has: parametrised groups; the spectrum that is in the data, as
        if measured; or parametrised groups while a measured spectrum is in the data.
    natural_hz
        Lorentz width that the metabolites of the basis set already have.
    """

    dwell_s: float = 1 / 2000
    te1_s: float = 0.0126
    frequency_hz: float = 123.25e6
    macromolecules: Macromolecules = "parametrised"
    natural_hz: float = 0.0


PLAIN = Protocol()
VOIGT = Protocol(dwell_s=1 / 4000)
VOIGT_MEASURED = replace(VOIGT, macromolecules="measured")
VOIGT_HIDDEN = replace(VOIGT, macromolecules="hidden")
CHALLENGE = Protocol(1 / 4000, 0.011, 123.261703e6, "measured", 2.0)
"""As the ISMRM fitting challenge was simulated: ideal PRESS 11/19 ms, lines of 2 Hz."""


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A basis set on the grid of the measurement, and what the plans of spectra need of it.

    Attributes
    ----------
    acquisition, basis
        What is handed to the engines.
    source
        What spectra are made of; it holds the measured macromolecules also where ``basis`` does
        not.
    t2_s
        Of every metabolite of the basis.
    drawn_hz
        Width at which each parametrised macromolecule is drawn.
    measured, measured_unit
        Name of the measured macromolecules, and the amount of them that is as large as Birch's
        at an amplitude of 1; "" where there are none.
    """

    acquisition: Acquisition
    basis: BasisSet
    source: BasisSet
    t2_s: Mapping[str, float]
    drawn_hz: Mapping[str, float]
    measured: str = ""
    measured_unit: float = 1.0

    @property
    def hz_per_ppm(self) -> float:
        """Return the frequency of one ppm."""
        return self.acquisition.hz_per_ppm


def make_setting(
    protocol: Protocol = PLAIN, context: JobContext | None = None, given: BasisSet | None = None
) -> Setting:
    """Return the setting of a protocol.

    Parameters
    ----------
    protocol
        How spectra are measured.
    context
        Progress and cancel of the simulation.
    given
        A basis set to use in place of a simulated one; its grid becomes the measurement's.
    """
    acquisition = Acquisition(
        nucleus="1H",
        frequency_hz=protocol.frequency_hz if given is None else given.frequency_hz,
        dwell_s=protocol.dwell_s if given is None else given.dwell_s,
        echo_time_s=TE_S,
        te1_s=protocol.te1_s,
        repetition_time_s=TR_S,
        sequence="PRESS",
        localisation="press",
        water_suppressed=True,
    )
    if given is None:
        plain = matching_basis(acquisition, POINTS, macromolecules=False, context=context)
        plain = _damped(plain, protocol.natural_hz)
    else:
        plain = normalise(given)
    if protocol.macromolecules == "parametrised":
        basis = with_macromolecules(_without_measured(plain))
        return Setting(acquisition, basis, basis, _t2(basis, acquisition), _widths(basis))
    source = plain if measured_macromolecules(plain) else _with_measured(plain)
    basis = source if protocol.macromolecules == "measured" else _without_measured(source)
    basis, source = with_macromolecules(basis), with_macromolecules(source)
    name = measured_macromolecules(source)[0]
    row = source.fids[source.names.index(name)]
    like = macromolecule_fid(MeasuredMacromolecules(1.0), source)
    unit = float(np.linalg.norm(like) / np.linalg.norm(row))
    return Setting(acquisition, basis, source, _t2(basis, acquisition), _widths(basis), name, unit)


def _damped(basis: BasisSet, width_hz: float) -> BasisSet:
    if width_hz == 0:
        return basis
    fids = faded(basis.fids, basis.dwell_s, Decay(width_hz))
    return replace(basis, fids=fids, digest=f"{basis.digest}+{width_hz:g} Hz")


def _with_measured(basis: BasisSet) -> BasisSet:
    row = macromolecule_fid(MeasuredMacromolecules(1.0), basis)
    return replace(
        basis,
        fids=np.concatenate([basis.fids, row[None]]),
        components=(*basis.components, Component(MEASURED, "macromolecule")),
        source=f"{basis.source}; measured-like macromolecules",
        digest=f"{basis.digest}+{MEASURED}",
    )


def _without_measured(basis: BasisSet) -> BasisSet:
    measured = measured_macromolecules(basis)
    if not measured:
        return basis
    return basis.take(tuple(name for name in basis.names if name not in measured))


def _t2(basis: BasisSet, acquisition: Acquisition) -> dict[str, float]:
    table = find_table("auto", acquisition.field_t)
    named = table.named if table is not None else {}
    return {
        c.name: float(np.mean([times.t2_s for times in named[c.name].values()]))
        if c.name in named
        else OTHER_T2_S
        for c in basis.components
        if c.kind == "metabolite"
    }


def _widths(basis: BasisSet) -> dict[str, float]:
    hz_per_ppm = basis.frequency_hz * 1e-6
    return {c.name: c.width_ppm * hz_per_ppm for c in basis.components if c.width_ppm}
