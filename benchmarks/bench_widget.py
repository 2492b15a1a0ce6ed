"""The chat widget under load, with the real model in line, and beside a page: each part has a server of its own.

    python benchmarks/bench_widget.py load [visitors]    300 visitors at once; the model is a stub that takes a second
    python benchmarks/bench_widget.py line [visitors]    12 visitors ask the small real model, which writes two at once
    python benchmarks/bench_widget.py page               what the loader costs a page, in a real Chromium

The server is the real command in a process of its own, with a home of its own and the limits as they come; every
visitor has an address of its own on loopback, as on the net. In `load` only the answers are made up: taking messages,
masking, moods, the waiting line, streams and the database are real.
"""

import asyncio
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import frames
from frames import Frame, Seen

VISITORS, ASKERS = 300, 12
RAMP, THINK, EACH = 30.0, (10.0, 20.0), 3  # seconds until all have come, between messages; messages of each
WAVES = 2  # so many times as many new visitors come
GOAL = 300  # milliseconds: the p95 of what is no answer
STUB = 1.0  # seconds that the stub takes for an answer
OURS = ("frame", "session", "events", "taken", "person")  # requests that no model answers
QUESTIONS = (
    "How do I reset the hub?", "My camera shows error L-31. What can I do?", "How long does a refund take?",
    "ハブをリセットするにはどうすればよいですか？", "Does the lock work with a flat battery?",
    "返品の期限は何日ですか？", "Can I move the hub to another house?", "Why does the lamp not turn on in the evening?",
)  # fmt: skip
ROUNDS = 8  # loads of the page, of each kind


def main() -> None:
    part, *more = sys.argv[1:] or ["load"]
    if part == "serve":
        _serve(*more)
    elif part == "load":
        _load(int(more[0]) if more else VISITORS)
    elif part == "line":
        _line(int(more[0]) if more else ASKERS)
    else:
        _page()


def _serve(home: str, port: str) -> None:
    """The real command, with answers that are made up."""
    from rich.console import Console

    from console import answers, serve, settings
    from console.answers import Draft, Piece

    def stub(*_: object) -> Iterator[Piece | Draft]:
        for word in ("Hold the button ", "for ten seconds."):
            time.sleep(STUB / 2)
            yield Piece(word)
        yield Draft("Hold the button for ten seconds.", (), 0.9, False)

    vars(answers)["draft"] = stub
    opened = settings.load(Path(home)).model_copy(update={"port": int(port), "chat": "local-small"})
    serve.run(opened, Console())


def _load(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        port = _free()
        command = [sys.executable, __file__, "serve", folder, str(port)]
        with _running(command, folder, KIZUNA_WIDGET_ANSWERS="8") as server:
            _crowd(port, 20, 1, Seen(), 2.0, (1.0, 2.0))  # warms it up
            seen, sizes, began = Seen(), [_size(server.pid)], time.monotonic()
            for _ in range(WAVES):
                _crowd(port, count, EACH, seen, RAMP, THINK)
                sizes.append(_size(server.pid))
            took = time.monotonic() - began
    _tell(seen)
    ours = sorted(one for kind in OURS for one in seen.times[kind])
    print(f"{WAVES} times {count} visitors, {took:.0f} s, {len(ours) / took:.0f} requests a second beside the answers")
    print(f"p95 of what no model answers: {1000 * _at(ours, 0.95):.0f} ms (goal {GOAL})")
    print("memory before and after each wave: " + ", ".join(f"{size:.0f} MiB" for size in sizes))


def _line(count: int) -> None:
    """All ask at once. Within a site the order of coming is the order of the answers."""
    with tempfile.TemporaryDirectory() as folder:
        port, seen, order = _free(), Seen(), list[tuple[float, float]]()
        command = [sys.executable, "-m", "console", "serve", "--demo", "--port", str(port), "--home", folder]
        with _running(command, folder, KIZUNA_CHAT="local", KIZUNA_FAQ_HOLDOUT="0"):

            async def one(number: int, address: str) -> None:
                frame = Frame(port, address, seen)
                await frame.open()
                await asyncio.sleep(2 + 0.3 * number)
                came = time.monotonic()
                seen.places.append(await frame.say(QUESTIONS[number % len(QUESTIONS)]))
                order.append((came, frame.begun))
                await frame.check()
                await frame.close()

            async def crowd() -> None:
                await asyncio.gather(*(one(n, at) for n, at in enumerate(frames.addresses(count))))

            _crowd(port, 2, 1, Seen(), 0.0, (1.0, 2.0))  # the model is open then
            asyncio.run(crowd())
    _tell(seen)
    begun = [begin for _, begin in sorted(order)]
    print(f"{count} visitors; told a place: {sum(bool(one) for one in seen.places)}, at once: {seen.places.count([])}")
    print(f"served in order of coming: {all_in_order(begun)}")
    falling = all_falling(seen.places)
    print(f"places only went down: {falling}; the longest line: {max(map(max, filter(None, seen.places)), default=0)}")


def all_in_order(begun: list[float]) -> bool:
    """Whether nobody was begun before somebody who came earlier; half a second is the pace of the clock here."""
    return all(one <= other + 0.5 for one, other in itertools.pairwise(begun))


def all_falling(places: list[list[int]]) -> bool:
    """Whether nobody's place ever rose."""
    return all(one == sorted(one, reverse=True) for one in places)


def _crowd(port: int, count: int, each: int, seen: Seen, ramp: float, think: tuple[float, float]) -> None:
    chance = random.Random(7)

    async def crowd() -> None:
        await asyncio.gather(*(
            frames.visit(Frame(port, at, seen), chance.sample(QUESTIONS, each), ramp=ramp, think=think, chance=chance)
            for at in frames.addresses(count)
        ))  # fmt: skip

    asyncio.run(crowd())


def _tell(seen: Seen) -> None:
    print(f"{'':10}{'count':>7}{'p50':>8}{'p95':>8}{'max':>8}  milliseconds")
    for kind in (*OURS, "begun", "answered"):
        times = sorted(seen.times[kind])
        if times:
            shown = "".join(f"{1000 * _at(times, share):8.0f}" for share in (0.5, 0.95, 1.0))
            print(f"{kind:10}{len(times):7}{shown}")
    print("errors: " + (", ".join(f"{count} × {what}" for what, count in seen.errors.items()) or "0"))
    print(", ".join(f"{what}: {count}" for what, count in seen.counts.items()))


def _at(times: list[float], share: float) -> float:
    return times[min(int(len(times) * share), len(times) - 1)] if times else 0.0


# ---- the page


def _page() -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, _pages() as (shop, bodies):
        port = _free()
        command = [sys.executable, __file__, "serve", folder, str(port)]
        with _running(command, folder, KIZUNA_WIDGET_ORIGINS=f'["http://127.0.0.1:{shop}"]'):
            tag = f'<script src="http://127.0.0.1:{port}/widget/loader.js" async></script>'
            bodies |= {"/with": tag, "/without": ""}
            path = shutil.which("chromium") or shutil.which("chromium-browser")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
                found: dict[str, list[list[float]]] = {"/with": [], "/without": []}
                opened = []
                for _ in range(ROUNDS):
                    for name in found:
                        tasks, took = _visited(browser, f"http://127.0.0.1:{shop}{name}")
                        found[name].append(tasks)
                        opened += took
                browser.close()
    for name, rounds in found.items():
        longest = [max(tasks, default=0.0) for tasks in rounds]
        told = ", ".join(f"{one:.0f}" for one in longest)
        print(
            f"{name[1:]:8} the loader: longest task over 50 ms of each load: {told} ms; in all {sum(map(len, rounds))}"
        )
    print("from the click to the greeting: " + ", ".join(f"{one:.0f}" for one in opened) + " ms")


def _visited(browser: Any, url: str) -> tuple[list[float], list[float]]:
    """The long tasks of a fresh visit until it is quiet, and how long the chat took to open, where there is one."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.wait_for_timeout(2_000)
    tasks, took = page.evaluate("window.long"), []
    button = page.get_by_role("button", name="Chat with us")
    if button.count():
        began = time.monotonic()
        button.click()
        page.frame_locator("iframe").locator("#log .turn").first.wait_for()
        took.append(1000 * (time.monotonic() - began))
    context.close()
    return list(tasks), took


@contextmanager
def _pages() -> Iterator[tuple[int, dict[str, str]]]:
    """A small site of another origin; returns its port and what its pages hold besides the observer."""
    bodies: dict[str, str] = {}
    watch = (
        "<script>window.long = []; new PerformanceObserver((list) => { for (const one of list.getEntries()) "
        "long.push(one.duration); }).observe({ type: 'longtask', buffered: true });</script>"
    )
    filling = "".join(f"<section><h2>Part {n}</h2><p>{'Words of a shop. ' * 40}</p></section>" for n in range(60))

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = f"<!doctype html><html lang=en><title>Shop</title>{watch}{bodies.get(self.path, '')}{filling}"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, bodies
    server.shutdown()


# ---- the server


@contextmanager
def _running(command: list[str], folder: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The command from when it says that it is ready until it is told to stop."""
    log = Path(folder, "serve.log")
    here = str(Path(__file__).parents[1])
    with log.open("w") as told:
        server = subprocess.Popen(command, env=os.environ | more, cwd=here, stdout=told, stderr=subprocess.STDOUT)
        try:
            while "Kizuna is ready" not in log.read_text():
                if server.poll() is not None:
                    raise SystemExit(log.read_text())
                time.sleep(0.5)
            time.sleep(3)
            yield server
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(60)
    print(log.read_text().strip().splitlines()[-1])


def _free() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def _size(pid: int) -> float:
    """Memory of its own in MiB; mapped files, the database among them, are the system's to drop."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(told.split("RssAnon:", 1)[1].split()[0]) / 1024


if __name__ == "__main__":
    main()
