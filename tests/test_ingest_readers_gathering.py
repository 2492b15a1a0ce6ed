"""Piles keep what belongs together, in order, outside of memory, and leave nothing behind."""

import json
import os
import sqlite3
import tracemalloc
from pathlib import Path

import pytest

from ingest.readers.gathering import Pile


def test_groups_in_order_of_first_appearance_and_values_by_their_order() -> None:
    with Pile() as pile:
        pile.add("b", 2, "later")
        pile.add("a", "2026-03-01T10:00", {"text": "届きません"})
        pile.add("b", 1, "earlier")
        pile.add("a", "2026-03-01T09:00", [None, 1.5])
        pile.add("b", 1, "earlier too")
        once = list(pile)
        assert once == [
            ("b", ["earlier", "earlier too", "later"]),
            ("a", [[None, 1.5], {"text": "届きません"}]),
        ]
        pile.add("b", 0, "first")
        pile.add("c", 0, "new")
        assert next(iter(pile)) == ("b", ["first", "earlier", "earlier too", "later"])
        assert pile.under("c") == ["new"]
        assert pile.under("nobody") == []


def test_numbers_sort_as_numbers_and_texts_as_texts() -> None:
    with Pile() as pile:
        for order in (10, 9.5, -1, "い", "あ", "b!", "b", "B", 2**40):
            pile.add("k", order, order)
        assert list(pile) == [("k", [-1, 9.5, 10, 2**40, "B", "b", "b!", "あ", "い"])]


def test_broken_letters_in_keys_orders_and_values_come_back() -> None:
    odd = json.loads('"\\ud800\\u0000x"')
    with Pile() as pile:
        pile.add(odd, odd, odd)
        pile.add("", "", "")
        assert list(pile) == [(odd, [odd]), ("", [""])]
        assert pile.under(odd) == [odd]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are counted in /proc")
def test_the_file_goes_with_the_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    held = len(os.listdir("/proc/self/fd"))
    with Pile() as pile:
        for number in range(300):
            pile.add(str(number), 0, "x" * 100_000)
        assert len(os.listdir("/proc/self/fd")) > held
        assert list(tmp_path.iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) == held
    with pytest.raises(sqlite3.ProgrammingError):
        pile.add("x", 0, 0)


def test_memory_stays_small() -> None:
    tracemalloc.start()
    with Pile() as pile:
        for number in range(20_000):
            pile.add(str(number % 4_000), number, "x" * 2_000)
        groups = sum(1 for _, values in pile if len(values) == 5)
        _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert groups == 4_000
    assert peak < 5_000_000
