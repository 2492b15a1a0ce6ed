"""Bringing files in from a door: the mapping as written, a look before, the run, and the report in words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ingest import clean, pipeline
from ingest.errors import SenderError
from ingest.pipeline import Progress, Shelves
from ingest.records import Article, Customer, Reject, Ticket

Report = dict[str, Any]


def mapping(pairs: Sequence[str]) -> dict[str, str] | None:
    """`field=column` pairs as a mapping; raises SenderError for one without `=`."""
    bad = [pair for pair in pairs if "=" not in pair]
    if bad:
        raise SenderError(f"--map {bad[0]} has no `=`. Write FIELD=COLUMN, for example --map text=body.")
    return dict(pair.split("=", 1) for pair in pairs) or None  # type: ignore[misc]


def look(paths: Sequence[Path], columns: dict[str, str] | None) -> Report:
    """What would come in: counts by kind and language, dates, and why records would be rejected. Stores nothing."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise SenderError(f"There is no file or folder {', '.join(missing)}. Check the path.")
    kinds, langs, reasons = Counter[str](), Counter[str](), Counter[str]()
    dates: list[str] = []
    for record in pipeline.preview(paths, mapping=columns):
        if isinstance(record, Reject):
            reasons[record.reason] += 1
            continue
        kinds["customer" if isinstance(record, Customer) else record.kind] += 1
        if isinstance(record, Ticket | Article):
            langs[record.lang or clean.language(_words(record))] += 1
            when = record.created if isinstance(record, Ticket) else record.updated
            dates += [when.date().isoformat()] if when else []
    span = [min(dates), max(dates)] if dates else []
    rejected = {"rejected": reasons.total(), "reasons": dict(reasons)}
    return {"dry_run": True, "kinds": dict(kinds), "langs": dict(langs), "dates": span} | rejected


def _words(record: Ticket | Article) -> str:
    return record.text if isinstance(record, Article) else " ".join(turn.text for turn in record.messages)


def run(shelves: Shelves, paths: Sequence[Path], columns: dict[str, str] | None, progress: Progress) -> Report:
    """Bring the files in; the report has counts by kind."""
    return asdict(pipeline.run(paths, shelves, mapping=columns, progress=progress))


def told(report: Report) -> str:
    """The report in a few lines for people."""
    if report.get("dry_run"):
        lines = ["Nothing was stored. It would bring in:"]
        lines += [f"  {count:>7,} {kind}" for kind, count in report["kinds"].items()]
    else:
        lines = [
            f"{name:10} {sum(report[name].values()):>7,}  {', '.join(f'{n:,} {kind}' for kind, n in report[name].items())}"
            for name in ("added", "changed", "unchanged")
        ] + [f"passages   {report['passages']:>7,}"]
    lines.append(f"rejected   {report['rejected']:>7,}")
    return "\n".join(lines + [f"  {count:>7,} {reason}" for reason, count in report["reasons"].items()])
