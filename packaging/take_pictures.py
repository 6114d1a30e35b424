"""Take the pictures of the documentation: the window with the bundled example.

Run by ``make pictures``. Needs no display, and leaves settings of the user alone.
"""

# ruff: noqa: INP001 - a script beside the package, not part of it

from __future__ import annotations

import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer, qInstallMessageHandler
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from mrsviewer.app import application, make_window
from mrsviewer.session.request import Request
from mrsviewer.ui.errors import log_qt_message
from mrsviewer.ui.theme import current_palette, mixed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.ui.main_window import MainWindow
    from mrsviewer.ui.theme import Palette

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = (1440, 900)
LARGEST_BYTES = 300_000
TIMEOUT_MS = 120_000
GREY_STEP = 5
SHADES = (0.0, 0.4, 0.7)
"""Shares of the background mixed into a colour that is kept."""
DRAG = (0, -70)
"""Of the phase tool in its picture, in pixels."""


def main() -> int:
    """Take all pictures; return 0, or 1 where the example could not be analysed."""
    qInstallMessageHandler(log_qt_message)
    app = application()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        window = make_window(Path(folder), "dark", SIZE)
        window.show()
        if not _open_example(window):
            return 1
        window.wiring.links.choose_at(3.03)
        take(window, "window_dark")
        window.commands["dark_theme"].trigger()
        take(window, "window_light")
        window.commands["dark_theme"].trigger()
        _phase(window)
        take(window, "phase_tool")
        window.close()
    app.quit()
    return 0


def take(window: MainWindow, name: str) -> None:
    """Save a picture of the window as small as it goes.

    Raises
    ------
    OSError
        If it cannot be written, or is too large for a page.
    """
    QTest.qWait(200)
    path = FOLDER / f"{name}.png"
    reduced(window.grab().toImage(), current_palette()).save(path, optimize=True)
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        msg = f"{path} has {size} bytes, more than {LARGEST_BYTES}"
        raise OSError(msg)
    sys.stdout.write(f"{path}: {size / 1000:.0f} kB\n")


def reduced(image: QImage, colours: Palette) -> Image.Image:
    """Return a picture in 256 colours, undithered: under half of the bytes.

    The theme's own colours and a grey scale are among them, so that no curve changes its colour;
    the rest is what the picture needs most.
    """
    plain = image.convertToFormat(QImage.Format.Format_RGBA8888)
    whole = Image.frombytes(
        "RGBA", (plain.width(), plain.height()), bytes(plain.constBits())
    ).convert("RGB")
    inks = {c for c in asdict(colours).values() if c.startswith("#")}
    grounds = (colours.surface, colours.image)
    kept = {c for ink in inks for ground in grounds for c in _shades(ink, ground)}
    kept |= {(v, v, v) for v in range(0, 256, GREY_STEP)}
    flat = [v for colour in sorted(kept)[:256] for v in colour]
    room = 256 - len(flat) // 3
    needed = whole.quantize(room, dither=Image.Dither.NONE).getpalette() if room > 0 else None
    table = Image.new("P", (1, 1))
    table.putpalette((flat + (needed or []))[: 3 * 256])
    return whole.quantize(palette=table, dither=Image.Dither.NONE)


def _shades(ink: str, ground: str) -> Iterator[tuple[int, int, int]]:
    """Yield a colour and what smoothed edges make of it."""
    for share in SHADES:
        colour = QColor(mixed(ink, ground, share))
        yield colour.red(), colour.green(), colour.blue()


def _open_example(window: MainWindow) -> bool:
    """Open the example and wait until it is analysed; return whether all went well."""
    loop = QEventLoop()
    window.settled.connect(lambda well: loop.exit(int(well)))
    QTimer.singleShot(TIMEOUT_MS, loop, loop.quit)
    window.open(Request(example=True))
    return bool(loop.exec())


def _phase(window: MainWindow) -> None:
    """Switch the phase tool on and drag, the button still held."""
    window.commands["phase_tool"].trigger()
    surface = window.wiring.views.spectrum.viewport()
    start = QPoint(surface.width() // 3, 2 * surface.height() // 3)
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, pos=start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(surface, start + QPoint(*(round(by * part) for by in DRAG)))
        QTest.qWait(40)


if __name__ == "__main__":
    sys.exit(main())
