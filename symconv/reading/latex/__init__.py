r"""Claims in LaTeX: a strict grammar of ours, and a second reader for every scalar.

A formula is read into the syntax trees of claim text, so that a claim in LaTeX means what its
reading means, and `str(claim)` is that reading. Nothing is skipped and nothing is guessed: what
is unknown, and what can be read in two ways, is an error at its place.

The passes: the author's `macros` to what they stand for, characters to `tokens`, tokens to the tree of the `grammar`,
its parts by their `forms` to syntax trees whose names are open, the members of a chain to a statement, and from there
on as claim text; `docs/architecture.md` has them all. What a symbol, a word or a form of LaTeX is, stands in
`latex_notations`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from symconv.claims import Claim, assembled, parse
from symconv.claims.definitions import Definition
from symconv.claims.names import Names, quoted
from symconv.claims.reader_state import Reader
from symconv.claims.syntax import Source
from symconv.errors import SymconvError
from symconv.reading.latex.identifiers.authors_spelling import spelling
from symconv.reading.latex.identifiers.declared_names import IMAGINARY
from symconv.reading.latex.identifiers.formula_declarations import colon, declarations
from symconv.reading.latex.notations import by_cases, derivatives, expression_forms, juxtaposition, norms, summation
from symconv.reading.latex.stated.formula_statements import Statement, statements
from symconv.reading.latex.tex_sources.macros import Expansion, Macros, defined, prepared

__all__ = ["by_cases", "derivatives", "expression_forms", "juxtaposition", "norms", "read", "read_all", "summation"]


#: What is said of names that stand for nothing in formulas.
_PRIME = r"a transpose is written {0}^{{\top}}; or declare {0}'"
_UNIT = {"e": r"unit vectors are not read: write entries, A_{i,j}, A_{i,:} or A_{:,j}"}


def read(latex: str, declare: str = "", macros: str | Macros = "", base: int | None = None) -> Any:
    r"""The claim that a formula states; `declare` holds the declarations if they do not stand before a colon, `macros`
    the author's definitions if they do not.

    Raises `SymconvError`, with the place in the text, for what is not known or ambiguous, and `Unsupported`
    without the extra [latex].

    >>> print(read(r"x * k = k * x", declare="x[N], k[M]"))
    x[N], k[M]: convolve(x, k) == convolve(k, x)
    """
    stated = read_all(latex, declare, macros, base=base)
    claims = [claim for claim in stated if isinstance(claim, Claim)]
    if len(claims) == 1:
        return claims[0]
    text = f"{declare}: {latex}" if declare.strip() else latex
    if claims:
        message, hint = f"these are {len(claims)} claims", "read_all reads several, as the command line does"
    else:
        name = quoted(next(d.name for d in stated if isinstance(d, Definition)))
        message = f"{name} is not declared, so that this defines it and states nothing"
        hint = f"declare {name}, or say what else it equals"
    raise SymconvError(message, hint=hint).located(text, (0, len(text)))


def read_all(
    latex: str,
    declare: str = "",
    macros: str | Macros = "",
    *,
    definitions: Sequence[Definition] = (),
    base: int | None = None,
) -> tuple[Claim | Definition, ...]:
    """What a formula states and defines, in its order; `definitions` are those of the formulas before."""
    for text in (latex, declare):
        if not isinstance(text, str):
            raise SymconvError(f"a claim is a text, not {type(text).__name__}")
    has_declarations = bool(declare.strip())
    text = f"{declare}: {latex}" if has_declarations else latex
    expansion = prepared(text, defined(macros) if isinstance(macros, str) else macros)
    if expansion is None:
        stated = _stated(text, len(declare) if has_declarations else None, definitions, base)
        return tuple(_spelled(each, text) for each in stated)
    try:
        end = expansion.place(len(declare)) if has_declarations else None
        stated = _stated(expansion.text, end, definitions, base)
    except SymconvError as error:
        raise expansion.located(error, text) from None
    return tuple(_as_written(each, expansion, text) for each in stated)


def _as_written(stated: Claim | Definition, expansion: Expansion, text: str) -> Claim | Definition:
    """What was read from the text that macros stand for, with the places of what the author wrote."""
    if isinstance(stated, Definition):
        return replace(stated, text=text)
    notation = spelling(expansion.text, stated)
    return replace(
        stated,
        text=text,
        spelling=notation,
        spans={part: expansion.origin(span) for part, span in stated.spans.items()},
    )


def _spelled(stated: Claim | Definition, text: str) -> Claim | Definition:
    """What was read, with the notation of the text."""
    return stated if isinstance(stated, Definition) else replace(stated, spelling=spelling(text, stated))


def _stated(
    text: str, end: int | None, definitions: Sequence[Definition], base: int | None
) -> tuple[Claim | Definition, ...]:
    """What a text without macros states, whose declarations end here."""
    names = Names(Source(text, is_latex=True), is_open=True)
    reader = Reader(names)
    end = colon(text) if end is None else end
    if end is not None:
        declarations(reader, end)
    names.hints = {f"{name}_prime": _PRIME.format(name) for name in names.tensors} | _UNIT
    place = (0 if end is None else end + 1, len(text))
    known = replace(names, is_open=False, hints={**names.hints, "i": IMAGINARY, "j": IMAGINARY})
    found: list[Claim | Definition] = []
    for stated in statements(reader, place, definitions, base):
        if isinstance(stated, Statement):
            fresh = Reader(replace(known, free=set(), integers=set()))
            try:
                claim = assembled(fresh, stated.sides, stated.hypotheses, stated.exactly)
                if stated.uses:
                    parse(str(claim))  # a name that only a definition has could stand for anything
            except SymconvError as error:
                if error.text != text:
                    error.text, error.span = text, place
                raise
            found.append(replace(claim, taken=stated.taken, uses=stated.uses))
        else:
            found.append(stated)
    return tuple(found)
