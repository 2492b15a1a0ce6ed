"""Which customers may leave, who looks after them, and how good the alerts were: the supervisors' watch list."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import places, session, watch_alerts, watch_done, watch_list, watch_one, watch_open, watch_record
from console.pages.language import say
from console.pages.plain import html
from console.pages.watch_list import Line
from console.watch import volume
from console.watch.volume import Volume
from ingest.store import deliveries, watches
from ingest.store.watches import Watch

LISTS = {"open": "At risk", "done": "Outcomes", "alerts": "Alerts"}
EVERY = 10.0  # seconds between looks for what is new
_HERE = Path(__file__).parent
_STYLES = (_HERE / "intake.css", _HERE / "quality.css", _HERE / "watch.css")


def show(desk: Desk, me: Account) -> None:
    """Draw the list on the left and the open customer on the right; agents see those whom they look after."""
    st.html(f"<style>{''.join(path.read_text('utf-8') for path in _STYLES)}</style>")
    owner = "" if me.supervises else me.name
    with desk.db.read() as db:
        found, settled = watches.opened(db, owner), watches.closed(db, owner)
        set_by = volume.current(db, desk.settings.watch_capacity, datetime.now(UTC))
    watch_open.begin([one.id for one in settled])
    shown = _head(desk, me, {"open": len(found), "done": len(settled)})
    watch_done.show(desk, me)
    if shown == "alerts":
        watch_alerts.show(desk, me)
        return
    if shown == "open":
        _threshold(set_by, me.lang)
    elif settled:
        watch_record.show(settled, me.lang)
    _side_by_side(desk, me, found if shown == "open" else settled, shown)


def _side_by_side(desk: Desk, me: Account, found: list[Watch], shown: str) -> None:
    if not found:
        _nothing(me, shown)
        return
    opened = watch_open.now([one.id for one in found])
    with desk.db.read() as db:
        lines = watch_list.read(db, found[: watch_list.SHOWN])
        one = next((line for line in lines if line.watch.id == opened), None)
        if one is None:
            one = watch_list.read(db, [watch for watch in found if watch.id == opened])[0]
    left, right = st.columns([6, 6], gap="medium")
    with left, st.container(key="watch_list"):
        _list(desk, me, lines, opened, shown)
    with right, st.container(key="watch_opened"):
        watch_one.show(desk, me, one)


@st.fragment(run_every=EVERY)
def _list(desk: Desk, me: Account, lines: list[Line], opened: str, shown: str) -> None:
    """The lines; the page is drawn anew once there are others."""
    owner = "" if me.supervises else me.name
    with desk.db.read() as db:
        now = watches.opened(db, owner) if shown == "open" else watches.closed(db, owner)
    drawn = [(line.watch.id, line.watch.owner, round(line.watch.at_risk, 2)) for line in lines]
    if session.over() or [(one.id, one.owner, round(one.at_risk, 2)) for one in now[: watch_list.SHOWN]] != drawn:
        st.rerun()
    chosen = watch_list.show(lines, opened, me.lang)
    if chosen and chosen != opened:
        watch_open.choose(chosen, shown)
        st.rerun()


def _head(desk: Desk, me: Account, counts: dict[str, int]) -> str:
    with desk.db.read() as db:
        wrong = len(deliveries.failed_since(db, datetime.now(UTC) - timedelta(days=7))) if me.supervises else 0

    def title(name: str) -> str:
        count = f" {counts[name]:,}" if counts.get(name) else ""
        alarm = f" :orange-badge[:material/error: {wrong}]" if name == "alerts" and wrong else ""
        return f"{say(LISTS[name], me.lang)}{count}{alarm}"

    lists = list(LISTS) if me.supervises else ["open", "done"]
    chosen = st.segmented_control(
        say("List", me.lang), lists, required=True, key=watch_open.LIST, label_visibility="collapsed",
        format_func=title, persist_state="session",
    )  # fmt: skip
    return chosen or "open"


def threshold(found: Volume, lang: str) -> str:
    """From which risk on customers are flagged, how many that are, and how many can be looked after: one sentence."""
    weekly = f"{found.weekly:.0f}" if found.weekly >= 1 or not found.weekly else "< 1"
    return say(
        "Flagged from {least} on: about {weekly} a week. You can look after {capacity} (KIZUNA_WATCH_CAPACITY).", lang,
        least=f"{100 * found.least:.0f} %", weekly=weekly, capacity=found.capacity,
    )  # fmt: skip


def _threshold(found: Volume, lang: str) -> None:
    st.html(f"<p class='kz-trust'>{html(threshold(found, lang))}</p>")


def _nothing(me: Account, shown: str) -> None:
    with st.container(key="empty", horizontal_alignment="center"):
        if shown == "done":
            st.markdown(f"##### {say('No outcome has been recorded yet', me.lang)}")
            told = "Record how it ended for a customer at risk: what comes of it tells how good the alerts are."
            st.caption(say(told, me.lang))
        elif me.supervises:
            st.markdown(f"##### :material/task_alt: {say('Nobody is at risk', me.lang)}")
            told = "Conversations are weighed in the background. Who may leave appears here with the reason."
            st.caption(say(told, me.lang))
            told = "If somebody left without an alert, record it in their ticket, under Risk of leaving."
            st.caption(say(told, me.lang))
        else:
            st.markdown(f"##### {say('You look after nobody at the moment', me.lang)}")
            st.caption(say("A supervisor decides who looks after a customer at risk.", me.lang))
        if st.button(say("Open the inbox", me.lang), icon=":material/inbox:", key="watch_to_inbox"):
            places.go("inbox")
