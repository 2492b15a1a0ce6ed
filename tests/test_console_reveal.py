"""Originals behind placeholders: for a supervisor, journaled, in this view only, and nowhere else."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import pytest
from stand_ins import Picking
from streamlit.testing.v1 import AppTest

from console import accounts, answers, conversations, desk
from console.accounts import Account
from console.answers import Letter
from console.desk import Desk
from console.evidence import Fact
from console.pages import shell, ticket_reveal
from console.widget import view
from ingest.errors import SenderError
from ingest.records import Message, Ticket
from ingest.redact import Redactor
from ingest.shelving import Shelves
from ingest.store import customers, notes, tickets
from ingest.vault import Vault

BOSS = Account("naoko", "Naoko", "supervisor")
AGENT = Account("emma", "Emma", "agent")
MAIL, PHONE = "ann@mail.example", "090-1234-5678"
SAID = f"Write to {MAIL} or call {PHONE}. <script>alert(1)</script>"
MASKED = "Write to <EMAIL_1> or call <PHONE_1>."


def _ticket(id: str, text: str = SAID) -> Ticket:
    return Ticket(id, (Message("incoming", text, datetime.now(UTC)),), status="open", lang="en", customer="C-1")


def _journal(shelves: Shelves, id: str) -> list[tuple[str, str, dict[str, Any]]]:
    with shelves.db.read() as db:
        return [(row.by, row.action, row.detail) for row in notes.about(db, id) if row.action.startswith("revealed")]


def _fact(*_: Any) -> list[Fact]:
    return [Fact("Write to us, and we send another lamp.", "A-1", "article", "Lamps", "en", 0, 38, scores=(0.9,))]


# --- the judgement


@pytest.fixture
def masking(open_shelves: Callable[..., Shelves], redactor: Redactor) -> Shelves:
    return open_shelves(redactor=redactor)


def test_a_supervisor_sees_what_stands_in_this_conversation_and_it_is_logged(masking: Shelves) -> None:
    conversations.begin(masking, _ticket("T-0", "My other address is office@mail.example."))
    conversations.begin(masking, _ticket("T-1"))
    assert conversations.reveal(masking, "T-1", BOSS) == {"<EMAIL_2>": MAIL, "<PHONE_1>": PHONE}
    assert _journal(masking, "T-1") == [("naoko", "revealed personal data", {"count": 2})]
    assert _journal(masking, "T-0") == []


def test_an_agent_may_not_and_nothing_is_logged(masking: Shelves) -> None:
    conversations.begin(masking, _ticket("T-1"))
    with pytest.raises(SenderError, match="Only a supervisor"):
        conversations.reveal(masking, "T-1", AGENT)
    assert _journal(masking, "T-1") == []


def test_what_is_not_logged_is_not_revealed(masking: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    conversations.begin(masking, _ticket("T-1"))

    def full(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(notes, "write", full)
    with pytest.raises(OSError, match="no space"):
        conversations.reveal(masking, "T-1", BOSS)


def test_where_nothing_is_kept_it_says_so(open_shelves: Callable[..., Shelves], redactor: Redactor) -> None:
    off = open_shelves(redactor=redactor, vault=Vault(bytes(range(64)), keep=False))
    stored = conversations.begin(off, _ticket("T-1"))
    assert (len(conversations.masked_in(stored)), conversations.revealable(off, stored)) == (2, 0)
    with pytest.raises(SenderError, match="holds no original"):
        conversations.reveal(off, "T-1", BOSS)
    with pytest.raises(SenderError, match="no ticket T-9"):
        conversations.reveal(off, "T-9", BOSS)
    assert _journal(off, "T-1") == []


def test_the_widget_and_drafts_never_see_originals(masking: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "offer", _fact)
    conversations.begin(masking, _ticket("T-1"), visitor="v-1")
    assert conversations.reveal(masking, "T-1", BOSS)
    model, search = Picking(), cast(Any, SimpleNamespace(db=masking.db))
    with masking.db.read() as db:
        stored, shown = tickets.get(db, "T-1"), view.of(db, "v-1")
    assert stored
    written = list(answers.draft(stored, search, cast(Any, None), cast(Any, model), Letter("en")))
    for told in (str(shown), str(written), str(model.asked), str(stored)):
        assert MAIL not in told
        assert PHONE not in told
    assert "<EMAIL_1>" in str(shown)


# --- the page


@pytest.fixture
def made(tmp_path: Path, redactor: Redactor) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    opened.shelves = replace(opened.shelves, redactor=redactor)
    conversations.begin(opened.shelves, _ticket("T-1"))
    conversations.begin(opened.shelves, _ticket("T-2", f"Again {MAIL}"))
    yield opened
    desk.use(None)
    opened.close()


def _draw(name: str, role: str) -> None:
    from typing import Any, cast

    from console.accounts import Account
    from console.desk import current
    from console.pages import session, ticket

    if session.over():  # as the shell does
        return
    ticket.show(current(), Account(name, name.title(), cast(Any, role)))


def _page(role: str = "supervisor", id: str = "T-1", name: str = "naoko") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"name": name, "role": role}, default_timeout=20)
    page.query_params["ticket"] = id
    page.run()
    assert not page.exception, page.exception
    return page


def _html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def test_originals_show_marked_for_this_view_and_can_be_hidden(made: Desk) -> None:
    page = _page()
    assert MAIL not in _html(page)
    assert any("logged with your name" in one.value for one in page.caption)
    page.button(key="reveal").click().run()
    assert not page.exception
    shown = _html(page)
    assert f"<mark class='kz-original' title='&lt;EMAIL_1&gt;'>{MAIL}</mark>" in shown
    assert f">{PHONE}</mark>" in shown
    assert "<script>alert" not in shown
    assert _journal(made.shelves, "T-1") == [("naoko", "revealed personal data", {"count": 2})]
    page.button(key="hide").click().run()
    assert MAIL not in _html(page)
    assert len(_journal(made.shelves, "T-1")) == 1


def test_another_ticket_another_person_and_another_window_see_nothing(made: Desk) -> None:
    page = _page()
    page.button(key="reveal").click().run()
    for other in (_page(), _page("agent", name="emma")):
        assert MAIL not in _html(other)
        assert ticket_reveal._KEY not in other.session_state
    page.query_params["ticket"] = "T-2"
    page.run()
    assert MAIL not in _html(page)
    page.query_params["ticket"] = "T-1"
    page.run()
    assert MAIL not in _html(page)


def test_leaving_for_another_page_forgets(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, object] = {ticket_reveal._KEY: ticket_reveal.Revealed("T-1", {}, time.monotonic() + 9)}
    monkeypatch.setattr(ticket_reveal.st, "session_state", state)
    monkeypatch.setattr(shell, "import_module", lambda name: type("Page", (), {"show": lambda *_: None}))
    shell._drawing("ticket", made, BOSS)()
    assert state
    assert not ticket_reveal.over()
    shell._drawing("inbox", made, BOSS)()
    assert not state


def test_after_some_minutes_it_is_gone(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = _page()
    page.button(key="reveal").click().run()
    now = time.monotonic()
    monkeypatch.setattr(ticket_reveal, "time", type("Clock", (), {"monotonic": lambda: now + 301}))
    page.run()
    assert MAIL not in _html(page)
    assert ticket_reveal._KEY not in page.session_state


def test_an_open_page_learns_that_the_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    held = ticket_reveal.Revealed("T-1", {"<EMAIL_1>": MAIL}, time.monotonic() - 1)
    monkeypatch.setattr(ticket_reveal.st, "session_state", {ticket_reveal._KEY: held})
    assert ticket_reveal.over()
    assert ticket_reveal.shown("T-1") == {}
    assert not ticket_reveal.over()


def test_an_agent_is_told_why_not(made: Desk) -> None:
    page = _page("agent", name="emma")
    button = page.button(key="reveal_not")
    assert button.disabled
    assert "Only a supervisor" in button.help
    assert "reveal" not in {one.key for one in page.button}


def test_the_button_says_when_there_is_nothing_to_reveal(made: Desk) -> None:
    made.shelves = replace(made.shelves, vault=Vault(bytes(range(64)), keep=False))
    conversations.begin(made.shelves, replace(_ticket("T-3"), customer="C-3"))
    assert "vault is off" in _page(id="T-3").button(key="reveal_not").help
    with made.db.write() as db:
        customers.remove(db, "C-1")
    made.shelves = replace(made.shelves, vault=fake_desk.VAULT)
    assert "holds no original" in _page().button(key="reveal_not").help
    conversations.begin(made.shelves, _ticket("T-4", "Nothing to hide."))
    assert not {"reveal", "reveal_not"} & {one.key for one in _page(id="T-4").button}


def test_nothing_is_revealed_once_the_session_has_ended(made: Desk) -> None:
    page = _page()
    token = accounts.sign_in(made.db, "naoko", accounts.DEMO_PASSWORD)
    page.session_state["session"] = token
    accounts.sign_out(made.db, token)
    page.button(key="reveal").click().run()
    assert _journal(made.shelves, "T-1") == []


def test_words_around_a_placeholder_stay_words() -> None:
    told = ticket_reveal.said("<b> <EMAIL_1> & <EMAIL_2>", {"<EMAIL_1>": "<i>a@b"})
    assert told == (
        "&lt;b&gt; <mark class='kz-original' title='&lt;EMAIL_1&gt;'>&lt;i&gt;a@b</mark> &amp; &lt;EMAIL_2&gt;"
    )
    assert "a@b" not in repr(ticket_reveal.Revealed("T-1", {"<EMAIL_1>": "a@b"}, 0.0))
