"""An agent's reply in other words: shorter, warmer, formal, simpler, corrected, or in the other language.

Greeting, set phrases and signature are code's, the sentences between are the model's, one by one. Where a sentence
loses or gains a fact or a promise, the agent's own stays.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import prompts
from console import letters, particulars, translating
from console.chat_model import ChatModel
from console.letters import Part
from console.translating import Lang
from console.voice import Tone
from ingest import clean
from ingest.sentences import sentences

How = Literal["shorter", "warmer", "formal", "simpler", "grammar", "english", "japanese"]
_TO: dict[str, Lang] = {"english": "en", "japanese": "ja"}
# Letters of the new sentence for each of the old, and some beside them; how much of the old words has to be left; how
# much of the new ones may be new.
LIMITS: dict[str, tuple[float, int, float, float]] = {
    "shorter": (0.97, 0, 0.4, 0.25),
    "warmer": (2.0, 40, 0.7, 0.4),
    "formal": (1.8, 30, 0.4, 0.5),
    "simpler": (1.3, 15, 0.4, 0.5),
    "grammar": (1.3, 10, 0.6, 1.0),
}
_COMMON = re.compile(
    "the|and|you|your|our|for|that|this|with|are|was|has|have|will|can|not|but|its|please|just|should|would|could|from"
    "|been|there|then|also|now"
)
_TONES: dict[str, Tone] = {"warmer": "warm", "formal": "formal"}
_HAN_OR_KATA = re.compile(r"[\u30a1-\u30ff\u3400-\u9fff]")
_NAME = re.compile(r"(?<=[a-z,;0-9] )[A-Z][\w'’-]+|[A-Za-z]+[A-Z]\w*")
_FOREIGN = re.compile(r"[ァ-ヺー]{3,}|[A-Za-z][A-Za-z0-9-]+")
# What a customer would hold us to: none of it may come in.
_PROMISES = tuple(
    re.compile(told, re.IGNORECASE)
    for told in (
        r"refund|money back|reimburs|返金|払い戻し|お返し", r"\breplac|exchange|交換|取り替え",
        r"\bfree\b|no (?:extra )?c(?:ost|harge)|無料|無償", r"discount|voucher|coupon|\bcredit\b|割引|値引|クーポン",
        r"guarant|promis|ensure|保証|約束", r"compensat|補償|賠償|お詫びの品",
        r"immediate|right away|at once|straight away|soon|すぐ|ただちに|直ちに|至急|早急|まもなく|間もなく",
        r"\b(?:today|tomorrow|tonight)\b|本日|今日|明日", r"\b(?:we|i)(?:'ll|’ll| will| shall| are going to)\b",
        r"\b(?:we|i) (?:can|could|would|need|must|have to)\b",
        r"\b(?:call|phone|contact|email|write to) you|(?:ご連絡|お電話)(?:いた|差し上げ|させて|します)",
        r"\b(?:always|all|every time|any time|fully|completely)\b|全額|全て|すべて|必ず|いつでも|常に",
    )
)  # fmt: skip


@dataclass(frozen=True)
class Rewritten:
    """The whole new text. Not `ok` where facts are `missing` or `added`, or the model did not manage it.

    That is: none of the sentences; of a translation, one of them. Those that it did not manage stand as they were.
    """

    text: str
    ok: bool
    missing: tuple[str, ...]
    added: tuple[str, ...]


def rewrite(text: str, how: How, model: ChatModel) -> Iterator[str | Rewritten]:
    """The reply's new sentences as they come, which joined are its new text, then that text and what came of it.

    Raises what the model raises.
    """
    lang: Lang = "ja" if clean.language(text) == "ja" else "en"
    to = _TO.get(how, lang)
    said, gap, done, failed = "", "", 0, 0
    for part in _kept(letters.parts(text.strip(), paragraphs=not translating.small(model)), how):
        words = _retold(part, how, lang, to, model)
        failed += words is None
        done += words is not None and part.role == "body"
        piece = gap + part.told(part.text if words is None else words)
        said += piece
        yield piece
        gap = translating.gap(part.gap, to) if to != lang else part.gap
    lost, new = particulars.missing(text, said), particulars.missing(said, text)
    if how == "shorter":  # a mark goes with its sentence
        lost = tuple(one for one in lost if not re.fullmatch(r"\[\d+\]", one))
    managed = not failed or (done > 0 and to == lang)
    yield Rewritten(said, managed and not lost and not new, lost, new)


def _kept(parts: list[Part], how: How) -> Iterator[Part]:
    """All parts; of a letter to be shortened, without courtesies and without what was said before."""
    kept: list[Part] = []
    for part in parts:
        if how == "shorter" and (part.role in ("thanks", "closing") or _repeated(part, kept)):
            if kept and part.gap.count("\n") > kept[-1].gap.count("\n"):
                kept[-1] = replace(kept[-1], gap=part.gap)
        else:
            kept.append(part)
    yield from kept


def _repeated(part: Part, before: list[Part]) -> bool:
    words = _stems(part.text)
    return (
        bool(words)
        and part.role == "body"
        and any(
            len(words & _stems(one.text)) >= 0.8 * len(words) and not particulars.missing(part.text, one.text)
            for one in before
            if one.role == "body"
        )
    )


def _retold(part: Part, how: How, lang: Lang, to: Lang, model: ChatModel) -> str | None:
    """The part in new words; None where the model does not manage it."""
    if lang != to:
        own = part.role not in ("body", "intro")
        return letters.across(part, to) if own else translating.translate(part.text, to, model)
    if part.role == "body" and how not in _TO:
        return _reworded(part.text, how, lang, model)
    tone = _TONES.get(how)
    return letters.instead(part, lang, tone) if tone else part.text


def _reworded(text: str, how: How, lang: Lang, model: ChatModel) -> str | None:
    """By rule what a small model does badly, else by the model, else by rule what it did not manage.

    A small model that is asked for a formal sentence changes what it says: where no rule fits, the sentence is formal.
    """
    ruled = _ruled(text, how, lang)
    if translating.small(model) and (ruled or how == "formal"):
        return ruled or text
    if len(text) > translating.LONGEST:
        return ruled
    shown, found = particulars.shielded(text)
    asked = prompts.render("rewrite", text=shown, how=how, lang=lang)

    def read(said: str) -> str | None:
        whole = particulars.unshielded(said, found)
        return whole if _sound(text, whole, how, lang) else None

    return translating.ask(model, asked, _most(text, how), read) or ruled


def _ruled(text: str, how: str, lang: Lang) -> str | None:
    """The text in other words by rule; None where no rule fits."""
    said = text
    for pattern, words in _rules()[lang].get(how, ()):
        said = pattern.sub(words, said)
    said = re.sub("↓(.)", lambda low: low[1].lower(), said)
    return None if said == text or not said else said[0].upper() + said[1:]


@cache
def _rules() -> dict[str, dict[str, list[tuple[re.Pattern[str], str]]]]:
    told: dict[str, dict[str, list[list[str]]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {
        lang: {how: [(re.compile(pattern), words) for pattern, words in rules] for how, rules in ways.items()}
        for lang, ways in told.items()
    }


def _sound(told: str, said: str, how: str, lang: Lang) -> bool:
    """Whether `said` may stand for `told`: the same facts and names, no promise or sentence more, not turned round."""
    return (
        len(said) <= _most(told, how)
        and (said != told or how == "grammar")
        and (said[-1] in translating.STOPS or told[-1] not in translating.STOPS)
        and len(sentences(said)) <= len(sentences(told)) + (how == "simpler")
        and translating.spoken_in(said, lang, told)
        and not translating.refuses(told, said)
        and not particulars.missing(told, said)
        and not particulars.missing(said, told)
        and not particulars.turned(told, said)
        and (how == "grammar" or not any(one.search(said) and not one.search(told) for one in _PROMISES))
        and _same_names(told, said, lang)
        and _shares(told, said, how)
    )


def _most(told: str, how: str) -> int:
    times, more, *_ = LIMITS[how]
    return int(len(told) * times) + more


def _same_names(told: str, said: str, lang: Lang) -> bool:
    """Whether the names are those of the original; in Japanese also, that there is no new word in katakana."""
    lost = [name for name in _NAME.findall(told) if name not in said and name not in ("I", "OK")]
    strange = _FOREIGN.findall(said) if lang == "ja" else _NAME.findall(said)
    return not lost and all(one.lower() in told.lower() for one in strange)


def _shares(told: str, said: str, how: str) -> bool:
    """Whether enough of the old words is left, and not too much is new."""
    if how == "grammar":
        return difflib.SequenceMatcher(None, told, said, autojunk=False).ratio() >= LIMITS[how][2]
    old, new = _stems(told), _stems(said)
    return len(old & new) >= LIMITS[how][2] * len(old) and len(new - old) <= LIMITS[how][3] * len(new)


def _stems(text: str) -> set[str]:
    """Beginnings of its words that tell something, and its kanji and katakana."""
    words = {word[:5] for word in re.findall(r"[a-z0-9]{3,}", text.lower()) if not _COMMON.fullmatch(word)}
    return words | set(_HAN_OR_KATA.findall(text))
