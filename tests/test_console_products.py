"""Products: sibling names are told apart, in both languages, and what names no product is nobody's."""

import pytest

from console import products

TITLES = (
    "Lamp One: Care", "Lamp One: Returns", "Lamp One Mini: Care", "Lamp One Mini: Returns", "FAQ: Lamp One",
    "Hub 2 lights and what they mean", "Hub 2 reset by hand", "Harbour Blue Account: Fees",
    "Harbour Blue Account: Limits",
    "Blue Account at a glance", "Blue Account fees", "Night Card: Fees", "Night Card: Limits", "Gold Card: Fees",
    "Gold Card: Limits", "Gold Plus Card: Fees", "Gold Plus Card: Limits", "Gold Account: Fees", "Gold Account: Limits",
    "How to pay", "How to send it back", "Sending a parcel", "Sending a letter", "Delivery times",
    "カム3の電池", "カム3の設定", "ロック2：電池", "ロック2：設定", "返品について",
)  # fmt: skip
KNOWN = products.known(TITLES)


def _spoken(text: str) -> set[str]:
    return {" ".join(name) for name in KNOWN.spoken(text)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("How do I clean my lamp one?", {"lamp one"}),
        ("lamp one mini broke", {"lamp one mini"}),
        ("Is the Lamp One Mini brighter than the Lamp One?", {"lamp one mini", "lamp one"}),
        ("My hub 2 blinks", {"hub 2"}),
        ("harbour blue fee please", {"harbour blue"}),
        ("what does my Blue account cost", {"blue"}),
        ("gold plus card or night card?", {"gold plus", "night"}),
        ("カム3とロック2の電池は同じですか", {"カム3", "ロック2"}),
        ("LAMP ONEのお手入れ", {"lamp one"}),
        ("where is my parcel?", set()),
        ("", set()),
    ],
)
def test_the_longest_names_that_a_text_holds(text: str, names: set[str]) -> None:
    assert _spoken(text) == names


def test_verbs_questions_and_single_titles_are_no_names() -> None:
    names = {" ".join(name) for name in KNOWN.names}
    assert names == {
        "lamp one", "lamp one mini", "hub 2", "harbour blue", "blue", "night", "gold", "gold plus", "カム3", "ロック2"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("of", "asked", "far"),
    [
        ("Lamp One: Care", "lamp one mini care", True),
        ("Lamp One Mini: Care", "lamp one mini care", False),
        ("Delivery times", "when does my lamp one come?", False),
        ("Night Card: Fees", "what does it cost?", False),
        ("Lamp One or Lamp One Mini", "lamp one mini care", False),
        ("Hub 2 reset by hand", "カム3を初期化したい", False),  # another script: nobody knows
        ("ロック2：電池", "カム3の電池", True),
    ],
)
def test_what_speaks_of_a_sibling_is_strange(of: str, asked: str, far: bool) -> None:
    assert products.strange(KNOWN.spoken(of), KNOWN.spoken(asked)) is far


def test_a_desk_without_names_finds_nothing_strange() -> None:
    none = products.known(("How to pay", "返品について"))
    assert none == products.NONE
    assert not products.strange(none.spoken("Gold Card"), none.spoken("Night Card"))


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("How do I clean my lamp one?", []),
        ("Where is my parcel?", []),
        (
            "What is the fee of the Gold Plus Card compared with the Night Card?",
            ["What is the fee of the Gold Plus Card?", "What is the fee of the Night Card?"],
        ),
        (
            "What does the Gold Plus Card cost compared with the Night Card?",
            ["What does the Gold Plus Card cost compared with the Card?",
             "What does the Card cost compared with the Night Card?"],
        ),
        ("カム3とロック2の電池は同じですか", ["カム3の電池は同じですか", "ロック2の電池は同じですか"]),
        (
            "I own a Lamp One and I would like to hear from you what the Hub 2 does.",
            ["I own a Lamp One and I would like to hear from you what the does.",
             "I own a and I would like to hear from you what the Hub 2 does."],
        ),
        ("Lamp One. Hub 2?", ["Lamp One. ?", ". Hub 2?"]),
        ("gold plus, gold, night, blue or harbour blue?", []),  # nobody compares five
    ],
)  # fmt: skip
def test_a_comparison_is_asked_of_each(text: str, each: list[str]) -> None:
    assert KNOWN.singly(text) == each


def test_a_huge_text_takes_no_time() -> None:
    assert ("gold", "plus") in KNOWN.spoken("gold plus card " * 30_000)
