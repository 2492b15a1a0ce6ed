"""What people decide about a watched customer: who looks after them, what was done, how it ended. All is journaled."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import get_args

from sqlalchemy import Connection

from console.accounts import Account
from console.watch import playbook, weighing
from ingest.errors import SenderError
from ingest.store import Database, accounts, deliveries, notes, watches
from ingest.store.watches import Outcome, Watch

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
NOTE = 1000  # characters, at most
_DUE = ((0.8, timedelta(days=1)), (0.6, timedelta(days=2)), (0.0, timedelta(days=3)))


@dataclass(frozen=True)
class Change:
    """A decision that can be taken back: the watch before it, None where there was none, and after it."""

    before: Watch | None
    after: Watch


def due(at_risk: float, now: datetime) -> datetime:
    """When a customer of this risk should have heard from somebody."""
    return now + next(time for least, time in _DUE if at_risk >= least)


def claim(db: Database, id: str, owner: str, until: datetime | None, *, by: Account) -> Change:
    """Give a watch to an account, to be done by a time; by default one that the risk allows.

    Raises SenderError unless a supervisor asks, for an unknown account, and where the watch is gone or closed.
    """
    if not by.supervises:
        raise SenderError("Only a supervisor decides who looks after a customer.")
    with db.write() as connection:
        held = _open(connection, id)
        if accounts.get(connection, owner) is None:
            raise SenderError(f"There is no account {owner!r}.")
        after = replace(held, owner=owner, due=until or due(held.at_risk, datetime.now(UTC)))
        return _kept(connection, held, after, by, "claimed customer", owner=owner, due=str(after.due))


def take_step(db: Database, id: str, step: playbook.Step, note: str = "", *, by: Account) -> Change:
    """Note that a step of the playbook is done. Who does it looks after the customer, where nobody did yet.

    Raises SenderError unless a supervisor or the watch's owner asks, and where the watch is gone or closed.
    """
    if step not in playbook.STEPS:
        raise SenderError(f"There is no step {step!r} in the playbook.")
    with db.write() as connection:
        held = _mine(_open(connection, id), by)
        done = {"step": step, "by": by.name, "at": datetime.now(UTC).isoformat(), "note": _short(note)}
        owner, until = held.owner or by.name, held.due or due(held.at_risk, datetime.now(UTC))
        after = replace(held, steps=(*held.steps, done), owner=owner, due=until)
        return _kept(connection, held, after, by, "took step", step=step)


def record(db: Database, id: str, outcome: Outcome, note: str = "", *, by: Account) -> Change:
    """Record how a watch ended; it is closed, and alerts about it that still wait are dropped.

    Raises SenderError unless a supervisor or the watch's owner asks, for an unknown outcome, and where the watch is
    gone or closed.
    """
    with db.write() as connection:
        held = _mine(_open(connection, id), by)
        return _close(connection, held, held, outcome, note, by)


def record_for(db: Database, ticket: str, outcome: Outcome, note: str = "", *, by: Account) -> Change:
    """Record what became of the customer of a conversation, watched or not: who left without an alert counts too.

    Raises SenderError as `record` does; where nobody watches, only a supervisor may.
    """
    with db.write() as connection:
        found = weighing.standing(connection, ticket)
        if found is None:
            raise SenderError(f"There is no ticket {ticket}. It may have been removed; go back to the inbox.")
        held = watches.open_of(connection, found.customer)
        if held:
            return _close(connection, held, _mine(held, by), outcome, note, by)
        if not by.supervises:
            raise SenderError("Only a supervisor records what became of a customer whom nobody watches.")
        now = datetime.now(UTC)
        made = Watch(
            found.customer, ticket, now, found.at_risk, found.at_risk, found.reasons, flagged=False, owner=by.name,
            points=found.points,
        )  # fmt: skip
        made = replace(made, id=watches.put(connection, made))
        return _close(connection, None, made, outcome, note, by)


def take_back(db: Database, change: Change, *, by: Account) -> None:
    """Let a watch be as it was before a decision.

    Raises SenderError for who may not decide it, and where somebody else has decided something since.
    """
    with db.write() as connection:
        held = watches.get(connection, change.after.id)
        if held is None or _decided(held) != _decided(change.after):
            raise SenderError("Somebody else decided this meanwhile. Look at it again.")
        _mine(held if change.before is None else change.before, by)
        if change.before is None:
            watches.remove(connection, held.id)
        else:
            now_so = {"at_risk": held.at_risk, "reasons": held.reasons}
            watches.put(connection, replace(change.before, **now_so))  # type: ignore[arg-type]
        notes.write(connection, by=by.name, action="took back", subject=held.ticket, watch=held.id)


def may(watch: Watch, by: Account) -> bool:
    """Whether this person does the steps of a watch and says how it ended: supervisors, and who owns it."""
    return by.supervises or watch.owner == by.name


def _mine(watch: Watch, by: Account) -> Watch:
    if not may(watch, by):
        raise SenderError("Only a supervisor, or who looks after this customer, decides that.")
    return watch


def _open(db: Connection, id: str) -> Watch:
    held = watches.get(db, id)
    if held is None:
        raise SenderError("Nobody watches this customer any more. Look at the list again.")
    if held.closed:
        raise SenderError("Somebody else recorded the outcome meanwhile. Look at it again.")
    return held


def _close(db: Connection, before: Watch | None, held: Watch, outcome: Outcome, note: str, by: Account) -> Change:
    if outcome not in OUTCOMES:
        raise SenderError(f"There is no outcome {outcome!r}.")
    now = datetime.now(UTC)
    after = replace(held, outcome=outcome, note=_short(note), closed=now, closed_by=by.name)
    deliveries.drop(db, held.id, now, "settled")
    return _kept(db, before, after, by, "recorded outcome", outcome=outcome, alerted=after.flagged)


def _kept(db: Connection, before: Watch | None, after: Watch, by: Account, action: str, **told: object) -> Change:
    watches.put(db, after)
    notes.write(db, by=by.name, action=action, subject=after.ticket, watch=after.id, **told)
    return Change(before, after)


def _decided(watch: Watch) -> tuple[object, ...]:
    return watch.owner, watch.due, watch.steps, watch.outcome, watch.note, watch.closed


def _short(note: str) -> str:
    note = note.strip()
    if len(note) > NOTE:
        raise SenderError(f"The note has {len(note):,} characters; {NOTE:,} are the most. Shorten it.")
    return note
