"""The hold-out: some visitors of the widget do without the FAQ, so that what it saves can be measured.

An answer is at hand by the question alone, looked up alike for everybody before the two arms part. So what happens
afterwards differs between them by the FAQ and by chance, and by nothing else.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from console.ranking import Asked, Candidate
from console.search import Search
from ingest.records import Passage
from ingest.store import Database, arms, faqs, notes
from ingest.store.arms import ANY, Arm
from ingest.store.passages import Filters

WITHIN = timedelta(days=7)  # who asks for a person later has another reason
FITS = 0.34  # what scores less answers another question: chosen on 86 queries to the demo's FAQ, 36 about other things
_KEY, _MET, _ASKED = "holdout.key", "met faq", "needed a person"
_LINES = 2_000  # of the journal: more than the fullest conversation has


def arm(db: Database, visitor: str, share: float) -> Arm:
    """The arm of a visitor, the same for as long as the visitor is known; `share` (0 to 1) of them are held out.

    It is drawn by a keyed hash, so that nobody can choose it.
    """
    drawn = hashlib.blake2b(visitor.encode(), key=_key(db), digest_size=8).digest()
    return "held" if int.from_bytes(drawn) < share * 2**64 else "offered"


def _key(db: Database) -> bytes:
    """The key of this home, made at first use."""
    with db.read() as connection:
        known = notes.get(connection, _KEY)
    if known is None:
        with db.write() as connection:  # writers queue: the second one finds the first one's key
            known = notes.get(connection, _KEY) or secrets.token_hex(32)
            notes.put(connection, _KEY, known)
    return bytes.fromhex(known)


def best(search: Search, question: str) -> str:
    """The published entry that answers a question best; empty where none does."""
    hits = search.find(question, Filters(kinds=("faq",)), limit=1)
    with search.db.read() as db:
        published = faqs.approved(db)
    near = (faqs.of_article(hit.source) for hit in hits if hit.score >= FITS)
    return next((entry for entry in near if entry in published), "")


@dataclass(frozen=True)
class Unaided(Search):
    """A search that does not find these FAQ entries."""

    entries: frozenset[str] = frozenset()

    @classmethod
    def of(cls, search: Search) -> "Unaided":
        """The same search without what is published now."""
        with search.db.read() as db:
            published = faqs.approved(db)
        return cls(search.db, search.index, search.embedding, search.ranker, frozenset(published))

    def pools(self, asked: Sequence[str], filters: Sequence[Filters]) -> list[list[tuple[Asked, list[Candidate]]]]:
        """As `Search.pools`, without passages of the entries."""
        return [
            [(read, [one for one in found if not self._published(one.passage)]) for read, found in pools]
            for pools in super().pools(asked, filters)
        ]

    def _published(self, passage: Passage) -> bool:
        return passage.kind == "faq" and faqs.of_article(passage.source) in self.entries


def met(db: Connection, ticket: str, entry: str, arm: Arm) -> None:
    """Count that a visitor had the answer of an entry at hand, or would have; each entry once in a conversation."""
    known = {one for line in notes.about(db, ticket, _LINES) if line.action == _MET for one in line.detail["entries"]}
    fresh = [one for one in (ANY, entry) if one not in known]
    for one in fresh:
        arms.count(db, one, arm, "shown", datetime.now(UTC).date())
    if fresh:
        notes.write(db, by="desk", action=_MET, subject=ticket, arm=arm, entries=fresh)


def asked(db: Connection, ticket: str) -> None:
    """Count that a visitor went on to a person, once for each entry whose answer was at hand in the days before."""
    lines, now = notes.about(db, ticket, _LINES), datetime.now(UTC)
    told = {one for line in lines if line.action == _ASKED for one in line.detail["entries"]}
    late = [line for line in lines if line.action == _MET and now - line.at <= WITHIN]
    fresh = [(one, line) for line in late for one in line.detail["entries"] if one not in told]
    for one, line in fresh:
        arms.count(db, one, line.detail["arm"], "contacted", line.at.date())
    if fresh:
        notes.write(db, by="desk", action=_ASKED, subject=ticket, entries=[one for one, _ in fresh])
