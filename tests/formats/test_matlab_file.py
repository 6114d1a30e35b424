import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from mrsviewer.formats.matlab_file import MatlabFault, read_variables

CONTENT = {
    "numbers": np.arange(6.0).reshape(2, 3),
    "complex": np.array([[1 + 2j, 3 - 4j]]),
    "whole": np.array([[1, -2, 300]], np.int16),
    "text": "some words",
    "cells": np.array(["a", "bc", np.ones((1, 2))], dtype=object),
    "record": {"x": 1.0, "deep": {"name": "NAA", "empty": np.empty((0, 0))}},
}


def _bytes(folder, content=CONTENT, **options):
    path = folder / "a.mat"
    savemat(path, content, **options)
    return path.read_bytes()


@pytest.mark.parametrize("compressed", [False, True])
def test_everything_is_read_back(tmp_path, compressed):
    found = read_variables(_bytes(tmp_path, do_compression=compressed))
    np.testing.assert_array_equal(found["numbers"], CONTENT["numbers"])
    np.testing.assert_array_equal(found["complex"], CONTENT["complex"])
    np.testing.assert_array_equal(found["whole"], CONTENT["whole"])
    assert found["text"] == "some words"
    assert found["cells"][:2] == ["a", "bc"]
    np.testing.assert_array_equal(found["cells"][2], [[1, 1]])
    assert found["record"]["deep"]["name"] == "NAA"
    assert found["record"]["deep"]["empty"].size == 0
    assert found["record"]["x"].item() == 1.0


def test_several_structs_are_a_list(tmp_path):
    records = np.array([(1.0, "a"), (2.0, "b")], dtype=[("x", "f8"), ("n", "O")])
    found = read_variables(_bytes(tmp_path, {"r": records}))["r"]
    assert [record["n"] for record in found] == ["a", "b"]


def test_other_classes_are_left_out(tmp_path):
    from scipy.sparse import csc_array

    assert read_variables(_bytes(tmp_path, {"s": csc_array(np.eye(3))})) == {"s": None}


def test_the_other_order_of_bytes():
    def element(kind, body):
        return struct.pack(">II", kind, len(body)) + body.ljust(-(-len(body) // 8) * 8, b"\0")

    parts = element(6, struct.pack(">II", 6, 0)) + element(5, struct.pack(">ii", 1, 2))
    parts += element(1, b"x") + element(9, struct.pack(">dd", 1.5, -2.5))
    data = b"MATLAB 5.0 MAT-file".ljust(124) + b"\1\0MI" + element(14, parts)
    np.testing.assert_array_equal(read_variables(data)["x"], [[1.5, -2.5]])


@pytest.mark.parametrize("percent", [0, 1, 10, 50, 90, 99])
@pytest.mark.parametrize("compressed", [False, True])
def test_cut_files_are_refused(tmp_path, compressed, percent):
    data = _bytes(tmp_path, {"x": np.arange(1000.0)}, do_compression=compressed)
    with pytest.raises(MatlabFault):
        read_variables(data[: max(100, len(data) * percent // 100)])


@pytest.mark.parametrize("compressed", [False, True])
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_damage_gives_variables_or_a_fault(tmp_path_factory, compressed, edits):
    data = bytearray(_bytes(tmp_path_factory.mktemp("m"), do_compression=compressed))
    for where, patch in edits:
        at = int(where * (len(data) - len(patch)))
        data[at : at + len(patch)] = patch
    try:
        assert isinstance(read_variables(bytes(data)), dict)
    except MatlabFault:
        return
