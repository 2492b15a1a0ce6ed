"""Score the grouping of questions on public sets that nothing of it was trained on: NMI, accuracy, number of groups.

    python benchmarks/score_topics.py --dstc11 DIR --banking77 DIR --ja-asdc DIR

Accuracy is that of the best one-to-one match of groups and labels (Hungarian). Beside `kizuna faq group`, which is not
told the number of groups: k-means on the bare embedding and in the space, both told, and grouping without the space.
"""

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import normalized_mutual_info_score

from console import settings, topics
from console.topics import Middle, Reads, Space
from ingest.embedding import Embedding, Vectors

HALVES = 10  # of BANKING77, drawn at random
Labels = NDArray[np.intp]
Asked = tuple[str, str]  # a question and its label


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--dstc11", type=Path)
    options.add_argument("--banking77", type=Path)
    options.add_argument("--ja-asdc", type=Path)
    options.add_argument("--halves", type=int, default=HALVES)
    chosen = options.parse_args()
    embedding = Embedding.open(settings.load().models)
    space = Space.of(embedding)
    if chosen.dstc11:
        score("DSTC11 insurance", insurance(chosen.dstc11), embedding, space)
    if chosen.ja_asdc:
        score("ASDC hotel topics", hotels(chosen.ja_asdc), embedding, space)
    if chosen.banking77:
        score("BANKING77 train, halves", banking(chosen.banking77), embedding, space, chosen.halves)


def insurance(folder: Path) -> list[Asked]:
    """DSTC11 track 2, development: 22 intents of an insurer's customers."""
    path = folder / "dstc11/development/test-utterances.jsonl"
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [(row["utterance"], row["intent"]) for row in rows]


def hotels(folder: Path) -> list[Asked]:
    """ASDC's Japanese questions of one turn under their 11 topics of the top level."""
    path = folder / "data/vanilla/topic.L1.1turn.train.jsonl"
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return [(row["utterances"][0]["text"], row["meta"]["topic"].split("::")[0]) for row in rows]


def banking(folder: Path) -> list[Asked]:
    """BANKING77's training questions."""
    with (folder / "banking_data/train.csv").open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def score(name: str, asked: list[Asked], embedding: Embedding, space: Reads, halves: int = 0) -> None:
    """Print the means over random halves, or over the whole set where `halves` is 0."""
    bare = embedding.queries([text for text, _ in asked])
    seen = space.queries([text for text, _ in asked])
    rows: dict[str, list[tuple[float, float, int]]] = {}
    for places in _drawn(len(asked), halves):
        texts = [asked[place][0] for place in places]
        truth = np.unique([asked[place][1] for place in places], return_inverse=True)[1]
        for way, found in _ways(texts, bare[places], seen[places], truth, (embedding, space)):
            rows.setdefault(way, []).append((_nmi(truth, found), accuracy(truth, found), len(set(found.tolist()))))
    labels = len({label for _, label in asked})
    print(f"{name}: {len(asked):,} questions, {labels} labels" + (f", {halves} halves" if halves else ""), flush=True)
    for way, figures in rows.items():
        nmi, right, groups = np.mean(figures, axis=0)
        print(f"  {way:36} NMI {nmi:.3f}  accuracy {right:.3f}  groups {groups:.0f}", flush=True)


def _drawn(count: int, halves: int) -> Iterator[Labels]:
    for seed in range(halves):
        yield np.random.default_rng(seed).permutation(count)[: count // 2]
    if not halves:
        yield np.arange(count)


def _ways(
    texts: list[str], bare: Vectors, seen: Vectors, truth: Labels, reads: tuple[Reads, Reads]
) -> Iterator[tuple[str, Labels]]:
    told = KMeans(int(truth.max()) + 1, n_init=3, random_state=0)
    yield "k-means, embedding, number told", told.fit_predict(bare)
    yield "k-means, space, number told", told.fit_predict(seen)
    for way, vectors, one in (("grouped, embedding", bare, reads[0]), ("grouped, space", seen, reads[1])):
        yield way, topics.parted(Middle.of(texts, vectors, one).see(texts, vectors))


def _nmi(truth: Labels, found: Labels) -> float:
    return float(normalized_mutual_info_score(truth, found))


def accuracy(truth: Labels, found: Labels) -> float:
    """The share of questions in the group that the best one-to-one match gives their label; 0 to 1."""
    table = np.zeros((int(truth.max()) + 1, int(found.max()) + 1), np.int64)
    np.add.at(table, (truth, found), 1)
    return float(table[linear_sum_assignment(-table)].sum() / len(truth))


if __name__ == "__main__":
    main()
