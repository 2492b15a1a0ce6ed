"""Who may leave, on invented conversations in English and Japanese; most by words alone, with moods given."""

import math
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from stand_ins import HashedWords

from console import risk
from console.mood import Mood
from console.risk import Conversation, Ear, History, Model, Profile, Reason, Risk, Said, evidence, promises, tenor
from console.risk.ear import HEAD, Head
from console.risk.words import words
from ingest.embedding import Embedding
from ingest.errors import OperatorError

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
ANGRY = Mood("negative", 0.95, 0.9)
UNHAPPY = Mood("negative", 0.65, 0.6)
CALM = Mood("neutral", 0.9, 0.05)
TENSE = Mood("neutral", 0.6, 0.25)
HAPPY = Mood("positive", 0.95, 0.01)


def said(text: str, mood: Mood = CALM, *, days: float = 0.0) -> Said:
    """A customer's turn so many days ago."""
    return Said("customer", text, NOW - timedelta(days=days), mood)


def agent(text: str = "We are looking into it.", *, days: float = 0.0) -> Said:
    return Said("agent", text, NOW - timedelta(days=days))


def talk(*turns: Said, id: str = "T", subject: str = "", status: str = "open", csat: int | None = None) -> Conversation:
    return Conversation(id, turns, "email", subject, status, csat)


def weighed(*talks: Conversation, profile: Profile = Profile(), ear: Ear | None = None) -> Risk:  # noqa: B008
    """By words alone, unless an ear is given."""
    return risk.weigh(History(talks, NOW, profile), ear or Ear.open(), Model.open())


def one(text: str, mood: Mood = CALM) -> Risk:
    return weighed(talk(said(text, mood)))


def signals(found: Risk) -> set[str]:
    return {reason.signal for reason in found.reasons}


LEAVING = [
    ("I want to cancel my subscription and go with another provider.", TENSE),
    ("We will be taking our business elsewhere at the end of the year. Kind regards.", CALM),
    ("Refund me and I will never order from you again.", UNHAPPY),
    ("Please close my account, I have switched to a competitor.", TENSE),
    ("Thank you for everything, but we have decided to go with someone else.", CALM),
    ("I have just cancelled the direct debit.", CALM),
    ("What is the early termination fee?", CALM),
    ("Where do I find the transfer code for my domain?", CALM),
    ("長年お世話になりましたが、今月で解約させていただきます。", CALM),
    ("解約したいです。他社に乗り換えます。", TENSE),
    ("こちらの商品はもう二度と買いません。", UNHAPPY),
    ("恐れ入りますが、来期の更新は見送らせていただきます。", CALM),
    ("年末をもちまして、お取引を終わりにいたしたく存じます。", CALM),
    ("途中で解約した場合、違約金はおいくらですか。", CALM),
]
OTHERS = [
    ("threat", "My lawyer will contact you. You will hear from my lawyer tomorrow.", ANGRY),
    ("threat", "I am filing a chargeback with my bank.", UNHAPPY),
    ("threat", "I'm going to post all of this on Twitter.", ANGRY),
    ("threat", "I have sent the whole file to Trading Standards.", UNHAPPY),
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
    ("Do it. Now. Both of them.", TENSE),
    ("My late father had a contract with you, how do I close it?", CALM),
    ("We leave for the airport at six, can we check out earlier?", CALM),
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
    ("亡くなった父の契約の解約はどうすればよいですか。", CALM),
    ("", CALM),
]


@pytest.mark.parametrize(("text", "mood"), LEAVING)
def test_customers_about_to_leave_are_flagged_with_their_words(text: str, mood: Mood) -> None:
    found = one(text, mood)
    assert risk.flag(found), found
    assert "leaving" in signals(found)
    assert all(reason.quote and reason.quote in text for reason in found.reasons)


@pytest.mark.parametrize(("signal", "text", "mood"), OTHERS)
def test_other_signals_raise_the_risk_with_the_customers_words(signal: str, text: str, mood: Mood) -> None:
    found = one(text, mood)
    assert found.at_risk > one("Hello.", CALM).at_risk + 0.02, found
    (reason,) = [reason for reason in found.reasons if reason.signal == signal]
    assert reason.quote
    assert reason.quote in text


@pytest.mark.parametrize(("text", "mood"), SAFE)
def test_calm_blunt_and_happy_customers_are_not_flagged(text: str, mood: Mood) -> None:
    found = one(text, mood)
    assert not risk.flag(found), found


@pytest.mark.parametrize("text", ["ok cancel the second order thanks", "住所を変更したいです。"])
def test_a_calm_request_has_almost_no_risk_and_no_reason(text: str) -> None:
    found = one(text)
    assert found.at_risk < 0.1
    assert found.reasons == ()


def test_a_good_ending_takes_a_grievance_away_but_thanks_do_not_take_leaving_away() -> None:
    angry = said("This is unacceptable, the third time it breaks. You promised!", ANGRY, days=2)
    thanks = said("Wow, that was quick. Thank you!", HAPPY)
    assert weighed(talk(angry, agent(), thanks)).points < weighed(talk(angry)).points - 1
    assert weighed(talk(angry, agent(), thanks)).reliefs[0].signal == "well"
    leaves = said("Please close my account, I have switched to another provider.", CALM, days=1)
    assert risk.flag(weighed(talk(leaves, agent(), thanks)))


def test_who_speaks_of_staying_takes_leaving_back() -> None:
    leaves = said("We will cancel our contract.", UNHAPPY, days=9)
    stays = said("Good, then please renew it. We are not going anywhere.", CALM)
    found = weighed(talk(leaves, agent(), stays))
    assert not risk.flag(found)
    (relief,) = [one for one in found.reliefs if one.signal == "staying"]
    assert relief.points < 0
    assert relief.quote in stays.text


def test_growing_worse_counts() -> None:
    def went(first: Mood, last: Mood) -> Risk:
        return weighed(talk(said("Where is it?", first, days=1), said("So where is it?", last)))

    assert went(CALM, ANGRY).points > went(ANGRY, ANGRY).points > went(ANGRY, CALM).points
    assert "trajectory" in signals(went(HAPPY, ANGRY))


def test_the_trajectory_counts_where_it_is_known() -> None:
    calm = said("I see.", CALM)
    assert weighed(talk(replace(calm, after=0.9))).points > weighed(talk(calm)).points


def test_only_the_customers_words_count() -> None:
    loud = agent("I will cancel my subscription, this is the third time!")
    assert weighed(talk(said("Hello"), loud)) == weighed(talk(said("Hello"), agent()))


def test_what_was_said_long_ago_counts_less() -> None:
    text = "I am looking at alternatives and may cancel my subscription."
    assert weighed(talk(said(text, days=365))).points < weighed(talk(said(text))).points


def test_waiting_adds_unless_they_are_in_no_hurry() -> None:
    def asked(text: str, days: float, *, status: str = "open", after: Sequence[Said] = ()) -> Risk:
        return weighed(talk(said(text, TENSE, days=days), *after, status=status))

    text = "Where is my parcel? It is number 12."
    waited = asked(text, 10)
    assert waited.points > asked(text, 0.1).points
    (reason,) = [one for one in waited.reasons if one.signal == "waiting"]
    assert (reason.quote, reason.ticket) == ("It is number 12.", "T")
    for other in (
        asked(text, 10, status="resolved"),
        asked(text, 10, after=[agent()]),
        asked("Where is it? No rush at all.", 10),
        asked("いつ届きますか。急ぎません。", 10),
    ):
        assert "waiting" not in signals(other)


def test_promises_are_broken_when_their_time_has_passed() -> None:
    def promised(text: str, days: float) -> Risk:
        return weighed(talk(said("It is broken.", days=20), agent(text, days=15), said("Hello?", UNHAPPY, days=days)))

    assert "promise" in signals(promised("It will be with you tomorrow.", 10))
    assert "promise" not in signals(promised("It will be with you tomorrow.", 14.5))
    assert "promise" not in signals(promised("Tomorrow is Monday.", 10))


@pytest.mark.parametrize(
    ("text", "days"),
    [("I'll call you back this afternoon.", 1), ("We will do it by Friday.", 7), ("今週中にご連絡いたします。", 7),
     ("明日お届けいたします。", 2), ("三営業日ほどでご返金いたします。", 5), ("It will be there next week.", 14)],
)  # fmt: skip
def test_when_a_promise_falls_due(text: str, days: float) -> None:
    assert promises.overdue(text, NOW, NOW + timedelta(days=days + 1))
    assert not promises.overdue(text, NOW, NOW + timedelta(days=days - 0.5))
    assert not promises.overdue(text, None, NOW)


def test_several_conversations_about_one_thing_count_when_none_ended_well() -> None:
    def about(mood: Mood, text: str) -> Risk:
        talks = [
            talk(said(text, mood, days=days), id=str(days), subject=subject, status="resolved")
            for days, subject in ((30, "Export"), (20, "Re: Export"), (9, "export"))
        ]
        return weighed(*talks)

    assert "repeat" in signals(about(TENSE, "The export lacks a column."))
    assert "repeat" not in signals(about(HAPPY, "The export is a joy."))


def test_one_thing_is_known_by_its_meaning_where_meaning_is_heard() -> None:
    def again(text: str) -> set[str]:
        talks = [
            talk(said(text, TENSE, days=days), id=str(days), subject=subject, status="resolved")
            for days, subject, text in (
                (30, "Export", "The export lacks a column"),
                (20, "The export", "The export lacks a column"),
                (9, "Export again", text),
            )
        ]
        return signals(weighed(*talks, ear=Ear(HashedWords())))

    assert "repeat" in again("The export lacks a column")
    assert "repeat" not in again("Wonderful garden chairs in blue please")


def test_silence_after_a_grievance_counts() -> None:
    low = talk(said("The left ones are too strong.", UNHAPPY, days=60), agent(days=59), csat=1, status="resolved")
    asked = talk(agent("Is all well?", days=40), agent("Would you like to go on?", days=10), id="2")
    assert "silent" in signals(weighed(low, asked))
    assert "silent" not in signals(weighed(low))


def test_an_assistant_that_does_not_help_counts() -> None:
    def bot(mood: Mood, last: str) -> Risk:
        asks, answers = said("My records are gone.", mood), Said("bot", "Shall I reset the password?", NOW)
        return weighed(talk(asks, answers, said("No. Get me a person.", mood), answers, said(last, mood)))

    found = bot(UNHAPPY, "agent please")
    (reason,) = [one for one in found.reasons if one.signal == "bot"]
    assert reason.quote in ("No. Get me a person.", "Get me a person.", "agent please")
    assert "bot" not in signals(bot(HAPPY, "haha, never mind"))
    asks, answer = said("My records are gone.", UNHAPPY), Said("bot", "Shall I reset the password?", NOW)
    assert weighed(talk(asks, replace(answer, missed=True))).points > weighed(talk(asks, answer)).points


def test_a_low_rating_counts_unless_it_was_a_mistake() -> None:
    def rated(stars: int | None, text: str = "Hello", mood: Mood = CALM) -> float:
        return weighed(talk(said(text, mood), csat=stars)).points

    assert rated(1) > rated(2) > rated(3) == rated(None)
    assert rated(1, "I hit one star by mistake, I meant five.") == rated(
        None, "I hit one star by mistake, I meant five."
    )
    assert rated(1, "評価の1は配達業者につけたつもりでした。") == rated(None, "評価の1は配達業者につけたつもりでした。")
    low = weighed(talk(said("Hello")), profile=Profile(nps=0))
    assert "csat" in signals(low)
    assert weighed(talk(said("Hello")), profile=Profile(nps=9)).points < low.points


def test_new_customers_and_those_who_pay_much_count_a_little_more() -> None:
    def known(**told: float) -> float:
        return weighed(talk(said("Hello")), profile=Profile(**told)).points  # type: ignore[arg-type]

    assert known(tenure_months=1) > known() > known(tenure_months=90)
    assert known(tenure_months=24) == pytest.approx(known())
    assert known(monthly_value=80, usual_value=20) > known(monthly_value=20, usual_value=20) == known()
    assert known(monthly_value=80) == known() == known(monthly_value=0, usual_value=20)
    assert known(tenure_months=0, monthly_value=800, usual_value=20) - known() < 1


def test_reasons_come_weightiest_first_and_add_up() -> None:
    found = one("Nobody replied. I want to cancel my contract. This is a joke.", ANGRY)
    points = [reason.points for reason in found.reasons]
    assert found.reasons[0].signal == "leaving"
    assert points == sorted(points, reverse=True)
    assert {"leaving", "anger", "waiting"} <= signals(found)
    assert found.points == pytest.approx(Model.open().worded.bias + sum(points), abs=0.6)
    assert found.at_risk == pytest.approx(1 / (1 + math.exp(-found.points)))


@pytest.mark.parametrize("filler", ["word " * 100, "長い" * 200])
def test_a_long_sentence_is_quoted_around_the_words(filler: str) -> None:
    text = f"{filler}消費者センターに相談します{filler}"
    (quote,) = [reason.quote for reason in one(text, UNHAPPY).reasons if reason.signal == "threat"]
    assert len(quote) <= risk.QUOTE
    assert quote in text
    assert "消費者センター" in quote


def test_no_customer_has_hardly_any_risk() -> None:
    assert weighed(talk(agent())).at_risk < 0.1
    assert weighed().reasons == ()


def test_the_flag_is_at_one_half_unless_told() -> None:
    assert risk.flag(Risk(0.5))
    assert not risk.flag(Risk(math.nextafter(0.5, 0)))
    assert risk.flag(Risk(0.4), 0.4)


def test_a_reason_as_plain_json() -> None:
    reason = Reason("leaving", "I quit.", 2.345, "T-1", NOW)
    told = {"signal": "leaving", "quote": "I quit.", "points": 2.35, "ticket": "T-1", "at": "2026-11-30T09:00:00+00:00"}
    assert risk.told(reason) in (told, told | {"points": 2.34})


@pytest.mark.parametrize(
    "piece",
    ["how do i ", "約束と言われ", "a ", "x! ", "連絡が", "never x ", "会社", "been for the ", "report ", "契約"],
)
def test_hostile_text_takes_linear_time(piece: str) -> None:
    begun = time.process_time()
    one(piece * (60_000 // len(piece)))
    assert time.process_time() - begun < 3


def test_every_signal_is_listened_for_in_both_languages() -> None:
    for signal in {sign.signal for sign in words().signs}:
        patterns = "|".join(sign.words.pattern for sign in words().signs if sign.signal == signal)
        assert re.search(r"[ぁ-ん一-龯]", patterns), signal
        assert re.search(r"[a-z]{4}", patterns), signal


def test_every_signal_that_is_weighed_counts_in_its_direction() -> None:
    model = Model.open()
    for weights in (model.meant.weights, model.worded.weights):
        assert {tenor.SIGNALS.get(name.partition(",")[0], name) for name, weight in weights.items() if weight < 0} == {
            "staying", "well",
        }  # fmt: skip
        assert all(weights.values())
    assert model.meant.weights.keys() - model.worded.weights.keys() <= {*tenor.PARTS, "whole"}


def test_a_damaged_model_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "weights.json"
    for text in ("{", "[]", '{"weights": {"leaving": "much"}, "bias": 1}'):
        broken.write_text(text)
        with pytest.raises(OperatorError, match="Install Kizuna again"):
            Model.open(broken)
    with pytest.raises(OperatorError, match="Install Kizuna again"):
        Head.open(broken)


def test_the_head_is_small_and_for_the_shipped_embedding() -> None:
    assert HEAD.stat().st_size < 20_000
    assert Head.open().embedding == "multilingual-e5-small"
    assert Ear.open(HashedWords()).head is None
    assert Ear.open(HashedWords("multilingual-e5-small")).head is not None


def test_an_ear_reads_each_text_once() -> None:
    embedding = Counting("multilingual-e5-small")
    ear = Ear.open(embedding)
    first = ear.hear(["Hello there. Again.", "Hello there. Again."])
    assert first[0] == first[1] == ear.hear(["Hello there. Again."])[0]
    assert embedding.read == ["Hello there.", "Again."]


class Counting(HashedWords):
    """Remembers what it was asked."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.read: list[str] = []

    def queries(
        self, texts: Sequence[str], progress: object = None
    ) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        self.read += texts
        return super().queries(texts)


def _outcomes(count: int, slope: float, offset: float) -> list[tuple[float, bool]]:
    """Customers who leave as a model with this slope and offset would say."""
    rng = np.random.default_rng(5)
    points = rng.normal(1.0, 2.0, count)
    return [(float(p), bool(rng.random() < 1 / (1 + math.exp(-slope * p - offset)))) for p in points]


def test_a_few_outcomes_move_the_calibration_little_and_many_decide() -> None:
    model = Model.open()
    assert risk.recalibrate([], model) == model
    few = risk.recalibrate(_outcomes(8, 0.5, -2.0), model)
    many = risk.recalibrate(_outcomes(3000, 0.5, -2.0), model)
    assert abs(few.chance(1.0) - model.chance(1.0)) < 0.5 * abs(many.chance(1.0) - model.chance(1.0))
    assert (many.slope, many.offset) == pytest.approx((0.5, -2.0), abs=0.15)
    one_more = risk.recalibrate([(2.0, False)], model)
    assert 0 < model.chance(2.0) - one_more.chance(2.0) < 0.1


def test_outcomes_as_foretold_leave_the_calibration_where_it_is() -> None:
    same = risk.recalibrate(_outcomes(3000, 1.0, 0.0), Model.open())
    assert (same.slope, same.offset) == pytest.approx((1.0, 0.0), abs=0.12)


def test_a_calibration_starts_from_the_shipped_one_and_keeps_the_order() -> None:
    model, outcomes = Model.open(), _outcomes(200, 0.4, -1.0)
    once = risk.recalibrate(outcomes, model)
    assert risk.recalibrate(outcomes, once) == once
    hostile = risk.recalibrate([(5.0, False), (-5.0, True)] * 500, model)
    assert hostile.slope >= 0
    assert all(math.isfinite(one.chance(points)) for one in (once, hostile) for points in (-1e6, 0.0, 1e6))


def test_no_more_are_flagged_than_can_be_looked_after() -> None:
    scores = list(np.random.default_rng(3).random(1000))
    cut = risk.threshold(scores, capacity=20, weeks=4)
    assert sum(score >= cut for score in scores) == 80
    assert risk.threshold(scores, capacity=1000) == risk.LEAST
    assert risk.threshold([], capacity=0) == risk.LEAST
    assert risk.threshold([0.9] * 10 + [0.5], capacity=1, weeks=5) > 0.9
    assert not any(score >= risk.threshold(scores, capacity=0) for score in scores)


@pytest.mark.models
def test_leaving_is_heard_by_meaning(embedding: Embedding) -> None:
    ear = Ear.open(embedding)
    leaving = (
        "I might as well let it lapse, my neighbours have something nicer.",
        "Which of my photos can I still see once I stop paying?",
        "来月からは隣町のお店に通うことになりそうです。",
    )
    ordinary = ("Could I have the soup recipe?", "駐車場はどこにありますか。", "Does it come in blue?")
    assert all(words().heard(text).get("leaving", 0.0) < 0.3 for text in leaving)
    one, other = ([turn[0].meant["leaving"] for turn in ear.hear(some)] for some in (leaving, ordinary))
    assert min(one) > max(other)
    assert sum(one) > 3 * sum(other)
    assert all(turn[0].told["leaving"] == 0 for turn in ear.hear(ordinary))


@pytest.mark.models
def test_what_all_sentences_tell_together_is_weighed_and_quoted(embedding: Embedding) -> None:
    ear = Ear.open(embedding)
    quiet = talk(
        said("Could you tell me the settlement figure for my plan? I would also like all invoices as one file."),
        said("And how many days of notice does the contract ask for?"), subject="Account",
    )  # fmt: skip
    plain = talk(
        said("Could you tell me which plug the new kettle has? We would like to use it in Ireland."),
        said("And how many days does the delivery take?"), subject="Kettle",
    )  # fmt: skip
    found, other = weighed(quiet, ear=ear), weighed(plain, ear=ear)
    assert found.points > other.points + 1
    assert found.at_risk > 0.5 > other.at_risk
    texts = [turn.text for turn in quiet.turns]
    assert found.reasons
    assert all(any(reason.quote in text for text in texts) for reason in found.reasons)
    assert len({reason.signal for reason in (*found.reasons, *found.reliefs)}) == len(found.reasons + found.reliefs)


@pytest.mark.models
def test_the_parts_of_a_tenor_are_those_that_have_weights(embedding: Embedding) -> None:
    history = History((talk(said("One. Two."), said("Three.")),), NOW)
    parts = [one.part for one in evidence(history, Ear.open(embedding)) if one.part]
    assert parts == [*tenor.PARTS, "whole"]
    assert not [one for one in evidence(history, Ear()) if one.part]
