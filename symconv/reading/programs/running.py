"""The way of a program from arguments outside to its value, and back out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import sympy
from sympy import Integer, Symbol, Tuple
from sympy.core.basic import Basic
from sympy.core.symbol import Str

from symconv.errors import SymconvError
from symconv.expressions.conversion import symbol, to_poly
from symconv.expressions.elementwise_functions import ElementwiseFunction
from symconv.expressions.parameters import exact
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Operation, Tensor, TensorExpr, as_tensor
from symconv.expressions.traversal import is_complex
from symconv.formulas.conditions import Compare, Condition, comparisons, condition_names
from symconv.kernel.facts import Facts
from symconv.libraries.library_table import viewed_tensors
from symconv.operators.conditional import written
from symconv.printing.as_loops import assumed
from symconv.reading.programs.interpreter import SYNTAX
from symconv.reading.programs.origins.source import Class, Function, Module, outside
from symconv.reading.programs.read_functions.classes import attribute_of
from symconv.reading.programs.state.dispatch import apply
from symconv.reading.programs.state.held_values import Ref
from symconv.reading.programs.state.objects import Method, Object
from symconv.reading.programs.state.paths import Invocation, Path, Reading
from symconv.reading.programs.values.array_values import kept, stored, tensor_of

_LIST = re.compile(
    r"['\"]?(?:None \| )?(?:(?:typing\.)?Optional\[)?(?:[\w.]+\.)?(?:list|List|(?:Mutable)?Sequence|tuple|Tuple)\b"
)
"""The annotations of parameters that are Python's lists or tuples, which are joined and repeated, not added."""


@dataclass(frozen=True)
class Known:
    """What is known before a program runs: names that are sizes of 1 or more, and conditions on any names."""

    sizes: tuple[str, ...] = ()
    conditions: tuple[Compare, ...] = ()


@dataclass(frozen=True, eq=False)
class Instance:
    """An instance that a program has made; its methods are called, and its attributes read, from outside."""

    owner: Object
    path: Path
    given: tuple[Any, ...]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        node = ast.Pass()
        value = attribute_of(self.owner, name, self._copy(), node)
        if not hasattr(value, "function"):
            return _outward(value, self.path, self.given)
        return lambda *args, **kwargs: self(*args, _method=name, **kwargs)

    def __call__(self, *args: Any, _method: str | None = None, **kwargs: Any) -> Any:
        known = Known(self.path.facts.sizes, self.path.facts.conditions)
        leaves = (*self.given, *leaves_of([*args, *kwargs.values()]))
        path = _started(self.path.module, leaves, known, self.path)
        callee = self.owner if _method is None else attribute_of(self.owner, _method, path, ast.Pass())
        return _called(callee, args, kwargs, path, leaves)

    def _copy(self) -> Path:
        return self.path.with_facts(self.path.facts)


def run(source: Function | Class, args: Sequence[Any], kwargs: Mapping[str, Any], known: Known = Known()) -> Any:
    """What a function returns, or a class makes, for arguments from outside; what it needs of the sizes is assumed."""
    leaves = tuple(leaves_of([*args, *kwargs.values()]))
    return _called(source, args, kwargs, _started(source.module, leaves, known), leaves)


def run_method(cls: Class, name: str, known: Known, /, *args: Any, **kwargs: Any) -> Any:
    """What a method returns for an instance whose attributes are those keywords that it does not take."""
    leaves = tuple(leaves_of([*args, *kwargs.values()]))
    path = _started(cls.module, leaves, known)
    owner = path.new_object("instance", {}, cls)
    method = attribute_of(cls, name, path, cls.node)
    own = {a.arg for a in method.parameters} if isinstance(method, Function) else set()
    path.heap[owner] = {k: kept(_inward(v, path), path) for k, v in kwargs.items() if k not in own}
    named = {k: v for k, v in kwargs.items() if k in own}
    placed, rest = _taken(_parameters(method)[1:], args, named, path)
    return _outward(apply(method, [owner, *placed], path, cls.node, rest), path, leaves)


def leaves_of(values: Sequence[Any]) -> Iterator[Any]:
    """The values inside of tuples, lists and dictionaries."""
    for value in values:
        if isinstance(value, Mapping):
            yield from leaves_of(list(value.values()))
        elif isinstance(value, (tuple, list)):
            yield from leaves_of(value)
        elif isinstance(value, Instance):
            yield from value.given
        else:
            yield value


def _started(module: Module, given: Sequence[Any], known: Known, before: Path | None = None) -> Path:
    """The path at the beginning of a program that is given these values."""
    tensors = [t for value in given if isinstance(value, TensorExpr) for t in value.atoms(Tensor)]
    names = {s.name for value in given if isinstance(value, Basic) for s in value.atoms(Symbol)}
    conditions = _connected(known.conditions, names)
    mentioned = names | {n for c in conditions for n in c.poly.names}
    named = {str(axis.size) for t in tensors for axis in t.axes} | set(known.sizes)
    sizes = tuple(sorted(named & mentioned))
    more = [Compare(axis.size - 1, ">=") for t in tensors for axis in t.axes if str(axis.size) not in sizes]
    base = Facts(sizes, tuple(sorted(mentioned - {*sizes})), tuple(dict.fromkeys([*conditions, *more])))
    taken = mentioned | {t.name for t in tensors}
    needs = _needs_of_arguments(given, base)
    if before is None:
        return Path(Invocation(Reading(SYNTAX, base, names, taken, needs), module), base)
    old = before.reading
    reading = Reading(SYNTAX, base, names, taken | old.taken, [*old.needs, *needs], placeholders=old.placeholders)
    reading.arguments.update(old.arguments)
    call = Invocation(reading, module)
    return replace(before.with_facts(base), invocation=call, env={}, guards=())


def _connected(conditions: Sequence[Compare], names: set[str]) -> list[Compare]:
    """The conditions that speak of names, or of what other such conditions tie to them."""
    found: list[Compare] = []
    names = set(names)
    while more := [c for c in conditions if c not in found and not names.isdisjoint(c.poly.names)]:
        found += more
        names |= {n for c in more for n in c.poly.names}
    return found


def _called(callee: Any, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, given: tuple[Any, ...]) -> Any:
    node = callee.node if isinstance(callee, (Function, Class)) else ast.Pass()
    placed, named = _taken(_parameters(callee), args, kwargs, path)
    return _outward(apply(callee, placed, path, node, named), path, given)


def _parameters(callee: Any) -> list[ast.arg]:
    """The parameters that arguments from outside are for."""
    match callee:
        case Function():
            return callee.parameters
        case Method(_, function):
            return function.parameters[1:]
        case Class() if isinstance(init := callee.members.get("__init__"), ast.FunctionDef):
            return [*init.args.posonlyargs, *init.args.args, *init.args.kwonlyargs][1:]
    return []


def _taken(
    parameters: Sequence[ast.arg], args: Sequence[Any], kwargs: Mapping[str, Any], path: Path
) -> tuple[list[Any], dict[str, Any]]:
    """Arguments as a program holds them: lists for the parameters that are annotated so."""
    annotated = ((a.arg, ast.unparse(a.annotation)) for a in parameters if a.annotation is not None)
    lists = {name for name, text in annotated if _LIST.match(text)}
    names = [a.arg for a in parameters][: len(args)]
    placed = [_inward(v, path, name in lists) for v, name in zip_longest(args, names)]
    return placed, {k: _inward(v, path, k in lists) for k, v in kwargs.items()}


def _needs_of_arguments(given: Sequence[Any], base: Facts) -> list[Compare]:
    """What the arguments need; what one needs where guards hold is asked for everywhere if it is not known to hold."""
    needs: list[Condition] = []
    for value in given:
        if isinstance(value, TensorExpr) and not isinstance(value, Tensor):
            needs += [Compare(axis.size, ">=") for axis in value.axes]
            needs += [n for n in assumed(value) if condition_names(n) <= {*base.sizes, *base.integers}]
    return [[*comparisons(n)][-1] for n in dict.fromkeys(needs) if not base.implies(n)]


def _inward(value: Any, path: Path, is_list: bool = False) -> Any:
    """An argument as the program holds it, perhaps as a list."""
    if isinstance(value, Instance):
        path.store.update(value.path.store)
        path.heap.update(value.path.heap)
        return value.owner
    if isinstance(value, TensorExpr) or hasattr(value, "tolist"):
        array = as_tensor(value)
        if not array.axes:
            return array
        whole = getattr(getattr(value, "dtype", None), "kind", "f") in "iub"
        return _argument(array, {"is_integer": whole and not is_list, "is_list": is_list}, path)
    if isinstance(value, (bool, str, ElementwiseFunction)) or value is None:
        return value
    if isinstance(value, (tuple, list)):
        return type(value)(_inward(v, path) for v in value)
    if isinstance(value, Mapping):
        return path.new_object("dict", {k: _inward(v, path) for k, v in value.items()})
    if isinstance(value, (int, float, complex, sympy.Expr)):
        return to_poly(exact(value))
    known = outside(value)
    if known is value:
        raise SymconvError(f"{value!r} cannot be an argument of a program")
    return known


def _argument(array: TensorExpr, kind: Mapping[str, bool], path: Path) -> Ref:
    """An array from outside, which may share its entries with those that are views of the same tensors.

    The same view twice is one array.
    """
    known, viewed = path.reading.arguments, viewed_tensors(array)
    if array in known and viewed and known[array].cell.is_list == kind["is_list"]:
        return known[array]
    others = {r.cell for other, r in known.items() if other == array or not viewed.isdisjoint(viewed_tensors(other))}
    is_complex_ = kind["is_list"] or is_complex(array)
    is_tensor = isinstance(array, Tensor)
    known[array] = stored(array, path, others, **kind, is_complex=is_complex_, is_in_order=is_tensor)
    return known[array]


def _outward(value: Any, path: Path, given: tuple[Any, ...]) -> Any:
    """What a program returns, for those who called it, in the symbols that they gave."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Object) and value.kind == "instance":
        return Instance(value, path, given)
    if (held := path.dict_of(value)) is not None:
        return {key: _outward(v, path, given) for key, v in held.items()}
    items = path.items_of(value)
    if items is not None and (isinstance(value, tuple) or any(not _is_plain(v, path) for v in items)):
        return tuple(_outward(v, path, given) for v in items)
    reading = path.reading
    node = ast.Pass()
    array = _without_names_of_zero(tensor_of(value, path, node))
    for lost in (t.name.partition(".")[0] for t in array.atoms(Tensor) if "." in t.name):
        raise SymconvError(f"what '{lost}' holds after a loop has no closed form here")
    if any(".stride." in str(symbol) for symbol in array.free_symbols):
        raise SymconvError("what is returned depends on strides, and strides are not understood but in as_strided")
    needs = reading.base.needed(reading.needs)
    integers = {*reading.base.integers} & {str(s) for s in array.free_symbols}
    known = reading.base.given(needs)
    if needs or integers or not all(condition_names(n) <= reading.given and known.implies(n) for n in assumed(array)):
        array = REGISTRY["assume"](array, written(needs))
    symbols = {symbol(s.name): s for v in given if isinstance(v, Basic) for s in v.atoms(Symbol)}
    symbols = {own: s for own, s in symbols.items() if own != s}
    return array.xreplace(symbols) if symbols else array


def _is_plain(value: Any, path: Path) -> bool:
    """Whether an item of a list is a number, or a list of such."""
    items = path.items_of(value)
    return all(_is_plain(v, path) for v in items) if items is not None else not isinstance(value, (Ref, Object, str))


def _without_names_of_zero(array: TensorExpr) -> TensorExpr:
    """The expression with x[0] as people write it, where a name became 0."""
    first = Tuple(Str("at"), Integer(0))
    reads = [n for n in array.atoms(Operation) if n.operator.name == "index" and isinstance(n.arguments["a"], Tensor)]
    return array.xreplace({n: n.xreplace({first: Integer(0)}) for n in reads if n.has(first)})
