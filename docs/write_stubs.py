"""The types of the package's names, for editors and type checkers.

Run `python docs/write_stubs.py > symconv/__init__.pyi`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator

import symconv
from symconv.operators import REGISTRY, Operator

__all__ = ["stubs"]

_OPENING = '''\
"""Written by `python docs/write_stubs.py > symconv/__init__.pyi`."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, overload

import numpy.typing as npt

from symconv.expressions.tensors import TensorExpr
{imports}

ArrayLike: TypeAlias = TensorExpr | complex | npt.NDArray[Any] | Sequence[Any]

__version__: str
'''


def stubs() -> str:
    """The whole of `__init__.pyi`."""
    imports = sorted(f"from symconv.{place} import {name} as {name}" for name, place in symconv.PLACES.items())
    lines = [_OPENING.format(imports="\n".join(imports))]
    for op in REGISTRY.values():
        if "." not in op.name:
            lines += _declared(op, op.name)
    lines += ["class lax:", '    """Operators of `jax.lax`."""', ""]
    for op in REGISTRY.values():
        if op.name.startswith("lax."):
            lines += [f"    {line}" for line in _declared(op, op.name.removeprefix("lax."), ("@staticmethod",))]
    return "\n".join(lines)


def _declared(op: Operator, name: str, decorators: tuple[str, ...] = ()) -> Iterator[str]:
    """The operator as a function; once more with the library's own names of the operands where they differ."""
    theirs = {ours: library for library, ours in op.aliases.items()}
    forms = [[_parameter(op, p, {}) for p in op.signature.parameters.values()]]
    if theirs:
        forms.append([_parameter(op, p, theirs) for p in op.signature.parameters.values()])
    for form in forms:
        yield from ("@overload", *decorators) if len(forms) > 1 else decorators
        yield f"def {name}({_listed(op, form)}) -> TensorExpr:"
        yield f'    """{_summary(op)}"""'
        yield ""


def _parameter(op: Operator, parameter: inspect.Parameter, names: dict[str, str]) -> str:
    kind = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    annotation = parameter.annotation if parameter.annotation is not parameter.empty else "Any"
    if parameter.name in op.operands:
        annotation = "Sequence[ArrayLike]" if parameter.name in op.sequences else "ArrayLike"
        annotation += " | None" if parameter.default is None else ""
    default = f" = {parameter.default!r}" if parameter.default is not parameter.empty else ""
    return f"{kind}{names.get(parameter.name, parameter.name)}: {annotation}{default}"


def _listed(op: Operator, form: list[str]) -> str:
    kinds = [p.kind for p in op.signature.parameters.values()]
    only_named = inspect.Parameter.KEYWORD_ONLY
    at = kinds.index(only_named) if only_named in kinds else None
    marked = form if at is None or inspect.Parameter.VAR_POSITIONAL in kinds else [*form[:at], "*", *form[at:]]
    return ", ".join(marked)


def _summary(op: Operator) -> str:
    return inspect.cleandoc(op.__doc__ or "").partition("\n")[0]


if __name__ == "__main__":
    sys.stdout.write(stubs())
