"""Train the weights that order what search finds: `python benchmarks/train_ranking.py HOME QUESTIONS [HOME QUESTIONS]`.

Each HOME is a data folder, each QUESTIONS a file of lines {"text","needs":[[source, ...], ...]} about articles in it: a
need is met by any of its sources. Prints figures by five-fold cross-validation, then writes console/ranking.json.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from console import desk, ranking, settings
from console.ranking import FEATURES, WEIGHTS
from ingest import clean
from ingest.store.passages import Filters

FOLDS = 5
PENALTY = 0.5  # L2, chosen by cross-validation
NEAR = 10.0  # cosines differ by hundredths; the other features by tenths
LEARN_FROM = ("faq", "article")  # tickets that say the same are not wrong, so they are not learnt from
KINDS = {"faq": 0.5, "article": 0.0, "ticket": -0.5, "call": -0.7}  # by hand: what was approved or written goes first
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """One question: features of the passages found, their sources, and the sources of each of its needs."""

    rows: Floats
    sources: list[str]
    needs: list[list[str]]

    def meets(self, need: list[str]) -> NDArray[np.bool_]:
        """Which passages are of these sources."""
        return np.isin(self.sources, need)

    def place(self, weights: Floats) -> int:
        """At which place (from 0) the first source is that meets the first need."""
        order = list(dict.fromkeys(self.sources[i] for i in np.argsort(-(self.rows @ weights), kind="stable")))
        return min((order.index(one) for one in self.needs[0] if one in order), default=len(order))


def main() -> None:
    if len(sys.argv) < 3 or len(sys.argv) % 2 == 0:
        raise SystemExit(__doc__)
    sets = {file: cases(Path(home), Path(file)) for home, file in zip(sys.argv[1::2], sys.argv[2::2], strict=True)}
    unseen = [fit([c for some in sets.values() for n, c in enumerate(some) if n % FOLDS != k]) for k in range(FOLDS)]
    for name, some in sets.items():
        places = [case.place(unseen[n % FOLDS]) for n, case in enumerate(some)]
        print(name, *(f"hit@{k} {np.mean([place < k for place in places]):.3f}" for k in (1, 10)), f"of {len(places)}")
    everything = [case for some in sets.values() for case in some]
    write(fit(everything), everything)


def cases(home: Path, file: Path) -> list[Case]:
    """The questions of a file with what search finds for them in `home`."""
    opened = desk.open(settings.load(home), "training")
    try:
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        return [_case(opened, line) for line in lines if line["needs"]]
    finally:
        opened.close()


def _case(opened: desk.Desk, line: dict[str, Any]) -> Case:
    text = line["text"]
    [[(asked, found)]] = opened.search.pools([text], [Filters(kinds=LEARN_FROM)])
    other = [[float(one.passage.lang != clean.language(text))] for one in found]
    rows = np.hstack([np.array(ranking.rows(asked, found)), other])
    rows[:, FEATURES.index("near")] *= NEAR
    return Case(rows, [one.passage.source for one in found], line["needs"])


def fit(some: list[Case]) -> Floats:
    """Weights by which, of all passages found, one that meets a need is the likeliest (softmax over passages)."""
    items = []
    for case in some:
        useful = case.meets([source for need in case.needs for source in need])
        for right in map(case.meets, case.needs):
            if right.any():
                items.append((case.rows[right | ~useful], right[right | ~useful]))

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, slope = PENALTY * float(weights @ weights) / 2, PENALTY * weights
        for rows, right in items:
            sums = rows @ weights
            raised = np.exp(sums - sums.max())
            chance, good = raised / raised.sum(), raised[right] / raised[right].sum()
            total -= float(np.log(chance[right].sum()))
            slope = slope + rows.T @ chance - rows[right].T @ good
        return total, slope

    found: Floats = minimize(loss, np.zeros(len(FEATURES) + 1), jac=True, method="L-BFGS-B").x
    return found


def write(weights: Floats, some: list[Case]) -> None:
    """The weights, stretched so that the sum is the log-odds that a passage among the best ten meets a need."""
    sums, right = [], []
    for case in some:
        one = case.rows @ weights
        best = np.argsort(-one)[:10]
        sums += one[best].tolist()
        right += case.meets([source for need in case.needs for source in need])[best].tolist()
    odds = LogisticRegression(C=1e6).fit(np.array(sums)[:, None], right)
    stretched = weights * float(odds.coef_[0, 0])
    stretched[FEATURES.index("near")] *= NEAR
    names = dict(zip(FEATURES, stretched[:-1].round(4).tolist(), strict=True))
    told = {"weights": names, "other": round(float(stretched[-1]), 4), "even": round(-float(odds.intercept_[0]), 4)}
    WEIGHTS.write_text(json.dumps(told | {"kinds": KINDS}, indent=2) + "\n", "utf-8")
    print(WEIGHTS.read_text("utf-8"))


if __name__ == "__main__":
    main()
