"""Choosing files and folders, without waiting for the answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


def choose_files(
    parent: QWidget, title: str, folder: str, take: Callable[[tuple[Path, ...]], None]
) -> None:
    """Let the user choose one or more files; ``take`` gets them."""
    dialog = _dialog(parent, title, folder, QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda names: take(tuple(Path(name) for name in names)))
    dialog.open()


def choose_file(parent: QWidget, title: str, folder: str, take: Callable[[Path], None]) -> None:
    """Let the user choose one file; ``take`` gets it."""
    dialog = _dialog(parent, title, folder, QFileDialog.FileMode.ExistingFile)
    dialog.fileSelected.connect(lambda name: take(Path(name)))
    dialog.open()


def choose_folder(parent: QWidget, title: str, folder: str, take: Callable[[Path], None]) -> None:
    """Let the user choose a folder; ``take`` gets it."""
    dialog = _dialog(parent, title, folder, QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda name: take(Path(name)))
    dialog.open()


def choose_new_file(
    parent: QWidget, title: str, folder: str, name: str, take: Callable[[Path], None]
) -> None:
    """Let the user name a file to write, ``name`` proposed; ``take`` gets it."""
    dialog = _dialog(parent, title, folder, QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: take(Path(chosen)))
    dialog.open()


def _dialog(parent: QWidget, title: str, folder: str, mode: QFileDialog.FileMode) -> QFileDialog:
    dialog = QFileDialog(parent, title, folder)
    dialog.setFileMode(mode)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
