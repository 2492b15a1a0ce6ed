"""A reply in the words of a larger model that the owner sets: each sentence names the facts it stands on."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

import prompts
from console.chat_model import ChatModel
from console.evidence import Fact
from console.voice import Tone

MOST = 6  # sentences
TOKENS = 700
ECHO = 5  # words in a row of the instructions that no answer happens to hold
_LANGUAGES = {"ja": "Japanese", "en": "English"}


class _Sentence(BaseModel):
    model_config = ConfigDict(extra="ignore")

    text: str
    facts: list[int]


@dataclass(frozen=True)
class Sentence:
    """Words of the model, and the facts that they are to stand on: one at least."""

    text: str
    facts: tuple[Fact, ...]


def sentences(
    model: ChatModel, question: str, offered: Sequence[Fact], *, lang: str, tone: Tone
) -> tuple[prompts.Prompt, Iterator[Sentence]]:
    """The prompt, and the sentences as the model completes them; what stands on no offered fact is passed over."""
    language, facts = _LANGUAGES.get(lang, "the customer's language"), [fact.whole for fact in offered]
    prompt = prompts.render("write", question=question, facts=facts, language=language, tone=tone)
    return prompt, _streamed(model, prompt, offered)


def _streamed(model: ChatModel, prompt: prompts.Prompt, offered: Sequence[Fact]) -> Iterator[Sentence]:
    text, done = "", 0
    schema = _schema(len(offered))
    for piece in model.stream(prompt.system, prompt.user, schema=schema, max_tokens=TOKENS, temperature=0.2):
        text += piece
        found = _objects(text)
        for told in found[done:MOST]:
            sentence = _read(told, offered)
            if sentence and not _echoes(sentence.text, prompt.system, sentence.facts):
                yield sentence
        done = len(found)


def _echoes(text: str, system: str, facts: Sequence[Fact]) -> bool:
    """Whether words are our instructions to the model instead of what the facts say."""
    ours, theirs = _runs(system), {run for fact in facts for run in _runs(fact.whole)}
    return bool(_runs(text) & (ours - theirs))


def _runs(text: str) -> set[tuple[str, ...]]:
    """Every run of ECHO words."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + ECHO]) for at in range(len(words) - ECHO + 1)}


def _schema(offered: int) -> dict[str, object]:
    numbers = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": offered}, "minItems": 1}
    sentence = {
        "type": "object", "properties": {"text": {"type": "string"}, "facts": numbers},
        "required": ["text", "facts"], "additionalProperties": False,
    }  # fmt: skip
    all_of_them = {"type": "array", "items": sentence, "maxItems": MOST}
    return {
        "type": "object", "properties": {"sentences": all_of_them},
        "required": ["sentences"], "additionalProperties": False,
    }  # fmt: skip


def _objects(text: str) -> list[object]:
    """The complete objects of the array in JSON text that is still being written."""
    found: list[object] = []
    decoder, at = json.JSONDecoder(), text.find("[") + 1
    while at and (at := text.find("{", at)) >= 0:
        try:
            one, at = decoder.raw_decode(text, at)
        except ValueError:
            break
        found.append(one)
    return found


def _read(told: object, offered: Sequence[Fact]) -> Sentence | None:
    try:
        read = _Sentence.model_validate(told)
    except ValidationError:
        return None
    facts = tuple(offered[number - 1] for number in dict.fromkeys(read.facts) if 1 <= number <= len(offered))
    text = " ".join(read.text.split())
    return Sentence(text, facts) if facts and text else None
