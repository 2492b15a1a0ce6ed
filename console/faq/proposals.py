"""One FAQ entry out of like conversations: their clearest question, and what people and articles answered alike."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from console import evidence
from console.cases import READ, Basis, Case
from console.evidence import Fact
from console.faq import wordings
from console.faq.wordings import Wording
from ingest.records import Passage
from ingest.store import passages as shelf
from ingest.store.faqs import Entry, Face
from ingest.store.passages import Filters

if TYPE_CHECKING:
    from console.topics import Vectors

MOST_FACTS = 4
_VARIANTS = 6
_FITS = 0.30  # statements less near to question and replies are about something else
_BEHIND = 0.25  # so are statements so far behind the best one
_ARTICLES = 2  # articles that may speak in one answer
_SAME = 0.60  # statements so alike say the same thing, or contradict each other
_OUTDATED = 0.52  # with other numbers in both, so much is enough for the newer to replace the older
_AGREE = 0.45  # a statement so like another backs it
_PRIOR = {"article": 0.05, "faq": 0.0, "ticket": 0.0, "call": -0.05}  # written words before spoken ones
# Leads elsewhere, begins in the middle, or stands for something else.
_POINTER = re.compile(
    r"^(?:[2-9][.)] |\d\) |\d+[.)] [^\n]*$|example\b|例[:：])|\b(?:see|read) [\"“]|」をご覧ください"
    r"|^[^。]{0,12}?(?:では|まず)、",
    re.IGNORECASE,
)
# Said to one customer at one moment: first person, names of days, requests to write back, reports of a call.
_MOMENT = re.compile(
    r"\bI\b|\b(?:today|tomorrow|yesterday|tonight|this (?:morning|week|time)|as of now|last week|let me|good try"
    r"|please do|you're (?:on|right|welcome)|for you|her|him|she|he|explained|advised|told|the (?:caller|customer)"
    r"|sorry|reply|write back|send us|status)\b|本日|明日|昨日|先日|先ほど|のちほど|後ほど|ご連絡いたし|ご返信|ご返答"
    r"|お知らせした|お送りし|お調べ|いただけますか|弊社より|当方|お約束|ございませんでした|ご案内し|おっしゃる|去年の"
    r"|承り|思われます|ですので|させていただき",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class _Drafted:
    """What conversations of one language give: their wordings, the clearest first, and the statements that answer."""

    wordings: list[Wording]
    facts: list[Fact]

    def face(self, lang: str) -> Face:
        """The clearest wording with the statements as its answer."""
        return Face(self.wordings[0].text, written(self.facts, lang))


def entry(group: Sequence[Case], basis: Basis) -> Entry:
    """The entry that these conversations speak for, with a face in each of their languages, the commonest its main one.

    Each face is drafted from the conversations of its language; its answer is empty where no statement fits. `evidence`
    says which of it is about the question and which about the answer, and of which face.
    """
    product, count = Counter(case.problem.product for case in group).most_common(1)[0]
    product = product if count * 2 > len(group) else ""
    parts: dict[str, list[Case]] = {}
    for case in group:
        parts.setdefault(case.problem.lang or "en", []).append(case)
    langs = sorted(parts, key=lambda lang: -len(parts[lang]))
    made = {lang: _drafted(parts[lang], basis, lang, product) for lang in langs}
    faces = {lang: one.face(lang) for lang, one in made.items()}
    main = langs[0]
    return Entry(
        id="F-" + hashlib.sha256("\n".join(sorted(case.id for case in group)).encode()).hexdigest()[:12],
        question=faces[main].question,
        answer=faces[main].answer,
        lang=main,
        product=product,
        evidence=_evidence(parts, made),
        variants=[text for lang, one in made.items() for text in _variants(one, faces[lang])],
        others={lang: faces[lang] for lang in langs[1:]},
    )


def _drafted(cases: Sequence[Case], basis: Basis, lang: str, product: str) -> _Drafted:
    asked_as = wordings.of(cases, lang, basis)
    return _Drafted(asked_as, agreed([one.text for one in asked_as[:4]], cases, basis, lang, product))


def _variants(one: _Drafted, face: Face) -> list[str]:
    unlike = (wording.text for wording in one.wordings[1:] if wording.text.casefold() != face.question.casefold())
    return list(dict.fromkeys(unlike))[:_VARIANTS]


def _evidence(parts: Mapping[str, Sequence[Case]], made: Mapping[str, _Drafted]) -> list[dict[str, Any]]:
    asked = {wording.passage.source: wording for one in made.values() for wording in reversed(one.wordings)}
    questions = [_asked(case, asked.get(case.id)) for lang in made for case in parts[lang]]
    return questions + [_said(fact) for one in made.values() for fact in one.facts]


def members(kept: Entry) -> set[str]:
    """Ids of the conversations that an entry speaks for."""
    return {one["source"] for one in kept.evidence if one.get("about") == "question"}


def _asked(case: Case, wording: Wording | None) -> dict[str, Any]:
    whole = case.problem
    start, end = (wording.start, wording.end) if wording else (whole.start, whole.start + min(len(whole.text), 200))
    quote = whole.text[start - whole.start : end - whole.start]
    return _place("question", whole.kind, whole.source, whole.title, quote, start, end)


def _said(fact: Fact) -> dict[str, Any]:
    return _place("answer", fact.kind, fact.source, fact.title, fact.text, fact.start, fact.end) | {"lang": fact.lang}


def _place(about: str, kind: str, source: str, title: str, quote: str, start: int, end: int) -> dict[str, Any]:
    known = {"kind": kind, "source": source, "title": title, "quote": quote, "start": start, "end": end}
    return known | {"about": about}


def agreed(asked: Sequence[str], group: Sequence[Case], basis: Basis, lang: str, product: str = "") -> list[Fact]:
    """The statements that answer, best first: near the question and near what people replied, in the entry's language.

    A reply's statement counts when an article or another conversation says it too, an article's when a reply does, and
    where that is little, what its article says beside it. Of statements that say the same thing the article's stays, or
    the newest; with other numbers, always the newest. Where nothing is backed, at most two statements remain.
    """
    import numpy as np

    found = [fact for fact in evidence.facts(_sources(asked, group, basis, product)) if _carries(fact, lang)]
    if not found:
        return []
    texts = [fact.text for fact in found]
    seen = basis.see(texts)
    replied = [case.answered for case in group]
    about = _centre(basis.see(asked))
    told = _centre(basis.see(replied))
    prior = np.array([_PRIOR[fact.kind] for fact in found], np.float32)
    scores = (seen @ about + seen @ told) * np.float32(0.5) + prior
    ranked = sorted(range(len(found)), key=lambda i: -float(scores[i]))
    alike = seen @ seen.T
    near = [i for i in ranked if scores[i] >= max(_FITS, float(scores.max()) - _BEHIND)]
    chosen = _articles([found[i] for i in near])
    near = [i for i in near if found[i].kind != "article" or found[i].source in chosen]
    kept = _settled(_backed(near, found, scores, alike), found, alike)
    kept = kept or _settled([i for i in near if found[i].kind != "article"] or near, found, alike)[:2]
    kept = kept[:MOST_FACTS]
    return [replace(found[i], scores=(float(scores[i]),)) for i in kept]


def _centre(seen: "Vectors") -> "Vectors":
    import numpy as np

    mean = seen.mean(axis=0)
    found: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return found


def _articles(ranked: Sequence[Fact]) -> list[str]:
    """The articles that fit best."""
    return list(dict.fromkeys(fact.source for fact in ranked if fact.kind == "article"))[:_ARTICLES]


def _carries(fact: Fact, lang: str) -> bool:
    """Whether a statement holds beyond the case it was said in."""
    if fact.lang != lang or _POINTER.search(fact.text):
        return False
    return fact.kind == "article" or not (_MOMENT.search(fact.text) or len(fact.text) < (15 if lang == "ja" else 35))


def _sources(asked: Sequence[str], group: Sequence[Case], basis: Basis, product: str) -> list[tuple[Passage, float]]:
    """Passages of articles that may fit, and the group's own replies, each with how near search finds it."""
    products = ("", product) if product else ()
    cases = sorted(group, key=lambda case: case.age)[:READ]
    hits: dict[str, tuple[Passage, float]] = {}
    for one in (asked[0], *(case.answered for case in cases[:2])):
        for hit in basis.search.passages(one, Filters(kinds=("article",), products=products), limit=8):
            if hit.source not in basis.outdated:
                hits[shelf.key(hit.passage)] = (hit.passage, hit.similarity)
    return [*hits.values(), *((reply, 0.0) for case in cases for reply in case.replies)]


def _backed(near: Sequence[int], found: Sequence[Fact], scores: "Vectors", alike: "Vectors") -> list[int]:
    """Statements that two sources make, one of them a reply; where they are few, their articles' too if as near."""

    def shared(place: int) -> bool:
        fact = found[place]
        return any(
            alike[place][i] >= _AGREE and other.source != fact.source and not (fact.kind == other.kind == "article")
            for i, other in enumerate(found)
        )

    sure = [place for place in near if shared(place)]
    if len(sure) > 1:
        return sure
    least = {found[i].source: float(scores[i]) for i in sure if found[i].kind == "article"}
    return [i for i in near if i in sure or float(scores[i]) >= least.get(found[i].source, 9.0)]


def _settled(places: Sequence[int], found: Sequence[Fact], alike: "Vectors") -> list[int]:
    """Of statements that say the same thing, one, in the place of the best."""
    kept: list[int] = []
    for place in places:
        rival = next((i for i, held in enumerate(kept) if _rivals(place, held, found, alike)), None)
        if rival is None:
            kept.append(place)
        elif _wins(found[place], found[kept[rival]]):
            kept[rival] = place
    return kept


def _rivals(one: int, other: int, found: Sequence[Fact], alike: "Vectors") -> bool:
    """Whether two statements say the same, or the same with other numbers in another year's words."""
    apart = found[one].source != found[other].source and _counts(found[one]) and _counts(found[other])
    return bool(alike[one][other] >= (_OUTDATED if apart and _counts(found[one]) != _counts(found[other]) else _SAME))


def _wins(fact: Fact, over: Fact) -> bool:
    newer = bool(fact.created and over.created and fact.created > over.created)
    if _counts(fact) != _counts(over):
        return newer
    return (fact.kind == "article", newer) > (over.kind == "article", False)


def _counts(fact: Fact) -> set[str]:
    return set(_NUMBERS.findall(fact.text))


def written(facts: Sequence[Fact], lang: str) -> str:
    """The statements as an answer: sentences run on, lists stand alone."""
    stop, gap = ("。", "") if lang == "ja" else (".", " ")
    text = ""
    for fact in facts:
        if "\n" in fact.text:
            text = f"{text.strip()}\n\n{fact.text}\n\n"
        else:
            said = re.sub(r"^[-*•・] ", "", fact.text)
            ended = said if re.search(r"[.!?。！？:：)）」”\"]$", said) else said + stop
            text += ended + gap
    return text.strip()
