"""The Quality page: the week, the threshold in plain words, abstentions by topic, and the backtest beside it."""

import ast
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fake_desk
import pytest
from fake_desk import NOW
from streamlit.testing.v1 import AppTest

from console import backtest, desk
from console.agreement import Case
from console.backtest import Run
from console.confidence import Trust
from console.desk import Desk
from console.intervals import Figure
from console.pages import language, quality, quality_figures, quality_past, shell
from ingest.store import backtests, drafts
from ingest.store.backtests import Backtest
from ingest.store.drafts import Judged, Stored


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path, chat=SimpleNamespace(busy=False, close=lambda: None))
    monkeypatch.setattr(Run, "start", lambda self: None)
    yield opened
    desk.use(None)
    opened.close()


def _draw(lang: str, role: str) -> None:
    from typing import Any, cast

    from console.accounts import Account
    from console.desk import current
    from console.pages import quality

    quality.show(current(), Account("naoko", "Naoko", cast(Any, role), lang))


def _page(lang: str = "en", role: str = "supervisor") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang, "role": role}, default_timeout=20).run()
    assert not page.exception
    return page


def _html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html") if "<style>" not in element.proto.body)


def _judged(made: Desk, count: int, outcome: str, *, days: float = 1.0, **values: Any) -> None:
    known: dict[str, Any] = {"reply": "Hello", "citations": [], "confidence": 0.8, "abstained": False}
    for n in range(count):
        id = f"{outcome}-{days}-{n}"
        fake_desk.put(made, fake_desk.ticket(f"T-{id}", ("incoming", "Dark lamp"), product="lamp <1>"))
        with made.db.write() as db:
            created = NOW - timedelta(days=days)
            draft = Stored(f"D-{id}", f"T-{id}", **known | values, outcome=outcome, state="edited", created=created)
            drafts.put(db, draft)


CASES = [
    Case("T-sent-1.0-0", 0.9, False, (0.95, 0.9), ((10.0, 0.95),), 0.8, (1, 1, 1), 2, 12),
    Case("T-sent-1.0-1", 0.9, False, (0.81,), ((10.0, 0.8),), 0.8, (0, 1, 1), 1, 12),
    Case("T-gone", 0.99, False, (0.8,), ((10.0, 0.8),), 0.8, (0, 1, 1), 1, 12),
    Case("T-none", 0.1, True),
]


def _ran(made: Desk, id: str = "B-1", days: float = 1.0, **values: Any) -> None:
    began = NOW - timedelta(days=days)
    from dataclasses import asdict

    known: dict[str, Any] = {"finished": began + timedelta(minutes=9), "cases": [asdict(case) for case in CASES]}
    with made.db.write() as db:
        backtests.put(db, Backtest(id, began, 4, 0.5, **known | values))


@pytest.mark.parametrize(("lang", "words"), [("en", "No draft has been written yet"), ("ja", "まだ下書きがありません")])
def test_an_empty_page_says_what_to_do(made: Desk, lang: str, words: str) -> None:
    page = _page(lang)
    assert any(words in one.value for one in page.markdown)
    assert {"to_inbox", "quality_run"} <= {button.key for button in page.button}
    assert any(language.say("Choose how many, and run it.", lang) in one.value for one in page.caption)


def test_the_week_is_counted_and_the_weeks_before_are_pictures(made: Desk) -> None:
    _judged(made, 3, "sent")
    _judged(made, 1, "rejected", reason="Wrong tone")
    _judged(made, 2, "written", abstained=True)
    _judged(made, 5, "sent", days=10)
    shown = _html(_page())
    assert re.findall(r"<dt>([^<]+)</dt><dd>(\d+)", shown)[:6] == [
        ("Offered", "4"), ("Sent as they are", "3"), ("Edited", "0"), ("Rewritten", "0"), ("Rejected drafts", "1"),
        ("No draft offered", "2"),
    ]  # fmt: skip
    assert "<dd>3 <small>75 %</small>" in shown
    assert "Each of the last 8 weeks: 0, 0, 0, 0, 0, 0, 5, 4" in shown


def test_a_draft_of_long_ago_or_without_a_time_is_in_no_week() -> None:
    history = [Judged("D", "T", 0.9, False, "sent", created=at) for at in (NOW - timedelta(days=400), None, NOW)]
    assert [sum(weeks) for weeks in quality.by_week(history, NOW).values()][:2] == [1, 1]


@pytest.mark.parametrize(
    ("trust", "words", "not_said"),
    [
        (Trust(), "too few to learn from, 30 are needed", "certainty"),
        (Trust(0.62, 0.096, 143, 9, True, "own"),
         "9 of 143 drafts with a verdict from there on turned out wrong. "
         "With 90 % certainty at most 10 % are wrong; 15 % is the limit.", "not shown"),
        (Trust(0.4, 0.3, 12, 1, False, "shipped"), "come with Kizuna", "certainty"),
        (Trust(0.4, None, 0, 0, False, "shipped"), "is not shown for this desk yet", "certainty"),
        (Trust(0.9, 0.4, 30, 9, False, "strict"), "No threshold keeps wrong drafts at 15 % or less", "certainty"),
    ],
)  # fmt: skip
def test_the_threshold_is_told_in_plain_words(trust: Trust, words: str, not_said: str) -> None:
    said = quality.threshold(trust, "en")
    assert words in said
    assert not_said not in said
    assert f"{100 * trust.least:.0f} %" in said
    assert not re.search(r"[{}]", quality.threshold(trust, "ja"))


def test_topics_and_reasons_are_told_and_escaped(made: Desk) -> None:
    _judged(made, 2, "rejected", reason="Wrong answer: the [price](x) is <b>old</b>")
    _judged(made, 1, "missed", abstained=True, confidence=0.2)
    page = _page()
    shown = _html(page)
    assert "lamp &lt;1&gt;" in shown
    row = re.search(r"<tr><td[^>]*>lamp &lt;1&gt;.*?</tr>", shown)
    assert row is not None
    assert re.findall(r">(\d+)<", row[0]) == ["2", "0", "2", "1", "0", "1"]
    assert "<span>Wrong answer</span><b>2</b>" in shown
    said = next(button for button in page.button if (button.key or "").startswith("said:"))
    assert "](x)" not in said.label.replace("\\", "~")
    said.click().run()
    assert page.query_params["ticket"].startswith("T-rejected")


def test_the_last_backtest_has_intervals_and_links_to_what_to_read(made: Desk) -> None:
    _judged(made, 2, "sent")
    _ran(made)
    _ran(made, "B-0", days=30, trouble=backtest.STOPPED)
    _ran(made, "B-empty", days=0.1, cases=[])
    page = _page()
    shown = _html(page)
    assert shown.count("kz-interval'") == 4
    assert re.search(r"No draft offered</dt><dd>25 % \(\d+–\d+\)", shown)
    assert any("4 tickets compared" in one.value.replace("\\", "") for one in page.caption)
    worst = [button for button in page.button if (button.key or "").startswith("worst:")]
    assert [button.key for button in worst] == ["worst:T-sent-1.0-1", "worst:T-sent-1.0-0"]  # the third is gone
    assert "Earlier backtests" in shown
    worst[0].click().run()
    assert page.query_params["ticket"] == "T-sent-1.0-1"


def test_a_backtest_is_started_watched_and_stopped(made: Desk) -> None:
    turns = ("incoming", "Which bulb?"), ("outgoing", "It takes a bulb of type E27.")
    fake_desk.put(made, *(fake_desk.ticket(f"S-{n}", *turns, status="resolved") for n in range(30)))
    page = _page()
    page.pills(key="quality_size").set_value(25).run()
    page.button(key="quality_run").click().run()
    run = backtest.latest(made)
    assert run is not None
    assert (len(run.tickets), run.by) == (25, "naoko")
    run.done, run.cases = 5, CASES
    page.run()
    assert any("So far:" in one.value for one in page.caption)
    assert "quality_run" not in {button.key for button in page.button}
    page.button(key="quality_stop").click().run()
    assert run.stopping
    run.ended = run.began + 60
    assert "quality_run" in {button.key for button in page.run().button}


def test_without_tickets_it_says_what_to_bring(made: Desk) -> None:
    page = _page()
    page.button(key="quality_run").click().run()
    assert backtest.latest(made) is None
    assert any("Bring solved tickets in" in toast.value for toast in page.toast)


def test_without_a_chat_model_it_cannot_be_started(made: Desk) -> None:
    made.chat, made.chat_trouble = None, fake_desk.NO_CHAT
    button = _page().button(key="quality_run")
    assert button.disabled
    assert "No chat model is set" in button.help.replace("\\", "")


def test_agents_do_not_see_it(made: Desk) -> None:
    _judged(made, 2, "sent")
    page = _page(role="agent")
    assert [one.value for one in page.info] == ["This page is for supervisors."]
    assert "Offered" not in _html(page)
    assert "quality" in shell.PAGES
    assert "quality" in shell._SUPERVISORS


def test_an_interval_stays_on_its_line() -> None:
    drawn = quality_figures.interval("Minutes", Figure(0.5, -3.0, 9.0, 4), "0.5", -0.2, 1.0, "told")
    assert "left:0.0%;width:100.0%" in drawn
    assert "<s style='left:16.7%'>" in drawn
    assert quality_figures.bars([("<a>", 0)]).count("&lt;a&gt;") == 1


def _literals(tree: ast.AST) -> set[str]:
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "say"]
    parts = [part for call in calls for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)]
    return {part.value for part in parts if isinstance(part.value, str)}


def test_every_text_of_the_page_has_its_japanese_with_the_same_fields() -> None:
    folder = Path(quality.__file__).parent / "japanese"
    told: dict[str, str] = json.loads((folder / "quality.json").read_text("utf-8"))
    said = {
        text for module in (quality, quality_past, quality_figures)
        for text in _literals(ast.parse(Path(module.__file__).read_text("utf-8")))
    }  # fmt: skip
    said |= set(quality.COUNTS) | set(quality.WHY.values()) | {quality.HOLDS, quality.OPEN, quality.ABSTENTIONS}
    said |= set(quality_past.TITLES.values()) | set(quality_past.EXPLAINED.values())
    said |= {backtest.STOPPED, backtest.LOST, backtest.BUSY, backtest.NONE}
    said |= {"Topic", "Offered", "Accepted", "Not accepted", "No draft", "Rightly", "A source had it"}
    said |= {"Run", "Tickets", "Agreement", "Minutes"}
    assert [text for text in sorted(said) if language.say(text, "ja") == text] == []
    assert all(language.say(text, "ja") == japanese for text, japanese in told.items())
    fields = {text: sorted(re.findall(r"{(\w+)}", text)) for text in told}
    assert [text for text, names in fields.items() if sorted(re.findall(r"{(\w+)}", told[text])) != names] == []
