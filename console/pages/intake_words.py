"""What the readers of files say, in the words of the Intake page: kinds, fields, shapes and complaints."""

import json
import re
from functools import cache
from pathlib import Path

from console.pages.language import say

KINDS = {"article": "Articles", "faq": "FAQ entries", "ticket": "Tickets", "call": "Calls", "customer": "Customers"}
ONE = {"article": "Article", "faq": "FAQ entry", "ticket": "Ticket", "call": "Call", "customer": "Customer"}
LANGUAGES = {"en": "English", "ja": "Japanese", "": "Unknown language"}
READERS = {
    "archive": "Archive",
    "zendesk": "Zendesk export",
    "warehouse": "Zendesk's tables",
    "intercom": "Intercom export",
    "freshdesk": "Freshdesk export",
    "slack": "Slack export",
    "chat": "Chat log",
    "chat_json": "Chat log",
    "chat_text": "Chat log",
    "mail": "Mail",
    "transcript": "Call transcript",
    "speech": "Call transcript",
    "captions": "Captions (VTT, SRT)",
    "webvtt": "Captions (VTT, SRT)",
    "jsonl": "Kizuna's JSON",
    "word": "Word document",
    "pdf": "PDF",
    "spreadsheet": "Spreadsheet",
    "table": "Table",
    "html": "Web page",
    "markdown": "Text or Markdown",
}
NEWS = {
    "new": "New", "changed": "Changed", "unchanged": "Unchanged", "duplicate": "Duplicates", "deleted": "Deleted there"
}  # fmt: skip
PERSONAL = {
    "PERSON": "Names", "EMAIL": "Email addresses", "PHONE": "Phone numbers", "ADDRESS": "Addresses", "CARD": "Cards",
    "IBAN": "Bank accounts", "ACCOUNT": "Accounts", "ID": "Identity papers", "SECRET": "Passwords and PINs",
    "IP": "IP addresses",
}  # fmt: skip
SHAPES = {
    "ticket": "Each row becomes a ticket.",
    "conversation": "Each row is a message; rows with the same ID become one ticket.",
    "article": "Each row becomes an article.",
    "customer": "Each row becomes a customer.",
    "": "Name the column that holds the customer's words.",
}
FIELDS = {
    "id": "ID",
    "text": "Customer's words",
    "reply": "Agent's reply",
    "subject": "Subject or title",
    "customer": "Customer ID",
    "created": "Date",
    "role": "Who speaks",
    "agent": "Agent's name",
    "email": "Email address",
    "name": "Name",
    "status": "Status",
    "priority": "Priority",
    "channel": "Channel",
    "product": "Product",
    "tags": "Tags",
    "csat": "Satisfaction",
    "lang": "Language",
    "phone": "Phone number",
    "plan": "Plan",
    "country": "Country",
    "company": "Company",
    "since": "Customer since",
    "products": "Products",
    "value": "Value so far",
    "updated": "Updated",
}
FIRST_FIELDS = ("id", "text", "reply", "subject", "customer", "created")
_COMPLAINTS = Path(__file__).parent / "japanese" / "complaints.json"


def complaint(text: str, lang: str) -> str:
    """A complaint about a file in the reader's language, what it quotes of the file left as it is."""
    if lang != "ja":
        return text
    told = say(text, lang)
    if told != text:
        return told
    for template, pattern in _templates().items():
        match = pattern.fullmatch(text)
        if match:
            return say(template, lang, **{name: complaint(part, lang) for name, part in match.groupdict().items()})
    return text


@cache
def _templates() -> dict[str, re.Pattern[str]]:
    """Complaints with something of the file in them, the longest first; the rest are translated as they are."""
    found = [one for one in json.loads(_COMPLAINTS.read_text("utf-8")) if re.search(r"\{\w+\}", one)]
    return {one: _pattern(one) for one in sorted(found, key=len, reverse=True)}


def kinds(counts: dict[str, int], lang: str) -> str:
    """Counts by kind in one line: "Tickets 240 · Customers 3"."""
    return " · ".join(f"{say(KINDS.get(kind, kind), lang)} {count:,}" for kind, count in counts.items())


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)
