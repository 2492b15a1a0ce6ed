"""Loose values of other systems in the desk's words: ids, times, roles, status, priority, channel."""

import hashlib
import re
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError

from ingest.records import Channel, Direction, Priority, Status

_AGENT = (
    "agent", "assistant", "rep", "representative", "support", "operator", "advisor", "adviser", "staff",
    "admin", "csr", "consultant", "technician", "specialist", "employee", "teammate", "オペレーター",
    "オペレータ", "担当者", "担当", "サポート", "スタッフ", "窓口", "係員", "店員", "受付", "エージェント",
)  # fmt: skip
_CUSTOMER = (
    "customer", "caller", "user", "client", "guest", "requester", "end-user", "enduser", "end_user", "contact",
    "member", "visitor", "lead", "subscriber", "お客様", "お客さま", "顧客", "利用者", "ユーザー", "ユーザ",
    "発信者", "カスタマー", "客",
)  # fmt: skip
_ACTIVITY = (
    "bot", "system", "tool", "ivr", "chatbot", "workflow", "automation", "ボット", "システム", "自動応答",
)  # fmt: skip
_NOTE = (
    "note", "internal", "private", "メモ", "社内メモ", "内部メモ",
)  # fmt: skip

_STATUS: dict[str, Status] = {
    **dict.fromkeys(["new", "open", "reopened", "unresolved", "active", "inprogress"], "open"),
    **dict.fromkeys(["新規", "未対応", "対応中", "未解決", "オープン"], "open"),
    **dict.fromkeys(["pending", "hold", "onhold", "waiting", "保留", "保留中", "待ち", "返答待ち"], "pending"),
    **dict.fromkeys(["solved", "closed", "resolved", "done", "complete", "completed"], "resolved"),
    **dict.fromkeys(["完了", "解決", "解決済", "解決済み", "対応済", "対応済み", "終了"], "resolved"),
    **dict.fromkeys(["snoozed", "スヌーズ"], "snoozed"),
}
_PRIORITY: dict[str, Priority] = {
    **dict.fromkeys(["low", "minor", "p4", "低", "低い"], "low"),
    **dict.fromkeys(["medium", "normal", "moderate", "p3", "中", "普通", "通常"], "medium"),
    **dict.fromkeys(["high", "major", "p2", "高", "高い"], "high"),
    **dict.fromkeys(["urgent", "critical", "emergency", "p1", "緊急", "至急"], "urgent"),
}
_CHANNEL: dict[str, Channel] = {
    **dict.fromkeys(["email", "mail", "メール"], "email"),
    **dict.fromkeys(["chat", "messaging", "nativemessaging", "livechat", "widget", "チャット"], "chat"),
    **dict.fromkeys(["phone", "voice", "call", "tel", "電話"], "phone"),
    **dict.fromkeys(["web", "form", "webform", "api", "mobile", "portal", "フォーム", "ウェブ"], "web"),
    **dict.fromkeys(["social", "twitter", "facebook", "instagram", "whatsapp", "line", "x", "sms", "sns"], "social"),
}
_FORMATS = tuple(
    f"{date}{clock}"
    for date in ("%Y/%m/%d", "%Y年%m月%d日", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%b %d, %Y", "%d %b %Y", "%m/%d/%y")
    for clock in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %H時%M分")
)


def _skeleton(text: str) -> str:
    """Signs between numbers and words: `12/3/2026 9:05 AM` and `%m/%d/%Y %I:%M %p` are both `0/0/00:0a`.

    Trying a format takes many times longer than telling from this that it cannot fit.
    """
    numbers = re.sub(r"%[YmdyHIMS]|\d+", "0", text).replace("%b", "a").replace("%p", "a")
    return re.sub(r"\s", "", re.sub(r"[^\W\d_]+", "a", numbers))


_BY_SKELETON = {
    skeleton: tuple(form for form in _FORMATS if _skeleton(form) == skeleton)
    for skeleton in {_skeleton(form) for form in _FORMATS}
}


def words(value: object) -> str:
    """A short text from a text or number; invisible characters and lone surrogates off; ValueError for others."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("has to be a text")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub("[\x00\ufeff\ud800-\udfff]", "", str(value)).strip()


def time(value: object) -> datetime | None:
    """A moment in UTC from ISO 8601 (no zone means UTC), usual office dates, or epoch seconds or milliseconds."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _utc(value)
    if isinstance(value, str) and value[4:5] == "-":  # most exports write ISO 8601
        with suppress(ValueError):
            return _utc(datetime.fromisoformat(value))
    text = unicodedata.normalize("NFKC", words(value))
    if re.fullmatch(r"\d{9,13}(?:\.\d+)?", text):
        number = float(text)
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
    moment = _written(text)
    if moment is None:
        raise ValueError(f"the time {text[:40]!r} cannot be read; write it as 2026-03-31T14:05:00+09:00")
    return _utc(moment)


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:  # the last hours of the year 9999 in the west
        raise ValueError(f"the time {moment} cannot be read; it is not of this age") from None


def _written(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.removesuffix(" UTC"))
    except ValueError:
        pass
    for form in _BY_SKELETON.get(_skeleton(text), ()):
        with suppress(ValueError):
            return datetime.strptime(text, form)
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None


@lru_cache(maxsize=4096)
def direction(role: str) -> Direction | None:
    """Which side a role or speaker label means, or None for a bare name; `Customer Support` is the agent's side."""
    label = unicodedata.normalize("NFKC", role).casefold()
    spoken = {*re.findall(r"[\w-]+", label), label.strip()}
    sides: tuple[tuple[Direction, tuple[str, ...]], ...] = (
        ("note", _NOTE), ("activity", _ACTIVITY), ("outgoing", _AGENT), ("incoming", _CUSTOMER)
    )  # fmt: skip
    for side, known in sides:
        if spoken & set(known):
            return side
    for side, known in sides:  # Japanese has no spaces: the word may stand anywhere in the label
        if any(len(word) > 1 and not word.isascii() and word in label for word in known):
            return side
    return None


def _key(value: object) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", words(value)).casefold())


def status(value: object, default: Status = "resolved") -> Status:
    """The desk's status for another system's word; `default` for an unknown one."""
    return _STATUS.get(_key(value), default)


def priority(value: object) -> Priority:
    return _PRIORITY.get(_key(value), "medium")


def channel(value: object, default: Channel = "email") -> Channel:
    return _CHANNEL.get(_key(value), default)


def lang(value: object) -> str:
    """`ja-JP`, `ja_JP` or `Japanese` as `ja`; unknown words as they are, cut to two letters."""
    name = words(value).casefold()
    names = {"japanese": "ja", "日本語": "ja", "english": "en", "英語": "en"}
    return names.get(name) or (re.split(r"[-_]", name)[0] if re.match(r"[a-z]{2,3}(?:[-_]|$)", name) else "")


def tags(value: object) -> tuple[str, ...]:
    """Tags from a list, or from one text with commas."""
    many = re.split(r"[,、;|]", value) if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return tuple(tag for tag in (words(item) for item in many) if tag)


def csat(value: object) -> int | None:
    """A satisfaction score of 1 to 5, or `good`/`bad` as 5/1; None where nobody rated."""
    text = words(value).casefold()
    if text in {"good", "bad"}:
        return 5 if text == "good" else 1
    return int(text) if re.fullmatch(r"[1-5]", text) else None


def made_id(prefix: str, *parts: str) -> str:
    """A stable id for a record that brought none: `call-` and 12 hex digits of the SHA-1 of its parts."""
    digest = hashlib.sha1("\0".join(parts).encode("utf-8", "replace"), usedforsecurity=False)
    return f"{prefix}-{digest.hexdigest()[:12]}"


def explain(error: ValidationError) -> str:
    """Pydantic's first complaint as a sentence."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "record"
    if first["type"] == "missing":
        return f"The field '{where}' is missing. Add it and import the record again."
    said = first["msg"].removeprefix("Value error, ")
    return f"The field '{where}' is wrong: {said}. Correct it and import the record again."


def _needed(value: Any) -> str:
    if not (text := words(value)):
        raise ValueError("it is empty")
    return text


Words = Annotated[str, BeforeValidator(words)]
Needed = Annotated[str, BeforeValidator(_needed)]
Time = Annotated[datetime | None, BeforeValidator(time)]
Tags = Annotated[tuple[str, ...], BeforeValidator(tags)]
