"""Before and after a chat: the form with its consent, suggestions, files, what did not help, the end and the survey."""

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import pytest
from at_the_widget import HOST, TEXT, Chat, told
from PIL import Image
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.testclient import TestClient

from console import accounts, conversations, risk
from console.accounts import Account
from console.desk import Desk
from console.door import COOKIE
from console.watch import weighing
from console.widget import downloads, files, forms, identity, misses, sites, survey, uploads, visitor, wording
from console.widget.forms import Field, Forms
from console.widget.identity import Identity
from ingest import arriving, attachments, migrations
from ingest.errors import SenderError
from ingest.records import Article, Customer
from ingest.schema import journal
from ingest.store import articles, customers, faqs, leads, moods, notes, readings, surveys, tickets
from ingest.store import sites as shelf
from ingest.store import uploads as kept
from ingest.store.faqs import Entry, Face
from ingest.store.sites import Site

NAOKO, EMMA = Account("naoko", "Naoko Hayashi", "supervisor"), Account("emma", "Emma Clarke", "agent")
NASTY = '<img src=x onerror="alert(1)"> \u202e{{x}} [a](javascript:1)'
FIELDS = (
    Field("name", True), Field("email", labels={"en": "Your mail", "ja": "ご連絡先"}), Field("order"),
    Field("topic", choices={"en": ["Delivery", "Returns"], "ja": ["配送", "返品"]}), Field("text"),
)  # fmt: skip


class Browser(Chat):
    """A frame of one site."""

    def __init__(self, client: TestClient, site: Site, lang: str = "en") -> None:
        self.client, self.lang, self.count, self.site = client, lang, 0, site
        self.head = {"X-Kizuna-Site": site.key}
        self.open()

    def open(self) -> None:
        """As after a reload."""
        body = {"origin": HOST, "lang": self.lang}
        self.opened = self.client.post("/widget/session", json=body, headers=self.head).json()
        self.head["Authorization"] = f"Bearer {self.opened['token']}"

    @property
    def forms(self) -> dict[str, Any]:
        """What the session told of the forms."""
        return dict(self.opened["forms"])

    def upload(self, content: bytes, name: str = "a.png") -> Any:
        """Send a file up."""
        head = self.head | {"Content-Type": "application/octet-stream"}
        return self.client.post("/widget/upload", params={"name": name}, content=content, headers=head)


@pytest.fixture
def site(open_desk: Desk) -> Site:
    return sites.create(open_desk.db, "Mori", NAOKO).after


Asks = Callable[..., Site]


@pytest.fixture
def asks(open_desk: Desk, site: Site) -> Asks:
    return lambda **how: sites.ask(open_desk.db, site.id, Forms(**how), NAOKO).after


def _png() -> bytes:
    told = BytesIO()
    Image.new("RGB", (60, 40), (0, 90, 200)).save(told, "PNG")
    return told.getvalue()


def _ticket(desk: Desk) -> Any:
    with desk.db.read() as db:
        (found,) = tickets.page(db, tickets.Query(statuses=("open", "pending", "resolved")))
        return tickets.row(db, found.id)


def _actions(desk: Desk, subject: str) -> list[str]:
    with desk.db.read() as db:
        return [line.action for line in notes.about(db, subject, 200)]


def _stored(desk: Desk) -> list[str]:
    return sorted(os.listdir(attachments.folder(desk.home.path)))


# ---- what a site says


def test_a_desk_from_before_gets_the_tables(open_desk: Desk) -> None:
    with open_desk.db.write() as db:
        for statement in (
            "DROP TABLE surveys",
            "DROP TABLE uploads",
            "DROP TABLE leads",
            "ALTER TABLE sites DROP COLUMN forms",
        ):
            db.exec_driver_sql(statement)
        number = migrations.STEPS.index(migrations._before_and_after) + 1
        db.exec_driver_sql("DELETE FROM migrations WHERE number = ?", (number,))
        assert migrations.migrate(db) == 1
    assert sites.create(open_desk.db, "Mori", NAOKO).after.forms == {}


def test_what_is_kept_is_what_was_written_and_goes_back(open_desk: Desk, site: Site) -> None:
    told = Forms(
        True, FIELDS, {"ja": "同意します。"}, True, ({"en": "Why?"},), True, {"en": ["Where is my order?"]}
    )  # fmt: skip
    change = sites.ask(open_desk.db, site.id, told, NAOKO)
    with open_desk.db.read() as db:
        found = shelf.get(db, site.id)
    assert found is not None
    assert forms.read(found.forms) == told
    assert sites.save(open_desk.db, replace(found, name="Other"), NAOKO).after.forms == found.forms
    with pytest.raises(SenderError, match="changed this site since"):
        sites.undo(open_desk.db, change, NAOKO)
    again = sites.ask(open_desk.db, site.id, Forms(), NAOKO)
    back = sites.undo(open_desk.db, again, NAOKO)
    assert back is not None
    assert forms.read(back.forms) == told
    assert _actions(open_desk, site.id).count("changed forms of site") == 2
    with pytest.raises(SenderError, match="Only a supervisor"):
        sites.ask(open_desk.db, site.id, told, EMMA)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (Forms(fields=(Field("name"), Field("name"))), "once"), (Forms(fields=(Field("secret"),)), "no such field"),
        (Forms(fields=(Field("topic", choices={"en": ["One"]}),)), "two choices"),
        (Forms(fields=(Field("topic", choices={"en": [str(n) for n in range(9)]}),)), "are the most"),
        (Forms(fields=(Field("name", labels={"en": "x" * 81}),)), "Shorten it"),
        (Forms(consent={"ja": "x" * 601}), "Shorten it"),
        (Forms(questions=({"en": "a"},) * 4), "at most"), (Forms(starters={"en": list("abcde")}), "are the most"),
        (Forms(starters={"en": ["x" * 121]}), "Shorten"),
    ],
)  # fmt: skip
def test_what_is_too_much_is_refused(told: Forms, why: str) -> None:
    with pytest.raises(SenderError, match=why):
        forms.checked(told)


def test_a_site_that_says_nothing_asks_nothing_but_how_it_went(client: TestClient, site: Site) -> None:
    told = Browser(client, site).forms
    assert told == {"uploads": False, "survey": True, "starters": [], "before": None}
    assert Chat(client).opened["forms"] == told


# ---- before


def test_the_form_is_told_in_the_visitors_language(client: TestClient, asks: Asks) -> None:
    site = asks(fields=FIELDS)
    told = Browser(client, site, "ja").forms["before"]
    assert [(one["kind"], one["label"], one["required"]) for one in told["fields"]] == [
        ("name", "お名前", True), ("email", "ご連絡先", False), ("order", "ご注文番号", False),
        ("topic", "ご用件", False), ("text", "お問い合わせ内容", False),
    ]  # fmt: skip
    assert told["fields"][3]["choices"] == ["配送", "返品"]
    assert "Aozora" in told["consent"]
    assert Browser(client, asks(fields=(Field("order"),))).forms["before"]["consent"] == ""


def test_nothing_is_said_before_what_is_required(client: TestClient, open_desk: Desk, asks: Asks) -> None:
    browser = Browser(client, asks(fields=FIELDS))
    refused = browser.post("message", id="message-1", text="Hello")
    assert (refused.status_code, refused.json()["code"]) == (409, "before")
    assert browser.post("person").json()["code"] == "before"
    with open_desk.db.read() as db:
        assert tickets.by_status(db) == {}
    for said, consent, code in (
        ({}, False, "lacks"), ({"name": "Mina"}, False, "consent"), ({"name": "Mina", "email": "x"}, True, "email"),
        ({"name": "Mina", "topic": "Other"}, True, "lacks"), ({"name": "Mina", "text": "x" * 1_001}, True, "lacks"),
    ):  # fmt: skip
        answer = browser.post("before", told=said, consent=consent)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert browser.post("before", told={f"f{n}": "x" for n in range(9)}).status_code == 400
    assert browser.post("before", told={"name": "Mina"}, consent=True).status_code == 200
    assert browser.say("Hello")


def test_what_was_told_goes_to_the_ticket_with_its_consent(client: TestClient, open_desk: Desk, asks: Asks) -> None:
    browser = Browser(client, asks(fields=FIELDS))
    said = {
        "name": f"  {NASTY} ",
        "email": "Mina@Example.com",
        "order": "77",
        "topic": "Returns",
        "text": "mail a@b.example",
    }
    assert browser.post("before", told=said, consent=True).status_code == 200
    browser.open()
    assert browser.forms["before"] is None  # asked once
    browser.say("Where is it?")
    row = _ticket(open_desk)
    with open_desk.db.read() as db:
        lead = leads.of_ticket(db, row.id)
        journal = {line.action: line for line in notes.about(db, row.id)}
    assert lead is not None
    assert {kind: one["value"] for kind, one in lead.told.items()} == {
        "name": NASTY.replace("\u202e", ""), "email": "Mina@Example.com", "order": "77", "topic": "Returns",
        "text": "mail <EMAIL_1>",
    }  # fmt: skip
    assert lead.told["email"]["label"] == "Your mail"
    assert row.customer == "mina@example.com"
    given = journal["gave consent"].detail
    assert given["wording"] == "I agree that Aozora keeps my name and e-mail address to answer this request."
    assert abs(datetime.fromisoformat(given["at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    browser.say("And now?")
    assert _actions(open_desk, row.id).count("gave consent") == 1
    # Telling it a second time changes nothing.
    browser.post("before", told=said | {"order": "88"}, consent=True)
    with open_desk.db.read() as db:
        assert leads.of_ticket(db, row.id) == lead


def test_without_consent_nothing_personal_is_kept(client: TestClient, open_desk: Desk, asks: Asks) -> None:
    browser = Browser(client, asks(fields=(Field("name"), Field("email"), Field("order"))))
    said = {"name": "Mina", "email": "mina@example.com", "order": "77"}
    assert browser.post("before", told=said, consent=False).status_code == 200
    browser.say("Hello")
    row = _ticket(open_desk)
    with open_desk.db.read() as db:
        lead = leads.of_ticket(db, row.id)
    assert lead is not None
    assert (set(lead.told), lead.consent, row.customer) == ({"order"}, "", "")
    assert "gave consent" not in _actions(open_desk, row.id)


def test_what_is_not_required_may_be_passed_over(client: TestClient, asks: Asks) -> None:
    browser = Browser(client, asks(fields=(Field("order"),)))
    assert browser.forms["before"]
    assert browser.post("before", told={}).status_code == 200
    browser.open()
    assert browser.forms["before"] is None
    other = Browser(client, browser.site)
    other.say("Hello")  # nor is a form in the way of who goes on without it
    other.open()
    assert other.forms["before"] is None


def test_what_led_to_nothing_is_forgotten(client: TestClient, open_desk: Desk, asks: Asks) -> None:
    browser = Browser(client, asks(fields=FIELDS))
    browser.post("before", told={"name": "Mina"}, consent=True)
    attachments.sweep(open_desk.db, open_desk.home.path)
    browser.open()
    assert browser.forms["before"] is None
    with open_desk.db.write() as db:
        db.exec_driver_sql("UPDATE leads SET at = '2020-01-01 00:00:00'")
    attachments.sweep(open_desk.db, open_desk.home.path)
    browser.open()
    assert browser.forms["before"]


# ---- suggestions


def test_suggestions_are_the_sites_own_else_what_the_faq_is_asked(
    client: TestClient, open_desk: Desk, asks: Asks
) -> None:
    def entry(id: str, asked: int, state: str = "approved") -> Entry:
        evidence = [{"kind": "ticket", "source": f"T-{id}-{n}", "title": "", "quote": ""} for n in range(asked)]
        ja = {"ja": Face(f"{id}は？", "はい。")} if id != "F-2" else {}
        return Entry(id, f"What about {id}?", "Yes.", "en", state=state, evidence=evidence, others=ja)

    with open_desk.db.write() as db:
        for one in (entry("F-1", 1), entry("F-2", 5), entry("F-3", 3), entry("F-4", 9, "proposed")):
            faqs.put(db, one)
    plain = asks()
    assert Browser(client, plain).forms["starters"] == ["What about F-2?", "What about F-3?", "What about F-1?"]
    assert Browser(client, plain, "ja").forms["starters"] == ["F-3は？", "F-1は？"]
    own = asks(starters={"en": [NASTY, "Where is it?"]})
    assert Browser(client, own).forms["starters"] == [" ".join(NASTY.replace("\u202e", "").split()), "Where is it?"]
    assert Browser(client, own, "ja").forms["starters"] == ["F-3は？", "F-1は？"]
    assert Browser(client, asks(suggest=False)).forms["starters"] == []
    with open_desk.db.write() as db:
        faqs.put(db, entry("F-5", 7))
    assert Browser(client, asks()).forms["starters"][0] == "What about F-5?"  # another entry shows at once


# ---- files


def test_files_come_once_there_is_a_conversation_and_the_site_wants_them(client: TestClient, asks: Asks) -> None:
    browser = Browser(client, asks(uploads=False))
    browser.say("Hello")
    assert browser.upload(_png()).status_code == 403
    asks(uploads=True)
    early = Browser(client, browser.site)
    assert (early.upload(_png()).status_code, early.upload(_png()).json()["code"]) == (400, "file_early")
    assert browser.upload(_png()).json()["kind"] == "png"
    plain = client.post("/widget/upload", content=_png(), headers=browser.head | {"Content-Type": "image/png"})
    assert plain.status_code == 415
    assert client.post("/widget/upload", content=_png(), headers={"X-Kizuna-Site": browser.site.key}).status_code == 401
    foreign = browser.head | {"Content-Type": "application/octet-stream", "Origin": "https://evil.example"}
    assert client.post("/widget/upload", content=_png(), headers=foreign).status_code == 403


def test_a_file_goes_with_its_message_to_the_agents_alone(client: TestClient, open_desk: Desk, asks: Asks) -> None:
    browser = Browser(client, asks(uploads=True))
    browser.say("Hello")
    sent = browser.upload(_png(), "../a@b.example/<b>x</b>.exe").json()
    assert set(sent) == {"id", "name", "kind", "size"}
    assert sent["name"] == "b_.exe.png"
    for _ in range(2):  # the same message again keeps nothing twice
        answer = browser.post("message", id="message-9", text="See", files=[sent["id"]])
        assert answer.status_code == 200
    assert browser.turns()[-2]["files"] == ["b_.exe.png"]
    row = _ticket(open_desk)
    with open_desk.db.read() as db:
        (upload,) = kept.of_ticket(db, row.id)
        ticket = tickets.get(db, row.id)
    assert ticket is not None
    assert [one.attachments for one in ticket.messages if one.text == "See"] == [("b_.exe.png",)]
    (name,) = _stored(open_desk)
    path = attachments.folder(open_desk.home.path) / name
    assert name == upload.digest
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for where in (name, upload.id, f"uploads/{name}"):
        assert client.get(f"/widget/{where}", headers=browser.head).status_code == 404


def test_a_name_with_a_persons_data_is_masked(client: TestClient, asks: Asks) -> None:
    browser = Browser(client, asks(uploads=True))
    browser.say("Hello")
    assert browser.upload(_png(), "mina@example.com.png").json()["name"] == "<EMAIL_1>.png"


def test_a_file_without_a_word_is_answered_honestly(client: TestClient, open_desk: Desk, asks: Asks) -> None:
    browser = Browser(client, asks(uploads=True))
    browser.say("Hello")
    sent = browser.upload(b"just text", "a.txt").json()
    answer = told(browser.post("message", id="message-9", text=" ", files=[sent["id"]]).text)
    assert next(data for name, data, _ in answer if name == "done")["text"] == wording.ENGLISH.file
    assert browser.turns()[-2]["text"] == wording.ENGLISH.sent
    with open_desk.db.read() as db:
        turns = tickets.turns(db, _ticket(open_desk).id)
    assert not any(turn.missed for turn in turns)
    assert browser.post("message", id="message-8", text=" ").status_code == 400


def test_bounds_of_size_count_and_day(
    client: TestClient, open_desk: Desk, asks: Asks, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Browser(client, asks(uploads=True))
    browser.say("Hello")
    large = browser.upload(b"a" * (files.MOST + 1))
    assert (large.status_code, large.json()["code"]) == (413, "file_large")
    head = browser.head | {"Content-Type": "application/octet-stream"}
    chunked = client.post("/widget/upload", content=iter([b"a" * 1_000_000] * 12), headers=head)
    assert chunked.json()["code"] == "file_large"
    assert _stored(open_desk) == []  # nothing of it is left
    ids = [browser.upload(f"text {n}".encode()).json()["id"] for n in range(4)]
    assert browser.post("message", id="message-9", text="x", files=ids).status_code == 400
    monkeypatch.setattr(uploads, "A_CONVERSATION", 4)
    assert browser.upload(b"more").json()["code"] == "file_many"
    assert browser.post("drop", id=ids[0]).status_code == 200
    assert browser.upload(b"more").status_code == 200
    monkeypatch.setattr(uploads, "A_CONVERSATION", 20)
    monkeypatch.setattr(uploads, "OF_VISITOR", 40)
    assert browser.upload(b"a lot of text, more than fits").json()["code"] == "file_day"
    monkeypatch.setattr(uploads, "OF_VISITOR", 10_000)
    monkeypatch.setattr(uploads, "OF_ALL", 40)
    assert browser.upload(b"a lot of text, more than fits").json()["code"] == "file_day"


def test_only_so_many_come_in_at_once(client: TestClient, asks: Asks, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(client, asks(uploads=True))
    browser.say("Hello")
    monkeypatch.setattr(uploads, "FROM_ONE", 0)
    refused = browser.upload(_png())
    assert (refused.status_code, refused.json()["code"]) == (429, "rate")
    monkeypatch.setattr(uploads, "FROM_ONE", 1)
    assert [browser.upload(_png()).status_code for _ in range(2)] == [200, 200]  # one after another


@pytest.mark.parametrize(
    "content", [b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\n<html>", b"MZ\x00\x01", b"PK\x03\x04\x00"]
)
def test_hostile_files_are_refused_and_leave_nothing(
    client: TestClient, open_desk: Desk, asks: Asks, content: bytes
) -> None:
    browser = Browser(client, asks(uploads=True))
    browser.say("Hello")
    refused = browser.upload(content, "nice.png")
    assert refused.status_code == 400
    assert refused.json()["code"] in ("file_kind", "file_picture")
    assert _stored(open_desk) == []


def test_nobody_sends_or_drops_anothers_file(client: TestClient, open_desk: Desk, asks: Asks) -> None:
    browser = Browser(client, asks(uploads=True))
    browser.say("Hello")
    sent = browser.upload(_png()).json()["id"]
    thief = Browser(client, browser.site)
    thief.say("Hello")
    stolen = thief.post("message", id="message-9", text="Mine", files=[sent])
    assert (stolen.status_code, stolen.json()["code"]) == (400, "file_gone")
    assert thief.post("drop", id=sent).status_code == 200
    assert browser.post("message", id="message-9", text="Mine", files=[sent]).status_code == 200
    with open_desk.db.read() as db:
        assert kept.get(db, sent) is not None
    assert browser.post("drop", id=sent).status_code == 200  # what is sent stays sent
    with open_desk.db.read() as db:
        assert kept.get(db, sent) is not None
    assert browser.post("message", id="message-8", text="x", files=["nothing"]).json()["code"] == "file_gone"


def test_files_go_with_the_ticket_and_with_the_customer(client: TestClient, open_desk: Desk, asks: Asks) -> None:
    def sent() -> str:
        browser = Browser(client, asks(uploads=True, fields=(Field("order"),)))
        browser.post("before", told={"order": "77"})
        browser.say("Hello")
        file = browser.upload(_png()).json()["id"]
        browser.post("message", id="message-9", text="See", files=[file])
        with open_desk.db.read() as db:
            upload = kept.get(db, file)
        assert upload is not None
        return upload.ticket

    home, one, other = open_desk.home.path, sent(), sent()
    assert len(_stored(open_desk)) == 1  # the same content is kept once
    with open_desk.db.write() as db:
        arriving.remove(db, "ticket", one)
    assert attachments.sweep(open_desk.db, home) == 0  # the other one still has it
    with open_desk.db.write() as db:
        customers.put(db, Customer("C-1", "Mina"), origin="")
        tickets.change(db, other, customer="C-1")
        arriving.remove(db, "customer", "C-1")
        assert (kept.of_ticket(db, other), leads.of_ticket(db, other)) == ([], None)
    assert attachments.sweep(open_desk.db, home) == 1
    assert _stored(open_desk) == []


def test_what_a_browser_told_and_sent_goes_with_who_turns_out_to_sit_there(
    client: TestClient, open_desk: Desk, asks: Asks
) -> None:
    browser = Browser(client, asks(uploads=True, fields=(Field("order"),)))
    browser.post("before", told={"order": "77"})
    browser.say("Hello")
    sent = browser.upload(_png()).json()["id"]
    who = visitor.Tokens(visitor.secret(open_desk.home.path)).read(browser.opened["token"])
    assert who is not None
    said = Identity("42", "token-42", datetime.now(UTC) + timedelta(hours=1), 1)
    known = identity.take(open_desk.db, browser.site, said, who)
    uploads.look(known, [sent])
    with pytest.raises(files.FileError):
        uploads.look(who, [sent])
    with open_desk.db.read() as db:
        assert leads.of_visitor(db, known.id) is not None


def test_what_was_never_sent_goes_after_an_hour(client: TestClient, open_desk: Desk, asks: Asks) -> None:
    browser, home = Browser(client, asks(uploads=True)), open_desk.home.path
    browser.say("Hello")
    browser.upload(_png())
    part = attachments.part(home)
    assert attachments.sweep(open_desk.db, home) == 0
    with open_desk.db.write() as db:
        db.exec_driver_sql("UPDATE uploads SET at = '2020-01-01 00:00:00'")
    os.utime(part, (0, 0))
    assert attachments.sweep(open_desk.db, home) == 2
    assert _stored(open_desk) == []


def test_agents_get_a_file_as_a_download_by_a_link_of_their_own(
    client: TestClient, open_desk: Desk, asks: Asks, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add_demo(open_desk.db)
    mine, others = (accounts.sign_in(open_desk.db, name, accounts.DEMO_PASSWORD) for name in ("emma", "naoko"))
    browser = Browser(client, asks(uploads=True))
    browser.say("Hello")
    sent = browser.upload(b"<b>hello</b> \xe2\x98\x83", "\u8acb\u6c42.html").json()["id"]
    inside = TestClient(Starlette(routes=downloads.routes()))
    link = downloads.link(sent, mine)

    def get(session: str, path: str = link) -> Any:
        return inside.get(path, headers={"Cookie": f"{COOKIE}={session}"})

    found = get(mine)
    assert found.content == "<b>hello</b> ☃".encode()
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["content-disposition"].startswith(
        "attachment; filename=\"file.txt\"; filename*=UTF-8''%E8%AB%8B"
    )
    assert found.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert (found.headers["x-content-type-options"], found.headers["cache-control"]) == ("nosniff", "no-store")
    for session, path in ((others, link), ("", link), ("forged", link), (mine, link[:-2] + "xx"), (mine, "/file/x")):
        assert get(session, path).status_code == 403
    assert client.get(link, headers={"Cookie": f"{COOKIE}={mine}"}).status_code == 404  # not of the widget
    monkeypatch.setattr(downloads, "LASTS", -1)
    assert "over" in get(mine).text


# ---- what did not help


def test_what_did_not_help_counts_once_and_makes_the_next_answer_careful(
    client: TestClient, open_desk: Desk, chat: Chat
) -> None:
    chat.say("How do I reset the hub?")
    answer = chat.turns()[-1]
    row = _ticket(open_desk)
    with open_desk.db.write() as db:  # as if the answer had stood in the FAQ
        faqs.put(db, Entry("F-1", "Reset?", "Hold.", "en", state="approved"))
        articles.put(db, Article("F-1.en", "Reset?", TEXT, "en", kind="faq"), origin="")
        quoted = {"n": 1, "title": "Reset?", "kind": "faq", "id": "F-1.en", "start": 0, "end": 3}
        detail = {"seq": answer["seq"], "to": 0, "answered": True, "sources": [quoted]}
        db.execute(update(journal).where(journal.c.action == "answered").values(detail=detail))
    for _ in range(2):
        assert chat.post("unhelpful", seq=answer["seq"]).status_code == 200
    with open_desk.db.read() as db:
        assert readings.totals(db, datetime.now(UTC).date())["F-1"]["unhelpful"] == 1
        turns = tickets.turns(db, row.id)
        line = next(one for one in notes.about(db, row.id) if one.action == "did not help")
        assert misses.before(turns, 99).misses == 1
    assert line.detail == {"seq": answer["seq"], "entries": ["F-1"]}
    chat.say("That did not help.")
    assert chat.turns()[-1]["text"] == wording.ENGLISH.sorry
    assert not chat.turns()[-1]["answered"]  # a person is offered
    for seq in (0, 77):
        assert chat.post("unhelpful", seq=seq).status_code == 404
    assert Chat(client).post("unhelpful", seq=answer["seq"]).status_code == 404


def test_the_frames_words_say_that_it_did_not_help() -> None:
    from console.widget import languages

    for lang in ("en", "ja"):
        said = languages.words(lang)
        assert wording.no_help(said["noHelpSaid"])
        assert len(said["noHelpSaid"]) <= wording.ALONE
        assert said["fileSent"] == wording.of(lang).sent
        missing = {f"file_{code}" for code in files._REFUSED} - set(said)
        assert not missing


# ---- the end


def test_the_visitor_ends_the_chat_and_a_message_opens_it_again(open_desk: Desk, chat: Chat) -> None:
    assert chat.post("end").status_code == 409
    chat.say("Hello")
    for _ in range(2):
        assert chat.post("end").json() == {"status": "resolved"}
    row = _ticket(open_desk)
    assert row.status == "resolved"
    assert _actions(open_desk, row.id).count("ended") == 1
    with open_desk.db.read() as db:
        assert [turn.text for turn in tickets.turns(db, row.id) if turn.author == "desk"] == [wording.ENGLISH.ended]
    assert wording.ENGLISH.ended not in [text for _, text in chat.said()]
    chat.say("One more thing")
    assert _ticket(open_desk).status == "open"


def test_a_mark_is_the_tickets_own_and_counts_for_the_risk(open_desk: Desk, client: TestClient, asks: Asks) -> None:
    browser = Browser(client, asks(questions=({"en": "Why?", "ja": "なぜ？"}, {"en": "Else?"})), "ja")
    browser.say("Hello")
    assert browser.get("survey?lang=ja").json()["open"] is False
    assert browser.post("survey", csat=2).json()["code"] == "closed"
    browser.post("end")
    assert browser.get("survey?lang=ja").json() == {
        "open": True, "questions": ["なぜ？", "Else?"], "csat": 0, "answers": [], "comment": ""
    }  # fmt: skip
    row = _ticket(open_desk)
    with open_desk.db.write() as db:
        moods.weighed(db, [row.id], datetime.now(UTC))
    said = {"csat": 1, "answers": [NASTY, ""], "comment": "write to a@b.example"}
    assert browser.post("survey", **said).status_code == 200
    row = _ticket(open_desk)
    assert (row.csat, row.weighed) == (1, None)  # to be weighed anew
    with open_desk.db.read() as db:
        found = surveys.get(db, row.id)
        journal = [line.detail for line in notes.about(db, row.id) if line.action == "marked"]
    assert found is not None
    assert found.answers == [
        {"question": "なぜ？", "answer": NASTY.replace("\u202e", "")},
        {"question": "Else?", "answer": ""},
    ]
    assert found.comment == "write to <EMAIL_1>"
    with open_desk.db.write() as db:
        for turn in tickets.turns(db, row.id):
            tickets.label(db, row.id, turn.seq, "neutral", 0.9)
        scales = cast(Any, SimpleNamespace(usual=lambda *_: None))
        case = weighing.read(db, row.id, scales, datetime.now(UTC))
    assert case is not None
    marked = next(one for one in risk.evidence(case.history, risk.Ear()) if one.signal == "csat")
    assert (marked.amount, marked.ticket) == (1.0, row.id)
    assert journal == [{"csat": 1, "was": None}]


@pytest.mark.parametrize(
    "told", [{"csat": 0}, {"csat": 6}, {"csat": "x"}, {"csat": 3, "comment": "x" * 1_001},
             {"csat": 3, "answers": ["x"] * 4}, {"csat": 3, "answers": ["x" * 301]}, {"csat": 3, "ticket": "T-1"}, {}]
)  # fmt: skip
def test_a_survey_is_bounded(open_desk: Desk, chat: Chat, told: dict[str, Any]) -> None:
    chat.say("Hello")
    chat.post("end")
    assert chat.post("survey", **told).status_code == 400
    assert _ticket(open_desk).csat is None


def test_a_mark_may_be_changed_for_an_hour_and_again_after_it_went_on(
    open_desk: Desk, client: TestClient, chat: Chat, asks: Asks
) -> None:
    chat.say("Hello")
    chat.post("end")
    chat.post("survey", csat=2)
    assert chat.get("survey").json()["csat"] == 2
    assert chat.post("survey", csat=4).status_code == 200
    row = _ticket(open_desk)
    assert row.csat == 4

    def later() -> None:
        with open_desk.db.write() as db:
            found = surveys.get(db, row.id)
            assert found is not None
            back = survey.CHANGED + timedelta(minutes=1)
            surveys.put(db, replace(found, at=found.at - back, changed=found.changed - back))
            db.exec_driver_sql("UPDATE messages SET at = datetime(at, '-2 hours')")

    later()
    assert chat.get("survey").json()["open"] is False
    assert chat.post("survey", csat=5).status_code == 409
    chat.say("It broke again")
    conversations.reply(open_desk.shelves, row.id, "Mended.", by="emma", author="Emma Clarke")
    assert chat.get("survey").json() | {"questions": []} == {
        "open": True, "questions": [], "csat": 0, "answers": [], "comment": ""
    }  # fmt: skip
    assert chat.post("survey", csat=5).status_code == 200
    assert _ticket(open_desk).csat == 5
    silent = Browser(client, asks(survey=False))
    silent.say("Hello")
    silent.post("end")
    assert silent.get("survey").json()["open"] is False
    assert silent.post("survey", csat=5).status_code == 409
