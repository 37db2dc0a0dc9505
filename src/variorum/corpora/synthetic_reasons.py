"""Explanations of synthetic annotators, each in the style planted in its annotator."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.corpora.synthetic_sentences import Sentences

__all__ = ["STYLES", "give_reasons"]

_VERDICTS = (
    ("the writer is unhappy", "this is a complaint", "they did not like it"),
    ("the writer is torn", "it has two sides", "they neither like nor dislike it"),
    ("the writer is pleased", "this is praise", "they liked it"),
)
_ASIDES = (
    "I have been to places like that myself",
    "my neighbour would say the same",
    "one knows how such reviews are written",
)
_SPAM = ("ok", "good", "yes", None)


STYLES: dict[str, str] = {
    "terse": "{reason}.",
    "hedging": "I think {verdict}, perhaps because {reason}, though I may be wrong.",
    "quoting": 'It says "{reason}", so {verdict}.',
    "chatty": "I could picture the place, and {aside}. Look: {reason}! For me that settles it: {verdict}.",
}


def give_reasons(
    sentences: Sentences,
    item: NDArray[np.int64],
    label: NDArray[np.int64],
    style: NDArray[np.int64],
    is_error: NDArray[np.bool_],
    spam: NDArray[np.bool_],
    rng: np.random.Generator,
) -> tuple[str | None, ...]:
    """Write a reason for each vote.

    A reading cites the clause that speaks for its label, or both for "mixed"; an error cites the clause that speaks
    against it; spam gives a word or nothing, and so does "unsure".

    Args:
        sentences: The sentences.
        item: Item of each vote, shape (n_rows,).
        label: Label of each vote, -1 where unsure.
        style: Style of its annotator.
        is_error: Whether it is an error.
        spam: Whether it is spam.
        rng: Source of randomness; only its uniform doubles are used.

    Returns:
        One reason a vote, or ``None``.
    """
    choice = (rng.random((item.size, 2)) * 12).astype(np.int64).tolist()
    writers = [template.format for template in STYLES.values()]
    said = [tuple(f"the {aspect} was {word}" for aspect, word in clause) for clause in sentences.clause]
    # Position of the better clause.
    better = (sentences.stance[:, 1] > sentences.stance[:, 0]).astype(int).tolist()
    reasons: list[str | None] = []
    rows = zip(item.tolist(), label.tolist(), style.tolist(), is_error.tolist(), spam.tolist(), choice, strict=True)
    for i, k, s, wrong, empty, (one, two) in rows:
        if empty or k < 0:
            reasons.append(_SPAM[one % 4] if empty else None)
            continue
        good, bad = said[i][better[i]], said[i][1 - better[i]]
        against = good if k == 0 else bad
        reason = against if wrong else f"{good} and {bad}" if k == 1 else good if k == 2 else bad
        reasons.append(writers[s](reason=reason, verdict=_VERDICTS[k][one % 3], aside=_ASIDES[two % 3]))
    return tuple(reasons)
