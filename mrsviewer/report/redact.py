"""Taking the patient out of sentences that others wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrsviewer.model.exam import Exam

HIDDEN = "[hidden]"
_SHORTEST_WORD = 4


def redactor(exam: Exam) -> Callable[[str], str]:
    """Return a function that replaces what could name the patient by "[hidden]".

    That is every identity value, each longer word of the patient's name, and names and folders
    of the input files, wherever they occur in findings, failures, notes and captions.
    """
    secrets = sorted(_secrets(exam), key=len, reverse=True)
    if not secrets:
        return lambda text: text
    either = "|".join(re.escape(secret) for secret in secrets)
    pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(HIDDEN, text)


def _secrets(exam: Exam) -> set[str]:
    who = exam.identity
    name = who.patient_name or ""
    found = {name, who.patient_id, who.birth_date, who.study_date, who.institution}
    found |= {word for word in re.split(r"[\W_]+", name) if len(word) >= _SHORTEST_WORD}
    for source in exam.sources:
        found |= {str(source.path), str(source.path.parent), source.path.name, source.path.stem}
    volumes = [exam.anatomy, *exam.tissue.values()]
    found |= {volume.name for volume in volumes if volume is not None}
    return {text for text in found if text and len(text) > 2}
