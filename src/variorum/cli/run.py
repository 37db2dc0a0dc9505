"""``variorum run``: a campaign, by replay or with people."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from variorum import acquisition as acquisitions
from variorum import assignment as assignments
from variorum import features as featurizers
from variorum import training
from variorum.campaign import LLM_USES, STOPPING, VOTE_WEIGHTS, CampaignConfig
from variorum.campaign.live import ORACLES, LiveConfig, live_settings
from variorum.cli.live import live
from variorum.cli.output import AsJson
from variorum.cli.replay import replay
from variorum.cli.settings import named_values, settings
from variorum.errors import ArgumentError

__all__ = ["EXAMPLE", "app", "run"]

EXAMPLE: Final = "variorum run --corpus synthetic-plain --acquisition bald --budget 20 --out run"

_DEFAULT: Final[dict[str, Any]] = {field.name: field.default for field in fields(CampaignConfig)}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


def _option(setting: str, text: str, metavar: str) -> Any:
    """An option whose value is a setting of `CampaignConfig`, where its default stands, too."""
    default = _DEFAULT[setting]
    shown = str(default) if isinstance(default, str | int | float) else False
    return typer.Option(f"--{setting.replace('_', '-')}", help=text, metavar=metavar, show_default=shown)


@app.command(epilog=f"Example: {EXAMPLE}")
def run(
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for record.jsonl and report.html.")],
    config: Annotated[
        Path | None, typer.Option(metavar="FILE.toml", help="Settings; options given here override them.")
    ] = None,
    corpus: Annotated[
        str | None,
        _option("corpus", "Name of a corpus, a corpus folder, or a file of annotations (of items).", "NAME|PATH"),
    ] = None,
    oracle: Annotated[
        str | None, typer.Option(metavar="|".join(["replay", *ORACLES]), help="Who answers.", show_default="replay")
    ] = None,
    labels: Annotated[
        str | None, typer.Option(metavar="A,B,...", help="For people: all labels, in class order.")
    ] = None,
    scheme: Annotated[
        str | None,
        typer.Option(
            metavar="nominal|ordinal|pairwise", help="For people: what the labels form.", show_default="nominal"
        ),
    ] = None,
    annotators: Annotated[
        str | None, typer.Option(metavar="ANN,BEN,...|FILE", help="For people: whom to ask, by name or in a table.")
    ] = None,
    features: Annotated[
        str | None, _option("features", "How items become vectors.", "|".join([*featurizers.METHODS, "FILE.npy"]))
    ] = None,
    test: Annotated[
        str | None, _option("test", "Share of items to score on, or the column that marks them.", "SHARE|COLUMN")
    ] = None,
    budget: Annotated[
        str | None, _option("budget", "Money for each arm and seed; without it, 1,000 annotations.", "MONEY")
    ] = None,
    price: Annotated[
        str | None, _option("price", "Price of an annotation; without it, the corpus's own or 0.05.", "MONEY")
    ] = None,
    currency: Annotated[str | None, _option("currency", "Its currency.", "NAME")] = None,
    strategy: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="A strategy of the benchmark: the next three, --first-acquisition, and --vote-weights of all arms.",
        ),
    ] = None,
    acquisition: Annotated[
        str | None, _option("acquisition", "Which item to ask about.", "|".join(acquisitions.METHODS))
    ] = None,
    assignment: Annotated[
        str | None, _option("assignment", "Which annotator to ask.", "|".join(assignments.METHODS))
    ] = None,
    overlap: Annotated[int | None, _option("overlap", "Annotators asked about an item at a time.", "K")] = None,
    seeds: Annotated[int | None, _option("seeds", "Number of seeds.", "S")] = None,
    first_seed: Annotated[int | None, _option("first_seed", "The first of them.", "N")] = None,
    cold_start: Annotated[int | None, _option("cold_start", "Annotations of the first round.", "N")] = None,
    batch: Annotated[int | None, _option("batch", "Annotations of every further round.", "N")] = None,
    batch_growth: Annotated[
        float | None, _option("batch_growth", "How many times as large each batch is as the one before.", "FACTOR")
    ] = None,
    first_acquisition: Annotated[
        str | None, _option("first_acquisition", "Which item to ask about in the first round.", "NAME")
    ] = None,
    warm_up: Annotated[int | None, _option("warm_up", "Rounds that --first-acquisition decides.", "N")] = None,
    quota: Annotated[int | None, _option("quota", "The most annotations asked of one annotator.", "N")] = None,
    annotator_group: Annotated[
        str | None, _option("annotator_group", "Attribute of annotators that policies cover.", "ATTRIBUTE")
    ] = None,
    arrival: Annotated[
        str | None, _option("arrival", "Attribute of annotators: the round from which each can be asked.", "ATTRIBUTE")
    ] = None,
    validation_share: Annotated[
        float | None, _option("validation_share", "Share of annotations that validate.", "SHARE")
    ] = None,
    learner: Annotated[
        str | None, _option("learner", "Model of the label distribution.", "|".join(training.METHODS))
    ] = None,
    learner_options: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting of the learner, loss=js say. Repeatable."),
    ] = None,
    members: Annotated[int | None, _option("members", "Posterior draws that acquisition sees.", "M")] = None,
    refit_growth: Annotated[
        float | None, _option("refit_growth", "Share by which votes grow before the learner is fitted anew.", "SHARE")
    ] = None,
    stop: Annotated[str | None, _option("stop", "When to end with money left.", "|".join(STOPPING))] = None,
    patience: Annotated[int | None, _option("patience", "Rounds that plateau and gain wait for.", "N")] = None,
    min_gain: Annotated[
        float | None, _option("min_gain", "For gain: nats for which 1,000 units of money are worth it.", "NATS")
    ] = None,
    llm: Annotated[str | None, _option("llm", "What becomes of LLM annotators.", "|".join(LLM_USES))] = None,
    llm_trial: Annotated[
        float | None, _option("llm_trial", "Share of the money an LLM may cost before it has shown its worth.", "SHARE")
    ] = None,
    vote_weights: Annotated[
        str | None, _option("vote_weights", "Whether likely errors weigh less in training.", "|".join(VOTE_WEIGHTS))
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with what DIR holds.")] = False,
    close_round: Annotated[
        bool, typer.Option("--close-round", help="For people: withdraw what is still open in this round, and go on.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run a campaign, by replaying a corpus or with people: choose, buy, learn, score, report.

    In a replay, an arm that buys one random vote an item always runs beside the chosen one, with the same seeds and
    budget. With --oracle sheets, people are asked on sheets, one for each of them and each round; --resume takes what
    came back.
    """
    given = {
        "corpus": corpus,
        "oracle": oracle,
        "labels": _listed(labels),
        "scheme": scheme,
        "annotators": _listed(annotators),
        "features": features,
        "test": test,
        "budget": budget,
        "price": price,
        "currency": currency,
        "strategy": strategy,
        "acquisition": acquisition,
        "assignment": assignment,
        "overlap": overlap,
        "seeds": seeds,
        "first_seed": first_seed,
        "cold_start": cold_start,
        "batch": batch,
        "batch_growth": batch_growth,
        "first_acquisition": first_acquisition,
        "warm_up": warm_up,
        "quota": quota,
        "annotator_group": annotator_group,
        "arrival": arrival,
        "validation_share": validation_share,
        "learner": learner,
        "learner_options": named_values(learner_options) if learner_options else None,
        "members": members,
        "stop": stop,
        "refit_growth": refit_growth,
        "patience": patience,
        "min_gain": min_gain,
        "llm": llm,
        "llm_trial": llm_trial,
        "vote_weights": vote_weights,
    }
    # People's answers come days later, and what was asked stands in the record.
    chosen = settings(config, given, live_settings(out) if resume else None)
    if isinstance(chosen, LiveConfig):
        live(chosen, out, resume=resume, close_round=close_round, as_json=as_json)
        return
    if close_round:
        raise ArgumentError("--close-round is for campaigns with people; add --oracle sheets.")
    replay(chosen, out, resume=resume, as_json=as_json)


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip() for part in text.split(",")]
