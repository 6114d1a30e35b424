"""A folder as LCModel users have it: RAW, H2O, basis set and control file, of made-up data."""

from functools import cache

import numpy as np

from mrsviewer.basis.matching import matching_basis
from mrsviewer.formats import write_basis, write_scan
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset

POINTS, DWELL_S = 1024, 1 / 2000
ACQUISITION = Acquisition("1H", 123.25e6, DWELL_S, 0.03, te1_s=0.011, localisation="press")
TRUTH = {
    "NAA": 10, "NAAG": 1.5, "Cr": 5, "PCr": 4, "GPC": 2, "Glu": 9, "Ins": 6, "Lac": 1, "GSH": 1
}  # fmt: skip
WATER_CONC = 35880.0


@cache
def basis():
    return matching_basis(ACQUISITION, POINTS, names=tuple(TRUTH), macromolecules=False)


def signal(noise=0.01, seed=1):
    """Return a spectrum of known content, without macromolecules."""
    known = basis()
    rng = np.random.default_rng(seed)
    t = np.arange(POINTS) * DWELL_S
    fid = np.array([TRUTH[name] for name in known.names]) @ known.fids
    random = rng.standard_normal((2, POINTS))
    return fid * np.exp(-12 * t) + noise * known.proton_unit * (random[0] + 1j * random[1])


def water():
    """Return water of 35880 mmol/L, attenuated to 0.7."""
    t = np.arange(POINTS) * DWELL_S
    return 2 * WATER_CONC * 0.7 * basis().proton_unit * np.exp(-14 * t) * (1 + 0j)


def control_text(**changes):
    """Return a control file; a value None leaves its key out, ``lines`` are taken as they are."""
    lines = changes.pop("lines", "")
    values = {
        "key": "210387309", "filraw": "'data.RAW'", "filbas": "'set.basis'",
        "nunfil": str(POINTS), "deltat": "5e-4", "hzpppm": "123.25", "echot": "30.",
    } | changes  # fmt: skip
    body = "".join(f" {key} = {value}\n" for key, value in values.items() if value is not None)
    return f" $LCMODL\n{body}{lines}\n $END\n"


def write_control(folder, **changes):
    path = folder / "control.file"
    path.write_text(control_text(**changes))
    return path


def make_folder(folder, *, rows=1):
    """Write data, water and basis set; return the control file that names the data and the set."""
    fid = signal() if rows == 1 else np.array([signal(seed=seed) for seed in range(rows)])
    dims = () if rows == 1 else ("measurement",)
    write_scan(Dataset(fid, ACQUISITION, 4.65, dims), folder / "data.RAW")
    write_scan(Dataset(water(), ACQUISITION, 4.65), folder / "data.H2O")
    (folder / "data.control").unlink()
    write_basis(basis(), folder / "set.basis")
    return write_control(folder)
