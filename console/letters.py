"""A reply as a letter: its greeting, set phrases, sentences and signature, and set phrases in place of set phrases."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from console import phrases, translating
from console.translating import Lang, Sentence
from console.voice import Tone

Role = Literal["greeting", "thanks", "sorry", "closing", "regards", "intro", "signature", "body"]

SET_PHRASE = 160  # letters that a set phrase has at most
ALONE: tuple[Role, ...] = ("greeting", "thanks", "sorry", "closing", "regards", "intro")
_ITEM = re.compile(r"(?:[-*•・●]\s*|\d{1,2}[.)．）](?!\d)\s*|[①-⑳]\s*)(?=\S)")
_NOBODY = ("there", "customer", "valued customer", "sir or madam", "all", "team")
_TITLE = re.compile(r"^(?:mr|mrs|ms|miss|dr)\b\.?\s*|\s*-(?:san|sama)$", re.IGNORECASE)
# How a desk signs itself, in the other language.
_DESK = {
    "ja": (re.compile(r" (?:(?:customer )?(?:support|service|care)|help ?desk)\b", re.IGNORECASE), " サポート"),
    "en": (re.compile(r"[ \u3000]?(?:カスタマー)?サポート(?:センター)?|[ \u3000]?お客様(?:窓口|相談室)"), " Support "),
}


@dataclass(frozen=True)
class Part(Sentence):
    """A sentence of a letter and its role; `head` is the bullet or the number of a list item."""

    role: Role = "body"
    head: str = ""

    def told(self, words: str) -> str:
        return self.head + super().told(words)


def parts(text: str, *, paragraphs: bool = False) -> list[Part]:
    """The letter's sentences (or paragraphs) in order; joined with their gaps they are `text` again."""
    found = list(_split(translating.apart(text, paragraphs=paragraphs)))
    ends = _signature(found)
    return [replace(part, role="signature") if n >= ends else part for n, part in enumerate(found)]


def instead(part: Part, lang: Lang, tone: Tone) -> str:
    """A greeting or set phrase in the words of the desk's tone, in the same language."""
    words = phrases.of(lang)
    if part.role == "greeting":
        return _addressed(part.text, lang, tone)
    if part.role == "regards" and tone == "formal":
        return "何卒よろしくお願い申し上げます。"
    said = {"thanks": words.thanks, "sorry": words.sorry, "closing": words.closing}.get(part.role, {})
    return said.get(tone) or part.text


def across(part: Part, to: Lang) -> str:
    """A greeting, set phrase or line of the signature in the other language; names stay as they are written."""
    words = phrases.of(to)
    if part.role == "greeting":
        name = _name(part.text)
        return phrases.greet(to, _TITLE.sub("", name) if to == "ja" else name, "formal" if to == "en" else "neutral")
    if part.role == "regards" or _fits("signoff", part.text):
        return words.signature.split("\n")[0] if to == "en" else "よろしくお願いいたします。"
    if part.role == "signature":
        desk, own = _DESK[to]
        return " ".join(desk.sub(own, part.text).split())
    said = {"thanks": words.thanks["warm"], "sorry": words.sorry["neutral"], "closing": words.closing["neutral"]}
    return said[part.role]


def _addressed(text: str, lang: Lang, tone: Tone) -> str:
    """The greeting in another tone. Who is addressed with title or full name is not called by the first name."""
    name = _name(text)
    if lang == "ja":
        return f"{name} 様" if tone == "formal" and name and not text.startswith(f"{name}様") else text
    return f"Hello {name}," if " " in name and tone != "formal" else phrases.greet("en", name, tone)


def _name(greeting: str) -> str:
    found = _patterns("greeting").fullmatch(greeting)
    name = ((found["en"] or found["ja"] or "") if found else "").strip(" \u3000,")
    return "" if name.lower() in _NOBODY else name


def _split(said: list[Sentence]) -> Iterator[Part]:
    for n, one in enumerate(said):
        text = one.text
        greeting = _patterns("greeting").match(text) if n == 0 else None
        if greeting:
            hello = text[: greeting.end()].rstrip()
            last = greeting.end() == len(text)
            yield Part(hello, gap=one.gap if last else text[len(hello) : greeting.end()], role="greeting")
            text = text[greeting.end() :]
        if text:
            item = _ITEM.match(text)
            head = item[0] if item else ""
            yield Part(text[len(head) :], one.marks, one.after, one.gap, "body" if one.marks else role(text), head)


def role(text: str) -> Role:
    """What a sentence is by itself: a greeting, a set phrase, or "body"."""
    return next((one for one in ALONE if len(text) <= SET_PHRASE and _fits(one, text)), "body")


def _signature(found: list[Part]) -> int:
    """Where the signature begins: at a line like "Kind regards," or behind the last blank line, if lines are short."""
    begins = len(found)
    for n in range(len(found) - 1, 0, -1):
        part = found[n]
        if part.marks or "\n" not in found[n - 1].gap or len(part.text) > 50:
            break
        if _fits("signoff", part.text):
            return n
        if part.head or part.text[-1] in translating.STOPS or re.search(r"\d", part.text):
            break
        if found[n - 1].gap.count("\n") > 1 or found[n - 1].role == "regards":
            begins = n
    return begins


def _fits(name: str, text: str) -> bool:
    return _patterns(name).fullmatch(text) is not None


@cache
def _patterns(name: str) -> re.Pattern[str]:
    told: dict[str, list[str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return re.compile("|".join(told[name]), re.IGNORECASE)
