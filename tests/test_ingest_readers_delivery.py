"""Files come out of folders, patterns, standard input and archives; no archive can fill the disk or lead outside."""

import bz2
import gzip
import io
import lzma
import random
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import SenderError
from ingest.readers import archives, delivery
from ingest.readers.opening import File, Gauge, binary
from ingest.records import Reject

FILES = {"tickets.json": b'[{"id": 1}]', "faq/返品.md": "# 返品\n\n30日以内".encode()}
LITTER = {
    "__MACOSX/._tickets.json": b"x",
    ".DS_Store": b"x",
    "faq/Thumbs.db": b"x",
    ".git/config": b"x",
    "desktop.ini": b"x",
}


def names(path: Path) -> list[str]:
    with delivery.unpacked(path, Gauge()) as files:
        return [one.place if isinstance(one, Reject) else one.name for one in files]


def contents(path: Path) -> dict[str, bytes]:
    with delivery.unpacked(path, Gauge()) as files:
        return {one.name: one.path.read_bytes() for one in files if isinstance(one, File)}


def rejects(path: Path) -> dict[str, str]:
    with delivery.unpacked(path, Gauge()) as files:
        return {one.place: one.reason for one in files if isinstance(one, Reject)}


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return held.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w") -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=mode) as out:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return held.getvalue()


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


# Folders, patterns, standard input


def test_a_folder_in_order_without_what_file_managers_leave(tmp_path: Path) -> None:
    for name, data in (FILES | LITTER).items():
        put(tmp_path / "export" / name, data)
    assert names(tmp_path / "export") == ["tickets.json", "faq/返品.md"]
    assert delivery.size(tmp_path / "export") == sum(map(len, FILES.values()))


def test_patterns_find_files_and_folders(tmp_path: Path) -> None:
    for name in ("a.json", "b.json", "c.csv", "sub/d.json", "sub/deep/e.json", ".hidden.json"):
        put(tmp_path / "exports" / name, b"{}")
    assert names(tmp_path / "exports" / "*.json") == ["a.json", "b.json"]
    assert names(tmp_path / "exports" / "**" / "*.json") == ["a.json", "b.json", "sub/d.json", "sub/deep/e.json"]
    assert names(tmp_path / "exports" / "s*") == ["sub/d.json", "sub/deep/e.json"]
    assert names(tmp_path / "exports" / "**") == ["a.json", "b.json", "c.csv", "sub/d.json", "sub/deep/e.json"]
    assert names(tmp_path / "ex*" / "[bc].*") == ["exports/b.json", "exports/c.csv"]
    assert delivery.size(tmp_path / "exports" / "*.json") == 4


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    assert names(put(tmp_path / "tickets [1].json", b"{}")) == ["tickets [1].json"]


def test_what_is_missing_is_an_error_at_once(tmp_path: Path) -> None:
    for missing in (tmp_path / "none.json", tmp_path / "*.json"):
        assert not delivery.exists(missing)
        with pytest.raises(SenderError, match="Check the path"), delivery.unpacked(missing, Gauge()):
            pass
    assert delivery.exists(put(tmp_path / "a.json", b"{}"))
    assert delivery.exists(tmp_path / "*.json")
    assert delivery.exists(Path("-"))


def test_standard_input_can_be_read_again_and_may_be_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(b"id,text\n1,Hello"))))
    delivery._spooled.cache_clear()
    try:
        for _ in range(2):
            assert list(contents(Path("-")).values()) == [b"id,text\n1,Hello"]
        assert names(Path("-")) == ["standard input"]
        assert delivery.size(Path("-")) == len(gzip.compress(b"id,text\n1,Hello"))
    finally:
        delivery._spooled().unlink()
        delivery._spooled.cache_clear()


# Archives


@pytest.mark.parametrize(
    "name", ["export.zip", "export.tar", "export.tar.gz", "export.tgz", "export.tar.bz2", "export.tar.xz"]
)
def test_archives_are_opened_by_their_content(tmp_path: Path, name: str) -> None:
    mode = {"tar": "w", "gz": "w:gz", "tgz": "w:gz", "bz2": "w:bz2", "xz": "w:xz"}.get(name.rsplit(".", 1)[1])
    data = tarred(FILES | LITTER, mode) if mode else zipped(FILES | LITTER)
    found = {f"{name}/{inner}": data for inner, data in FILES.items()}
    path = put(tmp_path / name, data)
    assert contents(path) == found
    assert delivery.packed(path)
    unnamed = put(tmp_path / "unnamed", data)
    assert list(contents(unnamed).values()) == list(contents(path).values())


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_compressed_files_keep_their_own_name(tmp_path: Path, suffix: str, pack: object) -> None:
    assert callable(pack)
    path = put(tmp_path / f"tickets.csv.{suffix}", pack(b"id,text\n1,Hello"))
    assert contents(path) == {"tickets.csv": b"id,text\n1,Hello"}
    with delivery.unpacked(path, Gauge()) as files:
        (file,) = files
        assert isinstance(file, File)
        assert (file.suffix, file.stem) == (".csv", "tickets")


def test_office_documents_and_plain_files_are_no_archives(tmp_path: Path) -> None:
    book = put(tmp_path / "book.xlsx", zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}))
    unnamed = put(tmp_path / "upload", book.read_bytes())
    cut = put(tmp_path / "cut.docx", book.read_bytes()[:40])
    for path in (book, unnamed, cut, put(tmp_path / "a.json", b"{}")):
        assert not delivery.packed(path)
        assert names(path) == [path.name]


def test_archives_inside_archives_up_to_three_deep(tmp_path: Path) -> None:
    data = zipped({"a.json": b"{}"})
    for depth in range(1, 5):
        data = zipped({f"{depth}.zip": data, f"{depth}.json": b"{}"})
    path = put(tmp_path / "x.zip", data)
    assert sorted(contents(path)) == [
        "x.zip/4.json", "x.zip/4.zip/3.json", "x.zip/4.zip/3.zip/2.json", "x.zip/4.zip/3.zip/2.zip/1.json"
    ]  # fmt: skip
    (reason,) = rejects(path).values()
    assert "inside three others" in reason


def test_members_never_lead_outside_and_links_are_passed_over(tmp_path: Path) -> None:
    evil = {"../../etc/a.json": b"1", "/abs/b.json": b"2", "C:\\temp\\..\\c.json": b"3", "d\x07.json": b"4"}
    path = put(tmp_path / "in" / "evil.zip", zipped(evil))
    with delivery.unpacked(path, Gauge()) as files:
        found = [file for file in files if isinstance(file, File)]
        folders = {file.path.resolve().parent for file in found}
        assert len(folders) == 1
        assert all(file.path.is_file() for file in found)
    assert [file.name for file in found] == [
        f"evil.zip/{name}" for name in ("abs/b.json", "d.json", "etc/a.json", "temp/c.json")
    ]
    assert not next(iter(folders)).exists()
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as out:
        for name, kind in (("link.json", tarfile.SYMTYPE), ("hard.json", tarfile.LNKTYPE), ("null", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            out.addfile(info)
        out.addfile(tarfile.TarInfo("../real.json"))
    assert names(put(tmp_path / "links.tar", held.getvalue())) == ["links.tar/real.json"]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as zipping:
        link = zipfile.ZipInfo("link.json")
        link.external_attr = 0o120777 << 16
        zipping.writestr(link, "/etc/passwd")
    assert names(put(tmp_path / "links.zip", held.getvalue())) == []


def test_japanese_names_of_windows(tmp_path: Path) -> None:
    for encoding in ("cp932", "utf-8"):
        raw = "問い合わせ/表.csv".encode(encoding)
        data = zipped({"x" * len(raw): b"id"}).replace(b"x" * len(raw), raw)
        assert names(put(tmp_path / "w.zip", data)) == ["w.zip/問い合わせ/表.csv"]


def test_members_with_a_password_are_rejected_one_by_one(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.json": b"{}", "b.json": b"{}"}))
    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    path = put(tmp_path / "x.zip", bytes(data))
    assert list(contents(path)) == ["x.zip/b.json"]
    assert list(rejects(path)) == ["x.zip/a.json"]
    assert "password" in rejects(path)["x.zip/a.json"]


def test_damaged_archives_give_what_is_whole_and_a_reason(tmp_path: Path) -> None:
    noise = {f"{n}.json": random.Random(n).randbytes(30_000) for n in range(5)}
    zip_file, tar_file = zipped(noise), tarred(noise, "w:gz")
    flipped = bytearray(zip_file)
    flipped[200] ^= 0xFF
    cases = {
        "cut.zip": (zip_file[: len(zip_file) // 2], 0),
        "flipped.zip": (bytes(flipped), 4),
        "cut.tar.gz": (tar_file[: len(tar_file) * 3 // 4], 1),
        "cut.json.gz": (gzip.compress(noise["1.json"])[:-40], 0),
        "cut.bz2": (bz2.compress(noise["1.json"])[:-40], 0),
        "cut.xz": (lzma.compress(noise["1.json"])[:-40], 0),
        "noise.gz": (b"\x1f\x8b" + noise["1.json"], 0),
        "other.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(50), 0),
        "other.rar": (b"Rar!\x1a\x07\x00" + bytes(50), 0),
    }
    for name, (data, least) in cases.items():
        path = put(tmp_path / name, data)
        assert len(contents(path)) >= least, name
        assert [reason[-1] for reason in rejects(path).values()] == ["."], name


# Bounds


ZEROS = bytes(30_000_000)
BOMBS: dict[str, Callable[[], bytes]] = {
    "bomb.zip": lambda: zipped({"a.json": ZEROS}),
    "bomb.json.gz": lambda: gzip.compress(ZEROS),
    "bomb.json.bz2": lambda: bz2.compress(ZEROS),
    "bomb.json.xz": lambda: lzma.compress(ZEROS),
    "bomb.tar.gz": lambda: gzip.compress(tarred({"a.json": ZEROS})),
    "nested.zip": lambda: zipped({"inner.zip": zipped({"a.json": ZEROS})}),
    "header.tar.gz": lambda: gzip.compress(long_header(25_000_000)),
}


def long_header(size: int) -> bytes:
    """A tar file whose attributes alone are `size` bytes long."""
    info = tarfile.TarInfo("attributes")
    info.type, info.size = tarfile.XHDTYPE, size
    return info.tobuf(tarfile.USTAR_FORMAT) + b"9" * size


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_before_they_fill_the_disk(tmp_path: Path, name: str) -> None:
    path = put(tmp_path / name, BOMBS[name]())
    written = 0
    with delivery.unpacked(path, Gauge()) as files:
        for one in files:
            assert isinstance(one, Reject)
            assert one.reason.endswith(".")
            folder = files._folder
            written = max([written, *(member.stat().st_size for member in folder.iterdir())])
    assert written <= archives.FREE + 1_000_000


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.json": bytes(1_000_000)}))
    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    struct.pack_into("<I", data, local + 22, 10)
    struct.pack_into("<I", data, central + 24, 10)
    path = put(tmp_path / "liar.zip", bytes(data))
    assert contents(path) == {}
    assert list(rejects(path)) == ["liar.zip/a.json"]


def test_a_delivery_may_unpack_only_so_much_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        put(tmp_path / "in" / f"{number}.json.gz", gzip.compress(zlib.compress(bytes(1000)) * 100))
    size = len(zlib.compress(bytes(1000)) * 100)
    monkeypatch.setattr(delivery, "Budget", lambda: archives.Budget(bytes=size * 2 + 5))
    assert list(contents(tmp_path / "in")) == ["0.json", "1.json"]
    assert list(rejects(tmp_path / "in")) == ["2.json.gz", "3.json.gz"]
    monkeypatch.setattr(delivery, "Budget", lambda: archives.Budget(members=3))
    many = put(tmp_path / "many.tar", tarred({f"{n}.json": b"{}" for n in range(5)}))
    assert (len(contents(many)), len(rejects(many))) == (3, 1)
    assert len(rejects(put(tmp_path / "many.zip", zipped({f"{n}.json": b"{}" for n in range(5)})))) == 1


def test_unpacked_files_stay_until_they_are_done_and_go_at_the_end(tmp_path: Path) -> None:
    path = put(tmp_path / "export.zip", zipped({"a.json": b"1", "b.json": b"2", "c.json": b"3"}))
    kept: list[Path] = []
    with delivery.unpacked(path, Gauge()) as files:
        for number, file in enumerate(files):
            assert isinstance(file, File)
            kept.append(file.path)
            if number == 1:
                files.done(file)
        assert [one.exists() for one in kept] == [True, False, True]
        files.done(File.of(path))
    assert [one.exists() for one in kept] == [False] * 3
    assert path.exists()


@pytest.mark.parametrize("name", ["export.zip", "export.json.gz", "export.tar.gz", "plain.json"])
def test_the_gauge_ends_where_size_said(tmp_path: Path, name: str) -> None:
    data = random.Random(3).randbytes(50_000)
    packed = {
        "export.zip": lambda: zipped({"a.json": data, "b.json": data}), "export.json.gz": lambda: gzip.compress(data),
        "export.tar.gz": lambda: tarred({"a.json": data, "b.json": data}, "w:gz"), "plain.json": lambda: data,
    }  # fmt: skip
    path = put(tmp_path / name, packed[name]())
    gauge = Gauge()
    with delivery.unpacked(path, gauge) as files:
        for file in files:
            assert isinstance(file, File)
            with binary(file) as opened:
                while opened.read(1000):
                    pass
    assert gauge.read == pytest.approx(delivery.size(path), rel=0.05)
