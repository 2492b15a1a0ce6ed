"""What is cut from a message, and above all what is not."""

import pytest

from ingest import clean

CUT = {
    "english reply": (
        "Still no refund.\n\nOn Tue, 3 Mar 2026 at 10:02, Ann Lee <ann@shop.example> wrote:\n> We sent it.\n",
        "Still no refund.",
    ),
    "wrapped header": (
        "Thanks!\n\nOn Tue, Mar 3, 2026 at 10:02 AM Ann Lee\n<ann@shop.example> wrote:\n\n> Hello\n> again\n",
        "Thanks!",
    ),
    "unquoted old mail": ("It broke again.\n\nOn 3 March 2026, Ann wrote:\n\nDear Bo, it is fixed.", "It broke again."),
    "outlook": (
        "See below.\n\nFrom: Ann\nSent: Tuesday\nTo: Bo\nSubject: Refund\n\nOld words",
        "See below.",
    ),
    "original message": ("Please call me.\n-----Original Message-----\nFrom: Ann\nHello", "Please call me."),
    "japanese reply": (
        "まだ届きません。\n\n2026年3月3日(火) 10:02 サポート <help@shop.example>:\n> 発送しました。\n",
        "まだ届きません。",
    ),
    "japanese header": ("返金してください。\n2026年3月3日 10:02、山田のメール:\n> 了解です\n", "返金してください。"),
    "japanese outlook": (
        "確認しました。\n\n差出人: 山田\n送信日時: 2026年3月3日\n宛先: 佐藤\n件名: 返金\n\n前の文",
        "確認しました。",
    ),
    "other language": ("Danke!\n\n3. März 2026 um 10:02, Ann <a@b.example>:\n> alt\n", "Danke!"),
    "signature": ("It leaks.\n-- \nBo Berg\nBerg Ltd", "It leaks."),
    "phone": ("It leaks.\n\nSent from my iPhone", "It leaks."),
    "japanese phone": ("動きません。\n\niPhoneから送信", "動きません。"),
    "company block": (
        "ご確認ください。\n\n--------------\n株式会社きずな\n山田 太郎\nTEL: 03-0000-0000\n--------------",
        "ご確認ください。",
    ),
    "bottom posting": ("On 3 Mar 2026, Ann wrote:\n> Which model?\n\nThe X200.", "The X200."),
}


@pytest.mark.parametrize(("raw", "kept"), CUT.values(), ids=CUT)
def test_cuts_quotes_and_signatures(raw: str, kept: str) -> None:
    assert clean.message(raw) == kept


KEPT = {
    "answer between quotes": "Point by point:\n\n> Is it on?\n\nYes, it is.\n\n> Is it red?\n\nNo.",
    "wrote in a sentence": "On the label you wrote: keep dry. It was wet.",
    "from in a sentence": "From: the shop on Main Street\nI bought it there.",
    "only a quote": "> Please cancel my order 1234.",
    "table with a rule": "Item  Price\n------------\nLamp  10\nDesk  90",
    "sent from in the text": "Sent from my desk, this mail is easier to write.",
    "forwarded": "FYI\n\n------ Forwarded message ------\nFrom: Bank\nDate: Monday\nSubject: Fee\n\nYou paid 5.",
    "only a signature": "--\nBo Berg\nbo@example.com",
    "comparison": "The value is < 5 and > 3.",
}


@pytest.mark.parametrize("raw", KEPT.values(), ids=KEPT)
def test_keeps_what_the_sender_wrote(raw: str) -> None:
    assert clean.message(raw) == raw


def test_html_becomes_text_without_its_quote() -> None:
    raw = "<div>Hi &amp; hello<br>second line</div><ul><li>one</li><li>two</li></ul><p class='gmail_quote'>old</p>"
    assert clean.message(raw) == "Hi & hello\nsecond line\n\n- one\n- two"


def test_html_of_nothing_but_a_quote_is_kept() -> None:
    assert "cancel" in clean.message("<blockquote type='cite'><p>Please cancel.</p></blockquote>")


def test_unicode_is_normalised_and_invisible_characters_go() -> None:
    assert clean.message("\ufeffカ\u3099ス\u200b\r\nx\x00y\ud800 \U0001f468\u200d\U0001f469") == "ガス\nxy 👨\u200d👩"


def test_article_keeps_everything_even_lines_like_a_signature() -> None:
    assert clean.article("# Title\r\n\r\ntext\n-- \nmore") == "# Title\n\ntext\n-- \nmore".replace("-- ", "--")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Where is my order?", "en"),
        ("返金希望", "ja"),
        ("WiFiルーターが繋がりません (model X200)", "ja"),
        ("12345 !?", ""),
        ("", ""),
        ("Où est ma commande ?", "en"),
        ("Где мой заказ?", ""),
    ],
)
def test_language(text: str, lang: str) -> None:
    assert clean.language(text) == lang


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["> a\n", "On x ", "<div>", "-", "a\n-- \n", "From: x\n", "年", "<p>x</p>"])
def test_large_input_stays_fast(piece: str) -> None:
    assert clean.message(piece * (200_000 // len(piece)))
