"""Commands that read or write files: choose, do it in a thread, tell how it went."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices

from mrsviewer.model.failure import MrsError
from mrsviewer.session import commands
from mrsviewer.session.opening import Opened, read_case, request_of
from mrsviewer.session.recent import RecentCase, remember
from mrsviewer.session.request import Request
from mrsviewer.session.session_file import SUFFIX, save_session
from mrsviewer.ui.dialogs.files import choose_file, choose_files, choose_folder, choose_new_file
from mrsviewer.ui.jobs import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mrsviewer.analysis.lcmodel.settings import LcmodelSettings
    from mrsviewer.analysis.result import Analysis
    from mrsviewer.jobs.context import JobContext
    from mrsviewer.model.axes import Axes
    from mrsviewer.model.exam import Exam, Role, Source
    from mrsviewer.model.failure import Failure
    from mrsviewer.ui.main_window import MainWindow
    from mrsviewer.ui.message_bar import Level
    from mrsviewer.ui.wiring import Wiring

OPENING, WRITING = "open", "write"
SETTINGS = "settings"
"""Notice of a control file's settings: what Undo does holds until the next decision."""
NIFTI_SUFFIX = ".nii.gz"


class CannotWriteError(MrsError):
    """A file that cannot be written."""

    def __init__(self, what: str, error: OSError) -> None:
        where = error.filename or "the folder"
        super().__init__(
            f"{what} not written",
            f"{where}: {error.strerror or error}.",
            "Choose a folder that you may write to and that has room.",
        )


class FileCommands:
    """Open, add, save and export."""

    def __init__(self, window: MainWindow, wiring: Wiring) -> None:
        self._window, self._wiring = window, wiring

    def handlers(self) -> Mapping[str, Callable[[], None]]:
        """Return what the commands do."""
        return {
            "open": self._choose_files,
            "open_folder": self._choose_folder,
            "add_water": lambda: self._choose_one("Add water reference", self._add_water),
            "add_anatomy": lambda: self._choose_one("Add anatomy", self._add_anatomy),
            "choose_basis": lambda: self._choose_one("Choose basis set", self._set_basis),
            "fit_options": self._show_options,
            "save_session": lambda: self._choose_new("Save session", SUFFIX, self.save_session),
            "export_report": lambda: self._choose_target("Export report", self.export_report),
            "export_tables": lambda: self._choose_target("Export tables", self.export_tables),
            "export_nifti": lambda: self._choose_new(
                "Export NIfTI-MRS", NIFTI_SUFFIX, self.export_nifti
            ),
        }

    def read(self, request: Request) -> None:
        """Read a case in a thread; the one that is open stays until that has succeeded."""
        self._window.message_bar.dismiss(OPENING)
        self._window.axes_question.hide()
        self._start_reading(request, self._opened)

    def offer_restore(self) -> None:
        """Ask whether to restore what a crash left, without waiting for the answer."""
        session = self._wiring.autosave.leftover()
        if session is None:
            return
        request = Request(session=session)
        self._window.message_bar.show_notice(
            "warning",
            f"The program did not end as it should. Restore the work on {request.title}?",
            (
                ("Restore", partial(self.read, request)),
                ("Discard", self._wiring.autosave.forget),
            ),
            lasts=True,
        )

    def export_report(self, folder: Path) -> None:
        """Write PDF and HTML into a new folder inside ``folder``."""
        document = self._wiring.document

        def write(analysis: Analysis, target: Path) -> None:
            from mrsviewer.report.write import write_report  # noqa: PLC0415 - heavy

            write_report(
                analysis,
                target,
                show_identity=document.view.show_identity,
                anatomy_cursor=document.cursor_ras_mm,
            )

        self._export("Report", folder, write)

    def export_tables(self, folder: Path) -> None:
        """Write CSV and JSON into a new folder inside ``folder``."""

        def write(analysis: Analysis, target: Path) -> None:
            from mrsviewer.report.tables import write_tables  # noqa: PLC0415 - heavy

            write_tables(analysis, target)

        self._export("Tables", folder, write)

    def export_nifti(self, path: Path) -> None:
        """Write the metabolite data as they were read."""
        exam, identified = self._wiring.document.whole, self._wiring.document.view.show_identity
        if exam is None:
            return

        def work(_context: JobContext) -> Path:
            from mrsviewer.formats import write_nifti_mrs  # noqa: PLC0415 - heavy
            from mrsviewer.formats.target_file import keep_inputs  # noqa: PLC0415 - goes with it

            keep_inputs(path, *(source.path for source in exam.sources))
            write_nifti_mrs(exam.metabolite, path, exam.identity if identified else None)
            return path

        self._start_writing("NIfTI-MRS", work)

    def save_session(self, path: Path) -> None:
        """Write recipe and input digests."""
        if not path.name.endswith(SUFFIX):
            path = path.with_name(path.name + SUFFIX)
        document = self._wiring.document

        def work(_context: JobContext) -> Path:
            save_session(path, document)
            return path

        self._start_writing("Session", work)

    def _export(self, what: str, folder: Path, write: Callable[[Analysis, Path], None]) -> None:
        document, analysis = self._wiring.document, self._wiring.document.analysis
        if analysis is None or not document.has_fit:
            return
        which = f"_spectrum_{document.spectrum}" if document.whole is not document.exam else ""

        def work(_context: JobContext) -> Path:
            target = new_folder(folder, f"{case_name(analysis.exam)}{which}_{what.lower()}")
            write(analysis, target)
            return target

        self._start_writing(what, work)

    def _start_writing(self, what: str, work: Callable[[JobContext], Path]) -> None:
        def done(path: Path) -> None:
            folder = path if path.is_dir() else path.parent
            self._window.log("info", f"{what} written: {path}")
            self._window.change_settings(folder=str(folder.parent if path == folder else folder))
            self._window.message_bar.show_notice(
                "info",
                f"{what} written to {path}",
                (("Open folder", partial(_open_folder, folder)),),
            )

        def guarded(context: JobContext) -> Path:
            try:
                return work(context)
            except OSError as error:
                raise CannotWriteError(what, error) from error

        self._wiring.jobs.start(
            Job(WRITING, f"Writing {what}", guarded, done, self._window.report_failure)
        )

    def _start_reading(self, request: Request, done: Callable[[Opened], None]) -> None:
        def failed(failure: Failure) -> None:
            if failure.missing:
                self._window.log("warning", failure.one_line())
                self._window.axes_question.ask(failure, told)
            else:
                self._window.report_failure(failure, OPENING)
            self._window.settled.emit(False)

        def told(axes: Axes) -> None:
            self._start_reading(replace(request, axes=axes), done)

        self._window.log("info", f"Opening {request.title}")
        self._wiring.jobs.start(
            Job(
                OPENING,
                f"Opening {request.title}",
                lambda context: read_case(request, context),
                done,
                failed,
            )
        )

    def _opened(self, opened: Opened) -> None:
        self._window.message_bar.leave_case()
        self._wiring.end_phasing()
        document = commands.open_case(
            self._wiring.document,
            opened.exam,
            opened.recipe,
            opened.spectrum,
            opened.phases,
            opened.noted,
        )
        if opened.settings is not None:
            document = commands.take_settings(document, opened.settings)
        self._wiring.apply(document)
        if opened.settings is not None:
            self._tell_settings(opened.settings)
        self._tell_sources(document.whole or opened.exam)
        self._remember(opened.request)

    def _remember(self, request: Request) -> None:
        if request.example:
            return
        paths = tuple(str(path.absolute()) for path in request.paths)
        water, anatomy = (str(p) if p else None for p in (request.water, request.anatomy))
        try:
            remember(self._window.folder, RecentCase(paths, water, anatomy, request.axes))
        except OSError as error:
            self._window.log("warning", f"Recent files cannot be saved: {error}")
        self._window.refresh_recent()

    def _tell_settings(self, settings: LcmodelSettings) -> None:
        """Tell whose settings are in force, and which of them were not taken over."""
        for finding in settings.findings:
            self._window.log(finding.severity, f"{finding.title}. {finding.detail}")
        left = [f.title for f in settings.findings if f.severity == "warning"]
        lines = (
            f"Opened with the settings of {settings.path.name}, as LCModel would fit it. "
            "Undo goes back to this program's own.",
            *(f"{title}." for title in left),
        )
        level: Level = "warning" if left else "info"
        self._window.message_bar.show_notice(level, "\n".join(lines), topic=SETTINGS)

    def _tell_sources(self, exam: Exam) -> None:
        for source in exam.sources:
            self._window.log(
                "info", f"{source.path.name}: {source.role}, {source.format} ({source.reason})"
            )
        dangers = [f for f in exam.findings if f.severity == "danger"]
        if dangers:
            text = "\n".join(f"{f.title}. {f.detail}".strip() for f in dangers)
            self._window.message_bar.show_notice("danger", text)

    def change_role(self, source: Source, role: Role) -> None:
        """Read the exam again with another role for one of its files."""
        exam, name = self._wiring.document.exam, source.path.name
        if exam is None:
            return
        if role == "basis" and any((s.path, s.role) == (source.path, role) for s in exam.sources):
            self._set_basis(source.path)
            return

        def work(context: JobContext) -> Exam:
            from mrsviewer.formats import reassign  # noqa: PLC0415 - readers are heavy

            return reassign(exam, source.path, role, was=source.role, context=context)

        def done(changed: Exam) -> None:
            label = f"Role of {name}"
            self._wiring.apply(commands.replace_data(self._wiring.document, changed, label))
            self._tell_sources(changed)

        self._wiring.jobs.start(
            Job(
                OPENING,
                f"Reading {name} anew",
                work,
                done,
                lambda failure: self._window.report_failure(failure, OPENING),
            )
        )

    def _add(self, request: Request, label: str) -> None:
        def done(opened: Opened) -> None:
            self._wiring.apply(commands.replace_exam(self._wiring.document, opened.exam, label))
            self._tell_sources(opened.exam)

        self._start_reading(request, done)

    def _add_water(self, path: Path) -> None:
        if (exam := self._wiring.document.exam) is not None:
            known = request_of(exam)
            self._add(replace(known, water=path), "Water reference")

    def _add_anatomy(self, path: Path) -> None:
        if (exam := self._wiring.document.exam) is not None:
            known = request_of(exam)
            self._add(replace(known, anatomy=path), "Anatomy")

    def _set_basis(self, path: Path) -> None:
        self._wiring.apply(commands.set_basis(self._wiring.document, str(path)))

    def _show_options(self) -> None:
        from mrsviewer.fitting.engine import (  # noqa: PLC0415 - when asked for
            DEFAULT_ENGINE,
            engine_names,
            load_engine,
        )
        from mrsviewer.ui.dialogs.options import OptionsDialog  # noqa: PLC0415 - when asked for

        recipe = self._wiring.document.recipe
        if recipe.fit.engine not in engine_names():
            usual = msgspec.structs.replace(recipe.fit, engine=DEFAULT_ENGINE, options={})
            recipe = msgspec.structs.replace(recipe, fit=usual)
        options = load_engine(recipe.fit.engine).options
        dialog = OptionsDialog(recipe, options, self._window)
        dialog.recipe_chosen.connect(
            lambda recipe: self._wiring.apply(commands.set_options(self._wiring.document, recipe))
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _choose_files(self) -> None:
        choose_files(
            self._window, "Open files", self._folder, lambda paths: self.read(Request(paths))
        )

    def _choose_folder(self) -> None:
        choose_folder(
            self._window, "Open folder", self._folder, lambda path: self.read(Request((path,)))
        )

    def _choose_one(self, title: str, take: Callable[[Path], None]) -> None:
        choose_file(self._window, title, self._folder, take)

    def _choose_target(self, title: str, take: Callable[[Path], None]) -> None:
        choose_folder(self._window, f"{title}: into which folder?", self._folder, take)

    def _choose_new(self, title: str, suffix: str, take: Callable[[Path], None]) -> None:
        if (exam := self._wiring.document.exam) is not None:
            choose_new_file(self._window, title, self._folder, case_name(exam) + suffix, take)

    @property
    def _folder(self) -> str:
        return self._window.settings.folder


def case_name(exam: Exam) -> str:
    """Return a file name for a case: that of its metabolite file without endings."""
    names = [source.path.name for source in exam.sources if source.role == "metabolite"]
    return names[0].split(".")[0] if names else "case"


def new_folder(parent: Path, name: str) -> Path:
    """Make and return a folder that was not there before: ``name``, ``name_2``, ...

    Raises
    ------
    OSError
        If ``parent`` cannot be written.
    """
    number = 1
    while True:
        folder = parent / (name if number == 1 else f"{name}_{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            number += 1
        else:
            return folder


def _open_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
