"""Series of values without those at which a condition on their index does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symconv.algebra.polynomials import ONE, ZERO, Floor, Poly, extremum
from symconv.formulas.conditions import Compare, in_range
from symconv.kernel.facts import Facts
from symconv.reading.programs.values.series import Series


def narrowed(series: Series, index: str, conditions: Sequence[Compare], known: Facts) -> Series | None:
    """The values at which conditions on the index hold: a range of them, or every s-th; None for other conditions."""
    lower, upper = series.lower, series.upper
    classes: list[tuple[Poly, int]] = []
    for condition in conditions:
        slope = condition.poly.coefficient(index)
        rest = condition.poly - Poly.name(index) * slope
        if index not in rest.names and condition.relation == ">=" and slope in (1, -1):
            if slope == 1:
                lower = known.settled(extremum("max", [lower, -rest]))
            else:
                upper = known.settled(extremum("min", [upper, rest + 1]))
        elif index not in rest.names and condition.relation == "!=" and slope in (1, -1):
            place = -rest * slope
            if known.implies(Compare(lower - place, ">=")):
                lower = known.settled(extremum("max", [lower, place + 1]))
            elif known.implies(Compare(place - upper + 1, ">=")):
                upper = known.settled(extremum("min", [upper, place]))
            else:
                return None
        elif (found := _class(condition, index, known)) is not None:
            classes.append(found)
        else:
            return None
    if not classes:
        return replace(series, lower=lower, upper=upper)
    if len(classes) > 1:
        return None
    ((residue, step),) = classes
    first = lower + (residue - lower) % step
    return replace(
        series,
        lower=ZERO,
        upper=(upper - first + step - 1) // step,
        at=lambda path, k: series.at(path, first + step * k),
    )


def _class(condition: Compare, index: str, known: Facts) -> tuple[Poly, int] | None:
    """The residue and the modulus of the indices at which (index + c) % modulus is a number."""
    for quotient in (a for a in condition.poly.atoms if isinstance(a, Floor)):
        shift, modulus = quotient.numerator - Poly.name(index), quotient.divisor.integer
        if index in shift.names or modulus is None or modulus < 1:
            continue
        rest = quotient.numerator - Poly({(quotient,): modulus})
        for sign in (1, -1):
            residue = rest - condition.poly * sign
            if {index, *quotient.numerator.names} & residue.names or not known.implies(
                *in_range(residue, quotient.divisor)
            ):
                continue
            if condition.relation == "==":
                return residue - shift, modulus
            if condition.relation == "!=" and modulus == 2:
                return ONE - residue - shift, modulus
    return None
