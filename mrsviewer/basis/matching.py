"""A basis set that matches the data: simulated, cached, with macromolecules."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.basis.checks import check_basis
from mrsviewer.basis.macromolecules import CR_CH2, with_macromolecules
from mrsviewer.basis.normalisation import normalise
from mrsviewer.basis.sequences import Press, sequence_of
from mrsviewer.basis.signals import metabolite_fid
from mrsviewer.basis.spin_systems import DEFAULT_METABOLITES, spin_system
from mrsviewer.basis.store import cached, digest
from mrsviewer.dsp.conventions import WATER_PPM
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.failure import BasisError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.basis.sequences import AnySequence
    from mrsviewer.basis.spin_systems import SpinSystem
    from mrsviewer.model.acquisition import Acquisition

__all__ = ["check_basis", "matching_basis", "normalise", "with_macromolecules"]

_VERSION = 1


def matching_basis(
    acquisition: Acquisition,
    points: int,
    *,
    te1_s: float | None = None,
    names: tuple[str, ...] | None = None,
    macromolecules: bool = True,
    context: JobContext | None = None,
) -> BasisSet:
    """Return a simulated set on the time grid of the data; 1 unit per proton, undamped lines.

    Parameters
    ----------
    acquisition
        Frequency, dwell time, localisation and timing of the data.
    points
        Samples per signal.
    te1_s
        First echo of PRESS, if it is known and the acquisition does not say it. Where nobody
        says it, 12.6 ms are assumed and ``source`` says so.
    names
        Which metabolites; by default the twenty usual ones. "-CrCH2" may be among them.
    macromolecules
        Whether to add parametrised macromolecules and lipids.
    context
        Progress and cancel.

    Raises
    ------
    BasisError
        If localisation, echo time or nucleus is unknown or not supported, or a name is unknown.
    """
    if acquisition.nucleus != "1H":
        raise BasisError(
            "No basis set can be simulated",
            f"The data are {acquisition.nucleus}; spin systems are known for 1H.",
            "Choose an engine with peaks of its own (amares), or open proton data.",
        )
    sequence, note = sequence_of(acquisition, te1_s)
    wanted = DEFAULT_METABOLITES if names is None else names
    systems = tuple(spin_system(name) for name in wanted if name != CR_CH2)
    basis = _simulated(acquisition, points, systems, sequence, context or JobContext())
    if note:
        basis = replace(basis, source=f"{basis.source}; {note}")
    if macromolecules:
        return with_macromolecules(basis, cr_ch2=CR_CH2 in wanted)
    return basis


def _simulated(
    acquisition: Acquisition,
    points: int,
    systems: tuple[SpinSystem, ...],
    sequence: AnySequence,
    context: JobContext,
) -> BasisSet:
    key = _key(acquisition, points, systems, sequence)

    def build() -> NDArray[np.complex128]:
        rows = np.empty((len(systems), points), np.complex128)
        for i, system in enumerate(systems):
            context.tick(i / len(systems), f"simulating {system.name}")
            rows[i] = metabolite_fid(
                system, sequence, points, acquisition.dwell_s, acquisition.hz_per_ppm
            )
        return rows

    return BasisSet(
        fids=cached(key, (len(systems), points), build),
        components=tuple(Component(system.name) for system in systems),
        dwell_s=acquisition.dwell_s,
        frequency_hz=acquisition.frequency_hz,
        centre_ppm=WATER_PPM,
        source=f"simulated, ideal pulses: {sequence.in_words()}, {_mhz(acquisition)} MHz",
        digest=key,
        proton_unit=1.0,
        echo_time_s=sequence.echo_time_s,
        te1_s=sequence.te1_s if isinstance(sequence, Press) else None,
        localisation=acquisition.localisation,
    )


def _key(
    acquisition: Acquisition,
    points: int,
    systems: tuple[SpinSystem, ...],
    sequence: AnySequence,
) -> str:
    """Return a hash of all that the signals depend on, the spin systems' values included."""
    grid = (points, acquisition.dwell_s, acquisition.frequency_hz)
    return digest(msgspec.json.encode((_VERSION, grid, systems, sequence)).decode())


def _mhz(acquisition: Acquisition) -> str:
    return f"{acquisition.frequency_hz * 1e-6:.3f}"
