"""What came out of the study of basins: sentences, sections and tables, all written by the numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from variorum.reporting.study import Data, Findings
from variorum.reporting.wording import amount, difference, listing, number
from variorum.studies.base import Run
from variorum.studies.basins.claims import (
    CANNOT_TELL,
    DOES_NOT,
    HOLDS,
    Claim,
    claims_of,
    says_higher,
    says_lower,
    says_same,
)
from variorum.studies.basins.results import Results
from variorum.studies.basins.score_sections import illustration_section, main_section, seeds_section, where_section
from variorum.studies.basins.scores import SCORES
from variorum.studies.basins.settings import ALL, BasinsSettings
from variorum.studies.basins.shape_sections import (
    gains_section,
    geometry_section,
    outside_data,
    outside_section,
    published_section,
)
from variorum.studies.basins.tested import Signed, Tested, can_pass, tested
from variorum.studies.comparison import Comparison

__all__ = ["basins_findings"]


def basins_findings(settings: BasinsSettings, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        settings: Of the study.
        runs: All of them.

    Returns:
        The findings.
    """
    results, *others = (Results(arm, runs) for arm in settings.arms)
    found = tested(results, settings)
    claims = claims_of(results, found, settings)
    sections = [
        main_section(results, found, settings),
        gains_section(results, found, settings) if found.gains else None,
        where_section(results, settings),
        geometry_section(results, found, settings),
        outside_section(results, settings),
        seeds_section(results),
        published_section(results, claims, settings),
        *(illustration_section(other) for other in others if other.votes),
    ]
    verdict = [*_few(results, found, settings), *_full(found, settings), *_headline(found), *_flat(found), _all(claims)]
    return Findings(
        tuple(verdict),
        tuple(section for section in sections if section is not None),
        _notes(results, found, settings),
        _setup(results, settings),
        (_data(settings, runs), *((outside,) if (outside := outside_data(results)).rows else ())),
    )


def _compared(found: Tested, *, few: bool) -> list[Comparison]:
    cells = [cell for votes, cell in found.hard.items() if (votes != ALL) == few]
    return [each for cell in cells for each in cell if each.test is not None]


def _few(results: Results, found: Tested, settings: BasinsSettings) -> list[str]:
    cells = _compared(found, few=True)
    if not cells:
        return []
    lower = sum(says_lower(each) == HOLDS for each in cells)
    higher = sum(says_higher(each) == HOLDS for each in cells)
    same = sum(says_same(each) == HOLDS for each in cells)
    gaps = [each.difference.mean for each in cells if each.difference is not None]
    votes = listing([v for v in results.few if v in found.hard])
    said = (
        f"With {votes} votes an image, hard delivery has a lower soft NLL than soft labels in {lower} of "
        f"{amount(len(cells), 'comparison')} and a higher one in {higher} (Holm’s correction, level .05); in {same} "
        f"the two are the same within {settings.margin:g} nats, be one shown to be lower or not (each at level .05, "
        f"not corrected). Mean differences run from {difference(min(gaps))} to "
        f"{difference(max(gaps))} nats, below 0 in {sum(gap < 0 for gap in gaps)}."
    )
    return [said]


def _full(found: Tested, settings: BasinsSettings) -> list[str]:
    parts = [
        f"{each.method} {_beside_soft(each)} ({difference(each.difference.mean)} "
        f"[{difference(each.difference.low)}, {difference(each.difference.high)}])"
        for each in _compared(found, few=False)
        if each.difference is not None
    ]
    return (
        [f"With all votes, by an equivalence test within {settings.margin:g} nats, {listing(parts)}."] if parts else []
    )


def _beside_soft(each: Comparison) -> str:
    if says_same(each) == HOLDS:
        return "matches soft labels"
    if says_same(each) == DOES_NOT:
        return "differs from soft labels by more than that"
    way = {"higher": "worse than", "lower": "better than"}.get(each.claim)
    return "is open" if way is None else f"is {way} soft labels, whether by more than that is open"


def _headline(found: Tested) -> list[str]:
    if not found.gains:
        return []
    each = list(found.gains.values())
    means = [one.mean.mean for one in each]
    up, down = (sum(one.claim == way for one in each) for way in ("higher", "lower"))
    held = [one for one in found.partial.values() if one.claim == "higher"]
    return [
        "Over training images, the gain of hard delivery goes up with the distance of few votes from all in "
        f"{up} of {amount(len(each), 'case')} and down in {down}: rank correlations {number(min(means), 2)} to "
        f"{number(max(means), 2)} (published .05 to .16); with the entropy of people held fixed, up in {len(held)}."
    ]


def _flat(found: Tested) -> list[str]:
    each: list[Signed] = list(found.flatness.values())
    if not each:
        return []
    ratios = [float(np.exp(one.mean.mean)) for one in each]
    flatter, sharper = (sum(one.claim == way for one in each) for way in ("lower", "higher"))
    return [
        f"Curvature under hard delivery is lower than under soft labels in {flatter} of "
        f"{amount(len(each), 'comparison')} and higher in {sharper}; ratios run from {number(min(ratios), 2)} to "
        f"{number(max(ratios), 2)}."
    ]


def _all(claims: Sequence[Claim]) -> str:
    outcomes = Counter(claim.outcome for claim in claims)
    return (
        f"Of {amount(len(claims), 'statement')} that follow from what the paper says, one a delivery and number of "
        f"votes, {outcomes[HOLDS]} hold here, {outcomes[DOES_NOT]} do not, and {outcomes[CANNOT_TELL]} cannot be told."
    )


def _notes(results: Results, found: Tested, settings: BasinsSettings) -> tuple[str, ...]:
    arm = results.arm
    notes = [
        "The pictures at hand are JPEG copies of CIFAR-10’s test images, which lose detail; what a network misses in "
        "them it may see in the originals.",
        "Splits share images: each draws its test images out of the same ones, so that splits are not independent and "
        "tests over them are somewhat too sure.",
        "Few votes are drawn with replacement from an image’s own; checkpoints are chosen by validation images with as "
        "few votes, never by full distributions.",
        "Repeated labelling has fewer epochs in proportion to its examples, in whole numbers and at least one, so that "
        "it takes about as many steps as the others where they have more epochs than an image has votes.",
    ]
    if arm.network == "mlp":
        notes.append(
            "The network that carries the tests is a head of one hidden layer on features of patches, not a "
            "convolutional network: nothing here speaks about the basins of a ResNet-18."
        )
    tests = [each for cell in found.hard.values() for each in cell if each.test is not None]
    smallest = max((each.test.smallest_p for each in tests if each.test is not None), default=1.0)
    if tests and not can_pass(smallest, len(tests)):
        notes.append(
            f"With so few splits no comparison could pass: the smallest p of a cell is {number(smallest)}, and Holm’s "
            f"correction runs over {len(tests)}."
        )
    missing = [name for name in settings.outside if arm.measured_at and _absent(results, name)]
    if missing:
        notes.append(f"Not at hand, and left out: {', '.join(missing)}.")
    return tuple(notes)


def _absent(results: Results, name: str) -> bool:
    return any(name not in results.outside_sets(votes) for votes in results.arm.measured_at if results.measured(votes))


def _setup(results: Results, settings: BasinsSettings) -> tuple[tuple[str, str], ...]:
    sizes = results.runs(results.votes[0])[0]["n"]
    arm = results.arm
    return (
        (
            "images of a split",
            f"{sizes['train']:,} to train, {sizes['validation']:,} to validate, {sizes['test']:,} to test",
        ),
        ("seeds", f"{settings.seeds} splits, {arm.initialisations} initialisations of each"),
        ("network", f"{arm.network}, {arm.epochs} epochs"),
    )


def _data(settings: BasinsSettings, runs: Sequence[Run]) -> Data:
    rows: list[tuple[str | int | float | None, ...]] = []
    for run in runs:
        for name, each in run.values["deliveries"].items():
            for k in range(settings.arm(run.key["arm"]).initialisations):
                scores = [each["scores"][score][k] for score in SCORES]
                rows.append(
                    (run.key["arm"], run.key["votes"], run.key["split"], k, name, *scores, each["checkpoint"][k])
                )
    columns = ("arm", "votes", "split", "initialisation", "delivery", *SCORES, "checkpoint")
    return Data("scores", columns, tuple(rows))
