"""Look a desk over: settings, models, data folder, indexes, mails. Each finding says what to do when it is bad."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from console import desk, mailing
from console.settings import Settings
from console.watch import webhook
from ingest import weights
from ingest.errors import KizunaError
from ingest.store import articles, passages, tickets
from ingest.store import imports as history


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    said: str


def examine(settings: Settings) -> list[Finding]:
    """Every finding, in the order in which troubles should be mended. The chat model is not started."""
    found = [_model(weight, settings) for weight in weights.catalogue() if weight.default]
    return found + _home(settings) + _alerts(settings)


def _model(weight: weights.Weight, settings: Settings) -> Finding:
    try:
        return Finding(f"model {weight.id}", True, str(weights.locate(weight.id, settings.models)))
    except KizunaError as error:
        return Finding(f"model {weight.id}", False, str(error))


def _home(settings: Settings) -> list[Finding]:
    try:
        opened = desk.open(settings, "kizuna doctor")
    except KizunaError as error:
        return [Finding("data folder", False, str(error))]
    try:
        with opened.db.read() as db:
            held, stored, rejected = passages.count(db), tickets.by_status(db), history.rejected_count(db)
            waiting, pages = passages.pending_count(db), articles.count(db)
        total, indexed = sum(held.values()), opened.index.count()
        return [
            Finding("data folder", True, f"{settings.home} is ours"),
            Finding(
                "database", True, f"{sum(stored.values())} tickets and calls, {pages} articles, {rejected} rejects"
            ),
            Finding("index", total == indexed and not waiting, _indexed(total, indexed)),
        ]
    finally:
        opened.close()


def _alerts(settings: Settings) -> list[Finding]:
    """Whether those who are to be told of customers at risk, and visitors, can be reached; nothing is sent."""
    server, secret = settings.smtp_url.get_secret_value(), settings.alerts_secret.get_secret_value()
    found = []
    alerts = settings.alerts_to or (server and not settings.mail_from)
    for what, wanted, said in (
        ("alerts by email", alerts, f"to {len(settings.alerts_to)} people"),
        ("mails to customers", settings.mail_from, f"from {settings.mail_from}"),
    ):
        if wanted and server:
            found.append(_answers(what, partial(mailing.answers, server), said))
        elif wanted:
            found.append(Finding(what, False, "No mail server is set. Set KIZUNA_SMTP_URL."))
    for place in dict.fromkeys(settings.alerts_webhook):
        said = "answers" if secret else "answers; what is posted is not signed: set KIZUNA_ALERTS_SECRET"
        found.append(_answers("alerts by webhook", partial(webhook.answers, place), said))
    return found


def _answers(what: str, ask: Callable[[], None], said: str) -> Finding:
    try:
        ask()
    except KizunaError as error:
        return Finding(what, False, str(error))
    return Finding(what, True, said)


def _indexed(total: int, indexed: int) -> str:
    if total == indexed:
        return f"{indexed} passages are findable"
    return f"the database has {total} passages, the index {indexed}. Run: kizuna reindex"
