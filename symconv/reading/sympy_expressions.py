"""SymPy's own expressions as expressions of tensors: sums over entries, matrices, array expressions, cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
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
from symconv.limits import MAX_BRANCHES, MAX_DEPTH, MAX_POWER
from symconv.operators.conditional import written

FOREIGN = (
    sympy.Indexed, sympy.IndexedBase, MatrixExpr, MatrixBase, MatrixElement, NDimArray, arrays.ArraySymbol,
    arrays.ArrayElement, arrays.ArrayTensorProduct, arrays.ArrayAdd, arrays.PermuteDims, arrays.ArrayDiagonal,
    arrays.ArrayElementwiseApplyFunc, arrays.ArrayContraction, arrays.Reshape, arrays.ZeroArray, arrays.OneArray,
    sympy.Sum, sympy.Piecewise, sympy.Trace, sympy.KroneckerDelta,
)  # fmt: skip
"""What makes a SymPy expression more than a number."""

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
        names = _Names(integers, conjugated)
        return tuple(_read(side, names) for side in sides)
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
            yield from _names(_index(node))
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


def _index(node: Any) -> tuple[Any, ...]:
    return node.args[1:] if isinstance(node, MatrixElement) else node.indices


def _names(parts: Iterable[Any]) -> set[str]:
    return {s.name for p in parts if isinstance(p, Basic) for s in p.atoms(Symbol)}


@dataclass
class _Names:
    """What the names in the sides of one claim stand for."""

    integers: set[str]
    conjugated: bool
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def is_whole(self, s: Symbol) -> bool:
        """Whether a symbol is a whole number."""
        return s.name in self.integers or bool(s.is_integer)

    def tensor(self, name: str, shape: Iterable[Any], may_be_complex: bool = True) -> Tensor:
        """The tensor of a name; one name is one tensor."""
        tensor = Tensor(name, *map(_whole, shape), complex=self.conjugated and may_be_complex)
        if self.tensors.setdefault(name, tensor) != tensor:
            raise SymconvError(f"two tensors are called '{name}'", hint="give them different names")
        return tensor


def _read(node: Any, names: _Names) -> TensorExpr:
    """The expression that a node stands for."""
    if isinstance(node, TensorExpr):
        return node
    if isinstance(node, Expr) and not is_foreign(node) and _is_number(node, names):
        return _scalar(node, names)
    for kinds, read in _READERS.items():
        if isinstance(node, kinds):
            return read(node, names)
    if isinstance(node, Expr) and not node.args or isinstance(node, (sympy.exp, sympy.floor, sympy.Mod)):
        return _scalar(node, names)
    raise Unsupported(f"SymPy's {type(node).__name__} is not understood: {_short(node)}")


# Numbers


def _is_number(node: Expr, names: _Names) -> bool:
    return all(map(names.is_whole, node.atoms(Symbol))) and not node.has(AppliedUndef, sympy.conjugate)


def _scalar(node: Expr, names: _Names) -> TensorExpr:
    """A number, a whole number of some name, or a scalar."""
    if isinstance(node, Symbol) and not names.is_whole(node):
        return names.tensor(node.name, (), node.is_real is not True)
    loose = [s for s in node.atoms(Symbol) if not names.is_whole(s)]
    if loose:
        raise Unsupported(f"the scalar '{loose[0]}' in {_short(node)}", hint="declare it integer=True if it is one")
    return REGISTRY["number"](_number(node))


def _number(value: Any) -> Expr:
    """A number with the symbols that claims use."""
    value = sympy.sympify(value)
    if not isinstance(value, Expr) or is_foreign(value):
        raise Unsupported(f"'{_short(value)}' is not a number of sizes and indices")
    value = value.xreplace({i: i.label for i in value.atoms(sympy.Idx)})
    value = value.xreplace({s: symbol(s.name) for s in value.atoms(Symbol)})
    to_poly(value)
    return value


def _whole(value: Any) -> Expr:
    """A whole number: a size, an index or a bound."""
    number = _number(value)
    if not all(isinstance(c, int) for c in to_poly(number).terms.values()):
        raise Unsupported(f"'{_short(value)}' may be no whole number")
    return number


def _exponent(node: Any, least: int, hint: str) -> int:
    exponent = node.args[1]
    if not exponent.is_Integer or not least <= exponent <= MAX_POWER:
        raise Unsupported(f"the power {_short(node)}", hint=hint)
    return int(exponent)


def _power(node: Any, names: _Names) -> TensorExpr:
    exponent = _exponent(node, -16, "exponents of entries are whole numbers up to 16")
    if exponent > 0:
        return _read(node.args[0], names) ** exponent
    return REGISTRY["number"](1) / _read(node.args[0], names) ** -exponent


def _hadamard_power(node: Any, names: _Names) -> TensorExpr:
    exponent = _exponent(node, 0, "exponents of entries are whole numbers up to 16")
    return _read(node.args[0], names) ** exponent


def _matrix_power(node: Any, names: _Names) -> TensorExpr:
    exponent = _exponent(node, 0, "powers of matrices are 0 to 16")
    if exponent == 0:
        return REGISTRY["eye"](_number(node.args[0].shape[0]))
    return reduce(lambda a, b: a @ b, [_read(node.args[0], names)] * exponent)


def _function(node: Any, names: _Names) -> TensorExpr:
    if len(node.args) != 1:
        raise Unsupported(f"a function of {len(node.args)} arguments: {_short(node)}")
    return REGISTRY["call"](node.func.__name__, _read(node.args[0], names))


# Entries, sums and cases


def _indexed_base(node: sympy.IndexedBase, names: _Names) -> TensorExpr:
    if node.shape is None:
        raise SymconvError(
            f"the shape of '{node.label}' is not known", hint=f'write IndexedBase("{node.label}", shape=(H, W))'
        )
    return names.tensor(str(node.label), node.shape, node.is_real is not True)


def _entry(node: Any, names: _Names) -> TensorExpr:
    """An entry, 0 outside the array."""
    base = _read(node.args[0], names)
    key = tuple(map(_whole, _index(node)))
    if len(key) != base.ndim:
        raise SymconvError(f"{len(key)} indices for '{base}', which has {base.ndim} axes")
    if any(k.is_Integer and k < 0 for k in key):
        raise Unsupported(f"an index of '{base}' is negative", hint="SymPy does not count from the end")
    return base[tuple(int(k) if k.is_Integer else k for k in key)]


def _sum(node: sympy.Sum, names: _Names) -> TensorExpr:
    total = _read(node.function, names)
    for limit in node.limits:
        if len(limit) != 3:
            raise SymconvError(f"the sum over '{limit[0]}' has no bounds", hint="write Sum(…, (u, 0, h - 1))")
        name = _label(limit[0])
        if any(part.has(sympy.oo, -sympy.oo) for part in limit[1:]):
            raise Unsupported(f"the sum over '{name}' has no end", hint="write the range of the array's index")
        lower, upper = map(_whole, limit[1:])
        forward = REGISTRY["index_sum"](total, name, lower, upper + 1)
        if _is_forward(to_poly(upper + 1 - lower), names):
            total = forward
        else:
            total = forward - REGISTRY["index_sum"](total, name, upper + 1, lower)
    return total


def _is_forward(length: Poly, names: _Names) -> bool:
    """Whether a range cannot run backwards: sizes are at least 1."""
    sizes = {str(axis.size) for t in names.tensors.values() for axis in t.axes}
    least = length.substitute({n: Poly.of(1) for n in length.names if n in sizes})
    growing = all(c > 0 for m, c in length.terms.items() if m)
    return growing and least.constant is not None and least.constant >= 0


def _label(index: Any) -> str:
    return str(index.label.name if isinstance(index, sympy.Idx) else index.name)


def _piecewise(node: sympy.Piecewise, names: _Names) -> TensorExpr:
    rest: Cells = [()]
    pieces: list[TensorExpr] = []
    for value, condition in node.args:
        yes, no = _cells(condition, names)
        body = _read(value, names)
        if body != as_tensor(0):
            cases = [written(tuple(dict.fromkeys(a + b))) for a, b in product(rest, yes)]
            pieces += [REGISTRY["when"](body, case) for case in cases]
        rest = [a + b for a, b in product(rest, no)]
        if len(pieces) + len(rest) > MAX_BRANCHES:
            raise Unsupported("a Piecewise with too many cases")
    if rest:
        raise SymconvError("this Piecewise has no value where none of its conditions holds",
                           hint="end it with (0, True)")  # fmt: skip
    return reduce(lambda a, b: a + b, pieces or [as_tensor(0)])


def _cells(condition: Any, names: _Names) -> tuple[Cells, Cells]:
    """Disjoint cases in which a condition holds, and in which it does not."""
    match condition:
        case sympy.logic.boolalg.BooleanTrue():
            return [()], []
        case sympy.logic.boolalg.BooleanFalse():
            return [], [()]
        case sympy.Not():
            yes, no = _cells(condition.args[0], names)
            return no, yes
        case sympy.And():
            yes, no = [()], []
            for part in condition.args:
                more, less = _cells(part, names)
                no += [a + b for a, b in product(yes, less)]
                yes = [a + b for a, b in product(yes, more)]
            return yes, no
        case sympy.Or():
            yes, no = _cells(sympy.And(*(sympy.Not(part) for part in condition.args), evaluate=False), names)
            return no, yes
        case sympy.core.relational.Relational():
            return _compared(condition, names)
    raise Unsupported(f"the condition {_short(condition)}", hint="conditions compare indices and sizes")


def _compared(condition: Any, names: _Names) -> tuple[Cells, Cells]:
    loose = [s for s in condition.atoms(Symbol) if not names.is_whole(s)]
    if loose and not is_foreign(condition):
        raise Unsupported(f"'{loose[0]}' in the condition {_short(condition)} may be no whole number",
                          hint="declare it integer=True")  # fmt: skip
    left, right = (to_poly(_number(side)) for side in condition.args)
    comparison = {
        sympy.Ge: Compare(left - right, ">="), sympy.Gt: Compare(left - right - 1, ">="),
        sympy.Le: Compare(right - left, ">="), sympy.Lt: Compare(right - left - 1, ">="),
        sympy.Eq: Compare(left - right, "=="), sympy.Ne: Compare(left - right, "!="),
    }.get(condition.func)  # fmt: skip
    if comparison is None or not all(isinstance(c, int) for c in comparison.poly.terms.values()):
        raise Unsupported(f"the condition {_short(condition)}", hint="conditions compare whole numbers")
    return [(comparison,)], [(comparison.opposite,)]


def _delta(node: Any, names: _Names) -> TensorExpr:
    yes, _ = _compared(sympy.Eq(*node.args[:2], evaluate=False), names)
    return REGISTRY["when"](REGISTRY["number"](1), written(yes[0]))


# Matrices and arrays


def _each(operator: str) -> Callable[[Any, _Names], TensorExpr]:
    """An operator of two, between all arguments."""
    return lambda node, names: reduce(REGISTRY[operator], (_read(a, names) for a in node.args))


def _matrix_product(node: Any, names: _Names) -> TensorExpr:
    scalars = [_read(a, names) for a in node.args if not getattr(a, "is_Matrix", False)]
    matrices = [_read(a, names) for a in node.args if getattr(a, "is_Matrix", False)]
    return reduce(lambda a, b: a * b, [*scalars, reduce(lambda a, b: a @ b, matrices)])


def _constant(node: Any, _: _Names) -> TensorExpr:
    shape = tuple(map(_whole, node.shape))
    if isinstance(node, (sympy.ZeroMatrix, arrays.ZeroArray)):
        return REGISTRY["zeros"](shape)
    return REGISTRY["eye"](shape[0]) if isinstance(node, sympy.Identity) else REGISTRY["ones"](shape)


def _literal(node: Any, names: _Names) -> TensorExpr:
    if 0 in node.shape or reduce(lambda a, b: a * b, node.shape, 1) > 4_096:
        raise Unsupported(f"an array of shape {tuple(node.shape)} written out")
    rows = node.tolist()
    if not any(is_foreign(e) or e.atoms(Symbol) for e in sympy.flatten(rows)):
        return as_tensor(rows)

    def stacked(value: Any) -> TensorExpr:
        if not isinstance(value, list):
            return _read(sympy.sympify(value), names)
        return REGISTRY["stack"]([stacked(v) for v in value])

    return stacked(rows)


def _einsum(base: TensorExpr, groups: Any, are_kept: bool) -> TensorExpr:
    """The axes of each group under one index, which is summed unless it is kept, last of all."""
    letters = [chr(ord("a") + k) for k in range(base.ndim)]
    if base.ndim > 26:
        raise Unsupported("an array with more than 26 axes")
    groups = [tuple(int(k) for k in group) for group in groups]
    joined = {k for group in groups for k in group}
    for group in groups:
        for k in group:
            letters[k] = letters[group[0]]
    out = [letters[k] for k in range(base.ndim) if k not in joined]
    out += [letters[group[0]] for group in groups if are_kept]
    return REGISTRY["einsum"](f"{''.join(letters)}->{''.join(out)}", base)


def _short(node: Any) -> str:
    text = str(node)
    return text if len(text) <= 60 else f"{text[:57]}…"


_READERS: Mapping[Any, Callable[[Any, _Names], TensorExpr]] = {
    sympy.IndexedBase: _indexed_base,
    (sympy.Indexed, MatrixElement, arrays.ArrayElement): _entry,
    sympy.Sum: _sum,
    sympy.Piecewise: _piecewise,
    sympy.KroneckerDelta: _delta,
    (sympy.MatrixSymbol, arrays.ArraySymbol): lambda node, names: names.tensor(str(node.name), node.shape),
    (MatrixBase, sympy.ImmutableMatrix, NDimArray): _literal,
    sympy.MatMul: _matrix_product,
    sympy.MatPow: _matrix_power,
    sympy.HadamardProduct: _each("multiply"),
    sympy.HadamardPower: _hadamard_power,
    sympy.KroneckerProduct: _each("kron"),
    sympy.Transpose: lambda node, names: _read(node.args[0], names).T,
    sympy.Adjoint: lambda node, names: REGISTRY["conj"](_read(node.args[0], names).T),
    sympy.Trace: lambda node, names: REGISTRY["trace"](_read(node.args[0], names)),
    (sympy.ZeroMatrix, sympy.Identity, OneMatrix, arrays.ZeroArray, arrays.OneArray): _constant,
    arrays.ArrayTensorProduct: lambda node, names: reduce(
        lambda a, b: REGISTRY["tensordot"](a, b, 0), (_read(a, names) for a in node.args)
    ),
    arrays.ArrayContraction: lambda node, names: _einsum(_read(node.expr, names), node.contraction_indices, False),
    arrays.ArrayDiagonal: lambda node, names: _einsum(_read(node.expr, names), node.diagonal_indices, True),
    arrays.PermuteDims: lambda node, names: REGISTRY["transpose"](
        _read(node.expr, names), tuple(node.permutation.array_form)
    ),
    arrays.Reshape: lambda node, names: REGISTRY["reshape"](_read(node.expr, names), tuple(map(_whole, node.shape))),
    (sympy.Add, sympy.MatAdd, arrays.ArrayAdd): _each("add"),
    sympy.Mul: _each("multiply"),
    sympy.Pow: _power,
    sympy.conjugate: lambda node, names: REGISTRY["conj"](_read(node.args[0], names)),
    AppliedUndef: _function,
}  # fmt: skip
"""How each kind of node is read; the first that fits counts."""
