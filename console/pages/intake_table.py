"""A plain table for what people and files told: every cell escaped, numbers to the right."""

from collections.abc import Sequence

import streamlit as st

from console.pages.plain import html

Cell = str | int | tuple[str, str]  # a tuple is a text with what hovering over it tells


def draw(head: Sequence[str], rows: Sequence[Sequence[Cell]], *, numbers: Sequence[int] = ()) -> None:
    """Draw it; the columns at the places `numbers` are set to the right."""
    marks = {place: " class='kz-number'" for place in numbers}
    top = "".join(f"<th{marks.get(place, '')}>{html(name)}</th>" for place, name in enumerate(head))
    body = "".join(
        f"<tr>{''.join(_cell(cell, head[n], marks.get(n, '')) for n, cell in enumerate(row))}</tr>" for row in rows
    )
    table = f"<table class='kz-table'><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    st.html(f"<div class='kz-scroll'>{table}</div>")


def _cell(cell: Cell, name: str, mark: str) -> str:
    """A cell; where the page is narrow, `name` stands before it instead of above."""
    text, title = cell if isinstance(cell, tuple) else (f"{cell:,}" if isinstance(cell, int) else cell, "")
    told = f" title='{html(title)}'" if title else ""
    return f"<td data-name='{html(name)}'{mark}{told}>{html(text)}</td>"
