"""The fields of a struct in words: labels with units, and what is wrong with a value given."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import inspect

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
_BOUNDS = {">": "above", ">=": "of at least", "<": "below", "<=": "of at most"}


def field_label(name: str) -> str:
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
    label, kinds = _field(inspect.type_info(kind), re.findall(r"\.(\w+)", place))
    said = _in_words(text, kinds)
    return f"{label}: {said}" if label else said


def _field(info: inspect.Type, path: list[str]) -> tuple[str, tuple[inspect.Type, ...]]:
    """Return label and types of the field at the end of a path; empty where there is none."""
    label: str = ""
    kinds: tuple[inspect.Type, ...] = (info,)
    for name in path:
        struct = next((k for k in kinds if isinstance(k, inspect.StructType)), None)
        found = None if struct is None else _named(struct, name)
        if found is None:
            return label or field_label(name), ()
        kinds, said = field_facts(found.type)
        label = str(said.get("title", field_label(name)))
    return label, kinds


def _named(struct: inspect.StructType, name: str) -> inspect.Field | None:
    return next((f for f in struct.fields if f.encode_name == name), None)


def _in_words(text: str, kinds: tuple[inspect.Type, ...]) -> str:
    choices = [str(v) for k in kinds if isinstance(k, inspect.LiteralType) for v in k.values]
    if (wrong := re.match(r"Invalid enum value '?(.*?)'?$", text)) and choices:
        return f"{wrong[1]!r} is none of {', '.join(choices)}"
    if bound := re.match(r"Expected `(?:float|int)(?: \| null)?` ([<>]=?) ([-\d.e]+)$", text):
        return f"a number {_BOUNDS[bound[1]]} {float(bound[2]):g} is needed"
    if field := re.match(r"Object contains unknown field `(.*)`$", text):
        return f"there is no field {field[1]!r}"
    if field := re.match(r"Object missing required field `(.*)`$", text):
        return f"the field {field[1]!r} is missing"
    if re.match(r"Expected `(float|int)[^`]*`", text):
        whole = "a whole number" if "`int" in text else "a number"
        return f"{whole} is needed"
    return text
