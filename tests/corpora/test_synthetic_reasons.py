import numpy as np

from variorum.corpora.synthetic_reasons import STYLES, give_reasons
from variorum.corpora.synthetic_sentences import Sentences

SENTENCE = Sentences(
    ("The soup was superb but the bread was stale.",),
    np.zeros(1, np.int64),
    np.array([[2, -1]]),
    np.zeros(1, np.int64),
    np.zeros(1, bool),
    ((("soup", "superb"), ("bread", "stale")),),
)


def reasons(label: list[int], *, style: int = 0, wrong: bool = False, spam: bool = False) -> tuple[str | None, ...]:
    n = len(label)
    item, flag = np.zeros(n, np.int64), np.full(n, wrong)
    rng = np.random.Generator(np.random.PCG64(0))
    return give_reasons(SENTENCE, item, np.array(label), np.full(n, style), flag, np.full(n, spam), rng)


def test_a_reading_cites_what_speaks_for_it() -> None:
    assert reasons([0, 1, 2]) == (
        "the bread was stale.",
        "the soup was superb and the bread was stale.",
        "the soup was superb.",
    )


def test_an_error_cites_what_speaks_against_it() -> None:
    assert reasons([0, 2], wrong=True) == ("the soup was superb.", "the bread was stale.")


def test_unsure_gives_none_and_spam_next_to_nothing() -> None:
    assert reasons([-1]) == (None,)
    assert set(reasons([0] * 100, wrong=True, spam=True)) == {"ok", "good", "yes", None}


def test_styles_are_planted() -> None:
    said = {name: [text or "" for text in reasons([0] * 30, style=s)] for s, name in enumerate(STYLES)}
    length = {name: np.mean([len(text.split()) for text in texts]) for name, texts in said.items()}
    assert length["terse"] < length["quoting"] < length["hedging"] < length["chatty"]
    assert all('"the bread was stale"' in text for text in said["quoting"])
    assert all("perhaps" in text for text in said["hedging"])
    assert not any('"' in text or "perhaps" in text for text in said["terse"] + said["chatty"])
    assert len(set(said["chatty"])) == 9, "three verdicts, three asides"
