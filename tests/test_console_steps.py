"""The next step: what is suggested for a ticket, and why."""

import json
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from fake_desk import NOW, ticket

from console import steps
from console.dossier import Opened
from console.steps import Step
from ingest.records import Customer
from ingest.store.drafts import Stored

ASKED = ("incoming", "How do I reset the lamp?")


def _opened(
    *said: tuple[str, str], draft: Stored | None = None, customer: Customer | None = None, **row: Any
) -> Opened:
    made = ticket("T-1", *said)
    known = {"status": "open", "mood": "neutral", "at_risk": 0.1, "reasons": []} | row
    turns = [
        SimpleNamespace(direction=turn.direction, text=turn.text, at=turn.at, seq=seq)
        for seq, turn in enumerate(made.messages)
    ]
    return Opened(made, cast(Any, SimpleNamespace(**known)), cast(Any, turns), customer, [], draft)


def _draft(*sure: float, abstained: bool = False, **trail: Any) -> Stored:
    told = {"query": "whole", "questions": [f"Q{n}?" for n in range(len(sure) - 1)], "confidences": list(sure)} | trail
    citations = [{"n": 1}, {"n": 2}]
    created = NOW + timedelta(minutes=1)
    return Stored("D-1", "T-1", "reply", citations, sure[0], abstained, "", told, created=created)


def _step(opened: Opened, outcome: Any = None, written: str = "") -> Step:
    found = steps.suggest(opened, outcome, written)
    assert found is not None
    return found


def _said(step: Step) -> str:
    return step.reason.format(**step.told)


def test_a_full_answer_is_sent_and_a_partial_one_keeps_the_ticket_open() -> None:
    step = _step(_opened(ASKED, draft=_draft(0.92)))
    assert (step.kind, _said(step)) == ("send", "Statements with their source: 2. Confidence 92%.")
    step = _step(_opened(ASKED, draft=_draft(0.9, 0.9, 0.2, 0.8)))
    assert (step.kind, _said(step)) == ("rest", "1 of 3 questions have no source yet.")
    assert _step(_opened(ASKED, draft=_draft(0.6, least=0.7))).kind == "rest"


def test_marks_come_before_sending() -> None:
    step = _step(_opened(ASKED, draft=_draft(0.92)), written="It takes ⟦3 days⟧ and ⟦$5⟧.")
    assert (step.kind, _said(step)) == ("check", "Parts of the reply that no source holds: 2")


@pytest.mark.parametrize(
    ("text", "kind", "quote"),
    [
        ("My parcel has not arrived, please help.", "ask", "My parcel"),
        ("先週注文しましたが、まだ来ません。", "ask", "注文しました"),
        ("My parcel AZ-4417302 has not arrived.", "send", ""),
        ("注文番号 AZ-4620918 を先週注文しました。", "send", ""),
        ("How long does a parcel take to Norway?", "send", ""),
    ],
)
def test_the_order_number_is_asked_for_where_an_order_of_theirs_has_none(text: str, kind: str, quote: str) -> None:
    step = _step(_opened(("incoming", text), draft=_draft(0.9)))
    assert step.kind == kind
    assert step.told.get("quote", "") == quote


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I was charged twice and want an invoice.", "billing"),
        ("二重に請求されました。返金してください。", "billing"),
        ("Someone else is in my account, my phone was stolen.", "security"),
        ("The firmware crashes with error E-99.", "technical"),
        ("電源を入れても動かない。故障ですか。", "technical"),
        ("Do you have a shop in Oslo?", "hold"),
    ],
)
def test_what_no_source_answers_goes_to_the_team_its_words_name(text: str, kind: str) -> None:
    step = _step(_opened(("incoming", text), draft=_draft(0.2, abstained=True)))
    assert step.kind == kind
    assert step.told.get("quote", text).lower() in text.lower()


def test_who_may_leave_is_called_where_a_number_is_known() -> None:
    reasons = [{"signal": "mood", "quote": "so sad"}, {"signal": "leaving", "quote": "cancel everything"}]
    known = Customer("C-1", phone="+44 20")
    step = _step(_opened(ASKED, draft=_draft(0.9), customer=known, at_risk=0.83, reasons=reasons))
    assert (step.kind, _said(step)) == ("call", "At risk, 83%: “cancel everything”")
    assert _step(_opened(ASKED, draft=_draft(0.9), at_risk=0.83, reasons=reasons)).kind == "answer"
    assert _step(_opened(ASKED, draft=_draft(0.9), customer=known, at_risk=0.83, reasons=reasons[:1])).kind == "send"
    assert _step(_opened(ASKED, draft=_draft(0.9), customer=known, at_risk=0.5, reasons=reasons)).kind == "send"


def test_when_we_spoke_last_it_waits_keeps_a_promise_or_ends() -> None:
    step = _step(_opened(ASKED, ("outgoing", "Which colour does the light of the lamp have?")))
    assert step.kind == "wait"
    assert "Which colour" in _said(step)
    step = _step(_opened(ASKED, ("outgoing", "I will ask the warehouse and write to you again tomorrow.")))
    assert step.kind == "promise"
    assert "I will ask the warehouse" in _said(step)
    assert _step(_opened(ASKED, ("outgoing", "Hold the button for ten seconds."))).kind == "close"
    assert _step(_opened(ASKED, ("outgoing", "Hold the button. Can I help you with anything else?"))).kind == "close"
    assert _step(_opened(ASKED, ("outgoing", "ランプは何色に光っていますでしょうか。"))).kind == "wait"


def test_thanks_after_a_solved_case_end_it() -> None:
    talk = (ASKED, ("outgoing", "Hold the button."), ("incoming", "That worked, thank you so much!"))
    assert _step(_opened(*talk, mood="positive"), "resolved").kind == "close"
    assert _step(_opened(*talk, mood="positive", draft=_draft(0.9)), "unresolved").kind == "send"
    assert _step(_opened(*talk[:2], ("incoming", "Thanks! And how do I pair it?"), mood="positive", draft=_draft(0.9)),
                 "resolved").kind == "send"  # fmt: skip


def test_nothing_is_suggested_where_nothing_is_to_do() -> None:
    assert steps.suggest(_opened(ASKED, draft=_draft(0.9), status="resolved"), None) is None
    assert steps.suggest(_opened(ASKED, status="snoozed"), None) is None
    assert steps.suggest(_opened(ASKED), None) is None  # its draft is on its way
    assert steps.suggest(_opened(("note", "A note")), None) is None


def test_every_step_and_reason_has_its_japanese() -> None:
    folder = Path(steps.__file__).parent / "pages" / "japanese"
    kept = {k: v for path in folder.glob("*.json") for k, v in json.loads(path.read_text("utf-8")).items()}
    source = Path(steps.__file__).read_text("utf-8")
    reasons = re.findall(r'Step\(\s*\S+ "([^"]+)"', source)
    assert len(reasons) >= 9
    for text in [*steps.TITLES.values(), *reasons]:
        assert text in kept, text
        assert sorted(re.findall(r"{(\w+)}", kept[text])) == sorted(re.findall(r"{(\w+)}", text))
