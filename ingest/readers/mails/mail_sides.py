"""Who of the people in mails is the company: by its domain, its mailbox, its sent mails, or names like support@."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

_FREE = re.compile(  # where anybody has an address
    r"(?:gmail|googlemail|outlook|hotmail|live|msn|icloud|me|mac|aol|gmx|web|mail|proton|protonmail|ymail|rocketmail|zoho"
    r"|yandex|qq|163|126|naver|comcast|docomo|ezweb|au|softbank|i\.softbank|uqmobile|ymobile|nifty|biglobe|so-net|ocn"
    r"|excite|infoseek|goo|rakuten|t-online|orange|wanadoo|free|laposte|libero)\.[a-z.]{2,6}|(?:.*\.)?yahoo\.[a-z.]{2,6}"
    r"|.*\.(?:ne|vodafone\.ne)\.jp"
)
_ROLE = re.compile(
    r"(?:customer[._-]?)?(?:support|service|care)|help(?:desk)?|info|cs|contact|hello|sales|billing|returns?|orders?|shop"
    r"|no-?reply|do-?not-?reply|feedback|enquir(?:y|ies)|inquir(?:y|ies)|toiawase|o?toiawase|soudan|madoguchi|サポート"
)
_AUTOMATIC = re.compile(r"no-?reply|do-?not-?reply|form|web|system|notif")
_MAJORITY = 0.5


def domain(address: str) -> str:
    return address.rpartition("@")[2]


def is_private(address: str) -> bool:
    """Whether the address is at a provider where anybody may have one."""
    return _FREE.fullmatch(domain(address)) is not None


def is_role(address: str) -> bool:
    """`support@`, `support-jp@`, `info+web@`."""
    return _ROLE.fullmatch(re.split(r"[+@]|[._-](?=[a-z]{2}@)", address)[0]) is not None


def is_automatic(address: str) -> bool:
    """An address that only machines write from."""
    return _AUTOMATIC.match(address) is not None


@dataclass(frozen=True)
class Company:
    """The addresses and domains that are ours."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def owns(self, address: str) -> bool:
        return address in self.addresses or domain(address) in self.domains

    @classmethod
    def of(cls, threads: Iterable[Collection[str]], own: Iterable[str]) -> "Company":
        """From the addresses of each thread, and those that are certainly ours (mailbox owner, who sent)."""
        known = frozenset(own)
        domains = {domain(address) for address in known if not is_private(address)}
        return cls(known, frozenset(domains or _common(threads)))


def _common(threads: Iterable[Collection[str]]) -> set[str]:
    """The one domain that most threads share while several others write to it."""
    shares: Counter[str] = Counter()
    people: dict[str, set[str]] = {}
    roles: set[str] = set()
    total = 0
    for addresses in threads:
        total += 1
        shares.update({domain(address) for address in addresses if not is_private(address)})
        roles |= {domain(address) for address in addresses if is_role(address)}
        for address in addresses:
            people.setdefault(domain(address), set()).add(address)
    everybody = sum(map(len, people.values()))
    most = max(shares.values(), default=0)
    best = [name for name, count in shares.items() if count == most]
    best = best if len(best) == 1 else [name for name in best if name in roles]
    if len(best) != 1 or most < 2 or most <= total * _MAJORITY or everybody - len(people[best[0]]) < 2:
        return set()
    return set(best)
