"""What moods are learnt from and scored on: public sets in DIR, named in docs/mood.md, and our own beside this file."""

import csv
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from console import trajectory
from console.mood import LABELS, SIGNALS

HERE = Path(__file__).parent
FOLDS = 5
TALKS = (  # our conversations: dissatisfaction after each turn, and CSAT
    "conversations_written.jsonl", "conversations_further.jsonl", "mood_conversations.jsonl",
    "conversations_many.jsonl",
)  # fmt: skip
_BLOCK = 10  # messages written one after another that fall into the same fold: neighbours are alike
_LETTERS = 60  # made of our messages, for each fold and language
NEGATIVE = frozenset((
    "anger", "annoyance", "disappointment", "disapproval", "disgust",
    "fear", "grief", "nervousness", "sadness",
))  # fmt: skip
POSITIVE = frozenset((
    "admiration", "amusement", "approval", "caring", "excitement", "gratitude",
    "joy", "love", "optimism", "pride", "relief",
))  # fmt: skip
# Neutral at a desk: a desire is a request, remorse and embarrassment blame oneself ("sorry to ask again"), and
# confusion, curiosity, realization and surprise may go either way.
_FEELING = re.compile(
    r"thank|great|happy|love|perfect|awesome|wonderful|appreciat|glad|excellent|nice|damn|frustrat|annoy|angry|upset|hate"
    r"|ridiculous|unacceptable|disappoint|terribl|awful|worst|still|ありがと|感謝|助か|嬉し|うれし|素敵|楽し|最高|残念|困"
    r"|不安|心配|いいですね|良いですね|ひどい|悪",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Case:
    """One text. `label` indexes LABELS, -1 where feelings are mixed; `emotions` index those of GoEmotions.

    `signals` index SIGNALS, None where nobody labelled them; `elsewhere` tells of a feeling toward others. `unhappy`
    tells whether the customer is dissatisfied with us, None where that is unknown.
    """

    text: str
    label: int
    source: str
    lang: str = "en"
    channel: str = ""
    emotions: tuple[int, ...] = ()
    signals: tuple[int, ...] | None = None
    elsewhere: bool = False
    fold: int = -1
    unhappy: bool | None = None


def emotions(data: Path) -> list[str]:
    """The names of GoEmotions' labels, in their order."""
    return (data / "goemotions/data/original/labels.txt").read_text().split()


def comments(data: Path, part: str) -> list[Case]:
    """GoEmotions in three groups."""
    names, found = emotions(data), []
    for line in (data / f"goemotions/data/original/{part}.tsv").read_text("utf-8").splitlines():
        text, ids, _ = line.split("\t")
        places = tuple(map(int, ids.split(",")))
        felt = {names[place] for place in places}
        bad, good = bool(felt & NEGATIVE), bool(felt & POSITIVE)
        found.append(Case(text, -1 if bad and good else 0 if bad else 2 if good else 1, "comment", emotions=places))
    return found


def desk(data: Path) -> list[Case]:
    """Customers' words without a feeling, in both languages, taken as neutral: no person labelled them."""
    with (data / "banking77/banking_data/train.csv").open(encoding="utf-8", newline="") as file:
        bank = [row["text"] for row in csv.DictReader(file)]
    shop = []
    for path in sorted((data / "tau_bench/few_shot_data").glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            shop += re.findall(r"^user: (.*)$", json.loads(line)["messages_display"], re.M)
    hotel = []
    for path in sorted((data / "ja_asdc/data/main/dialog/text").glob("*.tsv")):
        for line in path.read_text("utf-8").splitlines():
            role, _, text = line.partition("\t")
            if role.startswith("customer"):
                hotel.append(re.sub("[│▁]", "", text))
    cases = []
    for texts, lang, most in ((bank, "en", 700), (shop, "en", 400), (hotel, "ja", 1100)):
        calm = sorted({text for text in texts if text and not _FEELING.search(text)})
        random.Random(7).shuffle(calm)
        cases += [Case(text, 1, "desk", lang, unhappy=False) for text in calm[:most]]
    return cases


def read(file: str) -> list[dict[str, Any]]:
    """The rows of one of our own files."""
    return [json.loads(line) for line in (HERE / file).read_text("utf-8").splitlines()]


def own(file: str) -> list[Case]:
    """Messages that we wrote ourselves, each with its fold."""
    found: list[Case] = []
    for row in read(file):
        label, signals = LABELS.index(row.get("mood") or row["label"]), None
        if "signals" in row:
            signals = tuple(SIGNALS.index(signal) for signal in row["signals"])
        fold = sum(case.lang == row["lang"] for case in found) // _BLOCK % FOLDS
        more = {"channel": row.get("channel", ""), "elsewhere": row.get("toward") == "other", "unhappy": label == 0}
        found.append(Case(row["text"], label, "ours", row["lang"], signals=signals, fold=fold, **more))
    return found


def turns(file: str) -> list[Case]:
    """What customers say in our conversations, each by itself; some are labelled with `unhappy` only."""
    found = []
    for fold, row in _told(file):
        for turn in row["turns"]:
            if turn["role"] != "customer":
                continue
            label = LABELS.index(turn["mood"]) if "mood" in turn else -1
            signals = tuple(SIGNALS.index(one) for one in turn["signals"]) if "signals" in turn else None
            unhappy, away = turn["dissatisfied"] == 1, turn.get("toward") == "other"
            known = {"signals": signals, "elsewhere": away, "fold": fold, "unhappy": unhappy}
            found.append(Case(turn["text"], label, "turn", row["lang"], row["channel"], **known))
    return found


def contexts(file: str) -> list[Case]:
    """The same behind what was said before them, as `trajectory.contexts` puts it: empty where it does not."""
    found = []
    for fold, row in _told(file):
        said = [SimpleNamespace(role=turn["role"], text=turn["text"]) for turn in row["turns"]]
        truth = [turn["dissatisfied"] == 1 for turn in row["turns"] if turn["role"] == "customer"]
        for text, unhappy in zip(trajectory.contexts(said), truth, strict=True):
            found.append(Case(text, -1, "context", row["lang"], row["channel"], fold=fold, unhappy=unhappy))
    return found


def _told(file: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Conversations with their folds, in which authors are kept together where a file has several."""
    for place, row in enumerate(read(file)):
        yield row.get("author", place) % FOLDS, row


def letters(ours: Sequence[Case]) -> list[Case]:
    """Longer messages put together from ours: one bitter or glad one among calm ones, all of one fold and language."""
    draw, found = random.Random(5), []
    for fold in range(FOLDS):
        for lang in ("en", "ja"):
            near = [one for one in ours if (one.fold, one.lang) == (fold, lang) and 12 <= len(one.text) <= 400]
            found += [_letter(near, number, draw) for number in range(_LETTERS)]
    return found


def _letter(near: Sequence[Case], number: int, draw: random.Random) -> Case:
    calm = [one for one in near if one.label == 1 and not one.elsewhere]
    thanks = [one for one in near if one.label == 2 and SIGNALS.index("gratitude") in (one.signals or ())]
    label = (0, 0, 0, 2, 1)[number % 5]
    parts = [draw.choice(calm) for _ in range(draw.randint(1, 5))]
    core = [draw.choice([one for one in near if one.label == label and (label != 1 or one in calm)])]
    if label == 0 and number % 3 == 0:
        core.insert(0, draw.choice(thanks))  # thanks alone are courtesy
    at = draw.randint(0, len(parts))
    parts[at:at] = core
    signals = None
    if all(one.signals is not None for one in parts):
        signals = tuple(sorted({signal for one in parts for signal in one.signals or ()}))
    between = "\n" if number % 2 else " " if near[0].lang == "en" else ""
    text = between.join(one.text for one in parts)
    return Case(text, label, "letter", near[0].lang, "mail", signals=signals, fold=near[0].fold, unhappy=label == 0)
