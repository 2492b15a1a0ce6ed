"""What is known of one customer: the conversations so far, who said what when, and how long they have been one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from console.mood import Mood

Role = Literal["customer", "agent", "bot"]


@dataclass(frozen=True)
class Said:
    """One turn. A customer's has a mood, and `after`: how dissatisfied they are now, given all that came before."""

    role: Role
    text: str
    at: datetime | None = None
    mood: Mood | None = None
    after: float | None = None  # None is the mood's own
    missed: bool = False  # an assistant's answer that is known not to have helped


@dataclass(frozen=True)
class Conversation:
    """A ticket or a call, its turns in order. `status` is "resolved", or anything else while it goes on."""

    id: str
    turns: tuple[Said, ...]
    channel: str = ""
    subject: str = ""
    status: str = "open"
    csat: int | None = None  # 1 to 5


@dataclass(frozen=True)
class Profile:
    """What the books say of a customer. `usual_value` is what the desk's customers pay, the one in the middle."""

    tenure_months: float | None = None
    monthly_value: float | None = None
    plan: str = ""
    usual_value: float | None = None
    nps: int | None = None  # 0 to 10, the last answer


@dataclass(frozen=True)
class History:
    """Everything that a risk is weighed from. Conversations stand in order, the oldest first."""

    conversations: tuple[Conversation, ...]
    now: datetime
    profile: Profile = Profile()
