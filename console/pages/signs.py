"""The words and icons for what a ticket is: its status, priority, channel, mood and the signals of risk."""

from collections.abc import Mapping
from typing import Any

from console.pages.language import say

STATUSES = {"open": "Open", "pending": "With the bot", "resolved": "Resolved", "snoozed": "Snoozed"}
PRIORITIES = {"urgent": "Urgent", "high": "High", "medium": "Medium", "low": "Low"}
CHANNELS = {"email": "Email", "chat": "Chat", "phone": "Phone", "web": "Web form", "social": "Social media"}
CHANNEL_ICONS = {"email": "mail", "chat": "chat", "phone": "call", "web": "language", "social": "groups"}
MOODS = {"negative": "Negative", "neutral": "Neutral", "positive": "Positive"}
MOOD_ICONS = {
    "negative": "sentiment_dissatisfied",
    "neutral": "sentiment_neutral",
    "positive": "sentiment_satisfied",
}
SIGNALS = {
    "anger": "Angry words",
    "leaving": "Says they are leaving",
    "threat": "Threatens consequences",
    "repeat": "The same problem again",
    "promise": "A promise was not kept",
    "waiting": "Waits for an answer",
    "mood": "Unhappy tone",
    "trajectory": "Grows more unhappy",
    "csat": "Rated us badly before",
    "bot": "The assistant did not help",
    "silent": "Answers no more",
    "tenure": "Has not been with us for long",
    "value": "Pays more than most",
    "staying": "Speaks of staying",
    "well": "It ended well",
    "whole": "How it reads as a whole",
}
SAID = 2.0  # log-odds that words of leaving add where it is said, and not only guessed at
AT_RISK = 0.5  # of 1: from here on a ticket wears the flag


def name(told: Mapping[str, Any], lang: str) -> str:
    """What a signal of risk is called. Leaving that is only guessed at is not called said."""
    signal, points = told.get("signal", ""), told.get("points")
    if signal == "leaving" and points is not None and float(points) < SAID:
        return say("May think of leaving", lang)
    return say(SIGNALS.get(signal, signal), lang)


def reason(told: Mapping[str, Any], lang: str) -> str:
    """One signal of risk with the words that show it: "Says they are leaving: “cancel everything”"."""
    quote = told.get("quote", "")
    return f"{name(told, lang)}: “{quote}”" if quote else name(told, lang)
