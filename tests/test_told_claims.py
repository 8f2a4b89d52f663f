"""Every proved claim of `hard_claims.txt` is told, each line verified, few of them by arithmetic alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from symconv import prove

PROVED = [
    line.removeprefix("proved ")
    for line in Path(__file__).with_name("hard_claims.txt").read_text(encoding="utf-8").splitlines()
    if line.startswith("proved ")
]


@pytest.mark.parametrize("claims", [PROVED[::5], pytest.param(PROVED, marks=pytest.mark.long)], ids=["some", "all"])
def test_proved_claims_are_told(claims: list[str]) -> None:
    """With all lines verified, and fewer than one step in thirty that only linear arithmetic explains."""
    derivations = {claim: prove(claim).derivation for claim in claims}
    steps = {claim: told.steps if told is not None else () for claim, told in derivations.items()}
    assert [claim for claim, lines in steps.items() if not lines or not all(line.verified for line in lines)] == []
    reasons = [line.reason for lines in steps.values() for line in lines if line.reason is not None]
    assert sum(reason.is_arithmetic for reason in reasons) < len(reasons) / 30
