"""What is printed is read back: our own LaTeX, and SymPy's."""

from __future__ import annotations

import pytest

pytest.importorskip("lark")

from random import Random

import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from latex_mutations import mutated, outcome
from latex_read import INPUTS
from random_claims import RandomClaim, made_up
from samples import PROVED, REFUTED
from sympy import IndexedBase, MatrixSymbol, Rational, Sum, floor, symbols

from symconv import Notation, SymconvError, Tensor, prove
from symconv.claims import Claim, parse
from symconv.cli import main

#: Claims that are printed with notation of their own.
NOTATION = [
    "x[N]: x[::s][::t] == x[::s*t] if s >= 1 and t >= 1",
    "A[H,W]: A[::2, ::2].T == A.T[::2, ::2]",
    "X[C,N], K[F,C,h]: conv1d(X, K, stride=s) == conv1d(X, K)[:, ::s] if s >= 1",
    "x[n]: lax.pad(x, 0, [(0, 0, d - 1)])[::d] == x if d >= 1",
    "G[F,n], K[F,C,k]: conv_transpose1d(G, K, stride=2) == conv_transpose1d(lax.pad(G, 0, [(0,0,0),(0,0,1)]), K)",
    "x[n]: lax.pad(x, 0, [(1, 0, 1)])[1::2] == x",
    "X[n,m]: [[X[i,j] for i in range(n)] for j in range(m)] == X.T",
    "X[n,m]: eye(n) @ X == X @ eye(m) == X",
    "X[n,m]: X - X == zeros((n, m))",
    "X[n,m]: eye(n, m, 1)[i,j] == ones((n, m))[i,j]",
    "X[2*r+1,m]: reshape(X, (m, 2*r + 1)) == reshape(ravel(X), (m, 2*r + 1))",
    "X[C,H*r]: rearrange(X, 'c (h a) -> a h c', a=r)[i,j,k] == X[k, j*r + i]",
    "X[n,m], Y[m,p]: einsum('ij,jk->ik', X, Y) == X @ Y == tensordot(X, Y, 1)",
    "X[n,m]: grad(sum(X*X), X) == 2*X",
    "x[n], y[n]: grad(sum(x*x), x, at=x + y) == 2*(x + y)",
    "x[n]: grad(sum(x*x), x, at=3*x)[i] == 6*x[i]",
    "X[n,m], Y[m,p]: einsum('ij,jk', X, Y) == einsum('ij,jk->ik', X, Y)",
    "X[n,n]: einsum('ii', X) == einsum('ij->', X)",
    "A[n,m], B[m,p]: lax.dot_general(A, B, (((1,), (0,)), ((), ()))) == A @ B",
    "a, b: lax.dot_general(a, b, (((), ()), ((), ()))) == a*b",
    "x[n]: 10**40*x == 10**20*x",
    "k[M]: outer(k, k)[:2, :] == outer(k, k)[:2, :]",
    "A[n,m]: A[None, :, None, 0] == A[None, :, 0][:, :, None]",
    "x[n]: lax.rev(x, (0,)) == flip(x)",
    "x[n]: tile(x, 2)[i] == repeat(x, 2)[i]",
    "A[n,n]: tile(A, (r, 2))[i,j] == A[i,j]",
    "x[n]: lax.pad(x, 0, [(a, b, 0)])[i] == x[i - a]",
    "lax.iota('int32', n)[i] == i",
    "x[n]: roll(x, 1, axis=0) == roll(x, 1)",
    "X[n,m]: sum(X, axis=0, keepdims=True)[0] == sum(X, axis=0)",
    "X[n,m]: pad(X, 1, constant_values=2)[0,0] == 2",
    "X[n,m,p]: rot90(X, 1, axes=(1, 2)) == rot90(X, 2)",
    "x[n]: convolution_matrix(x, m, 'same') == convolution_matrix(x, m)",
    "A_prime[n], A[n], x_hat[n]: A_prime + x_hat == A",
    "α[n], λ: λ*α == α*λ",
    "x[n], y[m], z[m]: outer(x, y) @ z == dot(y, z)*x",
    "A[n,n], K[n,n]: A*A*3 == 3*(A*A) if A == A.T and (n == 1 or n > 4) and n % 2 == 1",
    "X[N,C,H,W], K[F,C,h,w], b[F]: conv2d(X, K, b, stride=2, padding=(1, 0)) == conv2d(X, K, b, 2, (1, 0))",
    "A[H,W], K[h,w]: (convolve(A, K, 'same') @ ones(W))[H//2] == sum(A[H//2])",
]  # fmt: skip


def declarations(claim: Claim) -> str:
    """What stands before the colon of a claim."""
    return str(claim).partition(": ")[0] if claim.tensors or claim.functions else ""


def read_back(claim: Claim) -> Claim:
    """The claim that its own LaTeX states, whose indices start at 0."""
    return Claim.from_latex(claim.latex(), declarations(claim), base=0)


def compares_a_number(claim: Claim) -> bool:
    """Whether an array is equated with a number that depends on arrays, which formulas refuse."""
    sides = [(link.left, link.right) for link in claim.links if link.relation == "=="]
    return any(bool(a.axes) != bool(b.axes) and bool(a.atoms(Tensor)) and bool(b.atoms(Tensor)) for a, b in sides)


def states_the_same(first: Claim, second: Claim) -> bool:
    """Whether two claims are equal, or of sides that the prover does not tell apart."""
    if first == second:
        return True
    if len(first.links) != len(second.links) or len(first.hypotheses) != len(second.hypotheses):
        return False
    sides = [{side for link in claim.links for side in (link.left, link.right)} for claim in (first, second)]
    declared = declarations(first)
    return all(
        any(prove(parse(f"{declared}: {a} == {b}")).verdict != "refuted" for b in sides[1]) for a in sides[0] - sides[1]
    )


@pytest.mark.parametrize("text", [*PROVED.values(), *REFUTED.values(), *NOTATION])
def test_a_printed_claim_is_read_back(text: str) -> None:
    """The LaTeX of a claim states this claim."""
    claim = parse(text)
    if compares_a_number(claim):
        with pytest.raises(SymconvError, match="an array is compared with a number"):
            read_back(claim)
        return
    assert states_the_same(claim, read_back(claim))


@pytest.mark.parametrize("text", [t for t in NOTATION if " if " not in t])
def test_notation_is_read_back_word_for_word(text: str) -> None:
    """The reading is the claim itself where its own notation says all of it."""
    claim = parse(text)
    assert str(read_back(claim)) == str(claim)


#: What is printed of a claim in the usual notation, clause by clause, and read back.
USUAL = {
    # np.dot of matrices has its name, the product has no sign, a dot is the dot product of vectors alone
    "X[n,n], Y[n,n]: dot(X, Y) == X @ Y": r"\operatorname{dot}(X, Y) = X Y",
    "x[n], y[n]: dot(x, y) == x @ y": r"x \cdot y = x \cdot y",
    "x[n], y[m], z[m]: x*dot(y, z) == outer(x, y) @ z": r"(y \cdot z)\,x = x y^{\top} z",
    "A[n,n], v[n]: (A @ v)*2 == A @ (2*v)": r"2\,(A v) = A (2\,v)",
    # vectors are columns where they meet matrices, and rows before them
    "A[m,n], x[n], y[m]: y @ A @ x == dot(y, A @ x)": r"y^{\top} A x = y \cdot (A x)",
    "A[3,2], b[3]: A @ [1,-2] == b": r"A \begin{bmatrix} 1 \\ -2 \end{bmatrix} = b",
    "A[3,2]: A == outer([1,2,1], [1,-1])":
        r"A = \begin{bmatrix} 1 \\ 2 \\ 1 \end{bmatrix} \begin{bmatrix} 1 \\ -1 \end{bmatrix}^{\top}",
    "x[3], A[3,2]: A == outer(x, [1,-1])": r"A = \operatorname{outer}(x, [1, -1])",
    "A[m,n], B[n,n], x[m], y[m]: (x @ A + 2*y @ A) @ B == (x + 2*y) @ A @ B":
        r"(x^{\top} A + (2\,y)^{\top} A) B = (x + 2\,y)^{\top} A B",
    # transposes of vectors stay, but for a column's behind a matrix
    "A[n,n], x[n]: (A @ x).T == x.T @ A.T": r"(A x)^{\top} = x^{\top} A^{\top}",
    "A[n,n], x[n]: A @ x.T == A @ x": "A x = A x",
    # brackets only where they are needed
    "A[m,n], X[n,p], B[p,q]: A @ X @ B == A @ (X @ B)": "A X B = A (X B)",
    "A[n,n], u[n], v[n]: (A + outer(u, v)) @ A == A @ A + outer(u, v) @ A": r"(A + u v^{\top}) A = A A + u v^{\top} A",
    "x[h*w]: x[2*h*w - 1] == x[h + w]": r"x_{2hw-1} = x_{h+w}",
    # exponentials, remainders, strides, zeros between neighbours
    "x[N]: fft(x)[m] == sum(x[u]*exp(-2j*pi*m*u/N) for u in range(N))":
        r"\mathcal{F}(x)_{m} = \sum_{u=0}^{N-1} x_{u}\,e^{-2\pi\mathrm{i}\,mu/N}",
    "x[N]: roll(x, s)[u] == x[(u - s) % N]": r"\operatorname{roll}_{s}(x)_{u} = x_{(u-s) \bmod N}",
    "x[n]: lax.pad(x, 0, [(0,0,d-1)])[::d] == x if d >= 1":
        r"(x_{\uparrow d})_{\downarrow d} = x \quad\text{if } d \ge 1",
    "x[n], k[m]: correlate(x, k)[::s] == x": r"(x \star k)_{\downarrow s} = x",
    "x[n], p int: x[1 % n] == x[(-1 - p) % n]": r"x_{1 \bmod n} = x_{(-1-p) \bmod n}",
    # conditions are typeset
    "x[n], k[m]: x == x if 2*n >= m and m % 2 == 1 and n != 3":
        r"x = x \quad\text{if } 2n \ge m \land m \bmod 2 = 1 \land n \ne 3",
    # brackets are as tall as what they hold
    "A[2,2]: dot(A, [[1,0],[0,1]]) == A":
        r"\operatorname{dot}\left(A, \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}\right) = A",
}  # fmt: skip


@pytest.mark.parametrize("text", USUAL)
def test_the_usual_notation_is_that_of_textbooks(text: str) -> None:
    """Clause by clause; and it is read back."""
    claim = parse(text)
    assert claim.latex() == USUAL[text]
    assert states_the_same(claim, read_back(claim))


#: Formulas that are printed as they are written, but for bounds of sums.
KEPT = [
    (r"\mathbf{x}^{\top} (A \circ B) \mathbf{y} = \mathbf{y}^{\top} (B \circ A)^{\top} \mathbf{x}",
     "x[n], y[n], A[n,n], B[n,n]"),
    (r"(A B C)^{T} = C^{T} B^{T} A^{T}", "A[n,n], B[n,n], C[n,n]"),
    (r"(A B)^{\dagger} = B^{\dagger} A^{\dagger}", "A[m,n] complex, B[n,p] complex"),
    (r"z^{\ast} = z", "z[n] complex"),
    (r"A (B C) = A B C", "A[m,n], B[n,p], C[p,q]"),
    (r"(f \ast g)(n) = \sum_{m=0}^{N-1} f(m)\,g(n-m)", "f[N], g[M]"),
    (r"(f * g)[n] = \sum_{m=0}^{N-1} f[m]\,g[n-m]", "f[N], g[M]"),
    (r"\mathrm{tr}(A^{\mathsf{T}} B) = \mathrm{tr}(B^{\mathsf{T}} A)", "A[m,n], B[m,n]"),
    (r"\mathbf{u}_{1} \cdot \mathbf{v} = \mathbf{v} \cdot \mathbf{u}_{1}", "u_1[n], v[n]"),
    (r"\varphi\,x = x\,\varphi", r"\varphi, x[n]"),
    (r"x y^{\top} z = (y \cdot z)\,x", "x[n], y[m], z[m]"),
    (r"(W^{(1)})^{\top} W^{(2)} x = (W^{(1)})^{\top} (W^{(2)} x)", r"W^{(1)}[n,m], W^{(2)}[n,p], x[p]"),
    (r"\nabla_{\!z}\,(z^{\top} P z) = (P + P^{\top}) z", "P[n,n], z[n]"),
    (r"(s_A * s_B)[k] = \sum_{\lambda=0}^{M-1} s_B[\lambda]\,s_A[k-\lambda]", "s_A[L], s_B[M]"),
    (r"u[n] = \sum_{m=0}^{N-1} u[m]\,\delta[n-m]", "u[N]"),
    (r"\mathbf{b}_{i}^{\top} z = \mathbf{b}_{i} \cdot z", "B[n,m], z[m]"),
    (r"2\,c^{\top} P z = z^{\top} P^{\top} (2\,c)", "P[n,m], z[m], c[n]"),
    (r"x \cdot y = x^{\top} y = y^{\top} x", "x[n], y[n]"),
    (r"(B \otimes C) (D \otimes F) = (B D) \otimes (C F)", "B[m,n], C[p,q], D[n,r], F[q,s]"),
]  # fmt: skip

#: Formulas, and how they are printed where an author has older commands or macros.
RESPELLED = [
    (r"{\bf x} + {\bf x} = 2 {\bf x}", "x[n]", r"\mathbf{x} + \mathbf{x} = 2\,\mathbf{x}"),
    (r"{\rm tr}(A^{\mathsf T}) = \operatorname*{tr} A", "A[n,n]", r"\mathrm{tr}(A^{\mathsf{T}}) = \mathrm{tr}(A)"),
    (r"\newcommand{\vx}{\mathbf x}\newcommand{\conv}{\mathbin{\ast}} \vx \conv y = y \conv \vx", "x[n], y[m]",
     r"\mathbf{x} \ast y = y \ast \mathbf{x}"),
    (r"(\mathbf{AB})_{ik} = \sum_j a_{ij} b_{jk}", "A[m,n], B[n,p]",
     r"(\mathbf{A} \mathbf{B})_{i,k} = \sum_{j=0}^{n-1} a_{i,j}\,b_{j,k}"),
    (r"x[k] \ast h[k] = \sum_m x[m] h[k-m]", "x[N], h[M]", r"(x \ast h)[k] = \sum_{m=0}^{N-1} x[m]\,h[k-m]"),
]  # fmt: skip


@pytest.mark.parametrize("formula, declare, shown", RESPELLED)
def test_what_the_author_means_is_kept(formula: str, declare: str, shown: str) -> None:
    """Old fonts, macros, entry-wise stars: in what they stand for."""
    assert Claim.from_latex(formula, declare).latex() == shown


@pytest.mark.parametrize("formula, declare", KEPT)
def test_the_authors_notation_is_kept(formula: str, declare: str) -> None:
    """Names, fonts, brackets, symbols and the transposes of vectors stand as they were written."""
    claim = Claim.from_latex(formula, declare)
    assert claim.latex() == formula


@pytest.mark.parametrize("text", [text for text, *_ in INPUTS])
def test_what_was_written_is_read_back_as_it_is_printed(text: str) -> None:
    """The author's notation states the same claim."""
    claim = Claim.from_latex(text)
    assert states_the_same(claim, read_back(claim))


#: Notations as authors have them.
AUTHORS = [
    Notation(has_columns=True, adjoint=r"\dagger", conjugate="*", transpose="T", elementwise=r"\circ",
             convolution=r"\ast", subscripts="A[i,j]"),
    Notation(has_columns=True, adjoint="H", transpose=r"\mathsf{T}"),
]  # fmt: skip


@pytest.mark.parametrize("text", [*PROVED.values(), *REFUTED.values(), *NOTATION])
def test_a_claim_is_read_back_in_an_authors_notation(text: str) -> None:
    """So is any claim that is printed in one."""
    claim = parse(text)
    notation = AUTHORS[len(text) % len(AUTHORS)]
    if not compares_a_number(claim):
        assert states_the_same(claim, Claim.from_latex(claim.latex(notation), declarations(claim), base=0))


def test_a_derivation_is_told_as_its_claim_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    """`derive --latex-input` prints lines that can stand under the equation, and `--notation` changes them."""
    claim = r"x[N], k[M]: (\mathbf{x} \ast k)[n] = (k \ast \mathbf{x})[n]"
    assert main(["derive", "--latex-input", claim, "--format", "latex"]) == 0
    shown = capsys.readouterr().out
    assert r"(\mathbf{x} \ast k)[n]" in shown and r"\mathbf{x}[n-u]\,k[u]" in shown and "x_{" not in shown
    assert main(["derive", "--latex-input", claim, "--format", "latex", "--notation", r"convolution: \circledast"]) == 0
    shown = capsys.readouterr().out
    assert r"(\mathbf{x} \circledast k)[n]" in shown


@given(st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_random_claims_are_read_back(seed: int) -> None:
    """So it is for claims of any kind, but for sums past the end of an array, which are refused as a likely slip."""
    drawn: RandomClaim = made_up(f"latex:{seed}")
    try:
        claim = parse(drawn.text)
    except SymconvError:
        return
    try:
        again = read_back(claim)
    except SymconvError as error:
        refusals = (
            "runs past the end",
            "runs before the beginning",
            "stands as an index",
            "an array is compared with a number",
            "_bar' is not declared",  # a bar over a real array on the left, which names a mean
        )
        assert any(text in error.message for text in refusals) or "both declared" in (error.hint or "")
        return
    assert states_the_same(claim, again)


n, m, u, v, i, j = symbols("n m u v i j", integer=True)
A, B = IndexedBase("A"), IndexedBase("B")
X, Y = MatrixSymbol("X", n, m), MatrixSymbol("Y", n, m)

#: SymPy's expressions beside claim text that says the same.
SYMPY = [
    (Sum(A[u], (u, 0, n - 1)), "A[n]", "sum(A)"),
    (Sum(A[i + u] * B[u], (u, 0, m - 1)), "A[n], B[m]", "correlate(A, B, 'valid')[i]"),
    (Sum(A[i - u, j - v] * B[u, v], (u, 0, n - 1), (v, 0, m - 1)), "A[p,q], B[n,m]", "convolve(A, B)[i, j]"),
    (Sum((n - u) * A[u] / 2, (u, 0, n - 1)), "A[n]", "sum((n - u)*A[u] for u in range(n))/2"),
    (Sum(A[u] * sympy.exp(-(u**2) / 8), (u, 0, n - 1)), "A[n]", "sum(A[u]*exp(-u*u/8) for u in range(n))"),
    (Sum(A[u] - Rational(3, 2), (u, 0, n - 1)), "A[n]", "sum(A) - 3*n/2"),
    (A[floor(i / 2)], "A[n]", "A[i//2]"),
    (Sum(X[i, u] * Y[j, u], (u, 0, m - 1)), "X[n,m], Y[n,m]", "(X @ Y.T)[i, j]"),
    (X * Y.T, "X[n,m], Y[n,m]", "X @ Y.T"),
    (X.T * Y + 2 * Y.T * X, "X[n,m], Y[n,m]", "X.T @ Y + 2*(Y.T @ X)"),
    (sympy.Trace(X.T * Y), "X[n,m], Y[n,m]", "frobenius(X, Y)"),
    (sympy.HadamardProduct(X, Y), "X[n,m], Y[n,m]", "X*Y"),
    (sympy.KroneckerProduct(X, Y), "X[n,m], Y[n,m]", "kron(X, Y)"),
]  # fmt: skip


@pytest.mark.parametrize("expr, declare, text", SYMPY, ids=[str(expr) for expr, *_ in SYMPY])
def test_what_sympy_prints_is_read(expr: sympy.Basic, declare: str, text: str) -> None:
    """`sympy.latex` of a sum over entries or of a matrix expression is read as what it means."""
    right = parse(f"{declare}: {text} == {text}").latex().partition(" = ")[0]
    assert prove(Claim.from_latex(f"{sympy.latex(expr)} = {right}", declare)).verdict == "proved"


def test_formulas_with_mistakes_are_claims_or_errors() -> None:
    """The short run of `python tests/latex_mutations.py --inputs 100000`."""
    inputs = [mutated(Random(f"suite:{number}")) for number in range(400)]
    answers = {text: outcome(text) for text in inputs}
    assert {text: what for text, what in answers.items() if what not in ("claim", "error")} == {}
    assert {*answers.values()} == {"claim", "error"}
