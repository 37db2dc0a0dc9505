"""Invented miniatures of published corpora, in the sources' own formats and with their traps; nothing here is real."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from . import miniatures_lewidi as lewidi

LABELS = ("entailment", "neutral", "contradiction")


def put(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def json_lines(entries: list[dict[str, Any]]) -> str:
    # Not escaped, so that a text may hold U+2028, which str.splitlines takes for the end of a line.
    return "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)


def reading(annotator: int, verdicts: dict[int, bool], reason: str) -> dict[str, Any]:
    """A label of an annotator: the reason, and by whom it was found to make sense."""
    judged = [{"annotator": judge, "makes_sense": verdict} for judge, verdict in verdicts.items()]
    rejected = not verdicts.get(annotator, True)
    return {
        "annotator": annotator,
        "id": f"7-{annotator}",
        "judgments": judged,
        "label_correction": False,
        "reason": reason,
        "self_corrected": rejected,
    }


def varierr_entry(name: str, context: str, statement: str, **parts: Any) -> dict[str, Any]:
    counts = {label: float(len(parts.get(label, []))) or None for label in LABELS}
    return {
        "id": name,
        "context": context,
        "statement": statement,
        **{label: parts.get(label, []) for label in LABELS},
        "idk": parts.get("idk", []),
        "label_count_round_1": counts,
        # Trap: null where empty.
        "label_count_round_2": counts,
        "label_set_round_1": [label for label in LABELS if parts.get(label)],
        "label_set_round_2": [label for label in LABELS if parts.get(label)],
        "error_labels": parts.get("errors", []),
        "has_ambiguity": True,
        "chaosnli_labels": parts["chaos"],
    }


def varierr(root: Path) -> None:
    yes = dict.fromkeys(range(4), True)
    entries = [
        varierr_entry(
            "11e",
            "The kettle sings.",
            "The kettle is loud.",
            # Annotator 0 gives two labels with two reasons, and rejects the second one afterwards.
            entailment=[reading(0, yes, "Singing\u2028is loud.")],
            neutral=[reading(0, {**yes, 0: False}, "It may sing softly.")],
            # Trap: the author did not judge, so that nobody validated the label.
            contradiction=[reading(2, {0: False, 1: True, 3: False}, "Kettles whistle.")],
            idk=[1, 3],
            errors=["contradiction", "neutral"],
            chaos={"e": 60, "n": 40},
        ),
        varierr_entry(
            "11n",
            "the kettle sings",
            "The kettle is red.",
            neutral=[reading(annotator, yes, f"No colour is named ({annotator}).") for annotator in range(4)],
            chaos={"n": 98, "e": 1, "c": 1},
        ),
        varierr_entry(
            "12c",
            "A boat waits.",
            "The boat left.",
            # Trap: a label and "I don't know" by the same annotator; one judgment only.
            contradiction=[reading(2, {2: True}, "It waits."), reading(1, yes, "Waiting is not leaving.")],
            idk=[2],
            chaos={"c": 100},
        ),
    ]
    put(root, "varierr_nli/varierr.json", json_lines(entries))


def chaos_entry(name: str, counter: dict[str, int], counts: list[int], example: dict[str, str], **more: Any) -> Any:
    total = sum(counts)
    return {
        "uid": name,
        "label_counter": counter,
        "label_dist": [count / total for count in counts],
        "label_count": counts,
        "entropy": 1.0,
        "example": {"uid": name, **example},
        **more,
    }


def chaosnli(root: Path, file: str) -> None:
    pairs = [
        {"premise": "A dog runs.", "hypothesis": "It moves.", "source": "mini"},
        {"premise": "A DOG runs", "hypothesis": "It barks.", "source": "mini"},
        {"premise": "Rain falls.", "hypothesis": "It is dry.", "source": "mini"},
    ]
    entries = [
        # Trap: the counter has an order of its own and leaves zeros out; the majority is not the old label.
        chaos_entry("1e", {"n": 70, "e": 30}, [30, 70, 0], pairs[0], majority_label="n", old_label="e"),
        chaos_entry("2n", {"n": 100}, [0, 100, 0], pairs[1], majority_label="n", old_label="n"),
        chaos_entry("3c", {"c": 95, "e": 2, "n": 3}, [2, 3, 95], pairs[2], majority_label="c", old_label="c"),
    ]
    for entry, name, size in zip(entries, LABELS, (5, 5, 4), strict=True):
        entry["old_labels"] = [name] * size
    put(root, f"chaosnli_v1.0/{file}", json_lines(entries))


def chaosnli_anli(root: Path) -> None:
    example = {
        "obs1": "Eve left.",
        "obs2": "She came back.",
        "hyp1": "She forgot it.",
        "hyp2": "She sang.",
        "source": "m",
    }
    entries = [
        # Traps: labels are 1 and 2, keys of the counter are texts, there are no old labels.
        chaos_entry("a-1", {"2": 10, "1": 90}, [90, 10], example, majority_label=1, old_label=2),
        chaos_entry("a-2", {"2": 100}, [0, 100], {**example, "obs1": "Tim slept."}, majority_label=2, old_label=2),
    ]
    put(root, "chaosnli_v1.0/chaosNLI_alphanli.jsonl", json_lines(entries))


def cifar10h(root: Path) -> None:
    counts = np.zeros((3, 10), np.int64)
    counts[0, [3, 5]] = 40, 8
    counts[1, 8] = 51
    counts[2, [0, 2, 8]] = 1, 2, 47
    (root / "cifar10h").mkdir(parents=True)
    np.save(root / "cifar10h/cifar10h-counts.npy", counts)
    np.save(root / "cifar10h/cifar10_test_set_original_labels.npy", np.array([3, 8, 8], np.uint16))


def cifar10_images(root: Path, names: tuple[str, ...] = ("00000_cat.jpg", "00001_ship.jpg", "00002_ship.jpg")) -> Path:
    file = root / "cifar10_test_images/cifar10_test_jpeg.zip"
    file.parent.mkdir(parents=True)
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, b"not a picture")
    return file


def popquorn(root: Path) -> None:
    lines = [
        "instance_id,user_id,text,offensiveness,gender,race,age,occupation,education",
        # Trap: ratings are floats. Item 40 is rated twice by annotator 2.
        '40,10,"Mind the gap, ""please"".\nThank you.",1.0,Woman,White,18-24,Student,Other',
        '40,2,"Mind the gap, ""please"".\nThank you.",5.0,Man,Asian,>65,Retired,',
        '40,2,"Mind the gap, ""please"".\nThank you.",4.0,Man,Asian,>65,Retired,',
        "7,2,Hello there,2.0,Man,Asian,>65,Retired,",
    ]
    put(root, "popquorn/offensiveness/raw_data.csv", "\r\n".join(lines) + "\r\n")


def dices(root: Path) -> None:
    prompts = ["USER: Where is the library?", "USER: where is the library", "USER: Tea or coffee?"]
    scores = [["No", "Yes", "Unsure"], ["Yes", "Yes", "Yes"], ["Unsure", "No", "No"]]
    experts = ["No", "Yes", "No"]

    def entry(item: int, given: list[str]) -> dict[str, Any]:
        return {
            "id": 30 - item,
            "instance": {"user_prompt": prompts[item], "response": f"Answer {item}."},
            "annotations": {"safety": {"majority_human": given[0], "individual_human_scores": given}},
        }

    crowd = {"dataset": "mini", "instances": [entry(item, given) for item, given in enumerate(scores)]}
    expert = {"dataset": "mini", "instances": [entry(item, [verdict]) for item, verdict in enumerate(experts)][::-1]}
    put(root, "dices_judgebench/dices_350_crowdsourced.json", json.dumps(crowd))
    put(root, "dices_judgebench/dices_350_expert.json", json.dumps(expert))


def livenli(root: Path) -> None:
    def marks(text: str, start: int) -> str:
        found = [{"endIndex": start + len(text), "startIndex": start, "text": text, "type": "highlight"}]
        return str({"entities": found, "relationships": []}).replace('"', '""')

    # Trap: the header names a column more than the rows have.
    header = (
        "uid,premise,hypothesis,chaos_dist,mnli_labels,worker_id,multilabel,explanation,highlight_p,highlight_h,"
        "dist,agg_dist,taxonomy,within_label_variation, 00000000-aaaa-4bbb-8ccc-000000000000"
    )
    lake = "1n,\"The lake, they say, is deep.\",Nobody swims.,\"{'n': 75, 'e': 25}\",\"['neutral', 'neutral']\""
    sun = "2e,The sun is up.,It is day.,,entailment"
    premise, hypothesis = f'"{marks("deep", 24)}"', f'"{marks("Nobody", 0)}"'
    nothing = "\"{'entities': [], 'relationships': []}\""
    lines = [
        header,
        # Trap: two senses of "label", and shares that are not JSON.
        f'{lake},w10,true | either,"Deep, so no.",{premise},{hypothesis},[0.5 0.5 0. ],[0.2 0.6 0.2],"prob,QUD",',
        f'{lake},w2,either,Who knows?,{nothing},{nothing},[0. 1. 0.],[0.2 0.6 0.2],"prob,QUD",coref',
        f"{sun},w2,true | either | false,Eclipse!,{nothing},{nothing},[0.33333333 0.33333333 0.33333333],[1. 0. 0.],,",
    ]
    put(root, "livenli/livenli.csv", "\n".join(lines) + "\n")


MINIATURES: dict[str, Callable[[Path], None]] = {
    "varierr": varierr,
    "chaosnli_mnli": lambda root: chaosnli(root, "chaosNLI_mnli_m.jsonl"),
    "chaosnli_snli": lambda root: chaosnli(root, "chaosNLI_snli.jsonl"),
    "chaosnli_anli": chaosnli_anli,
    "cifar10h": cifar10h,
    "hs_brexit": lewidi.hs_brexit,
    "md_agreement": lewidi.md_agreement,
    "convabuse": lewidi.convabuse,
    "paraphrase": lewidi.paraphrase,
    "varierr_lewidi": lewidi.varierr_lewidi,
    "multipico": lewidi.multipico,
    "popquorn_offensiveness": popquorn,
    "dices_350": dices,
    "livenli": livenli,
}
