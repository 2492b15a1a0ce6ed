"""Who speaks in Japanese calls without labels: polite and angry, with and without punctuation, whole and in pieces."""

import json
import time
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from ingest.readers.calls import dialogue, speakers
from ingest.readers.calls.dialogue import Turn

HELD = Path(__file__).parents[1] / "benchmarks" / "roles_held.jsonl"
SIDES = {"A": "outgoing", "C": "incoming"}

CALLS = {
    "polite": (
        "A: お電話ありがとうございます。青空ホームの佐々木でございます。",
        "C: お世話になります、先日購入した照明のことで伺いたいのですが。",
        "A: はい、どのようなことでしょうか。",
        "C: 明るさが変えられないんです。",
        "A: お使いのリモコンの型番を教えていただけますか。",
        "C: ええと、ＲＣ一〇と書いてあります。",
        "A: 恐れ入りますが、電池を一度抜いて、入れ直してみてください。",
        "C: あ、変わりました。助かりました。",
        "A: 他にご不明な点はございますか。",
        "C: いえ、大丈夫です。",
    ),
    "angry": (
        "A: お待たせいたしました、カスタマーセンターの森でございます。",
        "C: 何回電話してもつながらないじゃないか。頼んだ棚がまだ届かないんだけど。",
        "A: 大変申し訳ございません。ご注文番号をお伺いできますでしょうか。",
        "C: そんなの手元にないよ。名前で調べてくれ。",
        "A: かしこまりました。お名前をお願いいたします。",
        "C: 大野だ。",
        "A: 大野様、明日の午前中にお届けいたします。",
        "C: 今度こそ頼むよ。",
    ),
    "customer calls first": (
        "C: もしもし、エアコンの修理を頼みたいんですけど。",
        "A: はい、青空ホーム修理受付の谷です。どうなさいましたか。",
        "C: 冷房にしても風がぬるいんですよ。",
        "A: フィルターのお掃除はされましたか。",
        "C: はい、先週しました。",
        "A: では係の者が点検に伺います。",
    ),
}


def calls(name: str) -> list[tuple[str, str]]:
    return [(SIDES[line[0]], line[3:]) for line in CALLS[name]]


def heard(pieces: list[Turn]) -> list[tuple[str, str]]:
    return [(message.direction, message.text) for message in dialogue.messages(pieces)]


@pytest.mark.parametrize("name", CALLS)
def test_a_call_in_one_text_is_cut_into_turns(name: str) -> None:
    assert heard([Turn("", "".join(said for _, said in calls(name)))]) == calls(name)


def test_segments_without_punctuation_are_cut_into_turns() -> None:
    said = [
        ("outgoing", "はい青空ホームの林です", 0.0),
        ("incoming", "時計が一日に十分も遅れるんですよ", 3.0),
        ("outgoing", "電池は替えていただきましたか", 8.0),
        ("incoming", "先週替えました", 12.0),
        ("outgoing", "では本体の不良かもしれませんので", 14.0),
        ("outgoing", "お送りいただけますでしょうか", 17.0),
    ]
    found = dialogue.messages([Turn("", text, start) for _, text, start in said])
    assert [(one.direction, one.text) for one in found] == [
        (side, "".join(text for _, text, _ in those)) for side, those in groupby(said, key=lambda one: one[0])
    ]
    assert [one.seconds for one in found] == [0.0, 3.0, 8.0, 12.0, 14.0]


def test_a_text_without_punctuation_is_cut_at_polite_endings() -> None:
    assert heard(
        [
            Turn(
                "",
                "お電話ありがとうございます青空ホームの林でございますポットのふたが閉まらないんですけど"
                "型番はおわかりになりますかえっとＰの二百です",
            )
        ]
    ) == [
        ("outgoing", "お電話ありがとうございます青空ホームの林でございます"),
        ("incoming", "ポットのふたが閉まらないんですけど"),
        ("outgoing", "型番はおわかりになりますか"),
        ("incoming", "えっとＰの二百です"),
    ]


UNCUT = [
    "お送りしますのでお待ちください。",
    "使えますけど遅いです。",
    "赤く光りますから分かります。",
    "直りますようにお願いします。",
    "そうですよね。",
    "The lamp is off です.",
]


@pytest.mark.parametrize("text", UNCUT)
def test_a_sentence_that_goes_on_is_not_cut(text: str) -> None:
    assert speakers.utterances(text) == [(0, len(text))]


def test_words_of_a_sentence_in_two_pieces_stay_together() -> None:
    text = "昨日届いたランプの電源が入りません"
    assert speakers.utterances(text, [0, text.index("電源")]) == [(0, len(text))]
    over = "入りませんでしたけど箱はあります"
    assert speakers.utterances(over, [0, over.index("箱")]) == [(0, over.index("箱")), (over.index("箱"), len(over))]


def test_blanks_between_sentences_are_no_sentences() -> None:
    text = "直りました 箱はあります"
    assert speakers.utterances(text, [0, 5, 6]) == [(0, 5), (6, 12)]


PAUSES = {"before": ((0.0, 7.0, 8.5), ["outgoing", "incoming", "incoming"]),
          "after": ((0.0, 3.0, 8.5), ["outgoing", "outgoing", "incoming"])}  # fmt: skip


@pytest.mark.parametrize("case", PAUSES)
def test_a_change_of_speaker_is_likelier_after_a_pause(case: str) -> None:
    """Words that either may say, and silence before or after them."""
    starts, sides = PAUSES[case]
    said = ["ご契約は今月までとなります。", "色は黒と白。", "それは困ります。"]
    found = dialogue.messages([Turn("", text, start) for text, start in zip(said, starts, strict=True)])
    assert [one.direction for one in found for _ in speakers.utterances(one.text)] == sides


def test_a_change_of_speaker_is_likelier_in_a_new_piece() -> None:
    either = "色は黒と白。"
    before, after = "ご契約は今月までとなります。", "それは困ります。"
    assert heard([Turn("", before + either), Turn("", after)]) == [("outgoing", before + either), ("incoming", after)]
    assert heard([Turn("", before), Turn("", either + after)]) == [("outgoing", before), ("incoming", either + after)]


def test_whoever_picks_up_the_phone_says_a_name_first() -> None:
    said = [
        "はい、青空ホームの林です。",
        "時計が遅れるんです。",
        "お名前をお願いいたします。",
        "はい、北町の河合です。",
    ]
    assert speakers.sides_by_sentence(said) == ["outgoing", "incoming", "outgoing", "incoming"]


# One side only

ONE_SIDED: dict[str, tuple[str, str]] = {
    "a customer": (
        "incoming",
        "今朝からエアコンのリモコンが反応しません。電池は新しいものに替えました。困っています。",
    ),
    "only polite words": (
        "incoming",
        "お電話ありがとうございます。青空ホームの田中でございます。ご注文の品が届きましたのでご連絡いたしました。",
    ),
    "closed": (
        "activity",
        "お電話ありがとうございます。青空ホームでございます。本日の営業は終了いたしました。明日おかけ直しください。",
    ),
    "closed, english": (
        "activity",
        "Thank you for calling Aozora Home. Our office is closed. How can we help tomorrow?",
    ),
    "one sentence": ("outgoing", "お電話ありがとうございます。"),
}


@pytest.mark.parametrize("case", ONE_SIDED)
def test_words_of_one_side_only(case: str) -> None:
    side, text = ONE_SIDED[case]
    assert heard([Turn("", text)]) == [(side, text)]


# The held calls


def accuracy(held: list[dict[str, Any]]) -> float:
    right: list[bool] = []
    for call in held:
        said = [(turn["role"], sentence) for turn in call["turns"] for sentence in turn["sentences"]]
        pieces = [Turn("", one["text"], one["start"]) for one in call.get("segments", ())]
        found = dialogue.messages(pieces or [Turn("", "".join(sentence for _, sentence in said))])
        whose = "".join(("a" if one.direction == "outgoing" else "c") * len(one.text) for one in found)
        at = 0
        for role, sentence in said:
            part = whose[at : at + len(sentence)]
            right.append(part.count(role[0]) * 2 > len(sentence))
            at += len(sentence)
    return sum(right) / len(right)


def test_most_sentences_of_the_held_calls_are_on_their_side() -> None:
    held = [json.loads(line) for line in HELD.read_text("utf-8").splitlines()]
    japanese = [call for call in held if call["lang"] == "ja"]
    assert len(japanese) == 20
    assert accuracy(japanese) >= 0.9


@pytest.mark.timeout(30)
def test_a_long_recording_without_punctuation_is_read_in_time() -> None:
    said = ["電源が入らないんですけどどうすればいいですか", "お名前をお願いいたします"] * 2_500
    pieces = [Turn("", text, at * 4.0) for at, text in enumerate(said)]
    began = time.process_time()
    found = dialogue.messages(pieces)
    assert [one.text for one in found] == said
    assert time.process_time() - began < 8
