import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_signals import DWELL_S, FREQUENCY_HZ, basis_text, peak_ppm

from mrsviewer.formats import lcmodel_basis
from mrsviewer.model.failure import FormatError

REAL = {
    "basis/3T_PRESS_Philips_35ms_noMM.BASIS": (17, 8192, 2.5e-4, 127.731, 0.035, None, "press"),
    "basis/press3T_30ms_fitting_challenge.BASIS": (21, 2048, 2.5e-4, 123.2617, None, None, None),
    "basis/gamma_press_te30_123mhz_104.basis": (16, 2472, 2.0736e-4, 123.2, 0.03, 0.0108, "press"),
    "lcmodel/test_lcm/3t.basis": (17, 1024, 5e-4, 127.7861, None, None, "press"),
    "lcmodel/test_lcm/multi-voxel-10/sim_se_csi_te16.basis": (
        18, 2048, 5e-4, 123.3, 0.016, None, "spin-echo",
    ),
}  # fmt: skip


def _singlets(*ppm, points=256, damping=15.0):
    t = np.arange(points) * DWELL_S
    hz = (np.array(ppm) - 4.65) * FREQUENCY_HZ * 1e-6
    return np.exp(2j * np.pi * hz[:, None] * t - damping * t)


def _write(folder, text):
    path = folder / "made.basis"
    path.write_text(text)
    return path


def _peak(basis, name, low=1.0, high=4.1):
    fid = basis.fids[basis.names.index(name)]
    return peak_ppm(fid, basis.dwell_s, basis.frequency_hz, low, high, basis.centre_ppm)


@pytest.mark.parametrize("layout", ["(6E13.5)", "(2E15.6)"])
@pytest.mark.parametrize("fill", [1, 2])
def test_signals_are_read_back(tmp_path, layout, fill):
    fids = _singlets(2.008, 3.027, 3.2, damping=60.0)
    path = _write(tmp_path, basis_text(fids, ["NAA", "Cr", "PCho"], fill=fill, layout=layout))
    basis = lcmodel_basis.read(path)
    assert basis.names == ("NAA", "Cr", "PCh")
    np.testing.assert_allclose(basis.fids, fids, atol=2e-4)
    assert (basis.dwell_s, basis.frequency_hz, basis.centre_ppm) == (DWELL_S, FREQUENCY_HZ, 4.65)
    assert (basis.echo_time_s, basis.te1_s, basis.localisation) == (0.03, 0.0115, "press")
    assert basis.proton_unit is None
    assert not basis.fids.flags.writeable


@pytest.mark.parametrize(("said", "wanted"), [
    ("0.032", 0.032), ("-1.", None), ("0.", None), ("7.", None), (None, None),
])  # fmt: skip
def test_the_width_of_its_lines_is_what_a_set_says(tmp_path, said, wanted):
    text = basis_text(_singlets(2.008, 3.027), ["NAA", "Cr"])
    assert text.count(" FWHMBA = 0.01,\n") == 1
    text = text.replace(" FWHMBA = 0.01,\n", "" if said is None else f" FWHMBA = {said},\n")
    assert lcmodel_basis.read(_write(tmp_path, text)).line_ppm == wanted


def test_kinds_follow_from_names(tmp_path):
    names = ["NAA", "Mac", "MM0.9", "Lip13a"]
    path = _write(tmp_path, basis_text(_singlets(2.0, 1.4, 0.9, 1.3), names))
    kinds = {c.name: c.kind for c in lcmodel_basis.read(path).components}
    assert kinds == {
        "NAA": "metabolite", "Mac": "macromolecule", "MM09": "macromolecule", "Lip13a": "lipid",
    }  # fmt: skip


def test_concentration_scale_and_shift_are_applied(tmp_path):
    fids = _singlets(2.008, 3.027)
    points = 2 * fids.shape[1]
    step_ppm = 1 / (points * DWELL_S) / (FREQUENCY_HZ * 1e-6)
    more = [", CONC = 4., TRAMP = 2., VOLUME = 5., ISHIFT = 40", ", CONC = 4., ISHIFT = 40"]
    basis = lcmodel_basis.read(_write(tmp_path, basis_text(fids, ["X", "Y"], blocks=more)))
    assert abs(basis.fids[0, 0]) == pytest.approx(0.1, rel=1e-3)
    assert abs(basis.fids[1, 0]) == pytest.approx(0.25, rel=1e-3)
    assert _peak(basis, "X") == pytest.approx(2.008 + 40 * step_ppm, abs=0.01)


def test_halved_first_points_are_restored(tmp_path):
    fids = _singlets(2.008, 3.027, 3.208)
    stored = fids.copy()
    stored[:2, 0] /= 2
    path = _write(tmp_path, basis_text(stored, ["NAA", "Cr", "PCh"]))
    basis, findings = lcmodel_basis.read_with_findings(path)
    np.testing.assert_allclose(basis.fids[:, 0], fids[:, 0], atol=1e-3)
    assert "2 of 3" in findings[0].detail


def test_axis_with_water_at_468_is_recognised(tmp_path):
    path = _write(tmp_path, basis_text(_singlets(1.978, 2.997), ["NAA", "Cr"]))
    basis, findings = lcmodel_basis.read_with_findings(path)
    assert basis.centre_ppm == pytest.approx(4.68, abs=0.003)
    assert "moved by +0.030 ppm" in findings[0].title


def test_singlets_that_disagree_move_nothing(tmp_path):
    path = _write(tmp_path, basis_text(_singlets(1.95, 3.09), ["NAA", "Cr"]))
    assert lcmodel_basis.read(path).centre_ppm == 4.65


def test_reference_line_is_left_in_and_noted(tmp_path):
    fids = _singlets(2.008, 3.027) + 0.3 * _singlets(0.0)
    path = _write(tmp_path, basis_text(fids, ["NAA", "Cr"]))
    basis, findings = lcmodel_basis.read_with_findings(path)
    np.testing.assert_allclose(basis.fids, fids, atol=1e-3)
    assert any("0 ppm" in finding.title for finding in findings)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.9995])
def test_cut_files_are_refused(tmp_path, share):
    text = basis_text(_singlets(2.008, 3.027), ["NAA", "Cr"])
    with pytest.raises(FormatError):
        lcmodel_basis.read(_write(tmp_path, text[: int(len(text) * share)]))


@pytest.mark.parametrize(
    ("old", "new", "match"),
    [
        ("METABO = 'Cr'", "METABO = 'NAA'", "NAA more than once"),
        ("BADELT", "BADEL", "lacks BADELT"),
        ("HZPPPM", "HZ", "lacks HZPPPM"),
        ("BADELT = 0.0005", "BADELT = 5", "cannot be right"),
        ("NDATAB = 512", "NDATAB = 510", "512 complex points; the header says 510"),
        ("CONC = 1.", "CONC = 0.", "must be positive"),
        ("$BASIS1", "$BASES1", r"no \$BASIS1"),
        ("NDATAB = 512", "NDATAB = many", "'many' is not a number"),
    ],
)
def test_faults_name_their_cause(tmp_path, old, new, match):
    text = basis_text(_singlets(2.008, 3.027), ["NAA", "Cr"])
    assert old in text
    with pytest.raises(FormatError, match=match):
        lcmodel_basis.read(_write(tmp_path, text.replace(old, new)))


def test_bad_number_is_named_with_its_line(tmp_path):
    lines = basis_text(_singlets(2.008), ["NAA"]).split("\n")
    lines[30] = "  nonsense"
    with pytest.raises(FormatError, match="Line 31"):
        lcmodel_basis.read(_write(tmp_path, "\n".join(lines)))


@given(st.binary(max_size=200), st.integers(0, 6000))
@settings(max_examples=60, deadline=None)
def test_any_damage_gives_a_basis_or_a_format_error(tmp_path_factory, junk, at):
    data = bytearray(basis_text(_singlets(2.008, 3.027, points=64), ["NAA", "Cr"]).encode())
    data[at : at + len(junk)] = junk
    path = tmp_path_factory.mktemp("fuzz") / "a.basis"
    path.write_bytes(bytes(data))
    try:
        basis = lcmodel_basis.read(path)
    except FormatError:
        return
    assert np.isfinite(basis.fids).all()


@pytest.mark.parametrize("name", REAL)
def test_real_sets_have_their_axes_and_singlets(shared_data, name):
    components, points, dwell_s, mhz, echo, te1, localisation = REAL[name]
    basis = lcmodel_basis.read(shared_data / name)
    assert basis.fids.shape == (components, points)
    assert basis.dwell_s == pytest.approx(dwell_s, rel=1e-4)
    assert basis.frequency_hz == pytest.approx(mhz * 1e6, rel=1e-5)
    assert (basis.echo_time_s, basis.te1_s, basis.localisation) == (echo, te1, localisation)
    assert _peak(basis, "NAA") == pytest.approx(2.01, abs=0.006)
    assert _peak(basis, "Cr", 2.5, 3.5) == pytest.approx(3.027, abs=0.006)
    assert {"NAA", "Cr", "GPC", "PCh", "Ins", "sIns", "Glu", "Gln", "GABA", "Tau"} <= set(
        basis.names
    )


@pytest.mark.parametrize("name", REAL)
def test_real_sets_are_in_phase_and_in_proportion_to_protons(shared_data, name):
    basis = lcmodel_basis.read(shared_data / name)
    first = {n: basis.fids[basis.names.index(n), 0] for n in ("Cr", "GPC", "sIns")}
    assert all(abs(np.angle(value, deg=True)) < 10 for value in first.values())
    if "sim_se" not in name:  # its reference line is larger than the metabolites
        assert abs(first["sIns"]) / abs(first["Cr"]) == pytest.approx(6 / 5, rel=0.15)
        assert abs(first["GPC"]) / abs(first["Cr"]) == pytest.approx(18 / 5, rel=0.25)


def test_challenge_set_has_unit_protons(shared_data):
    basis = lcmodel_basis.read(shared_data / "basis/press3T_30ms_fitting_challenge.BASIS")
    glycine, creatine = (abs(basis.fids[basis.names.index(n), 0]) for n in ("Gly", "Cr"))
    assert creatine - glycine == pytest.approx(3.0, abs=0.01)  # five protons against two
    kinds = {c.name: c.kind for c in basis.components}
    assert kinds["Mac"] == "macromolecule"
    assert kinds["Tau"] == "metabolite"
