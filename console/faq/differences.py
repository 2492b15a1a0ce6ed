"""In what two statements differ that speak of one thing: figures, moments, addresses, ways, places, yes and no."""

from collections.abc import Sequence
from typing import Literal

from console.faq.assertions import Assertion, Value, usual

Why = Literal["number", "moment", "address", "path", "place", "opposite", "denied", "free"]
# Sorts of things: who names one in one statement speaks of no other in it.
_STRICT = frozenset(("speed", "reach", "way", "fault", "phone", "person", "price", "plan"))
_LIKE = 0.6  # words in common, as a share of all, from which two statements are one with another figure


def of(ours: Assertion, theirs: Assertion) -> Why | None:
    """In what two statements differ that speak of the same thing; None where both may be true."""
    if _sorts_differ(ours, theirs):
        return None
    alike = ours.denies == theirs.denies  # what is not so needs no figure in common with what is
    figures = _values_differ(ours, theirs)
    number = alike and figures
    day, hour, date = (alike and _moments_differ(ours, theirs, kind) for kind in ("weekday", "time", "date"))
    places = bool(ours.places and theirs.places and not ours.places & theirs.places)
    if (number or hour) and (places or _days_strange(ours, theirs)):
        return None  # what holds there, or then, need not hold here, or now
    found: list[tuple[bool, Why]] = [
        (_addresses_differ(ours, theirs), "address"),
        (_paths_differ(ours.path, theirs.path), "path"),
        (_free_differs(ours, theirs), "free"),
        (number, "number"),
        (hour or date or day, "moment"),
        (not figures and _opposite(ours, theirs), "opposite"),
        (not figures and _denied(ours, theirs), "denied"),
        (places, "place"),
    ]
    return next((why for is_so, why in found if is_so), None)


def same(ours: Assertion, theirs: Assertion) -> bool:
    """Whether two statements that are much alike say the same: nothing speaks against it, and figures agree."""
    figures = sorted(map(str, ours.values)) == sorted(map(str, theirs.values))
    return figures and of(ours, theirs) is None and not _sorts_differ(ours, theirs)


def none(ours: Assertion, theirs: Assertion) -> bool:
    """Whether both give one figure and the same one, so that neither is held against anything farther off."""
    if len(ours.values) != 1 or len(theirs.values) != 1 or ours.values[0].unit.startswith("count"):
        return False
    return ours.values[0].unit == theirs.values[0].unit and bool(ours.values[0].fits(theirs.values[0]))


def _sorts_differ(ours: Assertion, theirs: Assertion) -> bool:
    """Whether they hold for other sorts of the thing: express and standard, abroad and at home."""
    for group in ours.sorts.keys() | theirs.sorts.keys():
        one, other = ours.sorts.get(group), theirs.sorts.get(group)
        if one and other:
            if not one & other:
                return True
        elif group in _STRICT and usual(group) not in (named := one or other or frozenset()):
            around = (theirs if one else ours).around.get(group)
            if not around or not around & named:
                return True
    return any(
        not one & other
        for group in _STRICT & ours.around.keys()
        if (one := ours.around[group]) and (other := theirs.sorts.get(group))
    )


def _values_differ(ours: Assertion, theirs: Assertion) -> bool:
    """Whether each has a figure that the other has another one for; in like words if they share one."""
    own, said = _strange(ours.values, theirs.values), _strange(theirs.values, ours.values)
    pairs = [one for one in own if any(_comparable(one, other) for other in said)]
    like = len(ours.words & theirs.words) >= _LIKE * len(ours.words | theirs.words)
    return any(like or not _shared(one, ours.values, theirs.values) for one in pairs)


def _shared(of: Value, ours: Sequence[Value], theirs: Sequence[Value]) -> bool:
    """Whether both have a figure in common that is of a kind with this one."""
    return any(_comparable(of, one) and one.unit == other.unit and one.fits(other) for one in ours for other in theirs)


def _strange(said: Sequence[Value], known: Sequence[Value]) -> list[Value]:
    """The figures of `said` that have rivals among the `known` ones, and none that fits."""
    rivals = [(one, [other for other in known if _comparable(one, other)]) for one in said]
    return [one for one, others in rivals if others and not any(one.fits(other) for other in others)]


def _comparable(one: Value, other: Value) -> bool:
    if one.unit.startswith("count") and other.unit.startswith("count"):
        nouns = one.unit[6:], other.unit[6:]
        return all(nouns) and (nouns[0] == nouns[1] or nouns[0].isascii() != nouns[1].isascii())
    return one.fits(other) is not None


def _moments_differ(ours: Assertion, theirs: Assertion, kind: str) -> bool:
    own, said = _keys(ours, kind), _keys(theirs, kind)
    return any(not keys & ours.loose for keys in said) and any(not keys & theirs.loose for keys in own)


def _keys(of: Assertion, kind: str) -> list[frozenset[object]]:
    told = (claim.needs for claim in of.moments)
    return [keys for keys in told if any(isinstance(key, tuple) and key[0] == kind for key in keys)]


def _days_strange(ours: Assertion, theirs: Assertion) -> bool:
    """Whether both name days of the week and none in common."""
    one, other = (
        {key for key in of.loose if isinstance(key, tuple) and key[0] == "weekday"} for of in (ours, theirs)
    )  # fmt: skip
    return bool(one and other and not one & other)


def _addresses_differ(ours: Assertion, theirs: Assertion) -> bool:
    return any(
        not {(kind, one) for one in theirs.addresses[kind]} & ours.loose
        and not {(kind, one) for one in ours.addresses[kind]} & theirs.loose
        and not ours.addresses[kind] & theirs.addresses[kind]
        for kind in ours.addresses.keys() & theirs.addresses.keys()
    )


def _paths_differ(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    """Whether neither path through menus is a part of the other; those of two languages cannot be compared."""
    short, long = sorted((ours, theirs), key=len)
    same_script = "".join(ours).isascii() == "".join(theirs).isascii()
    return len(short) > 1 and same_script and not set(short) <= set(long)


def _free_differs(ours: Assertion, theirs: Assertion) -> bool:
    """Whether one is free of charge and the other names a price, or says that there is one."""
    one, other = ours.aspects.get("free", 0), theirs.aspects.get("free", 0)
    if one * other == -1:
        return not (ours.values and theirs.values)
    return (one == 1 and not ours.values and _priced(theirs)) or (other == 1 and not theirs.values and _priced(ours))


def _priced(of: Assertion) -> bool:
    return "free" not in of.aspects and of.costs and any(value.money for value in of.values)


def _opposite(ours: Assertion, theirs: Assertion) -> bool:
    """Whether one says yes and the other no to one aspect."""
    shared = (ours.aspects.keys() & theirs.aspects.keys()) - {"free"}
    return any(ours.aspects[name] != theirs.aspects[name] for name in shared)


def _denied(ours: Assertion, theirs: Assertion) -> bool:
    """Whether one denies what it says and the other does not, and no aspect tells what they speak of."""
    known = {*ours.aspects, *theirs.aspects} - {"possible"}
    shared = ours.aspects.keys() & theirs.aspects.keys()
    return not known and not shared and _sign(ours) != _sign(theirs)


def _sign(of: Assertion) -> int:
    return of.aspects.get("possible", -1 if of.denies else 1)
