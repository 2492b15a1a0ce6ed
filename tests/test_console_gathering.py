"""Topics kept over time: rounds read what is new, ids and decisions stay, bursts are seen, steady days are quiet."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from console.accounts import Account
from console.faq import curating, gathering
from console.faq.gathering import EVERY, LOOKS, Gathering
from ingest.embedding import Vectors
from ingest.records import Message, Ticket
from ingest.store import Database, alerts, notes, tickets, topics
from ingest.store.topics import Asked, Topic

NOW = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)
NAOKO = Account("naoko", "Naoko", "supervisor")
KINDS = ("lamp", "kettle", "parcel", "invoice", "password", "heater", "doorbell", "battery")


class Kinds:
    """A text lies near the middle of the kind that it names; texts that name none lie apart from all."""

    name, dimensions = "kinds", 32

    def __init__(self) -> None:
        self.middles = np.random.default_rng(3).normal(size=(len(KINDS) + 2, self.dimensions))
        self.read: list[str] = []

    def queries(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        self.read += texts
        kinds = [
            next((n for n, kind in enumerate((*KINDS, "flood")) if kind in text), len(KINDS) + 1) for text in texts
        ]
        seeds = [sum(map(ord, text)) for text in texts]
        noise = [np.random.default_rng(seed).normal(size=self.dimensions) for seed in seeds]
        made = self.middles[kinds] + 0.15 * np.array(noise).reshape(len(texts), self.dimensions)
        return np.asarray(made / np.linalg.norm(made, axis=1, keepdims=True), np.float32)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "kizuna.db")
    yield opened
    opened.close()


def _gathering(db: Database, embedding: Any = None) -> Gathering:
    return Gathering(cast(Any, SimpleNamespace(db=db, embedding=embedding or Kinds())))


def _put(db: Database, *said: tuple[str, str, datetime]) -> None:
    """Conversations of one message each: (id, text, when)."""
    made = [(Ticket(id, (Message("incoming", text, at),), created=at, lang="en"), "") for id, text, at in said]
    with db.write() as held:
        tickets.put_many(held, made, origin="test")


def _history(
    days: int = 10, each: int = 2, kinds: Sequence[str] = KINDS, seed: int = 1
) -> list[tuple[str, str, datetime]]:
    """So many conversations of each kind a day in the mean, at random times before NOW."""
    drawn = np.random.default_rng(seed)
    made = []
    for kind in kinds:
        for n in range(drawn.poisson(days * each)):
            at = NOW - timedelta(hours=float(drawn.uniform(0, 24 * days)))
            made.append((f"{kind}-{n}", f"There is trouble number {n} about the {kind}.", at))
    return made


def _rounds(made: Gathering, now: datetime = NOW) -> None:
    made.round(now)
    while made._more:
        made.round(now)


def _page(db: Database) -> list[Topic]:
    with db.read() as held:
        return topics.page(held)


def _of(db: Database, kind: str) -> set[str]:
    """The topics that questions about a kind are in."""
    with db.read() as held:
        return {one.topic for one in topics.grouped(held, 10**6) if kind in one.text}


def _asked(db: Database, topic: str) -> list[Asked]:
    with db.read() as held:
        return topics.asked(held, topic, 10**6)


def test_every_kind_becomes_a_topic_named_by_one_of_its_questions(db: Database) -> None:
    _put(db, *_history())
    _rounds(_gathering(db))
    assert len(_page(db)) == len(KINDS)
    for one in _page(db):
        assert one.name in {asked.text for asked in _asked(db, one.id)}
        assert one.size == len(_asked(db, one.id))
    assert {len(_of(db, kind)) for kind in KINDS} == {1}


def test_nothing_is_grouped_or_embedded_before_there_is_enough(db: Database) -> None:
    _put(db, *_history(days=1, each=1))
    embedding = Kinds()
    _rounds(_gathering(db, embedding))
    assert (_page(db), embedding.read) == ([], [])


def test_a_round_is_due_after_a_while_and_at_once_where_work_is_left(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = _gathering(db)
    assert made.due(NOW)
    made.round(NOW)
    assert not made.due(NOW)
    assert made.due(NOW + EVERY)
    monkeypatch.setattr(gathering, "BATCH", 20)
    _put(db, *_history())
    made.round(NOW)
    assert made.due(NOW)
    _rounds(made)
    assert not made.due(NOW)


def test_new_questions_join_their_topic_and_only_they_are_embedded(db: Database) -> None:
    _put(db, *_history())
    embedding = Kinds()
    made = _gathering(db, embedding)
    _rounds(made)
    was = _of(db, "lamp")
    embedding.read.clear()
    _put(db, ("new", "My lamp is dark again, a new one.", NOW))
    made.round(NOW)
    assert embedding.read == ["My lamp is dark again, a new one."]
    assert _of(db, "lamp") == was
    again = Kinds()
    _put(db, ("newer", "My lamp is dark once more.", NOW))
    _gathering(db, again).round(NOW)
    assert again.read == ["My lamp is dark once more."]
    assert _of(db, "lamp") == was


def test_ids_and_names_stay_when_all_is_grouped_anew(db: Database) -> None:
    _put(db, *_history(kinds=KINDS[:5]))
    made = _gathering(db)
    _rounds(made)
    was = {one.id: one.name for one in _page(db)}
    _put(db, *_history(kinds=KINDS[5:], each=5))
    _rounds(made)
    now = {one.id: one.name for one in _page(db)}
    assert len(now) == len(KINDS)
    assert was.items() < now.items()


def _regrouped(db: Database) -> None:
    """Another round with another space, so that all are grouped anew."""
    embedding = Kinds()
    embedding.name = f"other {datetime.now(UTC)}"
    _rounds(_gathering(db, embedding))


def test_names_merges_and_splits_by_hand_outlive_a_grouping(db: Database) -> None:
    _put(db, *_history())
    _rounds(_gathering(db))
    lamp, kettle, heater = (next(iter(_of(db, kind))) for kind in ("lamp", "kettle", "heater"))
    curating.rename(db, lamp, "Dark lamps", by=NAOKO)
    curating.merge(db, [lamp, kettle], by=NAOKO)
    chosen = _asked(db, heater)[:5]
    fresh = curating.split(db, heater, [one.key for one in chosen], by=NAOKO, name="Five heaters")
    _regrouped(db)
    held = {one.id: one for one in _page(db)}
    assert held[lamp].name == "Dark lamps"
    assert kettle not in held
    assert {one.key for one in _asked(db, lamp)} == {
        one.key for kind in ("lamp", "kettle") for id in _of(db, kind) for one in _asked(db, id)
    }
    assert {one.key for one in chosen} <= {one.key for one in _asked(db, fresh)}
    assert (held[fresh].name, heater in held) == ("Five heaters", True)
    assert _of(db, "heater") == {heater, fresh}


def test_a_topic_from_which_most_was_split_off_is_not_swallowed_by_that(db: Database) -> None:
    _put(db, *_history())
    _rounds(_gathering(db))
    heater = next(iter(_of(db, "heater")))
    asked = _asked(db, heater)
    fresh = curating.split(db, heater, [one.key for one in asked[4:]], by=NAOKO)
    _regrouped(db)
    assert {one.key for one in _asked(db, fresh)} >= {one.key for one in asked[4:]}
    assert _of(db, "heater") == {heater, fresh}


def test_history_is_read_newest_first_and_vectors_of_a_large_one_over_several_rounds(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "PIECE", 50)
    monkeypatch.setattr(gathering, "BATCH", 40)
    said = _history()
    _put(db, *said)
    made = _gathering(db)
    made.round(NOW)
    with db.read() as held:
        read = {one.source for one in topics.loose(held, 999)}
    assert read == {id for id, _, _ in sorted(said, key=lambda one: one[2], reverse=True)[:40]}
    _regrouped(db)  # other vectors: all are embedded anew, a piece a round
    assert {len(_of(db, kind)) for kind in KINDS} == {1}
    assert sum(one.size for one in _page(db)) == len(said)


def test_what_is_like_a_merged_topic_joins_the_one_that_it_is_part_of(db: Database) -> None:
    _put(db, *_history())
    made = _gathering(db)
    _rounds(made)
    lamp, kettle = (next(iter(_of(db, kind))) for kind in ("lamp", "kettle"))
    curating.merge(db, [lamp, kettle], by=NAOKO)
    _put(db, ("late", "One more trouble about the kettle.", NOW))
    made.round(NOW)
    assert _asked(db, lamp)[0].source == "late"


def test_a_name_by_hand_stays_even_where_its_topic_dissolves_in_a_larger_one(db: Database) -> None:
    _put(db, *_history())
    made = _gathering(db)
    _rounds(made)
    lamp = next(iter(_of(db, "lamp")))
    some = [one.key for one in _asked(db, lamp)]
    with db.write() as held:
        topics.put(held, [Topic("T-hand", "By hand", "naoko")])
        topics.assign(held, dict.fromkeys(some[:3], "T-hand"))
        topics.count(held)
    _regrouped(db)
    assert {"T-hand", lamp} <= {one.id for one in _page(db)}


def test_questions_leave_with_their_source_and_take_their_name_along(db: Database) -> None:
    _put(db, *_history())
    made = _gathering(db)
    _rounds(made)
    topic = next(one for one in _page(db) if "lamp" in one.name)
    with db.write() as held:
        for one in topics.asked(held, topic.id, 999):
            if one.text == topic.name:
                tickets.remove(held, one.source)
    made.round(NOW + EVERY)
    now = next(one for one in _page(db) if one.id == topic.id)
    assert now.size == topic.size - 1
    assert now.name != topic.name
    assert "lamp" in now.name
    with db.write() as held:
        for one in topics.asked(held, topic.id, 999):
            tickets.remove(held, one.source)
    made.round(NOW + 2 * EVERY)
    assert topic.id not in {one.id for one in _page(db)}
    with db.read() as held:
        assert topics.get(held, topic.id) is None


def test_an_edited_message_is_read_again(db: Database) -> None:
    _put(db, *_history())
    made = _gathering(db)
    _rounds(made)
    _put(db, ("lamp-0", "It is the kettle that is the trouble, not the other thing.", NOW))
    with db.write() as held:
        notes.write(held, by="test", action="undid import", subject="one")
    made.round(datetime.now(UTC))
    with db.read() as held:
        (one,) = topics.of_sources(held, ["lamp-0"])
    assert one.text.startswith("It is the kettle")
    assert {one.topic} == _of(db, "kettle")


def _burst(db: Database, text: str, at: datetime, count: int = 30) -> None:
    _put(db, *((f"burst-{n}", f"{text} ({n})", at - timedelta(minutes=n / 2)) for n in range(count)))


def test_thirty_conversations_about_a_new_fault_are_an_alert_after_one_round(db: Database) -> None:
    _put(db, *_history())
    made = _gathering(db)
    _rounds(made)
    _burst(db, "Water comes out, there is a flood in the hall.", NOW)
    (alert,) = made.round(NOW)
    assert (alert.count, alert.new, alert.id[:2]) == (30, True, "A-")
    assert {alert.topic} == _of(db, "flood")
    assert alert.examples == tuple(f"burst-{n}" for n in range(5))
    for later in (EVERY, LOOKS):
        assert made.round(NOW + later) == []
    with db.read() as held:
        assert alerts.page(held)[0].seen == NOW + LOOKS


def test_a_fault_of_an_old_topic_is_seen_against_its_own_rate(db: Database) -> None:
    _put(db, *_history())
    made = _gathering(db)
    _rounds(made)
    _burst(db, "There is smoke out of the heater.", NOW)
    (alert,) = made.round(NOW)
    assert ({alert.topic}, alert.new) == (_of(db, "heater"), False)


def test_history_that_comes_in_at_once_is_no_burst(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "BATCH", 50)
    made = _gathering(db)
    _put(db, *_history(days=40))
    raised = made.round(NOW)
    while made._more:
        raised += made.round(NOW)
    _put(db, *((f"old-{n}", f"The garden hose leaks, case {n}.", NOW - timedelta(days=20, hours=n)) for n in range(60)))
    assert raised + made.round(NOW) == []


def test_a_settled_alert_stays_settled_while_its_burst_ends(db: Database) -> None:
    _put(db, *_history())
    made = _gathering(db)
    _rounds(made)
    _burst(db, "Water comes out, there is a flood in the hall.", NOW)
    (alert,) = made.round(NOW)
    curating.close_alert(db, alert.id, by=NAOKO, how="plumber")
    assert made.round(NOW + EVERY) == []


def test_twenty_steady_desks_give_one_false_alarm_at_most(tmp_path: Path) -> None:
    embedding, alarms = Kinds(), 0
    for seed in range(20):
        db = Database.open(tmp_path / f"{seed}.db")
        _put(db, *_history(days=14, each=3, seed=seed))
        made = _gathering(db, embedding)
        for hours in range(24, -1, -4):
            alarms += len(made.round(NOW - timedelta(hours=hours)))
        with db.read() as held:
            assert not topics.unread(held, 1)
        db.close()
    assert alarms <= 1


SHOP = {
    "late": (
        "Where is my parcel? It should have come on {day}.", "My order is late, when will it be delivered?",
        "The tracking has not moved since {day}, is the parcel lost?", "荷物がまだ届きません。いつ届きますか？",
        "{day}に届くはずの商品が来ないのですが、配送状況を教えていただけますか。",
    ),
    "return": (
        "How do I send back the pan that I bought on {day}?", "Can I return an opened coffee grinder?",
        "I would like to return two plates, what do I have to do?",
        "{day}に買った鍋を返品したいのですが、可能でしょうか。", "開封した商品も返品できますか？",
    ),
    "invoice": (
        "Could you send me an invoice for my order of {day}?", "I need a receipt with my company's name on it.",
        "Where can I download the invoice?", "{day}の注文の領収書を発行してもらえますか？",
        "会社名の入った請求書が必要です。どこで入手できますか？",
    ),
    "password": (
        "I forgot my password, how can I reset it?", "I can't sign in to my account since {day}.",
        "The mail to reset my password never arrives.", "パスワードを忘れたのですが、再設定できますか？",
        "{day}からアカウントにログインできません。どうすればいいですか？",
    ),
    "cancel": (
        "Please cancel the order that I placed on {day}.", "Can I still cancel my order?",
        "I ordered the wrong kettle, how do I cancel it?", "{day}の注文をキャンセルできますか？",
        "間違えて注文しました。取り消しは可能ですか？",
    ),
    "broken": (
        "The teapot arrived broken, can I get a new one?", "A cup was in pieces when I opened the box on {day}.",
        "My bowl came with a crack, what do you do about it?", "届いた皿が割れていました。交換してもらえますか？",
        "{day}に届いた急須が欠けていたのですが、どうすればいいですか？",
    ),
    "abroad": (
        "Do you ship to Switzerland?", "How much is delivery to Canada for an order of {day}?",
        "Is it possible to send a present to my aunt in Norway?", "海外への発送はできますか？",
        "台湾まで送るといくらかかりますか？",
    ),
    "voucher": (
        "My voucher code is not accepted at the checkout.", "How long is a gift card valid?",
        "The discount of {day} was not taken off, why?", "クーポンコードが使えないのですが、なぜですか？",
        "ギフトカードの有効期限はいつまでですか？",
    ),
}  # fmt: skip
FAULT = (
    "The rice cooker shows error E7 and does not heat.", "My rice cooker stopped with E7, what is that?",
    "E7 on the display of the rice cooker since this morning!", "Why does my rice cooker say E7 after the update?",
    "Rice cooker will not start any more, it only blinks E7.", "炊飯器にE7と出て炊けません。",
    "今朝から炊飯器がE7エラーで止まります。なぜですか？", "炊飯器の画面にE7と表示されました。どうすればいいですか？",
    "Is something wrong with the rice cookers today? Mine shows E7.",
    "炊飯器が急に加熱しなくなり、E7が点滅しています。",
)  # fmt: skip


def _shop() -> list[tuple[str, str, datetime]]:
    """Ten days of a shop that has three conversations a day about each of eight everyday things."""
    drawn, made = np.random.default_rng(5), []
    for kind, texts in SHOP.items():
        for n in range(drawn.poisson(30)):
            at = NOW - timedelta(hours=float(drawn.uniform(1, 240)))
            text = str(drawn.choice(texts)).format(day=drawn.choice(["Monday", "May 3", "the 12th", "Friday"]))
            made.append((f"{kind}-{n}", text, at))
    return made


@pytest.mark.models
def test_a_new_fault_of_a_shop_is_an_alert_after_one_round(db: Database, embedding: Any) -> None:
    _put(db, *_shop())
    made = _gathering(db, embedding)
    _rounds(made)
    with db.read() as held:
        asked = topics.grouped(held, 10**6)
    kinds = {one.id: Counter(q.source.split("-")[0] for q in asked if q.topic == one.id) for one in _page(db)}
    assert sum(max(counted.values()) for counted in kinds.values()) >= 0.85 * len(asked)
    assert {max(counted, key=counted.__getitem__) for counted in kinds.values()} == set(SHOP)
    _put(db, *((f"fault-{n}", FAULT[n % 10], NOW - timedelta(minutes=n)) for n in range(30)))
    (alert,) = made.round(NOW)
    topic = next(one for one in _page(db) if one.id == alert.topic)
    assert alert.new
    assert "E7" in topic.name
    assert len({one.source for one in _asked(db, topic.id) if one.source.startswith("fault")}) >= 25
