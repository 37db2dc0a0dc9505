import os
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from variorum.annotations import ABSTAINED, ANSWERED, UNSURE, LabelScheme, read
from variorum.errors import (
    ArgumentError,
    DuplicateError,
    MissingFileError,
    ReadError,
    SchemeError,
    UnknownNameError,
    VariorumError,
)


@pytest.fixture
def write(tmp_path):
    def to_file(content, name="votes.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return to_file


def test_ids_are_numbered_by_first_appearance_and_labels_sorted(write):
    votes = read(write("item,annotator,label\nb,p2,yes\na,p1,no\nb,p1,maybe\n"))
    assert votes.items.ids == ("b", "a")
    assert votes.annotators.ids == ("p2", "p1")
    assert votes.scheme == LabelScheme.nominal(["maybe", "no", "yes"])
    assert votes.item.tolist() == [0, 1, 0]
    assert votes.annotator.tolist() == [0, 1, 1]
    assert votes.label.tolist() == [2, 1, 0]
    assert votes.counts().tolist() == [[1, 0, 1], [0, 1, 0]]
    assert votes.explanation is None
    assert len(votes) == 3


@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(write, mark, end):
    rows = [["item", "annotator", "label"], ["a", "1", "x y"], ["b", "2", "z"]]
    votes = read(write(end.join(mark.join(row) for row in rows) + end, "votes.txt"))
    assert votes.scheme.labels == ("x y", "z")
    assert votes.items.ids == ("a", "b")


def test_a_given_delimiter(write):
    votes = read(write("item:annotator:label\na:1:x\n"), delimiter=":")
    assert votes.scheme.labels == ("x",)
    with pytest.raises(ArgumentError, match=r"one ASCII character"):
        read(write("item::annotator\n"), delimiter="::")


def test_mixed_line_ends_are_read_all_the_same(write):
    votes = read(write("item,annotator,label\r\na,1,x\nb,2,y\r\n"))
    assert votes.items.ids == ("a", "b")


def test_byte_order_mark_quoted_line_ends_and_blank_lines(write):
    votes = read(
        write("\n\ufeff".encode()[1:] + b'item,annotator,label,explanation\n\na,1,x,"two\nlines, ""so"""\n\nb,1,x,\n')
    )
    assert votes.explanation == ('two\nlines, "so"', None)
    votes = read(write("\n\nitem,annotator,label\na,1,x\n"))
    assert votes.n_rows == 1


def test_blanks_around_ids_labels_and_headers_do_not_count(write):
    votes = read(write("item , annotator, label\na, 1,yes\n a,2 , yes \n"))
    assert votes.items.ids == ("a",)
    assert votes.annotators.ids == ("1", "2")
    assert votes.scheme.labels == ("yes",)


def test_column_mapping(write):
    path = write("doc,who,stance,why\nd1,ann,pro,because\n")
    votes = read(path, item="doc", annotator="who", label="stance", explanation="why")
    assert (votes.items.ids, votes.explanation) == (("d1",), ("because",))


def test_all_optional_columns(write):
    path = write(
        "item,annotator,label,status,explanation,distribution,confidence,seconds,cost,round,time\n"
        'a,1,yes,answered,why,"{""yes"": 0.75, ""no"": 0.25}",0.5,2.5,0.05,0,1970-01-01T00:01:00Z\n'
        "a,2,,unsure,,,,,,,\n"
        "b,1,,abstained,,,,,0.000001,3,86400.5\n"
        'b,2,no,,,"[1, 0]",,,,,1970-01-01 01:00:00+01:00\n'
    )
    votes = read(path)
    assert votes.status.tolist() == [ANSWERED, UNSURE, ABSTAINED, ANSWERED]
    assert votes.label.tolist() == [1, -1, -1, 0]
    np.testing.assert_array_equal(votes.distribution, [[0.25, 0.75], [np.nan] * 2, [np.nan] * 2, [1, 0]])
    np.testing.assert_array_equal(votes.confidence, [0.5, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(votes.seconds, [2.5, np.nan, np.nan, np.nan])
    assert votes.cost.tolist() == [50_000, 0, 1, 0]
    assert votes.round.tolist() == [0, -1, 3, -1]
    np.testing.assert_array_equal(votes.time, [60, np.nan, 86400.5, 0])
    assert len(votes) == 2


def test_item_texts_fields_and_annotator_attributes(write):
    path = write("item,annotator,label,text,split,age\na,1,x,One.,dev,20\nb,1,x,Two.,test,20\na,2,y,,,30\n")
    votes = read(path, fields=["split"], attributes=["age"])
    assert votes.items.text == ("One.", "Two.")
    assert votes.items.fields == {"split": ("dev", "test")}
    assert votes.annotators.attributes == {"age": ("20", "30")}
    assert read(path, text=None).items.text is None


def test_an_item_has_one_text(write):
    path = write("item,annotator,label,text\na,1,x,One.\nb,1,x,Two.\na,2,x,Uno.\n")
    with pytest.raises(ReadError, match=r"line 4: text 'Uno\.' differs from 'One\.' .* item 'a'.*text=None"):
        read(path)


def test_schemes(write):
    path = write("item,annotator,label\na,1,10\na,2,9\nb,1,-1\n")
    assert read(path).scheme == LabelScheme.nominal(["-1", "9", "10"])
    assert read(path, scheme="ordinal").scheme == LabelScheme.ordinal(["-1", "9", "10"], [-1, 9, 10])
    numeric = read(path, scheme="numeric")
    assert numeric.scheme == LabelScheme.numeric(-1, 10)
    assert numeric.value.tolist() == [10, 9, -1]
    assert read(path, scheme=["9", "-1", "10"]).label.tolist() == [2, 0, 1]
    pairs = write("item,annotator,label,shown_first\na,1,tie,B\na,2,B,A\nb,1,A,\n", "pairs.csv")
    votes = read(pairs, scheme="pairwise")
    assert votes.scheme == LabelScheme.pairwise()
    assert votes.shown_first.tolist() == [1, 0, -1]
    with pytest.raises(ReadError, match=r"the scheme is nominal.*shown_first=None"):
        read(pairs)


def test_the_empty_set_needs_a_status(write):
    scheme = LabelScheme.multilabel(["p", "q"])
    votes = read(write("item,annotator,label,status\na,1,,answered\na,2,p,\na,2,q,\n"), scheme=scheme)
    # Annotator 1 gave none of the labels, annotator 2 both.
    assert votes.counts().tolist() == [[[1, 1], [1, 1]]]
    with pytest.raises(ReadError, match=r"line 2: label '' is empty; 1 row is affected.*answered for none"):
        read(write("item,annotator,label,status\na,1,,\na,2,p,answered\n"), scheme=scheme)


def test_unknown_annotators_are_never_duplicates(write):
    path = write("item,annotator,label\na,,x\na,,x\na,1,x\n")
    votes = read(path)
    assert votes.annotator.tolist() == [-1, -1, 0]
    assert votes.counts().tolist() == [[3]]
    assert read(path, annotator=None).annotator.tolist() == [-1, -1, -1]


def test_duplicates(write):
    path = write("item,annotator,label,confidence\na,1,x,0.1\na,2,x,0.2\na,1,x,0.3\na,1,y,0.4\n")
    with pytest.raises(
        DuplicateError,
        match=r"votes.csv, line 4: \(item 'a', annotator '1', label 'x'\) is a duplicate .*; 1 of 4 rows .*\"all\"",
    ):
        read(path)
    assert read(path, duplicates="all").confidence.tolist() == [0.1, 0.2, 0.3, 0.4]
    assert read(path, duplicates="first").confidence.tolist() == [0.1, 0.2, 0.4]
    assert read(path, duplicates="last").confidence.tolist() == [0.2, 0.3, 0.4]
    with pytest.raises(UnknownNameError, match=r"duplicates 'frist' is not known. Did you mean 'first'"):
        read(path, duplicates="frist")


def test_numbers_that_are_equal_are_duplicates(write):
    with pytest.raises(DuplicateError, match=r"line 3"):
        read(write("item,annotator,label\na,1,2\na,1,2.0\n"), scheme=LabelScheme.numeric(0, 5))


def test_corpus_prefix(write):
    votes = read(write("item,annotator,label\na,1,x\na,demo:2,x\n"), corpus="demo")
    assert votes.annotators.ids == ("demo:1", "demo:2")


HEADER = "item,annotator,label\n"


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("", ReadError, "votes.csv: the file is empty"),
        ("\n \n", ReadError, "votes.csv: the file is empty"),
        (b"\xef\xbb\xbf", ReadError, "votes.csv: the file is empty"),
        (HEADER, ReadError, "votes.csv: there is a header and no row below it"),
        (HEADER + "a,1,x\nb,2\nc,3,y\nd,1\n", ReadError, "line 3: the row has 2 cells and the header 3; 2 rows"),
        (HEADER + "a,1,x\nb,2,x,4\n", ReadError, "line 3: the row has 4 cells and the header 3; 1 rows"),
        (HEADER + "a,1,x\nb,2,x,\n", ReadError, "line 3: the row has 4 cells"),
        (HEADER + 'a,1,x\nb,"2,x\nc,1,x\n', ReadError, "line 3: the record that begins here .*Close every quote"),
        (HEADER + 'a,1,x\nb,"2"2,x\n', ReadError, "line 3: the record that begins here"),
        (HEADER + "a,1,\nb,1,x\nc,1, \n", ReadError, "line 2: label '' is empty; 2 rows are affected.*status"),
        (HEADER + "a,1,x\n,1,x\n", ReadError, "line 3: item '' is empty; 1 row is affected"),
        (HEADER.encode() + b"a,1,x\nb,\x002,y\n", ReadError, "line 3: the file holds 1 NUL bytes.*binary"),
        (
            HEADER.encode() + b"a,1,x\nb,1,caf\xe9\n",
            ReadError,
            "line 3: byte 0xe9 is not valid UTF-8; 1 lines.*latin-1",
        ),
        (HEADER.encode() + b"a,1,caf\xc3", ReadError, "line 2: byte 0xc3 is not valid UTF-8"),
        ((HEADER + "a,1,x\n").encode("utf-16"), ReadError, "encoded in UTF-16. Save it as UTF-8"),
        ((HEADER + "a,1,x\n").encode("utf-16-le"), ReadError, "line 1: the file holds .* NUL bytes"),
        (b"\x1f\x8b\x08\x00rest", ReadError, "compressed with gzip"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", ReadError, "not valid UTF-8"),
        ("item,annotator,label,label\na,1,x,y\n", ReadError, "column 'label' stands 2 times"),
        ("item,annotator,labell\na,1,x\n", UnknownNameError, "no column 'label'. Did you mean 'labell'.*label=..."),
        ("item,who,label\na,1,x\n", UnknownNameError, "no column 'annotator'.*annotator=None"),
        (
            "item,annotator,label,status\na,1,x,anwsered\n",
            ReadError,
            "status 'anwsered' is not a status; Did you mean 'ans",
        ),
        (
            "item,annotator,label,status\na,1,x,unsure\n",
            ReadError,
            "line 2: label 'x' stands in a row with the status unsure",
        ),
        (
            "item,annotator,label,confidence\na,1,x,0.5\na,2,x,1.5\n",
            ReadError,
            "line 3: confidence '1.5' is not a number from",
        ),
        ("item,annotator,label,confidence\na,1,x,high\n", ReadError, "line 2: confidence 'high'.*leave the column out"),
        ("item,annotator,label,seconds\na,1,x,-1\n", ReadError, "line 2: seconds '-1' is not a number of 0 or more"),
        ("item,annotator,label,seconds\na,1,x,inf\n", ReadError, "line 2: seconds 'inf'"),
        ("item,annotator,label,round\na,1,x,1.5\n", ReadError, "line 2: round '1.5' is not a whole number"),
        ("item,annotator,label,cost\na,1,x,0.0000001\n", ReadError, "line 2: cost '0.0000001' is not an amount"),
        ("item,annotator,label,cost\na,1,x,1e30\n", ReadError, "line 2: cost '1e30' is not an amount"),
        ("item,annotator,label,time\na,1,x,noon\n", ReadError, "line 2: time 'noon' is neither"),
        ('item,annotator,label,distribution\na,1,x,"[0.5, 0.6]"\n', ReadError, "line 2: distribution .* sum to one"),
        (
            'item,annotator,label,distribution\na,1,x,"[0.5, 0.5]"\n',
            SchemeError,
            "line 2: .* has 2 numbers; the scheme has 1",
        ),
        (
            "item,annotator,label,distribution\na,1,x,oops\n",
            ReadError,
            "line 2: distribution 'oops' is not a distribution",
        ),
        ("item,annotator,label,status\na,1,,unsure\n", SchemeError, "no row has a label"),
    ],
)
def test_bad_files(write, content, error, message):
    with pytest.raises(error, match=message) as caught:
        read(write(content))
    assert isinstance(caught.value, VariorumError)
    assert "duckdb" not in str(caught.value).lower()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '{"item": "a", "annotator": 1, "label": "x"}\n{"item": "a"\n[1]\n',
            r"line 2: this is not a JSON object .*; 2 lines",
        ),
        ('{"item": "a", "annotator": 1, "label": ["x"]}\n', "column 'label' holds lists or objects.*one row for each"),
        ('{"item": "a", "annotator": 1, "label": "x"}\n{"item": "b", "annotator": 1}\n', "line 2: label '' is empty"),
        ('{"item": "a\\u0000", "annotator": 1, "label": "x"}\n', "line 1: item .* holds a NUL"),
        ('{"item": "\\ud800", "annotator": 1, "label": "x"}\n', "line 1: .* lone surrogate"),
        ('[{"item": "a", "annotator": 1, "label": "x"}, 7]', "record 2: 7 is not a JSON object"),
        ('[{"item": "a"', "not valid JSON"),
    ],
)
def test_bad_json(write, content, message):
    with pytest.raises(ReadError, match=message):
        read(write(content, "votes.jsonl"))


def test_json_values_become_text(write):
    rows = '{"item": 1, "annotator": 2.5, "label": true, "explanation": ""}\n\n'
    rows += '{"label": null, "item": "1", "status": "unsure"}\n'
    votes = read(write("\ufeff" + rows, "votes.jsonl"))
    assert votes.items.ids == ("1",)
    assert votes.annotators.ids == ("2.5",)
    assert votes.scheme.labels == ("true",)
    assert votes.explanation == ("", None)
    assert votes.status.tolist() == [ANSWERED, UNSURE]
    array = read(
        write('[{"item": 1, "annotator": 2, "label": "x"},\n {"item": 2, "annotator": 2, "label": "x"}]', "v.json")
    )
    assert array.n_rows == 2


def test_a_label_outside_the_scheme(write):
    path = write(HEADER + "a,1,yes\na,2,mabye\nb,1,mabye\nb,2,nope\n")
    with pytest.raises(SchemeError, match=r"line 3: label 'mabye' .*; 3 rows with 2 such .* Did you mean 'maybe'"):
        read(path, scheme=LabelScheme.nominal(["yes", "maybe"]))
    with pytest.raises(SchemeError, match=r"votes.csv, line 2: label 'yes' is not a number, .*; 4 rows .*ordinal\("):
        read(path, scheme="ordinal")
    numbers = write(HEADER + "a,1,1\na,2,7\nb,1,x\n", "n.csv")
    with pytest.raises(SchemeError, match=r"line 3: label '7' is not a number from 0 to 5; 2 rows"):
        read(numbers, scheme=LabelScheme.numeric(0, 5))
    with pytest.raises(UnknownNameError, match=r"scheme kind 'ordnal' is not known. Did you mean 'ordinal'"):
        read(path, scheme="ordnal")


def test_an_outdated_companion_is_named(write):
    path = read(write(HEADER + "a,1,yes\n")).write(write("", "other.csv"))
    path.write_text(HEADER + "a,1,no\n")
    with pytest.raises(SchemeError, match=r"scheme= \(it now comes from other.csv.json\)"):
        read(path)
    assert read(path, scheme="nominal").scheme.labels == ("no",)


def test_missing_files_and_folders(tmp_path, write):
    write(HEADER, "votes.csv")
    with pytest.raises(MissingFileError, match=r"vots.csv: there is no such file. Did you mean 'votes.csv'"):
        read(tmp_path / "vots.csv")
    with pytest.raises(FileNotFoundError, match=r"no such file"):
        read(str(tmp_path / "none" / "x.csv"))
    with pytest.raises(ReadError, match=r"this is a folder.*read_corpus"):
        read(tmp_path)
    with pytest.raises(ArgumentError, match=r"path must be a file, or a table .* not 7"):
        read(7)


def test_lines_are_counted_through_quoted_line_ends(write):
    path = write('item,annotator,label,explanation\na,1,x,"one\ntwo"\n\nb,1,,\n')
    with pytest.raises(ReadError, match=r"line 5: label '' is empty"):
        read(path)


def test_file_names_with_pattern_characters(write):
    assert read(write(HEADER + "a,1,x\n", "votes[1]*?.csv")).n_rows == 1


def test_parquet_that_is_none(write):
    with pytest.raises(ReadError, match=r"votes.parquet: this is not a Parquet file"):
        read(write(HEADER, "votes.parquet"))
    with pytest.raises(ReadError, match=r"votes.parquet: the Parquet file cannot be read"):
        read(write(b"PAR1" + b"x" * 100, "votes.parquet"))


FRAME = {"item": ["a", "a", "b"], "annotator": [1.0, 2.0, np.nan], "label": [3.0, 4.0, 3.0], "other": [[1], [2], [3]]}


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame(FRAME),
        pl.DataFrame(FRAME),
        pa.table(FRAME),
        pl.DataFrame({**FRAME, "label": pl.Series(["3", "4", "3"], dtype=pl.Categorical)}),
    ],
    ids=["pandas", "polars", "pyarrow", "categorical"],
)
def test_arrow_streams(table):
    # Whole numbers beside missing ones are floats in these tables; 3.0 means the label "3".
    votes = read(table)
    assert votes.annotators.ids == ("1", "2")
    assert votes.annotator.tolist() == [0, 1, -1]
    assert votes.scheme.labels == ("3", "4")
    with pytest.raises(ReadError, match=r"column 'other' holds lists or objects"):
        read(table, label="other")


def test_frames_that_arrow_does_not_export():
    rows = {"item": ["a", "b"], "annotator": ["p", "p"]}
    empty = read(pl.DataFrame({**rows, "label": ["x", "y"], "explanation": [None, None], "other": [None, None]}))
    assert empty.explanation == (None, None)
    mixed = read(pd.DataFrame({**rows, "label": pd.Series(["x", 1], dtype=object)}))
    assert mixed.scheme.labels == ("1", "x")
    with pytest.raises(ReadError, match=r"row 2: label '' is empty; 1 row is affected"):
        read(pd.DataFrame({"item": ["a", 1], "annotator": ["p", "p"], "label": ["x", np.nan]}))


def test_columns_of_one_name(tmp_path):
    columns = [["a"], ["p"], ["x"], ["y"]]
    twice = pa.table(columns, names=["item", "annotator", "label", "label"])
    pq.write_table(twice, tmp_path / "v.parquet")
    for source in (twice, tmp_path / "v.parquet", twice.to_pandas()):
        with pytest.raises(ReadError, match=r"column 'label' stands 2 times. Rename all but one"):
            read(source)
    unused = pa.table(columns, names=["item", "label", "other", "other"])
    assert read(unused, annotator=None).scheme.labels == ("p",)
    nested = pa.table([["a"], ["x"], [{"label": 1, "item": 2}], ["z"]], names=["item", "label", "meta", "Label"])
    pq.write_table(nested, tmp_path / "nested.parquet")
    assert read(tmp_path / "nested.parquet", annotator=None).scheme.labels == ("x",)


def test_nul_characters_in_tables():
    table = pa.table({"item": ["a", "b"], "label": ["x", "y"], "explanation": ["why", "\0"]})
    with pytest.raises(ReadError, match=r"pyarrow Table, row 2: explanation .* NUL character .*; 1 rows"):
        read(table, annotator=None)


def test_a_long_cell_in_a_file_that_the_fast_reader_doubts(write):
    # Carriage returns alone are left to the strict reader.
    long = "z" * 200_000
    votes = read(write(f"item,annotator,label,explanation\ra,1,x,{long}\r"))
    assert votes.explanation == (long,)


def test_a_label_column_without_a_label(write):
    with pytest.raises(ReadError, match=r"votes.csv, line 2: label '' is empty; 2 rows are affected"):
        read(write(HEADER + "a,1,\na,2,\n"))
    with pytest.raises(SchemeError, match=r"s.csv: no row has a label"):
        read(write("item,annotator,label,status\na,1,,unsure\n", "s.csv"))


def test_arguments_that_make_no_sense(write):
    path = write(HEADER + "a,1,x\n")
    with pytest.raises(ArgumentError, match=r"item=None: annotations need a column of items"):
        read(path, item=None)
    with pytest.raises(ArgumentError, match=r"fields must be a list of columns.* fields=\['split'\]"):
        read(path, fields="split")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are of Unix")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ReadError, match=r"this is a pipe or a device"):
        read(tmp_path / "pipe.csv")


def test_a_stream_that_can_be_read_once():
    votes = read(pa.table(FRAME).to_reader())
    assert votes.n_rows == 3


def test_rows_of_a_table_are_named():
    table = pl.DataFrame({"item": ["a", None], "annotator": ["1", "2"], "label": ["x", "y"]})
    with pytest.raises(ReadError, match=r"the polars DataFrame, row 2: item '' is empty"):
        read(table)
    with pytest.raises(UnknownNameError, match=r"the polars DataFrame has no column 'label'"):
        read(table.drop("label"))
    with pytest.raises(ReadError, match=r"column 'label' holds binary values"):
        read(pl.DataFrame({"item": ["a"], "annotator": ["1"], "label": [b"\x00"]}))


def test_polars_needs_no_pyarrow():
    code = (
        "import sys; sys.modules['pyarrow'] = None; sys.modules['pandas'] = None; import polars as pl; "
        "from variorum.annotations import read; "
        "print(read(pl.DataFrame({'item': ['a'], 'annotator': ['1'], 'label': ['x']})).n_rows)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"


def test_pandas_needs_no_pyarrow():
    code = (
        "import sys; sys.modules['pyarrow'] = None; import pandas as pd; from variorum.annotations import read; "
        "print(read(pd.DataFrame({'item': ['a'], 'annotator': ['1'], 'label': ['x']})).n_rows)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "1\n", done.stderr


def test_many_rows_keep_their_order(write):
    rng = np.random.default_rng(3)
    pairs = rng.choice(20_000 * 50, 60_000, replace=False)
    rows = [f'"i{p // 50}",w{p % 50},l{p % 5},"a ""reason""\nof two lines, {n}"' for n, p in enumerate(pairs)]
    votes = read(write("item,annotator,label,explanation\n" + "\n".join(rows) + "\n"))
    ids = np.array(votes.items.ids)[votes.item]
    assert ids.tolist() == [f"i{p // 50}" for p in pairs]
    assert [votes.annotators.ids[a] for a in votes.annotator[:100]] == [f"w{p % 50}" for p in pairs[:100]]
    assert [int(re.findall(r"\d+", text)[-1]) for text in votes.explanation] == list(range(60_000))
