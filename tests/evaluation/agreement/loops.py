"""Agreement by loops over pairs of answers, as the papers define it: slow, and independent of the code under test."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations, permutations

import numpy as np
from hypothesis import strategies as st

NAN = float("nan")


def nominal(a, b):
    return float(a != b)


def interval(a, b):
    return (a - b) ** 2


def ratio(a, b):
    return 0.0 if a == b else ((a - b) / (a + b)) ** 2


def linear(a, b):
    return abs(a - b)


DISTANCES = {"nominal": nominal, "interval": interval, "quadratic": interval, "ratio": ratio, "linear": linear}


def gather(items, annotators, labels):
    """Answers by item: who gave it, and the weight of each label in it; unknown annotators are a person a vote."""
    rows = defaultdict(list)
    for v, (i, a, label) in enumerate(zip(items, annotators, labels, strict=True)):
        rows[i, (a if a >= 0 else f"somebody {v}")].append(label)
    answers = defaultdict(list)
    for (i, person), given in rows.items():
        answers[i].append((person, {label: given.count(label) / len(given) for label in given}))
    return answers


def apart(p, q, distance):
    """Mean distance of labels drawn from two answers."""
    return sum(x * y * distance(a, b) for a, x in p.items() for b, y in q.items())


def mean(values):
    return float(np.mean(values)) if len(values) else NAN


def corrected(observed, expected):
    return 1 - observed / expected if expected > 1e-12 else NAN


def alpha(answers, distance):
    """Krippendorff's alpha: all ordered pairs of answers, within items and over all of them."""
    paired = [[p for _, p in of_item] for of_item in answers.values() if len(of_item) > 1]
    pool = [p for of_item in paired for p in of_item]
    n = len(pool)
    if not n:
        return NAN
    observed = sum(apart(p, q, distance) / (len(u) - 1) for u in paired for p, q in permutations(u, 2)) / n
    return corrected(observed, sum(apart(p, q, distance) for p, q in permutations(pool, 2)) / (n * (n - 1)))


def ordinal(answers):
    """Krippendorff's ordinal metric: votes between two labels, half of their own included, squared."""
    counts = defaultdict(float)
    for of_item in answers.values():
        if len(of_item) > 1:
            for _, p in of_item:
                for label, weight in p.items():
                    counts[label] += weight

    def distance(a, b):
        low, high = min(a, b), max(a, b)
        between = sum(n for label, n in counts.items() if low <= label <= high)
        return (between - (counts[low] + counts[high]) / 2) ** 2 if low != high else 0.0

    return distance


def item_agreement(of_item, distance):
    return mean([1 - apart(p, q, distance) for (_, p), (_, q) in combinations(of_item, 2)])


def raw(answers, distance):
    return mean([item_agreement(of_item, distance) for of_item in answers.values() if len(of_item) > 1])


def shares(answers, n_classes):
    """Mean over items of the shares of the labels."""
    return np.mean(
        [[mean([p.get(k, 0.0) for _, p in of_item]) for k in range(n_classes)] for of_item in answers.values()], axis=0
    )


def fleiss(answers, n_classes, distance):
    pi = shares(answers, n_classes)
    expected = sum(pi[a] * pi[b] * distance(a, b) for a in range(n_classes) for b in range(n_classes))
    return corrected(1 - raw(answers, distance), expected)


def gwet(answers, n_classes, distance):
    if n_classes < 2:
        return NAN
    pi, all_ = shares(answers, n_classes), range(n_classes)
    weights = sum(1 - distance(a, b) for a in all_ for b in all_)
    chance = weights / (n_classes * (n_classes - 1)) * sum(x * (1 - x) for x in pi)
    return (raw(answers, distance) - chance) / (1 - chance)


def pool_of(answers):
    """Mean answer."""
    total = defaultdict(float)
    for p in answers:
        for label, weight in p.items():
            total[label] += weight / len(answers)
    return total


def cohen(answers, first, second, distance):
    """Items in common, agreement and kappa of two people."""
    both = []
    for of_item in answers.values():
        people = dict(of_item)
        if first in people and second in people:
            both.append((people[first], people[second]))
    if not both:
        return 0, NAN, NAN
    observed = mean([apart(p, q, distance) for p, q in both])
    expected = apart(pool_of([p for p, _ in both]), pool_of([q for _, q in both]), distance)
    return len(both), 1 - observed, corrected(observed, expected)


def rest(answers, person, distance):
    """Agreement, agreement by chance and kappa of one against all others."""
    mine, others = [], []
    for of_item in answers.values():
        for who, p in of_item:
            if who == person and len(of_item) > 1:
                mine.append(p)
                others.append(pool_of([q for other, q in of_item if other != person]))
    if not mine:
        return NAN, NAN, NAN
    observed = mean([apart(p, q, distance) for p, q in zip(mine, others, strict=True)])
    expected = apart(pool_of(mine), pool_of(others), distance)
    return 1 - observed, 1 - expected, corrected(observed, expected)


def between(answers, one, other, distance):
    """Cross-replication reliability, Wong et al. 2021, equations 9 and 10."""
    pairs = []
    for of_item in answers.values():
        x, y = [p for who, p in of_item if who in one], [p for who, p in of_item if who in other]
        if x and y:
            pairs.append((x, y))
    if not pairs:
        return NAN
    r, s = sum(len(x) for x, _ in pairs), sum(len(y) for _, y in pairs)
    observed = sum((len(x) + len(y)) / (r + s) * mean([apart(p, q, distance) for p in x for q in y]) for x, y in pairs)
    everybody_x, everybody_y = [p for x, _ in pairs for p in x], [q for _, y in pairs for q in y]
    return corrected(observed, mean([apart(p, q, distance) for p in everybody_x for q in everybody_y]))


@st.composite
def votes(draw, *, n_classes=3, unknown=True):
    """Columns of items, annotators and labels; some annotators give an item several labels."""
    row = st.tuples(st.integers(0, 4), st.integers(-1 if unknown else 0, 3), st.integers(0, n_classes - 1))
    rows = draw(st.lists(row, min_size=0, max_size=24))
    return tuple(np.array(column, dtype=np.int64) for column in (zip(*rows, strict=True) if rows else ((), (), ())))
