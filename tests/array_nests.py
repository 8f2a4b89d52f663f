"""Loop nests that go through arrays, right and subtly wrong, as people write them."""

# ruff: noqa: B905, E741, SIM113

import numpy as np


def matmul(X, Y):
    n, m = X.shape
    l, p = Y.shape
    assert l == m
    Z = np.zeros((n, p))
    for i in range(n):
        for j in range(p):
            for k in range(m):
                Z[i, j] += X[i, k] * Y[k, j]
    return Z


def matmul_overwrites(X, Y):
    n, m = X.shape
    l, p = Y.shape
    assert l == m
    Z = np.zeros((n, p))
    for i in range(n):
        for j in range(p):
            for k in range(m):
                Z[i, j] = X[i, k] * Y[k, j]
    return Z


def matmul_rows(X, Y):
    assert X.shape[1] == Y.shape[0]
    Z = np.zeros((X.shape[0], Y.shape[1]))
    for i in range(X.shape[0]):
        for k in range(X.shape[1]):
            Z[i] += X[i, k] * Y[k]
    return Z


def triangle(X, y):
    n = len(y)
    z = np.zeros(n)
    for i in range(n):
        for j in range(i + 1):
            z[i] += X[i, j] * y[j]
    return z


def transpose_in_place(X):
    n = X.shape[0]
    for i in range(n):
        for j in range(i):
            X[i, j], X[j, i] = X[j, i], X[i, j]
    return X


def transpose_in_place_twice(X):
    n = X.shape[0]
    for i in range(n):
        for j in range(n):
            X[i, j], X[j, i] = X[j, i], X[i, j]
    return X


def reverse_in_place(x):
    n = len(x)
    for i in range(n // 2):
        x[i], x[n - 1 - i] = x[n - 1 - i], x[i]
    return x


def reverse_by_overwriting(x):
    n = len(x)
    for i in range(n):
        x[i] = x[n - 1 - i]
    return x


def running_sum(x):
    c = np.zeros(len(x))
    s = 0.0
    for i, value in enumerate(x):
        s += value
        c[i] = s
    return c


def running_sum_in_place(x):
    for i in range(1, len(x)):
        x[i] += x[i - 1]
    return x


def dft(x):
    n = len(x)
    y = np.zeros(n, dtype=complex)
    counter = 0
    for value in x:
        y[counter] = 2 * value
        counter += 1
    return y


def alternating(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i] if i % 2 == 0 else -x[i]
    return y


def every_second(x):
    n = len(x)
    y = np.zeros((n + 1) // 2)
    for i in range(n):
        if i % 2 == 1:
            continue
        y[i // 2] = x[i]
    return y


def last_one(x):
    t = 0
    for value in x:
        t = value
    return t


def fibonacci(x):
    for i in range(2, len(x)):
        x[i] = x[i - 1] + x[i - 2]
    return x


def while_loop(x):
    s = 0
    while s < 3:
        s += 1
    return s * x


def halving(x):
    """How often it runs is no linear matter."""
    n = len(x)
    while n > 1:
        n = n // 2
    return n * x


def data_dependent(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        if x[i] > 0:
            y[i] = x[i]
    return y


def shared_rows(x):
    Z = [[0] * len(x)] * len(x)
    Z[0][0] = 1
    return Z


def integers(x):
    y = np.zeros(len(x), dtype=int)
    y[0] = x[0]
    return y


def never_assigned(x):
    y = np.empty(len(x))
    for i in range(1, len(x)):
        y[i] = x[i]
    return y


def not_affine(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i * i]
    return y


def negative_end(x):
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[-1 - i]
    return y


def aliased(x):
    y = np.zeros(len(x))
    z = y
    for i in range(len(x)):
        z[i] = x[i]
    return y


def unknown_function(x):
    return np.sort(x)


def transposed_view(X):
    """NumPy adds to X as well."""
    Y = X.T
    Y += 1
    return X


def flattened_view(X):
    """NumPy may add to X as well."""
    y = X.ravel()
    y *= 2
    return X


def either_view(x):
    """y is x itself, or another array."""
    y = np.zeros(len(x))
    z = x if len(x) > 3 else y
    z[0] = 5
    return x


def either_value(x):
    """The view is read after its array has changed."""
    y = np.zeros(len(x))
    z = x if len(x) > 3 else y
    x[0] = 7
    return z


def either_new(x):
    """An array of its own on both branches."""
    y = 2 * x if len(x) > 3 else np.ones(len(x))
    y[0] = 1
    return y


def _cleared(x, i):
    x[i] = 0
    return x[i]


def changed_in_a_list(x):
    """Clears x on the way."""
    y = [_cleared(x, i) for i in range(len(x))]
    return x + np.array(y)


def changed_in_a_choice(x):
    """Clears x on the way, perhaps."""
    y = _cleared(x, 0) if len(x) > 3 else 0
    return x + y


def filled_with_a_whole_number(x):
    """np.full(n, 0) holds integers, and cuts off what is put into it."""
    y = np.full(len(x), 0)
    for i in range(len(x)):
        y[i] = x[i]
    return y


def filled_with_a_decimal(x):
    """np.full(n, 0.0) holds floats."""
    y = np.full(len(x), 0.0)
    for i in range(len(x)):
        y[i] = x[i]
    return y


def list_of_whole_numbers(x):
    """np.array([0] * n) holds integers."""
    y = np.array([0] * len(x))
    y[:] = x
    return y


def halved_in_place(x):
    """NumPy stores 1 / 2 as 0."""
    k = np.array([1, 2])
    k[0] /= 2
    return k


def counted(x):
    """np.arange holds integers."""
    y = np.arange(len(x))
    y[0] = x[0]
    return y


def like_whole_numbers(x):
    """np.zeros_like holds what its argument holds."""
    y = np.zeros_like(np.arange(len(x)))
    y[0] = x[0]
    return y


def antidiagonals(A):
    """Sums along the antidiagonals."""
    d = np.zeros(A.shape[0] + A.shape[1] - 1)
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            d[i + j] += A[i, j]
    return d


def prefix_before(x):
    """Each entry holds the sum of those before it."""
    y = np.zeros(len(x))
    total = 0
    for i in range(len(x)):
        y[i] = total
        total += x[i]
    return y


def rotated_by_slices(x):
    """The last entry comes first."""
    y = np.zeros(len(x))
    y[1:] = x[:-1]
    y[0] = x[-1]
    return y


def overlapping(x):
    """NumPy copies before it shifts."""
    x[1:] = x[:-1]
    return x


def swapped_columns(A):
    """The first column is a view, and lost when it is swapped."""
    first = A[:, 0]
    A[:, 0] = A[:, -1]
    A[:, -1] = first
    return A


def swapped_columns_right(A):
    """The first column is kept."""
    first = A[:, 0].copy()
    A[:, 0] = A[:, -1]
    A[:, -1] = first
    return A


def zipped(x, y):
    """A dot product of pairs."""
    total = 0
    for a, b in zip(x, y, strict=True):
        total += a * b
    return total


def zipped_in_a_sum(x, y):
    """A dot product; zip stops where the shorter one ends."""
    return sum(a * b for a, b in zip(x, y))


def weighted(x):
    """Each entry times its index."""
    return np.array([i * a for i, a in enumerate(x)])


def rows_of_rows(A):
    """Twice each entry, row by row."""
    return np.array([[2 * a for a in row] for row in A])


def neighbours(x):
    """Differences of neighbours."""
    return np.array([b - a for a, b in zip(x[:-1], x[1:])])


def own_range(x):
    """Another function of the name of Python's own."""
    range = np.arange
    y = np.zeros(len(x))
    for i in range(len(x)):
        y[i] = x[i]
    return y


def counted_while_counting(x, k):
    """Reads, at an index of the inner loop, what the inner loop wrote in earlier rounds of the outer one."""
    n, m = len(x), len(k)
    out = np.zeros(m)
    s = 0
    for i in range(n):
        for j in range(m):
            out[j // 2] += x[i]
            s += out[m - 1 - j]
    return s


def weighted_late(x):
    """A number that each round leaves to the next."""
    y = np.zeros(len(x))
    s = 0
    for i in range(len(x)):
        y[i] = s * x[i]
        s = i + 1
    return y


def smoothed_twice(x):
    """An array of another length in each round."""
    y = x
    for _ in range(2):
        y = y[1:] + y[:-1]
    return y
