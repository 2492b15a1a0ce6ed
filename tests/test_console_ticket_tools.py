"""The ticket page's tools: rewriting, translation, summary, next step, macros, knowledge box, marks, versions."""

import ast
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from fake_desk import ticket
from stand_ins import HashedWords
from streamlit.testing.v1 import AppTest

from console import answers, background, desk, drafting, rewriting, summaries, translating
from console.answers import Citation, Draft, Piece
from console.background import Works
from console.desk import Desk
from console.pages import (
    ticket_editor,
    ticket_keys,
    ticket_macros,
    ticket_marks,
    ticket_next,
    ticket_reply,
    ticket_rewriting,
    ticket_summary,
    ticket_translating,
)
from console.rewriting import Rewritten
from console.summaries import Point, Summary
from ingest.errors import TemporaryError
from ingest.records import Article, Customer, Ticket
from ingest.store import macros as shelf
from ingest.store import notes, tickets
from ingest.store.macros import Macro

SAID = "Hold a 9 V battery against the two contacts under the handle."
ARTICLE = Article("A-1", "Flat batteries", f"# Outside\n\nKeep calm, please, in every case.\n\n{SAID}", lang="en")
ASKED = ("incoming", "My lock is dead. How do I get in tonight?")
ORDER = Macro("M-1", "Order number", "Hello {name},\n\nWhich order?\n\n{agent}, {company}", "en", "snoozed", "urgent")
SHORT = Macro("M-2", "Thanks", "Thank you for the photos.", "")


class Chat:
    """A model that is there, no larger than the desk's own."""

    name, busy = "qwen2.5-coder-1.5b", False

    def close(self) -> None:
        pass


class Reply:
    """What stands in the place of answers.draft."""

    reply, abstained, trail = f"Hello James,\n\n{SAID} [1]\n\nKind regards", False, {"confidences": [0.9]}

    def __call__(self, ticket: Ticket, *_: Any, **__: Any) -> Iterator[Any]:
        start = ARTICLE.text.index(SAID)
        cited = Citation(1, "article", "A-1", ARTICLE.title, SAID, start, start + len(SAID), "en")
        yield Piece(self.reply)
        reason = "No source answers this question." if self.abstained else ""
        yield Draft(self.reply, () if self.abstained else (cited,), 0.9, self.abstained, reason, dict(self.trail))


@pytest.fixture
def reply(monkeypatch: pytest.MonkeyPatch) -> Reply:
    made = Reply()
    monkeypatch.setattr(answers, "draft", made)
    return made


WORKS: tuple[Works[Any], ...] = (
    ticket_rewriting._rewritings, ticket_summary._summings, ticket_translating._translations
)  # fmt: skip


@pytest.fixture
def made(tmp_path: Path, reply: Reply) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path, chat=Chat())
    cast(Any, opened.search).embedding = HashedWords()
    fake_desk.put(opened, Customer("C-1", name="James Whitfield", email="j@mail.example"), ARTICLE)
    with opened.db.write() as db:
        for macro in (ORDER, SHORT):
            shelf.put(db, macro)
    yield opened
    fake_desk.forget(drafting._writings, *WORKS)
    desk.use(None)
    opened.close()


def _draw(lang: str, role: str) -> None:
    from typing import Any, cast

    from console.accounts import Account
    from console.desk import current
    from console.pages import ticket

    ticket.show(current(), Account("emma", "Emma Clarke", cast(Any, role), lang))


def _run(id: str = "T-1", lang: str = "en", role: str = "agent") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang, "role": role}, default_timeout=20)
    page.query_params["ticket"] = id
    return _again(page)


def _again(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, page.exception
    return page


def _drafted(made: Desk, lang: str = "en", role: str = "agent") -> AppTest:
    page = _run(lang=lang, role=role)
    writing = drafting.of(made, "T-1")
    assert writing is not None
    assert writing.wait(20)
    return _again(page)


def _click(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click()
    return _again(page)


def _finished(page: AppTest) -> AppTest:
    """The page once everything in the background is done."""
    for work in [work for works in WORKS for work in works._kept.values()]:
        assert work.wait(20)
    return _again(page)


def _html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def _text(page: AppTest) -> str:
    return next(area for area in page.text_area if area.key == "reply:T-1").value or ""


def _keys(page: AppTest) -> set[str]:
    return {button.key for button in page.button if button.key}


def _row(made: Desk) -> Any:
    with made.db.read() as db:
        return tickets.row(db, "T-1")


def _rewriting(monkeypatch: pytest.MonkeyPatch, done: Rewritten | Exception) -> list[tuple[str, str]]:
    asked: list[tuple[str, str]] = []

    def rewrite(text: str, how: str, model: Any) -> Iterator[Any]:
        asked.append((text, how))
        if isinstance(done, Exception):
            raise done
        yield from (done.text[:9], done.text[9:], done)

    monkeypatch.setattr(rewriting, "rewrite", rewrite)
    return asked


# --- rewriting


def test_a_rewriting_stands_beside_the_text_until_it_is_chosen(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_desk.put(made, ticket("T-1", ASKED, customer="C-1"))
    asked = _rewriting(monkeypatch, Rewritten(f"Hi James,\n\n{SAID} [1]", True, (), ()))
    page = _drafted(made)
    before = _text(page)
    page = _finished(_click(page, "rewrite:warmer"))
    assert asked == [(before, "warmer")]
    assert "<del>Hello</del>" in _html(page)
    assert "<ins>Hi</ins>" in _html(page)
    assert not page.text_area
    page = _click(page, "use_rewritten")
    assert _text(page) == f"Hi James,\n\n{SAID} [1]"
    page = _click(page, "version:-1")
    assert _text(page) == before
    page = _click(page, "version:1")
    assert _text(page).startswith("Hi James")
    _click(page, "send")
    with made.db.read() as db:
        assert tickets.turns(db, "T-1")[-1].text == f"Hi James,\n\n{SAID}"


def test_keeping_ones_own_text_leaves_it_as_it_was(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    _rewriting(monkeypatch, Rewritten("Something else altogether", True, (), ()))
    page = _drafted(made)
    before = _text(page)
    page = _click(_finished(_click(page, "rewrite:shorter")), "keep_mine")
    assert _text(page) == before
    assert page.button(key="version:-1").disabled


def test_it_goes_on_over_a_reload_and_nothing_is_sent_meanwhile(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    gate = threading.Event()

    def rewrite(text: str, how: str, model: Any) -> Iterator[Any]:
        yield "Half of"
        assert gate.wait(20)
        yield Rewritten("Half of it.", True, (), ())

    monkeypatch.setattr(rewriting, "rewrite", rewrite)
    page = _click(_drafted(made), "rewrite:simpler")
    page = _run()  # the same person in a fresh session
    assert "Half of" in _html(page)
    page = _click(page, "send")
    assert "Choose between your text and the new version" in page.error[0].value
    assert _row(made).status == "open"
    gate.set()
    page = _click(_finished(page), "use_rewritten")
    assert _text(page) == "Half of it."


def test_what_went_missing_or_came_in_is_named(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    _rewriting(monkeypatch, Rewritten("Hold a battery there for 3 weeks.", False, ("9", "[1]"), ("weeks", "3")))
    page = _finished(_click(_drafted(made, lang="ja"), "rewrite:simpler"))
    told = [text.value.replace("\\", "") for text in page.markdown]
    assert any("新しい文にない内容：9 · [1]" in text for text in told)
    assert any("新しい文だけにある内容：週 · 3" in text for text in told)


@pytest.mark.parametrize(
    ("done", "told"),
    [
        (TemporaryError("stand-in took too long."), "took too long"),
        (Rewritten(f"Hello James,\n\n{SAID} [1]\n\nKind regards", False, (), ()), "could not be put in other words"),
        (Rewritten(f"Hello James,\n\n{SAID} [1]\n\nKind regards", True, (), ()), "Nothing to change"),
    ],
)
def test_what_brings_nothing_new_says_so(
    made: Desk, monkeypatch: pytest.MonkeyPatch, done: Rewritten | Exception, told: str
) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    _rewriting(monkeypatch, done)
    page = _finished(_click(_drafted(made), "rewrite:grammar"))
    assert told in page.info[0].value.replace("\\", "")
    assert "use_rewritten" not in _keys(page)
    assert _text(_click(page, "keep_mine")).startswith("Hello James")


def test_only_the_other_language_is_offered_and_nothing_without_a_model(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    assert "rewrite:japanese" in _keys(page)
    assert "rewrite:english" not in _keys(page)
    made.chat = None
    assert all(button.disabled for button in _again(page).button if (button.key or "").startswith("rewrite:"))


def test_an_empty_editor_is_not_rewritten(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_desk.put(made, ticket("T-1", ("outgoing", "Hello?")))
    asked = _rewriting(monkeypatch, Rewritten("x", True, (), ()))
    page = _click(_run(), "rewrite:shorter")
    assert asked == []
    assert "Write something first" in page.toast[0].value


def test_differences_are_marked_word_by_word_and_safely() -> None:
    old, new = ticket_rewriting.compared("Send <b>two</b> photos today.", "Send three photos today.")
    assert "<del>&lt;b&gt;two&lt;/b&gt;</del>" in old.replace("</del><del>", "")
    assert new == "Send <ins>three</ins> photos today."
    assert (
        ticket_rewriting.compared("ランプを押します。", "ランプを長く押します。")[1]
        == "ランプを<ins>長く</ins>押します。"
    )
    assert ticket_rewriting.compared("Hello there", "こんにちは") == ("Hello there", "こんにちは")
    assert ticket_rewriting.compared("", "") == ("", "")


# --- versions


def test_a_reload_brings_back_what_was_written_with_its_versions(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    page.text_area[0].input("My own words").run()
    page = _run()
    assert _text(page) == "My own words"
    page = _click(page, "version:-1")
    assert SAID in _text(page)
    _click(page, "send")
    assert _text(_run()) == ""
    assert _run().button(key="version:-1").disabled


def test_versions_are_bounded(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ("outgoing", "Hello?")))
    page = _run()
    for n in range(ticket_editor.MOST + 5):
        page.text_area[0].input(f"Version {n}").run()
    history = ticket_editor._histories["emma", "T-1"]
    assert len(history.versions) == ticket_editor.MOST
    assert history.versions[-1].text == f"Version {ticket_editor.MOST + 4}"


# --- marks


def test_marks_of_what_no_source_holds_are_shown_and_never_sent(made: Desk, reply: Reply) -> None:
    reply.reply = "It takes ⟦3 days⟧, says the box. [1]"
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    assert "No source holds this" in page.warning[0].value
    assert "3 days" in page.warning[0].value
    assert "Check the marked parts" in _html(page)
    page = _click(page, "send")
    assert "have no source" in page.error[0].value
    assert _row(made).status == "open"
    struck = _click(page, "strike")
    assert _text(struck) == "It takes, says the box. [1]"
    page = _click(_click(struck, "version:-1"), "vouch")
    assert _text(page) == "It takes 3 days, says the box. [1]"
    _click(page, "send")
    with made.db.read() as db:
        assert tickets.turns(db, "T-1")[-1].text == "It takes 3 days, says the box."


def test_marks_in_a_growing_draft() -> None:
    assert ticket_marks.shown("a <b> ⟦9⟧ [1]") == "a &lt;b&gt; <mark class='kz-unsupported'>9</mark> <sup>1</sup>"
    assert ticket_marks.stand("half ⟦ of it")
    assert ticket_marks.vouched("half ⟦ of it") == "half  of it"
    assert ticket_marks.struck("送料は⟦500円⟧です。") == "送料はです。"


# --- translation


def _translating(monkeypatch: pytest.MonkeyPatch, known: dict[str, str]) -> None:
    monkeypatch.setattr(translating, "translate", lambda text, to, model: known.get(text))


def test_a_message_in_the_other_language_is_translated_under_it(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _translating(monkeypatch, {"ランプが<b>つきません。": "The lamp <b> stays dark."})
    said = "ランプが<b>つきません。AZ-1は何ですか。"
    fake_desk.put(made, ticket("T-1", ASKED, ("outgoing", "こんにちは。どうされましたか。"), ("incoming", said)))
    page = _drafted(made)
    assert [key for key in _keys(page) if key.startswith("translate:")] == ["translate:2"]
    page = _finished(_click(page, "translate:2"))
    shown = _html(page)
    assert "The lamp &lt;b&gt; stays dark." in shown
    assert "<u>AZ-1は何ですか。</u>" in shown
    assert "translate:2" not in _keys(page)
    assert "The lamp &lt;b&gt; stays dark." in _html(_run())  # kept for the next reader
    assert [key for key in _keys(_run(lang="ja")) if key.startswith("translate:")] == ["translate:0"]
    assert "stays dark" not in _html(_run(lang="ja"))


def test_without_a_model_no_translation_is_offered(made: Desk) -> None:
    made.chat, made.chat_trouble = None, fake_desk.NO_CHAT
    fake_desk.put(made, ticket("T-1", ("incoming", "ランプがつきません。")))
    assert not [key for key in _keys(_run()) if key.startswith("translate:")]


def test_a_translation_that_fails_can_be_asked_for_again(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(text: str, to: str, model: Any) -> str:
        raise TemporaryError("stand-in is busy.")

    monkeypatch.setattr(translating, "translate", fails)
    fake_desk.put(made, ticket("T-1", ("incoming", "ランプがつきません。")))
    page = _finished(_click(_drafted(made), "translate:0"))
    assert any("in is busy" in caption.value for caption in page.caption)
    _translating(monkeypatch, {"ランプがつきません。": "The lamp stays dark."})
    assert "The lamp stays dark." in _html(_finished(_click(page, "translate:0")))


# --- summary


TALK = (ASKED, ("outgoing", "Did you try it?"), ("incoming", "Twice."), ("outgoing", "I send one by Friday."))


def test_a_long_conversation_is_summed_up_and_its_points_lead_to_their_messages(
    made: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Summary(asked=(Point("A <dead> lock", 0),), agreed=(Point("A new one by Friday", 3),))
    monkeypatch.setattr(summaries, "summarise", lambda ticket, model=None, lang=None: told)
    fake_desk.put(made, ticket("T-1", *TALK))
    shown = _html(_finished(_run()))
    assert "data-turn='0'>A &lt;dead&gt; lock</a>" in shown
    assert "data-turn='3'>A new one by Friday</a>" in shown
    assert "<dt>Agreed</dt>" in shown
    assert "<dt>Tried</dt>" not in shown
    assert "<article class='kz-turn outgoing' data-turn='3'>" in shown


def test_a_short_one_is_summed_up_on_demand(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", *TALK[:2]))
    page = _run()
    assert "class='kz-summary'" not in _html(page)
    page = _finished(_click(page, "summarise"))
    assert "How do I get in tonight?" in _html(page).split("kz-talk")[0]
    assert "summarise" not in _keys(page)


def test_only_a_summary_in_the_other_language_needs_the_model(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def summarise(ticket: Ticket, model: Any = None, lang: str | None = None) -> Summary:
        asked.append(model)
        return Summary(asked=(Point("The lamp stays dark" if not model else "ランプがつきません", 0),))

    monkeypatch.setattr(summaries, "summarise", summarise)
    fake_desk.put(made, ticket("T-1", *TALK, ("incoming", "The lamp stays dark")))
    assert "The lamp stays dark" in _html(_finished(_run()))
    assert asked == [None]
    assert "ランプがつきません" in _html(_finished(_run(lang="ja")))
    assert [model is None for model in asked] == [True, True, False]


def test_a_summary_lets_others_have_the_model_first(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    model = SimpleNamespace(name="stand-in", busy=True, stream=lambda: iter(("a", "b")))

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        model.busy = len(waited) < 3

    monkeypatch.setattr(ticket_summary.time, "sleep", sleep)
    work = ticket_summary.Summing(made, cast(Any, None), "en")
    patient = ticket_summary.Patient(cast(Any, model), work)
    assert (list(patient.stream()), len(waited)) == (["a", "b"], 3)
    model.busy = True
    work.stop()
    assert (list(patient.stream()), len(waited)) == ([], 3)


# --- next step


def test_the_next_step_stands_over_the_reply_and_can_be_taken(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ("incoming", "My parcel has not arrived.")))
    page = _drafted(made)
    assert "Ask for the order number" in _html(page)
    assert "It speaks of “My parcel” and names no order." in _html(page)
    page = _click(page, "step_ask")
    assert _text(page).endswith("It stands in the confirmation mail.")


def test_waiting_can_be_put_aside(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED, ("outgoing", "Which colour does its light have now?")))
    page = _run(lang="ja")
    assert "お客様の返信を待つ" in _html(page)
    _click(page, "step_wait")
    assert _row(made).status == "snoozed"


# --- macros


def test_a_macro_takes_an_untouched_drafts_place_and_says_what_sending_does(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ("incoming", "Which order number do you need?"), customer="C-1"))
    page = _drafted(made)
    assert page.button(key="macro:1").label == "Order number"
    page = _click(page, "macro:1")
    assert _text(page).startswith("Hello James,\n\nWhich order?\n\nEmma Clarke, Mori & Sons <Lamps>")
    assert any("Snoozed · priority Urgent" in caption.value for caption in page.caption)
    _click(page, "send_snooze")
    row = _row(made)
    assert (row.status, row.priority) == ("snoozed", "urgent")
    with made.db.read() as db:
        kept = shelf.get(db, "M-1")
        assert kept is not None
        assert kept.used == 1
        assert {"set priority", "snoozed"} <= {line.action for line in notes.about(db, "T-1")}


def test_a_macro_is_added_to_ones_own_words_and_its_effects_can_be_dropped(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ("incoming", "Which order number do you need?")))
    page = _drafted(made)
    page.text_area[0].input("My own words").run()
    page = _click(page, "macro:1")
    assert _text(page).startswith("My own words\n\nHello there,")
    page = _click(page, "macro_drop")
    page = _click(page, "send")
    row = _row(made)
    assert (row.status, row.priority) == ("resolved", "medium")


def test_the_present_reply_becomes_a_macro_with_its_names_as_fields(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED, customer="C-1"))
    page = _drafted(made)
    page.text_area[0].input("Hello James,\n\nCome in. [1]\n\nEmma Clarke").run()
    page = _click(_click(page, "macros"), "macro_new")
    form = next(area for area in page.text_area if area.key == "macro_text")
    assert form.value == "Hello {name},\n\nCome in.\n\n{agent}"
    page = _click(page, "macro_save")
    assert any("needs a title" in error.value for error in page.error)
    page.text_input(key="macro_title").input("Come in")
    page.selectbox(key="macro_status").set_value("resolved")
    page = _click(page, "macro_save")
    with made.db.read() as db:
        kept = next(one for one in shelf.every(db) if one.title == "Come in")
    assert (kept.by, kept.status, kept.lang) == ("emma", "resolved", "en")
    page = _click(page, f"macro_delete:{kept.id}")
    assert f"macro_insert:{kept.id}" not in _keys(page)
    page = _click(page, "macro_restore")
    assert f"macro_insert:{kept.id}" in _keys(page)


def test_others_macros_are_changed_by_supervisors_only(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    assert not [
        key for key in _keys(_click(_drafted(made), "macros")) if key.startswith(("macro_edit", "macro_delete"))
    ]
    page = _click(_run(role="supervisor"), "macros")
    assert {"macro_edit:M-1", "macro_delete:M-2"} <= _keys(page)
    page.text_input(key="macros_find").input("photos").run()
    assert "macro_edit:M-1" not in _keys(page)
    page = _click(page, "macro_insert:M-2")
    assert _text(page).endswith("Thank you for the photos.")
    assert "macro_insert:M-2" not in _keys(page)  # the list has closed


# --- asking the knowledge


def test_a_statement_found_is_quoted_with_a_number_that_is_never_sent(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    page.text_input(key="ask:T-1").input("battery against the contacts").run()
    assert "9 V <mark>battery</mark>" in _html(page)
    page = _click(page, "quote:0")
    assert _text(page).endswith(f"{SAID} [2]")
    assert "quoted:2" in _keys(page)
    page = _click(page, "quoted:2")
    assert json.loads(page.get("bidi_component")[0].proto.json)["quote"] == SAID
    _click(page, "send")
    with made.db.read() as db:
        assert "[2]" not in tickets.turns(db, "T-1")[-1].text


def test_a_question_without_any_source_says_so(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _run()
    cast(Any, made.search).find = lambda *_, **__: []
    page.text_input(key="ask:T-1").input("<b>unicorns</b>").run()
    assert any("Nothing found" in caption.value for caption in page.caption)


# --- nothing answers


def test_an_abstained_draft_says_which_question_lacks_a_source_and_who_may_know(made: Desk, reply: Reply) -> None:
    reply.abstained, reply.reply = True, "We are asking a colleague."
    asked = ["About T-1: How <b>long</b>?", "About T-1: And why?"]
    reply.trail = {"query": "q", "questions": asked, "confidences": [0.4, 0.2, 0.7]}
    solved = ticket("T-0", ASKED, ("outgoing", "Use the key."), status="resolved")
    fake_desk.put(made, ticket("T-1", ASKED), solved)
    with made.db.write() as db:
        tickets.change(db, "T-0", assignee="naoko")
    page = _drafted(made)
    shown = _html(page)
    assert "<span>How &lt;b&gt;long&lt;/b&gt;?</span><b>20%</b>" in shown
    assert "<span>And why?</span><b>70%</b>" in shown
    assert "A draft is offered from 50% on." in shown
    assert any("Naoko Hayashi" in caption.value for caption in page.caption)
    page = _click(page, "hand:naoko")
    assert _row(made).assignee == "naoko"
    assert _text(_click(page, "holding")) == "We are asking a colleague."


def test_without_like_cases_a_supervisor_is_named(made: Desk, reply: Reply) -> None:
    reply.abstained = True
    fake_desk.put(made, ticket("T-1", ASKED))
    assert any("Ask a supervisor" in caption.value for caption in _drafted(made).caption)


# --- keys and words


def test_every_key_is_listed_and_none_twice(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    keys = [element.proto.shortcut for element in page.button if element.proto.shortcut]
    assert len(keys) == len(set(keys))
    listed = {key for keys, _ in ticket_keys.KEYS for key in keys.lower().replace("esc", "escape").split(", ")}
    listed |= {keys.lower() for _, keys in ticket_rewriting.HOWS.values()}
    listed |= {"alt+2", "alt+3"}
    assert {key for key in keys if key not in listed} == set()


def test_the_tools_words_have_their_japanese() -> None:
    pages = Path(ticket_keys.__file__).parent
    kept = {
        k: v for path in (pages / "japanese").glob("*.json") for k, v in json.loads(path.read_text("utf-8")).items()
    }
    words = {text for text, _ in ticket_rewriting.HOWS.values()} | set(ticket_rewriting.UNITS)
    words |= {text for _, text in ticket_keys.KEYS} | set(ticket_summary.NAMES) | set(ticket_macros.LANGS.values())
    words |= set(ticket_macros.AFTER.values()) | {ticket_macros.UNCHANGED, background.LOST}
    docs: set[str | None] = {ticket_next.ASKING["en"], ticket_reply.STARTING}
    for path in pages.glob("ticket*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        docs |= {
            ast.get_docstring(one) for one in nodes if isinstance(one, ast.Module | ast.FunctionDef | ast.ClassDef)
        }
        texts = [one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        words |= {text for text in texts if re.fullmatch(r"[A-Z][^\n{}<>]* [^\n{}<>]*[.:…]", text)}
    assert sorted(words - kept.keys() - docs) == []
