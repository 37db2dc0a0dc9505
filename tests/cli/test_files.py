"""``corpora``, ``import``, ``export``, ``aggregate`` and ``evaluate``: votes in and out of files."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from cli.commands import Command
from variorum.annotations import LabelScheme, read, read_corpus
from variorum.cli import aggregate, corpora, evaluate, export, import_
from variorum.corpora import CORPORA, load_corpus
from variorum.evaluation import METRICS, distance_correlation, kl_divergence
from variorum.labels import METHODS, normalize


def test_corpora_lists_all(command: Command) -> None:
    for_people, for_machines = command("variorum corpora"), command(corpora.EXAMPLE)
    assert (for_people.code, for_machines.code) == (0, 0)
    listed = json.loads(for_machines.out)
    assert [row["name"] for row in listed] == list(CORPORA)
    plain = next(row for row in listed if row["name"] == "synthetic-plain")
    assert (plain["n_items"], plain["where"], plain["at_hand"]) == (2000, "built in", True)
    lines = for_people.out.splitlines()
    for name in CORPORA:
        assert len([line for line in lines if line.split()[:1] == [name]]) == 1


def test_import_example(command: Command, tmp_path: Path) -> None:
    (tmp_path / "votes.csv").write_text("post,who,answer\na,ann,yes\na,ben,no\nb,ann,yes\n")
    done = command(import_.EXAMPLE)
    assert done.code == 0, done.err
    assert "3 annotations of 2 items by 2 annotators; nominal: no (1), yes (2)" in done.out
    corpus = read_corpus(tmp_path / "corpus")
    assert corpus.annotators.ids == ("corpus:ann", "corpus:ben")
    np.testing.assert_array_equal(corpus.annotations.counts(), [[1, 1], [0, 1]])


def test_import_of_everything(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(
        "id,who,mark,body,why,thread,age\n1,x,low,Hi,short,t1,30\n1,x,low,Hi,short,t1,30\n2,y,high,Ho,,t1,\n"
    )
    done = command(
        "variorum import v.csv --item id --annotator who --label mark --scheme ordinal --labels low,mid,high "
        "--column text=body --column explanation=why --field thread --attribute age "
        "--duplicates first --name talk --suffix .parquet --out c --json"
    )
    assert done.code == 0, done.err
    assert json.loads(done.out)["annotations"] == 2
    corpus = read_corpus(tmp_path / "c")
    assert corpus.name == "talk"
    assert corpus.scheme == LabelScheme.ordinal(["low", "mid", "high"])
    assert corpus.items.text == ("Hi", "Ho")
    assert corpus.items.fields["thread"] == ("t1", "t1")
    assert corpus.annotators.attributes["age"] == ("30", None)
    assert corpus.annotations.explanation == ("short", None)
    assert (tmp_path / "c" / "annotations.parquet").is_file()


def test_import_of_a_numeric_range_with_a_column_left_out(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item|annotator|label|status\na|x|3.5|fine\na|y|4|fine\n")
    done = command("variorum import v.csv --delimiter | --scheme numeric --labels 0,10 --column status= --out c")
    assert done.code == 0, done.err
    assert read_corpus(tmp_path / "c").scheme == LabelScheme.numeric(0, 10)


def test_import_without_annotators_and_overwrite(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item,label\na,yes\na,yes\n")
    assert command("variorum import v.csv --no-annotator --labels yes,no --out c").code == 0
    assert command("variorum import v.csv --no-annotator --out c").code == 2
    assert command("variorum import v.csv --no-annotator --out c --overwrite").code == 0
    corpus = read_corpus(tmp_path / "c")
    assert corpus.annotations.annotator.tolist() == [-1, -1]


def test_export_example_and_all_formats(command: Command, tmp_path: Path) -> None:
    done = command(export.EXAMPLE)
    assert done.code == 0, done.err
    original = load_corpus("synthetic-plain").annotations
    np.testing.assert_array_equal(read(tmp_path / "votes.parquet").counts(), original.counts())
    for name in ("votes.csv", "votes.jsonl", "folder"):
        again = command(f"variorum export votes.parquet --out {name} --json")
        assert again.code == 0, again.err
        assert json.loads(again.out)["rows"] == original.n_rows
    for again_read in (
        read(tmp_path / "votes.csv"),
        read(tmp_path / "votes.jsonl"),
        read_corpus(tmp_path / "folder").annotations,
    ):
        assert again_read.equals(read(tmp_path / "votes.parquet"))
    assert command("variorum export synthetic-plain --out votes.csv").code == 2
    assert command("variorum export synthetic-plain --out votes.csv --overwrite").code == 0


def test_aggregate_example(command: Command, tmp_path: Path) -> None:
    done = command(aggregate.EXAMPLE)
    assert done.code == 0, done.err
    assert "dawid-skene: 2,000 items" in done.out
    with (tmp_path / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    corpus = load_corpus("synthetic-plain")
    assert rows[0] == ["item", *corpus.scheme.labels]
    assert [row[0] for row in rows[1:]] == list(corpus.items.ids)
    written = np.array([row[1:] for row in rows[1:]], float)
    np.testing.assert_array_equal(written, METHODS["dawid-skene"](corpus.annotations).posterior)


SCHEMES = {"ordinal-dawid-skene": "ordinal", "binary-relevance": "multilabel", "bradley-terry": "pairwise"}


@pytest.mark.usefixtures("votes")
@pytest.mark.parametrize("method", METHODS)
def test_aggregate_by_every_method(command: Command, method: str) -> None:
    scheme = SCHEMES.get(method, "nominal")
    second = "--column second_text=item" if scheme == "pairwise" else ""
    assert command(f"variorum import votes.csv --scheme {scheme} --labels no,yes {second} --out c").code == 0
    done = command(f"variorum aggregate c --method {method} --json")
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    assert answer["labels"] == ["no", "yes"]
    assert len(answer["posterior"]) == 40
    # Every answer is one of the two labels, whatever the scheme.
    assert sum(answer["posterior"]["i0"]) == pytest.approx(1)
    assert sum(answer["priors"]) == pytest.approx(1)
    for_people = command(f"variorum aggregate c --method {method}")
    assert "and 20 more items" in for_people.out


@pytest.fixture
def sets(command: Command, tmp_path: Path) -> Path:
    """Of item a one annotator chose both labels and one the first; of b one none and one the first; nobody saw c."""
    rows = ["a,x,joy,", "a,x,anger,", "a,y,joy,", "b,x,,answered", "b,y,joy,", "c,x,,unsure"]
    (tmp_path / "sets.csv").write_text("item,annotator,label,status\n" + "\n".join(rows) + "\n")
    done = command("variorum import sets.csv --scheme multilabel --labels joy,anger --out sets")
    assert done.code == 0, done.err
    return tmp_path / "sets"


@pytest.mark.usefixtures("sets")
def test_a_multilabel_corpus_has_the_probability_that_each_label_is_given(command: Command, tmp_path: Path) -> None:
    done = command("variorum aggregate sets --method binary-relevance --each soft --out l.csv")
    assert done.code == 0, done.err
    assert (tmp_path / "l.csv").read_text() == "item,joy,anger\na,1.0,0.5\nb,0.5,0.0\nc,,\n"
    assert (
        "binary-relevance: 3 items, 1 of them without a vote; equal annotators: 2 annotators with 4 votes" in done.out
    )
    assert "each label by itself, with the method 'soft'" in done.out
    table = command("variorum aggregate sets --each soft").out.splitlines()
    assert [line.split() for line in table if line.startswith((" a ", " b ", " c "))] == [
        ["a", "1.0000", "0.5000"],
        ["b", "0.5000", "0.0000"],
        ["c", "-", "-"],
    ]


@pytest.mark.usefixtures("sets")
def test_the_default_method_is_one_that_takes_the_scheme(command: Command) -> None:
    done = command("variorum aggregate sets --json")
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    assert answer["method"] == "binary-relevance"
    assert "each label by itself, with the method 'dirichlet'" in answer["notes"]
    assert all(0 <= share <= 1 for share in answer["posterior"]["a"])
    assert answer["posterior"]["c"] == [None, None]


@pytest.mark.usefixtures("sets", "votes")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("aggregate sets --method soft", 'the scheme is multilabel; use the method "binary-relevance"'),
        ("aggregate sets --each vote", "each 'vote' is not known"),
        ("aggregate votes.csv --each soft", "--each is for --method binary-relevance, and the method is soft"),
        ("aggregate votes.csv --method ordinal-dawid-skene", "with --scheme ordinal --labels LOWEST,...,HIGHEST"),
        ("aggregate pairs --method bradley-terry", "Give items --column text=COLUMN and --column second_text=COLUMN"),
    ],
)
def test_a_method_that_does_not_take_the_scheme_names_one_that_does(command: Command, line: str, words: str) -> None:
    assert command("variorum import votes.csv --scheme pairwise --labels no,yes --out pairs").code == 0
    done = command(f"variorum {line}")
    assert done.code == 2
    assert words in done.err
    assert done.err.count("\n") == 1


@pytest.mark.usefixtures("data_root")
def test_real_multilabel_corpora(command: Command, tmp_path: Path) -> None:
    for method in ("", " --method binary-relevance"):
        done = command(f"variorum aggregate varierr-lewidi{method} --out {len(method)}.csv")
        assert done.code == 0, done.err
        with (tmp_path / f"{len(method)}.csv").open(encoding="utf-8") as file:
            rows = list(csv.reader(file))
        assert rows[0] == ["item", "entailment", "neutral", "contradiction"]
        assert len(rows) == 489
        assert 0 < float(rows[1][1]) < 1


def test_items_without_a_vote_are_counted(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item,annotator,label,status\na,x,yes,\nb,x,,unsure\na,y,no,\n")
    done = command("variorum aggregate v.csv --out l.csv")
    assert "2 items, 1 of them without a vote" in done.out
    assert (tmp_path / "l.csv").read_text() == "item,no,yes\na,0.5,0.5\nb,,\n"
    (tmp_path / "m.csv").write_text("item,no,yes\na,0.5,0.5\nz,1,0\n")
    scored = command("variorum evaluate v.csv m.csv")
    assert "1 items of HUMAN have no vote and are left out" in scored.out
    assert "1 items of MODEL are not in HUMAN and are left out" in scored.out


def test_a_label_called_item(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item,annotator,label\na,x,item\na,y,group\n")
    done = command("variorum aggregate v.csv --out l.csv")
    assert done.code == 2
    assert "a label is called 'item'" in done.err


@pytest.mark.usefixtures("votes")
def test_evaluate_joins_by_item_and_label(command: Command, tmp_path: Path) -> None:
    annotations = read(tmp_path / "votes.csv")
    human = normalize(annotations.counts())
    rng = np.random.default_rng(1)
    model = rng.dirichlet([1, 1], 40)
    order = rng.permutation(40)
    # Rows in another order and columns the other way round: the join must undo both.
    lines = ["item,yes,no", *(f"{annotations.items.ids[i]},{model[i, 1]!r},{model[i, 0]!r}" for i in order)]
    (tmp_path / "model.csv").write_text("\n".join(lines).replace("np.float64(", "").replace(")", "") + "\n")
    done = command("variorum evaluate votes.csv model.csv --json")
    assert done.code == 0, done.err
    answer = json.loads(done.out)
    assert list(answer["scores"]) == list(METRICS)
    assert answer["scores"]["kl"] == pytest.approx(kl_divergence(human, model).mean())
    assert answer["over_all_items"]["distance-correlation"] == pytest.approx(distance_correlation(human, model))
    printed = command("variorum evaluate votes.csv model.csv").out
    assert all(f"\n {name} " in printed for name in METRICS)


def test_evaluate_example(command: Command, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("item,no,yes\na,0.5,0.5\nb,1,0\n")
    (tmp_path / "model.csv").write_text("item,no,yes\na,0.5,0.5\nb,0.5,0.5\n")
    done = command(evaluate.EXAMPLE + " --json")
    assert done.code == 0, done.err
    # Item a is right; of item b half the mass is misplaced, and KL((1, 0) || (1/2, 1/2)) = ln 2.
    assert json.loads(done.out)["scores"] == pytest.approx({"kl": np.log(2) / 2, "tvd": 0.25})


def test_wasserstein_takes_the_positions_of_an_ordinal_corpus(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item,annotator,label\na,x,0\na,y,10\nb,x,1\n")
    assert command("variorum import v.csv --scheme ordinal --out c").code == 0
    (tmp_path / "m.csv").write_text("item,0,1,10\na,0.5,0,0.5\nb,0,0,1\n")
    done = command("variorum evaluate c m.csv --metric wasserstein --json")
    # Item a is right; item b lies 10 - 1 = 9 away.
    assert json.loads(done.out)["scores"] == {"wasserstein": 4.5}


def test_evaluate_needs_one_label_out_of_several(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item,annotator,label\na,x,yes\na,x,no\n")
    assert command("variorum import v.csv --scheme multilabel --out c").code == 0
    (tmp_path / "m.csv").write_text("item,no,yes\na,0.5,0.5\n")
    done = command("variorum evaluate c m.csv")
    assert done.code == 2
    assert "c is multilabel" in done.err
