"""Calls of functions of PyTorch, drawn at random."""

from __future__ import annotations

from typing import Any

from drawing import Draw
from library_calls import Arguments, called, sometimes


def _axis(d: Draw, rank: int, extra: int = 0) -> int:
    return d.number(-rank - extra, rank - 1 + extra)


def _some_axes(d: Draw, rank: int) -> tuple[int, ...]:
    return tuple(k - d.pick(0, rank) for k in d.some(range(rank)))


def _one(*names: str, low: int = 0, high: int = 3) -> None:
    """Functions of one tensor alone."""

    @called(*names)
    def _(d: Draw) -> Arguments:
        return [d.tensor(*d.shape(low, high))], {}


_one(*(f"torch.{n}" for n in "clone square neg conj real zeros_like ones_like ravel detach positive".split()))
_one("torch.Tensor.contiguous", "torch.Tensor.double", "torch.Tensor.resolve_neg")
_one("torch.t", high=2)
_one("torch.flipud", low=1)
_one("torch.fliplr", "torch.adjoint", low=2)
_one("torch.trace", low=2, high=2)


@called("torch.imag")
def _(d: Draw) -> Arguments:
    return [d.tensor(*d.shape(0, 2), complex=True)], {}


@called("torch.zeros", "torch.ones")
def _(d: Draw) -> Arguments:
    shape = [d.parameter(n) for n in d.shape(1, 3)]
    return ([tuple(shape)] if d.pick(False, True) else shape), {}


@called("torch.full")
def _(d: Draw) -> Arguments:
    return [tuple(d.parameter(n) for n in d.shape(0, 3)), d.number(-2, 2)], {}


@called("torch.full_like")
def _(d: Draw) -> Arguments:
    return [d.tensor(*d.shape(0, 3)), d.number(-2, 2)], {}


@called("torch.eye")
def _(d: Draw) -> Arguments:
    return [d.number(1, 4) for _ in range(d.number(1, 2))], {}


@called("torch.arange")
def _(d: Draw) -> Arguments:
    return [[d.number(0, 4)], [d.number(0, 2), d.number(2, 5)], [d.number(0, 2), d.number(3, 6), d.number(1, 3)]][
        d.number(0, 2)
    ], {}


@called("torch.add", "torch.sub", "torch.rsub")
def _(d: Draw) -> Arguments:
    shape = d.shape(0, 3)
    return [d.tensor(*shape), d.tensor(*shape[d.number(0, len(shape)) :])], sometimes(d, alpha=d.number(-2, 3))


@called("torch.mul")
def _(d: Draw) -> Arguments:
    shape = d.shape(0, 3)
    return [d.tensor(*shape), d.tensor(*shape[d.number(0, len(shape)) :])], {}


@called("torch.div")
def _(d: Draw) -> Arguments:
    return [d.tensor(*d.shape(0, 3)), d.number(1, 4)], {}


@called("torch.pow")
def _(d: Draw) -> Arguments:
    return [d.tensor(*d.shape(0, 2)), d.number(0, 3)], {}


@called("torch.sum", "torch.mean")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    dim = d.pick(None, _axis(d, len(shape)), _some_axes(d, len(shape)))
    return [d.tensor(*shape)], {} if dim is None else {"dim": dim, **sometimes(d, keepdim=d.pick(False, True))}


@called("torch.var")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    more = {"correction": 0} if 1 in shape else d.pick({}, {"unbiased": False}, {"correction": 0}, {"unbiased": True})
    return [d.tensor(*shape, complex=False)], {
        "dim": _axis(d, len(shape)),
        **more,
        **sometimes(d, keepdim=d.pick(False, True)),
    }


@called("torch.cumsum")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    return [d.tensor(*shape), _axis(d, len(shape))], {}


@called("torch.diff")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    return [d.tensor(*shape)], sometimes(d, n=d.number(0, 2), dim=_axis(d, len(shape)))


@called("torch.matmul")
def _(d: Draw) -> Arguments:
    n, m, k, b = (d.number(1, 4) for _ in range(4))
    complex = d.pick(False, True)
    left, right = d.pick(
        ((m,), (m,)), ((n, m), (m,)), ((m,), (m, k)), ((n, m), (m, k)), ((b, n, m), (m, k)), ((n, m), (b, m, k))
    )
    return [d.tensor(*left, complex=complex), d.tensor(*right, complex=complex)], {}


def _products(*names: str, left: str, right: str) -> None:
    """Products of two tensors with these axes."""

    @called(*names)
    def _(d: Draw) -> Arguments:
        sizes = {letter: d.number(1, 4) for letter in left + right}
        complex = d.pick(False, True)
        return [d.tensor(*(sizes[x] for x in axes), complex=complex) for axes in (left, right)], {}


_products("torch.mm", left="nm", right="mk")
_products("torch.mv", left="nm", right="m")
_products("torch.bmm", left="bnm", right="bmk")
_products("torch.dot", "torch.vdot", left="n", right="n")
_products("torch.outer", "torch.ger", left="n", right="m")
_products("torch.inner", left="anm", right="bm")
_products("torch.kron", left="nm", right="ab")


@called("torch.addmm")
def _(d: Draw) -> Arguments:
    n, m, k = (d.number(1, 3) for _ in range(3))
    tensors = [d.tensor(n, k, complex=False), d.tensor(n, m, complex=False), d.tensor(m, k, complex=False)]
    return tensors, sometimes(d, beta=d.number(-1, 2), alpha=d.number(-1, 2))


@called("torch.baddbmm")
def _(d: Draw) -> Arguments:
    b, n, m, k = (d.number(1, 3) for _ in range(4))
    tensors = [d.tensor(b, n, k, complex=False), d.tensor(b, n, m, complex=False), d.tensor(b, m, k, complex=False)]
    return tensors, sometimes(d, beta=d.number(-1, 2), alpha=d.number(-1, 2))


@called("torch.addmv")
def _(d: Draw) -> Arguments:
    n, m = d.number(1, 3), d.number(1, 3)
    tensors = [d.tensor(n, complex=False), d.tensor(n, m, complex=False), d.tensor(m, complex=False)]
    return tensors, sometimes(d, beta=d.number(-1, 2), alpha=d.number(-1, 2))


@called("torch.linalg.multi_dot")
def _(d: Draw) -> Arguments:
    n, m, k, q = (d.number(1, 3) for _ in range(4))
    return [[d.tensor(n, m, complex=False), d.tensor(m, k, complex=False), d.tensor(k, q, complex=False)]], {}


@called("torch.einsum")
def _(d: Draw) -> Arguments:
    n, m, k = (d.number(1, 3) for _ in range(3))
    return [
        d.pick("ij,jk->ik", "ij,jk->ki", "ij,jk->", "ij,jk"),
        d.tensor(n, m, complex=False),
        d.tensor(m, k, complex=False),
    ], {}


@called("torch.tensordot")
def _(d: Draw) -> Arguments:
    n, m, k = (d.number(1, 3) for _ in range(3))
    left, right = d.tensor(n, m, k, complex=False), d.tensor(m, k, n, complex=False)
    return [left, right], {"dims": d.pick(0, 2, ([0], [2]), ([0, 1], [2, 0]), ([2], [1]))}


@called("torch.nn.functional.bilinear")
def _(d: Draw) -> Arguments:
    b, n, m, k = (d.number(1, 3) for _ in range(4))
    shapes = ((b, n), (b, m), (k, n, m), (k,))[: d.number(3, 4)]
    return [d.tensor(*s, complex=False) for s in shapes], {}


@called("torch.nn.functional.mse_loss")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    return [d.tensor(*shape, complex=False), d.tensor(*shape, complex=False)], sometimes(
        d, reduction=d.pick("none", "mean", "sum")
    )


def _adaptive(axes: int) -> None:
    @called(f"torch.nn.functional.adaptive_avg_pool{axes}d")
    def _(d: Draw) -> Arguments:
        return [d.tensor(*d.shape(axes + 1, axes + 2), complex=False), d.pick(1, (1,) * axes)], {}


for _axes in (1, 2, 3):
    _adaptive(_axes)


@called("torch.diag")
def _(d: Draw) -> Arguments:
    size = d.number(1, 4)
    return [d.tensor(*d.pick((size,), (size, size)))], sometimes(d, diagonal=d.number(1 - size, size - 1))


@called("torch.diagonal")
def _(d: Draw) -> Arguments:
    rank = d.number(2, 3)
    first, second = d.order(range(rank))[:2]
    return [d.tensor(*(d.number(2, 4) for _ in range(rank)))], sometimes(d, offset=d.number(-1, 1)) | {
        "dim1": first,
        "dim2": second,
    }


@called("torch.tril", "torch.triu")
def _(d: Draw) -> Arguments:
    return [d.tensor(*d.shape(2, 3))], sometimes(d, diagonal=d.number(-2, 2))


@called("torch.flip")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    dims = _some_axes(d, len(shape)) or (0,)
    return [d.tensor(*shape), dims], {}


@called("torch.roll")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    dims = _some_axes(d, len(shape))
    shifts = tuple(d.number(-5, 5) for _ in dims)
    if len(dims) == 1 and d.pick(False, True):
        return [d.tensor(*shape), shifts[0], dims[0]], {}
    return ([d.tensor(*shape), shifts, dims], {}) if dims else ([d.tensor(*shape), d.number(-5, 5)], {})


@called("torch.rot90")
def _(d: Draw) -> Arguments:
    rank = d.number(2, 3)
    return [d.tensor(*(d.number(1, 3) for _ in range(rank)))], sometimes(
        d, k=d.number(-1, 4), dims=tuple(d.order(range(rank))[:2])
    )


@called("torch.permute")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 4, 3)
    return [d.tensor(*shape), tuple(k - d.pick(0, len(shape)) for k in d.order(range(len(shape))))], {}


@called("torch.transpose", "torch.swapaxes")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    return [d.tensor(*shape), _axis(d, len(shape)), _axis(d, len(shape))], {}


@called("torch.movedim")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    places = d.order(range(len(shape)))
    several = d.number(1, len(shape))
    if d.pick(False, True):
        return [d.tensor(*shape), _axis(d, len(shape)), _axis(d, len(shape))], {}
    return [d.tensor(*shape), tuple(places[:several]), tuple(d.order(range(len(shape)))[:several])], {}


@called("torch.fft.fft", "torch.fft.ifft")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 2)
    norm = d.pick("ortho", "forward", "backward") if d.concrete else "forward"
    return [d.tensor(*shape)], sometimes(d, n=d.number(1, 5), dim=_axis(d, len(shape)), norm=norm)


@called("torch.fft.fft2", "torch.fft.ifft2", "torch.fft.fftn", "torch.fft.ifftn")
def _(d: Draw) -> Arguments:
    return [d.tensor(*d.shape(2, 3, 3))], sometimes(d, dim=(0, 1), norm="ortho" if d.concrete else "forward")


@called("torch.fft.fftshift", "torch.fft.ifftshift")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    return [d.tensor(*shape)], sometimes(d, dim=d.pick(_axis(d, len(shape)), _some_axes(d, len(shape)) or 0))


@called("torch.reshape")
def _(d: Draw) -> Arguments:
    a, b, c = d.shape(3, 3)
    return [d.tensor(a, b, c), d.pick((d.size(a), -1), (-1, d.size(c)), (d.size(a) * d.size(b), d.size(c)), (-1,))], {}


@called("torch.flatten")
def _(d: Draw) -> Arguments:
    shape = d.shape(0, 4, 3)
    if not shape:
        return [d.tensor()], {}
    first = d.number(0, len(shape) - 1)
    last = d.number(first, len(shape) - 1)
    return [d.tensor(*shape)], sometimes(d, start_dim=first, end_dim=d.pick(last, -1) if last == first else last)


@called("torch.unflatten")
def _(d: Draw) -> Arguments:
    a, b, c = d.shape(3, 3)
    return [d.tensor(a * b if d.concrete else a * b, c), 0, d.pick((a, b), (-1, b), (a, -1))] if d.concrete else [
        d.tensor(4, 3),
        1,
        (1, -1),
    ], {}


@called("torch.unsqueeze")
def _(d: Draw) -> Arguments:
    shape = d.shape(0, 3)
    return [d.tensor(*shape), d.number(-len(shape) - 1, len(shape))], {}


@called("torch.squeeze")
def _(d: Draw) -> Arguments:
    d.concrete = True
    shape = tuple(d.pick(1, 1, 2, 3) for _ in range(d.number(1, 4)))
    return [d.tensor(*shape)], sometimes(d, dim=d.pick(_axis(d, len(shape)), _some_axes(d, len(shape)) or 0))


@called("torch.broadcast_to")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    kept = tuple(n if d.pick(False, True) else 1 for n in shape)
    return [
        d.tensor(*kept),
        tuple(-1 if n == k and d.pick(False, True) else d.size(n) for n, k in zip(shape, kept, strict=True)),
    ], {}


@called("torch.tile")
def _(d: Draw) -> Arguments:
    return [d.tensor(*d.shape(1, 2, 3)), tuple(d.number(1, 3) for _ in range(d.number(1, 3)))], {}


@called("torch.repeat_interleave")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3, 3)
    return [d.tensor(*shape), d.number(1, 3)], sometimes(d, dim=_axis(d, len(shape)))


@called("torch.cat", "torch.stack", "torch.hstack", "torch.vstack")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3, 3)
    return [[d.tensor(*shape, complex=False) for _ in range(d.number(1, 3))]], {}


@called("torch.concat")
def _(d: Draw) -> Arguments:
    shape = list(d.shape(1, 3, 3))
    place = d.number(0, len(shape) - 1)
    arrays = []
    for _ in range(d.number(1, 3)):
        shape[place] = d.number(1, 3)
        arrays.append(d.tensor(*shape, complex=False))
    return [arrays], {"dim": place}


@called("torch.select")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    place = d.number(0, len(shape) - 1)
    return [d.tensor(*shape), place, d.number(-shape[place], shape[place] - 1)], {}


@called("torch.narrow")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    place = d.number(0, len(shape) - 1)
    start = d.number(0, shape[place])
    return [d.tensor(*shape), place, start, d.number(0, shape[place] - start)], {}


@called("torch.Tensor.unfold")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    place = d.number(0, len(shape) - 1)
    return [d.tensor(*shape), place, d.parameter(d.number(1, shape[place])), d.number(1, 3)], {}


@called("torch.nn.functional.pad")
def _(d: Draw) -> Arguments:
    mode = d.pick("constant", "reflect", "replicate", "circular")
    if mode == "constant":
        shape = d.shape(1, 4, 3)
        least = -1 if d.concrete else 0
        widths = [d.number(least, 2) for _ in range(2 * d.number(0, len(shape)))]
        widths = [w if any(n > 2 for n in shape) or w >= 0 else 0 for w in widths]
        return [d.tensor(*shape), tuple(map(d.parameter, widths))], sometimes(d, value=d.number(-2, 2), mode="constant")
    padded = d.number(1, 2)
    shape = d.shape(d.number(1, 2), 2, 4)[:1] + tuple(d.number(2, 4) for _ in range(padded))
    widths: list[Any] = []
    for n in reversed(shape[-padded:]):
        widths += [d.number(0, n - (mode == "reflect")) for _ in range(2)]
    fixed = d.pick(False, True)
    return [d.tensor(*shape, complex=False), tuple(w if fixed else d.parameter(w) for w in widths), mode], {}


@called("torch.Tensor.chunk")
def _(d: Draw) -> Arguments:
    d.concrete = True
    parts = d.number(1, 3)
    shape = (parts * d.number(1, 3), parts * d.number(1, 2))
    return [d.tensor(*shape), parts], sometimes(d, dim=d.number(0, 1))


@called("torch.Tensor.split")
def _(d: Draw) -> Arguments:
    d.concrete = True
    sizes = [d.number(1, 3) for _ in range(d.number(1, 3))]
    return [d.tensor(sum(sizes), 2), d.pick(sizes, d.number(1, 3))], {}


@called("torch.Tensor.unbind")
def _(d: Draw) -> Arguments:
    d.concrete = True
    return [d.tensor(*d.shape(1, 3, 3))], {}


@called("torch.Tensor.new_zeros", "torch.Tensor.new_ones")
def _(d: Draw) -> Arguments:
    shape = tuple(d.parameter(n) for n in d.shape(1, 3))
    return [d.tensor(*d.shape(0, 2)), *d.pick((shape,), shape)], {}


@called("torch.Tensor.new_full")
def _(d: Draw) -> Arguments:
    return [d.tensor(*d.shape(0, 2)), tuple(d.parameter(n) for n in d.shape(0, 3)), d.number(-2, 2)], {}


@called("torch.Tensor.repeat")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 2, 3)
    counts = [d.number(1, 3) for _ in range(len(shape) + d.number(0, 1))]
    return [d.tensor(*shape), *([tuple(counts)] if d.pick(False, True) else counts)], {}


@called("torch.Tensor.view")
def _(d: Draw) -> Arguments:
    a, b, c = d.shape(3, 3)
    return [
        d.tensor(a, b, c),
        *d.pick((d.size(a), -1), (-1, d.size(c)), (-1,), (d.size(a), 1, d.size(b), d.size(c))),
    ], {}


@called("torch.Tensor.expand")
def _(d: Draw) -> Arguments:
    n, m = d.number(1, 3), d.number(1, 3)
    return [d.tensor(n, 1), *d.pick((-1, d.size(m)), (d.size(m), -1, 4), (d.size(n), 3))], {}


@called("torch.Tensor.expand_as", "torch.Tensor.view_as", "torch.Tensor.type_as")
def _(d: Draw) -> Arguments:
    shape = d.shape(1, 3)
    return [d.tensor(*shape, complex=False), d.tensor(*shape, complex=False)], {}
