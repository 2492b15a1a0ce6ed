"""Drafted answers: a reply whose every statement stands in a source, or a reason why there is none.

The verifier weighs what the sources say and the model chooses among numbered facts; code composes the reply around
them. So nothing unsupported can be said, and what customers wrote cannot make the model say anything.
"""

import re
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection

import prompts
from console import (
    chat_model,
    confidence,
    conversations,
    evidence,
    grounding,
    injections,
    learning,
    phrases,
    products,
    questions,
    suggestions,
    translating,
    voice,
    writing,
)
from console.chat_model import ChatModel
from console.confidence import Trust
from console.evidence import Fact
from console.products import Products
from console.search import Search
from console.suggestions import KNOWLEDGE
from console.verifier import Verifier
from console.voice import Voice
from console.writing import Sentence
from ingest import clean, terms
from ingest.records import Customer, Passage, Ticket
from ingest.store import articles
from ingest.store import passages as shelf
from ingest.store.drafts import Stored
from ingest.store.passages import Filters

LOOKED = 40  # passages found for each question,
PASSAGES = 10  # and those read: the best about the product that is asked about,
NEAREST = 3  # and of so many sources that lie nearest what stands
AROUND = 4  # so many passages before and behind: half an answer often stands a heading further down
BESIDE = 0.02  # what it costs to stand only beside a passage that was found, in cosine
OFFERED = 8  # facts shown to the model: about 500 tokens
PARTS = 6  # questions of one message that are answered by themselves
EACH = 4  # facts about one question,
MOST = 5  # and in a reply to several, or one for each where they are more
SURE = 0.2  # a fact that answers as likely as this is said even where the model passes it over,
BEHIND = 0.5  # unless it answers less than so much as likely as the best
DOUBTFUL = 0.2  # what answers less likely is no ground for a model: neither to choose nor to write freely about
_PICKS = re.compile(r"\d+(?=\s*[,\]])")


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
    lang: str = ""


@dataclass(frozen=True)
class Piece:
    """The next words of a reply on its way, with the citation that ends them."""

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


@dataclass(frozen=True)
class Letter:
    """To whom a reply goes and how: `public` ones, for the widget, are no letters and quote approved knowledge only.

    `free` lets the model use words of its own.
    """

    lang: str
    customer: Customer | None = None
    voice: Voice = voice.PLAIN
    unhappy: bool = False
    public: bool = False
    free: bool = False

    @property
    def name(self) -> str:
        """The customer's name, where it is nothing but one."""
        return self.customer.name if self.customer and injections.is_name(self.customer.name) else ""

    @property
    def opening(self) -> list[str]:
        """The paragraphs before the answer."""
        said = (
            phrases.greet(self.lang, self.name, self.voice.tone),
            phrases.opening(self.lang, self.voice, unhappy=self.unhappy),
        )
        return [] if self.public else [one for one in said if one]

    def closing(self, *, rest: bool) -> list[str]:
        """The paragraphs after it; with `rest`, a word on what stays open."""
        words = phrases.of(self.lang)
        last = [] if self.public else [words.closing[self.voice.tone], phrases.signature(self.lang, self.voice)]
        return ([words.rest_public if self.public else words.rest] if rest else []) + last

    @property
    def holding(self) -> str:
        """A whole reply that only holds the line."""
        return "\n\n".join(
            [
                self.opening[0] if self.opening else "",
                phrases.of(self.lang).holding,
                phrases.signature(self.lang, self.voice),
            ]
        ).strip()


def draft(
    ticket: Ticket,
    search: Search,
    verifier: Verifier,
    model: ChatModel | None,
    letter: Letter,
    trust: Trust = confidence.SHIPPED,
) -> Iterator[Piece | Draft]:
    """Yield the reply piece by piece, then the finished Draft with its trail.

    Abstains when no source answers or the model is missing; a model that fails midway raises its KizunaError.
    """
    began = time.perf_counter()
    with search.db.read() as db:
        named = products.known(articles.titles(db))
    asked = ask(ticket, named)
    offered = offer(asked, ticket, search, verifier, letter, named)
    sure = [confidence.of(offered, place) for place in range(len(asked))]
    trail: dict[str, Any] = {
        "query": asked[0],
        "questions": asked[1:],
        "confidences": [round(one, 4) for one in sure],
        "least": trust.least,
        "offered": [asdict(fact) | {"created": None} for fact in offered],
        "search_ms": _since(began),
    }
    reason = _why_not(offered, max(sure), trust, model)
    if reason or model is None:
        yield _abstain(reason, letter, max(sure), trail)
        return
    prompt, statements = (_written if letter.free else _selected)(model, asked, offered, ticket, letter)
    trail |= {"prompt": prompt.digest, "model": model.name}
    cited: dict[Fact, Citation] = {}
    said: list[str] = []
    for one in statements:
        words = _checked(one, letter)
        if not words:
            continue
        if not cited:
            trail["first_ms"] = _since(began)
            said += letter.opening
            yield from (Piece(line + "\n\n") for line in letter.opening)
        for fact in one.facts:
            cited.setdefault(fact, _cite(fact, len(cited) + 1))
        said.append(f"{words} {''.join(f'[{cited[fact].n}]' for fact in one.facts)}")
        yield Piece(said[-1] + "\n\n", cited[one.facts[-1]])
    trail |= {"total_ms": _since(began), "sources": [one.source for one in cited]}
    if not cited:
        yield _abstain("No source answers this question.", letter, min(max(sure), 0.3), trail)
        return
    rest = len(sure) > 2 and min(sure[1:]) < trust.least
    said += letter.closing(rest=rest)
    yield Piece("\n\n".join(letter.closing(rest=rest)))
    yield Draft("\n\n".join(said), tuple(cited.values()), max(sure), False, "", trail)


def language(ticket: Ticket) -> str:
    """The language to answer in: the ticket's, else that of its words, else English."""
    return ticket.lang or clean.language(conversations.latest(ticket)) or "en"


def ask(ticket: Ticket, named: Products = products.NONE) -> list[str]:
    """What is to be answered: the waiting message as a whole, then its single questions, each under the subject.

    What compares products is asked of each, as no source answers for several.
    """
    whole = conversations.latest(ticket)[: conversations.LONGEST]
    parts = [one for part in questions.apart(whole) or [whole] for one in named.singly(part) or [part]]
    single = parts[:PARTS] if len(parts) > 1 else []
    return [whole, *(f"{ticket.subject}: {one}" if ticket.subject else one for one in single)]


def offer(
    asked: Sequence[str],
    ticket: Ticket,
    search: Search,
    verifier: Verifier,
    letter: Letter,
    named: Products = products.NONE,
) -> list[Fact]:
    """The facts that sources say about what is asked, each weighed; best first, OFFERED at most."""
    near: dict[tuple[str, str, int], tuple[Passage, float]] = {}
    whole = named.spoken(" ".join(asked))
    for one in asked:
        about = named.spoken(one) or whole
        hits = search.passages(one, Filters(kinds=KNOWLEDGE), limit=LOOKED)
        hits.sort(key=lambda hit: products.strange(named.spoken(hit.title), about))  # stable: the rest keeps its order
        for hit in hits[:PASSAGES]:
            key = (hit.kind, hit.source, hit.passage.seq)
            near[key] = hit.passage, max(hit.similarity, near[key][1] if key in near else 0.0)
    found = list(near.values())
    with search.db.read() as db:
        found += _beside(db, near)
        if not letter.public:
            for case in suggestions.cases(asked[0], ticket, search, 3):
                own = shelf.of_source(db, case.hit.kind, case.hit.source)
                found += [(one, case.hit.similarity) for one in own if one.part == "resolution"]
    readable = [one for one in evidence.facts(found) if one.lang in (letter.lang, "en", "")]
    vectors, focused = search.embedding.queries(asked), [focus(one) for one in asked]
    with search.db.read() as db:
        rarity, trusted = shelf.rarity(db, set(terms.split(" ".join(focused)))), learning.weights(db)
    embedding, lang = search.embedding, letter.lang
    ranked = evidence.rank(
        readable, focused, vectors, embedding, rarity, verifier, lang=lang, trusted=trusted, named=named
    )
    return _spread(ranked, len(asked))


def _beside(
    db: Connection, near: Mapping[tuple[str, str, int], tuple[Passage, float]]
) -> Iterator[tuple[Passage, float]]:
    """What stands around the passages of the NEAREST sources, as near as the best of theirs, less BESIDE."""
    best: dict[tuple[str, str], float] = {}
    places: dict[tuple[str, str], list[int]] = {}
    for (kind, source, seq), (_, similarity) in near.items():
        best[kind, source] = max(similarity, best.get((kind, source), 0.0))
        places.setdefault((kind, source), []).append(seq)
    for kind, source in sorted(best, key=lambda one: -best[one])[:NEAREST]:
        for passage in shelf.of_source(db, kind, source):
            if 0 < min(abs(passage.seq - seq) for seq in places[kind, source]) <= AROUND:
                yield passage, best[kind, source] - BESIDE


def _spread(ranked: Sequence[Fact], asked: int) -> list[Fact]:
    """The best OFFERED facts, the best one for every question among them."""
    leaders = [max(ranked, key=lambda fact: fact.scores[place]) for place in range(asked)] if ranked else []
    kept = list(dict.fromkeys([*leaders, *ranked]))[:OFFERED]
    return [fact for fact in ranked if fact in kept]


def focus(text: str, most: int = 500) -> str:
    """A long message cut to its first lines and its questions: what the model needs to choose by."""
    if len(text) <= most:
        return text
    asked = questions.questions(text)
    start = text[: most - min(sum(map(len, asked)), most // 2)]
    return " ".join([start.strip(), "…", *(one for one in asked if one not in start)])[: 2 * most]


def _why_not(offered: Sequence[Fact], sure: float, trust: Trust, model: ChatModel | None) -> str:
    if not offered:
        return "There are no sources about this yet."
    if sure < trust.least:
        return "No source answers this question."
    return "" if model else "The chat model is not available; see the suggestions."


def _selected(
    model: ChatModel, asked: Sequence[str], offered: Sequence[Fact], ticket: Ticket, letter: Letter
) -> tuple[prompts.Prompt, Iterator[Sentence]]:
    """Facts as they stand, chosen by the model and the verifier."""
    prompt = _ask(asked, offered, ticket, letter.customer)
    chosen = (fact for fact in _chosen(model, prompt, offered, _most(asked)))
    return prompt, (Sentence(_in(letter.lang, fact, model), (fact,)) for fact in chosen)


def _written(
    model: ChatModel, asked: Sequence[str], offered: Sequence[Fact], ticket: Ticket, letter: Letter
) -> tuple[prompts.Prompt, Iterator[Sentence]]:
    """The model's own words on facts that the verifier does not doubt."""
    firm = [fact for fact in offered if fact.score >= DOUBTFUL]
    return writing.sentences(model, focus(asked[0], 1500), firm, lang=letter.lang, tone=letter.voice.tone)


def _checked(one: Sentence, letter: Letter) -> str:
    """The words with marks around whatever none of their facts holds; without those sentences where it is public."""
    known, sources = [letter.voice.company, letter.name], [fact.whole for fact in one.facts]
    if letter.public:  # nobody reads it before the customer does
        return grounding.strike(one.text, sources, allowed=known).text
    return grounding.marked(one.text, grounding.check(one.text, sources, allowed=known))


def _ask(asked: Sequence[str], offered: Sequence[Fact], ticket: Ticket, customer: Customer | None) -> prompts.Prompt:
    return prompts.render(
        "pick",
        question=focus(asked[0]),
        facts=[fact.whole for fact in offered],
        plan=customer.plan if customer else "",
        product=ticket.product,
        most=_most(asked),
    )


def _most(asked: Sequence[str]) -> int:
    """How many facts a reply may hold."""
    return max(MOST, len(asked) - 1) if len(asked) > 1 else EACH


def _chosen(model: ChatModel, prompt: prompts.Prompt, offered: Sequence[Fact], most: int) -> list[Fact]:
    """What the verifier trusts, the best for every question first, then what the model chose and it does not doubt.

    The small models that come with the desk are not asked: they choose nearly everything, which takes them seconds and
    changes no draft for the better (docs/quality.md).
    """
    numbers = () if chat_model.shipped(model) else _picks(model, prompt, len(offered), most)
    picked = [offered[number - 1] for number in numbers]
    behind = BEHIND * max(fact.score for fact in offered)
    kept = [fact for fact in picked if fact.score >= max(DOUBTFUL, behind)]
    trusted = [fact for turn in zip_longest(*_trusted(offered)) for fact in turn if fact]
    return evidence.as_read(evidence.telling(dict.fromkeys([*trusted, *kept]))[:most])


def _trusted(offered: Sequence[Fact]) -> list[list[Fact]]:
    """For each single question the facts that answer it, best first; for the whole message where none does so."""
    whole, *single = (_about(offered, place) for place in range(len(offered[0].scores)))
    return single if any(single) else [whole]


def _about(offered: Sequence[Fact], place: int) -> list[Fact]:
    ranked = sorted(offered, key=lambda fact: -fact.scores[place])
    least = max(SURE, BEHIND * ranked[0].scores[place])
    return evidence.telling(fact for fact in ranked if fact.scores[place] >= least)[:EACH]


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


def _in(lang: str, fact: Fact, model: ChatModel) -> str:
    """The fact in the customer's language; as it stands where it cannot be translated faithfully."""
    if lang not in ("en", "ja") or fact.lang in (lang, ""):
        return fact.text
    return translating.translate(fact.text, "ja" if lang == "ja" else "en", model) or fact.text


def _cite(fact: Fact, n: int) -> Citation:
    return Citation(n, fact.kind, fact.source, fact.title, fact.text, fact.start, fact.end, fact.lang)


def _abstain(reason: str, letter: Letter, sure: float, trail: dict[str, Any]) -> Draft:
    return Draft(letter.holding, (), sure, True, reason, trail)


def _since(began: float) -> int:
    return round(1000 * (time.perf_counter() - began))


def store(draft: Draft, ticket: str) -> Stored:
    """The draft as the database keeps it, under a fresh id."""
    citations = [asdict(one) for one in draft.citations]
    return Stored(
        uuid.uuid4().hex, ticket, draft.reply, citations, draft.confidence, draft.abstained, draft.reason, draft.trail,
        created=datetime.now(UTC),
    )  # fmt: skip
