"""English to Japanese and back by the chat model, sentence by sentence; what fails its checks is not given out."""

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import prompts
from console import particulars
from console.chat_model import LOCAL, ChatModel
from ingest import clean
from ingest.sentences import sentences, trimmed

Lang = Literal["en", "ja"]
LONGEST = 1500  # letters of a piece that is put to the model at once
GLOSSED = 5  # words of the glossary that are shown with a sentence
TEMPERATURES = (0.0, 0.6)  # of the first attempt and of the second
# Letters of a translation for each letter of its original: the least and the most.
_LENGTHS: dict[Lang, tuple[float, float]] = {"ja": (0.15, 1.4), "en": (0.7, 6.0)}
_SCHEMA = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}
_MARKS = re.compile(r"(?:[ \t\u3000]*\[\d{1,2}\])+")
_TAIL = re.compile(r"((?:[ \t\u3000]*\[\d{1,2}\])+)([.!?。！？]?)$")
_LETTER = re.compile(r"[^\W\d_]")
_KANA, _HAN = re.compile(r"[\u3041-\u30fa]"), re.compile(r"[\u3041-\u30ff\u3400-\u9fff]")
_LOWER = re.compile(r"(?<![A-Za-z0-9.@/-])[a-z]{3,}")  # an English word that is no name
_QUESTION = re.compile(r"[?？][」』”\"')）]*$|(?:です|ます|でしょう|ません)か。?$")
_NO_MONTH = re.compile(r"(?<!\d)(?:0|1[3-9]|[2-9]\d)月")
# Money comes back in a translation only where something comes back in the original.
_REFUND = re.compile(r"refund|reimburs|money back|返金|払い戻", re.IGNORECASE)
_BACK = re.compile(r"refund|reimburs|return|back|credit|返(?!事|信|答)|戻", re.IGNORECASE)
STOPS = ".!?。！？"
_REFUSAL = re.compile(
    r"\b(?:can(?:'|’|no)t|unable to|not able to) (?:assist|translate|fulfil|comply|help (?:you )?with that)"
    r"|language model|\bas an ai\b|言語モデル|AIアシスタント|翻訳(?:できません|いたします|結果|すると)"
    r"|^(?:translation|翻訳|訳)\s*[:：]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """One sentence or paragraph: its words, its marks, whether they stand after its stop, the white space behind."""

    text: str
    marks: str = ""
    after: bool = False
    gap: str = ""

    def told(self, words: str) -> str:
        """Other words for it, with its marks where they stood; in English apart from the word before."""
        marks = self.marks
        if marks.startswith("[") and words != self.text and words.isascii():
            marks = f" {marks}"
        if marks and not self.after and words[-1:] in STOPS:
            return words[:-1] + marks + words[-1]
        return words + marks


def apart(text: str, *, paragraphs: bool = False) -> list[Sentence]:
    """`text` in sentences, or in paragraphs, each with its marks; their `told(text) + gap` joined are `text` again.

    Marks inside a paragraph stay where they are, those at its end are taken off.
    """
    spans = _paragraphs(text) if paragraphs else _with_marks(text)
    edges = [*(start for start, _ in spans[1:]), len(text)]
    return [_sentence(text[start:end], text[end:edge]) for (start, end), edge in zip(spans, edges, strict=False)]


def translate(text: str, to: Lang, model: ChatModel) -> str | None:
    """`text`, a sentence or a short paragraph, in the other language; None where the model does not manage it.

    Numbers, links, codes, placeholders, marks and menu paths are those of the original. What has no words, or is
    in that language already, comes back as it is. Raises what the model raises.
    """
    said: list[str] = []
    for one in apart(text.strip(), paragraphs=not small(model)):
        words = _translated(one.text, to, model)
        if words is None:
            return None
        said.append(one.told(words) + gap(one.gap, to))
    return "".join(said).strip()


def gap(white: str, to: Lang) -> str:
    """The white space between two sentences of the other language: line breaks stay."""
    return white if "\n" in white else " " if to == "en" else ""


def small(model: ChatModel) -> bool:
    """Whether this is one of the desk's own models, which lose the thread in more than a sentence."""
    return model.name in LOCAL.values()


def ask(model: ChatModel, asked: prompts.Prompt, length: int, read: Callable[[str], str | None]) -> str | None:
    """What `read` makes of the model's reply, tried once more where that is nothing; `length` is in letters."""
    for temperature in TEMPERATURES:
        pieces = model.stream(
            asked.system, asked.user, schema=_SCHEMA, max_tokens=40 + min(length, 900), temperature=temperature
        )
        said = _words("".join(pieces))
        if found := read(said) if said else None:
            return found
    return None


def refuses(told: str, retold: str) -> bool:
    """Whether the model speaks of itself instead of doing its work."""
    return _REFUSAL.search(retold) is not None and _REFUSAL.search(told) is None


def _translated(text: str, to: Lang, model: ChatModel) -> str | None:
    if not _needed(text, to):
        return text
    if len(text) > LONGEST:
        return None
    shown, found = particulars.shielded(text)
    asked = prompts.render("translate", text=shown, to=to, words=_glossed(text, to))

    def read(said: str) -> str | None:
        whole = particulars.unshielded(said, found)
        return whole if _faithful(text, whole, to) else None

    return ask(model, asked, len(text) * (2 if to == "en" else 1), read)


def _glossed(text: str, to: Lang) -> list[tuple[str, str]]:
    """Words of the glossary that stand in the text, each with its translation, in order; a few at most."""
    low = text.lower()
    found = [
        (match.start(), (match[0], f"{match[1]}ドル"))
        for match in re.finditer(r"\$(\d[\d,]*(?:\.\d+)?)", low)
        if to == "ja"
    ]
    found += [
        (match.start(), (match[0], japanese) if to == "ja" else (japanese, english))
        for english, japanese, pattern in _glossary()
        if (match := pattern.search(low) if to == "ja" else re.search(re.escape(japanese), text))
    ]
    return [pair for _, pair in sorted(dict((pair[0], (place, pair)) for place, pair in reversed(found)).values())][
        :GLOSSED
    ]


@cache
def _glossary() -> list[tuple[str, str, re.Pattern[str]]]:
    told: list[tuple[str, str]] = tomllib.loads(Path(__file__).with_name("glossary.toml").read_text("utf-8"))["words"]
    return [
        (
            english.rstrip("*"),
            japanese,
            re.compile(rf"\b{english.rstrip('*')}{'[a-z]{0,4}' if english[-1] == '*' else ''}\b"),
        )
        for english, japanese in told
    ]


def _needed(text: str, to: Lang) -> bool:
    """Whether there are words of another language in it."""
    words = text
    for one in particulars.verbatim(text):
        words = words.replace(one, " ")
    if not _LETTER.search(words):
        return False
    return not (_latin(words) if to == "en" else _KANA.search(words))


def _latin(words: str) -> bool:
    return _HAN.search(words) is None


def _faithful(text: str, said: str, to: Lang) -> bool:
    least, most = _LENGTHS[to]
    return (
        said != text
        and least * len(text) - 5 <= len(said) <= most * len(text) + 20
        and spoken_in(said, to)
        and not refuses(text, said)
        and not _NO_MONTH.search(said)
        and not (_REFUND.search(said) and not _BACK.search(text))
        and not particulars.missing(text, said)
        and not particulars.missing(said, text)
        and not particulars.turned(text, said)
        and _asks(said) == _asks(text)
    )


def _asks(text: str) -> bool:
    return (
        _QUESTION.search(text) is not None
        and "いただけ" not in text
        and not text.lower().startswith(("could you", "would you"))
    )


def spoken_in(said: str, lang: Lang, told: str = "") -> bool:
    """Whether it is in the language: no Chinese for Japanese, and no Japanese left in English but in kept paths."""
    words = said
    for one in particulars.verbatim(said):
        words = words.replace(one, " ")
    if lang == "en":
        return _latin(words)
    if (
        not _KANA.search(words)
        or clean.language(words) != "ja"
        or any(one not in told for one in _LOWER.findall(words))
    ):
        return False
    try:
        words.encode("cp932", "strict")
    except UnicodeEncodeError as error:
        return not _HAN.search(words[error.start : error.end])  # a letter that Japanese does not have
    return True


def _words(answer: str) -> str:
    """The text of a JSON answer; of one that is none, all of it, as some providers keep to no schema."""
    try:
        found: Any = json.loads(answer)
    except ValueError:
        return "" if answer.lstrip().startswith(("{", "`")) else answer.strip()
    said = found.get("text", "") if isinstance(found, dict) else ""
    return " ".join(said.split()) if isinstance(said, str) else ""


def _paragraphs(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S(?:.*\S)?", text)]


def _with_marks(text: str) -> list[tuple[int, int]]:
    """The sentences; marks that stand behind a full stop belong to the sentence before."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text):
        lead = _MARKS.match(text, start, end)
        if lead and spans and "\n" not in text[spans[-1][1] : start]:
            spans[-1] = spans[-1][0], lead.end()
            start, _ = trimmed(text, lead.end(), end)
        if start < end:
            spans.append((start, end))
    return spans


def _sentence(piece: str, gap: str) -> Sentence:
    tail = _TAIL.search(piece)
    return Sentence(piece[: tail.start()] + tail[2], tail[1], not tail[2], gap) if tail else Sentence(piece, gap=gap)
