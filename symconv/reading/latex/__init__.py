r"""Claims in LaTeX: a strict grammar of ours, and a second reader for every scalar.

A formula is read into the syntax trees of claim text, so that a claim in LaTeX means what its
reading means, and `str(claim)` is that reading. Nothing is skipped and nothing is guessed: what
is unknown, and what can be read in two ways, is an error at its place.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from symconv.claims import assembled
from symconv.claims.expression_reader import Reader
from symconv.claims.syntax import Source
from symconv.errors import SymconvError
from symconv.reading.latex.formula_statements import Statements, colon
from symconv.reading.latex.subscripts import IMAGINARY

__all__ = ["read"]


def read(latex: str, declare: str = "") -> Any:
    r"""The claim that a formula states; `declare` holds the declarations if they do not stand before a colon.

    Raises `SymconvError`, with the place in the text, for what is not known or ambiguous, and `Unsupported`
    without the extra [latex].

    >>> print(read(r"x * k = k * x", declare="x[N], k[M]"))
    x[N], k[M]: convolve(x, k) == convolve(k, x)
    """
    for text in (latex, declare):
        if not isinstance(text, str):
            raise SymconvError(f"a claim is a text, not {type(text).__name__}")
    text = f"{declare}: {latex}" if declare.strip() else latex
    source = Source(text, is_latex=True)
    end = len(declare) if declare.strip() else colon(text)
    reader = Statements(source)
    if end is not None:
        reader.declared(end)
    sides, hypotheses, exactly = reader.formula(0 if end is None else end + 1)
    names = replace(reader.names, is_open=False, hints={"i": IMAGINARY, "j": IMAGINARY})
    claim = assembled(Reader(names), sides, hypotheses, exactly)
    return replace(claim, taken=tuple(said for _, said in sorted(reader.taken)))
