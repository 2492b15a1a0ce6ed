"""Train the head that labels moods (docs/mood.md): `python benchmarks/train_mood.py --data DIR`, two minutes on a CPU.

DIR holds one folder per public data set named in docs/mood.md; `mood_messages.jsonl` beside this file is our own.
"""

import argparse
import csv
import json
import random
import re
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from console.mood import HEAD, LABELS, Classifier, softmax
from ingest.embedding import Embedding

HERE = Path(__file__).parent
COMMENTS = 18_000  # of GoEmotions, drawn at random: one minute to embed
# The penalty and the weights were chosen by cross-validation on our own messages.
PENALTY = 1.0  # L2, on the weights
WEIGHT = {"goemotions": 1.0, "ours": 40.0, "desk": 1.0}
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

Floats = NDArray[np.float32]
Labels = NDArray[np.intp]


@dataclass(frozen=True)
class Case:
    """One labelled text. `label` indexes LABELS."""

    text: str
    label: int
    source: str
    lang: str = "en"


def own(file: str) -> list[Case]:
    """The messages that we wrote ourselves."""
    rows = map(json.loads, (HERE / file).read_text("utf-8").splitlines())
    return [Case(row["text"], LABELS.index(row["label"]), "ours", row["lang"]) for row in rows]


def comments(data: Path, part: str) -> list[Case]:
    """GoEmotions in three groups. Comments with both good and bad feelings are left out."""
    folder = data / "goemotions/data/original"
    names = (folder / "labels.txt").read_text().split()
    found = []
    for line in (folder / f"{part}.tsv").read_text("utf-8").splitlines():
        text, ids, _ = line.split("\t")
        emotions = {names[int(i)] for i in ids.split(",")}
        bad, good = bool(emotions & NEGATIVE), bool(emotions & POSITIVE)
        if not (bad and good):
            found.append(Case(text, 0 if bad else 2 if good else 1, "goemotions"))
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
        cases += [Case(text, 1, "desk", lang) for text in calm[:most]]
    return cases


def labels(cases: list[Case]) -> Labels:
    """Their labels as an array."""
    return np.array([case.label for case in cases])


def sample_weights(cases: list[Case]) -> Floats:
    """Weight of each case: of its source, with the three labels of GoEmotions made equal."""
    counts = np.bincount([case.label for case in cases if case.source == "goemotions"], minlength=3)
    even = counts.sum() / (3 * np.maximum(counts, 1))
    found = [WEIGHT[c.source] * (even[c.label] if c.source == "goemotions" else 1.0) for c in cases]
    return np.array(found, np.float32)


def fit(vectors: Floats, cases: list[Case]) -> tuple[Floats, Floats]:
    """Weights (dimensions, 3) and bias (3,) of a logistic regression."""
    model = LogisticRegression(C=1 / PENALTY, tol=1e-3, max_iter=1000)
    model.fit(vectors, labels(cases), sample_weight=sample_weights(cases))
    return model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)


def cross_validated(vectors: Floats, cases: list[Case]) -> Floats:
    """Logits of our own messages, each from a head that did not see it."""
    ours = np.array([i for i, case in enumerate(cases) if case.source == "ours"])
    logits = np.zeros((len(ours), 3), np.float32)
    groups = [f"{cases[i].lang}{cases[i].label}" for i in ours]
    for _, out in StratifiedKFold(5, shuffle=True, random_state=7).split(ours, groups):
        keep = np.setdiff1d(np.arange(len(cases)), ours[out])
        weights, bias = fit(vectors[keep], [cases[i] for i in keep])
        logits[out] = vectors[ours[out]] @ weights + bias
    return logits


def temperature(logits: Floats, truth: Labels) -> float:
    """The divisor of the logits with the least log loss (Guo and others 2017)."""

    def loss(divisor: float) -> float:
        return float(-np.log(softmax(logits / np.float32(divisor))[np.arange(len(truth)), truth] + 1e-9).mean())

    return float(min(np.geomspace(0.25, 8, 200), key=loss))


def report(name: str, classifier: Classifier, vectors: Floats, cases: list[Case]) -> None:
    """Print macro-F1 of the three labels and the AUC of `dissatisfied` for the negative ones."""
    moods, truth = classifier.label(vectors), labels(cases)
    told = [LABELS.index(mood.label) for mood in moods]
    score = f1_score(truth, told, average="macro")
    area = roc_auc_score(truth == 0, [mood.dissatisfied for mood in moods])
    print(f"{name}: {len(cases)} cases, macro-F1 {score:.3f}, AUC of dissatisfied {area:.3f}")


def main() -> None:
    """Train, calibrate, write the head and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data sets")
    parser.add_argument("--embedding", default="", help="folder of another embedding than the default")
    parser.add_argument("--models", type=Path, default=Path.home() / ".cache/kizuna/models")
    given = parser.parse_args()

    embedding = Embedding.open(given.models, given.embedding)
    public = comments(given.data, "train")
    random.Random(7).shuffle(public)
    cases = public[:COMMENTS] + desk(given.data) + own("mood_messages.jsonl")
    vectors = embedding.queries([case.text for case in cases])

    logits = cross_validated(vectors, cases)
    truth = labels([case for case in cases if case.source == "ours"])
    divisor = temperature(logits, truth)
    weights, bias = fit(vectors, cases)
    calibrated = Classifier(weights / np.float32(divisor), bias / np.float32(divisor), embedding.name)
    np.savez(HEAD, **asdict(calibrated))
    score = f1_score(truth, logits.argmax(1), average="macro")
    print(f"cross-validated: {len(truth)} cases, macro-F1 {score:.3f}, temperature {divisor:.2f}")

    classifier, dev, held = Classifier.open(), comments(given.data, "dev"), own("mood_held.jsonl")
    report("GoEmotions dev", classifier, embedding.queries([case.text for case in dev]), dev)
    for lang in ("en", "ja"):
        part = [case for case in held if case.lang == lang]
        report(f"held {lang}", classifier, embedding.queries([case.text for case in part]), part)


if __name__ == "__main__":
    main()
