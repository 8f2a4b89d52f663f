"""Functions on images and signals as courses, answers and libraries have them."""

# ruff: noqa

import numpy as np
from scipy import signal, ndimage


# --- image
def convolve2d(image, kernel):
    kernel = np.flipud(np.fliplr(kernel))
    output = np.zeros_like(image)
    image_padded = np.zeros((image.shape[0] + 2, image.shape[1] + 2))
    image_padded[1:-1, 1:-1] = image
    for x in range(image.shape[1]):
        for y in range(image.shape[0]):
            output[y, x] = (kernel * image_padded[y : y + 3, x : x + 3]).sum()
    return output


def conv_pyimg(image, kernel):
    (iH, iW) = image.shape[:2]
    (kH, kW) = kernel.shape[:2]
    pad = (kW - 1) // 2
    image = np.pad(image, ((pad, pad), (pad, pad)), mode="edge")
    output = np.zeros((iH, iW), dtype="float32")
    for y in np.arange(pad, iH + pad):
        for x in np.arange(pad, iW + pad):
            roi = image[y - pad : y + pad + 1, x - pad : x + pad + 1]
            k = (roi * kernel).sum()
            output[y - pad, x - pad] = k
    return output


def conv_med(image, kernel, padding=0, strides=1):
    kernel = np.flipud(np.fliplr(kernel))
    xKernShape = kernel.shape[0]
    yKernShape = kernel.shape[1]
    xImgShape = image.shape[0]
    yImgShape = image.shape[1]
    xOutput = int(((xImgShape - xKernShape + 2 * padding) / strides) + 1)
    yOutput = int(((yImgShape - yKernShape + 2 * padding) / strides) + 1)
    output = np.zeros((xOutput, yOutput))
    if padding != 0:
        imagePadded = np.zeros((image.shape[0] + padding * 2, image.shape[1] + padding * 2))
        imagePadded[int(padding) : int(-1 * padding), int(padding) : int(-1 * padding)] = image
    else:
        imagePadded = image
    for y in range(image.shape[1]):
        if y > image.shape[1] - yKernShape:
            break
        if y % strides == 0:
            for x in range(image.shape[0]):
                if x > image.shape[0] - xKernShape:
                    break
                try:
                    if x % strides == 0:
                        output[x, y] = (kernel * imagePadded[x : x + xKernShape, y : y + yKernShape]).sum()
                except:
                    break
    return output


def box_blur(image):
    h, w = image.shape
    out = np.zeros((h - 2, w - 2))
    for i in range(1, h - 1):
        for j in range(1, w - 1):
            out[i - 1, j - 1] = np.mean(image[i - 1 : i + 2, j - 1 : j + 2])
    return out


def sobel_x(img):
    Kx = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32)
    return ndimage.convolve(img, Kx)


def gauss3(img):
    kernel = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    kernel = kernel / kernel.sum()
    return signal.convolve2d(img, kernel, mode="same", boundary="symm")


def laplacian(u):
    return u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4 * u[1:-1, 1:-1]


def game_neighbours(Z):
    N = np.zeros(Z.shape)
    N[1:-1, 1:-1] += (
        Z[:-2, :-2] + Z[:-2, 1:-1] + Z[:-2, 2:] + Z[1:-1, :-2] + Z[1:-1, 2:] + Z[2:, :-2] + Z[2:, 1:-1] + Z[2:, 2:]
    )
    return N


def downsample(img):
    return img[::2, ::2]


def upsample_nn(img, s=2):
    return img.repeat(s, axis=0).repeat(s, axis=1)


def mean_pool_ab(img, k=2):
    H, W = img.shape
    assert H % k == 0 and W % k == 0
    return img.reshape(H // k, k, W // k, k).mean(axis=(1, 3))


def to_gray(rgb):
    return np.dot(rgb[..., :3], [0.299, 0.587, 0.114])


# --- signal
def dft_matrix(x):
    x = np.asarray(x, dtype=float)
    N = x.shape[0]
    n = np.arange(N)
    k = n.reshape((N, 1))
    M = np.exp(-2j * np.pi * k * n / N)
    return np.dot(M, x)


def dft_loop(x):
    N = len(x)
    X = []
    for k in range(N):
        s = 0
        for n in range(N):
            s += x[n] * np.exp(-2j * np.pi * k * n / N)
        X.append(s)
    return X


def fir(x, b):
    y = np.zeros(len(x))
    for n in range(len(x)):
        for k in range(len(b)):
            if n - k >= 0:
                y[n] += b[k] * x[n - k]
    return y


def fir_lfilter(x, b):
    return signal.lfilter(b, 1, x)


def ema(x, a):
    y = np.zeros(len(x))
    y[0] = x[0]
    for i in range(1, len(x)):
        y[i] = a * x[i] + (1 - a) * y[i - 1]
    return y


def fftconv(x, h):
    n = len(x) + len(h) - 1
    return np.fft.ifft(np.fft.fft(x, n) * np.fft.fft(h, n)).real


def circconv(x, h):
    return np.real(np.fft.ifft(np.fft.fft(x) * np.fft.fft(h)))


def circconv_loop(x, h):
    N = len(x)
    y = np.zeros(N)
    for n in range(N):
        for m in range(N):
            y[n] += x[m] * h[(n - m) % N]
    return y


def crosscorr(x, y):
    return np.correlate(x, y, mode="full")


def autocorr(x):
    result = np.correlate(x, x, mode="full")
    return result[result.size // 2 :]


def upsample(x, L):
    y = np.zeros(len(x) * L)
    y[::L] = x
    return y


def decimate(x, M):
    return x[::M]


def frame_signal(x, frame_len, hop):
    n_frames = 1 + (len(x) - frame_len) // hop
    idx = np.arange(frame_len)[None, :] + hop * np.arange(n_frames)[:, None]
    return x[idx]


def preemph(x, a):
    return np.append(x[0], x[1:] - a * x[:-1])


def haar(x):
    return (x[::2] + x[1::2]) / 2, (x[::2] - x[1::2]) / 2


def toeplitz_conv(x, h):
    N, M = len(x), len(h)
    T = np.zeros((N + M - 1, N))
    for i in range(N):
        T[i : i + M, i] = h
    return T @ x


def swap_rows(A):
    A[[0, 1]] = A[[1, 0]]
    return A[[1, -1, 0]]


def normalised(x):
    k = np.array([1, 2, 1])
    k = k / k.sum()
    return np.convolve(x, k)


class Conv3x3:
    def __init__(self, num_filters, filters):
        self.num_filters = num_filters
        self.filters = filters

    def iterate_regions(self, image):
        """Generates all possible 3x3 image regions using valid padding."""
        h, w = image.shape
        for i in range(h - 2):
            for j in range(w - 2):
                im_region = image[i : (i + 3), j : (j + 3)]
                yield im_region, i, j

    def forward(self, input):
        self.last_input = input
        h, w = input.shape
        output = np.zeros((h - 2, w - 2, self.num_filters))
        for im_region, i, j in self.iterate_regions(input):
            output[i, j] = np.sum(im_region * self.filters, axis=(1, 2))
        return output

    def backprop(self, d_L_d_out, learn_rate):
        d_L_d_filters = np.zeros(self.filters.shape)
        for im_region, i, j in self.iterate_regions(self.last_input):
            for f in range(self.num_filters):
                d_L_d_filters[f] += d_L_d_out[i, j, f] * im_region
        self.filters -= learn_rate * d_L_d_filters
        return d_L_d_filters


def zhou_forward(x, filters):
    return Conv3x3(filters.shape[0], filters).forward(x)


def zhou_backprop(x, filters, g):
    c = Conv3x3(filters.shape[0], filters)
    c.forward(x)
    return c.backprop(g, 0.1)


def windows_of(image, k):
    h, w = image.shape
    for i in range(h - k + 1):
        for j in range(w - k + 1):
            yield i, j, image[i : i + k, j : j + k]


def conv_by_windows(image, K):
    h, w = image.shape
    out = np.zeros((h - 2, w - 2))
    for i, j, r in windows_of(image, 3):
        out[i, j] = (r * K).sum()
    return out


def evens(x):
    def gen(n):
        for i in range(n):
            if i % 2 == 0:
                yield i

    s = 0
    for i in gen(len(x)):
        s += x[i]
    return s


def two(x):
    def gen(n):
        yield 0
        yield 1

    s = 0
    for i in gen(len(x)):
        s += x[i]
    return s


def listgen(x):
    def gen(x):
        for v in x:
            yield 2 * v

    return np.array(list(gen(x)))


def triangle(A):
    def gen(n):
        for i in range(n):
            for j in range(i + 1):
                yield i, j

    s = 0
    for i, j in gen(A.shape[0]):
        s += A[i, j]
    return s


def c_conv2d(inp, out, ker, H, W, K):
    r = K // 2
    for i in range(H):
        for j in range(W):
            s = 0
            for u in range(K):
                for v in range(K):
                    y = i + u - r
                    x = j + v - r
                    if y >= 0 and y < H and x >= 0 and x < W:
                        s += inp[y * W + x] * ker[u * K + v]
            out[i * W + j] = s
    return out


def unrolled(A, B, C, m, n, k):
    for i in range(m):
        for j in range(n):
            s = 0
            for p in range(0, k - k % 4, 4):
                s += (
                    A[i * k + p] * B[p * n + j]
                    + A[i * k + p + 1] * B[(p + 1) * n + j]
                    + A[i * k + p + 2] * B[(p + 2) * n + j]
                    + A[i * k + p + 3] * B[(p + 3) * n + j]
                )
            for p in range(k - k % 4, k):
                s += A[i * k + p] * B[p * n + j]
            C[i * n + j] = s
    return C


def im2col_s(x, hh, ww, s):
    c, h, w = x.shape
    new_h = (h - hh) // s + 1
    new_w = (w - ww) // s + 1
    col = np.zeros([new_h * new_w, c * hh * ww])
    for i in range(new_h):
        for j in range(new_w):
            col[i * new_w + j, :] = x[..., i * s : i * s + hh, j * s : j * s + ww].reshape(-1)
    return col


def seq(A):
    total = 0
    for row in A:
        total = total + row
    return total


def seq2(A):
    total = 0
    for row in A:
        total += row * 2
    return total


def unrolled1(x, y):
    n = len(x)
    s = 0
    for i in range(0, n - n % 4, 4):
        s += x[i] * y[i] + x[i + 1] * y[i + 1] + x[i + 2] * y[i + 2] + x[i + 3] * y[i + 3]
    for i in range(n - n % 4, n):
        s += x[i] * y[i]
    return s


def tried(x):
    try:
        first = x[0]
    except IndexError:
        first = 0
    for i in range(3):
        first = first + 1
    else:
        first = 2 * first
    return first


def longer(x):
    taps = [1, 2]
    taps += [3]
    return np.convolve(x, taps)
