"""Calls written down as plain text: several in one file, lines about the call, and what was said."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.readers.calls import dialogue, speakers
from ingest.readers.calls.calls import Call
from ingest.readers.calls.dialogue import Turn
from ingest.sentences import sentences

_LINE = 200  # characters of a line that are looked at
_MARK = re.compile(
    r"(?P<frame>[=\-#*_~—<\[【■●◆]{0,40}) ?(?:call|conversation|contact|recording|transcript|通話|会話|コール|応対)"
    r"(?P<key> ?(?:id|no\.?|number|ref(?:erence)?|番号|記録)(?![\w]))? ?[:：#]? ?(?P<id>[\w.-]{0,64}) ?"
    r"[=\-#*_~—>\]】]{0,40}",
    re.I,
)
_ABOUT = re.compile(r"[*_]{0,2}(?P<key>[^\W\d_][\w ./-]{0,30}?)[*_]{0,2} ?[:：][*_]{0,2} ?(?P<value>.{0,160})")
_KEYS: dict[str, str] = {
    **dict.fromkeys(["call id", "conversation id", "contact id", "id", "通話id", "通話番号", "受付番号"], "id"),
    **dict.fromkeys(["customer id", "client id", "account id", "customer no", "顧客番号", "お客様番号"], "customer"),
    **dict.fromkeys(["customer name", "caller name", "お客様名", "顧客名"], "caller"),
    **dict.fromkeys(["agent name", "representative name", "担当者名", "オペレーター名"], "agent"),
    **dict.fromkeys(["date", "start", "start time", "started", "call date", "date/time", "日時", "開始"], "created"),
    **dict.fromkeys(["開始日時", "通話日時", "受付日時", "timestamp", "created"], "created"),
    **dict.fromkeys(["subject", "topic", "reason", "call reason", "件名", "用件", "お問い合わせ内容"], "subject"),
    **dict.fromkeys(["language", "lang", "言語"], "lang"),
    **dict.fromkeys(["product", "商品", "製品", "商品名"], "product"),
    **dict.fromkeys(["duration", "length", "end", "end time", "queue", "通話時間", "終了", "email", "phone"], ""),
    **dict.fromkeys(["participants", "channel", "call type", "time", "location", "電話番号"], ""),
}  # fmt: skip
_TITLE = re.compile(r"\s*#[ \t]+(.{1,200})(?:\n|$)")
_SPOKEN = re.compile(
    r"^(?:hi|hello|hey|yes|no|ok|okay|sure|thanks|bye)\b|^はい|もしもし|[.?!。？！、,]|です|ます|\w \w+ \w+ ", re.I
)
_LEAST = 4  # turns or sentences of a conversation that nothing but its words shows to be one


@dataclass
class _Part:
    """The lines of one call, and what its heading says."""

    about: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    spoken: bool = False


def calls(text: str) -> list[Call]:
    """The calls of a text, one for each heading such as `=== Call 2 ===` or `Conversation ID: 7`; without: one."""
    return [_call(part) for part in _parts(text) if part.spoken]


def is_calls(text: str, *, markdown: bool = False) -> bool:
    """Whether a text file (or its beginning) is a conversation rather than an article.

    Labelled turns decide; without labels the words must sound like both sides of a call. An article in Markdown may
    quote a dialogue, so there more than half has to be spoken by both sides under labels that name their role.
    """
    if markdown:
        return _is_mostly_spoken(text)
    return any(_is_talk(turns) for turns in map(dialogue.labelled, _bodies(text))) or _sounds_spoken(text)


def _bodies(text: str) -> Iterator[str]:
    return ("\n".join(part.lines) for part in _parts(text)[:5] if part.spoken)


def _is_talk(turns: Sequence[Turn]) -> bool:
    """Whether labelled turns are people talking, and not `Tip:` and `Note:` of an article."""
    labels = {turn.role or turn.speaker for turn in turns} - {"system"}
    if any(speakers.labelled_side(label) or speakers.is_anonymous(label) for label in labels):
        return True
    scores = [speakers.score(turn.text) for turn in turns]
    return len(turns) >= _LEAST and len(labels) <= 6 and bool(scores) and max(scores) >= 1 and min(scores) <= -1


def _is_mostly_spoken(text: str) -> bool:
    turns = dialogue.labelled(plain(text))
    sides = [speakers.labelled_side(turn.role or turn.speaker) for turn in turns]
    spoken = sum(len(turn.text) for turn, side in zip(turns, sides, strict=True) if side in ("incoming", "outgoing"))
    both = {"incoming", "outgoing"} <= set(sides)
    return both and len(turns) >= _LEAST and spoken * 2 > len("".join(plain(text).split()))


def _sounds_spoken(text: str) -> bool:
    """Whether running text holds both an agent's phrases of a call and a customer's."""
    start = text[:8000]
    scores = [speakers.score(start[begin:end]) for begin, end in sentences(start)]
    opens = re.search(
        r"thank(?:s| you) for calling|how (?:may|can) I (?:help|assist) you|お電話ありがとう", start, re.I
    )
    return bool(opens) and len(scores) >= _LEAST and max(scores) >= 3 and sum(score <= -1 for score in scores) >= 2


def plain(text: str) -> str:
    """Markdown without the tags that colour it."""
    return re.sub(r"</?(?:span|font|div|p|br|b|i)\b[^<>]{0,200}>", "", text)


def _parts(text: str) -> list[_Part]:
    """The text cut where the next call begins. Lines before the first heading belong to the first call."""
    parts = [_Part()]
    for line in text.split("\n"):
        short = " ".join(line[:_LINE].split())
        found = _heading(short)
        if found is not None:
            if parts[-1].spoken:
                parts.append(_Part())
            parts[-1].about |= {"id": found} if found else {}
        elif not parts[-1].spoken and (about := _fact(short) or (_name(short) if parts[-1].about else None)):
            parts[-1].about |= {about[0]: about[1]} if about[0] else {}
        else:
            parts[-1].lines.append(line)
            parts[-1].spoken = parts[-1].spoken or bool(short)
    return parts


def _heading(line: str) -> str | None:
    """The id in a line that begins a call, empty where it names none; None where the line is something else."""
    match = _MARK.fullmatch(line) if line else None
    if match is None:
        return None
    numbered = any(char.isdigit() for char in match["id"])
    if match["key"] and match["id"]:
        return match["id"]
    return "" if numbered or (match["frame"].strip() and not match["id"]) else None


def _fact(line: str) -> tuple[str, str] | None:
    """What a line such as `Customer ID: 7` says about the call: the field (empty: none of ours) and the value."""
    match = _ABOUT.fullmatch(line)
    key = match["key"].strip().casefold() if match else ""
    return (_KEYS[key], match["value"].strip(" *_")) if match and key in _KEYS else None


def _name(line: str) -> tuple[str, str] | None:
    """What a line such as `Agent: Mia Tanaka` under a heading says: whose name it is, and the name."""
    match = _ABOUT.fullmatch(line)
    side = speakers.labelled_side(match["key"]) if match else None
    name = match["value"].strip(" *_") if match else ""
    written = all(word[0].isupper() or not word.isascii() for word in name.split())
    if not name or len(name) > 30 or not written or _SPOKEN.search(name) or side not in ("outgoing", "incoming"):
        return None
    return ("agent" if side == "outgoing" else "caller"), name


def _call(part: _Part) -> Call:
    body = "\n".join(part.lines)
    about = dict(part.about)
    if title := _TITLE.match(body):
        about.setdefault("subject", title[1].strip())
        body = body[title.end() :]
    turns = dialogue.labelled(plain(body)) or [Turn("", body)]
    return Call(
        turns,
        id=about.get("id", ""),
        customer=about.get("customer", ""),
        agent=about.get("agent", ""),
        caller=about.get("caller", ""),
        created=about.get("created"),
        lang=about.get("lang", ""),
        subject=about.get("subject", ""),
        product=about.get("product", ""),
    )
