"""Train what hears risk and what weighs it (docs/risk.md): `python benchmarks/train_risk.py`, a quarter of an hour.

Everything is fitted on texts of our own beside this file: sentences as they stand in customers' histories for the ear
(console/risk/heard.npz), the histories for the weights (console/risk/weights.json). `--telco FILE` is the churn table
of docs/risk.md, for the weights of tenure and value; without it they stay as they are. Prints what each author's
histories are told by what was learnt from all the others.
"""

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
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
from console.risk import Ear, History, tenor
from console.risk.ear import HEAD, Head
from console.risk.model import WEIGHTS
from console.risk.signals import evidence
from console.risk.spoken import spoken_in
from ingest.embedding import Embedding

Floats = NDArray[np.float64]
SAYS = ("leaving", "threat", "promise", "repeat", "waiting", "bot", "unhappy", "staying", "glad", "other")
INVERSE_PENALTY = 3.0  # of the ear's head
# What a person would expect of each signal, in log-odds at its full strength: rare ones stay near it. The sign is a
# constraint, also on the parts of the tenor that people know as the same signal.
PRIOR = {
    "leaving": 2.5, "threat": 2.0, "anger": 0.5, "mood": 2.0, "trajectory": 1.0, "promise": 1.5, "repeat": 1.0,
    "waiting": 1.0, "silent": 1.5, "bot": 1.0, "csat": 1.0, "staying": -2.0, "well": -1.5,
}  # fmt: skip
LEAST = 0.1  # what every signal counts at least, for what is shown as a reason has to be one
PENALTIES = (1.0, 0.5, 0.3)  # of signals around PRIOR, of the tenor's parts, of what reads whole texts
KEYS = (*PRIOR, *tenor.PARTS)
AUTHORS = {"hm": "ht"}  # who wrote two sets; else the name before the number of a history is its author
PLAIN = ("p1", "p2")  # authors of everyday conversations, in which nobody leaves
SINGLE, LEAVING = 0.1, 0.3  # the weight of one message or conversation, and of one that tells of leaving
CONTENT = 4  # the rating from which all is well
NOW = "2026-11-30T09:00:00Z"
PROFILE = 0.1  # of what the churn table says: it is of another trade, and of customers nobody listened to


@dataclass(frozen=True)
class Cases:
    """Histories as they are weighed: `amounts` (n, KEYS), `texts` (n, 4 * dimensions), who left, what each counts."""

    amounts: Floats
    texts: Floats
    left: Floats
    counts: Floats

    def of(self, chosen: NDArray[np.bool_]) -> "Cases":
        """Those where `chosen` (n,) is true."""
        return Cases(self.amounts[chosen], self.texts[chosen], self.left[chosen], self.counts[chosen])

    def beside(self, other: "Cases") -> "Cases":
        """Both."""
        return Cases(*(np.concatenate([mine, theirs]) for mine, theirs in zip(
            (self.amounts, self.texts, self.left, self.counts), (other.amounts, other.texts, other.left, other.counts),
            strict=True,
        )))  # fmt: skip


@dataclass(frozen=True)
class Fitted:
    """Weights of `KEYS` and of whole texts, what texts usually come to, and the bias."""

    keys: Floats
    texts: Floats
    usual: float
    bias: float

    def points(self, cases: Cases) -> Floats:
        """Log-odds of cases."""
        found: Floats = cases.amounts @ self.keys + cases.texts @ self.texts - self.usual + self.bias
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--telco", type=Path, help="Telco-Customer-Churn.csv")
    chosen = parser.parse_args()
    embedding, classifier = Embedding.open(settings.load().models), mood.Classifier.open()
    rows = [row for name in KNOWN for row in read(name)]
    told = [history(row, classifier, embedding) for row in rows]
    authors = np.array([author(row["id"]) for row in rows])
    left = np.array([float(row["at_risk"]) for row in rows])
    whole = listen(embedding)
    singles = single(classifier, embedding, whole)
    cases = unheard(told, authors, left, embedding)
    points = np.zeros(len(rows))
    for one in sorted(set(authors)):
        points[authors == one] = fit(cases.of(authors != one).beside(singles)).points(cases.of(authors == one))
        if one in PLAIN:
            print(f"{one}: {(points[authors == one] >= 0).mean():.3f} of {(authors == one).sum()} flagged")
        else:
            print(f"{one}: AUC {roc_auc_score(left[authors == one], points[authors == one]):.3f}")
    telling = ~np.isin(authors, PLAIN)
    slope = platt(points, left)
    for lang in ("", "en", "ja"):
        kept = [place for place, row in enumerate(rows) if telling[place] and row["lang"].startswith(lang)]
        report(f"by the other authors {lang}".strip(), [rows[place] for place in kept], chances(slope * points)[kept])
    fitted = fit(cases.beside(singles))
    fitted = Fitted(slope * fitted.keys, slope * fitted.texts, slope * fitted.usual, slope * fitted.bias)
    flagged, leaves = fitted.points(singles) >= 0, singles.left > 0
    print(f"known by one message or conversation: {flagged[leaves].mean():.3f} of {leaves.sum()} who leave are")
    print(f"flagged, and {flagged[~leaves].mean():.3f} of {(~leaves).sum()} who are neutral or content")
    keep(whole, fitted, chosen.telco)


def author(id: str) -> str:
    """Who wrote a history."""
    name = id.rsplit("-", 1)[0]
    return AUTHORS.get(name, name)


def listen(embedding: Embedding, without: str = "") -> Head:
    """The head of the ear, a multinomial logistic regression on sentences, without those of one author."""
    cases = [row for row in read("risk_spoken.jsonl") if author(row["history"]) != without]
    model = LogisticRegression(C=INVERSE_PENALTY, max_iter=500, tol=1e-3)
    model.fit(embedding.queries([row["text"] for row in cases]), [SAYS.index(row["says"]) for row in cases])
    weights, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    return Head(SAYS, weights, bias, embedding.name, np.zeros((4, len(weights)), np.float32))


def unheard(told: Sequence[History], authors: NDArray[np.str_], left: Floats, embedding: Embedding) -> Cases:
    """All histories, each as an ear weighs it that has learnt nothing from its author."""
    amounts, texts = np.zeros((len(told), len(KEYS))), np.zeros((len(told), 0))
    for one in sorted(set(authors)):
        own = [place for place, who in enumerate(authors) if who == one]
        found, read_whole = measured([told[place] for place in own], Ear(embedding, listen(embedding, one)))
        texts = texts if texts.size else np.zeros((len(told), read_whole.shape[1]))
        amounts[own], texts[own] = found, read_whole
    return Cases(amounts, texts, left, np.ones(len(told)))


def single(classifier: mood.Classifier, embedding: Embedding, head: Head) -> Cases:
    """Customers known by one message or conversation, and who of them leaves: unhappy ones are left out."""
    rows = [row for row in read("mood_written.jsonl") if row["mood"] != "negative" or "leaving" in row["signals"]]
    rows = [row for row in rows if "leaving" in row["signals"] or "threat" not in row["signals"]]
    talks = [[{"role": "customer", "text": row["text"]}] for row in rows]
    content = [row["turns"] for row in read("conversations_written.jsonl") if row["csat"] >= CONTENT]
    left = np.array([float("leaving" in row["signals"]) for row in rows] + [0.0] * len(content))
    told = [_alone(turns, classifier, embedding) for turns in (*talks, *content)]
    return Cases(*measured(told, Ear(embedding, head)), left, np.where(left > 0, LEAVING, SINGLE))


def _alone(turns: list[dict[str, str]], classifier: mood.Classifier, embedding: Embedding) -> History:
    ticket: dict[str, Any] = {"id": "", "channel": "", "subject": "", "status": "open", "csat": None}
    ticket["turns"] = [turn | {"at": None} for turn in turns]
    blank = {"plan": "", "monthly_value": None, "tenure_months": None}
    return history({"tickets": [ticket], "customer": blank, "now": NOW}, classifier, embedding)


def measured(told: Sequence[History], ear: Ear) -> tuple[Floats, Floats]:
    """The amount of each of KEYS, (histories, KEYS), and the vectors of whole texts, (histories, 4 * dimensions)."""
    amounts, texts = np.zeros((len(told), len(KEYS))), []
    for row, one in zip(amounts, told, strict=True):
        for shown in evidence(one, ear):
            if (key := shown.part or shown.signal) in KEYS:
                row[KEYS.index(key)] = shown.amount
        spoken = spoken_in(one, ear)
        if ear.head is not None:
            texts.append(tenor.texts(one, spoken, ear).ravel() if spoken else np.zeros(ear.head.tenor.size))
    return amounts, np.array(texts) if texts else np.zeros((len(told), 0))


def fit(cases: Cases) -> Fitted:
    """Logistic regression, its signs as in PRIOR and its penalties around PRIOR and nothing."""
    sizes = (len(PRIOR), len(tenor.PARTS), cases.texts.shape[1])
    signs = np.sign([*PRIOR.values(), *(PRIOR[tenor.SIGNALS[part.partition(",")[0]]] for part in tenor.PARTS)])
    expected = np.concatenate([list(PRIOR.values()), np.zeros(sum(sizes[1:]))])
    penalties = np.repeat(PENALTIES, sizes)
    usual = cases.texts.mean(axis=0)
    seen = np.hstack([cases.amounts, cases.texts - usual])

    def loss(weights: Floats) -> tuple[float, Floats]:
        points = seen @ weights[:-1] + weights[-1]
        off = cases.counts * (1 / (1 + np.exp(-points)) - cases.left)
        away = weights[:-1] - expected
        value = (cases.counts * (np.logaddexp(0, points) - cases.left * points)).sum() + penalties @ away**2 / 2
        return float(value), np.append(seen.T @ off + penalties * away, off.sum())

    floor = np.repeat((LEAST, 0.0), sizes[:2])
    bounds: list[tuple[float | None, float | None]] = [
        (least, None) if sign > 0 else (None, -least) for sign, least in zip(signs, floor, strict=True)
    ]
    bounds += [(None, None)] * (sizes[2] + 1)
    found = minimize(loss, np.append(expected, -2.0), jac=True, bounds=bounds).x
    keys, whole = found[: len(KEYS)], found[len(KEYS) : -1]
    return Fitted(keys, whole, float(usual @ whole), float(found[-1]))


def platt(points: Floats, left: Floats) -> float:
    """The slope that calibrates log-odds (Platt 1999). Their offset is no desk's: half are at risk."""
    return float(LogisticRegression(C=1e3).fit(points[:, None], left).coef_[0, 0])


def chances(points: Floats) -> Floats:
    """Log-odds as probabilities."""
    found: Floats = 1 / (1 + np.exp(-points))
    return found


def keep(head: Head, fitted: Fitted, telco: Path | None) -> None:
    """Write what was learnt where the desk reads it. The weights by words alone stay as they are."""
    tenor_of = fitted.texts.reshape(-1, len(head.weights))
    np.savez_compressed(
        HEAD, names=np.array(head.names), weights=head.weights.astype(np.float16), bias=head.bias,
        tenor=tenor_of.astype(np.float16), usual=fitted.usual, embedding=np.array(head.embedding),
    )  # fmt: skip
    shipped = json.loads(WEIGHTS.read_text("utf-8"))
    known = {name: shipped["meant"]["weights"][name] for name in ("tenure", "value")}
    weights = {key: round(float(weight), 3) for key, weight in zip(KEYS, fitted.keys, strict=True)}
    weights = {key: weight for key, weight in weights.items() if weight} | (profile(telco) if telco else known)
    shipped["meant"] = {"weights": weights | {"whole": 1.0}, "bias": round(fitted.bias, 3)}
    WEIGHTS.write_text(json.dumps(shipped, indent=1) + "\n", "utf-8")
    print(shipped["meant"])


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
