"""Documents in Markdown and reStructuredText, read by MyST and docutils, without Sphinx and without running anything.

What the directives of other projects hold is read as if they only grouped it; which ones these are is told.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from docutils import frontend, nodes
from docutils.parsers import rst
from docutils.parsers.rst import Directive, directives, roles
from docutils.utils import new_document

from symconv.errors import SymconvError
from symconv.publish.blocks import nearest
from symconv.publish.directives import DIRECTIVES, TEXT, AnyOption, NearlyOurs, asked
from symconv.reading.text_files import read_text

__all__ = ["Reading", "document_of"]

#: Directives whose body is shown as it is, or read from elsewhere.
_LITERAL = frozenset(
    "code code-block explore parsed-literal sourcecode literalinclude raw productionlist highlight index math-code "
    "doctest testcode testoutput testsetup testcleanup mermaid graphviz digraph graph plot ipython prompt "
    "csv-table".split()
)
#: Directives of Sphinx and MyST that only group what they hold.
_GROUPING = frozenset(
    "toctree only versionadded versionchanged versionremoved deprecated seealso centered hlist glossary acks "
    "tabularcolumns sectionauthor moduleauthor codeauthor describe object cssclass rst-class default-domain "
    "figure-md eval-rst autoclass autofunction automodule automethod autodata autoattribute autoexception "
    "currentmodule module function class method attribute data exception autosummary".split()
)
_READING = "symconv_reading"


class _Group(Directive):
    """A directive of somebody else's: what it holds is read, its arguments and options are not."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = AnyOption()

    def run(self) -> list[nodes.Node]:
        if self.name.lower() not in _GROUPING and ":" not in self.name:
            place = self.state_machine.get_source_and_line(self.lineno)
            getattr(self.state.document, _READING).unknown.append((*place, self.name))
        group = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, group)
        return [group]


class _Literal(_Group):
    """A directive whose body states nothing."""

    def run(self) -> list[nodes.Node]:
        return []


class _Formula(_Group):
    """A formula in a directive of its own."""

    def run(self) -> list[nodes.Node]:
        node = nodes.math_block("", "\n".join([*self.arguments, *self.content]), label=self.options.get("label"))
        node.source, node.line = self.state_machine.get_source_and_line(self.lineno)
        return [node]


class _Include(_Group):
    """A file inside of the folder, read where it is included."""

    def run(self) -> list[nodes.Node]:
        document = self.state.document
        reading: Reading = getattr(document, _READING)
        if not self.arguments or self.options.keys() & {"literal", "code", "number-lines"}:
            return []
        source, line = self.state_machine.get_source_and_line(self.lineno)
        named = self.arguments[0].strip()
        path = reading.root / named.lstrip("/") if named.startswith("/") else Path(source).parent / named
        try:
            text = reading.included(path, self.options)
        except SymconvError as error:
            node = asked("", block="problem", text=str(error), options={}, number=0, name="")
            node.source, node.line = source, line
            return [node]
        is_markdown = reading.is_markdown or "myst" in self.options.get("parser", "")
        return list(document_of(text, path, is_markdown, replace(reading, above=(*reading.above, path.resolve()))))


@dataclass(frozen=True)
class Reading:
    """How a document is read: where it may include files from, those that it stands in, and directives not known."""

    root: Path
    is_markdown: bool = True
    above: tuple[Path, ...] = ()
    unknown: list[tuple[str, int, str]] = field(default_factory=list)

    def included(self, path: Path, options: Mapping[str, str]) -> str:
        """The text of a file that a document includes, blank where it leaves lines out; raises `SymconvError`."""
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise SymconvError(f"{path.name} is outside of the folder {self.root.resolve().name}/")
        if path.resolve() in self.above:
            raise SymconvError(f"{path.name} includes itself")
        try:
            text = read_text(path)
        except (OSError, UnicodeDecodeError) as error:
            raise SymconvError(f"{path.name}: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from None
        lines = text.splitlines()
        start, end = (int(options[name]) if name in options else None for name in ("start-line", "end-line"))
        shown = range(*slice(start, end).indices(len(lines)))
        text = "\n".join(line if number in shown else "" for number, line in enumerate(lines))
        if (mark := options.get("start-after")) and mark in text:
            before, _, text = text.partition(mark)
            text = "\n" * before.count("\n") + text
        return text.partition(mark)[0] if (mark := options.get("end-before")) else text


_OTHERS: dict[str, type[Directive]] = {
    **dict.fromkeys(_GROUPING, _Group), **dict.fromkeys(_LITERAL, _Literal),
    "include": _Include, "math": _Formula, **DIRECTIVES,
}  # fmt: skip
"""What stands for directives that docutils lacks or that would read more than is allowed here."""


def document_of(text: str, path: Path, is_markdown: bool, reading: Reading) -> nodes.document:
    """The tree of a document."""
    if is_markdown:
        from myst_parser.docutils_ import Parser

        parser: Any = Parser()
    else:
        parser = rst.Parser()
    settings = frontend.get_default_settings(parser)
    vars(settings).update(report_level=5, halt_level=6, warning_stream="", raw_enabled=False, output_encoding="unicode")
    vars(settings).update(myst_enable_extensions=_extensions(path), myst_suppress_warnings=["myst"])
    document = new_document(str(path), settings)
    setattr(document, _READING, replace(reading, is_markdown=is_markdown))
    setattr(document, TEXT, text)
    with _our_directives(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of one library about the other
        parser.parse(text, document)
    return document


def _extensions(path: Path) -> set[str]:
    """MyST's extensions that the nearest conf.py lists, which is not run; without one, some that change no block."""
    beside = path.parent.absolute() / "conf.py"
    conf = next((folder / "conf.py" for folder in beside.parents if (folder / "conf.py").is_file()), None)
    return {"dollarmath", "amsmath", "deflist"} if conf is None else set(_listed("myst_enable_extensions", conf))


def _listed(name: str, conf: Path) -> Iterator[str]:
    """The words that a configuration gives a name, as far as it spells them out."""
    try:
        statements = ast.parse(read_text(conf)).body
    except (OSError, SyntaxError, ValueError):
        return
    for statement in statements:
        if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            target, *_ = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            words = (node.value for node in ast.walk(statement) if isinstance(node, ast.Constant))
            yield from (word for word in words if isinstance(word, str) and ast.unparse(target) == name)


@contextmanager
def _our_directives() -> Iterator[None]:
    """Ours by name, docutils' own, and for every other name one that groups; a role of any name is its text."""
    known_directive, known_role = directives.directive, roles.role

    def directive(name: str, language: Any, document: Any) -> tuple[Any, list[Any]]:
        lowered = name.lower()
        if lowered in _OTHERS:
            return _OTHERS[lowered], []
        found, messages = known_directive(name, language, document)
        if found is None:
            return (_Group if nearest(name) is None else NearlyOurs), []
        return found, messages

    def role(name: str, language: Any, lineno: int, reporter: Any) -> tuple[Any, list[Any]]:
        found, messages = known_role(name, language, lineno, reporter)
        return (found, messages) if found is not None else (_as_text, [])

    with patch.object(directives, "directive", directive), patch.object(roles, "role", role):
        yield


def _as_text(
    name: str, rawtext: str, text: str, lineno: int, inliner: Any, options: Any = None, content: Any = ()
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    return [nodes.Text(text)], []
