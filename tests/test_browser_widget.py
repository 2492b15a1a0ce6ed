"""The chat on pages of other origins in a real browser: strict policies, hostile style sheets, the API, identity."""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from types import SimpleNamespace
from typing import Any, Literal, cast

import fake_desk
import pytest
from at_the_widget import QUOTE, TEXT, Drafts
from axe_playwright_python.sync_playwright import Axe
from in_browser import DRAWN, Shot, hosted, whole_app
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import Browser, ConsoleMessage, FrameLocator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from console import answers, conversations, desk, theme
from console.accounts import Account
from console.desk import Desk
from console.widget import embed, identity, sites, visitor
from ingest.records import Article
from ingest.store import articles, tickets
from ingest.store import sites as shelf
from ingest.store.sites import Site
from ingest.store.tickets import Query

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")
QUESTION = "How do I reset the hub?"
HOSTILE = (
    "* { all: unset !important; } button, iframe { display: none !important; opacity: 0 !important; }"
    "path { d: none !important; fill: red !important; }"
    "iframe { width: 3px !important; transform: scale(0) !important; }"
)


@dataclass
class Shop:
    """A desk and a shop's pages on another origin; `site` embeds on those."""

    address: str
    url: str
    desk: Desk
    site: Site
    secret: str

    def page(self, **query: str) -> str:
        """A page of the shop: `csp`, `css` and `script` are what it has, `tag` is what embeds the chat."""
        return f"{self.url}/?" + "&".join(f"{name}={_quoted(value)}" for name, value in query.items())

    def token(self, sub: str = "42") -> str:
        claims = {"sub": sub, "aud": self.site.key, "exp": int(time.time()) + 600, "jti": secrets.token_hex(8)}
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(self.secret))


def _quoted(value: str) -> str:
    from urllib.parse import quote

    return quote(value, safe="")


async def _shop_page(request: Request) -> Response:
    told = request.query_params
    css = f"<style>{told['css']}</style>" if told.get("css") else ""
    early = f'<script src="/page.js?script={escape(_quoted(told.get("script", "")))}"></script>'
    page = f"<!doctype html><html lang=en><title>Shop</title>{css}{early}{told['tag']}<h1>Shop</h1></html>"
    headers = {"Content-Security-Policy": told["csp"]} if told.get("csp") else {}
    return HTMLResponse(page, headers=headers)


async def _shop_script(request: Request) -> Response:
    seen = (
        "window.Kizuna = window.Kizuna || []; window.seen = [];"
        "for (const event of ['ready', 'opened', 'closed', 'message', 'unread', 'handoff'])"
        " Kizuna.push(['on', event, (told) => seen.push([event, told.from || told.count || ''])]);"
    )
    return Response(seen + request.query_params.get("script", ""), media_type="text/javascript")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    from streamlit import config

    folder = tmp_path_factory.mktemp("widget")
    made = fake_desk.opened(folder, chat=cast(Any, "a model"))
    made.home = cast(Any, SimpleNamespace(path=folder, close=lambda: None))
    made.classifier = cast(Any, SimpleNamespace(of=lambda texts, _: [SimpleNamespace(label="neutral") for _ in texts]))
    made.search.embedding = cast(Any, None)
    made.settings = made.settings.model_copy(update={"faq_holdout": 0.0, "widget_rate": 1_000})
    with made.db.write() as db:
        articles.put(db, Article("A-1", "Hub setup", TEXT, "en"), origin="")
    pages = Starlette(routes=[Route("/", _shop_page), Route("/page.js", _shop_script)])
    for name, value in theme.OPTIONS.items():  # as `kizuna serve` looks
        config.set_option(name, value)
    with pytest.MonkeyPatch.context() as patch, hosted(whole_app()) as port, hosted(pages) as other:
        patch.setattr(answers, "draft", Drafts())
        url, address = f"http://127.0.0.1:{other}", f"http://localhost:{port}"
        made.settings = made.settings.model_copy(update={"url": address})
        site = sites.create(made.db, "Mori shop", NAOKO).after
        texts = {"en": {"title": "Mori help", "launcher": "Ask Mori"}, "ja": {"title": "モリのヘルプ"}}
        sites.save(made.db, replace(site, origins=(url,), texts=texts, accent="#c2410c", side="left"), NAOKO)
        site = sites.new_secret(made.db, site.id, NAOKO).after
        yield Shop(address, url, made, site, identity.secret(visitor.secret(folder), site))
    desk.use(None)
    made.chat = None
    made.close()


def _tag(shop: Shop, key: str = "", *, pinned: bool = False) -> str:
    return embed.snippet(shop.address, key or shop.site.key, pinned=pinned)


def _strict(shop: Shop) -> str:
    return (
        f"default-src 'none'; script-src 'self' {shop.address}; style-src 'none'; connect-src {shop.address}; "
        f"frame-src {shop.address}"
    )


def _open(browser: Browser, url: str, **how: Any) -> tuple[Page, list[str]]:
    """A page in a browser of its own, and what its console says."""
    context = browser.new_context(**{"viewport": {"width": 1000, "height": 800}, "locale": "en-GB"} | how)
    page, told = context.new_page(), list[str]()

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            told.append(message.text)

    page.on("console", heard)
    page.set_default_timeout(DRAWN)
    page.goto(url)
    return page, told


def _ask(page: Page, question: str) -> FrameLocator:
    chat = page.frame_locator("iframe")
    answered = chat.locator(".turn.assistant:has(.person)").count()
    chat.locator("#text").fill(question)
    chat.locator("#send").click()
    expect(chat.locator(".turn.assistant:has(.person)")).to_have_count(answered + 1)
    return chat


def _seen(page: Page) -> list[list[Any]]:
    return cast(list[list[Any]], page.evaluate("window.seen"))


def _until(page: Page, event: list[Any]) -> None:
    page.wait_for_function("(event) => window.seen.some((one) => String(one) === String(event))", arg=event)


# ---- pages of other origins


def test_it_works_under_a_strict_policy(browser: Browser, shop: Shop) -> None:
    page, told = _open(
        browser, shop.page(csp=_strict(shop), tag=_tag(shop, pinned=True), script="Kizuna.push(['open'])")
    )
    chat = page.frame_locator("iframe")
    expect(chat.locator("#company")).to_have_text("Mori help")
    expect(_ask(page, QUESTION).locator("#log")).to_contain_text(QUOTE)
    expect(chat.locator("#log .chip").first).to_be_visible()
    chat.locator("#person").click()
    _until(page, ["handoff", ""])
    with shop.desk.db.read() as db:
        id = tickets.page(db, Query(statuses=("open",)))[0].id
    page.evaluate("Kizuna.close()")
    conversations.reply(shop.desk.shelves, id, "It is Emma.", by="emma", author="Emma Clarke", resolve=False)
    _until(page, ["unread", 1])
    button = page.get_by_role("button", name="Ask Mori – New message")
    expect(button).to_be_visible()
    button.click()
    expect(chat.locator("#log")).to_contain_text("It is Emma.")
    assert [one[0] for one in _seen(page)][:2] == ["ready", "opened"]
    assert [one for one in _seen(page) if one[0] == "message"] == [
        ["message", "you"], ["message", "assistant"], ["message", "agent"],
    ]  # fmt: skip
    assert not told
    page.context.close()


def test_a_wrong_hash_is_refused_by_the_browser(browser: Browser, shop: Shop) -> None:
    tag = re.sub(r"sha384-\S{8}", "sha384-AAAAAAAA", _tag(shop, pinned=True))
    page, told = _open(browser, shop.page(tag=tag))
    page.wait_for_timeout(1_500)
    assert page.get_by_role("button").count() == 0
    assert any("integrity" in one for one in told)
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_right_in_any_style_sheet(browser: Browser, shop: Shop, scheme: Literal["light", "dark"]) -> None:
    page, _ = _open(browser, shop.page(css=HOSTILE, tag=_tag(shop)), color_scheme=scheme)
    button = page.get_by_role("button", name=re.compile("Ask Mori|Close the chat"))
    button.click()
    chat = page.frame_locator("iframe")
    expect(chat.locator("#text")).to_be_visible()
    expect(chat.locator("#text")).to_be_focused()
    places = [one.bounding_box() for one in (button, page.locator("iframe"))]
    assert [(box["x"], box["width"]) for box in places if box] == [(20, 56), (20, 392)]
    assert button.evaluate("(one) => getComputedStyle(one).backgroundColor") == "rgb(194, 65, 12)"
    assert (
        chat.locator("#send").evaluate("(one) => getComputedStyle(one).getPropertyValue('--accent').trim()")
        == "#c2410c"
    )
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    expect(button).to_be_focused()
    _until(page, ["closed", ""])
    page.context.close()


def test_on_a_phone_it_fills_the_screen(browser: Browser, shop: Shop) -> None:
    page, _ = _open(browser, shop.page(tag=_tag(shop)), viewport={"width": 390, "height": 700})
    page.get_by_role("button", name="Ask Mori").click()
    box = page.locator("iframe").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 700)
    page.frame_locator("iframe").get_by_role("button", name="Close the chat").click()
    expect(page.get_by_role("button", name="Ask Mori")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("wrong", ["origin", "key", "off"])
def test_a_page_that_may_not_show_it_shows_nothing_and_says_why(browser: Browser, shop: Shop, wrong: str) -> None:
    other = sites.create(shop.desk.db, f"Another {wrong}", NAOKO).after
    if wrong == "off":
        sites.save(shop.desk.db, replace(other, origins=(shop.url,)), NAOKO)
        sites.switch(shop.desk.db, other.id, False, NAOKO)
    key = "ks_" + "A" * 24 if wrong == "key" else other.key
    page, told = _open(browser, shop.page(tag=_tag(shop, key)))
    page.wait_for_timeout(1_500)
    assert page.get_by_role("button").count() == page.locator("iframe").count() == 0
    why = {"origin": "may not show this chat", "key": "no site with this key", "off": "switched off"}[wrong]
    assert any(why in one for one in told), told
    framed = f"<iframe src='{shop.address}/widget/frame?site={key}&origin={_quoted(shop.url)}'></iframe>"
    page.goto(shop.page(tag=framed))
    page.wait_for_timeout(1_000)
    assert page.frame_locator("iframe").locator("#text").count() == 0
    page.context.close()


def test_another_page_cannot_frame_it_even_when_it_lies_about_itself(browser: Browser, shop: Shop) -> None:
    framed = f"<iframe src='{shop.address}/widget/frame?site={shop.site.key}&origin={_quoted(shop.url)}'></iframe>"
    liar = shop.page(tag=framed).replace("127.0.0.1", "localhost")  # an origin that the site does not have
    page, told = _open(browser, liar)
    page.wait_for_timeout(1_500)
    assert page.frame_locator("iframe").locator("#text").count() == 0
    assert any("frame-ancestors" in one for one in told), told
    page.context.close()


def test_calls_before_and_after_it_is_there_do_the_same(browser: Browser, shop: Shop) -> None:
    script = "Kizuna.push(['open']); Kizuna.push(['close']); Kizuna.push(['nothing']); Kizuna.push(['toggle']);"
    page, told = _open(browser, shop.page(tag=_tag(shop), script=script))
    expect(page.locator("iframe")).to_be_visible()
    page.evaluate("Kizuna.toggle()")
    expect(page.locator("iframe")).to_be_hidden()
    page.evaluate(
        "window.late = 0; const f = () => { late += 1; }; Kizuna.on('opened', f); Kizuna.open();"
        "Kizuna.off('opened', f); Kizuna.close(); Kizuna.open(); Kizuna.on('ready', f)"
    )
    assert page.evaluate("window.late") == 2
    page.evaluate("postMessage({ kizuna: 'close' }, '*'); postMessage({ kizuna: 'unread' }, '*')")  # not from the frame
    page.wait_for_timeout(300)
    expect(page.locator("iframe")).to_be_visible()
    assert [one for one in told if "there is no" in one] == ["Kizuna chat: there is no nothing"]
    page.context.close()


# ---- who the customer is


def test_a_customer_is_the_same_on_every_device_and_nobody_after_signing_out(browser: Browser, shop: Shop) -> None:
    at = {"script": f"Kizuna.push(['identify', '{shop.token('ann')}']); Kizuna.push(['open'])", "tag": _tag(shop)}
    phone, _ = _open(browser, shop.page(**at))
    _ask(phone, QUESTION)
    phone.reload()
    expect(phone.frame_locator("iframe").locator("#log")).to_contain_text(QUOTE)
    laptop, told = _open(browser, shop.page(tag=_tag(shop), script="Kizuna.push(['open'])"))
    chat = laptop.frame_locator("iframe")
    expect(chat.locator("#log .turn")).to_have_count(1)
    laptop.evaluate(f"Kizuna.identify('{shop.token('ann')}')")
    expect(chat.locator("#log")).to_contain_text(QUOTE)
    laptop.evaluate("Kizuna.logout()")
    expect(chat.locator("#log")).to_contain_text("You are signed out")
    expect(chat.locator("#log")).not_to_contain_text(QUOTE)
    laptop.reload()
    expect(laptop.frame_locator("iframe").locator("#log .turn")).to_have_count(1)
    thief, heard = _open(browser, shop.page(**at))  # the same token in another browser
    expect(thief.frame_locator("iframe").locator("#log .turn")).to_have_count(1)
    expect(thief.frame_locator("iframe").locator("#text")).to_be_visible()
    assert any("Another browser has shown this token" in one for one in heard), heard
    assert not told
    for page in (phone, laptop, thief):
        page.context.close()


def test_a_stranger_who_signs_in_keeps_what_they_said(browser: Browser, shop: Shop) -> None:
    page, _ = _open(browser, shop.page(tag=_tag(shop), script="Kizuna.push(['open'])"))
    chat = _ask(page, "How do I reset the hub in the cellar?")
    page.evaluate(f"Kizuna.identify('{shop.token('bob')}')")
    expect(chat.locator("#log")).to_contain_text("in the cellar")
    page.wait_for_timeout(500)
    with shop.desk.db.read() as db:
        found = next(one for one in tickets.page(db, Query(statuses=())) if "cellar" in one.subject)
    assert found.customer == f"{shop.site.id}:bob"
    page.evaluate(f"Kizuna.identify('{shop.token('bob')}')")  # a fresh token of the same customer disturbs nothing
    chat.locator("#text").fill("half a")
    page.wait_for_timeout(500)
    expect(chat.locator("#text")).to_have_value("half a")
    expect(chat.locator("#log")).to_contain_text("in the cellar")
    later, _ = _open(browser, shop.page(tag=_tag(shop), script="Kizuna.push(['open'])"))
    chat = _ask(later, "How do I reset the hub in the attic?")
    later.evaluate(f"Kizuna.identify('{shop.token('bob')}')")
    chat.get_by_role("button", name="Earlier conversations").click()
    expect(chat.locator("#article")).to_contain_text("in the cellar")
    expect(chat.locator("#article")).not_to_contain_text("in the attic")
    later.keyboard.press("Escape")
    expect(chat.locator("#log")).to_contain_text("in the attic")
    for one in (page, later):
        one.context.close()


# ---- the owner's page


def _owner(browser: Browser, shop: Shop, name: str = "Naoko Hayashi", **how: Any) -> Page:
    page, _ = _open(browser, f"{shop.address}/sites", **{"viewport": {"width": 1280, "height": 900}} | how)
    page.get_by_role("button", name=name).click()
    page.locator(".st-key-sites_site, [data-testid=stAlert]").first.wait_for()
    return page


def _choose(page: Page, name: str) -> None:
    page.locator(".st-key-sites_list").get_by_role("button", name=name).click()
    expect(page.get_by_role("textbox", name="Name at the desk")).to_have_value(re.compile(name))


def test_a_supervisor_makes_a_site_sees_it_and_takes_it_back(browser: Browser, shop: Shop, shot: Shot) -> None:
    page = _owner(browser, shop)
    page.get_by_role("button", name="New site").click()
    expect(page.get_by_role("textbox", name="Name at the desk")).to_have_value("My site")
    for field, words in (("Name at the desk", "Lamp outlet"), ("Title", "Lamps & more"), ("Greeting", "Good evening.")):
        box = page.get_by_role("textbox", name=field).first
        box.fill(words)
        box.press("Tab")
    box = page.get_by_role("textbox", name="Addresses of its pages")
    box.fill("https://lamps.example")
    box.press("Tab")
    preview = page.frame_locator(".st-key-sites_preview iframe").frame_locator("iframe")
    expect(preview.locator("#company")).to_have_text("Lamps & more")
    expect(preview.locator("#log")).to_contain_text("Good evening.")
    shot(page, "sites")
    box.fill("https://lamps.example/shop")
    box.press("Tab")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("is not an origin")).to_be_visible()
    expect(box).to_have_count(1)  # Streamlit shows the former one beside it for a moment
    expect(box).to_have_count(1)  # while the page is drawn anew, the old field stands beside the new one
    box.fill("https://lamps.example\nhttps://日本.jp")
    box.press("Tab")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved:")).to_be_visible()
    with shop.desk.db.read() as db:
        kept = next(one for one in shelf.every(db) if one.name == "Lamp outlet")
    assert kept.origins == ("https://lamps.example", "https://xn--wgv71a.jp")
    page.locator(".st-key-sites_preview").get_by_text("Dark", exact=True).click()
    ground = "(one) => getComputedStyle(one).backgroundColor"
    expect(preview.locator("#company")).to_have_text("Lamps & more")
    page.wait_for_timeout(1_500)
    assert preview.locator("body").evaluate(ground) == "rgb(24, 32, 40)"
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    with shop.desk.db.read() as db:
        assert shelf.get(db, kept.id) == replace(
            kept, name="My site", origins=(), texts={}, changed=shelf.get(db, kept.id).changed
        )  # type: ignore[union-attr]
    page.context.close()


def test_the_tag_and_the_secret_work_as_they_are_shown(browser: Browser, shop: Shop) -> None:
    page = _owner(browser, shop)
    _choose(page, "Mori shop")
    page.get_by_text("On your pages", exact=True).click()
    page.get_by_text("Pin the loader by its hash").click()
    expect(page.locator("[data-testid=stCode]").first).to_contain_text("integrity")
    tag = page.locator("[data-testid=stCode] code").first.inner_text()
    other, told = _open(browser, shop.page(csp=_strict(shop), tag=tag))
    expect(other.get_by_role("button", name="Ask Mori")).to_be_visible()
    assert not told
    other.context.close()
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Open the test page").click()
    tried = opening.value
    tried.get_by_role("button", name="Ask Mori").click()
    expect(tried.frame_locator("iframe").locator("#company")).to_have_text("Mori help")
    page.get_by_text("Identity", exact=True).click()
    page.get_by_role("button", name="New secret").click()
    shown = page.locator("[data-testid=stCode] code", has_text="kss_").first.inner_text().strip()
    with shop.desk.db.read() as db:
        now = shelf.get(db, shop.site.id)
    assert now
    assert shown == identity.secret(visitor.secret(shop.desk.home.path), now)
    page.get_by_text("Look", exact=True).click()
    page.get_by_text("Identity", exact=True).click()
    expect(page.get_by_text("There is one.")).to_be_visible()
    assert "kss_" not in page.locator("[data-testid=stMain]").inner_text()
    page.context.close()


def test_an_agent_is_told_that_supervisors_decide(browser: Browser, shop: Shop) -> None:
    page = _owner(browser, shop, "Emma Clarke")
    expect(page.get_by_text("This page is for supervisors.")).to_be_visible()
    assert page.locator(".st-key-sites_list").count() == 0
    page.context.close()


@pytest.mark.parametrize(("width", "scheme", "lang"), [(1280, "dark", "ja"), (390, "light", "en"), (390, "dark", "ja")])
def test_nothing_of_the_page_scrolls_sideways(
    browser: Browser, shop: Shop, width: int, scheme: Literal["light", "dark"], lang: str
) -> None:
    from console import accounts

    accounts.speak(shop.desk.db, NAOKO, lang)
    page = _owner(browser, shop, viewport={"width": width, "height": 900}, color_scheme=scheme)
    for part in ("look", "tag", "identity"):
        words = {
            "look": ("Look", "見た目"),
            "tag": ("On your pages", "ページへの設置"),
            "identity": ("Identity", "本人確認"),
        }
        page.get_by_text(words[part][lang == "ja"], exact=True).click()
        page.wait_for_timeout(2_000)
        wide = page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= width, (part, wide)
    accounts.speak(shop.desk.db, NAOKO, "en")
    page.context.close()


# ---- for everybody


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("accent", ["#ffe000", "#c2410c", "#7a7a7a"])
def test_axe_finds_nothing_whatever_the_colour(
    browser: Browser, shop: Shop, scheme: Literal["light", "dark"], accent: str
) -> None:
    made = sites.create(shop.desk.db, "Colours", NAOKO).after
    sites.save(shop.desk.db, replace(made, origins=(shop.url,), accent=accent), NAOKO)
    url = f"{shop.address}/widget/frame?site={made.key}&lang=en"
    page, told = _open(browser, url, color_scheme=scheme)
    page.locator("#text").fill(QUESTION)
    page.locator("#send").click()
    page.locator("#log .chip").first.wait_for()
    found = Axe().run(page).response
    assert len(found["passes"]) > 10
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    assert not told
    page.context.close()
