"""Score who is at risk, on customer histories: precision at a recall of .85 and as shipped, AUC, calibration, quotes.

`python benchmarks/score_risk.py` scores the histories that the weights were fitted on (train_risk.py cross-validates);
`--blind` those that were written and labelled apart. `--misses` lists errors: never for the blind ones.
"""

import argparse
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from console import mood, risk, settings, trajectory
from console.risk import Conversation, Ear, History, Model, Profile, Said
from ingest.embedding import Embedding

HERE = Path(__file__).parent
KNOWN = (
    "histories_written.jsonl", "histories_more.jsonl", "risk_histories.jsonl", "risk_histories_second.jsonl",
    "histories_further.jsonl", "histories_plain.jsonl",
)  # fmt: skip
RECALL, BINS = 0.85, 5
BLIND = "risk_histories_fourth.jsonl"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blind", action="store_true")
    parser.add_argument("--misses", action="store_true")
    chosen = parser.parse_args()
    rows = read(BLIND) if chosen.blind else [row for name in KNOWN for row in read(name)]
    embedding = Embedding.open(settings.load().models)
    classifier, ear, model = mood.Classifier.open(), Ear.open(embedding), Model.open()
    judged = [risk.weigh(history(row, classifier, embedding), ear, model) for row in rows]
    chances = np.array([one.at_risk for one in judged])
    for lang in ("", "en", "ja"):
        kept = [place for place, row in enumerate(rows) if row["lang"].startswith(lang)]
        report(lang or "all", [rows[place] for place in kept], chances[kept])
    flagged = [(row, one) for row, one in zip(rows, judged, strict=True) if risk.flag(one)]
    quotes = [(row, reason) for row, one in flagged for reason in one.reasons if reason.quote]
    wrong = [reason.quote for row, reason in quotes if not _said(row, reason.quote)]
    bare = sum(not any(reason.quote for reason in one.reasons) for _, one in flagged)
    print(f"{len(quotes)} quotes of {len(flagged)} flags: {len(wrong)} not in the text; flags without a quote: {bare}")
    if chosen.misses and not chosen.blind:
        for row, one in zip(rows, judged, strict=True):
            if risk.flag(one) != bool(row["at_risk"]):
                print(f"{row['id']} {one.at_risk:.2f}", [(r.signal, round(r.points, 1), r.quote) for r in one.reasons])


def read(name: str) -> list[dict[str, Any]]:
    """The lines of a file beside this one."""
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


def history(row: dict[str, Any], classifier: mood.Classifier, embedding: Embedding) -> History:
    """A line as what a desk knows of the customer, with the moods of what they said."""
    talks = []
    for ticket in row["tickets"]:
        turns = [Said(turn["role"], turn["text"], _when(turn["at"])) for turn in ticket["turns"]]
        felt = trajectory.moods(classifier, turns, embedding)
        levels = iter(zip(felt, trajectory.follow(felt, turns) if felt else (), strict=True))
        heard = []
        for turn in turns:
            feeling, after = next(levels) if turn.role == "customer" else (None, None)
            heard.append(Said(turn.role, turn.text, turn.at, feeling, after))
        told = (ticket["channel"], ticket["subject"], ticket["status"], ticket["csat"])
        talks.append(Conversation(ticket["id"], tuple(heard), *told))
    known = row["customer"]
    profile = Profile(known["tenure_months"], known["monthly_value"], known["plan"])
    return History(tuple(talks), datetime.fromisoformat(row["now"].replace("Z", "+00:00")), profile)


def _when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def report(name: str, rows: Sequence[dict[str, Any]], chances: NDArray[np.float64]) -> None:
    """Print how well chances tell the customers at risk, and whether they are as likely as they say."""
    left = np.array([bool(row["at_risk"]) for row in rows])
    flagged = chances >= risk.FLAGGED
    hits = int((flagged & left).sum())
    print(
        f"{name}: {len(left)} histories, {left.sum()} at risk; AUC {roc_auc_score(left, chances):.3f}; "
        f"precision at recall {RECALL}: {precision_at(left, chances):.3f}; from {risk.FLAGGED}: precision "
        f"{hits / max(flagged.sum(), 1):.3f}, recall {hits / left.sum():.3f}; expected calibration error "
        f"{calibration_error(left, chances):.3f}"
    )


def precision_at(left: NDArray[np.bool_], chances: NDArray[np.float64], recall: float = RECALL) -> float:
    """The precision of the highest threshold that reaches the recall."""
    needed = np.sort(chances[left])[::-1][int(np.ceil(recall * left.sum() - 1e-9)) - 1]
    return float(left[chances >= needed].mean())


def calibration_error(left: NDArray[np.bool_], chances: NDArray[np.float64]) -> float:
    """The mean distance between likelihood and share in BINS equal parts, by likelihood."""
    parts = np.array_split(np.argsort(chances), BINS)
    return float(sum(len(part) / len(left) * abs(left[part].mean() - chances[part].mean()) for part in parts))


def _said(row: dict[str, Any], quote: str) -> bool:
    turns = (turn for ticket in row["tickets"] for turn in ticket["turns"])
    return any(quote in turn["text"] for turn in turns if turn["role"] == "customer")


if __name__ == "__main__":
    main()
