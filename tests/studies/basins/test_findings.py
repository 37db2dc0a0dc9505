from __future__ import annotations

from functools import cache

import pytest

from studies.basins.invented import ARM, SETTINGS, invented_runs
from variorum.reporting import findings_markdown
from variorum.reporting.study.colours import looks
from variorum.studies.basins.claims import CANNOT_TELL, DOES_NOT, HOLDS
from variorum.studies.basins.findings import basins_findings
from variorum.training.delivery import LabelSmoothing, Mixup


@cache
def findings(**effects):
    return basins_findings(SETTINGS, invented_runs(**effects))


def outcomes(found):
    [table] = [each for each in found.tables() if each.title == "Claim by claim"]
    return {row[0]: row[3] for row in table.rows}


def test_hard_delivery_that_is_better_flatter_and_gains_with_distance():
    found = findings(few=-0.05, slope=1.0, flat=0.4)
    # Three hard deliveries with five votes; ten pairs, so p = 2 / 2^10, times six comparisons = .012.
    assert "lower soft NLL than soft labels in 3 of 3 comparisons and a higher one in 0" in found.verdict[0]
    assert found.verdict[1].count("matches soft labels") == 3
    assert "goes up with the distance of few votes from all in 3 of 3 cases" in found.verdict[2]
    assert "lower than under soft labels in 4 of 4 comparisons" in found.verdict[3]
    said = outcomes(found)
    assert said["With 5 votes, sls is better than soft labels"] == HOLDS
    assert said["With all votes, multipass matches soft labels (within 0.01 nats)"] == HOLDS
    assert said["With all votes, majority is worse than soft labels"] == HOLDS
    assert said["Draws held for 50 epochs are worse than fresh ones"] == HOLDS
    assert said["sls ends in a flatter place than soft labels: trace, all votes"] == HOLDS
    assert said["SLS and soft labels end in different basins: a barrier above 0.01 nats"] == HOLDS
    assert said["The order of votes does not matter, 5 votes (multipass and its control)"] == HOLDS


def test_hard_delivery_that_is_worse_sharper_and_loses_with_distance():
    found = findings(few=0.05, full=0.05, slope=-1.0, flat=2.5)
    assert "in 0 of 3 comparisons and a higher one in 3" in found.verdict[0]
    assert found.verdict[1].count("differs from soft labels by more than that") == 3
    assert "in 0 of 3 cases and down in 3" in found.verdict[2]
    assert "in 0 of 4 comparisons and higher in 4" in found.verdict[3]
    said = outcomes(found)
    assert said["With 5 votes, sls is better than soft labels"] == DOES_NOT
    assert said["With all votes, sls matches soft labels (within 0.01 nats)"] == DOES_NOT
    assert said["sls ends in a flatter place than soft labels: top eigenvalue, all votes"] == DOES_NOT
    assert said["sls gains more on images whose 5 votes are farther from all, rank correlation"] == DOES_NOT


def test_no_difference_is_the_same_within_the_margin_and_not_better():
    found = findings(few=0.0)
    assert "in 3 the two are the same within 0.01 nats" in found.verdict[0]
    said = outcomes(found)
    assert said["With 5 votes, multipass is better than soft labels"] == DOES_NOT
    assert CANNOT_TELL in said.values()


@pytest.mark.parametrize(("few", "lower", "higher"), [(0.005, 0, 3), (-0.005, 3, 0)])
def test_differences_within_the_margin_are_counted_alike_in_both_directions(few, lower, higher):
    # The noise of a split is .001 / sqrt(60): .005 is shown in every split, and is within .01.
    said = findings(few=few).verdict[0]
    assert f"in {lower} of 3 comparisons and a higher one in {higher}" in said
    assert "in 3 the two are the same within 0.01 nats" in said


def test_a_difference_that_may_or_may_not_exceed_the_margin_is_open_whichever_side_its_mean_is_on():
    # With splits that vary by .008, a mean of .0105 is shown, and its interval holds .01.
    found = findings(full=0.0105, few=0.0, wobble=0.008)
    assert found.verdict[1].count("is worse than soft labels, whether by more than that is open") == 3
    assert outcomes(found)["With all votes, sls matches soft labels (within 0.01 nats)"] == CANNOT_TELL


def test_barriers_are_told_by_sign_flips_and_not_by_two_splits():
    runs = [run for run in invented_runs(few=0.0) if run.key["split"] < 2]
    said = outcomes(basins_findings(SETTINGS, runs))
    assert said["SLS and soft labels end in different basins: a barrier above 0.01 nats"] == CANNOT_TELL


def test_with_few_splits_nothing_is_told_and_a_note_says_why():
    runs = [run for run in invented_runs(few=-0.05) if run.key["split"] < 4]
    found = basins_findings(SETTINGS, runs)
    assert outcomes(found)["With 5 votes, sls is better than soft labels"] == CANNOT_TELL
    # Four pairs: 2 / 2^4.
    assert any("the smallest p of a cell is 0.125, and Holm’s correction runs over 6" in note for note in found.notes)


def test_published_numbers_stand_beside_ours_and_all_charts_have_points():
    found = findings(few=-0.05)
    [table] = [each for each in found.tables() if each.title == "Ours beside the published scores"]
    rows = {row[0]: row for row in table.rows}
    assert rows["all votes, sls"][1] == 0.5052
    assert rows["5 votes, multipass"][1] == 0.5649
    assert "all votes, mixup" in rows
    curves = found.sections[0].parts[0]
    # With one vote, sls stands where soft labels do.
    points = {curve.name: curve.y for curve in curves.curves}
    assert points["sls"][0] == points["soft"][0]
    text = findings_markdown(found)
    assert "JPEG" in text
    assert "stand-in-digits, energy" in text
    assert "oracle floor" in text
    assert "Label smoothing (.1) and mixup (Beta .2) start from the majority of the given votes" in text
    assert (LabelSmoothing().smoothing, Mixup().alpha, Mixup().of) == (0.1, 0.2, "majority")


def test_no_two_deliveries_of_the_charts_look_alike():
    drawn = looks(findings(few=0.0))
    assert {"soft", "majority", "sls", "multipass", "repeated-labelling"} <= set(drawn)
    assert len(set(drawn.values())) == len(drawn)


def test_data_for_machines_holds_every_network():
    found = findings(few=0.0)
    scores, outside = found.data
    # Ten splits x two initialisations x (1 vote: 4 deliveries, 5 votes: 9, all votes: 9 and one stale).
    assert len(scores.rows) == 10 * 2 * (4 + 9 + 10)
    assert outside.rows[0][:4] == (ARM.measured_at[0], "soft", "stand-in-digits", "energy")
    assert outside.rows[0][5:] == pytest.approx((0.9, 0.2, 0.8))


def test_the_same_runs_give_the_same_findings():
    again = basins_findings(SETTINGS, invented_runs(few=0.0))
    assert again.as_object() == findings(few=0.0).as_object()
