from __future__ import annotations

import pytest

from variorum.errors import ArgumentError
from variorum.studies.campaign_experiments import ExperimentSettings


def test_seeds_begin_at_0_and_on_corpora_that_confirm_at_100():
    settings = ExperimentSettings(3, ("hs-brexit", "multipico-english"))
    assert [settings.seed("hs-brexit", n) for n in range(2)] == [0, 1]
    assert [settings.seed("multipico-english", n) for n in range(2)] == [100, 101]


def test_one_name_is_a_list_of_one():
    settings = ExperimentSettings(1, "hs-brexit", arms="random")
    assert (settings.corpora, settings.arms) == (("hs-brexit",), ("random",))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"corpora": ()}, "corpora is empty"),
        ({"seeds": 0}, "seeds must be at least 1"),
        ({"draws": 5}, "an interval needs its ends"),
        ({"votes": 50}, "does not pay for the first round of 100"),
    ],
)
def test_what_is_refused(changes, said):
    with pytest.raises(ArgumentError, match=said):
        ExperimentSettings(**{"seeds": 2, "corpora": ("hs-brexit",), **changes})


def test_a_vote_costs_the_same_whoever_gives_it():
    assert ExperimentSettings(1, ("synthetic-perspectives",)).config("synthetic-perspectives").price == "1"
