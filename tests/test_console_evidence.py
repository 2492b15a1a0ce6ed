"""Evidence: facts that can stand alone, each at its exact place in the source."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from stand_ins import HashedWords, Quarters, SharedWords

from console import evidence
from console.evidence import Fact
from ingest import clean, demo, passages, readers
from ingest.records import Article, Message, Passage, Ticket

FIXED = "The door opens again once the new battery sits firmly."


def _facts(text: str, *, kind: str = "article", lang: str = "en") -> list[str]:
    """The facts' texts of one passage; each is checked to stand where it says."""
    passage = Passage("S-1", kind, 0, text, 100, 100 + len(text), lang=lang)
    found = evidence.facts([(passage, 0.9)])
    for fact in found:
        assert evidence.plain(text[fact.start - 100 : fact.end - 100]) == fact.text
    return [fact.text for fact in found]


def _fact(text: str, **values: object) -> Fact:
    return replace(Fact(text, "A-1", "article", "", "en", 0, len(text), datetime.now(UTC)), **values)


# --- what is one fact


def test_sentences_are_facts() -> None:
    assert _facts("The lock needs four AA batteries. Delivery takes two to four days.") == [
        "The lock needs four AA batteries.",
        "Delivery takes two to four days.",
    ]
    assert _facts("返金は到着から30日以内に承ります。送料は5,000円以上で無料です。", lang="ja") == [
        "返金は到着から30日以内に承ります。",
        "送料は5,000円以上で無料です。",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The hub keeps its settings for one year. After that it forgets them.",
        "The app shows a grey lock. This means that the hub is offline.",
        "Refunds go back to the card. If not, write to billing with the order number.",
        "The warranty lasts for two years. It covers parts and labour in every country.",
    ],
)
def test_what_leans_on_the_sentence_before_stays_with_it(text: str) -> None:
    assert _facts(text) == [text]


def test_japanese_leans_too() -> None:
    text = "電池は単3形アルカリを4本お使いください。充電池は使えません。なお、電池は同時に交換してください。"
    assert _facts(text, lang="ja") == [
        "電池は単3形アルカリを4本お使いください。",
        "充電池は使えません。なお、電池は同時に交換してください。",
    ]


def test_steps_are_kept_whole_with_the_line_that_announces_them() -> None:
    steps = "1. Unplug it.\n2. Hold the button for 10 seconds. It blinks.\n3. Plug it in again."
    assert _facts(f"To reset the hub:\n\n{steps}\n\nThe light turns white and stays on.") == [
        f"To reset the hub:\n{steps}",
        "The light turns white and stays on.",
    ]
    assert _facts("リセットの手順：\n1. 電源を抜きます。\n2. ボタンを10秒押します。", lang="ja") == [
        "リセットの手順：\n1. 電源を抜きます。\n2. ボタンを10秒押します。"
    ]


def test_a_step_keeps_all_that_its_line_says() -> None:
    text = (
        "1. Hold the button. Wait for the white light, which takes a minute.\n2. Open the app, choose the new device."
    )
    assert _facts(text) == [text]


def test_bullets_stand_alone_unless_a_line_announces_them() -> None:
    assert _facts("- Monthly fee of the account: $4.00.\n- You may name up to six more users.") == [
        "Monthly fee of the account: $4.00.",
        "You may name up to six more users.",
    ]
    told = "You need all of these:\n- a passport or a card with your picture\n- a bill that shows your address"
    assert _facts(told) == [told]


def test_the_tail_of_a_list_too_long_for_a_reply_does_not_stand_alone() -> None:
    steps = [f"{n}. Turn the screw number {n} gently until it clicks in its place." for n in range(1, 31)]
    (found,) = _facts("\n".join(steps))
    assert found == "\n".join(steps[:12])
    assert len(found) <= evidence.PROCEDURE


def test_rows_of_tables_are_facts_in_words() -> None:
    table = "| Plan | Price | Storage |\n|---|---|---|\n| Plus, monthly | €4.99 | 30 days of video |\n| Pro | €9 | x |"
    found = _facts(table)
    assert "Plus, monthly: €4.99, 30 days of video" in found
    assert not [one for one in found if "---" in one or "|" in one]


def test_headings_are_no_facts() -> None:
    assert _facts("# Everything about the battery of the lock\n\n" + FIXED) == [FIXED]


@pytest.mark.parametrize(
    "text",
    [
        "Is the lock waterproof when it rains a lot?",
        "ロックは雨の日でも使えますか？",
        "Too short.",
        "短い。",
        "x" * (evidence.PROCEDURE + 1),
        "This is how you do it on every phone we know.",
    ],
)
def test_what_cannot_stand_alone_is_no_fact(text: str) -> None:
    assert _facts(text, lang=clean.language(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "I have refunded the second payment to your card.",
        "We'll send you a new battery cover by post.",
        "Thanks for the pictures of the broken hinge!",
        "Your order was handed to the courier in Berlin.",
        "You will receive the label by mail this afternoon.",
        "The label went to <EMAIL_1> with the return address.",
        "Order AZ-1234567 left the warehouse in Rotterdam.",
        "Hello again, and sorry that it took so long to answer.",
    ],
)
def test_deeds_courtesies_and_placeholders_of_a_case_are_no_facts(text: str) -> None:
    assert _facts(f"{text} {FIXED}", kind="ticket") == [FIXED]
    assert _facts(f"{text} {FIXED}", kind="call") == [FIXED]
    if not text.startswith("Is"):
        assert len(_facts(f"{text} {FIXED}")) == 2  # in an article the same words are the company's


@pytest.mark.parametrize(
    "text",
    [
        "本日、交換品を発送いたしました。",
        "ご不便をおかけし申し訳ございません。",
        "アオゾラホームの佐藤と申します。",
        "返金の手配が終わりました。",
    ],
)
def test_japanese_courtesies_are_no_facts(text: str) -> None:
    fact = "電池は単3形アルカリを4本お使いください。"
    assert _facts(text + fact, kind="ticket", lang="ja") == [fact]


@pytest.mark.parametrize(
    "text",
    [
        "The agent must ask for the reason before anything is cancelled.",
        "Remind the customer that unused points are lost on closing.",
        "Do not proactively offer a voucher for late parcels.",
        "Call find_orders_by_customer before you look at a refund.",
        "reset_line() may be run twice at most in an hour.",
        "As a retail agent, you can change the address of pending orders.",
        "When a customer wants a second hub, you can add it to the open order.",
    ],
)
def test_what_is_meant_for_the_desk_is_no_fact(text: str) -> None:
    assert _facts(f"{text} {FIXED}") == [FIXED]


def test_what_japanese_articles_mean_for_the_desk_is_no_fact() -> None:
    fact = "電池は単3形アルカリを4本お使いください。"
    assert _facts("解約理由を必ず顧客に確認する。" + fact, lang="ja") == [fact]
    assert len(_facts("製品はお客様にご返送いただきます。" + fact, lang="ja")) == 2


def test_what_leans_at_its_end_stays_with_the_sentence_before_it() -> None:
    before = "The lockout lasts ten minutes after five wrong codes."
    leans = "Taking out the batteries does not shorten it."
    assert _facts(f"{before} {leans}") == [f"{before} {leans}"]
    assert _facts(leans) == []


@pytest.mark.parametrize(
    "text",
    [
        "A late fee of [value not available] may be charged.",
        "Your deposit is [amount] and is returned within a week.",
        "The fee is {{ fee }} for every parcel that comes back.",
        "ご返金額は[金額]で、一週間以内にお振り込みします。",
    ],
)
def test_a_blank_that_nobody_filled_in_is_no_fact(text: str) -> None:
    assert _facts(text, lang=clean.language(text)) == []


def test_labels_and_links_in_brackets_are_no_blanks() -> None:
    labels = (
        "Choose [Date and time] under Settings to begin.",
        "Read [the name of your plan](https://x.example/a) on top.",
    )
    assert [len(_facts(text)) for text in labels] == [1, 1]


@pytest.mark.parametrize(
    "text",
    [
        'If the lock also shows L-31, read "Lock 2 shows L-31".',
        "ご自宅のネットワークが原因と考えられますので、E-117の記事をご覧ください。",
        "配線の見方は「サーモスタットの配線」をご覧ください。",
    ],
)
def test_a_way_to_another_article_is_no_fact(text: str) -> None:
    lang = clean.language(text)
    assert _facts(text, lang=lang) == []


@pytest.mark.parametrize(
    "text",
    [
        "Open the user profile that you want to block and choose Block.",
        'On 2 September app 6.0 comes out and needs newer phones; see "App 6.0".',
    ],
)
def test_what_tells_something_beside_is_a_fact(text: str) -> None:
    assert len(_facts(f"{text} {FIXED}")) == 2


def test_the_same_fact_of_two_passages_is_one() -> None:
    one, other = (
        Passage("A", "article", 0, FIXED, 0, len(FIXED)),
        Passage("B", "article", 0, FIXED.upper(), 0, len(FIXED)),
    )
    assert len(evidence.facts([(one, 0.9), (other, 0.8)])) == 1
    assert len(evidence.facts([(one, 0.9), (replace(other, lang="ja"), 0.8)])) == 2


# --- marks


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("Open **Account > Plan** and tap *Cancel plan*.", "Open Account > Plan and tap Cancel plan."),
        ("**設定**を開いて`再起動`を押す", "設定を開いて再起動を押す"),
        ("See [the manual](https://docs.example/x) for more.", "See the manual for more."),
        ("## Reset", "Reset"),
        ("> quoted words", "quoted words"),
        ("_Note_: snake_case stays", "Note: snake_case stays"),
        ("Dial *21*0900123# to forward calls.", "Dial *21*0900123# to forward calls."),
        ("Press # or * when asked; 2 * 3 * 4 is 24.", "Press # or * when asked; 2 * 3 * 4 is 24."),
        ("Agent: Press it twice.", "Press it twice."),
        ("one\ntwo\n- three\n* four", "one two\n- three\n* four"),
        ("| a | b | c |", "a: b, c"),
        ("|---|:-:|", ""),
        ("", ""),
    ],
)
def test_marks_are_taken_off_and_words_stay(marked: str, plain: str) -> None:
    assert evidence.plain(marked) == plain
    assert evidence.plain(plain) == plain.strip()


# --- places


def _demo() -> Iterator[Article]:
    for record in readers.read(demo.FILES):
        if isinstance(record, Article):
            text = clean.article(record.text)
            yield replace(record, text=text, lang=record.lang or clean.language(text))


def test_every_fact_of_the_demo_stands_where_it_says() -> None:
    counted: dict[str, int] = defaultdict(int)
    for article in _demo():
        source = passages.text_of(article)
        for fact in evidence.facts((one, 0.9) for one in Quarters().split(article)):
            quoted = source[fact.start : fact.end]
            assert evidence.plain(quoted) == fact.text, (article.id, quoted)
            words = re.findall(r"\w+", re.sub(r"\]\([^)]*\)", "]", quoted).replace("_", " "))
            assert re.findall(r"\w+", fact.text.replace("_", " ")) == words
            counted[article.id] += 1
    assert len(counted) >= 50
    assert sum(counted.values()) > 300


def test_facts_of_a_reply_stand_in_the_conversation() -> None:
    turns = (Message("incoming", "My lock is stuck. What shall I do?"), Message("outgoing", f"Dear Ann,\n\n{FIXED}"))
    ticket = Ticket("T-1", turns, subject="Stuck", lang="en")
    (reply,) = [one for one in Quarters().split(ticket) if one.part == "resolution"]
    (fact,) = evidence.facts([(reply, 0.9)])
    assert passages.text_of(ticket)[fact.start : fact.end] == fact.text == FIXED
    assert (fact.source, fact.kind, fact.title) == ("T-1", "ticket", "Stuck")


# --- order


def _ranked(found: list[Fact], *questions: str, lang: str = "en") -> list[Fact]:
    model = HashedWords()
    weights: dict[str, float] = defaultdict(lambda: 1.0)
    return evidence.rank(found, questions, model.queries(questions), model, weights, SharedWords(), lang=lang)


def test_what_answers_comes_first() -> None:
    near, far = _fact("The battery of the lock lasts nine months."), _fact("Delivery takes four days.", source="A-2")
    first, last = _ranked([far, near], "How long does the lock battery last?")
    assert (first.text, last.text) == (near.text, far.text)
    assert first.score > last.score
    assert _ranked([], "How long?") == []


def test_every_question_has_facts_read_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "READ", 4)
    words = ("red blue grey", "oak elm ash", "tin zinc lead", "cat dog cow", "pear fig plum", "tea milk rum")
    battery = [_fact(f"Lock battery lasts: {kinds}.", source=kinds) for kinds in words]
    gift = _fact("Gift cards never expire.", source="G")
    found = _ranked([*battery, gift], "lock battery months lasts gift cards", "gift cards expire")
    assert len(found) == 4
    (card,) = [fact for fact in found if fact.source == "G"]
    assert card.scores[1] > card.scores[0]


def test_of_equals_the_approved_the_own_language_and_the_newer_win() -> None:
    text, now = "The battery lasts nine months.", datetime.now(UTC)
    plain = _fact(text, source="plain")
    for better, worse in (
        (_fact(text, kind="faq"), plain),
        (plain, _fact(text, kind="ticket")),
        (_fact(text, kind="ticket"), _fact(text, kind="call")),
        (plain, _fact(text, lang="ja")),
        (plain, _fact(text, created=now - timedelta(days=365))),
        (_fact(text, created=now - timedelta(days=10)), _fact(text, created=now - timedelta(days=900))),
        (_fact(text, context=0.9), plain),
    ):
        assert replace(_ranked([worse, better], "battery?")[0], scores=()) == better


def test_what_only_repeats_an_earlier_fact_is_left_out() -> None:
    limit = _fact("You have 12 free withdrawals every month.")
    again = _fact("Keep your free withdrawals within 12 every month.")
    price = _fact("After 12 free withdrawals every month, each costs $3.00.")
    other = _fact("Transfers to your own accounts are always free.")
    assert evidence.telling([limit, again, price, limit, other]) == [limit, price, other]
    assert evidence.telling([price, limit]) == [price]  # it names no figure that the first does not
    assert evidence.telling([]) == []


def test_the_headings_over_a_fact_say_what_it_is_about() -> None:
    fact = _fact("Availability: Yes", title="Gold plan", section="Gold plan > Export")
    assert fact.whole == "Gold plan > Export: Availability: Yes"
    assert _fact("The Gold plan is there.", title="Gold plan").whole == "The Gold plan is there."


def test_facts_are_read_in_the_order_of_their_source() -> None:
    chosen = [
        _fact("b", source="A-2", start=50),
        _fact("c", start=9),
        _fact("a", source="A-2", start=10),
        _fact("d", start=2),
    ]
    assert [fact.text for fact in evidence.as_read(chosen)] == ["a", "b", "d", "c"]


def test_an_approved_entry_answers_whoever_asks_its_question() -> None:
    entry = _fact("Press the red switch.", kind="faq", title="How do I cancel my plan?")
    (found,) = _ranked([entry], "How do I cancel my plan?")
    assert found.score >= 0.9
    (other,) = _ranked([replace(entry, kind="article")], "How do I cancel my plan?")
    assert other.score < 0.9
