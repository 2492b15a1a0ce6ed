"""What an alert says, in the desk's language: no more of a customer than name, risk and one quoted sentence."""

import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ingest.store.watches import Watch

NAME, QUOTE = 80, 200  # characters, at most
MOST = 20  # customers that one alert tells of; the rest is a number


@dataclass(frozen=True)
class Subject:
    """A watch and its customer's name, empty where nobody knows it."""

    watch: Watch
    name: str


def email(found: Sequence[Subject], lang: str, address: str) -> tuple[str, str]:
    """Subject and text of an alert; of a test where nobody is told of. The subject is one line of plain characters."""
    words = _words()
    if not found:
        return words["test_subject"][lang], words["test_text"][lang].format(link=f"{address}/watch")
    first = found[0]
    filled = {"name": _name(first, lang), "chance": _chance(first.watch), "n": len(found)}
    subject = words["subject" if len(found) == 1 else "subject_several"][lang].format(**filled)
    told = [_told(one, lang, address) for one in found[:MOST]]
    more = [words["more"][lang].format(n=len(found) - MOST)] if len(found) > MOST else []
    link = words["list"][lang].format(link=f"{address}/watch")
    return subject, "\n\n".join([*told, *more, link]) + "\n"


def body(found: Sequence[Subject], address: str) -> dict[str, Any]:
    """What a webhook gets; a test tells of nobody."""
    return {
        "type": "customers.at_risk" if found else "test",
        "customers": [
            {
                "watch": one.watch.id, "name": line(one.name, NAME), "at_risk": round(one.watch.at_risk, 4),
                "reason": _reason(one.watch), "since": one.watch.at.isoformat(), "link": link(one.watch, address),
            }
            for one in found[:MOST]
        ],
        "more": max(len(found) - MOST, 0), "link": f"{address}/watch",
    }  # fmt: skip


def link(watch: Watch, address: str) -> str:
    """Where the console opens a watch."""
    return f"{address}/watch?watch={watch.id}"


def line(text: str, most: int) -> str:
    """One line without control and direction characters, at most so long: safe in a mail's head."""
    plain = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text[: 4 * most])
    plain = " ".join(plain.split())
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def _told(one: Subject, lang: str, address: str) -> str:
    words, reason = _words(), _reason(one.watch)
    head = words["head"][lang].format(name=_name(one, lang), chance=_chance(one.watch))
    signal = words["signals"].get(reason["signal"], {}).get(lang, "")
    quoted = words["quote"][lang].format(quote=reason["quote"]) if reason["quote"] else ""
    return "\n".join(filter(None, (head, signal, quoted, link(one.watch, address))))


def _reason(watch: Watch) -> dict[str, str]:
    """The weightiest reason that has words of the customer, else the weightiest one."""
    speaks = [one for one in watch.reasons if float(one.get("points") or 0.0) >= 0]
    found = next((one for one in speaks if one.get("quote")), next(iter(speaks), {}))
    return {"signal": str(found.get("signal", "")), "quote": line(str(found.get("quote", "")), QUOTE)}


def _name(one: Subject, lang: str) -> str:
    return line(one.name, NAME) or _words()["nameless"][lang].format(ticket=line(one.watch.ticket, NAME))


def _chance(watch: Watch) -> str:
    return f"{100 * watch.at_risk:.0f} %"


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
