from __future__ import annotations

import numpy as np

from variorum.reporting import findings_markdown
from variorum.studies.base import Run
from variorum.studies.sparse_text.findings import sparse_text_findings
from variorum.studies.sparse_text.settings import DELIVERED, SparseTextSettings

SEEDS, ITEMS = 10, 12


def made(hard, *, few_items=0.0, apart=0.0, slope=1.0, tuned=True):
    """Findings of invented runs: how much worse hard delivery is, and how much worse few items with more votes are."""
    settings = SparseTextSettings(SEEDS, ("one", "two"), (1, 2, 3), (2, 3), draws=20)
    rng = np.random.default_rng(0)
    runs = []
    for seed in range(SEEDS):
        for corpus in settings.corpora:
            base = 1 + 0.02 * rng.normal(size=ITEMS)
            lines = {"soft-ce": {"oracle floor": 0.7, "fresh panel": 0.9}}
            runs.append(Run({"arm": "lines", "corpus": corpus, "seed": seed}, {"lines": lines, "votes": 9}))
            for votes in (1, 2, 3, "all"):
                scores = {}
                for delivery in DELIVERED:
                    shift = hard if delivery in ("sls", "multipass") and votes != 1 else 0.0
                    nll = base + shift + (0 if votes == 1 or delivery == "soft" else 1e-3 * rng.normal(size=ITEMS))
                    others = dict.fromkeys(("js", "tvd", "brier", "accuracy"), 0.1)
                    scores[delivery] = {
                        "nll": nll.tolist(),
                        **others,
                        "entropy_correlation": None,
                        "apart": apart if votes == 1 and delivery == "sls" else 0.0,
                    }
                bins = {"n": [5] * 7, "distance": [0.005, 0.02, 0.05, 0.08, 0.12, 0.2, None]}
                where = {
                    d: bins | {"spearman": slope * 0.3 + 0.02 * rng.normal(), "gain": [-0.01] * 6 + [None]}
                    for d in DELIVERED[1:]
                }
                values = {"scores": scores, "tercile": [0, 1, 2] * 4, "where": where if votes != "all" else {}}
                runs.append(Run({"arm": "votes", "corpus": corpus, "votes": votes, "seed": seed}, values))
            for votes in (1, 2, 3):
                nll = base + few_items * (votes - 1) + 1e-4 * rng.normal(size=ITEMS)
                values = {"nll": nll.tolist(), "spent": 300, "items": 300 // votes}
                runs.append(Run({"arm": "money", "corpus": corpus, "votes": votes, "seed": seed}, values))
            if tuned and corpus == "one" and seed < 3:
                for delivery in ("soft", "multipass", "repeated-labelling"):
                    key = {"arm": "tuning", "corpus": corpus, "votes": 3, "delivery": delivery, "seed": seed}
                    runs.append(Run(key, {"nll": base.tolist(), "accuracy": 0.6}))
    return sparse_text_findings(settings, runs)


def test_hard_delivery_that_harms():
    found = made(0.05, few_items=0.1)
    assert found.verdict[0] == (
        "With few votes, sls on one, multipass on one, sls on two and multipass on two lost to soft labels."
    )
    assert "; sls +0.0" in found.verdict[1]
    assert "(worse); multipass" in found.verdict[1]
    assert "repeated-labelling" in found.verdict[1]
    assert "the same within 0.01" in found.verdict[1]
    assert "no predicted probability differs by more than 0: there is nothing to choose" in found.verdict[3]
    assert "so gains rise with that distance" in found.verdict[4]
    assert found.verdict[5] == (
        "For equal money on one, against 1 vote on each of more items, 2 votes and 3 votes an item on fewer items did "
        "worse."
    )


def test_hard_delivery_that_helps():
    found = made(-0.05, few_items=-0.1, apart=0.2, slope=-1.0)
    assert found.verdict[0].endswith("beat soft labels.")
    assert "(better); multipass" in found.verdict[1]
    assert "differ by up to 0.2, more than rounding explains" in found.verdict[3]
    assert "so gains fall with that distance" in found.verdict[4]
    assert "on fewer items did better" in found.verdict[5]


def test_no_difference_is_said_to_be_none():
    found = made(0.0, slope=0.0)
    assert found.verdict[0].startswith("With few votes, no test shows that drawing hard labels helps or harms")
    assert "so no trend is clear" in found.verdict[4]
    assert "could not be told apart by these tests" in found.verdict[5]


def test_tables_say_how_many_tests_there_were():
    found = made(0.05)
    # Two corpora, four deliveries; ten pairs give 2 / 2^10 at least.
    assert f"over the 8 main tests is {8 * 2 / 1024:.2g}: .05 is within reach" in found.notes[0]
    # All votes, 2 and 3, two corpora, four deliveries.
    assert "hold 24 tests" in found.notes[1]
    by_entropy = next(table for table in found.tables() if table.title.startswith("Gain on test items"))
    sls = next(row for row in by_entropy.rows if row[0] == "one, sls")
    assert all(-0.052 < cell.value < -0.048 for cell in sls[1:])
    assert "Fine-tuned MiniLM" in findings_markdown(found)
    assert all(section.title != "A whole encoder" for section in made(0.05, tuned=False).sections)
    # Two corpora, four numbers of votes, five deliveries.
    assert len(found.data[0].rows) == 2 * 4 * 5 * SEEDS


def test_encoders_stand_beside_heads_of_the_same_seeds():
    found = made(0.0)
    [table] = [each for each in found.tables() if each.title == "Fine-tuned MiniLM"]
    [soft] = [row for row in table.rows if row[0] == "one, soft"]
    # Invented encoders score what soft heads of their seed score, so that mean and extremes agree over three seeds.
    assert soft[1] == 3
    assert soft[2] == soft[4]
