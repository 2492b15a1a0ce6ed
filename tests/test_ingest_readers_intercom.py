"""Intercom's conversations, tickets, contacts and articles come in; what else it says is refused with a reason."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.readers import opening
from ingest.readers.helpdesks import intercom
from ingest.readers.opening import File
from ingest.records import Article, Customer, Item, Reject, Ticket, Tombstone

YUI = {"type": "user", "id": "c-1", "name": "Yui Tanaka", "email": "yui@example.com"}
KEN = {"type": "admin", "id": "7", "name": "Ken"}
START = 1774933200  # 2026-03-31 05:00 UTC


def part(author: dict[str, Any], body: str | None, minute: int, kind: str = "comment", **more: Any) -> dict[str, Any]:
    at = START + 60 * minute
    return {"type": "conversation_part", "part_type": kind, "body": body, "created_at": at, "author": author, **more}


def conversation(**changes: Any) -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": "900",
        "title": None,
        "created_at": START,
        "state": "closed",
        "open": False,
        "priority": "priority",
        "admin_assignee_id": 7,
        "source": {
            "type": "email",
            "subject": "Dark lamp",
            "body": "<p>My lamp is dark.</p>",
            "author": YUI,
            "attachments": [{"type": "upload", "name": "lamp.jpg"}],
        },
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c-1", "external_id": "70"}]},
        "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "5", "name": "lamp"}]},
        "conversation_rating": {"rating": 4, "remark": "ok"},
        "custom_attributes": {"Language": "Japanese", "Product": "Hikari lamp"},
        "conversation_parts": {
            "type": "conversation_part.list",
            "conversation_parts": [
                part({"type": "bot", "id": "0", "name": "Bot"}, "<p>We answer soon.</p>", 1),
                part(KEN, None, 2, "assignment"),
                part(KEN, "<p>Looks like fuse 3</p>", 3, "note"),
                part(KEN, "<p>Press reset.</p>", 4, "close"),
                part(YUI, "<p>gone</p>", 5, redacted=True),
            ],
        },
        **changes,
    }


def got(folder: Path, content: Any, name: str = "export.json") -> list[Item]:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    file = File.of(path)
    assert intercom.claims(opening.look(file))
    return list(intercom.read(file, None))


def only(folder: Path, content: Any) -> Any:
    (one,) = got(folder, content)
    return one


def test_a_conversation_with_its_parts(tmp_path: Path) -> None:
    ticket = only(tmp_path, conversation())
    assert [(one.direction, one.text, one.author, one.attachments) for one in ticket.messages] == [
        ("incoming", "<p>My lamp is dark.</p>", "Yui Tanaka", ("lamp.jpg",)),
        ("activity", "<p>We answer soon.</p>", "Bot", ()),
        ("note", "<p>Looks like fuse 3</p>", "Ken", ()),
        ("outgoing", "<p>Press reset.</p>", "Ken", ()),
    ]
    assert ticket.created == ticket.messages[0].at == datetime(2026, 3, 31, 5, tzinfo=UTC)
    assert ticket.messages[-1].at == datetime(2026, 3, 31, 5, 4, tzinfo=UTC)
    assert (ticket.id, ticket.customer, ticket.subject) == ("900", "c-1", "Dark lamp")
    assert (ticket.status, ticket.priority, ticket.channel, ticket.csat) == ("resolved", "high", "email", 4)
    assert (ticket.tags, ticket.lang, ticket.product, ticket.guessed) == (("lamp",), "ja", "Hikari lamp", False)


@pytest.mark.parametrize(
    ("state", "channel", "expected"),
    [("open", "whatsapp", ("open", "social")), ("snoozed", "conversation", ("snoozed", "chat"))],
)
def test_states_and_channels(tmp_path: Path, state: str, channel: str, expected: tuple[str, str]) -> None:
    source = {"type": channel, "body": "棚が届きません", "author": YUI}
    ticket = only(tmp_path, conversation(state=state, open=True, source=source, contacts=None, priority="not_priority"))
    assert (ticket.status, ticket.channel) == expected
    assert (ticket.customer, ticket.priority, ticket.messages[0].text) == ("c-1", "medium", "棚が届きません")


def test_lists_lines_and_notices(tmp_path: Path) -> None:
    several = {
        "type": "conversation.list",
        "pages": {"type": "pages"},
        "conversations": [conversation(), conversation(id="901")],
    }
    assert [one.id for one in got(tmp_path, several) if isinstance(one, Ticket)] == ["900", "901"]
    lines = "\n".join(json.dumps(conversation(id=str(id))) for id in range(3)) + '\n{"type": "conversation", "id"'
    *tickets, broken = got(tmp_path, lines, "export.ndjson")
    assert [one.id for one in tickets if isinstance(one, Ticket)] == ["0", "1", "2"]
    assert isinstance(broken, Reject)
    assert broken.place == "export.ndjson:4"
    notice = {"type": "notification_event", "topic": "conversation.user.created", "data": {"item": conversation()}}
    assert only(tmp_path, notice).id == "900"


def test_one_bad_record_costs_only_itself(tmp_path: Path) -> None:
    bad, empty = conversation(created_at="yesterday"), conversation(source=None, conversation_parts=None)
    items = got(tmp_path, {"type": "conversation.list", "conversations": [bad, empty, conversation()]})
    assert [type(one) for one in items] == [Reject, Reject, Ticket]
    assert [one.place for one in items if isinstance(one, Reject)] == [
        "export.json:conversation 1",
        "export.json:conversation 2",
    ]
    assert "created_at" in items[0].reason  # type: ignore[union-attr]
    assert "no words" in items[1].reason  # type: ignore[union-attr]


def test_a_ticket_and_its_state(tmp_path: Path) -> None:
    ticket = {
        "type": "ticket",
        "id": "611",
        "ticket_attributes": {"_default_title_": "返品", "_default_description_": "返品したいです"},
        "ticket_state": {"type": "ticket_state", "category": "waiting_on_customer"},
        "category": "Customer",
        "open": True,
        "created_at": START,
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c-1"}]},
        "ticket_parts": {"type": "ticket_part.list", "ticket_parts": [part(KEN, "<p>承りました</p>", 9)]},
    }
    one = only(tmp_path, ticket)
    assert (one.subject, one.status, one.channel, one.customer) == ("返品", "pending", "web", "c-1")
    assert [(said.direction, said.text) for said in one.messages] == [
        ("incoming", "返品したいです"),
        ("outgoing", "<p>承りました</p>"),
    ]
    internal = only(tmp_path, ticket | {"category": "Back-office", "ticket_state": "in_progress", "open": False})
    assert (internal.messages[0].direction, internal.status) == ("note", "resolved")


def test_contacts_and_what_was_deleted(tmp_path: Path) -> None:
    contact = {
        "type": "contact",
        "id": "c-1",
        "workspace_id": "w",
        "role": "user",
        "name": "田中結衣",
        "email": "yui@example.com",
        "phone": "+81312345678",
        "language_override": None,
        "browser_language": "ja-JP",
        "location": {"type": "location", "country": "Japan"},
        "companies": {"type": "list", "data": [{"type": "company", "id": "1", "name": "Sora KK"}]},
        "custom_attributes": {"plan": "pro", "seats": 3},
        "signed_up_at": START,
    }
    assert only(tmp_path, contact) == Customer(
        id="c-1",
        name="田中結衣",
        email="yui@example.com",
        phone="+81312345678",
        lang="ja",
        plan="pro",
        country="Japan",
        company="Sora KK",
        since=datetime(2026, 3, 31, 5, tzinfo=UTC),
    )
    assert only(tmp_path, {"type": "contact", "id": "c-1", "deleted": True}) == Tombstone("customer", "c-1")
    assert only(tmp_path, {"id": "51", "object": "article", "deleted": True}) == Tombstone("article", "51")
    assert only(tmp_path, {"id": "900", "object": "conversation", "deleted": True}) == Tombstone("ticket", "900")
    assert "archived" in only(tmp_path, {"type": "contact", "id": "c-1", "archived": True}).reason


def test_articles_come_in_every_language_but_no_drafts(tmp_path: Path) -> None:
    article = {
        "type": "article",
        "id": "42",
        "workspace_id": "w",
        "author_id": 7,
        "title": "Returns",
        "body": "<p>Within 30 days.</p>",
        "state": "published",
        "default_locale": "en",
        "updated_at": START,
        "translated_content": {
            "type": "article_translated_content",
            "en": {
                "type": "article_content",
                "title": "Returns",
                "body": "<p>Within 30 days.</p>",
                "state": "published",
            },
            "ja": {"type": "article_content", "title": "返品", "body": "<p>30日以内。</p>", "state": "published"},
            "fr": {"type": "article_content", "title": "Retours", "body": "<p>30 jours.</p>", "state": "draft"},
        },
    }
    at = datetime(2026, 3, 31, 5, tzinfo=UTC)
    assert got(tmp_path, {"type": "list", "data": [article], "pages": {"type": "pages"}}) == [
        Article("42", "Returns", "<p>Within 30 days.</p>", "en", updated=at),
        Article("42-ja", "返品", "<p>30日以内。</p>", "ja", updated=at),
    ]
    assert "draft" in only(tmp_path, article | {"state": "draft", "translated_content": None}).reason
    colleague = {"id": "9", "title": "Discounts", "body": "Up to 20 %", "owner_id": 1, "author_id": 1, "locale": "en"}
    assert "colleagues" in only(tmp_path, colleague).reason


def test_each_strange_kind_is_named_once(tmp_path: Path) -> None:
    tags = {"type": "list", "data": [{"type": "tag", "id": "1", "name": "a"}, {"type": "tag", "id": "2", "name": "b"}]}
    assert "'tag'" in only(tmp_path, tags).reason
    assert "without the conversation" in only(tmp_path, part(KEN, "Hello", 1)).reason
    error = {"type": "error.list", "errors": [{"code": "unauthorized", "message": "Access Token Invalid"}]}
    assert "error" in only(tmp_path, error).reason


@pytest.mark.parametrize(
    "broken",
    [
        conversation(id=None),
        conversation(
            source="x", contacts=[1], tags=7, conversation_rating="good", custom_attributes=[], conversation_parts={}
        ),
        conversation(conversation_parts={"conversation_parts": [None, 3, {"body": 5, "author": "Ken"}]}),
        {"type": "contact", "workspace_id": "w", "id": {"a": 1}},
        {"type": "conversation.list", "conversations": [None, "x", []]},
    ],
)
def test_odd_values_never_raise(tmp_path: Path, broken: Any) -> None:
    assert all(isinstance(one, Reject | Ticket) for one in got(tmp_path, broken))


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "ticket", "id": "1", "turns": [{"role": "user", "text": "Hi"}]},
        {"id": 5, "requester_id": 1, "subject": "x", "description": "y", "type": "question", "external_id": None},
        [{"role": "user", "content": "Hi"}],
    ],
)
def test_other_json_is_not_claimed(tmp_path: Path, other: Any) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(other))
    assert not intercom.claims(opening.look(File.of(path)))
