"""How a dataset was acquired, and of whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Localisation = Literal["press", "steam", "slaser", "laser", "special", "mega-press", "spin-echo"]

SlicePulses = Literal["ideal", "usual"]
"""Instantaneous pulses, or shaped ones as a scanner of that field has them."""

Editing = Literal["edit-on", "edit-off", "difference", "sum"]
"""Which spectrum of an edited scan; "difference" is edit-on less edit-off."""

GYROMAGNETIC_RATIO_HZ_PER_T = {"1H": 42.577478518e6, "31P": 17.235e6, "13C": 10.7084e6}
"""gamma / 2 pi; 1H: CODATA 2018 proton value, others: IUPAC 2001 ratios."""

CLINICAL = ("siemens", "philips", "ge", "uih", "canon")
CLINICAL_FIELD_T = 4.0
"""Vendors of scanners, and the field up to which their PRESS has pulses of about 1.2 kHz."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Something a file says besides the values of the acquisition, kept as evidence.

    Attributes
    ----------
    about
        The field of :class:`Acquisition` it speaks of ("echo_time_s", in that field's unit), or
        "done" where it tells what the scanner did to the data.
    value
        What is said: a second value, or the name of what was done ("eddy-current correction").
    source
        Where it stands: "protocol, alTE[0]", "(0018,9199)".
    """

    about: str
    value: float | str
    source: str


@dataclass(frozen=True, slots=True)
class Acquisition:
    """What the scanner reported. A value the file did not give is ``None``, never invented.

    Attributes
    ----------
    nucleus
        "1H", "31P", ...
    frequency_hz
        Spectrometer frequency.
    dwell_s
        Time between two samples.
    echo_time_s, te1_s, repetition_time_s, mixing_time_s, inversion_time_s
        Sequence timing; ``te1_s`` is the first echo of PRESS.
    sequence
        The scanner's own name of the sequence or protocol.
    localisation
        What kind of sequence that is, inferred by the reader where the name says so.
    averages
        Excitations already summed into each stored signal.
    water_suppressed
        Whether the scan was water suppressed, if the file says.
    vendor, scanner, software
        Manufacturer, model name, software version.
    editing
        Which of the spectra of an edited scan; None where it is not edited or nobody says.
    stated
        What else the file says, to be held against the values above.
    slice_pulses
        Pulses that selected the voxel, for simulation; no file says, so only a person can.
    """

    nucleus: str
    frequency_hz: float
    dwell_s: float
    echo_time_s: float | None = None
    te1_s: float | None = None
    repetition_time_s: float | None = None
    mixing_time_s: float | None = None
    inversion_time_s: float | None = None
    sequence: str | None = None
    localisation: Localisation | None = None
    averages: int | None = None
    water_suppressed: bool | None = None
    vendor: str | None = None
    scanner: str | None = None
    software: str | None = None
    stated: tuple[Statement, ...] = ()
    editing: Editing | None = None
    slice_pulses: SlicePulses | None = None

    @property
    def field_t(self) -> float | None:
        """Return B0 in tesla from frequency and nucleus, or None for an unknown nucleus."""
        gamma = GYROMAGNETIC_RATIO_HZ_PER_T.get(self.nucleus)
        return None if gamma is None else self.frequency_hz / gamma

    @property
    def expected_slice_pulses(self) -> SlicePulses:
        """Return the pulses to be taken for what selected the voxel.

        As told, or usual shaped ones for PRESS of a clinical scanner. Its refocusing pulses of 1.0
        to 1.4 kHz displace the slices of coupled spins against each other: in eight of eight PRESS
        scans of three vendors a set with usual shaped pulses left less than one with ideal pulses,
        and of a published set for Philips it differs in Lac by 0.1 % where ideal pulses differ by
        12 %.
        """
        if self.slice_pulses is not None:
            return self.slice_pulses
        makers = (self.vendor or "").lower().split()
        clinical = any(name in makers for name in CLINICAL)
        usual_field = self.field_t is not None and self.field_t <= CLINICAL_FIELD_T
        return "usual" if self.localisation == "press" and clinical and usual_field else "ideal"

    @property
    def hz_per_ppm(self) -> float:
        """Return the frequency of one ppm."""
        return self.frequency_hz * 1e-6


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose data these are and when they were taken; every field may be unknown."""

    patient_name: str | None = None
    patient_id: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    study_date: str | None = None
    institution: str | None = None
    protocol: str | None = None
