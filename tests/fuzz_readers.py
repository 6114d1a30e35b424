"""Damage files of every format at random and read them, for as long as you like.

    python tests/fuzz_readers.py --inputs 20000 [--seed 1] [--format NAME]

Not part of the test suite. It prints for each format how many inputs ran, how many were read and
how many refused; the first input that breaks a promise (an error other than FormatError, more than
five seconds, numbers that are none, lost samples) is kept and ends it with status 1.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "formats"))

from one_of_each import WRITERS

from mrsviewer.formats.registry import FORMATS, Format
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from mrsviewer.model.dataset import Dataset

SECONDS = 5
TOKENS = (b"\0" * 8, b"\xff" * 8, b"-1", b"nan", b"1e999", b"99999999999", b"\n", b"0", b"'", b"<")


def damaged(data: bytes, other: bytes, draw: random.Random) -> bytes:
    """Return data with one to six random edits: bits, bytes, words, blocks moved, cut or spliced."""
    out = bytearray(data)
    for _ in range(draw.randint(1, 6)):
        # Headers stand at the beginning as a rule: half of the edits go there.
        reach = max(1, min(len(out), 2000) if draw.random() < 0.5 else len(out))
        at, kind = draw.randrange(reach), draw.randrange(7)
        if kind == 0 and out:
            out[at] ^= 1 << draw.randrange(8)
        elif kind == 1:
            out[at : at + 4] = draw.randbytes(4)
        elif kind == 2:
            word = draw.choice(TOKENS)
            out[at : at + len(word)] = word
        elif kind == 3:
            out[at:at] = draw.choice(TOKENS)
        elif kind == 4:
            del out[at : at + draw.randint(1, 64)]
        elif kind == 5:
            out = out[: draw.randrange(len(out) + 1)]
        else:
            start = draw.randrange(len(other))
            out[at:at] = other[start : start + draw.randint(1, 200)]
        out = out or bytearray(b"\0")
    return bytes(out)


def fault(row: Format, path: Path) -> tuple[str, str]:
    """Return ("read" or "refused", what promise was broken or nothing)."""
    start = time.perf_counter()
    outcome, content = "read", None
    try:
        content = row.read(path)
    except FormatError:
        outcome = "refused"
    except BaseException as error:  # noqa: BLE001 - every other error is what is looked for
        return "broken", f"{type(error).__name__}: {error}"
    seconds = time.perf_counter() - start
    if seconds > SECONDS:
        return "broken", f"{seconds:.0f} s"
    scans = content if row.kind == "scan" and content is not None else ()
    faults = [word for scan in scans if (word := wrong_with(scan.dataset))]
    return ("broken", faults[0]) if faults else (outcome, "")


def wrong_with(data: Dataset) -> str:
    """Return what a reader must never give, or nothing."""
    if not np.all(np.isfinite(data.fid)):
        return "samples that are no numbers"
    if not (data.acquisition.dwell_s > 0 and data.acquisition.frequency_hz > 0):
        return "axes that are none"
    return "" if data.points > 1 else f"{data.points} points"


def run(inputs: int, seed: int, only: str | None) -> int:
    """Return the exit status after so many inputs over all formats."""
    rows = [row for row in FORMATS if only in {None, row.name}]
    counts: dict[str, Counter[str]] = {row.name: Counter() for row in rows}
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as name:
        originals = {row.name: _original(Path(name) / row.name, row) for row in rows}
        pool = [path.read_bytes() for path in originals.values()]
        for number in range(inputs):
            row = rows[number % len(rows)]
            draw = random.Random(f"{seed}/{number}")
            outcome, why = one_input(row, originals[row.name], pool, draw)
            counts[row.name][outcome] += 1
            if why:
                sys.stdout.write(f"{row.name}, input {number} of seed {seed}: {why}\n")
                return 1
    _tell(counts)
    return 0


def _original(folder: Path, row: Format) -> Path:
    folder.mkdir()
    return WRITERS[row.name](folder)


def one_input(row: Format, path: Path, pool: list[bytes], draw: random.Random) -> tuple[str, str]:
    """Damage a file, or one that belongs to it, read it and put it right again.

    Returns
    -------
    tuple
        "read", "refused" or "broken"; what was broken and where the input is kept.
    """
    parts = sorted(part for part in path.parent.rglob("*") if part.is_file())
    target = path if draw.random() < 0.7 else draw.choice(parts)
    whole = target.read_bytes()
    target.write_bytes(damaged(whole, draw.choice(pool), draw))
    outcome, why = fault(row, path)
    if why:
        kept = tempfile.mkdtemp(prefix=f"broken-{row.name}-")
        shutil.copytree(path.parent, kept, dirs_exist_ok=True)
        why += f"; kept in {kept}"
    target.write_bytes(whole)
    return outcome, why


def _tell(counts: dict[str, Counter[str]]) -> None:
    """Print how many inputs ran, and what became of them."""
    for name, count in counts.items():
        read, refused = count["read"], count["refused"]
        sys.stdout.write(f"{name:<20} {read + refused:>7}: {read} read, {refused} refused\n")
    total = sum(sum(count.values()) for count in counts.values())
    sys.stdout.write(f"{total} inputs, no promise broken\n")


def main() -> int:
    """Return the exit status of the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=[row.name for row in FORMATS])
    options = parser.parse_args()
    return run(options.inputs, options.seed, options.format)


if __name__ == "__main__":
    raise SystemExit(main())
