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
from importlib.metadata import version
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.roles import XRefRole
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from symconv.displays.claim_nodes import claim, claim_block, details, steps
from symconv.displays.html import STYLE
from symconv.displays.tex import claim_tex
from symconv.errors import SymconvError
from symconv.printing.notation import Notation, using
from symconv.publish.build_records import fail, record_of_document, records
from symconv.publish.builder_formats import show_claims
from symconv.publish.checking import Outcome, check, check_calculation, claims_in, option_problem
from symconv.publish.claim_domain import ClaimDomain, Entry
from symconv.publish.pages import PagesBuilder
from symconv.publish.report import Failure, worst

__all__ = ["ClaimDirective", "setup"]

#: Where the notation of the document that is read is kept.
_NOTATION = "symconv_notation"
logger = logging.getLogger(__name__)


class asked(nodes.Element):
    """A claim that is still to be decided: `text`, the options of its block, and its place."""


class AnyOption(dict[str, Any]):
    """Takes every option: what is misspelt is our own error, which fails the build."""

    def __missing__(self, name: str) -> Any:
        return directives.unchanged

    def __contains__(self, name: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True


class ClaimDirective(SphinxDirective):
    """Claims, one a line (an indented line continues), each decided when its document has been read."""

    has_content = True
    option_spec = AnyOption()
    block = "claim"

    def run(self) -> list[nodes.Node]:
        lines = self._stated()
        if not lines:
            self._fail(0, f"error: an empty {self.block}")
        problems = [option_problem(self.block, name, value or "") for name, value in self.options.items()]
        for problem in filter(None, problems):
            self._fail(None, f"error: {problem}")
        return [] if any(problems) else [self._asked(*line, number) for number, line in enumerate(lines)]

    def _stated(self) -> list[tuple[int, str]]:
        return claims_in(list(self.content))

    def _asked(self, offset: int, text: str, number: int) -> nodes.Node:
        source, line = self._place(offset)
        options = {name: value for name, value in self.options.items() if number == 0 or name in _OF_EACH}
        node = asked("", block=self.block, text=text, options=options, notation=_notation_of(self.env))
        node["fragment"] = self._fragment_name(number)
        node.source, node.line = source, line
        return node

    def _fragment_name(self, number: int) -> str:
        name = self.options.get("name", "")
        if name:
            base = re.sub(r"\W+", "-", name).strip("-").lower()
            return base if number == 0 else f"{base}-{number + 1}"
        serial = self.env.new_serialno("claim") + 1
        return f"{self.env.docname.replace('/', '-')}-{serial}"

    def _place(self, offset: int | None) -> tuple[str, int]:
        """The file and line of a line of the block, or of its opening."""
        source, line = self.get_source_info()
        if offset is None or not len(self.content):
            return source, line
        if type(self.state_machine).__module__.startswith("myst_parser"):
            return source, line + self.content_offset + 1 + offset
        inside, at = self.content.info(offset)
        return inside or source, (at or 0) + 1

    def _fail(self, offset: int | None, message: str) -> None:
        fail(self.env, self.env.docname, Failure(*self._place(offset), message, 2))


class CalcDirective(ClaimDirective):
    """Lines that are equal, one after the other, each beginning with `==` and each checked."""

    option_spec = AnyOption()
    block = "calc"

    def _stated(self) -> list[tuple[int, str]]:
        return [(0, "\n".join(self.content))] if self.content else []


class NotationDirective(ClaimDirective):
    """Entries of the notation table, one a line (`entry: symbol`), for the rest of the document."""

    option_spec = AnyOption()
    block = "notation"

    def _asked(self, offset: int, text: str, number: int) -> nodes.Node:
        try:
            self.env.temp_data[_NOTATION] = Notation.read([text], _notation_of(self.env))
        except SymconvError as error:
            self._fail(offset, f"error: {error}")
        return nodes.comment()


#: The options that all claims of a block share.
_OF_EACH = ("expect", "condition", "derivation")


class DecidedClaims(SphinxTransform):
    """Decides the claims of a document that has been read, and puts what they come to in their place."""

    default_priority = 10

    def apply(self, **_: Any) -> None:
        waiting = list(self.document.findall(asked))
        if not waiting:
            return
        make = self.config.symconv_executor
        if make is None:
            outcomes = [_outcome(*_question(node, self.config)) for node in waiting]
        else:
            with make() as executor:
                questions = [_question(node, self.config) for node in waiting]
                outcomes = list(executor.map(_outcome, *zip(*questions, strict=True)))
        for node, outcome in zip(waiting, outcomes, strict=True):
            record_of_document(self.env, self.env.docname).claims += 1
            is_open = outcome.status == 3 and self.config.symconv_expect_unknown
            if outcome.status and not is_open:
                self._fail(node, outcome.message, outcome.status)
            block = self._block(node, outcome)
            node.replace_self([block] if block is not None else [])

    def _block(self, node: asked, outcome: Outcome) -> claim | None:
        if outcome.record is None:
            return None
        options = node["options"]
        default = "open" if node["block"] == "calc" else "closed"
        derivation, caption = options.get("derivation", default), options.get("caption", "")
        try:
            with using(node["notation"]):
                tex = claim_tex(outcome.record, caption, derivation != "none")
                block = claim_block(outcome.record, caption, derivation, tex, outcome.picture)
        except SymconvError as error:
            self._fail(node, f"error: {error}", 2)
            return None
        except ValueError as error:
            self._fail(node, f"cannot show {outcome.record.text}: {error}", 1)
            return None
        block["fragment"], block["tex"], block["docname"] = node["fragment"], tex, self.env.docname
        block.source, block.line = node.source, node.line
        name = nodes.fully_normalize_name(options.get("name", ""))
        if name:
            block["names"].append(name)
        else:
            block["ids"].append(nodes.make_id(f"claim-{node['fragment']}"))
        self.document.note_explicit_target(block, block)
        entry = Entry(self.env.docname, block["ids"][0], name, outcome.record.verdict, outcome.record.text, caption)
        domain = self.env.domains["symconv"]
        assert isinstance(domain, ClaimDomain)
        domain.note(entry, block)
        return block

    def _fail(self, node: asked, message: str, status: int) -> None:
        fail(self.env, self.env.docname, Failure(str(node.source), node.line or 1, message, status))


def _question(node: asked, config: Config) -> tuple[str, str, dict[str, str], Notation, float | None]:
    return node["block"], node["text"], node["options"], node["notation"], config.symconv_timeout


def _outcome(block: str, text: str, options: dict[str, str], notation: Notation, timeout: float | None) -> Outcome:
    expect = options.get("expect", "proved")
    with using(notation):
        if block == "calc":
            return check_calculation(text, expect)
        is_told = options.get("derivation") != "none"
        return check(text, expect, options.get("condition"), options.get("figure"), is_told, timeout)


def _notation_of(env: BuildEnvironment) -> Notation:
    """The notation of the document that is read."""
    found: Any = env.temp_data.get(_NOTATION)
    return found if isinstance(found, Notation) else Notation.read(list(env.config.symconv_notation))


class ClaimRole(XRefRole):
    """`{claim}` refers to a claim by its name, from any domain."""

    def create_xref_node(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        self.refdomain, self.reftype = "symconv", "claim"
        return super().create_xref_node()


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


def _name_numbers(app: Sphinx, config: Config) -> None:
    config.numfig_format.setdefault("claim", "Claim %s")


def _prepare(app: Sphinx) -> None:
    app.config.html_static_path.append(str(STYLE))
    app.config.epub_css_files = [*app.config.epub_css_files, STYLE.name]
    app.add_css_file(STYLE.name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this for every extension."""
    app.add_config_value("symconv_timeout", None, "env", (float, int))
    app.add_config_value("symconv_notation", [], "env", (list, tuple))
    app.add_config_value("symconv_expect_unknown", False, "env", (bool,))
    app.add_config_value("symconv_math", "mathml", "html", (str,))
    app.add_config_value("symconv_executor", None, "")
    app.add_enumerable_node(claim, "claim", lambda node: str(node["caption"] or node["said"]))
    app.add_node(details)
    app.add_node(steps)
    app.add_directive("claim", ClaimDirective)
    app.add_directive("calc", CalcDirective)
    app.add_directive("notation", NotationDirective)
    app.add_domain(ClaimDomain)
    app.add_role("claim", ClaimRole(warn_dangling=True))
    app.add_transform(DecidedClaims)
    app.add_builder(PagesBuilder)
    app.connect("config-inited", _name_numbers, priority=801)
    app.connect("builder-inited", _prepare)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("doctree-resolved", show_claims)
    app.connect("build-finished", _report)
    made_by = version("symconv")
    return {"version": made_by, "env_version": made_by, "parallel_read_safe": True, "parallel_write_safe": True}
