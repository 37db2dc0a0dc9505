from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from decomposition.small_rounds import votes_of
from variorum.decomposition import METHODS, PairEvidence, item_label_pairs
from variorum.errors import ArgumentError

N = (30, 5, 3)
NEEDS = {
    "label-count": (),
    "crowd-probability": ("crowd",),
    "datamaps-mean": ("trajectories",),
    "datamaps-std": ("trajectories",),
    "metadata-archaeology-knn": ("trajectories", "errors"),
    "metadata-archaeology-lr": ("trajectories", "errors"),
    "peer-sum": ("accepted",),
    "peer-ratio": ("accepted", "judgments"),
    "peer-sum-per-reason": ("accepted",),
    "peer-ratio-per-reason": ("accepted", "judgments"),
}


def evidence_of(
    item: NDArray[np.int64], annotator: NDArray[np.int64], label: NDArray[np.int64], **more: Any
) -> PairEvidence:
    return PairEvidence(item_label_pairs(votes_of(item, annotator, label, n=N)), **more)


def simulated(seed: int = 0) -> tuple[NDArray[np.int64], dict[str, NDArray[Any]], NDArray[np.bool_]]:
    """Rows (item, annotator, label), what is known about rows and items, and errors by item and label."""
    rng = np.random.default_rng(seed)
    rows = np.argwhere(rng.random(N) < 0.4)
    judgments = rng.integers(0, 4, size=len(rows)).astype(np.float64)
    known = {
        "crowd": rng.integers(0, 50, size=(N[0], N[2])),
        "trajectories": rng.random((4, N[0], N[2])),
        "judgments": judgments,
        "accepted": np.floor(judgments * rng.random(len(rows))),
        "groups": np.arange(N[0]) // 2,
    }
    return rows.T, known, rng.random((N[0], N[2])) < 0.3


@pytest.fixture
def evidence() -> PairEvidence:
    rows, known, errors = simulated()
    pairs = item_label_pairs(votes_of(*rows, n=N))
    return evidence_of(*rows, **known, errors=errors[pairs.item, pairs.label])


def test_every_scorer_is_here() -> None:
    assert list(METHODS) == list(NEEDS)


@pytest.mark.parametrize("name", METHODS)
class TestContract:
    def test_one_finite_score_a_pair(self, name: str, evidence: PairEvidence) -> None:
        found = METHODS[name](evidence)
        assert found.shape == (len(evidence.pairs),)
        assert found.dtype == np.float64
        assert np.isfinite(found).all()
        assert np.ptp(found) > 0

    def test_equal_input_gives_equal_output(self, name: str, evidence: PairEvidence) -> None:
        np.testing.assert_array_equal(METHODS[name](evidence), METHODS[name](evidence))

    def test_order_of_items_annotators_rows_and_classes(self, name: str, evidence: PairEvidence) -> None:
        rng = np.random.default_rng(1)
        (item, annotator, label), known, errors = simulated()
        row, (to_item, who, to_label) = rng.permutation(item.size), (rng.permutation(size) for size in N)
        old_item, old_label = np.argsort(to_item), np.argsort(to_label)
        moved = {
            "crowd": known["crowd"][old_item][:, old_label],
            "trajectories": known["trajectories"][:, old_item][:, :, old_label],
            "judgments": known["judgments"][row],
            "accepted": known["accepted"][row],
            "groups": known["groups"][old_item],
        }
        columns = (to_item[item][row], who[annotator][row], to_label[label][row])
        pairs = item_label_pairs(votes_of(*columns, n=N))
        errors = errors[old_item][:, old_label]
        other = evidence_of(*columns, **moved, errors=errors[pairs.item, pairs.label])
        found, again = np.full((2, N[0], N[2]), np.nan)
        found[evidence.pairs.item, evidence.pairs.label] = METHODS[name](evidence)
        again[to_item[:, None], to_label] = found
        np.testing.assert_allclose(METHODS[name](other), again[pairs.item, pairs.label], atol=1e-6)

    def test_it_needs_what_it_says_and_no_more(self, name: str, evidence: PairEvidence) -> None:
        needed = {each: getattr(evidence, each) for each in NEEDS[name]}
        groups = evidence.groups if "errors" in needed else None
        found = METHODS[name](PairEvidence(evidence.pairs, **needed, groups=groups))
        np.testing.assert_array_equal(found, METHODS[name](evidence))
        for each in NEEDS[name]:
            match = f"the scorer '{name}' needs {each}, and the evidence holds none"
            with pytest.raises(ArgumentError, match=match):
                METHODS[name](PairEvidence(evidence.pairs, **{**needed, each: None}))

    def test_without_a_pair_there_is_no_score(self, name: str) -> None:
        none = np.zeros(0, np.int64)
        empty = evidence_of(
            none,
            none,
            none,
            crowd=np.ones((0, 3)),
            trajectories=np.ones((2, 0, 3)),
            judgments=np.zeros(0),
            accepted=np.zeros(0),
            errors=np.zeros(0, bool),
        )
        assert METHODS[name](empty).shape == (0,)


@pytest.mark.parametrize("name", sorted(set(METHODS) - {"datamaps-std"}))
def test_a_label_that_all_evidence_speaks_against_scores_higher(name: str) -> None:
    # Items have label 0 by four annotators and label 1 by one, whose reason nobody accepts, whom the crowd does not
    # follow, and whom a classifier does not learn; in half of the items that is a known error, and label 0 never is.
    item = np.repeat(np.arange(8), 5)
    label = np.tile([0, 0, 0, 0, 1], 8)
    probability = np.tile([0.9, 0.1, 0.0], (2, 8, 1))
    columns = (item, np.tile(np.arange(5), 8), label)
    pairs = item_label_pairs(votes_of(*columns, n=N))
    accepted = np.where(label == 0, 3.0, 0.0)
    more: dict[str, Any] = {"crowd": 100 * probability[0], "judgments": np.full(40, 3.0), "accepted": accepted}
    errors = (pairs.label == 1) & (pairs.item < 4)
    evidence = evidence_of(*columns, **more, trajectories=probability, errors=errors)
    if name == "metadata-archaeology-knn":
        # Eight examples are all each other's neighbours, so that nothing is told apart: a quarter are errors.
        np.testing.assert_array_equal(METHODS[name](evidence), 0.25)
        return
    found = METHODS[name](evidence).reshape(8, 2)
    assert (found[:, 1] > found[:, 0]).all()
