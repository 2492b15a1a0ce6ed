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
    "german verb first": ("Danke!\n\nAm 03.03.2026 um 10:02 schrieb Ann Lee <a@shop.example>:\n\nalt", "Danke!"),
    "no verb, no marks": ('Merci.\n\n3 mars 2026, 10:02, "Ann" <a@shop.example>:\n\nvieux', "Merci."),
    "broken address": (
        "Takk!\n\ntir. 3. mars 2026 kl. 10:02 skrev Ann Lee <a@shop.example\n>:\n\n> gammelt\n",
        "Takk!",
    ),
    "header in three lines": ("Yes.\n\nOn Mar 3, 2026,\nat 10:02,\nAnn <a@shop.example> wrote:\n\n> on?\n", "Yes."),
    "dashes around": ("Yes.\n\n---- On Tue, 3 Mar 2026 10:02:00 +0100 a@shop.example wrote ----\n\nold", "Yes."),
    "quote broken by the program": (
        "It fell.\n\nOn 3 Mar 2026, Ann <a@shop.example> wrote:\n"
        "> Please tell us in which room the lamp stood, and whether it was on a\ntable.\n>\n> Ann\n",
        "It fell.",
    ),
    "quote without header": ("Yes, please.\n\n> Shall we send a new one?\n", "Yes, please."),
    "headers in any order": (
        "Still dark.\n\n====\nDate: 3 Mar 2026\nSubject: Lamp\nFrom: a@shop.example\nTo: bo@home.example\n\nold",
        "Still dark.",
    ),
    "phone above the old mail": ("Call me.\n\nSent from my Fairphone 5\n\nHello Bo,\nhow are you?\nAnn", "Call me."),
    "japanese marks": ("点きません。\n\n佐藤様 wrote:\n＞電源は入りますか。\n＞佐藤\n", "点きません。"),
    "japanese bars": (
        "点きません。\n\n2026年3月1日(日) 10:00 山田 花子 <y@shop.example>:\n| 電源は？\n",
        "点きません。",
    ),
    "japanese apple": ("はい。\n\n2026/03/01 10:00、山田花子 <y@shop.example>のメール:\n\n> 電源は？\n", "はい。"),
    "japanese said": ("はい。\n\n山田花子さんは書きました:\n> 電源は入りますか。\n", "はい。"),
    "japanese original": ("はい。\n\n-----元のメッセージ-----\n差出人: 山田\n電源は？", "はい。"),
    "japanese lines": (
        "至急お願いします。\n\n─────────────\n青空商事株式会社 営業部\n佐藤 一郎\n"
        "〒100-0000 東京都\nTEL 03-0000-0000\n─────────────",
        "至急お願いします。",
    ),
    "japanese stars": (
        "よろしくお願いいたします。\n\n*****************\n佐藤 花子\nsato@home.example\n*****************",
        "よろしくお願いいたします。",
    ),
    "japanese block without a line": (
        "よろしくお願いいたします。\n\n佐藤 花子\n携帯: 090-0000-0000\nsato@home.example",
        "よろしくお願いいたします。",
    ),
    "japanese smartphone": ("動きません。\n\nスマートフォンから送信", "動きません。"),
    "regards": ("It leaks.\n\nKind regards,\n\nBo Berg\nHead of Lamps, Berg Ltd", "It leaks."),
    "thanks and name": ("It leaks, again.\nThanks,\nbo", "It leaks, again."),
    "signature upon signature": (
        "It leaks.\n\nCheers\nBo\n\n-- \nBo Berg\nBerg Ltd\n\nSent from my iPhone",
        "It leaks.",
    ),
    "long dash": ("It leaks.\n\n—\nBo Berg\nBerg Ltd\n@bergberg", "It leaks."),
    "card": (
        "It leaks.\n\nBo E. Berg, Ph.D.\nBerg Ltd\nbo@berg.example\n+47 555 01 02 03\nwww.berg.example",
        "It leaks.",
    ),
    "list footer": (
        "It leaks.\n\n-Bo Berg\n\n__\nlamps mailing list\nlamps@list.example\nhttps://list.example/lamps",
        "It leaks.",
    ),
    "signature above the quote": (
        "It leaks.\n\n-- \nBo\n\nOn 3 Mar 2026, Ann <a@shop.example> wrote:\n> Where?\n",
        "It leaks.",
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
    "closing of a japanese mail": "ランプが点きません。\n以上、よろしくお願いいたします。",
    "japanese new address": "新しい住所は下記です。\n\n山田 花子\n〒100-0000 東京都\nTEL 03-0000-0000",
    "new address in lines": "My new address is below.\n\n----------\nBo Berg\nbo@new.example\nTEL 555 0102\n----------",
    "details after a colon": "Please use these details:\n\nBo Berg\nbo@new.example\n+47 555 01 02 03",
    "thanks alone": "I hope you can check it.\n\nThanks!",
    "thanks for something": "Thanks,\nplease also send the other lamp.",
    "postscript": "It leaks.\n\nRegards,\nBo\n\nPS: The desk has a scratch too.",
    "a trip": "I booked this:\nFrom: Tokyo\nTo: Osaka\nDate: 3 March 2026\nPlease cancel it.",
    "own words about a day": "On 3 March 2026 I wrote:\n\nThe lamp is dark.\n\nNobody answered.",
    "announced quote": "Your page says:\n\n> Free returns within 30 days.",
    "order above its number": "Order 1234 came late.\nIt was sent on 3 March.",
    "one product": "I want to return this.\n\nBlue Desk Lamp",
    "bullets with dashes": "Because of:\n-- the first lamp\n-- the second lamp\n\nPlease check it",
    "table with bars": "These came:\n\n| Item | Price |\n| Lamp | 10 |",
    "japanese brackets": "「2026年3月1日 10:00」に注文しました。\n届いていません。",
    "comparison": "The value is < 5 and > 3.",
}


@pytest.mark.parametrize("raw", KEPT.values(), ids=KEPT)
def test_keeps_what_the_sender_wrote(raw: str) -> None:
    assert clean.message(raw) == raw


def test_answers_between_quotes_keep_them_but_not_the_header() -> None:
    raw = "On 3 Mar 2026, Ann <a@shop.example> wrote:\n> Is it on?\n\nYes, it is.\n\n> Is it red?\n\nNo."
    assert clean.message(raw) == "> Is it on?\n\nYes, it is.\n\n> Is it red?\n\nNo."


PAGES = {
    "gmail": '<div>Dark.</div><div class="gmail_quote"><div>On 3 Mar 2026 Ann &lt;a@x.example&gt; wrote:<br></div>'
    '<blockquote class="gmail_quote">old</blockquote></div>',
    "outlook": "<p>Dark.</p><div id='appendonsend'></div><hr><div id='divRplyFwdMsg'>"
    "<b>From:</b> Ann &lt;a@x.example&gt;<br><b>Sent:</b> Tuesday<br>"
    "<b>To:</b> Bo<br><b>Subject:</b> Lamp</div><div>old</div>",
    "apple": "<div>Dark.</div><div><br><blockquote type='cite'>On 3 Mar 2026, Ann wrote:<br>old</blockquote></div>",
    "thunderbird": "Dark.<div class='moz-cite-prefix'>On 3.3.2026 Ann wrote:</div>"
    "<blockquote type='cite'>old</blockquote>",
    "yandex": "<p>Dark.<br>3.3.2026, 10:02, Ann &lt;a@x.example&gt;:</p><blockquote>old</blockquote>",
    "signature": "<p>Dark.</p><div class='gmail_signature'>Bo Berg<br>Berg Ltd</div>",
}


@pytest.mark.parametrize("raw", PAGES.values(), ids=PAGES)
def test_html_mails_lose_quotes_and_signatures(raw: str) -> None:
    assert clean.message(raw) == "Dark."


def test_html_answers_between_quotes_stay() -> None:
    raw = (
        '<div class="gmail_quote"><div>On 3 Mar 2026 Ann &lt;a@x.example&gt; wrote:<br></div>'
        "<blockquote>Is it on?</blockquote>"
        "<div>Yes, it is.</div><blockquote>Is it red?</blockquote><div>No.</div></div>"
    )
    assert clean.message(raw) == "> Is it on?\n\nYes, it is.\n\n> Is it red?\n\nNo."


def test_a_mail_forwarded_as_html_is_the_message() -> None:
    raw = '<div>See</div><div class="gmail_quote">---------- Forwarded message ---------<br>From: Bank<br>Pay 5.</div>'
    assert clean.message(raw).endswith("Pay 5.")


def test_html_becomes_text_without_its_quote() -> None:
    raw = "<div>Hi &amp; hello<br>second line</div><ul><li>one</li><li>two</li></ul><p class='gmail_quote'>old</p>"
    assert clean.message(raw) == "Hi & hello\nsecond line\n\n- one\n- two"


def test_html_of_nothing_but_a_quote_is_kept() -> None:
    assert "cancel" in clean.message("<blockquote type='cite'><p>Please cancel.</p></blockquote>")


@pytest.mark.parametrize("raw", ["<?xml version='1.0'?><p>dark</p>", "<p>da<![endi fng]>rk</p>", "<p>dark<!x[</p>"])
def test_odd_declarations_in_html_do_no_harm(raw: str) -> None:
    assert clean.message(raw).startswith("dark")


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
@pytest.mark.parametrize(
    "piece",
    [
        "> a\n",
        "On x ",
        "<div>",
        "-",
        "a\n-- \n",
        "From: x\n",
        "年",
        "<p>x</p>",
        "On 3 Mar 2026 Ann wrote:\n> a\n\nb\n",
        "Regards,\nBo\n",
        "1:00 <a@b>",
        "Sent from my x\n\n",
        "=" * 60 + "\n",
        "<blockquote type=cite>",
    ],
)
def test_large_input_stays_fast(piece: str) -> None:
    assert clean.message(piece * (200_000 // len(piece)))
