"""Train what hears risk and what weighs it (docs/risk.md): `python benchmarks/train_risk.py`, some minutes on a CPU.

Both parts are fitted on texts of our own beside this file: sentences and messages for the ear (console/risk/heard.npz),
customer histories for the weights (console/risk/weights.json). `--telco FILE` is the churn table of docs/risk.md, for
the weights of tenure and value; without it they stay as they are. Prints what cross-validation says.
"""

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from score_risk import KNOWN, history, read, report
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from console import mood, settings
from console.risk import Ear, History
from console.risk.ear import HEAD, Head
from console.risk.model import WEIGHTS
from console.risk.signals import evidence
from ingest import sentences
from ingest.embedding import Embedding

Floats = NDArray[np.float64]
SAYS = ("leaving", "threat", "promise", "repeat", "waiting", "bot", "unhappy", "staying", "glad", "other")
INVERSE_PENALTY, MESSAGES = 3.0, 0.3  # of the ear's head; the weight of whole messages beside sentences
# What a person would expect of each signal, in log-odds at its full strength: rare ones stay near it, for 150 histories
# tell little of them. The sign is a constraint.
PRIOR = {
    "leaving": 2.5, "threat": 2.0, "anger": 0.5, "mood": 2.0, "trajectory": 1.0, "promise": 1.5, "repeat": 1.0,
    "waiting": 1.0, "silent": 1.5, "bot": 1.0, "csat": 1.0, "staying": -2.0, "well": -1.5,
}  # fmt: skip
LEAST = 0.4  # what every signal counts at least, for what is shown as a reason has to be one
PENALTY = 0.5
TRUSTED = 0.5  # of what calibration says: the sentences were written by people who knew the histories
ROUNDS, FOLDS = 5, 10
SINGLE, SPLITS, CONTENT = 0.05, 5, 4  # the weight of one message; heads that hear them; ratings from which all is well
NOW = "2026-11-30T09:00:00Z"
PROFILE = 0.1  # of what the churn table says: it is of another trade, and of customers nobody listened to


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--telco", type=Path, help="Telco-Customer-Churn.csv")
    chosen = parser.parse_args()
    embedding = Embedding.open(settings.load().models)
    head = listen(embedding)
    names, half = np.array(head.names), head.weights.astype(np.float16)
    np.savez(HEAD, names=names, weights=half, bias=head.bias, embedding=np.array(head.embedding))
    classifier = mood.Classifier.open()
    rows = [row for name in KNOWN for row in read(name)]
    told = [history(row, classifier, embedding) for row in rows]
    amounts, left = measured(told, Ear(embedding, Head.open())), np.array([float(row["at_risk"]) for row in rows])
    plain, leaves = single(classifier, embedding)
    points = cross_validated(amounts, left, plain, leaves)
    slope = 1 + TRUSTED * (platt(points, left) - 1)
    chances = 1 / (1 + np.exp(-slope * points))
    for lang in ("", "en", "ja"):
        kept = [place for place, row in enumerate(rows) if row["lang"].startswith(lang)]
        report(f"cross-validated {lang}".strip(), [rows[place] for place in kept], chances[kept])
    weights = slope * fit(amounts, left, plain, leaves)
    flagged = plain @ weights[:-1] + weights[-1] >= 0
    print(
        f"known by one message or conversation: {flagged[leaves > 0].mean():.3f} of {int(leaves.sum())} who leave are"
    )
    print(f"flagged, and {flagged[leaves == 0].mean():.3f} of {int((leaves == 0).sum())} who are neutral or content")
    found = {name: round(float(one), 3) for name, one in zip(PRIOR, weights, strict=False)}
    kept = json.loads(WEIGHTS.read_text("utf-8"))["weights"] if WEIGHTS.exists() else {}
    found |= profile(chosen.telco) if chosen.telco else {name: kept.get(name, 0.0) for name in ("tenure", "value")}
    bias = round(float(weights[-1]), 3)
    WEIGHTS.write_text(json.dumps({"weights": found, "bias": bias}, indent=1) + "\n", "utf-8")
    print(found, bias)


def listen(embedding: Embedding, without: frozenset[str] = frozenset()) -> Head:
    """The head of the ear, a multinomial logistic regression on sentences and, for less, on messages."""
    cases = [(row["text"], row["says"], 1.0) for row in read("risk_sentences.jsonl")]
    cases += [(text, says, MESSAGES) for text, says in messages(without)]
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=500, tol=1e-3)
    vectors = embedding.queries([text for text, _, _ in cases])
    model.fit(vectors, [SAYS.index(says) for _, says, _ in cases], sample_weight=[weight for *_, weight in cases])
    weights, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    return Head(SAYS, weights, bias, embedding.name)


def single(classifier: mood.Classifier, embedding: Embedding) -> tuple[Floats, Floats]:
    """Amounts of customers known by one message or conversation, and who of them leaves: unhappy ones are left out.

    Messages are heard by heads that did not see them.
    """
    rows = [row for row in read("mood_written.jsonl") if row["mood"] != "negative" or "leaving" in row["signals"]]
    rows = [row for row in rows if "leaving" in row["signals"] or "threat" not in row["signals"]]
    parts = []
    for fold in range(SPLITS):
        told = rows[fold::SPLITS]
        head = listen(embedding, frozenset(row["text"] for row in told))
        talks = [[{"role": "customer", "text": row["text"]}] for row in told]
        parts.append((_amounts(talks, classifier, embedding, head), ["leaving" in row["signals"] for row in told]))
    content = [row["turns"] for row in read("conversations_written.jsonl") if row["csat"] >= CONTENT]
    parts.append((_amounts(content, classifier, embedding, Head.open()), [False] * len(content)))
    return np.vstack([one for one, _ in parts]), np.array([float(one) for _, labels in parts for one in labels])


def _amounts(
    talks: Sequence[list[dict[str, str]]], classifier: mood.Classifier, embedding: Embedding, head: Head
) -> Floats:
    blank = {"plan": "", "monthly_value": None, "tenure_months": None}
    told = []
    for turns in talks:
        ticket = {"id": "", "channel": "", "subject": "", "status": "open", "csat": None}
        ticket["turns"] = [turn | {"at": None} for turn in turns]
        told.append(history({"tickets": [ticket], "customer": blank, "now": NOW}, classifier, embedding))
    return measured(told, Ear(embedding, head))


def messages(without: frozenset[str]) -> list[tuple[str, str]]:
    """What our messages for the mood say: one signal, content, displeasure; calm ones sentence by sentence."""
    rows = [row for row in read("mood_written.jsonl") if row["text"] not in without]
    found = [(row["text"], says) for row in rows if (says := _says(row))]
    plain = {"positive": "glad", "neutral": "other"}
    found += [(row["text"], plain[row["label"]]) for row in read("mood_messages.jsonl") if row["label"] in plain]
    return [
        (part, says)
        for text, says in found
        for part in ([text[start:end] for start, end in sentences.sentences(text)] if says == "other" else [text])
    ]


def _says(row: dict[str, Any]) -> str:
    """What a message says above all; "" where that is more than one thing."""
    signals = set(row["signals"])
    named = {"leaving": "leaving", "threat": "threat", "broken_promise": "promise", "repeat": "repeat"}
    strong = [says for signal, says in named.items() if signal in signals]
    if strong:
        return strong[0] if len(strong) == 1 else ""
    if signals & {"disappointment", "anger"} and row["toward"] == "company":
        return "unhappy"
    if row["mood"] == "positive":
        return "glad"
    return "other" if row["mood"] == "neutral" or row["toward"] == "other" else ""


def measured(told: Sequence[History], ear: Ear) -> Floats:
    """The amount of each signal of PRIOR, (histories, signals)."""
    found = np.zeros((len(told), len(PRIOR)))
    for row, one in zip(found, told, strict=True):
        for shown in evidence(one, ear):
            if shown.signal in PRIOR:
                row[list(PRIOR).index(shown.signal)] = shown.amount
    return found


def fit(amounts: Floats, left: Floats, plain: Floats, leaves: Floats) -> Floats:
    """Weights and, at last, the bias: logistic regression, its signs as in PRIOR and its penalty around PRIOR.

    Histories count in full, those of one message or conversation (`plain`, `leaves`) SINGLE each.
    """
    expected = np.array(list(PRIOR.values()))
    counts = np.append(np.ones(len(left)), np.full(len(leaves), SINGLE))
    amounts, left = np.vstack([amounts, plain]), np.append(left, leaves)

    def loss(weights: Floats) -> tuple[float, Floats]:
        points = amounts @ weights[:-1] + weights[-1]
        off = counts * (1 / (1 + np.exp(-points)) - left)
        away = weights[:-1] - expected
        value = (counts * (np.logaddexp(0, points) - left * points)).sum() + PENALTY / 2 * away @ away
        return float(value), np.append(amounts.T @ off + PENALTY * away, off.sum())

    bounds = [(LEAST, None) if one > 0 else (None, -LEAST) for one in expected]
    found: Floats = minimize(loss, np.append(expected, -2.0), jac=True, bounds=[*bounds, (None, None)]).x
    return found


def cross_validated(amounts: Floats, left: Floats, plain: Floats, leaves: Floats) -> Floats:
    """Log-odds of histories, each from weights that did not see it, averaged over some ways to fold."""
    found = np.zeros(len(left))
    for seed in range(ROUNDS):
        order = np.random.default_rng(seed).permutation(len(left))
        for fold in range(FOLDS):
            out = order[fold::FOLDS]
            keep = np.setdiff1d(order, out)
            weights = fit(amounts[keep], left[keep], plain, leaves)
            found[out] += (amounts[out] @ weights[:-1] + weights[-1]) / ROUNDS
    return found


def platt(points: Floats, left: Floats) -> float:
    """The slope that calibrates log-odds (Platt 1999). Their offset is no desk's: half are at risk."""
    return float(LogisticRegression(C=1e3).fit(points[:, None], left).coef_[0, 0])


def profile(table: Path) -> dict[str, float]:
    """Weights of tenure and value from a table of customers who stayed or left, and what they are worth there."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    left = np.array([row["Churn"] == "Yes" for row in rows])
    paid, months = (np.array([float(row[name]) for row in rows]) for name in ("MonthlyCharges", "tenure"))
    tenure = np.maximum((np.log1p(24.0) - np.log1p(months)) / np.log1p(72.0), -1.0)
    value = np.clip(np.log2(paid / np.median(paid)) / 2, -1.0, 1.0)
    train, held, told, truth = train_test_split(
        np.column_stack([tenure, value]), left, test_size=0.3, random_state=7, stratify=left
    )
    model = LogisticRegression(C=1e3).fit(train, told)
    area = roc_auc_score(truth, model.decision_function(held))
    print(f"tenure and value on {len(truth)} held-out customers: AUC {area:.3f}, log-odds {model.coef_[0].round(2)}")
    return {name: round(PROFILE * float(one), 3) for name, one in zip(("tenure", "value"), model.coef_[0], strict=True)}


if __name__ == "__main__":
    main()
