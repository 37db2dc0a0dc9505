from __future__ import annotations

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.campaign.scoring import Scorer
from variorum.evaluation import kl_divergence, oracle_floor


def test_scores_are_means_over_items_and_none_where_infinite() -> None:
    scorer = Scorer(small_corpus(), np.arange(40))
    sure = np.tile([1.0, 0.0, 0.0], (40, 1))
    scores = scorer.scores(sure)
    assert scores["kl"] is None
    assert scores["tvd"] == pytest.approx(1.0 - scorer.human[:, 0].mean())
    even = np.full((40, 3), 1.0 / 3.0)
    assert scorer.scores(even)["kl"] == pytest.approx(kl_divergence(scorer.human, even).mean())


def test_lines_stand_in_order_and_the_floor_lies_below_a_panel() -> None:
    scorer = Scorer(small_corpus(), np.arange(120))
    for name in ("kl", "js", "tvd"):
        floor, panel = scorer.lines(0)[name]
        assert (floor.name, panel.name) == ("oracle floor", "fresh panel")
        assert floor.mean < panel.mean
    # The same truths for any seed of the draws, to their own spread.
    assert scorer.lines(1)["js"][0].mean == pytest.approx(scorer.lines(2)["js"][0].mean, rel=0.1)


def test_one_vote_an_item_has_no_line_since_any_prior_would_be_made_up() -> None:
    scorer = Scorer(small_corpus(per_item=1), np.arange(60))
    voted = Scorer(small_corpus(per_item=1), np.flatnonzero(scorer.counts.sum(axis=1) == 1))
    assert set(voted.lines(0).values()) == {()}
    # Two priors that these votes cannot tell apart: one says that nobody varies, the other that everybody does.
    still, varied = (
        oracle_floor(voted.counts, lambda human, model: 1.0 - (human * model).sum(axis=1), np.full(3, a), 0).mean
        for a in (1e-3, 1e3)
    )
    assert still < 0.01
    assert varied > 0.6
