"""Our directives, for every reader of Markdown (MyST) and reStructuredText: what they say is noted, not yet decided."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.parsers.rst import directives as readers

from symconv.publish.blocks import MISSPELT, nearest
from symconv.publish.checking import claims_in, option_problem
from symconv.reading.text_files import read_text

__all__ = ["DIRECTIVES", "TEXT", "AnyOption", "NearlyOurs", "asked", "captions"]

#: The attribute of a document that holds its text, where that is no file's.
TEXT = "symconv_text"
#: The options that all claims of a block share; the others are of its first.
_SHARED = ("expect", "condition", "derivation")


class asked(nodes.Element):
    """What a directive says: its `block`, `text` and `options`, with its file and line; a problem is a block, too."""


class AnyOption(dict[str, Any]):
    """Takes every option: what is misspelt is an error of ours, which fails a build."""

    def __missing__(self, name: str) -> Any:
        return readers.unchanged

    def __contains__(self, name: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True


class _Claims(Directive):
    """Claims, one a line; an indented line continues the one before."""

    has_content = True
    option_spec = AnyOption()
    block = "claim"

    def run(self) -> list[nodes.Node]:
        problems = [(name, option_problem(self.block, name, self.options[name] or "")) for name in self.options]
        told = [self._problem(problem, name) for name, problem in problems if problem]
        for name, problem in problems:
            if problem:
                del self.options[name]
        stated = self._stated(list(self.content))
        if not stated:
            return [*told, self._problem(f"an empty {self.block}")]
        asked_for = [self._asked(self.block, text, offset, number) for number, (offset, text) in enumerate(stated)]
        for node, caption in zip(asked_for, captions(self.options.get("caption", ""), len(stated)), strict=True):
            if caption:
                node["options"]["caption"] = caption
        return told + asked_for

    def _stated(self, lines: list[str]) -> Sequence[tuple[int, str]]:
        return claims_in(lines)

    def _asked(self, block: str, text: str, offset: int | None, number: int = 0) -> asked:
        options = {name: value for name, value in self.options.items() if number == 0 or name in _SHARED}
        node = asked("", block=block, text=text, options=options, number=number, name=self.options.get("name", ""))
        node.source, node.line = self._place(offset)
        return node

    def _problem(self, message: str, option: str = "") -> asked:
        node = self._asked("problem", message, None)
        written = re.compile(rf"\s*:?{re.escape(option)}\s*:")
        lines = self._lines() if option else []
        at = next((number for number, line in enumerate(lines) if written.match(line)), None)
        if at is not None:
            node.line = (node.line or 1) + at
        return node

    def _place(self, offset: int | None) -> tuple[str, int]:
        """The file and line of a line of the block, or of its opening."""
        source, line = self._opening()
        if offset is None or not len(self.content):
            return source, line
        opening = next(iter(self._lines()), "").rstrip()
        begins_there = bool(self.content[0].strip()) and opening.endswith(self.content[0].strip())
        if offset == 0 and len(self.content) == 1 and begins_there:
            return source, line
        if self._is_markdown:  # counts from the opening line; before MyST 5 also where the text begins there
            skipped = -1 if begins_there and not self._has_whole_text else self.content_offset
            return source, line + skipped + 1 + offset
        inside, at = self.content.info(offset)
        return inside or source, (at or 0) + 1

    @property
    def _is_markdown(self) -> bool:
        return type(self.state_machine).__module__.startswith("myst_parser")

    @property
    def _has_whole_text(self) -> bool:
        """Whether the text of the block has its opening and options, which MyST leaves out before version 5."""
        return not self._is_markdown or self.block_text.splitlines() != [*self.content]

    def _lines(self) -> list[str]:
        """The block as it is written, from its opening on."""
        if self._has_whole_text:
            return self.block_text.splitlines()
        source, line = self._opening()
        return self._file(source)[line - 1 :]

    def _opening(self) -> tuple[str, int]:
        """The file and line that the block begins on; MyST counts a line too many in colon fences that open others."""
        source, line = self.state_machine.get_source_and_line(self.lineno)
        if self._is_markdown:
            before = self._file(source)[:line][::-1]
            line -= next((n for n, text in enumerate(before) if f"{{{self.name}}}" in text), 0)
        return source, line

    def _file(self, source: str) -> list[str]:
        """The lines of the file that the block stands in, or of the cell of a notebook."""
        try:
            text = getattr(self.state.document, TEXT, None) or read_text(Path(source))
        except (OSError, UnicodeDecodeError):
            return []
        return str(text).splitlines()


def captions(text: str, count: int) -> list[str]:
    """What the claims of a block are called: as many captions as claims, with semicolons between, or one for the first.

    >>> captions("Rows; columns", 2), captions("Rows", 2)
    (['Rows', 'columns'], ['Rows', ''])
    """
    parts = [part.strip() for part in text.split(";")]
    return parts if len(parts) == count else [text, *[""] * (count - 1)]


class _Calculation(_Claims):
    """Lines that are equal, one after the other, each beginning with `==` and each checked."""

    block = "calc"

    def _stated(self, lines: list[str]) -> Sequence[tuple[int, str]]:
        return [(0, "\n".join(lines))] if lines else []


class _Notation(_Claims):
    """Entries of the notation table, one a line (`entry: symbol`), for the rest of the document."""

    block = "notation"


class _Words(_Claims):
    """What is said of the next equation, as a comment in LaTeX says it."""

    optional_arguments = 1
    final_argument_whitespace = True
    block = "symconv"

    def run(self) -> list[nodes.Node]:
        said = " ".join([*self.arguments, *self.content]).strip()
        options = (f"{name} {value}" for name, value in self.options.items())
        return [self._asked(self.block, "; ".join(filter(None, [said, *options])), None)]


class _Declaration(_Words):
    """What is declared for the equations from there on."""

    block = "symconv-declare"


class _Misspelt(_Claims):
    """A name that is nearly one of ours."""

    def run(self) -> list[nodes.Node]:
        name = MISSPELT[self.name.lower()]
        return [self._problem(f"there is no block '{self.name}'\nhint: it is called '{name}'")]


class NearlyOurs(_Claims):
    """A name that nobody has, and that resembles one of ours."""

    def run(self) -> list[nodes.Node]:
        message = f"the directive '{self.name}' is not known\nhint: did you mean '{nearest(self.name)}'?"
        return [self._problem(message)]


class _OtherClaim(_Misspelt):
    """`prf:claim` where there is no sphinx-proof: prose, unless it looks like a claim of ours."""

    def run(self) -> list[nodes.Node]:
        if any(re.search(r":.*[=!]=", line) for line in self.content):
            return [self._problem(f"'{self.name}' states nothing that is checked\nhint: write {{claim}}")]
        group = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, group)
        return [group]


DIRECTIVES: dict[str, type[Directive]] = {
    **{kind.block: kind for kind in (_Claims, _Calculation, _Notation, _Words, _Declaration)},
    **dict.fromkeys(MISSPELT, _Misspelt),
    "prf:claim": _OtherClaim,
}
"""Our directives by name."""
