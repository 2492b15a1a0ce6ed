"""JSON values out of a text of any length, one after another: only a piece of it is held at a time."""

import json
import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any, TextIO

_PIECE = 1 << 18  # characters read at a time
_DECODER = json.JSONDecoder()
_SOMETHING = re.compile(r"[^\s,\ufeff\0]")


class TooLong(Exception):
    """A value is longer than a record may be."""


class Damaged(str):
    """The text of a value whose letters cannot be read; the values after it may be good."""


def damaged(text: str) -> bool:
    """Whether `text` holds bytes that were not in the file's encoding."""
    try:
        text.encode()  # several times faster than looking for them
    except UnicodeEncodeError:
        return re.search("[\udc80-\udcff]", text) is not None
    return False


class Window:
    """A place in a JSON text that moves on. `limit` is how many characters one value may have."""

    def __init__(self, source: TextIO, limit: int) -> None:
        self.source, self.limit = source, limit
        self.text, self.at = "", 0
        self.name, self.number = "", 0  # the value that is being read: its list, and which one it is
        self._taken = 0

    def members(self, lists: AbstractSet[str]) -> Iterator[tuple[str, int, Any]]:
        """Elements of arrays and objects in a row; what stands in a list called one of `lists` comes singly before.

        Raises ValueError at what is broken or cut, EOFError where an array is not closed, RecursionError, TooLong.
        """
        in_array, records = False, 0
        while char := self._next():
            if char == ("]" if in_array else "["):
                in_array = not in_array
                self._pass(char)
                continue
            records += 1
            self.name, self.number = "", records
            if lists and char == "{" and not in_array:
                yield from self._envelope(lists)
            else:
                yield "", records, self._value()
        if in_array:
            self.number = records + 1
            raise EOFError

    def _envelope(self, lists: AbstractSet[str]) -> Iterator[tuple[str, int, Any]]:
        number, rest, length = self.number, dict[str, Any](), 0
        hurt: Damaged | None = None
        self._pass("{")
        while self._next() != "}":
            if not isinstance(key := self._value(), str):
                raise ValueError(key)
            self._pass(":")
            if key in lists and self._next() == "[":
                yield from self._listed(key)
                self.name, self.number = "", number
                continue
            before = self._taken
            rest[key] = value = self._value()
            hurt = value if isinstance(value, Damaged) else hurt
            length += self._taken - before
            if length > self.limit:
                raise TooLong
        self._pass("}")
        yield "", number, hurt or rest

    def _listed(self, name: str) -> Iterator[tuple[str, int, Any]]:
        self.name, self.number = name, 0
        self._pass("[")
        while self._next() != "]":
            self.number += 1
            yield name, self.number, self._value()
        self._pass("]")

    def _next(self) -> str:
        """The next character, not taken; white space, commas and the like passed over; "" at the end."""
        while not (found := _SOMETHING.search(self.text, self.at)):
            self.at = len(self.text)
            if not self._more():
                return ""
        self.at = found.start()
        return found[0]

    def _pass(self, char: str) -> None:
        if self._next() != char:
            raise ValueError(char)
        self.at += 1

    def _value(self) -> Any:
        self._next()
        while True:
            try:
                item, end = _DECODER.raw_decode(self.text, self.at)
            except ValueError:
                if not self._more():
                    raise
                continue
            if end == len(self.text) and self._more():  # a number may go on
                continue
            text, self.at = self.text[self.at : end], end
            self._taken += len(text)
            return Damaged(text) if damaged(text) else item

    def _more(self) -> bool:
        """Hold twice as much; False at the end of the text."""
        held = len(self.text) - self.at
        if held > self.limit:
            raise TooLong
        piece = self.source.read(max(held, _PIECE))
        self.text, self.at = self.text[self.at :] + piece, 0
        return bool(piece)
