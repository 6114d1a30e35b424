"""Time and memory of opening scans: first in a process, then warm.

Run by hand: ``python tests/benchmarks/bench_formats.py FILE...``, or with a folder of real scans
in place of files, from which one of each kind is taken. Each file is opened in a process of its
own: "first" includes the imports that its reader needs, "warm" is the median of later openings;
"peak" is the largest memory that Python held while opening (tracemalloc) and "result" that of the
signals alone, both as multiples of the file's size.
"""

import json
import statistics
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

KINDS = ("*_act.sdat", "*.SDAT", "*.rda", "*.IMA", "*XA*.dcm", "*.dat", "*.7", "*.nii.gz", "*.RAW")
REPEATS = 15


def measure(path: Path) -> dict[str, float]:
    """Return seconds and bytes of one file, measured in this process."""
    from mrsviewer.formats import read_scans

    start = time.perf_counter()
    read_scans(path)
    first = time.perf_counter() - start
    warm = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        scans = read_scans(path)
        warm.append(time.perf_counter() - start)
    result = sum(scan.dataset.fid.nbytes for scan in scans)
    del scans
    tracemalloc.start()
    read_scans(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return {"first": first, "warm": statistics.median(warm), "peak": peak, "result": result}


def chosen(arguments: list[str]) -> list[Path]:
    """Return the files to open."""
    paths = [Path(argument) for argument in arguments]
    if len(paths) != 1 or not paths[0].is_dir():
        return paths
    found = []
    for kind in KINDS:
        matches = [p for p in sorted(paths[0].rglob(kind)) if opens(p)]
        found += matches[:2] if kind == "*.dat" else matches[:1]
    return found


def opens(path: Path) -> bool:
    """Return whether a file holds a scan that can be read."""
    from mrsviewer.formats import read_scan
    from mrsviewer.model.failure import FormatError

    try:
        read_scan(path)
    except FormatError:
        return False
    return True


def main() -> None:
    """Measure and print a table."""
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(json.dumps(measure(Path(sys.argv[2]))))
        return
    head = ("first", "warm", "peak", "result")
    sys.stdout.write(f"{'file':44}{'MB':>7}" + "".join(f"{name:>9}" for name in head) + "\n")
    for path in chosen(sys.argv[1:]):
        command = [sys.executable, __file__, "--one", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.stdout.write(f"{path.name:44} {done.stderr.strip().splitlines()[-1]}\n")
            continue
        found, size = json.loads(done.stdout), path.stat().st_size
        sys.stdout.write(
            f"{path.name[:43]:44}{size / 1e6:7.2f}{found['first'] * 1e3:6.0f} ms"
            f"{found['warm'] * 1e3:6.1f} ms{found['peak'] / size:8.2f}x"
            f"{found['result'] / size:8.2f}x\n"
        )


if __name__ == "__main__":
    main()
