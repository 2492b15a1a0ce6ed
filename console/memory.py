"""Memory that arrays left behind, given back to the system: the C library keeps it, and it would pile up for hours."""

import ctypes


def trim() -> None:
    """Give back what is free: some ten milliseconds. Does nothing where the C library is not glibc."""
    release = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if release is not None:
        release(0)
