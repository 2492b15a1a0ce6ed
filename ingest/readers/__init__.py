"""The goods entrance: files of other systems in, records out. The content picks the reader, not only the suffix."""

import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from ingest.errors import SenderError
from ingest.readers import html, jsonl, markdown, opening, table, transcript, webvtt, zendesk
from ingest.readers.columns import Mapping
from ingest.records import Record, Reject

__all__ = ["Mapping", "detect", "guess", "read"]

# The first that claims a file reads it: the strictest come first, `markdown` takes whatever text is left.
_READERS: dict[str, ModuleType] = {
    "webvtt": webvtt,
    "zendesk": zendesk,
    "jsonl": jsonl,
    "transcript": transcript,
    "html": html,
    "table": table,
    "markdown": markdown,
}


def detect(path: Path) -> str:
    """The name of the reader that claims `path`. SenderError where it is missing, empty or not text."""
    if not path.exists():
        raise SenderError(f"There is no file or folder {path}. Check the path.")
    if not path.is_file():
        raise SenderError(f"{path.name} is not an ordinary file. Name a file, or a folder of files.")
    head, suffix = opening.head(path), path.suffix.lower()
    if not head.strip("\ufeff \t\r\n\0"):
        raise SenderError("The file is empty. Export it again.")
    if head.count("\0") * 50 > len(head) or head.startswith(("%PDF", "PK\x03\x04")):
        raise SenderError("This is not a text file. Export it as JSON, CSV, VTT, Markdown, HTML or plain text.")
    for name, reader in _READERS.items():
        if reader.claims(head, suffix):
            return name
    raise SenderError("No reader knows this kind of file. Export it as JSON lines, CSV, VTT, Markdown, HTML or text.")


def read(path: Path, *, mapping: dict[str, str] | None = None) -> Iterator[Record | Reject]:
    """The records of a file, or of a folder's files in sorted order; what cannot be read comes as a Reject.

    `mapping` names the columns of tables, {field: column}, over the guessed ones. SenderError at once where `path` is
    missing; a wrong `mapping` raises it at the first table.
    """
    if not path.exists():
        raise SenderError(f"There is no file or folder {path}. Check the path.")
    return _read(path, mapping)


def guess(path: Path) -> Mapping:
    """What a table's columns seem to mean, to be shown and overridden. SenderError where `path` is no table."""
    if detect(path) != "table":
        raise SenderError(f"{path.name} is not a table, so it has no columns to name.")
    return table.guess(path)


def _read(path: Path, mapping: dict[str, str] | None) -> Iterator[Record | Reject]:
    for file in _files(path):
        try:
            name = detect(file)
        except SenderError as error:
            yield opening.reject(file, str(error))
            continue
        except (OSError, UnicodeError) as error:
            yield opening.reject(file, _unreadable(error))
            continue
        if name == "table" and mapping:
            table.check(file, mapping)
        yield from _guarded(file, _READERS[name], mapping)


def _guarded(file: Path, reader: ModuleType, mapping: dict[str, str] | None) -> Iterator[Record | Reject]:
    try:
        yield from reader.read(file, mapping)
    except SenderError as error:
        yield opening.reject(file, str(error))
    except (OSError, UnicodeError) as error:
        yield opening.reject(file, _unreadable(error))
    except RecursionError:
        yield opening.reject(file, "The file is nested too deeply to be read. Export it again without nesting.")


def _unreadable(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "The letters of this file cannot be read. Save it as UTF-8 and import it again."
    return f"The file cannot be opened ({error.strerror or type(error).__name__}). Check that it may be read."


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(folder, name) for name in sorted(files) if not name.startswith("."))
