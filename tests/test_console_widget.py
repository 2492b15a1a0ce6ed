import json
import re
import stat
import time
from pathlib import Path
from typing import Any, cast

import pytest
from at_the_widget import HOST, QUOTE, SHOP, TEXT, Chat, Drafts
from itsdangerous import URLSafeTimedSerializer
from starlette.applications import Starlette
from starlette.testclient import TestClient

from console import conversations
from console.answers import Piece
from console.desk import Desk
from console.widget import door, embed, languages, misses, origins, routes, source, turn, visitor, wording
from console.widget.limits import Limit
from ingest.errors import OperatorError
from ingest.records import Article, Message, Ticket
from ingest.store import articles, faqs, tickets
from ingest.store.faqs import Entry, Face
from ingest.store.tickets import Query


def _ticket(open_desk: Desk) -> Any:
    with open_desk.db.read() as db:
        lines = tickets.page(db, Query(statuses=()))
        assert len(lines) == 1
        return tickets.row(db, lines[0].id)


# ---- pages and origins


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://shop.example.evil.example", "null", "https://shop.example:444"]
)
def test_a_page_of_another_origin_is_refused_everywhere(client: TestClient, origin: str) -> None:
    greeted = client.get("/widget/hello", headers={"Origin": origin})
    assert greeted.status_code == 403
    assert "KIZUNA_WIDGET_ORIGINS" in greeted.json()["error"]
    framed = client.get("/widget/frame", params={"origin": origin})
    assert framed.status_code == 403
    assert "frame-ancestors 'none'" in framed.headers["content-security-policy"]
    opened = client.post("/widget/session", json={"origin": origin, "lang": "en"})
    assert opened.status_code == 403
    assert opened.json()["code"] == "origin"


@pytest.mark.parametrize("origin", [SHOP, HOST, "https://testserver"])
def test_allowed_pages_get_the_chat(client: TestClient, origin: str) -> None:
    greeted = client.get("/widget/hello", headers={"Origin": origin})
    assert (greeted.json()["company"], "light" in greeted.json()) == ("Aozora", False)
    assert greeted.headers["access-control-allow-origin"] == origin
    assert client.get("/widget/frame", params={"origin": origin}).status_code == 200
    assert client.post("/widget/session", json={"origin": origin, "lang": "ja"}).json()["token"]


def test_the_frame_has_a_tight_policy_and_no_inline_code(client: TestClient) -> None:
    framed = client.get("/widget/frame", params={"lang": "ja"})
    policy = framed.headers["content-security-policy"]
    assert policy.startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self';"
    )
    assert policy.endswith(f"frame-ancestors 'self' {SHOP}")
    assert 'lang="ja"' in framed.text
    assert not re.search(r"<script(?![^>]* src=| type=.application/json)|\son\w+=|style=", framed.text)
    (send,) = re.findall(r"<button id=.send.[^>]*>", framed.text)
    assert " disabled" in send  # before the scripts are there, a click would load the frame anew without its site


def test_a_post_from_another_page_is_refused(chat: Chat) -> None:
    sent = {"id": "message-1", "text": "hello", "lang": "en"}
    for origin in ("https://evil.example", SHOP):  # the shop embeds the frame, but only the frame speaks
        refused = chat.client.post("/widget/message", json=sent, headers=chat.head | {"Origin": origin})
        assert refused.status_code == 403
    plain = chat.client.post(
        "/widget/message", content=json.dumps(sent), headers=chat.head | {"Content-Type": "text/plain"}
    )
    assert plain.status_code == 415
    assert chat.turns() == []


@pytest.mark.parametrize("wrong", ["*", "shop.example", "https://shop.example/path", "https://a; script-src *"])
def test_a_setting_that_is_no_origin_is_an_error(wrong: str) -> None:
    with pytest.raises(OperatorError, match="is not an origin"):
        origins.named([wrong])


def test_only_the_widgets_own_files_are_served(client: TestClient) -> None:
    for name in routes.OPEN_FILES:
        assert client.get(f"/widget/{name}").status_code == 200, name
    for name in embed.modules():
        assert client.get(f"/widget/frame/{embed.modules_version()}/{name}").status_code == 200, name
    for name in (
        "frame.html", "shop.html", "shop.json", "..%2Froutes.py", "nothing.js", "frame/0/..%2Floader.js",
        "frame/0/no.js", "words/en.json", "frame/main.js",
    ):  # fmt: skip
        assert client.get(f"/widget/{name}").status_code == 404, name


def test_the_frame_names_its_modules_by_their_bytes_and_brings_its_words(client: TestClient) -> None:
    page = client.get("/widget/frame", headers={"Accept-Language": "fr, ja-JP;q=0.8, en;q=0.5"}).text
    assert 'lang="ja"' in page
    at = re.findall(r'(?:src|href)="(frame/[^"]+\.js)"', page)
    assert sorted(one.rpartition("/")[2] for one in at) == list(embed.modules())
    for one in at:
        served = client.get(f"/widget/{one}")
        assert served.headers["content-type"].startswith(("text/javascript", "application/javascript"))
        assert "immutable" in served.headers["cache-control"]
    assert "immutable" not in client.get("/widget/frame/0123456789/main.js").headers["cache-control"]
    told = re.search(r'<script type="application/json" id="words">(.*?)</script>', page, re.S)
    assert told
    assert "<" not in told[1]
    assert json.loads(told[1]) == languages.words("ja")


@pytest.mark.parametrize(
    ("query", "header", "lang"),
    [("ja", "en", "ja"), ("en-GB", "ja", "en"), ("fr", "ja", "ja"), ("", "", "en"), ("*", "x;q=1, JA-jp", "ja")],
)
def test_the_language_is_the_one_asked_for_else_the_browsers(
    client: TestClient, query: str, header: str, lang: str
) -> None:
    told = client.get("/widget/hello", params={"lang": query}, headers={"Accept-Language": header}).json()
    assert told["lang"] == lang
    assert told["words"]["launch"] == languages.words(lang)["launch"]


def test_scripts_never_write_markup_or_post_to_any_origin() -> None:
    for name in ("loader.js", *(f"frame/{one}" for one in embed.modules())):
        code = (routes.FILES / name).read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|createElement\(\"a\"\)", code
        ), name
        assert not re.search(r"postMessage\([^;]*[\"']\*[\"']", code), name


def test_the_shop_is_there_in_demo_mode_only(client: TestClient, open_desk: Desk) -> None:
    for lang, word in (("en", "Hub 2"), ("ja", "ハブ2")):
        page = client.get("/widget/shop", params={"lang": lang}).text
        assert word in page
        assert page.count("<script") == 1
        assert f'data-lang="{lang}"' in page
        assert "$" not in page
    open_desk.settings = open_desk.settings.model_copy(update={"demo": False})
    assert client.get("/widget/shop").status_code == 404


def test_every_text_of_the_frame_and_shop_is_in_every_language() -> None:
    code = "".join(path.read_text("utf-8") for path in routes.FILES.glob("frame/*.js"))
    assert {"en", "ja"} <= set(languages.every())
    english = languages.words("en")
    for lang in languages.every():
        told = languages.words(lang)
        assert list(told) == list(english), lang
        for key, text in told.items():
            assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), (lang, key)
    page = (routes.FILES / "frame.html").read_text("utf-8")
    used = re.findall(r"data-(?:text|label|placeholder)=\"(\w+)\"", page) + re.findall(r"say\(\"(\w+)\"", code)
    assert len(used) > 30
    assert set(used) <= set(english)
    shop = json.loads((routes.FILES / "shop.json").read_text("utf-8"))
    assert shop["en"].keys() == shop["ja"].keys()


# ---- visitors


def test_the_secret_is_made_once_and_private(tmp_path: Path) -> None:
    first = visitor.open(tmp_path)
    who = first.new()
    assert visitor.open(tmp_path).read(first.sign(who)) == who
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    (tmp_path / "secret").write_bytes(b"short")
    with pytest.raises(OperatorError, match="damaged"):
        visitor.open(tmp_path)


def test_forged_tokens_open_nothing(chat: Chat, tmp_path: Path) -> None:
    chat.say("How do I reset the hub?")
    token = chat.opened["token"]
    forged = URLSafeTimedSerializer(b"x" * 32, salt="widget visitor").dumps(["someone", int(time.time())])
    other_use = URLSafeTimedSerializer((tmp_path / "secret").read_bytes(), salt="else").dumps(
        ["someone", int(time.time())]
    )
    for bad in ("", "nonsense", forged, other_use, token[:-2], "A" + token):
        chat.head = {"Authorization": f"Bearer {bad}"}
        for answer in (chat.get("events"), chat.get("source?id=A-1"), chat.post("person")):
            assert answer.status_code == 401, bad
            assert answer.json()["code"] == "expired"
        assert chat.post("message", id="message-9", text="hello").status_code == 401


def test_expired_tokens_end_and_renewal_is_bounded(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    chat.say("How do I reset the hub?")
    now = time.time()

    def again(after: float) -> dict[str, Any]:
        monkeypatch.setattr(time, "time", lambda: now + after)
        opened = chat.client.post("/widget/session", json={"origin": HOST}, headers=chat.head).json()
        chat.head = {"Authorization": f"Bearer {opened['token']}"}
        return cast(dict[str, Any], opened)

    assert again(visitor.LASTS - 60)["turns"]  # renewed
    assert again(2 * visitor.LASTS - 180)["turns"]
    monkeypatch.setattr(time, "time", lambda: now + 3 * visitor.LASTS)
    assert chat.get("events").status_code == 401
    assert again(3 * visitor.LASTS)["turns"] == []  # somebody new
    who = visitor.Visitor("someone", int(now))
    tokens = visitor.Tokens(b"x" * 32)
    monkeypatch.setattr(time, "time", lambda: now + visitor.LONGEST + 1)
    assert tokens.read(tokens.sign(who)) is None


def test_a_visitor_sees_only_the_own_conversation(client: TestClient, open_desk: Desk) -> None:
    first, second = Chat(client), Chat(client)
    first.say("My parcel AZ-1 is lost")
    with open_desk.db.read() as db:
        ticket = tickets.page(db, Query(statuses=()))[0].id
    assert second.turns() == []
    for query in (f"events?ticket={ticket}&id={ticket}", f"events?visitor={ticket}"):
        assert second.get(query).json()["turns"] == []
    assert second.post("message", id="message-5", text="hello", ticket=ticket).status_code == 400
    second.say("Something else", id="message-1")  # the same name of a message as the first visitor's
    assert [text for _, text in first.said()].count("Something else") == 0
    assert second.said()[0] == ("you", "Something else")
    with open_desk.db.read() as db:
        assert tickets.of_visitor(db, "") is None


def test_notes_and_other_activity_stay_inside(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub?")
    id = _ticket(open_desk).id
    conversations.add(open_desk.shelves, id, "This one is difficult", direction="note", author="Emma Clarke")
    conversations.add(open_desk.shelves, id, "assigned to Emma", direction="activity", author="desk")
    conversations.add(open_desk.shelves, id, "Hello from Emma", direction="outgoing", author="Emma Clarke")
    assert [who for who, _ in chat.said()] == ["you", "assistant", "agent"]
    assert chat.turns()[-1]["name"] == "Emma"
    assert chat.turns(after=chat.turns()[-1]["seq"]) == []


# ---- limits


def test_the_bucket_fills_again_and_forgets_the_oldest() -> None:
    limit = Limit(6, remembered=2)
    assert [limit.take("a", now=0.0) for _ in range(6)] == [0.0] * 6
    assert limit.take("a", now=0.0) == pytest.approx(10.0)
    assert limit.take("a", now=10.0) == 0.0
    assert limit.take("a", now=11.0) > 0
    limit.take("b", now=11.0)
    limit.take("c", now=11.0)
    assert len(limit) == 2


def test_too_many_messages_are_refused_with_a_sentence(open_desk: Desk, drafts: Drafts) -> None:
    open_desk.settings = open_desk.settings.model_copy(update={"widget_rate": 3})
    with TestClient(Starlette(routes=routes.routes())) as browser:
        chat = Chat(browser)
        for _ in range(3):
            chat.say("thanks")
        refused = chat.post("message", id="message-9", text="one more")
        assert refused.status_code == 429
        assert "Try again in" in refused.json()["error"]
        assert int(refused.headers["retry-after"]) >= 1
        assert chat.get("events").status_code == 200  # reading goes on
        for _ in range(2):
            browser.post("/widget/session", json={"origin": HOST})
        assert browser.post("/widget/session", json={"origin": HOST}).status_code == 429


def test_one_address_cannot_pass_by_changing_visitors(open_desk: Desk) -> None:
    open_desk.settings = open_desk.settings.model_copy(update={"widget_rate": 2})
    with TestClient(Starlette(routes=routes.routes())) as browser:
        tokens = visitor.open(open_desk.home.path)
        codes = []
        for _ in range(2 * door.CROWD + 1):
            head = {"Authorization": f"Bearer {tokens.sign(tokens.new())}"}
            codes.append(browser.post("/widget/person", json={}, headers=head).status_code)
        assert codes == [200] * (2 * door.CROWD) + [429]


def test_oversize_and_odd_requests_are_refused_and_nothing_is_kept(chat: Chat) -> None:
    long = chat.post("message", id="message-1", text="あ" * (turn.LONGEST + 1))
    assert (long.status_code, "4,000" in long.json()["error"]) == (400, True)
    assert chat.post("message", id="message-1", text="x" * routes.BODY).status_code == 413
    assert chat.post("message", id="message-1", text="   ").status_code == 400
    assert chat.post("message", id="no", text="hello").status_code == 400
    assert (
        chat.client.post(
            "/widget/message", content="{", headers=chat.head | {"Content-Type": "application/json"}
        ).status_code
        == 400
    )
    assert chat.get("events?after=x").status_code == 400
    assert chat.turns() == []
    chat.say("あ" * turn.LONGEST)
    assert len(chat.turns()) == 2


def test_a_full_conversation_takes_no_more(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turn, "MOST", 2)
    chat.say("How do I reset the hub?")
    chat.say("And how do I set it up?")
    full = chat.post("message", id="message-9", text="One more question?")
    assert (full.status_code, full.json()["code"]) == (409, "full")


# ---- answers


def test_an_answer_comes_in_pieces_with_its_sources_and_survives_reload(
    chat: Chat, open_desk: Desk, drafts: Drafts
) -> None:
    told = chat.say("How do I reset the hub? I am ann@example.com")
    assert [name for name, _ in told] == ["taken", "piece", "done"]
    assert told[0][1] | {"seq": 0} == {"seq": 0, "text": "How do I reset the hub? I am <EMAIL_1>", "status": "pending"}
    assert told[1][1]["source"] == {"n": 1, "title": "Hub setup"}
    done = told[2][1]
    assert done["answered"] is True
    assert done["sources"][0] | {"start": 0, "end": 0} == {
        "n": 1, "title": "Hub setup", "kind": "article", "id": "A-1", "start": 0, "end": 0,
    }  # fmt: skip
    assert drafts.letter.public
    row = _ticket(open_desk)
    assert (row.channel, row.status, row.lang) == ("chat", "pending", "en")
    assert row.visitor
    again = chat.client.post("/widget/session", json={"origin": HOST}, headers=chat.head).json()
    assert [one["who"] for one in again["turns"]] == ["you", "assistant"]
    assert again["turns"][1]["sources"] == done["sources"]
    assert again["turns"][0]["id"] == "message-1"
    with open_desk.db.read() as db:
        kept = tickets.turns(db, row.id)
    assert [(one.direction, one.author) for one in kept] == [("incoming", ""), ("activity", "assistant")]


def test_sending_twice_keeps_one_message_and_one_answer(chat: Chat, drafts: Drafts) -> None:
    first = chat.say("How do I reset the hub?", id="the-same-1")
    second = chat.say("How do I reset the hub?", id="the-same-1")
    assert second[0] == first[0]
    assert second[-1] == first[-1]
    assert len(drafts.asked) == 1
    assert [who for who, _ in chat.said()] == ["you", "assistant"]
    chat.say("How do I reset the hub?", id="another-1")
    assert len(chat.said()) == 4


def test_html_stays_text(chat: Chat) -> None:
    nasty = "<img src=x onerror=alert(1)> [click](javascript:alert(1)) https://evil.example"
    told = chat.say(nasty)
    assert told[0][1]["text"] == nasty
    assert chat.said()[0] == ("you", nasty)
    assert chat.get("events").headers["content-type"] == "application/json"
    assert chat.get("events").headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("lang", "text"), [("en", "Something unknown?"), ("ja", "unknown なことを教えてください。")])
def test_not_knowing_is_said_plainly_in_the_visitors_language(client: TestClient, lang: str, text: str) -> None:
    chat = Chat(client, lang)
    name, done = chat.say(text)[-1]
    assert (name, done["answered"], done["sources"]) == ("done", False, [])
    assert done["text"] == wording.of(lang).unknown
    assert chat.turns()[-1]["answered"] is False


# ---- after the assistant did not help


def _missed(open_desk: Desk) -> list[bool]:
    with open_desk.db.read() as db:
        turns = tickets.turns(db, _ticket(open_desk).id)
    return [bool(turn.missed) for turn in turns if turn.author == "assistant"]


@pytest.mark.parametrize(
    ("lang", "unknown", "known"),
    [
        ("en", "Something unknown?", "How do I reset the hub?"),
        ("ja", "unknown なことは何ですか。", "ハブの初期化の方法は？"),
    ],
)
def test_after_a_miss_it_discloses_quotes_and_asks_back(
    client: TestClient, open_desk: Desk, lang: str, unknown: str, known: str
) -> None:
    chat, words = Chat(client, lang), wording.of(lang)
    chat.say(unknown)
    told = chat.say(known)
    assert told[1][1]["text"].startswith(words.careful)
    done = told[-1][1]
    begin, end = words.quotes
    assert done["text"] == f"{words.careful}\n\n{begin}{QUOTE}{end} [1]\n\n{words.fits}"
    assert (done["answered"], len(done["sources"])) == (True, 1)
    assert _missed(open_desk) == [True, False]
    assert chat.say(known)[-1][1]["text"] == f"{QUOTE} [1]"  # it helped: as usual again


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "That did not help."), ("en", "no, doesn't work"), ("en", "Not what I asked"),
     ("ja", "解決しませんでした。"), ("ja", "まだ直りません"), ("ja", "役に立ちません。")],
)  # fmt: skip
def test_who_says_that_it_did_not_help_is_asked_back_and_offered_a_person(
    client: TestClient, open_desk: Desk, lang: str, said: str
) -> None:
    chat, words = Chat(client, lang), wording.of(lang)
    chat.say("How do I reset the hub?" if lang == "en" else "ハブの初期化の方法は？")
    done = chat.say(said)[-1][1]
    assert (done["text"], done["answered"]) == (words.sorry, False)
    assert _missed(open_desk) == [True, True]
    assert chat.say(said)[-1][1]["text"] == words.shall_i


@pytest.mark.parametrize(
    "said",
    [
        "The lamp does not work, how do I reset the hub?",
        "Thanks, that helped!",
        "What about a hub that is not working?",
    ],
)
def test_other_words_are_no_complaint_about_the_answer(chat: Chat, open_desk: Desk, said: str) -> None:
    chat.say("How do I reset the hub?")
    chat.say(said)
    assert _missed(open_desk)[0] is False


def test_a_longer_complaint_is_answered_carefully(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub?")
    done = chat.say("That did not help: the hub still blinks red after I held the button for ten seconds.")[-1][1]
    assert done["text"].startswith(wording.ENGLISH.careful)
    assert _missed(open_desk) == [True, False]


@pytest.mark.parametrize(
    ("lang", "yes"), [("en", "Yes, please"), ("en", "ok"), ("ja", "はい、お願いします"), ("ja", "お願いします。")]
)
def test_after_two_misses_a_yes_hands_over_to_a_person(
    client: TestClient, open_desk: Desk, lang: str, yes: str
) -> None:
    chat = Chat(client, lang)
    unknown = "Something unknown?" if lang == "en" else "unknown なことは何ですか。"
    assert chat.say(unknown)[-1][1]["text"] == wording.of(lang).unknown
    assert chat.say(unknown)[-1][1]["text"] == wording.of(lang).shall_i
    assert _ticket(open_desk).status == "pending"
    assert chat.say(yes)[-1][0] == "quiet"
    assert _ticket(open_desk).status == "open"
    assert chat.said()[-1][0] == "handoff"


def test_lists_and_steps_are_quoted_line_by_line() -> None:
    reply = "Do this: [1]\n\n1. Hold the button. [1] [2]\n- Wait.\n\n[3]"
    lines = misses.carefully(reply, wording.ENGLISH).split("\n")[2:-2]
    assert lines == ["“Do this:” [1]", "", "1. “Hold the button.” [1] [2]", "- “Wait.”", "", "[3]"]


def test_a_yes_to_anything_else_hands_nothing_over(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub?")
    chat.say("yes")
    assert _ticket(open_desk).status == "pending"


def test_misses_survive_another_import_of_the_ticket(chat: Chat, open_desk: Desk) -> None:
    chat.say("Something unknown?")
    id = _ticket(open_desk).id
    with open_desk.db.write() as db:
        told = tickets.told(db, id)
        assert told is not None
        tickets.put(db, told, origin="test")
    assert _missed(open_desk) == [True]


def test_a_missing_or_failing_model_offers_a_person_and_tells_no_secrets(chat: Chat, open_desk: Desk) -> None:
    assert chat.say("Please fail?")[-1][1]["text"] == wording.ENGLISH.unavailable
    open_desk.chat = None
    done = chat.say("How do I reset the hub?")[-1][1]
    assert (done["text"], done["answered"]) == (wording.ENGLISH.unavailable, False)
    assert "secret-model-name" not in str(chat.said())


def test_a_question_is_asked_on_its_own_and_a_fragment_with_the_one_before(chat: Chat, drafts: Drafts) -> None:
    chat.say("How do I return a camera?")
    chat.say("How do I reset the hub, please?")
    assert conversations.latest(drafts.asked[1]) == "How do I reset the hub, please?"
    chat.say("the old one")
    assert conversations.latest(drafts.asked[2]) == "How do I reset the hub, please?\nthe old one"


def test_leaving_stops_the_model_and_keeps_no_half_answer(open_desk: Desk, chat: Chat, drafts: Drafts) -> None:
    turns = turn.Turns(open_desk)
    taken = turns.take("visitor-1", "message-1", "How do I reset the hub?", "en")
    words = turns.answer("visitor-1", taken, "en")
    assert isinstance(next(words), Piece)
    assert list(turns.answer("visitor-1", taken, "en")) == [turn.Quiet(busy=True)]
    words.close()
    assert drafts.closed == 1
    with open_desk.db.read() as db:
        assert len(tickets.turns(db, taken.ticket)) == 1
    assert isinstance(list(turns.answer("visitor-1", taken, "en"))[-1], turn.Answer)  # asked again, it answers


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("I want to talk to a human", True), ("can I speak with a real person please", True), ("agent", True),
        ("担当者と話したいです", True), ("オペレーターにつないでください", True), ("人間に代わって", True),
        ("The hub sees a person at the door", False), ("How does person detection work?", False),
        ("人間の検知はできますか", False), ("担当者の対応が良かったです", True),
    ],
)  # fmt: skip
def test_a_wish_for_a_person_is_understood(text: str, wanted: bool) -> None:
    assert wording.wants_person(text) is wanted


@pytest.mark.parametrize(
    ("text", "is_it"), [("Thank you!", True), ("ありがとうございます。", True), ("thanks but no", False)]
)
def test_a_thank_you_is_not_a_question(text: str, is_it: bool) -> None:
    assert wording.is_thanks(text) is is_it


# ---- people


def test_after_the_handoff_the_assistant_is_quiet_and_the_agent_has_everything(
    chat: Chat, open_desk: Desk, drafts: Drafts
) -> None:
    chat.say("How do I reset the hub?")
    assert chat.post("person").json()["status"] == "open"
    assert [name for name, _ in chat.say("Are you there, anybody?")] == ["taken", "quiet"]
    assert len(drafts.asked) == 1
    row = _ticket(open_desk)
    assert (row.status, row.priority) == ("open", "medium")
    assert row.waiting_since is not None
    with open_desk.db.read() as db:
        assert [line.id for line in tickets.page(db, Query(statuses=("open",)))] == [row.id]
        kept = [(one.direction, one.author) for one in tickets.turns(db, row.id)]
    assert kept == [("incoming", ""), ("activity", "assistant"), ("activity", "visitor"), ("incoming", "")]
    assert [who for who, _ in chat.said()] == ["you", "assistant", "handoff", "you"]
    chat.post("person")
    assert len(chat.said()) == 4  # asking twice changes nothing


def test_an_unhappy_visitor_gets_high_priority(chat: Chat, open_desk: Desk) -> None:
    chat.say("I am furious about this hub")
    chat.post("person")
    assert _ticket(open_desk).priority == "high"


def test_a_person_can_be_asked_for_before_any_word(chat: Chat, open_desk: Desk, drafts: Drafts) -> None:
    assert chat.post("person").json()["status"] == "open"
    chat.say("My lock is stuck, mail me at ann@example.com")
    assert drafts.asked == []
    assert _ticket(open_desk).subject == "My lock is stuck, mail me at <EMAIL_1>"
    assert [who for who, _ in chat.said()] == ["handoff", "you"]


def test_an_answer_that_a_handoff_overtakes_is_not_kept(open_desk: Desk, chat: Chat) -> None:
    turns = turn.Turns(open_desk)
    taken = turns.take("visitor-1", "message-1", "How do I reset the hub?", "en")
    words = turns.answer("visitor-1", taken, "en")
    next(words)
    turns.person("visitor-1", "en")
    assert list(words) == [turn.Quiet()]


def test_the_address_is_kept_for_the_agent_but_never_over_a_known_customer(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub?")
    assert chat.post("person", email="not an address").json()["code"] == "email"
    assert _ticket(open_desk).status == "pending"
    chat.post("person", email=" Ann@Example.com ")
    assert _ticket(open_desk).customer == "ann@example.com"
    assert "ann@example.com" not in json.dumps(chat.turns())
    with open_desk.db.write() as db:
        tickets.change(db, _ticket(open_desk).id, customer="C-007")
    chat.post("person", email="bob@example.com")
    assert _ticket(open_desk).customer == "C-007"


def test_the_agents_reply_shows_and_a_new_message_reopens(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub?")
    chat.post("person")
    last = chat.turns()[-1]["seq"]
    conversations.reply(
        open_desk.shelves, _ticket(open_desk).id, "Hello, hold it longer.", by="emma", author="Emma Clarke"
    )
    told = chat.get(f"events?after={last}").json()
    assert told["status"] == "resolved"
    assert [(one["who"], one["name"], one["text"]) for one in told["turns"]] == [
        ("agent", "Emma", "Hello, hold it longer.")
    ]
    taken = chat.say("Still blinking?")
    assert taken[0][1]["status"] == "open"
    assert [name for name, _ in taken] == ["taken", "quiet"]


# ---- sources


def test_a_source_opens_at_the_quoted_place_as_plain_blocks(chat: Chat) -> None:
    start = TEXT.index(QUOTE)
    told = chat.get(f"source?id=A-1&at={start}-{start + len(QUOTE)}").json()
    assert told["title"] == "Hub setup"
    assert told["blocks"] == [
        {"kind": "heading", "runs": [["Hub setup", False]]},
        {"kind": "text", "runs": [["Plug the hub in.", False]]},
        {"kind": "item", "runs": [[QUOTE, True]]},
        {"kind": "text", "runs": [[" a | b", False]]},
    ]


def test_sources_are_articles_only(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub?")
    with open_desk.db.write() as db:
        tickets.put(db, Ticket("T-9", (Message("incoming", "private"),)), origin="")
    for id in ("T-9", _ticket_id(open_desk), "", "nothing", "../A-1"):
        assert chat.get(f"source?id={id}").status_code == 404, id
    assert chat.client.get("/widget/source?id=A-1").status_code == 401


def test_the_source_of_an_approved_entry_leads_to_the_help_centre(chat: Chat, open_desk: Desk) -> None:
    chat.say("How do I reset the hub?")
    entry = Entry("F-0a01", "Where is it?", "Here.", "en", state="approved", others={"ja": Face("どこ？", "ここ。")})
    with open_desk.db.write() as db:
        faqs.put(db, entry)
        for lang in entry.faces:
            articles.put(db, Article(entry.article(lang), "Where?", "Here.", "en", kind="faq"), origin="faq")
    pages = {id: chat.get(f"source?id={id}").json()["page"] for id in ("F-0a01", "F-0a01.ja", "A-1")}
    assert pages == {"F-0a01": "/help/en/where-is-it-F-0a01", "F-0a01.ja": "/help/ja/where-is-it-F-0a01", "A-1": ""}


def _ticket_id(open_desk: Desk) -> str:
    with open_desk.db.read() as db:
        return next(line.id for line in tickets.page(db, Query(statuses=("pending",))))


def test_marks_at_any_place_lose_no_word() -> None:
    plain = "".join(words for one in source.blocks(TEXT, ()) for words, _ in one.runs)
    for start in range(0, len(TEXT), 3):
        runs = [run for one in source.blocks(TEXT, [(start, start + 9)]) for run in one.runs]
        assert "".join(words for words, _ in runs).replace("*", "") == plain
    assert list(source.blocks("", [(0, 5)])) == []


def test_where_a_page_begins_is_not_shown() -> None:
    text = "## Refunds\n\n<!-- page 41 -->\n\nThey take five days.\n\nWrite <!-- page 7 --> by hand."
    shown = [(one.kind, one.runs) for one in source.blocks(text, [(text.index("They"), text.index("\n\nWrite"))])]
    assert shown == [
        ("heading", [("Refunds", False)]),
        ("text", [("They take five days.", True)]),
        ("text", [("Write <!-- page 7 --> by hand.", False)]),
    ]
