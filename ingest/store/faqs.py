"""FAQ entries: one question and answer in its languages, from proposed by the desk to approved by a supervisor."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select

from ingest.schema import faqs
from ingest.store import rows

STATES = ("proposed", "approved", "rejected")
_SLUG = 60  # characters of the question that a path shows


@dataclass(frozen=True)
class Face:
    """What an entry says in one language."""

    question: str
    answer: str

    @property
    def whole(self) -> bool:
        """Whether it asks and answers; other faces are never published."""
        return bool(self.question.strip() and self.answer.strip())


@dataclass(frozen=True)
class Entry:
    """One question with its answer. `evidence` are dicts of kind, source, title, quote; `variants` other wordings.

    `question` and `answer` are its face in `lang`, `others` those in other languages. `product`, `plan` and `region`
    say whom it holds for; empty is anybody. It is asleep until `snoozed`, and somebody looks at it again on `review`.
    `seconded` is who approved it first where two must; `topic` the topic it came from.
    """

    id: str
    question: str
    answer: str
    lang: str
    product: str = ""
    state: str = "proposed"
    evidence: list[dict[str, Any]] = field(default_factory=list)
    variants: list[str] = field(default_factory=list)
    by: str = ""
    note: str = ""
    created: datetime | None = None
    updated: datetime | None = None
    others: dict[str, Face] = field(default_factory=dict)
    plan: str = ""
    region: str = ""
    topic: str = ""
    snoozed: datetime | None = None
    review: datetime | None = None
    seconded: str = ""

    @property
    def faces(self) -> dict[str, Face]:
        """What it says by language, its main language first."""
        main = {self.lang: Face(self.question, self.answer)}
        return main | {lang: face for lang, face in self.others.items() if lang != self.lang}

    @property
    def slug(self) -> str:
        """Its name in an address, for example "where-is-my-order-F-12ab"; the id alone without an English question.

        `id_of` finds the id in it, so that an old address still leads here after the question has changed.
        """
        english = self.faces.get("en", Face("", "")).question.casefold().replace("'", "")
        words = re.sub(r"[^a-z0-9]+", "-", english)[:_SLUG].strip("-")
        return f"{words}-{self.id}" if words else self.id

    def article(self, lang: str) -> str:
        """Id of the article that this face is published as."""
        return self.id if lang == self.lang else f"{self.id}.{lang}"


def id_of(slug: str) -> str:
    """The entry's id at the end of a slug: its last two parts."""
    return "-".join(slug.split("-")[-2:])


def of_article(id: str) -> str:
    """The entry one of whose faces is published as this article."""
    return id.partition(".")[0]


def put(db: Connection, entry: Entry) -> None:
    """Insert or overwrite an entry."""
    now = datetime.now(UTC)
    known = {f.name: getattr(entry, f.name) for f in fields(Entry)}
    known |= {"created": entry.created or now, "updated": entry.updated or now, "others": plain(entry.others)}
    rows.upsert(db, faqs, [known])


def get(db: Connection, id: str) -> Entry | None:
    """One entry, or None."""
    row = db.execute(select(faqs).where(faqs.c.id == id)).first()
    return _entry(row) if row else None


def page(db: Connection, states: tuple[str, ...], *, awake: datetime | None = None, limit: int = 200) -> list[Entry]:
    """Entries in these states, those with the most evidence first; with `awake`, none that are asleep then."""
    chosen = select(faqs).where(faqs.c.state.in_(states))
    if awake:
        chosen = chosen.where(or_(faqs.c.snoozed.is_(None), faqs.c.snoozed <= awake))
    return [
        _entry(row)
        for row in db.execute(chosen.order_by(func.json_array_length(faqs.c.evidence).desc(), faqs.c.id).limit(limit))
    ]


def published(db: Connection, lang: str = "") -> list[Entry]:
    """Approved entries by id, with the faces that are published; with `lang`, those that have a face in it."""
    found = [_entry(row) for row in db.execute(select(faqs).where(faqs.c.state == "approved").order_by(faqs.c.id))]
    return [one for one in found if any(face.whole for spoken, face in one.faces.items() if lang in ("", spoken))]


def approved(db: Connection) -> set[str]:
    """Ids of approved entries."""
    return set(db.scalars(select(faqs.c.id).where(faqs.c.state == "approved")))


def stamp(db: Connection) -> tuple[int, datetime | None]:
    """Another value after every change of what is published: how many entries are, and when one last changed."""
    found = select(func.count(), func.max(faqs.c.updated)).where(faqs.c.state == "approved")
    n, changed = db.execute(found).one()
    return n, changed


def by_state(db: Connection) -> dict[str, int]:
    """Entries by state."""
    return {
        row.state: row.n for row in db.execute(select(faqs.c.state, func.count().label("n")).group_by(faqs.c.state))
    }


def plain(others: Mapping[str, Face]) -> dict[str, dict[str, str]]:
    """Faces as JSON."""
    return {lang: asdict(face) for lang, face in others.items()}


def faces(others: Mapping[str, Mapping[str, str]]) -> dict[str, Face]:
    """What `plain` made of faces."""
    return {lang: Face(**face) for lang, face in others.items()}


def _entry(row: Row[Any]) -> Entry:
    return Entry(**{f.name: getattr(row, f.name) for f in fields(Entry)} | {"others": faces(row.others)})
