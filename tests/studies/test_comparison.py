from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.errors import ArgumentError, ShapeError, UnknownNameError
from variorum.evaluation import holm, nested_interval, sign_flip_test, two_level_interval
from variorum.reporting.study import Estimate, PValue
from variorum.studies.comparison import adjusted, compare, comparison_table


def drawn(shift, n_seeds=6, n_items=30, seed=0):
    rng = np.random.default_rng(seed)
    base = rng.normal(size=(n_seeds, n_items))
    noise = 0.01 * rng.normal(size=(n_seeds, n_items))
    return {"soft": list(base), "same": list(base + noise), "shifted": list(base + shift + noise)}


def test_every_number_is_that_of_evaluation():
    scores = drawn(0.5)
    soft, same, shifted = compare(scores, "soft", 0, margin=0.1, draws=200)
    means = {name: np.mean(each, axis=1) for name, each in scores.items()}
    assert (soft.difference, soft.test, soft.equivalence, soft.claim) == (None, None, None, "")
    for found, name in ((same, "same"), (shifted, "shifted")):
        test = sign_flip_test(means[name], means["soft"], 0)
        assert found.test == test
        assert found.difference.mean == pytest.approx(test.mean_difference)
        assert found.difference.low < found.difference.mean < found.difference.high
        assert found.mean.mean == pytest.approx(means[name].mean())
    # All six differences of one sign: 2 of 64 assignments are as extreme. Two tests, the smaller p is doubled.
    assert shifted.test.p_value == shifted.test.smallest_p == 2 / 64
    wanted = holm([same.test.p_value, shifted.test.p_value])
    assert [same.holm_p, shifted.holm_p] == wanted.tolist()
    assert same.claim == "equivalent"
    assert shifted.equivalence.p_value > 0.9


def test_a_claim_needs_holm_and_its_direction_is_told():
    scores = drawn(0.5, n_seeds=8)
    del scores["same"]
    assert compare(scores, "soft", 0, draws=20)[1].claim == "higher"
    assert compare(scores, "shifted", 0, draws=20)[0].claim == "lower"
    # Five pairs cannot pass.
    five = {name: each[:5] for name, each in scores.items()}
    found = compare(five, "soft", 0, draws=20)[1]
    assert (found.claim, found.test.smallest_p) == ("open", 0.0625)


def test_items_are_resampled_once_for_all_seeds_where_they_are_the_same():
    rng = np.random.default_rng(1)
    # Items differ much and seeds hardly: only the interval over the same items knows that seeds bring no new ones.
    table = rng.normal(size=40) + 0.01 * rng.normal(size=(8, 40))
    scores = {"a": list(table), "b": list(table)}
    same = compare(scores, "a", 0, same_items=True, draws=300)[0].mean
    own = compare(scores, "a", 0, draws=300)[0].mean
    assert same == two_level_interval(table, np.random.default_rng(0), n_draws=300)
    assert own == nested_interval(list(table), np.random.default_rng(0), n_draws=300)
    assert same.high - same.low > 2 * (own.high - own.low)


def test_one_score_a_seed_and_seeds_with_items_of_their_own():
    one = compare({"a": [0.1, 0.2, 0.3], "b": [0.2, 0.4, 0.3]}, "a", 0, draws=20)[1]
    assert one.difference.mean == pytest.approx(0.1)
    own = compare({"a": [[0.1, 0.2], [0.3]], "b": [[0.2, 0.2], [0.5]]}, "a", 0, draws=20)[1]
    assert own.difference.mean == pytest.approx((0.05 + 0.2) / 2)


def test_one_family_over_several_cells():
    cells = [compare(drawn(0.5, seed=seed), "soft", 0, draws=20) for seed in range(3)]
    family = adjusted(cells)
    p_values = [each.test.p_value for cell in cells for each in cell[1:]]
    assert [each.holm_p for cell in family for each in cell[1:]] == holm(p_values).tolist()
    assert all(np.isnan(cell[0].holm_p) for cell in family)
    assert adjusted([[]]) == ((),)


@given(st.integers(0, 1000), st.permutations(["soft", "same", "shifted"]))
def test_the_order_of_methods_changes_no_test(seed, order):
    scores = drawn(0.02, n_items=5, seed=seed)
    found = {each.method: each for each in compare(scores, "soft", 0, margin=0.1, draws=1)}
    moved = {each.method: each for each in compare({n: scores[n] for n in order}, "soft", 0, margin=0.1, draws=1)}
    for name in ("same", "shifted"):
        assert found[name].test == moved[name].test
        assert found[name].holm_p == moved[name].holm_p
        assert found[name].equivalence == moved[name].equivalence


def test_the_table_shows_them_with_what_a_reader_must_know():
    found = compare(drawn(0.5), "soft", 0, margin=0.1, draws=50)
    table = comparison_table("Scores", found, score="NLL, lower is better", note="Six seeds.")
    assert table.head == ("method", "NLL, lower is better", "less soft", "p", "Holm p", "same within margin, p")
    assert table.rows[0][2:] == (None, None, None, None)
    method, mean, less, p, holm_p, same = table.rows[2]
    assert (method, p) == ("shifted", PValue(2 / 64, 2 / 64))
    assert less == Estimate(found[2].difference.mean, found[2].difference.low, found[2].difference.high, signed=True)
    assert mean.value == found[2].mean.mean
    assert (holm_p.p, same.p) == (found[2].holm_p, found[2].equivalence.p_value)
    assert "6 paired seeds" in table.note
    assert "The margin is 0.1." in table.note
    assert table.note.endswith("Six seeds.")
    without = comparison_table("Scores", compare(drawn(0.5), "soft", 0, draws=10), score="NLL")
    assert len(without.head) == 5


@pytest.mark.parametrize(
    ("scores", "options", "error", "message"),
    [
        ({"a": [1.0]}, {"reference": "b"}, UnknownNameError, "reference 'b' is not known"),
        ({"a": [1.0, 2.0], "b": [1.0]}, {}, ShapeError, r"scores\['b'\] has 1 seeds"),
        ({"a": [[1.0, 2.0]], "b": [[1.0]]}, {}, ShapeError, r"scores\['b'\] has 1 seeds with \[1\] items"),
        ({"a": [[[1.0]]], "b": [[[1.0]]]}, {}, ShapeError, r"scores\['a'\]\[0\] must have 0 or 1 axes"),
        ({"a": [1.0], "b": [float("nan")]}, {}, ArgumentError, "is not finite"),
        ({"a": [1.0, 2.0], "b": [1.0, 3.0]}, {"margin": 0.0}, ArgumentError, "margin must be a positive number"),
        ({"a": [], "b": []}, {}, ArgumentError, "must hold a seed"),
    ],
)
def test_mistakes_are_named(scores, options, error, message):
    with pytest.raises(error, match=message):
        compare(scores, **({"reference": "a", "rng": 0, "draws": 5} | options))
