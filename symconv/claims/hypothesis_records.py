"""What is supposed: hypotheses on sizes and on tensors, and those that are an exact condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from symconv.errors import ShapeError, SymconvError
from symconv.expressions.tensors import Tensor, TensorExpr
from symconv.expressions.traversal import tensor_names
from symconv.formulas.conditions import All, AnyOf, Compare, Condition, Negation, comparisons, equal
from symconv.kernel.statement import Equation, entrywise
from symconv.printing.as_latex import condition_latex, hypotheses_latex
from symconv.printing.notation import using


@dataclass(frozen=True)
class SizeHypothesis:
    """A condition on sizes and parameters; `text` is how its author puts it."""

    condition: Condition
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.text or str(self.condition)


@dataclass(frozen=True)
class TensorHypothesis:
    """Two expressions that are equal, shapes included."""

    left: TensorExpr
    right: TensorExpr

    @cached_property
    def equation(self) -> Equation:
        """The equation of the entries."""
        return entrywise(self.left, self.right)

    @cached_property
    def equal_shapes(self) -> tuple[Condition, ...]:
        """That the shapes agree; raises `ShapeError` where they never do."""
        left, right = self.left, self.right
        if not left.axes or not right.axes:
            scalar, array = (left, right) if right.axes else (right, left)
            if array.axes and tensor_names(scalar):
                sizes = ", ".join(str(axis.size) for axis in array.axes)
                shape = sizes if len(array.axes) == 1 else f"({sizes})"
                message = f"the hypothesis {self} compares an array of shape ({sizes}) with a scalar"
                raise ShapeError(message, node=array, hint=f"write {scalar}*ones({shape})")
            return ()
        if len(left.axes) != len(right.axes):
            raise ShapeError(f"the hypothesis {self} equates {len(left.axes)} with {len(right.axes)} axes", node=left)
        unequal = [(a.size, b.size) for a, b in zip(left.axes, right.axes, strict=True) if a.size != b.size]
        for a, b in unequal:
            if (a - b).constant is not None:
                raise ShapeError(f"the hypothesis {self} equates the sizes {a} and {b}", node=left)
        return tuple(equal(a, b) for a, b in unequal)

    def __str__(self) -> str:
        return f"{self.left} == {self.right}"


Hypothesis: TypeAlias = SizeHypothesis | TensorHypothesis


@dataclass(frozen=True)
class HypothesisText:
    """A hypothesis whose names get their meaning from the claim that it is used with."""

    text: str
    tensors: tuple[Tensor, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, repr=False)
class ExactCondition:
    """Hypotheses under which a claim holds; where `restriction` does, it holds under nothing else.

    In `assuming=` it stands for all of them, the restriction included.
    """

    hypotheses: tuple[Hypothesis, ...]
    restriction: Condition | None = None

    @property
    def assumed(self) -> tuple[Hypothesis, ...]:
        """The hypotheses, and the restriction as one."""
        return self.hypotheses if self.restriction is None else (*self.hypotheses, SizeHypothesis(self.restriction))

    @property
    def text(self) -> str:
        """The hypotheses as claim text."""
        return conjunction(self.hypotheses)

    def restates(self, links: Iterable[tuple[TensorExpr, TensorExpr]]) -> bool:
        """Whether it says no more than that the sides of these links are equal."""
        said = {frozenset((h.left, h.right)) for h in self.hypotheses if isinstance(h, TensorHypothesis)}
        return len(said) == len(self.hypotheses) and said == {frozenset(sides) for sides in links}

    @property
    def on_sizes(self) -> Condition | None:
        """The condition as one on sizes; None where it names tensors."""
        conditions = [h.condition for h in self.hypotheses if isinstance(h, SizeHypothesis)]
        return All(tuple(conditions)) if len(conditions) == len(self.hypotheses) else None

    @property
    def length(self) -> int:
        """Of how many comparisons and equations it is made."""
        conditions = [h.condition for h in self.assumed if isinstance(h, SizeHypothesis)]
        on_tensors = len(self.assumed) - len(conditions)
        return on_tensors + sum(1 for condition in conditions for _ in comparisons(condition))

    def negated(self) -> ExactCondition:
        """That a condition on sizes fails; raises `SymconvError` for one on tensors.

        >>> from symconv.formulas.conditions import equal
        >>> from symconv.algebra.polynomials import Poly
        >>> ExactCondition((SizeHypothesis(equal(Poly.name("n"), 1)),)).negated()
        not (n == 1)
        """
        if self.on_sizes is None:
            raise SymconvError(f"{self.text} is about tensors: that it fails is no hypothesis")
        return ExactCondition((SizeHypothesis(Negation(self.on_sizes)),), self.restriction)

    def says_the_same(self, other: ExactCondition) -> bool:
        """Whether both say the same, up to the order of what is joined and of the sides of equations."""
        return _unordered(self) == _unordered(other)

    def latex(self, notation: Any = None) -> str:
        """The condition as a LaTeX formula, in a `symconv.Notation`."""
        with using(notation):
            shown = hypotheses_latex(self.hypotheses)
            if self.restriction is None:
                return shown
            return rf"{shown} \quad (\text{{exact if }} {condition_latex(self.restriction)})"

    def __str__(self) -> str:
        return self.text if self.restriction is None else f"{self.text} (exact if {self.restriction})"

    __repr__ = __str__


@dataclass(frozen=True)
class NoCondition:
    """Why there is no exact condition to tell."""

    reason: str


def size_hypotheses(condition: Condition) -> tuple[SizeHypothesis, ...]:
    """A condition on sizes as hypotheses, one for each that it joins."""
    return tuple(map(SizeHypothesis, condition.conditions if isinstance(condition, All) else (condition,)))


def conjunction(hypotheses: Iterable[Hypothesis]) -> str:
    """Hypotheses as claim text, an `or` among several in brackets."""
    listed = list(hypotheses)
    if len(listed) == 1:
        return str(listed[0])
    return " and ".join(f"({h})" if _has_alternatives(h) else str(h) for h in listed)


def _has_alternatives(h: Hypothesis) -> bool:
    return isinstance(h, SizeHypothesis) and isinstance(h.condition, AnyOf)


def _unordered(value: Any) -> Any:
    """What conditions say, apart from the order of their parts."""
    match value:
        case ExactCondition(hypotheses, restriction):
            on_tensors = [h for h in hypotheses if isinstance(h, TensorHypothesis)]
            on_sizes = All(tuple(h.condition for h in hypotheses if isinstance(h, SizeHypothesis)))
            return frozenset(map(_unordered, on_tensors)), _unordered(on_sizes), _unordered(restriction)
        case TensorHypothesis(left, right):
            return frozenset((left, right))
        case Compare(poly, "==" | "!=" as relation):
            return relation, frozenset(Compare(p, relation).reduced() for p in (poly, -poly))
        case Compare():
            return value.reduced()
        case All((single,)) | AnyOf((single,)):
            return _unordered(single)
        case All() | AnyOf():
            return type(value), frozenset(map(_unordered, _flat(value)))
        case Negation(inner):
            return Negation, _unordered(inner)
    return value


def _flat(joined: All | AnyOf) -> Iterator[Condition]:
    """The parts, those of parts that are joined by the same word included."""
    for part in joined.conditions:
        if isinstance(part, All | AnyOf) and type(part) is type(joined):
            yield from _flat(part)
        else:
            yield part
