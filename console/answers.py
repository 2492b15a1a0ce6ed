"""Answers for a ticket: suggestions at once without a model, then a draft whose every statement stands in a source.

The model only chooses among numbered facts; code composes the reply around them. So nothing unsupported can be said,
and what customers wrote cannot make the model say anything.
"""

import re
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import prompts
from console import conversations, evidence, phrases
from console.chat_model import ChatModel
from console.evidence import Fact
from console.search import Hit, Search
from ingest import clean, passages, terms
from ingest.records import Customer, Passage, Ticket
from ingest.store import passages as shelf
from ingest.store import tickets
from ingest.store.drafts import Stored
from ingest.store.passages import Filters

KNOWLEDGE = ("faq", "article")
CASES = ("ticket", "call")
PASSAGES = 8  # passages looked at for each question
OFFERED = 8  # facts shown to the model: about 500 tokens
MOST = 4  # facts in one reply to several questions; one question takes one less
ENOUGH = 0.45  # confidence under which no draft is offered
_PICKS = re.compile(r"\d+(?=\s*[,\]])")


@dataclass(frozen=True)
class Suggestions:
    """What helps before any model has run: articles and FAQ entries, and how like cases were solved."""

    articles: list[Hit]
    cases: list["Case"]


@dataclass(frozen=True)
class Case:
    """A solved ticket or call that resembles this one, with the reply that solved it and that reply's place."""

    hit: Hit
    resolution: Passage
    solved: datetime | None


@dataclass(frozen=True)
class Citation:
    """Where a statement comes from: number `n` in the reply, and the quoted span of the source's canonical text."""

    n: int
    kind: str
    source: str
    title: str
    quote: str
    start: int
    end: int
    lang: str


@dataclass(frozen=True)
class Piece:
    """The next words of a draft, as they become ready."""

    text: str
    citation: Citation | None = None


@dataclass(frozen=True)
class Draft:
    """A finished draft. `confidence` is 0 to 1; when `abstained`, `reply` only holds the line and `reason` says why."""

    reply: str
    citations: tuple[Citation, ...]
    confidence: float
    abstained: bool
    reason: str = ""
    trail: dict[str, Any] = field(default_factory=dict)


def suggest(ticket: Ticket, search: Search, *, limit: int = 4) -> Suggestions:
    """The best articles and the best solved cases for what the customer asks now. No model is needed."""
    question = conversations.latest(ticket)
    articles = search.find(question, Filters(kinds=KNOWLEDGE), limit=limit)
    return Suggestions(articles, _cases(question, ticket, search, limit))


def _cases(question: str, ticket: Ticket, search: Search, limit: int) -> list[Case]:
    """New problems find old problems; what is shown is how those were solved."""
    hits = search.find(question, Filters(kinds=CASES, parts=("problem",)), limit=3 * limit)
    cases = []
    with search.db.read() as db:
        for hit in hits:
            row = tickets.row(db, hit.source)
            replies = [p for p in shelf.of_source(db, hit.kind, hit.source) if p.part == "resolution"]
            if row is not None and row.status == "resolved" and replies and hit.source != ticket.id:
                cases.append(Case(hit, max(replies, key=lambda p: len(p.text)), row.updated))
    return cases[:limit]


def questions(text: str) -> list[str]:
    """The separate questions of a message, at most four; a message without any is one question."""
    found = [text[a:b].strip() for a, b in passages.sentences(text)]
    asked = [one for one in found if re.search(r"[?？]\s*$|(ですか|ますか|でしょうか|ませんか)[。\s]*$", one)]
    return [one for one in asked if len(one) > (6 if clean.language(one) == "ja" else 12)][:4]


def focus(text: str, most: int = 500) -> str:
    """A long message cut to its first lines and its questions: what the model needs to choose by."""
    if len(text) <= most:
        return text
    asked = questions(text)
    start = text[: most - min(sum(map(len, asked)), most // 2)]
    return " ".join([start.strip(), "…", *(one for one in asked if one not in start)])[: 2 * most]


def draft(
    ticket: Ticket,
    search: Search,
    model: ChatModel | None,
    *,
    customer: Customer | None = None,
    unhappy: bool = False,
    company: str = "Kizuna",
    public: bool = False,
) -> Iterator[Piece | Draft]:
    """Yield the reply piece by piece, then the finished Draft with its trail.

    A `public` answer (for the widget) uses approved knowledge only, never other customers' cases, and is no letter.
    Abstains when no source answers or the model is missing; a model that fails midway raises its KizunaError.
    """
    began = time.perf_counter()
    question = conversations.latest(ticket)[: conversations.LONGEST]
    lang = ticket.lang or clean.language(question) or "en"
    offered = _offer(question, ticket, search, lang, public)
    confidence = confide(question, offered)
    trail: dict[str, Any] = {"query": question, "offered": [asdict(fact) | {"created": None} for fact in offered]}
    trail["search_ms"] = _since(began)
    reason = _why_not(offered, confidence, model)
    if reason or model is None:
        yield _abstain(reason, lang, customer, company, confidence, trail)
        return
    asked = _ask(question, offered, ticket, customer)
    trail |= {"prompt": asked.digest, "model": model.name}
    name = customer.name if customer else ""
    opening = [] if public else [phrases.greet(lang, name)] + ([phrases.of(lang).sorry] if unhappy else [])
    said: list[str] = []
    cited: list[Citation] = []
    most = MOST if len(questions(question)) > 1 else MOST - 1
    for fact in evidence.as_read([offered[number - 1] for number in _picks(model, asked, len(offered), most)]):
        if not cited:
            trail["first_ms"] = _since(began)
            said += opening
            yield from (Piece(line + "\n\n") for line in opening)
        cited.append(_cite(fact, len(cited) + 1))
        said.append(f"{fact.text} [{len(cited)}]")
        yield Piece(said[-1] + "\n\n", cited[-1])
    trail |= {"total_ms": _since(began), "sources": [one.source for one in cited]}
    if not cited:
        yield _abstain("No source answers this question.", lang, customer, company, min(confidence, 0.3), trail)
        return
    if not public:
        words = phrases.of(lang)
        said += [words.closing, words.signature.format(company=company)]
        yield Piece("\n\n".join(said[-2:]))
    yield Draft("\n\n".join(said), tuple(cited), confidence, False, "", trail)


def _offer(question: str, ticket: Ticket, search: Search, lang: str, public: bool) -> list[Fact]:
    """The facts that the model may choose from."""
    asked = [question, *(f"{ticket.subject}: {one}" for one in questions(question))]
    near: dict[tuple[str, str, int], tuple[Passage, float]] = {}
    for one in asked:
        for hit in search.passages(one, Filters(kinds=KNOWLEDGE), limit=PASSAGES):
            key = (hit.kind, hit.source, hit.passage.seq)
            near[key] = hit.passage, max(hit.similarity, near[key][1] if key in near else 0.0)
    found = list(near.values())
    if not public:
        with search.db.read() as db:
            for case in _cases(question, ticket, search, 3):
                own = shelf.of_source(db, case.hit.kind, case.hit.source)
                found += [(one, case.hit.similarity) for one in own if one.part == "resolution"]
    readable = [one for one in evidence.facts(found) if one.lang in (lang, "en", "")]
    vectors = search.embedding.queries(asked)
    with search.db.read() as db:
        rarity = shelf.rarity(db, set(terms.split(" ".join(asked))))
    return evidence.rank(readable, asked, vectors, search.embedding, rarity, lang=lang, limit=OFFERED)


def confide(question: str, offered: Sequence[Fact]) -> float:
    """How likely the facts answer: the best fact's nearness, scaled between what strangers and answers reach."""
    if not offered:
        return 0.0
    best = max(fact.score for fact in offered)
    return round(min(max((best - 0.845) / 0.10, 0.0), 1.0), 3)


def _why_not(offered: Sequence[Fact], confidence: float, model: ChatModel | None) -> str:
    if not offered:
        return "There are no sources about this yet."
    if confidence < ENOUGH:
        return "No source comes near this question."
    return "" if model else "The chat model is not available; see the suggestions."


def _ask(question: str, offered: Sequence[Fact], ticket: Ticket, customer: Customer | None) -> prompts.Prompt:
    return prompts.render(
        "pick",
        question=focus(question),
        facts=[f"{fact.title}: {fact.text}" for fact in offered],
        plan=customer.plan if customer else "",
        product=ticket.product,
        most=MOST,
    )


def _picks(model: ChatModel, asked: prompts.Prompt, offered: int, most: int) -> Iterator[int]:
    """The chosen numbers, each as soon as it is complete; those out of range or repeated are passed over."""
    numbers = {"type": "integer", "minimum": 1, "maximum": offered}
    facts = {"type": "array", "items": numbers, "maxItems": most}
    schema = {"type": "object", "properties": {"facts": facts}, "required": ["facts"], "additionalProperties": False}
    text, seen = "", set[int]()
    for piece in model.stream(asked.system, asked.user, schema=schema, max_tokens=60, temperature=0.0):
        text += piece
        for number in map(int, _PICKS.findall(text)):
            if number not in seen and 1 <= number <= offered and len(seen) < most:
                seen.add(number)
                yield number


def _cite(fact: Fact, n: int) -> Citation:
    return Citation(n, fact.kind, fact.source, fact.title, fact.text, fact.start, fact.end, fact.lang)


def _abstain(
    reason: str, lang: str, customer: Customer | None, company: str, confidence: float, trail: dict[str, Any]
) -> Draft:
    words = phrases.of(lang)
    name = customer.name if customer else ""
    reply = "\n\n".join([phrases.greet(lang, name), words.holding, words.signature.format(company=company)])
    return Draft(reply, (), confidence, True, reason, trail)


def _since(began: float) -> int:
    return round(1000 * (time.perf_counter() - began))


def store(draft: Draft, ticket: str) -> Stored:
    """The draft as the database keeps it, under a fresh id."""
    citations = [asdict(one) for one in draft.citations]
    return Stored(
        uuid.uuid4().hex, ticket, draft.reply, citations, draft.confidence, draft.abstained, draft.reason, draft.trail,
        created=datetime.now(UTC),
    )  # fmt: skip
