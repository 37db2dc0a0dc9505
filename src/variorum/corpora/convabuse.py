"""ConvAbuse: how abusive is what people say to chatbots, on a scale from 1 (not at all) to -3 (very strongly)."""

from __future__ import annotations

import json
from pathlib import Path

from variorum.annotations import Corpus, Items, LabelScheme, normalized_text
from variorum.corpora._entries import Entry
from variorum.corpora._lewidi import HOME, LICENCE, lewidi_file, read_splits, votes_2023
from variorum.corpora._rows import Rows, linked_groups, repeats_note
from variorum.corpora.base import CorpusSpec

__all__ = ["SPEC", "read"]

_LEVELS = ("-3", "-2", "-1", "0", "1")
_SCHEME = LabelScheme.ordinal(_LEVELS, map(float, _LEVELS))
_STEM = "lewidi2023/ConvAbuse_dataset/ConvAbuse"
_FILES = (
    lewidi_file(f"{_STEM}_train.json", "f68d9c1e234afaf7e582103daac4e0f362da6418be3ff38e6cce76cfa3b674fc"),
    lewidi_file(f"{_STEM}_dev.json", "d95f9e740b07076e070ed47a8e010894d7cdbacb3246c89a000c26a17c61a04e"),
    lewidi_file(f"{_STEM}_test.json", "4a88c6cf2530eb3610bd1e9e7291916ad7fdaedc01dca4e68bcc3e846310afd9"),
)
_TURNS = {"prev_agent": "Agent", "prev_user": "User", "agent": "Agent", "user": "User"}


def read(root: Path) -> Corpus:
    """Read ConvAbuse, on its five levels: 1 not abusive, 0 ambiguous, -1 mildly, -2 strongly, -3 very strongly abusive.

    Args:
        root: The data root.

    Returns:
        The corpus. The text has four turns, one a line ("Agent: ..."); the last, by the user, is judged, and the four
        are the item's payload as JSON. Items that share a conversation or a text share a group. Fields are ``split``,
        ``bot``, ``hard_label`` (binary, the publishers' majority, ties drawn at random: 0 not abusive, 1 abusive) and
        ``other_annotations`` (kinds and targets of abuse, a JSON object of comma-separated texts).

    Raises:
        ReadError: If a file is not what was expected.

    Source:
        Cercas Curry, Abercrombie and Rieser, ConvAbuse, EMNLP 2021; Leonardelli et al., SemEval-2023 task 11.
    """
    rows = Rows("convabuse")
    entries = read_splits(root, _FILES)
    codes = {level: code for code, level in enumerate(_LEVELS)}
    for item, entry in enumerate(entries):
        for annotator, raw in votes_2023(entry):
            rows.add(item, annotator, entry.code(raw, codes))
    turns = [_turns(entry) for entry in entries]
    info = [entry.entry("other_info") for entry in entries]
    items = Items(
        tuple(entry.id for entry in entries),
        text=tuple("\n".join(f"{who}: {turn[key]}" for key, who in _TURNS.items()) for turn in turns),
        payload=tuple(json.dumps(turn, ensure_ascii=False) for turn in turns),
        group=linked_groups([_keys(turn, each) for turn, each in zip(turns, info, strict=True)]),
        fields={
            "split": tuple(entry.get("split", str) for entry in entries),
            "bot": tuple(each.get("bot", str) for each in info),
            # Mostly a text, sometimes a number.
            "hard_label": tuple(str(entry.values.get("hard_label")) for entry in entries),
            "other_annotations": tuple(json.dumps(each.get("other_annotations", dict)) for each in info),
        },
    )
    rounded = sum("E+" in each.get("conversation_id(s)", str) for each in info)
    notes = (
        f"{rounded} items have a conversation id that the source rounded (2.6E+15): a group may hold several "
        "conversations there.",
    )
    return Corpus("convabuse", rows.annotations(_SCHEME, items), notes=repeats_note(rows) + notes)


def _turns(entry: Entry) -> dict[str, str]:
    try:
        value = json.loads(entry.get("text", str))
    except json.JSONDecodeError as error:
        raise entry.fail(f"the text is not a JSON object of turns ({error.msg})") from None
    if not isinstance(value, dict):
        raise entry.fail("the text is not a JSON object of turns")
    conversation = Entry(value, entry.file, f"{entry.place}, 'text'")
    return {key: conversation.get(key, str) for key in _TURNS}


def _keys(turns: dict[str, str], info: Entry) -> list[str]:
    conversations = sorted(set(info.comma_list("conversation_id(s)")))
    return [f"conversation {name}" for name in conversations] + [f"text {normalized_text(' '.join(turns.values()))}"]


SPEC = CorpusSpec(
    name="convabuse",
    title="ConvAbuse",
    scheme=_SCHEME,
    licence=LICENCE,
    home=HOME,
    files=_FILES,
    sensitive=True,
    read=read,
    summary="Abuse of chatbots, on five levels: two to eight of eight expert annotators an item.",
    n_items=4050,
    n_annotators=8,
    n_annotations=12_168,
)
