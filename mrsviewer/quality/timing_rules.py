"""Rules on TE, TR and TM: units, limits, garbage, second statements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrsviewer.quality.lint import Correction, LintFinding, in_unit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrsviewer.model.acquisition import Acquisition
    from mrsviewer.model.exam import Severity
    from mrsviewer.quality.lint import EnteredField

LONGEST_TE_S, LONGEST_TR_S = 0.6, 30.0
SHORTEST_TR_S = 0.25
SHORTEST_TE_S = {"press": 0.012, "slaser": 0.015, "laser": 0.015, "mega-press": 0.04}
SHORTEST_OTHER_S = 0.001
"""What sequences can do; clinical proton spectra have TE 5 to 300 ms and TR 1 to 10 s."""

USUAL_TE_S, USUAL_TR_S = (0.004, 0.4), (0.5, 15.0)
SAME_S = 1e-4
UNITS = ((1e-3, "seconds", "milliseconds"), (1e-6, "seconds", "microseconds"))
_NAMED = re.compile(
    r"(?<![a-z])(?:te|press|steam|s?laser|par|se|st)[ _=-]*(\d{2,3})(?![\d.])", re.IGNORECASE
)


def timing_findings(acquisition: Acquisition) -> Iterator[LintFinding]:
    """Yield what is wrong with the timing, the surest explanation first, one for each value."""
    yield from _echo_time(acquisition)
    yield from _repetition_time(acquisition)
    te, tr, tm = (
        acquisition.echo_time_s,
        acquisition.repetition_time_s,
        acquisition.mixing_time_s,
    )
    if te is not None and tr is not None and te >= tr:
        evidence = f"TE {in_unit(te, 'ms')}, TR {in_unit(tr, 'ms')}: one of them is wrong."
        yield LintFinding("echo-after-repetition", "danger", "TE is longer than TR", evidence)
    if te is not None and acquisition.te1_s is not None and acquisition.te1_s >= te:
        evidence = f"TE1 {in_unit(acquisition.te1_s, 'ms')}, TE {in_unit(te, 'ms')}."
        yield LintFinding("first-echo", "danger", "The first echo is longer than TE", evidence)
    if tm is not None and not 1e-3 <= tm <= 1.0:
        evidence = f"TM {in_unit(tm, 'ms')}; STEAM uses 5 to 200 ms."
        yield LintFinding("mixing-time", "warning", "Check the mixing time", evidence)


def _echo_time(acquisition: Acquisition) -> Iterator[LintFinding]:
    te = acquisition.echo_time_s
    if te is None:
        named = _named_echo_time(acquisition)
        if named is not None:
            evidence = f'The file gives no TE; its sequence is called "{acquisition.sequence}".'
            reason = "read from the name of the sequence"
            use = Correction("echo_time_s", named, "ms", reason)
            yield LintFinding("echo-time-named", "warning", "TE only in a name", evidence, use)
        return
    shortest = SHORTEST_TE_S.get(acquisition.localisation or "", SHORTEST_OTHER_S)
    for rule in (_sum_of_list, _other_statement):
        found = rule(acquisition, te)
        if found is not None:
            yield found
            return
    if not shortest <= te <= LONGEST_TE_S:
        evidence = (
            f"TE {in_unit(te, 'ms')}; spectra of the brain have "
            f"{in_unit(shortest, 'ms')} to {in_unit(LONGEST_TE_S, 'ms')}."
        )
        mended = _unit_mended("echo_time_s", te, USUAL_TE_S)
        severity: Severity = "danger" if mended is not None or te > LONGEST_TE_S else "warning"
        title = "TE is hardly possible" if mended is None else "TE seems to be in another unit"
        yield LintFinding("echo-time-unit", severity, title, evidence, mended)
        return
    yield from _other_name(acquisition, te)


def _sum_of_list(acquisition: Acquisition, te: float) -> LintFinding | None:
    """Return a finding where TE is the sum of the protocol's slots, unused ones included."""
    slots = [s for s in acquisition.stated if s.about == "echo_time_s"]
    values = [float(slot.value) for slot in slots]
    if len(values) < 2 or abs(te - sum(values)) > SAME_S or values[0] >= te:
        return None
    evidence = (
        f"TE {in_unit(te, 'ms')} is the sum of the {len(values)} entries of the protocol's list; "
        f"only the first, {in_unit(values[0], 'ms')}, is in use, the others are left over."
    )
    use = Correction("echo_time_s", values[0], "ms", f"from {slots[0].source}")
    title = "TE is a sum of unused entries"
    return LintFinding("echo-time-sum", "danger", title, evidence, use)


def _other_statement(acquisition: Acquisition, te: float) -> LintFinding | None:
    """Return a finding where the file's second statement of TE differs."""
    other = next((s for s in acquisition.stated if s.about == "echo_time_s"), None)
    if other is None or abs(float(other.value) - te) <= SAME_S:
        return None
    value = float(other.value)
    evidence = f"Header {in_unit(te, 'ms')}, {other.source} {in_unit(value, 'ms')}."
    use = Correction("echo_time_s", value, "ms", f"from {other.source}")
    return LintFinding("echo-time-twice", "warning", "Check the echo time", evidence, use)


def _other_name(acquisition: Acquisition, te: float) -> Iterator[LintFinding]:
    """Yield a finding where the name of the sequence says another TE."""
    named = _named_echo_time(acquisition)
    if named is None or abs(named - te) < 1.5e-3 + 0.05 * te:
        return
    evidence = (
        f'Header {in_unit(te, "ms")}, but the sequence is called "{acquisition.sequence}". '
        "Names are copied from protocol to protocol: the header is more likely right."
    )
    use = Correction("echo_time_s", named, "ms", "read from the name of the sequence")
    yield LintFinding("echo-time-name", "info", "Sequence named for another TE", evidence, use)


def _named_echo_time(acquisition: Acquisition) -> float | None:
    """Return the echo time in the name of the sequence: "PRESS PAR 35", "svs_se_30"."""
    found = _NAMED.search(acquisition.sequence or "")
    value = None if found is None else int(found[1]) * 1e-3
    return value if value is not None and USUAL_TE_S[0] <= value <= USUAL_TE_S[1] else None


def _repetition_time(acquisition: Acquisition) -> Iterator[LintFinding]:
    tr = acquisition.repetition_time_s
    if tr is None or SHORTEST_TR_S <= tr <= LONGEST_TR_S:
        return
    evidence = f"TR {in_unit(tr, 's')}; spectra of the brain have 0.5 to 15 s."
    use = _unit_mended("repetition_time_s", tr, USUAL_TR_S)
    title = "TR seems to be in another unit" if use is not None else "TR is hardly possible"
    yield LintFinding(
        "repetition-time-unit", "danger" if use is not None else "warning", title, evidence, use
    )


def _unit_mended(
    field: EnteredField, value: float, usual: tuple[float, float]
) -> Correction | None:
    """Return the value as a mistaken unit explains it, if exactly one unit does.

    It must then be round to 0.01 ms, as set values are; a sum or a garbled number is not.
    """
    candidates = [
        (value * factor, written, meant)
        for factor, written, meant in (
            *UNITS,
            *((1 / factor, meant, written) for factor, written, meant in UNITS),
        )
        if usual[0] <= value * factor <= usual[1] and _is_round(value * factor)
    ]
    if len(candidates) != 1:
        return None
    mended, written, meant = candidates[0]
    # Rounded to a nanosecond, so that 30 is 0.03 s and not 0.030000000000000002.
    return Correction(field, round(mended, 9), "ms", f"{meant} were taken for {written}")


def _is_round(seconds: float) -> bool:
    hundredths = seconds * 1e5
    return abs(hundredths - round(hundredths)) < 1e-6 * hundredths
