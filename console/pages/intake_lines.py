"""Lines of a list whose last place holds what can be done with each: every word escaped, numbers to the right."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from console.pages.intake_table import Cell
from console.pages.language import say
from console.pages.plain import html

_ROOM = 7  # rem: the width of a button in a line, as intake.css has it


@dataclass(frozen=True)
class Column:
    """A column's name in English, and its width as CSS has it."""

    name: str
    width: str = "minmax(0, 1fr)"
    number: bool = False


@dataclass(frozen=True)
class Button:
    """Something that can be done with a line; `key` is unique on the page."""

    key: str
    text: str
    icon: str
    press: Callable[[], object]
    help: str = ""
    disabled: bool = False


@contextmanager
def frame(key: str, columns: Sequence[Column], lang: str, *, buttons: int = 0) -> Iterator[None]:
    """A list whose lines are drawn inside: the names of the columns above, room for so many buttons a line."""
    names = "".join(
        f"<span{_mark(column)}>{html(say(column.name, lang) if column.name else '')}</span>" for column in columns
    )
    style = f"{_widths(columns)}; padding-right: {buttons * _ROOM + 0.6}rem"
    with st.container(key=f"intake_list_{key}", gap=None):
        st.html(f"<div class='kz-line kz-head' style='{style}' aria-hidden='true'>{names}</div>")
        yield


def draw(
    key: str, columns: Sequence[Column], cells: Sequence[Cell], buttons: Sequence[Button], lang: str, *,
    faint: bool = False,
) -> None:  # fmt: skip
    """Draw one line; a cell's name stands before it for those who hear the page or see it narrow."""
    drawn = "".join(_cell(column, cell, lang) for column, cell in zip(columns, cells, strict=True))
    look = "kz-line kz-faint" if faint else "kz-line"
    with st.container(key=f"intake_line_{key}", horizontal=True, vertical_alignment="center", gap=None):
        st.html(f"<div class='{look}' style='{_widths(columns)}'>{drawn}</div>")
        for button in buttons:
            if st.button(
                button.text, icon=button.icon, type="tertiary", key=button.key, help=button.help or None,
                disabled=button.disabled,
            ):  # fmt: skip
                button.press()


def _widths(columns: Sequence[Column]) -> str:
    return f"grid-template-columns: {' '.join(column.width for column in columns)}"


def _mark(column: Column, empty: bool = False) -> str:
    marks = (["kz-number"] if column.number else []) + (["kz-none"] if empty else [])
    return f" class='{' '.join(marks)}'" if marks else ""


def _cell(column: Column, cell: Cell, lang: str) -> str:
    text, title = cell if isinstance(cell, tuple) else (f"{cell:,}" if isinstance(cell, int) else cell, "")
    told = f" title='{html(title)}'" if title else ""
    name = f"<small>{html(say(column.name, lang))} </small>" if column.name else ""
    return f"<span{_mark(column, cell in (0, ''))}{told}>{name}{html(text)}</span>"
