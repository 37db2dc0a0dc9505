from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from variorum.errors import ArgumentError, UnknownNameError
from variorum.training import AnnotatorVotes, NetworkLearner, Texts, TrainingData, encoder, linear, mlp, small_cnn

ONE = np.array([0])
NOMINAL = TrainingData(np.zeros((1, 1)), np.array([[2.0, 1.0, 0.0]]))
SEVERAL = TrainingData(np.zeros((1, 1)), np.ones((1, 2, 2)))
TEXTS = TrainingData(Texts(("a",)), np.array([[2.0, 1.0]]))
SHARES = TrainingData(np.zeros((1, 1)), np.array([[0.5, 0.5]]))
PEOPLE = replace(NOMINAL, by_annotator=AnnotatorVotes(ONE, ONE, ONE, 1))


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (NOMINAL, {"loss": "cdf"}, "needs classes in order, .* with an ordinal scheme"),
        (NOMINAL, {"loss": "dirichlet-multinomial", "delivery": "sls"}, "reads all votes .* use the delivery 'soft'"),
        (SEVERAL, {"loss": "wasserstein"}, "needs classes in order|gives one label out of several"),
        (NOMINAL, {"delivery": "annotators"}, "choose a model of annotators, 'heads' say"),
        (NOMINAL, {"annotators": "heads", "delivery": "soft"}, "use the delivery 'annotators'"),
        (
            PEOPLE,
            {"annotators": "heads", "delivery": "annotators", "loss": "annotator-max"},
            "needs all of an item at once; use .cross-entropy.",
        ),
        (PEOPLE, {"annotators": "heads", "delivery": "annotators", "n_members": 2}, "use the posterior 'ensemble'"),
        (NOMINAL, {"annotators": "heads", "delivery": "annotators"}, "annotator"),
        (NOMINAL, {"loss": "dirichlet-multinomial", "n_members": 2}, "use the posterior 'ensemble'"),
        (NOMINAL, {"annotators": "heads"}, "learns who gave which vote, and some votes have no annotator"),
        (SHARES, {"delivery": "multipass"}, "use .*'soft' or 'sls'|'soft'"),
        (SEVERAL, {"delivery": "repeated-labelling"}, "multilabel"),
        (TEXTS, {}, "reads features, and the inputs are texts; use one of: encoder"),
        (replace(NOMINAL, counts=0 * NOMINAL.counts), {}, "there is no vote"),
        (NOMINAL, {"patience": 3}, "patience needs validation items"),
    ],
)
def test_what_does_not_go_together_is_refused_with_a_remedy(
    data: TrainingData, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(ArgumentError, match=said):
        linear(epochs=1, **options).fit(data, np.random.default_rng(0))


def test_texts_are_not_mixed() -> None:
    with pytest.raises(ArgumentError, match="mixup mixes features or pictures"):
        encoder(delivery="mixup").fit(TEXTS, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"delivery": "slss"}, UnknownNameError, "delivery 'slss' is not known. Did you mean 'sls'"),
        ({"loss": "l2"}, UnknownNameError, "loss 'l2' is not known"),
        ({"annotators": "crowds"}, UnknownNameError, "model of annotators 'crowds' is not known"),
        ({"posterior": "swag"}, UnknownNameError, "posterior 'swag' is not known"),
        ({"delivery": "stale-sls", "delivery_options": {"hold": 0}}, ArgumentError, "hold"),
        ({"dropout": 1.0}, ArgumentError, r"dropout is a share in \[0, 1\), not 1.0"),
        ({"n_members": 0}, ArgumentError, "n_members must be at least 1"),
        ({"epochs": 0}, ArgumentError, "epochs must be at least 1"),
        ({"learning_rate": 0.0}, ArgumentError, "learning_rate must be positive"),
        ({"monitor": "f2"}, UnknownNameError, "monitor 'f2' is not known"),
        ({"warmup": 1.0}, ArgumentError, "warmup is a share"),
        ({"patience": 0}, ArgumentError, "patience must be at least 1"),
        ({"weight_decay": -1.0}, ArgumentError, "weight_decay must be at least 0"),
        ({"hidden": (4, 0)}, ArgumentError, "hidden layers have at least one unit"),
    ],
)
def test_a_learner_refuses_settings_out_of_range(options: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        mlp(**options)


def test_settings_of_the_loop_stand_beside_those_of_the_learner() -> None:
    learner = small_cnn(epochs=3, loss="js", batch_size=8)
    assert (learner.training.epochs, learner.training.batch_size, learner.loss) == (3, 8, "js")
    assert str(learner) == "small-cnn, loss='js', epochs=3, batch_size=8"
    assert str(NetworkLearner("mlp", training=mlp().training, hidden=(128,))) == "mlp"
