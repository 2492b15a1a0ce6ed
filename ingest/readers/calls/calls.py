"""One call as a source tells it, and how it becomes a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ingest.readers import fields, opening
from ingest.readers.calls import dialogue
from ingest.readers.calls.dialogue import Turn
from ingest.readers.opening import File
from ingest.records import Channel, Message, Reject, Ticket

_LONGEST = 1_000_000.0  # seconds: an offset above it is no offset into a recording


@dataclass(frozen=True)
class Call:
    """What was said, and what the source says about it in its own words; `agent` and `caller` are names.

    `begun` tells that `created` is when the recording starts, so that offsets give each turn its time of day.
    """

    turns: Sequence[Turn]
    id: str = ""
    customer: str = ""
    agent: str = ""
    caller: str = ""
    created: str | datetime | None = None
    begun: bool = True
    lang: str = ""
    subject: str = ""
    product: str = ""
    tags: tuple[str, ...] = ()
    channel: Channel = "phone"


def ticket(file: File, call: Call, where: int | str | None = None, raw: str = "") -> Ticket | Reject:
    """The call as a ticket of `kind` call (or ticket, where it was written); a Reject where nobody says anything."""
    talk = dialogue.talk(call.turns)
    if not talk.messages:
        reason = "No spoken words were found here. A transcript needs a list of turns with a speaker and a text."
        return opening.reject(file, reason, raw, where)
    try:
        created = fields.time(call.created)
        messages = tuple(_named(_timed(message, created, call), call) for message in talk.messages)
    except (ValueError, TypeError, OverflowError) as error:
        reason = f"A field of this call cannot be read: {error}. Correct it and import the call again."
        return opening.reject(file, reason, raw, where)
    words = "\n".join(message.text for message in messages)
    return Ticket(
        id=call.id or fields.made_id("call", file.base, words),
        messages=messages,
        kind="call" if call.channel == "phone" else "ticket",
        subject=call.subject,
        customer=call.customer,
        created=created or next((message.at for message in messages if message.at), None),
        channel=call.channel,
        lang=fields.lang(call.lang),
        product=call.product,
        tags=call.tags,
        guessed=talk.guessed,
    )


def _timed(message: Message, created: datetime | None, call: Call) -> Message:
    if message.at or created is None or not call.begun or message.seconds is None or message.seconds > _LONGEST:
        return message
    return replace(message, at=created + timedelta(seconds=message.seconds))


def _named(message: Message, call: Call) -> Message:
    name = {"outgoing": call.agent, "incoming": call.caller}.get(message.direction, "")
    return replace(message, author=name) if name and not message.author else message
