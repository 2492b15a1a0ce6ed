"""Names in hard places: answers to a question, rows of names, chats; addresses and secrets of more kinds.

Personal parts stand as [LABEL:text], a new line is written \\n; without a mark it is a look-alike.
"""

import re

import pytest

from ingest import redact

_MARKED = re.compile(r"\[([A-Z]+):(.*?)\]", re.DOTALL)

ENGLISH = r"""
Agent: May I have your name?\nVisitor: [PERSON:ngosa mulenga]\nAgent: Thanks.
Agent: And the surname?\nCaller: It's [PERSON:Brzezicki], two words no.
Bot: Please give your full name.\nUser: sure, [PERSON:Imke Vandersloot].
Agent: Who am I speaking with?\nCaller: This is [PERSON:Ottokar], hello.
Signed for by [PERSON:T. Oyelowo]? Nobody knows them.
[PERSON:Lindqvist, Annika] - refund approved in May.
If [PERSON:Ximeno] doesn't answer, ring the bell.
The parcel was meant for a [PERSON:Cornelius].
[PERSON:MORITA Shiori] will attend.
@[PERSON:Bronwyn] can you look at this?
my order is at [ADDRESS:14 larkspur close, melton mowbray, LE13 1ZQ] since monday
My flat is [ADDRESS:Top Floor Right, 8 Birch Loan, Glasgow G11 5RD].
[ADDRESS:Calle Jacinto 31, 28012 Madrid] is the new shop.
[ADDRESS:Flat 7, Jasmine Residency, 4th Cross, Koramangala, Bengaluru 560034]
My ID number is [ID:8001015009087].
Two-step code is [SECRET:H4P-31R], it says expired.
The login with admin / [SECRET:Fern-Otter_61] is refused.
They asked for my mother's maiden name, [SECRET:Ashgrove], twice.
Area code [PHONE:three one two, five five five, zero one four two].
The text relay is [PHONE:18001 01632 960244].
Agent: What is the product name?\nCaller: Thermo Jug Deluxe.
Agent: What's your name?\nCaller: Why do you need that?
Lazy Susan turntable and Bloody Mary glasses, both fine.
If Bluetooth doesn't connect, press Reset.
Tracking JD01 4600 0098 7712 3340 shows Leeds Hub.
Room 12, Floor 3, then turn left at Zone 4.
I sign in with Google and it works.
"""
JAPANESE = r"""
お名前をお願いします。\nお客様：[PERSON:蛭子]です。
お名前をフルネームでお願いします。\n[PERSON:御法川]、[PERSON:潔志]です。
すみません[PERSON:宇佐見]ですけど、さっきの件で。
「えー[PERSON:鴻上]です。洗濯機の件で」
代わりました、[PERSON:美沙緒]です。
娘婿の[PERSON:セルヒオ]が組み立てました。
棟梁の[PERSON:是永]が立ち会います。
参加者：[PERSON:有泉]、[PERSON:乙部]、[PERSON:陣内]
領収書は[PERSON:渡里健司]でお願いします。
カ）ホシゾラシヨウジ ダイヒョウ [PERSON:スガワラ ケンタ]
亡くなった叔父[PERSON:磯谷 惣一郎]の登録です。
[PERSON:渡邊]ではなく[PERSON:渡部]です。
読みは[PERSON:なかじま さおり]です。
製造課の[PERSON:ソン・ミンジ]宛てに送ってください。
現場は[ADDRESS:岐阜県郡上市八幡町島谷甲の1402-6]です。
集荷は[ADDRESS:大阪市西区新町3-9-15 なにわ第三ビル6F]です。
[ADDRESS:京都市中京区柳馬場通三条下ル槌屋町95 メゾン楓202号]です。
メールは[EMAIL:kana「ドット」mori「アット」example「ドット」com]です。
オペレーター：お名前をお願いします。\nお客様：あ、その前に一つ質問です。
たくさん買ったので送料は無料ですか。
母の日に花を贈りました。
ビン・カンの日はいつですか。
コンタクトのケースが割れていました。
三日前にキャンセルしました。
すみません大丈夫です。
"""


@pytest.fixture(scope="module")
def redactor() -> redact.Redactor:
    return redact.open()


@pytest.mark.parametrize("line", [*ENGLISH.strip().splitlines(), *JAPANESE.strip().splitlines()])
def test_only_what_is_personal_goes(redactor: redact.Redactor, line: str) -> None:
    marked = line.replace("\\n", "\n")
    text = _MARKED.sub(lambda m: m[2], marked)
    masked = redactor.mask(text).text
    assert [part for _, part in _MARKED.findall(marked) if part in masked] == []
    if text == marked:
        assert masked == text
