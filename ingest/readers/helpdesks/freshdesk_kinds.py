"""What each object of a Freshdesk export is: Freshdesk does not say, but every kind has members of its own."""

import re
from typing import Any

from ingest.readers.opening import Head

# The first kind that has all the members of one of its shapes.
_SHAPES: tuple[tuple[str, str], ...] = (
    ("time entry", "timer_running time_spent | timer_running timespent"),
    ("rating", "survey_id ratings ticket_id"),
    ("note", "incoming private body | incoming private body_text"),
    ("ticket", "requester_id responder_id status | requester_id fr_escalated | requester_id spam due_by"),
    ("ticket", "display_id requester_id"),
    ("agent", "ticket_scope occasional | ticket_permission occasional | occasional available | helpdesk_agent agent"),
    ("contact", "helpdesk_agent email name | email view_all_tickets name | email mobile time_zone job_title"),
    ("article", "title folder_id description | title category_id description_text | title thumbs_up description"),
    ("article", "title seo_data description | title folder_id desc_un_html"),
    ("company", "name domains note description | name health_score account_tier"),
    ("group or role", "name escalate_to | name unassigned_for | name agent_ids description"),
    ("solution folder", "name visibility description created_at | name articles_count created_at"),
)
_KINDS = tuple((kind, frozenset(shape.split())) for kind, shapes in _SHAPES for shape in shapes.split("|"))
_WRAPPERS = {
    "helpdesk_ticket": "ticket", "helpdesk_note": "note", "note": "note", "user": "contact", "contact": "contact",
    "agent": "agent", "customer": "company", "company": "company", "time_entry": "time entry", "ticket": "ticket",
    "article": "article", "solution_article": "article", "solution_category": "solution category",
    "solution_folder": "solution folder", "group": "group or role", "role": "group or role",
}  # fmt: skip
_OURS = re.compile(r'"(?:helpdesk_ticket|helpdesk_note|time_entry|solution_(?:article|category|folder))"\s*:')
LISTS = frozenset(["results", "tickets", "contacts", "companies", "agents", "articles"])  # around the objects
_NAMED = re.compile(r"(?:^|[/_. -])solution[_ -]?(category|categories|folder)", re.I)


def claims(head: Head) -> bool:
    """JSON with the members that only Freshdesk has together."""
    if not head.is_json:
        return False
    keys = head.keys
    if _OURS.search(head.text) or any(shape <= keys for _, shape in _KINDS):
        return True
    return bool(_NAMED.search(head.name)) and {"name", "description", "created_at"} <= keys


def known(item: dict[str, Any], name: str) -> tuple[str, dict[str, Any]]:
    """The kind of an object in a file called `name`, and the object out of its wrapper.

    A kind is one of: ticket, note, rating, contact, agent, company, article, another that the desk does not keep,
    "frame" for what is left around a list, or "" for what nobody knows.
    """
    if item.keys() <= {"total", "meta", "links", "page"}:
        return "frame", item
    key, inside = next(iter(item.items()))
    if len(item) == 1 and key in _WRAPPERS and isinstance(inside, dict):
        return _WRAPPERS[key], inside
    return _kind(item, name), item


def _kind(one: dict[str, Any], name: str) -> str:
    keys = one.keys()
    found = next((kind for kind, shape in _KINDS if shape <= keys), "")
    if not found and (match := _NAMED.search(name)):
        return "solution folder" if match[1].casefold() == "folder" else "solution category"
    return "agent" if found == "contact" and one.get("helpdesk_agent") is True else found
