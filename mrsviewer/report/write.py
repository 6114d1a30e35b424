"""Writing the report of an analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.report.atomic import make_folder, write_bytes, write_text
from mrsviewer.report.content import report_content
from mrsviewer.report.html import html_text
from mrsviewer.report.pdf import pdf_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.analysis.result import Analysis
    from mrsviewer.model.voxel import Vector


def write_report(
    analysis: Analysis,
    folder: Path,
    *,
    show_identity: bool = True,
    anatomy_cursor: Vector | None = None,
) -> tuple[Path, ...]:
    """Write report.pdf and report.html; return their paths.

    Parameters
    ----------
    show_identity
        False leaves out the patient, and takes his name and the names of the files out of all
        other text.
    anatomy_cursor
        RAS point of the slices shown; None: the centre of the voxel.

    Raises
    ------
    WriteError
        If the folder cannot be written to.
    """
    content = report_content(analysis, show_identity=show_identity, anatomy_cursor=anatomy_cursor)
    make_folder(folder)
    return (
        write_bytes(folder / "report.pdf", pdf_bytes(content)),
        write_text(folder / "report.html", html_text(content)),
    )
