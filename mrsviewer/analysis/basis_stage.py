"""Which basis set a recipe asks for: simulated or from a file, with which signals added."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mrsviewer import formats
from mrsviewer.basis.completion import completed, left_out
from mrsviewer.basis.macromolecule_choice import with_choice
from mrsviewer.basis.macromolecules import measured_macromolecules as measured_in
from mrsviewer.basis.matching import matching_basis, normalise
from mrsviewer.basis.measured import measured_macromolecules, with_measured
from mrsviewer.fitting.engine import load_engine, runs_program
from mrsviewer.model.failure import MrsError
from mrsviewer.processing.run import run
from mrsviewer.processing.step import Signals
from mrsviewer.processing.steps import default_steps

if TYPE_CHECKING:
    from mrsviewer.analysis.cache import StageCache
    from mrsviewer.analysis.recipe import FitSettings
    from mrsviewer.basis.measured import MeasuredMacromolecules
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.exam import Finding

_AS_IT_IS = ("set", "lcmodel")
"""Choices of macromolecules with which a set from a file is used as it is."""


def basis_of(
    settings: FitSettings, data: Dataset, cache: StageCache, context: JobContext
) -> tuple[BasisSet, tuple[Finding, ...]]:
    """Return the basis set to fit ``data`` with, and what is to be known of what was added.

    Raises
    ------
    MrsError
        If the set, or the scan of macromolecules, cannot be read, made or used.
    Cancelled
        If the job was cancelled.
    """
    path, choice, scan = settings.basis_path, settings.macromolecules, settings.macromolecule_scan
    if scan is not None and choice == "auto":
        choice = "measured"
    acquisition = data.acquisition
    if path is None:
        plain = choice != "auto"
        basis = cache.get(
            ("simulated", acquisition, data.points, plain),
            lambda: matching_basis(
                acquisition, data.points, macromolecules=not plain, context=context
            ),
        )
    else:
        basis = cache.get(
            ("file", path, _modified(path)), lambda: normalise(formats.read_basis(Path(path)))
        )
    basis, found = _whole(basis, settings, acquisition, cache, context)
    if scan is not None and choice in {"measured", "both"}:
        plain_basis = basis
        basis, said = cache.get(
            ("macromolecules", scan, _modified(scan), basis.digest),
            lambda: _with_scan(plain_basis, Path(scan), context),
        )
        found = (*found, *said)
    before_choice = basis
    return cache.get(
        ("macromolecule choice", basis.digest, basis.source, choice),
        lambda: with_choice(before_choice, choice),
    ), found


def macromolecules_of_scan(
    path: Path, basis: BasisSet, context: JobContext
) -> MeasuredMacromolecules:
    """Return the macromolecules of the metabolite-nulled scan in a file, for a basis set.

    It is processed as any scan: coils, transients, eddy currents by the water beside it, water.

    Raises
    ------
    MrsError
        If it cannot be read or processed, or is not metabolite-nulled.
    """
    exam = formats.open_exam([path], context=context)
    signals = run(Signals(exam.metabolite, exam.water, exam.eddy), default_steps(), context)
    return measured_macromolecules(signals.metabolite, basis, context=context)


def _whole(
    basis: BasisSet,
    settings: FitSettings,
    acquisition: Acquisition,
    cache: StageCache,
    context: JobContext,
) -> tuple[BasisSet, tuple[Finding, ...]]:
    """Return the set with the metabolites it lacks, and what is to be known of them.

    Programs of the user's get the set that was chosen for them.
    """
    if settings.basis_path is None or settings.macromolecules in _AS_IT_IS:
        return basis, ()
    if runs_program(load_engine(settings.engine)):
        return basis, ()
    if not settings.complete:
        return basis, left_out(basis, acquisition.echo_time_s)
    return cache.get(
        ("completed", basis.digest, basis.source, acquisition),
        lambda: completed(basis, acquisition, context),
    )


def _with_scan(
    basis: BasisSet, path: Path, context: JobContext
) -> tuple[BasisSet, tuple[Finding, ...]]:
    if own := measured_in(basis):
        raise MrsError(
            "Two measured macromolecule spectra",
            f"The basis set has {', '.join(own)}, and {path.name} is to give another one.",
            "Give no scan, or a basis set without measured macromolecules.",
        )
    measured = macromolecules_of_scan(path, basis, context)
    return with_measured(basis, measured, path.name), measured.findings


def _modified(path: str) -> float:
    """Return when a file changed last; 0 for one that is not there (its reader will say so)."""
    try:
        return Path(path).stat().st_mtime
    except OSError:
        return 0.0
