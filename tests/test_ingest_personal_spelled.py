"""What somebody spells, answers or writes without capitals is masked; what only looks so is not."""

import pytest

from ingest import redact


@pytest.fixture(scope="module")
def redactor() -> redact.Redactor:
    return redact.open()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("And your surname?\nCaller: Abiola. A B I O L A.", "And your surname?\nCaller: <PERSON_1>. <PERSON_1>."),
        ("The name is spelled Q-V-I-S-T.", "The name is spelled <PERSON_1>."),
        ("Is the U S B C cable in the box?", "Is the U S B C cable in the box?"),
        ("I spelled it right: C-O-L-O-U-R.", "I spelled it right: C-O-L-O-U-R."),
        ("The account?\nCaller: six one double four, nine oh.", "The account?\nCaller: <ACCOUNT_1>."),
        ("The order?\nCaller: six one double four.", "The order?\nCaller: six one double four."),
        ("担当者：暗証番号は？\nお客様：はちいちろくよんです。", "担当者：暗証番号は？\nお客様：<SECRET_1>です。"),
        ("注文番号は？\nお客様：はちいちろくよんです。", "注文番号は？\nお客様：はちいちろくよんです。"),
        ("担当：合言葉は何ですか。\n客：ひまわりです。", "担当：合言葉は何ですか。\n客：<SECRET_1>です。"),
        ("The passport? It's K2204917.", "The passport? It's <ID_1>."),
        ("My memorable word? It's gooseberry.", "My memorable word? It's <SECRET_1>."),
        ("The memorable word? It's not accepted.", "The memorable word? It's not accepted."),
        ("The alarm code at 12 Fernhill Road is 4471#.", "The alarm code at <ADDRESS_1> is <SECRET_1>."),
        ("iban de89370400440532013000", "iban <IBAN_1>"),
        ("社内からのIP198.51.100.40です。", "社内からのIP<IP_1>です。"),
        ("client:2001:db8:44::9f is blocked", "client:<IP_1> is blocked"),
        ("Then ingrid told me to wait.", "Then <PERSON_1> told me to wait."),
        ("Please make it out to Grace Hill, thanks.", "Please make it out to <PERSON_1>, thanks."),
        ("Rose Hill and Grace Park are on the map.", "Rose Hill and Grace Park are on the map."),
        ("Do you sell Ben & Jerry's here?", "Do you sell Ben & Jerry's here?"),
        ("Notes: cust. ADEKUNLE, TEMITOPE called.", "Notes: cust. <PERSON_1> called."),
        ("COLOUR, SIZE and QTY are swapped.", "COLOUR, SIZE and QTY are swapped."),
    ],
)
def test_what_is_spelled_or_answered_goes_where_it_is_personal(
    redactor: redact.Redactor, text: str, masked: str
) -> None:
    assert redactor.mask(text).text == masked
    assert redactor.mask(masked).text == masked
