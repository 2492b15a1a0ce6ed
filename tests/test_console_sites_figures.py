"""The page of the chat's figures: what is shown of known conversations, small numbers, empty states, both languages."""

import ast
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from chatted import talk
from streamlit.testing.v1 import AppTest

from console import desk
from console.accounts import Account
from console.desk import Desk
from console.pages import places, sites_figures
from console.pages.language import say
from console.widget import fates, sites

NAOKO = Account("naoko", "Naoko Hayashi", "supervisor")
NASTY = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) :red[y] $z$"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    opened.home = cast(Any, SimpleNamespace(path=tmp_path, close=lambda: None))
    yield opened
    desk.use(None)
    opened.close()


def _draw(lang: str) -> None:
    from console.accounts import Account
    from console.desk import current
    from console.pages import sites

    sites.show(current(), Account("naoko", "Naoko Hayashi", "supervisor", lang))


def _page(lang: str = "en") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang}, default_timeout=20).run()
    assert not page.exception
    if "sites_part" in {one.key for one in page.segmented_control}:
        page.segmented_control(key="sites_part").set_value("figures").run()
        assert not page.exception
    return page


def _html(page: AppTest) -> str:
    return "\n".join(one.proto.body for one in page.get("html"))


@pytest.fixture
def used(made: Desk) -> str:
    """A site with five conversations, and one of another site's."""
    site = sites.create(made.db, "Mori", NAOKO).after.id
    now = datetime.now(UTC)
    for n in (1, 2):
        talk(made.db, f"W-{n}", "you", "answer", ago=20, site=site, now=now)
    talk(made.db, "W-3", "you", "unknown", ago=12, site=site, now=now)
    talk(made.db, "W-4", "you", "answer", "person", "agent@4", ago=10, site=site, now=now, reason="unhappy", csat=4)
    talk(made.db, "W-5", "you", "answer", ago=2, site=site, now=now)
    talk(made.db, "W-6", "you", "answer", ago=20, site="S-other", now=now)
    with made.db.write() as db:
        db.exec_driver_sql("UPDATE messages SET text = ? WHERE ticket = 'W-3' AND seq = 0", (NASTY,))
    return site


def test_the_figures_are_those_of_the_conversations(made: Desk, used: str) -> None:
    shown = _html(_page())
    assert "What became of 5 conversations" in shown
    assert "Verified resolved: 2; Answered, too young to tell: 1; Answered, asked again: 0; " in shown
    assert "<dd>50 %</dd>" in shown  # two of four that are old enough
    assert "4 conversations; those that ended in the last 7 days are not counted yet: 1." in shown
    assert "So few say little" in shown
    assert "The customer was unhappy</span><b>1</b>" in shown
    assert "<dd>4 min <small>1 replies, nine of ten within 4 min</small></dd>" in shown
    assert "<dd>4.0</dd>" in shown


def test_one_site_or_all(made: Desk, used: str) -> None:
    page = _page()
    page.segmented_control(key="sites_figures_every").set_value(True).run()
    assert "What became of 6 conversations" in _html(page)
    page.segmented_control(key="sites_figures_days").set_value(7).run()
    shown = _html(page)
    assert "What became of 1 conversations" in shown
    assert "<dd>–</dd>" in shown
    assert "0 conversations; those that ended in the last 7 days are not counted yet: 1." in shown
    page.selectbox(key="sites_figures_quiet").set_value(3).run()
    assert "within 3 days" in _html(page)


def test_other_peoples_words_stay_words(made: Desk, used: str, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[Any] = []
    monkeypatch.setattr(places, "go", lambda *where, **query: left.append((where, query)))
    page = _page()
    line = page.button(key="sites_figures_asked_0")
    assert ":red[y]" not in line.label
    assert "\\<img" in line.label
    assert "<img" not in _html(page)
    line.click().run()
    assert left == [(("ticket",), {"ticket": "W-3"})]


def test_what_is_empty_says_what_to_do(made: Desk) -> None:
    assert _html(_page()).count("kz-fates'") == 0
    site = sites.create(made.db, "Mori", NAOKO).after.id
    assert "Put the tag" in "".join(one.value for one in _page().caption)
    talk(made.db, "W-1", "you", "answer", ago=40, site=site, now=datetime.now(UTC))
    assert "Nobody has chatted here in this time." in "".join(one.value for one in _page().info)


def test_without_a_site_the_desks_own_chat_has_figures(made: Desk) -> None:
    talk(made.db, "W-1", "you", "answer", ago=9, now=datetime.now(UTC))
    page = _page()
    assert "What became of 1 conversations" in _html(page)
    assert [one.key for one in page.segmented_control] == ["sites_figures_days"]


def test_in_japanese_too(made: Desk, used: str) -> None:
    shown = _html(_page("ja"))
    assert "会話5件の結果" in shown
    for text in (*sites_figures.NAMES.values(), *sites_figures.REASONS.values(), sites_figures.MEANING):
        assert say(text, "ja") != text
    assert set(sites_figures.NAMES) == set(fates.FATES)
    folder = Path(sites_figures.__file__).parent
    told = json.loads((folder / "japanese" / "sites_figures.json").read_text("utf-8"))
    source = Path(sites_figures.__file__).read_text("utf-8") + (folder / "sites.py").read_text("utf-8")
    said = {node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant)}
    assert [text for text in told if text not in said] == []  # nothing is kept that nobody says
