"""Import against the bare encoder and a plain pipeline, in one run: records a second, their ratios, memory, second run.

    python benchmarks/bench_ingest.py [count]     5,000 tickets, or as many as are asked for, all parts
    python benchmarks/bench_ingest.py --memory    5,000 and 50,000 tickets, for the memory, with random vectors

Tickets are shuffled sentences of the demo company's own conversations, with fresh numbers, so that no two are alike.
The plain pipeline is what a tutorial would write: recursive splitter, fp32 sentence-transformers, Chroma.from_texts.
Each part runs in a process of its own, so that its peak memory is its own.
"""

import json
import multiprocessing
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from console import desk, settings
from ingest import demo, index, passages, pipeline, readers, redact, vault, weights
from ingest.embedding import Embedding
from ingest.records import Message, Ticket
from ingest.shelving import Shelves
from ingest.store import Database

SIZE, LARGE = 5_000, 50_000
DIMENSIONS = 384


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        if "--memory" in sys.argv:
            _memory(folder)
            return
        export = _write(Path(folder, "export.jsonl"), int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
        bare = _apart(_bare, export, folder)
        ours = _apart(_ours, export, folder)
        plain = _apart(_plain, export, folder)
        _tell("bare encoder", bare)
        _tell("kizuna ingest", ours)
        _tell("plain pipeline", plain)
        print(f"kizuna / bare encoder    {ours['rate'] / bare['rate']:5.2f}")
        print(f"kizuna / plain pipeline  {ours['rate'] / plain['rate']:5.2f}")
        print(f"first run / second run   {ours['seconds'] / ours['again']:5.0f}  ({ours['again']:.2f} s)")


def _memory(folder: str) -> None:
    """Peaks at two sizes. Random vectors take the place of the encoder, whose memory does not depend on the number."""
    peaks = []
    for size in (SIZE, LARGE):
        found = _apart(_shelved, _write(Path(folder, f"{size}.jsonl"), size), folder)
        _tell(f"{size:,}", found)
        vectors = found["passages"] * DIMENSIONS * 4 / 2**20
        print(f"{'':15} of which vectors that the index holds: {vectors:,.0f} MB")
        peaks.append(found["peak"])
    print(f"memory {LARGE:,} / {SIZE:,}    {peaks[1] / peaks[0]:5.2f}")


def _tell(name: str, found: dict[str, float]) -> None:
    print(
        f"{name:15} {found['records']:>7,.0f} records {found['passages']:>8,.0f} passages {found['seconds']:8.1f} s "
        f"{found['rate']:7.1f} records/s  peak {found['peak']:6,.0f} MB"
    )


def _apart(work: Callable[[Path, Path], dict[str, float]], export: Path, folder: str) -> dict[str, float]:
    """Run `work` in a fresh process; the peak of its memory in MB comes with its figures."""
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe()
    process = context.Process(target=_call, args=(work, export, Path(folder, work.__name__ + export.stem), its))
    process.start()
    found: dict[str, float] = mine.recv()
    process.join()
    return found | {"rate": found["records"] / found["seconds"]}


def _call(work: Callable[[Path, Path], dict[str, float]], export: Path, home: Path, out: Any) -> None:
    found = work(export, home)
    out.send(found | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024})


def _bare(export: Path, home: Path) -> dict[str, float]:
    """Nothing but the encoder, on the passages that the import makes, sorted by length."""
    chosen = settings.load(home)
    embedding = Embedding.open(chosen.models)
    splitter = passages.open(weights.locate("cl100k_base", chosen.models))
    tickets = [one for one in readers.read(export) if isinstance(one, Ticket)]
    texts = [f"{passage.title}\n{passage.text}" for one in tickets for passage in splitter.split(one)]
    embedding.passages(texts[:64])
    began = time.perf_counter()
    embedding.passages(texts)
    return {"records": len(tickets), "passages": len(texts), "seconds": time.perf_counter() - began}


def _ours(export: Path, home: Path) -> dict[str, float]:
    """The whole import, then the same again with nothing new."""
    opened = desk.open(settings.load(home), "benchmark")
    opened.embedding.passages(["warm"] * 64)
    opened.shelves.redactor.mask("Warm me up at ann@mail.example, 山田様")
    began = time.perf_counter()
    report = pipeline.run([export], opened.shelves)
    took, began = time.perf_counter() - began, time.perf_counter()
    again = pipeline.run([export], opened.shelves)
    second = time.perf_counter() - began
    opened.close()
    count = sum(report.added.values())
    if report.rejected or again.unchanged != report.added:
        raise SystemExit(f"The import went wrong: {report} {again}")
    return {"records": count, "passages": report.passages, "seconds": took, "again": second}


class _Noise:
    """Vectors without a model."""

    name, dimensions = "noise", DIMENSIONS

    def passages(self, texts: list[str]) -> NDArray[np.float32]:
        vectors = np.random.default_rng(len(texts)).normal(size=(len(texts), DIMENSIONS)).astype(np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _shelved(export: Path, home: Path) -> dict[str, float]:
    """The whole import but for the encoder."""
    chosen = settings.load(home)
    home.mkdir(parents=True)
    db = Database.open(home / "kizuna.db")
    found: Any = index.open(home / "chroma", db, _Noise())  # type: ignore[arg-type]
    splitter = passages.open(weights.locate("cl100k_base", chosen.models))
    shelves = Shelves(db, found, redact.open(), splitter, vault.open(home / "vault.key"))
    began = time.perf_counter()
    report = pipeline.run([export], shelves)
    took = time.perf_counter() - began
    found.close()
    return {"records": sum(report.added.values()), "passages": report.passages, "seconds": took}


def _plain(export: Path, home: Path) -> dict[str, float]:
    """A tutorial's pipeline over the same texts: no cleaning, no masking, no words, no second run."""
    from chromadb.config import Settings
    from langchain_chroma import Chroma
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    from ingest.embedding import converted

    model = SentenceTransformer(str(converted(settings.load(home).models)), device="cpu", local_files_only=True)
    model = model.float()
    model.encode(["warm"] * 64)

    class Encoder:
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            found: list[list[float]] = model.encode(texts).tolist()
            return found

    began = time.perf_counter()
    lines = [json.loads(line) for line in export.read_text(encoding="utf-8").splitlines()]
    whole = ["\n\n".join([line["subject"], *(f"{t['role']}: {t['text']}" for t in line["turns"])]) for line in lines]
    pieces = RecursiveCharacterTextSplitter(chunk_size=600, chunk_overlap=60).create_documents(whole)
    options: Any = {"persist_directory": str(home), "client_settings": Settings(anonymized_telemetry=False)}
    texts = [piece.page_content for piece in pieces]
    for start in range(0, len(texts), 5_000):
        encoder: Any = Encoder()
        Chroma.from_texts(texts[start : start + 5_000], encoder, **options)
    return {"records": len(lines), "passages": len(pieces), "seconds": time.perf_counter() - began}


def _write(path: Path, count: int) -> Path:
    """`count` tickets as JSON lines."""
    dice = random.Random(17)
    heard = [one for one in readers.read(demo.FILES) if isinstance(one, Ticket)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            model = dice.choice(heard)
            others = [one for one in heard if one.lang == model.lang and one.kind == model.kind]
            turns = [_turn(turn, dice.sample(others, min(3, len(others))), dice) for turn in model.messages]
            line = {"kind": model.kind, "id": f"B-{number}", "customer": f"C-{number % 900}", "turns": turns}
            line |= {"subject": _fresh(model.subject, dice), "created": f"2026-{number % 12 + 1:02}-05T09:00:00Z"}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path


def _turn(turn: Message, others: list[Ticket], dice: random.Random) -> dict[str, str]:
    """As long as `turn`, of sentences that the same side said elsewhere."""
    said = [one.text for other in others for one in other.messages if one.direction == turn.direction] or [turn.text]
    pieces = [piece for text in said for piece in re.split(r"(?<=[.!?。！？])\s*", text) if piece.strip()]
    words, wanted = "", max(40, len(turn.text))
    for piece in dice.sample(pieces, len(pieces)):
        if len(words) >= wanted:
            break
        words += _fresh(piece, dice) + " "
    return {"role": "customer" if turn.direction == "incoming" else "agent", "text": words.strip()}


def _fresh(text: str, dice: random.Random) -> str:
    return re.sub(r"\d+", lambda number: str(dice.randint(1, 10 ** min(len(number[0]), 6))), text)


if __name__ == "__main__":
    main()
