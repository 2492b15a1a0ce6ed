"""Score moods and trajectories: `PYTHONPATH=. python benchmarks/score_mood.py --blind --data DIR`, ten minutes.

Without `--blind` the sets that were trained on are scored, which only shows that the script works. `--data` adds
GoEmotions' development part and the comparison with a linear head and, where vaderSentiment is installed, VADER.
"""

import argparse
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from mood_texts import Case, comments, desk, own, read
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score

from console import mood, settings, trajectory
from console.mood import HEARD, LABELS, SIGNALS, Mood
from ingest.embedding import Embedding

COMMENTS = 18_000  # of GoEmotions that the linear head learns from
WEIGHT = {"comment": 1.0, "desk": 1.0, "ours": 40.0}
BINS = 10  # of equal width, for the expected calibration error
TURNS = 6  # that a conversation needs
BLIND = ("mood_blind_second", "mood_blind_third", "mood_blind_fourth", "mood_authors")  # six authors, none learnt from

Floats = NDArray[np.float32]
Tells = Callable[[Sequence[Case]], Sequence[int]]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--blind", action="store_true", help="the blind sets, which are to be scored once")
    options.add_argument("--data", type=Path, help="folder of the public data sets")
    chosen = options.parse_args()
    written, talked = (
        (BLIND, "mood_conversations_second") if chosen.blind else (("mood_written",), "conversations_written")
    )
    embedding = Embedding.open(settings.load().models)
    classifier = mood.Classifier.open()
    cases = [case for name in written for case in own(f"{name}.jsonl")]
    messages(cases, classifier.of([case.text for case in cases], embedding))
    conversations(read(f"{talked}.jsonl"), classifier, embedding)
    if chosen.data:
        compared(chosen.data, cases, classifier, embedding)


def messages(cases: Sequence[Case], moods: Sequence[Mood]) -> None:
    """Macro-F1 by language and channel, calibration, signals, and whom a feeling is toward."""
    truth, told = labels(cases), np.array([LABELS.index(one.label) for one in moods])
    score = np.array([one.score for one in moods])
    groups = {"all": np.ones(len(cases), bool)}
    groups |= {lang: np.array([case.lang == lang for case in cases]) for lang in ("en", "ja")}
    groups |= {name: np.array([case.channel == name for case in cases]) for name in ("mail", "chat", "social", "call")}
    for name, some in groups.items():
        right = told[some] == truth[some]
        print(
            f"messages, {name}: {some.sum()} cases, macro-F1 {macro(truth[some], told[some]):.3f}, accuracy "
            f"{right.mean():.3f}, ECE {ece(score[some], right):.3f} ({by_chance(score[some]):.3f} by chance alone)"
        )
    area = roc_auc_score(truth == 0, [one.dissatisfied for one in moods])
    print(f"dissatisfied: AUC {area:.3f}, negative messages against the others")
    each = []
    for place, signal in enumerate(SIGNALS):
        given = np.array([place in (case.signals or ()) for case in cases])
        heard = np.array([one.signals[signal] for one in moods])
        each.append(f1_score(given, heard >= HEARD, zero_division=0))
        print(f"signal {signal}: {given.sum()} cases, F1 {each[-1]:.3f}, AUC {roc_auc_score(given, heard):.3f}")
    print(f"signals: mean F1 {np.mean(each):.3f}")
    away = np.array([case.elsewhere for case in cases])
    there = np.array([one.elsewhere for one in moods])
    neutral = (told[away] == 1).mean()
    print(
        f"toward others: {away.sum()} cases, AUC {roc_auc_score(away, there):.3f}, {neutral:.3f} of them told neutral"
    )


def conversations(told: Sequence[dict[str, Any]], classifier: mood.Classifier, embedding: Embedding) -> None:
    """AUC of dissatisfaction after each turn of the customer, with and without what came before; error of the CSAT."""
    long = [one for one in told if len(one["turns"]) >= TURNS]
    truth: list[int] = []
    alone: list[float] = []
    after: list[float] = []
    stars: list[float] = []
    for one in long:
        turns = [SimpleNamespace(role=turn["role"], text=turn["text"]) for turn in one["turns"]]
        moods = trajectory.moods(classifier, turns, embedding)
        truth += [turn["dissatisfied"] for turn in one["turns"] if turn["role"] == "customer"]
        alone += [each.dissatisfied for each in moods]
        after += trajectory.follow(moods, turns)
        stars.append(trajectory.csat(moods, turns))
    given = np.array([one["csat"] for one in long])
    print(
        f"conversations: {len(long)} of at least {TURNS} turns, {len(truth)} of the customer's; AUC with context "
        f"{roc_auc_score(truth, after):.3f}, without {roc_auc_score(truth, alone):.3f}"
    )
    usual = np.mean([one["csat"] for one in read("conversations_written.jsonl")])
    print(f"CSAT: mean error {np.abs(given - stars).mean():.2f} stars, {np.abs(given - usual).mean():.2f} by the mean")


def compared(data: Path, cases: Sequence[Case], classifier: mood.Classifier, embedding: Embedding) -> None:
    """One table: VADER, a linear head on the frozen embedding, trained on the same texts, and the side network."""
    held = [case for case in comments(data, "dev") if case.label >= 0]
    parts = {"GoEmotions dev": held} | {lang: [case for case in cases if case.lang == lang] for lang in ("en", "ja")}
    print("macro-F1 | " + " | ".join(f"{name} ({len(part)})" for name, part in parts.items()))
    models: dict[str, Tells] = {
        "linear head": linear(data, embedding),
        "side network": lambda some: [
            LABELS.index(one.label) for one in classifier.of([case.text for case in some], embedding)
        ],
    }
    if vader := lexicon():
        models = {"VADER": vader} | models
    for name, tells in models.items():
        print(f"{name} | " + " | ".join(f"{macro(labels(part), tells(part)):.3f}" for part in parts.values()))
    moods = classifier.of([case.text for case in held], embedding)
    right = np.array([LABELS.index(one.label) == case.label for one, case in zip(moods, held, strict=True)])
    print(f"side network, GoEmotions dev: ECE {ece(np.array([one.score for one in moods]), right):.3f}")


def linear(data: Path, embedding: Embedding) -> Tells:
    """A logistic regression on the embedding's vectors, in the proportions of its sources that suited it best."""
    public = [case for case in comments(data, "train") if case.label >= 0]
    random.Random(7).shuffle(public)
    ours = [case for file in ("messages", "written", "further") for case in own(f"mood_{file}.jsonl")]
    cases = public[:COMMENTS] + desk(data) + ours
    model = LogisticRegression(tol=1e-3, max_iter=1000)
    weights = [WEIGHT[case.source] for case in cases]
    model.fit(embedding.queries([case.text for case in cases]), labels(cases), sample_weight=weights)
    return lambda some: list(model.predict(embedding.queries([case.text for case in some])))


def lexicon() -> Tells | None:
    """VADER (Hutto and Gilbert 2014), by the thresholds that its authors name; it knows English words only."""
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    judge = SentimentIntensityAnalyzer()

    def tells(some: Sequence[Case]) -> list[int]:
        found = [judge.polarity_scores(case.text)["compound"] for case in some]
        return [1 + (one >= 0.05) - (one <= -0.05) for one in found]

    return tells


def labels(cases: Sequence[Case]) -> NDArray[np.intp]:
    """Their labels as an array."""
    return np.array([case.label for case in cases])


def macro(truth: Sequence[int] | NDArray[np.intp], told: Sequence[int] | NDArray[np.intp]) -> float:
    """The mean of the three labels' F1."""
    return float(f1_score(truth, told, average="macro", labels=[0, 1, 2], zero_division=0))


def ece(score: NDArray[np.floating], right: NDArray[np.bool_]) -> float:
    """How far scores are from the share that is right, over bins of equal width (Guo and others 2017)."""
    place = np.minimum((score * BINS).astype(int), BINS - 1)
    gaps = [abs((score[place == one] - right[place == one]).sum()) for one in range(BINS)]
    return float(sum(gaps) / max(1, len(score)))


def by_chance(score: NDArray[np.floating], times: int = 200) -> float:
    """The error that would be measured if scores were exactly right: with few cases it is far from 0."""
    draw = np.random.default_rng(1)
    return float(np.mean([ece(score, draw.random(len(score)) < score) for _ in range(times)]))


if __name__ == "__main__":
    main()
