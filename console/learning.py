"""What agents make of drafts, and what that teaches: how far the sent text is from it, and which sources hold."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from console import citations
from ingest import terms
from ingest.store import drafts
from ingest.store.drafts import Outcome, State, Stored

HALF = 0.5  # a draft more distant than that from what was sent was rewritten, not touched
STANDS = 0.6  # of a statement's words, from which on it is still there
HOLDS = 0.2  # how distant a sent text may be from the holding reply and still be one
LOOKED = 2000  # drafts that are learnt from, the newest
MOST = 0.1  # of what a source can gain or lose
FEW = 8.0  # statements that a source starts with, kept as often as the desk's average
USUAL = (20.0, 0.8)  # statements that the desk starts with, and how many of them agents keep
BLAMED = ("Out of date", "Wrong answer")  # reasons of rejection that speak against the sources
_NO_MODEL = "The chat model"  # how the reasons of abstentions begin that no source is to blame for
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff々"
_TOKENS = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_NUMBERS = re.compile(r"\d+(?:[.,:]\d+)*")
_ITEM = re.compile(r"^\s*\d+[.)、．]\s*", re.MULTILINE)  # numbers of steps say nothing
_HIRAGANA = re.compile(r"[\u3041-\u309f]+")


@dataclass(frozen=True)
class Verdict:
    """What became of a draft; each of its citations tells whether its statement was `kept`."""

    state: State
    outcome: Outcome
    distance: float
    citations: list[dict[str, Any]]


def tokens(text: str) -> list[str]:
    """Words of alphabets and single Japanese characters, in order, case-folded; no punctuation."""
    return _TOKENS.findall(unicodedata.normalize("NFKC", text).casefold())


def distance(one: str, other: str) -> float:
    """How much of two texts is not common to both, in order: 0 the same words, 1 none of them.

    1 - 2 x the longest common subsequence of tokens / tokens of both, bit-parallel (Hyyro 2004): no text is too long.
    """
    mine, theirs = tokens(one), tokens(other)
    if not mine and not theirs:
        return 0.0
    places: dict[str, int] = defaultdict(int)
    for place, token in enumerate(mine):
        places[token] |= 1 << place
    full = (1 << len(mine)) - 1
    row = full
    for token in theirs:
        common = row & places.get(token, 0)
        row = ((row + common) | (row - common)) & full
    shared = len(mine) - row.bit_count()
    return 1 - 2 * shared / (len(mine) + len(theirs))


def stands(statement: str, text: str) -> bool:
    """Whether most of a statement's telling words, and every number of it, are in the text."""
    words, there = _telling(statement), _telling(text)
    return bool(words) and numbers(statement) <= numbers(text) and len(words & there) >= STANDS * len(words)


def numbers(text: str) -> set[str]:
    """The numbers in a text, full-width ones too, without those that only count steps."""
    return set(_NUMBERS.findall(_ITEM.sub("", unicodedata.normalize("NFKC", text))))


def _telling(text: str) -> set[str]:
    """Index terms without short words and pairs of hiragana, which stand in any text."""
    return {
        term for term in terms.split(text) if len(term) > 3 or (not term.isascii() and not _HIRAGANA.fullmatch(term))
    }


def judge(draft: Stored, sent: str, *, used: bool) -> Verdict:
    """What a sent reply says of the draft that stood for its ticket; `used` where the reply began as the draft."""
    proposed = citations.unmarked(draft.reply, [one["n"] for one in draft.citations])
    apart = distance(proposed, sent)
    if draft.abstained:
        return Verdict("answered", _abstention(draft, sent, apart), apart, [])
    if not used:
        return Verdict("unused", "unused", apart, [])
    told = [one | {"kept": stands(one["quote"], sent)} for one in draft.citations if "quote" in one]
    if " ".join(proposed.split()) == " ".join(sent.split()):
        return Verdict("accepted", "sent", apart, [one | {"kept": True} for one in told])
    lost = 2 * sum(one["kept"] for one in told) < len(told)
    return Verdict("edited", "rewritten" if lost or apart > HALF else "touched", apart, told)


def _abstention(draft: Stored, sent: str, apart: float) -> Outcome:
    if apart <= HOLDS:
        return "held"
    if draft.reason.startswith(_NO_MODEL):
        return ""
    offered = [str(fact.get("text", "")) for fact in draft.trail.get("offered", [])]
    return "missed" if any(stands(text, sent) for text in offered) else "written"


def weights(db: Connection) -> dict[tuple[str, str], float]:
    """For each source that drafts have cited, by kind and id, what to add to its rank: -0.1 to 0.1.

    A statement that agents keep speaks for its source; one they take out, and a draft rejected as out of date or
    wrong, against it. What was said of an article before it last changed does not count. The share of kept statements
    is drawn to the desk's own average by a beta prior worth FEW statements, so that one click moves little.
    """
    votes = _votes(db)
    kept, of = (sum(column) for column in zip(*votes.values(), strict=True)) if votes else (0, 0)
    usual = (kept + USUAL[0] * USUAL[1]) / (of + USUAL[0])
    return {source: _bonus(*vote, usual) for source, vote in votes.items()}


def _bonus(kept: int, of: int, usual: float) -> float:
    rate = (kept + FEW * usual) / (of + FEW)
    return MOST * (rate - usual) / ((1 - usual) if rate > usual else usual)


def _votes(db: Connection) -> dict[tuple[str, str], tuple[int, int]]:
    """Statements kept, and of how many, by source."""
    changed, votes = drafts.changed(db), defaultdict[tuple[str, str], list[bool]](list)
    for draft in drafts.used(db, LOOKED):
        for source, good in _said(draft):
            since = changed.get(source)
            if since is None or draft.decided is None or draft.decided >= since:
                votes[source].append(good)
    return {source: (sum(good), len(good)) for source, good in votes.items()}


def _said(draft: Stored) -> Sequence[tuple[tuple[str, str], bool]]:
    if draft.state == "rejected":
        cited = dict.fromkeys((one["kind"], one["source"]) for one in draft.citations)
        return [(source, False) for source in cited] if draft.reason.startswith(BLAMED) else []
    return [((one["kind"], one["source"]), bool(one["kept"])) for one in draft.citations if "kept" in one]
