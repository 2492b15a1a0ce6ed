"""Which texts are about the same thing, without knowing how many things there are. English and Japanese together.

Meaning is read in a space of its own (`Space`), which benchmarks/train_topics.py makes of the shipped embedding: what
is one topic to a desk lies closer there than in search. Figures in docs/quality.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zipfile import BadZipFile

from ingest import clean, terms
from ingest.embedding import Embedding
from ingest.errors import OperatorError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Places = NDArray[np.intp]

SPACE = Path(__file__).with_name("topics.npz")
QUESTION = 0.35  # what one answer may serve, by `likeness`: of DSTC11's pairs so joined, .94 are of one intent
_WORDS = 0.3  # weight of shared words beside meaning, in `likeness`
# Chosen on domains that the space never saw, one at a time as a company's are: four of clinc150, and thirteen of ours.
_TOPIC = 0.55  # neighbourhoods so alike are about one thing
_JOINS = 0.35  # a text so near a topic's centre belongs to it
_NEIGHBOURS, _STRANGER = 20, 0.2  # a text is read together with so many others, none of them less alike than this
_SHARE = 1 / 400  # a topic with a smaller share of the texts is not counted
_WHOLE = 6_000  # texts compared one with one; of more, so many are gathered first that heaps are compared
_HEAPS = 4_000
_ROUNDS = 5  # of k-means, once the number of topics is known
# Everyday support questions, so that the middle of a handful of texts is not made of those texts alone.
_EVERYDAY = {
    "en": (
        "Where is my order?",
        "I cannot sign in to my account.",
        "How do I cancel my subscription?",
        "The device does not switch on.",
        "Can I get my money back?",
        "Please change my delivery address.",
        "I was charged twice.",
        "How long is the warranty?",
        "The app crashes when I open it.",
        "I would like to speak to a person.",
        "Do you ship abroad?",
        "How can I delete my data?",
    ),
    "ja": (
        "注文した商品はいつ届きますか。",
        "アカウントにログインできません。",
        "解約の方法を教えてください。",
        "電源が入りません。",
        "返金してもらえますか。",
        "お届け先の住所を変更したいです。",
        "二重に請求されています。",
        "保証期間はどのくらいですか。",
        "アプリを開くと落ちます。",
        "担当の方と話したいです。",
        "海外にも発送できますか。",
        "個人情報を削除してください。",
    ),
}


@dataclass(frozen=True)
class Middle:
    """Where the vectors of each language have their middle.

    The encoder's vectors lie in a narrow cone, one for each language; seen from its middle they spread out and
    languages meet (Mu and Viswanath 2018).
    """

    means: "dict[str, Vectors]"

    @classmethod
    def of(cls, texts: Sequence[str], vectors: "Vectors", reads: "Reads") -> "Middle":
        """The middle of these texts' query vectors (n, dimensions) and of everyday questions."""
        import numpy as np

        langs = np.array([_lang(text) for text in texts], dtype=object)
        found = {}
        for lang, everyday in _EVERYDAY.items():
            found[lang] = np.concatenate([vectors[langs == lang], reads.queries(everyday)]).mean(axis=0)
        return cls(found)

    def see(self, texts: Sequence[str], vectors: "Vectors") -> "Vectors":
        """The vectors (n, dimensions) as seen from the middle of their language, each of length 1."""
        import numpy as np

        if not len(texts):
            return vectors
        return _unit(vectors - np.stack([self.means[_lang(text)] for text in texts]))


def _lang(text: str) -> str:
    return "ja" if clean.language(text) == "ja" else "en"


class Reads(Protocol):
    """What turns texts to vectors: an embedding, or a space on top of one."""

    def queries(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> "Vectors":
        """Vectors (n, dimensions) of length 1."""


@dataclass(frozen=True)
class Space:
    """The shipped embedding, changed so that what is one topic to a desk lies together.

    A low-rank change of its network (Hu and others 2021) and a map behind it; Japanese lies where its English does.
    """

    network: Embedding
    middle: "Vectors"  # (dimensions,)
    turn: "Vectors"  # (dimensions, dimensions)

    @classmethod
    def of(cls, embedding: Embedding, path: Path = SPACE) -> Reads:
        """The space that ships with Kizuna; the embedding itself where it is another than the space was trained on.

        Raises OperatorError when the file is missing or damaged.
        """
        import numpy as np

        try:
            with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
                if embedding.dimensions != len(file["middle"]) or embedding.name != str(file["embedding"]):
                    return embedding
                told = {name: file[name].astype(np.float32) for name in file.files if name != "embedding"}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise OperatorError(f"The topics' space {path} does not open ({error}). Install Kizuna again.") from error
        names = [name.removesuffix(".up") for name in told if name.endswith(".up")]
        changes = {name: told[f"{name}.up"] @ told[f"{name}.down"] for name in names}
        return cls(embedding.adapted(changes, f"{embedding.name}-topics"), told["middle"], told["turn"])

    def queries(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> "Vectors":
        """Vectors (n, dimensions), each of length 1."""
        moved: Vectors = (self.network.queries(texts, progress) - self.middle).dot(self.turn)
        return _unit(moved)


@dataclass(frozen=True)
class Topics:
    """Topics found so far. Further texts join at a cost that does not grow with the texts already there."""

    names: tuple[str, ...]
    centres: "Vectors"  # (topics, dimensions), each of length 1
    sizes: "NDArray[np.int64]"  # texts of each topic
    middle: Middle
    reads: Reads

    @classmethod
    def of(cls, texts: Sequence[str], embedding: Embedding) -> "tuple[Topics, list[str]]":
        """The topics of these texts, and the name of each text's: the words of the topic's most central text."""
        import numpy as np

        reads = Space.of(embedding)
        once = list(dict.fromkeys(texts))
        vectors = reads.queries(once)
        middle = Middle.of(once, vectors, reads)
        empty = cls((), np.zeros((0, vectors.shape[1]), np.float32), np.zeros(0, np.int64), middle, reads)
        topics, names = empty._opened(once, middle.see(once, vectors))
        found = dict(zip(once, names, strict=True))
        return topics, [found[text] for text in texts]

    def join(self, texts: Sequence[str]) -> "tuple[Topics, list[str]]":
        """The same topics with further texts: each joins the nearest one, and what is near none opens new ones."""
        import numpy as np

        once = list(dict.fromkeys(texts))
        seen = self.middle.see(once, self.reads.queries(once))
        near = seen @ self.centres.T
        best = near.argmax(axis=1) if len(self.names) else np.zeros(len(once), np.intp)
        joins = near.max(axis=1, initial=-1) >= _JOINS
        moved = self.centres * self.sizes[:, None]
        np.add.at(moved, best[joins], seen[joins])
        sizes = self.sizes + np.bincount(best[joins], minlength=len(self.names))
        grown = replace(self, centres=_unit(moved), sizes=sizes)
        names = {once[i]: self.names[best[i]] for i in np.flatnonzero(joins)}
        left = [once[i] for i in np.flatnonzero(~joins)]
        grown, opened = grown._opened(left, seen[~joins])
        names |= zip(left, opened, strict=True)
        return grown, [names[text] for text in texts]

    def _opened(self, texts: Sequence[str], seen: "Vectors") -> "tuple[Topics, list[str]]":
        """With new topics for these texts, which are near none of those here; and the names of theirs."""
        import numpy as np

        if not len(texts):
            return self, []
        places = parted(seen)
        centres = _centres(seen, places)
        taken, names = set(self.names), list[str]()
        for topic, centre in enumerate(centres):
            members = np.flatnonzero(places == topic)
            name = " ".join(texts[members[(seen[members] @ centre).argmax()]].split())[:80] or "topic"
            name = name if name not in taken else f"{name} ({len(taken) + 1})"
            taken.add(name)
            names.append(name)
        more = replace(
            self,
            names=(*self.names, *names),
            centres=np.concatenate([self.centres, centres]),
            sizes=np.concatenate([self.sizes, np.bincount(places)]),
        )
        return more, [names[place] for place in places]


def group(texts: Sequence[str], embedding: Embedding) -> list[str]:
    """A topic's name for each text, in order: texts of one topic bear the words of its most central text.

    Texts that appear twice are one. 6,000 take about 0.6 GB, 100,000 about 1.5 GB.
    """
    return Topics.of(texts, embedding)[1] if texts else []


def parted(seen: "Vectors") -> "Places":
    """Which topic each text is of, numbered from 0, from vectors (n, dimensions) as `Middle.see` gives them.

    Each text is read as the mean of its neighbourhood, so that topics draw together and gaps between them open. Average
    linkage (Sokal and Michener 1958) cut at a fixed likeness says how many topics there are, Ward's (1963) which, and
    k-means settles the borders.
    """
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(seen) < 2:
        return np.zeros(len(seen), np.intp)
    heaps, places = _heaps(seen)
    drawn = _drawn(heaps)
    sizes = np.bincount(places)
    groups = cut(drawn @ drawn.T, _TOPIC)
    count = sum(int(sizes[members].sum()) >= _SHARE * len(seen) for members in groups)
    found = fcluster(linkage(drawn, "ward"), max(count, 1), "maxclust")[places]
    for _ in range(_ROUNDS):
        found = np.unique(found, return_inverse=True)[1]
        found = _nearest(seen, _centres(seen, found))
    return np.unique(found, return_inverse=True)[1]


def _heaps(seen: "Vectors") -> "tuple[Vectors, Places]":
    """Vectors to compare, and which one stands for each text: the texts' own, or the middles of heaps of very like."""
    import numpy as np
    from sklearn.cluster import MiniBatchKMeans

    if len(seen) <= _WHOLE:
        return seen, np.arange(len(seen))
    gathered = MiniBatchKMeans(_HEAPS, init="random", n_init=1, batch_size=8192, max_iter=5, random_state=7).fit(seen)
    places = np.unique(gathered.labels_, return_inverse=True)[1]
    return _centres(seen, places), places


def _drawn(seen: "Vectors") -> "Vectors":
    """Each vector as the mean of those most like it and itself, weighted by how much more alike than strangers."""
    import numpy as np
    from scipy.sparse import csr_matrix

    most = min(_NEIGHBOURS, len(seen) - 1)
    alike = seen @ seen.T
    near = np.argpartition(-alike, most, axis=1)[:, :most]
    weights = np.maximum(np.take_along_axis(alike, near, 1) - _STRANGER, 0)
    rows = np.repeat(np.arange(len(seen)), most)
    drawn: Vectors = csr_matrix((weights.ravel(), (rows, near.ravel())), alike.shape) @ seen
    return _unit(drawn)


def _centres(seen: "Vectors", places: "Places") -> "Vectors":
    """The middle (topics, dimensions) of each topic's texts, of length 1."""
    import numpy as np
    from scipy.sparse import csr_matrix

    ones = np.ones(len(seen), np.float32)
    sums: Vectors = csr_matrix((ones, (places, np.arange(len(seen))))) @ seen
    return _unit(sums)


def _nearest(seen: "Vectors", centres: "Vectors") -> "Places":
    """The nearest centre of each text, some thousand texts at a time so that memory stays small."""
    import numpy as np

    starts = range(0, len(seen), 8192)
    return np.concatenate([(seen[start : start + 8192] @ centres.T).argmax(axis=1) for start in starts])


def _unit(vectors: "Vectors") -> "Vectors":
    import numpy as np

    found: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return found


def likeness(texts: Sequence[str], seen: "Vectors") -> "Vectors":
    """How alike any two texts are, (n, n): 1 is the same, 0 or less nothing in common; `seen` from `Middle.see`."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    alike = (1 - _WORDS) * (seen @ seen.T)
    if any(terms.split(text) for text in texts):
        words = TfidfVectorizer(analyzer=terms.split, sublinear_tf=True).fit_transform(texts).astype("float32")
        alike += _WORDS * (words @ words.T).toarray()
    return alike


def cut(alike: "Vectors", least: float) -> list[list[int]]:
    """Groups of places, largest first: average linkage (Sokal and Michener 1958), joined while they are so alike."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    if len(alike) < 2:
        return [[place] for place in range(len(alike))]
    apart = np.clip(1 - alike, 0, None)
    np.fill_diagonal(apart, 0)
    labels = fcluster(linkage(squareform(apart, checks=False), "average"), 1 - least, "distance")
    found: dict[int, list[int]] = {}
    for place, label in enumerate(labels.tolist()):
        found.setdefault(label, []).append(place)
    return sorted(found.values(), key=lambda members: (-len(members), members[0]))
