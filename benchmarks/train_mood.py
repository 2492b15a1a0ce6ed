"""Train the network that tells moods (docs/mood.md): `python benchmarks/train_mood.py --data DIR`.

DIR holds one folder per public data set named in docs/mood.md; our own messages stand beside this file. The embedding
stays as it is, so its hidden states are read once, into a scratch file of 4 GB, and learnt from many times: half an
hour on two idle cores, folds included.
"""

import argparse
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import mood_texts
import numpy as np
import torch
import train_trajectory
from mood_texts import FOLDS, Case
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

from console import settings, verifier
from console.mood import BEHIND, HEAD, LABELS, OUTPUTS, SIGNALS, Mood, label, softmax
from console.mood.side import Side
from ingest.embedding import DEFAULT

TAPS, WIDTH, INNER, BLOCKS = (4, 8, 10, 12), 96, 192, 2
FIRST, SECOND = 3, 4  # epochs on comments alone, then on our messages among a draw of comments
AMONG, LAST = 5, 2  # epochs of turns behind what was said before them: among all else, then by themselves
RATES = (2e-3, 1e-3, 4e-4)
OURS, DRAWN, CALM = 3, 12_000, 300  # how often each message comes in an epoch, and how many comments and calm turns
APART = {"mood_further.jsonl": 0, "mood_blind.jsonl": 1}  # the folds of whole authors
TOKENS = 2000  # of one step
DROP = 0.2
BEGUN = 0.1  # share of the weights before our messages in those that ship
EMOTIONS, SIGNALLED = 5.0, 5.0  # weights of the means over 28 emotions and ten signals, beside the label's 1
SEED = 3
# What a signal's output begins from, after the comments: the emotion nearest to it.
NEAREST = (
    "anger", "disappointment", "nervousness", "gratitude", "annoyance", "anger", "annoyance", "disappointment",
    "confusion", "annoyance", "annoyance",
)  # fmt: skip

HEARD = len(SIGNALS) + 1
UNHAPPY = len(LABELS) + len(SIGNALS)  # the place of this output

Floats = NDArray[np.float32]
Places = NDArray[np.intp]


@dataclass(frozen=True)
class States:
    """Hidden states of all cases, one after another: (tokens, taps, dimensions); a case's begin at its offset."""

    kept: NDArray[np.float16]
    offsets: Places

    @classmethod
    def read(cls, cases: Sequence[Case], models: Path, file: Path) -> "States":
        """One pass of the embedding over all texts, as `Embedding.queries` reads them."""
        network, tokenizer = verifier.base(models)
        texts = [f"query: {case.text}" for case in cases]
        ids = tokenizer(texts, truncation=True, max_length=512)["input_ids"]
        offsets = np.cumsum([0, *map(len, ids)])
        kept = np.lib.format.open_memmap(
            file, "w+", np.float16, (int(offsets[-1]), len(TAPS), network.config.hidden_size)
        )
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        with torch.inference_mode():
            for start in range(0, len(order), 64):
                some = order[start : start + 64]
                padded = tokenizer.pad({"input_ids": [ids[i] for i in some]}, return_tensors="pt")
                hidden = network(**padded, output_hidden_states=True).hidden_states
                seen = torch.stack([hidden[tap] for tap in TAPS], dim=2).half().numpy()
                for row, i in zip(seen, some, strict=True):
                    kept[offsets[i] : offsets[i + 1]] = row[: len(ids[i])]
        return cls(kept, offsets)

    @property
    def lengths(self) -> Places:
        """Tokens of each case."""
        return np.diff(self.offsets)

    def batch(self, places: Places) -> tuple[list[torch.Tensor], torch.Tensor]:
        """What `Side.hear` takes: hidden states of each tap, and the mask."""
        seen = np.zeros((len(places), self.lengths[places].max(), *self.kept.shape[1:]), np.float32)
        mask = np.zeros(seen.shape[:2], bool)
        for row, place in enumerate(places):
            size = self.lengths[place]
            seen[row, :size], mask[row, :size] = self.kept[self.offsets[place] : self.offsets[place + 1]], True
        return list(torch.from_numpy(seen).unbind(2)), torch.from_numpy(mask)


class Learner(nn.Module):
    """A side network in training, whose inputs are brought to one scale."""

    def __init__(self, states: States, outputs: int) -> None:
        super().__init__()
        sample = states.kept[:: max(1, len(states.kept) // 20_000)].astype(np.float32).reshape(-1, len(TAPS) * 384)
        self.middle, self.spread = torch.from_numpy(sample.mean(0)), torch.from_numpy(sample.std(0))
        shapes = {"read": (WIDTH, len(self.middle)), "whole": (outputs, 2 * WIDTH)}
        for block in range(BLOCKS):
            shapes |= {f"{block}.ask": (3 * WIDTH, WIDTH), f"{block}.mix": (WIDTH, WIDTH)}
            shapes |= {f"{block}.up": (INNER, WIDTH), f"{block}.down": (WIDTH, INNER)}
        first = {f"{name}.weight": torch.randn(shape) / shape[1] ** 0.5 for name, shape in shapes.items()}
        first |= {f"{name}.bias": torch.zeros(shape[0]) for name, shape in shapes.items()}
        for norm in ["last.norm", *(f"{block}.{half}.norm" for block in range(BLOCKS) for half in (1, 2))]:
            first |= {f"{norm}.weight": torch.ones(WIDTH), f"{norm}.bias": torch.zeros(WIDTH)}
        first |= {name: torch.randn(outputs, WIDTH) / WIDTH**0.5 for name in ("heed", "say")}
        self.learnt = {name: nn.Parameter(value) for name, value in first.items()}

    def weights(self, drop: float = 0.0) -> dict[str, torch.Tensor]:
        """As `Side` takes them: the scale of inputs is part of what reads them; `drop` of the inputs are left out."""
        kept = (torch.rand(len(self.spread)) >= drop) / (1 - drop)
        read = self.learnt["read.weight"] / self.spread * kept
        return self.learnt | {"read.weight": read, "read.bias": self.learnt["read.bias"] - read @ self.middle}

    def hear(self, hidden: list[torch.Tensor], mask: torch.Tensor, drop: float = 0.0) -> torch.Tensor:
        """Logits in training."""
        return Side(self.weights(drop), tuple(range(len(TAPS)))).hear(hidden, mask, drop)

    def copied(self) -> dict[str, torch.Tensor]:
        """The weights as they are now."""
        return {name: value.detach().clone() for name, value in self.learnt.items()}

    def restore(self, weights: dict[str, torch.Tensor]) -> None:
        """Go back to weights that were copied."""
        for name, value in weights.items():
            self.learnt[name].data.copy_(value)

    def save(self, file: Path, outputs: slice, scale: Floats, shift: Floats) -> None:
        """Write what ships: outputs that are needed, in half precision."""
        kept = {name: value.detach().numpy().astype(np.float16) for name, value in self.weights().items()}
        kept |= {name: kept[name][outputs] for name in ("heed", "say", "whole.weight", "whole.bias")}
        np.savez(file, **kept, scale=scale, shift=shift, taps=np.array(TAPS), embedding=np.array(DEFAULT))

    def begin_signals(self, emotions: list[str]) -> None:
        """Give every signal's output the weights of the emotion nearest to it."""
        with torch.no_grad():
            for place, name in enumerate(NEAREST, start=3):
                for part in ("heed", "say", "whole.weight", "whole.bias"):
                    self.learnt[part][place] = self.learnt[part][OUTPUTS + emotions.index(name)]


@dataclass(frozen=True)
class Truth:
    """What is known of all cases, as arrays."""

    label: torch.Tensor
    emotions: torch.Tensor
    commented: torch.Tensor
    signals: torch.Tensor  # and, at last, whether the feeling is toward others
    signalled: torch.Tensor
    unhappy: torch.Tensor  # -1 where it is unknown

    @classmethod
    def of(cls, cases: Sequence[Case], emotions: int) -> "Truth":
        felt, given = np.zeros((len(cases), emotions), np.float32), np.zeros((len(cases), HEARD), np.float32)
        for row, case in enumerate(cases):
            felt[row, list(case.emotions)] = 1
            given[row, list(case.signals or ())] = 1
            given[row, -1] = case.elsewhere
        return cls(
            torch.tensor([case.label for case in cases]),
            torch.from_numpy(felt),
            torch.tensor([bool(case.emotions) for case in cases]),
            torch.from_numpy(given),
            torch.tensor([case.signals is not None for case in cases]),
            torch.tensor([-1.0 if case.unhappy is None else float(case.unhappy) for case in cases]),
        )

    def loss(self, logits: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
        """How far logits are from what is known of the cases at `places`."""
        label, commented, signalled = self.label[places], self.commented[places], self.signalled[places]
        known = label >= 0
        total = logits.sum() * 0
        if known.any():
            total = total + cross_entropy(logits[known, :3], label[known], label_smoothing=0.05)
        heard = torch.cat([logits[:, 3:UNHAPPY], logits[:, UNHAPPY + 1 : OUTPUTS]], dim=1)
        for some, said, truth, weight in (
            (commented, logits[:, OUTPUTS:], self.emotions, EMOTIONS),
            (signalled, heard, self.signals, SIGNALLED),
            (self.unhappy[places] >= 0, logits[:, UNHAPPY], self.unhappy, 1.0),
        ):
            if some.any():
                wrong = binary_cross_entropy_with_logits(said[some], truth[places][some])
                total = total + weight * some.float().mean() * wrong
        return total


def steps(places: Places, states: States, draw: np.random.Generator) -> Iterator[Places]:
    """An epoch in batches of like lengths, in any order."""
    found: list[Places] = []
    mixed = draw.permutation(places)
    for start in range(0, len(mixed), TOKENS):
        near = mixed[start : start + TOKENS]
        near = near[np.argsort(states.lengths[near], kind="stable")]
        while len(near):
            sizes = (np.arange(len(near)) + 1) * states.lengths[near]
            size = max(1, int((sizes <= TOKENS).sum()))
            found.append(near[:size])
            near = near[size:]
    yield from (found[place] for place in draw.permutation(len(found)))


def learn(learner: Learner, states: States, truth: Truth, epochs: Sequence[Places], rate: float) -> None:
    """Go through the epochs with Adam, its step growing at first and then falling like a cosine."""
    draw = np.random.default_rng(SEED)
    plan = [batch for places in epochs for batch in steps(places, states, draw)]
    adam = torch.optim.AdamW(learner.learnt.values(), lr=rate, weight_decay=0.02)
    slowed = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda step: min(1.0, step / 50) * (1 + math.cos(math.pi * step / len(plan))) / 2
    )
    for batch in plan:
        hidden, mask = states.batch(batch)
        adam.zero_grad()
        truth.loss(learner.hear(hidden, mask, DROP), torch.from_numpy(batch)).backward()
        nn.utils.clip_grad_norm_(learner.learnt.values(), 1.0)
        adam.step()
        slowed.step()


def predict(learner: Learner, states: States, places: Places) -> Floats:
    """Logits (n, OUTPUTS) of the cases at `places`."""
    found = np.zeros((len(places), OUTPUTS), np.float32)
    order = np.argsort(states.lengths[places])
    with torch.inference_mode():
        for start in range(0, len(order), 64):
            some = order[start : start + 64]
            found[some] = learner.hear(*states.batch(places[some]))[:, :OUTPUTS].numpy()
    return found


def epoch(cases: Sequence[Case], fold: int, draw: np.random.Generator, *, behind: float = 0.5) -> Places:
    """The places of what one epoch on our messages reads; of ours, nothing of `fold`.

    Turns behind what was said before them are read `behind` times.
    """
    ours, turns, letters, contexts = (
        np.array([i for i in places(cases, source) if cases[i].fold != fold], int)
        for source in ("ours", "turn", "letter", "context")
    )
    desk = places(cases, "desk")
    public = np.concatenate([places(cases, "comment"), desk])
    drawn = draw.choice(public, min(DRAWN, len(public)), replace=False)
    calm = draw.choice(desk, min(CALM, len(desk)), replace=False)
    read = draw.permutation(np.repeat(contexts, math.ceil(behind)))[: int(behind * len(contexts))]
    return np.concatenate([np.repeat(ours, OURS), turns, letters, read, drawn, calm])


def places(cases: Sequence[Case], *sources: str) -> Places:
    """Where the cases of these sources stand."""
    return np.array([place for place, case in enumerate(cases) if case.source in sources], int)


def calibrated(logits: Floats, truth: Truth, found: Places) -> tuple[Floats, Floats]:
    """Scale and shift (OUTPUTS,) that make logits honest: one temperature for the moods, a line for each other output.

    Guo and others 2017, and Platt 1999. `found` are the places of cases that a fold of its own was predicted for.
    """
    scale, shift = np.ones(OUTPUTS, np.float32), np.zeros(OUTPUTS, np.float32)
    label = truth.label[found].numpy()
    known = label >= 0
    scale[:3] = 1 / temperature(logits[known, :3], label[known])
    unhappy, signalled = truth.unhappy[found].numpy(), truth.signalled[found].numpy()
    for place in range(3, OUTPUTS):
        some = label >= 0 if place == UNHAPPY else signalled
        answer = unhappy if place == UNHAPPY else truth.signals[found][:, place - 3 - (place > UNHAPPY)].numpy()
        line = LogisticRegression(C=100.0).fit(logits[some, place : place + 1], answer[some] > 0)
        scale[place], shift[place] = line.coef_[0, 0], line.intercept_[0]
    return scale, shift


def temperature(logits: Floats, truth: NDArray[np.integer]) -> float:
    """The divisor of the logits with the least log loss."""

    def loss(divisor: float) -> float:
        return float(-np.log(softmax(logits / np.float32(divisor))[np.arange(len(truth)), truth] + 1e-9).mean())

    return float(min(np.geomspace(0.25, 8, 200), key=loss))


def report(name: str, logits: Floats, cases: Sequence[Case]) -> None:
    """Print macro-F1 of the three labels."""
    truth = [case.label for case in cases]
    print(
        f"{name}: {len(cases)} cases, macro-F1 {f1_score(truth, logits[:, :3].argmax(1), average='macro'):.3f}",
        flush=True,
    )


def main() -> None:
    """Read the texts once, learn from comments, then from our messages, once for each fold and once from all."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True, help="folder of the public data sets")
    options.add_argument("--few", action="store_true", help="a trial on few comments, which writes nothing")
    chosen = options.parse_args()
    torch.manual_seed(SEED)
    cases, held = gather(chosen.data, few=chosen.few)
    names = mood_texts.emotions(chosen.data)
    with tempfile.TemporaryDirectory() as scratch:
        states = States.read(cases + held, settings.load().models, Path(scratch, "states.npy"))
        truth = Truth.of(cases, len(names))
        dev = np.arange(len(cases), len(cases) + len(held))
        learner = Learner(states, OUTPUTS + len(names))
        learn(learner, states, truth, [places(cases, "comment", "desk")] * FIRST, RATES[0])
        report("GoEmotions dev, from comments alone", predict(learner, states, dev), held)
        learner.begin_signals(names)
        begun = learner.copied()
        logits = np.zeros((len(cases), OUTPUTS), np.float32)
        for fold in range(FOLDS):
            for learnt, sources in ((adapt, ("ours", "turn")), (listen, ("context",))):
                learnt(learner, begun, states, truth, cases, fold)
                out = np.array([i for i in places(cases, *sources) if cases[i].fold == fold])
                logits[out] = predict(learner, states, out)
        ours = places(cases, "ours")
        for lang in ("en", "ja"):
            some = np.array([i for i in ours if cases[i].lang == lang])
            report(f"our messages, {lang}, cross-validated", logits[some], [cases[i] for i in some])
        scale, shift = calibrated(logits[ours], truth, ours)
        behind = logits[places(cases, "context"), UNHAPPY]
        line = LogisticRegression(C=100.0).fit(behind[:, None], truth.unhappy[places(cases, "context")] > 0)
        adapt(learner, begun, states, truth, cases, FOLDS)
        report("GoEmotions dev", predict(learner, states, dev), held)
        if not chosen.few:
            learner.save(HEAD, slice(OUTPUTS), scale, shift)
            listen(learner, begun, states, truth, cases, FOLDS)
            learner.save(BEHIND, slice(UNHAPPY, UNHAPPY + 1), line.coef_[0], line.intercept_)
            alone = label(logits[places(cases, "turn")] * scale + shift)
            train_trajectory.train(heard(alone, line.predict_proba(behind[:, None])[:, 1]))


def heard(alone: Sequence[Mood], within: Sequence[float]) -> list[Mood]:
    """The moods of all turns of our conversations, with what was heard of those that are read behind others."""
    told, chances = [case for file in mood_texts.TALKS for case in mood_texts.contexts(file)], iter(within)
    pairs = zip(alone, told, strict=True)
    return [replace(mood, within=float(next(chances))) if case.text else mood for mood, case in pairs]


def gather(data: Path, *, few: bool) -> tuple[list[Case], list[Case]]:
    """What is learnt from, and GoEmotions' development part; of `few` every twentieth."""
    train, held = (mood_texts.comments(data, part) for part in ("train", "dev"))
    further = [replace(case, fold=fold) for file, fold in APART.items() for case in mood_texts.own(file)]
    ours = mood_texts.own("mood_messages.jsonl") + mood_texts.own("mood_written.jsonl")
    own = ours + further + mood_texts.letters(ours)
    own += [
        case for file in mood_texts.TALKS for case in mood_texts.turns(file) + mood_texts.contexts(file) if case.text
    ]
    step = 20 if few else 1
    return (train + mood_texts.desk(data) + own)[::step], [case for case in held if case.label >= 0][::step]


def adapt(
    learner: Learner, begun: dict[str, torch.Tensor], states: States, truth: Truth, cases: Sequence[Case], fold: int
) -> None:
    """From where the comments left it, let the learner learn from our messages but those of `fold`.

    A share of the first weights keeps what the comments taught (Wortsman and others 2022).
    """
    learner.restore(begun)
    draw = np.random.default_rng(SEED)
    learn(learner, states, truth, [epoch(cases, fold, draw) for _ in range(SECOND)], RATES[1])
    learnt = learner.copied()
    learner.restore({name: (1 - BEGUN) * value + BEGUN * begun[name] for name, value in learnt.items()})


def listen(
    learner: Learner, begun: dict[str, torch.Tensor], states: States, truth: Truth, cases: Sequence[Case], fold: int
) -> None:
    """From there as well, let it learn turns behind what was said before them, but those of `fold`."""
    learner.restore(begun)
    draw = np.random.default_rng(SEED)
    learn(learner, states, truth, [epoch(cases, fold, draw, behind=2.0) for _ in range(AMONG)], RATES[1])
    turns = np.array([i for i in places(cases, "context") if cases[i].fold != fold])
    learn(learner, states, truth, [turns] * LAST, RATES[2])


if __name__ == "__main__":
    main()
