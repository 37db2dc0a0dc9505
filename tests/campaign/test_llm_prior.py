import numpy as np
import pytest

from variorum.campaign import evidence_for, llm_prior
from variorum.corpora import simulated_llm_votes
from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import js_divergence
from variorum.training import SoftmaxRegression, TrainingData


def _world(seed, flaw, n=900, n_human=100):
    """Thirty features, of which a hundred votes teach little; an LLM that voted on every item."""
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, 30))
    logit = features @ rng.normal(scale=0.3, size=30) + rng.normal(size=n)
    share = np.column_stack([1 / (1 + np.exp(-logit)), 1 / (1 + np.exp(logit))])
    human, n_human = np.zeros((n, 2)), min(n, n_human)
    human[np.arange(n_human), (rng.random(n_human) > share[:n_human, 0]).astype(int)] = 1.0
    return features, human, np.eye(2)[simulated_llm_votes(share, features, flaw, rng)], share


def _errors(seed, flaw):
    """JS divergence on items without votes of people: without the LLM, with its votes as people's, as a prior."""
    features, human, llm, share = _world(seed, flaw)
    rng, fresh = np.random.default_rng(0), human.sum(axis=1) == 0
    prior = llm_prior(features, [llm], rng)

    def error(inputs, votes):
        fitted = SoftmaxRegression(n_members=1).fit(TrainingData(inputs, votes), rng)
        return js_divergence(share[fresh], fitted.predict(inputs[fresh]).mean).mean()

    error_of = error(features, human), error(features, human + llm), error(prior.inputs(features), human)
    return (*error_of, evidence_for(prior, features, human, rng))


@pytest.mark.parametrize("flaw", ["none", "biased-half", "adversarial"])
def test_an_llm_that_knows_people_helps_even_where_it_is_biased_or_says_the_opposite(flaw):
    without, _, ours, evidence = np.mean([_errors(seed, flaw) for seed in range(4)], axis=0)
    assert ours < 0.8 * without
    assert evidence > 0


def test_an_llm_that_answers_at_random_does_no_harm_and_its_votes_as_peoples_do():
    without, naive, ours, evidence = np.mean([_errors(seed, "useless") for seed in range(4)], axis=0)
    assert ours == pytest.approx(without, rel=0.05)
    assert naive > 1.1 * without
    assert evidence < 2


def test_several_llms_are_several_inputs_and_one_without_a_vote_is_none():
    features, _, llm, _ = _world(0, "none", n=80)
    rng = np.random.default_rng(0)
    assert llm_prior(features, [llm, 1 - llm], rng).inputs(features[:5]).shape == (5, 34)
    assert llm_prior(features, [llm, 0 * llm], rng).inputs(features[:5]).shape == (5, 32)


def test_bad_input():
    features, _, llm, _ = _world(0, "none", n=20)
    rng = np.random.default_rng(0)
    with pytest.raises(ArgumentError, match="no LLM gave a vote"):
        llm_prior(features, [0 * llm], rng)
    with pytest.raises(ShapeError, match=r"votes\[1\] has shape \(19, 2\) for 20 items"):
        llm_prior(features, [llm, llm[:-1]], rng)
