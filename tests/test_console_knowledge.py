"""Knowledge: what a search shows, what stays in the address, the source beside it, and what an empty one says."""

import ast
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from fake_desk import ticket
from streamlit.testing.v1 import AppTest

from console import desk
from console.desk import Desk
from console.pages import case_shown, knowledge
from console.pages.knowledge_words import LONGEST, marks, snippet
from console.pages.language import _japanese
from console.search import Search
from ingest import terms
from ingest.records import Article
from ingest.store import passages

PAIRING = Article(
    "A-1", "Pair a lamp", "# Pairing\n\nSwitch the **lamp** on <b>five</b> times, then press the hub.", "en", "LAMP",
    datetime(2026, 3, 1, tzinfo=UTC),
)  # fmt: skip
REFUND = Article(
    "A-2", "返金について", "返金は返品の到着から5日以内にお支払いします。", "ja", "", datetime(2026, 5, 1, tzinfo=UTC)
)


class _Words:
    """An index without vectors: the words in SQL alone."""

    def __init__(self, made: Desk) -> None:
        self._made, self.asked = made, 0

    def near(self, vectors: Any, filters: Any, *_: Any) -> list[list[list[tuple[str, float]]]]:
        return [[[] for _ in vectors] for _ in filters]

    def words(self, query: str, filters: Any, limit: int) -> list[tuple[str, float]]:
        self.asked += 1
        with self._made.db.read() as db:
            return passages.match(db, terms.split(query), filters, limit)

    def catch_up(self) -> int:
        return 0


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    opened.search = Search(opened.db, cast(Any, _Words(opened)), cast(Any, SimpleNamespace(queries=list)))
    yield opened
    desk.use(None)
    opened.close()


@pytest.fixture
def stocked(made: Desk) -> Desk:
    said = (("incoming", "My lamp will not pair"), ("outgoing", "Press the hub for a second."))
    fake_desk.put(made, PAIRING, REFUND, ticket("T-1", *said, status="resolved", subject="Pairing fails"))
    return made


def _draw(lang: str) -> None:
    from console.accounts import Account
    from console.desk import current
    from console.pages import knowledge

    knowledge.show(current(), Account("emma", "Emma Clarke", "agent", lang))


def _run(lang: str = "en", **query: str) -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang}, default_timeout=20)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def _data(page: AppTest) -> list[dict[str, Any]]:
    return [json.loads(one.proto.json) for one in page.get("bidi_component")]


def _rows(page: AppTest) -> list[dict[str, Any]]:
    return next((data["rows"] for data in _data(page) if "rows" in data), [])


def test_without_a_question_it_counts_and_shows_the_newest_articles(stocked: Desk) -> None:
    page = _run()
    counts = next(one.proto.body for one in page.get("html") if "kz-counts" in one.proto.body)
    assert "<dd>2</dd><dt>Articles</dt>" in counts
    assert "<dd>1</dd><dt>Tickets</dt>" in counts
    assert [row["id"] for row in _rows(page)] == ["article:A-2", "article:A-1"]
    assert cast(_Words, stocked.search.index).asked == 0


def test_a_search_marks_the_querys_words_and_keeps_them_in_the_address(stocked: Desk) -> None:
    page = _run()
    page.text_input(key="q").input("lamp pairing").run()
    rows = {row["id"]: row for row in _rows(page)}
    assert set(rows) == {"article:A-1", "ticket:T-1"}
    assert rows["ticket:T-1"]["kind"] == "Ticket · Resolved"
    article = rows["article:A-1"]
    assert [text for text, marked in article["words"] if marked] == ["Pairing", "lamp"]
    assert (
        "".join(text for text, _ in article["words"])
        == "Pairing Switch the lamp on <b>five</b> times, then press the hub."
    )
    assert (article["kind"], article["lang"], article["product"]) == ("Article · Pairing", "English", "LAMP")
    assert article["exact"] == "2026-03-01 00:00 UTC"
    assert article["href"] == "/knowledge?q=lamp+pairing&open=article%3AA-1"


def test_a_shared_address_searches_again_and_opens_the_source_at_its_passage(stocked: Desk) -> None:
    page = _run(q="lamp", open="ticket:T-1")
    assert page.text_input(key="q").value == "lamp"
    shown = next(data for data in _data(page) if "before" in data)
    assert "My lamp will not pair" in shown["quote"]
    assert "Press the hub" in shown["after"]
    assert next(row for row in _rows(page) if row["id"] == "ticket:T-1")["open"]
    page.button(key="open_ticket").click().run()
    assert "T-1" in page.query_params["ticket"]


def test_a_source_that_is_gone_is_a_sentence(stocked: Desk) -> None:
    assert "no longer here" in _run(open="article:gone").warning[0].value
    assert not _run(open="nonsense").exception


def test_closing_and_a_new_question_leave_the_source(stocked: Desk) -> None:
    page = _run(q="lamp", open="article:A-1")
    page.button(key="close_source").click().run()
    assert "open" not in page.query_params
    page = _run(q="lamp", open="article:A-1")
    page.text_input(key="q").input("返金").run()
    assert "open" not in page.query_params
    assert [row["id"] for row in _rows(page)] == ["article:A-2"]


def test_it_searches_only_when_something_changed(stocked: Desk) -> None:
    index = cast(_Words, stocked.search.index)
    page = _run(q="lamp")
    page.run()
    assert index.asked == 1
    fake_desk.put(stocked, Article("A-3", "Lamp shades", "A lamp has a shade.", "en"))
    page.run()
    assert index.asked == 2
    assert "article:A-3" in [row["id"] for row in _rows(page)]


def test_filters_narrow_and_clear(stocked: Desk) -> None:
    page = _run(q="lamp")
    page.button_group(key="kind").set_value(["ticket"]).run()
    assert [row["id"] for row in _rows(page)] == ["ticket:T-1"]
    page.button_group(key="lang").set_value(["ja"]).run()
    assert _rows(page) == []
    assert "No source fits" in page.markdown[-1].value
    page.button(key="clear_empty").click().run()
    assert len(_rows(page)) == 2
    page.multiselect(key="product").set_value(["LAMP"]).run()
    assert [row["id"] for row in _rows(page)] == ["article:A-1"]
    page.multiselect(key="product").set_value([]).run()
    page.date_input(key="dates").set_value((date(2026, 4, 1), date(2027, 1, 1))).run()
    assert "article:A-1" not in [row["id"] for row in _rows(page)]


def test_a_period_covers_its_last_day_where_the_reader_is() -> None:
    since, until = knowledge.period((date(2026, 3, 1), date(2026, 3, 2)), "Asia/Tokyo")
    assert since == datetime(2026, 2, 28, 15, tzinfo=UTC)
    assert until == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert knowledge.period((), "Asia/Tokyo") == (None, None)
    assert knowledge.period((date(2026, 3, 1),), "no/where")[1] is None


def test_nothing_found_and_nothing_there_say_what_to_do(made: Desk) -> None:
    page = _run()
    assert "Nothing is known yet" in page.markdown[-1].value
    assert page.button(key="to_intake").label == "Bring files in"
    fake_desk.put(made, PAIRING)
    page = _run(q="zebra")
    assert "No source fits" in page.markdown[-1].value
    assert "other words" in page.caption[-1].value


def test_hits_without_the_querys_words_are_owned_up_to(stocked: Desk) -> None:
    cast(Any, stocked.search.index).near = lambda *_: [[[("article:A-1#0", 0.8)]]]
    page = _run(q="zebra")
    assert page.caption[0].value == "No source has these words. These are the nearest in meaning."
    assert [row["id"] for row in _rows(page)] == ["article:A-1"]


def test_long_lists_come_in_parts(made: Desk) -> None:
    fake_desk.put(made, *(Article(f"A-{n:02}", f"Lamp {n}", "A lamp shines.", "en") for n in range(20)))
    page = _run(q="lamp")
    assert len(_rows(page)) == knowledge.SHOWN
    page.button(key="more").click().run()
    assert len(_rows(page)) == 20


def test_marks_in_english_and_japanese() -> None:
    def found(text: str, query: str) -> list[str]:
        return [text[start:end] for start, end in marks(text, query)]

    assert found("Lamps and lampshades, a LAMP.", "the lamp") == ["Lamps", "LAMP"]
    assert found("本日返金しました。ＡＢ１２を返品", "返金して ab12") == ["返金し", "ＡＢ１２"]
    assert found("Hubを押す", "hub") == ["Hub"]
    assert found("a.b (c)", "the of ()[") == []


def test_a_snippet_begins_near_the_first_mark() -> None:
    pieces = snippet("word " * 200 + "the zebra lives here " + "more " * 200, "zebra")
    text = "".join(piece for piece, _ in pieces)
    assert text.startswith("… ")
    assert text.endswith("…")
    assert ("zebra", True) in pieces
    assert len(text) <= LONGEST + 4
    assert snippet("", "zebra") == []


def test_sources_reach_the_page_only_as_text() -> None:
    script = (Path(knowledge.__file__).parent / "knowledge.js").read_text("utf-8")
    assert "innerHTML" not in script
    assert "textContent" in script


def test_a_past_ticket_shows_how_it_ended_what_was_wrong_and_what_helped(stocked: Desk) -> None:
    said = (("incoming", "My lamp & hub will not pair."), ("outgoing", "Hello! I've refunded your 20 euros."))
    fake_desk.put(
        stocked, ticket("T-2", *said, status="resolved", subject="Lamp bought twice"),
        ticket("T-3", *said, subject="Lamp still open"), Article("T-2", "Lamp card", "A lamp has a card.", "en"),
    )  # fmt: skip
    rows = {row["id"]: row["kind"] for row in _rows(_run(q="lamp"))}
    assert (rows["ticket:T-2"], rows["ticket:T-3"]) == ("Ticket · Refunded", "Ticket")
    assert rows["article:T-2"] == "Article"
    shown = _case_card(_run(q="lamp", open="ticket:T-2"))
    assert "Refunded" in shown
    assert "<p>Lamp bought twice … My lamp &amp; hub will not pair.</p>" in shown
    assert "<p>I&#x27;ve refunded your 20 euros.</p>" in shown
    assert _case_card(_run(q="lamp", open="ticket:T-3")) == ""
    assert _case_card(_run(q="lamp", open="article:T-2")) == ""
    assert "返金済み" in _case_card(_run("ja", q="lamp", open="ticket:T-2"))


def _case_card(page: AppTest) -> str:
    return "".join(one.proto.body for one in page.get("html") if "kz-suggestion" in one.proto.body)


def test_it_speaks_japanese(stocked: Desk) -> None:
    page = _run("ja", q="返金")
    assert (_rows(page)[0]["kind"], _rows(page)[0]["lang"]) == ("記事", "日本語")
    known = _japanese()
    assert [text for name in ("knowledge.py", "case_shown.py") for text in _said(name) if text not in known] == []
    assert [name for name in case_shown.OUTCOMES.values() if name not in known] == []
    assert [name for name in (*knowledge.KINDS.values(), *knowledge._ONE.values()) if name not in known] == []


def _said(name: str) -> list[str]:
    tree = ast.parse((Path(knowledge.__file__).parent / name).read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"]
    first = [call.args[0] for call in calls]
    return [one.value for one in first if isinstance(one, ast.Constant)]


def test_newest_and_sources_read_the_shelf(stocked: Desk) -> None:
    with stocked.db.read() as db:
        assert passages.sources(db) == {"article": 2, "ticket": 1}
        newest = passages.newest(db, passages.Filters(kinds=("article",)), 1)
    assert [one.source for one in newest] == ["A-2"]
