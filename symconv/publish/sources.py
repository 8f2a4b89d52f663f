"""Claims in files: Markdown, reStructuredText, Python docstrings and LaTeX, each with its line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from symconv.errors import SymconvError
from symconv.printing.notation import Notation
from symconv.publish.checking import check, check_calculation, claims_in, option_problem
from symconv.publish.report import Failure
from symconv.reading.text_files import read_text

__all__ = ["Stated", "check_file", "stated_in"]

_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,}|:{3,})\s*(?P<info>[^`]*)$")
_DIRECTIVE = re.compile(r"(?P<indent>\s*)\.\. (?P<name>[\w-]+)::")
_OPTION = re.compile(r"\s*:(?P<name>[\w-]+):\s*(?P<value>.*)$")
_COMMENT = re.compile(r"\s*%+ ?(?P<text>.*)$")
_SHORT = re.compile(r"claim(?: \((?P<expect>\w+)\))?:\s*(?P<text>.*)$")
_OURS = {"claim", "calc", "notation"}
#: Directives whose body is shown as it is.
_LITERAL = {"code", "code-block", "sourcecode", "parsed-literal", "literalinclude", "raw"}


@dataclass(frozen=True)
class Stated:
    """A claim as a file states it: the line, the text, and how it is to come out."""

    line: int
    text: str
    expect: str = "proved"
    condition: str | None = None
    is_calculation: bool = False
    figure: str | None = None


@dataclass(frozen=True)
class Malformed:
    """An option or a line of a block that says nothing that is known."""

    line: int
    message: str


def check_file(path: Path) -> tuple[int, list[Failure]]:
    """Check the claims of a file: how many there are, those that come out otherwise than expected, and bad options."""
    try:
        read = list(_read(read_text(path), path.suffix.lower()))
    except OSError as error:
        raise SymconvError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise SymconvError(f"{path} is not UTF-8 text") from None
    except SyntaxError as error:
        return 0, [Failure(str(path), error.lineno or 1, f"error: {error.msg}", 2)]
    found = [stated for stated in read if isinstance(stated, Stated)]
    failures = [Failure(str(path), bad.line, f"error: {bad.message}", 2) for bad in read if isinstance(bad, Malformed)]
    for stated in found:
        if stated.is_calculation:
            outcome = check_calculation(stated.text, stated.expect)
        else:
            outcome = check(stated.text, stated.expect, stated.condition, stated.figure, told=False)
        if outcome.status:
            failures.append(Failure(str(path), stated.line, outcome.message, outcome.status))
    return len(found), sorted(failures)


def stated_in(text: str, suffix: str) -> list[Stated]:
    """The claims of a text in the language that the suffix of its file names.

    >>> stated_in("% claim (refuted): x[n], y[n]: x == y", ".tex")
    [Stated(line=1, text='x[n], y[n]: x == y', expect='refuted', condition=None, is_calculation=False, figure=None)]
    """
    return [stated for stated in _read(text, suffix) if isinstance(stated, Stated)]


def _read(text: str, suffix: str) -> Iterator[Stated | Malformed]:
    match suffix:
        case ".md" | ".rst" | ".txt":
            return _directives(text.splitlines(), 1)
        case ".py":
            return (stated for line, lines in _docstrings(text) for stated in _directives(lines, line))
        case ".tex" | ".sty" | ".cls":
            return _comments(text.splitlines())
    raise SymconvError(f"no claims are known in files '*{suffix}'", hint="use .md, .rst, .py or .tex")


def _docstrings(text: str) -> Iterator[tuple[int, list[str]]]:
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        match body:
            case [ast.Expr(value=ast.Constant(value=str(docstring)) as constant), *_]:
                yield constant.lineno, docstring.splitlines()


def _directives(lines: Sequence[str], first: int) -> Iterator[Stated | Malformed]:
    """The claims in `{claim}` fences and `.. claim::` directives, outside of what is shown as code."""
    fences: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if fence := _FENCE.match(line):
            mark, info = fence["fence"], fence["info"].strip()
            if fences and not info and fences[-1][0] == mark[0] and len(mark) >= len(fences[-1]):
                fences.pop()
                continue
            name = info[1:].partition("}")[0] if info.startswith("{") else None
            if name is not None and name not in _LITERAL | _OURS:
                fences.append(mark)
                continue
            end = _closing(lines, at, mark)
            if name in _OURS:
                yield from _block(lines[at:end], first + at, name)
            at = end + 1
        elif directive := _DIRECTIVE.match(line):
            end = _dedented(lines, at, len(directive["indent"]))
            if directive["name"] in _OURS:
                yield from _block(lines[at:end], first + at, directive["name"])
            if directive["name"] in _LITERAL | _OURS:
                at = end
        elif line.rstrip().endswith("::"):
            at = _dedented(lines, at, len(line) - len(line.lstrip()))


def _closing(lines: Sequence[str], start: int, mark: str) -> int:
    closing = re.compile(rf"\s*{mark[0]}{{{len(mark)},}}\s*$")
    return next((at for at in range(start, len(lines)) if closing.match(lines[at])), len(lines))


def _dedented(lines: Sequence[str], start: int, indent: int) -> int:
    """The end of the lines that are indented by more than this; blank ones belong to them."""
    inside = (at for at in range(start, len(lines)) if lines[at].strip())
    return next((at for at in inside if len(lines[at]) - len(lines[at].lstrip()) <= indent), len(lines))


def _block(lines: Sequence[str], first: int, name: str) -> Iterator[Stated | Malformed]:
    """The claims in the body of a directive: options, then claims, or the lines of one calculation or notation."""
    options: dict[str, str] = {}
    start = 0
    while start < len(lines) and (option := _OPTION.match(lines[start])):
        options[option["name"]] = option["value"].strip()
        problem = option_problem(name, option["name"], option["value"].strip())
        if problem:
            yield Malformed(first + start, problem)
        start += 1
    if name == "notation":
        yield from _notation(lines[start:], first + start)
        return
    body = lines[start:]
    margin = min((len(line) - len(line.lstrip()) for line in body if line.strip()), default=0)
    if name == "calc":
        expect = options.get("expect", "proved")
        yield Stated(first + start, "\n".join(line[margin:] for line in body), expect, is_calculation=True)
        return
    found = claims_in([line[margin:] for line in body])
    figure = options.get("figure")
    for offset, text in found or [(-start, "")]:
        line = first + start + offset
        yield Stated(line, text, options.get("expect", "proved"), options.get("condition"), figure=figure)
        figure = None


def _notation(lines: Sequence[str], first: int) -> Iterator[Malformed]:
    """What cannot be read in the lines of a notation table."""
    for number, line in enumerate(lines, first):
        try:
            Notation.read([line])
        except SymconvError as error:
            yield Malformed(number, str(error))


def _comments(lines: Iterable[str]) -> Iterator[Stated]:
    """The claims in LaTeX comments: `% claim: …` or `% claim (refuted): …`, further lines indented."""
    found: Stated | None = None
    for number, line in enumerate(lines, 1):
        comment = _COMMENT.match(line)
        text = comment["text"] if comment else ""
        if found and text[:1].isspace() and text.strip():
            found = Stated(found.line, f"{found.text} {text.strip()}", found.expect)
            continue
        if found:
            yield found
        short = _SHORT.match(text)
        found = Stated(number, short["text"], short["expect"] or "proved") if short else None
    if found:
        yield found
