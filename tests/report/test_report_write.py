import base64
import re
import zlib
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
from synthetic_case import make_analysis, phased_recipe

from mrsviewer.model.acquisition import Identity
from mrsviewer.model.exam import Finding
from mrsviewer.model.failure import Failure
from mrsviewer.model.quantities import Quantification
from mrsviewer.model.volume import Volume
from mrsviewer.report.content import DISCLAIMER, report_content
from mrsviewer.report.html import html_text
from mrsviewer.report.pdf import pdf_bytes
from mrsviewer.report.write import write_report

HOSTILE = '<script>alert("x")</script> & Søn</td>'


def pdf_text(content):
    """Return the ASCII text of a PDF by reportlab, page by page."""
    pages = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            plain = zlib.decompress(base64.a85decode(stream.strip(), adobe=False)).decode("latin-1")
        except ValueError:
            try:
                plain = zlib.decompress(
                    base64.a85decode(b"<~" + stream.strip(), adobe=True)
                ).decode("latin-1")
            except (ValueError, zlib.error):
                continue
        except zlib.error:
            continue
        words = re.findall(r"\(((?:\\.|[^\\)])*)\)\s*Tj", plain)
        if words:
            pages.append(" ".join(re.sub(r"\\([()\\])", r"\1", word) for word in words))
    return pages


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words, self.tags = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)


def html_words(page):
    parser = Text()
    parser.feed(page)
    return " ".join(parser.words), parser.tags


def named(identity, **changes):
    analysis = make_analysis()
    return replace(analysis, exam=replace(analysis.exam, identity=identity, **changes))


def failed():
    failure = Failure("Fit failed", "No answer for sub-01_press.dat.", "Check the phase.")
    return replace(make_analysis(fit=False), failures=(failure,))


def brain():
    data = np.zeros((60, 70, 50), np.float32)
    data[10:50, 10:60, 5:45] = 100
    affine = np.diag([3.0, 3.0, 3.0, 1.0])
    affine[:3, 3] = (-90, -110, -60)
    return Volume(data, affine, "Muster_T1w.nii.gz")


def test_both_reports_are_written(tmp_path):
    paths = write_report(make_analysis(), tmp_path / "new" / "folder")
    assert [path.name for path in paths] == ["report.pdf", "report.html"]
    assert paths[0].read_bytes().startswith(b"%PDF-")
    assert sorted(p.name for p in paths[0].parent.iterdir()) == ["report.html", "report.pdf"]


def test_two_pages_each_with_the_disclaimer_and_the_patient():
    pages = pdf_text(pdf_bytes(report_content(make_analysis())))
    assert len(pages) == 2
    for number, page in enumerate(pages, 1):
        assert f"{DISCLAIMER}." in page
        assert f"Page {number} of 2" in page
        assert "Muster, Erika" in page


def test_the_table_the_quality_and_the_recipe_are_in_both():
    content = report_content(make_analysis())
    for text in (" ".join(pdf_text(pdf_bytes(content))), html_words(html_text(content))[0]):
        for word in (
            "tNAA", "10.44", "2.3 %", "mmol/kg", "MM20", "14.10", "SNR (tNAA)", "Residual water",
            "borderline", "Coil combination", "3 of 128 transients rejected", "HLSVD",
            "water T2 in grey matter", "Wansapura 1999", "NumPy", "lcm 1",
            "simulated: PRESS TE 30", "height / noise SD", "Echo time of the basis differs",
        ):  # fmt: skip
            assert word in text, word


def test_weak_values_carry_a_sign_not_only_a_colour():
    page = html_text(report_content(make_analysis()))
    assert "<td>Lac ▲</td><td>&lt; 0.80</td>" in page


def test_same_analysis_same_bytes():
    first, second = (pdf_bytes(report_content(make_analysis())) for _ in range(2))
    assert first == second
    one, two = (html_text(report_content(make_analysis())) for _ in range(2))
    assert one == two


def test_hidden_identity_leaves_no_trace():
    secrets = ("Muster", "Erika", "4711", "1964", "2026-01-12", "sub-01_press")
    finding = Finding("warning", "Odd header of MUSTER, ERIKA", "in /data/muster/sub-01_press.dat")
    analysis = make_analysis()
    exam = replace(analysis.exam, anatomy=brain(), findings=(finding,))
    analysis = replace(analysis, exam=exam, failures=(Failure("Cannot read 4711", "x", "y"),))
    hidden = report_content(analysis, show_identity=False)
    shown = report_content(analysis)
    for content, expected in ((shown, True), (hidden, False)):
        pdf = pdf_bytes(content)
        text = " ".join(pdf_text(pdf))
        page = html_text(content)
        for secret in secrets:
            assert (secret in text) == expected, secret
            assert (secret.casefold() in page.casefold()) == expected, secret
            assert secret.encode() not in pdf, "nor in the file's own information"
    assert "[hidden]" in html_text(hidden)


def test_hostile_names_are_text():
    identity = Identity(HOSTILE, "<b>1</b>", study_date="2026-01-12")
    finding = Finding("danger", HOSTILE, HOSTILE)
    analysis = named(identity, findings=(finding,), anatomy=replace(brain(), name=HOSTILE))
    content = report_content(analysis)
    words, tags = html_words(html_text(content))
    assert words.count(HOSTILE) >= 4
    assert not [tag for tag, _ in tags if tag in {"script", "b"}]
    assert 'alert("x")' in " ".join(pdf_text(pdf_bytes(content)))


def test_html_needs_nothing_else():
    _, tags = html_words(html_text(report_content(named(Identity("Ünal"), anatomy=brain()))))
    links = [attrs[key] for _, attrs in tags for key in ("src", "href") if key in attrs]
    assert links
    assert all(link.startswith("data:image/png;base64,") for link in links)


def test_names_of_many_scripts_are_set():
    content = report_content(named(Identity("Żółć Ångström Παπαδόπουλος Иванов")))
    assert pdf_bytes(content).startswith(b"%PDF-")
    assert "Παπαδόπουλος" in html_text(content)


def test_failed_analysis_says_so_and_shows_no_numbers():
    content = report_content(failed())
    text = " ".join(pdf_text(pdf_bytes(content)))
    words, tags = html_words(html_text(content))
    for said in (text, words):
        assert "There is no fit, hence there are no concentrations: Fit failed" in said
        assert "No answer for sub-01_press.dat." in said
        assert "Check the phase." in said
        for number in ("NAAG", "10.44", "mmol/kg", "CRLB"):
            assert number not in said
    assert ("p", {"class": "alarm failed"}) in tags


def test_failures_and_dangers_come_first():
    findings = (Finding("info", "I"), Finding("warning", "W"), Finding("danger", "D"))
    analysis = replace(failed(), findings=findings)
    kinds = [alarm.kind for alarm in report_content(analysis).alarms]
    assert kinds == ["failed", "danger", "warning", "warning", "info"]


def test_a_finding_of_exam_and_stage_is_told_once():
    analysis = make_analysis()
    content = report_content(replace(analysis, findings=analysis.exam.findings))
    assert len(content.alarms) == 1


def test_fit_without_concentrations_and_fit_switched_off():
    analysis = replace(make_analysis(), quantification=None)
    assert report_content(analysis).no_numbers == "The fit gave no concentrations."
    off = make_analysis(fit=False)
    import msgspec

    recipe = msgspec.structs.replace(
        off.recipe, fit=msgspec.structs.replace(off.recipe.fit, enabled=False)
    )
    assert "switched off" in report_content(replace(off, recipe=recipe)).no_numbers


def test_nothing_at_all_still_gives_a_report(tmp_path):
    analysis = failed()
    exam = replace(analysis.exam, metabolite=replace(analysis.exam.metabolite, voxel=None))
    write_report(replace(analysis, exam=exam, signals=None), tmp_path)
    assert "do not say where the voxel was" in (tmp_path / "report.html").read_text("utf-8")


def test_long_table_moves_to_the_second_page_and_nothing_is_lost():
    analysis = make_analysis()
    table = analysis.quantification
    many = tuple(replace(table.quantities[0], name=f"Met{i:02}") for i in range(45))
    longer = Quantification((*table.quantities, *many), "m", "mmol/kg", ())
    pages = pdf_text(pdf_bytes(report_content(replace(analysis, quantification=longer))))
    text = " ".join(pages)
    assert all(quantity.name in text for quantity in longer.quantities)
    assert len(pages) == 2


def test_manual_phase_is_told():
    content = report_content(make_analysis(phased_recipe(-12.5, 0.31)))
    line = next(line for line in content.recipe if line.title == "Phase by hand")
    assert line.state == "manual"
    assert "Phase by hand (by hand)" in html_words(html_text(content))[0]


def test_the_slices_follow_the_cursor():
    analysis = named(Identity("A"), anatomy=brain())
    content = report_content(analysis, anatomy_cursor=(10.0, -40.0, 60.0))
    axial, coronal, _ = content.anatomy.slices
    assert axial.position_mm == 60.0
    assert len(axial.projections) == 1
    assert len(coronal.outlines[0]) == 4
    assert "stroke-dasharray" in html_text(content)
