r"""Macros: what the author's commands stand for, and a text with that in their places.

`\newcommand`, `\renewcommand`, `\providecommand`, `\def`, `\let`, `\DeclareMathOperator` and the like are read,
not run: what takes more of TeX than this (delimited parameters, `\csname`, definitions under a condition) is an error
where it is used.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from symconv.claims.names import short
from symconv.claims.syntax import Span
from symconv.errors import SymconvError
from symconv.limits import MAX_MACRO_DEPTH, MAX_MACRO_PIECES
from symconv.reading.latex import latex_notations as table
from symconv.reading.latex.tex_sources.tex_pieces import VERBATIM, Piece, Stream, separator, written

__all__ = ["Expansion", "Macros", "Scopes", "digested", "expanded", "prepared"]


@dataclass(frozen=True)
class Macro:
    """What a command stands for; of its arguments the first may have a default, `star` says that a star may follow."""

    body: tuple[Piece, ...]
    arguments: int = 0
    default: tuple[Piece, ...] | None = None
    has_star: bool = False


@dataclass(frozen=True)
class Unread:
    """A command whose definition is not understood, and why."""

    reason: str


@dataclass(frozen=True)
class Conditional:
    r"""A command made by \newif."""


Meaning: TypeAlias = Macro | Unread | Conditional
Macros: TypeAlias = Mapping[str, Meaning]
NONE: Macros = MappingProxyType({})

#: How many arguments commands take, which TeX gives them as they stand and expands later.
_ARGUMENTS = {
    **dict.fromkeys((*table.FONTS, *table.UPRIGHT, *table.ACCENTS, "mathbb", "sqrt", "overline", "bar", "substack"), 1),
    **dict.fromkeys(("frac", "dfrac", "tfrac", "binom", "stackrel", "overset", "underset"), 2),
}
#: Commands that say nothing but how their argument is set, and that take none.
_TRANSPARENT = frozenset(rf"\{name}" for name in "ensuremath mathbin mathrel mathord mathop mathopen mathclose".split())
_INVISIBLE = frozenset(
    rf"\{name}" for name in "xspace protect relax long global protected makeatletter makeatother".split()
)
_CONDITIONS = frozenset(
    rf"\if{name}" for name in (
        "", "x", "cat", "num", "dim", "odd", "vmode", "hmode", "mmode", "inner", "void", "hbox", "vbox", "eof", "case",
        "defined", "csname", "true", "false", "pdf", "xetex", "luatex",
    )
)  # fmt: skip


@dataclass
class Scopes:
    """What is defined, what every open group changes back when it ends, and the conditions that are open."""

    macros: dict[str, Meaning] = field(default_factory=dict)
    groups: list[dict[str, Meaning | None]] = field(default_factory=list)
    conditions: list[bool] = field(default_factory=list)
    #: Which macros begin or end equations, as far as that has been asked since the last change.
    setting: dict[str, bool] = field(default_factory=dict)

    def define(self, name: str, macro: Meaning, everywhere: bool = False) -> None:
        """Give a command a meaning, to the end of the group or everywhere."""
        self.setting.clear()
        if everywhere:
            for group in self.groups:
                group.pop(name, None)
        elif self.groups:
            self.groups[-1].setdefault(name, self.macros.get(name))
        self.macros[name] = macro if all(self.conditions) else Unread("is defined under a condition")

    def open(self) -> None:
        """Begin a group."""
        self.groups.append({})

    def close(self) -> None:
        """End a group."""
        changed = self.groups.pop() if self.groups else {}
        if changed:
            self.setting.clear()
        for name, before in changed.items():
            if before is None:
                del self.macros[name]
            else:
                self.macros[name] = before


# Definitions


def digested(stream: Stream, scopes: Scopes, piece: Piece) -> bool:
    """Whether a piece is part of no text: it defines, skips, opens or closes something, which is done."""
    if piece.text in ("{", r"\begingroup"):
        scopes.open()
    elif piece.text in ("}", r"\endgroup"):
        scopes.close()
    elif not piece.is_command or piece.is_final:
        return piece.text[0] == "%"
    elif (define := _DEFINITIONS.get(piece.text)) is not None:
        define(stream, scopes, piece)
        return True
    elif piece.text in (r"\fi", r"\else") or _is_condition(piece, scopes.macros):
        return _condition(stream, scopes, piece)
    elif piece.text == r"\AtBeginDocument":
        stream.put_back(stream.argument(piece))
        return True
    return False


def _is_condition(piece: Piece, macros: Macros) -> bool:
    known = isinstance(macros.get(piece.text), Conditional) or (piece.text[:3] == r"\if" and "@" in piece.text)
    return known or (piece.text in _CONDITIONS and piece.text not in macros)


def _condition(stream: Stream, scopes: Scopes, piece: Piece) -> bool:
    match piece.text:
        case r"\iftrue":
            scopes.conditions.append(True)
        case r"\iffalse":
            if _skipped(stream, scopes.macros, piece) == r"\else":
                scopes.conditions.append(True)
        case r"\else" if scopes.conditions and scopes.conditions[-1]:
            _skipped(stream, scopes.macros, piece)
            scopes.conditions.pop()
        case r"\else":
            pass
        case r"\fi":
            del scopes.conditions[-1:]
        case _:
            scopes.conditions.append(False)
    return True


def _skipped(stream: Stream, macros: Macros, opened: Piece) -> str:
    r"""Leave out what is never set, up to \fi or, at \iffalse, to \else; which of them it was."""
    depth = 0
    while (piece := stream.take()) is not None:
        if piece.text == r"\fi" and depth == 0 or piece.text == r"\else" and depth == 0 and opened.text == r"\iffalse":
            return piece.text
        depth += _is_condition(piece, macros) - (piece.text == r"\fi")
    raise stream.error(f"'{opened.text}' is not closed", opened.span, r"\fi closes it")


def _name(stream: Stream, command: Piece) -> Piece:
    r"""The command that is defined: \a or {\a}."""
    named = [piece for piece in stream.argument(command) if not piece.is_blank]
    if len(named) != 1 or not named[0].is_command:
        what = written(named)
        raise stream.error(f"'{command.text}' defines a command, not '{short(what)}'", command.span)
    return named[0]


def _new_command(stream: Stream, scopes: Scopes, command: Piece) -> None:
    stream.has("*")
    name = _name(stream, command)
    macro = _with_arguments(stream, command)
    is_known = name.text in scopes.macros or name.text in _KNOWN or name.text[1:] in _KNOWN_NAMES
    if command.text != r"\providecommand" or not is_known:
        scopes.define(name.text, macro)


def _with_arguments(stream: Stream, command: Piece) -> Macro | Unread:
    count = _count(stream, command)
    default = stream.optional() if count else None
    return _checked(stream, command, Macro(stream.argument(command), count, default))


def _count(stream: Stream, command: Piece) -> int:
    number = stream.optional()
    text = "0" if number is None else written(number).strip()
    if len(text) != 1 or not text.isdecimal() or not text.isascii():
        raise stream.error(f"'{short(text)}' is no number of arguments", command.span, "at most 9")
    return int(text)


def _checked(stream: Stream, command: Piece, macro: Macro) -> Macro | Unread:
    """The macro, whose parameters are those that it has."""
    for piece in macro.body:
        if piece.text == "#":
            return Unread("has parameters within parameters")
        if piece.is_parameter and int(piece.text[1]) > macro.arguments:
            count = f"{macro.arguments} argument{'' if macro.arguments == 1 else 's'}"
            raise stream.error(f"'{piece.text}' in what takes {count}", command.span)
    return macro


def _environment(stream: Stream, scopes: Scopes, command: Piece) -> None:
    stream.has("*")
    name = stream.word(command)
    count = _count(stream, command)
    default = stream.optional() if count else None
    begin, end = stream.argument(command), stream.argument(command)
    scopes.define(rf"\begin{{{name}}}", _checked(stream, command, Macro(begin, count, default)))
    scopes.define(rf"\end{{{name}}}", _checked(stream, command, Macro(end)))


def _plain_definition(stream: Stream, scopes: Scopes, command: Piece) -> None:
    name = _name(stream, command)
    parameters: list[Piece] = []
    while (piece := stream.peek()) is not None and piece.text != "{":
        parameters.append(piece)
        stream.take()
    body = stream.argument(command)
    plain = [f"#{number}" for number in range(1, len(parameters) + 1)]
    everywhere = command.text in (r"\gdef", r"\xdef")
    macro: Meaning = Macro(body, len(parameters))
    if command.text in (r"\edef", r"\xdef") and any(piece.is_command for piece in body):
        macro = Unread(f"is defined by {command.text}")
    elif [piece.text for piece in parameters] != plain:
        macro = Unread("has delimited parameters")
    else:
        macro = _checked(stream, command, Macro(body, len(parameters)))
    scopes.define(name.text, macro, everywhere)


def _let(stream: Stream, scopes: Scopes, command: Piece) -> None:
    name = _name(stream, command)
    stream.has("=")
    piece = stream.after_blanks()
    if piece is None:
        raise stream.error(f"nothing follows '{command.text}'", command.span)
    stream.take()
    same = scopes.macros.get(piece.text) if not piece.is_final else None
    scopes.define(name.text, same or Macro((piece._replace(is_final=True),)))


def _operator(stream: Stream, scopes: Scopes, command: Piece) -> None:
    star = "*" if stream.has("*") else ""
    name = _name(stream, command)
    shown = stream.argument(command)
    while inner := re.fullmatch(
        r"\\(?:mathrm|text|operatorname|mathop|mathsf|mathbf)\s*\{(.*)\}", written(shown).strip()
    ):
        shown = tuple(piece._replace(span=command.span) for piece in Stream(inner[1]))
    brace = [Piece(mark, command.span, is_final=True) for mark in (rf"\operatorname{star}", "{", "}")]
    scopes.define(name.text, _checked(stream, command, Macro((*brace[:2], *shown, brace[2]))))


def _delimiters(stream: Stream, scopes: Scopes, command: Piece) -> None:
    r"""A command that puts its argument between two signs, its star and its option being about their size."""
    name = _name(stream, command)
    left, right = stream.argument(command), stream.argument(command)
    macro = Macro((*left, Piece("#1", command.span), *right), 1, has_star=True)
    scopes.define(name.text, _checked(stream, command, macro))


def _new_if(stream: Stream, scopes: Scopes, command: Piece) -> None:
    scopes.define(_name(stream, command).text, Conditional())


def _not_read(stream: Stream, scopes: Scopes, command: Piece) -> None:
    """A definition whose form is not known: the command that it defines cannot be used."""
    stream.has("*")
    scopes.define(_name(stream, command).text, Unread(f"is defined by {command.text}"))


def _refused(stream: Stream, scopes: Scopes, command: Piece) -> None:
    if stream.is_style:
        return
    if command.text == r"\catcode":
        ahead = [stream.take() for _ in range(2)]
        if [p.text for p in ahead if p is not None] in (["`", r"\@"], ["`", "@"]):
            return
    raise stream.error(f"'{command.text}' is not read", command.span, "it changes what is written after it")


_DEFINITIONS: dict[str, Callable[[Stream, Scopes, Piece], None]] = {
    **dict.fromkeys((r"\newcommand", r"\renewcommand", r"\providecommand", r"\DeclareRobustCommand"), _new_command),
    **dict.fromkeys((r"\def", r"\gdef", r"\edef", r"\xdef"), _plain_definition),
    **dict.fromkeys((r"\newenvironment", r"\renewenvironment"), _environment),
    **dict.fromkeys((r"\DeclareMathOperator",), _operator),
    **dict.fromkeys((r"\DeclarePairedDelimiter",), _delimiters),
    **dict.fromkeys((r"\catcode", r"\csname"), _refused),
    **{rf"\{new}DocumentCommand": _not_read for new in ("New", "Renew", "Provide", "Declare")},
    r"\let": _let, r"\futurelet": _not_read, r"\newif": _new_if, r"\mathchardef": _not_read, r"\chardef": _not_read,
    r"\DeclareMathSymbol": _not_read,
}  # fmt: skip
_KNOWN = frozenset(table.SYMBOLS)
_KNOWN_NAMES = frozenset((*table.GREEK, *_ARGUMENTS))


def defined(text: str, macros: Macros = NONE) -> Macros:
    r"""The macros that a text defines, besides those that are known; raises `SymconvError` with the place in the text.

    >>> macros = defined(r"\newcommand{\inner}[2]{\langle #1, #2 \rangle}")
    >>> expanded(r"\inner{x}{y}", macros).text
    '\\langle x, y \\rangle'
    """
    stream, scopes = Stream(text), Scopes(dict(macros))
    while (piece := stream.take()) is not None:
        if piece.text == r"\begin" and (peek := stream.after_blanks()) is not None and peek.text == "{":
            name = stream.word(piece)
            if name in VERBATIM:
                stream.skip_verbatim(name)
            else:
                scopes.open()
        elif piece.text == r"\end":
            scopes.close()
        else:
            digested(stream, scopes, piece)
    return scopes.macros


# Expansion


@dataclass(frozen=True)
class Expansion:
    """A text with what its macros stand for, and where each part of it comes from."""

    text: str
    #: Where the pieces begin in the text, and what they are.
    starts: tuple[int, ...]
    parts: tuple[Piece, ...]

    def place(self, before: int) -> int:
        """Where the text has what stands at this place in what the author wrote, outside of all macros."""
        return next((s for s, p in zip(self.starts, self.parts, strict=True) if p.span[0] >= before), len(self.text))

    def origin(self, span: Span) -> Span:
        """The place in what the author wrote."""
        if not self.parts:
            return (0, 0)
        first, last = self._at(span[0]), self._at(max(span[0], span[1] - 1))
        start, end = (min(p.span[0] for p in (first, last)), max(p.span[1] for p in (first, last)))
        return (end, end + 1) if span[0] >= len(self.text) else (start, end)

    def located(self, error: SymconvError, text: str) -> SymconvError:
        """An error of this text as one of the author's."""
        if error.span is not None and error.text == self.text:
            if self.parts and (within := self._at(error.span[0]).within):
                error.message += f", in what '{short(within[-1])}' stands for"
                error.args = (error.message,)
            error.text, error.span = text, self.origin(error.span)
        return error

    def _at(self, place: int) -> Piece:
        return self.parts[max(0, bisect_right(self.starts, place) - 1)]


def prepared(text: str, macros: Macros) -> Expansion | None:
    """The text with what its macros stand for; None where it has nothing to do with macros."""
    return expanded(text, macros) if macros or _TOUCHED.search(text) else None


_COMMANDS = sorted(map(re.escape, {*_DEFINITIONS, *_TRANSPARENT, *_INVISIBLE, r"\iffalse", r"\iftrue"}))
_TOUCHED = re.compile(rf"(?:{'|'.join(_COMMANDS)})(?![A-Za-z])")


def expanded(text: str | Stream, macros: Macros = NONE) -> Expansion:
    r"""The text with what macros stand for, its own definitions and those that are known; raises `SymconvError`.

    >>> expanded(r"\def\T{^{\top}} x\T y").text
    ' x^{\\top} y'
    """
    stream, scopes = Stream(text) if isinstance(text, str) else text, Scopes(dict(macros))
    starts: list[int] = []
    parts: list[Piece] = []
    whole, count = "", 0
    for piece in stream:
        count += 1
        if count > MAX_MACRO_PIECES:
            raise _too_long(stream, piece)
        if piece.text == r"\ifmmode":
            piece = piece._replace(text=r"\iftrue")
        if _is_condition(piece, scopes.macros) and piece.text not in (r"\iftrue", r"\iffalse"):
            raise stream.error(f"'{short(piece.text)}' is not read", piece.span, "what holds cannot be known here")
        if digested(stream, scopes, piece) or opened(stream, scopes.macros, piece):
            continue
        if piece.is_command and piece.text[1:] in _ARGUMENTS:
            _keep_together(stream, _ARGUMENTS[piece.text[1:]])
        whole += separator(whole, piece)
        starts.append(len(whole))
        parts.append(piece)
        whole += piece.text
    return Expansion(whole, tuple(starts), tuple(parts))


def opened(stream: Stream, macros: Macros, piece: Piece) -> bool:
    """Whether a piece is a macro; what it stands for comes next then."""
    if not piece.is_command or piece.is_final:
        return False
    name = piece.text
    if name in (r"\begin", r"\end") and (following := stream.after_blanks()) is not None and following.text == "{":
        argument = stream.argument(piece)
        brace = Piece("{", following.span, following.within), Piece("}", stream.last, following.within)
        name = rf"{name}{{{written(argument).strip()}}}"
        if name not in macros:
            stream.put_back((piece._replace(is_final=True), brace[0], *argument, brace[1]))
            return True
    if name not in macros:
        if name in _TRANSPARENT:
            stream.put_back(stream.argument(piece))
        return name in _TRANSPARENT or name in _INVISIBLE
    match macros[name]:
        case Unread(reason):
            raise stream.error(f"'{short(name)}' {reason}, and is not read", piece.span, r"define it by \newcommand")
        case Conditional():
            return False
        case Macro() as macro:
            stream.put_back(_body(stream, macro, piece, name))
    return True


def _body(stream: Stream, macro: Macro, call: Piece, name: str) -> list[Piece]:
    """What a macro stands for at one place, its arguments in their places."""
    within = (*call.within, name)
    if name in call.within:
        raise stream.error(f"'{short(name)}' stands for something with itself in it", call.span)
    if len(within) > MAX_MACRO_DEPTH:
        hint = f"at most {MAX_MACRO_DEPTH} levels are read"
        raise stream.error("macros stand for macros too often", call.span, hint)
    arguments: list[tuple[Piece, ...]] = []
    if macro.has_star and not stream.has("*"):
        stream.optional()
    if macro.default is not None:
        option = stream.optional()
        arguments.append(_inside(macro.default, call, within) if option is None else option)
    while len(arguments) < macro.arguments:
        arguments.append(stream.argument(call))
    body: list[Piece] = []
    for piece in _inside(macro.body, call, within):
        body += arguments[int(piece.text[1]) - 1] if piece.is_parameter else [piece]
        if len(body) > MAX_MACRO_PIECES:
            raise _too_long(stream, call)
    return body


def _too_long(stream: Stream, piece: Piece) -> SymconvError:
    hint = f"at most {MAX_MACRO_PIECES:,} commands and characters"
    return stream.error("macros stand for more than is read", piece.span, hint)


def _inside(several: tuple[Piece, ...], call: Piece, within: tuple[str, ...]) -> tuple[Piece, ...]:
    """Pieces of a definition at the place of a call."""
    return tuple(piece._replace(span=call.span, within=within) for piece in several)


def _keep_together(stream: Stream, count: int) -> None:
    r"""Put braces around the arguments of a command, as in \frac\a2."""
    arguments: list[Piece] = []
    for _ in range(count):
        piece = stream.after_blanks()
        if piece is None or piece.text in "}[*":
            break
        braces = Piece("{", piece.span, piece.within), Piece("}", piece.span, piece.within)
        inside = stream.argument(piece)
        arguments += [braces[0], *inside, braces[1]]
    stream.put_back(arguments)
