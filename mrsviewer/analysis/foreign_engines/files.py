"""Data and basis sets as LCModel and TARQUIN take them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import WATER_PPM
from mrsviewer.fitting.prepare import checked_fid
from mrsviewer.formats.lcmodel_basis_writer import write as write_basis
from mrsviewer.formats.lcmodel_writer import write_raw
from mrsviewer.model.failure import FitError, MrsError

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.dataset import Dataset


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """What was written into the folder of a program.

    Attributes
    ----------
    data
        The data as written: 0 Hz at 4.65 ppm, no trailing zeros.
    raw, control, basis
        Files.
    water
        The water reference, where one was wanted and is there.
    """

    data: Dataset
    raw: Path
    control: Path
    basis: Path
    water: Path | None


def write_files(problem: FitProblem, basis: BasisSet, folder: Path, *, water: bool) -> Written:
    """Write data, basis set and, if wanted and known, the water reference.

    Raises
    ------
    FitError
        If the data are not one finite 1H FID, or the formats cannot hold data or basis.
    """
    data = _centred(replace(problem.data, fid=checked_fid(problem.data)))
    reference = problem.water if water else None
    try:
        water_file = None
        if reference is not None:
            single = replace(reference, fid=checked_fid(reference))
            water_file = write_raw(_centred(single), folder / "data.H2O")[0]
        raw, control = write_raw(data, folder / "data.RAW")
        (basis_file,) = write_basis(basis, folder / "data.basis")
    except FitError:
        raise
    except MrsError as error:
        failure = error.failure
        raise FitError("Cannot write files for the fit", failure.cause, failure.remedy) from error
    return Written(data, raw, control, basis_file, water_file)


def _centred(data: Dataset) -> Dataset:
    """Return the data demodulated so that 0 Hz is where these programs expect water."""
    times = np.arange(data.points) * data.acquisition.dwell_s
    away = (data.centre_ppm - WATER_PPM) * data.acquisition.hz_per_ppm
    return replace(data, fid=data.fid * np.exp(2j * np.pi * away * times), centre_ppm=WATER_PPM)
