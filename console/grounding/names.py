"""Names that no source holds: of people, companies and products, by capitals, katakana and titles."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from pathlib import Path

from console.grounding.claims import Claim, folded
from ingest.personal import words

_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f0-9'-]{0,40}")
_KANA = re.compile(r"[\u3041-\u30ff]")
_LATIN = re.compile(r"[A-Za-z]{3}")
_KATAKANA = re.compile(r"[ァ-ヺー]{3,40}(?:・[ァ-ヺー]{2,40}){0,4}")
_TITLED = re.compile(
    r"([一-龯々]{2,6}|[ァ-ヺー]{2,12}|[一-龯々]{1,4}[ \u3000][一-龯々ぁ-んァ-ヺ]{1,5})"
    r" ?(?:様|さん|さま|氏|殿|医師|先生|[部課店係]長)(?!子|々)"
)
_FIRM = re.compile(
    r"(?:株式会社|有限会社|合同会社)[一-龯ァ-ヺーA-Za-z]{2,12}|[一-龯ァ-ヺーA-Za-z]{2,10}(?:銀行|信用金庫|急便|運輸|通運|運送|株式会社)"
)
_NO_TITLE = re.compile(
    r"[仕同多模神王有異無一何左貴客皆者方人名社員先君]$|^(?:お客|皆|各位|担当|主治|専門|当院|産業|外来|女性|男性)"
)
_ANY_FIRM = re.compile(
    r"^(?:お?取引|指定|地方|都市|提携|各|他|ご利用|海外|国内|発行|対象|ネット|インターネット|当|同)(?:の)?(?:銀行|信用金庫|運送|運輸)$"
)


class Known:
    """The words of the sources and of what else may be named."""

    def __init__(self, texts: Iterable[str], allowed: Iterable[str]) -> None:
        self._sources, self._allowed = [*map(folded, texts)], [*map(folded, allowed)]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word, lower case, and of `Lock's` also `lock`."""
        found = (word[0].casefold() for text in (*self._sources, *self._allowed) for word in _WORD.finditer(text))
        return frozenset(
            part for word in found for part in (word, word.removesuffix("'s").strip("'-"), *word.split("-"))
        )

    @cached_property
    def text(self) -> str:
        """Everything, without white space."""
        return "\n".join(
            "".join(unicodedata.normalize("NFKC", one).split()) for one in (*self._sources, *self._allowed)
        )

    @cached_property
    def katakana(self) -> frozenset[str]:
        """Every run of katakana."""
        return frozenset(part for run in _KATAKANA.findall(self.text) for part in run.split("・"))

    @cached_property
    def english(self) -> bool:
        """Whether a source is in a Latin script; names of the other script cannot be looked up by their letters."""
        return any(_LATIN.search(one) and not _KANA.search(one) for one in self._sources)

    @cached_property
    def japanese(self) -> bool:
        """Whether a source is Japanese."""
        return any(map(_KANA.search, self._sources))


def unknown(text: str, known: Known) -> Iterator[Claim]:
    """The names of a folded text that are not `known`, in no order. Without a source in its script none is judged."""
    if known.english:
        yield from _capitals(text, known)
    if known.japanese:
        for run in _KATAKANA.finditer(text):
            if not all(_is_known(part, known) for part in run[0].split("・")):
                yield Claim("name", *run.span())
    for titled in _TITLED.finditer(text):
        if not _NO_TITLE.search(titled[1]) and "".join(titled[1].split()) not in known.text:
            yield Claim("name", *titled.span())
    for firm in _FIRM.finditer(text):
        if firm[0] not in known.text and not _ANY_FIRM.match(firm[0]):
            yield Claim("name", *firm.span())


def _capitals(text: str, known: Known) -> Iterator[Claim]:
    """Capitalised words that are no plain first words, neighbours together: `Paul Denham will call` names one man."""
    begun, end = -1, -1
    for match in _WORD.finditer(text):
        if not _named(match, text, known):
            continue
        if begun >= 0 and text[end : match.start()] in (" ", "-", ""):
            end = match.end()
            continue
        if begun >= 0:
            yield Claim("name", begun, end)
        begun, end = match.span()
    if begun >= 0:
        yield Claim("name", begun, end)


def _named(match: re.Match[str], text: str, known: Known) -> bool:
    word = match[0].casefold().removesuffix("'s").strip("'-")
    if not match[0][0].isupper() or len(word) < 2 or word in _plain()[0] or word in known.words:
        return False
    if all(part in known.words or part in _plain()[0] for part in word.split("-")):
        return False
    before = text[max(0, match.start() - 3) : match.start()].rstrip(" \t\"'“(*")
    first = not before or before[-1] in ".!?:;\n>。！？：」-•" or before.endswith("\0")
    return not (first and (word.endswith(("ing", "ed", "ly")) or words.is_plain(word)))


def _is_known(run: str, known: Known) -> bool:
    """Whether a run of katakana stands in a source, or is put together from known and common words."""
    if len(run) < 3 or run in known.text:
        return True
    reached = {0}
    for end in range(1, len(run) + 1):
        pieces = (run[start:end] for start in range(max(0, end - 14), end) if start in reached)
        if any(piece in _plain()[1] or piece in known.katakana for piece in pieces):
            reached.add(end)
    return len(run) in reached


@cache
def _plain() -> tuple[frozenset[str], frozenset[str]]:
    """English words that may have a capital, and Japanese ones in katakana, that name nothing."""
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return frozenset(told["capitals"].split()), frozenset(told["loans"].split())
