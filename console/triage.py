"""What people decide about a ticket beside answering it: its urgency, and that it can wait. All is journaled."""

from ingest.errors import SenderError
from ingest.records import Priority
from ingest.store import Database, notes, tickets


def prioritise(db: Database, id: str, priority: Priority, *, by: str) -> None:
    """Set the priority."""
    _change(db, id, by, "set priority", priority=priority)


def snooze(db: Database, id: str, *, by: str) -> None:
    """Put the ticket aside until the customer writes again or someone takes it up."""
    _change(db, id, by, "snoozed", status="snoozed")


def _change(db: Database, id: str, by: str, action: str, **values: str) -> None:
    with db.write() as connection:
        if tickets.row(connection, id) is None:
            raise SenderError(f"There is no ticket {id}. It may have been removed; go back to the inbox.")
        tickets.change(connection, id, **values)
        notes.write(connection, by=by, action=action, subject=id, **values)
