"""Texts to vectors: multilingual-e5-small, or any sentence-transformers folder in its place."""

import copy
import json
import os
import shutil
import struct
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from ingest import weights
from ingest.errors import OperatorError

if TYPE_CHECKING:
    import torch
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]
Listener = Callable[[Sequence["torch.Tensor"], "torch.Tensor"], "torch.Tensor"]
DEFAULT = "multilingual-e5-small"
FEW = 8  # texts that search at once: more are no questions, and are not remembered
ASKED, SAID = 256, 20_000  # questions and statements that are remembered: 1.5 kB each
BATCH = 32  # texts under one lock: a query waits for one batch of an import, not for all of it


class Embedding:
    """An open model. Safe to share between threads."""

    def __init__(self, model: "SentenceTransformer", name: str) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._asked, self._said = _Remembered(ASKED), _Remembered(SAID)
        self.name = name
        self.dimensions = int(model.get_embedding_dimension() or 0)

    @classmethod
    def open(cls, models_dir: Path, model: str = "") -> "Embedding":
        """Open the default model, or the sentence-transformers folder at the path `model`; never by network.

        The first opening of the default model converts its file (a few seconds), next to it in `models_dir`.
        Raises OperatorError when a file or folder is missing or no model.
        """
        folder = Path(model).expanduser() if model else converted(models_dir)
        if not (folder / "modules.json").is_file():
            raise OperatorError(f"{folder} is not a sentence-transformers model: it has no modules.json.")
        try:
            return cls(_load(folder), folder.name)
        except (OSError, ValueError, KeyError) as error:
            raise OperatorError(f"The embedding model in {folder} does not open: {error}") from error

    def adapted(self, changes: Mapping[str, Vectors], name: str) -> "Embedding":
        """The same model under another name with `changes` added to weights, by their names in its network.

        This one stays as it is; the two share the tokenizer and the table of tokens, which is most of the model.
        """
        import torch

        tokens = next(value for key, value in self._model.named_parameters() if key.endswith("word_embeddings.weight"))
        shared = (tokens, self._model.tokenizer)
        model = copy.deepcopy(self._model, {id(one): one for one in shared})
        weights = dict(model.named_parameters())
        with torch.no_grad():
            for key, change in changes.items():
                weight = weights[f"0.model.{key}"]
                weight += torch.from_numpy(change).to(weight.dtype)
        return Embedding(model, name)

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of texts to be found: float32 (n, dimensions), each of length 1."""
        return self._encode(self._model.encode_document, texts, progress)

    def queries(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Vectors of texts that search: float32 (n, dimensions), each of length 1."""
        if len(texts) > FEW:
            return self._encode(self._model.encode_query, texts, progress)
        return self._asked.of(texts, partial(self._encode, self._model.encode_query))

    def statements(self, texts: Sequence[str]) -> Vectors:
        """As `passages`, for what is read again and again: single statements of sources."""
        return self._said.of(texts, partial(self._encode, self._model.encode_document))

    def heard(self, texts: Sequence[str], listen: Listener, columns: int) -> tuple[Vectors, Vectors]:
        """The vectors of `queries`, and what `listen` makes of the same pass: float32 (n, columns).

        `listen` gets a batch's hidden states, the table's first, each (texts, tokens, dimensions), and which tokens
        count, (texts, tokens). The network must be of BERT's kind, as the default one is.
        """
        found = self._batched(lambda batch: self._listened(batch, listen), texts, self.dimensions + columns)
        return _of_length_1(found[:, : self.dimensions]), found[:, self.dimensions :]

    def _listened(self, texts: list[str], listen: Listener) -> "torch.Tensor":
        import torch

        asked = [self._model.prompts["query"] + text for text in texts]
        longest = self._model.max_seq_length
        read = self._model.tokenizer(asked, padding=True, truncation=True, max_length=longest, return_tensors="pt")
        network, pooling = self._model[0].auto_model, self._model[1]
        with torch.inference_mode():
            seen = network(**read, output_hidden_states=True)
            told = {"token_embeddings": seen.last_hidden_state, "attention_mask": read["attention_mask"]}
            rows = listen(seen.hidden_states, read["attention_mask"].bool())
            return torch.cat([pooling(told)["sentence_embedding"].float(), rows.float()], dim=1)

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        def read(batch: list[str]) -> "torch.Tensor":
            found: torch.Tensor = encode(batch, show_progress_bar=False, convert_to_tensor=True)
            return found

        return _of_length_1(self._batched(read, texts, self.dimensions, progress))

    def _batched(
        self,
        read: "Callable[[list[str]], torch.Tensor]",
        texts: Sequence[str],
        columns: int,
        progress: Progress | None = None,
    ) -> Vectors:
        """What `read` says of texts in batches under the lock, in the order of `texts`: float32 (n, columns)."""
        found = np.zeros((len(texts), columns), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)  # like lengths, less padding
        start = 0
        while start < len(order):
            long = len(texts[order[start]])
            batch = [i for i in order[start : start + BATCH] if 2 * len(texts[i]) >= long]
            start += len(batch)
            with self._lock:
                rows = read([texts[i] for i in batch])
            found[batch] = rows.float().numpy()
            if progress:
                progress(start, len(order))
        return found


class _Remembered:
    """The vectors of the last `most` texts. Safe to share between threads."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._kept: dict[str, Vectors] = {}

    def of(self, texts: Sequence[str], read: Callable[[list[str]], Vectors]) -> Vectors:
        """Vectors (n, dimensions); `read` makes those that are new."""
        with self._lock:
            found = {text: self._kept.pop(text) for text in dict.fromkeys(texts) if text in self._kept}
            self._kept |= found  # at the end: the oldest are forgotten first
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new or not texts:
            made = read(new)
            found |= zip(new, made, strict=True)
            self._keep(dict(zip(new, made, strict=True)))
        return np.stack([found[text] for text in texts]) if texts else made

    def _keep(self, made: dict[str, Vectors]) -> None:
        with self._lock:
            self._kept |= made
            for text in list(islice(self._kept, max(len(self._kept) - self._most, 0))):
                del self._kept[text]

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()


def _of_length_1(vectors: Vectors) -> Vectors:
    found: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return found


def converted(models_dir: Path) -> Path:
    """The default model as a sentence-transformers folder, converted from its file on first use."""
    from filelock import FileLock

    source = weights.locate(DEFAULT, models_dir)
    tokenizer = weights.locate(f"{DEFAULT}-tokenizer", models_dir)
    folder = models_dir / DEFAULT
    marker = ",".join(w.sha256 for w in weights.catalogue() if w.file in (source.name, tokenizer.name))
    if _marker(folder) == marker:
        return folder
    try:
        with FileLock(models_dir / f".{DEFAULT}.lock"):
            if _marker(folder) != marker:
                _convert_into(folder, source, tokenizer, marker)
    except OSError as error:
        raise OperatorError(f"Cannot write {folder}: {error.strerror or error}. Make room, or allow it.") from error
    return folder


def _convert_into(folder: Path, source: Path, tokenizer: Path, marker: str) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{DEFAULT}-") as scratch:
        fresh = Path(scratch, "model")
        _convert(source, tokenizer, fresh)
        (fresh / "source.sha256").write_text(marker)
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(fresh, folder)


def _marker(folder: Path) -> str:
    path = folder / "source.sha256"
    return path.read_text() if path.is_file() else ""


def _load(folder: Path) -> "SentenceTransformer":
    # Read by the libraries when they are first imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # waiting threads sleep: cores are shared with the chat model
    os.environ.update(HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", TOKENIZERS_PARALLELISM="false")
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer

    transformers.utils.logging.disable_progress_bar()
    kind = torch.bfloat16 if gains_from_bfloat16() else torch.float32
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, model_kwargs={"dtype": kind})
    return cast("SentenceTransformer", model.eval())


def gains_from_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; where it does not, float32 is faster."""
    import torch

    can = torch.cpu.get_capabilities()
    return any(can.get(feature) for feature in ("avx512_bf16", "amx_bf16", "bf16"))


def _convert(source: Path, tokenizer: Path, folder: Path) -> None:
    """Write `source` as a BertModel with mean pooling, in sentence-transformers' own layout, to `folder`."""
    import torch
    from safetensors.torch import save_file

    shape, tensors = _read_q4(np.memmap(source, np.uint8, "r"))
    folder.mkdir()
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    # bfloat16: half the disk; its rounding is far below that of the 4-bit source.
    state = {name: torch.from_numpy(values).to(torch.bfloat16) for name, values in tensors.items()}
    save_file(state, folder / "model.safetensors", {"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)  # it is written for its owner alone; the folder may be shared
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    for file, content in _layout(shape).items():
        (folder / file).write_text(json.dumps(content, indent=1))


class _Cursor:
    """Reads little-endian fields one after another."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        self._at += count
        return self._data[self._at - count : self._at].tobytes()

    def unpack(self, fields: str) -> tuple[Any, ...]:
        return struct.unpack("<" + fields, self.take(struct.calcsize("<" + fields)))


def _read_q4(data: NDArray[np.uint8]) -> tuple[dict[str, Any], dict[str, NDArray[np.float32]]]:
    """BertConfig fields, and float32 tensors under BertModel's names, of an E5S1 file (docs/models.md)."""
    cursor = _Cursor(data)
    if cursor.take(4) != b"E5S1":
        raise ValueError("the file does not begin with E5S1")
    _, hidden, layers, heads, inner, words, places, kinds, eps, _, pieces, *_, blob = cursor.unpack("I7ifi5iQ")
    cursor.take(4 * (pieces + 1) + 4 * pieces + blob)  # the source engine's own tokenizer
    _, rules = cursor.unpack("iI")
    cursor.take(rules)
    (count,) = cursor.unpack("i")
    tensors = {}
    for _ in range(count):
        name = cursor.take(*cursor.unpack("H")).decode()
        packed, _, offset, size = cursor.unpack("BIQQ")
        raw = data[offset : offset + size]
        values = _from_q4(raw) if packed else raw.copy().view(np.float32)
        if not name.endswith((".b", "ln.w")):
            values = values.reshape(-1, inner if name.endswith("fo.w") else hidden)
        tensors[_bert_name(name)] = values
    shape = {"hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads}
    shape |= {"intermediate_size": inner, "vocab_size": words, "max_position_embeddings": places}
    return shape | {"type_vocab_size": kinds, "layer_norm_eps": eps}, tensors


def _from_q4(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Blocks of 18 bytes to 32 weights each: a float16 scale, then nibbles, the low ones first, minus 8."""
    blocks = raw.reshape(-1, 18)
    scale = np.ascontiguousarray(blocks[:, :2]).view(np.float16).astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8) * scale).ravel()


_BERT_NAMES = {
    "word": "embeddings.word_embeddings",
    "pos": "embeddings.position_embeddings",
    "type": "embeddings.token_type_embeddings",
    "ln": "embeddings.LayerNorm",
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def _bert_name(name: str) -> str:
    place, module, *kind = name.split(".")
    layer = "" if place == "emb" else f"encoder.layer.{place[1:]}."
    return f"{layer}{_BERT_NAMES[module]}.{'bias' if kind == ['b'] else 'weight'}"


def _layout(shape: dict[str, Any]) -> dict[str, Any]:
    """The small JSON files around the weights, by their names."""
    special = {"bos": "<s>", "eos": "</s>", "sep": "</s>", "cls": "<s>"}
    special |= {"unk": "<unk>", "pad": "<pad>", "mask": "<mask>"}
    longest = shape["max_position_embeddings"]
    modules = "sentence_transformers.models."
    return {
        "config.json": {"model_type": "bert", "architectures": ["BertModel"], "hidden_act": "gelu"} | shape,
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": longest}
        | {f"{name}_token": token for name, token in special.items()},
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": modules + "Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": modules + "Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": modules + "Normalize"},
        ],
        "sentence_bert_config.json": {
            "max_seq_length": longest,
            "model_kwargs": {"add_pooling_layer": False},
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": shape["hidden_size"],
            "pooling_mode_mean_tokens": True,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "query: ", "document": "passage: "},
            "similarity_fn_name": "cosine",
        },
    }
