"""A helpdesk as tables of a warehouse: pieces that know each other by ids become conversations, people and articles."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import readers
from ingest.readers.helpdesks import warehouse
from ingest.readers.opening import File, look
from ingest.records import Article, Customer, Item, Message, Reject, Ticket, Tombstone

SYNCED = {"_fivetran_synced": "2026-03-09 01:02:03.456"}
TICKET = {
    **{"id": "7", "requester_id": "1", "subject": "水漏れ", "status": "open", "priority": "high", "via_channel": "web"},
    **{"description": "蛇口から漏れます", "created_at": "2026-03-01 00:00:00", "_fivetran_deleted": "FALSE"},
}
COMMENT = {"id": "70", "ticket_id": "7", "user_id": "1", "body": "蛇口から漏れます", "public": "TRUE"}


@pytest.fixture(autouse=True)
def _with_warehouse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before plain tables, whether or not the readers know it yet."""
    others = {name: reader for name, reader in readers._READERS.items() if name not in ("warehouse", "table")}
    known = {"zendesk": readers._READERS["zendesk"], "warehouse": warehouse, "table": readers._READERS["table"]}
    monkeypatch.setattr(readers, "_READERS", known | others)


def put(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    """A table with every column of its rows."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / name
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def got(path: Path) -> list[Item]:
    return list(readers.read(path))


def sides(ticket: Item) -> list[tuple[str, str]]:
    assert isinstance(ticket, Ticket)
    return [(message.direction, message.text) for message in ticket.messages]


# Zendesk


def test_zendesk_tables_become_tickets_and_customers(tmp_path: Path) -> None:
    put(tmp_path, "organization_data.csv", {"id": "8", "name": "青空ホーム", "shared_tickets": "FALSE", **SYNCED})
    put(tmp_path, "ticket.csv", TICKET, TICKET | {"id": "9", "_fivetran_deleted": "TRUE"}, TICKET | {"id": "10"})
    put(
        tmp_path,
        "ticket_comment.csv",
        COMMENT | {"id": "72", "user_id": "2", "body": "VIP", "public": "FALSE", "created": "2026-03-01 02:00:00"},
        COMMENT | {"id": "71", "user_id": "2", "body": "閉めて,\nください", "created": "2026-03-01 01:00:00"},
        COMMENT | {"created": "2026-03-01 00:00:00"},
        COMMENT | {"id": "73", "body": "Wrong", "_fivetran_deleted": "true"},
    )
    put(tmp_path, "ticket_tag.csv", *({"ticket_id": "7", "tag": tag, **SYNCED} for tag in ("tap", "kitchen", "tap")))
    put(tmp_path, "satisfaction_rating.csv", {"ticket_id": "7", "score": "good", **SYNCED})
    user = {"id": "1", "name": "青木", "role": "end-user", "email": "a@example.jp", "organization_id": "8"}
    put(
        tmp_path,
        "user.csv",
        user | {'"ACTIVE"': "TRUE", "locale": "ja", "created_at": "2025-01-01 00:00:00"},
        user | {"id": "2", "name": "Ann", "role": "agent", '"ACTIVE"': "TRUE"},
        user | {"id": "3", '"ACTIVE"': "FALSE"},
    )
    customer, gone, ticket, deleted, described = got(tmp_path)
    since = datetime(2025, 1, 1, tzinfo=UTC)
    assert customer == Customer("1", "青木", "a@example.jp", lang="ja", company="青空ホーム", since=since)
    assert (gone, deleted) == (Tombstone("customer", "3"), Tombstone("ticket", "9"))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert ticket == Ticket(
        id="7",
        messages=(
            Message("incoming", "蛇口から漏れます", at, "青木"),
            Message("outgoing", "閉めて,\nください", at.replace(hour=1), "Ann"),
            Message("note", "VIP", at.replace(hour=2), "Ann"),
        ),
        subject="水漏れ",
        customer="1",
        created=at,
        status="open",
        priority="high",
        channel="web",
        tags=("tap", "kitchen"),
        csat=5,
    )
    assert sides(described) == [("incoming", "蛇口から漏れます")]


def test_comments_without_their_tickets_are_conversations(tmp_path: Path) -> None:
    rows = [COMMENT | {"id": str(number), "user_id": author, "ticket_id": ticket, "created": f"2026-03-01 0{number}:00"}
            for number, (ticket, author) in enumerate([("4", "1"), ("5", "2"), ("4", "2"), ("4", "1")])]  # fmt: skip
    four, five = got(put(tmp_path, "ticket_comment_data.csv", *rows))
    assert isinstance(four, Ticket)
    assert [message.direction for message in four.messages] == ["incoming", "outgoing", "incoming"]
    assert (four.id, four.customer, four.guessed) == ("4", "1", True)
    assert isinstance(five, Ticket)
    assert (five.id, five.customer) == ("5", "2")


def test_chats_find_their_ticket(tmp_path: Path) -> None:
    event = {"chat_id": "c.1", "chat_index": "0", "actor_id": "1", "message": "Hi", "created_at": "2026-03-01 00:00:01"}
    author = '{"author": {"display_name": "%s", "type": "%s"}, "source": {"type": "%s"}}'
    put(
        tmp_path,
        "chat_events.csv",
        event
        | {"message": "How may I help?", "chat_index": "2", "actor_id": "agent:2", "created_at": "2026-03-01 00:02"},
        event
        | {
            "message": "Welcome",
            "actor_id": "55",
            "original_message": author % ("Tap Bot", "BUSINESS", "zd:answerBot"),
        },
        event | {"message": "Routed", "actor_id": "__trigger", "created_at": "2026-03-01 00:01"},
        event | {"message": "It leaks", "chat_index": "3", "created_at": "2026-03-01 00:03"},
        event | {"message": "", "filename": "x.jpg", "created_at": "2026-03-01 00:04"},
        event | {"chat_id": "c.2", "actor_id": "", "original_message": author % ("Mia", "USER", "web")},
        event | {"chat_id": "c.3", "message": ""},
    )
    put(tmp_path, "chats.csv", {"chat_id": "c.1", "ticket_id": "7", "user_id": "1"})
    ticket, other = got(tmp_path)
    assert sides(ticket) == [
        ("activity", "Welcome"),
        ("activity", "Routed"),
        ("outgoing", "How may I help?"),
        ("incoming", "It leaks"),
    ]
    assert isinstance(ticket, Ticket)
    assert isinstance(other, Ticket)
    assert (ticket.id, ticket.channel, ticket.customer) == ("7", "chat", "1")
    assert (other.id, sides(other), other.messages[0].author) == ("c.2", [("incoming", "Hi")], "Mia")


def test_nested_json_in_cells(tmp_path: Path) -> None:
    """Other copying tools keep what Zendesk nests as JSON in one cell."""
    row = {name: cell for name, cell in TICKET.items() if name != "via_channel"} | {
        "via": '{"channel": "voice"}',
        "tags": '["tap", "vip"]',
        "satisfaction_rating": '{"score": "bad"}',
        "custom_fields": "[not json",
        "_airbyte_ab_id": "x",
    }
    (ticket,) = got(put(tmp_path, "tickets.csv", row))
    assert isinstance(ticket, Ticket)
    assert (ticket.channel, ticket.kind, ticket.tags, ticket.csat) == ("phone", "call", ("tap", "vip"), 1)


# Intercom


def test_intercom_histories_keep_the_newest_version(tmp_path: Path) -> None:
    talk = {
        **{"id": "31", "state": "open", "source_author_id": "c1", "source_author_type": "user", "source_id": "s1"},
        **{
            "source_body": "<p>届きません</p>",
            "source_subject": "<p>配送</p>",
            "source_type": "email",
            "priority": "priority",
        },
        **{"created_at": "2026-03-01 00:00:00", "updated_at": "2026-03-01 00:00:00", "_fivetran_active": "false"},
    }
    newest = talk | {"state": "closed", "updated_at": "2026-03-02 00:00:00", "conversation_rating_value": "4"}
    put(tmp_path, "conversation_history.csv", newest, talk)
    part = {"id": "p1", "conversation_id": "31", "part_type": "comment", "author_id": "a1", "author_type": "admin"}
    put(
        tmp_path,
        "conversation_part_history.csv",
        part
        | {"body": "お調べします。(訂正)", "created_at": "2026-03-01 01:00:00", "updated_at": "2026-03-03 00:00:00"},
        part | {"body": "お調べします。", "created_at": "2026-03-01 01:00:00", "updated_at": "2026-03-01 01:00:00"},
        part | {"id": "p2", "part_type": "note", "body": "在庫なし", "created_at": "2026-03-01 02:00:00"},
        part
        | {"id": "p3", "author_id": "b", "author_type": "bot", "body": "Rate us", "created_at": "2026-03-01 03:00:00"},
        part | {"id": "p4", "part_type": "close", "created_at": "2026-03-01 04:00:00"},
    )
    contact = {
        "id": "c1",
        "role": "user",
        "email": "c@example.jp",
        "name": "古い名",
        "workspace_id": "w",
        "updated_at": "2026-01-01",
    }
    put(
        tmp_path,
        "contact_history.csv",
        contact | {"name": "千葉", "updated_at": "2026-02-01", "location_country": "JP"},
        contact,
    )
    put(tmp_path, "admin.csv", {"id": "a1", "name": "Ann", "email": "ann@example.com", "job_title": "", **SYNCED})
    put(tmp_path, "company_history.csv", {"id": "k1", "company_id": "x", "name": "青空", "session_count": "1"})
    put(tmp_path, "contact_company_history.csv", {"contact_id": "c1", "company_id": "k1", "_fivetran_active": "true"})
    put(
        tmp_path,
        "tag_data.csv",
        {"id": "t1", "name": "配送", **SYNCED},
        {"id": "t2", "name": "old", "_fivetran_deleted": "TRUE"},
    )
    tagged = {"conversation_id": "31", "_fivetran_active": "true"}
    put(
        tmp_path,
        "conversation_tag_history.csv",
        tagged | {"tag_id": "t1"},
        tagged | {"tag_id": "t2"},
        tagged | {"tag_id": "t3"},
        tagged | {"tag_id": "t1", "_fivetran_active": "false"},
    )
    customer, ticket = got(tmp_path)
    assert customer == Customer("c1", "千葉", "c@example.jp", country="JP", company="青空")
    assert isinstance(ticket, Ticket)
    assert [(message.direction, message.text, message.author) for message in ticket.messages] == [
        ("incoming", "<p>届きません</p>", "千葉"),
        ("outgoing", "お調べします。(訂正)", "Ann"),
        ("note", "在庫なし", "Ann"),
        ("activity", "Rate us", ""),
    ]
    assert (ticket.subject, ticket.status, ticket.priority, ticket.channel) == ("配送", "resolved", "high", "email")
    assert (ticket.customer, ticket.tags, ticket.csat) == ("c1", ("配送",), 4)


def test_intercom_conversation_opened_by_the_desk(tmp_path: Path) -> None:
    talk = {
        "id": "31",
        "state": "snoozed",
        "source_author_id": "a1",
        "source_author_type": "admin",
        "source_body": "Sale!",
    }
    part = {"id": "p1", "conversation_id": "31", "part_type": "comment", "author_id": "c1", "author_type": "lead"}
    put(tmp_path, "a.csv", talk | {"source_type": "conversation", "created_at": "2026-03-01"})
    put(tmp_path, "b.csv", part | {"body": "No thanks", "created_at": "2026-03-02"})
    put(tmp_path, "c.csv", {"contact_id": "c1", "conversation_id": "31"})
    (ticket,) = got(tmp_path)
    assert sides(ticket) == [("outgoing", "Sale!"), ("incoming", "No thanks")]
    assert isinstance(ticket, Ticket)
    assert (ticket.customer, ticket.status, ticket.channel) == ("c1", "snoozed", "chat")


def test_articles_of_both(tmp_path: Path) -> None:
    page = {"id": "a", "title": "返品", "body": "<p>14日</p>", "state": "published", "default_locale": "ja"}
    put(
        tmp_path,
        "article_history.csv",
        page | {"body": "<p>30日</p>", "updated_at": "2026-03-01 00:00:00"},
        page | {"updated_at": "2026-02-01 00:00:00"},
        page | {"id": "b", "state": "draft"},
        page | {"id": "c", "_fivetran_deleted": "true"},
    )
    put(
        tmp_path, "article.csv", {"id": "z", "title": "Returns", "body": "30 days", "draft": "FALSE", "locale": "en-us"}
    )
    returns, page_a, draft, gone = got(tmp_path)
    assert returns == Article("z", "Returns", "30 days", "en")
    assert page_a == Article("a", "返品", "30日", "ja", updated=datetime(2026, 3, 1, tzinfo=UTC))
    assert isinstance(draft, Reject)
    assert (draft.place, "is a draft" in draft.reason) == ("article_history.csv:4", True)
    assert gone == Tombstone("article", "c")


# What is not read, and what is not ours


NOT_READ: dict[str, tuple[str, str]] = {
    "audit_log.csv": ("id,action,change_description,_fivetran_synced", "journal of changes"),
    "brand.csv": ("id,name,brand_url,subdomain,_fivetran_synced", "brands"),
    "schedule.csv": ("id,start_time,end_time,time_zone,name,_fivetran_synced", "business hours"),
    "group.csv": ("id,name,url,_fivetran_synced", "groups of agents"),
    "team.csv": ("ID,NAME,_FIVETRAN_SYNCED", "teams"),
    "field_history.csv": ("ticket_id,field_name,value,_fivetran_synced", "history of single fields"),
    "mystery.csv": ("a,b,_fivetran_synced", "other things"),
}


@pytest.mark.parametrize(("name", "header", "holds"), [(name, *rest) for name, rest in NOT_READ.items()], ids=NOT_READ)
def test_other_tables_are_refused_once_with_what_they_hold(tmp_path: Path, name: str, header: str, holds: str) -> None:
    path = tmp_path / name
    path.write_text(header + "\n" + "\n".join([",".join("x" * (header.count(",") + 1))] * 3))
    assert readers.detect(path) == "warehouse"
    (one,) = got(path)
    assert isinstance(one, Reject)
    assert holds in one.reason


PLAIN = {
    "a view of tickets": "Ticket ID,Subject,Description,Requester,Status",
    "kizuna's columns": "id,message,reply,created",
    "customers": "customerID,Email,Plan",
    "calls": "conversation_id,sender,message,timestamp",
    "tags": "id,name",
}


@pytest.mark.parametrize("header", PLAIN.values(), ids=PLAIN)
def test_plain_tables_are_left_to_the_table_reader(tmp_path: Path, header: str) -> None:
    path = tmp_path / "tags.csv"
    path.write_text(f"{header}\n")
    assert not warehouse.claims(look(File.of(path)))


def test_bad_rows_cost_only_themselves(tmp_path: Path) -> None:
    path = tmp_path / "ticket.csv"
    rows = [
        b"id,requester_id,subject,status,description,created_at",
        b"1,2,Leak,open,It leaks,2026-03-01",
        b"2,2,Leak,open",
        b"",
        b"3,2,\xff\x81,open,It leaks,2026-03-01",
        b"4,2,Leak,open,It leaks,soon",
        b",2,Leak,open,It leaks,2026-03-01",
        "5,2,漏れ,open,水が漏れます,2026-03-01".encode(),
        "6,2,漏れ,open,水が漏れます,2026-03-01".encode(),
        b'7,2,Leak,open,"never closed,2026-03-01',
    ]
    path.write_bytes(b"\r\n".join(rows))
    items = got(path)
    assert [item.id for item in items if isinstance(item, Ticket)] == ["1", "5", "6"]
    refused = {item.place: item.reason for item in items if isinstance(item, Reject)}
    assert list(refused) == ["ticket.csv:3", "ticket.csv:5", "ticket.csv:7", "ticket.csv:10", "ticket.csv:6"]
    assert "4 cells where the header has 6" in refused["ticket.csv:3"]
    assert "UTF-8" in refused["ticket.csv:5"]
    assert "'id' is missing" in refused["ticket.csv:7"]
    assert "5 cells" in refused["ticket.csv:10"]
    assert "'soon' cannot be read" in refused["ticket.csv:6"]


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "junk",
    [b'"' * 3_000_000, b"x" * 25_000_000, b",\n" * 100_000, b"\0\0,\n", "\x85,\u2028".encode() * 99, b"\xff,\xfe" * 99],
    ids=["quotes", "one line", "rows", "nul", "separators", "bytes"],
)
def test_junk_below_good_rows_never_raises(tmp_path: Path, junk: bytes) -> None:
    good = "".join(f"{number},7,1,漏れます {number},2026-03-01\n" for number in range(10, 20))
    path = tmp_path / "ticket_comment.csv"
    path.write_bytes(b"id,ticket_id,user_id,body,_fivetran_synced\n" + good.encode() + junk)
    assert readers.detect(path) == "warehouse"
    ticket = got(path)[-1]
    assert [text for _, text in sides(ticket)] == [f"漏れます {number}" for number in range(10, 20)]
