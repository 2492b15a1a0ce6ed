"""Every kind of source comes in whole, and what cannot comes as a Reject that says what to do."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest import readers
from ingest.errors import SenderError
from ingest.readers import fields
from ingest.records import Article, Customer, Message, Record, Reject, Ticket

TICKET = {
    "kind": "ticket",
    "id": 17,
    "customer": "c1",
    "created": "2026-03-01T09:00:00+09:00",
    "subject": "Red light",
    "priority": "high",
    "channel": "chat",
    "status": "open",
    "tags": ["wifi", "router"],
    "csat": 4,
    "turns": [
        {"role": "customer", "text": "It blinks red.", "at": 1772323200, "name": "Bo"},
        {"role": "bot", "text": "Hello, I am a bot."},
        {"role": "agent", "text": "Restart it.", "at": 1772323260000},
        {"role": "note", "text": "VIP"},
    ],
}


def put(folder: Path, name: str, content: str | bytes | list[Any] | dict[str, Any]) -> Path:
    path = folder / name
    if not isinstance(content, bytes):
        content = (content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)).encode()
    path.write_bytes(content)
    return path


def got(path: Path, **mapping: str) -> list[Record | Reject]:
    return list(readers.read(path, named=(lambda _: mapping) if mapping else None))


def only(path: Path, **mapping: str) -> Any:
    (one,) = got(path, **mapping)
    return one


def sides(ticket: Ticket) -> list[tuple[str, str]]:
    return [(message.direction, message.text) for message in ticket.messages]


# Kizuna's own lines


def test_jsonl_ticket_with_loose_ids_and_times(tmp_path: Path) -> None:
    ticket = only(put(tmp_path, "t.jsonl", TICKET))
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert ticket == Ticket(
        id="17",
        messages=(
            Message("incoming", "It blinks red.", at, "Bo"),
            Message("activity", "Hello, I am a bot."),
            Message("outgoing", "Restart it.", at.replace(minute=1)),
            Message("note", "VIP"),
        ),
        subject="Red light",
        customer="c1",
        created=at,
        status="open",
        priority="high",
        channel="chat",
        tags=("wifi", "router"),
        csat=4,
    )


def test_jsonl_every_kind_and_guessed_kinds(tmp_path: Path) -> None:
    items = [
        {"kind": "article", "id": "a1", "title": "返品", "text": "30日以内", "lang": "ja-JP", "updated": "2026-01-02"},
        {"id": "a2", "title": "Reset", "content": "Press it."},
        {"kind": "call", "id": "k1", "turns": [{"role": "agent", "text": "Hello"}]},
        {"id": "t1", "turns": [{"role": "customer", "text": "Hi"}]},
        {"kind": "customer", "id": "c1", "name": "Bo", "plan": "Pro", "since": "2024/05/01", "value": 12.5},
    ]
    lines = got(put(tmp_path, "x.jsonl", "\n".join(json.dumps(item) for item in items) + "\n\n"))
    as_array = got(put(tmp_path, "x.json", items))
    assert lines == as_array
    assert [getattr(record, "kind", "customer") for record in lines] == [
        "article",
        "article",
        "call",
        "ticket",
        "customer",
    ]
    article, _, call, _, customer = lines
    assert isinstance(article, Article)
    assert (article.lang, article.updated) == ("ja", datetime(2026, 1, 2, tzinfo=UTC))
    assert isinstance(call, Ticket)
    assert call.channel == "phone"
    assert isinstance(customer, Customer)
    assert (customer.plan, customer.value) == ("Pro", 12.5)


BROKEN = {
    "cut line": ('{"kind":"ticket","id":"1","turns":[{"ro', "not complete JSON"),
    "no id": ('{"kind":"article","title":"t","text":"x"}', "'id' is missing"),
    "empty text": ('{"kind":"article","id":"1","title":"t","text":" "}', "'text' is wrong"),
    "no turns": ('{"kind":"ticket","id":"1","turns":[]}', "'turns' is wrong"),
    "odd role": ('{"kind":"ticket","id":"1","turns":[{"role":"wizard","text":"x"}]}', "role 'wizard' is unknown"),
    "odd time": ('{"kind":"article","id":"1","title":"t","text":"x","updated":"soon"}', "'soon' cannot be read"),
    "odd kind": ('{"kind":"poem","id":"1"}', "kind 'poem' is unknown"),
    "not an object": ("[1, 2]", "JSON object"),
    "deep": ("[" * 100_000, "nested too deeply"),
    "huge number": ('{"kind":"article","id":' + "9" * 5000 + "}", "not complete JSON"),
}


@pytest.mark.parametrize(("line", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_line_does_not_stop_the_file(tmp_path: Path, line: str, reason: str) -> None:
    good = json.dumps(TICKET)
    first, bad, last = got(put(tmp_path, "t.jsonl", f"{good}\n{line}\n{good}\n"))
    assert isinstance(first, Ticket)
    assert isinstance(last, Ticket)
    assert isinstance(bad, Reject)
    assert bad.place == "t.jsonl:2"
    assert reason in bad.reason
    assert bad.raw
    assert len(bad.raw) <= 20_000


def test_wrong_bytes_cost_one_line(tmp_path: Path) -> None:
    good = json.dumps(TICKET | {"subject": "点滅"}, ensure_ascii=False).encode()
    first, bad, last = got(put(tmp_path, "t.jsonl", b"\n".join([good, b'{"id": "\xff\xfe\x81"}', good])))
    assert isinstance(bad, Reject)
    assert "UTF-8" in bad.reason
    assert isinstance(first, Ticket)
    assert first == last
    assert first.subject == "点滅"


def test_a_cut_array_keeps_what_was_whole(tmp_path: Path) -> None:
    text = json.dumps([TICKET, TICKET | {"id": "18"}, TICKET])
    one, two, bad = got(put(tmp_path, "t.json", text[:-40]))
    assert isinstance(one, Ticket)
    assert isinstance(two, Ticket)
    assert isinstance(bad, Reject)
    assert "The 2 before it came in" in bad.reason


def test_a_line_over_the_limit_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    with path.open("w") as file:
        file.write(json.dumps(TICKET) + "\n")
        for _ in range(50):
            file.write("x" * 1_000_000)
        file.write("\n" + json.dumps(TICKET))
    first, bad, last = got(path)
    assert isinstance(bad, Reject)
    assert (bad.place, len(bad.raw)) == ("t.jsonl:2", 20_000)
    assert first == last


# Tables


def test_table_of_tickets_in_english(tmp_path: Path) -> None:
    text = (
        "Ticket ID,Customer Name,Customer E-mail,Request,Reply,Created At,Status\n"
        'T1,Bo,bo@example.com,"It leaks,\nbadly",Close it.,2026-03-01 10:00,Solved\n'
        "T2,Al,al@example.com,Cancel please,,03/02/2026,open\n"
    )
    one, two = got(put(tmp_path, "t.csv", text))
    assert isinstance(one, Ticket)
    assert isinstance(two, Ticket)
    assert sides(one) == [("incoming", "It leaks,\nbadly"), ("outgoing", "Close it.")]
    assert (one.id, one.customer, one.status) == ("T1", "bo@example.com", "resolved")
    assert one.messages[0].author == "Bo"
    assert (two.created, two.status) == (datetime(2026, 3, 2, tzinfo=UTC), "open")


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_table_in_japanese(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = [
        ["受付番号", "件名", "お問い合わせ内容", "回答", "メールアドレス", "作成日", "優先度"],
        ["7", "返品", "商品を返品したいのですが。", "30日以内なら可能です。", "a@example.jp", "2026年3月1日", "高"],
        ["8", "故障", "電源が入りません。", "", "b@example.jp", "2026/03/02 9:30", ""],
    ]  # fmt: skip
    path = put(tmp_path, "t.csv", "\r\n".join(separator.join(row) for row in rows).encode(encoding))
    one, two = got(path)
    assert isinstance(one, Ticket)
    assert isinstance(two, Ticket)
    assert (one.id, one.subject, one.priority, one.customer) == ("7", "返品", "high", "a@example.jp")
    assert sides(one)[1] == ("outgoing", "30日以内なら可能です。")
    assert one.created == datetime(2026, 3, 1, tzinfo=UTC)
    assert sides(two) == [("incoming", "電源が入りません。")]


def test_rows_of_one_conversation_become_one_ticket(tmp_path: Path) -> None:
    text = (
        "conversation_id,sender,message,timestamp\n"
        "9,customer,It leaks,2026-03-01 10:00\n"
        "10,Bo,No light,2026-03-01 11:00\n"
        "9,agent,Close it,2026-03-01 10:05\n"
        "10,Ann,Plug it in,2026-03-01 11:05\n"
    )
    nine, ten = got(put(tmp_path, "t.csv", text))
    assert isinstance(nine, Ticket)
    assert isinstance(ten, Ticket)
    assert sides(nine) == [("incoming", "It leaks"), ("outgoing", "Close it")]
    assert sides(ten) == [("incoming", "No light"), ("outgoing", "Plug it in")]


def test_tables_of_customers_and_of_questions(tmp_path: Path) -> None:
    customer = only(put(tmp_path, "c.csv", "customerID,Email,Plan,Monthly Charges\n7,bo@example.com,Pro,12.5\n"))
    assert customer == Customer("7", email="bo@example.com", plan="Pro", value=12.5)
    article = only(put(tmp_path, "f.csv", "Question,Answer\nHow do I reset it?,Hold the button.\n"))
    assert isinstance(article, Article)
    assert (article.title, article.text) == ("How do I reset it?", "Hold the button.")


def test_mapping_overrides_the_guess(tmp_path: Path) -> None:
    path = put(tmp_path, "t.csv", "a,b,c\n1,My lamp is broken,Buy a new lamp\n")
    ticket = only(path, id="a", text="b", reply="c")
    assert sides(ticket) == [("incoming", "My lamp is broken"), ("outgoing", "Buy a new lamp")]
    plan = readers.guess(path)
    assert (plan.columns, plan.rows, plan.shape) == (
        ("a", "b", "c"),
        (("1", "My lamp is broken", "Buy a new lamp"),),
        "",
    )
    with pytest.raises(SenderError, match="no column 'z'"):
        got(path, text="z")
    with pytest.raises(SenderError, match="no field 'words'"):
        got(path, words="a")


def test_a_table_without_words_says_which_column_to_name(tmp_path: Path) -> None:
    assert "text = column" in only(put(tmp_path, "t.csv", "x,y\n1,2\n")).reason


def test_bad_rows_cost_only_themselves(tmp_path: Path) -> None:
    rows = ["id,message,created", '1,"never closed,2026-03-01', "2,Fine,2026-03-01", "3,too,many,cells", "4,short"]
    records = got(put(tmp_path, "t.csv", "\n".join([*rows, "5,Fine,someday", "6,Fine,"])))
    assert [record.id for record in records if isinstance(record, Ticket)] == ["2", "6"]
    rejects = {record.place: record.reason for record in records if isinstance(record, Reject)}
    assert list(rejects) == ["t.csv:2", "t.csv:4", "t.csv:5", "t.csv:6"]
    assert "never closed" in rejects["t.csv:2"]
    assert "4 cells" in rejects["t.csv:4"]
    assert "'someday' cannot be read" in rejects["t.csv:6"]


# Calls


TURNS = [
    {"speaker": "Agent", "text": "Thank you for calling.", "start": 0.5},
    {"speaker": "Customer", "text": "It leaks.", "start": 3},
]
SHAPES: dict[str, Any] = {
    "bare list": TURNS,
    "utterances beside words": {"utterances": TURNS, "words": [{"text": "It", "speaker": "Customer"}] * 40},
    "nested": {"results": {"conversation": {"turns": TURNS}}},
    "aws": {
        "Transcript": [
            {"ParticipantId": "AGENT", "Content": "Thank you for calling.", "BeginOffsetMillis": 500},
            {"ParticipantId": "CUSTOMER", "Content": "It leaks.", "BeginOffsetMillis": 3000},
        ]
    },
    "numbers": {
        "segments": [
            {"speaker": 0, "transcript": "Thank you for calling.", "start": 0.5},
            {"speaker": 1, "transcript": "It leaks.", "start": 3},
        ]
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_transcript_shapes(tmp_path: Path, shape: str) -> None:
    path = put(tmp_path, "c.json", SHAPES[shape])
    assert readers.detect(path) == "transcript"
    call = only(path)
    assert sides(call) == [("outgoing", "Thank you for calling."), ("incoming", "It leaks.")]
    assert [message.seconds for message in call.messages] == [0.5, 3.0]
    assert call.id.startswith("call-")
    assert only(path).id == call.id


def test_running_speech_is_told_apart_or_left_alone(tmp_path: Path) -> None:
    words = (
        "Thank you for calling, this is Ann. How can I help you? Hi Ann, my phone is lost. I'm sorry to hear that. "
        "May I have your number? Yes, it's 12. Thank you for providing that."
    )
    call = only(put(tmp_path, "c.json", {"ConversationId": "7", "StartTime": "2026-03-01 10:00:00", "Content": words}))
    assert (call.id, call.created) == ("7", datetime(2026, 3, 1, 10, tzinfo=UTC))
    assert [direction for direction, _ in sides(call)] == ["outgoing", "incoming"] * 2 + ["outgoing"]
    plain = only(put(tmp_path, "d.json", {"transcript": "The sky was grey. It rained all day."}))
    assert sides(plain) == [("incoming", "The sky was grey. It rained all day.")]


# Articles


def test_markdown_with_front_matter_and_with_a_heading(tmp_path: Path) -> None:
    text = (
        "---\nid: kb-1\ntitle: 'Reset: how'\nlang: en\nproduct: Router\nupdated: 2026-03-01\n---\n\n# Reset\n\nHold it."
    )
    article = only(put(tmp_path, "a.md", text))
    assert article == Article(
        "kb-1", "Reset: how", "# Reset\n\nHold it.", "en", "Router", datetime(2026, 3, 1, tzinfo=UTC)
    )
    plain = only(put(tmp_path, "b.md", "# 返品\n\n30日以内です。\n"))
    assert (plain.title, plain.text) == ("返品", "30日以内です。")
    named = only(put(tmp_path, "opening_hours.txt", "We are open from 9 to 5."))
    assert (named.title, named.id[:8]) == ("opening hours", "article-")


def test_html_page(tmp_path: Path) -> None:
    text = (
        "<!doctype html><html lang='ja-JP'><head><title>返品 | 店</title><meta name='article-id' content='kb-2'>"
        "<meta name='product' content='Lamp'><meta name='updated' content='2026-03-01'><script>x()</script></head>"
        "<body><nav>Home</nav><main><h1>返品</h1><p>30日<b>以内</b>です。</p><h2>方法</h2><ul><li>箱に入れる</li><li>送る</li></ul>"
        "</main><footer>© Shop</footer></body></html>"
    )
    article = only(put(tmp_path, "a.html", text))
    assert article == Article(
        "kb-2",
        "返品",
        "30日以内です。\n\n## 方法\n\n- 箱に入れる\n- 送る",
        "ja",
        "Lamp",
        datetime(2026, 3, 1, tzinfo=UTC),
    )


# Anything at all


def test_a_folder_is_walked_in_order_without_hidden_files(tmp_path: Path) -> None:
    put(tmp_path, "b.md", "# B\n\ntext")
    put(tmp_path, ".hidden.md", "# H\n\ntext")
    put(tmp_path, "a.jsonl", TICKET)
    (tmp_path / ".git").mkdir()
    put(tmp_path / ".git", "x.md", "# X\n\ntext")
    (tmp_path / "c").mkdir()
    put(tmp_path / "c", "empty.csv", "")
    ticket, article, empty = got(tmp_path)
    assert isinstance(ticket, Ticket)
    assert isinstance(article, Article)
    assert isinstance(empty, Reject)
    assert (empty.place, "empty" in empty.reason) == ("c/empty.csv", True)


def test_a_missing_path_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(SenderError, match="Check the path"):
        readers.read(tmp_path / "none.csv")
    with pytest.raises(SenderError, match="not a table"):
        readers.guess(put(tmp_path, "a.md", "# A\n\ntext"))


ODD: dict[str, tuple[str, bytes]] = {
    "empty": ("a.json", b""),
    "white space": ("a.jsonl", b" \n\n"),
    "nul": ("a.csv", b"\0" * 500),
    "pdf": ("a.md", b"%PDF-1.7 ..."),
    "zip": ("a.xlsx", b"PK\x03\x04\x14\x00"),
    "picture": ("a.png", bytes(range(256)) * 20),
    "cut json": ("a.json", b'{"turns": [{"speaker": "A", "te'),
    "deep json": ("a.json", b'{"a":' * 200_000),
    "deep array": ("a.json", b"[" * 1_000_000),
    "number": ("a.json", b"7"),
    "wide": ("a.csv", b"id," * 20_000),
    "cut vtt": ("a.vtt", b"WEBVTT\n\n00:01.000 -->"),
    "header only": ("a.csv", b"a,b"),
    "page without text": ("a.html", b"<html><body><script>x</script></body></html>"),
    "title only": ("a.md", b"# Title\n"),
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize(("name", "content"), ODD.values(), ids=ODD)
def test_odd_files_give_rejects_only(tmp_path: Path, name: str, content: bytes) -> None:
    records = got(put(tmp_path, name, content))
    assert records
    assert all(isinstance(record, Reject) and record.reason.endswith(".") for record in records)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.vtt", "a.md", "a.html", "a.txt", "a.bin"])
@pytest.mark.parametrize(
    "content",
    [
        b'"' * 300_000,
        b"a,\n" * 100_000,
        b"<div>" * 20_000,
        b'{"x":1}\n' * 20_000,
        "字".encode("cp932") * 5000,
        b"A: b\n" * 50_000,
        b"-->\n\n" * 50_000,
        b"\xff\xfe" * 999,
        b" " * 300_000 + b"x",
        "id,message\n1,x\n".encode("utf-16")[:-1],
    ],
    ids=["quotes", "rows", "tags", "objects", "cp932", "labels", "cues", "bom", "spaces", "cut utf-16"],
)
def test_any_bytes_under_any_name_never_raise(tmp_path: Path, name: str, content: bytes) -> None:
    for record in got(put(tmp_path, name, content)):
        assert isinstance(record, Ticket | Article | Customer | Reject)


def test_words_for_sides_and_times() -> None:
    assert fields.direction("Customer Support") == "outgoing"
    assert fields.direction("end-user") == "incoming"
    assert fields.direction("カスタマーサポート") == "outgoing"
    assert fields.direction("Bo") is None
    assert fields.time("1772323200") == fields.time("2026-03-01") == fields.time("Sun, 01 Mar 2026 00:00:00 +0000")
    with pytest.raises(ValueError, match="cannot be read"):
        fields.time("12")
