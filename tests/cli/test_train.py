from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.commands import Command


def test_a_model_is_trained_kept_and_asked(command: Command, votes: Path, tmp_path: Path) -> None:
    done = command(f"variorum train {votes} --learner linear --loss js --set epochs=3 --out model")
    assert done.code == 0
    assert "linear, loss='js', epochs=3" in done.out
    assert "oracle floor" in done.out
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == [
        "model.json", "predictions.csv", "predictor.json", "training-items.jsonl", "weights.pt",
    ]  # fmt: skip
    new = tmp_path / "new.csv"
    new.write_text("item,text\nx,a bright day\ny,a gloomy day\n", encoding="utf-8")
    asked = command(f"variorum predict model {new} --json")
    predicted = json.loads(asked.out)["predictions"]
    assert set(predicted) == {"x", "y"}
    assert abs(sum(predicted["x"]) - 1) < 1e-9
    assert command(f"variorum predict model {votes} --out p.csv").code == 0
    assert "40 items" in command(f"variorum evaluate {votes} p.csv --metric js").out
    held_out = command(f"variorum evaluate {votes} model/predictions.csv --metric js --partial").out
    assert "8 items, labels" in held_out
    assert "32 items of HUMAN are not in MODEL and are left out" in held_out
    refused = command(f"variorum evaluate {votes} model/predictions.csv")
    assert (refused.code, "--partial" in refused.err) == (2, True)


def test_json_and_the_plain_learner(command: Command, votes: Path) -> None:
    said = json.loads(command(f"variorum train {votes} --json").out)
    assert (said["n_train"], said["n_validation"], said["n_test"]) == (32, 0, 8)
    assert 0 <= said["scores"]["js"] < 0.7


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--learner liner", "learner 'liner' is not known. Did you mean 'linear'?"),
        ("--set loss=js", "the learner 'softmax-regression' has no setting 'loss'"),
        ("--learner linear --set epochs", "--set epochs has no =; write --set NAME=VALUE."),
        ("--learner linear --set epochs=many", "epochs must be a whole number, not 'many'"),
        ("--learner linear --set learning_rate=high", "a setting is of the wrong type"),
        ("--learner mlp --set epochs=2.5", "epochs must be a whole number, not 2.5"),
        ("--learner mlp --set batch_size=32.0", "batch_size must be a whole number, not 32.0"),
        ("--annotators heads", "has no setting 'annotators'"),
        ("--annotators heads", "models of annotators are for networks: --learner linear, say"),
        ("--learner linear --delivery stale-sls --set delivery_options.keep=5", "has no parameter 'keep'"),
        ("--learner linear --loss cdf", "needs classes in order"),
        ("--learner small-cnn", "items have no image"),
        ("--test 0.01 --validation 0.95", "Invalid value for '--validation'"),
    ],
)
def test_bad_input_is_one_sentence(command: Command, votes: Path, line: str, said: str) -> None:
    done = command(f"variorum train {votes} {line}")
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_folder_with_a_model_is_left_alone(command: Command, votes: Path) -> None:
    assert command(f"variorum train {votes} --out model").code == 0
    again = command(f"variorum train {votes} --out model")
    assert again.code == 2
    assert "holds a model already" in again.err
    assert "holds no model" in command("variorum predict elsewhere votes.csv").err


def test_settings_within_settings_and_one_hidden_layer(command: Command, votes: Path) -> None:
    line = "--learner mlp --delivery stale-sls --set delivery_options.hold=5 --set hidden=16 --set epochs=2"
    done = command(f"variorum train {votes} {line}")
    assert done.code == 0
    assert "delivery='stale-sls', delivery_options={'hold': 5}, hidden=(16,), epochs=2" in done.out


def test_a_checkpoint_is_there_until_the_model_is(
    command: Command, votes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("disk full")

    line = f"variorum train {votes} --learner linear --set epochs=2 --members 2 --posterior ensemble --out model"
    with monkeypatch.context() as full:
        full.setattr("variorum.studies.corpus_training.save_predictor", fail)
        assert command(line).code == 2
    assert sorted(path.name for path in (tmp_path / "model").iterdir()) == ["checkpoint-0.pt", "checkpoint-1.pt"]
    (tmp_path / "model" / "checkpoint-1.pt.part").write_bytes(b"cut off")
    assert command(line).code == 0
    assert not list((tmp_path / "model").glob("checkpoint*"))


def test_the_keyboard_stops_a_training(command: Command, votes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("variorum.cli.train.train_on_corpus", stop)
    done = command(f"variorum train {votes} --out model")
    assert done.code == 130
    assert done.err == "Error: stopped; with --out, the same command goes on from the last epoch that was done.\n"
