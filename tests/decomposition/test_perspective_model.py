from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from decomposition.small_rounds import full_design, votes_of
from variorum.decomposition import perspective_model
from variorum.decomposition.entries import Entries, as_entries
from variorum.decomposition.perspective_model import GroupFit, _fit_precision, _Seen, fit_groups, held_out

PLANTED = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1])


def planted(n_items: int = 80, sure: float = 0.95) -> Entries:
    rng = np.random.default_rng(0)
    reading = rng.random((n_items, 2)) < 0.5
    labels = rng.random((n_items, PLANTED.size)) < np.where(reading[:, PLANTED], sure, 1 - sure)
    return as_entries(full_design(labels.astype(int)))


def naive_held_out(fit: GroupFit, train: Entries, test: Entries) -> NDArray[np.float64]:
    """Each vote's log probability, by loops over the votes that were seen."""
    found = []
    for item, voter, label in zip(test.item, test.voter, test.label, strict=True):
        rows = [n for n in range(train.size) if train.item[n] == item]
        careful = {n: float(train.weight[n] - fit.careless[n]) for n in rows}
        mine = [n for n in rows if train.label[n] == label]
        share = (fit.prior[label] + sum(careful[n] for n in mine)) / (fit.prior.sum() + sum(careful.values()))
        read = 0.0
        for group, member in enumerate(fit.membership[voter]):
            said = sum(careful[n] * fit.membership[train.voter[n], group] for n in mine)
            seen = sum(careful[n] * fit.membership[train.voter[n], group] for n in rows)
            read += member * (fit.pull * share + said) / (fit.pull + seen)
        found.append(np.log((1 - fit.rate[voter]) * read + fit.rate[voter] * fit.strategy[voter, label]))
    return np.array(found)


class TestHeldOut:
    @pytest.mark.parametrize("n_groups", [1, 2, 3])
    def test_against_loops(self, n_groups: int) -> None:
        rng = np.random.default_rng(1)
        votes = votes_of(rng.integers(12, size=150), rng.integers(7, size=150), rng.integers(3, size=150), n=(12, 7, 3))
        entries = as_entries(votes)
        unseen = rng.random(150) < 0.3
        train, test = entries.take(~unseen), entries.take(unseen)
        fit = fit_groups(train, n_groups, rng)
        np.testing.assert_allclose(held_out(fit, train, test), naive_held_out(fit, train, test))

    def test_probabilities_of_a_voter_s_labels_sum_to_one(self) -> None:
        train = planted(20)
        fit = fit_groups(train, 2, np.random.default_rng(0))
        ask = [as_entries(full_design(np.full((20, 9), label))) for label in (0, 1)]
        chances = sum(np.exp(held_out(fit, train, each)) for each in ask)
        np.testing.assert_allclose(chances, 1.0)

    def test_who_was_not_seen_and_what_was_not_said_have_a_finite_score(self) -> None:
        entries = as_entries(votes_of([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 2], [0, 0, 0, 1, 0, 2], n=(3, 3, 3)))
        train, test = entries.take(entries.item < 2), entries.take(entries.item == 2)
        assert np.isfinite(held_out(fit_groups(train, 1, np.random.default_rng(0)), train, test)).all()


class TestFit:
    def test_planted_groups_are_found(self) -> None:
        group = fit_groups(planted(), 2, np.random.default_rng(0)).membership.argmax(axis=1)
        np.testing.assert_array_equal(group == group[0], PLANTED == 0)

    def test_memberships_and_strategies_are_distributions_and_rates_and_careless_votes_shares(self) -> None:
        entries = planted()
        fit = fit_groups(entries, 3, np.random.default_rng(0))
        np.testing.assert_allclose(fit.membership.sum(axis=1), 1.0)
        np.testing.assert_allclose(fit.strategy.sum(axis=1), 1.0)
        assert ((fit.rate > 0) & (fit.rate < 1)).all()
        assert ((fit.careless > 0) & (fit.careless < entries.weight)).all()

    def test_groups_that_read_apart_are_pulled_less_to_the_item_than_people_who_all_read_the_same(self) -> None:
        noise = full_design(np.random.default_rng(0).integers(2, size=(80, 9)))
        alike = fit_groups(as_entries(noise), 1, np.random.default_rng(0))
        assert fit_groups(planted(), 2, np.random.default_rng(0)).pull < 5 < 40 < alike.pull

    def test_a_clicker_is_careless(self) -> None:
        labels = np.column_stack([planted().label.reshape(80, 9)[:, :5], np.zeros(80, np.int64)])
        fit = fit_groups(as_entries(full_design(labels)), 1, np.random.default_rng(0))
        assert fit.rate[5] > 0.8 > 0.2 > fit.rate[:5].max()
        # Nearly all careless answers are the label 0.
        assert fit.strategy[5, 0] > 0.95

    def test_a_vote_does_not_agree_with_itself(self) -> None:
        # A label that nobody else gives is improbable however often the same voter gives it.
        labels = np.random.default_rng(0).integers(2, size=(60, 1)) * np.ones((1, 6), np.int64)
        labels[:, 5] = 2
        entries = as_entries(full_design(labels, 3))
        fit = fit_groups(entries, 1, np.random.default_rng(0))
        assert fit.careless[entries.voter == 5].min() > 0.95

    def test_one_group_needs_no_randomness(self) -> None:
        one, other = (fit_groups(planted(20), 1, np.random.default_rng(seed)) for seed in (0, 1))
        np.testing.assert_array_equal(one.careless, other.careless)

    def test_one_group_predicts_noise_as_well_as_two(self) -> None:
        # Labels are drawn evenly, so that nothing can predict them better than log(1/2) a vote. One group whose reading
        # counted for a fixed number of votes beside the item's fell short of that by .02 nats, and two groups did not.
        rng = np.random.default_rng(0)
        entries = as_entries(full_design(rng.integers(2, size=(200, 20))))
        unseen = rng.random(entries.size) < 0.2
        train, test = entries.take(~unseen), entries.take(unseen)
        score = held_out(fit_groups(train, 1, rng), train, test).mean()
        assert score > np.log(0.5) - 0.004


@pytest.mark.parametrize("n_groups", [1, 2])
def test_the_fit_ends_where_its_equations_hold(n_groups: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perspective_model, "_SETTLED", 1e-12)
    monkeypatch.setattr(perspective_model, "_ROUNDS", 400)
    rng = np.random.default_rng(22)
    # Votes are so few and readings so unsure that memberships are no certainties, and the groups differ in size.
    reading = np.where(rng.random((14, 2)) < 0.5, 0.2, 0.8)
    labels = (rng.random((14, 9)) < reading[:, PLANTED]).astype(int)
    entries = as_entries(full_design(labels).take(rng.random(14 * 9) < 0.8))
    fit = fit_groups(entries, n_groups, rng, starts=1)
    chance = np.zeros((entries.size, n_groups))
    for n in range(entries.size):
        others = np.array([m for m in range(entries.size) if m != n])
        careful = 1 - fit.careless[others]
        on_item, same = entries.item[others] == entries.item[n], entries.label[others] == entries.label[n]
        mine = on_item & same
        share = (fit.prior[entries.label[n]] + careful[mine].sum()) / (fit.prior.sum() + careful[on_item].sum())
        by_voter = entries.voter[others] == entries.voter[n]
        slips = fit.careless[others][by_voter]
        # Half a slip and four and a half careful votes beforehand; one slip spread over two labels.
        rate = (0.5 + slips.sum()) / (5.0 + by_voter.sum())
        strategy = (0.5 + fit.careless[others][by_voter & same].sum()) / (1.0 + slips.sum())
        for g in range(n_groups):
            member = careful * fit.membership[entries.voter[others], g]
            read = (fit.pull * share + member[mine].sum()) / (fit.pull + member[on_item].sum())
            chance[n, g] = rate * strategy + (1 - rate) * read
        whole = chance[n] @ fit.membership[entries.voter[n]]
        assert fit.careless[n] == pytest.approx(rate * strategy / whole, abs=1e-5)
    size = (fit.membership.sum(axis=0) + 1) / (entries.n_voters + n_groups)
    for voter in range(entries.n_voters):
        weight = size * chance[entries.voter == voter].prod(axis=0)
        np.testing.assert_allclose(fit.membership[voter], weight / weight.sum(), atol=1e-4)
    if n_groups == 2:
        assert 0.6 < fit.membership.max(axis=1).min() < 0.9
        assert np.ptp(size) > 0.1


class TestStarts:
    def test_four_annotators_who_all_vote_on_everything_have_axes(self) -> None:
        # Shares in quarters are exact in floating point, so that departures sum to zero exactly over annotators.
        entries = as_entries(full_design(np.random.default_rng(0).integers(2, size=(50, 4))))
        assert fit_groups(entries, 2, np.random.default_rng(0)).membership.shape == (4, 2)

    def test_more_annotators_than_labels_of_items_have_axes(self) -> None:
        entries = as_entries(full_design(np.random.default_rng(0).integers(2, size=(6, 32))))
        assert fit_groups(entries, 2, np.random.default_rng(0)).membership.shape == (32, 2)

    def test_annotators_who_never_differ_can_be_fitted(self) -> None:
        entries = as_entries(full_design(np.zeros((10, 6), np.int64)))
        np.testing.assert_allclose(fit_groups(entries, 2, np.random.default_rng(0)).membership.sum(axis=1), 1.0)

    def test_fewer_ways_to_vote_than_groups_can_be_fitted(self) -> None:
        labels = np.random.default_rng(0).integers(2, size=(60, 2))[:, [0, 0, 0, 0, 1, 1, 1, 1]]
        fit = fit_groups(as_entries(full_design(labels)), 3, np.random.default_rng(0))
        group = fit.membership.argmax(axis=1)
        np.testing.assert_array_equal(group, group[[0, 0, 0, 0, 4, 4, 4, 4]])
        assert group[0] != group[4]


class TestParts:
    @settings(max_examples=20, deadline=None)
    @given(seed=st.integers(0, 2**16))
    def test_what_others_say_leaves_the_vote_itself_out(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        votes = votes_of(rng.integers(3, size=12), rng.integers(4, size=12), rng.integers(2, size=12), n=(3, 4, 2))
        entries, weight = as_entries(votes), rng.random(12)
        counts = np.zeros((3, 2))
        np.add.at(counts, (entries.item, entries.label), weight)
        seen = _Seen.by(entries, counts, weight)
        for n in range(12):
            others = [m for m in range(12) if m != n and entries.item[m] == entries.item[n]]
            assert seen.all[n] == pytest.approx(sum(weight[others]))
            assert seen.mine[n] == pytest.approx(sum(weight[m] for m in others if entries.label[m] == entries.label[n]))

    @pytest.mark.parametrize("precision", [1.0, 8.0])
    def test_the_precision_of_items_is_found_again(self, precision: float) -> None:
        rng = np.random.default_rng(0)
        mean = np.array([0.5, 0.3, 0.2])
        counts = np.array([rng.multinomial(15, row) for row in rng.dirichlet(precision * mean, size=1500)])
        assert _fit_precision(counts.astype(np.float64), mean) == pytest.approx(precision, rel=0.1)
