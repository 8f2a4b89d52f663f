"""What the kernel reads off hypotheses on entries, against linear algebra at small sizes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from symconv import evaluate, parse
from symconv.algebra.polynomials import Poly
from symconv.claims import TensorHypothesis
from symconv.formulas.conditions import Compare, holds
from symconv.kernel import presburger
from symconv.kernel.context import Context
from symconv.kernel.entry_hypotheses import EntryUses
from symconv.kernel.symmetry import Move, ZeroEntries, generated, is_zero, orbit
from symconv.kernel.use_of_hypotheses import Hypotheses, uses_of, zeros_by_rows

#: A hypothesis on x[n] or X[n,n]; the kinds of its uses (0 for zeros, g for moves of all, p for permutations of some,
#: l for links), None if these are not seen; the number of ranges of entries that sums of entries say are 0.
READ = [
    ("x[1:] == 0", "0", 1),
    ("x[:n//2] == 0", "0", 1),
    ("x == -x", "0", 1),
    ("x == flip(x)", "g", 0),
    ("x == -flip(x)", "g", 0),
    ("x[1:] == x[:-1]", "l", 0),
    ("x[1:] == flip(x[1:])", "p", 0),
    ("x[:2] == -x[:2]", "0", 1),
    ("x[::2] == 0", "0", 0),
    ("[x[2*i] for i in range(n//2)] == 0", "0", 0),
    ("X == X.T", "g", 0),
    ("X == -X.T", "g", 0),
    ("X[1:] == 0", "0", 1),
    ("X[:,1:] == 0", "0", 1),
    ("X[0] == 0", "0", 1),
    ("X == flip(X, axis=1)", "g", 0),
    ("X[1:,1:] == X[1:,1:].T", "p", 0),
    ("tril(X) == 0", "0", 1),
    ("triu(X) == tril(X).T", "p", 0),
    ("X == rot90(X, 2)", "g", 0),
    ("X == rot90(X)", "g", 0),
    ("x == roll(x, 1)", "ll", 0),
    ("x[0] == 0", "0", 1),
    ("x[0] == x[n-1]", "l", 0),
    ("x[0] == -x[n-1]", "l", 0),
    ("cumsum(x) == 0", None, 1),
    ("cumsum(x) == 0*X[0]", None, 1),
    ("sum(X, axis=0) == 0", None, 0),
    ("[x[i] if i >= 2 else 0 for i in range(n)] == 0", "0", 1),
    ("[x[i] if i >= 2 else 0 for i in range(n)] == [x[n-1-i] if i >= 2 else 0 for i in range(n)]", "p", 0),
    ("x[:n//2] == x[(n+1)//2:]", "l", 0),
    ("x[:n//2] == flip(x)[:n//2]", "p", 0),
    ("n*x == 0", "0", 1),
    ("(n-2)*x == 0", "0", 2),
    ("pad(x, 1)[2:] == 0", "0", 1),
    ("convolve(x, [1,1]) == 0", None, 0),
    ("X[0] == X[:,0]", "l", 0),
    ("x[1:] + x[1:] == 0", "0", 1),
    ("2*x == 2*flip(x)", "g", 0),
    ("2*x == flip(x)", None, 1),
    ("diag(X) == 0", "0", 1),
    ("x == 2*x[0]", None, 0),
    ("diff(x) == 0", "l", 0),
    ("concatenate((x[:1], x[1:])) == 0", "0", 1),
    ("concatenate((x[:1], x[1:])) == flip(x)", "g", 0),
    ("X[:1,1:] == X[1:,:1].T", "p", 0),
    ("X[:,0] == X[:,1]", "0p", 0),
    ("X[0] == -X[1]", "0p", 0),
]
SIZES = {"x": ("n",), "X": ("n", "n")}
KNOWN = Context(("n",))


def hypothesis(text: str) -> TensorHypothesis:
    (found,) = parse(f"x[n], X[n,n]: x == x if {text}").hypotheses
    assert isinstance(found, TensorHypothesis)
    return found


def entries(tensor: str, n: int) -> list[tuple[str, tuple[int, ...]]]:
    return [(tensor, index) for index in product(range(n), repeat=len(SIZES[tensor]))]


def equations(said: TensorHypothesis, n: int) -> np.ndarray:
    """The coefficients of the entries in left − right, an equation a row."""
    columns = []
    for name, index in [*entries("x", n), *entries("X", n)]:
        arrays = {"x": np.zeros(n, dtype=int), "X": np.zeros((n, n), dtype=int)}
        arrays[name][index] = 1
        sides = []
        for side in (said.left, said.right):
            held = {str(t) for t in side.free_symbols} | {t.name for t in side.atoms() if hasattr(t, "name")}
            given = {k: v for k, v in arrays.items() if k in held}
            sides.append(np.array(evaluate(side, {"n": n}, given), dtype=float))
        columns.append(np.ravel(sides[0] - sides[1]))
    return np.array(columns).T


def follows(rows: np.ndarray, n: int, *wanted: tuple[tuple[str, tuple[int, ...]], int]) -> bool:
    """Whether a combination of entries is one of the rows."""
    order = {entry: i for i, entry in enumerate([*entries("x", n), *entries("X", n)])}
    vector = np.zeros(len(order))
    for entry, factor in wanted:
        vector[order[entry]] += factor
    return np.linalg.matrix_rank(np.vstack([rows, vector])) == np.linalg.matrix_rank(rows)


def images(move: Move, index: Sequence[int], n: int) -> tuple[int, ...] | None:
    """Where a move leads from an entry; None where it does not apply."""
    values = {"n": Poly.of(n), **{f"${i}": Poly.of(v) for i, v in enumerate(index)}}
    if not all(holds(guard, values) for guard in move.guards):
        return None
    return tuple(int(image.substitute(values).integer) for image in move.images)


def kinds(found: Sequence[EntryUses] | None) -> str | None:
    if found is None:
        return None
    named = {"0": "zeros", "g": "move", "p": "permutations", "l": "link"}
    return "".join(letter for uses in found for letter, name in named.items() if getattr(uses, name))


@pytest.mark.parametrize(("text", "expected", "by_rows"), READ)
def test_what_a_hypothesis_says_of_entries(text: str, expected: str | None, by_rows: int) -> None:
    """Each entry that is 0, and each move, follows at all small sizes; entries that are 0 are all that there are."""
    said = hypothesis(text)
    found = uses_of(said.left, said.right, KNOWN)
    zeros = zeros_by_rows(said.left, said.right, KNOWN)
    assert (kinds(found), len(zeros)) == (expected, by_rows)
    for n in range(1, 5):
        if n == 1 and any(part in text for part in ("x[:2]", "pad(x, 1)[2:]", "diff(x)", "X[1]", "X[:,1]")):
            continue
        rows = equations(said, n)
        for tensor in SIZES:
            for _, index in entries(tensor, n):
                is_one = follows(rows, n, ((tensor, index), 1))
                for listed in (zeros, [z for uses in found or () for z in uses.zeros]):
                    said_so = is_zero(listed, tensor, index, {"n": n})
                    assert said_so <= is_one, (n, index)
                    if listed and expected != "0p":
                        assert said_so == is_one, (n, index)
        for uses in found or ():
            for permutation in [
                *uses.permutations,
                *([(uses.move,)] if uses.move else []),
                *([(uses.link,)] if uses.link else []),
            ]:
                for _, index in entries(uses.tensor, n):
                    moved = [(m, at) for m in permutation if (at := images(m, index, n)) is not None]
                    for move, at in moved[:1]:
                        assert follows(rows, n, ((uses.tensor, index), 1), ((uses.tensor, at), -move.sign)), (n, index)


ZEROS = [
    ("x*x == 0", ["x"]),
    ("sum(x*x) == 0", ["x"]),
    ("sum(X*X) == 0", ["X"]),
    ("2*x*x + 3*x*x == 0", ["x"]),
    ("x*x - 2*x*x == 0", None),
    ("x*flip(x) == 0", None),
    ("sum(x*x) == 1", None),
    ("x*x + flip(x)*flip(x) == 0", ["x"]),
    ("x*x == 2*x*flip(x)", None),
]


@pytest.mark.parametrize(("text", "zero"), ZEROS)
def test_sums_of_squares_are_zero_where_all_entries_are(text: str, zero: list[str] | None) -> None:
    """Squares with positive numbers before them; of products of different entries nothing is said."""
    said = hypothesis(text)
    found = uses_of(said.left, said.right, KNOWN)
    assert (found and [uses.tensor for uses in found]) == zero
    if zero is not None and found is not None:
        for name, index in entries(zero[0], 3):
            assert is_zero(found[0].zeros, name, index, {"n": 3})


IDENTIFIED = [
    ("sum(x) == 0", "x - sum(x)/n", True),
    ("sum(x) == 0", "x - sum(x)/n + x[0]", False),
    ("sum(x) == 0", "x - 2*sum(x)", True),
    ("x == flip(x)", "(x + flip(x))/2", True),
    ("x == flip(x)", "(x - flip(x))/2", False),
    ("x[1:] == x[:-1]", "x[0]*ones(n)", True),
    ("x[1:] == x[:-1]", "2*x[0]*ones(n)", False),
    ("x[2:] == x[1:-1]", "x[0]*ones(n)", False),
    ("X[1:,1:] == X[:-1,:-1]", "toeplitz(X[:,0], X[0])", True),
    ("X[1:,1:] == X[:-1,:-1]", "toeplitz(X[:,0])", False),
    ("x == X[0]", "X[0]", True),
    ("x == X[0]", "X[1]", False),
    ("x == 3*X[0] and sum(X[0]) == 0", "3*X[0] + sum(x)", True),
    ("x*x == x", "x*x", False),
]


@pytest.mark.parametrize(("text", "value", "same"), IDENTIFIED)
def test_a_tensor_is_replaced_only_by_what_it_is(text: str, value: str, same: bool) -> None:
    """Every array that satisfies the hypotheses is equal to the value: by their rows, or at small sizes."""
    claim = parse(f"x[n], X[n,n]: x == {value if text[0] == 'x' or 'sum(x)' in text else 'x'} if {text}")
    name = "X" if text[0] == "X" else "x"
    other = claim.links[0].right if name == "x" else parse(f"X[n,n]: X == {value}").links[0].right
    sides = tuple((h.left, h.right) for h in claim.hypotheses if isinstance(h, TensorHypothesis))
    least = Context(("n",), (), (), (Compare(Poly.name("n") - 2, ">="),))
    assert Hypotheses(sides, least).identify(name, other) == same
    assert not Hypotheses((), least).identify(name, other)


def test_moves_make_groups() -> None:
    """Entries that a group takes to one another are equal up to sign, and 0 where the sign is not one."""
    y, n = Poly.name("$0"), Poly.name("n")
    mirror = generated("x", 1, [Move((n - 1 - y,))])
    assert mirror is not None and orbit(mirror, (0,), {"n": 4}) == {(0,): 1, (3,): 1}
    odd = generated("x", 1, [Move((n - 1 - y,), -1)])
    assert odd is not None and orbit(odd, (0,), {"n": 4}) == {(0,): 1, (3,): -1}
    assert orbit(odd, (1,), {"n": 3}) == {} and orbit(None, (1,), {"n": 3}) == {(1,): 1}
    evens = ZeroEntries("x", (2 * y,), (Compare(y, ">="), Compare(n - 1 - 2 * y, ">=")))
    assert [is_zero([evens], "x", (i,), {"n": 5}) for i in range(5)] == [True, False, True, False, True]
    assert not is_zero([evens], "y", (0,), {"n": 5}) and not is_zero([evens], "x", (0,), {})
    assert presburger.dimension(presburger.points(["n"], [])) == 1
