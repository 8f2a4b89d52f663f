"""Functions of PyTorch that are written with operators; those of torch.nn.functional that are operators need no row.

Names of parameters are PyTorch's. Shapes and axes may come one by one or as one sequence, as PyTorch takes them.
"""

from __future__ import annotations

from functools import reduce
from typing import Any

from symconv.errors import ShapeError, Unsupported
from symconv.expressions.registry import REGISTRY
from symconv.expressions.tensors import Tensor, TensorExpr, as_tensor
from symconv.libraries import numpy_functions
from symconv.libraries.naming import Made, Numbers, naming

TORCH: dict[str, Made] = {
    f"torch.{name}": lambda input: as_tensor(input)
    for name in "clone detach tensor as_tensor from_numpy asarray positive".split()
}
torch = naming(TORCH, "torch")


def several(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Numbers that are given one by one, or as one sequence."""
    return tuple(values[0]) if len(values) == 1 and isinstance(values[0], (tuple, list)) else values


def _axis(dim: Any) -> Any:
    return tuple(dim) if isinstance(dim, (tuple, list)) else dim


def _ranked(name: str, array: Any, *ranks: int) -> TensorExpr:
    """An array with one of these numbers of axes; PyTorch takes no other."""
    tensor = as_tensor(array)
    if len(tensor.axes) not in ranks:
        raise ShapeError(
            f"torch.{name}: an array with {len(tensor.axes)} axes; it takes {' or '.join(map(str, ranks))}"
        )
    return tensor


# New tensors


@torch("zeros")
def zeros(*size: Numbers) -> TensorExpr:
    return REGISTRY["zeros"](several(size))


@torch("ones")
def ones(*size: Numbers) -> TensorExpr:
    return REGISTRY["ones"](several(size))


@torch("zeros_like")
def zeros_like(input: Any) -> TensorExpr:
    return REGISTRY["zeros"](as_tensor(input).shape)


@torch("ones_like")
def ones_like(input: Any) -> TensorExpr:
    return REGISTRY["ones"](as_tensor(input).shape)


@torch("full")
def full(size: Numbers, fill_value: Any) -> TensorExpr:
    return REGISTRY["full"](tuple(size), fill_value)


@torch("full_like")
def full_like(input: Any, fill_value: Any) -> TensorExpr:
    array = as_tensor(input)
    if not array.atoms(Tensor) and not isinstance(fill_value, int):
        raise Unsupported("torch.full_like of numbers, which may be whole and cut others off", hint="use torch.full")
    return REGISTRY["full"](array.shape, fill_value)


@torch("eye")
def eye(n: int, m: Numbers = None) -> TensorExpr:
    return REGISTRY["eye"](n, m)


@torch("arange")
def arange(start: int, end: Numbers = None, step: int = 1) -> TensorExpr:
    return REGISTRY["arange"](start, end, step)


# Arithmetic


@torch("add")
def add(input: Any, other: Any, *, alpha: Any = 1) -> TensorExpr:
    return REGISTRY["add"](input, other if alpha == 1 else REGISTRY["multiply"](alpha, other))


@torch("sub", "subtract")
def sub(input: Any, other: Any, *, alpha: Any = 1) -> TensorExpr:
    return REGISTRY["subtract"](input, other if alpha == 1 else REGISTRY["multiply"](alpha, other))


@torch("rsub")
def rsub(input: Any, other: Any, *, alpha: Any = 1) -> TensorExpr:
    return sub(other, input, alpha=alpha)


@torch("mul", "multiply")
def mul(input: Any, other: Any) -> TensorExpr:
    return REGISTRY["multiply"](input, other)


@torch("div", "divide", "true_divide")
def div(input: Any, other: Any) -> TensorExpr:
    return REGISTRY["divide"](input, other)


@torch("neg", "negative")
def neg(input: Any) -> TensorExpr:
    return REGISTRY["negative"](input)


@torch("pow")
def power(input: Any, exponent: Numbers) -> TensorExpr:
    return REGISTRY["power"](input, exponent)


@torch("square")
def square(input: Any) -> TensorExpr:
    return REGISTRY["power"](input, 2)


@torch("conj", "conj_physical", "resolve_conj")
def conj(input: Any) -> TensorExpr:
    return REGISTRY["conj"](input)


@torch("real")
def real(input: Any) -> TensorExpr:
    return REGISTRY["real"](input)


@torch("imag")
def imag(input: Any) -> TensorExpr:
    return REGISTRY["imag"](input)


# Sums


@torch("sum")
def total(input: Any, dim: Numbers = None, keepdim: bool = False) -> TensorExpr:
    return REGISTRY["sum"](input, _summed(dim, keepdim), keepdims=keepdim)


@torch("mean")
def mean(input: Any, dim: Numbers = None, keepdim: bool = False) -> TensorExpr:
    return REGISTRY["mean"](input, _summed(dim, keepdim), keepdims=keepdim)


def _summed(dim: Any, keepdim: bool) -> Any:
    """The axes of a sum: all of them for none at all."""
    if dim is None and keepdim:
        raise ShapeError("torch: keepdim is for the axes in dim")
    return None if dim in ((), []) else _axis(dim)


@torch("var")
def var(
    input: Any, dim: Numbers = None, unbiased: bool = True, keepdim: bool = False, *, correction: Numbers = None
) -> TensorExpr:
    """torch.var of real numbers, which divides by one less than there are, unless another correction is given."""
    less = correction if correction is not None else int(unbiased)
    axes = _summed(dim, keepdim)
    return numpy_functions.var(input, tuple(axes) if isinstance(axes, list) else axes, less, keepdim)


@torch("cumsum")
def cumsum(input: Any, dim: int) -> TensorExpr:
    return REGISTRY["cumsum"](input, dim)


@torch("diff")
def diff(input: Any, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> TensorExpr:
    return REGISTRY["diff"](input, n, dim, prepend, append)


# Products


@torch("matmul", "linalg.matmul")
def matmul(input: Any, other: Any) -> TensorExpr:
    return REGISTRY["matmul"](input, other)


@torch("mm")
def mm(input: Any, mat2: Any) -> TensorExpr:
    return REGISTRY["matmul"](_ranked("mm", input, 2), _ranked("mm", mat2, 2))


@torch("mv")
def mv(input: Any, vec: Any) -> TensorExpr:
    return REGISTRY["matmul"](_ranked("mv", input, 2), _ranked("mv", vec, 1))


@torch("bmm")
def bmm(input: Any, mat2: Any) -> TensorExpr:
    return REGISTRY["einsum"]("bij,bjk->bik", _ranked("bmm", input, 3), _ranked("bmm", mat2, 3))


@torch("dot")
def dot(input: Any, tensor: Any) -> TensorExpr:
    return REGISTRY["dot"](_ranked("dot", input, 1), _ranked("dot", tensor, 1))


@torch("vdot")
def vdot(input: Any, other: Any) -> TensorExpr:
    return REGISTRY["vdot"](_ranked("vdot", input, 1), _ranked("vdot", other, 1))


@torch("inner")
def inner(input: Any, other: Any) -> TensorExpr:
    return REGISTRY["inner"](input, other)


@torch("outer", "ger")
def outer(input: Any, vec2: Any) -> TensorExpr:
    return REGISTRY["outer"](_ranked("outer", input, 1), _ranked("outer", vec2, 1))


@torch("addmm")
def addmm(input: Any, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> TensorExpr:
    return add(mul(beta, input) if beta != 1 else input, mm(mat1, mat2), alpha=alpha)


@torch("baddbmm")
def baddbmm(input: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> TensorExpr:
    return add(mul(beta, input) if beta != 1 else input, bmm(batch1, batch2), alpha=alpha)


@torch("addmv")
def addmv(input: Any, mat: Any, vec: Any, *, beta: Any = 1, alpha: Any = 1) -> TensorExpr:
    return add(mul(beta, input) if beta != 1 else input, mv(mat, vec), alpha=alpha)


@torch("linalg.multi_dot", "chain_matmul")
def multi_dot(*tensors: Any) -> TensorExpr:
    return reduce(REGISTRY["matmul"], several(tensors))


@torch("einsum")
def einsum(equation: str, *operands: Any) -> TensorExpr:
    return REGISTRY["einsum"](equation, *several(operands))


@torch("tensordot")
def tensordot(a: Any, b: Any, dims: Numbers = 2) -> TensorExpr:
    return REGISTRY["tensordot"](a, b, tuple(map(_axis, dims)) if isinstance(dims, (tuple, list)) else dims)


@torch("kron")
def kron(input: Any, other: Any) -> TensorExpr:
    return REGISTRY["kron"](input, other)


@torch("trace")
def trace(input: Any) -> TensorExpr:
    return REGISTRY["trace"](_ranked("trace", input, 2))


@torch("nn.functional.bilinear")
def bilinear(input1: Any, input2: Any, weight: Any, bias: Any = None) -> TensorExpr:
    product = REGISTRY["einsum"]("...i,kij,...j->...k", input1, weight, input2)
    return product if bias is None else product + bias


@torch("nn.functional.mse_loss")
def mse_loss(input: Any, target: Any, reduction: str = "mean") -> TensorExpr:
    square_of = REGISTRY["power"](REGISTRY["subtract"](input, target), 2)
    if reduction not in ("none", "mean", "sum"):
        raise ShapeError(f"mse_loss: reduction {reduction!r} is not one of 'none', 'mean', 'sum'")
    return square_of if reduction == "none" else REGISTRY[reduction](square_of)


def _of_all(name: str, axes: int, input: Any, output_size: Any) -> TensorExpr:
    """The means of all entries of each channel, which is what one adaptive window is."""
    wanted = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * axes
    array = _ranked(name, input, axes + 1, axes + 2)
    if len(wanted) != axes or any(size != 1 for size in wanted):
        raise Unsupported(f"torch.{name}: output_size {output_size} other than 1", hint="avg_pool with a kernel_size")
    return REGISTRY["mean"](array, tuple(range(-axes, 0)), keepdims=True)


@torch("nn.functional.adaptive_avg_pool1d")
def adaptive_avg_pool1d(input: Any, output_size: Numbers) -> TensorExpr:
    return _of_all("nn.functional.adaptive_avg_pool1d", 1, input, output_size)


@torch("nn.functional.adaptive_avg_pool2d")
def adaptive_avg_pool2d(input: Any, output_size: Numbers) -> TensorExpr:
    return _of_all("nn.functional.adaptive_avg_pool2d", 2, input, output_size)


@torch("nn.functional.adaptive_avg_pool3d")
def adaptive_avg_pool3d(input: Any, output_size: Numbers) -> TensorExpr:
    return _of_all("nn.functional.adaptive_avg_pool3d", 3, input, output_size)


# Diagonals


@torch("diag")
def diag(input: Any, diagonal: int = 0) -> TensorExpr:
    return REGISTRY["diag"](_ranked("diag", input, 1, 2), diagonal)


@torch("diagonal", "linalg.diagonal")
def diagonal(input: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> TensorExpr:
    return REGISTRY["diagonal"](input, offset, dim1, dim2)


@torch("tril")
def tril(input: Any, diagonal: int = 0) -> TensorExpr:
    return REGISTRY["tril"](input, diagonal)


@torch("triu")
def triu(input: Any, diagonal: int = 0) -> TensorExpr:
    return REGISTRY["triu"](input, diagonal)


# Moving entries


@torch("flip")
def flip(input: Any, *axes: Numbers, dims: Numbers = None) -> TensorExpr:
    return REGISTRY["flip"](input, several(axes) if dims is None else dims)


@torch("fliplr")
def fliplr(input: Any) -> TensorExpr:
    return REGISTRY["fliplr"](input)


@torch("flipud")
def flipud(input: Any) -> TensorExpr:
    return REGISTRY["flipud"](input)


@torch("roll")
def roll(input: Any, shifts: Numbers, dims: Numbers = None) -> TensorExpr:
    by, axes = (tuple(v) if isinstance(v, (tuple, list)) else (v,) for v in (shifts, dims))
    if len(by) != len(axes):
        raise ShapeError(f"torch.roll: {len(by)} shifts for {len(axes)} dims")
    return REGISTRY["roll"](input, by, axes) if dims is not None else REGISTRY["roll"](input, by[0])


@torch("rot90")
def rot90(input: Any, k: int = 1, dims: Numbers = (0, 1)) -> TensorExpr:
    return REGISTRY["rot90"](input, k, tuple(dims))


@torch("permute")
def permute(input: Any, *dims: Numbers) -> TensorExpr:
    return REGISTRY["transpose"](input, several(dims))


@torch("transpose", "swapaxes", "swapdims")
def transpose(input: Any, dim0: int, dim1: int) -> TensorExpr:
    return REGISTRY["swapaxes"](input, dim0, dim1)


@torch("t")
def t(input: Any) -> TensorExpr:
    array = _ranked("t", input, 0, 1, 2)
    return REGISTRY["transpose"](array) if len(array.axes) == 2 else array


@torch("adjoint")
def adjoint(input: Any) -> TensorExpr:
    return REGISTRY["conj"](REGISTRY["swapaxes"](input, -1, -2))


@torch("movedim", "moveaxis")
def movedim(input: Any, source: Numbers, destination: Numbers) -> TensorExpr:
    return REGISTRY["moveaxis"](input, _axis(source), _axis(destination))


@torch("fft.fft")
def fft(input: Any, n: Numbers = None, dim: int = -1, norm: Numbers = None) -> TensorExpr:
    return REGISTRY["fft"](input, n, dim, norm)


@torch("fft.ifft")
def ifft(input: Any, n: Numbers = None, dim: int = -1, norm: Numbers = None) -> TensorExpr:
    return REGISTRY["ifft"](input, n, dim, norm)


@torch("fft.fft2")
def fft2(input: Any, s: Numbers = None, dim: Numbers = (-2, -1), norm: Numbers = None) -> TensorExpr:
    return REGISTRY["fft2"](input, _axis(s), _axis(dim), norm)


@torch("fft.ifft2")
def ifft2(input: Any, s: Numbers = None, dim: Numbers = (-2, -1), norm: Numbers = None) -> TensorExpr:
    return REGISTRY["ifft2"](input, _axis(s), _axis(dim), norm)


@torch("fft.fftn")
def fftn(input: Any, s: Numbers = None, dim: Numbers = None, norm: Numbers = None) -> TensorExpr:
    return REGISTRY["fftn"](input, _axis(s), _axis(dim), norm)


@torch("fft.ifftn")
def ifftn(input: Any, s: Numbers = None, dim: Numbers = None, norm: Numbers = None) -> TensorExpr:
    return REGISTRY["ifftn"](input, _axis(s), _axis(dim), norm)


@torch("fft.fftshift")
def fftshift(input: Any, dim: Numbers = None) -> TensorExpr:
    return REGISTRY["fftshift"](input, _axis(dim))


@torch("fft.ifftshift")
def ifftshift(input: Any, dim: Numbers = None) -> TensorExpr:
    return REGISTRY["ifftshift"](input, _axis(dim))
