"""FAQ entries before volume arrives: out of what a known event's text says, or out of a burst's first conversations."""

import hashlib
import tomllib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from console import evidence, faq
from console.evidence import Fact
from console.faq import proposals
from console.search import Search
from console.verifier import Verifier
from ingest import canon, clean, terms
from ingest.records import Passage
from ingest.store import passages as shelf
from ingest.store import tickets
from ingest.store.events import Event
from ingest.store.faqs import Entry, Face
from ingest.store.topics import Asked, Topic

LANGUAGES = ("en", "ja")
LEAST = 0.4  # a sentence that answers less likely than this is left out: an empty answer is seen, a wrong one believed
BEHIND = 0.6  # so is one that answers the bare question far less likely than the best
MOST = 3  # sentences in one answer
TALKS = 12  # conversations of a topic that an entry is made of: the newest
VARIANTS = 6
TITLED = ("policy", "other")  # kinds that are about what the title names, where there is no product
LONGEST = 300  # characters of a question
_ASKED = Path(__file__).with_name("ahead.toml")


@dataclass(frozen=True)
class Question:
    """A question with and without the name of what it is about; `whole` where an event's text itself is the answer."""

    text: str
    bare: str
    whole: bool


def of_event(event: Event, search: Search, verifier: Verifier) -> list[Entry]:
    """The questions that customers will ask about an event, as entries that say only what its text says.

    Each has a face in every language; its answer is empty where no sentence of the text answers. Their ids are the same
    whenever the event is read again.
    """
    asked = {lang: [one.text for one in questions(event, lang)] for lang in LANGUAGES}
    told = {lang: _told(event, search, verifier, lang) for lang in LANGUAGES}
    main = event.lang if event.lang in LANGUAGES else LANGUAGES[0]
    other = next(lang for lang in LANGUAGES if lang != main)
    return [
        Entry(
            id=_id(event, number),
            question=asked[main][number],
            answer=proposals.written(told[main][number], main),
            lang=main,
            product=event.product,
            evidence=[link(event), *(said(event, fact) for lang in LANGUAGES for fact in told[lang][number])],
            others={other: Face(asked[other][number], proposals.written(told[other][number], other))},
            topic=event.topic,
        )
        for number in range(len(asked[main]))
    ]


def of_topic(topic: Topic, asked: Sequence[Asked], search: Search, verifier: Verifier, event: Event | None) -> Entry:
    """One entry for what a topic's customers ask, `asked` the newest first: its resolved conversations' answer if any.

    Else what an `event` that explains it says, else no answer: somebody has to write it.
    """
    talks = list(dict.fromkeys(one.source for one in asked))[:TALKS]
    made = _joined(_unanswered(topic, asked), faq.drafted(search, talks))
    if event and not any(face.answer for face in made.faces.values()):
        made = _by_event(made, event, search, verifier)
    held = proposals.members(made)
    with search.db.read() as db:
        new = [_asker(db, one) for one in asked if one.source in talks and one.source not in held]
    first = {told["source"]: told for told in reversed(new) if told}
    texts = {one.text.casefold(): one.text for one in reversed([*asked]) if one.text != made.question}
    variants = list(dict.fromkeys([*made.variants, *reversed(texts.values())]))[:VARIANTS]
    evidence = [*list(first.values())[::-1], *made.evidence]
    return replace(made, id=f"F-{uuid.uuid4().hex[:12]}", evidence=evidence, variants=variants, topic=topic.id)


def _unanswered(topic: Topic, asked: Sequence[Asked]) -> Entry:
    """What is asked, in each language that somebody asked it in."""
    texts = [*([] if topic.named_by else [topic.name]), *(one.text for one in asked), topic.name]
    by_lang: dict[str, str] = {}
    for text in texts:
        by_lang.setdefault(clean.language(text) or "en", " ".join(text.split())[:LONGEST])
    (main, question), *others = ((lang, by_lang[lang]) for lang in by_lang if lang in LANGUAGES)
    return Entry("", question, "", main, others={lang: Face(text, "") for lang, text in others})


def _joined(asked: Entry, solved: Entry | None) -> Entry:
    """What the topic asks, with what its resolved conversations answer; what they ask are other wordings of it."""
    if solved is None:
        return asked
    answers = {lang: face.answer for lang, face in solved.faces.items()}
    faces = {lang: Face(face.question, answers.get(lang, "")) for lang, face in asked.faces.items()}
    faces = {lang: face for lang, face in solved.faces.items() if lang not in faces} | faces
    main = faces.pop(asked.lang)
    variants = [*(face.question for face in solved.faces.values()), *solved.variants]
    return replace(solved, question=main.question, answer=main.answer, lang=asked.lang, others=faces, variants=variants)


def _by_event(made: Entry, event: Event, search: Search, verifier: Verifier) -> Entry:
    faces, said_of_it = dict[str, Face](), [link(event)]
    for lang, face in made.faces.items():
        (told,) = answered(_facts(event, lang), [(face.question, face.question)], search, verifier, lang)
        faces[lang] = replace(face, answer=proposals.written(told, lang))
        said_of_it += [said(event, fact) for fact in told]
    main = faces.pop(made.lang)
    product = made.product or event.product
    return replace(made, answer=main.answer, others=faces, product=product, evidence=[*made.evidence, *said_of_it])


def _asker(db: Connection, one: Asked) -> dict[str, Any] | None:
    """A question as evidence: its place in the canonical text of its conversation; None where it is gone."""
    ticket = tickets.get(db, one.source)
    said = next((row.text for row in tickets.turns(db, one.source) if row.seq == one.seq), "") if ticket else ""
    if ticket is None or not said[one.start : one.end]:
        return None
    start = max(canon.text_of(ticket).find(said), 0) + one.start
    return {"about": "question", "kind": one.kind, "source": one.source, "title": ticket.subject,
            "quote": said[one.start : one.end], "start": start, "end": start + one.end - one.start}  # fmt: skip


def questions(event: Event, lang: str) -> list[Question]:
    """What is asked about an event of this kind, in this language."""
    words = _words()
    titled = event.kind in TITLED and (clean.language(event.title) or event.lang) == lang
    what = event.product or (event.title if titled else words["nothing"][lang])
    return [
        Question(one[lang].format(what=what), one.get("bare", {}).get(lang, ""), one.get("whole", False))
        for one in words[event.kind]
    ]


def _told(event: Event, search: Search, verifier: Verifier, lang: str) -> list[list[Fact]]:
    """For each question, the sentences of the event's text in this language that answer it, as they stand in it."""
    asked, found = questions(event, lang), _facts(event, lang)
    own = [one for one in asked if not one.whole]
    sure = iter(answered(found, [(one.text, one.bare) for one in own], search, verifier, lang))
    return [found[:MOST] if one.whole else next(sure) for one in asked]


def answered(
    found: Sequence[Fact], asked: Sequence[tuple[str, str]], search: Search, verifier: Verifier, lang: str
) -> list[list[Fact]]:
    """For each question, given with and without the name of what it is about, the facts that answer both."""
    if not found or not asked:
        return [[] for _ in asked]
    texts = [text for pair in asked for text in pair]
    vectors = search.embedding.queries(texts)
    with search.db.read() as db:
        rarity = shelf.rarity(db, set(terms.split(" ".join(texts))))
    ranked = evidence.rank(found, texts, vectors, search.embedding, rarity, verifier, lang=lang)
    return [_chosen(ranked, 2 * number, 2 * number + 1) for number in range(len(asked))]


def _chosen(ranked: Sequence[Fact], named: int, bare: int) -> list[Fact]:
    """Facts that answer the named question surely, and the bare one about as well as any does."""
    best = max(fact.scores[bare] for fact in ranked)
    sure = [fact for fact in ranked if fact.scores[named] >= LEAST and fact.scores[bare] >= BEHIND * best]
    sure = sorted(sure, key=lambda fact: -fact.scores[named])[:MOST]
    return sorted(sure, key=lambda fact: fact.start)


def _facts(event: Event, lang: str) -> list[Fact]:
    """What the event's text says in a language: companies often write both under each other."""
    whole = Passage(event.id, "article", 0, event.text, 0, len(event.text), title=event.title, lang=lang)
    return [fact for fact in evidence.facts([(whole, 0.0)]) if (clean.language(fact.text) or event.lang) == lang]


def link(event: Event) -> dict[str, Any]:
    """What ties an entry to its event, beside the sentences that it says."""
    return {"about": "event", "kind": "event", "source": event.id, "title": event.title, "quote": "", "start": 0,
            "end": 0}  # fmt: skip


def said(event: Event, fact: Fact) -> dict[str, Any]:
    """A sentence of the event's text as evidence for an answer."""
    return {"about": "answer", "kind": "event", "source": event.id, "title": event.title, "quote": fact.text,
            "start": fact.start, "end": fact.end, "lang": fact.lang}  # fmt: skip


def _id(event: Event, number: int) -> str:
    made = hashlib.sha256(f"{event.id}\n{event.kind}\n{number}".encode()).hexdigest()
    return f"F-{made[:12]}"


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(_ASKED.read_text("utf-8"))
