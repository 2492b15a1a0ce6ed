"""Where sentences begin and end, in English and Japanese."""

import re

Span = tuple[int, int]  # offsets into a text: [start, end)

_LINE = 400  # characters: how far back a line is looked at

# Words with a full stop that do not end a sentence; the second group may, where a sentence clearly begins after them.
_NEVER = re.compile(
    r"mrs?|ms|dr|prof|st|mt|sr|jr|rev|hon|e\.g|i\.e|cf|viz|approx|nos?|fig|vs|dept|ext|tel|al|vol|pp|ed|[a-hj-z]", re.I
)
_MAYBE = re.compile(
    r"inc|ltd|corp|co|llc|etc|a\.m|p\.m|u\.s(?:\.a)?|u\.k|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec", re.I
)
_BEGINS = re.compile(
    r"(?:The|This|That|These|Those|It|We|You|I|If|When|Please|Your|Our|My|To|In|On|For|There|Then|Thank|Thanks|Do|Can|"
    r"Is|Are|And|But|So|As|At|He|She|They|Yes|No|After|Before|Once|All|Click|Open|Select|Go)\b"
)
_STOP = re.compile(
    r"(?P<cjk>[。！？]+[」』）)”’\"']*)|(?<![.!?…])(?P<latin>[.!?…]++[\"'”’)\]]*+)(?=\s)|(?P<line>\n+[ \t\n　]*)"
)  # fmt: skip
_ITEM = re.compile(r"(?:[-*•・●○◯①-⑳>|＞]|\d{1,3}[.)．）]\s|#{1,6}\s|[■◆【])")
_KANA_KANJI = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_GOES_ON = frozenset("とっがをはにのでもへ、や")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Offsets of the sentences of `text[start:end]`, without white space around them, in order; linear in time.

    English and Japanese: list items and headings stand alone, wrapped lines are joined, `Mr.`, `e.g.`, `3.5`, `1. Open`
    and a quotation that the sentence goes on after do not end one.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    begun = start
    for match in _STOP.finditer(text, start, end):
        if _ends(text, begun, match, end):
            spans.append(trimmed(text, begun, match.end()))
            begun = match.end()
    spans.append(trimmed(text, begun, end))
    return [(first, last) for first, last in spans if first < last]


def trimmed(text: str, start: int, end: int) -> Span:
    """The offsets without the white space at both ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _ends(text: str, begun: int, match: re.Match[str], end: int) -> bool:
    if match["line"]:
        return _breaks(text, match, end)
    if match["cjk"]:
        quoted = match[0][-1] in "」』）)”’\"'"
        return not (quoted and match.end() < end and text[match.end()] in _GOES_ON)
    if match[0][0] != "." or len(match[0]) > 1:  # ! ? … and ."
        return not text[match.end() : match.end() + 2].strip()[:1].islower()
    return _stops(text, begun, match, end)


def _stops(text: str, begun: int, match: re.Match[str], end: int) -> bool:
    """Whether this full stop ends a sentence, by the word before it and the one after it."""
    before = re.search(r"[\w.]*$", text[max(begun, match.start() - 20) : match.start()])
    word = before[0] if before else ""
    after = text[match.end() : min(end, match.end() + 20)].lstrip()
    if word.isdecimal() and not text[begun : match.start() - len(word)].strip():
        return False  # the number of a list item
    if _NEVER.fullmatch(word):
        return not after
    if _MAYBE.fullmatch(word):
        return not after or _BEGINS.match(after) is not None
    return not after[:1].islower()


def _breaks(text: str, match: re.Match[str], end: int) -> bool:
    """Whether a line break ends a sentence: not where a mail program wrapped the line."""
    if match[0].count("\n") > 1 or match.end() >= end or _ITEM.match(text, match.end()):
        return True
    line_start = text.rfind("\n", max(0, match.start() - _LINE), match.start()) + 1
    line = text[line_start : match.start()]
    after = text[match.end()]
    last = line.rstrip()[-1:]
    if len(line.strip()) < 15 or line.lstrip().startswith(("#", "■", "◆", "【")):
        return True
    wrapped_latin = after.islower() and last not in ".!?:;"
    wrapped_japanese = len(line) >= 20 and bool(_KANA_KANJI.match(after) and (last == "、" or _KANA_KANJI.match(last)))
    return not (wrapped_latin or wrapped_japanese)
