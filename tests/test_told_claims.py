"""Every proved claim of `hard_claims.txt` is told, each line verified, few of them by arithmetic alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from symconv import prove

PROVED = [
    line.removeprefix("proved ")
    for line in Path(__file__).with_name("hard_claims.txt").read_text(encoding="utf-8").splitlines()
    if line.startswith("proved ")
]
SOME = PROVED[::5]


@cache
def steps(claim: str):
    """The lines of a claim's derivation."""
    derivation = prove(claim).derivation
    return derivation.steps if derivation is not None else ()


def is_told(claim: str) -> bool:
    """Whether a claim has a derivation whose lines are all verified."""
    return bool(steps(claim)) and all(step.verified for step in steps(claim))


def share_by_arithmetic(claims) -> float:
    """The share of steps that only linear arithmetic explains."""
    told = [step.reason for claim in claims for step in steps(claim) if step.reason is not None]
    return sum(reason.is_arithmetic for reason in told) / len(told)


@pytest.mark.parametrize("claim", SOME)
def test_a_proved_claim_is_told(claim):
    """Every fifth claim has a derivation with all lines verified."""
    assert is_told(claim)


def test_arithmetic_is_the_exception():
    """Fewer than one step in ten has no better reason, here one in thirty."""
    assert share_by_arithmetic(SOME) < 1 / 30


@pytest.mark.long
def test_all_proved_claims_are_told():
    """The same for all claims of the file."""
    assert [claim for claim in PROVED if not is_told(claim)] == []
    assert share_by_arithmetic(PROVED) < 1 / 30
