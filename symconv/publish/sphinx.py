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
from collections.abc import Sequence
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.errors import ConfigError
from sphinx.locale import init
from sphinx.roles import XRefRole
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.i18n import docname_to_domain

from symconv.batches import patience, run_all
from symconv.displays.claim_nodes import claim, claim_block, details, steps, used_claim
from symconv.displays.html import STYLE
from symconv.displays.numpy_code import claim_numpy
from symconv.displays.tex import claim_tex
from symconv.errors import SymconvError
from symconv.pictures.drawing import require_matplotlib
from symconv.printing.notation import Notation, using
from symconv.publish import moving_pictures
from symconv.publish.blocks import WORDS
from symconv.publish.build_records import fail, record_of_document, records
from symconv.publish.builder_formats import BOXES, note_formulas, show_claims, show_math
from symconv.publish.checking import Earlier, Outcome, check, check_calculation, earlier_claims
from symconv.publish.claim_domain import ClaimDomain, Entry
from symconv.publish.directives import DIRECTIVES, asked
from symconv.publish.epub import finish_epub
from symconv.publish.equation_words import Settings, Words
from symconv.publish.misspelt import watch_directives
from symconv.publish.pages import PagesBuilder
from symconv.publish.report import Failure, worst
from symconv.publish.sources import Malformed, parts_of_tree
from symconv.reading.latex.tex_sources.papers import Equation

__all__ = ["setup"]

logger = logging.getLogger(__name__)
_MATHJAX = re.compile(r"mathjax\d?_(config|config_path|options)")


class DecidedClaims(SphinxTransform):
    """Decides the claims of a document that has been read, and puts what they come to in their place."""

    default_priority = 10

    def apply(self, **_: Any) -> None:
        notation = Notation.read(list(self.config.symconv_notation))
        waiting: list[tuple[asked, Notation]] = []
        for node in list(self.document.findall(asked)):
            match node["block"]:
                case "notation":
                    notation = self._noted(node, notation)
                case "claim" | "calc":
                    waiting.append((node, notation))
                    continue
                case "problem":
                    self._fail(node, f"error: {node['text']}", 2)
            if node["block"] not in WORDS:
                node.parent.remove(node)
        self._check_equations(claims=len(waiting))
        earlier = earlier_claims((node["block"], node["text"], node["options"]) for node, _ in waiting)
        questions = [
            (node["block"], node["text"], node["options"], n, self.config.symconv_timeout, before)
            for (node, n), (before, _) in zip(waiting, earlier, strict=True)
        ]
        for (node, shown_in), outcome in zip(waiting, _outcomes(questions, self.config), strict=True):
            record_of_document(self.env, self.env.docname).claims += 1
            is_open = outcome.status == 3 and self.config.symconv_expect_unknown
            if outcome.status and not is_open:
                self._fail(node, outcome.message, outcome.status)
            block = self._block(node, outcome, shown_in)
            node.replace_self([block] if block is not None else [])

    def _noted(self, node: asked, notation: Notation) -> Notation:
        try:
            return Notation.read([node["text"]], notation)
        except SymconvError as error:
            self._fail(node, f"error: {error}", 2)
            return notation

    def _check_equations(self, claims: int) -> None:
        """Check the formulas of the document that a directive speaks of."""
        parts = list(parts_of_tree(self.document, Settings()))
        for part in parts:
            if isinstance(part, Malformed):
                place = str(part.path or self.env.doc2path(self.env.docname)), part.line
                fail(self.env, self.env.docname, Failure(*place, f"error: {part.message}", 2))
        words = [node for node in self.document.findall(asked) if node["block"] in WORDS]
        if not words:
            return
        from symconv.publish.equations import check_equations

        report = check_equations([part for part in parts if isinstance(part, (Words, Equation))], Settings())
        record_of_document(self.env, self.env.docname).claims += report.claims
        for failure in report.failures:
            fail(self.env, self.env.docname, failure)
        if all(node["block"] == "symconv-declare" for node in words) and not claims:
            self._fail(words[0], "error: names are declared, and nothing is claimed of them", 2)
        for node in words:
            node.parent.remove(node)

    def _block(self, node: asked, outcome: Outcome, notation: Notation) -> claim | None:
        if outcome.record is None:
            return None
        options = node["options"]
        default = "open" if node["block"] == "calc" else "closed"
        derivation, caption = options.get("derivation", default), self._translated(options.get("caption", ""))
        try:
            if outcome.picture is not None:
                require_matplotlib()
            with using(notation):
                tex = claim_tex(outcome.record, caption, derivation != "none")
                numpy = claim_numpy(outcome.record)
                block = claim_block(outcome.record, caption, derivation, tex, outcome.picture, numpy)
        except SymconvError as error:
            self._fail(node, f"error: {error}", 2)
            return None
        except ValueError as error:
            self._fail(node, f"cannot show {outcome.record.text}: {error}", 1)
            return None
        if caption:
            shown_caption = next(iter(block.findall(nodes.inline)))
            inside = nodes.inline(options["caption"], caption, translatable=True)  # Sphinx takes it out again
            inside.source, inside.line = node.source, node.line
            shown_caption.children.clear()
            shown_caption += inside
        for used in list(block.findall(used_claim)):
            target = {"refdomain": "symconv", "reftype": "claim", "reftarget": used["name"], "refdoc": self.env.docname}
            inner = nodes.inline("", used.astext())
            used.replace_self(pending_xref("", inner, refexplicit=False, refwarn=True, **target))
        if outcome.record.lemmas:  # whose numbers are not known yet
            block["using"] = outcome.record, notation
        block["fragment"], block["tex"], block["docname"] = self._fragment(node), tex, self.env.docname
        block.source, block.line = node.source, node.line
        name = nodes.fully_normalize_name(options.get("name", ""))
        if name:
            block["names"].append(name)
        else:
            block["ids"].append(nodes.make_id(f"claim-{block['fragment']}"))
        self.document.note_explicit_target(block, block)
        entry = Entry(self.env.docname, block["ids"][0], name, outcome.record.verdict, outcome.record.text, caption)
        domain = self.env.domains["symconv"]
        assert isinstance(domain, ClaimDomain)
        domain.note(entry, block)
        return block

    def _translated(self, caption: str) -> str:
        """A caption in the language of the project, if its catalogues have it."""
        if not caption:
            return ""
        folders = [Path(self.env.srcdir, name) for name in self.config.locale_dirs]
        catalogue, _ = init(
            folders, self.config.language, docname_to_domain(self.env.docname, self.config.gettext_compact)
        )
        return catalogue.gettext(caption)

    def _fragment(self, node: asked) -> str:
        """The name of the file that the claim is written to."""
        if node["name"]:
            base = re.sub(r"\W+", "-", node["name"]).strip("-").lower()
            return f"{base}-{node['number'] + 1}" if node["number"] else base
        return f"{self.env.docname.replace('/', '-')}-{self.env.new_serialno('claim') + 1}"

    def _fail(self, node: asked, message: str, status: int) -> None:
        fail(self.env, self.env.docname, Failure(str(node.source), node.line or 1, message, status))


_Question: TypeAlias = "tuple[str, str, dict[str, str], Notation, float | None, tuple[Earlier, ...]]"


def _outcomes(questions: Sequence[_Question], config: Config) -> list[Outcome]:
    """What comes out, by the project's executor where it has one."""
    if config.symconv_executor is None or not questions:
        return [_outcome(question) for question in questions]
    with config.symconv_executor() as executor:
        return list(run_all(_outcome, questions, _lost, executor, patience(config.symconv_timeout)))


def _lost(question: _Question, reason: str) -> Outcome:
    return Outcome(None, f"expected proved, but unknown: {question[1]}\n  reason: {reason}", 3)


def _outcome(question: _Question) -> Outcome:
    block, text, options, notation, timeout, earlier = question
    expect = options.get("expect", "proved")
    with using(notation):
        if block == "calc":
            return check_calculation(text, expect)
        is_told = options.get("derivation") != "none"
        condition, figure = options.get("condition"), options.get("figure")
        return check(text, expect, condition, figure, is_told, timeout, earlier=earlier)


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


def _validate(app: Sphinx, config: Config) -> None:
    """Settings that mean nothing are errors of the project's configuration, and names that are nearly those of ours."""
    ours = [setting.name for setting in config if setting.name.startswith("symconv_")]
    for name in (*vars(config).get("_raw_config", {}), *config.overrides):  # also what Sphinx does not know
        near = get_close_matches(name, ours, 1, 0.8) if name.startswith("symconv") and name not in config else []
        if near:
            raise ConfigError(f"{name} is no setting of symconv: {near[0]} is one")
    try:
        if not isinstance(config.symconv_notation, (list, tuple)):
            raise SymconvError("it is a list of entries")
        Notation.read(list(config.symconv_notation))
    except SymconvError as error:
        raise ConfigError(f"symconv_notation: {error}") from None
    if config.symconv_executor is not None and not callable(config.symconv_executor):
        raise ConfigError("symconv_executor is a function that makes an executor of concurrent.futures")
    if config.symconv_math not in ("mathml", "sphinx"):
        raise ConfigError(f"symconv_math is 'mathml' or 'sphinx', not {config.symconv_math!r}")
    timeout = config.symconv_timeout
    if timeout is not None and not (isinstance(timeout, (float, int)) and timeout > 0):
        raise ConfigError(f"symconv_timeout is a number of seconds, not {timeout!r}")


def _choose_renderer(app: Sphinx, config: Config) -> None:
    """Formulas of the text are MathML as well, unless the project has said how it shows them."""
    others = [name for name in app.registry.html_inline_math_renderers if name not in ("symconv", "mathjax")]
    is_set_up = any(setting.value for setting in config if _MATHJAX.fullmatch(setting.name))
    if config.html_math_renderer is None and (others or is_set_up or "://" not in config.mathjax_path):
        config.html_math_renderer = others[0] if others else "mathjax"


def _ask_no_network(app: Sphinx) -> None:
    """Pages that show claims by MathJax bring it with them."""
    if app.config.symconv_math != "sphinx" or getattr(app.builder, "math_renderer_name", None) != "mathjax":
        return
    script = app.config.mathjax_path
    folders = [Path(app.confdir, name) for name in app.config.html_static_path]
    if not any((folder / script).is_file() for folder in folders):
        hint = "put MathJax into a folder of html_static_path, or leave symconv_math at 'mathml'"
        raise ConfigError(f"symconv_math = 'sphinx' needs MathJax here, not mathjax_path = {script!r}: {hint}")


def _name_numbers(app: Sphinx, config: Config) -> None:
    config.numfig_format.setdefault("claim", "Claim %s")
    config.latex_elements = {**config.latex_elements, "preamble": config.latex_elements.get("preamble", "") + BOXES}


def _prepare(app: Sphinx) -> None:
    styles = (STYLE, moving_pictures.STYLE)
    app.config.html_static_path += map(str, (*styles, moving_pictures.SCRIPT))
    app.config.epub_css_files = [*app.config.epub_css_files, *(style.name for style in styles)]
    for style in styles:
        app.add_css_file(style.name)
    app.add_js_file(moving_pictures.SCRIPT.name, loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Sphinx calls this for every extension."""
    app.add_config_value("symconv_timeout", None, "env", (float, int))
    app.add_config_value("symconv_notation", [], "env", (list, tuple))
    app.add_config_value("symconv_expect_unknown", False, "env", (bool,))
    app.add_config_value("symconv_math", "mathml", "env", (str,))
    app.add_config_value("symconv_executor", None, "")
    app.add_config_value("symconv_has_pdf", False, "", (bool,))
    app.add_enumerable_node(claim, "claim", lambda node: str(node["caption"] or node["said"]))
    app.add_node(details)
    app.add_node(steps)
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    watch_directives(app)
    app.add_directive("explore", moving_pictures.Explore)
    app.add_html_math_renderer("symconv", (show_math, None), (show_math, None))
    app.add_domain(ClaimDomain)
    app.add_role("claim", ClaimRole(warn_dangling=True))
    app.add_transform(DecidedClaims)
    app.add_builder(PagesBuilder)
    app.connect("config-inited", _validate)
    app.connect("config-inited", _choose_renderer)
    app.connect("config-inited", _name_numbers, priority=801)
    app.connect("builder-inited", _prepare)
    app.connect("builder-inited", _ask_no_network)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("doctree-read", note_formulas)
    app.connect("doctree-resolved", show_claims)
    app.connect("build-finished", finish_epub)
    app.connect("build-finished", _report)
    made_by = version("symconv")
    return {"version": made_by, "env_version": made_by, "parallel_read_safe": True, "parallel_write_safe": True}
