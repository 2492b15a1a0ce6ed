"""Mails to visitors who have left a chat and an address there: replies that they have not seen, and transcripts.

The courier looks for them; one goes out for each reply, never to an address that nobody left.
"""

import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import make_msgid
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from console import mailing
from console.settings import Settings
from ingest import answering
from ingest.errors import KizunaError
from ingest.shelving import Shelves
from ingest.store import mails, tickets
from ingest.store.mails import Mail

PATIENCE = timedelta(minutes=3)  # in which a visitor may see a reply in the chat before it goes out as a mail
LATEST = timedelta(days=1)  # a reply that is older goes out no more: mails were not set up then
SUBJECT = 120  # characters
SEEN, CHANGED = "Seen in the chat.", "The address was changed."


def open_for(settings: Settings) -> bool:
    """Whether the settings let mails to customers go out."""
    return bool(settings.smtp_url.get_secret_value() and settings.mail_from)


def round(shelves: Shelves, settings: Settings, now: datetime | None = None) -> int:
    """Find replies that nobody has seen, and send what is due; returns how many mails the server took."""
    now = now or datetime.now(UTC)
    if not open_for(settings):
        return 0
    _gather(shelves, settings, now)
    with shelves.db.read() as db:
        due = mails.due(db, now)
    return sum(_send(shelves, settings, one, now) for one in due)


def put(shelves: Shelves, settings: Settings, row: Row[Any], address: str, text: str, now: datetime) -> None:
    """Put the transcript of a conversation on its way to an address."""
    id = make_msgid(domain=mailing.domain(settings.mail_from) or None).strip("<>")  # an answer to it is another matter
    subject = _subject(row.id, row.subject, row.lang, "transcript", settings.company)
    told = _foot(text, row.lang, row.id, settings.company, "record")
    with shelves.db.write() as db:
        mails.put_many(db, [Mail(id, row.id, "transcript", address, now, now, None, subject, told)])


def _foot(text: str, lang: str, ticket: str, company: str, kind: str) -> str:
    foot = _words()[kind]["ja" if lang == "ja" else "en"].format(ticket=ticket, company=company)
    return f"{text.strip()}\n\n-- \n{foot}\n"


def _gather(shelves: Shelves, settings: Settings, now: datetime) -> None:
    with shelves.db.read() as db:
        found = mails.unsent(db, now - LATEST, now - PATIENCE)
    if not found:
        return
    made = [_reply(shelves, settings, row, now) for row in found]
    with shelves.db.write() as db:
        mails.put_many(db, made)


def _reply(shelves: Shelves, settings: Settings, row: Row[Any], now: datetime) -> Mail:
    id = answering.signed(shelves.vault, row.ticket, row.seq, row.reply_to, mailing.domain(settings.mail_from))
    subject = _subject(row.ticket, row.subject, row.lang, "reply", settings.company)
    told = _foot(row.text, row.lang, row.ticket, settings.company, "foot")
    return Mail(id, row.ticket, "reply", row.reply_to, row.at, now, row.seq, subject, told)


def _send(shelves: Shelves, settings: Settings, one: Mail, now: datetime) -> bool:
    with shelves.db.read() as db:
        row, former = tickets.row(db, one.ticket), mails.of(db, one.ticket)
    why = _needless(one, row)
    if why:
        done = replace(one, given_up=now, trouble=why, text="")
    else:
        root = answering.signed(shelves.vault, one.ticket, 0, one.address, mailing.domain(settings.mail_from))
        done = _handed_over(settings, one, [root, *_above(one, former)] if one.kind == "reply" else [], now)
    with shelves.db.write() as db:
        mails.put_many(db, [done])
    return done.sent is not None


def _handed_over(settings: Settings, one: Mail, above: Sequence[str], now: datetime) -> Mail:
    tries = one.tries + 1
    try:
        mailing.send(
            settings.smtp_url.get_secret_value(), sender=settings.mail_from, to=one.address, subject=one.subject,
            text=one.text, id=one.id, above=above, by_hand=one.kind == "reply",
        )  # fmt: skip
    except KizunaError as error:
        again = mailing.again(one.tries, now)
        failed = replace(one, tries=tries, trouble=str(error))
        return replace(failed, due=again) if again else replace(failed, given_up=now, text="")
    return replace(one, tries=tries, sent=now, trouble="", text="")


def _needless(one: Mail, row: Row[Any] | None) -> str:
    """Why a reply goes out no more."""
    if one.kind != "reply" or row is None:
        return ""
    if row.reply_to != one.address:
        return CHANGED
    return SEEN if row.read_to is not None and one.seq is not None and row.read_to >= one.seq else ""


def _above(one: Mail, former: Sequence[Mail]) -> list[str]:
    """The mails of this conversation with this address before, so that mail programs show them together.

    Before them stands an id that no mail has: answers name it too, also where a server gave our mail another id.
    """
    return [
        mail.id
        for mail in former
        if mail.sent and mail.kind != "transcript" and mail.address == one.address and mail.id.isascii()
    ][-10:]


def _subject(ticket: str, subject: str, lang: str, kind: str, company: str) -> str:
    """One line without control and direction characters, with the ticket's number."""
    told = _words()[kind]["ja" if lang == "ja" else "en"]
    plain = "".join(
        sign if unicodedata.category(sign)[0] != "C" else " " for sign in (subject or company)[: 4 * SUBJECT]
    )
    line = " ".join(plain.split())
    line = line if len(line) <= SUBJECT else f"{line[: SUBJECT - 1]}…"
    return str(told).format(subject=line, ticket=ticket)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
