"""The separate questions of one message, so that each can be searched for and answered."""

import re

from ingest import clean, sentences

MOST = 4  # questions of one message
_SHORTEST, _TOLD = 12, 240  # characters of a question that is joined to another; of what is read before a question
_AND = re.compile(
    r"(?<=[^\s,]),? (?:and|or|also|&) (?:also )?(?=(?:what|how|which|when|where|who|why|is|are|can|could|do|does|did"
    r"|will|would|may|must|should|by how|at what|for how|from what|after how)\b(?!-))",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?？]\s*$|(ですか|ますか|でしょうか|ませんか)[。\s]*$")


def spans(text: str) -> list[tuple[int, int]]:
    """Where the separate questions of a message stand in it, `[start, end)`, at most four; none where it asks none."""
    found = []
    for begun, ended in sentences.sentences(text):
        one = text[begun:ended]
        if _ASKS.search(one) and len(one) > (6 if clean.language(one) == "ja" else 12):
            found.append((begun, ended))
    return found[:MOST]


def apart(text: str) -> list[str]:
    """Each question of a message by itself, behind what was told before it; empty where there is only one to answer.

    One sentence may ask two things: "What does it cost, and how long does it take?"
    """
    whole = sentences.sentences(text)
    asked = [(begun, part) for begun, ended in spans(text) for part in _clauses(text[begun:ended])]
    if len(asked) < 2:
        return []
    asking, before, found = {begun for begun, _ in asked}, "", []
    for begun, part in asked[:MOST]:
        found.append(f"{_told(text, whole, asking, begun) or before} {part}".strip())
        before = part  # a question that nothing introduces leans on the one before it
    return found


def _clauses(question: str) -> list[str]:
    """The questions that one sentence joins by "and"."""
    parts = [part for part in _AND.split(question) if part]
    if any(len(part) < _SHORTEST for part in parts):
        return [question]
    return [*(f"{part}?" for part in parts[:-1]), parts[-1]]


def _told(text: str, whole: list[tuple[int, int]], asking: set[int], before: int) -> str:
    """The sentences that ask nothing, up to a place, the nearest ones where they are many."""
    told = ""
    for begun, ended in reversed([span for span in whole if span[0] < before and span[0] not in asking]):
        if told and len(told) + ended - begun > _TOLD:
            break
        told = f"{text[begun:ended].strip()[-_TOLD:]} {told}"
    return told.strip()


def questions(text: str) -> list[str]:
    """The separate questions of a message, at most four; a message without any is one question."""
    return [text[start:end] for start, end in spans(text)]
