"""The command line without a window: which subcommands there are; info and convert.

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
from mrsviewer.commands import agree, basis, benchmark, fit, train
from mrsviewer.commands.case import BAD_INPUT, UsageError, add_axes, axes_of, tell
from mrsviewer.model.acquisition import Identity
from mrsviewer.model.failure import MrsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.model.failure import Failure

Said = dict[str, object] | list[tuple[str, str]]
"""Facts for a program, or lines for a person."""

SUBCOMMANDS = frozenset(
    {"agree", "basis", "info", "fit", "convert", "example", "benchmark", "train"}
)
GIVEN_WITH = {"dwell_s": "--dwell S", "frequency_hz": "--frequency MHZ"}
"""Option for each value that a file may lack."""


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
    commands = parser.add_subparsers(
        required=True, metavar="COMMAND", dest="command", parser_class=_Parser
    )
    _add_info(commands.add_parser("info", help="say what a file holds"))
    fit.add_arguments(commands.add_parser("fit", help="process, fit, write tables and reports"))
    agree.add_arguments(commands.add_parser("agree", help="where fit engines agree on a case"))
    _add_convert(commands.add_parser("convert", help="write another format, by the ending of OUT"))
    fit.add_example(commands.add_parser("example", help="fit the bundled example"))
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
    add_axes(parser)
    parser.set_defaults(run=_info)


def _add_convert(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", type=Path, metavar="IN")
    parser.add_argument(
        "target", type=Path, metavar="OUT", help=".nii.gz, .RAW, .H2O, .txt (jMRUI) or .csv"
    )
    parser.add_argument(
        "--deidentify", action="store_true", help="leave out the patient and say what went"
    )
    add_axes(parser)
    parser.set_defaults(run=_convert)


def _info(options: argparse.Namespace) -> int:
    from mrsviewer import formats
    from mrsviewer.formats.gather import is_collection
    from mrsviewer.present import file_facts as shown

    axes = axes_of(options)
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


def _convert(options: argparse.Namespace) -> int:
    from mrsviewer import formats
    from mrsviewer.formats.deidentification import check_name
    from mrsviewer.formats.target_file import keep_inputs

    keep_inputs(options.target, options.source)
    scan = formats.read_scan(options.source, axes_of(options))
    dataset, identity = scan.dataset, scan.identity
    if options.deidentify:
        check_name(options.target, scan.identity)
        cleaned = formats.deidentify(scan.dataset, scan.identity)
        dataset, identity = cleaned.dataset, Identity()
        sys.stdout.write(f"Removed: {', '.join(cleaned.removed) or 'nothing, none was there'}\n")
    formats.write_scan(dataset, options.target, identity=identity)
    tell(scan.findings)
    return 0
