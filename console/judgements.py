"""The judgements as answers to JSON lines, in the shapes that the command line promises."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from io import StringIO
from typing import Any, TextIO

from console import answers, faq, lines, risk, trajectory, voice
from console import mood as moods
from console.answers import Letter
from console.desk import Desk
from console.lines import Answer, Line, Turn
from console.mood import Mood
from console.risk import Conversation, Ear, History, Model, Said
from console.settings import Settings
from ingest import redact as redaction
from ingest import shelving
from ingest.embedding import Embedding
from ingest.errors import SenderError
from ingest.records import Message, Ticket
from ingest.store import customers

_INCOMING = ("customer", "user", "client", "caller")


def search(desk: Desk, limit: int) -> Answer:
    """{"id","text"} -> hits with source, title and score."""

    def answer(line: Line) -> dict[str, Any]:
        hits = desk.search.find(_text(line), limit=limit)
        return {"hits": [{"source": h.source, "title": h.title, "score": round(h.score, 4)} for h in hits]}

    return answer


def draft(desk: Desk) -> Answer:
    """{"id","text","customer"?} -> reply, citations, confidence, abstained, reason."""

    def answer(line: Line) -> dict[str, Any]:
        with desk.db.read() as db:
            customer = customers.find(db, line.customer)
        ticket = _ticket(line)
        masked = shelving.mask(ticket, desk.shelves.redactor, (customer.name,) if customer else ())
        how = voice.of(masked, desk.settings.voice, desk.settings.brands)
        letter = Letter(answers.language(masked), customer, how, free=desk.settings.chat_writes)
        made = list(answers.draft(masked, desk.search, desk.verifier, desk.chat, letter, desk.trust))[-1]
        assert isinstance(made, answers.Draft)
        return {
            "reply": made.reply,
            "citations": [{"source": one.source, "quote": one.quote} for one in made.citations],
            "confidence": made.confidence,
            "abstained": made.abstained,
            "reason": made.reason,
        }

    return answer


def mood(settings: Settings) -> Answer:
    """{"id","text"} or {"id","turns"} -> label, score, dissatisfied, at_risk, reasons."""
    embedding = Embedding.open(settings.models, settings.embedding)
    classifier = moods.open(settings.mood, settings.home)
    ear, model = Ear.open(embedding), Model.open()

    def answer(line: Line) -> dict[str, Any]:
        turns = [Said("customer" if _incoming(turn) else "agent", turn.text) for turn in _turns(line)]
        if not any(turn.role == "customer" for turn in turns):
            raise SenderError("No turn is the customer's, so there is no mood to judge.")
        found = trajectory.moods(classifier, turns, embedding)
        after = trajectory.follow(found, turns)
        judged = risk.weigh(_history(line.id, turns, found, after), ear, model)
        return {
            "label": found[-1].label,
            "score": round(found[-1].score, 4),
            "dissatisfied": round(after[-1], 4),
            "at_risk": round(judged.at_risk, 4),
            "reasons": [{"signal": one.signal, "quote": one.quote} for one in judged.reasons if one.quote],
        }

    return answer


def redact() -> Answer:
    """{"id","text"} -> masked text and what was found."""
    redactor = redaction.open()

    def answer(line: Line) -> dict[str, Any]:
        masked = redactor.mask(_text(line))
        return {"text": masked.text, "found": [asdict(found) for found in masked.found]}

    return answer


def group(source: Iterable[str], sink: TextIO, settings: Settings) -> int:
    """{"id","text"} of all lines -> {"id","topic"}, once all are read; returns how many lines failed."""
    raw, texts = list(source), list[str]()

    def keep(line: Line) -> dict[str, Any]:
        texts.append(_text(line))
        return {}

    lines.answer(raw, StringIO(), keep)
    topics = iter(faq.group(texts, Embedding.open(settings.models, settings.embedding)))
    return lines.answer(raw, sink, lambda line: {"topic": next(topics)})


def _text(line: Line) -> str:
    return line.text or "\n".join(turn.text for turn in line.turns or [])


def _turns(line: Line) -> list[Turn]:
    return line.turns or [Turn(role="customer", text=line.text)]


def _incoming(turn: Turn) -> bool:
    return turn.role.casefold() in _INCOMING


def _ticket(line: Line) -> Ticket:
    said = tuple(Message("incoming" if _incoming(turn) else "outgoing", turn.text) for turn in _turns(line))
    return Ticket(line.id, said, customer=line.customer, status="open")


def _history(id: str, turns: Sequence[Said], found: Sequence[Mood], after: Sequence[float]) -> History:
    """A history of one conversation, its customer's turns with their moods."""
    felt = iter(zip(found, after, strict=True))
    said = []
    for turn in turns:
        mood, level = next(felt) if turn.role == "customer" else (None, None)
        said.append(replace(turn, mood=mood, after=level))
    return History((Conversation(id, tuple(said)),), datetime.now(UTC))
