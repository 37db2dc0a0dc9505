import json
import tempfile
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from variorum.annotations import (
    Annotations,
    Annotators,
    Corpus,
    Items,
    LabelScheme,
    Price,
    Truth,
    ValidityJudgments,
    read,
    read_corpus,
)
from variorum.annotations.files.write import money_text
from variorum.errors import ArgumentError

HOSTILE = [
    "=1+1", "+1", "-3", "@SUM(A1)", "'=x", "''=x", "\t=1", "\rx", "\n", "a,b", 'say "hi"', '"', "", " ", "  x ", "NULL",
    "nan", "{", "[1]", '{"a": 1}', "a\r\nb", "\ufeff", "é", "日本", "＝1", "\u2028", "\x85", "\x1c", "#c", "\\N", "\\",
    "'", "true", "0", "1.0", "1e5", "</script>", "  =2", "answered", "|", ";",
]  # fmt: skip
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8))
ids = texts.filter(bool)
labels = texts.map(str.strip).filter(bool)
floats = st.floats(allow_nan=False, allow_infinity=False)
SUFFIXES = [".csv", ".tsv", ".jsonl", ".parquet"]


def maybe(strategy):
    return st.one_of(st.none(), strategy)


def cells(strategy, n):
    return st.lists(maybe(strategy), min_size=n, max_size=n)


def with_nan(column):
    return [np.nan if x is None else x for x in column]


@st.composite
def schemes(draw):
    kind = draw(st.sampled_from(["nominal", "ordinal", "multilabel", "numeric", "pairwise"]))
    if kind == "numeric":
        low, high = sorted(draw(st.lists(floats, min_size=2, max_size=2, unique=True)))
        return LabelScheme.numeric(low, high)
    if kind == "pairwise":
        return LabelScheme.pairwise(draw(st.lists(labels, min_size=2, max_size=3, unique=True)))
    names = draw(st.lists(labels, min_size=1, max_size=4, unique=True))
    if kind == "ordinal":
        return LabelScheme.ordinal(
            names, sorted(draw(st.lists(floats, min_size=len(names), max_size=len(names), unique=True)))
        )
    return LabelScheme.nominal(names) if kind == "nominal" else LabelScheme.multilabel(names)


@st.composite
def annotations(draw):
    scheme = draw(schemes())
    item_ids = draw(st.lists(ids, min_size=1, max_size=4, unique=True))
    people = draw(st.lists(ids, max_size=3, unique=True))
    n = draw(st.integers(1, 6))
    k, rows = len(item_ids), {}
    items = Items(
        tuple(item_ids),
        text=draw(maybe(cells(texts, k).map(tuple))),
        second_text=draw(maybe(cells(texts, k).map(tuple))),
        group=draw(maybe(st.lists(texts, min_size=k, max_size=k).map(tuple))),
        fields=draw(
            st.dictionaries(st.sampled_from(["split", "=gold", "a,b"]), cells(texts, k).map(tuple), max_size=2)
        ),
    )
    prices = None
    if people and draw(st.booleans()):
        prices = tuple(Price(*draw(st.lists(st.integers(0, 2**62), min_size=4, max_size=4)), "EUR") for _ in people)
    annotators = Annotators(
        tuple(people),
        tuple(draw(st.sampled_from(["human", "llm", "simulated"])) for _ in people),
        draw(st.dictionaries(st.sampled_from(["age", "@group"]), cells(texts, len(people)).map(tuple), max_size=2))
        if people
        else {},
        prices,
    )
    rows["status"] = draw(st.lists(st.sampled_from([0, 0, 1, 2]), min_size=n, max_size=n))
    answered = [s == 0 for s in rows["status"]]
    rows["label"] = [-1] * n
    if scheme.kind == "numeric":
        low, high = scheme.bounds
        number = st.floats(low, high)
        rows["value"] = [draw(number) if a else np.nan for a in answered]
    else:
        lowest = -1 if scheme.kind == "multilabel" else 0
        rows["label"] = [draw(st.integers(lowest, scheme.n_classes - 1)) if a else -1 for a in answered]
        if scheme.kind != "multilabel" and draw(st.booleans()):
            given_shares = [draw(st.booleans()) for _ in range(n)]
            shares = np.full((n, scheme.n_classes), np.nan)
            for row in np.flatnonzero(given_shares):
                weights = np.array(
                    draw(st.lists(st.integers(0, 9), min_size=scheme.n_classes, max_size=scheme.n_classes))
                )
                shares[row] = (weights + 1) / (weights + 1).sum()
                if draw(st.booleans()):
                    rows["label"][row] = -1
            rows["distribution"] = shares
        if scheme.kind == "pairwise" and draw(st.booleans()):
            rows["shown_first"] = draw(st.lists(st.integers(-1, 1), min_size=n, max_size=n))
    rows["explanation"] = draw(maybe(cells(texts, n)))
    for name, strategy in (("confidence", st.floats(0, 1)), ("seconds", floats.map(abs)), ("time", floats)):
        column = draw(maybe(cells(strategy, n)))
        rows[name] = None if column is None else with_nan(column)
    rows["cost"] = draw(maybe(st.lists(st.integers(0, 2**63 - 1), min_size=n, max_size=n)))
    rows["round"] = draw(maybe(st.lists(st.integers(-1, 2**31 - 1), min_size=n, max_size=n)))
    return Annotations(
        scheme,
        items,
        annotators,
        draw(st.lists(st.integers(0, k - 1), min_size=n, max_size=n)),
        draw(st.lists(st.integers(-1, len(people) - 1), min_size=n, max_size=n)),
        **rows,
    )


def differences(left, right):
    mine, theirs = left.row_columns(), right.row_columns()
    names = [name for name in mine if name not in theirs or str(mine[name]) != str(theirs[name])]
    return {n: (mine[n], theirs.get(n)) for n in names}, left.scheme, right.scheme, vars(left.items), vars(right.items)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(votes=annotations(), suffix=st.sampled_from(SUFFIXES))
def test_write_then_read_is_identity(votes, suffix):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"votes{suffix}"
        assert votes.write(path) == path
        back = read(path)
    assert votes.equals(back), differences(votes, back)
    assert back.annotators == votes.annotators


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(votes=annotations(), suffix=st.sampled_from(SUFFIXES), name=texts, note=texts, data=st.data())
def test_write_then_read_corpus_is_identity(votes, suffix, name, note, data):
    validity = None
    if len(votes.annotators):
        row, judge = st.integers(0, votes.n_rows - 1), st.integers(0, len(votes.annotators) - 1)
        judged = data.draw(maybe(st.lists(st.tuples(row, judge, st.booleans()), max_size=4)))
        validity = None if judged is None else ValidityJudgments(*([j[i] for j in judged] for i in range(3)))
    truth = None
    if data.draw(st.booleans()):
        shape = (len(votes.items), max(1, votes.scheme.n_classes))
        errors, groups = np.zeros(votes.n_rows, bool), np.zeros(len(votes.annotators), np.int32)
        truth = Truth(np.full(shape, 1 / shape[1]), errors, groups)
    corpus = Corpus(name or "x", votes, validity, truth, "CC0", "somewhere", True, (note,))
    with tempfile.TemporaryDirectory() as folder:
        path = corpus.write(Path(folder) / "corpus", suffix=suffix)
        back = read_corpus(path)
    assert votes.equals(back.annotations), differences(votes, back.annotations)
    assert (back.name, back.licence, back.home, back.sensitive, back.notes) == (
        corpus.name,
        "CC0",
        "somewhere",
        True,
        (note,),
    )
    assert (back.validity is None) == (validity is None)
    if validity is not None:
        for column in ("annotation", "judge", "makes_sense"):
            assert getattr(back.validity, column).tolist() == getattr(validity, column).tolist()
    assert (back.truth is None) == (truth is None)
    if truth is not None:
        assert np.array_equal(back.truth.distribution, truth.distribution)
        assert np.array_equal(back.truth.is_error, truth.is_error)
        assert np.array_equal(back.truth.perspective, truth.perspective)


@pytest.fixture
def votes():
    scheme = LabelScheme.nominal(["no", "yes"])
    return Annotations(
        scheme,
        Items(("a", "b")),
        Annotators(("x:1", "x:2")),
        [0, 0, 1],
        [0, 1, -1],
        [1, 0, 1],
        explanation=["=1+1", None, "-3"],
    )


def test_formulas_are_neutralised_in_csv_alone(votes, tmp_path):
    # "=1+1" would be run by a spreadsheet; "-3" is a plain number and stays.
    assert votes.write(tmp_path / "v.csv").read_text() == (
        "item,annotator,label,explanation\na,x:1,yes,'=1+1\na,x:2,no,\nb,,yes,-3\n"
    )
    lines = votes.write(tmp_path / "v.jsonl").read_text().splitlines()
    assert json.loads(lines[0])["explanation"] == "=1+1"
    assert json.loads(lines[1]) == {"item": "a", "annotator": "x:2", "label": "no", "explanation": None}


def test_a_foreign_apostrophe_stays(tmp_path):
    # The same bytes without the companion are another tool's text.
    file = tmp_path / "v.csv"
    file.write_text("item,annotator,label,explanation\na,1,yes,'=1+1\n")
    assert read(file).explanation == ("'=1+1",)


def test_the_companion_holds_only_what_rows_cannot_say(votes, tmp_path):
    votes.write(tmp_path / "v.csv")
    said = json.loads((tmp_path / "v.csv.json").read_text())
    assert said == {
        "format": "variorum-annotations",
        "version": 1,
        "repeats": 0,
        "scheme": {"kind": "nominal", "labels": ["no", "yes"]},
    }


def test_parquet_needs_no_companion_and_has_types(votes, tmp_path):
    path = votes.write(tmp_path / "v.parquet")
    assert [p.name for p in tmp_path.iterdir()] == ["v.parquet"]
    with duckdb.connect() as connection:
        assert connection.execute("SELECT explanation FROM read_parquet(?)", [str(path)]).fetchall()[0] == ("=1+1",)


def test_a_failed_write_leaves_the_old_file(votes, tmp_path):
    path = votes.write(tmp_path / "v.csv")
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    assert [file.name for file in sorted(before)] == ["v.csv", "v.csv.json"]
    bad = Annotations(votes.scheme, votes.items, votes.annotators, [0], [0], [1], explanation=["half \ud800"])
    with pytest.raises(ArgumentError, match=r"explanation\[0\] = .* lone surrogate"):
        bad.write(path)
    worse = replace(votes, items=replace(votes.items, fields={"gold": ("\ud800",) * len(votes.items)}))
    with pytest.raises(ArgumentError, match=r"gold.* ends in half a character"):
        worse.write(path)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before
    with pytest.raises(ArgumentError, match="NUL"):
        Annotations(votes.scheme, votes.items, votes.annotators, [0], [0], [1], explanation=["a\0b"]).write(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_folder_is_not_written_over(votes, tmp_path, suffix):
    (tmp_path / f"v{suffix}").mkdir()
    with pytest.raises(ArgumentError, match=r"is a folder. Name a file"):
        votes.write(tmp_path / f"v{suffix}")
    assert [file.name for file in tmp_path.iterdir()] == [f"v{suffix}"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_ids_that_hold_every_delimiter_but_the_files_own(tmp_path, suffix):
    # A table of items with nothing but ids has no delimiter in its header.
    votes = Annotations(
        LabelScheme.nominal(["y"]), Items(("a,b", "a;b|c", "a\tb")), Annotators(), [0, 1, 2], [-1] * 3, [0] * 3
    )
    folder = Corpus("demo", votes).write(tmp_path / "demo", suffix=suffix)
    assert read_corpus(folder).annotations.equals(votes)


def test_nothing_to_write(votes, tmp_path):
    with pytest.raises(ArgumentError, match="no rows"):
        votes.take(np.array([], int)).write(tmp_path / "v.csv")


def test_unknown_suffix(votes, tmp_path):
    with pytest.raises(ArgumentError, match=r"'v.xlsx' has no known suffix.*\.csv"):
        votes.write(tmp_path / "v.xlsx")


def test_repeats_that_were_written_are_read_back(tmp_path):
    votes = Annotations(LabelScheme.nominal(["y"]), Items(("a",)), Annotators(("p",)), [0, 0], [0, 0], [0, 0])
    assert votes.equals(read(votes.write(tmp_path / "v.csv")))


@example(micro=9_223_372_036_854_775_807)
@given(st.integers(0, 2**63 - 1))
def test_money_text_is_exact(micro):
    units, _, rest = money_text(micro).partition(".")
    assert int(units) * 10**6 + int(rest.ljust(6, "0") or 0) == micro
