"""Expressions as loop nests: Python code that runs, computes the same, and reads back as a program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sympy import Symbol

from symconv.algebra.polynomials import ONE, Poly
from symconv.errors import Unsupported
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import is_complex, nodes
from symconv.expressions.unfolding import Ranges, unfolded
from symconv.formulas.axis import from_digits, positions
from symconv.formulas.conditions import Compare, Condition, condition_names, guarded, in_range
from symconv.formulas.language import Call, Conj, Formula, Plus, Read, Scalar, Sum, Times, When
from symconv.formulas.walking import substitute
from symconv.kernel.facts import Facts
from symconv.printing.index_names import LETTERS, readable, renaming

INDENT = "    "


def to_loops(expr: TensorExpr, name: str = "f") -> str:
    """The source of a function that computes the expression with loops over its index formula.

    Its arguments are the tensors, then the names that no shape tells, then the functions. Raises `Unsupported` for
    an axis whose index is not formed from whole numbers.

    >>> from symconv import convolve, sizes
    >>> N, M = sizes("N M")
    >>> print(to_loops(convolve(Tensor("x", N), Tensor("k", M))), end="")
    import numpy as np
    <BLANKLINE>
    <BLANKLINE>
    def f(x, k):
        N = x.shape[0]
        M = k.shape[0]
        y = np.zeros(M + N - 1)
        for m in range(M + N - 1):
            for u in range(M):
                if m >= u and N + u >= m + 1:
                    y[m] += x[m - u]*k[u]
        return y
    """
    return "\n".join(["import numpy as np", "", "", *function(expr, name)]) + "\n"


class Signature(NamedTuple):
    """What a function needs to compute an expression: its arguments, and where it finds the sizes that it uses."""

    tensors: Sequence[Tensor]
    numbers: Sequence[str]
    functions: Sequence[str]
    sizes: Mapping[str, str]

    @property
    def arguments(self) -> str:
        """The names of the arguments."""
        return ", ".join([*(t.name for t in self.tensors), *self.numbers, *self.functions])


def signature(expr: TensorExpr) -> Signature:
    """The tensors, the names that no shape tells, the functions, and what tells the sizes, of an expression."""
    inside = dict.fromkeys(nodes(expr))
    tensors = [t for t in inside if isinstance(t, Tensor)]
    told: dict[str, str] = {}
    for tensor in tensors:
        for axis, size in enumerate(a.size for a in tensor.axes):
            if str(size).isidentifier():
                told.setdefault(str(size), f"{tensor.name}.shape[{axis}]")
    free = {s.name for s in expr.free_symbols if isinstance(s, Symbol)}
    free |= {n for t in tensors for a in t.axes for n in a.size.names}
    calls = {n.arguments["name"] for n in inside if isinstance(n, Operation) and n.operator.name == "call"}
    used = {size: where for size, where in told.items() if size in free}
    return Signature(tensors, sorted(free - {*told}), sorted(calls), used)


def assumed(expr: Any) -> list[Condition]:
    """What the operations of an expression need of sizes."""
    if not isinstance(expr, Operation):
        return []
    guards, children = expr.definition.guards, () if expr.operator.closed else expr.children
    inner = [need for child in children for n in assumed(child) for need in guarded(guards, n)]
    return list(dict.fromkeys([*inner, *expr.definition.needs]))


def function(expr: TensorExpr, name: str) -> list[str]:
    """The lines of the function."""
    called = signature(expr)
    tensors = called.tensors
    taken = {t.name for t in tensors} | {*called.numbers, *called.functions, name, "np", *called.sizes}
    dotted = [[f"{hint}.{k}.{d}" for d in range(len(axis.digits))] for k, (axis, hint) in
              enumerate(zip(expr.axes, "mnpqrs" + "t" * len(expr.axes), strict=False))]  # fmt: skip
    names = renaming([n for group in dotted for n in group], taken)
    out = [[names[n] for n in group] for group in dotted]
    digits = {n: d for axis, group in zip(expr.axes, out, strict=True) for n, d in zip(group, axis.digits, strict=True)}
    index = from_digits(expr.axes, map(Poly.name, digits))
    formula = readable(unfolded(Read(expr, index), Ranges(digits)), taken | {*digits})
    declared = {n for t in tensors for a in t.axes for n in a.size.names}
    known = [Compare(a.size - 1, ">=") for t in tensors for a in t.axes]
    plain = {str(a.size) for t in tensors for a in t.axes} & declared
    facts = Facts(tuple(sorted(plain)), tuple(sorted({*called.numbers, *declared} - plain)), tuple(known))
    assumptions = [n for n in assumed(expr) if condition_names(n) <= {*facts.sizes, *facts.integers}]
    needs = facts.needed([n for n in assumptions if isinstance(n, Compare)])
    inside = facts.given(needs)
    guarded_needs = [n for n in assumptions if not isinstance(n, Compare) and not inside.implies(n)]
    run = _Writer(taken | {*digits}, is_complex(expr))
    target = run.new("y") if digits else run.new("total")
    kind = ", dtype=complex" if run.is_complex else ""
    body = [f"assert {n}" for n in (*needs, *guarded_needs)]
    shape = ", ".join(text(d) for d in digits.values())
    at = f"{target}[{', '.join(digits)}]" if digits else target
    body.append(f"{target} = np.zeros({f'({shape})' if len(digits) > 1 else shape}{kind})" if digits
                else f"{target} = 0.0")  # fmt: skip
    depth = 0
    for letter, size in digits.items():
        body.append(f"{INDENT * depth}for {letter} in range({text(size)}):")
        inside = inside.within(letter, Poly.of(0), size)
        depth += 1
    run.write(formula, at, depth, [], inside)
    body += run.lines
    flat = ", ".join(text(axis.size) for axis in expr.axes)
    regrouped = any(len(axis.digits) != 1 for axis in expr.axes)
    body.append(f"return {target}.reshape(({flat},))" if regrouped and expr.axes else f"return {target}")
    sizes = [f"{size} = {where}" for size, where in called.sizes.items()]
    constants = [f"{table} = np.array({value})" for value, table in run.tables.items()]
    return [f"def {name}({called.arguments}):", *(INDENT + line for line in [*sizes, *constants, *body])]


def text(value: Poly) -> str:
    """A number as Python code."""
    return re.sub(r"\b(exp|log|sqrt|pi)\b", r"np.\1", str(value))


@dataclass
class _Writer:
    """Writes statements that add a formula to a target."""

    taken: set[str]
    is_complex: bool
    lines: list[str] = field(default_factory=list)
    tables: dict[str, str] = field(default_factory=dict)

    def new(self, hint: str) -> str:
        """A name that is not taken."""
        name = next(n for n in (hint, *(f"{hint}{k}" for k in range(len(self.taken) + 1))) if n not in self.taken)
        self.taken.add(name)
        return name

    def line(self, depth: int, code: str) -> None:
        """One more line."""
        self.lines.append(INDENT * depth + code)

    def write(self, formula: Formula, target: str, depth: int, factors: list[str], facts: Facts) -> None:
        """target += factors · formula."""
        match formula:
            case Scalar(value) if value == ONE and factors:
                self.line(depth, f"{target} += {'*'.join(factors)}")
            case Scalar(value):
                shown = text(value)
                shown = f"({shown})" if factors and (len(value.terms) > 1 or "//" in shown or "-" in shown) else shown
                self.line(depth, f"{target} += {'*'.join([shown, *factors])}")
            case Plus(terms):
                for term in terms:
                    self.write(term, target, depth, factors, facts)
                if not terms:
                    self.line(depth, "pass")
            case Sum(name, lower, upper, body):
                if name in facts.integers or name in facts.sizes:
                    other = self.new(next(n for n in LETTERS if n not in self.taken))
                    body, name = substitute(body, {name: Poly.name(other)}), other
                ends = text(upper) if lower == Poly.of(0) else f"{text(lower)}, {text(upper)}"
                self.line(depth, f"for {name} in range({ends}):")
                self.write(body, target, depth + 1, factors, facts.within(name, lower, upper))
            case When(conditions, body):
                depth, facts = self.guarded(conditions, depth, facts)
                self.write(body, target, depth, factors, facts)
            case Times(parts):
                self.product(parts, target, depth, factors, facts)
            case Read() | Conj() | Call():
                self.product((formula,), target, depth, factors, facts)

    def guarded(self, conditions: Iterable[Compare], depth: int, facts: Facts) -> tuple[int, Facts]:
        """An `if` for what is not known yet."""
        open_ = [c for c in dict.fromkeys(conditions) if not facts.implies(c)]
        if not open_:
            return depth, facts
        self.line(depth, f"if {' and '.join(map(str, open_))}:")
        return depth + 1, facts.given(open_)

    def product(self, parts: Sequence[Formula], target: str, depth: int, factors: list[str], facts: Facts) -> None:
        """target += factors · parts."""
        factors = list(factors)
        rest: list[Formula] = []
        for part in parts:
            read = part.body if isinstance(part, Conj) else part
            if isinstance(read, Read):
                guards, shown = self.entry(read)
                depth, facts = self.guarded(guards, depth, facts)
                factors.append(f"np.conj({shown})" if isinstance(part, Conj) else shown)
            else:
                rest.append(part)
        while len(rest) > 1 or rest and isinstance(rest[0], (Conj, Call)):
            part = rest.pop()
            if isinstance(part, Scalar):
                factors.append(f"({text(part.value)})")
                continue
            inner = part.body if isinstance(part, (Conj, Call)) else part
            part_sum = self.new("s")
            self.line(depth, f"{part_sum} = 0.0")
            self.write(inner, part_sum, depth, [], facts)
            function = "np.conj" if isinstance(part, Conj) else part.function if isinstance(part, Call) else ""
            factors.append(f"{function}({part_sum})" if function else part_sum)
        self.write(rest[0] if rest else Scalar(ONE), target, depth, factors, facts)

    def entry(self, read: Read) -> tuple[list[Compare], str]:
        """The conditions under which an entry is inside, and the entry."""
        array: Any = read.array
        at = positions(array.axes, read.index)
        guards = [c for i, axis in zip(at, array.axes, strict=True) for c in in_range(i, axis.size)]
        if isinstance(array, Tensor):
            name = array.name
        elif array.leaf is not None:
            nested = _nested([text(Poly.of(v) if isinstance(v, int) else v) for v in array.leaf.values],
                             array.leaf.shape)  # fmt: skip
            name = self.tables.get(nested) or self.tables.setdefault(nested, self.new("table"))
        else:
            raise Unsupported(f"'{array}' has no index formula that loops can follow")
        return guards, f"{name}[{', '.join(map(text, at))}]" if at else name


def _nested(values: Sequence[str], shape: Sequence[int]) -> str:
    if not shape:
        return values[0]
    step = len(values) // shape[0] if shape[0] else 0
    return f"[{', '.join(_nested(values[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0]))}]"
