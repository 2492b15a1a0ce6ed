"""The separate questions of one message, so that each can be searched for and answered."""

import re

from ingest import clean, passages

MOST = 4  # questions of one message
_ASKS = re.compile(r"[?？]\s*$|(ですか|ますか|でしょうか|ませんか)[。\s]*$")


def questions(text: str) -> list[str]:
    """The separate questions of a message, at most four; a message without any is one question."""
    found = [text[a:b].strip() for a, b in passages.sentences(text)]
    asked = [one for one in found if _ASKS.search(one)]
    return [one for one in asked if len(one) > (6 if clean.language(one) == "ja" else 12)][:MOST]
