"""A desk whose widget can be called without models: what tests of the widget's doors share."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from stand_ins import VAULT
from starlette.applications import Starlette
from starlette.testclient import TestClient

from console import answers, conversations, desk
from console.answers import Citation, Draft, Letter, Piece
from console.desk import Desk
from console.settings import Settings
from console.widget import routes
from ingest.errors import TemporaryError
from ingest.home import Home
from ingest.records import Article, Masked, Ticket
from ingest.shelving import Shelves
from ingest.store import Database, articles

HOST = "http://testserver"
SHOP = "https://shop.example"
TEXT = "# Hub setup\n\nPlug the **hub** in.\n- Hold the button for ten seconds.\n\n| a | b |\n|---|---|\n"
QUOTE = "Hold the button for ten seconds."


class _Redactor:
    def mask(self, text: str, **_: object) -> Masked:
        return Masked(re.sub(r"\S+@\S+", "<EMAIL_1>", text))


class _Splitter:
    def split(self, record: object, **_: object) -> list[object]:
        return []


class _Index:
    def catch_up(self) -> int:
        return 0


class _Moods:
    def of(self, texts: list[str], _: object) -> list[SimpleNamespace]:
        return [SimpleNamespace(label="negative" if "furious" in text else "neutral") for text in texts]


class Drafts:
    """Stands in for answers.draft: says what it is asked, abstains, fails or counts, and notes being closed."""

    def __init__(self) -> None:
        self.asked: list[Ticket] = []
        self.closed = 0

    def __call__(
        self, ticket: Ticket, search: object, verifier: object, model: object, letter: Letter, trust: object
    ) -> Iterator[Piece | Draft]:
        self.asked.append(ticket)
        self.letter = letter
        question = conversations.latest(ticket)
        start = TEXT.index(QUOTE)
        cited = Citation(1, "article", "A-1", "Hub setup", QUOTE, start, start + len(QUOTE), "en")
        try:
            if "fail" in question:
                raise TemporaryError("secret-model-name took too long.")
            if "unknown" in question:
                yield Draft("Dear customer", (), 0.1, True, "No source comes near this question.")
                return
            yield Piece(f"{QUOTE} [1]\n\n", cited)
            yield Draft(f"{QUOTE} [1]", (cited,), 0.9, False)
        finally:
            self.closed += 1


@pytest.fixture
def drafts(monkeypatch: pytest.MonkeyPatch) -> Drafts:
    fake = Drafts()
    monkeypatch.setattr(answers, "draft", fake)
    return fake


@pytest.fixture
def open_desk(tmp_path: Path, drafts: Drafts) -> Iterator[Desk]:
    db = Database.open(tmp_path / "kizuna.db")
    settings = Settings(
        home=tmp_path, demo=True, company="Aozora", widget_origins=(SHOP,), widget_rate=50, chat="none", faq_holdout=0
    )
    shelves = Shelves(db, cast(Any, _Index()), cast(Any, _Redactor()), cast(Any, _Splitter()), VAULT)
    search = cast(Any, SimpleNamespace(embedding=None))
    found = Desk(settings, Home(tmp_path, cast(Any, None)), shelves, search, cast(Any, _Moods()), cast(Any, "a model"))
    found.verifier = cast(Any, None)
    with db.write() as connection:
        articles.put(connection, Article("A-1", "Hub setup", TEXT, "en"), origin="")
    desk.use(found)
    yield found
    desk.use(None)
    db.close()


@pytest.fixture
def client(open_desk: Desk) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes.routes())) as browser:
        yield browser


def told(stream: str) -> list[tuple[str, dict[str, Any], str]]:
    """The server-sent events of a stream: each one's name, data and id ("" where it has none)."""
    found = []
    for block in stream.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n"))
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"]), lines.get("id", "")))
    return found


class Chat:
    """A browser's frame, as far as its calls go."""

    def __init__(self, client: TestClient, lang: str = "en") -> None:
        self.client, self.lang, self.count = client, lang, 0
        self.opened = client.post("/widget/session", json={"origin": HOST, "lang": lang}).json()
        self.head = {"Authorization": f"Bearer {self.opened['token']}"}

    def say(self, text: str, id: str = "") -> list[tuple[str, dict[str, Any]]]:
        self.count += 1
        response = self.post("message", id=id or f"message-{self.count}", text=text)
        assert response.status_code == 200, response.text
        return [(name, data) for name, data, _ in told(response.text) if name not in ("begin", "place")]

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/widget/{path}", json=body | {"lang": self.lang}, headers=self.head)

    def get(self, path: str) -> Any:
        return self.client.get(f"/widget/{path}", headers=self.head)

    def turns(self, after: int = -1) -> list[dict[str, Any]]:
        return cast(list[dict[str, Any]], self.get(f"events?after={after}").json()["turns"])

    def said(self) -> list[tuple[str, str]]:
        return [(one["who"], one["text"]) for one in self.turns()]


@pytest.fixture
def chat(client: TestClient) -> Chat:
    return Chat(client)
