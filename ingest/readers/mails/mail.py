"""Mails as mail programs keep them: mbox, maildir, .eml, .emlx, and mails that were saved as text or as a web page."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ingest import markup
from ingest.errors import SenderError
from ingest.readers import fields, opening
from ingest.readers.gathering import Pile
from ingest.readers.mails import mail_boxes, mail_letters, mail_tickets
from ingest.readers.mails.mail_letters import WHY, Kind, Letter
from ingest.readers.mails.mail_threads import Threads
from ingest.readers.opening import Columns, File, Head
from ingest.records import Item, Message, Reject, Reply, Ticket

Meant = Callable[[Sequence[str], str], str]  # Message-IDs and an address -> the ticket of a mail that went there
_OWN = "This desk has sent this mail itself. Nothing has to be done."
_OUTLOOK = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"!BDN")
_OUTLOOK_FILES = frozenset({".msg", ".oft", ".pst", ".ost"})
_FROM_OUTLOOK = (
    "Outlook's own files cannot be read. Save the mail as .eml (drag it out of the new Outlook, or forward it as an "
    "attachment to another mail program), or export the whole folder as mbox."
)
_HEADERS = frozenset({
    "from", "to", "cc", "subject", "date", "sent", "message-id", "received", "mime-version", "content-type",
    "return-path", "delivered-to", "reply-to", "in-reply-to", "references", "x-original-to", "x-mailer",
})  # fmt: skip
_HEADER = re.compile(r"([\w-]{1,60})[ \t]*[:：]")
_ARCHIVED_PAGE = re.compile(r"^(?:from: <saved by|snapshot-content-location:)", re.I | re.M)
# A body with the mail that it answers: the header of the quote, then the quote.
_ANSWER = re.compile(
    r"^(?:(?:On|Le|Am|El|Il|Em|Op)\s(?=[^\n]*\d)[^\n]{6,200}(?:\n(?!>)[^\n]{0,120}){0,2}?"
    r"(?:wrote|a écrit|schrieb[^\n]{0,80}|escribió|ha scritto|escreveu)\s*:"
    r"|[^\n]{0,60}\d{4}[年/-]\d{1,2}[月/-]\d{1,2}[^\n]{0,120}(?:<\S+@\S+>|のメール|書きました|wrote)\s*[:：]"
    r"|[^\n]{1,40}(?:さん|様)(?:は|が)?(?:書きました|のメール|\swrote)\s*[:：])[ \t]*\n(?:[ \t]*\n)?[ \t]*[>＞]"
    r"|^-{2,} ?(?:Original Message|元のメッセージ) ?-{2,}[ \t]*\n(?:[ \t]*\n)?[ \t]*(?:From|差出人)[ \t]*[:：]"
    r"|^[ \t]*(?:From|差出人)[ \t]*[:：][^\n]*\n(?:[^\n:]*@[^\n]*\n)?[ \t]*(?:Sent|送信日時)[ \t]*[:：][^\n]*\n"
    r"[ \t]*(?:To|宛先)[ \t]*[:：]",
    re.M,
)
_ARTICLE = re.compile(r"^(?:#{1,6} |---$|```|={4,}$)", re.M)
_PAGE = re.compile(  # what mail programs leave in the HTML of an answer
    r"class=[\"']?(?:gmail_quote|gmail_extra|yahoo_quoted|moz-cite-prefix|hmmessage|protonmail_quote)"
    r"|id=[\"']?(?:divRplyFwdMsg|OLK_SRC_BODY_SECTION|stopSpelling|appendonsend|zwchr)"
    r"|<blockquote[^>]{1,300}type=[\"']?cite|content=[\"']Windows Mail"
    r"|<b>(?:From|差出人)\s*[:：]?\s*</b>.{1,300}<b>(?:Sent|To|送信日時|宛先)\s*[:：]?\s*</b>"
    r"|@[^&<>@\s]{1,120}(?:</a>)?&gt;:(?:<br ?/?>|</p>|\s)*<blockquote",
    re.I | re.S,
)
_OFFICE_HEAD = re.compile(
    r"\b(?:From|差出人)\s*[:：].{1,300}?\b(?:Sent|送信日時)\s*[:：].{1,300}?\b(?:Subject|件名)\s*[:：]", re.S
)
_FOLDERS: dict[str, Kind | None] = {
    **dict.fromkeys(["sent", "sent items", "sent mail", "sent messages", "sent-mail", "gesendet"], None),
    **dict.fromkeys(["送信済み", "送信済みアイテム", "送信済みメール", "送信済みトレイ"], None),
    **dict.fromkeys(["trash", "deleted items", "deleted messages", "bin", "spam", "junk", "junk e-mail"], "spam"),
    **dict.fromkeys(["junk email", "bulk mail", "ゴミ箱", "迷惑メール", "削除済みアイテム"], "spam"),
    **dict.fromkeys(["drafts", "draft", "下書き"], "draft"),
}  # fmt: skip
_FLAGS: dict[str, Kind] = {"T": "spam", "D": "draft"}  # of maildir, in the file's name


def claims(head: Head) -> bool:
    """A mail or a box of them by suffix or by its header lines; a text or page only where it plainly is an answer."""
    if head.data.startswith(_OUTLOOK) and head.suffix in _OUTLOOK_FILES:
        return True
    if head.suffix in {".mht", ".mhtml"} or _ARCHIVED_PAGE.search(head.text[:2000]):
        return False
    return (
        head.suffix in {".eml", ".emlx"} or _is_box(head) or _is_mail(head.text) or _is_page(head) or _is_answer(head)
    )


def gather(files: Sequence[File], named: Columns | None, ours: Meant | None = None) -> Iterator[Item]:
    """One ticket a conversation, its customer before it; what no customer's conversation is comes as Rejects.

    What answers a mail of the desk's own, as `ours` knows them, is no conversation of its own but comes as a Reply.
    """
    threads, known = Threads(), set[str]()
    with Pile() as pile:
        for index, file in enumerate(files):
            try:
                yield from _collect(file, index, threads, pile, ours)
            except SenderError as error:
                yield opening.reject(file, str(error))
            except (OSError, UnicodeError):  # one file does not cost the others
                yield opening.reject(file, "This file cannot be read to its end. Export its mails again.")
        company = threads.company()
        for numbers, apart in threads.conversations(company):
            kept = [pile.under(str(number))[0] for number in numbers]
            letters = [Letter.from_json(one["letter"]) for one in kept]
            if all(letter.kind != "mail" for letter in letters):
                yield from (_reject(files[one["file"]], one["where"], x) for one, x in zip(kept, letters, strict=True))
                continue
            customer, ticket = mail_tickets.ticket(letters, company, threads.newest, apart=apart)
            if ticket is None:
                reason = "This mail has neither words nor a subject. Write down what it is about and import it again."
                yield opening.reject(files[kept[0]["file"]], reason, letters[0].shown, kept[0]["where"])
                continue
            if customer and customer.id not in known:
                known.add(customer.id)
                yield customer
            yield ticket


def _collect(file: File, index: int, threads: Threads, pile: Pile, ours: Meant | None) -> Iterator[Item]:
    """Put the file's mails on the pile; what is no part of a conversation is yielded at once."""
    head = opening.look(file)
    if head.data.startswith(_OUTLOOK):
        yield opening.reject(file, _FROM_OUTLOOK)
    elif head.suffix not in {".eml", ".emlx"} and not _is_box(head) and not _is_mail(head.text):
        yield _single(file)
    else:
        kind, sent = _place(file)
        for where, raw in mail_boxes.mails(file):
            letter = mail_letters.letter(raw)
            if letter and (kind or sent):
                letter = replace(letter, kind=kind or letter.kind, sent=letter.sent or sent)
            if letter is None:
                yield opening.reject(file, mail_letters.TOO_DEEP, raw[:2000].decode("utf-8", "replace"), where)
            elif not (letter.address or letter.subject):
                reason = "This is no complete mail: it has neither sender nor subject. Export it again."
                yield opening.reject(file, reason, raw[:2000].decode("utf-8", "replace"), where)
            elif letter.kind != "spam" and ours and any(ours([letter.id], one) for one in letter.to):
                yield opening.reject(file, _OWN, letter.shown, where)
            elif letter.kind in {"mail", "auto"} and ours and (meant := ours(letter.above, letter.address)):
                yield _reply(letter, meant)
            elif letter.kind not in {"mail", "auto", "bulk"}:
                yield _reject(file, where, letter)
            elif (number := threads.add(letter)) is not None:
                pile.add(str(number), 0, {"letter": letter.as_json(), "file": index, "where": where})


def _reply(letter: Letter, ticket: str) -> Reply:
    text = letter.text.strip() or letter.subject
    return Reply(letter.id, ticket, letter.address, text, letter.files, automatic=letter.kind == "auto")


def _place(file: File) -> tuple[Kind | None, bool]:
    """What the file's folder and maildir's flags say of its mails: trash or drafts, and whether they were sent."""
    parts = (*PurePosixPath(file.name).parts[:-1], file.stem)
    steps = [re.sub(r"^(?:\.?INBOX)?\.", "", part).casefold() for part in parts]
    folders = [_FOLDERS[step] for step in steps if step in _FOLDERS]
    flags = re.search(r":2,([A-Za-z]*)$", file.base)
    flagged = next((_FLAGS[flag] for flag in (flags[1] if flags else "") if flag in _FLAGS), None)
    return flagged or next((kind for kind in folders if kind), None), None in folders


def _reject(file: File, where: int | None, letter: Letter) -> Reject:
    return opening.reject(file, WHY[letter.kind], letter.shown, where)


def _single(file: File) -> Ticket:
    """A text or a page that is an answer, by nobody knows whom."""
    raw = opening.whole(file, 20_000_000).replace("\0", "")
    text = markup.html(raw, mail=True) if markup.is_html(raw) else markup.text(raw)
    message = Message("incoming", text)
    return Ticket(fields.made_id("mail", file.base, text), (message,), guessed=True)


def _is_box(head: Head) -> bool:
    found = mail_boxes.START.match(head.data)
    return found is not None and len(_names(head.text.partition("\n")[2]) & _HEADERS) >= 2


def _is_mail(text: str) -> bool:
    """Header lines first, three of those that mails have, with a sender and an address or a server among them."""
    text = text.lstrip("\ufeff\n\0")
    names = _names(re.sub(r"\A\d+[ \t]*\n", "", text))
    known = names & _HEADERS
    if len(known) < 3 or not known & {"from", "return-path", "received"}:
        return False
    return "@" in text[:8000] or bool(known & {"message-id", "received"})


def _names(text: str) -> set[str]:
    """The names of the header lines at the top, in English and lower case."""
    names: set[str] = set()
    for line in text.split("\n")[:400]:
        found = _HEADER.match(line)
        if found:
            names.add(mail_boxes.NAMES.get(found[1].casefold(), found[1]).casefold())
        elif not (names and line[:1] in (" ", "\t")) or not line.strip():
            break
    return names


def _is_page(head: Head) -> bool:
    start = re.match(r"\s*<(?:\?xml[^>]*>\s*<)?(?:!doctype html|html\b|div\b|p\b|table\b)", head.text, re.I)
    if head.suffix not in {".html", ".htm"} and not (start and head.suffix in {"", ".txt"}):
        return False
    words = re.sub(r"<[^>]*>", " ", re.sub(r"(?is)<(style|script).*?</\1>", "", head.text))
    return _PAGE.search(head.text) is not None or _OFFICE_HEAD.search(words) is not None


def _is_answer(head: Head) -> bool:
    """A short text with a quoted mail; an article that shows one has headings."""
    if head.suffix not in {"", ".txt", ".text"} or len(head.data) >= 65_536 or _ARTICLE.search(head.text):
        return False
    return _ANSWER.search(head.text) is not None
