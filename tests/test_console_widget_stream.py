"""Answers under way: who is served when, how a browser goes on where it was, and what is bounded."""

import asyncio
import threading
import time
from collections.abc import Iterator
from typing import Any, cast

import pytest
from at_the_widget import Chat, Drafts, told
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection
from starlette.testclient import TestClient

from console import answers, conversations
from console.answers import Draft, Letter, Piece
from console.desk import Desk
from console.widget import streams, view
from console.widget.door import Door
from console.widget.news import TABS, News
from console.widget.queue import Queue
from console.widget.streams import Stream, Streams, Told
from console.widget.turn import Taken, Turns
from ingest.records import Ticket
from ingest.store import notes, tickets

ASKED = "How do I reset the hub?"
_THREADS: list[threading.Thread] = []


class Slow(Drafts):
    """A model that writes one piece, and the rest once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.most, self.now, self.lock = 0, 0, threading.Lock()

    def __call__(
        self, ticket: Ticket, search: object, verifier: object, model: object, letter: Letter, trust: object
    ) -> Iterator[Piece | Draft]:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            for number, one in enumerate(super().__call__(ticket, search, verifier, model, letter, trust)):
                if number == 1:
                    assert self.go.wait(20)
                yield one
        finally:
            with self.lock:
                self.now -= 1


@pytest.fixture
def slow(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    fake = Slow()
    monkeypatch.setattr(answers, "draft", fake)
    yield fake
    fake.go.set()
    for one in _THREADS:  # while the client is still open
        one.join(20)
    _THREADS.clear()
    _until(lambda: not fake.now)


def _until(true: Any) -> None:
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def _behind(work: Any) -> "list[Any]":
    """Do it in a thread; the list gets the result."""
    found: list[Any] = []
    _THREADS.append(threading.Thread(target=lambda: found.append(work()), daemon=True))
    _THREADS[-1].start()
    return found


# ---- the waiting line


def test_sites_take_turns_and_within_one_the_first_comes_first() -> None:
    line = Queue[str](100, 5)
    for who in ("a1", "a2", "a3", "a4"):
        assert line.join("a", who, who)
    assert line.join("b", "b1", "b1")
    assert line.join("c", "c1", "c1")
    assert line.order() == ["a1", "b1", "c1", "a2", "a3", "a4"]
    assert [line.next() for _ in range(3)] == ["a1", "b1", "c1"]
    line.join("b", "b2", "b2")
    assert line.order() == ["a2", "b2", "a3", "a4"]
    assert [line.next() for _ in range(5)] == ["a2", "b2", "a3", "a4", None]


def test_nobody_stands_in_it_twice_and_it_is_bounded() -> None:
    line = Queue[str](4, 2)
    assert [line.join("a", "ann", one) for one in ("first", "second", "third")] == [True, True, False]
    assert line.join("a", "bob", "his")
    assert line.next() == "first"
    assert line.order() == ["his"]  # Ann is being served: her second waits behind her
    line.done("ann")
    assert [line.next(), line.next()] == ["his", "second"]
    assert all(line.join("a", f"v{n}", str(n)) for n in range(4))
    assert not line.join("a", "one more", "x")
    assert line.leave("v1") == ["1"]
    assert line.join("a", "one more", "x")
    assert line.order() == ["0", "2", "3", "x"]
    assert line.call("passer-by")
    assert not line.call("passer-by")
    assert not line.call("v0")


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 4)), max_size=40))
def test_the_order_that_is_told_is_the_order_of_serving(came: list[tuple[str, int]]) -> None:
    line = Queue[str](30, 3)
    for n, (site, who) in enumerate(came):
        line.join(site, f"{site}{who}", f"{site}{who}-{n}")
    expected = line.order()
    assert [line.next() for _ in expected] == expected
    assert line.next() is None


@given(st.lists(st.tuples(st.sampled_from(["join", "next", "done", "leave"]), st.integers(0, 5)), max_size=60))
def test_whatever_happens_all_are_served_once(steps: list[tuple[str, int]]) -> None:
    line, served, inside, serving = Queue[int](20, 3), list[int](), list[int](), set[str]()
    whose: dict[int, str] = {}
    for n, (step, who) in enumerate([*steps, *[("next", 0), *[("done", one) for one in range(6)]] * 20]):
        name = f"v{who}"
        if step == "join" and line.join(f"s{who % 2}", name, n):
            inside.append(n)
            whose[n] = name
        elif step == "next" and (item := line.next()) is not None:
            assert whose[item] not in serving
            serving.add(whose[item])
            served.append(item)
        elif step == "done":
            serving.discard(name)
            line.done(name)
        elif step == "leave":
            served += line.leave(name)
    assert sorted(served) == inside
    assert len(line) == 0


# ---- one answer and its listeners


def _stream() -> Stream:
    return Stream("visitor-1", Taken("W-1", 0, ASKED, "pending"), "en")


async def _heard(stream: Stream, known: int = 0) -> list[Told | None]:
    return [one async for one in stream.listen(known)]


def test_every_listener_hears_all_in_order_and_from_where_it_was() -> None:
    async def run() -> list[list[Told | None]]:
        stream = _stream()
        stream.tell("begin", {})
        tasks = [asyncio.create_task(_heard(stream, known)) for known in (0, 1, 0)]
        await asyncio.sleep(0.01)
        threading.Thread(target=lambda: [stream.tell("piece", {"n": n}) for n in range(50)] and stream.end()).start()
        return await asyncio.gather(*tasks)

    one, other, third = asyncio.run(run())
    assert [told.number for told in one if told] == list(range(51))
    assert one == third
    assert other == one[1:]


def test_a_mark_of_another_answer_starts_from_the_beginning() -> None:
    stream = _stream()
    for n in range(3):
        stream.tell("piece", {"n": n})
    marks = {f"{stream.id}.1": 2, f"{stream.id}.2": 3, f"{stream.id}.99": 3, "0000.1": 0, "": 0, f"{stream.id}.x": 0}
    assert {mark: stream.after(mark) for mark in marks} == marks


def test_places_are_told_as_they_change_and_not_once_it_is_written() -> None:
    async def run() -> list[Told | None]:
        stream = _stream()
        stream.stand(3, 20)
        task = asyncio.create_task(_heard(stream))
        for step in (lambda: stream.stand(3, 20), lambda: stream.stand(1, 5), lambda: stream.tell("begin", {})):
            await asyncio.sleep(0.01)
            step()
        stream.end()
        return await task

    assert [(one.name, one.data, one.number) for one in asyncio.run(run()) if one] == [
        ("place", {"place": 3, "seconds": 20}, None), ("place", {"place": 1, "seconds": 5}, None), ("begin", {}, 0),
    ]  # fmt: skip


def test_no_more_than_some_tabs_listen_at_once() -> None:
    async def run() -> list[int]:
        stream = _stream()
        tasks = [asyncio.create_task(_heard(stream)) for _ in range(streams.TABS + 2)]
        await asyncio.sleep(0.05)
        stream.tell("begin", {})
        stream.end()
        return [len(one) for one in await asyncio.gather(*tasks)]

    assert asyncio.run(run()) == [1] * streams.TABS + [0, 0]


def test_silence_gives_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "BEAT", 0.01)

    async def run() -> object:
        async for one in _stream().listen():
            return one
        return "nothing"

    assert asyncio.run(run()) is None


# ---- through the doors


def test_a_reload_in_the_middle_goes_on_with_the_same_answer(chat: Chat, slow: Slow) -> None:
    first = _behind(lambda: chat.say(ASKED, "message-1"))
    _until(lambda: slow.now)
    again = _behind(lambda: chat.post("message", id="message-1", text=ASKED).text)  # after a reload
    other = _behind(lambda: chat.get("stream").text)  # another tab
    _until(lambda: chat.get("events?after=-1").json()["answering"])
    time.sleep(0.2)
    assert not first
    assert not again
    slow.go.set()
    _until(lambda: first and again and other)
    assert len(slow.asked) == 1
    assert [name for name, _ in first[0]] == ["taken", "piece", "done"]
    mine, theirs = told(again[0]), told(other[0])
    assert [name for name, *_ in mine] == ["taken", "begin", "piece", "done"]
    assert theirs == mine[1:]
    ids = [id for *_, id in theirs]
    assert [id.partition(".")[2] for id in ids] == ["0", "1", "2"]
    assert len({id.partition(".")[0] for id in ids}) == 1
    assert [who for who, _ in chat.said()] == ["you", "assistant"]
    assert told(chat.get("stream").text) == [("idle", {}, "")]


def test_a_browser_goes_on_after_the_last_event_that_it_knows(chat: Chat, slow: Slow) -> None:
    _behind(lambda: chat.say(ASKED, "message-1"))
    _until(lambda: slow.now)
    stream = _streams(chat).of(_visitor(chat))
    assert stream
    _until(lambda: len(stream._told) == 2)
    head = chat.head | {"Last-Event-ID": f"{stream.id}.1"}
    by_header = _behind(lambda: chat.client.get("/widget/stream", headers=head).text)
    by_query = _behind(lambda: chat.get(f"stream?after={stream.id}.0").text)
    time.sleep(0.1)
    slow.go.set()
    _until(lambda: by_header and by_query)
    assert [name for name, *_ in told(by_header[0])] == ["done"]
    assert [name for name, *_ in told(by_query[0])] == ["piece", "done"]


def _door(chat: Chat) -> Door:
    route = next(one for one in cast(Any, chat.client.app).routes if one.path == "/widget/message")
    return next(cell.cell_contents for cell in route.endpoint.__closure__ if isinstance(cell.cell_contents, Door))


def _streams(chat: Chat) -> Streams:
    return _door(chat).streams


def _visitor(chat: Chat) -> str:
    found = _door(chat).tokens.read(chat.opened["token"])
    assert found
    return found.id


def test_an_answer_goes_on_when_its_browser_goes(chat: Chat, slow: Slow, open_desk: Desk) -> None:
    door, who = _door(chat), _visitor(chat)
    taken = door.turns.take(who, "message-1", ASKED, "en")
    stream = door.streams.begin("", who, taken, "en")
    assert stream

    async def glance() -> None:
        async for _ in stream.listen():
            return

    asyncio.run(glance())
    slow.go.set()
    _until(lambda: stream.over)
    assert [who for who, _ in chat.said()] == ["you", "assistant"]
    assert [name for name, _ in chat.say(ASKED, "message-1")] == ["taken", "done"]


def test_a_person_ends_what_is_under_way_and_nothing_is_said_after(chat: Chat, slow: Slow) -> None:
    first = _behind(lambda: chat.say(ASKED))
    _until(lambda: slow.now)
    assert chat.post("person").json()["status"] == "open"
    _until(lambda: first)
    assert [name for name, _ in first[0]][-1] == "quiet"
    slow.go.set()
    _until(lambda: not slow.now)
    assert [who for who, _ in chat.said()] == ["you", "handoff"]


def _crowd(client: TestClient, count: int) -> list[Chat]:
    return [Chat(client) for _ in range(count)]


def test_two_are_written_at_once_and_the_others_are_told_their_place(
    client: TestClient, open_desk: Desk, slow: Slow
) -> None:
    open_desk.settings = open_desk.settings.model_copy(update={"widget_answers": 2})
    crowd, heard = _crowd(client, 5), []
    for one in crowd:
        heard.append(_behind(lambda one=one: told(one.post("message", id="message-1", text=ASKED).text)))
        _until(lambda one=one: _streams(one).of(_visitor(one)))
    places = [cast(Any, _streams(one).of(_visitor(one)))._place for one in crowd]
    assert [place and place.data["place"] for place in places] == [None, None, 1, 2, 3]
    assert {place.data["seconds"] for place in places if place} == {None}  # nobody knows yet how long one takes
    slow.go.set()
    _until(lambda: all(heard))
    assert slow.most == 2
    assert all([name for name, *_ in found[0]][-1] == "done" for found in heard)
    assert [name for name, *_ in heard[0][0]] == ["taken", "begin", "piece", "done"]
    assert [data["place"] for name, data, _ in heard[4][0] if name == "place"] in ([3, 2, 1], [3, 2], [3, 1], [3])
    order = [ticket.id for ticket in slow.asked]
    assert order[2:] == [_ticket(open_desk, one) for one in crowd[2:]] or set(order[:2]) == {
        _ticket(open_desk, one) for one in crowd[:2]
    }


def _ticket(desk: Desk, chat: Chat) -> str:
    with desk.db.read() as db:
        row = tickets.of_visitor(db, _visitor(chat))
    assert row
    return str(row.id)


def test_how_long_it_takes_is_told_once_it_is_known(open_desk: Desk, slow: Slow) -> None:
    slow.go.set()
    found = Streams(Turns(open_desk), 1)
    for n in range(3):
        taken = Turns(open_desk).take(f"before-{n}", "message-1", ASKED, "en")
        stream = found.begin("", f"before-{n}", taken, "en")
        _until(lambda stream=stream: stream.over)
    found._took.extend([12.0] * 20)
    slow.go.clear()
    waiting = []
    for n in range(3):
        taken = Turns(open_desk).take(f"visitor-{n}", "message-1", ASKED, "en")
        waiting.append(found.begin("", f"visitor-{n}", taken, "en"))
    assert [one._place.data for one in waiting if one and one._place] == [
        {"place": 1, "seconds": 15}, {"place": 2, "seconds": 25},
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.0, 5), (4.0, 5), (5.1, 10), (30.0, 30), (31.0, 40), (121.0, 150), (600.0, 600)]
)
def test_times_are_rounded_up(seconds: float, said: int) -> None:
    assert streams._rounded(seconds) == said


def test_one_sites_crowd_does_not_starve_another(open_desk: Desk, slow: Slow) -> None:
    found, turns = Streams(Turns(open_desk), 1), Turns(open_desk)
    for site, count in (("crowd", 6), ("quiet", 1)):
        for n in range(count):
            taken = turns.take(f"{site}-{n}", "message-1", ASKED, "en", site)
            found.begin(site, f"{site}-{n}", taken, "en")
    last = found.of("quiet-0")
    assert last
    assert last._place
    assert last._place.data["place"] == 2  # behind one of the crowd, not behind five


def test_what_needs_no_model_does_not_wait_in_line(client: TestClient, open_desk: Desk, slow: Slow) -> None:
    open_desk.settings = open_desk.settings.model_copy(update={"widget_answers": 1})
    crowd = _crowd(client, 3)
    for one in crowd[:2]:
        _behind(lambda one=one: one.say(ASKED))
        _until(lambda one=one: _streams(one).of(_visitor(one)))
    assert [name for name, _ in crowd[2].say("Can I talk to a person?")] == ["taken", "done"]
    assert [name for name, _ in crowd[2].say("Thank you")] == ["taken", "done"]


def test_beyond_the_bound_it_is_busy_and_the_message_is_kept(open_desk: Desk, slow: Slow, client: TestClient) -> None:
    open_desk.settings = open_desk.settings.model_copy(update={"widget_answers": 1})
    crowd = _crowd(client, 4)
    _streams(crowd[0])._queue._most = 2
    for one in crowd[:3]:
        _behind(lambda one=one: one.say(ASKED))
        _until(lambda one=one: _streams(one).of(_visitor(one)))
    assert crowd[3].say(ASKED, "message-1") == [
        ("taken", {"seq": 0, "text": ASKED, "status": "pending"}), ("busy", {}),
    ]  # fmt: skip
    assert crowd[3].post("person").json()["status"] == "open"
    slow.go.set()


def test_nobody_is_answered_who_has_long_gone(open_desk: Desk, slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "ABANDONED", 0.05)
    found, turns = Streams(Turns(open_desk), 1), Turns(open_desk)
    made = []
    for n in range(2):
        made.append(found.begin("", f"visitor-{n}", turns.take(f"visitor-{n}", "message-1", ASKED, "en"), "en"))
    _until(lambda: slow.now)
    time.sleep(0.1)
    slow.go.set()
    _until(lambda: all(one and one.over for one in made))
    assert len(slow.asked) == 1
    assert found.of("visitor-1") is None


def test_at_the_end_listeners_go_and_nothing_half_is_kept(open_desk: Desk, slow: Slow) -> None:
    turns = Turns(open_desk)
    found = Streams(turns, 1)
    taken = turns.take("visitor-1", "message-1", ASKED, "en")
    stream = found.begin("", "visitor-1", taken, "en")
    waiting = found.begin("", "visitor-2", turns.take("visitor-2", "message-1", ASKED, "en"), "en")
    _until(lambda: slow.now)
    found.close()
    assert stream
    assert waiting
    assert [one and one.name for one in asyncio.run(_heard(stream))] == ["begin", "piece"]
    assert [one and one.name for one in asyncio.run(_heard(waiting))] == ["place"]
    assert found.begin("", "visitor-1", taken, "en") is None
    slow.go.set()
    _until(lambda: not slow.now)
    with open_desk.db.read() as db:
        assert view.answered(db, taken.ticket, taken.seq) is None


def test_an_answer_that_breaks_off_can_be_asked_again(
    chat: Chat, drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> Iterator[Piece | Draft]:
        yield Piece("Half of")
        raise ZeroDivisionError

    monkeypatch.setattr(answers, "draft", broken)
    assert [name for name, _ in chat.say(ASKED, "message-1")] == ["taken", "piece"]
    monkeypatch.setattr(answers, "draft", drafts)
    assert [name for name, _ in chat.say(ASKED, "message-1")] == ["taken", "piece", "done"]
    assert [who for who, _ in chat.said()] == ["you", "assistant"]


def test_the_first_visitors_after_a_start_wait_for_the_model(chat: Chat, open_desk: Desk, drafts: Drafts) -> None:
    model, open_desk.chat, open_desk.starting = open_desk.chat, None, True
    answer = _behind(lambda: chat.say(ASKED))
    time.sleep(0.3)
    assert not answer
    open_desk.chat, open_desk.starting = model, False
    _until(lambda: answer)
    assert [name for name, _ in answer[0]] == ["taken", "piece", "done"]


@pytest.mark.parametrize("before", [0, 1])
def test_a_server_that_dies_while_it_takes_a_message_has_it_whole_or_not_at_all(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    for n in range(before):
        chat.say(ASKED, f"message-{n}")
    write = notes.write

    def dies(db: Connection, *, by: str, action: str, **told: Any) -> None:
        if action == "wrote":
            raise MemoryError
        write(db, by=by, action=action, **told)

    with monkeypatch.context() as broken:
        broken.setattr(notes, "write", dies)
        with pytest.raises(MemoryError):
            chat.post("message", id="message-9", text="And the lamp?")
    assert len(chat.turns()) == 2 * before
    chat.say("And the lamp?", "message-9")
    chat.say("And the lamp?", "message-9")
    assert [one["id"] for one in chat.turns() if one["who"] == "you"][before:] == ["message-9"]


# ---- news


def test_a_frame_that_waits_hears_of_news_from_anywhere(chat: Chat, open_desk: Desk) -> None:
    chat.say(ASKED)
    with open_desk.db.read() as db:
        id = tickets.page(db, tickets.Query(statuses=()))[0].id
    last = chat.get("events").json()["last"]
    began = time.monotonic()
    waits = _behind(lambda: chat.get(f"events?after={last}&status=pending&wait=20").json())
    time.sleep(0.3)
    assert not waits
    conversations.reply(open_desk.shelves, id, "It is Emma.", by="emma", author="Emma Clarke")
    _until(lambda: waits)
    assert [one["text"] for one in waits[0]["turns"]] == ["It is Emma."]
    assert time.monotonic() - began < 5
    known = waits[0]["last"], waits[0]["status"]
    began = time.monotonic()
    assert chat.get(f"events?after={known[0]}&status={known[1]}&wait=1").json()["turns"] == []
    assert time.monotonic() - began >= 1
    for wrong in ("-1", "x", "1e3", "9999"):
        assert chat.get(f"events?after={known[0]}&status=other&wait={wrong}").status_code == 200  # does not wait


def test_many_wait_with_one_look_at_the_database(open_desk: Desk) -> None:
    looks = []

    async def run() -> float:
        news = News(open_desk.db, lambda _: False)
        heads = news._heads
        cast(Any, news)._heads = lambda visitors: looks.append(len(visitors)) or heads(visitors)
        began = time.monotonic()
        await asyncio.gather(*(news.wait(f"visitor-{n}", ("", -1), 1.5) for n in range(300)))
        assert not news._waiting
        return time.monotonic() - began

    assert asyncio.run(run()) < 3
    assert max(looks) == 300
    assert len(looks) <= 3


def test_a_visitor_cannot_wait_in_any_number_of_tabs_and_all_go_at_the_end(open_desk: Desk) -> None:
    async def run() -> None:
        news = News(open_desk.db, lambda _: False)
        tasks = [asyncio.create_task(news.wait("visitor-1", ("", -1), 20)) for _ in range(TABS + 3)]
        await asyncio.sleep(0.1)
        assert [task.done() for task in tasks] == [True] * 3 + [False] * TABS
        news.close()
        await asyncio.wait_for(asyncio.gather(*tasks), 2)
        await asyncio.wait_for(news.wait("visitor-1", ("", -1), 20), 1)

    asyncio.run(run())


# ---- bounds


def test_a_large_body_is_refused_before_it_is_read(chat: Chat) -> None:
    read: list[int] = []

    def body() -> Iterator[bytes]:
        for _ in range(160):
            read.append(64 * 1024)
            yield b"x" * 64 * 1024

    head = chat.head | {"Content-Type": "application/json", "Content-Length": str(10 * 1024 * 1024)}
    told = chat.client.post("/widget/message", content=b"x", headers=head)
    assert (told.status_code, told.json()["code"], told.headers["connection"]) == (413, "long", "close")
    without = chat.client.post("/widget/message", content=body(), headers=chat.head)
    assert without.status_code == 413
    assert chat.turns() == []


def test_a_very_long_conversation_comes_with_its_newest_lines(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "SHOWN", 4)
    for n in range(3):
        chat.say(f"{ASKED} {n}")
    told = chat.get("events").json()
    assert (len(told["turns"]), told["earlier"], told["last"]) == (4, True, 5)
    assert not chat.get("events?after=1").json()["earlier"]


def test_a_sites_messages_have_a_limit_of_their_own(client: TestClient, open_desk: Desk) -> None:
    open_desk.settings = open_desk.settings.model_copy(update={"widget_site_rate": 3})
    crowd = _crowd(client, 4)
    for one in crowd[:3]:
        one.say(ASKED)
    refused = crowd[3].post("message", id="message-1", text=ASKED)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate")
    assert int(refused.headers["retry-after"]) >= 1
    assert crowd[3].get("events").status_code == 200
