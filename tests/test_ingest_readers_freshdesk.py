"""Freshdesk's two APIs: tickets find their replies in other files, and what is no ticket is refused by its name."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.readers import opening
from ingest.readers.helpdesks import freshdesk
from ingest.readers.opening import File
from ingest.records import Article, Customer, Item, Message, Reject, Ticket, Tombstone

TICKET = {
    "id": 20,
    "subject": "Dark lamp",
    "description": "<div>My lamp is <b>dark</b>.</div>",
    "description_text": "My lamp is dark.",
    "status": 3,
    "priority": 4,
    "source": 1,
    "requester_id": 501,
    "responder_id": 7,
    "fr_escalated": False,
    "spam": False,
    "due_by": "2026-04-03T05:00:00Z",
    "to_emails": ["help@aozora.example"],
    "tags": ["lamp"],
    "custom_fields": {"cf_product": "Hikari"},
    "attachments": [{"id": 1, "name": "lamp.jpg", "size": 10}],
    "created_at": "2026-03-31T14:00:00+09:00",
    "updated_at": "2026-03-31T15:00:00+09:00",
}


def note(id: int, text: str, minute: int, **more: Any) -> dict[str, Any]:
    return {
        "id": id,
        "ticket_id": 20,
        "body": f"<div>{text}</div>",
        "body_text": text,
        "incoming": False,
        "private": False,
        "source": 0,
        "user_id": 7,
        "created_at": f"2026-03-31T05:{minute:02}:00Z",
        **more,
    }


CONTACT = {
    "id": 501,
    "name": "田中結衣",
    "email": "yui@example.com",
    "phone": None,
    "mobile": 8011112222,
    "language": "ja-JP",
    "time_zone": "Tokyo",
    "job_title": None,
    "company_id": 3,
    "created_at": "2025-01-01T00:00:00Z",
}
COMPANY = {"id": 3, "name": "Sora KK", "domains": ["sora.example"], "note": None, "description": None}
AGENT = {
    "id": 7,
    "occasional": False,
    "available": True,
    "ticket_scope": 1,
    "contact": {"name": "Ken", "email": "k@a.example"},
}


def got(folder: Path, **contents: Any) -> list[Item]:
    """What the reader makes of these files, by name without suffix, in sorted order."""
    files = []
    for name, content in sorted(contents.items()):
        path = folder / f"{name}.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
        files.append(File.of(path))
        assert freshdesk.claims(opening.look(files[-1])), name
    return list(freshdesk.gather(files, None))


def only(folder: Path, **contents: Any) -> Any:
    (one,) = got(folder, **contents)
    return one


def test_a_ticket_with_replies_contact_company_and_agent_of_other_files(tmp_path: Path) -> None:
    replies = [
        note(3, "It works now", 30, incoming=True, user_id=501),
        note(1, "Press reset", 10),
        note(2, "fuse 3?", 20, private=True, source=2, attachments=[{"name": "log.txt"}]),
        note(4, "forgotten", 40, deleted=True),
        note(1, "Press reset", 10),
    ]
    rating = {"id": 9, "survey_id": 1, "ticket_id": 20, "ratings": {"default_question": -103}}
    people = {"agents": [AGENT], "companies": [COMPANY], "contacts": [CONTACT]}
    items = got(tmp_path, **people, conversations=replies, ratings=[rating], tickets=[TICKET])
    assert items[0] == Customer(
        id="501",
        name="田中結衣",
        email="yui@example.com",
        phone="8011112222",
        lang="ja",
        company="Sora KK",
        since=datetime(2025, 1, 1, tzinfo=UTC),
    )
    at = datetime(2026, 3, 31, 5, tzinfo=UTC)
    assert items[1:] == [
        Ticket(
            id="20",
            messages=(
                Message("incoming", "My lamp is dark.", at, "", attachments=("lamp.jpg",)),
                Message("outgoing", "Press reset", at.replace(minute=10), "Ken"),
                Message("note", "fuse 3?", at.replace(minute=20), "Ken", attachments=("log.txt",)),
                Message("incoming", "It works now", at.replace(minute=30), ""),
            ),
            subject="Dark lamp",
            customer="501",
            created=at,
            status="pending",
            priority="urgent",
            channel="email",
            product="Hikari",
            tags=("lamp",),
            csat=1,
        )
    ]


def test_the_older_api_wraps_tickets_and_notes(tmp_path: Path) -> None:
    old = {
        "helpdesk_ticket": {
            "id": 5007268642,
            "display_id": 20,
            "subject": "棚",
            "description": "棚が届きません",
            "description_html": "<div>棚が届きません</div>",
            "status": 2,
            "priority": 1,
            "source": 7,
            "requester_id": 501,
            "requester_name": "結衣",
            "responder_id": 7,
            "responder_name": "Ken",
            "created_at": "2026-03-31T14:00:00+09:00",
            "notes": [{"note": {"id": 1, "body": "お調べします", "incoming": False, "private": False, "user_id": 7}}],
        }
    }
    ticket = only(tmp_path, tickets=[old])
    assert (ticket.id, ticket.status, ticket.priority, ticket.channel) == ("20", "open", "low", "chat")
    assert [(one.direction, one.text, one.author) for one in ticket.messages] == [
        ("incoming", "棚が届きません", "結衣"),
        ("outgoing", "お調べします", "Ken"),
    ]
    user = {"id": 501, "name": "結衣", "email": "yui@example.com", "helpdesk_agent": False, "language": "ja"}
    assert only(tmp_path, tickets=[{"user": user}]).lang == "ja"


@pytest.mark.parametrize(
    ("status", "source", "expected"),
    [
        (2, 2, ("open", "web")),
        (4, 3, ("resolved", "phone")),
        (5, 6, ("resolved", "social")),
        (6, 10, ("pending", "email")),
    ],
)
def test_numbers_for_status_and_source(tmp_path: Path, status: int, source: int, expected: tuple[str, str]) -> None:
    ticket = only(tmp_path, tickets=[TICKET | {"status": status, "source": source}])
    assert (ticket.status, ticket.channel) == expected
    assert ticket.messages[0].direction == ("outgoing" if source == 10 else "incoming")


def test_a_ticket_that_comes_twice_is_read_as_it_was_last(tmp_path: Path) -> None:
    newer = TICKET | {"status": 4, "updated_at": "2026-04-01T00:00:00Z", "description_text": None, "description": None}
    ticket = only(tmp_path, a=[newer], b={"total": 1, "results": [TICKET]})
    assert ticket.status == "resolved"
    assert ticket.messages[0].text == "My lamp is dark."


def test_deleted_and_spam(tmp_path: Path) -> None:
    assert only(tmp_path, a=[TICKET | {"deleted": True}]) == Tombstone("ticket", "20")
    assert only(tmp_path, a=[CONTACT | {"deleted": True}]) == Tombstone("customer", "501")
    assert "spam" in only(tmp_path, a=[TICKET | {"spam": True}]).reason


def test_a_requester_beside_the_ticket_gives_way_to_the_contact(tmp_path: Path) -> None:
    beside = TICKET | {"requester": {"id": 501, "name": "Yui T.", "email": "yui@example.com"}}
    alone, ticket = got(tmp_path, tickets=[beside])
    assert isinstance(alone, Customer)
    assert isinstance(ticket, Ticket)
    assert (alone.name, ticket.messages[0].author) == ("Yui T.", "Yui T.")
    both = got(tmp_path, tickets=[beside], users=[CONTACT])
    assert [one.name for one in both if isinstance(one, Customer)] == ["田中結衣"]


def test_articles_and_their_translations(tmp_path: Path) -> None:
    article = {
        "id": 4,
        "title": "Returns",
        "description": "<ol><li>Pack it</li></ol>",
        "description_text": "Pack it",
        "status": 2,
        "folder_id": 3,
        "category_id": 2,
        "updated_at": "2026-03-31T05:00:00Z",
    }
    at = datetime(2026, 3, 31, 5, tzinfo=UTC)
    articles, drafts, japanese = [article], [article | {"status": 1}], [article | {"title": "返品"}]
    items = got(tmp_path, articles=articles, articles_ja=japanese, drafts=drafts)
    assert items[:2] == [
        Article("4", "Returns", "<ol><li>Pack it</li></ol>", updated=at),
        Article("4-ja", "返品", "<ol><li>Pack it</li></ol>", "ja", updated=at),
    ]
    assert isinstance(items[2], Reject)
    assert "draft" in items[2].reason


def test_replies_without_their_ticket(tmp_path: Path) -> None:
    reject = only(tmp_path, conversations=[note(1, "Hello", 1), note(2, "Hello?", 2)])
    assert "the ticket 20" in reject.reason


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("agents", [AGENT], "agents"),
        ("companies", [COMPANY], "companies"),
        ("time", [{"id": 1, "timer_running": False, "time_spent": "00:15", "ticket_id": 1}] * 2, "time entries"),
        ("groups", [{"id": 1, "name": "A", "description": "b", "escalate_to": 1}], "groups and roles"),
        ("solution_categories", [{"id": 1, "name": "A", "description": "b", "created_at": "x"}], "solution categories"),
        ("solution_folders_ja", [{"id": 1, "name": "A", "description": "b", "created_at": "x"}], "solution folders"),
    ],
)
def test_what_the_desk_does_not_keep_is_named_once(tmp_path: Path, name: str, content: Any, kind: str) -> None:
    assert kind in only(tmp_path, **{name: content}).reason


def test_one_bad_record_costs_only_itself(tmp_path: Path) -> None:
    lines = [
        TICKET | {"id": 21, "created_at": "soon"},
        TICKET | {"id": 22, "description": "", "description_text": "", "attachments": []},
        TICKET,
    ]
    text = "\n".join(json.dumps(line) for line in lines) + '\n{"requester_id": 1,'
    items = got(tmp_path, tickets=text)
    assert [(type(one), one.place if isinstance(one, Reject) else "") for one in items] == [
        (Reject, "tickets.json:4"),
        (Reject, "tickets.json:1"),
        (Reject, "tickets.json:2"),
        (Ticket, ""),
    ]


@pytest.mark.parametrize(
    "broken",
    [
        TICKET | {"id": None},
        TICKET | {"requester": 5, "attachments": "x", "custom_fields": [], "notes": [1, {}, {"note": 3}], "tags": 9},
        TICKET | {"conversations": [{"id": [], "created_at": []}]},
        note(1, "x", 1, ticket_id=None),
        CONTACT | {"id": {}},
        AGENT | {"contact": None, "user": 3},
    ],
)
def test_odd_values_never_raise(tmp_path: Path, broken: Any) -> None:
    assert all(isinstance(one, Reject | Ticket) for one in got(tmp_path, odd=[broken]))


@pytest.mark.parametrize(
    "other",
    [
        {"id": 5, "requester_id": 1, "subject": "x", "description": "y", "status": "open", "assignee_id": 3},
        {"id": 5, "title": "Returns", "content": "Pack it"},
        {"type": "company", "id": "1", "name": "Sora", "app_id": "x"},
    ],
)
def test_other_json_is_not_claimed(tmp_path: Path, other: Any) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(other))
    assert not freshdesk.claims(opening.look(File.of(path)))
