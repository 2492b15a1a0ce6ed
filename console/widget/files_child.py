"""The script that opens one picture or PDF of a visitor in a process of its own: a hostile file costs only that.

It is told what to open by one JSON argument, and writes a line (empty, or why not) and then the picture drawn anew.
"""

import json
import os
import resource
import sys
import threading
import time
import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

ABSENT = 4  # the status of ending as a library is not there
_FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}


class Refused(Exception):
    """The file is not taken; the message is a word for why."""


def main(order: dict[str, Any]) -> None:
    """Open `order["file"]` as `kind`: `path` is where modules are, `parent` who waits, and the others are bounds.

    Those are `memory` (bytes above what it takes to start), `seconds` of the processor, `pixels` that a picture may
    have, and `side` (pixels) and `bytes` of what is drawn.
    """
    sys.path += order["path"]
    try:  # before there are limits, which are for the file only
        import pypdfium2  # noqa: F401
        from PIL import Image, ImageOps  # noqa: F401
    except (ImportError, OSError):
        os._exit(ABSENT)
    threading.Thread(target=_watch, args=(order["parent"],), daemon=True).start()
    _limit(order)
    why, drawn = "", b""
    try:
        drawn = b"" if order["kind"] == "pdf" else _drawn(order)
        if order["kind"] == "pdf":
            _look(order["file"])
    except Refused as refused:
        why = str(refused)
    sys.stdout.buffer.write(why.encode() + b"\n" + drawn)


def _drawn(order: dict[str, Any]) -> bytes:
    """The picture without anything but its pixels, upright, at most `side` wide and high."""
    from PIL import Image, ImageOps

    kind = order["kind"]
    warnings.simplefilter("ignore")  # what Pillow only warns of is drawn anew or refused
    Image.MAX_IMAGE_PIXELS = None  # our own bound says what is wrong
    try:
        with Image.open(order["file"], formats=[_FORMATS[kind]]) as picture:
            if picture.width * picture.height > order["pixels"]:
                raise Refused("pixels")
            picture.draft("RGB", (order["side"], order["side"]))
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            clear = kind != "jpg" and upright.has_transparency_data
            bare = upright.convert("RGBA" if clear else "RGB")
    except Refused:
        raise
    except Exception:  # decoders of pictures fail in many ways; all of them mean the same here
        raise Refused("picture") from None
    bare.thumbnail((order["side"], order["side"]))
    bare.info.clear()
    while len(told := _saved(bare, kind)) > order["bytes"]:
        bare.thumbnail((bare.width * 2 // 3, bare.height * 2 // 3))
    return told


def _saved(picture: Any, kind: str) -> bytes:
    told = BytesIO()
    more = {} if kind == "png" else {"quality": 88}
    picture.save(told, _FORMATS[kind], **more)
    return told.getvalue()


def _look(file: str) -> None:
    """Refuse a PDF that does not open, or that carries scripts or files."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(file)
        pages, active = len(document), raw.FPDFDoc_GetJavaScriptActionCount(document.raw)
        carried = raw.FPDFDoc_GetAttachmentCount(document.raw)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower()
        raise Refused("password" if locked else "pdf") from None
    if not pages:
        raise Refused("pdf")
    if active or carried:
        raise Refused("active")


def _limit(order: dict[str, Any]) -> None:
    """Bounds that the system keeps; where it does not know one (macOS has none for memory), time alone has to do."""
    _bound(resource.RLIMIT_CORE, 0)
    _bound(resource.RLIMIT_FSIZE, 0)
    _bound(resource.RLIMIT_CPU, order["seconds"])
    with suppress(OSError):
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _bound(resource.RLIMIT_AS, taken + order["memory"])


def _bound(kind: int, most: int) -> None:
    before = resource.getrlimit(kind)[1]
    most = most if before == resource.RLIM_INFINITY else min(most, before)
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (most, most))


def _watch(parent: int) -> None:
    """End when nobody waits any more."""
    while os.getppid() == parent:
        time.sleep(0.1)
    os._exit(1)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
