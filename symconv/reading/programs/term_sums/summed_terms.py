"""What a variable holds, as a sum of terms: values under conditions, summed over loop indices.

The entries of an array are terms in the names e.0, e.1, … of an element; a scalar is terms
without them. Assigning to entries takes them away from the terms there are and adds new ones, a
loop sums what its iterations add as far as no later iteration takes it away again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import count

from sympy import Symbol
from sympy.core.symbol import Str

from symconv.algebra.polynomials import ONE, ZERO, Floor, Poly, floor
from symconv.errors import Unsupported
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Operation, TensorExpr, as_tensor
from symconv.formulas.conditions import Compare, in_range, without_least
from symconv.kernel.facts import Facts, refusals
from symconv.operators.axes import scalar_value
from symconv.operators.conditional import compared, written

Values = Mapping[str, Poly]
Bound = tuple[str, Poly, Poly]


@dataclass(frozen=True)
class Term:
    """A scalar where the guards hold, summed over bound names; None is what was never assigned."""

    value: TensorExpr | None
    guards: tuple[Compare, ...] = ()
    bound: tuple[Bound, ...] = ()

    def substitute(self, values: Values) -> Term:
        """The term with names replaced by numbers whose names mean what they mean in the term."""
        return Term(
            None if self.value is None else self.value.replace_names(values),
            tuple(g.substitute(values) for g in self.guards),
            tuple((n, low.substitute(values), high.substitute(values)) for n, low, high in self.bound),
        )

    def at(self, values: Values) -> Term:
        """The term with free names replaced from outside: its bound names are told apart from those put in."""
        return renamed(self, {name for value in values.values() for name in value.names}).substitute(values)

    def given(self, guards: Iterable[Compare]) -> Term:
        """The term under more conditions."""
        return replace(self, guards=tuple(dict.fromkeys([*self.guards, *guards])))

    def facts(self, outer: Facts) -> Facts:
        """What is known where the term counts."""
        for name, low, high in self.bound:
            outer = outer.within(name, low, high)
        return outer.given(self.guards)


Terms = tuple[Term, ...]


def element(rank: int) -> tuple[str, ...]:
    """The names of an element's indices."""
    return tuple(f"e.{k}" for k in range(rank))


def elements(shape: Sequence[Poly], facts: Facts) -> Facts:
    """The facts with an element of an array of this shape."""
    for name, size in zip(element(len(shape)), shape, strict=True):
        facts = facts.within(name, ZERO, size)
    return facts


def sizes_of(array: TensorExpr) -> tuple[Poly, ...]:
    """The shape of an array."""
    return tuple(axis.size for axis in array.axes)


def number(value: Poly) -> TensorExpr:
    """A number as an expression."""
    return as_tensor(to_sympy(value))


def read_at(array: TensorExpr, index: Sequence[Poly]) -> TensorExpr:
    """One entry of an array."""
    return array[tuple(map(to_sympy, index))] if index else array


def terms_of(value: TensorExpr, sign: int = 1) -> Terms:
    """The terms of a scalar, sums and conditions taken apart."""
    if isinstance(value, Operation):
        arguments = value.arguments
        match value.operator.name:
            case "add":
                return terms_of(arguments["a"], sign) + terms_of(arguments["b"], sign)
            case "subtract":
                return terms_of(arguments["a"], sign) + terms_of(arguments["b"], -sign)
            case "negative":
                return terms_of(arguments["a"], -sign)
            case "when":
                return tuple(t.given(compared(arguments["conditions"])) for t in terms_of(arguments["body"], sign))
            case "number" if scalar_value(value.entry()) == ZERO:
                return ()
    return (Term(value if sign == 1 else -value),)


def expression_of(terms: Sequence[Term]) -> TensorExpr:
    """The scalar that is the sum of the terms."""
    total: TensorExpr | None = None
    for term in terms:
        if term.value is None:
            raise Unsupported("an entry is read that was never assigned")
        value, negative = term.value, False
        if isinstance(value, Operation) and value.operator.name == "negative":
            value, negative = value.arguments["a"], True
        if term.guards:
            value = REGISTRY["when"](value, written(term.guards))
        for name, low, high in reversed(term.bound):
            value = REGISTRY["index_sum"](value, name, to_sympy(low), to_sympy(high))
        signed = -value if negative else value
        total = signed if total is None else total - value if negative else total + value
    return number(ZERO) if total is None else total


def names_in(terms: Iterable[Term]) -> set[str]:
    """Every name that stands in the terms, bound ones too."""
    names: set[str] = set()
    for term in terms:
        names |= {n for g in term.guards for n in g.poly.names}
        names |= {n for name, low, high in term.bound for n in (name, *low.names, *high.names)}
        if term.value is not None:
            names |= {s.name for s in term.value.atoms(Symbol, Str)}
    return names


def another(name: str, taken: Collection[str]) -> str:
    """A name like this one that is not taken."""
    return next(free for k in count(1) if (free := f"{name}{k}") not in taken)


def apart(term: Term, facts: Facts) -> Term:
    """The term with bound names that the facts do not speak of."""
    return renamed(term, facts.integers, facts.sizes)


def renamed(term: Term, known: Collection[str], more: Collection[str] = ()) -> Term:
    """The term with other names for those bound ones that are known; the new ones are neither known nor in `more`."""
    taken = {*more, *known, *names_in([term])}
    for name in [n for n, _, _ in term.bound if n in known]:
        new = another(name, taken)
        taken.add(new)
        at = next(i for i, b in enumerate(term.bound) if b[0] == name)
        _, low, high = term.bound[at]
        inner = Term(term.value, term.guards, term.bound[at + 1 :]).substitute({name: Poly.name(new)})
        term = replace(inner, bound=(*term.bound[:at], (new, low, high), *inner.bound))
    return term


def simplified(terms: Iterable[Term], facts: Facts) -> Terms:
    """The terms without those that never count, sums that an equation settles and conditions that always hold."""
    kept = []
    for term in terms:
        term = _settled(apart(term, facts))
        if not term.facts(facts).allow(()):
            continue
        outer = replace(term, guards=()).facts(facts)
        kept.append(replace(term, guards=outer.needed(term.guards)))
    return tuple(kept)


def _settled(term: Term) -> Term:
    """The term with every bound name replaced that an equation gives."""
    while True:
        names = [name for name, _, _ in term.bound]
        solved = next(((g, given) for g in term.guards if (given := g.solved_for(reversed(names))) is not None), None)
        if solved is None:
            quotient = next(((n, q) for n in reversed(names) if (q := step_given(term.guards, n)) is not None), None)
            if quotient is None or quotient[1].names & set(names[names.index(quotient[0]) + 1 :]):
                return term
            name, value = quotient
            _, low, high = term.bound[names.index(name)]
            left = replace(term, bound=tuple(b for b in term.bound if b[0] != name))
            term = left.given(in_range(Poly.name(name), high, low)).substitute({name: value})
            continue
        guard, (name, value) = solved
        position = names.index(name)
        used = any(name in p.names for _, low, high in term.bound for p in (low, high))
        if used and value.names & set(names[position + 1 :]):
            return term
        _, low, high = term.bound[position]
        rest = Term(
            term.value,
            tuple(g for g in term.guards if g is not guard),
            tuple(b for b in term.bound if b[0] != name),
        )
        ranges = in_range(Poly.name(name), high, low)
        term = rest.given(ranges).substitute({name: value})


def step_given(guards: Sequence[Compare], name: str) -> Poly | None:
    """What a name is where conditions hold; None where they leave it open.

    An equation gives it, or one for name // d and one for it, or 0 ≤ a − d·name < d, which makes it a // d.
    """
    solved = next((given[1] for g in guards if (given := g.solved_for([name])) is not None), None)
    if solved is not None:
        return solved
    for found in (a for g in guards for a in g.poly.atoms if isinstance(a, Floor)):
        if found.numerator == Poly.name(name) and name not in found.divisor.names:
            quotient = f"{name}//"
            rows = [Compare(g.poly.with_atom(found, Poly.name(quotient)), g.relation) for g in guards]
            whole = next((v[1] for r in rows if (v := r.solved_for([quotient])) and name not in v[1].names), None)
            if whole is not None:
                rows = [r.substitute({quotient: whole}) for r in rows]
                return next((v[1] for r in rows if (v := r.solved_for([name])) is not None), None)
    rows = [row for guard in guards for row in without_least(guard)]
    bounds = [row.poly for row in rows if row.relation == ">=" and name in row.poly.names]
    at = Poly.name(name)
    for low in bounds:
        start = low.substitute({name: ZERO})
        divisor = start - low.substitute({name: ONE})
        if low != start - divisor * at or not divisor.names or name in divisor.names:
            continue
        if any(low + high == divisor - 1 for high in bounds):
            return floor(start, divisor)
    return None


def overwritten(terms: Iterable[Term], region: Sequence[Compare], facts: Facts) -> Terms:
    """What is left of the terms outside a region."""
    kept = []
    for term in terms:
        known = term.facts(facts)
        if not known.allow(region):
            kept.append(term)
            continue
        kept += [term.given(case) for case in refusals(region) if known.allow(case)]
    return tuple(kept)


def merged(branches: Sequence[tuple[tuple[Compare, ...], Terms]]) -> Terms:
    """What a variable holds after branches of which exactly one is taken, each under its conditions."""
    if len({terms for _, terms in branches}) == 1:
        return branches[0][1]
    common = reduce(lambda a, b: a & b, (Counter(terms) for _, terms in branches))
    left: list[Term] = []
    for guards, terms in branches:
        rest = Counter(terms) - common
        left += [t.given(guards) for t in rest.elements()]
    return (*common.elements(), *left)
