"""Writing signal and spectrum as comma-separated columns, for spreadsheets and scripts."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import ppm_axis, spectrum, time_axis
from mrsviewer.formats.signs import turned
from mrsviewer.formats.target_file import replace_file

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.model.dataset import Dataset

COLUMNS = ("time_s", "fid_real", "fid_imag", "ppm", "spectrum_real", "spectrum_imag")


def write(dataset: Dataset, path: Path) -> tuple[Path, ...]:
    """Write one row per sample; return the path.

    Left the signal over time, right its Fourier transform over ppm (descending, no filter, no
    phase); both have as many rows as samples. Axes with several entries come first, counted
    from 1.

    Raises
    ------
    MrsError
        If the place cannot be written to.
    """
    fid = turned(dataset.fid, "csv_table")
    acquisition = dataset.acquisition
    time = time_axis(dataset.points, acquisition.dwell_s)
    ppm = ppm_axis(dataset.points, acquisition.dwell_s, acquisition.hz_per_ppm, dataset.centre_ppm)
    spectra = spectrum(fid)[..., ::-1]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([*dataset.dims, *COLUMNS])
    for index in np.ndindex(fid.shape[:-1]):
        place = [str(k + 1) for k in index]
        signal, lines = fid[index], spectra[index]
        columns = (time, signal.real, signal.imag, ppm[::-1], lines.real, lines.imag)
        for row in np.stack(columns, axis=-1).tolist():
            table.writerow([*place, *(f"{number:.10g}" for number in row)])
    replace_file(path, text.getvalue().encode())
    return (path,)
