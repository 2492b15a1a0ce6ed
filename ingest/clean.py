"""Raw text to readable text: Unicode, HTML, quoted replies and signatures. Cuts little and never everything."""

import re

from ingest.markup import html, is_html, text

_OLDER = re.compile(  # what follows is an older mail to the very end
    r"^\s*-{2,}\s*(?:Original (?:Message|Appointment|Mail)|元のメッセージ|元のメール|Ursprüngliche Nachricht"
    r"|Message d'origine|Mensaje original|Messaggio originale|Mensagem original|Oprindelig besked"
    r"|Oorspronkelijk bericht|Исходное сообщение)\s*-{2,}\s*$",
    re.I,
)
_FORWARD = re.compile(
    r"^\s*-{2,}\s*(?:Forwarded message|転送メッセージ|転送されたメッセージ|転送メール)|^Begin forwarded message:", re.I
)
_QUOTE_MARKS = (">", "＞", "≫")
_SAID = re.compile(  # `On ... wrote:`; German, Dutch and Nordic programs put the verb before the name
    r"(?:\b(?:wrote|writes|a écrit|ha scritto|escribió|escreveu|napisał(?:\(a\))?|kirjoitti|пишет|написал(?:\(а\)|а)?"
    r"|írta)|書きました|のメール|さん(?:の発言|より))\s*(?:[:：]|-{2,4})?\s*$"
    r"|\b(?:schrieb|schreef|skrev|escribió|написал(?:\(а\)|а)?)\b.{0,120}[:：]\s*$",
    re.I,
)
_OWN_WORDS = re.compile(r"\b(?:I|we)\s+wrote\s*[:：]\s*$", re.I)
_DATED = re.compile(
    r"\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}\b|\d月|\d年"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? \d",
    re.I,
)
_ADDRESS = re.compile(r"[<(（]\s*[^<>\s]+@[^<>\s]+")
_WRAPS = re.compile(r"\s*[-*]*\s*(?:(?:On|Le|Am|El|Il|Em|Op|Den|In data|Dnia)\b|(?:W dniu )?\d|\S{1,12},? \d)", re.I)
_SENDER = re.compile(
    r"^\s*[*_]*(?:From|差出人|送信者|Von|De|Da|Van|Från|Fra|Od|От|Lähettäjä|Kimden)[*_]*\s*[:：]", re.I
)
_ABOUT = re.compile(
    r"^\s*[*_]*(?:(Sent|Subject|送信日時|件名|Gesendet|Betreff|Envoyé(?: le)?|Objet|Sujet|Enviado(?: el| em)?|Asunto"
    r"|Assunto|Inviato|Oggetto|Verzonden|Onderwerp|Skickat|Ämne|Sendt|Emne|Отправлено|Тема|Wysłano|Temat|Lähetetty|Aihe)"
    r"|Date|To|Cc|Reply-To|日時|日付|宛先|Datum|An|À|A|Copie à|Message du|Para|Data|Aan|Till|Til|Dato|Кому|Дата|Do)"
    r"[*_]*\s*[:：]",
    re.I,
)
_QUOTING = re.compile(  # a text without any of these quotes nothing
    rf"(?:[:：]|wrote|書きました|のメール|--)[ \t]*$|^[ \t]*[>＞≫]|{_SENDER.pattern}"
    r"|^\s*(?:Sent|Get Outl|Gesendet|Envoy)",
    re.I | re.M,
)
_LINE = "[-=_*+~─━═＝＊－ー〜～・☆★◆◇■□/／.—–―]"
_RULE = re.compile(rf"^\s*(?:{_LINE}\s?){{4,}}(?:.{{1,30}}?(?:{_LINE}\s?){{4,}})?\s*$")
_DEVICE = re.compile(
    r"^\s*(?:Sent (?:from|via|with) [^,.:?!]{2,40}(?:[<(]\S*[)>]?)?\.?\s*$|Get Outlook for|via (?:mobile|phone)\s*$"
    r"|Von meinem .{2,30} gesendet|Gesendet (?:von|mit) .{2,80}$|Envoyé (?:de mon|à partir de) .{2,80}$"
    r"|Enviado desde mi .{2,30}$|Outlook for (?:iOS|Android) ?を入手"
    r"|(?:i(?:Phone|Pad)|Android|スマートフォン|スマホ|(?:Yahoo!?\s?|ソフトバンク|ドコモ).{0,12}).{0,6}(?:から|より)送信)",
    re.I,
)
_CLOSING = re.compile(
    r"^(?:(?:(?:with )?(?:kind|best|warm|many|warmest)\s+)?(?:regards|thanks|wishes)|best|(?:yours )?(?:sincerely|truly"
    r"|faithfully)(?: yours)?|cheers|thanks?(?: you)?(?: (?:so|very) much| a lot| again| in advance)?"
    r"(?: (?:and|&) (?:(?:best|kind) )?regards)?|respectfully|take care|all the best"
    r"|(?:mit )?(?:viele|freundliche)n? Grü(?:ße|sse)n?|cordialement|bien à vous|saludos|atentamente|cordiali saluti"
    r"|met vriendelijke groet(?:en)?|С уважением|敬具|草々)"
    r"[\s,.!]*\W{0,4}$",
    re.I,
)
_CONTACT = re.compile(
    r"\bTEL\b|\bFAX\b|\bPhone\b|\bMobile\b|\bE-?mail\b|電話|携帯|〒|株式会社|有限会社|合同会社|@|https?://|www\."
    r"|^\W*[tfmp]\. ?[\d(+]|\bskype:|\+\d{1,3}[ -]\d",
    re.I,
)
_REACH = re.compile(  # nothing but how to reach somebody
    r"^\W*(?:(?:t|f|m|p|tel|fax|phone|mobile|cell|e-?mail|web|url|電話|携帯)\b[\s.:：]*|〒[\d-]+.*$)?"
    r"(?:[<(]?[\w.+-]+@[\w.-]+[)>]?|(?:https?://|www\.)\S+|\+?[(（]?\d[\d ()（）.／/-]{6,})?\W*$",
    re.I,
)
_HANDS_OVER = re.compile(  # contact lines below these words are what the sender wants to say
    r"below|following|address|contact|details?\b|reach|\bcall\b|number|\bphone|e-?mail|下記|以下|次の|住所|連絡先|電話|宛"
    r"|[:：]\s*$",
    re.I,
)
_POSTSCRIPT = re.compile(r"^\s*(?:P\.?\s?S\b|N\.?B\b|追伸)", re.I)
_SIGNATURE_LINES = 15  # with words


def article(raw: str) -> str:
    """A page of the knowledge base as plain text or Markdown; nothing is cut."""
    return html(raw) if is_html(raw) and not re.search(r"(?m)^(?:#{1,6} |```)", raw) else text(raw)


def message(raw: str) -> str:
    """What the sender wrote in this one message: no quoted replies, no signature. Never empty unless `raw` is."""
    if is_html(raw):
        return _cut(html(raw, mail=True)) or html(raw)
    whole = text(raw)
    return _cut(whole) or whole


def _cut(whole: str) -> str:
    """Signature first, since quotes end before it; then again, since another one may stand above the quotes."""
    lines = whole.split("\n")
    kept = _without_signature(lines) or lines
    if _QUOTING.search(whole):
        kept = _without_quotes(kept)
        kept = _without_signature(kept) or kept
    return whole if kept is lines else re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _without_quotes(lines: list[str]) -> list[str]:
    kept: list[str] = []
    between = _last_quote_between(lines)
    at = 0
    while at < len(lines):
        if _FORWARD.match(lines[at]):  # a forwarded mail is what the customer wants us to read
            return kept + lines[at:]
        after = _past_header(lines, at)
        if after == at:
            kept.append(lines[at])
            at += 1
            continue
        at = _past_quote(lines, after)
        if at == after:  # not marked with '>': the old mail runs to the end
            break
        if between > at:  # answers between quotes need them
            kept += lines[after:at]
    return _without_trailing_quote(kept, cut=len(kept) < len(lines))


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(_QUOTE_MARKS)


def _last_quote_between(lines: list[str]) -> int:
    """The index of the last quoted line that has own words after it, or -1."""
    own = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].strip() and not _is_quoted(lines[at])), -1)
    return next((at for at in range(own - 1, -1, -1) if _is_quoted(lines[at])), -1)


def _without_trailing_quote(lines: list[str], *, cut: bool) -> list[str]:
    """The lines without quotes at their end, and without the rule that led to what was `cut` there."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _is_quoted(lines[end - 1]) or (cut and _RULE.match(lines[end - 1]))):
        end -= 1
    quoted = any(_is_quoted(line) for line in lines[end:])
    announced = quoted and end and lines[end - 1].rstrip().endswith((":", "："))  # `Your page says:`
    return lines if announced else lines[:end]


def _past_header(lines: list[str], at: int) -> int:
    """The line after a header such as `On Monday Ann wrote:` (mail programs wrap it), or `at` where there is none."""
    line = lines[at]
    if not line.strip():
        return at
    if _OLDER.match(line) or _is_head(lines, at) or _is_device_above_old_mail(lines, at):
        return len(lines)
    for wrapped in (1, 2, 3):
        header = lines[at : at + wrapped]
        if any(not part.strip() or (_is_quoted(part) and not re.fullmatch(r">\s*[:：]", part)) for part in header):
            break
        if wrapped > 1 and not _wraps(line, " ".join(header[1:])):
            break  # the line is the sender's own, the header comes after it
        quote = next((near for near in lines[at + wrapped : at + wrapped + 2] if near.strip()), "")
        if _introduces(" ".join(header), quote):
            return at + wrapped
    return at


def _wraps(line: str, rest: str) -> bool:
    """Whether `line` may begin a header that ends in `rest`, rather than stand above a header."""
    if not _WRAPS.match(line):
        return False
    return bool(_DATED.search(line)) or not (_WRAPS.match(rest) and _DATED.search(rest) and _introduces(rest, ""))


def _introduces(header: str, quote: str) -> bool:
    if len(header) > 400 or _OWN_WORDS.search(header):
        return False
    colon = header.rstrip().endswith((":", "："))
    dated, address = _DATED.search(header), _ADDRESS.search(header)
    if _SAID.search(header):
        known = dated or address or re.search(r"さん|様", header) or quote.startswith((*_QUOTE_MARKS, "|"))
        return bool(known) if colon else bool(dated and "@" in header) or (bool(known) and _is_quoted(quote))
    if not colon:
        return False
    return bool(dated and address) or (bool(dated or "@" in header) and quote.startswith(_QUOTE_MARKS))


def _is_head(lines: list[str], at: int) -> bool:
    """Whether From, Sent, To and Subject of an older mail stand here, in any order; trips go From, To and Date too."""
    if not (_SENDER.match(lines[at]) or _ABOUT.match(lines[at])):
        return False
    near = lines[at : at + 10]
    block = near[: next((index for index, line in enumerate(near) if not line.strip()), 10)]
    about = [found for line in block if (found := _ABOUT.match(line))]
    sender = any(_SENDER.match(line) for line in block)
    return sender and len(about) >= 2 and (any(found[1] for found in about) or any("@" in line for line in block))


def _is_device_above_old_mail(lines: list[str], at: int) -> bool:
    alone = 0 < at < len(lines) - 1 and not lines[at - 1].strip() and not lines[at + 1].strip()
    return alone and _DEVICE.match(lines[at]) is not None


def _past_quote(lines: list[str], at: int) -> int:
    """The line after the block of `>` or `|` lines that starts at `at`; `at` itself where no words are quoted next."""
    end = at
    for index in range(at, len(lines)):
        line = lines[index]
        if _is_quoted(line) or line.startswith("|") or (end == index > at and _is_rest(lines[index - 1], line)):
            end = index + 1
        elif line.strip():
            break
    return end


def _is_rest(quoted: str, line: str) -> bool:
    """Whether `line` is the rest of a long quoted line, which a mail program broke without a mark of its own."""
    ended = quoted.rstrip().endswith(("?", "!", "。", "？", "！"))
    return len(quoted) >= 60 and not ended and (line[:1].islower() or not quoted.rstrip().endswith("."))


def _without_signature(lines: list[str]) -> list[str]:
    """The lines without signatures: `Regards, Bo`, then his company's block, then the phone's line; none for none."""
    for _ in range(4):
        end = _signature(lines)
        if end == len(lines):
            break
        while end and not lines[end - 1].strip():
            end -= 1
        lines = lines[:end]
    return lines


def _signature(lines: list[str]) -> int:
    """Where a signature begins, or the number of lines."""
    words = 0
    start = len(lines)
    while start and words < _SIGNATURE_LINES and len(lines) - start < 3 * _SIGNATURE_LINES:
        start -= 1
        words += bool(lines[start].strip())
    for at in range(start, len(lines)):
        line = lines[at].strip()
        if line and (_is_start(lines, at, line) or (at and not lines[at - 1].strip() and _is_card(lines, at))):
            return at
    return len(lines)


def _is_start(lines: list[str], at: int, line: str) -> bool:
    if line == "--":
        return True
    if not line[0].isalnum():
        if _RULE.match(line) or re.fullmatch(r"[—–―]{1,3}|__+", line):
            return _is_contact_block(lines, at)
        return at == len(lines) - 1 and at > 1 and not lines[at - 1].strip() and _is_dash_name(lines, at)
    if line[0] in "SsGgVvEeiAsスYyソドOo" and _DEVICE.match(line):
        return len(lines) - at <= 4
    return len(line) <= 50 and _CLOSING.match(line) is not None and _is_name_block(lines[at + 1 :])


def _words_of(lines: list[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip() and not _RULE.match(line)]


def _before(lines: list[str], at: int) -> str:
    return next((line for line in reversed(lines[:at]) if line.strip()), "")


def _is_contact_block(lines: list[str], at: int) -> bool:
    """Short lines that say twice how to reach the sender, or once below a name; nothing that the text hands over."""
    block = _words_of(lines[at + 1 :])
    if not block or any(len(line) > 70 for line in block) or _HANDS_OVER.search(_before(lines, at)):
        return False
    reach = sum(bool(_CONTACT.search(line)) for line in block)
    return reach >= 2 or (reach == 1 and _is_name(block[0]))


def _is_card(lines: list[str], at: int) -> bool:
    """The last paragraph is a name and lines that hold nothing but how to reach it, or a name and `via mobile`."""
    block = lines[at:]
    if (
        len(block) > 8
        or not all(block)
        or not _is_name(re.sub(r"^(?:株式会社|有限会社)\S+\s*", "", block[0]) or block[0])
    ):
        return False
    before = _before(lines, at)
    if _HANDS_OVER.search(before) or not re.search(r"[.!?。！？)）\W]\s*$|ます$", before):
        return False
    reach = sum(bool(_REACH.match(line)) for line in block[1:])
    return reach >= 2 or (len(block) == 2 and _DEVICE.match(block[1]) is not None)


def _is_name_block(lines: list[str]) -> bool:
    """A name, then at most a few short lines that are no sentences."""
    block = _words_of(lines)
    if not block or len(block) > 8 or not _is_name(block[0]):
        return False
    return not any(
        len(line) > 70 or _POSTSCRIPT.match(line) or line.endswith(("?", "。")) or len(line.split()) > 8
        for line in block
    )


def _is_dash_name(lines: list[str], at: int) -> bool:
    return (
        bool(re.match(r"\s*(?:-|[—–~]\s?)[^\W\d_]", lines[at]))
        and _is_name(lines[at])
        and not re.search(r"[:：,]\s*$|^\s*[-*•]", _before(lines, at))
    )


def _is_name(line: str) -> bool:
    """`Ann Lee`, `John E. Doe, Ph.D.`, `山田 太郎`, `rick`; not `please call`."""
    bare = re.sub(r",?\s+(?:Ph\.?\s?D|M\.?D|MBA|Jr|Sr)\.?$", "", line.strip(" \t-–—~*_.,"))
    names = bare.split()
    if not 1 <= len(names) <= 4 or not all(re.fullmatch(r"[^\W\d_][\w.'’-]*", name) for name in names):
        return False
    return len(names) == 1 or not any(
        name[0].islower() and name not in ("de", "van", "von", "der", "da") for name in names
    )


def language(raw: str) -> str:
    """`ja` where over a tenth of the letters are kana or kanji, `en` where most are Latin, else the empty string."""
    letters = [char for char in raw[:20_000] if char.isalpha()]
    if not letters:
        return ""
    japanese = sum("\u3040" <= c <= "\u30ff" or "\u3400" <= c <= "\u9fff" or "\uff66" <= c <= "\uff9f" for c in letters)
    latin = sum(c < "\u0250" for c in letters)
    return "ja" if japanese > len(letters) / 10 else "en" if latin > len(letters) / 2 else ""
