"""A text encoder with random weights and a vocabulary of its own, small enough to train in a test."""

from __future__ import annotations

from pathlib import Path

import torch
import transformers

WORDS = ("the", "dog", "cat", "bird", "sings", "barks", "runs", "loud", "soft", "red", "one", "two", "three", "not")


def write_tiny_encoder(folder: Path) -> str:
    """BERT with one layer of 16 units; where it is, as a learner's `encoder`."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]) + "\n")
    transformers.BertTokenizerFast(vocab=str(vocabulary)).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=5 + len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=32,
    )
    with torch.random.fork_rng([]):
        torch.manual_seed(0)
        transformers.BertModel(config).save_pretrained(folder)
    return str(folder)
