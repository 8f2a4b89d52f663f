"""np.stack, np.concatenate and their kin of one array, whose rows are what they join."""

from __future__ import annotations

from symconv.algebra.polynomials import Poly
from symconv.expressions.conversion import to_sympy
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import TensorExpr
from symconv.operators.axes import axis_number
from symconv.reading.programs.term_sums.summed_terms import sizes_of

JOINS = frozenset("stack concatenate concat cat vstack row_stack hstack column_stack dstack".split())


def joined_rows(name: str, array: TensorExpr, axis: Poly | None) -> TensorExpr | None:
    """What a function makes of the rows of an array; None where it does not take such rows."""
    rank, place = len(array.axes) - 1, 0 if axis is None else axis.integer
    if place is None or rank < 0 or axis is not None and name not in ("stack", "concatenate", "concat", "cat"):
        return None
    match name:
        case "stack":
            return REGISTRY["moveaxis"](array, 0, axis_number(place, rank + 1, name))
        case "concatenate" | "concat" | "cat" if rank:
            return _end_to_end(array, axis_number(place, rank, name))
        case "vstack" | "row_stack" if rank:
            return array if rank == 1 else _end_to_end(array, 0)
        case "hstack":
            return array if not rank else _end_to_end(array, min(rank - 1, 1))
        case "column_stack" if rank in (1, 2):
            return REGISTRY["transpose"](array) if rank == 1 else _end_to_end(array, 1)
        case "dstack" if rank == 1:
            return REGISTRY["expand_dims"](REGISTRY["transpose"](array), 0)
        case "dstack" if rank:
            return REGISTRY["moveaxis"](array, 0, 2) if rank == 2 else _end_to_end(array, 2)
    return None


def _end_to_end(array: TensorExpr, place: int) -> TensorExpr:
    moved = REGISTRY["moveaxis"](array, 0, place)
    sizes = sizes_of(moved)
    shape = (*sizes[:place], sizes[place] * sizes[place + 1], *sizes[place + 2 :])
    return REGISTRY["reshape"](moved, tuple(map(to_sympy, shape)))
