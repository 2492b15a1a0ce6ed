"""Chats of messengers, chat services and assistants become tickets: who spoke, when, and where a talk ends."""

import json
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ingest.readers import opening
from ingest.readers.chats import chat_json, chat_text, slack
from ingest.readers.opening import File
from ingest.records import Customer, Item, Reject, Ticket


def put(folder: Path, name: str, content: Any) -> File:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    return File(path, name)


def got(folder: Path, name: str, content: Any, reader: ModuleType) -> list[Item]:
    file = put(folder, name, content)
    assert reader.claims(opening.look(file))
    return list(reader.read(file, None))


def only(folder: Path, name: str, content: Any, reader: ModuleType) -> Any:
    (one,) = got(folder, name, content, reader)
    return one


def said(ticket: Any) -> list[tuple[str, str]]:
    return [(message.direction, message.text) for message in ticket.messages]


# Text files of messengers


WHATSAPP = """12/30/25, 2:01\u202fPM - Messages and calls are end-to-end encrypted. No one outside can read them.
12/30/25, 2:05\u202fPM - Yui Tanaka: Hello, my lamp does not turn on.
I tried two outlets: both work.
12/30/25, 2:06\u202fPM - Yui Tanaka: IMG-0001.jpg (file attached)
The label
12/30/25, 2:11\u202fPM - Ken: Could you press the reset button?
12/30/25, 2:12\u202fPM - Yui Tanaka: <Media omitted>
12/30/25, 2:13\u202fPM - Yui Tanaka: This message was deleted
12/30/25, 8:12\u202fPM - Yui Tanaka: Just in time
12/31/25, 2:12\u202fAM - Ken: Good morning
"""


def test_whatsapp_of_an_android_phone(tmp_path: Path) -> None:
    first, *others = got(tmp_path, "WhatsApp Chat with Yui Tanaka.txt", WHATSAPP, chat_text)
    assert isinstance(first, Ticket)
    assert said(first) == [
        ("incoming", "Hello, my lamp does not turn on.\nI tried two outlets: both work."),
        ("incoming", "The label"),
        ("outgoing", "Could you press the reset button?"),
        ("incoming", ""),
    ]
    assert [message.attachments for message in first.messages] == [(), ("IMG-0001.jpg",), (), ("Media",)]
    assert first.messages[0].at == first.created == datetime(2025, 12, 30, 14, 5, tzinfo=UTC)
    assert (first.channel, first.guessed) == ("social", True)
    # Exactly six hours lie between 14:12, 20:12 and 02:12.
    assert [said(one) for one in others] == [[("incoming", "Just in time")], [("outgoing", "Good morning")]]


def test_whatsapp_talks_end_after_six_hours(tmp_path: Path) -> None:
    text = "".join(f"[31/12/2025, {hour:02}:00:00] {who}: {hour}\n" for hour, who in ((1, "A"), (6, "B"), (12, "A")))
    assert [len(one.messages) for one in got(tmp_path, "_chat.txt", text, chat_text) if isinstance(one, Ticket)] == [
        2,
        1,
    ]


def test_whatsapp_of_an_iphone_with_a_label(tmp_path: Path) -> None:
    text = """[31/12/2025, 14:05:10] Aozora Support: \u200eMessages and calls are end-to-end encrypted.
[31/12/2025, 14:05:10] Yui: Where is my parcel?
\u200e[31/12/2025, 14:05:50] Yui: \u200e<attached: 00000012-PHOTO.jpg>
[01/01/2026, 14:07:10] Aozora Support: It leaves today.
"""
    first, second = got(tmp_path, "_chat.txt", text, chat_text)
    assert isinstance(first, Ticket)
    assert isinstance(second, Ticket)
    assert said(first) == [("incoming", "Where is my parcel?"), ("incoming", "")]
    assert first.messages[1].attachments == ("00000012-PHOTO.jpg",)
    assert first.created == datetime(2025, 12, 31, 14, 5, 10, tzinfo=UTC)
    assert (said(second), second.guessed) == ([("outgoing", "It leaves today.")], False)


@pytest.mark.parametrize(
    ("stamps", "day"),
    [
        (("3/4/26, 14:05", "3/5/26, 14:05"), (2026, 4, 3)),  # the day first, where nothing else tells
        (("3/4/26, 2:05 PM", "3/5/26, 2:05 PM"), (2026, 3, 4)),  # with AM and PM the month first
        (("3/4/26, 14:05", "3/13/26, 14:05"), (2026, 3, 4)),  # there is no 13th month
        (("3/4/26, 2:05 PM", "13/4/26, 2:05 PM"), (2026, 4, 3)),
        (("30/4/26, 14:05", "1/5/26, 14:05"), (2026, 4, 30)),
        (("4/12/26, 14:05", "5/1/26, 14:05"), (2026, 4, 12)),  # time goes forward
        (("2026/03/04 14:05", "2026/03/05 14:05"), (2026, 3, 4)),
        (("2026/03/04 午後2:05", "2026/03/05 午後2:05"), (2026, 3, 4)),
        (("03.04.26, 14:05", "04.04.26, 14:05"), (2026, 4, 3)),
    ],
)
def test_whatsapp_dates(tmp_path: Path, stamps: tuple[str, str], day: tuple[int, int, int]) -> None:
    text = "".join(f"{stamp} - {who}: 届きません\n" for stamp, who in zip(stamps, ("結衣", "佐藤"), strict=True))
    first = got(tmp_path, "chat.txt", text, chat_text)[0]
    assert isinstance(first, Ticket)
    assert first.created == datetime(*day, 14, 5, tzinfo=UTC)


def test_line_in_japanese(tmp_path: Path) -> None:
    text = """[LINE] 田中結衣とのトーク履歴
保存日時：2026/04/01 10:00

2026/03/31(火)
14:05\t田中結衣\tこんにちは。注文した棚が届きません。
14:06\t田中結衣\t[写真]
14:07\t青空ホーム\t"お問い合わせありがとうございます。
「棚」の件、確認いたします。"
14:08\t田中結衣\t[スタンプ]
14:09\t田中結衣がメッセージの送信を取り消しました
14:10\t田中結衣\t☎ 通話時間 1:23

2026/04/01(水)
午後1:05\t青空ホーム\t本日お届け予定です。
"""
    first, second = got(tmp_path, "[LINE] 田中結衣とのトーク.txt", "\ufeff" + text, chat_text)
    assert isinstance(first, Ticket)
    assert said(first) == [
        ("incoming", "こんにちは。注文した棚が届きません。"),
        ("incoming", ""),
        ("outgoing", "お問い合わせありがとうございます。\n「棚」の件、確認いたします。"),
    ]
    assert first.messages[1].attachments == ("写真",)
    assert isinstance(second, Ticket)
    assert second.created == datetime(2026, 4, 1, 13, 5, tzinfo=UTC)
    assert said(second) == [("outgoing", "本日お届け予定です。")]


@pytest.mark.parametrize(
    "text",
    [
        "[LINE] Chat history with Yui T\nSaved on: 4/1/2026, 10:00 AM\n\nTue, 3/31/2026\n"
        "02:05 PM\tYui T\tIs the shop open?\nplease\n02:06 PM\tAozora\tYes, until six.\n",
        "[LINE] Yui Tとのトーク履歴\n2026.03.31 Tuesday\n"
        "14:05 Yui T Is the shop open?\nplease\n14:06 Aozora Yes, until six.\n",
        "2026.03.31 火曜日\n14:05 Yui Is the shop open?\nplease\n14:06 Aozora Yes, until six. How may I help you?\n",
    ],
)
def test_line_in_other_styles(tmp_path: Path, text: str) -> None:
    ticket = only(tmp_path, "line.txt", text, chat_text)
    assert ticket.created == datetime(2026, 3, 31, 14, 5, tzinfo=UTC)
    assert said(ticket)[0] == ("incoming", "Is the shop open?\nplease")
    assert ticket.messages[1].direction == "outgoing"
    assert ticket.messages[1].text.startswith("Yes, until six.")


@pytest.mark.parametrize(
    "text",
    [
        "Agent: Hello\nCustomer: Hi\nAgent: Bye",
        "[00:05] Agent: Hello\n[00:09] Customer: Hi",
        "# Opening hours\n\n2026/03/31 we close at 14:05.",
        "2026/03/31(火)\nWe met at ten.",
    ],
)
def test_other_texts_are_not_claimed(tmp_path: Path, text: str) -> None:
    assert not chat_text.claims(opening.look(put(tmp_path, "a.txt", text)))


def test_a_chat_without_words_is_refused(tmp_path: Path) -> None:
    text = "99/99/2026, 14:05 - A: x\n99/99/2026, 14:06 - B: y\n"
    assert "No messages" in only(tmp_path, "a.txt", text, chat_text).reason


# JSON of chat services and assistants


def test_zendesk_chat(tmp_path: Path) -> None:
    visitor = {"id": "v1", "name": "結衣", "email": "yui@example.com"}
    history = [
        {"type": "chat.memberjoin", "timestamp": "2026-03-31T05:00:00Z", "nick": "visitor:1", "name": "結衣"},
        {
            "type": "chat.msg",
            "timestamp": "2026-03-31T05:00:01Z",
            "nick": "visitor:1",
            "name": "結衣",
            "msg": "照明が暗いです",
        },
        {
            "type": "chat.msg",
            "timestamp": "2026-03-31T05:00:02Z",
            "nick": "agent:trigger",
            "name": "自動",
            "msg": "お待ちください",
        },
        {
            "type": "chat.msg",
            "timestamp": "2026-03-31T05:01:00Z",
            "nick": "agent:77",
            "name": "Ken",
            "msg": "確認します",
        },
    ]
    one = {"id": "2108.1", "type": "chat", "visitor": visitor, "rating": "good", "tags": ["lamp"], "history": history}
    customer, ticket = got(tmp_path, "chats.json", {"chats": [one], "count": 1}, chat_json)
    assert customer == Customer("v1", "結衣", "yui@example.com")
    assert isinstance(ticket, Ticket)
    assert said(ticket) == [("incoming", "照明が暗いです"), ("activity", "お待ちください"), ("outgoing", "確認します")]
    assert (ticket.id, ticket.customer, ticket.csat, ticket.tags) == ("2108.1", "v1", 5, ("lamp",))
    assert (ticket.channel, ticket.guessed, ticket.created) == (
        "chat",
        False,
        datetime(2026, 3, 31, 5, 0, 1, tzinfo=UTC),
    )


LIVECHAT = {
    "chats": [
        {
            "id": "NA1",
            "visitor": {"name": "Yui", "email": "yui@example.com"},
            "agents": [{"display_name": "Ken"}],
            "rate": "rated_bad",
            "messages": [
                {"author_name": "Ken", "user_type": "agent", "text": "Welcome!", "timestamp": 1774933200},
                {"author_name": "Yui", "user_type": "visitor", "text": "Hi", "date": "Tue, 03/31/26 05:01:00 am"},
            ],
        }
    ]
}
LIVECHAT_3 = {
    "chats": [
        {
            "id": "Q1",
            "users": [{"id": "u1", "name": "Yui", "type": "customer"}, {"id": "u2", "name": "Ken", "type": "agent"}],
            "thread": {
                "id": "T9",
                "events": [
                    {"type": "message", "text": "Welcome!", "author_id": "u2", "created_at": "2026-03-31T05:00:00Z"},
                    {"type": "message", "text": "Hi", "author_id": "u1", "created_at": "2026-03-31T05:01:00Z"},
                ],
            },
        }
    ]
}
CRISP = {
    "session_id": "s1",
    "meta": {"nickname": "Yui", "email": "yui@example.com"},
    "messages": [
        {
            "type": "text",
            "from": "operator",
            "content": "Welcome!",
            "timestamp": 1774933200000,
            "user": {"nickname": "Ken"},
        },
        {"type": "text", "from": "user", "content": "Hi", "timestamp": 1774933260000, "user": {"nickname": "Yui"}},
    ],
}
TIDIO = [
    {
        "id": "c1",
        "messages": [
            {
                "author_type": "operator",
                "author_name": "Ken",
                "content": "Welcome!",
                "created_at": "2026-03-31T05:00:00Z",
            },
            {"author_type": "contact", "author_name": "Yui", "content": "Hi", "created_at": "2026-03-31T05:01:00Z"},
        ],
    }
]


@pytest.mark.parametrize(
    ("content", "id"),
    [(LIVECHAT, "NA1"), (LIVECHAT_3, "T9"), (CRISP, "s1"), (TIDIO, "c1")],
    ids=["2", "3", "crisp", "tidio"],
)
def test_chat_services(tmp_path: Path, content: Any, id: str) -> None:
    ticket = got(tmp_path, "chats.json", content, chat_json)[-1]
    assert isinstance(ticket, Ticket)
    assert (ticket.id, ticket.guessed) == (id, False)
    assert [(one.direction, one.author, one.text) for one in ticket.messages] == [
        ("outgoing", "Ken", "Welcome!"),
        ("incoming", "Yui", "Hi"),
    ]
    assert ticket.created == datetime(2026, 3, 31, 5, tzinfo=UTC)


def test_teams_with_the_newest_message_first(tmp_path: Path) -> None:
    def message(minute: int, name: str, words: str, kind: str = "text") -> dict[str, Any]:
        at = f"2026-03-31T05:{minute:02}:00Z"
        who = {"application": None, "user": {"id": name, "displayName": name}}
        return {
            "messageType": "message",
            "createdDateTime": at,
            "from": who,
            "body": {"contentType": kind, "content": words},
        }

    held = [
        message(10, "Ken Sato", "<p>Thank you for contacting us.</p><p>I have checked it.</p>", "html"),
        message(0, "Yui Tanaka", "I need my invoice, I cannot find it"),
    ]
    ticket = only(tmp_path, "teams.json", {"@odata.context": "x", "value": held}, chat_json)
    assert said(ticket) == [
        ("incoming", "I need my invoice, I cannot find it"),
        ("outgoing", "Thank you for contacting us.\n\nI have checked it."),
    ]
    assert ticket.guessed


def test_a_plain_list_is_cut_at_pauses_and_by_the_conversations_it_names(tmp_path: Path) -> None:
    def message(hour: int, name: str, words: str, **more: str) -> dict[str, str]:
        return {"from": name, "text": words, "timestamp": f"2026-03-31T{hour:02}:00:00Z", **more}

    day = [
        message(1, "Yui", "I need help, it is broken"),
        message(2, "Ken", "How may I help you?"),
        message(9, "Yui", "Hi"),
    ]
    tickets = got(tmp_path, "day.json", day, chat_json)
    assert [said(one) for one in tickets] == [
        [("incoming", "I need help, it is broken"), ("outgoing", "How may I help you?")],
        [("incoming", "Hi")],
    ]
    assert len({one.id for one in tickets if isinstance(one, Ticket)}) == 2
    mixed = [
        message(1, "Yui", "A?", chat_id="a"),
        message(1, "Bo", "B?", chat_id="b"),
        message(9, "Yui", "A!", chat_id="a"),
    ]
    named = got(tmp_path, "mixed.json", mixed, chat_json)
    assert [(one.id, len(one.messages)) for one in named if isinstance(one, Ticket)] == [("a", 2), ("b", 1)]


ROLES = [
    {"role": "user", "content": [{"type": "text", "text": "Where is it?"}, {"type": "image_url", "image_url": {}}]},
    {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
    {"role": "tool", "content": '{"x": 1}'},
    {"role": "assistant", "content": "On its way."},
]


@pytest.mark.parametrize(
    "content",
    [
        {"messages": ROLES},
        [{"task_id": 3, "reward": 1.0, "traj": ROLES}],
        {"messages_display": 'user: Where is it?\nassistant: None\ntool: {"x": 1}\nassistant: On its way.'},
        [{"convo_id": 7, "original": [["customer", "Where is it?"], ["action", '{"x": 1}'], ["agent", "On its way."]]}],
    ],
    ids=["messages", "traj", "display", "pairs"],
)
def test_roles_of_an_assistants_talk(tmp_path: Path, content: Any) -> None:
    ticket = only(tmp_path, "talks.json", content, chat_json)
    assert said(ticket) == [("incoming", "Where is it?"), ("activity", '{"x": 1}'), ("outgoing", "On its way.")]
    assert (ticket.channel, ticket.kind, ticket.guessed) == ("chat", "ticket", False)


def test_talks_that_begin_alike_have_ids_of_their_own(tmp_path: Path) -> None:
    lines = "\n".join(
        json.dumps({"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": end}]})
        for end in "ab"
    )
    assert len({one.id for one in got(tmp_path, "talks.jsonl", lines, chat_json) if isinstance(one, Ticket)}) == 2


@pytest.mark.parametrize(
    "broken",
    [
        {"chats": [{"id": [], "messages": "x", "history": [None, 3, {"msg": {}}]}]},
        {
            "chats": [
                {"id": "a", "visitor": 3, "agents": {"a": 1}, "users": [1], "messages": [{"text": "x", "user_type": 5}]}
            ]
        },
        {
            "messages": [
                {"role": "user", "content": {}},
                {"role": {"a": []}, "content": {"text": {"text": {"text": {"text": "x"}}}}},
            ],
            "rating": [],
            "tags": 1,
        },
        [{"from": {"user": None}, "body": [[[["x"]]]], "date": 1e300}],
        {"messages_display": "nobody speaks here"},
        {"messages_display": ""},
    ],
)
def test_odd_chats_never_raise(tmp_path: Path, broken: Any) -> None:
    assert all(isinstance(one, Reject | Ticket) for one in got(tmp_path, "odd.json", broken, chat_json))


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "ticket", "id": "1", "turns": [{"role": "user", "text": "Hi"}]},
        {"id": "1", "title": "Returns", "content": "Pack it", "author": "Ken", "date": "2026-03-31"},
        {"id": "c1", "name": "Yui", "email": "yui@example.com", "since": "2026-03-31"},
        {"results": {"utterances": [{"speaker": 0, "transcript": "Hi", "start": 0.5}]}},
        {"conversationId": "1", "messages": [{"participant": "agent", "text": "Hi", "offset": 3}]},
    ],
)
def test_other_json_is_not_claimed(tmp_path: Path, other: Any) -> None:
    assert not chat_json.claims(opening.look(put(tmp_path, "other.json", other)))


# Slack


def export(folder: Path, **files: Any) -> list[Item]:
    named = {name.replace("__", "/").replace("_", "-") + ".json": content for name, content in files.items()}
    held = [put(folder, name, content) for name, content in sorted(named.items())]
    assert all(slack.claims(opening.look(file)) for file in held)
    return list(slack.gather(held, None))


def person(id: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "team_id": "T1",
        "name": name.lower(),
        "real_name": name,
        "profile": {"email": f"{id}@x.example"},
        **more,
    }


def wrote(user: str, ts: int, words: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "ts": f"{ts}.000100", "text": words, **more}


NOON = 1774958400  # 2026-03-31 12:00 UTC


def test_slack_threads_days_and_guests(tmp_path: Path) -> None:
    parent = f"{NOON}.000100"
    items = export(
        tmp_path,
        channels=[
            {"id": "C1", "name": "help", "creator": "U1", "members": ["U1"], "purpose": {"value": ""}, "topic": {}}
        ],
        users=[person("U1", "Ken"), person("U2", "Yui", is_restricted=True), person("U3", "Bot", is_bot=True)],
        help__2026_03_31=[
            {"type": "message", "subtype": "channel_join", "user": "U2", "ts": f"{NOON - 9}.000100", "text": "joined"},
            wrote("U2", NOON, "<@U1> my lamp &amp; shelf <https://a.example/1|here>", thread_ts=parent, reply_count=2),
            wrote("U3", NOON + 5, "I am a bot", thread_ts=parent),
            wrote("U2", NOON + 60, "Anybody?", files=[{"name": "lamp.jpg"}]),
        ],
        help__2026_04_01=[
            wrote("U1", NOON + 86400, "Press reset", thread_ts=parent),
            wrote("U1", NOON + 86460, "Hello"),
        ],
    )
    assert items[0] == Customer("U2", "Yui", "U2@x.example")
    thread, alone, late = items[1:]
    assert isinstance(thread, Ticket)
    assert [(one.direction, one.author, one.text) for one in thread.messages] == [
        ("incoming", "Yui", "@Ken my lamp & shelf here (https://a.example/1)"),
        ("activity", "Bot", "I am a bot"),
        ("outgoing", "Ken", "Press reset"),
    ]
    assert (thread.id, thread.customer, thread.channel, thread.guessed) == (f"help-{parent}", "U2", "chat", False)
    assert thread.created == datetime(2026, 3, 31, 12, 0, 0, 100, tzinfo=UTC)
    assert isinstance(alone, Ticket)
    assert (said(alone), alone.messages[0].attachments) == ([("incoming", "Anybody?")], ("lamp.jpg",))
    assert isinstance(late, Ticket)
    assert len(late.messages) == 1


def test_slack_single_channel_of_the_api(tmp_path: Path) -> None:
    newest_first = [
        wrote("U1", NOON + 60, "Thank you for contacting us. How may I help you?"),
        wrote("U2", NOON, "棚が届きません。教えてください"),
        wrote("U2", NOON - 30, "", blocks=[]),
    ]
    (ticket,) = export(tmp_path, history={"ok": True, "messages": newest_first})
    assert isinstance(ticket, Ticket)
    assert [(one.direction, one.author) for one in ticket.messages] == [("incoming", "U2"), ("outgoing", "U1")]
    assert ticket.guessed


def test_no_talk_grows_without_end(tmp_path: Path) -> None:
    """A channel that is never silent for six hours is cut all the same, so that memory stays bounded."""
    many = range(5_001)
    busy = [{"from": "ab"[at % 2], "text": "x", "timestamp": 1774933200 + at} for at in many]
    lines = "".join(f"2026/03/31 {at // 3600:02}:{at // 60 % 60:02}:{at % 60:02} - {'ab'[at % 2]}: x\n" for at in many)
    slacks = export(tmp_path, busy=[wrote("U1", NOON + at, "x") for at in many])
    for tickets in (got(tmp_path, "flat.json", busy, chat_json), got(tmp_path, "a.txt", lines, chat_text), slacks):
        assert [len(one.messages) for one in tickets if isinstance(one, Ticket)] == [5_000, 1]


def test_odd_slack_never_raises(tmp_path: Path) -> None:
    odd = [
        wrote("U1", NOON, "x"),
        {"type": "message", "ts": 5, "text": "y"},
        wrote("U1", NOON, "z", thread_ts=[], files=3),
    ]
    items = export(tmp_path, users=[{"id": [], "team_id": 1, "profile": 5, "is_bot": 1}], general=odd)
    assert sorted(type(one).__name__ for one in items) == ["Reject", "Ticket"]
