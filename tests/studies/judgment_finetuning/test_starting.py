"""Stage one: trained once, kept by its contents."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from studies.judgment_finetuning.invented import LABELS, items, single_labels
from training.tiny_encoder import write_tiny_encoder
from variorum.annotations import Items
from variorum.campaign import open_corpus
from variorum.errors import SchemeError
from variorum.studies import SavedModel, train_on_corpus
from variorum.studies.judgment_finetuning import starting
from variorum.studies.judgment_finetuning.recipe import stage_one
from variorum.training import Predictor, Texts


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(autouse=True)
def _cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path / "cache"))
    starting.started.cache_clear()


def answers(predictor: Predictor) -> np.ndarray:
    train = items().train
    return predictor.predict(Texts(train.premise, train.hypothesis)).mean


def test_it_is_trained_once_and_read_back(tiny: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = str(single_labels(tmp_path / "single.csv", lambda k: LABELS[k % 3]))
    first = starting.started(place, None, tiny, "mean", LABELS, 1)
    [folder] = (tmp_path / "cache" / "stage-one").iterdir()
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "model"]
    starting.started.cache_clear()
    monkeypatch.setattr(starting, "_train", None)  # would fail if it were called
    again = starting.started(place, None, tiny, "mean", LABELS, 1)
    np.testing.assert_array_equal(answers(first), answers(again))


def test_columns_come_into_the_order_of_stage_two(tiny: str, tmp_path: Path) -> None:
    # All but one label are contradiction, which the file's own order puts first: the model must say so in column 2.
    place = str(single_labels(tmp_path / "one.csv", lambda k: LABELS[2] if k > 1 else LABELS[k]))
    held_out = str(single_labels(tmp_path / "held_out.csv", lambda k: LABELS[2 - k % 3], 6))
    predictor = starting.started(place, held_out, tiny, "first", LABELS, 1)
    assert (answers(predictor).argmax(axis=1) == 2).all()


def test_a_model_of_the_command_line_will_do(tiny: str, tmp_path: Path) -> None:
    corpus = open_corpus(str(single_labels(tmp_path / "single.csv", lambda k: LABELS[k % 3])))
    order = corpus.scheme.labels
    model = train_on_corpus(corpus, stage_one(tiny, epochs=1), test=0, validation=0).model
    model.save(tmp_path / "model")
    predictor = starting.started(str(tmp_path / "model"), None, tiny, "mean", order, 1)
    np.testing.assert_allclose(answers(predictor), answers(model.predictor), atol=1e-7)
    with pytest.raises(SchemeError, match=r"the model in .*says .*; stage two needs a model of texts that says"):
        starting.started(str(tmp_path / "model"), None, tiny, "mean", order[::-1], 1)
    assert isinstance(model, SavedModel)
    assert isinstance(model.pool, Items)


def test_other_labels_are_refused(tiny: str, tmp_path: Path) -> None:
    place = str(single_labels(tmp_path / "other.csv", lambda k: ("yes", "no")[k % 2]))
    with pytest.raises(SchemeError, match=r"stage one on other: its labels are .*and stage two has .*Rename them"):
        starting.started(place, None, tiny, "mean", LABELS, 1)


def test_digest_is_of_contents(tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text("a")
    two.write_text("a")
    assert starting.content_digest(str(one)) == starting.content_digest(str(two))
    assert starting.content_digest(str(tmp_path)) != starting.content_digest(str(one))
    two.write_text("b")
    assert starting.content_digest(str(one)) != starting.content_digest(str(two))
    assert starting.content_digest("chaosnli-mnli") != starting.content_digest("chaosnli-snli")


def test_a_second_process_waits(tmp_path: Path) -> None:
    hold = (
        "import sys, time; from pathlib import Path; from variorum.campaign.journal import FolderLock\n"
        "with FolderLock(Path(sys.argv[1])): print('held', flush=True); time.sleep(1.2)"
    )
    with subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        began = time.monotonic()
        with starting._alone(tmp_path):
            assert time.monotonic() - began > 0.5
