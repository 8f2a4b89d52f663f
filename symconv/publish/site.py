"""What the pages of a folder have in common: their frame, with contents, search and links, and the order of claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.environment import BuildEnvironment
from sphinx.util.osutil import relative_uri

from symconv.displays.claim_nodes import claim
from symconv.displays.html import STYLE
from symconv.publish import moving_pictures
from symconv.publish.claim_domain import ClaimDomain, claim_number

__all__ = ["EXTRA", "Page", "Site", "SiteClaim", "site_of"]

_STATIC = Path(__file__).parent / "static"
_FRAME = (_STATIC / "page.html").read_text("utf-8")
_SEARCH = (_STATIC / "search.html").read_text("utf-8").strip()
_SCRIPT = _STATIC / "symconv-site.js"
_STYLES = (_STATIC / "symconv-page.css", STYLE)
#: The pages that no author writes, by what they hold, with their titles.
EXTRA = {"claims": "All claims", "operators": "Operators", "uses": "What uses what", "quiz": "True for every size?"}


@dataclass(frozen=True)
class Page:
    """A page of the contents."""

    name: str
    title: str


@dataclass(frozen=True)
class SiteClaim:
    """A claim of the pages, by its number."""

    page: Page
    number: str
    block: claim

    @property
    def anchor(self) -> str:
        """Where in its page it is."""
        return str(self.block["ids"][0])

    @property
    def words(self) -> str:
        """Its caption, or else its text."""
        return str(self.block["caption"] or self.block["said"])


@dataclass(frozen=True)
class Site:
    """The pages in groups, in reading order, and the claims in them."""

    root: Page
    groups: tuple[tuple[str, tuple[Page, ...]], ...]
    claims: tuple[SiteClaim, ...]
    #: Which pages exist as LaTeX, and whether they exist in print.
    written: frozenset[str]
    has_pdf: bool

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages in reading order, but for the first."""
        return tuple(page for _, group in self.groups for page in group)

    @property
    def has_extra(self) -> bool:
        """Whether there are pages about all pages: one alone needs none."""
        return bool(self.pages and self.claims)

    def name(self, extra: str) -> str:
        """The name of a page that no author writes; authors' own names come first."""
        return extra if extra not in self.written else f"{extra}-of-this-site"

    def framed(self, page: Page, body: str) -> str:
        """A whole page around its body; scripts are in it only where they have something to do."""
        here = page.name
        moves = 'class="explorer' in body
        styles = (*_STYLES, moving_pictures.STYLE) if moves else _STYLES
        scripts = (_SCRIPT, moving_pictures.SCRIPT) if moves else (_SCRIPT,)
        return _FRAME.format(
            title=escape(page.title),
            style="\n".join(path.read_text("utf-8").strip() for path in styles),
            script="\n".join(path.read_text("utf-8").strip() for path in scripts),
            home=escape(uri(here, self.root.name)),
            site=escape(self.root.title),
            search=_SEARCH.format(escape(uri(here, self.name("claims")))) if self.has_extra else "",
            files=self._files(here),
            body=body,
            around=_nav('class="around" aria-label="Pages before and after"', self._around(here)),
            contents=_nav('id="contents" aria-label="Contents"', self._contents(here)),
        )

    def _files(self, here: str) -> str:
        """Links to the same in print and as LaTeX."""
        if here not in self.written:
            return ""
        file = escape(relative_uri(here, here) or here.rpartition("/")[2])
        pdf = f'<a href="{file}.pdf">PDF</a> ' if self.has_pdf else ""
        return f'<p class="files">{pdf}<a href="{file}.tex">LaTeX</a></p>'

    def _around(self, here: str) -> Iterator[str]:
        """Links to the page before and the page after."""
        order = [self.root, *self.pages]
        at = next((n for n, page in enumerate(order) if page.name == here), None)
        if at is not None and at > 0:
            yield f'<a rel="prev" href="{escape(uri(here, order[at - 1].name))}">← {escape(order[at - 1].title)}</a>'
        if at is not None and at + 1 < len(order):
            yield f'<a rel="next" href="{escape(uri(here, order[at + 1].name))}">{escape(order[at + 1].title)} →</a>'

    def _contents(self, here: str) -> Iterator[str]:
        numbers = {page.name: number for number, page in enumerate(self.pages, 1)}
        if not self.pages:
            return
        yield f"<ul>{_item(here, self.root)}</ul>"
        for title, pages in self.groups:
            heading = f"<h2>{escape(title)}</h2>" if title else ""
            items = "".join(_item(here, page, numbers[page.name]) for page in pages)
            yield f"{heading}<ul>{items}</ul>"
        extra = "".join(_item(here, Page(self.name(name), title)) for name, title in EXTRA.items())
        if self.has_extra:
            yield f"<h2>Of all pages</h2><ul>{extra}</ul>"


def _nav(attributes: str, parts: Iterable[str]) -> str:
    shown = "\n".join(parts)
    return f"<nav {attributes}>\n{shown}\n</nav>" if shown else ""


def uri(here: str, there: str) -> str:
    """The way from a page to another."""
    return f"{relative_uri(here, there) or there.rpartition('/')[2]}.html"


def _item(here: str, page: Page, number: int | None = None) -> str:
    current = ' aria-current="page"' if page.name == here else ""
    shown = f'<span class="number">{number}</span> ' if number is not None else ""
    return f'<li><a href="{escape(uri(here, page.name))}"{current}>{shown}{escape(page.title)}</a></li>'


def site_of(env: BuildEnvironment, root: str, has_pdf: bool) -> Site:
    """The site that the documents make; their claims are numbered by page from here on."""
    groups = tuple(_groups(env, root, {root}))
    listed = [root, *(page.name for _, group in groups for page in group)]
    domain = env.domains["symconv"]
    assert isinstance(domain, ClaimDomain)
    domain.chapters = {name: number for number, name in enumerate(listed) if number}
    claims = tuple(found for name in listed for found in _claims(env, _page(env, name)))
    return Site(_page(env, root), groups, claims, frozenset(env.found_docs), has_pdf)


def _groups(env: BuildEnvironment, name: str, known: set[str]) -> Iterator[tuple[str, tuple[Page, ...]]]:
    """The pages by the sections whose contents list them; those that no contents list come last."""
    yield from _listed(env, name, known)
    others = sorted(set(env.found_docs) - known)
    if others:
        yield "", tuple(_page(env, other) for other in others)


def _listed(env: BuildEnvironment, name: str, known: set[str]) -> Iterator[tuple[str, tuple[Page, ...]]]:
    for toctree in env.get_doctree(name).findall(addnodes.toctree):
        section = toctree.parent
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        names: Sequence[str] = [other for other in dict.fromkeys(toctree["includefiles"]) if other not in known]
        known.update(names)
        title = toctree.get("caption") or (section[0].astext() if section is not None else "")
        if names:
            yield title, tuple(_page(env, other) for other in names)
        for other in names:
            yield from _listed(env, other, known)


def _page(env: BuildEnvironment, name: str) -> Page:
    return Page(name, env.titles[name].astext())


def _claims(env: BuildEnvironment, page: Page) -> Iterator[SiteClaim]:
    for block in env.get_doctree(page.name).findall(claim):
        yield SiteClaim(page, claim_number(env, page.name, block["ids"][0]), block)
