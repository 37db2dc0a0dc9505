"""Predicted disagreement: unbiased pairs, the map to nats, the regression, and a campaign that uses it."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.campaign import CampaignConfig, run_campaign
from variorum.campaign.disagreement import entropy_of_disagreement, pairwise_disagreement, predict_disagreement
from variorum.errors import ShapeError
from variorum.evaluation import entropy


def test_pairs_of_votes_are_without_bias() -> None:
    # Over all panels of three from (.7, .2, .1), the mean is the chance that two people differ: 1 - .49 - .04 - .01.
    p = np.array([0.7, 0.2, 0.1])
    panels = np.array(list(product(range(3), repeat=3)))
    counts = np.array([np.bincount(panel, minlength=3) for panel in panels])
    assert p[panels].prod(axis=1) @ pairwise_disagreement(counts) == pytest.approx(0.46)


@given(st.integers(2, 6), st.floats(0.3, 20))
def test_the_map_is_the_mean_entropy_of_dirichlet_items(n_classes: int, precision: float) -> None:
    draws = np.random.default_rng(0).dirichlet(np.full(n_classes, precision / n_classes), 20_000)
    chance = 1 - np.square(draws).sum(axis=1).mean()
    # The standard error of a mean of 20,000 entropies is below .004; five of them.
    assert entropy_of_disagreement(chance, n_classes) == pytest.approx(entropy(draws).mean(), abs=0.02)


def test_the_map_ends_where_it_should_and_never_falls() -> None:
    values = entropy_of_disagreement(np.linspace(-0.1, 0.8, 500), 3)
    assert values[0] == 0
    assert values[-1] == pytest.approx(np.log(3))
    assert (np.diff(values) >= 0).all()


def test_disagreement_that_features_tell_is_found_without_bias() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 1, 4000)
    p = np.column_stack([1 - x / 2, x / 2])  # two people differ with chance x (1 - x / 2)
    counts = np.array([rng.multinomial(2, row) for row in p], float)
    counts[2000:] = 0
    features = np.column_stack([x, x**2, rng.normal(size=(4000, 3))])
    found = predict_disagreement(counts, features)[2000:]
    truth = entropy(p)[2000:]
    assert np.corrcoef(found, truth)[0, 1] > 0.97
    assert np.polyfit(found, truth, 1)[0] == pytest.approx(1.0, abs=0.15)
    # The map's own bias: items of one kind have less spread than a Dirichlet's, and more entropy.
    assert abs(found.mean() - truth.mean()) < 0.06


def test_the_scale_of_the_features_and_their_origin_do_not_matter() -> None:
    rng = np.random.default_rng(2)
    counts, features = rng.multinomial(3, [0.5, 0.3, 0.2], 60).astype(float), rng.normal(size=(60, 4))
    one, other = predict_disagreement(counts, features), predict_disagreement(counts, 1000 * features + 7)
    np.testing.assert_allclose(one, other, atol=1e-7)


def test_few_items_with_two_votes_give_all_items_their_mean_with_one_made_up_item() -> None:
    counts = np.array([[2, 0]] * 3 + [[1, 1]] * 2 + [[1, 0], [0, 0]])
    found = predict_disagreement(counts, np.arange(7.0)[:, None])
    # (0 + 0 + 0 + 1 + 1 + 1/3) / 6 = 7/18.
    np.testing.assert_allclose(found, entropy_of_disagreement(7 / 18, 2))
    np.testing.assert_allclose(predict_disagreement(counts, None), found)


def test_features_that_tell_nothing_apart_give_the_mean() -> None:
    counts = np.array([[2, 0], [1, 1]] * 15)
    np.testing.assert_allclose(predict_disagreement(counts, np.ones((30, 2))), np.log(2), atol=1e-6)


def test_features_of_other_items_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"features have shape \(3, 2\), for 40 items"):
        predict_disagreement(np.full((40, 2), 1.0), np.ones((3, 2)))


def _corpus() -> Corpus:
    """Items whose words tell whether people differ: on every second one they split evenly."""
    n, rng = 200, np.random.default_rng(5)
    contested = np.arange(n) % 2 == 1
    texts = tuple(f"{'storm' if c else 'calm'} sea day {i}" for i, c in enumerate(contested))
    label = np.where(contested[:, None], rng.permuted(np.tile([0, 0, 1, 1], (n, 1)), axis=1), 0).ravel()
    item, annotator = np.repeat(np.arange(n), 4), np.tile(np.arange(4), n)
    scheme, people = LabelScheme.nominal(["no", "yes"]), Annotators(tuple(f"sea:{a}" for a in range(4)))
    ids = tuple(f"i{i}" for i in range(n))
    return Corpus("sea", Annotations(scheme, Items(ids, text=texts), people, item, annotator, label))


@pytest.mark.parametrize(("acquisition", "wanted"), [("most-disagreement", 1), ("least-disagreement", 0)])
def test_a_campaign_finds_the_items_on_which_people_differ(acquisition: str, wanted: int) -> None:
    corpus = _corpus()
    config = CampaignConfig(
        "sea", budget="6", price="0.05", acquisition=acquisition, overlap=2, cold_start=80, batch=20,
        validation_share=0.0, members=2,
    )  # fmt: skip
    bought = run_campaign(config, corpus=corpus).outcomes[0].bought
    later = bought.item[80:]
    assert later.size == 40
    assert (later % 2 == wanted).mean() > 0.9
