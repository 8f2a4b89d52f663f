r"""The second reader of scalars: latex2sympy2, or its successor where that cannot be imported.

Both have a grammar of their own, so that a notation that means something else to them is found
out. They get every name as a plain letter: what a name is, is not theirs to say.
"""

from __future__ import annotations

import ast
import contextlib
import io
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sympy import Basic, Expr, FiniteSet, Symbol

from symconv.errors import SymconvError, Unsupported
from symconv.expressions.conversion import symbol, to_poly
from symconv.expressions.tensors import TensorExpr
from symconv.limits import MAX_DEPTH_READ_TWICE, MAX_READ_TWICE
from symconv.reading.latex.shared_parts.filled import check_sized
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand

#: Letters that mean nothing of their own to either reader.
LETTERS = "abckmnpqrstvwxyz"
_SHOWN = {
    "_LBRACE": "{", "_RBRACE": "}", "_FRAC": r"\frac", "CDOT": r"\cdot", "TIMES": r"\times",
    "_LPAR": "(", "_RPAR": ")", "_LSET": "(", "_RSET": ")",
}  # fmt: skip
_OPENS, _CLOSES = ("_LBRACE", "_LPAR", "_LSET"), ("_RBRACE", "_RPAR", "_RSET")


def settle(formula: Formula, number: Operand) -> Operand:
    """Compare a whole scalar with what the second reader makes of it."""
    check_sized(formula, number)
    if not number.pure or number.last - number.first < 2 or isinstance(number.node, ast.Constant):
        return number
    text, names, nested = _rendered(formula, number)
    if len(names) == 1 and text == _letter(0)[0]:
        return number
    if number.last - number.first > MAX_READ_TWICE or nested > MAX_DEPTH_READ_TWICE:
        raise formula.error("this number is too long to be read twice", number, "write it in several parts")
    reading = second_reading(text)
    if reading is None:
        raise formula.error(f"{AMBIGUOUS}: the second reader of scalars cannot read it", number)
    ours = formula.value(number.node)
    try:
        theirs = reading.xreplace({_letter(i)[1]: value for i, value in enumerate(names)})
        same = isinstance(theirs, Expr) and to_poly(theirs) == to_poly(ours)
    except (SymconvError, ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
        theirs, same = reading, False
    if not same:
        hint = f"it is read as {ours} here, and as {theirs} by the second reader"
        raise formula.error(AMBIGUOUS, number, hint if len(hint) < 120 else "write brackets or \\cdot")
    return number


def opaque(formula: Formula, number: Operand) -> Operand:
    """Let the second reader see a part as one name."""
    value = formula.value(number.node)
    if isinstance(value, Expr) and not isinstance(value, TensorExpr):
        formula.opaque[number.first] = (number.last, value)
    return number


def _rendered(formula: Formula, number: Operand) -> tuple[str, list[Expr], int]:
    """A number as text for the second reader, what its names stand for, and how deeply brackets are nested."""
    words: list[str] = []
    names: dict[Expr, int] = {}
    place, depth, nested = number.first, 0, 0
    while place < number.last:
        token = formula.tokens[place]
        end, value = formula.opaque.get(place, (place + 1, None))
        if end > number.last:
            end, value = place + 1, None
        is_name = token.kind in ("LETTER", "WORD")
        if value is None and is_name and token.text not in ("e", "max", "min", "exp", "pi"):
            value = (formula.bound.get(token.text) or symbol(token.text)) + formula.offset(token.text)
        if value is not None:
            words.append(_letter(names.setdefault(value, len(names)))[0])
        elif is_name:
            words.append(token.text if token.text == "e" else "\\" + token.text)
        else:
            depth += (token.kind in _OPENS) - (token.kind in _CLOSES)
            words.append(_SHOWN.get(token.kind, token.text))
        nested = max(nested, depth)
        place = end
    return " ".join(words), list(names), nested


def _letter(number: int) -> tuple[str, Symbol]:
    """The name that the second reader sees for the n-th name of a run, and what it makes of it."""
    if number < len(LETTERS):
        return LETTERS[number], Symbol(LETTERS[number])
    return f"x_{{{number}}}", Symbol(f"x_{number}")


@lru_cache(maxsize=1)
def second_reader() -> Callable[[str], Any]:
    """The function that reads one scalar; raises `Unsupported` where neither package is installed."""
    missing: list[ImportError] = []
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for load in (_latex2sympy2, _extended):
            try:
                return load()
            except ImportError as error:
                missing.append(error)
    # An import that fails inside of a package says more than that the other one is not there.
    telling = next((error for error in missing if not (error.name or "").startswith("latex2sympy2")), missing[-1])
    raise Unsupported(f"reading LaTeX needs latex2sympy2: {telling}", hint='pip install "symconv[latex]"')


def _latex2sympy2() -> Callable[[str], Any]:
    from latex2sympy2 import latex2sympy

    return latex2sympy


def _extended() -> Callable[[str], Any]:
    from latex2sympy2_extended import latex2sympy
    from latex2sympy2_extended.latex2sympy2 import ConversionConfig

    config = ConversionConfig(interpret_as_mixed_fractions=False, lowercase_symbols=False)
    return lambda text: latex2sympy(text, conversion_config=config)


@lru_cache(maxsize=4_096)
def second_reading(text: str) -> Basic | None:
    r"""What the second reader makes of a scalar; None if it cannot read it.

    >>> second_reading(r"\frac { 1 } { a b }")
    1/(a*b)
    """
    read = second_reader()
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            number = read(text)
        except Exception:  # whatever goes wrong in there, it is not a reading
            return None
    if isinstance(number, FiniteSet) and len(number) == 1:  # braces that hold one number are no set here
        (number,) = number.args
    return number if isinstance(number, Basic) else None
