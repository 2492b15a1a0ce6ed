"""The import that runs, with how far it is, and what came of the last one."""

import streamlit as st

from console import intake_job
from console.accounts import Account
from console.desk import Desk
from console.intake_job import COUNTS, Job
from console.pages import intake_facts, intake_table, places, session
from console.pages.intake_words import KINDS, complaint
from console.pages.language import say
from console.pages.plain import html, label

EVERY = 1.0  # seconds between looks at a running import
_DOING = {
    "import": "{name}",
    "undo": "Undoing {name}",
    "withdraw": "Withdrawing {name}",
    "retry": "Trying rejects again",
}
_DONE = {
    "import": "Done: {count} read in {seconds} s",
    "retry": "Done: {count} read in {seconds} s",
    "undo": "Undone: {count} records taken back",
    "withdraw": "Withdrawn: {count} records taken back",
}


def shown(desk: Desk, me: Account) -> bool:
    """Whether there is an import to tell this person about."""
    job = intake_job.latest(desk.shelves)
    return job is not None and (not job.finished or (job.by == me.name and not job.seen))


def show(desk: Desk, me: Account) -> None:
    """Draw it, if there is one."""
    job = intake_job.latest(desk.shelves)
    st.session_state["intake_drawn"] = job.started if job and not job.finished else None
    if job is None or not shown(desk, me):
        return
    if job.finished:
        _came(job, me.lang)
    else:
        _running(job, me)


@st.fragment(run_every=EVERY)
def _running(job: Job, me: Account) -> None:
    if job.finished or session.over():
        st.rerun()
    with st.container(key="intake_running"):
        st.progress(job.progress, label(told(job, me.lang), 300))
        with st.container(horizontal=True, vertical_alignment="center"):
            if job.action != "retry" and (me.supervises or me.name == job.by):
                st.button(
                    say("Stopping…" if job.stopping else "Stop", me.lang), icon=":material/stop_circle:",
                    type="tertiary", key="stop", on_click=job.stop, disabled=job.stopping,
                )  # fmt: skip
            st.caption(say("It goes on when you leave this page.", me.lang))


def told(job: Job, lang: str) -> str:
    """How far a running job is: what, records, rate and the time that is left."""
    name = say(_DOING[job.action], lang, name=job.at)
    if not job.records:
        return say("{name}: the first records are on their way…", lang, name=name)
    count, left = say("{count} records", lang, count=f"{job.records:,}"), job.left
    rate = say("{rate} a second", lang, rate=f"{job.rate:,.0f}" if job.rate >= 10 else f"{job.rate:.1f}")
    if left is None:
        indexing = f" · {say('all are in and are being indexed', lang)}" if job.share >= 1.0 else ""
        return f"{name}: {count} · {rate}{indexing}"
    rest = say("{time} left", lang, time=intake_facts.takes(left, lang))
    return f"{name}: {min(99, round(100 * job.progress))}% · {count} · {rate} · {rest}"


def _came(job: Job, lang: str) -> None:
    with st.container(key="intake_came"):
        _headline(job, lang)
        names = [name for name in COUNTS if name in ("added", "changed", "unchanged") or job.report[name]]
        rows: list[list[intake_table.Cell]] = [
            [say(KINDS[kind], lang), *(job.report[name].get(kind, 0) for name in names)]
            for kind in KINDS
            if any(kind in job.report[name] for name in names)
        ]
        if rows:
            head = [say(name, lang) for name in ("Kind", *(name.capitalize() for name in names))]
            intake_table.draw(head, rows, numbers=range(1, len(head)))
        if job.report["rejected"]:
            _rejected(job, lang)
        _next(job, lang)


def _headline(job: Job, lang: str) -> None:
    if job.trouble:
        st.error(label(complaint(job.trouble, lang), 600), icon=":material/error:")
        return
    if job.action == "retry" and job.report["rejected"]:
        st.markdown(f":orange[:material/report:] **{_stayed(job, lang)}**")
        return
    count = job.report.get("taken_back") or sum(sum(job.report[name].values()) for name in COUNTS)
    seconds = f"{job.seconds:,.0f}" if job.seconds >= 1 else f"{job.seconds:.1f}"
    done = say(_DONE[job.action], lang, count=f"{count:,}", seconds=seconds)
    names = f" · {label(', '.join(job.names), 160)}" if job.names else ""
    st.markdown(f":green[:material/check_circle:] **{done}**{names}")


def _stayed(job: Job, lang: str) -> str:
    came = sum(sum(job.report[name].values()) for name in COUNTS)
    out = job.report["rejected"]
    return say("{count} came in, {out} stay out", lang, count=f"{came:,}", out=f"{out:,}")


def _rejected(job: Job, lang: str) -> None:
    st.html(f"<h3 class='kz-heading'>{html(say('Rejected', lang))} · {job.report['rejected']:,}</h3>")
    reasons = sorted(job.report.get("reasons", {}).items(), key=lambda one: -one[1])[:6]
    intake_table.draw(
        [say("Reason", lang), say("Rejected", lang)], [[complaint(why, lang), count] for why, count in reasons],
        numbers=(1,),
    )  # fmt: skip


def _next(job: Job, lang: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if (
            job.sample
            and not job.trouble
            and st.button(say("Search what came in", lang), icon=":material/search:", key="search_it")
        ):
            places.go("knowledge", q=job.sample)
        if any(kind in job.report["added"] for kind in ("ticket", "call")) and st.button(
            say("Open the inbox", lang), icon=":material/inbox:", type="tertiary", key="to_inbox"
        ):
            places.go("inbox")
        if job.report["rejected"]:
            st.button(
                say("See the rejects", lang), icon=":material/report:", type="tertiary", key="to_rejects",
                on_click=_to_rejects, args=(job,),
            )  # fmt: skip
        st.button(say("Close", lang), icon=":material/close:", type="tertiary", key="seen", on_click=_seen, args=(job,))


def _to_rejects(job: Job) -> None:
    st.session_state["intake_section"] = "rejects"
    st.session_state["rejects_source"] = job.names[0] if len(job.names) == 1 else ""
    st.session_state["rejects_reason"] = ""


def _seen(job: Job) -> None:
    job.seen = True
