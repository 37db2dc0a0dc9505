"""HS-Brexit: three Muslim immigrants in the UK and three other people on hate speech in tweets about Brexit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from variorum.annotations import Corpus, LabelScheme
from variorum.corpora._lewidi import HOME, LICENCE, SplitEntry, lewidi_file, read_binary_2023, read_splits
from variorum.corpora.base import CorpusSpec

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.nominal(["no hate speech", "hate speech"])
_FOLDER = "lewidi2023/HS-Brexit_dataset"
_FILES = (
    lewidi_file(f"{_FOLDER}/HS-Brexit_train.json", "d204d83c7b1a73f037b3aff36aac61357c08a96f96292a37ac7655eb562d81fb"),
    lewidi_file(f"{_FOLDER}/HS-Brexit_dev.json", "77c17f95985cbb6db47ffcda637e717a9074f2660e15b5c0c1f9006f50da60a7"),
    lewidi_file(f"{_FOLDER}/HS-Brexit_test.json", "24e5e1615818ff6e3b96e50245cfe10636ef8ec0ea51f2c2a60acb68858fd195"),
)


def read(root: Path) -> Corpus:
    """Read HS-Brexit; the source writes "no hate speech" as 0 and "hate speech" as 1.

    Args:
        root: The data root.

    Returns:
        The corpus; annotators have the attribute ``group`` ("target group", "control group"). Fields are ``split``,
        ``hard_label`` (the publishers' majority, ties drawn at random) and ``other_annotations`` (the same annotators
        on aggressive and offensive language, a JSON object).

    Raises:
        ReadError: If a file is not what was expected.

    Source:
        Akhtar, Basile and Patti, Whose opinions matter?, 2021; Leonardelli et al., SemEval-2023 task 11.
    """
    entries = read_splits(root, _FILES)
    info = [entry.entry("other_info") for entry in entries]
    other = tuple(json.dumps(each.get("other annotations", dict)) for each in info)
    return read_binary_2023(entries, "hs-brexit", _SCHEME, {"other_annotations": other}, _groups(entries))


def _groups(entries: Sequence[SplitEntry]) -> dict[str, dict[str, str | None]]:
    known: dict[str, dict[str, str | None]] = {}
    for entry in entries:
        info = entry.entry("other_info")
        names, groups = entry.comma_list("annotators"), info.comma_list("annotators group")
        if len(names) != len(groups):
            raise info.fail(f"there are {len(groups)} groups for {len(names)} annotators")
        for name, group in zip(names, groups, strict=True):
            told = info.get(group, str)
            if known.setdefault(name, {"group": told}) != {"group": told}:
                raise info.fail(f"annotator {name!r} is in {told!r}, and elsewhere in {known[name]['group']!r}")
    return known


SPEC = CorpusSpec(
    name="hs-brexit",
    title="HS-Brexit",
    scheme=_SCHEME,
    licence=LICENCE,
    home=HOME,
    files=_FILES,
    sensitive=True,
    read=read,
    summary="Hate speech in tweets about Brexit: six annotators, three of them from the targeted group.",
    n_items=1120,
    n_annotators=6,
    n_annotations=6720,
)
