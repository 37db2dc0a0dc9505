"""Run a campaign, go on with one, or read one back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from variorum import acquisition, assignment, corpora
from variorum.annotations import Corpus, format_money, micro_units, read, read_corpus
from variorum.campaign.config import Arm, CampaignConfig
from variorum.campaign.inputs import learner_inputs, learner_of, reads_of
from variorum.campaign.journal import AppendOnlyFile, FolderLock
from variorum.campaign.layout import Layout, lay_out, stream
from variorum.campaign.loop import ArmRun, Progress, Scene
from variorum.campaign.market import Market, empty_like
from variorum.campaign.oracle import ReplayOracle
from variorum.campaign.pairs import Pairs
from variorum.campaign.pool_arrays import group_codes_of
from variorum.campaign.record import Record
from variorum.campaign.result import ArmOutcome, CampaignResult, RoundScore
from variorum.campaign.scoring import Scorer
from variorum.campaign.stopping import STOPPING
from variorum.checks import as_choice
from variorum.errors import ArgumentError, MissingFileError, RecordError, RunFolderError
from variorum.features import featurizer
from variorum.training import Inputs

__all__ = ["load_campaign", "open_corpus", "run_campaign"]

_FORMAT = 2
_DEFAULT_PRICE = "0.05"
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
    as_choice("stop", config.stop, STOPPING)
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
        return _Replay(config, data, features, record, log, progress).run()


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


class _Replay:
    """One call of `run_campaign`: its settings, its corpus and its open files."""

    def __init__(
        self,
        config: CampaignConfig,
        corpus: Corpus,
        features: Any,
        record: Record,
        log: AppendOnlyFile,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._config, self._corpus, self._features = config, corpus, features
        self._record, self._log, self._progress = record, log, progress
        self._prices, self._reads = _prices(config, corpus), reads_of(learner_of(config))
        self._done = self._budget = 0

    def run(self) -> CampaignResult:
        config, corpus = self._config, self._corpus
        arms = config.arms()
        answered = self._record.answered()
        rounds: list[RoundScore] = []
        outcomes: dict[str, ArmOutcome] = {}
        start: tuple[Layout, Scorer] | None = None
        groups = group_codes_of(corpus.annotators, config.annotator_group) if config.annotator_group else None
        for seed in range(config.first_seed, config.first_seed + config.seeds):
            layout = lay_out(corpus, config.test, config.validation_share, seed)
            scorer = Scorer(corpus, layout.test)
            inputs = learner_inputs(corpus.items, self._reads, self._features, layout.pool)
            vectors = self._vectors(inputs, layout, arms)
            scene = Scene(seed, layout, inputs, vectors, groups, scorer)
            pairs = Pairs.of(corpus.annotations, stream(seed, "pairs"))
            if start is None:
                start = layout, scorer
                self._begin(layout, pairs)
            for arm in arms:
                market = Market(empty_like(corpus.annotations), pairs, self._prices, self._budget)
                oracle = ReplayOracle(corpus.annotations, pairs, self._log, f"{arm.name}/{seed}/", answered)
                run = ArmRun(config, arm, scene, market, oracle, self._record)
                run.run(self._tell)
                self._done += market.spent
                rounds.extend(run.rounds)
                predicted = run.predict(layout.test).mean
                first = outcomes.get(arm.name)
                if first is None:
                    first = ArmOutcome(arm, predicted, market.bought(), n_assignments=0, n_forced=0, item_scores={})
                ended = scorer.each(predicted)
                outcomes[arm.name] = replace(
                    first,
                    item_scores={name: (*first.item_scores.get(name, ()), values) for name, values in ended.items()},
                    n_assignments=first.n_assignments + run.n_assignments,
                    n_forced=first.n_forced + run.n_forced,
                    forecasts=(*first.forecasts, run.forecast),
                )
        self._record.end()
        assert start is not None
        layout, scorer = start
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

    def _vectors(self, inputs: Inputs, layout: Layout, arms: Sequence[Arm]) -> NDArray[np.float64] | None:
        """Features as policies read them: the learner's own, or made for them where it reads texts or pictures."""
        read = {name for arm in arms for name in acquisition.READS[arm.acquisition] | acquisition.READS[arm.first]}
        read |= {name for arm in arms for name in assignment.READS[arm.assignment]}
        if "features" not in read:
            return None
        if self._reads == "features":
            return cast("NDArray[np.float64]", inputs)
        return cast("NDArray[np.float64]", learner_inputs(self._corpus.items, "features", self._features, layout.pool))

    def _begin(self, layout: Layout, pairs: Pairs) -> None:
        corpus, config = self._corpus, self._config
        self._budget = self._find_budget(pairs, layout)
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
                "sha256": self._fingerprint(layout),
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

    def _fingerprint(self, layout: Layout) -> str:
        """All that decides what is asked: items, annotators, pairs, prices, split; not who gave which label."""
        corpus = self._corpus
        digest = hashlib.sha256()
        names: Mapping[str, Any] = {
            "items": [corpus.items.ids, corpus.items.text, corpus.items.second_text, corpus.items.image],
            "annotators": corpus.annotators.ids,
            "scheme": corpus.scheme.to_json(),
        }
        digest.update(json.dumps(names, sort_keys=True).encode())
        votes = corpus.annotations
        for array in (votes.item, votes.annotator, self._prices, layout.pool, layout.validation, layout.test):
            digest.update(array.tobytes())
        if Path(self._config.features).is_file():
            digest.update(Path(self._config.features).read_bytes())
        return digest.hexdigest()

    def _find_budget(self, pairs: Pairs, layout: Layout) -> int:
        if self._config.budget is not None:
            budget = micro_units(self._config.budget)
        else:
            offered = np.isin(pairs.item, np.concatenate([layout.pool, layout.validation]))
            prices = np.repeat(self._prices[pairs.annotator[offered]], pairs.quantity[offered])
            budget = int(min(prices.sum(), _DEFAULT_REQUESTS * int(np.median(prices))))
        cheapest = int(self._prices.min())
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


def _prices(config: CampaignConfig, corpus: Corpus) -> NDArray[np.int64]:
    """Micro-units of a request to each annotator, the unknown one last."""
    own = corpus.annotators.prices
    if config.price is None and own:
        each = [price.per_annotation for price in own]
        if min(each) <= 0:
            raise ArgumentError(
                f"annotator {corpus.annotators.ids[each.index(min(each))]!r} has no price per annotation, and a replay "
                "sells by the annotation; give one price for all with --price."
            )
        if own[0].currency != config.currency:
            raise ArgumentError(
                f"the annotators' prices are in {own[0].currency} and the campaign's currency is {config.currency}; "
                f"set currency to {own[0].currency}, or give a price."
            )
        return np.array([*each, int(np.median(each))], np.int64)
    flat = micro_units(_DEFAULT_PRICE if config.price is None else config.price)
    return np.full(len(corpus.annotators) + 1, flat, np.int64)
