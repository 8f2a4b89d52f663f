"""Loop nests that slide one array over another, right and subtly wrong, as people write them."""

import numpy as np


def conv_full(x, k):
    y = np.zeros(len(x) + len(k) - 1)
    for i in range(len(x)):
        for j in range(len(k)):
            y[i + j] += x[i] * k[j]
    return y


def conv_full_gather(x, k):
    n, m = len(x), len(k)
    y = np.zeros(n + m - 1)
    for i in range(n + m - 1):
        for j in range(max(0, i - n + 1), min(m, i + 1)):
            y[i] += k[j] * x[i - j]
    return y


def conv_full_no_flip(x, k):
    n, m = len(x), len(k)
    y = np.zeros(n + m - 1)
    for i in range(n):
        for j in range(m):
            y[i + m - 1 - j] += x[i] * k[j]
    return y


def corr_valid(x, k):
    n, m = x.shape[0], k.shape[0]
    y = np.zeros(n - m + 1)
    for i in range(n - m + 1):
        s = 0.0
        for u in range(m):
            s += x[i + u] * k[u]
        y[i] = s
    return y


def corr_valid_off_by_one(x, k):
    n, m = len(x), len(k)
    y = np.zeros(n - m + 1)
    for i in range(n - m):
        for u in range(m):
            y[i] += x[i + u] * k[u]
    return y


def corr_valid_forgets_reset(x, k):
    n, m = len(x), len(k)
    y = np.zeros(n - m + 1)
    s = 0
    for i in range(n - m + 1):
        for u in range(m):
            s += x[i + u] * k[u]
        y[i] = s
    return y


def conv_valid_backwards(x, k):
    n, m = len(x), len(k)
    y = np.empty(n - m + 1)
    for i in range(n - m, -1, -1):
        y[i] = sum(x[i + m - 1 - u] * k[u] for u in range(m))
    return y


def conv_same(x, k):
    n, m = len(x), len(k)
    y = [0.0] * n
    for i in range(n):
        for j in range(m):
            p = i - j + (m - 1) // 2
            if p >= 0 and p < n:
                y[i] += x[p] * k[j]
    return y


def conv_same_other_half(x, k):
    n, m = len(x), len(k)
    y = [0.0] * n
    for i in range(n):
        for j in range(m):
            p = i - j + m // 2
            if 0 <= p < n:
                y[i] += x[p] * k[j]
    return y


def corr2d(A, K):
    H, W = A.shape
    h, w = K.shape
    Z = np.zeros((H - h + 1, W - w + 1))
    for m in range(H - h + 1):
        for n in range(W - w + 1):
            for u in range(h):
                for v in range(w):
                    Z[m, n] += A[m + u, n + v] * K[u, v]
    return Z


def corr2d_lists(A, K):
    H, W, h, w = len(A), len(A[0]), len(K), len(K[0])
    Z = [[0 for _ in range(W - w + 1)] for _ in range(H - h + 1)]
    for m in range(H - h + 1):
        for n in range(W - w + 1):
            for u in range(h):
                for v in range(w):
                    Z[m][n] += A[m + u][n + v] * K[u][v]
    return Z


def corr2d_patches(A, K):
    H, W = A.shape
    h, w = K.shape
    Z = np.zeros((H - h + 1, W - w + 1))
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            patch = A[i : i + h, j : j + w]
            Z[i, j] = np.sum(patch * K)
    return Z


def corr2d_swapped_axes(A, K):
    H, W = A.shape
    h, w = K.shape
    Z = np.zeros((H - h + 1, W - w + 1))
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            for u in range(h):
                for v in range(w):
                    Z[i, j] += A[i + u, j + v] * K[h - 1 - u, v]
    return Z


def corr2d_transposed(A, K):
    H, W = A.shape
    h, w = K.shape
    Z = np.zeros((W - w + 1, H - h + 1))
    for i in range(H - h + 1):
        for j in range(W - w + 1):
            Z[j, i] = np.tensordot(A[i : i + h, j : j + w], K)
    return Z


def conv2d_scatter(A, K):
    H, W = A.shape
    h, w = K.shape
    Z = np.zeros((H + h - 1, W + w - 1))
    for i in range(H):
        for j in range(W):
            Z[i : i + h, j : j + w] += A[i, j] * K
    return Z


def conv2d_shifted_adds(A, K):
    H, W = A.shape
    h, w = K.shape
    Z = np.zeros((H - h + 1, W - w + 1))
    for u in range(h):
        for v in range(w):
            Z += A[u : u + H - h + 1, v : v + W - w + 1] * K[u, v]
    return Z


def conv2d_rebinding(A, K):
    H, W = A.shape
    h, w = K.shape
    Z = np.zeros((H - h + 1, W - w + 1))
    for u in range(h):
        for v in range(w):
            Z = Z + K[u, v] * A[u : u + H - h + 1, v : v + W - w + 1]
    return Z


def padded(A, K):
    H, W = A.shape
    h, w = K.shape
    P = np.zeros((H + 2 * (h - 1), W + 2 * (w - 1)))
    P[h - 1 : h - 1 + H, w - 1 : w - 1 + W] = A
    return corr2d(P, K)


def strided(x, k, stride=2):
    n, m = len(x), len(k)
    y = np.zeros((n - m) // stride + 1)
    for i in range((n - m) // stride + 1):
        for u in range(m):
            y[i] += x[i * stride + u] * k[u]
    return y


def strided_wrong(x, k):
    n, m = len(x), len(k)
    y = np.zeros((n - m) // 2 + 1)
    for i in range(0, n - m + 1, 2):
        for u in range(m):
            y[i // 2] += x[i // 2 + u] * k[u]
    return y


def strided_steps(x, k):
    n, m = len(x), len(k)
    y = np.zeros((n - m) // 2 + 1)
    for i in range(0, n - m + 1, 2):
        for u in range(m):
            y[i // 2] += x[i + u] * k[u]
    return y


def layer(x, w, b):
    C, H, W = x.shape
    F, _, h, v = w.shape
    assert w.shape[1] == C and b.shape[0] == F
    y = np.zeros((F, H - h + 1, W - v + 1))
    for f in range(F):
        for i in range(H - h + 1):
            for j in range(W - v + 1):
                s = b[f]
                for c in range(C):
                    for p in range(h):
                        for q in range(v):
                            s += x[c, i + p, j + q] * w[f, c, p, q]
                y[f, i, j] = s
    return y


def layer_forgets_bias(x, w, b):
    C, H, W = x.shape
    F, _, h, v = w.shape
    assert w.shape[1] == C and b.shape[0] == F
    y = np.zeros((F, H - h + 1, W - v + 1))
    for f in range(F):
        for i in range(H - h + 1):
            for j in range(W - v + 1):
                for c in range(C):
                    y[f, i, j] += b[f] + np.sum(x[c, i : i + h, j : j + v] * w[f, c])
    return y


def transposed_layer(x, k, stride=2):
    n, m = len(x), len(k)
    y = np.zeros((n - 1) * stride + m)
    for i in range(n):
        for u in range(m):
            y[i * stride + u] += x[i] * k[u]
    return y


def circular(x, k):
    n = len(x)
    assert len(k) == n
    y = np.zeros(n)
    for i in range(n):
        for j in range(n):
            y[(i + j) % n] += x[i] * k[j]
    return y


def circular_by_cases(x, k):
    n = len(x)
    assert len(k) == n
    y = np.zeros(n)
    for i in range(n):
        for j in range(n):
            p = i - j
            if p < 0:
                p += n
            y[i] += x[p] * k[j]
    return y


def circular_negative(x, k):
    n = len(x)
    assert len(k) == n
    y = np.zeros(n)
    for i in range(n):
        for j in range(n):
            y[i] += x[i - j] * k[j]
    return y


def box_filter(x, r):
    n = len(x)
    y = np.zeros(n)
    for i in range(n):
        lo, hi = max(0, i - r), min(n, i + r + 1)
        for j in range(lo, hi):
            y[i] += x[j]
    return y / (2 * r + 1)


def differences(x):
    n = len(x)
    y = np.zeros(n - 1)
    for i in range(1, n):
        y[i - 1] = x[i] - x[i - 1]
    return y


def differences_too_far(x):
    n = len(x)
    y = np.zeros(n)
    for i in range(n):
        y[i] = x[i + 1] - x[i]
    return y


def im2col(A, K):
    H, W = A.shape
    h, w = K.shape
    cols = np.zeros((h, w, H - h + 1, W - w + 1))
    for u in range(h):
        for v in range(w):
            cols[u, v] = A[u : u + H - h + 1, v : v + W - w + 1]
    return np.tensordot(K, cols, 2)


def separable(A, p, q):
    H, W = A.shape
    rows = np.zeros((H, W - len(q) + 1))
    for i in range(H):
        rows[i] = corr_valid(A[i], q)
    Z = np.zeros((H - len(p) + 1, W - len(q) + 1))
    for j in range(W - len(q) + 1):
        Z[:, j] = corr_valid(rows[:, j], p)
    return Z


def edges(A):
    H, W = A.shape
    Z = np.zeros((H, W))
    for i in range(1, H - 1):
        for j in range(1, W - 1):
            for di, weight in ((-1, 1), (0, -2), (1, 1)):
                Z[i, j] += weight * A[i + di, j]
    return Z


def swapped_if_longer(x, k):
    if len(x) < len(k):
        return corr_full(k, x)[::-1]
    return corr_full(x, k)


def corr_full(x, k):
    n, m = len(x), len(k)
    y = np.zeros(n + m - 1)
    for i in range(n):
        for j in range(m):
            y[i - j + m - 1] += x[i] * k[j]
    return y


def questions_dot(A, C):
    H, W = A.shape
    Z = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            Z[i, j] = np.sum(np.dot(A[i : i + 2, j : j + 2], C))
    return Z


def average_of_neighbours(x):
    for i in range(1, len(x) - 1):
        x[i] = (x[i - 1] + x[i + 1]) / 2
    return x


def raises_for_small(x, k):
    if len(x) < len(k):
        raise ValueError("too short")
    return corr_valid(x, k)


def scattered_overwrites(x, k):
    """Pieces that overlap overwrite one another."""
    y = np.zeros(len(x) + len(k) - 1)
    for i in range(len(x)):
        y[i : i + len(k)] = x[i] * k
    return y


def scattered_rows(x, k):
    """Pieces that overlap are added."""
    y = np.zeros(len(x) + len(k) - 1)
    for i in range(len(x)):
        y[i : i + len(k)] += x[i] * k
    return y


def padded_by_half(A, K):
    """The image is put into the middle of zeros."""
    h, w = K.shape
    P = np.zeros((A.shape[0] + h - 1, A.shape[1] + w - 1))
    P[h // 2 : h // 2 + A.shape[0], w // 2 : w // 2 + A.shape[1]] = A
    Z = np.zeros(A.shape)
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            Z[i, j] = np.sum(P[i : i + h, j : j + w] * K)
    return Z


def gathered_too_far(x, k):
    """Bounds that are one too large."""
    y = np.zeros(len(x) + len(k) - 1)
    for i in range(len(y)):
        for j in range(max(0, i - len(k)), min(i, len(x))):
            y[i] += x[j] * k[i - j]
    return y


def wrapped_by_accident(x, k):
    """A negative index reads from the end."""
    y = np.zeros(len(x))
    for i in range(len(x)):
        for j in range(min(len(k), len(x))):
            y[i] += x[i - j] * k[j]
    return y


def toeplitz_rows(x, k):
    """A matrix whose rows hold the kernel, shifted."""
    T = np.zeros((len(x) - len(k) + 1, len(x)))
    for i in range(T.shape[0]):
        T[i, i : i + len(k)] = k
    return T @ x


def pooled_in_steps(A):
    """The last window is cut off where a side is odd."""
    P = np.zeros((A.shape[0] // 2, A.shape[1] // 2))
    for i in range(0, A.shape[0], 2):
        for j in range(0, A.shape[1], 2):
            P[i // 2, j // 2] = A[i : i + 2, j : j + 2].mean()
    return P


def corr2d_in_brackets(A, K):
    """One expression; an array without rows has no columns either."""
    h, w = K.shape
    return np.array(
        [[np.sum(A[i : i + h, j : j + w] * K) for j in range(A.shape[1] - w + 1)] for i in range(A.shape[0] - h + 1)]
    )
