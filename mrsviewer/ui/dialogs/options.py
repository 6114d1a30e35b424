"""Dialog with the options of fit and quantification, and values the header lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from mrsviewer.present.form_words import complaint
from mrsviewer.ui.dialogs.engine_choice import EngineChoice
from mrsviewer.ui.dialogs.struct_form import StructForm

if TYPE_CHECKING:
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.fitting.engine import FitEngine

_PAGES = ("Fit", "Concentrations", "Acquisition")


class OptionsDialog(QDialog):
    """Edits everything of a recipe that is not a processing step.

    Signals
    -------
    recipe_chosen
        The recipe as edited, when the user accepts.
    """

    recipe_chosen = Signal(object)

    def __init__(
        self, recipe: Recipe, engine_options: type[msgspec.Struct], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Options")
        self._recipe, self._engine_options = recipe, engine_options
        self._forms: tuple[StructForm, ...] = ()
        self._tabs = QTabWidget()
        self.engine = EngineChoice(recipe.fit.engine)
        self.engine.chosen.connect(self._take_engine)
        self._complaint = QLabel()
        self._complaint.setObjectName("complaint")
        self._complaint.setWordWrap(True)
        buttons = QDialogButtonBox.StandardButton
        self._box = QDialogButtonBox(buttons.Ok | buttons.Cancel | buttons.RestoreDefaults)
        self._box.accepted.connect(self.accept)
        self._box.rejected.connect(self.reject)
        self._button(buttons.RestoreDefaults).clicked.connect(self._restore)
        column = QVBoxLayout(self)
        for widget in (self.engine, self._tabs, self._complaint, self._box):
            column.addWidget(widget)
        self._fill(
            _understood(recipe.fit.options, engine_options),
            recipe.quantification,
            recipe.entered,
        )
        self.resize(560, 620)

    @property
    def forms(self) -> tuple[StructForm, ...]:
        """Return the forms of fit, quantification and acquisition."""
        return self._forms

    @property
    def complaint(self) -> str:
        """Return what is wrong with the values given; empty if nothing is."""
        return self._complaint.text()

    def recipe(self) -> Recipe:
        """Return the recipe as edited.

        Raises
        ------
        msgspec.ValidationError
            If a field holds what is not allowed.
        """
        fit, quantification, entered = (form.value() for form in self._forms)
        settings = msgspec.structs.replace(
            self._recipe.fit,
            engine=self.engine.name,
            options=_differences(fit, self._engine_options()),
        )
        return msgspec.structs.replace(
            self._recipe, fit=settings, quantification=quantification, entered=entered
        )

    @override
    def accept(self) -> None:
        self.recipe_chosen.emit(self.recipe())
        super().accept()

    def _button(self, which: QDialogButtonBox.StandardButton) -> QPushButton:
        return self._box.button(which)

    def _fill(self, *values: msgspec.Struct) -> None:
        current = max(self._tabs.currentIndex(), 0)
        while self._tabs.count():
            if page := self._tabs.widget(0):
                page.deleteLater()
            self._tabs.removeTab(0)
        self._forms = tuple(StructForm(value) for value in values)
        for title, form in zip(_PAGES, self._forms, strict=True):
            form.changed.connect(self._check)
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setWidget(form)
            self._tabs.addTab(area, title)
        self._tabs.setCurrentIndex(current)
        self._check()

    def _take_engine(self, engine: FitEngine) -> None:
        """Show the options of another engine; the recipe's own come back with its engine."""
        settings = self._recipe.fit
        given = settings.options if engine.name == settings.engine else {}
        self._engine_options = engine.options
        others = (self._recipe.quantification, self._recipe.entered)
        kept = [_valid(form, other) for form, other in zip(self._forms[1:], others, strict=True)]
        self._fill(_understood(given, engine.options), *kept)

    def _restore(self) -> None:
        self._fill(
            self._engine_options(),
            type(self._recipe.quantification)(),
            type(self._recipe.entered)(),
        )

    def _check(self) -> None:
        """Say what is wrong, and let OK be pressed only if nothing is."""
        said = ""
        for title, form in zip(_PAGES, self._forms, strict=True):
            try:
                form.value()
            except msgspec.ValidationError as error:
                said = f"{title}: {complaint(error, form.kind)}"
        self._complaint.setText(said)
        self._button(QDialogButtonBox.StandardButton.Ok).setEnabled(not said)


def _understood(given: dict[str, Any], kind: type[msgspec.Struct]) -> msgspec.Struct:
    """Return options as a recipe gives them, or the defaults where the engine has no such ones."""
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError:
        return kind()


def _valid(form: StructForm, otherwise: msgspec.Struct) -> msgspec.Struct:
    """Return what a form holds, or something else where it holds what is not allowed."""
    try:
        return form.value()
    except msgspec.ValidationError:
        return otherwise


def _differences(value: msgspec.Struct, default: msgspec.Struct) -> dict[str, Any]:
    """Return the fields that differ from the default, as plain values."""
    plain, usual = msgspec.to_builtins(value), msgspec.to_builtins(default)
    return {name: given for name, given in plain.items() if given != usual.get(name)}
