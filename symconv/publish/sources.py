"""Claims in files: Markdown, reStructuredText, Python docstrings and LaTeX, each with its line."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from symconv.errors import SymconvError
from symconv.printing.notation import Notation
from symconv.publish.checking import check, check_calculation, claims_in, option_problem
from symconv.publish.equation_words import Settings, Words, words_of
from symconv.publish.report import Failure, FileReport
from symconv.reading.latex.papers import Comment, Equation, File, Problem, equation_in, parts_of
from symconv.reading.text_files import read_text

__all__ = ["Stated", "check_file", "stated_in"]

_FENCE = re.compile(r"\s*(?P<fence>`{3,}|~{3,}|:{3,})\s*(?P<info>[^`]*)$")
_DIRECTIVE = re.compile(r"(?P<indent>\s*)\.\. (?P<name>[\w-]+)::")
_OPTION = re.compile(r"\s*:(?P<name>[\w-]+):\s*(?P<value>.*)$")
_COMMENT = re.compile(r"\s*%+ ?(?P<text>.*)$")
_SHORT = re.compile(r"claim(?: \((?P<expect>\w+)\))?:\s*(?P<text>.*)$")
_OURS = {"claim", "calc", "notation", "symconv", "symconv-declare", "math"}
_LATEX = (".tex", ".sty", ".cls")
_FORMULA = re.compile(
    r"\s*(?:\$\$|\\begin\{(?P<name>(?:equation|align|gather|multline|eqnarray|flalign|alignat)\*?)\})"
)
_LABEL = re.compile(r"\s*\((?P<label>[^()]+)\)\s*$")
_INDENTED = re.compile(r"%+(?: {2,}|\t)(?P<text>\s*\S.*)")
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
    path: Path | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Malformed:
    """An option or a line of a block that says nothing that is known."""

    line: int
    message: str


Part: TypeAlias = "Stated | Malformed | Words | Equation | Problem"


def check_file(path: Path, settings: Settings | None = None) -> FileReport:
    """Check the claims and the equations of a file: what comes out otherwise than expected, and bad options."""
    settings = settings or Settings()
    try:
        if path.suffix.lower() in _LATEX:
            parts: list[Part] = list(_paper(path, settings))
        else:
            parts = list(_read(read_text(path), path.suffix.lower(), replace(settings, path=path)))
    except OSError as error:
        raise SymconvError(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise SymconvError(f"{path} is not UTF-8 text") from None
    except SyntaxError as error:
        return FileReport(failures=[Failure(str(path), error.lineno or 1, f"error: {error.msg}", 2)])
    report = FileReport()
    for part in parts:
        match part:
            case Stated():
                _check(report, part, path)
            case Malformed(line, message):
                report.failures.append(Failure(str(path), line, f"error: {message}", 2))
    equations = [part for part in parts if isinstance(part, (Words, Equation, Problem))]
    if equations:
        from symconv.publish.equations import check_equations

        report.add(check_equations(equations, settings))
    report.failures.sort()
    return report


def _check(report: FileReport, stated: Stated, path: Path) -> None:
    report.claims += 1
    if stated.is_calculation:
        outcome = check_calculation(stated.text, stated.expect)
    else:
        outcome = check(stated.text, stated.expect, stated.condition, stated.figure, told=False)
    if outcome.status:
        report.failures.append(Failure(str(stated.path or path), stated.line, outcome.message, outcome.status))


def stated_in(text: str, suffix: str) -> list[Stated]:
    """The claims of a text in the language that the suffix of its file names.

    >>> stated_in("% claim (refuted): x[n], y[n]: x == y", ".tex")
    [Stated(line=1, text='x[n], y[n]: x == y', expect='refuted', condition=None, is_calculation=False, figure=None)]
    """
    return [stated for stated in _read(text, suffix, Settings()) if isinstance(stated, Stated)]


def _read(text: str, suffix: str, settings: Settings) -> Iterator[Part]:
    match suffix:
        case ".md" | ".rst" | ".txt":
            return _directives(text.splitlines(), 1, settings, has_dollars=suffix == ".md")
        case ".py":
            return (part for line, lines in _docstrings(text) for part in _directives(lines, line, settings))
        case ".tex" | ".sty" | ".cls":
            return _comments(text.splitlines())
    raise SymconvError(f"no claims are known in files '*{suffix}'", hint="use .md, .rst, .py or .tex")


def _paper(path: Path, settings: Settings) -> Iterator[Part]:
    """The claims in comments of a document in LaTeX and of files that it includes, its equations and their words."""
    words: Words | None = None
    for part in parts_of(path, settings.root, settings.macros):
        if isinstance(part, Comment):
            more = _INDENTED.fullmatch(part.text)
            if words is not None and more and (part.path, part.line) == (words.path, words.end + 1):
                words = replace(words, text=f"{words.text} {more['text'].strip()}", end=part.line)
                continue
            said = words_of(part)
            if words is not None:
                yield words
            words = said if isinstance(said, Words) else None
            if isinstance(said, Problem):
                yield said
            continue
        if words is not None:
            yield words
            words = None
        if isinstance(part, File):
            claims = _comments(part.text.splitlines())
            yield from (replace(c, path=part.path) if isinstance(c, Stated) else c for c in claims)
        else:
            yield part
    if words is not None:
        yield words


def _docstrings(text: str) -> Iterator[tuple[int, list[str]]]:
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        match body:
            case [ast.Expr(value=ast.Constant(value=str(docstring)) as constant), *_]:
                yield constant.lineno, docstring.splitlines()


def _directives(lines: Sequence[str], first: int, settings: Settings, has_dollars: bool = False) -> Iterator[Part]:
    """What `{claim}` fences and `.. claim::` directives and formulas hold, outside of what is shown as code."""
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
            name, _, argument = info[1:].partition("}") if info.startswith("{") else (None, "", "")
            if name is not None and name not in _LITERAL | _OURS:
                fences.append(mark)
                continue
            end = _closing(lines, at, mark)
            if name in _OURS:
                yield from _block(lines[at:end], first + at, name, argument, settings)
            at = end + 1
        elif directive := _DIRECTIVE.match(line):
            end = _dedented(lines, at, len(directive["indent"]))
            if directive["name"] in _OURS:
                yield from _block(lines[at:end], first + at, directive["name"], line[directive.end() :], settings)
            if directive["name"] in _LITERAL | _OURS:
                at = end
        elif line.rstrip().endswith("::"):
            at = _dedented(lines, at, len(line) - len(line.lstrip()))
        elif has_dollars and (formula := _FORMULA.match(line)):
            end = _formula_end(lines, at - 1, formula)
            yield _formula(lines[at - 1 : end], first + at - 1, formula["name"], settings)
            at = end


def _formula_end(lines: Sequence[str], start: int, opened: re.Match[str]) -> int:
    """The line after a formula that begins with two dollars or an environment."""
    closing = rf"\end{{{opened['name']}}}" if opened["name"] else "$$"
    rest = [lines[start][opened.end() :], *lines[start + 1 :]]
    return next((start + n + 1 for n, line in enumerate(rest) if closing in line), len(lines))


def _formula(lines: Sequence[str], first: int, environment: str | None, settings: Settings) -> Equation:
    text = "\n".join(lines)
    label = _LABEL.search(text)
    if environment is None:
        text = text.replace("$$", "  ", 1).partition("$$")[0]
    return equation_in(text, settings.path, first, settings.macros, label["label"] if label else None)


def _closing(lines: Sequence[str], start: int, mark: str) -> int:
    closing = re.compile(rf"\s*{mark[0]}{{{len(mark)},}}\s*$")
    return next((at for at in range(start, len(lines)) if closing.match(lines[at])), len(lines))


def _dedented(lines: Sequence[str], start: int, indent: int) -> int:
    """The end of the lines that are indented by more than this; blank ones belong to them."""
    inside = (at for at in range(start, len(lines)) if lines[at].strip())
    return next((at for at in inside if len(lines[at]) - len(lines[at].lstrip()) <= indent), len(lines))


def _block(lines: Sequence[str], first: int, name: str, argument: str, settings: Settings) -> Iterator[Part]:
    """The claims in the body of a directive: options, then claims, or the lines of one calculation or notation."""
    if name in ("symconv", "symconv-declare", "math"):
        yield _about_equations(lines, first, name, argument, settings)
        return
    options: dict[str, str] = {}
    start = 0
    while start < len(lines) and (option := _OPTION.match(lines[start])):
        options[option["name"]] = option["value"].strip()
        problem = option_problem(name, option["name"], option["value"].strip())
        if problem and option["name"] != "expect":  # which `check` says
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


def _about_equations(
    lines: Sequence[str], first: int, name: str, argument: str, settings: Settings
) -> Words | Equation:
    """A formula in a directive of its own, or what a directive says of the next one."""
    found = [_OPTION.match(line) for line in lines]
    options = {option["name"]: option["value"].strip() for option in found if option}
    body = ["" if option else line for option, line in zip(found, lines, strict=True)]
    if name == "math":
        return equation_in(
            "\n".join([argument, *body]), settings.path, first - 1, settings.macros, options.get("label")
        )
    said = [" ".join([argument.strip(), *map(str.strip, body)]).strip(), *map(" ".join, options.items())]
    return Words(settings.path, first - 1, "; ".join(said), name == "symconv-declare")


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
