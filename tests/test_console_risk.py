"""Who may leave, on invented conversations in English and Japanese, with moods given: no model is needed."""

import math
import re
import time

import pytest

from console import risk
from console.mood import Mood
from console.risk import Reason, Risk, Turn

ANGRY = Mood("negative", 0.95, 0.9)
UNHAPPY = Mood("negative", 0.65, 0.6)
CALM = Mood("neutral", 0.9, 0.05)
TENSE = Mood("neutral", 0.6, 0.25)
HAPPY = Mood("positive", 0.95, 0.01)


def judged(*said: tuple[str, Mood], **given: float | str) -> Risk:
    """The risk of a conversation of these customer turns, an agent's answer after each but the last."""
    turns = [Turn("customer", said[0][0])]
    for text, _ in said[1:]:
        turns += [
            Turn("agent", "We promised to cancel again. This is unacceptable. 解約します。"),
            Turn("customer", text),
        ]
    return risk.assess(turns, [mood for _, mood in said], **given)  # type: ignore[arg-type]


AT_RISK = [
    ("leaving", "I want to cancel my subscription and go with another provider.", TENSE),
    ("leaving", "We will be taking our business elsewhere at the end of the year. Kind regards.", CALM),
    ("leaving", "Refund me and I will never order from you again.", UNHAPPY),
    ("leaving", "Please close my account, I have switched to a competitor.", TENSE),
    ("leaving", "Thank you for everything, but we have decided to go with someone else.", CALM),
    ("leaving", "長年お世話になりましたが、今月で解約させていただきます。", CALM),
    ("leaving", "解約したいです。他社に乗り換えます。", TENSE),
    ("leaving", "こちらの商品はもう二度と買いません。", UNHAPPY),
    ("leaving", "恐れ入りますが、来期の更新は見送らせていただきます。", CALM),
    ("threat", "My lawyer will contact you. You will hear from my lawyer tomorrow.", ANGRY),
    ("threat", "I am filing a chargeback with my bank.", UNHAPPY),
    ("threat", "I'm going to post all of this on Twitter.", ANGRY),
    ("threat", "このままでは消費者センターに相談します。", UNHAPPY),
    ("threat", "弁護士に相談しました。法的措置も考えています。", UNHAPPY),
    ("threat", "口コミに書き込みますよ。", ANGRY),
    ("repeat", "This is the third time the lamp has arrived broken.", ANGRY),
    ("repeat", "何度も同じ説明をしています。", ANGRY),
    ("repeat", "I have called you four times about this leak.", ANGRY),
    ("promise", "You promised a technician for Monday and nobody came.", ANGRY),
    ("promise", "無料と言われたのに、請求書が届きました。", ANGRY),
    ("waiting", "Still waiting. Nobody has replied to me since May.", ANGRY),
    ("waiting", "二週間たっても返事がありません。", ANGRY),
    ("anger", "This is ridiculous, your app is useless.", ANGRY),
    ("anger", "いい加減にしてください。最悪の対応です。", ANGRY),
]

SAFE = [
    ("ok cancel the second order thanks", HAPPY),
    ("ok cancel the second order thanks", CALM),
    ("How do I cancel my subscription?", CALM),
    ("What happens to my data if I close my account?", CALM),
    ("Please cancel my flight to Oslo.", CALM),
    ("Can I switch to another seat, or to a different plan?", CALM),
    ("I don't want to cancel my contract, I only want to move the date.", CALM),
    ("We switched to you from another provider and never want to go back, thanks again!", HAPPY),
    ("My lawyer needs a copy of the invoice.", CALM),
    ("How do I dispute this charge with my bank card?", CALM),
    ("I left you a five star review, awesome work!", HAPPY),
    ("I was told to send you the serial number: KX-22.", CALM),
    ("Sorry to bother you again, one more question about the setup.", CALM),
    ("Thanks again, it works again!", HAPPY),
    ("The router still does not connect.", TENSE),
    ("The courier was useless, the storm was the worst in years.", UNHAPPY),
    ("No reply needed.", CALM),
    ("My hub does not connect.", TENSE),
    ("Do it. Now. Both of them.", TENSE),
    ("解約の方法を教えてください。", CALM),
    ("解約した場合、データはいつまで残りますか。", CALM),
    ("解約したくないので、プランを変更できますか。", CALM),
    ("二つ目の注文をキャンセルしてください。", CALM),
    ("何度もすみません、もう一点教えてください。", CALM),
    ("何度も使いたくなる商品です!", HAPPY),
    ("ご連絡いただけますか。連絡が来ました。", CALM),
    ("まだ届いていません。", TENSE),
    ("台風で荷物が遅れるのは最悪ですね。", UNHAPPY),
    ("もう一つのカードは使いません。", CALM),
    ("楽しみに待っています。", HAPPY),
    ("ネットに書いてある手順を試しました。", CALM),
    ("", CALM),
]


@pytest.mark.parametrize(("signal", "text", "mood"), AT_RISK)
def test_customers_about_to_leave_are_flagged_with_their_words(signal: str, text: str, mood: Mood) -> None:
    found = judged((text, mood))
    assert risk.flag(found), found
    assert signal in {reason.signal for reason in found.reasons}
    assert found.reasons
    assert all(reason.quote and reason.quote in text for reason in found.reasons)


@pytest.mark.parametrize(("text", "mood"), SAFE)
def test_calm_blunt_and_happy_customers_are_not_flagged(text: str, mood: Mood) -> None:
    found = judged((text, mood))
    assert not risk.flag(found), found


@pytest.mark.parametrize(
    "text", ["My hub does not connect.", "ok cancel the second order thanks", "住所を変更したいです。"]
)
def test_a_calm_request_has_almost_no_risk_and_no_reason(text: str) -> None:
    found = judged((text, CALM))
    assert found.at_risk < 0.1
    assert found.reasons == ()


def test_a_conversation_that_ends_well_is_safe() -> None:
    angry = ("This is unacceptable, the third time it breaks. You promised!", ANGRY)
    assert judged(angry).at_risk > 0.9
    assert not risk.flag(judged(angry, ("Wow, that was quick. Thank you!", HAPPY)))


def test_growing_worse_counts() -> None:
    worse = judged(("Where is my parcel?", CALM), ("So where is it?", UNHAPPY))
    steady = judged(("Where is my parcel?", UNHAPPY), ("So where is it?", UNHAPPY))
    better = judged(("Where is my parcel?", UNHAPPY), ("So where is it?", CALM))
    assert worse.at_risk > steady.at_risk > better.at_risk


def test_an_unhappy_tone_alone_has_a_reason_and_more_signals_more_risk() -> None:
    tone = judged(("It is sad. I had hoped for a longer answer to my letter.", UNHAPPY))
    assert tone.reasons == (Reason("mood", "I had hoped for a longer answer to my letter."),)
    more = judged(("It is sad. I had hoped for a longer answer to my letter. Nobody called me back.", UNHAPPY))
    assert more.at_risk > tone.at_risk


def test_only_the_customers_words_count() -> None:
    turns = [Turn("customer", "Hello"), Turn("agent", "I will cancel my subscription, this is the third time!")]
    assert risk.assess(turns, [CALM]) == risk.assess(turns[:1], [CALM])


def test_waiting_priority_and_earlier_conversations_add() -> None:
    calm = judged(("Where is my parcel? It is number 12.", TENSE))
    waited = judged(("Where is my parcel? It is number 12.", TENSE), waiting_hours=72.0)
    assert waited.at_risk > calm.at_risk
    assert waited.reasons == (Reason("waiting", "It is number 12."),)
    assert judged(("Where?", TENSE), priority="urgent").at_risk > judged(("Where?", TENSE), priority="low").at_risk
    assert judged(("Where?", TENSE), previous=3).at_risk > judged(("Where?", TENSE)).at_risk
    assert not risk.flag(judged(("Where?", CALM), priority="urgent", waiting_hours=10_000.0, previous=1000))


def test_reasons_come_weightiest_first() -> None:
    found = judged(("Nobody replied. I want to cancel my contract. This is a joke.", ANGRY))
    assert [reason.signal for reason in found.reasons] == ["leaving", "anger", "waiting"]


@pytest.mark.parametrize("filler", ["word " * 100, "長い" * 200])
def test_a_long_sentence_is_quoted_around_the_words(filler: str) -> None:
    text = f"{filler}消費者センターに相談します{filler}"
    (quote,) = [reason.quote for reason in judged((text, UNHAPPY)).reasons if reason.signal == "threat"]
    assert len(quote) <= risk.QUOTE
    assert quote in text
    assert "消費者センター" in quote


def test_no_customer_no_risk() -> None:
    assert risk.assess([Turn("agent", "Hello")], []) == Risk(0.0)


def test_moods_must_pair_with_the_customers_turns() -> None:
    with pytest.raises(ValueError, match="zip"):
        risk.assess([Turn("customer", "Hello")], [])


def test_the_flag_is_at_one_half() -> None:
    assert risk.flag(Risk(0.5))
    assert not risk.flag(Risk(math.nextafter(0.5, 0)))


@pytest.mark.parametrize(
    "piece", ["how do i ", "約束と言われ", "a ", "x! ", "連絡が", "never x ", "会社", "been for the "]
)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    begun = time.process_time()
    judged((piece * (60_000 // len(piece)), CALM))
    assert time.process_time() - begun < 3


def test_every_signal_is_listened_for_in_both_languages() -> None:
    for sign in risk._ear().signs:
        assert re.search(r"[ぁ-ん一-龯]", sign.words.pattern), sign.signal
        assert re.search(r"[a-z]{4}", sign.words.pattern), sign.signal
