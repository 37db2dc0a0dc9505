from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, UNSURE, Annotations, Annotators, Items, LabelScheme
from variorum.features import TfidfFeatures
from variorum.studies import Evidence, reason_evidence

SCHEME = LabelScheme.nominal(["no", "yes"])
NAN = float("nan")
WORDS = ("dog", "cat", "sleeps", "runs")


@dataclass(frozen=True)
class WordCounts:
    """Vectors that a reader can check: how often each of four words stands in the text."""

    def fit_transform(self, items: Items, train: NDArray[np.int64]) -> NDArray[np.float64]:
        assert items.text is not None
        return np.array([[str(text).split().count(word) for word in WORDS] for text in items.text], np.float64)


Row = tuple[int, int, int, str | None]
ROWS: list[Row] = [
    (0, 0, 1, "dog sleeps"),
    (0, 1, 1, "dog dog runs"),
    (0, 2, 0, "cat"),
    (0, 0, 0, "Dog, sleeps!"),
    (1, 0, 0, "cat runs"),
    (1, 1, 1, None),
    (2, 2, 1, "sleeps"),
]


def votes(rows: list[Row] = ROWS, *, second: bool = True, texts: bool = True) -> Annotations:
    item, annotator, label, reason = zip(*rows, strict=True)
    first = ("a dog sleeps", "the cat", "runs runs") if texts else None
    items = Items(("a", "b", "c"), text=first, second_text=("dog", "cat runs", "dog cat") if second else None)
    return Annotations(
        SCHEME,
        items,
        Annotators(("x:1", "x:2", "x:3")),
        np.array(item, np.int32),
        np.array(annotator, np.int32),
        np.array(label, np.int32),
        explanation=reason,
    )


def evidence(annotations: Annotations) -> Evidence:
    found = reason_evidence(annotations, WordCounts(), np.random.default_rng(0))
    assert found is not None
    assert found.values.shape == (annotations.n_rows, len(found.names))
    return found


def column(annotations: Annotations, name: str) -> NDArray[np.float64]:
    found = evidence(annotations)
    return found.values[:, found.names.index(name)]


def test_names_follow_the_texts_that_there_are() -> None:
    always = ("fit", "near same", "near other")
    sides = ("in text", "near text"), ("in second text", "near second text")
    assert evidence(votes()).names == ("length", *sides[0], *sides[1], *always)
    assert evidence(votes(second=False)).names == ("length", *sides[0], *always)
    assert evidence(votes(second=False, texts=False)).names == ("length", *always)


def test_length_and_shares_of_words_by_hand() -> None:
    np.testing.assert_allclose(column(votes(), "length"), np.log1p([2, 3, 1, 2, 2, NAN, 1]))
    # "dog" and "sleeps" stand in "a dog sleeps"; capitals and signs are no difference.
    np.testing.assert_allclose(column(votes(), "in text"), [1, 2 / 3, 0, 1, 1 / 2, NAN, 0])
    np.testing.assert_allclose(column(votes(), "in second text"), [1 / 2, 2 / 3, 0, 1 / 2, 1, NAN, 0])


def test_cosines_to_the_texts_by_hand() -> None:
    # "dog sleeps" (1,0,1,0) to "a dog sleeps" (1,0,1,0): 1; "dog dog runs" (2,0,0,1): 2 / (sqrt 5 sqrt 2).
    # "Dog, sleeps!" holds none of the four words as they are written, so its vector is zero.
    expected = [1, 2 / np.sqrt(10), 0, 0, np.sqrt(0.5), NAN, 0]
    np.testing.assert_allclose(column(votes(), "near text"), expected, atol=1e-12)


def test_nearest_reasons_are_others_on_the_same_item() -> None:
    alike = 2 / np.sqrt(10)
    # First person's own second reason is no confirmation of the first, for whichever label.
    np.testing.assert_allclose(column(votes(), "near same"), [alike, alike, 0, 0, NAN, NAN, NAN], atol=1e-12)
    np.testing.assert_allclose(column(votes(), "near other"), [0, 0, 0, 0, NAN, NAN, NAN], atol=1e-12)


def test_reasons_of_unknown_annotators_are_of_different_people() -> None:
    rows: list[Row] = [(0, -1, 1, "dog"), (0, -1, 1, "dog"), (1, -1, 0, "cat")]
    np.testing.assert_allclose(column(votes(rows), "near same"), [1, 1, NAN])


def test_the_fit_of_a_reason_is_learned_from_other_items() -> None:
    straight = column(votes(), "fit")
    assert np.isnan(straight[5])
    assert (np.delete(straight, 5) < 0).all()
    # Labels on item a turned: what the classifier of item a knows is unchanged, so p(no) + p(yes) = 1.
    turned = column(votes([(i, a, 1 - k if i == 0 else k, r) for i, a, k, r in ROWS]), "fit")
    np.testing.assert_allclose(np.exp(straight[:4]) + np.exp(turned[:4]), 1)


def test_one_group_of_items_says_nothing_of_fit() -> None:
    assert np.isnan(column(votes(ROWS[:4]), "fit")).all()


def test_reasons_that_speak_of_the_label_fit_it() -> None:
    rng = np.random.default_rng(0)
    n = 60
    label = rng.integers(2, size=n).astype(np.int32)
    reasons = tuple("it runs" if k else "it sleeps" for k in label)
    items = Items(tuple(map(str, range(n))), text=tuple(f"text {k}" for k in range(n)))
    wrong = label.copy()
    wrong[:3] = 1 - wrong[:3]
    given_votes = Annotations(
        SCHEME, items, Annotators(("x:1",)), np.arange(n, dtype=np.int32), np.zeros(n, np.int32), wrong,
        explanation=reasons,
    )  # fmt: skip
    fit = column(given_votes, "fit")
    assert fit[:3].max() < np.log(0.3) < np.log(0.7) < fit[3:].min()


def test_without_a_reason_there_is_no_evidence() -> None:
    assert reason_evidence(votes([(0, 0, 1, None)]), WordCounts(), np.random.default_rng(0)) is None
    plain = votes([(0, 0, 1, "dog"), (1, 0, 1, "cat")])
    nobody = Annotations(
        plain.scheme, plain.items, plain.annotators, plain.item, plain.annotator, np.array([-1, -1], np.int32),
        status=np.array([UNSURE, UNSURE], np.int8), explanation=plain.explanation,
    )  # fmt: skip
    assert ANSWERED not in nobody.status
    assert reason_evidence(nobody, WordCounts(), np.random.default_rng(0)) is None


@settings(max_examples=15)
@given(st.permutations(range(len(ROWS))))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    straight = evidence(votes())
    turned = evidence(votes([ROWS[k] for k in order]))
    np.testing.assert_allclose(turned.values, straight.values[order], atol=1e-6)


def test_it_reads_through_a_featurizer_of_the_features_room() -> None:
    found = reason_evidence(votes(), TfidfFeatures(2), np.random.default_rng(0))
    assert found is not None
    near = found.values[:, [k for k, name in enumerate(found.names) if name.startswith("near")]]
    assert np.nanmax(np.abs(near)) <= 1 + 1e-9
    assert np.isnan(found.values[5]).all()
    assert found.values[0, 1] == pytest.approx(1)
