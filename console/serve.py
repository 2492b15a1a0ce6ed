"""Open the desk, load the demo when asked, and serve console and widget on one port until told to stop.

A process that serves only the widget opens no desk: see console/gateway.py.
"""

import os
import socket
import threading
import time
from contextlib import suppress
from functools import partial

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from console import accounts, desk, gateway, postbox, sync, theme, worker
from console.desk import Desk
from console.rounds import Courier
from console.settings import Settings
from console.watch import delivery
from ingest import demo
from ingest.errors import OperatorError
from ingest.store import accounts as people


def run(settings: Settings, out: Console) -> None:
    """Serve until interrupted. Raises OperatorError when the port or the data folder is taken."""
    began = time.perf_counter()
    _free(settings)
    if settings.serves == "widget":
        gateway.run(settings, out)
        return
    opened = desk.open(settings, "kizuna serve")
    try:
        if settings.demo:
            _demo(opened, out)
        _warn(opened, out)
        opened.starting = True
        desk.use(opened)
        beside = (worker.Worker(opened), sync.Sync(opened), _courier(opened))
        threading.Thread(target=_settle, args=(opened, beside, began, out), name="settle", daemon=True).start()
        with suppress(KeyboardInterrupt):
            _listen(settings)
        for one in beside:
            one.stop()
    finally:
        desk.use(None)
        opened.close()
    # A draft may still be on its way in the chat model's own threads, which abort a process that ends around them.
    os._exit(0)


def _courier(opened: Desk) -> Courier:
    """What sends mails to customers and alerts when their time has come."""
    mails = partial(postbox.round, opened.shelves, opened.settings)
    return Courier(mails, partial(delivery.send_due, opened.db, opened.settings))


def _settle(opened: Desk, beside: tuple[worker.Worker, sync.Sync, Courier], began: float, out: Console) -> None:
    """Print the address once somebody answers there, then start what people need not wait for."""
    settings = opened.settings
    while True:
        with socket.socket(_family(settings)) as trial:
            trial.settimeout(1)
            if trial.connect_ex((settings.host, settings.port)) == 0:
                break
        time.sleep(0.1)
    out.print(f"Kizuna is ready after {time.perf_counter() - began:.0f} s at {_address(settings)}", style="bold")
    if settings.demo and settings.serves == "all":
        out.print(f"Demo shop with the chat widget: {_address(settings)}/widget/shop")
    opened.open_chat()
    for one in beside:
        one.start()


def _listen(settings: Settings) -> None:
    import streamlit_app

    options = {
        "server.address": settings.host,
        "server.port": settings.port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "logger.hideWelcomeMessage": True,
        "server.maxUploadSize": 1000,  # MB; Streamlit keeps uploads in memory
    }
    streamlit_app.app.run(config=options | theme.OPTIONS)


def _address(settings: Settings) -> str:
    host = "localhost" if settings.host in ("127.0.0.1", "0.0.0.0", "::") else settings.host
    return f"http://{host}:{settings.port}"


def _family(settings: Settings) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in settings.host else socket.AF_INET


def _free(settings: Settings) -> None:
    """Say it before the long work, not after."""
    with socket.socket(_family(settings)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            raise OperatorError(
                f"Port {settings.port} on {settings.host} cannot be used: {error.strerror}. "
                "Stop what uses it or choose another with --port."
            ) from None


def _demo(opened: Desk, out: Console) -> None:
    with opened.db.read() as db:
        nobody = people.count(db) == 0
    if nobody:
        accounts.add_demo(opened.db)
    if demo.loaded(opened.shelves):
        return
    shown = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*shown, console=out, transient=True) as bar:
        task = bar.add_task("Loading the demo company", total=None)
        demo.load(opened.shelves, lambda step: bar.update(task, completed=step.share))


def _warn(opened: Desk, out: Console) -> None:
    with opened.db.read() as db:
        nobody = people.count(db) == 0
    if nobody:
        out.print("Nobody can sign in yet. Stop, and add an account: kizuna account NAME --role supervisor")
