"""Malformed claims: one clear error at the right place, quickly, and never anything else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_claims import CLAIMS

from symconv import SymconvError, Tensor, from_python, ones, prove, sizes
from symconv.claims import Claim, hypothesis, parse

#: Text, what the caret stands under, part of the message, part of the hint.
MALFORMED = [
    # The outer syntax
    ("", "", "no claim", ""),
    ("A[n]: ", "", "no claim", ""),
    (": 1 == 1", ":", "declaration is missing", ""),
    ("A[n],, B[n]: A == B", ",", "declaration is missing", ""),
    ("A[n] A == A", "A", "cannot be read", "colon"),
    ("A[n]: A", "A", "compares two sides", "as in"),
    ("A[n]: A < A", "<", "compares two sides", ""),
    ("A[n]: A in A", "in", "compares two sides", ""),
    ("A[n]: A == A and A == A", "A == A and A == A", "compares two sides", "chain"),
    ("A[n]: A for u in range(n)", "A for u in range(n)", "compares two sides", ""),
    ("A[n]: A = A", "=", "does not compare", "=="),
    ("A[n]: A === A", "=", "cannot be read", ""),
    ("A[n]: A == A: A", ":", "second ':'", "one claim"),
    ("A[n]: A == A if", "if", "nothing follows 'if'", ""),
    ("A[n]: A == A if n > 2 if n > 3", "if", "second 'if'", "and"),
    ("A[n]: A == A if n > 2 else A", "else", "no place", ""),
    ("A[n]: A != A iff A == 0", "A != A", "'iff'", "=="),
    ("A[n: A == A", "[", "not closed", ""),
    ("A[n)]: A == A", ")", "closes '['", "]"),
    ("A[n]: A == A)", ")", "closes nothing", ""),
    ('A[n]: A == "x', '"', "not closed", ""),
    ("A[n]: A ≠ A", "≠", "unexpected character", "!="),
    ("A[n]: A == A − 1", "−", "unexpected character", "-"),
    ("A[n]: A\u00a0== A", "\u00a0", "U+00A0", "plain space"),
    ("A[n]: A == A\0", "\0", "U+0000", ""),
    ("A[n]: A == \ud800", "\ud800", "U+D800", ""),
    ("A[n]: A == A; A", ";", "unexpected character", ""),
    ("A[n]: " + "9" * 9_000 + " == A[0]", "9", "too many digits", ""),
    ("A[n]: flip(A, axis=0, axis=0) == A", "flip(A, axis=0, axis=0)", "given twice", ""),
    # Declarations
    ("A[0]: A == A", "0", "size 0", "1 or more"),
    ("A[-1]: A == A", "-1", "size -1", ""),
    ("A[n/2]: A == A", "n/2", "whole number", "//"),
    ("A[n:m]: A == A", "n:m", "slice", ""),
    ("A[n], A[m]: A == A", "A[m]", "declared twice", ""),
    ("A[n], n[m]: A == A", "n", "size as well", "two names"),
    ("A[n] real: A == A", "real", "unexpected 'real'", "complex"),
    ("f() complex: f(1) == 1", "f()", "not a declaration", ""),
    ("3[n]: A == A", "3[n]", "not a declaration", ""),
    ("flip[n]: flip == flip", "flip[n]", "name of an operator", "another name"),
    ("A[sum]: A == A", "sum", "name of an operator", ""),
    # Names
    ("A[n]: A == B", "B", "unknown name 'B'", "declare"),
    ("picture[n]: flip(pictur) == picture", "pictur", "unknown name 'pictur'", "'picture'"),
    ("A[n]: p*A == A*p", "p", "unknown name 'p'", ""),
    ("A[n]: B[0] == A[0]", "B", "unknown name 'B'", ""),
    ("A[n]: convolv(A, A) == A", "convolv", "unknown function 'convolv'", "'convolve'"),
    ("A[n]: g(A) == A", "g", "unknown function 'g'", "g()"),
    ("A[n]: lax.foo(A) == A", "lax.foo", "unknown function 'lax.foo'", ""),
    ("A[n]: index(A, 0) == A", "index", "unknown function 'index'", ""),
    ("A[n]: A(0) == A", "A", "not a function", "f()"),
    ("A[n], f(): f == A", "f", "is a function", "call it"),
    ("A[n]: flip == A", "flip", "is a function", "call it"),
    ("A[n]: A.shape == A", "A.shape", "no attribute 'shape'", ".T"),
    ("A[n]: A.flip() == A", "A.flip", "no method 'flip'", "flip("),
    ('A[n]: __import__("os").system("x") == A', '__import__("os").system', "no method", ""),
    # Operators and arguments
    ("A[n]: convolve(A) == A", "convolve(A)", "missing a required argument", "convolve(a, k, mode='full')"),
    ("A[n]: flip(A, axes=0) == A", "flip(A, axes=0)", "unexpected keyword", "flip("),
    ('A[n]: flip(convolve(A, A, "vald")) == A', 'convolve(A, A, "vald")', "'vald'", ""),
    ("A[n]: flip(A, 9) == A", "flip(A, 9)", "axis 9", ""),
    ("A[n]: flip(A, A) == A", "A", "not an array", ""),
    ("A[n]: flip('x') == A", "'x'", "an array belongs here", ""),
    ("A[n]: f(*A) == A", "*A", "starred", ""),
    ("A[n], f(): f(A, A) == A", "f(A, A)", "one argument", ""),
    ("A[3], B[4]: 1 + (A + B) == A", "A + B", "3 and 4", ""),
    ("A[n]: A // 2 == A", "A // 2", "not for arrays", ""),
    ("A[n]: ~A == A", "~A", "cannot stand", ""),
    ("A[n]: (A == A) == A", "A == A", "comparison cannot stand", ""),
    ("A[n]: A == {1: 2}", "{1: 2}", "dictionary cannot stand", ""),
    ("A[n]: A == (lambda: 1)", "lambda: 1", "lambda cannot stand", ""),
    ("A[n]: A == None", "None", "not None", ""),
    ("A[n]: A == ...", "...", "not '...'", ""),
    # Indices and generators
    ("A[n]: A[1.5] == A", "1.5", "whole number", ""),
    ("A[n]: A[A] == A", "A", "whole number", ""),
    ("A[n]: A['x'] == A", "'x'", "whole number", ""),
    ("A[n]: A[0,0] == 0", "A[0,0]", "2 indices", ""),
    ("A[n]: A[::0] == A", "A[::0]", "step", ""),
    ("A[3]: A[3] == 0", "A[3]", "out of range", ""),
    ("A[n]: A[i-i-1] == A", "i-i-1", "always -1", "write the number"),
    ("A[n]: 1[0] == A", "1", "no entries", ""),
    ("A[n]: sum(A[u] for u in range(n) if u > 0) == 0", "u > 0", "no 'if'", "range"),
    ("A[n]: sum(A[u] for u in A) == 0", "A", "'in' is followed by range", ""),
    ("A[n]: sum(A[u] for u, v in range(n)) == 0", "u, v", "one name", ""),
    ("A[n]: sum(A[u] for u in range(0, n, 0)) == 0", "0", "step of a range", ""),
    (
        "A[n]: [A[u] for u in range(n) for v in range(n)] == A",
        "[A[u] for u in range(n) for v in range(n)]",
        "one 'for'",
        "nest",
    ),
    ("A[n]: range(3) == A", "range(3)", "after 'in'", ""),
    # Numbers
    ("A[n]: A == 1/0", "0", "division by zero", ""),
    ("A[n]: A == A*(n//0)", "0", "division by zero", ""),
    ("A[n]: A == 0**-1", "0", "division by zero", ""),
    ("A[n]: A == 10**10**10", "10**10", "exponent is too large", "64"),
    ("A[n]: A == ((10**18)**64)**64", "((10**18)**64)**64", "too large", ""),
    ("A[n]: A == n**n", "n**n", "not exact", ""),
    ("A[n]: A == sqrt(A)", "A", "takes a number", ""),
    ("A[n]: A[99999999999999999999] == 0", "99999999999999999999", "too large for a size or an index", "10**18"),
    ("A[99999999999999999999]: A == 0", "99999999999999999999", "too large for a size or an index", "10**18"),
    ("ones(99999999999999999999) == 0", "ones(99999999999999999999)", "too large here", "10**18"),
    (
        "A[n]: sum(A[v*v*a] for v in range(n)) == 0",
        "sum(A[v*v*a] for v in range(n)) == 0",
        "the range of the index 'a'",
        "first",
    ),
    ("A[n]: A == 0.5e305*2", "0.5e305", "too large", "1e300"),
    ("A[n]: A == 1e400", "1e400", "too large", ""),
    ("A[n]: A == 1e-400", "1e-400", "too small", ""),
    ("A[n]: A[(a+b+c+d+e)**40] == 0", "(a+b+c+d+e)**40", "too long", ""),
    ("A[n]: A == [[1, 2], [3]]", "[[1, 2], [3]]", "rows", ""),
    ("A[n]: A == []", "[]", "empty", ""),
    # Hypotheses
    ("A[n]: A == A if True", "True", "truth value", "as in"),
    ("A[n]: A == A if n", "n", "compares two sides", ""),
    ("A[n]: A == A if A > 0", ">", "equation", "=="),
    ("A[n]: A == A if A == 0 or n > 2", "A", "'or'", "and"),
    ("A[n]: A == A if not A == 0", "A", "'not'", ""),
    ("A[n]: A == A if i > 2", "i", "unknown name 'i'", ""),
    ("A[n]: A == A if A == flip(B)", "B", "unknown name 'B'", ""),
    ("A[n]: A == A if n is 1", "is", "does not compare", ""),
    ("A[n]: A == A if n == 1/2", "1/2", "whole number", ""),
]


@pytest.mark.parametrize("number", ["9" * 1_301, "9" * 1_001 + "*" + "9" * 1_001])
def test_numbers_with_too_many_digits(number: str) -> None:
    """A number is limited by its length, also where a product makes it."""
    error = caught(f"A[n]: {number}*A == A")
    assert "too large" in error.message and "4096 binary digits" in (error.hint or "")
    assert error.span == (6, 6 + len(number))


def caught(text: str) -> SymconvError:
    """The error that a text raises, which must come quickly."""
    started = time.process_time()
    with pytest.raises(SymconvError) as info:
        parse(text)
    assert time.process_time() - started < 1
    return info.value


@pytest.mark.parametrize("text, place, message, hint", MALFORMED)
def test_an_error_says_what_is_wrong_and_where(text: str, place: str, message: str, hint: str) -> None:
    """The message names the trouble, the caret stands under it, and a hint says what to write."""
    error = caught(text)
    assert message in error.message
    assert hint in (error.hint or "")
    assert error.span is not None and error.text == text
    assert text[slice(*error.span)] == place


@pytest.mark.parametrize(
    "text, place, message, hint", [case for case in MALFORMED if "\n" not in case[0] and case[0].strip()]
)
def test_the_caret_stands_under_the_place(text: str, place: str, message: str, hint: str) -> None:
    """The printed error holds the claim, and carets right under the place."""
    error = caught(text)
    _, line, carets, *_ = str(error).split("\n")
    at = carets.index("^")
    assert line[at : at + max(1, len(place))].strip() == place.strip()


def test_positions_count_characters_in_several_lines() -> None:
    """Places are right behind letters of several bytes, comments and line breaks."""
    error = caught("αβγ[n]: # Å\r\n\t αβγ ==\n  flip(δ)")
    assert error.text is not None and error.span is not None
    assert error.text[slice(*error.span)] == "δ"
    assert "  flip(δ)" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "x[n]: x == x" + " " * 200_000,
        "x[n]: " + "(" * 1_000 + "x" + ")" * 1_000 + " == x",
        "x[n]: " + "(" * 5_000,
        "x[n]: " + "[" * 99 + "flip(" * 99 + "x" + ")" * 99 + "]" * 99 + " == x",
        "x[n]: " + "+".join(["x"] * 1_000) + " == x",
        "x[n]: " + "-" * 9_000 + "x == x",
        "x[n]: " + "2**" * 3_000 + "2 == x",
        "x[n]: x" + ".T" * 4_000 + " == x",
        "x[n]: x == x if " + "not " * 2_000 + "n > 2",
        "x[n]: x == 1" + "0" * 9_000,
        "x[n]: x == 0." + "1" * 9_000,
        "x[n]: x == 0x" + "f" * 9_000,
        "x[n]: " + "b" * 9_900 + " == x",
        "x[n]: " + "b" * 9_900 + "(x) == x",
        "b" * 9_900 + "[n]: 1 == 1",
        "x[" + ",".join(f"n{i}" for i in range(1_000)) + "]: x == x",
        "x[n]: sum(x[0] " + " ".join(f"for u{i} in range(n)" for i in range(300)) + ") == 0",
        "x[n]: x[max(" + ",".join(f"p{i}" for i in range(500)) + ")] == 0",
        "x[n]: " + " + ".join(f"x[(a+b+c+d+e)**6+{i}]" for i in range(90)) + " == 0",
        "x[n]: " + '"' * 9_999,
        "x[n]: " + "==" * 4_000,
        "lambda " * 1_000,
        "A[n]:" * 1_000,
        ", " * 4_000,
        "\n" * 9_000,
    ],
    ids=lambda text: f"{text[:20]!r}…{len(text)}",
)
def test_long_and_deep_texts_are_refused_quickly(text: str) -> None:
    """Limits on length, depth and numbers give an ordinary error, with a message that can be read."""
    error = caught(text)
    assert error.span is not None
    assert len(str(error)) < 600


@pytest.mark.parametrize("text", ["", "K ==", "True", "K == flip(K", "x" * 200_001])
def test_malformed_hypotheses(text: str) -> None:
    """The text of a hypothesis is checked when it is made, or when it is used."""
    from symconv import Tensor
    from symconv.claims import from_expressions

    with pytest.raises(SymconvError):
        from_expressions(Tensor("K", 3), 0, [hypothesis(text)])


@pytest.mark.parametrize("text", [None, 3, b"x == x", ["x == x"]])
def test_a_claim_is_a_text(text: object) -> None:
    """Anything else than text is refused."""
    with pytest.raises(SymconvError, match="a claim is a text"):
        parse(text)  # type: ignore[arg-type]


FRAGMENTS = [
    *"()[]{},:.=!<>+-*/%@ #'\"\\\n0123456789",
    *"== != ** // : if iff and or not else for in range sum lambda None True ... complex iff 1j 1e9 λ ² ".split(),
    *"A K x n h u flip convolve .T [m,n] (A) [0] [-1] [:] [::0] f() lax. sqrt( min( range(n)".split(),
    *"$ ≠ \0 \u2028 \ud800".split(),
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A valid claim with pieces deleted, doubled, replaced or put in."""
    text = draw(st.sampled_from(CLAIMS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 6)))
        piece = draw(st.sampled_from([*FRAGMENTS, "", text[start:end] * 2]))
        text = text[:start] + piece + text[end:]
    return text


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_mutated_claims_are_claims_or_errors(text: str) -> None:
    """Whatever is done to a claim, it is read or refused with a place, and what is read reads back."""
    try:
        claim = parse(text)
    except SymconvError as error:
        assert error.span is not None and 0 <= error.span[0] <= error.span[1] <= max(len(text), 1)
        assert error.message in str(error)
    else:
        assert isinstance(claim, Claim)
        assert parse(str(claim)) == claim


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("AKxn0123 ()[]{},:.=!<>+-*/%@#'\"\\\n~^&|;ifornat"), max_size=60))
def test_random_text_is_a_claim_or_an_error(text: str) -> None:
    """Random characters never raise anything but `SymconvError`."""
    try:
        parse(text)
    except SymconvError as error:
        assert error.span is not None


def test_a_size_beyond_all_arrays_is_an_error() -> None:
    """isl and NumPy take no such numbers; what is built without the reader meets the limit as well."""
    with pytest.raises(SymconvError, match="10000000000000000000 is too large for a size"):
        prove(ones(10**19), 0)


def test_a_loop_that_divides_by_a_huge_number_is_read_or_refused(tmp_path: Path) -> None:
    """A constant of more than 64 bits in a range does not reach isl as it is."""
    source = tmp_path / "big.py"
    source.write_text(
        "def f(x):\n    for i in range(len(x) // 999999999999999999992):\n        x[i] = 0\n    return x\n"
    )
    with pytest.raises(SymconvError, match=r"big\.py:2: "):
        from_python(f"{source}:f")(Tensor("x", sizes("n")))


def test_an_index_that_stands_only_in_a_hypothesis_is_bound_there() -> None:
    """The hint says how to say it for all entries."""
    assert "[… for i in range(n)]" in str(caught("x[n]: x == 0 if x[i] == 0"))


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        ("len(x)", "sizes are named where they are declared"),
        ("float(x[0])", "numbers are exact"),
        ("norm()", "compare squares"),
        ("abs(x)", "compare squares"),
        ("vecdot(x, x)", "sum(conj(x)*y, axis=-1)"),
    ],
)
def test_functions_that_claims_do_not_have_get_a_hint(call: str, hint: str) -> None:
    """It is not the nearest name, which means something else."""
    assert hint in str(caught(f"x[n]: {call} == x"))


@pytest.mark.parametrize("timeout", ["a", float("nan"), None.__class__])
def test_a_timeout_is_a_number_of_seconds(timeout: object) -> None:
    """Anything else is an error of symconv."""
    with pytest.raises(SymconvError, match="number of seconds"):
        prove("x[n]: x == x", timeout=timeout)  # type: ignore[arg-type]


def test_an_empty_claim_has_no_place_to_point_at() -> None:
    """No caret stands below nothing."""
    assert str(caught(" ")) == "there is no claim here"
