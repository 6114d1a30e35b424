"""LCModel control files as recipes: every key that is translated, and what is said of the rest."""

import csv
from pathlib import Path

import numpy as np
import pytest
from lcmodel_folder import TRUTH, make_folder, write_control

from mrsviewer import formats
from mrsviewer.analysis.analyse import analyse
from mrsviewer.analysis.foreign_engines.lcmodel import _more
from mrsviewer.analysis.lcmodel.settings import settings_among, settings_of
from mrsviewer.analysis.lcmodel.signals import basis_of, with_macromolecules
from mrsviewer.analysis.lcmodel.window import left_out_by_window
from mrsviewer.formats.lcmodel_case import read_case
from mrsviewer.jobs.context import JobContext
from mrsviewer.model.names import canonical_name


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder of RAW, H2O and basis set; its control file is written by each test."""
    path = tmp_path_factory.mktemp("lcmodel")
    make_folder(path)
    return path


def settings(folder, **changes):
    return settings_of(read_case(write_control(folder, **changes)))


def options(folder, **changes):
    return settings(folder, **changes).recipe.fit.options


def titles(found):
    return [finding.title for finding in found.findings]


def step_names(found):
    return [type(step).__name__ for step in found.recipe.steps]


def test_defaults_are_those_of_lcmodel(folder):
    found = settings(folder)
    fit = found.recipe.fit
    assert fit.options == {
        "window_ppm": [4.0, 0.2],
        "first_phase_sd_deg_per_ppm": 20.0,
        "method": "lcmodel",
        "ratio_priors": "lcmodel",
        "width_sd_percent": 20.0,
        "max_shift_ppm": 0.1,
    }
    assert fit.basis_path == str(folder / "set.basis")
    assert fit.macromolecules == "lcmodel"
    assert found.recipe.quantification.scaling == "ratio"
    assert step_names(found) == ["CombineCoils", "AverageTransients", "ReferenceShift"]
    assert found.label == found.findings[0].title == "Settings from control.file"


@pytest.mark.parametrize(
    ("key", "value", "option", "wanted"),
    [
        ("ppmst", "3.8", "window_ppm", [3.8, 0.2]),
        ("ppmend", "0.5", "window_ppm", [4.0, 0.5]),
        ("sddegz", "0", "zero_phase", "fixed"),
        ("sddegz", "999", "zero_phase", None),
        ("sddegp", "0", "first_phase", "fixed"),
        ("sddegp", "5", "first_phase_sd_deg_per_ppm", 5.0),
        ("sddegp", "10", "first_phase_sd_deg_per_ppm", None),  # the engine's own
        ("nratio", "0", "ratio_priors", "none"),
        ("nobase", "T", "baseline_df_per_ppm", 0.0),
        ("desdsh", "0.002", "shift_sd_ppm", 0.002),
        ("desdsh", "0.004", "shift_sd_ppm", None),
        ("ppmgap(1,1)", "2.8, 2.5", "excluded_ppm", [[2.8, 2.5]]),
        ("dkntmn", "0.5", "knots_ppm", 0.5),
        ("dkntmn", ".3, .6", "knots_ppm", 0.3),
        ("dkntmn", "0.15", "knots_ppm", None),
    ],
)
def test_keys_that_become_options_of_the_fit(folder, key, value, option, wanted):
    assert options(folder, **{key: value}).get(option) == wanted


def test_sets_called_gamma_have_knots_of_their_own_at_usual_fields(folder):
    assert options(folder, filbas="'gamma_press.basis'")["knots_ppm"] == 0.35
    for changes in ({"hzpppm": "63.9"}, {"sptype": "'tumor'"}, {"dkntmn": "0.15"}):
        assert "knots_ppm" not in options(folder, filbas="'gamma_press.basis'", **changes)
    detail = settings(folder, dkntmn="0.5").findings[0].detail
    assert "Knots of the baseline 0.5 ppm apart (DKNTMN)." in detail


@pytest.mark.parametrize("changes", [{"dkntmn": "0.5", "nobase": "T"}, {"dkntmn": "200"}])
def test_knots_are_said_only_where_there_are_such(folder, changes):
    found = settings(folder, **changes)
    assert "knots_ppm" not in found.recipe.fit.options
    assert not any("Knots of the baseline" in finding.detail for finding in found.findings)


def test_eddy_currents_and_water(folder):
    found = settings(folder, filh2o="'data.H2O'", doecc="T", dows="T", wconc="40000", atth2o=".8")
    assert "CorrectEddyCurrents" in step_names(found)
    scaled = found.recipe.quantification
    assert (scaled.scaling, scaled.attenuation) == ("water", "institutional")
    assert (scaled.water_conc_mmol, scaled.water_attenuation) == (40000, 0.8)
    assert scaled.metabolite_attenuation == 1
    assert settings(folder, filh2o="'data.H2O'").recipe.quantification.scaling == "ratio"


def test_what_may_not_be_chosen_here_is_said(folder):
    found = settings(folder, dows="T", atth2o="1.5", sddegp="500")
    assert found.recipe.quantification.water_attenuation == 0.7
    assert "first_phase_sd_deg_per_ppm" not in found.recipe.fit.options
    assert {"ATTH2O = 1.5 was not taken over", "SDDEGP = 500 was not taken over"} <= {
        *titles(found)
    }


@pytest.mark.parametrize(("key", "spread", "option"), [
    ("degzer", "sddegz", "zero_phase"), ("degppm", "sddegp", "first_phase"),
])  # fmt: skip
def test_a_phase_held_away_from_zero_is_left_free_and_said(folder, key, spread, option):
    found = settings(folder, **{key: "15", spread: "0"})
    assert option not in found.recipe.fit.options
    (said,) = [f for f in found.findings if f.title.startswith(key.upper())]
    assert said.severity == "warning"
    assert "by hand" in said.detail
    loose = settings(folder, **{key: "15", spread: "90"})
    (said,) = [f for f in loose.findings if f.title.startswith(key.upper())]
    assert said.severity == "info"


def test_the_spread_of_the_first_order_phase_reaches_what_lcmodel_expects(folder):
    found = options(folder, degppm="-12", sddegp="5")
    assert found["first_phase_sd_deg_per_ppm"] == pytest.approx(13)


def test_signals_left_out_by_name(folder):
    lines = " nomit=2 chomit(1)='Lac' chomit(2)='Lip20' chomit(3)='GSH'"
    assert options(folder, lines=lines)["exclude"] == ["Lac", "Lip20"]
    found = settings(folder, lines=" chomit(1)='Lac'")
    assert "exclude" not in found.recipe.fit.options
    assert "CHOMIT has no effect" in titles(found)
    assert options(folder, lines=" nnot2=1 chnot2='GSH'")["exclude"] == ["GSH"]


def test_fewer_simulated_signals(folder):
    left = set(options(folder, nsimul="4")["exclude"])
    assert left >= {"Lip09", "Lip20", "MM09", "MM20", "-CrCH2"}
    assert not left & {"Lip13a", "Lip13b", *TRUTH}
    none = settings(folder, nsimul="0").recipe.fit
    assert none.macromolecules == "set"
    assert "exclude" not in none.options


def test_signals_outside_the_window_are_left_out(folder):
    left = options(folder, ppmend="1.8")["exclude"]
    assert {"Lac", "MM09", "MM12", "MM14", "MM17", "Lip09", "Lip13a", "Lip20"} <= set(left)
    assert not {"MM20", "-CrCH2", "NAA"} & set(left)
    kept = options(folder, ppmend="1.8", lines=" nkeep=1 chkeep='Lac'")["exclude"]
    assert set(left) - set(kept) == {"Lac"}


def test_window_rule():
    names = ("NAA", "Lac", "MM20", "MM09", "-CrCH2", "Foreign")
    assert left_out_by_window(names, (4.0, 0.2)) == ()
    assert left_out_by_window(names, (4.0, 1.9)) == ("Lac", "MM20", "MM09")
    assert left_out_by_window(names, (4.0, 1.0)) == ("MM09",)
    assert left_out_by_window(names, (4.0, 1.0), echo_time_s=0.144) == ("MM20", "MM09")
    assert left_out_by_window(names, (2.9, 0.2)) == ("-CrCH2",)
    assert left_out_by_window(names, (4.0, 0.2), ((1.45, 1.1),)) == ("Lac", "MM09")


def test_a_basis_set_that_is_missing_is_said_and_not_replaced(folder):
    found = settings(folder, filbas="'/site/gone.basis'")
    assert found.recipe.fit.basis_path == "/site/gone.basis"
    (said,) = [f for f in found.findings if "gone.basis" in f.title]
    assert "Put it beside the control file" in said.detail
    exam = formats.open_exam([folder / "control.file"])
    analysis = analyse(exam, found.recipe, JobContext())
    assert analysis.fit is None
    assert "gone.basis" in analysis.failures[0].one_line()


def test_missing_water_and_a_control_file_without_basis_set_are_said(folder):
    found = settings(folder, filh2o="'gone.H2O'", dows="T", filbas=None)
    assert "The water reference gone.H2O was not found" in titles(found)
    assert "The control file names no basis set (FILBAS)" in titles(found)
    assert found.recipe.fit.basis_path is None


def test_another_basis_set_can_be_given(folder):
    case = read_case(write_control(folder, filbas="'gone.basis'"))
    found = settings_of(case, folder / "set.basis", "auto")
    assert found.recipe.fit.basis_path == str(folder / "set.basis")
    assert found.recipe.fit.macromolecules == "auto"
    assert not any("not found" in title for title in titles(found))


def test_every_other_setting_is_named(folder):
    found = settings(
        folder, sptype="'tumor'", rfwhm="2.5", unsupr="T", iaverg="3", filps="'a.ps'",
        neach="99", nuse1="2", lines=" chuse1='NAA','Cr' chsimu(1)='X @ 1.0' chrato(2)='a/b = 1'",
    )  # fmt: skip
    said = " ".join(titles(found))
    for key in ("SPTYPE", "RFWHM", "UNSUPR", "IAVERG", "FILPS", "NEACH", "NUSE1",
                "CHUSE1", "CHSIMU", "CHRATO"):  # fmt: skip
        assert key in said, key
    grave = {f.title.split()[0] for f in found.findings if f.severity == "warning"}
    assert grave == {"SPTYPE", "RFWHM", "UNSUPR", "IAVERG", "CHSIMU", "CHRATO"}


def test_what_says_only_the_default_needs_no_word(folder):
    lines = " vitro=F unsupr=.false. dofull=T iaverg=0 fcalib=1.0 ppmcen=4.65 wsmet='Cr'"
    assert len(settings(folder, lines=lines).findings) == len(settings(folder).findings)
    assert len(settings(folder, wsmet="'Cre'").findings) == len(settings(folder).findings) + 1


def test_part_of_a_grid_is_said(folder):
    found = settings(folder, lines=" ndcols=4 ndrows=2 icolst=2 icolen=3 irowst=2 irowen=2")
    assert found.spectrum == 6
    assert "LCModel analyses 2 of these 8 voxels" in titles(found)
    assert settings(folder, lines=" ndcols=4 icolen=4").findings == settings(folder).findings


def test_less_than_all_soft_ratios_and_high_fields_are_said(folder):
    assert "NRATIO = 6 was taken for all of LCModel's soft ratios" in titles(
        settings(folder, nratio="6")
    )
    assert any("190 MHz" in title for title in titles(settings(folder, hzpppm="297.2")))


def test_another_engine_takes_what_it_has(folder):
    case = read_case(write_control(folder, ppmend="1.8"))
    changed = settings_of(case, engine="quest").recipe
    assert changed.fit.engine == "quest"
    assert changed.fit.options["window_ppm"] == [4.0, 1.8]
    assert "baseline_df_per_ppm" not in changed.fit.options


def test_lcmodel_itself_gets_the_settings_word_for_word(folder):
    lines = " nomit=2 chomit(1)='Lac' chomit(2)='Ala' filps='a.ps' alsdsh=2*.002,.008"
    case = read_case(write_control(folder, ppmend="1.8", sddegp="0", dows="T", lines=lines))
    found = settings_of(case, engine="lcmodel")
    assert titles(found) == ["Settings from control.file"]
    options = found.recipe.fit.options
    assert options["window_ppm"] == [4.0, 1.8]
    assert options["water_scaling"]
    assert options["control"].split("; ") == [
        "SDDEGP = 0", "NOMIT = 2", "CHOMIT(1) = 'Lac'", "CHOMIT(2) = 'Ala'",
        "ALSDSH = 2*.002, .008", "NSIMUL = 13",
    ]  # fmt: skip
    assert _more(options["control"]) == options["control"].split("; ")
    case = read_case(write_control(folder, nsimul="0", title="'a; b'"))
    assert settings_of(case, engine="lcmodel").recipe.fit.options["simulated"] == "none"


def test_the_case_is_fitted_and_scaled_as_lcmodel_would(folder):
    control = write_control(folder, filh2o="'data.H2O'", dows="T", nsimul="0")
    exam = formats.open_exam([control])
    found = settings_among([control])
    analysis = analyse(found.noted_in(found.with_basis(exam)), found.recipe, JobContext())
    assert analysis.failures == ()
    values = {q.name: q.concentration for q in analysis.quantification.quantities}
    for name, members in (("tNAA", 11.5), ("Ins", 6.0), ("Glu", 9.0)):
        assert values[name] / values["tCr"] == pytest.approx(members / 9.0, rel=0.06), name
    # The tails of Lorentzian lines are beyond the reach of LCModel's line shape.
    assert 0.75 * 9.0 < values["tCr"] < 0.95 * 9.0
    assert analysis.findings[0].title == "Settings from control.file"
    assert [s.path.name for s in analysis.exam.sources if s.role == "basis"] == ["set.basis"]


def test_only_one_control_file_is_followed(folder, tmp_path):
    control = write_control(folder)
    assert settings_among([folder / "data.RAW"]) is None
    assert settings_among([folder / "data.RAW", control]).path == control
    other = write_control(tmp_path)
    assert settings_among([control, other]) is None


def _columns(path):
    """Return the metabolites in LCModel's table as this program calls them, sums left out."""
    with path.open() as file:
        heads = [head.strip() for head in next(csv.reader(file))]
    names = [head for head in heads[2:] if not head.endswith("%SD") and "/" not in head]
    return {canonical_name(name) for name in names if "+" not in name}


@pytest.mark.parametrize(
    ("control", "table"),
    [
        ("control.file", "test-reference-out.csv"),
        ("multi-voxel-10/control.file", "multi-voxel-10/test-reference-multi-voxel.csv"),
    ],
)
def test_real_control_files_fit_what_lcmodel_fitted(shared_data, control, table):
    root = shared_data / "lcmodel/test_lcm"
    case = read_case(root / control)
    fit = settings_of(case).recipe.fit
    names = with_macromolecules(basis_of(case), fit.macromolecules).names
    fitted = {name for name in names if name not in fit.options.get("exclude", ())}
    assert fitted == _columns(root / table)


def test_lcmodels_own_test_comes_out_within_its_deviations(shared_data):
    control = shared_data / "lcmodel/test_lcm/control.file"
    analysis = analyse(formats.open_exam([control]), settings_among([control]).recipe, JobContext())
    with Path(control.parent / "test-reference-out.csv").open() as file:
        heads, values = list(csv.reader(file))[:2]
    row = dict(zip((head.strip() for head in heads), map(float, values), strict=True))
    found = {q.name: q.ratio_to_tcr for q in analysis.quantification.quantities}
    off = []
    for name, theirs in (("tNAA", "NAA+NAAG"), ("tCho", "GPC+PCh"), ("Glx", "Glu+Gln"),
                         ("Ins", "Ins"), ("GSH", "GSH"), ("Glu", "Glu")):  # fmt: skip
        ratio = row[f"{theirs}/Cr+PCr"]
        spread = 0.01 * ratio * np.hypot(row[f"{theirs} %SD"], row["Cr+PCr %SD"])
        off.append((found[name] - ratio) / spread)
    assert np.abs(off).max() < 2.0
