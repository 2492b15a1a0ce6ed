"""Why an FAQ entry is turned down: some reasons to choose from, or one's own words."""

import streamlit as st

from console.pages.language import say

REASONS = ("The answer is wrong", "Several questions in one", "Too special for the FAQ", "Already answered elsewhere")


def ask(name: str, lang: str) -> str:
    """Draw the question; returns the reason, empty until there is one. `name` tells one such question from another."""
    chosen = st.pills(say("Why?", lang), REASONS, key=f"faq_why_{name}", format_func=lambda text: say(text, lang))
    more = st.text_input(say("In your own words", lang), key=f"faq_more_{name}", max_chars=300)
    return ". ".join(text for text in (chosen or "", more.strip()) if text)


def told(note: str, lang: str) -> str:
    """A reason as it was given, in the reader's language."""
    return ". ".join(say(text, lang) for text in note.split(". ") if text)
