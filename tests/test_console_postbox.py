"""Mails of chats, both ways, through a real mail server: out to who has left, and back into the same conversation."""

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import smtp_sink
from pydantic import SecretStr

from console import conversations, mailing, postbox, rounds, serve, sync
from console.settings import Settings
from console.widget import view
from ingest import answering, pipeline
from ingest.records import Message, Reply, Ticket
from ingest.shelving import Shelves
from ingest.store import folders, handoffs, imports, mails, notes, tickets
from ingest.store.tickets import Query

ANN, US = "ann@home.example", "Mori Help <help@shop.example>"
LATER = postbox.PATIENCE + timedelta(seconds=5)
QUESTION = "My hub blinks red since this morning."


@dataclass
class Office:
    """A desk whose mails go to a real server, and one chat `id` of a visitor who has left."""

    shelves: Shelves
    settings: Settings
    sink: smtp_sink.Sink
    id: str = "W-0123456789ab"

    def reply(self, text: str = "Hold the button for ten seconds.", *, resolve: bool = False) -> None:
        conversations.reply(self.shelves, self.id, text, by="emma", author="Emma Clarke", resolve=resolve)

    def round(self, after: timedelta = LATER) -> int:
        return postbox.round(self.shelves, self.settings, datetime.now(UTC) + after)

    def change(self, **values: Any) -> None:
        with self.shelves.db.write() as db:
            tickets.change(db, self.id, **values)

    def row(self) -> Any:
        with self.shelves.db.read() as db:
            return tickets.row(db, self.id)

    def said(self) -> list[tuple[str, str]]:
        with self.shelves.db.read() as db:
            return [(turn.direction, turn.text) for turn in tickets.turns(db, self.id)]

    def kept(self) -> list[mails.Mail]:
        with self.shelves.db.read() as db:
            return mails.of(db, self.id)

    def bring(self, folder: Path, *letters: EmailMessage) -> pipeline.Report:
        folder.mkdir(exist_ok=True)
        for n, letter in enumerate(letters):
            (folder / f"{n}.eml").write_bytes(letter.as_bytes(policy=policy.SMTP))
        return pipeline.run([folder], self.shelves, source="mailbox")


@pytest.fixture
def office(shelves: Shelves, tmp_path: Path) -> Iterator[Office]:
    with smtp_sink.running() as sink:
        settings = Settings(
            home=tmp_path, company="Mori", smtp_url=SecretStr(f"smtp://127.0.0.1:{sink.port}"), mail_from=US
        )
        made = Office(shelves, settings, sink)
        first = Message("incoming", QUESTION, datetime.now(UTC))
        ticket = Ticket(made.id, (first,), subject=QUESTION, status="open", channel="chat", lang="en")
        conversations.begin(shelves, ticket, visitor="visitor-1")
        made.change(reply_to=ANN, customer=ANN)
        yield made


def _answer(
    to: EmailMessage, text: str = "It still blinks.", sender: str = f"Ann <{ANN}>", **heads: str
) -> EmailMessage:
    """What a mail program makes of pressing Reply."""
    letter = EmailMessage()
    letter["From"], letter["To"] = sender, US
    letter["Subject"] = f"Re: {to['Subject']}"
    letter["Date"], letter["Message-ID"] = "Mon, 30 Nov 2026 10:00:00 +0900", heads.pop("id", "<answer-1@home.example>")
    letter["In-Reply-To"] = to["Message-ID"]
    letter["References"] = " ".join(filter(None, (to["References"], to["Message-ID"])))
    for name, value in heads.items():
        letter[name.replace("_", "-")] = value
    quoted = "".join(f"> {line}\n" for line in to.get_content().splitlines())
    letter.set_content(f"{text}\n\nOn Mon, 30 Nov 2026 at 09:00, Mori Help <help@shop.example> wrote:\n{quoted}")
    return letter


# ---- out


def test_a_reply_goes_out_once_when_its_visitor_has_not_seen_it(office: Office) -> None:
    office.reply()
    assert office.round(timedelta(minutes=1)) == 0  # they may still be there
    assert office.round() == 1
    assert office.round() == 0
    (mail,) = office.sink.mails
    assert (mail["From"], mail["To"]) == (US, ANN)
    assert mail["Subject"] == f"Re: {QUESTION} [{office.id}]"
    assert re.fullmatch(rf"<kz\.{office.id}\.\d+\.[0-9a-f]{{20}}@shop\.example>", mail["Message-ID"])
    assert "Auto-Submitted" not in mail  # a person wrote it
    assert mail.get_content().startswith("Hold the button for ten seconds.")
    assert office.id in mail.get_content()
    assert [(one.kind, one.text) for one in office.kept()] == [("reply", "")]  # nothing is kept twice


def test_what_was_seen_in_the_chat_does_not_go_out(office: Office) -> None:
    office.reply()
    office.change(read_to=len(office.said()) - 1)
    assert office.round() == 0
    assert office.kept() == []


def test_what_is_seen_between_two_tries_goes_out_no_more(office: Office) -> None:
    office.reply()
    office.sink.trouble = "451 later"
    assert office.round() == 0
    assert "451" in office.kept()[0].trouble or "later" in office.kept()[0].trouble
    office.change(read_to=99)
    office.sink.trouble = ""
    assert office.round(LATER + timedelta(hours=1)) == 0
    assert (office.kept()[0].trouble, office.sink.mails) == (postbox.SEEN, [])


def test_a_server_that_is_away_is_tried_again_and_given_up_in_the_end(office: Office) -> None:
    office.reply()
    office.sink.trouble = "451 later"
    at = LATER
    for pause in mailing.PAUSES:
        assert office.round(at) == 0
        at += pause + timedelta(seconds=1)
    office.round(at)
    office.sink.trouble = ""
    assert office.round(at + timedelta(hours=9)) == 0
    (one,) = office.kept()
    assert one.given_up is not None
    assert (one.tries, one.text) == (len(mailing.PAUSES) + 1, "")


def test_each_reply_is_a_mail_of_its_own_in_one_thread(office: Office) -> None:
    office.reply("First.")
    assert office.round() == 1
    office.reply("Second.")
    assert office.round() == 1
    first, second = office.sink.mails
    assert second["In-Reply-To"] == first["Message-ID"]
    root = first["References"].strip()
    assert second["References"].split() == [root, first["Message-ID"].strip()]
    assert first["In-Reply-To"].strip() == root
    assert first["Message-ID"] != second["Message-ID"]


def test_no_mail_goes_to_an_address_that_nobody_left(office: Office) -> None:
    office.change(reply_to="")  # the customer's record has an address, but nobody left it in the chat
    office.reply()
    assert office.round() == 0
    assert office.sink.mails == []


def test_no_mail_goes_out_of_notes_or_of_what_is_old_or_imported(office: Office) -> None:
    conversations.add(office.shelves, office.id, "Looks angry.", direction="note", author="Emma")
    with office.shelves.db.write() as db:
        old = datetime.now(UTC) - postbox.LATEST - timedelta(minutes=5)
        tickets.add(db, office.id, Message("outgoing", "Long ago.", old, "Emma"))
    assert office.round() == 0


def test_nothing_goes_out_unless_the_settings_say_from_whom(office: Office) -> None:
    office.reply()
    office.settings = office.settings.model_copy(update={"mail_from": ""})
    assert office.round() == 0
    assert office.kept() == []


def test_another_address_stops_what_was_meant_for_the_old_one(office: Office) -> None:
    office.reply()
    office.sink.trouble = "451 later"
    office.round()
    office.change(reply_to="ann@work.example")
    office.sink.trouble = ""
    office.round(LATER + timedelta(hours=1))
    assert office.kept()[0].trouble == postbox.CHANGED
    assert office.sink.mails == []


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_nothing_that_was_said_gets_into_the_head(office: Office, lang: str) -> None:
    office.change(subject="Hub\r\nBcc: evil@example.com\r\n\r\n\u202e<b>x " + "ハ" * 500, lang=lang)
    office.reply("Bcc: evil@example.com\n\n.\nDATA\n\u3000ありがとうございます")
    assert office.round() == 1
    (mail,) = office.sink.mails
    assert mail["Bcc"] is None
    assert len(mail["Subject"]) < 160
    assert "\n" not in mail["Subject"]
    assert office.id in mail["Subject"]
    assert "ありがとうございます" in mail.get_content()
    assert ("お問い合わせ番号" in mail.get_content()) == (lang == "ja")


@pytest.mark.parametrize("to", ["a@b.example, c@d.example", "a@b.example\nBcc: c@d.example", "foo:a@b.example;"])
def test_a_mail_goes_to_one_address_whatever_stands_there(office: Office, to: str) -> None:
    office.change(reply_to=to)
    office.reply()
    office.round()
    assert all("c@d.example" not in str(mail["To"]) and mail["Bcc"] is None for mail in office.sink.mails)


# ---- back


def test_an_answer_by_mail_goes_on_in_the_same_ticket_and_reopens_it(office: Office, tmp_path: Path) -> None:
    office.reply(resolve=True)
    office.round()
    report = office.bring(tmp_path / "in", _answer(office.sink.mails[0]))
    assert report.changed == {"ticket": 1}
    assert office.row().status == "open"
    assert office.said()[-1] == ("incoming", "It still blinks.")  # without what it quotes
    with office.shelves.db.read() as db:
        assert tickets.count(db, Query(statuses=())) == 1
        assert [(one.who, one.text) for one in view.of(db, "visitor-1").turns][-1] == ("you", "It still blinks.")
        last = handoffs.last(db, office.id)
        assert "answered by mail" in [line.action for line in notes.about(db, office.id)]
    assert last is not None
    assert last.reason == "returned"
    office.reply("Then we send a new one.")
    assert office.round() == 1
    mail = office.sink.mails[-1]
    assert mail["In-Reply-To"] == "<answer-1@home.example>"
    assert office.sink.mails[0]["Message-ID"] in mail["References"]


def test_the_same_mail_brought_in_again_says_nothing_twice(office: Office, tmp_path: Path) -> None:
    office.reply()
    office.round()
    letter = _answer(office.sink.mails[0])
    office.bring(tmp_path / "in", letter)
    before = office.said()
    assert office.bring(tmp_path / "in", letter).unchanged == {"ticket": 1}
    box = tmp_path / "export.mbox"
    box.write_bytes(b"From ann@home.example Mon Nov 30 10:00:00 2026\n" + letter.as_bytes() + b"\n")
    assert pipeline.run([box], office.shelves).unchanged == {"ticket": 1}
    assert office.said() == before


def test_an_answer_is_known_also_where_a_server_gave_our_mail_another_id(office: Office, tmp_path: Path) -> None:
    office.reply()
    office.round()
    mail = office.sink.mails[0]
    del mail["Message-ID"]
    mail["Message-ID"] = "<0100018c-provider@mail.example>"
    office.bring(tmp_path / "in", _answer(mail))
    assert office.said()[-1] == ("incoming", "It still blinks.")


def test_a_second_answer_that_quotes_the_first_is_found_too(office: Office, tmp_path: Path) -> None:
    office.reply()
    office.round()
    first = _answer(office.sink.mails[0])
    second = _answer(first, "And it hums.", id="<answer-2@home.example>")
    office.bring(tmp_path / "in", first, second)
    assert [text for _, text in office.said()][-2:] == ["It still blinks.", "And it hums."]


def _mails_only(office: Office) -> int:
    with office.shelves.db.read() as db:
        return tickets.count(db, Query(statuses=())) - 1


def test_an_answer_from_another_address_is_a_conversation_of_its_own(office: Office, tmp_path: Path) -> None:
    office.reply()
    office.round()
    before = office.said()
    office.bring(tmp_path / "in", _answer(office.sink.mails[0], sender="Bob <bob@evil.example>"))
    assert office.said() == before
    assert _mails_only(office) == 1


@pytest.mark.parametrize("change", ["ticket", "mark", "number", "none"])
def test_a_number_or_a_mark_that_is_made_up_opens_nothing(office: Office, tmp_path: Path, change: str) -> None:
    office.reply()
    office.round()
    before, mail = office.said(), office.sink.mails[0]
    _, ticket, number, mark = mail["Message-ID"].strip("<>").partition("@")[0].split(".")
    made_up = {
        "ticket": f"kz.W-ffffffffffff.{number}.{mark}", "mark": f"kz.{ticket}.{number}.{'0' * 20}",
        "number": f"kz.{ticket}.{int(number) + 1}.{mark}", "none": f"{ticket}",
    }[change]  # fmt: skip
    for name in ("Message-ID", "References"):
        del mail[name]
    mail["Message-ID"] = f"<{made_up}@shop.example>"
    office.bring(tmp_path / "in", _answer(mail))
    assert office.said() == before
    assert _mails_only(office) == 1


def test_the_number_in_the_subject_alone_opens_nothing(office: Office, tmp_path: Path) -> None:
    before = office.said()
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = f"Ann <{ANN}>", US, f"Re: hub [{office.id}]"
    letter["Date"], letter["Message-ID"] = "Mon, 30 Nov 2026 10:00:00 +0900", "<x@home.example>"
    letter.set_content("Tell me what was said.")
    office.bring(tmp_path / "in", letter)
    assert office.said() == before
    assert _mails_only(office) == 1


def test_a_mark_of_another_desk_opens_nothing_here(office: Office) -> None:
    from ingest.vault import Vault

    other = answering.signed(Vault(bytes(64)), office.id, 1, ANN, "shop.example")
    mine = answering.signed(office.shelves.vault, office.id, 1, ANN, "shop.example")
    assert answering.ticket_of(office.shelves, [other], ANN) == ""
    assert answering.ticket_of(office.shelves, [mine], "ANN@home.example") == office.id
    assert answering.ticket_of(office.shelves, [other, mine, "x@y"], ANN) == office.id
    office.change(reply_to="ann@work.example")
    assert answering.ticket_of(office.shelves, [mine], ANN) == ""


def test_an_automatic_reply_wakes_nobody(office: Office, tmp_path: Path) -> None:
    office.reply(resolve=True)
    office.round()
    letter = _answer(office.sink.mails[0], "I am away until Monday.", Auto_Submitted="auto-replied")
    office.bring(tmp_path / "in", letter)
    assert office.row().status == "resolved"
    assert office.said()[-1][0] == "activity"


def test_our_own_mail_among_the_sent_ones_is_not_taken_for_an_answer(office: Office, tmp_path: Path) -> None:
    office.reply()
    office.round()
    before = office.said()
    report = office.bring(tmp_path / "in", office.sink.mails[0], _answer(office.sink.mails[0]))
    assert report.rejected == 1
    assert office.said() == [*before, ("incoming", "It still blinks.")]
    assert _mails_only(office) == 0
    with office.shelves.db.read() as db:
        assert "sent this mail itself" in imports.rejected(db, limit=5)[0].reason


def test_an_answer_to_a_conversation_that_is_gone_is_kept_aside(office: Office) -> None:
    reply = Reply("x@y", "W-gone", ANN, "Hello?")
    with office.shelves.db.write() as db:
        assert answering.take(db, reply, office.shelves) is None


def test_a_signature_under_an_answer_does_not_come_in(office: Office, tmp_path: Path) -> None:
    office.reply()
    office.round()
    office.bring(
        tmp_path / "in", _answer(office.sink.mails[0], "Ann here: it still blinks.\n\n-- \nAnn Lee\nHome Road 1")
    )
    assert "Home Road" not in office.said()[-1][1]


# ---- by themselves


def test_the_courier_of_a_running_desk_sends_what_is_due(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postbox, "PATIENCE", timedelta(0))
    monkeypatch.setattr(rounds, "EVERY", 0.05)
    office.reply()
    desk = SimpleNamespace(shelves=office.shelves, db=office.shelves.db, settings=office.settings)
    running = serve._courier(cast(Any, desk))
    running.start()
    until = time.monotonic() + 20
    while not office.sink.mails and time.monotonic() < until:
        time.sleep(0.05)
    running.stop()
    assert len(office.sink.mails) == 1


def test_a_watched_folder_brings_answers_into_their_tickets(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "SETTLE", 0.01)
    office.reply(resolve=True)
    office.round()
    box = tmp_path / "maildir"
    for part in ("cur", "new", "tmp"):
        (box / part).mkdir(parents=True)
    (tmp_path / "home").mkdir()
    home = SimpleNamespace(path=tmp_path / "home")
    desk = cast(Any, SimpleNamespace(db=office.shelves.db, shelves=office.shelves, home=home))
    sync.add(desk, str(box), "mailbox", 5, "naoko")
    answers = [
        _answer(office.sink.mails[0]),
        _answer(office.sink.mails[0], "And it hums.", id="<answer-2@home.example>"),
    ]
    for n, letter in enumerate(answers):  # the second comes in at the next look, beside the first
        (box / "new" / f"170000000{n}.M1P1.host").write_bytes(letter.as_bytes(policy=policy.SMTP))
        with office.shelves.db.read() as db:
            (folder,) = folders.page(db)
        sync.bring(desk, folder, threading.Event())
    assert office.row().status == "open"
    assert [text for _, text in office.said()][-2:] == ["It still blinks.", "And it hums."]
    assert _mails_only(office) == 0
