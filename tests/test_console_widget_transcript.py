"""The conversation by e-mail: only where the site says so, to the address given now, once an hour, and harmless."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import smtp_sink
from at_the_widget import QUOTE, Chat
from pydantic import SecretStr
from starlette.testclient import TestClient

from console import conversations, postbox
from console.accounts import Account
from console.desk import Desk
from console.widget import sites, transcript
from console.widget.hours import Hours
from ingest.store import mails, tickets

NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")


@pytest.fixture
def sink(open_desk: Desk, client: TestClient) -> Iterator[smtp_sink.Sink]:
    """A real mail server, and a site whose visitors may have their conversation."""
    site = sites.create(open_desk.db, "Mori", NAOKO).after
    sites.staff(open_desk.db, site.id, Hours(), True, NAOKO)
    client.headers["X-Kizuna-Site"] = site.key
    with smtp_sink.running() as server:
        told = {"smtp_url": SecretStr(f"smtp://127.0.0.1:{server.port}"), "mail_from": "help@shop.example"}
        open_desk.settings = open_desk.settings.model_copy(update=told)
        yield server


def _round(desk: Desk) -> int:
    return postbox.round(desk.shelves, desk.settings)


def test_the_conversation_goes_to_the_address_that_is_given_now(
    sink: smtp_sink.Sink, client: TestClient, open_desk: Desk
) -> None:
    chat = Chat(client)
    assert chat.opened["transcript"]
    chat.say("How do I reset the hub?")
    id = chat.post("person").json()["waiting"]["ticket"]
    conversations.add(open_desk.shelves, id, "Seems impatient.", direction="note", author="Emma")
    conversations.reply(open_desk.shelves, id, "It is Emma.", by="emma", author="Emma Clarke")
    assert chat.post("transcript", email=" Ann@Home.example ").status_code == 200
    assert _round(open_desk) == 1
    (mail,) = sink.mails
    text = mail.get_content()
    assert mail["To"] == "ann@home.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert all(
        part in text for part in ("How do I reset the hub?", QUOTE, "[1] Hub setup", "Emma (", "It is Emma.", id)
    )
    assert "impatient" not in text  # notes are for agents
    assert "kz." not in mail["Message-ID"]  # an answer to it is another matter
    with open_desk.db.read() as db:
        row: Any = tickets.row(db, id)
    assert row.reply_to == ""  # given for this alone


def test_one_an_hour_and_few_to_one_address(sink: smtp_sink.Sink, client: TestClient, open_desk: Desk) -> None:
    chat = Chat(client)
    chat.say("How do I reset the hub?")
    assert chat.post("transcript", email="ann@home.example").status_code == 200
    again = chat.post("transcript", email="bob@home.example")
    assert (again.status_code, again.json()["code"]) == (400, "bad")
    for n in range(transcript.PER_ADDRESS + 1):
        other = Chat(client)
        other.say("How do I reset the hub?")
        sent = other.post("transcript", email="ann@home.example").status_code
        assert sent == (200 if n < transcript.PER_ADDRESS - 1 else 400)
    later = datetime.now(UTC) + timedelta(hours=1, minutes=1)
    with open_desk.db.read() as db:
        ids = db.exec_driver_sql("SELECT id, visitor FROM tickets ORDER BY created LIMIT 1").one()
        assert mails.lately(db, "transcript", later - transcript.PAUSE, ticket=ids[0]) == 0


def test_links_and_headers_of_a_visitor_do_not_ride_along(
    sink: smtp_sink.Sink, client: TestClient, open_desk: Desk
) -> None:
    chat = Chat(client)
    chat.say("You have won! See https://evil.example/prize or www.evil.example now\nBcc: x@evil.example")
    chat.post("transcript", email="victim@home.example")
    _round(open_desk)
    (mail,) = sink.mails
    assert "evil.example/prize" not in mail.get_content()
    assert "www.evil" not in mail.get_content()
    assert mail["Bcc"] is None
    assert "evil" not in str(mail["To"])


def test_it_is_refused_where_the_site_or_the_settings_do_not_offer_it(
    client: TestClient, open_desk: Desk, sink: smtp_sink.Sink
) -> None:
    chat = Chat(client)
    assert chat.post("transcript", email="ann@home.example").json()["code"] == "bad"  # nothing was said
    assert chat.post("transcript", email="no address").json()["code"] == "email"
    open_desk.settings = open_desk.settings.model_copy(update={"mail_from": ""})
    assert not Chat(client).opened["transcript"]
    assert chat.post("transcript", email="ann@home.example").json()["code"] == "transcript"
    del client.headers["X-Kizuna-Site"]
    assert not Chat(client).opened["transcript"]


def test_in_japanese_it_is_japanese(sink: smtp_sink.Sink, client: TestClient, open_desk: Desk) -> None:
    chat = Chat(client, "ja")
    chat.say("ハブをリセットするにはどうすればよいですか。")
    chat.post("transcript", email="hana@home.example")
    _round(open_desk)
    (mail,) = sink.mails
    assert "お客様" in mail.get_content()
    assert "チャットの記録" in mail["Subject"]
