"""Memory: what was freed goes back to the system."""

import sys

import pytest

from console import memory


def _resident() -> int:
    """Pages of this process in memory."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_was_freed_goes_back_to_the_system() -> None:
    held = [bytes(2_000) for _ in range(100_000)]
    kept = held[::1_000]  # so that the heap cannot simply shrink from its end
    full = _resident()
    del held
    memory.trim()
    assert full - _resident() > 100_000_000 / 4096
    assert len(kept) == 100


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    memory.trim()
