"""Philips SDAT/SPAR: single-voxel FIDs in VAX floats with a text header beside them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats import philips_spar, vax
from mrsviewer.formats.samples import check_samples, check_size, complex_pairs
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.formats.signal_checks import check_signal
from mrsviewer.formats.signs import turned
from mrsviewer.formats.source_file import digest, read_bytes
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.dataset import Dataset, Dimension
from mrsviewer.model.exam import Finding, Scan
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from mrsviewer.formats.philips_spar import Spar
    from mrsviewer.model.voxel import Voxel

BYTES_PER_SAMPLE = 8
FORMAT = "Philips SDAT/SPAR"


def sniff(path: Path, head: bytes) -> bool:
    """Return whether this is a SPAR header, or samples that a SPAR beside them describes."""
    if philips_spar.looks_like_spar(head):
        return True
    header = partner(path, ".spar")
    if header is None:
        return False
    with header.open("rb") as file:
        if not philips_spar.looks_like_spar(file.read(4096)):
            return False
    if path.suffix.lower() == ".sdat":
        return True
    spar = philips_spar.parse(header, header.read_bytes())
    values = (spar.number("samples") or 0) * (spar.number("rows") or 0)
    return path.stat().st_size == values * BYTES_PER_SAMPLE


def partner(path: Path, suffix: str) -> Path | None:
    """Return the file beside ``path`` with the same stem and ``suffix``, in any letter case."""
    if not path.parent.is_dir():
        return None
    wanted = (path.stem + suffix).lower()
    # Plain names: in a folder of thousands of files this is asked for each of them.
    names = [name for name in os.listdir(path.parent) if name.lower() == wanted]  # noqa: PTH208
    found = [path.parent / name for name in sorted(names)]
    # Where the case of letters matters to the system, two pairs may differ in it alone.
    exact = [other for other in found if other.stem == path.stem]
    same_case = [o for o in exact if o.suffix[1:].isupper() == path.suffix[1:].isupper()]
    return next(iter([*same_case, *exact, *found]), None)


def read(path: Path) -> tuple[Scan, ...]:
    """Return the scan of an SDAT/SPAR pair, whichever of the two is named.

    Raises
    ------
    FormatError
        If the partner is missing, the header incomplete, the sizes do not match, or it is an
        imaging (MRSI) grid.
    """
    named_header = philips_spar.looks_like_spar(read_bytes(path)[:4096])
    header = path if named_header else partner(path, ".spar")
    samples = partner(path, ".sdat") if named_header else path
    if header is None:
        raise FormatError(path, "Its SPAR header is missing.", "Put the .SPAR file beside it.")
    text = read_bytes(header)
    spar = philips_spar.parse(header, text)
    _refuse_grid(spar)
    if samples is None:
        raise FormatError(
            path,
            f"This SPAR is a header only; its samples, {path.stem}.SDAT, are missing.",
            "Put the .SDAT file beside it.",
        )
    data = read_bytes(samples)
    return (_scan(path, spar, _rows(samples, spar, data), digest(text + data)),)


def _refuse_grid(spar: Spar) -> None:
    """Raise FormatError for spectroscopic imaging."""
    first = spar.number("nr_phase_encoding_profiles") or 1
    second = spar.number("nr_of_phase_encoding_profiles_ky") or 1
    slices = spar.number("nr_of_slices_for_multislice") or 1
    if spar.text("phase_encoding_enable") == "yes" and first * second * slices > 1:
        raise FormatError(
            spar.path,
            f"It is spectroscopic imaging of {first:.0f} x {second:.0f} voxels, {slices:.0f} "
            "slices.",
            "Open a single-voxel scan; imaging grids are not read from SDAT yet.",
        )


def _rows(samples: Path, spar: Spar, data: bytes) -> NDArray[np.complex128]:
    """Return all FIDs, shape (rows, points)."""
    points = int(spar.required("samples", 2, 1 << 22))
    rows = int(spar.required("rows", 1, 1 << 20))
    promised = f"{rows} x {points} samples"
    check_size(samples, rows * points * BYTES_PER_SAMPLE, len(data), promised)
    fid = turned(complex_pairs(vax.decode_f(data)).reshape(rows, points), "philips_sdat")
    check_samples(samples, fid)
    return fid


def _scan(path: Path, spar: Spar, fid: NDArray[np.complex128], key: str) -> Scan:
    """Return the scan: empty rows dropped, geometry and timing from the header."""
    findings: list[Finding] = []
    kept = fid[np.any(fid != 0, axis=-1)]
    if len(kept) < len(fid):
        findings.append(
            Finding(
                "warning",
                f"{len(fid) - len(kept)} of {len(fid)} stored signals are empty",
                "Philips pads water references with zeros; the empty signals were left out.",
            )
        )
    acquisition = acquisition_of(spar)
    findings += doubts_of(spar)
    dims: tuple[Dimension, ...] = ("transient",) if len(fid) > 1 else ()
    dataset = Dataset(
        kept if dims else kept[0],
        acquisition,
        nominal_centre_ppm(acquisition.nucleus),
        dims,
        voxel_of(spar),
    )
    findings += check_signal(kept, acquisition, dataset.centre_ppm)
    return Scan(dataset, FORMAT, path, key, philips_spar.identity(spar), tuple(findings))


def acquisition_of(spar: Spar) -> Acquisition:
    """Return what the header says of the acquisition; its times are in ms."""
    protocol = spar.text("scan_id")
    averages = spar.number("averages")
    software = (spar.text("equipment_sw_verions") or "").split(";")[0].strip()
    return Acquisition(
        nucleus=spar.text("nucleus") or "1H",
        frequency_hz=spar.required("synthesizer_frequency", 1e6, 3e9),
        dwell_s=1 / spar.required("sample_frequency", 10, 1e7),
        echo_time_s=spar.milliseconds("echo_time", "spectrum_echo_time"),
        repetition_time_s=spar.milliseconds("repetition_time"),
        inversion_time_s=spar.milliseconds("spectrum_inversion_time"),
        sequence=protocol,
        localisation=localisation_of(protocol),
        averages=int(averages) if averages and averages >= 1 else None,
        vendor="Philips",
        software=software or None,
    )


def voxel_of(spar: Spar) -> Voxel | None:
    """Return the voxel of a localised scan."""
    return None if spar.text("volume_selection_enable") == "no" else philips_spar.voxel(spar)


def doubts_of(spar: Spar) -> list[Finding]:
    """Return what in the header the user should know of."""
    findings = []
    if voxel_of(spar) is None:
        detail = "The header gives no complete box."
        findings.append(Finding("warning", "Voxel position unknown", detail))
    posture = (spar.text("patient_position"), spar.text("patient_orientation"))
    if posture not in {("head_first", "supine"), (None, None)}:
        said = " ".join(word or "?" for word in posture).replace("_", " ")
        detail = f"The patient lay {said}; check the voxel's place against the image."
        findings.append(Finding("warning", "Patient not head first, supine", detail))
    if spar.text("nucleus") is None:
        detail = "The header names no nucleus; 1H was assumed."
        findings.append(Finding("warning", "Nucleus unknown", detail))
    return findings
