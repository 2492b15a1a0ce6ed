"""Every table, for SQLite and PostgreSQL alike. SQL is the truth; the vector and word indexes are copies of it."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class UtcTime(TypeDecorator[datetime]):
    """Times go in with a zone, are kept as UTC without one, and come out with UTC again."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

customers = Table(
    "customers",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, default=""),
    Column("email", String, nullable=False, default="", index=True),
    Column("phone", String, nullable=False, default=""),
    Column("lang", String, nullable=False, default=""),
    Column("plan", String, nullable=False, default=""),
    Column("country", String, nullable=False, default=""),
    Column("company", String, nullable=False, default=""),
    Column("since", UtcTime),
    Column("products", JSON, nullable=False, default=list),
    Column("value", Float),
    Column("origin", String, nullable=False, default=""),
    Column("at_risk", Float, nullable=False, default=0.0),  # of leaving, over all conversations, with the reasons
    Column("points", Float),  # the same in log-odds, before the desk's own calibration
    Column("reasons", JSON, nullable=False, default=list),
    Column("weighed", UtcTime),
)

# Other ids of a customer who is kept under one: the same email address in another system.
aliases = Table(
    "aliases",
    metadata,
    Column("id", String, primary_key=True),
    Column("customer", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False),
)

# Two customers who may be one person, and what was decided. `undo` is what separating them again needs.
matches = Table(
    "matches",
    metadata,
    Column("id", String, primary_key=True),
    Column("one", String, nullable=False),  # who came first, and is kept
    Column("other", String, nullable=False),
    Column("evidence", JSON, nullable=False, default=list),
    Column("score", Float, nullable=False),
    Column("state", String, nullable=False, default="proposed"),  # proposed merged rejected
    Column("by", String, nullable=False, default=""),
    Column("decided", UtcTime),
    Column("undo", JSON),
    UniqueConstraint("one", "other"),
)

tickets = Table(
    "tickets",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("customer", String, nullable=False, default="", index=True),
    Column("created", UtcTime),
    Column("updated", UtcTime),
    Column("status", String, nullable=False),
    Column("priority", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("lang", String, nullable=False, default=""),
    Column("product", String, nullable=False, default=""),
    Column("tags", JSON, nullable=False, default=list),
    Column("csat", Integer),
    Column("guessed", Boolean, nullable=False, default=False),
    Column("book", String, nullable=False, default="", index=True),  # whose placeholders stand in it
    Column("assignee", String, nullable=False, default=""),
    Column("visitor", String, nullable=False, default="", index=True),
    Column("site", String, nullable=False, default=""),  # where the visitor began it; empty is the desk's own
    Column("reply_to", String, nullable=False, default="", index=True),  # the address that the visitor left
    Column("read_to", Integer),  # the last message that the visitor has had before them in the chat
    Column("waiting_since", UtcTime),
    Column("mood", String, nullable=False, default=""),
    Column("dissatisfied", Float, nullable=False, default=0.0),
    Column("at_risk", Float, nullable=False, default=0.0),
    Column("reasons", JSON, nullable=False, default=list),
    Column("expected_csat", Float),  # 1 to 5, where no survey was answered
    Column("weighed", UtcTime),  # when its customer's risk was last looked at
    Column("origin", String, nullable=False, default=""),
    Index("tickets_inbox", "status", "waiting_since"),
)

messages = Table(
    "messages",
    metadata,
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("direction", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcTime),
    Column("author", String, nullable=False, default=""),
    Column("seconds", Float),
    Column("attachments", JSON, nullable=False, default=list),
    Column("mood", String, nullable=False, default=""),
    Column("score", Float),
    Column("dissatisfied", Float),
    Column("signals", JSON, nullable=False, default=dict),  # the probability of each, as mood.SIGNALS names them
    Column("elsewhere", Float),  # the probability that the feeling is toward somebody else
    Column("within", Float),  # `dissatisfied` as it was heard behind what had been said before
    Column("after", Float),  # how dissatisfied the customer is now, given all that came before
    Column("missed", Boolean, nullable=False, default=False),  # an answer of the assistant that did not help
    Column("live", Boolean, nullable=False, default=False),  # said here, not in the source it came from
)

# Problem, resolution and outcome of a conversation, as spans of its canonical text.
cases = Table(
    "cases",
    metadata,
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("problem", JSON, nullable=False, default=list),
    Column("resolution", JSON, nullable=False, default=list),
    Column("outcome", String, nullable=False, index=True),
    Column("sure", Boolean, nullable=False),
    Column("by", String, nullable=False),
)

# Hashes of long messages: the same conversation in another format shares them.
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("mark", BigInteger, primary_key=True, autoincrement=False),
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, index=True),
)

articles = Table(
    "articles",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String, nullable=False, default=""),
    Column("product", String, nullable=False, default=""),
    Column("updated", UtcTime),
    Column("origin", String, nullable=False, default=""),
)

passages = Table(
    "passages",
    metadata,
    Column("num", Integer, primary_key=True),  # the word index's row number
    Column("id", String, nullable=False, unique=True),
    Column("source", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("part", String, nullable=False),
    Column("title", Text, nullable=False, default=""),
    Column("section", Text, nullable=False, default=""),
    Column("lang", String, nullable=False, default=""),
    Column("product", String, nullable=False, default=""),
    Column("created", UtcTime),
    Column("indexed", Boolean, nullable=False, default=False, index=True),
    Index("passages_source", "kind", "source"),
)

# Passages that left SQL but may still be in the vector index: forgotten there at the next catch-up.
removed = Table("removed", metadata, Column("id", String, primary_key=True))

# Which source brought which record, and where it stands on the shelves. Records of several sources may share a target;
# then each keeps its own `copy`, and the shelf holds them merged. `before` is what the last import changed.
arrivals = Table(
    "arrivals",
    metadata,
    Column("source", String, primary_key=True),
    Column("kind", String, primary_key=True),  # ticket article customer
    Column("id", String, primary_key=True),
    Column("num", Integer, nullable=False, index=True),  # order of first arrival
    Column("target", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("job", String, nullable=False, index=True),  # the import that last touched it
    Column("gone", Boolean, nullable=False, default=False),  # deleted at the source
    Column("copy", JSON),
    Column("before", JSON),
    Index("arrivals_target", "kind", "target"),
    Index("arrivals_id", "kind", "id"),
)

# Personal data taken out of a customer's conversations: a keyed hash to know it again, and, where the vault is on,
# the original, sealed. The key is kept outside the database.
placeholders = Table(
    "placeholders",
    metadata,
    Column("book", String, primary_key=True),
    Column("label", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("tag", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),
)

imports = Table(
    "imports",
    metadata,
    Column("id", String, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("finished", UtcTime),
    Column("by", String, nullable=False, default=""),
    Column("counts", JSON, nullable=False, default=dict),
    Column("undone", UtcTime),
)

rejects = Table(
    "rejects",
    metadata,
    Column("id", String, primary_key=True),  # a hash of its content: the same reject twice is one row
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", Text, nullable=False, default=""),  # without personal data
    Column("sealed", LargeBinary),  # as it was, and the `context` that reading it again needs: only in the vault
    Column("context", Text, nullable=False, default=""),
    Column("origin", Text, nullable=False),
    Column("seen", UtcTime, nullable=False),
)

# Folders on this machine that are brought in again and again.
folders = Table(
    "folders",
    metadata,
    Column("id", String, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("source", String, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("paused", Boolean, nullable=False, default=False),
    Column("by", String, nullable=False, default=""),
    Column("created", UtcTime, nullable=False),
    Column("last_run", UtcTime),
    Column("last_seen", String, nullable=False, default=""),  # a fingerprint: nothing changed is nothing to do
    Column("result", JSON, nullable=False, default=dict),
    Column("trouble", Text, nullable=False, default=""),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String, primary_key=True),
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("created", UtcTime, nullable=False),
    Column("reply", Text, nullable=False),
    Column("citations", JSON, nullable=False, default=list),
    Column("confidence", Float, nullable=False),
    Column("abstained", Boolean, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("trail", JSON, nullable=False, default=dict),  # query, sources, prompt digest, model, timings
    Column("state", String, nullable=False, default="proposed"),  # as store.drafts.State lists them
    Column("final", Text, nullable=False, default=""),
    Column("by", String, nullable=False, default=""),
    Column("decided", UtcTime),
    Column("distance", Float),  # of what was sent from the draft: 0 the same, 1 nothing in common
    Column("outcome", String, nullable=False, default=""),  # as store.drafts.Outcome lists them
)

# Runs of the desk over its own past. `cases` are numbers and ticket ids, never words of anybody.
backtests = Table(
    "backtests",
    metadata,
    Column("id", String, primary_key=True),
    Column("started", UtcTime, nullable=False),
    Column("finished", UtcTime),
    Column("by", String, nullable=False, default=""),
    Column("since", UtcTime),
    Column("until", UtcTime),
    Column("wanted", Integer, nullable=False),
    Column("least", Float, nullable=False),  # the confidence from which drafts were offered then
    Column("cases", JSON, nullable=False, default=list),
    Column("trouble", Text, nullable=False, default=""),
)

faqs = Table(
    "faqs",
    metadata,
    Column("id", String, primary_key=True),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("lang", String, nullable=False),
    Column("product", String, nullable=False, default=""),
    Column("state", String, nullable=False, default="proposed"),  # proposed approved rejected
    Column("evidence", JSON, nullable=False, default=list),
    Column("variants", JSON, nullable=False, default=list),
    Column("created", UtcTime, nullable=False),
    Column("updated", UtcTime, nullable=False),
    Column("by", String, nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("others", JSON, nullable=False, default=dict),  # its faces in other languages, by language
    Column("plan", String, nullable=False, default=""),  # whom it holds for, beside `product`; empty is anybody
    Column("region", String, nullable=False, default=""),
    Column("topic", String, nullable=False, default=""),
    Column("snoozed", UtcTime),  # asleep until then
    Column("review", UtcTime),  # when somebody is to look at it again
    Column("seconded", String, nullable=False, default=""),  # who approved it first, where two must
)

# What an entry said after each change, and who changed it. `evidence` and `variants` only where they changed too.
faq_versions = Table(
    "faq_versions",
    metadata,
    Column("entry", ForeignKey("faqs.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("by", String, nullable=False),
    Column("action", String, nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("lang", String, nullable=False),
    Column("others", JSON, nullable=False, default=dict),
    Column("product", String, nullable=False, default=""),
    Column("plan", String, nullable=False, default=""),
    Column("region", String, nullable=False, default=""),
    Column("state", String, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("evidence", JSON(none_as_null=True)),
    Column("variants", JSON(none_as_null=True)),
)

# What speaks against a published entry, until somebody closes it.
faq_flags = Table(
    "faq_flags",
    metadata,
    Column("id", String, primary_key=True),  # a hash of entry, kind and `theirs`: the same finding twice is one row
    Column("entry", ForeignKey("faqs.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String, nullable=False),  # as store.flags.Kind lists them
    Column("at", UtcTime, nullable=False),
    Column("ours", Text, nullable=False, default=""),  # the entry's sentence
    Column("theirs", JSON, nullable=False, default=dict),  # kind, source, title, quote, start, end
    Column("note", Text, nullable=False, default=""),
    Column("closed", UtcTime),
    Column("closed_by", String, nullable=False, default=""),
    Column("closed_how", String, nullable=False, default=""),
)

# How often each face of an entry was shown, opened, found helpful or not, or followed by a message to a person.
faq_readings = Table(
    "faq_readings",
    metadata,
    Column("entry", ForeignKey("faqs.id", ondelete="CASCADE"), primary_key=True),
    Column("lang", String, primary_key=True),
    Column("day", String, primary_key=True),  # YYYY-MM-DD, UTC
    Column("what", String, primary_key=True),  # as store.readings.What lists them
    Column("n", Integer, nullable=False, default=0),
)

# Visitors of the widget for whom an entry's answer was at hand, and those of them who went on to a person.
faq_arms = Table(
    "faq_arms",
    metadata,
    Column("entry", String, primary_key=True),  # empty: any entry, each visitor once
    Column("day", String, primary_key=True),  # YYYY-MM-DD, UTC; of the meeting, for both counts
    Column("arm", String, primary_key=True),  # as store.arms.Arm lists them
    Column("shown", Integer, nullable=False, default=0),
    Column("contacted", Integer, nullable=False, default=0),
)

# What customers ask about: topics that stay while questions come and go.
topics = Table(
    "topics",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),  # the words of its most central question, or what a supervisor called it
    Column("named_by", String, nullable=False, default=""),  # the supervisor; empty: by itself
    Column("centre", LargeBinary),  # float32; NULL while nothing is in it
    Column("size", Integer, nullable=False, default=0),
    Column("created", UtcTime, nullable=False),
    Column("merged", String, nullable=False, default=""),  # the topic that this one is part of, by hand
)

# The questions of customers' messages, each with its place and topic.
topic_questions = Table(
    "topic_questions",
    metadata,
    Column("kind", String, primary_key=True),  # ticket or call
    Column("source", String, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # of the message
    Column("start", Integer, primary_key=True, autoincrement=False),
    Column("end", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Column("topic", String, nullable=False, index=True),
    Column("kept", String, nullable=False, default=""),  # the supervisor who put it there; empty: by itself
)

# Topics that came in faster than they should, until somebody closes the alert.
topic_alerts = Table(
    "topic_alerts",
    metadata,
    Column("id", String, primary_key=True),
    Column("topic", String, nullable=False, index=True),
    Column("at", UtcTime, nullable=False),  # raised
    Column("seen", UtcTime, nullable=False),  # still in a burst when last looked at
    Column("since", UtcTime, nullable=False),
    Column("count", Integer, nullable=False),
    Column("expected", Float, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("probability", Float, nullable=False),
    Column("new", Boolean, nullable=False, default=False),
    Column("examples", JSON, nullable=False, default=list),  # ids of its newest conversations
    Column("closed", UtcTime),
    Column("closed_by", String, nullable=False, default=""),
    Column("closed_how", String, nullable=False, default=""),
)

# What the company knows beforehand: a price change, an outage, a release. Answers and a notice are prepared from it.
events = Table(
    "events",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),  # as store.events.Kind lists them
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String, nullable=False),
    Column("product", String, nullable=False, default=""),
    Column("begins", UtcTime, nullable=False),
    Column("ends", UtcTime),
    Column("topic", String, nullable=False, default=""),  # of the burst that it explains
    Column("notice", JSON, nullable=False, default=dict),  # language: {subject, text}, as a supervisor left it
    Column("by", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("closed", UtcTime),
)

# Customers who may leave: a row for each time that somebody is to look after one, from then to the outcome.
watches = Table(
    "watches",
    metadata,
    Column("id", String, primary_key=True),
    Column("customer", String, nullable=False, index=True),  # as tickets name them; `ticket:ID` where nobody knows
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),  # what it came up in
    Column("at", UtcTime, nullable=False),
    Column("flagged", Boolean, nullable=False, default=True),  # by the desk; else an outcome came without an alert
    Column("raised", Float, nullable=False),  # the risk then
    Column("points", Float),  # the same in log-odds, before the desk's own calibration
    Column("at_risk", Float, nullable=False),  # and now
    Column("reasons", JSON, nullable=False, default=list),
    Column("owner", String, nullable=False, default=""),
    Column("due", UtcTime),
    Column("steps", JSON, nullable=False, default=list),  # what was done: {"step", "by", "at", "note"}
    Column("outcome", String, nullable=False, default=""),  # as store.watches.Outcome lists them
    Column("note", Text, nullable=False, default=""),
    Column("closed", UtcTime),
    Column("closed_by", String, nullable=False, default=""),
)

# Alerts about customers at risk, each to one address: waiting, sent, or given up.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String, primary_key=True),
    Column("watch", ForeignKey("watches.id", ondelete="CASCADE"), index=True),  # NULL is a test
    Column("kind", String, nullable=False),  # email webhook
    Column("target", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("due", UtcTime, nullable=False),  # not before: after quiet hours, or after a pause when it failed
    Column("at_risk", Float, nullable=False, default=0.0),  # what it tells
    Column("tries", Integer, nullable=False, default=0),
    Column("sent", UtcTime),
    Column("given_up", UtcTime),
    Column("trouble", Text, nullable=False, default=""),
)

# Saved replies; `{name}`, `{agent}` and `{company}` in them are filled in.
macros = Table(
    "macros",
    metadata,
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lang", String, nullable=False, default=""),
    Column("status", String, nullable=False, default=""),  # of the ticket once it is sent; empty leaves it to the agent
    Column("priority", String, nullable=False, default=""),  # likewise
    Column("by", String, nullable=False, default=""),
    Column("used", Integer, nullable=False, default=0),
    Column("updated", UtcTime, nullable=False),
)

# Sites that embed the chat.
sites = Table(
    "sites",
    metadata,
    Column("id", String, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # public
    Column("former_key", String, nullable=False, default="", index=True),
    Column("former_key_ends", UtcTime),
    Column("name", Text, nullable=False),
    Column("origins", JSON, nullable=False, default=list),
    Column("texts", JSON, nullable=False, default=dict),  # language: {title, greeting, launcher}
    Column("accent", String, nullable=False, default=""),  # #rrggbb; empty is our own
    Column("accent_dark", String, nullable=False, default=""),
    Column("logo", LargeBinary),  # a PNG that we have drawn
    Column("side", String, nullable=False, default="right"),  # or left
    Column("offset", Integer, nullable=False, default=20),  # pixels
    Column("full", Boolean, nullable=False, default=True),
    Column("on", Boolean, nullable=False, default=True),
    Column("secret", Integer, nullable=False, default=0),  # which of its identity secrets is in use; they are not kept
    Column("former_secret_ends", UtcTime),
    Column("forms", JSON, nullable=False, default=dict),  # before and after a chat, as console.widget.forms reads it
    Column("hours", JSON, nullable=False, default=dict),  # when people are there, as console.widget.hours reads it
    Column("transcript", Boolean, nullable=False, default=False),  # visitors may have the conversation by e-mail
    Column("created", UtcTime, nullable=False),
    Column("changed", UtcTime, nullable=False),
    Column("by", String, nullable=False, default=""),
)

# Tokens of sites' customers that were shown, and by which browser, until they end.
site_identities = Table(
    "site_identities",
    metadata,
    Column("site", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("jti", String, primary_key=True),
    Column("browser", String, nullable=False),
    Column("ends", UtcTime, nullable=False),
)

# How often visitors opened the sources of answers, by site and day: counts, never who.
site_clicks = Table(
    "site_clicks",
    metadata,
    Column("site", String, primary_key=True),  # empty: the desk's own
    Column("day", String, primary_key=True),  # YYYY-MM-DD, UTC
    Column("source", String, primary_key=True),  # an article's id
    Column("what", String, primary_key=True),  # as store.clicks.What lists them
    Column("n", Integer, nullable=False, default=0),
)

# What visitors told in the form before the chat. Name and address are there only with `consent`.
leads = Table(
    "leads",
    metadata,
    Column("visitor", String, primary_key=True),
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), index=True),  # NULL until the first message
    Column("site", String, nullable=False, default=""),
    Column("lang", String, nullable=False),
    Column("told", JSON, nullable=False, default=dict),  # by kind of field: {label, value}
    Column("consent", Text, nullable=False, default=""),  # its wording, where it was given
    Column("at", UtcTime, nullable=False),
)

# Files that visitors attached. What is in them lies in the folder `uploads` of the home, named by its hash.
uploads = Table(
    "uploads",
    metadata,
    Column("id", String, primary_key=True),
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("seq", Integer),  # of the message; NULL until it is sent
    Column("visitor", String, nullable=False, index=True),
    Column("name", String, nullable=False),  # masked
    Column("kind", String, nullable=False),  # as console.widget.files.KINDS lists them
    Column("size", Integer, nullable=False),  # bytes
    Column("digest", String, nullable=False, index=True),  # SHA-256, hexadecimal
    Column("at", UtcTime, nullable=False),
)

# What visitors said of a conversation after its end; their mark is the ticket's own `csat` too.
surveys = Table(
    "surveys",
    metadata,
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    Column("at", UtcTime, nullable=False),  # first given: it may be changed for a while
    Column("changed", UtcTime, nullable=False),
    Column("csat", Integer, nullable=False),  # 1 to 5
    Column("answers", JSON, nullable=False, default=list),  # {question, answer}
    Column("comment", Text, nullable=False, default=""),
    Column("lang", String, nullable=False),
)

# Chats that were given to a person: when and why, and when somebody first answered.
handoffs = Table(
    "handoffs",
    metadata,
    Column("num", Integer, primary_key=True),
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcTime, nullable=False),
    Column("reason", String, nullable=False),  # as store.handoffs.Reason lists them
    Column("within", Boolean, nullable=False),  # the site's office hours
    Column("answered", UtcTime),
    Column("ended", UtcTime),  # given back to the assistant
    Index("handoffs_answered", "answered"),
)

# Mails of chats: replies and transcripts on their way to an address that a visitor left, and answers that came back.
mails = Table(
    "mails",
    metadata,
    Column("id", String, primary_key=True),  # its Message-ID
    Column("ticket", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String, nullable=False),  # as store.mails.Kind lists them
    Column("seq", Integer),  # of the message; NULL of a transcript
    Column("address", String, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("due", UtcTime, nullable=False),
    Column("subject", Text, nullable=False, default=""),
    Column("text", Text, nullable=False, default=""),  # until it is sent
    Column("tries", Integer, nullable=False, default=0),
    Column("sent", UtcTime),  # of an answer: when it came in
    Column("given_up", UtcTime),
    Column("trouble", Text, nullable=False, default=""),
    UniqueConstraint("ticket", "kind", "seq"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("name", String, primary_key=True),
    Column("display", String, nullable=False),
    Column("role", String, nullable=False),
    Column("password", String, nullable=False),
    Column("lang", String, nullable=False, default="en"),
    Column("created", UtcTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token", String, primary_key=True),  # a hash; the cookie holds the original
    Column("account", ForeignKey("accounts.name", ondelete="CASCADE"), nullable=False),
    Column("expires", UtcTime, nullable=False),
)

journal = Table(
    "journal",
    metadata,
    Column("num", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("by", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False, default="", index=True),
    Column("detail", JSON, nullable=False, default=dict),
)
