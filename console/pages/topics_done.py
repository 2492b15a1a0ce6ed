"""What was decided last on the Topics page: told once, with the way back where there is one."""

from collections.abc import Callable

from console.accounts import Account
from console.desk import Desk
from console.pages import done
from console.pages.done import Done


def do(
    change: Callable[[], object], told: str | Callable[[], str], back: Callable[[], object] | None = None
) -> bool:  # fmt: skip
    """Make a change; what happened, or why not, is told on the next drawing. Returns whether it is made."""
    return bool(done.do("topics", change, lambda _: Done(told if isinstance(told, str) else told(), back)))


def press(change: Callable[[], object], told: str) -> None:
    """The same for a button that does only this."""
    do(change, told)


def tell(told: str, back: Callable[[], object] | None = None) -> None:
    """Say this over the page once it is drawn again."""
    done.tell("topics", Done(told, back))


def show(desk: Desk, me: Account) -> None:
    """Draw what was done last."""
    done.show("topics", me.lang, lambda back: back(), may=me.supervises)
