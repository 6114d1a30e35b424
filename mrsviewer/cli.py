"""The command line without a window: info, fit, convert, example.

Each command imports only what it needs, so that ``info`` answers at once.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from typing_extensions import override

from mrsviewer import __version__
from mrsviewer.commands import basis, benchmark, train
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.acquisition import Identity
from mrsviewer.model.failure import MrsError
from mrsviewer.present.text import table_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.analysis.lcmodel.settings import LcmodelSettings
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.axes import Axes
    from mrsviewer.model.exam import Exam, Finding
    from mrsviewer.model.failure import Failure

Said = dict[str, object] | list[tuple[str, str]]
"""Facts for a program, or lines for a person."""

SUBCOMMANDS = frozenset({"basis", "info", "fit", "convert", "example", "benchmark", "train"})
GIVEN_WITH = {"dwell_s": "--dwell S", "frequency_hz": "--frequency MHZ"}
"""Option for each value that a file may lack."""

NUCLEI = ("1H", "31P", "13C")
BAD_INPUT = 2
"""Exit status when the input or the command's words are at fault."""


class UsageError(MrsError):
    """The command's words do not make sense."""


class _Parser(argparse.ArgumentParser):
    """Reports wrong words as a :class:`UsageError`: one line, exit status 2."""

    @override
    def error(self, message: str) -> NoReturn:
        raise UsageError("Command line", f"{message}.", f"See: {self.prog} --help")


def run(arguments: Sequence[str]) -> int:
    """Carry out one subcommand.

    Returns
    -------
    int
        0 if all went well, 2 where the input is at fault; then one line on stderr says what
        failed, why, and what to do.
    """
    try:
        options = _parser().parse_args(list(arguments))
        status: int = options.run(options)
    except MrsError as error:
        sys.stderr.write(f"mrsviewer: {error.failure.one_line()}{_options_for(error.failure)}\n")
        return BAD_INPUT
    except BrokenPipeError:
        return 0
    return status


def _options_for(failure: Failure) -> str:
    """Return which options give the values that a file lacks, as the end of its refusal."""
    words = [GIVEN_WITH[name] for name in failure.missing if name in GIVEN_WITH]
    return f" Or give {' and '.join(words)}." if words else ""


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="mrsviewer", description="Clinical MR spectroscopy of the brain.")
    parser.add_argument("--version", action="version", version=f"mrsviewer {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)
    _add_info(commands.add_parser("info", help="say what a file holds"))
    _add_fit(commands.add_parser("fit", help="process, fit, write tables and reports"))
    _add_convert(commands.add_parser("convert", help="write another format, by the ending of OUT"))
    _add_example(commands.add_parser("example", help="fit the bundled example"))
    basis.add_arguments(
        commands.add_parser("basis", help="show, simulate, compare, convert basis sets")
    )
    benchmark.add_arguments(
        commands.add_parser("benchmark", help="score and time fit engines on known truth")
    )
    train.add_arguments(commands.add_parser("train", help="train a network for a protocol"))
    return parser


def _add_info(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--identity", action="store_true", help="also patient and institution")
    _add_axes(parser)
    parser.set_defaults(run=_info)


def _add_axes(parser: argparse.ArgumentParser) -> None:
    """Add the options for what a file may lack; the refusal of such a file names them."""
    axes = parser.add_argument_group("axes of files that do not hold them (as entered by hand)")
    axes.add_argument("--dwell", type=float, metavar="S", help="time between two samples")
    axes.add_argument("--frequency", type=float, metavar="MHZ", help="spectrometer frequency")
    axes.add_argument("--nucleus", choices=NUCLEI, help="with the two above (default: 1H)")


def _add_fit(parser: argparse.ArgumentParser) -> None:
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
    parser.add_argument("--mm-scan", type=Path, metavar="SCAN", help="metabolite-nulled scan")
    parser.add_argument("--anatomy", type=Path, help="head image")
    parser.add_argument("--engine", help="fit engine")
    parser.add_argument("--recipe", type=Path, help="recipe.json of an earlier fit")
    parser.add_argument(
        "--spectrum", type=int, metavar="N", help="which one of a file of several (default: all)"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    parser.add_argument("--no-report", action="store_true", help="tables only, no PDF and HTML")
    parser.add_argument("--hide-identity", action="store_true", help="reports without the patient")
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
    _add_axes(parser)
    parser.set_defaults(run=_fit)


def _add_convert(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="IN")
    parser.add_argument(
        "target", type=Path, metavar="OUT", help=".nii.gz, .RAW, .H2O, .txt (jMRUI) or .csv"
    )
    parser.add_argument(
        "--deidentify", action="store_true", help="leave out the patient and say what went"
    )
    _add_axes(parser)
    parser.set_defaults(run=_convert)


def _add_example(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    parser.set_defaults(run=_example)


def _info(options: argparse.Namespace) -> int:
    from mrsviewer import formats
    from mrsviewer.formats.gather import is_collection
    from mrsviewer.present import file_facts as shown

    axes = _axes(options)
    if is_collection(options.path):
        exam = formats.open_exam([options.path], axes=axes)
        facts = shown.facts_of_exam if options.json else shown.lines_of_exam
        said = facts(exam, identity=options.identity)
    else:
        scans = formats.read_scans(options.path, axes)
        of_file = shown.facts_of_file if options.json else shown.lines_of_file
        said = of_file(scans, identity=options.identity)
    said = _with_settings(said, options.path)
    if isinstance(said, dict):
        sys.stdout.write(json.dumps(said, indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{label:<20} {words}\n" for label, words in said)
    return 0


def _with_settings(said: Said, path: Path) -> Said:
    """Return what is said of a file with the settings in it, where it is a control file."""
    from mrsviewer.formats.lcmodel_case import is_control

    if not is_control(path):
        return said
    from mrsviewer.analysis.lcmodel.settings import settings_among
    from mrsviewer.present.lcmodel_settings import facts_of_settings, lines_of_settings

    settings = settings_among([path])
    if settings is None:
        return said
    if isinstance(said, dict):
        return {**said, "settings": facts_of_settings(settings)}
    return [*said, *lines_of_settings(settings)]


def _axes(options: argparse.Namespace) -> Axes | None:
    """Return what the options say of files that do not say it, or None if they say nothing."""
    from mrsviewer.model.axes import Axes

    if options.dwell is None and options.frequency is None:
        return None
    hertz = None if options.frequency is None else options.frequency * 1e6
    return Axes(options.dwell, hertz, options.nucleus or "1H")


def _fit(options: argparse.Namespace) -> int:
    from mrsviewer import formats
    from mrsviewer.analysis.each import one_spectrum, spectra_in
    from mrsviewer.analysis.recipe import for_nucleus

    settings = _settings(options)
    recipe = _recipe(options, settings.recipe if settings else None)
    given = [options.metab]
    exam = formats.open_exam(
        given, water=options.water, anatomy=options.anatomy, axes=_axes_of(recipe, options)
    )
    if settings is not None:
        exam = settings.noted_in(settings.with_basis(exam))
    if options.engine is None and options.recipe is None:
        recipe = for_nucleus(recipe, exam.metabolite.acquisition)
    if options.spectrum is not None:
        exam = one_spectrum(exam, options.spectrum)
    if spectra_in(exam.metabolite) > 1:
        return _fit_each(exam, recipe, options.out)
    analysis = fit_exam(exam, recipe)
    _write(analysis, options.out, reports=not options.no_report, identity=not options.hide_identity)
    return _conclude(analysis, options.out)


def _fit_each(exam: Exam, recipe: Recipe, folder: Path) -> int:
    """Fit every spectrum of a file, write one table and print a line for each."""
    from mrsviewer.analysis.each import analyse_each
    from mrsviewer.present.each import each_table, remarks
    from mrsviewer.report.tables import write_table_of_each

    _tell(exam.findings)
    _tell_entered(exam, recipe)
    analyses = tuple(analyse_each(exam, recipe, JobContext()))
    path = write_table_of_each(analyses, folder)
    sys.stdout.write(table_text(each_table(analyses)))
    sys.stdout.writelines(f"{line}\n" for line in remarks(analyses))
    sys.stdout.write(f"\nWritten to {path}\n")
    return 0 if any(analysis.fit for analysis in analyses) else BAD_INPUT


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
    document["entered"] |= entered
    try:
        return msgspec.convert(document, Recipe)
    except msgspec.ValidationError as error:
        said = f"{complaint(error, Recipe)}."
        raise UsageError("Command line", said, "See: mrsviewer fit --help") from error


def _axes_of(recipe: Recipe, options: argparse.Namespace) -> Axes | None:
    """Return the axes that the options give, or else a recipe of an earlier fit with them."""
    from mrsviewer.model.axes import Axes

    said = recipe.entered
    if said.dwell_s is None and said.frequency_hz is None:
        return _axes(options)
    return Axes(said.dwell_s, said.frequency_hz, said.nucleus or "1H")


def fit_exam(exam: Exam, recipe: Recipe) -> Analysis:
    """Return the analysis of an exam, or raise what kept it from being fitted."""
    from mrsviewer.analysis.analyse import analyse

    return analyse(exam, recipe, JobContext())


def _write(analysis: Analysis, folder: Path, *, reports: bool, identity: bool) -> None:
    """Write tables, and reports if wanted, into ``folder``."""
    from mrsviewer.report.tables import write_tables
    from mrsviewer.report.write import write_report

    write_tables(analysis, folder)
    if reports:
        write_report(analysis, folder, show_identity=identity)


def _conclude(analysis: Analysis, folder: Path) -> int:
    """Print the table, what was noticed and what failed; return the exit status."""
    from mrsviewer.present.table import concentration_table

    _tell(analysis.findings)
    _tell_entered(analysis.exam, analysis.recipe)
    if analysis.failures:
        for failure in analysis.failures:
            sys.stderr.write(f"mrsviewer: {failure.one_line()}\n")
        return BAD_INPUT
    sys.stdout.write(table_text(concentration_table(analysis, analysis.recipe)))
    sys.stdout.write(f"\nQuality: {analysis.quality.grade}. Written to {folder}\n")
    return 0


def _tell(findings: Sequence[Finding]) -> None:
    """Write findings to stderr, a line each."""
    for finding in findings:
        sys.stderr.write(f"{finding.severity}: {finding.title}. {finding.detail}\n")


def _tell_entered(exam: Exam, recipe: Recipe) -> None:
    """Write to stderr what was entered by hand and what the file says in its place."""
    from mrsviewer.present.findings import entered_in_words

    if entered := entered_in_words(exam, recipe):
        sys.stderr.write(f"info: Entered by hand. {entered}.\n")


def _convert(options: argparse.Namespace) -> int:
    from mrsviewer import formats
    from mrsviewer.formats.deidentification import check_name
    from mrsviewer.formats.target_file import keep_inputs

    keep_inputs(options.target, options.source)
    scan = formats.read_scan(options.source, _axes(options))
    dataset, identity = scan.dataset, scan.identity
    if options.deidentify:
        check_name(options.target, scan.identity)
        cleaned = formats.deidentify(scan.dataset, scan.identity)
        dataset, identity = cleaned.dataset, Identity()
        sys.stdout.write(f"Removed: {', '.join(cleaned.removed) or 'nothing, none was there'}\n")
    formats.write_scan(dataset, options.target, identity=identity)
    _tell(scan.findings)
    return 0


def _example(options: argparse.Namespace) -> int:
    from mrsviewer import formats
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.simulation.example import example_paths

    exam = formats.open_exam([example_paths().metabolite])
    analysis = fit_exam(exam, Recipe())
    _write(analysis, options.out, reports=True, identity=True)
    return _conclude(analysis, options.out)
