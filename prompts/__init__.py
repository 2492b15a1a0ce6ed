"""What we say to a model: a Markdown file for each task, strict Jinja, and the digest that names its wording."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).parent
_TURN = "\n---user---\n"


@dataclass(frozen=True)
class Prompt:
    """A task ready to send. `digest` names the wording it was made with, not the data in it."""

    system: str
    user: str
    digest: str


def render(task: str, **fields: Any) -> Prompt:
    """The task's prompt with its fields filled in.

    Raises jinja2.UndefinedError for a missing field and jinja2.TemplateNotFound for an unknown task, before any call.
    """
    system, user = _environment().get_template(f"{task}.md").render(fields).split(_TURN, 1)
    return Prompt(system.strip(), user.strip(), digest(task))


def digest(task: str) -> str:
    """First 12 hex digits of the SHA-256 of everything the task's wording is made of."""
    parts = sorted((_FOLDER / "parts").glob("*.md"))
    said = b"\0".join(path.read_bytes() for path in [_FOLDER / f"{task}.md", *parts])
    return hashlib.sha256(said).hexdigest()[:12]


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(_FOLDER)
    made = Environment(loader=loader, undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"data": _data, "line": _line}
    return made


def _data(text: str, limit: int = 2000) -> str:
    """Untrusted text, made unable to close the block that it stands in or to open a turn of its own."""
    cut = text if len(text) <= limit else text[:limit] + " …"
    for mark, harmless in (("<<<", "‹‹‹"), (">>>", "›››"), ("<|", "‹|"), ("|>", "|›")):
        cut = cut.replace(mark, harmless)
    return cut


def _line(text: str, limit: int = 60) -> str:
    """A word or two of untrusted text that stand in a line of ours."""
    return _data(" ".join(text.split()), limit)
