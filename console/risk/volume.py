"""How many customers are flagged: as many as supervisors can look after, and nobody who hardly seems to leave."""

import math
from collections.abc import Sequence

LEAST = 0.5  # nobody below is flagged, however much time there is


def threshold(scores: Sequence[float], capacity: float, weeks: float = 4.0, least: float = LEAST) -> float:
    """The likelihood from which on customers are flagged, so that at most `capacity` a week are.

    `scores` are the highest likelihoods of the customers weighed in the last `weeks`, one a customer: next weeks are
    expected to be like them. Of equal scores all are flagged or none. Never under `least`.
    """
    most = max(int(capacity * weeks), 0)
    ranked = sorted(scores, reverse=True)
    if len(ranked) <= most:
        return least
    return max(least, math.nextafter(ranked[most], math.inf))
