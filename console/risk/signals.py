"""The signals of a customer who may leave, as amounts from 0 to 1, each with the customer's own words."""

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from console.risk import promises, tenor
from console.risk.ear import Ear
from console.risk.evidence import Evidence, Signal
from console.risk.history import History, Said
from console.risk.spoken import Spoken, chance, spoken_in
from console.risk.words import words

_TONE = 0.7  # of the mood: the rest is how dissatisfied the last turn left them
_DAY = 86_400.0
_OLD = 180.0  # days after which half of what was said still counts
_EASED = 0.8  # how much of an earlier grievance a good word takes away
_NEAR = 0.88  # cosine from which two conversations are about one thing
_LONG = 14.0  # days of waiting that count in full
_USUAL_TENURE, _LONG_TENURE = 24.0, 72.0  # months
_MISSES = 3  # answers of the assistant that did not help, from which they count in full
_ADDED = 0.5  # of a miss, where the customer only had to write again
_QUIET = 7.0  # days without an answer of the customer's, from which silence tells something


def evidence(history: History, ear: Ear) -> list[Evidence]:
    """Every signal of a history, in no order. Those of amount 0 are left out."""
    spoken = spoken_in(history, ear)
    if not spoken:
        return []
    found = [
        _leaving(history, spoken),
        _said(history, spoken, "threat", _by_good),
        _said(history, spoken, "anger", _by_good),
        _tone(history, spoken),
        _trajectory(spoken),
        _promise(history, spoken),
        _repeat(history, spoken, ear),
        _waiting(history, spoken),
        _silent(history, spoken),
        _bot(history, spoken),
        _csat(history, spoken),
        _staying(spoken),
        _well(spoken),
        *_profile(history),
        *tenor.evidence(history, spoken, ear),
    ]
    return [one for one in found if one.amount]


def _quoted(signal: Signal, amount: float, one: Spoken, name: str = "") -> Evidence:
    return Evidence(signal, min(amount, 1.0), one.quote(name), one.ticket, one.said.at)


def _said(history: History, spoken: Sequence[Spoken], signal: Signal, eased: Callable[[Spoken], float]) -> Evidence:
    """The strongest time that a signal was said, after what was said later and the time that went by."""
    weights = _standing(history, spoken, eased)
    amounts = [one.most(signal) * weight for one, weight in zip(spoken, weights, strict=True)]
    best = max(range(len(spoken)), key=lambda place: amounts[place])
    return _quoted(signal, amounts[best], spoken[best], signal)


def _leaving(history: History, spoken: Sequence[Spoken]) -> Evidence:
    """As other signals, but only who speaks of staying takes it back: people who leave say thank you as well."""
    weights = _standing(history, spoken, lambda one: one.stays)
    amounts = [
        one.most("leaving") * weight * (1 - _EASED * one.most("staying"))
        for one, weight in zip(spoken, weights, strict=True)
    ]
    best = max(range(len(spoken)), key=lambda place: amounts[place])
    return _quoted("leaving", amounts[best], spoken[best], "leaving")


def _by_good(one: Spoken) -> float:
    return max(one.good, one.stays)


def _standing(history: History, spoken: Sequence[Spoken], eased: Callable[[Spoken], float]) -> list[float]:
    """How much of each turn still stands: less with every good word later on, and by half in half a year."""
    found, left = [0.0] * len(spoken), 1.0
    for place in reversed(range(len(spoken))):
        found[place] = left * 0.5 ** (_days(spoken[place].said.at, history.now) / _OLD)
        left *= 1 - _EASED * eased(spoken[place])
    return found


def _days(since: datetime | None, until: datetime) -> float:
    return max((until - since).total_seconds() / _DAY, 0.0) if since else 0.0


def _tone(history: History, spoken: Sequence[Spoken]) -> Evidence:
    """How the last conversation sounds as a whole: sentence for sentence, and how dissatisfied it left them."""
    late = [one for one in spoken if one.place == spoken[-1].place]
    leans = [lean for one in late for lean in one.leans]
    tone = chance(sum(leans) / len(leans)) if leans else 0.0
    worst = max(late, key=lambda one: one.most("unhappy"))
    return _quoted("mood", _TONE * tone + (1 - _TONE) * late[-1].after, worst, "unhappy")


def _trajectory(spoken: Sequence[Spoken]) -> Evidence:
    """How much worse the last turns are than the first."""
    few = max(min(2, len(spoken) // 2), 1)
    levels = [one.after - one.good for one in spoken]
    rise = sum(levels[-few:]) / few - sum(levels[:few]) / few
    return _quoted("trajectory", max(rise, 0.0) / 2, spoken[-1])


def _promise(history: History, spoken: Sequence[Spoken]) -> Evidence:
    """A promise that was not kept: the customer says so, or writes again unhappily after its time."""
    weights = _standing(history, spoken, _by_good)
    late = _overdue(history)
    amounts = []
    for one, weight in zip(spoken, weights, strict=True):
        passed = 0.6 * (1 - one.good) if id(one.said) in late else 0.0
        amounts.append(weight * max(one.most("promise"), passed))
    best = max(range(len(spoken)), key=lambda place: amounts[place])
    return _quoted("promise", amounts[best], spoken[best], "promise")


def _overdue(history: History) -> set[int]:
    """Customers' turns that came after the time by which an agent had promised something."""
    found, promised = set[int](), list[Said]()
    for talk in history.conversations:
        for turn in talk.turns:
            if turn.role != "customer":
                promised = [turn]
            elif promised and promises.overdue(promised[0].text, promised[0].at, turn.at):
                found.add(id(turn))
                promised = []
    return found


def _repeat(history: History, spoken: Sequence[Spoken], ear: Ear) -> Evidence:
    """They say that they ask again, or their last conversations are about one thing and none ended well."""
    heard = _said(history, spoken, "repeat", _by_good)
    openings = {one.place: one for one in reversed(spoken)}
    last = spoken[-1]
    before = [place for place in openings if place < last.place]
    alike = [place for place in before if _same(history, openings, place, last.place, ear)]
    endings = [next(one for one in reversed(spoken) if one.place == place) for place in alike]
    unsolved = sum(1 - max(one.good, one.stays) for one in endings)
    amount = min(unsolved, 3.0) / 3 * (1 - max(last.good, last.stays))
    return heard if heard.amount >= amount else _quoted("repeat", amount, openings[last.place])


def _same(history: History, openings: dict[int, Spoken], one: int, other: int, ear: Ear) -> bool:
    texts = [f"{history.conversations[i].subject}\n{openings[i].said.text[:300]}" for i in (one, other)]
    near = ear.near(texts)
    if near is not None:
        return float(near[0, 1]) >= _NEAR
    subjects = {_plain(history.conversations[i].subject) for i in (one, other)}
    return len(subjects) == 1 and "" not in subjects


def _plain(subject: str) -> str:
    return subject.casefold().removeprefix("re:").strip()


def _waiting(history: History, spoken: Sequence[Spoken]) -> Evidence:
    """How long their last question or grievance has been without an answer, or what they say of waiting."""
    last = spoken[-1]
    if words().patient.search(last.said.text):
        return Evidence("waiting", 0.0)
    heard = _said(history, spoken, "waiting", _by_good)
    talk = history.conversations[last.place]
    waits = talk.status != "resolved" and talk.turns[-1] is last.said
    asks = 1.0 if words().expects.search(last.said.text) else max(last.after, *map(chance, last.leans), 0.0)
    amount = waits * asks * min(_days(last.said.at, history.now) / _LONG, 1.0) * (1 - last.good)
    return heard if heard.amount >= amount else _quoted("waiting", amount, last)


def _silent(history: History, spoken: Sequence[Spoken]) -> Evidence:
    """They no longer answer: the company wrote more than once after their last, unhappy word."""
    last = spoken[-1]
    later = [turn for talk in history.conversations[last.place :] for turn in talk.turns]
    later = later[max(place for place, turn in enumerate(later) if turn is last.said) + 1 :]
    unanswered = [turn for turn in later if turn.role == "agent" and _gap(last.said, turn) >= _QUIET]
    rated = history.conversations[last.place].csat
    level = max(last.after, last.most("unhappy"), 1.0 if rated is not None and rated <= 2 else 0.0)
    amount = min(len(unanswered), 2) / 2 * level * (1 - last.stays)
    return _quoted("silent", amount, last) if amount else Evidence("silent", 0.0)


def _gap(first: Said, second: Said) -> float:
    return _days(first.at, second.at) if second.at else 0.0


def _bot(history: History, spoken: Sequence[Spoken]) -> Evidence:
    """Answers of the assistant that did not help, and the wish for a person."""
    weights = _standing(history, spoken, _by_good)
    missed = _missed(history)
    amounts = [
        weight * (1 - one.good) * max(one.most("bot"), missed[id(one.said)]) if id(one.said) in missed else 0.0
        for one, weight in zip(spoken, weights, strict=True)
    ]
    best = max(range(len(spoken)), key=lambda place: amounts[place])
    return _quoted("bot", sum(amounts) / _MISSES, spoken[best], "bot")


def _missed(history: History) -> dict[int, float]:
    """Customers' turns beside an assistant's answer that is known not to have helped, or that they had to add to."""
    found: dict[int, float] = {}
    for talk in history.conversations:
        for place, turn in enumerate(talk.turns):
            if turn.role != "bot":
                continue
            after, before = talk.turns[place + 1 : place + 2], talk.turns[max(place - 1, 0) : place]
            beside = [one for one in (*after, *(before if turn.missed else ())) if one.role == "customer"]
            if beside:
                found[id(beside[0])] = 1.0 if turn.missed else _ADDED
    return found


def _csat(history: History, spoken: Sequence[Spoken]) -> Evidence:
    """The last rating, where it is low, was meant, and nothing good was said since."""
    rated = [(place, talk) for place, talk in enumerate(history.conversations) if talk.csat is not None]
    amount, ticket = 0.0, ""
    if rated and not any(words().misrated.search(one.said.text) for one in spoken if one.place >= rated[-1][0]):
        place, talk = rated[-1]
        eased = max((max(one.good, one.stays) for one in spoken if one.place >= place), default=0.0)
        amount, ticket = max(3 - (talk.csat or 3), 0) / 2 * (1 - _EASED * eased), talk.id
    nps = history.profile.nps
    if nps is not None and nps <= 6 and (7 - nps) / 7 > amount:
        amount, ticket = (7 - nps) / 7, ""
    return Evidence("csat", amount, "", ticket)


def _staying(spoken: Sequence[Spoken]) -> Evidence:
    """They speak of staying, in the last two conversations."""
    late = [one for one in spoken if one.place >= spoken[-1].place - 1]
    best = max(late, key=lambda one: one.stays)
    return _quoted("staying", best.stays, best, "staying")


def _well(spoken: Sequence[Spoken]) -> Evidence:
    """It ended well: the last two turns are content, and the last conversation does not speak of leaving."""
    best = max(spoken[-2:], key=lambda one: one.good)
    leaves = max(one.most("leaving") for one in spoken if one.place == spoken[-1].place)
    return _quoted("well", (spoken[-1].good + best.good) / 2 * (1 - leaves), best, "glad")


def _profile(history: History) -> Iterator[Evidence]:
    """New customers and those who pay much leave more, old ones and those who pay little less: from -1 to 1.

    In the middle are two years of tenure and what the desk's customers usually pay; docs/risk.md has the data.
    """
    told = history.profile
    if told.tenure_months is not None:
        long = math.log1p(max(told.tenure_months, 0.0))
        yield Evidence("tenure", max((math.log1p(_USUAL_TENURE) - long) / math.log1p(_LONG_TENURE), -1.0))
    if told.monthly_value and told.usual_value and told.monthly_value > 0 < told.usual_value:
        yield Evidence("value", max(min(math.log2(told.monthly_value / told.usual_value) / 2, 1.0), -1.0))
