"""The recognizers of personal data: Presidio's own for papers and IBANs, the desk's for mail and calls."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.personal import (
    answers,
    around,
    cues,
    ibans,
    keys,
    logins,
    names,
    networks,
    numbers,
    papers,
    passwords,
    people,
    people_ja,
    places,
    secrets_ja,
    spelled,
    spoken,
)
from ingest.personal.span import LATIN, Finder, Page, Span

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

_RESERVED = (".test", ".example", ".invalid", ".local", ".internal", ".lan", ".corp", ".localhost")  # RFC 2606, 6762
_LOCAL = re.compile(rf"(?<![{LATIN}0-9._%+'-])[{LATIN}0-9._%+'-]{{1,64}}\Z")
_DOMAIN = re.compile(
    rf"@(?:[{LATIN}0-9](?:[{LATIN}0-9-]{{0,61}}[{LATIN}0-9])?\.){{1,8}}[{LATIN}]{{2,24}}(?![{LATIN}0-9-])"
)
_CAPITALS = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}
_FOREIGN = re.compile(r"[^\x00-\u024f\u1e00-\u1eff]")


@dataclass(frozen=True)
class Gate:
    """A recognizer of Presidio and the cheap test that a text must pass before it runs: digits, and what `needs` finds.

    It sees only Latin text, in capitals where `capitals` says that it knows no other writing.
    """

    label: str
    needs: re.Pattern[str]
    recognizer: "EntityRecognizer"
    capitals: bool = False

    def find(self, page: Page) -> Iterator[Span]:
        """Yield what the recognizer finds with a score that it calls likely."""
        if not page.digits or not self.needs.search(page.text):
            return
        latin = page.text if page.text.isascii() else _FOREIGN.sub("\x01", page.text)
        latin = latin.translate(_CAPITALS) if self.capitals else latin
        for hit in self.recognizer.analyze(latin, [], None):
            if hit.score >= 0.5 and not _called_otherwise(page, hit.start, hit.end):
                yield Span(hit.start, hit.end, self.label, hit.score)


def _called_otherwise(page: Page, start: int, end: int) -> bool:
    """Say whether the word before a number calls it nothing personal, such as a serial number."""
    kind = cues.nearest(cues.said_before(page, start), sum(map(str.isdigit, page.text[start:end])))
    return kind is not None and not kind.label


def load() -> tuple[Finder, ...]:
    """Build the finders, in no special order. Loads Presidio (seconds, once); touches no network."""
    from presidio_analyzer.predefined_recognizers import CryptoRecognizer, IbanRecognizer
    from presidio_analyzer.predefined_recognizers import UkDrivingLicenceRecognizer as UkLicence
    from presidio_analyzer.predefined_recognizers import UkNinoRecognizer as UkNino
    from presidio_analyzer.predefined_recognizers import UsItinRecognizer as UsItin
    from presidio_analyzer.predefined_recognizers import UsSsnRecognizer as UsSsn

    known = names.load()
    gates = (
        Gate("IBAN", re.compile(r"[A-Za-z]{2}[0-9]{2}[ -]?[A-Za-z0-9]{4}"), IbanRecognizer(), capitals=True),
        Gate("ACCOUNT", re.compile(r"[a-zA-Z0-9]{26}"), CryptoRecognizer()),
        Gate("ID", re.compile(r"[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}"), UsSsn()),
        Gate("ID", re.compile(r"9[0-9]{2}[- ][0-9]{2}[- ][0-9]{4}"), UsItin()),
        Gate("ID", re.compile(r"[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-Da-d]"), UkNino()),
        Gate("ID", re.compile(r"[A-Z9]{5}[0-9]{6}"), UkLicence()),
    )
    return (
        _emails(),
        *(gate.find for gate in gates),
        ibans.find,
        numbers.find,
        around.find,
        spoken.find,
        passwords.find,
        logins.find,
        keys.find,
        papers.find,
        networks.find,
        places.find,
        secrets_ja.find,
        people.finder(known),
        people_ja.finder(known),
        answers.finder(known),
        spelled.finder(known),
    )


def _emails() -> Finder:
    import tldextract

    # The bundled suffix list only: never the network.
    suffixes = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)

    suffixes("example.com")  # reads its list now, not at the first message

    def exists(domain: str) -> bool:
        return domain.endswith(_RESERVED) or suffixes(domain).fqdn != ""

    def find(page: Page) -> Iterator[Span]:
        at = page.text.find("@")
        while at >= 0:
            # Looking back from each @ takes a bounded time, however long a run of letters is.
            local = _LOCAL.search(page.text[max(0, at - 65) : at])
            domain = _DOMAIN.match(page.text, at) if local else None
            if local and domain and exists(domain[0][1:].lower()):
                yield Span(at - len(local[0]), domain.end(), "EMAIL", 0.9)
            at = page.text.find("@", at + 1)

    return find
