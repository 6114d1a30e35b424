"""Session files: the recipe and the digests of its inputs; a few kB that replay a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mrsviewer import __version__
from mrsviewer.analysis.recipe import Recipe
from mrsviewer.formats import source_exists
from mrsviewer.model.axes import Axes
from mrsviewer.model.exam import Exam, Finding, Role
from mrsviewer.model.failure import FormatError
from mrsviewer.model.versions import check_version
from mrsviewer.present.form_words import complaint
from mrsviewer.processing.steps import Phase
from mrsviewer.session.kept_basis import packed, unpacked
from mrsviewer.session.storage import state_folder, write_struct

if TYPE_CHECKING:
    from mrsviewer.session.document import Document

SUFFIX = ".mrsv.json"
_REMEDY = (
    "Choose a file saved with Save session, or open it with the version of mrsviewer that wrote it."
)


class Input(msgspec.Struct, frozen=True):
    """One input file: its role, where it was (absolute), and the digest of what it held."""

    role: Role
    path: str
    digest: str


class SessionFile(msgspec.Struct, frozen=True, tag_field="type", tag="mrsviewer-session"):
    """What a session file holds.

    ``axes`` are what a person said of files that do not say it; ``basis`` is an edited basis set,
    packed, so that it is never lost. ``spectrum`` is which one was open of a file with several,
    ``phases`` the phases set by hand of the others, by number. ``noted`` is what is to be known
    of settings that came from an LCModel control file.
    """

    recipe: Recipe
    inputs: tuple[Input, ...]
    version: int = 1
    program: str = __version__
    axes: Axes | None = None
    basis: str | None = None
    spectrum: int = 1
    phases: tuple[tuple[int, Phase], ...] = ()
    noted: tuple[Finding, ...] = ()

    def __post_init__(self) -> None:
        check_version(self.version)

    def paths(self, *roles: Role) -> tuple[Path, ...]:
        """Return the files that have one of ``roles``."""
        return tuple(Path(source.path) for source in self.inputs if source.role in roles)

    def changed(self, exam: Exam) -> tuple[Finding, ...]:
        """Return one finding for each input whose content differs from when this was saved."""
        found = {(source.role, source.digest) for source in exam.sources}
        return tuple(
            Finding(
                "danger",
                f"{Path(source.path).name} is not what it was when the session was saved",
                "The results may differ from those of that time.",
            )
            for source in self.inputs
            if (source.role, source.digest) not in found
        )


def session_of(document: Document) -> SessionFile | None:
    """Return what is to be saved of a document, or None while nothing is open."""
    whole = document.whole
    if whole is None:
        return None
    inputs = tuple(
        Input(source.role, str(source.path.absolute()), source.digest) for source in whole.sources
    )
    return SessionFile(
        document.recipe,
        inputs,
        axes=whole.axes,
        spectrum=document.spectrum,
        phases=document.history.present.phases,
        noted=document.history.present.noted,
    )


def save_session(path: Path, document: Document) -> None:
    """Write the session of an open document, whole or not at all.

    Raises
    ------
    OSError
        If the folder cannot be written.
    ValueError
        If nothing is open.
    """
    session = session_of(document)
    if session is None:
        msg = "nothing is open"
        raise ValueError(msg)
    basis = packed(session.recipe.fit.basis_path)
    write_struct(path, msgspec.structs.replace(session, basis=basis))


def load_session(path: Path) -> SessionFile:
    """Return the session in a file, its inputs found beside it where they have moved with it.

    Raises
    ------
    FormatError
        If the file is no session file or cannot be read.
    """
    try:
        session = msgspec.json.decode(path.read_bytes(), type=SessionFile)
    except OSError as error:
        raise FormatError(
            path, f"It cannot be read: {error.strerror}.", "Check that the file exists."
        ) from error
    except msgspec.ValidationError as error:
        said = complaint(error, SessionFile)
        raise FormatError(path, f"It is no session of this program: {said}.", _REMEDY) from error
    except msgspec.DecodeError as error:
        raise FormatError(path, "It is no session file.", _REMEDY, str(error)) from error
    inputs = tuple(_found(source, path.parent) for source in session.inputs)
    return msgspec.structs.replace(session, inputs=inputs, recipe=_with_basis(session, path))


def is_session(path: Path) -> bool:
    """Return whether the file's name is that of a session file."""
    return path.name.lower().endswith(SUFFIX)


def _with_basis(session: SessionFile, path: Path) -> Recipe:
    """Return the recipe with the place where its edited basis set is now."""
    recipe, known = session.recipe, session.recipe.fit.basis_path
    if session.basis is None or known is None:
        return recipe
    try:
        now = unpacked(state_folder(), session.basis, known)
    except OSError as error:
        cause = f"Its basis set cannot be put in place: {error.strerror or error}."
        raise FormatError(path, cause, "Free some space, or choose another folder.") from error
    fit = msgspec.structs.replace(recipe.fit, basis_path=now)
    return msgspec.structs.replace(recipe, fit=fit)


def _found(source: Input, folder: Path) -> Input:
    """Return the input where it is now: as recorded, else beside the session file."""
    beside = folder / Path(source.path).name
    if source_exists(Path(source.path)) or not beside.exists():
        return source
    return msgspec.structs.replace(source, path=str(beside))
