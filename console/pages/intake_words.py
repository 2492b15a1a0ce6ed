"""What the readers of files say, in the words of the Intake page: kinds, fields, shapes and complaints."""

import re

from console.pages.language import say

KINDS = {"article": "Articles", "faq": "FAQ entries", "ticket": "Tickets", "call": "Calls", "customer": "Customers"}
ONE = {"article": "Article", "faq": "FAQ entry", "ticket": "Ticket", "call": "Call", "customer": "Customer"}
LANGUAGES = {"en": "English", "ja": "Japanese", "": "Unknown language"}
READERS = {
    "webvtt": "Captions (VTT, SRT)",
    "zendesk": "Zendesk export",
    "jsonl": "Kizuna's JSON",
    "transcript": "Call transcript",
    "html": "Web page",
    "table": "Table",
    "markdown": "Text or Markdown",
}
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

# Complaints with something of the file in them; the rest are translated as they are.
_TEMPLATES = (
    "This row has {cells} cells where the header has {header}. Check its quotes and separators.",
    "This row cannot be read: {why}. Correct it, or name another column.",
    "This line is not complete JSON near character {at}. "
    "Each line has to hold one JSON object; export or mend the line.",
    "The field '{field}' is missing. Add it and import the record again.",
    "The field '{field}' is wrong: {why}. Correct it and import the record again.",
    "The role '{role}' is unknown. Write 'customer', 'agent', 'bot', 'system' or 'note'.",
    "The kind '{kind}' is unknown. Write 'article', 'ticket', 'call' or 'customer' and import the record again.",
    "Record {n} is not complete JSON; the file may have been cut off. Export the file again.",
    "Record {n} is not complete JSON; the file may have been cut off. "
    "Export the file again. The {before} before it came in.",
    "A field of this call cannot be read: {why}. Correct it and import the call again.",
    "The table has {n} columns. Export it with {most} columns at most.",
    "The file is larger than {n} MB. Split it into smaller files.",
    "the time {time} cannot be read; write it as 2026-03-31T14:05:00+09:00",
)


def complaint(text: str, lang: str) -> str:
    """A reader's complaint in the reader's language, what it quotes of the file left as it is."""
    if lang != "ja":
        return text
    told = say(text, lang)
    if told != text:
        return told
    for template in _TEMPLATES:
        match = _pattern(template).fullmatch(text)
        if match:
            return say(template, lang, **{name: complaint(part, lang) for name, part in match.groupdict().items()})
    return text


def kinds(counts: dict[str, int], lang: str) -> str:
    """Counts by kind in one line: "Tickets 240 · Customers 3"."""
    return " · ".join(f"{say(KINDS.get(kind, kind), lang)} {count:,}" for kind, count in counts.items())


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template)), re.DOTALL)
