"""The script that reads one PDF in a process of its own, so that a hostile file can cost only that process.

It is told what to read by one JSON argument, and writes a line of JSON and then the article's text.
"""

import json
import os
import resource
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

ABSENT = 4  # the status of ending as pdfium is not there


def main(order: dict[str, Any]) -> None:
    """Read `order["file"]`: `path` is where modules are, `parent` who waits, and the others are bounds.

    Those are `pages`, `letters`, `memory` (bytes above what it takes to start), and of the processor's time `opening`
    (seconds), `a_page` (seconds more for each) and `seconds` at most.
    """
    sys.path += order["path"]
    _without_rooms()
    try:  # before there are limits, which are for the file only
        import pypdfium2  # noqa: F401
    except (ImportError, OSError):
        os._exit(ABSENT)
    threading.Thread(target=_watch, args=(order["parent"], order["memory"]), daemon=True).start()
    _limit(order)
    head, text = _answer(order)
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + text.encode("utf-8", "replace"))


def _without_rooms() -> None:
    """Packages without their `__init__`, which brings every reader there is and takes longer than most PDFs."""
    root = Path(__file__).resolve().parents[3]
    for name in ("ingest", "ingest.readers", "ingest.readers.documents"):
        room = ModuleType(name)
        room.__path__ = [str(root.joinpath(*name.split(".")))]
        sys.modules[name] = room


def _answer(order: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Title, pictures and facts, and the text; or why there is none."""
    from ingest.readers.documents import layout, pdf_pages

    def allow(pages: int) -> None:
        seconds = min(order["seconds"], int(order["opening"] + pages * order["a_page"]))
        _bound(resource.RLIMIT_CPU, seconds, order["seconds"])

    try:
        scan = pdf_pages.read(Path(order["file"]), allow, pages=order["pages"], letters=order["letters"])
        written = layout.markdown(scan.lines, scan.marks)
        if len(written.text) > order["letters"] * 2:  # tables of many small cells grow
            raise pdf_pages.Refused("letters")
    except pdf_pages.Refused as refused:
        return {"refused": refused.why}, ""
    return {"title": written.title[:1000], "pictures": scan.pictures, "facts": scan.facts}, written.text


def _limit(order: dict[str, Any]) -> None:
    """Bounds that the system keeps. Where it does not know one (macOS has none for memory), `_watch` has to do."""
    _bound(resource.RLIMIT_CORE, 0, 0)
    _bound(resource.RLIMIT_FSIZE, 0, 0)
    _bound(resource.RLIMIT_CPU, order["opening"], order["seconds"])
    with suppress(OSError):
        taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        _bound(resource.RLIMIT_AS, taken + order["memory"], taken + order["memory"])


def _bound(kind: int, soft: int, hard: int) -> None:
    before = resource.getrlimit(kind)[1]
    if before != resource.RLIM_INFINITY:
        soft, hard = min(soft, before), min(hard, before)
    with suppress(OSError, ValueError):
        resource.setrlimit(kind, (soft, hard))


def _watch(parent: int, memory: int) -> None:
    """End when nobody waits any more, or when the memory taken grew too much."""
    first = _peak()
    while os.getppid() == parent and _peak() - first < memory:
        time.sleep(0.05)
    os._exit(1)


def _peak() -> int:
    """Bytes; on Linux it counts from what the parent had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
