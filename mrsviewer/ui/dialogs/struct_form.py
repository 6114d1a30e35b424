"""A form made from a struct: one editor per field, checked by the struct's own rules."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import inspect
from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from mrsviewer.present.form_words import CHOICES, ShownUnit, field_facts, field_label, shown_unit
from mrsviewer.ui.dialogs.files import choose_file

_EMPTY = "default"

Editor = QCheckBox | QComboBox | QLineEdit


class StructForm(QWidget):
    """Edits one msgspec struct; nested structs are shown field by field.

    Text fields take numbers, names and lists: ``4.2, 0.2`` is a pair, ``4.0, 3.8; 1.5, 1.2`` two
    pairs. An empty field means the default, or nothing where nothing is allowed. Numbers are shown
    and taken in the unit of the label, as :func:`mrsviewer.present.form_words.shown_unit` says.

    ``msgspec.Meta`` of a field may give its label (``title``), its tooltip (``description``), and
    in ``extra_json_schema``: ``empty``, the words of an empty field; ``file``, the title of a file
    dialog that fills it; ``only``, other fields with the values at which this one counts.

    Parameters
    ----------
    value
        The struct to start from.
    hidden
        Names of fields that are not for people; they keep their defaults.

    Signals
    -------
    changed
        Some field was edited.
    """

    changed = Signal()

    def __init__(
        self,
        value: msgspec.Struct,
        parent: QWidget | None = None,
        hidden: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(parent)
        self._hidden = hidden
        self._kind = type(value)
        self._editors: dict[tuple[str, ...], Editor] = {}
        self._conditions: list[tuple[tuple[str, ...], list[QWidget], dict[str, list[str]]]] = []
        self._layout = QFormLayout(self)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._add_fields(
            inspect.type_info(self._kind), msgspec.to_builtins(value), (), ShownUnit(None)
        )
        self.changed.connect(self._enable)
        self._enable()

    def value(self) -> msgspec.Struct:
        """Return the struct as edited.

        Raises
        ------
        msgspec.ValidationError
            If a field holds what the struct does not allow.
        """
        values: dict[str, Any] = {}
        for path, editor in self._editors.items():
            given = _read(editor)
            if given is None:
                continue
            inner = values
            for name in path[:-1]:
                inner = inner.setdefault(name, {})
            inner[path[-1]] = given
        if tag := self._kind.__struct_config__.tag:
            values[str(self._kind.__struct_config__.tag_field)] = tag
        return msgspec.convert(values, self._kind, strict=False)

    @property
    def kind(self) -> type[msgspec.Struct]:
        """Return the type of the struct that is edited."""
        return self._kind

    def editor(self, *path: str) -> Editor:
        """Return the editor of a field."""
        return self._editors[path]

    def _add_fields(
        self, info: inspect.Type, values: Any, path: tuple[str, ...], group: ShownUnit
    ) -> None:
        """Add a row for each field; those without a unit have that of their group."""
        assert isinstance(info, inspect.StructType)
        for item in (item for item in info.fields if item.name not in self._hidden):
            kinds, said = field_facts(item.type)
            here = (*path, item.name)
            title = str(said.get("title", field_label(item.name, kinds)))
            own = shown_unit(item.name, kinds)
            unit = own if own.name else group
            given = values.get(item.encode_name) if isinstance(values, dict) else None
            nested = next((k for k in kinds if isinstance(k, inspect.StructType)), None)
            if nested is not None:
                self._layout.addRow(QLabel(f"<b>{title}</b>"))
                self._add_fields(nested, given or {}, here, unit)
            else:
                self._add_field(here, _editor(kinds, given, said, unit), said | {"title": title})

    def _add_field(self, path: tuple[str, ...], editor: Editor, said: dict[str, Any]) -> None:
        title, description = said["title"], str(said.get("description", ""))
        editor.setToolTip(description)
        editor.setAccessibleName(" ".join([*(field_label(name) for name in path[:-1]), title]))
        self._listen(editor)
        self._editors[path] = editor
        label = QLabel(title)
        label.setToolTip(description)
        label.setBuddy(editor)
        row = _with_file_dialog(editor, said["file"]) if "file" in said else editor
        self._layout.addRow(label, row)
        if "only" in said:
            self._conditions.append((path[:-1], [label, row], said["only"]))

    def _enable(self) -> None:
        """Let only those fields be edited that count with what the others hold."""
        for beside, widgets, only in self._conditions:
            met = all(_read(self._editors[*beside, name]) in only[name] for name in only)
            for widget in widgets:
                widget.setEnabled(met)

    def _listen(self, editor: Editor) -> None:
        if isinstance(editor, QCheckBox):
            editor.toggled.connect(self.changed)
        elif isinstance(editor, QComboBox):
            editor.currentTextChanged.connect(self.changed)
        else:
            editor.textChanged.connect(self.changed)


def _with_file_dialog(editor: Editor, title: str) -> QWidget:
    """Return the editor of a path with a button beside it that fills it."""
    assert isinstance(editor, QLineEdit)
    row, button = QWidget(), QPushButton("Choose…")
    button.setAccessibleName(title)
    button.setAutoDefault(False)
    button.clicked.connect(
        lambda: choose_file(row, title, editor.text(), lambda path: editor.setText(str(path)))
    )
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(editor, 1)
    line.addWidget(button)
    row.setFocusProxy(editor)
    return row


def _editor(
    kinds: tuple[inspect.Type, ...], given: Any, said: dict[str, Any], unit: ShownUnit
) -> Editor:
    if any(isinstance(kind, inspect.BoolType) for kind in kinds):
        box = QCheckBox()
        box.setChecked(bool(given))
        return box
    if all(isinstance(kind, inspect.LiteralType | inspect.NoneType) for kind in kinds):
        choice = QComboBox()
        names = [str(v) for k in kinds if isinstance(k, inspect.LiteralType) for v in k.values]
        optional = any(isinstance(kind, inspect.NoneType) for kind in kinds)
        if optional:
            choice.addItem(str(said.get("empty", _EMPTY)), None)
        for name in names:
            choice.addItem(CHOICES.get(name, name), name)
        choice.setCurrentIndex(choice.findData(given))
        return choice
    line = QLineEdit(_text(given, unit))
    line.setProperty("power", unit.power)
    if "empty" in said or any(isinstance(kind, inspect.NoneType) for kind in kinds):
        line.setPlaceholderText(str(said.get("empty", _EMPTY)))
    if any(isinstance(kind, inspect.VarTupleType | inspect.TupleType) for kind in kinds):
        line.setProperty("list", "pairs" if _holds_lists(kinds) else "items")
    return line


def _holds_lists(kinds: tuple[inspect.Type, ...]) -> bool:
    return any(
        isinstance(kind, inspect.VarTupleType) and isinstance(kind.item_type, inspect.TupleType)
        for kind in kinds
    )


def _text(given: Any, unit: ShownUnit) -> str:
    """Return a value as the user types it."""
    if given is None:
        return ""
    if isinstance(given, list | tuple):
        nested = any(isinstance(item, list | tuple) for item in given)
        return ("; " if nested else ", ").join(_text(item, unit) for item in given)
    return unit.text(given) if isinstance(given, float) else str(given)


def _read(editor: Editor) -> Any:
    """Return what an editor holds, as plain values; None where it is left empty."""
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QComboBox):
        return editor.currentData()
    text, shape = editor.text().strip(), editor.property("list")
    if not text:
        return None
    if shape == "pairs":
        return [_items(part) for part in text.split(";") if part.strip()]
    return _items(text) if shape == "items" else _plain(editor, text)


def _plain(editor: QLineEdit, text: str) -> str:
    """Return what was typed in the struct's own unit."""
    power = editor.property("power")
    return ShownUnit(None, power).plain(text) if power else text


def _items(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
