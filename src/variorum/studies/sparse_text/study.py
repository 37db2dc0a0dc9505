"""The study of sparse votes on texts: its presets, and what is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from variorum.studies.base import Key, Study
from variorum.studies.corpus_parts import open_part
from variorum.studies.sparse_text.findings import sparse_text_findings
from variorum.studies.sparse_text.heads import money_run, votes_run
from variorum.studies.sparse_text.settings import SparseTextSettings
from variorum.studies.sparse_text.tuning import TUNED, tuned_run
from variorum.studies.text_heads import line_means, split_texts

__all__ = ["STUDY", "SparseTextSettings"]


def _runs(settings: SparseTextSettings) -> Sequence[Key]:
    least = {name: int(open_part(name).annotations.counts().sum(axis=1).min()) for name in settings.corpora}
    keys: list[Key] = []
    for seed in range(settings.seeds):
        for name in settings.corpora:
            votes = [each for each in settings.votes if each < least[name]]
            keys.append({"arm": "lines", "corpus": name, "seed": seed})
            keys += [{"arm": "votes", "corpus": name, "votes": each, "seed": seed} for each in (*votes, "all")]
            keys += [{"arm": "money", "corpus": name, "votes": each, "seed": seed} for each in votes]
            if name in settings.tuned and seed < settings.tuned_seeds:
                keys += [
                    {"arm": "tuning", "corpus": name, "votes": settings.tuned_votes, "delivery": each, "seed": seed}
                    for each in TUNED
                ]
    return keys


def _run(key: Key, settings: SparseTextSettings) -> dict[str, Any]:
    if key["arm"] == "lines":
        split = split_texts(key["corpus"], settings.features, int(key["seed"]))
        corpus = open_part(key["corpus"])
        return {"lines": line_means(corpus, split.test, int(key["seed"])), "votes": int(split.counts.sum(axis=1).max())}
    return {"votes": votes_run, "money": money_run, "tuning": tuned_run}[key["arm"]](key, settings)


STUDY: Final = Study(
    presets={
        "quick": SparseTextSettings(
            3,
            ("synthetic-plain",),
            (1, 2, 3),
            (2, 3),
            budget=300,
            tuned=(),
            features="tfidf",
            hidden=16,
            steps=40,
            evaluations=4,
            draws=100,
        ),
        "cpu": SparseTextSettings(12, tuned_seeds=2),
        "paper": SparseTextSettings(30, tuned_seeds=10, draws=2000),
    },
    runs=_runs,
    run=_run,
    findings=sparse_text_findings,
    may_change=frozenset({"seeds", "tuned_seeds"}),
)
"""The study."""
