"""Sliding a kernel over an array: SciPy's convolve and correlate, in any number of dimensions."""

from __future__ import annotations

from typing import Any, Literal

from symconv.algebra.polynomials import Poly
from symconv.errors import ShapeError
from symconv.expressions.registry import Definition, operator, read
from symconv.formulas.axis import Axis, Index
from symconv.formulas.conditions import Compare, at_least
from symconv.formulas.language import Conj, Formula, total
from symconv.formulas.language import times as product
from symconv.kernel.terms import TensorAtom
from symconv.operators.axes import ordered

NAMES = {"in1": "a", "in2": "k"}


def _scipy(name: str) -> Any:
    def twin(a: Any, k: Any, mode: str = "full") -> Any:
        from scipy import signal

        return getattr(signal, name)(a, k, mode=mode, method="direct")

    return twin


def _mode(symbol: str) -> Any:
    def latex(a: str, k: str, mode: str) -> str:
        subscript = "" if mode == "full" else rf"_{{\mathrm{{{mode}}}}}"
        return f"{a} {symbol}{subscript} {k}"

    return latex


def _window(a: Any, k: Any, mode: str, name: str) -> tuple[list[Poly], tuple[Axis, ...], tuple[Compare, ...]]:
    """Where the window starts in the full result, the axes of the result, and what the mode needs."""
    if len(a.axes) != len(k.axes) or not a.axes:
        ranks = f"{len(a.axes)} and {len(k.axes)} axes"
        raise ShapeError(f"{name}: the operands have {ranks}; it takes the same number, 1 or more")
    sizes = [(x.size, y.size) for x, y in zip(a.axes, k.axes, strict=True)]
    computed = [x for x in (a, k) if not isinstance(x.leaf, TensorAtom)]
    not_empty = tuple(at_least(axis.size, 1) for x in computed for axis in x.axes)
    match mode:
        case "full":
            return [Poly.of(0)] * len(sizes), tuple(Axis.of(n + m - 1) for n, m in sizes), not_empty
        case "same":
            return [(m - 1) // 2 for _, m in sizes], tuple(Axis.of(n) for n, _ in sizes), not_empty
        case "valid":
            axes = tuple(Axis.of(n - m + 1) for n, m in sizes)
            fits = [need for n, m in sizes for need in ordered(m, n, f"{name}: size of the kernel")]
            return [m - 1 for _, m in sizes], axes, (*fits, *not_empty)
    raise ShapeError(f"{name}: mode {mode!r} is not one of 'full', 'same', 'valid'")


@operator(library="scipy.signal.convolve", family="sliding", operands="a k", aliases=NAMES,
          latex=_mode("*"), precedence=50,
          twin=_scipy("convolve"), called="convolution")  # fmt: skip
def convolve(a: Any, k: Any, mode: Literal["full", "same", "valid"] = "full") -> Definition:
    """Convolution, N-D: Z[m] = Σ_u a[m + c − u]·k[u] with c = 0 ("full"), (k−1)//2 ("same") or k−1 ("valid").

    Shapes: a (N…), k (M…), the result (N+M−1…), (N…) or (N−M+1…); "valid" needs N ≥ M in every
    axis. Raises `ShapeError` where the numbers of axes differ. Source: scipy.signal.convolve.

    >>> from symconv import Tensor, sizes
    >>> N, M = sizes("N M")
    >>> convolve(Tensor("x", N), Tensor("k", M), "valid").shape
    (-M + N + 1,)
    """
    start, axes, needs = _window(a, k, mode, "convolve")

    def entry(*m: Poly) -> Formula:
        def body(*u: Index) -> Formula:
            position = [x + c - axis.flat(i) for x, c, axis, i in zip(m, start, k.axes, u, strict=True)]
            return product(read(a, *position), read(k, *u))

        return total(k.axes, body)

    return Definition(axes, entry, needs)


@operator(library="scipy.signal.correlate", family="sliding", operands="a k", aliases=NAMES,
          latex=_mode(r"\star"), precedence=50,
          twin=_scipy("correlate"), called="correlation")  # fmt: skip
def correlate(a: Any, k: Any, mode: Literal["full", "same", "valid"] = "full") -> Definition:
    """Cross-correlation, N-D: Z[m] = Σ_u a[m − c + u]·conj(k[u]) with c = k−1 ("full"), k//2 ("same") or 0 ("valid").

    Shapes: a (N…), k (M…), the result (N+M−1…), (N…) or (N−M+1…); "valid" needs N ≥ M in every
    axis. Raises `ShapeError` where the numbers of axes differ. Source: scipy.signal.correlate.

    >>> from symconv import Tensor, sizes
    >>> N, M = sizes("N M")
    >>> correlate(Tensor("x", N), Tensor("k", M)).shape
    (M + N - 1,)
    """
    start, axes, needs = _window(a, k, mode, "correlate")

    def entry(*m: Poly) -> Formula:
        def body(*u: Index) -> Formula:
            offset = [c - (axis.size - 1) for c, axis in zip(start, k.axes, strict=True)]
            position = [x + c + axis.flat(i) for x, c, axis, i in zip(m, offset, k.axes, u, strict=True)]
            return product(read(a, *position), Conj(read(k, *u)))

        return total(k.axes, body)

    return Definition(axes, entry, needs)
