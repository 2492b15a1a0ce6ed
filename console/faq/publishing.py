"""How a decision about an FAQ entry is kept: its row, a version, a line in the journal, and articles once approved."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from console.accounts import Account
from ingest import clean, shelving
from ingest.errors import SenderError
from ingest.records import Article
from ingest.shelving import Shelves
from ingest.store import articles, faqs, flags, notes, passages, versions
from ingest.store.faqs import Entry
from ingest.store.versions import QUIET, SUGGESTED, Version

CONDITIONS = ("product", "plan", "region")
_PLAN = re.compile(r"\bplan\b|プラン", re.IGNORECASE)
_WORDS = ("question", "answer", "lang", "others", *CONDITIONS)


@dataclass(frozen=True)
class Change:
    """A decision about one entry, `was`, by a supervisor: it is kept whole or not at all."""

    db: Connection
    shelves: Shelves
    by: Account
    was: Entry

    def of(self, entry: Entry) -> "Change":
        """What the same decision does to another entry."""
        return replace(self, was=entry)

    def keep(self, now: Entry, action: str, **detail: Any) -> None:
        """Store the entry as it is from now on, with a version and a line in the journal; publish what it says."""
        self._begin()
        now = replace(now, by=self.by.name, updated=datetime.now(UTC))
        faqs.put(self.db, now)
        versions.add(self.db, now, action, self.by.name)
        self._flags(now)
        notes.write(self.db, by=self.by.name, action=f"{action} faq", subject=now.id, was=self.was.state, **detail)
        self._publish(now)

    def second(self, said: Entry) -> None:
        """The first of two approvals. The words of a published entry wait beside it, a proposal takes them."""
        if self.was.state == "approved":
            self.suggest(replace(said, seconded=self.by.name))
        else:
            self.keep(replace(said, state="proposed", seconded=self.by.name), "seconded")

    def suggest(self, said: Entry) -> None:
        """Words that a published entry may have next: a version, while the entry stays as it is."""
        self._begin()
        stays = faqs.get(self.db, said.id) or self.was
        faqs.put(self.db, replace(stays, seconded=said.seconded, updated=datetime.now(UTC)))
        versions.add(self.db, replace(said, state="proposed"), SUGGESTED, self.by.name)
        notes.write(self.db, by=self.by.name, action="suggested faq", subject=said.id)

    def _begin(self) -> None:
        """Keep how the entry began, so that there is a way back: before the first decision it has no version."""
        if versions.last(self.db, self.was.id) is None and faqs.get(self.db, self.was.id):
            versions.add(self.db, self.was, "began", self.was.by, at=self.was.updated)

    def _flags(self, now: Entry) -> None:
        """Flags are about what is published: they leave with it and come back with it."""
        if now.state == "rejected":
            flags.retire(self.db, now.id, self.by.name)
        elif now.state == "approved" != self.was.state:
            flags.restore(self.db, now.id)

    def _publish(self, now: Entry) -> None:
        before, after = _articles(self.was), _articles(now)
        for id in before.keys() - after.keys():
            articles.remove(self.db, id)
            passages.forget(self.db, "faq", id)
        for id, article in after.items():
            if article != before.get(id):
                fresh = replace(article, updated=now.updated)
                shelving.shelve(self.db, fresh, self.shelves, origin="faq")


@contextmanager
def changing(shelves: Shelves, id: str, by: Account) -> Iterator[Change]:
    """A change of the entry as it stands now; the index has caught up with it afterwards."""
    with shelves.db.write() as db:
        yield Change(db, shelves, by, held(db, id, by))
    shelves.index.catch_up()


def held(db: Connection, id: str, by: Account) -> Entry:
    """The entry that this supervisor decides about. Raises SenderError for anybody else, and where it is gone."""
    if not by.supervises:
        raise SenderError("Only a supervisor decides what the FAQ says. Ask yours to look at this entry.")
    entry = faqs.get(db, id)
    if entry is None:
        raise SenderError("This entry is no longer there. Load the page again.")
    return entry


def _articles(entry: Entry) -> dict[str, Article]:
    """What an entry is published as, by id and without a time: nothing, unless it is approved."""
    if entry.state != "approved":
        return {}
    found = {}
    for lang, face in entry.faces.items():
        if face.whole:
            id, spoken = entry.article(lang), clean.language(face.answer) or lang
            title = titled(face.question, lang, entry.plan, entry.region)
            found[id] = Article(id, title, face.answer, spoken, entry.product, kind="faq")
    return found


def titled(question: str, lang: str, plan: str, region: str) -> str:
    """A question with the plan and region that its answer holds for: "When is it paid? (for: Plus plan, Japan)".

    A title stands beside every quote and before every statement that a model reads, so that none loses its condition.
    """
    named = plan if not plan or _PLAN.search(plan) else f"{plan}プラン" if lang == "ja" else f"{plan} plan"
    parts = [one for one in (named, region) if one]
    if not parts:
        return question
    return f"{question}（対象：{'、'.join(parts)}）" if lang == "ja" else f"{question} (for: {', '.join(parts)})"


def words(entry: Entry) -> tuple[Any, ...]:
    """What a supervisor approves: the faces and whom they hold for."""
    return tuple(getattr(entry, name) for name in _WORDS)


def waiting(db: Connection, entry: Entry) -> Entry | None:
    """A published entry with the words that wait for approval beside those it has; None where none do."""
    if entry.state != "approved":
        return None
    last = next((one for one in versions.page(db, entry.id) if one.action not in QUIET), None)
    return replace(stood(entry, last), state=entry.state) if last and last.action == SUGGESTED else None


def stood(entry: Entry, version: Version) -> Entry:
    """The entry with what a version says; evidence and variants too, where the version has them."""
    known = {name: getattr(version, name) for name in (*_WORDS, "state", "note")}
    kept = {name: found for name in ("evidence", "variants") if (found := getattr(version, name)) is not None}
    return replace(entry, **known, **kept)


def told(entry: Entry, lang: str = "") -> dict[str, Any]:
    """A published entry as JSON: its faces (with `lang`, only that one), whom it holds for, and its sources."""
    faces = {spoken: face for spoken, face in entry.faces.items() if face.whole and lang in ("", spoken)}
    sources = [one for one in entry.evidence if one.get("about") == "answer" and lang in ("", language(one, entry))]
    return {
        "id": entry.id,
        "slug": entry.slug,
        "lang": entry.lang,
        "faces": faqs.plain(faces),
        "conditions": {name: getattr(entry, name) for name in CONDITIONS},
        "sources": [{name: one[name] for name in ("kind", "source", "title", "quote")} for one in sources],
        "updated": entry.updated.isoformat() if entry.updated else None,
    }


def language(one: Mapping[str, Any], entry: Entry) -> str:
    """The language of the face that a piece of evidence speaks for."""
    found: str = one.get("lang") or entry.lang
    return found
