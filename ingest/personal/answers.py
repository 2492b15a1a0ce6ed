"""What somebody answers when asked for a name: the line after the question, in chats and in calls, both languages."""

import re
from collections.abc import Iterator

from ingest.personal.contexts import TITLES
from ingest.personal.lower_case import FUNCTION
from ingest.personal.names import Names
from ingest.personal.shape_ja import Shapes, is_han
from ingest.personal.span import HAN, HIRA, KATA, LATIN, Finder, Page, Span
from ingest.personal.words import is_plain

_SPEAKER = r"[ >]*(?:\[?[0-9:]{4,8}\]? )?(?:[^\W\d_][^:：\n]{0,20}(?::|：)|→|->)?\s?[「\"']?"
_ASKED = re.compile(
    r"(?:(?:your|the|full|first|last|family|middle|maiden|legal|holder's|customer's|caller's) ?(?:and )?(?:sur)?names?"
    r"|\bsurname|\bname,? please|who (?:am i|is this|are you|is calling|do i have|should i|shall i|would you be)"
    r"|who's (?:calling|this|speaking|that)|\bspell (?:that|it|your))\b"
    r"(?![^\n]{0,16}\b(?:product|item|model|device|shop|store|company|brand|network|series|file)\b)[^\n]{0,60}\n"
)
_OPENS = re.compile(
    r"(?:(?:hi|hello|sure|yes|yeah|yep|ok|okay|of course|certainly|it's|its|it is|that's|this is|my name is|my name's"
    r"|name's|the name is|the name's|i'm|i am|im|you're speaking (?:to|with)|under|it's under|uh|um|er|well|so|please"
    r"|mr|mrs|ms|miss|dr|surname|first name|last name|name|again)\b[,.!:]{0,2} )+"
)
_WORDS = re.compile(rf"[{LATIN}][{LATIN}'-]*(?:\.(?= ))?(?: [{LATIN}][{LATIN}'-]*(?:\.(?= ))?){{0,3}}")
_STOPS = re.compile(
    r" ?(?:[,.;!?(\n\"]|- |$)| (?:here|speaking|from|with|and|for|calling|spelled|spelt|again|like|as)\b"
)
_ASKED_JA = re.compile(
    r"(?:お?名前|氏名|フルネーム|名字|苗字|どなた|どちら様|お客様名|契約者名|ご契約者様)[^\n]{0,14}?(?:お願い|教え|伺"
    r"|うかが|聞かせ"
    r"|お聞き|頂|いただ|よろし|宜し|は[?？]?|ですか|でしょう|[?？])[^\n]{0,24}\n"
)
_OPENS_JA = re.compile(
    r"(?:(?:はい|ええ|えっと|えーと|ええと|えー|あ|あの|あのー|すみません|どうも|もしもし)[、。,. ]{1,2})+"
)
_NO_NAME_JA = re.compile("です|ます|ください|いい|ない|[でか]$")
_NAME_JA = re.compile(
    rf"(?P<name>[{HAN}](?:[{HAN}]|[ヶケノツ](?=[{HAN}])){{0,5}}(?: (?:[{HAN}]{{1,3}}|[{HIRA}]{{2,5}}|[{KATA}]{{2,6}}))?"
    rf"|[{KATA}]{{2,10}}(?:[・=][{KATA}]{{1,10}}| [{KATA}]{{2,10}}){{0,3}}|[{HIRA}]{{2,9}}?(?: [{HIRA}]{{2,6}}?)?)"
    r"(?=です(?!か)|と申|と言|といい|でござ|だ[。\n]|[。、,」\n]|$| *\(|\x00)"
)


def finder(names: Names) -> Finder:
    """A finder of the names that are answers."""
    return _Answers(names).find


class _Answers:
    def __init__(self, names: Names) -> None:
        self._listed = names.given | names.surnames
        self._shapes = Shapes(names)
        self._speaker = re.compile(_SPEAKER)

    def find(self, page: Page) -> Iterator[Span]:
        if "\n" not in page.text:
            return
        if "name" in page.low or "who" in page.low or "spell" in page.low:
            for question in _ASKED.finditer(page.low):
                yield from self._english(page, self._answer(page, question.end()))
        if page.japanese:
            for question in _ASKED_JA.finditer(page.text):
                yield from self._japanese(page.text, self._answer(page, question.end()))

    def _answer(self, page: Page, at: int) -> int:
        """Where the answer begins, behind who speaks."""
        speaker = self._speaker.match(page.text, at)
        return speaker.end() if speaker else at

    def _english(self, page: Page, at: int) -> Iterator[Span]:
        opens = _OPENS.match(page.low, at)
        at = opens.end() if opens else at
        said = _WORDS.match(page.text, at)
        if not said:
            return
        end = at
        for word in re.finditer(r"[^ ]+", said[0]):
            bare = word[0].rstrip(".").lower()
            if bare in FUNCTION or (bare not in self._listed and len(bare) > 1 and is_plain(bare)):
                break
            end = at + word.end()
            if word[0][-1] == "." and len(bare) > 2:  # Okereke. O K E R E K E.
                end -= 1
                break
        whole = end > at and _STOPS.match(page.low, end)
        if whole and page.low[at:end] not in TITLES:
            yield Span(at, end, "PERSON", 0.7)

    def _japanese(self, text: str, at: int) -> Iterator[Span]:
        opens = _OPENS_JA.match(text, at)
        while name := _NAME_JA.match(text, opens.end() if opens else at):
            known = self._shapes.fits(name["name"], sure=True, lone=True) if is_han(name["name"][0]) else None
            if known is None:
                known = self._shapes.kana_name(name["name"], sure=len(name["name"]) > 2)
            if not known or _NO_NAME_JA.search(name["name"]):
                return
            yield Span(*name.span("name"), "PERSON", 0.7)
            # 御手洗、潔志です: the surname, a pause, the rest
            at, opens = name.end() + 1, None
            if text[name.end() : at] != "、":
                return
