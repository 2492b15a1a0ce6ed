"""The fixed words around an answer, in the customer's language and the desk's tone. The answer itself is sources'."""

from dataclasses import dataclass
from datetime import datetime

from console.voice import Tone, Voice

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Phrases:
    """Greeting, opening by mood, closing and holding reply by tone; `{name}` and `{company}` are filled in.

    `rest` is an agent's word on what stays open; `rest_public` the widget's, where nobody has been asked.
    """

    greeting: dict[Tone, str]
    greeting_unknown: dict[Tone, str]
    thanks: dict[Tone, str]
    sorry: dict[Tone, str]
    rest: str
    rest_public: str
    closing: dict[Tone, str]
    holding: str
    signature: str


ENGLISH = Phrases(
    greeting={"neutral": "Hello {name},", "warm": "Hi {name},", "formal": "Dear {name},"},
    greeting_unknown={"neutral": "Hello,", "warm": "Hi there,", "formal": "Dear customer,"},
    thanks={"neutral": "", "warm": "Thank you for writing to us.", "formal": "Thank you for contacting us."},
    sorry={
        "neutral": "I am sorry for the trouble this has caused you.",
        "warm": "I am really sorry for the trouble this has caused you. Let us put it right.",
        "formal": "Please accept our apologies for the inconvenience.",
    },
    rest="I am asking a colleague about the rest of your message and will come back to you on it.",
    rest_public="I found nothing about the rest of your message. A person can help you with it, if you like.",
    closing={
        "neutral": "If anything is still unclear, just reply to this message.",
        "warm": "If anything is still unclear, just reply here. I am happy to help.",
        "formal": "Should you have any further questions, please reply to this message.",
    },
    holding=(
        "Thank you for your message. I do not have a reliable answer to this yet, so I am asking a colleague "
        "and will come back to you."
    ),
    signature="Kind regards,\n{company} support",
)
JAPANESE = Phrases(
    greeting={"neutral": "{name} 様", "warm": "{name} 様", "formal": "{name} 様"},
    greeting_unknown={"neutral": "お客様", "warm": "お客様", "formal": "お客様各位"},
    thanks={
        "neutral": "",
        "warm": "ご連絡いただき、ありがとうございます。",
        "formal": "平素より格別のお引き立てを賜り、厚く御礼申し上げます。",
    },
    sorry={
        "neutral": "このたびはご不便をおかけし、誠に申し訳ございません。",
        "warm": "このたびはご不便をおかけして、本当に申し訳ございません。",
        "formal": "このたびはご迷惑をおかけいたしましたこと、深くお詫び申し上げます。",
    },
    rest="その他のご質問については担当部署に確認しております。改めてご連絡いたします。",
    rest_public="その他のご質問については、答えが見つかりませんでした。よろしければ、担当者におつなぎします。",
    closing={
        "neutral": "ご不明な点がございましたら、このメールにそのままご返信ください。",
        "warm": "ご不明な点がございましたら、いつでもこのままご返信くださいね。",
        "formal": "ご不明な点がございましたら、本メールにご返信くださいますようお願い申し上げます。",
    },
    holding="お問い合わせいただき、ありがとうございます。確かな回答のため担当部署に確認しております。改めてご連絡いたします。",
    signature="{company} サポート",
)


def of(lang: str) -> Phrases:
    """The phrases of a language; English where there are none."""
    return JAPANESE if lang == "ja" else ENGLISH


def greet(lang: str, name: str, tone: Tone = "neutral") -> str:
    """The greeting: English by first name (in full where formal), Japanese by full name."""
    words = of(lang)
    if not name:
        return words.greeting_unknown[tone]
    return words.greeting[tone].format(name=name if lang == "ja" or tone == "formal" else name.split()[0])


def opening(lang: str, voice: Voice, *, unhappy: bool) -> str:
    """What comes before the answer, fitted to the customer's mood; may be empty."""
    words = of(lang)
    return words.sorry[voice.tone] if unhappy else words.thanks[voice.tone]


def signature(lang: str, voice: Voice) -> str:
    """How letters end."""
    return (voice.signature or of(lang).signature).replace("{company}", voice.company)


def date(when: datetime, lang: str) -> str:
    """A day as people write it: 5 March 2026, 2026年3月5日."""
    if lang == "ja":
        return f"{when.year}年{when.month}月{when.day}日"
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
