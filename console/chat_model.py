"""The chat model behind every answer: one on this machine by default, any provider of LangChain by a setting.

The local model runs in this process, as llama.cpp's own server on a loopback port with a secret key, and is
talked to like any other OpenAI-compatible endpoint. So there is one code path.
"""

import json
import os
import secrets
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ingest import weights
from ingest.errors import KizunaError, OperatorError, TemporaryError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

LOCAL = {"local": "qwen2.5-coder-1.5b", "local-small": "qwen2.5-coder-0.5b"}
SLOTS = 2  # answers that a model on this machine writes side by side
REMEMBERED = 512  # MiB of earlier prompts that the local server keeps, besides those in its slots
# How each provider takes a JSON schema. The others read it at the end of the system text.
BY_RESPONSE_FORMAT = {
    "openai",
    "azure_openai",
    "mistralai",
    "groq",
    "fireworks",
    "together",
    "deepseek",
    "xai",
}


class ChatModel:
    """An open model. Safe to share between threads: the local server runs `slots` answers side by side."""

    def __init__(
        self,
        model: "BaseChatModel",
        name: str,
        *,
        provider: str,
        timeout: float,
        server: "_Server | None" = None,
    ) -> None:
        self._model, self._provider, self._timeout, self._server = model, provider, timeout, server
        self.name = name
        self._open, self._counting = 0, threading.Lock()

    def stream(
        self,
        system: str,
        user: str,
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 400,
        temperature: float = 0.2,
    ) -> Iterator[str]:
        """The answer in pieces, as the model writes it; JSON text that fits `schema` where one is given.

        Text that reaches `max_tokens` is cut there, JSON too. Closing the iterator stops the model. Raises
        TemporaryError (busy, unreachable, too slow) or OperatorError (wrong key, unknown model, text longer
        than the model's context).
        """
        options: dict[str, Any] = {"max_tokens": max_tokens, "temperature": temperature}
        if schema:
            system, options = self._ask_for_json(schema, system, options)
        deadline = time.monotonic() + self._timeout
        with self._counting:
            self._open += 1
        try:
            # closing: an abandoned iterator hangs up at once, and the server frees the slot.
            answer = cast(
                "Generator[AIMessageChunk]",
                self._model.stream([("system", system), ("human", user)], **options),
            )
            with closing(answer) as pieces:
                for piece in pieces:
                    if time.monotonic() > deadline:
                        raise TimeoutError
                    if piece.text:
                        yield str(piece.text)
        except Exception as error:
            explained = _explained(error, self.name)
            if explained is None:
                raise
            raise explained from error
        finally:
            with self._counting:
                self._open -= 1

    @property
    def busy(self) -> bool:
        """Whether it is writing an answer now."""
        return self._open > 0

    def complete(
        self,
        system: str,
        user: str,
        *,
        schema: dict[str, Any] | None = None,
        max_tokens: int = 400,
        temperature: float = 0.2,
    ) -> str:
        """The whole answer of `stream`, same errors."""
        return "".join(self.stream(system, user, schema=schema, max_tokens=max_tokens, temperature=temperature))

    def close(self) -> None:
        """Stop the local server, if there is one, and give its memory back."""
        if self._server:
            self._server.close()

    def _ask_for_json(self, schema: dict[str, Any], system: str, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        if self._provider in ("openai", "azure_openai"):
            form = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema, "strict": True},
            }
            # extra_body: as `response_format` the client would parse the answer and raise where it is cut.
            return system, options | {"extra_body": {"response_format": form}}
        if self._provider == "ollama":
            return system, options | {"format": schema}
        return f"{system}\n\nJSON schema of the answer:\n{json.dumps(schema, ensure_ascii=False)}", options


def shipped(model: ChatModel) -> bool:
    """Whether this is one of the small models that come with the desk: what they decide is worth less than rules."""
    return model.name in LOCAL.values()


def open(
    spec: str,
    *,
    models_dir: Path,
    base_url: str | None = None,
    api_key: str | None = None,
    slots: int = SLOTS,
    context: int = 4096,
    timeout: float = 180,
) -> ChatModel:
    """Open the model that `spec` names.

    "local" (the default model), "local-small" (tests only) or "local:/path/to/model.gguf" run in this
    process, `slots` answers at a time, each within `context` tokens of prompt and answer. Anything else goes to
    LangChain's `init_chat_model`: "openai:gpt-4o-mini", "anthropic:...", "ollama:..."; `base_url` and `api_key`
    go with it. An answer that takes over `timeout` seconds is given up. Raises OperatorError where that cannot
    work.
    """
    _no_telemetry()
    if spec in LOCAL or spec.startswith("local:"):
        name = LOCAL.get(spec, "")
        path = weights.locate(name, models_dir) if name else Path(spec.removeprefix("local:")).expanduser()
        server = _Server(path, slots, context)
        model = _provided(f"openai:{path.stem}", server.address, server.key, timeout, local=True)
        return ChatModel(model, name or path.stem, provider="openai", timeout=timeout, server=server)
    provider, colon, _ = spec.partition(":")
    if not colon:
        raise OperatorError(
            f"The chat model {spec!r} is not known. Set `local`, or PROVIDER:MODEL like `openai:gpt-4o-mini`."
        )
    return ChatModel(_provided(spec, base_url, api_key, timeout), spec, provider=provider, timeout=timeout)


class _Server:
    """llama.cpp's server on a free loopback port. Ends with `close` or with the process."""

    def __init__(self, path: Path, slots: int, context: int) -> None:
        # Threads that wait for each other sleep instead of spinning: on busy cores that is ten times faster.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        import xllamacpp

        if not path.is_file():
            raise OperatorError(f"There is no model file {path}. Set the chat model to a GGUF file that exists.")
        self.key = secrets.token_urlsafe(24)
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_parallel, params.n_ctx = slots, slots * context
        params.cache_ram_mib = REMEMBERED
        params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [self.key]
        params.ui = params.warmup = params.endpoint_slots = False
        params.verbosity = -1
        try:
            self._server: Any = xllamacpp.Server(params)
        except RuntimeError as error:
            raise OperatorError(
                f"The model file {path} does not load ({error}). Run: kizuna models verify. "
                "If the file is right, the machine may be short of memory."
            ) from error
        self.address = f"{self._server.listening_address}/v1"

    def close(self) -> None:
        self._server = None  # its destructor stops the threads and frees the model


def _provided(
    spec: str, base_url: str | None, api_key: str | None, timeout: float, *, local: bool = False
) -> "BaseChatModel":
    import httpx
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"base_url": base_url, "api_key": api_key}
    if base_url and not api_key and spec.startswith("openai:"):
        options["api_key"] = "none"  # servers in one's own house often want no key, the client always wants one
    options = {name: value for name, value in options.items() if value}
    if local:  # no proxy stands between a process and itself
        options |= {"http_client": httpx.Client(trust_env=False, timeout=timeout), "max_retries": 0}
    try:
        return cast("BaseChatModel", init_chat_model(spec, timeout=timeout, **options))
    except ImportError as error:  # LangChain's message says which package to install
        raise OperatorError(f"The chat model {spec!r} needs one more package. {error}") from error
    except Exception as error:
        raise OperatorError(f"The chat model {spec!r} does not open: {error}") from error


def _no_telemetry() -> None:
    """Switch LangSmith's tracing off, whatever the environment says: customers' words stay in the house."""
    for name in ("LANGSMITH_TRACING", "LANGSMITH_TRACING_V2", "LANGCHAIN_TRACING", "LANGCHAIN_TRACING_V2"):
        os.environ[name] = "false"


def _explained(error: Exception, name: str) -> KizunaError | None:
    """What a failed call means and who must act; None for what is no failure of the provider."""
    import httpx

    status, text = getattr(error, "status_code", None), str(error)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "ContextOverflowError" in kinds or "context size" in text or "context_length" in text:
        return OperatorError(
            f"The text is longer than {name} can read. Shorten it, or set a chat model that reads more."
        )
    if isinstance(error, TimeoutError | httpx.TimeoutException) or "APITimeoutError" in kinds:
        return TemporaryError(f"{name} took too long and was stopped. Try again, or set a faster chat model.")
    if status in (401, 403):
        return OperatorError(f"{name} refuses the key (HTTP {status}). Set a valid key for the chat model.")
    if status == 429:
        return TemporaryError(f"{name} is over its limit of requests. Try again in a minute.")
    if isinstance(status, int) and 400 <= status < 500:
        return OperatorError(f"{name} refuses the request (HTTP {status}): {text}. Check the chat model's settings.")
    if isinstance(error, httpx.HTTPError | ConnectionError) or "APIConnectionError" in kinds:
        return TemporaryError(f"{name} does not answer. Check that its server runs and is reachable, then try again.")
    if status or "APIError" in kinds:
        return TemporaryError(f"{name} failed: {text}. Try again.")
    return None
