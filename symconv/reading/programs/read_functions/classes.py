"""Classes that are read: their instances, attributes, methods and properties."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from symconv.reading.programs.origins.source import Class, External, Function
from symconv.reading.programs.read_functions.function_calls import inlined
from symconv.reading.programs.read_functions.outside_names import fixed
from symconv.reading.programs.read_functions.torch_modules import set_parameters
from symconv.reading.programs.state.dispatch import apply, evaluate
from symconv.reading.programs.state.objects import Method, Object, Partial
from symconv.reading.programs.state.paths import Invocation, Path, Stale
from symconv.reading.programs.values.array_values import described, kept, shape_of

EMPTY_BASES = frozenset("object abc.ABC torch.nn.Module torch.nn.modules.module.Module typing.Generic".split())
"""Classes of libraries of which nothing is used but that modules are called by `forward`."""
_IDLE = frozenset("train eval zero_grad requires_grad_ to cpu cuda float double __init__".split())
"""Methods of torch.nn.Module that leave what it computes as it is."""


@dataclass(frozen=True)
class Above:
    """What super() stands for: an instance as one of the classes above a class."""

    owner: Any
    classes: tuple[Any, ...]


@dataclass(frozen=True)
class Idle:
    """A method of a library's class that changes nothing, and returns the instance; or one that sets an attribute."""

    owner: Any
    sets: bool = False


def lineage(cls: Class, path: Path, node: ast.AST) -> Iterator[Class | External]:
    """A class and those above it, in the order in which attributes are looked up."""
    yield cls
    if len(cls.node.bases) > 1:
        bases = [path.text(b) for b in cls.node.bases]
        raise path.error(f"'{cls.name}' has several classes above it: {', '.join(bases)}", node)
    for written in cls.node.bases:
        call = Invocation(path.reading, cls.module)
        base = evaluate(written, Path(call, path.reading.base))
        if isinstance(base, Class):
            yield from lineage(base, path, node)
        elif isinstance(base, External) and base.name in EMPTY_BASES:
            yield base
        else:
            raise path.error(f"the class {described(base)} above '{cls.name}' is not understood", node)


def instance(cls: Class, args: Sequence[Any], kwargs: Mapping[str, Any], path: Path, node: ast.AST) -> Object:
    """A new instance of a class."""
    for decorator in cls.node.decorator_list:
        if not _is_dataclass(decorator):
            raise path.error(f"the decorator '{path.text(decorator)}' of a class is not understood", node)
    made = path.new_object("instance", {}, cls)
    for above in lineage(cls, path, node):
        if isinstance(above, Class) and isinstance(above.members.get("__init__"), ast.FunctionDef):
            bound = _attribute_of(made, [above], "__init__", path, node)
            taken, more = _of_parameters(bound, kwargs)
            if more and not any(isinstance(c, External) and "Module" in c.name for c in lineage(cls, path, node)):
                taken, more = kwargs, {}
            apply(bound, args, path, node, taken)
            set_parameters(made, more, path, node, "_")
            return made
    fields = [n for n in cls.node.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)]
    if not any(map(_is_dataclass, cls.node.decorator_list)):
        fields = []
    names = [n.target.id for n in fields if isinstance(n.target, ast.Name)]
    if len(args) > len(names) or set(kwargs) - set(names[len(args) :]):
        raise path.error(f"'{cls.name}' does not take these arguments", node)
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    for field in fields:
        name = field.target.id if isinstance(field.target, ast.Name) else ""
        if name not in given and field.value is None:
            raise path.error(f"'{cls.name}' is not given '{name}'", node)
        if name not in given and field.value is not None:
            given[name] = fixed(field.value, _of(cls, path), node)
    path.heap[made] = given
    return made


def _of_parameters(bound: Any, kwargs: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The arguments that a function has parameters for, and the others; an array is no choice of yes or no."""
    function = bound.function if isinstance(bound, Method) else bound
    if not isinstance(function, Function):
        return kwargs, {}
    names, defaults = {a.arg for a in function.parameters}, function.written_defaults
    more = {k for k, v in kwargs.items() if (k not in names or _is_choice(defaults.get(k))) and shape_of(v)}
    if function.node.args.kwarg is None:
        more |= kwargs.keys() - names
    return {k: v for k, v in kwargs.items() if k not in more}, {k: v for k, v in kwargs.items() if k in more}


def _is_choice(default: ast.expr | None) -> bool:
    return isinstance(default, ast.Constant) and isinstance(default.value, bool)


def _is_dataclass(node: ast.expr) -> bool:
    return "dataclass" in ast.unparse(node.func if isinstance(node, ast.Call) else node).split(".")


def _of(cls: Class, path: Path) -> Path:
    """A path on which the names of the class's module are known."""
    return Path(Invocation(path.reading, cls.module, path.invocation.depth), path.facts, heap=path.heap)


def attribute_of(owner: Object | Above | Class, name: str, path: Path, node: ast.AST) -> Any:
    """owner.name."""
    match owner:
        case Class():
            return _attribute_of(owner, list(lineage(owner, path, node)), name, path, node)
        case Above(instance_, classes):
            return _attribute_of(instance_, classes, name, path, node)
    held = path.heap[owner]
    if name in held:
        if isinstance(held[name], Stale):
            raise path.error(f"'{path.text(node)}' {held[name].reason}", node)
        return held[name]
    assert owner.cls is not None
    return _attribute_of(owner, list(lineage(owner.cls, path, node)), name, path, node)


def _attribute_of(owner: Any, classes: Sequence[Class | External], name: str, path: Path, node: ast.AST) -> Any:
    for cls in classes:
        if isinstance(cls, External):
            if "Module" in cls.name and isinstance(owner, Object):
                if name in ("register_buffer", "register_parameter"):
                    return Idle(owner, sets=True)
                if name == "load_state_dict":
                    return Partial(External("symconv.programs.load_state_dict"), (owner,), {})
                if name in _IDLE:
                    return Idle(owner)
            if name == "__init__":
                return Idle(owner)
            continue
        match cls.members.get(name):
            case None:
                continue
            case ast.FunctionDef() as definition:
                return _function_of(owner, cls, definition, path, node)
            case ast.Assign(_, value) | ast.AnnAssign(_, _, ast.expr() as value):
                return fixed(value, _of(cls, path), node)
            case _:
                break
    if isinstance(owner, Object) and owner.cls is not None:
        hint = f"'{owner.cls.name}' has, as far as is read: {', '.join(sorted(map(str, path.heap[owner])))}"
        raise path.error(f"this has no attribute '{name}'", node, hint if path.heap[owner] else None)
    raise path.error(f"this class has no attribute '{name}' that is understood", node)


def _function_of(owner: Any, cls: Class, definition: ast.FunctionDef, path: Path, node: ast.AST) -> Any:
    function = cls.function(definition)
    kinds = [ast.unparse(d).rpartition(".")[2] for d in definition.decorator_list]
    if kinds in (["property"], ["cached_property"]):
        value, after = inlined(Function(cls.module, definition, is_plain=True), [owner], {}, path, node)
        path.go_on_as(after)
        if kinds == ["cached_property"] and isinstance(owner, Object):
            value = kept(value, path)
            path.heap[owner] = {**path.heap[owner], definition.name: value}
        return value
    if kinds == ["staticmethod"]:
        return Function(cls.module, definition, is_plain=True)
    if kinds == ["classmethod"]:
        return Method(owner.cls if isinstance(owner, Object) else cls, Function(cls.module, definition, is_plain=True))
    return Method(owner, function) if isinstance(owner, Object) else function


def set_attribute(owner: Any, name: str, value: Any, path: Path, node: ast.AST) -> None:
    """owner.name = value."""
    if not isinstance(owner, Object) or owner.kind != "instance":
        raise path.error(f"attributes of {described(owner)} cannot be assigned to", node)
    assert owner.cls is not None
    for cls in lineage(owner.cls, path, node):
        member = cls.members.get(name) if isinstance(cls, Class) else None
        if isinstance(member, ast.FunctionDef):
            raise path.error(f"'{name}' is a method or a property of '{owner.cls.name}'", node)
    path.change(owner, {**path.heap[owner], name: value}, node)


def above(path: Path, node: ast.Call) -> Above:
    """What super() stands for in a method."""
    function = path.invocation.function
    first = function.parameters[0].arg if function is not None and function.parameters else ""
    owner = path.env.get(first)
    if not isinstance(owner, Object) or owner.cls is None or function is None:
        raise path.error("super() is understood in methods", node)
    classes = list(lineage(owner.cls, path, node))
    for k, cls in enumerate(classes):
        if isinstance(cls, Class) and function.node in cls.members.values():
            return Above(owner, tuple(classes[k + 1 :]))
    raise path.error("super() is understood in methods", node)


def call_of(owner: Object, path: Path, node: ast.AST) -> Any:
    """What is called when an instance is."""
    assert owner.cls is not None
    classes = list(lineage(owner.cls, path, node))
    for name in ("__call__", "forward"):
        known = any(isinstance(c, Class) and name in c.members for c in classes)
        if known and (name == "__call__" or any(isinstance(c, External) and "Module" in c.name for c in classes)):
            return _attribute_of(owner, classes, name, path, node)
    raise path.error(f"instances of '{owner.cls.name}' cannot be called", node)
