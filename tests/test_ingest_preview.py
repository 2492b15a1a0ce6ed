"""A look before an import counts what would come in, and stores nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from stand_ins import HashedWords, Quarters

from ingest import pipeline, preview
from ingest.errors import SenderError
from ingest.preview import Tools
from ingest.redact import Redactor
from ingest.shelving import Shelves
from ingest.store import arrivals

PAGE = {"kind": "article", "id": "A-1", "title": "Kettle", "text": "Use vinegar.", "updated": "2026-02-03"}
TICKET = {
    "kind": "ticket", "id": "T-1", "created": "2026-03-14",
    "turns": [{"role": "customer", "text": "Der Kessel leckt, write to ann@mail.example or bob@mail.example"}],
}  # fmt: skip
JAPANESE = TICKET | {
    "id": "T-2",
    "turns": [{"role": "customer", "text": "返金してください。"}],
    "created": "2026-04-01",
}


@pytest.fixture
def tools(open_shelves: Callable[..., Shelves], redactor: Redactor) -> tuple[Shelves, Tools]:
    shelves = open_shelves(redactor=redactor)
    return shelves, Tools(shelves.db, redactor, cast(Any, Quarters()), cast(Any, HashedWords()))


def _write(path: Path, *lines: dict[str, Any] | str) -> Path:
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return path


def test_a_look_tells_what_would_come_in(tools: tuple[Shelves, Tools], tmp_path: Path) -> None:
    path = _write(tmp_path / "in.jsonl", PAGE, TICKET, JAPANESE, TICKET, "{broken")
    found = preview.look([path], tools[1])
    assert found.kinds == {"article": 1, "ticket": 3}
    assert found.langs == {"en": 3, "ja": 1}
    assert found.months == {"2026-02": 1, "2026-03": 2, "2026-04": 1}
    assert found.dates == ["2026-02-03", "2026-04-01"]
    assert found.news == {"new": 3, "duplicate": 1}
    assert found.found["EMAIL"] == 4
    assert found.searched == 3
    assert (found.records, found.rejected, found.whole) == (4, 1, True)
    assert [one.place for one in found.bad] == ["in.jsonl:5"]
    assert found.seconds is not None
    with tools[0].db.read() as db:
        assert arrivals.sources(db) == []


def test_a_look_compares_with_what_is_there(tools: tuple[Shelves, Tools], tmp_path: Path) -> None:
    path = _write(tmp_path / "in.jsonl", PAGE, TICKET)
    pipeline.run([path], tools[0])
    _write(path, PAGE, TICKET | {"subject": "Kessel"}, JAPANESE)
    assert preview.look([path], tools[1]).news == {"unchanged": 1, "changed": 1, "new": 1}
    assert preview.look([path], tools[1], source="elsewhere").news == {"duplicate": 1, "new": 2}


def test_a_look_may_stop_early(tools: tuple[Shelves, Tools], tmp_path: Path) -> None:
    path = _write(tmp_path / "in.jsonl", PAGE, TICKET, JAPANESE)
    found = preview.look([path], tools[1], most=2)
    assert (found.records, found.whole) == (2, False)
    assert preview.look([path], tools[1], most=3).whole


def test_a_look_needs_no_desk(redactor: Redactor, tmp_path: Path) -> None:
    path = _write(tmp_path / "in.jsonl", TICKET)
    found = preview.look([path], Tools(None, redactor, cast(Any, Quarters())))
    assert (found.news, found.seconds) == ({"new": 1}, None)
    with pytest.raises(SenderError, match="no file or folder"):
        preview.look([tmp_path / "none"], Tools(None, redactor, cast(Any, Quarters())))
