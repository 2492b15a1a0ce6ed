"""The data folder of one desk, and the rule that one process owns it at a time.

Embedded Chroma does not see what another process adds, so a second owner would miss answers silently.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import OperatorError


@dataclass(frozen=True)
class Home:
    """An owned data folder; `close()` gives it up, and so does the end of the process."""

    path: Path
    lock: FileLock

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / "kizuna.db"

    @property
    def vectors(self) -> Path:
        """Chroma's folder."""
        return self.path / "chroma"

    @property
    def vault_key(self) -> Path:
        """The key of the vault, where the settings name no other place."""
        return self.path / "vault.key"

    def close(self) -> None:
        """Let another process own the folder."""
        self.lock.release()


def open(path: Path, doing: str) -> Home:
    """Own the folder at `path`, making it if need be. `doing` is told to whoever comes second.

    Raises OperatorError when another process owns it or when it cannot be written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path / "owner.lock", timeout=0)
        lock.acquire()
        (path / "owner.json").write_text(json.dumps({"pid": os.getpid(), "doing": doing}))
    except Timeout:
        raise OperatorError(_taken(path)) from None
    except OSError as error:
        raise OperatorError(
            f"The data folder {path} cannot be used: {error.strerror}. Choose another with --home."
        ) from None
    return Home(path, lock)


def _taken(path: Path) -> str:
    try:
        owner = json.loads((path / "owner.json").read_text())
        who = f"process {owner['pid']} ({owner['doing']})"
    except (OSError, ValueError, KeyError):
        who = "another process"
    return (
        f"The data folder {path} is in use by {who}. Stop that process first, use its Intake page to bring files in, "
        "or choose another folder with --home."
    )
