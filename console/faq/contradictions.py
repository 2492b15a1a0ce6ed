"""Whether newer words contradict an answer: both speak of one thing, and say different things of it."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from types import MappingProxyType
from typing import TYPE_CHECKING

from console import evidence, injections, products
from console.evidence import Fact
from console.faq import assertions, differences
from console.faq.assertions import Assertion
from console.faq.differences import Why
from console.products import Products
from ingest import clean
from ingest.embedding import Embedding
from ingest.records import Passage

if TYPE_CHECKING:
    from console.topics import Vectors

See = Callable[[Sequence[str]], "Vectors"]

# What makes it likely that two statements speak of the same thing: the weights of a logistic regression over the `tune`
# part of benchmarks/contradictions.jsonl against the demo company's texts, where they differ in something.
_ALIKE, _WHOLE, _ASKED, _TEXT, _TOPIC, _OURS, _THEIRS = 1.7, 1.9, 2.9, 2.0, 1.2, 1.35, 1.65
_ENOUGH = 4.2
_ACROSS = 2.0, 1.8, 2.0, 2.3  # between languages, which share no words: `alike`, `whole`, `asked` and `topic`
_ENOUGH_ACROSS = 2.5
_COSTS = {"opposite": 1.2, "denied": 3.2}  # a yes and a no may be said of anything
_COVERED, _SURE = 0.6, 0.65  # so this share of their words has to be ours, or the statements so alike
_LEAST = 0.15  # a statement farther from our question is about another one
_NEAR = 0.2  # the mean of two cosines below which nothing is looked at
_RIVALS = 3  # entries that one statement is held against: the nearest
_BESIDE = 0.1  # and in each the nearest statement, and what is this little behind
_ECHO = 0.8  # statements so alike say the same
_KNOWN = 20_000  # texts whose vectors are kept


@dataclass(frozen=True)
class Sentence:
    """One statement of an entry, and the question that it answers."""

    entry: str
    text: str
    question: str
    lang: str


@dataclass(frozen=True)
class Contradiction:
    """An entry's statement, what speaks against it, and in what they differ."""

    ours: Sentence
    theirs: Fact
    why: Why


def sentences(entry: str, question: str, answer: str, lang: str) -> list[Sentence]:
    """The statements of one face of an entry."""
    plain = evidence.plain(answer) if "\n" not in answer else answer
    return [Sentence(entry, plain[start:end], question, lang) for start, end in assertions.clauses(plain)]


def statements(passages: Iterable[Passage]) -> list[Fact]:
    """What passages say that holds in general: of replies no greetings, questions or news of one case.

    More than `evidence.facts` lets through, since nothing of it is said to a customer.
    """
    return [fact for passage in passages for fact in _statements(passage)]


def _statements(passage: Passage) -> Iterator[Fact]:
    own = passage.kind in ("ticket", "call")  # what an article says is meant for everybody
    if own and injections.addresses_model(passage.text):
        return
    for start, end in assertions.clauses(passage.text):
        text = evidence.plain(passage.text[start:end])
        if passage.text[start:end].startswith("#") or (own and not assertions.general(text)):
            continue
        yield Fact(
            text, passage.source, passage.kind, passage.title, passage.lang or clean.language(text),
            passage.start + start, passage.start + end, passage.created, passage.section,
        )  # fmt: skip


def seeing(embedding: Embedding, texts: Sequence[str]) -> See:
    """A `See` from the middle of a desk's `texts`, which makes them differ; it remembers what it saw lately."""
    from console.topics import Middle

    known: OrderedDict[str, Vectors] = OrderedDict()

    def raw(wanted: Sequence[str]) -> "Vectors":
        import numpy as np

        new = list(dict.fromkeys(text for text in wanted if text not in known))
        known.update(zip(new, embedding.queries(new), strict=True))
        found = [known[text] for text in wanted]
        while len(known) > _KNOWN:
            known.popitem(last=False)
        return np.array(found, np.float32).reshape(len(wanted), embedding.dimensions)

    middle = Middle.of(texts, raw(texts), embedding)
    return lambda wanted: middle.see(wanted, raw(wanted))


def find(
    ours: Sequence[Sentence],
    said: Sequence[Fact],
    see: See,
    *,
    asked: Mapping[str, str] = MappingProxyType({}),
    named: Products = products.NONE,
) -> list[Contradiction]:
    """Which of `said` contradict which of `ours`: for each statement and entry at most one, the nearest.

    `see` gives vectors (n, dimensions) of texts as `cases.Basis.see`, `asked` what was answered, by source; where it is
    not there, its title stands for it. `named` are the products that the desk knows.
    A statement in a language that an entry has a face in is held against that face only.
    """
    if not ours or not said:
        return []
    table = _Table.of(ours, said, see, asked)
    places: dict[str, list[int]] = {}
    for place, one in enumerate(ours):
        places.setdefault(one.entry, []).append(place)
    found = (
        _against(places[entry], other, table, named)
        for other, entries in enumerate(table.rivals(places))
        for entry in entries
    )
    return [one for one in found if one]


def echoes(ours: Sequence[Sentence], said: Sequence[Fact], see: See) -> list[tuple[Sentence, Fact]]:
    """Which of `ours` say the same as one of `said`, each with the nearest: alike, and with the same figures."""
    if not ours or not said:
        return []
    table = _Table.of(ours, said, see, {})
    found = []
    for place, one in enumerate(ours):
        other = int(table.alike[place].argmax())
        read, told = table.read[place], table.told[other]
        if table.alike[place][other] >= _ECHO and differences.same(read, told):
            found.append((one, said[other]))
    return found


@dataclass(frozen=True)
class _Table:
    """The statements of both sides, taken apart, and five cosines for each pair, (ours, said).

    `alike` is that of the statements without their figures, `text` with them; `asked` that of our question and their
    statement, `whole` of our question and statement and theirs, `topic` of our question and theirs.
    """

    ours: Sequence[Sentence]
    said: Sequence[Fact]
    read: Sequence[Assertion]
    told: Sequence[Assertion]
    alike: "Vectors"
    whole: "Vectors"
    asked: "Vectors"
    text: "Vectors"
    topic: "Vectors"

    @classmethod
    def of(cls, ours: Sequence[Sentence], said: Sequence[Fact], see: See, answered: Mapping[str, str]) -> "_Table":
        read = [assertions.read(one.text, one.question) for one in ours]
        told = [assertions.read(fact.text, f"{fact.title}. {fact.section}") for fact in said]
        cores = [one.core or one.text for one in read]
        theirs = see([one.core or one.text for one in told]).T
        whole = see([f"{one.question} {core}" for one, core in zip(ours, cores, strict=True)]) @ theirs
        questions = see([one.question for one in ours])
        topic = questions @ see([answered.get(fact.source) or fact.title or fact.text for fact in said]).T
        text = see([one.text for one in ours]) @ see([fact.text for fact in said]).T
        return cls(ours, said, read, told, see(cores) @ theirs, whole, questions @ theirs, text, topic)

    def rivals(self, places: Mapping[str, Sequence[int]]) -> list[list[str]]:
        """For each thing said the few entries, with their `places`, that it may be about."""
        import numpy as np

        near = np.stack([(self.alike[own] + self.whole[own]).max(axis=0) / 2 for own in places.values()])
        entries = list(places)
        order = np.argsort(-near, axis=0)[:_RIVALS].T.tolist()
        return [[entries[row] for row in rows if near[row][at] >= _NEAR] for at, rows in enumerate(order)]

    def likely(self, place: int, other: int, why: Why) -> bool:
        """Whether two statements that differ in this are about the same thing."""
        at, read, told = (place, other), self.read[place], self.told[other]
        if self.ours[place].lang != self.said[other].lang:
            cosines = self.alike[at], self.whole[at], self.asked[at], self.topic[at]
            return why != "denied" and sum(map(mul, _ACROSS, map(float, cosines))) >= _ENOUGH_ACROSS
        if self.asked[at] < _LEAST:
            return False
        shared = read.words & told.words
        known = told.words & (read.words | set(assertions.words(self.ours[place].question)))
        covered = len(known) / max(len(told.words), 1)
        if why in _COSTS and covered < _COVERED and self.alike[at] < _SURE:
            return False
        points = (
            _ALIKE * self.alike[at] + _WHOLE * self.whole[at] + _ASKED * self.asked[at] + _TEXT * self.text[at]
            + _TOPIC * self.topic[at]
            + _OURS * len(shared) / max(len(read.words), 1) + _THEIRS * covered
        )  # fmt: skip
        return float(points) >= _ENOUGH + _COSTS.get(why, 0.0)


def _against(own: Sequence[int], other: int, table: _Table, named: Products) -> Contradiction | None:
    """What the statement at `other` contradicts among those of one entry at `own`."""
    fact = table.said[other]
    langs = {table.ours[place].lang for place in own}
    rivals = [place for place in own if fact.lang not in langs or table.ours[place].lang == fact.lang]
    near = {place: float(table.alike[place][other] + table.whole[place][other]) / 2 for place in rivals}
    rivals.sort(key=lambda place: -near[place])
    for place in rivals:
        if near[place] < near[rivals[0]] - _BESIDE or differences.none(table.read[place], table.told[other]):
            break
        why = differences.of(table.read[place], table.told[other])
        if why and table.likely(place, other, why) and not _other_product(table.ours[place], fact, named):
            return Contradiction(table.ours[place], fact, why)
    return None


def _other_product(one: Sentence, fact: Fact, named: Products) -> bool:
    return products.strange(named.spoken(f"{one.question} {one.text}"), named.spoken(fact.whole))
