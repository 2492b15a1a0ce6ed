"""A draft being written in the background, so that no click, reload or departure breaks it off."""

from dataclasses import dataclass

from console import answers, voice
from console.answers import Draft, Letter, Piece
from console.background import Work, Works
from console.desk import Desk
from console.dossier import Opened
from ingest.store import drafts

_LOST = "The draft could not be written because of a fault in Kizuna; see its log. Write the reply yourself."


@dataclass
class Writing(Work):
    """One draft on its way. `text` grows sentence by sentence; at the end it is stored, unless there was `trouble`."""

    lost = _LOST
    on: Desk
    opened: Opened
    text: str = ""

    def do(self) -> None:
        """Write; once it is to stop, nothing is stored."""
        opened, desk = self.opened, self.on
        how = voice.of(opened.ticket, desk.settings.voice, desk.settings.brands)
        letter = Letter(
            answers.language(opened.ticket), opened.customer, how, unhappy=opened.row.mood == "negative",
            free=desk.settings.chat_writes
        )  # fmt: skip
        steps = answers.draft(opened.ticket, desk.search, desk.verifier, desk.chat, letter, desk.trust)
        for step in steps:
            if self.stopping:
                return
            if isinstance(step, Piece):
                self.text += step.text
            elif isinstance(step, Draft):
                with desk.db.write() as db:
                    drafts.put(db, answers.store(step, opened.id))


_writings = Works[Writing]()


def of(desk: Desk, id: str) -> Writing | None:
    """The draft being written, or last written, for this ticket since the desk opened."""
    return _writings.of(desk, id)


def begin(desk: Desk, opened: Opened) -> Writing:
    """Write a draft for this ticket, unless one is on its way already."""
    return _writings.begin(Writing(desk, opened), opened.id)


def forget(id: str) -> None:
    """Drop what is being written for this ticket."""
    _writings.forget(id)
