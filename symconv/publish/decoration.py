"""What a page has beside its text: numbers and permanent links, and links from reasons to definitions."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes

from symconv.displays.claim_nodes import claim
from symconv.operators import REGISTRY
from symconv.publish.site import Site, uri

__all__ = ["decorate"]


def decorate(doctree: nodes.document, site: Site, docname: str) -> None:
    """Number the claims of a page, and link its claims, sections and reasons."""
    numbers = {entry.anchor: entry.number for entry in site.claims if entry.page.name == docname}
    definitions = uri(docname, site.name("operators"))
    for block in doctree.findall(claim):
        anchor = block["ids"][0]
        link = nodes.reference("", numbers.get(anchor, "#"), refuri=f"#{anchor}", classes=["claim-number"])
        block[0].insert(0, [link, nodes.Text(" ")])
        for reason in block.findall(nodes.paragraph):
            _link_definitions(reason, definitions)
    for section in list(doctree.findall(nodes.section)):
        if section.parent is doctree:  # the page itself
            continue
        anchor, title = section["ids"][0], section[0]
        words = f"Link to this section: {title.astext()}"
        link = f' <a class="permalink" href="#{escape(anchor)}" aria-label="{escape(words)}">#</a>'
        title += nodes.raw("", link, format="html")


def _link_definitions(reason: nodes.paragraph, definitions: str) -> None:
    """Link what a reason calls operators to where they are defined; all of it where it calls none of them."""
    names = {REGISTRY[name].called: name for name in reason.get("operators", ()) if name in REGISTRY}
    called = [child for child in reason.children if child.astext() in names]
    for child in called:
        reason.replace(child, _reference(child, definitions, names[child.astext()]))
    if len(names) == 1 and not called:
        reason[:] = [_reference(list(reason.children), definitions, *names.values())]


def _reference(shown: Any, definitions: str, name: str) -> nodes.reference:
    shown = shown if isinstance(shown, list) else [shown]
    return nodes.reference("", "", *(part.deepcopy() for part in shown), refuri=f"{definitions}#{nodes.make_id(name)}")
