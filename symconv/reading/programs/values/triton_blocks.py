"""What Triton's kernels compute addresses with: blocks of whole numbers, masks over them, and pointers."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symconv.algebra.polynomials import ONE, Poly
from symconv.claims.reader_state import ORDER
from symconv.formulas.conditions import Compare
from symconv.reading.programs.state.held_values import Ref
from symconv.reading.programs.state.paths import Path
from symconv.reading.programs.term_sums.summed_terms import element, elements
from symconv.reading.programs.values.index_arrays import broadcast, of_numbers, stretched

Shape = tuple[Poly, ...]


@dataclass(frozen=True)
class Block:
    """Whole numbers: the one at an element, in terms of its indices."""

    shape: Shape
    value: Poly

    def at(self, index: Sequence[Poly]) -> Poly:
        """The number at an element."""
        return self.value.substitute(dict(zip(element(len(self.shape)), index, strict=True)))

    def __add__(self, other: Poly) -> Block:
        return replace(self, value=self.value + other)


@dataclass(frozen=True)
class Mask:
    """Where all conditions on the indices of an element hold."""

    shape: Shape
    conditions: tuple[Compare, ...]

    def at(self, index: Sequence[Poly]) -> tuple[Compare, ...]:
        """The conditions at an element."""
        values = dict(zip(element(len(self.shape)), index, strict=True))
        return tuple(c.substitute(values) for c in self.conditions)


@dataclass(frozen=True)
class Pointer:
    """Places in an array, counted in row-major order from its first entry."""

    array: Ref
    offset: Block

    def __add__(self, other: Poly) -> Pointer:
        return replace(self, offset=self.offset + other)


AddressValue = Block | Mask | Pointer


def is_address(value: Any) -> bool:
    """Whether a value is of those that addresses are made of, and no number by itself."""
    return isinstance(value, (Block, Mask, Pointer))


def block_of(value: Any) -> Block | None:
    """A block, or a number as a block of one."""
    return value if isinstance(value, Block) else Block((), value) if isinstance(value, Poly) else None


def common(values: Sequence[Block | Mask], path: Path, node: ast.AST) -> tuple[Shape, list[list[Poly]]]:
    """The shape that blocks have together, and where its element is in each."""
    shape = broadcast([v.shape for v in values], path, node)
    at = [Poly.name(n) for n in element(len(shape))]
    return shape, [stretched(v.shape, shape, at) for v in values]


def combined(
    op: ast.operator, a: Any, b: Any, path: Path, node: ast.AST, arithmetic: Callable[..., Poly]
) -> AddressValue | None:
    """a op b, where one of them is an address value; None where the other is an array of entries."""
    if isinstance(op, ast.BitAnd):
        masks = [m for m in (a, b) if m is not True]
        if all(isinstance(m, Mask) for m in masks):
            return both(masks, path, node)
    if isinstance(a, Mask) or isinstance(b, Mask):
        raise path.error("masks are joined by & only", node, "write one comparison after the other: a & b")
    pointer = next((v for v in (a, b) if isinstance(v, Pointer)), None)
    if pointer is not None:
        other = block_of(b if pointer is a else a)
        if other is None or not isinstance(op, ast.Add) and not (isinstance(op, ast.Sub) and pointer is a):
            raise path.error("whole numbers are added to a pointer", node)
        moved = combined(op, pointer.offset, other, path, node, arithmetic)
        return Pointer(pointer.array, moved) if isinstance(moved, Block) else None
    blocks = [block_of(a), block_of(b)]
    if blocks[0] is None or blocks[1] is None or isinstance(op, ast.Div):
        return None
    first, second = blocks[0], blocks[1]
    shape, (left, right) = common([first, second], path, node)
    inner = path.with_facts(elements(shape, path.facts))
    return Block(shape, arithmetic(op, first.at(left), second.at(right), inner, node))


def both(masks: Sequence[Mask], path: Path, node: ast.AST) -> Mask:
    """Where all masks hold."""
    shape, places = common(masks, path, node)
    conditions = [c for m, at in zip(masks, places, strict=True) for c in m.at(at)]
    return Mask(shape, tuple(dict.fromkeys(conditions)))


def compared(ops: Sequence[ast.cmpop], values: Sequence[Any], path: Path, node: ast.AST) -> Mask:
    """Where comparisons of blocks hold."""
    blocks = [block_of(v) for v in values]
    if any(b is None for b in blocks) or any(type(op) not in ORDER for op in ops):
        raise path.error("blocks are compared with blocks and numbers", node)
    whole = [b for b in blocks if b is not None]
    shape, places = common(whole, path, node)
    numbers = [b.at(at) for b, at in zip(whole, places, strict=True)]
    pairs = zip(ops, numbers, numbers[1:], strict=False)
    return Mask(shape, tuple(ORDER[type(op)](left, right) for op, left, right in pairs))


def indexed(value: Block | Mask, key: ast.expr, path: Path) -> Block | Mask:
    """block[:, None]: a block with new axes."""
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
    names = iter(element(len(value.shape)))
    shape: list[Poly] = []
    moved: dict[str, Poly] = {}
    sizes = iter(value.shape)
    for part in parts:
        place = Poly.name(element(len(parts))[len(shape)])
        match part:
            case ast.Constant(None):
                shape.append(ONE)
            case ast.Slice(None, None, None) if len(moved) < len(value.shape):
                moved[next(names)] = place
                shape.append(next(sizes))
            case _:
                raise path.error("a block takes ':' and None in brackets", part)
    if len(moved) != len(value.shape):
        raise path.error(f"{len(moved)} of {len(value.shape)} axes are named", key, "as in block[:, None]")
    if isinstance(value, Mask):
        return Mask(tuple(shape), tuple(c.substitute(moved) for c in value.conditions))
    return Block(tuple(shape), value.value.substitute(moved))


def entries_of(value: Any, path: Path) -> Any:
    """A block as an array of numbers; any other value as it is."""
    return of_numbers(value.shape, value.value, path) if isinstance(value, Block) else value


def refused(mask: Mask, path: Path, node: ast.AST) -> Mask:
    """Where a mask of one condition does not hold."""
    if len(mask.conditions) != 1:
        raise path.error("~ of several conditions", node, "write the opposite conditions")
    return Mask(mask.shape, (mask.conditions[0].opposite,))
