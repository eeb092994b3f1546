"""Jobs on the spot: once for a key, a failure ends nothing and says nothing it should not."""

from __future__ import annotations

import logging

import pytest

from workflow.jobs.runner import Counts, Inline, Job


class Recorder:
    """A job that counts how often it was done, and may fail."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.times = 0
        self.fault = fault

    def __call__(self) -> Counts:
        self.times += 1
        if self.fault is not None:
            raise self.fault
        return {"things": self.times}


def test_a_job_is_done_once_for_a_key() -> None:
    work = Recorder()
    runner = Inline([Job("work", "* * * * *", work)])
    runner.start()
    for key in ("a", "a", "b"):
        runner.enqueue("work", key=key)
    runner.stop()
    assert work.times == 2
    with pytest.raises(KeyError):
        runner.enqueue("other", key="a")


def test_a_round_does_every_job_in_order_and_goes_on_after_a_failure() -> None:
    bad, good = Recorder(ValueError("secret 0912")), Recorder()
    done = Inline([Job("bad", "* * * * *", bad), Job("good", "* * * * *", good)]).round()
    assert list(done.items()) == [("bad", None), ("good", {"things": 1})]


def test_the_log_names_the_kind_of_error_and_not_what_it_says(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="hoso.jobs")
    Inline([Job("bad", "* * * * *", Recorder(ValueError("cax@vinh-phong.example")))]).round()
    Inline([Job("good", "* * * * *", Recorder())]).round()
    assert "job bad failed: ValueError" in caplog.text
    assert "example" not in caplog.text
    assert "things=1" in caplog.text
