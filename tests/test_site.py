"""What the pages of a site say of all pages."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("sphinx")

from symconv.displays.claim_nodes import claim
from symconv.publish.extra_pages import extra_pages
from symconv.publish.site import Page, Site, SiteClaim

INDEX, OTHER = Page("index", "First"), Page("other", "Second")


def entry(page: Page, number: str, name: str, verdict: str = "proved", **given: object) -> SiteClaim:
    """A claim of the site."""
    block = claim("", verdict=verdict, said=f"said {name}", caption=name, ids=[name], names=[name], operators=["flip"])
    block.attributes.update(given)
    block += claim("")
    return SiteClaim(page, number, block)


@pytest.fixture
def pages():
    """The pages that no author writes, of a small site."""
    claims = (entry(INDEX, "Claim 1", "lemma"), entry(OTHER, "Claim 1.1", "user", "refuted", lemmas=["Lemma"]))
    site = Site(INDEX, (("Part", (OTHER,)),), claims, frozenset({"index", "other"}), False)
    return dict(extra_pages(site))


def test_claims_that_use_claims_are_joined(pages):
    """By an arc, under the names that authors give."""
    graph = pages["uses"][: pages["uses"].index("</svg>")]
    assert graph.count("<path") == 1
    assert re.findall(r'href="([^"]+)"', graph) == ["index.html#lemma", "other.html#user"]


def test_operators_are_joined_to_the_pages_that_use_them(pages):
    """With a link to each."""
    assert "operators.html#flip" in pages["uses"] and 'href="other.html"' in pages["uses"]
    assert 'id="flip"' in pages["operators"] and "other.html#user" in pages["operators"]


def test_false_claims_are_questions(pages):
    """Each with the answer behind a door."""
    assert pages["quiz"].count("<summary>Answer</summary>") == 1
    assert "No: " in pages["quiz"] and "said user" in pages["quiz"]
