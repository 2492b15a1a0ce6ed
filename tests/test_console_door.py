"""The door: who gets in, who is sent away, and what strangers can reach."""

from collections.abc import Iterator
from pathlib import Path

import fake_desk
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from console import accounts, desk, door
from console.desk import Desk
from console.pages import shell

RIGHT = {"name": "emma", "password": accounts.DEMO_PASSWORD}


def _page(request: Request) -> Response:
    return PlainTextResponse(f"page {request.url.path}")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    yield opened
    desk.use(None)
    opened.close()


def _client(names: door.Throttle | None = None, addresses: door.Throttle | None = None) -> TestClient:
    routes = [*door.routes(names, addresses), Route("/{path:path}", _page, methods=["GET", "POST"])]
    return TestClient(Starlette(routes=routes, middleware=door.middleware()), follow_redirects=False)


@pytest.mark.parametrize("path", ["/", "/ticket?ticket=T-1", "/knowledge", "/faq"])
def test_strangers_are_sent_to_the_sign_in_page(made: Desk, path: str) -> None:
    answer = _client().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/signin")


@pytest.mark.parametrize(
    "path", ["/static/js/index.js", "/_stcore/health", "/widget/frame", "/favicon.png", "/media/a.png"]
)
def test_files_and_the_widget_are_open(made: Desk, path: str) -> None:
    assert _client().get(path).text == f"page {path}"


def test_the_right_password_opens_and_leads_to_the_page_that_was_wanted(made: Desk) -> None:
    client = _client()
    sent_to = client.get("/ticket?ticket=T-1").headers["location"]
    assert 'value="/ticket?ticket=T-1"' in client.get(sent_to).text
    answer = client.post("/signin", data=RIGHT | {"next": "/ticket?ticket=T-1"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/ticket?ticket=T-1")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/").text == "page /"
    assert client.get("/signin").headers["location"] == "/"


def test_a_secure_address_gets_a_secure_cookie(made: Desk) -> None:
    client = TestClient(Starlette(routes=door.routes()), base_url="https://desk.example", follow_redirects=False)
    assert "Secure" in client.post("/signin", data=RIGHT).headers["set-cookie"]


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_the_way_on_never_leads_to_another_site(made: Desk, wanted: str) -> None:
    assert _client().post("/signin", data=RIGHT | {"next": wanted}).headers["location"] == "/"


def test_a_wrong_password_says_so_and_keeps_the_name_escaped(made: Desk) -> None:
    answer = _client().post("/signin", data={"name": '"><script>x', "password": "no"})
    assert answer.status_code == 401
    assert "The name or the password is wrong." in answer.text
    assert "<script>" not in answer.text
    assert "set-cookie" not in answer.headers
    assert "Mori &amp; Sons &lt;Lamps&gt;" in answer.text


def test_japanese_is_complete(made: Desk) -> None:
    page = _client().get("/signin", headers={"accept-language": "ja,en;q=0.5"}).text
    assert 'lang="ja"' in page
    assert "パスワード" in page
    assert "Password" not in page
    wrong = _client().post("/signin", data={"name": "emma", "password": "no", "lang": "ja"}).text
    assert "名前またはパスワードが違います。" in wrong


def test_repeated_failures_close_the_door_for_that_name_only(made: Desk) -> None:
    now = [0.0]
    client = _client(door.Throttle(most=3, window=60, clock=lambda: now[0]))
    codes = [client.post("/signin", data={"name": "emma", "password": "no"}).status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]
    assert client.post("/signin", data=RIGHT).status_code == 429
    assert client.post("/signin", data=RIGHT | {"name": "naoko"}).status_code == 303
    now[0] = 61.0
    assert client.post("/signin", data=RIGHT).status_code == 303


def test_repeated_failures_under_many_names_close_the_door_for_the_address(made: Desk) -> None:
    client = _client(addresses=door.Throttle(most=2))
    for name in ("a", "b"):
        client.post("/signin", data={"name": name, "password": "no"})
    assert client.post("/signin", data=RIGHT).status_code == 429


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {"origin": "null"}]
)
@pytest.mark.parametrize("path", ["/signin", "/signout"])
def test_forms_of_other_sites_are_refused(made: Desk, headers: dict[str, str], path: str) -> None:
    answer = _client().post(path, data=RIGHT, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_our_own_form_is_taken(made: Desk) -> None:
    answer = _client().post("/signin", data=RIGHT, headers={"origin": "http://testserver"})
    assert answer.status_code == 303


def test_signing_out_ends_the_session_everywhere(made: Desk) -> None:
    client = _client()
    client.post("/signin", data=RIGHT)
    token = client.cookies[door.COOKIE]
    assert accounts.of_session(made.db, token) is not None
    assert client.post("/signout").headers["location"] == "/signin"
    assert accounts.of_session(made.db, token) is None
    client.cookies.set(door.COOKIE, token)
    assert client.get("/").status_code == 303


def test_the_demo_offers_its_accounts_and_others_do_not(tmp_path: Path) -> None:
    for demo, there in ((True, True), (False, False)):
        opened = fake_desk.opened(tmp_path, demo=demo)
        page = _client().get("/signin").text
        assert ("佐藤 美咲" in page) is there
        assert (accounts.DEMO_PASSWORD in page) is there
        desk.use(None)
        opened.close()


def test_without_a_desk_the_door_says_what_to_do() -> None:
    desk.use(None)
    answer = _client().get("/")
    assert answer.status_code == 503
    assert "kizuna serve" in answer.text


def test_the_socket_shows_strangers_nothing_either(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "secret words")))
    page = AppTest.from_file(shell.__file__, default_timeout=20).run()
    assert not page.exception
    assert {element.type for element in page.main} <= {"main", "html", "link_button"}
    assert "secret words" not in str(page)


def test_a_flood_of_names_does_not_fill_the_memory() -> None:
    now = [0.0]
    throttle = door.Throttle(window=10, clock=lambda: now[0])
    for n in range(12_000):
        now[0] += 0.01
        throttle.failed(f"name {n}")
    assert len(throttle._failed) <= 10_000
