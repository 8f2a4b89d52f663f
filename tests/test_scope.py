"""What a claim is about: nothing is proved of nothing, and what it leaves out is said."""

from __future__ import annotations

import pytest

from symconv import SymconvError, parse, prove
from symconv.proving.scope_warnings import OnlyWhere, SizeAsIndex
from symconv.proving.statements import prepared

VACUOUS = """
x[n]: x[i] == 7 if i >= n
x[n]: tile(x, 0)[i] == 0
x[n]: x == 2*x if x == 0 and x == 1
x[n]: x == 7 if x == x + 1
x[n]: x == 7 if sum(x) == 1 and sum(x) == 2
x[n]: x == 7 if x[:1] == 0 and x == 1
x[n], y[n]: x == 7 if x == y and y == 1 and x == 2
c: c == 5 if c == 1 and c == 2
x[n*m]: x == 0 if n == 0
k[2*r+1]: sum(k) == 0 if r <= -1
x[n]: (n-1)//(n-1)*x == x if n == 1
x[n]: sum(x[(i*p)//p] for i in range(n)) == sum(x) if p == 0
x[n]: x*((n-1)/(n-1)) == 0 if n == 1
x[n]: sum(x[i]*(i/i) for i in range(n)) == sum(x)
X[m,n]: tril(X) == X if triu(X, 1) == 1
x[n]: sum(x) == 0 if pad(x, 1) == 1
x[2*n]: sum(x) == 0 if [x[i] if i % 2 == 0 else 0 for i in range(2*n)] == 1
"""

NOT_VACUOUS = """
X[a*b,c*d], Y[e*f]: outer(X,Y) == outer(X,Y)
X[R*n,C*k], W[C*k,D*o]: X @ W == X @ W
x[s*P]: [sum(x[s*i:s*i+s]) for i in range(P)] == sum(reshape(x,(P,s)), axis=1)
x[n]: [sum(x[i//2:]) for i in range(n)] == [sum(x[u] for u in range(i//2,n)) for i in range(n)]
x[C*k]: sum(x[C*t+u] for t in range(k) for u in range(C)) == sum(x)
k[2*r+1]: sum(k) == k[0] if r == 0
x[n]: sum(x) == n if x == 1 and x[2:] == 1
"""


@pytest.mark.parametrize("claim", VACUOUS.strip().splitlines())
def test_nothing_is_proved_of_nothing(claim: str) -> None:
    """Where no sizes, indices or arrays satisfy what is assumed, the claim is an error."""
    with pytest.raises(SymconvError, match="vacuous"):
        prove(claim)


@pytest.mark.parametrize("claim", NOT_VACUOUS.strip().splitlines())
def test_what_is_possible_is_not_called_vacuous(claim: str) -> None:
    """Products and quotients of sizes that some sizes satisfy; names inside a size may be 0."""
    assert prove(claim).verdict == "proved"


def test_nothing_is_proved_where_no_arrays_are_found_that_satisfy_the_hypotheses() -> None:
    """There are none, which is not seen for products of sizes; a proof would be about nothing."""
    for supposed in ("(n+1)*m == 4 and x == 0", "(n+1)*m == 4 and dot(x, x) == 0", "n*m >= 4 and sum(x*x) == 0"):
        result = prove(f"x[n+1], w[m]: flip(x)[0] == x[1] if {supposed} and x == n + 1")
        assert (result.verdict, result.reason) == ("unknown", "no arrays were found that satisfy the hypotheses")


def test_what_may_be_possible_is_not_called_vacuous() -> None:
    """Sizes that are not found may still exist."""
    result = prove("x[n], y[m]: outer(x, y) == 0 if n*n == 2*m*m")
    assert result.verdict == "unknown" and "no sizes were found" in str(result.reason)


@pytest.mark.parametrize(
    ("claim", "hint"),
    [
        ("x[n], h[n]: x[n] == h[n]", r"n is the size of x; its entries are x\[0\] … x\[n - 1\]"),
        ("A[m,n], B[m,n]: (A*B)[m,n] == A[m,n] + B[m,n]", "m is the size of A"),
        ("X[n,m]: X[m,n] == X[m,n]", "an axis of X has the size n"),
        ("x[n]: x[n+1] == 0", "an axis of x has the size n"),
    ],
)
def test_a_size_is_no_index(claim: str, hint: str) -> None:
    """An entry of a tensor that there never is, read at sizes alone, is an error with its place."""
    with pytest.raises(SymconvError, match=hint) as error:
        prove(claim)
    assert error.value.position is not None


ENTRY = "x[n], h[m]: convolve(x, h)[n] == sum(h[k]*x[n-k] for k in range(1, m))"

WINDOW = "x[N], h[M]: sum(h[k]*x[n-k] for k in range(M))"


@pytest.mark.parametrize(
    ("claim", "warned"),
    [
        ('x[n]: pad(pad(x, n-1, "reflect"), n-1, "reflect") == pad(x, 2*n-2, "reflect")', "n <= 1"),
        ('x[N], k[M]: convolve(pad(x,M-1,"wrap"),k,"valid") == convolve(k,pad(x,M-1,"wrap"),"valid")', "M + N <= 2"),
        ('a[N], v[M]: correlate(a,v,"valid") == flip(correlate(v,a,"valid"))', "M == N"),
        ("x[n]: sum(x[i]/(i*i-4*i+3)*(i*i-4*i+3) for i in range(n)) == sum(x)", "n <= 1"),
        (ENTRY, "convolve(x, h)[n]"),
        ('A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, flip(K), "valid")', ""),
        ("X[C,H,W]: sum(pixel_shuffle(X, 2)) == sum(X)", ""),
        ("x[n], y[m]: x == y if x == y", ""),
        ("x[n]: x == flip(x) if n == 1", ""),
        ("x[n+1]: x[n] == x[-1]", ""),
        ("x[n]: sum((x[n] if n >= 3 else 0) for i in range(n)) == 0", ""),
        # what bound names that move a read leave of a free index
        ("x[N]: sum(x[n-k] for k in range(N)) == sum(x)", "n + 1 == N"),
        (f"{WINDOW} == sum(h[k]*x[(n-k)%N] for k in range(M))", "n + 1 >= M and N >= n + 1"),
        (f"{WINDOW} == convolve(x, h)[n]", "n + 1 >= M and N >= n + 1"),
        (f"{WINDOW} == convolve(x, h)[n] if M-1 <= n and n < N", ""),
        (f"{WINDOW} == convolve(x, h)[n] if M-1 <= n", "N >= n + 1"),
        ("a[N], b[N]: sum(a[k]*b[k+l] for k in range(N)) == sum(a[k]*b[(k+l)%N] for k in range(N))", "l == 0"),
        ("A[H,W], k[w]: sum(A[i,j-v]*k[v] for v in range(w)) == sum(k[v]*A[i,j-v] for v in range(w))",
         "j + 1 >= w and W >= j + 1"),
        ("x[N], h[M]: convolve(x, h)[n] == sum(h[k]*x[n-k] for k in range(M))", ""),
        ('x[N], h[M]: sum(h[k]*x[n+k] for k in range(M)) == correlate(x, h, "valid")[n]', ""),
        ("x[N]: sum(x[2*i+u] for u in range(2)) == x[2*i] + x[2*i+1]", ""),
        ("x[B*T]: sum(x[b*T+t] for t in range(T)) == sum(x[b*T+T-1-t] for t in range(T))", ""),
        ('x[n], y[n]: sum(y[k]*x[i+k] for k in range(n)) == correlate(x, y, "valid")[i]', ""),
        ("x[n]: x[i % p] == x[i - p*(i//p)]", ""),
        ("x[n]: x[i+1] - x[i] == -(x[i] - x[i+1])", ""),
        ("x[n]: x[i+n-1]*x[i-n+1] == 0", "i == 0"),
        ("x[n]: x[p:-p][0]*x[-p:][0] == 0*x[0] if n == 3", "p == 1"),
    ],
)  # fmt: skip
def test_what_the_operations_need_is_warned_of(claim: str, warned: str) -> None:
    """Finitely many values of a size, equations between sizes, a size as the index of a result, parts of ranges."""
    read = parse(claim)
    texts = []
    for warning in prepared(read, read.links[0], read.hypotheses).warnings:
        match warning:
            case OnlyWhere(conditions):
                texts += map(str, conditions)
            case SizeAsIndex(_, entry):
                texts.append(str(entry))
    assert " and ".join(texts) == warned


@pytest.mark.parametrize(
    ("claim", "assumed"),
    [
        ("x[n]: x[:-p] == x[:n-p]", {"n >= p", "p >= 1"}),
        ("x[n]: x[-p:] == x[n-p:]", {"n >= p", "p >= 1"}),
        ("x[n]: x[-(p+1):] == x[n-p-1:]", {"n >= p + 1", "p >= 0"}),
        ("x[n]: x[:-p+1] == x[:n-p+1]", {"n + 1 >= p", "p >= 2"}),
        ("x[n]: sum(x[-p::-1]) == sum(x[:n-p+1])", {"n >= p", "p >= 1"}),
        ("x[n]: x[:-1] == x[:n-1]", set()),
    ],
)
def test_a_bound_with_a_minus_counts_from_the_end(claim: str, assumed: set[str]) -> None:
    """x[:-p] is what it is for p of 1 or more; for p = 0 NumPy's slice would be empty."""
    result = prove(claim)
    assert result.verdict == "proved" and set(map(str, result.assumptions)) == assumed
    assert parse(str(parse(claim))) == parse(claim)


def test_an_index_with_a_minus_is_taken_as_it_is() -> None:
    """x[-p] reads outside for p of 1 or more."""
    assert prove("x[n]: x[-p] == x[n-p]").verdict == "refuted"


def test_code_slices_as_python_does() -> None:
    """In source code nothing is assumed of a bound: x[:-p] is empty where p is 0."""
    from symconv import Tensor, from_source, sizes

    n = sizes("n")
    cut = from_source("def cut(x):\n    p = 0\n    return x[:-p]", "cut")
    assert cut(Tensor("x", n)).shape == (0,)


@pytest.mark.parametrize(
    ("claim", "assumed"),
    [
        ("x[n]: (n-1)**(-1)*(n-1)*x == x", {"n != 1"}),
        ("x[n]: 1/(n-1)*(n-1)*x == x", {"n != 1"}),
        ("x[n]: sum(x[(i*p)//p] for i in range(n)) == sum(x)", {"p != 0"}),
        ("x[n]: roll(x,(p*q)//q) == roll(x,p)", {"q != 0"}),
        ("x[n]: sum((i-1)**(-1)*(i-1)*x[i] for i in range(n)) == sum(x)", {"n <= 1"}),
        ("x[n]: sum(x[i]*(1/(i+1)) for i in range(n)) == sum(x[i]/(i+1) for i in range(n))", set()),
        ("x[n]: sum((x[i]*(i/i) if i >= 1 else 0) for i in range(n)) == sum(x) - x[0]", set()),
        ("x[n]: mean(x) == sum(x)/n", set()),
    ],
)
def test_what_cancels_is_still_divided_by(claim: str, assumed: set[str]) -> None:
    """(n-1)/(n-1) is not 1 where n is 1; a divisor that a bound index makes 0 is looked for in all of its range."""
    result = prove(claim)
    assert result.verdict == "proved" and set(map(str, result.assumptions)) == assumed


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("x[n]: x == 1 iff x == 2 if x == 1", "refuted"),
        ("x[n]: x == x iff n == 0", "refuted"),
        ("x[n], k[m]: convolve(x, k) == 0 iff k == 1 if k == 0", "refuted"),
        ("x[n]: x == 0 iff x == 2 if x == 1", "unknown"),
    ],
)
def test_a_condition_is_not_supposed(claim: str, verdict: str) -> None:
    """A condition that nothing satisfies is not what is claimed to be exact, where the sides are ever equal."""
    result = prove(claim)
    assert result.verdict == verdict and (result.reason or verdict == "refuted")


GUARDED = """
x[n]: [(x[i]/i if i >= 1 else 0) for i in range(n)] == [(x[i]/i if 1 <= i else 0) for i in range(n)]
x[n]: [(2*x[i]/(i-2) if i != 2 else 0) for i in range(n)] == 2*[(x[i]/(i-2) if i != 2 else 0) for i in range(n)]
x[n]: sum((sum(x[i:i+2]) if i+2 <= n else 0) for i in range(n)) == sum(x[i]+x[i+1] for i in range(n-1)) if n >= 2
x[n]: [(sum(x[i-1:i+2]) if 1 <= i <= n-2 else 0) for i in range(n)] == \
[(x[i-1]+x[i]+x[i+1] if i >= 1 and i+2 <= n else 0) for i in range(n)]
x[n], k[m]: (correlate(x, k, "valid")[0] if n >= m else 0) == (dot(x[:m], k) if m <= n else 0)
x[n]: (x[i]/i if i >= 1 else 0) == (x[i]/i if i > 0 else 0)
x[n]: [(x[i] if i >= 1 and 6 % i == 0 else 0) for i in range(n)] == \
[(x[i] if i > 0 and 6 % i == 0 else 0) for i in range(n)]
x[n]: ((n-1)/(n-1)*x if n >= 2 else 0) == (x if n > 1 else 0)
x[n]: x + x == 2*x if n == 1 or 6 % (n-1) == 0
x[s*P]: [(sum(x[s*i:s*i+s]) if s*i+s <= s*P else 0) for i in range(P)] == \
[(sum(x[s*i:s*i+s]) if s*P >= s*i+s else 0) for i in range(P)]
x[n]: [[x[i]/(i+j+1) for j in range(n)] for i in range(n)] == [[x[i]/(j+i+1) for j in range(n)] for i in range(n)]
x[n]: sum(x[i]/(i%3+1) for i in range(n)) == sum(x[j]/(j%3+1) for j in range(n))
"""

ASSUMED = [
    ("x[n]: ((n-1)/(n-1)*x if n >= 1 else 0) == (x if n > 0 else 0)", {"n != 1"}),
    ("x[n]: (sum(x[a:b]) if a <= b else 0) == (sum(x[a:b]) if b >= a else 0)",
     {"a >= b + 1 or a >= 0", "a >= b + 1 or n >= b"}),
    ("x[n]: sum(x[i]/(i//2-1) for i in range(n)) == sum(x[j]/(j//2-1) for j in range(n))", {"n <= 2"}),
    ("x[n]: [(x[i]*((i-2)/(i-2)) if i >= 1 else 0) for i in range(n)] == [(x[i] if i > 0 else 0) for i in range(n)]",
     {"n <= 2"}),
    ("x[n]: x + x == 2*x if 6 % (n-1) == 0", {"n != 1"}),
    ("x[n]: x[i+1] == 1*x[i+1]", {"i + 1 >= 0", "n >= i + 2"}),
    ("x[n]: x[2*i] == 1*x[2*i]", {"i >= 0", "n >= 2*i + 1"}),
    ("x[n], y[m]: x[i+1]*y[i] == y[i]*x[i+1]", set()),
    ("x[n], y[m]: x[i] + y[i] == y[i] + x[i]", {"n >= i + 1", "m >= i + 1"}),
    ("x[n], y[m]: x[i] + y[i] == y[i] + x[i] if n == m", set()),
    ("x[n], y[m]: x[i] + y[i] == y[i] + x[i] if n <= m", {"n >= i + 1"}),
    ("x[n], y[m]: x[i] + convolve(x,y)[i] == convolve(y,x)[i] + x[i]", {"n >= i + 1"}),
    ("A[m,n]: A[i,i] == A.T[i,i]", {"m >= i + 1", "n >= i + 1"}),
]  # fmt: skip


@pytest.mark.parametrize("claim", GUARDED.replace("\\\n", "").strip().splitlines())
def test_a_part_needs_something_only_where_it_is_looked_at(claim: str) -> None:
    """What divisions, slices and operators need follows from the condition that guards them, or from the ranges."""
    result = prove(claim)
    assert (result.verdict, result.assumptions) == ("proved", ())


@pytest.mark.parametrize(("claim", "assumed"), ASSUMED)
def test_what_a_guard_leaves_open_is_assumed(claim: str, assumed: set[str]) -> None:
    """Needs that a guard does not imply, and ranges of indices that never stand alone, are reported."""
    result = prove(claim)
    assert (result.verdict, set(map(str, result.assumptions))) == ("proved", assumed)


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ("x[n]: sum(x[i]/(i-j) for i in range(n) for j in range(n)) == 0", "x[i]/(i - j) needs i != j, which fails"),
        ("x[n]: 0*x[0] == sum(x[i]/(i-1) for i in range(5))", "x[i]/(i - 1) needs i != 1, which fails at all sizes"),
        ("x[n]: [(x[i] if 6 % i == 0 else 0) for i in range(n)] == x", "needs i != 0, which fails at all sizes"),
        ("x[n]: x == 0 if n == 2 and n >= 5", "no sizes satisfy n == 2 and n >= 5"),
        ("x[n]: x == 0 if n == n and n != n", "no sizes satisfy n != n"),
        ("x[n], p int: roll(x, 6 % p) == x if p == 0", "no sizes satisfy p == 0 and p != 0"),
        ("x[n], p int: max(6 % p, 3)*x == 0*x iff p % p == 0 if p == 0", "no sizes satisfy p == 0 and p != 0"),
        ("x[n], p int: p*x == 0*x if n == 0 and p % n < n", "no sizes satisfy n == 0 and p % n < n"),
        ("x[n], p int: x/(p - n) == x if p == n", "no sizes satisfy p == n and p != n"),
        ("x[n]: x == 5 if x*x == -1", "no arrays satisfy x*x == -1"),
        ("x[n], y[n]: x == 5 if x*x + 2*y*y + 1 == 0", "no arrays satisfy x*x + 2*y*y + 1 == 0"),
        ("z[n] complex: z == 5 if vdot(z, z) == -n", "no arrays satisfy vdot(z, z) == -n"),
        ("c, d: c == 5 if c*c*d*d == -2", "no arrays satisfy c*c*d*d == -2"),
    ],
)
def test_what_is_vacuous_says_why(claim: str, message: str) -> None:
    """The operation that fails at all sizes is named, hypotheses are told as they were written."""
    with pytest.raises(SymconvError, match="vacuous") as info:
        prove(claim)
    assert message in str(info.value)


@pytest.mark.parametrize("claim", ["z complex: z == 5 if z*z == -1", "x[n]: x == 5 if x[1:]*x[1:] == -1"])
def test_squares_that_may_be_negative_are_not_called_vacuous(claim: str) -> None:
    """Complex numbers have roots of negative ones, and no entries have all squares: that is no error."""
    assert prove(claim).verdict != "proved"


def test_divisions_of_tensors_keep_their_need_in_python() -> None:
    """What SymPy cancels by itself is gone; what a tensor is multiplied with and divided by is not."""
    from symconv import Tensor, sizes

    n = sizes("n")
    x = Tensor("x", n)
    for left, assumed in ((x * (n - 1) / (n - 1), ["n != 1"]), (x / (n - 1) * (n - 1), ["n != 1"])):
        assert list(map(str, prove(left, x).assumptions)) == assumed


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("x[n]: [(x[i]/i if i >= 1 else 0) for i in range(n)] == [(2*x[i]/i if i > 0 else 0) for i in range(n)]",
         "refuted"),
        ("x[n]: sum(sum(x[j]/(i-j) for j in range(i)) for i in range(n)) == 0", "refuted"),
        ("x[n]: [[(x[i]/(i-j) if i != j else 0) for i in range(n)][j+1] for j in range(n)] == 0*x", "refuted"),
        ("x[n], f(): f(pad(x,1)) == pad(f(x),1) iff f(0) == 0", "unknown"),
    ],
)  # fmt: skip
def test_what_is_not_looked_at_is_not_computed(claim: str, verdict: str) -> None:
    """Counterexamples are replayed without the divisions by 0 that guards and ranges leave out."""
    assert prove(claim).verdict == verdict


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("x[n]: [(x[i]/i if i >= 1 else 0) for i in range(n)][0] == 0", "proved"),
        ("x[n]: flip([(x[i]/i if i >= 1 else 0) for i in range(n)])[-1] == 0", "proved"),
        ("x[n]: (x/(n-1) if n >= 2 else 0) == 0 if n == 1", "proved"),
        ("x[n]: sum((x/(n-1) if n >= 2 else 0)) == 1 if n == 1", "refuted"),
        ("x[3]: sum((x[i]/i if i >= 1 else 0) for i in range(3)) == x[1] + x[2]/2", "proved"),
    ],
)
def test_at_numbers_a_guard_that_fails_leaves_zeros(claim: str, verdict: str) -> None:
    """What stands under it need not exist there."""
    assert prove(claim).verdict == verdict


def test_a_derivation_at_numbers_leaves_out_what_divides_by_0() -> None:
    """The sides of a counterexample are written out where their guards hold."""
    result = prove("x[n]: sum((x[i]/(i + 1 - 1) if i >= 2 else 0)*(i - 1) for i in range(n)) == sum(x[2:])")
    assert result.verdict == "refuted" and "n = 3" in str(result.derivation)


@pytest.mark.parametrize(
    ("claim", "assumed"),
    [
        ("x[n+1], y[n+1]: sum(x[i] for i in range(p)) == 0 iff x[p:] == y[1:]", {"p >= 0", "n + 1 >= p"}),
        ("x[n], p int: (p // (p+1))*x == 0*x iff min(p, 3) < ((p % p) // p)", {"p + 1 != 0", "p != 0"}),
        ("x[n], p int: x + x == 2*x iff p % p == 0", {"p != 0"}),
    ],
)
def test_what_the_condition_of_an_iff_needs_is_always_assumed(claim: str, assumed: set[str]) -> None:
    """In both directions, also where it follows from the condition, and where it cancels."""
    assert set(map(str, prove(claim).assumptions)) == assumed


def test_hypotheses_that_are_hard_to_contradict_do_not_hold_up_a_derivation() -> None:
    """Whether they do is asked for a limited time, wherever a link is stated."""
    equal = "[x[i] for i in range(1,(n+1))] == [x[i-1] for i in range(1,(n+1))]"
    sides = 'correlate(k, x, "valid") == convolve(k, x, "valid")'
    result = prove(f"x[n+1], k[m]: {sides} if cumsum(x[::2]) == 0 and {equal}")
    assert result.verdict == "proved" and result.derivation is not None


@pytest.mark.parametrize("claim", ["x[n]: x[i] == x[0] iff i == 0", "x[n]: x[i] == x[n-1-i] iff n == 2*i + 1"])
def test_a_condition_on_a_free_index_is_left_open(claim: str) -> None:
    """Whether it is necessary would have to be told for each value of the index."""
    result = prove(claim)
    assert result.verdict == "unknown" and "the condition is about a free index" in str(result.reason)
