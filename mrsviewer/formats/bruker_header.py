"""What ParaVision's parameters say of an acquisition: times, frequencies, voxel, person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrsviewer.dsp.conventions import nominal_centre_ppm
from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.model.acquisition import Acquisition, Identity
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import FormatError
from mrsviewer.model.voxel import Voxel

if TYPE_CHECKING:
    from pathlib import Path

    from mrsviewer.formats.bruker_folder import Experiment

_SAME_WIDTH = 1e-3
_FARTHEST_MM = 1e4


def acquisition_of(
    path: Path, experiment: Experiment, averages: int | None
) -> tuple[Acquisition, tuple[Finding, ...]]:
    """Return how the data were acquired, and what is doubtful about it.

    Parameters
    ----------
    path
        For errors.
    experiment
        The parameters.
    averages
        Excitations summed into each signal.

    Raises
    ------
    FormatError
        If frequency or spectral width are missing or absurd.
    """
    acqp, method = experiment.acqp, experiment.method
    megahertz = acqp.number("BF1") or method.number("PVM_FrqRef") or 0.0
    width, findings = _width(experiment)
    # Written so that NaN fails as well.
    if not (1 < megahertz < 2000 and 10 < width < 1e7):
        cause = f"Its parameters give {megahertz:g} MHz and a spectral width of {width:g} Hz."
        raise FormatError(path, cause, SEND_AGAIN)
    sequence = method.text("Method") or acqp.text("ACQ_method")
    acquisition = Acquisition(
        nucleus=method.text("PVM_Nucleus1") or acqp.text("NUCLEUS", "NUC1") or "1H",
        frequency_hz=round(megahertz * 1e6, 3),
        dwell_s=1 / width,
        echo_time_s=_seconds(method.number("PVM_EchoTime")),
        te1_s=_seconds(method.number("TE1")),
        repetition_time_s=_seconds(method.number("PVM_RepetitionTime")),
        mixing_time_s=_seconds(method.number("StTM", "MixingTime")),
        sequence=sequence,
        localisation=localisation_of(sequence, acqp.text("ACQ_protocol_name")),
        averages=averages,
        water_suppressed=_suppressed(experiment),
        vendor="Bruker",
        scanner=acqp.text("ACQ_station"),
        software=acqp.text("ACQ_sw_version"),
    )
    return acquisition, findings


def _width(experiment: Experiment) -> tuple[float, tuple[Finding, ...]]:
    """Return the spectral width in Hz; 0 where it is nowhere."""
    said = experiment.acqp.number("SW_h") or _job_width(experiment)
    planned = experiment.method.number("PVM_SpecSWH", "PVM_DigSw")
    if not said or not planned:
        return said or planned or 0.0, ()
    if abs(planned / said - 1) < _SAME_WIDTH:
        return said, ()
    detail = f"acqp says {said:g} Hz and is used, method says {planned:g} Hz."
    return said, (Finding("warning", "Two spectral widths in the parameters", detail),)


def _job_width(experiment: Experiment) -> float:
    jobs = experiment.acqp.structs("ACQ_jobs")
    try:
        return float(jobs[0][5])
    except (IndexError, ValueError):
        return 0.0


def _seconds(milliseconds: float | None) -> float | None:
    """Return a time in s; None for what no sequence has."""
    return milliseconds * 1e-3 if milliseconds and 0 < milliseconds < 1e5 else None


def _suppressed(experiment: Experiment) -> bool | None:
    said = experiment.method.text("PVM_WsOnOff")
    return None if said is None else said.lower() == "on"


def centre_of(experiment: Experiment, nucleus: str) -> float:
    """Return the shift at 0 Hz: by convention, and the working offset on top of it."""
    offset = experiment.method.number("PVM_FrqWorkOffsetPpm") or 0.0
    return nominal_centre_ppm(nucleus) + (offset if abs(offset) < 100 else 0.0)


def delay_of(experiment: Experiment) -> float:
    """Return how many points the receiver's digital filter delays the signal; 0 if unknown."""
    filters = experiment.acqp.structs("ACQ_RxFilterInfo")
    candidates = [filters[0][0]] if filters else []
    try:
        found = [float(text) for text in candidates]
    except ValueError:
        found = []
    found += [value for value in (experiment.acqp.number("GRPDLY"),) if value is not None]
    found += [value for value in (experiment.method.number("PVM_DigShift"),) if value is not None]
    return next((value for value in found if 0 < value < 1000), 0.0)


def voxel_of(experiment: Experiment) -> tuple[Voxel | None, tuple[Finding, ...]]:
    """Return the voxel where it is beyond doubt, and a finding where it is not.

    ParaVision turns its axes with the position of the animal, and no file at hand shows how. So
    only a cube in the centre of the magnet along its axes is taken: it is the same box for every
    order and sign of the axes.
    """
    method = experiment.method
    size = np.array(method.numbers("PVM_VoxArrSize"))
    place = np.array(method.numbers("PVM_VoxArrPosition"))
    turn = np.array(method.numbers("PVM_VoxArrGradOrient"))
    if size.size != 3 or place.size != 3 or not np.all((size > 0) & (size < _FARTHEST_MM)):
        return None, ()
    straight = turn.size == 9 and np.allclose(np.sort(np.abs(turn)), [0] * 6 + [1] * 3, atol=1e-6)
    if straight and np.allclose(place, 0, atol=1e-6) and np.ptp(size) < 1e-6:
        return Voxel.from_arrays(np.zeros(3), size, np.eye(3)), ()
    edges = " x ".join(f"{edge:g}" for edge in size)
    detail = (
        f"It measures {edges} mm about ({', '.join(f'{x:g}' for x in place)}) mm in the magnet; "
        "how ParaVision's axes lie in the body is not proven, so no place is given."
    )
    return None, (Finding("warning", "Voxel position not taken over", detail, "geometry"),)


def identity_of(experiment: Experiment) -> Identity:
    """Return whose data these are."""
    visu, acqp = experiment.visu, experiment.acqp
    return Identity(
        patient_name=visu.text("VisuSubjectName"),
        patient_id=visu.text("VisuSubjectId"),
        birth_date=_date(visu.text("VisuSubjectBirthDate")),
        sex=visu.text("VisuSubjectSex"),
        study_date=_date(visu.text("VisuAcqDate", "VisuStudyDate") or acqp.text("ACQ_time")),
        institution=visu.text("VisuInstitution") or acqp.text("ACQ_institution"),
        protocol=visu.text("VisuAcquisitionProtocol") or acqp.text("ACQ_protocol_name"),
    )


def _date(text: str | None) -> str | None:
    """Return "2025-09-19" of "2025-09-19T10:29:52,856-0400" or "20250919"."""
    if not text:
        return None
    if len(text) == 8 and text.isdigit():
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text.split("T")[0].strip() or None
