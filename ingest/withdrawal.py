"""Taking back what came in: one import undone, or a whole source withdrawn. What other sources know stays."""

from collections.abc import Callable, Sequence
from itertools import islice

from sqlalchemy import Connection

from ingest import arriving
from ingest.errors import SenderError
from ingest.shelving import Shelves
from ingest.store import arrivals, imports, notes
from ingest.store.arrivals import Arrival

BATCH = 100  # records of one transaction
Progress = Callable[[int, int], None]


def source(shelves: Shelves, name: str, *, by: str = "", progress: Progress | None = None) -> int:
    """Take everything that a source brought off the shelves; returns how many records. Safe to interrupt and repeat.

    Raises SenderError for a source that brought nothing.
    """
    with shelves.db.read() as db:
        found, known = arrivals.all_of(db, name), sorted({row.source for row in arrivals.sources(db)})
    if not found:
        there = f"Sources are: {', '.join(known)}." if known else "Nothing has been brought in yet."
        raise SenderError(f"There is no source {name!r}. {there}")
    _each(shelves, found, _forget, progress)
    with shelves.db.write() as db:
        imports.forgive(db, name)
        notes.write(db, by=by, action="withdrew source", subject=name, records=len(found))
    return len(found)


def job(shelves: Shelves, id: str, *, by: str = "", progress: Progress | None = None) -> int:
    """Undo one import: what it added leaves, what it changed or deleted is as before; returns how many records.

    Records that a later import has changed again stay as that one left them. Raises SenderError where nothing is left.
    """
    with shelves.db.read() as db:
        found = arrivals.of_job(db, id)
    if not found:
        raise SenderError("Nothing is left of this import: later ones have changed all of its records.")
    _each(shelves, found, _restore, progress)
    with shelves.db.write() as db:
        imports.undo(db, id)
        notes.write(db, by=by, action="undid import", subject=id, records=len(found))
    return len(found)


def _each(
    shelves: Shelves, found: Sequence[Arrival], act: Callable[[Connection, Shelves, Arrival], None],
    progress: Progress | None,
) -> None:  # fmt: skip
    # Customers last: their conversations are known by them.
    ordered = sorted(found, key=lambda one: one.kind == "customer")
    done = 0
    rest = iter(ordered)
    while some := list(islice(rest, BATCH)):
        with shelves.db.write() as db:
            for one in some:
                act(db, shelves, one)
        shelves.index.catch_up()
        done += len(some)
        if progress:
            progress(done, len(found))


def _forget(db: Connection, shelves: Shelves, one: Arrival) -> None:
    arrivals.remove(db, [one])
    if not one.gone:
        arriving.settle(db, shelves, one.kind, one.target)


def _restore(db: Connection, shelves: Shelves, one: Arrival) -> None:
    if one.before is None:
        _forget(db, shelves, one)
        return
    was = one.before
    shared = bool(arrivals.on_targets(db, [(one.kind, one.target)]).get((one.kind, one.target), [one])[1:])
    back = Arrival(
        one.source, one.kind, one.id, one.num, one.target, was["digest"], was["job"], was["gone"],
        copy=was["record"] if shared else None,
    )  # fmt: skip
    arrivals.put_many(db, [back])
    arriving.settle(db, shelves, one.kind, one.target, restored=was["record"])
