"""``plan``: a table for people, an object for machines, a sentence for a pilot that is too small."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cli.commands import Command
from variorum.campaign import CampaignConfig, run_campaign


@pytest.fixture
def pilot(tmp_path: Path) -> Path:
    """Ninety items of three topics, two votes each."""
    rng = np.random.default_rng(0)
    lines = ["item,annotator,label,text"]
    for item in range(90):
        topic = item % 3
        for annotator in range(2):
            label = topic if rng.random() < 0.8 else rng.integers(3)
            lines.append(f"i{item},a{annotator},{'abc'[label]},{('rain', 'cloud', 'sun')[topic]} day {item}")
    path = tmp_path / "pilot.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_example_prints_costs_for_every_overlap_and_price(command: Command, pilot: Path) -> None:
    done = command("variorum plan pilot.csv --target 0.1 --overlap 1 --overlap 3 --price 0.05 --price 0.1")
    assert done.code == 0, done.err
    assert done.out.startswith("pilot: 180 votes on 90 items; ")
    assert "to reach 0.1:" in done.out
    # 16 times the pilot, one vote each: 2,880 votes at 0.05 and at 0.10.
    assert "144.00 EUR" in done.out
    assert "288.00 EUR" in done.out


def test_strategies_are_planned_for_by_name(command: Command, pilot: Path) -> None:
    names = "--strategy one-vote-random --strategy population-error-items --strategy fixed-overlap-3"
    refused = command(f"variorum plan pilot.csv --target 0.1 {names}")
    assert refused.code == 2
    assert "'fixed-overlap-3' asks 3 people about an item" in refused.err
    names = names.removesuffix(" --strategy fixed-overlap-3")
    done = command(f"variorum plan pilot.csv --target 0.1 {names} --price 0.05")
    assert done.code == 0, done.err
    assert "worth of a vote" in done.out
    row = next(line for line in done.out.splitlines() if line.startswith(" one-vote-random"))
    assert "1.00 [1.00, 1.00]" in row
    made = json.loads(command(f"variorum plan pilot.csv --target 0.1 {names} --json").out)
    assert [each["strategy"] for each in made["strategies"]] == ["one-vote-random", "population-error-items"]


def test_json_holds_the_plan(command: Command, pilot: Path) -> None:
    made = json.loads(command("variorum plan pilot.csv --target 0.02 --overlap 2 --json").out)
    assert made["votes"] == 180
    assert [row["overlap"] for row in made["reaches"]] == [2]
    assert made["prices_micro_units"] == [50_000]


def test_a_run_that_is_too_small_is_refused_in_one_sentence(command: Command, tmp_path: Path) -> None:
    run_campaign(CampaignConfig("synthetic-plain", budget="2"), tmp_path / "run")
    done = command("variorum plan run --target 0.1")
    assert done.code == 2
    assert "Error: pilot has votes on 22 items and a learning curve needs at least 60; annotate 38 more." in done.err
