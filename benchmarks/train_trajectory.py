"""Train how conversations are followed (console/trajectory.json), from moods that folds of train_mood.py foretold.

`conversations_written.jsonl` beside this file is our own: dissatisfaction after each turn of the customer, and CSAT.
"""

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from mood_texts import read
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score

from console import trajectory
from console.mood import Mood

FOLDS = 10
PENALTY = 0.1  # C of the logistic regression
Floats = NDArray[np.float64]


def train(foretold: Sequence[Mood]) -> None:
    """Fit both models to our conversations, print their cross-validated figures, write them.

    `foretold` are the moods of the customers' turns, one conversation after another.
    """
    told, flat = read("conversations_written.jsonl"), iter(foretold)
    moods = [[next(flat) for turn in one["turns"] if turn["role"] == "customer"] for one in told]
    turns = [[SimpleNamespace(role=turn["role"], text=turn["text"]) for turn in one["turns"]] for one in told]
    seen = [trajectory.features(said, all) for said, all in zip(moods, turns, strict=True)]
    truth = [[turn["dissatisfied"] for turn in one["turns"] if turn["role"] == "customer"] for one in told]
    folds = np.random.default_rng(1).permutation(len(told)) % FOLDS
    after = [np.zeros(len(one)) for one in seen]
    stars = np.zeros(len(told))
    given = np.array([one["csat"] for one in told], float)
    for fold in range(FOLDS):
        kept = np.flatnonzero(folds != fold)
        step = _steps([seen[i] for i in kept], [truth[i] for i in kept])
        ended = Ridge(1.0).fit([trajectory.summary(_chance(step, seen[i])) for i in kept], given[kept])
        for i in np.flatnonzero(folds == fold):
            after[i] = _chance(step, seen[i])
            stars[i] = np.clip(ended.predict([trajectory.summary(after[i])])[0], 1, 5)
    _report(told, truth, moods, after, stars)
    step = _steps(seen, truth)
    ended = Ridge(1.0).fit([trajectory.summary(_chance(step, one)) for one in seen], given)
    numbers = {"after": [*step.coef_[0], step.intercept_[0]], "csat": [*ended.coef_, ended.intercept_]}
    rounded = {name: [round(float(one), 4) for one in value] for name, value in numbers.items()}
    trajectory.WEIGHTS.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")


def _steps(seen: Sequence[Floats], truth: Sequence[Sequence[int]]) -> LogisticRegression:
    return LogisticRegression(C=PENALTY, max_iter=1000).fit(np.concatenate(seen), np.concatenate(truth))


def _chance(step: LogisticRegression, seen: Floats) -> Floats:
    found: Floats = step.predict_proba(seen)[:, 1]
    return found


def _report(
    told: Sequence[dict[str, Any]],
    truth: Sequence[Sequence[int]],
    moods: Sequence[Sequence[Mood]],
    after: Sequence[Floats],
    stars: Floats,
) -> None:
    answers = np.concatenate(truth)
    alone = [one.dissatisfied for said in moods for one in said]
    context, bare = roc_auc_score(answers, np.concatenate(after)), roc_auc_score(answers, alone)
    print(f"after a turn, cross-validated: {len(answers)} turns, AUC with context {context:.3f}, without {bare:.3f}")
    given = np.array([one["csat"] for one in told], float)
    usual = np.abs(given - given.mean()).mean()
    print(
        f"CSAT: {len(told)} conversations, mean error {np.abs(stars - given).mean():.2f} stars, {usual:.2f} by the mean"
    )
