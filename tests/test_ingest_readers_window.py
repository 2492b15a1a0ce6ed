"""JSON of any length comes in value by value, with its lists apart, and what is broken costs what stands after it."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from ingest.readers import opening
from ingest.readers.opening import File
from ingest.records import Reject

LISTS = frozenset(["tickets", "users"])


def members(folder: Path, text: str, name: str = "x.json") -> list[tuple[str, int, Any]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [
        (name, number, item.reason if isinstance(item, Reject) else item)
        for name, number, item in opening.members(File.of(path), LISTS)
    ]


def test_lists_come_singly_and_the_rest_after_them(tmp_path: Path) -> None:
    page = {"count": 2, "tickets": [{"a": 1}, {"b": [{"users": []}]}], "users": {"no": "list"}, "x": 'é"]}'}
    expected = [
        ("tickets", 1, {"a": 1}),
        ("tickets", 2, {"b": [{"users": []}]}),
        ("", 1, {"count": 2, "users": {"no": "list"}, "x": 'é"]}'}),
    ]
    assert members(tmp_path, json.dumps(page)) == expected
    assert members(tmp_path, json.dumps(page, indent=2, ensure_ascii=False)) == expected
    two = members(tmp_path, json.dumps(page, indent=2) + "\n" + json.dumps(page, indent=2))
    assert two == [*expected, *((name, 2 if not name else number, item) for name, number, item in expected)]


def test_arrays_and_lines_hold_whole_objects_and_pages(tmp_path: Path) -> None:
    assert members(tmp_path, '[\n{"tickets": [{"a": 1}]}, 7, {"b": 2}]') == [
        ("", 1, {"tickets": [{"a": 1}]}),
        ("", 2, opening._NO_OBJECT),
        ("", 3, {"b": 2}),
    ]
    assert members(tmp_path, '{"tickets": [{"a": 1}, 7], "c": 3}\n{"b": 2}\n', "x.jsonl") == [
        ("tickets", 1, {"a": 1}),
        ("tickets", 2, opening._NO_OBJECT),
        ("", 1, {"c": 3}),
        ("", 2, {"b": 2}),
    ]


CUT: dict[str, tuple[str, tuple[str, int], str]] = {
    "in a list": ('{"tickets": [\n{"a": 1}, {"a"', ("tickets", 2), "Record 2 of 'tickets' is not complete JSON"),
    "between": ('{"tickets": [\n{"a": 1}', ("tickets", 2), "Record 2 of 'tickets' is not complete"),
    "after a list": ('{"tickets": [\n{"a": 1}], "c"', ("", 1), "Record 1 is not complete"),
    "no colon": ('{"tickets": [\n{"a": 1}], "c" 3}', ("", 1), "Record 1 is not complete"),
    "an odd name": ('{\n[1]: 2}', ("", 1), "Record 1 is not complete"),
    "a number as a name": ('{\n7: 2}', ("", 1), "Record 1 is not complete"),
    "an array": ('[\n{"a": 1}', ("", 2), "stops before its end"),
    "deep": ('{"tickets": [\n' + "[" * 100_000, ("tickets", 1), "nested too deeply"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place", "reason"), CUT.values(), ids=CUT)
def test_what_is_cut_or_broken_is_said_where_it_stands(
    tmp_path: Path, text: str, place: tuple[str, int], reason: str
) -> None:
    *_, (name, number, said) = members(tmp_path, text)
    assert (name, number) == place
    assert reason in said


def test_numbers_at_the_edge_of_a_piece_stay_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '{"a": 12345,\n "tickets": [{"b": -1.5e10}, {"c": true}], "d": 678901}'
    expected = [("tickets", 1, {"b": -1.5e10}), ("tickets", 2, {"c": True}), ("", 1, {"a": 12345, "d": 678901})]
    for piece in range(1, 12):
        monkeypatch.setattr("ingest.readers.window._PIECE", piece)
        assert members(tmp_path, text) == expected


def test_a_document_many_times_the_piece_takes_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with path.open("w") as file:
        file.write('{"count": 1, "tickets": [')
        for number in range(6000):
            file.write(f'{{"id": {number}, "text": "{"あ" * 1000}"}},\n')
        file.write('{"id": -1}], "end": true}')
    tracemalloc.start()
    count = sum(1 for _ in opening.members(File.of(path), LISTS))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 6002
    assert path.stat().st_size > 18_000_000
    assert peak < 12_000_000


def test_a_value_or_rest_that_is_too_long_ends_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.opening.LINE_LIMIT", 1000)
    monkeypatch.setattr("ingest.readers.window._PIECE", 100)
    ((name, number, said),) = members(tmp_path, '{\n"tickets": [{"a": "' + "x" * 5000 + '"}]}')
    assert (name, number, "longer than" in said) == ("tickets", 1, True)
    many = ", ".join(f'"k{number}": "{"x" * 90}"' for number in range(50))
    ((name, number, said),) = members(tmp_path, "{\n" + many + "}")
    assert (name, number, "longer than" in said) == ("", 1, True)
