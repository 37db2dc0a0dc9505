"""What others do with an LLM beside people: the entropy split, and the alternative annotator test as a gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.campaign.inputs import learner_of
from variorum.campaign.llm_desk import LlmDesk
from variorum.campaign.llm_prior import llm_prior
from variorum.campaign.oracle import Request
from variorum.errors import ArgumentError
from variorum.evaluation import alternative_annotator_test, entropy, entropy_split
from variorum.labels import normalize
from variorum.training import Inputs

__all__ = ["EntropySplitDesk", "TestedDesk"]

Array = NDArray[np.float64]

_KEPT: Final = 0.5  # share of the pool whose labels are the LLM's
_PLACES: Final = 3  # people who read each item of the paired sample
_SAMPLE: Final = 60  # items of the paired sample; fewer pass nobody, whatever the LLM


class _Baseline(LlmDesk):
    """An LLM whose answers count as votes of people where a rule says so."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        if self._llms and getattr(learner_of(self._config), "annotators", None) is not None:
            raise ArgumentError(
                f"llm = {self._config.llm!r} counts an LLM's answers among people's, and {self._config.learner!r} "
                "tells annotators apart. Choose another learner, or --llm prior or --llm as-people."
            )

    def inputs(self) -> Inputs:
        """What the learner reads of all items: no more than without an LLM."""
        return self._plain


class EntropySplitDesk(_Baseline):
    """CoAnnotating: each LLM labels the half of the pool of which it is surest, and people are asked about the rest.

    In the first round the LLM is asked about the whole pool, as far as the money goes: without its answers nobody knows
    where it is sure. From then on people are asked about the other half alone. The entropy is that of its label
    distribution, or, where it gave votes, of what it would say as learned from them; on items that it keeps, its answer
    counts as one vote of a person. What people were asked in the first round, at random, is kept, too.

    Source:
        Li et al. 2023 (EMNLP), CoAnnotating; the split is theirs, the share of a half ours.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._kept: dict[int, NDArray[np.bool_]] = {}

    def refresh(self) -> None:
        """New answers came: an LLM that gave some for the first time gets its half."""
        for llm in self._llms:
            said = self._said(llm)
            if llm not in self._kept and said.any():
                self._kept[llm] = entropy_split(self._entropy(said), _KEPT, self._rng())

    def choose(self, money: int, _: Sequence[Request], prefix: str, rng: np.random.Generator) -> list[Request]:
        """The whole pool, once; see `LlmDesk.choose`."""
        requests: list[Request] = []
        for llm in self._llms:
            requests += self._ask(llm, self._pool, money, prefix, len(requests), rng)
            money -= sum(request.price for request in requests if request.annotator == llm)
        return requests

    def votes(self) -> Array | None:
        """The LLMs' answers on the items that they keep, shape (n_pool, n_classes)."""
        kept = [self._said(llm) * mask[:, None] for llm, mask in self._kept.items()]
        return np.sum(kept, axis=0) if kept else None

    @property
    def for_people(self) -> NDArray[np.bool_]:
        """Pool items about which people are asked, shape (n_pool,)."""
        open_ = np.ones(self._pool.size, bool)
        for mask in self._kept.values():
            open_ &= ~mask
        # Several LLMs may share out the whole pool between them; people then go on anywhere.
        return open_ if open_.any() else ~open_

    def _entropy(self, said: Array) -> Array:
        """Of what an LLM said of each pool item, nan where it was not asked, shape (n_pool,)."""
        answered = said.sum(axis=1) > 0
        shares = normalize(np.where(answered[:, None], said, 1.0))
        if (said.max(axis=1) == said.sum(axis=1)).all():
            features = np.asarray(self._plain, np.float64)[self._pool]
            shares = llm_prior(features, [said], self._rng()).predictors[0].predict(features).mean
        return np.where(answered, entropy(shares), np.nan)


class TestedDesk(_Baseline):
    """The alternative annotator test as a gate: an LLM that passes is taken for a person, another is not asked again.

    First people are asked three at a time until three of them answered 60 items, and the LLM about the same items: this
    is the paired sample, and it is paid for. The test leaves each of the three places out in turn: who is first, second
    or third is drawn, so that a place stands for anybody, and corpora that name nobody can be tested, too. An LLM that
    passes is asked about the whole pool, and its answers count as one vote of a person each.

    Source:
        Calderon, Reichart and Dror 2025 (ACL); places in the stead of named annotators are ours.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._passed: dict[int, bool] = {}

    def refresh(self) -> None:
        """New answers came: an LLM whose paired sample is there now is tested, once."""
        for llm in self._llms:
            if llm not in self._passed:
                self._test(llm)

    def choose(self, money: int, people: Sequence[Request], prefix: str, rng: np.random.Generator) -> list[Request]:
        """The paired sample's items, or after a passed test all; see `LlmDesk.choose`."""
        requests: list[Request] = []
        for llm in self._llms:
            if llm in self._passed and not self._passed[llm]:
                continue
            items = self._pool if llm in self._passed else np.unique([request.item for request in people])
            requests += self._ask(llm, items[np.isin(items, self._pool)], money, prefix, len(requests), rng)
            money -= sum(request.price for request in requests if request.annotator == llm)
        return requests

    def votes(self) -> Array | None:
        """Answers of the LLMs that passed, shape (n_pool, n_classes); ``None`` without any."""
        said = [self._said(llm) for llm, passed in self._passed.items() if passed]
        return np.sum(said, axis=0) if said else None

    @property
    def overlap(self) -> int:
        """Three people an item as long as the paired sample is not there."""
        return _PLACES if len(self._passed) < len(self._llms) else 1

    def _test(self, llm: int) -> None:
        item, _, label = self._market.votes_on(self._pool)
        order = np.argsort(item, kind="stable")
        item, label = item[order], label[order]
        place = np.arange(item.size) - np.searchsorted(item, item)
        said = self._said(llm)
        answered = said.sum(axis=1) > 0
        paired = answered & (np.bincount(item, minlength=answered.size) >= _PLACES)
        if paired.sum() < _SAMPLE:
            return
        mine = paired[item] & (place < _PLACES)
        shares = np.where(answered[:, None], normalize(np.where(answered[:, None], said, 1.0)), np.nan)
        self._passed[llm] = alternative_annotator_test(item[mine], place[mine], label[mine], shares).passed
