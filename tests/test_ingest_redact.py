"""Redaction: what must go, what must stay, and that the cost grows with the text and not faster."""

import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import redact
from ingest.personal.numbers import luhn, my_number
from ingest.records import Found


@pytest.fixture(scope="module")
def redactor() -> redact.Redactor:
    return redact.open()


# label, text with the personal part between ⟦ and ⟧
HITS = [
    ("EMAIL", "Write to ⟦maria.lopez@example.com⟧ please."),
    ("EMAIL", "My address: ⟦M.Lopez+shop@mail.example.co.uk⟧, thanks"),
    ("EMAIL", "メールは⟦hanako.yamada@example.co.jp⟧です。"),
    ("EMAIL", "連絡先：⟦ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ⟧まで"),
    ("EMAIL", "from <⟦kenji_01@example.org⟧> yesterday"),
    ("EMAIL", "⟦josé@correo.example.es⟧ is new"),
    ("EMAIL", "(⟦a@b.io⟧)"),
    ("EMAIL", "staging account ⟦qa@desk.test⟧ works"),
    ("PHONE", "Call me at ⟦(415) 555-0132⟧ after five."),
    ("PHONE", "call ⟦415-555-0132⟧"),
    ("PHONE", "My cell is ⟦+1 415 555 0132⟧."),
    ("PHONE", "Fax ⟦415.555.0132⟧"),
    ("PHONE", "phone: ⟦4155550132⟧"),
    ("PHONE", "UK mobile ⟦07700 900123⟧"),
    ("PHONE", "Ring me on ⟦+44 20 7946 0123⟧"),
    ("PHONE", "office ⟦020 7946 0123⟧, any time"),
    ("PHONE", "⟦+44 (0)20 7946 0123⟧"),
    ("PHONE", "Berlin: ⟦+49 30 901820⟧"),
    ("PHONE", "mon portable ⟦06 12 34 56 78⟧"),
    ("PHONE", "0044 form: ⟦0044 20 7946 0123⟧"),
    ("PHONE", "my number is on file, phone ⟦555-0132⟧"),
    ("PHONE", "電話番号は⟦03-1234-5678⟧です"),
    ("PHONE", "⟦090-1234-5678⟧にお願いします"),
    ("PHONE", "携帯：⟦09012345678⟧"),
    ("PHONE", "⟦０９０－１２３４－５６７８⟧まで"),
    ("PHONE", "⟦０９０ー１２３４ー５６７８⟧まで"),
    ("PHONE", "TEL ⟦(03)1234-5678⟧"),
    ("PHONE", "TEL ⟦03(1234)5678⟧"),
    ("PHONE", "⟦０１２０－４４４－１２３⟧に電話しました"),
    ("PHONE", "フリーダイヤル⟦0120444123⟧"),
    ("PHONE", "IP電話は⟦050-3123-4567⟧"),
    ("PHONE", "⟦+81-90-1234-5678⟧"),
    ("PHONE", "⟦+81 3 1234 5678⟧"),
    ("PHONE", "⟦070 1234 5678⟧"),
    ("PHONE", "実家は⟦0466-12-3456⟧です"),
    ("PHONE", "電話 ⟦0312345678⟧"),
    ("CARD", "card ⟦4242 4242 4242 4242⟧ was charged"),
    ("CARD", "⟦4242424242424242⟧"),
    ("CARD", "amex ⟦3782 822463 10005⟧"),
    ("CARD", "mastercard ⟦5555-5555-5555-4444⟧"),
    ("CARD", "new series ⟦2223 0031 2200 3222⟧"),
    ("CARD", "カード番号は⟦4111111111111111⟧です"),
    ("CARD", "クレジットカード ⟦４２４２－４２４２－４２４２－４２４２⟧"),
    ("CARD", "my card number is ⟦4929 1234 5678 9012⟧, I think"),
    ("CARD", "JCB ⟦3530 1113 3330 0000⟧"),
    ("IBAN", "IBAN ⟦DE89 3704 0044 0532 0130 00⟧"),
    ("IBAN", "pay into ⟦GB82WEST12345698765432⟧ today"),
    ("IBAN", "送金先は⟦FR7630006000011234567890189⟧です"),
    ("IP", "from ⟦203.0.113.42⟧ at night"),
    ("IP", "router ⟦192.168.10.20⟧ unreachable"),
    ("IP", "IPアドレスは⟦198.51.100.7⟧でした"),
    ("IP", "v6 ⟦2001:db8:85a3::8a2e:370:7334⟧"),
    ("ID", "SSN ⟦512-44-9087⟧"),
    ("ID", "social security number is ⟦512449087⟧"),
    ("ID", "マイナンバーは⟦1234 5678 9012⟧です"),
    ("ID", "個人番号：⟦123456789013⟧"),
    ("ID", "⟦1234-5678-9018⟧ を登録したい"),
    ("ID", "passport number ⟦TK1234567⟧"),
    ("ID", "Passport No. ⟦533401274⟧ expires soon"),
    ("ID", "パスポート番号は⟦TR7654321⟧です"),
    ("ID", "旅券番号：⟦MZ1234567⟧"),
    ("ID", "運転免許証番号 ⟦301234567890⟧"),
    ("ID", "driver's license ⟦D1234567⟧"),
    ("ID", "driving licence number: ⟦MORGA657054SM9IJ⟧"),
    ("ID", "National insurance ⟦AB 12 34 56 C⟧"),
    ("ID", "在留カード番号：⟦AB12345678CD⟧"),
    ("ID", "基礎年金番号 ⟦1234-567890⟧"),
    ("ACCOUNT", "みどり銀行 桜支店 普通 ⟦1234567⟧"),
    ("ACCOUNT", "あおば信用金庫 駅前支店 当座預金 口座番号：⟦7654321⟧"),
    ("ACCOUNT", "みどり銀行本店営業部（普通）⟦１２３４５６７⟧"),
    ("ACCOUNT", "口座番号は⟦1234567⟧、名義は別です"),
    ("ACCOUNT", "ゆうちょ 記号⟦12340 番号12345671⟧"),
    ("ACCOUNT", "bank account number ⟦12345678⟧"),
    ("ACCOUNT", "sort code ⟦20-00-00⟧"),
    ("ACCOUNT", "routing number ⟦021000021⟧"),
    ("ACCOUNT", "wallet ⟦1BoatSLRHtKNngkdXEeobR76b53LETtpyT⟧"),
    ("SECRET", "password: ⟦Sunny!Day42⟧"),
    ("SECRET", "my password is ⟦hunter42⟧ and it fails"),
    ("SECRET", 'the password is "⟦open sesame⟧" as before'),
    ("SECRET", "PIN ⟦4821⟧"),
    ("SECRET", "My PIN is ⟦4821⟧."),
    ("SECRET", "CVV: ⟦123⟧"),
    ("SECRET", "The security code is ⟦9876⟧"),
    ("SECRET", "verification code ⟦482913⟧"),
    ("SECRET", "⟦482913⟧ is your login code"),
    ("SECRET", "api_key=⟦sk_live_Ab12Cd34⟧"),
    ("SECRET", "暗証番号は⟦4821⟧です"),
    ("SECRET", "暗証番号：⟦４８２１⟧"),
    ("SECRET", "パスワードは⟦Sakura2024⟧です"),
    ("SECRET", "パスワード：⟦himawari⟧"),
    ("SECRET", "認証コード「⟦482913⟧」が届きました"),
    ("SECRET", "ワンタイムパスワード ⟦739201⟧"),
    ("SECRET", "セキュリティコード：⟦123⟧"),
    ("ADDRESS", "⟦〒150-0001 東京都渋谷区神宮前1-2-3⟧"),
    ("ADDRESS", "⟦〒１５０－０００１⟧"),
    ("ADDRESS", "住所は⟦東京都渋谷区神宮前１丁目２番３号⟧です"),
    ("ADDRESS", "⟦大阪府大阪市北区梅田3-1-3 サンハイツ301号室⟧に住んでいます"),
    ("ADDRESS", "届け先：⟦北海道札幌市中央区北1条西2丁目⟧"),
    ("ADDRESS", "⟦横浜市西区みなとみらい2-3-1⟧へ送ってください"),
    ("ADDRESS", "⟦長野県北佐久郡軽井沢町大字長倉1234番地5⟧"),
    ("ADDRESS", "⟦京都府京都市中京区本能寺前町488番地⟧"),
    ("ADDRESS", "⟦〒060-0001\n北海道札幌市中央区北一条西2丁目⟧\n"),
    ("ADDRESS", "郵便番号は⟦1500001⟧です"),
    ("ADDRESS", "I live at ⟦221 Baker Street, London NW1 6XE⟧."),
    ("ADDRESS", "Ship to ⟦742 Evergreen Terrace, Springfield, IL 62704⟧"),
    ("ADDRESS", "⟦350 5th Avenue, Apt 12B, New York, NY 10118⟧ please"),
    ("ADDRESS", "⟦1600 N. Maple Ave.⟧ is the old one"),
    ("ADDRESS", "⟦Flat 3, 12 Rose Lane⟧"),
    ("ADDRESS", "postcode ⟦SW1A 1AA⟧"),
    ("ADDRESS", "my address is ⟦12 oak street⟧"),
    ("ADDRESS", "⟦P.O. Box 1182⟧"),
    ("ADDRESS", "zip code ⟦94107⟧"),
    ("PERSON", "My name is ⟦Maria Lopez⟧ and I need help."),
    ("PERSON", "hi my name is ⟦maria lopez⟧ and i need help"),
    ("PERSON", "This is ⟦Tom Baxter⟧ from Leeds."),
    ("PERSON", "Dear Mr ⟦Smith⟧,"),
    ("PERSON", "Please tell Ms. ⟦O'Neil⟧ that it came."),
    ("PERSON", "Hi ⟦Priya⟧,\nthe box came."),
    ("PERSON", "It works now.\n\nKind regards,\n⟦Anna-Lena Vogt⟧"),
    ("PERSON", "Solved. Thanks, ⟦Daniel⟧"),
    ("PERSON", "Full name: ⟦Olga Petrova⟧"),
    ("PERSON", "私は⟦山田花子⟧と申します"),
    ("PERSON", "お世話になっております。⟦佐藤⟧です。"),
    ("PERSON", "あおば商事の⟦高橋健一⟧と申します。"),
    ("PERSON", "⟦山田⟧様\nお世話になっております。"),
    ("PERSON", "⟦李 明⟧様"),
    ("PERSON", "本日、⟦鈴木⟧さんに電話しました"),
    ("PERSON", "氏名：⟦小野寺 翼⟧"),
    ("PERSON", "口座名義：⟦ヤマダ ハナコ⟧"),
    ("PERSON", "以上、ご確認ください。\n敬具\n⟦渡辺 真央⟧"),
    ("PERSON", "私は⟦さとう⟧と申します"),
    ("ID", "パスポートNo. ⟦TZ1234567⟧"),
    ("ACCOUNT", "三葉銀行 渋谷支店 (普) ⟦1234567⟧"),
    ("SECRET", "pw: ⟦tiger99⟧"),
    ("SECRET", "暗証番号が⟦1234⟧なのですが"),
    ("ADDRESS", "⟦愛知県名古屋市中区栄3丁目15番33号 さくらビル5階⟧"),
    ("ADDRESS", "⟦8901 Lakeview Dr Apt 4, Austin TX 78701⟧"),
    ("PHONE", "夜は／⟦045-123-4567⟧"),
    ("PERSON", "契約者：⟦鈴木一郎⟧"),
    ("PERSON", "It's ⟦Jonathan Price⟧ here"),
    ("PERSON", "Thank you, ⟦Annika⟧. It works."),
    ("PERSON", "Hi there. This is ⟦Priya⟧, how may I help?"),
    ("PERSON", "From: ⟦Alex Q⟧ <someone>"),
]

LOOK_ALIKES = [
    "書類の123456789018を見てください",
    "Where is my order AZ-4410927?",
    "Order number 4410927 has not come.",
    "注文番号AZ-4410927の返品をお願いします。",
    "注文番号は4410927です。",
    "Tracking number 1234 5678 9010",
    "追跡番号 4410-9270-1183 はどこですか",
    "Tracking: 1Z999AA10123456784",
    "伝票番号：123456789018",
    "Order 4242 4242 4242 4242 is late",
    "Firmware 3.4.1 fails, 3.4.0 worked.",
    "version 10.2.3.4 does not start",
    "バージョン3.4.1に更新しました",
    "ファームウェア 2.10.0.1 です",
    "It shows E-204 and then L-31.",
    "エラーE-204が出ます。T-09も。",
    "Error code 4821 appears",
    "HTTP 404 and 500, sometimes 503",
    "Serial SN-20394-8817-AA",
    "シリアル番号 8830-1177-2093",
    "Invoice 2024-001187 for $1,299.00",
    "請求額は12,800円です",
    "I paid 1,000,000 yen on 2024-05-01 at 10:30.",
    "2024年5月1日 10時30分に注文しました",
    "01/02/2024 or 02-01-2024?",
    "2024-05-01 10:30:00 started",
    "from 9:00 to 17:30, Mon-Fri",
    "The PIN is wrong.",
    "My password is not accepted.",
    "Password: required",
    "I forgot my password, please reset it",
    "パスワードは変更できますか",
    "暗証番号を忘れました",
    "認証コードが届きません",
    "Model XJ-2000 with 16 GB and 512 GB",
    "MacBook M2 1TB or 24 Hour Drive",
    "500 GB Seagate Drive and a 2 TB Hard Drive",
    "a 2 way street and 3 lanes",
    "20 minutes down the road",
    "Ticket #88213 and case 00048812",
    "JAN 4901234567894 の商品",
    "ISBN 978-4-10-101001-4",
    "型番 AB-1200-34 の部品",
    "お客様の声をお聞かせください",
    "お客様\nお世話になっております",
    "皆様\nこんにちは",
    "ご担当者様\nはじめまして",
    "同様の問題、多様な仕様",
    "様々な方法を試しました",
    "東京都では使えますか",
    "東京都内の配送は3-5日かかりますか",
    "渋谷区の店舗で3-5日待ちました",
    "市場で3番目の商品",
    "郵便番号を入力できません",
    "Dear Sir or Madam,",
    "Hello Support Team,",
    "Hi there, my name is spelled wrong on the bill",
    "Kind regards,\nThe Support Team",
    "This is Not Acceptable",
    "@kizuna on the forum",
    "npm install left-pad@1.3.0",
    "see https://example.com/help?id=4410927",
    "127.0.0.1 and 255.255.255.0",
    "std::vector and 12:30:45",
    "UUID 550e8400-e29b-41d4-a716-446655440000",
    "MAC 00:1B:44:11:3A:B7",
    "The number on the box is 1234567890123",
    "plan 5G-2000, 30 days, 100%",
    "1 2 3 4 5 6 7 8 9 10",
    "チャージ残高 1234567 ポイント",
    "普通の配送で3日かかりました",
    "担当の者と申し合わせました",
    "ウインタースポーツといいますと、スキーですか",
    "四名様ですね。2名様も可能です",
    "谷町四丁目付近で待ち合わせ",
    "東京都新宿区西口から約2kmです",
    "Ref: 8871-2231-9981",
    "SKU 415-555-0132-B",
    "問い合わせ番号：2024-0511-0093",
    "zip file 12345.zip",
    "account balance 1234.56",
    "Mark it as solved",
    "株式会社ミドリ様",
    "Mozilla rv:1.9.2.28 Gecko",
    "Dear Executive,",
    "AZ-4410927 / AZ-4410928 / AZ-4410929",
    "size 10-12-14 in stock",
    "Room 101, floor 3",
    "返金は5,000円、手数料は330円",
    "",
    " ",
]


def masked_form(text: str) -> tuple[str, str]:
    head, rest = text.split("⟦")
    return head, rest.split("⟧")[1]


@pytest.mark.parametrize(("label", "marked"), HITS, ids=[f"{label}-{n}" for n, (label, _) in enumerate(HITS)])
def test_personal_data_is_masked_and_nothing_else(redactor: redact.Redactor, label: str, marked: str) -> None:
    head, tail = masked_form(marked)
    masked = redactor.mask(marked.replace("⟦", "").replace("⟧", ""))
    assert masked.text == f"{head}<{label}_1>{tail}"
    assert masked.found == (Found(label, f"<{label}_1>"),)


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_look_alikes_are_left_alone(redactor: redact.Redactor, text: str) -> None:
    assert redactor.mask(text).text == text


@pytest.mark.parametrize("text", [marked.replace("⟦", "").replace("⟧", "") for _, marked in HITS])
def test_masking_twice_is_masking_once(redactor: redact.Redactor, text: str) -> None:
    once = redactor.mask(text).text
    assert redactor.mask(once).text == once
    assert redactor.mask(once).found == ()


def test_the_same_original_keeps_its_placeholder_over_messages(redactor: redact.Redactor) -> None:
    book = redact.Placeholders()
    first = redactor.mask("Call 090-1234-5678 or write to Ann@Example.com.", book=book)
    second = redactor.mask("ann@example.com／+81 90-1234-5678／０９０１２３４５６７８／bo@example.com", book=book)
    assert first.text == "Call <PHONE_1> or write to <EMAIL_1>."
    assert second.text == "<EMAIL_1>／<PHONE_1>／<PHONE_1>／<EMAIL_2>"
    assert [f.placeholder for f in second.found] == ["<EMAIL_1>", "<PHONE_1>", "<PHONE_1>", "<EMAIL_2>"]


def test_two_books_share_nothing_and_show_nothing(redactor: redact.Redactor) -> None:
    books = redact.Placeholders(), redact.Placeholders()
    for book in books:
        redactor.mask("mail secret.person@example.com", book=book)
    assert not set(books[0]._given) & set(books[1]._given)
    assert all("secret" not in f"{book!r} {vars(book)}" for book in books)


def test_found_comes_in_order_of_appearance(redactor: redact.Redactor) -> None:
    masked = redactor.mask("PIN 4821, then a@b.io, then 03-1234-5678, then c@b.io")
    assert masked.text == "PIN <SECRET_1>, then <EMAIL_1>, then <PHONE_1>, then <EMAIL_2>"
    assert [f.type for f in masked.found] == ["SECRET", "EMAIL", "PHONE", "EMAIL"]


def test_a_letter_with_everything(redactor: redact.Redactor) -> None:
    text = (
        "お世話になっております。山田花子と申します。\n注文番号AZ-4410927の件です。\n"
        "住所: 〒150-0001 東京都渋谷区神宮前1-2-3 サンハイツ301号室\n電話 090-1234-5678、メールhana@example.jp"
    )
    masked = redactor.mask(text, names=["山田 花子"]).text
    assert masked == (
        "お世話になっております。<PERSON_1>と申します。\n注文番号AZ-4410927の件です。\n"
        "住所: <ADDRESS_1>\n電話 <PHONE_1>、メール<EMAIL_1>"
    )


def test_placeholders_in_the_text_are_left_as_they_are(redactor: redact.Redactor) -> None:
    text = "password: <SECRET_1>, Dear <PERSON_1>, <EMAIL_1> <PHONE_12>様"
    assert redactor.mask(text, names=["EMAIL", "Person"]) == redact.Masked(text)


@pytest.mark.parametrize(
    ("name", "text", "masked"),
    [
        ("Maria Lopez", "Maria Lopez wrote", "<PERSON_1> wrote"),
        ("Maria Lopez", "Lopez, Maria and MARIA LOPEZ", "<PERSON_1> and <PERSON_1>"),
        ("Maria Lopez", "Maria asked, Lopez paid", "<PERSON_1> asked, <PERSON_1> paid"),
        ("Maria Lopez", "maria's parcel; Mariasan; Lopezville", "<PERSON_1>'s parcel; Mariasan; Lopezville"),
        ("Maria Lopez", "Mariaさんの件", "<PERSON_1>さんの件"),
        ("Will May", "Will you call in May? Will May did.", "Will you call in May? <PERSON_1> did."),
        ("Will May", "Hi Will, thanks", "Hi <PERSON_1>, thanks"),
        ("Jo Li", "Jo Li said: list the jobs", "<PERSON_1> said: list the jobs"),
        ("José Núñez", "josé núñez, Núñez", "<PERSON_1>, <PERSON_1>"),
        ("山田 花子", "山田花子です。山田　花子です。", "<PERSON_1>です。<PERSON_1>です。"),
        ("山田 花子", "山田様、花子さん、山田氏", "<PERSON_1>様、<PERSON_1>さん、<PERSON_1>氏"),
        ("山田 花子", "山田電機で買い、小山田町に住む", "山田電機で買い、小山田町に住む"),
        ("山田花子", "山田さんから", "<PERSON_1>さんから"),
        ("林 恵", "林さんは林業の恵みを", "<PERSON_1>さんは林業の恵みを"),
        ("ヤマダ ハナコ", "ハナコと申す、ハナコロジー", "<PERSON_1>と申す、ハナコロジー"),
        ("", "nobody", "nobody"),
        ("(*+", "a (*+ b", "a (*+ b"),
    ],
)
def test_known_names_and_their_parts(redactor: redact.Redactor, name: str, text: str, masked: str) -> None:
    assert redactor.mask(text, names=[name]).text == masked


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [(luhn, "4242 4242 4242 4242", "4242 4242 4242 4241"), (my_number, "1234-5678-9018", "1234-5678-9012")],
)
def test_check_digits(check: Callable[[str], bool], good: str, bad: str) -> None:
    assert check(good)
    assert not check(bad)


HOSTILE = [
    "7", "7 ", "0-", "a-", "a.", "a@", "@", "1:", "a:", "1.", "Maria ", "12 Maria ", "東", "東市", "東京都",
    "東京都渋谷市", "市1-", "田中様\n", "Regards,\n", "my name is ", "password: ", "password is ",
    "03-1234-5678 ", "(0", "+1", "DE89 3704 ", "1a", "ア", "あ", "〒150-0001", "1丁目", "田と申", "カード1",
    "普通", "\x00", "e\u0301", "👩‍👩‍👧", "<EMAIL_1>", "<", "ab:cd::", "佐藤", "a@b.io ", "\n", " ",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_cost_grows_with_the_text_and_not_faster(redactor: redact.Redactor, unit: str) -> None:
    def seconds(size: int) -> float:
        text = (unit * size)[:size]
        start = time.process_time()
        redactor.mask(text, names=["Maria Lopez", "山田 花子"])
        return time.process_time() - start

    small = min(seconds(8_000) for _ in range(2))
    # Eight times the text; quadratic work would take 64 times as long. The floor keeps noise out.
    assert min(seconds(64_000) for _ in range(2)) < 30 * max(small, 0.005)


def test_a_megabyte_in_one_line_goes_through(redactor: redact.Redactor) -> None:
    text = "The kettle E-204 broke again 東京 " * 30_000 + "maria@example.com"
    assert redactor.mask(text).text.endswith("東京 <EMAIL_1>")


FRAGMENTS = [marked.replace("⟦", "").replace("⟧", "") for _, marked in HITS] + LOOK_ALIKES + HOSTILE


@settings(max_examples=300, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=200),
        st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=6).map("".join),
        st.text(alphabet="0123456789-+() .:@<>_A様市東京都はMa\n", max_size=80),
    ),
    names=st.lists(st.sampled_from(["Maria Lopez", "山田 花子", "林 恵"]) | st.text(max_size=12), max_size=2),
)
def test_mask_never_fails_and_twice_is_once(redactor: redact.Redactor, text: str, names: list[str]) -> None:
    once = redactor.mask(text, names=names)
    assert redactor.mask(once.text, names=names) == redact.Masked(once.text)


def test_opening_says_nothing_and_reaches_for_no_network() -> None:
    script = (
        "import socket\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from ingest import redact\n"
        "print(redact.open().mask('a@example.co.jp 03-1234-5678').text)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "<EMAIL_1> <PHONE_1>\n"
    assert done.stderr == ""


def test_importing_the_room_loads_no_heavy_library() -> None:
    script = (
        "import sys, ingest.redact, ingest.recognizers\n"
        "print({'presidio_analyzer', 'torch', 'spacy'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
