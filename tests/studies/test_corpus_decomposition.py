from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, Annotations, Annotators, Corpus, Items, LabelScheme, ValidityJudgments
from variorum.corpora import Population, synthetic_corpus
from variorum.decomposition import decompose
from variorum.errors import ArgumentError, SchemeError, UnknownNameError
from variorum.features import TfidfFeatures
from variorum.studies import decompose_corpus, validity_features, vote_evidence

from .errors.small_varierr import small_corpus


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path))


def small() -> Corpus:
    return synthetic_corpus(Population("small", 3, n_items=50, n_annotators=12, votes_per_item=(5, 5)))


def untold(corpus: Corpus) -> Corpus:
    """The same without times and truth, so that votes and texts are all there is."""
    return Corpus("untold", replace(corpus.annotations, time=None, seconds=None))


def test_votes_alone_are_decomposed_as_they_are() -> None:
    corpus = untold(small())
    found = decompose_corpus(corpus, features=None, groups=None)
    expected = decompose(corpus.annotations)
    np.testing.assert_array_equal(found.decomposition.distribution, expected.distribution)
    np.testing.assert_array_equal(found.decomposition.error, expected.error)
    assert (found.prior, found.features, found.evidence, found.validity, found.perspectives) == (
        None,
        None,
        (),
        None,
        None,
    )
    assert found.group_names == ("all",)


def test_texts_give_a_prior_and_times_give_evidence() -> None:
    corpus = small()
    found = decompose_corpus(corpus, groups=None)
    assert found.features == "tfidf"
    assert found.evidence == ("speed", "progress")
    assert found.prior is not None
    np.testing.assert_allclose(found.prior.sum(axis=1), 1)
    seen = vote_evidence(corpus.annotations)
    assert seen is not None
    expected = decompose(corpus.annotations, prior=found.prior, evidence=seen.values)
    np.testing.assert_array_equal(found.decomposition.error, expected.error)


def test_the_prior_of_an_item_does_not_know_its_votes() -> None:
    corpus = untold(small())
    votes = corpus.annotations
    turned = np.where((votes.item == 7) & (votes.label >= 0), (votes.label + 1) % 3, votes.label)
    other = replace(corpus, annotations=replace(votes, label=turned.astype(np.int32)))
    one, two = (decompose_corpus(each, features="tfidf", groups=None).prior for each in (corpus, other))
    assert one is not None
    assert two is not None
    np.testing.assert_array_equal(one[7], two[7])
    assert np.abs(one - two).max() > 1e-6


def test_texts_are_left_out_where_one_is_missing_or_all_are_one() -> None:
    corpus = untold(small())
    items = corpus.annotations.items
    assert items.text is not None
    for texts in ((None, *items.text[1:]), ("the same",) * 50):
        votes = replace(corpus.annotations, items=Items(items.ids, text=texts))
        assert decompose_corpus(replace(corpus, annotations=votes), groups=None).features is None


def test_given_groups_read_by_themselves() -> None:
    corpus = untold(small())
    group = tuple("AB"[k % 2] if k else None for k in range(12))
    people = Annotators(corpus.annotators.ids, attributes={"side": group})
    corpus = replace(corpus, annotations=replace(corpus.annotations, annotators=people))
    found = decompose_corpus(corpus, features=None, groups="side")
    assert found.group_names == ("A", "B")
    code = np.array([-1] + [k % 2 for k in range(1, 12)])
    expected = decompose(corpus.annotations, groups=code)
    np.testing.assert_array_equal(found.decomposition.by_group, expected.by_group)
    assert found.decomposition.by_group.shape == (2, 50, 3)
    assert found.perspectives is None
    with pytest.raises(UnknownNameError, match=r"'sid' is not known\. Did you mean 'side'"):
        decompose_corpus(corpus, features=None, groups="sid")


def test_groups_of_annotators_of_whom_nothing_is_known_are_refused() -> None:
    corpus = untold(small())
    bare = replace(corpus.annotations, annotators=Annotators(corpus.annotators.ids))
    with pytest.raises(ArgumentError, match=r"groups = 'side' names an attribute .* nothing is known of them\."):
        decompose_corpus(replace(corpus, annotations=bare), groups="side")


def opposed() -> Corpus:
    """Two groups of ten who read half of the items in opposite ways."""
    rng = np.random.default_rng(0)
    n_items = 80
    item = np.repeat(np.arange(n_items), 10).astype(np.int32)
    who = np.concatenate([rng.permutation(20)[:10] for _ in range(n_items)]).astype(np.int32)
    side = rng.integers(2, size=n_items)
    label = np.where(item % 2 == 0, side[item] ^ (who < 10), side[item])
    label = np.where(rng.random(item.size) < 0.05, 1 - label, label).astype(np.int32)
    items = Items(tuple(f"item {k}" for k in range(n_items)))
    people = Annotators(tuple(f"x:{k}" for k in range(20)))
    return Corpus("opposed", Annotations(LabelScheme.nominal(["no", "yes"]), items, people, item, who, label))


def test_perspectives_that_are_found_are_used() -> None:
    found = decompose_corpus(opposed())
    assert found.perspectives is not None
    assert found.perspectives.n_groups == 2
    assert found.group_names == ("A", "B")
    assert found.decomposition.by_group.shape == (2, 80, 2)
    # The two read every other item in opposite ways.
    top = found.decomposition.by_group.argmax(axis=2)
    assert (top[0, ::2] != top[1, ::2]).mean() > 0.9
    assert (top[0, 1::2] == top[1, 1::2]).mean() > 0.9
    again = decompose_corpus(opposed())
    np.testing.assert_array_equal(again.decomposition.error, found.decomposition.error)


def test_one_group_is_an_answer() -> None:
    found = decompose_corpus(untold(small()), features=None)
    assert found.perspectives is not None
    assert found.perspectives.n_groups == 1
    assert found.group_names == ("all",)


def test_a_validity_round_moves_errors_to_where_judges_reject() -> None:
    corpus = small_corpus()
    votes, validity = corpus.annotations, corpus.validity
    assert validity is not None
    found = decompose_corpus(corpus, groups=None)
    assert found.validity is not None
    assert found.evidence[-1] == "validity judgments"
    assert "reason: fit" in found.evidence
    own = votes.annotator[validity.annotation] == validity.judge
    judged = np.bincount(validity.annotation[~own], minlength=votes.n_rows)
    good = np.bincount(validity.annotation[~own], validity.makes_sense[~own], minlength=votes.n_rows)
    error = found.decomposition.error
    moved = error - decompose(votes, prior=found.prior).error
    # An author who is lenient stands by what others reject, so that it is the means that differ.
    rejected, accepted = (judged > 1) & (good == 0), (judged > 1) & (good == judged)
    assert moved[rejected].mean() > moved[accepted].mean() + 0.1
    np.testing.assert_array_equal(np.isnan(error), votes.status != ANSWERED)


def test_authors_judgments_of_themselves_are_not_looked_at() -> None:
    corpus = small_corpus()
    votes, validity = corpus.annotations, corpus.validity
    assert validity is not None
    own = votes.annotator[validity.annotation] == validity.judge
    flipped = ValidityJudgments(validity.annotation, validity.judge, validity.makes_sense ^ own)
    one, two = (decompose_corpus(replace(corpus, validity=each), groups=None) for each in (validity, flipped))
    np.testing.assert_array_equal(one.decomposition.error, two.decomposition.error)


def test_features_that_are_not_of_texts_leave_the_reasons_to_tfidf(tmp_path: Path) -> None:
    corpus = small_corpus()
    lengths = tmp_path / "lengths.npy"
    np.save(lengths, np.arange(float(len(corpus.items)))[:, None])
    found = decompose_corpus(corpus, features=str(lengths), groups=None)
    assert found.features == str(lengths)
    assert found.prior is not None
    assert "reason: fit" in found.evidence


def test_validity_features_by_hand() -> None:
    # Item a: yes by two, no by one with two reasons. Item b: yes by three and one unsure.
    people = Annotators(("x:1", "x:2", "x:3", "x:4"))
    item, who = np.array([0, 0, 0, 0, 1, 1, 1, 1], np.int32), np.array([0, 1, 2, 2, 0, 1, 2, 3], np.int32)
    label = np.array([1, 1, 0, 0, 1, 1, 1, -1], np.int32)
    status = np.array([0, 0, 0, 0, 0, 0, 0, 2], np.int8)
    votes = Annotations(LabelScheme.nominal(["no", "yes"]), Items(("a", "b")), people, item, who, label, status=status)
    found = decompose(votes)
    about = validity_features(votes, found, None, np.random.default_rng(0))
    assert about.names == ("votes", "given by 1", "given by 2", "given by 3 or more", "unsure", "no", "yes")

    def column(name: str) -> NDArray[np.float64]:
        return about.values[:, about.names.index(name)]

    assert column("given by 1").tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert column("given by 2").tolist() == [1, 1, 0, 0, 0, 0, 0, 0]
    assert column("given by 3 or more").tolist() == [0, 0, 0, 0, 1, 1, 1, 0]
    assert column("unsure").tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert column("no").tolist() == [0, 0, 1, 1, 0, 0, 0, 0]
    assert column("yes").tolist() == [1, 1, 0, 0, 1, 1, 1, 0]
    np.testing.assert_allclose(column("votes"), np.log(found.error / (1 - found.error)))


def test_reasons_are_among_the_features_if_there_is_a_featurizer() -> None:
    votes = small_corpus().annotations
    found = decompose(votes)
    about = validity_features(votes, found, TfidfFeatures(4), np.random.default_rng(0))
    without = validity_features(votes, found, None, np.random.default_rng(0))
    n = len(without.names)
    assert about.names[:n] == without.names
    assert all(name.startswith("reason: ") for name in about.names[n:])
    np.testing.assert_array_equal(about.values[:, :n], without.values)


def test_schemes_of_several_labels_are_refused() -> None:
    once = np.array([0], np.int32)
    several = Annotations(LabelScheme.multilabel(["a", "b"]), Items(("x",)), Annotators(("p:1",)), once, once, once)
    with pytest.raises(SchemeError, match="telling variation from error"):
        decompose_corpus(Corpus("several", several))
