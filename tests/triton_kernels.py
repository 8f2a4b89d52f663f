"""Kernels as people write them, right and wrong; they are read and, with NumPy, run."""

# ruff: noqa: E731

import torch
import triton
import triton.language as tl


@triton.jit
def add_kernel(x_ptr, y_ptr, out_ptr, n_elements, BLOCK_SIZE: tl.constexpr):
    pid = tl.program_id(axis=0)
    block_start = pid * BLOCK_SIZE
    offsets = block_start + tl.arange(0, BLOCK_SIZE)
    mask = offsets < n_elements
    x = tl.load(x_ptr + offsets, mask=mask)
    y = tl.load(y_ptr + offsets, mask=mask)
    output = x + y
    tl.store(out_ptr + offsets, output, mask=mask)


def added(x: torch.Tensor, y: torch.Tensor):
    output = torch.empty_like(x)
    n_elements = output.numel()
    grid = lambda meta: (triton.cdiv(n_elements, meta["BLOCK_SIZE"]),)
    add_kernel[grid](x, y, output, n_elements, BLOCK_SIZE=1024)
    return output


def add_block(x, y, block: int):
    output = torch.empty_like(x)
    n_elements = output.numel()
    add_kernel[(triton.cdiv(n_elements, block),)](x, y, output, n_elements, BLOCK_SIZE=block)
    return output


def add_short(x, y):
    output = torch.empty_like(x)
    n = output.numel()
    add_kernel[(n // 64,)](x, y, output, n, BLOCK_SIZE=64)
    return output


@triton.jit
def add_nomask(x_ptr, y_ptr, out_ptr, n_elements, BLOCK_SIZE: tl.constexpr):
    pid = tl.program_id(axis=0)
    offsets = pid * BLOCK_SIZE + tl.arange(0, BLOCK_SIZE)
    x = tl.load(x_ptr + offsets, mask=offsets < n_elements, other=0.0)
    tl.store(out_ptr + offsets, x)


def copy_nomask(x, y):
    out = torch.empty_like(x)
    add_nomask[(triton.cdiv(x.numel(), 8),)](x, y, out, x.numel(), BLOCK_SIZE=8)
    return out


@triton.jit
def matmul_kernel(
    a_ptr,
    b_ptr,
    c_ptr,
    M,
    N,
    K,
    stride_am,
    stride_ak,
    stride_bk,
    stride_bn,
    stride_cm,
    stride_cn,
    BLOCK_M: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_K: tl.constexpr,
):
    pid = tl.program_id(0)
    num_pid_n = tl.cdiv(N, BLOCK_N)
    pid_m = pid // num_pid_n
    pid_n = pid % num_pid_n
    offs_m = pid_m * BLOCK_M + tl.arange(0, BLOCK_M)
    offs_n = pid_n * BLOCK_N + tl.arange(0, BLOCK_N)
    offs_k = tl.arange(0, BLOCK_K)
    a_ptrs = a_ptr + offs_m[:, None] * stride_am + offs_k[None, :] * stride_ak
    b_ptrs = b_ptr + offs_k[:, None] * stride_bk + offs_n[None, :] * stride_bn
    acc = tl.zeros((BLOCK_M, BLOCK_N), dtype=tl.float32)
    for k in range(tl.cdiv(K, BLOCK_K)):
        a = tl.load(a_ptrs, mask=(offs_m[:, None] < M) & (offs_k[None, :] < K - k * BLOCK_K), other=0.0)
        b = tl.load(b_ptrs, mask=(offs_k[:, None] < K - k * BLOCK_K) & (offs_n[None, :] < N), other=0.0)
        acc += tl.dot(a, b)
        a_ptrs += BLOCK_K * stride_ak
        b_ptrs += BLOCK_K * stride_bk
    c = acc.to(tl.float16)
    c_ptrs = c_ptr + stride_cm * offs_m[:, None] + stride_cn * offs_n[None, :]
    c_mask = (offs_m[:, None] < M) & (offs_n[None, :] < N)
    tl.store(c_ptrs, c, mask=c_mask)


def multiplied(a, b):
    M, K = a.shape
    K, N = b.shape
    c = torch.empty((M, N), device=a.device, dtype=torch.float16)
    grid = lambda META: (triton.cdiv(M, META["BLOCK_M"]) * triton.cdiv(N, META["BLOCK_N"]),)
    matmul_kernel[grid](
        a,
        b,
        c,
        M,
        N,
        K,
        a.stride(0),
        a.stride(1),
        b.stride(0),
        b.stride(1),
        c.stride(0),
        c.stride(1),
        BLOCK_M=16,
        BLOCK_N=32,
        BLOCK_K=8,
        num_warps=4,
    )
    return c


@triton.jit
def block_kernel(a_ptr, b_ptr, c_ptr, M, N, K, sa, sb, sc, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr):
    rm = tl.program_id(0) * BM + tl.arange(0, BM)
    rn = tl.program_id(1) * BN + tl.arange(0, BN)
    rk = tl.arange(0, BK)
    a = a_ptr + rm[:, None] * sa + rk[None, :]
    b = b_ptr + rk[:, None] * sb + rn[None, :]
    acc = tl.zeros((BM, BN), dtype=tl.float32)
    for k in range(0, K, BK):
        acc = tl.dot(
            tl.load(a, mask=(rm[:, None] < M) & (k + rk[None, :] < K), other=0.0),
            tl.load(b, mask=(k + rk[:, None] < K) & (rn[None, :] < N), other=0.0),
            acc,
        )
        a += BK
        b += BK * sb
    tl.store(c_ptr + rm[:, None] * sc + rn[None, :], acc, mask=(rm[:, None] < M) & (rn[None, :] < N))


def mm_blocks(a, b, bm: int, bn: int, bk: int):
    m, k = a.shape
    n = b.shape[1]
    c = torch.empty((m, n))
    block_kernel[(triton.cdiv(m, bm), triton.cdiv(n, bn))](a, b, c, m, n, k, k, n, n, BM=bm, BN=bn, BK=bk)
    return c


def mm_strides(a, b):
    m, k = a.shape
    n = b.shape[1]
    c = torch.empty((m, n))
    block_kernel[(triton.cdiv(m, 16), triton.cdiv(n, 16))](a, b, c, m, n, k, k, k, n, BM=16, BN=16, BK=16)
    return c


@triton.jit
def split_kernel(
    a_ptr, b_ptr, c_ptr, M, N, K, SPLIT: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr
):
    rm = tl.program_id(0) * BM + tl.arange(0, BM)
    rn = tl.program_id(1) * BN + tl.arange(0, BN)
    pk = tl.program_id(2)
    acc = tl.zeros((BM, BN), dtype=tl.float32)
    for k0 in range(pk * BK, K, SPLIT * BK):
        rk = k0 + tl.arange(0, BK)
        a = tl.load(a_ptr + rm[:, None] * K + rk[None, :], mask=(rm[:, None] < M) & (rk[None, :] < K), other=0.0)
        b = tl.load(b_ptr + rk[:, None] * N + rn[None, :], mask=(rk[:, None] < K) & (rn[None, :] < N), other=0.0)
        acc += tl.dot(a, b)
    tl.atomic_add(c_ptr + rm[:, None] * N + rn[None, :], acc, mask=(rm[:, None] < M) & (rn[None, :] < N))


@triton.jit
def split_store_kernel(
    a_ptr, b_ptr, c_ptr, M, N, K, SPLIT: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr, BK: tl.constexpr
):
    rm = tl.program_id(0) * BM + tl.arange(0, BM)
    rn = tl.program_id(1) * BN + tl.arange(0, BN)
    pk = tl.program_id(2)
    acc = tl.zeros((BM, BN), dtype=tl.float32)
    for k0 in range(pk * BK, K, SPLIT * BK):
        rk = k0 + tl.arange(0, BK)
        a = tl.load(a_ptr + rm[:, None] * K + rk[None, :], mask=(rm[:, None] < M) & (rk[None, :] < K), other=0.0)
        b = tl.load(b_ptr + rk[:, None] * N + rn[None, :], mask=(rk[:, None] < K) & (rn[None, :] < N), other=0.0)
        acc += tl.dot(a, b)
    tl.store(c_ptr + rm[:, None] * N + rn[None, :], acc, mask=(rm[:, None] < M) & (rn[None, :] < N))


def split(a, b):
    m, k = a.shape
    n = b.shape[1]
    c = torch.zeros((m, n))
    split_kernel[(triton.cdiv(m, 16), triton.cdiv(n, 16), 4)](a, b, c, m, n, k, SPLIT=4, BM=16, BN=16, BK=8)
    return c


def split_store(a, b):
    m, k = a.shape
    n = b.shape[1]
    c = torch.zeros((m, n))
    split_store_kernel[(triton.cdiv(m, 16), triton.cdiv(n, 16), 4)](a, b, c, m, n, k, SPLIT=4, BM=16, BN=16, BK=8)
    return c


@triton.jit
def transpose_kernel(x_ptr, y_ptr, M, N, B: tl.constexpr):
    r = tl.program_id(0) * B + tl.arange(0, B)
    c = tl.program_id(1) * B + tl.arange(0, B)
    x = tl.load(x_ptr + r[:, None] * N + c[None, :], mask=(r[:, None] < M) & (c[None, :] < N))
    tl.store(y_ptr + c[:, None] * M + r[None, :], tl.trans(x), mask=(c[:, None] < N) & (r[None, :] < M))


def transposed(x):
    m, n = x.shape
    y = torch.empty((n, m))
    transpose_kernel[(triton.cdiv(m, 8), triton.cdiv(n, 8))](x, y, m, n, B=8)
    return y


@triton.jit
def row_kernel(x_ptr, y_ptr, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    acc = 0.0
    for start in range(0, n_cols, BLOCK):
        cols = start + tl.arange(0, BLOCK)
        x = tl.load(x_ptr + row * n_cols + cols, mask=cols < n_cols, other=0.0)
        acc += tl.sum(x, axis=0)
    tl.store(y_ptr + row, acc)


def row_sums(x):
    y = torch.empty(x.shape[0])
    row_kernel[(x.shape[0],)](x, y, x.shape[1], BLOCK=32)
    return y


@triton.jit
def row_kernel_unmasked(x_ptr, y_ptr, n_cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    cols = tl.arange(0, BLOCK)
    x = tl.load(x_ptr + row * n_cols + cols)
    tl.store(y_ptr + row, tl.sum(x, axis=0))


def row_sums_nomask(x):
    y = torch.empty(x.shape[0])
    row_kernel_unmasked[(x.shape[0],)](x, y, x.shape[1], BLOCK=16)
    return y


@triton.jit
def scale_kernel(x_ptr, y_ptr, n_rows, n_cols, alpha, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    for start in range(0, n_cols, BLOCK):
        cols = start + tl.arange(0, BLOCK)
        m = cols < n_cols
        x = tl.load(x_ptr + row * n_cols + cols, mask=m)
        tl.store(y_ptr + row * n_cols + cols, alpha * x, mask=m)


def scaled(x, alpha):
    y = torch.empty_like(x)
    scale_kernel[(x.shape[0],)](x, y, x.shape[0], x.shape[1], alpha, BLOCK=16)
    return y


@triton.jit
def conv2d_kernel(x_ptr, w_ptr, y_ptr, H, W, KH, KW, OH, OW, B: tl.constexpr):
    oh = tl.program_id(0)
    ow = tl.program_id(1) * B + tl.arange(0, B)
    acc = tl.zeros((B,), dtype=tl.float32)
    for u in range(KH):
        for v in range(KW):
            x = tl.load(x_ptr + (oh + u) * W + ow + v, mask=ow < OW, other=0.0)
            w = tl.load(w_ptr + u * KW + v)
            acc += x * w
    tl.store(y_ptr + oh * OW + ow, acc, mask=ow < OW)


def correlated(x, w):
    H, W = x.shape
    kh, kw = w.shape
    oh, ow = H - kh + 1, W - kw + 1
    y = torch.empty((oh, ow))
    conv2d_kernel[(oh, triton.cdiv(ow, 32))](x, w, y, H, W, kh, kw, oh, ow, B=32)
    return y


@triton.jit
def total_kernel(x_ptr, y_ptr, n, B: tl.constexpr):
    offs = tl.program_id(0) * B + tl.arange(0, B)
    x = tl.load(x_ptr + offs, mask=offs < n, other=0.0)
    tl.atomic_add(y_ptr, tl.sum(x, axis=0))


def total(x):
    y = torch.zeros(1)
    total_kernel[(triton.cdiv(x.numel(), 16),)](x, y, x.numel(), B=16)
    return y[0]


@triton.jit
def collision_kernel(x_ptr, y_ptr, n, B: tl.constexpr):
    offs = tl.program_id(0) * B + tl.arange(0, B)
    x = tl.load(x_ptr + offs, mask=offs < n, other=0.0)
    tl.store(y_ptr, tl.sum(x, axis=0))


def total_store(x):
    y = torch.zeros(1)
    collision_kernel[(triton.cdiv(x.numel(), 16),)](x, y, x.numel(), B=16)
    return y[0]


@triton.jit
def doubling_kernel(x_ptr, n, B: tl.constexpr):
    offs = tl.program_id(0) * B + tl.arange(0, B)
    x = tl.load(x_ptr + offs, mask=offs < n, other=0.0)
    tl.store(x_ptr + offs, 2.0 * x, mask=offs < n)


def doubled(x):
    doubling_kernel[(triton.cdiv(x.numel(), 16),)](x, x.numel(), B=16)
    return x


def doubled_view(x):
    y = torch.zeros(x.shape[0], x.shape[1])
    add_kernel[(triton.cdiv(x.numel(), 8),)](x, x, y.view(-1), x.numel(), BLOCK_SIZE=8)
    return y


def shifted_in_place(x):
    shift_kernel[(triton.cdiv(x.numel(), 8),)](x, x, x.numel(), BLOCK=8)
    return x


def shifted(x):
    y = torch.empty_like(x)
    shift_kernel[(triton.cdiv(x.numel(), 8),)](x, y, x.numel(), BLOCK=8)
    return y


@triton.jit
def shift_kernel(x_ptr, y_ptr, n, BLOCK: tl.constexpr):
    offsets = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    x = tl.load(x_ptr + offsets + 1, mask=offsets + 1 < n, other=0.0)
    tl.store(y_ptr + offsets, x, mask=offsets < n)
