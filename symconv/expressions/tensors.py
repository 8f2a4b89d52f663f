"""Tensors and operations on them, as SymPy nodes with a shape.

`Tensor("A", H, W)[m, n]`, `A + B`, `2*A`, `A @ B`, `A.T` build expressions; every other operator is a
function of the same name as in its library. An `Operation` is one node type for all operators;
what it means comes from its operator's definition.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import sympy
from sympy import Expr, Symbol, Tuple
from sympy.core.basic import Basic
from sympy.core.symbol import Str

from symconv.algebra.computed import computed_once
from symconv.algebra.polynomials import Poly
from symconv.errors import ShapeError, SymconvError, Unsupported
from symconv.expressions import hooks
from symconv.expressions.conversion import symbol, to_poly, to_sympy, with_symbols_of
from symconv.expressions.parameters import decode, encode, exact
from symconv.expressions.registry import REGISTRY, Definition, Operator
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, defined, holds
from symconv.formulas.language import Formula, Read
from symconv.kernel.terms import TableAtom, TensorAtom


def sizes(names: str) -> Any:
    """Integer symbols to use as sizes, one or a tuple of them as with `symbols`.

    >>> H, W = sizes("H W")
    >>> Tensor("A", H, W).shape
    (H, W)
    """
    if not isinstance(names, str):
        raise SymconvError(f"{names!r} are no names of sizes", hint='as in sizes("H W")')
    made = tuple(symbol(n) for n in names.replace(",", " ").split())
    return made[0] if len(made) == 1 else made


class TensorExpr(Expr):
    """An expression with a shape: what tensors and operations have in common."""

    _op_priority = 20.0
    is_commutative = True
    is_number = False
    __iter__ = None

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes, as the kernel sees them: sizes are polynomials, flattened axes have digits."""
        raise NotImplementedError

    @property
    def leaf(self) -> TensorAtom | TableAtom | None:
        """The atom of a named tensor or a literal array; None for any other operation."""
        return None

    def entry(self, *index: Index) -> Formula:
        """The index formula of one entry."""
        raise NotImplementedError

    @property
    def shape(self) -> tuple[Expr, ...]:
        """The sizes of the axes, as SymPy expressions.

        >>> H, W = sizes("H W")
        >>> (Tensor("A", H, W).T).shape
        (W, H)
        """
        return tuple(with_symbols_of(self, sympy.Mul(*map(to_sympy, axis.digits))) for axis in self.axes)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.axes)

    @property
    def size(self) -> Expr:
        """The number of entries."""
        return sympy.Mul(*self.shape)

    def replace_names(self, values: Mapping[str, Poly]) -> TensorExpr:
        """The expression with sizes, indices or parameters replaced, by name."""
        if self.free_names.isdisjoint(values):
            return self
        renamed: dict[Any, TensorExpr] = self.__dict__.setdefault("_renamed", {})  # the prover and the kernel ask alike
        key = frozenset(values.items())
        if key not in renamed:
            names = {s for s in self.free_symbols if isinstance(s, Symbol) and s.name in values}
            renamed[key] = self.xreplace({s: to_sympy(values[s.name]) for s in names})
        return renamed[key]

    def replace_tensor(self, name: str, value: TensorExpr) -> TensorExpr:
        """The expression with a tensor replaced."""
        found = {node for node in nodes(self) if isinstance(node, Tensor) and node.name == name}
        return self.xreplace(dict.fromkeys(found, value)) if found else self

    @computed_once
    def free_names(self) -> frozenset[str]:
        """The names of sizes, indices and parameters that occur, no bound index."""
        return frozenset(s.name for s in self.free_symbols if isinstance(s, Symbol))

    def __getitem__(self, key: Any) -> TensorExpr:
        return REGISTRY["index"](self, key if isinstance(key, tuple) else (key,))

    @property
    def T(self) -> TensorExpr:
        """The transpose: axes in reverse order."""
        return REGISTRY["transpose"](self)

    def __add__(self, other: Any) -> TensorExpr:
        return REGISTRY["add"](self, other)

    def __radd__(self, other: Any) -> TensorExpr:
        return REGISTRY["add"](other, self)

    def __sub__(self, other: Any) -> TensorExpr:
        return REGISTRY["subtract"](self, other)

    def __rsub__(self, other: Any) -> TensorExpr:
        return REGISTRY["subtract"](other, self)

    def __mul__(self, other: Any) -> TensorExpr:
        return REGISTRY["multiply"](self, other)

    def __rmul__(self, other: Any) -> TensorExpr:
        return REGISTRY["multiply"](other, self)

    def __truediv__(self, other: Any) -> TensorExpr:
        return REGISTRY["divide"](self, other)

    def __rtruediv__(self, other: Any) -> TensorExpr:
        return REGISTRY["divide"](other, self)

    def __neg__(self) -> TensorExpr:
        return REGISTRY["negative"](self)

    def __pos__(self) -> TensorExpr:
        return self

    def __pow__(self, power: Any, mod: Any = None) -> TensorExpr:
        return REGISTRY["power"](self, power)

    def __matmul__(self, other: Any) -> TensorExpr:
        return REGISTRY["matmul"](self, other)

    def __rmatmul__(self, other: Any) -> TensorExpr:
        return REGISTRY["matmul"](other, self)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return hooks.call("numpy_function", function, args, kwargs)

    def __array_ufunc__(self, function: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return hooks.call("numpy_ufunc", function, method, inputs, kwargs)

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return hooks.call("torch_function", function, args, kwargs or {})

    def __len__(self) -> int:
        if not self.axes:
            raise Unsupported(f"{self} is a scalar: it has no len()")
        size = self.axes[0].size
        if size.integer is None:
            raise Unsupported(f"len() of {self} is symbolic", hint=f"use .shape[0], which is {size}")
        return size.integer

    def __bool__(self) -> bool:
        return True

    def _no_value(self, *_: Any) -> Any:
        raise Unsupported(f"{self} is symbolic: it is no number", hint="use evaluate(…)")

    __float__ = __int__ = __complex__ = __round__ = _no_value

    def __array__(self, *_: Any, **__: Any) -> Any:
        hint = "use evaluate(…); code that needs the entries is read and not run: from_python(function)"
        raise Unsupported(f"{self} is symbolic: it has no entries to make an array of", hint=hint)

    __jax_array__ = __array__

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("_", "is_")):
            raise AttributeError(name)
        return hooks.call("numpy_method", self, name)

    def transpose(self, *axes: Any) -> TensorExpr:
        """The array with its axes in another order, reversed if none is given."""
        if len(axes) > 1:
            return hooks.call("numpy_method", self, "transpose")(*axes)
        return REGISTRY["transpose"](self, *axes)

    def _undefined(self, *_: Any) -> Any:
        raise Unsupported("this operation is not defined for tensors", hint="use + - * @ ** and the named operators")

    __rpow__ = __mod__ = __rmod__ = __floordiv__ = __rfloordiv__ = __abs__ = _undefined
    __lt__ = __le__ = __gt__ = __ge__ = _undefined

    def doit(self, **hints: Any) -> Any:
        """The entries written out, for concrete sizes: a nested SymPy `Array`, or a scalar."""
        return with_symbols_of(self, hooks.call("sympy_entries", self))

    def as_explicit(self) -> Any:
        """The entries written out as a SymPy `Array`, or as a scalar; raises `Unsupported` for symbolic sizes.

        >>> Tensor("x", 2).as_explicit()
        [x[0], x[1]]
        """
        sizes = sorted({name for tensor in self.atoms(Tensor) for axis in tensor.axes for name in axis.size.names})
        sizes += sorted({name for axis in self.axes for name in axis.size.names} - {*sizes})
        if sizes:
            message = f"{self} has entries for all sizes {', '.join(sizes)}, which cannot be written out"
            raise Unsupported(message, hint=f"put in numbers: expr.subs({sizes[0]}, 3).as_explicit()")
        return self.doit()

    def _eval_rewrite(self, rule: Any, args: Any, **hints: Any) -> Any:
        return with_symbols_of(self, hooks.call("sympy_sums", self)) if rule in (sympy.Sum, "Sum") else None

    def _eval_transpose(self) -> TensorExpr:
        return self.T

    def _eval_conjugate(self) -> TensorExpr:
        return REGISTRY["conj"](self)

    def _eval_adjoint(self) -> TensorExpr:
        return REGISTRY["conj"](self.T)

    def _latex(self, printer: Any) -> str:
        return str(hooks.call("latex", self))

    def _sympystr(self, printer: Any) -> str:
        return str(hooks.call("text", self))

    def _numpycode(self, printer: Any) -> str:
        return str(hooks.call("function_code", self, printer))

    _pythoncode = _mpmathcode = _numpycode

    def _pretty(self, printer: Any) -> Any:
        from sympy.printing.pretty.stringpict import prettyForm

        return prettyForm(self._sympystr(printer))


class Tensor(TensorExpr):
    """A named tensor of symbolic shape, real unless `complex=True`; the shape may be a tuple.

    >>> H, W = sizes("H W")
    >>> A = Tensor("A", H, W)
    >>> A.shape, A == Tensor("A", (H, W))
    ((H, W), True)
    """

    def __new__(cls, name: str | Str, *shape: Any, complex: bool = False, kind: Any = None) -> Tensor:
        if len(shape) == 2 and isinstance(shape[0], Tuple) and isinstance(shape[1], Str):
            shape, complex = tuple(shape[0]), shape[1].name == "complex"
        elif len(shape) == 1 and isinstance(shape[0], (tuple, list, Tuple)):
            shape = tuple(shape[0])
        dims = Tuple(*map(sympy.sympify, shape))
        for size in dims:
            if isinstance(size, Tuple):
                raise ShapeError(f"a size of tensor '{name}' is a tuple", hint='write Tensor("A", H, W)')
            if size.is_integer is False or size.is_positive is False:
                raise ShapeError(f"the size {size} of tensor '{name}' is not an integer of 1 or more")
        if "einops" in sys.modules:  # its functions ask every library that it was told of
            hooks.call("einops")
        return Expr.__new__(cls, Str(str(name)), dims, Str("complex" if complex else "real"))

    @property
    def name(self) -> str:
        """The tensor's name."""
        return self.args[0].name

    @property
    def is_complex_valued(self) -> bool:
        """Whether entries may be complex."""
        return self.args[2].name == "complex"

    @computed_once
    def axes(self) -> tuple[Axis, ...]:
        return tuple(Axis((to_poly(size),)) for size in self.args[1])

    @property
    def leaf(self) -> TensorAtom:
        return TensorAtom(self.name, self.is_complex_valued)

    def entry(self, *index: Index) -> Formula:
        return Read(self, index)

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols of the sizes, and the tensor itself."""
        return self.args[1].free_symbols | {self}

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.args

    def _sympyrepr(self, printer: Any) -> str:
        words = [repr(self.name), *map(printer._print, self.args[1])]
        return f"Tensor({', '.join([*words, 'complex=True'] if self.is_complex_valued else words)})"


class Operation(TensorExpr):
    """An operator applied to operands and parameters."""

    def __new__(cls, name: Str, *args: Basic) -> Operation:
        node = Expr.__new__(cls, name, *args)
        node.operator = REGISTRY[name.name]
        made = node.operator.defined(node.arguments)
        parameters = () if made.guards else (arg for arg in args if not isinstance(arg, TensorExpr))
        needs = [n for arg in parameters for n in _defined(arg)]
        node.definition = replace(made, needs=(*made.needs, *needs)) if needs else made
        return node

    operator: Operator
    definition: Definition

    @staticmethod
    def of(op: Operator, arguments: Mapping[str, Any]) -> Operation:
        """The node for these arguments; array arguments are coerced with `as_tensor`."""

        def coerced(name: str, value: Any) -> Basic:
            if name in op.sequences:
                return Tuple(*map(as_tensor, _items(value, op.name)))
            if name not in op.operands or (value is None and op.signature.parameters[name].default is None):
                return encode(value, name in op.positions)
            return as_tensor(value)

        try:
            return Operation(Str(op.name), *(coerced(*item) for item in arguments.items()))
        except ShapeError as error:
            error.node = error.node or op.name
            raise

    @computed_once
    def arguments(self) -> dict[str, Any]:
        """The arguments by parameter name, parameters as Python values."""
        parameters = REGISTRY[self.args[0].name].signature.parameters.values()
        values = zip(parameters, map(decode, self.args[1:]), strict=True)
        return {p.name: dict(value) if p.kind is p.VAR_KEYWORD else value for p, value in values}

    @property
    def axes(self) -> tuple[Axis, ...]:
        return self.definition.axes

    @property
    def leaf(self) -> TableAtom | None:
        return self.definition.leaf

    def entry(self, *index: Index) -> Formula:
        return self.definition.entry(*index)

    @property
    def bound_symbols(self) -> list[Any]:
        """The symbol that the operator binds, in a list."""
        op = self.operator
        return [symbol(self.arguments[op.binds])] if op.binds else []

    @computed_once
    def free_symbols(self) -> set[Any]:
        """The symbols and tensors that occur, a bound index only where it stands outside its body."""
        bound = {s.name for s in self.bound_symbols}
        free: set[Any] = set()
        for name, arg in zip(self.operator.signature.parameters, self.args[1:], strict=True):
            inside = name in self.operator.operands
            free |= {s for s in arg.free_symbols if not (inside and isinstance(s, Symbol) and s.name in bound)}
        return free

    def _sympyrepr(self, printer: Any) -> str:
        """The call that makes the operation: with the names of SymPy and of symconv it evaluates to an equal one."""

        def shown(value: Any) -> str:
            match value:
                case tuple():
                    return f"({''.join(f'{shown(v)}, ' for v in value)})"
                case slice():
                    return f"slice({', '.join(map(shown, (value.start, value.stop, value.step)))})"
                case Basic():
                    return str(printer._print(value))
            return repr(value)

        arguments: list[str] = []
        for name, parameter in self.operator.signature.parameters.items():
            value = self.arguments[name]
            match parameter.kind:
                case parameter.VAR_POSITIONAL:
                    arguments += map(shown, value)
                case parameter.VAR_KEYWORD:
                    arguments += (f"{key}={shown(item)}" for key, item in value.items())
                case parameter.KEYWORD_ONLY:
                    arguments.append(f"{name}={shown(value)}")
                case _:
                    arguments.append(shown(value))
        return f"{self.operator.name}({', '.join(arguments)})"

    @computed_once
    def children(self) -> tuple[TensorExpr, ...]:
        """The tensor expressions that this one is made of, those inside sequences and literals too."""

        def tensors(node: Basic) -> Iterator[TensorExpr]:
            if isinstance(node, TensorExpr):
                yield node
            elif isinstance(node, Tuple):
                for part in node.args:
                    yield from tensors(part)

        return tuple(child for arg in self.args[1:] for child in tensors(arg))

    def _xreplace(self, rule: Mapping[Any, Any]) -> tuple[Any, bool]:
        if self.definition.guards and self not in rule:
            polys = (*(guard.poly for guard in self.definition.guards), *(axis.size for axis in self.axes))
            own = {name for poly in polys for name in poly.names}
            named = {old.name: new for old, new in rule.items() if isinstance(old, Symbol) and isinstance(new, Expr)}
            values = {name: to_poly(new) for name, new in named.items() if name in own}
            guards = [guard.substitute(values) for guard in self.definition.guards]
            if any(guard.poly.constant is not None and not holds(guard, {}) for guard in guards):
                sizes = [to_sympy(axis.size.substitute(values)) for axis in self.axes]  # the body may not exist here
                return (REGISTRY["zeros"](tuple(sizes)) if sizes else REGISTRY["number"](0)), True
        if self.operator.replaced and self not in rule and any(isinstance(old, TensorExpr) for old in rule):
            made = self.operator.replaced(rule, **self.arguments)
            return made, made != self
        if not self.operator.binds or self in rule:
            return super()._xreplace(rule)
        (bound,) = self.bound_symbols
        inner = {old: new for old, new in rule.items() if not _mentions(old, bound.name) or old.args}
        arguments = dict(zip(self.operator.signature.parameters, self.args[1:], strict=True))
        bodies = [arguments[name] for name in self.operator.operands]
        captured = [
            new
            for old, new in inner.items()
            if _mentions(new, bound.name) and not _mentions(old, bound.name) and any(b.has(old) for b in bodies)
        ]
        if captured:
            taken = {s.name for e in [*bodies, *inner.values()] for s in e.free_symbols if isinstance(s, Symbol)}
            fresh = next(n for k in count(1) if (n := f"{bound.name}{k}") not in taken)
            renaming = {s: symbol(fresh) for b in bodies for s in b.free_symbols if s.name == bound.name}
            arguments[self.operator.binds] = Str(fresh)
            arguments |= {name: arguments[name].xreplace(renaming) for name in self.operator.operands}
        replaced = [
            arg._xreplace(inner if name in self.operator.operands else rule)[0] for name, arg in arguments.items()
        ]
        changed = tuple(replaced) != self.args[1:]
        return (self.func(self.args[0], *replaced) if changed else self), changed

    def _eval_subs(self, old: Any, new: Any) -> Any:
        special = self.operator.binds or self.operator.replaced
        return self.xreplace({old: new}) if special and isinstance(old, (Symbol, Tensor)) else None


def _mentions(node: Any, name: str) -> bool:
    return any(isinstance(s, Symbol) and s.name == name for s in node.free_symbols)


def as_tensor(value: Any) -> TensorExpr:
    """A tensor expression from a tensor, a number, a SymPy scalar, a nested list or a NumPy array."""
    if isinstance(value, TensorExpr):
        return value
    if isinstance(value, (list, tuple, Tuple)):
        return REGISTRY["array"](tuple(value))
    if hasattr(value, "tolist"):
        return as_tensor(value.tolist())
    if isinstance(value, (bool, str)) or value is None:
        raise SymconvError(f"{value!r} is not an array or a number")
    return REGISTRY["number"](exact(value))


def _items(value: Any, name: str) -> Sequence[Any]:
    if isinstance(value, (list, tuple, Tuple)):
        return tuple(value)
    raise SymconvError(f"{name} takes a list of arrays")


def _defined(argument: Basic) -> Iterator[Compare]:
    """What the divisions in a parameter need."""
    if isinstance(argument, Tuple):
        for part in argument.args:
            if part.args:  # numbers and names have none
                yield from _defined(part)
    elif isinstance(argument, Expr) and not isinstance(argument, TensorExpr) and argument.args:
        yield from defined(to_poly(argument))


hooks.fill(operation="symconv.expressions.tensors:Operation.of")


def nodes(expr: TensorExpr) -> Iterator[TensorExpr]:
    """The expression and everything inside it, outermost first."""
    yield expr
    if isinstance(expr, Operation):
        for part in expr.children:
            yield from nodes(part)
