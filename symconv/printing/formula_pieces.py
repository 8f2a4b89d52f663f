"""Formulas in MathML in pieces that a narrow page may set one below the other: relations, terms, factors.

Browsers break no lines inside of formulas. Rows that are laid out as flexible boxes are broken between their children,
so the children of a long formula are put into such rows: before relations, in these before plus and minus, in these
between factors, and inside of brackets as well. A style sheet lays out the class `pieces`.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence

__all__ = ["PIECES", "put_in_pieces"]

#: The class of a row whose children may stand on lines of their own.
PIECES = "pieces"

_RELATIONS = frozenset("=≠≤≥<>≡⟺⟹⟸⇔⇒")
_SIGNS = frozenset("+−±-")
_PRODUCTS = frozenset("⋅·×∗*⋆⊙⊗∘")
_SUMS = frozenset("∑∏∫")
_OPEN, _CLOSE = frozenset("([⟨⌊{"), frozenset(")]⟩⌋}")
#: Formulas with fewer marks than this fit everywhere.
_SHORT = 14


def put_in_pieces(root: ET.Element) -> None:
    """Rearrange a displayed formula, and the cells of lines that are aligned, into rows that may be broken."""
    cells = [cell for table in root if table.get("class") == "ams-align" for row in table for cell in row]
    for whole in cells if len(root) == 1 and cells else [root]:
        children = _row(list(whole), 0) if sum(1 for _ in whole.iter()) >= _SHORT else []
        if len(children) > 1:
            whole.set("class", PIECES)
            for child in list(whole):
                whole.remove(child)
            whole.extend(children)


def _row(items: Sequence[ET.Element], level: int) -> list[ET.Element]:
    """The pieces of a run of elements: by the first kind of break that it has, each piece by the kinds below."""
    if level == len(_BREAKS):
        return _bracketed(items)
    parts = list(_cut(items, _BREAKS[level]))
    if len(parts) == 1:
        return _row(items, level + 1)
    return [_boxed(_row(part, level + 1)) for part in parts]


def _boxed(pieces: list[ET.Element]) -> ET.Element:
    if len(pieces) == 1:
        return pieces[0]
    box = ET.Element("mrow", {"class": PIECES})
    box.extend(pieces)
    return box


def _one(items: Sequence[ET.Element]) -> ET.Element:
    """A run that is not broken; what it begins with is spaced as it was between its neighbours."""
    first = items[0]
    if (
        first.tag == "mo"
        and first.text in _RELATIONS | _SIGNS | _PRODUCTS
        and len(items) > 1
        and first.get("form") is None
    ):
        first.set("form", "infix")
    if len(items) == 1:
        return first
    row = ET.Element("mrow")
    row.extend(items)
    return row


def _bracketed(items: Sequence[ET.Element]) -> list[ET.Element]:
    """A run with one pair of brackets around most of it, in the pieces of what is inside."""
    depths = list(_depths(items))
    opening = next((n for n, depth in enumerate(depths) if depth == 0 and _mark(items[n]) in _OPEN), None)
    if opening is None:
        return [_one(items)]
    closing = next((n for n in range(opening + 1, len(items)) if depths[n] == 0), None)
    if closing is None or closing - opening < 4:
        return [_one(items)]
    inside = items[opening + 1 : closing]
    parts = list(_cut(inside, _after_comma))
    pieces = [_boxed(_row(part, 0)) for part in parts] if len(parts) > 1 else _row(inside, 0)
    if len(pieces) < 2:
        return [_one(items)]
    _join(pieces, 0, items[: opening + 1], before=True)
    _join(pieces, -1, items[closing:], before=False)
    return pieces


def _join(pieces: list[ET.Element], at: int, items: Sequence[ET.Element], before: bool) -> None:
    """Put elements in front of, or behind, the first or last piece that is not broken itself."""
    piece = pieces[at]
    if piece.get("class") == PIECES:
        children = list(piece)
        _join(children, at, items, before)
        for child in list(piece):
            piece.remove(child)
        piece.extend(children)
        return
    inner = list(piece) if piece.tag == "mrow" and not piece.attrib and not _is_fenced(piece) else [piece]
    row = ET.Element("mrow")
    row.extend([*items, *inner] if before else [*inner, *items])
    pieces[at] = row


def _is_fenced(row: ET.Element) -> bool:
    return len(row) > 0 and row[0].tag == "mo" and row[0].get("stretchy") != "false" and row[0].text in _OPEN


def _cut(
    items: Sequence[ET.Element], breaks: Callable[[Sequence[ET.Element], int], bool]
) -> Iterator[Sequence[ET.Element]]:
    """The runs between the breaks that stand outside of all brackets."""
    depths = list(_depths(items))
    start = 0
    for n in range(1, len(items)):
        if depths[n] == 0 and _mark(items[n]) not in _CLOSE and breaks(items, n):
            yield items[start:n]
            start = n
    yield items[start:]


def _depths(items: Sequence[ET.Element]) -> Iterator[int]:
    """How many brackets are open around each element; both of a pair stand outside of it."""
    depth = 0
    for item in items:
        mark = _mark(item)
        depth -= mark in _CLOSE
        yield max(depth, 0)
        depth += mark in _OPEN


def _mark(item: ET.Element) -> str:
    """The sign that an element is, scripts aside."""
    while item.tag in ("msub", "msup", "msubsup", "munder", "mover", "munderover"):
        item = item[0]
    return (item.text or "").strip() if item.tag == "mo" else ""


def _before_relation(items: Sequence[ET.Element], n: int) -> bool:
    return _mark(items[n]) in _RELATIONS or (items[n].tag == "mspace" and float(items[n].get("width", "0em")[:-2]) >= 1)


def _before_sign(items: Sequence[ET.Element], n: int) -> bool:
    """Before a plus or minus between two things, not one in front of a number."""
    before = _mark(items[n - 1])
    return _mark(items[n]) in _SIGNS and (not before or before in _CLOSE)


def _between_factors(items: Sequence[ET.Element], n: int) -> bool:
    """Before signs of products and of sums, and at thin spaces."""
    mark, before = _mark(items[n]), _mark(items[n - 1])
    if mark in _SUMS:
        return before not in _SUMS and bool(before == "" or before in _CLOSE)
    return mark in _PRODUCTS or items[n].tag == "mspace" or (_is_matrix(items[n]) and not before)


def _beside_sum(items: Sequence[ET.Element], n: int) -> bool:
    """Between signs of sums and what they sum."""
    return _mark(items[n - 1]) in _SUMS


def _is_matrix(item: ET.Element) -> bool:
    return item.tag == "mrow" and any(child.tag == "mtable" for child in item)


def _after_comma(items: Sequence[ET.Element], n: int) -> bool:
    return _mark(items[n - 1]) == ","


_BREAKS = (_before_relation, _before_sign, _between_factors, _beside_sum)
