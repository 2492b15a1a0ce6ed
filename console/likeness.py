"""Which customers may be one person: by telephone, mailbox, name and ids, each way of writing them folded into one.

People are put into groups by what they share, never compared all with all. What many people share tells nothing.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

from ingest.store.matches import Person

MOST = 4  # so many names may share a value; an office's telephone or a mailbox like info@ says nothing
LEAST = 0.4  # a lower score is not worth a person's time
WEIGHTS = {  # how likely each signal alone makes it; they add up as independent chances
    "email": 0.95, "mailbox": 0.9, "phone": 0.75, "id": 0.5, "phone_end": 0.45, "name": 0.4, "company": 0.35,
    "country": 0.1,
}  # fmt: skip
_OTHER_NAME, _OTHER_COUNTRY = 0.6, 0.85  # what speaks against it takes this much of the score
_TAIL = 9  # digits of a number that every way of writing it ends with
_EXTENSION = re.compile(r"(ext|x|内線|#).*", re.IGNORECASE | re.DOTALL)
_ABROAD = re.compile(r"\s*(\+|00)")
_TITLES = re.compile(r"^(mr|mrs|ms|miss|dr)\b\.?|(様|さま|さん|氏|殿)$")
_BREAKS = re.compile(r"[\s,.・·=/'’_-]+")
_KANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}  # katakana to hiragana
_EAST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff々]")
_HIRAGANA = re.compile(r"[\u3040-\u309fー]+")
Evidence = dict[str, tuple[str, str]]  # signal -> how the one and the other writes it
Key = tuple[str, str]


@dataclass(frozen=True)
class Pair:
    """Two people who may be one. `one` came first."""

    one: Person
    other: Person
    evidence: Evidence
    score: float


def find(people: Sequence[Person]) -> list[Pair]:
    """Pairs that may be one person, likeliest first. Time grows with the number of people, not with its square."""
    ordered = sorted(people, key=lambda one: (one.num, one.id))
    found: dict[tuple[int, int], Evidence] = defaultdict(dict)
    for (signal, _), members in _groups(ordered).items():
        for (one, said), (other, answered) in _pairs(members, ordered):
            if signal != "phone" or same_phone(said, answered):
                found[one, other].setdefault(*_told(signal, said, answered))
    pairs = [_weighed(ordered[one], ordered[other], seen) for (one, other), seen in found.items()]
    return sorted((pair for pair in pairs if pair.score >= LEAST), key=lambda pair: (-pair.score, pair.one.num))


def _told(signal: str, said: str, answered: str) -> tuple[str, tuple[str, str]]:
    same = signal == "mailbox" and said.casefold() == answered.casefold()
    return "email" if same else signal, (said, answered)


def _groups(people: Sequence[Person]) -> dict[Key, dict[int, str]]:
    """What people share: (signal, folded value) to who has it, by place, and how it is written there."""
    found: dict[Key, dict[int, str]] = defaultdict(dict)
    for place, one in enumerate(people):
        for signal, folded, written in _keys(one):
            found[signal, folded].setdefault(place, written)
    for place, one in enumerate(people):
        for id in one.ids:
            for part in _parts(id):
                if ("id", part) in found:
                    found["id", part].setdefault(place, id)
    return found


def _keys(one: Person) -> Iterator[tuple[str, str, str]]:
    """(signal, folded value, as written) of one person."""
    for address in filter(None, (one.email, *(id for id in one.ids if "@" in id))):
        yield "mailbox", mailbox(address), address
    number = digits(one.phone)
    if _telling(number):
        yield "phone", number[-_TAIL:], one.phone
    name = name_key(one.name)
    if name:
        beside = (("company", _folded(one.company)), ("country", _folded(one.country)), ("phone_end", number[-4:]))
        yield from ((f"name {what}", f"{name}\0{value}", one.name) for what, value in beside if value)
    yield from (("id", whole, id) for id in one.ids if (whole := _whole(id)))


def _pairs(members: dict[int, str], people: Sequence[Person]) -> Iterable[tuple[tuple[int, str], tuple[int, str]]]:
    """Everybody with everybody in a small group; with the first where many share one name; nobody in a crowd."""
    if len({name_key(people[place].name) or people[place].id for place in members}) > MOST:
        return ()
    first, *rest = sorted(members.items())
    return combinations((first, *rest), 2) if len(members) <= MOST else ((first, other) for other in rest)


def _weighed(one: Person, other: Person, seen: Evidence) -> Pair:
    evidence = {signal: said for signal, said in seen.items() if " " not in signal}
    if "email" in evidence:
        evidence.pop("mailbox", None)
    if same_name(one.name, other.name):
        evidence["name"] = one.name, other.name
        evidence |= _beside(one, other, "phone" in evidence)
    chance = 1 - reduce(lambda left, signal: left * (1 - WEIGHTS[signal]), evidence, 1.0)
    if _strangers(one.name, other.name):
        chance *= _OTHER_NAME
    if one.country and other.country and _folded(one.country) != _folded(other.country):
        chance *= _OTHER_COUNTRY
    return Pair(one, other, evidence, round(chance, 3))


def _beside(one: Person, other: Person, whole_number: bool) -> Evidence:
    """What makes the same name more than a name."""
    found = {
        what: (getattr(one, what), getattr(other, what))
        for what in ("company", "country")
        if getattr(one, what) and _folded(getattr(one, what)) == _folded(getattr(other, what))
    }
    mine, theirs = digits(one.phone), digits(other.phone)
    if not whole_number and len(mine) >= 4 and mine[-4:] == theirs[-4:]:
        found["phone_end"] = one.phone, other.phone
    return found


def digits(phone: str) -> str:
    """The digits of a telephone number, without extension and trunk zero: `+81 (0)90-1234-5678` to 819012345678."""
    plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", phone)).replace("(0)", "")
    return re.sub(r"^(00)?810?(?=\d{9})", "81", re.sub(r"\D", "", plain))


def same_phone(one: str, other: str) -> bool:
    """Whether two writings are one number: with the country's code (+81, +1) or as dialled at home (0)."""
    heads = sorted((digits(phone)[:-_TAIL].lstrip("0") for phone in (one, other)), key=len)
    abroad = all(_ABROAD.match(unicodedata.normalize("NFKC", phone)) for phone in (one, other))
    same = heads[0] == heads[1] if abroad else heads[1].endswith(heads[0])
    return same and digits(one)[-_TAIL:] == digits(other)[-_TAIL:]


def _telling(number: str) -> bool:
    return _TAIL <= len(number) <= 15 and len(set(number)) > 2


def mailbox(email: str) -> str:
    """An address without what its mailbox does not tell apart: case, plus tags, and dots at Gmail."""
    local, _, domain = unicodedata.normalize("NFKC", email).strip().casefold().rpartition("@")
    local = local.split("+")[0] or local
    if domain in ("gmail.com", "googlemail.com"):
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _names(name: str) -> list[str]:
    """The parts of a name: widths, kana and case folded, titles and accents gone."""
    plain = _TITLES.sub("", _folded(name).strip()).translate(_KANA)
    if not _EAST.search(plain):
        plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    return [part for part in _BREAKS.split(plain) if part]


def name_key(name: str) -> str:
    """The same for both orders of a name, with and without a space in Japanese; empty for a first name alone."""
    parts = _names(name)
    letters = "".join(parts)
    if _EAST.search(letters):
        return "".join(sorted(letters)) if len(letters) >= 3 else ""
    return " ".join(sorted(parts)) if len(parts) > 1 else ""


def same_name(one: str, other: str) -> bool:
    """Whether two names are one, in either order."""
    key = name_key(one)
    if not key or key != name_key(other):
        return False
    mine, theirs = "".join(_names(one)), "".join(_names(other))
    return not _EAST.search(mine) or theirs in mine + mine


def _strangers(one: str, other: str) -> bool:
    """Whether two names are surely different; across scripts nobody can tell."""
    mine, theirs = _names(one), _names(other)
    if not mine or not theirs or _script(mine) != _script(theirs):
        return False
    if _script(mine) != "latin":
        return not set("".join(mine)) & set("".join(theirs))
    return not set(mine) & set(theirs)


def _script(parts: list[str]) -> str:
    text = "".join(parts)
    return "kana" if _HIRAGANA.fullmatch(text) else "han" if _EAST.search(text) else "latin"


def _whole(id: str) -> str:
    """An id without punctuation, where it is long enough to mean one person."""
    return _joined(_tokens(id))


def _tokens(id: str) -> list[str]:
    return [] if "@" in id else re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", id).casefold())


def _joined(tokens: Sequence[str]) -> str:
    text = "".join(tokens)
    return text if len(text) >= 6 and sum(one.isdigit() for one in text) >= 4 else ""


def _parts(id: str) -> set[str]:
    """What an id contains, from punctuation to punctuation: `crm:ZD-4711-88` contains zd471188."""
    tokens = _tokens(id)[:8]
    spans = combinations(range(len(tokens) + 1), 2)
    return {part for start, end in spans if (part := _joined(tokens[start:end]))}
