"""Findings made by hand: every kind of table and chart, hostile texts, undefined numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from reporting.hostile import HOSTILE
from variorum.reporting.study import (
    Curve,
    Curves,
    Data,
    Estimate,
    Findings,
    Intervals,
    PValue,
    Row,
    Scatter,
    Section,
    Series,
    Table,
)

NAN = float("nan")
VOTES = (5.0, 10.0, 25.0, 50.0)


def curve(name: str, height: float, *, bars: bool = True) -> Curve:
    """A falling curve with intervals of ± .01."""
    y = tuple(height - 0.02 * k for k in range(len(VOTES)))
    ends = (tuple(v - 0.01 for v in y), tuple(v + 0.01 for v in y)) if bars else ((), ())
    return Curve(name, VOTES, y, *ends)


def make(n_methods: int = 3, n_points: int = 40) -> Findings:
    """Findings with as many methods, and as many points in each of two series."""
    rng = np.random.default_rng(3)
    methods = [HOSTILE[0], "soft", "multipass", *(f"method number {k}" for k in range(3, n_methods))][:n_methods]
    curves = tuple(curve(name, 0.6 - 0.03 * k) for k, name in enumerate(methods))
    x = rng.random((2, n_points))
    series = tuple(
        Series(name, tuple(x[k]), tuple(x[k] ** 2), tuple(f"{HOSTILE[1]} {i}" for i in range(n_points)))
        for k, name in enumerate(("easy", "hard"))
    )
    line = Curve("mean of bins", (0.2, 0.5, 0.8), (0.1, 0.3, NAN), (0.05, 0.2, NAN), (0.15, 0.4, NAN))
    table = Table(
        "Scores of " + HOSTILE[1],
        ("method", "soft NLL, lower is better", "less soft", "p", "seeds", "why"),
        (
            (HOSTILE[2], Estimate(0.5, 0.4, 0.6), Estimate(-0.01, -0.03, 0.01, signed=True), PValue(0.25, 0.0625), 5,
             "a | b"),
            ("nothing", Estimate(NAN), None, PValue(NAN), None, ""),
        ),
        "Ten seeds. " + HOSTILE[0],
    )  # fmt: skip
    rows = tuple(
        Row(name, Estimate(0.1 * k - 0.1, 0.1 * k - 0.2, 0.1 * k), series)
        for k, name in enumerate(methods)
        for series in ("BERT", "RoBERTa")
    )
    return Findings(
        ("It depends on " + HOSTILE[1], "And on the rest."),
        (
            Section(
                "Curves " + HOSTILE[4],
                "What <b>votes</b> buy.",
                (Curves("Score by votes", "votes an item", "soft NLL, lower is better", curves, "Bars.", log_x=True),),
            ),
            Section("Numbers", "", (table, Intervals("Differences", "less soft", rows, "Left is better."))),
            Section(
                "Items",
                "Gains, item by item.",
                (
                    Scatter("Gain", "JS of the votes to people", "gain", series, "A dot an item.", line, 0.0),
                    Curves("Nothing yet", "x", "y", (Curve("empty", (1.0,), (NAN,)),)),
                ),
            ),
        ),
        notes=("Few seeds.", HOSTILE[3]),
        setup=(("device", HOSTILE[1]),),
        data=(Data("sources", ("source", "kl"), (("a,b", 0.25), ("c", None))),),
    )


@pytest.fixture(scope="session")
def make_findings() -> Callable[..., Findings]:
    """Makes findings; see `make`."""
    return make
