import json

import pytest

from variorum.annotations import LabelScheme, Price, read_corpus
from variorum.errors import DuplicateError, MissingFileError, ReadError, SchemeError, UnknownNameError


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "stance"
    root.mkdir()
    tables = {
        "annotations.csv": "item,annotator,label,explanation\nb,1,pro,because\na,2,con,\na,,pro,\n",
        "items.csv": "item,text,split\na,One.,dev\nb,Two.,test\nc,Three.,test\n",
        "annotators.csv": "annotator,kind,age,price_per_annotation,currency\n1,human,20,0.05,USD\n2,llm,,0,USD\n",
        "validity.csv": "annotation,judge,makes_sense\n0,2,true\n0,1,FALSE\n",
        "scheme.json": '{"kind": "nominal", "labels": ["pro", "con"]}',
    }
    for name, text in tables.items():
        (root / name).write_text(text)
    return root


def test_a_folder_made_by_hand(folder):
    corpus = read_corpus(folder)
    assert corpus.name == "stance"
    assert corpus.scheme == LabelScheme.nominal(["pro", "con"])
    assert corpus.items.ids == ("a", "b", "c")
    assert corpus.items.text == ("One.", "Two.", "Three.")
    assert corpus.items.fields == {"split": ("dev", "test", "test")}
    assert corpus.annotators.ids == ("stance:1", "stance:2")
    assert corpus.annotators.kind == ("human", "llm")
    assert corpus.annotators.attributes == {"age": ("20", None)}
    assert corpus.annotators.prices == (Price(50_000, currency="USD"), Price(0, currency="USD"))
    assert corpus.annotations.item.tolist() == [1, 0, 0]
    assert corpus.annotations.annotator.tolist() == [0, 1, -1]
    assert corpus.annotations.counts().tolist() == [[1, 1], [1, 0], [0, 0]]
    assert corpus.validity.judge.tolist() == [1, 0]
    assert corpus.validity.makes_sense.tolist() == [True, False]
    assert corpus.path == folder
    assert read_corpus(folder, name="other").annotators.ids == ("other:1", "other:2")


def test_annotations_are_enough(folder):
    for name in ("items.csv", "annotators.csv", "validity.csv", "scheme.json"):
        (folder / name).unlink()
    corpus = read_corpus(folder, scheme="nominal")
    assert corpus.items.ids == ("b", "a")
    assert corpus.scheme.labels == ("con", "pro")
    assert corpus.annotators.ids == ("stance:1", "stance:2")
    assert corpus.validity is None


def test_other_formats(folder):
    (folder / "items.csv").unlink()
    (folder / "items.jsonl").write_text('{"item": "a", "text": "One."}\n{"item": "b", "text": null, "split": "dev"}\n')
    corpus = read_corpus(folder)
    assert corpus.items.text == ("One.", None)
    assert corpus.items.fields == {"split": (None, "dev")}


def test_folders_that_are_none(tmp_path):
    with pytest.raises(MissingFileError, match=r"there is no such folder.*variorum.read"):
        read_corpus(tmp_path / "none")
    with pytest.raises(FileNotFoundError, match=r"holds no annotations. It needs annotations.csv"):
        read_corpus(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "error", "message"),
    [
        ("annotations.csv", "item,annotator,label\nz,1,pro\n", ReadError, "line 2: item 'z' is not among the 3 items"),
        (
            "annotations.csv",
            "item,annotator,label\na,9,pro\n",
            ReadError,
            "line 2: annotator 'stance:9' .* mean .*'[?]$",
        ),
        ("annotations.csv", "item,annotator,label\na,1,por\n", SchemeError, "label 'por' is not in the scheme.*'pro'"),
        ("annotations.csv", "item,annotator,label\na,1,pro\na,1,pro\n", DuplicateError, "line 3: .* duplicate"),
        ("items.csv", "item,text\na,x\nb,x\na,y\n", ReadError, "items.csv, line 4: item 'a' stands in an earlier row"),
        ("items.csv", "item,text\na,x\n,y\n", ReadError, "items.csv, line 3: item '' is empty"),
        ("items.csv", "id,text\na,x\n", UnknownNameError, "items.csv has no column 'item'; its columns are id, text"),
        (
            "annotators.csv",
            "annotator,kind\n1,humn\n2,llm\n",
            ReadError,
            "line 2: kind 'humn' is not a kind of annotator",
        ),
        (
            "annotators.csv",
            "annotator,price_per_second\n1,-1\n2,0\n",
            ReadError,
            "price_per_second '-1' is not an amount",
        ),
        ("validity.csv", "annotation,judge,makes_sense\n3,1,true\n", ReadError, "annotation '3' is not the number of"),
        (
            "validity.csv",
            "annotation,judge,makes_sense\n,1,true\n",
            ReadError,
            "line 2: annotation '' is not the number",
        ),
        ("validity.csv", "annotation,judge,makes_sense\n0,9,true\n", ReadError, "judge '9' is not an annotator of the"),
        ("validity.csv", "annotation,judge,makes_sense\n0,1,maybe\n", ReadError, "'maybe' is neither true nor false"),
        ("validity.csv", "annotation,judge\n0,1\n", UnknownNameError, "validity.csv has no column 'makes_sense'"),
        ("scheme.json", "{", ReadError, "scheme.json: this is not valid JSON"),
        ("scheme.json", "[]", ReadError, r"scheme.json: \[\] is not a JSON object"),
        ("scheme.json", '{"kind": "nominal", "labels": []}', SchemeError, "needs at least one label"),
        (
            "scheme.json",
            '{"kind": "nominal", "labels": "pro"}',
            SchemeError,
            "scheme.json: labels 'pro' .* list of texts",
        ),
        ("scheme.json", '{"kind": "numeric", "bounds": [1]}', SchemeError, "scheme.json: bounds .* two numbers"),
        ("corpus.json", '{"sensitive": "no"}', ReadError, "corpus.json: sensitive is 'no'; .* true or false"),
        ("corpus.json", '{"notes": "one"}', ReadError, "corpus.json: notes is 'one'; it must be a JSON list"),
        ("corpus.json", '{"a": ' + "[" * 50_000 + "]" * 50_000 + "}", ReadError, "corpus.json: this is not valid JSON"),
        ("truth.json", '{"distribution": [[1]]}', ReadError, "truth.json: this is not a corpus's truth"),
        ("items.tsv", "item\na\n", ReadError, "both items.csv and items.tsv are there"),
    ],
)
def test_bad_folders(folder, name, text, error, message):
    (folder / name).write_text(text)
    with pytest.raises(error, match=message):
        read_corpus(folder)


def test_dropped_rows_would_shift_validity(folder):
    with (folder / "annotations.csv").open("a") as file:
        file.write("b,1,pro,because\n")
    assert read_corpus(folder, duplicates="all").annotations.n_rows == 4
    with pytest.raises(
        ReadError, match=r"validity refers to annotations by row number, and duplicates='first' drops 1"
    ):
        read_corpus(folder, duplicates="first")
    (folder / "validity.csv").unlink()
    assert read_corpus(folder, duplicates="first").annotations.n_rows == 3


def test_corpus_json(folder):
    (folder / "corpus.json").write_text(json.dumps({"name": "named", "licence": "CC0", "sensitive": True}))
    corpus = read_corpus(folder)
    assert (corpus.name, corpus.licence, corpus.sensitive) == ("named", "CC0", True)
    assert corpus.annotators.ids[0] == "named:1"
