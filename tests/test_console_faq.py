"""The FAQ: what is grouped, what is proposed in which languages, and what is never proposed again."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import numpy as np
import pytest
from stand_ins import VAULT

from console import faq, topics
from console.accounts import Account
from console.faq import proposals, review
from console.search import Hit, Search
from ingest import terms
from ingest.embedding import Embedding
from ingest.records import Article, Ticket
from ingest.shelving import Shelves
from ingest.store import Database, faqs
from ingest.store import passages as shelf
from ingest.store.faqs import Entry

BOSS = Account("naoko", "Naoko", "supervisor")


class Words:
    """Vectors of hashed words: texts that share words are alike."""

    dimensions = 256

    def queries(self, texts: list[str], progress: Callable[[int, int], None] | None = None) -> Any:
        made = np.full((len(texts), self.dimensions), 0.02, np.float32)
        for row, text in zip(made, texts, strict=True):
            for word in terms.split(text):
                row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimensions] += 1
        if progress:
            progress(len(texts), len(texts))
        return made / np.linalg.norm(made, axis=1, keepdims=True)

    passages = queries


class Finder:
    """Search over everything on the shelves by the same words."""

    def __init__(self, db: Database) -> None:
        self.db, self.embedding = db, Words()

    def passages(self, query: str, filters: Any, *, limit: int = 10) -> list[Hit]:
        with self.db.read() as db:
            keys = [row.id for row in db.exec_driver_sql("SELECT id FROM passages ORDER BY id")]
            kept = [one for one in shelf.get(db, keys).values() if one.kind in filters.kinds]
        near = self.embedding.queries([one.text for one in kept]) @ self.embedding.queries([query])[0] if kept else []
        hits = [
            Hit(one.source, one.kind, one.title, one, float(n), float(n)) for one, n in zip(kept, near, strict=True)
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]


@pytest.fixture
def shelves(tmp_path: Path) -> Shelves:
    index = SimpleNamespace(catch_up=lambda: 0)
    tools = (cast(Any, index), cast(Any, fake_desk.REDACTOR), cast(Any, fake_desk.SPLITTER), VAULT)
    return Shelves(Database.open(tmp_path / "kizuna.db"), *tools)


def search(shelves: Shelves) -> Search:
    return cast(Search, Finder(shelves.db))


def _put(shelves: Shelves, record: Ticket | Article) -> None:
    fake_desk.put(cast(Any, SimpleNamespace(db=shelves.db, shelves=shelves)), record)


def solved(shelves: Shelves, id: str, subject: str, asked: str, answered: str, **values: Any) -> None:
    known = {"subject": subject, "status": "resolved"} | values
    ticket = fake_desk.ticket(id, ("incoming", asked), ("outgoing", answered), **known)
    _put(shelves, ticket)


def kettles(shelves: Shelves) -> None:
    """Three about descaling, two about the lost lid, one alone, one still open."""
    descale = "Fill the kettle with vinegar and water, boil it once and rinse the kettle twice."
    solved(
        shelves,
        "T-1",
        "How do I descale the kettle?",
        "White flakes in the kettle. How do I descale the kettle?",
        descale,
    )
    solved(shelves, "T-2", "Descale kettle", "Please tell me how to descale the kettle?", f"Hello Ann. {descale}")
    solved(shelves, "T-3", "kettle descale flakes", "How do I descale the white kettle flakes?", descale)
    lid = "A spare lid for the teapot costs 9 euros in the shop under Parts."
    solved(shelves, "T-4", "Spare lid teapot", "Where can I buy a spare lid for the teapot?", lid)
    solved(shelves, "T-5", "Teapot spare lid broken", "Can I buy a spare lid for the teapot?", lid)
    solved(
        shelves,
        "T-6",
        "Opening hours",
        "When does the showroom open on Sundays?",
        "The showroom opens at ten on Sundays.",
    )
    solved(shelves, "T-7", "Descale kettle", "How do I descale the kettle?", descale, status="open")


def _entries(shelves: Shelves, *states: str) -> list[Entry]:
    with shelves.db.read() as db:
        return faqs.page(db, states or faqs.STATES)


def test_questions_shared_by_two_resolved_conversations_become_entries(shelves: Shelves) -> None:
    kettles(shelves)
    heard: list[str] = []
    built = faq.build(search(shelves), progress=lambda step, done, total: heard.append(step))
    assert (built.proposed, built.topics) == (2, 2)
    assert {frozenset(proposals.members(one)) for one in _entries(shelves)} == {
        frozenset({"T-1", "T-2", "T-3"}), frozenset({"T-4", "T-5"})
    }  # fmt: skip
    assert set(heard) == {"questions", "entries"}


def test_the_entry_is_put_as_a_question_and_answered_from_the_replies_with_their_places(shelves: Shelves) -> None:
    kettles(shelves)
    faq.build(search(shelves))
    entry = next(one for one in _entries(shelves) if "T-4" in proposals.members(one))
    assert entry.question.endswith("?")
    assert "9 euros" in entry.answer
    assert entry.lang == "en"
    said = next(one for one in entry.evidence if one["about"] == "answer")
    with shelves.db.read() as db:
        whole = next(p for p in shelf.of_source(db, said["kind"], said["source"]) if p.part == "resolution")
    assert whole.text[said["start"] - whole.start : said["end"] - whole.start] == said["quote"]


def test_a_statement_of_an_article_that_a_newer_one_replaced_is_not_used(shelves: Shelves) -> None:
    kettles(shelves)
    year = {"old": 2024, "new": 2026}
    for id, price in (("old", "5"), ("new", "9")):
        text = f"A spare lid for the teapot costs {price} euros in the shop under Parts."
        _put(shelves, Article(id, "Spare lid teapot", text, "en", updated=fake_desk.NOW.replace(year=year[id])))
    faq.build(search(shelves))
    entry = next(one for one in _entries(shelves) if "T-4" in proposals.members(one))
    assert "9 euros" in entry.answer
    assert "5 euros" not in entry.answer
    assert "old" not in {one["source"] for one in entry.evidence}


def test_personal_data_and_greetings_never_head_an_entry(shelves: Shelves) -> None:
    for id in ("P-1", "P-2"):
        asked = "Hello there, can the charger <NAME_1> bought with order AZ-1234567 be exchanged?"
        solved(shelves, id, "Exchange charger", asked, "A charger can be exchanged within sixty days of delivery.")
    faq.build(search(shelves))
    (entry,) = _entries(shelves)
    for text in [entry.question, *entry.variants]:
        assert "<" not in text
        assert "1234567" not in text
        assert not text.lower().startswith("hello")


def test_building_again_proposes_nothing_twice(shelves: Shelves) -> None:
    kettles(shelves)
    faq.build(search(shelves))
    before = _entries(shelves)
    again = faq.build(search(shelves))
    assert (again.proposed, again.kept) == (0, 2)
    assert _entries(shelves) == before


@pytest.mark.parametrize("decide", ["approve", "reject"])
def test_a_decided_topic_that_grows_is_not_proposed_again(shelves: Shelves, decide: str) -> None:
    kettles(shelves)
    faq.build(search(shelves))
    entry = next(one for one in _entries(shelves) if "T-4" in proposals.members(one))
    if decide == "approve":
        review.approve(shelves, entry.id, by=BOSS, four_eyes=False)
    else:
        review.reject(shelves, entry.id, by=BOSS, reason="Too special")
    solved(
        shelves,
        "T-8",
        "Spare lid teapot",
        "Where do I buy the spare lid of the teapot?",
        "A spare lid for the teapot costs 9 euros.",
    )
    assert faq.build(search(shelves)).proposed == 0


def test_an_untouched_proposal_grows_under_its_own_id(shelves: Shelves) -> None:
    kettles(shelves)
    faq.build(search(shelves))
    entry = next(one for one in _entries(shelves) if "T-4" in proposals.members(one))
    solved(
        shelves,
        "T-8",
        "Spare lid teapot",
        "Where do I buy a spare lid for the teapot?",
        "A spare lid for the teapot costs 9 euros in the shop under Parts.",
    )
    faq.build(search(shelves))
    grown = next(one for one in _entries(shelves) if one.id == entry.id)
    assert proposals.members(grown) == {"T-4", "T-5", "T-8"}
    assert len(_entries(shelves)) == 2


def _teapots(shelves: Shelves, *rest: tuple[str, str]) -> None:
    """The same question and answer in both languages, under one Latin word, so that hashed words meet."""
    english = "A spare teapot-lid costs 9 euros in the shop under Parts."
    japanese = "teapot-lid は、ショップの部品ページで一つ九ユーロにて購入できます。"
    for id, lang in (("E-1", "en"), ("E-2", "en"), ("J-1", "ja"), *rest):
        asked = "Where can I buy a spare teapot-lid?" if lang == "en" else "teapot-lid はどこで購入できますか？"
        solved(shelves, id, "teapot-lid", asked, english if lang == "en" else japanese, lang=lang)


def _together(cases: Any, search: Any, tell: Any) -> Any:
    """Every conversation is about the same thing."""
    asked = [case.asked for case in cases]
    return [list(cases)], topics.Middle.of(asked, search.embedding.queries(asked), search.embedding)


@pytest.mark.parametrize(("rest", "main"), [((), "en"), ((("J-2", "ja"), ("J-3", "ja")), "ja")])
def test_a_question_asked_in_two_languages_is_one_entry_with_two_faces(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch, rest: Any, main: str
) -> None:
    monkeypatch.setattr(faq, "_groups", _together)
    _teapots(shelves, *rest)
    assert faq.build(search(shelves)).proposed == 1
    (entry,) = _entries(shelves)
    assert list(entry.faces) == [main, "ja" if main == "en" else "en"]
    assert entry.faces["en"].question == "Where can I buy a spare teapot-lid?"
    assert "9 euros" in entry.faces["en"].answer
    assert "九ユーロ" in entry.faces["ja"].answer
    assert proposals.members(entry) == {"E-1", "E-2", "J-1"} | {id for id, _ in rest}
    said = {one["lang"]: one["source"] for one in entry.evidence if one["about"] == "answer"}
    assert said["en"].startswith("E")
    assert said["ja"].startswith("J")


def test_groups_of_two_languages_that_are_each_others_nearest_become_one() -> None:
    langs = ["en", "en", "ja", "ja", "en", "ja"]
    directions = np.eye(6, dtype=np.float32)
    seen = directions[[0, 0, 0, 1, 1, 2]]
    seen[3] += 0.3 * directions[0]  # near two of the other language, nearest to one
    found = [[0, 1], [2], [3], [4], [5]]
    assert faq._paired(found, langs, (seen, seen)) == [[0, 1, 2], [3, 4], [5]]
    assert faq._paired(found, ["en"] * 6, (seen, seen)) == found
    assert faq._paired([[0, 2], [3]], langs, (seen, seen)) == [[0, 2], [3]]  # both languages are there already
    assert faq._paired([[0, 1]], langs, (seen, seen)) == [[0, 1]]


def test_what_was_split_or_merged_by_hand_is_never_proposed_again(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faq, "_asked_already", lambda *_: False)
    kettles(shelves)
    faq.build(search(shelves))
    descale, lids = _entries(shelves)
    review.split(shelves, descale.id, ["T-1"], by=BOSS, search=search(shelves))
    review.merge(shelves, [lids.id, descale.id], by=BOSS)
    before = _entries(shelves)
    assert faq.build(search(shelves)) == faq.Built(0, 2, 2)
    assert _entries(shelves) == before


def test_a_topic_that_outgrows_what_was_decided_about_it_stays_decided(
    shelves: Shelves, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faq, "_asked_already", lambda *_: False)
    kettles(shelves)
    faq.build(search(shelves))
    lids = next(one for one in _entries(shelves) if "T-4" in proposals.members(one))
    review.approve(shelves, lids.id, by=BOSS, four_eyes=False)
    for number in range(5):
        text = "A spare lid for the teapot costs 9 euros in the shop under Parts."
        solved(shelves, f"N-{number}", "Spare lid teapot", "Where can I buy a spare lid for the teapot?", text)
    assert faq.build(search(shelves)) == faq.Built(0, 2, 2)


def test_a_decision_that_falls_while_a_build_runs_is_kept(shelves: Shelves, monkeypatch: pytest.MonkeyPatch) -> None:
    kettles(shelves)
    faq.build(search(shelves))
    lids = next(one for one in _entries(shelves) if "T-4" in proposals.members(one))
    text = "A spare lid for the teapot costs 9 euros in the shop under Parts."
    solved(shelves, "T-8", "Spare lid teapot", "Where can I buy a spare lid for the teapot?", text)
    drafted = proposals.entry

    def entry(*args: Any) -> Entry:
        review.approve(shelves, lids.id, by=BOSS, four_eyes=False)
        return drafted(*args)

    monkeypatch.setattr(proposals, "entry", entry)
    faq.build(search(shelves))
    assert [one.id for one in _entries(shelves, "approved")] == [lids.id]


def test_an_empty_home_builds_nothing(shelves: Shelves) -> None:
    assert faq.build(search(shelves)) == faq.Built(0, 0, 0)


def test_groups_have_one_name_each_and_the_order_stays() -> None:
    texts = [
        "where is my parcel order",
        "reset the door lock code",
        "my parcel order is where",
        "",
        "lock code of the door reset",
    ]
    found = faq.group(texts, cast(Embedding, Words()))
    assert found[0] == found[2] != found[1] == found[4]
    assert found[3] not in (found[0], found[1])
    assert faq.group([], cast(Embedding, Words())) == []
    assert faq.group(["one text"], cast(Embedding, Words())) == ["one text"]


def test_cutting_keeps_what_is_unlike_apart() -> None:
    alike = np.array([[1, 0.9, 0.1], [0.9, 1, 0.2], [0.1, 0.2, 1]], np.float32)
    assert topics.cut(alike, 0.5) == [[0, 1], [2]]
    assert topics.cut(alike, 0.1) == [[0, 1, 2]]


@pytest.mark.models
def test_both_languages_and_typical_words_are_grouped_by_topic(models: Path) -> None:
    embedding = Embedding.open(models)
    texts = [
        "My parcel has not arrived yet", "荷物がまだ届きません", "My package still has not been delivered",
        "I forgot my password", "パスワードを忘れてしまいました", "I have forgotten the password, how do I reset it?",
        "The soup maker leaks at the bottom", "The bottom of my soup maker is leaking water",
    ]  # fmt: skip
    found = faq.group(texts, embedding)
    assert len({*found[:3]}) == len({*found[3:6]}) == len({*found[6:]}) == 1
    assert len({*found}) == 3
