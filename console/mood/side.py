"""A narrow network beside the embedding's: it reads that one's hidden states, in the same pass, for mood and signals.

After ladder side-tuning (Sung, Cho and Bansal 2022): the embedding stays as it is. Every output attends to the words
that speak for it (Mullenbach and others 2018).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

HEADS = 4
_HIDDEN = -1e4  # added to what padding says, before a softmax or a maximum


@dataclass(frozen=True)
class Side:
    """An open network: float32 `weights` by name, and the hidden states that it reads, the table of tokens being 0."""

    weights: "Mapping[str, torch.Tensor]"
    taps: tuple[int, ...]

    @classmethod
    def of(cls, stored: Mapping[str, NDArray[np.generic]], taps: tuple[int, ...]) -> "Side":
        """The network of stored weights, of whatever precision."""
        import torch

        return cls({name: torch.from_numpy(value.astype(np.float32)) for name, value in stored.items()}, taps)

    def hear(self, hidden: "Sequence[torch.Tensor]", mask: "torch.Tensor", drop: float = 0.0) -> "torch.Tensor":
        """Logits (texts, outputs) from hidden states (texts, tokens, dimensions) each and the mask of what counts.

        `drop` is the share that dropout leaves out in training.
        """
        import torch
        from torch.nn.functional import dropout

        padding = torch.zeros(mask.shape).masked_fill(~mask, _HIDDEN)
        seen = self._dense("read", torch.cat([hidden[tap] for tap in self.taps], dim=-1).float())
        for block in range(sum(name.endswith(".mix.weight") for name in self.weights)):
            seen = self._block(block, seen, padding, drop)
        seen = self._normed("last", seen)
        heeded = (seen @ self.weights["heed"].T + padding[:, :, None]).softmax(1).transpose(1, 2) @ seen
        counted = mask[:, :, None].float()
        whole = [(seen * counted).sum(1) / counted.sum(1), (seen + padding[:, :, None]).amax(1)]
        single = (dropout(heeded, drop, drop > 0) * self.weights["say"]).sum(-1)
        return single + self._dense("whole", dropout(torch.cat(whole, dim=-1), drop, drop > 0))

    def _block(self, place: int, seen: "torch.Tensor", padding: "torch.Tensor", drop: float) -> "torch.Tensor":
        """A transformer's layer, normed first."""
        from torch.nn.functional import dropout, gelu

        texts, tokens, width = seen.shape
        shape = (texts, tokens, 3, HEADS, width // HEADS)
        query, key, value = (
            self._dense(f"{place}.ask", self._normed(f"{place}.1", seen)).view(shape).permute(2, 0, 3, 1, 4)
        )
        near = query @ key.transpose(-1, -2) * (width // HEADS) ** -0.5 + padding[:, None, None]
        mixed = (near.softmax(-1) @ value).transpose(1, 2).reshape(texts, tokens, width)
        seen = seen + self._dense(f"{place}.mix", mixed)
        inner = gelu(self._dense(f"{place}.up", self._normed(f"{place}.2", seen)))
        return seen + dropout(self._dense(f"{place}.down", inner), drop, drop > 0)

    def _dense(self, name: str, seen: "torch.Tensor") -> "torch.Tensor":
        from torch.nn.functional import linear

        return linear(seen, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _normed(self, name: str, seen: "torch.Tensor") -> "torch.Tensor":
        from torch.nn.functional import layer_norm

        weight, bias = self.weights[f"{name}.norm.weight"], self.weights[f"{name}.norm.bias"]
        return layer_norm(seen, weight.shape, weight, bias)
