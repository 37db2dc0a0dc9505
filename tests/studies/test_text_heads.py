from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import hypergeom

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme, group_codes
from variorum.errors import ArgumentError
from variorum.studies.corpus_parts import open_part
from variorum.studies.text_heads import draw_votes, line_means, split_texts, steps_of, stream


@given(
    arrays(np.int64, (4, 3), elements=st.integers(0, 9)),
    st.one_of(st.none(), st.integers(0, 12)),
    st.integers(0, 99),
)
def test_votes_are_drawn_without_replacement(counts, votes, seed):
    drawn = draw_votes(counts, votes, np.random.default_rng(seed))
    assert (drawn >= 0).all()
    assert (drawn <= counts).all()
    have = counts.sum(axis=1)
    assert (drawn.sum(axis=1) == (have if votes is None else np.minimum(have, votes))).all()


def test_draws_are_hypergeometric():
    counts = np.tile([3, 5, 2], (20_000, 1))
    drawn = draw_votes(counts, 4, np.random.default_rng(0))
    for k in range(3):
        seen = np.bincount(drawn[:, k], minlength=5) / len(drawn)
        wanted = hypergeom(10, counts[0, k], 4).pmf(np.arange(5))
        # 20,000 draws: a standard error of at most .0036.
        assert np.abs(seen - wanted).max() < 0.015


@given(st.integers(1, 200_000), st.integers(1, 600))
def test_whole_epochs_come_to_the_steps_wanted(n, steps):
    loop = steps_of(n, steps, 25, 128)
    made = loop["epochs"] * -(-n // loop["batch_size"])
    # Whole batches in whole epochs: too many by half a step an epoch at most.
    assert made <= steps + loop["epochs"] / 2
    assert made >= steps / 2 or n * loop["epochs"] < steps


@pytest.mark.parametrize("n", [661, 773, 784, 1060, 7500])
@pytest.mark.parametrize("votes", [1, 3, 6, 100])
def test_no_small_batch_is_left_over_in_every_epoch(n, votes):
    # 773 examples in batches of 110 made an eighth step of three examples in each of 71 epochs: 568 steps for 500.
    loop = steps_of(n * votes, 500, 25, 128)
    assert abs(loop["epochs"] * -(-n * votes // loop["batch_size"]) - 500) <= 10


def test_steps_are_alike_for_items_and_for_their_votes():
    for votes in (1, 2, 3, 5, 10, 25, 50, 100):
        loop = steps_of(1060 * votes, 500, 25, 128)
        assert abs(loop["epochs"] * -(-1060 * votes // loop["batch_size"]) - 500) <= 10


def test_a_split_tears_no_group_and_fits_features_on_training_items():
    split = split_texts("synthetic-plain", "tfidf", 0)
    parts = (split.train, split.validation, split.test)
    assert sorted(np.concatenate(parts)) == list(range(2000))
    codes = group_codes(open_part("synthetic-plain").items)
    assert not set(codes[split.train]) & set(codes[split.test])
    assert not set(codes[split.validation]) & set(codes[np.concatenate([split.train, split.test])])
    assert abs(split.test.size - 400) <= 5
    assert abs(split.validation.size - 200) <= 5
    assert split_texts("synthetic-plain", "tfidf", 0) is split
    assert (split.counts == open_part("synthetic-plain").annotations.counts()).all()


def test_an_item_without_a_vote_is_refused(monkeypatch):
    scheme = LabelScheme.nominal(["no", "yes"])
    votes = Annotations(scheme, Items(("a", "b")), Annotators(("x:1",)), [0], [0], [1])
    monkeypatch.setattr("variorum.studies.corpus_parts.open_corpus", lambda name: Corpus(name, votes))
    with pytest.raises(ArgumentError, match="an item of bare has no vote"):
        split_texts("bare", "tfidf", 0)
    open_part.cache_clear()


def test_uses_of_randomness_are_apart():
    draws = [stream(use, 0).integers(2**60) for use in ("split", "votes", "start", "lines", "items")]
    assert len(set(draws)) == 5


def test_lines_of_few_items():
    lines = line_means(open_part("synthetic-plain"), np.arange(20), 0)
    assert set(lines["js"]) >= {"oracle floor", "fresh panel"}
    assert 0 < lines["js"]["oracle floor"] < lines["js"]["fresh panel"] < 0.2
