"""Claims as Sphinx's own objects: references to them, their numbers, and an index of all with verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.builders import Builder
from sphinx.domains import Domain, Index, IndexEntry, ObjType
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from symconv.displays.claim_record import ClaimRecord
from symconv.displays.words import HEADINGS, MARKS

__all__ = ["ClaimDomain", "claim_number", "with_numbers"]

logger = logging.getLogger(__name__)


class Entry(NamedTuple):
    """One claim in the documents; `name` is empty where its author gives none."""

    docname: str
    anchor: str
    name: str
    verdict: str
    said: str
    caption: str


class ClaimIndex(Index):
    """All claims by document, each with its verdict."""

    name, localname, shortname = "claims", "Claims", "claims"

    def generate(self, docnames: Iterable[str] | None = None) -> tuple[list[tuple[str, list[IndexEntry]]], bool]:
        env = self.domain.env
        groups: dict[str, list[IndexEntry]] = {}
        for entry in self.domain.data["claims"]:
            if docnames is None or entry.docname in docnames:
                title = env.titles[entry.docname].astext() if entry.docname in env.titles else entry.docname
                shown = f"{MARKS[entry.verdict]} {HEADINGS[entry.verdict]}"
                line = IndexEntry(
                    f"{claim_number(env, entry.docname, entry.anchor)} {entry.caption or entry.said}",
                    0, entry.docname, entry.anchor, shown, "", entry.said if entry.caption else "",
                )  # fmt: skip
                groups.setdefault(title, []).append(line)
        return sorted(groups.items()), False


class ClaimDomain(Domain):
    """The domain `symconv`: the role `claim` refers to a claim by its name."""

    name, label = "symconv", "symconv"
    object_types: ClassVar = {"claim": ObjType("claim", "claim")}
    roles: ClassVar = {"claim": XRefRole(warn_dangling=True)}
    indices: ClassVar = [ClaimIndex]
    initial_data: ClassVar[dict[str, Any]] = {"claims": []}
    dangling_warnings: ClassVar = {"claim": "no claim has the name %(target)s"}
    #: The numbers of documents whose claims are numbered by them; set by the builder of our own pages.
    chapters: Mapping[str, int] = MappingProxyType({})

    def note(self, entry: Entry, location: Any) -> None:
        """Take a claim in; two of the same name are warned of."""
        other = self.named(entry.name)
        if entry.name and other is not None:
            said = "another claim has the name %s, in %s"
            logger.warning(said, entry.name, self.env.doc2path(other.docname), location=location)
        self.data["claims"].append(entry)

    def named(self, name: str) -> Entry | None:
        """The claim of a name."""
        return next((entry for entry in self.data["claims"] if entry.name == name), None)

    def clear_doc(self, docname: str) -> None:
        self.data["claims"] = [entry for entry in self.data["claims"] if entry.docname != docname]

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        self.data["claims"] += [entry for entry in otherdata["claims"] if entry.docname in docnames]

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        entry = self.named(nodes.fully_normalize_name(target))
        if entry is None:
            return None
        shown = contnode.astext() if node["refexplicit"] else claim_number(env, entry.docname, entry.anchor)
        inner = nodes.inline("", shown, classes=["std", "std-ref"])
        return make_refnode(builder, fromdocname, entry.docname, entry.anchor, inner, entry.caption or entry.said)

    def resolve_any_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        target: str,
        node: pending_xref,
        contnode: nodes.Element,
    ) -> list[tuple[str, nodes.reference]]:
        found = self.resolve_xref(env, fromdocname, builder, "claim", target, node, contnode)
        return [("symconv:claim", found)] if found is not None else []

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        for entry in self.data["claims"]:
            if entry.name:
                yield entry.name, entry.caption or entry.said, "claim", entry.docname, entry.anchor, 1


def with_numbers(env: BuildEnvironment, record: ClaimRecord) -> ClaimRecord:
    """The record of a claim with the numbers of the earlier claims that it uses, for LaTeX."""
    domain = env.domains["symconv"]
    assert isinstance(domain, ClaimDomain)
    entries = ((name, domain.named(nodes.fully_normalize_name(name))) for name in record.lemmas)
    return record.calling({n: claim_number(env, e.docname, e.anchor) if e is not None else n for n, e in entries})


def claim_number(env: BuildEnvironment, docname: str, anchor: str) -> str:
    """What a claim is called, such as "Claim 3.2".

    Numbers are Sphinx's own where the project sets `numfig`; else claims are counted in each document, after the
    number of its first section where the table of contents is numbered.
    """
    domain = env.domains["symconv"]
    chapter = domain.chapters.get(docname) if isinstance(domain, ClaimDomain) else None
    number = env.toc_fignumbers.get(docname, {}).get("claim", {}).get(anchor)
    if number is None or chapter is not None:
        claims = [e.anchor for e in domain.data["claims"] if e.docname == docname]
        section = env.toc_secnumbers.get(docname, {}).get("", ())[:1] if chapter is None else (chapter,)
        number = (*section, claims.index(anchor) + 1 if anchor in claims else 0)
    return f"Claim {'.'.join(map(str, number))}"
