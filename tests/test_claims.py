"""Claim text to claims and back, and claims from Python expressions."""

from __future__ import annotations

import pytest
from sympy import And, Eq, Max, Ne, Not, Or, Symbol, true

from symconv import SymconvError, Tensor, conj, convolve, correlate, flip, prove, sizes
from symconv.claims import Claim, SizeHypothesis, TensorHypothesis, from_expressions, hypothesis, parse
from symconv.operators import REGISTRY

height, width, h, w, N = sizes("H W h w N")
A, K = Tensor("A", height, width), Tensor("K", h, w)
m, n = Symbol("m", integer=True), Symbol("n", integer=True)

CLAIMS = [
    "convolve([[1,1,1,0,0],[0,1,1,1,0],[0,0,1,1,1],[0,0,1,1,0],[0,1,1,0,0]], [[1,0,1],[0,1,0],[1,0,1]], 'valid')"
    " == [[4,3,4],[2,4,3],[2,3,4]]",
    'A[H,W], B[h,w]: correlate(A, B, "valid")[m,n] == sum(A[m+u,n+v]*B[u,v] for u in range(h) for v in range(w))',
    "A[H,W], K[h,w]: convolve(A, K)[x,y] == sum(K[n,m]*A[x-n,y-m] for n in range(h) for m in range(w))",
    "A[H,W], K[h,w]: convolve(A, K) == convolve(K, A)",
    'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, flip(K), "valid")',
    'A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid") iff K == flip(K)',
    "x[N], k[M], l[L]: convolve(convolve(x, k), l) == convolve(x, convolve(k, l))",
    'X[h,w], Y[h,w]: frobenius(X, Y) == dot(ravel(X), ravel(Y)) == trace(X @ Y.T) == correlate(X, Y, "valid")[0,0]',
    "X[n,n], Y[n,n]: dot(X, Y) != frobenius(X, Y)",
    "dot([[1,1,1],[0,1,1],[0,0,1]], [[1,0,1],[0,1,0],[1,0,1]]) == [[2,1,2],[1,1,1],[1,0,1]]",
    "X[C,H,W], K[F,C,h,w]: reshape(K, (F, C*h*w)) @ unfold(X, (h,w)) == reshape(conv2d(X, K), (F, (H-h+1)*(W-w+1)))",
    "X[C,H,W], K[F,C,1,1]: conv2d(X, K)[f,i,j] == dot(K[f,:,0,0], X[:,i,j])",
    'X[C,H,W], K[F,C,h,w], b[F]: conv2d(X, K, b)[f] == sum(correlate(X[c], K[f,c], "valid") for c in range(C)) + b[f]',
    "x[n], w[n], b, f(): f(dot(x, w) + b) == f(sum(x * w) + b)",
    'A[H,W], K[h,w]: correlate(A, K, "same")[m,n]'
    " == sum(A[m-h//2+u,n-w//2+v]*K[u,v] for u in range(h) for v in range(w))",
    'A[H,H], K[h,h]: convolve(A, K, "valid") == correlate(A, K, "valid") if K == K.T  # not enough',
    "X[n,m], Y[n,m]: dot(ravel(X), vec(Y)) == frobenius(X, Y)",
    'A[H,H], K[h,h]: correlate(A, K.T, "valid") == correlate(A, K, "valid").T if A == A.T',
    'x[N], k[2*r+1]: convolve(x, k, "same") == correlate(x, flip(k), "same")',
    "X[n,p], Y[n,p]: frobenius(X, Y) == trace(X.T @ Y) == dot(ravel(X), ravel(Y))",
    "z[N] complex, k[M] complex: correlate(z, k) == convolve(z, conj(flip(k)))",
    "x[N], c complex: c*x == x*c if 1 <= N < 7 and not (N == 3 or N == 5) and N % 2 == 1",
    "x[N], k[M]: convolve(x, k) == 0 if k == 0 iff x == flip(x)",
    "x[N]: x[::-1] == flip(x) == x[N-1::-1]",
    "x[N], f(): [f(x[i]*x[j]) for j in range(1, N)] == f(x[i]*x[1:])",
    "x[n]: x[0.25 + 0.75] * 1.5 == x[1]*3/2 - 0j*sqrt(8)",
    "x[n]: sum(x[u]*exp(2*pi*1j*u/n) for u in range(n-1, -1, -1)) == 0*x[max(p, 0) // 2]",
    "x[n], y, p int, f(): f(p)*x[p] == f(y)*x if p*p == 1",
]


@pytest.mark.parametrize("text", CLAIMS)
def test_the_text_of_a_claim_reads_back(text: str) -> None:
    """The text of a parsed claim parses to an equal claim, which has the same text."""
    claim = parse(text)
    assert claim.text == text
    assert parse(str(claim)) == claim
    assert str(parse(str(claim))) == str(claim)


def test_names_are_sorted_into_sizes_indices_and_parameters() -> None:
    """Names in shapes are sizes, names in indices on the left are free indices, all others are parameters."""
    claim = parse("X[a, 2*b+1], c, f(): f(X[i, j+1])*c == roll(X, s, 0)[i, 0] if s > 0")
    assert [t.name for t in claim.tensors] == ["X", "c"] and claim.functions == ("f",)
    assert claim.sizes == ("a", "b")
    assert claim.indices == ("i", "j")
    assert claim.parameters == ("s",)


@pytest.mark.parametrize(
    "left, ranges",
    [
        ("x[m]", ["m >= 0", "N >= m + 1"]),
        ("x[m+1]", ["m + 1 >= 0", "N >= m + 2"]),
        ("x[2*m]", ["m >= 0", "N >= 2*m + 1"]),
        ("X[m, n]", ["m >= 0", "H >= m + 1", "n >= 0", "W >= n + 1"]),
        ("X[..., n]", ["n >= 0", "W >= n + 1"]),
        ("X[None, :, n]", ["n >= 0", "W >= n + 1"]),
        ('convolve(x, k, "valid")[m]', ["m >= 0", "N >= m + M"]),
        ("sum(x[m+u]*k[u] for u in range(M))", ["m >= 0", "N >= m + M"]),
        ("sum(x[m-u]*k[u] for u in range(M))", ["m >= M - 1", "N >= m + 1"]),
        ("sum(x[m+u] for v in range(M) for u in range(v))", ["m >= 0", "N + 1 >= m + M"]),
        ("x[m] + sum(x[m-u]*k[u] for u in range(M))", ["m >= 0", "N >= m + 1"]),
        ("sum(x[(m+u) % N] for u in range(N))", []),
        ("x[m+n]", ["m + n >= 0", "N >= m + n + 1"]),
        ("x[N-1] + x[-1] + x[1:]", []),
    ],
)
def test_free_indices_keep_the_left_side_in_range(left: str, ranges: list[str]) -> None:
    """A name alone in an index ranges over the axis; where it never stands alone, all reads stay inside."""
    claim = parse(f"x[N], k[M], X[H,W]: {left} == 0*x[m]*x[n]")
    found = {c.poly for c in claim.ranges}
    expected = parse(f"x[N], k[M], X[H,W]: x[m]*x[n] == 0 if {' and '.join(ranges)}") if ranges else None
    assert found == ({h.condition.poly for h in expected.hypotheses} if expected else set())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("x[n], p int: p*x == x*p", "proved"),
        ("x[n], p int: p*x == x if p*p == 1", "refuted"),
        ("x[n], p int: max(p, -p)*x == -p*x if p <= 0", "proved"),
        ("x[n], p int: x[p] == 0 if p <= -1", "proved"),
        ("x[n], p int: x[p] == 0", "refuted"),
        ("x[n], f(), m int: f(m)*x == x*f(m)", "proved"),
        ("x[n], p int: sum(x[p] for p in range(n)) == sum(x)", "proved"),
        ("x[n]: p % 3 * x == (-p) % 3 * x", "refuted"),
        ("x[n]: exp(2j*pi*k)*x == x", "proved"),
        ("x[n]: max(n, m)*x == x*max(m, n)", "proved"),
        ("x[n]: 2**k*x == 2*2**(k-1)*x", "proved"),
    ],
)
def test_integers_are_declared_or_stand_where_only_integers_can(claim: str, verdict: str) -> None:
    """An integer may be negative, and is no free index; in //, %, max, min and exponents no declaration is needed."""
    assert prove(claim).verdict == verdict


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("x[n]: c*x == x*c", "'c[n]: …', 'c: …' or 'c int: …'"),
        ("x[n]: exp(i*pi)*x == -x", "unknown name 'i'"),
        ("x[n], f(): f(m)*x == x*f(m)", "unknown name 'm'"),
        ("x[p], p int: x == x", "'p' is declared and is a size as well"),
        ("x[n], p int, p: x == x", "'p' is declared twice"),
        ("x[n] int: x == x", "only a number without axes is an 'int'"),
        ("x[n], p complex int: x == x", "unexpected 'int'"),
    ],
)
def test_what_could_be_an_array_or_a_real_number_is_declared(claim: str, message: str) -> None:
    """A name that stands where anything can is not guessed to be an integer."""
    with pytest.raises(SymconvError) as info:
        prove(claim)
    assert message in str(info.value)


def test_integers_of_python_expressions_are_declared_in_their_text() -> None:
    """A parameter that stands where anything can is written as one, so that the text reads back."""
    x, p = Tensor("x", sizes("n")), sizes("p")
    claim = prove(p * x, x * p).claim
    assert str(claim) == "x[n], p int: p*x == x*p" and parse(str(claim)) == claim


def test_bound_names_are_renamed_where_they_stand_for_something_else() -> None:
    """A bound name that is declared, free or bound outside gets a number; siblings keep their names."""
    assert "for n1 in range(n)" in str(parse("x[n]: sum(x[n] for n in range(n)) == sum(x)"))
    assert "for u1 in range(n)" in str(parse("x[n]: sum(x[u] for u in range(n)) == n*x[u]"))
    nested = str(parse("x[n]: sum(sum(x[u] for u in range(n)) for u in range(n)) == 0"))
    assert "for u1 in range(n)" in nested and "for u in range(n)" in nested
    siblings = str(parse("x[n]: sum(x[u] for u in range(n)) == sum(x[u] for u in range(n))"))
    assert siblings.count("for u in range(n)") == 2


@pytest.mark.parametrize(
    "generator, same",
    [
        ("x[u] for u in range(2, n)", "x[u] for u in range(2, n)"),
        ("x[u] for u in range(1, n, 2)", "x[1+2*u] for u in range(n//2)"),
        ("x[u] for u in range(n-1, -1, -1)", "x[n-1-u] for u in range(n)"),
        ("x[u] for u in range(0, n*s, s)", "x[s*u] for u in range((n*s+s-1)//s)"),
        ("x[u] for u in range(n) for v in range(u)", "sum(x[u] for v in range(u)) for u in range(n)"),
    ],
)
def test_ranges_mean_what_they_mean_in_python(generator: str, same: str) -> None:
    """Bounds and steps of a range are those of Python, and the first `for` is the outermost."""
    claim = parse(f"x[n], y[s]: sum({generator}) == sum({same})")
    assert claim.links[0].left == claim.links[0].right


def test_scalars_are_exact() -> None:
    """Decimals, roots, imaginary units and phases are the numbers that they are written as."""
    claim = parse("x[n]: 1/10*x == 0.1*x == 1e-1*x == (sqrt(2)/sqrt(200))*x == -1j*I*exp(2*pi*1j)/10*x")
    assert len({link.right for link in claim.links}) == 1
    distinct = parse("x[n]: 0.10000000000000000001*x == 0.1*x")
    assert distinct.links[0].left != distinct.links[0].right


def test_declared_names_win_over_constants() -> None:
    """`I` and `pi` are numbers only where they are neither declared nor sizes."""
    assert parse("I[n,n], X[n,n]: I @ X == X").tensors[0].name == "I"
    assert parse("x[I]: x[0]*I == 0").sizes == ("I",)


def test_every_node_has_its_place() -> None:
    """The place of a node in the text is where it was written, also in text that is not ASCII."""
    text = "α[n,n], β[n,n]: # produit × somme\n  α @ β ==\n  α + flip(β)"
    claim = parse(text)
    places = {text[start:end] for start, end in claim.spans.values()}
    assert {"α @ β", "α + flip(β)", "flip(β)", "α", "β"} <= places


def test_hypotheses_are_split_and_sorted() -> None:
    """`and` separates conditions on sizes from equations between arrays; a chain of equations is several."""
    claim = parse("K[h,w], p: K == flip(K) if h >= 2 and K == K.T == flip(K) and (h == w or 2*h < w) and p == 0")
    kinds = [type(entry) for entry in claim.hypotheses]
    assert kinds == [SizeHypothesis, TensorHypothesis, TensorHypothesis, SizeHypothesis, TensorHypothesis]
    assert [str(entry) for entry in claim.hypotheses][:3] == ["h >= 2", "K == K.T", "K.T == flip(K)"]


def test_if_and_iff_go_together() -> None:
    """Hypotheses and an exact condition may stand in either order."""
    first = parse("K[h,w]: K == flip(K) if h == w iff K == K.T")
    assert first == parse("K[h,w]: K == flip(K) iff K == K.T if h == w")
    assert first.exactly is not None and len(first.hypotheses) == 1


def test_all_operators_with_a_name_can_be_called() -> None:
    """Text and Python build the same node, for positional and named arguments."""
    claim = parse('A[H,W], K[h,w]: convolve(k=K, mode="valid", a=A) == conj(A)')
    assert claim.links[0].left == convolve(A, K, "valid") and claim.links[0].right == conj(A)
    assert "convolve" in REGISTRY


def test_python_expressions_and_text_make_equal_claims() -> None:
    """A claim from expressions is the claim that its text says."""
    made = from_expressions(correlate(A, K, "valid")[m, n], correlate(A, K)[m, n], [height >= h, Eq(K, flip(K))])
    text = 'A[H,W], K[h,w]: correlate(A, K, "valid")[m,n] == correlate(A, K)[m,n] if H >= h and K == flip(K)'
    assert made == parse(text) == parse(made.text)


def test_an_equation_holds_both_sides() -> None:
    """SymPy's Eq and Ne are claims as well."""
    assert from_expressions(Eq(A, flip(A))) == from_expressions(A, flip(A))
    assert from_expressions(Ne(A, flip(A))) == parse("A[H,W]: A != flip(A)")


def test_plain_symbols_become_those_of_claims() -> None:
    """Symbols with other assumptions are the same sizes, for claims go by names."""
    other = Tensor("A", Symbol("H"), Symbol("W", positive=True))
    assert from_expressions(other, other).tensors == (A,)


@pytest.mark.parametrize(
    "entry, text",
    [
        (height >= 2 * h, "H >= 2*h"),
        (height > h, "H >= h + 1"),
        (Eq(height, 2 * width), "H == 2*W"),
        (Or(Eq(h, 1), Eq(w, 1)), "(h == 1 or w == 1)"),
        (Not(Or(Eq(h, 1), Eq(w, 1))), "not (h == 1 or w == 1)"),
        (And(height >= h, Eq(K, flip(K))), "H >= h and K == flip(K)"),
        (Eq(K, 0 * K), "K == 0*K"),
        ("K == flip(K)", "K == flip(K)"),
        (hypothesis("K == flip(K) and h % 2 == 1"), "K == flip(K) and h % 2 == 1"),
    ],
)
def test_hypotheses_in_python(entry: object, text: str) -> None:
    """Relations of sizes, equations of arrays and text may be assumed."""
    made = from_expressions(correlate(A, K), convolve(A, K), [entry])
    assert made.hypotheses == parse(f"A[H,W], K[h,w]: A == A if {text}").hypotheses


@pytest.mark.parametrize("entry", [True, False, true, flip(K) == K, Eq(K, K)])
def test_truth_values_are_no_hypotheses(entry: object) -> None:
    """What Python or SymPy has compared already is rejected with a hint."""
    with pytest.raises(SymconvError, match="has compared") as caught:
        from_expressions(A, A, [entry])
    assert "hypothesis(" in (caught.value.hint or "")


@pytest.mark.parametrize("side", [True, "A", None, Eq(A, A)])
def test_sides_are_expressions(side: object) -> None:
    """A truth value or a text is no side of a claim."""
    with pytest.raises(SymconvError):
        from_expressions(side, A)


def test_hypotheses_bring_their_own_tensors() -> None:
    """A hypothesis may define a tensor by others that the sides do not mention."""
    p, q = Tensor("p", h), Tensor("q", w)
    made = from_expressions(K, K, [Eq(K, REGISTRY["outer"](p, q))])
    assert [t.name for t in made.tensors] == ["K", "p", "q"]
    same = from_expressions(K, K, [hypothesis("K == outer(p, q)", tensors=[p, q])])
    assert same.hypotheses == made.hypotheses


def test_further_hypotheses_are_added_to_a_claim() -> None:
    """A claim under more hypotheses is the claim whose text holds them."""
    claim = parse("K[h,w]: K == flip(K) if h == w").assuming(["K == K.T", Eq(w, 2 * h)])
    assert claim == parse("K[h,w]: K == flip(K) if h == w and K == K.T and w == 2*h")


def test_unknown_names_in_a_hypothesis_are_errors() -> None:
    """Text that is assumed may name only what the claim holds."""
    with pytest.raises(SymconvError, match="unknown name 'Q'"):
        from_expressions(A, A, ["A == flip(Q)"])
    with pytest.raises(SymconvError, match="unknown name 'q'"):
        from_expressions(A, A, [hypothesis("q > 1")])


def test_two_tensors_of_one_name_are_an_error() -> None:
    """A name stands for one tensor in a claim."""
    with pytest.raises(SymconvError, match="two tensors are called 'A'"):
        from_expressions(A, Tensor("A", N, width))


def test_functions_are_collected() -> None:
    """Uninterpreted functions of Python expressions are declared in the claim."""
    f = REGISTRY["call"]("f", A)
    assert from_expressions(f, f).functions == ("f",)
    assert isinstance(from_expressions(f, 0), Claim)


def test_extrema_in_python() -> None:
    """SymPy's Min and Max read back from claim text."""
    made = from_expressions(A[Max(m, n), 0], A[Max(n, m), 0])
    assert parse(made.text) == made
