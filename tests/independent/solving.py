"""Arrays that satisfy hypotheses: linear ones solved over the rationals, others met by construction or by trying."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from . import exact
from .arrays import Outside, array, plain
from .evaluating import evaluate, matched, quantified_places, truth
from .exact import Gauss, Linear, NotLinear
from .places import Place
from .reading import Question, conjuncts, unbound

Arrays = dict[str, Any]
Equations = Callable[[Arrays], list[Any]]


class NoArrays(Exception):
    """No arrays were found; `proved` where there are none."""

    def __init__(self, proved: bool) -> None:
        super().__init__(proved)
        self.proved = proved


def shapes(question: Question, values: Mapping[str, int]) -> dict[str, tuple[int, ...]]:
    """The tensors' shapes; raises Outside where a dimension is not 1 or more."""
    at = Place(values, {}, {})
    found = {}
    for t in question.tensors:
        found[t.name] = tuple(evaluate(s, at) for s in t.sizes)
        if any(not isinstance(n, int) or n < 1 for n in found[t.name]):
            raise Outside("a dimension below 1")
    return found


def drawn_number(rng: random.Random, complex_: bool, style: str) -> Any:
    if style == "zero":
        return 0
    reach = {"small": 1, "binary": 1, "wide": 9}[style]
    low = 0 if style == "binary" else -reach
    value = rng.randint(low, reach)
    return exact.gauss(value, rng.randint(low, reach)) if complex_ else value


def drawn_array(rng: random.Random, shape: tuple[int, ...], complex_: bool, style: str = "wide") -> Any:
    out = np.empty(shape, object)
    for k in np.ndindex(shape):
        out[k] = drawn_number(rng, complex_, style)
    return plain(out)


def drawn(question: Question, form: Mapping[str, tuple[int, ...]], rng: random.Random, style: str = "wide") -> Arrays:
    return {t.name: drawn_array(rng, form[t.name], t.complex, style) for t in question.tensors}


def drawn_functions(question: Question, rng: random.Random) -> dict[str, Callable[..., Any]]:
    """Tables that grow as they are read, with values that no law binds."""

    def table() -> Callable[..., Any]:
        entries: dict[Any, Any] = {}

        def function(*arguments: Any) -> Any:
            keys = tuple(key(a) for a in arguments)
            if keys not in entries:
                complex_ = any(isinstance(a, (Gauss, exact.mp.mpc)) for a in arguments)
                entries[keys] = exact.gauss(rng.randint(-9, 9), rng.randint(-9, 9) if complex_ else 0)
            return entries[keys]

        # np.frompyfunc wants to know how many arguments there are.
        return lambda v: function(v)

    return {name: table() for name in question.functions}


def key(value: Any) -> Any:
    """What equal values have in common."""
    if isinstance(value, Linear):
        raise NotLinear
    if isinstance(value, exact.Irrational):
        value = exact.mp.mpc(value)
        parts = [exact.mp.nstr(v, 20) if abs(v) > exact.TOLERANCE else "0" for v in (value.real, value.imag)]
        return tuple(parts)
    return value


def place(question: Question, values: Mapping[str, int], arrays: Arrays, functions: Mapping[str, Any]) -> Place:
    return Place({**values, **arrays}, functions, {}, question.tensor_names)


def satisfying(
    question: Question,
    conditions: Sequence[ast.expr],
    values: Mapping[str, int],
    rng: random.Random,
    fixed: Arrays | None = None,
    functions: Mapping[str, Any] | None = None,
    extra: Equations | None = None,
) -> Arrays:
    """Random arrays with these conditions, and with whatever `extra` says must vanish."""
    fixed, functions = fixed or {}, functions or {}
    form = shapes(question, values)
    chosen = list(_branches(conditions, rng))
    failure = NoArrays(proved=bool(chosen))
    for branch in chosen[:3]:
        branch = [c for c in branch if unbound(c) & question.tensor_names]
        try:
            return _Search(question, branch, conditions, values, form, rng, fixed, functions, extra).result()
        except NoArrays as error:
            failure = NoArrays(failure.proved and error.proved)
    if len(chosen) > 3:
        failure = NoArrays(False)
    raise failure


def _branches(conditions: Sequence[ast.expr], rng: random.Random) -> Iterator[list[ast.expr]]:
    """The conjunctions of which one has to hold, in random order."""
    if not conditions:
        yield []
        return
    first, *rest = conditions
    if isinstance(first, ast.BoolOp) and isinstance(first.op, ast.Or):
        for option in rng.sample(first.values, len(first.values)):
            yield from _branches([option, *rest], rng)
    elif isinstance(first, ast.BoolOp):
        yield from _branches([*first.values, *rest], rng)
    else:
        for tail in _branches(rest, rng):
            yield [first, *tail]


@dataclass(frozen=True)
class _Search:
    """One conjunction, at one place."""

    question: Question
    branch: Sequence[ast.expr]
    conditions: Sequence[ast.expr]
    values: Mapping[str, int]
    form: Mapping[str, tuple[int, ...]]
    rng: random.Random
    fixed: Arrays
    functions: Mapping[str, Any]
    extra: Equations | None

    def holds(self, arrays: Arrays) -> bool:
        at = place(self.question, self.values, arrays, self.functions)
        return all(truth(c, at) for c in self.conditions)

    def drawn(self, style: str) -> Arrays:
        return {**drawn(self.question, self.form, self.rng, style), **self.fixed}

    def solved(self, unknown: Sequence[str], style: str) -> Arrays:
        """The equations solved for these tensors, the others being drawn."""
        arrays = self.drawn(style)
        complexes = {t.name: t.complex for t in self.question.tensors}
        for name in unknown:
            arrays[name] = _unknowns(name, self.form[name], complexes[name])
        at = place(self.question, self.values, arrays, self.functions)
        equations = [e for c in self.branch for e in _equations(c, at)] + (self.extra(arrays) if self.extra else [])
        found = solve(equations, lambda: self.rng.randint(-4, 4) if style == "wide" else self.rng.randint(-1, 1))
        for name in unknown:
            arrays[name] = _known(arrays[name], found, lambda: drawn_number(self.rng, False, style))
        return arrays

    def linearly(self, named: Sequence[str]) -> Arrays | None:
        """Solved for all tensors at once, or for one after the other."""
        joint = [t.name for t in self.question.tensors if t.name not in self.fixed] if self.extra else list(named)
        linear = True
        for turn, unknown in enumerate(
            [joint, *([n] for n in self.rng.sample(named, len(named))), *([n] for n in named)]
        ):
            style = self.rng.choice(["wide", "wide", "small", "binary"]) if turn else "wide"
            try:
                arrays = self.solved(unknown, style)
            except NotLinear:
                linear = False
                continue
            except NoArrays:
                if unknown == joint and linear and not self.fixed:
                    raise
                continue
            if self.holds(arrays):
                return arrays
        return None

    def tried(self, named: Sequence[str]) -> Arrays | None:
        """Small entries and orthogonal matrices, until some satisfy everything."""
        for attempt in range(30):
            arrays = self.drawn(("small", "binary", "zero")[attempt % 3])
            for name in named:
                if self.rng.random() < 0.5 and len(self.form[name]) == 2 and self.form[name][0] == self.form[name][1]:
                    arrays[name] = self.rng.choice([rotation, projection])(self.form[name][0], self.rng)
            if self.holds(arrays):
                return arrays
        return None

    def result(self) -> Arrays:
        """Arrays that satisfy everything."""
        named = sorted({n for c in self.branch for n in unbound(c)} & self.question.tensor_names - set(self.fixed))
        if not named and self.extra is None:
            anything = self.drawn("wide")
            if not self.holds(anything):
                raise NoArrays(True)
            return anything
        arrays = self.linearly(named)
        if arrays is None and self.extra is None:
            arrays = self.tried(named)
        if arrays is None:
            raise NoArrays(False)
        return arrays


def rotation(n: int, rng: random.Random) -> Any:
    """A random orthogonal matrix with rational entries."""
    rows = rng.sample(range(n), n)
    out = np.full((n, n), 0, object)
    for k, row in enumerate(rows):
        out[k, row] = rng.choice([1, -1])
    if n >= 2 and rng.random() < 0.7:
        c, s = Fraction(3, 5), Fraction(4, 5)
        turn = np.array([[int(i == j) for j in range(n)] for i in range(n)], object)
        turn[0, 0], turn[0, 1], turn[1, 0], turn[1, 1] = c, -s, s, c
        out = out @ turn
    return out


def projection(n: int, rng: random.Random) -> Any:
    """A random matrix that is its own square: of rank one, symmetric or not, or of zeros and ones."""
    out = np.full((n, n), 0, object)
    if n == 0 or rng.random() < 0.4:
        for k in range(n):
            out[k, k] = rng.randint(0, 1)
        return out
    left, right = ([rng.randint(-2, 2) for _ in range(n)] for _ in range(2))
    product = sum(a * b for a, b in zip(left, right, strict=True))
    if product:
        for i, j in np.ndindex(n, n):
            out[i, j] = exact.ratio(left[i] * right[j], product)
    return out


def _unknowns(name: str, shape: tuple[int, ...], complex_: bool) -> Any:
    out = np.empty(shape, object)
    for k in np.ndindex(shape):
        parts: dict[Any, Any] = {(name, k, "re"): 1}
        if complex_:
            parts[name, k, "im"] = Gauss(0, 1)
        out[k] = Linear(0, parts)
    return plain(out)


def _known(unknown: Any, found: Mapping[Any, Any], free: Callable[[], Any]) -> Any:
    a = array(unknown)
    out = np.empty(a.shape, object)
    for k in np.ndindex(a.shape):
        out[k] = sum(c * (found[name] if name in found else free()) for name, c in a[k].parts.items())
    return plain(out)


def _equations(condition: ast.expr, at: Place) -> list[Any]:
    """What has to vanish; an inequality is left to be tried."""
    if isinstance(condition, ast.Call) and len(condition.args) == 2:
        body, guard = condition.args
        inner = [p for p in quantified_places(condition, at) if truth(guard, p)]
        return [e for p in inner for c in conjuncts(body) for e in _equations(c, p)]
    if not isinstance(condition, ast.Compare) or not all(isinstance(o, ast.Eq) for o in condition.ops):
        return []
    found: list[Any] = []
    nodes = [condition.left, *condition.comparators]
    for left, right in zip(nodes, nodes[1:], strict=False):
        a, b = matched(evaluate(left, at), evaluate(right, at), left, right, at)
        found += differences(a, b)
    return found


def differences(a: Any, b: Any) -> list[Any]:
    if np.shape(a) != np.shape(b):
        raise NoArrays(True)
    return [p - q for p, q in zip(array(a).ravel(), array(b).ravel(), strict=False)]


def solve(equations: list[Any], free: Callable[[], Any]) -> dict[Any, Any]:
    """Values of the unknowns, by elimination over the rationals; the undetermined ones are drawn."""
    rows: dict[Any, tuple[dict[Any, Any], Any]] = {}
    for equation in equations:
        for part in _real_parts(equation):
            parts, constant = (dict(part.parts), part.constant) if isinstance(part, Linear) else ({}, part)
            if any(isinstance(c, exact.Irrational) for c in (*parts.values(), constant)):
                raise NotLinear
            for pivot in [p for p in parts if p in rows]:
                factor = parts.pop(pivot)
                constant += factor * rows[pivot][1]
                for name, c in rows[pivot][0].items():
                    parts[name] = parts.get(name, 0) + factor * c
            parts = {name: c for name, c in parts.items() if c != 0}
            if not parts:
                if constant != 0:
                    raise NoArrays(True)
                continue
            pivot = next(iter(parts))
            lead = parts.pop(pivot)
            new = ({name: _quotient(-c, lead) for name, c in parts.items()}, _quotient(-constant, lead))
            for other, (cs, constant_) in list(rows.items()):
                if pivot in cs:
                    factor = cs.pop(pivot)
                    for name, c in new[0].items():
                        cs[name] = cs.get(name, 0) + factor * c
                    rows[other] = ({n: c for n, c in cs.items() if c != 0}, constant_ + factor * new[1])
            rows[pivot] = new
    values: dict[Any, Any] = {}
    for cs, _ in rows.values():
        for name in cs:
            values.setdefault(name, free())
    for pivot, (cs, constant) in rows.items():
        values[pivot] = exact.number(constant + sum(c * values[name] for name, c in cs.items()))
    return values


def _real_parts(equation: Any) -> tuple[Any, ...]:
    """The equation, or its real and imaginary parts."""
    numbers = [*equation.parts.values(), equation.constant] if isinstance(equation, Linear) else [equation]
    if all(isinstance(c, (int, Fraction)) for c in numbers):
        return (equation,)
    return exact.real(equation), exact.imag(equation)


def _quotient(a: Any, b: Any) -> Any:
    """a / b of rational numbers."""
    if b in (1, -1):
        return a * b
    return exact.whole(Fraction(a) / b)
