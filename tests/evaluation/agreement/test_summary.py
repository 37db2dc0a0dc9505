import numpy as np
import pytest

from evaluation.agreement import loops
from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.errors import SchemeError, UnknownNameError
from variorum.evaluation import (
    AGREEMENT,
    agreement_summary,
    annotator_agreement,
    cohen_kappas,
    group_agreement,
    krippendorff_alpha_of_votes,
    label_agreement,
    pairwise_agreement,
)

SCHEMES = {
    "nominal": LabelScheme.nominal(["a", "b", "c"]),
    "ordinal": LabelScheme.ordinal(["a", "b", "c"], [0, 1, 4]),
    "pairwise": LabelScheme.pairwise(),
    "multilabel": LabelScheme.multilabel(["a", "b", "c"]),
    "numeric": LabelScheme.numeric(0, 10),
}


def made_up(kind="nominal", *, n_items=30, n_people=6, seed=0, known=True, **columns):
    """Everybody annotates everything, and leans to the item's own label."""
    rng = np.random.default_rng(seed)
    item, annotator = np.divmod(np.arange(n_items * n_people), n_people)
    truth = rng.integers(0, 3, n_items)
    label = np.where(rng.random(item.size) < 0.6, truth[item], rng.integers(0, 3, item.size))
    if kind == "numeric":
        columns["value"] = np.clip(label * 4 + rng.normal(size=item.size), 0, 10)
        label = np.full(item.size, -1)
    people = Annotators(
        tuple(f"x:{a}" for a in range(n_people)) if known else (),
        attributes={"group": tuple("uv"[a % 2] if a else None for a in range(n_people))} if known else {},
    )
    return Annotations(
        SCHEMES[kind], Items(tuple(f"i{i}" for i in range(n_items))), people, item,
        annotator if known else np.full(item.size, -1), label, **columns,
    )  # fmt: skip


@pytest.mark.parametrize("kind", SCHEMES)
def test_measures_fit_the_scheme(kind):
    found = agreement_summary(made_up(kind), rng=0, n_draws=50)
    names = [each.name for each in found.measures]
    assert names[0] == {"ordinal": "alpha-ordinal", "multilabel": "alpha-masi", "numeric": "alpha-interval"}.get(
        kind, "alpha-nominal"
    )
    assert set(names) <= set(AGREEMENT)
    for each in found.measures:
        assert each.interval.low < each.interval.value < each.interval.high
    assert (found.labels is None) == (kind == "numeric")
    assert found.annotators is not None
    assert found.pairs is not None
    assert found.pairs.kappa.size == 15
    assert found.groups is None
    # The first alpha is far above 0, and every annotator agrees with the rest about as much.
    assert 0.2 < found.measures[0].interval.value < 0.7
    assert np.nanstd(found.annotators.kappa) < 0.15


def test_parts_are_those_of_the_functions():
    votes = made_up()
    columns = votes.item, votes.annotator, votes.label
    found = agreement_summary(votes, rng=3, attribute="group", n_draws=40)
    assert found.measure("alpha-nominal").value == pytest.approx(krippendorff_alpha_of_votes(*columns))
    np.testing.assert_allclose(found.items, pairwise_agreement(votes.counts()))
    np.testing.assert_allclose(found.labels.agreement.alpha, label_agreement(votes.counts()).alpha)
    np.testing.assert_allclose(found.annotators.kappa, annotator_agreement(*columns).kappa)
    np.testing.assert_allclose(found.pairs.kappa, cohen_kappas(*columns).kappa)
    groups = group_agreement(*columns, [-1, 1, 0, 1, 0, 1], rng=0, n_draws=0)
    assert found.group_names == ("u", "v")
    np.testing.assert_allclose(found.groups.within, groups.within)
    assert found.groups.n_without == 30
    # Annotators 2 and 4 against 1, 3 and 5.
    assert found.groups.n_annotators.tolist() == [2, 3]


def test_one_seed_gives_one_summary():
    one, two = (agreement_summary(made_up("ordinal"), rng=5, attribute="group", n_draws=30) for _ in range(2))
    assert one.measures == two.measures
    np.testing.assert_array_equal(one.groups.p_value, two.groups.p_value)
    np.testing.assert_array_equal(one.labels.low, two.labels.low)


def test_ordinal_votes_are_as_far_apart_as_their_positions():
    votes = made_up("ordinal")
    found = agreement_summary(votes, rng=0, n_draws=0)
    assert found.distance == "interval"
    positions = [0, 1, 4]
    expected = cohen_kappas(votes.item, votes.annotator, votes.label, distance="quadratic", positions=positions)
    np.testing.assert_allclose(found.pairs.kappa, expected.kappa)
    np.testing.assert_allclose(found.pairs.agreement, expected.agreement)
    np.testing.assert_allclose(
        found.items, pairwise_agreement(votes.counts(), distance="quadratic", positions=positions)
    )


def test_numbers_are_as_far_apart_as_their_squared_difference():
    votes = made_up("numeric", n_items=8, n_people=3)
    found = agreement_summary(votes, rng=0, n_draws=20)
    columns = votes.item, votes.annotator, votes.value
    answers = loops.gather(*(column.tolist() for column in columns))
    assert found.measure("alpha-interval").value == pytest.approx(loops.alpha(answers, loops.interval))
    assert found.measure("alpha-ratio").value == pytest.approx(loops.alpha(answers, loops.ratio))
    assert found.measure("alpha-ordinal").value == pytest.approx(loops.alpha(answers, loops.ordinal(answers)))
    squared = 1 - loops.raw(answers, lambda a, b: ((a - b) / 10) ** 2)
    assert found.measure("difference").value == pytest.approx(np.sqrt(squared))
    assert found.annotators.kappa[1] == pytest.approx(loops.rest(answers, 1, loops.interval)[2])
    pairs = [loops.cohen(answers, a, b, loops.interval)[2] for a, b in ((0, 1), (0, 2), (1, 2))]
    assert found.pairs.kappa == pytest.approx(pairs)


def test_a_pair_that_gives_one_number_has_no_kappa():
    # 70.3 lies off the middle of the scale and is no fraction of two: what is left of its differences is rounding.
    rng = np.random.default_rng(0)
    item, annotator = np.divmod(np.arange(60), 3)
    value = np.where(annotator == 2, rng.uniform(0, 100, 60), 70.3)
    people = Annotators(("x:1", "x:2", "x:3"), attributes={"camp": ("same", "same", "other")})
    votes = Annotations(
        SCHEMES["numeric"], Items(tuple(f"i{i}" for i in range(20))), people, item, annotator, np.full(60, -1),
        value=value / 10,
    )  # fmt: skip
    found = agreement_summary(votes, rng=0, attribute="camp", n_draws=5)
    assert np.isnan(found.pairs.kappa).tolist() == [True, False, False]
    assert np.isnan(found.groups.within).all()
    assert not np.isnan(found.groups.outside).any()


def test_numbers_that_are_all_zero_have_no_alpha():
    votes = Annotations(
        SCHEMES["numeric"], Items(("i", "j")), Annotators(("x:1", "x:2")), [0, 0, 1, 1], [0, 1, 0, 1], [-1] * 4,
        value=[0.0] * 4,
    )  # fmt: skip
    found = agreement_summary(votes, rng=0, n_draws=5)
    assert np.isnan([found.measure(f"alpha-{metric}").value for metric in ("interval", "ordinal", "ratio")]).all()
    assert found.measure("difference").value == 0.0


def test_a_tie_lies_half_way():
    columns = [0, 0, 1, 1, 2, 2], [0, 1] * 3, [0, 2, 1, 1, 0, 1]
    votes = Annotations(LabelScheme.pairwise(), Items(("i", "j", "k")), Annotators(("x:1", "x:2")), *columns)
    found = agreement_summary(votes, rng=0, n_draws=0)
    place = [0.0, 1.0, 0.5]
    expected = loops.alpha(loops.gather(*columns), lambda a, b: (place[a] - place[b]) ** 2)
    assert found.measure("alpha-interval").value == pytest.approx(expected)
    two = Annotations(LabelScheme.pairwise(["A", "B"]), votes.items, votes.annotators, *columns[:2], [0, 1, 1, 1, 0, 1])
    assert "alpha-interval" not in [each.name for each in agreement_summary(two, rng=0, n_draws=0).measures]


def test_a_ratio_needs_a_scale_that_begins_at_nothing():
    votes = Annotations(
        LabelScheme.numeric(-5, 5), Items(("i", "j")), Annotators(("x:1", "x:2")), [0, 0, 1, 1], [0, 1, 0, 1], [-1] * 4,
        value=[-1.0, 1.0, 3.0, 4.0],
    )  # fmt: skip
    assert "alpha-ratio" not in [each.name for each in agreement_summary(votes, rng=0, n_draws=0).measures]


def test_only_answered_rows_are_votes_and_all_others_are_counted():
    votes = made_up(n_items=4, n_people=3)
    status = np.zeros(12, np.int8)
    status[[0, 1, 5]] = [1, 2, 2]
    label = np.where(status == 0, votes.label, -1)
    some = Annotations(votes.scheme, votes.items, votes.annotators, votes.item, votes.annotator, label, status)
    found = agreement_summary(some, rng=0, n_draws=0)
    assert (found.counts.rows, found.counts.abstained, found.counts.unsure) == (9, 1, 2)
    # Item 0 has one answer left: it pairs with nothing.
    assert (found.counts.items, found.counts.paired_items) == (4, 3)
    assert np.isnan(found.items).tolist() == [True, False, False, False]
    assert found.item_answers.tolist() == [1, 2, 3, 3]
    answered = status == 0
    expected = krippendorff_alpha_of_votes(votes.item[answered], votes.annotator[answered], votes.label[answered])
    assert found.measure("alpha-nominal").value == pytest.approx(expected, nan_ok=True)


def test_several_rows_of_an_annotator_are_one_answer():
    # Annotator 0 gives item 0 two labels.
    columns = [0, 0, 0, 1, 1], [0, 0, 1, 0, 1], [0, 1, 0, 1, 1]
    votes = Annotations(SCHEMES["nominal"], Items(("i", "j")), Annotators(("x:1", "x:2")), *columns)
    found = agreement_summary(votes, rng=0, n_draws=10)
    assert (found.counts.rows, found.counts.answers, found.counts.repeated) == (5, 4, 1)
    assert found.measure("alpha-nominal").value == pytest.approx(krippendorff_alpha_of_votes(*columns))
    assert found.items == pytest.approx([0.5, 1.0])
    # Label a: answers of 1/2 and 1 on item 0. Observed: (1/2 + 0) / 4 twice over; see test_krippendorff for the whole.
    answers = loops.gather(*columns)
    for k in range(2):
        expected = loops.alpha(answers, lambda a, b, k=k: float((a == k) != (b == k)))
        assert found.labels.agreement.alpha[k] == pytest.approx(expected)


def test_an_elicited_distribution_is_an_answer_in_parts():
    # Two annotators say (1/2, 1/2, 0) of item 0: labels drawn from both agree half of the time. One says b of item 1,
    # the other (0, 3/4, 1/4): they agree with 3/4.
    nan = np.nan
    distribution = [[0.5, 0.5, 0], [0.5, 0.5, 0], [nan] * 3, [0, 0.75, 0.25]]
    votes = Annotations(
        SCHEMES["nominal"], Items(("i", "j")), Annotators(("x:1", "x:2")), [0, 0, 1, 1], [0, 1, 0, 1],
        [-1, -1, 1, -1], distribution=np.array(distribution),
    )  # fmt: skip
    found = agreement_summary(votes, rng=0, n_draws=0)
    assert found.counts.elicited == 3
    assert found.items == pytest.approx([0.5, 0.75])
    half, sure, most = {0: 0.5, 1: 0.5}, {1: 1.0}, {1: 0.75, 2: 0.25}
    answers = {0: [(0, half), (1, half)], 1: [(0, sure), (1, most)]}
    assert found.measure("alpha-nominal").value == pytest.approx(loops.alpha(answers, loops.nominal))
    assert found.measure("fleiss-kappa").value == pytest.approx(loops.fleiss(answers, 3, loops.nominal))
    assert found.annotators.agreement == pytest.approx([0.625, 0.625])
    # Unknown annotators are told apart row by row, whatever their answers are.
    unknown = Annotations(
        votes.scheme, votes.items, Annotators(), votes.item, [-1] * 4, votes.label, distribution=votes.distribution
    )
    assert agreement_summary(unknown, rng=0, n_draws=0).items == pytest.approx([0.5, 0.75])


def test_sets_of_labels_are_one_answer_whatever_their_size():
    votes = Annotations(
        SCHEMES["multilabel"], Items(("i", "j")), Annotators(("x:1", "x:2")),
        item=[0, 0, 0, 1, 1], annotator=[0, 0, 1, 0, 1], label=[0, 1, 1, -1, -1],
    )  # fmt: skip
    found = agreement_summary(votes, rng=0, n_draws=0)
    # {a, b} against {b}: MASI 2/3 apart. Two empty sets are the same.
    assert found.items == pytest.approx([1 / 3, 1.0])
    assert found.counts.answers == 4
    assert found.labels.agreement.share == pytest.approx([0.25, 0.5, 0.0])


def test_without_annotators_all_that_needs_them_is_left_out():
    found = agreement_summary(made_up(known=False), rng=0, n_draws=0)
    assert found.annotators is None
    assert found.pairs is None
    assert found.counts.annotators == 0
    assert found.counts.unknown == 180
    known = agreement_summary(made_up(), rng=0, n_draws=0)
    assert found.measure("alpha-nominal").value == pytest.approx(known.measure("alpha-nominal").value)


def test_items_without_an_answer_are_not_resampled():
    votes = made_up(n_items=20)
    more = Annotations(
        votes.scheme,
        Items(tuple(f"i{i}" for i in range(500))),
        votes.annotators,
        votes.item,
        votes.annotator,
        votes.label,
    )
    one, two = (agreement_summary(each, rng=1, n_draws=100).measures for each in (votes, more))
    assert one == two


def test_people_and_models_are_groups():
    votes = made_up(n_people=4)
    kinds = ("human", "human", "llm", "llm")
    mixed = Annotations(
        votes.scheme,
        votes.items,
        Annotators(votes.annotators.ids, kind=kinds),
        votes.item,
        votes.annotator,
        votes.label,
    )
    found = agreement_summary(mixed, rng=0, attribute="kind", n_draws=0)
    assert found.group_names == ("human", "llm")
    assert found.groups.n_annotators.tolist() == [2, 2]


def test_bad_wishes_are_named():
    votes = made_up(n_items=2)
    with pytest.raises(UnknownNameError, match=r"annotator attribute 'grup' is not known. Did you mean 'group'"):
        agreement_summary(votes, rng=0, attribute="grup")
    with pytest.raises(UnknownNameError, match=r"annotator attribute 'group' is not known. Choose one of: kind"):
        agreement_summary(made_up(n_items=2, known=False), rng=0, attribute="group")
    with pytest.raises(UnknownNameError, match="measure 'alpha-masi' is not known"):
        agreement_summary(votes, rng=0, n_draws=0).measure("alpha-masi")
    silent = Annotations(
        votes.scheme, votes.items, votes.annotators, votes.item, votes.annotator, np.full(12, -1), np.ones(12, np.int8)
    )
    with pytest.raises(SchemeError, match="none of 12 rows is answered"):
        agreement_summary(silent, rng=0)
