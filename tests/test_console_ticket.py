"""The ticket page: conversation, draft, editor, sources, and everything that its buttons do."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import fake_desk
import pytest
from fake_desk import ticket
from streamlit.testing.v1 import AppTest

from console import accounts, answers, citations, conversations, desk, dossier, drafting
from console.answers import Citation, Draft, Letter, Piece
from console.desk import Desk
from console.pages import (
    plain,
    shell,
    signs,
    ticket_facts,
    ticket_marks,
    ticket_send,
    ticket_source,
    ticket_talk,
    times,
)
from console.pages.ticket_source import Quoted
from ingest import passages
from ingest.errors import SenderError, TemporaryError
from ingest.records import Article, Customer, Ticket
from ingest.store import articles, drafts, notes, tickets

SAID = "Hold a 9 V battery against the two contacts under the handle."
ARTICLE = Article("A-1", "Flat *batteries*", f"# Outside\n\nKeep calm, please, in every case.\n\n{SAID}", lang="en")
ASKED = ("incoming", "My lock is dead. How do I get in tonight?")


class Chat:
    """A model that cites the article, finds nothing, or fails; as small as the desk's own."""

    name, busy = "qwen2.5-coder-1.5b", False

    def __init__(self, reason: str = "", error: Exception | None = None) -> None:
        self.reason, self.error = reason, error

    def close(self) -> None:
        pass


def _written(ticket: Ticket, search: Any, verifier: Any, model: Any, letter: Letter, *_: Any) -> Iterator[Any]:
    """In place of answers.draft: says what the article says."""
    if model.error:
        raise model.error
    if model.reason:
        yield Draft("Thank you. I am asking a colleague.", (), 0.1, True, model.reason, {})
        return
    start = ARTICLE.text.index(SAID)
    cited = Citation(1, "article", "A-1", ARTICLE.title, SAID, start, start + len(SAID), "en")
    words = [
        f"Hello {letter.customer.name.split()[0] if letter.customer else 'you'},\n\n",
        f"{SAID} [1]\n\n",
        "Kind regards",
    ]
    yield from (Piece(word) for word in words)
    yield Draft("".join(words), (cited,), 0.9, False, "", {"query": "how", "model": "stand-in", "total_ms": 12})


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(answers, "draft", _written)
    opened = fake_desk.opened(tmp_path, chat=Chat())
    fake_desk.put(
        opened, Customer("C-1", name="James Whitfield", email="j@mail.example", plan="Pro", value=1500.0), ARTICLE
    )
    yield opened
    fake_desk.forget(drafting._writings)
    desk.use(None)
    opened.close()


def _draw(lang: str) -> None:
    from console.accounts import Account
    from console.desk import current
    from console.pages import session, ticket

    if session.over():  # as the shell does
        return
    ticket.show(current(), Account("emma", "Emma Clarke", "agent", lang))


def _run(id: str = "T-1", lang: str = "en") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang}, default_timeout=20)
    page.query_params["ticket"] = id
    return _again(page)


def _again(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, page.exception
    return page


def _drafted(made: Desk, id: str = "T-1") -> AppTest:
    """The page after its draft was written."""
    page = _run(id)
    writing = drafting.of(made, id)
    assert writing is not None
    assert writing.wait(20)
    return _again(page)


def _html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def _source(page: AppTest) -> dict[str, str]:
    return json.loads(page.get("bidi_component")[0].proto.json)  # type: ignore[no-any-return]


def _row(made: Desk, id: str = "T-1") -> Any:
    with made.db.read() as db:
        return tickets.row(db, id)


def _last(made: Desk, id: str = "T-1") -> Any:
    with made.db.read() as db:
        return tickets.turns(db, id)[-1]


def _draft(made: Desk, id: str = "T-1") -> Any:
    with made.db.read() as db:
        return drafts.latest(db, id)


def test_suggestions_stand_there_before_any_draft(made: Desk) -> None:
    fake_desk.put(
        made,
        ticket("T-1", ASKED, customer="C-1"),
        ticket("T-0", ("incoming", "Locked out"), ("outgoing", "Use the key."), status="resolved", subject="Old case"),
    )
    made.chat, made.chat_trouble = None, fake_desk.NO_CHAT
    page = _run()
    shown = _html(page)
    assert "Flat *batteries*" in shown
    assert "Old case" in shown
    assert "How it was solved before" in shown
    assert "kz-chip positive" in shown
    assert "<small>Problem</small><p>Old case … Locked out</p>" in shown
    assert "<small>Resolution</small><p>Use the key.</p>" in shown
    assert "suggestions work, drafts are not written" in page.info[0].value.replace("\\", "")
    page.button(key="insert:ticket:T-0").click().run()
    assert page.text_area[0].value == "Use the key."


def test_a_draft_is_written_stored_and_put_into_the_editor(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED, customer="C-1"))
    page = _drafted(made)
    assert page.text_area[0].value.startswith("Hello James,\n\n")
    assert f"{SAID} [1]" in page.text_area[0].value
    assert _draft(made).state == "proposed"
    source = _source(page)
    assert source["quote"] == SAID
    assert source["before"].endswith("in every case.\n\n")
    assert "ms" in _html(page)  # the trail tells how long it took


def test_a_stored_draft_is_shown_without_writing_another(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    _drafted(made)
    drafting.forget("T-1")
    page = _run()
    assert SAID in page.text_area[0].value
    assert drafting.of(made, "T-1") is None


def test_a_draft_older_than_the_question_is_not_shown(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    _drafted(made)
    conversations.add(made.shelves, "T-1", "And is it under warranty?", direction="incoming")
    with made.db.read() as db:
        assert dossier.load(made, "T-1").proposal is None
        assert drafts.latest(db, "T-1") is not None
    assert dossier.load(made, "T-1").wants_draft


def test_sending_strips_the_marks_resolves_and_judges_the_draft(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED), ticket("T-2", ASKED))
    page = _drafted(made)
    page.text_area[0].input(page.text_area[0].value + "\n\nSee list [7].").run()
    page.button(key="send").click().run()
    assert not page.exception
    assert _last(made).direction == "outgoing"
    assert "[1]" not in _last(made).text
    assert _last(made).text.endswith("See list [7].")
    assert (_row(made).status, _row(made).assignee, _draft(made).state, _draft(made).by) == (
        "resolved",
        "emma",
        "edited",
        "emma",
    )
    assert page.text_area[0].value == ""
    assert "next" in [button.key for button in page.button]
    page.button(key="undo").click().run()
    assert _row(made).status == "open"
    assert "Send and resolve" in [button.label for button in page.button]


def test_a_draft_that_was_sent_does_not_come_back_into_the_editor(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    page.button(key="send").click().run()
    assert _row(made).status == "resolved"
    later = _run()
    later.text_area[0].input(_draft(made).reply).run()  # as a browser does that has lost its session meanwhile
    assert later.text_area[0].value == ""
    later.text_area[0].input(f"{_draft(made).reply} And more.").run()
    assert later.text_area[0].value.endswith("And more.")


def test_marks_are_stripped_even_when_the_draft_is_outdated_by_then(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    made.chat = None
    conversations.add(made.shelves, "T-1", "Hello?", direction="incoming")
    page = _again(page)
    page.button(key="send").click().run()
    assert SAID in _last(made).text
    assert "[1]" not in _last(made).text


def test_nothing_is_sent_once_the_session_has_ended(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    token = accounts.sign_in(made.db, "emma", accounts.DEMO_PASSWORD)
    page.session_state["session"] = token
    accounts.sign_out(made.db, token)
    page.button(key="send").click().run()
    assert _last(made).direction == "incoming"
    assert _row(made).status == "open"


def test_sending_can_leave_the_ticket_open(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    page.button(key="send_open").click().run()
    assert (_row(made).status, _last(made).direction) == ("open", "outgoing")
    assert "undo" not in [button.key for button in page.button]


def test_an_empty_reply_is_refused_with_a_sentence(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    page.text_area[0].input("  ").run()
    page.button(key="send").click().run()
    assert "The message is empty" in page.error[0].value
    assert _row(made).status == "open"
    assert not _again(page).error


def test_rejecting_needs_a_reason_and_is_remembered(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    assert page.button(key="reject").disabled
    page.button_group(key="reject_why").set_value("Wrong answer").run()
    page.text_input(key="reject_words").input("not for Lock 2").run()
    page.button(key="reject").click().run()
    assert (_draft(made).state, _draft(made).reason) == ("rejected", "Wrong answer: not for Lock 2")
    assert page.text_area[0].value == ""
    assert drafting.of(made, "T-1") is None  # what was turned down is not written again by itself


def test_writing_again_replaces_the_draft(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    before = _draft(made).id
    page.button(key="again").click().run()
    writing = drafting.of(made, "T-1")
    assert writing is not None
    assert writing.wait(20)
    _again(page)
    assert _draft(made).id != before
    assert SAID in page.text_area[0].value


def test_a_draft_does_not_overwrite_the_agents_own_words(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    made.chat = None
    page = _run()
    page.text_area[0].input("My own words").run()
    made.chat = Chat()  # type: ignore[assignment]
    opened = dossier.load(made, "T-1")
    assert drafting.begin(made, opened).wait(20)
    _again(page)
    assert page.text_area[0].value == "My own words"
    page.button(key="use_draft").click().run()
    assert page.text_area[0].value.startswith("Hello")


def test_when_nothing_answers_it_says_so_and_offers_to_hold_the_line(made: Desk) -> None:
    made.chat = Chat("No source comes near this question.")  # type: ignore[assignment]
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    assert "No source answers this." in page.info[0].value
    assert page.text_area[0].value == ""
    assert "Flat *batteries*" in _html(page)
    page.button(key="holding").click().run()
    assert "asking a colleague" in page.text_area[0].value


def test_a_model_that_fails_leaves_everything_else_working(made: Desk) -> None:
    made.chat = Chat(error=TemporaryError("stand-in took too long and was stopped."))  # type: ignore[assignment]
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    assert "took too long" in page.warning[0].value
    page.text_area[0].input("By hand").run()
    page.button(key="send").click().run()
    assert _last(made).text == "By hand"


def test_leaving_does_not_break_a_draft_off_but_dropping_does(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED), ticket("T-2", ASKED))
    left = drafting.begin(made, dossier.load(made, "T-1"))
    assert drafting.begin(made, dossier.load(made, "T-1")) is left or left.finished
    assert left.wait(20)
    assert _draft(made, "T-1") is not None
    dropped = drafting.Writing(made, dossier.load(made, "T-2"))
    dropped.stop()
    dropped.start()
    assert dropped.wait(20)
    assert _draft(made, "T-2") is None


def test_hostile_words_are_shown_and_not_obeyed(made: Desk) -> None:
    fake_desk.put(made, Customer("C-2", name="<img src=x onerror=alert(1)>"))
    with made.db.write() as db:
        hostile = ticket(
            "T-1", ("incoming", "<script>alert(1)</script> [x](javascript:1)"), customer="C-2", subject="# :red[x] <b>"
        )
        tickets.put(db, hostile, origin="")
    page = _run()
    shown = _html(page)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    assert "<img" not in shown
    assert page.markdown[0].value == "#### \\# \\:red\\[x\\] \\<b\\>"


def test_the_conversation_marks_what_waits_and_folds_what_is_long(made: Desk) -> None:
    long = "word " * 400
    fake_desk.put(made, ticket("T-1", ("incoming", long), ("outgoing", "Hello"), ("note", "He is a regular"), ASKED))
    with made.db.write() as db:
        tickets.label(db, "T-1", 3, "negative", 0.77)
    shown = _html(_run())
    assert shown.count("class='kz-turn incoming waits'") == 1
    assert shown.count("To answer") == 1
    assert "Show more" in shown
    assert "Note, not seen by the customer" in shown
    assert "Negative, 77% sure" in shown
    assert re.sub(r"\s+", " ", re.sub(r"<[^>]+>|&hellip;", "", shown)).count("word") == 400


def test_long_conversations_fold_their_beginning(made: Desk) -> None:
    said = [("incoming" if n % 2 == 0 else "outgoing", f"Turn number {n}") for n in range(13)]
    fake_desk.put(made, ticket("T-1", *said))
    assert f"Show {13 - ticket_talk.RECENT} earlier messages" in _html(_run())


def test_the_right_column_explains(made: Desk) -> None:
    fake_desk.put(
        made,
        ticket("T-1", ASKED, customer="C-1"),
        ticket("T-0", ASKED, customer="C-1", subject="Before", status="resolved"),
    )
    with made.db.write() as db:
        tickets.change(db, "T-1", at_risk=0.8, reasons=[{"signal": "leaving", "quote": "I <will> go"}])
    page = _run()
    shown = _html(page)
    for told in (
        "James Whitfield",
        "j@mail.example",
        "Pro",
        "1,500",
        "80%",
        "Says they are leaving</span>",
        "<q>I &lt;will&gt; go</q>",
    ):
        assert told in shown
    assert any("Before" in button.label for button in page.button)


def test_priority_assignment_and_snooze_are_kept_and_journaled(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    page.selectbox[0].set_value("urgent").run()
    page.button(key="assign").click().run()
    page.button(key="snooze").click().run()
    assert (_row(made).priority, _row(made).assignee, _row(made).status) == ("urgent", "emma", "snoozed")
    page.button(key="reopen").click().run()
    assert _row(made).status == "open"
    with made.db.read() as db:
        done = {row.action for row in notes.about(db, "T-1")}
    assert {"set priority", "assigned", "snoozed", "reopened"} <= done


def test_a_note_is_kept_apart_from_what_is_sent(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    page.text_area[0].input("Check the serial number").run()
    page.button(key="note").click().run()
    assert (_last(made).direction, _last(made).text) == ("note", "Check the serial number")


@pytest.mark.parametrize("id", ["", "gone"])
def test_a_ticket_that_is_not_there_leads_back(made: Desk, id: str) -> None:
    page = _run(id)
    assert len(page.warning) == 1
    assert page.button[0].label == "Inbox"
    with pytest.raises(SenderError):
        dossier.load(made, id)


def test_a_source_that_changed_is_found_again_or_said_to_be_gone(made: Desk) -> None:
    quoted = Quoted("article", "A-1", "Flat batteries", 4, 9, SAID)
    assert ticket_source.split(f"New first line. {SAID} More.", quoted).found == SAID
    gone = ticket_source.split("Everything is different.", quoted)
    assert (gone.before, gone.found) == ("Everything is different.", "")
    marked = ticket_source.split("Hold **it** now.", Quoted("article", "A-1", "", 0, 16, "Hold it now."))
    assert marked.found == "Hold **it** now."
    fake_desk.put(made, ticket("T-1", ASKED))
    page = _drafted(made)
    with made.db.write() as db:
        articles.remove(db, "A-1")
    assert any("has been removed" in warning.value for warning in _again(page).warning)


def test_quoted_spans_point_into_the_canonical_text(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED))
    _drafted(made)
    told = _draft(made).citations[0]
    assert passages.text_of(ARTICLE)[told["start"] : told["end"]] == told["quote"] == SAID


def test_marks_are_stripped_and_nothing_else() -> None:
    assert citations.unmarked("Hold it. [1]\n\nWait. [2]", (1, 2)) == "Hold it.\n\nWait."
    assert citations.unmarked("押してください。 [1]　次に [2]待ちます。", (1, 2)) == "押してください。　次に待ちます。"
    assert citations.unmarked("Part [12] and [3].", (1,)) == "Part [12] and [3]."
    assert ticket_marks.shown("a <b> [1]") == "a &lt;b&gt; <sup>1</sup>"


def test_labels_and_times() -> None:
    assert plain.label("**a** [b](c) :red[x] $1$") == r"\*\*a\*\* \[b\]\(c\) \:red\[x\] \$1\$"
    assert plain.label("x" * 300, 10) == "x" * 9 + "…"
    assert times.span(fake_desk.NOW, "en", fake_desk.NOW) == "now"
    assert times.span(None, "en") == ""
    assert times.exact(fake_desk.NOW, "Nowhere/Land").endswith("UTC")
    assert times.exact(fake_desk.NOW, "Asia/Tokyo").endswith("Asia/Tokyo")


def test_the_page_speaks_japanese(made: Desk) -> None:
    fake_desk.put(made, ticket("T-1", ASKED, customer="C-1"))
    page = _run(lang="ja")
    labels = {button.label for button in page.button}
    assert {"送信して解決", "自分が担当する", "保留"} <= labels
    assert "お客様" in _html(page)


def _texts() -> set[str]:
    """Every text that these pages say: literals handed to say(), and the tables whose values are."""
    pages = Path(ticket_send.__file__).parent
    names = ["shell", "inbox", "signs", *(path.stem for path in pages.glob("ticket*.py"))]
    trees = [ast.parse((pages / f"{name}.py").read_text("utf-8")) for name in names]
    trees.append(ast.parse((pages.parent / "door.py").read_text("utf-8")))
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    said = {
        call.args[0].value for call in calls
        if getattr(call.func, "id", "") in ("say", "_button") and call.args and isinstance(call.args[0], ast.Constant)
    }  # fmt: skip
    said |= set(re.findall(r'say\("([^"]+)"\)', (pages.parent / "signin.html").read_text("utf-8")))
    tables = (signs.STATUSES, signs.PRIORITIES, signs.CHANNELS, signs.MOODS, signs.SIGNALS, ticket_source._KINDS)
    said |= {text for table in tables for text in table.values()} | set(ticket_facts._TIMES.values())
    said |= set(ticket_send._REASONS) | {title for title, _ in shell.PAGES.values()} | set(shell._ROLES.values())
    return said | {
        "Name",
        "Email",
        "Company",
        "Plan",
        "Since",
        "Products",
        "Country",
        "Value so far",
        drafting._LOST,
    }


def test_every_text_has_its_japanese_with_the_same_fields() -> None:
    folder = Path(ticket_send.__file__).parent / "japanese"
    kept = {k: v for path in folder.glob("*.json") for k, v in json.loads(path.read_text("utf-8")).items()}
    assert sorted(_texts() - kept.keys()) == []
    fields = {text: (re.findall(r"{(\w+)}", text), re.findall(r"{(\w+)}", kept[text])) for text in _texts()}
    assert [text for text, (ours, theirs) in fields.items() if sorted(ours) != sorted(theirs)] == []


def test_store_keeps_citations_as_the_viewer_reads_them() -> None:
    told = Citation(1, "article", "A-1", "T", "q", 0, 1, "en")
    assert ticket_source.of_citation(asdict(told)) == Quoted("article", "A-1", "T", 0, 1, "q", 1)
