"""The six populations: frozen, with a truth that their votes follow, each different in the way it says."""

import dataclasses
import time

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import gammaln
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from variorum.annotations import ANSWERED, UNSURE, Corpus, Truth
from variorum.corpora import CORPORA, Population, fingerprint, synthetic_corpus
from variorum.corpora.base import CorpusSpec
from variorum.corpora.synthetic_votes import N_SPAMMERS
from variorum.errors import ArgumentError

NAMES = [name for name in CORPORA if name.startswith("synthetic-")]
POPULATIONS: dict[str, Corpus] = {}


def population(name: str) -> Corpus:
    if name not in POPULATIONS:
        POPULATIONS[name] = CORPORA[name].read(None)  # type: ignore[arg-type]
    return POPULATIONS[name]


def truth_of(corpus: Corpus) -> Truth:
    assert corpus.truth is not None
    return corpus.truth


def js(human: NDArray[np.float64], model: NDArray[np.float64]) -> float:
    """Mean Jensen-Shannon divergence in nats."""
    human, model = np.maximum(human, 1e-12), np.maximum(model, 1e-12)
    middle = (human + model) / 2
    return float(np.mean((human * np.log(human / middle) + model * np.log(model / middle)).sum(axis=1) / 2))


def spammers(corpus: Corpus) -> NDArray[np.bool_]:
    """Annotators whose answers are all errors."""
    answered = corpus.annotations.status == ANSWERED
    who, wrong = corpus.annotations.annotator[answered], truth_of(corpus).is_error[answered]
    return np.array(np.bincount(who, wrong) == np.bincount(who))


def test_there_are_six() -> None:
    assert len(NAMES) == 6


@pytest.mark.parametrize("name", NAMES)
def test_it_is_frozen(name: str) -> None:
    corpus = population(name)
    assert corpus.notes == (), "a note says that the fingerprint is another one"


def test_a_population_that_is_not_the_frozen_one_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("variorum.corpora.synthetic.fingerprint", lambda corpus: "0" * 64)
    (note,) = CORPORA["synthetic-plain"].read(None).notes  # type: ignore[arg-type]
    assert "other numbers than the frozen population" in note


def test_the_fingerprint_sees_every_part() -> None:
    corpus = synthetic_corpus(Population("tiny", seed=1, n_items=4, votes_per_item=(2, 3)))
    votes, truth = corpus.annotations, truth_of(corpus)
    assert votes.seconds is not None
    assert votes.time is not None
    assert corpus.items.text is not None
    items = dataclasses.replace(corpus.items, text=("Changed.", *corpus.items.text[1:]))
    changed = [
        dataclasses.replace(corpus, annotations=dataclasses.replace(votes, label=np.roll(votes.label, 1))),
        dataclasses.replace(corpus, annotations=dataclasses.replace(votes, seconds=votes.seconds + 1)),
        dataclasses.replace(corpus, annotations=dataclasses.replace(votes, time=votes.time + 1)),
        dataclasses.replace(corpus, annotations=dataclasses.replace(votes, explanation=("x",) * votes.n_rows)),
        dataclasses.replace(corpus, annotations=dataclasses.replace(votes, items=items)),
        dataclasses.replace(corpus, truth=dataclasses.replace(truth, is_error=~truth.is_error)),
        dataclasses.replace(corpus, truth=dataclasses.replace(truth, perspective=1 - truth.perspective)),
        dataclasses.replace(corpus, truth=dataclasses.replace(truth, distribution=truth.distribution[::-1])),
    ]
    prints = {fingerprint(each) for each in [corpus, *changed]}
    assert len(prints) == len(changed) + 1


def test_only_a_synthetic_population_has_a_fingerprint() -> None:
    corpus = dataclasses.replace(population("synthetic-plain"), truth=None)
    with pytest.raises(ArgumentError, match="synthetic-plain has no truth, times or prices"):
        fingerprint(corpus)


@pytest.mark.parametrize("name", NAMES)
def test_it_takes_less_than_two_seconds(name: str) -> None:
    start = time.perf_counter()
    CORPORA[name].read(None)  # type: ignore[arg-type]
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("name", NAMES)
def test_votes_prices_times_and_reasons_are_there(name: str) -> None:
    corpus = population(name)
    votes, truth = corpus.annotations, truth_of(corpus)
    each = np.bincount(votes.item)
    assert (each.min(), each.max(), len(corpus.items), len(corpus.annotators)) == (20, 30, 2000, 60)
    pairs = votes.item.astype(np.int64) * 60 + votes.annotator
    assert np.unique(pairs).size == votes.n_rows, "nobody is asked twice"
    np.testing.assert_allclose(truth.distribution.sum(axis=1), 1, atol=1e-12)
    assert not truth.is_error[votes.status == UNSURE].any()
    assert 0.005 < np.mean(votes.status == UNSURE) < 0.015
    assert set(corpus.annotators.kind) == {"simulated"}
    assert corpus.annotators.prices is not None
    prices = [price.per_annotation for price in corpus.annotators.prices]
    assert 40_000 <= min(prices) < max(prices) <= 140_000
    assert {price.currency for price in corpus.annotators.prices} == {"EUR"}
    assert votes.seconds is not None
    assert votes.seconds.min() > 0
    assert votes.time is not None
    for annotator in range(3):
        mine = votes.annotator == annotator
        order = np.argsort(votes.time[mine])
        np.testing.assert_allclose(
            np.diff(votes.time[mine][order]), votes.seconds[mine][order][:-1], atol=1e-5, err_msg="one after the other"
        )
    assert ("group" in corpus.annotators.attributes) == (name != "synthetic-perspectives")


@pytest.mark.parametrize("name", NAMES)
def test_four_spammers_and_an_error_rate_for_everybody_else(name: str) -> None:
    corpus = population(name)
    votes, truth = corpus.annotations, truth_of(corpus)
    spam = spammers(corpus)
    assert spam.sum() == N_SPAMMERS
    rates = np.bincount(votes.annotator, truth.is_error) / np.bincount(votes.annotator)
    assert rates[~spam].min() > 0
    assert rates[~spam].max() < 0.6
    # Half of the spammers give one label to everything.
    n_labels = [np.unique(votes.label[votes.annotator == a]).size for a in np.flatnonzero(spam)]
    assert sorted(n_labels) == [1, 1, 3, 3]


@pytest.mark.parametrize("name", [n for n in NAMES if n != "synthetic-item-error"])
def test_readings_follow_the_true_distribution(name: str) -> None:
    """Votes that are no errors: their counts against what the truth leads one to expect.

    Each item's panel is a random part of the annotators, so over 2,000 items the sum lies within a few standard
    errors: sqrt(43,000 / 4) = 104 for independent votes, about three times that where cliques answer alike.
    """
    corpus = population(name)
    votes, truth = corpus.annotations, truth_of(corpus)
    kept = (votes.status == ANSWERED) & ~truth.is_error
    found = votes.take(kept).counts()
    expected = truth.distribution * found.sum(axis=1, keepdims=True)
    assert np.abs(found.sum(axis=0) - expected.sum(axis=0)).max() < 700
    # Item by item: a chi-square of about two a row (three classes, some of them nearly impossible).
    chi = ((found - expected) ** 2 / np.maximum(expected, 0.5)).sum(axis=1).mean()
    low, high = (3.0, 9.0) if name == "synthetic-cliques" else (1.2, 2.8)
    assert low < chi < high


@pytest.mark.parametrize("name", NAMES)
def test_signal_and_noise_for_a_learner(name: str) -> None:
    """TF-IDF and logistic regression on counts: far better than the marginal, far from the truth."""
    corpus = population(name)
    truth, counts, text = truth_of(corpus).distribution, corpus.annotations.counts(), corpus.items.text
    train, test = np.arange(1500), np.arange(1500, 2000)
    words = TfidfVectorizer(min_df=2).fit(np.array(text)[train]).transform(text)
    model = LogisticRegression(max_iter=200)
    model.fit(words[np.repeat(train, 3)], np.tile(np.arange(3), 1500), counts[train].ravel())
    learned = js(truth[test], model.predict_proba(words[test]))
    marginal = js(truth[test], np.tile(counts[train].sum(0) / counts[train].sum(), (500, 1)))
    assert learned < 0.65 * marginal
    assert learned > 0.02


def votes_alone(corpus: Corpus) -> float:
    counts = corpus.annotations.counts()
    return js(truth_of(corpus).distribution, counts / counts.sum(axis=1, keepdims=True))


def test_each_population_differs_as_it_says() -> None:
    """How far 25 votes are from the truth: errors that gather on items, in cliques and over time do not average out."""
    plain = votes_alone(population("synthetic-plain"))
    assert plain < 0.02
    for name in ("synthetic-item-error", "synthetic-cliques", "synthetic-drift"):
        assert votes_alone(population(name)) > 1.5 * plain, name


def test_item_error_gathers_on_some_items() -> None:
    shares = {}
    for name in ("synthetic-plain", "synthetic-item-error"):
        corpus = population(name)
        error = np.bincount(corpus.annotations.item, truth_of(corpus).is_error) / np.bincount(corpus.annotations.item)
        shares[name] = float(np.mean(error > 0.4))
    assert shares["synthetic-plain"] < 0.01
    assert 0.1 < shares["synthetic-item-error"] < 0.25


def excess_agreement(corpus: Corpus) -> NDArray[np.float64]:
    """How much more often each pair of honest annotators agrees than the items' vote shares lead one to expect."""
    votes, honest = corpus.annotations, np.flatnonzero(~spammers(corpus))
    shares = votes.counts() / votes.counts().sum(axis=1, keepdims=True)
    table = np.full((2000, 60), -1)
    table[votes.item, votes.annotator] = votes.label
    excess = []
    for position, a in enumerate(honest):
        for b in honest[position + 1 :]:
            both = (table[:, a] >= 0) & (table[:, b] >= 0)
            excess.append(np.mean(table[both, a] == table[both, b]) - np.mean((shares[both] ** 2).sum(axis=1)))
    return np.array(excess)


def test_cliques_agree_more_than_they_should() -> None:
    # Three cliques of 12 have 3 * 66 = 198 of the 56 * 55 / 2 = 1,540 honest pairs.
    cliques = np.sort(excess_agreement(population("synthetic-cliques")))
    plain = np.sort(excess_agreement(population("synthetic-plain")))
    assert plain[-198:].mean() < 0.1
    assert cliques[-198:].mean() > 0.17
    assert cliques[-2 * 198 : -198].mean() < 0.1, "and only they do"


def test_drift_changes_error_rates_with_time() -> None:
    change = {}
    for name in ("synthetic-plain", "synthetic-drift"):
        corpus = population(name)
        votes, wrong = corpus.annotations, truth_of(corpus).is_error
        assert votes.time is not None
        honest = np.flatnonzero(~spammers(corpus))
        late = [votes.time[votes.annotator == a] > np.median(votes.time[votes.annotator == a]) for a in honest]
        change[name] = np.array(
            [
                wrong[votes.annotator == a][after].mean() - wrong[votes.annotator == a][~after].mean()
                for a, after in zip(honest, late, strict=True)
            ]
        )
    assert np.abs(change["synthetic-plain"]).max() < 0.08
    drift = change["synthetic-drift"]
    # Half of a rise of 0.25 to 0.45 shows between the halves; three in five tire, one in five learns.
    assert np.mean(drift > 0.08) == pytest.approx(0.6, abs=0.15)
    assert np.mean(drift < -0.08) == pytest.approx(0.2, abs=0.15)


def test_hidden_perspectives_turn_with_the_topic() -> None:
    """Each group's readings on the first and the second half of the topics, as mean of negative -1 to positive 1."""
    gap = {}
    for name in ("synthetic-plain", "synthetic-perspectives"):
        corpus = population(name)
        votes, truth = corpus.annotations, truth_of(corpus)
        first = np.isin(corpus.items.fields["topic"], ["canteen", "park", "film"])[votes.item]
        kept = (votes.status == ANSWERED) & ~truth.is_error
        group = truth.perspective[votes.annotator]
        tone = [
            [(votes.label[kept & (group == g) & (first == half)] - 1).mean() for half in (True, False)] for g in (0, 1)
        ]
        gap[name] = np.subtract(tone[1], tone[0])
    # Plain: the second group is more severe on both halves. Hidden: more severe on one, milder on the other.
    assert (gap["synthetic-plain"] < -0.03).all()
    assert gap["synthetic-perspectives"][0] < -0.2
    assert gap["synthetic-perspectives"][1] > 0.2
    shares = np.bincount(truth_of(population("synthetic-perspectives")).perspective) / 60
    np.testing.assert_allclose(shares, [0.45, 0.35, 0.2], atol=1 / 120)


def dirichlet_misfit(distribution: NDArray[np.float64]) -> float:
    """Log density a row that a two-component view gains over the best single Dirichlet: how far rows crowd together."""
    logs = np.log(np.maximum(distribution, 1e-4))

    def loss(log_alpha: NDArray[np.float64]) -> float:
        alpha = np.exp(log_alpha)
        return -float(np.mean((alpha - 1) @ logs.T + gammaln(alpha.sum()) - gammaln(alpha).sum()))

    alpha = np.exp(minimize(loss, np.zeros(3)).x)
    drawn = np.maximum(np.random.default_rng(0).dirichlet(alpha, distribution.shape[0]), 1e-4)
    edges = np.linspace(0, 1, 26)
    return max(
        float(np.abs(np.cumsum(np.histogram(distribution[:, k], edges)[0] - np.histogram(drawn[:, k], edges)[0])).max())
        / distribution.shape[0]
        for k in range(3)
    )


def test_mixture_items_are_no_dirichlet() -> None:
    """Largest gap of a class's cumulative histogram to that of the best single Dirichlet."""
    assert dirichlet_misfit(truth_of(population("synthetic-plain")).distribution) < 0.12
    assert dirichlet_misfit(truth_of(population("synthetic-mixture")).distribution) > 0.15


@pytest.mark.parametrize(
    ("knobs", "message"),
    [
        ({"votes_per_item": (5, 70)}, r"votes_per_item = \(5, 70\) must be two numbers from 1 to 60"),
        ({"votes_per_item": (0, 3)}, "votes_per_item"),
        ({"shares": (0.5, 0.4)}, r"shares = \(0.5, 0.4\) must be one to three shares that sum to one"),
        ({"shares": (0.25,) * 4}, "one to three shares"),
        ({"n_cliques": 5}, "5 cliques of 12 need more than the 56 honest annotators"),
    ],
)
def test_knobs_that_do_not_fit_are_said(knobs: dict[str, object], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        Population("x", seed=1, **knobs)  # type: ignore[arg-type]


def test_specs_are_built_in() -> None:
    specs: list[CorpusSpec] = [CORPORA[name] for name in NAMES]
    assert all(spec.files == () and not spec.sensitive for spec in specs)
