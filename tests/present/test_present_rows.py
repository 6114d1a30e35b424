from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic_case import make_analysis, phased_recipe, quantification

from mrsviewer.analysis.recipe import Recipe
from mrsviewer.analysis.result import Analysis
from mrsviewer.model.acquisition import Identity
from mrsviewer.model.basis import Component
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import Failure
from mrsviewer.model.quality import Quality
from mrsviewer.model.quantities import Quantification
from mrsviewer.present.fmt import column_scale, fixed, percent, significant
from mrsviewer.present.identity import identity_scene
from mrsviewer.present.peaks import nearest_peak
from mrsviewer.present.quality import quality_rows
from mrsviewer.present.steps import step_rows
from mrsviewer.present.table import concentration_table
from mrsviewer.quantification.options import QuantificationOptions
from mrsviewer.quantification.quantify import quantify


def lines(rows):
    return [" | ".join(row.cells) for row in rows]


def test_table_as_text():
    table = concentration_table(make_analysis())
    assert table.headings == ("Metabolite", "mmol/kg", "± CRLB", "/tCr")
    assert lines(table.rows)[:8] == [
        "tNAA | 10.44 | 2.3 % | 1.29 ± 0.03",
        "tCr | 8.11 | 2.7 % | 1.00",
        "tCho | 1.86 | 3.2 % | 0.23 ± 0.01",
        "Glx | 12.14 | 5.8 % | 1.50 ± 0.09",
        "NAA | 9.42 | 3.3 % | 1.16 ± 0.04",
        "NAAG ▲ | 1.02 | 27 % | 0.13 ± 0.03",
        "Cr | 4.60 | 9.1 % | 0.57 ± 0.05",
        "PCr | 3.51 | 12 % | 0.43 ± 0.05",
    ]
    assert lines(table.rows)[-3:] == [
        "Lip13 ▲ | < 1.19 | 300 % | < 0.15",
        "MM09 | 7.90 | 6.3 % | 0.97 ± 0.06",
        "MM20 | 14.10 | 7.8 % | 1.74 ± 0.14",
    ]


def test_nothing_is_left_out_and_the_weak_are_marked():
    table = concentration_table(make_analysis())
    assert {row.name for row in table.rows} == {q.name for q in quantification().quantities}
    rows = {row.name: row for row in table.rows}
    assert rows["Asp"].cells == ("Asp ▲", "< 1.00", "—", "< 0.12")
    assert "Not detected: below 1.00 mmol/kg with 95 % confidence" in rows["Asp"].tooltip
    assert [r.name for r in table.rows if r.weak] == ["NAAG", "Gln", "GABA", "Lac", "Asp", "Lip13"]
    groups = [row.group for row in table.rows]
    assert list(dict.fromkeys(groups)) == ["Sums", "Metabolites", "Macromolecules and lipids"]
    assert groups == sorted(groups, key=list(dict.fromkeys(groups)).index)


def test_table_says_when_it_is_stale_or_empty():
    analysis = make_analysis()
    stale = concentration_table(analysis, phased_recipe())
    assert stale.freshness == "stale"
    assert stale.caption.startswith("Stale: computed from an earlier recipe.")
    assert concentration_table(analysis, analysis.recipe).freshness == "current"
    assert concentration_table(None).rows == ()
    assert concentration_table(make_analysis(fit=False)).freshness == "none"


def test_amplitudes_without_water_carry_their_power_of_ten():
    small = tuple(
        replace(q, concentration=None, amplitude=q.amplitude * 1e-6, crlb=q.crlb * 1e-6)
        for q in quantification().quantities
    )
    analysis = replace(make_analysis(), quantification=Quantification(small, "Ratios only", "", ()))
    table = concentration_table(analysis)
    assert table.headings[1] == "10⁻⁵ a.u."
    assert table.rows[0].cells[1] == "1.04"


def test_steps_done_manual_waiting():
    analysis = make_analysis()
    rows = step_rows(analysis, analysis.recipe)
    assert [(r.title, r.state) for r in rows][:2] == [
        ("Coil combination", "done"),
        ("Transient rejection", "done"),
    ]
    assert rows[0].note == "32 channels, noise whitened"
    assert rows[-2].note.startswith("lcm 1, 13 components, basis simulated: PRESS")
    assert all(r.state == "done" for r in rows)
    changed = step_rows(analysis, phased_recipe(-12.5, 0.31))
    assert [r.state for r in changed] == ["done"] * 8 + ["manual", "waiting", "waiting"]
    assert changed[8].note == "φ₀ −12.5°, φ₁ 0.31 °/ppm about 2.01 ppm"
    none = step_rows(None, Recipe())
    assert {r.state for r in none} == {"waiting"}


def test_the_fit_names_what_was_fitted_of_its_basis_set():
    analysis = make_analysis()
    fit, basis = analysis.fit, analysis.basis
    fitted = [component.name for component in fit.components]
    basis = replace(
        basis,
        fids=basis.fids[[0] * (len(fitted) + 3)],
        components=tuple(Component(name) for name in (*fitted, "MMa", "Lipa", "Lac2")),
        source="own.basis; parametrised MMa, Lipa; TE1 assumed",
    )

    def note():
        changed = replace(analysis, basis=basis)
        return step_rows(changed, changed.recipe)[-2].note

    assert note().endswith("basis own.basis; TE1 assumed; not fitted: Lac2")
    basis = replace(basis, source=f"own.basis; parametrised MMa, {fitted[0]}")
    assert note().endswith(f"basis own.basis; parametrised {fitted[0]}; not fitted: Lipa, Lac2")


def test_left_out_step_leaves_only_the_steps_before_it_done():
    analysis = make_analysis()
    fewer = msgspec.structs.replace(
        analysis.recipe, steps=analysis.recipe.steps[:2] + analysis.recipe.steps[3:]
    )
    assert [r.state for r in step_rows(analysis, fewer)] == ["done"] * 2 + ["waiting"] * 7


def test_failures_stand_at_their_stage():
    good = make_analysis()
    failure = Failure("Water removal failed", "The signal is empty.", "Check the file.")
    broken = Analysis(good.exam, good.recipe, failures=(failure,))
    rows = {r.title: r for r in step_rows(broken, broken.recipe)}
    assert rows["Water removal"].state == "failed"
    assert "The signal is empty." in rows["Water removal"].note
    assert [r.state for r in rows.values()].count("failed") == 1

    fit_failed = Failure("Fit failed", "Singular basis.", "Choose another basis.")
    half = replace(good, fit=None, quantification=None, failures=(fit_failed,))
    rows = step_rows(half, half.recipe)
    assert (rows[-2].title, rows[-2].state, rows[-2].note) == (
        "Fit",
        "failed",
        "Fit failed: Singular basis.",
    )
    assert rows[-1].state == "waiting"

    stray = Analysis(good.exam, good.recipe, failures=(Failure("Odd", "Unforeseen.", ""),))
    assert step_rows(stray, stray.recipe)[-1].state == "failed"


def test_quality_rows():
    made = make_analysis()
    exam = replace(made.exam, findings=())
    analysis = replace(made, exam=exam, findings=made.exam.findings)
    rows = quality_rows(analysis)
    assert (rows[0].label, rows[0].value, rows[0].grade) == ("Overall", "borderline", "borderline")
    assert rows[0].reason == "because of Residual water"
    assert (rows[1].label, rows[1].grade) == ("Echo time of the basis differs", "borderline")
    assert rows[3].value == "5.10 Hz"
    assert rows[-1].value == "—"
    assert quality_rows(None) == ()


def test_a_figure_in_two_units_is_blamed_once():
    metric = make_analysis().quality.metrics[0]
    poor = replace(metric, key="fwhm_tcr", label="FWHM (tCr)", grade="poor")
    quality = Quality((poor, replace(poor, key="fwhm_tcr_hz", unit="Hz")), "poor")
    verdict = quality_rows(replace(make_analysis(), quality=quality))[0]
    assert verdict.reason == "because of FWHM (tCr)"


def test_what_is_to_be_said_of_the_data_stands_in_the_data_panel():
    labels = [row.label for row in quality_rows(make_analysis())]
    assert "Echo time of the basis differs" not in labels


def test_a_danger_makes_the_verdict_poor_and_comes_first():
    danger = Finding("danger", "Side is not known", "no orientation in the file")
    analysis = replace(make_analysis(), findings=(danger, danger))
    rows = quality_rows(analysis)
    assert rows[0].grade == "poor"
    assert [r.label for r in rows].count("Side is not known") == 1
    assert rows[1].label == "Side is not known"


def test_identity():
    scene = identity_scene(make_analysis().exam)
    assert dict(scene.patient) == {
        "Patient": "Muster, Erika",
        "ID": "4711",
        "Born": "1964-08-12",
        "Sex": "F",
        "Date": "2026-01-12",
    }
    how = dict(scene.acquisition)
    assert how["TE"] == "30 ms"
    assert how["TR"] == "2000 ms"
    assert how["Voxel"] == "20 × 20 × 25 mm (10.0 ml)"
    assert how["Water reference"] == "none"
    nobody = replace(make_analysis().exam, identity=Identity())
    assert dict(identity_scene(nobody).patient) == {"Patient": "unknown", "ID": "unknown"}
    assert identity_scene(None).patient == ()


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_fixed_can_be_read_back(value, decimals):
    text = fixed(value, decimals).replace("−", "-")
    assert float(text) == pytest.approx(value, abs=0.5001 * 10.0**-decimals)
    assert text != "-0"


@given(st.floats(1e-8, 1e8))
def test_significant_keeps_three_digits(value):
    text = significant(value)
    if "·" not in text:
        assert float(text) == pytest.approx(value, rel=6e-3)


@given(st.floats(1e-12, 1e12))
def test_column_scale_leaves_three_digits_of_the_largest(largest):
    exponent, decimals = column_scale(largest)
    assert len(fixed(largest / 10.0**exponent, decimals).replace(".", "")) >= 3


def test_percent_and_peaks():
    assert (percent(3.44), percent(48.2), percent(1e6), percent(None)) == (
        "3.4 %",
        "48 %",
        "> 999 %",
        "—",
    )
    assert (nearest_peak(2.02), nearest_peak(3.04), nearest_peak(0.5)) == ("NAA", "tCr", "")
    assert (nearest_peak(3.04, "31P"), nearest_peak(0.1, "31P")) == ("GPC", "PCr")
    assert nearest_peak(2.02, "13C") == ""


def test_macromolecules_have_no_concentration_where_others_have():
    analysis = make_analysis()
    table = analysis.quantification
    without = replace(table.quantities[0], name="MM12", kind="macromolecule", concentration=None)
    scene = concentration_table(
        replace(analysis, quantification=replace(table, quantities=(*table.quantities, without)))
    )
    row = next(row for row in scene.rows if row.name == "MM12")
    assert row.cells[1] == "ratio only"
    assert "No concentration" in row.tooltip
    assert "Macromolecules and lipids have no concentration" in scene.caption


def test_a_column_without_ratios_is_left_out_and_that_is_said():
    analysis = make_analysis()
    fit = replace(
        analysis.fit,
        components=tuple(Component(f"X{i}") for i in range(len(analysis.fit.components))),
    )
    data, options = analysis.signals.metabolite, QuantificationOptions()
    table = quantify(fit, analysis.basis, None, data.acquisition, options)
    scene = concentration_table(replace(analysis, fit=fit, quantification=table))
    assert not any(heading.startswith("/") for heading in scene.headings)
    assert {len(row.cells) for row in scene.rows} == {len(scene.headings)}
    assert "There are no ratios: tCr was not found" in scene.caption
    assert "Ratios to tCr" not in scene.caption


def test_an_upside_down_line_is_not_called_missing():
    analysis = make_analysis()
    table = analysis.quantification
    lactate = replace(
        table.quantities[0], name="Lac", concentration=-2.0, crlb=0.1, crlb_percent=5.0
    )
    scene = concentration_table(
        replace(analysis, quantification=replace(table, quantities=(lactate,)))
    )
    assert scene.rows[0].cells[1].startswith("−2.0")
    assert not scene.rows[0].weak
    assert "upside down" in scene.rows[0].tooltip


def test_a_line_of_no_known_metabolite_has_its_own_group_and_no_ratio():
    analysis = make_analysis()
    table = analysis.quantification
    line = replace(
        table.quantities[0], name="1.52 ppm", kind="line", ratio_to_tcr=None, ratio_sd=None
    )
    scene = concentration_table(
        replace(analysis, quantification=replace(table, quantities=(*table.quantities, line)))
    )
    row = next(row for row in scene.rows if row.name == "1.52 ppm")
    assert row.group == "Lines of no known metabolite"
    assert row.cells[3] == "—"


def test_no_bound_of_a_ratio_reads_as_nought():
    analysis = make_analysis()
    table = analysis.quantification
    choline = replace(table.quantities[0], name="tCho", ratio_to_tcr=0.0741, ratio_sd=0.0013)
    scene = concentration_table(
        replace(analysis, quantification=replace(table, quantities=(choline,)))
    )
    assert scene.rows[0].cells[3] == "0.074 ± 0.001"
    alone = replace(choline, name="PCr", ratio_to_tcr=1.0, ratio_sd=1e-17)
    scene = concentration_table(
        replace(analysis, quantification=replace(table, quantities=(alone,)))
    )
    assert scene.rows[0].cells[3] == "1.00"


def test_a_failed_stage_is_never_good():
    failure = Failure("Fit failed", "No signal.", "Open another scan.")
    verdict = quality_rows(replace(make_analysis(), failures=(failure,)))[0]
    assert verdict.value == "not known"
    assert verdict.grade == "poor"
    assert "Fit failed" in verdict.reason
