r"""Where the indices of a formula start: at 0, or at 1 as in \sum_{i=1}^{n} x_i.

Every entry that is read notes the lowest and the highest index there. A formula counts from 1 where it runs to the
size of an array and never to 0; it mixes where it does both. In a formula that counts from 1 an index is one more
than that of the claim, and so is what it is called by.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from symconv.algebra.polynomials import ONE, ZERO, Poly
from symconv.claims.names import quoted
from symconv.errors import SymconvError
from symconv.expressions.conversion import to_poly
from symconv.reading.latex.parsing.grammar_nodes import Item, Node
from symconv.reading.latex.shared_parts.formula import AMBIGUOUS, Formula, Operand, Read, synthetic


def read_at(formula: Formula, base: Operand, keys: Sequence[ast.expr], parts: Sequence[Item]) -> list[ast.expr]:
    """The keys of an entry as claims have them, noted as they are written."""
    shifted: list[ast.expr] = []
    since = len(formula.notes.reads)
    for place, (key, part) in enumerate(zip(keys, parts, strict=True)):
        if isinstance(key, (ast.Slice, ast.Constant)) and not _is_number(key):
            if formula.conventions.base and isinstance(key, ast.Slice) and (key.lower or key.upper or key.step):
                hint = "write the entries one by one, or the whole formula from 0"
                raise formula.error("a slice with bounds in a formula that counts from 1", part, hint)
            shifted.append(key)
            continue
        if place < base.rank and not any(isinstance(k, ast.Constant) and k.value in (None, ...) for k in keys[:place]):
            key = _noted(formula, base, base.axes[place].size, key, part)
        if formula.conventions.base:
            if isinstance(key, ast.BinOp) and isinstance(key.op, ast.Mod):
                hint = "a remainder starts at 0: write the formula from 0, or ((n-m) \\bmod N) + 1"
                raise formula.error("a remainder in a formula that counts from 1", _spanned(part), hint)
            index = to_poly(formula.value(key)) - formula.conventions.base
            key = synthetic(formula, str(index), formula.span(_spanned(part)))
        shifted.append(key)
    names = frozenset(read.name for read in formula.notes.reads[since:] if read.name)
    for read in formula.notes.reads[since:]:
        read.beside = names - {read.name}
    return shifted


def _spanned(part: Item) -> Node | tuple[int, int]:
    assert isinstance(part, Node)
    return part


def _is_number(key: ast.expr) -> bool:
    return isinstance(key, ast.Constant) and isinstance(key.value, int) and not isinstance(key.value, bool)


def _noted(formula: Formula, base: Operand, size: Poly, key: ast.expr, part: Item) -> ast.expr:
    """The key of an entry on one axis; one right past the end gives way to another until the base is known."""
    written = to_poly(formula.value(key))
    place = (part.first, part.last) if isinstance(part, Node) else (base.first, base.last)
    index = written - formula.conventions.base
    bare = index.is_atom or index.integer is not None
    declared = isinstance(base.node, ast.Name)
    steps = [c for monomial, c in written.terms.items() if monomial and not {*monomial} & formula.names.sizes]
    offset = written.terms.get((), 0) == -1 and len(steps) > 1 and all(c == 1 for c in steps)
    formula.notes.reads.append(Read(place, size, written, written, bare, declared, offset))
    if written.is_atom and not written.names & formula.names.sizes:
        formula.notes.reads[-1].name = str(written)
    is_transform = isinstance(base.node, ast.Call) and ast.unparse(base.node.func) in ("fft", "ifft")
    is_remainder = isinstance(key, ast.BinOp) and isinstance(key.op, ast.Mod)
    if is_transform and not bare and not is_remainder and written.names - formula.names.sizes:
        message = f"{AMBIGUOUS}: whether a transform goes on periodically or ends"
        raise formula.error(message, place, rf"write the index as (…) \bmod {size}, with which it goes on")
    formula.notes.reads[-1].transformed = is_transform
    past = written.integer is not None and size.integer is not None and written.integer == size.integer
    return synthetic(formula, "0", formula.span(place)) if past and not formula.conventions.base else key


def ranged(formula: Formula, since: int, name: str, lower: ast.expr, upper: ast.expr, is_open: bool) -> None:
    """Let the entries that were read since a mark range over the values of a bound name; one that is left out is
    open."""
    first, last = to_poly(formula.value(lower)), to_poly(formula.value(upper)) - 1
    for read in formula.notes.reads[since:]:
        if read.low is None or read.high is None or name not in read.low.names | read.high.names:
            continue
        ends = [_ends(end, name, first, last) for end in (read.low, read.high)]
        if is_open or None in ends:
            read.low = read.high = None
            continue
        falls = read.low.coefficient(name) == -1
        (read.low, _), (_, read.high) = ends  # type: ignore[misc]
        read.ranged = True
        read.from_one = read.from_one or (falls and first == ONE and read.low == ONE)


def _ends(index: Poly, name: str, first: Poly, last: Poly) -> tuple[Poly, Poly] | None:
    """The lowest and the highest value of an index that is linear in a name with a number as its factor."""
    try:
        at_0 = index.substitute({name: ZERO})
    except ZeroDivisionError:  # the name is a divisor
        return None
    slope = index.substitute({name: ONE}) - at_0
    if slope.constant is None or slope * Poly.name(name) + at_0 != index:
        return None
    ends = tuple(index.substitute({name: end}) for end in (first, last))
    return (ends[0], ends[1]) if slope.constant > 0 else (ends[1], ends[0])


# What the entries tell


def is_last_size(read: Read, sizes: Iterable[str]) -> bool:
    """Whether an entry of an array is read at the size of an axis alone."""
    if read.low is None or read.low != read.high or not read.low.is_atom or str(read.low) not in {*sizes}:
        return False
    inside = (read.size - 1 - read.low).integer
    return inside is None or inside < 0


def counts_from_one(reads: Sequence[Read]) -> Read | None:
    """An entry that is read up to the size of its array and not at 0, or down to 1 by a sum from 1."""
    alone = {str(r.low): r.size for r in reads if r.bare and r.low == r.high and r.low is not None}
    for read in reads:
        if read.from_one or _reverses(read, alone):
            return read
        number = read.low is not None and read.low == read.high and read.low.integer is not None
        if read.low is None or read.high is None or not (read.ranged or number):
            continue
        if read.high == read.size and read.low.integer is not None and read.low.integer >= 1:
            return read
    return None


def _reverses(read: Read, alone: Mapping[str, Poly]) -> bool:
    """Whether an index that falls with a free one is n where that is 1, and 1 where that is n."""
    if read.low is None or read.low != read.high or read.bare:
        return False
    for name in read.low.names & alone.keys():
        ends = [read.low.substitute({name: end}) for end in (ONE, alone[name])]
        if ends == [read.size, ONE] and read.size != ONE:
            return True
    return False


def may_count_from_one(reads: Sequence[Read]) -> Read | None:
    """An entry whose sum begins at 1."""
    return next((r for r in reads if r.ranged and r.bare and r.low == ONE), None)


def below_an_index(reads: Sequence[Read]) -> Read | None:
    """An entry whose sum begins at 1 and ends at another of its indices, as that of a_ij over j = 1, …, i does."""
    for read in reads:
        if read.ranged and read.bare and read.low == ONE and read.high is not None and read.high.names & read.beside:
            return read
    return None


def has_offset(reads: Sequence[Read]) -> Read | None:
    """An entry at i + u - 1, with nothing that tells where u begins."""
    return next((r for r in reads if r.low is None and r.offset), None)


def counts_from_zero(reads: Sequence[Read]) -> Read | None:
    """An entry that is read at 0, by a sum or a number that is written."""
    return next((r for r in reads if r.low == ZERO and r.declared), None)


def past_the_end(reads: Sequence[Read], base: int) -> Read | None:
    """An entry whose sum runs past the end of its array by a number."""
    for read in reads:
        if read.bare and read.high is not None and (read.ranged or read.high.integer is not None):
            beyond = (read.high - read.size + 1 - base).integer
            if beyond is not None and beyond > 0:
                return read
    return None


def before_the_beginning(reads: Sequence[Read], base: int | None) -> Read | None:
    """An entry at a number before the first, or whose sum begins there; at a number only where no base is said."""
    for read in reads:
        if read.low is None or not read.bare:
            continue
        is_number = read.low == read.high and read.low.integer is not None
        below = read.low.integer if read.low.integer is not None else -1 if (-read.low).is_atom else 0
        if below < 0 and (read.ranged or (is_number and base is None)):
            return read
    return None


def centred(formula: Formula, read: Read) -> SymconvError:
    """The error for an index before the first."""
    hint = "indices start at 0 or 1: shift those that are centred, as in w_{j+r}"
    name = quoted(_shown(formula, read))
    return formula.error(f"{AMBIGUOUS}: {name} runs before the beginning", read.place, hint)


def mixed(formula: Formula, zero: Read, one: Read) -> SymconvError:
    """The error for a formula that counts from 0 and from 1."""
    texts = [quoted(_shown(formula, read)) for read in (zero, one)]
    hint = f"from 0 the index {texts[1]} runs past the end, from 1 the index {texts[0]} before the beginning"
    return formula.error(f"{AMBIGUOUS}: indices from 0 and from 1 in one formula", zero.place, hint)


def runs_past(formula: Formula, read: Read) -> SymconvError:
    """The error for an index past the end."""
    hint = rf"indices from 0 end at {read.size - 1}, indices from 1 at {read.size} and start at 1"
    name = quoted(_shown(formula, read))
    return formula.error(f"{AMBIGUOUS}: {name} runs past the end", read.place, hint)


def size_as_index(formula: Formula, read: Read) -> SymconvError:
    """The error for a size where an index belongs."""
    size = str(read.high)
    hint = f"{size} is the size of this axis; its entries are 0, …, {size}-1: choose another letter for an index"
    return formula.error(f"the size {quoted(size)} stands as an index, where nothing is", read.place, hint)


def _shown(formula: Formula, read: Read) -> str:
    return formula.source.text[slice(*formula.span(read.place))]
