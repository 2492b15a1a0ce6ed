"""Other people's words made safe for Streamlit's labels and HTML: shown as they are, never obeyed."""

import re
from html import escape

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&@/^=])")


def label(text: str, most: int = 200) -> str:
    """One line for a button, link or caption, in which Markdown, directives, icons, formulas and HTML mean nothing."""
    line = " ".join(text.split())
    return _MARKS.sub(r"\\\1", line if len(line) <= most else f"{line[: most - 1]}…")


def html(text: str) -> str:
    """For text and quoted attributes of HTML."""
    return escape(text, quote=True)
