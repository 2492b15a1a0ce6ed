"""The mails of one conversation to a ticket: who is the customer, who answered, what was an automatic reply."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from ingest.readers import fields
from ingest.readers.mails import mail_sides, mail_threads
from ingest.readers.mails.mail_letters import Letter
from ingest.readers.mails.mail_sides import Company
from ingest.records import Customer, Direction, Message, Status, Ticket

_FRESH = 30 * 86_400.0  # seconds before the newest mail of all in which an unanswered one still waits


def ticket(
    letters: Sequence[Letter], company: Company, newest: float, *, apart: bool
) -> tuple[Customer | None, Ticket | None]:
    """Customer and ticket of letters in order; no ticket where none of them has words.

    `newest` is when the last mail of the delivery was written. `apart`: others had the same mail to answer.
    """
    mine, guessed = _ours(letters, company)
    people = [_meant(one, mine) for one in letters]
    customer = _customer(people, mine)
    said = tuple(_message(one, mine) for one in people if one.text.strip() or one.subject or one.files)
    if not any(message.text for message in said):
        return None, None
    root = _root(letters)
    names = [one.name for one in people if one.address == customer and one.name]
    person = Customer(customer, names[0] if names else "", customer) if customer else None
    last = next((one for one in reversed(said) if one.direction != "activity"), said[-1])
    return person, Ticket(
        id=fields.made_id("mail", root, customer) if apart else fields.made_id("mail", root),
        messages=said,
        subject=next((one.subject for one in people if one.subject), ""),
        customer=customer,
        created=next((message.at for message in said if message.at), None),
        status=_status(last, newest),
        priority="high" if any(one.urgent for one in people) else "medium",
        guessed=guessed,
    )


def _root(letters: Sequence[Letter]) -> str:
    """The id of the first mail, also where only a later one is at hand: the longest chain knows it."""
    longest = max(letters, key=lambda one: len(one.above))
    return longest.above[0] if longest.above else letters[0].id


def _ours(letters: Sequence[Letter], company: Company) -> tuple[set[str], bool]:
    """Which addresses of this conversation are ours, and whether that was guessed from who wrote first."""
    everybody = {address for one in letters for address in mail_threads.people_of(one)}
    mine = {address for address in everybody if company.owns(address)}
    if mine and mine != everybody:
        return mine, False
    first = next((one.address for one in letters if one.kind == "mail"), letters[0].address)
    roles = {address for address in everybody if mail_sides.is_role(address)}
    if roles - {first}:
        return roles - {first}, False
    if first in roles and len(everybody) > 1:
        return {first}, False
    friends = {first} if mail_sides.is_private(first) else {one for one in everybody if _same_house(one, first)}
    return everybody - (friends if friends != everybody else {first}), True


def _same_house(one: str, other: str) -> bool:
    return mail_sides.domain(one) == mail_sides.domain(other)


def _meant(letter: Letter, mine: set[str]) -> Letter:
    """A form of ours sends in its own name, and the customer is whom to reply to."""
    form = letter.address in mine or mail_sides.is_automatic(letter.address)
    if not form or not letter.reply_to or letter.reply_to in mine:
        return letter
    return replace(letter, address=letter.reply_to, name=letter.reply_name)


def _customer(letters: Sequence[Letter], mine: set[str]) -> str:
    """Who wrote first of those who are not ours, else to whom we wrote."""
    wrote = [one.address for one in letters if one.address and one.address not in mine and one.kind == "mail"]
    asked = [address for one in letters for address in one.to if address not in mine]
    return next(iter([*wrote, *asked, *(one.address for one in letters)]), "")


def _message(letter: Letter, mine: set[str]) -> Message:
    side: Direction = "outgoing" if letter.address in mine else "incoming"
    if letter.kind != "mail":
        side = "activity"
    at = None if letter.at is None else datetime.fromtimestamp(letter.at, UTC)
    return Message(
        side, letter.text.strip() or letter.subject, at, letter.name or letter.address, attachments=letter.files
    )


def _status(last: Message, newest: float) -> Status:
    """A customer's last word waits for an answer while it is fresh; an old mailbox is not to fill the inbox."""
    fresh = last.at is None or newest - last.at.timestamp() <= _FRESH
    return "open" if last.direction == "incoming" and fresh else "resolved"
