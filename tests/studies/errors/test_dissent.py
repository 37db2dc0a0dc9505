from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from variorum.annotations import Annotators, Corpus
from variorum.corpora import Population, load_corpus, synthetic_corpus
from variorum.errors import UnknownNameError
from variorum.studies.errors import MINORITIES, DissentResult, dissent, plant
from variorum.studies.errors.dissent import _codes, _interval
from variorum.studies.errors.rivals import rival_labels

from .small_corpora import opening


def with_attribute() -> Corpus:
    """A plain population of 20, of whom five are young, one of unknown age; its own truth is forgotten."""
    corpus = synthetic_corpus(Population("people", 6, n_items=60, n_annotators=20, votes_per_item=(6, 6)))
    age = tuple("young" if k < 5 else None if k == 5 else "old" for k in range(20))
    people = Annotators(corpus.annotators.ids, attributes={"age": age})
    votes = replace(corpus.annotations, annotators=people)
    return Corpus("people", votes)


METHODS = ["ours", "ours, one group", "raw shares", "Dawid-Skene", "MACE", "GLAD", "ours, groups given"]


@pytest.fixture(scope="module")
def results() -> dict[str, DissentResult]:
    seen: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        opening(patch, "dissent", lambda name: {"people": with_attribute()}[name])
        found = dissent([("people", "age", "young")], seeds=2, share=0.2, progress=seen.append)
    assert seen == ["people, seed 0", "people, seed 1"]
    assert [row.method for row in found] == METHODS
    return {row.method: row for row in found}


def test_shares_are_those_of_the_minoritys_votes(results: dict[str, DissentResult]) -> None:
    corpus = with_attribute()
    votes = corpus.annotations.take(np.flatnonzero(corpus.annotations.status == 0))
    young = votes.annotator < 5
    planted, flagged, honest, others = [], [], [], []
    for seed in (0, 1):
        noisy, error = plant(votes, "random", 0.2, np.random.default_rng(seed))
        labels = rival_labels("raw shares", noisy, None)
        flag = 1 - labels[noisy.item, noisy.label] > 0.5
        planted.append(error[young].mean())
        flagged.append(flag[young].mean())
        honest.append(flag[young & ~error].mean())
        others.append(flag[~young & ~error].mean())
    row = results["raw shares"]
    assert (row.corpus, row.attribute, row.minority, row.n_seeds) == ("people", "age", "young", 2)
    # Whoever's age is not known is one of the others.
    assert row.n_annotators == (5, 15)
    assert row.n_votes == young.sum()
    assert row.errors == pytest.approx(np.mean(planted))
    assert row.flagged == pytest.approx(np.mean(flagged))
    assert row.honest == pytest.approx(np.mean(honest))
    assert row.honest_others == pytest.approx(np.mean(others))
    assert row.inflation[0] == pytest.approx(np.mean(honest) - np.mean(others))


def test_all_methods_get_the_same_noise(results: dict[str, DissentResult]) -> None:
    assert len({(row.errors, row.n_votes) for row in results.values()}) == 1
    for row in results.values():
        assert 0 <= row.honest <= 1
        assert row.inflation[1] <= row.inflation[2]
    # Seldom is a reading beside the majority a slip: shares flag it all the same.
    assert results["ours"].flagged < results["raw shares"].flagged


def test_a_populations_own_errors_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = synthetic_corpus(Population("small", 2, n_items=40, n_annotators=12, votes_per_item=(5, 5)))
    assert corpus.truth is not None
    opening(monkeypatch, "dissent", lambda name: corpus)
    (row, *_) = dissent([("small", "group", "b")], seeds=1, share=0.0)
    votes = corpus.annotations
    group = np.array(corpus.annotators.attributes["group"])
    mine = (group[votes.annotator] == "b") & (votes.status == 0)
    assert row.errors == pytest.approx(corpus.truth.is_error[mine].mean())


def test_perspectives_of_a_synthetic_population_are_known_by_number() -> None:
    corpus = load_corpus("synthetic-perspectives")
    assert corpus.truth is not None
    code, names = _codes(corpus, "perspective")
    assert names == ["0", "1", "2"]
    np.testing.assert_array_equal(code, corpus.truth.perspective)
    # The minority that is watched is the smallest.
    assert np.bincount(code).argmin() == names.index(
        {c: v for c, a, v in MINORITIES if a == "perspective"}[corpus.name]
    )


def test_codes_of_an_attribute() -> None:
    code, names = _codes(with_attribute(), "age")
    assert names == ["old", "young"]
    assert code.tolist() == [1] * 5 + [-1] + [0] * 14


def test_what_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    opening(monkeypatch, "dissent", lambda name: with_attribute())
    with pytest.raises(UnknownNameError, match=r"annotators of people have no attribute 'height'\."):
        dissent([("people", "height", "tall")])
    with pytest.raises(UnknownNameError, match=r"no annotator of people has age 'ancient'\."):
        dissent([("people", "age", "ancient")])


def test_the_interval_is_of_people_and_seeds() -> None:
    # Two of six are the minority. All of a side alike: no spread.
    member = np.arange(6) < 2
    votes = np.full((3, 6), 10.0)
    alike = np.where(member, 4.0, 1.0) * np.ones((3, 1))
    assert _interval(alike, votes, member) == pytest.approx((0.3, 0.3))
    # People who differ widen it, and so do seeds.
    of_people = alike + np.array([2, -2, 1, -1, 0, 0])
    of_seeds = alike * np.array([[0.5], [1.0], [1.5]])
    for hits in (of_people, of_seeds):
        low, high = _interval(hits, votes, member)
        assert low < 0.25 < 0.35 < high
    # Who never voted is nobody.
    nobody = np.zeros((3, 1))
    beside = _interval(np.hstack([of_people, nobody]), np.hstack([votes, nobody]), np.append(member, True))
    assert beside == _interval(of_people, votes, member)
