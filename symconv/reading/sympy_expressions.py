"""SymPy's own expressions as expressions of tensors: sums over entries, matrices, array expressions, cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from itertools import product
from typing import Any

import sympy
from sympy import Basic, Expr, Symbol
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement, MatrixExpr
from sympy.matrices.expressions.special import OneMatrix
from sympy.matrices.matrixbase import MatrixBase
from sympy.tensor.array import NDimArray
from sympy.tensor.array.expressions import array_expressions as arrays

from symconv.algebra.polynomials import Poly
from symconv.errors import SymconvError, Unsupported
from symconv.expressions.conversion import symbol, to_poly
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Tensor, TensorExpr, as_tensor
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import negation
from symconv.operators.conditional import written

FOREIGN = (
    sympy.Indexed, sympy.IndexedBase, MatrixExpr, MatrixBase, MatrixElement, NDimArray, arrays.ArraySymbol,
    arrays.ArrayElement, arrays._CodegenArrayAbstract, arrays.ZeroArray, arrays.OneArray, sympy.Sum, sympy.Piecewise,
    sympy.Trace, sympy.KroneckerDelta,
)  # fmt: skip
"""What makes a SymPy expression more than a number."""

MAX_DEPTH = 100
Cells = list[tuple[Compare, ...]]


def is_foreign(value: Any) -> bool:
    """Whether a value holds SymPy's own arrays, sums or cases, outside of tensors."""
    if not isinstance(value, (Basic, MatrixBase, NDimArray)) or isinstance(value, TensorExpr):
        return False
    if isinstance(value, FOREIGN):
        return True
    return not isinstance(value, sympy.Tuple) and any(map(is_foreign, value.args))


def from_sympy(*sides: Any) -> tuple[TensorExpr, ...]:
    """SymPy expressions as expressions of tensors, in which one name means one thing.

    A `MatrixSymbol`, an `ArraySymbol` and an `IndexedBase` with a shape are tensors, real unless something is
    conjugated; an entry outside is 0. A `Sum` follows SymPy's convention for ranges that run backwards. Names in
    indices, shapes, bounds and conditions are whole numbers, others are scalars. Raises `Unsupported` for what is
    not known, and `SymconvError` for an `IndexedBase` without a shape.

    >>> n, u = sympy.symbols("n u", integer=True)
    >>> x = sympy.IndexedBase("x", shape=(n,))
    >>> from_sympy(sympy.Sum(x[u] ** 2, (u, 0, n - 1)))
    (sum(x[u]**2 for u in range(n)),)
    """
    try:
        for side in sides:
            _check_depth(side)
        integers = {name for side in sides for name in _integers(side)}
        conjugated = any(side.has(sympy.conjugate, sympy.Adjoint) for side in sides)
        reader = _Reader(integers, conjugated)
        return tuple(reader.read(side) for side in sides)
    except SymconvError:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Unsupported(f"this is no expression as SymPy itself forms it: {error}") from None


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [a for v in level for a in getattr(v, "args", ()) if isinstance(a, Basic)]
        if not level:
            return
    raise Unsupported("this expression is nested too deeply")


def _integers(node: Any) -> Iterable[str]:
    """The names that stand where only whole numbers can: indices, shapes, bounds."""
    match node:
        case sympy.Indexed() | MatrixElement() | arrays.ArrayElement():
            places: tuple[Any, ...] = node.indices if isinstance(node, (sympy.Indexed, arrays.ArrayElement)) else ()
            places = node.args[1:] if isinstance(node, MatrixElement) else places
            yield from _names(places)
            yield from _integers(node.args[0])
        case sympy.IndexedBase():
            yield from _names(node.shape or ())
        case sympy.MatrixSymbol() | arrays.ArraySymbol():
            yield from _names(node.shape)
        case sympy.Sum():
            yield from _names(part for limit in node.limits for part in limit)
            yield from _integers(node.function)
        case MatrixBase() | NDimArray():
            for entry in node.flat() if isinstance(node, MatrixBase) else sympy.flatten(node.tolist()):
                yield from _integers(entry)
        case TensorExpr():
            yield from _names([node])
        case Basic():
            for arg in node.args:
                yield from _integers(arg)


def _names(parts: Iterable[Any]) -> set[str]:
    return {s.name for p in parts if isinstance(p, Basic) for s in p.atoms(Symbol)}


class _Reader:
    """Reads the sides of one claim."""

    def __init__(self, integers: set[str], conjugated: bool) -> None:
        self.integers, self.conjugated = integers, conjugated
        self.tensors: dict[str, Tensor] = {}

    def read(self, node: Any) -> TensorExpr:
        """The expression that a node stands for."""
        if isinstance(node, TensorExpr):
            return node
        if isinstance(node, Expr) and not is_foreign(node) and self._is_number(node):
            return self.scalar(node)
        for kinds, read in _READERS.items():
            if isinstance(node, kinds):
                return read(self, node)
        if isinstance(node, Expr) and not node.args or isinstance(node, (sympy.exp, sympy.floor, sympy.Mod)):
            return self.scalar(node)
        raise Unsupported(f"SymPy's {type(node).__name__} is not understood: {_short(node)}")

    def scalar(self, node: Expr) -> TensorExpr:
        """A number, a whole number of some name, or a scalar."""
        if isinstance(node, Symbol) and node.name not in self.integers and not node.is_integer:
            return self.tensor(node, node.name, (), node.is_real is not True)
        loose = [s for s in node.atoms(Symbol) if s.name not in self.integers and not s.is_integer]
        if loose:
            raise Unsupported(f"the scalar '{loose[0]}' in {_short(node)}", hint="declare it integer=True if it is one")
        return REGISTRY["number"](self.number(node))

    def tensor(self, node: Any, name: str, shape: Iterable[Any], may_be_complex: bool = True) -> TensorExpr:
        """The tensor of a name; one name is one tensor."""
        made = Tensor(name, *map(self.whole, shape), complex=self.conjugated and may_be_complex)
        if self.tensors.setdefault(name, made) != made:
            raise SymconvError(f"two tensors are called '{name}'", hint="give them different names")
        return made

    def number(self, value: Any) -> Expr:
        """A number with the symbols that claims use."""
        value = sympy.sympify(value)
        if not isinstance(value, Expr) or is_foreign(value):
            raise Unsupported(f"'{_short(value)}' is not a number of sizes and indices")
        value = value.xreplace({i: i.label for i in value.atoms(sympy.Idx)})
        value = value.xreplace({s: symbol(s.name) for s in value.atoms(Symbol)})
        to_poly(value)
        return value

    def whole(self, value: Any) -> Expr:
        """A whole number: a size, an index or a bound."""
        made = self.number(value)
        if not all(isinstance(c, int) for c in to_poly(made).terms.values()):
            raise Unsupported(f"'{_short(value)}' may be no whole number")
        return made

    def at(self, base: TensorExpr, index: Iterable[Any]) -> TensorExpr:
        """An entry, 0 outside the array."""
        key = tuple(map(self.whole, index))
        if len(key) != base.ndim:
            raise SymconvError(f"{len(key)} indices for '{base}', which has {base.ndim} axes")
        if any(k.is_Integer and k < 0 for k in key):
            raise Unsupported(f"an index of '{base}' is negative", hint="SymPy does not count from the end")
        return base[tuple(int(k) if k.is_Integer else k for k in key)]

    # Numbers

    def _add(self, node: Any) -> TensorExpr:
        return reduce(lambda a, b: a + b, map(self.read, node.args))

    def _multiply(self, node: Any) -> TensorExpr:
        return reduce(lambda a, b: a * b, map(self.read, node.args))

    def _power(self, node: Any) -> TensorExpr:
        base, exponent = node.args
        if not exponent.is_Integer or abs(exponent) > 16:
            raise Unsupported(f"the power {_short(node)}", hint="exponents of entries are whole numbers up to 16")
        if exponent > 0:
            return self.read(base) ** int(exponent)
        return REGISTRY["number"](1) / self.read(base) ** int(-exponent)

    def _is_number(self, node: Expr) -> bool:
        return all(map(self._whole, node.atoms(Symbol))) and not node.has(AppliedUndef, sympy.conjugate)

    def _whole(self, s: Symbol) -> bool:
        return s.name in self.integers or bool(s.is_integer)

    def _conjugate(self, node: Any) -> TensorExpr:
        return REGISTRY["conj"](self.read(node.args[0]))

    def _function(self, node: Any) -> TensorExpr:
        if len(node.args) != 1:
            raise Unsupported(f"a function of {len(node.args)} arguments: {_short(node)}")
        return REGISTRY["call"](node.func.__name__, self.read(node.args[0]))

    # Entries, sums and cases

    def _base(self, node: sympy.IndexedBase) -> TensorExpr:
        if node.shape is None:
            raise SymconvError(
                f"the shape of '{node.label}' is not known", hint=f'write IndexedBase("{node.label}", shape=(H, W))'
            )
        return self.tensor(node, str(node.label), node.shape, node.is_real is not True)

    def _entry(self, node: Any) -> TensorExpr:
        index = node.args[1:] if isinstance(node, MatrixElement) else node.indices
        return self.at(self.read(node.args[0]), index)

    def _sum(self, node: sympy.Sum) -> TensorExpr:
        made = self.read(node.function)
        for limit in node.limits:
            if len(limit) != 3:
                raise SymconvError(f"the sum over '{limit[0]}' has no bounds", hint="write Sum(…, (u, 0, h - 1))")
            name = _label(limit[0])
            if any(part.has(sympy.oo, -sympy.oo) for part in limit[1:]):
                raise Unsupported(f"the sum over '{name}' has no end", hint="write the range of the array's index")
            lower, upper = map(self.whole, limit[1:])
            forward = REGISTRY["index_sum"](made, name, lower, upper + 1)
            if self._forward(to_poly(upper + 1 - lower)):
                made = forward
            else:
                made = forward - REGISTRY["index_sum"](made, name, upper + 1, lower)
        return made

    def _forward(self, length: Poly) -> bool:
        """Whether a range cannot run backwards: sizes are at least 1."""
        sizes = {name for t in self.tensors.values() for axis in t.axes for name in [str(axis.size)]}
        least = length.substitute({n: Poly.of(1) for n in length.names if n in sizes})
        growing = all(c > 0 for m, c in length.terms.items() if m)
        return growing and least.constant is not None and least.constant >= 0

    def _piecewise(self, node: sympy.Piecewise) -> TensorExpr:
        rest: Cells = [()]
        made: list[TensorExpr] = []
        for value, condition in node.args:
            yes, no = self.cells(condition)
            body = self.read(value)
            if body != as_tensor(0):
                cases = [written(tuple(dict.fromkeys(a + b))) for a, b in product(rest, yes)]
                made += [REGISTRY["when"](body, case) for case in cases]
            rest = [a + b for a, b in product(rest, no)]
            if len(made) + len(rest) > 64:
                raise Unsupported("a Piecewise with too many cases")
        if rest:
            raise SymconvError("this Piecewise has no value where none of its conditions holds",
                               hint="end it with (0, True)")  # fmt: skip
        return reduce(lambda a, b: a + b, made or [as_tensor(0)])

    def cells(self, condition: Any) -> tuple[Cells, Cells]:
        """Disjoint cases in which a condition holds, and in which it does not."""
        match condition:
            case sympy.logic.boolalg.BooleanTrue():
                return [()], []
            case sympy.logic.boolalg.BooleanFalse():
                return [], [()]
            case sympy.Not():
                yes, no = self.cells(condition.args[0])
                return no, yes
            case sympy.And():
                yes, no = [()], []
                for part in condition.args:
                    more, less = self.cells(part)
                    no += [a + b for a, b in product(yes, less)]
                    yes = [a + b for a, b in product(yes, more)]
                return yes, no
            case sympy.Or():
                yes, no = self.cells(sympy.And(*(sympy.Not(part) for part in condition.args), evaluate=False))
                return no, yes
            case sympy.core.relational.Relational():
                return self._compared(condition)
        raise Unsupported(f"the condition {_short(condition)}", hint="conditions compare indices and sizes")

    def _compared(self, condition: Any) -> tuple[Cells, Cells]:
        loose = [s for s in condition.atoms(Symbol) if not self._whole(s)]
        if loose and not is_foreign(condition):
            raise Unsupported(f"'{loose[0]}' in the condition {_short(condition)} may be no whole number",
                              hint="declare it integer=True")  # fmt: skip
        left, right = (to_poly(self.number(side)) for side in condition.args)
        made = {
            sympy.Ge: Compare(left - right, ">="), sympy.Gt: Compare(left - right - 1, ">="),
            sympy.Le: Compare(right - left, ">="), sympy.Lt: Compare(right - left - 1, ">="),
            sympy.Eq: Compare(left - right, "=="), sympy.Ne: Compare(left - right, "!="),
        }.get(condition.func)  # fmt: skip
        if made is None or not all(isinstance(c, int) for c in made.poly.terms.values()):
            raise Unsupported(f"the condition {_short(condition)}", hint="conditions compare whole numbers")
        return [(made,)], [(negation(made),)]

    def _delta(self, node: Any) -> TensorExpr:
        yes, _ = self._compared(sympy.Eq(*node.args[:2], evaluate=False))
        return REGISTRY["when"](REGISTRY["number"](1), written(yes[0]))

    # Matrices

    def _symbol(self, node: Any) -> TensorExpr:
        return self.tensor(node, str(node.name), node.shape)

    def _matmul(self, node: Any) -> TensorExpr:
        scalars = [self.read(a) for a in node.args if not getattr(a, "is_Matrix", False)]
        matrices = [self.read(a) for a in node.args if getattr(a, "is_Matrix", False)]
        return reduce(lambda a, b: a * b, scalars + [reduce(lambda a, b: a @ b, matrices)])

    def _matpow(self, node: Any) -> TensorExpr:
        base, exponent = node.args
        if not exponent.is_Integer or not 0 <= exponent <= 16:
            raise Unsupported(f"the power {_short(node)}", hint="powers of matrices are 0 to 16")
        if exponent == 0:
            return REGISTRY["eye"](self.number(base.shape[0]))
        return reduce(lambda a, b: a @ b, [self.read(base)] * int(exponent))

    def _each(self, name: str) -> Callable[[Any], TensorExpr]:
        return lambda node: reduce(REGISTRY[name], map(self.read, node.args))

    def _hadamard(self, node: Any) -> TensorExpr:
        return self._each("multiply")(node)

    def _hadamard_power(self, node: Any) -> TensorExpr:
        base, exponent = node.args
        if not exponent.is_Integer or not 0 <= exponent <= 16:
            raise Unsupported(f"the power {_short(node)}", hint="exponents of entries are whole numbers up to 16")
        return self.read(base) ** int(exponent)

    def _kronecker(self, node: Any) -> TensorExpr:
        return self._each("kron")(node)

    def _transpose(self, node: Any) -> TensorExpr:
        return self.read(node.args[0]).T

    def _adjoint(self, node: Any) -> TensorExpr:
        return REGISTRY["conj"](self.read(node.args[0]).T)

    def _trace(self, node: Any) -> TensorExpr:
        return REGISTRY["trace"](self.read(node.args[0]))

    def _special(self, node: Any) -> TensorExpr:
        shape = tuple(map(self.whole, node.shape))
        if isinstance(node, (sympy.ZeroMatrix, arrays.ZeroArray)):
            return REGISTRY["zeros"](shape)
        return REGISTRY["eye"](shape[0]) if isinstance(node, sympy.Identity) else REGISTRY["ones"](shape)

    def _literal(self, node: Any) -> TensorExpr:
        def entries(value: Any) -> Any:
            return [entries(v) for v in value] if isinstance(value, list) else self.read(sympy.sympify(value))

        def stacked(value: Any) -> TensorExpr:
            if not isinstance(value, list):
                return value
            return REGISTRY["stack"]([stacked(v) for v in value])

        if 0 in node.shape or reduce(lambda a, b: a * b, node.shape, 1) > 4_096:
            raise Unsupported(f"an array of shape {tuple(node.shape)} written out")
        numbers = not any(is_foreign(e) or e.atoms(Symbol) for e in sympy.flatten(node.tolist()))
        return as_tensor(node.tolist()) if numbers else stacked(entries(node.tolist()))

    # Array expressions

    def _outer(self, node: Any) -> TensorExpr:
        return reduce(lambda a, b: REGISTRY["tensordot"](a, b, 0), map(self.read, node.args))

    def _contraction(self, node: Any) -> TensorExpr:
        return self._einsum(self.read(node.expr), node.contraction_indices, ())

    def _diagonal(self, node: Any) -> TensorExpr:
        return self._einsum(self.read(node.expr), node.diagonal_indices, node.diagonal_indices)

    def _einsum(self, base: TensorExpr, groups: Any, kept: Any) -> TensorExpr:
        """The axes of each group under one index, which is summed unless it is kept, last of all."""
        letters = [chr(ord("a") + k) for k in range(base.ndim)]
        if base.ndim > 26:
            raise Unsupported("an array with more than 26 axes")
        groups = [tuple(int(k) for k in group) for group in groups]
        joined = {k for group in groups for k in group}
        for group in groups:
            for k in group:
                letters[k] = letters[group[0]]
        out = [letters[k] for k in range(base.ndim) if k not in joined] + [
            letters[group[0]] for group in groups if kept
        ]
        return REGISTRY["einsum"](f"{''.join(letters)}->{''.join(out)}", base)

    def _permuted(self, node: Any) -> TensorExpr:
        return REGISTRY["transpose"](self.read(node.expr), tuple(node.permutation.array_form))

    def _reshaped(self, node: Any) -> TensorExpr:
        return REGISTRY["reshape"](self.read(node.expr), tuple(map(self.whole, node.shape)))


def _label(index: Any) -> str:
    return str(index.label.name if isinstance(index, sympy.Idx) else index.name)


def _short(node: Any) -> str:
    text = str(node)
    return text if len(text) <= 60 else f"{text[:57]}…"


_READERS: Mapping[Any, Callable[[_Reader, Any], TensorExpr]] = {
    sympy.IndexedBase: _Reader._base,
    (sympy.Indexed, MatrixElement, arrays.ArrayElement): _Reader._entry,
    sympy.Sum: _Reader._sum,
    sympy.Piecewise: _Reader._piecewise,
    sympy.KroneckerDelta: _Reader._delta,
    (sympy.MatrixSymbol, arrays.ArraySymbol): _Reader._symbol,
    (MatrixBase, sympy.ImmutableMatrix, NDimArray): _Reader._literal,
    sympy.MatMul: _Reader._matmul,
    sympy.MatPow: _Reader._matpow,
    sympy.HadamardProduct: _Reader._hadamard,
    sympy.HadamardPower: _Reader._hadamard_power,
    sympy.KroneckerProduct: _Reader._kronecker,
    sympy.Transpose: _Reader._transpose,
    sympy.Adjoint: _Reader._adjoint,
    sympy.Trace: _Reader._trace,
    (sympy.ZeroMatrix, sympy.Identity, OneMatrix, arrays.ZeroArray, arrays.OneArray): _Reader._special,
    arrays.ArrayTensorProduct: _Reader._outer,
    arrays.ArrayContraction: _Reader._contraction,
    arrays.ArrayDiagonal: _Reader._diagonal,
    arrays.PermuteDims: _Reader._permuted,
    arrays.Reshape: _Reader._reshaped,
    (sympy.Add, sympy.MatAdd, arrays.ArrayAdd): _Reader._add,
    sympy.Mul: _Reader._multiply,
    sympy.Pow: _Reader._power,
    sympy.conjugate: _Reader._conjugate,
    AppliedUndef: _Reader._function,
}  # fmt: skip
"""How each kind of node is read; the first that fits counts."""

__all__ = ["from_sympy", "is_foreign"]
