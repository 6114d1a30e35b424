"""One good file of every format in the registry, written by the tests; for damage and fuzzing."""

import gzip
import json

import fit_files
import made_signals as made
import nibabel
import numpy as np
import preclinical_files as preclinical
import raw_files as raw
import vendor_files as vendor
from scipy.io import savemat

from mrsviewer.formats import write_basis, write_nifti_mrs
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.basis import BasisSet, Component
from mrsviewer.model.dataset import Dataset

SINGLETS = {"Cr": 3.027, "NAA": 2.008, "PCho": 3.208}


def _text(name, text):
    def write(folder):
        path = folder / name
        path.write_bytes(text.encode("latin-1"))
        return path

    return write


def _singlets(points=256, centre=4.65):
    t = np.arange(points) * made.DWELL_S
    hz = (np.array(list(SINGLETS.values())) - centre) * made.FREQUENCY_HZ * 1e-6
    return np.exp(2j * np.pi * hz[:, None] * t - 20 * t)


def _nifti_mrs(folder):
    data = Dataset(made.brain_like(), Acquisition("1H", made.FREQUENCY_HZ, made.DWELL_S), 4.65)
    packed, path = folder / "scan.nii.gz", folder / "scan.nii"
    write_nifti_mrs(data, packed)
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    return path


def _volume(folder):
    grey = np.random.default_rng(0).integers(0, 900, (12, 10, 8)).astype(np.int16)
    nibabel.Nifti1Image(grey, np.diag([2.0, 2, 3, 1])).to_filename(folder / "head.nii")
    return folder / "head.nii"


def _twix(folder):
    signals = [vendor.fid(water=3.0, seed=k, points=raw.POINTS)[None] for k in range(2)]
    shots = [raw.shot(raw.oversampled(fid), average=k) for k, fid in enumerate(signals)]
    return raw.write_vb(folder, shots)


def _pfile(folder):
    frames = [vendor.water_fid(seed=0), *(vendor.fid(water=3.0, seed=k) for k in range(1, 4))]
    return raw.write_pfile(folder, np.conj(1e4 * np.array(frames)[None, None]), name="P1.7")


def _osprey(folder):
    basis = {
        "fids": _singlets(512, 3.0).T,
        "name": np.array(list(SINGLETS), dtype=object),
        "dwelltime": made.DWELL_S,
        "Bo": 3.0,
        "te": 35,
        "seq": "PRESS",
        "centerFreq": 3.0,
    }
    savemat(folder / "basis.mat", {"BASIS": basis})
    return folder / "basis.mat"


def _own_basis(folder):
    named = tuple(Component(name) for name in SINGLETS)
    basis = BasisSet(_singlets(), named, made.DWELL_S, made.FREQUENCY_HZ, 4.65, "made", "made")
    return write_basis(basis, folder / "a.mrsbasis")[0]


def _columns(folder):
    axes = {"SpectrometerFrequency": [made.FREQUENCY_HZ * 1e-6], "DwellTime": made.DWELL_S}
    (folder / "a.json").write_text(json.dumps({**axes, "ResonantNucleus": ["1H"]}))
    rows = "".join(f"{z.real:.9e} {z.imag:.9e}\n" for z in made.brain_like())
    return _text("a.txt", rows)(folder)


def _control(folder):
    _text("a.RAW", made.raw_text(made.brain_like()))(folder)
    body = " $LCMODL\n filraw='a.RAW'\n deltat=5e-04\n hzpppm=127.7\n nunfil=512\n $END\n"
    return _text("control.file", body)(folder)


def _mrui(folder):
    path = folder / "a.mrui"
    path.write_bytes(preclinical.mrui_bytes(made.brain_like()))
    return path


WRITERS = {
    "nifti_mrs": _nifti_mrs,
    "nifti_volume": _volume,
    "siemens_rda": vendor.write_rda,
    "siemens_dicom": vendor.write_siemens,
    "siemens_twix": _twix,
    "ge_pfile": _pfile,
    "dicom_spectroscopy": vendor.write_enhanced,
    "dicom_series": lambda folder: vendor.write_slices(folder, positions=(0.0,))[0],
    "bruker": lambda folder: preclinical.write_bruker(folder) / "fid",
    "varian": lambda folder: preclinical.write_varian(folder) / "fid",
    "mrsviewer_basis": _own_basis,
    "lcmodel_basis": _text("a.basis", made.basis_text(_singlets(), list(SINGLETS))),
    "osprey_basis": _osprey,
    "jmrui_basis": _text(
        "set.txt", made.jmrui_text(_singlets(), names="".join(f"{n}.txt;" for n in SINGLETS))
    ),
    "lcmodel_raw": _text("a.RAW", made.raw_text(made.brain_like(), seqpar=made.AXES)),
    "lcmodel_input": _control,
    "jmrui": _text("a.txt", made.jmrui_text(made.brain_like())),
    "jmrui_binary": _mrui,
    "tarquin_dpt": _text("a.dpt", preclinical.dpt_text(made.brain_like())),
    "lcmodel_coord": _text("a.coord", fit_files.coord_text()),
    "lcmodel_table": _text("a.table", fit_files.table_text()),
    "lcmodel_csv": _text("a.csv", fit_files.CSV),
    "tarquin_results": _text("results.txt", fit_files.RESULTS),
    "tarquin_csv": _text("results.csv", fit_files.TARQUIN_CSV),
    "tarquin_fit": _text("fit.txt", fit_files.tarquin_fit_text()),
    "ascii_columns": _columns,
    "philips_data": preclinical.write_philips_raw,
    "philips_sdat": vendor.write_sdat,
}
"""Row of the registry -> function that writes a file into an empty folder and returns its path;
what belongs to it lies beside it."""
