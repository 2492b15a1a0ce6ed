"""Work in the background: it ends with what it did or why not, can be stopped, and is begun once under its key."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from console import background
from console.background import LOST, Stopped, Work, Works
from ingest.errors import SenderError, TemporaryError

DESK, OTHER = object(), object()


@dataclass
class Count(Work):
    """Counts its steps until the gate opens or somebody stops it."""

    steps: int = 0
    gate: threading.Event = field(default_factory=threading.Event)

    def do(self) -> None:
        while not self.gate.wait(0.001):
            if self.stopping:
                raise Stopped(f"Stopped after {self.steps}.")
            self.steps += 1


@dataclass
class Once(Work):
    """Does one thing."""

    act: Callable[[], object] = lambda: None

    def do(self) -> None:
        self.act()


@pytest.fixture
def counts() -> Iterator[Works[Count]]:
    made = Works[Count]()
    yield made
    for work in list(made._kept.values()):
        work.stop()
        assert work.wait(20)


def _fails(error: BaseException) -> Callable[[], object]:
    def act() -> object:
        raise error

    return act


def test_it_goes_on_in_its_own_thread_and_its_time_stands_still_at_the_end() -> None:
    work = Count(DESK)
    assert not work.wait(1)  # nothing has begun
    work.start()
    assert not work.wait(0.01)
    before = work.seconds
    work.gate.set()
    assert work.wait(20)
    assert (work.finished, work.trouble) == (True, "")
    assert work.seconds > before
    assert work.seconds == work.seconds == work.ended - work.began


def test_a_stop_ends_it_after_the_step_at_hand() -> None:
    work = Count(DESK)
    work.start()
    work.stop()
    assert work.wait(20)
    assert work.trouble == f"Stopped after {work.steps}."


def test_an_error_for_people_is_told_in_its_own_words() -> None:
    work = Once(DESK, _fails(SenderError("Bring files in first.")))
    work.run()
    assert (work.finished, work.trouble) == (True, "Bring files in first.")


@pytest.mark.parametrize("fault", [ValueError("odd"), KeyboardInterrupt()])
def test_a_fault_is_told_and_goes_on_to_the_log(fault: BaseException) -> None:
    @dataclass
    class Named(Once):
        lost = "The lamp went out."

    for work, told in ((Once(DESK, _fails(fault)), LOST), (Named(DESK, _fails(fault)), "The lamp went out.")):
        with pytest.raises(type(fault)):
            work.run()
        assert (work.finished, work.trouble) == (True, told)


def test_what_runs_under_a_key_is_not_begun_twice(counts: Works[Count]) -> None:
    first = counts.begin(Count(DESK), "T-1")
    assert counts.begin(Count(DESK), "T-1") is first
    assert counts.of(DESK, "T-1") is first
    assert counts.begin(Count(DESK), "T-2") is not first
    first.gate.set()
    assert first.wait(20)
    assert counts.of(DESK, "T-1") is first
    assert counts.begin(Count(DESK), "T-1") is not first


def test_what_nobody_wants_any_more_makes_room_at_once(counts: Works[Count]) -> None:
    first = counts.begin(Count(DESK), "T-1")
    first.stop()
    second = counts.begin(Count(DESK), "T-1")
    assert second is not first
    counts.forget("T-1")
    assert second.stopping
    assert counts.of(DESK, "T-1") is None
    counts.forget("T-1")
    assert first.wait(20)
    assert second.wait(20)


def test_another_desk_does_not_see_it(counts: Works[Count]) -> None:
    first = counts.begin(Count(DESK), "T-1")
    assert counts.of(OTHER, "T-1") is None
    second = counts.begin(Count(OTHER), "T-1")
    assert second is not first
    assert counts.of(DESK, "T-1") is None
    first.stop()
    assert first.wait(20)


def test_one_at_a_time_until_the_last_has_really_stopped() -> None:
    one = Works[Count]("Another one is running.")
    gate, first = threading.Event(), Count(DESK)
    first.do = gate.wait  # type: ignore[method-assign, assignment]
    assert one.begin(first) is first
    for _ in range(2):
        with pytest.raises(TemporaryError, match=r"Another one is running\."):
            one.begin(Count(DESK))
        first.stop()
    assert one.of(DESK) is first
    gate.set()
    assert first.wait(20)
    second = one.begin(Count(DESK))
    assert one.of(DESK) is second
    second.gate.set()
    assert second.wait(20)


def test_what_cannot_start_stands_in_nobodys_way(monkeypatch: pytest.MonkeyPatch) -> None:
    one, broken = Works[Once]("Another one is running."), Once(DESK)
    monkeypatch.setattr(broken, "start", _fails(RuntimeError("can't start new thread")))
    with pytest.raises(RuntimeError):
        one.begin(broken)
    assert one.of(DESK) is None
    assert one.begin(Once(DESK)).wait(20)


def test_only_the_latest_are_remembered_and_none_that_runs_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "KEPT", 2)
    works = Works[Work]()
    for key in "abc":
        assert works.begin(Once(DESK), key).wait(20)
    assert works.of(DESK, "a") is None
    assert works.of(DESK, "b")  # looked at, it is newer than c
    running = works.begin(Count(DESK), "d")
    assert works.of(DESK, "c") is None
    for key in "ef":
        assert works.begin(Once(DESK), key).wait(20)
    assert works.of(DESK, "d") is running
    running.stop()
    assert running.wait(20)
