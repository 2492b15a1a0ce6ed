"""What was handed in, as files to be read: a file, a folder, a pattern, standard input, or archives of files."""

import atexit
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from ingest.errors import SenderError
from ingest.readers import archives, opening
from ingest.readers.archives import Budget
from ingest.readers.opening import File, Gauge
from ingest.records import Reject

DEPTH = 3  # archives inside archives
_STDIN = Path("-")
_DEEP = "This archive lies inside three others and was not opened. Unpack the outer one and import what is in it."


class Files(Iterator[File | Reject]):
    """The files of a delivery, one after another. Those that were unpacked stay until the end, or until `done`."""

    def __init__(self, path: Path, gauge: Gauge, folder: Path) -> None:
        self._folder, self._budget = folder, Budget()
        self._found = (one for file in _files(path, gauge) for one in self._opened(file, 0))

    def __next__(self) -> File | Reject:
        return next(self._found)

    def close(self) -> None:
        """Let go of the archive that is being unpacked."""
        self._found.close()

    def done(self, file: File) -> None:
        """`file` has been read: its unpacked copy, where it is one, makes room for the next."""
        if file.path.parent == self._folder:
            file.path.unlink(missing_ok=True)

    def _opened(self, file: File, depth: int) -> Iterator[File | Reject]:
        try:
            kind = archives.kind(file) if file.path.is_file() else ""
        except OSError:  # whoever reads it says why it cannot be opened
            kind = ""
        if not kind:
            yield file
        elif depth > DEPTH:
            yield opening.reject(file, _DEEP)
        else:
            for member in archives.members(file, kind, self._folder, self._budget):
                if isinstance(member, Reject):
                    yield member
                else:
                    yield from self._opened(member, depth + 1)
        if kind:
            self.done(file)


@contextmanager
def unpacked(path: Path, gauge: Gauge) -> Iterator[Files]:
    """The files of `path`, hidden ones left out: of a file, a folder, a pattern (`exports/*.json`) or `-`.

    Archives are opened, up to three inside each other, into a folder that is deleted at the end. What cannot be
    unpacked comes as a Reject. `gauge` counts packed bytes. SenderError at once where `path` is missing.
    """
    if not exists(path):
        raise SenderError(f"There is no file or folder {path}. Check the path.")
    folder = Path(tempfile.mkdtemp(prefix="kizuna-"))
    files = Files(path, gauge, folder)
    try:
        yield files
    finally:
        files.close()
        shutil.rmtree(folder, ignore_errors=True)


def exists(path: Path) -> bool:
    """Whether there is anything to read: a file or folder, a pattern that fits some, or standard input (`-`)."""
    return path == _STDIN or path.exists() or bool(_matching(path))


def packed(path: Path) -> bool:
    """Whether `path` is an archive or compressed, so that it may hold files of several kinds."""
    return path.is_file() and bool(archives.kind(File.of(path)))


def size(path: Path) -> int:
    """Bytes that a gauge will count for `path`, about: as they lie on the disk, archives packed."""
    return sum(file.size for file in _files(path, Gauge()) if file.path.is_file())


def _files(path: Path, gauge: Gauge) -> Iterator[File]:
    if path == _STDIN:
        yield File(_spooled(), "standard input", gauge)
    elif path.is_dir():
        yield from _walked(path, path, gauge)
    elif path.exists():
        yield File(path, path.name, gauge)
    else:
        base = _base(path)
        for found in _matching(path):
            yield from _walked(found, base, gauge) if found.is_dir() else [_named(found, base, gauge)]


def _walked(top: Path, base: Path, gauge: Gauge) -> Iterator[File]:
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if not archives.litter(name))
        for name in sorted(files):
            if not archives.litter(name):
                yield _named(Path(folder, name), base, gauge)


def _named(path: Path, base: Path, gauge: Gauge) -> File:
    return File(path, path.relative_to(base).as_posix(), gauge)


def _base(pattern: Path) -> Path:
    """The folder above the first part of a pattern that has a wildcard."""
    return next(parent for parent in pattern.parents if not glob.has_magic(str(parent)))


def _matching(path: Path) -> list[Path]:
    """What a pattern fits, sorted, hidden ones left out; `**` goes into folders by itself, so only its files count."""
    if not glob.has_magic(str(path)):
        return []
    deep = "**" in path.parts
    found = sorted(map(Path, set(glob.glob(str(path), recursive=True))))
    return [one for one in found if not archives.litter(one.name) and not (deep and one.is_dir())]


@cache
def _spooled() -> Path:
    """Standard input in a file that lasts as long as the process: it comes once and is read several times."""
    with tempfile.NamedTemporaryFile(prefix="kizuna-", delete=False) as kept:
        path = Path(kept.name)
        atexit.register(path.unlink, missing_ok=True)
        left = archives.BYTES
        while chunk := sys.stdin.buffer.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise SenderError("Standard input is longer than 4 GB. Save it as files and import those.")
            kept.write(chunk)
    return path
