"""Widget and console in two processes: what the public one passes on, and that nothing of the console is behind it."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import httpx
import pytest
from at_the_widget import QUOTE, TEXT, Drafts
from in_browser import hosted, whole_app
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect
from typer.testing import CliRunner

from console import accounts, answers, cli, desk, door, gate, gateway
from console.desk import Desk
from console.settings import Settings
from console.widget import sites, trial
from ingest.errors import OperatorError
from ingest.records import Article
from ingest.store import articles

KEY = "k" * 32
HIDDEN = [
    "/", "/inbox", "/ticket?ticket=T-1", "/sites", "/signin", "/signout", "/_stcore/health", "/_stcore/stream",
    "/_stcore/upload_file/x/y", "/static/index.js", "/media/x.png", "/component/x", "/app/static/x", "/file/x",
    "/widgets", "/helpdesk", "/WIDGET/frame", "//widget/frame", "/widget/../inbox", "/widget/%2e%2e/inbox",
    "/widget/%2E%2E/%2e%2e/signin", "/widget/..%2finbox", "/widget%2f..%2finbox", "/widget/..%5cinbox",
    "/widget//inbox",
    "/help/../../inbox", "/help/./../inbox", "/widget/%252e%252e/inbox", "/widget/frame/..", "/%77idget/../inbox",
    "/widget/%00", "/widget/.", "/help/..;/inbox", "/widget\\..\\inbox",
]  # fmt: skip


def _settings(**values: Any) -> Settings:
    return Settings(**{"desk_url": "http://desk.internal:8501", "gate_key": SecretStr(KEY)} | values)


class Inside:
    """Stands in for the desk's process: answers everything, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self.answer, methods=["GET", "POST", "HEAD", "PUT"])])

    async def answer(self, request: Request) -> Response:
        raw = request.scope["raw_path"].decode() + "?" + request.scope["query_string"].decode()
        self.asked.append((request.method, raw, dict(request.headers), await request.body()))
        made = JSONResponse({"console": "secret"}, headers={"x-told": "yes", "server": "inner", "connection": "close"})
        made.set_cookie("kizuna_session", "console")
        made.set_cookie(gateway.COOKIE, "a-visitor")
        return made


@pytest.fixture
def inside() -> Inside:
    return Inside()


@pytest.fixture
def outside(inside: Inside) -> Iterator[TestClient]:
    made = gateway.app(_settings(), httpx.ASGITransport(inside.app()))
    with TestClient(made, base_url="https://chat.example", client=("203.0.113.9", 1)) as browser:
        yield browser


# ---- what goes through


@pytest.mark.parametrize("path", HIDDEN)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_of_the_console_is_behind_the_public_process(
    outside: TestClient, inside: Inside, path: str, method: str
) -> None:
    scope: dict[str, Any] = {"type": "http", "method": method, "headers": [], "query_string": b"", "scheme": "https"}
    from urllib.parse import unquote

    raw, _, query = path.partition("?")
    scope |= {"path": unquote(raw), "raw_path": raw.encode(), "query_string": query.encode(), "client": ("1.1.1.1", 1)}
    scope |= {"server": ("chat.example", 443), "http_version": "1.1", "root_path": "", "app": outside.app}
    told: list[Any] = []

    coming = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Any:
        return coming.pop() if coming else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        told.append(message)

    asyncio.run(cast(Any, outside.app)(scope, receive, send))  # as bytes come from the network: no client tidies them
    assert told[0]["status"] == 404
    assert not inside.asked


@pytest.mark.parametrize("path", ["/_stcore/stream", "/widget/frame", "/help", "/"])
def test_there_is_no_websocket(outside: TestClient, path: str) -> None:
    with pytest.raises(WebSocketDisconnect), outside.websocket_connect(path):
        pass


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE"])
def test_other_methods_are_refused(outside: TestClient, inside: Inside, method: str) -> None:
    assert outside.request(method, "/widget/session").status_code == 405
    assert not inside.asked


def test_widget_and_help_centre_go_through_as_they_came(outside: TestClient, inside: Inside) -> None:
    answer = outside.post(
        "/widget/message?x=%E3%81%82&y=1", content=b'{"a": 1}',
        headers={
            "Origin": "https://shop.example", "Authorization": "Bearer t", "X-Kizuna-Site": "ks_1",
            "Last-Event-ID": "7",
            "Content-Type": "application/json", "Cookie": f"kizuna_session=stolen; {gateway.COOKIE}=me; other=1",
            "X-Forwarded-For": "10.0.0.1", "Forwarded": "for=10.0.0.1", "X-Real-IP": "10.0.0.1",
            gate.ADDRESS: "10.0.0.1", gate.KEY: "guess",
        },
    )  # fmt: skip
    method, target, headers, body = inside.asked[0]
    assert (method, target, body) == ("POST", "/widget/message?x=%E3%81%82&y=1", b'{"a": 1}')
    kept = {
        "origin": "https://shop.example",
        "authorization": "Bearer t",
        "x-kizuna-site": "ks_1",
        "last-event-id": "7",
    }
    assert kept.items() <= headers.items()
    assert (headers["host"], headers["cookie"]) == ("chat.example", f"{gateway.COOKIE}=me")
    assert (headers[gate.KEY], headers[gate.ADDRESS], headers[gate.SCHEME]) == (KEY, "203.0.113.9", "https")
    assert not {"x-forwarded-for", "forwarded", "x-real-ip"} & set(headers)
    assert (answer.status_code, answer.headers["x-told"]) == (200, "yes")
    assert "server" not in answer.headers
    assert list(answer.cookies) == [gateway.COOKIE]
    assert KEY not in str(answer.headers) + answer.text
    outside.get("/help/ja/%E3%83%8F%E3%83%96")
    assert inside.asked[1][1] == "/help/ja/%E3%83%8F%E3%83%96?"


def test_a_large_request_is_refused_by_its_length_and_by_its_bytes(outside: TestClient, inside: Inside) -> None:
    long = outside.post("/widget/message", headers={"Content-Length": str(gateway.MOST + 1)}, content=b"x")
    assert (long.status_code, long.json()["code"]) == (413, "long")
    assert not inside.asked

    def bytes_without_end() -> Iterator[bytes]:
        for _ in range(gateway.MOST // 2**20 + 1):
            yield b"x" * 2**20

    answer = outside.post("/widget/message", content=bytes_without_end())
    assert (answer.status_code, answer.json()["code"]) == (413, "long")


def test_a_desk_that_is_away_is_said_so() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with TestClient(gateway.app(_settings(desk_url=f"http://127.0.0.1:{port}"))) as browser:
        answer = browser.post("/widget/session", json={})
        assert (answer.status_code, answer.json()["code"]) == (503, "down")
        assert browser.get("/help/en").status_code == 503


def test_words_come_as_they_are_written() -> None:
    """A stream is not gathered on its way: the first words are there while the desk still thinks."""
    go = asyncio.Event()

    async def slow(request: Request) -> Response:
        async def words() -> AsyncIterator[bytes]:
            yield b"event: piece\n\n"
            await asyncio.wait_for(go.wait(), 10)
            yield b"event: done\n\n"

        return StreamingResponse(words(), media_type="text/event-stream")

    inner = Starlette(routes=[Route("/widget/message", slow, methods=["POST"])])
    with hosted(inner) as port, hosted(gateway.app(_settings(desk_url=f"http://127.0.0.1:{port}"))) as at:

        async def read() -> list[bytes]:
            async with (
                httpx.AsyncClient() as browser,
                browser.stream("POST", f"http://127.0.0.1:{at}/widget/message", content=b"{}") as answer,
            ):
                return [chunk async for chunk in answer.aiter_raw()]

        async def first() -> bytes:
            async with (
                httpx.AsyncClient() as browser,
                browser.stream("POST", f"http://127.0.0.1:{at}/widget/message", content=b"{}") as answer,
            ):
                return await anext(answer.aiter_raw())

        assert asyncio.run(asyncio.wait_for(first(), 5)) == b"event: piece\n\n"  # and leaves while it is written
        go.set()
        assert b"".join(asyncio.run(read())) == b"event: piece\n\nevent: done\n\n"


# ---- the desk's side


@contextmanager
def _guarded(settings: Settings, known: bool = False) -> Iterator[TestClient]:
    """The gate before an app that tells where a request came from."""

    async def told(request: Request) -> Response:
        return JSONResponse(
            {
                "path": request.url.path,
                "from": request.client.host if request.client else "",
                "scheme": request.url.scheme,
            }
        )

    async def socket_(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.close()

    app = Starlette(
        routes=[WebSocketRoute("/_stcore/stream", socket_), Route("/{path:path}", told, methods=["GET", "POST"])],
        middleware=list(gate.middleware()),
    )
    desk.use(cast(Any, SimpleNamespace(settings=settings, db=None)))
    with pytest.MonkeyPatch.context() as patch, TestClient(app, client=("10.0.0.7", 1)) as browser:
        patch.setattr(door, "account_of", lambda cookies: object() if known else None)
        yield browser
    desk.use(None)


@pytest.mark.parametrize("serves", ["all", "console"])
def test_who_has_the_key_comes_to_widget_and_help_alone(serves: str) -> None:
    with _guarded(_settings(serves=serves)) as inner:
        shown = {gate.KEY: KEY, gate.ADDRESS: "203.0.113.9"}
        assert inner.get("/widget/hello", headers=shown).json()["from"] == "203.0.113.9"
        assert inner.get("/help/en", headers=shown | {gate.SCHEME: "https"}).json()["scheme"] == "https"
        for path in ("/", "/inbox", "/signin", "/_stcore/health"):
            assert inner.get(path, headers=shown).status_code == 404
            assert inner.get(path).status_code == 200
        for wrong in ("", "guess", KEY + "x", "é"):
            headers = {gate.KEY: wrong.encode(), gate.ADDRESS: b"203.0.113.9"}
            assert inner.get("/widget/hello", headers=cast(Any, headers)).status_code == 404
        with pytest.raises(WebSocketDisconnect), inner.websocket_connect("/_stcore/stream", headers=shown):
            pass
        with inner.websocket_connect("/_stcore/stream"):
            pass


def test_an_address_without_the_key_is_not_believed() -> None:
    with _guarded(_settings()) as inner:
        told = inner.get("/widget/hello", headers={gate.ADDRESS: "203.0.113.9", gate.SCHEME: "https"}).json()
        assert (told["from"], told["scheme"]) == ("10.0.0.7", "http")


def test_without_a_key_of_its_own_the_desk_takes_none() -> None:
    with _guarded(Settings()) as inner:
        assert inner.get("/widget/hello", headers={gate.KEY: ""}).status_code == 404
        assert inner.get("/widget/hello").status_code == 200


@pytest.mark.parametrize(("known", "status"), [(False, 404), (True, 200)])
def test_a_console_alone_shows_the_widget_to_its_own_people(known: bool, status: int) -> None:
    with _guarded(_settings(serves="console"), known) as inner:
        assert [inner.get(path).status_code for path in ("/widget/preview", "/help/en")] == [status, status]
        assert inner.post("/widget/session").status_code == status


@pytest.mark.parametrize(
    "path", ["/widget/frame", "/help", "/help/", "/help/ja/ハブの設定", "/widget/frame/1a/main.js"]
)
def test_paths_of_widget_and_help_are_public(path: str) -> None:
    assert gate.is_public(path)


# ---- settings and the command


@pytest.mark.parametrize("missing", ["desk_url", "gate_key"])
def test_two_processes_cannot_share_a_folder_and_it_is_said_how_they_work_together(missing: str) -> None:
    empty: Any = SecretStr("") if missing == "gate_key" else ""
    with pytest.raises(OperatorError, match=r"cannot share a data folder.*KIZUNA_DESK_URL.*KIZUNA_GATE_KEY"):
        gateway.app(_settings(**{missing: empty}))


@pytest.mark.parametrize(
    ("name", "value"),
    [("KIZUNA_GATE_KEY", "short"), ("KIZUNA_DESK_URL", "desk.internal"), ("KIZUNA_DESK_URL", "http://a/path"),
     ("KIZUNA_SERVES", "both"), ("KIZUNA_WIDGET_URL", "chat.example")],
)  # fmt: skip
def test_a_setting_that_is_not_right_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    found = CliRunner().invoke(cli.app, ["serve", "--only", "widget"])
    assert found.exit_code != 0
    assert isinstance(found.exception, OperatorError)
    assert name in str(found.exception)


def test_the_command_serves_the_widget_alone_without_data_or_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: Inside
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = tmp_path / "home"
    command = [sys.executable, "-m", "console", "serve", "--only", "widget", "--port", str(port), "--home", str(home)]
    with hosted(inside.app()) as inner:
        told = {"KIZUNA_DESK_URL": f"http://127.0.0.1:{inner}", "KIZUNA_GATE_KEY": KEY, "PATH": "/usr/bin:/bin"}
        running = subprocess.Popen(command, env=told, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
        try:
            assert running.stderr is not None
            assert "Kizuna is ready" in running.stderr.readline()
            answer = httpx.get(f"http://127.0.0.1:{port}/widget/hello")
            assert (answer.status_code, answer.json()) == (200, {"console": "secret"})
            assert httpx.get(f"http://127.0.0.1:{port}/inbox").status_code == 404
        finally:
            running.terminate()
            running.wait(20)
            cast(Any, running.stderr).close()
    assert not home.exists()


# ---- both together


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Desk]:
    """A desk that serves only the console."""
    made = fake_desk.opened(tmp_path, chat=cast(Any, "a model"), demo=False)
    made.home = cast(Any, SimpleNamespace(path=tmp_path, close=lambda: None))
    made.search.embedding = cast(Any, None)
    told = {"serves": "console", "gate_key": SecretStr(KEY), "faq_holdout": 0.0, "widget_rate": 1_000}
    made.settings = made.settings.model_copy(update=told)
    with made.db.write() as db:
        articles.put(db, Article("A-1", "Hub setup", TEXT, "en"), origin="")
    yield made
    desk.use(None)
    made.chat = None
    made.close()


def test_console_and_widget_work_together_in_two_processes(alone: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "draft", Drafts())
    naoko = accounts.named(alone.db, "naoko")
    site = sites.create(alone.db, "Mori", naoko).after
    token = accounts.sign_in(alone.db, "naoko", accounts.DEMO_PASSWORD)
    with hosted(whole_app()) as inner, hosted(gateway.app(_settings(desk_url=f"http://127.0.0.1:{inner}"))) as outer:
        public, private = f"http://127.0.0.1:{outer}", f"http://127.0.0.1:{inner}"
        monkeypatch.setattr(alone, "settings", alone.settings.model_copy(update={"widget_url": public}))
        with httpx.Client(timeout=20) as browser:
            for path in ("/", "/inbox", "/signin", "/_stcore/health", "/_stcore/host-config", "/file/x"):
                assert browser.get(public + path).status_code == 404
            assert browser.get(f"{private}/signin").status_code == 200
            assert browser.get(f"{private}/_stcore/health").status_code == 200
            for path in ("/widget/frame", "/widget/loader.js", "/widget/hello", "/help/en"):
                assert (browser.get(private + path).status_code, browser.get(public + path).status_code) == (404, 200)
            opened = browser.post(f"{public}/widget/session", json={"origin": public}).json()
            head = {"Authorization": f"Bearer {opened['token']}"}
            said = browser.post(
                f"{public}/widget/message", headers=head, json={"id": "message-1", "text": "How do I reset the hub?"}
            )
            assert QUOTE in said.text
            assert browser.get(f"{public}/widget/events?after=-1", headers=head).json()["last"] == 1
            tried = trial.link(site, "en")
            assert tried.startswith(f"{public}/widget/test?id={site.id}")
            assert browser.get(tried).status_code == 200
            for forged in (tried[:-1], tried.split("&pass")[0], tried.replace(site.id, "S-other")):
                assert browser.get(forged).status_code == 403
            signed = {"Cookie": f"{door.COOKIE}={token}"}
            preview = f"/widget/preview?id={site.id}"
            assert browser.get(public + preview, headers=signed).status_code == 403  # the session stays outside
            assert browser.get(private + preview, headers=signed).status_code == 200
    with alone.db.read() as db:
        assert len(db.exec_driver_sql("SELECT id FROM tickets").all()) == 1
