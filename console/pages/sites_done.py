"""What was changed last on the page of the widget: told once, with the way back."""

from collections.abc import Callable

from console.accounts import Account
from console.desk import Desk
from console.pages import done
from console.pages.done import Done
from console.pages.language import say
from console.widget import sites
from console.widget.sites import Change


def do(act: Callable[[], Change], told: str, *, back: bool = True) -> Change | None:
    """Make a change; what happened, or why not, is told on the next drawing. Returns it where it is made."""
    return next(iter(done.do("sites", act, lambda change: Done(told, change if back else None))), None)


def show(desk: Desk, me: Account) -> None:
    """Draw what was changed last."""
    done.show("sites", me.lang, lambda change: sites.undo(desk.db, change, me), undone=say("Undone.", me.lang))
