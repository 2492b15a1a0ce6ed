"""Macros: filled in, ranked, and changed only by those who may."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from stand_ins import HashedWords

from console import macros
from console.accounts import Account
from console.macros import Ranking
from ingest import demo
from ingest.errors import SenderError
from ingest.records import Customer
from ingest.store import Database, notes
from ingest.store import macros as shelf
from ingest.store.macros import Macro

EMMA, NAOKO = Account("emma", "Emma Clarke", "agent"), Account("naoko", "Naoko Hayashi", "supervisor")
LETTER = Macro("M-1", "Order", "Hello {name},\n\nwhich order?\n\n{agent}\n{company}", "en", "open", by="naoko", used=3)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return Database.open(tmp_path / "kizuna.db")


def _kept(db: Database, id: str) -> Macro | None:
    with db.read() as connection:
        return shelf.get(connection, id)


def test_names_are_filled_in_as_each_language_says_them() -> None:
    known = Customer("C-1", name="Nora Weiss")
    assert macros.filled(LETTER, known, "Emma", "Aozora") == "Hello Nora,\n\nwhich order?\n\nEmma\nAozora"
    assert macros.filled(LETTER, None, "Emma", "Aozora").startswith("Hello there,")
    japanese = replace(LETTER, text="{name} 様\n\n{company}", lang="ja")
    assert macros.filled(japanese, Customer("C-2", name="田中 恵子"), "", "青空") == "田中 恵子 様\n\n青空"
    assert macros.filled(japanese, None, "", "青空") == "お客様\n\n青空"


def test_what_a_customer_is_called_is_not_filled_in_itself() -> None:
    odd = Customer("C-1", name="{company}")
    assert macros.filled(LETTER, odd, "Emma", "Aozora").startswith("Hello {company},")


def test_the_likeliest_come_first_and_use_only_breaks_ties() -> None:
    embedding = HashedWords()
    found = [
        Macro("a", "Parcel", "Your parcel is late, sorry about the parcel", "en"),
        Macro("b", "Camera offline", "The camera is offline: restart the camera", "en", used=1),
        Macro("c", "カメラ", "カメラを再起動してください", "ja"),
        Macro("d", "Camera offline", "The camera is offline: restart the camera", "", used=60),
    ]
    ranking = Ranking(cast(Any, embedding))
    ranked = ranking.rank(found, "My camera is offline again, how do I restart it?", "en")
    assert [one.id for one in ranked] == ["d", "b", "a"]
    before = len(embedding.embedded)
    ranking.rank(found, "Where is my parcel?", "en")
    assert len(embedding.embedded) == before  # what it has seen it does not read again
    assert [one.id for one in ranking.rank(found, " ", "ja")] == ["c", "d"]


def test_saving_keeps_owner_and_uses_and_is_journaled(db: Database) -> None:
    mine = macros.save(db, Macro("", " Greeting ", "Hello {name}"), EMMA)
    with db.write() as connection:
        shelf.count(connection, mine.id)
        shelf.count(connection, mine.id)
    changed = macros.save(db, replace(mine, text="Hi {name}", by="nobody", used=99), NAOKO)
    assert (changed.title, changed.by, changed.used, changed.text) == ("Greeting", "emma", 2, "Hi {name}")
    assert _kept(db, mine.id) == changed
    with db.read() as connection:
        assert [line.by for line in notes.about(connection, mine.id)] == ["naoko", "emma"]


def test_only_its_owner_and_supervisors_change_or_delete_a_macro(db: Database) -> None:
    kept = macros.save(db, LETTER, NAOKO)
    for act in (
        lambda: macros.save(db, replace(kept, text="Mine now"), EMMA),
        lambda: macros.remove(db, kept.id, EMMA),
        lambda: macros.restore(db, kept, EMMA),
    ):
        with pytest.raises(SenderError, match="somebody else"):
            act()
    assert _kept(db, kept.id) == kept
    gone = macros.remove(db, kept.id, NAOKO)
    assert gone == kept
    assert _kept(db, kept.id) is None
    macros.restore(db, gone, NAOKO)
    assert _kept(db, kept.id) == kept
    assert macros.remove(db, "gone", EMMA) is None


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": "  "}, "title"),
        ({"text": " "}, "empty"),
        ({"text": "Hello {nmae}"}, r"\{nmae\}"),
        ({"status": "pending"}, "status"),
        ({"priority": "now"}, "priority"),
        ({"title": "x" * 81}, "Shorten"),
    ],
)
def test_what_makes_no_macro_is_refused_with_a_sentence(db: Database, change: dict[str, str], told: str) -> None:
    with pytest.raises(SenderError, match=told):
        macros.save(db, replace(LETTER, **cast(Any, change)), NAOKO)
    assert _kept(db, LETTER.id) is None


def test_the_demo_brings_macros_in_both_languages_that_could_be_saved(db: Database) -> None:
    found = demo.saved_replies()
    assert {one.lang for one in found} == {"en", "ja"}
    assert len({one.id for one in found}) == len(found)
    for one in found:
        macros.save(db, one, NAOKO)
        text = macros.filled(one, Customer("C-1", name="Nora Weiss"), "Emma", "Aozora Home")
        assert "{" not in text
        assert "Nora" in text
    with db.read() as connection:
        assert len(shelf.every(connection)) == len(found)
