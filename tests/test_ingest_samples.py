"""Every kind of file that we say we read is read, and the same broken in many ways is told in sentences."""

import random
from collections import Counter
from pathlib import Path

import mutations
import pytest
import samples

from ingest import readers
from ingest.records import Article, Customer, Item, Reject, Ticket, Tombstone

ARTICLES = {"article.md", "article.html", "policy.docx", "manual.pdf", "export.tar.gz"}


def _read(folder: Path, name: str) -> list[Item]:
    path = folder / name
    path.write_bytes(samples.SAMPLES[name]())
    return list(readers.read(path))


@pytest.mark.parametrize("name", samples.SAMPLES)
def test_a_sample_of_each_kind_is_read(tmp_path: Path, name: str) -> None:
    found = _read(tmp_path, name)
    assert not [one for one in found if isinstance(one, Reject)]
    if name in ARTICLES:
        (page,) = found
        assert isinstance(page, Article)
        assert samples.TOLD in page.text or "返品" in page.text
        assert page.text.count("#") >= 2
        return
    tickets = [one for one in found if isinstance(one, Ticket)]
    assert tickets
    for one in tickets:
        assert one.messages[0].direction in ("incoming", "outgoing")
        said = " ".join(turn.text for turn in one.messages if turn.direction == "incoming")
        assert samples.ASKED in said or samples.FRAGE in said
        answers = " ".join(turn.text for turn in one.messages if turn.direction == "outgoing")
        assert samples.TOLD in answers or samples.ANTWORT in answers or name == "mail.eml"


def test_deletions_and_people_come_with_their_kind(tmp_path: Path) -> None:
    found = _read(tmp_path, "zendesk_incremental.json")
    assert Tombstone("ticket", "6") in found
    assert [one.name for one in found if isinstance(one, Customer)] == ["Ines Marlow"]


def test_a_cell_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    (ticket,) = (one for one in _read(tmp_path, "tickets.xlsx") if isinstance(one, Ticket))
    assert ticket.subject in ("=1+1", "")


@pytest.mark.parametrize("seed", range(4))
def test_broken_files_are_told_in_sentences(tmp_path: Path, seed: int) -> None:
    dice, outcomes = random.Random(seed), Counter[str]()
    for name, made in samples.SAMPLES.items():
        path = tmp_path / name
        path.write_bytes(mutations.mutate(mutations.mutate(made(), dice), dice))
        for one in readers.read(path):
            outcomes[type(one).__name__] += 1
            if isinstance(one, Reject):
                assert one.reason.endswith((".", "。")), one.reason
                assert "Error" not in one.reason
                assert "Traceback" not in one.reason
    assert outcomes["Reject"] > 5
    assert outcomes["Ticket"] > 5
