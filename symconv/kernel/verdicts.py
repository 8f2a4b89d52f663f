"""The three answers. A `Proof` needs certificates, and only the kernel's deciders can issue one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import islpy as isl

from symconv.algebra.exact_numbers import approximate
from symconv.algebra.polynomials import Poly
from symconv.formulas.language import Formula
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.decide import Difference, difference
from symconv.kernel.expansion import Expanded, expanded, reads_table
from symconv.kernel.implied import not_implied
from symconv.kernel.rows import Rows
from symconv.limits import MAX_LISTED_POINTS

if TYPE_CHECKING:
    from symconv.claims import ExactCondition

_SEAL = object()


@dataclass(frozen=True)
class Certificate:
    """What the kernel has established: "equal", "different" (by a replayed point) or "exact"."""

    kind: str
    left: Formula
    right: Formula
    context: Context
    seal: object = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("only the kernel can certify: use symconv.prove")


def certify_equal(left: Formula, right: Formula, context: Context) -> Certificate | Difference | Expanded:
    """A certificate that the formulas are equal in the context, or the difference that is left.

    Raises `Undecided` where the coefficient functions cannot be had.
    """
    literal = reads_table(left) or reads_table(right)
    found: Difference | Expanded | None = _multiplied_out(left, right, context) if literal else None
    if found is None:
        try:
            found = difference(left, right, context)
        except presburger.Undecided:
            found = _multiplied_out(left, right, context)
            if found is None:
                raise
    return Certificate("equal", left, right, context, _SEAL) if found.is_zero else found


def _multiplied_out(left: Formula, right: Formula, context: Context) -> Expanded | None:
    """The difference entry by entry, where it is small and no size is symbolic."""
    if context.sizes or context.parameters or context.symmetries or context.zeros:
        return None
    try:
        points = presburger.each_point(context.frame().allowed, MAX_LISTED_POINTS)
        return expanded(left, right, [dict(zip(context.names, p, strict=True)) for p in points])
    except presburger.Undecided:
        return None


def certify_different(left: Formula, right: Formula, context: Context, replayed: tuple[Any, Any]) -> Certificate | None:
    """A certificate that the formulas differ, if the values of both sides at one point do."""
    return Certificate("different", left, right, context, _SEAL) if differ(*replayed) else None


def certify_sizes(
    found: Sequence[Difference], outside: isl.Set, left: Formula, right: Formula, context: Context
) -> Certificate | isl.Set:
    """A certificate that at all sizes `outside` a condition, one of the differences is not 0 for some tensors.

    Else the sizes outside the condition at which all of them are 0, as far as is known.
    """
    fails = outside
    for one in found:
        fails = fails.subtract(one.sizes_that_surely_differ())
    return Certificate("exact", left, right, context, _SEAL) if fails.is_empty() else fails


def certify_rows(known: Rows, wanted: Rows, left: Formula, right: Formula, context: Context) -> Certificate | isl.Set:
    """A certificate that the wanted rows follow from the known ones, or the sizes at which that is not seen.

    With the rows of a claim as the known ones, what is wanted is necessary for it; the other way
    round, it suffices.
    """
    failing = not_implied(known, wanted)
    return Certificate("exact", left, right, context, _SEAL) if failing.is_empty() else failing


def differ(left: Any, right: Any) -> bool:
    """Whether two numbers differ: exactly where both are rational, else beyond rounding."""
    if all(isinstance(v, (int, Fraction, tuple)) for v in (left, right)):
        return bool(left != right)
    a, b = (approximate(v) if isinstance(v, Poly) else complex(v) for v in (left, right))
    return abs(a - b) > 1e-9 * max(1.0, abs(a), abs(b))


@dataclass(frozen=True)
class Counterexample:
    """Sizes, arrays and an output index at which the two sides differ, replayed in NumPy."""

    sizes: Mapping[str, int]
    index: tuple[int, ...]
    arrays: Mapping[str, Any]
    lhs: Any
    rhs: Any
    functions: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
    direction: str | None = None


@dataclass(frozen=True, repr=False)
class Verdict:
    """What all answers have in common."""

    claim: Any
    assumptions: tuple[Any, ...] = ()
    reason: str | None = None
    counterexample: Counterexample | None = None
    find_condition: Callable[[], ExactCondition | None] | None = field(default=None, repr=False, compare=False)
    tell: Callable[[Verdict], Any] | None = field(default=None, repr=False, compare=False)
    checked_up_to: int | None = None
    elapsed_ms: float = 0.0
    link: int = 0
    certificates: tuple[Certificate, ...] = ()

    verdict = ""

    def __repr__(self) -> str:
        return f"<{self.verdict}: {self.claim}>"

    def __getstate__(self) -> dict[str, Any]:
        """What is pickled: the condition itself instead of the way to find it."""
        return {**self.__dict__, "condition": self.condition, "find_condition": None}

    @cached_property
    def condition(self) -> ExactCondition | None:
        """The exact condition under which a refuted claim holds, if one is found; sought when first asked for."""
        return self.find_condition() if self.find_condition is not None else None

    @property
    def holds(self) -> bool | None:
        """True if proved, False if refuted, None if unknown."""
        return {"proved": True, "refuted": False}.get(self.verdict)

    def __bool__(self) -> bool:
        if self.holds is None:
            raise ValueError(f"the claim is undecided: {self.reason}; use .holds or .verdict")
        return self.holds

    @property
    def derivation(self) -> Any:
        """The proof or counterexample told step by step; None where there is nobody to tell it."""
        return self.tell(self) if self.tell is not None else None

    def latex(self, notation: Any = None) -> str:
        """LaTeX of the derivation, in a `symconv.Notation`."""
        return str(self.derivation.latex(notation))


@dataclass(frozen=True, repr=False)
class Proof(Verdict):
    """The claim holds for every size that satisfies the assumptions, and all tensors."""

    verdict = "proved"
    seal: InitVar[object] = None

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only the kernel can conclude: use symconv.prove")


def conclude(claim: Any, certificates: Sequence[Certificate], **told: Any) -> Proof:
    """The proof of a claim from the certificates of its links; `told` are the other fields.

    Raises `TypeError` where there is no certificate.
    """
    if not certificates or not all(isinstance(c, Certificate) for c in certificates):
        raise TypeError("a proof needs certificates of the kernel: use symconv.prove")
    return Proof(claim, certificates=tuple(certificates), **told, seal=_SEAL)


@dataclass(frozen=True, repr=False)
class Refutation(Verdict):
    """The claim fails; the counterexample was replayed in NumPy."""

    verdict = "refuted"

    def __post_init__(self) -> None:
        if self.counterexample is None:
            raise TypeError("a Refutation needs a counterexample: use symconv.prove")


@dataclass(frozen=True, repr=False)
class Unknown(Verdict):
    """Neither; `reason` says why, `checked_up_to` up to which sizes the claim held."""

    verdict = "unknown"
