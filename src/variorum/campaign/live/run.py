"""Run a live campaign as far as the people have answered, or look at one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from variorum.annotations import Annotations, Corpus
from variorum.campaign.choices import check_choices, check_votes
from variorum.campaign.header import header
from variorum.campaign.inputs import learner_inputs, learner_of, policy_vectors, reads_of
from variorum.campaign.journal import AppendOnlyFile, FolderLock, claim_folder
from variorum.campaign.layout import lay_out_live
from variorum.campaign.live.config import LiveConfig
from variorum.campaign.live.opening import open_live
from variorum.campaign.live.oracle import SheetOracle
from variorum.campaign.live.result import LiveResult
from variorum.campaign.live.roster import Roster
from variorum.campaign.llm_desk import set_apart
from variorum.campaign.loop import ArmRun, Scene
from variorum.campaign.market import Market, empty_like
from variorum.campaign.oracle import Request
from variorum.campaign.pairs import Pairs
from variorum.campaign.pool_arrays import group_codes_of
from variorum.campaign.prices import budget_of, prices_of
from variorum.campaign.record import NOTE, Record
from variorum.campaign.result import POPULATION, RoundScore
from variorum.errors import ArgumentError, RunFolderError, WaitingForAnswers
from variorum.features import featurizer

__all__ = ["live_settings", "load_live", "run_live"]


def run_live(config: LiveConfig, folder: str | Path, *, resume: bool = False, close_round: bool = False) -> LiveResult:
    """Ask people, round by round, and go as far as they have answered.

    The first call writes the first round's sheets and returns; `LiveResult.waiting` says for whom. Each further call,
    with `resume`, takes the answers that came back. When a round is complete the model learns from it and the next
    round's sheets are written, until the money is spent or nobody is left to ask.

    Who can be asked may change: whom `LiveConfig.annotators` names in a further call is asked from the next round on,
    and whom it names no more is not. Sheets that are out still count.

    Args:
        config: The settings; but for `annotators`, those that the campaign began with.
        folder: Where the record goes (``record.jsonl``), the sheets (``sheets/round-000/NAME.csv``), and what was kept
            aside (``aside.csv``). Answers are read from the sheets themselves, and from tables in ``answers``.
        resume: Go on with what the folder holds; a folder that does not exist, or is empty, starts a campaign.
        close_round: Withdraw what is still open in the present round, without charge, and go on.

    Returns:
        What it has come to.

    Raises:
        RunFolderError: If the folder is not empty and `resume` is not set, or another process uses it.
        RecordError: If the folder's record belongs to other settings or other items.
        ReadError: If the items, or an answered sheet, cannot be read.
        SchemeError: If nobody says which labels there are.
        UnknownNameError: If a method, feature or column does not exist.
        ArgumentError: If the settings cannot work on these items, somebody who is known already is described otherwise,
            or annotators come or leave when the campaign is over.
    """
    return _run(config, Path(folder), resume=resume, close_round=close_round, look_only=False)


def load_live(folder: str | Path) -> LiveResult:
    """Look at a live campaign: no answer is taken and no sheet written.

    Args:
        folder: A campaign's folder.

    Returns:
        What it has come to.

    Raises:
        RunFolderError: If the folder holds no live campaign.
        RecordError: If its record does not fit its items any more.
    """
    settings = live_settings(folder)
    if settings is None:
        raise RunFolderError(f"{folder} holds no live campaign; begin one with run_live.")
    return _run(LiveConfig.from_mapping(settings), Path(folder), resume=True, close_round=False, look_only=True)


def live_settings(folder: str | Path) -> dict[str, Any] | None:
    """The settings of the live campaign in a folder, with whom it asks now; ``None`` where there is none."""
    try:
        lines = (Path(folder) / "record.jsonl").read_bytes().splitlines(keepends=True)
        settings = json.loads(lines[0])["settings"]
        # The last line may be half-written.
        noted = [json.loads(line) for line in lines if NOTE.encode() in line[:40] and line.endswith(b"\n")]
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None
    if not isinstance(settings, dict) or "oracle" not in settings:
        return None
    return settings | ({"annotators": noted[-1]["setting"]} if noted else {})


def _run(config: LiveConfig, folder: Path, *, resume: bool, close_round: bool, look_only: bool) -> LiveResult:
    check_choices(config)
    reads, features, arms = reads_of(learner_of(config)), featurizer(config.features), config.arms()
    seed = config.first_seed
    with ExitStack() as stack:
        claim_folder(folder, resume)
        stack.enter_context(FolderLock(folder))
        timings = AppendOnlyFile(folder / "timings.jsonl")
        stack.callback(timings.close)
        record = Record(folder / "record.jsonl", timings)
        stack.callback(record.close)
        stack.enter_context(threadpool_limits(limits=1))
        entries = record.entries
        opened, roster, note = _people(config, entries, look_only=look_only)
        check_votes(config, opened.annotations)
        begun = replace(config, annotators=tuple(roster.notes[0]["setting"]))
        votes = roster.settle(opened.annotations)
        corpus, presence = replace(opened, annotations=votes), roster.presence
        apart = set_apart(corpus.annotators, config.llm)
        layout = lay_out_live(corpus, config.validation_share, seed)
        pairs = Pairs.every(len(corpus.items), np.flatnonzero(presence.who.any(axis=0)), votes)
        if not np.isin(layout.pool, pairs.item).any():
            raise ArgumentError(f"{corpus.name} leaves nothing to ask: whoever can be asked has answered every item.")
        each = roster.prices()
        # Nobody unknown is ever asked.
        prices = np.append(each, int(np.median(each)))
        budget = entries[0].get("budget") if entries else None
        if budget is None:
            budget = budget_of(config, pairs, prices, np.arange(len(corpus.items)), apart)
        groups = group_codes_of(corpus.annotators, config.annotator_group) if config.annotator_group else None
        inputs = learner_inputs(corpus.items, reads, features, layout.pool)
        # Weighing votes reads features, too.
        readers = arms if config.vote_weights == "raw" else None
        vectors = policy_vectors(corpus.items, reads, inputs, features, layout.pool, readers)
        come_and_go = presence if len(roster.notes) > 1 else None
        market = Market(empty_like(votes), pairs, prices, budget, config.quota, apart, come_and_go)
        _enter_votes_at_hand(market, votes)
        oracle = SheetOracle(folder, record, corpus, seed, close_round=close_round, look_only=look_only)
        first = replace(opened, annotations=roster.settle(opened.annotations, first=True))
        files = {who: oracle.files[who] for who in first.annotators.ids}
        record.event({**header(begun, first, roster.prices(first=True), layout, budget), "sheets": files}, dict)
        if note is not None and not look_only:
            record.note({**note, "sheets": {new["annotator"]: oracle.files[new["annotator"]] for new in note["new"]}})
        scene = Scene(seed, layout, inputs, vectors, groups, scorer=None)
        run = ArmRun(config, arms[0], scene, market, oracle, record)
        why = _go(run, record, oracle)
        run.catch_up()
        bought = market.bought()
        return LiveResult(
            config=config,
            corpus=replace(corpus, annotations=bought),
            budget=budget,
            spent=market.spent,
            pool=layout.pool,
            validation=layout.validation,
            predicted=run.predict(np.arange(len(corpus.items))).mean,
            counts=market.counts,
            rounds=tuple(run.rounds),
            n_withdrawn=_n_withdrawn(record),
            waiting=oracle.sheets if why else (),
            why=why,
            aside=oracle.aside,
            population=POPULATION,
            changes=roster.changes(corpus.name),
        )


def _people(
    config: LiveConfig, entries: Sequence[Mapping[str, Any]], *, look_only: bool
) -> tuple[Corpus, Roster, Mapping[str, Any] | None]:
    """The corpus as it is now, everybody whom the campaign has to do with, and what is not on record of them."""
    roster = Roster.of(config, entries)
    if look_only and roster.notes:
        # Those whom the record knows, whatever became of the file that named them.
        asked = tuple(roster.notes[-1]["asked"])
        return open_live(replace(config, annotators=asked))[0], roster, None
    opened, askable = open_live(config)
    # Nobody fills in an LLM's sheet; its votes at hand are a prior all the same.
    askable = askable[~set_apart(opened.annotators, config.llm)[askable]]
    note = roster.news(config, opened.annotators, askable, prices_of(config, opened), entries)
    return opened, roster if note is None else roster.with_note(note), note


def _go(run: ArmRun, record: Record, oracle: SheetOracle) -> str:
    try:
        run.run(_say_nothing)
    except WaitingForAnswers as waiting:
        return str(waiting)
    record.end()
    oracle.look()
    return ""


def _say_nothing(score: RoundScore) -> None:
    """A round of people takes days; nobody watches a bar."""


def _enter_votes_at_hand(market: Market, votes: Annotations) -> None:
    """Votes that were there before count, and nobody is paid for them again."""
    if not votes.n_rows:
        return
    keys = np.unique(np.stack([votes.item.astype(np.int64), votes.annotator], axis=1), axis=0)
    market.enter_requests([Request(f"at hand/{n}", item, who, 0) for n, (item, who) in enumerate(keys.tolist())])
    market.requests = market.requests_apart = 0
    free: NDArray[np.int64] = np.zeros(votes.n_rows, np.int64)
    market.enter_answers(replace(votes, cost=free, round=np.full(votes.n_rows, -1, np.int32)))


def _n_withdrawn(record: Record) -> int:
    """Requests of rounds that are over which brought no row."""
    over = {entry["round"] for entry in record.entries if entry["event"] == "annotations"}
    asked = {
        request["id"]
        for entry in record.entries
        if entry["event"] == "requests" and entry["round"] in over
        for request in entry["requests"]
    }
    return len(asked - record.answered())
