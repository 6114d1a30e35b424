"""What the data panel shows, as values."""

from dataclasses import replace

import pytest
from synthetic_case import make_analysis

from mrsviewer.analysis.checks import Checks
from mrsviewer.analysis.confirmation import confirmation_key
from mrsviewer.analysis.recipe import EnteredByHand, Recipe
from mrsviewer.model.exam import Finding
from mrsviewer.present.findings import entered_in_words, findings_scene
from mrsviewer.present.identity import identity_scene
from mrsviewer.present.spectrum import spectrum_scene
from mrsviewer.quality.lint import Correction, LintFinding

DOUBT = Finding("danger", "The file contradicts itself on the voxel", "40 mm apart", "geometry")
PROOF = Finding("info", "Voxel geometry proved", "A and B agree within 0.1 mm.", "geometry")
USE = Correction("echo_time_s", 0.04168, "ms", "from the protocol")
SUM = LintFinding("echo-time-sum", "danger", "TE is a sum", "4226.68 ms", USE)


def case(*findings, checks=()):
    made = make_analysis(fit=False)
    exam = replace(made.exam, findings=findings)
    return exam, replace(made, exam=exam, checks=Checks(checks))


def test_nothing_open_shows_nothing():
    assert findings_scene(None, Recipe()).findings == ()


def test_the_gravest_comes_first_and_none_twice():
    note = Finding("info", "Note")
    exam, analysis = case(note, Finding("warning", "Check this"), note, DOUBT, checks=(SUM,))
    scene = findings_scene(exam, Recipe(), analysis)
    assert [row.severity for row in scene.findings] == ["danger", "danger", "warning", "info"]
    assert scene.count("danger") == 2


def test_what_the_readers_saw_is_there_before_the_analysis():
    exam, _ = case(DOUBT)
    assert [row.title for row in findings_scene(exam, Recipe()).findings] == [DOUBT.title]


def test_checks_of_another_exam_are_left_aside():
    exam, _ = case()
    _, other = case(checks=(SUM,))
    assert findings_scene(exam, Recipe(), other).findings == ()


def test_a_mended_finding_goes_at_once_and_the_entry_says_what_the_file_has():
    exam, analysis = case(checks=(SUM,))
    recipe = Recipe().corrected(USE)
    scene = findings_scene(exam, recipe, analysis)
    assert scene.findings == ()
    (entry,) = scene.entered
    assert (entry.field, entry.text, entry.file_says) == ("echo_time_s", "TE 41.68 ms", "30 ms")
    mirrored = findings_scene(exam, Recipe(entered=EnteredByHand(conjugated=True)))
    assert [row.text for row in mirrored.entered] == ["Spectrum mirrored"]
    pulses = Recipe(entered=EnteredByHand(slice_pulses="ideal"))
    assert entered_in_words(exam, pulses) == "slice pulses ideal (the file: nothing)"
    assert entered_in_words(exam, Recipe()) == ""


def test_a_doubt_about_the_place_can_be_confirmed():
    exam, _ = case(DOUBT)
    (row,) = findings_scene(exam, Recipe()).findings
    assert row.confirmation == confirmation_key(exam, DOUBT)
    scene = findings_scene(exam, Recipe(confirmed=(row.confirmation,)))
    assert scene.findings[0].confirmed
    assert scene.count("danger") == 0


def test_the_identity_tells_what_proves_the_place():
    exam, _ = case(PROOF)
    assert dict(identity_scene(exam).acquisition)["Voxel proof"] == "A and B agree within 0.1 mm"
    exam, _ = case(PROOF, DOUBT)
    assert dict(identity_scene(exam).acquisition)["Voxel proof"] == "contradicted"
    exam, _ = case()
    assert "Voxel proof" not in dict(identity_scene(exam).acquisition)


def test_values_entered_by_hand_are_shown_and_marked():
    exam, _ = case()
    lines = dict(identity_scene(exam, EnteredByHand(echo_time_s=0.04168)).acquisition)
    assert lines["TE"] == "41.68 ms (by hand)"
    assert lines["TR"] == "2000 ms"


def test_an_entered_frequency_scales_the_axis():
    analysis = make_analysis(fit=False)
    entered = Recipe(entered=EnteredByHand(frequency_hz=63.6e6))
    scene = spectrum_scene(replace(analysis, recipe=entered), entered)
    assert scene.hz_per_ppm == pytest.approx(63.6)
