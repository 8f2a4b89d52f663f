"""Functions of numbers in programs (int, floor, divmod, np.prod), and of what kind a value is (isinstance)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial, reduce
from math import lcm
from typing import Any

from symconv.algebra.polynomials import ONE, ZERO, Floor, Inverse, Poly, exponential, extremum, floor, square_root
from symconv.algebra.polynomials import I as IMAGINARY
from symconv.expressions.elementwise_functions import ElementwiseFunction
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.formulas.conditions import Compare
from symconv.reading.programs.operations.infix import infix, root_of
from symconv.reading.programs.origins.source import Class, External, Function
from symconv.reading.programs.state.dispatch import evaluate
from symconv.reading.programs.state.held_values import Ref, entry_number
from symconv.reading.programs.state.objects import Method, Object, Partial
from symconv.reading.programs.state.paths import Derived, Path
from symconv.reading.programs.values.array_values import (
    check_size,
    described,
    rounded_number,
    tensor_of,
)
from symconv.reading.programs.values.float_numbers import Float, as_float, as_int, like
from symconv.reading.programs.values.index_arrays import entrywise
from symconv.reading.programs.values.series import Series


def _ratio(value: Any, path: Path, node: ast.AST) -> tuple[Poly, Poly]:
    """A number as a quotient of whole ones, the divisor known to be 1 or more."""
    value = as_int(value if isinstance(value, Poly) else rounded_number(value, path, node))
    divisor = Poly.of(lcm(*(c.denominator for c in value.terms.values() if isinstance(c, Fraction))))
    numerator = value * divisor
    while (found := next((a for a in numerator.atoms if isinstance(a, Inverse)), None)) is not None:
        name = "1/"
        named = numerator.with_atom(found, Poly.name(name))
        whole = named.substitute({name: ZERO})
        part = named.substitute({name: ONE}) - whole
        if named != whole + part * Poly.name(name):
            raise path.error(f"'{path.text(node)}' is too complex to be rounded", node)
        numerator, divisor = whole * found.denominator + part, divisor * found.denominator
    if not path.known.implies(Compare(divisor - 1, ">=")):
        numerator, divisor = -numerator, -divisor
    plain = all(isinstance(a, str) or not isinstance(a, Inverse) for a in numerator.atoms)
    if not plain or not path.known.implies(Compare(divisor - 1, ">=")):
        raise path.error(f"that '{path.text(node)}' divides by a positive number cannot be shown", node)
    check_size(numerator, path, node)
    return numerator, divisor


def _ceiling(a: Poly, b: Poly) -> Poly:
    return -floor(-a, b)


def _nearest(a: Poly, b: Poly) -> Poly | None:
    """The whole number nearest to a/b; of two, the even one. None where it is not known whether there are two."""
    if b.integer is None:
        return None
    half = b.integer // 2
    if b.integer % 2:
        return floor(a + half, b)
    return floor(a + (half - 1), b) + floor(a + half, 2 * b) - floor(a + (half - 1), 2 * b)


def _rounded(how: Callable[[Poly, Poly], Poly | None], to_float: bool, node: ast.Call, path: Path) -> Any:
    """A function that makes whole numbers of others, which NumPy keeps as floats."""
    if len(node.args) != 1 or node.keywords:
        raise path.error(f"{path.text(node.func)} takes one number here", node)
    value = evaluate(node.args[0], path)

    def rounded(number: Any) -> Poly | None:
        whole = how(*_ratio(number, path, node.args[0]))
        return whole if whole is None or not to_float else as_float(whole)

    if isinstance(value, (Poly, TensorExpr)) and not getattr(value, "axes", ()):
        made: Any = rounded(value)
    else:
        made = entrywise([tensor_of(value, path, node)], rounded, path, node)
    if made is None:
        raise path.error(f"{path.text(node.func)} of this is not understood", node, "use // for whole division")
    return made


def _integer(node: ast.Call, path: Path) -> Any:
    """int(…): what is behind the point is cut off."""
    if len(node.args) != 1 or node.keywords:
        raise path.error("int takes one number", node)
    value = evaluate(node.args[0], path)
    if isinstance(value, bool):
        return ONE if value else ZERO
    if not isinstance(value, (Poly, TensorExpr, Ref, Derived)):
        raise path.error(f"int of {described(value)}", node)
    if not isinstance(value, Poly):
        return rounded_number(tensor_of(value, path, node), path, node.args[0])
    numerator, divisor = _ratio(value, path, node.args[0])
    if divisor == ONE:
        return numerator
    if path.known.implies(Compare(numerator, ">=")):
        return floor(numerator, divisor)
    if path.known.implies(Compare(-numerator, ">=")):
        return -floor(-numerator, divisor)
    return extremum("max", [ZERO, floor(numerator, divisor)]) - extremum("max", [ZERO, floor(-numerator, divisor)])


def _absolute(node: ast.Call, path: Path) -> Poly:
    (given,) = (evaluate(a, path) for a in node.args)
    value = rounded_number(given, path, node)
    return like(value if path.known.implies(Compare(value, ">=")) else extremum("max", [value, -value]), given)


def _division(node: ast.Call, path: Path) -> tuple[Any, Any]:
    """divmod(a, b)."""
    a, b = (evaluate(v, path) for v in node.args)
    first, second = (infix(op, a, b, path, node) for op in (ast.FloorDiv(), ast.Mod()))
    return first, second


def _operator(op: ast.operator, node: ast.Call, path: Path) -> Any:
    """An operator that is written as a function."""
    a, b = (evaluate(v, path) for v in node.args)
    return infix(op, a, b, path, node)


def _product(node: ast.Call, path: Path) -> Any:
    """np.prod of a shape, math.prod."""
    value = evaluate(node.args[0], path) if len(node.args) == 1 and not node.keywords else None
    items = value.items(path) if isinstance(value, Series) else path.items_of(value)
    if isinstance(value, Ref):
        array = tensor_of(value, path, node)
        count = array.axes[0].size.integer if len(array.axes) == 1 else None
        items = None if count is None else [_scalar(array[k]) for k in range(count)]
    if isinstance(value, Poly):
        return value
    if items is None or not all(isinstance(v, (Poly, TensorExpr)) for v in items):
        raise path.error("a product of numbers that are not known one by one", node, "np.prod is for shapes")
    return reduce(lambda a, b: infix(ast.Mult(), a, b, path, node), items, ONE)


def _scalar(value: TensorExpr) -> Any:
    known = entry_number(value)
    return value if known is None else known


def _power_of_e(node: ast.Call, path: Path) -> Any:
    return _of_numbers(node, path, exponential)


def _cosine(node: ast.Call, path: Path) -> Any:
    return _of_numbers(
        node, path, lambda v: (exponential(IMAGINARY * v) + exponential(-IMAGINARY * v)) * Fraction(1, 2)
    )


def _sine(node: ast.Call, path: Path) -> Any:
    half = IMAGINARY * Fraction(-1, 2)
    return _of_numbers(node, path, lambda v: (exponential(IMAGINARY * v) - exponential(-IMAGINARY * v)) * half)


def _root(node: ast.Call, path: Path) -> Any:
    def root(value: Poly) -> Poly | None:
        number = value.constant
        if number is None:
            return root_of(value, path)
        return square_root(Fraction(number)) if isinstance(number, (int, Fraction)) and number >= 0 else None

    return _of_numbers(node, path, root)


def _of_numbers(node: ast.Call, path: Path, function: Callable[[Poly], Poly | None]) -> Any:
    """A function of a number, or of each entry of an array of numbers."""
    value = evaluate(node.args[0], path) if len(node.args) == 1 and not node.keywords else None
    known: Any = None
    if isinstance(value, Poly):
        known = None if (number := function(value)) is None else as_float(number)
    elif isinstance(value, (Ref, Derived, TensorExpr)):
        known = entrywise([tensor_of(value, path, node)], function, path, node)
    if known is None:
        text = path.text(node.func)
        raise path.error(f"{text} is understood for numbers and arrays of them, not for entries of tensors", node)
    return known


_TYPES: Mapping[str, frozenset[str]] = {
    "int": frozenset({"int", "bool"}), "numpy.integer": frozenset(), "numbers.Integral": frozenset({"int", "bool"}),
    "numbers.Number": frozenset({"int", "bool", "float", "complex"}),
    "numbers.Real": frozenset({"int", "bool", "float"}),
    "float": frozenset({"float"}), "complex": frozenset({"complex"}), "bool": frozenset({"bool"}),
    "str": frozenset({"str"}), "list": frozenset({"list"}), "tuple": frozenset({"tuple"}), "dict": frozenset({"dict"}),
    "numpy.ndarray": frozenset({"array"}), "torch.Tensor": frozenset({"array"}), "jax.Array": frozenset({"array"}),
    "range": frozenset({"range"}), "collections.abc.Sequence": frozenset({"list", "tuple", "str", "range"}),
    "collections.abc.Iterable": frozenset({"list", "tuple", "str", "dict", "array", "range"}),
    "typing.Sequence": frozenset({"list", "tuple", "str", "range"}), "type(None)": frozenset({"None"}),
    "numpy.int64": frozenset(), "numpy.int32": frozenset(), "numpy.float64": frozenset(), "numpy.floating": frozenset(),
}  # fmt: skip


def _is_instance(node: ast.Call, path: Path) -> bool:
    """isinstance(value, type), or a tuple of types."""
    value, wanted = (evaluate(a, path) for a in node.args)
    kinds = wanted if isinstance(wanted, tuple) else (wanted,)
    return any(_has_kind(value, kind, path, node) for kind in kinds)


def _has_kind(value: Any, wanted: Any, path: Path, node: ast.AST) -> bool:
    if isinstance(wanted, Class):
        return isinstance(value, Object) and value.cls is not None and value.cls.node is wanted.node
    name = wanted.name.removeprefix("builtins.") if isinstance(wanted, External) else ""
    if name not in _TYPES:
        raise path.error(f"whether something is {described(wanted)} is not known", node)
    return kind_of(value, path, node) in _TYPES[name]


def kind_of(value: Any, path: Path, node: ast.AST) -> str:
    """What kind of value Python would have."""
    if isinstance(value, TensorExpr) and not value.axes and any("." in t.name for t in value.atoms(Tensor)):
        raise path.error("what kind of number this is in each step of a loop is not known", node)
    match value:
        case bool():
            return "bool"
        case Float():
            return "float"
        case Poly():
            whole = all(isinstance(c, int) for c in value.terms.values())
            return "int" if whole and all(isinstance(a, (str, Floor)) for a in value.atoms) else "float"
        case None:
            return "None"
        case str():
            return "str"
        case tuple():
            return "tuple"
        case list() | Object(kind="list"):
            return "list"
        case Object(kind="dict"):
            return "dict"
        case Ref():
            return "list" if value.cell.is_list else "array"
        case TensorExpr() if not value.axes:
            return "float"
        case TensorExpr() | Derived():
            return "array"
        case Series():
            return "range"
        case Function() | Method() | Partial() | ElementwiseFunction() | External():
            return "function"
    return "other"


def _is_callable(node: ast.Call, path: Path) -> bool:
    (value,) = (evaluate(a, path) for a in node.args)
    return kind_of(value, path, node) == "function" or isinstance(value, Class)


def _is_scalar(node: ast.Call, path: Path) -> bool:
    (value,) = (evaluate(a, path) for a in node.args)
    return kind_of(value, path, node) in ("int", "float", "bool", "complex", "str")


def _type_of(node: ast.Call, path: Path) -> Any:
    (value,) = (evaluate(a, path) for a in node.args)
    kind = kind_of(value, path, node)
    if kind == "None":
        return External("type(None)")
    return External({"array": "numpy.ndarray"}.get(kind, kind))


FUNCTIONS: Mapping[str, Callable[[ast.Call, Path], Any]] = {
    "int": _integer,
    "abs": _absolute,
    "round": partial(_rounded, _nearest, False),
    "divmod": _division,
    "isinstance": _is_instance,
    "callable": _is_callable,
    "type": _type_of,
    "numpy.isscalar": _is_scalar,
    **dict.fromkeys(("math.prod", "numpy.prod", "numpy.product"), _product),
    "math.floor": partial(_rounded, floor, False),
    "numpy.floor": partial(_rounded, floor, True),
    "math.ceil": partial(_rounded, _ceiling, False),
    "numpy.ceil": partial(_rounded, _ceiling, True),
    **dict.fromkeys(("numpy.round", "numpy.rint", "numpy.around"), partial(_rounded, _nearest, True)),
    **dict.fromkeys(("numpy.int64", "numpy.int32", "numpy.intp", "numpy.int_", "math.trunc"), _integer),
    **dict.fromkeys(("numpy.divmod",), _division),
    **{f"numpy.{n}": partial(_operator, op) for n, op in (("floor_divide", ast.FloorDiv()), ("mod", ast.Mod()),
                                                         ("remainder", ast.Mod()))},
    **dict.fromkeys(("numpy.exp", "math.exp", "cmath.exp"), _power_of_e),
    **dict.fromkeys(("numpy.cos", "math.cos", "cmath.cos"), _cosine),
    **dict.fromkeys(("numpy.sin", "math.sin", "cmath.sin"), _sine),
    **dict.fromkeys(("numpy.sqrt", "math.sqrt"), _root),
}  # fmt: skip
"""What numbers are made of."""
