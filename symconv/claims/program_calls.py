"""Functions and classes of source files in claims: what they are given, and parts of what they return."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.claims.hypothesis_records import Hypothesis, SizeHypothesis
from symconv.claims.names import Names, names_below, quoted
from symconv.expressions.tensors import Tensor, TensorExpr, as_tensor
from symconv.formulas.conditions import All, Compare, Condition

Read = Callable[[ast.expr], Any]
"""How an expression of the claim is read."""


@dataclass(frozen=True, eq=False)
class Returned:
    """What a function returns that is no array: several values by place or by key, or an instance of a class."""

    value: Any

    @property
    def described(self) -> str:
        """What it is, for a message."""
        if self.value is None:
            return "nothing"
        return f"{len(self.value)} values" if isinstance(self.value, (tuple, Mapping)) else "an instance of a class"


def is_of_program(names: Names, node: ast.expr) -> bool:
    """Whether an expression is a call of a function or class of a source file, a part of its value, or such a class."""
    match node:
        case ast.Call(ast.Name() | ast.Attribute(ast.Name()) as func) if _named(names, func) in names.programs:
            return True
        case (
            ast.Call(ast.Call() as value) | ast.Call(ast.Attribute(value)) | ast.Attribute(value) | ast.Subscript(value)
        ):
            return is_of_program(names, value)
    return class_named(names, node) is not None


def owner_called(names: Names, func: ast.expr) -> ast.expr | None:
    """What a call is of, where that is a part of a program's value: the owner of a method, or an instance itself."""
    owner = func.value if isinstance(func, ast.Attribute) else func if isinstance(func, ast.Call) else None
    return owner if owner is not None and is_of_program(names, owner) else None


def class_named(names: Names, node: ast.expr) -> Any:
    """The class of a source file that an expression names, or None."""
    program = names.programs.get(_named(names, node))
    return program if getattr(program, "is_class", False) else None


def _named(names: Names, node: ast.expr) -> str:
    match node:
        case ast.Attribute(ast.Name(file), name):
            return f"{file}.{name}"
        case ast.Name(name):
            candidates = [key for key in names.programs if key.rpartition(".")[2] == name]
            return candidates[0] if candidates and name not in names.tensors else ""
    return ""


def program_value(program: Any, node: ast.Call, names: Names, taken: frozenset[str], read: Read) -> Any:
    """What a function of a source file makes of its arguments; `taken` are the names that a 'for' binds."""
    keywords = {str(k.arg): k.value for k in node.keywords}
    for argument in [*node.args, *keywords.values()]:
        for place in names_below([argument]):
            if place.id in taken:
                message = f"{quoted(place.id)} is bound by a 'for' and cannot go into a function of a file"
                raise names.source.fail(message, place, "take the function out of the sum, and an entry of its value")
    given = [_argument(a, read) for a in node.args]
    returned = program(*given, **{key: _argument(value, read) for key, value in keywords.items()})
    return returned_value(returned)


def returned_value(value: Any) -> Any:
    """A value that a program returns, as claims hold it."""
    return value if isinstance(value, (TensorExpr, str, bool)) else Returned(value)


def part_of(returned: Returned, key: ast.expr, names: Names) -> Any:
    """One of several values that a function returns."""
    match key, returned.value:
        case ast.Constant(int() | str() as place), _:
            pass
        case ast.UnaryOp(ast.USub(), ast.Constant(int(number))), _:
            place = -number
        case _:
            raise names.source.fail(f"this function returns {returned.described}", key, "choose one by its number")
    try:
        return returned_value(returned.value[place])
    except (LookupError, TypeError):
        message = f"there is no {place!r} in what this function returns: {returned.described}"
        raise names.source.fail(message, key) from None


def _argument(node: ast.expr, read: Read) -> Any:
    """An argument of a program: a list of numbers is an array, tuples and dictionaries are what they are."""
    match node:
        case ast.Dict(keys, values):
            pairs = zip(keys, values, strict=True)
            return {read(k) if not isinstance(k, ast.Constant) else k.value: _argument(v, read) for k, v in pairs if k}
        case ast.Tuple(items):
            return tuple(_argument(item, read) for item in items)
        case ast.List(items) if items:
            return as_tensor(read(node))
    value = read(node)
    if isinstance(value, Returned):
        return value.value
    return value


def known_facts(
    tensors: Iterable[Tensor], hypotheses: Iterable[Hypothesis]
) -> tuple[tuple[str, ...], tuple[Compare, ...]]:
    """What a claim says of its sizes before anything runs: the names that are 1 or more, and conditions."""
    sizes = [axis.size for tensor in tensors for axis in tensor.axes]
    factors = {name for size in sizes if len(size.terms) == 1 for part in size.terms for name in part}
    whole = tuple(sorted(str(name) for name in factors))
    others = sorted({name for size in sizes for name in size.names} - {*whole})
    conditions = [Compare(Poly.name(name), ">=") for name in others]
    conditions += [Compare(size - 1, ">=") for size in sizes if str(size) not in whole and size.names]
    conditions += [c for h in hypotheses if isinstance(h, SizeHypothesis) for c in _comparisons(h.condition)]
    return whole, tuple(dict.fromkeys(conditions))


def _comparisons(condition: Condition) -> list[Compare]:
    match condition:
        case Compare():
            return [condition]
        case All(conditions):
            return [c for one in conditions for c in _comparisons(one)]
    return []
