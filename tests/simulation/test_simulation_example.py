"""The bundled example says what its truth says."""

import gzip
import importlib.util
import json
import sys
from pathlib import Path

import msgspec
import nibabel as nib
import numpy as np
import pytest

from mrsviewer.basis import store
from mrsviewer.basis.matching import matching_basis
from mrsviewer.formats.nifti_mrs import read
from mrsviewer.simulation import example_case as example_module
from mrsviewer.simulation.example import example_paths
from mrsviewer.simulation.example_case import ACQUISITION, POINTS, Truth, example_case, voxel
from mrsviewer.simulation.forward import Instability


@pytest.fixture(scope="module")
def truth():
    return msgspec.json.decode(example_paths().truth.read_bytes(), type=Truth)


@pytest.fixture(scope="module")
def basis(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setattr(store, "cache_folder", lambda: folder)
        return matching_basis(ACQUISITION, POINTS)


@pytest.fixture(scope="module")
def builder():
    path = Path(__file__).parents[2] / "packaging/build_example.py"
    spec = importlib.util.spec_from_file_location("build_example", path)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "build_example", module)
        spec.loader.exec_module(module)
        yield module


def files():
    paths = example_paths()
    return (paths.metabolite, paths.water, paths.anatomy, *paths.tissue.values(), paths.truth)


@pytest.mark.parametrize("path", files(), ids=lambda p: p.name)
def test_files_are_there_small_and_without_date(path):
    content = path.read_bytes()
    assert len(content) < 1.9e6
    if path.suffix == ".gz":
        assert content[4:8] == b"\0\0\0\0"
        assert not content[3] & 0x08


def test_scans_are_read_as_they_were_made():
    for path, suppressed, transients in (
        (example_paths().metabolite, True, 16),
        (example_paths().water, False, 2),
    ):
        (scan,) = read(path)
        data = scan.dataset
        assert (data.count("coil"), data.count("transient"), data.points) == (4, transients, POINTS)
        found = data.acquisition
        assert (found.echo_time_s, found.te1_s, found.repetition_time_s) == (0.03, 0.0126, 2.0)
        assert found.localisation == "press"
        assert found.water_suppressed is suppressed
        assert found.frequency_hz == pytest.approx(123.25e6)
        assert "Simulated" in scan.identity.patient_name
        np.testing.assert_allclose(data.voxel.centre_ras_mm, (-8, -50, 32), atol=1e-4)
        np.testing.assert_allclose(data.voxel.size_mm, (20, 30, 20), atol=1e-4)
        np.testing.assert_allclose(data.voxel.axes_ras, voxel().axes_ras, atol=1e-5)


def test_no_time_of_writing_in_the_headers():
    for path in (example_paths().metabolite, example_paths().water):
        header = nib.load(path).header.extensions[0].text
        assert "ConversionTime" not in json.loads(header)


def test_bundled_scans_follow_from_the_truth(basis, truth):
    case = example_case(basis, truth.tissue_fractions, truth.relaxation)
    assert msgspec.json.encode(case.truth) == msgspec.json.encode(truth)
    for made, path in (
        (case.metabolite, example_paths().metabolite),
        (case.water, example_paths().water),
    ):
        (scan,) = read(path)
        scale = np.abs(made.fid).max()
        np.testing.assert_allclose(scan.dataset.fid, made.fid, atol=1e-5 * scale)


def test_equal_input_equal_samples(basis, truth):
    one, two = (example_case(basis, truth.tissue_fractions, truth.relaxation) for _ in range(2))
    np.testing.assert_array_equal(one.metabolite.fid, two.metabolite.fid)
    np.testing.assert_array_equal(one.water.fid, two.water.fid)


def test_builder_packs_without_time(builder, truth, basis):
    case = example_case(basis, truth.tissue_fractions, truth.relaxation)
    packed = builder.packed(builder.timeless(case.water))
    assert packed == builder.packed(builder.timeless(case.water))
    assert gzip.decompress(packed) == gzip.decompress(example_paths().water.read_bytes())


def test_bundled_head_is_the_phantom(builder, truth):
    person = builder.head(builder.GRID, builder.grid_affine())
    maps = {tissue: builder.stored(volume) for tissue, volume in person.maps.items()}
    for tissue, path in example_paths().tissue.items():
        bundled = nib.load(path)
        np.testing.assert_allclose(bundled.affine, person.image.affine, atol=1e-4)
        assert np.mean(np.abs(bundled.get_fdata() - maps[tissue].data) < 1e-3) > 0.9999
    image = np.asarray(nib.load(example_paths().anatomy).dataobj)
    assert np.mean(image == person.image.data) > 0.9999
    assert builder.voxel_fractions(maps) == pytest.approx(truth.tissue_fractions, abs=1e-3)


def test_concentrations_come_back_by_the_water_scaling_equation(basis, truth, monkeypatch):
    """Without noise and drift, a linear fit and Near 2021 equations 4 and 6 give the truth."""
    monkeypatch.setattr(example_module, "_SNR", 1e6)
    monkeypatch.setattr(example_module, "_INSTABILITY", Instability())
    case = example_case(basis, truth.tissue_fractions, truth.relaxation)
    reference = case.water.fid.mean(axis=1)
    weights = reference[:, 0].conj() / np.vdot(reference[:, 0], reference[:, 0]).real
    water = np.tensordot(weights, reference, 1)
    eddy = np.exp(-1j * np.unwrap(np.angle(water)))
    signal = np.tensordot(weights, case.metabolite.fid, 1)[0] * eddy
    time = np.arange(POINTS) * 5e-4
    names = [*truth.concentrations, *truth.macromolecules]
    rows = [basis.fids[basis.names.index(name)] for name in names]
    t2 = truth.apparent_t2_s
    fading = [np.exp(-time / t2) if name in truth.concentrations else 1 for name in names]
    shim = np.exp(-((np.pi * 4.6 * time) ** 2) / (4 * np.log(2)))
    left = [
        np.exp(2j * np.pi * f * time - np.pi * w * time) for f, w in ((1.5, 8), (-7, 15), (6, 25))
    ]
    columns = np.array([*(r * f * shim for r, f in zip(rows, fading, strict=True)), *left]).T
    amplitudes = np.linalg.lstsq(columns, signal, rcond=None)[0][: len(names)]
    times = truth.relaxation
    seen = sum(
        fraction * truth.water_density_l_per_l[t] * _remaining(truth, times.water[t])
        for t, fraction in truth.tissue_fractions.items()
    )
    tissue = np.array(
        [
            sum(
                truth.tissue_fractions[t] * _remaining(truth, r)
                for t, r in times.named.get(name, times.other).items()
            )
            for name in names
        ]
    )
    found = amplitudes / water[0].real * 2 * seen / tissue * truth.pure_water_mmol_per_l
    expected = {**truth.concentrations, **truth.macromolecules}
    assert dict(zip(names, found.real, strict=True)) == pytest.approx(expected, abs=0.02)
    assert np.abs(found.imag).max() < 0.02


def _remaining(truth, times):
    saturation = 1 - np.exp(-truth.repetition_time_s / times.t1_s)
    return np.exp(-truth.echo_time_s / times.t2_s) * saturation


def test_unknown_names_stop_the_simulation(basis, truth):
    with pytest.raises(KeyError):
        example_case(basis.take(("NAA", "Cr")), truth.tissue_fractions, truth.relaxation)
