import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from variorum.evaluation import dist_ce, ent_ce, rank_cs, total_variation


def test_dist_ce_is_the_total_variation():
    human, model = np.random.default_rng(0).dirichlet(np.ones(3), (2, 20))
    np.testing.assert_array_equal(dist_ce(human, model), total_variation(human, model))


def test_ent_ce_is_negative_where_the_model_is_surer():
    np.testing.assert_allclose(
        ent_ce([[0.5, 0.5], [1, 0], [1, 0]], [[1, 0], [0.5, 0.5], [0, 1]]), [-np.log(2), np.log(2), 0]
    )


def test_rank_cs_needs_the_whole_ranking():
    human = [[0.1, 0.3, 0.6], [0.1, 0.3, 0.6], [0.1, 0.3, 0.6], [0.1, 0.3, 0.6]]
    model = [[0.0, 0.1, 0.9], [0.3, 0.1, 0.6], [0.2, 0.5, 0.3], [0.2, 0.3, 0.5]]
    assert rank_cs(human, model) == 0.5


def test_rank_cs_breaks_ties_by_class_index_in_ascending_order():
    # Ascending argsort of (.5, .5, 0) is (2, 0, 1): equal to that of (.4, .6, 0), not to that of (.6, .4, 0).
    assert rank_cs([[0.5, 0.5, 0.0]], [[0.4, 0.6, 0.0]]) == 1.0
    assert rank_cs([[0.5, 0.5, 0.0]], [[0.6, 0.4, 0.0]]) == 0.0


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 1))
def test_rank_cs_survives_what_keeps_the_order(seed, power):
    human = np.random.default_rng(seed).dirichlet(np.ones(4), 10)
    model = human**power / (human**power).sum(axis=1, keepdims=True)
    assert rank_cs(human, model) == 1.0


def test_rank_cs_of_nothing_is_nan():
    assert np.isnan(rank_cs(np.empty((0, 2)), np.empty((0, 2))))
