r"""Equations of a document, checked where they stand.

    % symconv-declare: A[H,W], K[h,w]           from there on
    % symconv: K[h,h] if K == K.T; base 1; expect refuted         the next displayed equation
    % symconv: skip

In Markdown and reStructuredText a directive `symconv` or `symconv-declare` has the same words.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from symconv.claims import Claim
from symconv.claims.definitions import Definition
from symconv.claims.syntax import Source
from symconv.displays.claim_record import ClaimRecord
from symconv.errors import SymconvError
from symconv.publish.checking import VERDICTS, check
from symconv.publish.equation_words import Settings, Words, words_of
from symconv.publish.report import Failure, FileReport, Passed
from symconv.reading.latex import read_all
from symconv.reading.latex.lexing.tokens import tokens
from symconv.reading.latex.tex_sources.papers import Equation, Problem

__all__ = ["check_equations"]

_IF = re.compile(r"(?:^|\s)if\s+")
_OPTION = re.compile(r"(?:base\s+(?P<base>[01])|expect\s+(?P<expect>\w+))")


@dataclass(frozen=True)
class _Binding:
    """How an equation is to be read and to come out."""

    words: Words
    declared: tuple[str, ...] = ()
    condition: str = ""
    base: int | None = None
    expect: str = "proved"
    is_skipped: bool = False


@dataclass(frozen=True)
class _Defined:
    """A definition, where it stands, and what was declared there."""

    definition: Definition
    equation: Equation
    declared: Mapping[str, str]
    is_tried: bool

    @property
    def names(self) -> set[str]:
        """The names in what is defined."""
        return {node.id for node in ast.walk(self.definition.value) if isinstance(node, ast.Name)}


@dataclass
class _Ledger:
    """What a document has declared, defined and bound so far, and what came out."""

    settings: Settings
    report: FileReport
    declared: dict[str, str] = field(default_factory=dict)
    base: int | None = None
    definitions: dict[str, _Defined] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    #: The names on the left of equations that were not read, and the lines of these.
    unread: dict[str, int] = field(default_factory=dict)
    pending: _Binding | None = None


def check_equations(parts: Iterable[Words | Equation | Problem], settings: Settings) -> FileReport:
    """Check what is bound among the parts of a document, and with `is_all` everything that can be read."""
    ledger = _Ledger(settings, FileReport())
    for part in parts:
        try:
            match part:
                case Problem(path, line, message, True):
                    ledger.report.notes.append(f"{path}:{line}: {message}")
                case Problem(path, line, message):
                    ledger.report.failures.append(Failure(str(path), line, f"error: {message}", 2))
                case Words():
                    _hear(ledger, part)
                case Equation() if settings.is_inline or not part.is_inline:
                    _see(ledger, part)
        except SymconvError as error:
            ledger.report.failures.append(Failure(str(part.path), part.line, f"error: {error}", 2))
    if ledger.pending is not None:
        _unused(ledger, ledger.pending)
    for name, defined in ledger.definitions.items():
        equation = defined.equation
        ledger.report.definitions += defined.is_tried or name in ledger.used
        if defined.is_tried and name not in ledger.used:
            ledger.report.notes.append(f"{equation.path}:{equation.line}: '{name}' is defined, and nothing uses it")
    return ledger.report


# Words


def _hear(ledger: _Ledger, words: Words) -> None:
    """Take in what a comment or a directive says."""
    binding = _binding(words)
    if not words.is_declaration:
        if ledger.pending is not None:
            _unused(ledger, ledger.pending)
        ledger.pending = binding
        return
    if binding.condition or binding.is_skipped or binding.expect != "proved":
        raise SymconvError(
            "a declaration has names with their sizes, and perhaps a base", hint="A[H,W], K[h,w]; base 1"
        )
    for text in binding.declared:
        ledger.declared.pop(_name(text), None)
        ledger.declared[_name(text)] = text
    ledger.base = ledger.base if binding.base is None else binding.base


def _unused(ledger: _Ledger, binding: _Binding) -> None:
    message = "error: no equation follows that this could be said of"
    if binding.words.path.suffix in (".md", ".markdown"):
        message += "\nhint: $$ opens an equation where MyST's extension dollarmath is enabled, ```{math} everywhere"
    elif not ledger.settings.is_inline:
        message += "\nhint: formulas in the text are checked with --inline"
    ledger.report.failures.append(Failure(str(binding.words.path), binding.words.line, message, 2))


def _binding(words: Words) -> _Binding:
    first, *options = (part.strip() for part in words.text.split(";"))
    if first == "skip" and not options:
        return _Binding(words, is_skipped=True)
    if _OPTION.fullmatch(first):
        first, options = "", [first, *options]
    declared, *condition = _IF.split(first, maxsplit=1)
    binding = _Binding(words, tuple(_pieces(declared)), condition[0].strip() if condition else "")
    names = [_name(text) for text in binding.declared]
    for name in names:
        if names.count(name) > 1:
            raise SymconvError(f"'{name}' is declared twice")
    for option in filter(None, options):
        match = _OPTION.fullmatch(option)
        if match is None or match["expect"] not in (None, *VERDICTS):
            hint = f"there are: base 0, base 1, expect {', expect '.join(VERDICTS)}"
            raise SymconvError(f"'{option}' says nothing of an equation", hint=hint)
        if match["base"]:
            binding = replace(binding, base=int(match["base"]))
        else:
            binding = replace(binding, expect=str(match["expect"]))
    return binding


def _pieces(text: str) -> Iterator[str]:
    """The declarations, which commas outside of brackets separate."""
    depth = start = 0
    for place, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            yield text[start:place].strip()
            start = place + 1
    if text.strip():
        yield text[start:].strip()


# Equations


def _see(ledger: _Ledger, equation: Equation) -> None:
    """Check an equation that is bound, and try one that is not."""
    binding, ledger.pending = ledger.pending, None
    for comment in equation.comments:
        match words_of(comment):
            case Words() | Problem():
                message = (
                    "error: this comment stands inside of an equation; it is about the next one where it stands before"
                )
                ledger.report.failures.append(Failure(str(comment.path), comment.line, message, 2))
    is_tried = binding is not None or ledger.settings.is_all
    if binding is not None and binding.is_skipped or binding is None and equation.is_inline and not _compares(equation):
        return
    if not is_tried and not ledger.declared:
        return
    try:
        _check(ledger, equation, binding or _Binding(Words(equation.path, equation.line, "")), is_tried)
    except SymconvError as error:
        line, told = _place(equation, error)
        told = f"{_called(equation)}{told}{_unread_before(ledger, binding, equation)}"
        if name := _left_name(equation):
            ledger.unread.setdefault(name, line)
        if not is_tried:
            return
        if binding is None:
            ledger.report.unread.append(f"{equation.path}:{line}: {told}")
        else:
            ledger.report.failures.append(Failure(str(equation.path), line, f"error: {told}", 2))


def _left_name(equation: Equation) -> str | None:
    """The name that an equation begins with."""
    before = equation.expansion.text.partition("=")[0]
    try:
        return next(iter(_names_in(before)), None) if before.strip()[:1] != "(" else None
    except SymconvError:
        return None


def _unread_before(ledger: _Ledger, binding: _Binding | None, equation: Equation) -> str:
    """What is to be said where an equation needs names that another one would have defined, had it been read."""
    known = {*ledger.declared, *ledger.definitions, *map(_name, binding.declared if binding is not None else ())}
    try:
        missing = dict.fromkeys(name for name in _names_in(equation.expansion.text) if name not in known)
    except SymconvError:
        return ""
    return "".join(
        f"\nnote: what could define '{name}' in line {ledger.unread[name]} was not read"
        for name in missing
        if name in ledger.unread
    )


def _compares(equation: Equation) -> bool:
    """Whether a formula has an equals sign, or may have one."""
    try:
        return any(t.kind in ("EQ", "NE") for t in tokens(Source(equation.expansion.text, is_latex=True), 0))
    except SymconvError:
        return any(piece.text in ("=", r"\ne", r"\neq", r"\equiv") for piece in equation.pieces)


def _check(ledger: _Ledger, equation: Equation, binding: _Binding, is_tried: bool) -> None:
    """Check what an equation claims and keep what it defines, which alone matters of one that is not tried."""
    latex = equation.expansion.text
    try:
        named = {*_names_in(latex)}
    except SymconvError as error:
        raise _in_source(error, equation, "") from None
    declared, read = _read(ledger, equation, binding, named)
    claims = []
    for stated in read:
        if not is_tried and isinstance(stated, Claim):
            continue
        ledger.used |= {*stated.uses}
        for name in stated.uses:
            if name in ledger.definitions:
                _check_declared(name, ledger.definitions[name], declared)
        if isinstance(stated, Definition):
            ledger.definitions[stated.name] = _Defined(stated, equation, declared, is_tried and not stated.is_claimed)
        else:
            claim = stated.assuming([binding.condition]) if binding.condition else stated
            claims.append(_in_document(claim, equation, len(", ".join(declared.values())) + 2 if declared else 0))
    _decide(ledger, equation, claims, binding.expect)


def _read(
    ledger: _Ledger, equation: Equation, binding: _Binding, named: set[str]
) -> tuple[Mapping[str, str], Sequence[Claim | Definition]]:
    """What is declared for an equation, by name, and what it states.

    A size of an array that it does not name is not just any integer: then that array is declared as well.
    """
    base = ledger.base if binding.base is None else binding.base
    sizes: set[str] = set()
    while True:
        declared = _declared(ledger, binding, named, sizes)
        declare = ", ".join(declared.values())
        known = [each.definition for name, each in ledger.definitions.items() if name not in declared]
        try:
            stated = read_all(equation.expansion.text, declare, definitions=known, base=base)
        except SymconvError as error:
            raise _in_source(error, equation, f"{declare}: " if declare else "") from None
        integers = {name for each in stated if isinstance(each, Claim) for name in each.parameters}
        more = integers & {size for text in ledger.declared.values() for size in _sizes(text)} - sizes
        if not more:
            return declared, stated
        sizes |= more


def _check_declared(name: str, defined: _Defined, declared: Mapping[str, str]) -> None:
    """What a definition takes is declared as it was where it stands."""
    for each in defined.names & {*defined.declared}:
        before, now = (re.sub(r"\s", "", texts.get(each, "")) for texts in (defined.declared, declared))
        if before != now:
            hint = "declare it alike, or define the name again"
            raise SymconvError(f"'{name}' is defined for {before}, and here stands {now or 'nothing of it'}", hint=hint)


def _decide(ledger: _Ledger, equation: Equation, claims: list[Claim], expect: str) -> None:
    """Compare what comes out with what is expected: of several claims that they all hold, or that not all do."""
    ledger.report.claims += len(claims)
    failures = []
    verdicts = []
    places = [min((span[0] for span in claim.spans.values()), default=-1) for claim in claims]
    for claim, place, label in zip(claims, places, _labels(equation, places), strict=True):
        expected = "proved" if len(claims) > 1 else expect
        outcome = check(claim, expected, shown=False)
        row = _row(claim, outcome.record, len(equation.source))
        label = _label_within(equation, row) or label
        place = row.start or (place if len(claims) > 1 else -1)
        line = equation.line_of(place) if place >= 0 else equation.line
        otherwise = outcome.record.verdict if outcome.record is not None else "malformed"
        verdicts.append(otherwise if outcome.status else expected)
        if outcome.status:
            told = "".join(f"\n  {taken}" for taken in claim.taken)
            failures.append(Failure(str(equation.path), line, f"{label}{outcome.message}{told}", outcome.status))
    worst = next((v for v in ("malformed", "refuted", "unknown") if v in verdicts), "proved")
    if len(claims) > 1 and expect == worst:
        failures = []
    elif len(claims) > 1 and worst == "proved":
        failures.append(Failure(str(equation.path), equation.line, f"expected {expect}, but all is proved", 1))
    ledger.report.failures.extend(failures)
    if not failures:
        ledger.report.passed.extend(Passed(str(equation.path), equation.line, claim.text) for claim in claims)


def _row(claim: Claim, record: ClaimRecord | None, end: int) -> range:
    """The places of the right side and what follows it of the link of a chain that does not hold; else none."""
    starts = [claim.spans[link.right][0] for link in claim.links if link.right in claim.spans]
    if record is None or record.link is None or record.link.right not in claim.spans:
        return range(0)
    start = claim.spans[record.link.right][0]
    return range(start, min((each for each in starts if each > start), default=end))


def _declared(ledger: _Ledger, binding: _Binding, named: set[str], sizes: set[str]) -> dict[str, str]:
    """What is declared for an equation, by name: what is bound to it, and of the rest what it names, the latest first.

    A name is an array or a size, so that an array with the name of a size that is declared later is left out. A
    definition names what it is made of; `sizes` are to be sizes of something.
    """
    wanted, waiting = set(named), [*named]
    while waiting:
        defined = ledger.definitions.get(waiting.pop())
        more = defined.names - wanted if defined is not None else set()
        wanted |= more
        waiting += more
    kept = {_name(text): text for text in binding.declared}
    taken = {size for text in kept.values() for size in _sizes(text)} | {*map(_stem, kept)}
    for name, text in reversed(ledger.declared.items()):
        of_it = _sizes(text)
        if (wanted & {name, _stem(name)} or of_it & sizes) and name not in {*kept} | taken and not of_it & {*kept}:
            kept = {name: text, **kept}
            taken |= of_it
    return kept


def _names_in(latex: str) -> Iterator[str]:
    """The names in a formula, and those of arrays whose entries are written in small letters."""
    seen = tokens(Source(latex, is_latex=True), 0)
    for token, following in zip(seen, [*seen[1:], None], strict=True):
        if token.kind in ("LETTER", "WORD"):
            yield token.text
            if following is not None and following.kind == "SUB":
                yield token.text.upper()


def _name(declaration: str) -> str:
    """The name that is declared."""
    before = re.split(r"[\[(]|\\in\b|\s(?=complex|int)", declaration, maxsplit=1)[0].strip()
    base, below, rest = before.partition("_") if "\\" in before else (before, "", "")
    return next(_names_in(base), base) + below + re.sub(r"[{}\s\\]", "", rest) if "\\" in before else before


def _stem(name: str) -> str:
    """A name without what stands below it."""
    return re.split(r"_|\d", name, maxsplit=1)[0] or name


def _sizes(declaration: str) -> set[str]:
    """The names in the sizes of a declaration."""
    match = re.search(r"\[.*\]", declaration, re.DOTALL)
    return {*re.findall(r"[^\W\d]\w*", match[0])} if match else set()


# Places and messages


def _labels(equation: Equation, places: Sequence[int]) -> list[str]:
    """The label of each claim, which stands between its place and that of the next one."""
    if len(places) < 2:
        return [_called(equation)] * len(places)
    ends = [*places[1:], len(equation.source)]
    return [_label_within(equation, range(place, end)) for place, end in zip(places, ends, strict=True)]


def _label_within(equation: Equation, places: range) -> str:
    """The first label that stands there."""
    labels = zip(equation.labels, equation.label_places, strict=False)
    return next((f"{label}: " for label, place in labels if place in places), "")


def _called(equation: Equation) -> str:
    return f"{equation.labels[0]}: " if equation.labels else ""


def _in_document(claim: Claim, equation: Equation, start: int) -> Claim:
    """A claim whose parts have their places in the document; those of declarations have none."""
    origin = equation.expansion.origin
    spans = {part: origin((a - start, b - start)) for part, (a, b) in claim.spans.items() if a >= start}
    return replace(claim, text=equation.source, spans=spans)


def _in_source(error: SymconvError, equation: Equation, declare: str) -> SymconvError:
    """An error of what was read, with its place in the document, or in the declarations."""
    text = declare + equation.expansion.text
    if error.span is not None and error.text == text and error.span[0] >= len(declare):
        error.text = equation.expansion.text
        error.span = error.span[0] - len(declare), max(error.span[1] - len(declare), 0)
        return equation.expansion.located(error, equation.source)
    return error


def _place(equation: Equation, error: SymconvError) -> tuple[int, str]:
    """The line of an error in an equation, and what it says."""
    if error.span is not None and error.text == equation.source:
        return equation.line_of(error.span[0]), str(error)
    return equation.line, str(error)
