"""What a site asks before and after a chat, and whether files may be attached: read, checked, and told to the frame."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.errors import SenderError

LANGS = ("en", "ja")
KINDS = ("name", "email", "order", "topic", "text")  # of fields, each once
PERSONAL = ("name", "email")  # kept only with consent
LONGEST = {"name": 100, "email": 254, "order": 60, "topic": 60, "text": 1_000}  # characters of an answer
LABEL, CONSENT, STARTER, QUESTION = 80, 600, 120, 200  # characters
CHOICES, STARTERS, QUESTIONS = 8, 4, 3
LABELS = {
    "en": {"name": "Your name", "email": "E-mail address", "order": "Order number", "topic": "What is it about?",
           "text": "What can we do for you?"},
    "ja": {"name": "お名前", "email": "メールアドレス", "order": "ご注文番号", "topic": "ご用件",
           "text": "お問い合わせ内容"},
}  # fmt: skip
CONSENTS = {
    "en": "I agree that {company} keeps my name and e-mail address to answer this request.",
    "ja": "お問い合わせへの回答のため、{company}が私の氏名とメールアドレスを保存することに同意します。",
}
_TURNS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"))


@dataclass(frozen=True)
class Field:
    """One field of the form before a chat; labels and choices by language, an empty label is ours."""

    kind: str
    required: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def label(self, lang: str) -> str:
        """What stands before it."""
        return _spoken(self.labels, lang) or _ours(LABELS, lang)[self.kind]

    def offered(self, lang: str) -> list[str]:
        """What can be chosen, of a topic; in another language where there is none in this one."""
        return self.choices.get(lang) or next((one for one in self.choices.values() if one), [])


@dataclass(frozen=True)
class Forms:
    """All that a site has set; by language where it is text."""

    uploads: bool = False
    fields: tuple[Field, ...] = ()
    consent: dict[str, str] = field(default_factory=dict)
    survey: bool = True
    questions: tuple[dict[str, str], ...] = ()
    suggest: bool = True
    starters: dict[str, list[str]] = field(default_factory=dict)

    def agreed(self, lang: str, company: str) -> str:
        """What a visitor agrees to by ticking the box."""
        return _spoken(self.consent, lang) or _ours(CONSENTS, lang).replace("{company}", company)

    def asked(self, lang: str) -> list[str]:
        """The survey's own questions in a language."""
        return [text for one in self.questions if (text := _spoken(one, lang))]


def read(kept: Mapping[str, Any]) -> Forms:
    """The forms of a site as they are kept."""
    told = {name: value for name, value in kept.items() if name in Forms.__dataclass_fields__}
    told["fields"] = tuple(Field(**one) for one in kept.get("fields", []))
    return Forms(**told | {"questions": tuple(kept.get("questions", []))})


def checked(told: Forms) -> dict[str, Any]:
    """The forms as they are kept; raises SenderError for what is too long, too much or lacks something."""
    fields = [_field(one) for one in told.fields]
    if len({one.kind for one in fields}) < len(fields):
        raise SenderError("Each field can be asked for once.")
    questions = [_texts(one, QUESTION, "question") for one in told.questions]
    questions = [one for one in questions if one]
    if len(questions) > QUESTIONS:
        raise SenderError(f"A survey has {QUESTIONS} questions of your own at most. Take one out.")
    made = Forms(
        bool(told.uploads), tuple(fields), _texts(told.consent, CONSENT, "consent"), bool(told.survey),
        tuple(questions), bool(told.suggest),
        _lists(told.starters, STARTER, STARTERS, "suggestion"),
    )  # fmt: skip
    return loose(made)


def loose(told: Forms) -> dict[str, Any]:
    """The forms as `read` takes them, whether or not they are right."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(told).items()}


def plain(text: str, most: int = 10_000, *, lines: bool = False) -> str:
    """The text without characters that nobody sees, cut to `most`; on one line unless `lines`."""
    shown = "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))
    shown = shown.translate(_TURNS)
    return (shown.strip() if lines else " ".join(shown.split()))[:most]


def _field(told: Field) -> Field:
    if told.kind not in KINDS:
        raise SenderError("There is no such field.")
    wanted = told.choices if told.kind == "topic" else {}
    choices = _lists(wanted, LONGEST["topic"], CHOICES, "choice")
    if told.kind == "topic" and not any(len(some) > 1 for some in choices.values()):
        raise SenderError("A topic needs two choices or more. Write them, one a line.")
    return Field(told.kind, bool(told.required), _texts(told.labels, LABEL, "label"), choices)


def _texts(told: Mapping[str, str], most: int, name: str) -> dict[str, str]:
    return {lang: text for lang in LANGS if (text := _bounded(told.get(lang, ""), most, name))}


def _lists(told: Mapping[str, Sequence[str]], most: int, count: int, name: str) -> dict[str, list[str]]:
    return {lang: some for lang in LANGS if (some := _lines(told.get(lang, []), most, count, name))}


def _lines(told: Sequence[str], most: int, count: int, name: str) -> list[str]:
    found = list(dict.fromkeys(text for one in told if (text := _bounded(one, most, name))))
    if len(found) > count:
        raise SenderError(f"There are {len(found)} of them; {count} are the most. Take some out.")
    return found


def _bounded(text: str, most: int, name: str) -> str:
    found = plain(text)
    if len(found) > most:
        raise SenderError(f"The {name} has {len(found):,} characters; {most:,} are the most. Shorten it.")
    return found


def _spoken(told: Mapping[str, str], lang: str) -> str:
    """In this language, else in another one that there is: a site with one language says it to all."""
    return told.get(lang) or next((text for text in told.values() if text), "")


def _ours(told: Mapping[str, Any], lang: str) -> Any:
    return told.get(lang, told["en"])
