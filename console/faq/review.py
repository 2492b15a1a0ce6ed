"""What supervisors decide about FAQ entries. Every decision is a version with its author, and can be taken back."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from console import faq
from console.accounts import Account
from console.faq import proposals, publishing
from console.faq.publishing import CONDITIONS, changing, held, waiting
from console.search import Search
from ingest import clean
from ingest.errors import SenderError
from ingest.shelving import Shelves
from ingest.store import versions
from ingest.store.faqs import Entry, Face
from ingest.store.versions import SUGGESTED

LONGEST = {"question": 300, "answer": 8000, "product": 80, "plan": 80, "region": 80}
_PLACE = ("about", "kind", "source", "start")
_NAMES = {"en": "English", "ja": "Japanese"}


def approve(shelves: Shelves, id: str, *, by: Account, four_eyes: bool, words: Entry | None = None) -> bool:
    """Publish an entry, each face that has an answer; search, drafts and widget find it at once. Returns whether it is.

    `words` is the entry as the supervisor settled on it, with its `updated`; without it the entry's own words count,
    or those that wait for approval. With `four_eyes` the first approval only seconds and another supervisor's
    publishes; words that the second one changes start again. Raises SenderError for a face without words, for an entry
    that somebody else changed meanwhile, and when the first supervisor approves again.
    """
    with changing(shelves, id, by) as change:
        was = change.was
        pending = waiting(change.db, was)
        said = _settled(pending or was, words)
        _publishable(said)
        same = publishing.words(said) == publishing.words(pending or was)
        if was.state == "approved" and same and not pending:
            return True
        if not four_eyes or (same and was.seconded not in ("", by.name)):
            change.keep(replace(said, state="approved", note="", seconded="", snoozed=None), "approved")
            return True
        if same and was.seconded == by.name:
            raise SenderError("You have approved these words already. Another supervisor publishes them.")
        change.second(said)
        return False


def edit(shelves: Shelves, words: Entry, *, by: Account, four_eyes: bool) -> None:
    """Keep other words, faces and conditions of an entry without deciding it; a published entry is published anew.

    `words` is the entry with its changes and its `updated`. With `four_eyes` the words of a published entry wait for
    another supervisor. Raises SenderError as `approve` does.
    """
    with changing(shelves, words.id, by) as change:
        was = change.was
        now = waiting(change.db, was) or was
        said = _settled(now, words)
        if was.by and publishing.words(said) == publishing.words(now):
            return
        if was.state == "approved":
            _publishable(said)
        if was.state == "approved" and four_eyes:
            change.second(said)
        else:
            change.keep(replace(said, seconded=""), "edited")


def reject(shelves: Shelves, id: str, *, by: Account, reason: str) -> None:
    """Keep a proposal from being published or proposed again, and say why."""
    _turn_down(shelves, id, by, "rejected", reason.strip())


def retire(shelves: Shelves, id: str, *, by: Account, reason: str = "") -> None:
    """Take a published entry out of search, drafts and the widget; it stands among the rejected ones."""
    _turn_down(shelves, id, by, "retired", reason.strip())


def _turn_down(shelves: Shelves, id: str, by: Account, action: str, reason: str) -> None:
    with changing(shelves, id, by) as change:
        change.keep(replace(change.was, state="rejected", note=reason, seconded=""), action, reason=reason)


def reopen(shelves: Shelves, id: str, *, by: Account) -> None:
    """Undo a decision: the entry is a proposal again, and no longer published."""
    with changing(shelves, id, by) as change:
        change.keep(replace(change.was, state="proposed", note="", seconded=""), "reopened")


def snooze(shelves: Shelves, id: str, *, by: Account, until: datetime) -> None:
    """Let an entry sleep: the queue leaves it out until then. Raises SenderError for a time that has passed."""
    if until <= datetime.now(UTC):
        raise SenderError("This time has passed. Choose a later one.")
    with changing(shelves, id, by) as change:
        change.keep(replace(change.was, snoozed=until), "snoozed")


def wake(shelves: Shelves, id: str, *, by: Account) -> None:
    """End an entry's sleep."""
    with changing(shelves, id, by) as change:
        change.keep(replace(change.was, snoozed=None), "woke")


def review_by(shelves: Shelves, id: str, *, by: Account, day: datetime | None) -> None:
    """Set when somebody is to look at an entry again; None is never."""
    with changing(shelves, id, by) as change:
        change.keep(replace(change.was, review=day), "set a review of")


def rollback(shelves: Shelves, id: str, number: int, *, by: Account) -> None:
    """Bring an entry back to an earlier version: words, conditions, evidence and state, published where it was then.

    Raises SenderError for a version that is not there or whose words were only suggested.
    """
    with changing(shelves, id, by) as change:
        version = versions.get(change.db, id, number)
        if version is None:
            raise SenderError(f"This entry has no version {number}. Load the page again.")
        if version.action == SUGGESTED:
            raise SenderError("These words were never published. Approve them, or go back to another version.")
        stood = publishing.stood(change.was, version)
        change.keep(replace(stood, seconded="", snoozed=None), "rolled back", number=number)


def merge(shelves: Shelves, ids: Sequence[str], *, by: Account) -> None:
    """Make one entry of several: the first's words stay; wordings, evidence and faces that it lacks join it.

    The others are rejected with a note that names it. A face that was not published before waits for approval where
    the first is published. Raises SenderError for fewer than two entries.
    """
    if len(set(ids)) != len(ids) or len(ids) < 2:
        raise SenderError("Choose at least two different entries.")
    first, *rest = ids
    with changing(shelves, first, by) as change:
        was, others = replace(change.was, seconded=""), [held(change.db, id, by) for id in rest]
        whole = _joined(was, others)
        sure = _joined(was, [one for one in others if one.state == "approved"]).others
        change.keep(replace(whole, others=sure) if was.state == "approved" else whole, "merged", others=rest)
        if was.state == "approved" and whole.others != sure:
            change.suggest(whole)
        for one in others:
            note = f"merged into {first}"
            change.of(one).keep(replace(one, state="rejected", note=note, seconded=""), "rejected", reason=note)


def split(shelves: Shelves, id: str, members: Sequence[str], *, by: Account, search: Search) -> str:
    """Propose an entry of its own for some of an entry's conversations; returns its id. The old words stay as they are.

    Raises SenderError unless `members` are some, but not all, of the entry's conversations.
    """
    with shelves.db.read() as db:
        theirs = proposals.members(held(db, id, by))
    if not set(members) < theirs or not members:
        raise SenderError("Choose some of this entry's conversations, but not all of them.")
    drafted = faq.drafted(search, members)
    with changing(shelves, id, by) as change:
        was = change.was
        gone = [one for one in was.evidence if one.get("about") == "question" and one["source"] in members]
        made = drafted or _bare(was, gone)
        fresh = replace(made, id=f"F-{uuid.uuid4().hex[:12]}", topic=was.topic, state="proposed")
        change.keep(replace(was, evidence=[one for one in was.evidence if one not in gone]), "split", into=fresh.id)
        change.of(fresh).keep(fresh, "split off", out_of=id)
    return fresh.id


def bulk(ids: Iterable[str], change: Callable[[str], object]) -> dict[str, str]:
    """Do the same to several entries, each by itself; returns what went wrong, by id."""
    wrong = {}
    for id in ids:
        try:
            change(id)
        except SenderError as error:
            wrong[id] = str(error)
    return wrong


def _settled(was: Entry, said: Entry | None) -> Entry:
    """The entry with the words that a supervisor settled on, tidied."""
    if said is None:
        return was
    if said.updated != was.updated:
        raise SenderError("Somebody else has changed this entry. Load the page again to see how it stands now.")
    faces = {lang: Face(" ".join(one.question.split()), one.answer.strip()) for lang, one in said.faces.items()}
    main = faces.pop(said.lang)
    conditions = {name: getattr(said, name).strip() for name in CONDITIONS}
    for lang, face in ((said.lang, main), *faces.items()):
        _bounded({"question": face.question, "answer": face.answer}, lang, said.lang)
    _bounded(conditions)
    others = {lang: face for lang, face in faces.items() if face.question or face.answer}
    found = replace(was, question=main.question, answer=main.answer, lang=said.lang, others=others, **conditions)
    for lang, face in found.faces.items():
        if not face.question:
            raise SenderError(f"The {_name('question', lang, found.lang)} is empty. Write it before you go on.")
    return found


def _bounded(texts: dict[str, str], lang: str = "", main: str = "") -> None:
    for name, text in texts.items():
        if len(text) > LONGEST[name]:
            most = f"{LONGEST[name]:,} are the most. Shorten it."
            raise SenderError(f"The {_name(name, lang, main)} has {len(text):,} characters; {most}")


def _name(name: str, lang: str, main: str) -> str:
    return name if lang == main else f"{_NAMES.get(lang, lang)} {name}"


def _publishable(entry: Entry) -> None:
    if not any(face.whole for face in entry.faces.values()):
        raise SenderError("The answer is empty. Write it before you go on.")


def _joined(first: Entry, others: Sequence[Entry]) -> Entry:
    """The first entry with what it lacks of the others: wordings, evidence, faces in other languages."""
    variants, evidence, faces = list(first.variants), list(first.evidence), dict(first.others)
    for one in sorted(others, key=lambda entry: entry.state != "approved"):
        new = {
            lang for lang, face in one.faces.items()
            if face.whole and lang != first.lang and not faces.get(lang, Face("", "")).whole
        }  # fmt: skip
        faces |= {lang: one.faces[lang] for lang in new}
        variants += [one.question, *one.variants]
        evidence += [
            told for told in one.evidence
            if told.get("about") == "question" or publishing.language(told, one) in new
        ]  # fmt: skip
    unlike = {text.casefold(): text for text in reversed(variants) if text.casefold() != first.question.casefold()}
    once = {tuple(told.get(name) for name in _PLACE): told for told in reversed(evidence)}
    return replace(first, variants=[*unlike.values()][::-1], evidence=[*once.values()][::-1], others=faces)


def _bare(was: Entry, asked: Sequence[dict[str, Any]]) -> Entry:
    """An entry for conversations that are no longer there: what they asked is known, no answer."""
    question = " ".join(str(asked[0]["quote"]).split())[: LONGEST["question"]]
    return Entry("", question, "", clean.language(question) or was.lang, was.product, evidence=[*asked])
