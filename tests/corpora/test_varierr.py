from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from variorum.annotations import STATUSES, Corpus
from variorum.corpora.varierr import read

from .miniatures import varierr
from .real_files import published


def errors_by_rule(corpus: Corpus) -> list[set[str]]:
    """A label of an item is an error if and only if none of its explanations is validated by its own author."""
    rows, validity = corpus.annotations, corpus.validity
    assert validity is not None
    own = validity.makes_sense & (rows.annotator[validity.annotation] == validity.judge)
    validated = set(validity.annotation[own].tolist())
    kept: dict[tuple[int, int], bool] = defaultdict(bool)
    for row in np.flatnonzero(rows.label >= 0).tolist():
        kept[int(rows.item[row]), int(rows.label[row])] |= row in validated
    wrong: list[set[str]] = [set() for _ in range(len(corpus.items))]
    for (item, label), good in kept.items():
        if not good:
            wrong[item].add(corpus.scheme.labels[label])
    return wrong


def self_rejections(corpus: Corpus) -> list[int]:
    validity = corpus.validity
    assert validity is not None
    own = ~validity.makes_sense & (corpus.annotations.annotator[validity.annotation] == validity.judge)
    return np.bincount(validity.judge[own], minlength=len(corpus.annotators)).tolist()


def test_miniature(tmp_path: Path) -> None:
    varierr(tmp_path)
    corpus = read(tmp_path)
    rows = corpus.annotations
    # Item 11e: two labels by annotator 0, one by 2, 1 and 3 unsure. Item 11n: four. Item 12c: 2 and 1, 2 also unsure.
    assert rows.item.tolist() == [0] * 5 + [1] * 4 + [2] * 3
    assert rows.annotator.tolist() == [0, 0, 2, 1, 3, 0, 1, 2, 3, 2, 1, 2]
    assert [STATUSES[s] for s in rows.status] == ["answered"] * 3 + ["unsure"] * 2 + ["answered"] * 6 + ["unsure"]
    np.testing.assert_array_equal(rows.counts(), [[1, 1, 1], [0, 4, 0], [0, 0, 2]])
    assert rows.explanation is not None
    assert rows.explanation[0] == "Singing\u2028is loud."
    assert rows.explanation[3] is None
    assert corpus.validity is not None
    # 4 + 4 + 3 judgments of item 11e, 4 x 4 of 11n, 1 + 4 of 12c; four explanations have fewer than four: 3 and 1.
    assert len(corpus.validity) == 4 + 4 + 3 + 16 + 1 + 4
    assert corpus.notes[:2] == (
        "Explanations with fewer than four validity judgments: 2 of 9.",
        "Cases of an annotator who gave a label and also said 'I don't know', with both rows kept: 1.",
    )


def test_errors_follow_from_the_judgments_of_the_miniature(tmp_path: Path) -> None:
    varierr(tmp_path)
    corpus = read(tmp_path)
    assert [set(json.loads(e or "")) for e in corpus.items.fields["error_labels"]] == errors_by_rule(corpus)
    assert errors_by_rule(corpus) == [{"neutral", "contradiction"}, set(), set()]
    assert self_rejections(corpus) == [1, 0, 0, 0]


def test_nothing_that_gives_the_errors_away_is_an_item_column(tmp_path: Path) -> None:
    varierr(tmp_path)
    items = read(tmp_path).items
    assert sorted(items.columns()) == ["chaosnli_counts", "error_labels", "group", "second_text", "text"]
    assert items.fields["chaosnli_counts"] == ("[60, 40, 0]", "[1, 98, 1]", "[0, 0, 100]")
    assert items.group == ("the kettle sings", "the kettle sings", "a boat waits")


def test_published_statuses_and_judgments() -> None:
    corpus = published("varierr")
    assert Counter(STATUSES[s] for s in corpus.annotations.status) == {"answered": 1933, "unsure": 136}
    assert corpus.validity is not None
    assert len(corpus.validity) == 7574
    # Trap 9: 118 + 17 + 2 explanations have 3, 2 and 1 judgments.
    assert Counter(np.bincount(corpus.validity.annotation, minlength=1).tolist())[4] == 1796
    sizes = Counter(Counter(corpus.validity.annotation.tolist()).values())
    assert sizes == {4: 1796, 3: 118, 2: 17, 1: 2}


def test_published_self_rejections_by_author() -> None:
    assert self_rejections(published("varierr")) == [60, 52, 4, 79]


def test_published_errors_follow_the_rule() -> None:
    corpus = published("varierr")
    gold = [set(json.loads(e or "")) for e in corpus.items.fields["error_labels"]]
    assert gold == errors_by_rule(corpus)
    assert sum(map(len, gold)) == 129
    assert int((corpus.annotations.counts() > 0).sum()) == 878
