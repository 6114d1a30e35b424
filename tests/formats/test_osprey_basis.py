import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_signals import DWELL_S, peak_ppm
from scipy.io import savemat

from mrsviewer.formats import osprey_basis, read_basis, read_scans
from mrsviewer.model.failure import FormatError

FIELD_T = 3.0
HZ_PER_PPM = FIELD_T * 42.577478518
SINGLETS = {"NAA": 2.008, "Cr": 3.027, "GPC": 3.212, "H2O": 4.65, "MM09": 0.91}


def _fids(centre, points=512):
    t = np.arange(points) * DWELL_S
    hz = (np.array(list(SINGLETS.values())) - centre) * HZ_PER_PPM
    return np.exp(2j * np.pi * hz[:, None] * t - 10 * t)


def _fields(centre=3.0, **changes):
    fields = {
        "fids": _fids(centre).T,
        "name": np.array(list(SINGLETS), dtype=object),
        "dwelltime": DWELL_S,
        "Bo": FIELD_T,
        "te": 35,
        "seq": "PRESS",
        "centerFreq": centre,
        **changes,
    }
    return {key: value for key, value in fields.items() if value is not None}


def _write(folder, **changes):
    path = folder / "basis.mat"
    savemat(path, {"BASIS": _fields(**changes)})
    return path


def _write_hdf5(path, **changes):
    h5py = pytest.importorskip("h5py")
    fields = _fields(**changes)
    stored = np.asarray(fields.pop("fids")).T.copy()
    kind = np.dtype([("real", float), ("imag", float)])
    with h5py.File(path, "w", userblock_size=512) as file:
        group = file.create_group("BASIS")
        group["fids"] = stored.view(kind).reshape(stored.shape)
        names = []
        for number, name in enumerate(fields.pop("name")):
            cell = file.create_dataset(f"#refs#/{number}", data=np.array([*map(ord, name)], "u2"))
            names.append(cell.ref)
        group.create_dataset("name", data=np.array(names, dtype=h5py.ref_dtype)[:, None])
        for key, value in fields.items():
            if isinstance(value, str):
                item = group.create_dataset(key, data=np.array([*map(ord, value)], "u2")[:, None])
                item.attrs["MATLAB_class"] = np.bytes_("char")
            else:
                group.create_dataset(key, data=np.array([[float(value)]]))
    data = bytearray(path.read_bytes())
    mark = b"MATLAB 7.3 MAT-file, Platform: GLNXA64"
    data[: len(mark)] = mark
    path.write_bytes(data)
    return path


def _peak(basis, name, low=0.5, high=4.2):
    fid = basis.fids[basis.names.index(name)]
    return peak_ppm(fid, basis.dwell_s, basis.frequency_hz, low, high, basis.centre_ppm)


def test_signals_names_and_times(tmp_path):
    path = _write(tmp_path)
    basis = read_basis(path)
    assert basis.names == ("NAA", "Cr", "GPC", "MM09")
    assert [c.kind for c in basis.components][-1] == "macromolecule"
    assert (basis.centre_ppm, basis.echo_time_s, basis.localisation) == (3.0, 0.035, "press")
    assert basis.frequency_hz == pytest.approx(HZ_PER_PPM * 1e6, rel=1e-6)
    assert _peak(basis, "NAA") == pytest.approx(2.008, abs=0.01)


@pytest.mark.parametrize("centre", [4.65, 4.68])
def test_singlets_find_the_axis_of_older_sets(tmp_path, centre):
    basis, findings = osprey_basis.read_with_findings(
        _write(tmp_path, centre=centre, centerFreq=None)
    )
    assert basis.centre_ppm == pytest.approx(centre, abs=0.031)
    assert _peak(basis, "Cr") == pytest.approx(3.027, abs=0.03)
    assert "Axis of the basis set by its singlets" in [f.title for f in findings]


def test_version_73_is_read_as_version_5(tmp_path):
    basis = read_basis(_write_hdf5(tmp_path / "a.mat"))
    other = read_basis(_write(tmp_path))
    assert basis.names == other.names
    np.testing.assert_allclose(basis.fids, other.fids)
    assert (basis.echo_time_s, basis.localisation) == (0.035, "press")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fids": np.zeros((64, 5, 2), complex)}, "edited sequence"),
        ({"fids": np.zeros((64, 5))}, "edited sequence"),
        ({"name": np.array(["NAA", "Cr"], dtype=object)}, "5 signals .* 2 names"),
        ({"name": np.array(["NAA", "Cr", "Cre", "A", "B"], dtype=object)}, "Cr more than once"),
        ({"dwelltime": 0}, "cannot be right"),
        ({"fids": _fids(6.0).T}, "not where they belong"),
        ({"fids": _fids(3.0).T * np.nan}, "not numbers"),
    ],
)
def test_faults_name_their_cause(tmp_path, changes, words):
    with pytest.raises(FormatError, match=words):
        osprey_basis.read(_write(tmp_path, **changes))


def test_mirrored_sets_are_refused(tmp_path):
    with pytest.raises(FormatError, match="not where they belong"):
        osprey_basis.read(_write(tmp_path, fids=_fids(3.0).T.conj()))


def test_other_matlab_files_are_not_claimed(tmp_path):
    path = tmp_path / "a.mat"
    savemat(path, {"x": 1.0})
    assert not osprey_basis.sniff(path, path.read_bytes()[:4096])
    with pytest.raises(FormatError, match="MATLAB"):
        read_scans(path)
    with pytest.raises(FormatError, match="BASIS struct"):
        osprey_basis.read(path)


@pytest.mark.parametrize("percent", [10, 50, 90])
@pytest.mark.parametrize("write", [_write, lambda folder: _write_hdf5(folder / "a.mat")])
def test_cut_and_random_files_are_refused(tmp_path, write, percent):
    path = write(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * percent // 100])
    with pytest.raises(FormatError):
        read_basis(path)
    path.write_bytes(data[:512] + np.random.default_rng(percent).bytes(4000))
    with pytest.raises(FormatError):
        osprey_basis.read(path)


def test_real_basis_set(shared_data):
    basis = read_basis(shared_data / "basis/basis_ge_press30.mat")
    assert len(basis.names) == 36
    assert basis.fids.shape == (36, 2048)
    assert {"NAA", "Cr", "Ins", "sIns", "-CrCH2", "Lip20", "MM20"} <= set(basis.names)
    assert (basis.centre_ppm, basis.echo_time_s, basis.dwell_s) == (3.0, 0.03, 4e-4)
    for name, ppm in (("NAA", 2.008), ("Cr", 3.027), ("GPC", 3.212)):
        assert _peak(basis, name, ppm - 0.3, ppm + 0.3) == pytest.approx(ppm, abs=0.01)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("osprey")
    return _write(folder), _write_hdf5(folder / "new.mat")


@pytest.mark.parametrize("which", [0, 1])
@settings(max_examples=80, deadline=None)
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=6))
def test_mutated_files_are_read_or_refused(made, which, edits):
    original = made[which].read_bytes()
    data = bytearray(original)
    for where, patch in edits:
        at = int(where**2 * (len(data) - len(patch)))
        data[at : at + len(patch)] = patch
    path = made[which].with_name(f"damaged{which}.mat")
    path.write_bytes(data)
    try:
        basis = read_basis(path)
    except FormatError:
        return
    assert np.isfinite(basis.fids).all()
    assert len(basis.names) == len(basis.fids)
