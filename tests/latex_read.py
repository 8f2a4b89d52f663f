"""Formulas that are read, as papers and libraries state them: what is read, its verdict, its reading."""

# ruff: noqa: E501  (a formula stands on one line)

from __future__ import annotations

from latex_forms import FORMS

#: The claim, its verdict, its reading.
INPUTS = [
    *FORMS,
    # The question's own formulas
    (
        r"A[H,W], B[h,w]: C[m,n] = \sum_u\sum_v A[m+u,n+v]\cdot B[u,v] = (A \star_{\mathrm{valid}} B)[m,n]",
        "proved",
        'A[H,W], B[h,w]: correlate(A, B, "valid")[m, n] == sum(A[m + u, n + v]*B[u, v] for u in range(h) for v in range(w))',
    ),
    (
        r"A[H,W], B[h,w]: C[m,n] = \sum_u\sum_v A[m+u,n+v]\cdot B[u,v] = (A *_{\mathrm{valid}} B)[m,n]",
        "refuted",
        'A[H,W], B[h,w]: convolve(A, B, "valid")[m, n] == sum(A[m + u, n + v]*B[u, v] for u in range(h) for v in range(w))',
    ),
    (
        r"K[h,w], I[H,W]: J(x,y) = K * I = \sum_{n,m} K(n,m) I(x-n,y-m)",
        "proved",
        "K[h,w], I[H,W]: convolve(K, I)[x, y] == sum(K[n, m]*I[x - n, y - m] for n in range(h) for m in range(w))",
    ),
    (
        r"K[h,w], I[H,W]: J(x,y) = K * I = \sum_{n,m} K(n,m) I(x+n,y+m)",
        "refuted",
        "K[h,w], I[H,W]: convolve(K, I)[x, y] == sum(K[n, m]*I[n + x, m + y] for n in range(h) for m in range(w))",
    ),
    # Wikipedia: convolution
    (
        r"f[N], g[M]: (f * g)[n] = \sum_{m=-\infty}^{\infty} f[m] g[n - m]",
        "proved",
        "f[N], g[M]: convolve(f, g)[n] == sum(f[m]*g[n - m] for m in range(N))",
    ),
    (
        r"f[N], g[M]: (f * g)[n] = \sum_{m=-\infty}^\infty f[n-m] g[m].",
        "proved",
        "f[N], g[M]: convolve(f, g)[n] == sum(f[n - m]*g[m] for m in range(M))",
    ),
    (
        r"f[N], g[2*M+1]: (f * g)[n] = \sum_{m=0}^{2M} f[n-m] g[m]",
        "proved",
        "f[N], g[2*M + 1]: convolve(f, g)[n] == sum(f[n - m]*g[m] for m in range(2*M + 1))",
    ),
    (
        r"f[N], g[N]: (f \circledast g)[n] = \sum_{m=0}^{N-1} f[m] g[(n-m) \bmod N]",
        "proved",
        "f[N], g[N]: circular_convolve(f, g)[n] == sum(f[m]*g[(n - m) % N] for m in range(N))",
    ),
    (
        r"f[N], g[N]: (f *_{\mathrm{circ}} g)[n] = \sum_{m=0}^{N-1} f[m] g[(n-m) \bmod N]",
        "proved",
        "f[N], g[N]: circular_convolve(f, g)[n] == sum(f[m]*g[(n - m) % N] for m in range(N))",
    ),
    (
        r"f[N], g[M]: f * g = g * f",
        "proved",
        "f[N], g[M]: convolve(f, g) == convolve(g, f)",
    ),
    (
        r"f[n], g[m], h[p]: f * (g * h) = (f * g) * h",
        "proved",
        "f[n], g[m], h[p]: convolve(f, convolve(g, h)) == convolve(convolve(f, g), h)",
    ),
    (
        r"f[n], g[m], h[p]: f * g * h = h * g * f",
        "proved",
        "f[n], g[m], h[p]: convolve(convolve(f, g), h) == convolve(convolve(h, g), f)",
    ),
    (
        r"f[n], g[m], h[m]: f * (g + h) = (f * g) + (f * h)",
        "proved",
        "f[n], g[m], h[m]: convolve(f, g + h) == convolve(f, g) + convolve(f, h)",
    ),
    (
        r"f[n], g[m], a: a (f * g) = (a f) * g",
        "proved",
        "f[n], g[m], a: a*convolve(f, g) == convolve(a*f, g)",
    ),
    (
        r"f[n] complex, g[m] complex: \overline{f * g} = \overline{f} * \overline{g}",
        "proved",
        "f[n] complex, g[m] complex: conj(convolve(f, g)) == convolve(conj(f), conj(g))",
    ),
    (
        r"f[N], g[M]: \sum_n (f * g)[n] = \left(\sum_n f[n]\right) \left(\sum_n g[n]\right)",
        "proved",
        "f[N], g[M]: sum(convolve(f, g)[n] for n in range(M + N - 1)) == sum(f[n] for n in range(N))*sum(g[n] for n in range(M))",
    ),
    # Wikipedia: cross-correlation
    (
        r"f[N] complex, g[M] complex: (g \star_{\mathrm{valid}} f)[n] \stackrel{\mathrm{def}}{=} \sum_{m=-\infty}^{\infty} \overline{f[m]}\, g[m+n]",
        "proved",
        'f[N] complex, g[M] complex: correlate(g, f, "valid")[n] == sum(conj(f[m])*g[m + n] for m in range(N))',
    ),
    (
        r"f[N] complex, g[M] complex: (f \star g)[n] \triangleq \sum_{m=-\infty}^{\infty} \overline{f[m]}\, g[m+n]",
        "refuted",
        "f[N] complex, g[M] complex: correlate(f, g)[n] == sum(conj(f[m])*g[m + n] for m in range(N))",
    ),
    (
        r"f[N] complex, g[M] complex: f \star g = f * \overline{\operatorname{flip}(g)}",
        "proved",
        "f[N] complex, g[M] complex: correlate(f, g) == convolve(f, conj(flip(g)))",
    ),
    (
        r"f[N] complex, g[M] complex: f \star g = \overline{g \star f}",
        "refuted",
        "f[N] complex, g[M] complex: correlate(f, g) == conj(correlate(g, f))",
    ),
    (
        r"f[N] complex, g[M] complex: f \star g = \overline{\operatorname{flip}(g \star f)}",
        "proved",
        "f[N] complex, g[M] complex: correlate(f, g) == conj(flip(correlate(g, f)))",
    ),
    (
        r"f[N] complex, g[N] complex: (f \circledcirc g)[n] := \sum_{m=0}^{N-1} f[(m+n) \bmod N]\, \overline{g[m]}",
        "proved",
        "f[N] complex, g[N] complex: circular_correlate(f, g)[n] == sum(f[(m + n) % N]*conj(g[m]) for m in range(N))",
    ),
    (
        r"f[N] complex, g[M] complex: (f \star g) \star (f \star g) = (f \star f) \star (g \star g)",
        "proved",
        "f[N] complex, g[M] complex: correlate(correlate(f, g), correlate(f, g)) == correlate(correlate(f, f), correlate(g, g))",
    ),
    # SciPy: signal.correlate and signal.convolve
    (
        r"x[N] complex, y[M] complex: z[k] = (x \star y)[k] = \sum_{l=0}^{N-1} x_l y_{l-k+M-1}^{*}",
        "proved",
        "x[N] complex, y[M] complex: correlate(x, y)[k] == sum(x[l]*conj(y[M - k + l - 1]) for l in range(N))",
    ),
    (
        r"x[N] complex, y[M] complex: (x \star y)[k] = \sum_{l=0}^{N-1} x_l y_{l-k+N-1}^{*}",
        "refuted",
        "x[N] complex, y[M] complex: correlate(x, y)[k] == sum(x[l]*conj(y[N - k + l - 1]) for l in range(N))",
    ),
    (
        r"x[N], y[M]: (x * y)(k) = \sum_{l=0}^{N-1} x_l y_{k-l}",
        "proved",
        "x[N], y[M]: convolve(x, y)[k] == sum(x[l]*y[k - l] for l in range(N))",
    ),
    (
        r"A[H,W], K[h,w]: (A *_{\mathrm{same}} K)_{m,n} = \sum_{u=0}^{h-1} \sum_{v=0}^{w-1} A_{m+\left\lfloor\frac{h-1}{2}\right\rfloor-u, n+\lfloor (w-1)/2 \rfloor - v} K_{u,v}",
        "proved",
        'A[H,W], K[h,w]: convolve(A, K, "same")[m, n] == sum(A[m - u + (h - 1)//2, n - v + (w - 1)//2]*K[u, v] for u in range(h) for v in range(w))',
    ),
    (
        r"x[N], k[M]: (x \star_{\text{same}} k)_n = \sum_u x_{n+u-\lceil (M-1)/2\rceil} k_u",
        "proved",
        'x[N], k[M]: correlate(x, k, "same")[n] == sum(x[n - M + u + (M + 1)//2]*k[u] for u in range(M))',
    ),
    (
        r"x[N], k[M]: (x \star_{\text{same}} k)_n = \sum_u x_{n+u-\lceil M/2\rceil} k_u",
        "refuted",
        'x[N], k[M]: correlate(x, k, "same")[n] == sum(x[n - M + u + M//2]*k[u] for u in range(M))',
    ),
    # PyTorch: Conv1d, Conv2d, Linear, AvgPool
    (
        r"input[B,C_in,H,W], weight[C_out,C_in,h,w], bias[C_out]: \operatorname{conv2d}(\text{input}, \text{weight}, \text{bias})(N_i, C_{\text{out}_j}) = \text{bias}(C_{\text{out}_j}) + \sum_{k = 0}^{C_{\text{in}} - 1} \text{input}(N_i, k) \star_{\text{valid}} \text{weight}(C_{\text{out}_j}, k)",
        "proved",
        'input[B,C_in,H,W], weight[C_out,C_in,h,w], bias[C_out]: conv2d(input, weight, bias)[N_i, C_out_j] == bias[C_out_j] + sum(correlate(input[N_i, k], weight[C_out_j, k], "valid") for k in range(C_in))',
    ),
    (
        r"input[B,C_in,H,W], weight[C_out,C_in,h,w], bias[C_out]: \text{out}(N_i, C_{\text{out}_j}) = \operatorname{conv2d}(\text{input}, \text{weight}, \text{bias})(N_i, C_{\text{out}_j}) = \text{bias}(C_{\text{out}_j}) + \sum_{k = 0}^{C_{\text{in}} - 1} \text{weight}(C_{\text{out}_j}, k) \star \text{input}(N_i, k)",
        "refuted",
        "input[B,C_in,H,W], weight[C_out,C_in,h,w], bias[C_out]: conv2d(input, weight, bias)[N_i, C_out_j] == bias[C_out_j] + sum(correlate(weight[C_out_j, k], input[N_i, k]) for k in range(C_in))",
    ),
    (
        r"x[N,p], A[q,p], b[q]: y_{i,j} = (x A^T + b)_{i,j} = \sum_{k=0}^{p-1} x_{i,k} A_{j,k} + b_j",
        "proved",
        "x[N,p], A[q,p], b[q]: (x @ A.T + b)[i, j] == sum(x[i, k]*A[j, k] for k in range(p)) + b[j]",
    ),
    (
        r"X[3,8,8], K[4,3,2,2]: \operatorname{conv2d}(X, K, \mathrm{stride}=2) = \operatorname{conv2d}(X, K, \mathrm{stride}=(2, 2))",
        "proved",
        "X[3,8,8], K[4,3,2,2]: conv2d(X, K, stride=2) == conv2d(X, K, stride=(2, 2))",
    ),
    (
        r"A[H,W]: \frac{1}{hw} (A \star_{\mathrm{valid}} \operatorname{ones}((h, w)))_{m,n} = \frac{1}{h w}\sum_{0\le u<h, 0 \le v < w} A_{m+u,n+v}",
        "proved",
        'A[H,W]: 1/(h)*1/(w)*correlate(A, ones((h, w)), "valid")[m, n] == 1/(h)*1/(w)*sum(A[m + u, n + v] for u in range(h) for v in range(w))',
    ),
    # Values by cases, braces after a function, signs of definition
    (
        r"x[N], y[N]: (x+y)[n] = \begin{cases} x[n] + y[n], & \text{if } n \ge 2, \\ y[n] + x[n], & \text{otherwise.} \end{cases}",
        "proved",
        "x[N], y[N]: (x + y)[n] == ((x[n] + y[n]) if n >= 2 else 0) + ((y[n] + x[n]) if n <= 1 else 0)",
    ),
    (
        r"x[N]: x[n] = \begin{cases} x[n] & 0 \le n < N \\ 7 & \text{else} \end{cases}",
        "proved",
        "x[N]: x[n] == (x[n] if n >= 0 and N >= n + 1 else 0) + (7 if n + 1 <= 0 else 0) + (7 if n >= 0 and n >= N else 0)",
    ),
    (
        r"x[N]: x_n = \begin{dcases} x_n & \text{for } n \bmod 2 = 0 \\ x_n & \text{for } n \bmod 2 = 1 \end{dcases}",
        "proved",
        "x[N]: x[n] == (x[n] if n % 2 == 0 else 0) + (x[n] if n % 2 == 1 else 0)",
    ),
    (
        r"x[N]: x_n = \begin{cases} x_n & n \ne 2 \text{ and } n \ne 3 \\ 0 & \text{otherwise} \end{cases}",
        "refuted",
        "x[N]: x[n] == (x[n] if n != 2 and n != 3 else 0)",
    ),
    (
        r"c[n], r[m]: \operatorname{toeplitz}(c, r)_{i,j} = \begin{cases} c_{i-j} & i \ge j \\ r_{j-i} & i < j \end{cases}",
        "proved",
        "c[n], r[m]: toeplitz(c, r)[i, j] == (c[i - j] if i >= j else 0) + (r[j - i] if j >= i + 1 else 0)",
    ),
    (
        r"c[n], r[m]: \operatorname{toeplitz}(c, r)_{i,j} = \begin{cases} c_{i-j} & i > j \\ r_{j-i} & i \le j \end{cases}",
        "refuted",
        "c[n], r[m]: toeplitz(c, r)[i, j] == (c[i - j] if i >= j + 1 else 0) + (r[j - i] if j >= i else 0)",
    ),
    (
        r"x[N]: x[k] = \sum_n x[n] \begin{cases} 1 & n = k \\ 0 & n \neq k \end{cases}",
        "proved",
        "x[N]: x[k] == sum(x[n]*(1 if n == k else 0) for n in range(N))",
    ),
    (
        r"x[N]: x_n = \begin{cases} 0 & n = 0 \\ 0 & \text{otherwise} \end{cases}",
        "refuted",
        "x[N]: x[n] == 0",
    ),
    (
        r"x[N], y[M]: (x * y)[n] = \sum_{m=-\infty}^{\infty} \begin{cases} x[m] y[n-m] & 0 \le n - m < M \\ 0 & \text{otherwise} \end{cases}",
        "proved",
        "x[N], y[M]: convolve(x, y)[n] == sum((x[m]*y[n - m] if n >= m and M + m >= n + 1 else 0) for m in range(N))",
    ),
    (
        r"f[n], g[n]: f \circledast g = \mathcal{F}^{-1}\left\{\mathcal{F}\{f\}\odot\mathcal{F}\{g\}\right\}",
        "proved",
        "f[n], g[n]: circular_convolve(f, g) == ifft(fft(f)*fft(g))",
    ),
    (
        r"x[N], k[M]: (x * k)_n \equiv \sum_{i=\max\{0,n-M+1\}}^{\min\{n,N-1\}} x_i k_{n-i}",
        "proved",
        "x[N], k[M]: convolve(x, k)[n] == sum(x[i]*k[n - i] for i in range(max(0, n - M + 1), min(n, N - 1) + 1))",
    ),
    (
        r"f[N], g[M]: (f*g)[n] = \sum_{m_1=-\infty}^{\infty} f[m_1] g[n-m_1]",
        "proved",
        "f[N], g[M]: convolve(f, g)[n] == sum(f[m1]*g[n - m1] for m1 in range(N))",
    ),
    (
        r"h[2], x[2]: h * x = \begin{bmatrix} h_0 & 0 \\ h_1 & h_0 \\ 0 & h_1 \end{bmatrix} x",
        "proved",
        "h[2], x[2]: convolve(h, x) == [[h[0], 0], [h[1], h[0]], [0, h[1]]] @ x",
    ),
    (
        r"A[H,W]: A * \begin{bmatrix} 1 & 0 & -1 \\ 2 & 0 & -2 \\ 1 & 0 & -1 \end{bmatrix} = \begin{bmatrix} 1 \\ 2 \\ 1 \end{bmatrix} * (\begin{bmatrix} 1 & 0 & -1 \end{bmatrix} * A)",
        "proved",
        "A[H,W]: convolve(A, [[1, 0, -1], [2, 0, -2], [1, 0, -1]]) == convolve([[1], [2], [1]], convolve([[1, 0, -1]], A))",
    ),
    # Brackets around an array, numbers of equations
    (
        r"X[H,W], V[h,w]: [\mathbf{X} \star_{\mathrm{valid}} \mathbf{V}]_{i,j} = \sum_{a,b} [\mathbf{V}]_{a, b} [\mathbf{X}]_{i+a, j+b}",
        "proved",
        'X[H,W], V[h,w]: correlate(X, V, "valid")[i, j] == sum(V[a, b]*X[a + i, b + j] for a in range(h) for b in range(w))',
    ),
    (
        r"f[N], g[M]: [f \star g](n) = [f * \operatorname{flip}(g)](n)",
        "proved",
        "f[N], g[M]: correlate(f, g)[n] == convolve(f, flip(g))[n]",
    ),
    (
        r"A[n,m], B[m,p]: \begin{equation} \label{eq:product} C_{ij} = \sum_k A_{ik} B_{kj} = (AB)_{ij} \tag{1} \end{equation}",
        "proved",
        "A[n,m], B[m,p]: (A @ B)[i, j] == sum(A[i, k]*B[k, j] for k in range(m))",
    ),
    (
        r"x[N]: \sum_{n=0}^{N-1} (x_n - \operatorname{mean}(x)) = 0",
        "proved",
        "x[N]: sum(x[n] - mean(x) for n in range(N)) == 0",
    ),
    (
        r"V[C,H,W], K[F,C,h,w]: \operatorname{conv2d}(V, K, \mathrm{stride}=s)_{i,j,k} = \sum_{l,m,n} V_{l,js+m,ks+n} K_{i,l,m,n}",
        "proved",
        "V[C,H,W], K[F,C,h,w]: conv2d(V, K, stride=s)[i, j, k] == sum(V[l, j*s + m, k*s + n]*K[i, l, m, n] for l in range(C) for m in range(h) for n in range(w))",
    ),
    (
        r"V[C,H,W], K[F,C,h,w]: Z_{i,j,k} = \operatorname{conv2d}(V, K)_{i,j,k} = \sum_{l=0}^{C-1} \sum_{m=0}^{h-1} \sum_{n=0}^{w-1} V_{l,j+m-1,k+n-1} K_{i,l,m,n}",
        "refuted",
        "V[C,H,W], K[F,C,h,w]: conv2d(V, K)[i, j, k] == sum(V[l, j + m - 1, k + n - 1]*K[i, l, m, n] for l in range(C) for m in range(h) for n in range(w))",
    ),
    (
        r"x[N], h[M]: (x * h)[n] = \sum_{k=-\infty}^{+\infty} x[k] h[n-k]",
        "proved",
        "x[N], h[M]: convolve(x, h)[n] == sum(x[k]*h[n - k] for k in range(N))",
    ),
    (
        r"W \in \mathbb{R}^{m \times n}, x[n], b[m], \sigma(): \sigma(Wx + b)_i = \sigma\left(\sum_j W_{ij}x_j + b_i\right)",
        "proved",
        "W[m,n], x[n], b[m], sigma(): sigma(W @ x + b)[i] == sigma(sum(W[i, j]*x[j] for j in range(n)) + b[i])",
    ),
    (
        r"A[2,2], b[2]: A b = [A_{0,0}b_0 + A_{0,1}b_1, A_{1,0}b_0 + A_{1,1}b_1]",
        "proved",
        "A[2,2], b[2]: A @ b == [A[0, 0]*b[0] + A[0, 1]*b[1], A[1, 0]*b[0] + A[1, 1]*b[1]]",
    ),
    (
        r"A[H,W], K[h,w]: (A \star_{\mathrm{valid}} K)_{i,j} = \langle A_{i:i+h, j:j+w}, K \rangle_F",
        "proved",
        'A[H,W], K[h,w]: correlate(A, K, "valid")[i, j] == frobenius(A[i:h + i, j:j + w], K)',
    ),
]
