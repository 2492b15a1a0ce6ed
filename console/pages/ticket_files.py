"""What came with a message: names, pictures drawn small, and a link to download each. Nothing of it is opened here."""

from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import streamlit as st

from console.desk import Desk
from console.pages import session
from console.pages.language import say
from console.pages.plain import html, label
from console.widget import downloads, files
from ingest import attachments
from ingest.store import uploads
from ingest.store.uploads import Upload

SHOWN = 640  # pixels of a picture, either way
_UNITS = ((1_000_000, "MB"), (1_000, "KB"))


def of(desk: Desk, ticket: str) -> dict[int, list[Upload]]:
    """What visitors sent, by the place of the message."""
    found: dict[int, list[Upload]] = {}
    with desk.db.read() as db:
        for one in uploads.of_ticket(db, ticket):
            found.setdefault(one.seq or 0, []).append(one)
    return found


def listed(turn: Any, sent: Sequence[Upload], lang: str) -> str:
    """The names under a message, as HTML: links where the file is here, plain names where it stayed at the source."""
    if sent:
        names = [_linked(one, lang) for one in sent]
    else:
        names = [f"<span>{html(label(name, 120))}</span>" for name in turn.attachments]
    icon = "<span class='kz-icon' aria-hidden='true'>attach_file</span>"
    return f"<div class='kz-files'>{icon}{''.join(names)}</div>" if names else ""


def pictures(desk: Desk, sent: Sequence[Upload]) -> None:
    """Draw the pictures among these, small."""
    for one in sent:
        drawn = _small(desk.home.path, one.digest) if one.kind in files.PICTURES else None
        if drawn:
            st.image(drawn, width=280, alt=one.name)


def _linked(one: Upload, lang: str) -> str:
    size = next((f"{one.size / n:.1f} {unit}" for n, unit in _UNITS if one.size >= n), f"{one.size} B")
    told = say("Download {name}", lang, name=one.name)
    where = downloads.link(one.id, session.token())
    return f"<a href='{html(where)}' download title='{html(told)}'>{html(one.name)}</a><small>{html(size)}</small>"


@lru_cache(maxsize=64)
def _small(home: Path, digest: str) -> bytes | None:
    """A picture that we have drawn anew when it came in, once more and smaller; None where it is gone."""
    from PIL import Image

    content = attachments.read(home, digest)
    if content is None:
        return None
    with Image.open(BytesIO(content), formats=["PNG", "JPEG", "WEBP"]) as picture:
        picture.thumbnail((SHOWN, SHOWN))
        told = BytesIO()
        picture.save(told, "PNG")
    return told.getvalue()
