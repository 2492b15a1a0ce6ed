"""How topics are kept: a round reads what customers wrote since, puts their questions into topics, and sees bursts."""

import base64
import hashlib
import json
import uuid
from collections import ChainMap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row

from console import emerging
from console.faq import asking
from console.faq.regrouping import Regrouped, centre, regroup, shortened
from console.search import Search
from console.topics import SPACE, Middle, Reads, Space, Topics
from ingest.store import alerts, notes, topics
from ingest.store.alerts import Alert
from ingest.store.topics import Topic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from console.topics import Vectors

EVERY = timedelta(minutes=1)
BATCH = 500  # messages that one round reads, the newest first: a few seconds
FIRST = 60  # questions, before which there are no topics
GROWN = 1.25  # all are grouped anew once there are so many times the questions of the last time
MOST = 50_000  # the newest questions, which are grouped anew and whose vectors are at hand; older ones stay
PIECE = 1_000  # questions that one round embeds to group all anew
LOOKS = timedelta(minutes=10)  # after which it is looked whether bursts are still there, though nobody wrote
LEARNS = timedelta(days=91)  # of which alerts learn what is usual
_CENTRAL = 200  # questions by which the middle of one topic is found anew
_OVERLAP = timedelta(minutes=1)  # between a round and the next: an import may end while a round begins
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_ROUND, _GROUPED = "gathering.round", "gathering.grouped"


@dataclass
class Gathering:
    """The rounds of one desk. What was embedded for one round is at hand in the next."""

    search: Search
    _more: bool = False  # whether the last round left something to do
    _watched: datetime = _LONG_AGO  # when it was last looked for bursts

    @cached_property
    def _reads(self) -> "_Remembered":
        return _Remembered(Space.of(self.search.embedding))

    @cached_property
    def _mark(self) -> str:
        """With what the middles of topics were made: beside another embedding or space they mean nothing."""
        return f"{self.search.embedding.name} {hashlib.sha256(SPACE.read_bytes()).hexdigest()[:16]}"

    def due(self, now: datetime | None = None) -> bool:
        """Whether the last round left something to do, or was long enough ago."""
        with self.search.db.read() as db:
            return self._more or (now or datetime.now(UTC)) - _time(db) >= EVERY

    def round(self, now: datetime | None = None) -> list[Alert]:
        """Bring topics up to date with what customers wrote; returns the alerts that were raised."""
        now = now or datetime.now(UTC)
        self._leave()
        read = self._read()
        news = read > 0 or self._more or now - self._watched >= LOOKS
        with self.search.db.read() as db:
            last = _Grouped.last(db)
        if last and last.mark == self._mark:
            self._mend(last.middle)
            self._join(last.middle)
        self._more = self._regroup(last) or read == BATCH
        raised = self._watch(now) if news else []
        with self.search.db.write() as db:
            notes.put(db, _ROUND, now.isoformat())
        return raised

    def _leave(self) -> None:
        """Forget questions of messages that are gone or say something else now; those are read again."""
        with self.search.db.read() as db:
            gone = topics.gone(db)
            ids = topics.rewritten(db, _time(db) - _OVERLAP)
            known = topics.of_sources(db, ids)
            fresh = {one for turns in _conversations(topics.said(db, ids)) for one in asking.read(turns)}
        bare = {replace(one, topic="", kept="") for one in known}
        other = {(one.source, one.seq) for one in bare ^ fresh}
        gone = [*dict.fromkeys([*gone, *(one for one in known if (one.source, one.seq) in other)])]
        if not gone:
            return
        said = {(one.topic, shortened(one.text)) for one in gone}
        with self.search.db.write() as db:
            topics.drop(db, [one.key for one in gone])
            topics.count(db)
            held = topics.all(db)
            topics.place(db, {one.id: None for one in held if (one.id, one.name) in said})
            empty = {one.id for one in held if not one.size and (one.id, one.name) in said and not one.named_by}
            _forget(db, empty)

    def _read(self) -> int:
        """Keep the questions of messages that were not read yet, BATCH at most; returns of how many."""
        with self.search.db.read() as db:
            waiting = topics.unread(db, BATCH)
            said = topics.said(db, dict.fromkeys(row.ticket for row in waiting))
        new = {(row.ticket, row.seq) for row in waiting}
        asked = [one for turns in _conversations(said) for one in asking.read(turns)]
        with self.search.db.write() as db:
            topics.add(db, [one for one in asked if (one.source, one.seq) in new])
        return len(waiting)

    def _mend(self, middle: Middle) -> None:
        """Find the middles that topics lack, and names whose question is gone."""
        with self.search.db.read() as db:
            known = topics.centres(db)
            lacking = [one for one in topics.all(db) if one.size and one.id not in known]
            asked = {one.id: topics.within(db, one.id, _CENTRAL) for one in lacking}
        for one in lacking:
            texts = [question.text for question in asked[one.id]]
            seen = middle.see(texts, self._reads.queries(texts))
            found = centre(seen)
            with self.search.db.write() as db:
                topics.place(db, {one.id: found.tobytes()})
                if one.name not in map(shortened, texts):
                    topics.name(db, one.id, shortened(texts[int((seen @ found).argmax())]))

    def _join(self, middle: Middle) -> None:
        """Put questions that are in no topic into the nearest one, or into new ones."""
        import numpy as np

        with self.search.db.read() as db:
            loose, known = topics.loose(db, 2 * BATCH), topics.centres(db)
            sizes = {one.id: one.size for one in topics.all(db)}
        if not loose:
            return
        ids = tuple(known)
        centres = np.array([np.frombuffer(known[id], np.float32) for id in ids], np.float32)
        centres = centres.reshape(len(ids), self.search.embedding.dimensions)
        held = Topics(ids, centres, np.array([sizes[id] for id in ids], np.int64), middle, self._reads)
        grown, names = held.join([one.text for one in loose])
        homes = dict.fromkeys(ids, "") | {id: id for id in ids}
        opened = [Topic(f"T-{uuid.uuid4().hex[:12]}", name) for name in grown.names[len(ids) :]]
        homes |= {one.name: one.id for one in opened}
        with self.search.db.write() as db:
            topics.put(db, opened)
            topics.assign(db, {one.key: homes[name] for one, name in zip(loose, names, strict=True)})
            moved = {homes[name] for name in names}
            middles = zip(map(homes.__getitem__, grown.names), grown.centres, strict=True)
            topics.place(db, {id: found.astype(np.float32).tobytes() for id, found in middles if id in moved})
            topics.count(db)

    def _regroup(self, last: "_Grouped | None") -> bool:
        """Group all questions anew where that is due; returns whether a part of the work is left to the next round."""
        with self.search.db.read() as db:
            number = topics.number(db)
            fits = last is not None and last.mark == self._mark
            if number < (GROWN * last.number if fits and last else FIRST):
                return False
            asked, held = topics.grouped(db, MOST), {one.id: one for one in topics.all(db)}
        if not self._reads.ready([one.text for one in asked]):
            return True
        found = regroup(asked, held, self._reads)
        was = {one.key: one.topic for one in asked}
        with self.search.db.write() as db:
            topics.put(db, found.fresh)
            topics.assign(db, {key: home for key, home in found.homes.items() if was[key] != home})
            middles: dict[str, bytes | None] = dict.fromkeys(held)
            topics.place(db, middles | {id: middle.tobytes() for id, middle in found.centres.items()})
            topics.count(db)
            _settle(db, found)
            _Grouped(self._mark, found.middle, number).keep(db)
        return False

    def _watch(self, now: datetime) -> list[Alert]:
        """Raise alerts for topics that are in a burst, by what came since all messages have been read."""
        with self.search.db.read() as db:
            arrived = topics.arrived(db, now - LEARNS)
            waiting = topics.unread(db, 1)
        self._watched = now
        first = min((came[0][0] for came in arrived.values()), default=now)
        bursts = emerging.find(arrived, now, max([first, *(row.at for row in waiting)]))
        with self.search.db.write() as db:
            raised = [one.topic for one in bursts if alerts.open(db, _alert(one), now)]
            return [alert for topic in raised for alert in alerts.of(db, topic)]


@dataclass
class _Remembered:
    """The topics' space, and the vectors of what it read last, at half their precision."""

    reads: Reads
    _held: "dict[str, NDArray[np.float16]]" = field(default_factory=dict)

    def queries(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> "Vectors":
        """Vectors (n, dimensions), each of length 1."""
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._held]
        vectors = self.reads.queries(new, progress)
        fresh = dict(zip(new, vectors.astype(np.float16), strict=True))
        if len(self._held) + len(fresh) <= MOST:
            self._held |= fresh
        known = ChainMap(fresh, self._held)
        return np.array([known[text] for text in texts], np.float32).reshape(len(texts), vectors.shape[1])

    def ready(self, texts: Sequence[str]) -> bool:
        """Read some more of these texts, MOST at the most, and forget others; returns whether all are at hand then."""
        wanted = dict.fromkeys(texts)
        self._held = {text: vector for text, vector in self._held.items() if text in wanted}
        new = [text for text in wanted if text not in self._held]
        self.queries(new[:PIECE])
        return len(new) <= PIECE


@dataclass(frozen=True)
class _Grouped:
    """The last time that all questions were grouped: with which space, seen from where, and how many they were."""

    mark: str
    middle: Middle
    number: int

    @classmethod
    def last(cls, db: Connection) -> "_Grouped | None":
        import numpy as np

        told = json.loads(notes.get(db, _GROUPED) or "null")
        if told is None:
            return None
        means = {lang: np.frombuffer(base64.b64decode(mean), np.float32) for lang, mean in told["means"].items()}
        return cls(told["mark"], Middle(means), told["number"])

    def keep(self, db: Connection) -> None:
        means = {
            lang: base64.b64encode(mean.astype("float32").tobytes()).decode()
            for lang, mean in self.middle.means.items()
        }
        notes.put(db, _GROUPED, json.dumps({"mark": self.mark, "means": means, "number": self.number}))


def _settle(db: Connection, found: Regrouped) -> None:
    """Let topics that no question is in any more lead to those that have most of theirs, unless somebody decided."""
    held = {one.id: one for one in topics.all(db)}
    for id, into in found.left.items():
        one = held[id]
        if not (one.size or one.named_by or one.merged):
            stands = held[into].merged or into
            topics.merge(db, id, stands)
            alerts.move(db, id, stands)


def _forget(db: Connection, empty: set[str]) -> None:
    for id in empty:
        for alert in alerts.of(db, id):
            alerts.close(db, alert.id, "", "gone")
    topics.remove(db, empty)


def _alert(burst: emerging.Alert) -> Alert:
    return Alert(
        burst.topic, burst.since, burst.count, burst.expected, burst.hours, burst.probability, burst.new, burst.examples
    )


def _conversations(said: Sequence[Row[Any]]) -> list[list[Row[Any]]]:
    return [list(turns) for _, turns in groupby(said, key=lambda row: row.ticket)]


def _time(db: Connection) -> datetime:
    told = notes.get(db, _ROUND)
    return datetime.fromisoformat(told) if told else _LONG_AGO
