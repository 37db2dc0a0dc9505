from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.special import expit, log_expit, logsumexp
from scipy.stats import norm, spearmanr

from decomposition.small_rounds import judgments, random_round, votes_of
from variorum.annotations import ABSTAINED, ANSWERED, Annotations, ValidityJudgments
from variorum.decomposition import ValidityModel, fit_validity
from variorum.errors import ArgumentError, ShapeError

Array = NDArray[np.float64]


def simulated(
    seed: int, n_items: int = 200, leniency: tuple[float, ...] = (-0.5, 0.5, 1.5, 2.5), bonus: float = 1.0
) -> tuple[Annotations, ValidityJudgments, Array]:
    """Everybody labels every item and judges every reason; quality is a feature and a normal rest, of spread .8."""
    rng = np.random.default_rng(seed)
    n = len(leniency)
    item, author = (each.ravel() for each in np.indices((n_items, n)))
    label = rng.integers(2, size=(n_items, n))
    votes = votes_of(item, author, label.ravel(), n=(n_items, n, 2))
    feature = rng.standard_normal(votes.n_rows)
    quality = feature + 0.8 * rng.standard_normal(votes.n_rows)
    row, judge = (each.ravel() for each in np.indices((votes.n_rows, n)))
    same = label[item[row], judge] == votes.label[row]
    odds = np.array(leniency)[judge] + bonus * same + quality[row]
    return votes, judgments(row, judge, rng.random(row.size) < expit(odds)), feature


def with_verdicts(judged: ValidityJudgments, verdicts: NDArray[np.bool_]) -> ValidityJudgments:
    return judgments(judged.annotation, judged.judge, verdicts)


def own(votes: Annotations, judged: ValidityJudgments) -> NDArray[np.bool_]:
    return np.asarray(votes.annotator[judged.annotation] == judged.judge)


def same_label(votes: Annotations, judged: ValidityJudgments) -> NDArray[np.bool_]:
    gave = set(zip(votes.item.tolist(), votes.annotator.tolist(), votes.label.tolist(), strict=True))
    rows = zip(judged.annotation, judged.judge, strict=True)
    return np.array([(int(votes.item[r]), int(j), int(votes.label[r])) in gave for r, j in rows])


class TestRecovery:
    def test_leniencies_bonuses_weights_and_spread_of_a_simulated_round(self) -> None:
        votes, judged, feature = simulated(0, n_items=300)
        found = fit_validity(votes, judged, features=feature[:, None])
        # 900 judgments a judge: standard errors of about .1, of sums of leniency and half a bonus .08.
        np.testing.assert_allclose(found.leniency + 0.5 * found.bonus, [0.0, 1.0, 2.0, 3.0], atol=0.3)
        # The most lenient rejects few, so that it is known least what the label adds.
        np.testing.assert_allclose(found.bonus, 1.0, atol=0.75)
        np.testing.assert_allclose(found.weight, [feature.std()], atol=0.2)
        assert 0.5 < found.spread < 1.1

    def test_who_is_rejected_is_ranked_by_quality(self) -> None:
        votes, judged, feature = simulated(1, n_items=100)
        found = fit_validity(votes, judged, features=feature[:, None])
        assert spearmanr(found.rejection_by_others, -feature).statistic > 0.8

    def test_rejections_are_calibrated_on_judgments_that_were_withheld(self) -> None:
        votes, judged, feature = simulated(2)
        found = fit_validity(votes, judged, features=feature[:, None])
        verdict = judged.makes_sense[own(votes, judged)]
        row = judged.annotation[own(votes, judged)]
        # Of 200 reasons of each author, those that the author rejects: one standard error is at most .035.
        for author in range(4):
            mine = votes.annotator[row] == author
            assert found.rejection[row][mine].mean() == pytest.approx(1 - verdict[mine].mean(), abs=0.1)

    def test_a_feature_of_noise_gets_little_weight(self) -> None:
        votes, judged, _ = simulated(3, n_items=100)
        noise = np.random.default_rng(9).standard_normal((votes.n_rows, 1))
        assert abs(fit_validity(votes, judged, features=noise).weight[0]) < 0.2


class TestObjective:
    """The fit against a likelihood written naively, judgment by judgment."""

    def objective(self, votes: Annotations, judged: ValidityJudgments, covariates: Array, precision: float) -> Any:
        point, mass = np.polynomial.hermite_e.hermegauss(15)
        log_mass = np.log(mass / mass.sum())
        chosen = ~own(votes, judged)
        same, n, k = same_label(votes, judged), len(votes.annotators), covariates.shape[1]

        def value(at: Array) -> float:
            leniency, bonus, weight, log_spread = at[:n], at[n : 2 * n], at[2 * n : 2 * n + k], at[-1]
            total = 0.0
            for row in range(votes.n_rows):
                of_row = np.flatnonzero(chosen & (judged.annotation == row))
                each = log_mass.copy()
                for j in of_row:
                    judge = judged.judge[j]
                    odds = leniency[judge] + bonus[judge] * same[j] + covariates[row] @ weight
                    sign = 1 if judged.makes_sense[j] else -1
                    each += log_expit(sign * (odds + np.exp(log_spread) * point))
                total += float(logsumexp(each))
            for values, prior in ((leniency, 0.1), (bonus, 0.5)):
                total -= 0.5 * prior * float(((values - values.mean()) ** 2).sum())
            return float(total - 0.5 * precision * (weight @ weight) - 0.5 * log_spread**2)

        return value

    @pytest.mark.parametrize("n_features", [0, 2])
    def test_its_gradient_vanishes_where_the_fit_ends(self, n_features: int) -> None:
        votes, judged, _ = simulated(4, n_items=25)
        raw = np.random.default_rng(0).standard_normal((votes.n_rows, n_features))
        found = fit_validity(votes, judged, features=raw if n_features else None)
        covariates = (raw - raw.mean(axis=0)) / raw.std(axis=0)
        value = self.objective(votes, judged, covariates, found.precision)
        end = np.concatenate([found.leniency, found.bonus, found.weight, [np.log(found.spread)]])
        slope = approx_fprime(end, value, 1e-6)
        assert np.abs(slope).max() < 0.02
        # Elsewhere it does not vanish, so that the line above says something.
        assert np.abs(approx_fprime(end + 0.2, value, 1e-6)).max() > 0.5

    def test_rejections_integrate_over_the_rest(self) -> None:
        votes, judged, _ = simulated(5, n_items=40)
        found = fit_validity(votes, judged)
        same, chosen = same_label(votes, judged), ~own(votes, judged)
        standing = found.leniency + found.bonus

        def expected(row: int, leniency: float) -> float:
            of_row = np.flatnonzero(chosen & (judged.annotation == row))
            judge = judged.judge[of_row]
            odds = found.leniency[judge] + found.bonus[judge] * same[of_row]
            sign = np.where(judged.makes_sense[of_row], 1, -1)

            def joint(rest: float) -> float:
                return float(norm.pdf(rest) * expit(sign * (odds + found.spread * rest)).prod())

            def rejected(rest: float) -> float:
                return joint(rest) * float(expit(-(leniency + found.spread * rest)))

            return float(quad(rejected, -9, 9)[0] / quad(joint, -9, 9)[0])

        for row in range(0, votes.n_rows, 23):
            by_author = expected(row, float(standing[votes.annotator[row]]))
            assert found.rejection[row] == pytest.approx(by_author, abs=1e-4)
            others = np.mean([expected(row, float(each)) for each in standing])
            assert found.rejection_by_others[row] == pytest.approx(others, abs=1e-4)


def assert_same(one: ValidityModel, other: ValidityModel, tolerance: float = 0.0) -> None:
    for name in ("rejection", "rejection_by_others", "leniency", "bonus", "weight", "spread", "precision", "log_score"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=tolerance, err_msg=name)


class TestWhatItMayLookAt:
    def test_authors_judgments_of_their_own_reasons_change_nothing(self) -> None:
        votes, judged, feature = simulated(6, n_items=60)
        mine = own(votes, judged)
        turned = with_verdicts(judged, judged.makes_sense ^ mine)
        without = judgments(judged.annotation[~mine], judged.judge[~mine], judged.makes_sense[~mine])
        found = fit_validity(votes, judged, features=feature[:, None])
        for other in (turned, without):
            assert_same(fit_validity(votes, other, features=feature[:, None]), found)

    def test_unless_asked_for(self) -> None:
        votes, judged, _ = simulated(6, n_items=60)
        mine = own(votes, judged)
        found = fit_validity(votes, judged, own=True)
        turned = fit_validity(votes, with_verdicts(judged, judged.makes_sense ^ mine), own=True)
        assert np.abs(found.rejection - turned.rejection).max() > 0.2
        rejected = np.bincount(judged.annotation[mine], ~judged.makes_sense[mine], votes.n_rows) > 0
        apart = fit_validity(votes, judged)
        assert (found.rejection - apart.rejection)[rejected].mean() > 0.05

    def test_judgments_that_are_not_learned_from_leave_the_parameters_alone(self) -> None:
        votes, judged, feature = simulated(7, n_items=60)
        learn = votes.item[judged.annotation] < 40
        turned = with_verdicts(judged, judged.makes_sense ^ ~learn)
        found, other = (
            fit_validity(votes, each, features=feature[:, None], learn_from=learn) for each in (judged, turned)
        )
        for name in ("leniency", "bonus", "weight", "spread", "precision", "log_score"):
            np.testing.assert_array_equal(getattr(found, name), getattr(other, name), err_msg=name)
        seen = votes.item < 40
        np.testing.assert_array_equal(found.rejection[seen], other.rejection[seen])
        # They speak of their own annotations all the same.
        assert (found.rejection[~seen] != other.rejection[~seen]).all()

    def test_a_judge_who_is_not_learned_from_is_a_stranger(self) -> None:
        votes, judged, _ = simulated(8, n_items=60)
        found = fit_validity(votes, judged, learn_from=judged.judge != 3)
        np.testing.assert_array_equal(np.isnan(found.leniency), [False, False, False, True])
        np.testing.assert_array_equal(np.isnan(found.bonus), [False, False, False, True])
        theirs = votes.annotator == 3
        np.testing.assert_array_equal(found.rejection[theirs], found.rejection_by_others[theirs])
        assert (found.rejection[~theirs] != found.rejection_by_others[~theirs]).all()

    def test_a_judgment_that_is_not_learned_from_is_weighed_as_an_average_judge_s(self) -> None:
        # Judges 0 and 1 accept nearly all, so that an average judge's rejection says much; one of leniency 0 says less.
        votes, judged, _ = simulated(8, n_items=80, leniency=(3.0, 3.0, 3.0))
        learn = judged.judge != 2
        row = int(np.flatnonzero(votes.annotator == 0)[0])
        verdicts = judged.makes_sense.copy()
        verdicts[judged.annotation == row] = True
        verdicts[(judged.annotation == row) & (judged.judge == 2)] = False
        found = fit_validity(votes, with_verdicts(judged, verdicts), learn_from=learn)
        as_learned = found.leniency[:2].mean(), found.bonus[:2].mean()
        same = bool(votes.label[votes.item == votes.item[row]][2] == votes.label[row])
        other_same = bool(votes.label[votes.item == votes.item[row]][1] == votes.label[row])

        def joint(rest: float) -> float:
            accepted = expit(found.leniency[1] + found.bonus[1] * other_same + found.spread * rest)
            return float(
                norm.pdf(rest) * accepted * expit(-(as_learned[0] + as_learned[1] * same + found.spread * rest))
            )

        standing = found.leniency[0] + found.bonus[0]
        top = quad(lambda rest: joint(rest) * float(expit(-(standing + found.spread * rest))), -9, 9)[0]
        assert found.rejection[row] == pytest.approx(top / quad(joint, -9, 9)[0], abs=1e-4)

    def test_authors_may_be_withheld(self) -> None:
        votes, judged, _ = simulated(9, n_items=60)
        found = fit_validity(votes, judged, known_authors=False)
        np.testing.assert_array_equal(found.rejection, found.rejection_by_others)
        assert_same(replace(found, rejection=fit_validity(votes, judged).rejection), fit_validity(votes, judged))

    def test_unknown_authors_are_strangers(self) -> None:
        votes, judged, _ = simulated(10, n_items=60)
        authors = np.where(votes.item < 10, -1, votes.annotator)
        found = fit_validity(votes_of(votes.item, authors, votes.label, n=(60, 4, 2)), judged)
        unknown = authors < 0
        np.testing.assert_array_equal(found.rejection[unknown], found.rejection_by_others[unknown])
        assert (found.rejection[~unknown] != found.rejection_by_others[~unknown]).all()


class TestFeatures:
    def test_units_do_not_matter(self) -> None:
        votes, judged, feature = simulated(11, n_items=60)
        one = fit_validity(votes, judged, features=feature[:, None])
        assert_same(fit_validity(votes, judged, features=7 + 100 * feature[:, None]), one, 1e-4)

    def test_an_unknown_value_is_the_mean(self) -> None:
        votes, judged, feature = simulated(11, n_items=60)
        unknown, mean = feature.copy(), feature.copy()
        unknown[:2], mean[:2] = np.nan, feature[2:].mean()
        found, other = (fit_validity(votes, judged, features=each[:, None]) for each in (unknown, mean))
        # The mean, as a value, makes the standard deviation smaller by a factor of sqrt(238 / 240), .996.
        assert found.weight[0] * np.sqrt(238 / 240) == pytest.approx(other.weight[0], rel=2e-3)
        np.testing.assert_allclose(found.rejection, other.rejection, atol=2e-3)

    @pytest.mark.parametrize("constant", [3.0, 0.1])
    def test_a_constant_feature_says_nothing_even_where_it_is_not_known_of_all(self, constant: float) -> None:
        # The mean of many tenths is not a tenth; the rest, divided by itself, told the known from the unknown.
        votes, judged, _ = simulated(11, n_items=60)
        accepted = np.bincount(judged.annotation, judged.makes_sense)
        values = np.where(accepted > 2, constant, np.nan)
        found = fit_validity(votes, judged, features=values[:, None])
        assert found.weight == pytest.approx([0.0])
        np.testing.assert_allclose(found.rejection, fit_validity(votes, judged).rejection, atol=1e-4)

    def test_the_precision_is_low_where_the_feature_tells_and_high_where_it_does_not(self) -> None:
        votes, judged, feature = simulated(12, n_items=80)
        noise = np.random.default_rng(0).standard_normal((votes.n_rows, 10))
        telling = fit_validity(votes, judged, features=feature[:, None])
        idle = fit_validity(votes, judged, features=noise)
        assert telling.precision < idle.precision == 100.0
        assert telling.log_score > idle.log_score + 0.02

    def test_without_features_nothing_is_chosen(self) -> None:
        votes, judged, _ = simulated(12, n_items=20)
        found = fit_validity(votes, judged)
        assert found.weight.shape == (0,)
        assert np.isnan(found.log_score)

    def test_with_one_item_nothing_can_be_held_out(self) -> None:
        # The score was 0, as if every judgment had been foreseen.
        votes = votes_of([0, 0, 0], [0, 1, 2], [0, 1, 1], n=(1, 3, 2))
        judged = judgments([0, 0, 1, 1, 2, 2], [1, 2, 0, 2, 0, 1], [True, False, True, True, False, True])
        assert np.isnan(fit_validity(votes, judged, features=[[0.0], [1.0], [2.0]]).log_score)

    def test_a_held_out_judge_whom_no_other_fold_knows_is_as_lenient_as_the_others(self) -> None:
        # Five items in five folds, each with a judge of its own, who accepts 19 reasons of 20. Foreseen with others'
        # leniency that costs .2 nats a judgment, -.95 log .95 - .05 log .05; with leniency 0, log 2 = .69 nats.
        item = np.repeat(np.arange(5), 20)
        votes = votes_of(item, np.full(100, 5), np.zeros(100, int), n=(5, 6, 2))
        judged = judgments(np.arange(100), item, np.arange(100) % 20 > 0)
        noise = np.random.default_rng(0).standard_normal((100, 1))
        assert fit_validity(votes, judged, features=noise).log_score > -0.3


class TestWhatDoesNotMatter:
    @settings(max_examples=8, deadline=None)
    @given(seed=st.integers(0, 2**16))
    def test_order_of_rows_judgments_annotators_items_and_classes(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        votes, judged = random_round(rng, n_items=12, n_annotators=3)
        found = fit_validity(votes, judged)
        row, who, item = rng.permutation(votes.n_rows), rng.permutation(3), rng.permutation(12)
        order, back = rng.permutation(len(judged)), np.argsort(row)
        other = votes_of(item[votes.item][row], who[votes.annotator][row], 2 - votes.label[row], n=(12, 3, 3))
        moved = judgments(back[judged.annotation][order], who[judged.judge][order], judged.makes_sense[order])
        again = fit_validity(other, moved)
        np.testing.assert_allclose(again.rejection, found.rejection[row], atol=5e-3)
        np.testing.assert_allclose(again.rejection_by_others, found.rejection_by_others[row], atol=5e-3)

    def test_the_same_input_gives_the_same_output(self) -> None:
        votes, judged, feature = simulated(13, n_items=30)
        first, second = (fit_validity(votes, judged, features=feature[:, None]) for _ in range(2))
        assert_same(first, second)


class TestLittleToGoBy:
    @pytest.mark.parametrize("accepted", [True, False])
    def test_judgments_that_are_all_alike(self, accepted: bool) -> None:
        votes, judged, feature = simulated(14, n_items=30)
        verdicts = np.full(len(judged), accepted)
        found = fit_validity(votes, with_verdicts(judged, verdicts), features=feature[:, None])
        assert np.isfinite(found.leniency).all()
        assert (found.rejection < 0.05).all() if accepted else (found.rejection > 0.95).all()

    def test_a_judge_without_judgments(self) -> None:
        votes, judged, _ = simulated(15, n_items=40)
        seen = judged.judge != 1
        some = judgments(judged.annotation[seen], judged.judge[seen], judged.makes_sense[seen])
        found = fit_validity(votes, some)
        np.testing.assert_array_equal(np.isnan(found.leniency), [False, True, False, False])
        np.testing.assert_array_equal(found.rejection[votes.annotator == 1], found.rejection_by_others[1::4])

    def test_a_reason_that_nobody_judged_is_as_good_as_most(self) -> None:
        votes, judged, _ = simulated(16, n_items=40)
        seen = judged.annotation != 6
        some = judgments(judged.annotation[seen], judged.judge[seen], judged.makes_sense[seen])
        found = fit_validity(votes, some)
        mine = found.rejection[votes.annotator == votes.annotator[6]]
        assert mine.min() < found.rejection[6] < mine.max()

    def test_one_judgment(self) -> None:
        votes = votes_of([0, 0], [0, 1], [0, 1], n=(1, 2, 2))
        found = fit_validity(votes, judgments([0], [1], [False]))
        assert ((found.rejection > 0) & (found.rejection < 1)).all()

    def test_rows_without_an_answer_have_no_rejection(self) -> None:
        status = np.array([ANSWERED, ABSTAINED, ANSWERED])
        votes = votes_of([0, 0, 1], [0, 1, 1], [0, -1, 1], n=(2, 2, 2), status=status)
        found = fit_validity(votes, judgments([0, 2], [1, 0], [True, False]))
        np.testing.assert_array_equal(np.isnan(found.rejection), [False, True, False])
        np.testing.assert_array_equal(np.isnan(found.rejection_by_others), [False, True, False])


class TestRefused:
    votes = votes_of([0, 0, 1], [0, 1, 0], [0, 1, -1], n=(2, 2, 2), status=np.array([ANSWERED, ANSWERED, ABSTAINED]))
    judged = judgments([0, 1], [1, 0], [True, False])

    def refused(self, error: type[Exception], match: str, **options: Any) -> None:
        with pytest.raises(error, match=match):
            fit_validity(self.votes, options.pop("validity", self.judged), **options)

    def test_a_row_that_is_none(self) -> None:
        judged = judgments([3], [1], [True])
        self.refused(ArgumentError, "a judgment is about row 3; there are 3 rows", validity=judged)

    def test_a_judge_who_is_none(self) -> None:
        judged = judgments([0], [2], [True])
        self.refused(ArgumentError, "a judgment is by annotator 2, which is none", validity=judged)

    def test_a_row_that_was_not_answered(self) -> None:
        judged = judgments([0, 2, 2], [1, 0, 1], [True, True, True])
        self.refused(ArgumentError, "row 2 is judged and was not answered; 2 judgments are affected", validity=judged)

    @pytest.mark.parametrize("judged", [judgments([0], [0], [True]), judgments([], [], [])])
    def test_nobody_else_s_judgment(self, judged: ValidityJudgments) -> None:
        self.refused(ArgumentError, "no judgment of another annotator's reason to learn from; pass", validity=judged)

    def test_nothing_left_to_learn_from(self) -> None:
        self.refused(ArgumentError, "learn_from leaves no judgment of another annotator", learn_from=[False, False])

    def test_a_mask_of_the_wrong_length(self) -> None:
        self.refused(ShapeError, r"learn_from has shape \(3,\); there are 2 judgments", learn_from=[True] * 3)

    def test_features_of_too_few_rows(self) -> None:
        self.refused(ShapeError, "features has 2 rows; the annotations have 3", features=[[0.0], [1.0]])

    def test_features_that_are_infinite(self) -> None:
        self.refused(ArgumentError, "is not finite; 1 values are affected", features=[[0.0], [np.inf], [np.nan]])

    def test_features_of_one_axis(self) -> None:
        self.refused(ShapeError, "features must have 2 axes, not 1", features=[0.0, 1.0, 2.0])
