"""Offsets are exact, sizes are bounded, sides are not mixed, and sentences end where people end them."""

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import passages
from ingest.errors import OperatorError
from ingest.records import Article, Case, Message, Passage, Ticket


def words(text: str) -> int:
    """A token counter for tests: Latin words and single Japanese characters."""
    return sum(1 if part.isascii() else len(part) for part in text.split())


def article(text: str) -> Article:
    return Article("a1", "Title", text, "en", "Router", datetime(2026, 3, 1, tzinfo=UTC))


def ticket(*said: tuple[str, str], subject: str = "") -> Ticket:
    return Ticket("t1", tuple(Message(side, text) for side, text in said), subject=subject)  # type: ignore[arg-type]


def exact(record: Article | Ticket, found: list[Passage]) -> None:
    text = passages.text_of(record)
    assert [text[p.start : p.end] for p in found] == [p.text for p in found]
    assert [p.seq for p in found] == list(range(len(found)))
    assert all(p.text == p.text.strip() != "" for p in found)


SENTENCES = {
    "plain": (["It is on.", "Is it red?", "No!"], " "),
    "titles": (["Mr. Sato called at 3.5 p.m. on Monday.", "Dr. No did not."], " "),
    "for example": (["Use a cable, e.g. the blue one.", "Then wait."], " "),
    "company": (["I bought it at Acme Inc. in May.", "It broke."], " "),
    "company at the end": (["I bought it at Acme Inc.", "It broke."], " "),
    "quotes": (['He said "Stop." and left.', "Fine."], " "),
    "versions": (["Version 2.10.1 is at https://example.com/a.b?c=1.", "Get it."], " "),
    "numbered": (["1. Open settings.", "2. Press reset."], "\n"),
    "bullets": (["Do this:", "- unplug it", "- wait"], "\n"),
    "japanese": (["電源を入れます。", "赤いですか？", "いいえ！"], ""),
    "japanese quote": (["「再起動してください。」と表示されます。", "待ちます。"], ""),
    "headings": (["## 返品", "商品は30日以内に返品できます。"], "\n"),
    "paragraphs": (["no full stop here", "Next one"], "\n\n"),
}


@pytest.mark.parametrize(("parts", "gap"), SENTENCES.values(), ids=SENTENCES)
def test_sentences(parts: list[str], gap: str) -> None:
    text = gap.join(parts)
    assert [text[a:b] for a, b in passages.sentences(text)] == parts


def test_wrapped_lines_are_one_sentence() -> None:
    text = "The router shows a red light since yesterday\nand does not connect.\nPlease help me with it."
    assert [text[a:b] for a, b in passages.sentences(text)] == [text[:66], text[67:]]
    japanese = "ルーターのランプが昨日からずっと赤く点滅しており、\nインターネットに接続できません。"
    assert len(passages.sentences(japanese)) == 1


def test_sentences_of_a_slice_keep_the_offsets_of_the_text() -> None:
    text = "One. Two. Three."
    assert passages.sentences(text, 5, 10) == [(5, 9)]


def test_article_is_cut_at_headings_with_their_path() -> None:
    record = article(
        "Intro.\n\n# Reset\n\n## By button\nPress it.\n\n## By app\nOpen it.\n\n```\n# not a heading\n```\n"
    )
    found = passages.split(record, words)
    assert [(p.section, p.text.splitlines()[-1]) for p in found] == [
        ("", "Intro."),
        ("Reset > By button", "Press it."),
        ("Reset > By app", "```"),
    ]
    assert {(p.part, p.title, p.product, p.created) for p in found} == {("body", "Title", "Router", record.updated)}
    exact(record, found)


def test_long_section_is_bounded_and_overlaps() -> None:
    record = article(" ".join(f"Sentence number {n} has exactly seven words." for n in range(60)))
    found = passages.split(record, words, max_tokens=40, overlap=8)
    assert all(words(p.text) <= 40 for p in found)
    assert all(after.start < before.end for before, after in itertools.pairwise(found))
    assert found[-1].end == len(record.text)
    without = passages.split(record, words, max_tokens=40, overlap=0)
    assert " ".join(p.text for p in without) == record.text
    exact(record, found)


def test_ticket_sides_stay_apart_and_notes_stay_out() -> None:
    record = ticket(
        ("incoming", "My router is broken since Monday and I cannot work at home at all any more, please help me now."),
        ("note", "secret remark"),
        ("outgoing", "Hold the reset button."),
        ("outgoing", "Then wait a minute."),
        ("incoming", "It works, thanks."),
        ("activity", "closed"),
        ("outgoing", "Welcome."),
        subject="Router dead",
    )
    found = passages.split(record, words)
    assert [(p.part, p.text) for p in found] == [
        ("problem", "Router dead\n\nCustomer: " + record.messages[0].text),
        ("resolution", "Hold the reset button.\n\nAgent: Then wait a minute."),
    ]
    assert "secret" not in passages.text_of(record)
    exact(record, found)


def test_a_greeting_is_not_the_whole_problem() -> None:
    record = ticket(
        ("outgoing", "Hello, how can I help?"), ("incoming", "Hi."), ("outgoing", "Yes?"), ("incoming", "It leaks.")
    )
    found = passages.split(record, words)
    assert [p.text for p in found if p.part == "problem"] == ["Hi.", "It leaks."]
    exact(record, found)


def test_only_replies_that_resolved_it_are_resolutions() -> None:
    record = ticket(
        ("incoming", "My lamp flickers."),
        ("outgoing", "Hello, thank you for writing. May I have your name?"),
        ("incoming", "Ann."),
        ("outgoing", "Try another socket in the house."),
        ("incoming", "Still flickering, that did not help."),
        ("outgoing", "Then the bulb is faulty; I've sent a new one."),
        ("incoming", "Steady now, thanks."),
        ("outgoing", "You're welcome. Have a nice day!"),
    )
    found = passages.split(record, words)
    assert [(p.part, p.text) for p in found] == [
        ("problem", "My lamp flickers."),
        ("problem", "Ann."),
        ("body", "Try another socket in the house."),
        ("problem", "Still flickering, that did not help."),
        ("resolution", "Then the bulb is faulty; I've sent a new one."),
    ]
    exact(record, found)


def test_without_an_end_that_helped_there_is_no_resolution() -> None:
    record = ticket(
        ("incoming", "My lamp flickers."), ("outgoing", "Try another socket."), ("incoming", "It still does not work!")
    )
    assert [p.part for p in passages.split(record, words)] == ["problem", "body", "problem"]


def test_a_case_that_was_read_elsewhere_says_what_resolved_it() -> None:
    record = ticket(("incoming", "My lamp flickers."), ("outgoing", "Hm, odd."), ("outgoing", "Try another socket."))
    start = passages.text_of(record).index("Hm")
    case = Case((), ((start, start + 8),), "resolved", True, "a-model")
    assert [p.part for p in passages.split(record, words, case=case)] == ["problem", "resolution"]
    refused = replace(case, outcome="unresolved")
    assert [p.part for p in passages.split(record, words, case=refused)] == ["problem", "body"]


@pytest.mark.parametrize(
    "text", ["", "  \n ", "# Only a heading", "x" * 5000, "字" * 3000, "\n\n- a\n\n\n", "a b " * 900]
)
def test_odd_articles(text: str) -> None:
    record = article(text)
    found = passages.split(record, len, max_tokens=50)
    exact(record, found)
    assert all(len(p.text) <= 50 for p in found)
    assert "".join("".join(p.text.split()) for p in passages.split(record, len, max_tokens=50, overlap=0)) == "".join(
        text.split()
    )


def test_nothing_is_lost_in_random_texts() -> None:
    rnd = random.Random(7)
    for _ in range(60):
        text = "".join(rnd.choice("ab. !?\n#-字。、」1😀 ") for _ in range(rnd.randrange(400)))
        found = passages.split(article(text), len, max_tokens=23, overlap=0)
        exact(article(text), found)
        assert all(before.end <= after.start for before, after in itertools.pairwise(found))
        assert "".join("".join(p.text.split()) for p in found) == "".join(text.split())


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", ["# h\n", "# h\nt\n", "a", "x\n", "Word one. ", "文字です。", "「。」", "1. "])
def test_long_texts_take_linear_time(piece: str) -> None:
    assert passages.split(article(piece * (400_000 // len(piece))), len)


def test_missing_and_wrong_tables_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="kizuna models fetch"):
        passages.open(tmp_path / "none")
    (tmp_path / "bad").write_text("this is no table\n")
    with pytest.raises(OperatorError, match="kizuna models fetch"):
        passages.open(tmp_path / "bad")


@pytest.mark.models
def test_the_real_encoding_bounds_english_and_japanese(models: Path) -> None:
    splitter = passages.open(models / "cl100k_base.tiktoken")
    assert splitter.tokens("hello world") == 2
    assert splitter.tokens("<|endoftext|>") > 1
    rnd = random.Random(3)
    for pieces in (["Please wait. ", "Restart v2.1, e.g. now! ", "x\n"], ["再起動してください。", "完了！", "、あ"]):
        record = article("".join(rnd.choice(pieces) for _ in range(3000)))
        found = splitter.split(record)
        exact(record, found)
        assert max(splitter.tokens(p.text) for p in found) <= passages.MAX_TOKENS
