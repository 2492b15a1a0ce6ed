"""What a look at one upload found: its dates, languages and personal data, what of it is new, and the time it takes."""

from collections import Counter
from collections.abc import Mapping

import streamlit as st

from console.intake import PEEK, Upload
from console.pages.intake_words import LANGUAGES, NEWS, PERSONAL
from console.pages.language import say
from console.pages.plain import html
from ingest.preview import Look

_BARS = 48  # months; a longer time is shown by years


def show(upload: Upload, lang: str) -> None:
    """Draw it."""
    look = upload.look
    told = {
        "Dates": _months(look, lang),
        "Languages": _listed({say(LANGUAGES.get(code, code), lang): n for code, n in look.langs.items()}),
        "Personal data": _personal(look, lang),
        "Speakers": _guessed(look, lang),
    }
    facts = "".join(
        f"<div><dt>{html(say(name, lang))}</dt><dd>{text}</dd></div>" for name, text in told.items() if text
    )
    if facts:
        st.html(f"<dl class='kz-found'>{facts}</dl>")
    if not look.whole:
        st.caption(say("Looked at the first {count} records; there are more.", lang, count=f"{PEEK:,}"))


def news(look: Look, lang: str) -> str:
    """What is new, in one line: "New 120 · Changed 3"."""
    return " · ".join(f"{say(name, lang)} {look.news[word]:,}" for word, name in NEWS.items() if look.news[word])


def takes(seconds: float | None, lang: str) -> str:
    """A time to come in words; nothing where it is not known."""
    if seconds is None:
        return ""
    if seconds < 90:
        return say("about {n} s", lang, n=max(1, round(seconds)))
    if seconds < 5400:
        return say("about {n} min", lang, n=round(seconds / 60))
    return say("about {n} h", lang, n=f"{seconds / 3600:.1f}")


def _listed(counts: Mapping[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda one: -one[1])
    return " · ".join(f"{html(name)} {count:,}" for name, count in ordered)


def _personal(look: Look, lang: str) -> str:
    if not look.searched:
        return ""
    found = _listed({say(PERSONAL.get(name, name), lang): n for name, n in look.found.items()})
    where = say("in the first {count} conversations; it is masked", lang, count=f"{look.searched:,}")
    return f"{found} <small>{html(where)}</small>" if found else html(say("None found", lang))


def _guessed(look: Look, lang: str) -> str:
    if not look.guessed:
        return ""
    return html(say("In {count} conversations worked out from what is said: look whether it fits.", lang,
                    count=f"{look.guessed:,}"))  # fmt: skip


def _months(look: Look, lang: str) -> str:
    """The first and the last day, with a bar for each month (or year) between them."""
    if not look.dates:
        return ""
    days = html(" – ".join(dict.fromkeys((look.dates[0], look.dates[-1]))))
    counts = spread(look.months)
    if len(counts) < 2:
        return days
    most = max(counts.values())
    bars = "".join(
        f"<i style='height:{max(4, round(100 * n / most)) if n else 0}%' title='{html(name)}: {n:,}'></i>"
        for name, n in counts.items()
    )
    return f"{days}<span class='kz-bars' role='img' aria-label='{html(say('Records by month', lang))}'>{bars}</span>"


def spread(months: Mapping[str, int]) -> dict[str, int]:
    """Counts for every month from the first to the last, those without any among them; by year where they are many."""
    if not months:
        return {}
    first, last = (int(name[:4]) * 12 + int(name[5:7]) - 1 for name in (min(months), max(months)))
    if last - first < _BARS:
        names = [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(first, last + 1)]
        return {name: months.get(name, 0) for name in names}
    years: Counter[str] = Counter()
    for name, count in months.items():
        years[name[:4]] += count
    return {f"{year:04}": years[f"{year:04}"] for year in range(first // 12, last // 12 + 1)}
