"""People named without capitals, as transcripts and hurried customers write them."""

import re
from collections.abc import Iterator

from ingest.personal.contexts import ACTS, TITLES
from ingest.personal.names import AMBIGUOUS, Names
from ingest.personal.span import Page, Span, words
from ingest.personal.things import AFTER_PRODUCT, NOT_NAMES
from ingest.personal.words import is_plain

_LOWER = re.compile(r"[a-z]+(?:'[a-z]+)?")
FUNCTION = words(
    "a about actually again all also an and as at because being but calling can changed correct could "
    "different for from getting going happy having here how i if in incorrect is it just listed looking "
    "me missing misspelled my never no not now of ok okay on one only or our please printed ready really "
    "required shown since so sorry speaking spelled spelt still sure that the then there they this to "
    "today too trying uh um unable under using very waiting was we well what when where who with "
    "wondering would written wrong yeah yes you your"
)
_INTRO_LOW = re.compile(
    r"(?<![a-z])(?:my (?:full |first )?name is|(?:my )?name's|name is|names|named|this is|i am|i'm"
    r"|im|it's|it is|its|me again,|call me|(?:spoke|speak|speaking|talk|talked|talking|chatted) (?:to|with)"
    r"|(?:transfer|connect"
    r"|put|passed)(?:red)? me to|ask(?:ed)? for"
    r"|agent|called|hi|hello|hey|dear|thanks|thank you|name on the (?:account|card) is|account is under"
    r"|under the name(?: of)?|for calling|wife|husband|son|daughter"
    r"|mr|mrs|ms|miss|dr|mister)[,.]? (?=([a-z]+(?:['-][a-z]+)?)(?: ([a-z]+(?:['-][a-z]+)?))?)"
)
_SURE_LOW = (
    "my name is",
    "my name's",
    "name's",
    "my full name is",
    "name on the account is",
    "name on the card is",
    "my first name is",
)

_SAID_LOW = words("hi hello hey it's its i'm im") | {"this is", "i am", "it is", "me again"}
_MET_LOW = frozenset(
    f"{verb} {to}"
    for verb in ("spoke", "speak", "speaking", "talk", "talked", "talking", "chatted")
    for to in ("to", "with")
)
_MET_LOW |= frozenset(f"{verb} me to" for verb in ("transfer", "connect", "put", "transferred", "passed")) | {
    "ask for",
    "asked for",
    "agent",
}
_CALLS = re.compile(
    r",? (?:calling|speaking|here|from|again|phoning|writing|and (?:my|i|the)|my order|i (?:ordered|bought|have"
    r"|need|am|was))\b"
)


class LowerCase:
    """Finds people in words without capitals."""

    def __init__(self, names: Names) -> None:
        self._given = names.given
        self._surnames = names.surnames
        self._first = names.given - AMBIGUOUS

    def find(self, page: Page) -> Iterator[Span]:
        """Names in words without capitals, as transcripts have them."""
        for m in _INTRO_LOW.finditer(page.low):
            first, second = m[1], m[2] or ""
            if page.text[m.start(1)].isupper():
                continue
            cue = m[0].rstrip(" ,.")
            title = cue in TITLES
            sure = (
                cue.startswith(_SURE_LOW)
                or page.low[max(0, m.start() - 3) : m.start()] == "'s "
                or (
                    cue in _SAID_LOW
                    and _CALLS.match(page.low, m.end(2) if second and not is_plain(second) else m.end(1)) is not None
                )
            )
            known = (
                first in self._first
                or (first in self._given and second in self._surnames)
                or (first in self._given and cue in _SAID_LOW and len(second) > 3 and _strange(second))
                or (title and (first in self._surnames or not is_plain(first)))
                or (
                    cue in _MET_LOW
                    and not is_plain(first)
                    and len(first) > 2
                    and (not second or second in FUNCTION or not is_plain(second))
                )
            )
            if first in FUNCTION or not (
                known
                or (
                    sure
                    and first not in NOT_NAMES
                    and (known or not is_plain(first) or first in self._given or (second and not is_plain(second)))
                )
            ):
                continue
            goes_on = (
                second
                and second not in FUNCTION
                and (
                    second in self._surnames
                    or ((sure or not is_plain(first)) and second not in NOT_NAMES and not is_plain(second))
                )
            )
            yield Span(m.start(1), m.end(2) if goes_on else m.end(1), "PERSON", 0.7)
        if page.text == page.low and not page.japanese:
            yield from self._bare_lower(page)
        elif page.text != page.low:
            yield from self._acting(page)

    def _acting(self, page: Page) -> Iterator[Span]:
        """Listed names without a capital in a text that has some, where they do what people do: then aisha said."""
        for name in page.words & self._first:
            for m in re.finditer(rf"(?<![\w'@./-]){name}(?=( in [a-z ]{{2,16}}? (?:said|told))?)", page.text):
                if m[1] or ACTS.match(page.low, m.end()):
                    yield Span(m.start(), m.end(), "PERSON", 0.6)

    def _bare_lower(self, page: Page) -> Iterator[Span]:
        words = [(m.start(), m.end(), m[0].removesuffix("'s")) for m in _LOWER.finditer(page.low)]
        for one, two in zip(words, [*words[1:], (0, 0, "")], strict=False):
            full = two[0] == one[1] + 1 and two[2] in self._surnames and two[2] not in FUNCTION
            glued = page.low[one[0] - 1 : one[0]] in tuple("@./-_") or page.low[one[1] : one[1] + 1] in tuple("@_.")
            if one[2] in self._first and not glued and not AFTER_PRODUCT.match(page.low, one[1]):
                yield Span(one[0], two[1] if full else one[0] + len(one[2]), "PERSON", 0.6)


def _strange(word: str) -> bool:
    return word not in FUNCTION and not is_plain(word)
