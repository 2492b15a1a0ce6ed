"""JSON lines in, JSON lines out: same order, one answer a line, errors as `{"id","error"}` while the rest goes on."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TextIO

from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.errors import KizunaError, SenderError

LONGEST = 1_000_000  # characters of one line
_SEPARATORS = {ord(c): f"\\u{ord(c):04x}" for c in "\x85\u2028\u2029"}  # some readers see a new line in these


class Turn(BaseModel):
    """One turn of a conversation."""

    model_config = ConfigDict(extra="ignore")

    role: str
    text: str


class Line(BaseModel):
    """What any of the commands may be asked about."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    id: str
    text: str = ""
    customer: str = ""
    turns: list[Turn] | None = None


Answer = Callable[[Line], dict[str, Any]]


def answer(source: Iterable[str], sink: TextIO, by: Answer) -> int:
    """Answer every line of `source` on `sink`; returns how many failed. Blank lines are passed over."""
    failed = 0
    for number, raw in enumerate(source, 1):
        if not raw.strip():
            continue
        reply = _one(raw, number, by)
        failed += "error" in reply
        sink.write(json.dumps(reply, ensure_ascii=False).translate(_SEPARATORS) + "\n")
        sink.flush()
    return failed


def _one(raw: str, number: int, by: Answer) -> dict[str, Any]:
    name: str | None = None
    try:
        line = _parse(raw)
        name = line.id
        return {"id": line.id} | by(line)
    except KizunaError as error:
        return {"id": name if name is not None else _id(raw, number), "error": str(error)}


def _parse(raw: str) -> Line:
    if len(raw) > LONGEST:
        raise SenderError(f"The line has {len(raw):,} characters; {LONGEST:,} are the most.")
    try:
        line = Line.model_validate_json(raw)
    except ValidationError as error:
        raise SenderError("Not a line as expected: " + "; ".join(_told(error))) from None
    if not line.text.strip() and not line.turns:
        raise SenderError("The line has neither `text` nor `turns`, so there is nothing to answer.")
    return line


def _told(error: ValidationError) -> Iterator[str]:
    for one in error.errors(include_url=False, include_input=False)[:3]:
        place = ".".join(map(str, one["loc"]))
        yield f"{place}: {one['msg']}" if place else str(one["msg"])


def _clean(text: str) -> str:
    """Without the lone surrogates that JSON can spell and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode()


def _id(raw: str, number: int) -> str:
    try:
        found = json.loads(raw).get("id")
    except (ValueError, AttributeError, RecursionError):
        found = None
    return _clean(str(found)) if isinstance(found, str | int) else f"line {number}"
