"""What a reply may say: the sentences, step lists and table rows of the sources that fit, each with its exact place."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ingest import passages
from ingest.embedding import Embedding
from ingest.records import Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 480  # characters of one fact
_PRIOR = {"faq": 0.03, "article": 0.015, "ticket": 0.0, "call": -0.01}
_STEP = re.compile(r"^\s*(?:[-*+•・]|\d+[.)、．])\s*")
_MARKS = re.compile(r"[*_`#]+|\[([^\]]*)\]\([^)]*\)")
_PLACEHOLDER = re.compile(r"<[A-Z]+_\d+>|AZ-\d{7}")
# An agent's courtesies and deeds belong to the case they were written for; facts and steps carry over.
_CASE_ONLY = re.compile(
    r"^(hi|hello|dear|thanks|thank you|sorry|i'm sorry|kind regards|best|regards|you're welcome|glad|great)\b"
    r"|\b(i|we)('ve| have|'ll| will|'d|'m| am)\b|\b(i|we) (just|already|sent|checked|refunded|shipped|looked|can see|see|booked|"
    r"passed|opened|moved|changed|credited|cancelled|added|issued)\b|\byour (order|refund|parcel|account|lock) (is|was|has)\b"
    r"|いたしました|ております|お待ちください|ありがとうございます|申し訳|拝見|様$|様、|と申します|手配|担当の|送信しました|お送りしました",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[?？]\s*$|(でしょうか|ますか|ませんか)。?\s*$")


@dataclass(frozen=True)
class Fact:
    """One thing that a source says. `[start:end)` is its place in the source's canonical text."""

    text: str
    source: str
    kind: str
    title: str
    lang: str
    start: int
    end: int
    created: datetime | None = None
    score: float = 0.0


def facts(found: Sequence[Passage]) -> list[Fact]:
    """Every usable fact of these passages, in their order, none twice."""
    made = (fact for passage in found for fact in _of(passage))
    return list({(" ".join(fact.text.split()).casefold(), fact.lang): fact for fact in made}.values())


def rank(
    found: Sequence[Fact], questions: "NDArray[np.float32]", embedding: Embedding, *, lang: str, limit: int
) -> list[Fact]:
    """The facts nearest to the questions (n, dimensions), best first, so that each question has its best one."""
    if not found:
        return []
    vectors = embedding.passages([f"{fact.title}: {fact.text}" for fact in found])
    near = vectors @ questions.T
    bonus = [_PRIOR.get(fact.kind, 0.0) - (0.04 if fact.lang != lang else 0.0) + _fresh(fact) for fact in found]
    scored = [replace(fact, score=float(near[i].max()) + bonus[i]) for i, fact in enumerate(found)]
    leaders = {int((near[:, q] + bonus).argmax()) for q in range(near.shape[1])}
    order = sorted(range(len(scored)), key=lambda i: (i not in leaders, -scored[i].score))
    return [scored[i] for i in order[:limit]]


def _fresh(fact: Fact) -> float:
    """Of two policies that say nearly the same, the newer is right: half a point of cosine for each year."""
    if fact.created is None:
        return -0.01
    years = (datetime.now(UTC) - fact.created).days / 365
    return -0.02 * min(max(years, 0.0), 3.0)


def _of(passage: Passage) -> Iterable[Fact]:
    own = passage.kind in ("ticket", "call")
    for start, end in _units(passage.text):
        text = plain(passage.text[start:end])
        if _usable(text, passage.lang, own):
            yield Fact(
                text, passage.source, passage.kind, passage.title, passage.lang,
                passage.start + start, passage.start + end, passage.created,
            )  # fmt: skip


def _units(text: str) -> Iterable[tuple[int, int]]:
    """Spans of sentences; a list of steps is one span, because half a procedure is worse than none."""
    steps: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        if _STEP.match(line.group()):
            if steps and line.end() - steps[0][0] > LONGEST:
                yield steps[0][0], steps[-1][1]
                steps = []
            steps.append(line.span())
            continue
        if steps:
            yield steps[0][0], steps[-1][1]
            steps = []
        if line.group().lstrip().startswith("|"):
            yield line.span()
        elif not line.group().lstrip().startswith("#"):
            yield from ((line.start() + a, line.start() + b) for a, b in passages.sentences(line.group()))
    if steps:
        yield steps[0][0], steps[-1][1]


def plain(text: str) -> str:
    """Markdown marks and speaker labels taken off; table cells become a list in words."""
    text = re.sub(r"^(Agent|Customer|Subject): ", "", text.strip())
    if text.startswith("|"):
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        text = "" if all(set(cell) <= set("-: ") for cell in cells) else ": ".join([cells[0], ", ".join(cells[1:])])
    return _MARKS.sub(lambda m: m.group(1) or "", text).strip()


def _usable(text: str, lang: str, own: bool) -> bool:
    if not (8 if lang == "ja" else 18) <= len(text) <= 2 * LONGEST or _QUESTION.search(text):
        return False
    return not (own and (_CASE_ONLY.search(text) or _PLACEHOLDER.search(text)))
