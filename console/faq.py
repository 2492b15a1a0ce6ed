"""The living FAQ: entries proposed from resolved conversations, decided by supervisors, published as sources."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from console import proposals, topics
from console.accounts import Account
from console.cases import Basis, Case
from console.search import Search
from console.topics import Middle, group
from ingest import clean, shelving
from ingest.errors import SenderError
from ingest.records import Article
from ingest.shelving import Shelves
from ingest.store import articles, faqs, notes, passages
from ingest.store.faqs import Entry

if TYPE_CHECKING:
    from console.topics import Vectors

__all__ = ["Built", "approve", "build", "edit", "group", "reject", "reopen", "retire"]

STATES = ("proposed", "approved", "rejected")
MOST = 5000  # newest resolved conversations that a build reads
LONGEST = {"question": 300, "answer": 8000}
_ALIKE = 0.80  # two questions so near are one
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Built:
    """What a build did: entries newly proposed or renewed, topics that have an entry already, topics in all."""

    proposed: int
    kept: int
    topics: int


def build(search: Search, *, progress: Progress | None = None) -> Built:
    """Propose entries for questions that at least two resolved conversations share. No chat model is needed.

    Building again proposes nothing twice: a topic that mostly has an entry, or whose question is nearly one's, is kept.
    `progress` hears (step, done, total) for the steps "questions" and "entries".
    """
    tell = progress or (lambda step, done, total: None)
    with search.db.read() as db:
        known = faqs.page(db, STATES, limit=100_000)
        cases = _cases(db)
    found, middle = _groups(cases, search, tell)
    basis = Basis.of(search, middle)
    proposed = kept = 0
    for done, one in enumerate(found, 1):
        fresh = _fresh(one, known, basis)
        if fresh:
            known = [entry for entry in known if entry.id != fresh.id] + [fresh]
            with search.db.write() as db:
                faqs.put(db, fresh)
        proposed, kept = proposed + bool(fresh), kept + (not fresh)
        tell("entries", done, len(found))
    with search.db.write() as db:
        notes.write(db, by="", action="built faq", proposed=proposed, kept=kept)
    return Built(proposed, kept, len(found))


def _cases(db: Connection) -> list[Case]:
    found = []
    for opening in passages.openings(db, MOST):
        own = passages.of_source(db, opening.kind, opening.source)
        replies = tuple(one for one in own if one.part == "resolution")
        if replies:
            found.append(Case(opening, replies))
    return found


def _groups(cases: Sequence[Case], search: Search, tell: Progress) -> tuple[list[list[Case]], Middle]:
    """Conversations that one answer serves: alike in what was asked and in what was answered, two at least.

    A topic asked in several languages becomes one group for each that has two conversations.
    """
    import numpy as np

    if not cases:
        return [], Middle.of([], np.zeros((0, search.embedding.dimensions), np.float32), search.embedding)
    asked, answered = [case.asked for case in cases], [case.answered for case in cases]
    alike, middle = _alike(asked, search, lambda done, total: tell("questions", done, 2 * total))
    replied, _ = _alike(answered, search, lambda done, total: tell("questions", total + done, 2 * total))
    found = topics.cut((alike + replied) * np.float32(0.5), topics.QUESTION)
    made = [part for places in found for part in _by_language([cases[place] for place in places])]
    return [one for one in made if len(one) > 1], middle


def _alike(texts: list[str], search: Search, tell: Callable[[int, int], None]) -> tuple["Vectors", Middle]:
    vectors = search.embedding.queries(texts, tell)
    middle = Middle.of(texts, vectors, search.embedding)
    return topics.likeness(texts, middle.see(texts, vectors)), middle


def _by_language(cases: list[Case]) -> list[list[Case]]:
    parts: dict[str, list[Case]] = {}
    for case in cases:
        parts.setdefault(case.problem.lang, []).append(case)
    whole = [part for part in parts.values() if len(part) > 1]
    return whole or [cases]


def _fresh(cases: Sequence[Case], known: Sequence[Entry], basis: Basis) -> Entry | None:
    """The entry to propose, or None where there is one already. A proposal nobody touched grows with its topic."""
    ids = {case.id for case in cases}
    same = next((entry for entry in known if 2 * len(ids & proposals.members(entry)) > len(ids)), None)
    if same and (same.state != "proposed" or same.by or proposals.members(same) >= ids):
        return None
    made = proposals.entry(cases, basis)
    if same:
        return replace(made, id=same.id, created=same.created)
    return None if _asked_already(made, known, basis) else made


def _asked_already(made: Entry, known: Sequence[Entry], basis: Basis) -> bool:
    texts = [made.question, *(entry.question for entry in known if entry.lang == made.lang)]
    seen = basis.see(texts)
    return bool((seen[1:] @ seen[0] >= _ALIKE).any())


def approve(shelves: Shelves, id: str, *, by: Account, question: str, answer: str) -> None:
    """Publish an entry with the text the supervisor settled on; search, drafts and the widget find it at once."""
    entry, question, answer = _decidable(shelves, id, by, question, answer)
    lang = clean.language(answer) or entry.lang
    published = Article(id, question, answer, lang, entry.product, datetime.now(UTC), kind="faq")
    with shelves.db.write() as db:
        faqs.decide(db, id, "approved", by=by.name, question=question, answer=answer)
        shelving.shelve(db, published, shelves, origin="faq")
        notes.write(db, by=by.name, action="approved faq", subject=id, was=entry.state)
    shelves.index.catch_up()


def edit(shelves: Shelves, id: str, *, by: Account, question: str, answer: str) -> None:
    """Keep other words for an entry without deciding it; a published entry is published anew."""
    entry, question, answer = _decidable(shelves, id, by, question, answer)
    if entry.state == "approved":
        approve(shelves, id, by=by, question=question, answer=answer)
        return
    with shelves.db.write() as db:
        faqs.decide(db, id, entry.state, by=by.name, question=question, answer=answer, note=entry.note)
        notes.write(db, by=by.name, action="edited faq", subject=id)


def reject(shelves: Shelves, id: str, *, by: Account, reason: str) -> None:
    """Keep a proposal from being published or proposed again, and say why."""
    _withdraw(shelves, id, by, "rejected", "rejected faq", reason)


def retire(shelves: Shelves, id: str, *, by: Account, reason: str = "") -> None:
    """Take a published entry out of search, drafts and the widget; it stands among the rejected ones."""
    _withdraw(shelves, id, by, "rejected", "retired faq", reason)


def reopen(shelves: Shelves, id: str, *, by: Account) -> None:
    """Undo a decision: the entry is a proposal again, and no longer published."""
    _withdraw(shelves, id, by, "proposed", "reopened faq", "")


def _withdraw(shelves: Shelves, id: str, by: Account, state: str, action: str, reason: str) -> None:
    entry = _decided_by(shelves, id, by)
    with shelves.db.write() as db:
        faqs.decide(db, id, state, by=by.name, question=entry.question, answer=entry.answer, note=reason.strip())
        articles.remove(db, id)
        passages.forget(db, "faq", id)
        notes.write(db, by=by.name, action=action, subject=id, was=entry.state, reason=reason.strip())
    shelves.index.catch_up()


def _decided_by(shelves: Shelves, id: str, by: Account) -> Entry:
    if not by.supervises:
        raise SenderError("Only a supervisor decides what the FAQ says. Ask yours to look at this entry.")
    with shelves.db.read() as db:
        entry = faqs.get(db, id)
    if entry is None:
        raise SenderError("This entry is no longer there. Load the page again.")
    return entry


def _decidable(shelves: Shelves, id: str, by: Account, question: str, answer: str) -> tuple[Entry, str, str]:
    entry = _decided_by(shelves, id, by)
    words = {"question": " ".join(question.split()), "answer": answer.strip()}
    for name, text in words.items():
        if not text:
            raise SenderError(f"The {name} is empty. Write it before you go on.")
        if len(text) > LONGEST[name]:
            raise SenderError(f"The {name} has {len(text):,} characters; {LONGEST[name]:,} are the most. Shorten it.")
    return entry, words["question"], words["answer"]
