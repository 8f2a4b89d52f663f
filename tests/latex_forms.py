"""Formulas that are read, by the notation that is in them: what is read, its verdict, its reading."""

# ruff: noqa: E501  (a formula stands on one line)

from __future__ import annotations

#: The claim, its verdict, its reading.
FORMS = [
    # Matrices and vectors
    (
        r"X[n,m], Y[m,p]: (XY)_{ij} = \sum_{k=0}^{m-1} X_{ik} Y_{kj} = \sum_k X_{ik}Y_{kj}",
        "proved",
        "X[n,m], Y[m,p]: (X @ Y)[i, j] == sum(X[i, k]*Y[k, j] for k in range(m)) == sum(X[i, k]*Y[k, j] for k in range(m))",
    ),
    (
        r"X[n,m], Y[m,p]: (X Y)^{\mathsf T} = Y^{\mathsf{T}} X^{\mathsf T}",
        "proved",
        "X[n,m], Y[m,p]: (X @ Y).T == Y.T @ X.T",
    ),
    (
        r"X[n,m], Y[n,m]: \langle X, Y\rangle_F = \operatorname{tr}(X^\top Y) = \operatorname{vec}(X) \cdot \operatorname{vec}(Y) = \sum_{i,j} X_{ij} Y_{ij}",
        "proved",
        "X[n,m], Y[n,m]: frobenius(X, Y) == trace(X.T @ Y) == dot(vec(X), vec(Y)) == sum(X[i, j]*Y[i, j] for i in range(n) for j in range(m))",
    ),
    (
        r"X[n,m], Y[n,m]: \sum_{i,j} (X \odot Y)_{ij} = \langle X, Y\rangle_{\mathrm{F}}",
        "proved",
        "X[n,m], Y[n,m]: sum((X*Y)[i, j] for i in range(n) for j in range(m)) == frobenius(X, Y)",
    ),
    (
        r"X[n,n], Y[n,n]: XY \ne X \odot Y",
        "proved",
        "X[n,n], Y[n,n]: X @ Y != X*Y",
    ),
    (
        r"X[n,n], Y[n,n]: X Y = Y X",
        "refuted",
        "X[n,n], Y[n,n]: X @ Y == Y @ X",
    ),
    (
        r"X[n,n]: X X = X^{\odot 2} \iff n = 1",
        "proved",
        "X[n,n]: X @ X == X**2 iff n == 1",
    ),
    (
        r"A[m,n], X[n,p], B[p,q]: \operatorname{vec}(A X B) = (B^\top \otimes A) \operatorname{vec}(X)",
        "proved",
        "A[m,n], X[n,p], B[p,q]: vec(A @ X @ B) == kron(B.T, A) @ vec(X)",
    ),
    (
        r"A[n,n], x[n]: x^\top A x = \sum_{i,j} A_{ij} x_i x_j",
        "proved",
        "A[n,n], x[n]: x.T @ A @ x == sum(A[i, j]*x[i]*x[j] for i in range(n) for j in range(n))",
    ),
    (
        r"A[n,n], x[n]: x^\top A x = \frac{1}{2} x^\top (A + A^\top) x",
        "proved",
        "A[n,n], x[n]: x.T @ A @ x == 1/2*x.T @ (A + A.T) @ x",
    ),
    (
        r"x[n], y[m], z[m]: (x y^\top) z = x (y^\top z) = (y \cdot z) x",
        "proved",
        "x[n], y[m], z[m]: outer(x, y) @ z == x*(y.T @ z) == dot(y, z)*x",
    ),
    (
        r"x[n], y[n]: \langle x, y\rangle = x^\top y = x^T y",
        "proved",
        "x[n], y[n]: inner(x, y) == x.T @ y == x.T @ y",
    ),
    (
        r"A \in \mathbb{C}^{n \times m}, B \in \mathbb{C}^{n \times m}: \langle A, B\rangle_F = \operatorname{tr}(A^{\dagger} B) = \overline{\langle B, A \rangle_F}",
        "proved",
        "A[n,m] complex, B[n,m] complex: frobenius(A, B) == trace(conj(A.T) @ B) == conj(frobenius(B, A))",
    ),
    (
        r"A[H,W]: A_{ij} = A^{\top}_{ji}",
        "proved",
        "A[H,W]: A[i, j] == A.T[j, i]",
    ),
    (
        r"A[n,m,p]: A^{\top(1, 0, 2)}_{i,j,k} = A_{j,i,k}",
        "proved",
        "A[n,m,p]: transpose(A, axes=(1, 0, 2))[i, j, k] == A[j, i, k]",
    ),
    # Names and fonts
    (
        r"x[n], w[n], b, f(): f(\mathbf{w}^\top \mathbf{x} + b) = f\left(\sum_{i=0}^{n-1} \mathbf{w}_i \mathbf{x}_i + b\right)",
        "proved",
        "x[n], w[n], b, f(): f(w.T @ x + b) == f(sum(w[i]*x[i] for i in range(n)) + b)",
    ),
    (
        r"A'[H,W], K[h,w]: A' * K = K * A'",
        "proved",
        "A_prime[H,W], K[h,w]: convolve(A_prime, K) == convolve(K, A_prime)",
    ),
    (
        r"A' \in \mathbb{R}^{n\times n}, A \in \mathbb{C}^{n\times n}: \langle A, A' \rangle_F = \overline{\langle A', A\rangle_F}",
        "proved",
        "A_prime[n,n], A[n,n] complex: frobenius(A, A_prime) == conj(frobenius(A_prime, A))",
    ),
    (
        r"\hat{x}[n], k_{\mathrm{out}}[m]: \hat{x} * k_{\mathrm{out}} = k_{\mathrm{out}} * \hat x",
        "proved",
        "x_hat[n], k_out[m]: convolve(x_hat, k_out) == convolve(k_out, x_hat)",
    ),
    (
        r"x1[n], x2[n]: x_{1} + x_2 = x_2 + x_1",
        "proved",
        "x1[n], x2[n]: x1 + x2 == x2 + x1",
    ),
    (
        r"kernel[n], \lambda: \lambda\,\mathrm{kernel} = \mathrm{kernel} \cdot \lambda",
        "proved",
        "kernel[n], λ: λ*kernel == kernel*λ",
    ),
    (
        r"z \in \mathbb{C}^{n}: \bar{z} = z",
        "refuted",
        "z[n] complex: conj(z) == z",
    ),
    (
        r"x \in \mathbb{R}^n: \bar x = x",
        "proved",
        "x[n]: conj(x) == x",
    ),
    # Conditions
    (
        r"A \in \mathbb{R}^{H \times W}, K \in \mathbb{R}^{h\times w}: A *_{\mathrm{valid}} K = A \star_{\text{valid}} K \iff K = \operatorname{flip}(K)",
        "proved",
        'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid") iff K == flip(K)',
    ),
    (
        r"A[H,W], K[h,w]: A *_{\mathrm{valid}} K = A \star_{\mathrm{valid}} \operatorname{rot}_{180}(K)",
        "proved",
        'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, rot90(K, k=2), "valid")',
    ),
    (
        r"A[H,H], K[h,h]: A \star_{\mathrm{valid}} K^\top = (A \star_{\mathrm{valid}} K)^\top \text{ if } A = A^\top",
        "proved",
        'A[H,H], K[h,h]: correlate(A, K.T, "valid") == correlate(A, K, "valid").T if A == A.T',
    ),
    (
        r"A[H,W], K[h,w]: A * K = 0 \quad\text{if}\quad K = 0 \text{ and } h \le H",
        "proved",
        "A[H,W], K[h,w]: convolve(A, K) == 0 if K == 0 and h <= H",
    ),
    (
        r"K[h,w], p[h], q[w]: K^\top = q p^\top \text{ if } K = p q^\top",
        "proved",
        "K[h,w], p[h], q[w]: K.T == outer(q, p) if K == outer(p, q)",
    ),
    (
        r"x[N], k[M]: x * k = k * x \text{ if } \lnot (N = 1 \lor M = 1)",
        "proved",
        "x[N], k[M]: convolve(x, k) == convolve(k, x) if not (N == 1 or M == 1)",
    ),
    # Sums and scalars
    (
        r"x[n]: \sum_{i=0}^{n-1} \sum_{j=i}^{n-1} x_i = \sum_{i=0}^{n-1} (n-i) x_i",
        "proved",
        "x[n]: sum(x[i] for i in range(n) for j in range(i, n)) == sum((n - i)*x[i] for i in range(n))",
    ),
    (
        r"X[n,n]: \sum_{u=0}^{n-1}\sum_{v=0}^{n-1} e^{-\frac{u^2+v^2}{8}} X_{u,v} = \sum_{u,v} e^{-(u^2+v^2)/8} X_{u,v}",
        "proved",
        "X[n,n]: sum(exp(-1/8*u*u - 1/8*v*v)*X[u, v] for u in range(n) for v in range(n)) == sum(exp(-1/8*u*u - 1/8*v*v)*X[u, v] for u in range(n) for v in range(n))",
    ),
    (
        r"g[\sigma], X[n,n]: \sum_{u,v} e^{-\frac{u^2+v^2}{2\sigma^2}} X_{u,v} g_0 = g_0 \sum_{u,v} e^{-\frac{u^2}{2\sigma^2}} e^{-\frac{v^2}{2\sigma^2}} X_{u,v}",
        "proved",
        "g[sigma], X[n,n]: sum(exp(-1/2*u*u*1/(sigma)*1/(sigma) - 1/2*v*v*1/(sigma)*1/(sigma))*X[u, v]*g[0] for u in range(n) for v in range(n)) == g[0]*sum(exp(-1/2*u*u*1/(sigma)*1/(sigma) - 1/2*v*v*1/(sigma)*1/(sigma))*X[u, v] for u in range(n) for v in range(n))",
    ),
    (
        r"x[N]: X_k = \sum_{n=0}^{N-1} x_n e^{-2\pi \mathrm{i} k n/N} = \mathcal{F}(x)_k",
        "proved",
        "x[N]: fft(x)[k] == sum(x[n]*exp(-2*k*n*1/(N)*1j*pi) for n in range(N))",
    ),
    (
        r"x[N]: \mathcal{F}^{-1}(\mathcal{F}(x)) = x",
        "proved",
        "x[N]: ifft(fft(x)) == x",
    ),
    (
        r"x[N]: y_n = x_{N-1-n} = \operatorname{flip}(x)_n",
        "proved",
        "x[N]: flip(x)[n] == x[N - n - 1]",
    ),
    (
        r"x[N]: y_n = x_{N-n} = \operatorname{flip}(x)_n",
        "refuted",
        "x[N]: flip(x)[n] == x[N - n]",
    ),
    (
        r"A[2*r+1]: \sum_{u=-r}^{r} A_{u+r} = \sum_{r \ge u \ge -r} A_{u+r} = \sum_{u=0}^{2r} A_{u}",
        "proved",
        "A[2*r + 1]: sum(A[r + u] for u in range(-r, r + 1)) == sum(A[r + u] for u in range(-r, r + 1)) == sum(A[u] for u in range(2*r + 1))",
    ),
    (
        r"x[n]: \sum_{u \in \mathbb{Z}} x_u = \operatorname{sum}(x)",
        "proved",
        "x[n]: sum(x[u] for u in range(n)) == sum(x)",
    ),
    (
        r"x[n]: 2 \cdot \frac{1}{2} x = x",
        "proved",
        "x[n]: 2*(1/2*x) == x",
    ),
    (
        r"x[n]: 0.5 x + \tfrac{1}{2} x = x",
        "proved",
        "x[n]: 1/2*x + 1/2*x == x",
    ),
    (
        r"x[n]: \sqrt{2} \cdot \sqrt{2}\, x = 2 x",
        "proved",
        "x[n]: sqrt(2)*(sqrt(2)*x) == 2*x",
    ),
    (
        r"x[n]: \sum_{i=0}^{\max(n-2, 0)} x_i = \operatorname{sum}(x) - x_{n-1}",
        "refuted",
        "x[n]: sum(x[i] for i in range(max(0, n - 2) + 1)) == sum(x) - x[n - 1]",
    ),
    # Layouts
    (
        r"x[n], y[n]: \begin{align*} x \cdot y &= \sum_{i} x_i y_i \\ &= \sum_i y_i x_i \\ &= y \cdot x \end{align*}",
        "proved",
        "x[n], y[n]: dot(x, y) == sum(x[i]*y[i] for i in range(n)) == sum(y[i]*x[i] for i in range(n)) == dot(y, x)",
    ),
    (
        r"A[n,n], B[n,n]: \begin{aligned} (AB)^\top &= B^\top A^\top \\ &\ne A^\top B^\top \end{aligned}",
        "proved",
        "A[n,n], B[n,n]: (A @ B).T == B.T @ A.T != A.T @ B.T",
    ),
    (
        r"x[n], k[m]: \[ x * k = k * x. \]",
        "proved",
        "x[n], k[m]: convolve(x, k) == convolve(k, x)",
    ),
    (
        r"x[n], y[n], k[m]: $$(x + y) * k = x * k + y * k$$",
        "proved",
        "x[n], y[n], k[m]: convolve(x + y, k) == convolve(x, k) + convolve(y, k)",
    ),
    (
        r"A[H,W]: (A \star_{\mathrm{valid}} \begin{pmatrix} 1 & 0 \\ 0 & -1 \end{pmatrix})_{m,n} = A_{m,n} - A_{m+1,n+1}",
        "proved",
        'A[H,W]: correlate(A, [[1, 0], [0, -1]], "valid")[m, n] == A[m, n] - A[m + 1, n + 1]',
    ),
    (
        r"x[N]: (x \star_{\mathrm{valid}} [1, -1])_n = x_n - x_{n+1}",
        "proved",
        'x[N]: correlate(x, [1, -1], "valid")[n] == x[n] - x[n + 1]',
    ),
    (
        r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \cdot \begin{bmatrix} 0 & 1 \\ 1 & 0 \end{bmatrix} = \begin{bmatrix} 2 & 1 \\ 4 & 3 \end{bmatrix}",
        "proved",
        "dot([[1, 2], [3, 4]], [[0, 1], [1, 0]]) == [[2, 1], [4, 3]]",
    ),
    (
        r"X[C,H,W], K[F,C,1,1]: \operatorname{conv2d}(X, K)_{f,i,j} = K_{f,:,0,0} \cdot X_{:,i,j}",
        "proved",
        "X[C,H,W], K[F,C,1,1]: conv2d(X, K)[f, i, j] == dot(K[f, :, 0, 0], X[:, i, j])",
    ),
    (
        r"x[n]: \displaystyle \left( x \right)_{\,i} = x\left[ i \right] % the same entry",
        "proved",
        "x[n]: x[i] == x[i]",
    ),
    # As SymPy prints it
    (
        r"A[H,W], B[h,w]: (A \star_{\mathrm{valid}} B)_{m,n} = \sum_{\substack{0 \leq u \leq h - 1\\0 \leq v \leq w - 1}} {A}_{m + u,n + v} {B}_{u,v}",
        "proved",
        'A[H,W], B[h,w]: correlate(A, B, "valid")[m, n] == sum(A[m + u, n + v]*B[u, v] for u in range(h) for v in range(w))',
    ),
    (
        r"X[n,m], Y[n,m]: \sum_{u=0}^{n-1} \sum_{i_{1}=0}^{m - 1} {X}_{u,i_{1}} {Y}_{u,i_{1}} = \operatorname{tr}\left(X Y^{T} \right)",
        "proved",
        "X[n,m], Y[n,m]: sum(X[u, i1]*Y[u, i1] for u in range(n) for i1 in range(m)) == trace(X @ Y.T)",
    ),
    (
        r"A[n]: \sum_{u=0}^{n - 1} \left({A}_{u} + 1\right) = n + \sum_{u=0}^{n - 1} {A}_{u}",
        "proved",
        "A[n]: sum(A[u] + 1 for u in range(n)) == n + sum(A[u] for u in range(n))",
    ),
    (
        r"A[n], f(): f{\left({A}_{u} \right)} = f(A)_u",
        "proved",
        "A[n], f(): f(A)[u] == f(A[u])",
    ),
]
