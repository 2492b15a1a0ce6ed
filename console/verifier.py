"""Whether a fact answers exactly what is asked: a cross-encoder on the shipped embedding's own network.

The lower layers read question and facts apart, the upper ones, adapted by benchmarks/train_verifier.py, read them
together (PreTTR: MacAvaney et al. 2020, with low-rank adapters: Hu et al. 2021). Figures in docs/quality.md.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ingest import embedding
from ingest.errors import OperatorError

if TYPE_CHECKING:
    import torch

ADAPTER = Path(__file__).with_name("verifier.npz")
APART = 6  # layers that read each text by itself
ASKED, SAID = 128, 160  # tokens of a question and of a fact that are read
BATCH = 16  # pairs read together
ADAPTED = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip


@dataclass(frozen=True)
class Verifier:
    """An open network with its `head` (weights (3 x dimensions,), bias). Safe to share between threads."""

    network: Any  # transformers.BertModel, the upper layers adapted
    tokenizer: Any
    segment: "torch.Tensor"  # (dimensions,): added to a fact's tokens, so that the upper layers tell the two apart
    head: "torch.Tensor"
    bias: float

    @classmethod
    def open(cls, models_dir: Path, adapter: Path = ADAPTER) -> "Verifier":
        """The verifier that ships with Kizuna. Raises OperatorError for missing or damaged files."""
        import torch

        try:
            network, tokenizer = base(models_dir)
            with adapter.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                told = {name: torch.from_numpy(file[name].astype(np.float32)) for name in file.files}
            for place in range(APART, len(network.encoder.layer)):
                for name in ADAPTED:
                    dense = network.encoder.layer[place].get_submodule(name)
                    change = told[f"{place}.{name}.up"] @ told[f"{place}.{name}.down"]
                    dense.weight.data += change.to(dense.weight.dtype)
            return cls(network, tokenizer, told["segment"], told["head"], float(told["bias"]))
        except (OSError, ValueError, KeyError, EOFError, RuntimeError, BadZipFile) as error:
            raise OperatorError(f"The verifier {adapter} does not open ({error}). Install Kizuna again.") from error

    def judge(self, questions: Sequence[str], facts: Sequence[str]) -> NDArray[np.float32]:
        """The probability of each fact that it states what a question asks for: (facts, questions)."""
        import torch

        found = np.zeros((len(facts), len(questions)), np.float32)
        with torch.inference_mode():
            asked = apart(self.network, self.tokenizer, [f"query: {one}" for one in questions], ASKED)
            order = sorted(range(len(facts)), key=lambda i: len(facts[i]))  # like lengths, less padding
            for start in range(0, len(order), BATCH):
                some = order[start : start + BATCH]
                said = apart(self.network, self.tokenizer, [f"passage: {facts[i]}" for i in some], SAID)
                for place, one in enumerate(asked):
                    seen = together(self.network, self.segment, [(one, fact) for fact in said])
                    found[some, place] = torch.sigmoid(seen @ self.head + self.bias).numpy()
        return found


def base(models_dir: Path) -> tuple[Any, Any]:
    """A fresh network of the default embedding, without adapters, and its tokenizer."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # waiting threads sleep: cores are shared with the chat model
    import torch
    from transformers import BertModel, PreTrainedTokenizerFast

    folder = str(embedding.converted(models_dir))
    kind = torch.bfloat16 if embedding.gains_from_bfloat16() else torch.float32
    network = BertModel.from_pretrained(folder, add_pooling_layer=False, dtype=kind, local_files_only=True)
    return network.eval(), PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)


def apart(network: Any, tokenizer: Any, texts: Sequence[str], most: int) -> "list[torch.Tensor]":
    """What the lower layers make of each text by itself: (tokens, dimensions) each."""
    read = tokenizer(list(texts), truncation=True, max_length=most, padding=True, return_tensors="pt")
    seen, mask = network.embeddings(input_ids=read["input_ids"]), read["attention_mask"].bool()
    for layer in network.encoder.layer[:APART]:
        seen = layer(seen, _hidden(~mask, seen.dtype))
    return [row[kept] for row, kept in zip(seen, mask, strict=True)]


def together(
    network: Any, segment: "torch.Tensor", pairs: "Sequence[tuple[torch.Tensor, torch.Tensor]]"
) -> "torch.Tensor":
    """Float features (pairs, 3 x dimensions) of each pair read together: its first token, and both sides' means."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    seen = pad_sequence([torch.cat([q, f + segment.to(f.dtype)]) for q, f in pairs], batch_first=True)
    places = torch.arange(seen.shape[1])
    split = torch.tensor([len(q) for q, _ in pairs])[:, None]
    ends = torch.tensor([len(q) + len(f) for q, f in pairs])[:, None]
    mask = _hidden(places >= ends, seen.dtype)
    for layer in network.encoder.layer[APART:]:
        seen = layer(seen, mask)
    asked, said = places < split, (places >= split) & (places < ends)
    seen = seen.float()
    return torch.cat([seen[:, 0], _mean(seen, asked), _mean(seen, said)], dim=1)


def _hidden(padding: "torch.Tensor", kind: "torch.dtype") -> "torch.Tensor":
    """The attention mask (texts, 1, 1, tokens) that hides padding."""
    import torch

    return torch.zeros(padding.shape, dtype=kind).masked_fill(padding, torch.finfo(kind).min)[:, None, None, :]


def _mean(seen: "torch.Tensor", kept: "torch.Tensor") -> "torch.Tensor":
    weights = kept[:, :, None].float()
    return (seen * weights).sum(1) / weights.sum(1)
