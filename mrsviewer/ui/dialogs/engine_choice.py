"""Choosing the fit engine, with what there is to know about it before."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QWidget

from mrsviewer.fitting.engine import (
    FitEngine,
    engine_names,
    load_engine,
    uses_basis,
    why_unavailable,
)
from mrsviewer.model.failure import MrsError

TITLES = {
    "lcm": "Linear combination of basis spectra",
    "quest": "Basis signals in time over a short-lived baseline",
    "amares": "Peaks with prior knowledge",
    "hsvd": "Free lines by decomposition",
    "learned": "Trained network, a second opinion",
    "lcmodel": "LCModel, if it is installed",
    "tarquin": "TARQUIN, if it is installed",
}
OWN_PEAKS = "It fits peaks of its own: no basis set, no concentrations, only ratios."


class EngineChoice(QWidget):
    """A choice among the installed engines.

    Signals
    -------
    chosen
        The engine that the user chose, loaded.
    """

    chosen = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.box = QComboBox()
        self.box.setAccessibleName("Fit engine")
        for known in engine_names():
            title = TITLES.get(known)
            self.box.addItem(f"{known}: {title}" if title else known, known)
        self.box.setCurrentIndex(self.box.findData(name))
        self.note = QLabel()
        self.note.setWordWrap(True)
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addRow("Engine", self.box)
        layout.addRow(self.note)
        self.note.hide()
        self.box.activated.connect(lambda _index: self._load())

    @property
    def name(self) -> str:
        """Return the name of the engine chosen."""
        return self._name

    def choose(self, name: str) -> None:
        """Choose an engine, as the user does."""
        self.box.setCurrentIndex(self.box.findData(name))
        self._load()

    def _load(self) -> None:
        """Take the engine if it can be loaded; else say why not and stay with the last one."""
        wanted = str(self.box.currentData())
        try:
            engine = load_engine(wanted)
        except (MrsError, ImportError) as error:
            self._say(str(error))
            self.box.setCurrentIndex(self.box.findData(self._name))
            return
        self._name = wanted
        self._say(_remark(engine))
        self.chosen.emit(engine)

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))


def _remark(engine: FitEngine) -> str:
    return why_unavailable(engine) or ("" if uses_basis(engine) else OWN_PEAKS)
