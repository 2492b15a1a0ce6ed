"""Known events: who may announce them, the answers prepared from their own words, and the notice to customers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import fake_desk
import pytest
from stand_ins import SharedWords, words_decide

from console import desk
from console.accounts import Account
from console.desk import Desk
from console.faq import ahead, events, notices, proposals, review
from console.verifier import Verifier
from console.voice import Voice
from ingest import canon
from ingest.errors import SenderError
from ingest.records import Customer
from ingest.store import events as shelf
from ingest.store import faqs, notes, tickets, topics
from ingest.store.events import Event
from ingest.store.topics import Asked, Topic

NOW = fake_desk.NOW
NAOKO = Account("naoko", "Naoko", "supervisor")
EMMA = Account("emma", "Emma", "agent")
OUTAGE = Event(
    "", "outage", "The Aozora app cannot be reached",
    "The Aozora app is down since nine o'clock. When will the app work again: at two o'clock, we think.",
    "en", NOW - timedelta(hours=1), product="Aozora app",
)  # fmt: skip
VERIFIER = cast(Verifier, SharedWords())


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    words_decide(monkeypatch)
    opened = fake_desk.reading(tmp_path)
    yield opened
    desk.use(None)
    opened.close()


def _announced(made: Desk, event: Event = OUTAGE) -> Event:
    return events.announce(made.db, event, by=NAOKO)


def _prepared(made: Desk, id: str) -> list[faqs.Entry]:
    events.prepare(made.db, id, by=NAOKO, search=made.search, verifier=VERIFIER)
    with made.db.read() as db:
        return events.entries(db, id, faqs.STATES)


def test_only_a_supervisor_announces_and_it_is_journaled(made: Desk) -> None:
    with pytest.raises(SenderError, match="Only a supervisor"):
        events.announce(made.db, OUTAGE, by=EMMA)
    kept = _announced(made)
    with made.db.read() as db:
        assert shelf.page(db) == [kept]
        assert [line.action for line in notes.about(db, kept.id)] == ["announced event"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": " "}, "title is empty"), ({"text": ""}, "text is empty"), ({"text": "a" * 8001}, "8,001"),
        ({"kind": "party"}, "price change"), ({"ends": NOW - timedelta(days=1)}, "ends before"),
    ],
)  # fmt: skip
def test_an_event_without_sense_is_refused_and_says_what_to_do(
    made: Desk, change: dict[str, Any], told: str
) -> None:  # fmt: skip
    with pytest.raises(SenderError, match=told):
        _announced(made, replace(OUTAGE, **change))


def test_answers_say_only_what_the_event_says_and_are_only_proposed(made: Desk) -> None:
    kept = _announced(made)
    found = _prepared(made, kept.id)
    assert [one.question for one in found] == [
        "Is Aozora app down?", "When will Aozora app work again?", "What can I do until Aozora app works again?",
    ]  # fmt: skip
    assert {one.state for one in found} == {"proposed"}
    assert found[0].answer == kept.text  # what it says is the answer
    assert found[1].answer == "When will the app work again: at two o'clock, we think."
    for one in found:
        for told in one.evidence:
            assert kept.text[told["start"] : told["end"]] == told["quote"]
        assert not proposals.members(one)
        assert one.others["ja"].question
        assert not one.others["ja"].answer  # the text says nothing in Japanese
    with made.db.read() as db:
        assert not faqs.published(db)


def test_what_the_text_does_not_say_is_left_empty(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "LEAST", 1.1)
    assert [bool(one.answer) for one in _prepared(made, _announced(made).id)] == [True, False, False]


def test_a_text_in_both_languages_answers_in_both(made: Desk) -> None:
    text = f"{OUTAGE.text}\n九時からアプリが使えなくなっています。"
    first = _prepared(made, _announced(made, replace(OUTAGE, text=text)).id)[0]
    assert first.faces["ja"].answer == "九時からアプリが使えなくなっています。"
    assert "九" not in first.faces["en"].answer


def test_every_kind_has_questions_in_both_languages() -> None:
    for kind in shelf.KINDS:
        for lang in ahead.LANGUAGES:
            asked = ahead.questions(replace(OUTAGE, kind=kind, product=""), lang)
            assert 2 <= len(asked) <= 3
            assert all("{" not in one.text for one in asked)
            assert all(one.whole or one.bare for one in asked)


def test_untouched_proposals_follow_the_words_and_decided_ones_stay(made: Desk) -> None:
    kept = _announced(made)
    first, second, _ = _prepared(made, kept.id)
    review.approve(made.shelves, first.id, by=NAOKO, four_eyes=False)
    now = events.edit(made.shelves, replace(kept, text="The app is down until noon, nothing more is known."), by=NAOKO)
    after = {one.id: one for one in _prepared(made, now.id)}
    assert after[first.id].answer == kept.text  # approved: for a person to look at
    assert after[first.id].review
    assert after[second.id].answer != second.answer
    events.edit(made.shelves, replace(now, kind="price"), by=NAOKO)
    states = {one.id: one.state for one in _prepared(made, kept.id)}
    assert states[second.id] == "rejected"
    assert sorted(states.values()) == ["approved", "proposed", "proposed", "proposed", "rejected", "rejected"]


def test_closing_asks_for_a_review_at_once(made: Desk) -> None:
    kept = _announced(made)
    first = _prepared(made, kept.id)[0]
    review.approve(made.shelves, first.id, by=NAOKO, four_eyes=False)
    assert events.close(made.shelves, kept.id, by=NAOKO) == 3
    with made.db.read() as db:
        due = [one.review for one in events.entries(db, kept.id, faqs.STATES)]
        over = shelf.get(db, kept.id)
    assert all(one and one <= datetime.now(UTC) for one in due)
    assert over
    assert over.closed
    with pytest.raises(SenderError, match="closed this event"):
        events.close(made.shelves, kept.id, by=NAOKO)
    events.reopen(made.db, kept.id, by=NAOKO)
    with made.db.read() as db:
        assert shelf.page(db, open_only=True)


def _asked(made: Desk, *texts: tuple[str, str, str]) -> None:
    """A topic T-new with a question for each (ticket, language, text)."""
    with made.db.write() as db:
        topics.put(db, [Topic("T-new", "The app does not open")])
        topics.add(db, [Asked("ticket", id, 0, 0, len(text), text, lang, NOW, "T-new") for id, lang, text in texts])
        topics.count(db)


def test_a_topic_is_answered_out_of_its_conversations(made: Desk) -> None:
    said = "The app does not open any more."
    fake_desk.put(
        made,
        fake_desk.ticket("1", ("incoming", said)),
        fake_desk.ticket("2", ("incoming", "アプリが開きません。"), lang="ja"),
    )
    _asked(made, ("1", "en", said), ("2", "ja", "アプリが開きません。"))
    id = events.answer(made.db, "T-new", by=NAOKO, search=made.search, verifier=VERIFIER)
    with made.db.read() as db:
        entry = faqs.get(db, id)
        whole = {one: tickets.get(db, one) for one in ("1", "2")}
    assert entry
    assert whole["1"]
    assert (entry.state, entry.topic, entry.question, entry.answer) == (
        "proposed",
        "T-new",
        "The app does not open",
        "",
    )
    assert entry.others["ja"].question == "アプリが開きません。"
    assert proposals.members(entry) == {"1", "2"}
    told = next(one for one in entry.evidence if one["source"] == "1")
    assert canon.text_of(whole["1"])[told["start"] : told["end"]] == said
    again = events.answer(made.db, "T-new", by=NAOKO, search=made.search, verifier=VERIFIER)
    assert again == id


def test_a_topic_whose_conversations_nobody_solved_is_answered_by_its_event(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("1", ("incoming", "Is the app down?")))
    _asked(made, ("1", "en", "Is the app down?"))
    _announced(made, replace(OUTAGE, topic="T-new", text="The app is down since nine o'clock, it seems."))
    id = events.answer(made.db, "T-new", by=NAOKO, search=made.search, verifier=VERIFIER)
    with made.db.read() as db:
        entry = faqs.get(db, id)
        assert not events.entries(db, id, faqs.STATES)
    assert entry
    assert entry.question == "The app does not open"
    assert {one["about"] for one in entry.evidence} >= {"question", "event"}


def test_resolved_conversations_answer_what_the_topic_asks(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_desk.put(made, fake_desk.ticket("1", ("incoming", "Is the app down?")))
    _asked(made, ("1", "en", "Is the app down?"), ("9", "ja", "アプリが開きません。"))
    told = [{"about": "question", "kind": "ticket", "source": "9", "title": "", "quote": "", "start": 0, "end": 0}]
    solved = faqs.Entry("F-x", "Broken, help", "Restart the hub.", "en", evidence=told)
    monkeypatch.setattr("console.faq.drafted", lambda search, ids: solved)
    id = events.answer(made.db, "T-new", by=NAOKO, search=made.search, verifier=VERIFIER)
    with made.db.read() as db:
        entry = faqs.get(db, id)
    assert entry
    assert (entry.question, entry.answer) == ("The app does not open", "Restart the hub.")
    assert entry.faces["ja"].question == "アプリが開きません。"
    assert entry.variants[0] == "Broken, help"
    assert proposals.members(entry) == {"1", "9"}


def test_only_a_supervisor_prepares_an_answer(made: Desk) -> None:
    with pytest.raises(SenderError, match="Only a supervisor"):
        events.answer(made.db, "T-new", by=EMMA, search=made.search, verifier=VERIFIER)
    with pytest.raises(SenderError, match="no questions"):
        events.answer(made.db, "T-new", by=NAOKO, search=made.search, verifier=VERIFIER)


# --- notices


def _customers(made: Desk) -> Event:
    """Four conversations about the product: open, recent, old, and one of somebody unknown."""
    fake_desk.put(
        made, Customer("C-1", "Ann", "ann@example.org", lang="en"), Customer("C-2", "=SUM(1)", lang="ja"),
        Customer("C-3", "Old"),
        fake_desk.ticket("1", ("incoming", "It is down."), customer="C-1", product="Aozora app"),
        fake_desk.ticket("2", ("incoming", "使えません。"), customer="C-2", product="Aozora app", status="resolved"),
        fake_desk.ticket("3", ("incoming", "Hm?"), customer="C-3", product="Aozora app", status="resolved", hours=900),
        fake_desk.ticket("4", ("incoming", "Down!"), product="Aozora app"),
        fake_desk.ticket("5", ("incoming", "Where is my lid?"), customer="C-3", product="Lid"),
    )  # fmt: skip
    return _announced(made)


def test_recipients_are_whoever_wrote_about_it_lately_or_still_waits(made: Desk) -> None:
    kept = _customers(made)
    with made.db.read() as db:
        found, open_ = notices.recipients(db, kept), notices.waiting(db, kept)
    assert [(one.id, one.lang, one.address) for one in found] == [("C-1", "en", "ann@example.org"), ("C-2", "ja", "")]
    assert {one.ticket for one in open_} == {"1", "4"}


def test_whoever_asked_in_the_topic_is_touched_wherever_it_was_merged_from(made: Desk) -> None:
    fake_desk.put(made, fake_desk.ticket("1", ("incoming", "Down?"), customer="C-1"))
    _asked(made, ("1", "en", "Down?"))
    with made.db.write() as db:
        topics.put(db, [Topic("T-main", "Outage")])
        topics.merge(db, "T-new", "T-main")
        found = shelf.touched(db, replace(OUTAGE, product="", topic="T-main"), NOW - timedelta(days=30))
        assert not shelf.touched(db, replace(OUTAGE, product="", topic=""), NOW - timedelta(days=30))
    assert [one.ticket for one in found] == ["1"]


def test_the_table_has_no_formula_no_original_and_is_journaled(made: Desk) -> None:
    kept = _customers(made)
    with pytest.raises(SenderError, match="Only a supervisor"):
        notices.table(made.db, kept.id, by=EMMA)
    lines = notices.table(made.db, kept.id, by=NAOKO).decode("utf-8-sig").splitlines()
    assert lines == ["id,name,language,address", "C-1,Ann,en,ann@example.org", "C-2,'=SUM(1),ja,"]
    with made.db.read() as db:
        line = notes.about(db, kept.id)[0]
    assert (line.action, line.detail["count"]) == ("downloaded recipients", 2)


def test_a_notice_is_the_events_words_in_the_desks_tone(made: Desk) -> None:
    drafted = notices.draft(OUTAGE, Voice(company="Aozora", tone="formal"))
    assert drafted["en"]["subject"] == "Service disruption: The Aozora app cannot be reached"
    assert drafted["en"]["text"].startswith("Dear customer,\n\nThere is a problem with Aozora app")
    assert OUTAGE.text in drafted["en"]["text"]
    assert drafted["en"]["text"].endswith("Kind regards,\nAozora support")
    assert notices.BLANK in drafted["ja"]["text"]  # it says nothing in Japanese
    both = notices.draft(replace(OUTAGE, text=f"{OUTAGE.text} 九時から使えません。"), Voice())
    assert "九時から使えません。" in both["ja"]["text"]
    assert notices.BLANK not in both["ja"]["text"]
    assert "九時" not in both["en"]["text"]


@pytest.mark.parametrize("kind", shelf.KINDS)
def test_every_kind_has_its_words(kind: shelf.Kind) -> None:
    for lang, letter in notices.draft(replace(OUTAGE, kind=kind), Voice()).items():
        assert "{" not in letter["subject"] + letter["text"], lang


def test_notes_go_into_open_tickets_once_and_never_to_customers(made: Desk) -> None:
    kept = _customers(made)
    with pytest.raises(SenderError, match="English is not written"):
        notices.note(made.shelves, kept.id, "/topics?event=E", by=NAOKO)
    notices.keep(made.db, kept.id, notices.draft(kept, Voice()), by=NAOKO)
    assert notices.note(made.shelves, kept.id, "/topics?event=E", by=NAOKO) == 2
    assert notices.note(made.shelves, kept.id, "/topics?event=E", by=NAOKO) == 0
    with made.db.read() as db:
        turns = {id: tickets.turns(db, id) for id in ("1", "2", "4")}
        row = tickets.row(db, "1")
    assert [[turn.direction for turn in turns[id]] for id in turns] == [
        ["incoming", "note"],
        ["incoming"],
        ["incoming", "note"],
    ]
    assert "/topics?event=E" in turns["1"][1].text
    assert OUTAGE.text in turns["1"][1].text
    assert row
    assert row.waiting_since  # the customer still waits
    with pytest.raises(SenderError, match="Only a supervisor"):
        notices.note(made.shelves, kept.id, "", by=EMMA)


def test_a_language_that_is_not_written_is_not_noted(made: Desk) -> None:
    kept = _customers(made)
    fake_desk.put(
        made, fake_desk.ticket("6", ("incoming", "使えません。"), customer="C-2", product="Aozora app", lang="ja")
    )
    notices.keep(made.db, kept.id, notices.draft(kept, Voice()), by=NAOKO)
    with pytest.raises(SenderError, match="Japanese is not written"):
        notices.note(made.shelves, kept.id, "", by=NAOKO)
    with made.db.read() as db:
        assert len(tickets.turns(db, "1")) == 1  # all or none


def test_a_kept_notice_outlives_changes_of_the_event(made: Desk) -> None:
    kept = _announced(made)
    letter = {"en": {"subject": "S", "text": "T"}}
    notices.keep(made.db, kept.id, letter, by=NAOKO)
    events.edit(made.shelves, replace(kept, title="Another title"), by=NAOKO)
    with made.db.read() as db:
        now = shelf.get(db, kept.id)
    assert now
    assert (now.title, now.notice) == ("Another title", letter)
    with pytest.raises(SenderError, match="subject has 201"):
        notices.keep(made.db, kept.id, {"en": {"subject": "s" * 201, "text": ""}}, by=NAOKO)
