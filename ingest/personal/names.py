"""The common names of `names.txt`, English and Japanese, for telling people's names from other words."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.personal.span import words

# First names and surnames that are also everyday words, places or products: no name on their own.
AMBIGUOUS = words(
    "abbot ace adelaide ai akane aki akira al alexa ali amber an ana angel anna aoi april archie art "
    "asahi ash asha august aurora austin ava baker banks baron basil bell bella berry best bill bishop "
    "black bo brook brooklyn brown buddy bush camila can carmen carolina carter case cash chad charlie "
    "charlotte chase chelsea china chip clara clay cliff colon cook cora cortana cross crystal curry "
    "daisy dale dallas dana dawn day dean del destiny diana do don dot drew duke earl ed ella emma eva "
    "eve faith farmer felix field fields fisher florence ford forest fox france francis frank frost gaku "
    "gardner gay georgia ginger glen go grace grant green guy hajime hale hana harmony haru hayate hazel "
    "he heath heather hikari hikaru hill holly home honor hope house houston hugo hunter in india iris "
    "israel ivy izumi jackson jade jasmine jin jo jordan joy julia june justice kaede kai ken kim king "
    "kiran lance lane law lee les liberty lily lincoln lisa little london long love luna mac madison mai "
    "major man manabu mari maria marin mark marshal mason max may mei melody mercado mercy mia midori "
    "miki miles milo min mina minato ming mona moon nagisa nana nancy natsu nick noble norman nova nozomi "
    "olive oliver orlando osamu otto page paris park parker pat pearl peg peggy penny phoenix pope porter "
    "post price prince ran ray reed rei ren rex rice rich rin ritsu robin roman rose rosemary ruby rusty "
    "sachi sakura san savannah sharp sho short siri sky snow so sora stark stella stone street sue summer "
    "sunny susumu sydney takumi tara theo tina tommy trinity tsubasa ty van vera vi victoria violet "
    "virginia washington wayne wei west white will willie wolf wood yamato young yuki"
)


@dataclass(frozen=True)
class Names:
    """Sets of names in lower case. The romaji of Japanese names stands with the English ones."""

    given: frozenset[str]
    surnames: frozenset[str]
    kanji_surnames: frozenset[str]
    kanji_given: frozenset[str]
    kana_surnames: frozenset[str]
    kana_given: frozenset[str]
    katakana: frozenset[str]  # foreign names in katakana


@cache
def load() -> Names:
    """Read the names that ship with the desk."""
    sections: dict[str, list[str]] = {}
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            words = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            words += line.split()
    surnames, given = (_columns(sections[f"japanese {part}"]) for part in ("surnames", "given"))
    return Names(
        frozenset(sections["given"]) | given[2],
        frozenset(sections["surnames"]) | surnames[2],
        surnames[0],
        given[0],
        surnames[1],
        given[1],
        frozenset(sections["katakana"]),
    )


def _columns(entries: list[str]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Entries such as 佐藤/さとう/sato as sets of kanji, of hiragana and katakana, and of romaji."""
    rows = [entry.split("/") for entry in entries]
    hiragana = {row[1] for row in rows}
    return (
        frozenset(row[0] for row in rows),
        frozenset(hiragana | {_katakana(reading) for reading in hiragana}),
        frozenset(romaji for row in rows for romaji in row[2:]),
    )


def _katakana(hiragana: str) -> str:
    return "".join(chr(ord(c) + 0x60) if "\u3041" <= c <= "\u3096" else c for c in hiragana)
