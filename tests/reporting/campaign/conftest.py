"""Campaign results made by hand: invented items, hostile texts, two arms; no model and no replay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from reporting.hostile import HOSTILE
from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.campaign import ArmOutcome, CampaignConfig, CampaignResult, RoundScore
from variorum.evaluation import ReferenceLine, js_divergence, kl_divergence, total_variation

_SENTENCES = (
    "The bus was late again, but the driver waved at every stop.",
    "Soup of the day: cold, then lukewarm, then gone.",
    "I would not say no to a second helping.",
    "They fixed the door. It now opens the other way.",
    "Best seat in the house, if you like pillars.",
    "The museum closes when it is full, the sign says.",
)
_REASONS = (
    "It could be meant kindly.",
    "Reads like irony to me, the second half takes it back.",
    "Nothing here says how the speaker feels.",
    "Anyone who was there would complain.",
)


def _votes(rng: np.random.Generator, truth: np.ndarray, per_item: int, n_annotators: int, known: bool) -> dict:
    n_items, n_classes = truth.shape
    item = np.repeat(np.arange(n_items), per_item)
    who = (
        np.concatenate([rng.permutation(n_annotators)[:per_item] for _ in range(n_items)])
        if known
        else np.full(item.size, -1)
    )
    label = np.array([rng.choice(n_classes, p=truth[i]) for i in item])
    status = np.where(rng.random(item.size) < 0.05, rng.integers(1, 3, item.size), 0)
    return {"item": item, "annotator": who, "label": np.where(status == 0, label, -1), "status": status}


def make(
    labels: tuple[str, ...] = ("agrees", "stands aside", "objects"),
    *,
    n_items: int = 90,
    per_item: int = 9,
    n_annotators: int = 18,
    seeds: int = 3,
    arms: bool = True,
    text: bool = True,
    reasons: bool = True,
    known: bool = True,
    sensitive: bool = False,
    hostile: bool = True,
    validation: bool = True,
    ordinal: bool = False,
    image: str | None = None,
) -> CampaignResult:
    """A result with the given traits; the same arguments, the same result."""
    rng = np.random.default_rng(7)
    scheme = LabelScheme.ordinal(labels) if ordinal else LabelScheme.nominal(labels)
    truth = rng.dirichlet(np.full(len(labels), 0.7), n_items)
    texts = [_SENTENCES[i % len(_SENTENCES)] for i in range(n_items)]
    ids = [f"item-{i:03d}" for i in range(n_items)]
    if hostile:
        ids[1] = "<i id='x'>one</i>"
        for k in range(n_items // 3, n_items):
            texts[k] = f"{texts[k]} {HOSTILE[k % len(HOSTILE)]}"
    items = Items(
        tuple(ids),
        text=tuple(texts) if text else None,
        image=(image,) * n_items if image else None,
        payload=None if text else tuple(f'{{"pixels": [{i}, 2, 3]}}' for i in range(n_items)),
    )
    last = HOSTILE[1] if hostile else "zoe"
    names = (*(f"made-up:a{k:02d}" for k in range(n_annotators - 1)), f"made-up:{last}")
    people = Annotators(names if known else (), kind=("llm",) + ("human",) * (n_annotators - 1) if known else ())
    columns = _votes(rng, truth, per_item, n_annotators, known)
    said = tuple(
        None if k % 3 == 0 else HOSTILE[k % 5] if hostile and k % 7 == 0 else _REASONS[k % 4]
        for k in range(columns["item"].size)
    )
    votes = Annotations(scheme, items, people, explanation=said if reasons else None, **columns)
    corpus = Corpus(
        "made-up", votes, licence="CC0", home="javascript:alert(1)" if hostile else "https://example.org/made-up",
        sensitive=sensitive, notes=("3 rows without an item were skipped.", HOSTILE[0]),
    )  # fmt: skip
    counts = votes.counts()
    order = rng.permutation(n_items)
    # An item whose votes are all abstentions has no distribution to be scored against.
    order = np.concatenate([order[counts[order].sum(axis=1) > 0], order[counts[order].sum(axis=1) == 0]])
    test = np.sort(order[: n_items // 3])
    checked = np.sort(order[n_items // 3 : n_items // 3 + n_items // 10])
    human = counts[test] / counts[test].sum(axis=1, keepdims=True)
    config = CampaignConfig(
        "made-up", acquisition="entropy" if arms else "random", seeds=seeds, budget="12.50", price="0.05"
    )
    outcomes = tuple(
        _outcome(config, k, votes, test, checked, truth, rng) for k in range(len(config.arms()))
    )  # fmt: skip
    rounds = _rounds(config, human, truth[test], rng)
    return CampaignResult(
        config=config,
        corpus=corpus,
        budget=12_500_000,
        n_pool=n_items - test.size - checked.size,
        n_validation=checked.size,
        test=test,
        human=human,
        human_votes=counts[test].sum(axis=1),
        outcomes=tuple(replace(outcome, item_scores=_item_scores(rounds, outcome, test.size)) for outcome in outcomes),
        rounds=rounds,
        lines={
            "js": (
                ReferenceLine("oracle floor", 0.031, 0.027, 0.035, test.size, 0, 0.95, 200),
                ReferenceLine("fresh panel", 0.058, 0.050, 0.066, test.size, 0, 0.95, 200),
            ),
            "tvd": (ReferenceLine("oracle floor", 0.12, 0.10, 0.14, test.size, 0, 0.95, 200),),
        },
        population="all annotators of made-up, equally weighted",
        validation=checked if validation else None,
    )


def _outcome(
    config: CampaignConfig, k: int, votes: Annotations, test: np.ndarray, checked: np.ndarray, truth: np.ndarray,
    rng: np.random.Generator,
) -> ArmOutcome:  # fmt: skip
    for_sale = np.flatnonzero(~np.isin(votes.item, test))
    rows = rng.permutation(for_sale)[:250]
    sold = votes.take(rows)
    bought = Annotations(
        votes.scheme, votes.items, votes.annotators, sold.item, sold.annotator, sold.label, sold.status,
        cost=np.full(rows.size, 50_000), round=np.repeat(np.arange(10), 25)[: rows.size],
    )  # fmt: skip
    n = truth.shape[1]
    return ArmOutcome(config.arms()[k], 0.6 * truth[test] + 0.4 / n, bought, 600, 41 + k, {})


def _rounds(
    config: CampaignConfig, human: np.ndarray, truth: np.ndarray, rng: np.random.Generator
) -> tuple[RoundScore, ...]:
    rows = []
    n = truth.shape[1]
    for k, arm in enumerate(config.arms()):
        for seed in range(config.seeds):
            for r in range(10):
                mix = 0.3 + (0.5 + 0.05 * k) * np.exp(-r / 4) + 0.06 * k + 0.12 * rng.random()
                model = (1 - mix) * human + mix / n
                scores = {
                    "kl": float(kl_divergence(human, model).mean()),
                    "js": float(js_divergence(human, model).mean()),
                    "tvd": float(total_variation(human, model).mean()),
                    "accuracy": float((human.argmax(1) == model.argmax(1)).mean()),
                    "ent-ce": float("nan"),
                }
                rows.append(RoundScore(arm.name, seed, r, 25 * (r + 1), 1_250_000 * (r + 1), 20 * (r + 1), scores, 0.9))
    return tuple(rows)


def _item_scores(rounds: tuple[RoundScore, ...], outcome: ArmOutcome, n_test: int) -> dict[str, tuple[np.ndarray, ...]]:
    """Item scores around each seed's last mean, which they have."""
    last = [row for row in rounds if row.arm == outcome.arm.name and row.round == 9]
    spread = np.linspace(-0.01, 0.01, n_test)
    return {name: tuple(row.scores[name] + spread for row in last) for name in last[0].scores}


@pytest.fixture(scope="session")
def make_result() -> Callable[..., CampaignResult]:
    """Makes results; see `make`."""
    return make
