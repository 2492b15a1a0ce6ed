"""Lists whose rows a click or a key opens: each draws its own rows (NAME.js, NAME.css), the rest is rows.js."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_HERE = Path(__file__).parent


@cache
def of(name: str, within: str) -> "ComponentRenderer":
    """The list of this name, whose rows stand in an element of the class `within`."""
    style = (_HERE / f"{name}.css").read_text("utf-8")
    script = "".join((_HERE / f"{one}.js").read_text("utf-8") for one in ("rows", name))
    return st.components.v2.component(f"kizuna_{name}", html=f'<div class="{within}"></div>', css=style, js=script)
