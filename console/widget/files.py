"""What a visitor's file really is: its content decides, whatever it is called. Only what is on the list is kept.

Pictures are drawn anew, so that nothing else that was in the file is; a decoder runs in a process of its own.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from console.widget import files_child, forms
from ingest.errors import OperatorError, SenderError

MOST = 5_000_000  # bytes
KINDS = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp", "pdf": "application/pdf", "txt": "text/plain"}
PICTURES = ("png", "jpg", "webp")
NAME = 80  # characters of a name, with its ending
_HEADS: Mapping[str, re.Pattern[bytes]] = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"), "jpg": re.compile(rb"\xff\xd8\xff"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "pdf": re.compile(rb"%PDF-\d"),
}  # fmt: skip
_MARKUP = re.compile(
    r"<\s*(?:!doctype|html|head|body|svg|script|iframe|\?xml|math|img|a\s)|#!|MIME-Version:|From ", re.I
)
_ANYWHERE = re.compile(r"<\s*(?:script|svg|html|iframe)\b", re.I)
_SNIFFED = 4_096  # characters in which a program that guesses would look
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\x80-\x9f]")
_ZIP = b"PK\x05\x06"  # the end of an archive, which may stand behind anything
_SECONDS = 30.0  # on the clock
_BOUNDS = {"memory": 700_000_000, "seconds": 20, "pixels": 40_000_000, "side": 4_096, "bytes": 12_000_000}
_LIST = "You can attach PNG, JPEG and WebP pictures, PDF files and plain text."
_REFUSED = {
    "kind": f"This kind of file cannot be taken. {_LIST}",
    "empty": "The file is empty. Choose another.",
    "large": f"The file is larger than {MOST // 1_000_000} MB. Make it smaller.",
    "early": "Write a message first; then you can attach files.",
    "many": "This conversation has as many files as it may have.",
    "day": "You have attached as much as you may today. Try again tomorrow, or send the file by e-mail.",
    "gone": "This file is no longer here. Attach it again.",
    "picture": f"This picture is damaged or is something else. {_LIST}",
    "pixels": "This picture has too many pixels. Make it smaller, or take a screenshot of the part that matters.",
    "pdf": "This PDF is damaged, or is something else. Open it, save it again as PDF and attach that.",
    "password": "This PDF is protected by a password. Save it without one and attach that.",
    "active": "This PDF carries scripts or other files. Print it to a new PDF and attach that.",
}


class FileError(SenderError):
    """A file is not taken; `code` is a word for why, which the frame knows in its languages."""

    def __init__(self, code: str) -> None:
        super().__init__(_REFUSED[code])
        self.code = code


@dataclass(frozen=True)
class Checked:
    """A file as it may be kept: its kind, as `KINDS` lists them, and what is in it."""

    kind: str
    content: bytes


def checked(path: Path) -> Checked:
    """What the file at `path` is, and what of it may be kept. Raises FileError saying why it is refused."""
    if path.stat().st_size > MOST:
        raise FileError("large")
    content = path.read_bytes()
    if not content:
        raise FileError("empty")
    kind = next((kind for kind, head in _HEADS.items() if head.match(content)), "txt")
    if kind == "txt":
        return Checked(kind, _text(content))
    if kind == "pdf" and (b"%%EOF" not in content[-2_048:] or _ZIP in content[-70_000:]):
        raise FileError("pdf")
    drawn = _child(path, kind)
    return Checked(kind, content if kind == "pdf" else drawn)


def named(told: str, kind: str) -> str:
    """A name without a path or anything unseen, with the ending of what the file is."""
    last = PurePosixPath(forms.plain(told, 1_000).replace("\\", "/")).name.strip(". ")
    stem = re.sub(rf"\.({'|'.join(KINDS)}|jpeg)$", "", re.sub(r'[<>:"|?*]', "_", last), flags=re.I)
    return f"{stem[: NAME - 5].strip('. ') or 'file'}.{kind}"


def _text(content: bytes) -> bytes:
    """Plain text as UTF-8: no controls, and nothing that a program could take for markup or a script."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        start = text[:_SNIFFED]
        if not _UNSEEN.search(text) and not _MARKUP.match(start.lstrip()) and not _ANYWHERE.search(start):
            return text.encode()
    raise FileError("kind")


def _child(path: Path, kind: str) -> bytes:
    """What the process that opens the file wrote: the picture drawn anew, or nothing. It starts bare: that is quick."""
    order = json.dumps({"file": str(path), "kind": kind, "path": sys.path, "parent": os.getpid(), **_BOUNDS})
    command = [sys.executable, "-I", "-S", "-X", "utf8", files_child.__file__, order]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS,
            start_new_session=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise FileError("pdf" if kind == "pdf" else "picture") from None
    if done.returncode == files_child.ABSENT:
        raise OperatorError(
            "Files cannot be checked, as Pillow or pypdfium2 does not start here. Install Kizuna again."
        )
    why, mark, drawn = done.stdout.partition(b"\n")
    if done.returncode or not mark:
        raise FileError("pdf" if kind == "pdf" else "picture")
    if why:
        raise FileError(why.decode())
    return drawn
