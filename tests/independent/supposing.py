"""Hypotheses and conclusions about one tensor, in the forms in which authors write them."""

from __future__ import annotations

import random
import re

PARTS = (
    "x[1:] x[:-1] x[1:-1] x[::2] x[1::2] x[:2] x[2:] x[-1:] x[:1] x[::-1][1:] x[n//2:] x[:n//2] x[:p] x[p:]"
    " x[2:4]"
    " flip(x)[1:] roll(x,1)[1:]"
).split()
MATRIX_PARTS = (
    "X[1:] X[:1] X[:,1:] X[1:,1:] X[:2,:2] X[::2] X[:,::2] X[:,0] X[0] X[-1] X[:-1,:-1] X[:,:-1] flip(X)[1:]".split()
)

VECTOR_EQUATIONS = (
    "x == 0; x == flip(x); x == -flip(x); x == roll(x,1); x == roll(x,2); x == x[0]*ones(n); x == ones(n); x"
    " == n; x == 1;"
    " x == arange(n); sum(x) == 0; sum(x) == 1; x[0] == 0; x[n-1] == 0; x[0] == x[n-1]; x[1] == x[0]; x =="
    " roll(flip(x),1);"
    " diff(x) == 0; cumsum(x) == x; x == -x; 2*x == 3*x; dot(x,x) == 0; x*x == x; x == dot(y,y); x == y;"
    " x + y == 0; x - y == 0; x == flip(y); x == 2*y; x == cumsum(y); x == p; x == 1/n"
).split("; ")
MATRIX_EQUATIONS = (
    "X == X.T; X == -X.T; X == 0; X == flip(X); X == flip(X, axis=0); X == flip(X, axis=1); X == rot90(X); X == eye(n);"
    " X == diag(x); X == outer(x,x); X == circulant(x); X == tril(X); triu(X,1) == 0; diag(X) == 0; trace(X)"
    " == 0; X @ X == X;"
    " X.T @ X == eye(n); X == rot90(X,2); X == -flip(X, axis=1); X == x[0]*eye(n); sum(X, axis=0) == 0;"
    " X @ x == x; X == toeplitz(x); X == 2; X[0] == X[1]"
).split("; ")

COMPREHENSIONS = (
    "[(x[i] if p >= 1 else 0) for i in range(n)] == [(x[n-1-i] if p >= 1 else 0) for i in range(n)];"
    " [(x[i] if p >= 1 else 0) for i in range(n)] == 0; [x[i] for i in range(2)] == 0; [x[i+1] for i in"
    " range(n-1)] == 0;"
    " [(x[i] if i >= 1 else 0) for i in range(n)] == 0; [x[2*i] for i in range(n//2)] == 0;"
    " [x[i] for i in range(1,n)] == [x[i-1] for i in range(1,n)]; [(x[i] if i % 2 == 0 else 0) for i in range(n)] == 0;"
    " [x[i] - x[n-1-i] for i in range(n)] == 0; [x[i+p] for i in range(n)] == 0; [x[i]*i for i in range(n)] == 0;"
    " [x[i] for i in range(p)] == [0*i for i in range(p)]; [x[i] for i in range(n)] == [x[i+1] for i in range(n)]"
).split("; ")

VECTOR_CONCLUSIONS = (
    "x == 0; x == flip(x); x == -flip(x); x == roll(x,1); sum(x) == 0; sum(x) == x[0]; sum(x) == x[n-1]; x[0] == 0;"
    " cumsum(x) == 0; cumsum(x)[i] == x[0]; convolve(x,k) == convolve(flip(x),k); convolve(x,k) == 0; dot(x,y) == 0;"
    ' dot(x,y) == x[0]*y[0]; dot(x,y) == dot(x,flip(y)); convolve(x,k,"valid") == correlate(x,k,"valid"); x[1] == 0;'
    " convolve(x,k)[:n] == x[0]*pad(k,(0,n))[:n]; x[::2] == x[:(n+1)//2]; x == x[0]*ones(n); diff(x) == 0; x == y;"
    ' convolve(k,x,"same") == correlate(k,x,"same"); sum(x*x) == x[0]**2; x*y == 0; x[i] == x[0]; x[i] == 0; x == -x;'
    ' correlate(k, x, "valid") == convolve(k, x, "valid"); sum(x) == n*x[0]; outer(x,x) == outer(x,x).T; x[n-1] == 0;'
    " x[i]*y[i] == x[n-1-i]*y[i]; circular_convolve(x,y) == sum(y)*x; roll(x,p) == x; sum(x[::2]) == sum(x);"
    " mean(x) == x[0];"
    " x[1:] == 0; x[1:] == x[:-1]; x*x == x; sum(x) == n; sum(x) == dot(x,x); dot(x,y) == sum(y); x =="
    " cumsum(x); x == 2*x[0];"
    ' pad(x,1,mode="wrap") == pad(x,1,mode="edge"); flip(x)[0] == x[0]; sum(x[p:]) == 0; kron(x,y) == kron(y,x)'
).split("; ")
PARAMETER_CONCLUSIONS = (
    "roll(x,p) == x; sum(x[p:]) == 0; sum(x[:p]) == 0; x[p] == 0; x[p:] == 0*x[p:]; flip(roll(x,p)) == roll(x,-p);"
    " sum(x[i+p] for i in range(n)) == 0; concatenate((x[:p],x)) == 0; roll(x,p) == flip(x); sum(x[i] for i in"
    " range(p)) == 0;"
    " sum(x[i] for i in range(p)) == sum(x); x[p] == x[0]; roll(x,2*p) == x; x[:p] == 0*x[:p]; roll(x,p) == 0*x"
).split("; ")
MATRIX_CONCLUSIONS = (
    "X == X.T; X == -X.T; X == 0; X == flip(X); X == flip(X, axis=1); X == flip(X, axis=0); trace(X) == 0; sum(X) == 0;"
    " X @ x == X.T @ x; X @ x == 0; sum(X, axis=0) == sum(X, axis=1); X == -X; trace(X @ Y) == trace(X.T @ Y);"
    ' trace(X @ X) == sum(X*X); X @ X == X @ X.T; correlate(Y, X, "valid") == convolve(Y, X, "valid"); X[0,0] == 0;'
    " dot(x, X @ y) == dot(y, X @ x); tril(X) == X; diag(X) == X[0]; X[i,j] == X[j,i]; X @ Y == Y @ X; rot90(X) == X.T;"
    " X[0] == flip(X[0]); sum(X) == X[0,0]; sum(X) == sum(X[0]); X == flip(flip(X, axis=0), axis=1); dot(X @"
    " x, X @ y) == dot(x, y);"
    " convolve(Y, X)[0,0] == 0; X[:,0] == X[0]; fliplr(X) == flipud(X); X + X.T == 0; trace(X.T @ X) == 0; X @"
    " X == X; X.T @ X == X"
).split("; ")
MATRIX_PAIRS = [
    ("m", "n"),
    ("n", "n"),
    ("n", "n"),
    ("n", "n"),
    ("n+1", "n"),
    ("2*n", "m"),
    ("n+1", "n+1"),
    ("4", "n"),
    ("3", "3"),
]
VECTOR_SIZES = ["n", "n", "n", "n", "n", "n+1", "2*n", "n+2", "2*n+1", "4", "5"]


def resized(text: str, size: str) -> str:
    """The text for a vector of another size than n."""
    return text if size == "n" else re.sub(r"\bn\b", f"({size})" if not size.isalnum() else size, text)


def part_hypothesis(rng: random.Random) -> str:
    """A part of x that vanishes, is constant, symmetric, or is another part."""
    part = rng.choice(PARTS)
    other = rng.choice(PARTS)
    return rng.choice(
        [
            f"{part} == 0",
            f"{part} == 0",
            f"{part} == flip({part})",
            f"{part} == -flip({part})",
            f"{part} == -{part}",
            f"{part} == 2*{part}",
            f"{part} == {other}",
            "x[1:] == x[:-1]",
            "x[2:] == x[:-2]",
            "x[1:] == -x[:-1]",
            f"sum({part}) == 0",
            f"{part} == y[1:]",
            f"{part} == 1",
            "x[n//2:] == x[:n-n//2]",
            "x[::2] == x[1::2]",
            "x[::2] == 0 and x[1::2] == 0",
            "x[:1] == 0 and x[1:] == 0",
            f"{part} == 0 and x[0] == 0",
            f"{part} == roll({part}, 1)",
            f"cumsum({part}) == 0",
            "flip(x)[1:] == x[1:]",
            "x[::-1] == x",
            "x[1:][::-1] == x[1:]",
        ]
    )


def matrix_part_hypothesis(rng: random.Random) -> str:
    part = rng.choice(MATRIX_PARTS)
    square = rng.choice(["X[:2,:2]", "X[1:,1:]", "X[:-1,:-1]", "X"])
    return rng.choice(
        [
            f"{part} == 0",
            f"{part} == -{part}",
            f"{part} == flip({part}, axis=-1)",
            f"{part} == flip({part})",
            f"{square} == {square}.T",
            f"{square} == -{square}.T",
            f"{square} == {square}.T",
            "X[1:] == X[:-1]",
            "X[1:,1:] == X[:-1,:-1]",
            "X[0] == X[1]",
            "X[:,0] == 0 and X[0] == 0",
            "X[0,1:] == 0",
            f"{part} == Y{part[1:]}",
            "[X[i,i] for i in range(n)] == 0",
            "[(X[i] if i >= 1 else 0*X[i]) for i in range(n)] == 0",
            "tril(X)[1:] == 0",
            f"sum({part}) == 0",
            f"{part} == 1",
        ]
    )


def size_hypothesis(rng: random.Random) -> str:
    return rng.choice(
        [
            "n >= 2",
            "n % 2 == 1",
            "n % 2 == 0",
            "n == 1",
            "n <= 2",
            "n >= 2*m",
            "n == m",
            "n == 1 or m == 1",
            "n >= 3 and n <= 5",
            "n == 2*m",
            "n >= m",
            "p >= 1",
            "p <= -1",
            "p == 0",
            "p % n == 0",
            "n != 2",
            "p*p == p",
            "not (n >= 3)",
            "0 <= p <= n",
            "p >= 0 and p < n",
            "n == 3 or n == 5",
            "n % 3 == 2",
            "n + m <= 4",
            "n*m == 4",
            "p == -p",
        ]
    )
