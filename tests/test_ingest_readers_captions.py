"""Captions of recorded calls: three formats, each word once, and broken captions cost only themselves."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.readers import opening
from ingest.readers.calls import captions
from ingest.readers.opening import File
from ingest.records import Item, Message, Reject, Ticket


def got(folder: Path, name: str, content: str | bytes) -> list[Item]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    file = File(path, name)
    assert captions.claims(opening.look(file))
    return list(captions.read(file, None))


def only(folder: Path, name: str, content: str | bytes) -> Any:
    (one,) = got(folder, name, content)
    assert isinstance(one, Ticket)
    return one


def said(call: Ticket) -> list[tuple[str, str]]:
    return [(message.direction, message.text) for message in call.messages]


def test_voices_a_note_and_a_broken_time(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\nNOTE id: call-7, customer: c1, created: 2026-03-01 10:00\n\n"
        "00:01.000 --> 00:02.000\n<v Agent Ann>Thank you for calling.\n\n"
        "00:02.000 --> 00:03.000\n<v Agent Ann>How can I <b>help</b>?\n\n"
        "2\n00:00:04.500 --> 00:06.000\n<v Bo>It leaks &amp; drips.</v>\n\n"
        "broken --> 00:07.000\nlost words\n"
    )
    bad, call = got(tmp_path, "c.vtt", text)
    at = datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert isinstance(call, Ticket)
    assert (call.id, call.customer, call.kind, call.channel, call.created) == ("call-7", "c1", "call", "phone", at)
    assert call.messages == (
        Message("outgoing", "Thank you for calling. How can I help?", at.replace(second=1), "Ann", 1.0),
        Message("incoming", "It leaks & drips.", at.replace(second=4, microsecond=500_000), "Bo", 4.5),
    )
    assert not call.guessed
    assert isinstance(bad, Reject)
    assert (bad.place, "lost words" in bad.raw, "times of this caption" in bad.reason) == ("c.vtt:15", True, True)


def test_a_note_of_lines_keeps_commas(tmp_path: Path) -> None:
    note = "NOTE\nid: k-1\nsubject: L-31, stops halfway\nlang: ja"
    call = only(tmp_path, "c.vtt", f"WEBVTT\n\n{note}\n\n00:01.000 --> 00:02.000\n<v お客様>動きません。\n")
    assert (call.id, call.subject, call.lang) == ("k-1", "L-31, stops halfway", "ja")


def test_srt_with_roles_before_a_colon(tmp_path: Path) -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nオペレーター：お電話ありがとうございます。\n\n"
        "2\n00:00:02,500 --> 00:00:03,000\nお客様：電源が入りません。\n"
    )
    call = only(tmp_path, "c.srt", text)
    assert said(call) == [("outgoing", "お電話ありがとうございます。"), ("incoming", "電源が入りません。")]
    assert call.messages[1].seconds == 2.5
    assert not call.guessed


FORMS = {
    "sbv": (
        "c.sbv",
        "0:00:01.000,0:00:02.000\nAgent: Hello,\nhow can I help?\n\n"
        "0:00:04.500,0:00:05.000\nCustomer: My lamp broke.\n",
    ),
    "sbv under another name": (
        "c.txt",
        "0:00:01.000,0:00:02.000\nAgent: Hello, how can I help?\n\n0:00:04.500,0:00:05.000\nCustomer: My lamp broke.\n",
    ),
    "vtt of a meeting": (
        "c.vtt",
        "WEBVTT\n\nab-1/12-0\n0:0:1.0 --> 0:0:2.54\n<v Agent>Hello, how can I help?</v>\n\n"
        "0:0:4.5 --> 1:0:5.0\n<v Customer>My lamp broke.</v>",
    ),
    "without the first line": (
        "c.vtt",
        "00:01.000 --> 00:02.000\nAgent: Hello, how can I help?\n\n00:04.500 --> 00:05.000\nCustomer: My lamp broke.",
    ),
    "styles, regions and comments": (
        "c.vtt",
        "\ufeffWEBVTT - calls\nKind: captions\n\nSTYLE\n::cue {\n  color: red;\n}\n\n"
        "REGION\nid:left\nwidth:40%\n\nNOTE a comment\n\n"
        "00:01.000 --> 00:02.000 region:left\n<v.loud Agent>Hello, <c.red>how</c> <00:01.500>can I help?\n\n"
        "NOTE\nmore\n\nsecond\n00:04.500 --> 00:05.000\n<v Customer>My lamp broke.",
    ),
    "no empty line between": (
        "c.srt",
        "1\n00:00:01,000 --> 00:00:02,000\nAgent: Hello, how can I help?\n"
        "00:00:04,500 --> 00:00:05,000\nCustomer: My lamp broke.",
    ),
    "milliseconds after a colon": (
        "c.srt",
        "1\n00:00:01:000 --> 00:00:02:000\n{\\an8}Agent: Hello, how can I help?\n\n"
        "2\n00:00:04:500 --> 00:00:05:000\nCustomer: My lamp broke.",
    ),
    "times twice": (
        "c.vtt",
        "WEBVTT\n\n00:01.000 --> 00:02.000\n00:01.000 --> 00:02.000\nAgent: Hello, how can I help?\n\n"
        "00:04.500 --> 00:0x.000\nCustomer: My lamp broke.",
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_captions(tmp_path: Path, form: str) -> None:
    call = only(tmp_path, *FORMS[form])
    assert said(call) == [("outgoing", "Hello, how can I help?"), ("incoming", "My lamp broke.")]
    assert [message.seconds for message in call.messages] == [1.0, 4.5]


def test_names_before_a_colon_are_told_apart_by_words(tmp_path: Path) -> None:
    text = (
        "WEBVTT\n\n1\n00:01.000 --> 00:02.000\nMia Tanaka: Aozora Home, how can I help you?\n\n"
        "2\n00:03.000 --> 00:04.000\nBo Smith: I need a new lamp.\n\n"
        "3\n00:05.000 --> 00:06.000\nOne thing: it flickers.\n\n"
        "4\n00:07.000 --> 00:08.000\nMia Tanaka: Sorry to hear that.\n"
    )
    call = only(tmp_path, "c.vtt", text)
    assert [(message.direction, message.author, message.text) for message in call.messages] == [
        ("outgoing", "Mia Tanaka", "Aozora Home, how can I help you?"),
        ("incoming", "Bo Smith", "I need a new lamp. One thing: it flickers."),
        ("outgoing", "Mia Tanaka", "Sorry to hear that."),
    ]
    assert call.guessed


def test_captions_without_names_are_cut_into_turns_by_words(tmp_path: Path) -> None:
    lines = ["お電話ありがとうございます。", "ランプがつかないんですが。", "お名前を伺えますでしょうか。", "佐藤です。"]
    cues = [f"{at}\n00:00:0{at},000 --> 00:00:0{at + 1},000\n{line}\n" for at, line in enumerate(lines, 1)]
    call = only(tmp_path, "c.srt", "\n".join(cues))
    assert said(call) == list(zip(["outgoing", "incoming"] * 2, lines, strict=True))
    assert [message.seconds for message in call.messages] == [1.0, 2.0, 3.0, 4.0]
    assert call.guessed


ROLLING = (
    "WEBVTT\nKind: captions\nLanguage: en\n\n"
    "00:01.000 --> 00:02.000 align:start\n \nthank<00:01.200><c> you</c><00:01.400><c> for</c><c> calling</c>\n\n"
    "00:02.000 --> 00:02.010\nthank you for calling\n \n\n"
    "00:02.010 --> 00:04.000\nthank you for calling\nhow<c> can</c><c> I</c><c> help</c>\n\n"
    "00:04.000 --> 00:04.010\nhow can I help\n \n\n"
    "00:04.010 --> 00:06.000\nhow can I help\nyes\n\n"
    "00:06.000 --> 00:08.000\nyes\nmy lamp broke"
)
GROWING = "WEBVTT\n\n" + "\n\n".join(
    f"00:0{at}.000 --> 00:0{at}.900\n{line}"
    for at, line in enumerate(["thank you", "thank you for calling", "thank you for calling how", "can I help"])
)


def test_rolling_captions_say_each_line_once(tmp_path: Path) -> None:
    call = only(tmp_path, "c.vtt", ROLLING)
    assert (
        " ".join(message.text for message in call.messages) == "thank you for calling how can I help yes my lamp broke"
    )
    assert call.lang == "en"
    grown = only(tmp_path, "d.vtt", GROWING)
    assert " ".join(message.text for message in grown.messages) == "thank you for calling how can I help"


def test_what_is_really_said_twice_stays_twice(tmp_path: Path) -> None:
    lines = ["<v Agent>Yes?", "<v Agent>Yes.", "<v Customer>Hello.", "<v Customer>Hello.", "<v Agent>Hello, hello."]
    cues = [f"00:0{at}.000 --> 00:0{at}.900\n{line}" for at, line in enumerate(lines)]
    call = only(tmp_path, "c.vtt", "WEBVTT\n\n" + "\n\n".join(cues))
    assert said(call) == [("outgoing", "Yes? Yes."), ("incoming", "Hello. Hello."), ("outgoing", "Hello, hello.")]


BROKEN = {
    "no times": ("c.srt", "1\nsome words", "has no times"),
    "no times in sbv": ("c.sbv", "some words", "has no times"),
    "times only": ("c.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n", "No spoken words"),
    "nothing": ("c.vtt", "WEBVTT", "No spoken words"),
    "a letter in the time": ("c.sbv", "0:00:01.f00,0:00:02.000\nwords", "times of this caption"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_captions_say_why(tmp_path: Path, case: str) -> None:
    name, text, reason = BROKEN[case]
    (bad,) = got(tmp_path, name, text)
    assert isinstance(bad, Reject)
    assert reason in bad.reason


def test_a_caption_without_times_costs_only_itself(tmp_path: Path) -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nAgent: Hello.\n\n2\nlost words\n\n"
        "3\n00:00:04,000 --> 00:00:05,000\nCustomer: Hi.\n"
    )
    bad, call = got(tmp_path, "c.srt", text)
    assert isinstance(bad, Reject)
    assert (bad.place, bad.raw) == ("c.srt:5", "2\nlost words")
    assert isinstance(call, Ticket)
    assert said(call) == [("outgoing", "Hello."), ("incoming", "Hi.")]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("words", ["<v " * 300_000, "a" * 1_000_000, "id: " * 200_000, "- " * 300_000, "0:0" * 300_000])
def test_long_lines_are_read_in_time(tmp_path: Path, words: str) -> None:
    began = time.process_time()
    assert got(tmp_path, "c.vtt", f"WEBVTT\n\nNOTE {words}\n\n00:01.000 --> 00:02.000\n{words}\n\n{words}\n")
    assert time.process_time() - began < 10
