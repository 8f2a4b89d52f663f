"""What expressions and claims can do by means of later folders: the package names the function for each.

A hook is filled with "module:function", which is imported when it is first called.

>>> fill(greeting="builtins:str.upper")
>>> call("greeting", "hello")
'HELLO'
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce
from importlib import import_module
from typing import Any

HOOKS: dict[str, str] = {}


def fill(**places: str) -> None:
    """Name the function behind each hook."""
    HOOKS.update(places)


@cache
def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    return reduce(getattr, name.split("."), import_module(module))  # type: ignore[return-value]


def load(hook: str) -> None:
    """Import the module behind a hook."""
    import_module(HOOKS[hook].partition(":")[0])


def call(hook: str, *args: Any, **kwargs: Any) -> Any:
    """What the function behind a hook returns."""
    return _function(HOOKS[hook])(*args, **kwargs)
