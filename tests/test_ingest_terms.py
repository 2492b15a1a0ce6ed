"""Index terms: words for alphabets, pairs of characters for Japanese, and no word of one glued to the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("返金して AZ-12", "返金 金し az 12"),
        ("解約", "解約"),
        ("鍵", "鍵"),
        ("The Lock's battery", "lock s battery"),
        ("ＡＢＣ１２", "abc12"),
        ("ﾊﾞｯﾃﾘｰ", "バッ ッテ テリ リー"),
        ("PINコード", "pin コー ード"),
        ("Wi-Fi接続が", "wi fi 接続 続が"),
        ("返金2000円", "返金 2000 円"),
        ("人々", "人々"),
        ("snake_case", "snake case"),
        ("STRASSE Straße", "strasse strasse"),
        ("I have to do it", ""),
        ("", ""),
        ("!?… 。、", ""),
    ],
)
def test_terms(text: str, expected: str) -> None:
    assert terms.split(text) == expected.split()


def test_inflection_is_left_out() -> None:
    assert terms.split("返金します") == ["返金", "金し"]
    assert not {"です", "ます"} & set(terms.split("これはテストです。困ります。"))


@given(st.text(max_size=80))
def test_terms_are_safe_to_search_for(text: str) -> None:
    for term in terms.split(text):
        assert term
        assert not set(term) & set("\"' \n*()")
        assert term == term.casefold() or not term.isascii()
