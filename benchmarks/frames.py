"""Many visitors of the chat widget in one event loop: each calls as its frame would, and counts what it sees."""

import asyncio
import json
import random
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

Times = dict[str, list[float]]
IDLE = 4.0  # seconds after which a kept connection is not used again: the server closes it after five
LATE = 120.0  # seconds without a byte after which a connection is given up


@dataclass
class Seen:
    """What all visitors saw: seconds by kind of request, errors, and what became of the messages."""

    times: Times = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    places: list[list[int]] = field(default_factory=list)


@dataclass
class Frame:
    """One visitor. `address` is where it connects from: every visitor has an address of its own on loopback."""

    port: int
    address: str
    seen: Seen
    site: str = ""
    token: str = ""
    after: int = -1
    status: str = ""
    sent: list[str] = field(default_factory=list)
    begun: float = 0.0  # when its last answer was begun
    _kept: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    _used: float = 0.0

    async def open(self) -> None:
        """The frame's page, a session, and the conversation so far."""
        await self.ask("frame", "frame?lang=en", plain=True)
        told = await self.ask("session", "session", {"origin": f"http://127.0.0.1:{self.port}", "lang": "en"})
        self.token = told["token"]
        await self.poll()

    async def poll(self, wait: float = 0) -> bool:
        """What is new; with `wait`, once something is. Tells whether an answer is under way."""
        query = f"events?after={self.after}&status={self.status}" + (f"&wait={int(wait)}" if wait else "")
        told = await self.ask("wait" if wait else "events", query)
        self.after, self.status = max(self.after, told["last"]), told["status"]
        return bool(told["answering"])

    async def say(self, text: str, *, cut: bool = False) -> list[int]:
        """Send a message and read its answer; with `cut`, lose the connection midway. Returns the places told."""
        id, began, places, mark = secrets.token_hex(12), time.monotonic(), list[int](), ""
        self.sent.append(id)
        body, path = {"id": id, "text": text, "lang": "en"}, "message"
        for _ in range(40):
            last = ""
            async with aclosing(self.listen(path, body if path == "message" else None, mark)) as events:
                async for name, data, known in events:
                    mark = known or mark
                    if name == "taken":
                        self.seen.times["taken"].append(time.monotonic() - began)
                        self.status = data["status"]
                    elif name == "place":
                        places.append(data["place"])
                    elif name == "begin":
                        self.begun = time.monotonic()
                        self.seen.times["begun"].append(self.begun - began)
                    last = name
                    if cut and name in ("place", "begin", "piece"):
                        cut, last = False, ""
                        break
            if last in ("done", "quiet"):
                self.seen.counts[last] += 1
                self.seen.times["answered"].append(time.monotonic() - began)
                return places
            path = "message" if last in ("idle", "busy") or path == "stream" else "stream"
            if last == "busy":
                self.seen.counts["busy"] += 1
                await asyncio.sleep(5)
        self.seen.errors["never answered"] += 1
        return places

    async def person(self) -> None:
        """Ask for a person."""
        self.status = (await self.ask("person", "person", {"lang": "en"}))["status"]

    async def check(self) -> None:
        """Compare the conversation as it is kept with what was sent: nothing is lost, nothing is there twice."""
        told = await self.ask("events", "events?after=-1")
        mine = Counter(turn["id"] for turn in told["turns"] if turn["who"] == "you")
        answers = sum(turn["who"] == "assistant" for turn in told["turns"])
        self.seen.counts["sent"] += len(self.sent)
        self.seen.counts["lost"] += sum(mine[one] == 0 for one in self.sent)
        self.seen.counts["doubled"] += sum(count - 1 for count in mine.values())
        self.seen.counts["answers missing"] += max(len(self.sent) - answers, 0)
        self.seen.counts["answers too many"] += max(answers - len(self.sent), 0)

    async def ask(self, kind: str, path: str, body: dict[str, Any] | None = None, *, plain: bool = False) -> Any:
        """One request over the kept connection; returns the JSON of its answer."""
        began = time.monotonic()
        status, text = await self._once(path, body)
        self.seen.times[kind].append(time.monotonic() - began)
        if status != 200:
            self.seen.errors[f"{kind} {status}"] += 1
            raise RuntimeError(f"{kind}: {status} {text[:200]!r}")
        return None if plain else json.loads(text)

    async def listen(
        self, path: str, body: dict[str, Any] | None, mark: str
    ) -> AsyncGenerator[tuple[str, dict[str, Any], str]]:
        """The server-sent events of a request over a connection of its own."""
        reader, writer = await self._connect()
        try:
            writer.write(self._request(path, body, {"Last-Event-ID": mark, "Connection": "close"}))
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head.split(b" ", 2)[1])
            if status != 200:
                self.seen.errors[f"{path} {status}"] += 1
                return
            async for block in _blocks(reader):
                lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
                if "event" in lines:
                    yield lines["event"], json.loads(lines["data"]), lines.get("id", "")
        finally:
            await _closed(writer)

    async def close(self) -> None:
        """Give up the kept connection."""
        if self._kept:
            await _closed(self._kept[1])
        self._kept = None

    async def _once(self, path: str, body: dict[str, Any] | None) -> tuple[int, bytes]:
        if self._kept and time.monotonic() - self._used > IDLE:
            await self.close()
        reader, writer = self._kept = self._kept or await self._connect()
        writer.write(self._request(path, body, {}))
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), LATE)).decode("latin-1").lower()
        size = int(head.split("content-length: ", 1)[1].split("\r\n", 1)[0])
        content, self._used = await reader.readexactly(size), time.monotonic()
        return int(head.split(" ", 2)[1]), content

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0), limit=2**20)

    def _request(self, path: str, body: dict[str, Any] | None, more: dict[str, str]) -> bytes:
        content = json.dumps(body).encode() if body else b""
        head = {"Host": f"127.0.0.1:{self.port}", "Authorization": f"Bearer {self.token}", **more}
        if self.site:
            head["X-Kizuna-Site"] = self.site
        if body:
            head |= {"Content-Type": "application/json", "Content-Length": str(len(content))}
        told = "".join(f"{name}: {value}\r\n" for name, value in head.items() if value)
        return f"{'POST' if body else 'GET'} /widget/{path} HTTP/1.1\r\n{told}\r\n".encode() + content


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _blocks(reader: asyncio.StreamReader) -> AsyncIterator[str]:
    """The blocks of a chunked body, which end with an empty line."""
    rest = b""
    while size := int(await asyncio.wait_for(reader.readline(), LATE), 16):
        rest += (await reader.readexactly(size + 2))[:-2]
        *whole, rest = rest.split(b"\n\n")
        for block in whole:
            yield block.decode()


def addresses(count: int) -> list[str]:
    """So many addresses of this machine's loopback."""
    return [f"127.0.{1 + n // 200}.{1 + n % 200}" for n in range(count)]


async def visit(
    frame: Frame, questions: list[str], *, ramp: float, think: tuple[float, float], chance: random.Random
) -> None:
    """A visitor's stay: comes, asks these questions with pauses between, watches as the frame does, and looks back."""
    try:
        await asyncio.sleep(chance.uniform(0, ramp))
        await frame.open()
        for question in questions:
            frame.seen.places.append(await frame.say(question, cut=chance.random() < 0.1))
            await _watch(frame, chance.uniform(*think))
        if chance.random() < 0.1:
            await frame.person()
            await _watch(frame, think[1])
        await frame.check()
    except (OSError, RuntimeError, asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
        frame.seen.errors[f"{type(error).__name__}: {str(error)[:80]}"] += 1
    finally:
        await frame.close()


async def _watch(frame: Frame, seconds: float) -> None:
    until = time.monotonic() + seconds
    await frame.poll()
    while (left := until - time.monotonic()) >= 1:
        await frame.poll(min(left, 25))
