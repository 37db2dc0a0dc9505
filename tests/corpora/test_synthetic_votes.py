import numpy as np
import pytest

from variorum.corpora.synthetic_votes import Crew, Votes, cast_votes, hire


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def crew(n: int, *, error: float = 0.0, last: float | None = None, spam: int = 0, clique: int = -1) -> Crew:
    """Equal annotators."""
    whole = np.zeros(n, np.int64)
    return Crew(
        perspective=np.zeros(n, np.int32),
        error_first=np.full(n, error),
        error_last=np.full(n, error if last is None else last),
        favourite=whole + 1,
        spam=whole + spam,
        clique=whole + clique,
        style=whole,
        activity=np.ones(n),
        pace=whole + 5,
        price=whole + 50_000,
    )


def cast(
    people: Crew,
    own: tuple[float, float, float] = (0.2, 0.3, 0.5),
    n_items: int = 2000,
    pull: float = 0.0,
    lure: int = 0,
) -> Votes:
    n = len(people.spam)
    readings = np.tile(own, (1, n_items, 1))
    lures, pulls = np.full(n_items, lure), np.full(n_items, pull)
    return cast_votes(readings, people, (n // 2, n), lures, pulls, 1.0, np.full(n_items, 10), rng())


def test_without_errors_every_vote_is_a_reading() -> None:
    votes = cast(crew(10))
    assert not votes.is_error.any()
    shares = np.bincount(votes.label[~votes.unsure]) / (~votes.unsure).sum()
    # About 15,000 votes: standard error 0.004.
    np.testing.assert_allclose(shares, [0.2, 0.3, 0.5], atol=0.015)
    assert (votes.label[votes.unsure] == -1).all()
    each = np.bincount(votes.item)
    assert (each.min(), each.max()) == (5, 10)


def test_a_slip_is_another_label_than_the_reading() -> None:
    votes = cast(crew(10, error=1.0), own=(0.0, 0.0, 1.0))
    answered = ~votes.unsure
    assert votes.is_error[answered].all()
    np.testing.assert_allclose(
        np.bincount(votes.label[answered], minlength=3) / answered.sum(), [0.5, 0.5, 0], atol=0.02
    )


def test_a_trap_leads_to_its_lure_and_spares_who_reads_so_anyway() -> None:
    votes = cast(crew(10), own=(0.4, 0.0, 0.6), pull=0.5)
    answered = ~votes.unsure
    # 0.6 read 2, half of them are lured to 0; who reads 0 is no victim.
    assert votes.is_error[answered].mean() == pytest.approx(0.3, abs=0.015)
    assert (votes.label[votes.is_error] == 0).all()
    assert np.mean(votes.label[answered] == 0) == pytest.approx(0.7, abs=0.015)


@pytest.mark.parametrize(("spam", "shares"), [(1, [1 / 3, 1 / 3, 1 / 3]), (2, [0, 1, 0])])
def test_spam_does_not_look_at_the_item(spam: int, shares: list[float]) -> None:
    votes = cast(crew(10, spam=spam), own=(1.0, 0.0, 0.0))
    assert votes.is_error.all()
    assert not votes.unsure.any()
    np.testing.assert_allclose(np.bincount(votes.label, minlength=3) / votes.label.size, shares, atol=0.02)


def test_a_clique_answers_alike_and_each_member_as_its_own_distribution_says() -> None:
    votes = cast(crew(10, clique=0))
    answered = ~votes.unsure
    per_item = [np.unique(votes.label[answered & (votes.item == i)]).size for i in range(200)]
    assert max(per_item) == 1
    member = votes.label[answered & (votes.annotator == 3)]
    np.testing.assert_allclose(np.bincount(member) / member.size, [0.2, 0.3, 0.5], atol=0.05)


def test_errors_drift_from_first_to_last_towards_the_favourite() -> None:
    votes = cast(crew(10, error=0.0, last=1.0), own=(0.0, 0.0, 1.0))
    order = np.argsort(votes.start + votes.annotator * 10**9)
    halves = np.array_split(votes.is_error[order][votes.annotator[order] == 4], 4)
    # The mean of each quarter of a line from 0 to 1, less the one percent who are unsure.
    np.testing.assert_allclose([half.mean() for half in halves], [0.125, 0.375, 0.625, 0.875], atol=0.07)
    # Favourite 1 in seven of ten slips, and in half of the others.
    assert np.mean(votes.label[votes.is_error] == 1) == pytest.approx(0.85, abs=0.02)


def test_hire_gives_exact_shares_spammers_and_cliques() -> None:
    people = hire(60, (0.45, 0.35, 0.2), True, 3, 12, 4, rng())
    assert np.bincount(people.perspective).tolist() == [27, 21, 12]
    assert np.bincount(people.spam).tolist() == [56, 2, 2]
    assert np.bincount(people.clique + 1).tolist() == [24, 12, 12, 12]
    assert (people.clique[people.spam > 0] == -1).all()
    assert (people.error_first != people.error_last).mean() == pytest.approx(0.8, abs=0.15)
    steady = hire(60, (1.0,), False, 0, 12, 4, rng())
    np.testing.assert_array_equal(steady.error_first, steady.error_last)
    assert set(steady.clique.tolist()) == {-1}
