"""The whole path: running it again changes nothing, a kill loses nothing, and personal data stays outside."""

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest import index, pipeline, readers, shelving
from ingest import passages as cutting
from ingest.errors import SenderError
from ingest.pipeline import Step
from ingest.records import Article, Message, Record, Ticket
from ingest.redact import Redactor
from ingest.shelving import Shelves
from ingest.store import articles, customers, imports, passages, tickets

OpenShelves = Callable[..., Shelves]
CUSTOMER = {
    "kind": "customer",
    "id": "C-1",
    "name": "Maria Lopez",
    "email": "Maria@Mail.example",
    "phone": "+8131234567",
}
ARTICLE = {"kind": "article", "id": "A-1", "title": "Kettle", "text": "# Descaling\n\nUse vinegar.", "lang": "en"}
TICKET = {
    "kind": "ticket",
    "id": "T-1",
    "customer": "C-1",
    "created": "2026-03-14T09:00:00Z",
    "subject": "Kettle of Maria Lopez",
    "turns": [
        {"role": "customer", "text": "My kettle leaks.\n\nOn Monday Ann wrote:\n> old words", "name": "Maria Lopez"},
        {"role": "agent", "text": "Dear Maria, close the lid.", "name": "Emma"},
    ],
}


def _write(path: Path, *lines: dict[str, Any] | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    texts = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def _tables(database: Path) -> dict[str, list[dict[str, Any]]]:
    """Every table of our own with its rows, sorted; without those and without columns that tell the time of a run."""
    with sqlite3.connect(database) as db:
        db.row_factory = sqlite3.Row
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        found = {}
        for name in names:
            if not name.startswith("word") and name not in ("imports", "journal"):
                rows = [dict(row) for row in db.execute(f"SELECT * FROM {name}")]
                plain = [{key: row[key] for key in row if key not in ("num", "seen", "job")} for row in rows]
                found[name] = sorted(plain, key=str)
        words = "SELECT p.id, w.terms FROM passages p LEFT JOIN words w ON w.rowid = p.num ORDER BY p.id"
        found["words"] = [dict(row) for row in db.execute(words)]
        assert db.execute("SELECT count(*) FROM words").fetchone()[0] == len(found["words"])
    db.close()
    return found


def _vectors(folder: Path) -> dict[str, list[float]]:
    import chromadb
    from chromadb.config import Settings

    client: Any = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    held = client.get_collection("passages", embedding_function=None).get(include=["embeddings", "metadatas"])
    client.close()
    assert all(one["source"] for one in held["metadatas"])
    return dict(zip(held["ids"], held["embeddings"], strict=True))


# --- what comes in


def test_records_are_cleaned_masked_and_findable(shelves: Shelves, tmp_path: Path) -> None:
    report = pipeline.run([_write(tmp_path / "in.jsonl", CUSTOMER, ARTICLE, TICKET)], shelves, by="emma")
    assert report.added == {"customer": 1, "article": 1, "ticket": 1}
    assert report.changed == report.unchanged == {}
    assert report.passages == shelves.index.count() == 3
    with shelves.db.read() as db:
        ticket, page = tickets.get(db, "T-1"), articles.get(db, "A-1")
        (run,) = imports.history(db)
    assert ticket is not None
    assert page is not None
    assert [turn.text for turn in ticket.messages] == ["My kettle leaks.", "Dear <PERSON_1>, close the lid."]
    assert [turn.author for turn in ticket.messages] == ["", "Emma"]
    assert (ticket.subject, ticket.lang) == ("Kettle of <PERSON_1>", "en")
    assert page.text == ARTICLE["text"]
    assert {name: n for name, n in run.counts.items() if n} == {"added": 3, "passages": 3}
    assert (run.origin, run.by) == ("in.jsonl", "emma")
    hits = shelves.index.words("vinegar", passages.Filters(), 5)
    assert [key for key, _ in hits] == ["article:A-1#0"]


def test_running_it_again_changes_nothing(shelves: Shelves, tmp_path: Path) -> None:
    lines = [CUSTOMER, CUSTOMER | {"id": "zd-7", "name": "M L"}, ARTICLE, TICKET, TICKET | {"id": "T-2"}, "{broken"]
    folder = _write(tmp_path / "in" / "all.jsonl", *lines).parent
    pipeline.run([folder], shelves)
    tables, vectors = _tables(tmp_path / "kizuna.db"), _vectors(tmp_path / "chroma")
    report = pipeline.run([folder], shelves)
    assert report.unchanged == {"customer": 2, "article": 1, "ticket": 2}
    assert (report.added, report.changed, report.rejected, report.passages) == ({}, {}, 1, 0)
    assert _tables(tmp_path / "kizuna.db") == tables
    again = _vectors(tmp_path / "chroma")
    assert list(again) == list(vectors)
    assert all(np.array_equal(again[id], vectors[id]) for id in vectors)


def test_a_changed_record_replaces_its_passages_everywhere(shelves: Shelves, tmp_path: Path) -> None:
    long = "# One\n\nUse vinegar.\n\n# Two\n\nUse lemons."
    path = _write(tmp_path / "in.jsonl", ARTICLE | {"text": long})
    pipeline.run([path], shelves)
    assert set(_vectors(tmp_path / "chroma")) == {"article:A-1#0", "article:A-1#1"}
    _write(path, ARTICLE | {"text": "# One\n\nUse baking soda."})
    report = pipeline.run([path], shelves)
    assert (report.changed, report.passages) == ({"article": 1}, 1)
    assert set(_vectors(tmp_path / "chroma")) == {"article:A-1#0"}
    assert [row["id"] for row in _tables(tmp_path / "kizuna.db")["passages"]] == ["article:A-1#0"]
    for word, found in (("vinegar", []), ("lemons", []), ("soda", ["article:A-1#0"])):
        assert [key for key, _ in shelves.index.words(word, passages.Filters(), 5)] == found
    assert _tables(tmp_path / "kizuna.db")["removed"] == []


def test_what_was_said_at_the_desk_stays_when_the_source_changes(shelves: Shelves, tmp_path: Path) -> None:
    waiting = TICKET | {"id": "T-9", "status": "open", "turns": TICKET["turns"][:1]}
    file = _write(tmp_path / "in.jsonl", CUSTOMER, waiting)
    pipeline.run([file], shelves)
    with shelves.db.write() as db:
        tickets.add(db, "T-9", Message("outgoing", "Descale it with vinegar tonight.", None, "Emma"))
        tickets.change(db, "T-9", status="resolved")
    again = {"role": "customer", "text": "It leaks more than before."}
    _write(file, CUSTOMER, waiting | {"turns": [*waiting["turns"], again]})
    assert pipeline.run([file], shelves).changed == {"ticket": 1}
    with shelves.db.read() as db:
        stored = tickets.get(db, "T-9")
        assert stored
        assert [turn.direction for turn in stored.messages] == ["incoming", "incoming", "outgoing"]
        assert stored.messages[-1].text == "Descale it with vinegar tonight."
        assert stored.status == "resolved"
        assert any("vinegar tonight" in one.text for one in passages.of_source(db, "ticket", "T-9"))


def test_a_changed_customer_keeps_what_another_system_knew(shelves: Shelves, tmp_path: Path) -> None:
    bare = {"kind": "customer", "id": "C-7", "name": "Ada", "email": "ada@mail.example"}
    other = bare | {"id": "900", "phone": "+44-20-5550-0199"}
    pipeline.run([_write(tmp_path / "in.jsonl", bare, other)], shelves)
    pipeline.run([_write(tmp_path / "in.jsonl", bare | {"plan": "Pro"}, other)], shelves)
    with shelves.db.read() as db:
        ada = customers.find(db, "900")
        assert ada
        assert (ada.id, ada.plan, ada.phone) == ("C-7", "Pro", "+44-20-5550-0199")


def test_a_ticket_that_comes_again_as_a_call_leaves_no_passages_behind(shelves: Shelves, tmp_path: Path) -> None:
    path = _write(tmp_path / "in.jsonl", TICKET)
    pipeline.run([path], shelves)
    _write(path, TICKET | {"kind": "call"})
    pipeline.run([path], shelves)
    assert {id.split(":")[0] for id in _vectors(tmp_path / "chroma")} == {"call"}


def test_what_cannot_come_in_is_kept_once_and_masked(
    open_shelves: OpenShelves, redactor: Redactor, tmp_path: Path
) -> None:
    shelves = open_shelves(redactor=redactor)
    bad = {"kind": "ticket", "id": "T-9", "note": "reach me at taro.yamada@mail.example or 090-1234-5678"}
    path = _write(tmp_path / "in.jsonl", ARTICLE, "{broken", bad, ARTICLE | {"id": "A-2"})
    for _ in range(2):
        report = pipeline.run([path], shelves)
        assert report.rejected == 2
        assert sum(report.reasons.values()) == 2
        with shelves.db.read() as db:
            kept = {row.place: row.raw for row in imports.rejected(db)}
            assert articles.count(db) == 2
        assert len(kept) == 2
        (raw,) = (raw for raw in kept.values() if "T-9" in raw)
        assert "<EMAIL_1>" in raw
        assert "<PHONE_1>" in raw
    _write(path, ARTICLE, ARTICLE | {"id": "A-2"})
    pipeline.run([path], shelves)
    with shelves.db.read() as db:
        assert imports.rejected_count(db) == 0


def test_a_missing_path_is_told_before_anything_happens(shelves: Shelves, tmp_path: Path) -> None:
    with pytest.raises(SenderError, match=r"no file or folder .*none\.csv"):
        pipeline.run([_write(tmp_path / "in.jsonl", ARTICLE), tmp_path / "none.csv"], shelves)
    with shelves.db.read() as db:
        assert articles.count(db) == 0
        assert imports.history(db) == []


def test_the_folder_at_hand_has_a_name_too(shelves: Shelves, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path / "exports" / "in.jsonl", ARTICLE)
    monkeypatch.chdir(tmp_path / "exports")
    pipeline.run([Path(".")], shelves)
    with shelves.db.read() as db:
        assert [row.origin for row in imports.history(db)] == ["exports"]


def test_progress_comes_to_its_end(shelves: Shelves, tmp_path: Path) -> None:
    path = _write(tmp_path / "in.jsonl", *(ARTICLE | {"id": f"A-{n}"} for n in range(230)))
    told: list[Step] = []
    pipeline.run([path], shelves, progress=told.append)
    assert [step.records for step in told] == [100, 200, 230, 230]
    assert told[-1].share == 1.0
    assert told[-1].left == 0.0
    assert sorted(step.share for step in told) == [step.share for step in told]


def test_records_may_be_adjusted_and_keep_the_digest_of_the_source(shelves: Shelves, tmp_path: Path) -> None:
    def adjust(record: Record) -> Record:
        return replace(record, title="Adjusted") if isinstance(record, Article) else record

    path = _write(tmp_path / "in.jsonl", ARTICLE)
    pipeline.run([path], shelves, adjust=adjust)
    assert pipeline.run([path], shelves, adjust=adjust).unchanged == {"article": 1}
    with shelves.db.read() as db:
        page = articles.get(db, "A-1")
    assert page is not None
    assert page.title == "Adjusted"


# --- people


def test_one_person_in_two_systems_has_one_history(shelves: Shelves, tmp_path: Path) -> None:
    other = CUSTOMER | {"id": "zd-7", "name": "", "email": "maria@mail.EXAMPLE", "country": "JP"}
    mine = [TICKET | {"id": f"T-{n}", "customer": name} for n, name in enumerate(("C-1", "zd-7", "MARIA@mail.example"))]
    pipeline.run([_write(tmp_path / "in.jsonl", mine[2], CUSTOMER, other, mine[0], mine[1])], shelves)
    with shelves.db.read() as db:
        assert customers.count(db) == 1
        assert {one.customer for one in tickets.many(db, ["T-0", "T-1", "T-2"]).values()} == {"C-1"}
        found = customers.find(db, "zd-7")
        assert found is not None
        assert (found.id, found.name, found.country) == ("C-1", "Maria Lopez", "JP")
        assert len(tickets.resolved_of(db, "C-1", besides="T-0")) == 2


def test_placeholders_agree_over_a_conversation(redactor: Redactor) -> None:
    said = (
        "I am at a@mail.example, not b@mail.example.",
        "We wrote to b@mail.example.",
        "My card is 4242 4242 4242 4242",
    )
    turns = tuple(Message("outgoing" if n == 1 else "incoming", text) for n, text in enumerate(said))
    masked = shelving.mask(Ticket("T", turns), redactor)
    assert [turn.text for turn in masked.messages] == [
        "I am at <EMAIL_1>, not <EMAIL_2>.",
        "We wrote to <EMAIL_2>.",
        "My card is <CARD_1>",
    ]
    assert masked.lang == "en"


def test_the_language_is_the_customers(redactor: Redactor) -> None:
    turns = (
        Message("outgoing", "Hello, how can I help you with all of this today?"),
        Message("incoming", "返金してください"),
    )
    assert shelving.mask(Ticket("T", turns), redactor).lang == "ja"
    assert shelving.mask(Ticket("T", turns[:1]), redactor).lang == "en"


SECRETS = ("taro.yamada@mail.example", "090-1234-5678", "4242 4242 4242 4242", "4242424242424242", "415-555-0132")
NAMES = ("Maria", "Lopez", "山田", "太郎")


def test_personal_data_in_texts_is_nowhere_under_home(
    open_shelves: OpenShelves, redactor: Redactor, tmp_path: Path
) -> None:
    shelves = open_shelves(tmp_path / "home", redactor=redactor)
    told = "Please write or call: " + ", ".join(SECRETS) + ". "
    people = [
        {"kind": "customer", "id": "C-1", "name": "Maria Lopez"},
        {"kind": "customer", "id": "C-2", "name": "山田 太郎"},
    ]
    mine = {"role": "customer", "text": told + "Maria Lopez"}
    ours = {"role": "agent", "text": f"Dear Maria Lopez, {told}"}
    note = {"role": "note", "text": f"Lopez, {told}"}
    lines = [
        TICKET | {"subject": f"Call {SECRETS[1]}", "turns": [mine | {"name": "Maria Lopez"}, ours, note]},
        TICKET
        | {"id": "T-2", "customer": "C-2", "subject": "山田 太郎より"}
        | {"turns": [{"role": "customer", "text": f"山田 太郎です。{told}"}]},
        TICKET | {"id": "T-3", "kind": "call", "turns": [mine, ours]},
        {"kind": "ticket", "id": "T-4", "text": told, "turns": "none"},
    ]
    report = pipeline.run([_write(tmp_path / "in.jsonl", *people, *lines)], shelves)
    assert report.totals()["added"] == 5
    assert report.rejected == 1
    files = {path: path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()}
    assert {"kizuna.db", "chroma.sqlite3"} <= {path.name for path in files}
    assert any(b"<PHONE_1>" in held for held in files.values())
    for secret in SECRETS:
        for spelled in (secret.encode(), secret.encode("utf-16-le")):
            assert not [path.name for path, held in files.items() if spelled in held], secret
    rows = _tables(tmp_path / "home" / "kizuna.db")
    del rows["customers"]  # records of people, not texts
    said = json.dumps(rows, ensure_ascii=False, default=str).casefold()
    assert not [name for name in NAMES if name.casefold() in said]
    vectors = b"".join(held for path, held in files.items() if "chroma" in path.parts)
    assert not [name for name in NAMES if name.encode() in vectors]


# --- killed and started again


def _corpus(folder: Path) -> Path:
    """120 records, about 500 passages: two batches of records, several of vectors."""
    dice = random.Random(7)
    things = ("kettle", "teapot", "lamp", "lock", "camera", "hub", "plug", "thermostat", "doorbell", "speaker")
    deeds = ("leaks", "blinks red", "is silent", "restarts", "smells", "is late", "was charged twice", "will not pair")

    def said(words: int) -> str:
        return " ".join(
            f"The {dice.choice(things)} {dice.choice(deeds)} since day {dice.randint(1, 99)}." for _ in range(words)
        )

    lines: list[dict[str, Any]] = [
        {"kind": "customer", "id": f"C-{n}", "name": f"Person{n} Family{n}", "email": f"p{n % 9}@mail.example"}
        for n in range(12)
    ]
    for n in range(108):
        if n % 9 == 0:
            text = "\n\n".join(f"# Part {part}\n\n{said(12)}" for part in range(16))
            lines.append({"kind": "article", "id": f"A-{n}", "title": said(1), "text": text})
            continue
        turns = [{"role": ("customer", "agent")[turn % 2], "text": said(14)} for turn in range(6)]
        lines.append({"kind": "ticket", "id": f"T-{n}", "customer": f"C-{n % 12}", "subject": said(1), "turns": turns})
    lines.insert(60, {"kind": "ticket", "id": "T-bad", "note": "nothing was said"})
    return _write(folder / "in.jsonl", *lines)


def _ingest(home: Path, corpus: Path, models: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "console", "ingest", str(corpus), "--home", str(home), "--json"]
    environment = {
        "KIZUNA_MODELS": str(models), "PATH": "", "OMP_NUM_THREADS": "1", "HOME": str(home.parent),
        "KIZUNA_VAULT_KEY": str(corpus.parent / "vault.key"),
    }  # fmt: skip
    return subprocess.Popen(
        command,
        env=environment,
        cwd=Path(__file__).parent.parent,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _counts(home: Path) -> tuple[int, int, int]:
    """Imports begun, passages, and passages in the vector index."""
    try:
        with sqlite3.connect(f"file:{home}/kizuna.db?mode=ro", uri=True) as db:
            found = db.execute(
                "SELECT (SELECT count(*) FROM imports), (SELECT count(*) FROM passages),"
                " (SELECT count(*) FROM passages WHERE indexed)"
            ).fetchone()
        db.close()
        return tuple(found)
    except sqlite3.Error:
        return (0, 0, 0)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, models: Path) -> tuple[Path, Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("undisturbed")
    corpus = _corpus(folder)
    run = _ingest(folder / "home", corpus, models)
    out, err = run.communicate(timeout=200)
    assert run.returncode == 0, err
    return folder / "home", corpus, json.loads(out)


@pytest.mark.models
def test_kills_at_any_moment_lose_nothing(
    undisturbed: tuple[Path, Path, dict[str, Any]], models: Path, tmp_path: Path
) -> None:
    whole, corpus, _ = undisturbed
    home, dice = tmp_path / "home", random.Random()
    _, most, _ = _counts(whole)
    moments: list[Callable[[int, int, int], bool]] = [
        lambda runs, made, indexed: runs > 0,  # before the first record
        lambda runs, made, indexed: made > 0 and indexed == 0,  # records without vectors
        lambda runs, made, indexed: 0 < indexed < made or made == most,  # vectors of the first batch, half done
        lambda runs, made, indexed: made == most and indexed < most,  # all records, some vectors
        lambda runs, made, indexed: indexed == most,  # at the very end
    ]
    killed = 0
    for reached in moments:
        run = _ingest(home, corpus, models)
        while run.poll() is None and not reached(*_counts(home)):
            time.sleep(0.005)
        time.sleep(dice.uniform(0, 0.2))
        killed += run.poll() is None
        run.send_signal(signal.SIGKILL)
        run.communicate()
    assert killed >= 4
    last = _ingest(home, corpus, models)
    out, err = last.communicate(timeout=200)
    assert last.returncode == 0, err
    report = json.loads(out)
    assert sum(report["added"].values()) + sum(report["unchanged"].values()) == 120
    assert report["changed"] == {}
    assert _tables(home / "kizuna.db") == _tables(whole / "kizuna.db")
    found, expected = _vectors(home / "chroma"), _vectors(whole / "chroma")
    assert set(found) == set(expected)
    assert len(found) == most > 300
    nearest = min(float(np.dot(found[id], expected[id])) for id in found)
    assert nearest > 0.999  # batches of other sizes round otherwise


@pytest.mark.models
def test_the_second_process_is_told_and_nothing_is_lost(
    undisturbed: tuple[Path, Path, dict[str, Any]], models: Path, tmp_path: Path
) -> None:
    whole, corpus, expected = undisturbed
    home = tmp_path / "home"
    first = _ingest(home, corpus, models)
    while first.poll() is None and not (home / "owner.json").exists():
        time.sleep(0.01)
    second = _ingest(home, corpus, models)
    _, told = second.communicate(timeout=100)
    assert second.returncode == 2
    assert f"in use by process {first.pid} (kizuna ingest)" in told
    assert "Traceback" not in told
    out, _ = first.communicate(timeout=200)
    assert json.loads(out) == expected
    assert _tables(home / "kizuna.db") == _tables(whole / "kizuna.db")


def test_the_corpus_of_the_kills_is_large_enough(tmp_path: Path) -> None:
    records = [one for one in readers.read(_corpus(tmp_path)) if isinstance(one, Ticket | Article)]
    assert len(records) == 108 > pipeline.BATCH
    assert sum(len(cutting.split(one, lambda text: len(text) // 4)) for one in records) > index.BATCH + 50
