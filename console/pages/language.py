"""The console's words in the reader's language. English is the key; each page keeps its Japanese in `japanese/`."""

import json
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "japanese"


def say(text: str, lang: str, **fields: object) -> str:
    """`text` in the language `lang`, its `{fields}` filled in; English where no translation is kept."""
    found = _japanese().get(text, text) if lang == "ja" else text
    return found.format(**fields) if fields else found


@cache
def _japanese() -> dict[str, str]:
    return {
        key: value
        for path in sorted(_FOLDER.glob("*.json"))
        for key, value in json.loads(path.read_text("utf-8")).items()
    }
