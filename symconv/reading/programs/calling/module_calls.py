"""Functions of PyTorch around modules: their parameters without values, lists of them, and calls with other values."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from symconv.reading.programs.loops.iteration import series_of
from symconv.reading.programs.read_functions.torch_modules import set_parameters
from symconv.reading.programs.state.dispatch import apply, evaluate
from symconv.reading.programs.state.objects import Object
from symconv.reading.programs.state.paths import Path, Stale
from symconv.reading.programs.values.array_values import kept


def _unset(node: ast.Call, path: Path) -> Stale:
    return Stale("has no value: assign it, or give it to the class by its name, as in Net(conv_weight=W)")


def _random(node: ast.Call, path: Path) -> Stale:
    return Stale("holds random numbers")


def _functional_call(node: ast.Call, path: Path) -> Any:
    """torch.func.functional_call: a module with other values of its parameters."""
    module, values, args = [evaluate(a, path) for a in node.args][:3]
    held = path.dict_of(values)
    if not isinstance(module, Object) or held is None or node.keywords or len(node.args) != 3:
        raise path.error("this call is not understood", node, "functional_call(module, {name: value}, args)")
    before = dict(path.heap)
    set_parameters(module, held, path, node)
    items = path.items_of(args)
    value = apply(module, list(items) if items is not None else [args], path, node, {})
    path.heap.update({obj: before[obj] for obj in before})
    return value


def _load_state(node: ast.Call, path: Path) -> Any:
    """module.load_state_dict: values of parameters by their names."""
    module, values = [evaluate(a, path) for a in node.args][:2]
    held = path.dict_of(values)
    if held is None:
        raise path.error("a dictionary of parameters belongs here", node)
    set_parameters(module, held, path, node)
    return module


def _listed(node: ast.Call, path: Path) -> Any:
    """nn.ModuleList: the list itself."""
    match node.args:
        case [ast.ListComp(element, [ast.comprehension(ast.Name() as target, source, [], 0)])]:
            modules = []
            for value in series_of(source, path).items(path) or ():
                inner = path.taking(())
                inner.env[target.id] = value
                modules.append(evaluate(element, inner))
                path.go_on_as(inner)
            return path.new_object("list", tuple(modules))
    return kept(evaluate(node.args[0], path), path) if node.args else path.new_object("list", ())


FUNCTIONS: Mapping[str, Callable[[ast.Call, Path], Any]] = {
    "symconv.programs.unset": _unset,
    **{f"torch.{name}": _random for name in "rand randn rand_like randn_like randint".split()},
    "symconv.programs.load_state_dict": _load_state,
    "torch.func.functional_call": _functional_call,
    "torch.nn.ModuleList": _listed,
}
