"""The import that runs, with how far it is, and what came of the last one."""

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import intake_history, intake_job, intake_table, places
from console.pages.intake_job import Job
from console.pages.intake_words import KINDS
from console.pages.language import say
from console.pages.plain import html, label

EVERY = 1.0  # seconds between looks at a running import


def shown(desk: Desk, me: Account) -> bool:
    """Whether there is an import to tell this person about."""
    job = intake_job.latest(desk.shelves)
    return job is not None and (not job.finished or (job.by == me.name and not job.seen))


def show(desk: Desk, me: Account) -> None:
    """Draw it, if there is one."""
    job = intake_job.latest(desk.shelves)
    if job is None or not shown(desk, me):
        return
    if job.finished:
        _came(desk, job, me.lang)
    else:
        _running(job, me.lang)


@st.fragment(run_every=EVERY)
def _running(job: Job, lang: str) -> None:
    if job.finished:
        st.rerun()
    with st.container(key="intake_running"):
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, label(told(job, lang), 300))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(say("Stop", lang), icon=":material/stop_circle:", type="tertiary", key="stop", on_click=job.stop)
            st.caption(say("It goes on when you leave this page; what is in can be searched already.", lang))


def told(job: Job, lang: str) -> str:
    """How far a running import is: file, records, rate and the time that is left."""
    if job.left is None:
        return say("{name}: the first records are on their way…", lang, name=job.at)
    far = say("{done} of {total}", lang, done=f"{job.done:,}", total=f"{job.total:,}")
    rate = say("{rate} a second", lang, rate=f"{job.rate:,.0f}" if job.rate >= 10 else f"{job.rate:.1f}")
    return f"{job.at}: {far} · {rate} · {_left(job.left, lang)}"


def _left(seconds: float, lang: str) -> str:
    if seconds < 90:
        return say("about {n} s left", lang, n=max(1, round(seconds)))
    return say("about {n} min left", lang, n=round(seconds / 60))


def _came(desk: Desk, job: Job, lang: str) -> None:
    with st.container(key="intake_came"):
        _headline(job, lang)
        names = ("added", "changed", "unchanged")
        rows: list[list[intake_table.Cell]] = [
            [say(KINDS[kind], lang), *(job.report[name].get(kind, 0) for name in names)]
            for kind in KINDS
            if any(kind in job.report[name] for name in names)
        ]
        if rows:
            head = [say(name, lang) for name in ("Kind", "Added", "Changed", "Unchanged")]
            intake_table.draw(head, rows, numbers=(1, 2, 3))
        _next(job, lang)
        if job.report["rejected"]:
            st.html(f"<h3 class='kz-heading'>{html(say('Rejected', lang))} · {job.report['rejected']:,}</h3>")
            intake_history.rejects(desk, job.names, lang, job.report["rejected"], key="came")


def _headline(job: Job, lang: str) -> None:
    if job.trouble:
        st.error(say(job.trouble, lang), icon=":material/error:")
        return
    count = sum(sum(job.report[name].values()) for name in ("added", "changed", "unchanged"))
    icon = ":green[:material/check_circle:]"
    done = say("Done: {count} read in {seconds} s", lang, count=f"{count:,}", seconds=f"{job.seconds:,.0f}")
    st.markdown(f"{icon} **{done}** · {label(', '.join(job.names), 160)}")


def _next(job: Job, lang: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if job.sample and st.button(say("Search what came in", lang), icon=":material/search:", key="search_it"):
            places.go("knowledge", q=job.sample)
        if any(kind in job.report["added"] for kind in ("ticket", "call")) and st.button(
            say("Open the inbox", lang), icon=":material/inbox:", type="tertiary", key="to_inbox"
        ):
            places.go("inbox")
        st.button(say("Close", lang), icon=":material/close:", type="tertiary", key="seen", on_click=_seen, args=(job,))


def _seen(job: Job) -> None:
    job.seen = True
