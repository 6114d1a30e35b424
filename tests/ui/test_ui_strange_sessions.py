"""Sessions that hold what this program cannot carry out are told, and can be mended in the window."""

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox
from window_fixtures import open_and_wait, settle

from mrsviewer.session.request import Request
from mrsviewer.ui.dialogs.options import OptionsDialog

CONTROL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def session(folder, recipe, *paths):
    inputs = [{"role": "metabolite", "path": str(path), "digest": "x"} for path in paths]
    held = {"type": "mrsviewer-session", "recipe": recipe, "inputs": inputs}
    (path := folder / "case.mrsv.json").write_text(json.dumps(held))
    return path


@pytest.mark.parametrize("fit", [{"engine": "foo"}, {"options": {"foo": 3}}])
def test_a_fit_that_cannot_be_is_mended_in_the_options(window, case_file, tmp_path, qtbot, fit):
    open_and_wait(window, qtbot, session(tmp_path, {"fit": fit}, case_file))
    assert window.wiring.document.analysis.fit is None
    window.activateWindow()
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL_SHIFT)
    qtbot.waitUntil(lambda: bool(window.findChildren(OptionsDialog)))
    (dialog,) = window.findChildren(OptionsDialog)
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    settle(window, qtbot, lambda: qtbot.mouseClick(ok, Qt.MouseButton.LeftButton))
    assert window.wiring.document.recipe.fit.engine == "lcm"
    assert window.wiring.document.analysis.fit is not None


def test_a_session_of_another_version_is_told(window, tmp_path, qtbot):
    path = session(tmp_path, {"version": 99})
    window.open(Request((path,)))
    qtbot.waitUntil(window.message_bar.isVisible)
    assert "version 99, this program knows version 2" in window.message_bar.text
    assert window.wiring.document.exam is None
