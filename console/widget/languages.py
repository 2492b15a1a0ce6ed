"""The languages that the frame speaks: one file of words each in static/words, and no other list of them."""

import json
import re
from functools import cache
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict
from starlette.requests import Request

from console.widget.guard import FILES

_FOLDER = FILES / "words"


@cache
def every() -> tuple[str, ...]:
    """The languages that there are words of, like "en"."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.json")))


@cache
def words(lang: str) -> dict[str, str]:
    """What the frame says in a language of `every`, by key."""
    return dict(json.loads((_FOLDER / f"{lang}.json").read_text("utf-8")))


def asked(request: Request) -> str:
    """The language of `lang` in the query, else the browser's; English where neither is one that we speak."""
    told = f"{request.query_params.get('lang', '')},{request.headers.get('accept-language', '')}"
    for tag in re.findall(r"(?:^|,)\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)", told[:500]):
        for found in (tag.lower(), tag.lower().partition("-")[0]):
            if found in every():
                return str(found)
    return "en"


def _known(lang: str) -> str:
    if lang not in every():
        raise ValueError("not a language of the frame")
    return lang


class Spoken(BaseModel):
    """A call of the frame, which says in which language it speaks."""

    model_config = ConfigDict(extra="forbid")
    lang: Annotated[str, AfterValidator(_known)] = "en"
