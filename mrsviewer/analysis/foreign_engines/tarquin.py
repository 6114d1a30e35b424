"""TARQUIN's command line as a fit engine, for users who have the program.

Data and basis set are written as LCModel files, which TARQUIN reads, and its text files of
results and of fitted spectra are read back (Wilson 2011, doi 10.1002/mrm.22579; TARQUIN user
guide).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from mrsviewer.analysis.foreign_engines.comparison import Origin, to_result
from mrsviewer.analysis.foreign_engines.files import write_files
from mrsviewer.analysis.foreign_engines.program import ForeignEngine, Program
from mrsviewer.analysis.foreign_engines.tarquin_options import TarquinOptions
from mrsviewer.formats import tarquin_fit, tarquin_results
from mrsviewer.model.failure import FormatError
from mrsviewer.model.fit import CONCENTRATION_UNIT
from mrsviewer.model.foreign_fit import ForeignCurve, ForeignCurves

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mrsviewer.analysis.foreign_engines.files import Written
    from mrsviewer.fitting.engine import FitProblem
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.acquisition import Acquisition, Localisation
    from mrsviewer.model.fit import FitResult
    from mrsviewer.model.foreign_fit import ForeignFit

__all__ = ["TarquinEngine", "TarquinOptions"]

PROGRAM = Program("TARQUIN", "tarquin", "tarquin.sourceforge.net")
RESULTS, SPECTRA = "out.txt", "out.fit"
SUMS: Mapping[str, tuple[str, ...]] = {
    "TNAA": ("NAA", "NAAG"),
    "TCho": ("GPC", "PCh"),
    "TCr": ("Cr", "PCr"),
    "Glx": ("Glu", "Gln"),
    "TLM09": ("Lip09", "MM09"),
    "TLM13": ("Lip13a", "Lip13b", "MM12", "MM14"),
    "TLM20": ("Lip20", "MM20"),
}
_SEQUENCES: Mapping[Localisation, str] = {
    "press": "press",
    "steam": "steam",
    "slaser": "slaser",
    "laser": "laser",
    "mega-press": "mega_press",
    "spin-echo": "se",
}


class TarquinEngine(ForeignEngine):
    """Runs the user's TARQUIN."""

    name = "tarquin"
    version = "1"
    program = PROGRAM
    options: type[msgspec.Struct] = TarquinOptions

    def fit(self, problem: FitProblem, options: msgspec.Struct, context: JobContext) -> FitResult:
        """Fit one spectrum.

        Amplitudes are in mM where TARQUIN scales by water, else in its own unit.

        Raises
        ------
        FitError
            If TARQUIN is not installed, refuses the data, takes too long or fails.
        """
        chosen = msgspec.convert(options, TarquinOptions, from_attributes=True)
        program = PROGRAM.find(chosen.program_path)
        with self.folder(context) as folder:
            written = write_files(problem, problem.basis, folder, water=chosen.water_scaling)
            command = [str(program), *arguments(written, chosen)]
            said = PROGRAM.run(command, folder, context, chosen.time_limit_s)
            fit = _read(folder, said, chosen)
        scaled = CONCENTRATION_UNIT if written.water is not None else None
        origin = Origin(self.name, self.version, SUMS, scaled)
        return to_result(written.data, fit, _shifts(fit, written.data.centre_ppm), origin)


def arguments(written: Written, options: TarquinOptions) -> list[str]:
    """Return the arguments of TARQUIN's command line for files that were written."""
    acquisition = written.data.acquisition
    values = {
        "--input": written.raw.name,
        "--format": "lcm",
        "--fs": f"{1 / acquisition.dwell_s:.10g}",
        "--ft": f"{acquisition.frequency_hz:.10g}",
        "--ref": f"{written.data.centre_ppm:g}",
        **_timing(acquisition),
        "--output_txt": RESULTS,
        "--output_fit": SPECTRA,
    }
    if options.signals == "this basis set":
        values["--basis_lcm"] = written.basis.name
    if written.water is not None:
        values["--input_w"] = written.water.name
    return [word for pair in values.items() for word in pair] + list(options.arguments)


def _timing(acquisition: Acquisition) -> dict[str, str]:
    """Return what is known of sequence and timing, in seconds."""
    times = {
        "--echo": acquisition.echo_time_s,
        "--te1": acquisition.te1_s,
        "--tm": acquisition.mixing_time_s,
    }
    found = {key: f"{value:g}" for key, value in times.items() if value is not None}
    kind = acquisition.localisation
    if kind is not None and kind in _SEQUENCES:
        found["--pul_seq"] = _SEQUENCES[kind]
    return found


def _read(folder: Path, said: str, options: TarquinOptions) -> ForeignFit:
    """Return quantities and, in the window, spectra."""
    results, spectra = folder / RESULTS, folder / SPECTRA
    if not results.exists() or not spectra.exists():
        raise PROGRAM.failed("It wrote no results.", said)
    try:
        fit, drawn = tarquin_results.read(results)[0], tarquin_fit.read(spectra)[0].curves
    except FormatError as error:
        raise PROGRAM.failed(f"Its files cannot be read: {error.failure.cause}", said) from error
    return fit if drawn is None else replace(fit, curves=_within(drawn, options.window_ppm))


def _within(curves: ForeignCurves, window_ppm: tuple[float, float]) -> ForeignCurves:
    inside = (curves.ppm >= min(window_ppm)) & (curves.ppm <= max(window_ppm))
    if np.count_nonzero(inside) < 2:
        raise PROGRAM.failed("Its spectra do not reach into the window.")
    parts = tuple(ForeignCurve(c.name, c.values[inside].copy()) for c in curves.components)
    main = (curves.ppm, curves.data, curves.fit, curves.baseline)
    ppm, data, fit, baseline = (values[inside].copy() for values in main)
    return ForeignCurves(ppm, data, fit, baseline, parts)


def _shifts(fit: ForeignFit, centre_ppm: float) -> tuple[float, ...]:
    """Return the shifts that TARQUIN's own reference may stand for."""
    found = tarquin_results.number(fit.settings.get("REF (PPM)"))
    away = 0.0 if found is None else found - centre_ppm
    return tuple(sorted({0.0, away, -away}))
