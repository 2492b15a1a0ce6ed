"""Raw text to readable text: Unicode, HTML, quoted replies and signatures. Cuts little and never everything."""

import re

from ingest.markup import html, is_html, text

_CUT_ALL = re.compile(  # what follows is an older mail to the very end
    r"^\s*-{2,}\s*(?:Original Message|Original Appointment|元のメッセージ|Ursprüngliche Nachricht|Message d'origine"
    r"|Mensaje original)\s*-{2,}\s*$",
    re.I,
)
_FORWARD = re.compile(
    r"^\s*-{2,}\s*(?:Forwarded message|転送メッセージ|転送されたメッセージ)|^Begin forwarded message:", re.I
)
_WROTE = re.compile(
    r"^\s*(?:(?:On|Le|Am|El|Il)\b.{6,300}\b(?:wrote|a écrit|schrieb\b.{0,80}|escribió|ha scritto)\s*[:：]"
    r"|.{0,200}<[^<>\s]+@[^<>\s]+>.{0,20}\b(?:wrote|writes)\s*[:：]"
    r"|\d{4}年\s?\d{1,2}月\s?\d{1,2}日.{0,200}(?:のメール|[>＞]|書きました|wrote)\s*[:：]?"
    r"|\d{4}[/-]\d{1,2}[/-]\d{1,2}.{0,60}<[^<>\s]+@[^<>\s]+>\s*[:：]"
    r"|.{1,80}(?:さんは|さんが|様は)(?:書きました|(?:次|以下)のように書きました))\s*[:：]?\s*$",
    re.I,
)
# A date or address before a quote, in any language.
_ABOUT = re.compile(r"(?:\d{1,2}[:.]\d{2}|\d{4}|@).*[:：]\s*$")
_FROM = re.compile(r"^\s*[*_]*(?:From|差出人|送信者|Von|De)[*_]*\s*[:：]", re.I)
_HEADER = re.compile(
    r"^\s*[*_]*(?:Sent|Date|To|Cc|Subject|送信日時|日時|日付|宛先|件名|Gesendet"
    r"|An|Envoyé(?: le)?|À|Objet)[*_]*\s*[:：]",
    re.I,
)
_RULE = re.compile(r"^\s*(?:[-=_*+~─━═＝＊－ー〜～・☆★◆◇■□/／.]\s?){8,}\s*$")
_DEVICE = re.compile(
    r"^\s*(?:Sent (?:from|via) [^,.:]{2,40}(?:<\S*>)?\.?\s*$|Get Outlook for|Von meinem .{2,30} gesendet"
    r"|Envoyé de mon|(?:i(?:Phone|Pad)|Android|スマートフォン|(?:Yahoo!?\s?|ソフトバンク|ドコモ).{0,12}).{0,6}"
    r"(?:から|より)送信)",
    re.I,
)
_CONTACT = re.compile(
    r"\bTEL\b|\bFAX\b|\bPhone\b|\bMobile\b|\bE-?mail\b|電話|〒|株式会社|有限会社|合同会社|@|https?://|www\.", re.I
)
_SIGNATURE_LINES = 15


def article(raw: str) -> str:
    """A page of the knowledge base as plain text or Markdown; nothing is cut."""
    return html(raw) if is_html(raw) and not re.search(r"(?m)^(?:#{1,6} |```)", raw) else text(raw)


def message(raw: str) -> str:
    """What the sender wrote in this one message: no quoted replies, no signature. Never empty unless `raw` is."""
    whole = text(raw)
    if is_html(raw):
        whole = html(raw)
        return _cut(html(raw, quotes=False)) or _cut(whole) or whole
    return _cut(whole) or whole


def _cut(whole: str) -> str:
    lines = whole.split("\n")
    without_quotes = _without_quotes(lines)
    if not any(line.strip() for line in without_quotes):
        return ""
    signed_off = _without_signature(without_quotes)
    kept = signed_off if any(line.strip() for line in signed_off) else without_quotes
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(lines):
        if _FORWARD.match(lines[at]):  # a forwarded mail is what the customer wants us to read
            return kept + lines[at:]
        after = _attribution(lines, at)
        if after == at:
            kept.append(lines[at])
            at += 1
            continue
        at = _past_quote(lines, after)
        if at == after:  # not marked with '>': the old mail runs to the end
            break
    while kept and (not kept[-1].strip() or kept[-1].lstrip().startswith((">", "＞")) or _RULE.match(kept[-1])):
        kept.pop()
    return kept


def _attribution(lines: list[str], at: int) -> int:
    """The line after a header such as `On Monday Ann wrote:` (mail programs wrap it), or `at` where there is none."""
    line = lines[at]
    if not line.strip():
        return at
    if _CUT_ALL.match(line):
        return len(lines)
    if _FROM.match(line) and sum(bool(_HEADER.match(near)) for near in lines[at + 1 : at + 5]) >= 2:
        return len(lines)
    for wrapped in (1, 2, 3):
        header = lines[at : at + wrapped]
        if any(not part.strip() or part.lstrip().startswith(">") for part in header):
            break
        if wrapped > 1 and not re.match(r"\s*(?:On|Le|Am|El|Il|\d)", line):
            break  # the line is the sender's own, the header comes after it
        quote = next((near for near in lines[at + wrapped : at + wrapped + 2] if near.strip()), "")
        if _introduces(" ".join(header), quote):
            return at + wrapped
    return at


def _introduces(header: str, quote: str) -> bool:
    return bool(_WROTE.match(header) or (_ABOUT.search(header) and quote.startswith(">")))


def _past_quote(lines: list[str], at: int) -> int:
    """The line after the block of `>` lines that starts at `at`; `at` itself where the next words are not quoted."""
    end = at
    for index in range(at, len(lines)):
        if lines[index].lstrip().startswith((">", "＞")):
            end = index + 1
        elif lines[index].strip():
            break
    return end


def _without_signature(lines: list[str]) -> list[str]:
    for index, line in enumerate(lines):
        tail = len(lines) - index
        if re.fullmatch(r"\s*--\s*", line) and tail <= _SIGNATURE_LINES:
            return lines[:index]
        if _DEVICE.match(line) and tail <= 4:
            return lines[:index]
        if _RULE.match(line) and tail <= _SIGNATURE_LINES and _is_contact_block(lines[index:]):
            return lines[:index]
    return lines


def _is_contact_block(lines: list[str]) -> bool:
    """Short lines, two of which at least say how to reach the sender."""
    return all(len(line) <= 60 for line in lines) and sum(bool(_CONTACT.search(line)) for line in lines) >= 2


def language(raw: str) -> str:
    """`ja` where over a tenth of the letters are kana or kanji, `en` where most are Latin, else the empty string."""
    letters = [char for char in raw[:20_000] if char.isalpha()]
    if not letters:
        return ""
    japanese = sum("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uff66" <= c <= "\uff9f" for c in letters)
    latin = sum(c < "\u0250" for c in letters)
    return "ja" if japanese > len(letters) / 10 else "en" if latin > len(letters) / 2 else ""
