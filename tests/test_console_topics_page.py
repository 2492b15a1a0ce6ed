"""The Topics page: bursts, topics by volume, known events, notices, and what an agent may do."""

import ast
import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import fake_desk
import pytest
from stand_ins import words_decide
from streamlit.testing.v1 import AppTest

from console import desk
from console.accounts import Account
from console.desk import Desk
from console.faq import events, notices
from console.pages import topics as page_module
from console.pages import topics_alerts, topics_events, topics_faq, topics_list
from console.pages.language import say
from ingest.records import Customer
from ingest.store import alerts, faqs, tickets, topics
from ingest.store import events as shelf
from ingest.store.alerts import Alert
from ingest.store.events import Event
from ingest.store.faqs import Entry
from ingest.store.topics import Asked, Topic

NOW = fake_desk.NOW
NAOKO = Account("naoko", "Naoko", "supervisor")
SAID = "Why does the lock [show](http://bad) error 31?"


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    words_decide(monkeypatch)
    opened = fake_desk.reading(tmp_path)
    yield opened
    desk.use(None)
    opened.close()


def _draw(lang: str, role: str) -> None:
    from typing import Any, cast

    from console.accounts import Account
    from console.desk import current
    from console.pages import topics

    topics.show(current(), Account("naoko", "Naoko", cast(Any, role), lang))


def _page(lang: str = "en", role: str = "supervisor", **query: str) -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang, "role": role}, default_timeout=20)
    for name, value in query.items():
        page.query_params[name] = value
    return _fine(page.run())


def _fine(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def _put(made: Desk) -> None:
    """Two topics: one in a burst with three questions in two languages, one with a question of last month."""
    fake_desk.put(
        made, Customer("C-1", "Ann", lang="en"),
        fake_desk.ticket("1", ("incoming", SAID), product="Lock 2", customer="C-1"),
        fake_desk.ticket("2", ("incoming", "エラー31は何ですか。"), lang="ja", product="Lock 2"),
        fake_desk.ticket("3", ("incoming", "Error 31?"), product="Lock 2"),
        fake_desk.ticket("4", ("incoming", "Where is the lid?"), status="resolved"),
    )  # fmt: skip
    with made.db.write() as db:
        topics.put(db, [Topic("T-31", SAID), Topic("T-lid", "Where is the lid?")])
        topics.add(db, [
            Asked("ticket", "1", 0, 0, len(SAID), SAID, "en", NOW, "T-31"),
            Asked("ticket", "2", 0, 0, 11, "エラー31は何ですか。", "ja", NOW - timedelta(hours=1), "T-31"),
            Asked("ticket", "3", 0, 0, 9, "Error 31?", "en", NOW - timedelta(hours=2), "T-31"),
            Asked("ticket", "4", 0, 0, 17, "Where is the lid?", "en", NOW - timedelta(days=40), "T-lid"),
        ])  # fmt: skip
        topics.count(db)


def _burst(made: Desk) -> str:
    _put(made)
    with made.db.write() as db:
        alerts.open(db, Alert("T-31", NOW - timedelta(hours=3), 3, 0.04, 3, 1e-12, examples=("1", "2", "3")))
        return alerts.page(db)[0].id


def _keys(page: AppTest, prefix: str) -> list[str]:
    return [button.key or "" for button in page.button if (button.key or "").startswith(prefix)]


def _html(page: AppTest) -> str:
    return "\n".join(one.body for one in page.get("html"))


def _event(made: Desk, **values: Any) -> Event:
    words = "The lock shows error 31 since the update. The key still opens it."
    known = {"kind": "outage", "title": "Error 31", "text": words, "lang": "en", "begins": NOW, "product": "Lock 2"}
    return events.announce(made.db, Event(id="", **(known | values)), by=NAOKO)


def test_topics_are_listed_by_volume_and_words_are_shown_as_words(made: Desk) -> None:
    _put(made)
    page = _page()
    assert _keys(page, "topics_line_") == ["topics_line_T-31", "topics_line_T-lid"]
    assert "](http" not in page.button(key="topics_line_T-31").label.replace("\\", "~")
    assert "EN\u00a0JA" in page.button(key="topics_line_T-31").label
    body = _html(page)
    assert "<b>3</b>" in body
    assert "<b>0</b>" in body
    assert "0 in the last 30 days, 1 in the 30 days before" in body


def test_a_topic_opens_to_its_questions_in_both_languages(made: Desk) -> None:
    _put(made)
    page = _page()
    assert len(_keys(page, "topics_asked_ticket_")) == 3
    assert any("English · 2" in one.body for one in page.get("html"))
    assert any("Japanese · 1" in one.body for one in page.get("html"))
    _fine(page.button(key="topics_line_T-lid").click().run())
    assert _keys(page, "topics_asked_ticket_") == ["topics_asked_ticket_4_0_0"]
    _fine(page.button(key="topics_asked_ticket_4_0_0").click().run())
    assert page.query_params["ticket"] == "4"


def test_a_burst_tells_how_sure_it_is_and_shows_who_writes(made: Desk) -> None:
    id = _burst(made)
    page = _page()
    body = _html(page)
    assert "3 conversations in the last 3 h, where &lt; 0.1 were expected" in body
    assert "less than once in 1,000 years" in body
    assert _keys(page, f"topics_example_{id}") == [f"topics_example_{id}_{n}" for n in (1, 2, 3)]
    _fine(page.button(key=f"topics_example_{id}_2").click().run())
    assert page.query_params["ticket"] == "2"


@pytest.mark.parametrize(
    ("probability", "told"), [(1e-12, "less than once in 1,000"), (1e-6, "once in 38 years"), (1e-3, "26 times a year")]
)
def test_the_chance_of_a_false_alarm_is_told_in_words(probability: float, told: str) -> None:
    assert told in topics_alerts.chance(Alert("T", NOW, 9, 1.0, 3, probability), 1, "en")


def test_no_problem_closes_the_alert_with_the_reason(made: Desk) -> None:
    id = _burst(made)
    page = _page()
    _fine(page.button(key=f"topics_close_chance_{id}").click().run())
    with made.db.read() as db:
        closed = alerts.get(db, id)
    assert closed
    assert (closed.closed_by, closed.closed_how) == ("naoko", "chance")
    assert not _keys(page, "topics_answer_")


def test_an_answer_is_prepared_as_a_proposal_that_opens_in_the_faq(made: Desk) -> None:
    id = _burst(made)
    page = _page()
    _fine(page.button(key=f"topics_answer_{id}").click().run())
    with made.db.read() as db:
        (entry,) = faqs.page(db, ("proposed",))
    assert entry.topic == "T-31"
    assert (page.session_state["faq_open"], page.session_state["faq_state"]) == (entry.id, "proposed")
    again = _page()
    assert _keys(again, "topics_entry_") == [f"topics_entry_{entry.id}"]
    assert "no answer yet" in again.button(key=f"topics_entry_{entry.id}").label


def test_a_burst_becomes_a_known_event_with_prepared_answers(made: Desk) -> None:
    id = _burst(made)
    page = _page()
    _fine(page.button(key=f"topics_known_{id}").click().run())
    (title,) = page.text_input
    assert title.value == SAID
    title.set_value("Error 31 after the update")
    page.text_area[0].set_value("The lock shows error 31 since the update. The key still opens it.")
    _fine(page.button(key="topics_keep_event").click().run())
    with made.db.read() as db:
        (event,) = shelf.page(db)
        closed = alerts.get(db, id)
        proposed = events.entries(db, event.id, ("proposed",))
    assert closed
    assert (event.topic, event.kind, closed.closed_how) == ("T-31", "outage", event.id)
    assert len(proposed) == 3
    assert {f"topics_entry_{one.id}" for one in proposed} == set(_keys(page, "topics_entry_"))
    assert any("3 answers proposed" in one.value for one in page.caption)
    assert page.segmented_control(key="topics_list_shown").value == "events"


def test_a_notice_leaves_the_alert_open_and_the_burst_leads_to_its_event(made: Desk) -> None:
    id = _burst(made)
    page = _page()
    _fine(page.button(key=f"topics_notice_{id}").click().run())
    page.text_area[0].set_value("The lock shows error 31 since the update.")
    _fine(page.button(key="topics_keep_event").click().run())
    with made.db.read() as db:
        assert alerts.page(db)
        (event,) = shelf.page(db)
    _fine(page.segmented_control(key="topics_list_shown").set_value("topics").run())
    _fine(page.button(key=f"topics_event_of_{id}").click().run())
    assert page.segmented_control(key="topics_list_shown").value == "events"
    assert event.title in page.markdown[0].value.replace("\\", "")


def test_an_event_without_words_is_not_kept_and_says_why(made: Desk) -> None:
    page = _page()
    _fine(page.button(key="topics_add").click().run())
    _fine(page.button(key="topics_keep_event").click().run())
    assert "title is empty" in page.error[0].value
    with made.db.read() as db:
        assert not shelf.page(db)
    _fine(page.button(key="topics_cancel").click().run())
    assert not page.text_area


def test_renaming_and_its_undo(made: Desk) -> None:
    _put(made)
    page = _page()
    next(one for one in page.text_input if (one.key or "").startswith("topics_name_")).set_value("Error 31").run()
    _fine(page.button(key="topics_rename").click().run())
    with made.db.read() as db:
        assert topics.page(db)[0].name == "Error 31"
    _fine(page.button(key="topics_undo").click().run())
    with made.db.read() as db:
        assert topics.page(db)[0].name == SAID


def test_merging_and_splitting_with_its_undo(made: Desk) -> None:
    _put(made)
    page = _page()
    key = ("ticket", "3", 0, 0)
    page.multiselect(key="topics_off_T-31_3").set_value([key]).run()
    _fine(page.button(key="topics_split").click().run())
    with made.db.read() as db:
        assert sorted(one.size for one in topics.page(db)) == [1, 1, 2]
    _fine(page.button(key="topics_undo").click().run())
    with made.db.read() as db:
        assert sorted(one.size for one in topics.page(db)) == [1, 3]
    page = _page()
    page.multiselect(key="topics_others_T-31").set_value(["T-lid"]).run()
    _fine(page.button(key="topics_merge").click().run())
    with made.db.read() as db:
        assert [(one.id, one.size) for one in topics.page(db)] == [("T-31", 4)]


def test_an_event_opens_from_its_address_with_notice_and_recipients(made: Desk) -> None:
    _put(made)
    event = _event(made)
    page = _page(event=event.id)
    assert any("1 customers with open" in one.value.replace("\\", "") for one in page.caption)
    assert any("3 open tickets" in one.value.replace("\\", "") for one in page.caption)
    texts = {one.key.split("_")[3]: one.value for one in page.text_area if one.key}
    assert event.text in texts["en"]
    assert notices.BLANK in texts["ja"]


def test_a_notice_is_kept_and_noted_in_open_tickets(made: Desk) -> None:
    _put(made)
    event = _event(made)
    page = _page(event=event.id)
    _fine(page.button(key="topics_note").click().run())
    assert any("Japanese is not written" in toast.value for toast in page.toast)
    japanese = next(one for one in page.text_area if (one.key or "").startswith("topics_notice_text_ja"))
    japanese.set_value("更新のあとエラー31が出ます。").run()
    _fine(page.button(key="topics_note").click().run())
    with made.db.read() as db:
        kept = shelf.get(db, event.id)
        noted = {id: tickets.turns(db, id)[-1] for id in ("1", "2", "3", "4")}
    assert kept
    assert kept.notice["ja"]["text"] == "更新のあとエラー31が出ます。"
    assert [noted[id].direction for id in noted] == ["note", "note", "note", "incoming"]
    assert f"/topics?event={event.id}" in noted["1"].text
    assert "更新のあとエラー31が出ます。" in noted["2"].text
    assert any("Noted in 3 open tickets" in one.value for one in page.caption)


def test_an_event_is_closed_and_taken_back(made: Desk) -> None:
    event = _event(made)
    page = _page(event=event.id)
    _fine(page.button(key="topics_over").click().run())
    with made.db.read() as db:
        assert not shelf.page(db, open_only=True)
    _fine(page.button(key="topics_undo").click().run())
    with made.db.read() as db:
        assert shelf.page(db, open_only=True)


def test_an_event_is_changed_and_its_answers_follow(made: Desk) -> None:
    event = _event(made)
    page = _page(event=event.id)
    _fine(page.button(key="topics_prepare").click().run())
    _fine(page.button(key="topics_edit").click().run())
    page.text_area[0].set_value("The lock shows error 31 until noon, no longer.")
    _fine(page.button(key="topics_keep_event").click().run())
    with made.db.read() as db:
        first = events.entries(db, event.id, ("proposed",))[0]
    assert first.answer == "The lock shows error 31 until noon, no longer."


def test_an_agent_reads_everything_and_decides_nothing(made: Desk) -> None:
    id = _burst(made)
    event = _event(made)
    page = _page(role="agent")
    assert _keys(page, f"topics_example_{id}")
    for key in ("topics_answer", "topics_notice", "topics_known", "topics_close", "topics_add", "topics_rename"):
        assert not _keys(page, key)
    opened = _page(role="agent", event=event.id)
    assert not opened.text_area
    for key in ("topics_edit", "topics_prepare", "topics_over", "topics_note", "topics_notice"):
        assert not _keys(opened, key)
    assert not opened.get("download_button")


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("role", ["supervisor", "agent"])
def test_an_empty_page_says_what_will_be_here(made: Desk, lang: str, role: str) -> None:
    page = _page(lang, role)
    assert [one.value for one in page.caption if len(one.value) > 40]
    _fine(page.segmented_control(key="topics_list_shown").set_value("events").run())
    assert [one.value for one in page.caption if len(one.value) > 40]
    assert bool(_keys(page, "topics_add_first")) == (role == "supervisor")


def test_the_faq_covers_a_topic_by_its_id_or_by_most_of_its_conversations() -> None:
    def entry(id: str, *sources: str, **values: Any) -> Entry:
        told = [{"about": "question", "kind": "ticket", "source": one} for one in sources]
        return Entry(id, "?", "!", "en", evidence=told, **values)

    sources = {"T-1": {"1", "2", "3"}, "T-2": {"4"}}
    found = topics_faq.covering(
        [entry("a", "1", "2"), entry("b", "1", state="approved"), entry("c", "9", topic="T-2"), entry("d", "4", "8")],
        sources,
    )
    assert {topic: one.id for topic, one in found.items()} == {"T-1": "b", "T-2": "c"}
    assert not topics_faq.covering([entry("d", "4", "8")], sources)


def test_every_text_of_the_page_has_its_japanese() -> None:
    folder = Path(page_module.__file__).parent
    told = json.loads((folder / "japanese" / "topics.json").read_text("utf-8"))
    said, known = set[str](), set[str]()
    for source in (folder / "topics.py", *folder.glob("topics_*.py"), folder / "shell.py"):
        nodes = list(ast.walk(ast.parse(source.read_text("utf-8"))))
        calls = [one for one in nodes if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "say"]
        if source.name != "shell.py":
            said |= {text for call in calls for text in _texts(ast.walk(call.args[0]))}
        known |= set(_texts(nodes))
    tables: tuple[Iterable[str], ...] = (
        page_module.LISTS.values(), topics_events.KINDS.values(), topics_alerts.NO_PROBLEM.values(),
        topics_faq.STATES.values(), topics_list.HEAD,
    )  # fmt: skip
    said |= {text for table in tables for text in table}
    assert {text for text in said if say(text, "ja") == text} == set()
    assert set(told) <= known


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
