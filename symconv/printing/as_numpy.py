"""Expressions as NumPy code: the libraries' own functions, and loops for what they do not have."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sympy import Expr, Tuple

from symconv.algebra.polynomials import ONE, Poly
from symconv.errors import Unsupported
from symconv.expressions.conversion import FromEnd, to_poly
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import nodes
from symconv.expressions.unfolding import Ranges, unfolded
from symconv.formulas.axis import positions
from symconv.formulas.conditions import condition_names
from symconv.formulas.language import Conj, Formula, Read, Scalar, Sum, Times
from symconv.printing.as_loops import INDENT, assumed, function, signature, text
from symconv.printing.index_names import readable

INFIX = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "matmul": "@", "power": "**"}
IMPORTS = {"numpy": "import numpy as np", "scipy.signal": "import scipy.signal", "scipy.linalg": "import scipy.linalg",
           "einops": "import einops"}  # fmt: skip


def to_numpy_source(expr: TensorExpr, name: str = "f") -> str:
    """The source of a function that computes the expression with the functions of NumPy, SciPy and einops.

    What they do not have is computed with loops, in functions of their own. The arguments are the tensors, then
    the names that no shape tells, then the functions.

    >>> from symconv import correlate, flip, sizes
    >>> N, M = sizes("N M")
    >>> print(to_numpy_source(correlate(Tensor("x", N), flip(Tensor("k", M)), "valid")), end="")
    import numpy as np
    import scipy.signal
    <BLANKLINE>
    <BLANKLINE>
    def f(x, k):
        return scipy.signal.correlate(x, np.flip(k), 'valid')
    """
    return to_numpy_module({name: expr})


def to_numpy_module(functions: Mapping[str, TensorExpr]) -> str:
    """The source of several functions with their names, each as `to_numpy_source` writes it."""
    runs = {name: _Writer(name) for name in functions}
    values = {name: run.value(functions[name]) for name, run in runs.items()}
    wanted = {IMPORTS["numpy"]}.union(*(run.imports for run in runs.values()))
    lines = sorted(wanted, key=list(IMPORTS.values()).index)
    for name, run in runs.items():
        called = signature(functions[name])
        sizes = [f"{INDENT}{size} = {where}" for size, where in called.sizes.items() if size in run.names]
        lines += [line for part in run.parts for line in ("", "", *part)]
        lines += ["", "", f"def {name}({called.arguments}):", *sizes, f"{INDENT}return {values[name]}"]
    return "\n".join(lines) + "\n"


def to_einsum(expr: TensorExpr) -> str:
    """The call of `numpy.einsum` that an expression is; raises `Unsupported` where there is none.

    >>> from symconv import sizes, trace
    >>> n, m = sizes("n m")
    >>> X = Tensor("X", n, m)
    >>> to_einsum(trace(X @ X.T)), to_einsum(2 * X.T)
    ("np.einsum('ab,ab->', X, X)", "2*np.einsum('ba->ab', X)")
    """
    if any(len(axis.digits) != 1 for axis in expr.axes):
        raise Unsupported(f"'{expr}' has a flattened axis, which no einsum makes")
    out = [f"out.{k}" for k in range(expr.ndim)]
    sizes = {n: axis.size for n, axis in zip(out, expr.axes, strict=True)}
    formula = unfolded(Read(expr, tuple(map(Poly.name, out))), Ranges(sizes))
    formula = readable(formula, {t.name for t in expr.atoms(Tensor)})
    factor, reads = ONE, []
    for part in _factors(formula, sizes):
        if isinstance(part, Scalar) and not part.value.names & {*sizes}:
            factor = factor * part.value
        else:
            reads.append(part)
    operands: list[str] = []
    terms: list[list[str]] = []
    for part in reads:
        read = part.body if isinstance(part, Conj) else part
        if not isinstance(read, Read) or not isinstance(read.array, Tensor):
            raise Unsupported(f"'{expr}' is not a sum of products of entries: {part}")
        at = list(map(str, positions(read.array.axes, read.index)))
        for name, axis in zip(at, read.array.axes, strict=True):
            if sizes.get(name) != axis.size:
                raise Unsupported(f"no einsum: '{read.array}' is read at {name}, which does not run along its axis")
        terms.append(at)
        operands.append(f"np.conj({read.array.name})" if isinstance(part, Conj) else read.array.name)
    met = {name for term in terms for name in term}
    if not operands or any(name not in met for name in sizes):
        raise Unsupported(f"no einsum: an index of '{expr}' runs along no axis of a tensor")
    letters = {name: chr(ord("a") + k) for k, name in enumerate(sizes)}
    inputs = ",".join("".join(letters[name] for name in term) for term in terms)
    call = f"np.einsum('{inputs}->{''.join(letters[name] for name in out)}', {', '.join(operands)})"
    shown = text(factor)
    shown = f"({shown})" if len(factor.terms) > 1 or "/" in shown else shown
    return call if factor == ONE else f"{shown}*{call}"


def _factors(formula: Formula, sizes: dict[str, Poly]) -> Iterable[Formula]:
    """The factors inside all sums, whose ranges are filed under their names."""
    match formula:
        case Sum(name, lower, upper, body) if lower == 0:
            sizes[name] = upper
            yield from _factors(body, sizes)
        case Times(parts):
            for part in parts:
                yield from _factors(part, sizes)
        case _:
            yield formula


@dataclass
class _Writer:
    """Writes expressions as calls."""

    name: str
    imports: list[str] = field(default_factory=list)
    parts: list[list[str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """The names that stand in the code that was written."""

    def number(self, value: Poly) -> str:
        """A number, in parentheses unless it is one word."""
        self.names |= value.names
        shown = text(value)
        return shown if shown.isidentifier() or shown.isdigit() else f"({shown})"

    def value(self, expr: TensorExpr) -> str:
        """The code of an expression."""
        if isinstance(expr, Tensor):
            return expr.name
        assert isinstance(expr, Operation)
        name, arguments, library = expr.operator.name, expr.arguments, expr.operator.library
        module = next((m for m in IMPORTS if library.startswith(f"{m}.")), None)
        match name, tuple(arguments.values()):
            case "number", (value,):
                return self.number(to_poly(value) if isinstance(value, Expr) else Poly.of(value))
            case "array", (entries,):
                return f"np.array({self.parameter(entries)})"
            case "assume" | "needing", (body, _):
                return self.value(body)
            case "negative", (a,):
                return f"(-{self.value(a)})"
            case "transpose", (a, None):
                return f"{self.value(a)}.T"
            case "index", (a, key) if not expr.definition.extends and not self._needs_more(expr):
                return f"{self.value(a)}[{', '.join(map(self.key, key if isinstance(key, tuple) else (key,)))}]"
            case _ if name in INFIX:
                a, b = arguments.values()
                right = self.value(b) if isinstance(b, TensorExpr) else self.parameter(b)
                return f"({self.value(a)} {INFIX[name]} {right})"
            case "call", (function_name, x):
                return f"np.vectorize({function_name}, otypes=[float])({self.value(x)})"
        if module is None or name in ("index", "when") or expr.operator.binds:
            return self.part(expr)
        self.imports.append(IMPORTS[module])
        shown = f"np{library.removeprefix('numpy')}" if module == "numpy" else library
        return f"{shown}({', '.join(self.arguments(expr))})"

    def _needs_more(self, expr: TensorExpr) -> bool:
        """Whether something is assumed of more than the sizes of the tensors."""
        sizes = {n for t in nodes(expr) if isinstance(t, Tensor) for a in t.axes for n in a.size.names}
        return any(not condition_names(n) <= sizes for n in assumed(expr))

    def part(self, expr: Operation) -> str:
        """A function of its own for what no library has."""
        called = signature(expr)
        name = f"{self.name}_part{len(self.parts) + 1}"
        self.parts.append(function(expr, name))
        self.names |= {*called.numbers}
        return f"{name}({called.arguments})"

    def arguments(self, expr: Operation) -> list[str]:
        """The arguments of a call: operands by place, the rest by name from the first that is left out."""
        shown: list[str] = []
        named = False
        for name, parameter in expr.operator.signature.parameters.items():
            value = expr.arguments[name]
            if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
                shown += [self.value(v) for v in value]
            elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
                shown += [f"{key}={self.parameter(item)}" for key, item in value.items()]
            elif parameter.default is not inspect.Parameter.empty and value == parameter.default:
                named = True
            else:
                named = named or parameter.kind is inspect.Parameter.KEYWORD_ONLY
                code = self.parameter(value)
                shown.append(f"{name}={code}" if named else code)
        return shown

    def parameter(self, value: Any) -> str:
        """A parameter as Python code."""
        match value:
            case TensorExpr():
                return self.value(value)
            case Tuple() | tuple() | list():
                inner = ", ".join(map(self.parameter, value))
                return f"({inner},)" if len(value) == 1 else f"({inner})"
            case FromEnd():
                return f"-({self.number(to_poly(value.args[0]))})"
            case Expr():
                return self.number(to_poly(value))
        return repr(value)

    def key(self, item: Any) -> str:
        """One item of an index."""
        if isinstance(item, slice):
            bounds: Sequence[Any] = [item.start, item.stop, *([item.step] if item.step is not None else [])]
            return ":".join("" if b is None else self.parameter(b) for b in bounds)
        return "..." if item is Ellipsis else self.parameter(item)
