import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, ttest_1samp

from variorum.errors import ArgumentError, NotADistributionError, ShapeError, UnknownNameError
from variorum.evaluation import alternative_annotator_test

OTHERS = -1


def reference(votes, model, epsilon, level, min_items):
    """The procedure in plain words: `votes[annotator][item]` and `model[item]` are labels."""
    p_values, advantages = {}, []
    for left_out, own in votes.items():
        wins, leads = [], []
        for item, label in own.items():
            rest = [other[item] for who, other in votes.items() if who != left_out and item in other]
            if not rest or item not in model:
                continue
            of_human = np.mean([label == each for each in rest])
            of_model = np.mean([model[item] == each for each in rest])
            wins.append(of_model >= of_human)
            leads.append(float(of_human >= of_model) - float(of_model >= of_human))
        if len(leads) >= min_items:
            p_values[left_out] = ttest_1samp(leads, epsilon, alternative="less").pvalue
            advantages.append(np.mean(wins))
    # Benjamini-Yekutieli, step up: the largest i with p_(i) <= i q / (m (1 + 1/2 + ... + 1/m)), and all below it.
    m = len(p_values)
    bound = level / m / sum(1 / i for i in range(1, m + 1))
    ordered = sorted(p_values.values())
    n_won = max([i for i in range(1, m + 1) if ordered[i - 1] <= i * bound], default=0)
    return p_values, n_won / m, np.mean(advantages)


def population(seed, n_items=80, n_annotators=7, n_classes=3):
    """Annotators who take the item's label with a skill of their own, each on a part of the items, the last on few."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_classes, size=n_items)
    skill = rng.uniform(0.3, 1, n_annotators)
    items, annotators = np.nonzero(rng.random((n_items, n_annotators)) < np.append(np.full(n_annotators - 1, 0.6), 0.2))
    right = rng.random(items.size) < skill[annotators]
    labels = np.where(right, truth[items], rng.integers(n_classes, size=items.size))
    model = np.where(rng.random(n_items) < 0.8, truth, rng.integers(n_classes, size=n_items))
    return items, annotators, labels, model


@pytest.mark.parametrize("score", ["vote", "similarity"])
@pytest.mark.parametrize("seed", range(6))
def test_hard_labels_follow_the_procedure_of_the_paper(seed, score):
    items, annotators, labels, model = population(seed)
    model[:5] = -1
    votes = {a: dict(zip(items[annotators == a], labels[annotators == a], strict=True)) for a in range(7)}
    answered = {i: label for i, label in enumerate(model) if label >= 0}
    p_values, winning_rate, advantage = reference(votes, answered, 0.15, 0.05, 30)
    test = alternative_annotator_test(items, annotators, labels, model, score=score, epsilon=0.15, n_annotators=7)
    assert test.winning_rate == pytest.approx(winning_rate)
    assert test.advantage_probability == pytest.approx(advantage)
    assert 0 < len(p_values) < 7
    np.testing.assert_array_equal(np.flatnonzero(~np.isnan(test.p_values)), sorted(p_values))
    np.testing.assert_allclose(test.p_values[sorted(p_values)], [p_values[a] for a in sorted(p_values)])
    assert set(test.untested) == set(range(7)) - set(p_values)
    assert (test.n_tested, test.passed) == (len(p_values), winning_rate >= 0.5)


@given(st.integers(0, 10_000), st.permutations(range(7)), st.permutations(range(3)))
def test_names_and_order_change_nothing(seed, people, classes):
    items, annotators, labels, model = population(seed)
    before = alternative_annotator_test(items, annotators, labels, model, n_annotators=7)
    shuffle = np.random.default_rng(seed).permutation(items.size)
    after = alternative_annotator_test(
        items[shuffle],
        np.array(people)[annotators[shuffle]],
        np.array(classes)[labels[shuffle]],
        np.array(classes)[model],
        n_annotators=7,
    )
    np.testing.assert_allclose(after.p_values[list(people)], before.p_values, rtol=1e-9)
    assert after.winning_rate == pytest.approx(before.winning_rate, nan_ok=True)
    assert after.advantage_probability == pytest.approx(before.advantage_probability, nan_ok=True)


def test_a_one_hot_distribution_is_its_label():
    items, annotators, labels, model = population(3)
    hard = alternative_annotator_test(items, annotators, labels, model)
    for score in ("vote", "similarity"):
        soft = alternative_annotator_test(items, annotators, labels, np.eye(3)[model], score=score)
        np.testing.assert_allclose(soft.p_values, hard.p_values)
        np.testing.assert_allclose(soft.model_wins, hard.model_wins)


def test_a_vote_drawn_from_a_distribution_wins_as_often_as_drawing_says():
    # Others give label 0 twice, label 1 once: support 2/3, 1/3, 0. The annotator gave 1. A vote from (.5, .3, .2) beats
    # it with .5, ties with .3, loses with .2.
    items, annotators = np.repeat(np.arange(2), 4), np.tile([0, 1, 2, 3], 2)
    labels = np.tile([1, 0, 0, 1], 2)
    test = alternative_annotator_test(items, annotators, labels, [[0.5, 0.3, 0.2]] * 2, min_items=2)
    assert test.model_wins[0] == pytest.approx(0.8)
    assert test.annotator_wins[0] == pytest.approx(0.5)
    # By similarity: |.5 - 2/3| + |.3 - 1/3| + .2 = .4 for the model, 4/3 for the annotator.
    near = alternative_annotator_test(items, annotators, labels, [[0.5, 0.3, 0.2]] * 2, min_items=2, score="similarity")
    assert (near.model_wins[0], near.annotator_wins[0]) == (1, 0)


def test_similarity_favours_a_distribution_that_knows_nothing_and_a_drawn_vote_does_not():
    rng = np.random.default_rng(4)
    items, annotators = np.repeat(np.arange(200), 4), np.tile(np.arange(4), 200)
    leaning = np.where(rng.random(200) < 0.5, 0.8, 0.2)
    labels = (rng.random(800) < leaning[items]).astype(int)
    uniform = np.full((200, 2), 0.5)
    by_similarity = alternative_annotator_test(items, annotators, labels, uniform, score="similarity", epsilon=0.0)
    by_vote = alternative_annotator_test(items, annotators, labels, uniform, epsilon=0.0)
    # Nearer to the three others than a vote that not all of them share, which is 1 - .8^4 - .2^4 = .589 of the votes.
    assert by_similarity.winning_rate == 1
    assert by_similarity.advantage_probability == pytest.approx(0.589, abs=0.06)
    assert by_vote.winning_rate == 0


def test_the_t_test_keeps_its_level_at_the_border():
    # 800 annotators, 60 items of their own each, one nameless vote on every item: the annotator is ahead on 45 %, the
    # model on 25 % of them. At an epsilon of .2 every hypothesis is true, and 5 % of the p values lie below .05.
    n_annotators, n_each = 800, 60
    rng = np.random.default_rng(6)
    n = n_annotators * n_each
    kind = rng.choice(3, size=n, p=[0.45, 0.25, 0.30])
    own, model = np.where(kind == 1, 1, 0), np.where(kind == 0, 1, 0)
    items = np.tile(np.arange(n), 2)
    annotators = np.concatenate([np.repeat(np.arange(n_annotators), n_each), np.full(n, OTHERS)])
    labels = np.concatenate([own, np.zeros(n, int)])
    at = alternative_annotator_test(items, annotators, labels, model, epsilon=0.2)
    hits = (at.p_values <= 0.05).sum()
    assert binom.ppf(1e-4, n_annotators, 0.04) <= hits <= binom.ppf(1 - 1e-4, n_annotators, 0.06)
    assert at.winning_rate <= 0.005
    beyond = alternative_annotator_test(items, annotators, labels, model, epsilon=0.95)
    assert beyond.winning_rate == 1


def test_who_cannot_be_tested_is_named_and_items_are_counted():
    # Item 2 has one annotator, item 3 no prediction, item 4 no vote; annotator 2 shares one item only, 3 none at all.
    items, annotators, labels = [0, 0, 1, 1, 2, 3, 3, 0], [0, 1, 0, 1, 2, 0, 1, 2], [0, 0, 1, 1, 0, 1, 1, 0]
    test = alternative_annotator_test(items, annotators, labels, [0, 1, 0, -1, 0], min_items=2, n_annotators=4)
    assert test.untested.tolist() == [2, 3]
    assert test.n_compared.tolist() == [2, 2, 1, 0]
    assert (test.n_items, test.n_alone, test.n_unanswered) == (2, 1, 1)
    assert np.isnan(test.p_values[2:]).all()
    assert np.isnan(test.model_wins[3])
    # All comparisons are ties: no spread, a lead of 0, below epsilon.
    assert test.p_values[:2].tolist() == [0, 0]
    assert test.passed
    # At an epsilon of 0 a lead of 0 is not below it.
    assert alternative_annotator_test(items, annotators, labels, [0, 1, 0, -1, 0], min_items=2, epsilon=0).p_values[
        :2
    ].tolist() == [1, 1]


def test_nobody_tested_is_no_pass():
    test = alternative_annotator_test([0, 0], [0, 1], [0, 0], [0])
    assert np.isnan(test.winning_rate)
    assert np.isnan(test.advantage_probability)
    assert not test.passed
    assert test.untested.tolist() == [0, 1]


def test_rows_of_nan_are_items_without_a_prediction():
    items, annotators, labels, model = population(5)
    hard, soft = model.copy(), np.eye(3)[model]
    hard[:9], soft[:9] = -1, np.nan
    left, right = (alternative_annotator_test(items, annotators, labels, each) for each in (hard, soft))
    np.testing.assert_array_equal(left.n_compared, right.n_compared)
    np.testing.assert_allclose(left.p_values, right.p_values)
    assert left.n_unanswered == right.n_unanswered > 0


def test_two_labels_of_one_annotator_are_one_answer_in_halves():
    # Annotator 0 says 0 and 1 on both items, annotator 1 says 0. Left out, 0 draws a vote: half of the time it is
    # shared by the other; the model's 0 always is. Left out, 1 has half of the other's answer for 0 and for 1.
    items, annotators, labels = [0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 0, 1], [0, 1, 0, 0, 1, 0]
    test = alternative_annotator_test(items, annotators, labels, [0, 0], min_items=2)
    np.testing.assert_allclose(test.model_wins, [1, 1])
    np.testing.assert_allclose(test.annotator_wins, [0.5, 1])
    assert test.n_compared.tolist() == [2, 2]


def test_bad_arguments_are_named():
    good = ([0, 0], [0, 1], [0, 0])
    with pytest.raises(UnknownNameError, match=r"score 'votes' is not known\. Did you mean 'vote'"):
        alternative_annotator_test(*good, [0], score="votes")
    with pytest.raises(ArgumentError, match=r"epsilon must lie in \[0, 1\), not 1"):
        alternative_annotator_test(*good, [0], epsilon=1)
    with pytest.raises(ArgumentError, match="level must lie strictly between 0 and 1, not 0"):
        alternative_annotator_test(*good, [0], level=0)
    with pytest.raises(ArgumentError, match="min_items must be at least 2, not 1"):
        alternative_annotator_test(*good, [0], min_items=1)
    with pytest.raises(ArgumentError, match=r"items\[0\] = 3 is out of range: codes lie in \[0, 1\)"):
        alternative_annotator_test([3, 0], [0, 1], [0, 0], [0])
    with pytest.raises(ArgumentError, match=r"labels\[1\] = 2 is out of range: codes lie in \[0, 2\)"):
        alternative_annotator_test([0, 0], [0, 1], [0, 2], [[0.5, 0.5]])
    with pytest.raises(ShapeError, match="labels must have 2 values, not 1"):
        alternative_annotator_test([0, 0], [0, 1], [0], [0])
    with pytest.raises(NotADistributionError, match=r"model\[1\] = \[0.5, 0.4\] is not a distribution"):
        alternative_annotator_test(*good, [[np.nan, np.nan], [0.5, 0.4]])
    with pytest.raises(NotADistributionError, match=r"model\[0\] = \[nan, 1.0\]"):
        alternative_annotator_test(*good, [[np.nan, 1.0]])
