"""Chats as their apps write them to a text file: WhatsApp, and LINE in Japanese and English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from ingest.readers import fields, opening
from ingest.readers.chats import chat
from ingest.readers.chats.chat import Line
from ingest.readers.opening import Columns, File, Head
from ingest.records import Item, Reject, Ticket

_CLOCK = r"(?:(?P<half>午前|午後)\s?)?(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)(?:\s?(?P<late>[AaPp]\.?\s?[Mm]\.?))?"
_WHATSAPP = re.compile(
    rf"[\u200e\u200f]?(?P<open>\[)?(?P<date>\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}),?\s{_CLOCK}"
    r"(?(open)\]\s|\s[-–]\s)(?P<rest>.*)"
)
_WEEKDAY = r"\s?(?:[(（]\w{1,3}[)）]|\w曜日|[A-Z][a-z]+day)?"
_DAY = re.compile(
    rf"(?P<date>\d{{4}}[/.年]\d{{1,2}}[/.月]\d{{1,2}})日?{_WEEKDAY}"
    r"|[A-Z][a-z]{2}, (?P<us>\d{1,2}/\d{1,2}/\d{4})"
)
_LINE = re.compile(rf"{_CLOCK}(?P<gap>[\t ])(?P<rest>.*)")
_LINE_TITLE = re.compile(
    r"\ufeff?\[LINE\] ?(?:Chat history (?:with|in) (?P<en>.+)|(?P<ja>.+?)(?:との|の)トーク(?:履歴)?)\s*$"
)
_WHATSAPP_NAME = re.compile(r"WhatsApp Chat(?: with| -) (?P<en>[^/]+?)\.(?:txt|zip)|(?P<ja>[^/]+?)とのWhatsAppチャット")

_WITH_FILE = re.compile(
    r"<(?:attached|添付(?:ファイル)?)[:：]\s*(?P<one>[^<>\n]+)>"
    r"|^(?P<two>[^<>\n]{1,200}\.\w{2,5}) \((?:file attached|ファイル添付|添付ファイル|ファイルが添付されています)\)",
)
_WITHOUT_FILE = re.compile(
    r"<?(?P<kind>Media|image|video|audio|document|GIF|Contact card|メディア|画像|動画|音声|文書)"
    r"(?: omitted|は含まれていません|は省略されました|を省略しました)>?"
    r"|\[(?P<line>写真|動画|ボイスメッセージ|ファイル|位置情報|連絡先|アルバム"
    r"|Photo|Video|Voice message|File|Location|Contact|Album)\]"
)
_NO_WORDS = re.compile(
    r"\[(?:スタンプ|Sticker)\]|sticker omitted|☎.*|\u200e"
    r"|<(?:This message was edited|このメッセージは編集されました)>"
)
_HAPPENED = re.compile(
    r"end-to-end encrypted|エンドツーエンド|\b(?:you|this message was) deleted|created (?:this )?group"
    r"|changed (?:the|this|their) (?:group|subject|icon|phone)|security code|joined using"
    r"|メッセージ(?:は|を|の送信を).{0,4}(?:削除|取り消)|unsent a message|グループに参加|を招待しました"
    r"|(?:joined|left) the (?:chat|group)",
    re.I,
)


@dataclass
class _Style:
    """How one file writes: the app, the order of day, month and year, and whom the chat is with."""

    line: bool
    dates: str = "ymd"
    other: str = ""
    day: datetime | None = None  # LINE: of the lines that follow


def claims(head: Head) -> bool:
    """Text with a stamped line of WhatsApp, or LINE's title or a day with messages under it."""
    if head.is_json or head.suffix not in {".txt", ".text", ".log", ""}:
        return False
    lines = head.text.split("\n")[:200]
    whatsapp = sum(_WHATSAPP.match(line) is not None and ": " in line for line in lines)
    return whatsapp > 1 or _is_line(lines)


def _is_line(lines: list[str]) -> bool:
    first = next((line for line in lines if line.strip()), "")
    days = [at for at, line in enumerate(lines) if _DAY.fullmatch(line.strip())]
    talks = any(_LINE.match(line) for at in days for line in lines[at + 1 : at + 2])
    return talks and (_LINE_TITLE.match(first) is not None or bool(_DAY.fullmatch(first.strip(" \ufeff"))))


def read(file: File, named: Columns | None) -> Iterator[Item]:
    """One ticket for each conversation: a chat is cut where nobody wrote for six hours. Times are taken as UTC.

    Whom the file says the chat is with is the customer, unless the name says otherwise; else the words tell.
    """
    style = _style(opening.look(file).text, file)
    first = [line for line in _lines(opening.look(file).text.split("\n"), style) if line.text]
    sides = chat.Sides()
    if any(line.speaker == style.other for line in first) and fields.direction(style.other) is None:
        sides.settled[style.other.casefold()] = "incoming"
        others = {line.speaker for line in first} - {style.other}
        sides.settled |= {name.casefold(): "outgoing" for name in others if fields.direction(name) is None}
    sides.settle(first)
    style.day = None
    none = True
    for lines in chat.conversations(_lines((text for _, text in _texts(file)), style)):
        messages, guessed = sides.messages(lines)
        if messages:
            none = False
            id = chat.made_id(file.base, lines)
            yield Ticket(id, messages, created=lines[0].at, channel="social", guessed=guessed)
    if none:
        yield opening.reject(file, "No messages were found in this chat. Export it again.", opening.look(file).text)


def _texts(file: File) -> Iterator[tuple[int, str]]:
    for number, line in opening.lines(file):
        yield number, line.raw if isinstance(line, Reject) else re.sub("[\udc80-\udcff]+", "\ufffd", line)


def _style(start: str, file: File) -> _Style:
    lines = start.split("\n")
    if not any(_WHATSAPP.match(line) for line in lines):
        title = next((match for line in lines[:3] if (match := _LINE_TITLE.match(line))), None)
        return _Style(line=True, other=(title["en"] or title["ja"]).strip() if title else "")
    stamps = [match for line in lines if (match := _WHATSAPP.match(line))]
    chat_with = _WHATSAPP_NAME.search(file.name)
    other = (chat_with["en"] or chat_with["ja"]).strip() if chat_with else ""
    return _Style(
        line=False, dates=_order([match["date"] for match in stamps], any(m["late"] for m in stamps)), other=other
    )


def _order(dates: list[str], halves: bool) -> str:
    """`ymd`, `dmy` or `mdy`: by what cannot be a month, then by which order goes forward, then by country's habit."""
    parts = [[int(part) for part in re.split(r"[./-]", written)] for written in dates]
    if any(one[0] > 31 for one in parts):
        return "ymd"
    if any(one[0] > 12 for one in parts) or "." in dates[0]:
        return "dmy"
    if any(one[1] > 12 for one in parts):
        return "mdy"
    back = {
        order: sum(one > other for one, other in pairwise([_sorted(part, order) for part in parts]))
        for order in ("dmy", "mdy")
    }
    if back["dmy"] != back["mdy"]:
        return min(back, key=lambda order: back[order])
    return "mdy" if halves else "dmy"


def _sorted(parts: list[int], order: str) -> tuple[int, ...]:
    return tuple(parts[order.index(part)] for part in "ymd")


def _lines(texts: Iterator[str] | list[str], style: _Style) -> Iterator[Line]:
    """The messages; lines without a stamp go on with the message above them."""
    held: Line | None = None
    for text in texts:
        stamped = _line_app(text, style) if style.line else _whatsapp(text, style)
        if stamped is None:
            if held:
                held = replace(held, text=f"{held.text}\n{text}")
            continue
        if held and (line := _finished(held)):
            yield line
        held = stamped if stamped.at else None
    if held and (line := _finished(held)):
        yield line


_OVER = Line("", "")  # a line of its own that is nobody's message


def _whatsapp(text: str, style: _Style) -> Line | None:
    """The message that starts in this line; None where the line goes on with the one before."""
    match = _WHATSAPP.match(text)
    if not match:
        return None
    at = _moment(match["date"], style.dates, match)
    name, colon, said = match["rest"].partition(": ")
    if at is None or not colon or len(name) > 60 or (_HAPPENED.search(name)):
        return None if at is None else _OVER
    return Line(name.strip(" \u200e\u200f\u202a\u202c~\u00a0"), said, at)


def _line_app(text: str, style: _Style) -> Line | None:
    day = _DAY.fullmatch(text.strip(" \ufeff\r"))
    if day:
        us = day["us"]
        style.day = _moment(day["date"] or us, _order([us], True) if us else "ymd", None)
        return _OVER
    match = _LINE.match(text)
    if not match or style.day is None:
        return None
    at = _moment(style.day.strftime("%Y/%m/%d"), "ymd", match)
    if at is None:
        return None
    if match["gap"] == "\t":
        name, tab, said = match["rest"].partition("\t")
    else:
        known = style.other if style.other and match["rest"].startswith(style.other + " ") else ""
        name, tab, said = (known, " ", match["rest"][len(known) + 1 :]) if known else match["rest"].partition(" ")
    return Line(name.strip(), said, at) if tab and name.strip() else _OVER


def _moment(date: str, order: str, clock: re.Match[str] | None) -> datetime | None:
    """The moment of a written date and clock; None where there is no such day or time."""
    year, month, day = _sorted([int(part) for part in re.findall(r"\d+", date)], order)
    hour, minute, second = 0, 0, 0
    if clock:
        hour, minute, second = [*(int(part) for part in re.findall(r"\d+", clock["clock"])), 0][:3]
        half = (clock["late"] or "").casefold()[:1] or {"午前": "a", "午後": "p"}.get(clock["half"] or "", "")
        hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    try:
        return datetime(year + 2000 if year < 100 else year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def _finished(line: Line) -> Line | None:
    """A message with its files apart from its words; None for what only happened."""
    text = line.text.strip("\n ")
    if _HAPPENED.search(text) and len(text) < 200:
        return None
    if text.startswith('"') and text.endswith('"') and "\n" in text:  # LINE puts quotes around several lines
        text = text[1:-1].replace('""', '"')
    files = [(match["one"] or match["two"]).strip() for match in _WITH_FILE.finditer(text)]
    files += [match["kind"] or match["line"] for match in _WITHOUT_FILE.finditer(text)]
    text = _NO_WORDS.sub("", _WITHOUT_FILE.sub("", _WITH_FILE.sub("", text))).strip()
    return replace(line, text=text, files=tuple(files)) if text or files else None
