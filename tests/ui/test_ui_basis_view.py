"""The view of basis sets, driven by keys and mouse, with and without an exam."""

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QAbstractButton, QDialogButtonBox, QLabel, QLineEdit
from window_fixtures import settle

from mrsviewer.basis.editing import without
from mrsviewer.basis.plan import SimulationPlan, simulated
from mrsviewer.formats import read_basis, write_basis
from mrsviewer.session.basis_edits import Macromolecules
from mrsviewer.session.session_file import load_session, save_session
from mrsviewer.ui.dialogs.basis_actions import ACTIONS, MENUS
from mrsviewer.ui.dialogs.step import StepDialog

PLAN = SimulationPlan(te1_ms=11.0, metabolites=("Cr", "NAA", "GPC", "Lac", "Glu", "Ins"))


@pytest.fixture(scope="session")
def basis_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("sets") / "press30.mrsbasis"
    write_basis(simulated(PLAN), path)
    return path


@pytest.fixture
def empty(window, qtbot):
    """Return a window and its view of basis sets, nothing open, called by the key."""
    qtbot.keyClick(window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    view = window.wiring.basis.view
    qtbot.waitUntil(view.isVisible)
    return window, view


@pytest.fixture
def loaded(empty, basis_file, qtbot):
    window, view = empty
    basis = window.wiring.basis
    basis.dialogs._load(basis_file)
    qtbot.waitUntil(lambda: basis.bench.basis is not None)
    return window, view, basis


def drawn(view):
    return {curve.name for curve in view.plot.scene.curves if curve.role == "first"}


def choose(view, name):
    for place in range(view.components.topLevelItemCount()):
        item = view.components.topLevelItem(place)
        item.setSelected(item.text(0) == name)


def active(view, qtbot):
    """Bring the view to the front, as a click on it would, so that its keys are heard."""
    view.activateWindow()
    view.components.setFocus()
    qtbot.waitUntil(view.isActiveWindow)


def dialog_of(view, qtbot):
    qtbot.waitUntil(lambda: bool(view.findChildren(StepDialog)))
    return view.findChildren(StepDialog)[-1]


def fill(dialog, qtbot, text):
    line = dialog.form.findChildren(QLineEdit)[0]
    line.selectAll()
    qtbot.keyClicks(line, text)
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)


def test_without_an_exam_it_says_what_can_be_done(empty):
    _, view = empty
    assert "No basis set is open" in view.facts.label.text()
    assert view["open"].isEnabled()
    assert view["simulate"].isEnabled()
    assert not view["use"].isEnabled()
    assert not view["export"].isEnabled()


def test_keys_and_menu_letters_of_the_view_are_unique():
    assert len({row.keys for row in ACTIONS}) == len(ACTIONS)
    for menu in MENUS:
        letters = [r.text[r.text.index("&") + 1].lower() for r in ACTIONS if r.menu == menu]
        assert len(set(letters)) == len(letters), menu


def test_a_set_from_a_file_is_listed_and_drawn(loaded):
    _, view, basis = loaded
    assert drawn(view) == {"Cr", "NAA", "GPC", "Lac", "Glu", "Ins"}
    assert view.components.topLevelItemCount() == len(basis.bench.basis.components)
    assert "PRESS" in view.facts.label.text()
    assert "no exam open" in view.facts.label.text()


def test_ticking_with_the_mouse_takes_a_curve_away(loaded, qtbot):
    _, view, _ = loaded
    item = view.components.topLevelItem(0)
    name = item.text(0)
    place = view.components.visualItemRect(item)
    qtbot.mouseClick(
        view.components.viewport(), Qt.MouseButton.LeftButton,
        pos=QPoint(place.left() + 9, place.center().y()),
    )  # fmt: skip
    assert name not in drawn(view)


def test_looks_change_the_curves_and_the_caption(loaded, qtbot):
    _, view, _ = loaded
    stacked = view.plot.scene
    view.arrangement.setFocus()
    qtbot.keyClick(view.arrangement, Qt.Key.Key_Down)
    assert view.plot.scene.labels == ()
    assert stacked.labels
    qtbot.mouseClick(view.summed, Qt.MouseButton.LeftButton)
    assert any(curve.role == "sum" for curve in view.plot.scene.curves)
    qtbot.mouseClick(view.magnitude, Qt.MouseButton.LeftButton)
    assert all((curve.heights >= 0).all() for curve in view.plot.scene.curves)
    view.broadening.setValue(12)
    assert "magnitude" in view.plot.caption.text()
    assert "12 Hz" in view.plot.caption.text()


def test_hovering_reads_ppm_and_component(loaded, qtbot):
    _, view, _ = loaded
    qtbot.wait(30)
    curve = next(c for c in view.plot.scene.curves if c.name == "NAA")
    top = int(curve.values.argmax())
    box = view.plot.plot.getViewBox()
    at = QPointF(float(curve.ppm[top]), float(curve.values[top]))
    view.plot.hover(box.mapViewToScene(at))
    said = view.plot.read_out.text()
    assert said.startswith("2.0")
    assert "NAA" in said


def test_changes_by_forms_and_keys_can_be_undone_and_exported(loaded, qtbot, tmp_path):
    _, view, basis = loaded
    start = basis.bench.basis
    choose(view, "Lac")
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Lac" not in basis.bench.basis.names)
    choose(view, "Glu")
    qtbot.keyClick(view, Qt.Key.Key_F2)
    fill(dialog_of(view, qtbot), qtbot, "glutamine")
    qtbot.waitUntil(lambda: "Gln" in basis.bench.basis.names)
    basis.dialogs.export(tmp_path / "mine.mrsbasis")
    qtbot.waitUntil((tmp_path / "mine.mrsbasis").is_file)
    back = read_basis(tmp_path / "mine.mrsbasis")
    assert back.digest == basis.bench.basis.digest
    assert "edited: Lac removed; Glu renamed to Gln" in back.source
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.waitUntil(lambda: not basis.jobs.busy)
    active(view, qtbot)
    qtbot.keyClick(view, Qt.Key.Key_Z, control)
    qtbot.keyClick(view, Qt.Key.Key_Z, control)
    assert basis.bench.basis is start
    qtbot.keyClick(view, Qt.Key.Key_Z, control | Qt.KeyboardModifier.ShiftModifier)
    assert "Lac" not in basis.bench.basis.names


def test_missing_metabolites_are_added_in_one_step(loaded, qtbot):
    _, view, basis = loaded
    start = basis.bench.basis
    view["add_missing"].trigger()
    qtbot.waitUntil(lambda: not basis.jobs.busy and "GSH" in basis.bench.basis.names)
    assert {"PE", "Tau", *start.names} <= set(basis.bench.basis.names)
    view["undo"].trigger()
    assert basis.bench.basis is start


def test_a_change_that_cannot_be_is_told_and_changes_nothing(loaded, qtbot):
    _, view, basis = loaded
    before = basis.bench.basis
    choose(view, "Glu")
    qtbot.keyClick(view, Qt.Key.Key_F2)
    fill(dialog_of(view, qtbot), qtbot, "Cr")
    qtbot.waitUntil(lambda: "already has Cr" in view.message_bar.text)
    assert basis.bench.basis is before


def test_comparison_shows_second_set_and_table(loaded, qtbot, basis_file):
    _, view, basis = loaded
    basis.dialogs._compare(basis_file)
    qtbot.waitUntil(lambda: basis.bench.other is not None)
    assert view.likeness.isVisible()
    found = {}
    for place in range(view.likeness.tree.topLevelItemCount()):
        item = view.likeness.tree.topLevelItem(place)
        found[item.text(0)] = item.text(1)
    assert found["NAA"] == "1.0000"
    assert any(curve.role == "second" for curve in view.plot.scene.curves)


def test_use_for_this_exam_refits_is_undone_and_survives_a_session(
    opened, qtbot, tmp_path, monkeypatch
):
    basis = opened.wiring.basis
    opened.commands["basis_view"].trigger()
    view = basis.view
    assert basis.bench.basis is opened.wiring.document.analysis.basis
    choose(view, "Ala")
    active(view, qtbot)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Ala" not in basis.bench.basis.names)
    edited = basis.bench.basis
    settle(opened, qtbot, view["use"].trigger)
    document = opened.wiring.document
    assert document.analysis.basis.digest == edited.digest
    assert "Ala" not in document.analysis.fit.names
    session = tmp_path / "case.mrsv.json"
    save_session(session, document)
    monkeypatch.setenv("MRSVIEWER_STATE", str(tmp_path / "elsewhere"))
    Path(document.recipe.fit.basis_path).unlink()
    again = load_session(session).recipe.fit
    assert again.macromolecules == "set"
    assert read_basis(Path(again.basis_path)).digest == edited.digest
    assert str(tmp_path / "elsewhere") in again.basis_path
    settle(opened, qtbot, opened.commands["undo"].trigger)
    assert "Ala" in opened.wiring.document.analysis.fit.names


def test_the_guard_speaks_beside_the_data(opened, qtbot):
    basis = opened.wiring.basis
    opened.commands["basis_view"].trigger()
    basis.dialogs._simulate(SimulationPlan(te_ms=144.0, te1_ms=70.0, metabolites=("Cr", "NAA")))
    qtbot.waitUntil(lambda: not basis.jobs.busy)
    assert basis.view.message_bar.text == ""
    assert basis.bench.basis.echo_time_s == pytest.approx(0.144)
    said = basis.view.facts.label.text()
    assert "Basis set for another echo time" in said
    assert "≠ 30 ms" in said


def test_nothing_is_cut_off_at_the_smallest_size(loaded, qtbot, basis_file):
    _, view, basis = loaded
    basis.dialogs._compare(basis_file)
    qtbot.waitUntil(lambda: basis.bench.other is not None)
    qtbot.wait(30)
    view.resize(view.minimumSizeHint())
    qtbot.wait(50)
    short = [
        widget.text()
        for kind in (QAbstractButton, QLabel)
        for widget in view.findChildren(kind)
        if widget.isVisible() and widget.text() and not getattr(widget, "wordWrap", bool)()
        and widget.sizeHint().width() > widget.width() + 1
    ]  # fmt: skip
    assert short == []
    assert not view.components.horizontalScrollBar().isVisible()
    assert not view.likeness.tree.horizontalScrollBar().isVisible()
    assert view.width() <= 1440
    assert view.plot.canvas.height() >= 260
    assert view.plot.canvas.geometry().bottom() < view.plot.read_out.geometry().top() + 1


def test_macromolecules_of_the_fit_are_chosen_and_undone(opened, qtbot):
    opened.commands["basis_view"].trigger()
    view = opened.wiring.basis.view
    view["macromolecules"].trigger()
    dialog = dialog_of(view, qtbot)
    dialog.form.editor("choice").setCurrentText("measured")
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    settle(opened, qtbot, lambda: qtbot.mouseClick(ok, Qt.MouseButton.LeftButton))
    analysis = opened.wiring.document.analysis
    assert [f.title for f in analysis.failures] == ["No measured macromolecules"]
    assert analysis.fit is None
    settle(opened, qtbot, opened.commands["undo"].trigger)
    assert opened.wiring.document.analysis.fit is not None


def test_an_untouched_view_follows_the_fit(opened, qtbot):
    opened.commands["basis_view"].trigger()
    basis = opened.wiring.basis
    before = basis.bench.basis
    settle(opened, qtbot, lambda: basis.choose_macromolecules(Macromolecules("lcmodel")))
    assert basis.bench.basis is opened.wiring.document.analysis.basis is not before
    assert "-CrCH2" in basis.bench.basis.names
    settle(opened, qtbot, opened.commands["undo"].trigger)
    assert basis.bench.basis.names == before.names


def test_a_set_opened_in_the_view_stays(opened, qtbot, basis_file):
    opened.commands["basis_view"].trigger()
    basis = opened.wiring.basis
    basis.dialogs._load(basis_file)
    qtbot.waitUntil(lambda: not basis.jobs.busy and "Ala" not in basis.bench.basis.names)
    mine = basis.bench.basis
    settle(opened, qtbot, lambda: basis.choose_macromolecules(Macromolecules("lcmodel")))
    assert basis.bench.basis is mine


def test_a_comparison_follows_changes_and_undo_draws_what_came_back(loaded, qtbot, basis_file):
    _, view, basis = loaded
    basis.dialogs._compare(basis_file)
    qtbot.waitUntil(lambda: bool(basis.bench.likeness) and not basis.jobs.busy)
    choose(view, "Cr")
    active(view, qtbot)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: "Cr" not in basis.bench.basis.names and not basis.jobs.busy)
    alike = {like.name: like.missing_in for like in basis.bench.likeness}
    assert alike["Cr"] == "first"
    assert view.likeness.tree.topLevelItemCount() == len(alike)
    view["undo"].trigger()
    qtbot.waitUntil(lambda: bool(basis.bench.likeness) and not basis.jobs.busy)
    assert "Cr" in drawn(view)
    assert view.likeness.tree.topLevelItemCount() == len(alike)


def test_a_set_that_cannot_fit_is_refused_before_the_exam_is_touched(opened, qtbot):
    basis = opened.wiring.basis
    opened.commands["basis_view"].trigger()
    plan = SimulationPlan(te1_ms=11.0, frequency_mhz=63.7, metabolites=("Cr", "NAA"))
    basis.dialogs._simulate(plan)
    qtbot.waitUntil(lambda: "63.7" in basis.bench.basis.source and not basis.jobs.busy)
    before = opened.wiring.document
    basis.view["use"].trigger()
    qtbot.waitUntil(lambda: bool(basis.view.message_bar.text))
    assert "Basis set does not fit the data" in basis.view.message_bar.text
    assert opened.wiring.document.recipe == before.recipe


def test_nothing_is_done_with_a_set_that_is_being_changed(loaded, qtbot):
    _window, view, basis = loaded
    may_end = threading.Event()

    def slow(known, _context):
        may_end.wait(20)
        return without(known, ("Cr",))

    choose(view, "NAA")
    basis.change("Remove", slow)
    shut = ("remove", "undo", "export", "compare_file", "use", "add_lines")
    assert not any(view[name].isEnabled() for name in shut)
    assert view["cancel"].isEnabled()
    may_end.set()
    qtbot.waitUntil(lambda: "Cr" not in basis.bench.basis.names)
    choose(view, "NAA")
    assert all(view[name].isEnabled() for name in ("remove", "undo", "export"))
