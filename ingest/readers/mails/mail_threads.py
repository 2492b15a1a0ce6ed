"""Mails to conversations: which belong together, by their references or else by subject and people."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

from ingest.readers.mails import mail_sides
from ingest.readers.mails.mail_letters import Letter
from ingest.readers.mails.mail_sides import Company

_Thing = TypeVar("_Thing", int, str)
_APART = 14 * 86_400.0  # seconds after which an equal subject is another matter


class _Card(NamedTuple):
    """What is kept in memory of one mail."""

    number: int
    node: int
    at: float | None
    topic: int  # of subject and people; 0 where it may not be joined by them
    linked: bool
    people: tuple[str, ...]


class _Together(Generic[_Thing]):
    """Things that have been joined, directly or through others."""

    def __init__(self) -> None:
        self._above: dict[_Thing, _Thing] = {}

    def join(self, one: _Thing, other: _Thing) -> None:
        self._above[self.root(one)] = self.root(other)

    def root(self, one: _Thing) -> _Thing:
        """The same thing for all that are joined."""
        while (above := self._above.get(one, one)) != one:
            self._above[one] = one = self._above.get(above, above)
        return one


class Threads:
    """Mails put together as they come; bodies stay elsewhere, under their number."""

    def __init__(self) -> None:
        self._nodes: _Together[int] = _Together()
        self._cards: list[_Card] = []
        self._seen: set[int] = set()
        self._names: dict[str, str] = {}  # each address is kept once
        self._owners: dict[str, int] = defaultdict(int)
        self._owned = 0
        self._sent: set[str] = set()
        self.newest = 0.0

    def add(self, letter: Letter) -> int | None:
        """The mail's number, or None for one that came before (its copy among the sent mails tells who we are)."""
        if letter.sent and letter.address:
            self._sent.add(letter.address)
        node = hash(letter.id)
        if node in self._seen:
            return None
        self._seen.add(node)
        for above in letter.above:
            self._nodes.join(node, hash(above))
        self._owned += bool(letter.owners)
        for owner in set(letter.owners) - {letter.address}:
            self._owners[owner] += 1
        self.newest = max(self.newest, letter.at or 0.0)
        people = tuple(self._names.setdefault(one, one) for one in people_of(letter))
        card = _Card(len(self._cards), node, letter.at, _topic(letter), bool(letter.above), people)
        self._cards.append(card)
        return card.number

    def company(self) -> Company:
        """Ours, as all mails together tell it; call it once, after the last mail. An owner of few mails forwards."""
        self._join_by_topic()
        owners = {one for one, count in self._owners.items() if count * 5 >= self._owned}
        threads: dict[int, set[str]] = defaultdict(set)
        for card in self._cards:
            threads[self._nodes.root(card.node)] |= set(card.people)
        return Company.of(threads.values(), owners | self._sent)

    def conversations(self, company: Company) -> Iterator[tuple[list[int], bool]]:
        """The numbers of each conversation's mails by date, in the order in which the conversations began to come.

        True beside them where several customers answered one mail of ours: each of them has a conversation.
        """
        threads: dict[int, list[_Card]] = defaultdict(list)
        for card in self._cards:
            threads[self._nodes.root(card.node)].append(card)
        for cards in threads.values():
            apart = _apart(_by_date(cards), company)
            for group in apart:
                yield [card.number for card in group], len(apart) > 1

    def _join_by_topic(self) -> None:
        """A mail without references goes on with the last one of the same subject and people, if that is fresh."""
        last: dict[int, _Card] = {}
        for card in sorted((card for card in self._cards if card.topic), key=lambda card: card.at or 0.0):
            before = last.get(card.topic)
            if before and not card.linked and (card.at or 0.0) - (before.at or 0.0) <= _APART:
                self._nodes.join(card.node, before.node)
            last[card.topic] = card


def people_of(letter: Letter) -> list[str]:
    """Everybody in its head, the writer first."""
    return [one for one in dict.fromkeys((letter.address, letter.reply_to, *letter.to[:20])) if one]


def _topic(letter: Letter) -> int:
    """Subject and people as a number; 0 where mails of one subject may be about different things."""
    if not letter.subject or (mail_sides.is_automatic(letter.address) and not letter.again):
        return 0
    people = frozenset({letter.reply_to or letter.address, *letter.to[:1]})
    return hash((letter.subject.casefold(), people)) or 1


def _by_date(cards: list[_Card]) -> list[_Card]:
    """In order of date; one without a date stays behind the one that came before it."""
    before, dated = 0.0, []
    for card in cards:
        before = before if card.at is None else card.at
        dated.append((before, card.number, card))
    return [card for _, _, card in sorted(dated)]


def _apart(cards: list[_Card], company: Company) -> list[list[_Card]]:
    """The mails as one group, or one for each customer where several answered a mail of ours (a newsletter)."""
    first = cards[0]
    known = bool(company.domains or company.addresses)
    outside = [
        [one for one in card.people if not (company.owns(one) if known else mail_sides.is_role(one))] for card in cards
    ]
    if not first.linked and first.people[:1] == tuple(outside[0][:1]):  # a customer began it
        return [cards]
    met: _Together[str] = _Together()
    for people in outside:
        for one in people[1:]:
            met.join(one, people[0])
    groups: dict[str, list[_Card]] = {}
    latest = ""
    for card, people in zip(cards, outside, strict=True):
        if people:
            latest = met.root(people[0])
            groups.setdefault(latest, [] if outside[0] else [first]).append(card)
        elif latest:  # among ourselves: about what came before
            groups[latest].append(card)
    return list(groups.values()) if len(groups) > 1 else [cards]
