"""Displayed formulas are put into rows that a narrow page may break; nothing is lost, doubled or moved."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

pytest.importorskip("docutils")

from symconv.printing.as_mathml import mathml
from symconv.printing.formula_pieces import PIECES

FORMULAS = {
    r"(A \star B)_{m,n} = \sum_{u=0}^{h-1}\sum_{v=0}^{w-1} A_{m+u,n+v}\,K_{u,v} - x": [
        "(A⋆B)m,n", "=∑u=0h−1∑v=0w−1Am+u,n+vKu,v−x",
    ],
    r"a_{i} + b_{i} + c_{i} - d_{i} - e_{i}": ["ai", "+bi", "+ci", "−di", "−ei"],
    r"f(x_{1} + y_{1}, x_{2} + y_{2}, x_{3} + y_{3})": ["f(x1+y1,", "x2+y2,", "x3+y3)"],
    r"-x_{1} \cdot (-y_{1}) \cdot z_{1} \cdot w_{1}": ["−x1", "⋅(−y1)", "⋅z1", "⋅w1"],
    r"x = y": None,
}  # fmt: skip


def words(element: ET.Element) -> str:
    """The text of an element."""
    return "".join(element.itertext()).replace("\u2061", "")


@pytest.mark.parametrize("tex", FORMULAS)
def test_pieces_are_relations_terms_and_factors(tex):
    """The outermost kind of break comes first; a short formula stays as it is."""
    root = ET.fromstring(mathml(tex, block=True))
    expected = FORMULAS[tex]
    if expected is None:
        assert PIECES not in mathml(tex, block=True)
    else:
        assert [words(child) for child in root] == expected


@pytest.mark.parametrize("tex", FORMULAS)
def test_nothing_is_lost_or_moved(tex):
    """The same elements in the same order, in more rows."""
    plain, block = (re.sub(r"</?(mrow|math)[^>]*>| form=\"infix\"", "", mathml(tex, b)) for b in (False, True))
    assert plain == block


def test_no_operator_stands_alone():
    """It would lose the space around it."""
    for tex in [*FORMULAS, r"X_{0} = \begin{bmatrix}1&0\end{bmatrix} + \begin{bmatrix}1&0\end{bmatrix}"]:
        root = ET.fromstring(mathml(tex, block=True))
        rows = [root, *root.iter("mrow")] if len(root) > 1 else []
        assert not [row for row in rows if row.get("class") == PIECES and any(c.tag == "mo" for c in row)]
