"""Mails as mail programs keep them: conversations, sides, letters, and what is no customer's conversation."""

import base64
import quopri
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest import readers
from ingest.readers import fields
from ingest.readers.mails import mail
from ingest.records import Article, Customer, Item, Reject, Ticket

Read = Callable[..., list[Item]]
DESK = "Aozora Home <help@aozora.example>"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """What the files of a folder, {name: bytes or text}, become."""
    monkeypatch.setattr(readers, "_READERS", {"mail": mail, **readers._READERS})
    monkeypatch.setattr(readers, "_BINARY", frozenset({"mail"}))

    def read(files: dict[str, bytes | str]) -> list[Item]:
        for name, data in files.items():
            path = tmp_path / "in" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        return list(readers.read(tmp_path / "in"))

    return read


@pytest.fixture
def read(folder: Read) -> Read:
    """The same for files given as `name_suffix=content`."""
    return lambda **files: folder({name.replace("_", "."): data for name, data in files.items()})


def letter(
    id: str, sender: str, to: str = DESK, subject: str = "Lamp", body: str = "It is dark.", at: int = 0, **more: str
) -> str:
    """A mail of 2 March 2026, `at` minutes after ten; `more` are headers, `In_Reply_To` for In-Reply-To."""
    heads = {"Message-ID": f"<{id}@mail.example>", "From": sender, "To": to, "Subject": subject}
    heads |= {"Date": f"Mon, 2 Mar 2026 10:{at:02}:00 +0000"}
    heads |= {name.replace("_", "-"): value for name, value in more.items()}
    return "".join(f"{name}: {value}\n" for name, value in heads.items() if value) + f"\n{body}\n"


def box(*letters: str) -> str:
    return "".join(f"From - Mon Mar  2 10:00:00 2026\n{one}\n" for one in letters)


def answer(id: str, to: str, **more: Any) -> str:
    return letter(id, DESK, more.pop("to", "Ann Lee <ann@home.example>"), In_Reply_To=f"<{to}@mail.example>", **more)


def tickets(items: list[Item]) -> list[Ticket]:
    return [one for one in items if isinstance(one, Ticket)]


def rejects(items: list[Item]) -> list[Reject]:
    return [one for one in items if isinstance(one, Reject)]


def only(items: list[Item]) -> Ticket:
    assert rejects(items) == []
    (found,) = tickets(items)
    return found


CONVERSATION = (
    letter(
        "c", "Ann Lee <Ann@Home.example>", subject="RE: Lamp", body="Thank you!", at=9, References="<a@mail.example>"
    ),
    answer("b", "a", subject="Re: Lamp", body="We send a new one.", at=5),
    letter("a", "Ann Lee <ann@home.example>"),
)


def test_a_box_becomes_conversations_with_customer_sides_and_order(read: Read) -> None:
    customer, ticket = read(in_mbox=box(*CONVERSATION))
    assert customer == Customer("ann@home.example", "Ann Lee", "ann@home.example")
    assert isinstance(ticket, Ticket)
    assert [(one.direction, one.text) for one in ticket.messages] == [
        ("incoming", "It is dark."),
        ("outgoing", "We send a new one."),
        ("incoming", "Thank you!"),
    ]
    assert ticket.messages[1].author == "Aozora Home"
    assert ticket.id == fields.made_id("mail", "a@mail.example")
    assert (ticket.subject, ticket.customer, ticket.status, ticket.channel) == ("Lamp", customer.id, "open", "email")
    assert ticket.created == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    assert not ticket.guessed


def test_the_newest_reply_alone_has_the_id_of_its_conversation(read: Read) -> None:
    assert only(read(c_eml=CONVERSATION[0])).id == fields.made_id("mail", "a@mail.example")


def test_files_of_a_maildir_belong_together_and_copies_count_once(folder: Read) -> None:
    files = {
        "cur/1772.M1P1.host:2,S": CONVERSATION[2],
        "new/1773.M1P1.host": CONVERSATION[0],
        "Sent/cur/1772.M2P1.host:2,S": CONVERSATION[1],
        "Archive/cur/1774.M9P1.host:2,S": CONVERSATION[2],
        "cur/1775.M1P1.host:2,ST": letter("x", "Bo <bo@shop.example>", body="thrown away"),
        "Drafts/cur/1.host:2,": letter("y", DESK, "bo@shop.example", body="not sent"),
        "Junk.mbox": box(letter("z", "Win <win@prize.example>", body="You won")),
    }
    items = folder(files)
    (ticket,) = tickets(items)
    assert [one.direction for one in ticket.messages] == ["incoming", "outgoing", "incoming"]
    assert sorted(one.reason.split(".")[0] for one in rejects(items)) == [
        "This is a draft that was never sent",
        "This mail lies in spam or trash",
        "This mail lies in spam or trash",
    ]


def test_subject_and_people_join_mails_without_references_within_14_days(read: Read) -> None:
    late = letter("c", "ann@home.example").replace("2 Mar", "30 Mar")
    items = read(
        in_mbox=box(
            letter("a", "ann@home.example", subject="お見積り"),
            letter("b", DESK, "ann@home.example", subject="返信: お見積り", at=3),
            letter("k", "bo@shop.example", subject="お見積り", at=4),
            letter("d", "ann@home.example", subject="Lamp", at=1),
            late,
        )
    )
    assert [(len(one.messages), one.customer) for one in tickets(items)] == [
        (2, "ann@home.example"),
        (1, "bo@shop.example"),
        (1, "ann@home.example"),
        (1, "ann@home.example"),
    ]


def test_mails_of_a_machine_with_one_subject_are_different_matters(read: Read) -> None:
    form = "Shop <noreply@aozora.example>"
    items = read(
        in_mbox=box(
            letter("a", form, subject="New inquiry", Reply_To="Ann Lee <ann@home.example>"),
            letter("b", form, subject="New inquiry", Reply_To="bo@shop.example", Auto_Submitted="auto-generated"),
        )
    )
    assert [(one.customer, one.messages[0].direction) for one in tickets(items)] == [
        ("ann@home.example", "incoming"),
        ("bo@shop.example", "incoming"),
    ]
    assert items[0] == Customer("ann@home.example", "Ann Lee", "ann@home.example")


@pytest.mark.parametrize("prefix", ["Re: ", "FW: ", "Fwd: Re: ", "返信: ", "転送：", "AW: ", "Tr : ", "Re[2]: "])
def test_subjects_lose_their_prefixes(read: Read, prefix: str) -> None:
    assert only(read(a_eml=letter("a", "ann@home.example", subject=f"{prefix}Lamp"))).subject == "Lamp"


# Who is the company


def test_the_company_is_the_domain_that_the_conversations_share(read: Read) -> None:
    staff = "Kenji <kenji@aozora.example>"
    items = read(
        in_mbox=box(
            letter("a", "ann@home.example", staff),
            letter("b", "bo@shop.example", staff),
            letter("c", staff, "cy@farm.example", subject="Your order"),
        )
    )
    assert [(one.customer, one.messages[0].direction, one.guessed) for one in tickets(items)] == [
        ("ann@home.example", "incoming", False),
        ("bo@shop.example", "incoming", False),
        ("cy@farm.example", "outgoing", False),
    ]


def test_the_owner_of_the_mailbox_is_the_company(read: Read) -> None:
    mails = box(
        letter("a", "ann@home.example", "aozora.home@gmail.com", Delivered_To="aozora.home@gmail.com"),
        letter("b", "Aozora <aozora.home@gmail.com>", "ann@home.example", In_Reply_To="<a@mail.example>", at=1),
    )
    ticket = only(read(in_mbox=mails))
    assert [one.direction for one in ticket.messages] == ["incoming", "outgoing"]
    assert not ticket.guessed


def test_a_sent_label_of_gmail_tells_who_we_are(read: Read) -> None:
    mails = box(
        letter(
            "a",
            "sato@aozora.example",
            "ann@home.example",
            X_Gmail_Labels="=?UTF-8?Q?=E9=80=81=E4=BF=A1=E6=B8=88=E3=81=BF?=",
        )
    )
    ticket = only(read(in_mbox=mails))
    assert (ticket.customer, ticket.messages[0].direction, ticket.status) == (
        "ann@home.example",
        "outgoing",
        "resolved",
    )


def test_who_writes_first_is_the_customer_where_nothing_tells(read: Read) -> None:
    first = letter("a", "Ann <ann@gmail.com>", "kenji@gmail.com")
    second = letter("b", "kenji@gmail.com", "ann@gmail.com", In_Reply_To="<a@mail.example>", at=1)
    ticket = only(read(in_mbox=box(first, second)))
    assert ticket.guessed
    assert [one.direction for one in ticket.messages] == ["incoming", "outgoing"]


def test_everybody_who_answers_one_of_our_mails_has_a_conversation(read: Read) -> None:
    news = letter("n", DESK, "", subject="We move", Delivered_To="help@aozora.example")
    replies = [
        letter(
            who,
            f"{who}@home{who}.example",
            subject="Re: We move",
            body=f"I am {who}",
            at=at,
            In_Reply_To="<n@mail.example>",
        )
        for at, who in enumerate(("ann", "bo"), 1)
    ]
    own = letter("o", "cy@farm.example", Delivered_To="help@aozora.example")
    found = [one for one in tickets(read(in_mbox=box(news, *replies, own))) if one.subject == "We move"]
    assert [one.customer for one in found] == ["ann@homeann.example", "bo@homebo.example"]
    assert len({one.id for one in found}) == 2
    assert [[turn.text for turn in one.messages] for one in found] == [
        ["It is dark.", "I am ann"],
        ["It is dark.", "I am bo"],
    ]


def test_an_old_unanswered_mail_does_not_wait(read: Read) -> None:
    old = letter("a", "ann@home.example").replace("Mar 2026", "Mar 2024")
    found = tickets(read(in_mbox=box(old, letter("b", "bo@shop.example", subject="Desk"))))
    assert [one.status for one in found] == ["resolved", "open"]


# What is no conversation

REPORT = (
    "From: Mailer <mailer-daemon@mx.example>\nTo: help@aozora.example\nSubject: Undelivered\nMIME-Version: 1.0\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n--b\n\nIt failed.\n--b--\n'
)
INVITE = (
    "From: ann@home.example\nTo: help@aozora.example\nSubject: Visit\nMIME-Version: 1.0\n"
    'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain\n\nYou are invited.\n'
    '--b\nContent-Type: text/calendar; method="REQUEST"\n\nBEGIN:VCALENDAR\n--b--\n'
)
LOCKED = (
    "From: ann@home.example\nTo: help@aozora.example\nSubject: Secret\nMIME-Version: 1.0\n"
    'Content-Type: multipart/encrypted; boundary="b"\n\n--b\nContent-Type: application/pgp-encrypted\n\nx\n--b--\n'
)
NO_TICKETS = {
    "automatic reply": (letter("a", "ann@home.example", Auto_Submitted="auto-replied"), "automatic reply"),
    "out of office": (letter("a", "ann@home.example", subject="Automatic reply: Lamp"), "automatic reply"),
    "不在": (letter("a", "ann@home.example", subject="自動返信: 不在にしております"), "automatic reply"),
    "newsletter": (letter("a", "news@shop.example", List_Id="<news>", Precedence="bulk"), "newsletter"),
    "bounce": (REPORT, "could not be delivered"),
    "invitation": (INVITE, "calendar invitation"),
    "encrypted": (LOCKED, "encrypted"),
    "deleted": (letter("a", "ann@home.example", X_Mozilla_Status="0009"), "spam or trash"),
    "outlook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Save the mail as .eml"),
    "no words": (letter("a", "ann@home.example", subject="", body=""), "neither words nor a subject"),
    "nothing": (b"\x00\x01\x02 garbage", "no complete mail"),
}


@pytest.mark.parametrize(("raw", "reason"), NO_TICKETS.values(), ids=NO_TICKETS)
def test_what_is_no_conversation_is_rejected_with_its_reason(read: Read, raw: str | bytes, reason: str) -> None:
    name = "a_msg" if isinstance(raw, bytes) and raw[0] == 0xD0 else "a_eml"
    (found,) = read(**{name: raw})
    assert isinstance(found, Reject)
    assert reason in found.reason


def test_an_automatic_reply_inside_a_conversation_is_activity(read: Read) -> None:
    auto = answer("b", "a", body="We got your mail.", at=1, Auto_Submitted="auto-replied")
    ticket = only(read(in_mbox=box(letter("a", "ann@home.example"), auto)))
    assert [one.direction for one in ticket.messages] == ["incoming", "activity"]
    assert ticket.status == "open"


def test_a_group_address_is_no_newsletter(read: Read) -> None:
    mails = letter("a", "ann@home.example", List_Id="<help.aozora.example>", Precedence="list", List_Unsubscribe="<x>")
    assert only(read(a_eml=mails)).customer == "ann@home.example"


# Words, letters and files


def body(kind: str, charset: str, data: bytes, coding: str = "base64") -> bytes:
    coded = (
        base64.encodebytes(data)
        if coding == "base64"
        else quopri.encodestring(data)
        if coding == "quoted-printable"
        else data
    )
    heads = (
        f"From: ann@home.example\nTo: help@aozora.example\nMIME-Version: 1.0\nContent-Type: {kind}; charset={charset}\n"
    )
    return f"{heads}Content-Transfer-Encoding: {coding}\n\n".encode() + coded


JA = "お世話になります。ランプが①台届きません。㈱青空"
CHARSETS = {
    "iso-2022-jp": (
        b"\x1b$B$*@$OC$K$J$j$^$9!#%i%s%W$,\x2d\x21BfFO$-$^$;$s!#\x2d\x6a@D6u\x1b(B", "iso-2022-jp", "7bit", JA),
    "undeclared jis": (b"\x1b$B%i%s%W\x1b(B", "us-ascii", "7bit", "ランプ"),
    "shift_jis": (JA.encode("cp932"), "Shift_JIS", "base64", JA),
    "euc-jp": (JA.encode("euc_jis_2004"), "EUC-JP", "8bit", JA),
    "utf-8": (JA.encode(), "utf-8", "quoted-printable", JA),
    "windows-1252": ("It’s £5 – dark".encode("cp1252"), "iso-8859-1", "8bit", "It’s £5 – dark"),
    "wrongly declared": (("ランプが届きません。" * 5).encode("cp932"), "utf-8", "base64", "ランプが届きません。" * 5),
    "unknown charset": (JA.encode(), "x-klingon", "base64", JA),
}  # fmt: skip


@pytest.mark.parametrize(("data", "charset", "coding", "text"), CHARSETS.values(), ids=CHARSETS)
def test_letters_of_every_charset(read: Read, data: bytes, charset: str, coding: str, text: str) -> None:
    assert only(read(a_eml=body("text/plain", charset, data, coding))).messages[0].text == text


def test_headers_in_encoded_words_and_raw_letters(read: Read) -> None:
    halves = [base64.b64encode(part).decode() for part in ("ランプ".encode()[:4], "ランプ".encode()[4:])]
    mails = letter("a", "=?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <yamada@home.example>", subject="{}").format(
        f"=?utf-8?B?{halves[0]}?=\n =?utf-8?B?{halves[1]}?="
    )
    customer, ticket = read(a_eml=mails)
    assert isinstance(customer, Customer)
    assert isinstance(ticket, Ticket)
    assert (customer.name, ticket.subject) == ("山田", "ランプ")
    raw = letter("b", '"佐藤, 花子" <sato@home.example>', subject="机").encode("cp932")
    other = [one for one in read(b_eml=raw) if isinstance(one, Customer)]
    assert [one.name for one in other] == ["山田", "佐藤, 花子"]


PARTS = """From: ann@home.example
To: help@aozora.example
Subject: Photos
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="outer"

--outer
Content-Type: multipart/alternative; boundary="inner"

--inner
Content-Type: text/plain; charset=utf-8; format=flowed

The lamp is \nbroken.
> quoted \nHere you are.
--inner
Content-Type: text/html; charset=utf-8

<p>not this one</p>
--inner--
--outer
Content-Type: image/png; name="logo.png"
Content-Disposition: inline
Content-ID: <logo>

x
--outer
Content-Type: application/pdf
Content-Disposition: attachment; filename*0*=utf-8''%E9%A0%98; filename*1*=%E5%8F%8E%E6%9B%B8.pdf

x
--outer
Content-Type: image/jpeg; name="=?ISO-2022-JP?B?GyRCPEw/PxsoQi5qcGc=?="
Content-Disposition: attachment

x
--outer
Content-Type: application/zip
Content-Disposition: attachment; filename="..\\\\..\\\\C:/etc/pass wd.zip"

x
--outer
Content-Type: message/rfc822

From: bo@shop.example
Subject: Old order

old
--outer--
"""


def test_parts_words_and_names_of_files(read: Read) -> None:
    message = only(read(a_eml=PARTS)).messages[0]
    assert message.text == "The lamp is broken.\n> quoted\nHere you are."
    assert message.attachments == ("領収書.pdf", "写真.jpg", "pass wd.zip", "Old order.eml")


def test_html_where_there_is_nothing_else(read: Read) -> None:
    page = "<p>ランプが<b>暗い</b></p><blockquote type='cite'>old words</blockquote>"
    assert only(read(a_eml=body("text/html", "utf-8", page.encode()))).messages[0].text == "ランプが暗い\n\n> old words"


def test_a_mail_of_a_subject_only_says_its_subject(read: Read) -> None:
    assert (
        only(read(a_eml=letter("a", "ann@home.example", subject="Please cancel", body=""))).messages[0].text
        == "Please cancel"
    )


def test_apples_file_and_lines_that_begin_with_from(read: Read) -> None:
    inside = letter("a", "ann@home.example", body="Hello\n\nFrom 10:00 on it was dark.\n>From me")
    ticket = only(read(a_emlx=f"{len(inside)}\n{inside}"))
    assert ticket.messages[0].text.startswith("Hello\n\nFrom 10:00 on")
    mails = tickets(read(a_emlx="", b_mbox=box(inside, letter("b", "bo@shop.example"))))
    assert [one.messages[0].text for one in mails] == ["Hello\n\nFrom 10:00 on it was dark.\nFrom me", "It is dark."]


# Texts and pages

SAVED = {
    "outlook text": "From:\tAnn Lee <ann@home.example>\nSent:\tMonday, March 2, 2026 10:00 AM\n"
    "To:\thelp@aozora.example\nSubject:\tLamp\n\nIt is dark.\n",
    "japanese": "差出人: Ann Lee <ann@home.example>\n送信日時: 2026年3月2日 10:00\n"
    "宛先: help@aozora.example\n件名：Lamp\n\nIt is dark.",
}


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "cp932"])
@pytest.mark.parametrize("raw", SAVED.values(), ids=SAVED)
def test_a_mail_saved_as_text(read: Read, raw: str, coding: str) -> None:
    customer, ticket = read(a_txt=raw.encode(coding))
    assert isinstance(ticket, Ticket)
    assert customer == Customer("ann@home.example", "Ann Lee", "ann@home.example")
    assert (ticket.subject, ticket.messages[0].text) == ("Lamp", "It is dark.")
    assert ticket.created == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


ANSWERS = {
    "a_txt": "Still dark.\n\nOn Tue, 3 Mar 2026 at 10:02, Ann Lee\n<help@aozora.example> wrote:\n\n> We sent it.\n",
    "b_txt": "まだ届きません。\n\n2026年3月3日(火) 10:02 サポート <help@aozora.example>:\n> 発送しました。\n",
    "c_html": "<div>Still dark.</div>"
    "<div class='gmail_quote'>On 3 Mar 2026 Ann wrote:<blockquote>We sent it.</blockquote></div>",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_text_or_page_that_answers_a_mail_is_a_ticket_of_somebody(read: Read, name: str) -> None:
    ticket = only(read(**{name: ANSWERS[name]}))
    assert ticket.guessed
    assert ticket.messages[0].text.startswith(("Still dark.", "まだ届きません。"))


ARTICLES = {
    "plain": "Lamps\n\nTurn the lamp off. On Monday we wrote: clean it.\n",
    "quote": "# Answering mails\n\nOn 3 Mar 2026, Ann wrote:\n> How do I clean it?\n\nSay this.",
    "trip": "From: Tokyo\nTo: Osaka\nThe train takes three hours.\n",
    "front matter": "---\ntitle: Lamps\ndate: 2026-03-02\n---\nFrom: anywhere.\n",
}


@pytest.mark.parametrize("raw", ARTICLES.values(), ids=ARTICLES)
def test_articles_are_no_mails(read: Read, raw: str) -> None:
    assert [type(one) for one in read(a_txt=raw)] == [Article]


# Broken and hostile


def nested(depth: int) -> str:
    opens = "".join(f'Content-Type: multipart/mixed; boundary="b{at}"\n\n--b{at}\n' for at in range(depth))
    return f"From: ann@home.example\nTo: help@aozora.example\nSubject: Deep\n{opens}\nwords\n"


HOSTILE = {
    "cut off": PARTS[:400],
    "no headers at all": "\n\nJust words",
    "base64 damage": body("text/plain", "utf-8", b"").decode() + "SGVsbG8gd29ybGQ@@@=\n!!",
    "nul bytes": letter("a", "ann@home.example", body="It\0 is dark").replace("Lamp", "La\0mp"),
    "nested": nested(10_000),
    "nested a little": nested(60),
    "many parts": 'From: a@b.example\nContent-Type: multipart/mixed; boundary="b"\n\n' + "--b\n" * 100_000,
    "odd date": letter("a", "ann@home.example").replace("2026", "99999999999"),
    "odd address": letter("a", "<<<@@>>,;:(" * 2000),
    "many references": letter("a", "ann@home.example", References="<x@y> " * 200_000),
    "odd words": letter("a", "ann@home.example", subject="=?utf-8?B?!!!?= =?x?Q?=ZZ?="),
    "long header": letter("a", "ann@home.example", subject="x" * 50_000_000),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_broken_mails_end_as_a_ticket_or_a_reason(read: Read, raw: str) -> None:
    items = read(a_eml=raw.encode("utf-8", "surrogateescape"), z_eml=letter("z", "bo@shop.example", body="I am whole."))
    assert [one.messages[0].text for one in tickets(items) if one.customer == "bo@shop.example"] == ["I am whole."]
    assert len(tickets(items)) + len(rejects(items)) == 2
    assert all(one.reason and len(one.raw) <= 20_000 for one in rejects(items))


def test_one_damaged_file_does_not_cost_the_others(folder: Read) -> None:
    damaged = ANSWERS["b_txt"].encode() + "届きません。\n".encode() * 9 + b"\xe3\x82\n"
    items = folder({"a.txt": damaged, "b.msg": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "c.eml": CONVERSATION[2]})
    assert [one.place for one in rejects(items)] == ["a.txt", "b.msg"]
    assert [one.subject for one in tickets(items)] == ["Lamp"]


@pytest.mark.timeout(60)
def test_a_mail_of_100_mb_is_read_without_its_attachment(read: Read) -> None:
    blob = base64.encodebytes(bytes(range(256)) * 4096).decode() * 72
    raw = PARTS.replace("\nx\n", f"\n{blob}\n", 1)
    assert len(raw) > 100_000_000
    ticket = only(read(a_eml=raw))
    assert ticket.messages[0].attachments == ("領収書.pdf", "写真.jpg", "pass wd.zip", "Old order.eml")
