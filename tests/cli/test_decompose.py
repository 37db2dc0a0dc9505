"""``decompose``: findings in words, JSON, tables and a report, from every kind of source."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cli.commands import Command
from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme, ValidityJudgments, read
from variorum.cli import decompose
from variorum.studies import CorpusDecomposition, decompose_corpus

TABLES = ["annotations", "annotators", "distributions", "items"]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(table: list[dict[str, str]], name: str) -> list[float]:
    return [float(row[name]) if row[name] else float("nan") for row in table]


@pytest.fixture
def camps(tmp_path: Path) -> Path:
    """Sixty items, eight annotators of two camps that read each by a rule of their own; a text, and no answer once."""
    rng = np.random.default_rng(0)
    lines = ["item,annotator,label,status,camp"]
    for item in range(60):
        readings = rng.integers(0, 2, 2)
        for annotator in range(8):
            label = readings[annotator % 2] if rng.random() < 0.9 else rng.integers(0, 2)
            answer = ",abstained" if (item, annotator) == (3, 3) else f"{('no', 'yes')[label]},answered"
            lines.append(f"i{item},a{annotator},{answer},{('north', 'south')[annotator % 2]}")
    path = tmp_path / "camps.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def decomposed(path: Path, **options: Any) -> CorpusDecomposition:
    return decompose_corpus(Corpus(path.stem, read(path)), **options)


def test_the_example(command: Command, tmp_path: Path) -> None:
    done = command(decompose.EXAMPLE)
    assert done.code == 0, done.err
    assert "Of 49,802 votes, about " in done.out
    assert "4 annotators answer whatever the item" in done.out
    assert "population: equal annotators: 60 annotators with 49802 votes" in done.out
    folder = tmp_path / "decomposed"
    assert sorted(path.name for path in folder.iterdir()) == [*(f"{name}.csv" for name in TABLES), "report.html"]
    assert "synthetic-plain · decomposition report" in (folder / "report.html").read_text(encoding="utf-8")
    for name in TABLES:
        assert f"{name}: decomposed/{name}.csv" in done.out
    assert "report: decomposed/report.html" in done.out


def test_tables_hold_what_was_found(command: Command, camps: Path, tmp_path: Path) -> None:
    assert command("variorum decompose camps.csv --groups camp --features none --out d").code == 0
    data = Corpus("camps", read(camps, attributes=["camp"]))
    found = decompose_corpus(data, features=None, groups="camp")
    parts = found.decomposition
    votes = rows(tmp_path / "d" / "annotations.csv")
    assert column(votes, "error") == pytest.approx(parts.error.tolist(), nan_ok=True)
    assert column(votes, "weight") == pytest.approx(parts.weight.tolist())
    unanswered = [row for row in votes if row["status"] == "abstained"]
    assert [(row["item"], row["annotator"], row["error"], row["weight"]) for row in unanswered] == [
        ("i3", "a3", "", "0.0")
    ]
    items = rows(tmp_path / "d" / "items.csv")
    for name in ("observed_entropy", "cleaned_entropy", "difference", "error_share", "error_low", "error_high"):
        assert column(items, name) == pytest.approx(getattr(parts.items, name).tolist())
    assert [row["votes"] for row in items[:4]] == ["8", "8", "8", "7"]
    assert column(items, "cleaned: yes") == pytest.approx(parts.distribution[:, 1].tolist())
    people = rows(tmp_path / "d" / "annotators.csv")
    assert [row["group"] for row in people] == ["north", "south"] * 4
    assert column(people, "error_rate") == pytest.approx(parts.annotators.error_rate.tolist())
    assert {row["careless_throughout"] for row in people} == {"false"}
    assert column(people, "leaning: yes") == pytest.approx([-v for v in column(people, "leaning: no")])
    shares = rows(tmp_path / "d" / "distributions.csv")
    assert [row["item"] for row in shares] == list(data.items.ids)
    assert column(shares, "no") == pytest.approx(parts.distribution[:, 0].tolist())
    views = rows(tmp_path / "d" / "perspectives.csv")
    assert [(row["item"], row["group"], row["label"]) for row in views[:5]] == [
        ("i0", "north", "no"), ("i0", "north", "yes"), ("i0", "south", "no"), ("i0", "south", "yes"),
        ("i1", "north", "no"),
    ]  # fmt: skip
    assert column(views, "share") == pytest.approx(parts.by_group.transpose(1, 0, 2).ravel().tolist())


@pytest.mark.usefixtures("votes")
def test_what_is_written_is_read_again(command: Command, tmp_path: Path) -> None:
    assert command("variorum decompose votes.csv --out d --suffix .parquet").code == 0
    assert command("variorum agreement d/annotations.parquet --bootstrap 0").code == 0
    done = command("variorum evaluate votes.csv d/distributions.parquet --metric tvd --json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["scores"]["tvd"] < 0.3
    assert not list((tmp_path / "d").glob("*.csv"))


@pytest.mark.usefixtures("votes")
def test_json_holds_all_of_it(command: Command, tmp_path: Path) -> None:
    done = command("variorum decompose votes.csv --seed 3 --json")
    assert done.code == 0, done.err
    assert done.err == ""
    said: Mapping[str, Any] = json.loads(done.out)
    found = decomposed(tmp_path / "votes.csv", seed=3)
    parts, who = found.decomposition, found.corpus.annotators.index
    assert said["error"] == pytest.approx(parts.error.tolist())
    assert said["expected_errors"] == pytest.approx(float(np.nansum(parts.error)))
    assert said["one_truth_weight"] == pytest.approx(parts.one_truth_weight)
    assert said["items"]["i5"]["distribution"] == pytest.approx(parts.distribution[5].tolist())
    assert said["items"]["i5"]["error_share"] == pytest.approx(parts.items.error_share[5])
    assert said["annotators"]["b"]["dissent"] == pytest.approx(parts.annotators.dissent[who["b"]])
    assert said["features"] == "tfidf"
    assert said["findings"][0].startswith("Of 120 votes, about ")
    assert (said["files"], said["report_missing"]) == ([], None)
    assert not (tmp_path / "report.html").exists()


def test_vectors_of_items_are_not_asked_about_reasons(command: Command, tmp_path: Path) -> None:
    # Vectors of 30 items were once asked for those of the 60 reasons, and had not as many rows.
    rng = np.random.default_rng(0)
    judged = Corpus("judged", _with_reasons(rng), validity=ValidityJudgments(*_judgments(rng)))
    judged.write(tmp_path / "judged")
    np.save(tmp_path / "vectors.npy", rng.normal(size=(30, 4)))
    done = command("variorum decompose judged --features vectors.npy --groups none --json")
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert said["features"] == "vectors.npy"
    assert {"reason: length", "validity judgments"} <= set(said["evidence"])


def _with_reasons(rng: np.random.Generator) -> Annotations:
    item, who = np.divmod(np.arange(60, dtype=np.int32), 2)
    return Annotations(
        LabelScheme.nominal(["no", "yes"]), Items(tuple(f"i{i}" for i in range(30))), Annotators(("j:a", "j:b")), item,
        who, rng.integers(0, 2, 60, dtype=np.int32), explanation=tuple(f"reason number {r}" for r in range(60)),
    )  # fmt: skip


def _judgments(rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_]]:
    return np.arange(60), np.tile(np.array([1, 0], np.int32), 30), rng.random(60) < 0.7


@pytest.mark.usefixtures("camps")
def test_groups_are_found_given_or_left_out(command: Command) -> None:
    found = json.loads(command("variorum decompose camps.csv --json").out)
    assert [group["name"] for group in found["groups"]] == ["A", "B"]
    assert found["number_of_groups"][1]["gain"] > found["number_of_groups"][1]["standard_error"]
    given = json.loads(command("variorum decompose camps.csv --groups camp --json").out)
    assert [group["name"] for group in given["groups"]] == ["north", "south"]
    assert given["number_of_groups"] is None
    # Both tell the same people apart.
    names = {(found["annotators"][a]["group"], given["annotators"][a]["group"]) for a in found["annotators"]}
    assert len(names) == 2
    none = json.loads(command("variorum decompose camps.csv --groups none --json").out)
    assert [group["name"] for group in none["groups"]] == ["all"]
    assert "2 groups of annotators read items differently" in command("variorum decompose camps.csv").out


@pytest.mark.usefixtures("votes")
def test_one_seed_writes_the_same_twice(command: Command, tmp_path: Path) -> None:
    for name in ("d", "e"):
        assert command(f"variorum decompose votes.csv --out {name}").code == 0
    written = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("d", "e")]
    assert written[0] == written[1]


def test_counts_without_annotators(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item,label\na,yes\na,yes\na,no\nb,no\nb,no\n", encoding="utf-8")
    assert command("variorum import v.csv --no-annotator --out c").code == 0
    done = command("variorum decompose c --out d")
    assert done.code == 0, done.err
    assert "Nobody knows who gave which vote" in done.out
    assert "No annotator is known" in done.out
    assert not (tmp_path / "d" / "annotators.csv").exists()
    assert not (tmp_path / "d" / "perspectives.csv").exists()
    assert len(rows(tmp_path / "d" / "annotations.csv")) == 5


@pytest.mark.usefixtures("votes")
def test_only_the_page_needs_the_extra(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    done = command("variorum decompose votes.csv --out d")
    assert done.code == 0, done.err
    assert "no report: " in done.out
    assert "pip install 'variorum[report]'" in done.out
    assert sorted(path.stem for path in (tmp_path / "d").iterdir()) == TABLES


def test_texts_of_a_file_are_shown_on_one_line(command: Command, tmp_path: Path) -> None:
    lines = [
        f'i{i},{a},{("no", "yes")[(i + (a == "c" and i == 4)) % 2]},"a\x1b[31m ""text"" {i}"'
        for i in range(20)
        for a in "abc"
    ]
    (tmp_path / "v.csv").write_text("item,annotator,label,text\n" + "\n".join(lines) + "\n", encoding="utf-8")
    done = command("variorum decompose v.csv")
    assert done.code == 0, done.err
    assert 'a?[31m "text" 4' in done.out
    assert "\x1b" not in done.out


MISTAKES = {
    "numbers": ("decompose numbers", "import the numbers as levels, with --scheme ordinal"),
    "sets": ("decompose sets", "sets has a multilabel scheme"),
    "no votes": ("decompose silent", "hold no vote"),
    "unknown attribute": ("decompose people --groups town", "attribute 'town' is not known. Choose one of: camp."),
    "nothing known": ("decompose votes.csv --groups town", "nothing is known of them; use --groups find"),
    "unknown features": ("decompose votes.csv --features tfdif", "Did you mean 'tfidf'?"),
    "no such corpus": ("decompose nowhere", "'nowhere'"),
    "suffix": ("decompose votes.csv --out d --suffix .xlsx", ".parquet"),
    "full folder": ("decompose votes.csv --out full", "full is not empty; choose a new or an empty folder."),
    "a file": ("decompose votes.csv --out votes.csv", "votes.csv is a file; choose another folder."),
    "label": ("decompose item.csv --out d", "a label is called 'item'"),
}


@pytest.fixture
def litter(command: Command, votes: Path, tmp_path: Path) -> None:
    """Sources that cannot be taken apart, and a folder in use."""
    head = "item,annotator,label"
    texts = {
        "n.csv": f"{head}\na,x,10\na,y,30\n",
        "s.csv": f"{head}\na,x,red\na,x,blue\na,y,red\n",
        "silent.csv": f"{head},status\na,x,,abstained\na,y,,unsure\n",
        "item.csv": f"{head}\na,x,item\na,y,no\n",
        "p.csv": f"{head},camp\na,x,yes,n\na,y,no,s\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine", encoding="utf-8")
    for line in (
        "import n.csv --scheme numeric --labels 0,100 --out numbers",
        "import s.csv --scheme multilabel --out sets",
        "import silent.csv --labels no,yes --out silent",
        "import p.csv --attribute camp --out people",
    ):
        assert command(f"variorum {line}").code == 0


@pytest.mark.usefixtures("litter")
@pytest.mark.parametrize(("line", "words"), MISTAKES.values(), ids=MISTAKES.keys())
def test_bad_input_is_one_sentence_and_exit_code_2(command: Command, tmp_path: Path, line: str, words: str) -> None:
    done = command(f"variorum {line}")
    assert done.code == 2
    assert words in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""
    assert not (tmp_path / "d").exists()
    assert (tmp_path / "full" / "thesis.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["varierr", "hs-brexit", "bluebird", "chaosnli-snli"])
def test_real_corpora_have_a_page(command: Command, data_root: Path, tmp_path: Path, name: str) -> None:
    assert data_root.is_dir()
    done = command(f"variorum decompose {name} --groups none --features none --out d")
    assert done.code == 0, done.err
    assert (tmp_path / "d" / "report.html").stat().st_size < 500_000
