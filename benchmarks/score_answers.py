"""How right drafts are: `python benchmarks/score_answers.py QUESTIONS --articles FOLDER --home DIR [--show]`.

FOLDER holds one JSON object a file ({"id","title","content"}); QUESTIONS are JSON lines {"id","text","lang","needs",
"facts"}: `facts` the key facts that a right reply states, each as alternative spellings; without any, no article
answers. The file given by --oos holds questions that no desk answers, as {"oos_val": [[text, intent], ...]}.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from verifier_questions import stands

from console import answers, confidence, desk, settings
from console.answers import Draft, Letter
from console.confidence import Trust
from console.desk import Desk
from ingest import pipeline
from ingest.records import Message, Ticket


@dataclass(frozen=True)
class Answer:
    """What came of one question."""

    asked: dict[str, Any]
    draft: Draft
    seconds: float

    @property
    def missing(self) -> list[str]:
        """Key facts that the reply does not state."""
        return [
            told[0] for told in self.asked.get("facts", []) if not any(stands(one, self.draft.reply) for one in told)
        ]

    @property
    def right(self) -> bool:
        """Answered with every key fact."""
        return not self.draft.abstained and not self.missing


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("questions", type=Path)
    options.add_argument("--articles", type=Path, required=True)
    options.add_argument("--home", type=Path, required=True)
    options.add_argument("--oos", type=Path)
    options.add_argument("--chat", default="local")
    options.add_argument("--least", type=float, default=confidence.SHIPPED.least)
    options.add_argument("--dump", type=Path)
    options.add_argument("--show", action="store_true")
    chosen = options.parse_args()
    opened = desk.open(settings.load(chosen.home).model_copy(update={"chat": chosen.chat}), "score answers")
    try:
        _shelve(opened, chosen.articles)
        opened.open_chat()
        asked = [json.loads(line) for line in chosen.questions.read_text("utf-8").splitlines()]
        if chosen.oos:
            told = json.loads(chosen.oos.read_text("utf-8"))["oos_val"]
            asked += [
                {"id": f"oos-{n}", "text": text, "lang": "en", "facts": [], "oos": True}
                for n, (text, _) in enumerate(told)
            ]
        found = list(_answered(opened, asked, Trust(chosen.least)))
    finally:
        opened.close()
    if chosen.dump:
        lines = (
            json.dumps(
                {
                    "asked": one.asked,
                    "abstained": one.draft.abstained,
                    "confidence": one.draft.confidence,
                    "reply": one.draft.reply,
                    "trail": one.draft.trail,
                    "missing": one.missing,
                },
                ensure_ascii=False,
            )
            for one in found
        )
        chosen.dump.write_text("\n".join(lines), "utf-8")
    _tell(found, show=chosen.show)


def _shelve(opened: Desk, folder: Path) -> None:
    lines = []
    for path in sorted(folder.glob("*.json")):
        told = json.loads(path.read_text("utf-8"))
        lines.append(json.dumps({"kind": "article", "id": told["id"], "title": told["title"], "text": told["content"]}))
    export = opened.settings.home / "articles.jsonl"
    export.write_text("\n".join(lines), "utf-8")
    pipeline.run([export], opened.shelves)


def _answered(opened: Desk, asked: list[dict[str, Any]], trust: Trust) -> Iterator[Answer]:
    for one in asked:
        began = time.perf_counter()
        ticket = Ticket(one["id"], (Message("incoming", one["text"]),), status="open", lang=one["lang"])
        *_, draft = answers.draft(ticket, opened.search, opened.verifier, opened.chat, Letter(one["lang"]), trust)
        assert isinstance(draft, Draft)
        yield Answer(one, draft, time.perf_counter() - began)


def _tell(found: list[Answer], *, show: bool) -> None:
    for lang in ("en", "ja", ""):
        some = [one for one in found if lang in ("", one.asked["lang"]) and not one.asked.get("oos")]
        answerable = [one for one in some if one.asked["facts"]]
        answered = [one for one in answerable if not one.draft.abstained]
        misses = [one for one in some if not one.asked["facts"]]
        refused = [one for one in misses if one.draft.abstained]
        right = _share(sum(one.right for one in answered), len(answered))
        told = f"answered {_share(len(answered), len(answerable))}  right {right}"
        print(f"{lang or 'all':4} {told}  near misses refused {_share(len(refused), len(misses))}")
    strange = [one for one in found if one.asked.get("oos")]
    print(f"out of scope refused {_share(sum(one.draft.abstained for one in strange), len(strange))}")
    print(f"seconds a draft, median {statistics.median(one.seconds for one in found):.2f}")
    for one in found if show else []:
        if not one.asked.get("oos") and (one.missing or (not one.asked["facts"] and not one.draft.abstained)):
            print(f"\n{one.asked['id']} {one.draft.confidence:.2f} {one.asked['text']}")
            print(f"missing {one.missing}\n{one.draft.reply}")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f} of {whole}" if whole else "– of 0"


if __name__ == "__main__":
    main()
