"""Take the patient out of a dataset that is to leave the house, and say what was taken out.

What goes follows the basic confidentiality profile of DICOM (PS3.15 annex E): name, ID, birth
date, sex, dates, institution and every free text. What a fit needs stays: timing, frequency,
kind of sequence, maker, and the voxel.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mrsviewer.formats.target_file import write_error

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from mrsviewer.model.acquisition import Acquisition, Identity
    from mrsviewer.model.dataset import Applied, Dataset

HIDDEN = "removed"
SHORTEST_WORD = 3
"""Words of a name this long are looked for by themselves; shorter ones occur in any text."""

_IDENTITY = {
    "patient_name": "patient name",
    "patient_id": "patient ID",
    "birth_date": "birth date",
    "sex": "sex",
    "study_date": "study date",
    "institution": "institution",
    "protocol": "protocol name",
}
_TEXTS = {
    "sequence": "sequence name",
    "vendor": "manufacturer",
    "scanner": "scanner model",
    "software": "software version",
}
_PATH = re.compile(
    r"""(?<![\w.])(?:[A-Za-z]:)?[\\/](?=\w)[^\s'",;]+   # absolute
      | [\w.-]+[\\/][\w./\\-]*\.\w{1,6}\b""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True, eq=False)
class Deidentified:
    """A dataset without its patient.

    Attributes
    ----------
    dataset
        Samples, axes and voxel are untouched.
    removed
        What was taken out, in words and without the values: "patient name", ...
    """

    dataset: Dataset
    removed: tuple[str, ...]


def deidentify(dataset: Dataset, identity: Identity) -> Deidentified:
    """Return the dataset without anything that could name the patient.

    The identity itself goes wholly: write the result without one. Header texts go where they
    hold a word of the name, the ID or a date, or are free text as protocol names are; so does
    what other programs noted of their processing, and paths in notes.
    """
    removed = [word for key, word in _IDENTITY.items() if getattr(identity, key) not in {None, ""}]
    secrets = _pattern(identity)
    acquisition, texts = _acquisition(dataset.acquisition, identity, secrets)
    provenance = tuple(_applied(step, secrets) for step in dataset.provenance)
    if provenance != dataset.provenance:
        texts.append("notes on processing")
    cleaned = replace(dataset, acquisition=acquisition, provenance=provenance)
    return Deidentified(cleaned, (*removed, *texts))


def check_name(path: Path, identity: Identity) -> None:
    """Refuse a name for the output that itself names the patient.

    Raises
    ------
    MrsError
        If it holds the ID, a date of birth or a longer word of the name.
    """
    secrets = _pattern(identity)
    if secrets is not None and secrets.search(path.name):
        cause = "The name of the file would itself tell who the patient is."
        raise write_error(path, cause, "Choose a name without the patient's name, ID and dates.")


def _pattern(identity: Identity) -> re.Pattern[str] | None:
    """Return what finds every word that tells who it is, or None where nothing is known."""
    words = set(_forms(identity))
    if not words:
        return None
    # A name may touch digits ("Doe1980"), a number may not touch others.
    parts = [
        rf"(?<![^\W\d_]){re.escape(word)}(?![^\W\d_])"
        if word.isalpha()
        else rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
        for word in sorted(words, key=len, reverse=True)
    ]
    return re.compile("|".join(parts), re.IGNORECASE)


def _forms(identity: Identity) -> Iterable[str]:
    """Yield the texts to look for: whole values, words of the name, dates as they are written."""
    name = identity.patient_name or ""
    words = [word for word in re.split(r"[\W_]+", name) if word]
    yield from (word for word in words if len(word) >= SHORTEST_WORD)
    if len(words) > 1:
        yield from ("".join(words), "".join(reversed(words)))
    place = re.split(r"[\W_]+", identity.institution or "")
    yield from (word for word in place if len(word) > SHORTEST_WORD)
    for whole in (name, identity.patient_id, identity.institution):
        if whole and len(whole) > 1:
            yield whole
    for date in (identity.birth_date, identity.study_date):
        digits = re.sub(r"\D", "", date or "")
        if date and len(digits) >= 6:
            yield date
            yield digits
        if len(digits) == 8:
            yield from (sign.join((digits[:4], digits[4:6], digits[6:])) for sign in "-./_")


def _acquisition(
    facts: Acquisition, identity: Identity, secrets: re.Pattern[str] | None
) -> tuple[Acquisition, list[str]]:
    """Return the acquisition without texts that could name the patient, and which went."""
    gone = {
        key: word
        for key, word in _TEXTS.items()
        if (text := getattr(facts, key)) and _tells(text, identity, secrets, free=key == "sequence")
    }
    changes: dict[str, Any] = dict.fromkeys(gone)
    changes["stated"] = tuple(
        said
        for said in facts.stated
        if not isinstance(said.value, str) or secrets is None or not secrets.search(said.value)
    )
    return replace(facts, **changes), list(gone.values())


def _tells(text: str, identity: Identity, secrets: re.Pattern[str] | None, *, free: bool) -> bool:
    """Return whether a header text holds a secret, or is free text where a name is expected."""
    if secrets is not None and secrets.search(text):
        return True
    return free and (text == identity.protocol or bool(re.search(r"\s", text)))


def _applied(step: Applied, secrets: re.Pattern[str] | None) -> Applied:
    """Return a line of provenance without secrets, paths and the free text of other programs."""
    if step.version == 0:
        return replace(step, step=_clean(step.step, secrets), note="")
    parameters = step.parameters
    try:
        parameters = json.dumps(_walk(json.loads(parameters), secrets), separators=(",", ":"))
    except ValueError:
        parameters = "{}"
    same = json.loads(parameters) == _parsed(step.parameters)
    return replace(
        step,
        parameters=step.parameters if same else parameters,
        note=_clean(step.note, secrets),
    )


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _walk(value: Any, secrets: re.Pattern[str] | None) -> Any:
    """Return JSON data with all its texts cleaned."""
    if isinstance(value, dict):
        return {_clean(key, secrets): _walk(item, secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, secrets) for item in value]
    return _clean(value, secrets) if isinstance(value, str) else value


def _clean(text: str, secrets: re.Pattern[str] | None) -> str:
    """Return text with secrets and file paths replaced."""
    text = _PATH.sub(HIDDEN, text)
    return text if secrets is None else secrets.sub(HIDDEN, text)
