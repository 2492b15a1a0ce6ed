"""One mail as the desk needs it: who wrote what to whom and when, what came with it, and whether a person wrote it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from ingest.readers import fields
from ingest.readers.mails import mail_words
from ingest.readers.mails.mail_parts import Parts

Kind = Literal["mail", "auto", "bulk", "bounce", "invitation", "encrypted", "spam", "draft"]
Headers = dict[str, list[str]]  # name in lower case -> values as they came

WHY: dict[Kind, str] = {
    "auto": "This is an automatic reply, no customer's question. Nothing has to be done.",
    "bulk": "This is a newsletter, no conversation with a customer. Nothing has to be done.",
    "bounce": "This is a report about a mail that could not be delivered or was read. Nothing has to be done.",
    "invitation": "This is a calendar invitation, no conversation with a customer. Nothing has to be done.",
    "encrypted": "This mail is encrypted. Decrypt it in your mail program and export it again.",
    "spam": "This mail lies in spam or trash. Move it to another folder and export it again if you need it.",
    "draft": "This is a draft that was never sent. Nothing has to be done.",
}
TOO_DEEP = "This mail is made of too many parts inside each other. Forward its text as a new mail and export that one."
_PARTS = 500
_DEPTH = 100
_REFERENCES = 50
_AUTO_SUBJECT = re.compile(
    r"^(?:automatic reply|auto(?:mated)? ?-?(?:reply|response)|out of (?:the )?office"
    r"|【?自動(?:返信|応答|送信)|不在(?:通知|のお知らせ|のため)|abwesenheits|automatische antwort|réponse automatique)",
    re.I,
)
_BOUNCED = re.compile(
    r"undeliver|returned mail|delivery (?:status|failure)|mail delivery|配信(?:不能|エラー|失敗)", re.I
)
_PREFIX = re.compile(
    r"^(?:\s*(?:re|fwd?|aw|wg|tr|sv|vs|rv|antw|res|enc|返信|転送|回复|答复)(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：])+\s*",
    re.I,
)
_REPLIED = re.compile(r"^\s*(?:re|aw|sv|vs|antw|res|返信|回复|答复)(?:\[\d+\]|\(\d+\)|\^\d+)?\s*[:：]", re.I)
_LABELS: dict[str, Kind] = {
    **dict.fromkeys(["spam", "trash", "迷惑メール", "ゴミ箱"], "spam"),
    **dict.fromkeys(["draft", "drafts", "下書き"], "draft"),
}
SENT = frozenset({"sent", "送信済み", "送信済みメール"})  # Gmail's label


@dataclass(frozen=True)
class Letter:
    """One mail. Addresses are in lower case; `above` are the ids of the mails before it, oldest first; `at` is UTC."""

    id: str
    above: tuple[str, ...]
    subject: str  # without `Re:` and the like
    again: bool  # it had a `Re:`
    name: str
    address: str
    reply_name: str
    reply_to: str
    to: tuple[str, ...]
    owners: tuple[str, ...]
    at: float | None
    text: str
    files: tuple[str, ...]
    kind: Kind
    sent: bool
    urgent: bool

    @property
    def moment(self) -> datetime | None:
        return None if self.at is None else datetime.fromtimestamp(self.at, UTC)

    @property
    def shown(self) -> str:
        """Its beginning, for a Reject."""
        return f"From: {self.address}\nSubject: {self.subject}\n\n{self.text[:2000]}"

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Letter":
        tuples = {key: tuple(one) for key, one in value.items() if isinstance(one, list)}
        return cls(**(value | tuples))


def letter(raw: bytes) -> Letter | None:
    """The mail in these bytes, as well as it can be read; None where its parts are nested too deeply or too many."""
    if _is_too_deep(raw):
        return None
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(raw)
        parts = Parts()
        parts.take(message)
    except RecursionError:
        return None
    heads = _headers(message)
    subject = _first(heads, "subject")
    people = list(mail_words.addresses(heads.get("from") or heads.get("sender") or []))
    replies = list(mail_words.addresses(heads.get("reply-to", [])))
    labels = {label.strip().casefold() for label in _first(heads, "x-gmail-labels").split(",")}
    above = [*_ids(heads, "references"), *_ids(heads, "in-reply-to")[:1]]
    at = _sent_at(heads)
    owners = heads.get("x-original-to") or heads.get("delivered-to", [])
    name, address = people[0] if people else ("", "")
    text = parts.text
    return Letter(
        id=next(iter(_ids(heads, "message-id")), "") or fields.made_id("", address, str(at), subject, text[:5000])[1:],
        above=tuple(dict.fromkeys([*above[:1], *above[-_REFERENCES:]])),
        subject=_PREFIX.sub("", subject).strip(),
        again=_REPLIED.match(subject) is not None,
        name=name,
        address=address,
        reply_name=replies[0][0] if replies else "",
        reply_to=replies[0][1] if replies else "",
        to=tuple(dict.fromkeys(mail for _, mail in mail_words.addresses(heads.get("to", []) + heads.get("cc", [])))),
        owners=tuple(mail for _, mail in mail_words.addresses(owners)),
        at=at,
        text=text,
        files=tuple(dict.fromkeys(parts.files)),
        kind=_kind(heads, message, parts, labels, address, subject),
        sent=bool(labels & SENT),
        urgent=_first(heads, "importance").casefold() == "high" or _first(heads, "x-priority")[:1] in {"1", "2"},
    )  # fmt: skip


def _is_too_deep(raw: bytes) -> bool:
    """Whether parts lie deeper, or are more, than any mail program makes; told without parsing."""
    bounds = re.findall(rb"boundary\s*=\s*(?:\"([^\"\r\n]{1,200})\"|([^\s;\"]{1,200}))", raw, re.I)
    if len(bounds) > _DEPTH or len(re.findall(rb"^content-type:\s*message/", raw, re.I | re.M)) > _DEPTH:
        return True
    return sum(raw.count(b"\n--" + (one or other)) for one, other in set(bounds)) > _PARTS


def _headers(message: Message) -> Headers:
    found: Headers = {}
    for name, value in message.raw_items():
        found.setdefault(name.casefold(), []).append(value)
    return found


def _first(heads: Headers, name: str) -> str:
    return mail_words.header(heads[name][0]) if name in heads else ""


def _ids(heads: Headers, name: str) -> list[str]:
    """Message ids without their brackets; `Your message of Monday` is none."""
    value = " ".join(heads.get(name, []))[: 4 * mail_words.HEADER_LIMIT]
    found = re.findall(r"<([^<>\s]{3,250})>", value) or re.findall(r"^\s*([^<>\s]{3,250}@[^<>\s]+)\s*$", value)
    return [re.sub("[\ud800-\udfff]", "\ufffd", one) for one in found]


def _sent_at(heads: Headers) -> float | None:
    """Seconds since 1970 by Date, else by the last server on the way."""
    written = _first(heads, "date")
    received = _first(heads, "received").rpartition(";")[2]
    for value in (written, received):
        for read in (parsedate_to_datetime, fields.time):
            try:
                moment = read(re.sub(r"^\s*\w+day,\s*", "", value) if read is fields.time else value)
                if moment is not None:
                    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
            except (ValueError, TypeError, IndexError, OverflowError):
                continue
    return None


def _kind(heads: Headers, message: Message, parts: Parts, labels: set[str], address: str, subject: str) -> Kind:
    lying = next((kind for label, kind in _LABELS.items() if label in labels), None)
    if lying or "x-mozilla-draft-info" in heads or _is_deleted(heads):
        return lying or ("spam" if _is_deleted(heads) else "draft")
    daemon = re.match(r"mailer-daemon@|postmaster@", address) is not None
    if message.get_content_type() == "multipart/report" or "x-failed-recipients" in heads:
        return "bounce"
    if daemon and (_BOUNCED.search(subject) or _first(heads, "return-path") == "<>"):
        return "bounce"
    if parts.invites:
        return "invitation"
    if parts.encrypted:
        return "encrypted"
    return "auto" if _is_automatic(heads, subject) else "bulk" if _is_bulk(heads) else "mail"


def _is_deleted(heads: Headers) -> bool:
    """Thunderbird leaves deleted mails in the file until it is compacted."""
    status = _first(heads, "x-mozilla-status")
    return re.fullmatch(r"[0-9a-fA-F]{4}", status) is not None and int(status, 16) & 0x8 != 0


def _is_automatic(heads: Headers, subject: str) -> bool:
    """A form on a web page sends automatically too, but names the customer to reply to."""
    submitted = _first(heads, "auto-submitted").casefold()
    if submitted.startswith("auto-generated") and "reply-to" in heads:
        return False
    marked = {"x-autoreply", "x-autorespond", "x-autoresponder"} & heads.keys()
    precedence = _first(heads, "precedence").casefold()
    return bool(
        submitted not in {"", "no"} or marked or "auto" in precedence or _AUTO_SUBJECT.match(_PREFIX.sub("", subject))
    )


def _is_bulk(heads: Headers) -> bool:
    """Precedence `list` alone is no newsletter: support addresses are often groups."""
    listed = {"list-id", "list-unsubscribe"} & heads.keys()
    bulk = _first(heads, "precedence").casefold() in {"bulk", "junk"} or "list-unsubscribe-post" in heads
    return bool(listed and bulk)
