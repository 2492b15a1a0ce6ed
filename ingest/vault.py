"""Books of placeholders, one for each customer, and the originals behind them: sealed, or not kept at all.

The key lies outside the database, so that a stolen database tells nothing and a destroyed key forgets everything.
"""

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ingest.errors import OperatorError
from ingest.redact import spelling
from ingest.store import notes, placeholders
from ingest.store.placeholders import Line

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_KEY_BYTES = 64  # AES-256-SIV
_TAG = 16  # bytes: the synthetic IV, a keyed hash of what is sealed
_PROOF = "vault_proof"


class Book:
    """The placeholders of one customer: the same original always gets the same one."""

    def __init__(self, name: str, cipher: "AESSIV", keep: bool, lines: Iterable[Line] = ()) -> None:
        self.name = name
        self.fresh: list[Line] = []
        self._cipher, self._keep = cipher, keep
        self._given: dict[tuple[str, bytes], str] = {}
        self._count: Counter[str] = Counter()
        for line in lines:
            self._enter(line)

    def give(self, label: str, original: str) -> str:
        """The placeholder of `original`, e.g. `<EMAIL_1>`; spelling variants of one original share it."""
        tag = self._seal(label, spelling(label, original))[:_TAG]
        if (label, tag) not in self._given:
            sealed = self._seal(label, original) if self._keep else None
            line = Line(self.name, label, self._count[label] + 1, tag, sealed)
            self.fresh.append(line)
            self._enter(line)
        return self._given[label, tag]

    def _enter(self, line: Line) -> None:
        self._given.setdefault((line.label, line.tag), f"<{line.label}_{line.number}>")
        self._count[line.label] = max(self._count[line.label], line.number)

    def _seal(self, label: str, text: str) -> bytes:
        return self._cipher.encrypt(text.encode("utf-8", "surrogatepass") or b"\0", [label.encode()])


class Vault:
    """Opens books and reveals what they hold. AES-SIV (RFC 5297): the same original seals to the same bytes."""

    def __init__(self, key: bytes, *, keep: bool = True) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV

        self._cipher = AESSIV(key)
        self.keeps = keep

    def prove(self, db: Connection) -> None:
        """Raise OperatorError where this is not the key that the database's placeholders were made with."""
        proof = self._cipher.encrypt(b"kizuna", None).hex()
        known = notes.get(db, _PROOF)
        if known is None:
            notes.put(db, _PROOF, proof)
        elif known != proof:
            raise OperatorError(
                "The vault's key is not the one that this desk's placeholders were made with. "
                "Put the former key file back, or name it with KIZUNA_VAULT_KEY."
            )

    def books(self, db: Connection, names: Iterable[str]) -> dict[str, Book]:
        """The books of these names, as they stand."""
        lines: dict[str, list[Line]] = {name: [] for name in names}
        for line in placeholders.of(db, list(lines)):
            lines[line.book].append(line)
        return {name: Book(name, self._cipher, self.keeps, held) for name, held in lines.items()}

    def save(self, db: Connection, books: Iterable[Book]) -> None:
        """Keep what was given since the books were opened."""
        for book in books:
            placeholders.put_many(db, book.fresh)
            book.fresh = []

    def mark(self, purpose: str, text: str) -> str:
        """A keyed hash of a text as hexadecimal digits, which only this key makes; another one for each purpose."""
        return self._cipher.encrypt(text.encode("utf-8", "surrogatepass") or b"\0", [b"mark", purpose.encode()])[
            :_TAG
        ].hex()

    def seal(self, text: str) -> bytes | None:
        """A text that is no placeholder's (a rejected record) sealed; None where originals are never kept."""
        return self._cipher.encrypt(text.encode("utf-8", "surrogatepass"), [b"text"]) if self.keeps and text else None

    def open(self, sealed: bytes | None) -> str | None:
        """What `seal` took; None where nothing was kept or another key sealed it."""
        return self._opened(sealed, "text")

    def reveal(self, db: Connection, book: str) -> dict[str, str]:
        """Placeholder to original, of those whose original was kept."""
        found = {
            f"<{line.label}_{line.number}>": self._opened(line.sealed, line.label)
            for line in placeholders.of(db, [book])
        }
        return {name: original for name, original in found.items() if original is not None}

    def _opened(self, sealed: bytes | None, label: str) -> str | None:
        from cryptography.exceptions import InvalidTag

        if sealed is None:
            return None
        try:
            return self._cipher.decrypt(sealed, [label.encode()]).decode("utf-8", "surrogatepass").strip("\0")
        except InvalidTag:
            return None


def open(path: Path, *, keep: bool = True) -> Vault:
    """The vault with the key at `path`, which is made for its owner alone where it is missing.

    Raises OperatorError where the key cannot be read or written, or is none.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as file:
                file.write(os.urandom(_KEY_BYTES).hex())
        key = bytes.fromhex(path.read_text().strip())
    except OSError as error:
        raise OperatorError(f"The vault's key {path} cannot be used: {error.strerror}.") from None
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise OperatorError(f"{path} is not a key of the vault. Put the former key file back.")
    return Vault(key, keep=keep)
