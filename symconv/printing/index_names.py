"""Readable names for bound indices: the hint if it is free, else the next letter that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from symconv.algebra.polynomials import ZERO, Poly
from symconv.expressions.tensors import Operation
from symconv.formulas.language import Formula, Sum
from symconv.formulas.walking import arrays, children, parts, rebuilt, substitute
from symconv.printing.notation import current

LETTERS = "uvwpqrstijklmnabcdefgxyz"
_FREE = "ijklpqrstabcdxyzmnuvw"


#: The letters of sums by their limits, in the order in which they are taken.
Letters: TypeAlias = "Mapping[tuple[Poly, Poly], Sequence[str]]"

#: Letters that definitions take for any index; another one says what the index runs over.
_PLAIN = frozenset("uvwpqrst")


def readable(
    formula: Formula, taken: Iterable[str], renamed: dict[str, str] | None = None, letters: Letters | None = None
) -> Formula:
    """The formula with bound names that clash neither with one another in scope nor with `taken`.

    `renamed` is filled with the new name of each old one; sums of the same limits share `letters`.

    >>> from symconv import Tensor, sizes, convolve
    >>> x, k, l = Tensor("x", sizes("N")), Tensor("k", sizes("M")), Tensor("l", sizes("L"))
    >>> entry = convolve(convolve(x, k), l).entry(Poly.name("u"))
    >>> found = {}
    >>> str(readable(entry, ["u", "x", "k", "l", "N", "M", "L"], found).name)
    'v'
    """
    record: dict[str, str] = {} if renamed is None else renamed
    return _readable(formula, frozenset(taken), record, letters or {})


def _readable(formula: Formula, taken: frozenset[str], record: dict[str, str], letters: Letters) -> Formula:
    if not isinstance(formula, Sum):
        return rebuilt(formula, lambda part: _readable(part, taken, record, letters))
    used = taken | bound_inside(formula.body)
    usual = next((n for n in letters.get((formula.lower, formula.upper), ()) if n not in used), formula.name)
    new = record[formula.name] = choose(usual, used)
    inner = substitute(formula.body, {formula.name: Poly.name(new)}) if new != formula.name else formula.body
    return Sum(new, formula.lower, formula.upper, _readable(inner, taken | {new}, record, letters))


def lettered(formulas: Sequence[Formula], taken: Iterable[str]) -> Letters:
    """Letters for the limits of sums, so that no letter of several formulas stands for two ranges.

    Ranges that depend on a bound name have none.
    """
    taken = frozenset(taken)
    hints: dict[tuple[Poly, Poly], list[str]] = {}
    for formula in formulas:
        for part in parts(formula):
            if isinstance(part, Sum):
                hints.setdefault((part.lower, part.upper), []).append(_hint(part.name))
    letters = {limits: [n for n in _natural(*limits) if n not in taken] for limits in hints}
    for formula in formulas:
        _assign(formula, taken, hints, letters)
    return letters


def _natural(lower: Poly, upper: Poly) -> Iterator[str]:
    """The letter that everybody gives to an index below C or F."""
    if lower == ZERO and upper.is_atom and str(upper) in ("C", "F"):
        yield str(upper).lower()


def _assign(
    formula: Formula,
    taken: frozenset[str],
    hints: Mapping[tuple[Poly, Poly], Sequence[str]],
    letters: Mapping[tuple[Poly, Poly], list[str]],
) -> None:
    if not isinstance(formula, Sum):
        for part in children(formula):
            _assign(part, taken, hints, letters)
        return
    limits = formula.lower, formula.upper
    names, used = letters[limits], taken | bound_inside(formula.body)
    letter = next((n for n in names if n not in used), None)
    if letter is None:
        others = used.union(*letters.values())
        known = [hint for hint in hints[limits] if hint not in _PLAIN]
        letter = next((n for n in (*known, *LETTERS) if n and not n.isdigit() and n not in others), _hint(formula.name))
        names.append(letter)
    _assign(formula.body, taken | {letter}, hints, letters)


def _hint(name: str) -> str:
    """What stands before the dot of a name, and before the number of a digit."""
    return name.split(".")[0].split("_")[0].lstrip("$")


def choose(hint: str, taken: Iterable[str], letters: str = LETTERS) -> str:
    """A name for a bound index that is not among those taken.

    >>> choose("u.17", ["u"]), choose("m.x", ["u"]), choose("u_1.3", [])
    ('v', 'm', 'u')
    """
    taken = frozenset(taken)
    hints = (_hint(hint), *letters)
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
