"""What a reply may say: the sentences, step lists and table rows of the sources that fit, each with its exact place."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from console import grounding, injections, products
from console.products import Products
from ingest import passages, terms
from ingest.embedding import Embedding
from ingest.records import Passage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from console.verifier import Verifier

LONGEST = 420  # characters of one fact
PROCEDURE = 800  # characters of a list of steps, which is kept whole
WORDS = 0.08  # what sharing the question's rare words is worth, in cosine
ELSEWHERE = 0.2  # what speaking of another product than the one asked about costs, in cosine
STRANGER = 0.1  # and what is left of its likelihood to answer
VERIFIED, NEAR, FOREIGN, BASE = 0.53, 34.9, 1.04, -30.45
SAME_QUESTION, ANSWERED = 0.93, 0.9  # the cosine of two questions that are one, and how likely its answer answers
READ = 40  # facts that the verifier reads: the nearest ones
SAME = 0.75  # shared words from which two facts say the same
REPEATS = 0.5  # and from which one that names figures names nothing new, where the other names all of them
MIXED = 0.4  # how much the passage around a fact counts beside the fact itself
_PRIOR = {"faq": 0.03, "article": 0.015, "ticket": 0.0, "call": -0.01}
_STEP = re.compile(r"^\s*(?:[-*+•・]|\d+[.)、．])\s*", re.MULTILINE)
_BULLET = re.compile(r"\s*(?:[-+•・]|\*(?!\*))\s+")
# Bold, emphasis, code, headings, links, quotes; the signs of `*21*0900#` are to be dialled, and stay.
_MARKS = re.compile(
    r"\*\*+|`+|^#+\s+|^>\s*|(?<!\w)_+|_+(?!\w)|\[([^\]]*)\]\([^)]*\)"
    r"|(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])"
)
_PLACEHOLDER = re.compile(r"<[A-Z]+_\d+>|AZ-\d{7}")
# An agent's courtesies and deeds belong to the case they were written for; facts and steps carry over.
_CASE_ONLY = re.compile(
    r"^(hi|hello|dear|thanks|thank you|sorry|i'm sorry|kind regards|best|regards|you're welcome|glad|great)\b"
    r"|\b(i|we)('ve| have|'ll| will|'d|'m| am)\b(?! (no|not|never)\b)"
    r"|\b(i|we) (just|already|sent|checked|refunded|shipped|looked|can see|see|booked|passed|opened|moved|changed"
    r"|credited|cancelled|added|issued)\b|\byour (order|refund|parcel|account|lock) (is|was|has)\b"
    r"|いたしました|ております|お待ちください|ありがとうございます|申し訳|拝見|様$|様、|と申します|手配|担当の"
    r"|\byou('ll| will) (get|receive|have)\b|\b(today|tomorrow|tonight|yesterday)\b"
    r"|\bthis (morning|afternoon|evening|week)\b"
    r"|\b(mon|tues|wednes|thurs|fri|satur|sun)day\b|^(yes|ok|okay|right|perfect|lovely)\b"
    r"|送信しました|お送りしました|本日|明日|昨日|^はい|ご案内した|お伺い",
    re.IGNORECASE,
)
# These lean on the sentence before them and stay with it.
_LEANING = re.compile(
    r"^(nor|from then on|this|that|these|those|it|they|he|she|here|there|then|also|but|and|or|so|no|yes|if so|if not"
    r"|otherwise|either|both|do that|see|again|in that case|for example|instead|such|the same|after that|until then"
    r"|once)\b"
    r"|^(\w+ ){1,2}(it|them|there|this|that)\b|^(?!1\D)\d+[.)] "
    r"|^[^.:;,\n]{0,60}\b(does|do|did|will|can) not \w+ (it|them)\.$"
    r"|^(その|それ|これ|この|ここ|また|なお|ただし|その際|その後|そのため|上記|以下|次に|詳しくは|または|もし)",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d[\d.,:]*")
_QUESTION = re.compile(r"[?？]\s*$|(でしょうか|ですか|ますか|ませんか)。?\s*$")
_COURTESY = re.compile(
    r"^(we are |i am |i'm )?sorry\b|^please don't\.|申し訳|ありがとうございま|でございますね|、\S{1,4}でございます。",
    re.IGNORECASE,
)
# What is meant for the people at the desk and their tools; a customer never reads it.
_INWARD = re.compile(
    r"\bthe (agents?|representatives?|customers?)\b|\b(when|if) an? (customer|cardholder|caller) [a-z]+s\b"
    r"|\bagents? (must|should|can|may|needs?|will)\b"
    r"|\bas an? (\w+ )?agent\b|\bthe user (must|needs?|wants?|has|is|asks?|provide[sd]?|complains?|confirms?)\b"
    r"|\buser id\b|\bproactively\b|\b(internal(ly)? (only|use)|do not surface)\b"
    r"|\b[a-z]+(_[a-z0-9]+){2,}\b|\b\w+\(\)"
    r"|オペレータ|社内(向け|限り|用|のみ)|顧客(に|へ|の|が|から)"
    r"|お客様(に|へ)(案内|説明|確認|伝達)(する|し、|すること|してください)",
    re.IGNORECASE,
)
# A blank that nobody has filled in. Labels on screens are in brackets as well, but in capitals.
_BLANK = re.compile(
    r"\[[a-z _-]*\b(not available|value|amount|balance|date|name|tbd)\b[a-z _-]*\](?!\()|\{\{|\$\{|\bTBD\b"
    r"|[［\[](未定|金額|日付|氏名)[\]］]|〇〇|○○"
)
# A way to another article, which says nothing by itself.
_POINTER = re.compile(
    r"^(if|for|when|to|see|read)\b[^;]*\b(read|see)( the)?( article| page)?:? [\"“«][^\"”»]+[\"”»]\.?$"
    r"|(の記事|のページ|の項目|「[^」]+」)を(ご覧|お読み)ください。?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fact:
    """One thing that a source says. `[start:end)` is its place in the source's canonical text."""

    text: str
    source: str
    kind: str
    title: str
    lang: str
    start: int
    end: int
    created: datetime | None = None
    section: str = ""
    context: float = 0.0  # how near the passage around it is to the question
    scores: tuple[float, ...] = ()  # for each question, how likely this answers it

    @property
    def score(self) -> float:
        """How likely it answers the question that it answers best."""
        return max(self.scores, default=0.0)

    @property
    def whole(self) -> str:
        """The statement under the headings that say what it is about."""
        names = [name for name in (self.title, self.section.rpartition(" > ")[2]) if name and name not in self.text]
        return ": ".join([" > ".join(dict.fromkeys(names)), self.text]) if names else self.text


def facts(hits: Iterable[tuple[Passage, float]]) -> list[Fact]:
    """Every usable fact of passages that are each this near to the question, in their order, none twice."""
    made = (fact for passage, near in hits for fact in _of(passage, near))
    return list({(" ".join(fact.text.split()).casefold(), fact.lang): fact for fact in made}.values())


def rank(
    found: Sequence[Fact],
    questions: Sequence[str],
    vectors: "NDArray[np.float32]",
    embedding: Embedding,
    rarity: Mapping[str, float],
    verifier: "Verifier",
    *,
    lang: str,
    trusted: Mapping[tuple[str, str], float] = MappingProxyType({}),
    named: Products = products.NONE,
) -> list[Fact]:
    """The facts that lie near the questions, each with how likely it answers every one of them; best first.

    `questions` are the whole message, then its single questions; `vectors` theirs (n, dimensions); `rarity` weighs
    words, and `trusted` sources, by kind and id, by what agents did with their statements. Facts about other products
    than those asked about, as `named`, hardly count.
    """
    import numpy as np

    if not found:
        return []
    near = embedding.statements([fact.whole for fact in found]) @ vectors.T
    asked, far = set(terms.split(" ".join(questions[1:] or questions))), _far(found, questions, named)
    bonus = np.array([
        WORDS * _shared(fact, asked, rarity) + _PRIOR[fact.kind] - (0.04 if fact.lang != lang else 0.0) + _fresh(fact)
        + trusted.get((fact.kind, fact.source), 0.0)
        for fact in found
    ])[:, None] - ELSEWHERE * far  # fmt: skip
    whole = [
        (1 - MIXED) * float(near[i].max()) + MIXED * fact.context + float(bonus[i, 0]) for i, fact in enumerate(found)
    ]
    single = _once(found, sorted(range(len(found)), key=lambda i: -whole[i]))
    order = dict.fromkeys(single[: READ // 2])  # the nearest to the message, then those to each question in turn
    by_question = [sorted(single, key=lambda i: -worth[i]) for worth in (near + bonus).T]
    order |= dict.fromkeys(i for turn in zip(*by_question, strict=True) for i in turn)
    read = list(order)[:READ]
    judged = verifier.judge(questions, [found[i].whole for i in read])
    foreign = np.array([[found[i].lang != lang] for i in read])
    likely = _likely(judged, near[read], foreign) * np.where(far[read], STRANGER, 1.0)
    likely = np.maximum(likely, _approved([found[i] for i in read], vectors, embedding))
    facts = [replace(found[i], scores=tuple(map(float, row))) for i, row in zip(read, likely, strict=True)]
    # Of facts that answer about as well, the nearer one, which is the approved, the newer, the one in their language.
    best = sorted(range(len(read)), key=lambda place: -(whole[read[place]] + facts[place].score))
    return [facts[place] for place in best]


def _far(found: Sequence[Fact], questions: Sequence[str], named: Products) -> "NDArray[Any]":
    """Whether a fact is about other products than a question: (facts, questions).

    A question that names none is about those that the whole message, the first, names.
    """
    import numpy as np

    about = named.spoken(" ".join(questions))
    each = [about, *(named.spoken(one) or about for one in questions[1:])]
    return np.array(
        [[products.strange(of, one) for one in each] for of in (named.spoken(fact.whole) for fact in found)]
    )


def _likely(judged: "NDArray[Any]", near: "NDArray[Any]", foreign: "NDArray[Any]") -> "NDArray[Any]":
    """The probability that a fact answers, from the verifier's, the cosine, and whether languages differ: (n, q).

    A logistic regression over 150 development questions (docs/quality.md): the verifier alone believes strangers.
    """
    import numpy as np

    odds = np.log(np.clip(judged, 1e-4, 1 - 1e-4) / np.clip(1 - judged, 1e-4, 1))
    likely: NDArray[Any] = 1 / (1 + np.exp(-(VERIFIED * odds + NEAR * near + FOREIGN * foreign + BASE)))
    return likely


def _approved(facts: Sequence[Fact], vectors: "NDArray[np.float32]", embedding: Embedding) -> "NDArray[Any]":
    """What a supervisor's word is worth: an entry of the FAQ answers whoever asks its question; (n, questions)."""
    import numpy as np

    alike = embedding.queries([fact.title for fact in facts]) @ vectors.T
    entries = np.array([[fact.kind == "faq"] for fact in facts])
    found: NDArray[Any] = np.where(entries & (alike >= SAME_QUESTION), ANSWERED, 0.0)
    return found


def _once(found: Sequence[Fact], order: Sequence[int]) -> list[int]:
    """Places of facts without those that say what an earlier one says: most of their words are the same."""
    kept: dict[int, set[str]] = {}
    for place in order:
        words = set(terms.split(found[place].text))
        if all(not words or len(words & other) < SAME * min(len(words), len(other)) for other in kept.values()):
            kept[place] = words
    return list(kept)


def telling(chosen: Iterable[Fact]) -> list[Fact]:
    """The facts, in order, without those that only say again what one before them says."""
    kept: list[Fact] = []
    for fact in chosen:
        if not any(_repeats(fact, other) for other in kept):
            kept.append(fact)
    return kept


def _repeats(fact: Fact, other: Fact) -> bool:
    figures, words = set(_FIGURE.findall(fact.text)), set(terms.split(fact.text))
    if not words or not figures <= set(_FIGURE.findall(other.text)):
        return fact == other
    spoken = set(terms.split(other.text))
    return len(words & spoken) >= REPEATS * min(len(words), len(spoken))


def _shared(fact: Fact, asked: Collection[str], rarity: Mapping[str, float]) -> float:
    """The share (0 to 1) of the words asked about, weighed by rarity, that the fact speaks of."""
    whole = sum(rarity[word] for word in asked)
    spoken = set(terms.split(f"{fact.title} {fact.text}"))
    return sum(rarity[word] for word in asked if word in spoken) / whole if whole else 0.0


def as_read(chosen: Sequence[Fact]) -> list[Fact]:
    """The first fact's source first, and within a source as it is written: a procedure has an order."""
    place: dict[tuple[str, str], int] = {}
    for fact in chosen:
        place.setdefault((fact.kind, fact.source), len(place))
    return sorted(chosen, key=lambda fact: (place[fact.kind, fact.source], fact.start))


def _fresh(fact: Fact) -> float:
    """Of two policies that say nearly the same, the newer is right: half a point of cosine for each year."""
    if fact.created is None:
        return -0.01
    years = (datetime.now(UTC) - fact.created).days / 365
    return -0.02 * min(max(years, 0.0), 3.0)


def _of(passage: Passage, near: float) -> Iterator[Fact]:
    own = passage.kind in ("ticket", "call")
    if own and injections.addresses_model(passage.text):
        return  # whoever planted one sentence may have planted more
    for start, end in _units(passage.text):
        text = plain(passage.text[start:end])
        if _usable(text, passage.lang, own):
            yield Fact(
                text, passage.source, passage.kind, passage.title, passage.lang,
                passage.start + start, passage.start + end, passage.created, passage.section, near,
            )  # fmt: skip


def _units(text: str) -> Iterator[tuple[int, int]]:
    """Spans that can stand alone: sentences with those that lean on them, whole step lists, rows of tables."""
    held: tuple[int, int] | None = None
    for start, end in _pieces(text):
        piece = text[start:end]
        if piece.startswith("#"):
            continue
        most = PROCEDURE if _STEP.match(piece) else LONGEST
        if held and end - held[0] <= most and _joins(text[slice(*held)], text[held[1] : start], piece):
            held = held[0], end
            continue
        if held:
            yield held
        held = start, end
    if held:
        yield held


def _joins(before: str, gap: str, piece: str) -> bool:
    """A step follows a step or the line announcing it, with all that its own line says; what leans follows anything.

    A bullet is no step: without a line that announces the list it stands alone.
    """
    if _BULLET.match(piece):
        return before.split("\n", 1)[0].rstrip().endswith((":", "："))
    if _STEP.match(piece):
        return bool(_STEP.search(before)) or before.rstrip().endswith((":", "："))
    if _STEP.search(before):
        return "\n" not in gap
    return bool(_LEANING.match(piece)) and not before.startswith("|")


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    for start, end in passages.sentences(text):
        if not text[start:end].lstrip().startswith("|"):
            yield start, end
            continue
        for row in re.finditer(r"[^\n]+", text[start:end]):
            yield start + row.start(), start + row.end()


def plain(text: str) -> str:
    """Markdown marks and speaker labels taken off; table cells become a list in words."""
    text = re.sub(r"^(Agent|Customer|Subject): ", "", text.strip())
    if text.startswith("|"):
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        text = "" if all(set(cell) <= set("-: ") for cell in cells) else ": ".join([cells[0], ", ".join(cells[1:])])
    if "\n" not in text:
        text = _BULLET.sub("", text, count=1) if _BULLET.match(text) else text
    text = _MARKS.sub(lambda m: m[1] or m[2] or "", text)
    return re.sub(r"\n(?![-+•・\d]|\*\s)", " ", re.sub(r"\s*\n\s*", "\n", text.strip()))


def _usable(text: str, lang: str, own: bool) -> bool:
    if not (12 if lang == "ja" else 30) <= len(text) <= PROCEDURE or _QUESTION.search(text) or _LEANING.match(text):
        return False
    if any(sign.search(text) for sign in (_COURTESY, _INWARD, _POINTER, _BLANK)) or injections.addresses_model(text):
        return False
    return not (own and (_CASE_ONLY.search(text) or _PLACEHOLDER.search(text) or grounding.risky(text)))
