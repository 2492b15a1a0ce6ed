"""Zendesk in every shape it comes in: one document, lines, API pages, audits, XML and articles, over several files."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest import readers
from ingest.readers.helpdesks import zendesk
from ingest.readers.opening import File, look
from ingest.records import Article, Customer, Item, Message, Reject, Ticket, Tombstone

USERS = [
    {"id": 1, "name": "Bo", "email": "bo@example.com", "role": "end-user", "locale": "en-US", "organization_id": 8},
    {"id": 2, "name": "Ann", "email": "ann@shop.example", "role": "agent"},
]
COMMENTS = [
    {"id": 51, "author_id": 1, "body": "It leaks", "public": True, "created_at": "2026-03-01T00:00:00Z"},
    {"id": 52, "author_id": 2, "plain_body": "Close it", "html_body": "<p>Close it</p>", "public": True},
    {"id": 53, "author_id": 2, "body": "He is nice", "public": False},
]
ALONE = {
    "id": 5,
    "subject": "Leak",
    "description": "It leaks",
    "requester_id": 1,
    "status": "hold",
    "priority": "normal",
    "created_at": "2026-03-01T00:00:00Z",
    "updated_at": "2026-03-02T00:00:00Z",
    "tags": ["tap"],
    "via": {"channel": "native_messaging"},
    "satisfaction_rating": {"score": "good"},
}
TICKET = ALONE | {"comments": COMMENTS}


def put(folder: Path, name: str, content: object) -> Path:
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")
    return path


def got(path: Path) -> list[Item]:
    return list(readers.read(path))


def tickets(path: Path) -> list[Ticket]:
    return [item for item in got(path) if isinstance(item, Ticket)]


def rejects(path: Path) -> list[tuple[str, str]]:
    return [(item.place, item.reason) for item in got(path) if isinstance(item, Reject)]


def sides(ticket: Ticket) -> list[tuple[str, str]]:
    return [(message.direction, message.text) for message in ticket.messages]


# One document, lines, pages


def test_one_document_with_users_and_a_deleted_ticket(tmp_path: Path) -> None:
    path = put(tmp_path, "z.json", {"users": USERS, "tickets": [TICKET, TICKET | {"id": 6, "status": "deleted"}]})
    assert readers.detect(path) == "zendesk"
    customer, ticket, deleted = got(path)
    assert customer == Customer("1", "Bo", "bo@example.com", lang="en")
    assert isinstance(ticket, Ticket)
    assert sides(ticket) == [("incoming", "It leaks"), ("outgoing", "Close it"), ("note", "He is nice")]
    assert [message.author for message in ticket.messages] == ["Bo", "Ann", "Ann"]
    assert (ticket.id, ticket.customer, ticket.status, ticket.channel, ticket.csat) == ("5", "1", "pending", "chat", 5)
    assert (ticket.subject, ticket.priority, ticket.tags) == ("Leak", "medium", ("tap",))
    assert deleted == Tombstone("ticket", "6")


def test_lines_without_comments(tmp_path: Path) -> None:
    lines = [ALONE, ALONE | {"id": 6, "description": ""}, {"requester_id": 1}, {"id": [], "requester_id": 1}]
    path = put(tmp_path, "z.ndjson", "\n".join(map(json.dumps, lines)))
    (ticket,) = tickets(path)
    assert sides(ticket) == [("incoming", "It leaks")]
    wordless = (
        "z.ndjson:2",
        "This ticket holds no words: no comments and no description. Export it with its comments.",
    )
    missing = "The field 'id' is missing. Add it and import the record again."
    assert rejects(path) == [("z.ndjson:3", missing), ("z.ndjson:4", missing), wordless]


def test_pages_of_one_delivery_are_one_desk(tmp_path: Path) -> None:
    """Tickets before their users, comments under the ticket's name, the newest version of a ticket wins."""
    page = {"count": 1, "next_page": "https://aozora.zendesk.com/api/v2/incremental/tickets.json?start_time=7"}
    old = ALONE | {"generated_timestamp": 1772323200, "status": "open"}
    new = ALONE | {"generated_timestamp": 1772323300, "status": "closed", "subject": "水漏れ"}
    put(tmp_path, "a_tickets_2.json", page | {"tickets": [new], "end_of_stream": True, "end_time": 1772323300})
    put(tmp_path, "b_tickets_1.json", page | {"tickets": [old], "end_of_stream": False})
    replies = [comment | {"created_at": "2026-03-01T10:00:00+09:00"} for comment in COMMENTS[1:]]
    put(tmp_path, "comments_5.json", {"comments": replies, "count": 2, "next_page": None})
    first = [COMMENTS[0] | {"body": "水が漏れます。"}]
    address = "https://aozora.zendesk.com/api/v2/tickets/5/comments.json?page=2"
    put(tmp_path, "d.json", {"comments": first, "next_page": address})
    put(tmp_path, "organizations.json", {"organizations": [{"id": 8, "name": "青空ホーム", "domain_names": []}]})
    put(tmp_path, "users.json", {"users": USERS, "next_page": None})
    customer, ticket = got(tmp_path)
    assert customer == Customer("1", "Bo", "bo@example.com", lang="en", company="青空ホーム")
    assert isinstance(ticket, Ticket)
    assert (ticket.subject, ticket.status) == ("水漏れ", "resolved")
    assert sides(ticket) == [("incoming", "水が漏れます。"), ("outgoing", "Close it"), ("note", "He is nice")]
    assert [message.author for message in ticket.messages] == ["Bo", "Ann", "Ann"]


def test_side_loaded_comments_users_and_wrapped_records(tmp_path: Path) -> None:
    named = [comment | {"ticket_id": 5} for comment in COMMENTS]
    put(tmp_path, "a.json", {"comments": named, "users": USERS, "tickets": [ALONE]})
    put(tmp_path, "b.json", {"ticket": ALONE | {"id": 7}, "comments": COMMENTS, "users": USERS})
    put(tmp_path, "c.json", {"ticket_id": 9, "comments": COMMENTS[:2]})
    five, seven, nine = tickets(tmp_path)
    assert sides(five) == sides(seven) == [("incoming", "It leaks"), ("outgoing", "Close it"), ("note", "He is nice")]
    assert (nine.id, nine.customer, nine.guessed, sides(nine)) == ("9", "1", False, sides(five)[:2])


@pytest.mark.parametrize("name", ["ticket_12_comments.json", "comments-12.json", "12.json", "Ticket 12.json"])
def test_comments_alone_make_a_ticket_by_the_name_of_their_file(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, {"comments": COMMENTS})
    (ticket,) = tickets(tmp_path)
    assert (ticket.id, ticket.customer, ticket.guessed) == ("12", "1", True)
    assert sides(ticket)[0] == ("incoming", "It leaks")


@pytest.mark.parametrize("name", ["talk.json", "2026-03-01_export.json", "comments_2026-03-01.json"])
def test_comments_of_no_ticket_are_refused_together(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, name, {"comments": COMMENTS})
    assert tickets(path) == []
    ((place, reason),) = rejects(path)
    assert (place, "comments_123.json" in reason) == (f"{name}:1", True)


def test_the_same_comment_twice_is_said_once_and_time_orders(tmp_path: Path) -> None:
    late = {"id": 60, "author_id": 1, "body": "Thanks", "created_at": "2026-03-01T09:00:00+00:00"}
    put(tmp_path, "comments_5.json", {"comments": [late, COMMENTS[0]]})
    put(tmp_path, "t.json", {"tickets": [ALONE | {"comments": COMMENTS[:2]}], "users": USERS})
    (ticket,) = tickets(tmp_path)
    assert [message.text for message in ticket.messages] == ["It leaks", "Close it", "Thanks"]


# What is in a ticket


CHANNELS: dict[str, tuple[object, str, str]] = {
    "mail": ("email", "email", "ticket"),
    "web widget": ("web_widget", "web", "ticket"),
    "phone": ("phone_call_inbound", "phone", "call"),
    "voice": ("voice", "phone", "call"),
    "facebook": ("facebook_post", "social", "ticket"),
    "whatsapp": ("whatsapp", "social", "ticket"),
    "number": (29, "chat", "ticket"),
    "nothing": (None, "email", "ticket"),
    "odd": ({"a": 1}, "email", "ticket"),
}


@pytest.mark.parametrize(("via", "channel", "kind"), CHANNELS.values(), ids=CHANNELS)
def test_channels(tmp_path: Path, via: object, channel: str, kind: str) -> None:
    (ticket,) = tickets(put(tmp_path, "z.json", {"tickets": [TICKET | {"via": {"channel": via}}]}))
    assert (ticket.channel, ticket.kind) == (channel, kind)


def test_calls_attachments_merges_bots_and_colleagues(tmp_path: Path) -> None:
    comments = [
        {"author_id": 1, "type": "VoiceComment", "body": "Call from +81", "data": {"transcription_text": "もしもし"}},
        {"author_id": 1, "body": "See the picture", "attachments": [{"file_name": "漏れ.jpg"}, {"file_name": "b.pdf"}]},
        {"author_id": -1, "body": "We got your request."},
        {"author_id": 3, "body": "I am his wife."},
        {"author_id": 2, "body": 'Request #9 "Tap" was closed and merged into this request. Last comment: x'},
        {"author_id": 2, "body": "From #9", "via": {"channel": "web", "source": {"rel": "merge"}}},
        {"author_id": 2, "body": " "},
    ]
    wife = {"id": 3, "name": "Mia", "role": "end-user"}
    (ticket,) = tickets(put(tmp_path, "z.json", {"users": [*USERS, wife], "tickets": [ALONE | {"comments": comments}]}))
    assert sides(ticket) == [
        ("incoming", "Call from +81\n\nもしもし"),
        ("incoming", "See the picture"),
        ("activity", "We got your request."),
        ("incoming", "I am his wife."),
        ("activity", 'Request #9 "Tap" was closed and merged into this request. Last comment: x'),
        ("activity", "From #9"),
    ]
    assert ticket.messages[1].attachments == ("漏れ.jpg", "b.pdf")


def test_a_chat_in_one_comment_becomes_its_lines(tmp_path: Path) -> None:
    text = (
        "Chat started: 2026-03-01 09:30 AM UTC\n\n(09:30:01 AM) *** Bo joined the chat ***\n"
        "(09:30:21 AM) Bo: It leaks: badly\nsince today\n(09:31:02 AM) Ann: Close it\n"
    )
    chat = ALONE | {"via": {"channel": "chat"}, "comments": [{"author_id": 2, "body": text, "public": True}]}
    (ticket,) = tickets(put(tmp_path, "z.json", {"users": USERS, "tickets": [chat]}))
    assert sides(ticket) == [
        ("activity", "Bo joined the chat ***"),
        ("incoming", "It leaks: badly\nsince today"),
        ("outgoing", "Close it"),
    ]
    assert [message.author for message in ticket.messages] == ["", "Bo", "Ann"]


def test_audits_and_incremental_events_hold_comments_and_chats(tmp_path: Path) -> None:
    chat = {
        "chat_id": "c9",
        "history": [
            {"type": "ChatJoin", "actor_type": "end-user", "chat_index": 0},
            {
                "chat_index": 1,
                "timestamp": 1772323200000,
                "actor_type": "end-user",
                "actor_name": "Bo",
                "message": "Hi",
            },
            {"chat_index": 2, "timestamp": 1772323260000, "actor_type": "agent", "actor_id": 2, "message": "Hello"},
        ],
    }
    event = {
        "id": 1,
        "ticket_id": 5,
        "timestamp": 1772400000,
        "updater_id": 2,
        "child_events": [
            {"id": 11, "event_type": "Change", "status": "solved"},
            {"id": 12, "event_type": "Comment", "body": "Closed now", "comment_public": False},
        ],
    }
    audit = {"id": 2, "ticket_id": 5, "author_id": 1, "created_at": "2026-03-01T00:00:00Z", "events": [
        {"id": 21, "type": "Comment", "body": "It leaks", "public": True},
        {"id": 22, "type": "ChatStartedEvent", "value": chat},
    ]}  # fmt: skip
    put(tmp_path, "events.json", {"ticket_events": [event], "next_page": None, "end_of_stream": True})
    put(tmp_path, "t.json", {"tickets": [ALONE], "audits": [audit], "users": USERS})
    (ticket,) = tickets(tmp_path)
    assert [(message.direction, message.text, message.author) for message in ticket.messages] == [
        ("incoming", "It leaks", "Bo"),
        ("incoming", "Hi", "Bo"),
        ("outgoing", "Hello", "Ann"),
        ("note", "Closed now", "Ann"),
    ]
    assert ticket.messages[2].at == datetime(2026, 3, 1, 0, 1, tzinfo=UTC)


def test_ratings_and_the_product_field_from_other_lists(tmp_path: Path) -> None:
    ticket = ALONE | {
        "satisfaction_rating": None,
        "custom_fields": [{"id": 1, "value": 4}, {"id": 77, "value": "蛇口"}],
    }
    whole = {
        "tickets": [ticket, ALONE | {"id": 6, "satisfaction_rating": {"score": "bad_with_comment"}}],
        "ticket_fields": [{"id": 1, "title": "Room"}, {"id": 77, "title": "製品名"}],
        "satisfaction_ratings": [{"id": 1, "ticket_id": 5, "score": "good"}],
    }
    five, six = tickets(put(tmp_path, "z.json", whole))
    assert (five.product, five.csat) == ("蛇口", 5)
    assert (six.product, six.csat) == ("", 1)


# What does not come in


def test_people_who_are_gone_and_people_at_the_desk(tmp_path: Path) -> None:
    users = [
        *USERS,
        USERS[0] | {"id": 3, "active": False, "permanently_deleted": True},
        USERS[0] | {"id": 4, "suspended": True},
        USERS[0] | {"id": 9, "active": True, "created_at": "someday"},
    ]
    wrong, *people = got(put(tmp_path, "users.json", {"users": users}))[::-1]
    assert isinstance(wrong, Reject)
    assert (wrong.place, "'someday' cannot be read" in wrong.reason) == ("users.json:user 5", True)
    assert people[::-1] == [
        Customer("1", "Bo", "bo@example.com", lang="en"),
        Tombstone("customer", "3"),
        Tombstone("customer", "4"),
    ]


def test_deleted_things_by_their_time_or_their_list(tmp_path: Path) -> None:
    whole = {
        "tickets": [ALONE | {"deleted_at": "2026-03-05T00:00:00Z"}, ALONE | {"id": 6, "deleted_at": None}],
        "deleted_tickets": [{"id": 7, "subject": "SCRUBBED", "deleted_at": "2026-03-05T00:00:00Z"}],
        "deleted_users": [{"id": 3, "name": "x"}],
    }
    gone, five, six, seven = got(put(tmp_path, "z.json", whole | {"next_page": None}))
    assert isinstance(six, Ticket)
    assert [gone, five, seven] == [Tombstone("customer", "3"), Tombstone("ticket", "5"), Tombstone("ticket", "7")]


def test_comments_without_a_ticket_do_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zendesk, "_LOOSE", 2)
    put(tmp_path, "comments_5.json", {"comments": [*COMMENTS, *COMMENTS]})
    (ticket,) = tickets(tmp_path)
    assert [message.text for message in ticket.messages] == ["It leaks", "Close it"]
    ((place, reason),) = rejects(tmp_path)
    assert (place, "one file a ticket" in reason) == ("comments_5.json:comment 3", True)


def test_spam_suspended_mail_and_what_is_no_ticket(tmp_path: Path) -> None:
    put(tmp_path, "a.json", {"tickets": [TICKET | {"status": "spam"}]})
    put(
        tmp_path,
        "b.json",
        {"suspended_tickets": [{"id": 3, "cause": "Detected as spam", "author": {}}], "next_page": None},
    )
    put(tmp_path, "c.json", {"macros": [{"id": n, "title": "Hi", "actions": []} for n in range(3)], "next_page": None})
    thing = {"id": 3, "url": "https://aozora.zendesk.com/api/v2/groups/3.json", "name": "Tier 2"}
    put(tmp_path, "d.json", thing)
    found = dict(rejects(tmp_path))
    assert list(found) == ["b.json:suspended_ticket 1", "c.json:macros", "d.json:1", "a.json:ticket 1"]
    assert "Detected as spam" in found["b.json:suspended_ticket 1"]
    assert "macros, the agents' prepared answers" in found["c.json:macros"]
    assert "no ticket, comment, user" in found["d.json:1"]
    assert "marked as spam" in found["a.json:ticket 1"]


def test_articles(tmp_path: Path) -> None:
    page = {
        "id": 4,
        "title": "返品",
        "body": "<h2>期限</h2><p>30日</p>",
        "locale": "ja",
        "updated_at": "2026-03-01T00:00:00Z",
    }
    pages = [
        page | {"source_locale": "ja", "draft": False},
        page | {"source_locale": "ja", "locale": "en-us", "title": "Returns", "body": "<p>30 days</p>"},
        page | {"id": 5, "draft": True},
        page | {"id": 6, "body": None},
        page | {"id": 7, "title": ""},
    ]
    path = put(tmp_path, "articles.json", {"count": 5, "articles": pages})
    one, translated, *bad = got(path)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert one == Article("4", "返品", "## 期限\n\n30日", "ja", updated=at)
    assert translated == Article("4-en-us", "Returns", "30 days", "en", updated=at)
    assert ["is a draft" in bad[0].reason, "has no text" in bad[1].reason, "'title'" in bad[2].reason] == [True] * 3  # type: ignore[union-attr]


CUT = '{"tickets": [' + json.dumps(ALONE)
BROKEN: dict[str, tuple[object, str]] = {
    "a ticket of the wrong kind": ({"tickets": [7, ALONE]}, "JSON object"),
    "a comment of the wrong kind": ({"tickets": [ALONE | {"comments": [7, COMMENTS[0]]}]}, "record"),
    "an odd time": ({"tickets": [ALONE, ALONE | {"id": 8, "created_at": "soon"}]}, "'soon' cannot be read"),
    "a time out of range": ({"tickets": [ALONE, ALONE | {"id": 8, "created_at": "9999-12-31T23:59:59-10:00"}]}, "time"),
    "an odd body": ({"tickets": [ALONE | {"comments": [{"body": {}}, COMMENTS[0]]}]}, "'body'"),
    "cut off": (CUT + ', {"id": 6, "requ', "Record 2 of 'tickets' is not complete JSON"),
    "not closed": (CUT, "not complete JSON"),
    "deep": (CUT + ", " + '{"a":' * 100_000, "nested too deeply"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_one_bad_record_costs_only_itself(tmp_path: Path, content: object, reason: str) -> None:
    path = put(tmp_path, "z.json", content)
    assert [(ticket.id, sides(ticket)) for ticket in tickets(path)] == [("5", [("incoming", "It leaks")])]
    ((_, said),) = rejects(path)
    assert reason in said


def test_bytes_that_are_no_letters_cost_one_record(tmp_path: Path) -> None:
    text = json.dumps(
        {"tickets": [ALONE | {"id": 4, "subject": "@"}, ALONE | {"subject": "漏れ"}]}, ensure_ascii=False, indent=1
    )
    path = tmp_path / "z.json"
    path.write_bytes(text.encode().replace(b"@", b"\xff\x81"))
    assert [ticket.subject for ticket in tickets(path)] == ["漏れ"]
    ((place, reason),) = rejects(path)
    assert (place, "UTF-8" in reason) == ("z.json:ticket 1", True)


def test_a_big_document_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of the pieces, the same comes out, and never more than a record is held."""
    many = [TICKET | {"id": number, "subject": f"件名 {number} " + "あ" * number} for number in range(1, 60)]
    whole = json.dumps({"users": USERS, "count": 59, "tickets": many, "end_time": 1.5}, ensure_ascii=False, indent=1)
    path = put(tmp_path, "z.json", whole)
    at_once = got(path)
    assert len(at_once) == 60
    for piece in (1, 7, 1000):
        monkeypatch.setattr("ingest.readers.window._PIECE", piece)
        assert got(path) == at_once
    monkeypatch.setattr("ingest.readers.opening.LINE_LIMIT", 600)
    assert len(tickets(path)) == 0
    assert rejects(path)[-1][0] == "z.json:ticket 1"
    assert "is longer than" in rejects(path)[-1][1]


# XML


XML = """<?xml version="1.0" encoding="UTF-8"?>
<tickets type="array" count="2">
  <ticket>
    <assignee-id type="integer">2</assignee-id>
    <created-at type="datetime">2026-03-01T00:00:00Z</created-at>
    <current-tags>tap kitchen</current-tags>
    <description>It leaks</description>
    <nice-id type="integer">5</nice-id>
    <priority-id type="integer">3</priority-id>
    <requester-id type="integer">1</requester-id>
    <status-id type="integer">3</status-id>
    <subject>水漏れ &amp; Tap</subject>
    <via-id type="integer">4</via-id>
    <comments type="array">
      <comment>
        <author-id type="integer">1</author-id><created-at type="datetime">2026-03-01T00:00:00Z</created-at>
        <is-public type="boolean">true</is-public><value>It leaks
badly</value>
        <attachments type="array"><attachment><filename>漏れ.jpg</filename></attachment></attachments>
      </comment>
      <comment>
        <author-id type="integer">2</author-id><is-public type="boolean">false</is-public><value>VIP</value>
      </comment>
    </comments>
    <ticket-field-entries type="array">
      <ticket-field-entry><ticket-field-id type="integer">77</ticket-field-id><value>Tap</value></ticket-field-entry>
    </ticket-field-entries>
  </ticket>
  <ticket><nice-id>6</nice-id><requester-id>1</requester-id><status-id>5</status-id><comments type="array"/></ticket>
</tickets>"""
PEOPLE = """<users type="array"><user><id>1</id><name>Bo</name><email>bo@example.com</email><roles>0</roles>
<organization-id>8</organization-id><is-active>true</is-active></user>
<user><id>2</id><name>Ann</name><roles>4</roles><email nil="true"/></user></users>"""


def test_an_xml_export_of_several_files(tmp_path: Path) -> None:
    put(tmp_path, "tickets.xml", XML)
    put(tmp_path, "users.xml", PEOPLE)
    put(
        tmp_path,
        "organizations.xml",
        "<organizations><organization><id>8</id><name>青空</name></organization></organizations>",
    )
    customer, ticket, deleted = got(tmp_path)
    assert customer == Customer("1", "Bo", "bo@example.com", company="青空")
    assert isinstance(ticket, Ticket)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert ticket.messages == (
        Message("incoming", "It leaks\nbadly", at, "Bo", attachments=("漏れ.jpg",)),
        Message("note", "VIP", None, "Ann"),
    )
    assert (ticket.id, ticket.subject, ticket.status, ticket.priority) == ("5", "水漏れ & Tap", "resolved", "high")
    assert (ticket.channel, ticket.tags, ticket.created) == ("email", ("tap", "kitchen"), at)
    assert deleted == Tombstone("ticket", "6")


def test_a_single_xml_ticket_in_another_encoding(tmp_path: Path) -> None:
    text = (
        "<?xml version='1.0' encoding='Shift_JIS'?>\n<!-- 一件 -->\n<ticket><id>5</id><requester-id>1</requester-id>"
        "<subject>水漏れ</subject><comments><comment><author-id>1</author-id><body>蛇口から水が漏れます</body>"
        "</comment></comments></ticket>"
    )
    path = tmp_path / "t.xml"
    path.write_bytes(text.encode("cp932"))
    (ticket,) = tickets(path)
    assert (ticket.subject, sides(ticket)) == ("水漏れ", [("incoming", "蛇口から水が漏れます")])


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE: dict[str, tuple[str, str]] = {
    "laughs": (f'<!DOCTYPE t [<!ENTITY l0 "ha">{LAUGHS}]><ticket><id>&l9;</id></ticket>', "entities"),
    "a file": ('<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/hostname">]><ticket><id>&x;</id></ticket>', "entities"),
    "deep": ("<tickets><ticket>" + "<a>" * 5000, "nested too deeply"),
    "cut": (XML[:900], "broken or cut off"),
    "wrong": ("<tickets><ticket></user></tickets>", "broken or cut off"),
    "letters": ("<tickets><ticket>\x01</ticket></tickets>", "broken or cut off"),
    "nothing inside": ("<tickets><ticket>words</ticket></tickets>", "'id' is missing"),
}  # fmt: skip


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("text", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_and_broken_xml_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = put(tmp_path, "t.xml", text)
    assert readers.detect(path) == "zendesk"
    assert tickets(path) == []
    ((_, said),) = rejects(path)
    assert reason in said


def test_cut_xml_keeps_what_was_whole(tmp_path: Path) -> None:
    path = put(tmp_path, "t.xml", XML.replace("</tickets>", "<ticket><nice-id>7"))
    assert [ticket.id for ticket in tickets(path)] == ["5"]
    assert "The 2 records before it came in." in rejects(path)[0][1]


def test_an_endless_xml_record_ends_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.opening.LINE_LIMIT", 300_000)
    small = "<ticket><id>1</id><requester-id>1</requester-id><description>It leaks</description></ticket>"
    path = put(
        tmp_path, "t.xml", f"<tickets>{small * 9000}<ticket><subject>{'x' * 900_000}</subject></ticket></tickets>"
    )
    assert [ticket.id for ticket in tickets(path)] == ["1"]
    assert "longer than" in rejects(path)[0][1]


# Whose file it is


CLAIMED: dict[str, tuple[object, bool]] = {
    "tickets": ({"tickets": [ALONE]}, True),
    "users": ({"users": [USERS[0]]}, True),
    "one user": (USERS[0], True),
    "comments": ({"comments": COMMENTS}, True),
    "organizations": ({"organizations": [{"id": 1, "name": "A", "domain_names": []}]}, True),
    "articles": ({"articles": [{"id": 1, "title": "t", "body": "b", "locale": "ja"}]}, True),
    "triggers": ({"triggers": [], "next_page": None}, True),
    "kizuna's article": ({"kind": "article", "id": "1", "title": "t", "body": "b", "lang": "ja"}, False),
    "kizuna's ticket": ({"id": "1", "turns": [{"role": "customer", "text": "x"}]}, False),
    "freshdesk": ({"id": 1, "requester_id": 2, "responder_id": 3, "subject": "s", "description_text": "d"}, False),
    "a call": ({"segments": [{"speaker": "A", "text": "hi"}]}, False),
}


@pytest.mark.parametrize(("content", "claimed"), CLAIMED.values(), ids=CLAIMED)
def test_what_is_zendesks(tmp_path: Path, content: object, claimed: bool) -> None:
    assert zendesk.claims(look(File.of(put(tmp_path, "x.json", content)))) is claimed


MANGLED: dict[str, Callable[[Any], Any]] = {
    "numbers": lambda value: 7,
    "nothing": lambda value: None,
    "lists": lambda value: [value],
    "objects": lambda value: {"x": value},
    "texts": lambda value: "�\u0000 text",
    "truths": lambda value: True,
}


@pytest.mark.parametrize("mangle", MANGLED.values(), ids=MANGLED)
def test_no_value_of_any_kind_raises(tmp_path: Path, mangle: Callable[[Any], Any]) -> None:
    whole: dict[str, list[dict[str, Any]]] = {
        "tickets": [TICKET | {"custom_fields": [{"id": 1, "value": 2}]}],
        "users": USERS,
        "organizations": [{"id": 8, "name": "A"}],
        "audits": [{"ticket_id": 5, "events": [{"type": "Comment"}]}],
        "articles": [{"id": 1, "title": "t", "body": "b"}],
        "ticket_fields": [{"id": 1}],
        "satisfaction_ratings": [{"ticket_id": 5, "score": "good"}],
        "suspended_tickets": [{"cause": "x"}],
    }
    for name, records in whole.items():
        for index, record in enumerate(records):
            for key in record:
                broken = [*records[:index], record | {key: mangle(record[key])}, *records[index + 1 :]]
                for item in got(put(tmp_path, "z.json", whole | {name: broken})):
                    assert isinstance(item, Ticket | Article | Customer | Tombstone | Reject)
        got(put(tmp_path, "z.json", whole | {name: mangle(records)}))
    for key in COMMENTS[0]:
        got(
            put(
                tmp_path, "z.json", {"tickets": [ALONE | {"comments": [COMMENTS[0] | {key: mangle(COMMENTS[0][key])}]}]}
            )
        )
