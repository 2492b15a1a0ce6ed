"""What was said in a ticket, out of Zendesk's audits and incremental events: comments, calls and chats."""

from collections.abc import Iterator
from typing import Any


def comments(audit: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The comments in an audit (`events`) or ticket event (`child_events`), in the shape of Zendesk's comments."""
    inside = audit.get("events") or audit.get("child_events")
    for event in inside if isinstance(inside, list) else []:
        if not isinstance(event, dict):
            continue
        kind = event.get("event_type") or event.get("type")
        whole = {
            "ticket_id": audit.get("ticket_id"),
            "author_id": audit.get("author_id") or audit.get("updater_id"),
            "created_at": audit.get("created_at") or audit.get("timestamp"),
        }
        if kind in ("Comment", "VoiceComment", "VoiceApiComment"):
            told = {name: value for name, value in event.items() if value is not None}
            yield whole | {"public": event.get("comment_public")} | told
        elif kind in ("ChatStartedEvent", "ChatEndedEvent") and isinstance(event.get("value"), dict):
            yield from _chat(whole, event["value"])


def _chat(whole: dict[str, Any], chat: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The messages of a chat session."""
    history = chat.get("history")
    for message in history if isinstance(history, list) else []:
        if isinstance(message, dict) and isinstance(message.get("message"), str):
            yield whole | {
                "id": f"{chat.get('chat_id')}-{message.get('chat_index')}",
                "author_id": message.get("actor_id"),
                "author_role": message.get("actor_type"),
                "author_name": message.get("actor_name"),
                "body": message["message"],
                "created_at": message.get("timestamp") or whole["created_at"],
            }
