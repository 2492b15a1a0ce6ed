"""Ask the knowledge: a small search beside the reply, whose statements go into it as quotes."""

import streamlit as st

from console import evidence
from console.desk import Desk
from console.evidence import Fact, plain
from console.pages import knowledge_words, session, ticket_editor, ticket_source
from console.pages.language import say
from console.pages.plain import html
from console.pages.ticket_source import Quoted
from console.search import Hit
from console.suggestions import KNOWLEDGE
from ingest.errors import OperatorError
from ingest.store.passages import Filters

MOST = 4  # sources shown
LONGEST = 300  # characters of a question


def show(desk: Desk, id: str, lang: str) -> None:
    """Draw the box and what it found."""
    with st.container(key="ask"):
        query = st.text_input(
            say("Ask the knowledge", lang), key=f"ask:{id}", placeholder=say("Ask the knowledge", lang),
            label_visibility="collapsed", icon=":material/search:",
        )  # fmt: skip
        query = query.strip()[:LONGEST]
        if not query:
            return
        found = _found(desk, id, query)
        if not found:
            st.caption(say("Nothing found.", lang))
        for place, quoted in enumerate(found):
            _hit(id, quoted, query, place, lang)


def find(desk: Desk, query: str) -> list[Quoted]:
    """The best sources for `query`, each with the one statement in it that answers best."""
    hits = desk.search.find(query, Filters(kinds=KNOWLEDGE), limit=MOST)
    return [_best(desk, query, hit) for hit in hits]


def _found(desk: Desk, id: str, query: str) -> list[Quoted]:
    kept: tuple[str, list[Quoted]] | None = st.session_state.get(f"asked:{id}")
    if kept is None or kept[0] != query:
        kept = st.session_state[f"asked:{id}"] = (query, find(desk, query))
    return kept[1]


def _best(desk: Desk, query: str, hit: Hit) -> Quoted:
    said = evidence.facts([(hit.passage, hit.similarity)])
    if not said:
        whole = hit.passage
        return Quoted(hit.kind, hit.source, hit.title, whole.start, whole.end, whole.text)
    fact = said[_answering(desk, query, said)]
    return Quoted(hit.kind, hit.source, hit.title, fact.start, fact.end, fact.text)


def _answering(desk: Desk, query: str, said: list[Fact]) -> int:
    """The place of the statement that answers best; of the first where nothing can weigh them."""
    try:
        return int(desk.verifier.judge([query], [fact.whole for fact in said]).argmax())
    except OperatorError:
        return 0


def _hit(id: str, quoted: Quoted, query: str, place: int, lang: str) -> None:
    kind = say("FAQ entry" if quoted.kind == "faq" else "Article", lang)
    pieces = knowledge_words.snippet(plain(quoted.quote), query)
    words = "".join(f"<mark>{html(text)}</mark>" if marked else html(text) for text, marked in pieces)
    head = f"<b>{html(quoted.title or quoted.source)}</b> <small>{html(kind)}</small>"
    st.html(f"<div class='kz-suggestion kz-asked'><div>{head}</div><p>{words}</p></div>")
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("Quote", lang), key=f"quote:{place}", type="tertiary", icon=":material/format_quote:",
            help=say("Into the reply, with a number that leads to the source", lang),
            on_click=_quote, args=(id, quoted),
        )  # fmt: skip
        st.button(
            say("Read", lang), key=f"ask_read:{place}", type="tertiary", icon=":material/visibility:",
            on_click=ticket_source.pick, args=(id, quoted),
        )  # fmt: skip


def _quote(id: str, quoted: Quoted) -> None:
    if not session.over():
        ticket_editor.cite(id, quoted)
