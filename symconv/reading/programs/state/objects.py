"""Objects of a program that can change: lists, dictionaries and instances of classes; the heap of a path holds what
is in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symconv.reading.programs.origins.source import Class, Function


@dataclass(frozen=True, eq=False)
class Object:
    """A list, a dictionary or an instance, told apart from others by being itself.

    The heap holds a tuple for a list, a mapping of keys for a dictionary, one of attributes for an instance, and a word
    for an iterator; it is replaced where the object changes.
    """

    kind: str
    cls: Class | None = None
    is_shared: bool = False
    """Whether all calls have this one, for it is made when the module is loaded."""


@dataclass(frozen=True)
class Method:
    """A function of a class with the instance that it is called on."""

    owner: Any
    function: Function


@dataclass(frozen=True)
class Partial:
    """A function with some of its arguments given."""

    function: Any
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


@dataclass(frozen=True)
class Growing:
    """A list to which each iteration of the loop that is read appends; `items` are those of this iteration."""

    items: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Run:
    """The items that a loop inside of the loop that is read has appended to a list: the rows of an array."""

    rows: Any


@dataclass(frozen=True, eq=False)
class Unwritten:
    """A string that is not worked out: it is shown to somebody."""
