"""3,000 broken and hostile files through every reader and the whole import: what came of them, time and memory.

    python benchmarks/fuzz_readers.py [count] [seed]

Real reading, cleaning, masking, database and vector index; the embedding is a stand-in. It fails on an exception, on
a reject whose reason is no sentence, on a reader that takes over 30 s for a small file, and on anything half-imported.
"""

import random
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import mutations
import samples
from stand_ins import VAULT, HashedWords, Quarters

from ingest import index, pipeline, readers, redact
from ingest.records import Reject
from ingest.shelving import Shelves
from ingest.store import Database, imports, passages, tickets
from ingest.store.tickets import Query

SLOW = 30.0


def main() -> None:
    count, seed = (int(one) for one in [*sys.argv[1:], *("3000", "7")[len(sys.argv) - 1 :]])
    dice, outcomes, slowest = random.Random(seed), Counter[str](), 0.0
    with tempfile.TemporaryDirectory() as folder:
        shelves = _open(Path(folder, "home"))
        bases = {name: made() for name, made in samples.SAMPLES.items()}
        names = list(bases)
        for number in range(count):
            name = names[number % len(names)]
            path = Path(folder, f"{number}-{name}")
            path.write_bytes(mutations.mutate(bases[name], dice))
            took = _bring(path, shelves, outcomes)
            slowest = max(slowest, took)
            path.unlink()
        _tell("mutated files", outcomes, slowest)
        for path in mutations.bombs(Path(folder, "bombs")):
            one = Counter[str]()
            took = _bring(path, shelves, one)
            _tell(path.name, one, took)
            path.unlink()
        _whole(shelves)


def _open(home: Path) -> Shelves:
    home.mkdir()
    db = Database.open(home / "kizuna.db")
    found = index.open(home / "chroma", db, cast(Any, HashedWords()))
    return Shelves(db, found, redact.open(), cast(Any, Quarters()), VAULT)


def _bring(path: Path, shelves: Shelves, outcomes: Counter[str]) -> float:
    began = time.perf_counter()
    try:
        for item in readers.read(path):
            if isinstance(item, Reject) and not (item.reason.endswith((".", "。")) and "Error" not in item.reason):
                raise AssertionError(f"This reason is no sentence for people: {item.reason}")
        report = pipeline.run([path], shelves)
    except BaseException:
        Path("/tmp", f"fuzz-{path.name}").write_bytes(path.read_bytes()[:5_000_000])
        print(f"{path.name} broke the import; its beginning is kept beside the system's temporary files")
        raise
    took = time.perf_counter() - began
    if took > SLOW and path.stat().st_size < 1_000_000:
        raise AssertionError(f"{path.name} took {took:.0f} s")
    totals = report.totals()
    came = sum(totals[name] for name in ("added", "changed", "merged"))
    outcomes["read whole" if came and not report.rejected else "read in part" if came else "rejected"] += 1
    outcomes["records"] += came
    outcomes["rejects"] += report.rejected
    return took


def _whole(shelves: Shelves) -> None:
    """Nothing stands half on the shelves."""
    with shelves.db.read() as db:
        lines = tickets.page(db, Query(statuses=()), limit=1_000_000)
        empty = [line.id for line in lines if not tickets.turns(db, line.id)]
        unfinished = [row.origin for row in imports.history(db, 1_000_000) if row.finished is None]
        held, waiting = sum(passages.count(db).values()), passages.pending_count(db)
    if empty or unfinished or waiting or held != shelves.index.count():
        raise AssertionError(f"Half-imported: {empty[:3]} {unfinished[:3]} {waiting} {held} {shelves.index.count()}")
    print(f"{len(lines):,} conversations and {held:,} passages stand whole in every table and both indexes")


def _tell(name: str, outcomes: Counter[str], took: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    counts = ", ".join(f"{count:,} {what}" for what, count in outcomes.items())
    print(f"{name:16} {counts}; slowest {took:.1f} s; peak {peak:,.0f} MB", flush=True)


if __name__ == "__main__":
    main()
