"""One small, valid export of every kind that we read, written by us; `write(folder)` puts them all there."""

import bz2
import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ASKED = "My thermostat shows E4 and the heating stays off since this morning."
TOLD = "Please hold the dial for ten seconds until it clicks, then it pairs with the boiler again."
FRAGE = "今朝からエアコンのリモコンが反応しません。電池は新しいものに替えました。"
GRUSS = "お電話ありがとうございます。青空ホームの佐々木でございます。どうなさいましたか。"
ANTWORT = "リモコン背面のリセットボタンを五秒間押してから、もう一度お試しください。"


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _lines(*values: Any) -> bytes:
    return b"".join(json.dumps(value, ensure_ascii=False).encode() + b"\n" for value in values)


def _zendesk_ticket(number: int) -> dict[str, Any]:
    return {
        "id": number, "subject": "Thermostat E4", "description": ASKED, "requester_id": 501, "status": "solved",
        "priority": "high", "created_at": "2026-03-01T09:00:00Z", "tags": ["heating"], "via": {"channel": "email"},
        "comments": [
            {"id": 1, "author_id": 501, "body": ASKED, "public": True, "created_at": "2026-03-01T09:00:00Z"},
            {"id": 2, "author_id": 900, "body": TOLD, "public": True, "created_at": "2026-03-01T10:00:00Z"},
        ],
    }  # fmt: skip


_USERS = [
    {"id": 501, "name": "Ines Marlow", "email": "ines@mail.example", "role": "end-user"},
    {"id": 900, "name": "Emma Clarke", "email": "emma@aozora.example", "role": "agent"},
]
_INTERCOM = {
    "type": "conversation", "id": "880", "created_at": 1772355600, "updated_at": 1772359200, "state": "closed",
    "title": "Thermostat", "priority": "not_priority",
    "source": {"type": "conversation", "id": "1", "body": f"<p>{ASKED}</p>", "author": {"type": "user", "id": "c1",
               "name": "Ines Marlow", "email": "ines@mail.example"}},
    "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c1"}]},
    "conversation_parts": {"type": "conversation_part.list", "total_count": 1, "conversation_parts": [
        {"type": "conversation_part", "id": "2", "part_type": "comment", "body": f"<p>{TOLD}</p>",
         "created_at": 1772357400, "author": {"type": "admin", "id": "a1", "name": "Emma Clarke"}}]},
}  # fmt: skip
_FRESHDESK = {
    "id": 31, "subject": "Thermostat E4", "description": f"<div>{ASKED}</div>", "description_text": ASKED, "status": 4,
    "priority": 2, "source": 1, "requester_id": 7, "created_at": "2026-03-01T09:00:00Z", "cc_emails": [],
    "fwd_emails": [], "reply_cc_emails": [], "spam": False, "responder_id": 3, "due_by": None,
    "is_escalated": False, "to_emails": None,
    "conversations": [{"id": 5, "body": f"<div>{TOLD}</div>", "body_text": TOLD, "incoming": False, "private": False,
                       "user_id": 3, "ticket_id": 31, "created_at": "2026-03-01T10:00:00Z"}],
}  # fmt: skip
_FRESHDESK_1 = {"helpdesk_ticket": {
    "display_id": 12, "id": 1012, "subject": "Thermostat E4", "description": ASKED, "status": 4, "priority": 2,
    "source": 1, "requester_id": 7, "requester_name": "Ines", "created_at": "2026-03-01T09:00:00+00:00",
    "deleted": False, "spam": False, "notes": [{"note": {"id": 1, "body": TOLD, "incoming": False, "private": False,
    "user_id": 3, "created_at": "2026-03-01T10:00:00+00:00"}}]}}  # fmt: skip
_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<tickets type="array"><ticket><nice-id type="integer">77</nice-id><subject>Thermostat</subject>
<description>{ASKED}</description><requester-id type="integer">501</requester-id><status-id type="integer">3</status-id>
<created-at type="datetime">2026-03-01T09:00:00Z</created-at><comments type="array">
<comment><author-id type="integer">501</author-id><value>{ASKED}</value><is-public type="boolean">true</is-public>
<created-at type="datetime">2026-03-01T09:00:00Z</created-at></comment>
<comment><author-id type="integer">900</author-id><value>{TOLD}</value><is-public type="boolean">true</is-public>
<created-at type="datetime">2026-03-01T10:00:00Z</created-at></comment></comments></ticket></tickets>"""
_CONTACT_LENS = {
    "AccountId": "000000000000", "Channel": "VOICE", "ContentMetadata": {"Output": "Raw"}, "JobStatus": "COMPLETED",
    "CustomerMetadata": {"ContactId": "5f0c1111-2222-3333-4444-555566667777"}, "LanguageCode": "en-US",
    "Participants": [{"ParticipantId": "AGENT", "ParticipantRole": "AGENT"},
                     {"ParticipantId": "CUSTOMER", "ParticipantRole": "CUSTOMER"}],
    "Transcript": [
        {"Id": "1", "ParticipantId": "CUSTOMER", "Content": ASKED, "BeginOffsetMillis": 0, "EndOffsetMillis": 4000},
        {"Id": "2", "ParticipantId": "AGENT", "Content": TOLD, "BeginOffsetMillis": 5000, "EndOffsetMillis": 9000}],
    "Version": "1.1.0",
}  # fmt: skip


def _spoken(words: str, speaker: str, start: float) -> list[dict[str, Any]]:
    return [
        {"type": "pronunciation", "start_time": f"{start + n / 2}", "end_time": f"{start + n / 2 + 0.4}",
         "speaker_label": speaker, "alternatives": [{"content": word, "confidence": "0.98"}]}
        for n, word in enumerate(words.split())
    ]  # fmt: skip


_TRANSCRIBE = {
    "jobName": "call-1", "accountId": "0", "status": "COMPLETED", "results": {
        "transcripts": [{"transcript": f"{ASKED} {TOLD}"}],
        "speaker_labels": {"speakers": 2, "segments": [
            {"start_time": "0.0", "end_time": "9.0", "speaker_label": "spk_0", "items": []},
            {"start_time": "10.0", "end_time": "20.0", "speaker_label": "spk_1", "items": []}]},
        "items": [*_spoken(ASKED, "spk_0", 0.0), *_spoken(TOLD, "spk_1", 10.0)]},
}  # fmt: skip
_ANALYTICS = {
    "JobStatus": "COMPLETED", "LanguageCode": "en-US", "Channel": "VOICE", "JobName": "call-2",
    "Participants": [{"ParticipantRole": "AGENT"}, {"ParticipantRole": "CUSTOMER"}],
    "Transcript": [
        {"ParticipantRole": "CUSTOMER", "Content": ASKED, "BeginOffsetMillis": 0, "EndOffsetMillis": 4000, "Items": []},
        {"ParticipantRole": "AGENT", "Content": TOLD, "BeginOffsetMillis": 5000, "EndOffsetMillis": 9000, "Items": []}],
    "ConversationCharacteristics": {"TotalConversationDurationMillis": 9000},
}  # fmt: skip
_WORDS = [{"word": "my", "start": 0.0, "end": 1.0}, {"word": "please", "start": 10.0, "end": 11.0}]
_DEEPGRAM = {
    "metadata": {"request_id": "r1", "duration": 20.0, "channels": 1, "created": "2026-03-01T09:00:00Z"},
    "results": {"channels": [{"alternatives": [{"transcript": f"{ASKED} {TOLD}", "confidence": 0.99, "words": []}]}],
                "utterances": [
                    {"start": 0.0, "end": 9.0, "channel": 0, "transcript": ASKED, "speaker": 0, "words": _WORDS[:1]},
                    {"start": 10.0, "end": 19.0, "channel": 0, "transcript": TOLD, "speaker": 1, "words": _WORDS[1:]}]},
}  # fmt: skip
_ASSEMBLY = {
    "id": "as-1", "status": "completed", "language_code": "en_us", "text": f"{ASKED} {TOLD}", "words": [],
    "utterances": [{"speaker": "A", "text": ASKED, "start": 0, "end": 9000, "confidence": 0.9, "words": []},
                   {"speaker": "B", "text": TOLD, "start": 10000, "end": 19000, "confidence": 0.9, "words": []}],
}  # fmt: skip
_WHISPER = {
    "text": f"{GRUSS}{FRAGE}{ANTWORT}", "language": "ja",
    "segments": [{"id": 9, "start": 0.0, "end": 5.0, "text": GRUSS, "tokens": [], "temperature": 0.0},
                 {"id": 0, "start": 0.0, "end": 5.0, "text": FRAGE, "tokens": [], "temperature": 0.0},
                 {"id": 1, "start": 6.0, "end": 11.0, "text": ANTWORT, "tokens": [], "temperature": 0.0}],
}  # fmt: skip
_MAIL = f"""From: Ines Marlow <ines@mail.example>
To: support@aozora.example
Subject: Thermostat E4
Date: Sun, 01 Mar 2026 09:00:00 +0000
Message-ID: <first@mail.example>
Content-Type: text/plain; charset=utf-8

{ASKED}
"""
_REPLY = f"""From: Aozora Support <support@aozora.example>
To: Ines Marlow <ines@mail.example>
Subject: Re: Thermostat E4
Date: Sun, 01 Mar 2026 10:00:00 +0000
Message-ID: <second@aozora.example>
In-Reply-To: <first@mail.example>
References: <first@mail.example>
Content-Type: text/plain; charset=utf-8

{TOLD}

On Sun, 1 Mar 2026 Ines Marlow <ines@mail.example> wrote:
> {ASKED}
"""
_TABLE = f'Ticket ID,Subject,Description,Reply,Customer email,Status\n1,E4,"{ASKED}","{TOLD}",i@mail.example,solved\n'
_TABBED = "\t".join(("Ticket ID", "Subject", "Description", "Reply\n1", "E4", ASKED, TOLD)) + "\n"
_TABELLE = f"受付番号,件名,問い合わせ内容,回答,状態\n1,リモコン,{FRAGE},{ANTWORT},解決済み\n"
_CAPTIONS = f"1\n00:00:01,000 --> 00:00:05,000\nCustomer: {ASKED}\n\n2\n00:00:06,000 --> 00:00:10,000\nAgent: {TOLD}\n"
_PAGE = f"<html><title>Thermostat</title><body><h1>E4</h1><p>{TOLD}</p><h2>Boiler</h2><p>Wait.</p></body></html>"
_LINE = f"""[LINE] みどりさんとのトーク履歴
保存日時：2026/03/02 10:00

2026/03/01(日)
09:00\tみどり\t{FRAGE}
09:05\tサポート\t{ANTWORT}
"""
_BOX = f"From ines Sun Mar  1 09:00:00 2026\n{_MAIL}\nFrom s Sun Mar  1 10:00:00 2026\n{_REPLY}"
_SBV = f"0:00:01.000,0:00:05.000\nCustomer: {ASKED}\n\n0:00:06.000,0:00:10.000\nAgent: {TOLD}\n"
_CHAT = {"messages": [{"role": "user", "content": ASKED}, {"role": "assistant", "content": TOLD}]}
_PAGES = {
    "tickets": [_zendesk_ticket(5), {"id": 6, "requester_id": 501, "subject": "x", "status": "deleted"}],
    "users": _USERS, "count": 2, "end_of_stream": True, "end_time": 1772355600, "next_page": None,
}  # fmt: skip

SAMPLES: dict[str, Callable[[], bytes]] = {
    "kizuna.jsonl": lambda: _lines(
        {"kind": "ticket", "id": "1", "turns": [{"role": "customer", "text": ASKED}, {"role": "agent", "text": TOLD}]},
        {"kind": "article", "id": "a", "title": "E4", "text": TOLD},
        {"kind": "customer", "id": "c", "name": "Ines Marlow", "email": "ines@mail.example"},
    ),
    "zendesk.json": lambda: _json({"users": _USERS, "tickets": [_zendesk_ticket(1), _zendesk_ticket(2)]}),
    "zendesk.ndjson": lambda: _lines(_zendesk_ticket(3), _zendesk_ticket(4)),
    "zendesk_incremental.json": lambda: _json(_PAGES),
    "zendesk.xml": lambda: _XML.encode(),
    "intercom.json": lambda: _json({"type": "conversation.list", "conversations": [_INTERCOM]}),
    "intercom.ndjson": lambda: _lines(_INTERCOM),
    "freshdesk2.json": lambda: _json([_FRESHDESK]),
    "freshdesk1.json": lambda: _json(_FRESHDESK_1),
    "tickets.csv": _TABLE.encode,
    "tickets.tsv": _TABBED.encode,
    "問い合わせ.csv": lambda: _TABELLE.encode("cp932"),
    "tickets.xlsx": lambda: _workbook(),
    "mail.eml": _MAIL.encode,
    "mail.mbox": _BOX.encode,
    "contact_lens.json": lambda: _json(_CONTACT_LENS),
    "transcribe.json": lambda: _json(_TRANSCRIBE),
    "call_analytics.json": lambda: _json(_ANALYTICS),
    "deepgram.json": lambda: _json(_DEEPGRAM),
    "assemblyai.json": lambda: _json(_ASSEMBLY),
    "whisper.json": lambda: _json(_WHISPER),
    "call.vtt": lambda: f"WEBVTT\n\n{_CAPTIONS.replace(',000', '.000')}".encode(),
    "call.srt": _CAPTIONS.encode,
    "call.sbv": _SBV.encode,
    "call.txt": lambda: f"Agent: Thank you for calling Aozora Home.\nCustomer: {ASKED}\nAgent: {TOLD}\n".encode(),
    "whatsapp.txt": lambda: f"[01/03/2026, 09:00:10] Ines: {ASKED}\n[01/03/2026, 09:05:10] Aozora: {TOLD}\n".encode(),
    "line.txt": _LINE.encode,
    "chat.json": lambda: _json(_CHAT),
    "article.md": lambda: f"# E4\n\n{TOLD}\n\n## Boiler\n\nWait.\n".encode(),
    "article.html": _PAGE.encode,
    "policy.docx": lambda: _document(),
    "manual.pdf": lambda: _manual(),
    "export.zip": lambda: _zipped({"a/zendesk.json": SAMPLES["zendesk.json"](), "b.csv": _TABLE.encode()}),
    "tickets.csv.gz": lambda: gzip.compress(_TABLE.encode()),
    "tickets.jsonl.bz2": lambda: bz2.compress(SAMPLES["kizuna.jsonl"]()),
    "export.tar.gz": lambda: _tarred({"article.md": SAMPLES["article.md"]()}),
}


def write(folder: Path) -> list[Path]:
    """Every sample in `folder`, in order."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name, made in SAMPLES.items():
        path = folder / name
        path.write_bytes(made())
        found.append(path)
    return found


def _workbook() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Ticket ID", "Subject", "Description", "Reply", "Customer email"])
    sheet.append([1, "=1+1", ASKED, TOLD, "ines@mail.example"])
    return _saved(book.save)


def _document() -> bytes:
    import docx

    made = docx.Document()
    made.add_heading("返品規約", 1)
    made.add_paragraph("商品到着後、三十日以内であれば返品を承ります。")
    made.add_heading("送料", 2)
    made.add_paragraph("不良品の場合、送料は当社が負担いたします。")
    return _saved(made.save)


def _manual() -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    for number, title in enumerate(("Setting up", "Error E4"), 1):
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(72, 760, f"{number} {title}")
        canvas.setFont("Helvetica", 11)
        for line, words in enumerate((TOLD, "Wait for the white light.", "Then close the cover.")):
            canvas.drawString(72, 720 - 16 * line, words)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _saved(save: Callable[[io.BytesIO], Any]) -> bytes:
    out = io.BytesIO()
    save(out)
    return out.getvalue()


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def _tarred(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, data in files.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return out.getvalue()
