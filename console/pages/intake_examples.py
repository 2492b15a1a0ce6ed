"""What can be brought in, with two small files to copy."""

import streamlit as st

from console.pages.language import say
from console.pages.plain import html

_KINDS = (
    ("support_agent", "Exports of Zendesk, Intercom and Freshdesk; JSON lines of your own."),
    (
        "table_view",
        "Tables (CSV, TSV, XLSX): one row a ticket, a message, an article or a customer; columns are recognised.",
    ),
    ("closed_caption", "Calls: transcripts of Amazon, Deepgram and others, captions (VTT, SRT), plain text."),
    ("mail", "Mail (EML, MBOX) and chat logs."),
    ("menu_book", "Help articles: Markdown, HTML, Word, PDF or plain text, one file each."),
    ("folder_zip", "Any of these packed together (ZIP, GZ)."),
)
_CSV = {
    "en": """id,date,customer,subject,question,reply,status
T-1,2026-03-02,mia@example.com,Lamp stays dark,My new lamp does not turn on.,Hold the button for five seconds.,solved
T-2,2026-03-03,noah@example.com,Refund,When is my refund paid?,Within five days of the return.,solved
""",
    "ja": """番号,日付,顧客,件名,問い合わせ内容,回答,状態
T-1,2026-03-02,mia@example.com,点灯しない,新しいランプが点きません。,ボタンを5秒間押し続けてください。,解決済み
T-2,2026-03-03,noah@example.com,返金,返金はいつですか。,返品の到着から5日以内にお支払いします。,解決済み
""",
}
_LINES = {
    "en": """{"kind": "ticket", "id": "T-3", "created": "2026-03-04T09:30:00Z", "turns": [{"role": "customer", "text": "How do I reset the hub?"}, {"role": "agent", "text": "Press reset until it blinks."}]}
{"kind": "article", "id": "A-1", "title": "Reset the hub", "text": "Press reset for ten seconds until the light blinks."}
""",  # noqa: E501
    "ja": """{"kind": "ticket", "id": "T-3", "created": "2026-03-04T09:30:00+09:00", "turns": [{"role": "customer", "text": "ハブを初期化するには？"}, {"role": "agent", "text": "点滅するまでリセットを押してください。"}]}
{"kind": "article", "id": "A-1", "title": "ハブの初期化", "text": "リセットボタンを10秒間、ランプが点滅するまで押します。"}
""",  # noqa: E501
}


def show(lang: str) -> None:
    """Draw it."""
    told = "".join(
        f"<li><span class='kz-icon' aria-hidden='true'>{icon}</span>{html(say(text, lang))}</li>"
        for icon, text in _KINDS
    )
    st.html(f"<ul class='kz-takes'>{told}</ul>")
    st.caption(say("You see what a file would become before anything is stored. Personal data is masked.", lang))
    shown = "ja" if lang == "ja" else "en"
    examples = (("A table, tickets.csv", _CSV, "text"), ("JSON lines, history.jsonl", _LINES, "json"))
    for column, (name, text, code) in zip(st.columns(2, gap="medium"), examples, strict=True):
        with column:
            st.html(f"<h3 class='kz-heading'>{html(say(name, lang))}</h3>")
            st.code(text[shown], language=code, wrap_lines=True)
