"""What the help centre holds: approved entries, a question for each language they speak, and which belong together."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Connection

from console.faq import publishing
from console.help_centre import prose
from ingest import terms
from ingest.store import articles, faqs
from ingest.store.faqs import Entry, Face

LANGS = ("en", "ja")
RELATED = 4
_ANSWER = 0.3  # what a word of the answer counts beside one of the question
_FITS = 0.2  # of a query's weight; more would be too much to ask in Japanese, where many pairs are no words
_NEAR = 0.12  # entries with less in common have nothing to do with each other
_KIN = 1.5  # entries on one topic or product are nearer than their words say
_ENDING = re.compile(r"[ぁ-ん]{1,2}")  # pairs of kana are inflection, mostly

Words = frozenset[str]


@dataclass(frozen=True)
class Question:
    """One language of an approved entry, as the public may see it."""

    id: str
    lang: str
    slug: str
    question: str
    answer: str
    product: str
    plan: str
    region: str
    topic: str
    article: str  # id of the article that it is published as
    reviewed: datetime

    @property
    def title(self) -> str:
        """The question with whom its answer holds for, where it is shown without its page."""
        return publishing.titled(self.question, self.lang, self.plan, self.region)

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/help/{self.lang}/{self.slug}"


@dataclass(frozen=True)
class Group:
    """Questions on one product; no name where they are on none."""

    name: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Shelf:
    """Every approved entry: its questions by language, the language that it was written in first."""

    entries: dict[str, dict[str, Question]]

    def of(self, lang: str) -> list[Question]:
        """All questions in a language."""
        return [faces[lang] for faces in self.entries.values() if lang in faces]

    def at(self, slug: str) -> dict[str, Question]:
        """The questions by language of the entry whose page this is, or once was; empty where there is none."""
        return self.entries.get(slug) or self.entries.get(faqs.id_of(slug), {})

    @cached_property
    def published(self) -> dict[str, str]:
        """Which entry an article belongs to, by their ids."""
        return {one.article: id for id, faces in self.entries.items() for one in faces.values()}

    def best(self, id: str, lang: str) -> Question:
        """An entry in this language, else in the one that it was written in."""
        faces = self.entries[id]
        return faces.get(lang) or next(iter(faces.values()))

    def groups(self, lang: str) -> list[Group]:
        """The questions of a language by product, the fullest group first, those on no product last."""
        found: dict[str, list[Question]] = {}
        for one in self.of(lang):
            found.setdefault(one.product, []).append(one)
        order = sorted(found, key=lambda name: (not name, -len(found[name]), name.casefold()))
        return [Group(name, tuple(sorted(found[name], key=lambda one: one.question.casefold()))) for name in order]

    def worded(self, query: str, lang: str) -> list[Question]:
        """Questions in a language that have words of `query`, best first: rare words count more, in the question most.

        What holds little of what the whole query weighs is left out.
        """
        asked = _words(query)
        least = _FITS * self._weight(asked)
        scored = [(self._shared(asked, one), one) for one in self.of(lang)]
        return [one for score, one in sorted(scored, key=lambda pair: -pair[0]) if asked and score >= least]

    def related(self, to: Question) -> list[Question]:
        """Other entries that have most words in common with this one's question and answer."""
        scored = [(self._kin(to, one), one) for one in self.of(to.lang) if one.id != to.id]
        near = sorted((pair for pair in scored if pair[0] >= _NEAR), key=lambda pair: -pair[0])
        return [one for _, one in near[:RELATED]]

    def _shared(self, asked: Words, one: Question) -> float:
        question, answer = self._said[one.article]
        return self._weight(asked & question) + _ANSWER * self._weight((asked & answer) - question)

    def _kin(self, to: Question, one: Question) -> float:
        ours, theirs = self._said[to.article], self._said[one.article]
        alike = self._alike(ours[0], theirs[0]) + _ANSWER * self._alike(ours[1], theirs[1])
        same = (to.topic and to.topic == one.topic) or (to.product and to.product == one.product)
        return alike * (_KIN if same else 1.0)

    def _alike(self, one: Words, other: Words) -> float:
        shared = self._weight(one & other)
        return shared and shared / (self._weight(one) + self._weight(other) - shared)

    def _weight(self, words: Words) -> float:
        unheard = math.log(1 + len(self._said))
        return sum(self._rarity.get(word, unheard) for word in words)

    @cached_property
    def _said(self) -> dict[str, tuple[Words, Words]]:
        """The words of each question and of its answer, by article."""
        every = (one for faces in self.entries.values() for one in faces.values())
        return {one.article: (_words(one.question), _words(one.answer)) for one in every}

    @cached_property
    def _rarity(self) -> dict[str, float]:
        seen = Counter(word for asked, answered in self._said.values() for word in asked | answered)
        return {word: math.log(1 + len(self._said) / count) for word, count in seen.items()}


class Reader:
    """Reads what is published, and keeps what was made of it for as long as it stays the same."""

    def __init__(self) -> None:
        self._held: tuple[object, Shelf] = (None, Shelf({}))

    def read(self, db: Connection) -> Shelf:
        """What is published now."""
        stamp, (known, held) = faqs.stamp(db), self._held
        if stamp != known:  # taken before the entries: a change between both is read again, never missed
            held = of(faqs.published(db))
            self._held = (stamp, held)
        return held


def newest(db: Connection, questions: Sequence[Question], most: int) -> list[tuple[Question, datetime]]:
    """The questions whose published words changed last, with when; a review that changes no word does not count."""
    found = ((one, articles.get(db, one.article)) for one in questions)
    dated = [(one, article.updated) for one, article in found if article and article.updated]
    return sorted(dated, key=lambda pair: pair[1], reverse=True)[:most]


def of(entries: Sequence[Entry]) -> Shelf:
    """The shelf of these entries."""
    made = {entry.id: {lang: _question(entry, lang, face) for lang, face in _spoken(entry)} for entry in entries}
    return Shelf({id: faces for id, faces in made.items() if faces})


def _spoken(entry: Entry) -> Iterator[tuple[str, Face]]:
    return ((lang, face) for lang, face in entry.faces.items() if lang in LANGS and face.whole)


def _question(entry: Entry, lang: str, face: Face) -> Question:
    shown = [" ".join(prose.visible(text).split()) for text in (face.question, entry.product, entry.plan, entry.region)]
    question, product, plan, region = shown
    answer, reviewed = prose.visible(face.answer).strip(), entry.updated or datetime.fromtimestamp(0, UTC)
    about = (product, plan, region, entry.topic)
    return Question(entry.id, lang, entry.slug, question, answer, *about, entry.article(lang), reviewed)


def _words(text: str) -> Words:
    return frozenset(word for word in terms.split(text) if not _ENDING.fullmatch(word))
