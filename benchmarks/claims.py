"""The claims that are timed, each under a short name."""

from __future__ import annotations

PROVED = {
    "worked example": "convolve([[1,1,1,0,0],[0,1,1,1,0],[0,0,1,1,1],[0,0,1,1,0],[0,1,1,0,0]], "
    '[[1,0,1],[0,1,0],[1,0,1]], "valid") == [[4,3,4],[2,4,3],[2,3,4]]',
    "correlate by definition": 'A[H,W], B[h,w]: correlate(A, B, "valid")[m,n] == '
    "sum(A[m+u,n+v]*B[u,v] for u in range(h) for v in range(w))",
    "convolve by definition": "A[H,W], K[h,w]: convolve(A, K)[x,y] == "
    "sum(K[n,m]*A[x-n,y-m] for n in range(h) for m in range(w))",
    "convolve commutes": "A[H,W], K[h,w]: convolve(A, K) == convolve(K, A)",
    "valid, kernel flipped": 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, flip(K), "valid")',
    "valid, iff symmetric": 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid") iff K == flip(K)',
    "convolve associates": "x[N], k[M], l[L]: convolve(convolve(x, k), l) == convolve(x, convolve(k, l))",
    "Frobenius, four ways": "X[h,w], Y[h,w]: frobenius(X, Y) == dot(ravel(X), ravel(Y)) == "
    'trace(X @ Y.T) == correlate(X, Y, "valid")[0,0]',
    "dot is not Frobenius": "X[n,n], Y[n,n]: dot(X, Y) != frobenius(X, Y)",
    "dot of literals": "dot([[1,1,1],[0,1,1],[0,0,1]], [[1,0,1],[0,1,0],[1,0,1]]) == [[2,1,2],[1,1,1],[1,0,1]]",
    "im2col": "X[C,H,W], K[F,C,h,w]: reshape(K, (F, C*h*w)) @ unfold(X, (h,w)) == "
    "reshape(conv2d(X, K), (F, (H-h+1)*(W-w+1)))",
    "1x1 kernels": "X[C,H,W], K[F,C,1,1]: conv2d(X, K)[f,i,j] == dot(K[f,:,0,0], X[:,i,j])",
    "channels and bias": "X[C,H,W], K[F,C,h,w], b[F]: conv2d(X, K, b)[f] == "
    'sum(correlate(X[c], K[f,c], "valid") for c in range(C)) + b[f]',
    "activation": "x[n], w[n], b, f(): f(dot(x, w) + b) == f(sum(x * w) + b)",
    "same, kernel flipped": 'A[H,W], K[h,w]: convolve(A, K, "same") == correlate(A, flip(K), "same")',
    "same by definition": 'A[H,W], K[h,w]: correlate(A, K, "same")[m,n] == '
    "sum(A[m-h//2+u,n-w//2+v]*K[u,v] for u in range(h) for v in range(w))",
}

REFUTED = {
    "convolve as correlate": 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid")',
    "transpose for flip": 'A[H,H], K[h,h]: convolve(A, K, "valid") == correlate(A, K, "valid") if K == K.T',
    "dot as Frobenius": "X[n,n], Y[n,n]: dot(X, Y.T) == frobenius(X, Y)",
    "correlate commutes": "A[H,W], K[h,w]: correlate(A, K) == correlate(K, A)",
    "rows against columns": "X[n,m], Y[n,m]: dot(ravel(X), vec(Y)) == frobenius(X, Y)",
    "same, wrong offset": 'A[H,W], K[h,w]: correlate(A, K, "same")[m,n] == '
    "sum(A[m-(h-1)//2+u,n-(w-1)//2+v]*K[u,v] for u in range(h) for v in range(w))",
}

SAMPLES = PROVED | REFUTED

#: Claims at concrete sizes: `{n}` is the side of the image.
SIZED = {
    "proved, valid": 'A[{n},{n}], K[3,3]: convolve(A, K, "valid") == correlate(A, flip(K), "valid")',
    "proved, full": "A[{n},{n}], K[3,3]: convolve(A, K) == convolve(K, A)",
    "proved, both large": "A[{n},{n}], K[{n},{n}]: convolve(A, K) == convolve(K, A)",
    "refuted, valid": 'A[{n},{n}], K[3,3]: convolve(A, K, "valid") == correlate(A, K, "valid")',
    "refuted, full": "A[{n},{n}], K[3,3]: convolve(A, K) == correlate(A, K)",
    "refuted, both large": "A[{n},{n}], K[{n},{n}]: convolve(A, K) == correlate(A, K)",
}
SMALL, LARGE = 8, 4096

#: Claims whose whole process is timed: proved, and refuted with conditions that are quick and slow to find.
COLD = ("valid, kernel flipped", "convolve as correlate", "correlate commutes", "same, wrong offset")
