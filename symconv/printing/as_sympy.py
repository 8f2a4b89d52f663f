"""Expressions as SymPy's own: sums over entries, and entries written out at concrete sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import sympy
from sympy import Expr, ImmutableDenseNDimArray, Indexed, IndexedBase, Integer, Piecewise

from symconv.algebra.polynomials import Poly
from symconv.expressions.conversion import symbol, to_poly, to_sympy
from symconv.expressions.latex_names import name_latex
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.expressions.unfolding import Ranges, numbers, unfolded, written
from symconv.formulas.axis import from_digits, from_positions, positions
from symconv.formulas.conditions import Compare
from symconv.formulas.language import Array, Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When
from symconv.formulas.walking import substitute
from symconv.kernel.comparison import formulas_equal
from symconv.kernel.context import Context
from symconv.printing.as_latex import poly_latex
from symconv.printing.index_names import readable, renaming


class Entry(Indexed):
    """An entry of a tensor: 0 as soon as its index is known to lie outside.

    >>> from symconv import sizes
    >>> from sympy import Symbol
    >>> m = Symbol("m", integer=True)
    >>> entry = Entry.of(Tensor("x", sizes("n")), (m - 1,))
    >>> entry, entry.subs(m, 0)
    (x[m - 1], 0)
    """

    def __new__(cls, base: Any, *index: Any, **options: Any) -> Any:
        for i, size in zip(index, base.shape or (), strict=False):
            if (i.is_Integer and i < 0) or (i - size).is_nonnegative:
                return Integer(0)
        return Indexed.__new__(cls, base, *index, **options)

    @staticmethod
    def of(tensor: Tensor, index: tuple[Expr, ...]) -> Expr:
        """The entry of a tensor; a scalar is a symbol."""
        options = {} if tensor.is_complex_valued else {"real": True}
        if not index:
            return sympy.Symbol(tensor.name, **options)
        return Entry(IndexedBase(tensor.name, shape=tensor.shape, **options), *index)

    def _sympystr(self, printer: Any) -> str:
        return f"{self.base}[{', '.join(str(to_poly(i)) for i in self.indices)}]"

    def _latex(self, printer: Any) -> str:
        return f"{name_latex(str(self.base))}_{{{','.join(poly_latex(to_poly(i)) for i in self.indices)}}}"


def as_sums(expr: TensorExpr) -> Expr:
    """One entry of an expression as nested sums over entries of tensors, at indices m, n, … of an array.

    >>> from symconv import convolve, sizes
    >>> N, M = sizes("N M")
    >>> as_sums(convolve(Tensor("x", N), Tensor("k", M)))
    Sum(k[u]*x[m - u], (u, 0, M - 1))
    """
    taken = {s.name for s in expr.free_symbols if hasattr(s, "name")} | {t.name for t in expr.atoms(Tensor)}
    hints = iter("mnpqrs" + "t" * sum(len(axis.digits) for axis in expr.axes))
    dotted = [[f"{next(hints)}.{i}.{k}" for k in range(len(axis.digits))] for i, axis in enumerate(expr.axes)]
    names = renaming([n for group in dotted for n in group], taken)
    digits = [d for axis in expr.axes for d in axis.digits]
    sizes = dict(zip((n for group in dotted for n in group), digits, strict=True))
    index = from_digits(expr.axes, map(Poly.name, sizes))
    formula = unfolded(Read(expr, index), Ranges(sizes), _comparison(expr, sizes))
    named = substitute(formula, {old: Poly.name(new) for old, new in names.items()})
    return formula_expression(readable(named, {*taken, *names.values()}))


def _comparison(expr: TensorExpr, ranges: Mapping[str, Poly]) -> Callable[[Formula, Formula], bool]:
    """Whether the kernel proves two entries of an expression equal."""
    sizes = tuple(dict.fromkeys(n for t in sorted(expr.atoms(Tensor), key=str) for a in t.axes for n in a.size.names))
    others = tuple(s.name for s in expr.free_symbols if isinstance(s, sympy.Symbol) and s.name not in sizes)
    within = [Compare(end, ">=") for n, size in ranges.items() for end in (Poly.name(n), size - 1 - Poly.name(n))]
    context = Context(sizes, others, tuple(ranges), tuple(within))

    def equal(left: Formula, right: Formula) -> bool:
        return formulas_equal(left, right, context)

    return equal


def formula_expression(formula: Formula) -> Expr:
    """An index formula as a SymPy expression."""
    match formula:
        case Scalar(value):
            return to_sympy(value)
        case Read(array, index):
            flat = [to_sympy(position) for position in positions(array.axes, index)]
            if isinstance(array, Tensor):
                return Entry.of(array, tuple(flat))
            return Integer(0) if _is_outside(array, flat) else array[tuple(flat)] if flat else array  # type: ignore[index]
        case Sum(name, lower, upper, body):
            return _sum(formula_expression(body), sympy.Tuple(symbol(name), to_sympy(lower), to_sympy(upper - 1)))
        case Plus(terms):
            return sympy.Add(*map(formula_expression, terms))
        case Times(factors):
            return sympy.Mul(*map(formula_expression, factors))
        case When(conditions, body):
            return Piecewise((formula_expression(body), sympy.And(*map(_condition, conditions))), (0, True))
        case Conj(body):
            return sympy.conjugate(formula_expression(body))
        case Call(function, body):
            return sympy.Function(function)(formula_expression(body))


def _sum(body: Expr, limits: Expr) -> Expr:
    """The sum; beside a sum of cases as it stands, as SymPy would take cases of that one's index out of it."""
    if not any(inner.has(Piecewise) for inner in body.atoms(sympy.Sum)):
        return sympy.Sum(body, limits)
    made = Expr.__new__(sympy.Sum)
    made._args = (body, limits)  # noqa: SLF001  as SymPy's own constructor does, but for the cases
    made.is_commutative = body.is_commutative
    return made


def _is_outside(array: Array, position: Sequence[Expr]) -> bool:
    """Whether a number in an index lies outside for certain; another one would count from the end."""
    sizes = (axis.size.integer for axis in array.axes)
    return any(i.is_Integer and (i < 0 or n is not None and i >= n) for i, n in zip(position, sizes, strict=True))


def _condition(condition: Compare) -> Any:
    left = to_sympy(condition.poly)
    return {">=": sympy.Ge, "==": sympy.Eq, "!=": sympy.Ne}[condition.relation](left, 0)


def written_out(expr: TensorExpr) -> Any:
    """The entries written out where all sizes are numbers: a nested array, or a scalar; else the expression.

    >>> from symconv import convolve
    >>> written_out(convolve(Tensor("x", 2), Tensor("k", 2)))
    [k[0]*x[0], k[0]*x[1] + k[1]*x[0], k[1]*x[1]]
    """
    shape = [axis.size.integer for axis in expr.axes]
    tensors = [] if isinstance(expr, Tensor) and not expr.axes else sorted(expr.atoms(Tensor), key=str)
    symbolic = any(axis.size.integer is None for t in tensors for axis in t.axes)
    if symbolic or any(n is None for n in shape) or isinstance(expr, Tensor) and not expr.axes:
        return expr
    sizes = [n for n in shape if n is not None]
    reads = (Read(expr, from_positions(expr.axes, at)) for at in product(*map(range, sizes)))
    entries = [formula_expression(numbers(written(unfolded(read, Ranges())))) for read in reads]
    return ImmutableDenseNDimArray(entries, tuple(sizes)) if sizes else entries[0]


__all__ = ["Entry", "as_sums", "formula_expression", "written_out"]
