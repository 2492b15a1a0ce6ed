"""Whether drafts say what their sources do not: `python benchmarks/score_drafts.py REQUESTS --home DIR [--dump FILE]`.

DIR is the home of a desk that holds the sources; REQUESTS are JSON lines {"id", "text", "lang", "set"}. Each is drafted
with the real models. Every paragraph is held against the quotes that it cites, and one that cites nothing against
nothing: amounts, dates, links, promises and the like that are neither there nor marked for the agent are counted.
"""

import argparse
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console import answers, desk, grounding, phrases, settings
from console.answers import Draft, Letter
from console.desk import Desk
from console.grounding import Unsupported
from ingest.records import Message, Ticket

_MARKED = re.compile(f"{grounding.OPEN}[^{grounding.CLOSE}]*{grounding.CLOSE}")
_CITED = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Read:
    """A request with its draft, and what the draft says without a source and without a mark."""

    asked: dict[str, Any]
    draft: Draft
    loose: list[Unsupported]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("requests", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--dump", type=Path, help="Write every draft here, to be read.")
    chosen = parser.parse_args()
    asked = [json.loads(line) for line in chosen.requests.read_text("utf-8").splitlines()]
    opened = desk.open(settings.load(chosen.home), "score drafts")
    try:
        opened.open_chat()
        found = [_read(opened, one) for one in asked]
    finally:
        opened.close()
    if chosen.dump:
        chosen.dump.write_text("\n\n".join(map(_shown, found)), "utf-8")
    _tell(found)


def _read(opened: Desk, asked: dict[str, Any]) -> Read:
    ticket = Ticket(asked["id"], (Message("incoming", asked["text"]),), status="open", lang=asked["lang"])
    *_, draft = answers.draft(ticket, opened.search, opened.verifier, opened.chat, Letter(asked["lang"]))
    assert isinstance(draft, Draft)
    return Read(asked, draft, loose(draft))


def loose(draft: Draft) -> list[Unsupported]:
    """What stands in a draft without a source and without a mark.

    Names, which the eye decides, are left out, and the desk's own words that somebody will come back to the customer.
    """
    quotes = {one.n: f"{one.title}: {one.quote}" for one in draft.citations}
    own = [words for lang in ("en", "ja") for words in (phrases.of(lang).holding, phrases.of(lang).rest)]
    found = []
    for paragraph in draft.reply.split("\n\n"):
        sources = [quotes[int(number)] for number in _CITED.findall(paragraph) if int(number) in quotes]
        said = _CITED.sub("", _MARKED.sub("", paragraph))
        found += [one for one in grounding.check(said, sources, allowed=own) if one.kind not in grounding.LIGHT]
    return found


def _shown(one: Read) -> str:
    quotes = "\n".join(f"  [{cited.n}] {cited.source}: {cited.quote}" for cited in one.draft.citations)
    loose = [(found.kind, found.text) for found in one.loose]
    head = f"=== {one.asked['id']} {one.draft.confidence:.2f} {loose or ''}"
    return "\n".join([head, one.asked["text"], "---", one.draft.reply, quotes])


def _tell(found: list[Read]) -> None:
    for name in dict.fromkeys(one.asked["set"] for one in found):
        some = [one for one in found if one.asked["set"] == name]
        drafted = [one for one in some if not one.draft.abstained]
        marked = sum(len(_MARKED.findall(one.draft.reply)) for one in drafted)
        kinds = Counter(loose.kind for one in some for loose in one.loose)
        print(f"{name:10} {len(drafted)} drafted of {len(some)}; {marked} marks; without source or mark: {dict(kinds)}")


if __name__ == "__main__":
    main()
