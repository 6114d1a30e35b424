"""Time from process start to the empty window painted, and to all plots painted.

Run by hand: ``python tests/benchmarks/bench_startup.py [REPEATS]``. Prints the median of warm
starts in fresh processes, the interpreter's own start included.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time

CHILD = """
import sys, time
from pathlib import Path
from mrsviewer.app import application, make_window
app = application()
window = make_window(Path(sys.argv[1]))
def tell(what):
    print(what, time.time() - float(sys.argv[2]), flush=True)
window.empty.painted.connect(lambda: tell("empty"))
def awake():
    window.stack.setCurrentWidget(window.wiring.views.spectrum)
    app.processEvents()
    window.repaint()
    tell("plots")
    window.close()
    app.quit()
window.awake.connect(awake)
window.show()
app.exec()
"""


def once(folder: str) -> dict[str, float]:
    """Return seconds from process start to each mark."""
    environment = {"QT_QPA_PLATFORM": "offscreen", **os.environ}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, folder, repr(time.time())],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = (line.split() for line in done.stdout.splitlines())
    return {name: float(seconds) for name, seconds in lines}


def main() -> None:
    """Measure and print."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        once(folder)
        marks = [once(folder) for _ in range(repeats)]
    for name in marks[0]:
        values = [mark[name] for mark in marks]
        sys.stdout.write(
            f"{name}: median {statistics.median(values):.3f} s, "
            f"min {min(values):.3f}, max {max(values):.3f}\n"
        )


if __name__ == "__main__":
    main()
