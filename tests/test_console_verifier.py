"""The verifier: a fact that states what is asked stands above those that are only about the same thing."""

from pathlib import Path

import numpy as np
import pytest

from console.verifier import ADAPTER, Verifier
from ingest.errors import OperatorError

pytestmark = pytest.mark.models

FACTS = [
    "Nimbus Plus: The plan costs 9 euros a month.",
    "Nimbus Plus: You can cancel at any time under Account > Plan.",
    "Nimbus Plus: Recordings are kept for 30 days.",
    "Nimbus Plus: Up to five people share one plan.",
]


@pytest.fixture(scope="module")
def verifier(models: Path) -> Verifier:
    return Verifier.open(models)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("what do I pay for Plus each month", 0),
        ("how long are my recordings stored", 2),
        ("家族何人まで一緒に使えますか", 3),
        ("プランの月額料金を教えてください", 0),
    ],
)
def test_the_fact_that_answers_is_the_likeliest(verifier: Verifier, question: str, best: int) -> None:
    found = verifier.judge([question], FACTS)[:, 0]
    assert found.shape == (4,)
    assert int(found.argmax()) == best
    assert found[best] > 0.5


@pytest.mark.parametrize("question", ["Which planets have rings?", "Do you deliver to Norway?"])
def test_nothing_answers_what_no_fact_states(verifier: Verifier, question: str) -> None:
    assert verifier.judge([question], FACTS)[:, 0].max() < 0.5


def test_neighbours_in_a_batch_change_nothing(verifier: Verifier) -> None:
    texts = [*FACTS, "x " * 4000, "", *FACTS * 9]
    together = verifier.judge(["what do I pay for Plus each month", "Why?"], texts)[:, 0]
    assert np.allclose(together[:4], verifier.judge(["what do I pay for Plus each month"], FACTS)[:, 0], atol=0.03)
    assert verifier.judge(["anything"], []).shape == (0, 1)


def test_a_damaged_file_is_named(models: Path, tmp_path: Path) -> None:
    for name, content in (("none.npz", None), ("text.npz", b"words"), ("cut.npz", ADAPTER.read_bytes()[:5000])):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(OperatorError, match=name):
            Verifier.open(models, tmp_path / name)
