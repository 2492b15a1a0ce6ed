"""Arms of the FAQ's hold-out: visitors who had an entry's answer at hand or would have, and who went on to a person."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from sqlalchemy import Connection, func, select

from ingest.schema import faq_arms
from ingest.store import rows

Arm = Literal["offered", "held"]  # the assistant may offer FAQ entries, or does without them
What = Literal["shown", "contacted"]
ANY = ""  # the entry that stands for all of them: each visitor counts once


@dataclass(frozen=True)
class Counted:
    """Visitors of one arm for whom the answer was at hand, and those of them who went on to a person."""

    shown: int = 0
    contacted: int = 0


def count(db: Connection, entry: str, arm: Arm, what: What, day: date) -> None:
    """Note one visitor; `day` is the one on which the answer was at hand, for both counts."""
    rows.increase(db, faq_arms, {"entry": entry, "arm": arm, "day": day.isoformat()}, what)


def totals(db: Connection, since: date) -> dict[str, dict[Arm, Counted]]:
    """Visitors by entry and arm, from that day on; those of `ANY` entry beside the others."""
    held = faq_arms.c
    sums = (func.sum(held.shown).label("shown"), func.sum(held.contacted).label("contacted"))
    chosen = select(held.entry, held.arm, *sums).where(held.day >= since.isoformat())
    found: dict[str, dict[Arm, Counted]] = {}
    for row in db.execute(chosen.group_by(held.entry, held.arm)):
        found.setdefault(row.entry, {})[cast(Arm, row.arm)] = Counted(row.shown, row.contacted)
    return found
