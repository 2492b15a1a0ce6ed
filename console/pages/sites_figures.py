"""How does the chat do? What became of its conversations in a picture, and the figures behind it, by site or of all."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.intervals import Figure
from console.pages import places, quality_figures, ticket_chat
from console.pages.language import say
from console.pages.plain import html, label
from console.widget import figures
from console.widget.fates import FATES, WITHIN, Fate
from console.widget.figures import JOINED, Bar, Figures, Unanswered
from ingest.store import chats
from ingest.store.sites import Site

DAYS = (7, 30, 90)
QUIET = (3, 7, 14, 30)  # days without coming back, to be chosen from
FEW = 20  # cases, below which a figure says that they are few
NAMES: dict[Fate, str] = {
    "verified": "Verified resolved", "young": "Answered, too young to tell", "back": "Answered, asked again",
    "open": "Left without an answer", "person": "Handed to a person",
}  # fmt: skip
REASONS = ticket_chat.REASONS | {JOINED: "A colleague stepped in"}
MEANING = (
    "Verified resolved: an answer with sources was the last word, no person was needed, and within {days} days neither "
    "the visitor nor the customer came back to the topic, by chat, e-mail, phone or any other channel. Where a topic "
    "is not known, coming back counts as the same topic."
)
_STYLES = tuple(Path(__file__).with_name(name) for name in ("quality.css", "sites_figures.css"))


def show(desk: Desk, me: Account, site: Site | None) -> None:
    """Draw the figures of a site or of all together; without a site those of all, where there are any."""
    lang = me.lang
    st.html(f"<style>{''.join(path.read_text('utf-8') for path in _STYLES)}</style>")
    with desk.db.read() as db:
        used = chats.known(db)
    if not used:
        if site:
            _nothing(lang)
        return
    days, every, quiet = _choices(site, lang)
    with desk.db.read() as db:
        found = figures.of(
            db, days, None if every or site is None else site.id, within=timedelta(days=quiet),
            zone=ZoneInfo(desk.settings.timezone),
        )  # fmt: skip
    with st.container(key="sites_figures"):
        if not found.conversations:
            told = (
                "Nobody has chatted here in this time. Choose a longer one, or look whether your pages show the chat."
            )
            st.info(say(told, lang), icon=":material/info:")
            return
        st.html(picture(found, lang) + over_time(found.bars, lang))
        left, right = st.columns(2, gap="large")
        with left:
            st.html(f"<dl class='kz-intervals'>{verified(found, quiet, lang)}{_survey(found, lang)}</dl>")
            st.html(f"<p class='kz-meaning'>{html(say(MEANING, lang, days=quiet))}</p>")
            st.html(f"<dl class='kz-figures'>{_counts(found, lang)}</dl>")
        with right:
            _handed(found, lang)
            _sources(found, lang)
            _unanswered(found.unanswered, lang)


def _nothing(lang: str) -> None:
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"##### {say('Nobody has used the chat yet', lang)}")
        told = "Put the tag from “On your pages” into a page, or try the test page: what is written there counts here."
        st.caption(say(told, lang))


def _choices(site: Site | None, lang: str) -> tuple[int, bool, int]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="sites_figures_choice"):
        days = st.segmented_control(
            say("Period", lang), DAYS, default=30, required=True, key="sites_figures_days", persist_state="session",
            format_func=lambda n: say("{n} days", lang, n=n),
        )  # fmt: skip
        every = site is None or st.segmented_control(
            say("Of", lang), [False, True], default=False, required=True, key="sites_figures_every",
            persist_state="session",
            format_func=lambda all: say("All sites" if all else "This site", lang),
        )  # fmt: skip
        quiet = st.selectbox(
            say("Nobody comes back for", lang), QUIET, index=QUIET.index(WITHIN.days), key="sites_figures_quiet",
            format_func=lambda n: say("{n} days", lang, n=n), width=160, persist_state="session",
        )  # fmt: skip
    return int(days), bool(every), int(quiet)


def picture(found: Figures, lang: str) -> str:
    """What became of all conversations, as one bar with its legend."""
    whole = max(found.conversations, 1)
    told = "; ".join(f"{say(NAMES[fate], lang)}: {found.fates[fate]:,}" for fate in FATES)
    bar = "".join(
        f"<i class='{fate}' style='flex-grow:{found.fates[fate]}' title='{html(say(NAMES[fate], lang))}'></i>"
        for fate in FATES if found.fates[fate]
    )  # fmt: skip
    legend = "".join(
        f"<li><i class='{fate}'></i>{html(say(NAMES[fate], lang))} <b>{found.fates[fate]:,}</b> "
        f"<small>{100 * found.fates[fate] / whole:.0f} %</small></li>"
        for fate in FATES
    )  # fmt: skip
    head = say("What became of {n} conversations", lang, n=f"{found.conversations:,}")
    return (
        f"<h3 class='kz-heading'>{html(head)}</h3>"
        f"<div class='kz-fates' role='img' aria-label='{html(told)}'>{bar}</div>"
        f"<ul class='kz-legend'>{legend}</ul>"
    )


def over_time(bars: Sequence[Bar], lang: str) -> str:
    """The same for each day or week, as standing bars: a table for those who listen."""
    most = max([sum(one.fates.values()) for one in bars] + [1])
    drawn = "".join(f"<div title='{html(_day(one, lang))}'>{_stack(one, most)}</div>" for one in bars)
    told = "; ".join(_day(one, lang) for one in bars if sum(one.fates.values()))
    ends = f"<span>{bars[0].day:%Y-%m-%d}</span><span>{bars[-1].day:%Y-%m-%d}</span>" if bars else ""
    return (
        f"<div class='kz-days' role='img' aria-label='{html(told)}'>{drawn}</div>"
        f"<div class='kz-ends' aria-hidden='true'>{ends}</div>"
    )


def _stack(one: Bar, most: int) -> str:
    return "".join(
        f"<i class='{fate}' style='height:{100 * one.fates[fate] / most:.1f}%'></i>"
        for fate in reversed(FATES) if one.fates[fate]
    )  # fmt: skip


def _day(one: Bar, lang: str) -> str:
    counts = ", ".join(f"{say(NAMES[fate], lang)} {n}" for fate, n in one.fates.items() if n)
    return f"{one.day:%Y-%m-%d}: {sum(one.fates.values())}" + (f" ({counts})" if counts else "")


def verified(found: Figures, quiet: int, lang: str) -> str:
    """The share that is verified resolved, with its interval, or why it is not known yet."""
    young = found.conversations - found.verified.cases
    told = say("{n} conversations; those that ended in the last {days} days are not counted yet: {young}.", lang,
               n=f"{found.verified.cases:,}", days=quiet, young=f"{young:,}")  # fmt: skip
    return _interval("Verified resolved", found.verified, f"{100 * found.verified.value:.0f} %", (0.0, 1.0), told, lang)


def _survey(found: Figures, lang: str) -> str:
    marks = ", ".join(f"{mark}: {n:,}" for mark, n in found.marks.items())
    told = say("{n} answers; marks {marks}.", lang, n=f"{found.survey.cases:,}", marks=marks)
    return _interval("Survey, from 1 to 5", found.survey, f"{found.survey.value:.1f}", (1.0, 5.0), told, lang)


def _interval(name: str, figure: Figure, shown: str, ends: tuple[float, float], told: str, lang: str) -> str:
    if not figure.known:
        return f"<div><dt>{html(say(name, lang))}</dt><dd>–</dd><dd class='kz-told'>{html(told)}</dd></div>"
    few = " " + say("So few say little: look at the line, not at the number.", lang) if figure.cases < FEW else ""
    return quality_figures.interval(say(name, lang), figure, shown, *ends, told + few)


def _counts(found: Figures, lang: str) -> str:
    waits = found.waits
    slow = say("nine of ten within {time}", lang, time=_minutes(waits.p90, lang)) if waits.cases else ""
    still = say("{n} still wait", lang, n=waits.waiting) if waits.waiting else ""
    cells = (
        ("Answered from sources", f"{found.answered:,}", f"{100 * found.answered / max(found.conversations, 1):.0f} %"),
        ("First reply of a person, median", _minutes(waits.median, lang) if waits.cases else "–",
         ", ".join(one for one in (say("{n} replies", lang, n=waits.cases), slow, still) if one)),
        ("Sources opened", f"{found.opened:,}", say("{n} in the help centre", lang, n=f"{found.pages:,}")),
    )  # fmt: skip
    return "".join(
        f"<div><dt>{html(say(name, lang))}</dt><dd>{html(value)} <small>{html(more)}</small></dd></div>"
        for name, value, more in cells
    )


def _minutes(minutes: float, lang: str) -> str:
    if minutes < 1:
        return say("under a minute", lang)
    return say("{n} min", lang, n=f"{minutes:.0f}") if minutes < 120 else say("{n} h", lang, n=f"{minutes / 60:.0f}")


def _handed(found: Figures, lang: str) -> None:
    _heading("Handed to a person, by reason", lang)
    if not found.handed:
        st.caption(say("Nobody was handed over in this time.", lang))
        return
    ordered = sorted(found.handed.items(), key=lambda one: -one[1])
    st.html(quality_figures.bars([(say(REASONS.get(reason, reason), lang), n) for reason, n in ordered]))


def _sources(found: Figures, lang: str) -> None:
    if found.sources:
        _heading("Sources opened most", lang)
        st.html(quality_figures.bars(found.sources))


def _unanswered(asked: Sequence[Unanswered], lang: str) -> None:
    _heading("Asked most without an answer", lang)
    if not asked:
        st.caption(say("Everything that was asked found an answer.", lang))
        return
    with st.container(key="sites_figures_asked", gap=None):
        for place, one in enumerate(asked):
            if st.button(
                f"{label(one.text, 90)} :gray[:small[× {one.count}]]", key=f"sites_figures_asked_{place}",
                type="tertiary", icon=":material/help:", width="stretch", help=say("Open the newest of them", lang),
            ):  # fmt: skip
                places.go("ticket", ticket=one.ticket)


def _heading(text: str, lang: str) -> None:
    st.html(f"<h3 class='kz-heading'>{html(say(text, lang))}</h3>")
