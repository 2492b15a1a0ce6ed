"""Topics: like texts are found together at any size and in both languages; later texts join them or open new ones."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from sklearn.metrics import normalized_mutual_info_score
from stand_ins import HashedWords

from console import topics
from console.topics import Middle, Space, Topics
from ingest.embedding import Embedding, Vectors
from ingest.errors import OperatorError

QUESTIONS = Path(__file__).parent.parent / "benchmarks/topic_questions.jsonl"
WORDS = cast(Embedding, HashedWords())
PARCEL = ["my parcel is late", "late parcel order", "the parcel order is late", "parcel late again"]
LOCK = ["reset the door lock code", "door lock code reset", "code of the door lock", "door code reset"]


class Drawn:
    """Text `17` has a vector near middle 17 % kinds; everyday questions lie apart from all."""

    name, dimensions = "drawn", 48

    def __init__(self, kinds: int, spread: float = 0.1) -> None:
        self.kinds, self.spread = kinds, spread
        self.middles = np.random.default_rng(3).normal(size=(kinds + 1, self.dimensions))

    def queries(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        kinds = [int(text) % self.kinds if text.isdigit() else self.kinds for text in texts]
        noise = np.random.default_rng(5).normal(size=(len(texts), self.dimensions))
        made = (self.middles[kinds] + self.spread * noise).astype(np.float32)
        return made / np.linalg.norm(made, axis=1, keepdims=True)


def _drawn(kinds: int) -> Embedding:
    return cast(Embedding, Drawn(kinds))


def _numbers(count: int, start: int = 0) -> list[str]:
    return [str(start + i) for i in range(count)]


def test_every_text_has_the_topic_of_its_like_and_the_order_stays() -> None:
    mixed = [text for pair in zip(PARCEL, LOCK, strict=True) for text in pair]
    found = topics.group(mixed, WORDS)
    assert len(set(found[::2])) == len(set(found[1::2])) == 1
    assert found[0] in PARCEL
    assert found[1] in LOCK


def test_few_texts_and_the_same_text_twice() -> None:
    assert topics.group([], WORDS) == []
    assert topics.group(["  one\n text "], WORDS) == ["one text"]
    found = topics.group(["parcel late", "door lock", "parcel late"], WORDS)
    assert found == ["parcel late", "door lock", "parcel late"]


@pytest.mark.parametrize("kinds", [3, 12, 30])
def test_the_number_of_topics_is_found(kinds: int) -> None:
    texts = _numbers(kinds * 20)
    found = topics.group(texts, _drawn(kinds))
    assert len(set(found)) == kinds
    assert len(set(zip(found, (int(text) % kinds for text in texts), strict=True))) == kinds


def test_many_texts_are_gathered_first_and_grouped_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "_WHOLE", 500)
    monkeypatch.setattr(topics, "_HEAPS", 200)
    texts = _numbers(3000)
    found = topics.group(texts, _drawn(12))
    assert normalized_mutual_info_score([int(text) % 12 for text in texts], found) > 0.98


def test_later_texts_join_their_topic() -> None:
    made, before = Topics.of(_numbers(200), _drawn(10))
    grown, found = made.join(_numbers(30, start=200))
    assert found == before[:30]
    assert (grown.names, int(grown.sizes.sum())) == (made.names, 230)


def test_what_is_near_no_topic_opens_new_ones() -> None:
    embedding = Drawn(10)
    made, _ = Topics.of([text for text in _numbers(200) if int(text) % 10 < 8], cast(Embedding, embedding))
    later = [text for text in _numbers(100, start=200) if int(text) % 10 >= 8]
    grown, found = made.join(later)
    assert len(set(found)) == 2
    assert not set(found) & set(made.names)
    assert len(grown.names) == len(grown.centres) == len(grown.sizes) == len(made.names) + 2
    assert grown.join(later)[1] == found
    assert grown.join([])[1] == []


def test_nothing_yet_and_the_first_texts_join() -> None:
    empty, none = Topics.of([], WORDS)
    grown, found = empty.join([*PARCEL, *LOCK])
    assert none == []
    assert len(set(found)) == len(grown.names) == 2


def test_joining_costs_no_more_the_more_there_are() -> None:
    few, _ = Topics.of(_numbers(300), _drawn(10))
    many, _ = Topics.of(_numbers(4000), _drawn(10))
    fresh = _numbers(200, start=9000)
    assert _quickest(lambda: many.join(fresh)) < 3 * _quickest(lambda: few.join(fresh))


def _quickest(work: Callable[[], Any]) -> float:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def test_another_embedding_is_read_as_it_is() -> None:
    assert Space.of(WORDS) is WORDS


def test_the_space_needs_its_file(tmp_path: Path) -> None:
    broken = tmp_path / "topics.npz"
    for content in (None, b"no archive", b""):
        if content is not None:
            broken.write_bytes(content)
        with pytest.raises(OperatorError, match="Install Kizuna again"):
            Space.of(WORDS, broken)


class Adaptable(HashedWords):
    """Bears the shipped embedding's name and remembers what is changed in it."""

    def __init__(self) -> None:
        super().__init__("multilingual-e5-small")
        self.changes: dict[str, Vectors] = {}

    def adapted(self, changes: dict[str, Vectors], name: str) -> Embedding:
        self.changes = changes
        return cast(Embedding, HashedWords(name))


def test_the_shipped_space_changes_the_embedding_it_was_trained_on() -> None:
    shipped = Adaptable()
    space = Space.of(cast(Embedding, shipped))
    assert isinstance(space, Space)
    assert np.allclose(np.linalg.norm(space.queries(PARCEL), axis=1), 1, atol=1e-5)
    assert shipped.changes["encoder.layer.11.output.dense.weight"].shape == (384, 1536)
    assert all(np.isfinite(change).all() and change.any() for change in shipped.changes.values())


def test_languages_are_seen_from_their_own_middles() -> None:
    texts = ["parcel", "荷物"]
    middle = Middle.of(texts, WORDS.queries(texts), WORDS)
    assert set(middle.means) == {"en", "ja"}
    assert middle.see([], WORDS.queries([])).shape == (0, HashedWords.dimensions)


@pytest.mark.models
def test_both_languages_meet_in_a_topic(embedding: Embedding) -> None:
    texts = [
        "My parcel has not arrived yet", "荷物がまだ届きません", "My package still has not been delivered",
        "I forgot my password", "パスワードを忘れてしまいました", "I have forgotten the password, how do I reset it?",
        "The soup maker leaks at the bottom", "The bottom of my soup maker is leaking water",
    ]  # fmt: skip
    found = topics.group(texts, embedding)
    assert len({*found[:3]}) == len({*found[3:6]}) == len({*found[6:]}) == 1
    assert len({*found}) == 3


@pytest.mark.models
def test_questions_join_the_topics_that_they_ask_about(embedding: Embedding) -> None:
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    rows = [row for row in rows if row["domain"] in ("parcel", "internet")]
    first = [(text, row["topic"]) for row in rows for text in (*row["en"][:-1], *row["ja"][:-1])]
    later = [(text, row["topic"]) for row in rows for text in (row["en"][-1], row["ja"][-1])]
    made, before = Topics.of([text for text, _ in first], embedding)
    grown, found = made.join([text for text, _ in later])
    truth = [topic for _, topic in first + later]
    assert normalized_mutual_info_score(truth, before + found) > 0.75
    assert len(grown.names) < 2 * len(rows)


@pytest.mark.models
def test_the_space_leaves_the_embedding_as_it_is(embedding: Embedding) -> None:
    before = embedding.queries(PARCEL)
    space = Space.of(embedding)
    assert isinstance(space, Space)
    assert not np.allclose(space.network.queries(PARCEL), before, atol=0.02)
    assert np.array_equal(embedding.queries(PARCEL), before)
