"""True claims with holes: {p}, {q} are whole numbers or parameters, {a}, {b}, {c} numbers, {u} a vector.

A table is a form; each line is true whatever is put in. What changes them is in `changing`.
"""

LAYERS = """
X[C,N], K[F,C,h]: conv1d(X, K)[f,i] == sum(X[c,i+u]*K[f,c,u] for c in range(C) for u in range(h))
X[C,N], K[F,C,h]: conv1d(X, K, stride={a}) == conv1d(X, K)[:, ::{a}]
X[C,N], K[F,C,h]: conv1d(X, K, padding={a}) == conv1d(pad(X, ((0,0),({a},{a}))), K)
X[C,N], K[F,C,h], b[F]: conv1d(X, K, b)[f] == conv1d(X, K)[f] + b[f]
X[1,N], K[1,1,h]: conv1d(X, K)[0] == correlate(X[0], K[0,0], "valid")
X[C,N], K[F,C,1]: conv1d(X, K)[f] == sum(K[f,c,0]*X[c] for c in range(C))
X[C,N], K[F,C,h]: conv1d(X, K, dilation={a})[f,i] == sum(X[c,i+{a}*u]*K[f,c,u] for c in range(C) for u in range(h))
X[C,N], K[F,C,h]: conv1d(flip(X, axis=1), flip(K, axis=2)) == flip(conv1d(X, K), axis=1)
X[C,N], K[F,C,h]: conv1d(X, K, padding=p) == conv1d(pad(X, ((0,0),(p,p))), K) if p >= 0
X[C,N], K[F,C,h]: conv1d(X, K) == 0 if K == 0
X[C,N], K[F,C,h]: conv1d(X, K)[f,i] == sum(X[c,i]*K[f,c,0] for c in range(C)) if K[:,:,1:] == 0
X[C,N], K[F,C,h]: flip(conv1d(X, K), axis=1) == conv1d(flip(X, axis=1), K) if K == flip(K, axis=2)
X[C,N], K[F,C,h]: flip(conv1d(X, K), axis=1) == conv1d(flip(X, axis=1), K) iff K == flip(K, axis=2)
X[C,H,W], K[F,C,h,w]: conv2d(X, K)[f] == sum(correlate(X[c], K[f,c], "valid") for c in range(C))
X[C,H,W], K[F,C,1,1]: conv2d(X, K)[f,i,j] == dot(K[f,:,0,0], X[:,i,j])
X[C,H,W], K[F,C,h,w]: conv2d(X, K, stride={a}) == conv2d(X, K)[:, ::{a}, ::{a}]
X[C,N]: avg_pool1d(X, {a})[c,i] == sum(X[c,{a}*i+u] for u in range({a}))/{a}
X[C,N]: avg_pool1d(X, {a}, stride=1) == sum(sliding_window_view(X, {a}, axis=1), axis=2)/{a}
X[C,N]: avg_pool1d(avg_pool1d(X, {a}), {b}) == avg_pool1d(X, {a}*{b})
X[C,N]: avg_pool1d(X, 2, padding=1)[c,0] == X[c,0]/2
X[C,N]: avg_pool1d(X, 2, stride=3, ceil_mode=True) == avg_pool1d(X, 2, stride=3) if N % 3 == 2
X[C,H,W]: avg_pool2d(X, {a})[c] == avg_pool2d(X[c:c+1], {a})[0]
X[C,N]: avg_pool1d(X, 3, stride=1, padding=1, count_include_pad=True)[:,0] == (X[:,0] + X[:,1])/3 if N >= 2
X[C,H,W]: unfold(X, (1,1)) == reshape(X, (C, H*W))
X[1,H,W], K[h,w]: ravel(K) @ unfold(X, (h,w)) == ravel(correlate(X[0], K, "valid"))
G[F,N], K[F,C,h]: conv_transpose1d(G, K)[c] == sum(convolve(G[f], K[f,c]) for f in range(F))
G[F,N], K[F,C,h]: conv_transpose1d(G, K, padding={a}) == conv_transpose1d(G, K)[:, {a}:-{a}] if h >= 2*{a}+1
G[F,N], K[F,C,1]: conv_transpose1d(G, K, stride={a})[:, ::{a}] == conv1d(G, transpose(K, (1,0,2)))
X[m,n], W[k,n], b[k]: linear(X, W, b) == X @ W.T + b
X[m,n], W[k,n]: linear(X, W)[i] == [dot(W[j], X[i]) for j in range(k)]
X[C*4,H,W]: pixel_shuffle(X, 2)[c,i,j] == X[4*c+2*(i%2)+j%2, i//2, j//2]
X[C,2*H,2*W]: pixel_shuffle(pixel_unshuffle(X, 2), 2) == X
"""

TRANSFORMS = """
x[n]: ifft(fft({u})) == {u}
x[n]: fft(flip({u})) == conj(fft(roll({u}, 1)))
x[n], y[n]: fft(x + y) == fft(x) + fft(y)
x[n], y[n]: fft(circular_convolve(x, y)) == fft(x)*fft(y)
x[n], y[n]: fft(circular_correlate(x, y)) == fft(x)*conj(fft(y))
x[n]: fft(x)[0] == sum(x)
x[n]: fft(x)[k] == sum(x[u]*exp(-2j*pi*k*u/n) for u in range(n))
x[n]: fft(roll(x, {p}))[k] == exp(-2j*pi*k*({p})/n)*fft(x)[k]
x[n]: fft(x) == dft(n) @ x
x[n]: imag(fft(x)) == 0 if x == roll(flip(x), 1)
x[n]: real(fft(x)) == 0 if x == -roll(flip(x), 1)
x[n]: fft(fft(x)) == n*roll(flip(x), 1)
x[2*n]: fft(x)[n] == sum(x[::2]) - sum(x[1::2])
x[4]: fft(x) == [x[0]+x[1]+x[2]+x[3], x[0]-1j*x[1]-x[2]+1j*x[3], x[0]-x[1]+x[2]-x[3], x[0]+1j*x[1]-x[2]-1j*x[3]]
x[n]: sum(exp(2j*pi*k/n) for k in range(n))*x == 0*x if n >= 2
x[n]: exp(2j*pi*({p}))*x == x
x[n]: exp(1j*pi*n)*x == (-1)**n*x
x[4]: fft(x, norm="ortho") == fft(x)/2
x[n]: fft(x, norm="forward") == fft(x)/n
x[3]: fft(x)[1] == x[0] - (x[1]+x[2])/2 - 1j*sqrt(3)/2*(x[1]-x[2])
X[n,m]: fft2(X) == dft(n) @ X @ dft(m)
X[n,m]: fft2(X).T == fft2(X.T)
x[n], y[n]: dot(fft(x), conj(fft(y))) == n*dot(x, y)
x[n]: fftshift(x) == roll(x, n//2)
z[n] complex: fft(conj(z)) == conj(roll(flip(fft(z)), 1))
x[n]: fft(x) == sum(x)*ones(n) if x[1:] == 0
"""

COMPLEX = """
z[n] complex, k[m] complex: correlate(z, k) == convolve(z, conj(flip(k)))
z[n] complex, k[m] complex: correlate(z, k) == conj(flip(correlate(k, z)))
z[n] complex: real(z) + 1j*imag(z) == z
z[n] complex: imag(z) == 0 iff z == conj(z)
z[n] complex: real(z) == 0 iff z == -conj(z)
z[n] complex, w[n] complex: vdot(z, w) == conj(vdot(w, z))
z[n] complex, w[n] complex: vdot(z, w) == dot(z, w) if imag(z) == 0
z[n] complex, w[n] complex: vdot(z, w) == dot(z, w) iff z == conj(z)
Z[n,n] complex: imag(trace(Z)) == 0 if Z == conj(Z.T)
Z[n,n] complex: imag(diag(Z)) == 0 if Z == conj(Z.T)
Z[n,n] complex: real(diag(Z)) == 0 if Z == -conj(Z.T)
Z[n,n] complex, z[n] complex: imag(vdot(z, Z @ z)) == 0 if Z == conj(Z.T)
z[n] complex: imag(correlate(z, z)[n-1]) == 0
z[n] complex: real(1j*z) == -imag(z)
z[n] complex, c complex: conj(c*z) == conj(c)*conj(z)
z[n] complex, x[n]: dot(conj(z), x) == vdot(z, x)
z[n] complex: toeplitz(z) == conj(toeplitz(z).T) if imag(z[0]) == 0
z[n] complex: z == 0 if z == 1j*z
z[n] complex: z == 0 if real(z) == 0 and imag(z) == 0
z[n] complex: imag(z)[i] == 0 if z[1:] == 0 and i >= 1
z[n] complex: z[0] == conj(z[0]) if z == conj(roll(flip(z), 1))
"""

PRODUCTS = """
x[n*m]: reshape(x, (n,m))[i,j] == x[i*m+j]
x[n*m]: flip(reshape(x, (n,m))) == reshape(flip(x), (n,m))
x[n*m]: sum(reshape(x, (n,m)), axis=1) == [sum(x[m*i+j] for j in range(m)) for i in range(n)]
x[n*m]: ravel(reshape(x, (n,m))) == x
x[n*m]: reshape(x, (n,m)).T == reshape(x, (m,n), order="F")
x[n*m]: x[::m] == reshape(x, (n,m))[:, 0]
x[n*m]: sum(x) == sum(sum(reshape(x, (n,m)), axis=0))
x[n], y[m]: kron(x, y) == ravel(outer(x, y))
x[n], y[m]: kron(x, y) == kron(y, x) iff n == 1 or m == 1
x[n], y[m]: sum(kron(x, y)) == sum(x)*sum(y)
x[n], y[m]: reshape(kron(x, y), (n,m)) == outer(x, y)
X[n,m]: ravel(X)[i] == X[i//m, i%m]
X[n,m]: vec(X) == ravel(X.T)
X[n,m]: ravel(X) == vec(X) if n == 1 or m == 1
X[n,m], Y[k,l]: kron(X, Y).T == kron(X.T, Y.T)
X[n,m], x[m]: kron(eye(2), X) @ concatenate((x, x)) == concatenate((X @ x, X @ x))
x[n*m]: rearrange(x, "(a b) -> a b", b=m) == reshape(x, (n, m))
x[n*m]: reshape(x, (n,m)) == 0 if x == 0
x[n*m]: reshape(x, (n,m))[1:] == 0 if x[m:] == 0
x[n*m]: reshape(x, (n,m)) == flip(reshape(x, (n,m))) if x == flip(x)
X[n*m,k]: sum(reshape(X, (n,m,k)), axis=1)[i] == sum(X[m*i:m*i+m], axis=0)
x[2*n]: reshape(x, (n,2))[:, 0] == x[::2]
X[n,m]: repeat(repeat(X, 2, axis=0), 2, axis=1) == kron(X, ones((2,2)))
x[n], y[m]: outer(x, y) == outer(y, x).T
x[n*m]: x[i*m] == reshape(x, (n,m))[i,0]
"""

DIVISION = """
x[n]: sum(x[i]/(i+{a})*(i+{a}) for i in range(n)) == sum(x)
x[n]: x/(n+{a})*(n+{a}) == x
x[n]: x/(n-{a}) == 2*x/(2*n-2*{a})
x[n]: sum(x[i]/(i*i+1) for i in range(n)) == sum(x[n-1-i]/((n-1-i)**2+1) for i in range(n))
x[n]: [x[i]/(i+1) for i in range(n)] == [2*x[i]/(2*i+2) for i in range(n)]
x[n]: mean(x) == sum(x)/n
x[n]: sum(x[i]*(1/(i+1) - 1/(i+2)) for i in range(n)) == sum(x[i]/((i+1)*(i+2)) for i in range(n))
x[n]: mean(x - mean(x)) == 0
x[n]: (p//{a})*{a} + p % {a} + 0*sum(x) == p
x[n]: roll(x, p//2//3) == roll(x, p//6)
x[n]: (x[i]/(i-2) if i != 2 else 0)*(i-2) == (x[i] if i != 2 else 0)
x[n]: sum((x[i]/(i-1) if i >= 2 else 0)*(i-1) for i in range(n)) == sum(x[2:])
x[n]: sum(x[i] for i in range(n//2)) + sum(x[i] for i in range(n//2, n)) == sum(x)
x[n]: (n % 2)*x == n*x if n <= 1
x[n]: ((n+1)//2 + n//2)*x == n*x
"""
# These are not true as they stand: the sums divide by zero inside.
UNDEFINED = """
x[n]: sum(x[i]/(i*i-{s}*i+{t})*(i*i-{s}*i+{t}) for i in range(n)) == sum(x)
x[n]: sum(x[i]/(i-{a})*(i-{a}) for i in range(n)) == sum(x)
x[n]: [x[i]/(i*i-{s}*i+{t}) for i in range(n)] == [x[i]/(i*i-{s}*i+{t}) for i in range(n)]
x[n]: sum(x[i]/(n-{a}-i) for i in range(n)) == sum(x[n-1-i]/(i+1-{a}) for i in range(n))
x[n]: sum(roll(x, p)[i]/(i-p)*(i-p) for i in range(n)) == sum(x)
x[n]: sum(x[i]/((i-{a})*(i-{a}-2)) for i in range(n)) == sum(x[i]/(i*i-(2*{a}+2)*i+{a}*({a}+2)) for i in range(n))
x[n]: x[i]/(i-{a})*(i-{a}) == x[i]
"""

INDICES = """
x[n]: x[i] == flip(x)[n-1-i]
x[n]: x[i] == roll(x, {p})[i+{a}] if 0 <= i < n - {a} and {a} == {p}
x[n], k[m]: convolve(x, k)[i] == sum(x[i-u]*k[u] for u in range(m))
x[n], k[m]: convolve(x, k)[i] == sum(x[i-u]*k[u] for u in range(i+1)) if 0 <= i < m
x[n], k[m]: correlate(x, k, "valid")[i] == sum(x[i+u]*k[u] for u in range(m))
x[n]: cumsum(x)[i] == sum(x[u] for u in range(i+1))
x[n]: cumsum(x)[i] - cumsum(x)[i-1] == x[i]
x[n]: diff(x)[i] == x[i+1] - x[i]
X[n,m]: X.T[i,j] == X[j,i]
X[n,n]: tril(X)[i,j] == X[i,j] if i >= j
X[n,n]: tril(X)[i,j] == 0 if j >= i + 1
x[n]: pad(x, ({a}, 1))[i] == x[i-{a}]
x[n]: x[i]*x[i+1] == 0 if i == n - 1
x[n]: x[::2][i] == x[2*i]
x[n]: flip(x)[i] == x[n-1-i]
x[n]: roll(x, 1)[i] == x[i-1] if i >= 1
x[n]: roll(x, {a})[i] == x[(i-{a}) % n]
x[n]: sum(x[i+u] for u in range(n)) == sum(x) - sum(x[u] for u in range(i))
x[n]: x[i] == 0 if x[1:] == 0 and i >= 1
x[n]: x[i] == x[0] if x[1:] == x[:-1]
x[n]: x[i] == x[n-1-i] if x == flip(x)
x[n]: x[2*i] == 0 if x[::2] == 0
X[n,m]: X[i,j] == 0 if X[1:] == 0 and i >= 1
X[n,n]: X[i,j] == X[j,i] if X[:2,:2] == X[:2,:2].T and i <= 1 and j <= 1
"""

PARAMETERS = """
x[n]: roll(roll(x, {p}), {q}) == roll(x, {p}+{q})
x[n]: sum(x[u+{p}] for u in range(-({p}), n-({p}))) == sum(x)
x[n]: sum(x[u] for u in range({p}, {q})) == sum(x[u-{p}] for u in range(2*({p}), {q}+{p}))
x[n]: sum(1 for u in range(p)) + 0*sum(x) == max(p, 0)
x[n]: sum(u for u in range(p)) + 0*sum(x) == p*(p-1)/2 if p >= 0
x[n]: sum(x[u] for u in range(p)) == sum(x[:p]) if 0 <= p <= n
x[n]: sum(x[u] for u in range(p)) + sum(x[u] for u in range(p, n)) == sum(x) if p <= n and p >= 0
x[n]: sum(x[u] for u in range(p)) == 0 if p <= 0
x[n]: x[p % 3] == x[p - 3*(p//3)]
x[n]: x[p:p+q] == x[p:][:q]
x[n]: roll(x, n*p) == x
x[n]: roll(x, p) == x if p % n == 0
x[n]: roll(x, p) == x iff p % n == 0
x[n]: pad(x, (p, q))[p:p+n] == x
x[n]: sum(pad(x, (p, q), constant_values=1)) == sum(x) + p + q
x[n]: pad(x, (p, p), mode="symmetric") == pad(x, (p, p), mode="edge") if p <= 1
x[n]: sum(x[max(u, 0)] for u in range(n)) == sum(x)
x[n]: sum(x[min(u, n-1)] for u in range(n)) == sum(x)
x[n]: (x[p] if p >= 0 else 0) == x[p]
x[n]: 0**p*roll(x, p) == 0*x if p >= 1
x[n]: flip(roll(x, p)) == roll(x, -p) if x == flip(x)
x[n]: sum((x[u-p] if u >= p else 0) for u in range(n)) == sum(x[u] for u in range(n-p)) if p >= 0 and p <= n
x[n]: sum(u*u for u in range(n))*x == (n-1)*n*(2*n-1)/6*x
x[n]: sum(x[u//2] for u in range(2*n)) == 2*sum(x)
x[2*n+1]: sum(x[(2*i) % (2*n+1)] for i in range(2*n+1)) == sum(x)
x[n]: x[p:n-p] == x[p:][:n-2*p]
x[n]: x[:-p] == x[:n-p]
"""

LITERALS = """
x[n]: convolve(x, [1, -1])[1:-1] == diff(x)
x[n]: correlate(x, [1, -2, 1], "valid") == diff(x, n=2) if n >= 3
x[n]: convolve(x, [{a}, {b}, {c}]) == correlate(x, [{c}, {b}, {a}])
A[n,m]: convolve(A, [[1, {a}], [{a}, {a}*{a}]]) == convolve(convolve(A, [[1, {a}]]), [[1], [{a}]])
x[n]: convolve(convolve(x, [1, {a}]), [1, {b}]) == convolve(x, [1, {a}+{b}, {a}*{b}])
x[3]: dot(x, [{a}, {b}, {c}]) == {a}*x[0] + {b}*x[1] + {c}*x[2]
x[2]: [[{a}, {b}], [{c}, 1]] @ x == [{a}*x[0]+{b}*x[1], {c}*x[0]+x[1]]
x[n]: convolve(x, [0, 0, 1])[2:] == x
x[n]: convolve(x, ones({a}), "valid") == [sum(x[i:i+{a}]) for i in range(n-{a}+1)] if n >= {a}
x[2]: sum([{a}, {b}][i]*x[i] for i in range(2)) == {a}*x[0] + {b}*x[1]
x[3]: [{a}, {b}, {c}][i]*x[i] == x[i]*[{a}, {b}, {c}][i]
x[4]: reshape(x, (2,2)) @ [1, 1] == [x[0]+x[1], x[2]+x[3]]
x[2]: x == [{a}, {b}] iff x[0] == {a} and x[1] == {b}
x[3]: dot(x, [1, 0, {a}]) == {a}*x[2] if x[0] == 0
k[3], x[n]: convolve(x, k, "valid") == {a}*x[1:-1] if k == [0, {a}, 0]
k[3], x[n]: correlate(x, k, "valid") == convolve(x, k, "valid") if k == [{a}, {b}, {a}]
"""

FUNCTIONS = """
x[n], f(): f(flip(x)) == flip(f(x))
x[n], f(): f(x)[i] == f(x[i])
x[n], f(): f(roll(x, p)) == roll(f(x), p)
x[n], y[n], f(): f(x) == f(y) if x == y
x[n], y[n], f(): f(x)[1:] == f(y)[1:] if x[1:] == y[1:]
x[n], f(): f(x) == flip(f(x)) if x == flip(x)
x[n], f(): f(x)[1:] == f(0*x)[1:] if x[1:] == 0
x[n], f(): f(x + x) == f(2*x)
x[n], f(): sum(f(x)) == sum(f(flip(x)))
X[n,m], f(): f(X.T) == f(X).T
X[n,m], f(): f(ravel(X)) == ravel(f(X))
x[n], f(): f(f(x)) == f(f(flip(x))) if x == flip(x)
x[n], f(): pad(f(x), (1,1), mode="edge") == f(pad(x, (1,1), mode="edge"))
x[n], y[n], f(): f(x)*f(y) == f(y)*f(x)
"""

CALCULUS = """
x[n]: grad(dot(x, x), x) == 2*x
x[n], y[n]: grad(dot(x, y), x) == y
x[n], k[m]: grad(sum(convolve(x, k)), x) == sum(k)*ones(n)
x[n]: grad(sum(x)**2, x) == 2*sum(x)*ones(n)
A[n,n], x[n]: grad(dot(x, A @ x), x) == (A + A.T) @ x
A[n,n], x[n]: grad(dot(x, A @ x), x) == 2*A @ x if A == A.T
A[n,n], x[n]: grad(dot(x, A @ x), x) == 2*A @ x iff A == A.T
x[n], y[n-1]: grad(dot(diff(x), y), x) == -diff(y, prepend=0, append=0)
x[n]: grad(mean(x), x) == ones(n)/n
x[n]: grad(sum(x*x*x), x) == 3*x*x
"""

POLYNOMIALS = """
x[n]: (n-{a})*(n-{b})*x == (n*n - ({a}+{b})*n + {a}*{b})*x
x[n]: (n-{a})*x == 0*x if n == {a}
x[n]: (n-{a})*(n-{b})*x == 0*x if n == {a} or n == {b}
x[n]: n*n*x == ({a}*n)*x iff n == {a}
x[n]: (n-{a})*x == 0 iff n == {a}
x[n]: n*n*x == ({a}*n)*x iff x == 0 if n != {a}
x[n]: (n-1)*(n-2)*(n-3)*x == 0*x if n <= 3
x[n], y[m]: (n-m)*sum(x)*sum(y) == 0 if n == m
x[n]: sum((n-{a})*x[u] for u in range(n)) == 0 if n == {a}
x[n]: p*(p-1)*roll(x, p) == 0*roll(x, p) if p*p == p
x[n]: (n + p)**2*roll(x, p) == n*n*roll(x, p) + 2*n*p*roll(x, p) + p*p*roll(x, p)
x[n]: 2**n*2*x == 2**(n+1)*x
x[n]: (-1)**(2*n)*x == x
"""

AXES = """
X[n,n,m]: X == swapaxes(X, 0, 1) if X[:,:,0] == X[:,:,0].T and m == 1
X[n,n,m]: X[:,:,0] == X[:,:,0].T if X == swapaxes(X, 0, 1)
X[n,m,k]: transpose(X, (2,0,1))[i,j,l] == X[j,l,i]
X[n,m,k]: sum(sum(X, axis=2), axis=0) == sum(X, axis=(0,2))
X[n,m,k]: sum(X, axis=1) == X[:,0] if X[:,1:] == 0
X[n,m,k], Y[k,l]: (X @ Y)[i] == X[i] @ Y
X[n,m,k]: moveaxis(X, 0, 2) == transpose(X, (1,2,0))
X[n,m,k]: flip(X, axis=(0,1)) == rot90(X, 2)
X[n,m,k], Y[k,m,n]: tensordot(X, Y, axes=([2,1],[0,1])) == einsum("abc,cbd->ad", X, Y)
X[n,m,k]: concatenate((X[:, :1], X[:, 1:]), axis=1) == X
X[n,m,k]: reshape(X, (n, m*k))[i] == ravel(X[i])
X[n,m,k]: stack((X[0], X[1])) == X[:2] if n >= 2
X[n,1,k]: squeeze(X, axis=1) == X[:,0]
X[n,m,1], Y[1,m,k]: X*Y == transpose(matmul(transpose(X, (1,0,2)), transpose(Y, (1,0,2))), (1,0,2))
X[n,m,k]: X[1:] == 0 if X[1:, ::2] == 0 and X[1:, 1::2] == 0
X[n,m,k]: X[::-1][::-1] == X
"""

FORMS = {
    "three axes": AXES,
    "layers": LAYERS,
    "transforms": TRANSFORMS,
    "complex": COMPLEX,
    "products of sizes": PRODUCTS,
    "division": DIVISION,
    "division by zero": UNDEFINED,
    "free indices": INDICES,
    "parameters": PARAMETERS,
    "literals": LITERALS,
    "functions": FUNCTIONS,
    "gradients": CALCULUS,
    "polynomials in sizes": POLYNOMIALS,
}
LINES = {form: [line for line in text.strip().splitlines() if line] for form, text in FORMS.items()}
