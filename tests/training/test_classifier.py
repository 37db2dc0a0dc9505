from __future__ import annotations

import pickle
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import BaseEstimator, clone, is_classifier
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, KFold, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from variorum.errors import ArgumentError, NotCountsError, ShapeError, UnknownNameError
from variorum.training import SoftmaxRegression, TrainingData
from variorum.training.classifier import DistributionClassifier
from variorum.training.methods import METHODS

# scikit-learn's checks fit a few hundred times: for learners that take milliseconds.
QUICK = [name for name in sorted(METHODS) if name == "softmax-regression"]


def simulate(seed: int, n: int = 40, k: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((n, 2))
    logits = inputs @ rng.standard_normal((2, k)) * 2
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return inputs, np.array([rng.multinomial(rng.integers(1, 6), p) for p in shares])


@parametrize_with_checks(
    [DistributionClassifier(name) for name in QUICK]
    + [DistributionClassifier(SoftmaxRegression(n_members=3, precision=0.1), random_state=7)]
)
def test_it_keeps_all_of_scikit_learns_conventions(
    estimator: BaseEstimator, check: Callable[[BaseEstimator], None]
) -> None:
    check(estimator)


@pytest.mark.parametrize("name", QUICK)
class TestVotes:
    def test_members_are_those_of_the_learner(self, name: str) -> None:
        inputs, votes = simulate(0)
        weights = np.linspace(0.0, 2.0, 40)
        bare = METHODS[name]().fit(TrainingData(inputs, votes, weights=weights), np.random.default_rng(3))
        classifier = DistributionClassifier(name, random_state=3).fit(inputs, votes, sample_weight=weights)
        members = bare.predict(inputs).members
        assert np.array_equal(classifier.predict_members(inputs), members)
        assert np.array_equal(classifier.predict_proba(inputs), members.mean(axis=0))
        assert np.array_equal(classifier.predict(inputs), members.mean(axis=0).argmax(axis=1))
        assert classifier.classes_.tolist() == [0, 1, 2]

    @settings(max_examples=10, deadline=None)
    @given(st.integers(0, 10_000))
    def test_five_votes_are_five_rows_or_one_distribution_with_weight_five(self, name: str, seed: int) -> None:
        inputs, votes = simulate(seed)
        votes[:3] = np.eye(3)  # each label has a vote, as hard labels know no others
        rows, labels = np.nonzero(votes)
        times, totals = votes[rows, labels], votes.sum(axis=1)
        counted = DistributionClassifier(name).fit(inputs, votes)
        single = DistributionClassifier(name).fit(inputs[np.repeat(rows, times)], np.repeat(labels, times))
        shares = DistributionClassifier(name).fit(inputs, votes / totals[:, None], sample_weight=totals)
        expected = counted.predict_members(inputs)
        np.testing.assert_allclose(single.predict_members(inputs), expected, atol=1e-6)
        np.testing.assert_allclose(shares.predict_members(inputs), expected, atol=1e-6)

    def test_items_without_a_vote_change_nothing(self, name: str) -> None:
        inputs, votes = simulate(1)
        plain = DistributionClassifier(name).fit(inputs, votes)
        padded = DistributionClassifier(name).fit(np.vstack([inputs, 9 + inputs]), np.vstack([votes, 0 * votes]))
        assert np.array_equal(plain.predict_proba(inputs), padded.predict_proba(inputs))

    def test_names_of_the_columns_are_the_labels_predicted(self, name: str) -> None:
        inputs, votes = simulate(2)
        names = np.array(["no", "maybe", "yes"])  # not sorted: the order of the columns stays
        plain, named = DistributionClassifier(name), DistributionClassifier(name, classes=names)
        plain.fit(inputs, votes), named.fit(inputs, votes)
        assert named.classes_.tolist() == ["no", "maybe", "yes"]
        assert np.array_equal(named.predict(inputs), names[plain.predict(inputs)])
        assert len(set(named.predict(inputs))) > 1

    def test_a_label_that_nobody_chose_stays_possible_if_named(self, name: str) -> None:
        inputs, _ = simulate(3)
        labels = np.where(inputs[:, 0] > 0, "yes", "no")
        classifier = DistributionClassifier(name, classes=["no", "maybe", "yes"]).fit(inputs, labels)
        proba = classifier.predict_proba(inputs)
        assert proba.shape == (40, 3)
        assert (proba[:, 1] > 0).all()
        assert classifier.score(inputs, labels) > 0.9
        votes = (labels[:, None] == ["no", "maybe", "yes"]).astype(int)
        same = DistributionClassifier(name, classes=["no", "maybe", "yes"]).fit(inputs, votes)
        assert np.array_equal(same.predict_proba(inputs), proba)

    def test_tables_give_votes_and_names_of_features(self, name: str) -> None:
        inputs, votes = simulate(4)
        table = pd.DataFrame(inputs, columns=["length", "tone"])
        classifier = DistributionClassifier(name).fit(table, pd.DataFrame(votes, columns=["a", "b", "c"]))
        assert classifier.feature_names_in_.tolist() == ["length", "tone"]
        plain = DistributionClassifier(name).fit(inputs, votes)
        # A table lies in memory by columns, and sums over it round otherwise.
        np.testing.assert_allclose(classifier.predict_proba(table), plain.predict_proba(inputs), rtol=1e-9)
        with pytest.raises(ValueError, match="feature names should match"):
            classifier.predict(table.rename(columns={"tone": "mood"}))

    def test_a_pickled_classifier_predicts_the_same(self, name: str) -> None:
        inputs, votes = simulate(5)
        classifier = DistributionClassifier(name, classes=["a", "b", "c"]).fit(inputs, votes)
        again = pickle.loads(pickle.dumps(classifier))
        assert np.array_equal(again.predict_members(inputs), classifier.predict_members(inputs))

    @pytest.mark.parametrize("scaled", [False, True])
    def test_out_of_fold_distributions_are_those_of_a_loop(self, name: str, scaled: bool) -> None:
        inputs, votes = simulate(6)
        votes[0] = [0, 7, 0]  # counts with gaps: ranks in their place would be another target
        folds, model = KFold(4), DistributionClassifier(name, classes=["a", "b", "c"])
        if scaled:
            model = make_pipeline(StandardScaler(), model)
        found = cross_val_predict(model, inputs, cv=folds, params={"y": votes}, method="predict_proba")
        for train, test in folds.split(inputs):
            expected = clone(model).fit(inputs[train], votes[train]).predict_proba(inputs[test])
            assert np.array_equal(found[test], expected)

    def test_a_pipeline_hands_votes_and_weights_on(self, name: str) -> None:
        inputs, votes = simulate(12)
        weights, scaler = np.linspace(0.0, 1.0, 40), StandardScaler().fit(inputs)
        model = make_pipeline(scaler, DistributionClassifier(name))
        model.fit(inputs, votes, distributionclassifier__sample_weight=weights)
        scaled = scaler.transform(inputs)
        bare = DistributionClassifier(name).fit(scaled, votes, weights)
        assert np.array_equal(model.predict_proba(inputs), bare.predict_proba(scaled))
        assert model.score(inputs, votes) == bare.score(scaled, votes)

    def test_cross_validation_scores_soft_accuracy(self, name: str) -> None:
        inputs, votes = simulate(7)
        found = cross_val_score(DistributionClassifier(name), inputs, votes, cv=KFold(4))
        held = inputs[:10], votes[:10]
        shares = held[1] / held[1].sum(axis=1, keepdims=True)
        proba = DistributionClassifier(name).fit(inputs[10:], votes[10:]).predict_proba(held[0])
        assert found[0] == pytest.approx(1 - 0.5 * np.abs(shares - proba).sum(axis=1).mean())

    def test_hard_labels_are_learned(self, name: str) -> None:
        inputs, codes = load_iris(return_X_y=True)
        species = np.array(["setosa", "versicolor", "virginica"])[codes]
        assert cross_val_score(DistributionClassifier(name), inputs, species).mean() > 0.94
        proba = cross_val_predict(DistributionClassifier(name), inputs, species, method="predict_proba")
        assert (proba.argmax(axis=1) == codes).mean() > 0.94


def test_score_of_votes_by_hand() -> None:
    # The one feature never varies, and as many votes are for either label: the prediction is (1/2, 1/2) everywhere.
    inputs, votes = np.zeros((5, 1)), np.array([[3, 1], [1, 3], [4, 0], [0, 4], [0, 0]])
    classifier = DistributionClassifier(classes=["a", "b"]).fit(inputs, votes)
    np.testing.assert_allclose(classifier.predict_proba(inputs), 0.5)
    # Shared mass: 1/2 + 1/4 for the first two, 1/2 for the next two; the last has no vote. Four votes weigh like one.
    assert classifier.score(inputs, votes) == pytest.approx(0.625)
    assert classifier.score(inputs, votes * [[10], [1], [1], [1], [1]]) == pytest.approx(0.625)
    # (0.75 + 0.75 + 3 x 0.5 + 3 x 0.5) / 8
    assert classifier.score(inputs, votes, [1, 1, 3, 3, 9]) == pytest.approx(0.5625)
    assert np.isnan(classifier.score(inputs, 0 * votes))
    assert np.isnan(classifier.score(inputs, votes, [0, 0, 0, 0, 1]))
    # One label for all, so two of four are right; weights (1, 1, 2, 2) and (3, 1, 1, 1) give it 3 of 6 and 4 of 6.
    top, other = classifier.predict(inputs[:1])[0], {"a": "b", "b": "a"}[classifier.predict(inputs[:1])[0]]
    assert classifier.score(inputs[:4], [top, other, top, other]) == 0.5
    assert classifier.score(inputs[:4], [top, other, top, other], [1, 1, 2, 2]) == 0.5
    assert classifier.score(inputs[:4], [top, other, top, other], [3, 1, 1, 1]) == pytest.approx(4 / 6)


def test_a_grid_of_learners_is_searched() -> None:
    inputs, votes = simulate(8, n=120)
    learners = [SoftmaxRegression(n_members=1, precision=p) for p in (1e6, 1.0)]
    search = GridSearchCV(DistributionClassifier(), {"learner": learners}, cv=KFold(3)).fit(inputs, votes)
    # A precision of a million leaves only base rates, and there is signal.
    assert search.best_params_["learner"].precision == 1.0
    assert search.best_estimator_.classes_.tolist() == [0, 1, 2]
    weighed = GridSearchCV(DistributionClassifier(), {"random_state": [0]}, cv=KFold(3))
    assert 0.5 < weighed.fit(inputs, votes, sample_weight=votes.sum(axis=1)).best_score_ <= 1.0


def test_clones_keep_parameters_and_forget_the_fit() -> None:
    inputs, votes = simulate(9)
    learner = SoftmaxRegression(n_members=2)
    copy = clone(DistributionClassifier(learner, classes=("a", "b", "c"), random_state=4).fit(inputs, votes))
    assert copy.get_params() == {"learner": learner, "classes": ("a", "b", "c"), "random_state": 4}
    assert not hasattr(copy, "classes_")
    assert is_classifier(copy)


def test_randomness_is_that_of_the_seed() -> None:
    inputs, votes = simulate(10)

    def members(state: object) -> np.ndarray:
        return DistributionClassifier(random_state=state).fit(inputs, votes).predict_members(inputs)

    assert np.array_equal(members(1), members(np.int64(1)))
    assert np.array_equal(members(1), members(np.random.default_rng(1)))
    assert np.array_equal(members(np.random.RandomState(1)), members(np.random.RandomState(1)))
    assert not np.array_equal(members(1), members(2))
    assert not np.array_equal(members(None), members(None))
    shared = np.random.default_rng(1)
    assert not np.array_equal(members(shared), members(shared))  # a generator goes on
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    members(None)
    assert np.array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_a_column_is_hard_labels_with_scikit_learns_warning() -> None:
    inputs, _ = simulate(11)
    labels = np.where(inputs[:, 0] > 0, "yes", "no")
    with pytest.warns(UserWarning, match="column-vector y was passed"):
        column = DistributionClassifier().fit(inputs, labels[:, None])
    flat = DistributionClassifier().fit(inputs, labels)
    assert np.array_equal(column.predict_proba(inputs), flat.predict_proba(inputs))


REFUSED = [
    ({"learner": "softmax-regresion"}, None, UnknownNameError, "learner .* is not known. Did you mean 'softmax-regr"),
    ({"learner": SoftmaxRegression}, None, ArgumentError, "learner must be a name of .* or a learner, not <class"),
    ({"learner": 3}, None, ArgumentError, "learner must be a name of .* or a learner, not 3"),
    ({"random_state": -1}, None, ArgumentError, "random_state must be a non-negative seed.*not -1"),
    ({"random_state": True}, None, ArgumentError, "random_state must be a non-negative seed.*not True"),
    ({"classes": ["a", "b", "c"]}, None, ShapeError, "y has 2 columns and classes 3 labels"),
    ({"classes": [["a", "b"]]}, None, ShapeError, r"classes must be one list of labels.*\(1, 2\)"),
    ({"classes": ["a", "b", "b"]}, None, ArgumentError, "classes names 'b' 2 times"),
    ({"classes": ["a", "b"]}, ["a", "x", "b", "x"], ArgumentError, r"y\[1\] = 'x' is not among.*2 of 4 items"),
    ({}, [[1, 0], [0, -1], [1, 1], [0, 1]], NotCountsError, r"y\[1\] = .* holds a negative"),
    ({}, [[1, 0], [0, np.nan], [1, 1], [0, 1]], ValueError, "Input y contains NaN"),
    ({}, [["a", "b"]] * 4, ShapeError, "y is not a rectangular array of numbers"),
    ({}, np.ones((4, 2, 2)), ValueError, "dim 3"),
    ({}, np.zeros((4, 2)), ArgumentError, "no vote"),
    ({}, [[1, 0]] * 3, ValueError, "inconsistent numbers of samples"),
    ({}, [0.1, 0.2, 0.3, 0.4], ValueError, "Unknown label type: continuous"),
    ({}, sparse.csr_array(np.eye(4)), TypeError, "Sparse data was passed for y"),
]


@pytest.mark.parametrize(("parameters", "target", "error", "message"), REFUSED)
def test_what_fitting_refuses(
    parameters: dict[str, object], target: object, error: type[Exception], message: str
) -> None:
    votes = [[1, 0], [0, 1], [1, 1], [2, 0]] if target is None else target
    with pytest.raises(error, match=message):
        DistributionClassifier(**parameters).fit(np.arange(4.0)[:, None], votes)  # type: ignore[arg-type]


def test_which_weights_and_scores_are_refused() -> None:
    inputs, votes = np.arange(3.0)[:, None], [[1, 0], [0, 1], [1, 1]]
    with pytest.raises(ArgumentError, match="sample_weight is zero for all 3 items"):
        DistributionClassifier().fit(inputs, votes, [0, 0, 0])
    with pytest.raises(ArgumentError, match=r"weights\[2\] = -1.0 is negative"):
        DistributionClassifier().fit(inputs, votes, [0, 1, -1])
    with pytest.raises(ShapeError, match="sample_weight must have 3 values, not 2"):
        DistributionClassifier().fit(inputs, votes, [1, 1])
    classifier = DistributionClassifier().fit(inputs, votes)
    with pytest.raises(ShapeError, match=r"y has shape \(3, 3\) and the prediction \(3, 2\)"):
        classifier.score(inputs, np.ones((3, 3)))
    with pytest.raises(NotCountsError, match=r"y\[0\]"):
        classifier.score(inputs, -np.ones((3, 2)))
    with pytest.raises(ShapeError, match="sample_weight must have 3 values, not 1"):
        classifier.score(inputs, votes, [1])
