"""Forms made from structs, and the other dialogs."""

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLabel, QPushButton

from mrsviewer import __version__
from mrsviewer.analysis.recipe import EnteredByHand, FitSettings, Recipe
from mrsviewer.basis.plan import SimulationPlan
from mrsviewer.fitting.engine import engine_names, load_engine
from mrsviewer.fitting.lcm_options import LcmOptions
from mrsviewer.quantification.options import QuantificationOptions, TissueFractions, TissueTimes
from mrsviewer.session.basis_edits import Macromolecules
from mrsviewer.ui.dialogs.about import AboutDialog
from mrsviewer.ui.dialogs.options import OptionsDialog
from mrsviewer.ui.dialogs.struct_form import StructForm

FILLED = (
    LcmOptions(
        window_ppm=(4.0, 0.5),
        excluded_ppm=((3.8, 3.7), (1.5, 1.2)),
        include=("NAA", "Cr"),
        nonnegative=False,
        baseline_df_per_ppm=4.5,
        first_points_dropped=3,
    ),
    QuantificationOptions(
        unit="mmol/kg",
        tissue=TissueFractions(gm=0.6, wm=0.3, csf=0.1),
        water_t1_s=TissueTimes(gm=1.3),
        metabolite_t2_s=0.16,
    ),
    EnteredByHand(echo_time_s=0.035, localisation="press"),
)


@pytest.mark.parametrize("value", [*FILLED, LcmOptions(), QuantificationOptions(), EnteredByHand()])
def test_a_form_gives_back_what_it_was_given(qtbot, value):
    form = StructForm(value)
    qtbot.addWidget(form)
    assert form.value() == value


def test_a_form_takes_what_is_typed(qtbot):
    form = StructForm(LcmOptions())
    qtbot.addWidget(form)
    line = form.editor("window_ppm")
    line.clear()
    qtbot.keyClicks(line, "3.9, 1.0")
    form.editor("excluded_ppm").setText("3.5, 3.4; 2.2, 2.1")
    form.editor("zero_phase").setCurrentText("fixed")
    value = form.value()
    assert value.window_ppm == (3.9, 1.0)
    assert value.excluded_ppm == ((3.5, 3.4), (2.2, 2.1))
    assert value.zero_phase == "fixed"


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("window_ppm", "4.2"),
        ("max_shift_ppm", "7"),
        ("max_iterations", "many"),
        ("window_ppm", "a, b"),
    ],
)
def test_a_form_refuses_what_the_struct_forbids(qtbot, field, text):
    form = StructForm(LcmOptions())
    qtbot.addWidget(form)
    form.editor(field).setText(text)
    with pytest.raises(msgspec.ValidationError):
        form.value()


def test_every_field_is_named_and_explained(qtbot):
    form = StructForm(LcmOptions())
    qtbot.addWidget(form)
    for name in LcmOptions.__struct_fields__:
        assert form.editor(name).accessibleName()
        assert form.editor(name).toolTip()
    texts = {label.text() for label in form.findChildren(QLabel)}
    assert "Shift SD (ppm)" in texts
    assert "Baseline df (per ppm)" in texts


def test_times_are_given_in_milliseconds_and_frequencies_in_megahertz(qtbot):
    form = StructForm(EnteredByHand(echo_time_s=0.0301, frequency_hz=123_253_188.0))
    qtbot.addWidget(form)
    texts = {label.text() for label in form.findChildren(QLabel)}
    assert texts >= {"Echo time (ms)", "Repetition time (ms)", "Dwell (ms)", "Frequency (MHz)"}
    assert form.editor("echo_time_s").text() == "30.1"
    assert form.editor("frequency_hz").text() == "123.253188"
    form.editor("dwell_s").setText("0.8334")
    form.editor("repetition_time_s").setText("2000")
    assert form.value() == EnteredByHand(
        echo_time_s=0.0301, frequency_hz=123_253_188.0, dwell_s=0.8334e-3, repetition_time_s=2.0
    )


@pytest.mark.parametrize("name", ["amares", "hsvd", "quest"])
def test_times_of_engines_are_in_milliseconds(qtbot, name):
    form = StructForm(load_engine(name).options())
    qtbot.addWidget(form)
    texts = {label.text() for label in form.findChildren(QLabel)}
    assert texts & {"Begin time (ms)", "Start (ms)"}
    assert not any(text.endswith("(s)") for text in texts)


def test_relaxation_times_are_in_milliseconds_and_a_time_limit_is_not(qtbot):
    form = StructForm(QuantificationOptions(water_t1_s=TissueTimes(gm=1.3)))
    qtbot.addWidget(form)
    assert form.editor("water_t1_s", "gm").text() == "1300"
    program = StructForm(load_engine("lcmodel").options())
    qtbot.addWidget(program)
    assert "Time limit (s)" in {label.text() for label in program.findChildren(QLabel)}
    assert program.editor("time_limit_s").text() == "300"


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("echo_time_s", "-3", "Echo time (ms): a number above 0 is needed"),
        ("echo_time_s", "90000", "Echo time (ms): a number of at most 60000 is needed"),
        ("frequency_hz", "123.2 MHz", "Frequency (MHz): a number is needed"),
        ("frequency_hz", "123200000", "Frequency (MHz): a number of at most 2000 is needed"),
    ],
)
def test_limits_are_said_in_the_unit_of_the_label(qtbot, field, text, said):
    dialog = OptionsDialog(Recipe(), LcmOptions)
    qtbot.addWidget(dialog)
    dialog.forms[2].editor(field).setText(text)
    assert dialog.complaint == f"Acquisition: {said}"


@pytest.fixture
def options(qtbot):
    recipe = Recipe(fit=FitSettings(options={"max_iterations": 30}))
    dialog = OptionsDialog(recipe, LcmOptions)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_options_keep_only_what_differs_from_the_engine(qtbot, options):
    fit, quantification, entered = options.forms
    fit.editor("nonnegative").setChecked(False)
    quantification.editor("unit").setCurrentText("mmol/kg")
    entered.editor("echo_time_s").setText("30")
    box = options.findChild(QDialogButtonBox)
    with qtbot.waitSignal(options.recipe_chosen) as caught:
        qtbot.mouseClick(box.button(box.StandardButton.Ok), Qt.MouseButton.LeftButton)
    recipe = caught.args[0]
    assert recipe.fit.options == {"max_iterations": 30, "nonnegative": False}
    assert recipe.quantification.unit == "mmol/kg"
    assert recipe.entered.echo_time_s == 0.03


def test_options_untouched_are_the_recipe_itself(options):
    assert options.recipe() == Recipe(fit=FitSettings(options={"max_iterations": 30}))


def test_a_bad_value_is_named_and_cannot_be_accepted(options):
    box = options.findChild(QDialogButtonBox)
    options.forms[0].editor("max_shift_ppm").setText("9")
    assert options.complaint == "Fit: Max shift (ppm): a number of at most 0.5 is needed"
    assert not box.button(box.StandardButton.Ok).isEnabled()
    options.forms[0].editor("max_shift_ppm").setText("0.1")
    assert options.complaint == ""
    assert box.button(box.StandardButton.Ok).isEnabled()


def test_another_engine_brings_its_own_options(options):
    options.forms[1].editor("unit").setCurrentText("mmol/kg")
    options.engine.choose("amares")
    assert "no basis set" in options.engine.note.text()
    options.forms[0].editor("begin_time_s").setText("0.3")
    options.forms[0].editor("window_ppm").setText("10, -20")
    recipe = options.recipe()
    assert recipe.fit.engine == "amares"
    assert recipe.fit.options == {"begin_time_s": 0.0003, "window_ppm": (10.0, -20.0)}
    assert recipe.quantification.unit == "mmol/kg"
    options.engine.choose("lcm")
    assert options.recipe().fit == FitSettings(options={"max_iterations": 30})


def test_options_that_the_engine_does_not_know_go(qtbot):
    recipe = Recipe(fit=FitSettings(options={"foo": 3}, basis_path="own.basis"))
    dialog = OptionsDialog(recipe, LcmOptions)
    qtbot.addWidget(dialog)
    assert dialog.recipe() == Recipe(fit=FitSettings(basis_path="own.basis"))


@pytest.mark.parametrize("name", engine_names())
def test_every_engine_has_a_form_that_gives_its_defaults(qtbot, name):
    dialog = OptionsDialog(Recipe(fit=FitSettings(engine=name)), load_engine(name).options)
    qtbot.addWidget(dialog)
    assert dialog.recipe() == Recipe(fit=FitSettings(engine=name))
    assert dialog.complaint == ""


def test_a_program_that_is_not_installed_is_told(options, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    options.engine.choose("lcmodel")
    assert "not installed" in options.engine.note.text()


def test_defaults_can_be_restored(qtbot, options):
    box = options.findChild(QDialogButtonBox)
    qtbot.mouseClick(box.button(box.StandardButton.RestoreDefaults), Qt.MouseButton.LeftButton)
    assert options.recipe() == Recipe()


def test_about_says_what_it_is_not_for(qtbot):
    dialog = AboutDialog()
    qtbot.addWidget(dialog)
    text = dialog.findChild(QLabel).text()
    assert "research use, not a diagnosis" in text
    assert __version__ in text


@pytest.fixture
def plan_form(qtbot):
    form = StructForm(SimulationPlan())
    qtbot.addWidget(form)
    return form


def test_sequences_are_offered_under_their_names(plan_form):
    box = plan_form.editor("sequence")
    assert {box.itemText(i) for i in range(box.count())} >= {"MEGA-PRESS", "SPECIAL", "LASER"}
    box.setCurrentIndex(box.findText("semi-LASER"))
    assert plan_form.value().sequence == "slaser"


def test_only_fields_that_count_can_be_edited(plan_form):
    box, on, te1, tm = (plan_form.editor(n) for n in ("sequence", "edit_on_ppm", "te1_ms", "tm_ms"))
    assert (on.isEnabled(), te1.isEnabled(), tm.isEnabled()) == (False, True, False)
    box.setCurrentIndex(box.findText("STEAM"))
    assert (on.isEnabled(), te1.isEnabled(), tm.isEnabled()) == (False, False, True)
    box.setCurrentIndex(box.findText("MEGA-PRESS"))
    assert (on.isEnabled(), te1.isEnabled(), tm.isEnabled()) == (True, True, False)
    assert plan_form.value().edit_on_ppm == 1.9


def test_labels_name_what_is_meant_with_its_unit(plan_form):
    texts = {label.text() for label in plan_form.findChildren(QLabel)}
    assert texts >= {"Edit-on pulses at (ppm)", "Shaped slice pulses", "Spectral width (Hz)"}
    assert plan_form.editor("te1_ms").placeholderText() == "12.6 ms assumed"


def test_a_path_is_chosen_by_a_file_dialog(qtbot, tmp_path):
    (scan := tmp_path / "nulled.SDAT").write_bytes(b"")
    form = StructForm(Macromolecules())
    qtbot.addWidget(form)
    form.show()
    button = form.findChild(QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = form.findChild(QFileDialog)
    assert dialog.windowTitle() == "Which metabolite-nulled scan?"
    dialog.fileSelected.emit(str(scan))
    dialog.close()
    assert form.value().scan == str(scan)
