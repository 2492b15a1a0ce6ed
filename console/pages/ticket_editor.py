"""What stands in the reply's editor: a draft, one's own words, what was inserted; and every version before it.

The session holds the text; its versions stay in this process, so that a reload brings back what was written.
"""

from collections import OrderedDict
from dataclasses import dataclass, field, replace

import streamlit as st

from console.accounts import Account
from console.desk import Desk
from console.pages import session
from console.pages.ticket_source import Quoted
from ingest.store.drafts import Stored

MOST = 40  # versions of one reply
KEPT = 300  # replies whose versions are remembered


@dataclass(frozen=True)
class Version:
    """A text, the draft (id and words) it was filled with, its citation numbers, and the quotes that were put in."""

    text: str = ""
    poured: tuple[str, str] = ("", "")
    numbers: tuple[int, ...] = ()
    quotes: tuple[Quoted, ...] = ()


@dataclass
class _History:
    desk: Desk
    versions: list[Version] = field(default_factory=lambda: [Version()])
    at: int = 0


_histories: OrderedDict[tuple[str, str], _History] = OrderedDict()


def key(id: str) -> str:
    """Where the session keeps the reply being written."""
    return f"reply:{id}"


def now(id: str) -> Version:
    """What stands in the editor."""
    kept: Version = st.session_state.get(f"version:{id}", Version())
    return replace(kept, text=st.session_state.get(key(id)) or "")


def put(id: str, version: Version) -> None:
    """Make this what stands in the editor."""
    st.session_state[key(id)], st.session_state[f"version:{id}"] = version.text, version


def keep(desk: Desk, me: Account, id: str) -> None:
    """Remember the text as a version of its own; in a session that has none yet, bring back the last one."""
    kept = _history(desk, me, id)
    if key(id) not in st.session_state:
        put(id, kept.versions[kept.at])
    current = now(id)
    same = current.text.strip() == kept.versions[kept.at].text.strip()
    if same or (len(kept.versions) == 1 and not kept.versions[0].text.strip()):
        kept.versions[kept.at] = current
        return
    kept.versions[kept.at + 1 :] = [current]
    del kept.versions[:-MOST]
    kept.at = len(kept.versions) - 1


def steps(desk: Desk, me: Account, id: str) -> tuple[bool, bool]:
    """Whether there is a version before this one, and one after it."""
    kept = _history(desk, me, id)
    return kept.at > 0, kept.at + 1 < len(kept.versions)


def step(desk: Desk, me: Account, id: str, by: int) -> None:
    """Go back (-1) or forth (1) by one version."""
    if session.over():
        return
    keep(desk, me, id)
    kept = _history(desk, me, id)
    kept.at = min(max(kept.at + by, 0), len(kept.versions) - 1)
    put(id, kept.versions[kept.at])


def clear(desk: Desk, me: Account, id: str) -> None:
    """Nothing stands there any more, and nothing did: it was sent."""
    _histories.pop((me.name, id), None)
    put(id, Version())


def pour(id: str, draft: Stored) -> None:
    """Fill the editor with a draft."""
    numbers = tuple(told["n"] for told in draft.citations)
    put(id, Version(draft.reply, (draft.id, draft.reply), numbers))
    st.session_state[f"offered:{id}"] = draft.id


def offer(id: str, draft: Stored) -> None:
    """Fill the editor with a new draft, once, unless the agent has words of their own there."""
    if st.session_state.get(f"offered:{id}") != draft.id and not poured(id, draft) and untouched(id):
        pour(id, draft)


def poured(id: str, draft: Stored | None) -> bool:
    """Whether this draft is what the editor was filled with."""
    return draft is not None and now(id).poured[0] == draft.id


def over(id: str, draft: Stored | None) -> bool:
    """Whether what stands there is a draft word for word that was decided on: a browser may bring it back later."""
    return draft is not None and draft.state != "proposed" and now(id).text.strip() == draft.reply.strip() != ""


def untouched(id: str) -> bool:
    """Whether the agent has written nothing there: it is empty, or the draft as it was."""
    current = now(id)
    return current.text.strip() in ("", current.poured[1].strip())


def insert(id: str, text: str) -> None:
    """Add to what stands there."""
    current = now(id)
    written = current.text.rstrip()
    put(id, replace(current, text=f"{written}\n\n{text}" if written else text))


def cite(id: str, quoted: Quoted) -> None:
    """Add what a source says, with a number of its own, as drafts have them."""
    current = now(id)
    n = max([*current.numbers, *(one.n for one in current.quotes)], default=0) + 1
    insert(id, f"{quoted.quote} [{n}]")
    numbered = replace(quoted, n=n)
    put(id, replace(now(id), numbers=(*current.numbers, n), quotes=(*current.quotes, numbered)))


def _history(desk: Desk, me: Account, id: str) -> _History:
    kept = _histories.get((me.name, id))
    if kept is None or kept.desk is not desk:
        kept = _histories[me.name, id] = _History(desk)
    _histories.move_to_end((me.name, id))
    while len(_histories) > KEPT:
        _histories.popitem(last=False)
    return kept
