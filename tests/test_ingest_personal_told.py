"""Secrets, papers and accounts that a plain sentence tells without the word before them; what only looks so."""

import pytest

from ingest import redact

TOLD = [
    # passwords and codes
    (
        "My password used to be Sunflower and it is too short now.",
        "My password used to be <1> and it is too short now.",
    ),
    ("I always log in with tigerlily88 but not today.", "I always log in with <1> but not today."),
    ("It won't accept Bluebird!9 as my new password, why?", "It won't accept <1> as my new password, why?"),
    ("When it asks for the password I type Maple-77.", "When it asks for the password I type <1>."),
    ("The password you mailed me, Welcome2024!, fails.", "The password you mailed me, <1>, fails."),
    ("Set my password to Quiet-Harbour please.", "Set my password to <1> please."),
    ("my passphrase was correct horse battery staple before", "my passphrase was <1> before"),
    ("What's the safe word on the account? Dandelion.", "What's the safe word on the account? <1>."),
    ("You'll need 3390 for the gate, then turn left.", "You'll need <1> for the gate, then turn left."),
    ("To get into the building press 4481# at the door.", "To get into the building press <1> at the door."),
    ("I thought my PIN was right, I mean 7306.", "I thought my PIN was right, I mean <1>."),
    ("The code I have here is 447 902.", "The code I have here is <1>."),
    ("the three digits behind are 219", "the three digits behind are <1>"),
    ("It fails with key zq-live-4Rt8Lm2Vx0Kd93Hs since noon.", "It fails with key <1> since noon."),
    ("パスワードは前までhimawariだったのに。", "パスワードは前まで<1>だったのに。"),
    ("いつもkumanomi77でログインしています。", "いつも<1>でログインしています。"),
    ("玄関は3309#で開きます。", "玄関は<1>で開きます。"),
    ("SMSに558203と来ました。", "SMSに<1>と来ました。"),
    ("合言葉を聞かれたら「あさがお」と答えます。", "合言葉を聞かれたら「<1>」と答えます。"),
    # papers
    ("My passport, which is number 548820193, was scanned.", "My passport, which is number <1>, was scanned."),
    ("The passport number is wrong. It should read P4420981.", "The passport number is wrong. It should read <1>."),
    ("I sent a photo of my ID card (L01X00T471).", "I sent a photo of my ID card (<1>)."),
    ("For the form: Turkish ID 38215047641, thanks.", "For the form: Turkish ID <1>, thanks."),
    ("My Italian tax code is RSSMRA85T10A562S.", "My Italian tax code is <1>."),
    ("免許証の番号をお送りします。447190283355です。", "免許証の番号をお送りします。<1>です。"),
    ("身分証の番号：TK4471029", "身分証の番号：<1>"),
    ("旅券の番号を聞かれたので、MU7719204と答えました。", "旅券の番号を聞かれたので、<1>と答えました。"),
    # accounts
    ("The refund went to the wrong account, mine is 71920384.", "The refund went to the wrong account, mine is <1>."),
    ("That account is closed. The new one is 55019283.", "That account is closed. The new one is <1>."),
    ("I pay from 40291837 at Harbour Bank.", "I pay from <1> at Harbour Bank."),
    ("IBAN code FR76 3000 6000 0112 3456 7890 188 fails.", "IBAN code <1> fails."),
    ("口座番号が違っていました。正しくは7710294です。", "口座番号が違っていました。正しくは<1>です。"),
    ("返金は韓国の口座352-0447-1029-33へ。", "返金は韓国の口座<1>へ。"),
    # phones
    ("Call me. 9845 551 230. It's urgent.", "Call me. <1>. It's urgent."),
    ("I can't get the SMS code on +353 87 555 0165.", "I can't get the SMS code on <1>."),
]

LIKE = r"""
I forgot my PIN and after error 4471 the keypad locks for 30 minutes.
The password must have 8 to 16 characters, one of them a number.
My account shows order 44719203 as delivered.
Serial 4471029338 was registered under my account.
My account manager said SKU 4471902 is discontinued.
The account was charged on 2024-10-12 for 12000 yen.
The passport holder I ordered, item 4471029, is torn.
I need a licence for 25 seats, part number 4471-029.
Gate 4471 at the airport opens at 18:30.
The safe weighs 4471 g more than the page says.
Use the 4471 adapter for the door bell.
I sign in with Chrome126 on a Galaxy-S23.
My router is a tplink-AX55, the light is red.
The wifi module ESP32-S3 is not found.
Wi-Fi MAC a4:5e:60:c1:7d:02 does not get a lease.
The magic word is please, as my mum says.
The password should never be sent by mail.
The right one is 4471-B, the left one 4472-B.
UUID 123e4567-e89b-12d3-a456-426614174000 is in the log.
Model DE12 3456 7890 is a German import.
The IBAN field only takes 22 characters.
品番を間違えました。正しくは5582036です。
注文番号を間違えて伝えました。正しくは44719203です。
暗証番号を忘れたので、注文番号4471902で確認してください。
口座から引き落とされた金額は55820円です。
玄関に置き配、13時30分と書いてあります。
身分証の有効期限は2027年3月です。
Wi-Fiルーターの型番はWSR-3200AX4Sです。
追跡番号を聞かれたので、4471-9203-3384と答えました。
マツモトキヨシで使えるポイントはありますか。
"""


@pytest.fixture(scope="module")
def redactor() -> redact.Redactor:
    return redact.open()


@pytest.mark.parametrize(("text", "masked"), TOLD)
def test_what_a_sentence_tells_goes(redactor: redact.Redactor, text: str, masked: str) -> None:
    before, _, after = masked.partition("<1>")
    found = redactor.mask(text)
    assert len(found.found) == 1
    assert found.text == f"{before}{found.found[0].placeholder}{after}"
    assert redactor.mask(found.text).text == found.text


@pytest.mark.parametrize("text", LIKE.strip().splitlines())
def test_what_only_looks_so_stays(redactor: redact.Redactor, text: str) -> None:
    assert redactor.mask(text).text == text


@pytest.mark.parametrize("unit", ["a1-", "A1", "1 ", "DE12 ", "pin 1", "aB3", "password x1!", "口座1", "12-34 "])
def test_no_text_is_slow_to_read(redactor: redact.Redactor, unit: str) -> None:
    import time

    began = time.process_time()
    redactor.mask(unit * (60_000 // len(unit)))
    assert time.process_time() - began < 3
