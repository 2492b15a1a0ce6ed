"""What the verifier learns from: statements, questions that they answer, and questions that they do not though near.

`verifier_facts.jsonl` holds invented help documents, many in families of sibling products. `bank_asked.jsonl` holds our
questions about a bank's help documents, which are not in the repository: it names statements by document and number.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console import evidence
from ingest import terms
from ingest.passages import Splitter
from ingest.records import Article

HERE = Path(__file__).parent
USED = ("held", "fresh", "third")  # sets of questions that were scored once, and are learnt from since
KIND = 18  # letters of a family's name by which families are of one kind: its kind of account or card


@dataclass(frozen=True)
class Asked:
    """A question, the statements that answer it (places in the list of all), and those around them that do not.

    `near`: those that seem to answer and do not. `siblings`: statements about products that are not asked about.
    `nearest`: those that lie nearest to it of all that do not answer.
    """

    text: str
    answers: tuple[int, ...]
    near: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    siblings: tuple[int, ...] = ()
    nearest: tuple[int, ...] = ()


def invented(facts: list[str]) -> tuple[list[Asked], list[Asked]]:
    """The questions to train on and those of every tenth family, held out; their statements are added to `facts`."""
    families: dict[str, list[dict[str, Any]]] = {}
    for told in _lines("verifier_facts.jsonl"):
        families.setdefault(told["family"], []).append(told)
    train: list[Asked] = []
    held: list[Asked] = []
    for number, family in enumerate(families.values()):
        whole = range(len(facts), len(facts) + sum(len(told["facts"]) for told in family))
        for told in family:
            own = range(len(facts), len(facts) + len(told["facts"]))
            facts += [_whole(told["title"], **fact) for fact in told["facts"]]
            names = _own_words(told, family)
            (held if number % 10 == 0 else train).extend(_asked(told, own, [i for i in whole if i not in own], names))
    return train, held


def bank(facts: list[str], documents: Path, splitter: Splitter) -> tuple[list[Asked], list[Asked]]:
    """The same for the bank's documents: a folder of JSON files {"id","title","content"}; families are products.

    Questions of the USED sets are among those to train on.

    Raises ValueError where the documents, or how they are cut into statements, are not those of the questions.
    """
    first, *asked = _lines("bank_asked.jsonl")
    said = _statements(documents, splitter)
    digest = hashlib.sha256("\n".join(one for own in said.values() for one in own).encode()).hexdigest()
    if digest != first["statements"]:
        raise ValueError(f"bank_asked.jsonl numbers other statements than those of {documents}.")
    place = {(name, n): len(facts) + i for i, (name, n) in enumerate((d, n) for d in said for n in range(len(said[d])))}
    facts += [one for own in said.values() for one in own]
    product: dict[str, list[int]] = {}
    for (name, _), i in place.items():
        product.setdefault(_product(name), []).append(i)
    split: tuple[list[Asked], list[Asked]] = ([], [])
    held = list(product)[::10]
    for told in asked:
        split[_product(told["doc"]) in held].append(_of_bank(told, place, product))
    for told in (one for name in USED for one in _lines(f"bank_questions_{name}.jsonl")):
        split[0].extend(_of_used(told, facts, place, product))
    return split


def _statements(documents: Path, splitter: Splitter) -> dict[str, list[str]]:
    found = {}
    for path in sorted(documents.glob("*.json")):
        told = json.loads(path.read_text("utf-8"))
        pieces = splitter.split(Article(told["id"], told["title"], told["content"]))
        found[told["id"]] = [fact.whole for fact in evidence.facts((one, 0.0) for one in pieces)]
    return found


def _of_bank(told: dict[str, Any], place: Mapping[tuple[str, int], int], product: Mapping[str, list[int]]) -> Asked:
    own = _product(told["doc"])
    right, near = (tuple(place[name, n] for name, n in told[key]) for key in ("facts", "near"))
    others = tuple(i for i in product[own] if i not in right and i not in near)
    return Asked(told["q"], right, near, others, _siblings(own, product))


def _of_used(
    told: dict[str, Any], facts: Sequence[str], place: Mapping[tuple[str, int], int], product: Mapping[str, list[int]]
) -> Iterator[Asked]:
    """What answers is whatever states a key fact in a needed document; one of which none does so is left out."""
    needed = {document for group in told["needs"] for document in group}
    spelt = [spelling for spellings in told["facts"] for spelling in spellings]
    right = [i for (name, _), i in place.items() if name in needed and any(stands(one, facts[i]) for one in spelt)]
    if right:
        yield Asked(told["text"], tuple(right), siblings=_siblings(_product(min(needed)), product))
    elif not spelt:
        yield Asked(told["text"], ())


def stands(words: str, text: str) -> bool:
    """Whether `words` stand in `text` as they are: 5 is not in 50, nor $1 in $1,000."""
    return re.search(rf"(?<![\d.,]){re.escape(words)}(?![\d]|[.,]\d)", text, re.IGNORECASE) is not None


def _siblings(own: str, product: Mapping[str, list[int]]) -> tuple[int, ...]:
    """The statements about products of a kind, but not about all of them."""
    like = (one for one in product if one != own and one[:KIND] == own[:KIND] and "(general)" not in one)
    return tuple(i for one in like for i in product[one])


def _product(document: str) -> str:
    return re.sub(r"_\d+$", "", document)


def _lines(name: str) -> Iterable[dict[str, Any]]:
    """The rows of a file beside this one."""
    return map(json.loads, (HERE / name).read_text("utf-8").splitlines())


def _whole(title: str, section: str, text: str) -> str:
    """A fact as console.evidence shows it to the verifier."""
    return ": ".join([" > ".join(dict.fromkeys(name for name in (title, section) if name)), text])


def _own_words(told: dict[str, Any], family: list[dict[str, Any]]) -> set[str]:
    """What only this document's title says: the name of its product."""
    others = {word for other in family if other is not told for word in terms.split(other["title"])}
    return set(terms.split(told["title"])) - others


def _asked(told: dict[str, Any], own: range, siblings: list[int], names: set[str]) -> Iterator[Asked]:
    for one in [*told["asked"], *({"fact": []} | one for one in told["unanswered"])]:
        right = tuple(own[place] for place in one["fact"])
        near = () if one.get("near") is None else (own[one["near"]],)
        others = tuple(place for place in own if place not in right and place not in near)
        named = bool(names & set(terms.split(one["q"])))  # a sibling may well answer who names no product
        yield Asked(one["q"], right, near, others, tuple(siblings) if named else ())
