"""Passages, their words, and which of them the vector index still lacks."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
    text,
    update,
)

from ingest import terms
from ingest.records import Passage
from ingest.schema import passages, removed, tickets
from ingest.store.rows import upsert

WORDS = 24  # words of a question that are looked for
ROWS = 10_000  # passages that those words together hold: what BM25 reads in a hundredth of a second
WIDE = 8  # times as many passages as are asked for: filters are tried on those first

_FIELDS = [f.name for f in fields(Passage)]
_WORDS = table("words", column("rowid"), column("terms"))
# By a plus, SQLite looks for words first and filters then: what is filtered out is not scored.
_LATER = {one.name: literal_column(f"+passages.{one.name}", one.type) for one in passages.c}


@dataclass(frozen=True)
class Filters:
    """What a search may return. Empty means anything."""

    kinds: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    parts: tuple[str, ...] = ()


def key(passage: Passage) -> str:
    """The passage's name in every index."""
    return f"{passage.kind}:{passage.source}#{passage.seq}"


def replace(db: Connection, kind: str, source: str, fresh: Sequence[Passage]) -> None:
    """Put the passages of one source in place of those that it had, words included."""
    replace_many(db, [(kind, source)], fresh)


def replace_many(db: Connection, sources: Sequence[tuple[str, str]], fresh: Sequence[Passage]) -> None:
    """The same for several sources, as (kind, id); what does not change keeps its place in the vector index."""
    stand = _standing(db, sources)
    kept = {key(one) for one in fresh if (held := stand.get(key(one))) is not None and held[1] == one}
    _drop(db, {name: num for name, (num, _) in stand.items() if name not in kept})
    num = db.scalar(select(func.max(passages.c.num))) or 0
    new = [(number, one) for number, one in enumerate((p for p in fresh if key(p) not in kept), num + 1)]
    if new:
        db.execute(insert(passages), [_row(number, one) for number, one in new])
        words = [{"num": number, "terms": _terms(one)} for number, one in new]
        db.execute(text("INSERT INTO words(rowid, terms) VALUES (:num, :terms)"), words)
        db.execute(delete(removed).where(removed.c.id.in_([key(one) for _, one in new])))


def forget(db: Connection, kind: str, source: str) -> None:
    """Take one source's passages out of SQL and words, and mark them to leave the vector index."""
    replace_many(db, [(kind, source)], [])


def _standing(db: Connection, sources: Sequence[tuple[str, str]]) -> dict[str, tuple[int, Passage]]:
    """The passages of these sources by key, with their numbers."""
    found: dict[str, tuple[int, Passage]] = {}
    for kind in {kind for kind, _ in sources}:
        ids = [id for one, id in sources if one == kind]
        chosen = select(passages).where(passages.c.kind == kind, passages.c.source.in_(ids))
        found |= {row.id: (row.num, record(row)) for row in db.execute(chosen)}
    return found


def _drop(db: Connection, gone: dict[str, int]) -> None:
    if gone:
        upsert(db, removed, [{"id": name} for name in gone])
        db.execute(text("DELETE FROM words WHERE rowid = :num"), [{"num": num} for num in gone.values()])
        db.execute(delete(passages).where(passages.c.num.in_(list(gone.values()))))


def _row(num: int, passage: Passage) -> dict[str, Any]:
    return {name: getattr(passage, name) for name in _FIELDS} | {"num": num, "id": key(passage), "indexed": False}


def _terms(passage: Passage) -> str:
    return " ".join(terms.split(f"{passage.title} {passage.section} {passage.text}"))


def _of(kind: str, source: str) -> ColumnElement[bool]:
    return (passages.c.kind == kind) & (passages.c.source == source)


def pending(db: Connection, limit: int) -> list[tuple[str, Passage]]:
    """Up to `limit` passages that the vector index lacks, as (key, passage)."""
    rows = db.execute(select(passages).where(~passages.c.indexed).order_by(passages.c.num).limit(limit))
    return [(row.id, record(row)) for row in rows]


def pending_count(db: Connection) -> int:
    """How many passages the vector index lacks."""
    return db.scalar(select(func.count()).where(~passages.c.indexed)) or 0


def mark(db: Connection, ids: Iterable[str], indexed: bool = True) -> None:
    """Say that these passages are in the vector index now (or are not)."""
    db.execute(update(passages).where(passages.c.id.in_(list(ids))).values(indexed=indexed))


def mark_all(db: Connection, indexed: bool) -> None:
    """Say that every passage is (not) in the vector index."""
    db.execute(update(passages).values(indexed=indexed))


def gone(db: Connection, limit: int) -> list[str]:
    """Keys that the vector index should forget."""
    return list(db.scalars(select(removed.c.id).limit(limit)))


def buried(db: Connection, ids: Iterable[str]) -> None:
    """The vector index has forgotten these."""
    db.execute(delete(removed).where(removed.c.id.in_(list(ids))))


def get(db: Connection, ids: Iterable[str]) -> dict[str, Passage]:
    """Passages by key; keys that are no more are left out."""
    rows = db.execute(select(passages).where(passages.c.id.in_(list(ids))))
    return {row.id: record(row) for row in rows}


def worded(db: Connection, ids: Iterable[str]) -> dict[str, tuple[Passage, list[str]]]:
    """Passages by key, each with its index terms in order; keys that are no more are left out."""
    held = select(passages, _WORDS.c.terms).join(_WORDS, _WORDS.c.rowid == passages.c.num)
    return {row.id: (record(row), row.terms.split()) for row in db.execute(held.where(passages.c.id.in_(list(ids))))}


def of_source(db: Connection, kind: str, source: str) -> list[Passage]:
    """All passages of one source, in order."""
    return [record(row) for row in db.execute(select(passages).where(_of(kind, source)).order_by(passages.c.seq))]


def openings(db: Connection, limit: int) -> list[Passage]:
    """What customers first wrote in the newest `limit` resolved tickets and calls: each one's first problem passage."""
    newest = select(tickets.c.id, tickets.c.kind).where(tickets.c.status == "resolved")
    chosen = newest.order_by(tickets.c.created.desc(), tickets.c.id).limit(limit).subquery()
    same = (passages.c.source == chosen.c.id) & (passages.c.kind == chosen.c.kind) & (passages.c.part == "problem")
    found = db.execute(select(passages).join(chosen, same).order_by(passages.c.source, passages.c.seq.desc()))
    return list({row.source: record(row) for row in found}.values())


def match(db: Connection, words: Sequence[str], filters: Filters, limit: int) -> list[tuple[str, float]]:
    """Passages that hold any of the words, best first, as (key, BM25 score; larger is better).

    BM25 by SQLite FTS5 (Robertson & Zaragoza 2009, k1 1.2, b 0.75). Words that very many passages hold are not looked
    for beside rarer ones: see `telling`.
    """
    chosen = telling(frequencies(db, words))
    if not chosen:
        return []
    ranked = (
        select(passages.c.id, literal_column("-bm25(words)").label("score"))
        .join(_WORDS, _WORDS.c.rowid == passages.c.num)
        .where(text("words MATCH :query"), *conditions(filters, _LATER))
        .order_by(literal_column("score").desc(), passages.c.id)
        .limit(limit)
    )
    query = " OR ".join(f'"{word}"' for word in chosen)
    return [(row.id, float(row.score)) for row in db.execute(ranked, {"query": query})]


def kept(db: Connection, ids: Sequence[str], filters: Filters) -> set[str]:
    """Those of these keys that the filters let through."""
    named = select(passages).where(passages.c.id.in_(ids)).limit(len(ids)).subquery()  # the limit keeps SQLite to `id`
    return set(db.scalars(select(named.c.id).where(*conditions(filters, named.c))))


def telling(counts: Mapping[str, int]) -> list[str]:
    """The rarest of these words, by the passages that hold each: WORDS at most, which together hold ROWS at most.

    The rarest one is always among them.
    """
    chosen: list[str] = []
    rows = 0
    for word, count in sorted(counts.items(), key=lambda item: (item[1], item[0]))[:WORDS]:
        rows += count
        if chosen and rows > ROWS:
            break
        chosen.append(word)
    return chosen


def frequencies(db: Connection, words: Iterable[str]) -> dict[str, int]:
    """How many passages hold each of the words; words that none holds are left out."""
    wanted = text("SELECT term, doc FROM word_counts WHERE term IN :words").bindparams(
        bindparam("words", expanding=True)
    )
    return {row.term: row.doc for row in db.execute(wanted, {"words": list(dict.fromkeys(words))})}


def total(db: Connection) -> int:
    """How many passages there are."""
    return db.scalar(select(func.count()).select_from(passages)) or 0


def rarity(db: Connection, words: Iterable[str]) -> dict[str, float]:
    """Inverse document frequency of each word: log((passages + 1) / (passages with it + 0.5)), at least 0."""
    wanted = list(words)
    counted, whole = frequencies(db, wanted), total(db)
    return {word: max(0.0, math.log((whole + 1) / (counted.get(word, 0) + 0.5))) for word in wanted}


def conditions(filters: Filters, of: Any = passages.c) -> list[ColumnElement[bool]]:
    """The filters as SQL, on the columns `of` passages."""
    columns = {"kinds": "kind", "langs": "lang", "products": "product", "parts": "part"}
    found: list[ColumnElement[bool]] = [
        of[column].in_(getattr(filters, name)) for name, column in columns.items() if getattr(filters, name)
    ]
    if filters.since:
        found.append(of["created"] >= filters.since)
    if filters.until:
        found.append(of["created"] <= filters.until)
    return found


def count(db: Connection) -> dict[str, int]:
    """Passages by kind."""
    rows = db.execute(select(passages.c.kind, func.count().label("n")).group_by(passages.c.kind))
    return {row.kind: row.n for row in rows}


def sources(db: Connection) -> dict[str, int]:
    """Sources that have passages, by kind."""
    counted = select(passages.c.kind, func.count(passages.c.source.distinct()).label("n")).group_by(passages.c.kind)
    return {row.kind: row.n for row in db.execute(counted)}


def newest(db: Connection, filters: Filters, limit: int) -> list[Passage]:
    """The first passage of each of the newest sources."""
    chosen = select(passages).where(passages.c.seq == 0, *conditions(filters))
    ordered = chosen.order_by(passages.c.created.desc(), passages.c.id).limit(limit)
    return [record(row) for row in db.execute(ordered)]


def languages(db: Connection) -> list[str]:
    """Languages that passages are in."""
    return list(db.scalars(select(passages.c.lang).distinct().order_by(passages.c.lang)))


def products(db: Connection) -> list[str]:
    """Products that passages are about."""
    chosen = select(passages.c.product).where(passages.c.product != "").distinct().order_by(passages.c.product)
    return list(db.scalars(chosen))


def record(row: Row[Any]) -> Passage:
    """A row of `passages` as the record it came from."""
    return Passage(**{name: getattr(row, name) for name in _FIELDS})
