"""What was decided last on the watch list: told once, with the way back where there is one."""

from collections.abc import Callable
from functools import partial

from console.accounts import Account
from console.desk import Desk
from console.pages import done
from console.pages.done import Done
from console.pages.language import say
from console.watch import deciding
from console.watch.deciding import Change


def do(decide: Callable[[], Change | None], told: str) -> bool:
    """Decide; what happened, or why not, is told on the next drawing. Returns whether it is decided."""
    return bool(done.do("watch", decide, partial(Done, told)))


def show(desk: Desk, me: Account) -> None:
    """Draw what was decided last."""
    back = partial(deciding.take_back, desk.db, by=me)
    done.show("watch", me.lang, back, undone=say("Taken back.", me.lang))
