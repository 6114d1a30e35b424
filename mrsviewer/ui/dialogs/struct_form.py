"""A form made from a struct: one editor per field, checked by the struct's own rules."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import inspect
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QLineEdit, QWidget

_UNITS = {
    "s": "s",
    "ms": "ms",
    "ppm": "ppm",
    "hz": "Hz",
    "mhz": "MHz",
    "percent": "%",
    "mmol": "mmol",
}
_CAPITALS = {
    "sd": "SD",
    "t1": "T1",
    "t2": "T2",
    "te1": "TE1",
    "te": "TE",
    "tm": "TM",
    "gm": "GM",
    "wm": "WM",
    "csf": "CSF",
}
_PER_PPM = "_per_ppm"
_EMPTY = "as given"

Editor = QCheckBox | QComboBox | QLineEdit


class StructForm(QWidget):
    """Edits one msgspec struct; nested structs are shown field by field.

    Text fields take numbers, names and lists: ``4.2, 0.2`` is a pair, ``4.0, 3.8; 1.5, 1.2`` two
    pairs. An empty field means the default, or nothing where nothing is allowed.

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
        self._layout = QFormLayout(self)
        self._layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self._add_fields(inspect.type_info(self._kind), msgspec.to_builtins(value), ())

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

    def editor(self, *path: str) -> Editor:
        """Return the editor of a field."""
        return self._editors[path]

    def _add_fields(self, info: inspect.Type, values: Any, path: tuple[str, ...]) -> None:
        assert isinstance(info, inspect.StructType)
        for item in (item for item in info.fields if item.name not in self._hidden):
            kinds, description = _kinds(item.type)
            here = (*path, item.name)
            given = values.get(item.encode_name) if isinstance(values, dict) else None
            nested = next((k for k in kinds if isinstance(k, inspect.StructType)), None)
            if nested is not None:
                self._layout.addRow(QLabel(f"<b>{_label(item.name)}</b>"))
                self._add_fields(nested, given or {}, here)
                continue
            editor = _editor(kinds, given)
            editor.setToolTip(description)
            editor.setAccessibleName(" ".join(_label(name) for name in here))
            self._listen(editor)
            self._editors[here] = editor
            label = QLabel(_label(item.name))
            label.setToolTip(description)
            label.setBuddy(editor)
            self._layout.addRow(label, editor)

    def _listen(self, editor: Editor) -> None:
        if isinstance(editor, QCheckBox):
            editor.toggled.connect(self.changed)
        elif isinstance(editor, QComboBox):
            editor.currentTextChanged.connect(self.changed)
        else:
            editor.textChanged.connect(self.changed)


def _kinds(kind: inspect.Type) -> tuple[tuple[inspect.Type, ...], str]:
    """Return the alternatives of a field's type, and its description."""
    description = ""
    while isinstance(kind, inspect.Metadata):
        description = str((kind.extra_json_schema or {}).get("description", "")) or description
        kind = kind.type
    if not isinstance(kind, inspect.UnionType):
        return (kind,), description
    inner = [_kinds(alternative) for alternative in kind.types]
    words = description or next((text for _, text in inner if text), "")
    return tuple(k for kinds, _ in inner for k in kinds), words


def _editor(kinds: tuple[inspect.Type, ...], given: Any) -> Editor:
    if any(isinstance(kind, inspect.BoolType) for kind in kinds):
        box = QCheckBox()
        box.setChecked(bool(given))
        return box
    if all(isinstance(kind, inspect.LiteralType | inspect.NoneType) for kind in kinds):
        choice = QComboBox()
        names = [str(v) for k in kinds if isinstance(k, inspect.LiteralType) for v in k.values]
        optional = any(isinstance(kind, inspect.NoneType) for kind in kinds)
        choice.addItems([_EMPTY, *names] if optional else names)
        choice.setCurrentText(_EMPTY if given is None else str(given))
        return choice
    line = QLineEdit(_text(given))
    if any(isinstance(kind, inspect.NoneType) for kind in kinds):
        line.setPlaceholderText(_EMPTY)
    if any(isinstance(kind, inspect.VarTupleType | inspect.TupleType) for kind in kinds):
        line.setProperty("list", "pairs" if _holds_lists(kinds) else "items")
    return line


def _holds_lists(kinds: tuple[inspect.Type, ...]) -> bool:
    return any(
        isinstance(kind, inspect.VarTupleType) and isinstance(kind.item_type, inspect.TupleType)
        for kind in kinds
    )


def _text(given: Any) -> str:
    """Return a value as the user types it."""
    if given is None:
        return ""
    if isinstance(given, list | tuple):
        nested = any(isinstance(item, list | tuple) for item in given)
        return ("; " if nested else ", ").join(_text(item) for item in given)
    return f"{given:g}" if isinstance(given, float) else str(given)


def _read(editor: Editor) -> Any:
    """Return what an editor holds, as plain values; None where it is left empty."""
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QComboBox):
        return None if editor.currentText() == _EMPTY else editor.currentText()
    text, shape = editor.text().strip(), editor.property("list")
    if not text:
        return None
    if shape == "pairs":
        return [_items(part) for part in text.split(";") if part.strip()]
    return _items(text) if shape == "items" else text


def _items(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _label(name: str) -> str:
    """Return a field's name in words, with its unit: "Shift SD (ppm)"."""
    per_ppm = name.endswith(_PER_PPM)
    words = name.removesuffix(_PER_PPM).split("_")
    unit = _UNITS.get(words[-1]) if len(words) > 1 else None
    shown = words[:-1] if unit else words
    text = " ".join(_CAPITALS.get(word, word) for word in shown)
    text = text[:1].upper() + text[1:]
    if per_ppm:
        text, unit = text.removesuffix(" deg"), "deg per ppm" if words[-1] == "deg" else "per ppm"
    return f"{text} ({unit})" if unit else text
