"""The chat model: one stream of text from any provider, errors as sentences, and a local server that shares well."""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from console import chat_model
from console.chat_model import ChatModel
from ingest import weights
from ingest.errors import OperatorError, TemporaryError

MODELS = Path(os.environ.get("KIZUNA_MODELS", "~/.cache/kizuna/models")).expanduser()
SCHEMA = {
    "type": "object",
    "properties": {"picked": {"type": "array", "items": {"type": "integer"}, "maxItems": 3}},
    "required": ["picked"],
    "additionalProperties": False,
}


class Provider:
    """A made-up OpenAI-compatible server: says `words`, or fails with `status`; waits `pause` before each word."""

    def __init__(self) -> None:
        self.words = ["Hel", "lo, ", "絆"]
        self.status, self.error = 200, ""
        self.pause = 0.0
        self.asked: list[dict[str, Any]] = []
        self.hung_up = threading.Event()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                provider.answer(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def answer(self, call: BaseHTTPRequestHandler) -> None:
        self.asked.append(json.loads(call.rfile.read(int(call.headers["Content-Length"]))))
        call.send_response(self.status)
        call.send_header("Content-Type", "text/event-stream" if self.status == 200 else "application/json")
        call.end_headers()
        if self.status != 200:
            call.wfile.write(json.dumps({"error": {"message": self.error, "type": "made_up"}}).encode())
            return
        try:
            for word in self.words:
                time.sleep(self.pause)
                delta = {"index": 0, "delta": {"role": "assistant", "content": word}, "finish_reason": None}
                chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [delta]}
                call.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            call.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.hung_up.set()


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()


def opened(provider: Provider, timeout: float = 20) -> ChatModel:
    return chat_model.open("openai:made-up", models_dir=Path(), base_url=provider.url, timeout=timeout)


def test_pieces_and_the_whole(provider: Provider) -> None:
    model = opened(provider)
    assert model.name == "openai:made-up"
    assert list(model.stream("Be brief.", "Hi")) == ["Hel", "lo, ", "絆"]
    assert model.complete("Be brief.", "Hi", max_tokens=7, temperature=0.5) == "Hello, 絆"
    asked = provider.asked[-1]
    assert [(m["role"], m["content"]) for m in asked["messages"]] == [("system", "Be brief."), ("user", "Hi")]
    assert asked["temperature"] == 0.5
    assert 7 in (asked.get("max_tokens"), asked.get("max_completion_tokens"))


def test_a_schema_goes_to_the_provider(provider: Provider) -> None:
    provider.words = ['{"picked":', " [1"]  # cut by max_tokens: still text, no error
    assert opened(provider).complete("Pick.", "Which?", schema=SCHEMA) == '{"picked": [1'
    form = provider.asked[-1]["response_format"]
    assert form["type"] == "json_schema"
    assert form["json_schema"]["schema"] == SCHEMA


@pytest.mark.parametrize(
    ("status", "message", "kind", "says"),
    [
        (401, "bad key", OperatorError, "valid key"),
        (404, "no such model", OperatorError, "settings"),
        (400, "request (5030 tokens) exceeds the available context size", OperatorError, "longer than"),
        (429, "slow down", TemporaryError, "limit"),
        (503, "loading", TemporaryError, "Try again"),
    ],
)
def test_refusals_say_who_must_act(
    provider: Provider, status: int, message: str, kind: type[Exception], says: str
) -> None:
    provider.status, provider.error = status, message
    with pytest.raises(kind, match=says):
        opened(provider).complete("s", "u")


def test_a_silent_provider_is_given_up(provider: Provider) -> None:
    provider.pause = 5
    began = time.monotonic()
    model = chat_model.open("openai:made-up", models_dir=Path(), base_url=provider.url, timeout=0.3)
    with pytest.raises(TemporaryError, match="too long"):
        model.complete("s", "u")
    assert time.monotonic() - began < 5


def test_a_slow_stream_is_given_up(provider: Provider) -> None:
    provider.words, provider.pause = ["word "] * 100, 0.1
    pieces = opened(provider, timeout=0.5).stream("s", "u")
    assert next(pieces) == "word "
    with pytest.raises(TemporaryError, match="too long"):
        list(pieces)
    assert provider.hung_up.wait(5)


def test_closing_a_stream_hangs_up(provider: Provider) -> None:
    provider.words, provider.pause = ["word "] * 200, 0.02
    pieces = opened(provider).stream("s", "u")
    assert next(pieces) == "word "
    pieces.close()  # type: ignore[attr-defined]
    assert provider.hung_up.wait(3)


def test_nobody_listening_is_temporary() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = chat_model.open("openai:x", models_dir=Path(), base_url=f"http://127.0.0.1:{port}/v1")
    with pytest.raises(TemporaryError, match="does not answer"):
        model.complete("s", "u")


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("local", "kizuna models fetch qwen2.5-coder-1.5b"),
        ("local:nowhere.gguf", "no model file nowhere.gguf"),
        ("gpt", "PROVIDER:MODEL"),
        ("nonsense:model", "nonsense:model"),
        ("anthropic:claude", "pip install"),
    ],
)
def test_a_wrong_setting_says_what_to_do(spec: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=says):
        chat_model.open(spec, models_dir=tmp_path)


def test_tracing_is_switched_off(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    opened(provider)
    assert os.environ["LANGSMITH_TRACING"] == "false"


@pytest.fixture(scope="module")
def local() -> Iterator[ChatModel]:
    weights.fetch(["qwen2.5-coder-0.5b"], MODELS)
    model = chat_model.open("local-small", models_dir=MODELS)
    yield model
    model.close()


@pytest.mark.models
def test_the_local_model_answers(local: ChatModel) -> None:
    pieces = list(local.stream("You answer in one word.", "What is the capital of Japan?", max_tokens=20))
    assert len(pieces) > 1
    assert "Tokyo" in "".join(pieces)


@pytest.mark.models
def test_the_local_model_keeps_to_the_schema_and_streams_it(local: ChatModel) -> None:
    facts = "[1] Refunds take five days. [2] Locks use AA batteries."
    pieces = list(local.stream(f"Pick the facts that answer. {facts}", "返金は何日かかりますか", schema=SCHEMA))
    assert len(pieces) > 3
    answer = json.loads("".join(pieces))
    assert list(answer) == ["picked"]
    assert all(isinstance(n, int) for n in answer["picked"])


@pytest.mark.models
def test_a_shared_beginning_is_read_once(local: ChatModel) -> None:
    facts = " ".join(f"Article {n} ships within {n % 5 + 1} days." for n in range(20))

    def read(question: str) -> tuple[int, int]:
        """Prompt tokens taken from the cache, and read anew."""
        import httpx

        assert local._server is not None
        told = httpx.post(
            f"{local._server.address}/chat/completions",
            headers={"Authorization": f"Bearer {local._server.key}"},
            json={"messages": [{"role": "system", "content": facts}, {"role": "user", "content": question}]}
            | {"max_tokens": 2},
            trust_env=False,
            timeout=120,
        ).json()["timings"]
        return told["cache_n"], told["prompt_n"]

    read("When does article 7 ship?")
    cached, fresh = read("When does article 9 ship?")
    assert cached > 150
    assert fresh < 20


@pytest.mark.models
def test_two_answers_at_once_and_abandoned_ones_free_their_slots(local: ChatModel) -> None:
    endless = {"type": "array", "items": {"type": "integer"}, "minItems": 1500}
    running = [local.stream("Count.", f"Count from {n}.", schema=endless, max_tokens=3500) for n in range(2)]
    assert all(next(answer) for answer in running)  # both have begun, so both slots are taken
    for answer in running:
        answer.close()  # type: ignore[attr-defined]
    began = time.monotonic()
    assert local.complete("Be brief.", "Say yes.", max_tokens=3)
    assert time.monotonic() - began < 30  # 3,500 tokens take minutes


@pytest.mark.models
def test_too_long_a_text_is_explained(local: ChatModel) -> None:
    with pytest.raises(OperatorError, match="longer than"):
        local.complete("s", "word " * 6000)


@pytest.mark.models
def test_the_local_server_wants_its_key(local: ChatModel) -> None:
    import httpx

    assert local._server is not None
    refused = httpx.post(f"{local._server.address}/chat/completions", json={}, trust_env=False)
    assert refused.status_code == 401
