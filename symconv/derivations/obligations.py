"""Whether a reason is true of the line that it stands beside, and what is said instead where it is not.

A definition has to give the line with all other operators opaque, and hypotheses have to be those that it needs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import combinations

from symconv.claims import Hypothesis, SizeHypothesis, TensorHypothesis
from symconv.derivations.matching import Product, matches, reads_outside, sum_of, terms_of
from symconv.derivations.reasons import Listed, Part, Reason, Rule, arithmetic, because, outside, since, unfolding
from symconv.derivations.setting import Setting
from symconv.derivations.simplifying import collected, commuted
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_sympy
from symconv.expressions.tensors import Operation, Tensor, TensorExpr
from symconv.expressions.traversal import is_complex, nodes
from symconv.expressions.unfolding import NOTATION, negative
from symconv.formulas.language import Formula, Read, Sum
from symconv.formulas.walking import arrays, parts, rebuilt
from symconv.kernel.terms import TableAtom
from symconv.limits import MARGIN


def truthful(reason: Reason | None, earlier: Sequence[Formula], after: Formula, setting: Setting) -> Reason | None:
    """The reason for which a line that holds equals the last of the earlier ones, or a weaker one that is true."""
    if reason is None:
        return None
    before = earlier[-1]
    if reason.rule is Rule.ITS_OWN_NEGATIVE and any(setting.plainly(e, negative(before)) for e in earlier):
        return reason
    if not _cancels(reason, before, after):
        reason = arithmetic(setting.ranges.sizes, after)
    if reason.operators and not defined_by(reason.operators, before, after, setting):
        reason = unfolding(_operations(before, after).values())
    needed = tuple(known.stated for known in setting.needed(before, after))
    if not reason.is_definition and not any(isinstance(h, TensorHypothesis) for h in needed):
        reason = _with_entries_outside(reason, before, after, setting)
    if {*needed} == {*_named(reason)}:
        return reason
    if reason.rests_on_hypotheses or (needed and reason.is_arithmetic):
        return _since(needed) if needed else arithmetic(setting.ranges.sizes, after)
    return _with_remark(reason, _since(needed))


def _cancels(reason: Reason, before: Formula, after: Formula) -> bool:
    """Whether, if the reason is that terms cancel, they do: in pairs, each of all its term; or as one sum shifted."""
    terms = terms_of(before)
    match reason.rule:
        case Rule.ITS_OWN_NEGATIVE:
            return False
        case Rule.EQUAL_TERMS_CANCEL:
            return len(terms) - len(terms_of(after)) >= 2 and commuted(sum_of(collected(terms))) == commuted(after)
        case Rule.TELESCOPE:
            return any(_are_opposite(p, q) for p, q in combinations(terms, 2))
    return True


def _are_opposite(p: Product, q: Product) -> bool:
    """Whether a sum is taken away from the same one over other indices."""
    turned = replace(p, coefficient=-p.coefficient)
    return bool(p.bound) and any(m.complete and all(v.is_atom for v in m.values.values()) for m in matches(turned, q))


def _since(hypotheses: tuple[Hypothesis, ...]) -> Reason:
    return because(hypotheses[0]) if len(hypotheses) == 1 else since(hypotheses)


def _with_remark(reason: Reason, remark: Reason) -> Reason:
    inner = remark if reason.remark is None else _with_remark(reason.remark, remark)
    return replace(reason, remark=inner)


def _named(part: Part | None) -> Iterator[Hypothesis]:
    """The hypotheses that a reason names."""
    match part:
        case Reason(_, inner, remark):
            for each in (*inner, remark):
                yield from _named(each)
        case Listed(items):
            for each in items:
                yield from _named(each)
        case TensorHypothesis() | SizeHypothesis():
            yield part


def defined_by(operators: Set[str], before: Formula, after: Formula, setting: Setting) -> bool:
    """Whether the definitions of these operators give the line, whatever all others mean."""
    others = [array for array in _operations(before, after).values() if array.operator.name not in operators]
    if not others:
        return True
    put_in = dict(_opaque(others, before, after))
    return setting.plainly(*(_replaced(line, put_in) for line in (before, after))) if put_in else True


def _with_entries_outside(reason: Reason, before: Formula, after: Formula, setting: Setting) -> Reason:
    """The reason with that entries outside are zero exactly where the line needs it."""
    if reason.parts_of(Rule.MODULO_THE_SIZE, Rule.WHOLE_PERIOD, Rule.REMAINDER):
        return reason
    told = [array for part in reason.parts_of(Rule.OUTSIDE) for array in _listed(part)]
    terms = (p for line in (before, after) for p in terms_of(line))
    read = dict.fromkeys(array for p in terms for array in reads_outside(p, setting.ranges))
    if not told and not read:
        return reason
    if setting.holds(*(_widened(line, ()) for line in (before, after))):
        return reason.without(Rule.OUTSIDE, _change(before, after)) if told else reason
    if told and setting.holds(*(_widened(line, told) for line in (before, after))):
        return reason
    remark = outside([*told, *read])
    return reason if remark is None else _with_remark(reason.without(Rule.OUTSIDE, _change(before, after)), remark)


def _change(before: Formula, after: Formula) -> Rule:
    """What has become of terms and of conditions on indices."""
    terms, kept = terms_of(before), terms_of(after)
    if len(kept) < len(terms):
        return Rule.LEAVE_OUT_ZEROS
    fewer = sum(len(p.guards) for p in kept) < sum(len(p.guards) for p in terms)
    return Rule.LEAVE_OUT_CONDITIONS if fewer else Rule.CHANGE_THE_RANGES


def _listed(reason: Reason) -> tuple[TensorExpr, ...]:
    (listed,) = reason.parts
    return listed.items  # type: ignore[union-attr, return-value]


def _widened(formula: Formula, kept: Collection[TensorExpr]) -> Formula:
    """The formula with arrays that have some more entries around theirs, those that are kept excepted."""
    match formula:
        case Read(array, _) if array in kept or isinstance(array.leaf, TableAtom):
            return formula
        case Read(array, index) if all(len(axis.digits) == 1 for axis in array.axes):
            sizes = [to_sympy(axis.size + 2 * MARGIN) for axis in array.axes]
            wide = Tensor(f"wide {array}", *sizes, complex=is_complex(array))  # type: ignore[arg-type]
            return Read(wide, tuple(axis.parts(i)[0] + MARGIN for axis, i in zip(array.axes, index, strict=True)))
    return rebuilt(formula, lambda part: _widened(part, kept))


def _operations(*lines: Formula) -> dict[Operation, Operation]:
    """The operations in lines that are more than notation, outermost first."""
    inside = (node for line in lines for array in arrays(line) for node in nodes(array))
    return {
        node: node
        for node in inside
        if isinstance(node, Operation) and node.leaf is None and node.operator.name not in NOTATION
    }


def _opaque(operations: Iterable[Operation], *lines: Formula) -> Iterator[tuple[TensorExpr, TensorExpr]]:
    """Tensors in the place of operations whose value depends on no bound index, and on the names of sizes alone."""
    bound = {part.name for line in lines for part in parts(line) if isinstance(part, Sum)}
    inside = (n for line in lines for array in arrays(line) for n in nodes(array))
    bound |= {s.name for n in inside if isinstance(n, Operation) for s in n.bound_symbols}
    for k, operation in enumerate(operations):
        if bound.isdisjoint(operation.free_names) and all(len(axis.digits) == 1 for axis in operation.axes):
            sizes = [to_sympy(axis.size) for axis in operation.axes]
            try:
                yield operation, Tensor(f"opaque{k}", *sizes, complex=is_complex(operation))
            except SymconvError:
                continue


def _replaced(formula: Formula, put_in: Mapping[TensorExpr, TensorExpr]) -> Formula:
    if isinstance(formula, Read):
        return Read(formula.array.xreplace(put_in), formula.index)  # type: ignore[attr-defined]
    return rebuilt(formula, lambda part: _replaced(part, put_in))


__all__ = ["defined_by", "truthful"]
