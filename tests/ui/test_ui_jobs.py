"""Jobs of the window: threads, progress, cancel, failures."""

import threading

import pytest

from mrsviewer.model.failure import MrsError
from mrsviewer.ui.jobs import Job, JobDesk


@pytest.fixture
def desk(qapp):
    made = JobDesk(qapp)
    yield made
    made.close()


class Outcome:
    def __init__(self):
        self.results, self.failures = [], []

    def job(self, work, key="k"):
        return Job(key, "Working", work, self.results.append, self.failures.append)


def wait_for_cancel(context):
    while True:
        context.tick(0.5, "half")


def test_work_is_done_elsewhere_and_received_here(qtbot, desk):
    outcome = Outcome()
    desk.start(outcome.job(lambda _c: threading.current_thread()))
    assert desk.busy
    qtbot.waitUntil(lambda: bool(outcome.results))
    assert outcome.results[0] is not threading.main_thread()
    assert not desk.busy


def test_only_the_latest_of_a_key_arrives(qtbot, desk):
    outcome = Outcome()
    desk.start(outcome.job(wait_for_cancel))
    desk.start(outcome.job(lambda _c: "second"))
    desk.start(outcome.job(lambda _c: "third"))
    qtbot.waitUntil(lambda: not desk.busy)
    assert outcome.results == ["third"]
    assert outcome.failures == []


def test_jobs_of_two_keys_do_not_hinder_each_other(qtbot, desk):
    outcome = Outcome()
    desk.start(outcome.job(wait_for_cancel, "slow"))
    desk.start(outcome.job(lambda _c: "quick", "other"))
    qtbot.waitUntil(lambda: bool(outcome.results))
    assert desk.busy
    desk.drop("slow")
    assert not desk.busy


def test_a_cancelled_job_brings_nothing(qtbot, desk):
    outcome = Outcome()
    with qtbot.waitSignal(desk.progressed, check_params_cb=lambda f, _t: f == 0.5):
        desk.start(outcome.job(wait_for_cancel))
    with qtbot.waitSignal(desk.busy_changed) as caught:
        desk.cancel()
    assert caught.args == [False]
    desk.close()
    qtbot.wait(20)
    assert outcome.results == outcome.failures == []


def test_failures_arrive_as_values(qtbot, desk):
    def refuse(_context):
        raise MrsError("Title", "Cause.", "Remedy.")

    def stumble(_context):
        raise KeyError("x")

    outcome = Outcome()
    desk.start(outcome.job(refuse, "a"))
    desk.start(outcome.job(stumble, "b"))
    qtbot.waitUntil(lambda: len(outcome.failures) == 2)
    told = {failure.title: failure for failure in outcome.failures}
    assert told["Title"].remedy == "Remedy."
    assert "KeyError" in told["Working failed"].cause
    assert "Traceback" in told["Working failed"].details


def test_progress_arrives_in_this_thread_with_the_title_where_there_is_no_text(qtbot, desk):
    seen = []
    desk.progressed.connect(lambda f, t: seen.append((f, t, threading.current_thread())))
    outcome = Outcome()

    def work(context):
        context.tick(1.0)
        return 1

    desk.start(outcome.job(work))
    qtbot.waitUntil(lambda: bool(outcome.results))
    assert seen == [(f, "Working", threading.main_thread()) for f in (0.0, 1.0)]


def test_closing_ends_the_threads(qtbot):
    desk = JobDesk()
    outcome = Outcome()
    desk.start(outcome.job(wait_for_cancel))
    desk.close()
    desk.start(outcome.job(lambda _c: "too late"))
    qtbot.wait(20)
    assert not [t for t in threading.enumerate() if t.name.startswith("mrsviewer")]
    assert outcome.results == outcome.failures == []
