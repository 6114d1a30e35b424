import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_signals import DWELL_S, FREQUENCY_HZ, brain_like, of_dataset
from preclinical_files import philips_raw, write_philips_raw

from mrsviewer.formats import philips_data, philips_list, read_scans
from mrsviewer.formats.unknown_axes import Axes, UnknownAxesError
from mrsviewer.model.failure import FormatError


def _stack(transients=3, coils=2, points=256, scale=1.0):
    rng = np.random.default_rng(7)
    weights = rng.standard_normal((transients, coils, 1)) + 2
    return scale * weights * brain_like(points)


def test_either_file_gives_transients_and_coils(tmp_path):
    stack = _stack()
    path = write_philips_raw(tmp_path, [stack])
    for named in (path, path.with_suffix(".list")):
        (scan,) = read_scans(named)
        assert scan.dataset.dims == ("transient", "coil")
        np.testing.assert_allclose(scan.dataset.fid, stack, rtol=1e-6)
        assert scan.dataset.acquisition.frequency_hz == pytest.approx(FREQUENCY_HZ)
        assert scan.dataset.acquisition.dwell_s == pytest.approx(DWELL_S)
        assert scan.dataset.acquisition.averages == 1
        assert scan.dataset.voxel is not None
        assert of_dataset(scan.dataset) == pytest.approx(2.01, abs=0.02)
        assert scan.findings == ()


def test_single_vectors_have_no_axes(tmp_path):
    (scan,) = read_scans(write_philips_raw(tmp_path))
    assert scan.dataset.dims == ()


def test_mixes_are_scans_of_their_own_the_metabolites_first(tmp_path):
    water, metabolites = _stack(scale=900.0), _stack(4)
    scans = read_scans(write_philips_raw(tmp_path, [water, metabolites]))
    assert [scan.dataset.count("transient") for scan in scans] == [4, 3]
    assert scans[0].digest != scans[1].digest


def test_incomplete_excitations_are_left_out_and_told(tmp_path):
    stack = _stack()
    (scan,) = read_scans(write_philips_raw(tmp_path, [stack], drop={(0, 1, 1)}))
    np.testing.assert_allclose(scan.dataset.fid, stack[[0, 2]], rtol=1e-6)
    assert "1 of 3 excitations lack a receiver" in [f.title for f in scan.findings]


def test_without_a_spar_the_axes_are_asked_for(tmp_path):
    path = write_philips_raw(tmp_path, spar=None)
    with pytest.raises(UnknownAxesError, match=r"raw_001\.SPAR") as caught:
        read_scans(path)
    assert caught.value.missing == ("dwell_s", "frequency_hz")
    (scan,) = read_scans(path, Axes(DWELL_S, FREQUENCY_HZ))
    np.testing.assert_allclose(scan.dataset.fid, brain_like(512), rtol=1e-5, atol=1e-6)
    assert scan.dataset.voxel is None


def test_a_spar_of_another_name_is_used_and_told_unless_there_are_several(tmp_path):
    path = write_philips_raw(tmp_path, spar="press_raw_act.SPAR")
    (scan,) = read_scans(path)
    assert "Header taken from another file" in [f.title for f in scan.findings]
    text = (tmp_path / "press_raw_act.SPAR").read_bytes()
    (tmp_path / "press_raw_ref.SPAR").write_bytes(text)
    assert "press_raw_act.SPAR" in read_scans(path)[0].findings[0].detail
    (tmp_path / "other_act.SPAR").write_bytes(text)
    with pytest.raises(UnknownAxesError, match="2 SPAR files"):
        read_scans(path)


def test_a_spar_of_other_length_is_a_danger(tmp_path):
    path = write_philips_raw(tmp_path)
    header = tmp_path / "raw_001.SPAR"
    header.write_bytes(header.read_bytes().replace(b"samples : 512", b"samples : 256"))
    (scan,) = read_scans(path)
    assert [f.severity for f in scan.findings] == ["danger"]


def test_what_else_varies_is_told(tmp_path):
    first, second = (philips_raw([_stack()], changes={"extr1": k}) for k in (0, 1))
    lines = second[0].split("\n")
    moved = [line for line in lines if line.startswith("  STD")]
    shifted = [
        f"{line.rsplit(None, 1)[0]} {int(line.split()[-1]) + len(first[1])}" for line in moved
    ]
    path = write_philips_raw(tmp_path, [_stack()])
    path.with_suffix(".list").write_text(first[0] + "\n".join(shifted) + "\n")
    path.write_bytes(first[1] + second[1])
    (scan,) = read_scans(path)
    assert scan.dataset.count("transient") == 6
    assert "Transients of different kinds" in [f.title for f in scan.findings]


@pytest.mark.parametrize("percent", [0, 10, 50, 90])
@pytest.mark.parametrize("suffix", [".data", ".list"])
def test_cut_files_are_refused(tmp_path, suffix, percent):
    path = write_philips_raw(tmp_path, [_stack()])
    cut = path.with_suffix(suffix)
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size * percent // 100])
    with pytest.raises(FormatError):
        read_scans(path)


def test_faults_name_their_cause(tmp_path):
    path = write_philips_raw(tmp_path, [_stack()])
    listing = path.with_suffix(".list")
    text = listing.read_text()
    rows = [line for line in text.split("\n") if line.startswith("  STD")]
    encoded = rows[1].split()
    encoded[9] = "3"
    faults = {
        "phase-encoded": text.replace(rows[1], "  " + " ".join(encoded)),
        "same attributes": text.replace(rows[1], rows[0]),
        "attributes named": text.replace(rows[1], rows[1] + " 7"),
        "no data vectors": text.replace("STD", "# S").replace("NOI", "# N"),
        "impossible size": text.replace(rows[1], rows[1].replace(" 2048 ", " 2047 ")),
        "cut off": text + rows[-1].rsplit(None, 1)[0] + " 900000\n",
    }
    for words, damaged in faults.items():
        listing.write_text(damaged)
        with pytest.raises(FormatError, match=words):
            read_scans(path)
    listing.unlink()
    with pytest.raises(FormatError, match=r"raw_001\.list, is missing"):
        philips_data.read(path)


def test_columns_are_those_that_the_file_names():
    text, _ = philips_raw([_stack(1, 1)])
    short = text.replace(" kx    ky    kz ", " ky    kz ")
    lines = []
    for line in short.split("\n"):
        cells = line.split()
        if cells[:1] in (["STD"], ["NOI"]):
            del cells[9]
        lines.append(" ".join(cells) if cells[:1] in (["STD"], ["NOI"]) else line)
    found = philips_list.parse(philips_data.__file__, "\n".join(lines))
    assert "kx" not in found.columns
    assert found.columns["size"][-1] == 256 * 8
    assert found.remarks["Scan name"] == "PRESS_35"
    assert found.counts[0, "number_of_signal_averages"] == 4


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return write_philips_raw(tmp_path_factory.mktemp("raw"), [_stack(2, 2, 64)])


@settings(max_examples=80, deadline=None)
@given(
    suffix=st.sampled_from([".data", ".list", ".SPAR"]),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6),
)
def test_mutated_files_are_read_whole_or_refused(made, suffix, edits):
    path = made.with_suffix(suffix)
    original = path.read_bytes()
    data = bytearray(original)
    for where, patch in edits:
        at = int(where * (len(data) - len(patch)))
        data[at : at + len(patch)] = patch
    try:
        path.write_bytes(data)
        for scan in philips_data.read(made):
            assert np.isfinite(scan.dataset.fid).all()
    except FormatError:
        pass
    finally:
        path.write_bytes(original)
