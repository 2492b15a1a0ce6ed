"""The FAQ page: its queue, decisions with the way back, and what an agent may do."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import fake_desk
import pytest
from streamlit.testing.v1 import AppTest

from console import desk
from console.desk import Desk
from console.pages import faq
from ingest.store import articles, faqs
from ingest.store.faqs import Entry


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    yield opened
    desk.use(None)
    opened.close()


def _draw(lang: str, role: str) -> None:
    from typing import Any, cast

    from console.accounts import Account
    from console.desk import current
    from console.pages import faq

    faq.show(current(), Account("naoko", "Naoko", cast(Any, role), lang))


def _page(lang: str = "en", role: str = "supervisor") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang, "role": role}, default_timeout=20).run()
    assert not page.exception
    return page


def _asked(*ids: str) -> list[dict[str, object]]:
    return [
        {
            "kind": "ticket",
            "source": id,
            "title": f"About {id}",
            "quote": "Where?",
            "start": 0,
            "end": 6,
            "about": "question",
        }
        for id in ids
    ]


def _put(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "Where is the [lid](http://bad)?"), status="resolved"))
    with made.db.write() as db:
        faqs.put(
            db,
            Entry("F-1", "Where is the [lid](http://bad)?", "Under Parts.", "en", evidence=_asked("T-1", "T-2", "T-3")),
        )
        faqs.put(
            db,
            Entry(
                "F-2", "湯沸かしの掃除方法", "酢を使います。", "ja", variants=["掃除は?"], evidence=_asked("T-4", "T-5")
            ),
        )


def _state(made: Desk, id: str) -> str:
    with made.db.read() as db:
        kept = faqs.get(db, id)
    assert kept
    return kept.state


def test_the_queue_begins_with_what_most_asked_and_shows_words_as_words(made: Desk) -> None:
    _put(made)
    page = _page()
    lines = [button.label for button in page.button if (button.key or "").startswith("faq_line_")]
    assert [line.count("lid") for line in lines] == [1, 0]
    assert "](http" not in lines[0].replace("\\", "~")
    assert page.text_input(key="faq_question_F-1").value == "Where is the [lid](http://bad)?"


def test_approving_publishes_the_edited_words_and_opens_the_next(made: Desk) -> None:
    _put(made)
    page = _page()
    page.text_area(key="faq_answer_F-1").set_value("In the shop, under Parts.").run()
    page.button(key="faq_approve").click().run()
    assert _state(made, "F-1") == "approved"
    with made.db.read() as db:
        published = articles.get(db, "F-1")
    assert published
    assert published.text == "In the shop, under Parts."
    assert page.text_input(key="faq_question_F-2").value == "湯沸かしの掃除方法"


def test_a_decision_can_be_taken_back(made: Desk) -> None:
    _put(made)
    page = _page()
    page.button(key="faq_approve").click().run()
    page.button(key="faq_undo").click().run()
    assert not page.exception
    assert _state(made, "F-1") == "proposed"
    with made.db.read() as db:
        assert articles.get(db, "F-1") is None
    assert page.text_input(key="faq_question_F-1")


def test_rejecting_needs_a_reason(made: Desk) -> None:
    _put(made)
    page = _page()
    assert page.button(key="faq_reject").disabled
    page.text_input(key="faq_more_F-1").set_value("Only one customer").run()
    page.button(key="faq_reject").click().run()
    with made.db.read() as db:
        kept = faqs.get(db, "F-1")
    assert kept
    assert (kept.state, kept.note) == ("rejected", "Only one customer")


def test_taking_down_and_undoing_publishes_again(made: Desk) -> None:
    _put(made)
    page = _page()
    page.button(key="faq_approve").click().run()
    page.segmented_control(key="faq_state").set_value("approved").run()
    page.text_input(key="faq_more_F-1").set_value("Old").run()
    page.button(key="faq_reject").click().run()
    assert _state(made, "F-1") == "rejected"
    page.button(key="faq_undo").click().run()
    assert _state(made, "F-1") == "approved"
    with made.db.read() as db:
        assert articles.get(db, "F-1")


def test_a_refused_decision_changes_nothing(made: Desk) -> None:
    _put(made)
    page = _page()
    page.text_area(key="faq_answer_F-1").set_value(" ").run()
    page.button(key="faq_approve").click().run()
    assert not page.exception
    assert _state(made, "F-1") == "proposed"
    assert any("empty" in toast.value for toast in page.toast)


def test_evidence_opens_at_the_quoted_words(made: Desk) -> None:
    _put(made)
    page = _page()
    page.button(key="faq:F-1:question:0").click().run()
    assert not page.exception
    shown = [json.loads(one.proto.json) for one in page.get("bidi_component")]
    assert any("quote" in one for one in shown)


def test_an_agent_reads_and_is_told_who_decides(made: Desk) -> None:
    _put(made)
    page = _page(role="agent")
    keys = {button.key for button in page.button}
    assert not keys & {"faq_approve", "faq_reject", "faq_keep", "faq_build"}
    assert not page.text_area
    assert "supervisor decides" in page.info[0].value


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_an_empty_faq_says_what_to_do_next(made: Desk, lang: str) -> None:
    page = _page(lang)
    assert page.button(key="faq_build")
    assert page.markdown


def test_every_text_of_the_page_has_its_japanese() -> None:
    source = Path(faq.__file__)
    told = json.loads((source.parent / "japanese" / "faq.json").read_text("utf-8"))
    tree = ast.parse(source.read_text("utf-8"))
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "say"]
    parts = [part for call in calls for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)]
    said = {part.value for part in parts if isinstance(part.value, str)} | set(faq.STATES.values()) | set(faq.REASONS)
    assert said <= set(told)
    assert set(told) <= said | set(faq._LANGUAGES.values())
    from console.pages.language import say

    assert all(say(text, "ja") == japanese for text, japanese in told.items())
