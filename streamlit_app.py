"""The door: one ASGI app with the console's pages, the sign-in page, the chat widget and the help centre.

`kizuna serve` opens the desk and runs it; started any other way, it opens the desk itself from the settings.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st

from console import desk, door, settings
from console.help_centre import routes as help_centre
from console.widget import routes as widget
from ingest.errors import OperatorError


@asynccontextmanager
async def _with_desk(_: st.App) -> AsyncIterator[dict[str, Any]]:
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


def _is_open() -> bool:
    try:
        desk.current()
    except OperatorError:
        return False
    return True


app = st.App(
    Path(__file__).parent / "console" / "pages" / "shell.py",
    routes=[*door.routes(), *widget.routes(), *help_centre.routes()],
    middleware=door.middleware(),
    lifespan=_with_desk,
)
