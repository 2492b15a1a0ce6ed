"""Japanese names of kanji and kana in one, in half-width katakana, and addresses in parts; and what only looks so."""

import pytest

from ingest import redact


@pytest.fixture(scope="module")
def redactor() -> redact.Redactor:
    return redact.open()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("差出人：真壁ゆかり", "差出人：<PERSON_1>"),
        ("古賀タケルです、修理の件で。", "<PERSON_1>です、修理の件で。"),
        ("佐久間はるなと申します。", "<PERSON_1>と申します。"),
        ("実家の蛭田キヨ宛に送ってください。", "実家の<PERSON_1>宛に送ってください。"),
        ("祖母（久米ヨシ江、91歳）が使います。", "祖母（<PERSON_1>、91歳）が使います。"),
        ("ラベル代は別です。冷凍エビ男爵コロッケ。", "ラベル代は別です。冷凍エビ男爵コロッケ。"),
        ("名義はｼﾐｽﾞ ﾏﾅﾐです。", "名義は<PERSON_1>です。"),
        ("ﾃﾚﾋﾞ ﾘﾓｺﾝが壊れました。", "ﾃﾚﾋﾞ ﾘﾓｺﾝが壊れました。"),
        ("たかはしけんじです。", "<PERSON_1>です。"),
        ("あのーいのうえですけど、", "あのー<PERSON_1>ですけど、"),
        ("あのーこれですけど、", "あのーこれですけど、"),
        ("桐生@営業部", "<PERSON_1>@営業部"),
        ("受取人はジャン・ル・ゴフです。", "受取人は<PERSON_1>です。"),
        ("うちは緑が丘2-7-15なんですが、", "うちは<ADDRESS_1>なんですが、"),
        ("品番台4-12-8と4-12-9の違いは？", "品番台4-12-8と4-12-9の違いは？"),
        ("豊島区南長崎の、三丁目、二十の、六です", "<ADDRESS_1>です"),
        ("メゾン柿の木 302です。", "<ADDRESS_1>です。"),
        ("メゾンシリーズの棚 302 はありますか", "メゾンシリーズの棚 302 はありますか"),
    ],
)
def test_names_and_addresses_in_pieces_go_whole(redactor: redact.Redactor, text: str, masked: str) -> None:
    assert redactor.mask(text).text == masked
    assert redactor.mask(masked).text == masked
