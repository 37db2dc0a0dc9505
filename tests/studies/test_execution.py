"""Runs in this process; what several processes do is tested with the running of studies and at the command line."""

from __future__ import annotations

from threadpoolctl import threadpool_limits

from studies.small_study import THREADS, Settings
from variorum.studies.base import Run
from variorum.studies.execution import execute

PLACE = "studies.small_study:THREADS"


def test_a_run_computes_on_one_thread_and_leaves_the_others_as_they_were():
    with threadpool_limits(2):
        [ended] = execute(PLACE, Settings(), [{"method": "soft", "seed": 0}], code="0.1.0")
        before = THREADS.run({"seed": 0}, Settings())["threads"]
    assert isinstance(ended, Run)
    assert ended.values == {"threads": 1}
    assert ended.code == "0.1.0"
    assert ended.seconds > 0
    assert before == 2


def test_what_a_record_cannot_hold_is_a_failure_of_that_run_alone():
    keys = [{"method": "soft", "seed": seed} for seed in range(3)]
    first, second, third = execute(PLACE, Settings(), keys)
    assert [ended.key for ended in (first, second, third)] == keys
    assert second.reason == (
        "ArgumentError: values['kl'][1] is inf, which a record cannot hold; give nan where it is undefined."
    )
    assert isinstance(third, Run)


def test_no_run_is_executed_before_it_is_asked_for(tmp_path):
    settings = Settings(trace=str(tmp_path / "trace"))
    ending = execute("studies.small_study:STUDY", settings, [{"method": "soft", "seed": seed} for seed in range(3)])
    next(ending)
    ending.close()
    assert len((tmp_path / "trace").read_text().splitlines()) == 1


def test_a_study_that_is_not_there_fails_with_its_name():
    [ended] = execute("studies.no_such_study:STUDY", Settings(), [{"seed": 0}])
    assert "No module named 'studies.no_such_study'" in ended.reason
