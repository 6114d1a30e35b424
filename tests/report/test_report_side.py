"""A side that is in doubt is not stated before a person has confirmed it."""

from dataclasses import replace

import msgspec
import pytest
from synthetic_case import make_analysis

from mrsviewer.analysis.confirmation import confirmation_key
from mrsviewer.analysis.recipe import EnteredByHand
from mrsviewer.model.exam import Finding
from mrsviewer.report.content import report_content
from mrsviewer.report.html import html_text
from mrsviewer.report.pdf import pdf_bytes

DOUBT = Finding("danger", "The file contradicts itself on the voxel", "40 mm apart", "geometry")


@pytest.fixture
def doubted():
    made = make_analysis()
    return replace(made, exam=replace(made.exam, findings=(DOUBT,)))


def confirmed(analysis):
    key = confirmation_key(analysis.exam, DOUBT)
    return replace(analysis, recipe=msgspec.structs.replace(analysis.recipe, confirmed=(key,)))


def test_an_unconfirmed_side_is_not_printed(doubted):
    content = report_content(doubted)
    assert content.side_doubted
    assert content.place == "side not confirmed"
    page = html_text(content)
    assert '<p class="alarm danger"><strong>Voxel: side not confirmed.</strong></p>' in page
    assert (
        "right" not in page.split("Voxel</h2>")[1].split("</p>")[0].split("side not confirmed")[1]
    )
    assert pdf_bytes(content).startswith(b"%PDF")


def test_a_confirmed_side_is_printed_with_the_confirmation(doubted):
    content = report_content(confirmed(doubted))
    assert not content.side_doubted
    assert content.place.startswith("right")
    titles = [alarm.title for alarm in content.alarms]
    assert "Place of the voxel confirmed by hand" in titles
    assert DOUBT.title in titles


def test_without_a_doubt_nothing_needs_to_be_confirmed():
    assert report_content(make_analysis()).place.startswith("right")


def test_an_entered_echo_time_stands_in_the_report_as_such():
    made = make_analysis()
    entered = EnteredByHand(echo_time_s=0.04168)
    analysis = replace(made, recipe=msgspec.structs.replace(made.recipe, entered=entered))
    content = report_content(analysis)
    assert dict(content.acquisition)["TE"] == "41.68 ms (by hand)"
    assert any("TE 41.68 ms" in alarm.text for alarm in content.alarms)
