"""``agreement``: tables, JSON and a report, from every kind of source."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from cli.commands import Command
from variorum.annotations import read
from variorum.cli import agreement
from variorum.corpora import load_corpus
from variorum.evaluation import agreement_summary, krippendorff_alpha


def test_the_example(command: Command, tmp_path: Path) -> None:
    done = command(agreement.EXAMPLE)
    assert done.code == 0, done.err
    corpus = load_corpus("synthetic-plain")
    alpha = krippendorff_alpha(corpus.annotations.counts())
    assert f"Krippendorff’s alpha (nominal) is {alpha:.2f}" in done.out
    assert "report: agreement.html" in done.out
    page = (tmp_path / "agreement.html").read_text(encoding="utf-8")
    assert "synthetic-plain · agreement report" in page
    lines = [line.split() for line in done.out.splitlines()]
    for group in sorted({g for g in corpus.annotators.attributes["group"] if g}):
        assert [line for line in lines if line[:1] == [group]]


@pytest.mark.usefixtures("votes")
def test_json_holds_all_of_it(command: Command, tmp_path: Path) -> None:
    done = command("variorum agreement votes.csv --bootstrap 30 --seed 4 --json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    summary = agreement_summary(read(tmp_path / "votes.csv"), 4, n_draws=30)
    for each in summary.measures:
        assert said["measures"][each.name]["value"] == pytest.approx(each.interval.value)
        assert said["measures"][each.name]["low"] == pytest.approx(each.interval.low)
    assert list(said["labels"]) == ["no", "yes"]
    assert said["labels"]["yes"]["alpha"] == pytest.approx(summary.labels.agreement.alpha[1])
    assert sorted(said["annotators"]) == ["a", "b", "c", "d"]
    assert len(said["pairs"]) == 6
    assert said["items"]["i1"] == pytest.approx(summary.items[1])
    assert said["counts"]["answers"] == summary.counts.answers == 120
    assert (said["notes"], said["report"]) == ([], None)
    assert "groups" not in said


@pytest.mark.usefixtures("votes")
def test_one_seed_prints_the_same_twice(command: Command) -> None:
    first, second, third = (
        command(f"variorum agreement votes.csv --bootstrap 50 --seed {seed}").out for seed in (1, 1, 2)
    )
    assert first == second != third


def test_a_column_of_the_file_makes_groups(command: Command, tmp_path: Path) -> None:
    rows = ["item,annotator,label,group"]
    rng = np.random.default_rng(0)
    for item in range(30):
        readings = rng.integers(0, 2, 2)
        rows += [f"i{item},a{a},{('no', 'yes')[readings[a % 2]]},{('north', 'south')[a % 2]}" for a in range(4)]
    (tmp_path / "v.csv").write_text("\n".join(rows) + "\n")
    done = command("variorum agreement v.csv --group group --bootstrap 20 --json")
    assert done.code == 0, done.err
    groups = json.loads(done.out)["groups"]
    assert groups["attribute"] == "group"
    assert groups["by_group"]["north"]["within"] == pytest.approx(1.0)
    assert groups["by_group"]["north"]["n_annotators"] == 2
    assert groups["between"]["north"]["south"] == pytest.approx(groups["between"]["south"]["north"])
    assert groups["between"]["north"]["north"] is None
    assert "alpha within" in command("variorum agreement v.csv --group group --bootstrap 0").out


def test_counts_without_annotators_say_why_these_are_missing(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item,label\na,yes\na,yes\na,no\nb,no\nb,no\n")
    assert command("variorum import v.csv --no-annotator --out c").code == 0
    done = command("variorum agreement c --bootstrap 0")
    assert done.code == 0, done.err
    assert "Nobody knows who gave which vote, so that annotators and pairs cannot be told apart." in done.out
    assert "by unknown annotators" in done.out
    assert "Cohen" not in done.out
    assert "annotators" not in json.loads(command("variorum agreement c --bootstrap 0 --json").out)


def test_numbers_and_statuses(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(
        "item,annotator,label,status\na,x,10,\na,y,30,\nb,x,80,\nb,y,60,\nc,x,,unsure\nc,y,50,\n"
    )
    assert command("variorum import v.csv --scheme numeric --labels 0,100 --out c").code == 0
    done = command("variorum agreement c --bootstrap 0")
    assert done.code == 0, done.err
    # Both items differ by 20.
    assert "typically differ by 20 on a scale from 0 to 100" in done.out
    assert "0 rows that abstained and 1 that were unsure are no votes, and left out." in done.out
    assert "1 item with one answer, which pairs with nothing." in done.out
    assert "typical difference" in done.out


def test_undefined_values_are_dashes_and_null(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item,annotator,label\na,x,yes\na,y,yes\nb,x,yes\nb,y,yes\n")
    done = command("variorum agreement v.csv --bootstrap 10")
    assert done.code == 0, done.err
    assert "is undefined, since everybody gives the same answer" in done.out
    assert "undefined draws" in done.out
    said = json.loads(command("variorum agreement v.csv --bootstrap 10 --json").out)
    assert said["measures"]["alpha-nominal"]["value"] is None
    assert said["measures"]["alpha-nominal"]["n_undefined"] == 10


@pytest.mark.usefixtures("votes")
def test_only_the_page_needs_the_extra(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    assert command("variorum agreement votes.csv --bootstrap 0").code == 0
    done = command("variorum agreement votes.csv --bootstrap 0 --out page.html")
    assert done.code == 2
    assert "pip install 'variorum[report]'" in done.err
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("name", ["chaosnli-snli", "varierr", "varierr-lewidi", "livenli", "convabuse", "hs-brexit"])
def test_real_corpora_have_a_page(command: Command, data_root: Path, tmp_path: Path, name: str) -> None:
    assert data_root.is_dir()
    done = command(f"variorum agreement {name} --bootstrap 20 --out page.html")
    assert done.code == 0, done.err
    assert (tmp_path / "page.html").stat().st_size < 400_000
