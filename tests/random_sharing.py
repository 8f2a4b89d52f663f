"""Random programs that change arrays which share memory, and the affine maps that Python makes of them.

python tests/random_sharing.py numpy|torch --count 20000 [--seed 0]     prints each that is read as another map
"""

from __future__ import annotations

import argparse
import itertools
import re
import warnings
from collections import Counter
from fractions import Fraction
from random import Random
from typing import Any, Literal, TypeAlias

import numpy as np
import torch

from symconv import SymconvError, from_source, parse, prove

Library: TypeAlias = Literal["numpy", "torch"]

PARTS = {
    "slice": ("1:", "::2", ":-1", ":2", ":", "-2:", "1::2"),
    "at": ("0", "-1", "1"),
    "change": ("=", "+=", "-=", "*="),
    "count": ("1", "2", "-1", "3", "0"),
    "number": ("{count}", "{count}", "{x}[{at}]", "{x}.sum()", "{A}[{at}, {at}]", "{A}[0].sum()", "{A}[0][1]"),
    "new": (
        "{x}[{slice}]", "{x}", "{x}.reshape(-1)", "{x}.ravel()", "{x}.T", "{x}[...]", "{x}.squeeze()", "{x}[None][0]",
        "{x}[:, None][:, 0]", "{x} + {number}", "2 * {x}", "-{x}", "{x} / 2", "{x}[[1, 0]]", "{x}[{slice}] * 1",
        "{A}[{at}]", "{A}[:, {at}]", "{A}.T[{at}]", "{A}.ravel()", "{A}.reshape(-1)", "{A}.flatten()", "{A}.sum(0)",
        "{A}.T.reshape(-1)", "{A}[0].squeeze()", "sum(r for r in {A})", "{A}[{slice}].reshape(-1)", "{A}.diagonal()",
    ),
    "matrix": (
        "{A}.T", "{A}[{slice}]", "{A}[:, {slice}]", "{A}[{slice}, {slice}]", "{A}", "{A}.reshape({A}.shape)", "{A} + 1",
        "{A}.reshape({A}.shape[1], -1)", "{x}[None]", "{x}[:, None]", "{A}[[1, 0]]", "{A}[:, [0, 1]]", "{A}[..., ::2]",
        "{A}.T.reshape({A}.shape)", "{A}[None][0]", "-{A}", "{A}.T[{slice}]",
    ),
    "numpy_new": (
        "np.asarray({x})", "np.flip({x})", "{x}[::-1]", "np.ravel({x})", "np.atleast_1d({x})", "{x}.copy()",
        "np.array({x})",
        "np.zeros_like({x})", "np.zeros(len({x}))", "np.ones(3)", "np.roll({x}, 1)", "np.concatenate([{x}, {x}])",
        "np.append({x}, {count})", "np.cumsum({x})", "np.pad({x}, 1)", "np.repeat({x}, 2)", "np.diff({x})",
        "{x}.astype(float)", "np.convolve({x}, [1, 2])", "np.array([{number}, {number}])", "np.array([e for e in {x}])",
        "np.array([{x}[i] for i in range(len({x}))])", "np.array([e + 1 for e in {x}[{slice}]])", "np.arange(3)",
        "np.array([i + e for i, e in enumerate({x})])", "np.insert({x}, 1, {count})", "np.full(3, {count})",
        "np.ones(3, dtype=int) * 2", "np.zeros(3) + {number}", "np.array([1, 2])", "np.full(3, 1.0)", "np.diag({A})",
        '{A}.ravel(order="F")', "{A}.T.ravel()", "np.array([r[0] for r in {A}])", "np.concatenate([{x}, {A}[0]])",
    ),
    "numpy_matrix": (
        "{A}.copy()", "np.transpose({A})", "np.swapaxes({A}, 0, 1)", "np.flip({A}, 1)", "np.vstack([{x}, {x}])",
        "np.rot90({A})", "np.outer({x}, [1, 2])", "np.array([{x}, 2 * {x}])", "np.zeros((2, 3))", "np.tril({A})",
        "np.concatenate([{A}, {A}])", "np.array([r for r in {A}])", "np.array(list({A}))", "np.moveaxis({A}, 0, 1)",
        "np.array([[e for e in r] for r in {A}])", "np.broadcast_to({x}, (2, len({x}))).copy()", "np.atleast_2d({x})",
        "np.squeeze({A}[None])", "np.fliplr({A})", "{A}[::-1]", "{A}[:, ::-1]",
    ),
    "torch_new": (
        "{x}.clone()", "{x}.flip(0)", "{x}.view(-1)", "torch.flatten({A})", "{A}.view(-1)", "{A}.contiguous().view(-1)",
        "torch.cat([{x}, {A}[0]])", "{A}.select(1, 0)", "{x}.unfold(0, 2, 1)[:, 0]", "{A}.unbind(0)[0]",
        "{x}.repeat(2)",
        "torch.stack([r[0] for r in {A}])", "{A}.narrow(1, 0, 1)[:, 0]", "torch.zeros_like({x})", "{x}.detach()",
    ),
    "torch_matrix": (
        "{A}.t()", "{A}.clone()", "{A}.view({A}.shape)", "{A}.transpose(0, 1)", "{A}.permute(1, 0)", "{A}.flip(0)",
        "torch.stack([{x}, {x}])", "{x}.unsqueeze(1)", "{x}.view(1, -1)", "torch.outer({x}, {x})", "{x}.expand(2, -1)",
        "torch.cat([{A}, {A}])", "torch.roll({A}, 1, 0)", "{A}.contiguous()", "torch.tril({A})", "{A}.repeat(2, 1)",
        "{A}.narrow(0, 0, 1)", "{A}.unfold(1, 2, 1)[:, 0]", "{A}.movedim(0, 1)", "torch.stack(list({A}))",
        "{A}.t().contiguous()", "torch.zeros(2, 3, dtype=torch.float64)",
    ),
}  # fmt: skip
"""What a placeholder stands for, one of several."""

STATEMENTS = """
{y} = {new} | {y} = {new} | {B} = {matrix} | {B} = {matrix}
{x}[{at}] {change} {number} | {x}[{slice}] {change} {number} | {x} {change} {number}
{x}[1:] += {x}[:-1] | {x}[:-1] -= {x}[1:] | {x}[:] = {x} | {x}[1:] = {x}[:-1] | {x}[:2] = {x}[-2:] | {x} += {x}[0]
{x} = {x} + {x} | {x}[0], {x}[-1] = {x}[-1], {x}[0] | {x}[:], {x}[0] = 1, {number} | {x} += {x}
{A}[{at}, {at}] {change} {number} | {A}[{at}][{at}] {change} {number} | {A}[{at}] {change} {number}
{A}[:, {at}] {change} {number} | {A}[{slice}, {slice}] {change} {number} | {A}[0] = {A}[-1] | {A}[0] += {A}[-1]
{A}[1:] += {A}[:-1] | {A}[:, 1:] -= {A}[:, :-1] | {A} *= -1 | {A} -= {A}[:, :1] | {A} = {A} - {A}[0]
{A}[0], {A}[1] = {A}[1], {A}[0] | {A}.T[0] = {number} | {A}.reshape(-1)[0] = {number} | {A}[0, 0] = {A}[0, 1]
for e in range(len({x})):;  {x}[e] = {x}[0] + e | for e in range(1, len({x})):;  {x}[e] = {x}[e - 1] + 1
for e in {x}:;  {x}[-1] = e | for e in range(2):;  {x}[e], {x}[e + 1] = {x}[e + 1], {x}[e]
for e in range(len({x}) - 1):;  {x}[e + 1] += {x}[e] | for r in {A}:;  r += {count} | for r in {A}:;  r[0] = {count}
for i, r in enumerate({A}):;  r *= i | for r in list({A}):;  r += 1 | for i in range({A}.shape[0]):;  {A}[i] = {A}[0]
for i in range(1, {A}.shape[0]):;  {A}[i] -= {A}[i - 1] | for r in {A}.T:;  r -= 1
if len({x}) > {count}:;  {x}[0] = {number} | if len({x}) < 3:;  {x} += 1 | if len({x}) == 3:;  pass
if {A}.shape[0] == 2:;  {A}[0] = 0;else:;  {A}[1] = 0
{m} = [{number}, {number}] | {m} = [0] * 3 | {m} = list(range(3)) | {m} = [{count}] * 2 | {m} = [e + 1 for e in {x}]
{m} = {l} | {m} = {l}[:] | {m} = {l}[::-1] | {l}.append({count}) | {l}[0] = {number} | {l}[-1] += {count}
{l} += [{count}] | {l}[1:] = [{count}] | {l}[:] = {l}[::-1] | {l} = {l} + {l} | {y} = {new} + sum({l})
rows = [r for r in {A}];{A}[0] = 0;{y} = rows[0] + 0
rows = [{x}, {A}[0]];{x} += 1;{y} = rows[0] + 0
rows = [{x}, {x}];rows[0] += {count};{y} = rows[1] + 0
held = {"a": {A}, "b": {x}};{x}[0] = 0;{y} = held["b"]
held = {"a": {x}};held["a"] = held["a"] * 2;{y} = held["a"]
one, {y} = {A}[0], {A}[1];one += {y}
def g(a, b={count}):;  a += b;  return a;{y} = g({x}) | def g(a):;  a[0] = {count};  return a;{y} = g({x}[{slice}])
def g(a):;  a = a * 2;  a += 1;  return a;{y} = g({x}) | def g():;  return {x};{x} += 1;{y} = g()
def g(a):;  a[0], a[-1] = a[-1], a[0];  return a;{y} = g({x} + 0)
def g(a):;  s = a[0];  a[0] = 2;  return a + s;{y} = g({x})
def g(a):;  c = [a, a];  c[0] += {count};  return c[1];{y} = g({x})
"""
"""Statements, divided by "|"; ";" ends a line. x, A, l are a vector, a matrix, a list at hand, y, B, m new ones."""

NUMPY_STATEMENTS = """
{y} = {numpy_new} | {y} = {numpy_new} | {B} = {numpy_matrix} | {B} = {numpy_matrix} | {y} = np.array({l})
{x}[:] = {x}[::-1] | {x}[::-1] = {x}[:] | {x}[::-1] += {number} | {A}[0], {A}[1] = {A}[1].copy(), {A}[0].copy()
{m} = list({x}) | {m} = {x}.tolist() | {m} = [e for e in {x}] | {A}[[0, 1]] = {A}[[1, 0]]
"""

TORCH_STATEMENTS = """
{y} = {torch_new} | {y} = {torch_new} | {B} = {torch_matrix} | {B} = {torch_matrix}
{x}.add_({count}) | {x}.mul_(2) | {A}.zero_() | {A}.fill_(2) | {A}.mul_(2) | {A}.copy_({A}.clone()) | {x}.sub_({x}[:1])
{A}[0], {A}[1] = {A}[1].clone(), {A}[0].clone() | {y} = {x}.clone();{x}[0] = {y}[0].item()
"""


def program(random: Random, library: Library) -> str:
    """The text of a random function f(A, x) of a matrix and a vector that returns a vector."""
    table = STATEMENTS + (NUMPY_STATEMENTS if library == "numpy" else TORCH_STATEMENTS)
    lines = [line.split(" | ") for line in table.strip().splitlines()]
    known = {"x": ["x"], "A": ["A"], "l": list[str]()}
    fresh, body = itertools.count(1), list[str]()

    def filled(text: str) -> str | None:
        """The text with its placeholders replaced, or None where there is no array or list of a kind."""
        made: dict[str, str] = {}
        while hole := re.search(r"\{(\w+)\}", text):
            if hole[1] in PARTS:
                replacement = random.choice(PARTS[hole[1]])
            elif hole[1] in known:
                if not known[hole[1]]:
                    return None
                replacement = random.choice(known[hole[1]])
            else:
                replacement = made.setdefault(hole[1], f"{hole[1]}{next(fresh)}")
            text = text[: hole.start()] + replacement + text[hole.end() :]
        for letter, name in made.items():
            known[{"y": "x", "B": "A", "m": "l"}[letter]].append(name)
        return text

    for _ in range(random.randrange(2, 9)):
        text = filled(random.choice(random.choice(lines)))
        body += text.split(";") if text else []
    ends = [known["x"][-1], random.choice(known["x"]), "x", "A.reshape(-1)", f"{known['A'][-1]}.reshape(-1)"]
    join = "np.concatenate" if library == "numpy" else "torch.cat"
    body.append(
        f"return {random.choice(ends)}"
        if random.random() < 0.5
        else f"return {join}([{', '.join(random.sample(ends, 2))}])"
    )
    head = "import numpy as np" if library == "numpy" else "import torch"
    return f"{head}\n\ndef f(A, x):\n" + "".join(f"    {line}\n" for line in body)


def affine(text: str, library: Library, height: int, width: int, length: int) -> tuple[Any, Any] | None:
    """The matrix and the vector of the map that Python makes of a program at these sizes, if it is affine."""
    names: dict[str, Any] = {}
    exec(text, names)
    count = height * width + length

    def run(values: Any) -> Any:
        parts = (
            np.array(values[: height * width], float).reshape(height, width),
            np.array(values[height * width :], float),
        )
        value = names["f"](*(torch.from_numpy(part) if library == "torch" else part for part in parts))
        return np.array(value, dtype=float, copy=True)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            shift = run(np.zeros(count))
            matrix = np.array([run(row) - shift for row in np.eye(count)]).T
            trials = np.random.default_rng(0).normal(size=(3, count))
            same = shift.ndim == 1 and all(np.allclose(run(v), matrix @ v + shift) for v in trials)
        except (ValueError, IndexError, TypeError, RuntimeError, AttributeError, NotImplementedError):
            return None
    return (matrix, shift) if same and shift.size else None


def judged(random: Random, library: Library) -> tuple[str, str]:
    """A random program's text with a claim that is true of it, and the claim's verdict, "refused", or "skipped"."""
    text = program(random, library)
    height, width, length = random.choice([(2, 3, 3), (3, 3, 3), (3, 2, 2), (2, 2, 3), (2, 4, 4)])
    found = affine(text, library, height, width, length)
    if found is None:
        return text, "skipped"
    matrix, shift = (
        np.vectorize(lambda v: str(Fraction(v).limit_denominator(360)), otypes=[object])(part) for part in found
    )
    rows = ", ".join(f"[{', '.join(row)}]" for row in matrix)
    value = f"array([{rows}]) @ concatenate((ravel(A), x)) + array([{', '.join(shift)}])"
    claim = f"A[{height},{width}], x[{length}]: f(A, x) == {value}"
    try:
        return f"{text}\n{claim}", prove(parse(claim, {"f": from_source(text, "f")}), timeout=5).verdict
    except SymconvError:
        return text, "refused"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", choices=["numpy", "torch"])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    verdicts: Counter[str] = Counter()
    for number in range(options.count):
        text, verdict = judged(Random(f"{options.library} {options.seed} {number}"), options.library)
        verdicts[verdict] += 1
        if verdict in ("refuted", "unknown"):
            print(f"no {number}: {verdict}\n{text}", flush=True)
    print(dict(verdicts))


if __name__ == "__main__":
    main()
