"""Zendesk's XML exports, element by element, as the records that its JSON would hold."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from ingest.errors import SenderError
from ingest.readers import opening
from ingest.readers.opening import File, Head
from ingest.records import Reject

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_START = re.compile(
    r"\s*(?:<\?xml[^>]*\?>)?(?:\s*<!--.*?-->|\s*<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*\s*"
    r"<(tickets?|users?|organizations?|comments)\b(?=[\s>/])",
    re.S,
)
_RECORDS = {"ticket": "tickets", "user": "users", "organization": "organizations", "comment": "comments"}
_DEPTH = 32
_NAMES = {
    "nice_id": "id", "is_public": "public", "value": "body", "current_tags": "tags", "is_active": "active",
    "ticket_field_entries": "custom_fields", "ticket_field_id": "id", "roles": "role", "satisfaction_score": "score",
}  # fmt: skip
_STATUS = {"0": "new", "1": "open", "2": "pending", "3": "solved", "4": "closed", "5": "deleted", "6": "hold"}
_PRIORITY = {"1": "low", "2": "normal", "3": "high", "4": "urgent"}
_ROLES = {"0": "end-user", "2": "admin", "4": "agent"}


def claims(head: Head) -> bool:
    """XML whose root holds tickets, users or organizations."""
    return _START.match(head.text.lstrip("\ufeff")) is not None


def members(file: File) -> Iterator[tuple[str, int, dict[str, Any] | Reject]]:
    """The file's records with the list that they stand in, as `opening.members` gives those of JSON.

    A file with entities or references to other files is refused; what is broken or cut off ends it.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException

    number = 0
    try:
        for name, item in _elements(file):
            number += 1
            yield name, number, item
    except DefusedXmlException:
        reason = "The file defines entities or points to other files, as no export does. Export it again from Zendesk."
        yield "", 0, opening.reject(file, reason)
    except (ParseError, ValueError) as error:
        before = f" The {number} records before it came in." if number else ""
        reason = f"The XML is broken or cut off ({error}). Export the file again.{before}"
        yield "", number + 1, opening.reject(file, reason, "", number + 1)
    except SenderError as error:
        yield "", number + 1, opening.reject(file, str(error), "", number + 1)


def _elements(file: File) -> Iterator[tuple[str, dict[str, Any]]]:
    from defusedxml.ElementTree import iterparse

    with opening.opened(file) as text:
        ration = _Ration(text)
        open_ones: list[Element] = []
        for event, element in iterparse(ration, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                open_ones.append(element)
                if len(open_ones) > _DEPTH:
                    raise SenderError("The XML is nested too deeply to be read. Export it again from Zendesk.")
                continue
            open_ones.pop()
            inside = any(one.tag in _RECORDS for one in open_ones)
            if element.tag in _RECORDS and not inside:
                yield _RECORDS[element.tag], _record(element)
            if not inside:
                element.clear()
                if open_ones:
                    open_ones[-1].clear()
                ration.renew()


class _Ration:
    """A text of which only so much may be read for one record."""

    def __init__(self, text: TextIO) -> None:
        self._text, self._left = text, opening.LINE_LIMIT

    def renew(self) -> None:
        self._left = opening.LINE_LIMIT

    def read(self, size: int = -1) -> str:
        piece = self._text.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise SenderError("A record of this XML file is longer than 20 MB. Export it again without it.")
        return re.sub("[\ud800-\udfff]", "\ufffd", piece)


def _record(element: "Element") -> dict[str, Any]:
    item = _value(element)
    if not isinstance(item, dict):
        return {}
    for number, name, words in (("status_id", "status", _STATUS), ("priority_id", "priority", _PRIORITY)):
        if number in item:
            item.setdefault(name, words.get(str(item[number]), ""))
    if isinstance(item.get("tags"), str):
        item["tags"] = item["tags"].split()
    if "role" in item:
        item["role"] = _ROLES.get(str(item["role"]), item["role"])
    if "via_id" in item and "via" not in item and str(item["via_id"]).isdigit():
        item["via"] = {"channel": int(item["via_id"])}
    if "score" in item:
        item["satisfaction_rating"] = {"score": item.pop("score")}
    return item


def _value(element: "Element") -> Any:
    """A list for `type="array"`, for several children of one name and for `<tags><tag>`; else an object or a text."""
    children = list(element)
    names = {str(child.tag) for child in children}
    same = len(names) == 1 and (len(children) > 1 or element.tag == f"{next(iter(names))}s")
    if same or element.get("type") == "array":
        return [_value(child) for child in children]
    if not children:
        return (element.text or "").strip("\n") if element.get("nil") != "true" else None
    item: dict[str, Any] = {}
    for child in children:
        name = str(child.tag).replace("-", "_")
        item[name] = value = _value(child)
        item.setdefault(_NAMES.get(name, name), value)
    return item
