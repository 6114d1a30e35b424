"""What the eye and the keyboard find: nothing cut off, nothing on top of another, all named."""

from itertools import combinations

import pytest
from colour_maths import contrast
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QScrollBar,
    QToolButton,
    QWidget,
)

from mrsviewer.ui.dialogs.about import AboutDialog

NAMED = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit)


def visible(window, kind):
    return [w for w in window.findChildren(kind) if w.isVisible() and w.width() and w.height()]


def too_small(widget):
    """Return whether a label or button has less room than its text needs."""
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.heightForWidth(widget.width()) > widget.height() + 1
    needed = widget.sizeHint()
    return needed.width() > widget.width() + 1 or needed.height() > widget.height() + 1


def with_text(window):
    labels = [w for w in visible(window, QLabel) if w.text()]
    buttons = [w for w in visible(window, QAbstractButton) if w.text()]
    return [*labels, *buttons]


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080), (1180, 720)])
def test_no_text_is_cut_off(opened, qtbot, size):
    opened.resize(*size)
    opened.commands["phase_tool"].trigger()
    qtbot.wait(50)
    cut = [f"{type(w).__name__} {w.text()[:60]!r}" for w in with_text(opened) if too_small(w)]
    assert cut == []


def test_no_text_is_cut_off_when_it_is_larger(opened, qtbot):
    before = {w: w.font().pointSizeF() for w in with_text(opened)}
    for _ in range(3):
        opened.commands["larger_text"].trigger()
    assert [w for w, size in before.items() if w.font().pointSizeF() < 1.25 * size] == []
    opened.resize(1440, 900)

    def cut():
        return [f"{type(w).__name__} {w.text()[:60]!r}" for w in with_text(opened) if too_small(w)]

    qtbot.waitUntil(lambda: cut() == [], timeout=3000)


@pytest.mark.parametrize("larger", [0, 3])
def test_no_number_of_the_table_is_elided(opened, qtbot, larger):
    for _ in range(larger):
        opened.commands["larger_text"].trigger()
    qtbot.wait(100)
    view = opened.wiring.views.table.view
    model = view.model()
    assert view.textElideMode() is Qt.TextElideMode.ElideNone
    for column in range(model.columnCount()):
        for line in range(model.rowCount()):
            if view.columnSpan(line, 0) == 1:
                needed = view.sizeHintForIndex(model.index(line, column)).width()
                assert needed <= view.columnWidth(column)
    assert not view.horizontalScrollBar().isVisible()


def test_panels_do_not_overlap(opened):
    panels = [w for w in visible(opened, QDockWidget) if not w.isFloating()]
    panels += [opened.centralWidget(), opened.status, opened.menuWidget()]
    places = {w.objectName(): QRect(w.mapTo(opened, QPoint(0, 0)), w.size()) for w in panels}
    assert len(places) == 8
    for (one, a), (two, b) in combinations(places.items(), 2):
        assert not a.intersects(b), f"{one} and {two}"


def test_siblings_with_text_do_not_overlap(opened):
    opened.commands["phase_tool"].trigger()
    by_parent = {}
    for widget in with_text(opened):
        by_parent.setdefault(id(widget.parentWidget()), []).append(widget)
    for siblings in by_parent.values():
        for one, two in combinations(siblings, 2):
            assert not one.geometry().intersects(two.geometry()), (one.text(), two.text())


def test_everything_that_takes_keys_has_a_name(opened):
    opened.commands["phase_tool"].trigger()
    nameless = [
        f"{type(w).__name__} in {type(w.parentWidget()).__name__}"
        for w in visible(opened, QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(w, QScrollBar)
        and w.focusProxy() is None
        and not (w.accessibleName() or (isinstance(w, QAbstractButton) and w.text()))
        and not w.objectName().startswith("qt_")
    ]
    assert nameless == []


def test_every_button_says_what_it_does(opened):
    opened.commands["phase_tool"].trigger()
    silent = [
        w.text()
        for w in visible(opened, QAbstractButton)
        if not w.toolTip() and not w.objectName().startswith("qt_")
    ]
    assert silent == []


def test_tab_reaches_all_views_and_comes_back(opened):
    spectrum = opened.wiring.views.spectrum
    spectrum.setFocus()
    seen = []
    for _ in range(80):
        opened.focusNextChild()
        now = opened.focusWidget()
        if now is spectrum:
            break
        seen.append(now)
    assert opened.focusWidget() is spectrum, "the round trip never ends"
    views = opened.wiring.views
    for view in (views.table, views.steps, views.quality):
        assert any(view is w or view.isAncestorOf(w) for w in seen), type(view).__name__


def test_scrolling_panels_scroll_only_up_and_down(opened):
    for view in (opened.wiring.views.steps, opened.wiring.views.quality):
        assert isinstance(view, QAbstractScrollArea)
        assert not view.horizontalScrollBar().isVisible()


def test_small_dialogs_cut_nothing_off(qtbot):
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    assert [w.text() for w in with_text(dialog) if too_small(w)] == []


@pytest.mark.parametrize("change_theme", [False, True])
def test_buttons_of_panels_can_be_seen_in_both_themes(opened, change_theme):
    if change_theme:
        opened.commands["dark_theme"].trigger()
    for dock in opened.panels.docks.values():
        bar = dock.titleBarWidget()
        for button in (b for b in bar.findChildren(QToolButton) if b.isVisible()):
            image = button.grab().toImage()
            places = [(x, y) for x in range(image.width()) for y in range(image.height())]
            colours = {image.pixelColor(x, y).name() for x, y in places}
            ground = image.pixelColor(1, 1).name()
            assert max(contrast(ground, c) for c in colours) > 4, button.accessibleName()
