"""The case that a command works on: its options, its files, its recipe."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mrsviewer.model.failure import MrsError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mrsviewer.analysis.lcmodel.settings import LcmodelSettings
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.model.axes import Axes
    from mrsviewer.model.exam import Exam, Finding

NUCLEI = ("1H", "31P", "13C")
BAD_INPUT = 2
"""Exit status when the input or the command's words are at fault."""


class UsageError(MrsError):
    """The command's words do not make sense."""


def add_axes(parser: argparse.ArgumentParser) -> None:
    """Add the options for what a file may lack; the refusal of such a file names them."""
    axes = parser.add_argument_group("axes of files that do not hold them (as entered by hand)")
    axes.add_argument("--dwell", type=float, metavar="S", help="time between two samples")
    axes.add_argument("--frequency", type=float, metavar="MHZ", help="spectrometer frequency")
    axes.add_argument("--nucleus", choices=NUCLEI, help="with the two above (default: 1H)")


def add_case(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which case it is and how it is prepared."""
    parser.add_argument(
        "metab",
        type=Path,
        metavar="METAB",
        help="water-suppressed data, or an LCModel control file with its settings",
    )
    parser.add_argument("--water", type=Path, help="water reference (default: found beside METAB)")
    parser.add_argument("--basis", type=Path, help="basis set (default: simulated to match)")
    words = "auto, set (just what the set has), parametrised, measured, both or lcmodel"
    parser.add_argument("--macromolecules", metavar="KIND", help=words)
    words = "add no simulated metabolites to a basis set that lacks some of every brain's"
    parser.add_argument("--as-is", action="store_true", help=words)
    parser.add_argument("--mm-scan", type=Path, metavar="SCAN", help="metabolite-nulled scan")
    parser.add_argument("--anatomy", type=Path, help="head image")
    parser.add_argument("--recipe", type=Path, help="recipe.json of an earlier fit")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    entered = parser.add_argument_group("values the file lacks (recorded as entered by hand)")
    entered.add_argument("--te", type=float, metavar="MS", help="echo time")
    entered.add_argument("--te1", type=float, metavar="MS", help="first echo of PRESS")
    entered.add_argument("--tm", type=float, metavar="MS", help="mixing time of STEAM")
    entered.add_argument("--tr", type=float, metavar="MS", help="repetition time")
    entered.add_argument(
        "--sequence", help="press, steam, slaser, laser, special, spin-echo or mega-press"
    )
    entered.add_argument("--editing", help="edit-on, edit-off, difference or sum of MEGA-PRESS")
    entered.add_argument("--pulses", help="that selected the voxel: ideal or usual (shaped)")
    add_axes(parser)


def open_case(options: argparse.Namespace) -> tuple[Exam, Recipe]:
    """Return the exam that the options name, and the recipe to analyse it by.

    ``options.engine`` and ``options.spectrum`` are None where no choice was made.

    Raises
    ------
    MrsError
        If a file cannot be read, or a word makes no sense.
    """
    from mrsviewer import formats
    from mrsviewer.analysis.each import one_spectrum
    from mrsviewer.analysis.recipe import for_nucleus, with_basis_of

    settings = _settings(options)
    recipe = _recipe(options, settings.recipe if settings else None)
    axes = _entered_axes(recipe, options)
    exam = formats.open_exam(
        [options.metab], water=options.water, anatomy=options.anatomy, axes=axes
    )
    if settings is not None:
        exam = settings.noted_in(settings.with_basis(exam))
    if options.engine is None and options.recipe is None:
        recipe = for_nucleus(recipe, exam.metabolite.acquisition)
    if settings is None and options.recipe is None:
        recipe = with_basis_of(recipe, exam)
    if options.spectrum is not None:
        exam = one_spectrum(exam, options.spectrum)
    return exam, recipe


def recipe_of(options: argparse.Namespace) -> Recipe:
    """Return the recipe that the options name; the data are not read."""
    settings = _settings(options)
    return _recipe(options, settings.recipe if settings else None)


def axes_of(options: argparse.Namespace) -> Axes | None:
    """Return what the options say of files that do not say it, or None if they say nothing."""
    from mrsviewer.model.axes import Axes

    if options.dwell is None and options.frequency is None:
        return None
    hertz = None if options.frequency is None else options.frequency * 1e6
    return Axes(options.dwell, hertz, options.nucleus or "1H")


def _entered_axes(recipe: Recipe, options: argparse.Namespace) -> Axes | None:
    """Return the axes that the options give, or else a recipe of an earlier fit with them."""
    from mrsviewer.model.axes import Axes

    said = recipe.entered
    if said.dwell_s is None and said.frequency_hz is None:
        return axes_of(options)
    return Axes(said.dwell_s, said.frequency_hz, said.nucleus or "1H")


def _settings(options: argparse.Namespace) -> LcmodelSettings | None:
    """Return the settings of an LCModel control file, where that is fitted without a recipe."""
    from mrsviewer.formats.lcmodel_case import is_control, read_case

    if options.recipe is not None or not is_control(options.metab):
        return None
    from mrsviewer.analysis.lcmodel.settings import settings_of

    case = read_case(options.metab)
    return settings_of(case, options.basis, options.macromolecules, options.engine)


def _recipe(options: argparse.Namespace, found: Recipe | None) -> Recipe:
    """Return the recipe given, or that found, or the default one, with the options applied."""
    import msgspec

    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.present.form_words import complaint
    from mrsviewer.session.recipe_file import load_recipe

    recipe = load_recipe(options.recipe) if options.recipe else found or Recipe()
    fit = {
        name: value
        for name, value in (
            ("engine", options.engine),
            ("basis_path", options.basis),
            ("macromolecules", options.macromolecules),
            ("macromolecule_scan", options.mm_scan),
        )
        if value is not None
    }
    entered = {
        name: value
        for name, value in (
            ("echo_time_s", options.te and options.te * 1e-3),
            ("te1_s", options.te1 and options.te1 * 1e-3),
            ("mixing_time_s", options.tm and options.tm * 1e-3),
            ("repetition_time_s", options.tr and options.tr * 1e-3),
            ("localisation", options.sequence),
            ("slice_pulses", options.pulses),
            ("editing", options.editing),
            ("dwell_s", options.dwell),
            ("frequency_hz", options.frequency and options.frequency * 1e6),
            ("nucleus", options.nucleus),
        )
        if value is not None
    }
    document = msgspec.to_builtins(recipe)
    document["fit"] |= {name: str(value) for name, value in fit.items()}
    if options.as_is:
        document["fit"]["complete"] = False
    document["entered"] |= entered
    try:
        return msgspec.convert(document, Recipe)
    except msgspec.ValidationError as error:
        said = f"{complaint(error, Recipe)}."
        raise UsageError(
            "Command line", said, f"See: mrsviewer {options.command} --help"
        ) from error


def tell(findings: Sequence[Finding]) -> None:
    """Write findings to stderr, a line each."""
    for finding in findings:
        sys.stderr.write(f"{finding.severity}: {finding.title}. {finding.detail}\n")


def tell_entered(exam: Exam, recipe: Recipe) -> None:
    """Write to stderr what was entered by hand and what the file says in its place."""
    from mrsviewer.present.findings import entered_in_words

    if entered := entered_in_words(exam, recipe):
        sys.stderr.write(f"info: Entered by hand. {entered}.\n")
