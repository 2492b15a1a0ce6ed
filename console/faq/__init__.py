"""The living FAQ: entries proposed from resolved conversations, in every language that they are in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from console import topics
from console.cases import Basis, Case
from console.faq import proposals
from console.search import Search
from console.topics import Middle, group
from ingest.records import Passage
from ingest.store import faqs, notes, passages
from ingest.store.faqs import STATES, Entry

if TYPE_CHECKING:
    from console.topics import Vectors

__all__ = ["Built", "build", "drafted", "group"]

MOST = 5000  # newest resolved conversations that a build reads
_ALIKE = 0.80  # two questions so near are one
_SAME = (
    0.44  # groups in two languages so near are one topic: on the demo company 12 of 12 such pairs are, below it not all
)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Built:
    """What a build did: entries newly proposed or renewed, topics that have an entry already, topics in all."""

    proposed: int
    kept: int
    topics: int


def build(search: Search, *, progress: Progress | None = None) -> Built:
    """Propose entries for questions that at least two resolved conversations share. No chat model is needed.

    Building again proposes nothing twice: a topic that mostly has an entry, or whose question is nearly one's, is kept.
    `progress` hears (step, done, total) for the steps "questions" and "entries".
    """
    tell = progress or (lambda step, done, total: None)
    with search.db.read() as db:
        known = faqs.page(db, STATES, limit=100_000)
        cases = _cases(db)
    found, middle = _groups(cases, search, tell)
    basis, seen = Basis.of(search, middle), dict[str, "Vectors"]()
    proposed = kept = 0
    for done, one in enumerate(found, 1):
        fresh = _fresh(one, known, basis, seen)
        if fresh:
            known = [entry for entry in known if entry.id != fresh.id] + [fresh]
            with search.db.write() as db:
                _keep(db, fresh)
        proposed, kept = proposed + bool(fresh), kept + (not fresh)
        tell("entries", done, len(found))
    with search.db.write() as db:
        notes.write(db, by="", action="built faq", proposed=proposed, kept=kept)
    return Built(proposed, kept, len(found))


def drafted(search: Search, ids: Iterable[str]) -> Entry | None:
    """The entry that these conversations alone speak for; None where none of them has a question and a reply."""
    with search.db.read() as db:
        own = [passages.of_source(db, kind, id) for id in ids for kind in ("ticket", "call")]
    cases = [case for some in own if (case := _case(some))]
    if not cases:
        return None
    asked = [case.asked for case in cases]
    middle = Middle.of(asked, search.embedding.queries(asked), search.embedding)
    return proposals.entry(cases, Basis.of(search, middle))


def _keep(db: Connection, fresh: Entry) -> None:
    """Store a proposal, unless somebody decided about it while it was made."""
    held = faqs.get(db, fresh.id)
    if held is None or (held.state == "proposed" and not held.by):
        faqs.put(db, fresh)


def _cases(db: Connection) -> list[Case]:
    own = (passages.of_source(db, one.kind, one.source) for one in passages.openings(db, MOST))
    return [case for some in own if (case := _case(some))]


def _case(own: Sequence[Passage]) -> Case | None:
    """A conversation out of its passages; None without a question or a reply."""
    problem = next((one for one in own if one.part == "problem"), None)
    replies = tuple(one for one in own if one.part == "resolution")
    return Case(problem, replies) if problem and replies else None


def _groups(cases: Sequence[Case], search: Search, tell: Progress) -> tuple[list[list[Case]], Middle]:
    """Conversations that one answer serves: alike in what was asked and in what was answered, two at least.

    Languages meet in a group.
    """
    import numpy as np

    if not cases:
        return [], Middle.of([], np.zeros((0, search.embedding.dimensions), np.float32), search.embedding)
    asked, answered = [case.asked for case in cases], [case.answered for case in cases]
    middle, alike, seen = _alike(asked, search, lambda done, total: tell("questions", done, 2 * total))
    _, replied, told = _alike(answered, search, lambda done, total: tell("questions", total + done, 2 * total))
    found = topics.cut((alike + replied) * np.float32(0.5), topics.QUESTION)
    found = _paired(found, [case.problem.lang for case in cases], (seen, told))
    return [[cases[place] for place in places] for places in found if len(places) > 1], middle


def _alike(texts: list[str], search: Search, tell: Callable[[int, int], None]) -> tuple[Middle, "Vectors", "Vectors"]:
    vectors = search.embedding.queries(texts, tell)
    middle = Middle.of(texts, vectors, search.embedding)
    seen = middle.see(texts, vectors)
    return middle, topics.likeness(texts, seen), seen


def _paired(found: Sequence[list[int]], langs: Sequence[str], views: Sequence["Vectors"]) -> list[list[int]]:
    """Groups of one language joined with that of another language that is nearest, where each is the other's nearest.

    Words that texts share keep languages apart, so here only meaning counts: `views` are vectors (n, dimensions).
    """
    import numpy as np

    if len(found) < 2:
        return list(found)
    spoken = np.array([",".join(sorted({langs[place] for place in places})) for places in found])
    pure = np.array([len({langs[place] for place in places}) == 1 for places in found])
    near = np.zeros((len(found), len(found)), np.float32)
    for view in views:
        middles = np.stack([view[places].mean(axis=0) for places in found])
        middles /= np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), 1e-9)
        near += middles @ middles.T / np.float32(len(views))
    near[~(pure[:, None] & pure[None, :] & (spoken[:, None] != spoken[None, :]))] = -1
    best = near.argmax(axis=1)
    pairs = {i: int(j) for i, j in enumerate(best) if best[j] == i and near[i, j] >= _SAME}
    return [
        [*places, *found[pairs[i]]] if i in pairs else list(places)
        for i, places in enumerate(found)
        if pairs.get(i, i) >= i
    ]


def _fresh(cases: Sequence[Case], known: Sequence[Entry], basis: Basis, seen: "dict[str, Vectors]") -> Entry | None:
    """The entry to propose, or None where there is one already. A proposal nobody touched grows with its topic.

    Decisions stick: a group is kept where most of it, or most of an entry that somebody decided about, is in the other.
    """
    ids = {case.id for case in cases}
    decided = [proposals.members(entry) for entry in known if entry.state != "proposed" or entry.by]
    if _most(ids, set().union(*decided)) or any(_most(members, ids) for members in decided):
        return None
    same = next((entry for entry in known if _most(ids, proposals.members(entry))), None)
    if same and proposals.members(same) >= ids:
        return None
    made = proposals.entry(cases, basis)
    if same:
        return replace(made, id=same.id, created=same.created)
    return None if _asked_already(made, known, basis, seen) else made


def _most(ids: set[str], held: set[str]) -> bool:
    return 2 * len(ids & held) > len(ids)


def _asked_already(made: Entry, known: Sequence[Entry], basis: Basis, seen: "dict[str, Vectors]") -> bool:
    """Whether an entry asks nearly the same; `seen` keeps the vectors of questions, so that each is embedded once."""
    asked = [entry.faces[made.lang].question for entry in known if made.lang in entry.faces]
    fresh = [text for text in dict.fromkeys([made.question, *asked]) if text not in seen]
    seen |= dict(zip(fresh, basis.see(fresh), strict=True))
    return any(float(seen[text] @ seen[made.question]) >= _ALIKE for text in asked)
