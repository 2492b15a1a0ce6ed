"""What browser tests share: a real Chromium, its screenshots, and the real command that serves a desk."""

import importlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
DRAWN = 60_000  # milliseconds that a page may take: two cores, other tests beside
Shot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of this machine; the test is skipped where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium is installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        expect.set_options(timeout=DRAWN)
        yield opened
        expect.set_options(timeout=None)
        opened.close()


@pytest.fixture(scope="module")
def shot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shot:
    """Takes a picture of a page: with --record one for docs/images."""
    folder = IMAGES if request.config.getoption("--record") else tmp_path_factory.mktemp("images")
    folder.mkdir(exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.mouse.move(640, 20)  # away from what shows a tooltip
        page.wait_for_timeout(700)
        page.screenshot(path=folder / f"{name}.png")

    return take


def whole_app() -> Any:
    """The app as it is after a start. Streamlit allows one runtime a process, and several modules of tests serve it."""
    from streamlit.runtime import Runtime

    import streamlit_app

    Runtime._instance = None
    return importlib.reload(streamlit_app).app


@contextmanager
def hosted(app: Any) -> Iterator[int]:
    """The port of an app that runs in this process."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    until = time.monotonic() + 60
    while not server.started:
        assert running.is_alive()
        assert time.monotonic() < until
        time.sleep(0.05)
    yield int(server.servers[0].sockets[0].getsockname()[1])
    server.should_exit = True
    running.join(20)


@contextmanager
def served(command: Sequence[str], settings: Mapping[str, str], log: Path) -> Iterator[None]:
    """This command running in a process of its own, from when it says that it is ready until it is interrupted."""
    with log.open("w") as told:
        server = subprocess.Popen([*command], env=os.environ | dict(settings), stdout=told, stderr=subprocess.STDOUT)
        try:
            _await(log, "Kizuna is ready", server)
            yield
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    assert server.returncode in (0, -signal.SIGINT)


def _await(log: Path, words: str, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 240
    while words not in log.read_text():
        assert server.poll() is None, log.read_text()
        assert time.monotonic() < until, log.read_text()
        time.sleep(0.3)
