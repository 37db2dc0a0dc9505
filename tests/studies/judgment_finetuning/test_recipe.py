from __future__ import annotations

from variorum.studies.judgment_finetuning import stage_one, stage_two


def test_the_two_stages_as_published() -> None:
    first, second = stage_one("some-encoder", pooling="first"), stage_two("some-encoder", evaluate_every=7)
    for learner in (first, second):
        assert (learner.delivery, learner.loss, learner.max_length) == ("soft", "cross-entropy", 128)
        at = learner.training
        assert (at.optimizer, at.learning_rate, at.schedule, at.warmup, at.keep) == (
            "adamw",
            2e-5,
            "linear",
            0.0,
            "best",
        )
        assert (at.weight_decay, at.clip, at.patience) == (0.0, 1.0, None)
    one, two = first.training, second.training
    assert (one.epochs, one.batch_size, one.monitor, one.evaluate_every) == (3, 32, "accuracy", 100)
    assert (two.epochs, two.batch_size, two.monitor, two.evaluate_every) == (5, 4, "macro-f1", 7)
    assert (first.pooling, second.pooling) == ("first", "mean")
