"""Opening a case: from what the user named to an exam and a recipe. Runs off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from mrsviewer.formats import source_exists
from mrsviewer.model.failure import FormatError, MrsError
from mrsviewer.session.request import Request
from mrsviewer.session.session_file import SessionFile, is_session, load_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.analysis.lcmodel.settings import LcmodelSettings
    from mrsviewer.analysis.recipe import Recipe
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.exam import Exam, Finding, Role
    from mrsviewer.processing.steps import Phase


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """What came of it; ``recipe`` is None unless a session or an LCModel control file was opened.

    ``spectrum`` is which one is to be shown of a file that holds several, counted from 1, and
    ``phases`` are the phases set by hand of the others. ``noted`` is what a session says of
    settings that came from a control file. ``settings`` are those of a control file that was
    opened itself, to follow after ``recipe``, which then has no more of it than its basis set.
    """

    request: Request
    exam: Exam
    recipe: Recipe | None = field(default=None)
    spectrum: int = 1
    phases: tuple[tuple[int, Phase], ...] = ()
    noted: tuple[Finding, ...] = ()
    settings: LcmodelSettings | None = None


def read_case(request: Request, context: JobContext) -> Opened:
    """Return the exam that the files hold, and the recipe if they are a session.

    Raises
    ------
    FormatError
        If a file is missing or cannot be read.
    """
    if request.example:
        from mrsviewer.simulation.example import example_paths  # noqa: PLC0415 - needed here only

        return Opened(request, _read(Request((example_paths().metabolite,)), context))
    session = request.session or _session_among(request.paths)
    if session is None:
        return _plain(request, context)
    if request.axes is not None:
        session = msgspec.structs.replace(session, axes=request.axes)
    known = Request(
        session.paths("metabolite", "eddy", "tissue", "basis"),
        next(iter(session.paths("water")), None),
        next(iter(session.paths("anatomy")), None),
        axes=session.axes,
    )
    if not known.paths:
        raise MrsError(
            "Cannot open the session",
            "It names no spectroscopy file.",
            "Open the spectroscopy file itself.",
        )
    exam = _replayed(session, context)
    told = (*session.changed(exam), *session.noted, *exam.findings)
    exam = replace(exam, findings=told)
    return Opened(known, exam, session.recipe, session.spectrum, session.phases, session.noted)


def _plain(request: Request, context: JobContext) -> Opened:
    """Return what plain files hold, with the settings of a control file among them."""
    from mrsviewer.analysis.lcmodel.settings import settings_among  # noqa: PLC0415 - heavy

    exam = _read(request, context)
    settings = settings_among(request.paths)
    if settings is None:
        return Opened(request, exam)
    exam, own = settings.with_basis(exam), settings.own
    return Opened(request, exam, own, settings.spectrum, settings=settings)


def request_of(exam: Exam) -> Request:
    """Return the request that reads an open exam again."""

    def of(*roles: Role) -> tuple[Path, ...]:
        return tuple(source.path for source in exam.sources if source.role in roles)

    return Request(
        of("metabolite", "eddy", "tissue", "basis"),
        next(iter(of("water")), None),
        next(iter(of("anatomy")), None),
        axes=exam.axes,
    )


def _session_among(paths: Sequence[Path]) -> SessionFile | None:
    return load_session(paths[0]) if len(paths) == 1 and is_session(paths[0]) else None


def _replayed(session: SessionFile, context: JobContext) -> Exam:
    """Return the exam of a session: each file in the role it had, and nothing else."""
    from mrsviewer.formats import roles  # noqa: PLC0415 - readers are heavy

    given = [(Path(source.path), source.role) for source in session.inputs]
    given = [(path, role) for path, role in given if role != "unused" or source_exists(path)]
    for path, _ in given:
        _check_there(path)
    reasons = dict.fromkeys(given, "as in the session")
    return roles.with_roles(given, reasons=reasons, axes=session.axes, context=context)


def _check_there(path: Path) -> None:
    if not source_exists(path):
        raise FormatError(
            path, "There is no such file.", f"Check that {path.parent} is still there."
        )


def _read(request: Request, context: JobContext) -> Exam:
    from mrsviewer.formats import open_exam  # noqa: PLC0415 - readers are heavy

    for path in (*request.paths, request.water, request.anatomy):
        if path is not None:
            _check_there(path)
    return open_exam(
        request.paths,
        water=request.water,
        anatomy=request.anatomy,
        axes=request.axes,
        context=context,
    )
