"""Released answers of models, invented and as published."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from variorum.corpora import released_models
from variorum.corpora.find import find_corpus
from variorum.corpora.released_models import (
    ANLI_MODELS,
    VARIERR_GPT,
    ReleasedModels,
    load_anli_models,
    load_varierr_gpt,
)
from variorum.errors import ReadError, ShapeError

from .miniatures import json_lines, put

MODELS = tuple(released_models._COLUMNS.values())


def _reading(number: int, label: str) -> dict[str, object]:
    return {"annotator": 0, "id": f"{number}-{label}-1", "reason": "So.", "judgments": []}


def _varierr(root: Path, gpt4: dict[str, float]) -> None:
    """Two items; ChaosNLI has one more, and another order."""
    entries = [
        {"id": "b", "entailment": [_reading(7, "entailment")], "neutral": [], "contradiction": [_reading(7, "c")]},
        {"id": "a", "entailment": [], "neutral": [_reading(3, "neutral")], "contradiction": []},
    ]
    chaos = [
        {
            "uid": uid, "label_counter": dict(zip("enc", counts, strict=True)), "label_count": counts, "old_label": "e",
            "majority_label": "e", "old_labels": ["entailment"] * 5,
            "example": {"premise": f"Premise {uid}.", "hypothesis": "It is.", "source": "mnli"},
        }
        for uid, counts in (("a", [1, 2, 0]), ("x", [1, 1, 1]), ("b", [3, 0, 1]))
    ]  # fmt: skip
    four, three, varierr, chaosnli = (file.path for file in VARIERR_GPT.files)
    put(root, four, json.dumps(gpt4))
    put(root, three, json.dumps({"7-e": -0.5, "7-c": -0.5, "3-n": -0.1}))
    put(root, varierr, json_lines(entries))
    put(root, chaosnli, json_lines(chaos))


def _anli(root: Path, probabilities: str = "[0.1, 0.2, 0.7]") -> None:
    header = ",".join(["context", "statement", "uid", *MODELS])
    quoted = f'"{probabilities}"'
    for k, file in enumerate(ANLI_MODELS.files[:3]):
        put(root, file.path, f"{header}\nContext {k}.,It is.,u{k},{','.join([quoted] * len(MODELS))}\n")
    labels = [{"uid": f"u{k}", "verifier labels": ["e", "c", "c"][: 3 - k % 2]} for k in (2, 1, 0, 9)]
    put(root, ANLI_MODELS.files[3].path, json_lines(labels))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data root whose files are the invented ones."""
    monkeypatch.setattr(released_models, "checked_root", lambda _: tmp_path)
    return tmp_path


def test_scores_of_labels_become_shares_and_items_keep_varierrs_order(root: Path) -> None:
    _varierr(root, {"7-e": -0.9, "7-c": -0.3, "3-n": -0.0})
    found = load_varierr_gpt()
    assert found.people.name == "chaosnli-varierr"
    assert found.people.items.ids == ("b", "a")
    np.testing.assert_array_equal(found.people.annotations.counts(), [[3, 0, 1], [1, 2, 0]])
    np.testing.assert_allclose(found.models["gpt-4"], [[0.75, 0.0, 0.25], [np.nan] * 3])
    np.testing.assert_allclose(found.models["gpt-3.5"], [[0.5, 0.0, 0.5], [0.0, 1.0, 0.0]])
    # Which labels were scored is known also where the score is nothing.
    np.testing.assert_allclose(found.models["labels-alone"], [[0.5, 0.0, 0.5], [0.0, 1.0, 0.0]])


@pytest.mark.parametrize(("key", "score"), [("8-e", -0.5), ("7-e", 0.5), ("7-e", -1.5)])
def test_a_score_of_nothing_known_is_refused(root: Path, key: str, score: float) -> None:
    _varierr(root, {key: score})
    with pytest.raises(ReadError, match="is no score from -1 to 0 of an item of VariErr"):
        load_varierr_gpt()


def test_verifiers_are_people_and_probabilities_stand_in_class_order(root: Path) -> None:
    _anli(root)
    found = load_anli_models()
    assert found.people.items.ids == ("u0", "u1", "u2")
    np.testing.assert_array_equal(found.people.annotations.counts(), [[1, 0, 2], [1, 0, 1], [1, 0, 2]])
    assert len(found.models) == 8
    np.testing.assert_allclose(found.models["bert-r1"], [[0.1, 0.2, 0.7]] * 3)


@pytest.mark.parametrize("bad", ["[0.1, 0.9]", "n", "[0.1, 0.2, null]"])
def test_what_are_no_probabilities_is_refused(root: Path, bad: str) -> None:
    _anli(root, bad)
    with pytest.raises(ReadError, match="not three probabilities"):
        load_anli_models()


def test_a_row_for_every_item(root: Path) -> None:
    _anli(root)
    with pytest.raises(ShapeError, match=r"model 'm' has shape \(2, 3\) for 3 items"):
        ReleasedModels(load_anli_models().people, {"m": np.ones((2, 3)) / 3})


def test_published() -> None:
    if find_corpus(VARIERR_GPT) is None or find_corpus(ANLI_MODELS) is None:
        pytest.skip("the released answers are neither below VARIORUM_DATA nor in the user cache")
    varierr, anli = load_varierr_gpt(), load_anli_models()
    assert len(varierr.people.items) == 500
    assert set(varierr.people.annotations.counts().sum(axis=1).tolist()) == {100.0}
    # GPT-4 sees no sense in any explanation of four items.
    assert [int(np.isnan(shares[:, 0]).sum()) for shares in varierr.models.values()] == [4, 0, 0]
    assert int((varierr.models["labels-alone"] > 0).sum()) == 878
    votes = anli.people.annotations.counts().sum(axis=1)
    assert (len(votes), int(votes.sum()), int((votes == 3).sum())) == (3198, 7375, 979)
    # Every item of the first round deceived the model that its writers faced; here against the verifiers' plurality.
    first = anli.models["bert-r1"][:1000].argmax(axis=1)
    assert (first == anli.people.annotations.counts()[:1000].argmax(axis=1)).mean() < 0.01
