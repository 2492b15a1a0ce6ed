"""A desk for page tests: a real small database; search and the tools of intake are stand-ins without any model."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from stand_ins import VAULT, HashedWords, SharedWords

from console import accounts, desk
from console.background import Works
from console.desk import Desk
from console.search import Hit
from console.settings import Settings
from ingest import passages, shelving
from ingest.records import Article, Customer, Masked, Message, Ticket
from ingest.store import Database
from ingest.store import passages as shelf

NOW = datetime.now(UTC).replace(microsecond=0)
SPLITTER = SimpleNamespace(
    split=lambda record, *, case=None: passages.split(record, lambda text: len(text) // 4, case=case)
)
REDACTOR = SimpleNamespace(mask=lambda text, names=(), book=None: Masked(text))
NO_CHAT = "No chat model is set (KIZUNA_CHAT=none): suggestions work, drafts are not written."


class Finder:
    """Finds every source of the kind asked for, in the order of their ids."""

    def __init__(self, db: Database) -> None:
        self.db = db

    def find(self, query: str, filters: Any = None, *, limit: int = 10) -> list[Hit]:
        with self.db.read() as connection:
            keys = [row.id for row in connection.exec_driver_sql("SELECT id FROM passages ORDER BY id")]
            found = shelf.get(connection, keys).values()
        wanted = [
            one for one in found if one.kind in filters.kinds and (not filters.parts or one.part in filters.parts)
        ]
        once = {one.source: one for one in reversed(wanted)}
        return [Hit(one.source, one.kind, one.title, one, 0.9, 0.9) for one in once.values()][:limit]

    def each(self, query: str, filters: Any, *, limit: int = 10) -> list[list[Hit]]:
        """What it finds for each of several filters."""
        return [self.find(query, one, limit=limit) for one in filters]


def opened(folder: Path, *, chat: Any = None, demo: bool = True) -> Desk:
    """The desk, in use, with the demo's accounts and nothing else."""
    db = Database.open(folder / "kizuna.db")
    index = SimpleNamespace(catch_up=lambda: 0, close=lambda: None)
    shelves = shelving.Shelves(db, cast(Any, index), cast(Any, REDACTOR), cast(Any, SPLITTER), VAULT)
    settings = Settings(home=folder, demo=demo, company="Mori & Sons <Lamps>")
    home = cast(Any, SimpleNamespace(path=folder, close=lambda: None))
    made = Desk(settings, home, shelves, cast(Any, Finder(db)), cast(Any, None))
    made.verifier = cast(Any, SharedWords())
    made.chat, made.chat_trouble = chat, "" if chat else NO_CHAT
    accounts.add_demo(db)
    desk.use(made)
    return made


def reading(folder: Path) -> Desk:
    """The same desk, whose search reads texts by their words and finds no passages."""
    made = opened(folder)
    search = SimpleNamespace(db=made.db, embedding=HashedWords(), passages=lambda *args, **more: [])
    made.search = cast(Any, search)
    return made


def forget(*kinds: Works[Any]) -> None:
    """Stop what these do in the background."""
    for works in kinds:
        for key in list(works._kept):
            works.forget(key)


def put(made: Desk, *records: Ticket | Article | Customer) -> None:
    """Shelve records as an import would."""
    with made.db.write() as connection:
        for record in records:
            shelving.shelve(connection, record, made.shelves, origin="test")


def ticket(id: str, *said: tuple[str, str], hours: float = 1.0, **values: Any) -> Ticket:
    """A ticket whose turns came a minute apart, the first of them `hours` ago; open unless told otherwise."""
    began = NOW - timedelta(hours=hours)
    turns = tuple(
        Message(cast(Any, direction), text, began + timedelta(minutes=n)) for n, (direction, text) in enumerate(said)
    )
    known = {"status": "open", "created": began, "subject": f"About {id}", "lang": "en"}
    return Ticket(id, turns, **(known | values))
