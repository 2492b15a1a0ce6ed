"""How many minutes a week an FAQ entry would save, from what its question costs now. One line explains each part."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import Connection

from console.faq import proposals
from ingest.store import handling, readings
from ingest.store.faqs import Entry
from ingest.store.handling import Handled

MONTH = timedelta(days=30)
REPLY = 4.0  # minutes for a written reply: to read, look up and write. Stated, not measured: sources keep no such times
_DOUBT = 2  # conversations more in either month, so that growth from few is not taken for much
_GROWTH = (0.5, 2.0)  # the next weeks are not thought further from the last ones
_WEEKS = MONTH / timedelta(weeks=1)


@dataclass(frozen=True)
class Demand:
    """What a question costs. Counts are of the last 30 days, `before` of the 30 days before these; `each` in minutes.

    `failed` are readers of the widget or the help centre who went on to a person, `unhelpful` are votes.
    """

    lately: int = 0
    before: int = 0
    each: float = REPLY
    failed: int = 0
    unhelpful: int = 0

    @property
    def growth(self) -> float:
        """How many times as many conversations the next weeks bring as the last ones, between a half and two."""
        least, most = _GROWTH
        return min(max((self.lately + _DOUBT) / (self.before + _DOUBT), least), most)

    @property
    def minutes(self) -> float:
        """Minutes a week: conversations as they grow, and once more each time that the desk's own answers failed."""
        return (self.lately * self.growth + self.failed + self.unhelpful) / _WEEKS * self.each


def weigh(talks: Sequence[Handled], read: Mapping[str, int], now: datetime) -> Demand:
    """The demand of one question out of its conversations and of what readers of its entry did in the last 30 days.

    `each` is the median over all `talks`: a call takes as long as it lasted, anything else `REPLY` minutes a reply.
    """
    lately = [one for one in talks if one.at and now - MONTH <= one.at <= now]
    before = [one for one in talks if one.at and now - 2 * MONTH <= one.at < now - MONTH]
    minutes = [one.seconds / 60 if one.seconds else REPLY * one.replies for one in talks]
    failed = sum(one.widget for one in lately) + read.get("contacted", 0)
    each = median(found) if (found := [one for one in minutes if one > 0]) else REPLY
    return Demand(len(lately), len(before), each, failed, read.get("unhelpful", 0))


def page(db: Connection, entries: Iterable[Entry], now: datetime) -> dict[str, Demand]:
    """The demand of each entry, by id."""
    theirs = {entry.id: proposals.members(entry) for entry in entries}
    talks = handling.page(db, set[str]().union(*theirs.values()))
    read = readings.totals(db, (now - MONTH).date())
    return {
        id: weigh([talks[one] for one in sorted(ids) if one in talks], read.get(id, Counter()), now)
        for id, ids in theirs.items()
    }
