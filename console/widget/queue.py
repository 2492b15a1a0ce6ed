"""Who waits for an answer: sites take turns, within a site the first comes first, and nobody stands in it twice."""

from collections import OrderedDict, deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Queue(Generic[Item]):
    """The waiting line before the model. A visitor's further items stand behind the visitor, not in the line.

    Holds `most` items at a time, `each` of one visitor. Not safe between threads.
    """

    def __init__(self, most: int, each: int) -> None:
        self._most, self._each = most, each
        self._sites: OrderedDict[str, deque[str]] = OrderedDict()  # whose turn is next stands first
        self._own: dict[str, deque[Item]] = {}
        self._site_of: dict[str, str] = {}
        self._called: set[str] = set()  # who is being served: nobody is twice at once

    def __len__(self) -> int:
        return sum(map(len, self._own.values()))

    def join(self, site: str, who: str, item: Item) -> bool:
        """Stand behind the others of the site; False where the line is full, or holds too much of this visitor."""
        own = self._own.get(who, ())
        if len(self) >= self._most or len(own) >= self._each:
            return False
        self._own.setdefault(who, deque()).append(item)
        self._site_of[who] = site
        if len(self._own[who]) == 1 and who not in self._called:
            self._stand(who)
        return True

    def call(self, who: str) -> bool:
        """Serve a visitor past the line, who has nothing in it and is not being served; False for any other."""
        if who in self._called or who in self._own:
            return False
        self._called.add(who)
        return True

    def next(self) -> Item | None:
        """Call the next, who is being served until `done`."""
        if not self._sites:
            return None
        site, waiting = next(iter(self._sites.items()))
        who = waiting.popleft()
        if waiting:
            self._sites.move_to_end(site)
        else:
            del self._sites[site]
        self._called.add(who)
        return self._take(who)

    def done(self, who: str) -> None:
        """A visitor has been served; what else they asked goes to the end of the line."""
        if who in self._called:
            self._called.remove(who)
            if who in self._own:
                self._stand(who)

    def leave(self, who: str) -> list[Item]:
        """Take everything of a visitor out of the line; returns it."""
        site, gone = self._site_of.pop(who, ""), list(self._own.pop(who, ()))
        if who in self._sites.get(site, ()):
            self._sites[site].remove(who)
            if not self._sites[site]:
                del self._sites[site]
        return gone

    def order(self) -> list[Item]:
        """The first of each waiting visitor, in the order in which they will be called."""
        rows = [list(waiting) for waiting in self._sites.values()]
        longest = max(map(len, rows), default=0)
        return [self._own[row[at]][0] for at in range(longest) for row in rows if at < len(row)]

    def _stand(self, who: str) -> None:
        self._sites.setdefault(self._site_of[who], deque()).append(who)

    def _take(self, who: str) -> Item:
        item = self._own[who].popleft()
        if not self._own[who]:
            del self._own[who], self._site_of[who]
        return item
