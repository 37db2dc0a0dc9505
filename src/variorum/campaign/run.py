"""Run a campaign, go on with one, or read one back."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from variorum import corpora
from variorum.annotations import Corpus, read, read_corpus
from variorum.campaign.choices import check_choices
from variorum.campaign.config import CampaignConfig
from variorum.campaign.header import header
from variorum.campaign.inputs import learner_of
from variorum.campaign.journal import AppendOnlyFile, FolderLock, claim_folder
from variorum.campaign.loop import Progress
from variorum.campaign.prices import budget_of
from variorum.campaign.record import Record
from variorum.campaign.replay import Replay
from variorum.campaign.result import POPULATION, ArmOutcome, CampaignResult, RoundScore
from variorum.errors import MissingFileError, RecordError, RunFolderError
from variorum.features import Featurizer, featurizer

__all__ = ["load_campaign", "open_corpus", "run_campaign"]


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
    check_choices(config)
    learner_of(config)
    features = featurizer(config.features)
    data = open_corpus(config.corpus) if corpus is None else corpus
    where = None if folder is None else Path(folder)
    with ExitStack() as stack:
        if where is not None:
            claim_folder(where, resume)
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
    if "oracle" in settings:
        raise RunFolderError(f"{folder} holds a campaign with people; look at it with campaign.live.load_live.")
    return run_campaign(CampaignConfig.from_mapping(settings), folder, resume=True, corpus=corpus)


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
        start: Replay | None = None
        for seed in range(config.first_seed, config.first_seed + config.seeds):
            replay = Replay.of(config, corpus, seed, self._features, arms)
            scene = replay.scene
            if start is None:
                start = replay
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
                ended = replay.scorer.each(predicted)
                outcomes[arm.name] = replace(
                    first,
                    item_scores={name: (*first.item_scores.get(name, ()), values) for name, values in ended.items()},
                    n_assignments=first.n_assignments + run.n_assignments,
                    n_forced=first.n_forced + run.n_forced,
                    forecasts=(*first.forecasts, run.forecast),
                )
        self._record.end()
        assert start is not None
        layout, scorer = start.scene.layout, start.scorer
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
            population=POPULATION,
            validation=layout.validation,
        )

    def _begin(self, replay: Replay) -> None:
        self._budget = budget_of(self._config, replay.pairs, replay.prices, replay.for_sale, replay.apart)
        self._record.event(header(self._config, self._corpus, replay.prices, replay.scene.layout, self._budget), dict)

    def _tell(self, score: RoundScore) -> None:
        if self._progress is not None:
            total = self._budget * len(self._config.arms()) * self._config.seeds
            spent = self._done + score.spent
            self._progress(
                Progress(
                    score.arm, score.seed, score.round, score.requests, score.spent, spent, total, score.validation
                )
            )
