"""Scripted people, and the items that they are asked about."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from variorum.campaign.live import LiveConfig

LABELS = ("fine", "toxic")
PEOPLE = ("ann", "ben", "cem")
Answer = Callable[[dict[str, str]], dict[str, str] | None]


def write_items(folder: Path, n: int = 24) -> Path:
    """Items whose words tell the label; every third is rude."""
    path = folder / "posts.csv"
    rows = [("item", "text")]
    rows += [
        (f"p{i}", f"{'you people never learn' if i % 3 == 0 else 'see you on monday'} number {i}") for i in range(n)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def settings(folder: Path, **changes: object) -> LiveConfig:
    """Twelve requests a round at 0.05, twice: 1.20 in all."""
    plain = {
        "corpus": str(write_items(folder)), "labels": LABELS, "annotators": PEOPLE, "budget": "1.20", "price": "0.05",
        "cold_start": 12, "batch": 12, "members": 4,
    }  # fmt: skip
    return LiveConfig.from_mapping({**plain, **changes})


def read_sheet(path: Path) -> list[dict[str, str]]:
    """The rows of a sheet, as a spreadsheet sees them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_sheet(path: Path, rows: list[dict[str, str]], delimiter: str = ",") -> None:
    """A table as a spreadsheet saves it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def honest(row: dict[str, str]) -> dict[str, str]:
    """What a person says who reads the text; of rude posts they give the reason, too."""
    if "never learn" in row["text"]:
        return {"label": "toxic", "explanation": "talks down"}
    return {"label": "fine"}


def fill(path: Path, answer: Answer = honest) -> list[dict[str, str]]:
    """Fill in a sheet in place; where the answer is ``None`` a row stays as it is."""
    rows = [row | (answer(row) or {}) for row in read_sheet(path)]
    write_sheet(path, rows)
    return rows


def sheets(folder: Path, number: int) -> list[Path]:
    """The sheets of a round."""
    return sorted((folder / "sheets" / f"round-{number:03d}").glob("*.csv"))
