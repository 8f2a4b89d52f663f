"""Written by `python docs/write_stubs.py > symconv/__init__.pyi`."""

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias, overload

import numpy.typing as npt

from symconv.expressions.tensors import TensorExpr
from symconv.batches import prove_all as prove_all
from symconv.claims import Claim as Claim
from symconv.claims import hypothesis as hypothesis
from symconv.claims import parse as parse
from symconv.derivations.calculation import calc as calc
from symconv.errors import ClaimError as ClaimError
from symconv.errors import ShapeError as ShapeError
from symconv.errors import SymconvError as SymconvError
from symconv.errors import Unsupported as Unsupported
from symconv.expressions.elementwise_functions import ElementwiseFunction as ElementwiseFunction
from symconv.expressions.tensors import Tensor as Tensor
from symconv.expressions.tensors import sizes as sizes
from symconv.numerics.evaluation import evaluate as evaluate
from symconv.printing.as_function import lambdify as lambdify
from symconv.printing.as_loops import to_loops as to_loops
from symconv.printing.as_numpy import to_einsum as to_einsum
from symconv.printing.as_numpy import to_numpy_source as to_numpy_source
from symconv.printing.notation import Notation as Notation
from symconv.publish.notebook import load_ipython_extension as load_ipython_extension
from symconv.reading.programs import from_file as from_file
from symconv.reading.programs import from_python as from_python
from symconv.reading.programs import from_source as from_source
from symconv.results import Result as Result
from symconv.results import prove as prove

ArrayLike: TypeAlias = TensorExpr | complex | npt.NDArray[Any] | Sequence[Any]

__version__: str

def add(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Element-wise sum a + b, with NumPy's broadcasting."""

def subtract(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Element-wise difference a − b, with NumPy's broadcasting."""

def multiply(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Element-wise product a · b, with NumPy's broadcasting."""

def divide(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Element-wise a / b for a scalar b without tensors: a number or an expression in sizes, and not 0."""

def power(a: ArrayLike, exponent: Any) -> TensorExpr:
    """Element-wise a to a whole exponent of 0 or more; a scalar number takes any exponent it is exact for."""

def negative(a: ArrayLike) -> TensorExpr:
    """Element-wise −a."""

def conj(a: ArrayLike) -> TensorExpr:
    """Element-wise complex conjugate."""

def real(val: ArrayLike) -> TensorExpr:
    """Element-wise real part."""

def imag(val: ArrayLike) -> TensorExpr:
    """Element-wise imaginary part, a real number."""

def number(value: Any) -> TensorExpr:
    """A number, size or index used as a scalar."""

def roll(a: ArrayLike, shift: Any, axis: Any = None) -> TensorExpr:
    """Entries moved by `shift` places along one axis, several, or (None) in row-major order, around the ends."""

def concatenate(arrays: Sequence[ArrayLike], axis: Any = 0) -> TensorExpr:
    """Arrays one after the other along an existing axis; with `axis` None all entries of each."""

def stack(arrays: Sequence[ArrayLike], axis: Any = 0) -> TensorExpr:
    """Arrays of one shape along a new axis."""

def hstack(tup: Sequence[ArrayLike]) -> TensorExpr:
    """Arrays side by side: along the second axis, or the only one."""

def vstack(tup: Sequence[ArrayLike]) -> TensorExpr:
    """Arrays below each other: along the first axis, vectors as rows."""

def grad(scalar: ArrayLike, T: ArrayLike, at: ArrayLike | None = None) -> TensorExpr:
    """The array of derivatives of a scalar with respect to the entries of a real tensor T, with `at` put for T then."""

def when(body: ArrayLike, conditions: Any) -> TensorExpr:
    """The body where every condition holds, else 0; a condition is a number and how it compares with 0."""

def assume(body: ArrayLike, conditions: Any) -> TensorExpr:
    """The body, of which exactly these conditions on sizes are assumed, and reported."""

def needing(body: ArrayLike, conditions: Any) -> TensorExpr:
    """The body, which is there only where these conditions on sizes hold: they are assumed, and reported."""

def kron(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Kronecker product: every entry of a times all of b, block by block."""

def tensordot(a: ArrayLike, b: ArrayLike, axes: Any = 2) -> TensorExpr:
    """Sum of products over pairs of axes: the last `axes` of a with the first of b, or two lists of axes."""

def einsum(subscripts: str, *operands: Sequence[ArrayLike]) -> TensorExpr:
    """Sum of products by a pattern such as "ij,jk->ik": equal letters share an index, omitted ones are summed."""

def diagonal(a: ArrayLike, offset: Any = 0, axis1: int = 0, axis2: int = 1) -> TensorExpr:
    """The entries a[i, i + offset] of two axes, along a new last axis."""

def diag(v: ArrayLike, k: Any = 0) -> TensorExpr:
    """The square matrix with a vector on its diagonal number k, or the diagonal number k of a matrix."""

def tril(m: ArrayLike, k: Any = 0) -> TensorExpr:
    """The lower triangle of the last two axes: entries with j ≤ i + k, zeros elsewhere."""

def triu(m: ArrayLike, k: Any = 0) -> TensorExpr:
    """The upper triangle of the last two axes: entries with j ≥ i + k, zeros elsewhere."""

def tri(N: Any, M: Any = None, k: Any = 0) -> TensorExpr:
    """Ones where j ≤ i + k, zeros elsewhere."""

def cumsum(a: ArrayLike, axis: Any = None) -> TensorExpr:
    """Sums of the entries up to each one along an axis; with `axis` None of all entries in row-major order."""

def diff(a: ArrayLike, n: Any = 1, axis: Any = -1, prepend: ArrayLike | None = None, append: ArrayLike | None = None) -> TensorExpr:
    """Differences of neighbours along an axis, n times: a[i + 1] − a[i] for n = 1."""

@overload
def conv1d(x: ArrayLike, w: ArrayLike, b: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: Any = 1) -> TensorExpr:
    """1-D convolution layer: a cross-correlation, summed over channels, with an optional bias."""

@overload
def conv1d(input: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: Any = 1) -> TensorExpr:
    """1-D convolution layer: a cross-correlation, summed over channels, with an optional bias."""

@overload
def conv2d(x: ArrayLike, w: ArrayLike, b: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: Any = 1) -> TensorExpr:
    """2-D convolution layer: a cross-correlation, summed over channels, with an optional bias."""

@overload
def conv2d(input: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: Any = 1) -> TensorExpr:
    """2-D convolution layer: a cross-correlation, summed over channels, with an optional bias."""

@overload
def conv3d(x: ArrayLike, w: ArrayLike, b: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: Any = 1) -> TensorExpr:
    """3-D convolution layer: a cross-correlation, summed over channels, with an optional bias."""

@overload
def conv3d(input: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: Any = 1) -> TensorExpr:
    """3-D convolution layer: a cross-correlation, summed over channels, with an optional bias."""

@overload
def unfold(x: ArrayLike, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> TensorExpr:
    """The windows of an image as the columns of a matrix (im2col)."""

@overload
def unfold(input: ArrayLike, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> TensorExpr:
    """The windows of an image as the columns of a matrix (im2col)."""

def transpose(a: ArrayLike, axes: Any = None) -> TensorExpr:
    """Axes in another order: axis k of the result is axis axes[k] of a; reversed if `axes` is None."""

def flip(m: ArrayLike, axis: Any = None) -> TensorExpr:
    """Entries in reverse order along one axis, several, or (None) all."""

def rot90(m: ArrayLike, k: int = 1, axes: Any = (0, 1)) -> TensorExpr:
    """k quarter turns in the plane of two axes, from the first towards the second."""

def reshape(a: ArrayLike, shape: Any, order: Literal['C', 'F'] = 'C') -> TensorExpr:
    """The same entries in the same order under another shape; one size may be −1 and is then inferred."""

def ravel(a: ArrayLike, order: Literal['C', 'F'] = 'C') -> TensorExpr:
    """All entries along one axis; `order` "C": the last index runs fastest, "F": the first."""

def vec(a: ArrayLike) -> TensorExpr:
    """The columns of a stacked: all entries along one axis, the first index running fastest."""

@overload
def linear(x: ArrayLike, w: ArrayLike, b: ArrayLike | None = None) -> TensorExpr:
    """Linear layer: the last axis of x against that of w, with an optional bias: x @ w.T + b."""

@overload
def linear(input: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None) -> TensorExpr:
    """Linear layer: the last axis of x against that of w, with an optional bias: x @ w.T + b."""

@overload
def fold(x: ArrayLike, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> TensorExpr:
    """The columns of a matrix added up as the windows of an image (col2im): the adjoint of `unfold`."""

@overload
def fold(input: ArrayLike, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> TensorExpr:
    """The columns of a matrix added up as the windows of an image (col2im): the adjoint of `unfold`."""

@overload
def pixel_shuffle(x: ArrayLike, upscale_factor: Any) -> TensorExpr:
    """Channels spread over the pixels of a larger image."""

@overload
def pixel_shuffle(input: ArrayLike, upscale_factor: Any) -> TensorExpr:
    """Channels spread over the pixels of a larger image."""

@overload
def pixel_unshuffle(x: ArrayLike, downscale_factor: Any) -> TensorExpr:
    """Pixels of blocks put into channels: what undoes `pixel_shuffle`."""

@overload
def pixel_unshuffle(input: ArrayLike, downscale_factor: Any) -> TensorExpr:
    """Pixels of blocks put into channels: what undoes `pixel_shuffle`."""

def toeplitz(c: ArrayLike, r: ArrayLike | None = None) -> TensorExpr:
    """The matrix with constant diagonals, first column c and first row r without its first entry; conj(c) if r is None."""

def hankel(c: ArrayLike, r: ArrayLike | None = None) -> TensorExpr:
    """The matrix with constant anti-diagonals, first column c and last row r without its first entry; 0 if r is None."""

def circulant(c: ArrayLike) -> TensorExpr:
    """The square matrix whose columns are c rolled by 0, 1, …: entry c[(i − j) mod n]."""

def convolution_matrix(a: ArrayLike, n: Any, mode: Literal['full', 'same', 'valid'] = 'full') -> TensorExpr:
    """The Toeplitz matrix that convolves with a: its product with v is numpy.convolve(a, v, mode)."""

def fft(a: ArrayLike, n: Any = None, axis: int = -1, norm: Any = None) -> TensorExpr:
    """Discrete Fourier transform along one axis: Z[k] = Σ_u a[u]·exp(−2πi·k·u / n)."""

def ifft(a: ArrayLike, n: Any = None, axis: int = -1, norm: Any = None) -> TensorExpr:
    """Inverse Fourier transform along one axis: Z[u] = (1/n) Σ_k a[k]·exp(2πi·k·u / n)."""

def fft2(a: ArrayLike, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> TensorExpr:
    """Discrete Fourier transform along the last two axes, or two others: that along one axis after the other."""

def ifft2(a: ArrayLike, s: Any = None, axes: Any = (-2, -1), norm: Any = None) -> TensorExpr:
    """Inverse Fourier transform along the last two axes, or two others: that along one axis after the other."""

def fftn(a: ArrayLike, s: Any = None, axes: Any = None, norm: Any = None) -> TensorExpr:
    """Discrete Fourier transform along all axes, or those given: that along one axis after the other."""

def ifftn(a: ArrayLike, s: Any = None, axes: Any = None, norm: Any = None) -> TensorExpr:
    """Inverse Fourier transform along all axes, or those given: that along one axis after the other."""

def fftshift(x: ArrayLike, axes: Any = None) -> TensorExpr:
    """The entry for frequency 0 moved to the middle: `roll` by n // 2 along the axes given, or (None) all."""

def ifftshift(x: ArrayLike, axes: Any = None) -> TensorExpr:
    """What undoes `fftshift`: `roll` by −(n // 2) along the axes given, or (None) all."""

def dft(n: Any, scale: Any = None) -> TensorExpr:
    """The matrix of the Fourier transform: entry exp(−2πi·j·k / n), by `scale` "n" divided by n, "sqrtn" by √n."""

def call(name: Any, x: ArrayLike) -> TensorExpr:
    """An uninterpreted function applied to every entry: equal arguments give equal values, no more is known."""

def index_sum(body: ArrayLike, index: Any, lower: Any, upper: Any) -> TensorExpr:
    """Σ of the body over lower ≤ index < upper; `index` is the name that the body uses."""

def index_stack(body: ArrayLike, index: Any, stop: Any) -> TensorExpr:
    """[body for index in range(stop)]: the bodies along a new first axis."""

def index(a: ArrayLike, key: Any) -> TensorExpr:
    """Indexing and slicing, a[key]: integers, slices with steps, `...` and `None`."""

def swapaxes(a: ArrayLike, axis1: int, axis2: int) -> TensorExpr:
    """Two axes exchanged."""

def moveaxis(a: ArrayLike, source: Any, destination: Any) -> TensorExpr:
    """Axes moved to other places; the others keep their order."""

def expand_dims(a: ArrayLike, axis: Any) -> TensorExpr:
    """New axes of size 1 at the places that they have in the result."""

def squeeze(a: ArrayLike, axis: Any = None) -> TensorExpr:
    """Axes of size 1 taken out: those given, or (None) all of them."""

def fliplr(m: ArrayLike) -> TensorExpr:
    """Columns in reverse order: `flip` along axis 1."""

def flipud(m: ArrayLike) -> TensorExpr:
    """Rows in reverse order: `flip` along axis 0."""

def dot(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Dot product: the last axis of a against the last but one of b, or the only one; scalars multiply."""

def matmul(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Matrix product over the last two axes; the axes before them broadcast, a vector is a row or a column."""

def inner(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Sum of products over the last axis of both, without conjugation; scalars multiply."""

def vdot(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Σ conj(a)·b over all entries in row-major order; the shapes may differ."""

def outer(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """All products of an entry of a with an entry of b; both are flattened first."""

def trace(a: ArrayLike, offset: Any = 0, axis1: int = 0, axis2: int = 1) -> TensorExpr:
    """Sum along a diagonal, Σ_i a[i, i + offset], of the axes `axis1` and `axis2`."""

def frobenius(X: ArrayLike, Y: ArrayLike) -> TensorExpr:
    """The Frobenius inner product Σ conj(X)·Y over all entries."""

def sum(a: ArrayLike, axis: Any = None, *, keepdims: bool = False, initial: Any = 0) -> TensorExpr:
    """Sum of the entries along one axis, several, or (None) all, plus the number `initial`."""

def mean(a: ArrayLike, axis: Any = None, *, keepdims: bool = False) -> TensorExpr:
    """Arithmetic mean of the entries along one axis, several, or (None) all."""

def pad(array: ArrayLike, pad_width: Any, mode: Literal['constant', 'edge', 'wrap', 'reflect', 'symmetric'] = 'constant', *, constant_values: Any = 0, reflect_type: Literal['even', 'odd'] = 'even') -> TensorExpr:
    """The array with `pad_width` entries more before and after; the mode says which."""

def rearrange(tensor: ArrayLike, pattern: str, **axes_lengths: Any) -> TensorExpr:
    """Axes in another order, merged and split by a pattern such as "c (h p) w -> (c p) h w", p=2."""

def reduce(tensor: ArrayLike, pattern: str, reduction: str, **axes_lengths: Any) -> TensorExpr:
    """Sum or mean over the axes that stand only on the left of a pattern such as "c (h p) (w q) -> c h w", p=2, q=2."""

@overload
def avg_pool1d(x: ArrayLike, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False, count_include_pad: bool = True) -> TensorExpr:
    """Means over the windows of every channel; padded zeros count if `count_include_pad`."""

@overload
def avg_pool1d(input: ArrayLike, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False, count_include_pad: bool = True) -> TensorExpr:
    """Means over the windows of every channel; padded zeros count if `count_include_pad`."""

@overload
def avg_pool2d(x: ArrayLike, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False, count_include_pad: bool = True, divisor_override: Any = None) -> TensorExpr:
    """Means over the windows of every channel; padded zeros count if `count_include_pad`."""

@overload
def avg_pool2d(input: ArrayLike, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False, count_include_pad: bool = True, divisor_override: Any = None) -> TensorExpr:
    """Means over the windows of every channel; padded zeros count if `count_include_pad`."""

@overload
def avg_pool3d(x: ArrayLike, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False, count_include_pad: bool = True, divisor_override: Any = None) -> TensorExpr:
    """Means over the windows of every channel; padded zeros count if `count_include_pad`."""

@overload
def avg_pool3d(input: ArrayLike, kernel_size: Any, stride: Any = None, padding: Any = 0, ceil_mode: bool = False, count_include_pad: bool = True, divisor_override: Any = None) -> TensorExpr:
    """Means over the windows of every channel; padded zeros count if `count_include_pad`."""

def repeat(a: ArrayLike, repeats: Any, axis: Any = None) -> TensorExpr:
    """Every entry `repeats` times in a row along an axis; with `axis` None of all entries in row-major order."""

def tile(A: ArrayLike, reps: Any) -> TensorExpr:
    """The whole array `reps` times side by side: one number for the last axis, or a tuple for the last axes."""

def broadcast_to(array: ArrayLike, shape: Any) -> TensorExpr:
    """The array stretched to a shape: axes of size 1 repeat, missing ones come first."""

@overload
def convolve(a: ArrayLike, k: ArrayLike, mode: Literal['full', 'same', 'valid'] = 'full') -> TensorExpr:
    """Convolution, N-D: Z[m] = Σ_u a[m + c − u]·k[u] with c = 0 ("full"), (k−1)//2 ("same") or k−1 ("valid")."""

@overload
def convolve(in1: ArrayLike, in2: ArrayLike, mode: Literal['full', 'same', 'valid'] = 'full') -> TensorExpr:
    """Convolution, N-D: Z[m] = Σ_u a[m + c − u]·k[u] with c = 0 ("full"), (k−1)//2 ("same") or k−1 ("valid")."""

@overload
def correlate(a: ArrayLike, k: ArrayLike, mode: Literal['full', 'same', 'valid'] = 'full') -> TensorExpr:
    """Cross-correlation, N-D: Z[m] = Σ_u a[m − c + u]·conj(k[u]) with c = k−1 ("full"), k//2 ("same") or 0 ("valid")."""

@overload
def correlate(in1: ArrayLike, in2: ArrayLike, mode: Literal['full', 'same', 'valid'] = 'full') -> TensorExpr:
    """Cross-correlation, N-D: Z[m] = Σ_u a[m − c + u]·conj(k[u]) with c = k−1 ("full"), k//2 ("same") or 0 ("valid")."""

def array(entries: Any) -> TensorExpr:
    """A literal array: nested sequences of numbers, scalar expressions or tensors of one shape."""

def eye(N: Any, M: Any = None, k: Any = 0) -> TensorExpr:
    """Ones where j = i + k, zeros elsewhere."""

def ones(shape: Any) -> TensorExpr:
    """An array of ones."""

def zeros(shape: Any) -> TensorExpr:
    """An array of zeros."""

def full(shape: Any, fill_value: ArrayLike) -> TensorExpr:
    """An array of one value, or an array stretched to a shape."""

def identity(n: Any) -> TensorExpr:
    """The identity matrix: ones where i = j."""

def unit_impulse(shape: Any, idx: Any = None) -> TensorExpr:
    """The discrete delta: 1 at one index, 0 elsewhere."""

def arange(start: Any, stop: Any = None, step: Any = 1) -> TensorExpr:
    """The whole numbers from start up to stop in steps; from 0 if only one number is given."""

@overload
def conv_transpose1d(x: ArrayLike, w: ArrayLike, b: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0, groups: Any = 1, dilation: Any = 1) -> TensorExpr:
    """1-D transposed convolution layer: the adjoint of `conv1d` in its input, plus a bias."""

@overload
def conv_transpose1d(input: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0, groups: Any = 1, dilation: Any = 1) -> TensorExpr:
    """1-D transposed convolution layer: the adjoint of `conv1d` in its input, plus a bias."""

@overload
def conv_transpose2d(x: ArrayLike, w: ArrayLike, b: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0, groups: Any = 1, dilation: Any = 1) -> TensorExpr:
    """2-D transposed convolution layer: the adjoint of `conv2d` in its input, plus a bias."""

@overload
def conv_transpose2d(input: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0, groups: Any = 1, dilation: Any = 1) -> TensorExpr:
    """2-D transposed convolution layer: the adjoint of `conv2d` in its input, plus a bias."""

@overload
def conv_transpose3d(x: ArrayLike, w: ArrayLike, b: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0, groups: Any = 1, dilation: Any = 1) -> TensorExpr:
    """3-D transposed convolution layer: the adjoint of `conv3d` in its input, plus a bias."""

@overload
def conv_transpose3d(input: ArrayLike, weight: ArrayLike, bias: ArrayLike | None = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0, groups: Any = 1, dilation: Any = 1) -> TensorExpr:
    """3-D transposed convolution layer: the adjoint of `conv3d` in its input, plus a bias."""

def sliding_window_view(x: ArrayLike, window_shape: Any, axis: Any = None) -> TensorExpr:
    """All windows of an array, each along new last axes: V[m, u] = x[m + u]."""

def circular_convolve(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Circular convolution, N-D: Z[m] = Σ_u a[(m − u) mod n]·b[u]."""

def circular_correlate(a: ArrayLike, b: ArrayLike) -> TensorExpr:
    """Circular correlation, N-D: Z[m] = Σ_u a[(m + u) mod n]·conj(b[u])."""

class lax:
    """Operators of `jax.lax`."""

    @staticmethod
    def pad(operand: ArrayLike, padding_value: ArrayLike, padding_config: Any) -> TensorExpr:
        """Padding of (low, high, interior) entries an axis; negative `low` and `high` crop, `interior` goes between."""
    
    @staticmethod
    def rev(operand: ArrayLike, dimensions: Any) -> TensorExpr:
        """Entries in reverse order along the given axes."""
    
    @staticmethod
    def slice(operand: ArrayLike, start_indices: Any, limit_indices: Any, strides: Any = None) -> TensorExpr:
        """Entries from start up to limit in steps, in every axis."""
    
    @staticmethod
    def concatenate(operands: Sequence[ArrayLike], dimension: Any) -> TensorExpr:
        """Arrays one after the other along an axis."""
    
    @staticmethod
    def dynamic_update_slice(operand: ArrayLike, update: ArrayLike, start_indices: Any) -> TensorExpr:
        """The operand with the update written into it at `start_indices`."""
    
    @staticmethod
    def broadcast_in_dim(operand: ArrayLike, shape: Any, broadcast_dimensions: Any) -> TensorExpr:
        """The operand along some axes of a larger shape, repeated along the others; axes of size 1 stretch."""
    
    @staticmethod
    def dot_general(lhs: ArrayLike, rhs: ArrayLike, dimension_numbers: Any) -> TensorExpr:
        """Sum of products over pairs of axes: ((lhs_contracting, rhs_contracting), (lhs_batch, rhs_batch))."""
    
    @staticmethod
    def iota(dtype: Any, size: Any) -> TensorExpr:
        """The numbers 0, 1, …, size − 1; the type is only a name here."""
    
    @staticmethod
    def conv_general_dilated(lhs: ArrayLike, rhs: ArrayLike, window_strides: Any, padding: Any, lhs_dilation: Any = None, rhs_dilation: Any = None, dimension_numbers: Any = None, feature_group_count: Any = 1, batch_group_count: Any = 1) -> TensorExpr:
        """Cross-correlation over windows of a dilated and padded input, summed over channels, as in neural networks."""
    
    @staticmethod
    def conv(lhs: ArrayLike, rhs: ArrayLike, window_strides: Any, padding: Any) -> TensorExpr:
        """`lax.conv_general_dilated` without dilation, its padding "SAME" or "VALID"."""
    
    @staticmethod
    def conv_with_general_padding(lhs: ArrayLike, rhs: ArrayLike, window_strides: Any, padding: Any, lhs_dilation: Any, rhs_dilation: Any) -> TensorExpr:
        """`lax.conv_general_dilated` with the default layout and without groups."""
    
    @staticmethod
    def conv_transpose(lhs: ArrayLike, rhs: ArrayLike, strides: Any, padding: Any, rhs_dilation: Any = None, dimension_numbers: Any = None, transpose_kernel: bool = False) -> TensorExpr:
        """Convolution of the input with its entries `strides` apart, by default in the layouts ("NHWC", "HWIO", "NHWC")."""
    
    @staticmethod
    def transpose(operand: ArrayLike, permutation: Any) -> TensorExpr:
        """Axes in another order: axis k of the result is axis permutation[k] of the operand."""
    
    @staticmethod
    def reshape(operand: ArrayLike, new_sizes: Any, dimensions: Any = None) -> TensorExpr:
        """The same entries in row-major order under another shape, after a permutation of the axes by `dimensions`."""
    
    @staticmethod
    def broadcast(operand: ArrayLike, sizes: Any) -> TensorExpr:
        """The operand repeated along new first axes."""
    
    @staticmethod
    def broadcasted_iota(dtype: Any, shape: Any, dimension: Any) -> TensorExpr:
        """The index along one axis as entries of an array; the type is only a name here."""
    
    @staticmethod
    def expand_dims(array: ArrayLike, dimensions: Any) -> TensorExpr:
        """New axes of size 1 at the places that they have in the result."""
    
    @staticmethod
    def squeeze(array: ArrayLike, dimensions: Any) -> TensorExpr:
        """The given axes of size 1 taken out."""
    
    @staticmethod
    def dynamic_slice(operand: ArrayLike, start_indices: Any, slice_sizes: Any) -> TensorExpr:
        """The entries of a block that begins at `start_indices`."""
    
    @staticmethod
    def slice_in_dim(operand: ArrayLike, start_index: Any, limit_index: Any, stride: Any = 1, axis: int = 0) -> TensorExpr:
        """Entries from start up to limit in steps along one axis; None is the axis' end, negative numbers count from it."""
    
    @staticmethod
    def dot(lhs: ArrayLike, rhs: ArrayLike) -> TensorExpr:
        """Product of two vectors or matrices: the last axis of lhs against the first of rhs."""
    
    @staticmethod
    def reduce_sum(operand: ArrayLike, axes: Any) -> TensorExpr:
        """Sum of the entries along the given axes."""
    
    @staticmethod
    def cumsum(operand: ArrayLike, axis: int = 0, reverse: bool = False) -> TensorExpr:
        """Sums of the entries up to each one along an axis, or (`reverse`) from each one on."""
    