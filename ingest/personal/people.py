"""People named in English: by the words around them, by a common name, or as words that are no plain ones."""

import re
from collections.abc import Iterator, Sequence

from ingest.personal.capitals import Word, is_camel, length, sequences
from ingest.personal.contexts import (
    ACTS,
    ARTICLES,
    ASKED,
    CALLED_UPON,
    ENTERED,
    FILED,
    FOR_A,
    GOES_ON,
    GREETINGS,
    HANDED,
    HANDED_SURELY,
    HEADER,
    HONORED,
    INTRODUCED,
    LAST,
    LIKELY,
    LINE_END,
    LISTED,
    LISTED_LINE,
    MENTION,
    NAMED,
    OTHER_SPEAKER,
    OWNED,
    PLACED,
    POLITE,
    ROLE_IS,
    ROLES,
    SEATED,
    SENTENCE,
    SIGN_END,
    SIGNED,
    SPEAKER,
    STOPS,
    SURE,
    TITLES,
)
from ingest.personal.lower_case import LowerCase
from ingest.personal.names import AMBIGUOUS, Names
from ingest.personal.span import Finder, Page, Span
from ingest.personal.things import (
    AFTER_PRODUCT,
    BOTH,
    BRANDS,
    FIRST_OF_BOTH,
    NEVER,
    NOT_NAMES,
    OFFICES,
    PARTNERS,
    SAINTS,
    TRADES,
)
from ingest.personal.words import is_compound, is_plain

_HEADLINE = 16  # so many words with capitals in a row are no name and hold none that no list has
_PARTICLES = re.compile(
    r"(?<= )(?:(?:van|von|de|del|della|di|da|dos|das|ter|ten|ibn|bin|al|el)(?: (?:der|den|la|las|los))? )+$"
)


def finder(names: Names) -> Finder:
    """A finder of people by `names` and by the words around them."""
    people = _People(names)
    return people.find


class _People:
    def __init__(self, names: Names) -> None:
        self._given = names.given
        self._surnames = names.surnames
        self._first = names.given - AMBIGUOUS
        self._last = names.surnames - AMBIGUOUS - NOT_NAMES
        self._known = names.given | names.surnames
        self._lower = LowerCase(names)

    def find(self, page: Page) -> Iterator[Span]:
        if page.text is not page.low and page.text != page.low:
            for words in sequences(page):
                yield from self._in_words(page, words)
            if ", " in page.text:
                yield from self._surname_first(page)
            if "@" in page.text:
                yield from (
                    Span(*m.span(1), "PERSON", 0.6) for m in MENTION.finditer(page.text) if m[1].lower() in self._first
                )
            if ":" in page.text:
                yield from self._speakers(page)
        yield from self._lower.find(page)

    def _in_words(self, page: Page, words: Sequence[Word]) -> Iterator[Span]:
        at = 0
        while at < len(words):
            size = self._person(page, words, at)
            if size:
                particles = _PARTICLES.search(page.text[max(0, words[at][0] - 12) : words[at][0]])
                start = words[at][0] - (len(particles[0]) if particles else 0)
                yield Span(start, words[at + size - 1][1], "PERSON", 0.7)
            at += size or 1

    def _person(self, page: Page, words: Sequence[Word], at: int) -> int:
        """How many of the words from `at` on are one person's name; 0 where they are none."""
        start, stop, word = words[at]
        following = words[at + 1][2] if at + 1 < len(words) else ""
        initial = stop - start == 1 and page.text[stop : stop + 2] == ". " and following != ""
        named = word in self._given and following in self._surnames
        if word in NOT_NAMES and not initial and not named:
            return 0
        size = length(words, at)
        if initial and size > 1 and _leads(words, at) and (following in self._last or not is_plain(following)):
            return size
        last = words[at + size - 1][1]
        before = page.before(start, 40)
        if before.endswith(SAINTS) or word == "saint" or (at and f"{words[at - 1][2]} {word}" in BRANDS):
            return 0
        if f"{word} {following}" in BRANDS or ("&" in page.text and _of_company(page, start, stop)):
            return 0
        if named and word in NOT_NAMES:
            return self._worded(page, words, at, before)
        if self._cued(page, words, at, size, before):
            return size
        if HONORED.match(page.low, last):
            return size
        found = self._listed(page, words, at, size, before) or self._unlisted(page, words, at, before)
        return found or (self._worded(page, words, at, before) if named and size > 1 else 0)

    def _worded(self, page: Page, words: Sequence[Word], at: int, before: str) -> int:
        """The size of a listed name whose first word is an everyday one, such as Grace Hill or Mark Davies."""
        end = words[at + 1][1]
        if AFTER_PRODUCT.match(page.low, end) or words[at + 1][0] - words[at][1] > 12:
            return 0
        told = before.endswith(NAMED) or before.rstrip(", ").endswith(ROLES) or before.endswith(ROLE_IS)
        sure = words[at + 1][2] in self._last and words[at][2] not in NOT_NAMES and not before.endswith(SENTENCE)
        said = ACTS.match(page.low, end) or ENTERED.match(page.low, end)
        return 2 * int(sure or told or said is not None)

    def _unlisted(self, page: Page, words: Sequence[Word], at: int, before: str) -> int:
        """The size of a name that no list has: words that are no plain ones, where a person may stand."""
        size = self._strange(page, words, at) if len(words) <= _HEADLINE else 0
        if not size:
            return 0
        start, end = words[at][0], words[at + size - 1][1]
        after = page.low[end : end + 40]
        full = sum(end - start > 1 for start, end, _ in words[at : at + size]) > 1
        after = after if full else after.removeprefix(".")
        opens, before = before.endswith("\n"), before.replace("\n", " ")
        glued = (
            at + size < len(words)
            and words[at + size][0] == end + 1
            and words[at + size][2] not in ("i", "i'm", "i've")
        )
        seated = after.startswith("'s ") and before.endswith(SEATED)
        if glued or (AFTER_PRODUCT.match(after) and not seated) or before.endswith(PLACED):
            return 0
        if before.rstrip(", ").endswith(ROLES) or before.endswith(ROLE_IS):
            return size
        if before.endswith(INTRODUCED) and GOES_ON.match(after):
            return size
        leads = at == 0 or words[at - 1][1] + 1 < start or self._opens(page, words[at - 1])
        if not leads or (before.endswith(OWNED) and not before.endswith(" is this ")):
            return 0
        if full:
            return size
        if before.endswith(", ") and POLITE.search(before) and LAST.match(after):
            return size
        if opens and CALLED_UPON.match(after):
            return size
        if is_compound(words[at][2]):
            return 0
        return size * int(
            bool(ACTS.match(after))
            or (
                before.endswith(HANDED_SURELY)
                or (
                    before.endswith(HANDED)
                    and bool(ASKED.match(after))
                    and (_asks(before) or after.startswith(" who "))
                )
            )
        )

    def _strange(self, page: Page, words: Sequence[Word], at: int) -> int:
        """How many words from `at` on are one name: none is a plain word, at least one is in no list."""
        size, new = 0, False
        for start, end, word in words[at : at + length(words, at)]:
            listed = word in self._first or word in self._last
            if (
                word in NOT_NAMES
                or (end - start > 1 and page.text[start:end].isupper())
                or page.text[start + 1 : start + 2].isupper()
                or is_camel(page.text[start:end])
            ):
                break
            if not listed and word != "mac" and (word in NEVER or is_plain(word)):
                break
            new = new or (end - start > 2 and not listed)
            size += 1
        return size if new or sum(end - start > 1 for start, end, _ in words[at : at + size]) > 1 else 0

    def _opens(self, page: Page, word: Word) -> bool:
        """Say whether `word` has its capital because a sentence begins with it."""
        return is_plain(word[2]) and page.before(word[0], 3).endswith(("\n", ". ", "! ", "? ", ": ", "- "))

    def _surname_first(self, page: Page) -> Iterator[Span]:
        """Lines such as OKAFOR, Ngozi."""
        for m in LISTED_LINE.finditer(page.text):
            parts = (m[2].lower(), m[3].lower().split()[0])
            known = m[2].isupper() or parts[0] in self._surnames or parts[1] in self._given
            if known and not any(part in NOT_NAMES or (part not in self._given and is_plain(part)) for part in parts):
                yield Span(*m.span("name"), "PERSON", 0.7)
        for m in LISTED.finditer(page.text):
            last, first = m["last"].lower().replace(" ", ""), m["first"].lower()
            listed = last in self._last or first in self._first
            told = page.before(m.start(), 16).endswith(FILED)
            lasts = m["last"].lower().split()
            said = (*(part for part in lasts if len(part) > 3 or len(lasts) < 2), first)
            plain = any(part in NOT_NAMES or (is_plain(part) and part not in self._known) for part in said)
            if not plain and told + listed + m["last"].isupper() > 1:
                yield Span(*m.span("name"), "PERSON", 0.7)

    def _speakers(self, page: Page) -> Iterator[Span]:
        """Who speaks in a conversation: a name before a colon."""
        for m in SPEAKER.finditer(page.text):
            parts = m["name"].lower().replace(".", "").split()
            strange = (
                (len(parts) > 1 or OTHER_SPEAKER.search(page.low))
                and not m["name"].isupper()
                and not any(map(is_plain, parts))
            )
            if m["name"].isupper() and page.text[m.end() : m.end() + 1].isdigit():  # JAN: 4901234567894
                continue
            if (parts[0] in self._first or strange) and NOT_NAMES.isdisjoint(parts[1:] if not strange else parts):
                yield Span(*m.span("name"), "PERSON", 0.6)

    def _cued(self, page: Page, words: Sequence[Word], at: int, size: int, before: str) -> bool:
        start, end, word = words[at][0], words[at + size - 1][1], words[at][2]
        if at and words[at - 1][2] in TITLES and start - words[at - 1][1] <= 2:
            return True
        if before.endswith(SURE):
            return not AFTER_PRODUCT.match(page.low, end)
        greeted = (at and words[at - 1][2] in GREETINGS and start - words[at - 1][1] <= 2) or (
            before.rstrip(", ").endswith(("\nhi", "\nhello", "\ndear", "\nhey")) and not before.endswith("\n")
        )
        tail = page.low[end : end + 2]
        if greeted and (tail == "" or tail[0] in ",!.:-\n" or word in self._given):
            return True
        if before.endswith(INTRODUCED) and (word in self._given or size > 1 or self._one_known(words, at, size)):
            return bool(GOES_ON.match(page.low, end)) or (
                word in self._first and not AFTER_PRODUCT.match(page.low, end)
            )
        if (
            before.endswith(INTRODUCED)
            and not before.endswith("it's ")
            and re.match(r" (?:speaking|calling|from|here)\b", page.low[end : end + 10])
        ):
            return True
        if before.endswith(LIKELY) and word in self._first:
            return not AFTER_PRODUCT.match(page.low, end)
        bullet = before.rstrip().endswith(("-", "~", "/", "*"))
        if (LINE_END if bullet else SIGN_END).match(page.low, end) and SIGNED.search(before):
            office = word.endswith(OFFICES) and is_plain(word) and not (word in self._given or word in self._surnames)
            return size <= 3 and not office
        return bool(HEADER.search(before)) and (page.low[end : end + 3].lstrip('"').startswith((" <", "<", "\n", "")))

    def _surname(self, word: str) -> str:
        """The part of a double surname that is listed, or `word` itself."""
        return next((part for part in word.split("-") if part in self._last), word) if "-" in word else word

    def _one_known(self, words: Sequence[Word], at: int, size: int) -> bool:
        return any(word[2] in self._given or word[2] in self._surnames for word in words[at : at + size])

    def _listed(self, page: Page, words: Sequence[Word], at: int, size: int, before: str) -> int:
        """The size of a name that is known by itself: a given name, alone or with a surname."""
        word = words[at][2]
        end = words[at + size - 1][1]
        article = before.rstrip().rpartition(" ")[2].rpartition("\n")[2] if before.endswith(" ") else ""
        if AFTER_PRODUCT.match(page.low, end) or (article in ARTICLES and before[-1:] == " "):
            return size * int(word in self._first and before.endswith(FOR_A) and STOPS.match(page.low, end) is not None)
        if size > 1:
            other = self._surname(words[at + 1][2])
            if other.endswith(TRADES):
                return 0
            either = word in self._first or other in self._last or (word in self._given and other in self._surnames)
            pair = word in self._given and (other in self._surnames or word in self._first)
            pair = pair or (other in self._last and not before.endswith(SENTENCE) and len(word) > 2)
            back = word in self._last and other in self._first
            either = either or back or other in self._last
            both_words = word in AMBIGUOUS and (other in AMBIGUOUS or other in NOT_NAMES)
            return size if (pair or back) and either and not both_words else 0
        followed = words[at + 1] if at + 1 < len(words) else None
        if followed and followed[0] - words[at][1] <= 1:  # "Oliver Lamp"
            return 0
        inside = before.endswith((" in ", " near ", " via ")) and not page.low.startswith("'s", end)
        return int(word in self._first and not inside and not (before.endswith(PLACED) and is_plain(word)))


def _leads(words: Sequence[Word], at: int) -> bool:
    """Say whether no other word with a capital stands right before the one at `at`."""
    return at == 0 or words[at - 1][1] + 1 < words[at][0]


def _of_company(page: Page, start: int, stop: int) -> bool:
    """Say whether the word at `[start, stop)` stands beside the & of a company that bears names."""
    if PARTNERS.match(page.text, stop):
        return True
    word = page.low[start:stop]
    after, before = BOTH.match(page.low, stop), FIRST_OF_BOTH.search(page.before(start, 24))
    return (after is not None and f"{word} {after[1]}" in BRANDS) or (
        before is not None and f"{before[1]} {word}" in BRANDS
    )


def _asks(before: str) -> bool:
    """Say whether the word that `before` ends in may stand before a person's name."""
    return not before.endswith(("it is ", "that is ", "this is ", "which is ", "it was ", "there is ", "what is "))
