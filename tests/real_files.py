"""Real scanner files that are no part of the project: where they are and what is known of them."""

import csv
import json
import os
from pathlib import Path

DATA = Path(os.environ.get("MRSVIEWER_TEST_DATA", Path(__file__).parents[2] / "shared/data"))


def manifest():
    """Return the rows of the list of files; none where the files are absent."""
    path = DATA / "MANIFEST.tsv"
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def facts():
    """Return what is known of some files, by name of the entry; nothing where it is absent."""
    path = DATA / "facts.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def file_of(row):
    """Return the file of a row, whose path counts from the folder above the data."""
    return DATA.parent / row["path"]
