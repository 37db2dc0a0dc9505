"""Invented miniatures of the corpora of "Learning with disagreements"; nothing here is real."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def write_split(root: Path, stem: str, split: str, entries: dict[str, dict[str, Any]]) -> None:
    """One file of a split, as the task writes it: an object of entries, indented."""
    file = root / f"{stem}_{split}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    whole = {key: {**entry, "split": split, "lang": entry.get("lang", "en")} for key, entry in entries.items()}
    file.write_text(json.dumps(whole, indent=4, ensure_ascii=False), encoding="utf-8")


def binary(text: str, annotators: str, annotations: str, hard: object, info: dict[str, Any]) -> dict[str, Any]:
    return {
        "text": text,
        "annotation task": "mini",
        "number of annotations": annotations.count(",") + 1,
        # Trap: votes and ids are texts with commas.
        "annotations": annotations,
        "annotators": annotators,
        "hard_label": hard,
        "soft_label": {"0": 0.5, "1": 0.5},
        "other_info": info,
    }


def hs_brexit(root: Path) -> None:
    info = {
        "other annotations": {"aggressive language detection": "0,0,1", "offensive language detection": "0,1,1"},
        "annotators group": "group1,group1,group2",
        "group1": "target group",
        "group2": "control group",
    }
    people = "Ann1,Ann2,Ann10"
    stem = "lewidi2023/HS-Brexit_dataset/HS-Brexit"
    first = binary("<user> Tea is late again", people, "0,0,1", "0", info)
    write_split(root, stem, "train", {"1": first, "2": binary("Ferries!", people, "1,1,0", "1", info)})
    # Trap: keys repeat across splits; the text differs from the first one in masks alone.
    write_split(root, stem, "dev", {"1": binary("tea is late again <url>", people, "0,0,0", "0", info)})
    write_split(root, stem, "test", {"1": binary("Scones.", people, "0,1,1", "1", info)})


def md_agreement(root: Path) -> None:
    stem = "lewidi2023/MD-Agreement_dataset/MD-Agreement"
    info = {"domain": "Gardens"}
    write_split(root, stem, "train", {"1": binary("Mow it!", "Ann2,Ann30,Ann4", "0,1,1", "1", info)})
    write_split(root, stem, "dev", {"1": binary("mow it <url>", "Ann4,Ann30,Ann2", "0,0,1", "0", info)})
    # Trap: Ann4 answers the item twice.
    write_split(root, stem, "test", {"1": binary("Rake it.", "Ann4,Ann2,Ann4", "1,1,0", "1", {"domain": "Parks"})})


def convabuse(root: Path) -> None:
    def talk(user: str, conversation: str, people: str, votes: str, hard: object) -> dict[str, Any]:
        turns = {"prev_agent": "Hello.", "prev_user": "Hi “you”", "agent": "And now?", "user": user}
        other = {"ableist": "0,0", "target.system": "1,0"}
        info = {"bot": "MiniBot", "other_annotations": other, "conversation_id(s)": conversation}
        # Trap: the text is a JSON object in a text.
        return binary(json.dumps(turns), people, votes, hard, info)

    stem = "lewidi2023/ConvAbuse_dataset/ConvAbuse"
    # Trap: ordinal labels with a minus sign beside a binary hard label, which may be a number.
    write_split(
        root,
        stem,
        "train",
        {
            "1": talk("You kettle.", "164.0", "Ann1,Ann7", "-1,1", 0),
            "2": talk("You rusty kettle!", "2.62733E+15", "Ann7,Ann2,Ann8", "-3,-2,0", "1"),
        },
    )
    # Links: the same text as the first, and the conversation of the one after.
    write_split(root, stem, "dev", {"1": talk("you KETTLE", "abc,ab9", "Ann1,Ann2", "1,1", "0")})
    write_split(root, stem, "test", {"1": talk("Nice day.", "ab9", "Ann8,Ann1", "1,0", "0")})


def by_annotator(
    task: str, text: dict[str, str], annotators: str, votes: dict[str, str], **info: Any
) -> dict[str, Any]:
    return {
        "annotation task": task,
        "text": text,
        "number of annotators": len(votes),
        "annotators": annotators,
        "number of annotations": annotators.count(",") + 1,
        "annotations": votes,
        # Trap: keys of another form than the votes.
        "soft_label": {"0.0": 0.4, "1.0": 0.6},
        "other_info": info,
    }


# Trap: commas before closing braces, and one inside a text that has to stay.
PEOPLE = """{
\t"Ann1":{
\t\t"Gender":"Female",
\t\t"Age":"26",
\t\t"Nationality":"Norwegian",
\t\t"Education":"student, ]}",
\t},
\t"Ann2":{
\t\t"Gender":"Male",
\t\t"Age":"30",
\t\t"Nationality":"Kenyan",
\t\t"Education":"postdoc",
\t},
}"""


def paraphrase(root: Path) -> None:
    def pair(first: str, second: str, votes: dict[str, str], reasons: list[str]) -> dict[str, Any]:
        text = {"Question1": first, "Question2": second}
        return by_annotator("paraphrase", text, ",".join(votes), votes, explanations=reasons)

    stem = "lewidi2025/Paraphrase/Paraphrase"
    red, red2, ripe = "Why is it red?", "why is it red", "Is it ripe?"
    write_split(root, stem, "train", {"900": pair(red, ripe, {"Ann1": "-5", "Ann2": "0"}, ["Colour.", " Both fruit."])})
    write_split(root, stem, "dev", {"31": pair("How tall?", red2, {"Ann1": "-4", "Ann2": "-3"}, ["No.", "No!"])})
    write_split(root, stem, "test", {"4": pair("Who won?", "Who came first?", {"Ann2": "5", "Ann1": "4"}, ["x", "y"])})
    (root / f"{stem}_annotators_meta.json").write_text(PEOPLE, encoding="utf-8")


def varierr_lewidi(root: Path) -> None:
    def pair(statement: str, annotators: str, votes: dict[str, str], reasons: list[str]) -> dict[str, Any]:
        text = {"context": "The kettle sings.", "statement": statement}
        return by_annotator("nli", text, annotators, votes, explanations=reasons)

    stem = "lewidi2025/VariErrNLI/VariErrNLI"
    votes = {"Ann1": "entailment,neutral", "Ann2": "contradiction"}
    # Trap: one annotator, two labels, and listed twice; explanations follow the list.
    first = pair("It is loud.", "Ann1,Ann1,Ann2", votes, ["Singing is loud.", "Maybe soft.", "It whistles."])
    write_split(root, stem, "train", {"11": first})
    # Trap: keys repeat across splits, since the source cut letters off.
    write_split(root, stem, "dev", {"11": pair("It is red.", "Ann2", {"Ann2": "neutral"}, ["No colour."])})
    write_split(root, stem, "test", {"12": pair("It is on.", "Ann1", {"Ann1": "entailment"}, ["It sings."])})
    (root / f"{stem}_annotators_meta.json").write_text(PEOPLE, encoding="utf-8")


def multipico(root: Path) -> None:
    def reply(post: str, answer: str, votes: dict[str, str], lang: str, level: float) -> dict[str, Any]:
        entry = by_annotator("irony", {"post": post, "reply": answer}, ",".join(votes), votes)
        info = {"source": "twitter", "level": level, "language_variety": "no"}
        return {**entry, "lang": lang, "other_info": info}

    stem = "lewidi2025/MP/MP"
    dev = {
        "2": reply("@USER Snow in May", "Lovely.", {"Ann0": "1", "Ann12": "0"}, "en", 1.0),
        "5": reply("snow in may!", "Brrr.", {"Ann12": "1", "Ann3": "1", "Ann0": "0"}, "en", 2.0),
    }
    write_split(root, stem, "dev", dev)
    write_split(root, stem, "test", {"0": reply("Snø i mai", "Fint.", {"Ann3": "0", "Ann12": "0"}, "no", 1.0)})
    # Traps: ids without "Ann"; data that expired; nan, which JSON does not have; an annotator who is not in the data.
    people = {
        "0": {"Age": 19.0, "Gender": "Female", "Student status": "DATA_EXPIRED"},
        "3": {"Age": float("nan"), "Gender": "DATA_EXPIRED", "Student status": "No"},
        "12": {"Age": 34.0, "Gender": "Male", "Student status": "Yes"},
        "99": {"Age": 50.0, "Gender": "Male", "Student status": "Yes"},
    }
    (root / f"{stem}_annotators_meta.json").write_text(json.dumps(people, indent=4), encoding="utf-8")
