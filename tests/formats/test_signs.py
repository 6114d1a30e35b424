"""Each row of the table of signs: the metabolites must lie on the right side of water."""

import re
from pathlib import Path

import numpy as np
import pytest
import vendor_files as make
from made_signals import basis_text, of_dataset, peak_ppm

import mrsviewer.formats
from mrsviewer.formats import read_basis, read_scan, write_scan
from mrsviewer.formats.signal_checks import mirror_ratio
from mrsviewer.formats.signs import SIGNS, turned
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset

REAL = {
    "nifti_mrs": (
        "nifti_mrs/steam7t/metab_deid.nii.gz",
        "philips/spant_mpress/spant_mpress_drift.nii.gz",
    ),
    "siemens_rda": ("siemens/suspect/SVS_30.rda",),
    "siemens_dicom": ("siemens/suspect/SVS_30.IMA", "siemens/va21/SIEMENSTEST"),
    "dicom_spectroscopy": (
        "siemens/suspect/SVS_XA60.dcm",
        "philips/suspect_enhanced/IM-0001-0002.dcm",
    ),
    "ge_pfile": ("ge/P1837_1.5T_030_2000.7",),
    "philips_sdat": (
        "philips/osprey_press35/sub-01_PRESS_35_act.sdat",
        "philips/tarquin_old_spar/svs_30_WS.SDAT",
    ),
    "lcmodel_raw": ("lcmodel/test_lcm/data.raw", "text/spec2nii_same_scan/metab.RAW"),
    "lcmodel_raw, BRUKER=T": ("lcmodel/mm94t/Summed_Averaged_TE24.RAW",),
    "jmrui": (
        "text/spec2nii_same_scan/metab_jmrui.txt",
        "text/fitting_challenge/jmrui/dataset5_WS.txt",
    ),
    "tarquin_dpt": ("tarquin/bundle_ws.dpt", "tarquin/real_mb.dpt"),
    "varian": ("varian/7T_STEAM_TE6ms_human.fid/fid",),
    "lcmodel_basis": ("basis/gamma_press_te30_123mhz_104.basis",),
}
"""Real files per row, as far as there are any."""


def _raw_text(fid, extra=""):
    values = "".join(f"{z.real:16.8E}{z.imag:16.8E}\n" for z in fid)
    return (
        f" $SEQPAR\n HZPPPM=127.75\n DELTAT=5e-4\n $END\n $NMID\n ID='x', FMTDAT='(2E16.8)'{extra}\n"
        f" TRAMP=1, VOLUME=1\n $END\n{values}"
    )


def _nifti(folder, stored):
    import nibabel
    from nibabel.nifti1 import Nifti1Extension

    image = nibabel.Nifti2Image(stored[None, None, None].astype(np.complex64), np.eye(4))
    image.header["intent_name"], image.header["pixdim"][4] = b"mrs_v0_11", 5e-4
    image.header.set_xyzt_units("mm", "sec")
    text = b'{"SpectrometerFrequency": [127.75], "ResonantNucleus": ["1H"]}'
    image.header.extensions.append(Nifti1Extension(44, text))
    image.to_filename(folder / "a.nii")
    return folder / "a.nii"


def _text(folder, name, text):
    (folder / name).write_text(text)
    return folder / name


def _jmrui(folder, stored):
    lines = "".join(f"{z.real:.8E}\t{z.imag:.8E}\n" for z in stored)
    head = (
        f"jMRUI Data Textfile\n\nPointsInDataset: {len(stored)}\nDatasetsInFile: 1\n"
        "SamplingInterval: 0.5\nTransmitterFrequency: 127.75E6\nTypeOfNucleus: 1H\n\n"
        "sig(real)\tsig(imag)\nSignal 1 out of 1 in file\n"
    )
    return _text(folder, "a.txt", head + lines)


MADE = {
    "nifti_mrs": _nifti,
    "siemens_rda": lambda folder, z: make.write_rda(folder, np.conj(z)),
    "siemens_dicom": lambda folder, z: make.write_siemens(folder, np.conj(z)),
    "dicom_spectroscopy": make.write_enhanced,
    "philips_sdat": make.write_sdat,
    "lcmodel_raw": lambda folder, z: _text(folder, "a.raw", _raw_text(z)),
    "lcmodel_raw, BRUKER=T": lambda folder, z: _text(folder, "a.raw", _raw_text(z, ", BRUKER=T")),
    "jmrui": _jmrui,
}
"""Writers of files that hold exactly the numbers given; the made files of RDA and CSA conjugate."""

SYNTHETIC = tuple(MADE)


@pytest.mark.parametrize("name", SYNTHETIC)
def test_stored_numbers_are_turned_as_the_table_says(tmp_path, name):
    signal = make.fid()
    stored = np.conj(signal) if SIGNS[name].conjugate else signal
    dataset = read_scan(MADE[name](tmp_path, stored)).dataset
    np.testing.assert_allclose(dataset.fid, signal, rtol=1e-5, atol=1e-4)
    assert of_dataset(dataset) == pytest.approx(2.01, abs=0.02)


@pytest.mark.parametrize(("name", "path"), [(n, p) for n, paths in REAL.items() for p in paths])
def test_real_spectra_lie_upfield_of_water(shared_data, name, path):
    assert SIGNS[name].evidence == "real files"
    if name == "lcmodel_basis":
        basis = read_basis(shared_data / path)
        fid = basis.fids[basis.names.index("NAA")]
        found = peak_ppm(fid, basis.dwell_s, basis.frequency_hz, 0.5, 8.5, basis.centre_ppm)
        assert found == pytest.approx(2.008, abs=0.03)
        return
    dataset = read_scan(shared_data / path).dataset
    ratio = mirror_ratio(dataset.fid, dataset.acquisition, dataset.centre_ppm)
    assert ratio is not None
    assert ratio < 0.9


def test_basis_sign(tmp_path):
    t = np.arange(512) * 5e-4
    fid = np.exp(2j * np.pi * (2.008 - 4.65) * 127.7 * t - 15 * t)
    _text(tmp_path, "a.basis", basis_text(fid[None], ["NAA"]))
    basis = read_basis(tmp_path / "a.basis")
    assert peak_ppm(basis.fids, 5e-4, 127.7e6, 0.5, 8.5) == pytest.approx(2.008, abs=0.01)


def test_csv_sign(tmp_path):
    dataset = Dataset(make.fid(), Acquisition("1H", 127.75e6, 5e-4), 4.65)
    write_scan(dataset, tmp_path / "a.csv")
    table = np.genfromtxt(tmp_path / "a.csv", delimiter=",", skip_header=1)
    window = (table[:, 3] > 0.5) & (table[:, 3] < 4.2)
    height = np.hypot(table[window, 4], table[window, 5])
    assert table[window, 3][height.argmax()] == pytest.approx(2.01, abs=0.03)


def test_every_row_is_tested():
    here = set(REAL) | set(MADE) | {"lcmodel_basis", "csv_table"}
    folder = Path(__file__).parent
    for name in set(SIGNS) - here:
        own = [path for path in folder.glob("test_*.py") if name in path.read_text("utf-8")]
        assert [path for path in own if path.name != Path(__file__).name], name


def test_no_reader_has_a_sign_of_its_own():
    folder = Path(mrsviewer.formats.__file__).parent
    # Drafts of NIfTI-MRS and plain columns have no rule; they are turned by their peaks.
    allowed = {"signs.py", "nifti_mrs.py", "ascii_columns.py"}
    own = [
        path.name
        for path in sorted(folder.glob("*.py"))
        if path.name not in allowed and re.search(r"\.conj(ugate)?\(", path.read_text("utf-8"))
    ]
    assert own == []


def test_turning_twice_changes_nothing():
    signal = make.fid()
    for name in SIGNS:
        np.testing.assert_array_equal(turned(turned(signal, name), name), signal)
    with pytest.raises(KeyError):
        turned(signal, "no such format")
