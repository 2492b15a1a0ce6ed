"""A look before an import: what would come in, what of it is new, what personal data it holds, how long it takes."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import clean, pipeline, readers, shelving
from ingest.errors import SenderError
from ingest.passages import Splitter
from ingest.readers import Columns
from ingest.records import Article, Customer, Item, Record, Reject, Reply, Ticket, Tombstone
from ingest.redact import Redactor
from ingest.store import Database, arrivals, rows

if TYPE_CHECKING:
    from ingest.embedding import Embedding

FIRST = 5  # records, and rejects, that are kept to be shown
SAMPLE = 200  # conversations that are searched for personal data
_BATCH = 500
_TIMED = 32  # passages that are embedded to know the pace
_OVERHEAD = 1.2  # what an import takes, in the time that embedding takes


@dataclass(frozen=True)
class Tools:
    """What a look needs: the database to compare with (None: nothing is there yet), and the tools of an import."""

    db: Database | None
    redactor: Redactor
    splitter: Splitter
    embedding: "Embedding | None" = None


@dataclass
class Look:
    """What these files would bring. `news` counts new, changed, unchanged, duplicate and deleted records.

    `found` is personal data by type in the first `searched` conversations; `seconds` is None where nothing was timed;
    `whole` is False where reading stopped before the end.
    """

    kinds: Counter[str] = field(default_factory=Counter)
    langs: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    dates: list[str] = field(default_factory=list)  # the first and the last day
    news: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    searched: int = 0
    guessed: int = 0  # conversations whose speakers were worked out from the words
    first: list[Record] = field(default_factory=list)
    bad: list[Reject] = field(default_factory=list)
    seconds: float | None = None
    whole: bool = True

    @property
    def records(self) -> int:
        """How many would come in."""
        return self.kinds.total()

    @property
    def rejected(self) -> int:
        """How many would not."""
        return self.reasons.total()


def look(
    paths: Sequence[Path], tools: Tools, *, source: str = "", named: Columns | None = None, most: int | None = None
) -> Look:
    """Read these files without storing anything; after `most` records it stops. SenderError where a path is missing."""
    missing = [str(path) for path in paths if not readers.exists(path)]
    if missing:
        raise SenderError(f"There is no file or folder {', '.join(missing)}. Check the path.")
    found, texts = Look(), list[str]()
    seen: dict[tuple[str, str, str], str] = {}
    items = chain.from_iterable(
        ((source or pipeline.name_of(path), item) for item in readers.read(path, named=named)) for path in paths
    )
    for batch in _batches(islice(items, most)):
        _compare(found, batch, tools.db, seen)
        for _, item in batch:
            _count(found, item)
            if len(texts) < _TIMED or found.searched < SAMPLE:
                _search(found, item, tools, texts)
    found.whole = next(items, None) is None
    found.seconds = _time(found, texts, tools.embedding)
    return found


def _batches(items: Iterator[tuple[str, Item]]) -> Iterator[list[tuple[str, Item]]]:
    while batch := list(islice(items, _BATCH)):
        yield batch


def _count(found: Look, item: Item) -> None:
    if isinstance(item, Reject):
        found.reasons[item.reason] += 1
        found.bad += [item] if len(found.bad) < FIRST else []
    elif not isinstance(item, Tombstone | Reply):
        found.kinds["customer" if isinstance(item, Customer) else item.kind] += 1
        found.first += [item] if len(found.first) < FIRST else []
        if not isinstance(item, Customer):
            _describe(found, item)


def _describe(found: Look, record: Ticket | Article) -> None:
    words = record.text if isinstance(record, Article) else " ".join(turn.text for turn in record.messages)
    found.langs[record.lang or clean.language(words)] += 1
    when = record.created if isinstance(record, Ticket) else record.updated
    if when:
        days = [*found.dates, when.date().isoformat()]
        found.dates = [min(days), max(days)]
        found.months[f"{when:%Y-%m}"] += 1
    found.guessed += isinstance(record, Ticket) and record.guessed


def _compare(
    found: Look, batch: Sequence[tuple[str, Item]], db: Database | None, seen: dict[tuple[str, str, str], str]
) -> None:
    """Count what is new, by what this source and others brought before and by what came earlier in these files."""
    there: dict[tuple[str, str, str], str] = {}
    known = [(shelving.kind_of(item), item.id) for _, item in batch if not isinstance(item, Reject | Reply)]
    if db is not None and known:
        with db.read() as connection:
            there = {(one.source, *one.key): one.digest for one in arrivals.of_ids(connection, known) if not one.gone}
    digests = {digest for digest in there.values()}
    for source, item in batch:
        if isinstance(item, Reject | Reply):
            continue
        key = (source, shelving.kind_of(item), item.id)
        if isinstance(item, Tombstone):
            found.news["deleted"] += any((kind, id) == key[1:] for _, kind, id in there)
            continue
        digest = rows.digest(item)
        before = seen.get(key) or there.get(key)
        again = seen.get(key) == digest or (before is None and digest in digests)
        word = "duplicate" if again else "new" if before is None else "unchanged" if before == digest else "changed"
        found.news[word] += 1
        seen[key] = digest


def _search(found: Look, item: Item, tools: Tools, texts: list[str]) -> None:
    """Mask a record for its personal data, and cut it for the clock."""
    if not isinstance(item, Ticket | Article):
        return
    if isinstance(item, Ticket) and found.searched < SAMPLE:
        for turn in item.messages:
            found.found.update(one.type for one in tools.redactor.mask(turn.text).found)
        found.searched += 1
    if len(texts) < _TIMED:
        texts += [passage.text for passage in tools.splitter.split(item)]


def _time(found: Look, texts: list[str], embedding: "Embedding | None") -> float | None:
    """How long bringing it in will take, by embedding a few of its passages."""
    if embedding is None or not texts:
        return None
    began = time.perf_counter()
    embedding.passages(texts[:_TIMED])
    pace = (time.perf_counter() - began) / len(texts[:_TIMED])
    fresh = found.news["new"] + found.news["changed"]
    sources = sum(found.kinds[kind] for kind in ("ticket", "call", "article", "faq"))
    split = min(len(texts), _TIMED) / max(1, min(sources, _TIMED))
    return pace * _OVERHEAD * min(fresh, sources) * max(split, 1.0)
