"""The inbox: order, signs, filters, pages, and what an empty one says."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fake_desk
import pytest
from fake_desk import ticket
from streamlit.testing.v1 import AppTest

from console import desk
from console.desk import Desk
from console.pages import inbox, signs
from ingest.records import Customer
from ingest.store import customers, drafts, moods, tickets
from ingest.store.drafts import Stored


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    yield opened
    desk.use(None)
    opened.close()


def _draw(lang: str) -> None:
    from console.accounts import Account
    from console.desk import current
    from console.pages import inbox

    inbox.show(current(), Account("emma", "Emma Clarke", "agent", lang))


def _run(lang: str = "en") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang}, default_timeout=20).run()
    assert not page.exception
    return page


def _lines(page: AppTest) -> list[dict[str, Any]]:
    lists = page.get("bidi_component")
    return json.loads(lists[0].proto.json)["lines"] if lists else []  # type: ignore[no-any-return]


def test_what_hurts_most_comes_first_with_its_reasons(made: Desk) -> None:
    fake_desk.put(
        made,
        Customer("C-1", name="Aiko Mori", plan="Pro"),
        ticket("calm", ("incoming", "What colours are there?"), priority="low"),
        ticket(
            "angry",
            ("incoming", "I am leaving. Close *everything* & 1 < 2."),
            priority="high",
            customer="C-1",
            channel="chat",
        ),
        ticket("done", ("incoming", "Thanks"), status="resolved"),
    )
    with made.db.write() as db:
        tickets.label(db, "angry", 0, "negative", 0.91)
        reasons = [{"signal": "leaving", "quote": "I am leaving."}]
        tickets.change(db, "angry", mood="negative", at_risk=0.8, reasons=reasons)
        drafts.put(db, Stored("d1", "angry", "Hello", [], 0.9, False))
    first, second = _lines(_run())
    assert [first["id"], second["id"]] == ["angry", "calm"]
    assert (first["name"], first["plan"], first["urgency"], first["channel"]) == ("Aiko Mori", "Pro", "High", "Chat")
    assert first["mood_why"] == "91% sure, from: “I am leaving. Close *everything* & 1 < 2.”"
    assert first["risk"] == "At risk"
    assert first["risk_why"].splitlines() == ["80% likely to leave", "Says they are leaving: “I am leaving.”"]
    assert (first["draft"], second["draft"], second["risk"]) == ("Draft ready", "", "")
    assert (first["why"], second["why"]) == ("Says they are leaving: “I am leaving.”", "")
    assert first["since"] == "1 h"
    assert first["since_exact"].endswith("UTC")
    assert first["href"] == "/ticket?ticket=angry"


def test_leaving_that_is_only_guessed_at_is_not_called_said() -> None:
    told = {"signal": "leaving", "quote": "Pro plan, please.", "points": 1.4}
    assert signs.reason(told, "en") == "May think of leaving: “Pro plan, please.”"
    assert signs.reason(told | {"points": 3.1}, "en") == "Says they are leaving: “Pro plan, please.”"


def test_customers_words_reach_the_list_only_as_text() -> None:
    here = Path(inbox.__file__).parent
    script = "".join((here / name).read_text("utf-8") for name in ("rows.js", "inbox.js"))
    assert "innerHTML" not in script
    assert "textContent" in script


def test_filters_and_search_narrow_the_list_and_clear_again(made: Desk) -> None:
    fake_desk.put(
        made,
        ticket("one", ("incoming", "My lamp flickers"), channel="email"),
        ticket("two", ("incoming", "照明が点きません"), channel="chat", lang="ja"),
    )
    page = _run()
    assert len(_lines(page)) == 2
    page.text_input(key="search").input("flickers").run()
    assert [line["id"] for line in _lines(page)] == ["one"]
    page.text_input(key="search").input("").run()
    page.button_group(key="lang").set_value(["ja"]).run()
    assert [line["id"] for line in _lines(page)] == ["two"]
    page.toggle(key="mine").set_value(True).run()
    assert _lines(page) == []
    assert "No ticket fits these filters" in page.markdown[0].value
    page.button(key="clear_empty").click().run()
    assert len(_lines(page)) == 2


def test_status_shows_counts_and_switches(made: Desk) -> None:
    fake_desk.put(made, ticket("a", ("incoming", "x")), ticket("b", ("incoming", "y"), status="resolved"))
    page = _run()
    assert page.button_group(key="status").proto.options[0].content == "Open 1"
    page.button_group(key="status").set_value("resolved").run()
    assert [line["id"] for line in _lines(page)] == ["b"]


def test_long_inboxes_come_in_pages_from_the_database(made: Desk) -> None:
    fake_desk.put(made, *(ticket(f"t{n:02}", ("incoming", "Hello there"), hours=60 - n) for n in range(30)))
    page = _run()
    assert len(_lines(page)) == inbox.SIZE
    assert page.caption[-1].value == "1–25 of 30"
    page.session_state["inbox_page"] = 2
    page.run()
    assert len(_lines(page)) == 5
    page.text_input(key="search").input("hello").run()
    assert len(_lines(page)) == inbox.SIZE  # another question begins at its first page


def test_an_empty_inbox_says_what_to_do_next(made: Desk) -> None:
    page = _run()
    assert "There are no tickets yet" in page.markdown[0].value
    assert "Bring tickets in" in [button.label for button in page.button]
    fake_desk.put(made, ticket("b", ("incoming", "y"), status="resolved"))
    assert "Nothing is waiting here" in _run().markdown[0].value


def test_it_speaks_japanese(made: Desk) -> None:
    fake_desk.put(made, ticket("a", ("incoming", "x"), priority="urgent"))
    page = _run("ja")
    assert _lines(page)[0]["urgency"] == "緊急"
    assert _lines(page)[0]["since"] == "1時間"
    assert page.button_group(key="status").proto.options[0].content == "未対応 1"


def test_the_customers_risk_over_all_conversations_is_what_the_line_wears(made: Desk) -> None:
    fake_desk.put(
        made, Customer("C-1", "Ann"), ticket("T-1", ("incoming", "Hello"), ("incoming", "Well"), customer="C-1")
    )
    with made.db.write() as db:
        tickets.change(db, "T-1", at_risk=0.1)
        for seq, level in enumerate((0.2, 0.8)):
            tickets.label(db, "T-1", seq, "neutral", 0.9, 0.1)
            moods.follow(db, "T-1", {seq: level})
        reasons = [{"signal": "leaving", "quote": "I leave.", "points": 2.0, "ticket": "T-0"}]
        customers.weigh(db, "C-1", 0.9, 2.0, reasons, datetime.now(UTC))
    (line,) = _lines(_run())
    assert (line["risk"], line["why"]) == ("At risk", "Says they are leaving: “I leave.”")
    assert line["trend"].startswith("data:image/svg+xml;base64,")
    assert line["trend_told"] == "Dissatisfied after each message: 20 %, 80 %"
