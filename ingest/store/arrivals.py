"""Which source brought which record, under which id it stands on the shelves, and what the last import changed."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, false, func, or_, select

from ingest.schema import arrivals
from ingest.store import rows

Key = tuple[str, str]  # kind (ticket, article or customer) and the source's id


@dataclass(frozen=True)
class Arrival:
    """One record of one source. `target` is its id on the shelf, which it may share with records of other sources.

    `copy` is its own version where it shares; `before` is what it was before the import `job`: None for nothing.
    """

    source: str
    kind: str
    id: str
    num: int
    target: str
    digest: str
    job: str
    gone: bool = False
    copy: dict[str, Any] | None = None
    before: dict[str, Any] | None = None

    @property
    def key(self) -> Key:
        """Kind and id."""
        return self.kind, self.id


_FIELDS = [f.name for f in fields(Arrival)]


def put_many(db: Connection, found: Sequence[Arrival]) -> None:
    """Insert or overwrite."""
    rows.upsert(db, arrivals, [asdict(one) for one in found])


def remove(db: Connection, found: Iterable[Arrival]) -> None:
    """Forget that these came."""
    for one in found:
        same = (arrivals.c.source == one.source) & (arrivals.c.kind == one.kind) & (arrivals.c.id == one.id)
        db.execute(delete(arrivals).where(same))


def of_source(db: Connection, source: str, keys: Iterable[Key]) -> dict[Key, Arrival]:
    """What this source brought under these keys."""
    return {one.key: one for one in _chosen(db, (arrivals.c.source == source) & _in(arrivals.c.id, keys))}


def of_ids(db: Connection, keys: Iterable[Key]) -> list[Arrival]:
    """What any source brought under these keys, in order of arrival."""
    return _chosen(db, _in(arrivals.c.id, keys))


def on_targets(db: Connection, keys: Iterable[Key]) -> dict[Key, list[Arrival]]:
    """What stands under these (kind, target) on the shelves and is not gone, in order of arrival."""
    found: dict[Key, list[Arrival]] = {}
    for one in _chosen(db, _in(arrivals.c.target, keys) & ~arrivals.c.gone):
        found.setdefault((one.kind, one.target), []).append(one)
    return found


def of_job(db: Connection, job: str) -> list[Arrival]:
    """What this import touched."""
    return _chosen(db, arrivals.c.job == job)


def all_of(db: Connection, source: str) -> list[Arrival]:
    """Everything that this source brought."""
    return _chosen(db, arrivals.c.source == source)


def sources(db: Connection) -> list[Row[Any]]:
    """Sources with what they hold on the shelves now: rows of (source, kind, n)."""
    counted = select(arrivals.c.source, arrivals.c.kind, func.count().label("n")).where(~arrivals.c.gone)
    return list(db.execute(counted.group_by(arrivals.c.source, arrivals.c.kind).order_by(arrivals.c.source)))


def touched(db: Connection, job: str) -> int:
    """How many records stand as this import left them."""
    return db.scalar(select(func.count()).where(arrivals.c.job == job)) or 0


def newest(db: Connection) -> int:
    """The highest number given so far."""
    return db.scalar(select(func.max(arrivals.c.num))) or 0


def _in(column: ColumnElement[str], keys: Iterable[Key]) -> ColumnElement[bool]:
    ids: dict[str, list[str]] = {}
    for kind, id in keys:
        ids.setdefault(kind, []).append(id)
    return or_(*(and_(arrivals.c.kind == kind, column.in_(some)) for kind, some in ids.items()), false())


def _chosen(db: Connection, condition: ColumnElement[bool]) -> list[Arrival]:
    found = db.execute(select(arrivals).where(condition).order_by(arrivals.c.num))
    return [Arrival(**{name: getattr(row, name) for name in _FIELDS}) for row in found]
