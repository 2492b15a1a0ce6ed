"""What a customer asks in one conversation: each question with its place, and what is told where none is asked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Row

from console import letters
from console.cases import bare
from console.questions import spans
from ingest import clean, terms
from ingest.sentences import sentences
from ingest.store.topics import Asked

READ = 4000  # characters of a message that are looked at
LONGEST = 240  # characters of a question that are kept
_LOOSE = " ,;:、・"  # what stands alone where masking took a name
_HIRAGANA = re.compile(r"[\u3041-\u309f]+")
_EMPTY = re.compile(  # words of four letters or more that tell nothing by themselves
    r"about|again|also|an(?:other|ybody|yone|ything)|been|being|could|do(?:es|ing|ne)|else|ever|everything|from|good"
    r"|ha(?:ve|ving)|hello|help|here|just|know|like|look|maybe|mean|might|more|much|need|okay|only|other|over|please"
    r"|possible|questions?|really|right|said|same|should|some(?:body|one|thing)?|soon|still|sure|tell|thanks?|that"
    r"|than|them|then|there|they|things?|think|this|those|very|want|well|were|what|when|where|which|while|will|with"
    r"|would|yours?"
)

_LEANS = re.compile(  # understood only by who read the rest
    r"\b(?:this|that|it|its|they|them|those|these|he|she|him|her|one)\b|そ[のれう]|こ[のれう]|あ[のれ](?!ー)", re.I
)
_NAMES = re.compile(r"[\u30a1-\u30fa\u30fc\u3400-\u9fffA-Za-z0-9]")  # letters that name things
_FEW = 3
_ALONE = 4  # telling words with which a question stands by itself all the same


def read(turns: Sequence[Row[Any]]) -> list[Asked]:
    """The questions of what customers said in one conversation, in order; `turns` as store.topics.said gives them.

    A message without a question counts by its first telling sentence until the conversation has told something; later
    it answers or thanks, and has one `Asked` without text.
    """
    found: list[Asked] = []
    told = False
    for turn in turns:
        places = [*_questions(turn.text)] or ([] if told else [*_telling(turn.text)][:1])
        told = told or bool(places)
        found += [_asked(turn, start, end) for start, end in places] or [_asked(turn, 0, 0)]
    return found


def _asked(turn: Row[Any], start: int, end: int) -> Asked:
    text = bare(turn.text[start:end]).strip(_LOOSE)[:LONGEST]
    lang = clean.language(text) or turn.lang if text else turn.lang
    return Asked(turn.kind, turn.ticket, turn.seq, start, end, text, lang, turn.at)


def _questions(text: str) -> Iterator[tuple[int, int]]:
    """Questions that are understood by themselves, or else with the sentence before them."""
    asked, places = spans(text[:READ]), sentences(text[:READ])
    for start, end in asked:
        words = bare(text[start:end])
        leans = _LEANS.search(words) is not None and not _tells(words, _ALONE)
        before = next((place for place in reversed(places) if place[1] <= start), None)
        if (leans or _thin(words)) and before and before not in asked and _says(bare(text[slice(*before)])):
            yield before[0], end
        elif not leans and _tells(words, 1):
            yield start, end


def _telling(text: str) -> Iterator[tuple[int, int]]:
    """Sentences that are more than a greeting, thanks or a name."""
    return ((start, end) for start, end in sentences(text[:READ]) if _says(bare(text[start:end])))


def _says(words: str) -> bool:
    return letters.role(words) == "body" and _tells(words, 2)


def _thin(words: str) -> bool:
    """Whether a Japanese question leaves what it is about to the words before it."""
    return clean.language(words) == "ja" and len(_NAMES.findall(words)) <= _FEW


def _tells(words: str, least: int) -> bool:
    return sum(1 for _ in _words(terms.split(words))) >= least


def _words(found: Iterable[str]) -> Iterator[str]:
    """Index terms without empty words, short ones and pairs of hiragana, which stand in any text."""
    for term in found:
        if (len(term) > 3 and not _EMPTY.fullmatch(term)) if term.isascii() else not _HIRAGANA.fullmatch(term):
            yield term
