import pytest

from variorum.annotations import (
    Annotations,
    Annotators,
    Corpus,
    Items,
    LabelScheme,
    Price,
    ValidityJudgments,
    read_corpus,
)
from variorum.errors import ArgumentError, UnknownNameError


@pytest.fixture
def corpus():
    people = Annotators(("x:1", "x:2"), ("human", "llm"), {"age": ("20", None)}, (Price(50_000), Price(0, 1, 2, 3)))
    items = Items(("a", "b"), text=("=One", None), group=("g", "g"), fields={"split": ("dev", "test")})
    scheme = LabelScheme.ordinal(["-1", "0", "1"], [-1, 0, 1])
    votes = Annotations(scheme, items, people, [0, 0], [0, 1], [0, 2], explanation=["why", None])
    return Corpus("mine", votes, ValidityJudgments([0], [1], [True]), licence="CC0", notes=("one row skipped",))


def test_the_folder(corpus, tmp_path):
    folder = corpus.write(tmp_path / "deep" / "mine")
    assert sorted(path.name for path in folder.iterdir()) == [
        "annotations.csv", "annotators.csv", "corpus.json", "items.csv", "scheme.json", "validity.csv",
    ]  # fmt: skip
    assert (folder / "items.csv").read_text() == "item,text,group,split\na,'=One,g,dev\nb,,g,test\n"
    assert (folder / "annotators.csv").read_text() == (
        "annotator,kind,price_per_annotation,price_per_second,price_per_input_token,price_per_output_token,currency,age\n"
        "x:1,human,0.05,0,0,0,EUR,20\nx:2,llm,0,0.000001,0.000002,0.000003,EUR,\n"
    )
    assert (folder / "validity.csv").read_text() == "annotation,judge,makes_sense\n0,x:2,true\n"
    back = read_corpus(folder)
    assert back.annotations.equals(corpus.annotations)
    assert back.notes == corpus.notes
    assert back.path == folder


def test_a_taken_folder(corpus, tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "thesis.tex").write_text("years of work")
    with pytest.raises(ArgumentError, match=r"is not empty. Name another one, or .*overwrite=True"):
        corpus.write(tmp_path / "theirs")
    with pytest.raises(ArgumentError, match=r"something other than a corpus"):
        corpus.write(tmp_path / "theirs", overwrite=True)
    with pytest.raises(ArgumentError, match=r"thesis.tex is a file"):
        corpus.write(tmp_path / "theirs" / "thesis.tex")
    assert (tmp_path / "theirs" / "thesis.tex").read_text() == "years of work"


def test_overwriting_replaces_the_whole_folder(corpus, tmp_path):
    folder = corpus.write(tmp_path / "mine")
    corpus.write(folder, suffix=".jsonl", overwrite=True)
    assert not (folder / "items.csv").exists()
    assert read_corpus(folder).annotations.equals(corpus.annotations)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_what_cannot_be_written(corpus, tmp_path):
    with pytest.raises(UnknownNameError, match=r"suffix '.xls' is not known"):
        corpus.write(tmp_path / "mine", suffix=".xls")
    items = Items(("a",), fields={"item": ("x",)})
    votes = Annotations(LabelScheme.nominal(["y"]), items, Annotators(), [0], [-1], [0])
    with pytest.raises(ArgumentError, match=r"items have a column 'item', which is a name of the file's own"):
        Corpus("mine", votes).write(tmp_path / "mine")
    assert not list(tmp_path.iterdir())
