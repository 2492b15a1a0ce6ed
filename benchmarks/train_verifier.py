"""Train the verifier (console/verifier.npz): `OMP_WAIT_POLICY=passive python benchmarks/train_verifier.py`, an hour.

It learns from the questions of `verifier_questions`: our invented help documents, and with `--documents FOLDER` the
bank's. Every tenth family is held out, unless all are to be learnt from.
"""

import argparse
import random
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import verifier_questions
from sklearn.metrics import roc_auc_score
from torch import nn
from verifier_questions import Asked

from console import settings, verifier
from console.verifier import ADAPTED, APART, ASKED, SAID
from ingest import passages, weights
from ingest.embedding import Embedding

RANK, SCALE = 16, 2.0
RATE, WARMUP, QUESTIONS = 5e-4, 0.06, 8  # Adam's step, the share of steps that it grows, questions of one step
RIGHT, WRONG = 2, 3  # facts beside each question, of each kind; and one of a sibling product or of any other
HARDEST = 14  # of the facts nearest to a question that do not answer it some are read with it:
NEAREST = 2  # so many, and one more where nothing answers
TOGETHER = 14  # pairs read together
BESIDE = 24  # other facts of a document or product that a held question is scored among
SEED = 11


class Adapter(nn.Module):
    """A frozen dense layer with a trained low-rank change beside it."""

    def __init__(self, dense: nn.Linear, rank: int = RANK) -> None:
        super().__init__()
        self.dense = dense
        self.down = nn.Parameter(torch.randn(rank, dense.in_features) / dense.in_features**0.5)
        self.up = nn.Parameter(torch.zeros(dense.out_features, rank))

    def forward(self, seen: torch.Tensor) -> torch.Tensor:
        kind = seen.dtype
        found: torch.Tensor = self.dense(seen) + seen @ self.down.T.to(kind) @ (SCALE * self.up.T).to(kind)
        return found


class Head(nn.Module):
    """What turns features into one logit, and what marks a fact's tokens."""

    def __init__(self, dimensions: int) -> None:
        super().__init__()
        self.segment = nn.Parameter(torch.zeros(dimensions))
        self.out = nn.Linear(3 * dimensions, 1)


def adapt(network: Any) -> list[nn.Parameter]:
    """Put an adapter around every dense layer of the upper half; returns what is to be trained."""
    network.requires_grad_(False)
    found: list[nn.Parameter] = []
    for layer in network.encoder.layer[APART:]:
        for name in ADAPTED:
            parent, _, leaf = name.rpartition(".")
            made = Adapter(layer.get_submodule(name))
            setattr(layer.get_submodule(parent) if parent else layer, leaf, made)
            found += [made.down, made.up]
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--epochs", type=int, default=2)
    options.add_argument("--documents", type=Path, help="The bank's help documents, JSON files of one folder.")
    options.add_argument("--share", type=float, default=1.0, help="Of the questions about invented documents.")
    options.add_argument("--all", action="store_true", help="Hold nothing out: learn from all families.")
    options.add_argument("--start", type=Path, help="Go on from these weights.")
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--out", type=Path, default=verifier.ADAPTER)
    chosen = options.parse_args()
    torch.manual_seed(chosen.seed)
    dice = random.Random(chosen.seed)
    facts, train, held = _questions(chosen, dice)
    network, tokenizer = verifier.base(settings.load().models)
    with torch.inference_mode():
        said = _read(network, tokenizer, [f"passage: {fact}" for fact in facts], SAID)
        heard = {one.text: None for one in train + held}
        heard = dict(zip(heard, _read(network, tokenizer, [f"query: {text}" for text in heard], ASKED), strict=True))
    network.set_attn_implementation("eager")  # on a CPU its gradients in bfloat16 are three times as fast
    head, adapters = Head(network.config.hidden_size), adapt(network)
    if chosen.start:
        _resume(network, head, chosen.start)
    _fit(network, head, adapters, train, held, (heard, said), (chosen.epochs, chosen.out, dice))


def _questions(chosen: argparse.Namespace, dice: random.Random) -> tuple[list[str], list[Asked], list[Asked]]:
    """All facts under their headings, and the questions to train on and to hold out."""
    facts: list[str] = []
    train, held = verifier_questions.invented(facts)
    train = dice.sample(train, round(chosen.share * len(train)))
    if chosen.documents:
        splitter = passages.open(weights.locate("cl100k_base", settings.load().models))
        of_bank, held = verifier_questions.bank(facts, chosen.documents, splitter)
        train += _hardest(of_bank, facts)
    return (facts, train + held, []) if chosen.all else (facts, train, held)


def _hardest(asked: list[Asked], facts: list[str]) -> list[Asked]:
    """Each with the HARDEST facts nearest to it that do not answer, as search would find them in a knowledge base.

    Of all facts where nothing answers; else of its own product and of others that it does not ask about, as somewhere
    else the same may be said.
    """
    embedding = Embedding.open(settings.load().models)
    near = embedding.queries([one.text for one in asked]) @ embedding.statements(facts).T
    found = []
    for one, row in zip(asked, near, strict=True):
        wrong = np.array([*one.others, *one.siblings] if one.answers else range(len(facts)), int)
        wrong = np.setdiff1d(wrong, [*one.answers, *one.near])
        found.append(replace(one, nearest=tuple(wrong[np.argsort(-row[wrong])][:HARDEST].tolist())))
    return found


def _resume(network: Any, head: Head, path: Path) -> None:
    with np.load(path, allow_pickle=False) as file:
        told = {name: torch.from_numpy(file[name].astype(np.float32)) for name in file.files}
    head.segment.data, head.out.weight.data = told["segment"], told["head"][None]
    head.out.bias.data = told["bias"].reshape(1)
    for place, layer in enumerate(network.encoder.layer[APART:], APART):
        for name in ADAPTED:
            made = layer.get_submodule(name)
            made.up.data, made.down.data = told[f"{place}.{name}.up"] / SCALE, told[f"{place}.{name}.down"]


def _read(network: Any, tokenizer: Any, texts: list[str], most: int) -> list[torch.Tensor]:
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    found: dict[int, torch.Tensor] = {}
    for start in range(0, len(order), 64):
        some = order[start : start + 64]
        seen = verifier.apart(network, tokenizer, [texts[i] for i in some], most)
        found |= {i: one.clone() for i, one in zip(some, seen, strict=True)}
    return [found[i].detach() for i in range(len(texts))]


def _fit(
    network: Any, head: Head, adapters: list[nn.Parameter], train: list[Asked], held: list[Asked], seen: Any,
    how: tuple[int, Path, random.Random],
) -> None:  # fmt: skip
    epochs, out, dice = how
    steps = epochs * (len(train) // QUESTIONS)
    optimizer = torch.optim.AdamW([*adapters, *head.parameters()], lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps, pct_start=WARMUP)
    began, done, lost = time.monotonic(), 0, 0.0
    for epoch in range(epochs):
        dice.shuffle(train)
        for start in range(0, len(train) - QUESTIONS + 1, QUESTIONS):
            loss = _loss(network, head, train[start : start + QUESTIONS], seen, dice)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_([*adapters, *head.parameters()], 1.0)
            optimizer.step()
            schedule.step()
            done, lost = done + 1, lost + loss.item()
            if done % 50 == 0:
                left = (time.monotonic() - began) / done * (steps - done)
                print(f"{done:5}/{steps} loss {lost / 50:.4f}  {left / 60:.1f} min left", flush=True)
                lost = 0.0
        _keep(network, head, out)
        if held:
            print(f"epoch {epoch + 1}: {_score(network, head, held, seen)}", flush=True)


def _loss(network: Any, head: Head, some: list[Asked], seen: Any, dice: random.Random) -> torch.Tensor:
    """Each pair right or wrong (binary cross-entropy), and the right facts before the wrong ones (softmax)."""
    heard, said = seen
    groups = [_group(one, len(said), dice) for one in some]
    pairs = [(heard[one.text], said[place]) for one, (places, _) in zip(some, groups, strict=True) for place in places]
    logits = _logits(network, head, pairs)
    wanted = torch.tensor([float(right) for _, rights in groups for right in rights])
    loss = nn.functional.binary_cross_entropy_with_logits(logits, wanted)
    at = 0
    for places, rights in groups:
        own, right = logits[at : at + len(places)], torch.tensor(rights)
        if any(rights):
            loss = loss + 0.3 * (own.logsumexp(0) - own[right].logsumexp(0)) / len(groups)
        at += len(places)
    return loss


def _logits(network: Any, head: Head, pairs: list[tuple[torch.Tensor, torch.Tensor]]) -> torch.Tensor:
    """One for each pair; pairs of like length are read together, with less padding."""
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i][0]) + len(pairs[i][1]))
    found = []
    for start in range(0, len(order), TOGETHER):
        features = verifier.together(network, head.segment, [pairs[i] for i in order[start : start + TOGETHER]])
        found.append(head.out(features).squeeze(1))
    return torch.cat(found)[torch.tensor(order).argsort()]


def _group(one: Asked, facts: int, dice: random.Random) -> tuple[list[int], list[bool]]:
    right = dice.sample(one.answers, min(RIGHT, len(one.answers)))
    wrong = dice.sample(one.near, min(WRONG - 1, len(one.near)))
    wrong += dice.sample(one.nearest, min(NEAREST + (not right), len(one.nearest)))
    wrong += dice.sample(one.others, min(max(WRONG - len(wrong), 0), len(one.others)))
    if right or not one.nearest:
        wrong.append(dice.choice(one.siblings) if one.siblings and dice.random() < 0.4 else dice.randrange(facts))
    wrong = [place for place in dict.fromkeys(wrong) if place not in one.answers]
    return right + wrong, [True] * len(right) + [False] * len(wrong)


def _score(network: Any, head: Head, held: list[Asked], seen: Any) -> str:
    """On documents held out: pairs, the best fact of answered questions, and whether anything answers at all."""
    heard, said = seen
    labels: list[bool] = []
    scores: list[float] = []
    best: list[tuple[bool, float, bool]] = []
    with torch.inference_mode():
        for one in held:
            places = [*one.answers, *one.near, *one.others[:BESIDE]]
            found = _logits(network, head, [(heard[one.text], said[i]) for i in places]).tolist()
            labels += [i in one.answers for i in places]
            scores += found
            best.append((bool(one.answers), max(found), places[int(np.argmax(found))] in one.answers))
    first = [right for answered, _, right in best if answered]
    whole = roc_auc_score([answered for answered, _, _ in best], [score for _, score, _ in best])
    return (
        f"{len(held)} questions held out; pairs AUC {roc_auc_score(labels, scores):.3f}; best fact right "
        f"{np.mean(first):.3f} of {len(first)}; answered against unanswered AUC {whole:.3f}"
    )


def _keep(network: Any, head: Head, out: Path) -> None:
    kept = {"segment": head.segment.detach(), "head": head.out.weight.detach()[0], "bias": head.out.bias.detach()[0]}
    for place, layer in enumerate(network.encoder.layer[APART:], APART):
        for name in ADAPTED:
            made = layer.get_submodule(name)
            kept[f"{place}.{name}.up"] = SCALE * made.up.detach()
            kept[f"{place}.{name}.down"] = made.down.detach()
    np.savez(out, **{name: value.numpy().astype(np.float16) for name, value in kept.items()})


if __name__ == "__main__":
    main()
