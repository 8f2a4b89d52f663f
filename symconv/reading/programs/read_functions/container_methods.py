"""Methods of lists, dictionaries and strings in programs."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from symconv.algebra.polynomials import Poly
from symconv.reading.programs.state.dispatch import evaluate
from symconv.reading.programs.state.objects import Growing, Object
from symconv.reading.programs.state.paths import Path, Stale
from symconv.reading.programs.values.array_values import described, evaluate_whole, kept


def container_method(owner: Object, name: str, node: ast.Call, path: Path) -> Any:
    """A method of a list or of a dictionary."""
    args = [evaluate(a, path) for a in node.args]
    if owner.kind == "dict":
        return _dict_method(owner, name, args, path, node)
    held = path.heap[owner]
    if isinstance(held, Stale):
        raise path.error(f"this list {held.reason}", node)
    items = held.items if isinstance(held, Growing) else path.items_of(owner)
    match name, args:
        case "append", [value] if items is not None:
            _replace(owner, (*items, kept(value, path)), path)
        case "append", [_]:
            raise path.error("appending to a list that a loop has made", node, "join them: np.concatenate, or a + [b]")
        case _ if isinstance(held, Growing):
            raise path.error("a list is only appended to in the loop that makes it", node)
        case "extend", [value] if items is not None and (more := path.items_of(value)) is not None:
            _replace(owner, (*items, *(kept(v, path) for v in more)), path)
        case "insert", [Poly() as place, value] if items is not None and place.integer is not None:
            changed = list(items)
            changed.insert(place.integer, kept(value, path))
            _replace(owner, tuple(changed), path)
        case "pop", [] | [Poly()] if items:
            which = evaluate_whole(node.args[0], path).integer if args else -1
            if which is None or not -len(items) <= which < len(items):
                raise path.error("which item is taken is not known", node)
            changed = list(items)
            value = changed.pop(which)
            _replace(owner, tuple(changed), path)
            return value
        case "copy", []:
            return path.new_object("list", path.heap[owner])
        case "reverse", [] if items is not None:
            _replace(owner, items[::-1], path)
        case _:
            raise path.error(f"the method '{name}' of a list is not understood", node, "lists take append and extend")
    return None


def _replace(owner: Object, items: tuple[Any, ...], path: Path) -> None:
    path.heap[owner] = Growing(items) if isinstance(path.heap[owner], Growing) else items


def _dict_method(owner: Object, name: str, args: Sequence[Any], path: Path, node: ast.Call) -> Any:
    held = path.heap[owner]
    match name, args:
        case "get", [key] | [key, _]:
            return held.get(plain_key(key, path, node), args[1] if len(args) > 1 else None)
        case "items", []:
            return tuple(held.items())
        case "keys", []:
            return tuple(held)
        case "values", []:
            return tuple(held.values())
        case "copy", []:
            return path.new_object("dict", held)
        case "setdefault", [key] | [key, _]:
            wanted, given = plain_key(key, path, node), args[1] if len(args) > 1 else None
            if wanted not in held:
                path.change(owner, {**held, wanted: kept(given, path)}, node)
            return path.heap[owner][wanted]
        case "update", [other] if (more := path.dict_of(other)) is not None and not node.keywords:
            path.change(owner, {**held, **more}, node)
            return None
        case "update", []:
            named = {str(k.arg): kept(evaluate(k.value, path), path) for k in node.keywords}
            path.change(owner, {**held, **named}, node)
            return None
        case "pop", [key] if plain_key(key, path, node) in held:
            wanted = plain_key(key, path, node)
            path.change(owner, {k: v for k, v in held.items() if k != wanted}, node)
            return held[wanted]
    raise path.error(f"the method '{name}' of a dictionary is not understood", node)


def plain_key(value: Any, path: Path, node: ast.AST) -> Any:
    """A key of a dictionary: a string, or a number that is known."""
    if isinstance(value, Poly) and value.constant is not None:
        return value.constant
    if isinstance(value, tuple):
        return tuple(plain_key(v, path, node) for v in value)
    if isinstance(value, (str, bool)) or value is None:
        return value
    raise path.error(f"{described(value)} as a key of a dictionary", node, "keys are strings and numbers")
