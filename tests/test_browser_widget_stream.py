"""The chat in a real browser while things break: a reload in the middle, two tabs, and a server that is killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ingest.store import Database, tickets
from ingest.store.tickets import Query

pytestmark = [pytest.mark.browser, pytest.mark.models, pytest.mark.timeout(400)]

WAIT = 60_000  # milliseconds: two cores, other tests beside
ASKED = "How do I reset the hub?"
GUIDE = "# Reset the hub\n\nTo reset the hub, hold the round button on its back for ten seconds until the light blinks."


class Model:
    """An OpenAI-compatible chat model that begins its answer, and ends it once it is let go."""

    def __init__(self) -> None:
        self.go, self.asked = threading.Event(), 0
        model = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_POST(self) -> None:
                model.asked += 1
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                try:
                    self._say("[1")
                    model.go.wait(120)
                    self._say("]")
                    self.wfile.write(b"data: [DONE]\n\n")
                except OSError:
                    pass  # whoever asked is gone

            def _say(self, text: str) -> None:
                piece = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}
                chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [piece]}
                self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
                self.wfile.flush()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"


class Served:
    """The real command in a process of its own, which may be killed and started again."""

    def __init__(self, home: Path, port: int, models: Path, model: Model) -> None:
        self.home, self.port, self.model = home, port, model
        self._command = [sys.executable, "-m", "console", "serve", "--port", str(port), "--home", str(home)]
        self._settings = {
            "KIZUNA_MODELS": str(models), "KIZUNA_CHAT": "openai:stub", "KIZUNA_CHAT_URL": model.url,
            "KIZUNA_CHAT_KEY": "none", "KIZUNA_FAQ_HOLDOUT": "0", "KIZUNA_COMPANY": "Aozora",
        }  # fmt: skip

    def start(self) -> None:
        log = self.home.parent / f"serve-{time.monotonic_ns()}.log"
        with log.open("w") as told:
            self._process = subprocess.Popen(
                self._command, env=os.environ | self._settings, stdout=told, stderr=subprocess.STDOUT
            )
        until = time.monotonic() + 200
        while "Kizuna is ready" not in log.read_text():
            assert self._process.poll() is None, log.read_text()
            assert time.monotonic() < until, log.read_text()
            time.sleep(0.2)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(20)

    def stop(self) -> float:
        """Tell it to stop; returns how many seconds that took."""
        began = time.monotonic()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(60)
        return time.monotonic() - began

    def said(self) -> list[tuple[str, str]]:
        """Who said what in the only conversation, by the database itself."""
        db = Database.open(self.home / "kizuna.db")
        with db.read() as connection:
            id = tickets.page(connection, Query(statuses=()))[0].id
            found = [(turn.direction, turn.author) for turn in tickets.turns(connection, id)]
        db.close()
        return found


@pytest.fixture
def served(models: Path, free_port: int, tmp_path: Path) -> Iterator[Served]:
    guide, home, model = tmp_path / "reset.md", tmp_path / "home", Model()
    guide.write_text(GUIDE)
    command = [sys.executable, "-m", "console", "ingest", str(guide), "--home", str(home)]
    subprocess.run(command, env=os.environ | {"KIZUNA_MODELS": str(models)}, check=True, capture_output=True)
    found = Served(home, free_port, models, model)
    found.start()
    yield found
    model.go.set()
    found.kill()
    model.server.shutdown()
    model.server.server_close()


def _chat(context: BrowserContext, served: Served) -> Page:
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"http://127.0.0.1:{served.port}/widget/frame?lang=en")
    page.locator("#log .turn").first.wait_for()
    return page


def _answered(page: Page) -> None:
    expect(page.locator("#log .turn.assistant .chip")).to_have_count(1, timeout=WAIT)
    expect(page.locator("#log .turn.you")).to_have_count(1)
    expect(page.locator("#log .turn.assistant")).to_have_count(2)  # the greeting and the answer
    expect(page.locator("#log")).to_contain_text("ten seconds")


def test_a_reload_and_a_second_tab_in_the_middle_show_the_same_answer(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    page = _chat(context, served)
    page.locator("#text").fill(ASKED)
    page.locator("#send").click()
    _until(lambda: served.model.asked == 1)
    page.reload()
    other = _chat(context, served)
    for one in (page, other):
        expect(one.locator("#log .turn.assistant .waiting")).to_be_visible()
        expect(one.locator("#log .turn.you")).to_have_count(1)
    served.model.go.set()
    for one in (page, other):
        _answered(one)
    assert served.model.asked == 1
    page.wait_for_timeout(1_500)
    for one in (page, other):
        _answered(one)
    context.close()
    assert served.said() == [("incoming", ""), ("activity", "assistant")]


def test_a_killed_server_loses_and_doubles_nothing(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    page = _chat(context, served)
    page.locator("#text").fill(ASKED)
    page.locator("#send").click()
    _until(lambda: served.model.asked == 1)
    served.kill()
    expect(page.locator("#notice")).to_contain_text("interrupted")
    served.model.go.set()
    served.start()
    _answered(page)
    expect(page.locator("#notice")).to_be_hidden()
    page.wait_for_timeout(1_500)
    _answered(page)
    assert served.said() == [("incoming", ""), ("activity", "assistant")]
    page.locator("#person").click()
    expect(page.locator("#log .side").first).to_be_visible()
    assert served.stop() < 15  # though the page waits for news all the time
    context.close()


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT / 1000
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
