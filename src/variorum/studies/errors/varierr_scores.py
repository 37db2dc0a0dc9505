"""Every way to rank VariErr's labels by error: the literature's, the released predictions, simple sums, and ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations, ValidityJudgments
from variorum.corpora import CORPORA
from variorum.decomposition import METHODS, decompose, label_count, peer_ratio, rerank_by_count, validity_rates
from variorum.studies.errors.varierr_evidence import VariErr
from variorum.studies.reason_evidence import reason_evidence

__all__ = ["THREE_TERMS", "Score", "all_scores"]

Array = NDArray[np.float64]

THREE_TERMS: Final = "three terms: single author first, peers, author's leniency"
_SHUFFLES: Final = 5
# Released runs of several seeds: the first stands for them.
_SEED: Final = "42"


@dataclass(frozen=True, eq=False)
class Score:
    """A ranking of the labels.

    Attributes:
        name: What it is.
        sees: Evidence that it looks at.
        values: Higher is likelier an error, shape (n_pairs,); nan where a released file lacks the pair.
    """

    name: str
    sees: str
    values: Array


def all_scores(study: VariErr) -> Iterator[Score]:
    """Every ranking, one after the other."""
    yield from _literature(study)
    yield from _released(study)
    yield from _sums(study)
    yield from _ours(study)


def _literature(study: VariErr) -> Iterator[Score]:
    sees = {"crowd": "the crowd's votes", "peer": "judgments", "datamaps": "texts", "metadata": "texts, other errors"}
    for name, scorer in METHODS.items():
        values = scorer(study.evidence)
        what = next((text for prefix, text in sees.items() if name.startswith(prefix)), "votes")
        yield Score(name, what, values)
        if name != "label-count":
            yield Score(f"{name}, re-ranked", f"{what}, votes", rerank_by_count(values, study.evidence))


def _released(study: VariErr) -> Iterator[Score]:
    """Predictions that were published with the paper, where they lie beside the corpus."""
    folder = _folder(study)
    if folder is None:
        return
    keys = _keys(study)
    for path in sorted(folder.glob("*/*.json")):
        if not path.stem.isdigit() or path.stem == _SEED:
            values = _read_scores(path, keys)
            name = f"released: {path.parent.name.removeprefix('baseline_')}"
            yield Score(name, "as published", values)
            yield Score(f"{name}, re-ranked", "as published, votes", _reranked(values, study))


def _folder(study: VariErr) -> Path | None:
    root = study.corpus.path
    folder = None if root is None else root / "varierr_nli" / "predictions" / "predictions"
    return folder if folder is not None and folder.is_dir() else None


def _reranked(values: Array, study: VariErr) -> Array:
    known = ~np.isnan(values)
    return np.where(known, rerank_by_count(np.where(known, values, 0.0), study.evidence), np.nan)


def _keys(study: VariErr) -> list[str]:
    """Name of each pair in the released files: the number in its explanations' ids, and the label's first letter."""
    assert study.corpus.path is not None
    labels, numbers = study.corpus.scheme.labels, []
    with (study.corpus.path / CORPORA["varierr"].files[0].path).open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            named = [reading["id"] for label in labels for reading in entry[label]]
            numbers.append(named[0].partition("-")[0])
    return [f"{numbers[i]}-{labels[k][0]}" for i, k in zip(study.pairs.item, study.pairs.label, strict=True)]


def _read_scores(path: Path, keys: Sequence[str]) -> Array:
    released = json.loads(path.read_text(encoding="utf-8"))
    return np.array([released.get(key, np.nan) for key in keys], np.float64)


def _sums(study: VariErr) -> Iterator[Score]:
    """Simple sums that need no training, and show what the gold rewards."""
    pairs = study.pairs
    peers = -peer_ratio(study.evidence)
    leniency = validity_rates(study.annotations, study.validity).of_peers
    author = pairs.total(leniency[study.annotations.annotator]) / pairs.total(np.ones(study.annotations.n_rows))
    single = 10.0 * (pairs.n_annotators == 1)
    for weight in (1.0, 2.0, 3.0):
        name = THREE_TERMS if weight == 2 else f"the same, leniency times {weight:g}"
        yield Score(name, "votes, judgments, authors", single - peers - weight * author)
    yield Score("author's leniency alone", "judgments, authors", -author)
    folder = _folder(study)
    if folder is not None:
        maps = _read_scores(folder / "dm_mean" / f"{_SEED}.json", _keys(study))
        crowd = METHODS["crowd-probability"](study.evidence)
        total = _z(label_count(study.evidence)) + _z(crowd) + _z(-peers) + _z(maps)
        yield Score(
            "z-sum: count, crowd, peers, released Datamaps", "votes, the crowd's votes, judgments, texts", total
        )


def _z(values: Array) -> Array:
    return np.asarray((values - values.mean()) / values.std())


def _ours(study: VariErr) -> Iterator[Score]:
    votes = study.annotations
    yield Score("ours", "votes", study.of_pairs(decompose(votes).error))
    yield Score("ours", "votes, texts", study.of_pairs(decompose(votes, prior=study.prior).error))
    yield Score("ours", "votes, texts, reasons", study.of_pairs(_by_reasons(study)))
    yield Score("ours", "votes, texts, reasons, judgments, authors", study.of_pairs(study.rejection()))
    withheld = study.rejection(known_authors=False)
    yield Score("ours, authors withheld", "votes, texts, reasons, judgments of named judges", study.of_pairs(withheld))
    yield Score("ours, nobody named", "votes, texts, reasons, judgments", study.of_pairs(_nobody_named(study)))
    out = study.of_pairs(_left_out(study))
    yield Score("ours, each author left out of learning", "votes, texts, reasons, judgments", out)
    crowd = study.rejection(crowd=True)
    yield Score("ours", "all of these, the crowd's votes", study.of_pairs(crowd))
    withheld = study.rejection(crowd=True, known_authors=False)
    yield Score("ours, authors withheld", "judgments of named judges, the crowd's votes", study.of_pairs(withheld))


def _by_reasons(study: VariErr) -> Array:
    """Without a judgment to learn from: a reason speaks for its label as far as it makes the label likelier.

    Its log odds of error are minus the log of p(label | reason, texts) / p(label | texts), both from classifiers that
    have not seen the item.
    """
    votes = study.annotations
    reasons = reason_evidence(votes, study.texts, np.random.default_rng(study.seed))
    assert reasons is not None
    fit = reasons.values[:, reasons.names.index("fit")]
    expected = np.log(study.prior[votes.item, np.maximum(votes.label, 0)])
    return decompose(votes, prior=study.prior, log_odds=expected - fit).error


def _nobody_named(study: VariErr) -> Array:
    """Annotators change names from item to item: nothing can be learned of a person; mean of several drawings."""
    votes, validity = study.annotations, study.validity
    rng = np.random.default_rng(study.seed)
    total = np.zeros(votes.n_rows)
    for _ in range(_SHUFFLES):
        names = np.argsort(rng.random((len(votes.items), len(votes.annotators))), axis=1).astype(np.int32)
        shuffled: Annotations = replace(votes, annotator=names[votes.item, votes.annotator])
        item = votes.item[validity.annotation]
        judges = ValidityJudgments(validity.annotation, names[item, validity.judge], validity.makes_sense)
        total += study.rejection(annotations=shuffled, validity=judges, known_authors=False)
    return total / _SHUFFLES


def _left_out(study: VariErr) -> Array:
    """Each author's annotations by what was learned from judgments of others by others."""
    votes, validity = study.annotations, study.validity
    found = np.full(votes.n_rows, np.nan)
    author = votes.annotator[validity.annotation]
    for who in range(len(votes.annotators)):
        others = (author != who) & (validity.judge != who)
        mine = votes.annotator == who
        found[mine] = study.rejection(learn_from=others)[mine]
    return found
