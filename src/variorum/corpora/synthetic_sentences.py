"""Invented one-sentence reviews whose words carry signal about how people will read them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["IRONIC", "PLAIN", "TOPICS", "VAGUE", "Sentences", "picked", "write_sentences"]

PLAIN, VAGUE, IRONIC = range(3)

TOPICS: dict[str, tuple[str, ...]] = {
    "canteen": ("soup", "salad", "coffee", "bread", "menu", "pudding"),
    "park": ("pond", "playground", "gravel path", "lawn", "kiosk", "rose bed"),
    "film": ("plot", "music", "ending", "dialogue", "opening scene", "costume design"),
    "library": ("reading room", "catalogue", "lending desk", "carpet", "heating", "reading lamp"),
    "tram": ("timetable", "seat", "announcement", "ticket machine", "heating", "driver"),
    "concert": ("first song", "sound", "hall", "choir", "encore", "lighting"),
}

# Words by stance, from -2 (very bad) to 2 (very good).
_WORDS: tuple[tuple[str, ...], ...] = (
    ("dreadful", "hopeless", "unbearable", "a disgrace", "appalling", "miserable"),
    ("dull", "disappointing", "careless", "worn out", "stale", "clumsy"),
    ("ordinary", "unremarkable", "as usual", "average", "plain", "so-so"),
    ("pleasant", "tidy", "likeable", "solid", "well kept", "agreeable"),
    ("superb", "delightful", "a joy", "outstanding", "magnificent", "flawless"),
)
_OPENERS: tuple[tuple[str, ...], ...] = (
    ("", "We went there again: ", "After all these years, ", "To be clear, ", "My sister agrees: "),
    ("I suppose ", "Somehow ", "More or less, ", "As far as anybody can tell, ", "Hard to say, but "),
    ("Oh, well done: ", "What a surprise: ", "Once more we are spoilt: ", "Hats off, ", "Just what we needed: "),
)
_TRAPS = ("nobody would deny that ", "it is not as if one could doubt that ", "hardly anybody failed to see that ")
_AND, _BUT = (" and ", ", besides, ", "; likewise "), (" but ", ", and yet ", ", although ")
_WHEN = ("on Monday", "on Tuesday", "on Friday", "on Sunday", "at noon", "in the evening", "last week", "in May")
_HOW = (
    "in the rain",
    "with friends",
    "before the holidays",
    "after the repairs",
    "on our way home",
    "with the children",
)

# How often a writer's word does not show what the writer meant.
_SLIP_WORD, _SLIP_OPENER, _SLIP_CONNECTOR = 0.1, 0.1, 0.1


@dataclass(frozen=True, eq=False)
class Sentences:
    """Generated sentences with what their writer meant.

    Attributes:
        text: One sentence each, all different.
        topic: Topic, position in `TOPICS`, int64, shape (n_items,).
        stance: What each of the two clauses means, -2 to 2, shape (n_items, 2).
        manner: 0 plain, 1 vague, 2 ironic, shape (n_items,).
        trap: Whether the sentence is worded so that hasty readers take it for its opposite, shape (n_items,).
        clause: Aspect and word of the two clauses.
    """

    text: tuple[str, ...]
    topic: NDArray[np.int64]
    stance: NDArray[np.int64]
    manner: NDArray[np.int64]
    trap: NDArray[np.bool_]
    clause: tuple[tuple[tuple[str, str], tuple[str, str]], ...]


def picked(uniform: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """Turn uniform numbers into positions below n, all equally likely.

    Args:
        uniform: In [0, 1), any shape.
        n: Number of positions.

    Returns:
        The same shape.

    Example:
        >>> picked(np.array([0.0, 0.49, 0.5, 0.99]), 2)
        array([0, 0, 1, 1])
    """
    return np.minimum((uniform * n).astype(np.int64), n - 1)


def write_sentences(n_items: int, trap_share: float, rng: np.random.Generator) -> Sentences:
    """Write reviews: two clauses on aspects of one topic, an opener that shows the manner, a connector.

    Words slip: an opener, a connector or a word does not always show what was meant, so that no model can read the
    meaning off without error.

    Args:
        n_items: Number of sentences.
        trap_share: Share of the sentences that are worded as traps.
        rng: Source of randomness; only its uniform doubles are used.

    Returns:
        The sentences.
    """
    u = rng.random((n_items, 18))
    topic = picked(u[:, 0], len(TOPICS))
    first = picked(u[:, 1], 5) - 2
    # The second clause repeats the first one's stance in two sentences of five.
    second = np.where(u[:, 2] < 0.4, first, picked(u[:, 3], 5) - 2)
    stance = np.stack([first, second], axis=1)
    manner = np.where(u[:, 4] < 0.68, PLAIN, np.where(u[:, 4] < 0.88, VAGUE, IRONIC))
    trap = u[:, 5] < trap_share
    shown_manner = np.where(u[:, 6] < _SLIP_OPENER, picked(u[:, 7], 3), manner)
    against = np.abs(first - second) >= 2
    shown_against = np.where(u[:, 8] < _SLIP_CONNECTOR, u[:, 9] < 0.5, against)
    step = np.where(u[:, 10:12] < 0.5, -1, 1) * (u[:, 12:14] < _SLIP_WORD)
    level = np.clip(stance + step, -2, 2) + 2
    pick = (u[:, 14:18] * 1_000_000).astype(np.int64)

    texts: dict[str, None] = {}
    clauses = []
    names = list(TOPICS.values())
    for i in range(n_items):
        one, two, three, four = (int(p) for p in pick[i])
        aspects = names[topic[i]]
        a, b = one % len(aspects), (one % len(aspects) + 1 + two % (len(aspects) - 1)) % len(aspects)
        words = _WORDS[level[i, 0]][two // 7 % 6], _WORDS[level[i, 1]][three % 6]
        opener = _OPENERS[shown_manner[i]][three // 7 % 5] + (_TRAPS[four % 3] if trap[i] else "")
        connector = (_BUT if shown_against[i] else _AND)[four // 3 % 3]
        clause = (aspects[a], words[0]), (aspects[b], words[1])
        body = f"{opener}the {aspects[a]} was {words[0]}{connector}the {aspects[b]} was {words[1]}"
        clauses.append(clause)
        for ending in range(four // 9, four // 9 + len(_WHEN) * len(_HOW)):
            text = f"{body} {_WHEN[ending % len(_WHEN)]} {_HOW[ending // len(_WHEN) % len(_HOW)]}."
            text = text[0].upper() + text[1:]
            if text not in texts:
                texts[text] = None
                break
    return Sentences(tuple(texts), topic, stance, manner, trap, tuple(clauses))
