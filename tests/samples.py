"""The sample claims that several tests run over."""

PROVED = {
    "worked_example": "convolve([[1,1,1,0,0],[0,1,1,1,0],[0,0,1,1,1],[0,0,1,1,0],[0,1,1,0,0]], "
    '[[1,0,1],[0,1,0],[1,0,1]], "valid") == [[4,3,4],[2,4,3],[2,3,4]]',
    "correlation": 'A[H,W], B[h,w]: correlate(A, B, "valid")[m,n] '
    "== sum(A[m+u,n+v]*B[u,v] for u in range(h) for v in range(w))",
    "convolution": "A[H,W], K[h,w]: convolve(A, K)[x,y] == sum(K[n,m]*A[x-n,y-m] for n in range(h) for m in range(w))",
    "commutative": "A[H,W], K[h,w]: convolve(A, K) == convolve(K, A)",
    "flipped": 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, flip(K), "valid")',
    "exactly_symmetric": 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid") iff K == flip(K)',
    "associative": "x[N], k[M], l[L]: convolve(convolve(x, k), l) == convolve(x, convolve(k, l))",
    "four_names": "X[h,w], Y[h,w]: frobenius(X, Y) == dot(ravel(X), ravel(Y)) == trace(X @ Y.T) "
    '== correlate(X, Y, "valid")[0,0]',
    "not_a_dot_product": "X[n,n], Y[n,n]: dot(X, Y) != frobenius(X, Y)",
    "literal_dot": "dot([[1,1,1],[0,1,1],[0,0,1]], [[1,0,1],[0,1,0],[1,0,1]]) == [[2,1,2],[1,1,1],[1,0,1]]",
    "im2col": "X[C,H,W], K[F,C,h,w]: reshape(K, (F, C*h*w)) @ unfold(X, (h,w)) "
    "== reshape(conv2d(X, K), (F, (H-h+1)*(W-w+1)))",
    "pointwise": "X[C,H,W], K[F,C,1,1]: conv2d(X, K)[f,i,j] == dot(K[f,:,0,0], X[:,i,j])",
    "channels": "X[C,H,W], K[F,C,h,w], b[F]: conv2d(X, K, b)[f] "
    '== sum(correlate(X[c], K[f,c], "valid") for c in range(C)) + b[f]',
    "activation": "x[n], w[n], b, f(): f(dot(x, w) + b) == f(sum(x * w) + b)",
    "same": 'A[H,W], K[h,w]: convolve(A, K, "same") == correlate(A, flip(K), "same")',
    "same_formula": 'A[H,W], K[h,w]: correlate(A, K, "same")[m,n] '
    "== sum(A[m-h//2+u,n-w//2+v]*K[u,v] for u in range(h) for v in range(w))",
    "symmetric_image": 'A[H,H], K[h,h]: correlate(A, K.T, "valid") == correlate(A, K, "valid").T if A == A.T',
    "odd_kernel": 'x[N], k[2*r+1]: convolve(x, k, "same") == correlate(x, flip(k), "same")',
    "complex": "z[N] complex, k[M] complex: correlate(z, k) == convolve(z, conj(flip(k)))",
    "swapped": "A[H,W], K[h,w]: correlate(A, K) == flip(correlate(K, A))",
    "matrix_product": "X[n,m], Y[m,p], Z[p,q]: (X @ Y) @ Z == X @ (Y @ Z)",
    "transposed_product": "X[n,m], Y[m,p]: (X @ Y).T == Y.T @ X.T",
    "linear": "A[H,W], K[h,w], L[h,w]: correlate(A, 2*K + L) == 2*correlate(A, K) + correlate(A, L)",
    "total": "A[H,W], K[h,w]: sum(convolve(A, K)) == sum(A)*sum(K)",
}

REFUTED = {
    "not_symmetric": 'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid")',
    "matrix_symmetry": 'A[H,H], K[h,h]: convolve(A, K, "valid") == correlate(A, K, "valid") if K == K.T',
    "shapes": "X[n,n], Y[n,n]: dot(X, Y.T) == frobenius(X, Y)",
    "not_commutative": "A[H,W], K[h,w]: correlate(A, K) == correlate(K, A)",
    "vec_ravel": "X[n,m], Y[n,m]: dot(ravel(X), vec(Y)) == frobenius(X, Y)",
    "even_kernel": 'A[H,W], K[h,w]: correlate(A, K, "same")[m,n] '
    "== sum(A[m-(h-1)//2+u,n-(w-1)//2+v]*K[u,v] for u in range(h) for v in range(w))",
}
