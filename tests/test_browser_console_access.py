"""The console for everybody: what we draw ourselves on its pages can be read, in light and dark."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Literal, cast

import fake_desk
import pytest
from axe_playwright_python.sync_playwright import Axe
from chatted import talk
from in_browser import DRAWN, Shot, hosted, whole_app
from playwright.sync_api import Browser

from console import accounts, desk, theme, worker
from console.accounts import Account
from console.desk import Desk
from console.door import COOKIE
from console.mood import Mood
from console.widget import sites
from ingest.records import Article, Customer
from ingest.store import articles, clicks, topics
from ingest.store.topics import Asked, Topic

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")
LEAVING = "This is the third time that the lamp arrived broken. I am cancelling my subscription and leaving."
PAGES = {  # and what is there once they are drawn
    "": ".line", "watch": ".kz-why", "quality": ".st-key-quality_past", "sites": ".kz-fates",
    "ticket?ticket=T-1": ".kz-risk",
}  # fmt: skip
KINDS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("you", "answer"), {}), (("you", "answer"), {}), (("you", "answer", "you", "answer"), {}),
    (("you", "unknown"), {}), (("you", "answer", "person", "agent@4"), {"reason": "asked"}), (("you", "answer"), {}),
    (("you", "unknown", "person", "agent@11"), {"reason": "unknown"}), (("you", "answer"), {}),
    (("you", "answer", "person", "agent@7"), {"reason": "no_help"}), (("you", "answer", "you@4000", "answer"), {}),
    (("you", "unknown"), {}), (("you", "answer", "person", "agent@2"), {"reason": "unhappy"}),
]  # fmt: skip
OPEN = ("Can I use the lock without Wi-Fi?", "Do you ship to Norway?", "Is there a student price?")
SOURCES = (("A-1", "Lock: batteries", 23), ("A-2", "Returns and refunds", 14), ("A-3", "Delivery times", 9))
STILL = """() => document.querySelector("[data-test-script-state=notRunning]")
  && !document.querySelector("[data-stale=true]")
  && !document.getAnimations().some((one) => one instanceof CSSTransition && one.playState === "running")"""
RULES = ["color-contrast", "definition-list", "dlitem", "list", "listitem", "image-alt", "role-img-alt"]


class _Moods:
    def of(self, texts: list[str], embedding: object) -> list[Mood]:
        angry = Mood("negative", 0.95, 0.95)
        return [angry if "cancelling" in text else Mood("neutral", 0.9, 0.1) for text in texts]

    def within(self, texts: list[str], embedding: object) -> list[float]:
        return [one.dissatisfied for one in self.of(texts, embedding)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Desk]]:
    from streamlit import config

    folder = tmp_path_factory.mktemp("console")
    made = fake_desk.opened(folder)
    made.home = cast(Any, SimpleNamespace(path=folder, close=lambda: None))
    made.classifier = cast(Any, _Moods())
    made.search.embedding = cast(Any, None)
    for n in range(4):
        who = Customer(f"C-{n}", f"Maria Lopez {n}", f"maria{n}@customer.example", plan="Pro", value=1200.0)
        fake_desk.put(made, who, fake_desk.ticket(f"T-{n}", ("incoming", LEAVING), customer=f"C-{n}", hours=30))
    while worker.label(made) is not None or worker.reweigh(made):
        pass
    site = sites.create(made.db, "Mori", NAOKO).after.id
    now = datetime.now(UTC)
    for n in range(90):
        lines, how = KINDS[n % len(KINDS)]
        ago = 2.0 + (n * 0.37) % 26
        talk(made.db, f"W-{n}", *lines, ago=ago, site=site, now=now, csat=(5, 4, 5, 3, None, None, 2)[n % 7], **how)
    with made.db.write() as db:
        topics.put(db, [Topic(f"O-{n}", name) for n, name in enumerate(OPEN)])
        for n in range(90):
            if KINDS[n % len(KINDS)][0] == ("you", "unknown"):
                topic = f"O-{n % 7 % len(OPEN)}"
                topics.add(db, [Asked("ticket", f"W-{n}", 0, 0, 5, "?", "en", now, topic)])
        for id, title, count in SOURCES:
            articles.put(db, Article(id, title, title, "en"), origin="")
            for _ in range(count):
                clicks.count(db, site, id, "opened")
    for name, value in theme.OPTIONS.items():  # as `kizuna serve` looks
        config.set_option(name, value)
    with hosted(whole_app()) as port:
        yield f"http://localhost:{port}", made
    desk.use(None)
    made.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_what_we_draw_can_be_read(
    browser: Browser, served: tuple[str, Desk], shot: Shot, path: str, scheme: Literal["light", "dark"]
) -> None:
    address, made = served
    token = accounts.sign_in(made.db, "naoko", accounts.DEMO_PASSWORD)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme, locale="en-GB")
    context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    page = context.new_page()
    page.set_default_timeout(DRAWN)
    page.goto(f"{address}/{path}")
    if path == "sites":
        page.get_by_text("Figures", exact=True).click()
    page.locator(PAGES[path]).first.wait_for()
    page.wait_for_timeout(1_500)
    page.wait_for_function(STILL)  # what is drawn anew fades in
    found = Axe().run(page, options={"runOnly": {"type": "rule", "values": RULES}}).response
    assert found["passes"]
    told = [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in found["violations"]]
    assert told == []
    if (path, scheme) == ("sites", "light"):
        shot(page, "sites-figures")
    context.close()
