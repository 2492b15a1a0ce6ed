"""Archives and compressed files, unpacked one member at a time within bounds that no bomb can break."""

import bz2
import errno
import gzip
import io
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, Literal, Self, cast

from ingest.readers import opening
from ingest.readers.opening import File, Gauge
from ingest.records import Reject

Kind = Literal["zip", "tar", "gz", "bz2", "xz", "other", ""]

BYTES = 4_000_000_000  # unpacked, of one delivery
MEMBERS = 100_000
RATIO = 200  # unpacked bytes for a packed one
FREE = 20_000_000  # bytes that may be unpacked whatever the ratio: a short file of empty rows packs very well
_CHUNK = 1 << 20
_HEADER = 1_000_000  # bytes of a long name or of attributes in a tar file
_MAGIC: dict[bytes, Kind] = {
    b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"\x1f\x8b": "gz", b"BZh": "bz2", b"\xfd7zXZ\0": "xz",
    b"7z\xbc\xaf\x27\x1c": "other", b"Rar!\x1a\x07": "other", b"\x28\xb5\x2f\xfd": "other",
}  # fmt: skip
_DOCUMENTS = {
    ".docx", ".docm", ".dotx", ".xlsx", ".xlsm", ".xltx", ".xlsb", ".pptx", ".odt", ".ods", ".odp", ".epub",
}  # fmt: skip
_TAR_HEADERS = (
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK
)  # fmt: skip
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error, EOFError, ValueError, KeyError,
    NotImplementedError,
)  # fmt: skip
_DAMAGED = "This archive is damaged or was cut off. Download or export it again."
_SECRET = "It is protected by a password. Unpack it on your computer and import the files."
_NO_ROOM = "There is no room on the disk to unpack this archive. Make room and import it again."
_UNKNOWN = "This kind of archive cannot be opened. Unpack it, and import the files or pack them as ZIP."
_METHOD = "It was packed in a way that cannot be opened. Unpack it on your computer and import the files."
_BOMB = (
    "Unpacked, this archive would be far larger than an export can be, so it was not unpacked. Unpack it on your"
    " computer and import the files that you need."
)


class _TooMuch(Exception):
    """A bound was reached."""


@dataclass
class Budget:
    """What one delivery may still unpack, with all archives inside archives."""

    bytes: int = BYTES
    members: int = MEMBERS
    made: int = field(default=0)

    def target(self, folder: Path) -> Path:
        """A fresh place in `folder`; the names of members never reach the disk."""
        self.made += 1
        return folder / str(self.made)

    def spend(self, count: int) -> None:
        """Take `count` bytes. _TooMuch where they are no longer there."""
        self.bytes -= count
        if self.bytes < 0:
            raise _TooMuch

    def meet(self) -> None:
        """Count one member. _TooMuch after the last that is allowed."""
        self.members -= 1
        if self.members < 0:
            raise _TooMuch


class Share(Gauge):
    """A member's gauge: what is read of it counts in the whole's packed bytes."""

    def __init__(self, whole: Gauge, scale: float) -> None:
        self._whole, self._scale, self._read = whole, scale, 0

    @property
    def read(self) -> int:
        """Bytes of the member that were read."""
        return self._read

    @read.setter
    def read(self, count: int) -> None:
        self._whole.read += round(count * self._scale) - round(self._read * self._scale)
        self._read = count


def kind(file: File) -> Kind:
    """How `file` is packed, by its content; '' where it is none, office documents among them."""
    with file.path.open("rb") as opened:
        start = opened.read(512)
    found: Kind = next((packed for magic, packed in _MAGIC.items() if start.startswith(magic)), "")
    if found == "zip":
        return "" if file.suffix in _DOCUMENTS or _is_document(file.path) else "zip"
    return found or ("tar" if _is_tar(start) else "")


def _is_document(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as opened:
            return not {"[Content_Types].xml", "mimetype"}.isdisjoint(opened.NameToInfo)
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False


def _is_tar(start: bytes) -> bool:
    return start[257:262] == b"ustar"


def members(file: File, packed: Kind, folder: Path, budget: Budget) -> Iterator[File | Reject]:
    """The files in an archive, each unpacked into `folder` when its turn comes; a Reject for what cannot be.

    Links, devices, folders and what file managers leave behind are passed over.
    """
    try:
        if packed == "other":
            yield opening.reject(file, _UNKNOWN)
        elif packed == "zip":
            yield from _zip(file, folder, budget)
        else:
            yield from _stream(file, packed, folder, budget)
    except _TooMuch:
        yield opening.reject(file, _BOMB)
    except _BROKEN:
        yield opening.reject(file, _DAMAGED)
    except OSError as error:
        room = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # damaged data raise this error as well
        yield opening.reject(file, _NO_ROOM if room else _DAMAGED)


def litter(name: str) -> bool:
    """Whether a path is what file managers leave behind, or hidden."""
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith(".") and part not in {".", ".."} for part in parts)
    return hidden or "__MACOSX" in parts or PurePosixPath(name).name.casefold() in {"thumbs.db", "desktop.ini"}


def _zip(file: File, folder: Path, budget: Budget) -> Iterator[File | Reject]:
    with zipfile.ZipFile(file.path) as opened:
        infos = opened.infolist()
        total = sum(info.file_size for info in infos)
        if len(infos) > budget.members or total > min(budget.bytes, max(FREE, file.size * RATIO)):
            raise _TooMuch
        for name, info in sorted(((_zip_name(info), info) for info in infos), key=lambda pair: pair[0]):
            budget.meet()
            if not info.is_dir() and not stat.S_ISLNK(info.external_attr >> 16) and not litter(name):
                yield _zip_member(file, opened, name, info, budget.target(folder), budget)


def _zip_member(
    file: File, opened: zipfile.ZipFile, name: str, info: zipfile.ZipInfo, target: Path, budget: Budget
) -> File | Reject:
    share = Share(file.gauge, info.compress_size / max(1, info.file_size))
    member = File(target, f"{file.name}/{name}", share)
    if info.flag_bits & 1:
        return opening.reject(member, _SECRET)
    try:
        with opened.open(info) as source:
            _copy(source, target, budget, info.file_size)
    except (NotImplementedError, RuntimeError):
        return opening.reject(member, _METHOD)
    except _BROKEN:
        return opening.reject(member, _DAMAGED)
    return member


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The member's name as it was meant: ZIP files of Japanese Windows hold cp932 and do not say so."""
    if info.flag_bits & 0x800:
        return _tame(info.filename)
    return _tame(_decoded(info.filename.encode("cp437", "replace")))


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _tame(name: str) -> str:
    """A member's name for people to read: relative, without `..`, drive letters and control characters."""
    clean = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "", re.sub(r"^[A-Za-z]:", "", name)).replace("\\", "/")
    return "/".join(part for part in clean.split("/") if part not in {"", ".", ".."})[:500] or "file"


def _copy(source: IO[bytes], target: Path, budget: Budget, most: int) -> int:
    """Write what `source` holds to `target`, `most` bytes at most."""
    written = 0
    with target.open("wb") as out:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > most:
                raise _TooMuch
            budget.spend(len(chunk))
            out.write(chunk)
    return written


class _Bounded(io.RawIOBase):
    """The unpacked bytes of a stream, up to a bound."""

    def __init__(self, source: IO[bytes], most: int) -> None:
        self._source, self._left = source, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._source.read(len(buffer))
        self._left -= len(chunk)
        if self._left < 0:
            raise _TooMuch
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _stream(file: File, packed: Kind, folder: Path, budget: Budget) -> Iterator[File | Reject]:
    """A tar file, compressed or not, or one compressed file."""
    most = max(FREE, file.size * RATIO)
    with file.path.open("rb") as raw, _plain(raw, packed) as source:
        packs_tar = _is_tar(source.read(512))
    if packs_tar:
        with opening.binary(file) as counted, _plain(counted, packed) as source:
            yield from _tar(file, io.BufferedReader(_Bounded(source, most)), folder, budget)
        return
    budget.meet()
    target = budget.target(folder)
    with file.path.open("rb") as raw, _plain(raw, packed) as source:
        written = _copy(source, target, budget, most)
    name = re.sub(rf"\.{packed}$", "", file.name, flags=re.I)
    yield File(target, name, Share(file.gauge, file.size / max(1, written)))


def _plain(raw: BinaryIO, packed: Kind) -> IO[bytes]:
    if packed == "gz":
        return cast(IO[bytes], gzip.open(raw))
    if packed == "bz2":
        return bz2.open(raw)
    return lzma.open(raw) if packed == "xz" else raw


class _TarInfo(tarfile.TarInfo):
    """A header whose name and attributes are not read into memory where they are absurdly long."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str | None, errors: str) -> Self:
        info = super().frombuf(buf, encoding or "utf-8", errors)
        if info.type in _TAR_HEADERS and info.size > _HEADER:
            raise tarfile.ReadError("header too long")
        return info


def _tar(file: File, source: BinaryIO, folder: Path, budget: Budget) -> Iterator[File | Reject]:
    """Members in the order in which they lie there, as a tar file is read once from front to back."""
    with tarfile.open(fileobj=source, mode="r|", tarinfo=_TarInfo) as opened:
        while info := opened.next():
            opened.members = []  # type: ignore[attr-defined]  # 100,000 headers would stay in memory
            budget.meet()
            name = _tame(_decoded(info.name.encode("utf-8", "surrogateescape")))
            if not info.isreg() or info.issparse() or litter(name):
                continue
            data, target = opened.extractfile(info), budget.target(folder)
            if data is not None:
                _copy(data, target, budget, info.size)
                yield File(target, f"{file.name}/{name}")
