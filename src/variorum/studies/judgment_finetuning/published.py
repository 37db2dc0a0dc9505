"""What was printed of models fine-tuned on the same 341 items: scores on ChaosNLI, and on adversarial NLI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["PRINTED_ANLI", "PRINTED_CHAOSNLI", "PrintedAnli", "PrintedScores"]


@dataclass(frozen=True)
class PrintedScores:
    """A model's scores on the development and test items, as printed.

    Attributes:
        source: What it was fine-tuned on.
        encoder: BERT or RoBERTa.
        f1: Weighted F1, (dev, test).
        kl: KL divergence divided by the number of classes, (dev, test).
        cross_entropy: Nats an item, (dev, test).
    """

    source: str
    encoder: str
    f1: tuple[float, float]
    kl: tuple[float, float]
    cross_entropy: tuple[float, float]


@dataclass(frozen=True)
class PrintedAnli:
    """A model's scores on ANLI's test sets, as printed; the slide does not name the score.

    Attributes:
        source: What it was fine-tuned on.
        encoder: BERT or RoBERTa.
        rounds: The three rounds.
    """

    source: str
    encoder: str
    rounds: tuple[float, float, float]


# Chen et al. 2024, "Seeing the big through the small" (EMNLP Findings), the table of fine-tuning.
PRINTED_CHAOSNLI: Final[tuple[PrintedScores, ...]] = (
    PrintedScores("ChaosNLI", "BERT", (.626, .646), (.074, .077), (.972, .974)),
    PrintedScores("ChaosNLI", "RoBERTa", (.699, .650), (.061, .067), (.932, .943)),
    PrintedScores("MNLI single label", "BERT", (.561, .589), (.665, .704), (2.743, 2.855)),
    PrintedScores("MNLI single label", "RoBERTa", (.635, .603), (.844, .867), (3.281, 3.344)),
    PrintedScores("MNLI distribution", "BERT", (.546, .543), (.099, .102), (1.046, 1.048)),
    PrintedScores("MNLI distribution", "RoBERTa", (.613, .604), (.100, .096), (1.047, 1.029)),
    PrintedScores("VariErr distribution", "BERT", (.557, .559), (.179, .186), (1.286, 1.299)),
    PrintedScores("VariErr distribution", "RoBERTa", (.617, .589), (.174, .197), (1.269, 1.333)),
)  # fmt: skip

# Chen et al. 2025, "A rose by any other name" (ACL Findings), the table of transfer.
PRINTED_ANLI: Final[tuple[PrintedAnli, ...]] = (
    PrintedAnli("untuned head", "BERT", (.170, .176, .197)),
    PrintedAnli("untuned head", "RoBERTa", (.167, .167, .168)),
    PrintedAnli("stage one alone", "BERT", (.220, .269, .293)),
    PrintedAnli("stage one alone", "RoBERTa", (.292, .262, .257)),
    PrintedAnli("ChaosNLI", "BERT", (.268, .289, .332)),
    PrintedAnli("ChaosNLI", "RoBERTa", (.357, .331, .338)),
    PrintedAnli("MNLI distribution", "BERT", (.229, .260, .279)),
    PrintedAnli("MNLI distribution", "RoBERTa", (.317, .275, .281)),
    PrintedAnli("VariErr distribution", "BERT", (.302, .259, .319)),
    PrintedAnli("VariErr distribution", "RoBERTa", (.402, .311, .321)),
)  # fmt: skip
