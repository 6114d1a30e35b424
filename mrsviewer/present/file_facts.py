"""What a file holds, for people and for programs: the text and JSON of ``mrsviewer info``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrsviewer.analysis.checks import lint_exam, reader_findings
from mrsviewer.analysis.recipe import EnteredByHand
from mrsviewer.formats.description import describe, describe_exam
from mrsviewer.formats.water import is_water
from mrsviewer.model.exam import Exam
from mrsviewer.present.anatomy import place_in_words, side_in_words
from mrsviewer.present.fmt import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrsviewer.model.acquisition import Acquisition, Identity
    from mrsviewer.model.dataset import Dataset
    from mrsviewer.model.exam import Finding, Scan, Source

UNKNOWN = "unknown"
_SIGNS = {"danger": "DANGER", "warning": "Warning", "info": "Note"}
_FACTS = (
    "sequence",
    "localisation",
    "te1_s",
    "mixing_time_s",
    "inversion_time_s",
    "averages",
    "water_suppressed",
    "scanner",
    "software",
)
Lines = list[tuple[str, str]]


def facts_of_file(scans: Sequence[Scan], *, identity: bool = False) -> dict[str, object]:
    """Return the facts of a file's first scan, and of the others in short.

    Beside the fields of :func:`mrsviewer.formats.describe` stand the other acquisition values,
    second statements of the file, what header and samples give away, and further scans with the
    verdict whether they are water; patient and institution only if ``identity`` is wanted.
    """
    first = scans[0]
    exam = Exam(first.dataset, _water_of(scans), findings=first.findings)
    facts = {**describe(first), "file": str(first.path), **_more(exam)}
    facts["further_scans"] = [_in_short(scan, first) for scan in scans[1:]]
    return _with_identity(facts, first.identity, wanted=identity)


def facts_of_exam(exam: Exam, *, identity: bool = False) -> dict[str, object]:
    """Return the facts of an exam's data, every file with its role, as :func:`facts_of_file`."""
    data = next(source for source in exam.sources if source.role == "metabolite")
    facts = {**describe_exam(exam), "file": str(data.path), **_more(exam)}
    return _with_identity(facts, exam.identity, wanted=identity)


def lines_of_file(scans: Sequence[Scan], *, identity: bool = False) -> Lines:
    """Return (label, words) lines of all that :func:`facts_of_file` says."""
    first = scans[0]
    water = _water_of(scans)
    exam = Exam(first.dataset, water, identity=first.identity, findings=first.findings)
    lines = [("File", first.path.name), ("Format", first.format), *_lines(exam, identity=identity)]
    lines += [("In the same file", _scan_in_words(scan, first)) for scan in scans[1:]]
    return [*lines, *_noticed(exam)]


def lines_of_exam(exam: Exam, *, identity: bool = False) -> Lines:
    """Return (label, words) lines of all that :func:`facts_of_exam` says."""
    data = next(source for source in exam.sources if source.role == "metabolite")
    lines = [("File", str(data.path)), ("Format", data.format)]
    lines += _lines(exam, identity=identity)
    return [*lines, *(_role(source) for source in exam.sources), *_noticed(exam)]


def _water_of(scans: Sequence[Scan]) -> Dataset | None:
    """Return the water reference that a file holds beside its first scan."""
    data = scans[0].dataset
    found = (s.dataset for s in scans[1:] if is_water(s.dataset, data).is_water)
    return next(found, None)


def _more(exam: Exam) -> dict[str, object]:
    how = exam.metabolite.acquisition
    checks = lint_exam(exam, EnteredByHand())
    return {
        **{name: getattr(how, name) for name in _FACTS},
        "field_t": how.field_t,
        "centre_ppm": exam.metabolite.centre_ppm,
        "volume_ml": exam.metabolite.voxel and exam.metabolite.voxel.volume_ml(),
        "stated": [
            {"about": each.about, "value": each.value, "source": each.source} for each in how.stated
        ],
        "findings": [
            {"severity": f.severity, "title": f.title, "detail": f.detail, "topic": f.topic}
            for f in reader_findings(exam)
        ],
        "checks": [
            {
                "rule": f.rule,
                "severity": f.severity,
                "title": f.title,
                "evidence": f.evidence,
                "correction": f.correction and f.correction.label,
                "topic": f.topic,
            }
            for f in checks
        ],
    }


def _in_short(scan: Scan, first: Scan) -> dict[str, object]:
    data, verdict = scan.dataset, is_water(scan.dataset, first.dataset)
    return {
        "points": data.points,
        "coils": data.count("coil"),
        "transients": data.count("transient"),
        "is_water": verdict.is_water,
        "reason": verdict.reason,
    }


def _with_identity(
    facts: dict[str, object], identity: Identity, *, wanted: bool
) -> dict[str, object]:
    if wanted:
        facts["identity"] = {name: getattr(identity, name) for name in identity.__slots__}
    return facts


def _lines(exam: Exam, *, identity: bool) -> Lines:
    """Return patient, acquisition and voxel as lines."""
    data, how = exam.metabolite, exam.metabolite.acquisition
    lines = _patient(exam.identity) if identity else []
    field = "" if how.field_t is None else f" ({how.field_t:.2f} T)"
    lines += [
        ("Scanner", " ".join(filter(None, (how.vendor, how.scanner, how.software))) or UNKNOWN),
        ("Nucleus", how.nucleus),
        ("Frequency", f"{how.frequency_hz * 1e-6:.6f} MHz{field}"),
        ("Dwell time", f"{how.dwell_s * 1e6:.7g} µs ({1 / how.dwell_s:.6g} Hz wide)"),
        ("Points", f"{data.points} ({data.points * how.dwell_s * 1e3:.5g} ms)"),
        ("Coils", str(data.count("coil"))),
        ("Transients", str(data.count("transient"))),
        *(
            (f"{name}s", str(data.count(name)))
            for name in ("edit", "measurement")
            if name in data.dims
        ),
        *_timing(how),
        *_voxel(exam),
    ]
    return lines


def _patient(identity: Identity) -> Lines:
    said = ((name, getattr(identity, name)) for name in identity.__slots__)
    return [(name.replace("_", " ").capitalize(), value or UNKNOWN) for name, value in said]


def _timing(how: Acquisition) -> Lines:
    times = (
        ("Echo time", how.echo_time_s, True),
        ("First echo", how.te1_s, False),
        ("Mixing time", how.mixing_time_s, False),
        ("Inversion time", how.inversion_time_s, False),
        ("Repetition time", how.repetition_time_s, True),
    )
    lines = [
        (label, UNKNOWN if value is None else f"{value * 1e3:.6g} ms")
        for label, value, always in times
        if always or value is not None
    ]
    kind = f" ({how.localisation})" if how.localisation else ""
    lines.append(("Sequence", f"{how.sequence or UNKNOWN}{kind}"))
    lines.append(("Averages", UNKNOWN if how.averages is None else f"{how.averages} per transient"))
    return lines


def _voxel(exam: Exam) -> Lines:
    """Return centre, size, axes and side of the voxel, and what proves or contradicts them."""
    voxel = exam.metabolite.voxel
    if voxel is None:
        return [("Voxel", UNKNOWN)]
    edges = " x ".join(f"{edge:.7g}" for edge in voxel.size_mm)
    columns = zip(*voxel.axes_ras, strict=True)
    axes = ", ".join("(" + " ".join(f"{part:.4f}" for part in column) + ")" for column in columns)
    doubted = any(f.topic == "geometry" and f.severity == "danger" for f in exam.findings)
    side = "contradicted, see below" if doubted else side_in_words(voxel)
    return [
        ("Voxel centre", place_in_words(voxel.centre_ras_mm)),
        ("Voxel size", f"{edges} mm ({voxel.volume_ml():.2f} ml)"),
        ("Voxel axes (RAS)", axes),
        ("Side", side),
    ]


def _role(source: Source) -> tuple[str, str]:
    return source.role.capitalize(), f"{source.path} ({source.format}): {source.reason}"


def _scan_in_words(scan: Scan, first: Scan) -> str:
    data, verdict = scan.dataset, is_water(scan.dataset, first.dataset)
    what = "water reference" if verdict.is_water else "another scan"
    counts = {"transients": data.count("transient"), "coils": data.count("coil")}
    size = ", ".join(f"{name} {n}" for name, n in (*counts.items(), ("points", data.points)))
    return f"{what}, {size}. {verdict.reason}"


def _noticed(exam: Exam) -> Lines:
    """Return what readers, linter and detector of pre-processing noticed, the gravest first."""
    lines = [(f.severity, _sentence(f)) for f in reader_findings(exam)]
    for finding in lint_exam(exam, EnteredByHand()):
        mend = f" Remedy: {finding.correction.label}." if finding.correction else ""
        lines.append((finding.severity, _sentence(finding.as_finding()) + mend))
    order = list(_SIGNS)
    lines.sort(key=lambda line: order.index(line[0]))
    return [(_SIGNS[severity], text) for severity, text in dict.fromkeys(lines)]


def _sentence(finding: Finding) -> str:
    """Return a finding on one line."""
    return one_line(f"{finding.title}. {finding.detail}" if finding.detail else finding.title)
