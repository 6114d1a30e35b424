"""Writing jMRUI text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.formats.signs import turned
from mrsviewer.formats.target_file import replace_file
from mrsviewer.formats.writable import one_line, signals_of

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.model.acquisition import Identity
    from mrsviewer.model.dataset import Dataset, Dimension

_ALL: tuple[Dimension, ...] = ("coil", "transient", "edit", "measurement", "x", "y", "z")
_NUCLEUS = {"1H": "0E0"}
"""jMRUI's number; only that of protons is known for sure."""


def write(dataset: Dataset, path: Path, identity: Identity | None = None) -> tuple[Path, ...]:
    """Write jMRUI text; return the path.

    All signals are written one after another; the format cannot say which are coils and which
    transients. It has no place for the voxel.

    Raises
    ------
    MrsError
        If the place cannot be written to.
    """
    rows = turned(signals_of(dataset, path, "jMRUI text", _ALL), "jmrui")
    acquisition = dataset.acquisition
    field = acquisition.field_t
    header = {
        "PointsInDataset": str(dataset.points),
        "DatasetsInFile": str(len(rows)),
        "SamplingInterval": f"{acquisition.dwell_s * 1e3:.12g}",
        "ZeroOrderPhase": "0E0",
        "BeginTime": "0E0",
        "TransmitterFrequency": f"{acquisition.frequency_hz:.12g}",
        "MagneticField": "" if field is None else f"{field:.6g}",
        "TypeOfNucleus": _NUCLEUS.get(acquisition.nucleus, acquisition.nucleus),
        "NameOfPatient": one_line(identity.patient_name) if identity else "",
        "DateOfExperiment": one_line(identity.study_date) if identity else "",
        "Spectrometer": one_line(acquisition.scanner),
        "AdditionalInfo": one_line(acquisition.localisation or acquisition.sequence),
        "SignalNames": "".join(f"{path.stem}_{k + 1};" for k in range(len(rows))),
    }
    lines = ["jMRUI Data Textfile", "", f"Filename: {path.name}", ""]
    lines += [f"{key}: {value}" for key, value in header.items()]
    lines += ["", "", "Signal", "sig(real)\tsig(imag)"]
    for k, row in enumerate(rows, 1):
        lines.append(f"Signal {k} out of {len(rows)} in file")
        lines += [f"{z.real:.8E}\t{z.imag:.8E}" for z in row.tolist()]
        lines.append("")
    replace_file(path, ("\n".join(lines)).encode())
    return (path,)
