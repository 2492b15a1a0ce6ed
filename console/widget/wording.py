"""What the assistant itself says and understands, in the visitor's language. Answers come from sources, not here."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """The assistant's own lines; `asked` and `gave_email` are for the agent who reads the conversation later."""

    unknown: str
    unavailable: str
    offer: str
    welcome: str
    asked: str
    gave_email: str


ENGLISH = Wording(
    unknown="I do not know this: our help pages do not answer it. A person can help you, if you like.",
    unavailable="I cannot answer at the moment. A person can help you, if you like.",
    offer="Of course. Press the button and a person from our team takes over here.",
    welcome="You are welcome. Is there anything else?",
    asked="The visitor asked for a person.",
    gave_email="The visitor left an e-mail address. It is not verified.",
)
JAPANESE = Wording(
    unknown="申し訳ありません。ヘルプの記事に答えが見つかりませんでした。よろしければ、担当者におつなぎします。",
    unavailable="申し訳ありません。ただいまお答えできません。よろしければ、担当者におつなぎします。",
    offer="かしこまりました。ボタンを押していただくと、担当者がこの画面でご対応します。",
    welcome="どういたしまして。ほかにもご質問があれば、どうぞ。",
    asked="お客様が担当者との会話を希望されました。",
    gave_email="お客様がメールアドレスを入力されました（本人確認はされていません）。",
)

_PERSON = re.compile(
    r"\b(?:talk|speak|chat|connect|transfer|put)\b.{0,30}\b(?:person|human|someone|somebody|agent|representative|operator"
    r"|colleague|staff)\b|\b(?:real|live|actual) (?:person|human|agent)\b"
    r"|^\W*(?:a |an )?(?:human|person|agent|operator)\W*"
    r"(?:please)?\W*$|(?:担当者|オペレーター?|人間|有人|スタッフ|係の(?:人|方))"
    r".{0,12}(?:話|代わ|つな|繋|お願い|出し|相談|対応|チャット)"
    r"|^(?:担当者|オペレーター?|有人)[。！!]?$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\W*(?:(?:ok(?:ay)?|great|perfect)\W*)?(?:(?:many )?thanks|thank you|thx|cheers|ありがとう(?:ございま(?:す|した))?"
    r"|助かりました|どうも)(?: (?:so much|very much|a lot))?\W*",
    re.IGNORECASE,
)


def of(lang: str) -> Wording:
    """The wording of a language; English where there is none."""
    return JAPANESE if lang == "ja" else ENGLISH


def wants_person(text: str) -> bool:
    """Whether the visitor asks for a human in so many words."""
    return len(text) <= 200 and _PERSON.search(text) is not None


def is_thanks(text: str) -> bool:
    """Whether the message is only a thank-you."""
    return _THANKS.fullmatch(text) is not None
