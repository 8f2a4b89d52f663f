"""The Sphinx extension: a `claim` directive, for Markdown (MyST) and reStructuredText alike.

Add `"symconv.publish.sphinx"` to `extensions`. A claim that does not come out as expected makes
the build fail with its file and line:

    ```{claim}
    :expect: refuted
    A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid")
    ```
"""

from __future__ import annotations

import re
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from symconv.displays.html import STYLE, claim_html
from symconv.displays.tex import claim_tex
from symconv.errors import SymconvError
from symconv.printing.notation import Notation, using
from symconv.publish.checking import DERIVATIONS, OPTIONS, VERDICTS, Outcome, check, check_calculation, claims_in
from symconv.publish.claim_nodes import Record, claim, records
from symconv.publish.pages import PagesBuilder
from symconv.publish.report import Failure, worst

__all__ = ["ClaimDirective", "setup"]

#: Where the notation of the document that is read is kept.
_NOTATION = "symconv_notation"
logger = logging.getLogger(__name__)


def notation_of(env: BuildEnvironment) -> Notation:
    """The notation of the document that is read."""
    found: Any = env.temp_data.get(_NOTATION)
    return found if isinstance(found, Notation) else Notation()


def _one_of(*allowed: str) -> Any:
    return lambda argument: directives.choice(argument, allowed)


_ANY = directives.unchanged_required
_READ = {"expect": _one_of(*VERDICTS), "derivation": _one_of(*DERIVATIONS)}


class ClaimDirective(SphinxDirective):
    """Claims, one a line (an indented line continues), each checked as the page is read."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {name: _READ.get(name, _ANY) for name in OPTIONS["claim"]}

    def run(self) -> list[nodes.Node]:
        found = claims_in(list(self.content))
        if not found:
            self._fail(self.lineno, "error: an empty claim", 2)
        shown = []
        for number, (offset, text) in enumerate(found):
            line = self._first_line() + offset
            records(self.env).setdefault(self.env.docname, Record()).claims += 1
            figure = self.options.get("figure") if number == 0 else None
            expect, condition = self.options.get("expect", "proved"), self.options.get("condition")
            with using(notation_of(self.env)):
                outcome = check(text, expect, condition, figure, self.options.get("derivation") != "none")
            if outcome.status:
                self._fail(line, outcome.message, outcome.status)
            node = self._node(outcome, number, line)
            if node is not None:
                shown.append(node)
        return shown

    def _node(self, outcome: Outcome, number: int, line: int) -> nodes.Node | None:
        if outcome.record is None:
            return None
        derivation = self.options.get("derivation", "closed")
        caption = self.options.get("caption", "") if number == 0 else ""
        name = self.options.get("name", "") if number == 0 else ""
        fragment = self._fragment_name(number)
        node = claim("", fragment=fragment)
        node.source, node.line = self.env.doc2path(self.env.docname), line
        if name:
            self.add_name(node)
        anchor = node["ids"][0] if node["ids"] else nodes.make_id(fragment)
        try:
            picture = outcome.picture.svg() if outcome.picture else ""
            with using(notation_of(self.env)):
                node["tex"] = claim_tex(outcome.record, caption, derivation != "none")
                node["html"] = claim_html(outcome.record, caption, derivation, node["tex"], anchor, picture)
            if outcome.picture:
                node["pdf"] = outcome.picture.pdf()
        except SymconvError as error:
            self._fail(line, f"error: {error}", 2)
            return None
        except ValueError as error:
            self._fail(line, f"cannot show {outcome.record.text}: {error}", 1)
            return None
        node["text"] = f"{outcome.record.verdict}: {outcome.record.text}"
        return node

    def _fragment_name(self, number: int) -> str:
        name = self.options.get("name", "")
        if name:
            base = re.sub(r"\W+", "-", name).strip("-").lower()
            return base if number == 0 else f"{base}-{number + 1}"
        serial = self.env.new_serialno("claim") + 1
        return f"{self.env.docname.replace('/', '-')}-{serial}"

    def _first_line(self) -> int:
        # MyST counts the offset from the directive, docutils from the start of the file
        myst = type(self.state_machine).__module__.startswith("myst_parser")
        return self.content_offset + 1 + (self.lineno if myst else 0)

    def _fail(self, line: int, message: str, status: int) -> None:
        path = str(self.env.doc2path(self.env.docname))
        record = records(self.env).setdefault(self.env.docname, Record())
        record.failures.append(Failure(path, line, message, status))


class CalcDirective(ClaimDirective):
    """Lines that are equal, one after the other, each beginning with `==` and each checked."""

    option_spec: ClassVar[dict[str, Any]] = {name: _READ.get(name, _ANY) for name in OPTIONS["calc"]}

    def run(self) -> list[nodes.Node]:
        text = "\n".join(self.content)
        records(self.env).setdefault(self.env.docname, Record()).claims += 1
        with using(notation_of(self.env)):
            outcome = check_calculation(text, self.options.get("expect", "proved"))
        if outcome.status:
            self._fail(self._first_line(), outcome.message, outcome.status)
        self.options.setdefault("derivation", "open")
        node = self._node(outcome, 0, self._first_line())
        return [node] if node is not None else []


class NotationDirective(ClaimDirective):
    """Entries of the notation table, one a line (`entry: symbol`), for the rest of the document."""

    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        for number, line in enumerate(self.content):
            try:
                self.env.temp_data[_NOTATION] = Notation.read([line], notation_of(self.env))
            except SymconvError as error:
                self._fail(self._first_line() + number, f"error: {error}", 2)
        return []


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    records(env).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    records(env).update({name: records(other)[name] for name in docnames & set(records(other))})


def _report(app: Sphinx, error: Exception | None) -> None:
    """Say what failed and fail the build; our own builder says it by itself."""
    failures = [f for record in records(app.env).values() for f in record.failures]
    if error is not None or not failures or app.builder.name == "symconv":
        return
    for failure in sorted(failures):
        logger.error("%s", failure.message, location=f"{failure.path}:{failure.line}")
    app.statuscode = worst(failure.status for failure in failures)


def _add_styles(app: Sphinx) -> None:
    app.config.html_static_path.append(str(STYLE))
    app.add_css_file(STYLE.name)


def _visitor(key: str) -> tuple[Any, None]:
    def visit(translator: Any, node: nodes.Element) -> None:
        body = translator.add_text if key == "text" else translator.body.append
        body(node[key])
        raise nodes.SkipNode

    return visit, None


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this for every extension."""
    app.add_node(claim, html=_visitor("html"), latex=_visitor("tex"), text=_visitor("text"))
    app.add_directive("claim", ClaimDirective)
    app.add_directive("calc", CalcDirective)
    app.add_directive("notation", NotationDirective)
    app.add_builder(PagesBuilder)
    app.connect("builder-inited", _add_styles)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("build-finished", _report)
    return {
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
