"""The watch list: who is at risk and why, claiming, steps, a message, outcomes, alerts, and what an agent may do."""

import ast
import json
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import fake_desk
import pytest
from streamlit.testing.v1 import AppTest

from console import desk
from console.accounts import Account
from console.desk import Desk
from console.pages import shell, signs, sparkline, watch_record, watch_words
from console.pages import watch as page_module
from console.pages.language import say
from console.watch import deciding, playbook
from console.watch.volume import Volume
from ingest.records import Customer
from ingest.store import customers, deliveries, notes, tickets, watches
from ingest.store.deliveries import Delivery
from ingest.store.watches import Watch

NOW = fake_desk.NOW
NAOKO, EMMA = Account("naoko", "Naoko Hayashi", "supervisor"), Account("emma", "Emma Clarke", "agent")
QUOTE = "I am [leaving](http://bad) for <b>good</b>"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Desk]:
    opened = fake_desk.opened(tmp_path)
    yield opened
    desk.use(None)
    opened.close()


def _draw(lang: str, name: str, role: str) -> None:
    from typing import Any, cast

    from console.accounts import Account
    from console.desk import current
    from console.pages import watch

    watch.show(current(), Account(name, "Me Myself", cast(Any, role), lang))


def _page(lang: str = "en", me: Account = NAOKO, **query: str) -> AppTest:
    kwargs = {"lang": lang, "name": me.name, "role": me.role}
    page = AppTest.from_function(_draw, kwargs=kwargs, default_timeout=20)
    for name, value in query.items():
        page.query_params[name] = value
    return _fine(page.run())


def _fine(page: AppTest) -> AppTest:
    assert not page.exception
    return page


def _put(made: Desk, id: str = "1", at_risk: float = 0.9, **values: Any) -> str:
    known = Customer(f"C-{id}", f"Ann *{id}*", lang="en", plan="Pro", value=1500.0, phone="+44 20 1", since=NOW)
    words = "Where is it? I am leaving."
    fake_desk.put(made, known, fake_desk.ticket(f"T-{id}", ("incoming", words), customer=f"C-{id}"))
    reasons = (
        {"signal": "leaving", "quote": QUOTE, "points": 2.5, "ticket": f"T-{id}", "at": ""},
        {"signal": "waiting", "quote": "", "points": 0.5, "ticket": f"T-{id}", "at": ""},
        {"signal": "well", "quote": "thanks", "points": -0.6, "ticket": f"T-{id}", "at": ""},
    )
    with made.db.write() as db:
        tickets.label(db, f"T-{id}", 0, "negative", 0.9, 0.8)
        return watches.put(db, Watch(f"C-{id}", f"T-{id}", NOW, at_risk, at_risk, reasons, points=2.0, **values))


def _held(made: Desk, id: str) -> Watch:
    with made.db.read() as db:
        found = watches.get(db, id)
    assert found is not None
    return found


def _lines(page: AppTest) -> list[dict[str, Any]]:
    lists = page.get("bidi_component")
    return json.loads(lists[0].proto.json)["lines"] if lists else []  # type: ignore[no-any-return]


def _html(page: AppTest) -> str:
    return "\n".join(one.body for one in page.get("html"))


def test_an_empty_list_says_what_to_do(made: Desk) -> None:
    page = _page()
    assert any("Nobody is at risk" in one.value for one in page.markdown)
    assert any("record it in their ticket" in one.value for one in page.caption)
    page = _page(me=EMMA)
    assert any("You look after nobody" in one.value for one in page.markdown)


def test_the_worst_come_first_with_the_reason_in_their_words(made: Desk) -> None:
    _put(made, "1", 0.6), _put(made, "2", 0.9)
    first, second = _lines(_page())
    assert (first["name"], first["chance"], second["chance"]) == ("Ann *2*", "90 %", "60 %")
    assert first["reason"] == f"Says they are leaving: “{QUOTE}”"
    assert (first["plan"], first["value"]) == ("Pro", "Worth 1,500")
    assert first["trend"].startswith("data:image/svg+xml;base64,")
    assert first["trend_told"] == "Dissatisfied after each message: 80 %"
    assert first["state"] == "Nobody looks after them yet"
    assert (first["open"], second["open"]) == (True, False)


def test_the_open_one_shows_what_each_signal_weighs_and_words_stay_words(made: Desk) -> None:
    _put(made)
    body = _html(_page())
    assert "&lt;b&gt;good&lt;/b&gt;" in body
    assert "<b>good</b>" not in body
    assert "width:100%" in body
    assert "class=less" in body
    assert "They say that they are leaving: a voice reaches them" in body
    assert "+44 20 1" in body


def test_a_supervisor_claims_and_takes_it_back(made: Desk) -> None:
    id = _put(made)
    page = _fine(_page().button(key="watch_claim").click().run())
    held = _held(made, id)
    assert held.owner == "naoko"
    assert held.due is not None
    assert timedelta(hours=23) < held.due - NOW < timedelta(hours=25)
    assert "Naoko Hayashi · due in" in _lines(page)[0]["state"]
    _fine(page.button(key="watch_undo").click().run())
    assert (_held(made, id).owner, _held(made, id).due) == ("", None)


def test_a_step_is_kept_with_who_and_what(made: Desk) -> None:
    id = _put(made)
    page = _page()
    page.text_input[0].set_value("Talked for long").run()
    page = _fine(page.button(key="watch_did").click().run())
    (step,) = _held(made, id).steps
    assert (step["step"], step["by"], step["note"]) == ("call", "naoko", "Talked for long")
    assert _held(made, id).owner == "naoko"
    body = _html(page)
    assert "Called them" in body
    assert "Talked for long" in body
    assert "somebody with a name should ask why" in body  # the next suggestion


def test_a_message_is_drafted_edited_and_sent_as_a_reply(made: Desk) -> None:
    id = _put(made)
    with made.db.write() as db:
        watches.put(
            db,
            Watch(
                **vars(_held(made, id))
                | {"steps": ({"step": "call", "by": "naoko", "at": NOW.isoformat(), "note": ""},)}
            ),
        )
    page = _page()
    (area,) = page.text_area
    assert area.value.startswith("Hello Ann")
    area.set_value("Dear Ann, please call me.").run()
    _fine(page.button(key="watch_send").click().run())
    with made.db.read() as db:
        last = tickets.turns(db, "T-1")[-1]
        row = tickets.row(db, "T-1")
    assert (last.direction, last.text, last.author) == ("outgoing", "Dear Ann, please call me.", "Me Myself")
    assert row is not None
    assert row.status == "open"
    assert [one["step"] for one in _held(made, id).steps] == ["call", "message"]


def test_an_empty_message_is_not_sent_and_no_step_is_noted(made: Desk) -> None:
    id = _put(made)
    deciding.take_step(made.db, id, "call", by=NAOKO)
    page = _page()
    page.text_area[0].set_value("   ").run()
    page = _fine(page.button(key="watch_send").click().run())
    assert [one["step"] for one in _held(made, id).steps] == ["call"]
    assert any("empty" in toast.value for toast in page.toast)


def test_an_outcome_closes_it_and_the_figures_change(made: Desk) -> None:
    id = _put(made)
    deciding.record(made.db, _put(made, "2"), "false", by=NAOKO)
    deciding.record(made.db, id, "churned", "Went to a rival", by=NAOKO)
    fake_desk.put(made, fake_desk.ticket("T-9", ("incoming", "Bye"), customer="C-9"))
    deciding.record_for(made.db, "T-9", "churned", by=NAOKO)
    page = _page(watch=id)
    body = _html(page)
    assert "1 of 2 alerts" in body
    assert "50 % (9–91)" in body  # precision and recall, each of two
    assert "Went to a rival" in body
    assert any("3 so far" in one.value for one in page.caption)


def test_an_agent_sees_only_whom_they_look_after_and_decides_about_them(made: Desk) -> None:
    mine, other = _put(made, "1"), _put(made, "2")
    deciding.claim(made.db, mine, "emma", None, by=NAOKO)
    page = _page(me=EMMA)
    assert [line["id"] for line in _lines(page)] == [mine]
    keys = {button.key for button in page.button}
    assert "watch_claim" not in keys
    page = _page(me=EMMA, watch=other)
    assert [line["id"] for line in _lines(page)] == [mine]
    assert "Alerts" not in str(page.get("button_group")[0])


def test_alerts_tell_what_became_of_them(made: Desk) -> None:
    made.settings = made.settings.model_copy(
        update={"alerts_webhook": ("https://hooks.example/secret-path",), "alerts_quiet": "22:00-07:00"}
    )
    id = _put(made)
    with made.db.write() as db:
        deliveries.put_many(db, [
            Delivery("webhook", "https://hooks.example/secret-path", NOW, NOW, id, 0.9, sent=NOW),
            Delivery("email", "a@b.example", NOW, NOW + timedelta(hours=3), id, 0.9),
            Delivery("email", "a@b.example", NOW, NOW, None, tries=6, given_up=NOW, trouble="The <server> is gone."),
        ])  # fmt: skip
    page = _page()
    page.session_state["watch_list_next"] = "alerts"
    page = _fine(page.run())
    body = _html(page)
    assert "hooks.example" in body
    assert "secret-path" not in body
    assert re.search(r"Arrived (just now|\d+ min ago)", body)
    assert "Waits until" in body
    assert "Given up: The &lt;server&gt; is gone." in body
    assert "Quiet from 22:00-07:00" in body
    _fine(page.button(key="watch_test").click().run())
    with made.db.read() as db:
        assert [one.watch for one in deliveries.page(db)].count(None) == 2


def test_without_addresses_the_page_says_how_to_set_them(made: Desk) -> None:
    page = _page()
    page.session_state["watch_list_next"] = "alerts"
    page = _fine(page.run())
    assert any("KIZUNA_ALERTS_WEBHOOK" in one.value for one in page.caption)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (Volume(0.62, 18.2, 20), "Flagged from 62 % on: about 18 a week. You can look after 20"),
        (Volume(0.5, 0.25, 5), "about < 1 a week"),
        (Volume(0.5, 0.0, 5), "about 0 a week"),
    ],
)
def test_the_threshold_is_told_in_a_sentence(found: Volume, told: str) -> None:
    assert told in page_module.threshold(found, "en")


def test_a_sparkline_reads_itself_out() -> None:
    assert sparkline.draw([], "en") == ""
    drawn = sparkline.draw([0.1, 0.95, 2.0], "en")
    assert "alt='Dissatisfied after each message: 10 %, 95 %, 200 %'" in drawn


def test_the_page_speaks_japanese(made: Desk) -> None:
    _put(made)
    page = _page("ja")
    assert any("原因の解消" in str(one) for one in page.get("button_group"))
    assert "声なら届きます" in _html(page)


def test_only_supervisors_see_the_page_among_the_others() -> None:
    assert "watch" in shell._SUPERVISORS


def test_every_text_of_the_page_has_its_japanese() -> None:
    folder = Path(page_module.__file__).parent
    told = json.loads((folder / "japanese" / "watch.json").read_text("utf-8"))
    said, known = set[str](), set[str]()
    sources = ("watch.py", "sparkline.py", "risk_shown.py", "ticket_risk.py")
    for source in (*(folder / name for name in sources), *folder.glob("watch_*.py")):
        nodes = list(ast.walk(ast.parse(source.read_text("utf-8"))))
        calls = [one for one in nodes if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "say"]
        said |= {text for call in calls for text in _texts(ast.walk(call.args[0]))}
        known |= set(_texts(nodes))
    tables: tuple[Iterable[str], ...] = (
        page_module.LISTS.values(), watch_words.OUTCOMES.values(), watch_words.EXPLAINED.values(),
        watch_words.DONE.values(), playbook.TITLES.values(), watch_record.HEAD, watch_record.TITLES.values(),
        watch_record.EXPLAINED.values(), signs.SIGNALS.values(),
        (why for steps in playbook._answers().values() for why in steps.values()),
    )  # fmt: skip
    said |= {text for table in tables for text in table}
    said -= {"step", "settled"}  # keys of what is told, not texts
    assert {text for text in said if say(text, "ja") == text and text != "Webhook"} == set()
    known |= said | {title for title, _ in shell.PAGES.values()}
    assert set(told) <= known


def _texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_everything_is_in_the_journal(made: Desk) -> None:
    id = _put(made)
    deciding.claim(made.db, id, "naoko", None, by=NAOKO)
    deciding.take_step(made.db, id, "fix", by=NAOKO)
    change = deciding.record(made.db, id, "saved", by=NAOKO)
    deciding.take_back(made.db, change, by=NAOKO)
    with made.db.read() as db:
        assert [line.action for line in notes.about(db, "T-1")][:4] == [
            "took back", "recorded outcome", "took step", "claimed customer",
        ]  # fmt: skip
        assert customers.find(db, "C-1") is not None
