"""Functions with integral images, frames and loops that are left, as courses and answers have them."""

# ruff: noqa

import numpy as np


def integral_image(img):
    h, w = img.shape
    ii = np.zeros((h + 1, w + 1))
    ii[1:, 1:] = img.cumsum(axis=0).cumsum(axis=1)
    return ii


def box_filter_integral(img, r):
    h, w = img.shape
    k = 2 * r + 1
    ii = np.pad(np.cumsum(np.cumsum(img, axis=0), axis=1), ((1, 0), (1, 0)))
    return (ii[k:, k:] - ii[:-k, k:] - ii[k:, :-k] + ii[:-k, :-k]) / (k * k)


def smooth_cookbook(x, window_len=11):
    if x.ndim != 1:
        raise ValueError("smooth only accepts 1 dimension arrays.")
    if x.size < window_len:
        raise ValueError("Input vector needs to be bigger than window size.")
    s = np.r_[x[window_len - 1 : 0 : -1], x, x[-2 : -window_len - 1 : -1]]
    w = np.ones(window_len, "d")
    y = np.convolve(w / w.sum(), s, mode="valid")
    return y


def toeplitz_1d_ch(k, n):
    m = k.shape[0]
    H = np.zeros((n - m + 1, n))
    for i in range(H.shape[0]):
        for j in range(H.shape[1]):
            if 0 <= j - i < m:
                H[i, j] = k[j - i]
    return H


def block_reduce_mean(image, block):
    h, w = image.shape
    return (
        image[: h // block * block, : w // block * block]
        .reshape(h // block, block, w // block, block)
        .mean(axis=(1, 3))
    )


def dwt_step(x, lo, hi):
    a = np.convolve(x, lo)[1::2]
    d = np.convolve(x, hi)[1::2]
    return a, d


def frame(x, frame_length, hop_length):
    n_frames = 1 + (len(x) - frame_length) // hop_length
    frames = np.empty((frame_length, n_frames))
    for i in range(n_frames):
        frames[:, i] = x[i * hop_length : i * hop_length + frame_length]
    return frames


def overlap_add(frames, hop_length):
    frame_length, n_frames = frames.shape
    y = np.zeros(frame_length + hop_length * (n_frames - 1))
    for i in range(n_frames):
        y[i * hop_length : i * hop_length + frame_length] += frames[:, i]
    return y


def conv_overlap_add(x, h, L):
    N, M = len(x), len(h)
    y = np.zeros(N + M - 1)
    for start in range(0, N, L):
        block = x[start : start + L]
        yb = np.convolve(block, h)
        y[start : start + len(yb)] += yb
    return y


def pairs(x):
    it = iter(range(len(x)))
    first = next(it)
    s = x[first]
    for i in it:
        s += x[i]
    return s


def conv2d_strides(a, f):
    s = f.shape + tuple(np.subtract(a.shape, f.shape) + 1)
    strd = np.lib.stride_tricks.as_strided
    subM = strd(a, shape=s, strides=a.strides * 2)
    return np.einsum("ij,ijkl->kl", f, subM)


def gaussian_separable(img, k):
    tmp = np.apply_along_axis(lambda r: np.convolve(r, k, mode="same"), 1, img)
    return np.apply_along_axis(lambda c: np.convolve(c, k, mode="same"), 0, tmp)


def winograd_f23(d, g):
    m1 = (d[0] - d[2]) * g[0]
    m2 = (d[1] + d[2]) * (g[0] + g[1] + g[2]) / 2
    m3 = (d[2] - d[1]) * (g[0] - g[1] + g[2]) / 2
    m4 = (d[1] - d[3]) * g[2]
    return np.array([m1 + m2 + m3, m2 - m3 - m4])


def linear_interp_up(x):
    n = len(x)
    y = np.zeros(2 * n - 1)
    y[::2] = x
    y[1::2] = 0.5 * (x[:-1] + x[1:])
    return y


def cuda_like_1d(x, k):
    n, m = len(x), len(k)
    out = np.zeros(n)
    for idx in range(n):
        acc = 0.0
        for j in range(m):
            pos = idx + j - m // 2
            if pos >= 0 and pos < n:
                acc += x[pos] * k[j]
        out[idx] = acc
    return out


def evens_filter(x):
    out = []
    for i in range(len(x)):
        if i % 2 == 0:
            out.append(x[i])
    return np.array(out)


def odds(x):
    out = []
    for i, v in enumerate(x):
        if i % 2:
            out.append(v)
    return np.array(out)


def skip_first(x):
    out = []
    for i in range(len(x)):
        if i == 0:
            continue
        out.append(x[i] - x[i - 1])
    return np.array(out)


def tail(x, k: int):
    out = []
    for i in range(len(x)):
        if i < k:
            continue
        out.append(x[i])
    return np.array(out)


def thirds(x):
    return [v for i, v in enumerate(x) if (i + 1) % 3 == 0]


def conv_break(x, k):
    n, m = len(x), len(k)
    y = np.zeros(n)
    for i in range(n):
        for j in range(m):
            if i - j < 0:
                break
            y[i] += x[i - j] * k[j]
    return y


def conv_break2(x, k):
    n, m = len(x), len(k)
    y = np.zeros(n)
    for i in range(n):
        for j in range(m):
            pos = i + j
            if pos >= n:
                break
            y[i] += x[pos] * k[j]
    return y


def first_three_ge(x):
    s = 0
    for i in range(len(x)):
        if i >= 3:
            break
        s += x[i]
    return s


def pool_asserted(image):
    h, w = image.shape
    assert h % 2 == 0 and w % 3 == 0
    return image.reshape(h // 2, 2, w // 3, 3).mean(axis=(1, 3))
