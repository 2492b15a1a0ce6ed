"""The FAQ page: its queue, decisions with the way back, and what an agent may do."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import fake_desk
import pytest
from streamlit.testing.v1 import AppTest

from console import desk
from console.accounts import Account
from console.desk import Desk
from console.faq import proposals, review
from console.pages import faq, faq_flags, faq_queue, faq_reasons, faq_versions, faq_words
from console.pages.language import say
from ingest.store import arms, articles, faqs, flags
from ingest.store.faqs import Entry, Face
from ingest.store.flags import Flag


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


def _field(page: AppTest, name: str, id: str) -> str:
    """What stands in a field of an entry now; its key changes with every decision about it."""
    fields = [*page.text_input, *page.text_area]
    found: str = next(one.value for one in fields if (one.key or "").startswith(f"faq_{name}_{id}"))
    return found


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
    assert _field(page, "question", "F-1") == "Where is the [lid](http://bad)?"


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


def test_both_faces_and_the_conditions_are_kept_and_published(made: Desk) -> None:
    _put(made)
    page = _page()
    assert [tab.label.split()[0] for tab in page.tabs] == ["English", "Japanese"]
    page.text_input(key="faq_question_ja_F-1").set_value("ふたはどこですか?")
    page.text_area(key="faq_answer_ja_F-1").set_value("部品のページです。")
    page.text_input(key="faq_plan_F-1").set_value("plus").run()
    page.button(key="faq_approve").click().run()
    assert not page.exception
    with made.db.read() as db:
        kept, published = faqs.get(db, "F-1"), articles.get(db, "F-1.ja")
    assert kept
    assert published
    assert (kept.plan, kept.others["ja"]) == ("plus", Face("ふたはどこですか?", "部品のページです。"))
    assert published.text == "部品のページです。"


def test_what_is_flagged_comes_first_then_what_costs_most(made: Desk) -> None:
    _put(made)
    for id in ("T-4", "T-5"):
        fake_desk.put(made, fake_desk.ticket(id, ("incoming", "掃除は?"), ("outgoing", "酢です。"), status="resolved"))
    with made.db.write() as db:
        faqs.put(db, Entry("F-3", "Is it free?", "It is free.", "en", state="approved"))
        flags.open(db, Flag("F-3", "contradiction", "It is free.", {"quote": "It costs £5."}, "free"))
    page = _page()
    lines = [button for button in page.button if (button.key or "").startswith("faq_line_")]
    assert [line.key for line in lines] == ["faq_line_F-3", "faq_line_F-2", "faq_line_F-1"]
    assert ":material/flag: 1" in lines[0].label
    assert "4 min" in lines[1].label.replace("\u00a0", " ")
    assert page.segmented_control(key="faq_state").options[0].startswith("To decide 3")


def test_words_that_a_merge_suggests_are_to_be_decided(made: Desk) -> None:
    _put(made)
    naoko = Account("naoko", "Naoko", "supervisor")
    review.approve(made.shelves, "F-1", by=naoko, four_eyes=False)
    assert [button.key for button in _page().button if (button.key or "").startswith("faq_line_")] == ["faq_line_F-2"]
    review.merge(made.shelves, ["F-1", "F-2"], by=naoko)
    page = _page()
    lines = [button for button in page.button if (button.key or "").startswith("faq_line_")]
    assert [line.key for line in lines] == ["faq_line_F-1"]
    assert ":material/edit_note:" in lines[0].label
    assert "Suggested words wait" in (lines[0].help or "")
    page.button(key="faq_approve").click().run()
    assert not [button for button in _page().button if (button.key or "").startswith("faq_line_")]


def _met(made: Desk, held: tuple[int, int], offered: tuple[int, int]) -> None:
    """Count visitors of the published entry F-3 as (shown, contacted), alone and for all entries together."""
    with made.db.write() as db:
        faqs.put(db, Entry("F-3", "Is it free?", "It is free.", "en", state="approved"))
        for entry in ("F-3", arms.ANY):
            for arm, (shown, contacted) in (("held", held), ("offered", offered)):
                for n in range(shown):
                    arms.count(db, entry, cast(Any, arm), "shown", datetime.now(UTC).date())
                    if n < contacted:
                        arms.count(db, entry, cast(Any, arm), "contacted", datetime.now(UTC).date())


def _summaries(page: AppTest) -> list[str]:
    return [found for one in page.get("html") for found in re.findall(r"<summary><b>(.*?)</b>", one.body)]


@pytest.mark.parametrize(
    ("lang", "held", "offered", "told"),
    [
        ("en", (80, 40), (90, 9), "40 fewer of 100 visitors need a person (between 27 and 52)"),
        ("ja", (80, 40), (90, 9), "訪問者100人あたり、担当者を必要とする人が40人減っています（27〜52人）"),
        ("en", (80, 8), (90, 18), "10 more of 100 visitors need a person (between −1 and 21)"),
        ("en", (9, 5), (90, 9), "too few visitors to say what it saves"),
    ],
)
def test_what_the_faq_saves_stands_over_the_list_and_with_its_entry(
    made: Desk, lang: str, held: tuple[int, int], offered: tuple[int, int], told: str
) -> None:
    _met(made, held, offered)
    page = _page(lang)
    page.segmented_control(key="faq_state").set_value("approved").run()
    whole, entry = ("The whole FAQ", "This answer") if lang == "en" else ("FAQ全体", "この回答")
    assert {f"{whole}: {told}", f"{entry}: {told}"} <= set(_summaries(page))
    drawn = "".join(one.body for one in page.get("html"))
    assert all(str(n) in drawn for n in (*held, *offered))


def test_without_a_hold_out_nothing_is_said_of_it(made: Desk) -> None:
    _put(made)
    assert len(_summaries(_page())) == 1  # what the entry costs


def _flagged(made: Desk) -> str:
    with made.db.write() as db:
        faqs.put(db, Entry("F-3", "Is it free?", "It is free. It is blue.", "en", state="approved"))
        theirs = {"kind": "ticket", "source": "T-9", "title": "Price", "quote": "It costs £5.", "start": 0, "end": 12}
        flags.open(db, Flag("F-3", "contradiction", "It is free.", theirs, "free"))
        return flags.of(db, "F-3")[0].id


def test_a_flag_is_closed_where_the_entry_is_kept_as_it_is(made: Desk) -> None:
    flag = _flagged(made)
    page = _page()
    assert any("<ins>" in one.body and "<del>" in one.body for one in page.get("html"))
    page.button(key=f"faq_keep_flag_{flag}").click().run()
    assert not page.exception
    with made.db.read() as db:
        closed = flags.get(db, flag)
        kept = faqs.get(db, "F-3")
    assert closed
    assert kept
    assert (closed.closed_by, closed.closed_how, kept.answer) == ("naoko", "kept", "It is free. It is blue.")
    assert any("Nothing waits" in one.value for one in page.markdown)


def test_the_other_words_are_taken_over_into_the_field_and_closed_once_published(made: Desk) -> None:
    flag = _flagged(made)
    page = _page()
    page.button(key=f"faq_take_{flag}").click().run()
    assert _field(page, "answer", "F-3") == "It costs £5. It is blue."
    with made.db.read() as db:
        kept = faqs.get(db, "F-3")
    assert kept
    assert kept.answer == "It is free. It is blue."  # nothing is published without approval
    page.button(key="faq_approve").click().run()
    assert not page.exception
    with made.db.read() as db:
        closed, kept = flags.get(db, flag), faqs.get(db, "F-3")
    assert closed
    assert kept
    assert (closed.closed_how, kept.answer) == ("changed", "It costs £5. It is blue.")


def test_versions_tell_who_changed_what_and_lead_back(made: Desk) -> None:
    _put(made)
    page = _page()
    page.text_area(key="faq_answer_F-1").set_value("In the shop, under Parts.").run()
    page.button(key="faq_approve").click().run()
    page.segmented_control(key="faq_state").set_value("approved").run()
    lines = [button.label for button in page.button if (button.key or "").startswith("faq_version_")]
    assert [line.split(" :gray")[0] for line in lines] == ["2 · Approved", "1 · Proposed by the desk"]
    assert "Naoko" in lines[0]
    page.button(key="faq_version_2").click().run()
    changed = next(one.body for one in page.get("html") if "kz-change" in one.body)
    assert "<ins>In the shop, under</ins> Parts." in changed
    assert not [button for button in page.button if button.key == "faq_rollback"]  # it is what holds
    page.button(key="faq_version_1").click().run()
    page.button(key="faq_rollback").click().run()
    assert not page.exception
    assert _state(made, "F-1") == "proposed"
    with made.db.read() as db:
        assert articles.get(db, "F-1") is None


def test_entries_are_merged_and_parted_again(made: Desk) -> None:
    _put(made)
    page = _page()
    page.multiselect(key="faq_others_F-1").set_value(["F-2"]).run()
    page.button(key="faq_merge").click().run()
    assert not page.exception
    with made.db.read() as db:
        whole = faqs.get(db, "F-1")
    assert whole
    assert (whole.others["ja"].answer, len(proposals.members(whole))) == ("酢を使います。", 5)
    assert _state(made, "F-2") == "rejected"
    page.button(key="faq_undo").click().run()
    assert not page.exception
    with made.db.read() as db:
        first = faqs.get(db, "F-1")
    assert first
    assert (first.others, len(proposals.members(first))) == ({}, 3)
    assert _state(made, "F-2") == "proposed"


def test_conversations_are_split_off_into_a_proposal_that_opens(made: Desk) -> None:
    _put(made)
    page = _page()
    assert page.button(key="faq_split").disabled
    page.multiselect(key="faq_members_F-1").set_value(["T-2", "T-3"]).run()
    page.button(key="faq_split").click().run()
    assert not page.exception
    with made.db.read() as db:
        found = {one.id: proposals.members(one) for one in faqs.page(db, ("proposed",))}
    fresh = (found.keys() - {"F-1", "F-2"}).pop()
    assert (found["F-1"], found[fresh]) == ({"T-1"}, {"T-2", "T-3"})
    assert _field(page, "question", fresh)
    page.button(key="faq_undo").click().run()
    with made.db.read() as db:
        back = faqs.get(db, "F-1")
    assert back
    assert proposals.members(back) == {"T-1", "T-2", "T-3"}
    assert _state(made, fresh) == "rejected"


def test_an_entry_sleeps_and_is_woken(made: Desk) -> None:
    _put(made)
    page = _page()
    page.button(key="faq_snooze").click().run()
    assert not page.exception
    assert _field(page, "question", "F-2")
    page.segmented_control(key="faq_state").set_value("asleep").run()
    assert _field(page, "question", "F-1")
    page.button(key="faq_wake").click().run()
    with made.db.read() as db:
        kept = faqs.get(db, "F-1")
    assert kept
    assert kept.snoozed is None
    assert any("Nothing is asleep" in one.value for one in page.markdown)


def test_a_review_date_is_set_without_losing_what_is_being_typed(made: Desk) -> None:
    _put(made)
    page = _page()
    page.text_area(key="faq_answer_F-1").set_value("Half a sent").run()
    page.button(key="faq_half_year").click().run()
    with made.db.read() as db:
        kept = faqs.get(db, "F-1")
    assert kept
    assert kept.review
    assert timedelta(days=180) < kept.review - datetime.now(UTC) < timedelta(days=184)
    assert _field(page, "answer", "F-1") == "Half a sent"
    page.button(key="faq_approve").click().run()
    assert not page.toast
    assert _state(made, "F-1") == "approved"


def test_several_are_decided_at_once_and_what_fails_is_told(made: Desk) -> None:
    _put(made)
    with made.db.write() as db:
        faqs.put(db, Entry("F-3", "And this?", "", "en"))
    page = _page()
    page.toggle(key="faq_several").set_value(True).run()
    page.button(key="faq_all").click().run()
    page.button(key="faq_approve_several").click().run()
    assert not page.exception
    assert [_state(made, id) for id in ("F-1", "F-2", "F-3")] == ["approved", "approved", "proposed"]
    told = next(one.value for one in page.caption if "published" in one.value).replace("\\", "")
    assert "2 published. 1 not:" in told
    assert "answer is empty" in told
    page.button(key="faq_undo").click().run()
    assert [_state(made, id) for id in ("F-1", "F-2", "F-3")] == ["proposed"] * 3


def test_several_are_turned_down_for_one_reason(made: Desk) -> None:
    _put(made)
    page = _page()
    page.toggle(key="faq_several").set_value(True).run()
    page.checkbox(key="faq_pick_F-2").check().run()
    assert page.button(key="faq_reject_several").disabled
    page.text_input(key="faq_more_several").set_value("Not ours").run()
    page.button(key="faq_reject_several").click().run()
    assert (_state(made, "F-1"), _state(made, "F-2")) == ("proposed", "rejected")


def test_with_four_eyes_another_supervisor_publishes(made: Desk) -> None:
    _put(made)
    made.settings = made.settings.model_copy(update={"faq_four_eyes": True})
    page = _page()
    page.button(key="faq_approve").click().run()
    assert _state(made, "F-1") == "proposed"
    page.button(key="faq_line_F-1").click().run()
    assert "Approved first by Naoko" in page.info[0].value
    page.button(key="faq_approve").click().run()
    assert any("approved these words already" in toast.value for toast in page.toast)
    with made.db.read() as db:
        kept = faqs.get(db, "F-1")
    assert kept
    review.approve(made.shelves, "F-1", by=Account("kenji", "Kenji", "supervisor"), four_eyes=True)
    assert _state(made, "F-1") == "approved"


def test_words_that_wait_beside_published_ones_are_shown_and_told_apart(made: Desk) -> None:
    _put(made)
    naoko, kenji = (Account(name, name.title(), "supervisor") for name in ("naoko", "kenji"))
    review.approve(made.shelves, "F-1", by=kenji, four_eyes=False)
    with made.db.read() as db:
        kept = faqs.get(db, "F-1")
    assert kept
    review.edit(made.shelves, replace(kept, answer="Under Spare parts."), by=kenji, four_eyes=True)
    made.settings = made.settings.model_copy(update={"faq_four_eyes": True})
    page = _page()
    assert _field(page, "answer", "F-1") == "Under Spare parts."
    assert any("kz-change" in one.body and "<ins>" in one.body for one in page.get("html"))
    page.button(key="faq_approve").click().run()
    assert not page.toast
    with made.db.read() as db:
        published = articles.get(db, "F-1")
    assert published
    assert published.text == "Under Spare parts."
    assert naoko.supervises


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(made: Desk) -> None:
    _put(made)
    page = _page()
    with made.db.read() as db:
        kept = faqs.get(db, "F-1")
    assert kept
    kenji = Account("kenji", "Kenji", "supervisor")
    review.edit(made.shelves, replace(kept, answer="Elsewhere."), by=kenji, four_eyes=False)
    page.text_area(key="faq_answer_F-1").set_value("Under Lids.").run()
    page.button(key="faq_approve").click().run()
    assert any("Somebody else" in toast.value for toast in page.toast)
    assert _state(made, "F-1") == "proposed"


def test_an_agent_sees_flags_and_versions_but_no_buttons_for_them(made: Desk) -> None:
    flag = _flagged(made)
    page = _page(role="agent")
    keys = {button.key for button in page.button}
    assert any("kz-flag" in one.body for one in page.get("html"))
    assert not keys & {f"faq_keep_flag_{flag}", f"faq_take_{flag}", "faq_rollback", "faq_snooze", "faq_merge"}
    assert not page.toggle


@pytest.mark.parametrize("state", list(faq_queue.STATES))
def test_an_empty_list_says_what_fills_it(made: Desk, state: str) -> None:
    page = _page()
    page.segmented_control(key="faq_state").set_value(state).run()
    assert not page.exception
    assert [one.value for one in page.caption if len(one.value) > 40]


def test_every_text_of_the_page_has_its_japanese() -> None:
    folder = Path(faq.__file__).parent
    told = json.loads((folder / "japanese" / "faq.json").read_text("utf-8"))
    said, known = set[str](), set[str]()
    for source in (folder / "faq.py", *folder.glob("faq_*.py")):
        nodes = list(ast.walk(ast.parse(source.read_text("utf-8"))))
        calls = [one for one in nodes if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "say"]
        said |= {text for call in calls for text in _texts(ast.walk(call.args[0]))}
        known |= set(_texts(nodes))
    said -= {"_"} | set(faq_queue.STATES)  # keys of the tables below
    tables = (faq_queue.STATES, faq_words.LANGUAGES, faq_flags.KINDS, faq_flags.NOTES, faq_versions.ACTIONS)
    said |= {text for table in tables for text in table.values()} | set(faq_reasons.REASONS)
    said |= {text for pair in faq._EMPTY.values() for text in pair}
    assert said <= set(told)
    assert set(told) <= known
    assert all(say(text, "ja") == japanese for text, japanese in told.items())


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
