"""The FAQ: what is grouped, what is proposed, who decides, and what is published."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import fake_desk
import numpy as np
import pytest
from stand_ins import VAULT

from console import accounts, faq, proposals, topics
from console.accounts import Account
from console.search import Hit, Search
from ingest import terms
from ingest.embedding import Embedding
from ingest.errors import SenderError
from ingest.records import Article, Ticket
from ingest.shelving import Shelves
from ingest.store import Database, articles, faqs, notes
from ingest.store import passages as shelf
from ingest.store.faqs import Entry

BOSS = Account("naoko", "Naoko", "supervisor")
AGENT = Account("emma", "Emma", "agent")


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


def _search(shelves: Shelves) -> Search:
    return cast(Search, Finder(shelves.db))


def _put(shelves: Shelves, record: Ticket | Article) -> None:
    fake_desk.put(cast(Any, SimpleNamespace(db=shelves.db, shelves=shelves)), record)


def _solved(shelves: Shelves, id: str, subject: str, asked: str, answered: str, **values: Any) -> None:
    known = {"subject": subject, "status": "resolved"} | values
    ticket = fake_desk.ticket(id, ("incoming", asked), ("outgoing", answered), **known)
    _put(shelves, ticket)


def _kettles(shelves: Shelves) -> None:
    """Three about descaling, two about the lost lid, one alone, one still open."""
    descale = "Fill the kettle with vinegar and water, boil it once and rinse the kettle twice."
    _solved(
        shelves,
        "T-1",
        "How do I descale the kettle?",
        "White flakes in the kettle. How do I descale the kettle?",
        descale,
    )
    _solved(shelves, "T-2", "Descale kettle", "Please tell me how to descale the kettle?", f"Hello Ann. {descale}")
    _solved(shelves, "T-3", "kettle descale flakes", "How do I descale the white kettle flakes?", descale)
    lid = "A spare lid for the teapot costs 9 euros in the shop under Parts."
    _solved(shelves, "T-4", "Spare lid teapot", "Where can I buy a spare lid for the teapot?", lid)
    _solved(shelves, "T-5", "Teapot spare lid broken", "Can I buy a spare lid for the teapot?", lid)
    _solved(
        shelves,
        "T-6",
        "Opening hours",
        "When does the showroom open on Sundays?",
        "The showroom opens at ten on Sundays.",
    )
    _solved(shelves, "T-7", "Descale kettle", "How do I descale the kettle?", descale, status="open")


def _entries(shelves: Shelves, *states: str) -> list[Entry]:
    with shelves.db.read() as db:
        return faqs.page(db, states or faq.STATES)


def _journal(shelves: Shelves, id: str) -> list[str]:
    with shelves.db.read() as db:
        return [row.action for row in notes.about(db, id)]


def test_questions_shared_by_two_resolved_conversations_become_entries(shelves: Shelves) -> None:
    _kettles(shelves)
    heard: list[str] = []
    built = faq.build(_search(shelves), progress=lambda step, done, total: heard.append(step))
    assert (built.proposed, built.topics) == (2, 2)
    assert {frozenset(proposals.members(one)) for one in _entries(shelves)} == {
        frozenset({"T-1", "T-2", "T-3"}), frozenset({"T-4", "T-5"})
    }  # fmt: skip
    assert set(heard) == {"questions", "entries"}


def test_the_entry_is_put_as_a_question_and_answered_from_the_replies_with_their_places(shelves: Shelves) -> None:
    _kettles(shelves)
    faq.build(_search(shelves))
    entry = next(one for one in _entries(shelves) if "T-4" in proposals.members(one))
    assert entry.question.endswith("?")
    assert "9 euros" in entry.answer
    assert entry.lang == "en"
    said = next(one for one in entry.evidence if one["about"] == "answer")
    with shelves.db.read() as db:
        whole = next(p for p in shelf.of_source(db, said["kind"], said["source"]) if p.part == "resolution")
    assert whole.text[said["start"] - whole.start : said["end"] - whole.start] == said["quote"]


def test_a_statement_of_an_article_that_a_newer_one_replaced_is_not_used(shelves: Shelves) -> None:
    _kettles(shelves)
    year = {"old": 2024, "new": 2026}
    for id, price in (("old", "5"), ("new", "9")):
        text = f"A spare lid for the teapot costs {price} euros in the shop under Parts."
        _put(shelves, Article(id, "Spare lid teapot", text, "en", updated=fake_desk.NOW.replace(year=year[id])))
    faq.build(_search(shelves))
    entry = next(one for one in _entries(shelves) if "T-4" in proposals.members(one))
    assert "9 euros" in entry.answer
    assert "5 euros" not in entry.answer
    assert "old" not in {one["source"] for one in entry.evidence}


def test_personal_data_and_greetings_never_head_an_entry(shelves: Shelves) -> None:
    for id in ("P-1", "P-2"):
        asked = "Hello there, can the charger <NAME_1> bought with order AZ-1234567 be exchanged?"
        _solved(shelves, id, "Exchange charger", asked, "A charger can be exchanged within sixty days of delivery.")
    faq.build(_search(shelves))
    (entry,) = _entries(shelves)
    for text in [entry.question, *entry.variants]:
        assert "<" not in text
        assert "1234567" not in text
        assert not text.lower().startswith("hello")


def test_building_again_proposes_nothing_twice(shelves: Shelves) -> None:
    _kettles(shelves)
    faq.build(_search(shelves))
    before = _entries(shelves)
    again = faq.build(_search(shelves))
    assert (again.proposed, again.kept) == (0, 2)
    assert _entries(shelves) == before


@pytest.mark.parametrize("decide", ["approve", "reject"])
def test_a_decided_topic_that_grows_is_not_proposed_again(shelves: Shelves, decide: str) -> None:
    _kettles(shelves)
    faq.build(_search(shelves))
    entry = next(one for one in _entries(shelves) if "T-4" in proposals.members(one))
    if decide == "approve":
        faq.approve(shelves, entry.id, by=BOSS, question=entry.question, answer=entry.answer)
    else:
        faq.reject(shelves, entry.id, by=BOSS, reason="Too special")
    _solved(
        shelves,
        "T-8",
        "Spare lid teapot",
        "Where do I buy the spare lid of the teapot?",
        "A spare lid for the teapot costs 9 euros.",
    )
    assert faq.build(_search(shelves)).proposed == 0


def test_an_untouched_proposal_grows_under_its_own_id(shelves: Shelves) -> None:
    _kettles(shelves)
    faq.build(_search(shelves))
    entry = next(one for one in _entries(shelves) if "T-4" in proposals.members(one))
    _solved(
        shelves,
        "T-8",
        "Spare lid teapot",
        "Where do I buy a spare lid for the teapot?",
        "A spare lid for the teapot costs 9 euros in the shop under Parts.",
    )
    faq.build(_search(shelves))
    grown = next(one for one in _entries(shelves) if one.id == entry.id)
    assert proposals.members(grown) == {"T-4", "T-5", "T-8"}
    assert len(_entries(shelves)) == 2


def test_an_empty_home_builds_nothing(shelves: Shelves) -> None:
    assert faq.build(_search(shelves)) == faq.Built(0, 0, 0)


def _proposed(shelves: Shelves) -> str:
    with shelves.db.write() as db:
        faqs.put(db, Entry("F-1", "Where are spare lids?", "In the shop under Parts.", "en", product="POT"))
    return "F-1"


def test_an_approved_entry_is_an_article_and_a_retired_one_is_gone(shelves: Shelves) -> None:
    id = _proposed(shelves)
    faq.approve(shelves, id, by=BOSS, question=" Where do I find spare lids? ", answer="In the shop, under Parts.")
    with shelves.db.read() as db:
        article = articles.get(db, id)
        assert article is not None
        assert (article.kind, article.title, article.product) == ("faq", "Where do I find spare lids?", "POT")
        assert shelf.of_source(db, "faq", id)
    faq.retire(shelves, id, by=BOSS, reason="Outdated")
    with shelves.db.read() as db:
        assert articles.get(db, id) is None
        assert not shelf.of_source(db, "faq", id)
        kept = faqs.get(db, id)
    assert kept is not None
    assert (kept.state, kept.note) == ("rejected", "Outdated")
    faq.reopen(shelves, id, by=BOSS)
    assert [one.id for one in _entries(shelves, "proposed")] == [id]
    assert _journal(shelves, id) == ["reopened faq", "retired faq", "approved faq"]


def test_editing_a_published_entry_publishes_the_new_words(shelves: Shelves) -> None:
    id = _proposed(shelves)
    faq.edit(shelves, id, by=BOSS, question="Lids?", answer="Soon.")
    with shelves.db.read() as db:
        assert articles.get(db, id) is None
    faq.approve(shelves, id, by=BOSS, question="Lids?", answer="Soon.")
    faq.edit(shelves, id, by=BOSS, question="Lids?", answer="Under Parts.")
    with shelves.db.read() as db:
        article = articles.get(db, id)
    assert article is not None
    assert article.text == "Under Parts."


def test_only_a_supervisor_decides(shelves: Shelves) -> None:
    id = _proposed(shelves)
    for change in (
        lambda: faq.approve(shelves, id, by=AGENT, question="Q?", answer="A"),
        lambda: faq.edit(shelves, id, by=AGENT, question="Q?", answer="A"),
        lambda: faq.reject(shelves, id, by=AGENT, reason="no"),
        lambda: faq.retire(shelves, id, by=AGENT),
        lambda: faq.reopen(shelves, id, by=AGENT),
    ):
        with pytest.raises(SenderError, match="supervisor"):
            change()
    assert _entries(shelves, "proposed")[0].question == "Where are spare lids?"
    assert _journal(shelves, id) == []


@pytest.mark.parametrize(("question", "answer"), [("", "A"), ("Q?", "  "), ("Q" * 301, "A"), ("Q?", "A" * 8001)])
def test_empty_and_overlong_words_are_refused(shelves: Shelves, question: str, answer: str) -> None:
    id = _proposed(shelves)
    with pytest.raises(SenderError):
        faq.approve(shelves, id, by=BOSS, question=question, answer=answer)
    with shelves.db.read() as db:
        assert articles.get(db, id) is None


def test_a_missing_entry_says_so(shelves: Shelves) -> None:
    with pytest.raises(SenderError, match="no longer there"):
        faq.reject(shelves, "F-0", by=BOSS, reason="x")


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


@pytest.mark.models
def test_a_published_entry_is_found_first_until_it_is_retired(tmp_path: Path, models: Path) -> None:
    from console import desk
    from console.settings import Settings

    made = desk.open(Settings(home=tmp_path, models=models, chat="none"), "test")
    try:
        accounts.add_demo(made.db)
        _solved(made.shelves, "T-1", "Lid", "Where can I buy a spare lid for the teapot?", "See the shop.")
        made.index.catch_up()
        id = _proposed(made.shelves)
        question = "Where can I buy a spare lid for the teapot?"
        faq.approve(made.shelves, id, by=replace(BOSS), question=question, answer="In the shop under Parts, 9 euros.")
        assert made.search.find("spare teapot lid", limit=1)[0].source == id
        faq.retire(made.shelves, id, by=BOSS)
        assert id not in {hit.source for hit in made.search.find("spare teapot lid")}
    finally:
        made.close()
