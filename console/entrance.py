"""`kizuna ingest` from a terminal: bring files in, look before, take back, with a bar that tells rate and time left."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from console import desk, intake
from console.intake import Report
from console.settings import Settings
from ingest import passages, preview, redact, vault, weights, withdrawal
from ingest.embedding import Embedding
from ingest.pipeline import Step
from ingest.store import Database, imports

told = intake.told


def look(settings: Settings, paths: Sequence[Path], pairs: Sequence[str], source: str) -> Report:
    """What would come in. The data folder may be in use: it is only read."""
    database = settings.home / "kizuna.db"
    db = Database.open(database) if database.is_file() else None
    splitter = passages.open(weights.locate("cl100k_base", settings.models))
    tools = preview.Tools(db, redact.open(), splitter, Embedding.open(settings.models, settings.embedding))
    named = intake.columns(db, intake.mapping(pairs))
    return intake.told_look(preview.look(paths, tools, source=source, named=named))


def bring(settings: Settings, out: Console, paths: Sequence[Path], pairs: Sequence[str], source: str) -> Report:
    """Bring the files in."""
    opened = desk.open(settings, "kizuna ingest")
    try:
        with _bar(out) as bar:
            task = bar.add_task("Reading", total=1.0, told="")

            def progress(step: Step) -> None:
                bar.update(task, description=step.source, completed=step.share, told=_told(step))

            return intake.run(opened.shelves, paths, intake.mapping(pairs), progress, source=source)
    finally:
        opened.close()


def back(settings: Settings, out: Console, *, withdraw: str, undo: str, mended: Sequence[Path]) -> Report:
    """Withdraw a source, undo an import, or read rejects again."""
    opened = desk.open(settings, "kizuna ingest")
    try:
        if not withdraw and not undo:
            repaired = {id: raw for path in mended for id, raw in intake.mended(path).items()}
            return intake.retry(opened.shelves, repaired if mended else None)
        with _bar(out) as bar:
            task = bar.add_task("Taking back", total=None, told="")

            def progress(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, told=f"{done:,} of {total:,}")

            act, name = (withdrawal.source, withdraw) if withdraw else (withdrawal.job, undo)
            return {"taken_back": act(opened.shelves, name, progress=progress)}
    finally:
        opened.close()


def rejects(settings: Settings) -> bytes:
    """What could not come in, as CSV, as it was where the vault kept it. The data folder may be in use."""
    db = Database.open(settings.home / "kizuna.db")
    safe = vault.open(settings.vault_key or settings.home / "vault.key", keep=settings.vault)
    with db.read() as connection:
        return intake.rejects_table(safe, imports.rejected(connection, limit=1_000_000), originals=True)


def _bar(out: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), console=out, transient=True
    )


def _told(step: Step) -> str:
    left = f", {step.left:,.0f} s left" if step.left is not None else ""
    return f"{step.records:,} records, {step.rate:,.0f} a second{left}"
