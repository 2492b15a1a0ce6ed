"""How good the alerts were: of those raised how many were right, and how many customers left without one."""

from collections.abc import Sequence
from dataclasses import dataclass

from console import intervals
from console.intervals import Figure
from ingest.store.watches import Watch

LEARNS = 10  # outcomes from which on the desk's own experience is used


@dataclass(frozen=True)
class Record:
    """Alerts with an outcome (`right` ones and `false`), and customers who were at risk without one (`missed`).

    `precision`: of the alerts, how many were right. `recall`: of all who were at risk, how many had an alert.
    """

    alerts: int
    right: int
    false: int
    missed: int
    churned: int
    saved: int
    precision: Figure
    recall: Figure


def record(found: Sequence[Watch]) -> Record:
    """What the outcomes of these closed watches say."""
    flagged = [one for one in found if one.flagged and one.outcome]
    right = sum(one.outcome != "false" for one in flagged)
    missed = sum(not one.flagged and one.outcome not in ("", "false") for one in found)
    counts = {name: sum(one.outcome == name for one in found) for name in ("churned", "saved")}
    return Record(
        len(flagged), right, len(flagged) - right, missed, **counts,
        precision=intervals.share(right, len(flagged)), recall=intervals.share(right, right + missed),
    )  # fmt: skip


def by_month(found: Sequence[Watch]) -> list[tuple[str, Record]]:
    """The same for each month in which alerts were raised, the newest first: "2026-11"."""
    months: dict[str, list[Watch]] = {}
    for one in found:
        months.setdefault(f"{one.at:%Y-%m}", []).append(one)
    return [(month, record(months[month])) for month in sorted(months, reverse=True)]


def outcomes(found: Sequence[Watch]) -> list[tuple[float | None, bool]]:
    """The points of risk that each of these customers had when it was noticed, and whether they really were at risk.

    Who was saved would have left: that counts as at risk, or good work would teach the desk to stay calm.
    """
    return [(one.points, one.outcome != "false") for one in found if one.outcome]
