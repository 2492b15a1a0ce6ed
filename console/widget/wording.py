"""What the assistant itself says and understands, in the visitor's language. Answers come from sources, not here."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """The assistant's own lines; `asked`, `gave_email`, `back` and `ended` are for the agent who reads it all later.

    `careful` begins an answer after one that did not help and `fits` ends it, `sorry` is said where nothing new was
    asked, `shall_i` after two misses; `quotes` are the language's quotation marks. `sent` is the message of a visitor
    who only attached something, `file` the answer to it.
    """

    unknown: str
    unavailable: str
    offer: str
    welcome: str
    asked: str
    gave_email: str
    back: str
    ended: str
    sent: str
    file: str
    careful: str
    fits: str
    sorry: str
    shall_i: str
    quotes: tuple[str, str]


ENGLISH = Wording(
    unknown="I do not know this: our help pages do not answer it. A person can help you, if you like.",
    unavailable="I cannot answer at the moment. A person can help you, if you like.",
    offer="Of course. Press the button and a person from our team takes over here.",
    welcome="You are welcome. Is there anything else?",
    asked="The visitor asked for a person.",
    gave_email="The visitor left an e-mail address. It is not verified.",
    back="The conversation was given back to the assistant.",
    ended="The visitor ended the chat.",
    sent="(Sent a file.)",
    file=(
        "Thank you, the file is kept for our team. I am an automatic assistant and cannot look into files: tell me in "
        "words what it is about, or press the button and a person looks at it."
    ),
    careful=(
        "A person can take over at any time: press the button. I am an automatic assistant and may be wrong. "
        "Our help pages say:"
    ),
    fits="Is this what you see? If not, what is different?",
    sorry=(
        "I am sorry that this did not help. I am an automatic assistant and may be wrong; a person can take over if "
        "you press the button. If you like to go on with me: what exactly happens, and what have you tried already?"
    ),
    shall_i="I could not help you twice now. Shall a person from our team take over? Answer yes, or press the button.",
    quotes=("“", "”"),
)
JAPANESE = Wording(
    unknown="申し訳ありません。ヘルプの記事に答えが見つかりませんでした。よろしければ、担当者におつなぎします。",
    unavailable="申し訳ありません。ただいまお答えできません。よろしければ、担当者におつなぎします。",
    offer="かしこまりました。ボタンを押していただくと、担当者がこの画面でご対応します。",
    welcome="どういたしまして。ほかにもご質問があれば、どうぞ。",
    asked="お客様が担当者との会話を希望されました。",
    gave_email="お客様がメールアドレスを入力されました（本人確認はされていません）。",
    back="会話を自動アシスタントに戻しました。",
    ended="お客様がチャットを終了されました。",
    sent="（ファイルを送信しました）",
    file=(
        "ファイルをお預かりしました。こちらは自動アシスタントのため、ファイルの中身を見ることができません。内容を文章でお知らせいただくか、"
        "ボタンを押していただければ、担当者が確認します。"
    ),
    careful=(
        "ボタンを押していただければ、いつでも担当者に代わります。こちらは自動アシスタントのため、間違うことがあります。"
        "ヘルプの記事には次のように書かれています。"
    ),
    fits="お客様の状況と合っていますか。違う場合は、どこが違うかをお知らせください。",
    sorry=(
        "お役に立てず、申し訳ありません。こちらは自動アシスタントのため、間違うことがあります。ボタンを押していただければ、"
        "担当者に代わります。このままお続けになる場合は、何が起きているか、これまでに何をお試しになったかをお知らせください。"
    ),
    shall_i="二度続けてお役に立てませんでした。担当者に代わりましょうか。「はい」とお返事いただくか、ボタンを押してください。",
    quotes=("「", "」"),
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
_NOT = r"(?:did|does|has)(?: not|n['’]?t)"
_NO_HELP = re.compile(
    rf"\b(?:that|this|it)(?: still)? {_NOT} (?:really )?(?:help|work|solved?\b|answer(?: my question)?)"
    r"|\b(?:that|this|it) (?:was|is)(?: not|n['’]?t) (?:helpful|helping|what i (?:asked|meant))"
    rf"|^\W*(?:no\W+)?{_NOT} (?:help|work)\b|\bno help\b|\bstill (?:not working|the same|broken)\b"
    r"|\bnot (?:very |at all )?(?:helpful|what i (?:asked|meant))"
    r"|(?:解決|解消)(?:し(?:ませ|て(?:い)?ませ|ない|ていな)|できませ|できな)|役に立(?:たな|ちませ)|助けにな(?:らな|りませ)"
    r"|(?:質問|聞いたこと|知りたいこと)(?:の答え)?(?:と|では|に).{0,6}(?:違|な[いっ]|ありま)"
    r"|(?:まだ|やはり|それでも|ましたが、?)(?:直|変わ)(?:りませ|らな)",
    re.IGNORECASE,
)
_YES = re.compile(
    r"\W*(?:yes(?: please)?|yeah|yep|sure|ok(?:ay)?|please(?: do)?|go ahead|do that|はい|ええ|うん"
    r"|そうして(?:ください)?|代わって(?:ください)?|お願い(?:し|いた)?(?:ます|します)?)(?:\W+(?:please|お願い(?:します|いたします)))?\W*",
    re.IGNORECASE,
)
ALONE = 60  # characters: a longer complaint tells something new, which can be looked for


def of(lang: str) -> Wording:
    """The wording of a language; English where there is none."""
    return JAPANESE if lang == "ja" else ENGLISH


def wants_person(text: str) -> bool:
    """Whether the visitor asks for a human in so many words."""
    return len(text) <= 200 and _PERSON.search(text) is not None


def only_files(text: str) -> bool:
    """Whether the visitor attached something without a word."""
    return text in (ENGLISH.sent, JAPANESE.sent)


def is_thanks(text: str) -> bool:
    """Whether the message is only a thank-you."""
    return _THANKS.fullmatch(text) is not None


def no_help(text: str) -> bool:
    """Whether the visitor says that the last answer did not help."""
    return len(text) <= 1000 and _NO_HELP.search(text) is not None


def agrees(text: str) -> bool:
    """Whether the message is only a yes."""
    return len(text) <= ALONE and _YES.fullmatch(text) is not None
