"""Which texts are about the same thing, without knowing how many things there are. English and Japanese together."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest import clean, terms
from ingest.embedding import Embedding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Cuts through the tree of likeness, chosen on banking77 and DSTC11 insurance (benchmarks): a topic holds what belongs
# to one heading, a question what one answer serves.
TOPIC = 0.27
QUESTION = 0.40
_WORDS = 0.3  # weight of shared words beside meaning
# Everyday support questions, so that the centre of a handful of texts is not made of those texts alone.
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


def group(texts: Sequence[str], embedding: Embedding) -> list[str]:
    """A topic's name for each text, in order; texts of one topic have the same name, that of its most central text."""
    if not texts:
        return []
    alike = likeness(texts, embedding.queries(texts), embedding)
    names: dict[int, str] = {}
    labels = cut(alike, TOPIC)
    for members in groups(labels):
        centre = members[int(alike[members][:, members].sum(axis=1).argmax())]
        taken = names.values()
        name = " ".join(texts[centre].split())[:80]
        names[labels[centre]] = name if name and name not in taken else f"{name} ({len(names) + 1})".strip()
    return [names[label] for label in labels]


def likeness(texts: Sequence[str], vectors: "NDArray[np.float32]", embedding: Embedding) -> "NDArray[np.float32]":
    """How alike any two texts are, (n, n): 1 is the same, 0 nothing in common; `vectors` are their queries' vectors."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    centred = centre(texts, vectors, embedding)
    alike: NDArray[np.float32] = (1 - _WORDS) * (centred @ centred.T)
    counted = TfidfVectorizer(analyzer=terms.split, sublinear_tf=True, dtype="float32")
    if any(terms.split(text) for text in texts):
        words = counted.fit_transform(texts)
        alike += _WORDS * (words @ words.T).toarray()
    return alike


def centre(texts: Sequence[str], vectors: "NDArray[np.float32]", embedding: Embedding) -> "NDArray[np.float32]":
    """The vectors (n, dimensions) seen from the middle of their own language, each of length 1.

    The encoder's vectors all lie in a narrow cone, one for each language (Mu and Viswanath 2018: take the mean away).
    """
    import numpy as np

    langs = np.array([clean.language(text) or "en" for text in texts])
    seen = np.zeros_like(vectors)
    for lang in set(langs.tolist()):
        own = langs == lang
        everyday = embedding.queries(_EVERYDAY[lang])
        seen[own] = vectors[own] - np.concatenate([vectors[own], everyday]).mean(axis=0)
    seen /= np.maximum(np.linalg.norm(seen, axis=1, keepdims=True), 1e-9)
    return seen


def cut(alike: "NDArray[np.float32]", least: float) -> list[int]:
    """A label for each text: average linkage (Sokal and Michener 1958), joined while groups are at least so alike."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(alike) < 2:
        return [0] * len(alike)
    upper = np.triu_indices(len(alike), 1)
    distances = np.clip(1 - alike[upper], 0, None)
    found: list[int] = fcluster(linkage(distances, "average"), 1 - least, "distance").tolist()
    return found


def groups(labels: Sequence[int]) -> list[list[int]]:
    """The places of each label, largest group first."""
    found: dict[int, list[int]] = {}
    for place, label in enumerate(labels):
        found.setdefault(label, []).append(place)
    return sorted(found.values(), key=lambda members: (-len(members), members[0]))
