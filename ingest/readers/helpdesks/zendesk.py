"""Zendesk's exports and API pages, JSON and XML: tickets, comments, users, organizations and help-centre articles."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.readers import fields, opening
from ingest.readers.gathering import each
from ingest.readers.helpdesks import zendesk_events, zendesk_xml
from ingest.readers.helpdesks.relations import Relations, Spot
from ingest.readers.helpdesks.relations_shapes import page_item
from ingest.readers.opening import Columns, File, Head
from ingest.records import Item, Reject

_READ = frozenset(
    [
        *("tickets", "comments", "users", "organizations", "articles", "audits", "ticket_events"),
        *("ticket_fields", "suspended_tickets", "satisfaction_ratings", "deleted_tickets", "deleted_users"),
    ]
)
_NOT_READ = {
    "macros": "macros, the agents' prepared answers",
    "triggers": "triggers",
    "automations": "automations",
    "views": "views",
    "groups": "groups of agents",
    "group_memberships": "memberships of agents in groups",
    "organization_memberships": "memberships of users in organizations",
    "brands": "brands",
    "schedules": "business hours",
    "ticket_forms": "forms",
    "ticket_metrics": "measured times",
    "ticket_metric_events": "measured times",
    "sla_policies": "service levels",
    "sections": "sections of the help centre",
    "categories": "categories of the help centre",
    "topics": "topics of the community",
    "posts": "posts of the community",
    "user_fields": "definitions of fields",
    "organization_fields": "definitions of fields",
    "dynamic_content_items": "dynamic content",
    "webhooks": "webhooks",
}
_PAGE = frozenset(
    [
        *("count", "next_page", "previous_page", "page", "per_page", "page_count", "sort_by", "sort_order", "facets"),
        *("start_time", "end_time", "end_of_stream", "after_cursor", "after_url", "before_cursor", "before_url"),
        *("links", "meta", "ticket_id", "url"),
    ]
)
_OTHER_DESK = frozenset(["responder_id", "description_text", "conversation_parts", "to_emails"])
_LOOSE = 5000  # comments that may wait for their ticket; no ticket has as many
_SINGLE = ("ticket", "user", "organization", "article", "comment", "audit")  # `{"ticket": {...}}`
_NAMED_AFTER = re.compile(r"(?:ticket|comment)s?[ _-]{0,2}(\d+)(?![-_.]?\d)|^(\d+)(?:[ _-]?comments?)?$", re.I)
_PRODUCT = re.compile(r"products?\b|製品|商品", re.I)
_LIST = re.compile(rf'"(?:{"|".join([*_READ, *_NOT_READ])})"\s*:\s*\[')


def claims(head: Head) -> bool:
    """Zendesk's words for tickets, comments, users or articles; or an API page that names its address."""
    if zendesk_xml.claims(head):
        return True
    keys = head.keys
    if not head.is_json or keys & _OTHER_DESK:
        return False
    ticket = "requester_id" in keys and bool({"comments", "description", "subject", "tickets"} & keys)
    comment = "author_id" in keys and "public" in keys and bool({"body", "plain_body", "html_body"} & keys)
    person = {"role", "name"} <= keys and bool({"organization_id", "ticket_restriction", "locale_id"} & keys)
    company = {"name"} <= keys and bool({"domain_names", "shared_tickets"} & keys)
    article = {"title", "body", "locale"} <= keys and bool({"draft", "section_id", "articles"} & keys)
    page = re.search(r"zendesk\.com\\?/api\\?/v2", head.text) is not None
    listed = _LIST.search(head.text) is not None and bool({"next_page", "end_of_stream", "after_cursor"} & keys)
    return ticket or comment or person or company or article or page or listed or bool({"ticket_events"} & keys)


def gather(files: Sequence[File], named: Columns | None) -> Iterator[Item]:
    """Articles and what cannot come in as they are met; then customers; then tickets. What was deleted: Tombstones."""
    with Relations(files) as relations:
        places = {file: index for index, file in enumerate(files)}
        yield from each(files, lambda file: _File(relations, places[file], file).read())
        yield from relations.items()


class _File:
    """One file of the delivery: each record of it to where it belongs."""

    def __init__(self, relations: Relations, index: int, file: File) -> None:
        self.relations, self.index, self.file = relations, index, file
        self._loose: list[tuple[Spot, dict[str, Any]]] = []  # comments that do not name their ticket
        self._said: set[str] = set()  # what was refused once for all

    def read(self) -> Iterator[Item]:
        xml = zendesk_xml.claims(opening.look(self.file))
        lists = _READ | _NOT_READ.keys()
        found = zendesk_xml.members(self.file) if xml else opening.members(self.file, lists)
        for name, number, item in found:
            if isinstance(item, Reject):
                yield item
            elif name in _NOT_READ:
                yield from self._refused(name)
            elif name:
                yield from self._record(name, opening.spot(name, number), item)
            else:
                yield from self._whole(number, item)
        yield from self._settle({}, "")

    def _whole(self, number: int, item: dict[str, Any]) -> Iterator[Item]:
        """A record of its own, or what is left of a page whose lists came before."""
        name = _kind(item)
        inside = {key: one for key in _SINGLE if not name and isinstance(one := item.get(key), dict)}
        yield from self._settle(item, number)
        for key, one in inside.items():
            yield from self._record(f"{key}s", number, one)
        if name:
            yield from self._record(name, number, item)
        elif item.keys() - _PAGE - inside.keys():
            reason = "This is no ticket, comment, user, organization or article. Leave it out, or export the tickets."
            yield opening.reject(self.file, reason, opening.shown(item), number)

    def _record(self, name: str, where: int | str, item: dict[str, Any]) -> Iterator[Item]:
        spot: Spot = (self.index, where)
        gone = {"deleted": True} if name.startswith("deleted_") else {}
        if name in ("tickets", "deleted_tickets"):
            yield from self.relations.ticket(spot, item | gone)
        elif name in ("users", "deleted_users"):
            yield from self.relations.person(spot, item | gone)
        elif name == "organizations":
            self.relations.company(item)
        elif name == "comments":
            yield from self._comment(spot, item)
        elif name in ("audits", "ticket_events"):
            for comment in zendesk_events.comments(item):
                yield from self._comment(spot, comment)
        elif name == "satisfaction_ratings":
            self.relations.about(_word(item.get("ticket_id")), "rating", _word(item.get("score")))
        elif name == "ticket_fields":
            if _PRODUCT.match(str(item.get("title", ""))):
                self.relations.product_fields.add(str(item.get("id")))
        else:
            yield page_item(self.file, where, item) if name == "articles" else self._suspended(where, item)

    def _comment(self, spot: Spot, item: dict[str, Any]) -> Iterator[Reject]:
        if ticket := _word(item.get("ticket_id")):
            self.relations.comment(ticket, spot, item)
        elif len(self._loose) < _LOOSE:
            self._loose.append((spot, item))
        elif "loose" not in self._said:
            self._said.add("loose")
            reason = f"More than {_LOOSE} comments do not name their ticket. Export them with it, one file a ticket."
            yield opening.reject(self.file, reason, opening.shown(item), spot[1])

    def _settle(self, item: dict[str, Any], number: int | str) -> Iterator[Reject]:
        """Comments that came with `item`, to the ticket that it is or names, or that the file is named after."""
        loose, self._loose = self._loose, []
        if loose and (ticket := self._owner(item)):
            for spot, comment in loose:
                self.relations.comment(ticket, spot, comment)
        elif loose:
            reason = (
                f"It is not said to which ticket these {len(loose)} comments belong. Name the file after its ticket,"
                " such as comments_123.json, and import it again."
            )
            yield opening.reject(self.file, reason, opening.shown(loose[0][1]), number or None)

    def _owner(self, item: dict[str, Any]) -> str:
        ticket = item.get("ticket")
        named = _word(ticket.get("id") if isinstance(ticket, dict) else item.get("ticket_id"))
        if named or _kind(item) == "tickets":
            return named or _word(item.get("id"))
        address = " ".join(str(item.get(key)) for key in ("url", "next_page", "previous_page"))
        found = re.search(r"/tickets/(\d+)/", address) or _NAMED_AFTER.search(self.file.stem)
        return next((number for number in found.groups() if number), "") if found else ""

    def _suspended(self, where: int | str, item: dict[str, Any]) -> Reject:
        cause = _word(item.get("cause"))
        reason = f"Zendesk suspended this mail{f' ({cause})' if cause else ''}. Recover it there if it is a ticket."
        return opening.reject(self.file, reason, opening.shown(item), where)

    def _refused(self, name: str) -> Iterator[Reject]:
        """One Reject for a whole list of what is not read."""
        if name not in self._said:
            self._said.add(name)
            reason = f"These records hold {_NOT_READ[name]}. There is nothing to answer customers from; leave them out."
            yield opening.reject(self.file, reason, "", name)


def _kind(item: dict[str, Any]) -> str:
    """The list that a record on its own would stand in, by what it has."""
    keys = item.keys()
    if "child_events" in keys or ("events" in keys and "ticket_id" in keys):
        return "audits"
    if {"title", "body"} <= keys and {"locale", "draft", "section_id"} & keys:
        return "articles"
    if "requester_id" in keys or {"subject", "status"} <= keys:
        return "tickets"
    if "author_id" in keys and {"body", "plain_body", "html_body"} & keys:
        return "comments"
    if "role" in keys and {"name", "email"} & keys:
        return "users"
    return "organizations" if "name" in keys and {"domain_names", "shared_tickets"} & keys else ""


def _word(value: object) -> str:
    try:
        return fields.words(value)
    except ValueError:
        return ""
