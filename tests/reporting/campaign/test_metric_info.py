from __future__ import annotations

import pytest

from variorum.evaluation import METRICS
from variorum.reporting.campaign.metric_info import info, order


@pytest.mark.parametrize("key", sorted(METRICS))
def test_every_metric_is_explained(key: str) -> None:
    metric = info(key)
    assert metric.title != key
    assert metric.meaning != "Mean over the test items."
    assert metric.direction in ("lower is better", "higher is better", "best at 0")


def test_an_unknown_metric_keeps_its_name_and_stands_last() -> None:
    assert info("mine").title == "mine"
    assert order(["mine", "kl", "js"]) == ["js", "kl", "mine"]
