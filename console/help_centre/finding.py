"""Which approved entries answer what a visitor typed: by meaning, and by words where meaning cannot be had."""

from console.desk import Desk
from console.faq import holdout
from console.help_centre.shelf import Question, Shelf
from ingest.errors import KizunaError
from ingest.store.passages import Filters

MOST = 12  # results on a page
LONGEST = 300  # characters of a query that are read
LEAST = holdout.FITS  # what scores less answers another question
BEHIND = 0.5  # so does what scores less than this share of the best


def find(made: Desk, shelf: Shelf, query: str, lang: str) -> list[Question]:
    """The entries that fit, best first, each in `lang` where it has that, else as it was written."""
    try:
        hits = made.search.find(query, Filters(kinds=("faq",)), limit=2 * MOST)
    except KizunaError:
        hits = []
    least = max(LEAST, BEHIND * max((hit.score for hit in hits), default=0.0))
    near = [shelf.published[hit.source] for hit in hits if hit.score >= least and hit.source in shelf.published]
    found = [shelf.best(id, lang) for id in dict.fromkeys(near)][:MOST]
    return found or shelf.worded(query, lang)[:MOST]
