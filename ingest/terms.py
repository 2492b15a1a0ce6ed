"""Text to index terms: words for alphabets, overlapping character pairs for Japanese."""

import re
import unicodedata

_CJK = "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uff66-\uff9d"
_RUNS = re.compile(rf"[{_CJK}々]+|(?:(?![{_CJK}々])[^\W_])+")  # PINコード is two runs
_IS_CJK = re.compile(rf"[{_CJK}々]")
# Function words would match everything; the pairs of Japanese inflection likewise.
_COMMON = """
    a an and are as at be but by can could did do does for from had has have hello help hi how i if in is it its me
    my of on or our please so thank thanks that the their there this to up was we were what when where which who why
    will with would you your です ます ませ した して しま まし ので のか から ない って いた いま す。 たい
"""
_STOP = frozenset(_COMMON.split())


def split(text: str) -> list[str]:
    """Terms of `text` in order, case-folded, NFKC: `返金して AZ-12` gives `返金 金し az 12`."""
    terms: list[str] = []
    for run in _RUNS.findall(unicodedata.normalize("NFKC", text).casefold()):
        terms += _pairs(run) if _IS_CJK.match(run) else [run]
    return [term for term in terms if term not in _STOP]


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
