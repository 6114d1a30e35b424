"""Whether two files are of one patient, as far as they say it; light, for the first paint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrsviewer.model.acquisition import Identity

_NOBODY = frozenset(
    [
        "anon",
        "anonymous",
        "anonymized",
        "anonymised",
        "deidentified",
        "unknown",
        "none",
        "noname",
        "na",
        "nn",
        "null",
        "patient",
        "removed",
        "redacted",
    ]
)


def same_patient(one: Identity, other: Identity) -> bool | None:
    """Return whether two identities are of one patient; None where the files do not say it.

    One that differs in number or name is another; names are compared word by word. What an
    anonymiser wrote is neither.
    """
    pairs = ((one.patient_id, other.patient_id), (one.patient_name, other.patient_name))
    alike = [_words(a) == _words(b) for a, b in pairs if says_who(a) and says_who(b)]
    return all(alike) if alike else None


def _words(text: str | None) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", (text or "").casefold()))


def says_whose(identity: Identity) -> bool:
    """Return whether an identity tells patients apart at all."""
    return says_who(identity.patient_id) or says_who(identity.patient_name)


def says_who(word: str | None) -> bool:
    """Return whether a name or number tells patients apart: "Anonymous" and "0000" do not."""
    letters = "".join(c for c in (word or "").casefold() if c.isalnum())
    return bool(letters.strip("0x")) and letters not in _NOBODY
