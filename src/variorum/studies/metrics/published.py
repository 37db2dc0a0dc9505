"""What was printed about sources of label distributions for NLI: how near they are to people, how well they teach.

A source is what a model was fine-tuned on: label distributions from people or from a language model. Distances and
distance correlation compare a source with ChaosNLI's distributions on the items of its table; weighted F1 is that of
the fine-tuned model on ChaosNLI's majority labels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

__all__ = ["PUBLISHED", "RECOMPUTED", "TARGET", "SourceRow", "corrected"]

TARGET: Final = "ChaosNLI"
"""The source that is the target itself; its distances are 0 and its correlation 1 by definition."""

_NAN: Final = float("nan")


@dataclass(frozen=True)
class SourceRow:
    """A row of a table.

    Attributes:
        table: Which table.
        family: Who gave the distributions: ``people``, or the language model.
        source: Name of the row.
        kl: KL(people || source), nats.
        js: Jensen-Shannon distance (square root), natural logarithm.
        tvd: Total variation distance.
        distance_correlation: nan where it was not printed.
        bert_dev: Weighted F1 of the fine-tuned BERT on the development items; then on the test items, then RoBERTa's.
        bert_test: See there.
        roberta_dev: See there.
        roberta_test: See there.
    """

    table: str
    family: str
    source: str
    kl: float
    js: float
    tvd: float
    distance_correlation: float
    bert_dev: float
    bert_test: float
    roberta_dev: float
    roberta_test: float


def _rows(
    table: str, family: str, *rows: tuple[str, float, float, float, float, float, float, float, float]
) -> list[SourceRow]:
    return [SourceRow(table, family, *row) for row in rows]


# Chen et al. 2024, "Seeing the Big through the Small" (EMNLP Findings): the tables of distances and of fine-tuning, 341
# items; distance correlation from the table of the global metric, which has eleven of these rows. That of the target
# with itself is 1 by definition.
_EMNLP: Final = "EMNLP 2024"
# Chen et al. 2025, "A Rose by Any Other Name" (ACL Findings): the main table, the same 341 items, models fine-tuned
# anew.
_ACL: Final = "ACL 2025"
# The same paper: the table of explanations that people prefer, 100 items.
_CHOSEN: Final = "ACL 2025, 100 items"

PUBLISHED: Final[tuple[SourceRow, ...]] = (
    *_rows(_EMNLP, "people",
        (TARGET, 0.0, 0.0, 0.0, 1.0, .626, .646, .699, .650),
        ("MNLI single label", 9.288, .422, .435, .612, .561, .589, .635, .603),
        ("MNLI distribution", 1.242, .281, .295, .795, .546, .543, .613, .604),
        ("VariErr distribution", 3.604, .282, .296, .688, .557, .559, .617, .589)),
    *_rows(_EMNLP, "Mixtral",
        ("p_norm", .433, .291, .340, .609, .416, .422, .486, .466),
        ("p_norm, serial", .407, .265, .306, _NAN, .443, .454, .509, .514),
        ("p_norm, serial explicit", .382, .246, .286, _NAN, .506, .511, .569, .572),
        ("p_norm, parallel", .339, .258, .295, _NAN, .404, .428, .483, .502),
        ("p_norm, parallel explicit", .245, .211, .239, .719, .507, .514, .558, .565),
        ("p_softmax", .434, .292, .342, .593, .427, .432, .497, .472),
        ("p_softmax, serial", .349, .258, .296, _NAN, .452, .462, .506, .525),
        ("p_softmax, serial explicit", .305, .235, .269, _NAN, .509, .520, .568, .573),
        ("p_softmax, parallel", .310, .255, .290, _NAN, .397, .429, .497, .505),
        ("p_softmax, parallel explicit", .217, .208, .232, .709, .522, .517, .567, .576)),
    *_rows(_EMNLP, "Llama3",
        ("p_norm", .259, .262, .284, .689, .514, .526, .541, .528),
        ("p_norm, serial", .255, .259, .281, _NAN, .574, .574, .618, .601),
        ("p_norm, serial explicit", .235, .247, .266, _NAN, .578, .574, .634, .598),
        ("p_norm, parallel", .257, .261, .283, _NAN, .573, .582, .636, .598),
        ("p_norm, parallel explicit", .243, .253, .273, .809, .582, .586, .639, .620),
        ("p_softmax", .231, .245, .260, .677, .528, .524, .546, .535),
        ("p_softmax, serial", .226, .243, .258, _NAN, .567, .576, .626, .608),
        ("p_softmax, serial explicit", .212, .232, .245, _NAN, .585, .568, .646, .610),
        ("p_softmax, parallel", .226, .245, .260, _NAN, .584, .583, .643, .611),
        ("p_softmax, parallel explicit", .214, .237, .254, .802, .581, .578, .645, .621)),
    *_rows(_ACL, "people",
        (TARGET, 0.0, 0.0, 0.0, 1.0, .645, .609, .696, .653),
        ("VariErr distribution", 3.604, .282, .296, .688, .552, .522, .616, .594),
        ("MNLI distribution", 1.242, .281, .295, .795, .569, .555, .625, .607)),
    *_rows(_ACL, "Llama3",
        ("no explanations", .259, .262, .284, .689, .516, .487, .545, .522),
        ("human explanations", .238, .250, .269, .771, .575, .556, .641, .616),
        ("label-free", .295, .278, .310, .744, .539, .533, .581, .571),
        ("VariErr label-guided", .234, .247, .266, .760, .558, .544, .633, .626),
        ("MNLI label-guided", .242, .251, .275, .849, .589, .580, .657, .645)),
    *_rows(_ACL, "GPT-4o",
        ("no explanations", .265, .263, .289, .703, .526, .517, .525, .521),
        ("human explanations", .187, .207, .223, .769, .570, .552, .617, .617),
        ("label-free", .252, .242, .275, .752, .537, .545, .587, .561),
        ("VariErr label-guided", .192, .209, .226, .761, .554, .551, .618, .598)),
    *_rows(_CHOSEN, "Llama3",
        ("no explanations", .258, .261, .286, .684, .514, .471, .531, .512),
        ("human explanations", .240, .249, .275, .750, .594, .567, .618, .597),
        ("preferred, greedy", .241, .248, .274, .733, .584, .569, .619, .594),
        ("preferred, representative", .240, .248, .274, .739, .587, .567, .619, .597),
        ("unpreferred, greedy", .239, .247, .273, .752, .589, .571, .623, .599),
        ("unpreferred, representative", .237, .246, .271, .761, .584, .566, .621, .607)),
)  # fmt: skip
"""All rows that were printed with distances and with weighted F1 of both encoders."""

RECOMPUTED: Final[Mapping[str, Mapping[str, float]]] = {
    "MNLI distribution": {"js": 0.209, "tvd": 0.215},
    "VariErr distribution": {"tvd": 0.286},
}
"""Cells that do not follow from the released data, with what follows (``docs/errata.md``)."""


def corrected(row: SourceRow) -> SourceRow:
    """A row with recomputed cells in place of those that do not follow from the released data.

    Example:
        >>> [row.js, corrected(row).js] if (row := PUBLISHED[2]) else None
        [0.281, 0.209]
    """
    cells = RECOMPUTED.get(row.source, {})
    return replace(row, js=cells.get("js", row.js), tvd=cells.get("tvd", row.tvd))
