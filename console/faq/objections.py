"""What supervisors decide about a flag: that the entry stays as it is, or takes over what the other text says."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from console import evidence
from console.accounts import Account
from console.faq import publishing
from ingest.errors import SenderError
from ingest.shelving import Shelves
from ingest.store import flags, notes
from ingest.store.faqs import Entry
from ingest.store.flags import Flag

AGAIN = timedelta(days=180)  # from one review that found an entry right to the next


def keep(shelves: Shelves, id: str, *, by: Account) -> None:
    """Close a flag: the entry is right as it is. One whose review was due is looked at again half a year later.

    Raises SenderError for anybody but a supervisor and for a flag that is closed already.
    """
    with shelves.db.read() as db:
        flag = flags.get(db, id)
    if flag is None:
        raise SenderError("This flag is no longer there. Load the page again.")
    with publishing.changing(shelves, flag.entry, by) as change:
        if not flags.close(change.db, id, by.name, "kept"):
            raise SenderError("Somebody else has closed this flag. Load the page again.")
        notes.write(change.db, by=by.name, action="kept faq", subject=flag.entry, flag=flag.kind)
        if flag.kind == "review":
            change.keep(_due_again(change.was), "set a review of")


def clear(shelves: Shelves, entry: str, *, by: Account) -> int:
    """Close the flags on sentences that an entry says no more, as published; returns how many."""
    with publishing.changing(shelves, entry, by) as change:
        gone = [flag for flag in flags.of(change.db, entry) if flag.ours and not _says(change.was, flag.ours)]
        return sum(flags.close(change.db, flag.id, by.name, "changed") for flag in gone)


def taken_over(entry: Entry, flag: Flag) -> tuple[str, str] | None:
    """The language of the face that a flag speaks of, and its answer with their words in the place of ours.

    None where there are no other words, or ours do not stand in an answer as they are.
    """
    theirs, place = " ".join(str(flag.theirs.get("quote", "")).split()), _place(entry, flag)
    if not place or not theirs or flag.note in ("gone", "dropped"):
        return None
    lang, start, end = place
    answer = entry.faces[lang].answer
    return lang, answer[:start] + theirs + answer[end:]


def _says(entry: Entry, sentence: str) -> bool:
    answers = [face.answer for face in entry.faces.values()]
    texts = ("".join(text.split()) for answer in answers for text in (answer, evidence.plain(answer)))
    return any("".join(sentence.split()) in text for text in texts)


def _place(entry: Entry, flag: Flag) -> tuple[str, int, int] | None:
    """Where the flagged sentence stands: language, start and end in the answer; None where it does not."""
    words = flag.ours.split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(map(re.escape, words)))
    found = ((lang, pattern.search(face.answer)) for lang, face in entry.faces.items())
    return next(((lang, hit.start(), hit.end()) for lang, hit in found if hit), None)


def _due_again(entry: Entry) -> Entry:
    return replace(entry, review=datetime.now(UTC) + AGAIN)
