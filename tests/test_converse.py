"""Conditions that are proved to be necessary by a proof of them where the links hold."""

from __future__ import annotations

from symconv import parse
from symconv.kernel.verdicts import certify_converse
from symconv.proving import prove


def test_a_converse_is_of_the_condition() -> None:
    """It takes a proof of the condition itself, under nothing but the links."""
    (necessary,) = [c for c in prove(parse("x[n]: x*x == 0 iff x == 0")).certificates if c.kind == "necessary"]
    condition, links = necessary.statement, necessary.links
    converse, trivial, reverse = (
        prove(text).certificates[0]
        for text in ("x[n]: x == 0 if x*x == 0", "x[n]: x == 0 if x == 0", "x[n]: x*x == 0 if x == 0")
    )
    assert certify_converse(converse, links, condition) == necessary
    assert certify_converse(trivial, links, condition) is None
    assert certify_converse(reverse, links, condition) is None
