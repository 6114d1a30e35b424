"""Real preclinical, raw and result files, damaged: a FormatError each, soon."""

import shutil
import time

import numpy as np
import pytest

from mrsviewer.formats import read_basis, read_fits, read_scans
from mrsviewer.model.failure import FormatError

SECONDS = 5
REAL = {
    "bruker/pv6_press/9/fid": read_scans,
    "bruker/pv6_press/9/method": read_scans,
    "bruker/pv6_press/9/acqp": read_scans,
    "varian/7T_STEAM_TE6ms_human.fid/fid": read_scans,
    "text/mrui/20240519_residual.mrui": read_scans,
    "tarquin/real_mb.dpt": read_scans,
    "basis/basis_ge_press30.mat": read_basis,
    "lcmodel/suspect/svs_97.COORD": read_fits,
    "lcmodel/suspect/svs_97.TABLE": read_fits,
    "lcmodel/suspect/svs_97.CSV": read_fits,
    "tarquin/tarquin_results.txt": read_fits,
    "tarquin/tarquin_megapress_fit.txt": read_fits,
}
CUTS = {"lcmodel/suspect/svs_97.TABLE": (0, 10, 50, 60)}
"""A TABLE cut within its last section, the repeated control parameters, lacks some of those."""


def _copy(folder, source):
    """Copy a file and, of the folders that are one scan, the files beside it."""
    together = {"fid", "method", "acqp"}
    for path in source.parent.iterdir() if source.name in together else (source,):
        if path.is_file():
            shutil.copyfile(path, folder / path.name)
    return folder / source.name


def _refused(path, read):
    start = time.perf_counter()
    with pytest.raises(FormatError) as caught:
        read(path)
    assert time.perf_counter() - start < SECONDS
    failure = caught.value.failure
    assert failure.cause
    assert failure.remedy
    assert "\n" not in failure.one_line()


@pytest.mark.parametrize(
    ("name", "percent"), [(n, p) for n in REAL for p in CUTS.get(n, (0, 10, 50, 90))]
)
def test_cut_files_are_refused(shared_data, tmp_path, name, percent):
    path = _copy(tmp_path, shared_data / name)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * percent // 100])
    _refused(path, REAL[name])


def test_random_integers_instead_of_a_bruker_signal_are_told_in_red(shared_data, tmp_path):
    path = _copy(tmp_path, shared_data / "bruker/pv6_press/9/fid")
    path.write_bytes(np.random.default_rng(11).bytes(path.stat().st_size))
    (scan,) = read_scans(path)
    severe = [finding.title for finding in scan.findings if finding.severity == "danger"]
    assert "The file holds no signal that decays" in severe


@pytest.mark.parametrize("name", [name for name in REAL if name != "bruker/pv6_press/9/fid"])
def test_random_bytes_are_refused(shared_data, tmp_path, name):
    path = _copy(tmp_path, shared_data / name)
    path.write_bytes(np.random.default_rng(11).bytes(path.stat().st_size))
    _refused(path, REAL[name])


@pytest.mark.parametrize("name", REAL)
def test_names_with_spaces_and_letters_of_other_alphabets(shared_data, tmp_path, name):
    folder = tmp_path / "Größe 1 mm – δ"
    folder.mkdir()
    path = _copy(folder, shared_data / name)
    assert REAL[name](path)


def test_parameters_of_another_scan_are_noticed(shared_data, tmp_path):
    one, two = (
        shared_data / f"varian/{name}.fid"
        for name in ("7T_STEAM_TE6ms_human", "9.4T_MM_human_sLASER_Tubingen")
    )
    shutil.copyfile(one / "fid", tmp_path / "fid")
    shutil.copyfile(two / "procpar", tmp_path / "procpar")
    _refused(tmp_path / "fid", read_scans)
    bruker = shared_data / "bruker/pv6_press/9"
    folder = tmp_path / "bruker"
    folder.mkdir()
    for name in ("acqp", "method"):
        text = (bruker / name).read_text().replace("4096", "8192").replace("2048", "4096")
        (folder / name).write_text(text)
    shutil.copyfile(bruker / "fid", folder / "fid")
    _refused(folder, read_scans)
