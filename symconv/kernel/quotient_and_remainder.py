"""A parameter as quotient and remainder: p = d·q + r with 0 ≤ r < d, where quotients by d are taken of it.

Every integer p is one such sum, so what holds for all q and r holds for all p; and quotients of r are near 0, where
those of p are known by their bounds only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from symconv.algebra.polynomials import Floor, Poly
from symconv.algebra.solving import isolated
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, comparisons, in_range, rebuilt, replaced
from symconv.formulas.language import Formula, Read
from symconv.formulas.walking import substitute
from symconv.kernel.context import Context
from symconv.kernel.quotients import floors_in, polys
from symconv.kernel.terms import expand
from symconv.limits import MAX_TURNS


@dataclass(frozen=True)
class Split:
    """The divisors of parameters, and so what stands for these."""

    divisors: Mapping[str, Poly]

    @cached_property
    def values(self) -> dict[str, Poly]:
        """The parameters as such sums."""
        return {name: d * _quotient(name) + _remainder(name) for name, d in self.divisors.items()}

    def formula(self, formula: Formula) -> Formula:
        """A formula with the parameters replaced."""
        return substitute(formula, self.values)

    def read(self, read: Read) -> Read:
        """A read of an array with the parameters replaced."""
        made = self.formula(read)
        assert isinstance(made, Read)
        return made

    def condition(self, condition: Condition) -> Condition:
        """A condition with the parameters replaced, by cases of the quotients of remainders."""
        return rebuilt(replaced(condition, self.values), self._by_turns)

    def _by_turns(self, comparison: Compare) -> Condition:
        for found in floors_in([comparison.poly]):
            turns = [(comparison.with_atom(found, Poly.of(turn)), turn) for turn in self._turns(found)]
            if len(turns) == 1:
                return self._by_turns(turns[0][0])
            if turns:
                rests = ((c, in_range(found.numerator - found.divisor * turn, found.divisor)) for c, turn in turns)
                return AnyOf(tuple(All((self._by_turns(c), *rest)) for c, rest in rests))
        return comparison

    def _turns(self, found: Floor) -> range:
        """The values of a quotient of remainders by their own divisor, if they are few."""
        rest, numbers = found.numerator, list[int]()
        for name in (n for n, d in self.divisors.items() if d == found.divisor):
            match isolated(rest, str(_remainder(name))):
                case int() as number, rest:
                    numbers.append(number)
        low, high = sum(k for k in numbers if k < 0), sum(k for k in numbers if k > 0)
        return range(low, max(high, 1)) if numbers and not rest and high - low <= MAX_TURNS else range(0)

    def context(self, context: Context) -> Context:
        """A context of quotients and remainders."""
        others = (p for p in context.parameters if p not in self.values)
        parameters = (*others, *(str(part(p)) for p in self.divisors for part in (_quotient, _remainder)))
        ranges = (c for name, d in self.divisors.items() for c in in_range(_remainder(name), d))
        conditions = (*map(self.condition, context.conditions), *ranges)
        return replace(context, parameters=parameters, conditions=conditions)


def split_parameters(
    formulas: Iterable[Formula], context: Context, conditions: Iterable[Condition] = ()
) -> Split | None:
    """All parameters of which quotients by sizes are taken, as such sums; None where there are none."""
    held = {n for zero in context.zeros for p in (*zero.index, *(g.poly for g in zero.guards)) for n in p.names}
    found = [f for formula in formulas for term in expand(formula) for f in floors_in(polys(term))]
    found += floors_in(c.poly for condition in conditions for c in comparisons(condition))
    divisors = {
        name: quotient.divisor for quotient in found for name in _divided(quotient, context) if name not in held
    }
    divisors = {name: d for name, d in divisors.items() if context.implies(Compare(d - 1, ">="))}
    return Split(divisors) if divisors and not context.symmetries else None


def _quotient(parameter: str) -> Poly:
    return Poly.name(f"quotient of {parameter}")


def _remainder(parameter: str) -> Poly:
    return Poly.name(f"remainder of {parameter}")


def _divided(found: Floor, context: Context) -> Iterator[str]:
    """The parameters in the numerator of a quotient by a symbolic size, with whole numbers before them."""
    divisor = found.divisor
    if divisor.integer is None and divisor.names <= {*context.outer}:
        for name in (p for p in context.parameters if p not in divisor.names):
            match isolated(found.numerator, name):
                case int(), rest if name not in rest.names:
                    yield name
