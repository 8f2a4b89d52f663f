"""Readable names for bound indices: the hint if it is free, else the next letter that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from symconv.algebra.polynomials import Poly
from symconv.expressions.tensors import Operation
from symconv.formulas.language import Formula, Sum
from symconv.formulas.walking import arrays, rebuilt, substitute
from symconv.printing.notation import current

LETTERS = "uvwpqrstijklmnabcdefgxyz"
_FREE = "ijklpqrstabcdxyzmnuvw"


def readable(formula: Formula, taken: Iterable[str], renamed: dict[str, str] | None = None) -> Formula:
    """The formula with bound names that clash neither with one another in scope nor with `taken`.

    `renamed` is filled with the new name of each old one.

    >>> from symconv import Tensor, sizes, convolve
    >>> x, k, l = Tensor("x", sizes("N")), Tensor("k", sizes("M")), Tensor("l", sizes("L"))
    >>> entry = convolve(convolve(x, k), l).entry(Poly.name("u"))
    >>> found = {}
    >>> str(readable(entry, ["u", "x", "k", "l", "N", "M", "L"], found).name)
    'v'
    """
    record: dict[str, str] = {} if renamed is None else renamed
    return _readable(formula, frozenset(taken), record)


def _readable(formula: Formula, taken: frozenset[str], record: dict[str, str]) -> Formula:
    if not isinstance(formula, Sum):
        return rebuilt(formula, lambda part: _readable(part, taken, record))
    new = choose(formula.name, taken | bound_inside(formula.body))
    record[formula.name] = new
    inner = substitute(formula.body, {formula.name: Poly.name(new)}) if new != formula.name else formula.body
    return Sum(new, formula.lower, formula.upper, _readable(inner, taken | {new}, record))


def choose(hint: str, taken: Iterable[str], letters: str = LETTERS) -> str:
    """A name for a bound index that is not among those taken.

    >>> choose("u.17", ["u"]), choose("m.x", ["u"]), choose("u_1.3", [])
    ('v', 'm', 'u')
    """
    taken = frozenset(taken)
    first = hint.split(".")[0].split("_")[0].lstrip("$")
    hints = (first, *letters)
    for name in (*map(current().index, hints), *hints):
        if name and not name.isdigit() and name not in taken:
            return name
    return next(f"u{i}" for i in range(len(taken) + 1) if f"u{i}" not in taken)


def bound_inside(formula: Formula) -> frozenset[str]:
    """The names that operations inside a formula bind themselves."""
    return frozenset(
        symbol.name
        for array in arrays(formula)
        if isinstance(array, Operation)
        for node in array.atoms(Operation)
        for symbol in node.bound_symbols
    )


def renaming(names: Iterable[str], taken: Iterable[str], own: Iterable[str] = ()) -> Mapping[str, str]:
    """Readable names for free indices: the hints, or i, j, … where a hint is taken; those of its `own` a claim keeps.

    >>> dict(renaming(["m.x", "n.x"], ["n"]))
    {'m.x': 'i', 'n.x': 'j'}
    """
    names = list(names)
    used = set(taken)
    clash = any(name.split(".")[0] in used for name in names)
    found: dict[str, str] = {}
    for name in names:
        first = name.split(".")[0]
        keeps = first in own and first not in used
        found[name] = first if keeps else choose("i" if clash else name, used, _FREE)
        used.add(found[name])
    return found
