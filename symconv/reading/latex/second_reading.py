r"""The second reader of scalars: latex2sympy2, or its successor where that cannot be imported.

Both have a grammar of their own, so that a notation that means something else to them is found
out. They get every name as a plain letter: what a name is, is not theirs to say.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sympy import Basic, Symbol

from symconv.errors import Unsupported

#: Letters that mean nothing of their own to either reader.
LETTERS = "abckmnpqrstvwxyz"
MAX_TOKENS = 100
MAX_NESTED = 8


def letter(number: int) -> str:
    """The name that the second reader sees for the n-th name of a run."""
    return LETTERS[number] if number < len(LETTERS) else f"x_{{{number}}}"


def symbol(number: int) -> Symbol:
    """What the second reader makes of `letter(number)`."""
    return Symbol(LETTERS[number] if number < len(LETTERS) else f"x_{number}")


@lru_cache(maxsize=1)
def second_reader() -> Callable[[str], Any]:
    """The function that reads one scalar; raises `Unsupported` where neither package is installed."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            return _latex2sympy2()
        except ImportError:
            pass
        try:
            return _extended()
        except ImportError as error:
            raise Unsupported(
                f"reading LaTeX needs latex2sympy2: {error}", hint='pip install "symconv[latex]"'
            ) from None


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
            made = read(text)
        except Exception:  # whatever goes wrong in there, it is not a reading
            return None
    return made if isinstance(made, Basic) else None
