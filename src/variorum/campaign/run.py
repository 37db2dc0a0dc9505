"""Run a campaign, go on with one, or read one back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from variorum import acquisition, assignment, corpora
from variorum.annotations import Corpus, format_money, micro_units, read, read_corpus
from variorum.campaign.config import Arm, CampaignConfig
from variorum.campaign.inputs import learner_of
from variorum.campaign.journal import AppendOnlyFile, FolderLock
from variorum.campaign.loop import Progress, Scene
from variorum.campaign.record import Record
from variorum.campaign.replay import Replay
from variorum.campaign.result import ArmOutcome, CampaignResult, RoundScore
from variorum.checks import as_choice
from variorum.errors import ArgumentError, MissingFileError, RecordError, RunFolderError
from variorum.features import Featurizer, featurizer

__all__ = ["load_campaign", "open_corpus", "run_campaign"]

_FORMAT = 1
_DEFAULT_REQUESTS = 1000
_POPULATION = "equal annotators: every vote on an item weighs the same"


def open_corpus(name: str) -> Corpus:
    """Open a public corpus by name, or a corpus folder or a file with annotations by path.

    Args:
        name: A name of `variorum.corpora.CORPORA`, or a path.

    Returns:
        The corpus.

    Raises:
        UnknownNameError: If it is neither.
        MissingFileError: If it looks like a path and nothing is there.
        ReadError: If the path cannot be read.

    Example:
        >>> open_corpus("synthetic-plain").name
        'synthetic-plain'
    """
    path = Path(name)
    if name not in corpora.CORPORA and path.exists():
        return read_corpus(path) if path.is_dir() else Corpus(path.stem, read(path), path=path)
    if name not in corpora.CORPORA and (path.suffix or len(path.parts) > 1):
        raise MissingFileError(f"{name}: there is no such file or folder, and no corpus is called so.")
    return corpora.load_corpus(name)


def run_campaign(
    config: CampaignConfig,
    folder: str | Path | None = None,
    *,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
    corpus: Corpus | None = None,
) -> CampaignResult:
    """Replay a corpus as a campaign: the chosen arm, and beside it one random vote an item.

    Args:
        config: The settings.
        folder: Where the record goes (``record.jsonl``, the oracle's call log ``oracle.jsonl`` and ``timings.jsonl``);
            ``None`` keeps it in memory.
        resume: Go on with what the folder holds; a folder that does not exist, or is empty, starts a run.
        progress: Called after every round.
        corpus: The corpus, where it is at hand already; else `CampaignConfig.corpus` is opened.

    Returns:
        The result.

    Raises:
        RunFolderError: If the folder is not empty and `resume` is not set, another process uses it, or the disk is
            full.
        OracleError: If the folder's call log lacks what the record says was sold.
        RecordError: If the folder's record belongs to other settings or another corpus.
        UnknownNameError: If a method, feature or column does not exist.
        ArgumentError: If the settings cannot work on this corpus.

    Example:
        >>> config = CampaignConfig("synthetic-plain", budget="10", price="0.05")
        >>> result = run_campaign(config)
        >>> result.rounds[-1].spent <= result.budget
        True
    """
    as_choice("acquisition", config.acquisition, acquisition.METHODS)
    as_choice("first_acquisition", config.first_acquisition, acquisition.METHODS)
    as_choice("assignment", config.assignment, assignment.METHODS)
    learner_of(config)
    features = featurizer(config.features)
    data = open_corpus(config.corpus) if corpus is None else corpus
    where = None if folder is None else Path(folder)
    with ExitStack() as stack:
        if where is not None:
            _claim(where, resume)
            stack.enter_context(FolderLock(where))
        timings = AppendOnlyFile(where and where / "timings.jsonl")
        stack.callback(timings.close)
        record = Record(where and where / "record.jsonl", timings)
        stack.callback(record.close)
        log = AppendOnlyFile(where and where / "oracle.jsonl")
        stack.callback(log.close)
        # Small models lose more to threads than they gain, and one thread adds up in the same order on every machine.
        stack.enter_context(threadpool_limits(limits=1))
        return _Campaign(config, data, features, record, log, progress).run()


def load_campaign(folder: str | Path, *, corpus: Corpus | None = None) -> CampaignResult:
    """Read a finished or unfinished campaign back from its folder; an unfinished one is completed.

    Args:
        folder: A run's folder.
        corpus: The corpus, where it is at hand already.

    Returns:
        The result.

    Raises:
        RunFolderError: If the folder holds no record.
        RecordError: If the record is damaged or the corpus has changed.
    """
    path = Path(folder) / "record.jsonl"
    if not path.is_file():
        raise RunFolderError(f"{folder} holds no record.jsonl; give the folder of a run (variorum run --out {folder}).")
    with path.open("rb") as file:
        first = file.readline()
    try:
        settings = dict(json.loads(first)["settings"])
    except (ValueError, KeyError, TypeError):
        raise RecordError(f"{path} does not begin with a campaign's settings; it is no record of this kind.") from None
    return run_campaign(CampaignConfig.from_mapping(settings), folder, resume=True, corpus=corpus)


def _claim(folder: Path, resume: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise RunFolderError(f"{folder} is a file; choose another folder.")
    files = {path.name: path for path in folder.iterdir()} if folder.exists() else {}
    # Empty files are what a run leaves that was refused before it began.
    used = any(path.is_dir() or path.stat().st_size for path in files.values())
    if used and not resume:
        raise RunFolderError(f"{folder} is not empty. Go on with its run by --resume, or choose another folder.")
    if used and "record.jsonl" not in files:
        raise RunFolderError(f"{folder} is not empty and holds no record.jsonl to resume; choose another folder.")
    folder.mkdir(parents=True, exist_ok=True)


class _Campaign:
    """One call of `run_campaign`: its settings, its corpus and its open files."""

    def __init__(
        self,
        config: CampaignConfig,
        corpus: Corpus,
        features: Featurizer,
        record: Record,
        log: AppendOnlyFile,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._config, self._corpus, self._features = config, corpus, features
        self._record, self._log, self._progress = record, log, progress
        self._done = self._budget = 0

    def run(self) -> CampaignResult:
        config, corpus = self._config, self._corpus
        arms = config.arms()
        answered = self._record.answered()
        rounds: list[RoundScore] = []
        outcomes: dict[str, ArmOutcome] = {}
        start: Scene | None = None
        for seed in range(config.first_seed, config.first_seed + config.seeds):
            replay = Replay.of(config, corpus, seed, self._features, vectors=_reads_features(arms))
            scene = replay.scene
            if start is None:
                start = scene
                self._begin(replay)
            for arm in arms:
                run = replay.run(arm, self._budget, self._record, self._log, answered=answered, report=self._tell)
                self._done += run.market.spent
                rounds.extend(run.rounds)
                predicted = run.predict(scene.layout.test).mean
                first = outcomes.get(arm.name)
                if first is None:
                    bought = run.market.bought()
                    first = ArmOutcome(arm, predicted, bought, n_assignments=0, n_forced=0, item_scores={})
                ended = scene.scorer.each(predicted)
                outcomes[arm.name] = replace(
                    first,
                    item_scores={name: (*first.item_scores.get(name, ()), values) for name, values in ended.items()},
                    n_assignments=first.n_assignments + run.n_assignments,
                    n_forced=first.n_forced + run.n_forced,
                )
        self._record.end()
        assert start is not None
        layout, scorer = start.layout, start.scorer
        return CampaignResult(
            config=config,
            corpus=corpus,
            budget=self._budget,
            n_pool=layout.pool.size,
            n_validation=layout.validation.size,
            test=layout.test,
            human=scorer.human,
            human_votes=scorer.counts.sum(axis=1),
            outcomes=tuple(outcomes.values()),
            rounds=tuple(rounds),
            lines=scorer.lines(config.first_seed),
            population=_POPULATION,
            validation=layout.validation,
        )

    def _begin(self, replay: Replay) -> None:
        corpus, config, layout = self._corpus, self._config, replay.scene.layout
        self._budget = self._find_budget(replay)
        header = {
            "event": "campaign",
            "format": _FORMAT,
            "settings": config.to_json(),
            "corpus": {
                "name": corpus.name,
                "items": len(corpus.items),
                "annotators": len(corpus.annotators),
                "rows": corpus.annotations.n_rows,
                "labels": list(corpus.scheme.labels),
                "sha256": self._fingerprint(replay),
            },
            "budget": self._budget,
            "population": _POPULATION,
            "split": {
                "pool": layout.pool.size,
                "validation": layout.validation.size,
                "test": layout.test.size,
                "left_out": layout.left_out,
            },
        }
        self._record.event(header, dict)

    def _fingerprint(self, replay: Replay) -> str:
        """All that decides what is asked: items, annotators, pairs, prices, split; not who gave which label."""
        corpus, layout = self._corpus, replay.scene.layout
        digest = hashlib.sha256()
        names: Mapping[str, Any] = {
            "items": [corpus.items.ids, corpus.items.text, corpus.items.second_text, corpus.items.image],
            "annotators": corpus.annotators.ids,
            "scheme": corpus.scheme.to_json(),
        }
        digest.update(json.dumps(names, sort_keys=True).encode())
        votes = corpus.annotations
        for array in (votes.item, votes.annotator, replay.prices, layout.pool, layout.validation, layout.test):
            digest.update(array.tobytes())
        if Path(self._config.features).is_file():
            digest.update(Path(self._config.features).read_bytes())
        return digest.hexdigest()

    def _find_budget(self, replay: Replay) -> int:
        if self._config.budget is not None:
            budget = micro_units(self._config.budget)
        else:
            prices = replay.offered
            budget = int(min(prices.sum(), _DEFAULT_REQUESTS * int(np.median(prices))))
        cheapest = int(replay.prices.min())
        if budget < cheapest:
            raise ArgumentError(
                f"budget {format_money(budget, self._config.currency)} does not buy one annotation at "
                f"{format_money(cheapest, self._config.currency)}."
            )
        return budget

    def _tell(self, score: RoundScore) -> None:
        if self._progress is not None:
            total = self._budget * len(self._config.arms()) * self._config.seeds
            spent = self._done + score.spent
            self._progress(
                Progress(
                    score.arm, score.seed, score.round, score.requests, score.spent, spent, total, score.validation
                )
            )


def _reads_features(arms: Sequence[Arm]) -> bool:
    read = {name for arm in arms for name in acquisition.READS[arm.acquisition] | acquisition.READS[arm.first]}
    read |= {name for arm in arms for name in assignment.READS[arm.assignment]}
    # People's disagreement is predicted from features, whether or not a policy reads them, too.
    return bool(read & {"features", "disagreement"})
