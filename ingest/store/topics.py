"""Topics: what customers ask about, kept while questions come and go, and the questions of each with their places."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, case, delete, func, select, tuple_, update

from ingest.schema import arrivals, imports, journal, messages, tickets, topic_questions, topics
from ingest.store import rows

Key = tuple[str, str, int, int]  # of a question: kind and id of its source, place of its message, where it begins there
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)  # when a question came of which no source tells the time
_MANY = 500  # values of one statement


@dataclass(frozen=True)
class Topic:
    """One topic. `named_by` is the supervisor who gave it its name, empty where it has it from its questions.

    `size` is how many questions it has. `merged` is the topic that it is part of now; its id leads there for good.
    """

    id: str
    name: str
    named_by: str = ""
    size: int = 0
    created: datetime | None = None
    merged: str = ""


@dataclass(frozen=True)
class Asked:
    """One question, `[start, end)` of a customer's message, as `text` without what masking left.

    `topic` is empty until it is in one. `kept` is the supervisor who put it there: no grouping moves it. A message
    that asks nothing has one without `text`, so that it is not read again.
    """

    kind: str
    source: str
    seq: int
    start: int
    end: int
    text: str
    lang: str
    at: datetime
    topic: str = ""
    kept: str = ""

    @property
    def key(self) -> Key:
        """What names it among all."""
        return self.kind, self.source, self.seq, self.start


_KEY = (topic_questions.c.kind, topic_questions.c.source, topic_questions.c.seq, topic_questions.c.start)
_SAME = [column == bindparam(f"its_{column.name}") for column in _KEY]
_ROOT = case((topics.c.merged != "", topics.c.merged), else_=topics.c.id)
_PLAIN = [topics.c[f.name] for f in fields(Topic)]
_TELLS = topic_questions.c.text != ""
_WHEN = func.coalesce(
    messages.c.at, tickets.c.created, bindparam("unknown", UNKNOWN, messages.c.at.type), type_=messages.c.at.type
).label("at")


def page(db: Connection, limit: int = 500) -> list[Topic]:
    """Topics that have questions, largest first. What is merged into one counts there."""
    held = all(db)
    sizes = Counter[str]()
    for one in held:
        sizes[one.merged or one.id] += one.size
    shown = [replace(one, size=sizes[one.id]) for one in held if not one.merged and sizes[one.id]]
    return sorted(shown, key=lambda one: (-one.size, one.name, one.id))[:limit]


def get(db: Connection, id: str) -> Topic | None:
    """One topic with the size of all that is merged into it; the one that it is merged into now, if it is. Or None."""
    row = db.execute(select(*_PLAIN).where(topics.c.id == id)).first()
    if row and row.merged:
        row = db.execute(select(*_PLAIN).where(topics.c.id == row.merged)).first()
    if row is None:
        return None
    whole = db.scalar(select(func.sum(topics.c.size)).where(_ROOT.in_((row.id,)))) or 0
    return replace(_topic(row), size=whole)


def all(db: Connection) -> list[Topic]:
    """Every topic with its own size, merged and empty ones too, by id."""
    return [_topic(row) for row in db.execute(select(*_PLAIN).order_by(topics.c.id))]


def centres(db: Connection) -> dict[str, bytes]:
    """The middles of topics that have one, float32, by id in order."""
    chosen = select(topics.c.id, topics.c.centre).where(topics.c.centre.is_not(None)).order_by(topics.c.id)
    return {row.id: row.centre for row in db.execute(chosen)}


def asked(db: Connection, topic: str, limit: int = 50) -> list[Asked]:
    """The questions of a topic and of all that is merged into it, newest first."""
    inside = select(topics.c.id).where(_ROOT.in_((topic,)))
    return _asked(db, topic_questions.c.topic.in_(inside) & _TELLS, limit)


def within(db: Connection, topic: str, limit: int) -> list[Asked]:
    """The newest questions that a topic holds itself: without what is merged into it."""
    return _asked(db, (topic_questions.c.topic == topic) & _TELLS, limit)


def grouped(db: Connection, limit: int) -> list[Asked]:
    """The newest questions, in a topic or not, each with the topic that holds it itself, merged or not."""
    return _asked(db, _TELLS, limit)


def loose(db: Connection, limit: int) -> list[Asked]:
    """The newest questions that are in no topic yet."""
    return _asked(db, _TELLS & (topic_questions.c.topic == ""), limit)


def of_sources(db: Connection, ids: Collection[str]) -> list[Asked]:
    """The questions of these tickets and calls, newest first; messages that ask nothing too."""
    found = []
    for some in _pieces(ids):
        found += _asked(db, topic_questions.c.source.in_(some))
    return found


def questions(db: Connection, keys: Collection[Key]) -> list[Asked]:
    """The questions with these keys, newest first."""
    found = []
    for some in _pieces(keys):
        found += _asked(db, tuple_(*_KEY).in_(some))
    return found


def number(db: Connection) -> int:
    """How many questions there are."""
    return db.scalar(select(func.count()).select_from(topic_questions).where(_TELLS)) or 0


def arrived(db: Connection, since: datetime) -> dict[str, list[tuple[datetime, str]]]:
    """When conversations came to each topic from then on, with their ids: one a conversation, at its first question.

    What is merged into a topic counts there. Questions of which no source tells the time are left out.
    """
    first = func.min(topic_questions.c.at, type_=topic_questions.c.at.type).label("at")
    chosen = select(_ROOT.label("root"), topic_questions.c.source, first)
    chosen = chosen.join(topics, topics.c.id == topic_questions.c.topic).where(
        _TELLS, topic_questions.c.at >= since, topic_questions.c.at > UNKNOWN
    )
    found: dict[str, list[tuple[datetime, str]]] = {}
    for row in db.execute(chosen.group_by(_ROOT, topic_questions.c.source).order_by(first)):
        found.setdefault(row.root, []).append((row.at, row.source))
    return found


def unread(db: Connection, limit: int) -> list[Row[Any]]:
    """Customers' messages whose questions are not here, newest first: (kind, ticket, seq, text, lang, at).

    A message without a time has that of its conversation, or UNKNOWN.
    """
    read = select(topic_questions.c.seq).where(
        topic_questions.c.kind == tickets.c.kind, topic_questions.c.source == messages.c.ticket,
        topic_questions.c.seq == messages.c.seq,
    )  # fmt: skip
    chosen = _messages().where(~read.exists()).limit(limit)
    return list(db.execute(chosen.order_by(_WHEN.desc(), messages.c.ticket, messages.c.seq.desc())))


def said(db: Connection, ids: Collection[str]) -> list[Row[Any]]:
    """What customers said in these tickets and calls, one after another and in order: rows as `unread` gives them."""
    found: list[Row[Any]] = []
    for some in _pieces(ids):
        chosen = _messages().where(messages.c.ticket.in_(some))
        found += db.execute(chosen.order_by(messages.c.ticket, messages.c.seq))
    return found


def _messages() -> Select[Any]:
    wanted = select(tickets.c.kind, messages.c.ticket, messages.c.seq, messages.c.text, tickets.c.lang, _WHEN)
    joined = wanted.join_from(messages, tickets, tickets.c.id == messages.c.ticket)
    return joined.where(messages.c.direction == "incoming")


def rewritten(db: Connection, since: datetime) -> set[str]:
    """Conversations with questions here that may say something else now: imports brought or took them back since."""
    taken = select(journal.c.num).where(journal.c.action.in_(("undid import", "withdrew source")), journal.c.at > since)
    known = select(topic_questions.c.source).distinct()
    if db.scalar(taken.limit(1)) is None:
        brought = select(arrivals.c.target).join(imports, imports.c.id == arrivals.c.job)
        known = known.where(
            topic_questions.c.source.in_(brought.where(arrivals.c.kind == "ticket", imports.c.finished > since))
        )
    return set(db.scalars(known))


def put(db: Connection, found: Iterable[Topic]) -> None:
    """Insert topics, or overwrite what is known of them; their middles stay."""
    now = datetime.now(UTC)
    rows.upsert(db, topics, [asdict(one) | {"created": one.created or now} for one in found])


def name(db: Connection, id: str, said: str, by: str = "") -> None:
    """Give a topic a name; `by` is the supervisor who does. Without one, a name that a supervisor gave stays."""
    held = update(topics).where(topics.c.id == id)
    db.execute((held if by else held.where(topics.c.named_by == "")).values(name=said, named_by=by))


def place(db: Connection, middles: Mapping[str, bytes | None]) -> None:
    """Keep the middles of topics, float32; None where it is to be found anew."""
    moved = update(topics).where(topics.c.id == bindparam("topic")).values(centre=bindparam("middle"))
    if middles:
        db.execute(moved, [{"topic": id, "middle": middle} for id, middle in middles.items()])


def add(db: Connection, found: Iterable[Asked]) -> None:
    """Keep questions, or overwrite them."""
    rows.upsert(db, topic_questions, [asdict(one) for one in found])


def assign(db: Connection, homes: Mapping[Key, str]) -> None:
    """Put questions into topics. Where a supervisor put one, it stays."""
    moved = update(topic_questions).where(*_SAME, topic_questions.c.kept == "").values(topic=bindparam("home"))
    if homes:
        db.execute(moved, [_named(key) | {"home": home} for key, home in homes.items()])


def keep(db: Connection, keys: Iterable[Key], topic: str, by: str) -> None:
    """Put questions into a topic where they stay, as this supervisor decided."""
    kept = update(topic_questions).where(*_SAME).values(topic=topic, kept=by)
    db.execute(kept, [_named(key) for key in keys])


def drop(db: Connection, keys: Iterable[Key]) -> None:
    """Take questions out: what they are read from is gone or says something else now."""
    if found := [_named(key) for key in keys]:
        db.execute(delete(topic_questions).where(*_SAME), found)


def gone(db: Connection) -> list[Asked]:
    """Questions, and messages that ask nothing, whose message is not there any more."""
    same = (messages.c.ticket == topic_questions.c.source) & (messages.c.seq == topic_questions.c.seq)
    there = select(messages.c.seq).where(same, messages.c.direction == "incoming")
    return _asked(db, ~there.exists())


def merge(db: Connection, id: str, into: str) -> None:
    """Make a topic part of another for good, with all that was merged into it."""
    both = (topics.c.id == id) | (topics.c.merged == id)
    db.execute(update(topics).where(both, topics.c.id != into).values(merged=into))


def remove(db: Connection, ids: Iterable[str]) -> None:
    """Forget topics."""
    for some in _pieces(list(ids)):
        db.execute(delete(topics).where(topics.c.id.in_(some)))


def count(db: Connection) -> None:
    """Count the questions of each topic anew."""
    counted = select(func.count()).where(topic_questions.c.topic == topics.c.id, _TELLS).scalar_subquery()
    db.execute(update(topics).values(size=counted))


def _asked(db: Connection, condition: ColumnElement[bool], limit: int | None = None) -> list[Asked]:
    ordered = select(topic_questions).where(condition).order_by(topic_questions.c.at.desc(), *_KEY)
    return [Asked(**row._mapping) for row in db.execute(ordered.limit(limit))]


def _topic(row: Row[Any]) -> Topic:
    return Topic(**{f.name: getattr(row, f.name) for f in fields(Topic)})


def _named(key: Key) -> dict[str, Any]:
    return {f"its_{column.name}": value for column, value in zip(_KEY, key, strict=True)}


def _pieces(values: Collection[Any]) -> Iterable[Sequence[Any]]:
    """Some values at a time, as many as one statement may name."""
    held = list(values)
    return (held[start : start + _MANY] for start in range(0, len(held), _MANY))
