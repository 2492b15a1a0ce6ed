"""Figures as small pictures: a bar for a count, a line with a dot for a value and its interval."""

from collections.abc import Sequence

from console.intervals import Figure
from console.pages.plain import html


def weeks(name: str, counts: Sequence[int], of: int | None, told: str) -> str:
    """A count of this week, the last of `counts`, with a bar for each week; `of` adds its share of another count."""
    most = max([*counts, 1])
    bars = "".join(f"<i style='height:{max(100 * count / most, 4):.0f}%' title='{count:,}'></i>" for count in counts)
    share = f" <small>{100 * counts[-1] / of:.0f} %</small>" if of else ""
    return (
        f"<div><dt>{html(name)}</dt><dd>{counts[-1]:,}{share}</dd>"
        f"<dd class='kz-drawn'><div class='kz-weeks' role='img' aria-label='{html(told)}'>{bars}</div></dd></div>"
    )


def bars(counts: Sequence[tuple[str, int]]) -> str:
    """Names with counts, each with a bar as long as its share of the largest."""
    most = max([*(count for _, count in counts), 1])
    rows = "".join(
        f"<li><span>{html(name)}</span><b>{count:,}</b><i style='width:{100 * count / most:.0f}%'></i></li>"
        for name, count in counts
    )
    return f"<ul class='kz-reasons'>{rows}</ul>"


def interval(name: str, figure: Figure, shown: str, low: float, high: float, told: str) -> str:
    """A value with its interval on a line that runs from `low` to `high`; `told` explains it."""
    start, end, dot = (_place(one, low, high) for one in (figure.low, figure.high, figure.value))
    zero = f"<s style='left:{_place(0.0, low, high):.1f}%'></s>" if low < 0 < high else ""
    line = f"{zero}<i style='left:{start:.1f}%;width:{max(end - start, 0.5):.1f}%'></i><b style='left:{dot:.1f}%'></b>"
    return (
        f"<div><dt>{html(name)}</dt><dd>{html(shown)}</dd><dd class='kz-drawn' aria-hidden='true'>"
        f"<div class='kz-interval'>{line}</div></dd><dd class='kz-told'>{html(told)}</dd></div>"
    )


def _place(value: float, low: float, high: float) -> float:
    return min(max(100 * (value - low) / max(high - low, 1e-9), 0.0), 100.0)
