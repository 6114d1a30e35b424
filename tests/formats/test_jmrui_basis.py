import numpy as np
import pytest
from made_signals import AXES, DWELL_S, FREQUENCY_HZ, jmrui_text, raw_text

from mrsviewer.formats import jmrui_basis
from mrsviewer.model.failure import FormatError

NAMES = ("Cr", "NAA", "PCho")


def _fids(points=128):
    t = np.arange(points) * DWELL_S
    hz = (np.array([3.027, 2.008, 3.208]) - 4.65) * FREQUENCY_HZ * 1e-6
    return np.exp(2j * np.pi * hz[:, None] * t - 20 * t)


def _folder(folder, kind="jmrui"):
    for name, fid in zip(NAMES, _fids(), strict=True):
        if kind == "jmrui":
            (folder / f"{name}.txt").write_text(jmrui_text(fid))
        else:
            (folder / f"{name}.RAW").write_text(raw_text(fid, seqpar=AXES))
    (folder / "Licence.txt").write_text("free")
    return folder


@pytest.mark.parametrize("kind", ["jmrui", "raw"])
def test_folder_of_signals_is_a_basis_set(tmp_path, kind):
    folder = _folder(tmp_path, kind)
    assert jmrui_basis.sniff(folder, b"")
    basis = jmrui_basis.read(folder)
    assert basis.names == ("Cr", "NAA", "PCh")
    np.testing.assert_allclose(basis.fids, _fids(), atol=1e-5)
    assert (basis.frequency_hz, basis.centre_ppm) == (FREQUENCY_HZ, 4.65)
    assert basis.dwell_s == pytest.approx(DWELL_S)


def test_one_file_with_named_signals_is_a_basis_set(tmp_path):
    path = tmp_path / "set.txt"
    path.write_text(jmrui_text(_fids(), names="Cr.txt;NAA.txt;PCho.txt;"))
    assert jmrui_basis.sniff(path, path.read_bytes()[:4096])
    basis = jmrui_basis.read(path)
    assert basis.names == ("Cr", "NAA", "PCh")
    np.testing.assert_allclose(basis.fids, _fids(), atol=1e-6)


def test_a_scan_is_no_basis_set(tmp_path):
    path = tmp_path / "scan.txt"
    path.write_text(jmrui_text(_fids(), names="scan1;scan2;scan3"))
    assert not jmrui_basis.sniff(path, path.read_bytes()[:4096])
    with pytest.raises(FormatError, match="not named after metabolites"):
        jmrui_basis.read(path)


def test_a_folder_of_scans_is_no_basis_set(tmp_path):
    for name in ("patient1", "patient2", "NAA"):
        (tmp_path / f"{name}.txt").write_text(jmrui_text(_fids()[0]))
    assert not jmrui_basis.sniff(tmp_path, b"")
    with pytest.raises(FormatError, match="named after metabolites"):
        jmrui_basis.read(tmp_path)


def test_signals_that_do_not_match_are_refused(tmp_path):
    _folder(tmp_path)
    (tmp_path / "Glu.txt").write_text(jmrui_text(_fids(64)[0]))
    with pytest.raises(FormatError, match="Glu differs from Cr"):
        jmrui_basis.read(tmp_path)


def test_one_metabolite_twice_is_refused(tmp_path):
    _folder(tmp_path)
    (tmp_path / "creatine.txt").write_text(jmrui_text(_fids()[0]))
    with pytest.raises(FormatError, match="Cr more than once"):
        jmrui_basis.read(tmp_path)
