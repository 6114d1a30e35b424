"""The table of formats in the documentation: every row of the registry, and how it was tested."""

from pathlib import Path

import pytest

from mrsviewer.formats.registry import FORMATS

PAGE = Path(__file__).parents[2] / "docs/formats.md"
TESTED = ("real file", "real and made file", "made file", "specification", "not given")


def rows():
    """Return (name, tested on) of each line of the tables of formats; a blank name is the last."""
    name, found = "", []
    for line in PAGE.read_text(encoding="utf-8").partition("## What is written")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("| ") or cells[0] in {"Format", "What"}:
            continue
        name = cells[0] or name
        found.append((name, cells[-2]))
    return found


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_every_format_stands_in_the_table(row):
    assert any(row.title in name for name, _ in rows())


def test_every_line_says_what_it_was_tested_on():
    assert len(rows()) > len(FORMATS)
    for name, tested in rows():
        assert any(word in tested for word in TESTED), name
