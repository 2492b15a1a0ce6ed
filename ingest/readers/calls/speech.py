"""What speech-to-text services write: words with times, speakers and channels, each service in its own JSON."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ingest.readers.calls import dialogue
from ingest.readers.calls.calls import Call
from ingest.readers.calls.dialogue import Turn
from ingest.readers.loose import inside, many, number, seconds, text, thousandth

_PAUSE = 1.0  # seconds of silence after which the other channel may have spoken
_ENDS = re.compile(r"[.?!。？！]$")


def pieces(words: Iterable[Turn]) -> list[Turn]:
    """Words as pieces of speech: one speaker's words in a row, cut at sentence ends and pauses.

    The cuts let channels be merged in time; `dialogue` joins what one speaker says in a row.
    """
    out: list[list[Turn]] = []
    for word in words:
        last = out[-1][-1] if out else None
        goes_on = last is not None and last.speaker == word.speaker and not _ENDS.search(last.text)
        if goes_on and last and (word.seconds is None or last.seconds is None or word.seconds - last.seconds < _PAUSE):
            out[-1].append(word)
        else:
            out.append([word])
    return [Turn(group[0].speaker, dialogue.joined(one.text for one in group), group[0].seconds) for group in out]


def _merged(turns: Iterable[Turn]) -> list[Turn]:
    """Turns of several channels in the order in which they were said."""
    out: list[tuple[float, Turn]] = []
    for turn in turns:
        before = out[-1][0] if out else 0.0
        out.append((before if turn.seconds is None else turn.seconds, turn))
    return [turn for _, turn in sorted(out, key=lambda pair: pair[0])]


def _speaker(value: object) -> str:
    """`Speaker 1` for the 1 of a service, a name or role as it is."""
    label = text(value)
    return f"Speaker {label}" if label.isdecimal() else label


def transcribe(item: dict[str, Any]) -> Call | None:
    """Amazon Transcribe: words as `items`, speakers beside them or in the words, channels apart."""
    results = inside(item, "results")
    if not isinstance(results.get("items"), list) and not results.get("transcripts"):
        return None
    channels = many(inside(results, "channel_labels").get("channels"))
    if len(channels) > 1:
        spoken = _merged(
            turn
            for channel in channels
            for turn in pieces(_items(channel.get("items"), text(channel.get("channel_label")), {}))
        )
    else:
        segments = many(inside(results, "speaker_labels").get("segments"))
        whose = {text(one.get("start_time")): one for segment in segments for one in many(segment.get("items"))}
        spoken = pieces(_items(results.get("items"), "", whose))
    if not spoken:
        spoken = [Turn("", text(one.get("transcript"))) for one in many(results.get("transcripts"))]
    return Call(spoken, id=text(item.get("jobName")), lang=text(results.get("language_code")))


def _items(items: object, channel: str, whose: dict[str, dict[str, Any]]) -> list[Turn]:
    words: list[Turn] = []
    for one in many(items):
        said = next((text(best.get("content")) for best in many(one.get("alternatives"))), "")
        label = channel or text(one.get("speaker_label"))
        label = label or text(whose.get(text(one.get("start_time")), {}).get("speaker_label"))
        if one.get("type") == "punctuation" and words:
            last = words[-1]
            words[-1] = Turn(last.speaker, last.text + said, last.seconds)
        elif said:
            words.append(Turn(label, said, seconds(one.get("start_time"))))
    return words


def deepgram(item: dict[str, Any]) -> Call | None:
    """Deepgram: the words of each channel, with speakers where it told them apart."""
    results, about = inside(item, "results"), inside(item, "metadata")
    channels = many(results.get("channels"))
    if not channels:
        return None
    best = [next(iter(many(channel.get("alternatives"))), {}) for channel in channels]
    names = [f"channel {number}" if len(channels) > 1 else "" for number in range(len(channels))]
    spoken = [turn for name, one in zip(names, best, strict=True) for turn in _deepgram_words(one, name)]
    spoken = spoken or [_utterance(one, seconds) for one in many(results.get("utterances"))]
    spoken = spoken or [Turn(name, text(one.get("transcript"))) for name, one in zip(names, best, strict=True)]
    return Call(
        _merged(spoken) if len(channels) > 1 else spoken,
        id=text(about.get("request_id")),
        created=text(about.get("created")),
        begun=False,
        lang=text(channels[0].get("detected_language")),
    )


def _deepgram_words(best: dict[str, Any], channel: str) -> list[Turn]:
    words = [
        Turn(
            channel or _speaker(word.get("speaker")),
            text(word.get("punctuated_word")) or text(word.get("word")),
            seconds(word.get("start")),
        )
        for word in many(best.get("words"))
    ]
    return pieces(words)


def _utterance(one: dict[str, Any], unit: Callable[[object], float | None]) -> Turn:
    said = text(one.get("text")) or text(one.get("transcript"))
    label = one.get("speaker") if one.get("speaker") is not None else one.get("channel")
    return Turn(_speaker(label), said, unit(one.get("start")))


def assemblyai(item: dict[str, Any]) -> Call | None:
    """AssemblyAI: utterances, sentences or words, all in milliseconds."""
    if not {"audio_url", "acoustic_model", "speech_model", "speech_models"} & item.keys():
        return None
    listed = next((many(item[key]) for key in ("utterances", "sentences") if many(item.get(key))), None)
    words = [_utterance(word, thousandth) for word in many(item.get("words"))]
    spoken = [_utterance(one, thousandth) for one in listed] if listed else pieces(words)
    return Call(
        spoken or [Turn("", text(item.get("text")))],
        id=text(item.get("id")),
        lang=text(item.get("language_code")),
    )


def whisper(item: dict[str, Any]) -> Call | None:
    """Whisper and its kin: segments, with speakers on them or on their words where somebody added them."""
    if many(item.get("transcription")) and "result" in item:  # whisper.cpp
        return _whisper_cpp(item)
    segments = many(item.get("segments"))
    if not segments or not all("start" in one and "text" in one for one in segments):
        return None
    spoken = [turn for segment in segments for turn in _whisper_segment(segment)]
    return Call(spoken, id=text(item.get("id")), lang=text(item.get("language")))


def _whisper_segment(segment: dict[str, Any]) -> list[Turn]:
    words = [
        Turn(
            _speaker(word.get("speaker")), text(word.get("word")) or text(word.get("text")), seconds(word.get("start"))
        )
        for word in many(segment.get("words"))
    ]
    speakers = Counter(word.speaker for word in words if word.speaker)
    if len(speakers) > 1:
        return pieces(words)
    label = _speaker(segment.get("speaker")) or next(iter(speakers), "")
    return [Turn(label, text(segment.get("text")), seconds(segment.get("start")))]


def _whisper_cpp(item: dict[str, Any]) -> Call:
    spoken = [
        Turn(
            _speaker(one.get("speaker")),
            text(one.get("text")),
            thousandth(inside(one, "offsets").get("from")),
        )
        for one in many(item.get("transcription"))
    ]
    return Call(spoken, lang=text(inside(item, "result").get("language")))


def google(item: dict[str, Any]) -> Call | None:
    """Google Speech-to-Text, both versions: with speakers told apart, the last result holds every word again."""
    response = inside(item, "response") or item
    results = many(response.get("results"))
    best = [next(iter(many(result.get("alternatives"))), {}) for result in results]
    if not any("transcript" in one or "words" in one for one in best):
        return None
    last = [word for word in map(_google_word, many(best[-1].get("words"))) if word.speaker]
    channels = [text(result.get("channelTag") or result.get("channel_tag")) for result in results]
    if len(set(channels)) > 1:
        sides = zip(channels, best, strict=True)
        spoken = _merged(turn for channel, one in sides for turn in _google_result(one, f"channel {channel}"))
    elif last and _letters(last).startswith(_letters(_google_result(best[0], ""))):
        spoken = pieces(last)
    else:
        spoken = [turn for one in best for turn in _google_result(one, "")]
    lang = next((text(one.get("languageCode") or one.get("language_code")) for one in results), "")
    return Call(spoken, id=text(response.get("requestId")), lang=lang)


def _google_word(word: dict[str, Any]) -> Turn:
    """Japanese words come with their reading behind a bar; speaker 0 means nobody knows."""
    label = next((text(word[key]) for key in ("speakerLabel", "speakerTag", "speaker_tag") if word.get(key)), "")
    start = next((word[key] for key in ("startTime", "startOffset", "start_time", "start_offset") if key in word), None)
    return Turn(_speaker(label), text(word.get("word")).split("|")[0].lstrip("▁"), seconds(start))


def _google_result(best: dict[str, Any], channel: str) -> list[Turn]:
    words = [_google_word(word) for word in many(best.get("words"))]
    if any(word.speaker for word in words) and not channel:
        return pieces(words)
    said = text(best.get("transcript")) or dialogue.joined(word.text for word in words)
    return [Turn(channel, said, words[0].seconds if words else None)]


def _letters(turns: Iterable[Turn]) -> str:
    return "".join(re.findall(r"\w", "".join(turn.text for turn in turns))).casefold()


def azure(item: dict[str, Any]) -> Call | None:
    """Azure: phrases of batch transcriptions (best of several readings) and of the fast API, in order of time."""
    batch, fast = many(item.get("recognizedPhrases")), many(item.get("phrases"))
    if batch:
        phrases = [one for one in batch if text(one.get("recognitionStatus")) in {"", "Success"}]
        spoken = [_azure_turn(one, phrases) for one in phrases]
    elif fast and many(item.get("combinedPhrases")):
        phrases = fast
        spoken = [Turn(_azure_speaker(one, fast), text(one.get("text")), thousandth(_offset(one))) for one in phrases]
    else:
        return None
    lang = next((text(one["locale"]) for one in phrases if text(one.get("locale"))), "")
    return Call(_merged(spoken), created=text(item.get("timestamp")), begun=False, lang=lang)


def _offset(one: dict[str, Any]) -> object:
    return one.get("offsetMilliseconds", one.get("offsetInMs", one.get("offset")))


def _azure_turn(one: dict[str, Any], phrases: Sequence[dict[str, Any]]) -> Turn:
    best = next(iter(many(one.get("nBest"))), {})
    ticks = number(one.get("offsetInTicks"))
    start = ticks / 1e7 if ticks is not None else seconds(one.get("offset"))
    said = text(best.get("display")) or text(best.get("maskedITN")) or text(best.get("lexical"))
    return Turn(_azure_speaker(one, phrases), said, start)


def _azure_speaker(one: dict[str, Any], phrases: Sequence[dict[str, Any]]) -> str:
    """The speaker's number, or the channel's where each side has its own."""
    if one.get("speaker") is not None and len({text(phrase.get("speaker")) for phrase in phrases}) > 1:
        return _speaker(one.get("speaker"))
    several = len({text(phrase.get("channel")) for phrase in phrases}) > 1
    return f"channel {text(one.get('channel'))}" if several else ""


def rev(item: dict[str, Any]) -> Call | None:
    """Rev.ai: monologues of words and punctuation, with a speaker's number and sometimes its name."""
    monologues = many(item.get("monologues"))
    if not monologues:
        return None
    names = {text(one.get("id")): text(one.get("name")) for one in many(item.get("speakers"))}
    spoken = []
    for one in monologues:
        elements = many(one.get("elements"))
        said = "".join(str(element.get("value", "")) for element in elements if element.get("type") != "unknown")
        start = next((element.get("ts", element.get("timestamp")) for element in elements if "ts" in element), None)
        name = text(inside(one, "speaker_info").get("display_name")) or names.get(text(one.get("speaker")), "")
        spoken.append(Turn(name or _speaker(one.get("speaker")), said, seconds(start)))
    return Call(spoken, lang=text(item.get("language")))


SHAPES = (transcribe, deepgram, assemblyai, azure, rev, google, whisper)
