"""Which texts are about the same thing, without knowing how many things there are. English and Japanese together."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest import clean, terms
from ingest.embedding import Embedding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

# Cuts through the tree of likeness, chosen on BANKING77 and DSTC11 insurance: what belongs under one heading (best NMI
# over both), and what one answer may serve (pairs of one intent: .94 of those joined on DSTC11).
TOPIC = 0.27
QUESTION = 0.35
_WORDS = 0.3  # weight of shared words beside meaning
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
    def of(cls, texts: Sequence[str], vectors: "Vectors", embedding: Embedding) -> "Middle":
        """The middle of these texts' query vectors (n, dimensions) and of everyday questions."""
        import numpy as np

        langs = np.array([_lang(text) for text in texts], dtype=object)
        found = {}
        for lang, everyday in _EVERYDAY.items():
            found[lang] = np.concatenate([vectors[langs == lang], embedding.queries(everyday)]).mean(axis=0)
        return cls(found)

    def see(self, texts: Sequence[str], vectors: "Vectors") -> "Vectors":
        """The vectors (n, dimensions) as seen from the middle of their language, each of length 1."""
        import numpy as np

        if not len(texts):
            return vectors
        seen = vectors - np.stack([self.means[_lang(text)] for text in texts])
        seen /= np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-9)
        return seen


def _lang(text: str) -> str:
    return "ja" if clean.language(text) == "ja" else "en"


def group(texts: Sequence[str], embedding: Embedding) -> list[str]:
    """A topic's name for each text, in order: texts of one topic bear the words of its most central text.

    Texts that appear twice are one. Memory grows with the square of the texts: 5,000 take about 0.6 GB.
    """
    once = list(dict.fromkeys(texts))
    if not once:
        return []
    vectors = embedding.queries(once)
    alike = likeness(once, Middle.of(once, vectors, embedding).see(once, vectors))
    names: dict[str, str] = {}
    for members in cut(alike, TOPIC):
        central = members[int(alike[members][:, members].sum(axis=1).argmax())]
        name = " ".join(once[central].split())[:80] or "topic"
        name = name if name not in names.values() else f"{name} ({len(names) + 1})"
        names |= {once[member]: name for member in members}
    return [names[text] for text in texts]


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
