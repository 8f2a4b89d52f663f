"""Every operator's index formula against the function whose name it bears, over random shapes and arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import drawn_lax  # noqa: F401  fills DRAWN
import drawn_patterns  # noqa: F401  fills DRAWN
import numpy as np
import pytest
from drawing import DRAWN, Draw, draws
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy import Symbol

from symconv import Tensor
from symconv.conversion import symbol
from symconv.numerics import evaluate
from symconv.operators import REGISTRY


@draws("convolve", "correlate")
def _sliding(d: Draw, name: str) -> Any:
    rank = d.number(1, 3)
    mode = d.pick("full", "same", "valid")
    kernel = [d.number(1, 3 if rank > 1 else 6) for _ in range(rank)]
    low = kernel if mode == "valid" else [1] * rank
    image = [d.number(n, 6 if rank == 1 else 4) if n <= 4 else n for n in low]
    return d.apply(name, d.tensor(*image), d.tensor(*kernel), mode)


@draws("add", "subtract", "multiply")
def _broadcast(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    other = [d.pick(n, 1) for n in shape][d.number(0, len(shape)) :]
    pair = [d.tensor(*shape), d.tensor(*other)]
    return d.apply(name, *d.pick(pair, pair[::-1]))


@draws("negative", "conj", "ravel", "vec", "mean", "sum", "flip", "transpose", "power", "divide")
def _unary(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    a = d.tensor(*shape)
    match name:
        case "ravel":
            return d.apply(name, a, d.pick("C", "F"))
        case "sum" | "mean":
            return d.apply(name, a, axis=_axes(d, len(shape)), keepdims=d.pick(False, True))
        case "flip":
            return d.apply(name, a, _axes(d, len(shape)))
        case "transpose":
            order = d.draw(st.permutations(range(len(shape))))
            return d.apply(name, a, d.pick(None, tuple(order), tuple(k - len(shape) for k in order)))
        case "power":
            return d.apply(name, a, d.number(0, 4))
        case "divide":
            by = d.number(1, 5)
            made, expected = d.apply(name, a, by * d.pick(1, -1))
            return (
                (a / d.parameter(by), REGISTRY[name].twin(d.value(a), by)) if d.pick(False, True) else (made, expected)
            )
    return d.apply(name, a)


def _axes(d: Draw, rank: int) -> Any:
    if not rank:
        return None
    several = d.draw(st.lists(st.integers(0, rank - 1), max_size=rank, unique=True))
    return d.pick(None, d.number(-rank, rank - 1), tuple(several))


@draws("number")
def _number(d: Draw, name: str) -> Any:
    value = d.number(-5, 5)
    return REGISTRY[name](d.parameter(value)), value


@draws("dot", "inner", "matmul", "outer", "vdot", "frobenius")
def _products(d: Draw, name: str) -> Any:
    k = d.number(1, 4)
    if name == "frobenius":
        shape = d.shape(0, 3)
        return d.apply(name, d.tensor(*shape), d.tensor(*shape))
    if name == "vdot":
        left, right = d.pick(((2, k), (2, k)), ((2, k), (k, 2)), ((2, 3), (6,)), ((k,), (1, k)), ((), ()))
        d.concrete = d.concrete or left != right
        return d.apply(name, d.tensor(*left), d.tensor(*right))
    if name == "outer":
        return d.apply(name, d.tensor(*d.shape(0, 2)), d.tensor(*d.shape(0, 2)))
    if name == "matmul":
        batch = d.shape(0, 2, 3)
        other = tuple(d.pick(n, 1) for n in batch)[d.number(0, len(batch)) :]
        left = (*batch, d.number(1, 3), k) if batch or d.pick(True, False) else (k,)
        right = (*other, k, d.number(1, 3)) if other or d.pick(True, False) else (k,)
        return d.apply(name, d.tensor(*left), d.tensor(*right))
    left, right = (*d.shape(0, 2), k), (*d.shape(0, 2), k)
    if name == "dot" and len(right) > 1:
        right = (*right[:-2], k, right[-2])
    return d.apply(name, d.tensor(*d.pick(left, left, left, ())), d.tensor(*right))


@draws("trace")
def _trace(d: Draw, name: str) -> Any:
    shape = d.shape(2, 3)
    first, second = d.draw(st.permutations(range(len(shape))))[:2]
    return d.apply(name, d.tensor(*shape), d.parameter(d.number(-4, 4)), first, second - len(shape))


@draws("rot90")
def _rot90(d: Draw, name: str) -> Any:
    shape = d.shape(2, 3)
    return d.apply(name, d.tensor(*shape), d.number(-3, 5), tuple(d.draw(st.permutations(range(len(shape))))[:2]))


@draws("index")
def _index(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3, 5)
    key: list[Any] = []
    for n in shape[: d.number(0, len(shape))]:
        bounds = (d.pick(None, *range(-7, 8)), d.pick(None, *range(-7, 8)), d.pick(None, 1, 2, 3, -1, -2, -3))
        a, b = sorted((d.number(0, n), d.number(0, n)))
        step = d.pick(None, 1, 2, 3)
        items = [d.number(-n, n - 1), slice(*bounds), slice(*bounds), d.parameter(d.number(0, n - 1))]
        items += [slice(d.parameter(a), d.parameter(b), step), slice(d.parameter(a), None), slice(None, d.parameter(b))]
        key.append(d.pick(*items))
    if d.pick(True, False):
        key.insert(d.number(0, len(key)), None)
    if d.pick(True, False):
        key.insert(len(key), ...)
    return d.apply(name, d.tensor(*shape), tuple(key))


@draws("reshape")
def _reshape(d: Draw, name: str) -> Any:
    shape = d.shape(0, 4)
    blocks: list[list[int]] = [[]]
    for n in shape:
        if blocks[-1] and d.pick(True, False):
            blocks.append([])
        blocks[-1].append(n)
    merged: list[Any] = [np.prod([d.size(n) for n in block]) if block else 1 for block in blocks]
    if d.concrete and d.pick(True, False):
        total = int(np.prod(shape))
        divisor = d.pick(*[k for k in range(1, total + 1) if total % k == 0])
        merged = [divisor, total // divisor]
    if d.pick(True, False):
        merged.insert(d.number(0, len(merged)), 1)
    if d.pick(True, False):
        merged[d.number(0, len(merged) - 1)] = -1
    order = d.pick("C", "F")
    a = d.tensor(*shape)
    values = {symbol(name): size for name, size in d.sizes.items()}
    sizes = [m if isinstance(m, int) else int(m.subs(values)) for m in map(_plain, merged)]
    if order == "F":
        merged, sizes = merged[::-1], sizes[::-1]
        a = d.tensor(*shape[::-1])
    wanted = tuple(map(_plain, merged))
    return REGISTRY[name](a, wanted, order), np.reshape(d.value(a), sizes, order)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, (int, float, np.number)) else value


@draws("array", "eye", "ones", "zeros")
def _structured(d: Draw, name: str) -> Any:
    if name == "array":
        shape = d.shape(1, 3)
        entries = d.random.integers(-4, 5, shape).tolist()
        if d.pick(True, False):
            row = entries
            while isinstance(row[0], list):
                row = row[0]
            row[0] = d.pick(d.parameter(3), d.tensor())
            tuples = _tuples(entries)
            return REGISTRY[name](tuples), np.array(d.value(tuples))
        return REGISTRY[name](entries), np.array(entries)
    if name == "eye":
        rows, columns = d.parameter(d.number(0, 4)), d.pick(None, d.parameter(d.number(0, 4)))
        return d.apply(name, rows, columns, d.parameter(d.number(-4, 4)))
    return d.apply(name, d.pick(d.parameter(d.number(0, 4)), tuple(map(d.parameter, d.shape(0, 3)))))


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


@draws("conv1d", "conv2d", "conv3d")
def _convolution_layers(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    rank = int(name[4])
    groups, depth, filters = d.pick(1, 1, 1, 2, 3), d.number(1, 2), d.number(1, 2)
    window = [d.number(1, 3 if rank < 3 else 2) for _ in range(rank)]
    step, gap, width = (_maybe_each(d, low, high, rank) for low, high in ((1, 3), (1, 2), (0, 2)))
    padding = d.pick(width, width, "valid", "same")
    step = 1 if padding == "same" else step
    before = [0] * rank if isinstance(padding, str) else d.value(_each(padding, rank))
    reach = [g * (k - 1) + 1 for g, k in zip(d.value(_each(gap, rank)), window, strict=True)]
    free = padding == "same"
    space = [d.number(1 if free else max(1, r - 2 * p), r + 3) for r, p in zip(reach, before, strict=True)]
    x = d.tensor(*d.pick((), (1,), (2,)), groups * depth, *space, complex=False)
    w = d.tensor(groups * filters, depth, *window, complex=False)
    b = d.pick(None, d.tensor(groups * filters, complex=False))
    if groups > 1 and not d.concrete:
        x, w = (Tensor(t.name, *(d.sizes.get(str(s), s) for s in t.shape)) for t in (x, w))
    return d.apply(name, x, w, b, step, padding, gap, groups)


def _maybe_each(d: Draw, low: int, high: int, rank: int) -> Any:
    return d.pick(d.parameter(d.number(low, high)), tuple(d.parameter(d.number(low, high)) for _ in range(rank)))


def _each(value: Any, rank: int) -> Sequence[Any]:
    return value if isinstance(value, tuple) else (value,) * rank


@draws("unfold")
def _unfold(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    window, gap, width, step = (_maybe_each(d, low, high, 2) for low, high in ((1, 3), (1, 2), (0, 2), (1, 3)))
    sizes = zip(*(d.value(_each(v, 2)) for v in (window, gap, width)), strict=True)
    space = [d.number(max(1, g * (k - 1) + 1 - 2 * p), g * (k - 1) + 4) for k, g, p in sizes]
    x = d.tensor(*d.pick((), (1,), (2,)), d.number(1, 2), *space, complex=False)
    return d.apply(name, x, window, gap, width, step)


@draws("kron", "tensordot", "einsum")
def _contractions(d: Draw, name: str) -> Any:
    if name == "kron":
        return d.apply(name, d.tensor(*d.shape(0, 3, 3)), d.tensor(*d.shape(0, 3, 3)))
    if name == "tensordot":
        shared = d.shape(0, 2, 3)
        left, right = d.shape(0, 2, 3), d.shape(0, 2, 3)
        if d.pick(True, False):
            return d.apply(name, d.tensor(*left, *shared), d.tensor(*shared, *right), len(shared))
        axes = (tuple(range(len(left), len(left) + len(shared))), tuple(-k for k in range(len(shared), 0, -1)))
        return d.apply(name, d.tensor(*left, *shared), d.tensor(*right, *shared), axes)
    sizes = {letter: d.number(1, 3) for letter in "ijk"}
    terms = ["".join(d.draw(st.lists(st.sampled_from("ijk"), max_size=3))) for _ in range(d.number(1, 3))]
    letters = sorted(set("".join(terms)))
    out = "".join(d.draw(st.permutations(letters)))[: d.number(0, len(letters))]
    dots = d.pick("", "...")
    wide = d.shape(0, 2, 3) if dots else ()
    shapes = [[d.pick(sizes[x], sizes[x], 1) if t.count(x) == 1 else sizes[x] for x in t] for t in terms]
    batches = [[d.pick(n, 1) for n in wide][d.number(0, len(wide)) :] for _ in terms]
    pattern = ",".join(dots + t for t in terms) + d.pick("->" + dots + out, "->" + dots + out, "")
    return d.apply(name, pattern, *(d.tensor(*b, *s) for b, s in zip(batches, shapes, strict=True)))


@draws("pad")
def _pad(d: Draw, name: str) -> Any:
    mode = d.pick("constant", "edge", "wrap", "reflect", "symmetric")
    shape = d.shape(1, 2)
    far = d.concrete or d.pick(True, False)

    def width(n: int) -> Any:
        if mode in ("constant", "edge"):
            return d.parameter(d.number(0, 5))
        return d.number(0, 7) if far else d.parameter(d.number(0, n - (mode == "reflect")))

    pairs = tuple((width(n), width(n)) for n in shape)
    widths = d.pick(pairs, pairs, (pairs[0],) if len(shape) == 1 else pairs, pairs[0] if len(shape) == 1 else pairs)
    fill = {"constant_values": d.number(-2, 2)} if mode == "constant" else {}
    return d.apply(name, d.tensor(*shape), widths, mode, **fill)


@draws("roll")
def _roll(d: Draw, name: str) -> Any:
    shape = d.shape(0, 3)
    shift = d.pick(d.number(-9, 9), d.parameter(d.number(-9, 9)))
    if not shape or d.pick(True, False):
        return d.apply(name, d.tensor(*shape), shift)
    axes = d.pick(d.number(-len(shape), len(shape) - 1), tuple(d.draw(st.permutations(range(len(shape))))))
    shifts = tuple(d.number(-4, 4) for _ in axes) if isinstance(axes, tuple) else shift
    return d.apply(name, d.tensor(*shape), shifts, axes)


@draws("concatenate", "stack")
def _joined(d: Draw, name: str) -> Any:
    shape, count = list(d.shape(1, 3)), d.number(1, 3)
    if name == "stack":
        arrays = [d.tensor(*shape[1:]) for _ in range(count)]
        return d.apply(name, arrays, d.number(-len(shape), len(shape) - 1))
    axis = d.pick(None, d.number(-len(shape), len(shape) - 1))
    if axis is None:
        return d.apply(name, [d.tensor(*d.shape(0, 3)) for _ in range(count)], None)
    shapes = [[*shape[:axis], d.number(1, 4), *(shape[axis:][1:])] for _ in range(count)]
    return d.apply(name, [d.tensor(*s) for s in shapes], axis)


@draws("toeplitz", "circulant", "convolution_matrix")
def _matrices(d: Draw, name: str) -> Any:
    c = d.tensor(d.number(1, 6))
    if name == "circulant":
        return d.apply(name, c)
    if name == "toeplitz":
        return d.apply(name, c, d.pick(None, d.tensor(d.number(1, 6))))
    return d.apply(name, c, d.parameter(d.number(1, 6)), d.pick("full", "same", "valid"))


@draws("circular_convolve", "circular_correlate")
def _circular(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    return d.apply(name, d.tensor(*shape), d.tensor(*shape))


@draws("sliding_window_view")
def _windows(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    if len(shape) == 1 and d.pick(True, False):
        return d.apply(name, d.tensor(*shape), d.parameter(d.number(1, shape[0])))
    if d.pick(True, False):
        return d.apply(name, d.tensor(*shape), tuple(d.parameter(d.number(1, n)) for n in shape))
    axis = d.number(-len(shape), len(shape) - 1)
    return d.apply(name, d.tensor(*shape), d.parameter(d.number(1, shape[axis])), axis)


@draws("avg_pool1d", "avg_pool2d")
def _pooling(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    rank = int(name[8])
    window = tuple(d.number(1, 4) for _ in range(rank))
    width = tuple(d.number(0, k // 2) for k in window)
    space = [d.number(max(1, k - 2 * p), k + 4) for k, p in zip(window, width, strict=True)]
    step = d.pick(None, _maybe_each(d, 1, 3, rank))
    x = d.tensor(*d.pick((), (2,)), d.number(1, 2), *space, complex=False)
    return d.apply(name, x, tuple(map(d.parameter, window)), step, tuple(map(d.parameter, width)))


@draws("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
def _transposed_layers(d: Draw, name: str) -> Any:
    pytest.importorskip("torch")
    rank = int(name[-2])
    largest = 3 if rank < 3 else 2
    groups, depth, filters = d.pick(1, 1, 2), d.number(1, 2), d.number(1, 2)
    window = [d.number(1, largest) for _ in range(rank)]
    step, gap = d.number(1, 3), d.number(1, 2)
    space = [d.number(1, largest) for _ in range(rank)]
    extents = [step * (n - 1) + gap * (k - 1) + 1 for n, k in zip(space, window, strict=True)]
    width = min(d.number(0, 2), (min(extents) - 1) // 2)
    extra = d.number(0, max(step, gap) - 1) if d.concrete else 0
    if groups > 1:
        d.concrete = True
    x = d.tensor(*d.pick((), (2,)), groups * depth, *space, complex=False)
    w = d.tensor(groups * depth, filters, *window, complex=False)
    b = d.pick(None, d.tensor(groups * filters, complex=False))
    return d.apply(name, x, w, b, d.parameter(step), d.parameter(width), extra, groups, d.parameter(gap))


@draws("call")
def _call(d: Draw, name: str) -> Any:
    a = d.tensor(*d.shape(0, 2), complex=False)
    return REGISTRY[name]("f", a), d.value(a) ** 2 + 1


@draws("index_sum", "index_stack")
def _bound(d: Draw, name: str) -> Any:
    shape = d.shape(1, 3)
    a = d.tensor(*shape)
    i = Symbol("i", integer=True)
    values = d.value(a)
    if name == "index_stack":
        stop = d.number(0, 5)
        rows = [values[k] * k if k < len(values) else 0 * values[0] for k in range(stop)]
        return REGISTRY[name](a[i] * i, "i", d.parameter(stop)), np.array(rows).reshape(stop, *shape[1:])
    low, high = d.number(-1, 3), d.number(-1, 5)
    rows = [values[k] * (k + 1) for k in range(low, high) if 0 <= k < len(values)]
    return REGISTRY[name](a[i] * (i + 1), "i", d.parameter(low), d.parameter(high)), np.sum(
        rows, axis=0
    ) if rows else np.zeros(shape[1:], int)


def test_every_operator_is_drawn() -> None:
    """A new operator without a way to draw its arguments fails here."""
    assert set(DRAWN) == set(REGISTRY)


@pytest.mark.parametrize("name", sorted(REGISTRY))
@pytest.mark.filterwarnings("ignore:Using padding='same'")
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
@given(data=st.data())
def test_formula_agrees_with_twin(name: str, data: st.DataObject) -> None:
    """The index formula gives the shape and the entries of the library's own function."""
    d = Draw(data.draw)
    expr, expected = DRAWN[name](d)
    expected = np.asarray(expected)
    functions = {"f": lambda v: v**2 + 1}
    found = evaluate(expr, d.sizes, d.arrays, functions, twins=False)
    assert found.shape == expected.shape
    kind = complex if expected.dtype.kind == "c" else float
    np.testing.assert_allclose(_numeric(found, kind), expected.astype(kind), rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(evaluate(expr, d.sizes, d.arrays, functions), found)
    assert expr.func(*expr.args) == expr
    if found.size:
        entry = tuple(data.draw(st.integers(0, n - 1)) for n in found.shape)
        assert evaluate(expr, d.sizes, d.arrays, functions, entry=entry) == found[entry]


def _numeric(values: np.ndarray, kind: Any) -> np.ndarray:
    from symconv.conversion import to_sympy
    from symconv.kernel.polynomials import Poly

    plain = np.frompyfunc(lambda v: kind(to_sympy(v)) if isinstance(v, Poly) else kind(v), 1, 1)
    return np.asarray(plain(values)).astype(kind)
