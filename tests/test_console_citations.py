"""Citations: the marks of a draft leave with nobody but the agent."""

from console import citations

REPLY = "Hello,\n\nThe battery lasts nine months. [1]\n\nFour AA cells fit. [2][3]\n\nKind regards"


def test_marks_of_known_citations_are_taken_off() -> None:
    assert citations.unmarked("Nine months. [1] See list [12].", [1]) == "Nine months. See list [12]."
    assert citations.unmarked("電池は九か月です。　[2]", [2]) == "電池は九か月です。"


def test_marks_are_known_again_by_the_words_before_them() -> None:
    edited = REPLY.replace("Hello,", "Hello Nora,").replace("Four AA cells fit. [2][3]", "Cells: [2]")
    assert citations.kept(edited, REPLY, [1, 2, 3]) == {1}
    assert citations.kept(REPLY, REPLY, [1, 2]) == {1, 2}


def test_a_list_of_the_agents_own_is_no_mark() -> None:
    assert citations.kept("Do [1] this, then [2] that.", REPLY, [1, 2, 3]) == set()
