"""The door: one ASGI app with the console's pages, the sign-in page, the chat widget and the help centre.

`kizuna serve` opens the desk and runs it; started any other way, it opens the desk itself from the settings.
"""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from console import desk, door, gate, settings
from console.help_centre import routes as help_centre
from console.widget import downloads
from console.widget import routes as widget
from console.widget.door import Door
from ingest.errors import OperatorError

chats = Door()


@asynccontextmanager
async def _with_desk(_: st.App) -> AsyncIterator[dict[str, Any]]:
    _when_told_to_stop(chats.close)
    opened = None if _is_open() else desk.open(settings.load(), "streamlit")
    if opened:
        desk.use(opened)
        opened.open_chat_soon()
    try:
        yield {}
    finally:
        if opened:
            desk.use(None)
            opened.close()


def _when_told_to_stop(end: Callable[[], None]) -> None:
    """Call `end` in this loop at a signal to stop: the server waits for open connections before it ends anything."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = signal.getsignal(number)
        if callable(before):
            signal.signal(number, partial(_stop, loop, end, before))


def _stop(loop: asyncio.AbstractEventLoop, end: Callable[[], None], before: Callable[..., Any], *told: Any) -> None:
    with suppress(RuntimeError):  # the loop is closed already
        loop.call_soon_threadsafe(end)
    before(*told)


def _is_open() -> bool:
    try:
        desk.current()
    except OperatorError:
        return False
    return True


app = st.App(
    Path(__file__).parent / "console" / "pages" / "shell.py",
    routes=[*door.routes(), *downloads.routes(), *widget.routes(chats), *help_centre.routes()],
    middleware=[*gate.middleware(), *door.middleware()],
    lifespan=_with_desk,
)
