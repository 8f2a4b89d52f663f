"""The page of all operators, from the registry: `python -m symconv.publish.operator_pages > docs/operators.md`."""

from __future__ import annotations

import doctest
import inspect
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from symconv.operators import REGISTRY, Operator

INTRODUCTION = """\
# Operators

Written from the definitions by `python -m symconv.publish.operator_pages > docs/operators.md`.

A name means what it means in the library that it comes from: argument names, defaults, offsets and shapes included.
For every operator there is its signature, its example as claims write it, and the index formula of the example's
entries. An entry outside an array is 0.
"""

TITLES = {
    "sliding": "Sliding",
    "products": "Products",
    "layout": "Layout",
    "layers": "Layers",
    "structured": "Structured arrays",
    "transforms": "Fourier transforms",
    "calculus": "Calculus",
    "XLA": "XLA",
    "arithmetic": "Arithmetic",
    "functions": "Functions and bound indices",
}

_LETTERS = "mnpqrst"


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *sections(REGISTRY.values())])


def sections(operators: Iterable[Operator]) -> Iterator[str]:
    """What is said of operators, family by family."""
    families: dict[str, list[Operator]] = {family: [] for family in TITLES}
    for op in operators:
        families.setdefault(op.family, []).append(op)
    for family, members in families.items():
        if members:
            yield f"## {TITLES.get(family, family)}\n"
        yield from (section(op) for op in sorted(members, key=lambda op: op.name))


def section(op: Operator) -> str:
    """What the page says about one operator."""
    from symconv.printing.as_text import expression_text

    paragraphs = [" ".join(p.split()) for p in inspect.cleandoc(op.__doc__ or "").partition(">>>")[0].split("\n\n")]
    described = "\n\n".join(re.sub(r"([*_<>|])", r"\\\1", p) if "`" not in p else p for p in paragraphs if p)
    shown = example(op)
    lines = [f"### {op.name}", "", f"    {op.call}", "", described, ""]
    lines += [f"`{expression_text(shown)}`:", "", f"$$\n{entries(shown)}\n$$", ""]
    return "\n".join(lines)


def example(op: Operator) -> Any:
    """The expression that the last line of the docstring's example makes.

    >>> example(REGISTRY["flip"])
    flip(K)
    """
    names = dict(vars(sys.modules[op.__module__]))
    *setup, last = doctest.DocTestParser().get_examples(op.__doc__ or "")
    for line in setup:
        exec(line.source, names)
    return eval(re.sub(r"\.(shape|ndim)\s*$", "", last.source).strip(), names)


def entries(expr: Any) -> str:
    """The expression's entry at an index, and the index formula of this entry, as LaTeX."""
    from symconv.algebra.polynomials import Poly
    from symconv.derivations.periodic import modular
    from symconv.expressions.conversion import symbol
    from symconv.expressions.tensors import Tensor
    from symconv.expressions.unfolding import Ranges, unfolded
    from symconv.formulas.axis import from_digits
    from symconv.formulas.language import Read
    from symconv.printing.as_latex import formula_latex, names_in
    from symconv.printing.index_names import readable
    from symconv.printing.term_order import Names

    taken = {s.name for s in expr.free_symbols | {symbol(t.name) for t in expr.atoms(Tensor)}}
    free = iter([letter for letter in _LETTERS if letter not in taken] + [f"i_{k}" for k in range(9)])
    sizes = {next(free): digit for axis in expr.axes for digit in axis.digits}
    index = from_digits(expr.axes, map(Poly.name, sizes))
    formula = modular(unfolded(Read(expr, index), Ranges(sizes)))
    known = names_in(expr)
    names = Names((*known.indices, *sizes), known.sizes)
    left = formula_latex(Read(expr, index), names)
    return f"{left} = {formula_latex(readable(formula, {*taken, *sizes}), names)}"


if __name__ == "__main__":
    sys.stdout.write(page())
