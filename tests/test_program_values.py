"""What Python and NumPy do otherwise than it looks: claims that follow a careless reading are not proved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from symconv import SymconvError, from_file, parse, prove
from symconv.reading.programs import Program, from_source

SOURCE = """
import numpy as np

def counts_down(x, options={"step": 2}):
    options["step"] -= 1
    return x[::options["step"]]

def counts_inside(x, options={"inner": {"step": 1}}):
    options["inner"]["step"] += 1
    return x[::options["inner"]["step"]]

def counts_a_copy(x, options={"step": 2}):
    options = dict(options)
    options["step"] -= 1
    return x[::options["step"]]

class Counted:
    seen = {"times": 0}
    def __init__(self, x):
        self.seen["times"] += 1
        self.x = x

def counts_instances(x):
    return Counted(x).seen["times"] * x

def halves(x):
    first, second = np.array_split(x, 2)
    return first

def last_third(x):
    return np.array_split(x, 3)[2]

def appended(x):
    out = []
    for v in x:
        out.append(v)
    return out

def twice(x):
    return np.array(appended(x) * 2)

def joined(x):
    return np.array(appended(x) + appended(x))

def generator_twice(x):
    values = (v for v in x)
    return sum(values) + sum(values)

def map_twice(x):
    values = map(lambda v: 2 * v, x)
    return sum(values) + sum(values)

def map_once(x):
    values = list(map(lambda v: 2 * v, x))
    return sum(values) + sum(values)

def zip_twice(x):
    pairs = zip(x, x)
    first = sum(a * b for a, b in pairs)
    return first + sum(a * b for a, b in pairs)

def with_itself(x):
    values = iter(x)
    return np.array([a + b for a, b in zip(values, values)])

def in_each_step(x):
    values, total = enumerate(x), 0
    for _ in range(2):
        for i, v in values:
            total += v
    return total

def in_a_list(x):
    values = reversed(x)
    return np.array([sum(values) for _ in range(2)])

def doubled(x):
    for v in x:
        yield 2 * v

def yielded_twice(x):
    values = doubled(x)
    return sum(values) + sum(values)

def ranges_twice(x):
    places = range(len(x))
    return sum(x[i] for i in places) + sum(v for i, v in zip(places, x))

def filled_like_numbers(x):
    return np.convolve(x, np.full_like(np.arange(3), 0.5))

def filled_like_a_list(x):
    return np.convolve(x, np.full_like([1, 2, 3], 0.5))

def filled_with_floats(x):
    return np.convolve(x, np.full_like([1, 2, 3], 0.5, dtype=float))

def padded_numbers(x):
    return np.convolve(x, np.pad(np.array([1, 2]), 1, constant_values=0.5))

def padded(x):
    return np.pad(x, 1, constant_values=0.5)

def inserted(x):
    return np.convolve(x, np.insert([1, 2], 1, 0.5))

def inserted_whole(x):
    return np.convolve(x, np.insert([1, 2], 1, 5))

def at_a_float(x):
    return x[len(x) / 2]

def up_to_a_float(x):
    return x[:min(len(x) / 2, 1)]

def of_a_float(x):
    return np.zeros(len(x) / 2)

def of_a_floor(x):
    return np.zeros(np.floor(len(x) / 2))

def reshaped_by_a_float(x):
    return x.reshape(2, len(x) / 2)

def at_an_entry(x):
    return x[np.ones(1)[0]]

def at_an_array(x):
    return x[np.arange(2) / 1]

def counted_in_floats(x):
    i, s = 0.0, 0
    for v in x:
        s += v * x[i]
        i += 1
    return s

def up_to_half(x):
    return x[:int(len(x) / 2)]

def scaled_by_half(x):
    return x * (len(x) / 2)

def rounded(x):
    return x[:round(len(x) / 4)]

def rounded_by_numpy(x):
    return x[:np.ceil(len(x) / 4).astype(int)]

def from_the_end(x):
    return np.array([x[~i] for i in range(len(x))])

def but_the_first(x):
    values = iter(x)
    first = next(values)
    return sum(v for v in values) + 2 * first

def one_too_far(x):
    values = iter(x)
    next(values)
    return next(values)

def every_row(x):
    return np.apply_along_axis(np.convolve, 1, np.outer(x, x), [1, 2])

def every_column(x):
    return np.apply_along_axis(np.sum, 0, np.outer(x, x))

def beside(x):
    return np.column_stack([x * v for v in x])

def end_to_end(x):
    return np.concatenate([x[:1] * v for v in x])

def left_too_early(x):
    s = 0
    for i in range(len(x)):
        if i < 2:
            break
        s += x[i]
    return s

def left_after_a_sum(x):
    s = 0
    for i in range(len(x)):
        s += x[i]
        if i > 2:
            break
    return s

def left_at(x):
    for i in range(len(x)):
        if i >= 2:
            break
    return x[i]

def left_or_not(x):
    s = 0
    for i in range(4):
        if i >= len(x):
            break
        s += x[i]
    else:
        s = 0
    return s

def left_of_two(x):
    s = 0
    for i, j in np.ndindex(len(x), len(x)):
        if j > i:
            break
        s += x[i] * x[j]
    return s

def left_step_by_step(x):
    s = 0
    for i in range(4):
        s += x[i]
        if i + 1 == len(x):
            break
    return s

def float_of(x):
    return float(x[:1]) * x

def inserted_late(x):
    return np.insert(x, 2, 7)

def misfit_in_a_loop(x):
    for _ in range(1):
        y = x[1:] + x[:0]
    return x

def misfit_after_a_branch(x):
    if len(x) == 1:
        y = x[1:] + x[:0]
    y = x[1:] + x[:0]
    return x
"""

SHARED, REPEATED = "all calls would change the same one", "a list that a loop has made is repeated"
USED_UP, CUT = "this iterator may be used up here", "an array of integers cuts other numbers off"
CLAIMS = [
    ("counts_down(x) == x", SHARED),
    ("counts_inside(x) == x[::2]", SHARED),
    ("counts_a_copy(x) == x", "proved"),
    ("counts_a_copy(x) == x[::2]", "refuted"),
    ("counts_instances(x) == x", SHARED),
    ("halves(x) == x[:(N + 1)//2]", "proved"),
    ("halves(x) == x[:N//2]", "refuted"),
    ("last_third(x) == x[N - N//3:] if N >= 3", "proved"),
    ("last_third(x) == x[2*N//3:] if N >= 3", "refuted"),
    ("twice(x) == concatenate((x, x))", REPEATED),
    ("joined(x) == concatenate((x, x))", "proved"),
    ("joined(x) == x", "refuted"),
    ("generator_twice(x) == 2*sum(x)", "a generator that is not used up at once"),
    ("map_twice(x) == 4*sum(x)", USED_UP),
    ("map_once(x) == 4*sum(x)", "proved"),
    ("map_once(x) == 2*sum(x)", "refuted"),
    ("zip_twice(x) == 2*sum(x*x)", USED_UP),
    ("with_itself(x) == 2*x", USED_UP),
    ("in_each_step(x) == 2*sum(x)", USED_UP),
    ("in_a_list(x)[1] == sum(x)", USED_UP),
    ("yielded_twice(x) == 4*sum(x)", USED_UP),
    ("ranges_twice(x) == 2*sum(x)", "proved"),
    ("ranges_twice(x) == sum(x)", "refuted"),
    ("filled_like_numbers(x) == convolve(x, [1/2, 1/2, 1/2])", CUT),
    ("filled_like_a_list(x) == convolve(x, [1/2, 1/2, 1/2])", CUT),
    ("filled_with_floats(x) == convolve(x, [1/2, 1/2, 1/2])", "proved"),
    ("padded_numbers(x) == convolve(x, [1/2, 1, 2, 1/2])", CUT),
    ("padded(x) == pad(x, 1, constant_values=1/2)", "proved"),
    ("padded(x) == pad(x, 1)", "refuted"),
    ("inserted(x) == convolve(x, [1, 1/2, 2])", CUT),
    ("inserted_whole(x) == convolve(x, [1, 5, 2])", "proved"),
    *((f"{name}(y) == x", "is a float, which is no size") for name in (
        "at_a_float", "up_to_a_float", "of_a_float", "of_a_floor", "at_an_entry", "at_an_array", "counted_in_floats")),
    ("reshaped_by_a_float(y) == reshape(y, (2, N))", "shape is N, which is a float"),
    ("up_to_half(y) == y[:N]", "proved"),
    ("scaled_by_half(y) == N*y", "proved"),
    ("rounded(y) == y[:2] if N == 5", "proved"),
    ("rounded(y) == y[:4] if N == 7", "proved"),
    ("rounded(y) == y[:3] if N == 5", "refuted"),
    ("rounded_by_numpy(y) == y[:(N + 1)//2]", "proved"),
    ("from_the_end(x) == flip(x)", "proved"),
    ("from_the_end(x) == roll(flip(x), 1)", "refuted"),
    ("but_the_first(x) == sum(x) + x[0]", "proved"),
    ("but_the_first(x) == sum(x)", "refuted"),
    ("one_too_far(x) == x[1]", "proved"),
    ("every_row(x)[1] == x[1]*convolve(x, [1, 2]) if N >= 2", "proved"),
    ("every_column(x) == sum(x)*x", "proved"),
    ("beside(x) == outer(x, x)", "proved"),
    ("end_to_end(x) == x[0]*x", "proved"),
    *((f"{name}(x) == 0", "left by 'break' before") for name in ("left_too_early", "left_after_a_sum")),
    ("left_at(x) == x[2]", "'i' holds what the last iteration of a loop left"),
    ("left_or_not(x) == 0", "'else' after a loop that is left by 'break'"),
    ("left_of_two(x) == 0", "'break' in a loop over a product"),
    ("left_step_by_step(x) == sum(x[:4]) if N >= 4", "proved"),
    ("left_step_by_step(x) == sum(x) if N <= 4", "proved"),
    ("left_step_by_step(x) == sum(x)", "refuted"),
    ("inserted_late(x)[2] == 7 if N == 1", "needs N >= 2, which does not hold at N = 1"),
    ("misfit_in_a_loop(x) == x", "add: sizes N - 1 and 0 differ at N = 2"),
    ("misfit_after_a_branch(x) == x", "add: sizes N - 1 and 0 differ at N = 2"),
    ("float_of(x) == x[0]*x", "NumPy makes no number of an array with axes"),
]  # fmt: skip


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Program]:
    file: Path = tmp_path_factory.mktemp("programs") / "values.py"
    file.write_text(SOURCE)
    return from_file(file)


@pytest.mark.parametrize(("claim", "expected"), CLAIMS)
def test_values_of_programs(claim: str, expected: str, programs: Mapping[str, Program]) -> None:
    text = f"x[N], y[2*N]: {claim}"
    if expected in ("proved", "refuted"):
        assert prove(parse(text, programs)).verdict == expected
        return
    with pytest.raises(SymconvError, match=re.escape(expected)):
        prove(parse(text, programs))


LAZY = """
def rows(A): return list(map(sum, A))
def columns(A): return tuple(map(sum, zip(*A)))
def whole(A): return sum(map(sum, A))
def squares(A): return list(map(lambda r: r @ r, A))
def nested(A): return [list(map(lambda v: v * sum(r), r)) for r in A]
def yielded(A):
    for r in A:
        yield sum(r)
def listed(A): return list(yielded(A))
def outer_sums(A): return list(map(lambda t: sum(map(lambda m: t * m, A[0])), A[0]))
def before(A): return list(map(lambda i: sum(A[0][:i]), range(len(A[0]))))
"""


def test_what_is_made_inside_of_lazy_values_has_indices_of_its_own() -> None:
    """Rows that a mapped function reduces, maps in maps, and what a generator yields."""
    names = ["rows", "columns", "whole", "squares", "listed", "outer_sums", "before", "nested"]
    read = {name: from_source(LAZY, name) for name in names}
    for claim, verdict in (
        ("rows(A) == sum(A, axis=1)", "proved"),
        ("columns(A) == sum(A, axis=0)", "proved"),
        ("whole(A) == sum(A)", "proved"),
        ("squares(A) == sum(A*A, axis=1)", "proved"),
        ("listed(A) == sum(A, axis=1)", "proved"),
        ("outer_sums(A) == sum(A[0])*A[0]", "proved"),
        ("before(A) == cumsum(A[0]) - A[0]", "proved"),
        ("nested(A) == A*sum(A, axis=1, keepdims=True)", "proved"),
        ("rows(A) == trace(A)*ones(n)", "refuted"),
        ("whole(A) == n*trace(A)", "refuted"),
        ("before(A) == 0", "refuted"),
        ("outer_sums(A) == dot(A[0], A[0])*ones(n)", "refuted"),
    ):
        assert (claim, prove(parse(f"A[n,n]: {claim}", read)).verdict) == (claim, verdict)


ANNOTATED = """
from typing import List
def doubled(x: list[float]) -> list[float]: return x * 2
def joined(x: List[float], y: "list[float]"): return x + y
def copied(x: list):
    y = x[:]
    y[0] = 5
    return x
def product(A: List[List[float]], B: list[list[float]]):
    return [[sum(A[i][k]*B[k][j] for k in range(len(B))) for j in range(len(B[0]))] for i in range(len(A))]
class Joining:
    def __init__(self, k: list): self.k = k
    def after(self, x: "list[float]"): return x + self.k
"""


def test_parameters_that_are_annotated_as_lists_are_lists() -> None:
    """They are joined and copied as Python's lists are."""
    read = {name: from_source(ANNOTATED, name) for name in ("doubled", "joined", "copied", "product", "Joining")}
    for claim, verdict in (
        ("joined(x, y) == concatenate((x, y))", "proved"),
        ("joined(x, y) == x + y", "refuted"),
        ("copied(x) == x", "proved"),
        ("product(A, A) == A @ A", "proved"),
        ("Joining(y).after(x) == concatenate((x, y))", "proved"),
        ("Joining(y).after(x) == x + y", "refuted"),
    ):
        assert (claim, prove(parse(f"x[n], y[n], A[n,n]: {claim}", read)).verdict) == (claim, verdict)
    for annotation in ("list[float]", "Sequence[float]", "collections.abc.Sequence", "Tuple[float, ...]", "tuple",
                       "Optional[List[float]]", "'List'", "None | list", "list | None"):  # fmt: skip
        doubled = from_source(f"def doubled(x: {annotation}): return x * 2", "doubled")
        with pytest.raises(SymconvError, match="not added or multiplied entry by entry"):
            parse("x[n]: doubled(x) == 2*x", {"doubled": doubled})
    for annotation in ("np.ndarray", "NDArray", "Tensor", "ListLike"):
        doubled = from_source(f"def doubled(x: {annotation}): return x * 2", "doubled")
        assert prove(parse("x[n]: doubled(x) == 2*x", {"doubled": doubled})).verdict == "proved"
