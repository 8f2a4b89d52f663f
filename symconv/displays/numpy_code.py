"""The sides of a claim as NumPy code, to try it out."""

from __future__ import annotations

from symconv.displays.claim_record import ClaimRecord
from symconv.errors import SymconvError
from symconv.printing.as_numpy import to_numpy_module

__all__ = ["claim_numpy"]


def claim_numpy(record: ClaimRecord) -> str:
    """A function for every side of a claim; empty where there is no such code.

    >>> from symconv import prove
    >>> print(claim_numpy(prove("x[N]: flip(flip(x)) == x").shown()), end="")
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def left(x):
        return np.flip(np.flip(x))
    <BLANKLINE>
    <BLANKLINE>
    def right(x):
        return x
    """
    links = record.claim.links if record.claim is not None else ()
    if not links:
        return ""
    sides = [links[0].left, *(link.right for link in links)]
    names = ("left", "right") if len(sides) == 2 else tuple(f"side_{number}" for number, _ in enumerate(sides, 1))
    try:
        return to_numpy_module(dict(zip(names, sides, strict=True)))
    except SymconvError:
        return ""
