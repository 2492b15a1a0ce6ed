"""Who speaks in a transcript: by the source's labels, else by the words, which is marked as a guess."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.readers import jsonl, opening
from ingest.readers.calls import dialogue, speakers, transcript
from ingest.readers.calls.dialogue import Turn
from ingest.readers.opening import File
from ingest.records import Article, Item, Message, Reject, Ticket


def put(folder: Path, name: str, content: Any) -> File:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    return File(path, name)


def got(folder: Path, content: Any, name: str = "c.txt") -> list[Item]:
    file = put(folder, name, content)
    assert transcript.claims(opening.look(file))
    return list(transcript.read(file, None))


def only(folder: Path, content: Any, name: str = "c.txt") -> Any:
    (one,) = got(folder, content, name)
    assert isinstance(one, Ticket)
    return one


def sides(messages: Any) -> list[tuple[str, str]]:
    return [(message.direction, message.text) for message in messages]


HELLO, LEAKS = "Thank you for calling.", "It leaks."
BOTH = [("outgoing", HELLO), ("incoming", LEAKS)]

# Labels

LABELS = {
    "names in brackets": f"Agent (Ben): {HELLO}\n\nCustomer (Bo): {LEAKS}",
    "bold on one line": f"**Agent:** {HELLO} **Customer:** {LEAKS}",
    "roles on one line": f"Agent: {HELLO} Customer: {LEAKS}",
    "reversed": f"Ben (Agent): {HELLO}\nBo (Customer): {LEAKS}",
    "upper case with stamps": f"[00:00] AGENT: {HELLO}\n[00:05] CUSTOMER: {LEAKS}",
    "square brackets": f"[Agent] {HELLO}\n[Customer] {LEAKS}",
    "angle brackets": f"<Agent> {HELLO}\n<Customer> {LEAKS}",
    "japanese brackets": f"【オペレーター】{HELLO}\n【お客様】{LEAKS}",
    "dashes": f"Agent - {HELLO}\nCustomer - {LEAKS}",
    "tabs": f"Agent\t{HELLO}\nCustomer\t{LEAKS}",
    "short": f"AGT: {HELLO}\nCUS: {LEAKS}",
    "japanese": f"オペレーター：{HELLO}\nお客様：{LEAKS}",
    "japanese, short": f"担当：{HELLO}\n客：{LEAKS}",
    "operator and customer": f"OP: {HELLO}\nCS: {LEAKS}",
    "a and c": f"A: {HELLO}\nC: It\nC: leaks.",
    "supervisor": f"Supervisor: {HELLO}\nCaller: {LEAKS}",
    "list": f"- Agent: {HELLO}\n- Customer: {LEAKS}",
    "wrapped": f"Agent:\n{HELLO}\n\nCustomer:\n{LEAKS}\n",
    "only one role": f"Agent: {HELLO}\nBo: It\nBo: leaks.",
    "who is who above": f"Agent: Mia\nCustomer: Bo\n\nMia: {HELLO}\nBo: It\nMia:\nBo: leaks.",
    "who is who in a heading": f"Agent: Mia\nCustomer: Bo\n\nTranscript:\n\nMia: {HELLO}\nBo: It\nMia:\nBo: leaks.",
    "participants above": f"Mia (Agent), Bo (Customer)\n\nMia: {HELLO}\nBo: It\nMia:\nBo: leaks.",
}
NUMBERED = {
    "numbers": f"Speaker 1: {HELLO}\nSpeaker 2: {LEAKS}",
    "channels": f"L: {HELLO}\nR: {LEAKS}\nL:",
    "letters": f"Ａ：{HELLO}\nＢ：{LEAKS}\nＡ：",
    "japanese numbers": f"話者1：{HELLO}\n話者2：{LEAKS}",
    "name and time above": f"Mia To  0:03\n{HELLO}\n\nBo Ono  0:09\nIt\n\nMia To  0:11\n\nBo Ono  0:12\nleaks.",
    "names": f"Mia: {HELLO}\nBo: It\nMia:\nBo: leaks.",
}  # fmt: skip


@pytest.mark.parametrize("text", [*LABELS.values(), *NUMBERED.values()], ids=[*LABELS, *NUMBERED])
def test_labels_in_text(text: str) -> None:
    talk = dialogue.talk(dialogue.labelled(text))
    assert [side for side in sides(talk.messages) if side[0] != "activity"] == BOTH
    assert talk.guessed is (text in NUMBERED.values())


def test_names_times_and_stage_directions(tmp_path: Path) -> None:
    text = (
        "Transcript starting\n\n00:00:01\n\nAgent (Mia): Hello.\n\n00:00:07\n\nCustomer (Bo): My code is\n[PII]\n"
        "00:00:09 Agent Mia: Thanks.\n[Looks up the order]\nThere it is.\n***\n"
    )
    call = only(tmp_path, text)
    assert [(m.direction, m.author, m.text, m.seconds) for m in call.messages] == [
        ("activity", "", "Transcript starting", None),
        ("outgoing", "Mia", "Hello.", 1.0),
        ("incoming", "Bo", "My code is\n[PII]", 7.0),
        ("outgoing", "Mia", "Thanks.", 9.0),
        ("activity", "", "Looks up the order", None),
        ("outgoing", "Mia", "There it is.", None),
    ]
    assert not call.guessed


def test_names_without_roles_are_told_apart_by_their_words() -> None:
    text = (
        "Call Transcript\n\nDuration: 5 minutes\n\nBo: Hi, my name is Bo and I need help with my phone.\n"
        "Ben: Hello Bo, may I have your account number?\nBo: Yes, it is 12.\nAPN: web\nBen: Thank you for calling."
    )
    talk = dialogue.talk(dialogue.labelled(text))
    assert [(message.direction, message.author) for message in talk.messages] == [
        ("activity", ""),
        ("incoming", "Bo"),
        ("outgoing", "Ben"),
        ("incoming", "Bo"),
        ("outgoing", "Ben"),
    ]
    assert talk.messages[3].text == "Yes, it is 12.\nAPN: web"
    assert talk.guessed


def test_a_transferred_call_has_two_agents_and_one_customer() -> None:
    turns = [
        Turn("Speaker 0", "Thank you for calling Aozora Home, how can I help you?"),
        Turn("Speaker 1", "I need a refund, my lamp broke."),
        Turn("Speaker 0", "Please hold, let me transfer you."),
        Turn("Speaker 2", "Hello, I'm happy to help you with your refund."),
        Turn("Speaker 1", "Thanks."),
    ]
    directions = [message.direction for message in dialogue.messages(turns)]
    assert directions == ["outgoing", "incoming", "outgoing", "outgoing", "incoming"]


def test_a_name_goes_on_after_its_role_was_said_once() -> None:
    text = "Aozora Representative: My name is Mia.\nCustomer (Bo): Hi.\nMia: Yes?\nCustomer: My lamp.\nMia: I see."
    assert [m.direction for m in dialogue.messages(dialogue.labelled(text))] == ["outgoing", "incoming"] * 2 + [
        "outgoing"
    ]


def test_fields_of_a_form_in_an_answer_are_no_speakers() -> None:
    text = "Agent: Your order:\n**Size:** L\n**Size:** M\nCustomer: Thanks.\nAgent: **Size:** S, then."
    assert [turn.speaker for turn in dialogue.labelled(text)] == ["Agent", "Customer", "Agent"]


def test_questions_and_answers_are_no_dialogue() -> None:
    assert dialogue.labelled("Q: How do I reset it?\nA: Hold it.\nQ: How long?\nA: Ten seconds.") == []


# Words alone

RUNNING = {
    "en": [
        ("outgoing", "Thank you for calling Aozora Home, this is Mia. How can I help?"),
        ("incoming", "Hi Mia, my lamp flickers. I bought it last week."),
        ("outgoing", "I'm sorry to hear that. Is it plugged in directly?"),
        ("incoming", "Yes, it is."),
        ("outgoing", "Could you try another outlet?"),
        ("incoming", "Okay, it works now."),
        ("outgoing", "Great! Anything else?"),
        ("incoming", "No, thanks."),
    ],
    "ja": [
        ("outgoing", "お電話ありがとうございます。青空ホームの田中でございます。"),
        ("incoming", "もしもし、先週買った加湿器なんですが、電源が入らないんです。"),
        ("outgoing", "ご不便をおかけして申し訳ございません。お名前とご注文番号を伺えますでしょうか。"),
        ("incoming", "佐藤です。注文番号は一二三四です。"),
        ("outgoing", "佐藤様、ありがとうございます。コンセントを抜いて十分お待ちいただけますか。"),
        ("incoming", "はい、つきました。助かりました。"),
        ("outgoing", "他にご不明な点はございますか。"),
        ("incoming", "いえ、大丈夫です。"),
    ],
    "ja, short": [
        ("outgoing", "はい、青空ホームです。"),
        ("incoming", "あの、ランプを返品したいんですけど、どうすればいいですか。"),
        ("outgoing", "ご購入はいつ頃でしょうか。"),
        ("incoming", "先月の二十日です。"),
        ("outgoing", "三十日以内ですので返品できます。箱に入れて着払いでお送りください。"),
        ("incoming", "送料はかかりますか。"),
        ("outgoing", "いいえ、かかりません。"),
        ("incoming", "わかりました、ありがとうございます。"),
    ],
}


@pytest.mark.parametrize("case", RUNNING)
def test_running_speech_is_cut_into_turns(case: str) -> None:
    talk = dialogue.talk([Turn("", ("" if "ja" in case else " ").join(text for _, text in RUNNING[case]))])
    assert sides(talk.messages) == RUNNING[case]
    assert talk.guessed


@pytest.mark.parametrize("case", RUNNING)
def test_numbered_speakers_are_told_apart(case: str) -> None:
    turns = [Turn(f"Speaker {1 if side == 'incoming' else 2}", text) for side, text in RUNNING[case]]
    assert sides(dialogue.messages(turns)) == RUNNING[case]


def test_a_recorded_announcement_is_nobodys_word() -> None:
    english = "This call may be recorded. For billing, press 1. Thank you for calling, how can I help? My lamp broke."
    assert [m.direction for m in dialogue.messages([Turn("", english)])] == ["activity", "outgoing", "incoming"]
    japanese = [
        Turn("話者1", "青空ホームです。この通話は録音させていただきます。"),
        Turn("話者2", "お電話ありがとうございます。"),
        Turn("話者3", "ランプがつかないんですが。"),
    ]
    assert [m.direction for m in dialogue.messages(japanese)] == ["activity", "outgoing", "incoming"]


def test_words_without_a_hint_are_the_customers() -> None:
    talk = dialogue.talk([Turn("", "The sky was grey. It rained all day.")])
    assert sides(talk.messages) == [("incoming", "The sky was grey. It rained all day.")]


def test_who_introduces_himself_is_not_who_is_addressed() -> None:
    said = ["Aozora Home, my name is Ben, how can I help?", "Hello Ben.", "It is the lamp again.", "Goodbye, Ben."]
    assert speakers.sides_by_sentence(said) == ["outgoing", "incoming", "incoming", "incoming"]


def test_pieces_are_joined_as_each_language_writes() -> None:
    assert dialogue.joined(["Hello", ",", "world", ".", "It", "'s", "5", "%", "(off)"]) == "Hello, world. It's 5% (off)"
    assert (
        dialogue.joined(["iPhone", "を", "返品", "したい", "。", "Aozora", "Home", "です"])
        == "iPhoneを返品したい。Aozora Homeです"
    )


# Text files

CALLS = """\
=== Call 1 ===
Conversation ID: k-1
Date: 2026-03-01 09:00
Customer ID: c-1
Agent: Mia Tanaka
Language: English

Agent: Hello.
Customer: My lamp broke.

=== Call 2 ===
Subject: Refund
Agent: Hello again.
Customer: Refund, please.
"""


def test_several_calls_in_one_file(tmp_path: Path) -> None:
    one, two = got(tmp_path, CALLS)
    assert isinstance(one, Ticket)
    assert isinstance(two, Ticket)
    assert sides(one.messages) == [("outgoing", "Hello."), ("incoming", "My lamp broke.")]
    assert (one.id, one.customer, one.lang, one.messages[0].author) == ("k-1", "c-1", "en", "Mia Tanaka")
    assert one.created == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert sides(two.messages) == [("outgoing", "Hello again."), ("incoming", "Refund, please.")]
    assert (two.id[:5], two.subject, two.customer) == ("call-", "Refund", "")


MARKS = {
    "ids": ["Conversation ID: k-1", "Conversation ID: k-2"],
    "dashes": ["--- Call 1 ---", "--- Call 2 ---"],
    "markdown": ["## Call #1", "## Call #2"],
    "japanese": ["【通話 1】", "【通話 2】"],
    "japanese ids": ["通話ID：k-1", "通話ID：k-2"],
}


@pytest.mark.parametrize("marks", MARKS.values(), ids=MARKS)
def test_marks_between_calls(tmp_path: Path, marks: list[str]) -> None:
    text = "\n".join(f"{mark}\nAgent: {HELLO}\nCustomer: {LEAKS} ({mark})\n" for mark in marks)
    found = got(tmp_path, text)
    assert [
        [m.text for m in call.messages if isinstance(call, Ticket)] for call in found if isinstance(call, Ticket)
    ] == [[HELLO, f"{LEAKS} ({mark})"] for mark in marks]
    ids = [call.id for call in found if isinstance(call, Ticket)]
    assert (ids == ["k-1", "k-2"]) is ("ID" in marks[0])
    assert len(set(ids)) == 2


def test_a_call_without_labels_in_a_text_file(tmp_path: Path) -> None:
    call = only(tmp_path, " ".join(text for _, text in RUNNING["en"]))
    assert sides(call.messages) == RUNNING["en"]
    assert (call.guessed, call.kind) == (True, "call")


ARTICLES = {
    "plain": ("hours.txt", "We are open from 9 to 5. If you need help, please call your shop. Thank you for reading."),
    "tips": ("tips.txt", "Tip: Close the lid.\nNote: It is hot.\nTip: Press the button.\nNote: Wait ten minutes."),
    "questions": ("faq.txt", "Q: How do I reset it?\nA: Hold it.\nQ: How long?\nA: Ten seconds."),
    "a dialogue in prose": (
        "training.md",
        "# How to greet\n\n" + "Always say who you are, and listen before you answer. " * 6 + "For example:\n\n"
        "Agent: Hello.\nCustomer: Hi.\nAgent: How can I help?\nCustomer: My lamp.\n",
    ),
}


@pytest.mark.parametrize("case", ARTICLES)
def test_articles_are_not_taken_for_calls(tmp_path: Path, case: str) -> None:
    assert not transcript.claims(opening.look(put(tmp_path, *ARTICLES[case])))


def test_a_script_in_markdown_with_hints_for_the_agent(tmp_path: Path) -> None:
    text = (
        "# Lamp demo\n\n***\n### Part 1: a hint comes up\n***\n\n**Agent**: Aozora Home, how can I help you today?  \n"
        "**Caller**: My lamp flickers, and I would like to know why.  \n\n"
        '<span style="color:blue">**AGENTASSIST**: Suggest another outlet.</span>\n\n'
        "**Agent**: Please try another outlet, and tell me if it flickers.  \n**Caller**: It works, thanks a lot!\n"
    )
    call = only(tmp_path, text, "demo.md")
    assert call.subject == "Lamp demo"
    assert [message.direction for message in call.messages] == [
        "activity", "outgoing", "incoming", "note", "outgoing", "incoming",
    ]  # fmt: skip
    assert call.messages[3].text == "Suggest another outlet."
    assert not call.guessed


LONG = {
    "one line": "Agent: " + "thank you for calling " * 45_000 + "\nCustomer: hi",
    "spaces": "Agent: x\nCustomer: y\n" + "A" + " " * 1_000_000 + ":",
    "stars": "Agent: x\nCustomer: y\n" + "*" * 1_000_000,
    "brackets": "Agent: x\nCustomer: y\n" + "[(" * 500_000,
    "inline": "Agent: hello. Customer: it leaks. " * 30_000,
    "short lines": "\n".join(f"Speaker {line % 2}: my line {line}?" for line in range(50_000)),
    "calls": "=== Call 1 ===\nAgent: a\nCustomer: b\n" * 10_000,
    "no labels": "Thank you for calling. " + "I need my lamp. " * 20_000,
    "japanese": "お客様：" + "電気がつきません" * 40_000 + "\nオペレーター：はい",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_long_texts_are_read_in_time(tmp_path: Path, text: str) -> None:
    file = put(tmp_path, "c.txt", text)
    began = time.process_time()
    transcript.claims(opening.look(file))
    assert all(isinstance(record, Ticket) for record in transcript.read(file, None))
    assert time.process_time() - began < 12


# Questions and answers


def entries(folder: Path, *items: dict[str, Any], wrapped: bool = False) -> list[Item]:
    text = json.dumps({"qna": items}) if wrapped else "\n".join(json.dumps(item) for item in items)
    file = put(folder, "q.jsonl" if not wrapped else "q.json", text)
    assert jsonl.claims(opening.look(file))
    return list(jsonl.read(file, None))


RESET = {"qid": "lamp.1", "type": "qna", "q": ["How do I reset it?", "Reset, please"], "a": "Hold the button."}


def test_questions_with_answers_become_articles(tmp_path: Path) -> None:
    article = Article("lamp.1", "How do I reset it?", "Hold the button.")
    assert entries(tmp_path, RESET) == [article]
    assert entries(tmp_path, RESET, RESET, wrapped=True) == [article, article]
    assert entries(tmp_path, {"id": 7, "questions": ["返品、できますか"], "answer": "30日以内です。"}) == [
        Article("7", "返品、できますか", "30日以内です。")
    ]


UNANSWERED = {
    "slot": ({"qid": "s", "type": "slottype", "slotTypeValues": []}, "no question with an answer"),
    "program": (RESET | {"l": "SomeFunction"}, "A program gives this answer"),
    "gaps": (RESET | {"a": "Dear {{name}}"}, "gaps in {{ }}"),
    "no answer": ({"qid": "x", "q": ["Why?"]}, "'a' is missing"),
    "no question": (RESET | {"q": []}, "has no question"),
}


@pytest.mark.parametrize("case", UNANSWERED)
def test_what_is_no_answer_is_left_out_with_its_reason(tmp_path: Path, case: str) -> None:
    item, reason = UNANSWERED[case]
    bad, good = entries(tmp_path, item, RESET)
    assert isinstance(bad, Reject)
    assert reason in bad.reason
    assert isinstance(good, Article)


def test_messages_keep_what_talk_says() -> None:
    turns = [Turn("agent", HELLO, 1.0), Turn("customer", LEAKS)]
    assert dialogue.messages(turns) == (Message("outgoing", HELLO, seconds=1.0), Message("incoming", LEAKS))
    assert dialogue.talk([]).messages == ()
