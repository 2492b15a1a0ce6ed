"""The fixed words around an answer, in the customer's language. What stands between them comes from sources."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Opening, apology, closing and holding reply; `{name}` and `{company}` are filled in."""

    greeting: str
    greeting_unknown: str
    sorry: str
    closing: str
    holding: str
    signature: str


ENGLISH = Phrases(
    greeting="Hello {name},",
    greeting_unknown="Hello,",
    sorry="I am sorry for the trouble this has caused you.",
    closing="If anything is still unclear, just reply to this message.",
    holding=(
        "Thank you for your message. I do not have a reliable answer to this yet, so I am asking a colleague "
        "and will come back to you."
    ),
    signature="Kind regards,\n{company} support",
)
JAPANESE = Phrases(
    greeting="{name} 様",
    greeting_unknown="お客様",
    sorry="このたびはご不便をおかけし、誠に申し訳ございません。",
    closing="ご不明な点がございましたら、このメールにそのままご返信ください。",
    holding="お問い合わせいただき、ありがとうございます。確かな回答のため担当部署に確認しております。改めてご連絡いたします。",
    signature="{company} サポート",
)


def of(lang: str) -> Phrases:
    """The phrases of a language; English where there are none."""
    return JAPANESE if lang == "ja" else ENGLISH


def greet(lang: str, name: str) -> str:
    """The opening line: English by first name, Japanese by full name."""
    words = of(lang)
    if not name:
        return words.greeting_unknown
    return words.greeting.format(name=name if lang == "ja" else name.split()[0])
