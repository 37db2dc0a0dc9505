from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import pytest

from training.tiny_encoder import WORDS, write_tiny_encoder
from variorum.errors import ArgumentError, NotCountsError, ShapeError
from variorum.training import METHODS, NETWORKS, Learner, Prediction, Predictor, Texts, TrainingData
from variorum.training.inputs import take_inputs


def test_votes_are_counts_times_weights() -> None:
    data = TrainingData(np.zeros((2, 1)), np.array([[3, 2], [0, 1]]), weights=np.array([2.0, 0.5]))
    assert data.votes.tolist() == [[6.0, 4.0], [0.0, 0.5]]
    assert data.counts.tolist() == [[3.0, 2.0], [0.0, 1.0]]


def test_lists_are_taken_as_float_arrays() -> None:
    data = TrainingData([[1, 2]], [[1, 0]])  # type: ignore[arg-type]
    assert data.inputs.dtype == np.float64
    assert data.counts.dtype == np.float64


def test_mean_is_the_mean_over_members() -> None:
    members = np.array([[[0.2, 0.8], [1.0, 0.0]], [[0.6, 0.4], [0.5, 0.5]]])
    # (0.2 + 0.6) / 2 = 0.4 and (1.0 + 0.5) / 2 = 0.75
    np.testing.assert_allclose(Prediction(members).mean, [[0.4, 0.6], [0.75, 0.25]])


@pytest.mark.parametrize("shape", [(2, 3), (0, 2, 3)])
def test_members_have_items_and_are_present(shape: tuple[int, ...]) -> None:
    with pytest.raises(ShapeError, match="members must be"):
        Prediction(np.zeros(shape))


def test_what_training_data_refuse() -> None:
    with pytest.raises(ShapeError, match="inputs has 2 rows and counts 1"):
        TrainingData(np.zeros((2, 1)), np.ones((1, 2)))
    with pytest.raises(ShapeError, match="inputs must have 2 axes"):
        TrainingData(np.zeros(2), np.ones((2, 2)))
    with pytest.raises(ShapeError, match="inputs is not a rectangular array"):
        TrainingData([["a"]], [[1, 0]])  # type: ignore[arg-type,list-item]
    with pytest.raises(NotCountsError, match=r"counts\[0\]"):
        TrainingData(np.zeros((1, 1)), np.array([[-1.0, 2.0]]))
    with pytest.raises(ArgumentError, match=r"weights\[1\] = -1.0 is negative; 1 of 2"):
        TrainingData(np.zeros((2, 1)), np.ones((2, 2)), weights=np.array([1.0, -1.0]))
    with pytest.raises(ShapeError, match="weights must have 2 values"):
        TrainingData(np.zeros((2, 1)), np.ones((2, 2)), weights=np.ones(3))
    with pytest.raises(ArgumentError, match=r"inputs\[1\] holds a value that is not finite; 1 of 2 rows"):
        TrainingData(np.array([[0.0], [np.nan]]), np.ones((2, 2)))
    with pytest.raises(ShapeError, match="validation has"):
        TrainingData(np.zeros((1, 1)), np.ones((1, 2)), validation=TrainingData(np.zeros((1, 2)), np.ones((1, 2))))


def test_counts_of_a_multilabel_scheme_end_in_two() -> None:
    assert TrainingData(np.zeros((1, 1)), np.ones((1, 4, 2)), weights=np.array([3.0])).votes.max() == 3
    with pytest.raises(ShapeError, match=r"end in 2 .*not \(1, 4, 3\)"):
        TrainingData(np.zeros((1, 1)), np.ones((1, 4, 3)))
    with pytest.raises(NotCountsError, match=r"counts\[0\]"):
        TrainingData(np.zeros((1, 1)), -np.ones((1, 4, 2)))
    with pytest.raises(ArgumentError, match="counts are multilabel"):
        METHODS["softmax-regression"]().fit(
            TrainingData(np.zeros((1, 1)), np.ones((1, 4, 2))), np.random.default_rng(0)
        )


def test_huge_finite_inputs_are_finite() -> None:
    # Their sum overflows, they do not.
    assert TrainingData(np.full((2, 1), 1.7e308), np.ones((2, 2))).inputs.shape == (2, 1)


# What makes a learner quick enough for the contract; nothing that the contract speaks of.
QUICK: dict[str, dict[str, Any]] = {
    "softmax-regression": {},
    "linear": {"device": "cpu"},
    "mlp": {"device": "cpu", "n_members": 3},
    "small-cnn": {"device": "cpu", "epochs": 3, "n_members": 3},
    "resnet-18": {"device": "cpu", "epochs": 2, "learning_rate": 0.001},
    "encoder": {"device": "cpu", "epochs": 2, "n_members": 3},
}


@pytest.fixture(scope="module")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.mark.parametrize("name", sorted(METHODS))
class TestContract:
    """What every learner promises in `base.Learner` and `base.Predictor`."""

    @pytest.fixture(autouse=True)
    def _with_an_encoder(self, tiny_encoder: str) -> None:
        self.encoder = tiny_encoder

    def learner(self, name: str) -> Learner:
        changes = QUICK[name] | ({"encoder": self.encoder} if name == "encoder" else {})
        learner = METHODS[name](**changes)
        assert isinstance(learner, Learner)
        return learner

    def inputs(self, name: str, rng: np.random.Generator, n: int = 12) -> Any:
        reads = NETWORKS.get(name, "features")
        if reads == "pictures":
            return rng.integers(0, 256, (n, 3, 8, 8)).astype(np.uint8)
        if reads == "texts":
            return Texts(tuple(" ".join(rng.choice(WORDS, rng.integers(1, 9))) for _ in range(n)))
        return rng.standard_normal((n, 3))

    def fitted(self, name: str) -> tuple[Predictor, Any]:
        rng = np.random.default_rng(1)
        inputs = self.inputs(name, rng)
        counts = rng.integers(0, 4, (12, 3)).astype(float)
        counts[:, 2] = 0.0
        predictor = self.learner(name).fit(TrainingData(inputs, counts), np.random.default_rng(5))
        assert isinstance(predictor, Predictor)
        return predictor, inputs

    def test_rows_are_distributions_and_unseen_classes_stay_possible(self, name: str) -> None:
        predictor, inputs = self.fitted(name)
        prediction = predictor.predict(inputs)
        assert prediction.members.ndim == 3
        assert prediction.members.shape[1:] == (12, 3)
        assert prediction.members.dtype == np.float64
        np.testing.assert_allclose(prediction.members.sum(axis=2), 1.0)
        assert (prediction.mean > 0).all()

    def test_same_data_same_seed_same_prediction(self, name: str) -> None:
        one, inputs = self.fitted(name)
        two, _ = self.fitted(name)
        assert np.array_equal(one.predict(inputs).members, two.predict(inputs).members)
        assert np.array_equal(one.predict(inputs).members, one.predict(inputs).members)

    def test_prediction_of_an_item_does_not_depend_on_the_others(self, name: str) -> None:
        predictor, inputs = self.fitted(name)
        whole = predictor.predict(inputs).members
        alone = predictor.predict(take_inputs(inputs, np.array([4]))).members
        # Networks compute in float32, and round a batch of one otherwise than a batch of twelve.
        np.testing.assert_allclose(alone, whole[:, 4:5], rtol=1e-4 if name in NETWORKS else 1e-9)
        assert predictor.predict(take_inputs(inputs, np.arange(0))).members.shape[1] == 0

    def test_items_without_votes_change_nothing(self, name: str) -> None:
        rng = np.random.default_rng(2)
        everything = self.inputs(name, rng)
        if isinstance(everything, np.ndarray) and everything.ndim == 2:
            everything[6:] += 100
        inputs, counts = take_inputs(everything, np.arange(6)), rng.integers(1, 4, (6, 2)).astype(float)
        padded = TrainingData(everything, np.vstack([counts, 0 * counts]))
        plain = self.learner(name).fit(TrainingData(inputs, counts), np.random.default_rng(0)).predict(inputs)
        more = self.learner(name).fit(padded, np.random.default_rng(0)).predict(inputs)
        assert np.array_equal(plain.members, more.members)

    def test_every_vote_counts(self, name: str) -> None:
        rng = np.random.default_rng(4)
        inputs, counts = self.inputs(name, rng), rng.integers(1, 4, (12, 2)).astype(float)
        before = self.learner(name).fit(TrainingData(inputs, counts), np.random.default_rng(0)).predict(inputs)
        counts[3, 0] += 1
        after = self.learner(name).fit(TrainingData(inputs, counts), np.random.default_rng(0)).predict(inputs)
        assert not np.array_equal(before.members, after.members)

    def test_data_stay_as_they_are(self, name: str) -> None:
        rng = np.random.default_rng(3)
        inputs = self.inputs(name, rng)
        data = TrainingData(inputs, rng.integers(1, 4, (12, 2)).astype(float), weights=np.ones(12))
        before = deepcopy((data.inputs, data.counts, data.weights))
        self.learner(name).fit(data, rng).predict(data.inputs)
        for now, then in zip((data.inputs, data.counts, data.weights), before, strict=True):
            assert now == then if isinstance(now, Texts) else np.array_equal(now, then)

    def test_one_item_is_enough_and_no_vote_is_not(self, name: str) -> None:
        inputs = self.inputs(name, np.random.default_rng(6), 1)
        one = TrainingData(inputs, np.array([[1.0, 0.0]]))
        mean = self.learner(name).fit(one, np.random.default_rng(0)).predict(one.inputs).mean
        assert 0.5 < mean[0, 0] < 1.0
        with pytest.raises(ArgumentError, match="no vote"):
            self.learner(name).fit(TrainingData(one.inputs, 0 * one.counts), np.random.default_rng(0))

    def test_inputs_of_another_width_or_kind(self, name: str) -> None:
        predictor, inputs = self.fitted(name)
        if NETWORKS.get(name, "features") == "features":
            with pytest.raises(ShapeError, match="2 features a row; the learner was fitted on 3"):
                predictor.predict(inputs[:, :2])
            with pytest.raises(ArgumentError, match="inputs are texts, and this learner reads features"):
                predictor.predict(Texts(("one",)))
        else:
            with pytest.raises(ArgumentError, match=r"this network reads (pictures|texts)"):
                predictor.predict(np.zeros((2, 3)))
        other = Texts(("one",)) if NETWORKS.get(name) == "pictures" else np.zeros((1, 3, 8, 8), np.uint8)
        with pytest.raises((ArgumentError, ShapeError), match=r"reads|must have 2 axes"):
            predictor.predict(other)
