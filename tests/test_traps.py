"""Where a prover of this kind goes wrong: each test is a trap that this one must not fall into."""

from __future__ import annotations

import pytest
from limited import limited
from oracle import Question, close, concrete, looked_up

from symconv.kernel.verdicts import Certificate, Proof, Refutation
from symconv.results import prove


def verdict(claim: str) -> str:
    """The verdict on a claim; a counterexample is computed again, by NumPy and SciPy."""
    result = prove(claim)
    question, example = Question(claim), result.counterexample
    if result.verdict == "refuted" and example is not None and example.arrays and question.relations == ["=="]:
        arrays = {name: concrete(a) for name, a in example.arrays.items()}
        functions = {f: looked_up(example.functions.get(f, {})) for f in question.functions}
        values = {**example.sizes, **question.at_index(example.index)}
        left, right = question.sides(0, values, arrays, functions)
        index = example.index[len(question.free) :]
        assert close(left[index], right[index]) == (example.direction == "only if")
        if question.word == "if":
            assert all(question.holds(c, values, arrays, functions) for c in question.conditions)
    return result.verdict


def sizes(claim: str) -> dict[str, int]:
    """The sizes of the counterexample."""
    example = prove(claim).counterexample
    assert example is not None
    return dict(example.sizes)


# Bound indices


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("x[n]: sum(x[u//2] for u in range(2*n)) == sum(x)", "refuted"),
        ("x[n]: sum(x[u//2] for u in range(2*n)) == 2*sum(x)", "proved"),
        ("x[n]: sum(x[u] for u in range(n) for v in range(3)) == sum(x)", "refuted"),
        ("x[n]: sum(x[u] for u in range(n) for v in range(3)) == 3*sum(x)", "proved"),
        ("x[n], y[m]: sum(x[u+v] for u in range(n) for v in range(m)) == sum(x) + 0*sum(y)", "refuted"),
        ("x[n]: sum(x[u+v] for u in range(n) for v in range(2)) == 2*sum(x) - x[0]", "proved"),
        ("x[n]: sum(x[u+v] for u in range(n) for v in range(2)) == 2*sum(x)", "refuted"),
        ("x[n]: sum(x[2*u] for u in range(n)) == sum(x)", "refuted"),
        ("x[n]: sum(x[u - u//2] for u in range(n)) == sum(x)", "refuted"),
    ],
)
def test_a_bound_index_that_the_entries_do_not_determine_is_counted(claim: str, expected: str) -> None:
    """Projecting such an index away would forget how often an entry occurs."""
    assert verdict(claim) == expected


@pytest.mark.parametrize(
    "claim",
    [
        "x[N], k[M]: sum(x[j % 2]*k[2*i + j] for j in range(N//2) for i in range(3))"
        " == sum(x[j % 2]*k[j] for j in range(N + 1))",
        "o[2*r+1]: flip(convolve(flip(outer(o, o), axis=0), outer(o, o)[1::2, 1:-1])).T"
        " == convolve(flip(outer(o, o), axis=1), outer(o, o)[1::2, 1:-1])",
    ],
)
def test_what_multiplies_does_not_outlast_the_time(claim: str) -> None:
    """Sums over quotients make further ones, and every extremum doubles the cases; the verdict comes all the same."""
    with limited(20):
        assert verdict(claim) == "refuted"


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("x[n]: sum(u for u in range(n)) + 0*x == n*(n-1)/2", "proved"),
        ("x[n]: sum(1 for u in range(p)) + 0*sum(x) == p", "refuted"),
        ("x[n]: sum(1 for u in range(p)) + 0*sum(x) == max(p, 0)", "proved"),
        ("x[n]: sum(1 for u in range(p)) + 0*sum(x) == p if p >= 0", "proved"),
        ("x[n]: sum(u for u in range(2, 1)) + 0*sum(x) == 0", "proved"),
        ("x[n]: sum(u for u in range(p, q)) == -sum(u for u in range(q, p)) + 0*sum(x)", "refuted"),
    ],
)
def test_a_sum_over_an_empty_range_is_zero(claim: str, expected: str) -> None:
    """Closed forms of sums hold only where the range is not empty: Karr's convention is not Python's."""
    assert verdict(claim) == expected


# Counterexamples


def test_parameters_of_either_sign_have_a_smallest_point() -> None:
    """A lexicographic minimum over negative integers would not exist; the absolute value counts."""
    assert sizes("x[n]: sum(x[u] for u in range(p)) == sum(x)") == {"n": 1, "p": 0}
    assert sizes("x[n]: sum(x[u] for u in range(p)) == 0") == {"n": 1, "p": 1}
    assert sizes("x[n]: sum(x) == sum(x[u+p] for u in range(n))") in ({"n": 1, "p": 1}, {"n": 1, "p": -1})


@pytest.mark.parametrize(
    ("claim", "smallest"),
    [
        ("x[n]: (n-1)*(n-2)*x == 0", {"n": 3}),
        ("x[n]: (n-3)*(n-4)*x == 0 if n >= 3", {"n": 5}),
        ("x[n]: n*x == x", {"n": 2}),
        ("x[n]: sum((n-2)*x[u] for u in range(n)) == 0 if n >= 2", {"n": 3}),
    ],
)
def test_a_symbolic_coefficient_may_vanish_at_the_first_point(claim: str, smallest: dict[str, int]) -> None:
    """The search for a counterexample goes on to the next size."""
    assert verdict(claim) == "refuted"
    assert sizes(claim) == smallest


def test_a_coefficient_that_vanishes_on_its_whole_piece_is_zero() -> None:
    """(n−1)(n−2)(n−3) is not the zero polynomial, but 0 at every size that is allowed."""
    assert verdict("x[n]: (n-1)*(n-2)*(n-3)*x == 0 if n <= 3") == "proved"
    assert verdict("x[n]: (n-1)*(n-2)*(n-3)*x == 0 if n <= 4") == "refuted"


def test_equations_of_a_piece_are_substituted_into_its_coefficient() -> None:
    """On n == m the coefficients n and m are the same."""
    assert verdict("X[n,m]: n*X == m*X if n == m") == "proved"
    assert verdict("X[n,m]: n*X == m*X") == "refuted"
    assert verdict("x[n]: sum(x[i]*(i-j) for i in range(n) for j in range(i, i+1)) == 0") == "proved"
    assert verdict("x[n]: [(i-n+1)*x[i] for i in range(n)][n-1] == 0") == "proved"


def test_a_counterexample_of_complex_tensors_needs_complex_entries() -> None:
    """Over the reals a forgotten conjugate would not show."""
    assert verdict("z[n] complex: conj(z) == z") == "refuted"
    assert verdict("z[n] complex: vdot(z, z) == dot(z, z)") == "refuted"
    assert verdict("x[n]: vdot(x, x) == dot(x, x)") == "proved"


def test_what_differs_by_a_square_is_found() -> None:
    """x·x and x agree at 0 and 1: small integers are searched beyond these."""
    assert verdict("x[n]: x*x == x") == "refuted"
    assert verdict("x[n]: x*x*x == x") == "refuted"


# Sizes and calls


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("B[H,W], f(): f(vec(B)[1:]) == f(vec(B)[:-1])", "refuted"),
        ("x[n], f(): f(fft(2*x)) == f(2*fft(x))", "proved"),
        ("x[n], f(): f(ifft(fft(x))) == f(x)", "proved"),
    ],
)
def test_a_call_whose_argument_is_hard_to_compare_equals_itself(claim: str, expected: str) -> None:
    """Where equality of arguments is known only in part, a call must not get lost."""
    assert verdict(claim) == expected


def test_sizes_are_one_or_more_as_declared() -> None:
    """k[2*r+1] allows r = 0, where a sum over r entries is empty; nothing is assumed of names inside a size."""
    assert verdict("k[2*r+1]: sum(1 for u in range(r)) + 0*sum(k) == max(r, 1)") != "proved"
    assert verdict("k[2*r+1]: r*k[0] == 0") == "refuted"


# Flattened axes


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("A[n,m]: flip(ravel(A)) == ravel(flip(A))", "proved"),
        ("A[n,m]: ravel(A)[1:] == ravel(A)[:-1]", "refuted"),
        ("A[n,m]: ravel(A.T) == vec(A)", "proved"),
        ("A[n,m]: ravel(A) == vec(A)", "refuted"),
        ("A[n,m]: reshape(ravel(A), (n,m)) == A", "proved"),
        ("A[n,m]: reshape(ravel(A), (m,n)) == A.T", "refuted"),
        ("A[n,m]: [[ravel(A)[i*m+j] for j in range(m)] for i in range(n)] == A", "proved"),
        ("A[n,m]: [[ravel(A)[i*n+j] for j in range(m)] for i in range(n)] == A", "refuted"),
        ("A[n,m]: [[ravel(A)[i*m+j+1] for j in range(m)] for i in range(n)] == A", "refuted"),
    ],
)
def test_a_flattened_axis_is_never_made_linear(claim: str, expected: str) -> None:
    """i·W + j is not affine in a symbolic W; it is the digit i only where 0 <= j < W."""
    assert verdict(claim) in (expected, "unknown")


@pytest.mark.parametrize(
    "claim",
    [
        "A[n,m]: flip(ravel(A)) == ravel(A)",
        "x[n*m], y[m*n]: x == y",
        "x[s*t]: x[0] == x[s*t-1]",
        "X[s*n]: sum(X[s*i] for i in range(n)) == sum(X)",
    ],
)
def test_products_of_sizes_never_refute_by_themselves(claim: str) -> None:
    """A refutation names real sizes, at which the product is what it is."""
    result = prove(claim)
    assert result.verdict in ("refuted", "unknown")
    if result.verdict == "refuted":
        assert verdict(claim) == "refuted"


# Functions


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("f(): f(0) == 0", "refuted"),
        ("f(), x[n]: f(0*x) == 0", "refuted"),
        ("f(), x[n]: f(x - x) == f(0)", "proved"),
        ("f(), x[n]: f(x)[n] == 0", "proved"),
        ("f(), x[n]: [f(x[i+n]) for i in range(n)] == f(0)*ones(n)", "proved"),
        ("f(), x[n]: [f(x[i+n]) for i in range(n)] == 0*x", "refuted"),
        ("f(), x[n], k[m]: convolve(f(x), k)[u] == sum(f(x[u-v])*k[v] for v in range(m))", "refuted"),
    ],
)
def test_a_function_need_not_be_zero_at_zero(claim: str, expected: str) -> None:
    """Outside an array the value of f(x) is 0, but f of an entry outside is f(0)."""
    assert verdict(claim) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("x[n], w[n], b, f(): f(dot(x, w) + b) == f(sum(w*x) + b)", "proved"),
        ("x[n], f(): f(x)[0] == f(flip(x))[n-1]", "proved"),
        ("x[n], f(): f(x)[0] == f(x)[n-1] if x == flip(x)", "proved"),
        ("x[n], f(): f(x)[0] == f(x)[n-1]", "refuted"),
        ("x[n], f(): f(f(x) + f(x)) == f(2*f(x))", "proved"),
        ("x[n], f(), g(): f(g(x)) == g(f(x))", "refuted"),
        ("x[n], f(): f(x + x) == f(x) + f(x)", "refuted"),
        ("x[n], y[n], f(): f(x)*f(y) == f(y)*f(x)", "proved"),
        ("x[n], f(): f(-x) == -f(x)", "refuted"),
        ("x[n], f(): conj(f(x)) == f(x)", "proved"),
        ("x[n], f(), g(): f(x) == g(x)", "refuted"),
    ],
)
def test_calls_are_equal_exactly_where_their_arguments_are(claim: str, expected: str) -> None:
    """Equal arguments give equal values, and no more is known of f."""
    assert verdict(claim) == expected


# Verdicts


def test_only_the_kernel_makes_a_proof() -> None:
    """Neither a certificate nor a proof nor a refutation can be made by hand."""
    claim = prove("x[n]: x == x").claim
    with pytest.raises(TypeError):
        Certificate("equal", None, None, None)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Proof(claim)
    with pytest.raises(TypeError):
        Proof(claim, certificates=("equal",))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Refutation(claim)


def test_a_certificate_of_another_kind_proves_nothing() -> None:
    """What certifies that two sides differ is no proof that they are equal."""
    assert {c.kind for c in prove("x[n]: x == 2*x").certificates} == {"different"}
    assert {c.kind for c in prove("x[n]: x == x").certificates} == {"equal"}


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("x[n], y[n]: x != y", "proved"),
        ("x[n], y[n]: x + y != y + x", "refuted"),
        ("X[n,n], Y[n,n]: dot(X, Y) != X * Y", "proved"),
        ("X[n,n], Y[n,n]: dot(X, Y) != frobenius(X, Y)", "proved"),
        ("x[n]: x == x != 2*x", "proved"),
        ("x[n]: x == x == 2*x", "refuted"),
        ("x[n]: x != 2*x if x == 0", "refuted"),
        ("x[n], f(): f(x) != f(x)", "refuted"),
        ("z[n] complex: z*z != z*z", "refuted"),
    ],
)
def test_not_equal_is_the_other_way_round(claim: str, expected: str) -> None:
    """It is proved by a witness and refuted by a proof of equality, under which the example must agree."""
    assert verdict(claim) == expected
    result = prove(claim)
    if expected == "refuted" and "!=" in claim:
        assert result.counterexample is not None and result.counterexample.lhs == result.counterexample.rhs


@pytest.mark.parametrize(
    ("claim", "expected", "direction"),
    [
        ('A[H,W], K[h,w]: convolve(A, K, "valid") == correlate(A, K, "valid") iff K == flip(K)', "proved", None),
        ('A[H,W], K[h,w]: convolve(A, K, "same") == correlate(A, K, "same") iff K == flip(K)', "refuted", "only if"),
        ("x[N], k[M]: convolve(x, k) == correlate(x, k) iff k == 0", "refuted", "only if"),
        ("x[N], k[M]: convolve(x, k) == correlate(x, k) iff k == -flip(k)", "refuted", "if"),
        ("x[N], k[M]: convolve(x, k) == correlate(x, k) iff M == 1", "proved", None),
        ("x[N], k[M]: convolve(x, k) == correlate(x, k) iff M <= 2", "refuted", "if"),
        ("X[n,m]: X == 2*X iff X == 0", "proved", None),
    ],
)
def test_an_iff_is_decided_in_both_directions(claim: str, expected: str, direction: str | None) -> None:
    """A condition that is too strong fails as "only if", one that is too weak as "if"."""
    result = prove(claim)
    assert verdict(claim) == expected, result.reason
    assert (result.counterexample and result.counterexample.direction) == direction


# Semantics


@pytest.mark.parametrize(
    ("claim", "expected", "reason"),
    [
        ("A[H,W], K[h,w]: correlate(A, K) == 0 if K == 0", "proved", None),
        ("x[n]: x == 1 if x == 1", "proved", None),
        ("x[n]: x - x == 0", "proved", None),
        ("x[n], y: x == y", "refuted", "shape"),
        ("x[1], y: x == y", "refuted", "shape"),
        ("x[1]: x == x[0]", "refuted", "shape"),
        ("x[n,1]: x == x[:,0]", "refuted", "shape"),
        ("x[n], y[n,1]: x == y", "refuted", "shape"),
        ("x[1]: sum(x) == x[0]", "proved", None),
    ],
)
def test_only_a_scalar_literal_broadcasts_across_the_equation(claim: str, expected: str, reason: str | None) -> None:
    """Shape (1,) is not (), and an array is not equal to a scalar tensor."""
    result = prove(claim)
    assert (result.verdict, result.reason) == (expected, reason)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("x[n]: [x[i+n] for i in range(n)] == 0", "proved"),
        ("x[n]: x[-1] == x[n-1]", "proved"),
        ("x[n]: x[m] == x[m+n]", "refuted"),
        ("x[n]: x[m]*x[m+n] == 0", "proved"),
        ("x[n]: sum(x[u-1] for u in range(n)) == sum(x) - x[n-1]", "proved"),
        ("x[n]: sum(x[u-1] for u in range(n)) == sum(x)", "refuted"),
        ("x[n], y[n]: (x + y)[n] == 0", "proved"),
        ("x[n], y[n]: (x + 1)[n] == 1", "refuted"),
    ],
)
def test_a_symbolic_index_outside_reads_zero(claim: str, expected: str) -> None:
    """Zero extension of every expression, where a literal index counts from the end."""
    assert verdict(claim) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("x[n]: x[:3] == x if n <= 3", "proved"),
        ("x[n]: x[:3] == x", "refuted"),
        ("x[n]: x[5:] == x[6:] if n <= 5", "proved"),
        ("x[n]: sum(x[2:]) == sum(x) - x[0] - x[1] if n >= 2", "proved"),
        ("x[n]: sum(x[:2]) + sum(x[2:]) == sum(x)", "proved"),
        ("x[n]: x[::2] == flip(flip(x)[::2])", "refuted"),
        ("x[n]: x[::2] == flip(flip(x)[::2]) if n % 2 == 1", "proved"),
        ("x[n]: x[-3:] == flip(flip(x)[:3])", "proved"),
        ("x[n]: x[1:-1] == flip(flip(x)[1:-1])", "proved"),
    ],
)
def test_literal_slices_are_cut_to_the_array(claim: str, expected: str) -> None:
    """As NumPy does it, for arrays shorter than the slice too."""
    assert verdict(claim) == expected


def test_symbolic_slices_assume_that_they_fit() -> None:
    """0 <= a <= b <= n is assumed, and the verdict says so."""
    result = prove("x[n]: sum(x[:a]) + sum(x[a:]) == sum(x)")
    assert result.verdict == "proved"
    assert {str(a) for a in result.assumptions} == {"a >= 0", "n >= a"}


def test_different_readings_of_same_mode_differ_for_even_kernels_only() -> None:
    """SciPy's centre is (k−1)//2; the other reading is the same for odd sizes."""
    formula = "sum(x[m-(M-1)//2+u]*k[u] for u in range(M))"
    claim = f'x[N], k[M]: correlate(x, k, "same")[m] == {formula}'
    assert verdict(claim) == "refuted"
    assert str(prove(claim).condition) == "M % 2 == 1"
    assert verdict(f"{claim} if M % 2 == 1") == "proved"
    assert verdict(f"{claim} iff M % 2 == 1") == "proved"


@pytest.mark.parametrize(
    "claim",
    [
        "x[n], p int: p*x == 0*x iff x == 0",
        "x[n], p int: n*p*x == 0*x iff x == 0",
        "x[n], k[m], p int: p*convolve(x, k) == 0 iff k == 0",
        "x[n], p int: p*x[0] == p*x[n-1] iff x[0] == x[n-1]",
    ],
)
def test_a_factor_that_can_be_zero_is_not_divided_by(claim: str) -> None:
    """A size is 1 or more, an integer need not be."""
    assert verdict(claim) == "refuted"
    assert verdict(claim.replace(", p int", "").replace("p*", "n*")) == "proved"


@pytest.mark.parametrize(
    ("claim", "sizes"),
    [
        ("x[N]: sum(x[i % 2] for i in range(N)) == sum(x)", {"N": 3}),
        ("x[N], c: 2*c*sum(i for i in range(M)) + 0*sum(x) == N*(N-1)*c", {"N": 1, "M": 2}),
        ("x[N]: x[1::2][::3] == x[::3]", {"N": 1}),
    ],
)
def test_the_search_goes_on_to_the_smallest(claim: str, sizes: dict[str, int]) -> None:
    """Vanishing coefficients, quotients and concrete sizes do not end the search for a counterexample early."""
    result = prove(claim)
    assert result.verdict == "refuted"
    assert result.counterexample.sizes == sizes


# Sizes by cases


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("A[n,m]: ravel(A) == vec(A) if n == 1 or m == 1", "proved"),
        ("A[n,m]: ravel(A) == vec(A) if n == 1 or m == 2", "refuted"),
        ("A[n,m]: ravel(A) == vec(A) if not (n >= 2 and m >= 2)", "proved"),
        ("A[n,m]: ravel(A) == vec(A) if n == 1 or m <= 2", "refuted"),
        ("A[n,m], B[p,q]: kron(A, B) == kron(B, A) if (n == 1 or p == 1) and (m == 1 or q == 1)", "proved"),
        ("A[n,m], B[p,q]: kron(A, B) == kron(B, A) if (n == 1 or p == 1) and (m == 1 or q <= 2)", "refuted"),
        ("A[n,m]: ravel(A)[1] == A[0,1] if m >= 2", "proved"),
        ("A[n,m]: ravel(A)[1] == A[1,0] if m == 1 and n >= 2", "proved"),
        ("A[n,m]: ravel(A)[1] == A[1,0] if n >= 2", "refuted"),
        ("A[n,m]: ravel(A)[2*m+1] == A[2,1] if m >= 2 and n >= 3", "proved"),
        ("A[n,m]: ravel(A)[2*m+1] == A[3,0] if n >= 4", "refuted"),
    ],
)
def test_each_case_of_an_or_is_needed(claim: str, expected: str) -> None:
    """A claim under `or` is proved only if every alternative is; quotients such as 1 // m have a value in each."""
    assert verdict(claim) == expected


def test_an_edge_needs_an_entry() -> None:
    """NumPy repeats no edge of an empty array: that there is an entry is assumed and reported."""
    result = prove("x[n]: pad(x[1:], 1, mode='edge')[1:-1] == x[1:]")
    assert (result.verdict, [str(a) for a in result.assumptions]) == ("proved", ["n >= 2"])
    assert prove("x[n]: pad(x, 1, mode='edge')[1:-1] == x").assumptions == ()


@pytest.mark.parametrize(
    ("claim", "assumption"),
    [
        ("X[C,H,W]: sum(pixel_shuffle(X, 2)) == sum(X)", "C % 4 == 0"),
        ("x[n]: ravel(reshape(x, (-1, 4))) == x", "n % 4 == 0"),
        ('x[n]: sum(rearrange(x, "(a b) -> a b", b=3)) == sum(x)', "n % 3 == 0"),
    ],
)
def test_a_size_that_is_a_quotient_has_to_be_whole(claim: str, assumption: str) -> None:
    """The library raises where it is not, so that nothing there refutes; what is assumed is reported."""
    result = prove(claim)
    assert (result.verdict, [str(a) for a in result.assumptions]) == ("proved", [assumption])


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("x[n], f(): fft(f(roll(x, 1))) == fft(f(x))", "refuted"),
        ("x[n], f(): conj(fft(f(roll(x, 1)))) == roll(flip(fft(f(x))), 1)", "refuted"),
        ("x[n], f(): fft(f(roll(x, 1)))[k] == exp(-2*pi*1j*k/n)*fft(f(x))[k]", "proved"),
        ("x[n], f(): sum([i for i in range(n)]*f(flip(x))) == sum([i for i in range(n)]*f(x))", "refuted"),
        ("x[n], f(): sum([i for i in range(n)]*f(flip(x))) == sum([n-1-i for i in range(n)]*f(x))", "proved"),
        ("x[n], f(): sum([i for i in range(n)]*f(x)) == sum([n-1-i for i in range(n)]*f(x)) if x == flip(x)", "proved"),
        ("x[n], f(): sum([i for i in range(n)]*f(x)) == sum([n-i for i in range(n)]*f(x)) if x == flip(x)", "refuted"),
    ],
)
def test_a_coefficient_goes_with_the_call_that_stands_for_another(claim: str, expected: str) -> None:
    """Where f(e1)[y1] is written as f(e2)[y2], a coefficient that depends on y1 becomes one of y2."""
    assert verdict(claim) == expected


def test_the_smallest_sizes_are_found_where_indices_have_no_first_value() -> None:
    """The index of an entry may run to infinity in both directions; the sizes do not."""
    assert sizes("x[n]: x[i + u] == sliding_window_view(x, p)[i, u] if p >= 1") == {"n": 1, "p": 1}


def test_other_reads_of_an_index_are_extended_by_zeros() -> None:
    """i ranges over all of x, since it stands alone in x[i]; x[i-2] is 0 at its first two entries."""
    assert sizes("x[n], k[3]: x[i] - x[i-2] == convolve(x, k)") == {"n": 1}
