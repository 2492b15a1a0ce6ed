"""How the chat does, of one site or of all together: what became of conversations, and how people and sources did."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from statistics import median

from sqlalchemy import Connection

from console import intervals
from console.intervals import Figure
from console.widget import fates
from console.widget.fates import FATES, WITHIN, Fate, Talk
from ingest.store import articles, chats, clicks, topics

JOINED = "joined"  # the reason where a person came without being asked for
SHOWN = 8  # questions without an answer, and sources
WEEKLY = 45  # days, from which on the picture has weeks


@dataclass(frozen=True)
class Bar:
    """The conversations begun from a day on, until the next bar: how many, by what became of them."""

    day: date
    fates: Mapping[Fate, int]


@dataclass(frozen=True)
class Waits:
    """How long people took to answer first after a handover, in minutes; `waiting` have no answer yet."""

    median: float
    p90: float
    cases: int
    waiting: int


@dataclass(frozen=True)
class Unanswered:
    """What was asked `count` times without an answer; `ticket` is the newest conversation that did."""

    text: str
    count: int
    ticket: str


@dataclass(frozen=True)
class Figures:
    """The figures of a period. `verified` is a share of the conversations that are old enough to tell.

    `fates` counts all conversations by what became of them, `handed` those given to a person by reason, `marks` the
    survey's answers from 1 to 5. `opened` counts sources beside the chat, `pages` those in the help centre.
    """

    conversations: int = 0
    answered: int = 0
    verified: Figure = intervals.NOTHING
    fates: Mapping[Fate, int] = field(default_factory=dict)
    handed: Mapping[str, int] = field(default_factory=dict)
    waits: Waits = Waits(0.0, 0.0, 0, 0)
    survey: Figure = intervals.NOTHING
    marks: Mapping[int, int] = field(default_factory=dict)
    opened: int = 0
    pages: int = 0
    sources: Sequence[tuple[str, int]] = ()
    unanswered: Sequence[Unanswered] = ()
    bars: Sequence[Bar] = ()


def of(
    db: Connection, days: int, site: str | None = None, *, within: timedelta = WITHIN, now: datetime | None = None,
    zone: tzinfo = UTC,
) -> Figures:  # fmt: skip
    """The figures of conversations begun in the last `days` days, at one site or (None) at all.

    A conversation that ended less than `within` ago is not verified yet, and not among those `verified` is a share of
    (Wilson's interval). Days begin at midnight in `zone`.
    """
    now = now or datetime.now(UTC)
    first = now.astimezone(zone).date() - timedelta(days=days - 1)
    since = datetime.combine(first, datetime.min.time(), zone)
    talks = fates.read(db, chats.begun(db, since, site))
    became = fates.of(db, talks, now, within)
    old = [one for one in talks if now - one.ended >= within]
    marks = [one.row.csat for one in talks if one.row.csat is not None]
    clicked = clicks.totals(db, since.astimezone(UTC).date(), site)
    return Figures(
        len(talks),
        sum(any(told.get("sources") for told in one.answers) for one in talks),
        intervals.share(sum(became[one.row.id] == "verified" for one in old), len(old)),
        _counted(became[one.row.id] for one in talks),
        Counter(_reason(one) for one in talks if one.with_people),
        _waits(talks),
        intervals.mean(marks),
        {mark: marks.count(mark) for mark in range(5, 0, -1)},
        sum(n for (_, what), n in clicked.items() if what == "opened"),
        sum(n for (_, what), n in clicked.items() if what == "page"),
        _sources(db, clicked),
        _unanswered(db, talks),
        _bars(talks, became, first, days, zone),
    )


def _counted(found: Iterable[Fate]) -> dict[Fate, int]:
    counts = Counter(found)
    return {fate: counts[fate] for fate in FATES}


def _reason(one: Talk) -> str:
    return one.handoffs[0].reason if one.handoffs else JOINED


def _waits(talks: Sequence[Talk]) -> Waits:
    """Of all handovers that were answered; those that wait are of conversations that are open still."""
    given = [(one, handoff) for one in talks for handoff in one.handoffs]
    took = sorted((told.answered - told.at).total_seconds() / 60 for _, told in given if told.answered)
    waiting = sum(one.row.status == "open" and not (told.answered or told.ended) for one, told in given)
    p90 = took[max(-(-9 * len(took) // 10) - 1, 0)] if took else 0.0  # the smallest that nine of ten do not exceed
    return Waits(median(took) if took else 0.0, p90, len(took), waiting)


def _sources(db: Connection, clicked: Mapping[tuple[str, clicks.What], int]) -> list[tuple[str, int]]:
    counts = Counter[str]()
    for (source, what), n in clicked.items():
        counts[source] += n if what == "opened" else 0
    found = [(articles.get(db, source), n) for source, n in counts.most_common(SHOWN) if n]
    return [(article.title, n) for article, n in found if article]


def _unanswered(db: Connection, talks: Sequence[Talk]) -> list[Unanswered]:
    """What was asked most without an answer: by topic where the question is in one, else by its words."""
    missed = {one.row.id: {turn.seq for turn in one.said if turn.missed} for one in talks}
    places = [
        (one.row.id, told["to"]) for one in talks for told in one.answers
        if not told.get("answered") and told.get("seq") in missed[one.row.id] and isinstance(told.get("to"), int)
    ]  # fmt: skip
    words, names = chats.words(db, places), {one.id: one for one in topics.all(db)}
    homes = {
        (one.source, one.seq): names[one.topic].merged or one.topic
        for one in topics.of_sources(db, {id for id, _ in places}) if one.topic in names
    }  # fmt: skip
    found: dict[str, Unanswered] = {}
    for place in places:
        said = " ".join(words.get(place, "").split())
        home = homes.get(place, "")
        text = names[home].name if home in names else said
        key = f"topic {home}" if home in names else said.casefold()
        if said:
            found[key] = Unanswered(text, found[key].count + 1 if key in found else 1, place[0])
    return sorted(found.values(), key=lambda one: (-one.count, one.text))[:SHOWN]


def _bars(talks: Sequence[Talk], became: Mapping[str, Fate], first: date, days: int, zone: tzinfo) -> list[Bar]:
    """A bar for each day, or for each week of a long period."""
    step = 7 if days > WEEKLY else 1
    places = range(-(-days // step))
    fallen: dict[int, list[Fate]] = {place: [] for place in places}
    for one in talks:
        fallen[(one.row.created.astimezone(zone).date() - first).days // step].append(became[one.row.id])
    return [Bar(first + timedelta(days=step * place), _counted(fallen[place])) for place in places]
