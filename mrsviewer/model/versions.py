"""Versions of what is written to disk: what another version of this program wrote is refused."""

from __future__ import annotations


def check_version(version: int, known: int = 1) -> None:
    """Do nothing if this program knows the version of a file's layout.

    Called from ``__post_init__`` of structs, whose decoder tells the place in the file.

    Raises
    ------
    ValueError
        If it does not: fields may mean something else there.
    """
    if version != known:
        msg = (
            f"it is of version {version}, this program knows version {known}: fields of another "
            "version may mean something else"
        )
        raise ValueError(msg)
