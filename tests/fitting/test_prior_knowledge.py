"""Tables of peaks: what they may say, how relations resolve, and the lists that come along."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrsviewer.fitting.presets import FILES, preset
from mrsviewer.fitting.prior_file import parse_prior_knowledge, read_prior_knowledge
from mrsviewer.fitting.prior_knowledge import groups, tied
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.failure import FitError

TABLE = """"# From a paper, with commas",,,
Index,BATP,BATP2,BATP3,PCr
Initial Values,,,,
amplitude,1.4,BATP/2,0.5*BATP,4
chemicalshift,-16.15,BATP-15Hz,BATP+0.1ppm,0.9
linewidth,58.12,BATP,BATP-3,15
phase,0,BATP,BATP,BATP
g,0,0,0,0
Bounds,,,,
amplitude,"(0, ","(0,","(0,","(0, "
chemicalshift,"(-16.30,-16.00)",,,"(-0.5, 0.5)"
linewidth,"(54.335, 61.911)",,,20
phase,"(-180, 180)","(-180, 180)","(-180, 180)","(-180, 180)"
# the end,,,,
,,,,
"""


def parse(text):
    return parse_prior_knowledge(text, "table")


def test_table_is_read():
    prior = parse(TABLE)
    assert prior.names == ("BATP", "BATP2", "BATP3", "PCr")
    shift = tied(prior, "chemicalshift", 120.0)
    np.testing.assert_allclose(shift.values(), [-16.15, -16.15 - 15 / 120, -16.05, 0.5])
    assert shift.start.size == 2
    width = tied(prior, "linewidth", 120.0)
    np.testing.assert_allclose(width.values(np.array([60.0])), [60, 60, 57, 20])
    amplitude = tied(prior, "amplitude", 120.0)
    np.testing.assert_allclose(amplitude.values(np.array([2.0, 3.0])), [2, 1, 1, 3])
    assert amplitude.low.tolist() == [0, 0]
    assert np.isinf(amplitude.high).all()
    assert tied(prior, "g", 120.0).start.size == 0
    assert tied(prior, "phase", 120.0).start.size == 1


def test_peaks_of_one_name_and_one_amplitude_are_one_component():
    assert [(g.name, g.peaks) for g in groups(parse(TABLE))] == [("BATP", (0, 1, 2)), ("PCr", (3,))]
    apart = "Index,Cr,Cr2\namplitude,12,18\nchemicalshift,3.03,3.93\nlinewidth,5,5\n"
    assert [g.name for g in groups(parse(apart))] == ["Cr", "Cr2"]


def test_chains_of_relations_are_followed():
    text = "Index,A,B,C\namplitude,1,A*2,B/4\nchemicalshift,1,A+1ppm,B+1ppm\nlinewidth,5,A,B\n"
    prior = parse(text)
    np.testing.assert_allclose(tied(prior, "amplitude", 1.0).values(np.array([8.0])), [8, 16, 4])
    np.testing.assert_allclose(prior.shifts_ppm(100.0), [1, 2, 3])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("Index", "Peak"), "first line"),
        (("BATP/2", "__import__('os')"), "neither a number nor a relation"),
        (("BATP/2", "BATP**9"), "neither a number nor a relation"),
        (("BATP/2", "XATP/2"), "No peak XATP"),
        (("BATP/2", "BATP/0"), "division by zero"),
        (("BATP/2", "BATP-15Hz"), "unit"),
        (("1.4,", "BATP3,"), "circle"),
        (('"(-16.30,-16.00)"', '"(-16.00,-16.30)"'), "holds no value"),
        (('"(-16.30,-16.00)"', '"about -16"'), "neither"),
        (("linewidth,58.12", "width,58.12"), "'width'"),
        (("PCr\n", "BATP\n"), "all different"),
        (("amplitude,1.4,BATP/2,0.5*BATP,4\n", ""), "no initial values of amplitude"),
    ],
)
def test_what_is_not_understood_is_refused_in_words(change, said):
    assert change[0] in TABLE
    with pytest.raises(FitError, match=said):
        parse(TABLE.replace(*change, 1))


@given(st.text(alphabet="BATP0123456789.*/+-()eE_ Hzpm'\"#,\n", max_size=40))
def test_any_cell_is_read_or_refused(cell):
    with contextlib.suppress(FitError):
        prior = parse(TABLE.replace("BATP/2", cell, 1))
        assert np.isfinite(tied(prior, "amplitude", 120.0).values()).all()


def test_files_that_are_no_tables_are_refused(tmp_path):
    binary = tmp_path / "table.xlsx"
    binary.write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(FitError, match="saved as CSV"):
        read_prior_knowledge(binary)
    with pytest.raises(FitError, match="cannot be read"):
        read_prior_knowledge(tmp_path / "missing.csv")


@pytest.mark.parametrize("name", FILES)
def test_lists_that_come_along_are_sound(name):
    nucleus = "1H" if name.startswith("1H") else "31P"
    prior = preset(name, Acquisition(nucleus, 120e6, 1e-4))
    shifts = prior.shifts_ppm(120.0)
    assert len(set(np.round(shifts, 3))) == len(shifts)
    width = tied(prior, "linewidth", 120.0)
    assert (width.low < width.start).all()
    assert (width.start < width.high).all()
    place = tied(prior, "chemicalshift", 120.0)
    assert (place.low < place.start).all()
    assert (place.start < place.high).all()


def test_the_usual_list_is_chosen_by_nucleus_and_field():
    seven = preset("auto", Acquisition("31P", 120.3e6, 1e-4))
    three = preset("auto", Acquisition("31P", 51.7e6, 1e-4))
    assert "UDPG" in seven.names
    assert "UDPG" not in three.names
    assert "tNAA" in preset("auto", Acquisition("1H", 123e6, 1e-4)).names
    with pytest.raises(FitError, match="13C"):
        preset("auto", Acquisition("13C", 30e6, 1e-4))
    with pytest.raises(FitError, match="31P brain 3 T"):
        preset("31P brain 3 T", Acquisition("1H", 123e6, 1e-4))
