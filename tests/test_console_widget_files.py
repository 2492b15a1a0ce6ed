"""What a visitor's file really is: its content decides, pictures are drawn anew, and everything else is refused."""

import random
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from console.widget import files
from console.widget.files import FileError

SCRIPT = b"<html><script>alert(1)</script></html>"


def _picture(kind: str, size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    told = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(told, kind, **more)
    return told.getvalue()


def _pdf(pages: int = 1, extra: bytes = b"") -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(200, 200)
    told = BytesIO()
    document.save(told)
    return told.getvalue().replace(b"/Type/Catalog", b"/Type/Catalog " + extra)


def _zip() -> bytes:
    told = BytesIO()
    with zipfile.ZipFile(told, "w") as archive:
        archive.writestr("a.txt", "hello")
    return told.getvalue()


def _checked(folder: Path, content: bytes) -> files.Checked:
    path = folder / "part"
    path.write_bytes(content)
    return files.checked(path)


@pytest.mark.parametrize(("kind", "format"), [("png", "PNG"), ("jpg", "JPEG"), ("webp", "WEBP")])
def test_a_picture_is_drawn_anew_without_what_else_it_held(tmp_path: Path, kind: str, format: str) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret place"  # turned by a quarter, and a description
    exif.get_ifd(0x8825)[2] = (35.0, 41.0, 22.0)  # a latitude
    found = _checked(tmp_path, _picture(format, exif=exif) + SCRIPT)
    assert found.kind == kind
    assert b"secret" not in found.content
    assert b"script" not in found.content
    with Image.open(BytesIO(found.content)) as drawn:
        assert drawn.format == format
        assert drawn.size == (30, 40)  # upright
        assert not drawn.getexif()


def test_a_large_picture_is_made_smaller_and_a_bomb_refused(tmp_path: Path) -> None:
    found = _checked(tmp_path, _picture("PNG", (6_000, 500)))
    with Image.open(BytesIO(found.content)) as drawn:
        assert drawn.size == (4_096, 341)
    bomb = _picture("PNG", (20_000, 20_000))
    assert len(bomb) < files.MOST
    with pytest.raises(FileError, match="too many pixels"):
        _checked(tmp_path, bomb)


def test_text_is_kept_as_utf_8_and_a_pdf_as_it_is(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-8-sig", "cp932"):
        found = _checked(tmp_path, "注文が届きません。3 < 4\r\n".encode(encoding))
        assert (found.kind, found.content.decode()) == ("txt", "注文が届きません。3 < 4\r\n")
    pdf = _pdf()
    assert _checked(tmp_path, pdf) == files.Checked("pdf", pdf)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"), (b"a" * (files.MOST + 1), "large"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "kind"),
        (b"<?xml version='1.0'?>\n<!-- x --><svg/>", "kind"), (b"\xef\xbb\xbf \n<!DOCTYPE html><p>x", "kind"),
        (b"hello <ScRiPt>alert(1)</script>", "kind"), (b"#!/bin/sh\nrm -rf /", "kind"), (b"MZ\x90\x00\x03\x00", "kind"),
        (b"\x7fELF\x02\x01\x01\x00", "kind"), (_zip(), "kind"), (b"\x1f\x8b\x08\x00abc", "kind"),
        (b"GIF89a\x01\x00\x01\x00", "kind"), (b"text\x00more", "kind"), ("hello".encode("utf-16"), "kind"),
        (random.Random(7).randbytes(4_000), "kind"), (b"\x89PNG\r\n\x1a\n" + SCRIPT, "picture"),
        (b"\xff\xd8\xff\xe0" + SCRIPT, "picture"), (b"RIFF\x00\x00\x00\x00WEBP" + SCRIPT, "picture"),
        (_picture("PNG", (400, 400))[:300], "picture"), (b"%PDF-1.7\n" + SCRIPT, "pdf"),
        (b"%PDF-1.7\n" + SCRIPT + b"%%EOF", "pdf"), (_pdf() + _zip() + b"%%EOF", "pdf"), (_pdf(0), "pdf"),
        (_pdf(1, b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(app.alert(1))>>]>>>>"), "active"),
    ],
)  # fmt: skip
def test_what_is_something_else_is_refused_with_its_reason(tmp_path: Path, content: bytes, code: str) -> None:
    with pytest.raises(FileError) as told:
        _checked(tmp_path, content)
    assert told.value.code == code
    assert str(told.value).endswith(".")


@pytest.mark.parametrize(
    ("told", "kind", "name"),
    [
        ("領収書.PNG", "png", "領収書.png"), ("photo.jpeg", "jpg", "photo.jpg"),
        ("../../etc/passwd", "txt", "passwd.txt"), ("..\\..\\evil.html", "txt", "evil.html.txt"),
        ("a\u202egnp.exe", "png", "agnp.exe.png"), ("", "pdf", "file.pdf"), ("...", "pdf", "file.pdf"),
        ("a\r\nX-Evil: 1", "txt", "a X-Evil_ 1.txt"), ('"><script>.png', "png", "___script_.png"),
        ("x" * 500, "webp", "x" * 75 + ".webp"), ("\x00a\x1b.txt", "txt", "a.txt"),
    ],
)  # fmt: skip
def test_a_name_is_only_a_name(told: str, kind: str, name: str) -> None:
    assert files.named(told, kind) == name
    assert len(name) <= files.NAME


def test_a_hostile_file_costs_only_its_own_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_BOUNDS", files._BOUNDS | {"memory": 1_000_000})  # too little to draw anything
    with pytest.raises(FileError) as told:
        _checked(tmp_path, _picture("PNG", (3_000, 3_000)))
    assert told.value.code == "picture"
    monkeypatch.setattr(files, "_SECONDS", 0.01)
    with pytest.raises(FileError):
        _checked(tmp_path, _pdf())
