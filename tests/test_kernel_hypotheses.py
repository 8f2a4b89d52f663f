"""What the kernel reads off hypotheses on entries, against linear algebra at small sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
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
from symconv.kernel.implied import not_implied
from symconv.kernel.rows import Rows, Unknowns
from symconv.kernel.symmetry import Move, ZeroEntries, generated, is_zero, orbit
from symconv.kernel.use_of_hypotheses import Hypotheses, _rows, terms_of_rows, uses_of, zeros_by_rows

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


def said_in_words(found: Sequence[EntryUses] | None) -> list[str]:
    """Every zero and every move, with the entries that it is said of."""
    words = []
    for uses in found or ():
        words += [f"{_listed(zero.index)} = 0: {_listed(zero.guards)}" for zero in uses.zeros]
        kinds = {"all": [uses.move] if uses.move else [], "link": [uses.link] if uses.link else []}
        for kind, moves in [*kinds.items(), *(("some", list(p)) for p in uses.permutations)]:
            words += [f"{kind} {move.sign:+} {_listed(move.images)}: {_listed(move.guards)}" for move in moves]
    return words


def _listed(parts: Sequence[object]) -> str:
    return ", ".join(map(str, parts))


IN_FULL = [
    ("x[1:] == 0", ["$0 + 1 = 0: $0 >= 0, n >= $0 + 2, $0 + 1 >= 0"]),
    ("x == -flip(x)", ["all -1 n - $0 - 1: "]),
    ("2*x == 3*x", ["$0 = 0: $0 >= 0, n >= $0 + 1"]),
    ("pad(x, (0, n))[n:] == x", ["$0 = 0: $0 >= 0, n >= $0 + 1"]),
    ("X == rot90(X)", ["all +1 $1, n - $0 - 1: "]),
    ("x + X[0] == X[0] + flip(x)", ["all +1 n - $0 - 1: "]),
    ("x[1:] == x[:-1]", ["link +1 $0 - 1: $0 >= 1, n >= $0 + 1, $0 >= 0, n >= $0"]),
    (
        "pad(x, (1, 0))[:-1] == x",
        ["$0 = 0: $0 >= 0, n >= $0 + 1, $0 <= 0", "link +1 $0 - 1: $0 >= 0, n >= $0 + 1, $0 >= 1, n >= $0"],
    ),
    (
        "x == roll(x, 1)",
        [
            "link +1 $0 - 1: $0 >= 0, n >= $0 + 1, $0 >= 1, $0 >= 1, n >= $0",
            "link +1 $0 + n - 1: $0 >= 0, n >= $0 + 1, $0 <= 0, $0 + n >= 1, $0 <= 0",
        ],
    ),
    ("x[0] == -x[n-1]", ["link -1 n - 1: n >= 1, n >= 1, $0 == 0"]),
    (
        "x[:n//2] == flip(x)[:n//2]",
        [
            "some +1 n - $0 - 1: $0 >= 0, n//2 >= $0 + 1, n >= $0 + 1, n >= $0 + 1",
            "some +1 n - $0 - 1: n >= $0 + 1, $0 + n//2 >= n, $0 >= 0, $0 >= 0",
        ],
    ),
    ("[x[i]*(i-1) for i in range(n)] == 0", ["$0 = 0: $0 >= 0, n >= $0 + 1, $0 != 1"]),
    ("(n-2)*x == 0", ["$0 = 0: $0 >= 0, n >= $0 + 1, n != 2"]),
    (
        "X[0] == -X[1]",
        [
            "0, $0 = 0: $0 >= 0, n >= $0 + 1, n >= 1, n <= 1",
            "some -1 1, $1: $1 >= 0, n >= $1 + 1, n >= 1, n >= 2, $0 == 0",
            "some -1 0, $1: $1 >= 0, n >= $1 + 1, n >= 1, n >= 2, $0 == 1",
        ],
    ),
    (
        "x[:2] == x[2:4]",
        [
            "$0 = 0: $0 >= 0, $0 <= 1, n >= $0 + 1, $0 + 2 >= 0, $0 + 2 >= n",
            "some +1 $0 + 2: $0 >= 0, $0 <= 1, n >= $0 + 1, $0 + 2 >= 0, n >= $0 + 3",
            "some +1 $0 - 2: $0 >= 2, $0 <= 3, n + 1 >= $0, $0 >= 0, n >= $0 + 1",
        ],
    ),
    (
        "[x[1-i] for i in range(2)] == [x[i] for i in range(2)]",
        [
            "1 - $0 = 0: $0 >= 0, $0 <= 1, $0 + n >= 2, $0 >= n",
            "$0 = 0: $0 >= 0, $0 <= 1, n >= $0 + 1, $0 + n <= 1",
            "some +1 1 - $0: $0 <= 1, $0 >= 0, n >= $0 + 1, $0 + n >= 2",
            "some +1 1 - $0: $0 >= 0, $0 <= 1, $0 + n >= 2, n >= $0 + 1",
        ],
    ),
    (
        "[X[i,i] for i in range(n)] == [X[0,i] for i in range(n)]",
        ["link +1 0, $0: $0 >= 0, n >= $0 + 1, n >= 1, $1 == $0"],
    ),
    (
        "[(x[i] if i == 2 else 0) + (x[i-1] if i >= 3 else 0) for i in range(n)] == "
        "[x[n-1-i] if i != 2 else 0 for i in range(n)]",
        [
            "2 = 0: 2 >= 0, n >= 3, 0 == 0",
            "some +1 n - $0 - 2: $0 + 1 >= 0, n >= $0 + 2, $0 >= 2, $0 >= 0, n >= $0 + 1, $0 >= 2, $0 != 1",
            "some +1 n - $0 - 2: n >= $0 + 1, $0 >= 0, n >= $0 + 4, n >= $0 + 2, $0 + 1 >= 0, n >= $0 + 4, n != $0 + 3",
            "n - $0 - 1 = 0: $0 >= 0, n >= $0 + 1, $0 <= 1, $0 != 2",
        ],
    ),
    (
        "[x[i] if i == 0 else 0 for i in range(n)] == [x[i] if i >= 1 else 0 for i in range(n)]",
        [
            "$0 = 0: $0 >= 0, n >= $0 + 1, $0 == 0, $0 <= 0",
            "$0 = 0: $0 >= 0, n >= $0 + 1, $0 >= 1, $0 >= 1",
        ],
    ),
    ("[(x[i] if i >= 1 else 0) + (x[i] if i < 1 else 0) for i in range(n)] == flip(x)", ["all +1 n - $0 - 1: "]),
    ("[(x[i] if i >= 1 else 0) + (x[i] if i <= 1 else 0) for i in range(n)] == flip(x)", []),
    ("[x[i]*i*i for i in range(n)] == 0", []),
    ("[x[n*i] for i in range(n)] == 0", []),
    ("X == X.T + flip(X)", []),
]


@pytest.mark.parametrize(("text", "expected"), IN_FULL)
def test_what_a_hypothesis_says_in_full(text: str, expected: list[str]) -> None:
    """Of which entries each use is."""
    said = hypothesis(text)
    assert said_in_words(uses_of(said.left, said.right, KNOWN)) == expected


def test_a_block_may_be_turned() -> None:
    """All powers of a move of some entries that comes back to where it began, with their signs."""
    four = Context(("n",), (), (), (Compare(Poly.name("n") - 4, ">="),))
    for text, signs in (("X[:2,:2] == rot90(X[:2,:2])", [1, 1, 1]), ("X[:2,:2] == -rot90(X[:2,:2])", [-1, 1, -1])):
        said = hypothesis(text)
        (uses,) = uses_of(said.left, said.right, four) or ()
        assert [move.sign for (move,) in uses.permutations] == signs
        images = [_listed(move.images) for (move,) in uses.permutations]
        assert images == ["$1, 1 - $0", "1 - $0, 1 - $1", "1 - $1, $0"]


#: Long rows, ratios, and how many rows are listed for n == 3.
LISTED = """
x[1:] == 0 | 0 0 2
x == flip(x) | 0 1 1
x == -flip(x) | 0 1 4
X == X.T | 0 1 3
X == -X.T | 0 1 12
X[:,1:] == 0 | 0 0 6
X[1:,1:] == X[1:,1:].T | 0 1 1
triu(X) == tril(X).T | 0 1 3
X == rot90(X) | 0 1 8
x == roll(x, 1) | 0 1 3
x[0] == -x[n-1] | 0 1 2
cumsum(x) == 0 | 1 0 5
cumsum(x) == 0*X[0] | 1 0 5
sum(X, axis=0) == 0 | 2 0 5
(n-2)*x == 0 | 0 0 3
convolve(x, [1,1]) == 0 | 0 1 6
2*x == flip(x) | 0 2 6
x == 2*x[0] | 0 2 4
X[0] == -X[1] | 0 1 6
diag(X) == 0 | 0 0 3
3*x == X[0] | 0 2 3
x[0] + x[n-1] == 0*x[0] | 0 1 2
x == x[0] + X[0] | 2 0 5
"""


def entry_rows(text: str) -> tuple[Rows, Unknowns]:
    said, tensors = hypothesis(text), parse(f"x[n]{', X[n,n]' if 'X' in text else ''}: x == x").tensors
    unknowns = Unknowns.of((tensor.leaf, tuple(axis.size for axis in tensor.axes)) for tensor in tensors)
    found = _rows(said.left, said.right, KNOWN, unknowns)
    assert found is not None
    return found, unknowns


@pytest.mark.parametrize("line", LISTED.strip().splitlines())
def test_rows_of_hypotheses_are_those_of_linear_algebra(line: str) -> None:
    """At each small size their combinations are those of the equations entry by entry."""
    text, numbers = line.split(" | ")
    said = hypothesis(text)
    found, unknowns = entry_rows(text)
    listed = [[*found.at(presburger.point_set((n,))).equations()] for n in range(1, 4)]
    assert f"{len(found.long)} {len(found.pairs)} {len(listed[2])}" == numbers
    for n, some in enumerate(listed, 1):
        if n == 1 and "X[1]" in text:
            continue
        order = {entry: i for i, entry in enumerate([*entries("x", n), *entries("X", n)])}
        made = np.zeros((len(some), len(order)))
        for row, equation in zip(made, some, strict=True):
            for (tag, *at), factor in equation.items():
                name = unknowns.atoms[tag - 1].name
                row[order[name, tuple(at[: len(SIZES[name])])]] += float(factor)
        rows = equations(said, n)
        ranks = [np.linalg.matrix_rank(m) for m in (rows, made, np.vstack([rows, made]))]
        assert len({*map(int, ranks)}) == 1, (n, ranks)


CHAIN = ["x == 0", "x == flip(x)", "x == -flip(x)", "x[1:] == x[:-1]", "x[1:] == 0",
         "2*x == flip(x)", "cumsum(x) == 0", "x == roll(x, 1)", "x[0] == 0", "diff(diff(x)) == 0", "x == x[0]",
         "2*x[1:] == x[:-1]", "x[1:] == -x[:-1]"]  # fmt: skip
#: What follows at a size and is not seen.
UNSEEN = {
    ("x == -flip(x)", "diff(diff(x)) == 0", 3),
    *(
        (first, "diff(diff(x)) == 0", n)
        for first in ("x[1:] == x[:-1]", "x == roll(x, 1)", "x == x[0]")
        for n in (3, 4)
    ),
}


def test_which_rows_follow_from_others() -> None:
    """None that linear algebra does not find, and all that it finds but a few."""
    said = {text: hypothesis(text) for text in CHAIN}
    found = {text: entry_rows(text)[0] for text in CHAIN}
    sizes = {text: [n for n in range(1, 5) if n > 1 or "diff" not in text] for text in CHAIN}
    matrices = {(text, n): equations(said[text], n)[:, :n] for text in CHAIN for n in sizes[text]}
    unseen = set()
    for first, second in product(CHAIN, repeat=2):
        failing = not_implied(found[first], found[second])
        for n in {*sizes[first]} & {*sizes[second]}:
            one, other = matrices[first, n], matrices[second, n]
            follows = np.linalg.matrix_rank(np.vstack([one, other])) == np.linalg.matrix_rank(one)
            fails = presburger.point_set((n,)).is_subset(failing)
            assert fails or follows, (first, second, n)
            unseen |= {(first, second, n)} if fails and follows else set()
    assert unseen == UNSEEN


def test_entries_of_long_rows_cancel_in_pairs() -> None:
    """Of equal ones with opposite numbers, each in one pair."""
    known, _ = entry_rows("x == flip(x)")
    for text, follows in (
        ("x[1:] + 2*x[:-1] == flip(x)[1:] + 2*flip(x)[:-1]", True),
        ("x[1:] + 2*x[:-1] == flip(x)[1:] + 2*x[:-1][::-1]", False),
        ("x[1:] + 2*x[:-1] == flip(x)[1:] + 2*flip(x)[:-1] + x[1:]", False),
    ):
        failing = not_implied(known, entry_rows(text)[0])
        assert presburger.point_set((3,)).is_subset(failing) != follows, text


def test_rows_of_complex_entries_are_rows_of_their_conjugates() -> None:
    """Both are 0 where one is."""
    claim = parse("z[n] complex: z == z if z == 0")
    (said,) = claim.hypotheses
    (z,) = claim.tensors
    found = _rows(said.left, said.right, KNOWN, Unknowns.of([(z.leaf, (Poly.name("n"),))]))  # type: ignore[union-attr]
    assert found is not None
    assert [*found.at(presburger.point_set((1,))).equations()] == [{(1, 0): 1}, {(2, 0): 1}]


def test_products_of_entries_have_no_rows() -> None:
    """Nor have functions of them."""
    x, f = (parse(f"x[n], f(): x == x if {text}").hypotheses[0] for text in ("x*x == x", "f(x) == x"))
    unknowns = Unknowns.of((t.leaf, tuple(axis.size for axis in t.axes)) for t in parse("x[n]: x == x").tensors)
    (called,) = parse("x[n], f(): x == x if f(x) == 0").hypotheses
    assert uses_of(called.left, called.right, KNOWN) is None  # type: ignore[union-attr]
    assert _rows(x.left, x.right, KNOWN, unknowns) is None and _rows(f.left, f.right, KNOWN, unknowns) is None


def test_zeros_two_places_further() -> None:
    """x[i+2] == x[i] and two zeros leave nothing; one of them leaves the others."""
    link, two, one, every = (entry_rows(text)[0] for text in ("x[2:] == x[:-2]", "x[:2] == 0", "x[:1] == 0", "x == 0"))
    assert not_implied(link.united(two), every).is_empty() and not not_implied(link.united(one), every).is_empty()


def test_numbers_in_rows() -> None:
    """That 1 is 0 is said by two rows together; then everything follows."""
    one, two, zero = (entry_rows(f"x == {number}")[0] for number in (1, 2, 0))
    at_most = Context(("n",)).frame().sizes
    assert one.contradictory.is_empty() and one.united(two).contradictory.is_equal(at_most)
    assert not_implied(one.united(two), zero).is_empty() and not not_implied(one, zero).is_empty()
    assert one.is_short and one.united(one).pairs.keys() == one.pairs.keys()


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
    ("[x[i*i]*x[i*i] for i in range(n)] == 0", None),
    ("[X[i*i,i]*X[i*i,i] for i in range(n)] == 0", None),
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
    ("x*x == x", "x*x", True),
    ("x*x == x", "2*x*x", False),
    ("x[0:] == n", "n", True),
    ("x[0:] == n", "n + 1", False),
]


@pytest.mark.parametrize(("text", "value", "same"), IDENTIFIED)
def test_a_tensor_is_replaced_only_by_what_it_is(text: str, value: str, same: bool) -> None:
    """Every array that satisfies the hypotheses is equal to the value: by their rows, or at small sizes."""
    claim = parse(f"x[n], X[n,n]: x == {value if text[0] == 'x' or 'sum(x)' in text else 'x'} if {text}")
    name = "X" if text[0] == "X" else "x"
    other = claim.links[0].right if name == "x" else parse(f"X[n,n]: X == {value}").links[0].right
    sides = tuple((h.left, h.right) for h in claim.hypotheses if isinstance(h, TensorHypothesis))
    least = Context(("n",), (), (), (Compare(Poly.name("n") - 2, ">="),))
    few = replace(least, conditions=(*least.conditions, Compare(3 - Poly.name("n"), ">=")))
    assert Hypotheses(sides, least).identify(name, other) == Hypotheses(sides, few).identify(name, other) == same
    assert not Hypotheses((), least).identify(name, other)


def test_a_number_may_stand_on_either_side() -> None:
    """Whatever it is."""
    said = hypothesis("x == 3")
    one, other, inside = terms_of_rows(said.left, said.right)
    assert terms_of_rows(said.right, said.left) == (other, one, inside)


def test_hypotheses_give_entries_that_are_zero_all_or_not() -> None:
    """One that they give is not enough."""
    said = hypothesis("x[:1] == 0")
    given, zeros = Hypotheses([(said.left, said.right)], KNOWN), [ZeroEntries("x", (Poly.of(k),)) for k in (0, 1)]
    assert given.give(replace(KNOWN, zeros=(zeros[0],))) and not given.give(replace(KNOWN, zeros=tuple(zeros)))


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
