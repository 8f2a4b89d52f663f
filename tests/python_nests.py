"""Python as people write it: classes, lists that grow, closures, counters, slices, index arrays."""

# ruff: noqa: B905, E731

import functools
import math
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import as_strided


def appended(x, k):
    out = []
    for i in range(len(x) - len(k) + 1):
        total = 0
        for u, weight in enumerate(k):
            total += weight * x[i + u]
        out.append(total)
    return np.array(out)


def appended_twice(x):
    out = []
    for value in x:
        out.append(value)
        out.append(2 * value)
    return np.array(out)


def appended_after(x):
    """The list holds something before the loop."""
    out = []
    out.append(x[0])
    for value in x:
        out.append(value + x[0])
    return np.array(out)


def one_list_two_names(x):
    a = []
    b = a
    for value in x:
        a.append(3 * value)
    return np.array(b)


class Line:
    """A layer with state."""

    scale = 2

    def __init__(self, weights, step=1):
        self.weights, self.step = weights, step
        self.calls = 0

    @property
    def width(self):
        return len(self.weights)

    def window(self, x, i):
        return x[i * self.step : i * self.step + self.width]

    def __call__(self, x):
        self.calls += 1
        count = (len(x) - self.width) // self.step + 1
        out = np.zeros(count)
        for i in range(count):
            out[i] = np.dot(self.window(x, i), self.weights)
        return out


class Scaled(Line):
    """The same, times a number of the class and how often it was called."""

    def __call__(self, x):
        return super().__call__(x) * self.scale * self.calls


def layered(x, k):
    return Line(k, step=2)(x)


def counted_calls(x, k):
    layer = Scaled(k)
    layer(x)
    return layer(x)


def late_closure(x):
    """A nested function sees what a name holds when it is called."""
    s = 1
    scale = lambda v: s * v
    s = 5
    return scale(x)


def loop_closures(x):
    """All three multiply by 2."""
    functions = []
    for s in (0, 1, 2):
        functions.append(lambda v: s * v)  # noqa: B023
    return functions[0](x) + functions[1](x)


def doubled(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return 2 * function(*args, **kwargs)

    return inner


@doubled
def decorated_twice(x, times=3):
    return times * x


def keyword_call(x):
    options = {"times": 4}
    return decorated_twice(x, **options)


def while_pairs(x):
    out = np.zeros(len(x) // 2)
    i = 0
    while i + 1 < len(x):
        out[i // 2] = x[i] + x[i + 1]
        i += 2
    return out * i


def while_down(x):
    s = 0
    n = len(x)
    while n > 0:
        n -= 1
        s = s + n * x[n]
    return s


def truncated(x):
    """int cuts towards 0."""
    n = len(x)
    return x * int((3 - n) / 2) + int(n / 2) * math.ceil(n / 3) - math.floor(-n / 2)


def divided(x):
    q, r = divmod(7 * len(x), 3)
    return q * x + r


def by_product(A, K):
    Z = np.zeros((A.shape[0] - K.shape[0] + 1, A.shape[1] - K.shape[1] + 1))
    for i, j in np.ndindex(*Z.shape):
        for u, v in product(range(K.shape[0]), range(K.shape[1])):
            Z[i, j] += A[i + u, j + v] * K[u, v]
    return Z


def columns_of_rows(A):
    return np.array([sum(column) for column in zip(*A)])


def last_ones(x, k):
    """-0 is 0."""
    return x[-(len(k) - 1) :].sum()


def clipped(x, k):
    return np.array([x[i : i + len(k)].sum() for i in range(len(x))])


def backwards_slices(x):
    return x[::-1][:3].sum() + x[-2::-1].sum() + 2 * x[len(x) : 0 : -1].sum()


def beyond(x):
    return x[2:100].sum() + x[-100:1].sum()


def flat_transposed(A):
    h, w = A.shape
    a, out = A.ravel(), np.zeros(h * w)
    for i in range(h):
        for j in range(w):
            out[j * h + i] = a[i * w + j]
    return out.reshape(w, h)


def row_counter(A):
    out = np.zeros(A.shape[0] * A.shape[1])
    k = 0
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            out[k] = A[i, j] + k
            k += 1
    return out


def thread_index(A):
    h, w = A.shape
    out = np.zeros((w, h))
    for t in range(h * w):
        out[t % w, t // w] = A[t // w, t % w]
    return out


def gathered(A):
    h, w = A.shape
    rows = np.repeat(np.arange(h), w)
    columns = np.tile(np.arange(w), h)
    return A[rows, columns] - A[rows, w - 1 - columns]


def gathered_between(A):
    return A[:, np.arange(A.shape[1])[::-1]] + A[np.arange(A.shape[0])[:, None], np.arange(A.shape[1])]


def added_at(x, k):
    out = np.zeros(len(x) + len(k) - 1)
    i, j = np.indices((len(x), len(k)))
    np.add.at(out, i + j, x[:, None] * k)
    return out


def strided_windows(x, k):
    (s,) = x.strides
    return as_strided(x, (len(x) - len(k) + 1, len(k)), (s, s)) @ k


def early(x, k):
    if len(x) < len(k):
        return np.zeros(0)
    out = np.zeros(len(x) - len(k) + 1)
    for i in range(len(out)):
        out[i] = x[i : i + len(k)] @ k
    return out


def swapped_dict(x, k):
    pair = {"a": x, "b": k}
    pair["a"], pair["b"] = pair["b"], pair["a"]
    return np.concatenate([pair["a"], pair["b"]])


def in_place_argument(x):
    def clear(y):
        y[0] = 0

    clear(x)
    return x


def joined_pieces(x):
    return np.r_[x, 0, x[::-1]] + np.append(np.insert(x, 1, 7), x)


def windows(x, m):
    for i in range(len(x) - m + 1):
        yield x[i : i + m]


def yielded(x, k):
    return np.array([w @ k for w in windows(x, len(k))])


def chained(*arrays):
    first, *rest = arrays
    for one in rest:
        first = np.outer(first, one)
    return first


def kinds(x, k=None, mode="same"):
    if k is None:
        k = np.ones(3)
    if isinstance(k, (list, np.ndarray)) and mode.lower() == "same":
        return np.convolve(x, k, mode)
    return x


def appended_if(x):
    out = []
    for i in range(len(x)):
        if i % 2 == 0:
            out.append(x[i])
    return np.array(out)


def appended_where(A):
    out = []
    for i in range(len(A)):
        for j in range(len(A)):
            if i * j % 2 == 0:
                out.append(A[i, 0])
    return np.array(out)


def read_while_growing(x):
    out = []
    for value in x:
        out.append(value)
        out.append(out[0])
    return np.array(out)


def counted_state(x):
    """The attribute differs in every step."""
    line = Line(x)
    total = 0
    for i in range(len(x)):
        total = total + line.calls * x[i]
        line.calls += 1
    return total


def changed_condition(x):
    """The bound of the loop changes in the loop."""
    i, n = 0, len(x)
    while i < n:
        n -= 1
        i += 1
    return i * x


def rows_of_a_view(A):
    """NumPy changes A as well."""
    for row in A.T:
        row *= 2
    return A


def part_of_a_view(A):
    """The part is read after the array has changed."""
    first = A.T[0]
    A[0, 0] = 7
    return first


def stacked_list(x, k):
    parts = [x, k]
    parts[0] = 2 * x
    return np.concatenate(parts)


def appended_in_a_nest(A, K):
    patches = []
    for i in range(A.shape[0] - K.shape[0] + 1):
        for j in range(A.shape[1] - K.shape[1] + 1):
            patches.append(A[i : i + K.shape[0], j : j + K.shape[1]].ravel())
    return np.array(patches) @ K.ravel()


def scattered_in_digits(A):
    h, w = A.shape
    rows, columns = np.repeat(np.arange(h), w), np.tile(np.arange(w), h)
    out = np.zeros(h + w)
    np.add.at(out, rows + columns, A.ravel())
    return out


def tiled_product(A, B, tile):
    """Tiles of any size, the last ones clipped."""
    m, k = A.shape
    n = B.shape[1]
    C = np.zeros((m, n))
    for i0 in range(0, m, tile):
        for j0 in range(0, n, tile):
            for k0 in range(0, k, tile):
                for i in range(i0, min(i0 + tile, m)):
                    for j in range(j0, min(j0 + tile, n)):
                        for p in range(k0, min(k0 + tile, k)):
                            C[i, j] += A[i, p] * B[p, j]
    return C


def block_sums(x, block):
    total = 0
    for start in range(0, len(x), block):
        total += x[start : start + block].sum()
    return total


def handed_on(x, size):
    return block_sums(x, size)
