"""What an LCModel control file says: files, settings, defaults."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lcmodel_folder import control_text, make_folder, write_control

from mrsviewer.analysis.lcmodel.settings import settings_of
from mrsviewer.formats import open_exam
from mrsviewer.formats.fortran_namelist import Group
from mrsviewer.formats.lcmodel_case import elements, is_control, read_case
from mrsviewer.formats.lcmodel_control import find_control
from mrsviewer.formats.scan_writer import write_scan
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset
from mrsviewer.model.failure import FormatError


def case(folder, **changes):
    return read_case(write_control(folder, **changes))


def test_what_is_not_said_has_lcmodels_default(tmp_path):
    read = case(tmp_path)
    assert read.window_ppm == (4.0, 0.2)
    assert (read.simulated, read.ratio_priors) == (13, 13)
    assert read.zero_phase_deg == (0, 999)
    assert read.first_phase_deg_per_ppm == (0, 20)
    assert (read.water_conc_mmol, read.water_attenuation) == (35880, 0.7)
    assert (read.metabolite_attenuation, read.shift_sd_ppm) == (1, 0.004)
    assert read.knots_ppm == 0.15
    assert (read.eddy_currents, read.water_scaling, read.no_baseline) == (False,) * 3
    assert read.omitted == read.kept == ()
    assert read.voxels.count == read.voxels.first == 1


@pytest.mark.parametrize(
    ("echo", "end", "ratios"), [("30", 0.2, 13), ("60", 0.2, 12), ("144", 1.0, 12)]
)
def test_long_echo_times_change_defaults(tmp_path, echo, end, ratios):
    read = case(tmp_path, echot=echo)
    assert read.window_ppm == (4.0, end)
    assert read.ratio_priors == ratios
    assert case(tmp_path, echot=echo, ppmend="0.5").window_ppm == (4.0, 0.5)


def test_every_value_is_read(tmp_path):
    read = case(
        tmp_path, ppmst="3.85", ppmend="1.8", dows="T", doecc=".true.", degzer="10", sddegz="0",
        degppm="-2", sddegp="1.5D0", nsimul="0", nratio="0", nobase="T", desdsh="0.002",
        wconc="55556", atth2o="1", attmet=".9",
        lines=" ppmgap(1,1)=3.0, 2.8 ppmgap(1,2)=2.2 PPMGAP(2,2)=2.1",
    )  # fmt: skip
    assert read.window_ppm == (3.85, 1.8)
    assert read.eddy_currents
    assert read.water_scaling
    assert read.no_baseline
    assert read.zero_phase_deg == (10, 0)
    assert read.first_phase_deg_per_ppm == (-2, 1.5)
    assert (read.simulated, read.ratio_priors, read.shift_sd_ppm) == (0, 0, 0.002)
    assert (read.water_conc_mmol, read.water_attenuation) == (55556, 1)
    assert read.metabolite_attenuation == 0.9
    assert read.gaps_ppm == ((3.0, 2.8), (2.2, 2.1))


@pytest.mark.parametrize(
    "lines",
    [
        " nomit=2 chomit(1)='Lac' chomit(2)='Ala' chomit(3)='Gly'",
        " chomit='Lac','Ala','Gly', nomit=2",
        " NOMIT = 2\n CHOMIT(1) = 'Tau'\n CHOMIT(2)='Ala'\n CHOMIT(1)='Lac'",
        " nomit=2 chomit( 1 : 2 ) = 'Lac' 'Ala'",
    ],
)
def test_lists_in_all_their_spellings(tmp_path, lines):
    assert case(tmp_path, lines=lines).omitted == ("Lac", "Ala")


def test_a_list_counts_as_far_as_its_number_says(tmp_path):
    assert case(tmp_path, lines=" chomit(1)='Lac'").omitted == ()
    assert case(tmp_path).not_fitted == ("Lip13c", "Lip13d", "Lip13e")
    assert case(tmp_path, lines=" nnot2=0").not_fitted == ()
    lines = " nnot2=4 chnot2(4)='Gua' nkeep=1 chkeep(1)='Lac'"
    assert case(tmp_path, lines=lines).not_fitted[-1] == "Gua"
    assert case(tmp_path, lines=lines).kept == ("Lac",)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 5))
def test_repeat_counts_stand_for_that_many_values(counts, first):
    values = tuple(f"{count}*{place}" for place, count in enumerate(counts))
    group = Group("LCMODL", {f"ARR({first})": values}, 1, 0)
    wanted = [str(place) for place, count in enumerate(counts) for _ in range(count)]
    assert list(elements(group, "ARR").values()) == wanted
    assert min(elements(group, "ARR")) == first


def test_repeated_quoted_values():
    group = Group("LCMODL", {"ARR": ("2*", "a", "b")}, 1, 0)
    assert elements(group, "ARR") == {1: "a", 2: "a", 3: "b"}


def test_voxels_that_are_analysed(tmp_path):
    one = " ndcols=4 ndrows=3 ndslic=2 islice=2 icolst=2 icolen=2 irowst=3 irowen=3"
    assert case(tmp_path, lines=one).voxels.first == 12 + 2 * 4 + 2
    some = " ndcols=4 ndrows=3 icolst=4 icolen=2 irowst=1 irowen=3 nvoxsk=1"
    read = case(tmp_path, lines=some).voxels
    assert (read.first, read.count) == (2, 8)


def test_files_are_found_where_they_lie_now(tmp_path):
    control = make_folder(tmp_path)
    away = tmp_path / "elsewhere"
    away.mkdir()
    (tmp_path / "data.H2O").rename(away / "data.H2O")
    moved = write_control(
        tmp_path, filraw="'/old/place/data.RAW'", filbas="'C:\\sets\\set.basis'",
        filh2o=f"'{away / 'data.H2O'}'",
    )  # fmt: skip
    read = read_case(moved)
    assert read.raw == tmp_path / "data.RAW"
    assert read.basis == tmp_path / "set.basis"
    assert read.water == away / "data.H2O"
    assert read.lost == ()
    write_control(tmp_path, filh2o="'elsewhere/data.H2O'")
    assert read_case(control).water == away / "data.H2O"


def test_a_case_as_lcmgui_saves_it_can_be_moved(tmp_path):
    make_folder(tmp_path)
    for name, folder in (("data.RAW", "met"), ("data.H2O", "h2o")):
        (tmp_path / folder).mkdir()
        (tmp_path / name).rename(tmp_path / folder / "RAW")
    saved = {"filraw": "'/home/a/saved/7/met/RAW'", "filh2o": "'/home/a/saved/7/h2o/RAW'"}
    read = case(tmp_path, **saved)
    assert (read.raw, read.water) == (tmp_path / "met/RAW", tmp_path / "h2o/RAW")
    exam = open_exam([read.path])
    assert exam.metabolite.points == exam.water.points
    assert [s.path.parent.name for s in exam.sources] == ["met", "h2o"]
    assert find_control(read.raw).path == read.path
    (tmp_path / "other").mkdir()
    other = (tmp_path / "met/RAW").rename(tmp_path / "other/RAW")
    assert find_control(other) is None
    other.rename(tmp_path / "met/RAW")
    (tmp_path / "h2o/RAW").unlink()
    (tmp_path / "met/RAW").rename(tmp_path / "RAW")
    read = case(tmp_path, **saved)
    assert (read.raw, read.water) == (tmp_path / "RAW", None)
    assert read.lost == (("FILH2O", "/home/a/saved/7/h2o/RAW"),)


def test_files_that_are_not_there_are_named(tmp_path):
    read = case(tmp_path, filbas="'/site/sets/press.basis'", filh2o="'w.H2O'")
    assert (read.raw, read.water, read.basis) == (None, None, None)
    assert read.lost == (
        ("FILRAW", "data.RAW"), ("FILH2O", "w.H2O"), ("FILBAS", "/site/sets/press.basis")
    )  # fmt: skip


def test_a_control_file_is_known_by_its_content(tmp_path):
    other = tmp_path / "scan 7"
    other.write_text(control_text())
    assert is_control(other)
    other.write_text(control_text(filraw=None))
    assert not is_control(other)
    other.write_text(" $LCMODL\n filraw='a'\n")
    assert not is_control(other)
    make_folder(tmp_path)
    assert not any(is_control(tmp_path / name) for name in ("data.RAW", "set.basis", "none"))
    assert not is_control(tmp_path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sddegp": "'much'"}, "SDDEGP"),
        ({"ppmst": "1e400"}, "PPMST = inf"),
        ({"lines": " ppmgap(1,1)=nan, 2"}, "PPMGAP = 'nan'"),
        ({"nsimul": "2.5"}, "NSIMUL"),
        ({"ppmst": "1", "ppmend": "2"}, "PPMST 1"),
        ({"lines": " ppmgap(1,1)=x, 2"}, "PPMGAP"),
        ({"lines": " ppmst=4 ppmend ~ 1"}, "PPMST = '4 ppmend"),
        ({"lines": " = 4"}, "Line 9"),
        ({"dows": "yes"}, "neither T nor F"),
    ],
)
def test_what_cannot_be_understood_is_a_fault_with_a_remedy(tmp_path, changes, words):
    with pytest.raises(FormatError, match=words) as caught:
        case(tmp_path, **changes)
    assert caught.value.failure.remedy == "Correct the control file."


PIECES = st.sampled_from([
    "nomit", "chomit(1)", "ppmgap(1,2)", "ppmst", "dows", "nsimul", "filraw", "degppm", "=", ",",
    " ", "\n", "'", "(", "*", "1e400", "-1", "nan", "T", "2*", "'a'", "$END", "/", "!", "99999999999",
])  # fmt: skip


@given(st.lists(PIECES, max_size=25))
def test_any_control_file_is_read_or_refused_with_a_reason(tmp_path_factory, pieces):
    folder = tmp_path_factory.mktemp("any")
    path = folder / "control"
    path.write_text(f" $LCMODL\n{''.join(pieces)}\n $END\n")
    with suppress(FormatError):
        options = settings_of(read_case(path)).recipe.fit.options
        assert np.isfinite(options.get("window_ppm", [0])).all()
    is_control(path)


@pytest.mark.parametrize("points", ["many", "99999999999"])
def test_a_number_of_points_that_is_none_is_told_of_the_control_file(tmp_path, points):
    make_folder(tmp_path)
    control = write_control(tmp_path, nunfil=points)
    with pytest.raises(FormatError, match="NUNFIL") as caught:
        open_exam([control])
    assert caught.value.failure.title == "Cannot open control.file"
    with pytest.raises(FormatError, match="lacks the dwell time"):
        open_exam([tmp_path / "data.RAW"])


def test_control_files_that_this_program_writes_can_be_read(tmp_path):
    data = Dataset(make_signal(3), Acquisition("1H", 123.25e6, 5e-4, 0.144), 4.65, ("measurement",))
    write_scan(data, tmp_path / "grid.RAW")
    read = read_case(tmp_path / "grid.control")
    assert read.raw == tmp_path / "grid.RAW"
    assert read.window_ppm == (4.0, 1.0)
    assert (read.voxels.grid, read.voxels.count) == ((3, 1, 1), 3)


def make_signal(rows):
    return np.ones((rows, 64)) * np.exp(-np.arange(64) / 20) * (1 + 0j)


def test_real_control_files(shared_data):
    folder = shared_data / "lcmodel/test_lcm"
    plain = read_case(folder / "control.file")
    assert (plain.raw.name, plain.basis.name, plain.water) == ("data.raw", "3t.basis", None)
    assert plain.window_ppm == (4.0, 0.2)
    grid = read_case(folder / "multi-voxel-10/control.file")
    assert (grid.water.name, grid.basis.name) == ("multi-voxel.ref", "sim_se_csi_te16.basis")
    assert grid.window_ppm == (4.0, 1.9)
    assert grid.first_phase_deg_per_ppm == (0, 0)
    assert grid.water_scaling
    assert not grid.eddy_currents
    assert (grid.water_conc_mmol, grid.water_attenuation) == (39590, 1)
    assert (grid.voxels.grid, grid.voxels.count) == ((10, 1, 1), 10)
