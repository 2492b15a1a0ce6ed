"""The words of the watch list: outcomes, steps and what an icon stands for."""

from console.watch.playbook import Step
from ingest.store.watches import Outcome

OUTCOMES: dict[Outcome, str] = {"saved": "Saved", "churned": "Left", "complaint": "Complained", "false": "False alarm"}
OUTCOME_ICONS: dict[str, str] = {
    "saved": "favorite", "churned": "logout", "complaint": "gavel", "false": "notifications_off",
}  # fmt: skip
EXPLAINED: dict[Outcome, str] = {
    "saved": "They stay, and were at risk.", "churned": "They have left.",
    "complaint": "They took it further: a complaint, a bad review, a lawyer.", "false": "They were not at risk.",
}  # fmt: skip
STEP_ICONS: dict[Step, str] = {
    "call": "call", "message": "edit_note", "escalate": "trending_up", "goodwill": "redeem", "fix": "build",
}  # fmt: skip
DONE: dict[Step, str] = {
    "call": "Called them", "message": "Wrote to them", "escalate": "Escalated it", "goodwill": "Offered goodwill",
    "fix": "Fixed the cause",
}  # fmt: skip
