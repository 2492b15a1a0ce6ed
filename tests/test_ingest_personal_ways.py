"""English addresses whose number comes last, is said in words or belongs to a block; and what only looks so."""

import pytest

from ingest import redact


@pytest.fixture(scope="module")
def redactor() -> redact.Redactor:
    return redact.open()


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("We're on Larkspur Crescent, number 22, please knock.", "We're on <ADDRESS_1>, please knock."),
        ("i live on heron way, number 31, by the school", "i live on <ADDRESS_1>, by the school"),
        ("number 31, heron way, is what the map calls it", "number 31, heron way, is what the map calls it"),
        ("It went to number 18, Tern Close, not mine.", "It went to <ADDRESS_1>, not mine."),
        ("At Blk 204 Ang Mo Kio Avenue 3 #07-112, Singapore 560204.", "At <ADDRESS_1>."),
        ("Use #14, 2nd Main Road, Indiranagar, Bengaluru, Karnataka 560038.", "Use <ADDRESS_1>."),
        ("Order #27, 4th item, is missing a screw.", "Order #27, 4th item, is missing a screw."),
        ("It's three hundred and six Cedar Drive, Tulsa, Oklahoma, seven four one oh five.", "It's <ADDRESS_1>."),
    ],
)
def test_addresses_go_whole(redactor: redact.Redactor, text: str, masked: str) -> None:
    assert redactor.mask(text).text == masked
    assert redactor.mask(masked).text == masked
