"""Macros: saved replies with the customer's name filled in, the likeliest first; whoever may change one, and back."""

import math
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from console.accounts import Account
from console.conversations import bounded
from ingest.embedding import Embedding, Vectors
from ingest.errors import SenderError
from ingest.records import Customer
from ingest.store import Database, macros, notes
from ingest.store.macros import Macro

FIELDS = ("name", "agent", "company")
STATUSES = ("", "open", "snoozed", "resolved")  # of the ticket once it is sent; empty leaves it to the agent
PRIORITIES = ("", "low", "medium", "high", "urgent")
TITLE = 80  # characters
READ = 400  # characters of a question that macros are compared with: more only costs time
_OFTEN = 0.01  # what each doubling of its uses is worth, in cosine
_FIELD = re.compile(r"\{(\w+)\}")
_NOBODY = {"en": "there", "ja": "お客様"}
_TWICE = re.compile(r"お客様[ \u3000]?様")


@dataclass
class Ranking:
    """Ranks macros by what they say; the vectors of those it has seen stay in memory."""

    embedding: Embedding
    _seen: dict[str, Vectors] = field(default_factory=dict)

    def rank(self, found: Sequence[Macro], question: str, lang: str) -> list[Macro]:
        """The macros that may answer in this language, the likeliest for `question` first, often used ones before."""
        fitting = [one for one in found if one.lang in (lang, "")]
        if not fitting or not question.strip():
            return fitting
        texts = [f"{one.title}\n{one.text}" for one in fitting]
        self._learn(texts)
        asked = self.embedding.queries([question[:READ]])[0]
        near = {one.id: float(self._seen[text] @ asked) for one, text in zip(fitting, texts, strict=True)}
        return sorted(fitting, key=lambda one: (-near[one.id] - _OFTEN * math.log2(1 + one.used), one.id))

    def _learn(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._seen]
        if new:
            self._seen |= dict(zip(new, self.embedding.passages(new), strict=True))


def filled(macro: Macro, customer: Customer | None, agent: str, company: str) -> str:
    """The macro's text for this customer: by first name in English, by full name in Japanese."""
    lang = "ja" if macro.lang == "ja" else "en"
    name = customer.name if customer else ""
    said = {"name": (name if lang == "ja" else name.split(" ")[0]) or _NOBODY[lang], "agent": agent, "company": company}
    text = _FIELD.sub(lambda found: said.get(found[1], found[0]), macro.text)
    return text if name else _TWICE.sub("お客様", text)


def save(db: Database, macro: Macro, by: Account) -> Macro:
    """Keep a new macro (without an id) or a changed one; returns it as kept.

    Raises SenderError for an empty title or text, for fields that nobody fills in, and for somebody else's macro.
    """
    title = bounded(macro.title, TITLE) if macro.title.strip() else ""
    if not title:
        raise SenderError("The macro needs a title. Write one first.")
    unknown = sorted(set(_FIELD.findall(macro.text)) - set(FIELDS))
    if unknown:
        raise SenderError(
            f"Nobody fills in {{{unknown[0]}}}. These can stand in a macro: {{name}} {{agent}} {{company}}."
        )
    if macro.status not in STATUSES or macro.priority not in PRIORITIES:
        raise SenderError("A macro cannot set this status or priority.")
    with db.write() as connection:
        old = macros.get(connection, macro.id) if macro.id else None
        _allow(old, by)
        kept = replace(
            macro, id=macro.id or uuid.uuid4().hex, title=title, text=bounded(macro.text),
            by=old.by if old else by.name, used=old.used if old else 0, updated=datetime.now(UTC),
        )  # fmt: skip
        macros.put(connection, kept)
        notes.write(connection, by=by.name, action="saved macro", subject=kept.id, title=title)
    return kept


def remove(db: Database, id: str, by: Account) -> Macro | None:
    """Delete a macro; returns it, so that `restore` can bring it back."""
    with db.write() as connection:
        old = macros.get(connection, id)
        if old:
            _allow(old, by)
            macros.remove(connection, id)
            notes.write(connection, by=by.name, action="deleted macro", subject=id, title=old.title)
    return old


def restore(db: Database, macro: Macro, by: Account) -> None:
    """Bring a deleted macro back as it was."""
    _allow(macro, by)
    with db.write() as connection:
        macros.put(connection, macro)
        notes.write(connection, by=by.name, action="restored macro", subject=macro.id, title=macro.title)


def may_change(macro: Macro, by: Account) -> bool:
    """Supervisors may change any macro, others their own."""
    return by.supervises or macro.by == by.name


def _allow(macro: Macro | None, by: Account) -> None:
    if macro and not may_change(macro, by):
        raise SenderError(
            "This macro belongs to somebody else. A supervisor can change it; or save yours as a new one."
        )
