"""What the program is, and what it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout

from mrsviewer import __version__

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

INTENDED_USE = "For research use, not a diagnosis."
TEXT = f"""<h2>mrsviewer {__version__}</h2>
<p>Review, fit and report clinical MR spectroscopy of the brain.</p>
<p><b>{INTENDED_USE}</b><br>It is no medical device. Check every number against the spectrum it
comes from.</p>
<p>MIT licence. Made with Qt {qVersion()} and PySide6 (LGPL), pyqtgraph, numpy and scipy.</p>"""


class AboutDialog(QDialog):
    """Version, intended use and licence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About mrsviewer")
        label = QLabel(TEXT)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        label.setMinimumWidth(440)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(label)
        column.addWidget(box)
