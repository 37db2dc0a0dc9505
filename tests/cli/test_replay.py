"""``demo``, ``run`` and ``report``: campaigns from the command line."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from cli.commands import RUN, Command, process
from variorum.campaign import STRATEGIES, CampaignConfig
from variorum.cli import demo, report, run
from variorum.cli.settings import settings
from variorum.errors import ArgumentError, UnknownNameError

needs_report = pytest.mark.skipif(find_spec("altair") is None, reason="the extra 'report' is not installed")


@needs_report
@pytest.mark.usefixtures("votes")
def test_run_says_what_it_came_to(command: Command, tmp_path: Path) -> None:
    done = command(f"variorum run {RUN} --acquisition entropy --seeds 2 --out out")
    assert done.code == 0, done.err
    assert done.err == ""
    assert "mean ± sd over 2 seeds" in done.out
    assert "entropy, one vote an item" in done.out
    assert "random, one vote an item" in done.out
    # 3 EUR at 0.05 EUR buy 60 annotations, spent to the last.
    assert "3.00 EUR" in done.out
    assert (tmp_path / "out" / "record.jsonl").is_file()
    assert "<html" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_a_strategy_stands_for_its_settings_and_what_is_set_beside_it_wins(tmp_path: Path) -> None:
    file = tmp_path / "c.toml"
    file.write_text('corpus = "synthetic-plain"\nstrategy = "herding-first"\nacquisition = "bald"\n', encoding="utf-8")
    of_file = settings(file, {})
    assert (of_file.acquisition, of_file.first_acquisition, of_file.vote_weights) == ("bald", "herding", "raw")
    chosen = settings(file, {"strategy": "population-error-weighed", "overlap": 2, "assignment": None})
    assert (chosen.acquisition, chosen.assignment, chosen.overlap) == ("population-error-items", "random", 2)
    assert (chosen.first_acquisition, chosen.vote_weights) == ("random", "decomposition")
    # Going on, what stands in the record wins over what the file's strategy stands for, not over what is asked for now.
    file.write_text('corpus = "synthetic-plain"\nstrategy = "herding-first"\n', encoding="utf-8")
    begun = settings(file, {"overlap": 2}).to_json()
    assert settings(file, {}, begun).to_json() == begun
    assert settings(file, {"strategy": "bald"}, begun).overlap == 1
    with pytest.raises(UnknownNameError, match=r"strategy 'entropi' is not known\. Did you mean 'entropy'"):
        settings(None, {"corpus": "synthetic-plain", "strategy": "entropi"})


@pytest.mark.parametrize("name", list(STRATEGIES))
def test_every_strategy_can_be_run_by_its_name(name: str) -> None:
    chosen = settings(None, {"corpus": "synthetic-plain", "strategy": name})
    assert replace(chosen.arms()[0], name=name) == STRATEGIES[name].arm(name)
    assert chosen.vote_weights == STRATEGIES[name].vote_weights


@pytest.mark.usefixtures("votes")
def test_a_strategy_runs_by_its_name(command: Command) -> None:
    done = command(f"variorum run {RUN} --strategy population-error-weighed --out out --json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["arms"][0]["name"] == "population-error-items, one vote an item"
    refused = command(f"variorum run {RUN} --strategy entropi --out other")
    assert refused.code == 2
    assert "strategy 'entropi' is not known" in refused.err


@pytest.mark.usefixtures("votes")
def test_run_for_machines(command: Command, tmp_path: Path) -> None:
    done = command(f"variorum run {RUN} --overlap 2 --seeds 2 --out out --json")
    assert done.code == 0, done.err
    summary = json.loads(done.out)
    assert [arm["name"] for arm in summary["arms"]] == ["random, 2 votes an item", "random, one vote an item"]
    kl = summary["arms"][0]["scores"]["kl"]
    by_seed = list(kl["by_seed"].values())
    assert list(kl["by_seed"]) == ["0", "1"]
    assert kl["mean"] == pytest.approx(sum(by_seed) / 2)
    # The standard deviation of two numbers is their distance over the root of 2.
    assert kl["sd"] == pytest.approx(abs(by_seed[0] - by_seed[1]) / 2**0.5)
    assert summary["budget_micro_units"] == 3_000_000
    assert Path(summary["record"]) == Path("out/record.jsonl")
    last = {}
    for line in (tmp_path / "out" / "record.jsonl").read_text(encoding="utf-8").splitlines():
        event = json.loads(line)
        if event["event"] == "scores" and event["arm"] == "random, 2 votes an item":
            last[str(event["seed"])] = event["scores"]["kl"]
    assert last == pytest.approx(kl["by_seed"])


@needs_report
@pytest.mark.usefixtures("votes")
def test_resume_goes_on_and_report_draws_again(command: Command, tmp_path: Path) -> None:
    first = command(f"variorum run {RUN} --out out --resume")
    record = (tmp_path / "out" / "record.jsonl").read_bytes()
    again = command(f"variorum run {RUN} --out out --resume")
    assert (first.code, again.code) == (0, 0)
    assert again.out == first.out
    assert (tmp_path / "out" / "record.jsonl").read_bytes() == record
    page = (tmp_path / "out" / "report.html").read_bytes()
    (tmp_path / "out" / "report.html").unlink()
    done = command("variorum report out --json")
    assert done.code == 0
    assert json.loads(done.out)["arms"][0]["scores"]["tvd"]["mean"] > 0
    assert (tmp_path / "out" / "report.html").read_bytes() == page
    assert (tmp_path / "out" / "record.jsonl").read_bytes() == record
    other = command(f"variorum run {RUN} --seeds 3 --out out --resume")
    assert other.code == 2


def test_a_budget_that_buys_nothing_to_learn_from(command: Command, tmp_path: Path) -> None:
    # The only annotator who costs less than the budget has read nothing but the test item.
    (tmp_path / "v.csv").write_text(
        "item,annotator,label,split,text\nt,cheap,yes,test,A red hen.\na,dear,yes,train,A red fox.\n"
        "b,dear,no,train,One blue cow.\nc,dear,no,train,Two blue cows.\n"
    )
    assert command("variorum import v.csv --field split --name v --out v").code == 0
    people = "annotator,kind,price_per_annotation,currency\nv:cheap,human,1,EUR\nv:dear,human,5,EUR\n"
    (tmp_path / "v" / "annotators.csv").write_text(people)
    done = command("variorum run --corpus v --test split --budget 2 --out out")
    assert done.code == 2
    assert "budget 2.00 EUR bought no vote to learn from; raise --budget" in done.err


@pytest.mark.usefixtures("votes")
def test_toml_gives_settings_and_options_override_them(command: Command, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(
        'corpus = "votes.csv"\nbudget = 3\nprice = 0.05\ncold_start = 20\nbatch = 20\nacquisition = "entropy"\n'
    )
    done = command("variorum run --config c.toml --acquisition bald --budget 2 --out out --json")
    assert done.code == 0, done.err
    used = json.loads(done.out)["settings"]
    assert (used["acquisition"], used["budget"], used["price"], used["cold_start"]) == ("bald", "2", "0.05", 20)


def test_every_setting_is_an_option() -> None:
    options = set(run.run.__annotations__)
    assert {field.name for field in fields(CampaignConfig)} <= options


def test_settings_that_do_not_exist(tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text('corpus = "synthetic-plain"\nbuget = 3\n')
    with pytest.raises(UnknownNameError, match="setting 'buget' is not known"):
        settings(tmp_path / "c.toml", {})
    with pytest.raises(ArgumentError, match="corpus is missing"):
        settings(None, {"overlap": 2})


@pytest.mark.usefixtures("votes")
def test_without_the_extra_the_run_still_counts(tmp_path: Path) -> None:
    absent = "sys.modules['altair'] = sys.modules['vl_convert'] = None"
    done = process(tmp_path, f"variorum run {RUN} --out out", before=absent)
    assert done.code == 0, done.err
    assert "no report: " in done.out
    assert "pip install 'variorum[report]'" in done.out
    assert (tmp_path / "out" / "record.jsonl").is_file()
    again = process(tmp_path, "variorum report out", before=absent)
    assert again.code == 2
    assert "pip install 'variorum[report]'" in again.err


@needs_report
def test_demo_and_its_report_and_the_example_of_run(tmp_path: Path) -> None:
    first = process(tmp_path, demo.EXAMPLE)
    assert first.code == 0, first.err
    assert f"report: {Path('demo/report.html')}" in first.out
    assert "synthetic-plain" in first.out
    again = process(tmp_path, report.EXAMPLE)
    assert again.code == 0, again.err
    assert (tmp_path / "demo" / "again.html").read_bytes() == (tmp_path / "demo" / "report.html").read_bytes()
    ran = process(tmp_path, run.EXAMPLE)
    assert ran.code == 0, ran.err
    assert "bald, one vote an item" in ran.out
