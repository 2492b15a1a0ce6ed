"""JSON lines: one out for one in, in order, whatever comes in."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import lines
from console.lines import Line
from ingest.errors import SenderError, TemporaryError


def _echo(line: Line) -> dict[str, Any]:
    if line.text == "fail":
        raise TemporaryError("Try again later.")
    return {"said": line.text, "turns": len(line.turns or []), "customer": line.customer}


def _answer(*raw: str) -> tuple[list[dict[str, Any]], int]:
    sink = io.StringIO()
    failed = lines.answer([one + "\n" for one in raw], sink, _echo)
    sink.getvalue().encode()
    return [json.loads(line) for line in sink.getvalue().splitlines()], failed


def test_answers_come_in_order_and_the_run_goes_on() -> None:
    found, failed = _answer('{"id":"b","text":"one"}', '{"id":"a","text":"fail"}', "", '{"id":"c","text":"三"}')
    assert found == [
        {"id": "b", "said": "one", "turns": 0, "customer": ""},
        {"id": "a", "error": "Try again later."},
        {"id": "c", "said": "三", "turns": 0, "customer": ""},
    ]
    assert failed == 1


def test_japanese_is_written_as_it_is() -> None:
    sink = io.StringIO()
    lines.answer(['{"id":"あ","text":"返金"}'], sink, _echo)
    assert "返金" in sink.getvalue()


@pytest.mark.parametrize(
    ("raw", "id", "told"),
    [
        ("not json", "line 1", "Not a line as expected"),
        ("[1, 2]", "line 1", "Not a line as expected"),
        ('"text"', "line 1", "Not a line as expected"),
        ("null", "line 1", "Not a line as expected"),
        ('{"text":"x"}', "line 1", "id: Field required"),
        ('{"id":["x"],"text":"x"}', "line 1", "id: "),
        ('{"id":"x"}', "x", "neither `text` nor `turns`"),
        ('{"id":"x","text":"  "}', "x", "neither `text` nor `turns`"),
        ('{"id":"x","turns":[]}', "x", "neither `text` nor `turns`"),
        ('{"id":"x","text":7}', "x", "error"),
        ('{"id":"x","turns":[{"role":"customer"}]}', "x", "turns.0.text: Field required"),
        ('{"id":"x","text":"fail"}', "x", "Try again later."),
        ('{"id":"x","text":"\\ud800"}', "x", "Not a line"),
        ('{"id":"\\ud800","text":"x"}', "?", "Not a line"),
        ("[" * 100_000, "line 1", "Not a line"),
        ('{"id":"x","text":"' + "y" * 1_000_001 + '"}', "x", "1,000,000 are the most"),
    ],
)
def test_a_bad_line_is_answered_with_its_error(raw: str, id: str, told: str) -> None:
    (found, good), failed = _answer(raw, '{"id":"next","text":"ok"}')
    if raw == '{"id":"x","text":7}':  # a number is as good as a text
        assert found["said"] == "7"
        return
    assert set(found) == {"id", "error"}
    assert found["id"] == id
    assert told in found["error"]
    assert (good["id"], failed) == ("next", 1)


def test_numbers_are_ids_and_unknown_fields_are_passed_over() -> None:
    ((found,), _) = _answer('{"id":7,"text":"x","more":{"a":1},"customer":12}')
    assert (found["id"], found["customer"]) == ("7", "12")


def test_turns_are_a_question_too() -> None:
    ((found,), failed) = _answer('{"id":"x","turns":[{"role":"customer","text":"a"},{"role":"agent","text":"b"}]}')
    assert (found["turns"], failed) == (2, 0)


def test_line_separators_inside_a_text_are_no_new_line() -> None:
    ((found,), _) = _answer('{"id":"x","text":"a\u2028b\u0085c"}')
    assert found["said"] == "a\u2028b\u0085c"


def test_what_is_no_error_of_ours_crashes_loudly() -> None:
    def broken(_: Line) -> dict[str, Any]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        lines.answer(['{"id":"x","text":"y"}'], io.StringIO(), broken)


def test_a_sender_error_may_hold_any_letters() -> None:
    def refuse(_: Line) -> dict[str, Any]:
        raise SenderError('本文が「空」です。\n"')

    sink = io.StringIO()
    assert lines.answer(['{"id":"x","text":"y"}'], sink, refuse) == 1
    assert json.loads(sink.getvalue())["error"].startswith("本文")
    assert sink.getvalue().count("\n") == 1


@given(
    st.lists(
        st.one_of(st.text(max_size=60), st.fixed_dictionaries({"id": st.text(), "text": st.text()}).map(json.dumps))
    )
)
def test_every_line_has_its_answer(raw: list[str]) -> None:
    raw = ["".join(one.splitlines()) for one in raw]
    found, _ = _answer(*raw)
    assert len(found) == sum(bool(one.strip()) for one in raw)
