"""A simulated basis set for any sequence and time grid, cached on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.basis.edited_macromolecules import with_edited_macromolecules
from mrsviewer.basis.macromolecules import CR_CH2, with_macromolecules
from mrsviewer.basis.sequences import MegaPress
from mrsviewer.basis.signals import metabolite_fid
from mrsviewer.basis.spin_systems import DEFAULT_METABOLITES, spin_system
from mrsviewer.basis.store import cached, digest
from mrsviewer.dsp.conventions import WATER_PPM
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.basis import BasisSet, Component

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mrsviewer.basis.sequences import AnySequence
    from mrsviewer.basis.spin_systems import SpinSystem

_VERSION = 2


@dataclass(frozen=True, slots=True)
class Grid:
    """Time and frequency axes of a set.

    Attributes
    ----------
    frequency_hz
        Spectrometer frequency for protons.
    dwell_s, points
        Time between two samples, and how many there are from the echo top on.
    centre_ppm
        Chemical shift that has frequency 0.
    """

    frequency_hz: float
    dwell_s: float
    points: int
    centre_ppm: float = WATER_PPM


def simulated_basis(
    sequence: AnySequence,
    grid: Grid,
    *,
    names: tuple[str, ...] | None = None,
    macromolecules: bool = True,
    context: JobContext | None = None,
) -> BasisSet:
    """Return the signals of ``sequence`` on ``grid``; 1 unit per proton, undamped lines.

    Parameters
    ----------
    sequence
        Kind and timing, and its pulses where they are not ideal.
    grid
        Time and frequency axes.
    names
        Which metabolites; by default the twenty usual ones. "-CrCH2" may be among them, and is
        drawn with the macromolecules.
    macromolecules
        Whether to add parametrised macromolecules and lipids; to difference spectra of edited scans
        those that editing lets through.
    context
        Progress and cancel.

    Raises
    ------
    BasisError
        If a name is unknown or the timing is impossible.
    """
    wanted = DEFAULT_METABOLITES if names is None else names
    systems = tuple(spin_system(name) for name in wanted if name != CR_CH2)
    basis = _simulated(sequence, grid, systems, context or JobContext())
    if macromolecules and basis.editing == "difference" and isinstance(sequence, MegaPress):
        return with_edited_macromolecules(basis, sequence.edit_on_ppm)
    if macromolecules:
        return with_macromolecules(basis, cr_ch2=CR_CH2 in wanted)
    return basis


def _simulated(
    sequence: AnySequence, grid: Grid, systems: tuple[SpinSystem, ...], context: JobContext
) -> BasisSet:
    key = _key(sequence, grid, systems)

    def build() -> NDArray[np.complex128]:
        rows = np.empty((len(systems), grid.points), np.complex128)
        for i, system in enumerate(systems):
            context.tick(i / len(systems), f"simulating {system.name}")
            rows[i] = metabolite_fid(
                system, sequence, grid.points, grid.dwell_s, grid.frequency_hz * 1e-6
            )
        return rows * _shift(grid)

    return BasisSet(
        fids=cached(key, (len(systems), grid.points), build),
        components=tuple(Component(system.name) for system in systems),
        dwell_s=grid.dwell_s,
        frequency_hz=grid.frequency_hz,
        centre_ppm=grid.centre_ppm,
        source=_in_words(sequence, grid),
        digest=key,
        proton_unit=1.0,
        echo_time_s=sequence.echo_time_s,
        te1_s=sequence.first_echo_s,
        localisation=sequence.localisation,
        editing=sequence.spectrum if isinstance(sequence, MegaPress) else None,
    )


def _in_words(sequence: AnySequence, grid: Grid) -> str:
    where = f"{grid.frequency_hz * 1e-6:.3f} MHz"
    if sequence.slices is None:
        ideal = "slices" if isinstance(sequence, MegaPress) else "pulses"
        return f"simulated, ideal {ideal}: {sequence.in_words()}, {where}"
    pulses = sequence.slices.in_words()
    return f"simulated, shaped pulses: {sequence.in_words()}, {where} ({pulses})"


def _shift(grid: Grid) -> NDArray[np.complex128]:
    """Return what moves signals from 4.65 ppm at 0 Hz to the centre that is wanted."""
    hz = (WATER_PPM - grid.centre_ppm) * grid.frequency_hz * 1e-6
    return np.asarray(np.exp(2j * np.pi * hz * np.arange(grid.points) * grid.dwell_s))


def _key(sequence: AnySequence, grid: Grid, systems: tuple[SpinSystem, ...]) -> str:
    """Return a hash of all that the signals depend on, the spin systems' values included."""
    axes: tuple[float, ...] = (grid.points, grid.dwell_s, grid.frequency_hz)
    if grid.centre_ppm != WATER_PPM:
        axes = (*axes, grid.centre_ppm)
    groups = [(system.name, system.groups) for system in systems]
    return digest(msgspec.json.encode((_VERSION, axes, groups, sequence)).decode())
