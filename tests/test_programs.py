"""Loop nests that are read: right and subtly wrong ones, each with its verdict, and what is refused."""

from __future__ import annotations

import inspect
from random import Random
from typing import Any

import array_nests as arrays
import numpy as np
import pytest
import python_nests as python
import sliding_nests as sliding
from random_programs import executed, source
from sympy import Rational

import symconv
from symconv import (
    SymconvError,
    Tensor,
    convolve,
    correlate,
    evaluate,
    flip,
    from_python,
    from_source,
    outer,
    prove,
    sizes,
)
from symconv.expressions.tensors import TensorExpr

H, W, h, w, N, M, C, F, n, m, p, r = sizes("H W h w N M C F n m p r")
A, K, x, k = Tensor("A", H, W), Tensor("K", h, w), Tensor("x", N), Tensor("k", M)
y, X, Y, Q = Tensor("y", N), Tensor("X", n, m), Tensor("Y", m, p), Tensor("Q", n, n)
image, kernel, bias = Tensor("I", C, H, W), Tensor("G", F, C, h, w), Tensor("b", F)
line, column = Tensor("q", w), Tensor("p", h)

VERDICTS = [
    (sliding.conv_full, (x, k), convolve(x, k), "proved"),
    (sliding.conv_full, (x, k), convolve(k, x), "proved"),
    (sliding.conv_full_gather, (x, k), convolve(x, k), "proved"),
    (sliding.conv_full_no_flip, (x, k), convolve(x, k), "refuted"),
    (sliding.conv_full_no_flip, (x, k), correlate(x, k), "proved"),
    (sliding.corr_valid, (x, k), correlate(x, k, "valid"), "proved"),
    (sliding.corr_valid, (x, flip(k)), convolve(x, k, "valid"), "proved"),
    (sliding.corr_valid, (x, k), convolve(x, k, "valid"), "refuted"),
    (sliding.corr_valid_off_by_one, (x, k), correlate(x, k, "valid"), "refuted"),
    (sliding.corr_valid_forgets_reset, (x, k), correlate(x, k, "valid"), "refuted"),
    (sliding.corr_valid_forgets_reset, (x, k), np.cumsum(correlate(x, k, "valid")), "proved"),
    (sliding.conv_valid_backwards, (x, k), convolve(x, k, "valid"), "proved"),
    (sliding.conv_same, (x, k), convolve(x, k, "same"), "proved"),
    (sliding.conv_same_other_half, (x, k), convolve(x, k, "same"), "refuted"),
    (sliding.corr2d, (A, K), correlate(A, K, "valid"), "proved"),
    (sliding.corr2d, (A, K), convolve(A, K, "valid"), "refuted"),
    (sliding.corr2d_lists, (A, K), correlate(A, K, "valid"), "proved"),
    (sliding.corr2d_patches, (A, K), correlate(A, K, "valid"), "proved"),
    (sliding.corr2d_swapped_axes, (A, K), correlate(A, K, "valid"), "refuted"),
    (sliding.corr2d_swapped_axes, (A, K), correlate(A, flip(K, 0), "valid"), "proved"),
    (sliding.corr2d_transposed, (A, K), correlate(A, K, "valid"), "refuted"),
    (sliding.corr2d_transposed, (A, K), correlate(A, K, "valid").T, "proved"),
    (sliding.conv2d_scatter, (A, K), convolve(A, K), "proved"),
    (sliding.conv2d_shifted_adds, (A, K), correlate(A, K, "valid"), "proved"),
    (sliding.conv2d_rebinding, (A, K), correlate(A, K, "valid"), "proved"),
    (sliding.padded, (A, K), correlate(A, K), "proved"),
    (sliding.padded, (A, K), convolve(A, K), "refuted"),
    (sliding.strided, (x, k), correlate(x, k, "valid")[::2], "proved"),
    (sliding.strided_wrong, (x, k), correlate(x, k, "valid")[::2], "refuted"),
    (sliding.strided_steps, (x, k), correlate(x, k, "valid")[::2], "proved"),
    (sliding.layer, (image, kernel, bias), symconv.conv2d(image, kernel, bias), "proved"),
    (sliding.layer_forgets_bias, (image, kernel, bias), symconv.conv2d(image, kernel, bias), "refuted"),
    (sliding.transposed_layer, (x, k), symconv.conv_transpose1d(x[None], k[None, None], stride=2)[0], "proved"),
    (sliding.circular_by_cases, (x, y), symconv.circular_convolve(x, y), "proved"),
    (arrays.matmul, (X, Y), X @ Y, "proved"),
    (arrays.matmul_overwrites, (X, Y), X @ Y, "refuted"),
    (arrays.matmul_rows, (X, Y), X @ Y, "proved"),
    (arrays.transpose_in_place, (Q,), Q.T, "proved"),
    (arrays.reverse_in_place, (x,), flip(x), "proved"),
    (arrays.running_sum, (x,), np.cumsum(x), "proved"),
    (arrays.running_sum, (x,), x, "refuted"),
    (arrays.running_sum_in_place, (x,), np.cumsum(x), "proved"),
    (sliding.box_filter, (x, r), convolve(x, symconv.ones(2 * r + 1), "same") / (2 * r + 1), "proved"),
    (sliding.differences, (x,), np.diff(x), "proved"),
    (sliding.im2col, (A, K), correlate(A, K, "valid"), "proved"),
    (sliding.separable, (A, column, line), correlate(A, outer(column, line), "valid"), "proved"),
    (sliding.separable, (A, column, line), correlate(A, outer(column, flip(line)), "valid"), "refuted"),
    (sliding.edges, (A,), correlate(A, [[1], [-2], [1]], "same"), "refuted"),
    (arrays.dft, (x,), 2 * x, "proved"),
    (arrays.alternating, (x,), x, "refuted"),
    (arrays.every_second, (x,), x[::2], "proved"),
    (arrays.every_second, (x,), x[1::2], "refuted"),
    (sliding.swapped_if_longer, (x, k), correlate(x, k), "proved"),
    (arrays.last_one, (x,), x[-1], "proved"),
    (arrays.last_one, (x,), x[0], "refuted"),
    (arrays.negative_end, (x,), flip(x), "proved"),
    (arrays.aliased, (x,), x, "proved"),
    (sliding.raises_for_small, (x, k), correlate(x, k, "valid"), "proved"),
    (sliding.scattered_rows, (x, k), convolve(x, k), "proved"),
    (sliding.scattered_overwrites, (x, k), convolve(x, k), "refuted"),
    (sliding.padded_by_half, (A, K), correlate(A, K, "same"), "proved"),
    (sliding.padded_by_half, (A, K), convolve(A, K, "same"), "refuted"),
    (sliding.toeplitz_rows, (x, k), correlate(x, k, "valid"), "proved"),
    (sliding.toeplitz_rows, (x, k), convolve(x, k, "valid"), "refuted"),
    (arrays.either_value, (x,), x, "refuted"),
    (arrays.either_new, (x,), 2 * x, "refuted"),
    (arrays.filled_with_a_decimal, (x,), x, "proved"),
    (arrays.antidiagonals, (Q,), symconv.trace(flip(Q, 1)), "refuted"),
    (arrays.zipped, (x, y), np.dot(x, y), "proved"),
    (arrays.zipped_in_a_sum, (x, y), np.dot(x, y), "proved"),
    (arrays.zipped_in_a_sum, (x, k), convolve(x, flip(k))[M - 1], "proved"),
    (arrays.weighted, (x,), symconv.arange(N) * x, "proved"),
    (arrays.rows_of_rows, (A,), 2 * A, "proved"),
    (arrays.rows_of_rows, (A,), A, "refuted"),
    (arrays.neighbours, (x,), np.diff(x), "proved"),
    (arrays.neighbours, (x,), convolve(x, [-1, 1], "valid"), "refuted"),
    (sliding.corr2d_in_brackets, (A, K), correlate(A, K, "valid"), "proved"),
    (arrays.weighted_late, (x,), symconv.arange(N) * x, "proved"),
    (arrays.weighted_late, (x,), x, "refuted"),
    (arrays.smoothed_twice, (x,), convolve(x, [1, 2, 1], "valid"), "proved"),
    (arrays.smoothed_twice, (x,), convolve(x, [1, 1, 1], "valid"), "refuted"),
    (arrays.counted_while_counting, (x, k), M * symconv.sum(x), "refuted"),
    (arrays.prefix_before, (x,), np.cumsum(x) - x, "proved"),
    (arrays.prefix_before, (x,), np.cumsum(x), "refuted"),
    (arrays.rotated_by_slices, (x,), np.roll(x, 1), "proved"),
    (arrays.rotated_by_slices, (x,), np.roll(x, -1), "refuted"),
    (arrays.overlapping, (x,), np.pad(x, (1, 0), mode="edge")[:-1], "proved"),
    (arrays.swapped_columns, (A,), A, "refuted"),
    (arrays.own_range, (x,), x, "proved"),
    (arrays.while_loop, (x,), 3 * x, "proved"),
    (arrays.swapped_columns_right, (A,), from_python(arrays.swapped_columns)(A), "refuted"),
    (python.appended, (x, k), correlate(x, k, "valid"), "proved"),
    (python.appended_twice, (x,), symconv.kron(x, [1, 2]), "proved"),
    (python.appended_after, (x,), np.concatenate([x[:1], x + x[0]]), "proved"),
    (python.one_list_two_names, (x,), 3 * x, "proved"),
    (python.layered, (x, k), correlate(x, k, "valid")[::2], "proved"),
    (python.counted_calls, (x, k), 4 * correlate(x, k, "valid"), "proved"),
    (python.late_closure, (x,), 5 * x, "proved"),
    (python.loop_closures, (x,), 4 * x, "proved"),
    (python.decorated_twice, (x,), 6 * x, "proved"),
    (python.keyword_call, (x,), 8 * x, "proved"),
    (python.while_pairs, (x,), x, "refuted"),
    (python.while_down, (x,), np.dot(symconv.arange(N), x), "proved"),
    (python.truncated, (x,), x, "refuted"),
    (python.divided, (x,), x, "refuted"),
    (python.by_product, (A, K), correlate(A, K, "valid"), "proved"),
    (python.columns_of_rows, (A,), symconv.sum(A, 0), "proved"),
    (python.last_ones, (x, k), symconv.sum(x), "refuted"),
    (python.clipped, (x, k), correlate(np.pad(x, (0, M)), symconv.ones(M), "valid")[:-1], "proved"),
    (python.backwards_slices, (x,), x[0], "refuted"),
    (python.beyond, (x,), x[0], "refuted"),
    (python.changed_condition, (x,), x, "refuted"),
    (python.row_counter, (A,), symconv.ravel(A) + symconv.arange(H * W), "proved"),
    (python.thread_index, (A,), A.T, "proved"),
    (python.gathered, (A,), symconv.ravel(A - flip(A, 1)), "proved"),
    (python.gathered_between, (A,), flip(A, 1) + A, "proved"),
    (python.added_at, (x, k), convolve(x, k), "proved"),
    (python.strided_windows, (x, k), correlate(x, k, "valid"), "proved"),
    (python.early, (x, k), correlate(x, k, "valid"), "proved"),
    (python.swapped_dict, (x, k), np.concatenate([k, x]), "proved"),
    (python.in_place_argument, (x,), x, "refuted"),
    (python.joined_pieces, (x,), x, "refuted"),
    (python.yielded, (x, k), correlate(x, k, "valid"), "proved"),
    (python.kinds, (x, k), np.convolve(x, k, "same"), "proved"),
    (python.part_of_a_view, (A,), A[:, 0], "refuted"),
    (python.appended_in_a_nest, (A, K), symconv.ravel(correlate(A, K, "valid")), "proved"),
    (python.scattered_in_digits, (A,), symconv.zeros(H + W), "refuted"),
    (python.tiled_product, (X, Y, N), X @ Y, "proved"),
    (python.tiled_product, (X, Y, N), Y.T @ X.T, "refuted"),
    (python.handed_on, (x, M), symconv.sum(x), "proved"),
    (python.stacked_list, (x, k), np.concatenate([2 * x, k]), "proved"),
    (python.appended_if, (x,), x[::2], "proved"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "args", "other", "verdict"), VERDICTS, ids=lambda v: getattr(v, "__name__", ""))
def test_loop_nests(function: Any, args: tuple[Any, ...], other: Any, verdict: str) -> None:
    """A loop nest is decided for every size, and reads back from its text."""
    result = prove(from_python(function)(*args), other)
    assert result.verdict == verdict
    assert symconv.parse(str(result.claim)) == result.claim


@pytest.mark.parametrize(("function", "args"), {(f.__name__, a): (f, a) for f, a, *_ in VERDICTS}.values(),
                         ids=lambda v: getattr(v, "__name__", ""))  # fmt: skip
def test_what_is_read_is_what_python_computes(function: Any, args: tuple[Any, ...]) -> None:
    """At random small sizes the expression has the value that the function returns."""
    expr = from_python(function)(*args)
    names = sorted({s.name for a in args for s in a.free_symbols if not isinstance(s, Tensor)})
    random, tried = Random(function.__name__), 0
    while tried < 4:
        values = {name: random.randint(1, 4) for name in names}
        arrays = {
            t.name: np.array([random.randint(-4, 4) for _ in np.ndindex(*shape)], dtype=object).reshape(shape)
            for a in args for t in a.atoms(Tensor) for shape in [[values.get(str(d), 1) for d in t.shape]]
        }  # fmt: skip
        tried += 1
        try:
            expected = evaluate(expr, values, arrays)
        except SymconvError:
            continue
        given = [evaluate(a, values, arrays) if isinstance(a, TensorExpr) else values[str(a)] for a in args]
        found = np.array(function(*(g.astype(float) if hasattr(g, "astype") else g for g in given)))
        assert found.shape == expected.shape
        np.testing.assert_allclose(found.astype(complex), expected.astype(complex))


REFUSED = [
    (sliding.differences_too_far, (x,), "'i + 1' is out of range: index 1 of an axis with 1 entry at N = 1, i = 0"),
    (sliding.questions_dot, (A, Tensor("C", 2, 2)), "dot: inner sizes min(2, W - j) and 2 differ at H = 1"),
    (sliding.circular_negative, (x, y), "'i - j' is out of range: index -1 of an axis with 2 entries, which NumPy"),
    (arrays.fibonacci, (x,), "what an iteration writes to 'x' depends on earlier ones"),
    (sliding.average_of_neighbours, (x,), "what an iteration writes to 'x' depends on earlier ones"),
    (arrays.reverse_by_overwriting, (x,), "what an iteration writes to 'x' depends on earlier ones"),
    (arrays.halving, (x,), "this 'while' does not count a name up in every step"),
    (arrays.data_dependent, (x,), "a condition on entries of an array"),
    (arrays.shared_rows, (x,), "the rows of this list are one and the same row"),
    (arrays.integers, (x,), "an array of integers cuts other numbers off"),
    (arrays.never_assigned, (x,), "read before it is assigned at N = 1"),
    (arrays.not_affine, (x,), "'i * i' is out of range: index 4 of an axis with 3 entries at N = 3, i = 2"),
    (arrays.unknown_function, (x,), "numpy.sort is not understood"),
    (arrays.matmul, (X, Tensor("Y", 3, p)), None),
    (sliding.corr2d, (x, k), "2 names for 1"),
    (sliding.corr_valid, (x,), "'corr_valid' is not given 'k'"),
    (sliding.gathered_too_far, (x, k), "'i - j' is out of range: index 1 of an axis with 1 entry at M = 1, N = 2"),
    (sliding.wrapped_by_accident, (x, k), "'i - j' is out of range: index -1 of an axis with 2 entries, which NumPy"),
    (sliding.pooled_in_steps, (A,), "'i // 2' is out of range: index 0 of an axis with 0 entries at H = 1"),
    (arrays.zipped, (Tensor("x", 2), Tensor("y", 3)), "these lengths differ"),
    (arrays.transposed_view, (X,), "this view cannot be assigned to"),
    (arrays.flattened_view, (X,), "this view cannot be assigned to"),
    (arrays.either_view, (x,), "this view cannot be assigned to"),
    (arrays.changed_in_a_list, (x,), "an array is changed inside of an expression"),
    (arrays.changed_in_a_choice, (x,), "an array is changed inside of an expression"),
    (arrays.filled_with_a_whole_number, (x,), "an array of integers cuts other numbers off"),
    (arrays.list_of_whole_numbers, (x,), "an array of integers cuts other numbers off"),
    (arrays.halved_in_place, (x,), "an array of integers cuts other numbers off"),
    (arrays.counted, (x,), "an array of integers cuts other numbers off"),
    (arrays.like_whole_numbers, (x,), "an array of integers cuts other numbers off"),
    (python.rows_of_a_view, (A,), "this view cannot be assigned to"),
    (python.appended_where, (A,), "a list is appended to under a condition"),
    (python.read_while_growing, (x,), "is not"),
    (python.counted_state, (x,), "is changed in every step of a loop"),
    (python.flat_transposed, (A,), "a product of sizes or indices decides which entries are assigned"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "args", "message"), REFUSED, ids=lambda v: getattr(v, "__name__", ""))
def test_what_is_refused(function: Any, args: tuple[Any, ...], message: str | None) -> None:
    """What is out of range or not understood is an error with file, line and place."""
    if message is None:
        assert prove(from_python(function)(*args), X @ args[1], assuming=["m == 3"]).verdict == "proved"
        return
    with pytest.raises(SymconvError) as caught:
        from_python(function)(*args)
    text = str(caught.value)
    assert message in text
    assert text.startswith(("sliding_nests.py:", "array_nests.py:", "python_nests.py:")) and "^" in text
    assert int(text.split(":")[1]) > function.__code__.co_firstlineno - 1


def test_a_concrete_recurrence_is_followed_step_by_step() -> None:
    """Where the number of steps is known, any order of reads and writes is followed."""
    four = Tensor("x", 4)
    assert prove(from_python(arrays.fibonacci)(four)[3], 2 * four[1] + four[0]).verdict == "proved"
    assert prove(from_python(arrays.reverse_by_overwriting)(four)[0], four[3]).verdict == "proved"
    assert prove(from_python(arrays.reverse_by_overwriting)(four)[3], four[3]).verdict == "proved"


def test_how_a_parameter_is_used_tells_that_it_is_a_whole_number() -> None:
    """A claim may give one a name that stands nowhere else; for others it has to be declared."""
    text = "import numpy as np\n" + "\n".join(
        inspect.getsource(f) for f in (python.tiled_product, python.block_sums, python.handed_on)
    )
    programs = {name: from_source(text, name) for name in ("tiled_product", "block_sums", "handed_on")}
    tiles = "A[m,k], B[k,n]: tiled_product(A, B, t) == A @ B if t >= 1"
    assert prove(symconv.parse(tiles, programs)).verdict == "proved"
    assert prove(symconv.parse("x[N]: handed_on(x, t) == sum(x) if t >= 1", programs)).verdict == "proved"
    scaled = {"scaled": from_source("def scaled(x, s):\n    return s * x", "scaled")}
    with pytest.raises(SymconvError, match="unknown name 't'") as caught:
        symconv.parse("x[N]: scaled(x, t) == x", scaled)
    assert "'t int: …'" in str(caught.value.hint)


def test_what_a_program_needs_is_reported() -> None:
    """Shapes that would be negative and what a program asserts or raises for are assumptions."""
    read = from_python(sliding.corr2d)(A, K)
    assert [str(a) for a in prove(read, read).assumptions] == ["H + 1 >= h", "W + 1 >= w"]
    bracketed = from_python(sliding.corr2d_in_brackets)(A, K)
    assert [str(a) for a in prove(bracketed, bracketed).assumptions] == ["W + 1 >= w", "H >= h"]
    paired = prove(from_python(arrays.zipped)(x, k), from_python(arrays.zipped_in_a_sum)(x, k))
    assert (paired.verdict, [str(a) for a in paired.assumptions]) == ("proved", ["M == N"])
    raising = prove(from_python(sliding.raises_for_small)(x, k), correlate(x, k, "valid"))
    assert [str(a) for a in raising.assumptions] == ["N >= M"]
    assert "assume(" in str(from_python(sliding.circular_by_cases)(Tensor("a", n), Tensor("c", m)))


@pytest.mark.parametrize(
    "body",
    [
        "y = np.zeros(len(x) - 99999999999999999999)\n    return y",
        "return [0] * 99999999999999999999",
        "return np.ones((2, 99999999999999999999))",
        "return x if len(x) > 99999999999999999999 else x",
        "assert len(x) * 99999999999999999999 > 7\n    return x",
        "return x[99999999999999999999]",
        "s = 0\n    for i in range(99999999999999999999):\n        s += x[0]\n    return s",
    ],
)
def test_sizes_and_indices_that_are_too_large(body: str) -> None:
    """They are refused with their line; as factors such numbers are read."""
    with pytest.raises(SymconvError, match=r"<text>:\d+: .* too large"):
        from_source(f"import numpy as np\ndef f(x):\n    {body}\n", "f")(x)
    assert str(from_source("def f(x):\n    return 99999999999999999999 * x", "f")(x)) == "99999999999999999999*x"


def test_a_file_is_read_and_never_run(tmp_path: Any) -> None:
    """A function of a file is found by its name; nothing in the file runs."""
    file = tmp_path / "code.py"
    file.write_text("import numpy as np\nraise SystemExit\nHALF = 0.5\n\ndef f(x):\n    return HALF * np.flip(x)\n")
    assert from_python(f"{file}:f")(x) == Rational(1, 2) * flip(x)
    with pytest.raises(SymconvError, match="has no function 'g'"):
        from_python(f"{file}:g")


def test_values_of_numbers_tuples_and_nothing() -> None:
    """A program returns what its function returns: scalars, tuples, sizes, or nothing."""
    text = "def f(x, k, s):\n    return x[0] * s, len(k), x + x\ndef g(x):\n    x[0] = 1"
    first, length, double = from_source(text, "f")(x, k, 3)
    assert (first, str(length), double) == (x[0] * 3, "M", x + x)
    assert from_source(text, "g")(x) is None


def test_methods_take_what_functions_take() -> None:
    """The keywords of a method count, and `item` is for one entry."""
    flat = from_source("def f(A):\n    return A.flatten(order='F')", "f")(A)
    assert [prove(flat, symconv.ravel(A, order)).verdict for order in "FC"] == ["proved", "refuted"]
    single = prove(from_source("def f(x):\n    return x.item()", "f")(x), symconv.sum(x))
    assert (single.verdict, [str(a) for a in single.assumptions]) == ("proved", ["N == 1"])
    with pytest.raises(SymconvError, match="numpy.flatten is not understood"):
        from_source("import numpy as np\ndef f(x):\n    return np.flatten(x)", "f")(x)


@pytest.mark.parametrize("seed", range(30))
def test_random_loop_nests(seed: int) -> None:
    """A random nest is refused, or has the values that Python really computes."""
    _compare(seed)


@pytest.mark.long
@pytest.mark.parametrize("start", range(1_000, 4_000, 100))
def test_more_random_loop_nests(start: int) -> None:
    """The same for thousands of nests."""
    for seed in range(start, start + 100):
        _compare(seed)


def _compare(seed: int) -> None:
    text = source(Random(seed))
    a, b = Tensor("x", n), Tensor("k", m)
    try:
        expr = from_source(text, "f")(a, b)
    except SymconvError:
        return
    random = Random(seed)
    real = text.replace("np.zeros(", "np.zeros(dtype=object, shape=").replace(
        "np.ones(", "np.ones(dtype=object, shape="
    )
    for first, second in [(1, 1), (1, 3), (3, 1), (4, 2), (2, 4), (5, 3)]:
        arrays = [np.array([random.randint(-5, 5) for _ in range(size)], dtype=object) for size in (first, second)]
        found = evaluate(expr, {"n": first, "m": second}, dict(zip("xk", arrays, strict=True)))
        assert found.tolist() == executed(real, *arrays).tolist(), text
