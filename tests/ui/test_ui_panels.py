from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from synthetic_case import make_analysis, phased_recipe

from mrsviewer.model.failure import Failure
from mrsviewer.present.quality import quality_rows
from mrsviewer.present.scenes import TableScene
from mrsviewer.present.steps import step_rows
from mrsviewer.present.table import concentration_table
from mrsviewer.ui.panels.log import LogPanel
from mrsviewer.ui.panels.quality import QualityPanel
from mrsviewer.ui.panels.steps import StepList
from mrsviewer.ui.tables.concentrations import ConcentrationTable
from mrsviewer.ui.theme import apply_theme, current_palette

ANALYSIS = make_analysis()
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def _dark(qapp):
    apply_theme(qapp, "dark")


@pytest.fixture
def table(qtbot):
    table = ConcentrationTable()
    qtbot.addWidget(table)
    table.show_scene(concentration_table(ANALYSIS))
    table.resize(table.minimumWidth(), 700)
    table.show()
    qtbot.waitExposed(table)
    return table


def click(qtbot, table, name, modifier=Qt.KeyboardModifier.NoModifier):
    model = table.view.model()
    line = model.lines_of((name,))[0]
    at = table.view.visualRect(model.index(line, 2)).center()
    qtbot.mouseClick(table.view.viewport(), LEFT, modifier, at)


def test_choosing_rows_reports_names_from_top_to_bottom(table, qtbot):
    got = []
    table.selection_changed.connect(got.append)
    click(qtbot, table, "Ins")
    click(qtbot, table, "tNAA", Qt.KeyboardModifier.ControlModifier)
    assert got == [("Ins",), ("tNAA", "Ins")]
    qtbot.keyClick(table.view, Qt.Key.Key_Down)
    assert got[-1] == ("tCr",)


def test_headings_cannot_be_chosen(table, qtbot):
    got = []
    table.selection_changed.connect(got.append)
    model = table.view.model()
    at = table.view.visualRect(model.index(model.headings()[1], 0)).center()
    qtbot.mouseClick(table.view.viewport(), LEFT, pos=at)
    assert all(names == () for names in got)


def test_select_and_new_scenes_emit_nothing_and_keep_the_choice(table):
    got = []
    table.selection_changed.connect(got.append)
    table.select(("Glu", "not there"))
    table.show_scene(concentration_table(ANALYSIS, phased_recipe()))
    assert table.selected() == ("Glu",)
    assert got == []


def test_stale_is_said(table):
    texts = [label.text() for label in table.findChildren(QLabel) if label.isVisible()]
    assert "stale — of an earlier recipe" not in texts
    table.show_scene(concentration_table(ANALYSIS, phased_recipe()))
    texts = [label.text() for label in table.findChildren(QLabel) if label.isVisible()]
    assert "stale — of an earlier recipe" in texts


def test_empty(table):
    table.clear()
    assert not table.view.isVisible()
    assert [x.text() for x in table.findChildren(QLabel) if x.isVisible()] == ["No concentrations"]
    table.show_scene(TableScene((), ()))
    assert table.selected() == ()


def test_no_number_is_elided_at_any_font_size(table, qapp):
    for factor in (1.0, 1.6):
        font = qapp.font()
        font.setPointSizeF(9.0 * factor)
        table.setFont(font)
        table.resize(table.minimumWidth(), 900)
        QApplication.processEvents()
        view, model = table.view, table.view.model()
        metrics, bold = view.fontMetrics(), QFontMetrics(view.horizontalHeader().font())
        for column in range(model.columnCount()):
            width = view.columnWidth(column)
            heading = model.headerData(column, Qt.Orientation.Horizontal)
            assert bold.horizontalAdvance(heading) <= width
            for line in range(model.rowCount()):
                if model.row(line) is not None:
                    text = model.index(line, column).data()
                    assert metrics.horizontalAdvance(text) + 4 <= width, text
        assert view.horizontalScrollBar().maximum() == 0
        assert view.verticalHeader().defaultSectionSize() >= metrics.height()


def test_numbers_stand_right(table):
    model = table.view.model()
    line = model.lines_of(("tNAA",))[0]
    for column in (2, 3, 4):
        alignment = model.index(line, column).data(Qt.ItemDataRole.TextAlignmentRole)
        assert alignment & Qt.AlignmentFlag.AlignRight


def test_weak_rows_carry_a_sign_and_are_dimmed(table):
    model = table.view.model()
    lac, glu = (model.lines_of((name,))[0] for name in ("Lac", "Glu"))
    assert model.index(lac, 0).data() == "▲"
    assert model.index(glu, 0).data() == "●"
    inks = [model.index(line, 2).data(Qt.ItemDataRole.ForegroundRole).name() for line in (lac, glu)]
    assert [ink.upper() for ink in inks] == [current_palette().dim, current_palette().text]
    assert "Not detected" in model.index(lac, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert "weak" in model.index(lac, 2).data(Qt.ItemDataRole.AccessibleTextRole)


def test_copy_gives_chosen_rows_or_all(table, qtbot):
    click(qtbot, table, "tCho")
    qtbot.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QApplication.clipboard().text()
    assert text == "Metabolite\tmmol/kg\t± CRLB\t/tCr\ntCho\t1.86\t3.2 %\t0.23 ± 0.01\n"
    table.copy()
    assert len(QApplication.clipboard().text().splitlines()) == 22
    table.show_scene(concentration_table(ANALYSIS, phased_recipe()))
    table.copy()
    assert QApplication.clipboard().text().startswith("stale")


def words(panel):
    QApplication.processEvents()
    found = []
    for label in panel.findChildren(QLabel):
        document = QTextDocument()
        document.setHtml(label.text())
        if label.isVisible():
            found.append(document.toPlainText())
    return found


def assert_nothing_cut(panel):
    for label in panel.findChildren(QLabel):
        if not label.isVisible():
            continue
        if label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
        else:
            assert label.width() >= label.sizeHint().width() or len(label.text()) < 60, label.text()
        right = label.mapTo(panel, QPoint(label.width(), 0)).x()
        assert right <= panel.viewport().width()


@pytest.mark.parametrize("width", [310, 220])
def test_steps_wrap(qtbot, width):
    panel = StepList()
    qtbot.addWidget(panel)
    panel.show_rows(step_rows(ANALYSIS, phased_recipe(-12.5, 3.1)))
    panel.resize(width, 500)
    panel.show()
    qtbot.waitExposed(panel)
    said = words(panel)
    assert said[:2] == ["✓", "Coil combination — 32 channels, noise whitened"]
    assert said[16:18] == ["●", "Phase by hand — φ₀ −12.5°, φ₁ 3.10 °/ppm about 2.01 ppm"]
    assert said[18] == "○"
    assert_nothing_cut(panel)
    assert panel.horizontalScrollBar().maximum() == 0
    assert "Fit: waiting" in panel.accessibleDescription()


def test_a_failed_step_is_marked(qtbot):
    failure = Failure("Fit failed", "Basis of <1.5 T> & data of 3 T.", "Choose another basis.")
    broken = replace(ANALYSIS, fit=None, quantification=None, failures=(failure,))
    panel = StepList()
    qtbot.addWidget(panel)
    panel.show_rows(step_rows(broken, broken.recipe))
    panel.show()
    said = words(panel)
    assert "✕" in said
    assert "Fit — Fit failed: Basis of <1.5 T> & data of 3 T." in said
    panel.show_rows(())
    assert words(panel)[-1] == "No steps"


def test_quality_shows_verdict_sign_value_and_reason(qtbot):
    panel = QualityPanel()
    qtbot.addWidget(panel)
    panel.show_rows(quality_rows(ANALYSIS))
    panel.resize(300, 500)
    panel.show()
    qtbot.waitExposed(panel)
    said = words(panel)
    assert said[:4] == ["▲", "Overall", "borderline", "because of Residual water"]
    at = said.index("FWHM (tCr)")
    assert said[at - 1 : at + 3] == [
        "✓",
        "FWHM (tCr)",
        "5.10 Hz",
        "0.041 ppm, limit 0.1 ppm (Wilson 2019)",
    ]
    assert_nothing_cut(panel)


def test_panels_follow_the_theme(qtbot, qapp):
    panel = QualityPanel()
    qtbot.addWidget(panel)
    panel.show_rows(quality_rows(ANALYSIS))
    panel.show()
    light = apply_theme(qapp, "light")
    QApplication.processEvents()
    texts = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert any(light.borderline in text for text in texts)
    assert words(panel)[1] == "Overall"


def test_log(qtbot, qapp):
    panel = LogPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.add("info", "Opened sub-01.rda")
    panel.add("error", "Cannot <open>\nsecond line")
    assert "· Opened sub-01.rda" in panel.text()
    assert "✕ Cannot <open>\nsecond line" in panel.text().replace("\u2028", "\n")
    buttons = {b.text(): b for b in panel.findChildren(QPushButton)}
    qtbot.mouseClick(buttons["Copy all"], LEFT)
    assert QApplication.clipboard().text() == panel.text()
    before = panel.text()
    apply_theme(qapp, "light")
    QApplication.processEvents()
    assert panel.text() == before
    qtbot.mouseClick(buttons["Clear"], LEFT)
    assert panel.text() == ""
