"""What is suggested under the greeting: a site's own questions, else what the approved FAQ is asked most."""

import threading
import time
from datetime import UTC, datetime

from console import desk
from console.faq import demand
from console.widget import forms
from console.widget.forms import Forms
from ingest.store import faqs

FRESH = 600.0  # seconds that the order of the FAQ is kept; another entry shows at once


class Starters:
    """Suggestions in each language. Safe between threads."""

    def __init__(self) -> None:
        self._held: tuple[object, float, list[dict[str, str]]] = (None, 0.0, [])
        self._lock = threading.Lock()

    def of(self, site: Forms, lang: str) -> list[str]:
        """At most `forms.STARTERS` questions in this language; none where the site wants none."""
        if not site.suggest:
            return []
        return site.starters.get(lang) or [faces[lang] for faces in self._asked() if lang in faces][: forms.STARTERS]

    def _asked(self) -> list[dict[str, str]]:
        """The questions of approved entries by language, what is asked most first."""
        with self._lock, desk.current().db.read() as db:
            stamp, now = faqs.stamp(db), time.monotonic()
            known, read, held = self._held
            if stamp != known or now - read > FRESH:
                entries = faqs.published(db)
                costs = demand.page(db, entries, datetime.now(UTC))
                entries.sort(key=lambda one: (-costs[one.id].lately, -costs[one.id].before, -len(one.evidence), one.id))
                held = [
                    {
                        lang: face.question
                        for lang, face in one.faces.items()
                        if face.whole and len(face.question) <= forms.STARTER
                    }
                    for one in entries
                ]
                self._held = (stamp, now, held)
        return held
