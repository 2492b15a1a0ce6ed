"""All questions put into topics anew, while topics stay what they are: ids, names, and what supervisors decided."""

import uuid
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.topics import Middle, Reads, parted
from ingest.store.topics import Asked, Key, Topic

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from console.topics import Places, Vectors

    Ids = NDArray[np.object_]

NAME = 80  # characters of a question that name its topic
_SAME = 0.5  # of the smaller one's questions are shared by a topic and the group that goes on as it


@dataclass(frozen=True)
class Regrouped:
    """The topic of each question, topics that are `fresh`, and the middles of all, as seen from `middle`.

    `left` are topics that none of the questions is in any more, each with the one that most of its own are in now.
    """

    homes: dict[Key, str]
    fresh: list[Topic]
    centres: "dict[str, Vectors]"
    left: dict[str, str]
    middle: Middle


def regroup(asked: Sequence[Asked], held: Mapping[str, Topic], reads: Reads) -> Regrouped:
    """Group these questions, one at least. Each group goes on as the topic here with which it shares most (Kuhn 1955).

    What a supervisor named, merged or split off is not lost: where no group goes on as such a topic, it draws the
    questions that are nearer to it than to their group. Questions that a supervisor put somewhere stay there.
    """
    import numpy as np

    texts = list(dict.fromkeys(one.text for one in asked))
    vectors = reads.queries(texts)
    middle = Middle.of(texts, vectors, reads)
    rows = {text: row for row, text in enumerate(texts)}
    places = np.array([rows[one.text] for one in asked])
    seen = middle.see(texts, vectors)
    groups, seen = parted(seen)[places], seen[places]
    was = np.array([one.topic for one in asked], dtype=object)
    owners = _owners(groups, was)
    homes = np.array([owners.get(group) or _id() for group in range(groups.max() + 1)], dtype=object)[groups]
    pinned = np.array([bool(one.kept) for one in asked])
    _draw(seen, homes, was, pinned, {id for id, one in held.items() if one.named_by or one.merged})
    homes[pinned] = was[pinned]
    named = {one.name.casefold() for one in held.values()}
    middles = {id: centre(seen[homes == id]) for id in dict.fromkeys(homes)}
    fresh = [
        Topic(id, _name(asked, seen, np.flatnonzero(homes == id), middles[id], named))
        for id in middles
        if id not in held
    ]
    left = {id: _most(homes[was == id]) for id in dict.fromkeys(was) if id and id not in middles}
    return Regrouped({one.key: home for one, home in zip(asked, homes, strict=True)}, fresh, middles, left, middle)


def centre(seen: "Vectors") -> "Vectors":
    """The middle (dimensions,) of vectors (n, dimensions), of length 1."""
    import numpy as np

    whole = seen.mean(axis=0)
    found: Vectors = (whole / max(float(np.linalg.norm(whole)), 1e-9)).astype(np.float32)
    return found


def shortened(text: str) -> str:
    """A question as the name of its topic."""
    return " ".join(text.split())[:NAME]


def _id() -> str:
    return f"T-{uuid.uuid4().hex[:12]}"


def _owners(groups: "Places", was: "Ids") -> dict[int, str]:
    """Which topic each group goes on as, where one shares enough with it: most questions shared in all."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    ids = sorted({id for id in was if id})
    if not ids:
        return {}
    rows = {id: row for row, id in enumerate(ids)}
    shared = np.zeros((len(ids), groups.max() + 1))
    for id, group in zip(was, groups, strict=True):
        if id:
            shared[rows[id], group] += 1
    least = _SAME * np.minimum(shared.sum(axis=1)[:, None], np.bincount(groups)[None, :])
    pairs = zip(*linear_sum_assignment(shared, maximize=True), strict=True)
    return {int(group): ids[row] for row, group in pairs if shared[row, group] >= max(least[row, group], 1)}


def _draw(seen: "Vectors", homes: "Ids", was: "Ids", pinned: "NDArray[np.bool_]", decided: Container[str]) -> None:
    """Let topics that no group goes on as draw what is nearer to them: decided ones, and what others were split from.

    A topic with questions that a supervisor put there is where those are.
    """
    import numpy as np

    split, goes_on = set(was[pinned]), set(homes)
    drawing = [
        id for id in dict.fromkeys(was)
        if id and id not in goes_on and (id in decided or id in split or _most(homes[was == id]) in split)
    ]  # fmt: skip
    if not drawing:
        return
    ids = [*dict.fromkeys(homes), *drawing]
    middles = np.stack([
        centre(seen[pinned & (was == id)]) if id in split else centre(seen[(was if id in drawing else homes) == id])
        for id in ids
    ])  # fmt: skip
    near = seen @ middles.T
    rows = {id: row for row, id in enumerate(ids)}
    own = near[np.arange(len(homes)), [rows[id] for id in homes]]
    best = near[:, len(ids) - len(drawing) :]
    moves = best.max(axis=1) > own
    homes[moves] = np.array(drawing, dtype=object)[best.argmax(axis=1)[moves]]


def _name(
    asked: Sequence[Asked], seen: "Vectors", members: "Places", middle: "Vectors", taken: set[str]
) -> str:  # fmt: skip
    """The words of the most central question that names no other topic; `taken` has them afterwards."""
    import numpy as np

    nearest = members[np.argsort(-(seen[members] @ middle), kind="stable")]
    names = [shortened(asked[place].text) for place in nearest[:50]]
    found = next((name for name in names if name.casefold() not in taken), names[0])
    taken.add(found.casefold())
    return found


def _most(homes: "Ids") -> str:
    return str(Counter(homes.tolist()).most_common(1)[0][0])
