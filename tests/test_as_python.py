"""What looks harmless in Python: each function is read as Python runs it at small sizes, or refused."""

from __future__ import annotations

import ast
import copy

import numpy as np
import pytest

from symconv import SymconvError, Tensor, evaluate, from_source, sizes

KINDS_IN_LOOPS = """
def shorter(x):
    s, y = 0, x
    for i in range(len(x)):
        s += len(y)
        y = y[:1]
    return s * x
def longer(x):
    s, y, i = 0, x, 0
    while i < len(x):
        s += y.size
        y = np.append(y, 0)
        i += 1
    return s * x
def deeper(x):
    s, y = 0, x
    for i in range(len(x)):
        s += y.ndim
        y = y[None]
    return s * x
def no_array_later(x):
    s, i = 0, len(x)
    while i > 0:
        i -= 1
        x = s + i * x[i]
    return s
def no_number_later(x):
    s, k = 0, 2
    for i in range(len(x)):
        s += 1 if isinstance(k, int) else 2
        k = x
    return s * x
def whole_at_first(x):
    s, k = 0, 2
    for i in range(len(x)):
        s += 1 if isinstance(k, int) else 2
        k = k + 0.5
    return s * x
def lists(x):  # read
    s, y = 0, [0, 0]
    for i in range(len(x)):
        s += len(y + y)
        y = [i, i]
    return s * x
def a_list_at_first(x):
    s, y = 0, [0, 0]
    for i in range(len(x)):
        s += len(y * 2)
        y = np.zeros(2)
    return s * x
def a_list_later(x):
    s, y = 0, np.zeros(2)
    for i in range(len(x)):
        s += len(y * 2)
        y = [i, i]
    return s * x
def anew(x):  # read
    s, y = 0, x[:1]
    for i in range(len(x)):
        y = x[i:]
        s += y[0] * len(y)
    return s * x
def as_before(x):  # read
    y = x
    for i in range(len(x)):
        y = y + i * x
    return y
"""
SOURCES = {"kinds in loops": KINDS_IN_LOOPS}
FUNCTIONS = [
    pytest.param(f"import numpy as np\n{text}", node.name, "# read" in text.splitlines()[node.lineno - 1], id=node.name)
    for text in SOURCES.values()
    for node in ast.parse(text).body
    if isinstance(node, ast.FunctionDef)
]


@pytest.mark.parametrize("text, name, is_read", FUNCTIONS)
def test_functions_are_read_as_python_runs_them(text: str, name: str, is_read: bool) -> None:
    """An expression has the values that Python computes; an error is given only where that is expected."""
    N, H, W = sizes("N H W")
    tensors = {"x": Tensor("x", N), "y": Tensor("y", N), "A": Tensor("A", H, W), "B": Tensor("B", H, W)}
    names: dict = {}
    exec(text, names)
    parameters = names[name].__code__.co_varnames[: names[name].__code__.co_argcount]
    try:
        read = from_source(text, name)(*(tensors[p] for p in parameters))
    except SymconvError:
        assert not is_read
        return
    for size in (1, 3, 4):
        arrays = {p: np.arange(2.0, 2 + size) ** (2 + (p == "y")) for p in ("x", "y")}
        arrays |= {p: np.arange(1.0, 1 + 2 * size).reshape(size, 2) ** (1 + (p == "B")) for p in ("A", "B")}
        expected = names[name](*(copy.deepcopy(arrays[p]) for p in parameters))
        found = evaluate(read, {"N": size, "H": size, "W": 2}, arrays, twins=False)
        np.testing.assert_allclose(np.array(found, dtype=float), np.asarray(expected, dtype=float))
