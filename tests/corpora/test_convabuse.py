from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from variorum.corpora.convabuse import read
from variorum.errors import ReadError

from .miniatures_lewidi import convabuse
from .real_files import published


def test_miniature(tmp_path: Path) -> None:
    convabuse(tmp_path)
    corpus = read(tmp_path)
    assert corpus.scheme.labels == ("-3", "-2", "-1", "0", "1")
    assert corpus.scheme.positions == (-3.0, -2.0, -1.0, 0.0, 1.0)
    # Trap 4: ordinal labels with a minus sign beside a binary hard label, which may be a number.
    np.testing.assert_array_equal(
        corpus.annotations.counts(), [[0, 0, 1, 0, 1], [1, 1, 0, 1, 0], [0, 0, 0, 0, 2], [0, 0, 0, 1, 1]]
    )
    items = corpus.items
    assert items.fields["hard_label"] == ("0", "1", "0", "0")
    assert items.text is not None
    assert items.text[0] == "Agent: Hello.\nUser: Hi “you”\nAgent: And now?\nUser: You kettle."
    assert items.payload is not None
    assert json.loads(items.payload[0] or "")["user"] == "You kettle."
    # dev-1 has the text of train-1 and shares a conversation with test-1; train-2 is alone.
    assert items.group is not None
    assert [items.group.index(group) for group in items.group] == [0, 1, 0, 0]
    assert corpus.notes[0].startswith("1 items have a conversation id that the source rounded")


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("[]", r"ConvAbuse_train\.json, entry '1': the text is not a JSON object of turns"),
        ("Hello", "entry '1': the text is not a JSON object of turns"),
        ('{"user": "x"}', r"entry '1', 'text': the field 'prev_agent' is missing"),
    ],
)
def test_a_text_that_is_no_conversation_is_an_error(new: str, message: str, tmp_path: Path) -> None:
    convabuse(tmp_path)
    file = tmp_path / "lewidi2023/ConvAbuse_dataset/ConvAbuse_train.json"
    whole = json.loads(file.read_text(encoding="utf-8"))
    whole["1"]["text"] = new
    file.write_text(json.dumps(whole))
    with pytest.raises(ReadError, match=message):
        read(tmp_path)


def test_published_levels_and_conversations() -> None:
    corpus = published("convabuse")
    np.testing.assert_array_equal(corpus.annotations.counts().sum(axis=0), [275, 886, 784, 647, 9576])
    assert set(corpus.items.fields["hard_label"]) == {"0", "1"}
    # 2,794 groups by conversation alone, fewer as repeated texts link them.
    assert len(set(corpus.items.group or ())) == 2739
