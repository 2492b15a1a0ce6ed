"""Where alerts go, whether they arrive, and a test of it."""

from datetime import UTC, datetime, timedelta

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import intake_table, session, times, watch_done
from console.pages.language import say
from console.pages.plain import html, label
from console.watch import alerts
from ingest.store import customers, deliveries, watches
from ingest.store.deliveries import Delivery

EVERY = 3.0  # seconds between looks for what arrived
SHOWN = 30
HEAD = ("When", "To", "About", "What became of it")
KINDS = {"email": "Email", "webhook": "Webhook"}


def show(desk: Desk, me: Account) -> None:
    """Draw where alerts go, the test, and the newest ones."""
    lang, to = me.lang, list(alerts.targets(desk.settings))
    if not to:
        with st.container(key="empty", horizontal_alignment="center"):
            st.markdown(f"##### {say('Alerts go nowhere yet', lang)}")
            told = (
                "Set KIZUNA_SMTP_URL and KIZUNA_ALERTS_TO for email, or KIZUNA_ALERTS_WEBHOOK, and start Kizuna again."
            )
            st.caption(say(told, lang))
        return
    with st.container(horizontal=True, vertical_alignment="center", key="watch_where"):
        st.html(f"<p class='kz-trust'>{html(where(desk, lang))}</p>", width="stretch")
        st.button(
            say("Send a test alert", lang), icon=":material/notifications_active:", key="watch_test",
            on_click=_test, args=(desk, me),
        )  # fmt: skip
    _lately(desk, lang)


def where(desk: Desk, lang: str) -> str:
    """To whom alerts go, and when not, in a sentence or two."""
    to = ", ".join(_place(one) for _, one in alerts.targets(desk.settings))
    hours, pause = desk.settings.alerts_quiet, desk.settings.alerts_pause
    quiet = say("Quiet from {hours} ({zone}).", lang, hours=hours, zone=desk.settings.timezone) if hours else ""
    again = say("The same customer causes another after {n} days, or when the risk rises much.", lang, n=pause)
    return " ".join(filter(None, (say("Alerts go to {to}.", lang, to=to), quiet, again)))


@st.fragment(run_every=EVERY)
def _lately(desk: Desk, lang: str) -> None:
    if session.over():
        st.rerun()
    with desk.db.read() as db:
        found = deliveries.page(db, SHOWN)
        about = {one.watch: watches.get(db, one.watch) for one in found if one.watch}
        known = customers.resolve(db, [one.customer for one in about.values() if one])
    if not found:
        st.caption(say("No alert has been sent yet.", lang))
        return
    rows: list[list[intake_table.Cell]] = []
    for one in found:
        watch = about.get(one.watch or "")
        name = known[watch.customer].name if watch and watch.customer in known else (watch.ticket if watch else "")
        when = (times.ago(one.at, lang), times.exact(one.at, st.context.timezone))
        to = f"{say(KINDS[one.kind], lang)} · {_place(one.target)}"
        rows.append([when, to, name or say("Test", lang), became(one, lang)])
    intake_table.draw([say(name, lang) for name in HEAD], rows)


def became(one: Delivery, lang: str, now: datetime | None = None) -> str:
    """What became of an alert, and why not, in one line."""
    why = label(say(one.trouble, lang), 300).replace("\\", "")
    if one.sent:
        return say("Arrived {when}", lang, when=times.ago(one.sent, lang))
    if one.given_up:
        return say("Not needed any more" if one.trouble == "settled" else "Given up: {why}", lang, why=why)
    left = max(one.due - (now or datetime.now(UTC)), timedelta(0))
    at = times.exact(one.due, st.context.timezone)
    if one.trouble:
        return say("Failed, tried again at {at}: {why}", lang, at=at, why=why)
    return say("Waits until {at}", lang, at=at) if left > timedelta(minutes=1) else say("On its way", lang)


def _place(target: str) -> str:
    """An address as it may be shown: of a link no more than its host, for its path may be a secret."""
    from urllib.parse import urlsplit

    return urlsplit(target).hostname or "?" if "://" in target else target


def _test(desk: Desk, me: Account) -> None:
    def test() -> None:
        with desk.db.write() as db:
            alerts.test(db, desk.settings, datetime.now(UTC), me.name)

    watch_done.do(test, say("The test alert is on its way.", me.lang))
