"""Alerts that are due, sent by email and webhook; what fails is tried again, with pauses."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Connection

from console import mailing
from console.settings import Settings
from console.watch import alerts, quiet, webhook, wording
from console.watch.wording import Subject
from ingest.errors import KizunaError
from ingest.store import Database, customers, deliveries, watches
from ingest.store.deliveries import Delivery

GONE = "The settings name this address no more."


def send_due(db: Database, settings: Settings, now: datetime | None = None) -> int:
    """Send what is due, all for one address together; returns how many alerts arrived."""
    now = now or datetime.now(UTC)
    with db.read() as connection:
        found = _due(connection, now)
    together: dict[tuple[str, str, bool], list[Delivery]] = {}
    for one in found:
        together.setdefault((one.kind, one.target, one.watch is None), []).append(one)
    return sum(_send(db, settings, some, now) for some in together.values())


def _due(db: Connection, now: datetime) -> list[Delivery]:
    """What is due, and what would be in a moment for the same addresses: one alert tells of all."""
    found = deliveries.due(db, now)
    places = {(one.kind, one.target) for one in found if one.watch and not one.tries}
    soon = [one for one in deliveries.due(db, now + alerts.GATHER) if one.due > now and one.watch and not one.tries]
    return [*found, *(one for one in soon if (one.kind, one.target) in places)]


def _send(db: Database, settings: Settings, some: Sequence[Delivery], now: datetime) -> int:
    with db.read() as connection:
        told = _subjects(connection, some)
    first = some[0]
    try:
        if (first.kind, first.target) not in set(alerts.targets(settings)):
            done = [replace(one, given_up=now, trouble=GONE) for one in some]
        else:
            _hand_over(first, told, settings, now)
            done = [replace(one, sent=now, tries=one.tries + 1, trouble="") for one in some]
    except KizunaError as error:
        done = [_failed(one, str(error), settings, now) for one in some]
    with db.write() as connection:
        deliveries.put_many(connection, done)
    return sum(one.sent is not None for one in done)


def _hand_over(first: Delivery, told: Sequence[Subject], settings: Settings, now: datetime) -> None:
    if first.kind == "email":
        subject, text = wording.email(told, settings.alerts_lang, settings.address)
        mailing.send(
            settings.smtp_url.get_secret_value(), sender=settings.alerts_from or first.target, to=first.target,
            subject=subject, text=text,
        )  # fmt: skip
        return
    body = {"id": first.id, "sent": now.isoformat()} | wording.body(told, settings.address)
    secret = settings.alerts_secret.get_secret_value()
    webhook.post(first.target, body, id=first.id, at=int(now.timestamp()), secret=secret)


def _failed(one: Delivery, why: str, settings: Settings, now: datetime) -> Delivery:
    again = mailing.again(one.tries, now)
    if again is None:
        return replace(one, tries=one.tries + 1, given_up=now, trouble=why)
    if one.watch is not None:
        again = quiet.until(again, settings.alerts_quiet, settings.timezone)
    return replace(one, tries=one.tries + 1, due=again, trouble=why)


def _subjects(db: Connection, some: Sequence[Delivery]) -> list[Subject]:
    """Whom these tell of, the worst first."""
    ids = dict.fromkeys(one.watch for one in some if one.watch)
    found = [watch for id in ids if (watch := watches.get(db, id))]
    known = customers.resolve(db, [watch.customer for watch in found])
    told = [Subject(one, known[one.customer].name if one.customer in known else "") for one in found]
    return sorted(told, key=lambda one: -one.watch.at_risk)
