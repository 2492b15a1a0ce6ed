"""How a question that several customers ask is put most clearly."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from console.cases import LABEL, READ, Basis, Case, bare
from console.questions import questions
from ingest import clean, passages
from ingest.records import Passage

_HEAD = re.compile(  # what stands before a question without being part of it
    r"^(?:(?:re|fwd?|call|urgent)\s*[:：]\s*|[-*•・]\s*|\(?\d{1,2}[.)）、]\s*|【[^】]*】\s*"
    r"|(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening)|morning|yes|yeah|okay|ok|so|and|but|um|uh|well|also"
    r"|thanks|guten tag)\b[^,.!?:]{0,24}[,.!:–-]+\s*"
    r"|(?:もしもし|また|それと|あと|こんにちは|すみません|すいません|あのー?|えっと|あ)[、。,]\s*)+",
    re.IGNORECASE,
)
_LEANS = re.compile(  # understood only by who read the rest
    r"\b(?:this|that|it|its|they|them|those|these|he|she|him|her|here|there)\b|そ[のれう]|こ[のれう]|あ[のれ]\b", re.I
)
_STORY = re.compile(
    r"(?<!can )(?<!do )(?<!should )(?<!may )\bi\b|\b(?:i'm|i've|me|my|mine|we|our|his|guys)\b|私|うち|俺|僕|です。",
    re.IGNORECASE,
)
_LOUD = re.compile(r"[!?！？]{2,}|\b[A-Z]{4,}\b.*\b[A-Z]{4,}\b|ふざけ|馬鹿|stupid|damn", re.I)
_ASKS = re.compile(
    r"[?？]\s*$|(?:か|方法|とは|には)[。]?$|^(?:how|what|why|when|where|can|do|does|is|are|which|who|will)\b", re.I
)
_PRIVATE = re.compile(r"\d{4,}|\d/\d")  # masking may have left parts of numbers and dates


@dataclass(frozen=True)
class Wording:
    """One way to put the question, and the place that it was taken from."""

    text: str
    passage: Passage
    start: int
    end: int


def of(group: Sequence[Case], lang: str, basis: Basis) -> list[Wording]:
    """The question's wordings, the clearest first and one a conversation."""
    import numpy as np

    cases = sorted(group, key=lambda case: (case.problem.lang != lang, case.age))[:READ]
    found = [one for case in cases for one in _candidates(case.problem)]
    texts = [one.text for one in found]
    said = [case.asked for case in cases]
    seen = basis.see(texts)
    about = basis.see(said).mean(axis=0)
    near = seen @ (about / max(float(np.linalg.norm(about)), 1e-9))
    scored = sorted(range(len(found)), key=lambda i: -(1.5 * float(near[i]) - _unclear(texts[i], lang)))
    best: dict[str, Wording] = {}
    for place in scored:
        best.setdefault(found[place].passage.source, found[place])
    return list(best.values())


def _candidates(problem: Passage) -> list[Wording]:
    """The subject and the questions of one opening, without greetings; the subject always, so there is one at least."""
    subject_end = len(problem.title) if problem.title and problem.text.startswith(problem.title) else 0
    spans = [(0, subject_end)] if subject_end else []
    asked = set(questions(problem.text[subject_end:]))
    for start, end in passages.sentences(problem.text, subject_end):
        label = LABEL.match(problem.text[start:end])
        start += label.end() if label else 0
        if any(problem.text[start:end] in one or one in problem.text[start:end] for one in asked):
            spans.append((start, end))
    spans = spans or [(0, min(len(problem.text), 140))]
    made = []
    for start, end in spans:
        head = _HEAD.match(problem.text[start:end])
        start += head.end() if head and head.end() < end - start - 4 else 0
        text = bare(problem.text[start:end]).strip('"“”「」 　')
        if text:
            text = text[0].upper() + text[1:]
        made.append(Wording(text or bare(problem.text)[:140], problem, problem.start + start, problem.start + end))
    return made


def _unclear(text: str, lang: str) -> float:
    """What speaks against a wording as a heading, on the scale of cosines."""
    width = 2 if clean.language(text) == "ja" else 1
    size = len(text) * width
    return (
        0.003 * max(size - 60, 0)
        + 0.02 * max(12 - size, 0)
        + 0.10 * bool(_LEANS.search(text))
        + 0.08 * bool(_STORY.search(text))
        + 0.15 * bool(_LOUD.search(text) or text.isupper())
        + 0.08 * (not _ASKS.search(text))
        + 0.50 * bool(_PRIVATE.search(text))
        + 0.50 * ((clean.language(text) or lang) != lang)
    )
