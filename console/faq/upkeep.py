"""Whether what is published still holds: one round over the FAQ that raises flags. What to do is for supervisors."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from console import evidence, intervals, products
from console.cases import bare
from console.evidence import Fact
from console.faq import contradictions
from console.faq.contradictions import See, Sentence
from console.search import Search
from ingest.records import Article, Passage
from ingest.store import articles, changes, faqs, flags, notes, passages, readings
from ingest.store.changes import Changed
from ingest.store.faqs import Entry
from ingest.store.flags import Flag, Kind
from ingest.store.passages import Filters

EVERY = timedelta(minutes=10)
REPLIES = 200  # conversations that one round reads; the next one goes on after them
ALIKE = 3  # flags for one sentence of an entry; more replies that say the same tell nothing new
SURE = 0.99  # that an entry is rated worse than the others, before that is said
VOTES = 3  # unhelpful ones at least
UNUSED = timedelta(days=120)
MIDDLE = 300  # texts by which it is known what the desk's have in common
_OVERLAP = timedelta(minutes=1)  # between a round and the next: an import may end while a round begins
_ASKS = 0.45  # likeness from which a conversation asks an entry's question
_ROUND, _READ = "upkeep.round", "upkeep.replies"
_PLACE = ("kind", "source", "title", "quote", "start", "end")
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Upkeep:
    """The rounds of one desk. What was embedded for one round is at hand in the next."""

    search: Search

    @cached_property
    def _see(self) -> See:
        """Vectors from the middle of what the desk writes about: what is published, and the newest passages."""
        with self.search.db.read() as db:
            said = [face.answer for entry in faqs.published(db) for face in entry.faces.values()]
            said += [one.text for one in passages.newest(db, Filters(), MIDDLE)]
        return contradictions.seeing(self.search.embedding, [text[:240] for text in said[-2 * MIDDLE :] if text])

    def due(self, now: datetime | None = None) -> bool:
        """Whether the last round was long enough ago, or an import ended since."""
        now = now or datetime.now(UTC)
        with self.search.db.read() as db:
            last = _time(db, _ROUND)
            return now - last >= EVERY or changes.imported(db, last)

    def round(self, now: datetime | None = None) -> Counter[Kind]:
        """Look at everything published once; returns how many flags were raised, by kind."""
        now = now or datetime.now(UTC)
        with self.search.db.read() as db:
            published = _Published.of(db)
            read = changes.resolved(db, _time(db, _READ), REPLIES)
        found = list(self._found(published, read, now)) if published.entries else []
        with self.search.db.write() as db:
            raised = Counter(flag.kind for flag in found if _raised(db, flag, published))
            notes.put(db, _ROUND, now.isoformat())
            if read:
                notes.put(db, _READ, read[-1][0].isoformat())
        return raised

    def _found(
        self, published: "_Published", read: Sequence[tuple[datetime, str, str]], now: datetime
    ) -> Iterator[Flag]:
        yield from _reviews(published, now)
        with self.search.db.read() as db:
            yield from _ratings(db, published)
        yield from self._articles(published)
        yield from self._replies(published, read)
        yield from self._unused(published, now)

    def _articles(self, published: "_Published") -> Iterator[Flag]:
        """Entries whose articles changed or are gone, and others that a changed one contradicts or no longer backs."""
        cited = {(entry.id, id): quotes for entry in published.entries for id, quotes in _cited(entry).items()}
        with self.search.db.read() as db:
            since = max(published.oldest, _time(db, _ROUND) - _OVERLAP)
            changed = {one.id: one for one in changes.of_articles(db, since)}
            now = {id: articles.get(db, id) for _, id in cited}
            texts = {id: passages.of_source(db, "article", id) for id in {*now, *changed}}
        said = {id: contradictions.statements(some) for id, some in texts.items()}
        for (entry, id), quotes in cited.items():
            held = now[id]
            lost = [one for one in quotes if held and not _says(held, texts[id], str(one["quote"]))]
            news = _news(said[id], changed.get(id), entry, published)
            flag = self._relied(published.said[entry], lost or quotes, held, news, quoted=bool(lost))
            if flag:
                yield flag
        yield from self._others([_News.of(said[id], one) for id, one in changed.items()], changed, cited, published)

    def _relied(
        self, own: Sequence[Sentence], quotes: Sequence[Mapping[str, Any]], article: Article | None, news: "_News",
        *, quoted: bool,
    ) -> Flag | None:  # fmt: skip
        """A flag for an entry whose article is gone, no longer says what is `quoted` from it, or changed elsewhere."""
        if not own:
            return None
        if article is None or quoted:
            ours, quote = self._nearest(own, [str(one["quote"]) for one in quotes])
            there = {name: quotes[quote].get(name) for name in _PLACE}
            if article and news.now:
                there = _place(news.now[self._nearest(news.now, [str(quotes[quote]["quote"])])[0]])
            return _flag(own[ours], "article", there, "quoted" if article else "gone")
        other = news.fresh or news.dropped
        if not other:
            return None
        ours, theirs = self._nearest(own, [fact.text for fact in other])
        return _flag(own[ours], "article", _place(other[theirs]), "elsewhere" if news.fresh else "dropped")

    def _others(
        self, news: Sequence["_News"], changed: Mapping[str, Changed], cited: Container[tuple[str, str]],
        published: "_Published",
    ) -> Iterator[Flag]:  # fmt: skip
        """Flags for entries that do not name a changed article as their source."""
        own = [sentence for some in published.said.values() for sentence in some]
        fresh, dropped = ([fact for one in news for fact in getattr(one, name)] for name in ("fresh", "dropped"))
        against = contradictions.find(own, fresh, self._see, named=published.named)
        found = [(one.ours, one.theirs, str(one.why)) for one in against]
        found += [(ours, theirs, "dropped") for ours, theirs in contradictions.echoes(own, dropped, self._see)]
        for ours, theirs, why in found:
            newer = changed[theirs.source].at > published.since[ours.entry, ours.lang]
            if newer and (ours.entry, theirs.source) not in cited:
                yield _flag(ours, "article", _place(theirs), why)

    def _replies(self, published: "_Published", read: Sequence[tuple[datetime, str, str]]) -> Iterator[Flag]:
        """What resolved conversations say against an entry that was published before."""
        with self.search.db.read() as db:
            told = [one for _, kind, id in read for one in passages.of_source(db, kind, id)]
        replies = [one for one in told if one.part == "resolution"]
        asked = {one.source: bare(one.text)[:200] for one in reversed(told) if one.part == "problem"}
        when = {id: at for at, _, id in read}
        own = [sentence for some in published.said.values() for sentence in some]
        said = contradictions.statements(replies)
        for one in contradictions.find(own, said, self._see, asked=asked, named=published.named):
            if when[one.theirs.source] > published.since[one.ours.entry, one.ours.lang]:
                yield _flag(one.ours, "contradiction", _place(one.theirs), one.why)

    def _unused(self, published: "_Published", now: datetime) -> Iterator[Flag]:
        """Entries that nobody has read or asked for in a long time."""
        with self.search.db.read() as db:
            seen = readings.totals(db, (now - UNUSED).date())
        for entry in published.entries:
            since = min(published.since[entry.id, lang] for lang in entry.faces)
            if now - since >= UNUSED and not seen.get(entry.id) and not self._asked(entry, now - UNUSED):
                yield Flag(entry.id, "unused", theirs={"source": str(now.year)}, note=since.date().isoformat())

    def _asked(self, entry: Entry, since: datetime) -> bool:
        """Whether a conversation since then asks an entry's question."""
        for face in entry.faces.values():
            filters = Filters(kinds=("ticket", "call"), parts=("problem",), since=since)
            hits = self.search.passages(face.question, filters, limit=5) if face.whole else []
            if hits and self._likeness([face.question], [hit.passage.text[:240] for hit in hits]).max() >= _ASKS:
                return True
        return False

    def _nearest(self, ours: Sequence[Sentence | Fact], theirs: Sequence[str]) -> tuple[int, int]:
        """Places of the two texts that are most alike."""
        alike = self._likeness([one.text for one in ours], theirs)
        place = int(alike.argmax())
        return place // alike.shape[1], place % alike.shape[1]

    def _likeness(self, ours: Sequence[str], theirs: Sequence[str]) -> Any:
        return self._see(ours) @ self._see(theirs).T


@dataclass(frozen=True)
class _Published:
    """What is published, sentence by sentence, and since when each face of each entry says what it says."""

    entries: list[Entry]
    said: dict[str, list[Sentence]]
    since: dict[tuple[str, str], datetime]
    named: products.Products

    @classmethod
    def of(cls, db: Connection) -> "_Published":
        entries = faqs.published(db)
        faces = [(entry, lang, face) for entry in entries for lang, face in entry.faces.items()]
        said: dict[str, list[Sentence]] = {entry.id: [] for entry in entries}
        since = {}
        for entry, lang, face in faces:
            article = articles.get(db, entry.article(lang))
            since[entry.id, lang] = (article and article.updated) or entry.updated or _LONG_AGO
            said[entry.id] += contradictions.sentences(entry.id, face.question, face.answer, lang) if face.whole else []
        return cls(entries, said, since, products.known(articles.titles(db)))

    @property
    def oldest(self) -> datetime:
        """From when on the first of them has been published."""
        return min(self.since.values(), default=_LONG_AGO)


@dataclass(frozen=True)
class _News:
    """What an article says `now`, which of it is `fresh`, and what it no longer says."""

    now: Sequence[Fact] = ()
    fresh: Sequence[Fact] = ()
    dropped: Sequence[Fact] = ()

    @classmethod
    def of(cls, now: Sequence[Fact], changed: Changed) -> "_News":
        old = _read(changed.before) if changed.before else []
        known, said = ({_squashed(fact.text) for fact in facts} for facts in (old, now))
        fresh = [fact for fact in now if _squashed(fact.text) not in known]
        return cls(now, fresh, [fact for fact in old if _squashed(fact.text) not in said])


def _news(now: Sequence[Fact], changed: Changed | None, entry: str, published: _Published) -> _News:
    """What is new in an article since an entry was published."""
    since = min(at for (id, _), at in published.since.items() if id == entry)
    return _News.of(now, changed) if changed and changed.at > since else _News(now)


def _read(article: Article) -> list[Fact]:
    whole = Passage(
        article.id, "article", 0, article.text, 0, len(article.text), title=article.title, lang=article.lang
    )
    return contradictions.statements([whole])


def _cited(entry: Entry) -> dict[str, list[dict[str, Any]]]:
    """The evidence for an entry's answer that articles gave, by article."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in entry.evidence:
        if one.get("about") == "answer" and one.get("kind") == "article":
            found.setdefault(str(one["source"]), []).append(one)
    return found


def _says(article: Article, cut: Sequence[Passage], quote: str) -> bool:
    """Whether an article still has a statement, word by word."""
    wanted = _squashed(quote)
    whole = (
        article.text,
        evidence.plain(article.text),
        *(fact.text for fact in evidence.facts((one, 0.0) for one in cut)),
    )
    return any(wanted in _squashed(text) for text in whole)


def _reviews(published: _Published, now: datetime) -> Iterator[Flag]:
    for entry in published.entries:
        if entry.review and entry.review <= now:
            yield Flag(entry.id, "review", theirs={"source": entry.review.date().isoformat()})


def _ratings(db: Connection, published: _Published) -> Iterator[Flag]:
    """Entries that more people find unhelpful than elsewhere, surely: the lower Clopper-Pearson bound of their share.

    What others get is the mean of all other entries with a little doubt: as if one of four votes more had been a no.
    """
    votes = {}
    for entry in published.entries:
        since = max(published.since[entry.id, lang] for lang in entry.faces).date()
        told = sum(readings.daily(db, entry.id, since).values(), Counter[str]())
        votes[entry.id] = since, told["unhelpful"], told["helpful"]
    for id, (since, bad, good) in votes.items():
        others = [(no, no + yes) for other, (_, no, yes) in votes.items() if other != id]
        usual = (sum(no for no, _ in others) + 1) / (sum(all for _, all in others) + 4)
        if bad >= VOTES and 1 - intervals.at_most(bad + good, good, 1 - SURE) > usual:
            yield Flag(id, "rating", theirs={"source": since.isoformat()}, note=f"{bad}/{bad + good} {usual:.2f}")


def _raised(db: Connection, flag: Flag, published: _Published) -> bool:
    """Raise a flag, unless its sentence has enough of them, or the same words were held against it already."""
    if flag.kind in ("contradiction", "article"):
        since = max(at for (id, _), at in published.since.items() if id == flag.entry)
        known = [one for one in flags.of(db, flag.entry, open_only=False) if one.kind == flag.kind]
        same = [one for one in known if one.ours == flag.ours and one.at and one.at >= since]
        places = [(one.ours, one.theirs.get("source"), one.theirs.get("quote")) for one in known]
        if (flag.ours, flag.theirs.get("source"), flag.theirs.get("quote")) in places:
            return False
        if flag.kind == "contradiction" and len(same) >= ALIKE:
            return False
    return flags.open(db, flag)


def _flag(ours: Sentence, kind: Kind, theirs: dict[str, Any], note: str) -> Flag:
    return Flag(ours.entry, kind, ours.text, theirs, note)


def _place(fact: Fact) -> dict[str, Any]:
    known = {"kind": fact.kind, "source": fact.source, "title": fact.title}
    return known | {"quote": fact.text, "start": fact.start, "end": fact.end}


def _squashed(text: str) -> str:
    return "".join(text.split()).casefold()


def _time(db: Connection, key: str) -> datetime:
    told = notes.get(db, key)
    return datetime.fromisoformat(told) if told else _LONG_AGO
