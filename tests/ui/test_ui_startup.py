"""What is imported before the first paint."""

import json
import subprocess
import sys

SCRIPT = """
import json, sys
from pathlib import Path
from mrsviewer.app import application, make_window
app = application()
window = make_window(Path(sys.argv[1]))
window.empty.painted.disconnect()
painted = []
window.empty.painted.connect(lambda: painted.append(sorted(sys.modules)))
window.show()
while not painted:
    app.processEvents()
print(json.dumps(painted[0]))
"""
HEAVY = (
    "numpy",
    "scipy",
    "scipy.signal",
    "scipy.optimize",
    "pyqtgraph",
    "nibabel",
    "pydicom",
    "spec2nii",
    "reportlab",
    "jinja2",
    "mrsviewer.formats",
    "mrsviewer.fitting",
    "mrsviewer.analysis",
)


def test_the_empty_window_is_painted_without_the_heavy_packages(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert "mrsviewer.ui.main_window" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_readers_and_engines_wait_until_a_case_is_opened(tmp_path):
    script = SCRIPT.replace("painted = []", "painted = []; window.settled").replace(
        "while not painted:\n    app.processEvents()",
        "window.wake()\npainted.insert(0, sorted(sys.modules))",
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(done.stdout))
    assert "pyqtgraph" in loaded
    assert loaded.isdisjoint(
        {"scipy.signal", "scipy.optimize", "nibabel", "pydicom", "spec2nii", "reportlab"}
    )
