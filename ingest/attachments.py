"""What customers attached, as files in the home that only its owner may read, each named by the hash of its content."""

import hashlib
import os
import secrets
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.store import Database, leads, uploads

WAITS = timedelta(hours=1)  # how long a file waits for its message
TOLD = timedelta(days=1)  # how long a form before a chat waits for its first message
_PART = "part-"


def folder(home: Path) -> Path:
    """Where they lie; made where it is missing."""
    place = home / "uploads"
    place.mkdir(mode=0o700, exist_ok=True)
    return place


def part(home: Path) -> Path:
    """A new empty file, for what is coming in."""
    path = folder(home) / f"{_PART}{secrets.token_hex(12)}"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def keep(home: Path, content: bytes) -> str:
    """Keep this, once however often it comes; returns its digest. To be called in the transaction that notes it."""
    digest = hashlib.sha256(content).hexdigest()
    place = folder(home) / digest
    if not place.exists():
        fresh = part(home)
        fresh.write_bytes(content)
        fresh.replace(place)
    return digest


def read(home: Path, digest: str) -> bytes | None:
    """What is kept under a digest; None where it is gone."""
    try:
        return (home / "uploads" / digest).read_bytes()
    except FileNotFoundError:
        return None


def sweep(db: Database, home: Path) -> int:
    """Remove what belongs to nothing any more; returns how many files. What was never sent goes after `WAITS`.

    It writes, so that no file comes in between the look and the removal.
    """
    now, removed = datetime.now(UTC), 0
    with db.write() as connection:
        uploads.stale(connection, now - WAITS)
        leads.stale(connection, now - TOLD)
        wanted = uploads.digests(connection)
        place = home / "uploads"
        for path in place.iterdir() if place.is_dir() else ():
            coming = path.name.startswith(_PART) and time.time() - path.stat().st_mtime < WAITS.total_seconds()
            if path.name not in wanted and not coming:
                path.unlink(missing_ok=True)
                removed += 1
    return removed
