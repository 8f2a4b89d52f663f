r"""The order in which the formulas of a text are read: what defines a name comes before those that use it.

\sum_n |x[n]|^2 = \frac{1}{N} \sum_k |X[k]|^2, \quad \text{where } X = \mathcal{F}\{x\}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from symconv.claims.definitions import Definition
from symconv.claims.names import quoted
from symconv.claims.reader_state import Reader
from symconv.errors import SymconvError
from symconv.reading.latex.lexing.formula_rows import Row
from symconv.reading.latex.lexing.spelling import in_scripts, spelled
from symconv.reading.latex.parsing.grammar import parse
from symconv.reading.latex.shared_parts.formula import Formula
from symconv.reading.latex.stated.left_names import LeftName, left_name, names_at


def reading_order(reader: Reader, rows: Sequence[Row], definitions: Mapping[str, Definition]) -> list[int]:
    """The places of the formulas, those first that define what others before them use."""
    new: dict[str, tuple[int, LeftName]] = {}
    for place, row in enumerate(rows if len(rows) > 1 else []):
        if (left := _left(reader, row, definitions)) is not None:
            new.setdefault(left.name, (place, left))
    order: dict[int, bool] = {}

    def visit(place: int) -> None:
        order[place] = False
        for other, left in new.values():
            if other != place and order.get(other) is False and _mentions(reader, rows[place], left, definitions):
                message = f"{quoted(left.name)} and {quoted(_name_of(new, place))} are defined by each other"
                raise reader.source.error(message, rows[place].tokens[0].span, "declare one of them")
        for later, left in new.values():
            if later > place and later not in order and _mentions(reader, rows[place], left, definitions):
                visit(later)
        del order[place]
        order[place] = True

    for place in range(len(rows)):
        if place not in order:
            visit(place)
    return [*order]


def _name_of(new: Mapping[str, tuple[int, LeftName]], place: int) -> str:
    return next((name for name, (where, _) in new.items() if where == place), "this formula")


def _left(reader: Reader, row: Row, definitions: Mapping[str, Definition]) -> LeftName | None:
    """The name that a formula defines, as far as can be told before it is read."""
    try:
        letters, _ = spelled(reader.names, row.whole(), [*definitions])
        end = next((place for place, token in enumerate(letters) if token.kind == "EQ"), 0)
        if not end:
            return None
        formula = Formula(reader, letters, definitions=dict(definitions))
        return left_name(formula, parse(reader.source, letters[:end], letters[0].span).nodes()[0])
    except SymconvError:
        return None


def _mentions(reader: Reader, row: Row, left: LeftName, definitions: Mapping[str, Definition]) -> bool:
    """Whether a name stands in a formula otherwise than as an index."""
    try:
        letters, _ = spelled(reader.names, row.whole(), [*definitions, left.name])
    except SymconvError:
        return False
    indices = {place for place, where in in_scripts(letters) if where == "SUB"}
    return any(left.name in names_at(letters[place:]) for place in {*range(len(letters))} - indices)
