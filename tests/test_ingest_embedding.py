"""Vectors: the order, length and prefixes of what comes back, and the conversion of the 4-bit file."""

import os
import struct
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest import embedding, weights
from ingest.embedding import Embedding
from ingest.errors import OperatorError

MODELS = Path(os.environ.get("KIZUNA_MODELS", "~/.cache/kizuna/models")).expanduser()


class FakeTensor:
    def __init__(self, rows: list[list[float]]) -> None:
        self.rows = rows

    def float(self) -> "FakeTensor":
        return self

    def numpy(self) -> np.ndarray[Any, np.dtype[np.float32]]:
        return np.array(self.rows, np.float32)


class FakeModel:
    """Two numbers a text: its length, and whether it was a query."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.inside = 0

    def get_embedding_dimension(self) -> int:
        return 2

    def encode_document(self, texts: list[str], **_: object) -> FakeTensor:
        self.inside += 1
        assert self.inside == 1  # never two threads at once
        self.batches.append(len(texts))
        self.inside -= 1
        return FakeTensor([[float(len(text)), 0.0] if text else [0.0, 0.0] for text in texts])

    def encode_query(self, texts: list[str], **_: object) -> FakeTensor:
        return FakeTensor([[float(len(text)), 1.0] for text in texts])


def test_vectors_come_back_in_order_and_of_length_one() -> None:
    desk = Embedding(FakeModel(), "fake")
    found = desk.queries(["a" * n for n in (3, 40, 1, 7)])
    assert found.dtype == np.float32
    assert found.shape == (4, 2)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(found[:, 0] / found[:, 1], [3, 40, 1, 7], rtol=1e-5)


def test_no_texts_and_empty_texts_are_fine() -> None:
    desk = Embedding(FakeModel(), "fake")
    assert desk.passages([]).shape == (0, 2)
    assert not np.isnan(desk.passages([""])).any()


def test_progress_and_batches() -> None:
    model, seen = FakeModel(), list[tuple[int, int]]()
    Embedding(model, "fake").passages(["x"] * 70, lambda done, total: seen.append((done, total)))
    assert model.batches == [32, 32, 6]
    assert seen == [(32, 70), (64, 70), (70, 70)]


def test_long_and_short_texts_are_not_padded_to_one_length() -> None:
    model = FakeModel()
    lengths = (900, 20, 700, 15, 5)
    found = Embedding(model, "fake").passages(["x" * length for length in lengths])
    assert model.batches == [2, 2, 1]
    assert (found[:, 0] > 0.99).all()


def test_a_question_that_was_just_asked_is_not_read_again() -> None:
    model, read = FakeModel(), list[list[str]]()
    desk = Embedding(model, "fake")
    encode = model.encode_query
    model.encode_query = lambda texts, **how: read.append(texts) or encode(texts, **how)  # type: ignore[func-returns-value,method-assign]
    first = desk.queries(["why?", "how?"])
    np.testing.assert_array_equal(desk.queries(["how?", "why?", "how?"]), first[[1, 0, 1]])
    assert read == [["why?", "how?"]]
    for number in range(embedding.ASKED):
        desk.queries([f"question {number}"])
    desk.queries(["why?"])
    assert read[-1] == ["why?"]  # forgotten by then
    assert desk.queries([]).shape == (0, 2)


def test_threads_take_turns() -> None:
    desk = Embedding(FakeModel(), "fake")
    failed: list[BaseException] = []

    def work() -> None:
        try:
            assert desk.passages(["text"] * 200).shape == (200, 2)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="kizuna models fetch multilingual-e5-small"):
        Embedding.open(tmp_path)
    with pytest.raises(OperatorError, match=r"modules\.json"):
        Embedding.open(tmp_path, str(tmp_path))


def e5s1(tensors: dict[str, tuple[int, bytes, int]]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """A file of the 4-bit format: name -> (packed, bytes, elements)."""
    head = b"E5S1" + struct.pack("<I7ifi5iQ", 1, 32, 1, 2, 64, 5, 8, 2, 1e-12, 32, 2, 0, 2, 1, 3, 6)
    head += struct.pack("<3I", 0, 3, 6) + struct.pack("<2f", 0, 0) + b"abcdef"
    head += struct.pack("<iI", 1, 3) + b"xyz" + struct.pack("<i", len(tensors))
    table = sum(2 + len(name.encode()) + 21 for name in tensors)
    entries, body = b"", b""
    for name, (packed, raw, elements) in tensors.items():
        at = len(head) + table + len(body)
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", packed, elements, at, len(raw))
        body += raw
    return np.frombuffer(head + entries + body, np.uint8)


def test_the_four_bit_file_is_read_exactly() -> None:
    block = np.float16(0.5).tobytes() + bytes(low | (15 - low) << 4 for low in range(16))
    vector = np.arange(32, dtype=np.float32)
    data = e5s1({"emb.word": (1, block * 5, 160), "l0.fo.w": (1, block * 4, 128), "l0.q.b": (0, vector.tobytes(), 32)})
    shape, tensors = embedding._read_q4(data)
    expected = [(n - 8) * 0.5 for n in range(16)] + [(7 - n) * 0.5 for n in range(16)]
    words = tensors["embeddings.word_embeddings.weight"]
    assert words.shape == (5, 32)
    assert words[3].tolist() == expected
    assert tensors["encoder.layer.0.output.dense.weight"].shape == (2, 64)
    assert tensors["encoder.layer.0.attention.self.query.bias"].tolist() == vector.tolist()
    assert shape["vocab_size"] == 5
    assert shape["layer_norm_eps"] == pytest.approx(1e-12)


def test_another_file_is_not_taken_for_a_model() -> None:
    with pytest.raises(ValueError, match="E5S1"):
        embedding._read_q4(np.zeros(100, np.uint8))


def test_a_changed_file_is_converted_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = (embedding.DEFAULT, f"{embedding.DEFAULT}-tokenizer")

    def catalogued(digest: str) -> None:
        entries = [weights.Weight(name, "embedding", f"{name}.bin", 1, digest, "MIT", "made up", ()) for name in names]
        monkeypatch.setattr(weights, "CATALOGUE", tuple(entries))

    converted = []

    def convert(source: Path, tokenizer: Path, folder: Path) -> None:
        converted.append(folder)
        folder.mkdir()

    monkeypatch.setattr(embedding, "_convert", convert)
    for name in names:
        (tmp_path / f"{name}.bin").write_bytes(b"x")
    for digest in ("one", "one", "two"):
        catalogued(digest)
        assert embedding.converted(tmp_path) == tmp_path / embedding.DEFAULT
    assert len(converted) == 2


@pytest.fixture(scope="module")
def e5() -> Embedding:
    weights.fetch([embedding.DEFAULT, f"{embedding.DEFAULT}-tokenizer"], MODELS)
    return Embedding.open(MODELS)


@pytest.mark.models
def test_meaning_crosses_languages(e5: Embedding) -> None:
    [english] = e5.queries(["How do I get a refund?"])
    same, other = e5.queries(["返金してもらうにはどうすればよいですか", "ルーターのランプが赤く点滅しています"])
    assert english @ same > english @ other + 0.05
    assert e5.dimensions == 384


@pytest.mark.models
def test_a_question_finds_its_passage(e5: Embedding) -> None:
    texts = [
        "Refunds go back to the card that paid, within five working days.",
        "バッテリーが切れたら、単三電池4本を交換してください。",
        "The garden gate lock needs a free radio channel.",
    ]
    scores = e5.queries(["電池の交換方法は？", "when do I get my money back"]) @ e5.passages(texts).T
    assert scores.argmax(axis=1).tolist() == [1, 0]


@pytest.mark.models
def test_the_converted_folder_is_kept_and_opens_as_any_other(e5: Embedding) -> None:
    folder = MODELS / embedding.DEFAULT
    before = (folder / "model.safetensors").stat().st_mtime_ns
    again = Embedding.open(MODELS, str(folder))
    assert (folder / "model.safetensors").stat().st_mtime_ns == before
    np.testing.assert_allclose(again.queries(["hello"]), e5.queries(["hello"]), atol=1e-6)
