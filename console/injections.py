"""Whether words of others are what they are given out as: facts, or orders to an AI; a name, or something else.

Drafts hold nothing but sources' sentences, so a planted one must be no fact. What orders sound like is in
injections.toml; who plants a plain lie is not seen here. Figures in docs/quality.md.
"""

import base64
import binascii
import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")
# Letters hidden in words, text that runs backwards, tags that no screen shows, comments, code: nobody writes help so.
_HIDDEN = re.compile(
    r"<!--|<(?:script|iframe|img|svg|object|embed|form|input|meta|base|link|style|video|audio|math)\b|javascript:"
    r"|\son(?:error|load|click|focus|blur|toggle|mouse\w{2,8}|key\w{2,6}|pointer\w{2,8}|animation\w{2,9}) ?="
    "|(?<=[A-Za-z])[\u200b\u200c\u2060\ufeff](?=[A-Za-z])"
    "|[\u200b\u200c\u200d\u2060\ufeff]{4}|[\u202d\u202e\U000e0001-\U000e007f]",
    re.IGNORECASE,
)
_ALIKE = str.maketrans(
    "аеорсухіјѕԁһνωοαρτικԛɡАВЕКМНОРСТХІЅΑΒΕΗΙΚΜΝΟΡΤΧ", "aeopcyxijsdhvwoaptikqgABEKMHOPCTXISABEHIKMNOPTX"
)
_SPREAD = re.compile(r"(?<!\w)(?:\w[ .*_-]){5,60}\w(?!\w)")
_BLOB = re.compile(r"(?<![A-Za-z0-9+/=_.-])[A-Za-z0-9+/]{24,4000}={0,2}(?![A-Za-z0-9+/=])")
_LONGEST = 20_000  # characters that are looked at; a sentence is far shorter
_NAME = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f'’.ー・-])+(?:,?[ \u3000](?:[^\W\d_]|[\u0300-\u036f'’.ー・-])+){0,4}")


def addresses_model(text: str) -> bool:
    """Whether `text`, one sentence or step list in English or Japanese, orders an AI about or hides something."""
    text = text[:_LONGEST]
    if _HIDDEN.search(text):
        return True
    seen = _legible(text)
    return _orders().search(seen) is not None or any(map(_speaks, _BLOB.findall(seen)))


def is_name(name: str) -> bool:
    """Whether `name` may stand in a greeting: a few words of letters, at most 40 characters, that order nothing."""
    return len(name) <= 40 and _NAME.fullmatch(name.strip()) is not None and not addresses_model(name)


@cache
def _orders() -> re.Pattern[str]:
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    words = "|".join([*told["words"]["english"], *told["words"]["japanese"]])
    return re.compile(re.sub(r"%(\w+)%", lambda match: told["parts"][match[1]], words), re.IGNORECASE)


def _legible(text: str) -> str:
    """The text as a reader takes it: no unseen letters, look-alikes as what they look like, `i g n o r e` in one."""
    seen = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).translate(_ALIKE).replace("’", "'")
    seen = _SPREAD.sub(lambda match: re.sub(r"[ .*_-]", "", match[0]), seen)
    return " ".join(re.sub(r"\n+", "\n", seen).split(" "))


def _speaks(blob: str) -> bool:
    """Whether a run of letters and digits is words in base64."""
    try:
        told = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return False
    return " " in told.strip() and told.isprintable()
