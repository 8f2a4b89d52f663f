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
def skipped_steps(x):
    out = []
    for i in range(len(x)):
        if i % 2 == 0:
            out.append(x[i])
    return np.array(i)
def subscripted_iterator(x):
    it = iter(range(len(x)))
    return x * it[next(it)]
def part_of_a_list(x):
    y = [1, 2][:1]
    y.append(3)
    return x * len(y)
def as_before(x):  # read
    y = x
    for i in range(len(x)):
        y = y + i * x
    return y
"""
CLOSURES = """
def late_in_a_list(x):
    k = 5
    fs = [lambda v: v*k for k in range(3)]
    return fs[0](x)
def late_in_a_loop(x):  # read
    fs = []
    for k in range(3):
        fs.append(lambda v: v*k)
    return fs[0](x)
def early_in_a_loop(x):  # read
    fs = []
    for k in range(3):
        fs.append(lambda v, k=k: v*(k+1))
    return fs[0](x) + 10*fs[2](x)
def _scaled(x):  # read
    k = 1
    def inner(v):
        return v*k
    k = 2
    return inner
def left_behind(x):  # read
    return _scaled(x)(x)
def default_of_a_size(x):  # read
    n = len(x)
    def g(v, m=n, s=2):
        return v*m*s
    n = 7
    return g(x) + g(x, 1)
def default_array(x):  # read
    w = x*2
    def g(v, w=w):
        return v*w
    w = x*3
    return g(x)
def default_array_that_changes(x):  # read
    w = x*2
    def g(v, w=w):
        return v*w
    w += 1
    return g(x)
def default_that_grows(x):  # read
    def g(v, acc=[]):
        acc.append(v)
        return len(acc)
    g(x)
    return g(x)*x
def default_of_a_lambda(x):  # read
    k = 3
    g = lambda v, *, s=k: v*s
    k = 4
    return g(x) + g(x, s=1)
def default_of_an_argument(x):  # read
    def a(p):
        def b(v, q=p):
            return v*q
        p = 10
        return b
    return a(2)(x)
def late_generator(x):
    k = 2
    g = (v*k for v in x)
    k = 3
    return sum(g)
def late_in_a_branch(x):  # read
    k = 1
    f = lambda v: v*k
    if len(x) > 2:
        k = 2
    return f(x)
def shared_list(x):  # read
    acc = [0]
    def add(v):
        acc[0] += v
    add(1); add(2)
    return acc[0]*x
def early_in_partial(x):  # read
    k = 2
    g = functools.partial(lambda v, w: v*w, k)
    k = 3
    return g(x)
def default_of_a_length(x):  # read
    def g(v, m=len(x)):
        return v*m
    return g(x)
def late_in_a_dictionary(x):  # read
    ops = {}
    for k in (1, 2):
        ops[k] = lambda v: v*k
    return ops[1](x)
def default_function(x):  # read
    def g(v, h=lambda w: 2*w):
        return h(v)
    return g(x)
def two_levels(x):  # read
    k = 1
    def middle():
        def inner(v):
            return v * k
        return inner
    g = middle()
    k = 2
    return g(x)
def applied(g, x):
    return g(x)
def given_away(x):  # read
    k = 1
    def inner(v):
        return v * k
    k = 2
    return applied(inner, x)
def on_either_way(x):
    def scaled(n):
        k = 1
        def inner(v):
            return v * k
        if n > 2:
            k = 2
            return inner
        return inner
    return scaled(len(x))(x)
"""
STARS = """
def rest(x):  # read
    a, *rest = (1, 2, 3)
    return a*x + sum(rest)*x + len(rest)
def middle(x):  # read
    a, *m, b = [1, 2, 3, 4]
    return a*x + sum(m) + b
def rest_of_an_array(x):  # read
    A = np.arange(4)
    a, *rest = A
    return a*x + rest[0] + len(rest)
def rest_of_a_shape(A):  # read
    n, *rest = A.shape
    return A.reshape(n, *rest) * len(rest)
def all_but_the_last(A):  # read
    *lead, w = A.shape
    return A.reshape(*lead, w) + w
def starred_arguments(x):  # read
    def g(a, b, c=1):
        return a*x + b + c
    xs = [1, 2]
    return g(*xs) + g(*xs, c=5) + g(*(1,), *[2], **{"c": 3})
def starred_parameters(x):  # read
    def g(*a, **k):
        return sum(a)*x + len(a) + k["z"]
    return g(1, 2, *[3], z=1)
def rest_of_rows(A):
    first, *rest = A
    return first
def starred_arrays(x):  # read
    def g(a, *bs):
        for b in bs:
            a = a + b
        return a
    return g(x, x, 2*x)
def starred_range(x):  # read
    return np.array([*range(3), 5])[1]*x
def shaped_empty(x):  # read
    return np.zeros((0, 3)).reshape(-1, 3).sum() + x
def shaped_beside_nothing(x):
    return np.zeros((len(x)-1, 3)).reshape(len(x)-1, -1).sum() + x
"""
NUMBERS_IN_ARRAYS = """
def one_place_twice(x):  # read
    x[[0, 0]] = [5, 6]
    return x
def both_ends(x):  # read
    x[[0, -1]] = [5, 6]
    return x
def buffered(x):
    x[[0, 0]] += 1
    return x
def all_at_one_place(x):  # read
    y = np.zeros(3)
    np.add.at(y, np.zeros(len(x), int), x)
    return y
def at_places_modulo(x):  # read
    y = np.zeros(2)
    np.add.at(y, np.arange(len(x)) % 2, x)
    return y
def powers(x):  # read
    return pow(len(x), 2) * x + pow(2, 3)
def rows_by_repeated_places(A):  # read
    y = np.zeros(A.shape[0])
    np.add.at(y, np.repeat(np.arange(A.shape[0]), A.shape[1]), A.ravel())
    return y
def zeros_and_a_zero(x):   # read
    assert len(x) >= 1
    return x[np.append(np.zeros(2, int), 0)]
def twice_in_a_row(x):
    n = len(x)
    i = np.concatenate([np.arange(n), np.arange(n)])
    return x[i]
def padded_places(x):
    n = len(x)
    return x[np.pad(np.arange(n), 1)]
def rolled_places(x):
    n = len(x)
    return x[np.roll(np.arange(n), 1)]
def tiled_places(x):  # read
    n = len(x)
    return x[np.tile(np.arange(n), 2)]
def places_modulo(x):  # read
    n = len(x)
    return x[(np.arange(n) + 1) % n]
def appended_number(x):  # read
    return tuple(np.append(np.arange(2), 5))[2] * x
def padded_number(x):  # read
    return tuple(np.pad(np.arange(2), 1))[0] * x
def rolled_number(x):  # read
    return tuple(np.roll(np.arange(3), 1))[0] * x
def whole_number(x):  # read
    return x * int(np.append(np.arange(2), 5)[2])
def sizes_in_an_array(x):  # read
    return np.zeros(tuple(np.append([2], [3])))
def divided_by_an_entry(x):  # read
    return x / np.append(np.arange(1., 3), 5)[2]
def counted_at_places(x):
    y = np.zeros(len(x)+1)
    np.add.at(y, np.append(np.arange(len(x)), 0), 1)
    return y
def sum_of_numbers(x):  # read
    k = np.cumsum([1, 4, 9])
    return x * tuple(k)[2]
def joined_lists(x):  # read
    return tuple([0] * 2 + [1] * 2)[1] * x + ([0] * 2 + [3] * 2)[3]
"""
GROWING_LISTS = """
def appended_number(x):  # read
    y=[1,2]
    y.append(3)
    return x*len(y)
def appended_to_another_name(x):
    y=[1]
    z=y
    y.append(3)
    return x*len(z)
def appended_entries(x):  # read
    y=[x[0]]
    for i in range(1,len(x)):
        y.append(x[i])
    return y
def running_totals(x):  # read
    y=[0]
    t=0
    for v in x:
        t += v
        y.append(t)
    return y[1:]
def longer_and_shorter(x):  # read
    y=[0.0]*3
    y.append(x[0])
    y.insert(0, 5)
    y.pop()
    return np.array(y)*len(y)
def appended_by_a_function(x):
    y=[1, 2]
    def g(l):
        l.append(3)
    g(y)
    return x*len(y)
def appended_around(x):
    y=[1, 2]
    def g():
        y.append(3)
    g()
    return x*len(y)
def appended_places(x):  # read
    y=[1, 2]
    for i in range(3):
        y.append(i)
    return x*len(y)+y[4]
def held_by_a_tuple(x):
    y=[1, 2]
    z=(y, 1)
    y.append(3)
    return x*len(z[0])
def seen_by_a_lambda(x):  # read
    y=[1, 2]
    f=lambda: len(y)
    y.append(3)
    return x*f()
def made_anew(x):
    y = [1]
    for i in range(len(x)):
        y.append(2)
        y = [1]
    return x*len(y)
def appended_in_a_while(x):  # read
    y = [5]
    i = 0
    while i < len(x):
        y.append(x[i])
        i += 1
    return y
def changed_and_appended(x):  # read
    y = [1, 2]
    y[0] = 7
    y.append(3)
    return x*y[0] + y[2]
def appended_in_branches(x):  # read
    y = [1]
    if len(x) > 2:
        y.append(2)
    else:
        y.append(3)
    return x*y[1]
"""
CACHES = """
@functools.lru_cache(maxsize=None)
def _cached(n):
    return np.ones(n)
@functools.cache
def _pair(n):
    return np.ones(n), n
class _Once:
    def __init__(self, x):
        self.x = x
    @functools.cached_property
    def double(self):
        return self.x * 2
    @property
    def triple(self):
        return self.x * 3
def changed_cache(x):
    a = _cached(3)
    a += 1
    return x * _cached(3)[0]
def read_cache(x):  # read
    return x * _cached(3)[0] + _pair(2)[1]
def changed_part_of_a_cache(x):
    a, n = _pair(3)
    a[0] = 7
    return x * _pair(3)[0][0]
def property_once(x):  # read
    o = _Once(x)
    a = o.double
    o.x = 5 * x
    return a + o.double + o.triple
def changed_property(x):  # read
    o = _Once(x)
    o.double[0] = 50
    return o.double
def lost_change(x):
    o = _Once(x)
    o.triple[0] = 50
    return o.triple
def property_in_a_loop(x):  # read
    o = _Once(x)
    s = 0
    for i in range(len(x)):
        s += o.double[i]
    return s
def property_that_is_old(x):
    o = _Once(x)
    s = 0
    for i in range(len(x)):
        s += o.double[i]
        o.x = o.x * 2
    return s
"""
FLATTENED_LOOPS = """
def transposed_in_a_row(A):
    rows, cols = A.shape
    src = A.ravel()
    dst = np.empty(rows * cols)
    for idx in range(rows * cols):
        r, c = divmod(idx, cols)
        dst[c * rows + r] = src[idx]
    return dst
def rows_and_columns(A):  # read
    H, W = A.shape
    out = np.zeros((H, W))
    for k in range(H * W):
        i = k // W
        j = k % W
        out[i, j] = 2 * A[i, j] + k
    return out
def three_digits(A):  # read
    H, W = A.shape
    C = 3
    out = np.zeros(C * H * W)
    flat = A.ravel()
    for idx in range(C * H * W):
        c = idx // (H * W)
        h = (idx // W) % H
        w = idx % W
        out[idx] = flat[h * W + w] * c
    return out
def skipping_columns(A):  # read
    H, W = A.shape
    s = 0
    for k in range(H * W):
        if k % W == 0:
            continue
        s += A[k // W, k % W]
    return s
def flat_index_after(A):  # read
    H, W = A.shape
    for k in range(H * W):
        i, j = k // W, k % W
        A[i, j] += 1
    return A + k
def left_by_a_digit(A):
    H, W = A.shape
    s = 0
    for k in range(H * W):
        if k // W > 1:
            break
        s += A[k // W, k % W]
    return s
def in_order(A):
    H, W = A.shape
    s = 0
    for k in range(H * W):
        s = s * 2 + A[k // W, k % W]
    return s
def transposed_by_digits(A):  # read
    H, W = A.shape
    out = np.zeros((W, H))
    for k in range(W * H):
        out[k % W, k // W] = A[k // W, k % W]
    return out
def width_that_is_assigned(A):
    H, W = A.shape
    s = 0
    for k in range(H * W):
        W = W + 0
        s += A[k // W, k % W]
    return s
def pairs_in_a_row(x):  # read
    n = len(x)
    s = 0
    for k in range(n * n):
        s += x[k // n] * x[k % n] * (k // n)
    return s
def appended_by_digits(x):  # read
    n = len(x)
    out = []
    for k in range(n * n):
        out.append(x[k // n] - x[k % n])
    return out
"""
ROWS_OF_LISTS = """
def rows_of_a_part(x):  # read
    w = [[1, 2], [3, 4]]
    v = w[:]
    v[0][0] = 9
    return x * w[0][0]
def deep_copy(x):  # read
    w = [[1, 2], [3, 4]]
    v = copy.deepcopy(w)
    v[0][0] = 9
    return x * w[0][0]
def swapped_lists(x):  # read
    w = [[1, 2], [3, 4]]
    w[0], w[1] = w[1], w[0]
    return x * w[0][0] + w[1][0]
def rows_of_another(x):
    w = [[0] * 2 for _ in range(2)]
    w2 = [r for r in w]
    w2[0][0] = 4
    return x * w[0][0] + w2[0][0]
def list_in_a_tuple(x):  # read
    t = (1, [2, 3])
    u = t
    u[1][0] = 9
    return x * t[1][0]
def list_in_a_dictionary(x):  # read
    d = {"a": [1, 2]}
    e = dict(d)
    e["a"][0] = 9
    return x * d["a"][0]
def turned_list(x):  # read
    a = [1, 2, 3]
    a.reverse()
    return x * a[0]
def one_row_again(x):  # read
    rows = []
    row = [0, 0]
    for i in range(3):
        row[0] = i
        rows.append(row)
    return x * rows[0][0]
def one_array_again(x):  # read
    rows = []
    row = np.zeros(2)
    for i in range(3):
        row += 1
        rows.append(row)
    return x * rows[0][0] + rows[2][0]
def new_list_each_time(x):  # read
    def g(v, out=None):
        if out is None:
            out = []
        out.append(v)
        return out
    a = g(1)
    b = g(2)
    return x * len(b)
def two_diagonals(x):  # read
    n=len(x)
    D=np.zeros((n-1,n))
    np.fill_diagonal(D, -1)
    np.fill_diagonal(D[:, 1:], 1)
    return D
def no_diagonal(A):  # read
    B = A.copy()
    np.fill_diagonal(B, 0)
    return B
def diagonal_of_a_view(A):
    np.fill_diagonal(A.T, 9)
    return A
def columns_in_depth(A):  # read
    return np.dstack([A[:, i] for i in range(A.shape[1])])
def joined_in_depth(A):  # read
    c = [A[:, :, None]*i for i in range(3)]
    return np.dstack(c)
def array_for_a_row(A):
    w = [[0, 0] for _ in range(len(A))]
    b = A[-1]
    w[0] = b
    b[0] = 77
    return np.array(w)
def list_for_a_row(A):
    w = [[0, 0] for _ in range(len(A))]
    b = [1, 2]
    w[0] = b
    b[0] = 77
    return np.array(w)
def written_row(A):  # read
    w = [[0, 0] for _ in range(len(A))]
    w[0] = [5, 6]
    w[0][0] = 7
    return np.array(w)
def row_for_a_row(A):
    w = [[0, 0] for _ in range(len(A))]
    w[0] = w[-1]
    w[-1][0] = 8
    return np.array(w)
def items_in_a_loop(x):  # read
    w = []
    for i in range(len(x)):
        w.append(0)
    for i in range(len(x)):
        w[i] = x[i] * 2
    return w
def added_items(x):  # read
    w = []
    for v in x:
        w.append(v)
    for i in range(len(x)):
        w[i] += i
    return w
def items_by_two_names(x):  # read
    w = []
    for v in x:
        w.append(v)
    z = w
    w[0] = 7
    return z
def items_of_a_copy(x):  # read
    w = []
    for v in x:
        w.append(v)
    z = list(w)
    w[0] = 7
    return z
def items_that_are_rows(A):
    w = []
    for r in A:
        w.append(r)
    w[0][0] = 7
    return A
def entries_of_rows(A):  # read
    w = []
    for r in A:
        w.append(r * 1)
    w[0][0] = 7
    return np.array(w)
def another_row(A):
    w = []
    for r in A:
        w.append(r * 1)
    b = A[-1]
    w[0] = b
    b[0] = 77
    return np.array(w)
def swapped_items(x):  # read
    w = []
    for v in x:
        w.append(v)
    w[0], w[-1] = w[-1], w[0]
    return w
def replaced_items(x):  # read
    w = []
    for v in x:
        w.append(v)
    w[:1] = [3]
    return w
def row_and_name(A):
    w = [[0, 0] for _ in range(len(A))]
    w[0] = b = [1, 2]
    b[0] = 77
    return np.array(w)
def swapped_rows(A):
    w = [[i, 2 * i] for i in range(len(A))]
    w[0], w[-1] = w[-1], w[0]
    return np.array(w)
"""
SOURCES = (ROWS_OF_LISTS, FLATTENED_LOOPS, CACHES, KINDS_IN_LOOPS, GROWING_LISTS, CLOSURES, STARS, NUMBERS_IN_ARRAYS)
FUNCTIONS = [
    pytest.param(
        f"import copy, functools\nimport numpy as np\n{text}",
        node.name,
        "# read" in text.splitlines()[node.lineno - 1],
        id=node.name,
    )
    for text in SOURCES
    for node in ast.parse(text).body
    if isinstance(node, ast.FunctionDef) and node.name != "applied" and node.name[0] != "_"
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
        if name == "shaped_beside_nothing" and size == 1:
            continue  # where it is assumed that there are rows
        expected = names[name](*(copy.deepcopy(arrays[p]) for p in parameters))
        found = evaluate(read, {"N": size, "H": size, "W": 2}, arrays, twins=False)
        np.testing.assert_allclose(np.array(found, dtype=float), np.asarray(expected, dtype=float))
