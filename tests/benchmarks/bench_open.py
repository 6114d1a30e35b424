"""Time from opening a case in the window to its fitted picture.

Run by hand: ``python tests/benchmarks/bench_open.py [FILE] [REPEATS]``; without a file the bundled
example. The first opening pays for imports; the later ones ("warm") open the case anew in the same
window with empty stage caches. Then a change of phase by hand, to the picture of its fit.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from mrsviewer.analysis.cache import StageCache
from mrsviewer.app import application, make_window
from mrsviewer.processing.steps import Phase
from mrsviewer.session import commands
from mrsviewer.session.request import Request
from mrsviewer.ui.main_window import MainWindow


class Clock:
    """Acts on the window and waits until it has settled and is painted."""

    def __init__(self, app: QApplication, window: MainWindow) -> None:
        self.app, self.window, self.settled = app, window, False
        window.settled.connect(self._note)

    def _note(self) -> None:
        self.settled = True

    def seconds(self, act) -> float:
        """Return how long it took."""
        self.settled = False
        start = time.perf_counter()
        act()
        while not self.settled:
            self.app.processEvents()
            time.sleep(0.0005)
        self.window.repaint()
        self.app.processEvents()
        return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    repeats = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    request = Request(example=True) if path is None else Request((path,))
    app = application()
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(Path(folder))
        window.show()
        while not window.is_awake:
            app.processEvents()
        clock, wiring = Clock(app, window), window.wiring
        first = clock.seconds(lambda: window.open(request))
        warm, phased = [], []
        for turn in range(repeats):
            wiring._cache = StageCache()
            warm.append(clock.seconds(lambda: window.open(request)))
            phase = Phase(zero_deg=3.0 + turn)
            phased.append(
                clock.seconds(
                    lambda phase=phase: wiring.apply(
                        commands.set_manual_phase(wiring.document, phase)
                    )
                )
            )
        window.close()
    sys.stdout.write(f"first opening: {first:.2f} s\n")
    for name, values in (("warm opening", warm), ("phase to new fit", phased)):
        sys.stdout.write(
            f"{name}: median {statistics.median(values):.2f} s, "
            f"min {min(values):.2f}, max {max(values):.2f}\n"
        )


if __name__ == "__main__":
    main()
