import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrsviewer.formats.fortran_namelist import TextFault, groups, next_group, parse_number
from mrsviewer.formats.fortran_numbers import Layout, last_line_is_cut, read_numbers


@pytest.mark.parametrize(
    "text",
    [
        " $NMID ID='a b', FMTDAT='(2E15.6)'\n TRAMP=1, VOLUME=2.5 $END\n 1 2\n",
        "$NMID\nid = 'a b'\nfmtdat=\"(2E15.6)\"\ntramp= 1\nvolume =2.5\n$end\n 1 2\n",
        " &NMID\n ID='a b' FMTDAT = '(2E15.6)' ! (8E13.5)\n TRAMP=1. VOLUME=2.5D0\n/\n 1 2\n",
        "\t$nmid ID='a b',FMTDAT='(2E15.6)',TRAMP=1,VOLUME=25E-1,\n &END\n 1 2\n",
    ],
)
def test_spellings_of_one_namelist_are_the_same(text):
    group = next_group(text)
    assert group.name == "NMID"
    assert group.text("ID") == "a b"
    assert group.text("FMTDAT") == "(2E15.6)"
    assert group.number("TRAMP") == 1.0
    assert group.number("VOLUME") == 2.5
    assert text[group.end :] == " 1 2\n"


def test_values_left_empty_are_unknown():
    group = next_group(" $SEQPAR\n ECHOT =  ,\n SEQ = ' '\n HZPPPM = 127.8 $END\n")
    assert group.number("ECHOT") is None
    assert group.text("SEQ") is None
    assert group.number("HZPPPM") == 127.8


@pytest.mark.parametrize(
    ("value", "expected"),
    [("T", True), (".TRUE.", True), ("t", True), ("F", False), (".false.", False)],
)
def test_logical_values(value, expected):
    assert next_group(f" $NMID BRUKER={value} $END").flag("BRUKER") is expected


def test_lists_indices_and_apostrophes_are_kept():
    group = next_group(" $NMUSED PPMAPP = 0.0 ,-0.4, DOREFS(1) = F, ID='it''s' $END")
    assert group.values["PPMAPP"] == ("0.0", "-0.4")
    assert group.values["DOREFS(1)"] == ("F",)
    assert group.text("ID") == "it's"


def test_groups_follow_one_another_with_their_lines():
    text = " $A\n X=1\n $END\n $B Y=2 $END\n"
    assert [(g.name, g.line) for g in groups(text)] == [("A", 1), ("B", 4)]


def test_group_without_end_names_its_line():
    with pytest.raises(TextFault, match=r"\$NMID that begins on line 2 has no \$END"):
        next_group("\n $NMID\n ID='a'\n")


def test_wrong_type_names_the_line():
    group = next_group("\n $SEQPAR ECHOT = thirty, NUNFIL = 1.5 $END")
    with pytest.raises(TextFault, match=r"Line 2.*ECHOT = 'thirty' is not a number"):
        group.number("ECHOT")
    with pytest.raises(TextFault, match="not a whole number"):
        group.integer("NUNFIL")


@pytest.mark.parametrize(
    ("text", "value"), [("1.5D+02", 150.0), ("0.5-101", 0.5e-101), ("-3d0", -3.0)]
)
def test_fortran_exponents(text, value):
    assert parse_number(text) == value


def test_layout_is_read_from_common_formats():
    assert Layout.parse("(6E13.5)") == Layout(6, 13)
    assert Layout.parse("2E15.6") == Layout(2, 15)
    assert Layout.parse("(1P,8e13.5)") == Layout(8, 13)
    assert Layout.parse("(*)") is None
    assert Layout.parse(None) is None


def test_numbers_that_touch_are_cut_by_columns():
    text = " 0.10000E+00-0.20000E+00\n-0.30000E+00 0.40000E+00\n"
    assert read_numbers(text, 1, Layout(2, 12)).tolist() == [0.1, -0.2, -0.3, 0.4]


def test_commas_part_numbers():
    assert read_numbers("0.0 ,-0.4\n1,2", 1, None).tolist() == [0.0, -0.4, 1.0, 2.0]


@pytest.mark.parametrize("bad", ["hello", "NaN", "inf", "1.0E+999", "*************"])
def test_what_is_no_number_is_named_with_its_line(bad):
    with pytest.raises(TextFault, match="Line 12"):
        read_numbers(f"1.0 2.0\n3.0 {bad}\n5.0 6.0\n", 11, Layout(2, 15))


def test_a_cut_last_line_is_seen():
    whole = " 0.10000E+00 0.20000E+00\n 0.30000E+00 0.40000E+00\n"
    assert not last_line_is_cut(whole, Layout(2, 12))
    assert last_line_is_cut(whole[:-3], Layout(2, 12))


@given(st.lists(st.floats(-1e30, 1e30), min_size=1, max_size=60), st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_blocks_written_in_columns_are_read_back(values, per_line):
    cells = [f"{value:15.6E}" for value in values]
    lines = ["".join(cells[i : i + per_line]) for i in range(0, len(cells), per_line)]
    found = read_numbers("\n".join(lines), 1, Layout(per_line, 15))
    np.testing.assert_array_equal(found, [float(cell) for cell in cells])


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_groups_or_a_text_fault(text):
    ends = []
    with contextlib.suppress(TextFault):
        ends.extend(group.end for group in groups(" $A " + text))
    assert ends == sorted(set(ends))
