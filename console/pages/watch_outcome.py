"""How it ended for a customer at risk: the one question that the desk learns from."""

from collections.abc import Callable
from typing import cast

import streamlit as st

from console.accounts import Account
from console.pages import watch_done
from console.pages.language import say
from console.pages.watch_words import EXPLAINED, OUTCOME_ICONS, OUTCOMES
from console.watch.deciding import NOTE, Change
from ingest.store.watches import Outcome

Record = Callable[..., Change]


def show(me: Account, key: str, record: Record, name: str) -> None:
    """Draw the choice and its note; `record(outcome, note, by=)` keeps it."""
    lang = me.lang
    with st.container(key="watch_outcome"):
        chosen = st.pills(
            say("How did it end?", lang), list(OUTCOMES), key=f"watch_ended_{key}",
            format_func=lambda one: f":material/{OUTCOME_ICONS[one]}: {say(OUTCOMES[one], lang)}",
        )  # fmt: skip
        if not chosen:
            return
        st.caption(say(EXPLAINED[chosen], lang))
        st.text_input(say("Note", lang), key=f"watch_note_{key}", max_chars=NOTE)
        st.button(
            say("Record the outcome", lang), icon=":material/flag:", type="primary", key="watch_record",
            on_click=_record, args=(me, record, chosen, f"watch_note_{key}", name),
        )  # fmt: skip


def _record(me: Account, record: Record, outcome: str, key: str, name: str) -> None:
    note = str(st.session_state.get(key, ""))
    told = say("{name}: {outcome}.", me.lang, name=name, outcome=say(OUTCOMES[cast(Outcome, outcome)], me.lang))
    watch_done.do(lambda: record(outcome, note, by=me), told)
