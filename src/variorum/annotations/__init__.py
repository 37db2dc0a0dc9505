"""What was observed: every annotation, with its item, its annotator and its label scheme.

- scheme: `LabelScheme`, what can be answered
- items, annotators, money: `Items`, `Annotators`, `Price`, what is annotated, by whom, at what price
- annotations: `Annotations`, the frozen long table
- validity, corpus: `ValidityJudgments`, `Corpus`, `Truth`
- requests: `PoolView`, `Picks`, `Assignments`, annotations not yet made
- splits: `grouped_split`
- files: `read`, `read_corpus` and the way back, one format or step a file
"""

from variorum.annotations.annotations import ABSTAINED, ANSWERED, STATUSES, UNKNOWN, UNSURE, Annotations
from variorum.annotations.annotators import AnnotatorKind, Annotators
from variorum.annotations.corpus import Corpus, Truth
from variorum.annotations.files.read import Duplicates, read
from variorum.annotations.files.read_corpus import read_corpus
from variorum.annotations.items import Items
from variorum.annotations.money import Price, format_money, micro_units
from variorum.annotations.requests import Assignments, Picks, PoolView
from variorum.annotations.scheme import LabelScheme, SchemeKind
from variorum.annotations.splits import group_codes, grouped_split, normalized_text
from variorum.annotations.validity import ValidityJudgments

__all__ = [
    "ABSTAINED",
    "ANSWERED",
    "STATUSES",
    "UNKNOWN",
    "UNSURE",
    "Annotations",
    "AnnotatorKind",
    "Annotators",
    "Assignments",
    "Corpus",
    "Duplicates",
    "Items",
    "LabelScheme",
    "Picks",
    "PoolView",
    "Price",
    "SchemeKind",
    "Truth",
    "ValidityJudgments",
    "format_money",
    "group_codes",
    "grouped_split",
    "micro_units",
    "normalized_text",
    "read",
    "read_corpus",
]
