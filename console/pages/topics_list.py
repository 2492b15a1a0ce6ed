"""The list of topics, what is asked most first: how much, in which languages, and whether the FAQ has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import topics_faq, topics_open
from console.pages.language import say
from console.pages.plain import html, label
from ingest.store import faqs, topics
from ingest.store.faqs import Entry
from ingest.store.topics import Topic

WEEKS = 8
MONTH = timedelta(days=30)
SHOWN = 60
HEAD = ("30 days", "By week", "Growth")
_SPOKEN = 20  # newest questions whose languages are told
_MOST = 2000  # entries that are looked through


@dataclass(frozen=True)
class Line:
    """One topic: conversations by week, the oldest first, in the last 30 days and in the 30 days before these."""

    topic: Topic
    weeks: tuple[int, ...]
    lately: int
    before: int
    langs: tuple[str, ...]
    entry: Entry | None


def read(desk: Desk, now: datetime | None = None) -> list[Line]:
    """The topics, those first that most conversations of the last 30 days are about."""
    now = now or datetime.now(UTC)
    with desk.db.read() as db:
        came = topics.arrived(db, now - max(2 * MONTH, timedelta(weeks=WEEKS)))
        known = {one.id: one for one in topics.page(db)}
        order = sorted(known, key=lambda id: (-_since(came.get(id, []), now - MONTH), -known[id].size, id))[:SHOWN]
        langs = {id: tuple(sorted({one.lang for one in topics.asked(db, id, _SPOKEN) if one.lang})) for id in order}
        kept = faqs.page(db, ("approved", "proposed"), limit=_MOST)
    covered = topics_faq.covering(kept, {id: {source for _, source in came.get(id, [])} for id in known})
    return [_line(known[id], came.get(id, []), langs[id], covered.get(id), now) for id in order]


def _line(
    topic: Topic, came: Sequence[tuple[datetime, str]], langs: tuple[str, ...], entry: Entry | None, now: datetime
) -> Line:
    weeks = [0] * WEEKS
    for at, _ in came:
        age = (now - at) // timedelta(weeks=1)
        if 0 <= age < WEEKS:
            weeks[WEEKS - 1 - age] += 1
    lately = _since(came, now - MONTH)
    return Line(topic, tuple(weeks), lately, _since(came, now - 2 * MONTH) - lately, langs, entry)


def _since(came: Sequence[tuple[datetime, str]], since: datetime) -> int:
    return sum(at >= since for at, _ in came)


def show(lines: Sequence[Line], opened: str, lang: str) -> None:
    """Draw the lines."""
    titles = "".join(f"<span>{html(say(one, lang))}</span>" for one in HEAD)
    st.html(f"<div class='kz-topics-head' aria-hidden='true'>{titles}</div>")
    for line in lines:
        with st.container(
            horizontal=True, wrap=False, gap="small", vertical_alignment="center", key=f"topics_row_{line.topic.id}"
        ):
            spoken = "\u00a0".join(line.langs).upper()
            mark = {"approved": ":material/check_circle:", "proposed": ":material/pending:"}
            icon = mark[line.entry.state] if line.entry else None
            st.button(
                f"{label(line.topic.name, 100)} :gray[:small[{spoken}]]", key=f"topics_line_{line.topic.id}",
                type="secondary" if line.topic.id == opened else "tertiary", width="stretch", wrap=True, icon=icon,
                icon_position="right", help=_covered(line, lang), on_click=topics_open.topic, args=(line.topic.id,),
            )  # fmt: skip
            st.html(figures(line, lang))


def _covered(line: Line, lang: str) -> str:
    if line.entry is None:
        return say("No entry of the FAQ covers it", lang)
    told = "The FAQ has it: {question}" if line.entry.state == "approved" else "Proposed for the FAQ: {question}"
    return label(say(told, lang, question=line.entry.question))


def figures(line: Line, lang: str) -> str:
    """The count of 30 days, a bar for each week, and the growth, as HTML."""
    told = say("Each of the last {n} weeks: {counts}", lang, n=WEEKS, counts=", ".join(map(str, line.weeks)))
    grew, why = growth(line, lang)
    return (
        f"<div class='kz-topic'><b>{line.lately:,}</b>{bars(line.weeks, told)}"
        f"<span title='{html(why)}'>{html(grew)}</span></div>"
    )


def bars(weeks: Sequence[int], told: str) -> str:
    """A bar for each week."""
    most = max([*weeks, 1])
    drawn = "".join(f"<i style='height:{max(100 * count / most, 4):.0f}%' title='{count:,}'></i>" for count in weeks)
    return f"<div class='kz-weeks' role='img' aria-label='{html(told)}'>{drawn}</div>"


def growth(line: Line, lang: str) -> tuple[str, str]:
    """How much more is asked than in the 30 days before, short and in a sentence."""
    why = say("{n} in the last 30 days, {before} in the 30 days before", lang, n=line.lately, before=line.before)
    if line.before:
        return f"× {line.lately / line.before:.1f}", why
    return (f"+ {line.lately:,}" if line.lately else "–"), why


def nothing(me: Account) -> None:
    """Say what will appear here, and when."""
    with st.container(key="empty", horizontal_alignment="center"):
        st.markdown(f"#### {say('No topics yet', me.lang)}")
        st.caption(
            say(
                "Questions of incoming conversations are gathered into topics in the background, a few minutes after "
                "they come in. A topic that comes in much faster than usual is shown on top, once a week of history "
                "is there.",
                me.lang,
            )
        )
