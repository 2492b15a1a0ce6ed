"""How far a draft says what a person answered, and what figures of a backtest come of it. No model judges here."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import Connection

from console import citations, evidence, intervals, learning
from console.answers import Citation, Draft
from console.intervals import Figure
from ingest import canon, clean
from ingest.cases import hollow
from ingest.embedding import Embedding
from ingest.sentences import sentences
from ingest.store import articles, tickets

if TYPE_CHECKING:
    from numpy.typing import NDArray

WRITES, READS = 40.0, 200.0  # words a minute that an agent types and reads; two Japanese characters are a word
KEPT = 0.5  # agreement of a person's sentence with the draft, from which on it need not be written
DETAILS = 0.3  # how much shared numbers and names weigh beside the meaning, where there are any
_CHANCE = 0.84  # cosine of unrelated sentences of one language, where a run is too short to measure it
_MARK = re.compile(r"\[(\d{1,2})\]")
_QUOTED = re.compile(r"[「“\"]([^」”\"\n]{2,40})[」”\"]")
_STEPS = re.compile(r"([\w-]+)[」”\"*]*\s*[>＞→]\s*[「“\"*]*([\w-]+)")
_CHARACTER = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff々]")


@dataclass(frozen=True)
class Case:
    """One past ticket and what the desk would have drafted for it: numbers only, no words of anybody.

    `statements` has for each statement of the draft the cosine to the person's nearest sentence; `sentences` for each
    sentence of the person (words, cosine to the nearest statement); `chance` is what the statements reach with replies
    to other tickets in the person's language `lang`; `details` counts numbers and names: shared, the person's, the
    draft's; `grounded` statements stand in what they cite; `words` are those of the whole draft.
    """

    ticket: str
    confidence: float
    abstained: bool
    statements: tuple[float, ...] = ()
    sentences: tuple[tuple[float, float], ...] = ()
    chance: float | None = None
    details: tuple[int, int, int] = (0, 0, 0)
    grounded: int = 0
    words: float = 0.0
    lang: str = ""


@dataclass(frozen=True)
class Told:
    """What a person answered: the sentences that say something, and their vectors (n, dimensions)."""

    text: str
    sentences: tuple[str, ...]
    vectors: "NDArray[np.float32]"
    lang: str


def told(text: str, embedding: Embedding) -> Told:
    """A person's reply without greetings and other courtesies."""
    found = [text[start:end] for start, end in sentences(text)]
    spoken = tuple(one for one in found if not hollow(one) and len(learning.tokens(one)) > 2)
    return Told(text, spoken, embedding.passages(spoken), clean.language(text))


def compare(
    ticket: str, draft: Draft, answer: Told, others: Sequence[Told], embedding: Embedding, db: Connection
) -> Case:
    """The draft beside the person's answer; `others` are answers to other tickets, to tell what chance gives."""
    said = list(_statements(draft))
    if draft.abstained or not said or not answer.sentences:
        return Case(ticket, draft.confidence, draft.abstained, lang=answer.lang)
    mine = embedding.passages([text for text, _ in said])
    near = mine @ answer.vectors.T
    rest = [one for one in others if one.sentences and one.lang == answer.lang]  # one language is nearer to itself
    by_chance = [float((mine @ one.vectors.T).max(axis=1).mean()) for one in rest]
    spoken, theirs = (details("\n".join(some)) for some in ([text for text, _ in said], answer.sentences))
    return Case(
        ticket,
        draft.confidence,
        False,
        tuple(_short(row.max()) for row in near),
        tuple((count(one), _short(column.max())) for one, column in zip(answer.sentences, near.T, strict=True)),
        _short(np.median(by_chance)) if by_chance else None,
        (len(spoken & theirs), len(theirs), len(spoken)),
        sum(grounded(text, cited, db) for text, cited in said),
        count(draft.reply),
        answer.lang,
    )


def _short(number: "float | np.floating") -> float:
    return round(float(number), 4)


def _statements(draft: Draft) -> Iterator[tuple[str, list[Citation]]]:
    """The paragraphs of a reply that cite something, without their marks; where none is marked, the quotes."""
    cited = {one.n: one for one in draft.citations}
    found = False
    for paragraph in draft.reply.split("\n\n"):
        named = [cited[int(n)] for n in _MARK.findall(paragraph) if int(n) in cited]
        if named:
            found = True
            yield citations.unmarked(paragraph, cited), named
    if not found:
        yield from ((one.quote, [one]) for one in draft.citations)


def grounded(statement: str, cited: Sequence[Citation], db: Connection) -> bool:
    """Whether what is cited stands in its sources, and the statement says nothing else.

    Each quote has to be the source's own words at its place, but for Markdown marks. The statement has to be made of
    the quotes: most of its telling words and all of its numbers; in another language than they, the numbers alone.
    """
    if not all(_there(one, db) for one in cited):
        return False
    quoted = "\n".join(one.quote for one in cited)
    if any(one.lang and one.lang != (clean.language(statement) or one.lang) for one in cited):
        return learning.numbers(statement) <= learning.numbers(quoted)
    return statement == quoted or learning.stands(statement, quoted)


def _there(cited: Citation, db: Connection) -> bool:
    known = cited.kind in ("article", "faq")
    record = articles.get(db, cited.source) if known else tickets.get(db, cited.source)
    text = canon.text_of(record)[cited.start : cited.end] if record else ""
    return bool(text) and evidence.plain(text) == evidence.plain(cited.quote)


def details(text: str) -> set[str]:
    """What an answer must get right to the letter: numbers, quoted names, and the steps of a path like A > B."""
    steps = (name for found in _STEPS.findall(text) for name in found)
    return learning.numbers(text) | {name.casefold() for name in (*_QUOTED.findall(text), *steps)}


def count(text: str) -> float:
    """Words; two Japanese characters count as one."""
    found = learning.tokens(text)
    return sum(0.5 if _CHARACTER.match(token) else 1.0 for token in found)


def levels(cases: Sequence[Case]) -> dict[str, float]:
    """The cosine that unrelated answers reach in this run, by language.

    It is the median, as some of the others are about the same thing; the usual one where no case tells.
    """
    known: dict[str, list[float]] = {}
    for case in cases:
        known.setdefault(case.lang, []).extend([case.chance] if case.chance is not None else [])
    return {lang: float(np.median(some)) if some else _CHANCE for lang, some in known.items()}


def agrees(cosine: float, by_chance: float) -> float:
    """A cosine as agreement: 0 where it is no nearer than chance, 1 for the same words."""
    return min(max((cosine - by_chance) / max(1 - by_chance, 1e-6), 0.0), 1.0)


def agreement(case: Case, by_chance: float) -> float:
    """How far a draft says what the person answered, 0 to 1.

    Meaning: each statement and the person's nearest sentence give precision, each sentence of the person, weighed by
    its words, and the nearest statement recall; both by embedding cosine above chance, joined as F1 (after BERTScore:
    Zhang et al. 2020). Where either has numbers, quoted names or paths, their F1 counts with DETAILS.
    """
    if not case.statements or not case.sentences:
        return 0.0
    precision = float(np.mean([agrees(near, by_chance) for near in case.statements]))
    words = sum(count for count, _ in case.sentences)
    recall = sum(count * agrees(near, by_chance) for count, near in case.sentences) / words
    meaning = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    shared, theirs, mine = case.details
    if not theirs + mine:
        return meaning
    return (1 - DETAILS) * meaning + DETAILS * 2 * shared / (theirs + mine)


def saved(case: Case, by_chance: float) -> float:
    """Minutes that the draft saves: those sentences of the person that it says need not be typed, but it is read.

    That is: words of sentences that agree by KEPT at least / WRITES, less the draft's words / READS. Finding the
    answer takes time too, which nobody measured and which does not count. An abstention saves nothing.
    """
    kept = sum(count for count, near in case.sentences if agrees(near, by_chance) >= KEPT)
    return kept / WRITES - case.words / READS


@dataclass(frozen=True)
class Summary:
    """The figures of a run. Agreement and minutes are means, of drafts and of all tickets (abstentions save 0)."""

    grounded: Figure
    agreement: Figure
    abstained: Figure
    saved: Figure


def summary(cases: Sequence[Case]) -> Summary:
    """Shares with Wilson intervals (grounded: of all statements), means with bootstrap intervals over tickets."""
    level, drafted = levels(cases), [case for case in cases if case.statements]
    return Summary(
        intervals.share(sum(case.grounded for case in drafted), sum(len(case.statements) for case in drafted)),
        intervals.mean([agreement(case, level[case.lang]) for case in drafted]),
        intervals.share(sum(case.abstained for case in cases), len(cases)),
        intervals.mean([saved(case, level[case.lang]) for case in cases]),
    )


def worst(cases: Sequence[Case], most: int = 8) -> list[tuple[Case, float]]:
    """Drafts to read first, with their agreement: sure of themselves, and far from what the person answered."""
    level = levels(cases)
    found = [(case, agreement(case, level[case.lang])) for case in cases if case.statements]
    return sorted(found, key=lambda one: (one[1] - one[0].confidence, one[0].ticket))[:most]
