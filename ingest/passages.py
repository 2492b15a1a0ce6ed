"""Sources cut into token-bounded passages with exact offsets, and sentences in English and Japanese."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest import canon, cases
from ingest.canon import text_of as text_of
from ingest.errors import OperatorError
from ingest.records import Article, Case, Passage, Ticket
from ingest.sentences import Span, trimmed
from ingest.sentences import sentences as sentences

if TYPE_CHECKING:
    import tiktoken

Part = Literal["problem", "resolution", "body"]
Count = Callable[[str], int]  # text -> tokens

MAX_TOKENS = 180
OVERLAP = 30
_OPENING = 20  # tokens: callers say hello before they say what is wrong
_ATOM = 400  # characters: no longer run of text is counted in one piece

# The pattern and special tokens of cl100k_base, as tiktoken_ext.openai_public has them.
_PATTERN = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]"
    r"|\s+(?!\S)|\s"
)
_SPECIAL = {
    "<|endoftext|>": 100257,
    "<|fim_prefix|>": 100258,
    "<|fim_middle|>": 100259,
    "<|fim_suffix|>": 100260,
    "<|endofprompt|>": 100276,
}


@dataclass(frozen=True)
class Splitter:
    """Cuts records by the tokens of one encoding."""

    encoding: "tiktoken.Encoding"

    def tokens(self, text: str) -> int:
        """How many tokens `text` has; special tokens in it count as plain text."""
        return len(self.encoding.encode_ordinary(text))

    def split(
        self,
        record: Ticket | Article,
        *,
        case: Case | None = None,
        max_tokens: int = MAX_TOKENS,
        overlap: int = OVERLAP,
    ) -> list[Passage]:
        """See `passages.split`."""
        return split(record, self.tokens, case=case, max_tokens=max_tokens, overlap=overlap)


def open(path: Path) -> Splitter:
    """The splitter for the table `cl100k_base.tiktoken` at `path`, offline. OperatorError where it cannot be read."""
    import tiktoken
    from tiktoken.load import load_tiktoken_bpe

    if not path.is_file():
        raise OperatorError(f"The token table {path} is missing. Run: kizuna models fetch")
    try:
        ranks = load_tiktoken_bpe(str(path))
        return Splitter(
            tiktoken.Encoding("cl100k_base", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens=_SPECIAL)
        )
    except (ValueError, OSError) as error:
        raise OperatorError(f"The token table {path} cannot be read ({error}). Run: kizuna models fetch") from error


def split(
    record: Ticket | Article,
    count: Count,
    *,
    case: Case | None = None,
    max_tokens: int = MAX_TOKENS,
    overlap: int = OVERLAP,
) -> list[Passage]:
    """Passages of at most `max_tokens` by `count`, with `text_of(record)[p.start:p.end] == p.text`.

    Articles are cut at headings, then between sentences; tickets into the customer's opening problem and the agent's
    replies, one side a passage. `case` says which replies resolved a ticket; without it, it is read here. Replies of
    mere courtesy are left out. Within one section or reply, up to `overlap` tokens of whole sentences come again.
    """
    text = text_of(record)
    if isinstance(record, Article):
        regions = _pages(text, _sections(text))
    else:
        regions = _turns(record, text, case or cases.read(record), count)
    pieces = (
        (start, end, part, section)
        for (first, last), part, section in regions
        for start, end in _packed(text, (first, last), count, max_tokens, overlap)
    )
    return [
        Passage(
            source=record.id,
            kind=record.kind,
            seq=seq,
            text=text[start:end],
            start=start,
            end=end,
            part=part,
            title=record.title if isinstance(record, Article) else record.subject,
            section=section,
            lang=record.lang,
            product=record.product,
            created=record.updated if isinstance(record, Article) else record.created,
        )
        for seq, (start, end, part, section) in enumerate(pieces)
    ]


_Region = tuple[Span, Part, str]
_HEADING = re.compile(r"^(?:(#{1,6})[ \t]+(.+?)[ \t#]*|[■◆][ \t　]*(.+)|【(.+)】)$", re.M)
_FENCE = re.compile(r"^(?:```|~~~)", re.M)


def _sections(text: str) -> Iterator[_Region]:
    """The text between headings, each with its headings from the outside in; a heading without text joins the next."""
    path: list[tuple[int, str]] = []
    start, name, bare = 0, "", True
    for match in _headings(text):
        level = len(match[1]) if match[1] else 7
        if not bare or (not path and text[start : match.start()].strip()):
            yield (start, match.start()), "body", name
            start = match.start()
        path = [*(held for held in path if held[0] < level), (level, (match[2] or match[3] or match[4]).strip())]
        name = " > ".join(title for _, title in path)
        bare = _starts_heading(text, match.end())
    yield (start, len(text)), "body", name


_PAGE = re.compile(r"^<!-- page (\d{1,6}) -->$", re.M)  # as the PDF reader marks where a page begins


def _pages(text: str, regions: Iterable[_Region]) -> Iterator[_Region]:
    """The same regions cut where a page begins, with its number after the section; the marks are in no passage."""
    page = ""
    for (start, end), part, name in regions:
        at = start
        for mark in _PAGE.finditer(text, start, end):
            if text[at : mark.start()].strip():
                yield (at, mark.start()), part, _on(name, page)
            at, page = mark.end(), mark[1]
        if text[at:end].strip():
            yield (at, end), part, _on(name, page)


def _on(name: str, page: str) -> str:
    return f"{name} (p. {page})".strip() if page else name


def _starts_heading(text: str, at: int) -> bool:
    """Whether nothing but white space stands between `at` and the next heading or the end."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at >= len(text) or _HEADING.match(text, at) is not None


def _headings(text: str) -> Iterator[re.Match[str]]:
    """Headings outside fenced code."""
    fences = [match.start() for match in _FENCE.finditer(text)]
    passed = 0
    for match in _HEADING.finditer(text):
        while passed < len(fences) and fences[passed] < match.start():
            passed += 1
        if passed % 2 == 0 or passed == len(fences):
            yield match


def _turns(ticket: Ticket, text: str, case: Case, count: Count) -> Iterator[_Region]:
    """Subject and opening words of the customer, then each run of the agent's replies; the rest is not cut."""
    subject = (0, len(ticket.subject)) if ticket.subject else None
    opened, heard, reply = subject, 0, None
    for turn in canon.turns(ticket):
        if turn.side == "outgoing":
            if opened:
                yield opened, "problem", ""
                opened = None
            reply = (reply[0] if reply else turn.start, turn.end)
            continue
        for region in _replied(reply, text, case):
            heard = _OPENING if region[1] == "resolution" else heard
            yield region
        reply = None
        if heard < _OPENING:
            heard += count(text[turn.start : turn.end][: _ATOM * 4])
            opened = (opened[0] if opened else turn.start, turn.end)
    if opened:
        yield opened, "problem", ""
    yield from _replied(reply, text, case)


def _replied(reply: Span | None, text: str, case: Case) -> Iterator[_Region]:
    """A run of replies as what it is: a resolution where the case quotes it; nothing where it is hollow."""
    if reply is None:
        return
    start, end = reply
    quoted = any(first < end and start < last for first, last in case.resolution)
    if quoted and case.outcome != "unresolved":
        yield reply, "resolution", ""
    elif quoted or not cases.hollow(text[start:end]):
        yield reply, "body", ""


def _packed(text: str, region: Span, count: Count, most: int, overlap: int) -> Iterator[Span]:
    """Runs of whole sentences within `most` tokens; a sentence that is longer is cut at its commas and spaces."""
    held: list[tuple[int, int, int]] = []  # start, end, tokens
    total, fresh = 0, 0
    for start, end in sentences(text, *region):
        for low, high in _atoms(text, (start, end), count, most):
            # Sentences are counted with the white space before them, which belongs to the passage too.
            tokens = count(text[held[-1][1] : high]) if held else count(text[low:high])
            if held and total + tokens > most:
                yield held[0][0], held[-1][1]
                held, fresh = _tail(held, overlap), 0
                tokens = count(text[held[-1][1] : high]) if held else count(text[low:high])
                while held and sum(piece[2] for piece in held) + tokens > most:
                    held.pop(0)
                tokens = tokens if held else count(text[low:high])
                total = sum(piece[2] for piece in held)
            held.append((low, high, tokens))
            total, fresh = total + tokens, fresh + 1
    if fresh:
        yield held[0][0], held[-1][1]


def _tail(held: list[tuple[int, int, int]], overlap: int) -> list[tuple[int, int, int]]:
    """The last sentences of a passage that together stay within `overlap` tokens."""
    kept: list[tuple[int, int, int]] = []
    total = 0
    for piece in reversed(held[1:]):
        total += piece[2]
        if total > overlap:
            break
        kept.insert(0, piece)
    return kept


def _atoms(text: str, span: Span, count: Count, most: int) -> Iterator[Span]:
    """A sentence as it is, or, where it has over `most` tokens, in pieces that do not."""
    todo = [span]
    while todo:
        start, end = todo.pop()
        start, end = trimmed(text, start, end)
        if end - start <= _ATOM and count(text[start:end]) <= most:
            if start < end:
                yield start, end
            continue
        if end - start == 1:
            yield start, end
            continue
        cut = _cut(text, start, min(start + _ATOM, start + (end - start + 1) // 2))
        todo += [(cut, end), (start, cut)]


def _cut(text: str, start: int, end: int) -> int:
    """The last good place to cut between `start` and `end`: after a comma, a line, a space; else `end`."""
    for marks in ("\n", "。、；;,", " \t　"):
        found = max(text.rfind(mark, start + 1, end) for mark in marks)
        if found > start + (end - start) // 2:
            return found + 1
    return end
