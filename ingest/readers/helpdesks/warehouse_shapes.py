"""Rows of a warehouse's tables in the shapes that `relations` joins: the names of Zendesk's API."""

import json
import re
from contextlib import suppress
from typing import Any

from ingest import markup
from ingest.readers.helpdesks.relations_shapes import truth

Row = dict[str, str]  # column in small letters -> cell; empty cells are left out

_DELETED = ("_fivetran_deleted", "is_deleted", "_sdc_deleted_at", "_ab_cdc_deleted_at", "deleted_at")
_NESTED = ("via", "tags", "satisfaction_rating", "custom_fields", "attachments")  # JSON in one cell
_CONTACTS = frozenset(["user", "lead", "contact", "visitor"])


def deleted(row: Row) -> bool:
    """Whether the row says that its record is deleted; a time of deletion says so, too."""
    return any(truth(row[name]) or name.endswith("_at") for name in _DELETED if name in row)


def current(row: Row) -> bool:
    """Whether a row that links two records still holds."""
    return not deleted(row) and truth(row.get("_fivetran_active", "true"))


def versioned(row: Row) -> dict[str, Any]:
    """The row with `updated_at`, by which the newest version is found, with `deleted`, and its JSON cells parsed."""
    item: dict[str, Any] = dict(row)
    for name in _NESTED:
        if row.get(name, "").startswith(("{", "[")):
            with suppress(ValueError, RecursionError):
                item[name] = json.loads(row[name])
    seen = (row.get(name) for name in ("updated_at", "_fivetran_start", "_fivetran_synced"))
    return item | {"updated_at": next((moment for moment in seen if moment), ""), "deleted": deleted(row)}


def ticket(row: Row) -> dict[str, Any]:
    """Zendesk's `ticket`."""
    item = versioned(row)
    channel, product = row.get("via_channel"), row.get("custom_product") or row.get("product")
    return item | ({"via": {"channel": channel}} if channel else {}) | ({"product": product} if product else {})


def comment(row: Row) -> dict[str, Any]:
    """Zendesk's `ticket_comment`."""
    item = versioned(row)
    return item | {
        "author_id": row.get("author_id") or row.get("user_id"),
        "created_at": row.get("created_at") or row.get("created"),
    }


def chat_event(row: Row) -> dict[str, Any]:
    """Zendesk's `ticket_chat_event`: somebody of a chat, or one of its machines, wrote something."""
    actor = row.get("actor_id", "")
    role, _, number = actor.rpartition(":")
    name = ""
    with suppress(ValueError, RecursionError, TypeError, KeyError):
        original = json.loads(row["original_message"])
        name = str(original["author"].get("display_name") or "")
        kind, source = original["author"].get("type"), str(original.get("source"))
        by_bot = "bot" in source.casefold() or re.search(r"\bbot\b", name, re.I)
        role = "end-user" if kind == "USER" else "bot" if by_bot else "agent"
    if actor.startswith("__"):
        role, number = "system", ""
    return {
        "id": f"{row.get('chat_id')}-{row.get('chat_index')}-{row.get('created_at')}",
        "author_id": number,
        "author_role": role,
        "author_name": name,
        "body": row.get("message"),
        "created_at": row.get("created_at"),
        "attachments": [{"file_name": row["filename"]}] if "filename" in row else [],
    }


def conversation(row: Row) -> dict[str, Any]:
    """Intercom's `conversation_history`; what opened the conversation becomes its first comment."""
    author, kind = row.get("source_author_id"), row.get("source_author_type")
    opening = {
        "id": f"source-{row.get('source_id') or row.get('id')}",
        "author_id": author,
        "author_role": kind,
        "body": row.get("source_body"),
        "created_at": row.get("created_at"),
    }
    channel = row.get("source_type")
    return versioned(row) | {
        "requester_id": author if kind in _CONTACTS else None,
        "subject": markup.html(row.get("source_subject", "")),
        "status": row.get("state"),
        "priority": "high" if row.get("priority") == "priority" else None,
        "via": {"channel": "chat" if channel in ("conversation", "push") else channel},
        "satisfaction_rating": {"score": row.get("conversation_rating_value")},
        "comments": [opening] if "source_body" in row else [],
    }


def part(row: Row) -> dict[str, Any]:
    """Intercom's `conversation_part_history`."""
    return versioned(row) | {
        "author_role": row.get("author_type"),
        "public": "note" not in row.get("part_type", ""),
    }


def contact(row: Row) -> dict[str, Any]:
    """Intercom's `contact_history`."""
    return versioned(row) | {
        "locale": row.get("language_override") or row.get("browser_language"),
        "created_at": row.get("signed_up_at") or row.get("created_at"),
        "country": row.get("location_country"),
    }


def admin(row: Row) -> dict[str, Any]:
    """Intercom's `admin`."""
    return versioned(row) | {"role": "admin"}


def page(row: Row) -> dict[str, Any]:
    """A help-centre article of either."""
    state = row.get("state", "published")
    return versioned(row) | {
        "locale": row.get("locale") or row.get("default_locale"),
        "draft": truth(row.get("draft")) or state != "published",
    }
