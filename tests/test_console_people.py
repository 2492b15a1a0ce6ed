"""The page where a supervisor decides who is the same person, and the line that leads there from a ticket."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fake_desk
import pytest
from streamlit.testing.v1 import AppTest

from console import accounts, desk, identities, likeness
from console.desk import Desk
from console.pages import language, people, people_words
from ingest.arriving import Batch, Job
from ingest.records import Customer
from ingest.store import customers, imports, matches
from ingest.store.matches import Match

ANN = Customer("C-1", "Ann [Field](http://bad)", "ann@mail.example", "090-1234-5678", plan="Plus")
ANNE = Customer("M-9", "Ann Field", "a.field@work.example", "+81 90 1234 5678", plan="Free", company="<b>Mori</b>")
BOB = Customer("C-2", "Bob Meadow", phone="03-1234-5678", country="JP")
BOBBY = Customer("M-8", "Meadow Bob", country="jp")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    yield opened
    desk.use(None)
    opened.close()


def _bring(made: Desk, source: str, *records: Customer) -> None:
    with made.db.write() as db:
        job = Job(source, imports.start(db, source))
        Batch(db, made.shelves, job).take(list(records))
        imports.finish(db, job.id, {})


@pytest.fixture
def proposed(made: Desk) -> list[Match]:
    """Ann under two addresses, likely; Bob twice, possible."""
    _bring(made, "desk", ANN, BOB)
    _bring(made, "mail", ANNE, BOBBY)
    fake_desk.put(made, fake_desk.ticket("T-1", ("incoming", "Where?"), customer="M-9"))
    return identities.propose(made.db)


def _draw(lang: str, role: str) -> None:
    from typing import Any, cast

    from console.accounts import Account
    from console.desk import current
    from console.pages import people

    people.show(current(), Account("naoko", "Naoko", cast(Any, role), lang))


def _page(lang: str = "en", role: str = "supervisor") -> AppTest:
    page = AppTest.from_function(_draw, kwargs={"lang": lang, "role": role}, default_timeout=20).run()
    assert not page.exception
    return page


def _html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def _state(made: Desk, match: Match) -> str:
    with made.db.read() as db:
        kept = matches.get(db, match.id)
    assert kept
    return kept.state


def _count(made: Desk) -> int:
    with made.db.read() as db:
        return customers.count(db)


def test_both_stand_side_by_side_with_what_speaks_for_it(made: Desk, proposed: list[Match]) -> None:
    page = _page()
    lines = [button.label for button in page.button if (button.key or "").startswith("people_line_")]
    assert [line.split("[")[-1] for line in lines] == ["Likely]]", "Possible]]"]
    assert "](http" not in lines[0].replace("\\", "~")
    shown = _html(page)
    assert "The same phone number <span>090-1234-5678 and +81 90 1234 5678</span>" in shown
    assert "&lt;b&gt;Mori" in shown
    assert "<b>Mori" not in shown
    rows = shown.split("<tr class='")[1:]
    kinds = {row.split("<th scope='row'>")[1].split("<")[0]: row.split("'")[0] for row in rows}
    assert {"Email": "differs", "Phone": "same", "Plan": "differs", "Company": ""}.items() <= kinds.items()
    assert "<td>0</td><td>1</td>" in shown  # conversations


def test_merging_opens_the_next_and_can_be_taken_back(made: Desk, proposed: list[Match]) -> None:
    page = _page()
    page.button(key="people_merge").click().run()
    assert not page.exception
    assert (_state(made, proposed[0]), _count(made)) == ("merged", 3)
    assert "Merged: Ann" in page.caption[0].value.replace("\\", "")
    assert "Bob Meadow" in _html(page)
    page.button(key="people_undo").click().run()
    assert (_state(made, proposed[0]), _count(made)) == ("proposed", 4)
    assert "090-1234-5678" in _html(page)


def test_a_merged_pair_is_shown_as_its_sources_tell_it_and_separated(made: Desk, proposed: list[Match]) -> None:
    page = _page()
    page.button(key="people_merge").click().run()
    page.segmented_control(key="people_state").set_value("merged").run()
    shown = _html(page)
    assert "a.field@work.example" in shown
    assert "<td>desk</td><td>mail</td>" in shown
    assert "<td>0</td><td>1</td>" in shown
    assert "naoko" in shown
    page.button(key="people_back").click().run()
    assert (_state(made, proposed[0]), _count(made)) == ("proposed", 4)
    assert page.session_state["people_state"] == "proposed"


def test_different_people_are_remembered_and_can_be_proposed_again(made: Desk, proposed: list[Match]) -> None:
    page = _page()
    page.button(key="people_reject").click().run()
    assert (_state(made, proposed[0]), _count(made)) == ("rejected", 4)
    page.segmented_control(key="people_state").set_value("rejected").run()
    page.button(key="people_back").click().run()
    assert _state(made, proposed[0]) == "proposed"


def test_an_agent_reads_and_is_told_who_decides(made: Desk, proposed: list[Match]) -> None:
    page = _page(role="agent")
    keys = {button.key for button in page.button}
    assert not keys & {"people_merge", "people_reject", "people_undo", "people_back"}
    assert "supervisor decides" in page.info[0].value
    assert "090-1234-5678" in _html(page)


def test_what_somebody_else_decided_meanwhile_is_told(made: Desk, proposed: list[Match]) -> None:
    page = _page()
    identities.reject(made.shelves, proposed[0], by=accounts.Account("hana", "Hana", "supervisor"))
    page.button(key="people_merge").click().run()
    assert not page.exception
    assert (_state(made, proposed[0]), _count(made)) == ("rejected", 4)
    assert any("Somebody else" in toast.value for toast in page.toast)


def test_nothing_is_decided_once_the_session_has_ended(made: Desk, proposed: list[Match]) -> None:
    page = _page()
    token = accounts.sign_in(made.db, "naoko", accounts.DEMO_PASSWORD)
    page.session_state["session"] = token
    accounts.sign_out(made.db, token)
    page.button(key="people_merge").click().run()
    assert _state(made, proposed[0]) == "proposed"


@pytest.mark.parametrize(("lang", "words"), [("en", "Nobody seems to be here twice"), ("ja", "重複していそうな")])
def test_an_empty_page_says_what_appears_here(made: Desk, lang: str, words: str) -> None:
    assert any(words in one.value for one in _page(lang).markdown)


def _line(id: str) -> None:
    from console.desk import current
    from console.pages import people_words

    people_words.also(current(), id, "en")


def test_a_ticket_tells_who_its_customer_may_be_as_well(made: Desk, proposed: list[Match]) -> None:
    page = AppTest.from_function(_line, kwargs={"id": "M-9"}, default_timeout=20).run()
    (button,) = page.button
    assert "same phone number" in button.label.replace("\\", "")
    assert button.label.replace("\\", "").startswith("Perhaps also Ann [Field]")
    button.click().run()
    assert page.session_state["people_open"] == proposed[0].id
    assert not AppTest.from_function(_line, kwargs={"id": "C-9"}, default_timeout=20).run().button


def _literals(tree: ast.AST) -> set[str]:
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "say"]
    parts = [part for call in calls for part in ast.walk(call.args[0]) if isinstance(part, ast.Constant)]
    return {part.value for part in parts if isinstance(part.value, str)}


def test_every_text_of_the_page_has_its_japanese() -> None:
    folder = Path(people.__file__).parent
    told: dict[str, Any] = json.loads((folder / "japanese" / "people.json").read_text("utf-8"))
    said = {
        text
        for module in (people, people_words)
        for text in _literals(ast.parse(Path(module.__file__).read_text("utf-8")))
    }
    said |= set(people.STATES.values()) | {title for title, _ in people._FIELDS.values()}
    said |= (
        {word for _, word in people_words.LIKELY} | set(people_words.SHORT.values()) | set(people_words._LONG.values())
    )
    said -= {"merged", "proposed", "signal"}
    assert said <= told.keys()
    assert set(people_words.SHORT) == set(people_words._LONG) == set(likeness.WEIGHTS)
    assert all(language.say(text, "ja") == japanese for text, japanese in told.items())
