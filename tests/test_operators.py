"""What every operator's definition has to have, and how operators fail."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import pytest
import sympy
from sympy import Symbol

import symconv
from symconv import ElementwiseFunction, ShapeError, SymconvError, Tensor, Unsupported, sizes
from symconv.expressions.tensors import Operation, TensorExpr
from symconv.operators import REGISTRY
from symconv.publish.operator_pages import page

H, W, h, w, C, F, n, m = sizes("H W h w C F n m")
A, B, K = Tensor("A", H, W), Tensor("B", H, W), Tensor("K", h, w)
x, y = Tensor("x", n), Tensor("y", m)
i = Symbol("i", integer=True)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_an_operator_is_public_and_documented(name: str) -> None:
    """Each operator is exported, and its docstring tells shapes and source and holds an example."""
    op = REGISTRY[name]
    assert attrgetter(name)(symconv) is op
    assert op.__doc__ is not None
    assert f"Source: {op.library}" in " ".join(op.__doc__.split())
    assert "Shapes:" in op.__doc__ and ">>>" in op.__doc__
    assert op.latex and op.called and op.family


@pytest.mark.parametrize("name", sorted(n for n, op in REGISTRY.items() if op.library.startswith("numpy.")))
def test_parameters_are_those_of_numpy(name: str) -> None:
    """Where NumPy's signature is known, the names in common have its order and its defaults."""
    op = REGISTRY[name]
    function = getattr(__import__("numpy"), op.library.removeprefix("numpy."), None)
    try:
        theirs = inspect.signature(function).parameters  # type: ignore[arg-type]
    except (TypeError, ValueError):
        pytest.skip("no signature")
    shared = [p for p in op.signature.parameters if p in theirs]
    assert shared == [p for p in theirs if p in shared]
    for parameter in shared:
        default = op.signature.parameters[parameter].default
        given = theirs[parameter].default
        if isinstance(given, (int, str)):
            assert default == given


def test_the_page_of_operators_is_up_to_date() -> None:
    """docs/operators.md is what `python -m symconv.publish.operator_pages` writes."""
    assert (Path(__file__).parent.parent / "docs" / "operators.md").read_text(encoding="utf-8") == page()


SHAPES = [
    (symconv.convolve(A, K), (H + h - 1, W + w - 1)),
    (symconv.correlate(A, K, "same"), (H, W)),
    (symconv.correlate(A, K, "valid"), (H - h + 1, W - w + 1)),
    (A @ B.T, (H, H)),
    (symconv.outer(x, y), (n, m)),
    (symconv.ravel(A), (H * W,)),
    (symconv.vec(A), (H * W,)),
    (A[0], (W,)),
    (A[i], (W,)),
    (A[..., 1:], (H, W - 1)),
    (A[:, None], (H, 1, W)),
    (x[::2], ((n + 1) // 2,)),
    (x[:-1], (n - 1,)),
    (x[i : i + 3], (3,)),
    (x[-1], ()),
    (symconv.trace(A), ()),
    (symconv.sum(A, axis=-1, keepdims=True), (H, 1)),
    (symconv.eye(n), (n, n)),
    (symconv.array([[1, 2, 3], [4, 5, 6]]), (2, 3)),
    (symconv.index_stack(x[i] * y, "i", n), (n, m)),
    (ElementwiseFunction("f")(A), (H, W)),
    (symconv.unfold(Tensor("X", C, H, W), (h, w)), (C * h * w, (H - h + 1) * (W - w + 1))),
    (symconv.conv2d(Tensor("X", C, H, W), Tensor("K", F, C, 3, 3), padding=1), (F, H, W)),
    (symconv.reshape(Tensor("K", F, C, h, w), (F, -1)), (F, C * h * w)),
]


@pytest.mark.parametrize(("expr", "shape"), SHAPES, ids=lambda v: str(v) if isinstance(v, tuple) else None)
def test_shapes(expr: Tensor, shape: tuple[sympy.Expr, ...]) -> None:
    """Shapes come out in the names that the user wrote."""
    assert all(sympy.expand(a - b) == 0 for a, b in zip(expr.shape, shape, strict=True))


@pytest.mark.parametrize(("expr", "shape"), SHAPES, ids=lambda v: str(v) if isinstance(v, tuple) else None)
def test_round_trip(expr: Tensor, shape: object) -> None:
    """A node is rebuilt from its arguments, as SymPy asks of every expression."""
    assert expr.func(*expr.args) == expr
    assert hash(expr.func(*expr.args)) == hash(expr)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Tensor("X", 2, 3) @ Tensor("Y", 2, 3), "matmul: inner sizes 3 and 2 differ"),
        (lambda: symconv.dot(Tensor("x", 2), Tensor("y", 3)), "dot: inner sizes 2 and 3 differ"),
        (lambda: Tensor("x", 2) + Tensor("y", 3), "add: sizes 2 and 3 differ"),
        (lambda: Tensor("x", n) * Tensor("y", n + 1), "multiply: sizes n and n + 1 differ"),
        (lambda: symconv.frobenius(Tensor("X", 2, 3), Tensor("Y", 2, 4)), "frobenius: sizes 3 and 4 differ"),
        (lambda: symconv.inner(Tensor("x", 2), Tensor("y", 3)), "inner: last sizes 2 and 3 differ"),
        (lambda: symconv.vdot(Tensor("x", 2), Tensor("y", 3)), "vdot: sizes 2 and 3 differ"),
        (lambda: symconv.matmul(x, Tensor("b")), "matmul: a scalar has no axis to sum over; use *"),
        (lambda: symconv.convolve(A, x), "convolve: the operands have 2 and 1 axes"),
        (lambda: symconv.convolve(x, y, "circular"), "mode 'circular' is not one of"),
        (lambda: symconv.sum(A, axis=2), "sum: axis 2 does not exist in an array with 2 axes"),
        (lambda: symconv.sum(A, axis=(0, -2)), "sum: axis 0 is given twice"),
        (lambda: symconv.trace(x), "trace: an array with 1 axes has no diagonal"),
        (lambda: symconv.roll(x, (), axis=(3,)), "roll: axis 3 does not exist in an array with 1 axes"),
        (lambda: symconv.rot90(x), "rot90: axis 1 does not exist in an array with 1 axes"),
        (lambda: symconv.reshape(Tensor("x", 6), (4, 2)), "reshape: numbers of entries 6 and 8 differ"),
        (lambda: symconv.reshape(Tensor("x", 6), (-1, -1)), "reshape: only one size can be -1"),
        (lambda: symconv.reshape(Tensor("x", 6), (4, -1)), "reshape: 6 entries cannot be divided into parts of 4"),
        (lambda: Tensor("x", 3)[3], "index 3 is out of range for the size 3"),
        (lambda: Tensor("x", 3)[-4], "index -4 is out of range for the size 3"),
        (lambda: A[0, 0, 0], "index: 3 indices for an array with 2 axes"),
        (lambda: x[::0], "a slice step cannot be 0"),
        (lambda: symconv.array([[1, 2], [3]]), "differ: 2 entries in row 0, 1 entry in row 1"),
        (lambda: symconv.array([1, x]), "the entries of a literal array have 0 and 1 axes"),
        (lambda: symconv.ones(-1), "ones: size -1 is less than 0"),
        (lambda: symconv.hstack([Tensor("X", 2, 3), Tensor("Y", 3, 3)]), "hstack: sizes 2 and 3 differ"),
        (lambda: symconv.fliplr(x), "fliplr: the array has 1 axes"),
        (lambda: A / 0, "divide: division by zero"),
        (lambda: A / x, "divide: the divisor has 1 axes; it takes a scalar"),
        (lambda: symconv.conv2d(Tensor("X", 2, 5, 5), Tensor("K", 1, 3, 2, 2)), "kernel and the input 3 and 2 differ"),
        (lambda: symconv.conv2d(Tensor("X", 1, 2, 5), Tensor("K", 1, 1, 3, 2)), "covers 3 entries, the padded"),
        (lambda: symconv.conv2d(A, K), "conv2d: the input has 2 axes; it takes 3, or 4 with a batch"),
        (lambda: symconv.conv2d(Tensor("X", C, H, W), Tensor("K", F, C, h, w), stride=0), "stride 0 is less than 1"),
        (lambda: symconv.conv2d(Tensor("X", C, H, W), Tensor("K", F, C, h, w), padding="full"), "padding 'full'"),
        (lambda: symconv.index_sum(x[:i], "i", 0, n), "index_sum: the size i depends on the index i"),
        (lambda: symconv.rearrange(A, "a b -> b"), "rearrange: 'a' stands on one side only"),
        (lambda: symconv.rearrange(A, "(a c) b -> a b c"), "rearrange: the lengths of 'a' and 'c' are not given"),
        (lambda: symconv.rearrange(Tensor("x", 6), "(a b) -> a b", a=4), "parts: 6 and 4 differ"),
        (lambda: symconv.rearrange(A, "a -> a"), "1 axes in the pattern for an array with 2"),
        (lambda: symconv.fft(Tensor("s")), "fft: axis -1 does not exist in an array with 0 axes"),
        (lambda: symconv.fft(x, norm="unitary"), "norm 'unitary' is not one of"),
        (lambda: symconv.grad(x, x), "grad: the expression has 1 axes; it takes a scalar"),
        (lambda: symconv.lax.pad(Tensor("x", 2), 0, [(-3, 0, 0)]), "lax.pad: size: 0 is more than -1"),
        (lambda: symconv.lax.slice(Tensor("x", 2), (0,), (3,)), "lax.slice: limit: 3 is more than 2"),
        (lambda: symconv.lax.rev(x, (-1,)), "lax.rev: dimensions are counted from 0"),
        (lambda: symconv.lax.dynamic_update_slice(Tensor("x", 2), Tensor("y", 2), (1,)), "update: 3 is more than 2"),
        (lambda: symconv.lax.broadcast_in_dim(A, (3, 4), (1, 0)), "the dimensions do not increase"),
        (lambda: symconv.lax.conv_general_dilated(Tensor("X", 1, 1, 5), Tensor("K", 1, 1, 2), (1,), "FULL"), "'FULL'"),
        (lambda: Tensor("x", 0), "the size 0 of tensor 'x' is not an integer of 1 or more"),
    ],
)  # fmt: skip
def test_shape_errors(make: object, message: str) -> None:
    """A shape that cannot be is an error that names the sizes."""
    with pytest.raises(ShapeError) as caught:
        make()  # type: ignore[operator]
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "make",
    [
        lambda: 2**A,
        lambda: A ** sympy.Rational(1, 2),
        lambda: A**-1,
        lambda: A % 2,
        lambda: A // 2,
        lambda: abs(A),
        lambda: A < 1,
        lambda: 1 / symconv.sum(A),
        lambda: 1 / symconv.ones(3)[i],
        lambda: symconv.grad(symconv.sum(ElementwiseFunction("f")(x)), x),
        lambda: symconv.grad(symconv.sum(A), A.T),
        lambda: symconv.grad(symconv.sum(A), Tensor("z", n, complex=True)),
    ],
)
def test_what_is_not_multilinear_is_refused(make: object) -> None:
    """Operations outside the language say so instead of building a SymPy node without a shape."""
    with pytest.raises(Unsupported):
        make()  # type: ignore[operator]


def test_wrong_arguments_show_the_signature() -> None:
    """A call that does not fit the signature shows it."""
    with pytest.raises(SymconvError) as caught:
        symconv.convolve(A)
    assert "convolve(a" in str(caught.value)


def test_sizes_that_differ_by_name_are_a_requirement() -> None:
    """Two different symbols may be equal under a hypothesis, so they are required, not refused."""
    (required,) = (A @ Tensor("P", m, n)).definition.requires
    assert required.message == "matmul: inner sizes W and m differ"


@pytest.mark.parametrize(
    ("expr", "needs"),
    [
        (symconv.correlate(A, K, "valid"), ["H >= h", "W >= w"]),
        (x[2], ["n >= 3"]),
        (x[0], []),
        (x[-2], ["n >= 2"]),
        (x[i : i + 2], ["i >= 0", "n >= i + 2"]),
        (x[i], []),
        (x[:5], []),
        (x / n, ["n != 0"]),
        (x / (n * i), ["n != 0", "i != 0"]),
        (x * (1 / i), ["i != 0"]),
        (x * (n // i), ["i != 0"]),
        (symconv.conv1d(Tensor("X", C, n), Tensor("K", F, C, m)), ["n >= m"]),
    ],
)
def test_needs_are_reported(expr: Tensor, needs: list[str]) -> None:
    """What an operation needs of the sizes is part of its definition."""
    assert {str(need) for need in _needs(expr)} == set(needs)


def _needs(expr: TensorExpr) -> Iterator[object]:
    if isinstance(expr, Operation):
        yield from expr.definition.needs
        for child in expr.children:
            yield from _needs(child)


def test_a_derivative_binds_its_tensor() -> None:
    """What replaces the tensor of a derivative is put in after differentiating, and is not differentiated itself."""
    product = symconv.grad(symconv.sum(x * Tensor("k", n)), x)
    assert str(product.xreplace({x: Tensor("k", n)})) == "grad(sum(x*k), x, k)"
    assert str(product.subs(Tensor("k", n), x)) == "grad(sum(x1*x), x1, x)"
    assert str(product.subs(n, 3)) == "grad(sum(x*k), x)"


def test_a_missing_library_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """A twin whose library is not installed says what to install."""
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(Unsupported, match="scipy") as raised:
        REGISTRY["convolve"].twin([1], [1])
    assert raised.value.hint == 'pip install "symconv[scipy]"'
