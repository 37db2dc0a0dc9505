from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.evaluation import agreement_summary
from variorum.reporting.agreement.findings import caution, headline, notes

Make = Callable[..., tuple]


def corpus_of(label, *, n_people=2, scheme=None, **columns):
    item, annotator = np.divmod(np.arange(np.size(label)), n_people)
    votes = Annotations(
        scheme or LabelScheme.nominal(["no", "yes"]), Items(tuple(f"i{i}" for i in range(item.max() + 1))),
        Annotators(tuple(f"x:{a}" for a in range(n_people))), item, annotator, label, **columns,
    )  # fmt: skip
    return Corpus("small", votes)


def told(corpus, n_draws=0):
    summary = agreement_summary(corpus.annotations, 0, n_draws=n_draws)
    return headline(summary, corpus), caution(summary), notes(summary)


def test_agreement_chance_and_what_is_left():
    # Ten items: five times both say yes, three times both say no, twice they differ. 80 % agree; 12 of 20 answers are
    # yes, so that by lot it would be .36 + .16 = 52 %. Observed disagreement .2, expected 2 * 12 * 8 / (20 * 19), .505.
    said, warning, _ = told(corpus_of([1, 1] * 5 + [0, 0] * 3 + [0, 1] * 2))
    assert said == (
        "Two annotators of an item give the same label 80 % of the time; if labels were drawn by lot, as often as they "
        "are given, it would be 52 %. Krippendorff’s alpha (nominal) is 0.60."
    )
    assert warning.startswith("All agree on 80 % of the 10 items with two answers or more. A low alpha")


def test_an_interval_is_named():
    said, _, _ = told(corpus_of([1, 1] * 50 + [0, 0] * 30 + [0, 1] * 20), n_draws=100)
    assert "(95\u00a0% interval 0." in said


def test_high_agreement_with_a_low_alpha_is_explained():
    _, warning, _ = told(corpus_of([0, 0] * 90 + [0, 1] * 10))
    assert warning == (
        "High raw agreement with a low alpha is no contradiction: 95 % of the answers are “no”, and most of the "
        "agreement is agreement on it. Gwet’s AC1, which expects less by chance, is 0.89."
    )


def test_a_high_alpha_needs_no_caution():
    assert told(corpus_of([0, 0] * 10 + [1, 1] * 10))[1] == ""


def test_what_cannot_be_said():
    assert told(corpus_of([0, 1], n_people=1))[0] == "No item has two answers, so that nobody can agree or disagree."
    assert told(corpus_of([0, 0, 0, 0]))[0].endswith("(nominal) is undefined, since everybody gives the same answer.")


def test_numbers_differ_by_so_much():
    # Differences of 10 and 20: root mean square of 15.8.
    corpus = corpus_of([-1] * 4, scheme=LabelScheme.numeric(0, 100), value=[10.0, 20.0, 70.0, 90.0])
    assert told(corpus)[0].startswith("Two annotators of an item typically differ by 15.8 on a scale from 0 to 100.")


def test_sets_are_chosen_exactly(make_agreement: Make):
    summary, corpus = make_agreement("multilabel", groups=False)
    assert headline(summary, corpus).startswith("Two annotators of an item choose exactly the same labels ")
    assert "alpha (MASI)" in headline(summary, corpus)


def test_what_was_left_out_is_counted():
    # Annotator 0 of the last item gives two labels; the first row abstained.
    votes = Annotations(
        LabelScheme.nominal(["no", "yes"]), Items(("i", "j", "k")), Annotators(("x:1", "x:2")),
        item=[0, 0, 1, 1, 2, 2, 2], annotator=[0, 1, 0, 1, 0, 0, 1], label=[-1, 1, 0, 0, 0, 1, 1],
        status=[1, 0, 0, 0, 0, 0, 0],
    )  # fmt: skip
    _, _, said = told(Corpus("small", votes))
    assert said[0].startswith("1 answer of more than one row: the rows of one annotator on one item share the weight")
    assert said[1] == "1 row that abstained and 0 that were unsure are no votes, and left out."
    assert said[2] == "1 item with one answer, which pairs with nothing."


def test_elicited_and_unknown_answers_are_explained():
    votes = Annotations(
        LabelScheme.nominal(["no", "yes"]), Items(("i",)), Annotators(), [0, 0], [-1, -1], [-1, -1],
        distribution=np.array([[0.5, 0.5], [0.2, 0.8]]),
    )  # fmt: skip
    _, _, said = told(Corpus("small", votes))
    assert said[0].startswith("2 answers given as a distribution: two of them agree by the chance that labels drawn")
    assert said[1] == "Nobody knows who gave which vote, so that annotators and pairs cannot be told apart."


@pytest.mark.parametrize("kind", ["nominal", "ordinal", "multilabel", "numeric"])
def test_every_scheme_has_a_headline_that_ends(make_agreement: Make, kind: str):
    summary, corpus = make_agreement(kind)
    assert headline(summary, corpus).endswith(".")
    assert "nan" not in headline(summary, corpus) + caution(summary)
