"""Train how conversations are followed (console/trajectory.json), from moods that folds of train_mood.py foretold.

Our conversations beside this file (`mood_texts.TALKS`) tell dissatisfaction after each turn of the customer, and CSAT.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from mood_texts import TALKS, read
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score

from console import trajectory
from console.mood import Mood

PENALTY = 0.1  # C of the logistic regression
Floats = NDArray[np.float64]


def train(foretold: Sequence[Mood]) -> None:
    """Fit them to our conversations, print their cross-validated figures, write them.

    `foretold` are the moods of the customers' turns, one conversation after another.
    """
    told, flat = [row for file in TALKS for row in read(file)], iter(foretold)
    moods = [[next(flat) for turn in one["turns"] if turn["role"] == "customer"] for one in told]
    turns = [[SimpleNamespace(role=turn["role"], text=turn["text"]) for turn in one["turns"]] for one in told]
    seen = [trajectory.features(said, all) for said, all in zip(moods, turns, strict=True)]
    truth = [[turn["dissatisfied"] for turn in one["turns"] if turn["role"] == "customer"] for one in told]
    authors = [f"{file} {row.get('author', '')}" for file in TALKS for row in read(file)]
    folds = np.unique(authors, return_inverse=True)[1]  # whole authors
    heard = [np.array([mood.within is not None for mood in one]) for one in moods]
    after = [np.zeros(len(one)) for one in seen]
    stars = np.zeros(len(told))
    given = np.array([one["csat"] for one in told], float)
    for fold in range(folds.max() + 1):
        kept = np.flatnonzero(folds != fold)
        step = Steps.fit(*([some[i] for i in kept] for some in (seen, heard, truth)))
        ended = Ridge(1.0).fit([trajectory.summary(step.chance(seen[i], heard[i])) for i in kept], given[kept])
        for i in np.flatnonzero(folds == fold):
            after[i] = step.chance(seen[i], heard[i])
            stars[i] = np.clip(ended.predict([trajectory.summary(after[i])])[0], 1, 5)
    _report(told, truth, moods, after, stars)
    step = Steps.fit(seen, heard, truth)
    ended = Ridge(1.0).fit([trajectory.summary(step.chance(*one)) for one in zip(seen, heard, strict=True)], given)
    models = {"alone": step.alone, "behind": step.behind}
    numbers = {name: [*one.coef_[0], one.intercept_[0]] for name, one in models.items()}
    numbers["csat"] = [*ended.coef_, ended.intercept_]
    rounded = {name: [round(float(one), 4) for one in value] for name, value in numbers.items()}
    trajectory.WEIGHTS.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")


@dataclass(frozen=True)
class Steps:
    """Both regressions: of turns by themselves, and of those that were also heard behind what was said before."""

    alone: LogisticRegression
    behind: LogisticRegression

    @classmethod
    def fit(cls, seen: Sequence[Floats], heard: Sequence[NDArray[np.bool_]], truth: Sequence[Sequence[int]]) -> "Steps":
        rows, some, answers = np.concatenate(seen), np.concatenate(heard), np.concatenate(truth)
        alone, behind = (LogisticRegression(C=PENALTY, max_iter=1000) for _ in range(2))
        return cls(alone.fit(rows[:, :-1], answers), behind.fit(rows[some], answers[some]))

    def chance(self, seen: Floats, heard: NDArray[np.bool_]) -> Floats:
        """Dissatisfaction after each turn of a conversation."""
        alone, behind = self.alone.predict_proba(seen[:, :-1])[:, 1], self.behind.predict_proba(seen)[:, 1]
        return np.where(heard, behind, alone)


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
    print(
        f"after a turn, each author's from all others: {len(answers)} turns, "
        f"AUC with context {context:.3f}, without {bare:.3f}"
    )
    given = np.array([one["csat"] for one in told], float)
    usual = np.abs(given - given.mean()).mean()
    print(
        f"CSAT: {len(told)} conversations, mean error {np.abs(stars - given).mean():.2f} stars, {usual:.2f} by the mean"
    )
