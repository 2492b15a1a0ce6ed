"""Hostile visitors at the real doors of the widget, with a model that obeys them: nothing comes out, nothing breaks."""

import base64
import io
import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

import attacks
import pytest
from at_the_widget import SHOP, Chat
from attacks import Attack
from joserfc import jwt
from joserfc.jwk import OctKey
from PIL import Image
from stand_ins import VAULT, HashedWords, Picking, Quarters, SharedWords, words_decide
from starlette.applications import Starlette
from starlette.testclient import TestClient
from test_console_attacks import KNOWN

from console import confidence, desk, grounding
from console.accounts import Account
from console.confidence import Trust
from console.desk import Desk
from console.search import Search
from console.settings import Settings
from console.widget import door as doors
from console.widget import forms, identity, routes, sites, visitor
from console.widget.visitor import Visitor
from ingest import index, shelving
from ingest.home import Home
from ingest.redact import Redactor
from ingest.shelving import Shelves
from ingest.store import Database, tickets
from ingest.store.sites import Site
from ingest.store.tickets import Query

ATTACKS = attacks.read("widget_attacks.jsonl")
NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")
MORI = "https://mori.example"
SCRIPT = "<script>alert(1)</script>"
CALLS = [
    ("POST", "message", {"id": "message-1", "text": "How do I reset the hub?"}), ("POST", "person", {}),
    ("GET", "events?after=-1", None), ("GET", "history", None), ("GET", "source?id=A-1", None),
    ("POST", "clicked", {"id": "A-1"}), ("GET", "stream", None), ("POST", "end", {}), ("GET", "survey", None),
    ("POST", "survey", {"csat": 5}), ("POST", "unhelpful", {"seq": 1}), ("POST", "before", {}),
    ("POST", "transcript", {"email": "thief@customer.example"}), ("POST", "drop", {"id": "U-1"}),
    ("POST", "upload", {}),
]  # fmt: skip


# ---- from the question to the model


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that finds its sources in earnest: articles, and tickets of others that nobody may be told of."""
    folder = tmp_path_factory.mktemp("desk")
    with closing(Database.open(folder / "kizuna.db")) as db:
        found = index.open(folder / "chroma", db, cast(Any, HashedWords()))
        shelves = Shelves(db, found, Redactor(()), cast(Any, Quarters()), VAULT)
        with db.write() as connection:
            for record in KNOWN:
                shelving.shelve(connection, record, shelves)
        found.catch_up()
        settings = Settings(home=folder, company="Aozora", widget_rate=100_000, chat="none", faq_holdout=0)
        moods = SimpleNamespace(of=lambda texts, _: [SimpleNamespace(label="neutral") for _ in texts])
        search = Search(db, found, cast(Any, HashedWords()))
        made = Desk(settings, Home(folder, cast(Any, None)), shelves, search, cast(Any, moods))
        made.verifier = cast(Any, SharedWords())
        yield made
        desk.use(None)
        found.close()


@pytest.fixture
def obeying(hostile: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    words_decide(monkeypatch)
    monkeypatch.setattr(confidence, "current", lambda db: Trust(least=0.05))
    desk.use(hostile)
    return hostile


def _told(attack: Attack, made: Desk) -> tuple[str, bool]:
    """All that the attacker's browser is told by the assistant, and whether the harmless question was answered."""
    with TestClient(Starlette(routes=routes.routes())) as browser:
        chat = Chat(browser, attack.lang)
        for earlier in attack.earlier:
            chat.say(earlier)
        chat.count += 1
        events = chat.say(attack.ticket.messages[-1].text)
        seen = [one for one in chat.turns() if one["who"] != "you"]
        done = next(data for name, data in events if name == "done")
        heard = [data for name, data in events if name != "taken"]
        whole = json.dumps([heard, seen], ensure_ascii=False)
        return whole.replace('\\"', '"'), done["answered"]


@pytest.mark.parametrize("free", [False, True], ids=["quoting", "writing"])
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.id)
def test_nothing_that_the_attacker_wants_comes_out(
    obeying: Desk, attack: Attack, free: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    obeying.chat = cast(Any, Picking(attack.written if free else attack.done, size=7))
    monkeypatch.setattr(obeying, "settings", obeying.settings.model_copy(update={"chat_writes": free}))
    told, _ = _told(attack, obeying)
    assert attack.harm(told) == [], told
    assert grounding.OPEN not in told


def test_most_attackers_get_the_answer_to_their_harmless_question(obeying: Desk) -> None:
    """A widget that only said that it does not know would pass the tests above."""
    answered = 0
    for attack in ATTACKS:
        obeying.chat = cast(Any, Picking(attack.done, size=7))
        answered += _told(attack, obeying)[1]
    assert answered > 0.8 * len(ATTACKS)


def test_without_the_walls_they_get_it(obeying: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests above can fail: what keeps a writing model's words out is that they stand in no source."""
    monkeypatch.setattr(obeying, "settings", obeying.settings.model_copy(update={"chat_writes": True}))
    monkeypatch.setattr(grounding, "strike", lambda said, *_, **__: SimpleNamespace(text=said))
    harmed = 0
    for attack in ATTACKS:
        obeying.chat = cast(Any, Picking(attack.written, size=7))
        harmed += bool(attack.harm(_told(attack, obeying)[0]))
    assert harmed >= 40  # the rest are words of the prompt, which another wall keeps


def test_the_attacks_are_fifty_in_both_languages() -> None:
    assert len({one.id for one in ATTACKS}) == len(ATTACKS) == 50
    assert [sum(one.lang == lang for one in ATTACKS) for lang in ("en", "ja")] == [25, 25]
    assert len({one.kind for one in ATTACKS}) == 11
    assert all(one.marks and one.goal for one in ATTACKS)


@pytest.mark.parametrize("free", [False, True], ids=["quoting", "writing"])
def test_the_model_is_never_told_what_it_could_betray(
    obeying: Desk, free: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other tickets, those of former visitors too, and the home's secrets: what it does not know it cannot say."""
    monkeypatch.setattr(obeying, "settings", obeying.settings.model_copy(update={"chat_writes": free}))
    secret = visitor.secret(obeying.home.path)
    known = ["Beatrix", "4 Marrow Lane", "AZ-7000001", "小早川琴音", "桜坂四番地", "AZ-7000002", secret.hex(),
             base64.b64encode(secret).decode()]  # fmt: skip
    model = Picking("{}", size=7)
    obeying.chat = cast(Any, model)
    for question in ("How long does the lock battery last?", "ロックの電池はどのくらいもちますか？"):
        with TestClient(Starlette(routes=routes.routes())) as browser:
            lang = "en" if question.isascii() else "ja"
            first, other = Chat(browser, lang), Chat(browser, lang)
            first.say(f"My name is private: Quentin Farthing-{free}. {question} {attacks.ALSO[lang]}")
            other.say(f"{question} {attacks.ALSO[lang]}")
    assert len(model.asked) >= 4
    told = "\n".join(system + user for system, user, _ in model.asked)
    assert [one for one in known if one in told] == []
    mine = [user for _, user, _ in model.asked if "Farthing" in user]
    assert len(mine) == 2  # each in the conversation that it was said in


# ---- at the doors


@pytest.fixture
def mori(open_desk: Desk) -> Site:
    made = sites.create(open_desk.db, "Mori", NAOKO).after
    made = sites.save(open_desk.db, replace(made, origins=(MORI,)), NAOKO).after
    return sites.ask(open_desk.db, made.id, replace(forms.read(made.forms), uploads=True), NAOKO).after


def _call(client: TestClient, method: str, path: str, body: Any, **headers: str) -> Any:
    how: dict[str, Any] = {"headers": headers}
    if path == "upload":
        how |= {"content": b"hello", "headers": headers | {"Content-Type": "application/octet-stream"}}
    elif body is not None:
        how["json"] = body | {"lang": "en"}
    return client.request(method, f"/widget/{path}", **how)


def _open(client: TestClient, site: Site, **more: str) -> Any:
    return client.post("/widget/session", json={"origin": MORI} | more, headers={"X-Kizuna-Site": site.key})


@pytest.mark.parametrize("call", CALLS, ids=lambda one: f"{one[0]} {one[1].partition('?')[0]}")
@pytest.mark.parametrize("wrong", ["none", "forged", "cut", "another home", "expired", "other site", "unknown key"])
def test_every_call_needs_a_token_of_this_home_site_and_day(
    open_desk: Desk,
    client: TestClient,
    mori: Site,
    call: tuple[str, str, Any],
    wrong: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good = _open(client, mori).json()["token"]
    head = {"X-Kizuna-Site": mori.key}
    tokens = visitor.Tokens(visitor.secret(open_desk.home.path))
    token = {
        "none": "", "forged": good.replace(good[0], "A" if good[0] != "A" else "B", 1), "cut": good[:-3],
        "another home": visitor.Tokens(b"x" * 32).sign(Visitor("v", int(time.time()), mori.id)), "other site":
        Chat(client).opened["token"], "unknown key": good, "expired": good,
    }[wrong]  # fmt: skip
    if wrong == "unknown key":
        head["X-Kizuna-Site"] = "ks_" + "A" * 24
    if wrong == "expired":
        at = time.time() + visitor.LASTS + 5
        monkeypatch.setattr(time, "time", lambda: at)
    answer = _call(client, *call, **head, Authorization=f"Bearer {token}")
    assert answer.status_code == (403 if wrong == "unknown key" else 401), answer.text
    assert tokens.read(good) is None or wrong != "expired"


@pytest.mark.parametrize("call", [one for one in CALLS if one[0] == "POST"], ids=lambda one: one[1])
def test_a_page_of_another_origin_cannot_call(client: TestClient, mori: Site, call: tuple[str, str, Any]) -> None:
    token = _open(client, mori).json()["token"]
    for origin in (MORI, SHOP, "https://evil.example", "null"):
        answer = _call(client, *call, Authorization=f"Bearer {token}", Origin=origin, **{"X-Kizuna-Site": mori.key})
        assert (answer.status_code, answer.json()["code"]) == (403, "origin")


def test_a_session_opens_for_the_origins_of_its_site_only(client: TestClient, mori: Site) -> None:
    assert _open(client, mori).status_code == 200
    for origin in (
        "https://evil.example",
        f"{MORI}.evil.example",
        "https://mori.example:8443",
        "null",
        "",
        f"{MORI}\n",
    ):
        assert _open(client, mori, origin=origin).status_code == 403
        frame = client.get("/widget/frame", params={"site": mori.key, "origin": origin})
        assert frame.status_code == 403
        assert "frame-ancestors 'none'" in frame.headers["content-security-policy"]


def _token(made: Desk, site: Site, **claims: Any) -> str:
    told = {"aud": site.key, "sub": "42", "jti": "once-0001", "exp": int(time.time()) + 600} | claims
    return jwt.encode({"alg": "HS256"}, told, OctKey.import_key(identity.secret(visitor.secret(made.home.path), site)))


def test_an_identity_that_was_shown_before_is_good_for_nobody_else(
    open_desk: Desk, client: TestClient, mori: Site
) -> None:
    site = sites.new_secret(open_desk.db, mori.id, NAOKO).after
    told = _token(open_desk, site)
    first = _open(client, site, jwt=told)
    assert first.json()["who"]
    head = {"Authorization": f"Bearer {first.json()['token']}", "X-Kizuna-Site": site.key}
    said = {"id": "message-1", "text": "My private question", "lang": "en"}
    assert client.post("/widget/message", json=said, headers=head).status_code == 200
    thief = _open(client, site, jwt=told)
    assert (thief.status_code, thief.json()["code"]) == (403, "identity")
    stranger = _open(client, site).json()
    assert (stranger["who"], stranger["turns"]) == ("", [])


def test_another_visitors_conversation_cannot_be_named_in_any_parameter(
    open_desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "POLLS", 100_000)
    secret = "The victim's own words about a broken kettle"
    victim, thief = Chat(client), Chat(client)
    victim.say(secret)
    thief.say("How do I reset the hub?")
    with open_desk.db.read() as db:
        lines = tickets.page(db, Query(statuses=("pending",)))
        ticket = next(line.id for line in lines if "kettle" in line.subject)
        row = tickets.row(db, ticket)
    assert row is not None
    for name in (
        "id",
        "ticket",
        "conversation",
        "visitor",
        "who",
        "token",
        "after",
        "seen",
        "status",
        "wait",
        "at",
        "browser",
    ):
        for value in (ticket, row.visitor, victim.opened["token"], "0", "*", "%", "' OR 1=1 --"):
            wait = {} if name == "wait" else {"wait": "0"}
            for path in ("events", "history", "source", "stream", "survey"):
                answer = client.get(
                    f"/widget/{path}", params=wait | {"after": "-1"} | {name: value}, headers=thief.head
                )
                assert answer.status_code in (200, 400, 404), (path, name, value)
                assert "kettle" not in answer.text, (path, name, value)
    for path, body in (("message", {"id": "message-9", "text": "hello"}), ("person", {}), ("end", {}),
                       ("survey", {"csat": 1}), ("unhelpful", {"seq": 1}), ("clicked", {"id": "A-1"})):  # fmt: skip
        for name in ("ticket", "conversation", "visitor", "who", "token"):
            answer = thief.post(path, **body | {name: ticket})
            assert (answer.status_code, answer.json()["code"]) == (400, "bad"), (path, name)
    assert thief.post("message", id="message-1", text="hello").status_code == 200  # a name that the victim's has too
    with open_desk.db.read() as db:
        turns = tickets.turns(db, ticket)
        after = tickets.row(db, ticket)
    assert after is not None
    assert (after.status, after.csat, [one.text for one in turns if one.direction == "incoming"]) == (
        "pending", None, [secret],
    )  # fmt: skip


@pytest.mark.parametrize("way", ["length", "stream", "lie"])
@pytest.mark.parametrize("path", ["session", "message", "person", "survey", "before"])
def test_ten_megabytes_are_refused_early(client: TestClient, chat: Chat, path: str, way: str) -> None:
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        for _ in range(160):
            taken += 65_536
            yield b"x" * 65_536

    head = chat.head | {"Content-Type": "application/json"} | ({"Content-Length": "20"} if way == "lie" else {})
    body: Any = b'{"text": "' + b"x" * 10_000_000 + b'"}' if way == "length" else endless()
    answer = client.post(f"/widget/{path}", content=body, headers=head)
    assert answer.status_code in (400, 413)
    assert chat.turns() == []


def test_a_message_of_many_characters_is_refused_and_the_chat_goes_on(chat: Chat) -> None:
    long = chat.post("message", id="message-8", text="あ" * 4_001)
    assert (long.status_code, long.json()["code"]) == (400, "bad")
    assert chat.say("How do I reset the hub?")[-1][1]["answered"]


def test_a_script_in_any_name_stays_text(open_desk: Desk, client: TestClient, mori: Site) -> None:
    from console import conversations
    from ingest.store import customers

    site = sites.new_secret(open_desk.db, mori.id, NAOKO).after
    told = _open(client, site, jwt=_token(open_desk, site, name=SCRIPT, email="a@customer.example")).json()
    head = {"Authorization": f"Bearer {told['token']}", "X-Kizuna-Site": site.key}
    said = {"id": "message-1", "text": f"{SCRIPT} hub?", "lang": "en"}
    client.post("/widget/message", json=said, headers=head)
    with open_desk.db.read() as db:
        line = tickets.page(db, Query(statuses=("pending",)))[0]
        assert customers.names(db, line.customer) == (SCRIPT,)  # as it was told: whoever draws it draws text
    conversations.reply(open_desk.shelves, line.id, SCRIPT, by="emma", author=f"{SCRIPT} Clarke", resolve=False)
    answer = client.get("/widget/events?after=-1", headers=head)
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("application/json", "nosniff")
    assert [one["text"] for one in answer.json()["turns"] if one["who"] == "agent"] == [SCRIPT]
    nasty = sites.save(open_desk.db, replace(site, texts={"en": {"title": SCRIPT, "greeting": SCRIPT}}), NAOKO).after
    for path in ("frame", "loader.js", "theme.css"):
        page = client.get(f"/widget/{path}", params={"site": nasty.key, "origin": MORI}).text
        assert SCRIPT not in page


@pytest.mark.parametrize("what", ["svg", "svg as png", "html", "png then html"])
@pytest.mark.parametrize("name", ["x.svg", "x.png", f"{SCRIPT}.png", "../../secret", "a\r\nSet-Cookie: x=1.png"])
def test_what_is_no_plain_picture_or_text_is_not_taken(
    open_desk: Desk, client: TestClient, mori: Site, what: str, name: str
) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4)).save(drawn, "PNG")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    content = {
        "svg": svg, "svg as png": b"\x89PNG\r\n\x1a\n" + svg, "html": f"<html>{SCRIPT}</html>".encode(),
        "png then html": drawn.getvalue() + f"<html>{SCRIPT}</html>".encode(),
    }[what]  # fmt: skip
    token = _open(client, mori).json()["token"]
    head = {"Authorization": f"Bearer {token}", "X-Kizuna-Site": mori.key}
    client.post("/widget/message", json={"id": "message-1", "text": "hub?", "lang": "en"}, headers=head)
    octets = head | {"Content-Type": "application/octet-stream"}
    answer = client.post("/widget/upload", params={"name": name}, content=content, headers=octets)
    if what == "png then html":  # the picture is drawn anew: what stood behind it is gone
        assert answer.status_code == 200
        assert not {"/", "<", ">", "\r", "\n"} & set(answer.json()["name"])
        kept = b"".join(path.read_bytes() for path in open_desk.home.path.rglob("*") if path.parent.name == "uploads")
        assert b"script" not in kept
    else:
        assert answer.status_code == 400
        assert answer.json()["code"].startswith("file_")
    for path in ("upload", f"uploads/{quote(name)}", "file"):
        assert client.get(f"/widget/{path}", headers=head).status_code in (404, 405)
