import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from variorum.corpora.synthetic_readings import dirichlet_items, expected_readings, mixture_items, rounded, tilted
from variorum.corpora.synthetic_sentences import IRONIC, PLAIN, VAGUE, Sentences, write_sentences


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def meant(stance: list[list[int]], manner: list[int]) -> Sentences:
    n = len(manner)
    return Sentences(
        ("x",) * n,
        np.zeros(n, np.int64),
        np.array(stance),
        np.array(manner),
        np.zeros(n, bool),
        ((("a", "b"),) * 2,) * n,
    )


@given(hnp.arrays(np.float64, (4, 3), elements=st.floats(0.01, 100)))
def test_rounded_rows_are_distributions_on_a_grid(weights: np.ndarray) -> None:
    rows = rounded(weights)
    np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-12)
    # Six decimals, up to the rescaling by at most 1.5e-6.
    np.testing.assert_allclose(rows, np.round(rows, 6), atol=2e-6)
    np.testing.assert_allclose(rows, weights / weights.sum(axis=1, keepdims=True), atol=3e-6)


def test_meaning_leads_where_it_should() -> None:
    good, bad, torn, vague, ironic = expected_readings(
        meant([[2, 2], [-2, -2], [2, -2], [2, 2], [2, 2]], [PLAIN, PLAIN, PLAIN, VAGUE, IRONIC])
    )
    assert good.argmax() == 2
    np.testing.assert_allclose(bad, good[::-1], atol=1e-9)
    assert torn.argmax() == 1
    np.testing.assert_allclose(torn[0], torn[2], atol=1e-6)
    assert vague.max() < good.max()
    # 45 percent take it by its word, the others the other way round.
    assert 0.4 < ironic[2] < ironic[0] < 0.6


def test_dirichlet_items_have_the_expected_mean_and_spread() -> None:
    expected = np.tile([0.2, 0.3, 0.5], (20_000, 1))
    items = dirichlet_items(expected, 9.0, rng())
    np.testing.assert_allclose(items.mean(axis=0), [0.2, 0.3, 0.5], atol=0.005)
    # The variance of a Dirichlet is mean (1 - mean) / (concentration + 1).
    np.testing.assert_allclose(items.var(axis=0), [0.016, 0.021, 0.025], atol=0.001)


def test_mixture_items_are_nine_patterns_near_what_is_expected() -> None:
    expected = expected_readings(write_sentences(2000, 0.0, rng()))
    items = mixture_items(expected, rng(1))
    assert len({tuple(np.round(row, 2)) for row in items}) == 9
    shuffled = items[rng(2).random((2000,)).argsort()]
    assert np.abs(items - expected).sum(axis=1).mean() < 0.6 * np.abs(shuffled - expected).sum(axis=1).mean()


def test_tilts_shift_log_odds() -> None:
    items = rounded(np.array([[0.2, 0.3, 0.5], [0.2, 0.3, 0.5]]))
    same, severe, middling = tilted(items, np.array([0, 5]), 3, 0.7, by_topic=False)
    np.testing.assert_allclose(same, items, atol=1e-9)
    np.testing.assert_allclose(np.log(severe[:, 0] / severe[:, 2]), np.log(0.2 / 0.5) + 1.4, atol=1e-4)
    np.testing.assert_allclose(np.log(middling[:, 1] / middling[:, 0]), np.log(0.3 / 0.2) + 1.05, atol=1e-4)
    turned = tilted(items, np.array([0, 5]), 2, 0.7, by_topic=True)[1]
    assert turned[0, 0] > 0.2 > turned[1, 0]
