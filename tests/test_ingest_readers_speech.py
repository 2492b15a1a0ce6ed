"""What speech-to-text services and contact centres write becomes calls: each word once, by whom, and when."""

import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.readers import opening
from ingest.readers.calls import transcript
from ingest.readers.opening import File
from ingest.records import Item, Reject, Ticket


def put(folder: Path, name: str, content: Any) -> File:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), "utf-8")
    return File(path, name)


def got(folder: Path, content: Any, name: str = "c.json") -> list[Item]:
    file = put(folder, name, content)
    assert transcript.claims(opening.look(file))
    return list(transcript.read(file, None))


def only(folder: Path, content: Any, name: str = "c.json") -> Any:
    (one,) = got(folder, content, name)
    assert isinstance(one, Ticket)
    return one


def said(call: Ticket) -> list[tuple[str, str, float | None]]:
    return [(message.direction, message.text, message.seconds) for message in call.messages]


HELLO = "Thank you for calling Aozora Home. How can I help you?"
LEAKS = "I need help, my humidifier leaks."
BOTH = [("outgoing", HELLO, 0.5), ("incoming", LEAKS, 4.0)]


def words(said: str, start: float, step: float = 0.2) -> list[tuple[str, float]]:
    """Each word with the second at which it is said."""
    return [(word, round(start + index * step, 3)) for index, word in enumerate(said.split())]


# Contact centres


LENS: dict[str, Any] = {
    "Version": "VOICE-2022-11-30",
    "Channel": "VOICE",
    "LanguageCode": "en-US",
    "CustomerMetadata": {
        "ContactId": "contact-1",
        "InputS3Uri": "s3://calls/2026/03/01/contact-1_20260301T09:15_UTC.wav",
    },
    "Participants": [
        {"ParticipantId": "p1", "ParticipantRole": "CUSTOMER"},
        {"ParticipantId": "p2", "ParticipantRole": "AGENT"},
    ],
    "Categories": {"MatchedCategories": ["Leaks", "Refund"], "MatchedDetails": {}},
    "ConversationCharacteristics": {"TotalConversationDurationMillis": 9000},
    "Transcript": [
        {"Id": "1", "ParticipantId": "p2", "Content": "Hello, [PII] here.", "BeginOffsetMillis": 500},
        {
            "Id": "2",
            "ParticipantId": "p1",
            "Content": "Hi, the lamp flickers a lot.",
            "BeginOffsetMillis": 4000,
            "Sentiment": "NEGATIVE",
            "IssuesDetected": [{"CharacterOffsets": {"BeginOffsetChar": 4, "EndOffsetChar": 21}}],
        },
    ],
}


def test_contact_lens_call(tmp_path: Path) -> None:
    call = only(tmp_path, LENS)
    assert said(call) == [("outgoing", "Hello, [PII] here.", 0.5), ("incoming", "Hi, the lamp flickers a lot.", 4.0)]
    assert (call.id, call.kind, call.channel, call.lang) == ("contact-1", "call", "phone", "en")
    assert (call.subject, call.tags, call.guessed) == ("the lamp flickers", ("Leaks", "Refund"), False)
    assert call.created == datetime(2026, 3, 1, 9, 15, tzinfo=UTC)
    assert call.messages[1].at == datetime(2026, 3, 1, 9, 15, 4, tzinfo=UTC)


def test_contact_lens_chat_with_events_bots_and_files(tmp_path: Path) -> None:
    menu = json.dumps({"templateType": "ListPicker", "data": {"content": {"title": "What is it about?"}}})
    turns = [
        {
            "ParticipantId": "s",
            "Type": "EVENT",
            "ContentType": "application/vnd.amazonaws.connect.event.participant.joined",
        },
        {"ParticipantId": "s", "Type": "EVENT", "ContentType": "application/vnd.amazonaws.connect.event.typing"},
        {"ParticipantId": "b", "ContentType": "application/vnd.amazonaws.connect.message.interactive", "Content": menu},
        {"ParticipantId": "c", "DisplayName": "佐藤", "Content": "返品したいのですが。"},
        {"ParticipantId": "c", "Type": "ATTACHMENT", "Attachments": [{"AttachmentName": "写真.jpg"}]},
        {"ParticipantId": "a", "DisplayName": "Mia", "Content": "承知しました。"},
    ]
    roles = {"s": "SYSTEM", "b": "CUSTOM_BOT", "c": "CUSTOMER", "a": "AGENT"}
    chat = {
        "Channel": "CHAT",
        "CustomerMetadata": {"ContactId": "chat-1"},
        "Participants": [{"ParticipantId": key, "ParticipantRole": role} for key, role in roles.items()],
        "Transcript": [turn | {"AbsoluteTime": f"2026-03-01T09:00:0{at}Z"} for at, turn in enumerate(turns)],
    }
    ticket = only(tmp_path, chat)
    assert [(message.direction, message.author, message.text) for message in ticket.messages] == [
        ("activity", "", "participant joined"),
        ("activity", "", "What is it about?"),
        ("incoming", "佐藤", "返品したいのですが。写真.jpg"),
        ("outgoing", "Mia", "承知しました。"),
    ]
    assert (ticket.kind, ticket.channel, ticket.guessed) == ("ticket", "chat", False)
    assert ticket.messages[2].at == datetime(2026, 3, 1, 9, 0, 3, tzinfo=UTC)
    assert ticket.created == datetime(2026, 3, 1, 9, tzinfo=UTC)


def test_call_analytics_names_the_role_in_each_turn(tmp_path: Path) -> None:
    turns = [
        {"ParticipantRole": "AGENT", "Content": HELLO, "BeginOffsetMillis": 500, "Items": [{"Content": "Thank"}]},
        {"ParticipantRole": "CUSTOMER", "Content": LEAKS, "BeginOffsetMillis": 4000},
    ]
    call = only(
        tmp_path,
        {
            "JobName": "job-1",
            "Participants": [{"ParticipantRole": "AGENT"}],
            "Transcript": turns,
            "LanguageCode": "en-GB",
        },
    )
    assert (said(call), call.id, call.guessed) == (BOTH, "job-1", False)


def test_post_call_analytics(tmp_path: Path) -> None:
    about = {
        "GUID": "g-1",
        "Agent": "Mia",
        "Cust": "c-9",
        "ConversationTime": "2026-03-01 09:00:00.5",
        "ConversationLocation": "Asia/Tokyo",
        "LanguageCode": "en-US",
        "Duration": "28.6",
        "SpeakerLabels": [
            {"Speaker": "spk_1", "DisplayText": "Agent"},
            {"Speaker": "spk_0", "DisplayText": "Customer"},
        ],
        "CategoriesDetected": [{"Name": "Leaks", "Instances": 2}, {"Name": "Never", "Instances": 0}],
        "IssuesDetected": [{"Text": "humidifier leaks"}],
    }
    segments = [
        {"SegmentSpeaker": "spk_1", "DisplayText": HELLO, "OriginalText": "x", "SegmentStartTime": 0.5},
        {"SegmentSpeaker": "spk_0", "DisplayText": LEAKS, "SegmentStartTime": 4.0, "WordConfidence": [{"Text": "I"}]},
    ]
    call = only(tmp_path, {"ConversationAnalytics": about, "SpeechSegments": segments})
    assert said(call) == BOTH
    assert (call.id, call.customer, call.subject, call.tags) == ("g-1", "c-9", "humidifier leaks", ("Leaks",))
    assert [message.author for message in call.messages] == ["Mia", ""]
    assert call.created == datetime(2026, 3, 1, 0, 0, 0, 500_000, tzinfo=UTC)
    unnamed = about | {"GUID": "None", "Agent": "None", "ConversationLocation": "Nowhere/None"}
    call = only(tmp_path, {"ConversationAnalytics": unnamed, "SpeechSegments": segments})
    assert call.id.startswith("call-")
    assert call.messages[0].author == ""
    assert call.created == datetime(2026, 3, 1, 9, 0, 0, 500_000, tzinfo=UTC)


def test_a_corrected_transcript_is_preferred_to_what_the_machine_heard(tmp_path: Path) -> None:
    turns = [
        {
            "speaker_role": "agent",
            "human_transcript": "aozora home hello",
            "transcript": "a aura hone",
            "offset_ms": 500,
        },
        {"speaker_role": "caller", "human_transcript": "", "transcript": "noise", "offset_ms": 900},
        {"speaker_role": "caller", "human_transcript": "my lamp broke", "transcript": "my lamb", "offset_ms": 4000},
    ]
    call = only(tmp_path, turns)
    assert said(call) == [("outgoing", "aozora home hello", 0.5), ("incoming", "my lamp broke", 4.0)]
    assert not call.guessed


def test_content_with_ids_and_a_start_as_one_text(tmp_path: Path) -> None:
    item = {
        "ClientId": "c-1",
        "ConversationId": "k-1",
        "StartTime": "2026-03-01 09:00:00",
        "Content": f"{HELLO} {LEAKS}",
    }
    labelled = item | {"ConversationId": "k-2", "Content": f"00:00:05\n\nAgent (Mia): {HELLO}\n\nCustomer: {LEAKS}"}
    running, known = got(tmp_path, [item, labelled])
    assert isinstance(running, Ticket)
    assert isinstance(known, Ticket)
    assert (running.id, running.customer, running.guessed) == ("k-1", "c-1", True)
    assert [direction for direction, _, _ in said(running)] == ["outgoing", "incoming"]
    assert (known.id, known.guessed, known.messages[0].author) == ("k-2", False, "Mia")
    assert known.messages[0].at == datetime(2026, 3, 1, 9, 0, 5, tzinfo=UTC)


def test_facts_about_calls_are_not_taken_for_speech(tmp_path: Path) -> None:
    rows = [{"ConversationId": "k-1", "topic": "Leaking humidifiers and lamps", "sentiment": "Negative"}] * 2
    assert all(isinstance(record, Reject) and "No spoken words" in record.reason for record in got(tmp_path, rows))


# Speech-to-text services


def transcribe_items(said: str, start: float, **label: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    for word, at in words(said, start):
        plain = word.rstrip(".,?")
        items.append({"type": "pronunciation", "start_time": str(at), "alternatives": [{"content": plain}], **label})
        if plain != word:
            items.append({"type": "punctuation", "alternatives": [{"content": word[-1]}, {"content": "!"}], **label})
    return items


def transcribe(**results: Any) -> dict[str, Any]:
    return {"jobName": "job-1", "results": {"transcripts": [{"transcript": f"{HELLO} {LEAKS}"}], **results}}


def deepgram(*channels: list[dict[str, Any]], **results: Any) -> dict[str, Any]:
    heard = [
        {"alternatives": [{"transcript": "x", "words": one}, {"transcript": "worse", "words": one}]} for one in channels
    ]
    about = {"request_id": "job-1", "created": "2026-03-01T00:00:00Z"}
    return {"metadata": about, "results": {"channels": heard, **results}}


def deepgram_words(said: str, start: float, **label: Any) -> list[dict[str, Any]]:
    return [
        {"word": word.lower().strip(",.?"), "punctuated_word": word, "start": at, **label}
        for word, at in words(said, start)
    ]


def google_words(said: str, start: float, tag: int = 0) -> list[dict[str, Any]]:
    return [{"word": word, "startTime": f"{at}s", "speakerTag": tag} for word, at in words(said, start)]


def azure_phrase(said: str, start: float, **label: Any) -> dict[str, Any]:
    best = [{"display": said, "lexical": said.lower()}, {"display": "something else"}]
    return {"recognitionStatus": "Success", "offset": f"PT{start}S", "nBest": best, "locale": "en-US", **label}


def rev_elements(said: str, start: float) -> list[dict[str, Any]]:
    spaced = [{"type": "punct", "value": " "}]
    heard = [[{"type": "text", "value": word, "ts": at}, *spaced] for word, at in words(said, start)]
    return [element for pair in heard for element in pair]


SPOKEN = [("spk_0", "A", 0, HELLO, 0.5), ("spk_1", "B", 1, LEAKS, 4.0)]
WORDS = [{"text": word, "start": int(at * 1000), "speaker": s[1]} for s in SPOKEN for word, at in words(s[3], s[4])]
SERVICES: dict[str, dict[str, Any]] = {
    "transcribe, speakers in the words": transcribe(
        items=[item for s in SPOKEN for item in transcribe_items(s[3], s[4], speaker_label=s[0])]
    ),
    "transcribe, speakers beside the words": transcribe(
        items=[item for s in SPOKEN for item in transcribe_items(s[3], s[4])],
        speaker_labels={
            "segments": [
                {"items": [{"speaker_label": s[0], "start_time": str(at)} for _, at in words(s[3], s[4])]}
                for s in SPOKEN
            ]
        },
    ),
    "transcribe, channels": transcribe(
        items=[],
        channel_labels={
            "channels": [
                {"channel_label": "ch_0", "items": transcribe_items(LEAKS, 4.0)},
                {"channel_label": "ch_1", "items": transcribe_items(HELLO, 0.5)},
            ]
        },
    ),
    "deepgram, speakers": deepgram([word for s in SPOKEN for word in deepgram_words(s[3], s[4], speaker=s[2])]),
    "deepgram, channels": deepgram(deepgram_words(LEAKS, 4.0), deepgram_words(HELLO, 0.5)),
    "deepgram, utterances only": {
        "metadata": {"request_id": "job-1"},
        "results": {
            "channels": [{}],
            "utterances": [{"speaker": s[2], "transcript": s[3], "start": s[4]} for s in SPOKEN],
        },
    },
    "assemblyai, utterances": {
        "id": "job-1", "audio_url": "https://x.example/a", "text": f"{HELLO} {LEAKS}", "words": WORDS,
        "utterances": [{"speaker": s[1], "text": s[3], "start": s[4] * 1000, "words": []} for s in SPOKEN],
    },
    "assemblyai, words": {
        "id": "job-1", "audio_url": "https://x.example/a", "text": "x", "words": WORDS, "utterances": None,
    },
    "whisperx": {
        "language": "en",
        "segments": [
            {"start": s[4], "text": f" {s[3]}", "speaker": f"SPEAKER_0{s[2]}", "words": [{"word": "x", "start": s[4]}]}
            for s in SPOKEN
        ],
        "word_segments": [{"word": "x"}],
    },
    "whisper, speakers on the words": {
        "segments": [
            {
                "start": 0.5, "text": f"{HELLO} {LEAKS}",
                "words": [
                    {"word": f" {word}", "start": at, "speaker": f"SPEAKER_0{s[2]}"}
                    for s in SPOKEN
                    for word, at in words(s[3], s[4])
                ],
            }
        ]
    },
    "whisper.cpp": {
        "result": {"language": "en"}, "params": {"language": "en"},
        "transcription": [
            {"offsets": {"from": int(s[4] * 1000)}, "text": f" {s[3]}", "speaker": str(s[2])} for s in SPOKEN
        ],
    },
    "google, everything again at the end": {
        "results": [
            {"alternatives": [{"transcript": HELLO, "words": google_words(HELLO, 0.5)}], "languageCode": "en-us"},
            {"alternatives": [{"transcript": f" {LEAKS}", "words": google_words(LEAKS, 4.0)}]},
            {"alternatives": [{"words": google_words(HELLO, 0.5, 1) + google_words(LEAKS, 4.0, 2)}]},
        ]
    },
    "google, speakers in each result": {
        "response": {
            "results": [
                {"alternatives": [{"transcript": HELLO, "words": google_words(HELLO, 0.5, 1)}, {"transcript": "x"}]},
                {"alternatives": [{"transcript": LEAKS, "words": google_words(LEAKS, 4.0, 2)}]},
            ]
        }
    },
    "google, channels": {
        "results": [
            {"channelTag": 2, "alternatives": [{"transcript": LEAKS, "words": google_words(LEAKS, 4.0)}]},
            {"channelTag": 1, "alternatives": [{"transcript": HELLO, "words": google_words(HELLO, 0.5)}]},
        ]
    },
    "azure, speakers": {
        "combinedRecognizedPhrases": [{"display": f"{HELLO} {LEAKS}"}],
        "recognizedPhrases": [azure_phrase(s[3], s[4], channel=0, speaker=s[2] + 1) for s in SPOKEN],
    },
    "azure, channels": {
        "combinedRecognizedPhrases": [{"display": HELLO}, {"display": LEAKS}],
        "recognizedPhrases": [
            azure_phrase(LEAKS, 4.0, channel=1),
            azure_phrase(HELLO, 0.5, channel=0),
            {"recognitionStatus": "Failure", "channel": 0, "nBest": []},
        ],
    },
    "azure, fast": {
        "combinedPhrases": [{"text": f"{HELLO} {LEAKS}"}],
        "phrases": [{"speaker": s[2], "offsetMilliseconds": int(s[4] * 1000), "text": s[3]} for s in SPOKEN],
    },
    "rev": {"monologues": [{"speaker": s[2], "elements": rev_elements(s[3], s[4])} for s in SPOKEN]},
    "unknown, first hearings among the final ones": {
        "call_id": "job-1",
        "turns": [
            {"speaker": "1", "text": "Thank", "start": 0.5, "is_final": False},
            *({"speaker": str(s[2] + 1), "text": s[3], "start": s[4], "is_final": True} for s in SPOKEN),
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_each_word_comes_once_with_its_speaker_and_time(tmp_path: Path, service: str) -> None:
    call = only(tmp_path, SERVICES[service])
    assert said(call) == BOTH
    assert (call.kind, call.guessed) == ("call", True)
    assert all(message.author == "" for message in call.messages)
    names_itself = {"transcribe", "deepgram", "assemblyai", "unknown"}
    assert (call.id == "job-1") is (service.split(",")[0] in names_itself)


JAPANESE = {
    "transcribe": transcribe(
        items=[
            {"type": "pronunciation", "start_time": "1.0", "alternatives": [{"content": word}]}
            for word in ["iPhone", "を", "返品", "し", "たい", "ん", "です"]
        ]
    ),
    "google": {
        "results": [
            {
                "languageCode": "ja-jp",
                "alternatives": [
                    {
                        "words": [
                            {"word": word, "startTime": "1s", "speakerTag": 1}
                            for word in ["iPhone", "を|ヲ", "返品|ヘンピン", "したいんです|シタインデス"]
                        ]
                    }
                ],
            }
        ]
    },
}  # fmt: skip


@pytest.mark.parametrize("service", JAPANESE)
def test_japanese_words_are_joined_without_spaces(tmp_path: Path, service: str) -> None:
    assert only(tmp_path, JAPANESE[service]).messages[0].text == "iPhoneを返品したいんです"


def test_a_pause_does_not_split_what_one_person_says(tmp_path: Path) -> None:
    heard = deepgram_words("My lamp", 1.0, speaker=0) + deepgram_words("flickers now.", 9.0, speaker=0)
    call = only(tmp_path, deepgram(heard + deepgram_words("I see.", 15.0, speaker=1)))
    assert said(call) == [("incoming", "My lamp flickers now.", 1.0), ("outgoing", "I see.", 15.0)]


def test_one_voice_for_two_people_is_told_apart_by_words_with_times(tmp_path: Path) -> None:
    item = {"language": "en", "segments": [{"start": s[4], "text": s[3], "avg_logprob": -0.1} for s in SPOKEN]}
    call = only(tmp_path, item)
    assert (said(call), call.guessed, call.lang) == (BOTH, True, "en")


def test_the_time_of_transcription_is_not_when_words_were_said(tmp_path: Path) -> None:
    call = only(tmp_path, SERVICES["deepgram, speakers"])
    assert call.created == datetime(2026, 3, 1, tzinfo=UTC)
    assert [message.at for message in call.messages] == [None, None]


def test_lines_of_single_turns_are_gathered_by_call(tmp_path: Path) -> None:
    lines = [
        {"call_id": call, "speaker": who, "role": role, "text": text, "timestamp": f"2026-03-01T09:00:0{at}+09:00"}
        for at, (call, who, role, text) in enumerate(
            [
                ("k1", "Mia", "agent", "Hello."),
                ("k2", "Ren", "agent", "もしもし。"),
                ("k1", "Bo", "customer", "My lamp."),
            ]
        )
    ]
    one, two = got(tmp_path, "\n".join(json.dumps(line) for line in lines), "turns.jsonl")
    assert isinstance(one, Ticket)
    assert isinstance(two, Ticket)
    assert [(m.direction, m.author, m.text) for m in one.messages] == [
        ("outgoing", "Mia", "Hello."),
        ("incoming", "Bo", "My lamp."),
    ]
    assert (one.id, two.id, one.guessed) == ("k1", "k2", False)
    assert one.created == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.timeout(60)
def test_values_of_any_kind_anywhere_never_raise(tmp_path: Path) -> None:
    """Each service's document, with one value after another replaced by something else."""
    odd: list[Any] = [None, -1, 1e400, "x", "PT", [], [None, 3], {}, {"seconds": []}, True, [[{}]], "\ud800"]
    rng = random.Random(7)
    for document in [LENS, *SERVICES.values()]:
        for _ in range(15):
            broken = json.loads(json.dumps(document))
            holder, key = broken, rng.choice(list(broken))
            while isinstance(holder[key], dict | list) and holder[key] and rng.random() < 0.8:
                holder = holder[key]
                key = rng.choice(list(holder)) if isinstance(holder, dict) else rng.randrange(len(holder))
            holder[key] = rng.choice(odd)
            file = put(tmp_path, "odd.json", json.dumps(broken))
            assert all(isinstance(record, Ticket | Reject) for record in transcript.read(file, None))


@pytest.mark.timeout(30)
def test_a_long_recording_is_read_in_time(tmp_path: Path) -> None:
    heard = [{"word": "yes", "start": at * 0.3, "speaker": at // 9 % 2} for at in range(50_000)]
    file = put(tmp_path, "long.json", deepgram(heard))
    began = time.process_time()
    (call,) = transcript.read(file, None)
    assert isinstance(call, Ticket)
    assert sum(len(message.text.split()) for message in call.messages) == 50_000
    assert time.process_time() - began < 8
