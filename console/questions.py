"""The separate questions of one message, so that each can be searched for and answered."""

import re

from ingest import clean, sentences

MOST = 4  # questions of one message
_ASKS = re.compile(r"[?？]\s*$|(ですか|ますか|でしょうか|ませんか)[。\s]*$")


def spans(text: str) -> list[tuple[int, int]]:
    """Where the separate questions of a message stand in it, `[start, end)`, at most four; none where it asks none."""
    found = []
    for begun, ended in sentences.sentences(text):
        one = text[begun:ended]
        if _ASKS.search(one) and len(one) > (6 if clean.language(one) == "ja" else 12):
            found.append((begun, ended))
    return found[:MOST]


def questions(text: str) -> list[str]:
    """The separate questions of a message, at most four; a message without any is one question."""
    return [text[start:end] for start, end in spans(text)]
