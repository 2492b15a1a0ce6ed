"""A helpdesk copied into a data warehouse: tickets, comments, people and tags in tables of their own, joined by ids."""

import csv
from collections.abc import Callable, Iterator, Sequence

from ingest.readers import opening
from ingest.readers.gathering import Pile, each
from ingest.readers.helpdesks import warehouse_kinds
from ingest.readers.helpdesks import warehouse_shapes as shapes
from ingest.readers.helpdesks.relations import Fact, Relations, Spot
from ingest.readers.helpdesks.relations_shapes import page_item
from ingest.readers.helpdesks.warehouse_shapes import Row
from ingest.readers.opening import Columns, File, Head
from ingest.records import Item, Reject

_CELL = 1_000_000  # characters


def claims(head: Head) -> bool:
    """A table whose columns are those of a Zendesk or Intercom table, or that a copying tool has marked."""
    return head.suffix in {".csv", ".tsv"} and bool(_kind(head))


def _kind(head: Head) -> str:
    first = head.text.lstrip("\ufeff\n").split("\n", 1)[0]
    return warehouse_kinds.kind(set(_header(next(csv.reader([first], delimiter=_delimiter(first)), []))), head.name)


def _delimiter(first: str) -> str:
    return max(",\t;", key=first.count)


def _header(cells: Sequence[str]) -> list[str]:
    return [cell.strip(' "\ufeff').casefold() for cell in cells]


def gather(files: Sequence[File], named: Columns | None) -> Iterator[Item]:
    """What cannot come in as it is met; then articles, customers and tickets. What was deleted comes as Tombstones."""
    with Relations(files) as relations, Pile() as chats, Pile() as pages:
        tables = _Tables(relations, chats, pages)
        yield from each(files, tables.read)
        tables.join_chats()
        for _, versions in pages:
            index, line, item = versions[-1]
            yield page_item(files[index], line, item)
        yield from relations.items()


class _Tables:
    """Where the rows of each kind of table go."""

    def __init__(self, relations: Relations, chats: Pile, pages: Pile) -> None:
        self._relations, self._chats, self._pages = relations, chats, pages
        self._index = -1
        self._keepers: dict[str, Callable[[Spot, Row], Iterator[Reject] | None]] = {
            "zendesk.ticket": lambda spot, row: relations.ticket(spot, shapes.ticket(row)),
            "zendesk.comment": lambda spot, row: self._said(spot, row, "ticket_id"),
            "zendesk.user": lambda spot, row: relations.person(spot, shapes.versioned(row)),
            "zendesk.organization": lambda spot, row: relations.company(shapes.versioned(row)),
            "zendesk.tag": lambda spot, row: self._about(row, "ticket_id", "tag", "tag"),
            "zendesk.rating": lambda spot, row: self._about(row, "ticket_id", "rating", "score"),
            "zendesk.article": self._page,
            "zendesk.chat": self._chat,
            "zendesk.chat_event": self._chat,
            "intercom.conversation": lambda spot, row: relations.ticket(spot, shapes.conversation(row)),
            "intercom.part": lambda spot, row: self._said(spot, row, "conversation_id"),
            "intercom.contact": lambda spot, row: relations.person(spot, shapes.contact(row)),
            "intercom.admin": lambda spot, row: relations.person(spot, shapes.admin(row)),
            "intercom.company": lambda spot, row: relations.company(shapes.versioned(row)),
            "intercom.article": self._page,
            "intercom.tag_name": self._tag_name,
            "intercom.tagged": lambda spot, row: self._about(row, "conversation_id", "tag_id", "tag_id"),
            "intercom.asker": lambda spot, row: self._about(row, "conversation_id", "asker", "contact_id"),
            "intercom.member": self._member,
        }

    def read(self, file: File) -> Iterator[Item]:
        """Put the rows of one table, the next of the delivery, where they belong; what cannot come in is yielded."""
        self._index += 1
        kind = _kind(opening.look(file))
        if kind not in self._keepers:
            reason = f"This table holds {kind}. There is nothing in it to answer customers from; leave it out."
            yield opening.reject(file, reason)
            return
        for line, row in _rows(file):
            if isinstance(row, Reject):
                yield row
            else:
                yield from self._keepers[kind]((self._index, line), row) or ()

    def _said(self, spot: Spot, row: Row, ticket: str) -> None:
        if not shapes.deleted(row) and ticket in row:
            shape = shapes.comment(row) if ticket == "ticket_id" else shapes.part(row)
            self._relations.comment(row[ticket], spot, shape)

    def _about(self, row: Row, ticket: str, fact: Fact, column: str) -> None:
        if ticket in row and column in row and shapes.current(row):
            self._relations.about(row[ticket], fact, row[column])

    def _tag_name(self, spot: Spot, row: Row) -> None:
        if "id" in row and "name" in row and not shapes.deleted(row):
            self._relations.tag_name(row["id"], row["name"])

    def _member(self, spot: Spot, row: Row) -> None:
        if "contact_id" in row and "company_id" in row and shapes.current(row):
            self._relations.member(row["contact_id"], row["company_id"])

    def _page(self, spot: Spot, row: Row) -> None:
        item = shapes.page(row)
        self._pages.add(row.get("id", ""), item["updated_at"], [*spot, item])

    def _chat(self, spot: Spot, row: Row) -> None:
        if "chat_id" in row:
            self._chats.add(row["chat_id"], row.get("created_at", ""), [*spot, row])

    def join_chats(self) -> None:
        """The messages of each chat to its ticket; a chat whose ticket is not told becomes one."""
        for chat, rows in self._chats:
            about: Row = next((row for _, _, row in rows if "ticket_id" in row), {})
            ticket = about.get("ticket_id", chat)
            self._relations.about(ticket, "channel", "chat")
            if "user_id" in about:
                self._relations.about(ticket, "asker", about["user_id"])
            for index, line, row in rows:
                if "message" in row or "filename" in row:
                    self._relations.comment(ticket, (index, line), shapes.chat_event(row))


def _rows(file: File) -> Iterator[tuple[int, Row | Reject]]:
    """The rows of a table by their columns, with their line; cells that are empty are left out."""
    csv.field_size_limit(_CELL)
    refused: list[Reject] = []
    reader = csv.reader(_feed(file, refused), delimiter=_delimiter(opening.head(file).split("\n", 1)[0]))
    header = _header(next(reader, []))
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            reason = "A quotation mark in this row is never closed. Export the table again."
            yield line, opening.reject(file, reason, "", line)
            continue
        yield from ((line, one) for one in refused)
        refused.clear()
        if any(cells):
            yield line, _row(file, header, cells, line)
    yield from ((line, one) for one in refused)


def _feed(file: File, refused: list[Reject]) -> Iterator[str]:
    for _, line in opening.lines(file):
        if isinstance(line, Reject):
            refused.append(line)
        else:
            yield f"{line}\n"


def _row(file: File, header: list[str], cells: list[str], line: int) -> Row | Reject:
    raw = ",".join(cells)
    if len(cells) != len(header):
        reason = f"This row has {len(cells)} cells where the header has {len(header)}. Export the table again."
        return opening.reject(file, reason, raw, line)
    if opening.damaged(raw):
        reason = "Some letters in this row cannot be read. Save the table as UTF-8 and import it again."
        return opening.reject(file, reason, raw, line)
    return {name: cell for name, cell in zip(header, cells, strict=True) if cell.strip()}
