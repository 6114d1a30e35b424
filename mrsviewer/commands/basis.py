"""``mrsviewer basis``: show, simulate, compare and convert basis sets."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import BasisError
from mrsviewer.present.text import table_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from mrsviewer.model.basis import BasisSet
    from mrsviewer.model.exam import Finding


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the commands of the command."""
    commands = parser.add_subparsers(required=True, metavar="WHAT", parser_class=type(parser))
    show = commands.add_parser("show", help="say what a basis set holds")
    show.add_argument("set", type=Path, metavar="SET")
    show.set_defaults(run=_show)
    simulate = commands.add_parser("simulate", help="simulate a set for a sequence")
    _add_plan(simulate)
    simulate.set_defaults(run=_simulate)
    compare = commands.add_parser("compare", help="how alike two sets are, component by component")
    compare.add_argument("first", type=Path, metavar="A")
    compare.add_argument("second", type=Path, metavar="B")
    compare.set_defaults(run=_compare)
    convert = commands.add_parser("convert", help="write a set in another format")
    convert.add_argument("set", type=Path, metavar="IN")
    _add_out(convert, "OUT", named=False)
    convert.set_defaults(run=_convert)
    complete = commands.add_parser(
        "complete", help="add the weak metabolites of every brain that a set lacks, simulated"
    )
    complete.add_argument("set", type=Path, metavar="IN")
    _add_out(complete, "OUT", named=False)
    complete.set_defaults(run=_complete)
    measured = commands.add_parser(
        "measured-mm", help="add the macromolecules of a metabolite-nulled scan to a set"
    )
    measured.add_argument("scan", type=Path, metavar="SCAN")
    measured.add_argument("--basis", type=Path, required=True, metavar="SET")
    _add_out(measured, "FILE")
    measured.set_defaults(run=_measured)


def _add_plan(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--sequence",
        required=True,
        help="press, steam, slaser, mega-press, spin-echo, laser, special",
    )
    add("--te", dest="te_ms", type=float, required=True, metavar="MS", help="echo time")
    add("--te1", dest="te1_ms", type=float, metavar="MS", help="first echo of PRESS")
    add("--spectrum", help="of MEGA-PRESS: edit-on, edit-off, difference (default) or sum")
    add("--edit-on", dest="edit_on_ppm", type=float, metavar="PPM", help="default 1.9 (GABA)")
    add("--edit-off", dest="edit_off_ppm", type=float, metavar="PPM", help="default 7.5")
    add("--editing", dest="editing_ms", type=float, metavar="MS", help="editing pulses (14 ms)")
    add("--shaped", action="store_true", help="slices by shaped pulses; takes seconds")
    add("--tm", dest="tm_ms", type=float, metavar="MS", help="mixing time of STEAM")
    add("--frequency", dest="frequency_mhz", type=float, required=True, metavar="MHZ")
    add("--width", dest="width_hz", type=float, metavar="HZ", help="spectral width (default 2000)")
    add("--points", type=int, metavar="N", help="samples of each signal (default 2048)")
    add("--metabolites", nargs="+", metavar="NAME", help="default: the twenty usual ones")
    add("--no-mm", action="store_true", help="no parametrised macromolecules and lipids")
    _add_out(parser, "FILE")


def _add_out(parser: argparse.ArgumentParser, name: str, *, named: bool = True) -> None:
    words = ".basis (LCModel), .mrsbasis (this program), or a new folder (jMRUI text)"
    if named:
        parser.add_argument("--out", type=Path, required=True, metavar=name, help=words)
    else:
        parser.add_argument("out", type=Path, metavar=name, help=words)


def _show(options: argparse.Namespace) -> int:
    from mrsviewer.present.basis_facts import component_rows, fact_rows
    from mrsviewer.present.scenes import TableRow, TableScene

    basis = _read(options.set)
    sys.stdout.write(f"{'Source':<12} {basis.source}\n")
    sys.stdout.writelines(f"{fact.label:<12} {fact.of_set}\n" for fact in fact_rows(basis, None))
    rows = tuple(
        TableRow(row.name, (row.name, row.kind, row.protons, row.peak_ppm), False, "", "")
        for row in component_rows(basis)
    )
    headings = ("Component", "kind", "protons", "highest (ppm)")
    sys.stdout.write("\n" + table_text(TableScene(headings, rows)))
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from mrsviewer.basis.plan import SimulationPlan, simulated
    from mrsviewer.present.form_words import complaint

    given = {
        name: getattr(options, name)
        for name in SimulationPlan.__struct_fields__
        if name in vars(options)
    }
    given = {name: value for name, value in given.items() if value is not None}
    given["macromolecules"] = not options.no_mm
    try:
        plan = msgspec.convert(given, SimulationPlan)
    except msgspec.ValidationError as error:
        raise BasisError(
            "Command line",
            f"{complaint(error, SimulationPlan)}.",
            "See: mrsviewer basis simulate --help",
        ) from error
    _write(simulated(plan), options.out)
    return 0


def _compare(options: argparse.Namespace) -> int:
    from mrsviewer.basis.comparison import compare
    from mrsviewer.present.basis_facts import comparison_table

    first, second = _read(options.first), _read(options.second)
    table = comparison_table(compare(first, second), options.first.name, options.second.name)
    sys.stdout.write(f"{table_text(table)}\n{table.caption}\n")
    return 0


def _convert(options: argparse.Namespace) -> int:
    _write(_read(options.set), options.out, options.set)
    return 0


def _complete(options: argparse.Namespace) -> int:
    from mrsviewer.basis.completion import with_missing

    whole, found = with_missing(_read(options.set))
    _tell([found])
    _write(whole, options.out, options.set)
    return 0


def _measured(options: argparse.Namespace) -> int:
    from mrsviewer.analysis.basis_stage import macromolecules_of_scan
    from mrsviewer.basis.measured import with_measured

    basis = _read(options.basis)
    found = macromolecules_of_scan(options.scan, basis, JobContext())
    _tell(found.findings)
    made = with_measured(basis, found, options.scan.name)
    _write(made, options.out, options.basis, options.scan)
    return 0


def _read(path: Path) -> BasisSet:
    from mrsviewer import formats
    from mrsviewer.basis.normalisation import normalise

    return normalise(formats.read_basis(path))


def _write(basis: BasisSet, path: Path, *inputs: Path) -> None:
    from mrsviewer import formats
    from mrsviewer.formats.target_file import keep_inputs

    keep_inputs(path, *inputs)
    formats.write_basis(basis, path)
    sys.stdout.write(f"{len(basis.components)} components written to {path}\n{basis.source}\n")


def _tell(findings: Sequence[Finding]) -> None:
    sys.stderr.writelines(f"{f.severity}: {f.title}. {f.detail}\n" for f in findings)
