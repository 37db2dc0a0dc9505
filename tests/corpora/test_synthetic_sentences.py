import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from variorum.corpora.synthetic_sentences import IRONIC, TOPICS, VAGUE, picked, write_sentences


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


@given(st.integers(1, 1000), st.floats(0, 1, exclude_max=True))
def test_picked_stays_below_n(n: int, uniform: float) -> None:
    assert 0 <= int(picked(np.array([uniform]), n)[0]) < n


def test_sentences_are_all_different_even_when_there_are_many() -> None:
    written = write_sentences(20_000, 0.25, rng())
    assert len(set(written.text)) == 20_000
    assert all(text[0].isupper() and text.endswith(".") and "  " not in text for text in written.text)


def test_the_same_seed_writes_the_same() -> None:
    assert write_sentences(50, 0.1, rng(3)).text == write_sentences(50, 0.1, rng(3)).text
    assert write_sentences(50, 0.1, rng(3)).text != write_sentences(50, 0.1, rng(4)).text


def test_clauses_speak_of_two_aspects_of_the_topic() -> None:
    written = write_sentences(500, 0.0, rng())
    for text, topic, clause in zip(written.text, written.topic, written.clause, strict=True):
        aspects = [aspect for aspect, _ in clause]
        assert len(set(aspects)) == 2
        assert set(aspects) <= set(list(TOPICS.values())[topic])
        assert all(f"{aspect} was {word}" in text for aspect, word in clause)


def test_words_show_most_of_what_is_meant() -> None:
    """One in ten words, openers and connectors slips, so that nine in ten or more do not."""
    written = write_sentences(4000, 0.5, rng())
    praise = np.array(["magnificent" in text for text in written.text])
    assert np.mean((written.stance[praise] == 2).any(axis=1)) > 0.85
    vague = np.array(["Somehow" in text for text in written.text])
    assert 0.7 < np.mean(written.manner[vague] == VAGUE) < 1
    ironic = np.array(["Hats off" in text for text in written.text])
    assert 0.6 < np.mean(written.manner[ironic] == IRONIC) < 1
    trap = np.array(["eny that" in text or "could doubt" in text or "failed to see" in text for text in written.text])
    np.testing.assert_array_equal(trap, written.trap)
