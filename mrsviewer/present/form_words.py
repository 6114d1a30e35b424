"""The fields of a struct in words: labels with units, and what is wrong with a value given."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import msgspec
from msgspec import inspect

_UNITS = {
    "s": "s",
    "ms": "ms",
    "ppm": "ppm",
    "hz": "Hz",
    "mhz": "MHz",
    "percent": "%",
    "mmol": "mmol/L or mmol/kg",
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
_LONG_S, _HIGH_HZ = 60.0, 1e6
_PER_PPM = "_per_ppm"
CHOICES = {
    "press": "PRESS",
    "steam": "STEAM",
    "slaser": "semi-LASER",
    "laser": "LASER",
    "special": "SPECIAL",
    "mega-press": "MEGA-PRESS",
    "spin-echo": "spin echo",
}
"""Values that read better in other words."""

_BOUNDS = {">": "above", ">=": "of at least", "<": "below", "<=": "of at most"}


class ShownUnit(NamedTuple):
    """The unit in which people see a field, and by how many powers of ten its numbers are more."""

    name: str | None
    power: int = 0

    def text(self, value: float) -> str:
        """Return a value of the struct as people see it, no digit lost: 0.03 s are "30" ms."""
        return format(Decimal(repr(value)).scaleb(self.power).normalize(), "f")

    def plain(self, text: str) -> str:
        """Return what a person typed as the struct takes it; what is no number stays as it is."""
        try:
            return str(Decimal(text).scaleb(-self.power))
        except InvalidOperation:
            return text


def shown_unit(name: str, kinds: tuple[inspect.Type, ...] = ()) -> ShownUnit:
    """Return in which unit a field is shown: as protocol sheets have it, ms and MHz.

    Structs hold seconds and Hz. Times that may be minutes, and differences of frequency, keep
    them. A group of fields (water's T1 per tissue) has the unit of its numbers.
    """
    words = name.split("_")
    unit = _UNITS.get(words[-1]) if len(words) > 1 else None
    numbers = _numbers(kinds)
    if unit == "s" and any((kind.le or _LONG_S) <= _LONG_S for kind in numbers):
        return ShownUnit("ms", 3)
    if unit == "Hz" and any((kind.ge or 0.0) >= _HIGH_HZ for kind in numbers):
        return ShownUnit("MHz", -6)
    return ShownUnit(unit)


def _numbers(kinds: tuple[inspect.Type, ...]) -> list[inspect.FloatType]:
    groups = [kind for kind in kinds if isinstance(kind, inspect.StructType)]
    inner = [k for group in groups for f in group.fields for k in field_facts(f.type)[0]]
    return [kind for kind in (*kinds, *inner) if isinstance(kind, inspect.FloatType)]


def field_label(name: str, kinds: tuple[inspect.Type, ...] = ()) -> str:
    """Return a field's name in words, with the unit it is shown in: "Shift SD (ppm)"."""
    per_ppm = name.endswith(_PER_PPM)
    words = name.removesuffix(_PER_PPM).split("_")
    unit = None if per_ppm else shown_unit(name, kinds).name
    shown = words[:-1] if unit else words
    text = " ".join(_CAPITALS.get(word, word) for word in shown)
    text = text[:1].upper() + text[1:]
    if per_ppm:
        text, unit = text.removesuffix(" deg"), "deg per ppm" if words[-1] == "deg" else "per ppm"
    return f"{text} ({unit})" if unit else text


def field_facts(kind: inspect.Type) -> tuple[tuple[inspect.Type, ...], dict[str, Any]]:
    """Return the alternatives of a field's type, and what its ``msgspec.Meta`` says of it."""
    said: dict[str, Any] = {}
    while isinstance(kind, inspect.Metadata):
        said = (kind.extra_json_schema or {}) | said
        kind = kind.type
    if not isinstance(kind, inspect.UnionType):
        return (kind,), said
    inner = [field_facts(alternative) for alternative in kind.types]
    for _, more in inner:
        said = more | said
    return tuple(k for kinds, _ in inner for k in kinds), said


def complaint(error: msgspec.ValidationError, kind: type[msgspec.Struct]) -> str:
    """Return what is wrong with which field: "Sequence: 'foo' is none of press, steam".

    What this does not know how to say stays as the library said it.
    """
    text, _, place = str(error).partition(" - at `$")
    label, kinds, unit = _field(inspect.type_info(kind), re.findall(r"\.(\w+)", place))
    said = _in_words(text, kinds, unit)
    return f"{label}: {said}" if label else said


def _field(info: inspect.Type, path: list[str]) -> tuple[str, tuple[inspect.Type, ...], ShownUnit]:
    """Return label, types and unit of the field at the end of a path; empty if there is none."""
    label: str = ""
    kinds: tuple[inspect.Type, ...] = (info,)
    unit = ShownUnit(None)
    for name in path:
        struct = next((k for k in kinds if isinstance(k, inspect.StructType)), None)
        found = None if struct is None else _named(struct, name)
        if found is None:
            return label or field_label(name), (), unit
        kinds, said = field_facts(found.type)
        own, group = shown_unit(name, kinds), label if unit.name else ""
        label = ", ".join(
            [*([group] if group else []), str(said.get("title", field_label(name, kinds)))]
        )
        unit = own if own.name else unit
    return label, kinds, unit


def _named(struct: inspect.StructType, name: str) -> inspect.Field | None:
    return next((f for f in struct.fields if f.encode_name == name), None)


def _in_words(text: str, kinds: tuple[inspect.Type, ...], unit: ShownUnit) -> str:
    choices = [str(v) for k in kinds if isinstance(k, inspect.LiteralType) for v in k.values]
    if (wrong := re.match(r"Invalid enum value '?(.*?)'?$", text)) and choices:
        return f"{wrong[1]!r} is none of {', '.join(choices)}"
    if bound := re.match(r"Expected `(?:float|int)(?: \| null)?` ([<>]=?) ([-\d.e]+)$", text):
        return f"a number {_BOUNDS[bound[1]]} {unit.text(float(bound[2]))} is needed"
    if field := re.match(r"Object contains unknown field `(.*)`$", text):
        return f"there is no field {field[1]!r}"
    if field := re.match(r"Object missing required field `(.*)`$", text):
        return f"the field {field[1]!r} is missing"
    if re.match(r"Expected `(float|int)[^`]*`", text):
        whole = "a whole number" if "`int" in text else "a number"
        return f"{whole} is needed"
    return text
