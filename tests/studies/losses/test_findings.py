from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import friedmanchisquare

from variorum.studies.base import Run
from variorum.studies.losses.findings import losses_findings
from variorum.studies.losses.results import Results, better
from variorum.studies.losses.scores import CALIBRATION, SCORES, scores_of
from variorum.studies.losses.settings import SAME, LossesSettings, methods_of

SEEDS, ITEMS = 10, 8
CORPORA = {"one": False, "two": False, "three": True}


def runs_of(shift, *, kl_gap=0.0, corpora=CORPORA):
    """Invented runs: how much worse than cross-entropy a method is, in every score."""
    rng = np.random.default_rng(0)
    runs = []
    for seed in range(SEEDS):
        for corpus, ordinal in corpora.items():
            lines = {name: {"oracle floor": 0.1, "fresh panel": 0.2} for name in (*scores_of(True),)}
            runs.append(Run({"arm": "lines", "corpus": corpus, "seed": seed}, {"lines": lines, "ordinal": ordinal}))
            base = 0.3 + 0.05 * rng.random()
            for method in (*methods_of(ordinal), *(SAME if seed < 2 else ())):
                worse = shift.get(method, 0.0)
                means = {
                    name: base + (-worse if SCORES[name].higher else worse) + 1e-4 * rng.normal()
                    for name in scores_of(ordinal)
                }
                if method in SAME or method in SAME.values():
                    means = dict.fromkeys(scores_of(ordinal), base + (kl_gap if method == "kl" else 0.0))
                items = {name: (means[name] + 1e-4 * rng.normal(size=ITEMS)).tolist() for name in ("kl", "js")}
                if method == "annotator-min":
                    means["entropy_correlation"] = None
                values = {**means, **dict.fromkeys(CALIBRATION, 0.1), "items": items, "learning_rate": 1e-3,
                          "validation_js": [0.1] * 3, "by_cross_entropy": means}  # fmt: skip
                runs.append(Run({"arm": "heads", "corpus": corpus, "method": method, "seed": seed}, values))
    return runs


def made(shift, **options):
    settings = LossesSettings(SEEDS, tuple(options.get("corpora", CORPORA)), draws=20)
    return losses_findings(settings, runs_of(shift, **options)), settings


def test_a_loss_that_wins_and_one_that_loses():
    found, _ = made({"js": -0.05, "brier": 0.05, "repeated-labelling": 0.05})
    assert "Over 3 corpora, the first of 11 methods is on JS js (mean rank 1.0" in found.verdict[0]
    assert found.verdict[1].startswith(
        "On one, against cross-entropy: on JS js better and brier and repeated-labelling"
    )
    assert "it beat cross-entropy on JS on one, JS on two and JS on three" in found.verdict[4]
    assert "lost to it on Brier on one" in found.verdict[4]
    assert "by JS: worse on one, two and three" in found.verdict[5]
    assert "their mean scores differ by 0 at most" in found.verdict[6]


def test_no_difference_is_said_to_be_none():
    found, _ = made({})
    assert "on JS no method is told apart; on KL no method is told apart" in found.verdict[1]
    assert "beat cross-entropy on none, and lost to it on none" in found.verdict[4]
    assert "by JS: not told apart on one, two and three" in found.verdict[5]


def test_a_gap_between_losses_that_are_the_same_is_said():
    found, _ = made({}, kl_gap=0.1)
    assert "differ by up to 0.1, more than rounding explains" in found.verdict[6]


def test_one_corpus_is_too_few_for_ranks():
    found, _ = made({}, corpora={"one": False})
    assert "On one alone" in found.verdict[0]
    assert "too few corpora for a test" in found.verdict[0]


def test_ranks_and_friedman_against_scipy():
    shift = {"js": -0.05, "reverse-kl": 0.05}
    settings = LossesSettings(SEEDS, tuple(CORPORA), draws=20)
    results = Results(settings, runs_of(shift))
    ranking = results.ranking("js")
    assert ranking.methods == methods_of(False)
    assert ranking.best == "js"
    assert ranking.mean[ranking.methods.index("reverse-kl")] == 11
    assert (ranking.ranks.sum(axis=1) == 11 * 12 / 2).all()
    columns = [[results.means(c, m, "js").mean() for c in CORPORA] for m in ranking.methods]
    assert ranking.friedman_p == pytest.approx(friedmanchisquare(*columns).pvalue)
    assert results.ranking("wasserstein").ranks.shape == (1, 13)
    assert results.ranking("accuracy").best == "js"


def test_higher_is_better_where_it_is():
    results = Results(LossesSettings(SEEDS, tuple(CORPORA), draws=20), runs_of({"js": -0.05}))
    for score in ("tvd", "accuracy"):
        [own] = [each for each in results.compared["one", score] if each.method == "js"]
        assert better(score, own) == "better"
        # Ten pairs give 2 / 2^10 at least, of ten methods.
        assert own.holm_p == pytest.approx(10 * 2 / 1024)


def test_tables_and_data_hold_every_test():
    found, _ = made({"js": -0.05})
    titles = [table.title for table in found.tables()]
    assert len(set(titles)) == len(titles)
    # Two nominal corpora with 11 methods and 8 scores, an ordinal one with 13 and 9.
    assert len(found.data[0].rows) == 2 * 11 * 8 + 13 * 9
    rates = next(table for table in found.tables() if table.title == "Learning rates chosen")
    chosen = {row[0]: row[1:] for row in rates.rows}
    assert chosen["cdf"] == (SEEDS, 0, 0)
    assert chosen["js"] == (3 * SEEDS, 0, 0)


def test_notes_say_what_votes_and_shared_items_do():
    found, _ = made({})
    assert any("Repeated labelling weighs an item by its votes" in note for note in found.notes)
    assert any("seeds share a corpus’s items" in note for note in found.notes)
    assert any("a small p says nothing about which of the best is best" in note for note in found.notes)
