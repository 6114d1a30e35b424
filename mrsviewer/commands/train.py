"""``mrsviewer train``: a network for a protocol, or the examination of one that is there."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.jobs.context import JobContext
from mrsviewer.model.failure import FitError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from mrsviewer.analysis.learning.examine import Extent
    from mrsviewer.fitting.learned_card import Card, Protocol

DEFAULT_STEPS = 7000
SAY_EVERY_S = 5.0
FIRST_ECHOES_MS = (11.0, 12.0, 13.0, 14.0, 15.0)
"""Of PRESS, where the option does not say: TE1 is seldom in the file."""

FREQUENCIES_MHZ = (123.25, 127.75)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add = parser.add_argument
    add("--sequence", default="press", help="press, steam, slaser or spin-echo (default: press)")
    add("--te", type=float, metavar="MS", help="echo time")
    add("--te1", type=float, nargs="+", metavar="MS", help="first echoes of PRESS to choose among")
    add("--frequency", type=float, nargs="+", metavar="MHZ", default=list(FREQUENCIES_MHZ),
        help="spectrometer frequencies to choose among (default: 3 T)")  # fmt: skip
    add("--pulses", nargs="+", metavar="KIND", default=["ideal"],
        help="slice pulses to choose among: ideal, usual or both (default: ideal)")  # fmt: skip
    add("--seed", type=int, default=1, metavar="N", help="first random seed (default: 1)")
    add("--steps", type=int, default=DEFAULT_STEPS, metavar="N",
        help=f"of 256 spectra each (default: {DEFAULT_STEPS}, half an hour)")  # fmt: skip
    add("--spectra", type=int, default=450, metavar="N", help="held out for the examination")
    add("--strange", type=int, default=24, metavar="N", help="of each kind to be refused")
    files = "real files to examine too; those that lack echo time and sequence count as its own"
    add("--files", type=Path, nargs="+", default=[], metavar="FILE", help=files)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FILE.onnx", help="train, write this and a card")
    where.add_argument(
        "--examine", type=Path, metavar="CARD.json", help="examine a network, renew its card"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Train, calibrate and examine a network, or examine one."""
    from mrsviewer.analysis.learning.examine import Extent

    extent = Extent(options.spectra, options.strange)
    if options.spectra < 2 or options.strange < 1 or options.steps < 2:
        raise FitError("Command line", "A number is too small.", "See: mrsviewer train --help")
    if options.examine is not None:
        card = _examined(options.examine.with_suffix(".onnx"), extent, options.files)
    else:
        _train(options)
        card = _examined(options.out, extent, options.files)
    sys.stdout.writelines(f"{line}\n" for line in lines_of(card))
    return 0


def _train(options: argparse.Namespace) -> None:
    """Write a trained and calibrated network."""
    from mrsviewer.analysis.learning import calibrate, export, train

    if options.out.suffix != ".onnx":
        raise FitError("Command line", "--out must end in .onnx.", "Give FILE.onnx.")
    plan = train.Plan(protocol_of(options), options.seed, options.steps)
    began = time.monotonic()
    trained = train.train(plan, JobContext(_Reporter(), SAY_EVERY_S))
    sys.stderr.write(f"Trained in {time.monotonic() - began:.0f} s.\n")
    card = export.write_network(trained, options.out)
    card = calibrate.calibrated(card, options.out, JobContext(_Reporter(), SAY_EVERY_S))
    export.write_card(card, options.out)


def protocol_of(options: argparse.Namespace) -> Protocol:
    """Return the protocol that the command's words name.

    Raises
    ------
    FitError
        If a word makes no sense.
    """
    from mrsviewer.fitting.learned_card import Protocol

    if options.te is None:
        raise FitError("Command line", "The echo time is missing.", "Give --te MS.")
    press = options.sequence == "press"
    te1 = options.te1 or [ms for ms in FIRST_ECHOES_MS if ms < options.te]
    words = {
        "localisation": options.sequence,
        "echo_time_s": options.te * 1e-3,
        "te1_s": [ms * 1e-3 for ms in te1] if press else [],
        "frequency_hz": [mhz * 1e6 for mhz in options.frequency],
        "slice_pulses": list(dict.fromkeys(options.pulses)),
    }
    try:
        return msgspec.convert(words, Protocol)
    except msgspec.ValidationError as error:
        raise FitError("Command line", f"{error}.", "See: mrsviewer train --help") from error


def _examined(path: Path, extent: Extent, files: Sequence[Path]) -> Card:
    """Return the card with a new evaluation, and write it."""
    from mrsviewer.analysis.learning.examine import examine
    from mrsviewer.analysis.learning.export import write_card
    from mrsviewer.analysis.learning.files import examine_files
    from mrsviewer.fitting.learned_network import read_card
    from mrsviewer.fitting.learned_options import LearnedOptions

    card_path = path.with_suffix(".json")
    card = read_card(card_path)
    options = LearnedOptions(network=str(card_path))
    context = JobContext(_Reporter(), SAY_EVERY_S)
    evaluation = msgspec.structs.replace(
        examine(card, options, extent, context),
        files=examine_files(files, card.protocol, options, context),
    )
    card = msgspec.structs.replace(card, evaluation=evaluation)
    write_card(card, path)
    return card


class _Reporter:
    """Writes progress on the error stream, now and then."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, fraction: float, message: str) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + SAY_EVERY_S
            sys.stderr.write(f"{100 * fraction:3.0f} %  {message}\n")


def lines_of(card: Card) -> Iterator[str]:
    """Yield an examination as text."""
    said = card.evaluation
    yield f"{card.name}: {card.protocol.in_words()}"
    yield f"{said.held_out} spectra of the training's kind, refused {said.refused_percent} %"
    yield (
        f"{'SNR':<8}{'':<6}{'n':>4}{'data %':>8} | {'learned: rms %':>14}{'bias %':>8}"
        f"{'slope':>7}{'cover %':>9} | {'lcm: rms %':>11}{'bias %':>8}{'slope':>7}{'cover %':>9}"
    )
    for row in said.bands:
        own, other = row.learned, row.lcm
        yield (
            f"{row.snr[0]:g}-{row.snr[1]:g}".ljust(8)
            + f"{row.name:<6}{row.spectra:>4}{100 * row.share_of_data:>8.0f} | "
            f"{own.rms_percent:>14}{own.bias_percent:>8}{own.slope:>7}{own.coverage_percent:>9} | "
            f"{other.rms_percent:>11}{other.bias_percent:>8}{other.slope:>7}"
            f"{other.coverage_percent:>9}"
        )
    yield "Spectra of other kinds, told as if of this one: refused %, answered wrongly %"
    for kind in said.strange:
        yield (
            f"{kind.kind:<38}{kind.refused_percent:>7}{kind.wrong_unannounced_percent:>7}  "
            f"{'; '.join(kind.reasons)}"
        )
    for one in said.files:
        yield f"{one.file}: {one.refusal or 'answered'}"
        for label, ratios in (("learned", one.learned), ("lcm", one.lcm)):
            yield f"  {label:<8} " + "  ".join(f"{n}/tCr {v:.3f}" for n, v in ratios.items())
