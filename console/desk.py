"""One open desk: the owned data folder, its shelves and judgements, and the chat model once it is up."""

import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from console import confidence, mood
from console.chat_model import ChatModel
from console.chat_model import open as open_chat
from console.confidence import Trust
from console.risk import Ear, Model
from console.search import Search
from console.settings import Settings
from console.verifier import Verifier
from console.watch.weighing import Scales
from ingest import home, index, passages, redact, vault, weights
from ingest.embedding import Embedding
from ingest.errors import KizunaError, OperatorError
from ingest.home import Home
from ingest.index import Index
from ingest.shelving import Shelves
from ingest.store import Database
from ingest.vault import Vault

Say = Callable[[str], None]


@dataclass
class Desk:
    """Everything a door needs. `close()` gives the data folder up."""

    settings: Settings
    home: Home
    shelves: Shelves
    search: Search
    classifier: mood.Hears
    chat: ChatModel | None = None
    chat_trouble: str = "The chat model is starting."
    starting: bool = False  # the chat model is being opened, or will be in a moment
    _opening: threading.Thread | None = field(default=None, repr=False)

    @property
    def db(self) -> Database:
        """The truth."""
        return self.shelves.db

    @property
    def index(self) -> Index:
        """The copies."""
        return self.shelves.index

    @property
    def embedding(self) -> Embedding:
        """Texts to vectors."""
        return self.search.embedding

    @cached_property
    def verifier(self) -> Verifier:
        """What weighs evidence; opened when the first draft needs it. Raises OperatorError where it does not open."""
        return Verifier.open(self.settings.models)

    @cached_property
    def scales(self) -> Scales:
        """What weighs customers at risk; opened when the first is weighed."""
        return Scales(Ear.open(self.embedding), Model.open())

    @property
    def trust(self) -> Trust:
        """From which confidence on drafts are offered, by what this desk's agents did with them so far."""
        with self.db.read() as db:
            return confidence.current(db)

    def open_chat(self) -> None:
        """Open what drafts need; a failure is kept in `chat_trouble` and the desk goes on with suggestions."""
        try:
            _ = self.verifier
            self.chat, self.chat_trouble = _chat(self.settings), ""
        except KizunaError as error:
            self.chat_trouble = str(error)
        self.starting = False
        self.settle()

    def settle(self) -> None:
        """Tell the collector that what is loaded stays: Streamlit collects after every run, over all of torch."""
        gc.collect()
        gc.freeze()

    def open_chat_soon(self) -> None:
        """The same in the background, so that the console is there at once."""
        self.starting = True
        self._opening = threading.Thread(target=self.open_chat, name="chat-model", daemon=True)
        self._opening.start()

    def close(self) -> None:
        """Stop the chat model, close the database, give up the folder."""
        if self._opening:
            self._opening.join()
        if self.chat:
            self.chat.close()
        self.index.close()
        self.db.close()
        self.home.close()


def open(settings: Settings, doing: str) -> Desk:
    """Own the data folder and open everything but the chat model.

    Raises OperatorError when another process owns the folder or when a model is missing.
    """
    owned = home.open(settings.home, doing)
    try:
        return _furnish(settings, owned)
    except BaseException:
        owned.close()
        raise


def _furnish(settings: Settings, owned: Home) -> Desk:
    db = Database.open(owned.database)
    embedding = Embedding.open(settings.models, settings.embedding)
    found = index.open(owned.vectors, db, embedding)
    splitter = passages.open(weights.locate("cl100k_base", settings.models))
    found.catch_up()  # what an interrupted ingest left
    shelves = Shelves(db, found, redact.open(), splitter, _vault(settings, owned, db))
    classifier = mood.open(settings.mood, settings.home)
    return Desk(settings, owned, shelves, Search(db, found, embedding), classifier)


def _vault(settings: Settings, owned: Home, db: Database) -> Vault:
    opened = vault.open(settings.vault_key or owned.vault_key, keep=settings.vault)
    with db.write() as connection:
        opened.prove(connection)
    return opened


def _chat(settings: Settings) -> ChatModel:
    if settings.chat == "none":
        raise OperatorError("No chat model is set (KIZUNA_CHAT=none): suggestions work, drafts are not written.")
    key = settings.chat_key.get_secret_value() or None
    return open_chat(settings.chat, models_dir=settings.models, base_url=settings.chat_url or None, api_key=key)


def reindex(settings: Settings, progress: index.Progress) -> int:
    """Make the vector index anew from the database; returns how many passages it holds."""
    owned = home.open(settings.home, "kizuna reindex")
    try:
        db = Database.open(owned.database)
        embedding = Embedding.open(settings.models, settings.embedding)
        made = index.rebuild(owned.vectors, db, embedding, progress)
        count = made.count()
        made.close()
        db.close()
        return count
    finally:
        owned.close()


_current: Desk | None = None


def use(desk: Desk | None) -> None:
    """Make this the desk that the pages and routes of this process serve."""
    global _current
    _current = desk


def current() -> Desk:
    """The desk that this process serves."""
    if _current is None:
        raise OperatorError("The desk is not open. Start it with `kizuna serve`.")
    return _current
