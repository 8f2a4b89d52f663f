"""The claims of `hard_claims.txt`, a verdict and a claim a line: each is decided by the rule that covers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from symconv import prove
from symconv.claims import parse

CLAIMS = [
    tuple(line.split(" ", 1))
    for line in Path(__file__).with_name("hard_claims.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("verdict", "claim"), CLAIMS)
def test_a_hard_claim_gets_its_verdict(verdict: str, claim: str) -> None:
    """True claims are proved and false ones refuted, at symbolic sizes; what is unknown says why."""
    result = prove(claim)
    assert result.verdict == verdict, result.reason
    assert result.reason or verdict != "unknown"


@pytest.mark.parametrize("claim", [claim for _, claim in CLAIMS[::7]])
def test_a_hard_claim_reads_back(claim: str) -> None:
    """The text that a claim prints is the claim."""
    assert str(parse(str(parse(claim)))) == str(parse(claim))
