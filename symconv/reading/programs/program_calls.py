"""Calls in programs: of NumPy, of methods of arrays, and of Python's own functions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import sympy

from symconv.algebra.polynomials import ONE, PI, ZERO, Poly, exponential, extremum
from symconv.algebra.powers import square_root
from symconv.expressions.conversion import to_poly, to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import ElementwiseFunction, TensorExpr, as_tensor, exact
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare
from symconv.kernel.facts import Facts
from symconv.operators.conditional import written
from symconv.reading import numpy_protocol
from symconv.reading.programs.branch_conditions import Conditions
from symconv.reading.programs.held_values import Derived, Path, Ref
from symconv.reading.programs.knowledge import described, python
from symconv.reading.programs.source import External, Function, Unclear

Iterated: TypeAlias = "tuple[str, tuple[Poly, Poly, Poly], Callable[[Path, Poly], None]]"
VIEWS = frozenset(
    "transpose flip fliplr flipud rot90 reshape ravel swapaxes moveaxis expand_dims squeeze sliding_window_view "
    "diagonal matrix_transpose einsum rearrange real_if_close".split()
)
"""Functions whose result may share its entries with what they are given."""


class Calls(Conditions):
    """Calls what is known, and reads functions that are called."""

    def constant(self, value: Any, name: str, node: ast.AST) -> Any:
        """What is found outside of the program, as a value in it."""
        match value:
            case None:
                raise self.fail(f"'{name}' is not defined", node)
            case Unclear(where, reason):
                line = getattr(where, "lineno", 1) + self.module.first - 1
                raise self.fail(f"'{name}' {reason}", node, f"see line {line}")
            case ast.expr():
                return self.fixed(value, node)
            case External("numpy.pi" | "math.pi"):
                return PI
            case External("numpy.newaxis"):
                return None
            case bool() | External() | Function() | ElementwiseFunction() | str() | TensorExpr() | Poly():
                return value
            case int() | float() | complex() | Fraction() | sympy.Expr():
                return to_poly(exact(value))
            case tuple() | list():
                return tuple(self.constant(v, name, node) for v in value)
        if hasattr(value, "tolist"):
            array = as_tensor(value)
            return Derived(lambda _: array, tuple(a.size for a in array.axes)) if array.axes else array
        raise self.fail(f"'{name}' is {described(value)}, which is not understood", node)

    def fixed(self, value: ast.expr, node: ast.AST) -> Any:
        """What is worked out when a module is loaded, and no function can change."""
        scratch = Path(Facts())

        def kept(made: Any) -> Any:
            if isinstance(made, (list, tuple)):
                return tuple(map(kept, made))
            if not isinstance(made, Ref):
                return made
            array = self.tensor(made, scratch, node)
            return Derived(lambda _: array, made.shape)

        return kept(self.value(value, scratch))

    # Calls

    def _attribute(self, node: ast.Attribute, path: Path) -> Any:
        value = self.value(node.value, path)
        if isinstance(value, External):
            return self.constant(External(f"{value.name}.{node.attr}"), node.attr, node)
        shape = self._shape(value)
        if shape is None:
            raise self.fail(f"{described(value)} has no attribute '{node.attr}'", node)
        match node.attr:
            case "shape":
                return shape
            case "ndim":
                return Poly.of(len(shape))
            case "size":
                total = ONE
                for size in shape:
                    total = total * size
                return total
            case "T":
                return self._viewed(REGISTRY["transpose"], [value], {}, path, node)
            case "real" | "imag":
                return self.checked(REGISTRY[node.attr](self.tensor(value, path, node)), path, node)
            case "dtype":
                return External("numpy.complex128" if is_complex(self.tensor(value, path, node)) else "numpy.float64")
            case "strides":
                raise self.fail("strides are not understood", node, "np.lib.stride_tricks.sliding_window_view is")
        raise self.fail(f"the attribute '{node.attr}' is not understood", node)

    def _shape(self, value: Any) -> tuple[Poly, ...] | None:
        match value:
            case Ref() | Derived():
                return value.shape
            case TensorExpr():
                return tuple(a.size for a in value.axes)
        return None

    def _call(self, node: ast.Call, path: Path) -> Any:
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            raise self.fail("starred arguments are not understood", node)
        if isinstance(node.func, ast.Attribute):
            owner = self.value(node.func.value, path)
            if not isinstance(owner, External):
                return self._method(owner, node, path)
        function = self.value(node.func, path)
        if isinstance(function, Function):
            args = [self.value(a, path) for a in node.args]
            return self.inlined(function, args, {k.arg: self.value(k.value, path) for k in node.keywords}, path, node)
        if isinstance(function, ElementwiseFunction):
            return self._applied(function, node, path)
        if not isinstance(function, External):
            raise self.fail(f"'{self.segment(node.func)}' cannot be called", node)
        name = function.name.removeprefix("builtins.")
        if special := getattr(self, f"_call_{name.replace('.', '_')}", None):
            return special(node, path)
        args = [self.value(a, path) for a in node.args]
        kwargs = {str(k.arg): self.value(k.value, path) for k in node.keywords}
        return self.library(name, args, kwargs, path, node)

    def _applied(self, function: ElementwiseFunction, node: ast.Call, path: Path) -> TensorExpr:
        if len(node.args) != 1 or node.keywords:
            raise self.fail(f"'{function}' takes one argument", node)
        return function(self.array(node.args[0], path))

    def _call_numpy_exp(self, node: ast.Call, path: Path) -> Poly:
        return exponential(self._one_number(node, path))

    def _call_numpy_sqrt(self, node: ast.Call, path: Path) -> Poly:
        value = self._one_number(node, path).constant
        if not isinstance(value, (int, Fraction)) or value < 0:
            raise self.fail("a square root of anything but a number", node)
        return square_root(Fraction(value))

    def _one_number(self, node: ast.Call, path: Path) -> Poly:
        value = self.value(node.args[0], path) if len(node.args) == 1 and not node.keywords else None
        if not isinstance(value, Poly):
            raise self.fail(f"{self.segment(node.func)} is understood for one number, not for entries", node)
        return value

    _call_math_exp, _call_cmath_exp, _call_math_sqrt = _call_numpy_exp, _call_numpy_exp, _call_numpy_sqrt

    def inlined(self, function: Function, args: list[Any], kwargs: dict[Any, Any], path: Path, node: ast.AST) -> Any:
        """The value of a call of another function that is read."""
        raise NotImplementedError

    def library(self, name: str, args: list[Any], kwargs: dict[str, Any], path: Path, node: ast.AST) -> Any:
        """A call of a function of a library."""
        found = numpy_protocol.resolved(name) if name.startswith("numpy.") else None
        owner = getattr(found, "__self__", None)
        if found is not None and isinstance(owner, np.ufunc):
            given = [self._argument(a, path, node) for a in args]
            named = {k: self._argument(v, path, node) for k, v in kwargs.items()}
            return self._outcome(numpy_protocol.ufunc(owner, found.__name__, tuple(given), named), path, node)
        made = numpy_protocol.functions().get(found) if found is not None else numpy_protocol.by_name().get(name)
        if made is None:
            raise self.fail(f"{name} is not understood", node, "known are NumPy's linear functions and Python's loops")
        bound = args, kwargs
        if found is not None:
            bound = numpy_protocol.bound(found, tuple(args), kwargs)  # type: ignore[assignment]
        function = name.rpartition(".")[2]
        if function in VIEWS:
            return self._viewed(lambda *a, **k: numpy_protocol.apply(made, name, (a, k)), *bound, path, node)
        plain = [self._argument(a, path, node) for a in bound[0]]
        named = {k: self._argument(v, path, node) for k, v in bound[1].items()}
        return self._outcome(numpy_protocol.apply(made, name, (tuple(plain), named)), path, node)

    def _outcome(self, made: Any, path: Path, node: ast.AST) -> Any:
        if isinstance(made, TensorExpr):
            return self.checked(made, path, node)
        return self.constant(made, self.segment(node), node)

    def _argument(self, value: Any, path: Path, node: ast.AST) -> Any:
        match value:
            case Poly():
                return python(value)
            case Ref() | Derived():
                return self.tensor(value, path, node)
            case tuple() | list():
                return type(value)(self._argument(v, path, node) for v in value)
            case External(name):
                return name.rpartition(".")[2]
        return value

    def _viewed(self, make: Any, args: Sequence[Any], kwargs: dict[str, Any], path: Path, node: ast.AST) -> Any:
        """What a function makes of views, worked out anew whenever it is read."""

        def now(at: Path) -> TensorExpr:
            plain = [self._argument(a, at, node) for a in args]
            named = {k: self._argument(v, at, node) for k, v in kwargs.items()}
            made: TensorExpr = self.checked(make(*plain, **named), at, node)
            return made

        first = now(path)
        changing = any(isinstance(a, (Ref, Derived, list, tuple)) for a in [*args, *kwargs.values()])
        return Derived(now, tuple(a.size for a in first.axes)) if changing else first

    def _method(self, owner: Any, node: ast.Call, path: Path) -> Any:
        assert isinstance(node.func, ast.Attribute)
        name = node.func.attr
        args = [self.value(a, path) for a in node.args]
        kwargs = {str(k.arg): self.value(k.value, path) for k in node.keywords}
        if isinstance(owner, Ref) and owner.cell.is_list or self._shape(owner) is None:
            raise self.fail(f"the method '{name}' of {described(owner)} is not understood", node)
        if name in ("reshape", "transpose") and len(args) > 1:
            args = [tuple(args)]
        if name == "item" and not args:
            name = "sum"
        if name not in numpy_protocol.methods():
            raise self.fail(f"the method '{name}' is not understood", node, "write it as a function of NumPy")
        return (
            self.library(f"numpy.{name}", [owner, *args], kwargs, path, node)
            if (numpy_protocol.resolved(f"numpy.{name}") is not None)
            else self._copied(owner, path, node, args)
        )

    def _copied(self, owner: Any, path: Path, node: ast.AST, args: list[Any]) -> TensorExpr:
        """copy, flatten and astype, which functions of NumPy do not have."""
        name = node.func.attr  # type: ignore[attr-defined]
        made = numpy_protocol.methods()[name]
        plain = [self._argument(a, path, node) for a in args]
        return self.checked(
            numpy_protocol.apply(made, name, ((self.tensor(owner, path, node), *plain), {})), path, node
        )

    # Python's own functions

    def _call_len(self, node: ast.Call, path: Path) -> Poly:
        (value,) = (self.value(a, path) for a in node.args)
        if isinstance(value, (list, tuple)):
            return Poly.of(len(value))
        shape = self._shape(value)
        if not shape:
            raise self.fail(f"{described(value)} has no length", node)
        return shape[0]

    def _extreme(self, kind: str, node: ast.Call, path: Path) -> Poly:
        if len(node.args) < 2 or node.keywords or len(node.args) > 8:
            raise self.fail(f"{kind} takes two numbers or a few more", node)
        return extremum(kind, [self.whole(a, path) for a in node.args])

    def _call_min(self, node: ast.Call, path: Path) -> Poly:
        return self._extreme("min", node, path)

    def _call_max(self, node: ast.Call, path: Path) -> Poly:
        return self._extreme("max", node, path)

    def _call_abs(self, node: ast.Call, path: Path) -> Poly:
        (value,) = (self.whole(a, path) for a in node.args)
        return extremum("max", [value, -value])

    def _call_int(self, node: ast.Call, path: Path) -> Poly:
        if len(node.args) != 1:
            raise self.fail("int takes one number", node)
        return self.whole(node.args[0], path)

    def _call_float(self, node: ast.Call, path: Path) -> Any:
        if len(node.args) != 1:
            raise self.fail("float takes one number", node)
        return self.value(node.args[0], path)

    def _call_tuple(self, node: ast.Call, path: Path) -> tuple[Any, ...]:
        value = self.value(node.args[0], path) if len(node.args) == 1 else None
        if not isinstance(value, (tuple, list)):
            raise self.fail("this tuple is not understood", node)
        return tuple(value)

    def _call_sum(self, node: ast.Call, path: Path) -> Any:
        if len(node.args) == 1 and isinstance(node.args[0], (ast.GeneratorExp, ast.ListComp)):
            generator = node.args[0]
            bound, inner, guards = self._bound(generator.generators, path)
            body = self.array(generator.elt, inner)
            self.unchanged(inner, path, generator.elt)
            if guards:
                body = REGISTRY["when"](body, written(tuple(guards)))
            for name, lower, upper in reversed(bound):
                body = REGISTRY["index_sum"](body, name, to_sympy(lower), to_sympy(upper))
            return body
        args = [self.value(a, path) for a in node.args]
        if len(args) != 1 or node.keywords:
            raise self.fail("sum takes one array or one generator", node)
        if isinstance(args[0], (list, tuple)) and args[0] and all(isinstance(a, Poly) for a in args[0]):
            return sum(args[0][1:], args[0][0])
        return self.checked(REGISTRY["sum"](self.tensor(args[0], path, node), 0), path, node)

    def _bound(
        self, generators: Sequence[ast.comprehension], path: Path
    ) -> tuple[list[tuple[str, Poly, Poly]], Path, list[Compare]]:
        """The names that generators bind with their ranges, the path inside, and the conditions on them."""
        bound: list[tuple[str, Poly, Poly]] = []
        guards: list[Compare] = []
        inner = path.taking(())
        for generator in generators:
            if generator.is_async:
                raise self.fail("this loop is not understood", generator.target)
            target, bounds, bind = self.iterated(generator, inner)
            name = self.fresh(target)
            index, lower, upper = self.counted(name, *bounds)
            bound.append((name, lower, upper))
            inner = Path(inner.facts.within(name, lower, upper), {**inner.env}, inner.store, inner.guards)
            bind(inner, index)
            for test in generator.ifs:
                yes, no = self.cases(test, inner)
                if len(yes) != 1:
                    raise self.fail("this condition has several cases", test, "write one comparison, or 'and'")
                guards += yes[0]
                inner = inner.taking(yes[0])
        return bound, inner, guards

    def iterated(self, node: ast.For | ast.comprehension, path: Path) -> Iterated:
        """A name for the index of a loop, its bounds, and what binds the loop's names at an index."""
        raise NotImplementedError

    def check_builtin(self, node: ast.Name, path: Path) -> None:
        """Raise where a name of Python's own functions stands for something else."""
        found = path.env.get(node.id, self.module.lookup(node.id))
        if not isinstance(found, External) or found.name.removeprefix("builtins.") != node.id:
            raise self.fail(f"'{node.id}' is not Python's own here", node)

    def range(self, node: ast.expr, path: Path) -> tuple[Poly, Poly, Poly]:
        """The bounds and the step of a range."""
        match node:
            case ast.Call(ast.Name("range") as function, arguments, []) if 1 <= len(arguments) <= 3:
                self.check_builtin(function, path)
                values = [self.whole(a, path) for a in arguments]
            case ast.Call(ast.Name("reversed"), [ast.Call(ast.Name("range")) as inner], []):
                lower, upper, step = self.range(inner, path)
                if step == ONE:
                    return upper - 1, lower - 1, -ONE
                raise self.fail("a reversed range with a step", node)
            case _:
                raise self.fail("loops run over range(…) here", node, "as in 'for i in range(n)'")
        if len(values) == 1:
            return ZERO, values[0], ONE
        lower, upper, step = [*values, ONE][:3]
        if step.integer == 0:
            raise self.fail("the step of a range cannot be 0", node)
        if step.integer is None and not self.facts(path).implies(Compare(step - 1, ">=")):
            raise self.fail("the step of this range is not known to be 1 or more", node, "write: assert step >= 1")
        return lower, upper, step

    @staticmethod
    def counted(name: str, lower: Poly, upper: Poly, step: Poly) -> tuple[Poly, Poly, Poly]:
        """The value of a loop's name, in terms of an index with these bounds that runs in steps of 1."""
        if step == ONE:
            return Poly.name(name), lower, upper
        value = lower + step * Poly.name(name)
        if step.integer is not None and step.integer < 0:
            lower, upper, step = upper, lower, -step
        return value, ZERO, (upper - lower + step - 1) // step
