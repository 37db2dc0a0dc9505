"""What the paper claims, and whether it holds here: written by the tests, whichever way they went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from variorum.evaluation import paired_bootstrap, sign_flip_test
from variorum.reporting.wording import difference, number
from variorum.studies.basins.published import FULL, GEOMETRY, SPARSE
from variorum.studies.basins.results import Results
from variorum.studies.basins.settings import ALL, BasinsSettings
from variorum.studies.basins.tested import Signed, Tested
from variorum.studies.comparison import LEVEL, Comparison

__all__ = ["CANNOT_TELL", "DOES_NOT", "HOLDS", "Claim", "claims_of", "says_higher", "says_lower", "says_same"]

HOLDS: Final = "holds here"
DOES_NOT: Final = "does not hold here"
CANNOT_TELL: Final = "cannot tell"


@dataclass(frozen=True)
class Claim:
    """A claim of the paper beside what was found.

    Attributes:
        text: The claim.
        published: Its numbers.
        ours: Ours.
        outcome: `HOLDS`, `DOES_NOT` or `CANNOT_TELL`.
    """

    text: str
    published: str
    ours: str
    outcome: str


def says_same(each: Comparison) -> str:
    """Whether two are the same within the margin: shown, shown to be farther apart, or neither.

    Farther apart is more than different: the whole interval of the difference lies beyond the margin.
    """
    if each.equivalence is None or each.difference is None:
        return CANNOT_TELL
    if each.equivalence.p_value <= LEVEL:
        return HOLDS
    apart = max(each.difference.low, -each.difference.high) > each.equivalence.margin
    return DOES_NOT if each.holm_p <= LEVEL and apart else CANNOT_TELL


def says_lower(each: Comparison) -> str:
    """If a method is lower than its reference: shown, shown to be higher or the same within the margin, or neither.

    A small difference that is shown holds, even within the margin.
    """
    if each.test is None:
        return CANNOT_TELL
    if each.holm_p <= LEVEL:
        return HOLDS if each.test.mean_difference < 0 else DOES_NOT
    same = each.equivalence is not None and each.equivalence.p_value <= LEVEL
    return DOES_NOT if same else CANNOT_TELL


def says_higher(each: Comparison) -> str:
    """As `says_lower`, the other way."""
    turned = says_lower(each)
    if each.test is not None and each.holm_p <= LEVEL:
        return DOES_NOT if turned == HOLDS else HOLDS
    return turned


def claims_of(results: Results, found: Tested, settings: BasinsSettings) -> tuple[Claim, ...]:
    """Every claim that these runs speak to.

    Args:
        results: Of the arm that carries the tests.
        found: The tests.
        settings: Of the study.

    Returns:
        The claims, in the paper's order.
    """
    claims = [*_full(found), *_few(found), *_order(found), *_headline(found)]
    if (shuffled := found.of(ALL, "shuffled-sls")) is not None:
        claims.append(
            Claim("SLS from other images’ distributions is worse than soft labels", _pair("shuffled-sls"),
                  _words(shuffled), says_higher(shuffled))
        )  # fmt: skip
    for each in found.stale:
        if each.test is not None:
            hold = each.method.rpartition("-")[2]
            published = (
                f".5027 for fresh draws, {_plain(FULL['stale-sls-50'].nll)} held for 50" if hold == "50" else "–"
            )
            claims.append(
                Claim(f"Draws held for {hold} epochs are worse than fresh ones", published, _words(each),
                      says_higher(each))
            )  # fmt: skip
    return (*claims, *_shape(results, found, settings))


def _full(found: Tested) -> list[Claim]:
    claims = [
        Claim(f"With all votes, {each.method} matches soft labels (within {each.equivalence.margin:g} nats)",
              _pair(each.method), _words(each), says_same(each))
        for each in found.hard.get(ALL, ())
        if each.equivalence is not None
    ]  # fmt: skip
    for name in ("majority", "label-smoothing", "mixup"):
        if (each := found.of(ALL, name)) is not None:
            text = f"With all votes, {name} is worse than soft labels"
            claims.append(Claim(text, _pair(name), _words(each), says_higher(each)))
    return claims


def _few(found: Tested) -> list[Claim]:
    claims = []
    for votes, cell in found.hard.items():
        for each in cell if votes != ALL else ():
            if each.test is not None:
                printed = SPARSE.get(votes, {})
                published = f"{_plain(printed[each.method])} vs {_plain(printed['soft'])}" if printed else "–"
                text = f"With {votes} votes, {each.method} is better than soft labels"
                claims.append(Claim(text, published, _words(each), says_lower(each)))
    return claims


def _order(found: Tested) -> list[Claim]:
    return [
        Claim(f"The order of votes does not matter, {votes} votes (multipass and its control)",
              "4 cells within .01 nats" if votes in SPARSE else ".4942 vs .4921" if votes == ALL else "–",
              _words(each), says_same(each))
        for votes, cell in found.order.items()
        for each in cell
        if each.test is not None
    ]  # fmt: skip


def _headline(found: Tested) -> list[Claim]:
    return [
        Claim(f"{delivery} gains more on images whose {votes} votes are farther from all, rank correlation",
              ".05 to .16", _signed(each), _above(each))
        for (votes, delivery), each in found.gains.items()
    ]  # fmt: skip


def _shape(results: Results, found: Tested, settings: BasinsSettings) -> list[Claim]:
    claims = []
    for (votes, delivery, measure), each in found.flatness.items():
        at = 0 if measure == "top eigenvalue" else 1
        printed = "–"
        if votes == ALL and delivery in GEOMETRY:
            printed = f"ratio {number(GEOMETRY[delivery][at] / GEOMETRY['soft'][at], 2)}"
        outcome = {"lower": HOLDS, "higher": DOES_NOT, "open": CANNOT_TELL}[each.claim]
        ends = [number(float(np.exp(v)), 2) for v in (each.mean.mean, each.mean.low, each.mean.high)]
        ours = f"ratio {ends[0]} [{ends[1]}, {ends[2]}], Holm p {number(each.holm_p)}"
        text = f"{delivery} ends in a flatter place than soft labels: {measure}, {votes} votes"
        claims.append(Claim(text, printed, ours, outcome))
    if "soft" in results.measured(ALL):
        noise = results.geometry(ALL, "soft", "noise and entropy")
        low, high, mean = _ends(noise, settings)
        outcome = _beyond(noise, 0.0)
        text = "The last layer’s gradient varies most where people disagree (all but built in)"
        claims.append(Claim(text, ".939", f"{number(mean)} [{number(low)}, {number(high)}]", outcome))
        rises = results.barrier(ALL, "sls")
        if rises.size:
            low, high, mean = _ends(rises, settings)
            outcome = _beyond(rises, settings.margin)
            text = f"SLS and soft labels end in different basins: a barrier above {settings.margin:g} nats"
            claims.append(Claim(text, "2.05", f"{number(mean)} [{number(low)}, {number(high)}]", outcome))
    return claims


def _ends(values: Sequence[float] | np.ndarray, settings: BasinsSettings) -> tuple[float, float, float]:
    kept = np.asarray(values, np.float64)
    kept = kept[np.isfinite(kept)]
    if not kept.size:
        return float("nan"), float("nan"), float("nan")
    interval = paired_bootstrap(kept, np.zeros(kept.size), 0, n_draws=settings.draws)
    return interval.low, interval.high, interval.mean


def _beyond(values: np.ndarray, threshold: float) -> str:
    """Whether values of splits are above a threshold, by sign flips: as few as five splits can never tell."""
    kept = values[np.isfinite(values)]
    if not kept.size:
        return CANNOT_TELL
    test = sign_flip_test(kept, np.full(kept.size, threshold), 0)
    if test.p_value > LEVEL:
        return CANNOT_TELL
    return HOLDS if test.mean_difference > 0 else DOES_NOT


def _above(each: Signed) -> str:
    return {"higher": HOLDS, "lower": DOES_NOT, "open": CANNOT_TELL}[each.claim]


def _signed(each: Signed) -> str:
    ends = f"[{number(each.mean.low)}, {number(each.mean.high)}]"
    return f"{number(each.mean.mean)} {ends}, Holm p {number(each.holm_p)}"


def _words(each: Comparison) -> str:
    if each.difference is None:
        return "–"
    gap = each.difference
    said = f"{difference(gap.mean)} [{difference(gap.low)}, {difference(gap.high)}], Holm p {number(each.holm_p)}"
    return said if each.equivalence is None else f"{said}, same within margin p {number(each.equivalence.p_value)}"


def _pair(name: str) -> str:
    return f"{_plain(FULL[name].nll)} vs {_plain(FULL['soft'].nll)}" if name in FULL else "–"


def _plain(value: float) -> str:
    return f"{value:.4f}".lstrip("0") or "0"
