"""One upload from near: what its columns mean, which can be changed, its first records as they will be, its rejects."""

from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

import streamlit as st

from console import intake
from console.desk import Desk
from console.intake import Upload
from console.pages import intake_facts, intake_table, times
from console.pages.intake_words import FIELDS, FIRST_FIELDS, ONE, SHAPES, complaint
from console.pages.language import say
from console.pages.plain import html, label
from ingest.preview import Look
from ingest.readers import Mapping
from ingest.records import Article, Customer, Record, Ticket

RAW = 240  # characters of a reject that are shown
_LONG = 400
_PER_ROW = 2


def named(path: Path) -> dict[str, str] | None:
    """What every column of this upload means, {field: column}, once the person said so; before that None."""
    return _said_of().get(path)


def _said_of() -> dict[Path, dict[str, str]]:
    kept: dict[Path, dict[str, str]] = st.session_state.setdefault("intake_columns", {})
    return kept


def show(desk: Desk, path: Path, upload: Upload, lang: str) -> None:
    """Draw it."""
    intake_facts.show(upload, lang)
    if upload.table:
        fields, rows = st.columns([10, 12], gap="medium")
        with fields, st.container(key="intake_fields"):
            _columns(path, upload.table, upload.remembered, lang)
        with rows:
            _rows(path, upload.table, lang)
            _records(desk, path, upload, lang)
    else:
        _records(desk, path, upload, lang)
    if upload.look.bad:
        _heading(say("What stays out, and why", lang))
        _rejects(desk, upload.look, lang)


def _rows(path: Path, table: Mapping, lang: str) -> None:
    _heading(say("First rows", lang))
    told = [dict(zip_longest(table.columns, row[: len(table.columns)], fillvalue="")) for row in table.rows]
    st.dataframe(told, hide_index=True, height="content", key=f"rows:{path}")


def _records(desk: Desk, path: Path, upload: Upload, lang: str) -> None:
    if upload.look.first:
        _heading(say("As they come in: cleaned, without personal data", lang))
        st.html(f"<div class='kz-records'>{''.join(_stored(desk, path, upload.look, lang))}</div>")


def _heading(text: str) -> None:
    st.html(f"<h3 class='kz-heading'>{html(text)}</h3>")


def _columns(path: Path, mapping: Mapping, remembered: bool, lang: str) -> None:
    """A choice of column for every field; the guessed ones and the important ones first."""
    _heading(say("What the columns mean", lang))
    with st.container(horizontal=True, vertical_alignment="center"):
        last = say("Columns as you named them last time.", lang) if remembered else ""
        st.caption(f"{say(SHAPES[mapping.shape], lang)} {last}")
        if remembered or named(path):
            st.button(
                say("Back to the guess", lang), icon=":material/restart_alt:", type="tertiary", key="guess_again",
                on_click=_guess_again, args=(path,),
            )  # fmt: skip
    first = [name for name in FIELDS if name in FIRST_FIELDS or name in mapping.fields]
    _choices(path, mapping, first, lang)
    with st.expander(say("More fields", lang)):
        _choices(path, mapping, [name for name in FIELDS if name not in first], lang)


def _choices(path: Path, mapping: Mapping, names: list[str], lang: str) -> None:
    for at in range(0, len(names), _PER_ROW):
        for cell, name in zip(st.columns(_PER_ROW), names[at : at + _PER_ROW], strict=False):
            with cell:
                _choice(path, mapping, name, lang)


def _choice(path: Path, mapping: Mapping, name: str, lang: str) -> None:
    current = mapping.fields.get(name, "")
    options = ["", *mapping.columns]
    key = f"map:{path.parent.name}:{name}:{current}"  # another guess is another widget
    st.selectbox(
        say(FIELDS[name], lang), options, index=options.index(current), key=key,
        format_func=lambda column: column or "–", on_change=partial(_name, path, mapping, name, key),
    )  # fmt: skip


def _name(path: Path, mapping: Mapping, name: str, key: str) -> None:
    """The person's word: every other field stays as it was, but a column means one thing only."""
    column = st.session_state[key] or ""
    known = {one: mapping.fields.get(one, "") for one in FIELDS}
    rest = {one: "" if held == column else held for one, held in known.items()}
    _said_of()[path] = rest | {name: column}


def _guess_again(path: Path) -> None:
    _said_of()[path] = {}


def _stored(desk: Desk, path: Path, look: Look, lang: str) -> list[str]:
    """The first records drawn; they are cleaned and masked once for each look."""
    kept = st.session_state.get("intake_stored")
    if kept is None or kept[0] is not look:
        with st.spinner(say("Reading {name}…", lang, name=label(path.name))):
            kept = (look, [intake.as_stored(record, desk.shelves) for record in look.first])
        st.session_state["intake_stored"] = kept
    return [_record(record, lang) for record in kept[1]]


def _record(record: Record, lang: str) -> str:
    """One record as HTML, every word of it escaped."""
    if isinstance(record, Customer):
        told: dict[str, str] = {"Name": record.name, "Email address": record.email, "Plan": record.plan}
        said = [(say(name, lang), value) for name, value in told.items() if value]
        title, at, kind = record.name, record.since, "customer"
    elif isinstance(record, Article):
        said, title, at, kind = [("", record.text)], record.title, record.updated, record.kind
    else:
        said, title, at, kind = _said(record, lang), record.subject, record.created, record.kind
    date = times.exact(at, st.context.timezone) if at else say("no date", lang)
    about = " · ".join((say(ONE[kind], lang), *((record.id,) if title else ()), date))
    head = f"<b>{html(title or record.id)}</b><small>{html(about)}</small>"
    lines = "".join(f"<dt>{html(who)}</dt><dd>{html(text[:_LONG])}</dd>" for who, text in said)
    return f"<article><header>{head}</header><dl>{lines}</dl></article>"


def _said(ticket: Ticket, lang: str) -> list[tuple[str, str]]:
    """The customer's first words and our first reply."""
    names = {"incoming": "Customer", "outgoing": "We"}
    first: dict[str, str] = {}
    for turn in ticket.messages:
        first.setdefault(turn.direction, turn.text)
    return [(say(name, lang), first[side]) for side, name in names.items() if side in first]


def _rejects(desk: Desk, look: Look, lang: str) -> None:
    rows: list[list[Any]] = [
        [one.place, complaint(one.reason, lang), desk.shelves.redactor.mask(one.raw[:RAW]).text] for one in look.bad
    ]
    intake_table.draw([say(name, lang) for name in ("Place", "Reason", "What stood there")], rows)
    if look.rejected > len(look.bad):
        counts = [
            f"{count:,} × {complaint(why, lang)}"
            for why, count in sorted(look.reasons.items(), key=lambda told: -told[1])
        ]
        st.caption(say("In all: {reasons}", lang, reasons=label(" · ".join(counts[:6]), 1200)))
