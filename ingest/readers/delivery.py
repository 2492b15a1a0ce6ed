"""What was handed in, as files to be read: one file, or all of a folder in sorted order."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import SenderError
from ingest.readers.opening import File, Gauge
from ingest.records import Reject


@contextmanager
def unpacked(path: Path, gauge: Gauge) -> Iterator[Iterator[File | Reject]]:
    """The files of `path`, hidden ones left out. What is unpacked on the way is thrown away at the end.

    SenderError at once where `path` is missing; what cannot be unpacked comes as a Reject.
    """
    if not path.exists():
        raise SenderError(f"There is no file or folder {path}. Check the path.")
    yield _files(path, gauge)


def _files(path: Path, gauge: Gauge) -> Iterator[File | Reject]:
    if not path.is_dir():
        yield File(path, path.name, gauge)
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                inside = Path(folder, name)
                yield File(inside, inside.relative_to(path).as_posix(), gauge)


def size(path: Path) -> int:
    """Bytes that reading `path` will take at least, for a progress bar."""
    return sum(file.size if file.path.is_file() else 0 for file in _files(path, Gauge()) if isinstance(file, File))
