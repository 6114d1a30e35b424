"""What a DICOM spectroscopy file says of the acquisition, in standard and makers' elements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrsviewer.formats import dicom_file, dicom_statements
from mrsviewer.formats.samples import SEND_AGAIN
from mrsviewer.formats.sequences import localisation_of
from mrsviewer.model.acquisition import Acquisition
from mrsviewer.model.failure import FormatError

if TYPE_CHECKING:
    from pathlib import Path

_VENDORS = ("Siemens", "Philips", "GE", "UIH", "Canon")
_PHILIPS_ECHO_MS, _PHILIPS_WIDTH_HZ = 0x20051310, 0x20051357
_PHILIPS_FREQUENCY_MHZ, _PHILIPS_NUCLEUS = 0x20011083, 0x20011087


def group(elements: Any, macro: str) -> Any:
    """Return a functional group of the first frame, or the one that all frames share."""
    for keyword in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        for item in dicom_file.items(elements, keyword)[:1]:
            for found in dicom_file.items(item, macro)[:1]:
                return found
    return {}


def acquisition(path: Path, elements: Any) -> Acquisition:
    """Return what the file says of the acquisition; its times are in ms.

    Raises
    ------
    FormatError
        If frequency or spectral width are missing.
    """
    frequency_mhz = dicom_file.number(elements, "TransmitterFrequency") or _number(
        elements, _PHILIPS_FREQUENCY_MHZ
    )
    width_hz = dicom_file.number(elements, "SpectralWidth") or _number(elements, _PHILIPS_WIDTH_HZ)
    if not frequency_mhz or not width_hz or not 1 < frequency_mhz < 3000 or not width_hz > 0:
        raise FormatError(path, "The header lacks frequency or spectral width.", SEND_AGAIN)
    maker = dicom_file.text(elements, "Manufacturer") or ""
    sequence = _first_text(elements, "PulseSequenceName", "SequenceName")
    technique = dicom_file.text(elements, "VolumeLocalizationTechnique")
    names = (sequence, technique, dicom_file.text(elements, "ProtocolName"))
    return Acquisition(
        nucleus=_nucleus(elements),
        frequency_hz=frequency_mhz * 1e6,
        dwell_s=1 / width_hz,
        echo_time_s=_echo_time(elements),
        repetition_time_s=_seconds(
            _grouped(elements, "MRTimingAndRelatedParametersSequence", "RepetitionTime")
        ),
        inversion_time_s=_seconds(dicom_file.number(elements, "InversionTime")),
        sequence=sequence.lstrip("*") if sequence else None,
        localisation=localisation_of(*names),
        averages=_averages(elements),
        vendor=next((v for v in _VENDORS if v.lower() in maker.lower()), maker or None),
        scanner=dicom_file.text(elements, "ManufacturerModelName"),
        software=dicom_file.text(elements, "SoftwareVersions"),
        stated=dicom_statements.statements(elements),
    )


def _grouped(elements: Any, macro: str, keyword: str) -> float | None:
    """Return a number of a functional group, or of the top level where there are no groups."""
    found = dicom_file.number(group(elements, macro), keyword)
    return dicom_file.number(elements, keyword) if found is None else found


def _echo_time(elements: Any) -> float | None:
    """Return the echo time: of the frame, of the top level, or Philips' private one."""
    effective = dicom_file.number(group(elements, "MREchoSequence"), "EffectiveEchoTime")
    plain = dicom_file.number(elements, "EchoTime")
    return _seconds(effective or plain or _number(elements, _PHILIPS_ECHO_MS))


def _nucleus(elements: Any) -> str:
    """Return the nucleus; hydrogen where the file does not say."""
    named = dicom_file.text(elements, "ResonantNucleus")
    own = dicom_file.element(elements, _PHILIPS_NUCLEUS)
    return named or (own if isinstance(own, str) and own else "1H")


def _averages(elements: Any) -> int | None:
    """Return how many excitations were added into each frame."""
    found = _grouped(elements, "MRAveragesSequence", "NumberOfAverages")
    return int(found) if found and found >= 1 else None


def _first_text(elements: Any, *keywords: str) -> str | None:
    """Return the first element that is not blank."""
    found = (dicom_file.text(elements, keyword) for keyword in keywords)
    return next((text for text in found if text), None)


def _number(elements: Any, tag: int) -> float | None:
    """Return a private element as a number, or None."""
    try:
        return float(dicom_file.element(elements, tag))
    except (TypeError, ValueError):
        return None


def _seconds(milliseconds: float | None) -> float | None:
    """Return a time in s; 0 stands for none."""
    return milliseconds / 1e3 if milliseconds and milliseconds > 0 else None
