"""What each metric means, in a sentence, with its unit and its direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from variorum.evaluation import HIGHER_IS_BETTER

__all__ = ["MetricInfo", "info", "order"]


@dataclass(frozen=True)
class MetricInfo:
    """A metric as readers meet it.

    Attributes:
        key: Its name in `CampaignResult`.
        title: Its name.
        unit: Its unit; empty where it has none.
        meaning: Its definition in words.
        best: ``"lower"``, ``"higher"`` or ``"zero"``.
    """

    key: str
    title: str
    unit: str
    meaning: str
    best: str

    @property
    def direction(self) -> str:
        """The direction in words."""
        return {"lower": "lower is better", "higher": "higher is better", "zero": "best at 0"}[self.best]

    @property
    def arrow(self) -> str:
        """The direction as a sign."""
        return {"lower": "↓", "higher": "↑", "zero": "→ 0"}[self.best]


# In the order in which a page offers them: title, unit, definition.
_KNOWN: Final = {
    "js": ("JS divergence", "nats", "Jensen–Shannon divergence: mean KL divergence of people and of the model from "
           "the distribution half-way between them. Symmetric, from 0 to ln 2 = 0.693."),
    "kl": ("KL divergence", "nats", "KL(people ‖ model): nats lost when the model's distribution stands for people's. "
           "Without bound where the model rules out what people chose."),
    "tvd": ("Total variation", "", "Half the sum of absolute differences: the share of votes that would have to change "
            "hands. From 0 to 1."),
    "js-distance": ("JS distance", "√nats", "Square root of the Jensen–Shannon divergence; a metric, from 0 to 0.833."),
    "soft-ce": ("Soft cross-entropy", "nats", "Cross-entropy of the model under people's distribution. A perfect model "
                "scores people's own entropy, not 0."),
    "brier": ("Brier score", "", "Sum of squared differences over all classes, not halved. From 0 to 2."),
    "hellinger": ("Hellinger distance", "", "Distance of the roots of the shares, divided by √2. From 0 to 1."),
    "manhattan": ("Manhattan distance", "", "Sum of absolute differences, not halved. From 0 to 2."),
    "wasserstein": ("Wasserstein distance", "scale steps", "Earth mover's distance along the order of the labels."),
    "ent-ce": ("Entropy error", "nats", "Entropy of the model minus entropy of people: below 0, the model is surer "
               "than people are. Its mean hides errors that cancel."),
    "accuracy": ("Accuracy", "", "Share of items whose most likely label is the same for people and model."),
    "soft-accuracy": ("Soft accuracy", "", "Shared mass of the two distributions: 1 − total variation. From 0 to 1."),
    "po-jsd": ("PO-JSD", "", "1 − Jensen–Shannon divergence in bits. From 0 to 1."),
    "distance-correlation": ("Distance correlation", "", "Dependence between people's and the model's distributions "
                             "over items, of any form. From 0 to 1."),
    "entropy-correlation": ("Entropy correlation", "", "Correlation over items of people's entropy with the model's. "
                            "From −1 to 1."),
}  # fmt: skip
_HIGHER: Final = HIGHER_IS_BETTER | {"distance-correlation", "entropy-correlation"}


def info(key: str) -> MetricInfo:
    """What a metric means; one that is not known keeps its name, and the direction of `evaluation`.

    Example:
        >>> info("js").title, info("accuracy").direction
        ('JS divergence', 'higher is better')
    """
    title, unit, meaning = _KNOWN.get(key, (key, "", "Mean over the test items."))
    best = "higher" if key in _HIGHER else "zero" if key == "ent-ce" else "lower"
    return MetricInfo(key, title, unit, meaning, best)


def order(keys: list[str]) -> list[str]:
    """Metrics in the order in which a page offers them, unknown ones last.

    Example:
        >>> order(["accuracy", "mine", "js"])
        ['js', 'accuracy', 'mine']
    """
    rank = {key: position for position, key in enumerate(_KNOWN)}
    return sorted(keys, key=lambda key: (rank.get(key, len(rank)), key))
