"""What visitors said of a conversation after its end. Their mark stands in the ticket too, as an imported one does."""

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime

from sqlalchemy import Connection, select

from ingest.schema import surveys
from ingest.store import rows, tickets


@dataclass(frozen=True)
class Survey:
    """One survey: a mark from 1 to 5, {"question", "answer"} of the site's own questions, and a comment, masked."""

    ticket: str
    at: datetime
    changed: datetime
    csat: int
    lang: str
    answers: list[dict[str, str]] = field(default_factory=list)
    comment: str = ""


def put(db: Connection, survey: Survey) -> None:
    """Insert or overwrite a conversation's; its customer's risk is to be weighed anew."""
    rows.upsert(db, surveys, [asdict(survey)])
    tickets.change(db, survey.ticket, csat=survey.csat, expected_csat=None, weighed=None)


def get(db: Connection, ticket: str) -> Survey | None:
    """What was said of this conversation, or None."""
    row = db.execute(select(surveys).where(surveys.c.ticket == ticket)).first()
    return Survey(**{f.name: getattr(row, f.name) for f in fields(Survey)}) if row else None
