from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from variorum.annotations import ANSWERED, ValidityJudgments
from variorum.decomposition import error_labels, item_label_pairs
from variorum.features import TfidfFeatures
from variorum.studies.errors.varierr_evidence import VariErr, varierr_gold

from .small_varierr import LABELS, corpus_of, entries, small_study


@pytest.fixture(scope="module")
def rejection() -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return small_study().rejection()


def arranged(lines: list[dict[str, object]]) -> VariErr:
    return VariErr.of(corpus_of(lines), TfidfFeatures(8), np.random.default_rng(0))


def test_gold_is_the_published_list_which_follows_the_rule() -> None:
    study = small_study()
    assert study.validity is not None
    by_rule = error_labels(study.annotations, study.validity)
    np.testing.assert_array_equal(study.gold, by_rule[study.pairs.item, study.pairs.label])
    assert 0 < study.gold.sum() < len(study.pairs) / 2


def test_gold_is_read_from_the_field_and_from_nothing_else() -> None:
    lines = entries(6)
    for line in lines:
        line["error_labels"] = ["neutral"]
    corpus = corpus_of(lines)
    pairs = item_label_pairs(corpus.annotations)
    np.testing.assert_array_equal(varierr_gold(corpus, pairs), pairs.label == LABELS.index("neutral"))


def test_evidence_counts_judgments_of_others_alone() -> None:
    lines = entries()
    judged, accepted = [], []
    # Rows stand in the order of the file: items, labels, reasons; after an item's, who was unsure.
    for line in lines:
        for label in LABELS:
            for reading in line[label]:
                others = [j["makes_sense"] for j in reading["judgments"] if j["annotator"] != reading["annotator"]]
                judged.append(len(others))
                accepted.append(sum(others))
        judged += [0] * len(line["idk"])
        accepted += [0] * len(line["idk"])
    evidence = small_study().evidence
    assert evidence.judgments is not None
    assert evidence.accepted is not None
    assert evidence.judgments.tolist() == judged
    assert evidence.accepted.tolist() == accepted
    assert 2 in judged


def test_who_gave_each_label() -> None:
    study = small_study()
    votes, pairs = study.annotations, study.pairs
    for pair in range(len(pairs)):
        rows = (votes.item == pairs.item[pair]) & (votes.label == pairs.label[pair]) & (votes.status == ANSWERED)
        assert set(np.flatnonzero(study.by_author[pair])) == set(votes.annotator[rows].tolist())
    assert (study.by_author.sum(axis=1) == pairs.n_annotators).all()


def test_a_label_is_an_error_if_all_its_annotations_are() -> None:
    study = small_study()
    probability = np.random.default_rng(0).uniform(0.1, 0.9, study.annotations.n_rows)
    found = study.of_pairs(probability)
    for pair in range(len(study.pairs)):
        assert found[pair] == pytest.approx(np.log(np.prod(probability[study.pairs.of_row == pair])))


def test_rows_of_unknown_error_and_of_no_error_stay_finite() -> None:
    study = small_study()
    n_rows = study.annotations.n_rows
    assert (study.of_pairs(np.full(n_rows, np.nan)) == 0).all()
    assert np.isfinite(study.of_pairs(np.zeros(n_rows))).all()


def test_the_prior_of_an_item_does_not_know_the_votes_on_its_group() -> None:
    lines = entries()
    same = [k for k, line in enumerate(lines) if line["context"] == lines[4]["context"]]
    assert same == [4, 5]
    straight = small_study()
    for k in same:
        first, second, third = (lines[k][label] for label in LABELS)
        lines[k] |= dict(zip(LABELS, (second, third, first), strict=True))
    turned = arranged(lines)
    np.testing.assert_array_equal(turned.prior[same], straight.prior[same])
    others = np.setdiff1d(np.arange(len(lines)), same)
    assert np.abs(turned.prior[others] - straight.prior[others]).max() > 1e-6
    np.testing.assert_allclose(straight.prior.sum(axis=1), 1)


def test_rejections_are_probabilities_of_what_was_answered(rejection: np.ndarray) -> None:
    votes = small_study().annotations
    np.testing.assert_array_equal(np.isnan(rejection), votes.status != ANSWERED)
    known = rejection[votes.status == ANSWERED]
    assert ((known > 0) & (known < 1)).all()


def test_rejections_do_not_depend_on_judgments_of_ones_own(rejection: np.ndarray) -> None:
    study = small_study()
    votes, validity = study.annotations, study.validity
    own = votes.annotator[validity.annotation] == validity.judge
    flipped = ValidityJudgments(validity.annotation, validity.judge, validity.makes_sense ^ own)
    np.testing.assert_array_equal(study.rejection(validity=flipped), rejection)
    gone = ValidityJudgments(validity.annotation[~own], validity.judge[~own], validity.makes_sense[~own])
    np.testing.assert_array_equal(study.rejection(validity=gone), rejection)


def test_the_crowd_and_the_author_are_seen_if_asked_for_alone(rejection: np.ndarray) -> None:
    study = small_study()
    other = replace(study, crowd=study.crowd[::-1])
    np.testing.assert_array_equal(other.rejection(), rejection)
    assert np.nanmax(np.abs(other.rejection(crowd=True) - study.rejection(crowd=True))) > 1e-3
    # Without the author's leniency, two authors of equal evidence are as likely to reject; with it they are not.
    assert np.nanmax(np.abs(study.rejection(known_authors=False) - rejection)) > 1e-3
