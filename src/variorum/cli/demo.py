"""``variorum demo``: a whole campaign on a built-in population."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from variorum.campaign import CampaignConfig
from variorum.cli.output import AsJson
from variorum.cli.replay import replay

__all__ = ["EXAMPLE", "app", "demo"]

EXAMPLE: Final = "variorum demo --out demo"

# What most tools do by default, five votes an item, beside one vote an item at the same price. Six seeds are the fewest
# with which a two-sided test of pairs can pass.
DEMO: Final = CampaignConfig("synthetic-plain", overlap=5, seeds=6, cold_start=100, batch=100)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def demo(
    out: Annotated[Path, typer.Option(help="Folder for the record and the report.")] = Path("demo"),
    as_json: AsJson = False,
) -> None:
    """Run a whole campaign on a built-in population and write its report.

    It asks what overlap costs: five votes an item against one vote an item, for the same money.

    Nothing is downloaded. A second call goes on with what the folder holds.
    """
    replay(DEMO, out, resume=True, as_json=as_json)
