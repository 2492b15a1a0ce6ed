"""Many visitors at once over real connections: nothing is lost or doubled, nobody is refused. Nothing is timed here."""

import asyncio
import importlib.util
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from at_the_widget import Drafts
from in_browser import hosted
from starlette.applications import Starlette

from console import answers
from console.answers import Draft, Piece
from console.desk import Desk
from console.widget import routes

FRAMES = Path(__file__).parents[1] / "benchmarks" / "frames.py"
VISITORS, EACH = 30, 3
QUESTIONS = [f"How do I reset the {what}?" for what in ("hub", "lamp", "camera", "lock", "bridge")]


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> Any:
    spec = importlib.util.spec_from_file_location("frames", FRAMES)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "frames", found)
    spec.loader.exec_module(found)
    return found


class _Slowly(Drafts):
    """Takes its time, so that a line forms and connections can be lost in the middle."""

    def __call__(self, *args: Any) -> Iterator[Piece | Draft]:
        for one in super().__call__(*args):
            time.sleep(0.02)
            yield one


def test_a_crowd_is_served_whole(open_desk: Desk, frames: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "draft", _Slowly())
    open_desk.settings = open_desk.settings.model_copy(update={"widget_answers": 2})
    seen, chance = frames.Seen(), random.Random(3)

    async def crowd(port: int) -> None:
        await asyncio.gather(*(
            frames.visit(
                frames.Frame(port, at, seen), chance.sample(QUESTIONS, EACH), ramp=0.5, think=(0.0, 1.3), chance=chance
            )
            for at in frames.addresses(VISITORS)
        ))  # fmt: skip

    with hosted(Starlette(routes=routes.routes())) as port:
        asyncio.run(crowd(port))
    assert dict(seen.errors) == {}
    counted = {name: seen.counts[name] for name in ("sent", "lost", "doubled", "answers missing", "answers too many")}
    assert counted == {
        "sent": VISITORS * EACH, "lost": 0, "doubled": 0, "answers missing": 0, "answers too many": 0,
    }  # fmt: skip
    assert any(seen.places)  # a line had formed
    assert all(places == sorted(places, reverse=True) for places in seen.places)
