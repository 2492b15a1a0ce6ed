"""Vectors follow SQL: they catch up, forget, survive interruptions and can be made anew."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from stand_ins import HashedWords

from ingest import index
from ingest.errors import OperatorError
from ingest.records import Passage
from ingest.shelving import Shelves
from ingest.store import passages
from ingest.store.passages import Filters

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
ALL = Filters()
OpenShelves = Callable[..., Shelves]


def _passage(source: str, text: str, **values: Any) -> Passage:
    return replace(Passage(source, "article", 0, text, 0, len(text), lang="en", created=NOON), **values)


def _put(shelves: Shelves, *found: Passage) -> None:
    with shelves.db.write() as db:
        for one in found:
            passages.replace(db, one.kind, one.source, [one])


def _near(shelves: Shelves, text: str, filters: Filters = ALL, limit: int = 5) -> list[str]:
    return [key for key, _ in shelves.index.near(HashedWords().queries([text]), [filters], limit, [()])[0][0]]


def test_an_empty_index_finds_nothing(shelves: Shelves) -> None:
    assert shelves.index.catch_up() == 0
    assert _near(shelves, "kettle") == []
    assert shelves.index.words("kettle", ALL, 5) == []


def test_what_sql_has_is_found(shelves: Shelves) -> None:
    _put(shelves, _passage("A-1", "red kettle"), _passage("A-2", "blue teapot"))
    told: list[tuple[int, int]] = []
    assert shelves.index.catch_up(lambda done, total: told.append((done, total))) == 2
    assert told == [(2, 2)]
    assert shelves.index.catch_up() == 0
    assert _near(shelves, "a kettle") == ["article:A-1#0", "article:A-2#0"]
    assert _near(shelves, "a teapot", limit=1) == ["article:A-2#0"]
    (_, first), (_, second) = shelves.index.near(HashedWords().queries(["red kettle"]), [ALL], 2, [()])[0][0]
    assert first == pytest.approx(1.0, abs=1e-3)
    assert second < 0.2
    assert [key for key, _ in shelves.index.words("my kettles? a KETTLE!", ALL, 5)] == ["article:A-1#0"]


def test_a_passage_is_embedded_under_its_title(open_shelves: OpenShelves) -> None:
    model = HashedWords()
    shelves = open_shelves(embedding=model)
    _put(shelves, _passage("A-1", "Press it twice.", title="Kettle", section="Descaling"))
    _put(shelves, _passage("A-2", "The Kettle is red.", title="Kettle"))
    shelves.index.catch_up()
    assert model.embedded == ["Kettle Descaling\nPress it twice.", "The Kettle is red."]


def test_what_left_sql_is_forgotten(shelves: Shelves) -> None:
    _put(shelves, _passage("A-1", "red kettle"), _passage("A-2", "blue teapot"))
    shelves.index.catch_up()
    with shelves.db.write() as db:
        passages.forget(db, "article", "A-1")
    assert shelves.index.catch_up() == 0
    assert shelves.index.count() == 1
    assert _near(shelves, "red kettle") == ["article:A-2#0"]
    assert shelves.index.words("kettle", ALL, 5) == []


def test_what_came_back_is_found_again(shelves: Shelves) -> None:
    _put(shelves, _passage("A-1", "red kettle"))
    shelves.index.catch_up()
    with shelves.db.write() as db:
        passages.forget(db, "article", "A-1")
    _put(shelves, _passage("A-1", "green teapot"))
    assert shelves.index.catch_up() == 1
    assert shelves.index.near(HashedWords().queries(["green teapot"]), [ALL], 1, [()])[0][0][0][1] > 0.99


def test_what_changes_while_it_is_embedded_is_embedded_again(open_shelves: OpenShelves) -> None:
    class Slow(HashedWords):
        def passages(self, texts: Sequence[str], progress: Any = None) -> Any:
            if texts == ["red kettle"]:  # meanwhile another thread brings the new text in
                _put(shelves, _passage("A-1", "green teapot"))
            return super().passages(texts)

    shelves = open_shelves(embedding=Slow())
    _put(shelves, _passage("A-1", "red kettle"))
    assert shelves.index.catch_up() == 2
    assert shelves.index.near(HashedWords().queries(["green teapot"]), [ALL], 1, [()])[0][0][0][1] > 0.99


def test_an_interruption_loses_nothing(open_shelves: OpenShelves, monkeypatch: pytest.MonkeyPatch) -> None:
    shelves = open_shelves()
    _put(shelves, *(_passage(f"A-{n}", f"kettle number{n}") for n in range(7)))
    monkeypatch.setattr(index, "BATCH", 3)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelves.index.catch_up(stop)
    with monkeypatch.context() as patch:
        patch.setattr(passages, "mark", stop)  # Chroma has the batch, SQL does not know it yet
        with pytest.raises(KeyboardInterrupt):
            shelves.index.catch_up()
    assert shelves.index.catch_up() == 4
    assert shelves.index.count() == 7
    with shelves.db.read() as db:
        assert passages.pending_count(db) == 0


def test_filters_of_the_vectors_are_those_of_the_words(shelves: Shelves) -> None:
    _put(
        shelves,
        _passage("A-1", "kettle", product="K1", created=NOON - timedelta(days=2)),
        _passage("A-2", "kettle", lang="ja", kind="faq"),
        _passage("A-3", "kettle", part="problem", kind="ticket", created=NOON + timedelta(days=2)),
        _passage("A-4", "kettle", created=None),
    )
    shelves.index.catch_up()
    for filters, expected in (
        (ALL, {"A-1", "A-2", "A-3", "A-4"}),
        (Filters(kinds=("faq", "ticket")), {"A-2", "A-3"}),
        (Filters(langs=("en",)), {"A-1", "A-3", "A-4"}),
        (Filters(products=("K1",)), {"A-1"}),
        (Filters(parts=("problem",), kinds=("ticket",)), {"A-3"}),
        (Filters(since=NOON), {"A-2", "A-3"}),
        (Filters(until=NOON), {"A-1", "A-2"}),
        (Filters(since=NOON, until=NOON, langs=("ja",)), {"A-2"}),
        (Filters(products=("none",)), set()),
    ):
        by_words = {key for key, _ in shelves.index.words("kettle", filters, 9)}
        assert set(_near(shelves, "kettle", filters, 9)) == by_words
        assert {key.split(":")[1][:3] for key in by_words} == expected


def test_opening_again_finds_the_same(open_shelves: OpenShelves) -> None:
    first = open_shelves()
    _put(first, _passage("A-1", "red kettle"), _passage("A-2", "blue teapot"))
    first.index.catch_up()
    first.index.close()
    first.db.close()
    again = open_shelves()
    assert again.index.catch_up() == 0
    assert _near(again, "red kettle") == ["article:A-1#0", "article:A-2#0"]


def test_another_embedding_model_is_refused_and_may_rebuild(open_shelves: OpenShelves, tmp_path: Path) -> None:
    first = open_shelves()
    _put(first, _passage("A-1", "red kettle"))
    first.index.catch_up()
    first.index.close()
    other = HashedWords("other-words")
    with pytest.raises(OperatorError, match=r"hashed-words, but the settings name other-words.*kizuna reindex"):
        index.open(tmp_path / "chroma", first.db, other)
    rebuilt = index.rebuild(tmp_path / "chroma", first.db, other)
    assert rebuilt.count() == 1
    assert other.embedded == ["red kettle"]
    rebuilt.close()


def test_an_interrupted_rebuild_says_what_is_missing(
    open_shelves: OpenShelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelves = open_shelves()
    _put(shelves, _passage("A-1", "red kettle"))
    shelves.index.catch_up()
    shelves.index.close()

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(index.shutil, "rmtree", stop)
        with pytest.raises(KeyboardInterrupt):
            index.rebuild(tmp_path / "chroma", shelves.db, HashedWords())
    with shelves.db.read() as db:
        assert passages.pending_count(db) == 1
    rebuilt = index.rebuild(tmp_path / "chroma", shelves.db, HashedWords())
    assert rebuilt.count() == 1
    rebuilt.close()
