"""Models of single annotators, on top of any network.

- base         `AnnotatorNetwork`: what they share; the population is the mean over annotators
- heads        one linear head an annotator (ACTOR), pulled towards a head of all
- embeddings   one vector an annotator, let into the item's embedding by a gate
- crowd_layer  one matrix an annotator, between a ground truth's distribution and the annotator's
- madl         a ground truth, and a network that says how annotators err on an item (MaDL)
- building     `with_annotators`, for learners

``ANNOTATORS`` names them and is listed without torch.
"""

from __future__ import annotations

from typing import Final

__all__ = ["ANNOTATORS", "ONE_CHOICE"]

ANNOTATORS: Final[dict[str, str]] = {
    "heads": "variorum.training.annotators.heads:Heads",
    "embeddings": "variorum.training.annotators.embeddings:Embeddings",
    "crowd-layer": "variorum.training.annotators.crowd_layer:CrowdLayer",
    "madl": "variorum.training.annotators.madl:MaDL",
}
"""Models of annotators with their classes."""

ONE_CHOICE: Final = frozenset({"crowd-layer", "madl"})
"""Those that need one label out of several, because they hold a confusion matrix of the classes."""
