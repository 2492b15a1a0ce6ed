"""The goods entrance: files of other systems in, records out. The content picks the reader, not only the suffix."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType

from ingest.errors import SenderError
from ingest.readers import delivery, jsonl, opening
from ingest.readers.calls import captions, transcript
from ingest.readers.chats import chat_json, chat_text, slack
from ingest.readers.documents import html, markdown, pdf, word
from ingest.readers.helpdesks import freshdesk, intercom, warehouse, zendesk
from ingest.readers.mails import mail
from ingest.readers.mails.mail import Meant
from ingest.readers.opening import Columns, File, Gauge
from ingest.readers.tables import spreadsheet, table
from ingest.readers.tables.columns import Mapping
from ingest.records import Item, Reject

__all__ = ["TABLES", "Columns", "Gauge", "Mapping", "archive", "detect", "exists", "guess", "read", "size"]

# The first that claims a file reads it: the strictest come first, `markdown` takes whatever text is left.
# A reader has `claims(head)` and `read(file, named)`, or `gather(files, named)` where files belong together.
_READERS: dict[str, ModuleType] = {
    "pdf": pdf,
    "spreadsheet": spreadsheet,
    "word": word,
    "mail": mail,
    "captions": captions,
    "slack": slack,
    "intercom": intercom,
    "freshdesk": freshdesk,
    "chat_text": chat_text,
    "zendesk": zendesk,
    "chat_json": chat_json,
    "jsonl": jsonl,
    "transcript": transcript,
    "html": html,
    "warehouse": warehouse,
    "table": table,
    "markdown": markdown,
}
TABLES = frozenset({"table", "spreadsheet"})  # readers of files with columns
_BINARY = ("pdf", "spreadsheet", "word", "mail")  # readers that look at the bytes; the others see text only

_SOUNDS = {".wav", ".mp3", ".m4a", ".mp4", ".ogg", ".flac", ".aac", ".webm", ".mov"}
_RECORDING = "This is a recording. Have it transcribed, and import the transcript or captions."
_UNKNOWN = (
    "No reader knows this kind of file. Export it as JSON, CSV, Excel, captions, mail, Markdown, HTML, Word or PDF."
)


def detect(path: Path) -> str:
    """The name of the reader that claims the file. SenderError where it is missing, empty or of no known kind."""
    if not path.exists():
        raise SenderError(f"There is no file {path}. Check the path.")
    return _detect(File.of(path))


def _detect(file: File) -> str:
    if not file.path.is_file():
        raise SenderError(f"{file.name} is not an ordinary file. Name a file, or a folder of files.")
    head = opening.look(file)
    for name in _BINARY:
        if _READERS[name].claims(head):
            return name
    if not head.text.strip("\ufeff \t\r\n\0"):
        raise SenderError("The file is empty. Export it again.")
    if head.text.count("\0") * 50 > len(head.text) or head.data.startswith((b"%PDF", b"PK\x03\x04")):
        raise SenderError(_RECORDING if head.suffix in _SOUNDS else _UNKNOWN)
    for name, reader in _READERS.items():
        if reader.claims(head):
            return name
    raise SenderError(_RECORDING if head.suffix in _SOUNDS else _UNKNOWN)


def read(
    path: Path, *, named: Columns | None = None, gauge: Gauge | None = None, ours: Meant | None = None
) -> Iterator[Item]:
    """The records of a file, an archive or a folder's files in sorted order; what cannot be read comes as a Reject.

    `named` says for a table's header what a person called its columns, {field: column}, over the guessed ones.
    `gauge` counts the bytes read; `ours` knows the desk's own mails, so that what answers them comes as a Reply.
    SenderError at once where `path` is missing, and at a table whose `named` is wrong.
    """
    if not exists(path):
        raise SenderError(f"There is no file or folder {path}. Check the path.")
    return _read(path, named, gauge or Gauge(), ours)


def exists(path: Path) -> bool:
    """Whether there is anything to read: a file, a folder, what a pattern like `exports/*.json` finds, or `-`."""
    return delivery.exists(path)


def archive(path: Path) -> bool:
    """Whether `path` is packed, so that it may hold files of several kinds."""
    return delivery.packed(path)


def size(path: Path) -> int:
    """Bytes that reading `path` will take, about."""
    return delivery.size(path)


def guess(path: Path, named: Columns | None = None) -> Mapping:
    """What a table's columns seem to mean, to be shown and overridden. SenderError where `path` is no table."""
    if (reader := detect(path)) not in TABLES:
        raise SenderError(f"{path.name} is not a table, so it has no columns to name.")
    found: Mapping = _READERS[reader].guess(File.of(path), named)
    return found


def _read(path: Path, named: Columns | None, gauge: Gauge, ours: Meant | None) -> Iterator[Item]:
    together: dict[str, list[File]] = {}
    with delivery.unpacked(path, gauge) as files:
        for file in files:
            if isinstance(file, Reject):
                yield file
            elif isinstance(name := _known(file), Reject):
                yield name
            elif hasattr(_READERS[name], "gather"):
                together.setdefault(name, []).append(file)
            else:
                if name in TABLES and named:
                    _READERS[name].guess(file, named)
                yield from _guarded([file], _READERS[name].read, named)
                files.done(file)
        for name, those in together.items():
            gather = _READERS[name].gather
            yield from _guarded(those, partial(gather, ours=ours) if name == "mail" else gather, named)


def _known(file: File) -> str | Reject:
    """The reader's name, or why there is none."""
    try:
        return _detect(file)
    except SenderError as error:
        return opening.reject(file, str(error))
    except (OSError, UnicodeError) as error:
        return opening.reject(file, _unreadable(error))


def _guarded(files: list[File], reader: Callable[..., Iterable[Item]], named: Columns | None) -> Iterator[Item]:
    """What the reader yields; an error of the file ends it as a Reject."""
    subject = files[0] if getattr(reader, "__name__", "") == "read" else files
    try:
        yield from reader(subject, named)
    except SenderError as error:
        yield opening.reject(files[0], str(error))
    except (OSError, UnicodeError) as error:
        yield opening.reject(files[0], _unreadable(error))
    except RecursionError:
        yield opening.reject(files[0], "The file is nested too deeply to be read. Export it again without nesting.")


def _unreadable(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "The letters of this file cannot be read. Save it as UTF-8 and import it again."
    return f"The file cannot be opened ({error.strerror or type(error).__name__}). Check that it may be read."
