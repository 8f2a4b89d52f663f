"""Claims under hypotheses that are equations between products: inverses, projections, what commutes, eigenvectors."""

from __future__ import annotations

import random

# Hypothesis; declarations, square and not; what holds, and what does not.
FORMS = [
    (
        "Q.T @ Q == eye(n)",
        ("Q[n,n], A[n,n], B[n,n], x[n], y[n]", "Q[m,n], A[n,n], B[n,n], x[n], y[n]"),
        """
        dot(Q @ x, Q @ y) == dot(x, y); sum((Q @ x)*(Q @ x)) == sum(x*x); Q @ Q.T == eye(n); Q @ x == x; Q @ Q == eye(n)
        Q.T @ Q @ A == A; A @ Q.T @ Q == A; Q @ Q.T @ Q == Q; sum(Q*Q) == n; trace(Q.T @ Q) == n; A @ Q == Q @ A
        frobenius(Q @ A, Q @ B) == frobenius(A, B); (Q @ A @ Q.T) @ (Q @ B @ Q.T) == Q @ A @ B @ Q.T; Q.T == Q
        (Q @ Q.T) @ (Q @ Q.T) == Q @ Q.T; trace(Q @ A @ Q.T) == trace(A); Q.T @ (Q @ x + Q @ y) == x + y; sum(Q) == n
        Q @ x == Q @ y; trace(Q @ Q.T) == n; x @ Q.T @ Q == x; dot(Q @ x, Q @ (A @ y)) == dot(A.T @ x, y)
        sum(Q @ x) == sum(x)
        (A @ Q.T) @ (Q @ B) == A @ B; (A @ Q.T) @ (Q @ B) == B @ A; Q @ A == 0; (Q.T @ Q)[i,j] == eye(n)[i,j]
        Q[i,j] == Q[j,i]
        """,
    ),
    (
        "P @ P == P",
        ("P[n,n], A[n,n], x[n], y[n]",),
        """
        P @ P @ P == P; P @ (P @ x) == P @ x; (2*P - eye(n)) @ (2*P - eye(n)) == eye(n); P @ (eye(n) - P) == 0; P == P.T
        (eye(n) - P) @ (eye(n) - P) == eye(n) - P; P.T @ P.T == P.T; trace(P) == n; trace(P @ P) == trace(P); P @ x == x
        (P @ A @ P) @ (P @ A @ P) == P @ A @ P @ A @ P; A @ P == P @ A; dot(P @ x, y) == dot(x, P @ y)
        sum(P*P) == trace(P)
        P @ A @ P == A @ P; (A @ P) @ (P @ x) == A @ P @ x; P.T @ P == P; (P + A) @ (P - A) == P - A @ A
        P @ P == P.T @ P
        (eye(n) + P) @ (2*eye(n) - P) == 2*eye(n); x @ P @ P == x @ P; P @ (P @ x - x) == 0; P @ x == P @ y
        trace(P @ A @ P) == trace(A @ P)
        """,
    ),
    (
        "A @ B == B @ A",
        ("A[n,n], B[n,n], C[n,n], x[n], y[n]",),
        """
        (A + B) @ (A - B) == A @ A - B @ B; A @ A @ B == B @ A @ A; (A @ B) @ (A @ B) == A @ A @ B @ B
        A @ B.T == B.T @ A
        A.T @ B.T == B.T @ A.T; A @ (B @ x) == B @ (A @ x); (A + B) @ (A + B) == A @ A + 2*A @ B + B @ B; A @ C == C @ A
        A @ B @ C == B @ A @ C; C @ A @ B == C @ B @ A; A @ C @ B == B @ C @ A
        dot(x, A @ B @ y) == dot(x, B @ A @ y); A == B
        (A + C) @ B == B @ (A + C); A @ (A + B) == (A + B) @ A; A @ B == A.T @ B.T; trace(A @ B @ C) == trace(B @ A @ C)
        A @ B @ A == A @ A @ B; (A - B) @ (A - B) == A @ A - 2*A @ B + B @ B; A*B == B*A
        trace(A @ B @ C) == trace(A @ C @ B)
        """,
    ),
    (
        "A @ x == l*x",
        ("A[n,n], B[n,n], x[n], y[n], l",),
        """
        A @ A @ x == l*l*x; A @ (A @ x) == l**2*x; dot(x, A @ x) == l*dot(x, x); A.T @ x == l*x; A @ (2*x) == 2*l*x
        A @ y == l*y
        x @ A.T == l*x; x @ A == l*x; (A + 3*eye(n)) @ x == (l + 3)*x; (A @ A - A) @ x == (l*l - l)*x
        dot(y, A @ x) == l*dot(x, y)
        B @ A @ x == l*B @ x; A @ B @ x == l*B @ x; A @ (x + y) == l*x + A @ y; A @ (x + y) == l*(x + y)
        sum(A @ x) == l*sum(x)
        A @ (A @ (A @ x)) == l**3*x; A @ x == x; outer(A @ x, x) == l*outer(x, x)
        dot(A @ x, A @ x) == l*l*dot(x, x); trace(A) == l
        (A - l*eye(n)) @ x == 0; (A @ outer(x, y)) == l*outer(x, y); (A @ x)[i] == l*x[i]
        dot(A @ x, y) == l*dot(A @ y, x)
        """,
    ),
    (
        "A @ B == eye(n)",
        ("A[n,n], B[n,n], C[n,n], x[n], y[n]", "A[n,m], B[m,n], C[n,n], x[n], y[n]"),
        """
        B @ A == eye(n); A @ B @ x == x; A @ (B @ x) == x; B.T @ A.T == eye(n); A @ B @ A == A; B @ A @ B == B
        A @ B @ C == C
        B @ A @ B @ A == B @ A; trace(B @ A) == n; trace(A @ B) == n; C @ A @ B == C; (C @ A) @ (B @ C) == C @ C
        B @ x == x
        dot(A.T @ x, B @ y) == dot(x, y); sum(A*B.T) == n; (B @ C @ A) @ (B @ C @ A) == B @ C @ C @ A
        trace(B @ C @ A) == trace(C)
        A @ (B @ x - B @ y) == x - y; A.T @ B.T == eye(n); B == A.T; B @ x == B @ y; (A @ B)[i,j] == eye(n)[i,j]
        A @ C == C @ A
        """,
    ),
    (
        "A @ A == A and A @ B == B @ A",
        ("A[n,n], B[n,n], x[n]",),
        """
        A @ B @ A == B @ A; A @ B @ A == A @ B; (A @ B) @ (A @ B) == A @ B @ B; A @ B @ x == B @ A @ x; A @ B == B
        A @ B @ B @ A == B @ B @ A
        (A @ B @ A) @ x == A @ (B @ x); (A + B) @ (A + B) == A + 2*A @ B + B @ B; B @ B == B
        (A - B) @ (A + B) == A - B @ B
        """,
    ),
    (
        "Q.T @ Q == eye(n) and Q == Q.T",
        ("Q[n,n], x[n], y[n]",),
        """
        Q @ Q == eye(n); Q @ (Q @ x) == x; dot(Q @ x, y) == dot(x, Q @ y); Q @ Q @ Q == Q; Q == eye(n)
        Q @ Q.T == eye(n); Q @ x == x
        (eye(n) - Q) @ (eye(n) + Q) == 0; (eye(n) - Q) @ (eye(n) - Q) == 2*eye(n) - 2*Q
        dot(Q @ x, Q @ x) == dot(x, x); trace(Q) == n
        """,
    ),
]


def product_claim(rng: random.Random) -> str:
    """A claim under one of these hypotheses."""
    hypothesis, declarations, conclusions = rng.choice(FORMS)
    parts = [c.strip() for line in conclusions.strip().splitlines() for c in line.split(";") if c.strip()]
    word = rng.choice(["if", "if", "if", "if", "if", "iff"])
    extra = rng.choice(["", "", "", " and n == 1", " and n >= 2", " and n == 2"])
    size = rng.choice(["n", "n", "n", "2", "3"])
    text = f"{rng.choice(declarations)}: {rng.choice(parts)} {word} {hypothesis}{extra}"
    if size == "n" or word == "iff" or extra:
        return text
    return (
        text.replace("[n", f"[{size}")
        .replace(",n]", f",{size}]")
        .replace("(n)", f"({size})")
        .replace("== n", f"== {size}")
    )
