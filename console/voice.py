"""How the desk speaks: under which name, in which tone, signed how. A brand may have a voice of its own."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ingest.records import Ticket

Tone = Literal["neutral", "warm", "formal"]


class Voice(BaseModel):
    """One brand's way to write. An empty `signature` is the usual one of its language with the company's name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    company: str = "Kizuna"
    tone: Tone = "neutral"
    signature: str = ""


PLAIN = Voice()


def of(ticket: Ticket, own: Voice, brands: Mapping[str, Voice]) -> Voice:
    """The voice of the brand that the ticket is about, by its tags or its product; the desk's own where it has none."""
    return next((brands[name] for name in (*ticket.tags, ticket.product) if name in brands), own)
