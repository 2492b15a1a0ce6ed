"""Whether a reply says only what its sources say: everything in it that can be checked, held against their words.

Numbers with units, amounts, dates, times, links, addresses, names and promises of ours, in English and Japanese and
across both. What is said wrongly with a source's own numbers is not seen. Figures in docs/quality.md.
"""

import bisect
import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from console.grounding import moments, names, numbers, promises, references
from console.grounding.claims import Claim, Kind, folded
from ingest.sentences import sentences

OPEN, CLOSE = "⟦", "⟧"
_SPACES = (" ", "\u3000")
_MACHINE = re.compile(r"[`{}\\]|[A-Za-z0-9]+_[A-Za-z0-9]\w{0,60}|(?:[/~][\w.-]{1,60}){2,9}", re.ASCII)
LIGHT = frozenset({"name"})  # what is only marked: a word with a capital may be a plain one


@dataclass(frozen=True)
class Unsupported:
    """What no source holds: `text` at `[start:end)` of what was said."""

    kind: Kind
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Checked:
    """A text without the sentences that say what no source holds, and what those were."""

    text: str
    struck: tuple[Unsupported, ...]


def check(said: str, sources: Sequence[str], *, allowed: Sequence[str] = ()) -> tuple[Unsupported, ...]:
    """Everything checkable in `said` that no source holds, in order, without overlaps; linear in time.

    `allowed` are texts that are no sources but may be repeated: the customer's name, the ticket's subject, set phrases.
    Markup, and links that are to be clicked, are never supported.
    """
    text = folded(said)
    texts = [folded(one) for one in (*sources, *allowed)]
    given: set[Hashable] = {key for one in texts for claim in _claims(one) for key in claim.gives}
    given.update(*promises.borne_out(texts))
    found = [claim for claim in (*_claims(text), *promises.made(text)) if claim.firm and not claim.needs & given]
    found += names.unknown(_unnumbered(text, []), names.Known(sources, allowed))
    return tuple(Unsupported(one.kind, one.start, one.end, said[one.start : one.end]) for one in _apart(found))


def risky(text: str) -> bool:
    """Whether words of a past case must not be said to another customer.

    They hold a link, an address, a telephone number, markup or an open blank, or promise a sum.
    """
    claims = _claims(folded(text))
    kinds = {one.kind for one in claims if one.firm and not (one.kind == "number" and not _is_phone(one))}
    promised = kinds & {"amount", "percent"} and any(True for _ in promises.made(folded(text)))
    return bool(promised or kinds & {"link", "email", "html", "placeholder", "number"})


def marked(said: str, found: Iterable[Unsupported]) -> str:
    """`said` with ⟦ ⟧ around each of `found`, for the agent's eyes."""
    parts, done = list[str](), 0
    for one in sorted(found, key=lambda one: one.start):
        parts += [said[done : one.start], OPEN, said[one.start : one.end], CLOSE]
        done = one.end
    return "".join([*parts, said[done:]])


def strike(said: str, sources: Sequence[str], *, allowed: Sequence[str] = ()) -> Checked:
    """`said` without every sentence that holds something unsupported but a name in plain letters, or words of machines.

    Codes are no such names: another customer's order is one. The other sentences stay as they are.
    """
    found = check(said, sources, allowed=allowed)
    grave = [one for one in found if one.kind not in LIGHT or any(map(str.isdigit, one.text))]
    odd = (one for one in _machines(said, sources) if all(one.end <= it.start or it.end <= one.start for it in grave))
    grave = sorted([*grave, *odd], key=lambda one: one.start)
    if not grave:
        return Checked(said, ())
    kept, done, starts = list[str](), 0, [one.start for one in grave]
    for start, end in sentences(said):
        kept.append(said[done:start])
        before = bisect.bisect_left(starts, end)
        done = end
        if before and grave[before - 1].end > start:
            while said[done : done + 1] in _SPACES:
                done += 1
        else:
            kept.append(said[start:end])
    return Checked(_tidy("".join([*kept, said[done:]])), tuple(grave))


def _machines(said: str, sources: Sequence[str]) -> Iterator[Unsupported]:
    """What programs are told and answer, and no source says: calls, paths, fields, keys."""
    for match in _MACHINE.finditer(said):
        if not any(match[0] in one for one in sources):
            yield Unsupported("html", *match.span(), match[0])


def _claims(text: str) -> list[Claim]:
    found: list[Claim] = []
    numbers.read(_unnumbered(text, found), found)
    return found


def _is_phone(claim: Claim) -> bool:
    return any(str(key[1]).startswith("phone") for key in claim.needs if isinstance(key, tuple))


def _unnumbered(text: str, into: list[Claim]) -> str:
    """Add all but numbers, names and promises; returns the text without them: a date is no number and no name."""
    return references.codes(moments.read(references.addresses(text, into), into), into)


def _apart(found: Iterable[Claim]) -> list[Claim]:
    """In order; of two that overlap the longer one, of the same length the first."""
    kept: list[Claim] = []
    for one in sorted(found, key=lambda claim: (claim.start, -claim.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
        elif one.end - one.start > kept[-1].end - kept[-1].start:
            kept[-1] = one
    return kept


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.split("\n")]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept).strip()
