"""How likely a customer is to leave: each conversation by itself, then all of them, kept with what speaks for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, Row

from console import risk, trajectory
from console.mood import Mood
from console.risk import Conversation, Ear, History, Model, Profile, Risk, Said
from console.risk.history import Role
from console.watch import track
from console.watch.watching import LATELY, Weighed
from ingest.records import Customer
from ingest.store import customers, moods, tickets, watches
from ingest.store.watches import Told

ASSISTANT = "assistant"  # who writes the widget's activity lines that are answers
_ROLES: dict[str, Role] = {"incoming": "customer", "outgoing": "agent"}
_MONTH = timedelta(days=30.44)
_USUAL = timedelta(hours=6)  # how long it is remembered what customers usually pay


@dataclass(frozen=True)
class Case:
    """A ticket with its customer's whole history, as risk reads them; `felt` and `said` are the customer's turns.

    Of a conversation that is `past` the history is only itself: there are many, and words alone have to do for them.
    """

    row: Row[Any]
    said: tuple[Row[Any], ...]
    felt: tuple[Mood, ...]
    key: str
    customer: Customer | None
    after: tuple[float, ...]
    history: History
    past: bool = False


@dataclass(frozen=True)
class Judged:
    """The risk that one conversation tells of by itself, and the customer's over all of them; None for what is past."""

    own: Risk
    whole: Risk | None


@dataclass
class Scales:
    """What weighs: an ear for words and meaning, and the shipped model as far as the desk's outcomes bear it out."""

    ear: Ear
    shipped: Model
    plain: Ear = field(default_factory=Ear, repr=False)  # hears words alone
    _learnt: tuple[int, Model] | None = field(default=None, repr=False)
    _usual: tuple[datetime, float | None] | None = field(default=None, repr=False)

    def weigh(self, case: Case, model: Model) -> Judged:
        """Both risks of a case. Runs the embedding: hold no transaction meanwhile."""
        if case.past:
            return Judged(risk.weigh(case.history, self.plain, model), None)
        whole = risk.weigh(case.history, self.ear, model)
        one = tuple(talk for talk in case.history.conversations if talk.id == case.row.id)
        if len(one) == len(case.history.conversations):
            return Judged(whole, whole)
        alone = History(one, case.history.now, case.history.profile)
        return Judged(risk.weigh(alone, self.ear, model), whole)

    def model(self, db: Connection) -> Model:
        """The model, calibrated anew when outcomes came since; the shipped one while they are too few."""
        found = [one for one in track.outcomes(watches.closed(db)) if one[0] is not None]
        if self._learnt is None or self._learnt[0] != len(found):
            enough = len(found) >= track.LEARNS
            model = risk.recalibrate([(points or 0.0, was) for points, was in found], self.shipped)
            self._learnt = (len(found), model if enough else self.shipped)
        return self._learnt[1]

    def usual(self, db: Connection, now: datetime) -> float | None:
        """What the customer in the middle pays a month."""
        if self._usual is None or now - self._usual[0] > _USUAL:
            paid = [one for row in customers.worth(db) if (one := _monthly(row.value, row.since, now)) is not None]
            self._usual = (now, median(paid) if paid else None)
        return self._usual[1]


def read(db: Connection, id: str, scales: Scales, now: datetime) -> Case | None:
    """A ticket with its history; None while a message has no mood yet, and where the customer said nothing."""
    row, turns = tickets.row(db, id), tickets.turns(db, id)
    said = tuple(turn for turn in turns if turn.direction == "incoming")
    if row is None or not said or any(not turn.mood for turn in said):
        return None
    felt = tuple(_mood(turn) for turn in said)
    after = tuple(trajectory.follow(felt, _told(turns, {})))
    levels = {turn.seq: level for turn, level in zip(said, after, strict=True)}
    key, known = _whose(db, row)
    past = row.status == "resolved" and (row.updated is None or row.updated < now - LATELY)
    rows = [row] if past else moods.conversations(db, _names(key, row, known)) or [row]
    talks = []
    for one in rows:
        told = _told(turns, levels) if one.id == id else _told(tickets.turns(db, one.id), {})
        talks.append(_conversation(one, told))
    history = History(tuple(talks), now, _profile(known, scales.usual(db, now), now))
    return Case(row, said, felt, key, known, after, history, past)


def contexts(db: Connection, id: str) -> dict[int, str]:
    """A ticket's messages of the customer by place, behind what was said before them where the mood is read so."""
    turns = tickets.turns(db, id)
    places = [turn.seq for turn in turns if turn.direction == "incoming"]
    found = zip(places, trajectory.contexts(_told(turns, {})), strict=True)
    return {place: text for place, text in found if text}


def _names(key: str, row: Row[Any], known: Customer | None) -> set[str]:
    """Under which names this customer's conversations stand."""
    return {key, row.customer, known.email if known else ""}


def keep(db: Connection, case: Case, judged: Judged, now: datetime) -> Weighed | None:
    """Keep the mood, the way it goes and the risk of the ticket, and the customer's risk; returns the latter.

    None after a conversation that is past: what the customer has said lately is weighed anew when there is time.
    """
    id, last = case.row.id, case.felt[-1]
    moods.follow(db, id, {turn.seq: level for turn, level in zip(case.said, case.after, strict=True)})
    turns = [said for talk in case.history.conversations if talk.id == id for said in talk.turns]
    expected = None if case.row.csat is not None else trajectory.csat(case.felt, turns)
    own = {"at_risk": judged.own.at_risk, "reasons": list(_why(judged.own))}
    felt = {"mood": last.label, "dissatisfied": last.dissatisfied, "expected_csat": expected}
    tickets.change(db, id, weighed=now, **own, **felt)
    if judged.whole is None:
        moods.stale(db, _names(case.key, case.row, case.customer), now - LATELY)
        return None
    found = _weighed(case, judged.whole)
    if case.customer:
        customers.weigh(db, case.customer.id, found.at_risk, found.points, list(found.reasons), now)
    return found


def standing(db: Connection, id: str) -> Weighed | None:
    """The risk of a conversation's customer as it is kept; None where there is no such conversation."""
    row = tickets.row(db, id)
    if row is None:
        return None
    key, known = _whose(db, row)
    kept = customers.risk(db, known.id) if known else None
    if kept:
        return Weighed(key, id, kept.at_risk, tuple(kept.reasons), row.updated, points=kept.points)
    return Weighed(key, id, row.at_risk, tuple(dict(reason) for reason in row.reasons), row.updated)


def _weighed(case: Case, found: Risk) -> Weighed:
    talks = case.history.conversations
    told = next((one.ticket for one in found.reasons if one.ticket), "")
    goes_on = next((talk.id for talk in reversed(talks) if talk.status != "resolved"), case.row.id)
    said = [turn.at for talk in talks for turn in talk.turns if turn.role == "customer" and turn.at]
    waits = any(talk.status != "resolved" and talk.turns and talk.turns[-1].role == "customer" for talk in talks)
    return Weighed(case.key, told or goes_on, found.at_risk, _why(found), max(said, default=None), waits, found.points)


def _why(found: Risk) -> Told:
    """What speaks for it and what against, as plain JSON."""
    return tuple(dict(risk.told(one)) for one in (*found.reasons, *found.reliefs))


def _conversation(row: Row[Any], turns: Sequence[Said]) -> Conversation:
    return Conversation(row.id, tuple(turns), row.channel, row.subject, row.status, row.csat)


def _told(turns: Sequence[Row[Any]], levels: dict[int, float]) -> list[Said]:
    """Messages as risk reads them; `levels` are those worked out just now, by place."""
    found = []
    for turn in turns:
        role: Role | None = _ROLES.get(turn.direction)
        if turn.direction == "activity" and turn.author == ASSISTANT:
            role = "bot"
        if role:
            mood = _mood(turn) if role == "customer" and turn.mood else None
            found.append(Said(role, turn.text, turn.at, mood, levels.get(turn.seq, turn.after), bool(turn.missed)))
    return found


def _mood(turn: Row[Any]) -> Mood:
    return Mood(
        turn.mood, turn.score or 0.0, turn.dissatisfied or 0.0, dict(turn.signals), turn.elsewhere or 0.0, turn.within
    )


def _whose(db: Connection, row: Row[Any]) -> tuple[str, Customer | None]:
    """Under which name a ticket's customer is watched, and who that is."""
    known = customers.find(db, row.customer) if row.customer else None
    return (known.id if known else row.customer or f"ticket:{row.id}"), known


def _profile(known: Customer | None, usual: float | None, now: datetime) -> Profile:
    if known is None:
        return Profile(usual_value=usual)
    tenure = (now - known.since) / _MONTH if known.since else None
    return Profile(tenure, _monthly(known.value, known.since, now), known.plan, usual)


def _monthly(value: float | None, since: datetime | None, now: datetime) -> float | None:
    """What a customer paid a month on average, where it is known since when."""
    return value / max((now - since) / _MONTH, 1.0) if value is not None and since else None
