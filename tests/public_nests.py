"""Functions on vectors and matrices as courses, answers and libraries have them."""

# ruff: noqa

import numpy as np
from numpy.lib.stride_tricks import as_strided


# --- CS231n
def affine_forward(x, w, b):
    out = None
    N = x.shape[0]
    D = np.prod(x.shape[1:])
    x_rs = np.reshape(x, (N, -1))
    out = x_rs.dot(w) + b
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    dx, dw, db = None, None, None
    N = x.shape[0]
    x_rsp = x.reshape(N, -1)
    dx = dout.dot(w.T)
    dx = dx.reshape(*x.shape)
    dw = x_rsp.T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def conv_forward_naive(x, w, b, conv_param):
    out = None
    stride = conv_param["stride"]
    pad = conv_param["pad"]
    N, C, H, W = x.shape
    F, C, HH, WW = w.shape
    xp = np.pad(x, ((0,), (0,), (pad,), (pad,)), "constant")
    H_out = 1 + (H + 2 * pad - HH) // stride
    W_out = 1 + (W + 2 * pad - WW) // stride
    out = np.zeros((N, F, H_out, W_out))
    for n in range(N):
        for f in range(F):
            for i in range(H_out):
                for j in range(W_out):
                    h1 = i * stride
                    h2 = i * stride + HH
                    w1 = j * stride
                    w2 = j * stride + WW
                    window = xp[n, :, h1:h2, w1:w2]
                    out[n, f, i, j] = np.sum(window * w[f, :, :, :]) + b[f]
    cache = (x, w, b, conv_param)
    return out, cache


def conv_backward_naive(dout, cache):
    x, w, b, conv_param = cache
    stride, pad = conv_param["stride"], conv_param["pad"]
    N, C, H, W = x.shape
    F, _, HH, WW = w.shape
    _, _, H_out, W_out = dout.shape
    x_pad = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="constant")
    dx_pad = np.zeros_like(x_pad)
    dw = np.zeros_like(w)
    db = np.zeros_like(b)
    for n in range(N):
        for f in range(F):
            db[f] += np.sum(dout[n, f])
            for i in range(H_out):
                for j in range(W_out):
                    dw[f] += x_pad[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW] * dout[n, f, i, j]
                    dx_pad[n, :, i * stride : i * stride + HH, j * stride : j * stride + WW] += w[f] * dout[n, f, i, j]
    dx = dx_pad[:, :, pad : pad + H, pad : pad + W]
    return dx, dw, db


def avg_pool_forward_naive(x, pool_param):
    N, C, H, W = x.shape
    ph, pw, s = pool_param["pool_height"], pool_param["pool_width"], pool_param["stride"]
    Ho = 1 + (H - ph) // s
    Wo = 1 + (W - pw) // s
    out = np.zeros((N, C, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            out[:, :, i, j] = np.mean(x[:, :, i * s : i * s + ph, j * s : j * s + pw], axis=(2, 3))
    return out


def get_im2col_indices(x_shape, field_height, field_width, padding=1, stride=1):
    N, C, H, W = x_shape
    assert (H + 2 * padding - field_height) % stride == 0
    assert (W + 2 * padding - field_height) % stride == 0
    out_height = (H + 2 * padding - field_height) // stride + 1
    out_width = (W + 2 * padding - field_width) // stride + 1
    i0 = np.repeat(np.arange(field_height), field_width)
    i0 = np.tile(i0, C)
    i1 = stride * np.repeat(np.arange(out_height), out_width)
    j0 = np.tile(np.arange(field_width), field_height * C)
    j1 = stride * np.tile(np.arange(out_width), out_height)
    i = i0.reshape(-1, 1) + i1.reshape(1, -1)
    j = j0.reshape(-1, 1) + j1.reshape(1, -1)
    k = np.repeat(np.arange(C), field_height * field_width).reshape(-1, 1)
    return (k, i, j)


def im2col_indices(x, field_height, field_width, padding=1, stride=1):
    p = padding
    x_padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), mode="constant")
    k, i, j = get_im2col_indices(x.shape, field_height, field_width, padding, stride)
    cols = x_padded[:, k, i, j]
    C = x.shape[1]
    cols = cols.transpose(1, 2, 0).reshape(field_height * field_width * C, -1)
    return cols


def sgd(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    w -= config["learning_rate"] * dw
    return w, config


def sgd_momentum(w, dw, config=None):
    if config is None:
        config = {}
    config.setdefault("learning_rate", 1e-2)
    config.setdefault("momentum", 0.9)
    v = config.get("velocity", np.zeros_like(w))
    v = config["momentum"] * v - config["learning_rate"] * dw
    next_w = w + v
    config["velocity"] = v
    return next_w, config


def compute_distances_no_loops_gram(X, Y):
    return X.dot(Y.T)


def sq_dists(X, Y):
    x2 = np.sum(X**2, axis=1).reshape((X.shape[0], 1))
    y2 = np.sum(Y**2, axis=1).reshape((1, Y.shape[0]))
    return x2 - 2 * np.dot(X, Y.T) + y2


def rnn_linear(x, h0, Wx, Wh):
    N, T, D = x.shape
    return np.dot(x.reshape(N * T, D), Wx).reshape(N, T, -1)


# --- numpy-100 & answers
def q_mov_avg(Z, n=3):
    ret = np.cumsum(Z)
    ret[n:] = ret[n:] - ret[:-n]
    return ret[n - 1 :] / n


def q_border():
    Z = np.ones((10, 10))
    Z[1:-1, 1:-1] = 0
    return Z


def q_checker():
    Z = np.zeros((8, 8))
    Z[1::2, ::2] = 1
    Z[::2, 1::2] = 1
    return Z


def q_checker_tile():
    return np.tile(np.array([[0, 1], [1, 0]]), (4, 4))


def q_swap_rows(A):
    A = A.copy()
    A[[0, 1]] = A[[1, 0]]
    return A


def q_sub_mean(X):
    return X - X.mean(axis=1, keepdims=True)


def q_diag_dot(A, B):
    return np.diag(np.dot(A, B))


def q_diag_dot2(A, B):
    return np.sum(A * B.T, axis=1)


def q_interleave(Z, nz):
    Z0 = np.zeros(len(Z) + (len(Z) - 1) * (nz))
    Z0[:: nz + 1] = Z
    return Z0


def q_mult_last(A, B):
    return A * B[:, :, None]


def q_strides(Z, window=3):
    shape = (Z.size - window + 1, window)
    strides = (Z.strides[0], Z.strides[0])
    return as_strided(Z, shape=shape, strides=strides)


def q_block_sum(Z, k=4):
    return np.add.reduceat(np.add.reduceat(Z, np.arange(0, Z.shape[0], k), axis=0), np.arange(0, Z.shape[1], k), axis=1)


def q_einsum_outer(A, B):
    return np.einsum("i,j->ij", A, B)


def q_roll(x):
    return np.r_[x[-1], x[:-1]]


def q_outer_sum(x, y):
    return x[:, np.newaxis] + y


def q_cauchy_like(x, y):
    return np.subtract.outer(x, y)


def strided_app(a, L, S):
    nrows = ((a.size - L) // S) + 1
    n = a.strides[0]
    return np.lib.stride_tricks.as_strided(a, shape=(nrows, L), strides=(S * n, n))


def rolling_window(a, window):
    shape = a.shape[:-1] + (a.shape[-1] - window + 1, window)
    strides = a.strides + (a.strides[-1],)
    return np.lib.stride_tricks.as_strided(a, shape=shape, strides=strides)


def smooth(y, box_pts):
    box = np.ones(box_pts) / box_pts
    y_smooth = np.convolve(y, box, mode="same")
    return y_smooth


def running_mean(x, N):
    cumsum = np.cumsum(np.insert(x, 0, 0))
    return (cumsum[N:] - cumsum[:-N]) / float(N)


def blockshaped(arr, nrows, ncols):
    h, w = arr.shape
    return arr.reshape(h // nrows, nrows, -1, ncols).swapaxes(1, 2).reshape(-1, nrows, ncols)


def rebin(a, shape):
    sh = shape[0], a.shape[0] // shape[0], shape[1], a.shape[1] // shape[1]
    return a.reshape(sh).mean(-1).mean(1)


def shift5(arr, num, fill_value=0):
    result = np.empty_like(arr)
    if num > 0:
        result[:num] = fill_value
        result[num:] = arr[:-num]
    elif num < 0:
        result[num:] = fill_value
        result[:num] = arr[-num:]
    else:
        result[:] = arr
    return result


# --- matrix
def matmul_lists(A, B):
    n, m, p = len(A), len(B), len(B[0])
    C = [[0 for _ in range(p)] for _ in range(n)]
    for i in range(n):
        for j in range(p):
            for k in range(m):
                C[i][j] += A[i][k] * B[k][j]
    return C


def matmul_zip(X, Y):
    return [[sum(a * b for a, b in zip(X_row, Y_col)) for Y_col in zip(*Y)] for X_row in X]


def transpose_lists(M):
    return [list(row) for row in zip(*M)]


def transpose_comp(M):
    return [[M[j][i] for j in range(len(M))] for i in range(len(M[0]))]


def trace_loop(M):
    t = 0
    for i in range(len(M)):
        t += M[i][i]
    return t


def identity_lists(n):
    return [[1 if i == j else 0 for j in range(n)] for i in range(n)]


def kron_loops(A, B):
    m, n = A.shape
    p, q = B.shape
    K = np.zeros((m * p, n * q))
    for i in range(m):
        for j in range(n):
            K[i * p : (i + 1) * p, j * q : (j + 1) * q] = A[i, j] * B
    return K


def dot_product(v1, v2):
    if len(v1) != len(v2):
        raise ValueError("different lengths")
    total = 0.0
    for a, b in zip(v1, v2):
        total += a * b
    return total


def poly_mul(p, q):
    r = [0] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            r[i + j] += a * b
    return r


def horner(c, x):
    result = 0
    for a in c:
        result = result * x + a
    return result


def prefix(a):
    s = [0]
    for v in a:
        s.append(s[-1] + v)
    return s


def prefix2(a):
    n = len(a)
    p = [0] * (n + 1)
    for i in range(n):
        p[i + 1] = p[i] + a[i]
    return p


def integral(img):
    h, w = img.shape
    ii = np.zeros((h + 1, w + 1))
    for y in range(h):
        for x in range(w):
            ii[y + 1, x + 1] = img[y, x] + ii[y, x + 1] + ii[y + 1, x] - ii[y, x]
    return ii


def integral_rows(img):
    h, w = img.shape
    ii = np.zeros((h, w))
    for y in range(h):
        s = 0
        for x in range(w):
            s += img[y, x]
            ii[y, x] = s + (ii[y - 1, x] if y > 0 else 0)
    return ii


def integral_np(img):
    return img.cumsum(axis=0).cumsum(axis=1)
