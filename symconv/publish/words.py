"""The few words that every rendering of a claim uses."""

from __future__ import annotations

from symconv.publish.views import ClaimView

__all__ = ["HEADINGS", "scope_words"]

#: What stands before a claim, by its verdict.
HEADINGS = {"proved": "Proved", "refuted": "False", "unknown": "Undecided"}


def scope_words(claim: ClaimView) -> tuple[str, tuple[str, ...]]:
    """How far the verdict reaches: some words, then conditions (LaTeX) to list after them."""
    if claim.verdict == "refuted":
        return "as it stands", ()
    if claim.verdict == "unknown":
        reach = "" if claim.checked_up_to is None else f", checked up to size {claim.checked_up_to}"
        return f"({claim.reason or 'no reason given'}){reach}", ()
    if claim.assumptions:
        return "for all sizes with", claim.assumptions
    return "for all sizes" if claim.sized else "", ()
