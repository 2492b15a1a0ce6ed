"""The vector index (Chroma) beside the word index (SQL): catch up, find, rebuild. Only importer of chromadb."""

import shutil
import threading
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import terms
from ingest.errors import OperatorError
from ingest.records import Passage
from ingest.store import Database, passages
from ingest.store.passages import Filters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ingest.embedding import Embedding

BATCH = 512  # passages embedded and stored at once: large enough to sort by length, small enough to lose little
UNDATED = 0.0  # `created` of a passage without a date; no time filter lets it through
Progress = Callable[[int, int], None]


class Index:
    """Finds passages by meaning and by words. SQL decides what belongs in it; `catch_up` makes it so."""

    def __init__(self, db: Database, client: Any, collection: Any, embedding: "Embedding") -> None:
        self._db = db
        self._client = client
        self._collection = collection
        self._embedding = embedding
        self._lock = threading.Lock()

    def catch_up(self, progress: Progress | None = None) -> int:
        """Embed what SQL has and the vectors lack, forget what left; returns how many passages were embedded.

        Safe to interrupt anywhere: a passage counts as indexed only after Chroma has it.
        """
        with self._lock:
            self._forget()
            with self._db.read() as db:
                total = passages.pending_count(db)
            done = 0
            while batch := self._next():
                self._add(batch)
                done += len(batch)
                if progress:
                    progress(done, max(total, done))
            return done

    def waiting(self) -> int:
        """How many passages SQL has and the vectors lack."""
        with self._db.read() as db:
            return passages.pending_count(db)

    def _next(self) -> list[tuple[str, Passage]]:
        with self._db.read() as db:
            return passages.pending(db, BATCH)

    def _add(self, batch: Sequence[tuple[str, Passage]]) -> None:
        vectors = self._embedding.passages([_embedded(passage) for _, passage in batch])
        keys = [key for key, _ in batch]
        self._collection.upsert(ids=keys, embeddings=vectors, metadatas=[_metadata(passage) for _, passage in batch])
        with self._db.write() as db:
            now = passages.get(db, keys)  # what was replaced meanwhile is still waiting, under the same key
            passages.mark(db, [key for key, passage in batch if now.get(key) == passage])

    def _forget(self) -> None:
        while True:
            with self._db.read() as db:
                keys = passages.gone(db, BATCH)
            if not keys:
                return
            self._collection.delete(ids=keys)
            with self._db.write() as db:
                passages.buried(db, keys)

    def near(
        self, vectors: "NDArray[np.float32]", filters: Sequence[Filters], limit: int, also: Sequence[Sequence[str]]
    ) -> list[list[list[tuple[str, float]]]]:
        """For each of the filters the passages nearest to each query vector (n, dimensions), best first: (key, cosine).

        Those whose keys `also` names for the filters come too, wherever they stand. On a large shelf filters may leave
        fewer than `limit`, a third of it at least where there are as many.
        """
        found = self._nearest(vectors, filters, limit)
        for near, keys in zip(found, also, strict=True):
            self._complete(near, vectors, keys)
        return [[sorted(one.items(), key=lambda item: -item[1]) for one in near] for near in found]

    def _complete(self, near: Sequence[dict[str, float]], vectors: "NDArray[np.float32]", also: Sequence[str]) -> None:
        if missing := [key for key in also if any(key not in found for found in near)]:
            held = self._collection.get(ids=missing, include=["embeddings"])
            for found, vector in zip(near, vectors, strict=True):
                for key, one in zip(held["ids"], held["embeddings"], strict=True):
                    found.setdefault(key, float(one @ vector))

    def _nearest(
        self, vectors: "NDArray[np.float32]", filters: Sequence[Filters], limit: int
    ) -> list[list[dict[str, float]]]:
        """Chroma filters slowly, so SQL first tries the filters on several times as many without."""
        if all(one == Filters() for one in filters):
            return [self._query(vectors, limit, None) for _ in filters]
        wide = passages.WIDE * limit
        near = self._query(vectors, wide, None)
        keys = list(dict.fromkeys(key for one in near for key in one))
        return [self._kept(vectors, near, keys, one, limit) for one in filters]

    def _kept(
        self,
        vectors: "NDArray[np.float32]",
        near: Sequence[dict[str, float]],
        keys: Sequence[str],
        filters: Filters,
        limit: int,
    ) -> list[dict[str, float]]:
        with self._db.read() as db:
            kept = passages.kept(db, keys, filters)
        found = [{key: cosine for key, cosine in one.items() if key in kept} for one in near]
        cut = passages.WIDE * limit  # where all that there is was looked at, there are no more
        if few := [place for place, one in enumerate(found) if 3 * len(one) < limit and len(near[place]) == cut]:
            for place, one in zip(few, self._query(vectors[few], limit, _where(filters)), strict=True):
                found[place] = one
        return [dict(islice(one.items(), limit)) for one in found]

    def _query(
        self, vectors: "NDArray[np.float32]", limit: int, where: dict[str, Any] | None
    ) -> list[dict[str, float]]:
        size = self._collection.count()
        if not size:
            return [{} for _ in vectors]
        found = self._collection.query(
            query_embeddings=list(vectors), n_results=min(limit, size), where=where, include=["distances"]
        )
        return [
            {key: 1.0 - distance for key, distance in zip(keys, distances, strict=True)}
            for keys, distances in zip(found["ids"], found["distances"], strict=True)
        ]

    def words(self, query: str, filters: Filters, limit: int) -> list[tuple[str, float]]:
        """Passages that share words with the query, as (key, BM25), best first."""
        with self._db.read() as db:
            return passages.match(db, terms.split(query)[:64], filters, limit)

    def count(self) -> int:
        """How many passages the vector index holds."""
        return int(self._collection.count())

    def close(self) -> None:
        """Let go of Chroma's files."""
        self._client.close()


class Following:
    """Keeps the vectors up with what is being stored, in a thread beside whoever stores and nudges."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._more, self._room = threading.Event(), threading.Event()
        self._done = False
        self._trouble: BaseException | None = None
        self._thread = threading.Thread(target=self._follow, name="index", daemon=True)
        self.embedded = 0

    def __enter__(self) -> "Following":
        self._room.set()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._done = True
        self._more.set()
        self._thread.join()
        if kind is None and self._trouble:
            raise self._trouble

    def nudge(self, behind: int) -> None:
        """There is more to embed. Waits while more than `behind` batches of passages are waiting already."""
        self._more.set()
        if self._trouble:
            raise self._trouble
        if self._index.waiting() > behind * BATCH:
            self._room.clear()
            self._room.wait()

    def _follow(self) -> None:
        try:
            last = False
            while not last:
                self._more.wait()
                self._more.clear()
                last = self._done
                before = self.embedded

                def more(done: int, _: int, before: int = before) -> None:
                    self.embedded = before + done
                    self._room.set()

                self._index.catch_up(more)
                self._room.set()
        except BaseException as error:  # told to whoever stores, who must not wait for ever
            self._trouble = error
            self._room.set()


def open(folder: Path, db: Database, embedding: "Embedding") -> Index:
    """Open or create the vectors in `folder`.

    Raises OperatorError when they were made by another embedding model: `kizuna reindex` makes them anew.
    """
    import chromadb
    from chromadb.config import Settings

    client: Any = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    told = {"hnsw:space": "cosine", "embedding": embedding.name}
    collection = client.get_or_create_collection("passages", metadata=told, embedding_function=None)
    made_by = (collection.metadata or {}).get("embedding")
    if made_by != embedding.name:
        client.close()
        raise OperatorError(
            f"The index was made by the embedding model {made_by}, but the settings name {embedding.name}. "
            "Run `kizuna reindex` to make it anew, or set the former model."
        )
    return Index(db, client, collection, embedding)


def rebuild(folder: Path, db: Database, embedding: "Embedding", progress: Progress | None = None) -> Index:
    """Throw the vectors in `folder` away and embed every passage anew from SQL. No index may be open on it."""
    with db.write() as connection:  # first, so that an interruption leaves nothing that only looks indexed
        passages.mark_all(connection, indexed=False)
    shutil.rmtree(folder, ignore_errors=True)
    index = open(folder, db, embedding)
    index.catch_up(progress)
    return index


def _embedded(passage: Passage) -> str:
    """What is embedded: the passage under its title, because a sentence alone rarely says what it is about."""
    head = " ".join(part for part in (passage.title, passage.section) if part and part not in passage.text)
    return f"{head}\n{passage.text}" if head else passage.text


def _metadata(passage: Passage) -> dict[str, Any]:
    when = passage.created.timestamp() if passage.created else UNDATED
    shared = {name: getattr(passage, name) for name in ("source", "kind", "part", "lang", "product")}
    return shared | {"created": when}


def _where(filters: Filters) -> dict[str, Any] | None:
    columns = {"kinds": "kind", "langs": "lang", "products": "product", "parts": "part"}
    found: list[dict[str, Any]] = [
        {column: {"$in": list(getattr(filters, name))}} for name, column in columns.items() if getattr(filters, name)
    ]
    if filters.since:
        found.append({"created": {"$gte": filters.since.timestamp()}})
    if filters.until:
        found += [{"created": {"$lte": filters.until.timestamp()}}, {"created": {"$ne": UNDATED}}]
    return {"$and": found} if len(found) > 1 else (found[0] if found else None)
