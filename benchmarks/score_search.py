"""Score search as a user meets it: `kizuna ingest` of articles, then `kizuna search --jsonl` of questions.

`python benchmarks/score_search.py bank DOCUMENTS QUESTIONS` takes a folder of JSON documents (id, title, content) and
lines {"id","text","lang","needs":[[source, ...], ...]}: each need is met by any of its sources; without needs a line is
passed over. `... jsquad FILE` takes JSQuAD: each paragraph is an article, each question needs its own.
Give `--home DIR` to keep what was ingested for the next run.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Line = dict[str, Any]
LIMIT = 10
_COMMAND = [sys.executable, "-m", "console"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--misses", action="store_true", help="list what was not found; never on held questions")
    sets = parser.add_subparsers(dest="set", required=True)
    for name, files in {"bank": ("documents", "questions"), "jsquad": ("file",)}.items():
        one = sets.add_parser(name)
        for file in files:
            one.add_argument(file, type=Path)
    chosen = parser.parse_args()
    articles, questions = bank(chosen.documents, chosen.questions) if chosen.set == "bank" else jsquad(chosen.file)
    with tempfile.TemporaryDirectory() as fresh:
        began = time.perf_counter()
        found = search(articles, questions, chosen.home or Path(fresh))
        print(f"{len(articles)} articles, {len(questions)} questions, {time.perf_counter() - began:.0f} s")
    for lang, figures in score(questions, found).items():
        print(f"{lang:4}" + "  ".join(f"{name} {value:.3f} of {count}" for name, (value, count) in figures.items()))
    if chosen.misses:
        _misses(questions, found)


def bank(documents: Path, questions: Path) -> tuple[list[Line], list[Line]]:
    """A folder of documents, and the questions about them that have an answer there."""
    read = (json.loads(path.read_text("utf-8")) for path in sorted(documents.glob("*.json")))
    articles = [
        {"kind": "article", "id": one["id"], "title": one["title"], "text": one["content"], "lang": "en"}
        for one in read
    ]
    lines = map(json.loads, questions.read_text("utf-8").splitlines())
    return articles, [line for line in lines if line["needs"]]


def jsquad(file: Path) -> tuple[list[Line], list[Line]]:
    """Each distinct paragraph as an article, and each question with the paragraph that answers it."""
    ids: dict[tuple[str, str], str] = {}
    questions = []
    for page in json.loads(file.read_text("utf-8"))["data"]:
        for paragraph in page["paragraphs"]:
            key = page["title"], paragraph["context"].split("[SEP]", 1)[-1].strip()
            source = ids.setdefault(key, f"p{len(ids):04}")
            questions += [
                {"id": one["id"], "text": one["question"], "lang": "ja", "needs": [[source]]}
                for one in paragraph["qas"]
            ]
    return [
        {"kind": "article", "id": id, "title": title, "text": text, "lang": "ja"} for (title, text), id in ids.items()
    ], questions


def search(articles: Iterable[Line], questions: Iterable[Line], home: Path) -> dict[str, list[str]]:
    """The sources found for each question by its id, best first, through the command line."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "articles.jsonl")
        file.write_text(_lines(articles), "utf-8")
        subprocess.run([*_COMMAND, "ingest", str(file), "--home", str(home)], check=True, stdout=subprocess.DEVNULL)
    asked = _lines({"id": one["id"], "text": one["text"]} for one in questions)
    command = [*_COMMAND, "search", "--jsonl", "--limit", str(LIMIT), "--home", str(home)]
    told = subprocess.run(command, input=asked, check=True, capture_output=True, text=True).stdout
    return {one["id"]: [hit["source"] for hit in one["hits"]] for one in map(json.loads, told.splitlines())}


def _lines(rows: Iterable[Line]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def score(questions: Iterable[Line], found: dict[str, list[str]]) -> dict[str, dict[str, tuple[float, int]]]:
    """By language: how often the first need is met at 1 and at 10, and all needs at 10 where there are several."""
    met: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for one in questions:
        hits = found[one["id"]]
        places = [min((hits.index(s) for s in need if s in hits), default=LIMIT) for need in one["needs"]]
        for lang in (one["lang"], "all"):
            met[lang, "hit@1"].append(places[0] == 0)
            met[lang, "hit@10"].append(places[0] < LIMIT)
            if len(places) > 1:
                met[lang, "all needs@10"].append(max(places) < LIMIT)
    figures: dict[str, dict[str, tuple[float, int]]] = defaultdict(dict)
    for (lang, name), values in sorted(met.items()):
        figures[lang][name] = sum(values) / len(values), len(values)
    return figures


def _misses(questions: Iterable[Line], found: dict[str, list[str]]) -> None:
    for one in questions:
        for need in one["needs"]:
            if not set(need) & set(found[one["id"]]):
                print(one["id"], one["text"], need, found[one["id"]][:3], sep="\n  ")


if __name__ == "__main__":
    main()
