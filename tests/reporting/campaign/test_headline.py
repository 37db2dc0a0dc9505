from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from variorum.campaign import CampaignResult
from variorum.evaluation import Interval, SignFlipTest
from variorum.reporting.campaign.curves import Comparison, compare_arms
from variorum.reporting.campaign.headline import headline, main_metric, reference_sentence, verdict
from variorum.reporting.campaign.metric_info import info
from variorum.reporting.wording import number

Make = Callable[..., CampaignResult]


def _comparison(difference: float, p: float, smallest: float = 0.002) -> Comparison:
    interval = Interval(difference, difference - 0.01, difference + 0.01, 0.95, 2000)
    return Comparison(0.5 + difference, 0.5, 10, interval, SignFlipTest(difference, p, smallest, 10, True))


def test_the_headline_names_money_scores_and_both_ways(make_result: Make) -> None:
    result = make_result(seeds=10)
    found = compare_arms(result, "js")
    text = headline(result)
    assert text.startswith("After 12.50 EUR, choosing items by entropy (one vote each) leaves people and model at a JS")
    assert number(found.chosen) in text
    assert number(found.random) in text


def test_scores_that_look_alike_get_another_digit(make_result: Make) -> None:
    result = make_result(seeds=2)
    chosen = result.outcomes[0].arm.name
    score = {chosen: 0.12341, result.outcomes[1].arm.name: 0.12349}
    rounds = tuple(dataclasses.replace(r, scores={"js": score[r.arm]}) for r in result.rounds)
    assert "0.1234 (lower is better); choosing them at random (one vote each), 0.1235." in headline(
        dataclasses.replace(result, rounds=rounds)
    )


def test_seeds_that_spent_different_sums_are_said_to_have(make_result: Make) -> None:
    result = make_result(seeds=3)
    rounds = tuple(dataclasses.replace(r, spent=r.spent - 100_000 * r.seed) for r in result.rounds)
    # 12.50, 12.40 and 12.30.
    assert headline(dataclasses.replace(result, rounds=rounds)).startswith("After about 12.40 EUR, ")


def test_a_small_difference_is_not_blown_up_by_rounding(make_result: Make) -> None:
    result = make_result(seeds=2)
    score = {result.outcomes[0].arm.name: 0.04962, result.outcomes[1].arm.name: 0.04941}
    rounds = tuple(dataclasses.replace(r, scores={"js": score[r.arm]}) for r in result.rounds)
    text = headline(dataclasses.replace(result, rounds=rounds))
    assert "of 0.0496 (lower is better); choosing them at random (one vote each), 0.0494." in text


def test_one_arm_alone(make_result: Make) -> None:
    assert "choosing items at random (one vote each)" in headline(make_result(arms=False))
    assert verdict(compare_arms(make_result(arms=False), "js"), info("js")) == ""


def test_no_round_no_score(make_result: Make) -> None:
    nothing = dataclasses.replace(make_result(), rounds=())
    assert main_metric(nothing) is None
    assert headline(nothing) == "No round was scored."


def test_one_seed_claims_nothing(make_result: Make) -> None:
    assert (
        verdict(compare_arms(make_result(seeds=1), "js"), info("js")) == "No difference can be claimed with one seed."
    )


def test_few_seeds_claim_nothing_and_say_why(make_result: Make) -> None:
    # With 3 pairs all 8 sign assignments are counted; the two most extreme give 2 / 8.
    text = verdict(compare_arms(make_result(seeds=3), "js"), info("js"))
    assert text.startswith("No difference can be claimed with 3 seeds: chosen − random = ")
    assert text.endswith("the smallest p that 3 pairs can give is 0.25.")


@pytest.mark.parametrize(
    ("metric", "difference", "p", "begin"),
    [
        ("js", -0.02, 0.01, "The chosen arm is better than one random vote an item"),
        ("js", 0.02, 0.01, "The chosen arm is worse than one random vote an item"),
        ("accuracy", 0.02, 0.01, "The chosen arm is better than one random vote an item"),
        ("accuracy", -0.02, 0.01, "The chosen arm is worse than one random vote an item"),
        ("ent-ce", -0.02, 0.01, "The arms differ"),
        ("js", -0.02, 0.051, "No difference can be claimed"),
    ],
)
def test_a_claim_follows_the_direction_and_the_test(metric: str, difference: float, p: float, begin: str) -> None:
    text = verdict(_comparison(difference, p), info(metric))
    assert text.startswith(begin + ": chosen − random = ")
    assert f"p = {p:.3f} (smallest possible 0.002)" in text
    assert "95\u00a0% interval" in text


def test_reference_lines_are_sentences(make_result: Make) -> None:
    text = reference_sentence(make_result(), "js")
    assert (
        text
        == "Against the same votes, a model that knew the truth would score 0.031 and a fresh panel of people 0.058."
    )
    assert reference_sentence(make_result(), "kl") == ""
    single = dataclasses.replace(make_result(), human_votes=make_result().human_votes * 0 + 1, lines={"js": ()})
    assert reference_sentence(single, "js").startswith("No test item has two votes, so nothing tells")


def test_a_score_that_should_rise_is_brought_up(make_result: Make) -> None:
    result = make_result()
    rounds = tuple(dataclasses.replace(r, scores={"accuracy": 0.7}, spent=12_499_999) for r in result.rounds)
    text = headline(dataclasses.replace(result, rounds=rounds))
    assert text.startswith(
        "After 12.50 EUR, choosing items by entropy (one vote each) brings people and model at an Accuracy"
    )
