"""The command line: a contract that scripts rely on. Each command does one thing and says clearly what went wrong."""

import json
import sys
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from console import lines, settings
from console.chat_model import LOCAL
from console.settings import Settings
from ingest import weights
from ingest.errors import KizunaError, SenderError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
models = typer.Typer(no_args_is_help=True, help="The models' files: which there are, fetch them, verify them.")
faq = typer.Typer(
    no_args_is_help=True, help="The FAQ: propose entries, list, publish and export them, group questions."
)
app.add_typer(models, name="models")
app.add_typer(faq, name="faq")

Home = Annotated[Path | None, typer.Option("--home", help="Data folder; default from KIZUNA_HOME.")]
Jsonl = Annotated[bool, typer.Option("--jsonl", help="Read JSON lines on standard input, write one for each.")]
SEARCHING = ("multilingual-e5-small", "multilingual-e5-small-tokenizer", "cl100k_base")
_err = Console(stderr=True)


class Serves(StrEnum):
    """What a process may serve alone."""

    console = "console"
    widget = "widget"


def _bar(*columns: TextColumn | BarColumn | DownloadColumn | MofNCompleteColumn | TimeRemainingColumn) -> Progress:
    shown = (TextColumn("{task.description}"), BarColumn(), *columns, TimeRemainingColumn())
    return Progress(*shown, console=_err, transient=True)


def _settings(home: Path | None, *, chat: bool = False) -> Settings:
    """The settings, once the models they need are here; the chat model may be missing, for a desk suggests without."""
    chosen = settings.load(home)
    if not chosen.embedding:
        _fetch(list(SEARCHING), chosen)
    if chat and chosen.chat in LOCAL:
        try:
            _fetch([LOCAL[chosen.chat]], chosen)
        except KizunaError as error:
            _err.print(f"Drafts are off: {error}", style="yellow")
    return chosen


def _fetch(names: list[str] | None, chosen: Settings) -> list[Path]:
    with _bar(DownloadColumn()) as bar:
        task = bar.add_task("Fetching models", total=None)
        return weights.fetch(
            names,
            chosen.models,
            models_from=chosen.models_from,
            offline=chosen.offline,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


@app.command()
def serve(
    home: Home = None,
    port: Annotated[int | None, typer.Option(help="Port; default from KIZUNA_PORT.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo company and offer its accounts.")] = False,
    only: Annotated[Serves | None, typer.Option(help="Only one of both; default from KIZUNA_SERVES.")] = None,
) -> None:
    """Serve the console and the chat widget at one address, or only one of them."""
    from console import serve as server
    from ingest.demo import COMPANY

    serves = only.value if only else settings.load(home).serves
    chosen = settings.load(home) if serves == "widget" else _settings(home, chat=True)
    demo = demo or chosen.demo
    company = COMPANY if demo and "company" not in chosen.model_fields_set else chosen.company
    at = port if port is not None else chosen.port
    changed = {"port": at, "demo": demo, "company": company, "serves": serves}
    server.run(chosen.model_copy(update=changed), _err)


@app.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files, folders, patterns, or - (standard input).")] = None,
    home: Home = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come in; store nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON on standard output.")] = False,
    mapping: Annotated[list[str] | None, typer.Option("--map", help="FIELD=COLUMN for tables, repeatable.")] = None,
    source: Annotated[str, typer.Option(help="Name of the source; default is each path's own.")] = "",
    withdraw: Annotated[str, typer.Option(help="Take back everything that this source brought.")] = "",
    undo: Annotated[str, typer.Option(help="Take one import back, by its id in the history.")] = "",
    rejects: Annotated[bool, typer.Option("--rejects", help="Write what could not come in as CSV.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Read rejects again: all, or those mended in PATH.")] = False,
) -> None:
    """Bring tickets, calls, articles and customers in, or take them back. Running it again changes nothing."""
    from console import entrance

    chosen = _settings(home)
    if dry_run:
        report = entrance.look(chosen, _needed(paths), mapping or [], source)
    elif rejects:
        sys.stdout.buffer.write(entrance.rejects(chosen))
        return
    elif withdraw or undo or retry:
        report = entrance.back(chosen, _err, withdraw=withdraw, undo=undo, mended=paths or [])
    else:
        report = entrance.bring(chosen, _err, _needed(paths), mapping or [], source)
    typer.echo(json.dumps(report, ensure_ascii=False) if as_json else entrance.told(report))


def _needed(paths: list[Path] | None) -> list[Path]:
    if not paths:
        raise SenderError("Name files or folders to bring in, or - for standard input.")
    return paths


def _answer(by: lines.Answer) -> None:
    _failed(lines.answer(_asked(), sys.stdout, by))


def _asked() -> TextIO:
    """Standard input as UTF-8, with or without a byte-order mark; bytes that are none become U+FFFD."""
    return TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace")


def _failed(failed: int) -> None:
    if failed:
        _err.print(f"{failed} line(s) could not be answered; see their `error`.")
        raise typer.Exit(1)


@app.command()
def search(home: Home = None, jsonl: Jsonl = False, limit: int = 10) -> None:
    """Find sources: {"id","text"} -> {"id","hits":[{"source","title","score"}]}."""
    from console import desk, judgements

    opened = desk.open(_settings(home), "kizuna search")
    try:
        _answer(judgements.search(opened, limit))
    finally:
        opened.close()


@app.command()
def draft(home: Home = None, jsonl: Jsonl = False) -> None:
    """Draft replies: {"id","text","customer"?} -> reply, citations, confidence, abstained, reason."""
    from console import desk, judgements

    opened = desk.open(_settings(home, chat=True), "kizuna draft")
    try:
        opened.open_chat()
        if opened.chat_trouble:
            _err.print(opened.chat_trouble)
        _answer(judgements.draft(opened))
    finally:
        opened.close()


@app.command()
def mood(home: Home = None, jsonl: Jsonl = False) -> None:
    """Judge moods: {"id","text"} or {"id","turns"} -> label, score, dissatisfied, at_risk, reasons."""
    from console import judgements

    _answer(judgements.mood(_settings(home)))


@app.command()
def redact(home: Home = None, jsonl: Jsonl = False) -> None:
    """Mask personal data: {"id","text"} -> {"id","text","found":[{"type","placeholder"}]}."""
    from console import judgements

    _answer(judgements.redact())


@app.command()
def backtest(
    home: Home = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of the period.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of the period.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many of the period's newest tickets.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Report as JSON on standard output.")] = False,
) -> None:
    """Draft replies for past tickets, knowing only what was known then, and compare them with what people answered."""
    from console import backtest as past
    from console import desk

    opened = desk.open(_settings(home, chat=True), "kizuna backtest")
    try:
        opened.open_chat()
        run = past.prepare(opened, "", since=_day(since), until=_day(until, after=1), limit=limit)
        with _bar(MofNCompleteColumn()) as bar:
            task = bar.add_task("Tickets", total=len(run.tickets))
            run.progress = lambda done: bar.update(task, completed=done)
            run.run()
    finally:
        opened.close()
    typer.echo(json.dumps(past.report(run), ensure_ascii=False) if as_json else past.told(run))
    if run.trouble:
        _err.print(run.trouble, style="yellow")
        raise typer.Exit(1)


def _day(given: datetime | None, after: int = 0) -> datetime | None:
    """The beginning of a day, so many days later, in UTC."""
    return given and given.replace(tzinfo=UTC) + timedelta(days=after)


@app.command()
def reindex(home: Home = None) -> None:
    """Make the vector index anew from the database."""
    from console import desk

    chosen = _settings(home)
    with _bar(MofNCompleteColumn()) as bar:
        task = bar.add_task("Passages", total=None)
        count = desk.reindex(chosen, lambda done, total: bar.update(task, completed=done, total=total))
    typer.echo(f"{count} passages are indexed.")


@app.command()
def doctor(home: Home = None) -> None:
    """Check settings, models, data folder and indexes, and say what to do about each trouble."""
    from console import doctor as check

    found = check.examine(settings.load(home))
    for finding in found:
        typer.echo(f"{'ok  ' if finding.well else 'BAD '} {finding.what}: {finding.said}")
    if not all(finding.well for finding in found):
        raise typer.Exit(1)


@app.command()
def account(
    name: str,
    home: Home = None,
    role: Annotated[str, typer.Option(help="agent or supervisor")] = "agent",
    display: Annotated[str, typer.Option(help="The name that colleagues and customers see.")] = "",
    lang: Annotated[str, typer.Option(help="en or ja")] = "en",
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Add an account for the console, or set its password anew."""
    from typing import cast

    from console import accounts
    from ingest.store import Database

    db = Database.open(settings.load(home).home / "kizuna.db")
    made = accounts.create(db, name, display or name, cast(accounts.Role, role), password, lang)
    typer.echo(f"{made.name} can sign in as {made.role}.")


@models.command("list")
def models_list() -> None:
    """Every file: role, size, licence, and whether it is here."""
    folder = settings.load().models
    for weight in weights.catalogue():
        path = folder / weight.file
        here = "here" if path.is_file() and path.stat().st_size == weight.size else "-"
        typer.echo(f"{here:5} {weight.id:32} {weight.role:10} {weight.size:>13,} bytes  {weight.licence}")


@models.command("fetch")
def models_fetch(
    names: Annotated[list[str] | None, typer.Argument(help="Default: what the desk needs.")] = None,
) -> None:
    """Fetch model files; those that are here and whole are kept."""
    for path in _fetch(names or None, settings.load()):
        typer.echo(str(path))


@models.command("verify")
def models_verify() -> None:
    """Compare every file with its SHA-256."""
    found = weights.verify(settings.load().models)
    for weight, state in found:
        typer.echo(f"{state:8} {weight.id}")
    if any(state == "damaged" or (weight.default and state != "ok") for weight, state in found):
        raise typer.Exit(1)


@faq.command("build")
def faq_build(home: Home = None) -> None:
    """Propose entries from resolved tickets; a supervisor approves them in the console."""
    from console import desk
    from console import faq as entries

    opened = desk.open(_settings(home), "kizuna faq build")
    try:
        built = entries.build(opened.search)
    finally:
        opened.close()
    typer.echo(f"{built.proposed} proposed, {built.kept} kept.")


@faq.command("list")
def faq_list(home: Home = None) -> None:
    """All entries as JSON lines."""
    from dataclasses import asdict

    from ingest.store import Database, faqs

    with Database.open(settings.load(home).home / "kizuna.db").read() as db:
        for entry in faqs.page(db, ("proposed", "approved", "rejected"), limit=100_000):
            typer.echo(json.dumps(asdict(entry), ensure_ascii=False, default=str))


@faq.command("publish")
def faq_publish(
    ids: Annotated[list[str], typer.Argument(help="Ids of entries, as `faq list` tells them.")],
    by: Annotated[str, typer.Option(help="Name of the supervisor's account that approves them.")],
    home: Home = None,
) -> None:
    """Approve entries as they stand, in the name of a supervisor; with four eyes a second one publishes them."""
    from console import accounts, desk
    from console.faq import review

    opened = desk.open(_settings(home), "kizuna faq publish")
    try:
        account, rule = accounts.named(opened.db, by), opened.settings.faq_four_eyes

        def approve(id: str) -> None:
            done = review.approve(opened.shelves, id, by=account, four_eyes=rule)
            typer.echo(f"{id} is published." if done else f"{id} is approved; another supervisor publishes it.")

        wrong = review.bulk(ids, approve)
    finally:
        opened.close()
    for id, told in wrong.items():
        _err.print(f"{id}: {told}", markup=False)
    if wrong:
        raise typer.Exit(1)


@faq.command("export")
def faq_export(
    home: Home = None, lang: Annotated[str, typer.Option(help="Only entries and faces in this language.")] = ""
) -> None:
    """Published entries as JSON lines: {"id","slug","lang","faces","conditions","sources","updated"}."""
    from console.faq import publishing
    from ingest.store import Database, faqs

    with Database.open(settings.load(home).home / "kizuna.db").read() as db:
        for entry in faqs.published(db, lang):
            typer.echo(json.dumps(publishing.told(entry, lang), ensure_ascii=False))


@faq.command("group")
def faq_group(home: Home = None, jsonl: Jsonl = False) -> None:
    """Group questions, their number of topics unknown: {"id","text"} -> {"id","topic"}."""
    from console import judgements

    _failed(judgements.group(_asked(), sys.stdout, _settings(home)))
